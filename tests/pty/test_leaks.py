"""Where the five values and the setup token end up: in the keyring, and nowhere else anybody has looked.

The wizard runs as it would at a customer's, with the practice account as a program of its own in NetSuite's place and a
private Secret Service. The practice account's values are the canaries: fresh at every start, so any hit is a leak.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from leakscan import scan
from support import ROOT
from terminal import WIZARD, Terminal, clean_environment

pytestmark = pytest.mark.pty

TOOLS = ("dbus-run-session", "dbus-send", "gnome-keyring-daemon")
NAMES = ("consumer_key", "consumer_secret", "token_id", "token_secret")


@dataclass
class Scene:
    """What one test has: the account, a keyring, an empty home, and since when files count as ours."""

    account: Mapping[str, Any]
    """The practice account's line: address, ca_file, account, credentials, setup_token."""
    environment: dict[str, str]
    """Of the wizard."""
    folder: Path
    """Everything the wizard may write to is below: home, working directory, keyring."""
    since: float = field(default_factory=time.time)
    """Seconds since 1970."""

    @property
    def work(self) -> Path:
        """The working directory."""
        return self.folder / "work"

    @property
    def network(self) -> tuple[str, ...]:
        """The options that put the practice account in NetSuite's place."""
        return ("--connect-to", self.account["address"], "--ca-file", self.account["ca_file"])

    @property
    def canaries(self) -> list[str]:
        """The six values that must not be found."""
        values = self.account["credentials"]
        return [values[name] for name in NAMES] + [self.account["setup_token"][name] for name in ("token_id", "token_secret")]

    def open(self) -> Terminal:
        """Start the wizard."""
        return Terminal([*WIZARD, *self.network], self.environment, self.work)

    def leaks(self, terminal: Terminal) -> list[str]:
        """Return every place where a canary is, after proving that planted ones are found in the same run.

        Looked through: all that changed below the folder and in the machine's own folders for temporary files, what was
        written to the terminal, and every process's arguments and environment.
        """
        assert terminal.betrayed(*self.canaries) == []
        planted = self.folder / "home" / "planted"
        planted.write_text(self.canaries[1].encode().hex(), encoding="ascii")
        waiting = [sys.executable, "-c", "input()"]
        with subprocess.Popen(waiting, stdin=subprocess.PIPE, env={"LEAK": self.canaries[5]}) as dummy:
            try:
                hits = {hit.place for hit in scan(self.canaries, self.since, [self.folder, "/tmp", "/var/tmp", "/dev/shm"])}
            finally:
                dummy.communicate(b"\n")
                planted.unlink()
        known = {str(planted), f"/proc/{dummy.pid}/environ"}
        assert known <= hits, "the scan misses leaks that were planted: what it does not find proves nothing"
        return sorted(hits - known)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    for tool in TOOLS:
        if not shutil.which(tool):
            pytest.skip(f"no {tool}: install gnome-keyring and dbus")
    folders = {name: tmp_path / name for name in ("home", "work", "keyring")}
    for folder in folders.values():
        folder.mkdir()
    environment = clean_environment(folders["home"])
    with _keyring(folders["keyring"]) as address, _practice_account(tmp_path) as account:
        yield Scene(account, environment | address, tmp_path)


@contextlib.contextmanager
def _keyring(folder: Path) -> Iterator[dict[str, str]]:
    """Run an unlocked Secret Service of our own, and give the two variables that lead to it."""
    says = "import json, os, sys; print(json.dumps({n: os.environ[n] for n in sys.argv[1:]}), flush=True); input()"
    names = ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")
    with _speaker([str(ROOT / "tests/ci-keyring.sh"), sys.executable, "-c", says, *names], folder) as line:
        yield json.loads(line)


@contextlib.contextmanager
def _practice_account(folder: Path) -> Iterator[dict[str, Any]]:
    """Run the practice account as a program of its own; its files are not the wizard's, and hold no values."""
    serve = [*WIZARD, "practice", "serve", "--scenario", "alvys-ready"]
    with _speaker(serve, folder) as line:
        yield json.loads(line)


