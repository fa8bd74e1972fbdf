"""The command check about a refused login: what a person read in the trail, one login with values exchanged, as typed."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from support import canary

from checks.runner import CheckRunner
from wizard import verify
from wizard.cli import _parser
from wizard.clock import Clock
from wizard.credentials import Pair
from wizard.desk import Desk
from wizard.errors import UsageError
from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import load_scenario
from wizard.profile import shipped_profiles
from wizard.session import Network
from wizard.store import SetupStore
from wizard.vault.file_vault import EncryptedFile
from wizard.vault.interface import Vaults
from wizard.vault.memory import MemoryVault


class Keyring(MemoryVault):
    """Outlives the walk, as far as the walk can tell."""

    kind = "keyring"


def desk_at(account: PracticeAccount, folder: Path) -> Desk:
    host, _, port = account.address.rpartition(":")
    network = Network((host, int(port)), account.ca_file)
    store = SetupStore(folder / "setups")
    return Desk(
        profiles=shipped_profiles(), store=store, runner=CheckRunner(), vaults=Vaults(Keyring(), EncryptedFile(store.folder / "vault"), MemoryVault()), network=network,
        clock=Clock(),
    )  # fmt: skip


def saved(desk: Desk, account: PracticeAccount) -> str:
    setup = desk.begin("alvys")
    walk = desk.walk(setup)
    setup.account = account.realm
    values = {name: SecretStr(value) for name, value in account.credentials.items()}
    walk.keep("consumer", Pair(values["consumer_key"], values["consumer_secret"]))
    walk.keep("token", Pair(values["token_id"], values["token_secret"]))
    return setup.id


def check(desk: Desk, *arguments: str, given: object = None) -> tuple[int, dict[str, Any], str]:
    """Return the exit code, the diagnosis, and the talk."""
    options = _parser().parse_args(["check", *arguments, "--json"])
    out, err = io.StringIO(), io.StringIO()
    code = verify.check(desk, options, io.StringIO(json.dumps(given)) if given else None, out, err)
    return code, json.loads(out.getvalue())["diagnosis"], err.getvalue()


def causes(diagnosis: dict[str, Any]) -> list[tuple[str, str]]:
    return [(c["cause"], c["basis"]) for c in diagnosis["candidates"]]


def logins(account: PracticeAccount) -> int:
    return int(account.state.value("SELECT count(*) FROM logins"))


def test_a_saved_setup_is_led_from_the_refusal_to_the_exchanged_values(tmp_path: Path) -> None:
    with PracticeAccount(load_scenario("secrets-swapped")) as account:
        desk = desk_at(account, tmp_path)
        name = saved(desk, account)
        _, diagnosis, talk = check(desk, name)
        assert diagnosis["question"] == "trail"
        assert "View Login Audit Trail" in talk and "--detail WORD" in talk and "UTC" in talk
        code, diagnosis, talk = check(desk, name, "--detail", "InvalidSignature")
        assert causes(diagnosis)[0] == ("signing", "said")
        assert (diagnosis["question"], diagnosis["exchange"]) == ("exchange", "secrets")
        assert "InvalidSignature: a secret is wrong." in talk and "--exchange secrets" in talk
        assert (code, logins(account)) == (1, 1), "what was refused a moment ago is not sent again"
        _, diagnosis, _ = check(desk, name, "--exchange", "secrets")
        assert causes(diagnosis)[0] == ("credential-swap", "proven")
        assert logins(account) == 2


def test_a_refused_exchange_is_excluded_and_the_rest_stays_said(tmp_path: Path) -> None:
    with PracticeAccount(load_scenario("wrong-consumer-secret")) as account:
        desk = desk_at(account, tmp_path)
        name = saved(desk, account)
        check(desk, name, "--detail", "InvalidSignature")
        _, diagnosis, _ = check(desk, name, "--exchange", "secrets")
        assert causes(diagnosis)[0] == ("signing", "said")
        assert "credential-swap" in [e["cause"] for e in diagnosis["excluded"]]
        assert diagnosis["question"] is None
        assert logins(account) == 2


@pytest.mark.parametrize(
    ("word", "first"),
    [("none", "account-id-format"), ("success", "concurrency"), ("FeatureDisabled", "feature-off"), (" invalidtimestamp ", "clock"),
     ("MissingTokenPassportRequiredFields", "signing")],
)  # fmt: skip
def test_a_word_goes_with_values_of_standard_input_too(tmp_path: Path, word: str, first: str) -> None:
    with PracticeAccount(load_scenario("integration-blocked")) as account:
        desk = desk_at(account, tmp_path)
        _, diagnosis, _ = check(desk, "--credentials", "-", "--profile", "alvys", "--detail", word, given=account.credentials)
    said = [cause for cause, basis in causes(diagnosis) if basis == "said"]
    assert said[:1] == [first]


def test_an_unknown_word_is_said_to_be_unknown(tmp_path: Path) -> None:
    with PracticeAccount(load_scenario("integration-blocked")) as account:
        desk = desk_at(account, tmp_path)
        before = check(desk, "--credentials", "-", "--profile", "alvys", given=account.credentials)[1]
        _, after, talk = check(desk, "--credentials", "-", "--profile", "alvys", "--detail", "Moonlight\x1b[2J", given=account.credentials)
    assert causes(after) == causes(before)
    assert "none of the words" in talk and "\x1b" not in talk


def test_a_secret_behind_detail_is_refused_and_not_repeated(tmp_path: Path) -> None:
    secret = canary()
    with PracticeAccount(load_scenario("integration-blocked")) as account:
        desk = desk_at(account, tmp_path)
        with pytest.raises(UsageError) as caught:
            check(desk, "--credentials", "-", "--profile", "alvys", "--detail", secret, given=account.credentials)
        assert secret not in caught.value.message
        assert logins(account) == 0


@pytest.mark.parametrize("arguments", [("--exchange", "everything"), ("--exchange", "pairs", "--only", "A4")])
def test_another_exchange_is_refused_before_anything_is_sent(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with PracticeAccount(load_scenario("swapped")) as account:
        with pytest.raises(UsageError, match="pairs, secrets, consumer, token"):
            check(desk_at(account, tmp_path), "--credentials", "-", "--profile", "alvys", *arguments, given=account.credentials)
        assert logins(account) == 0


@pytest.mark.parametrize("name", ["account-id-as-host", "account-id-lower-case", "account-id-without-suffix", "secret-cut", "swapped"])
def test_what_was_handed_out_wrongly_is_named_as_it_stands(tmp_path: Path, name: str) -> None:
    with PracticeAccount(load_scenario(name)) as account:
        given = dict(account.credentials)
        more = ("--account", account.realm) if name == "account-id-without-suffix" else ()
        exchange = ("--exchange", "pairs") if name == "swapped" else ()
        arguments = ("--credentials", "-", "--profile", "alvys", *more, *exchange)
        _, diagnosis, _ = check(desk_at(account, tmp_path), *arguments, given=given)
    assert causes(diagnosis)[0][0] == load_scenario(name).cause
