"""Keyrings that fail on command. The child loads this module by PYTHON_KEYRING_BACKEND; tests steer it through a folder.

The allow-list goes by the class's name, so a class that claims to be KWallet's stands for any trusted keyring.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keyring.errors
from keyring.backend import KeyringBackend

SELFTEST = "nswizard-selftest"


class Fake:
    """The folder through which tests and children talk."""

    def __init__(self, folder: Path) -> None:
        """Begin empty.

        Args:
            folder: made if it is missing.
        """
        self.folder = folder
        self.gate = folder / "gate"
        folder.mkdir(exist_ok=True)

    @classmethod
    def here(cls) -> Fake:
        """Return the folder that the environment names; in the child."""
        return cls(Path(os.environ["FAKE_KEYRING"]))

    def environment(self) -> dict[str, str]:
        """Return the variables that put the keyring of this module in the place of the machine's."""
        return {"PYTHON_KEYRING_BACKEND": "fake_keyrings.DBusKeyring", "FAKE_KEYRING": str(self.folder)}

    def read(self, name: str, default: Any) -> Any:
        """Return what a file of the folder holds."""
        path = self.folder / name
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else default

    def write(self, name: str, content: Any) -> None:
        """Replace what a file of the folder holds, at once."""
        whole = self.folder / f"{name}.{os.getpid()}"
        whole.write_text(json.dumps(content), encoding="utf-8")
        whole.replace(self.folder / name)

    @property
    def kept(self) -> dict[str, Any]:
        """What the keyring holds, by service (or by what the system calls it)."""
        return self.read("kept", {})

    @kept.setter
    def kept(self, entries: dict[str, Any]) -> None:
        self.write("kept", entries)

    def plan(self, **faults: list[Any]) -> None:
        """Say what goes wrong: by operation, what happens at its first call, its second, and so on; None is nothing.

        Calls about the disposable entry count as operations of their own, ``probe_set`` and so on.
        """
        self.write("faults", faults)

    def fault(self, operation: str, service: str) -> Any:
        """Note a call and return what goes wrong with it; in the child."""
        operation = f"probe_{operation}" if service == SELFTEST else operation
        self.write("calls", [*self.calls, [operation, os.getpid()]])
        faults = self.read("faults", {})
        queue = faults.get(operation, [])
        fault = queue.pop(0) if queue else None
        self.write("faults", faults)
        return fault

    @property
    def calls(self) -> list[list[Any]]:
        """Every call so far: operation, process id."""
        return self.read("calls", [])

    def calls_of(self, *operations: str) -> list[tuple[str, int]]:
        """Return the calls of some operations."""
        return [(name, pid) for name, pid in self.calls if name in operations]

    def hold(self) -> None:
        """Wait at the gate as for a dialog that nobody answers; in the child."""
        with suppress(FileExistsError):
            os.mkfifo(self.gate)
        self.gate.open("rb").close()

    def wait_for(self, operation: str) -> int:
        """Wait until a child is at an operation; return its process id."""
        from secret_service import until  # not above: the children would load pytest

        until(lambda: self.calls_of(operation) and self.gate.exists())
        return self.calls_of(operation)[-1][1]

    def open_gate(self) -> None:
        """Let a held child go on, if one is still there: the dialog was answered after all."""
        with suppress(OSError):  # nobody waits at the gate
            os.close(os.open(self.gate, os.O_WRONLY | os.O_NONBLOCK))


def dbus_error(name: str, text: str) -> BaseException:
    """Return an error as it arrives from the bus."""
    from jeepney import HeaderFields
    from jeepney.wrappers import DBusErrorResponse

    return DBusErrorResponse(SimpleNamespace(header=SimpleNamespace(fields={HeaderFields.error_name: name}), body=(text,)))


def from_(error: BaseException, cause: BaseException) -> BaseException:
    """Return an error that was raised from another."""
    error.__cause__ = cause
    return error


def storage_error(name: str, text: str) -> BaseException:
    """Return an error of secretstorage."""
    from secretstorage import exceptions

    return getattr(exceptions, name)(text)