@contextlib.contextmanager
def _speaker(command: list[str], folder: Path) -> Iterator[str]:
    """Run a program that says one line when it is ready, and ends when it is told to."""
    home = folder / "background"
    home.mkdir()
    environment = clean_environment(home)
    with subprocess.Popen(
        command, env=environment, cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stderr and process.stdin
        try:
            line = process.stdout.readline()
            assert line, f"{command[0]} did not start: {process.stderr.read()}"
            yield line
        finally:
            process.stdin.close()
            process.terminate()
            process.wait(timeout=30)


# --- as a person does it ----------------------------------------------------------------------------------------------


def test_nothing_but_the_keyring_keeps_a_value_and_the_next_start_goes_on(scene: Scene) -> None:
    with scene.open() as terminal:
        to_the_integration(terminal, scene)
        paste_pair(terminal, scene.account["credentials"], "consumer_key", "consumer_secret")
        terminal.wait_for("Kept in the GNOME keyring", "read back")
        terminal.wait_focused("Next")
        next_step(terminal, "step 5 of 13 · Connect")
        paste_pair(terminal, scene.account["setup_token"], "token_id", "token_secret")
        terminal.wait_for("✓ The setup token logs in", "From here every step is verified")
        terminal.wait_focused("Next")
        for step in ("6 of 13 · Role", "7 of 13 · Permissions", "8 of 13 · User"):
            next_step(terminal, f"step {step}")
        give_the_mail_address(terminal)
        next_step(terminal, "step 9 of 13 · Access token")
        paste_pair(terminal, scene.account["credentials"], "token_id", "token_secret")
        terminal.wait_for("✓ Five credentials", "✓ Login over REST with the token")
        assert scene.leaks(terminal) == []
        for step in ("10 of 13 · Accounts", "11 of 13 · Subsidiaries", "12 of 13 · Readiness"):
            next_step(terminal, f"step {step}")
        terminal.wait_for("Asked with the integration's own token and the setup token", "Nothing failed")
        report = save_the_report(terminal, scene)
        assert scene.leaks(terminal) == []
        terminal.press("q")
        terminal.wait_for("Leave?", "The setup token is not revoked yet")
        terminal.press("y")
        assert terminal.wait_for_end() == 0
        assert scene.leaks(terminal) == []
        assert_nothing_stays(terminal)
    assert scene.account["account"] in report.read_text(encoding="utf-8")
    assert report.stat().st_mode & 0o077 == 0

    with scene.open() as terminal:
        terminal.wait_for("Go on", "1234567_SB1", "step 12 of 13 Readiness")
        terminal.press("enter")
        terminal.wait_for("step 12 of 13 · Readiness", "Asked with the integration's own token,", "Nothing failed")
        for step in ("11 of 13 · Subsidiaries", "10 of 13 · Accounts", "9 of 13 · Access token"):
            next_step(terminal, f"step {step}", key="left")
        terminal.wait_for("✓ Five credentials", "✓ Login over REST with the token", "Kept in the GNOME keyring")
        assert scene.leaks(terminal) == []
        terminal.out_of_field()
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert scene.leaks(terminal) == []
        assert_nothing_stays(terminal)


def assert_nothing_stays(terminal: Terminal) -> None:
    """No title, no notification, no clipboard; pastes come in brackets; all that was shown was on the alternate screen."""
    assert terminal.commanded() <= {b"22", b"8"}  # the pointer's shape; links of addresses
    assert b"\x1b[?2004h" in terminal.written
    assert terminal.beside_the_alternate_screen() == ""


def to_the_integration(terminal: Terminal, scene: Scene) -> None:
    terminal.wait_for("Prepare a NetSuite account", "Alvys")
    terminal.press("enter")
    terminal.wait_for("step 1 of 13", "✓ Keyring of this login")
    next_step(terminal, "step 2 of 13 · Account")
    terminal.paste("\n  https://1234567-sb1.app.netsuite.com/app/center/card.nl?sc=-29  \n")
    terminal.wait_for("https://1234567-sb1.app.ne")
    terminal.press("enter")
    terminal.wait_for("✓ The account exists", "SANDBOX", "Asked at")
    next_step(terminal, "step 3 of 13 · Features")
    next_step(terminal, "step 4 of 13 · Integration", "Will be kept in the GNOME keyring")


def next_step(terminal: Terminal, *texts: str, key: str = "right") -> None:
    terminal.out_of_field()
    terminal.press(key)
    terminal.wait_for(*texts)


def paste_pair(terminal: Terminal, values: Mapping[str, str], first: str, second: str) -> None:
    """Paste both values with what comes along when one copies them, then Enter: stored, or logged in with."""
    terminal.wait(terminal.in_field, "waiting for the first hidden field")
    terminal.paste(f"  {values[first]}\n")
    terminal.wait_for("64 characters ✓", "1 line end")
    label = second.replace("_", " ").title().replace("Id", "ID")
    terminal.move_to(lambda: terminal.in_field(label), label)
    terminal.paste(f"\n{values[second]} \n")
    terminal.wait(lambda: terminal.text().count("64 characters ✓") == 2, "waiting for both values")
    terminal.press("enter")
    terminal.wait_gone("64 characters ✓")


def give_the_mail_address(terminal: Terminal) -> None:
    terminal.wait(lambda: terminal.in_field("Alvys Integration"), "waiting for the first question")
    terminal.move_to(lambda: terminal.in_field("An address your company can read"), "the e-mail address")
    terminal.type("alvys.integration@practice.example")
    terminal.press("enter", "f5")
    terminal.wait_for("✓ The user has the role")


def save_the_report(terminal: Terminal, scene: Scene) -> Path:
    terminal.press("r")
    terminal.wait_for("Save the report", "Enter writes it.")
    terminal.press("enter")
    terminal.wait_for("It holds no secrets.")
    terminal.press("escape")
    terminal.wait_gone("It holds no secrets.")
    (report,) = scene.work.glob("*.md")
    return report


# --- without the wizard -----------------------------------------------------------------------------------------------


def test_check_with_credentials_on_standard_input_repeats_none(scene: Scene) -> None:
    given = {
        **scene.account["credentials"], "account": scene.account["account"], "setup_token": scene.account["setup_token"],
        "answers": {"user_email": "alvys.integration@practice.example"},
    }  # fmt: skip
    for form in ([], ["--json"]):
        done = subprocess.run(
            [*WIZARD, "check", "--profile", "alvys", "--credentials", "-", *scene.network, *form], check=False, timeout=90,
            input=json.dumps(given), capture_output=True, text=True, env=scene.environment, cwd=scene.work,
        )  # fmt: skip
        assert done.returncode in (0, 4), done.stderr
        assert "Login over REST with the token" in done.stdout
        for canary in scene.canaries:
            assert canary not in done.stdout + done.stderr
