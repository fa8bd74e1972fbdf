"""What a vault is, and the verdicts on one. Imports no keyring."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr

    from wizard.credentials import Credentials  # not at run time: the child needs the words alone, and starts faster


VaultKind = Literal["keyring", "file", "memory"]
"""The OS keyring; the encrypted file; the memory of this program until it ends."""

KIND_WORDS: Mapping[VaultKind, str] = {"keyring": "the OS keyring", "file": "the encrypted file", "memory": "memory"}
"""Each in plain words, where its place is not known."""


class Usability(str, Enum):
    """Verdict of the probe and of every other call (keyring-notes 1.5 and 1.6)."""

    OK = "ok"
    LOCKED = "locked"
    DENIED = "denied"
    NO_COLLECTION = "no-collection"
    UNREADABLE = "unreadable"
    NO_BACKEND = "no-backend"
    DISABLED = "disabled"
    MISCONFIGURED = "misconfigured"
    UNTRUSTED = "untrusted-backend"
    MEMORY_ONLY = "memory-only"
    PLAINTEXT = "stores-plaintext"
    KEEPS_NOTHING = "does-not-keep-values"
    DELETES_NOTHING = "does-not-delete"
    WRONG_PASSWORD = "wrong-password"  # noqa: S105 - names a verdict
    UNFIT_PASSWORD = "unfit-password"  # noqa: S105 - names a verdict
    OPENS_ELSEWHERE = "opens-elsewhere"
    NO_INTERACTION = "no-interaction"
    NO_LOGON_SESSION = "no-logon-session"
    TOO_LONG = "too-long"
    FULL = "full"
    VANISHED = "vanished"
    NO_FILE = "no-file"
    NO_PASSPHRASE = "no-passphrase"  # noqa: S105 - names a verdict
    WRONG_PASSPHRASE = "wrong-passphrase"  # noqa: S105 - names a verdict
    DAMAGED = "damaged"
    NEWER = "newer"
    WEAK_PASSPHRASE = "weak-passphrase"  # noqa: S105 - names a verdict
    NO_DERIVATION = "no-derivation"
    TIMEOUT = "timeout"
    FAILS = "error"


GNOME = "GNOME keyring (Secret Service)"
"""The one keyring that can be opened, and made, from here; in plain words."""

_OPENS_BY = {Usability.LOCKED: "unlock", Usability.NO_COLLECTION: "create"}


@dataclass(frozen=True)
class StoreState:
    """What the probe says."""

    usability: Usability
    """The verdict."""
    backend: str
    """The backend in plain words, e.g. "GNOME keyring (Secret Service)"; else its class; "unknown" if it did not tell."""
    says: str
    """What is the matter."""
    way_out: str
    """What a person can do."""

    @property
    def opens_by(self) -> str:
        """What the OS keyring can be asked for with a password: "unlock", "create", or nothing."""
        return _OPENS_BY.get(self.usability, "") if self.backend == GNOME else ""


@dataclass(frozen=True)
class Receipt:
    """Says where values are, after they were read back."""

    place: str
    """In plain words."""
    fingerprint: str
    """First 12 hex digits of SHA-256 of the stored form, as read back."""
    service: str
    """Name of the entry; not secret."""
    note: str = ""
    """What the person should know beside that, e.g. that an older value could not be removed; usually empty."""


class Vault(Protocol):
    """Where the five values live. Calls block; callers give them a thread."""

    @property
    def place(self) -> str:
        """In plain words: "the GNOME keyring of this account on this machine"."""

    @property
    def kind(self) -> VaultKind:
        """Which of the three it is."""

    def probe(self) -> StoreState:
        """Find out whether it can be used, without showing a dialog and without a real secret."""

    def save(self, credentials: Credentials, profile: str) -> Receipt:
        """Keep values, and have them read back.

        Raises:
            VaultError: one of its three states, or plain VaultError if nobody can tell whether they were kept.
            CredentialError: if they are longer than a vault takes; nothing was sent to it then.
        """

    def load(self, realm: str, profile: str) -> Credentials | None:
        """Return the values, or None if there are none.

        Raises:
            VaultError: one of its three states.
        """

    def delete(self, realm: str, profile: str) -> None:
        """Remove the values; it is no error if there are none.

        Raises:
            VaultError: one of its three states, or plain VaultError if nobody can tell whether they are gone.
        """


class KeyringVault(Vault, Protocol):
    """The OS keyring; GNOME's can be opened, and made, from here."""

    def unlock(self, password: SecretStr) -> StoreState:
        """Open the keyring without a dialog; offered where its state's ``opens_by`` says so, and only when asked for.

        Args:
            password: the keyring's, as typed; kept nowhere.

        Returns:
            What a probe says afterwards, or why it did not open.
        """

    def create(self, password: SecretStr) -> StoreState:
        """Make the first keyring, which logins open by the same password; see ``unlock``.

        Args:
            password: of the new keyring; not an empty one.
        """


