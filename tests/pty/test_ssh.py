"""The wizard where most people run it: in a login over SSH, with a key, on a machine without a desktop."""

from __future__ import annotations

import json
import re
import secrets
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from leakscan import scan
from login import Login, sshd
from secret_service import until
from terminal import WIZARD, Terminal
from walker import (
    CONSUMER,
    TOKEN,
    Account,
    next_step,
    paste_pair,
    practice_account,
    to_the_access_token,
    to_the_integration,
    type_twice,
)

from wizard.exits import Exit
from wizard.vault.encrypted_file import EncryptedFileKeyring

pytestmark = pytest.mark.pty


@dataclass(frozen=True)
class Server:
    """A machine people reach over SSH alone, and NetSuite as seen from there."""

    login: Login
    """Into an empty home."""
    account: Account
    """Plays NetSuite."""
    passphrase: str
    """Of the encrypted file that is made here."""

    @property
    def vault(self) -> Path:
        """The encrypted file."""
        return self.login.home / ".local/share/netsuite-setup/vault.json"

    def open(self) -> Terminal:
        """Log in, and start the wizard."""
        return self.login.open(*WIZARD, *self.account.network)

    def go_on(self, terminal: Terminal) -> None:
        """Open the setup again, and the encrypted file with it."""
        terminal.wait_for("Go on", "1234567_SB1")
        terminal.press("enter")
        terminal.wait_for("Passphrase", "Esc goes on without it")
        terminal.paste(self.passphrase)
        terminal.press("enter")
        terminal.wait_gone("Esc goes on without it")


@pytest.fixture
def login(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Login]:
    with sshd(tmp_path, tmp_path_factory.mktemp("in")) as server:  # a short name, as homes have: it stands on the screen
        yield server


@pytest.fixture
def server(tmp_path: Path, login: Login) -> Iterator[Server]:
    with practice_account(tmp_path) as account:
        yield Server(login, account, f"{secrets.token_hex(4)} {secrets.token_hex(4)} {secrets.token_hex(4)}")


def test_a_login_with_a_key_has_no_desktop_and_is_told_so(login: Login) -> None:
    has = login.run("env").stdout
    assert f"HOME={login.home}\n" in has
    assert "SSH_CONNECTION=127.0.0.1 " in has
    assert [name for name in ("DBUS", "XDG_", "DISPLAY", "WAYLAND") if f"\n{name}" in has] == []
    said = login.run(*WIZARD, "doctor", "--connect-to", "127.0.0.1:9").stdout
    assert "offers no keyring to this login" in said
    assert list(login.home.iterdir()) == []


def test_the_wizard_over_ssh_stores_a_set_that_later_logins_read_again(server: Server) -> None:
    begun, values = time.time(), server.account.values
    with server.open() as first:
        to_the_integration(first)
        choose_the_file(first, server)
        paste_pair(first, values, CONSUMER)
        first.wait_for("Kept in the encrypted file", "read back")
        drop(first, server)  # in the middle: half of the set is stored

    with server.open() as second:
        server.go_on(second)
        second.wait_for("step 4 of 13 · Integration", "Kept in the encrypted file")
        next_step(second, "step 5 of 13 · Connect")
        paste_pair(second, server.account.setup_token, TOKEN)
        second.wait_for("✓ The setup token logs in")
        second.wait_focused("Next")
        to_the_access_token(second)
        paste_pair(second, values, TOKEN)
        second.wait_for("✓ Five credentials", "✓ Login over REST with the token")
        second.out_of_field()
        second.press("q")
        second.wait_for("Leave?", "The setup token is not revoked yet")
        second.press("y")
        assert second.wait_for_end() == 0

    with server.open() as third:
        server.go_on(third)
        third.wait_for("step 9 of 13 · Access token", "✓ Five credentials", "✓ Login over REST with the token")
        third.out_of_field()
        third.press("q")
        assert third.wait_for_end() == 0

    with server.login.open(*WIZARD, "check", *server.account.network) as fourth:
        fourth.wait_for("Passphrase of the encrypted file")
        fourth.type(f"{server.passphrase}\r")
        assert fourth.wait_for_end() == Exit.UNDECIDED
        assert re.search(r"\n\+ .*Login over REST with the token", fourth.written.decode())

    kept = EncryptedFileKeyring(server.vault, server.passphrase)
    assert json.loads(kept.get_password("nswizard:1234567_SB1:alvys", "tba") or "{}") == {"v": 1, "account": "1234567_SB1", **values}
    assert server.vault.stat().st_mode & 0o777 == 0o600
    for terminal in (first, second, third, fourth):
        assert terminal.betrayed(*server.account.secrets, server.passphrase) == []
    assert scan([*server.account.secrets, server.passphrase], begun, [server.login.home, server.login.folder]) == []


def choose_the_file(terminal: Terminal, server: Server) -> None:
    """What is true of the keyring here is said, and the person chooses the file with a passphrase."""
    terminal.wait_for("Where the values will be kept", "offers no keyring to this login")
    terminal.press("down")
    terminal.wait_for("A lost passphrase means new values in NetSuite")
    terminal.press("enter")
    terminal.wait_for("New passphrase", "At least 14 characters")
    type_twice(terminal, server.passphrase)
    terminal.wait_for("step 4 of 13 · Integration", "Will be kept in the encrypted file")


def drop(terminal: Terminal, server: Server) -> None:
    """Let the line drop: the client is killed, and the wizard ends by itself, at the other end."""
    running = server.login.programs()
    terminal.signal(signal.SIGKILL)
    assert running
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in running))
