"""The commands' inside: what is read, how a saved setup is treated, and when nothing more is sent."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from support import FrozenClock, canary

from checks.runner import CheckRunner
from wizard import headless, verify
from wizard.cli import _parser
from wizard.credentials import Pair
from wizard.desk import Desk
from wizard.errors import (
    AccountIdError,
    CredentialError,
    PracticeError,
    ProfileError,
    SetupError,
    SetupInUse,
    StoreError,
    UsageError,
    VaultAbsent,
    VaultBroken,
    VaultLocked,
)
from wizard.exits import MEANINGS, Exit, exit_for, exit_of
from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import load_scenario
from wizard.profile import find_profile, shipped_profiles
from wizard.session import Network
from wizard.setup import Setup
from wizard.standard_input import Given, read_given
from wizard.store import SetupStore
from wizard.vault.file_vault import EncryptedFile
from wizard.vault.interface import Vaults
from wizard.vault.memory import MemoryVault
from wizard.verdict import Remedy, Standing, Verdict

PROFILE = find_profile("alvys")
VALUES = ("consumer_key", "consumer_secret", "token_id", "token_secret")


class Keyring(MemoryVault):
    """A vault that outlives the walk, as far as the walk can tell."""

    kind = "keyring"


def given(**other: object) -> dict[str, object]:
    return {"account": "1234567_SB1", **{name: canary() for name in VALUES}, **other}


def read(what: object, account: str | None = None) -> Given:
    return read_given(io.StringIO(json.dumps(what)), PROFILE, account)


# --- standard input


def test_values_arrive_as_they_were_given() -> None:
    token = {"token_id": canary(), "token_secret": canary()}
    what = given(setup_token=token, answers={"oneworld": "no"})
    got = read(what)
    assert got.account.realm == got.credentials.account == "1234567_SB1"
    for name in VALUES:
        value = got.credentials.value(name)
        assert value and value.get_secret_value() == what[name]
    assert got.setup_token and got.setup_token.consumer == got.credentials.consumer
    for name, expected in token.items():
        value = got.setup_token.value(name)
        assert value and value.get_secret_value() == expected
    assert got.answers == {"oneworld": "no"}


@pytest.mark.parametrize("around", [" {} ", "\n{}\r\n", "'{}'", '"{}",', "\u200b{}", "TOKEN_ID={}", "Token ID: {}"])
def test_what_cannot_belong_to_a_value_is_taken_off(around: str) -> None:
    what = given()
    plain = str(what["token_id"])
    value = read({**what, "token_id": around.format(plain)}).credentials.value("token_id")
    assert value and value.get_secret_value() == plain


def test_what_is_null_or_empty_is_not_there() -> None:
    got = read(given(setup_token=None, answers=None))
    assert got.setup_token is None and got.answers == {}
    token = {"token_id": canary(), "token_secret": canary()}
    assert read(given(token_id="", token_secret=None, setup_token=token)).credentials.token is None


def test_nothing_that_was_read_is_in_an_error_or_in_what_it_came_from() -> None:
    secret = canary()
    for text in (f'{{"token_id": "{secret}"', json.dumps(given(token_id=f"{secret} {secret}")), json.dumps({secret: 1})):
        with pytest.raises(SetupError) as caught:
            read_given(io.StringIO(text), PROFILE, None)
        link: BaseException | None = caught.value
        while link is not None:
            assert secret not in repr(link) and secret not in repr(vars(link))
            link = link.__context__


def test_what_was_read_cannot_be_printed() -> None:
    what = given(setup_token={"token_id": canary(), "token_secret": canary()})
    got = repr(read(what))
    assert not [name for name in VALUES if str(what[name]) in got]


# --- exit codes


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], Exit.READY),
        ([(Standing.VERIFIED, True), (Standing.ATTESTED, False), (Standing.WARNING, True), (Standing.NOT_APPLICABLE, True)], Exit.READY),
        ([(Standing.VERIFIED, True), (Standing.ATTESTED, True)], Exit.UNDECIDED),
        ([(Standing.VERIFIED, True), (Standing.WAITING, False)], Exit.UNDECIDED),
        ([(Standing.VERIFIED, True), (Standing.UNKNOWN, True)], Exit.UNDECIDED),
        ([(Standing.WAITING, True), (Standing.FAILED, True)], Exit.FAILED),
    ],
)  # fmt: skip
def test_the_gravest_line_decides(rows: list[tuple[Standing, bool]], code: Exit) -> None:
    assert exit_for(rows) is code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError, 2), (AccountIdError, 2), (CredentialError, 2), (ProfileError, 2), (PracticeError, 2),
        (VaultLocked, 5), (VaultAbsent, 5), (VaultBroken, 5), (StoreError, 1), (SetupInUse, 1), (SetupError, 1),
    ],
)  # fmt: skip
def test_an_error_that_ends_a_command_has_a_code(error: type[SetupError], code: int) -> None:
    assert exit_of(error("words")) == code


def test_every_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Exit)
    assert [int(code) for code in Exit] == [0, 1, 2, 3, 4, 5, 130]


# --- saved setups


@contextmanager
def at(folder: Path, scenario: str) -> Iterator[tuple[Desk, PracticeAccount]]:
    """A desk whose NetSuite is a practice account and whose keyring is this process."""
    clock = FrozenClock()
    with PracticeAccount(load_scenario(scenario), clock=clock) as account:
        host, _, port = account.address.rpartition(":")
        yield desk_in(folder, Network((host, int(port)), account.ca_file), clock), account


def desk_in(folder: Path, network: Network | None = None, clock: FrozenClock | None = None, store: SetupStore | None = None) -> Desk:
    return Desk(
        profiles=shipped_profiles(), store=store or SetupStore(folder / "setups"), runner=CheckRunner(), vaults=Vaults(Keyring(), EncryptedFile(folder / "vault.json"), MemoryVault()),
        network=network or Network(("127.0.0.1", 9)), clock=clock or FrozenClock(),
    )  # fmt: skip


def saved(desk: Desk, account: PracticeAccount | None = None) -> Setup:
    """Save a setup, with the account's values in the keyring."""
    setup = desk.begin("alvys")
    walk = desk.walk(setup)
    setup.account = "1234567_SB1"
    if account:
        values = {name: SecretStr(value) for name, value in (account.credentials or {}).items()}
        pairs = [Pair(values[first], values[second]) for first, second in (VALUES[:2], VALUES[2:])]
        for name, pair in zip(("consumer", "token"), pairs, strict=True):
            walk.keep(name, pair)
    walk.save()
    return setup


