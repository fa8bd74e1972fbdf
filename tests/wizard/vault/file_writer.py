"""Writers of an encrypted file that can be killed: a program that forks one for every order on standard input.

Run as ``python file_writer.py FILE``; the first line is the passphrase. Orders, and what the writer does:

- ``on NUMBER``: keeps ``value(NUMBER)``, the next one, ... and says ``kept N`` after each, until it is killed
- ``stop STEP NUMBER``: keeps ``value(NUMBER)`` once, and kills itself before its STEPth call of the system
- ``many NAME COUNT``: keeps that many entries of their own, one by one
- ``save NUMBER``: has a whole set of credentials kept by the vault, as the wizard does, then the next one, ... until it is killed

Every writer says ``begun PID`` first and ``kept`` last if it comes so far; the program says ``gone`` when it has ended.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from vault_values import PROFILE, REALM, SERVICE

from wizard.credentials import Credentials, Pair
from wizard.vault.encrypted_file import EncryptedFileKeyring
from wizard.vault.file_vault import EncryptedFile
from wizard.vault.sealed import Document, Key, seal

CHEAP = {"name": "argon2id", "m": 8, "t": 1, "p": 1}
"""A file keeps the costs it was made with, so that a test need not wait for its key."""


def cheap_file(path: Path, passphrase: str, document: Document | None = None) -> EncryptedFileKeyring:
    """Make a file whose key costs next to nothing.

    Args:
        path: of it.
        passphrase: in its normal form.
        document: what it holds.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(seal(document or {}, Key.derive(passphrase, os.urandom(16), CHEAP)))
    return EncryptedFileKeyring(path, passphrase)

_SYSTEM = ("posix", "fcntl", "io", "_io")
"""Modules written in C that call the system; files' own methods come beside."""


def value(number: int) -> str:
    """Return a value that shows its number everywhere, as long as a set of credentials."""
    return f"{number:08d}" * 45


def numbered(number: int) -> Credentials:
    """Return a set of credentials that shows its number in every value."""
    one, two, three, four = (SecretStr(f"{what}{number:063d}") for what in "abcd")
    return Credentials(REALM, Pair(one, two), Pair(three, four))


class Writers:
    """The program, from outside."""

    def __init__(self, path: Path, passphrase: str) -> None:
        """Start it."""
        folders = os.pathsep.join(folder for folder in sys.path if folder)
        self._program = subprocess.Popen(
            [sys.executable, __file__, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            env={**os.environ, "PYTHONPATH": folders},
        )  # fmt: skip
        assert self._program.stdin and self._program.stdout
        self._orders, self._said = self._program.stdin, self._program.stdout
        print(passphrase, file=self._orders)

    def order(self, order: str) -> int:
        """Have a writer started; return its process id."""
        print(order, file=self._orders)
        word, _, pid = self._said.readline().partition(" ")
        assert word == "begun", word
        return int(pid)

    def rest(self) -> Iterator[str]:
        """Yield what the writer says until it is gone."""
        while (line := self._said.readline().strip()) != "gone":
            assert line, "the program itself ended"
            yield line

    def end(self) -> None:
        """End the program."""
        self._orders.close()
        assert self._program.wait() == 0
        self._said.close()


def _keep_on(backend: EncryptedFileKeyring, first: str) -> None:
    for number in count(int(first)):
        backend.set_password(SERVICE, "tba", value(number))
        os.write(1, f"kept {number}\n".encode())


def _stop(backend: EncryptedFileKeyring, step: str, number: str) -> None:
    left = int(step)

    def before(_frame: Any, event: str, called: Any) -> None:
        nonlocal left
        left -= event == "c_call" and _calls_the_system(called)
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(before)
    backend.set_password(SERVICE, "tba", value(int(number)))
    sys.setprofile(None)
    os.write(1, b"kept\n")


def _calls_the_system(called: Any) -> bool:
    return getattr(called, "__module__", "") in _SYSTEM or isinstance(getattr(called, "__self__", None), io.IOBase)


def _save(backend: EncryptedFileKeyring, first: str) -> None:
    vault = EncryptedFile(Path(backend.path), deadline=60)
    vault.open(SecretStr(backend._asked()))
    for number in count(int(first)):
        vault.save(numbered(number), PROFILE)
        os.write(1, f"kept {number}\n".encode())


def _many(backend: EncryptedFileKeyring, name: str, number: str) -> None:
    for each in range(int(number)):
        backend.set_password(SERVICE, f"{name}-{each}", value(each))
    os.write(1, b"kept\n")


_ORDERS = {"on": _keep_on, "stop": _stop, "many": _many, "save": _save}


def main() -> None:
    """Serve orders until standard input ends."""
    path, passphrase = sys.argv[1], sys.stdin.readline().rstrip("\n")
    for line in iter(sys.stdin.readline, ""):
        do, *arguments = line.split()
        pid = os.fork()
        if not pid:
            os.write(1, f"begun {os.getpid()}\n".encode())
            _ORDERS[do](EncryptedFileKeyring(path, passphrase), *arguments)
            os._exit(0)
        os.waitpid(pid, 0)
        os.write(1, b"gone\n")


if __name__ == "__main__":
    main()
