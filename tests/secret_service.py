"""A real Secret Service for tests: a private D-Bus with a private GNOME keyring, in every state that matters.

The bus runs beside the test, whose environment is pointed at it; ended with the test, by process id. Nothing of the person
who runs the tests is touched.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest

from bootstrap import TEST_TOOLS, find_tool
from wizard.vault.words import UNLOCK

TOOLS = ("dbus-run-session", "dbus-send", "gnome-keyring-daemon")
PASSWORD = "a throw-away password"
PATIENCE = 30.0
"""Seconds a condition may take on a busy machine before the test is given up."""

_WITHOUT = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "GNOME_KEYRING_CONTROL", "PYTHON_KEYRING_BACKEND")

_BLANK_KEYRING = """
from contextlib import closing
import secretstorage
from secretstorage.util import DBusAddressWrapper, format_secret, open_session
ROOT = "/org/freedesktop/secrets"
with closing(secretstorage.dbus_init()) as bus:
    guilt = DBusAddressWrapper(ROOT, "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface", bus)
    label = {"org.freedesktop.Secret.Collection.Label": ("s", "login")}
    password = format_secret(open_session(bus), b"", "text/plain")
    path, = guilt.call("CreateWithMasterPassword", "a{sv}(oayays)", label, password)
    DBusAddressWrapper(ROOT, "org.freedesktop.Secret.Service", bus).call("SetAlias", "so", "default", path)
"""

_BUS_WITHOUT_SERVICES = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""


def require(
    *tools: str, environ: Mapping[str, str] = os.environ, which: Callable[[str], str | None] = find_tool
) -> None:
    """Skip the test where a tool is missing; fail it in CI, where nothing may be missing.

    Args:
        tools: commands.
        environ: where ``CI`` is looked up.
        which: finds a command.
    """
    missing = [tool for tool in tools if not which(tool)]
    if missing:
        packages = sorted({TEST_TOOLS.get(tool, tool) for tool in missing})
        leave_out(f"needs {', '.join(missing)} (Debian: apt-get install {' '.join(packages)})", environ)


def leave_out(reason: str, environ: Mapping[str, str] = os.environ) -> NoReturn:
    """Skip the test, or fail it in CI.

    Args:
        reason: begins with "needs".
        environ: where ``CI`` is looked up.
    """
    if environ.get("CI"):
        pytest.fail(f"CI {reason}")
    pytest.skip(reason)


def until(true: Callable[[], object]) -> None:
    """Wait until a condition holds; fail if it never does."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited in vain for {true}"
        time.sleep(0.01)


