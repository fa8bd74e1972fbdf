"""The sixteen situations of keyring-notes 1.6, each made for real: what the probe says of each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_keyrings import Fake
from installed import install
from secret_service import SecretService

from wizard.vault.interface import Usability
from wizard.vault.os_keyring import OsKeyring

pytestmark = pytest.mark.secretservice

VARIABLE = "PYTHON_KEYRING_BACKEND"


class Machine:
    """A machine of its own: an empty home, no bus, keyring's own choice."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch, display: str) -> None:
        """Begin with nothing.

        Args:
            home: empty.
            patch: undone when the situation ends.
            display: one that nobody looks at.
        """
        self.home, self.patch, self.display = home, patch, display
        patch.setenv("HOME", str(home))
        for name in ("DATA", "CONFIG", "CACHE", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        for name in (VARIABLE, "DBUS_SESSION_BUS_ADDRESS", "DISPLAY"):
            patch.delenv(name, raising=False)
        patch.setenv("FAKE_KEYRING", str(Fake(home / "fake").folder))
        self.service = SecretService(home, patch)

    def unlocked(self) -> None:
        """A keyring that a login opened."""
        self.service.start()
        self.service.unlock()

    def locked(self) -> None:
        """The same after the service started anew, with a display at which a dialog could appear."""
        self.unlocked()
        self.service.show(self.display)
        self.service.kill_daemon()

    def frozen(self) -> None:
        """A service that takes calls and never answers."""
        self.unlocked()
        self.service.freeze()

    def blank(self) -> None:
        """A keyring without a password."""
        self.service.start()
        self.service.make_blank_password()

    def blank_after_restart(self) -> None:
        """The same, which GNOME marks as locked at each start."""
        self.blank()
        self.service.kill_daemon()

    def disabled(self) -> None:
        """What was the cure for a program that hung."""
        subprocess.run([sys.executable, "-m", "keyring", "--disable"], check=True)

    def chosen(self, backend: str) -> None:
        """A backend named by the variable."""
        self.patch.setenv(VARIABLE, backend)

    def with_alt(self) -> None:
        """keyrings.alt, installed."""
        install(self.home / "packages", "keyrings.alt.file", "PlaintextKeyring", 0.5)
        self.patch.syspath_prepend(self.home / "packages")

    def chained(self) -> None:
        """A keyring service and keyrings.alt: keyring chains the two."""
        self.unlocked()
        self.with_alt()

    def in_the_session(self) -> None:
        """The collection that ends with the service."""
        self.unlocked()
        self.patch.setenv("KEYRING_PROPERTY_PREFERRED_COLLECTION", "/org/freedesktop/secrets/collection/session")


SITUATIONS: dict[str, tuple[Usability, Callable[[Machine], None]]] = {
    "encrypted login keyring, unlocked": (Usability.OK, Machine.unlocked),
    "chain of Secret Service and keyrings.alt": (Usability.OK, Machine.chained),
    "encrypted login keyring, locked, a display known": (Usability.LOCKED, Machine.locked),
    "service without a default collection": (Usability.NO_COLLECTION, lambda machine: machine.service.start()),
    "blank password, fresh": (Usability.PLAINTEXT, Machine.blank),
    "blank password, service started anew": (Usability.PLAINTEXT, Machine.blank_after_restart),
    "null backend by variable": (Usability.DISABLED, lambda machine: machine.chosen("keyring.backends.null.Keyring")),
    "null backend by `keyring --disable`": (Usability.DISABLED, Machine.disabled),
    "no D-Bus": (Usability.NO_BACKEND, lambda machine: None),
    "fail backend by variable": (Usability.NO_BACKEND, lambda machine: machine.chosen("keyring.backends.fail.Keyring")),
    "variable names what is not there": (Usability.MISCONFIGURED, lambda machine: machine.chosen("keyring.backends.gone.Keyring")),
    "variable empty": (Usability.MISCONFIGURED, lambda machine: machine.chosen("")),
    "keyrings.alt alone": (Usability.UNTRUSTED, Machine.with_alt),
    "chain forced, and nothing to chain": (
        Usability.UNTRUSTED, lambda machine: machine.chosen("keyring.backends.chainer.ChainerBackend"),
    ),
    "session collection by variable": (Usability.MEMORY_ONLY, Machine.in_the_session),
    "daemon frozen": (Usability.TIMEOUT, Machine.frozen),
}  # fmt: skip


def test_the_probe_is_right_in_every_situation(
    home: Path, display: str, record_property: Callable[[str, object], None]
) -> None:
    rows, right = [], 0
    for number, (situation, (expected, arrange)) in enumerate(SITUATIONS.items()):
        folder = home / str(number)
        folder.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            machine = Machine(folder, patch, display)
            try:
                arrange(machine)
                found = OsKeyring(2 if expected is Usability.TIMEOUT else 30).probe().usability
                windows = machine.service.processes(b"prompter")
            finally:
                machine.service.stop()
        fine = found is expected and not windows and Fake(folder / "fake").kept == {}
        right += fine
        rows.append(f"{situation:<50} {found.value:<18} {'right' if fine else f'WRONG: {expected.value}, {len(windows)} windows'}")
    table = "\n".join([*rows, f"{right} of {len(SITUATIONS)} right"])
    record_property("table", table)
    assert right == len(SITUATIONS) == 16, table
