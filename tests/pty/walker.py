"""A practice account in NetSuite's place, and what a person does on the way through the wizard. Imported as ``walker``."""

from __future__ import annotations

import contextlib
import http.client
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from terminal import WIZARD, Terminal, clean_environment

CONSUMER = ("consumer_key", "consumer_secret")
TOKEN = ("token_id", "token_secret")


@dataclass(frozen=True)
class Account:
    """A practice account in a process of its own."""

    ready: Mapping[str, Any]
    """Its line: address, ca_file, account, credentials, setup_token."""

    @property
    def network(self) -> tuple[str, ...]:
        """The options that put it in NetSuite's place."""
        return ("--connect-to", self.ready["address"], "--ca-file", self.ready["ca_file"])

    @property
    def values(self) -> Mapping[str, str]:
        """The four secret values by name."""
        return {name: self.ready["credentials"][name] for name in (*CONSUMER, *TOKEN)}

    @property
    def setup_token(self) -> Mapping[str, str]:
        """Its two values by name."""
        values: Mapping[str, str] = self.ready["setup_token"]
        return values

    def reset_credentials(self) -> dict[str, str]:
        """Do as the administrator: the integration record gets a new consumer pair, which its page shows once."""
        control = self.ready["control"]
        connection = http.client.HTTPConnection("127.0.0.1", int(control["address"].rpartition(":")[2]), timeout=30)
        with contextlib.closing(connection):
            connection.request("POST", "/click", json.dumps({"click": "reset_credentials"}), {"Authorization": f"Bearer {control['token']}"})
            shown = json.loads(connection.getresponse().read())["shown"]
        return dict(zip(CONSUMER, (shown["key"], shown["secret"]), strict=True))

    @property
    def secrets(self) -> list[str]:
        """The six values, fresh at every start."""
        return [self.values[name] for name in (*CONSUMER, *TOKEN)] + [self.setup_token[name] for name in TOKEN]


@contextlib.contextmanager
def practice_account(folder: Path) -> Iterator[Account]:
    """Run the account that is ready for Alvys until the test is over. It plays NetSuite: its memory holds the values.

    Args:
        folder: for its home, ``background``.
    """
    home = folder / "background"
    home.mkdir()
    command = [*WIZARD, "practice", "serve", "--scenario", "alvys-ready"]
    with subprocess.Popen(
        command, env=clean_environment(home), cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stderr and process.stdin
        try:
            line = process.stdout.readline()
            assert line, f"the practice account did not start: {process.stderr.read()}"
            yield Account(json.loads(line))
        finally:
            process.stdin.close()
            process.terminate()
            process.wait(timeout=30)


# --- as a person does it ----------------------------------------------------------------------------------------------


def next_step(terminal: Terminal, *texts: str, key: str = "right") -> None:
    """Go to the next step, or with another key elsewhere, and wait for what stands there."""
    terminal.out_of_field()
    terminal.press(key)
    terminal.wait_for(*texts)


def to_the_integration(terminal: Terminal) -> None:
    """Begin a setup for Alvys, name the account, go on to the first pair."""
    terminal.wait_for("Prepare a NetSuite account", "Alvys")
    terminal.press("enter")
    terminal.wait_for("step 1 of 13", "Keyring of this login")
    next_step(terminal, "step 2 of 13 · Account")
    terminal.paste("\n  https://1234567-sb1.app.netsuite.com/app/center/card.nl?sc=-29  \n")
    terminal.wait_for("https://1234567-sb1.app.ne")
    terminal.press("enter")
    terminal.wait_for("✓ The account exists", "SANDBOX", "Asked at")
    next_step(terminal, "step 3 of 13 · Features")
    terminal.out_of_field()
    terminal.press("right")


def fill_pair(terminal: Terminal, values: Mapping[str, str], names: tuple[str, str]) -> None:
    """Paste both values of a pair with what comes along when one copies them; both are in the fields then."""
    terminal.wait(terminal.in_field, "waiting for the first hidden field")
    terminal.paste(f"  {values[names[0]]}\n")
    terminal.wait_for("64 characters ✓", "1 line end")
    label = names[1].replace("_", " ").title().replace("Id", "ID")
    terminal.press("enter")  # Tab may be pressed once too often while the page changes by itself: the keyring is tried meanwhile
    terminal.wait(lambda: terminal.in_field(label), f"waiting for {label}")
    terminal.paste(f"\n{values[names[1]]} \n")
    terminal.wait(lambda: terminal.text().count("64 characters ✓") == 2, "waiting for both values")


def paste_pair(terminal: Terminal, values: Mapping[str, str], names: tuple[str, str]) -> None:
    """Paste a pair, then Enter: stored, or logged in with."""
    fill_pair(terminal, values, names)
    terminal.press("enter")
    terminal.wait_gone("64 characters ✓")


def type_twice(terminal: Terminal, password: str) -> None:
    """Fill both hidden fields for something new with the same, then Enter."""
    for times, field in enumerate(("New pass", "Once more"), start=1):
        terminal.wait(lambda field=field: terminal.in_field(field), f"waiting for {field}")  # type: ignore[misc]
        terminal.paste(password)
        terminal.wait(lambda n=times: sum("•••" in line for line in terminal.lines()) == n, "waiting for what was typed")  # type: ignore[misc]
        terminal.press("enter")


def to_the_access_token(terminal: Terminal) -> None:
    """From a setup token that logs in to the second pair, with the user's address on the way."""
    for step in ("6 of 13 · Role", "7 of 13 · Permissions", "8 of 13 · User"):
        next_step(terminal, f"step {step}")
    terminal.wait(lambda: terminal.in_field("Alvys Integration"), "waiting for the first question")
    terminal.press("tab")
    terminal.wait(lambda: terminal.in_field("An address your company can read"), "waiting for the e-mail address")
    terminal.type("alvys.integration@practice.example")
    terminal.press("enter", "f5")
    terminal.wait_for("✓ The user has the role")
    next_step(terminal, "step 9 of 13 · Access token")


def save_the_report(terminal: Terminal, folder: Path) -> Path:
    """Save the report, and return where it is.

    Args:
        terminal: shows a page with the key for it.
        folder: the program's working directory.
    """
    terminal.press("r")
    terminal.wait_for("Save the report", "Enter writes it.")
    terminal.press("enter")
    terminal.wait_for("It holds no secrets.")
    terminal.press("escape")
    terminal.wait_gone("It holds no secrets.")
    (report,) = folder.glob("*.md")
    return report