class ClosedVault(Vault, Protocol):
    """A vault that a passphrase opens, for as long as the program runs."""

    path: Path
    """Of its file."""

    @property
    def exists(self) -> bool:
        """Whether there is one already, or something else in its place; else the first passphrase makes it."""

    @property
    def opened(self) -> bool:
        """Whether its passphrase was given in this run."""

    def open(self, passphrase: SecretStr) -> StoreState:
        """Try a passphrase, or make a new vault with it; kept in memory if it is right.

        Args:
            passphrase: as typed.

        Returns:
            OK if it is right; whether the vault can be written is the probe's to say.
        """

    def change(self, passphrase: SecretStr) -> None:
        """Give the vault another passphrase; it must be open.

        Args:
            passphrase: the new one.

        Raises:
            VaultError: if nobody opened it, or it could not be written; the old passphrase opens it then. Plain VaultError if
                nobody can tell which of the two it is.
        """

    def set_aside(self) -> Path:
        """Give the file another name, so that a new one can be made: for a lost passphrase, or a damaged file. Deletes nothing.

        Returns:
            Where it is now.

        Raises:
            VaultError: if there is none, or it could not be renamed; it is where it was then.
        """


@dataclass
class Vaults:
    """The three places in which values can be kept on this machine."""

    keyring: KeyringVault
    """The OS keyring."""
    file: ClosedVault
    """The encrypted file."""
    memory: Vault
    """This process alone."""

    def of(self, kind: VaultKind) -> Vault:
        """Return one of the three.

        Args:
            kind: which.
        """
        return {"keyring": self.keyring, "file": self.file, "memory": self.memory}[kind]


USER = "tba"
"""User name of every entry; constant, since Windows shuffles entries when one service has several users (keyring-notes 3.2)."""

_REALM = re.compile(r"[A-Z0-9_]{1,32}")
_PROFILE = re.compile(r"[a-z0-9-]{1,48}")
"""A profile's id has at most 32 characters; the rest is for a mark such as ``-practice``."""


def service_name(realm: str, profile: str) -> str:
    """Return the name of an entry (keyring-notes 6.1): not secret, no slash, one user per service.

    Args:
        realm: realm form, e.g. ``1234567_SB1``.
        profile: profile id.

    Raises:
        ValueError: if one of them is not in its form; some backends make paths of names.
    """
    if not _REALM.fullmatch(realm) or not _PROFILE.fullmatch(profile):
        raise ValueError("a vault entry is named by a realm and a profile id")
    return f"nswizard:{realm}:{profile}"


LONGEST = 1200
"""Characters of a value; Windows refuses more than 1280 (documented, keyring-notes 3.2)."""


def fits(value: str) -> bool:
    """Tell whether every keyring can hold a value: one line break destroys a whole blank-password store (keyring-notes 1.6).

    Args:
        value: the stored form.
    """
    return 0 < len(value) <= LONGEST and value.isascii() and value.isprintable()
