"""The encrypted file as a vault: for machines whose keyring cannot be used, by the person's own choice."""

from __future__ import annotations

import dataclasses
import os
from datetime import date
from itertools import count
from pathlib import Path

from pydantic import SecretStr

from wizard.credentials import Guarded
from wizard.errors import VaultBroken, VaultError
from wizard.on_disk import flush_folder
from wizard.vault.call import Answer, ask
from wizard.vault.child_vault import ChildVault, refuse
from wizard.vault.file_words import ENCRYPTED_FILE
from wizard.vault.interface import StoreState, Usability, VaultKind
from wizard.vault.words import state

_NOT_CHANGED = "The passphrase was not changed."
_UNSURE = {Usability.OK, Usability.TIMEOUT, Usability.FAILS}
"""With any other verdict nothing was written."""


class EncryptedFile(ChildVault, Guarded):
    """One file for all setups of this user. Its passphrase stays in this process's memory, until it ends."""

    kind: VaultKind = "file"

    def __init__(self, path: Path, deadline: float = 15.0) -> None:
        """Nothing is read or made yet.

        Args:
            path: of the file; its folder is made when something is kept.
            deadline: seconds after which a child is killed; deriving the key takes a tenth of one on an ordinary machine.
        """
        super().__init__(deadline)
        self.path = path
        self._passphrase: SecretStr | None = None

    @property
    def place(self) -> str:
        """In plain words; short, since it stands beside what a person must not miss."""
        home = Path.home()
        return f"the encrypted file {Path('~') / self.path.relative_to(home) if self.path.is_relative_to(home) else self.path}"

    @property
    def exists(self) -> bool:
        """See ``ClosedVault``."""
        try:
            self.path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True  # there is something that nobody lets us look at
        return True

    @property
    def opened(self) -> bool:
        """See ``ClosedVault``."""
        return self._passphrase is not None

    def open(self, passphrase: SecretStr) -> StoreState:
        """See ``ClosedVault``; a file that is there is read alone, so that one on a full or read-only disk opens too.

        Args:
            passphrase: as typed.
        """
        answer = self._opened("get" if self.exists else "probe", passphrase)
        if answer.fine:
            self._passphrase = passphrase
        return state(answer.verdict, ENCRYPTED_FILE, answer.why)

    def change(self, passphrase: SecretStr) -> None:
        """See ``ClosedVault``.

        Args:
            passphrase: the new one.
        """
        answer = self._ask("change", value=passphrase.get_secret_value())
        if answer.verdict not in _UNSURE:
            refuse(answer.verdict, _NOT_CHANGED, answer.why)
        # Which of the two opens the file is told by reading alone.
        both = [one for one in (passphrase, self._passphrase) if one is not None]
        opens = next((one for one in both if self.exists and self._opened("get", one).fine), None)
        if opens is None:
            raise VaultError("It is unknown whether the passphrase was changed: give the new one, and if it is wrong, the old one.")
        self._passphrase = opens
        if opens is not passphrase:
            refuse(Usability.KEEPS_NOTHING if answer.fine else answer.verdict, _NOT_CHANGED, answer.why)

    def set_aside(self) -> Path:
        """See ``ClosedVault``. No child does it: a rename needs no secret, and is whole or not at all."""
        name = f"{self.path.name}.set-aside-{date.today().isoformat()}"
        names = (self.path.with_name(name if number == 1 else f"{name}-{number}") for number in count(1))
        there = next(path for path in names if not os.path.lexists(path))
        try:
            self.path.rename(there)
        except FileNotFoundError:
            refuse(Usability.NO_FILE)
        except OSError as error:
            raise VaultBroken(f"The encrypted file was not set aside: {error.strerror} ({self.path}).") from None
        flush_folder(str(self.path.parent))
        self._passphrase = None
        return there

    def _ask(self, do: str, service: str = "", value: str = "") -> Answer:
        if not self.exists:  # nothing lies in it, and nothing but ``open`` makes it
            return Answer(Usability.OK if do == "get" else Usability.NO_FILE, ENCRYPTED_FILE, why=ENCRYPTED_FILE)
        # An empty passphrase opens nothing; what is wrong with the file itself is told before one is needed.
        answer = self._opened(do, self._passphrase or SecretStr(""), service, value)
        if answer.verdict is Usability.WRONG_PASSPHRASE:  # another run changed it: this one has to be given the new one
            self._passphrase = None
        return answer

    def _opened(self, do: str, passphrase: SecretStr, service: str = "", value: str = "") -> Answer:
        opens = {"path": str(self.path), "passphrase": passphrase.get_secret_value()}
        answer = ask({"do": do, "service": service, "value": value, **opens}, self._deadline)
        return dataclasses.replace(answer, why=ENCRYPTED_FILE)


def has_argon2id() -> bool:
    """Tell whether this build of ``cryptography`` derives keys with Argon2id; else a new file is made with scrypt."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    try:
        Argon2id(salt=bytes(16), length=32, iterations=1, lanes=1, memory_cost=8)
    except UnsupportedAlgorithm:
        return False
    return True