def options_of(**given: object) -> argparse.Namespace:
    """Return a parsed command line of ``check``."""
    return argparse.Namespace(**{**vars(_parser().parse_args(["check"])), **given})


def check(desk: Desk, setup: str | None, *only: str) -> tuple[int, dict[str, dict[str, str]], str]:
    """Check a saved setup; returns exit code, rows by id, the talk."""
    options = options_of(setup=setup, only=list(only) or None, json=True)
    out, err = io.StringIO(), io.StringIO()
    code = verify.check(desk, options, None, out, err)
    found = json.loads(out.getvalue())
    assert found["exit"] == code
    return code, {row["id"]: row for row in found["requirements"]}, err.getvalue()


def test_a_timer_never_locks_the_user(tmp_path: Path) -> None:
    with at(tmp_path, "wrong-secret") as (desk, account):
        name = saved(desk, account).id
        code, rows, _ = check(desk, name)
        first = rows["A4"]["at"]
        assert (code, rows["A4"]["verdict"]) == (1, "failed")
        assert len(account.state.rows("SELECT uri FROM logins")) == 1
        for _ in range(3):
            code, rows, _ = check(desk, name)
            assert (code, rows["A4"]["verdict"], rows["A4"]["at"]) == (1, "failed", first), "held back: what was found stays"
        assert len(account.state.rows("SELECT uri FROM logins")) == 1
        assert sum(map(len, desk.store.load(name).refusals.values())) == 1


