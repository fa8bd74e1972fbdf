"""What keyring does with keyrings.alt beside it: a chain whose last member writes in clear."""

from __future__ import annotations

from fake_keyrings import Fake
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend

__all__ = ["ChainerBackend", "PlaintextKeyring"]


class PlaintextKeyring(KeyringBackend):
    """As keyrings.alt brings one: viable always, writes in clear."""

    priority = 0.5

    def get_password(self, service: str, username: str) -> str | None:
        """Return an entry."""
        return Fake.here().kept.get(service)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Write an entry in clear."""
        fake = Fake.here()
        fake.kept = {**fake.kept, service: password}

    def delete_password(self, service: str, username: str) -> None:
        """Remove an entry."""
