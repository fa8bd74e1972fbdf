"""The look at this machine: each part with the real thing, or with the real thing failing."""

from __future__ import annotations

import os
import secrets
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from wizard.clock import Clock
from wizard.doctor import examine
from wizard.errors import VaultBroken
from wizard.netsuite.transport import Transport
from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import load_scenario
from wizard.practice.wire.faults import Fault
from wizard.troubles import IS_NOT, TROUBLES
from wizard.vault.interface import StoreState, Usability
from wizard.vault.memory import MemoryVault
from wizard.vault.words import state
from wizard.verdict import Standing, Verdict

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)


class Shifted(Clock):
    """This machine's time, wrong by some seconds."""

    def __init__(self, seconds: float) -> None:
        self._off = timedelta(seconds=seconds)

    def now(self) -> datetime:
        return super().now() + self._off


class Keyring(MemoryVault):
    """A vault in a given state."""

    def __init__(self, usability: Usability) -> None:
        super().__init__()
        self._usability = usability

    def probe(self) -> StoreState:
        return state(self._usability, "GNOME keyring (Secret Service)")


class Broken(MemoryVault):
    """A vault whose probe itself fails."""

    def probe(self) -> StoreState:
        raise VaultBroken("The helper process ended.")


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticeAccount]:
    with PracticeAccount(load_scenario("empty")) as account:
        yield account