def test_what_a_check_found_is_saved_and_the_setup_is_free_again(tmp_path: Path) -> None:
    with at(tmp_path, "alvys-ready") as (desk, account):
        setup = saved(desk, account)
        _, rows, talk = check(desk, setup.id, "A4", "A10")
        assert rows["A4"]["verdict"] == "verified" and "not saved" not in talk
        assert desk.store.load(setup.id).found["login.accepted"].standing is Standing.VERIFIED
        with desk.store.hold(setup.id, desk.clock.now()):
            _, rows, talk = check(desk, setup.id, "A4")
            assert rows["A4"]["verdict"] == "verified" and "not saved" in talk, "open elsewhere: checked all the same"


@pytest.mark.parametrize(
    ("scenario", "code", "says"),
    [
        ("maintenance", 3, "NetSuite is in trouble"),
        ("system-error", 3, "NetSuite is in trouble"),
        ("tls-expired", 3, "not reachable: the certificate has expired"),
        ("connection-cut", 3, "exists"),
        ("busy", 4, "exists"),
    ],
)
def test_what_stands_in_the_way_is_said_and_is_no_failure(tmp_path: Path, scenario: str, code: int, says: str) -> None:
    with at(tmp_path, scenario) as (desk, account):
        setup = saved(desk, account)
        got, rows, _ = check(desk, setup.id)
    assert (got, rows["A42"]["says"]) == (code, says)
    assert "failed" not in {row["verdict"] for row in rows.values()}
    assert desk.store.load(setup.id).refusals == {}


class Changing(SetupStore):
    """A store in which another run finishes its work just before ours gets hold of the setup."""

    @contextmanager
    def hold(self, name: str, at: datetime) -> Iterator[None]:
        changed = self.load(name)
        changed.attested["A6"] = at
        self.save(changed)
        with super().hold(name, at):
            yield


def test_what_another_run_saved_in_the_meantime_is_not_overwritten(tmp_path: Path) -> None:
    desk = desk_in(tmp_path, store=Changing(tmp_path / "setups"))
    setup = saved(desk)
    code, rows, _ = check(desk, setup.id, "A6")
    assert (code, rows["A6"]["verdict"]) == (0, "attested")
    assert "A6" in desk.store.load(setup.id).attested


def test_lines_cannot_command_the_terminal(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    setup = saved(desk)
    nasty = "\x1b]0;mine\x07\u202e\r\nx A6 forged"
    proof = next(r for r in PROFILE.requirements if r.id == "A7").proof[0]  # asked only when it is named
    remedy = Remedy(text=nasty, menu_path=nasty)
    setup.found[proof] = Verdict(about=proof, standing=Standing.WARNING, says=nasty, cause="token", remedy=remedy, at=desk.clock.now())
    desk.store.save(setup)
    options = options_of()
    out = io.StringIO()
    assert verify.check(desk, options, None, out, io.StringIO()) == Exit.UNREACHABLE
    line = next(line for line in out.getvalue().split("\n") if " A7 " in line)
    assert line.startswith("! ") and "forged" in line, "in one line"
    assert not set("\x1b\x07\u202e\r") & set(out.getvalue())


def test_a_setup_is_found_by_what_names_it_alone(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    with pytest.raises(UsageError, match="Which setup"):
        headless.find_setup(desk.store, None)
    one = saved(desk)
    for name in (None, one.id, "alvys", "1234567_SB1"):
        assert headless.find_setup(desk.store, name) == desk.store.load(one.id)
    other = saved(desk)
    for name in (None, "alvys"):
        with pytest.raises(UsageError, match=f"{one.id}|{other.id}"):
            headless.find_setup(desk.store, name)
    with pytest.raises(UsageError, match="no such setup"):
        headless.find_setup(desk.store, canary())
