"""Calls that would wait for ever: the program is back, can end, and nothing is written when somebody answers after all."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import secretstorage
from pydantic import SecretStr
from secret_service import SecretService
from support import ROOT
from vault_values import PROFILE, REALM

from wizard.vault.interface import Usability
from wizard.vault.os_keyring import OsKeyring

pytestmark = pytest.mark.secretservice

DEADLINES = (2.0, 8.0, 30.0)
"""Seconds; the next one only if a busy machine did not get into the hang within the first."""
FAR_TOO_LONG = 60.0
"""Seconds after which the program is taken for hanging: nothing about speed, which the table says."""

PROGRAM = """
import json, sys, time
from vault_values import PROFILE, fresh
from wizard.errors import VaultError
from wizard.vault.os_keyring import OsKeyring
begun = time.monotonic()
try:
    said = OsKeyring(float(sys.argv[1])).save(fresh(), PROFILE).fingerprint
except VaultError as error:
    said = error.message
print(json.dumps([said, time.monotonic() - begun]))
"""
"""Saves five values and ends."""


@dataclass
class Hang:
    """A way to wait for ever."""

    service: SecretService
    patch: pytest.MonkeyPatch
    display: str
    open: ExitStack = field(default_factory=ExitStack)

    def dialog(self) -> None:
        """A dialog at a display nobody looks at."""
        self.service.start()
        self.service.unlock()
        self.service.show(self.display)
        self.service.kill_daemon()
        self.patch.setenv("PYTHON_KEYRING_BACKEND", "unlooked_keyring.DBusKeyring")

    def answer(self) -> None:
        """Leave the dialog where it is; the keyring is opened below, as typing its password there does."""
        self.patch.delenv("PYTHON_KEYRING_BACKEND")

    def frozen(self) -> None:
        """A daemon that takes calls and never answers."""
        self.service.start()
        self.service.unlock()
        self.service.freeze()

    def thaw(self) -> None:
        """Let it go on."""
        self.service.thaw()

    def mute(self) -> None:
        """A bus that accepts and says nothing."""
        self.service.start()
        self.service.unlock()
        silent = self.open.enter_context(socket.socket(socket.AF_UNIX))
        silent.bind(str(self.service.home / "mute"))
        silent.listen(8)
        self.open.callback(self.patch.setenv, "DBUS_SESSION_BUS_ADDRESS", os.environ["DBUS_SESSION_BUS_ADDRESS"])
        self.patch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={self.service.home / 'mute'}")

    def speak(self) -> None:
        """Bring the real bus back."""
        self.open.close()


def entries() -> int:
    """Return how many entries the default keyring holds, the disposable ones included."""
    with closing(secretstorage.dbus_init()) as connection:
        return len(list(secretstorage.get_default_collection(connection).get_all_items()))


def asked(deadline: float) -> tuple[str, float]:
    """Run the program; return what it said and after how many seconds."""
    path = os.pathsep.join([str(ROOT), str(Path(__file__).parent), str(ROOT / "tests")])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(deadline)],
        env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, timeout=FAR_TOO_LONG, check=True,
    )  # fmt: skip
    said, seconds = json.loads(done.stdout)
    return said, seconds


@pytest.mark.parametrize(
    ("hang", "end", "said"),
    [
        (Hang.dialog, Hang.answer, "did not answer in time"),
        (Hang.frozen, Hang.thaw, "did not answer in time"),
        (Hang.mute, Hang.speak, "did not answer in time|offers no keyring to this login"),  # keyring gives up after 1.1 s
    ],
)
def test_a_program_is_back_in_time_can_end_and_writes_nothing_later(
    hang: Callable[[Hang], None], end: Callable[[Hang], None], said: str, service: SecretService, display: str,
    monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    state = Hang(service, monkeypatch, display)
    hang(state)
    for deadline in DEADLINES:
        answer, seconds = asked(deadline)
        assert re.search(f"Nothing was changed.*({said})", answer)
        shown = service.processes(b"prompter")
        if shown or hang is not Hang.dialog:
            break
    assert bool(shown) is (hang is Hang.dialog)
    end(state)
    vault = OsKeyring(deadline=30)
    if hang is Hang.dialog:
        assert vault.unlock(SecretStr(service.password)).usability is Usability.OK
    assert vault.load(REALM, PROFILE) is None
    assert entries() == 0
    record_property(
        "table", f"{hang.__name__:<7} deadline {deadline:.0f} s: the program was back after {seconds:.2f} s, and ended; 0 entries later"
    )