def ended(pid: int) -> bool:
    """Tell whether a process has ended; its parent may not have noticed yet."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def keyring_children(parent_id: int | None = None) -> list[int]:
    """Return the ids of a process's children that hold a keyring call.

    Args:
        parent_id: of the process; None is this one.
    """
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == (parent_id or os.getpid()) and b"keyring_child" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


class SecretService:
    """A private bus; its keyring is in the state that the methods bring it to."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch, password: str = PASSWORD) -> None:
        """Nothing runs yet.

        Args:
            home: the empty home of the test.
            monkeypatch: points the environment at the bus.
            password: of the keyring.
        """
        self.home = home
        self.password = password
        self._monkeypatch = monkeypatch
        self._bus: subprocess.Popen[str] | None = None
        self._other: subprocess.Popen[bytes] | None = None
        self._run = home / "run"
        self._known: set[int] = set()

    def start(self, *, services: bool = True) -> None:
        """Start the bus; the keyring's daemon starts with the first call, and is locked.

        Args:
            services: False for a bus that cannot start a keyring.
        """
        self._run.mkdir(mode=0o700, exist_ok=True)
        (self.home / "data").mkdir(exist_ok=True)
        for name in _WITHOUT:
            self._monkeypatch.delenv(name, raising=False)
        self._monkeypatch.setenv("XDG_RUNTIME_DIR", str(self._run))
        options = []
        if not services:
            config = self.home / "bus.conf"
            config.write_text(_BUS_WITHOUT_SERVICES, encoding="utf-8")
            options = [f"--config-file={config}"]
        self._bus = subprocess.Popen(
            ["dbus-run-session", *options, "--", "sh", "-c", 'echo "$DBUS_SESSION_BUS_ADDRESS"; exec cat'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self._bus.stdout
        address = self._bus.stdout.readline().strip()
        assert address, "the private bus did not start"
        self._monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)

    def take_over(self, name: str, alias: str) -> Path:
        """Put a stand-in of another service in the place of the keyring; return the file of the methods it was called by.

        Args:
            name: of its process.
            alias: where its default collection is.
        """
        heard = self.home / "heard"
        heard.touch()
        program = Path(__file__).parent / "wizard/vault/other_service.py"
        self._other = subprocess.Popen([sys.executable, program, name, alias, heard], stderr=subprocess.DEVNULL)
        until(lambda: "true" in self._call("NameHasOwner"))
        return heard

    def show(self, display: str) -> None:
        """Let the bus know a display, as a desktop's login does: dialogs would appear there."""
        self._monkeypatch.setenv("DISPLAY", display)
        subprocess.run(["dbus-update-activation-environment", "DISPLAY"], check=True)

    def unlock(self) -> None:
        """Start the daemon with its password: makes the keyring the first time."""
        subprocess.run(
            ["gnome-keyring-daemon", "--unlock", "--components=secrets"],
            input=self.password.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
        )  # fmt: skip
        self._prove_open()

    def unlock_as_advised(self) -> None:
        """Do what the words for a locked keyring tell a person to do, in a shell of the same login."""
        subprocess.run(
            ["bash", "-c", UNLOCK], input=f"{self.password}\n".encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
        )
        self._prove_open()


    def make_blank_password(self) -> None:
        """Make a keyring that has no password, as automatic logins do: GNOME writes it in clear."""
        subprocess.run([sys.executable, "-c", _BLANK_KEYRING], check=True)
        self._known.add(self.daemon())

    def daemon(self) -> int:
        """Return the process id of the keyring's daemon."""
        reply = self._call("GetConnectionUnixProcessID")
        return int(reply.split()[-1])

    def kill_daemon(self) -> None:
        """Kill the daemon as a crash would; the next call makes the bus start another one."""
        os.kill(self.daemon(), signal.SIGKILL)
        until(lambda: "false" in self._call("NameHasOwner"))

    def freeze(self) -> None:
        """Stop the daemon without ending it: it takes calls and never answers."""
        pid = self.daemon()
        os.kill(pid, signal.SIGSTOP)
        until(lambda: Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")

    def thaw(self) -> None:
        """Let the daemon go on."""
        os.kill(self.daemon(), signal.SIGCONT)

    def processes(self, name: bytes = b"") -> list[int]:
        """Return the ids of the processes that run with this bus's runtime folder.

        Args:
            name: what their command line holds.
        """
        mark, found = f"XDG_RUNTIME_DIR={self._run}".encode(), []
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    command = (entry / "cmdline").read_bytes()
                    if int(entry.name) != os.getpid() and name in command:
                        found.append(int(entry.name))
        return found

    def stop(self) -> None:
        """End the bus and everything that still hangs on it."""
        if self._bus and self._bus.stdin and self._bus.stdout:
            self._bus.stdin.close()
            self._bus.wait()
            self._bus.stdout.close()
        for pid in {*self.processes(), *self._known}:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self._other:
            self._other.wait()

    def _prove_open(self) -> None:
        """``--unlock`` succeeds even with a wrong password (keyring-notes 2.2); asking also gives the daemon its bus name."""
        command = ["dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.secrets"]
        command += ["/org/freedesktop/secrets/aliases/default", "org.freedesktop.DBus.Properties.Get"]
        command += ["string:org.freedesktop.Secret.Collection", "string:Locked"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "boolean false" in done.stdout, f"the keyring did not open: {done.stdout}{done.stderr}"
        self._known.add(self.daemon())

    def _call(self, method: str) -> str:
        command = ["dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/"]
        command += [f"org.freedesktop.DBus.{method}", "string:org.freedesktop.secrets"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
