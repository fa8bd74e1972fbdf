"""The OS keyring as a vault."""

from __future__ import annotations

from pydantic import SecretStr

from wizard.vault.call import Answer
from wizard.vault.child_vault import ChildVault
from wizard.vault.interface import StoreState, VaultKind
from wizard.vault.words import state


class OsKeyring(ChildVault):
    """The keyring of this account on this machine."""

    kind: VaultKind = "keyring"

    def __init__(self, deadline: float = 5.0) -> None:
        """Nothing is asked yet.

        Args:
            deadline: seconds after which a child is killed; 5 is enough when nothing should prompt (keyring-notes 1.7).
        """
        super().__init__(deadline)
        self._backend = "keyring"

    @property
    def place(self) -> str:
        """In plain words; the keyring's own name is known after the first call that reached it."""
        return f"the {self._backend.partition(' (')[0]} of this account on this machine"

    def unlock(self, password: SecretStr) -> StoreState:
        """See ``KeyringVault``.

        Args:
            password: sent to the child alone.
        """
        return self._opened("unlock", password)

    def create(self, password: SecretStr) -> StoreState:
        """See ``KeyringVault``.

        Args:
            password: sent to the child alone.
        """
        return self._opened("create", password)

    def _forget_older(self, service: str) -> bool:
        return self._ask("forget", service).fine

    def _opened(self, do: str, password: SecretStr) -> StoreState:
        answer = self._ask(do, value=password.get_secret_value())
        return state(answer.verdict, answer.backend or "unknown", answer.why)

    def _ask(self, do: str, service: str = "", value: str = "") -> Answer:
        answer = super()._ask(do, service, value)
        if answer.fine and answer.backend:
            self._backend = answer.backend
        return answer