RAISED: dict[str, Callable[[str], BaseException]] = {
    "no keyring": keyring.errors.NoKeyringError,
    "locked": lambda v: keyring.errors.KeyringLocked(f"Failed to unlock the collection! {v}"),
    "item locked": lambda v: storage_error("LockedException", v),
    "bus says locked": lambda v: dbus_error("org.freedesktop.Secret.Error.IsLocked", v),
    "prompt dismissed": lambda v: storage_error("PromptDismissedException", v),
    "no collection": lambda v: keyring.errors.InitError("Failed to create the collection: Prompt dismissed.."),
    "no collection, prompt dismissed": lambda v: from_(
        keyring.errors.InitError(f"Failed to create the collection: {v}."), storage_error("PromptDismissedException", v)
    ),
    "daemon died while looking for the collection": lambda v: from_(
        keyring.errors.InitError(f"Failed to create the collection: {v}."),
        from_(storage_error("SecretServiceNotAvailableException", v), dbus_error("org.freedesktop.DBus.Error.NoReply", v)),
    ),
    "service gone from the bus": lambda v: from_(
        storage_error("SecretServiceNotAvailableException", v), dbus_error("org.freedesktop.DBus.Error.ServiceUnknown", v)
    ),
    "bus says no": lambda v: dbus_error("org.freedesktop.DBus.Error.AccessDenied", v),
    "activation stuck": lambda v: dbus_error("org.freedesktop.DBus.Error.TimedOut", v),
    "daemon died": lambda v: storage_error("SecretServiceNotAvailableException", v),
    "bus died": lambda v: ConnectionResetError(errno.ECONNRESET, v),
    "item vanished": lambda v: storage_error("ItemNotFoundException", v),
    "disk full": lambda v: dbus_error("org.x.Failed", f"Couldn't create item: An error occurred on the device {v}"),
    "file system read-only": lambda v: OSError(errno.EROFS, v),
    "quota used up": lambda v: OSError(errno.EDQUOT, v),
    "delete refused": keyring.errors.PasswordDeleteError,
    "set refused": keyring.errors.PasswordSetError,
    "backend not viable": RuntimeError,
    "wrong type": TypeError,
    "lone surrogate": lambda v: UnicodeEncodeError("utf-8", v, 0, 1, "surrogates not allowed"),
    "own end": SystemExit,
    "end of input": EOFError,
    "unheard of": type("Strange", (Exception,), {}),
}
"""What backends raise (keyring-notes 1.5), each with a value in its text."""


class DBusKeyring(KeyringBackend):
    """A keyring in a file that does as it is told."""

    priority = -1  # no member of a chain, only for who names it

    def get_password(self, service: str, username: str) -> str | None:
        """Return an entry."""
        fake = Fake.here()
        fault = fake.fault("get", service)
        value = fake.kept.get(f"{service} {username}")
        _go_wrong(fake, fault, str(value))
        return None if fault == "forgotten" else value

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep an entry."""
        fake = Fake.here()
        name, fault = f"{service} {username}", fake.fault("set", service)
        if fault == "ignored":
            return
        if fault == "lost":
            fake.kept = {k: v for k, v in fake.kept.items() if k != name}
        if fault == "other":
            fake.kept = {**fake.kept, name: "of another program"}
        if fault == "late":
            fake.kept = {**fake.kept, name: password}
        if fault in ("lost", "late"):
            raise keyring.errors.PasswordSetError(f"could not store {password}")
        _go_wrong(fake, fault, password)
        if fault != "other":
            fake.kept = {**fake.kept, name: password}

    def delete_password(self, service: str, username: str) -> None:
        """Remove an entry."""
        fake = Fake.here()
        name, fault = f"{service} {username}", fake.fault("delete", service)
        if fault == "ignored":
            return
        _go_wrong(fake, fault, str(fake.kept.get(name)))
        fake.kept = {k: v for k, v in fake.kept.items() if k != name}
        if fault == "late":
            raise keyring.errors.PasswordDeleteError("removed all the same")


DBusKeyring.__module__ = "keyring.backends.kwallet"


def _go_wrong(fake: Fake, fault: Any, value: str) -> None:
    if fault == "hold":
        fake.hold()
    if fault == "hold with a helper":
        # As a keyring that asks by a program of its own, which lives on and holds the pipes.
        helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        (fake.folder / "helper").write_text(str(helper.pid), encoding="utf-8")
        fake.hold()
    if fault == "crash":
        os.abort()
    if fault == "noise":
        print(f"a library speaks: {value}", flush=True)
        os.write(1, value.encode())
        os.write(2, value.encode())
    if fault == "question":
        assert os.read(0, 1) == b"", "a question finds nobody"
    if fault in RAISED:
        raise RAISED[fault](value)
