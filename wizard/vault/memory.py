"""A vault that ends with the program: for machines whose keyring cannot be used, by the person's own choice."""

from __future__ import annotations

from wizard.credentials import Credentials
from wizard.vault.interface import Receipt, StoreState, Usability, VaultKind, service_name

_SAYS = "The values are kept in the memory of this program only: they are gone when it ends or the line drops."
_WAY_OUT = "NetSuite shows them once; afterwards new ones have to be made there. Hand them over before you leave."


class MemoryVault:
    """Keeps values in this process alone. NetSuite cannot show them again afterwards."""

    place = "the memory of this program only, until it ends"
    kind: VaultKind = "memory"

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: dict[str, Credentials] = {}

    def probe(self) -> StoreState:
        """Always usable; says what that means."""
        return StoreState(Usability.OK, "memory of this program", _SAYS, _WAY_OUT)

    def save(self, credentials: Credentials, profile: str) -> Receipt:
        """Keep values until the program ends.

        Args:
            credentials: as far as known.
            profile: profile id.
        """
        service = service_name(credentials.account, profile)
        self._kept[service] = credentials
        return Receipt(self.place, credentials.fingerprint, service)

    def load(self, realm: str, profile: str) -> Credentials | None:
        """Return the values of this run, or None.

        Args:
            realm: realm form.
            profile: profile id.
        """
        return self._kept.get(service_name(realm, profile))

    def delete(self, realm: str, profile: str) -> None:
        """Forget the values.

        Args:
            realm: realm form.
            profile: profile id.
        """
        self._kept.pop(service_name(realm, profile), None)
