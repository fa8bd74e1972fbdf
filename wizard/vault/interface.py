"""What a vault is, and what is said about one that cannot be used. Imports no keyring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from wizard.credentials import Credentials


class Usability(str, Enum):
    """Verdict of the probe (keyring-notes 1.6; each was reproduced on Debian 12)."""

    OK = "ok"
    LOCKED = "locked"
    NO_COLLECTION = "no-collection"
    NO_BACKEND = "no-backend"
    DISABLED = "disabled"
    MISCONFIGURED = "misconfigured"
    UNTRUSTED = "untrusted-backend"
    MEMORY_ONLY = "memory-only"
    PLAINTEXT = "stores-plaintext"
    KEEPS_NOTHING = "does-not-keep-values"
    DELETES_NOTHING = "does-not-delete"
    NO_INTERACTION = "no-interaction"
    NO_LOGON_SESSION = "no-logon-session"
    FULL = "full"
    TIMEOUT = "timeout"
    FAILS = "error"


_MEMORY = "Or go on with the values in memory only."

WORDS: Mapping[Usability, tuple[str, str]] = {
    Usability.OK: ("The keyring keeps values and gives them back.", ""),
    Usability.LOCKED: (
        "The keyring is there, and locked; this login cannot open it without a desktop.",
        f"Open it from a desktop login of this account and try again. {_MEMORY}",
    ),
    Usability.NO_COLLECTION: (
        "The keyring service runs, and has no keyring yet.",
        f"Log in to a desktop once, which makes one, and try again. {_MEMORY}",
    ),
    Usability.NO_BACKEND: (
        "This machine offers no keyring to this login.",
        f"Usual over SSH and in containers: no D-Bus session or no keyring service. {_MEMORY}",
    ),
    Usability.DISABLED: (
        "Keyrings are switched off for Python here (null backend, often left by `keyring --disable`).",
        f"Remove keyringrc.cfg or the variable PYTHON_KEYRING_BACKEND, and try again. {_MEMORY}",
    ),
    Usability.MISCONFIGURED: (
        "The keyring setting of this account names a backend that cannot be loaded.",
        f"Correct PYTHON_KEYRING_BACKEND or keyringrc.cfg, and try again. {_MEMORY}",
    ),
    Usability.UNTRUSTED: (
        "The keyring that Python would use here is not one this program trusts with secrets.",
        f"Backends that write files in clear or cannot be judged are not used. {_MEMORY}",
    ),
    Usability.MEMORY_ONLY: (
        "The keyring would keep values only until its service ends (session collection).",
        f"Unset KEYRING_PROPERTY_PREFERRED_COLLECTION and try again. {_MEMORY}",
    ),
    Usability.PLAINTEXT: (
        "This keyring writes values in clear to the disk: it has a blank password.",
        f"Give the login keyring a password (Seahorse) and try again. {_MEMORY}",
    ),
    Usability.KEEPS_NOTHING: ("The keyring took a value and did not give it back.", _MEMORY),
    Usability.DELETES_NOTHING: ("The keyring does not delete what it was told to delete.", _MEMORY),
    Usability.NO_INTERACTION: (
        "The macOS keychain is locked for this SSH session (-25308).",
        f"Run `security unlock-keychain` in this session, then start again. {_MEMORY}",
    ),
    Usability.NO_LOGON_SESSION: (
        "Windows has no credential store for network logins such as SSH (1312).",
        f"Use the console or Remote Desktop. {_MEMORY}",
    ),
    Usability.FULL: ("The keyring cannot write: the disk is full or read-only.", f"Make room and try again. {_MEMORY}"),
    Usability.TIMEOUT: (
        "The keyring did not answer in time; it may wait for a dialog on another screen, or be stuck.",
        f"Look at the desktop of this machine, or restart the keyring service. {_MEMORY}",
    ),
    Usability.FAILS: ("The keyring fails in a way this program does not know.", _MEMORY),
}
"""What is the matter, and what a person can do, by verdict."""


@dataclass(frozen=True)
class StoreState:
    """What the probe says."""

    usability: Usability
    """The verdict."""
    backend: str
    """The backend in plain words, or its class."""
    says: str
    """What is the matter."""
    way_out: str
    """What a person can do."""

    @classmethod
    def of(cls, usability: Usability, backend: str) -> StoreState:
        """Return a state with its words.

        Args:
            usability: the verdict.
            backend: in plain words.
        """
        says, way_out = WORDS[usability]
        return cls(usability, backend, says, way_out)


@dataclass(frozen=True)
class Receipt:
    """Says where values are, after they were read back."""

    place: str
    """In plain words."""
    fingerprint: str
    """First 12 hex digits of SHA-256 of the stored form."""
    service: str
    """Name of the entry; not secret."""


class Vault(Protocol):
    """Where the five values live. Calls block; callers give them a thread."""

    @property
    def place(self) -> str:
        """In plain words: "the GNOME keyring of this account on this machine"."""

    @property
    def durable(self) -> bool:
        """False when values end with the program."""

    def probe(self) -> StoreState:
        """Find out whether it can be used, without showing a dialog and without a real secret."""

    def save(self, credentials: Credentials, profile: str) -> Receipt:
        """Keep values, and have them read back.

        Raises:
            VaultError: one of its three states, or plain VaultError if nobody can tell whether they were kept.
        """

    def load(self, realm: str, profile: str) -> Credentials | None:
        """Return the values, or None if there are none.

        Raises:
            VaultError: one of its three states.
        """

    def delete(self, realm: str, profile: str) -> None:
        """Remove the values; it is no error if there are none.

        Raises:
            VaultError: one of its three states.
        """


def service_name(realm: str, profile: str) -> str:
    """Return the name of an entry (keyring-notes 6.1): not secret, no slash, one user per service.

    Args:
        realm: realm form.
        profile: profile id.
    """
    return f"nswizard:{realm}:{profile}"
