"""The encrypted file as a vault: for machines whose keyring cannot be used, by the person's own choice."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from wizard.credentials import Guarded
from wizard.vault.call import Answer, ask
from wizard.vault.child_vault import ChildVault, refuse
from wizard.vault.interface import StoreState, Usability, VaultKind


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
        """In plain words."""
        return f"the encrypted file {self.path}"

    @property
    def exists(self) -> bool:
        """See ``ClosedVault``."""
        return self.path.exists()

    def open(self, passphrase: SecretStr) -> StoreState:
        """See ``ClosedVault``; writes and deletes one disposable value, which makes the file if there is none.

        Args:
            passphrase: as typed.
        """
        before, self._passphrase = self._passphrase, passphrase
        state = self.probe()
        if state.usability is not Usability.OK:
            self._passphrase = before
        return state

    def change(self, passphrase: SecretStr) -> None:
        """See ``ClosedVault``.

        Args:
            passphrase: the new one.
        """
        answer = self._ask("change", value=passphrase.get_secret_value())
        # Whether it landed is told by reading alone.
        before, self._passphrase = self._passphrase, passphrase
        if self._ask("get", "nswizard-selftest").fine:
            return
        self._passphrase = before
        refuse(answer.verdict if not answer.fine else Usability.KEEPS_NOTHING, "The passphrase was not changed.")

    def _ask(self, do: str, service: str = "", value: str = "") -> Answer:
        if self._passphrase is None:
            return Answer(Usability.NO_PASSPHRASE if self.exists else Usability.NO_FILE, "encrypted file")
        opened = {"path": str(self.path), "passphrase": self._passphrase.get_secret_value()}
        return ask({"do": do, "service": service, "value": value, **opened}, self._deadline)