@pytest.fixture
def nowhere() -> Iterator[tuple[str, int]]:
    """An address at which nobody listens; kept so by holding its port."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()


@pytest.fixture
def look(nowhere: tuple[str, int], tmp_path: Path) -> Callable[..., dict[str, Verdict]]:
    """Examine with everything out of reach but what the test gives."""

    def look(environ: dict[str, str] | None = None, vault: Any = None, clock: Clock | None = None, **given: Any) -> dict[str, Verdict]:
        clock = clock or Clock()
        make = given.pop("transport", lambda: Transport(nowhere, None, clock))
        settings = {"folder": tmp_path / "setups", "streams": (None, None), "swaps": tmp_path / "swaps", **given}
        rows = examine(environ or {}, vault or MemoryVault(), make, clock, **settings)
        assert len({row.about for row in rows}) == len(rows)
        assert all(row.remedy for row in rows if row.standing in (Standing.FAILED, Standing.WARNING))
        return {row.about: row for row in rows}

    return look


Look = Callable[..., dict[str, Verdict]]


def reaching(account: PracticeAccount, clock: Clock) -> Callable[[], Transport]:
    host, port = account.address.split(":")
    return lambda: Transport((host, int(port)), account.ca_file, clock)


def test_everything_is_looked_at_in_this_order(look: Look) -> None:
    assert list(look()) == ["python", "terminal", "keyring", "proxy", "netsuite", "clock", "swap", "folder"]
    assert look()["python"].says.startswith(".".join(map(str, sys.version_info[:3])))


# --- network and clock


def test_netsuite_out_of_reach_is_a_failure_and_leaves_the_clock_unknown(look: Look) -> None:
    rows = look()
    assert rows["netsuite"].standing is Standing.FAILED and rows["clock"].standing is Standing.UNKNOWN
    assert rows["netsuite"].evidence[0].probe == "P0" and rows["netsuite"].evidence[0].token is None


def test_netsuite_answers_and_the_clock_is_right(look: Look, practice: PracticeAccount) -> None:
    clock = Clock()
    rows = look(clock=clock, transport=reaching(practice, clock))
    assert rows["netsuite"].standing is Standing.VERIFIED and rows["netsuite"].says == "rest.netsuite.com answers"
    assert rows["clock"].standing is Standing.VERIFIED
    assert "datacenterurls" in rows["clock"].evidence[0].asked


@pytest.mark.parametrize(
    ("seconds", "standing", "word"),
    [(200, Standing.WARNING, "fast"), (-200, Standing.WARNING, "slow"), (900, Standing.FAILED, "fast"), (-900, Standing.FAILED, "slow")],
)
def test_a_wrong_clock_is_said(look: Look, practice: PracticeAccount, seconds: int, standing: Standing, word: str) -> None:
    clock = Shifted(seconds)
    row = look(clock=clock, transport=reaching(practice, clock))["clock"]
    assert row.standing is standing and word in row.says and "300 s" in row.says


def test_an_untrusted_certificate_is_a_failure_and_who_signed_it_is_said(look: Look, practice: PracticeAccount) -> None:
    host, port = practice.address.split(":")
    row = look(transport=lambda: Transport((host, int(port)), None, Clock()))["netsuite"]
    assert (row.standing, row.says) == (Standing.FAILED, TROUBLES["tls.unknown-authority"].says)
    assert row.remedy and "signed by Practice account CA" in row.remedy.text


@pytest.mark.parametrize(("kind", "standing"), [("maintenance", Standing.WARNING), ("refused", Standing.FAILED)])
def test_what_is_in_the_way_is_said_as_the_checks_say_it(look: Look, kind: str, standing: Standing) -> None:
    clock = Clock()
    with PracticeAccount(load_scenario("empty")) as account:
        account.faults.set(Fault.model_validate({"kind": kind}))
        row = look(clock=clock, transport=reaching(account, clock))["netsuite"]
    says = TROUBLES["server-trouble" if kind == "maintenance" else "tcp.refused"].says
    assert (row.standing, row.says) == (standing, says)
    assert row.remedy and IS_NOT in row.remedy.text


# --- keyring


@pytest.mark.parametrize(
    ("usability", "standing"),
    [(Usability.OK, Standing.VERIFIED), (Usability.LOCKED, Standing.WARNING)]
    + [(u, Standing.FAILED) for u in Usability if u not in (Usability.OK, Usability.LOCKED)],
)
def test_every_state_of_the_keyring_is_said_with_a_way_out(look: Look, usability: Usability, standing: Standing) -> None:
    row = look(vault=Keyring(usability))["keyring"]
    said = state(usability, "")
    assert row.standing is standing
    assert ("GNOME keyring" in row.says) if standing is Standing.VERIFIED else (row.says == said.says)
    assert (row.remedy.text if row.remedy else "") == said.way_out


def test_a_probe_that_fails_ends_nothing(look: Look) -> None:
    rows = look(vault=Broken())
    assert rows["keyring"].standing is Standing.FAILED and len(rows) == 8


# --- environment


def test_proxy_variables_are_named_and_their_values_never_shown(look: Look) -> None:
    password = secrets.token_hex(8)
    environ = {"https_proxy": f"http://somebody:{password}@proxy.example:3128", "NO_PROXY": "localhost", "SSL_CERT_FILE": "/x.pem"}
    rows = look(environ)
    row = rows["proxy"]
    assert row.standing is Standing.WARNING and row.remedy and "https_proxy" in row.remedy.text
    assert all(name in row.says for name in environ)
    for text in (str(rows), repr(rows)):
        assert password not in text and "somebody" not in text and "proxy.example" not in text


def test_a_proxy_without_a_password_is_no_warning_and_none_is_nothing(look: Look) -> None:
    assert look({"HTTPS_PROXY": "http://proxy.example:3128"})["proxy"].standing is Standing.VERIFIED
    assert look({"HTTPS_PROXY": ""})["proxy"].standing is Standing.NOT_APPLICABLE


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
def test_the_terminal_is_described(look: Look) -> None:
    import pty

    assert look({"TERM": "xterm"})["terminal"].standing is Standing.WARNING
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as end:
        row = look({"TERM": "linux", "LANG": "en_US.UTF-8"}, streams=(end, end))["terminal"]
    os.close(ours)
    assert row.standing is Standing.VERIFIED and row.says == "linux, 16 colours, ASCII alone"


# --- swap and folder

HEADER = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        (None, Standing.UNKNOWN),
        (HEADER, Standing.VERIFIED),
        (HEADER + "/dev/zram0   partition\t8388604\t0\t100\n", Standing.VERIFIED),
        (HEADER + "/dev/dm-1    partition\t8388604\t0\t-2\n", Standing.WARNING),
        (HEADER + "/dev/zram0   partition\t1\t0\t100\n/swapfile\tfile\t2\t0\t-2\n", Standing.WARNING),
    ],
)
def test_swap(look: Look, tmp_path: Path, text: str | None, standing: Standing) -> None:
    if text is not None:
        (tmp_path / "swaps").write_text(text)
    assert look()["swap"].standing is standing


def test_a_folder_that_is_not_there_yet_is_not_made(look: Look, tmp_path: Path) -> None:
    row = look(folder=tmp_path / "a" / "b")["folder"]
    assert row.standing is Standing.VERIFIED and not (tmp_path / "a").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_a_folder_open_to_others_is_a_warning_and_looking_leaves_nothing(look: Look, tmp_path: Path) -> None:
    folder = tmp_path / "setups"
    folder.mkdir(mode=0o700)
    assert look()["folder"].standing is Standing.VERIFIED
    folder.chmod(0o755)
    row = look()["folder"]
    assert row.standing is Standing.WARNING and "0755" in row.says
    assert list(folder.iterdir()) == [] and stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_a_folder_that_cannot_be_written_is_a_failure(look: Look, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert look(folder=tmp_path / "file" / "setups")["folder"].standing is Standing.FAILED
