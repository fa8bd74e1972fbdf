"""What a vault is, and what is said about one that cannot be used. Imports no keyring."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from pydantic import SecretStr

    from wizard.credentials import Credentials  # not at run time: the child needs the words alone, and starts faster


VaultKind = Literal["keyring", "file", "memory"]
"""The OS keyring; the encrypted file; the memory of this program until it ends."""


class Usability(str, Enum):
    """Verdict of the probe and of every other call (keyring-notes 1.5 and 1.6)."""

    OK = "ok"
    LOCKED = "locked"
    DENIED = "denied"
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
    TOO_LONG = "too-long"
    FULL = "full"
    VANISHED = "vanished"
    NO_FILE = "no-file"
    NO_PASSPHRASE = "no-passphrase"  # noqa: S105 - names a verdict
    WRONG_PASSPHRASE = "wrong-passphrase"  # noqa: S105 - names a verdict
    DAMAGED = "damaged"
    NEWER = "newer"
    TIMEOUT = "timeout"
    FAILS = "error"


UNLOCK = 'read -rs P; printf %s "$P" | gnome-keyring-daemon --replace --unlock --components=secrets; unset P'
"""Opens a GNOME keyring, or makes the first one, from a shell without a desktop (bash, zsh). The password reaches neither
the screen nor a command line: printf is part of the shell. Only a new daemon takes a password (keyring-notes 2.2)."""

_MEMORY = "Or go on with the values in memory only."

WORDS: Mapping[Usability, tuple[str, str]] = {
    Usability.OK: ("The keyring keeps values, gives them back, and writes nothing in clear.", ""),
    Usability.LOCKED: (
        "The keyring is there, and nobody has unlocked it for this login.",
        f"In another login of this account, run: {UNLOCK} (it waits for the keyring's password, usually the login's, and Enter). "
        f"KWallet and KeePassXC are opened in their own window. Then try again. {_MEMORY}",
    ),
    Usability.DENIED: (
        "The keyring refused this program: somebody declined its dialog, or it does not accept this Python.",
        f"Allow the access in the dialog on the desktop of this machine, and try again. {_MEMORY}",
    ),
    Usability.NO_COLLECTION: (
        "The keyring service runs, and has no keyring yet.",
        f"To make one, run in another login of this account: {UNLOCK} (it waits for a new password, not an empty one, and Enter). "
        f"Then try again. {_MEMORY}",
    ),
    Usability.NO_BACKEND: (
        "This machine offers no keyring to this login.",
        "Usual over SSH and in containers: no D-Bus session, or no keyring service. On Debian, install gnome-keyring and "
        f"dbus-user-session, and log in anew. {_MEMORY}",
    ),
    Usability.DISABLED: (
        "Keyrings are switched off for Python here (null backend, often left by `keyring --disable`).",
        f"Unset PYTHON_KEYRING_BACKEND, or remove keyringrc.cfg (`keyring diagnose` shows where), and try again. {_MEMORY}",
    ),
    Usability.MISCONFIGURED: (
        "The keyring setting of this account names a backend that does not work here.",
        f"Correct or unset PYTHON_KEYRING_BACKEND, or correct keyringrc.cfg (`keyring diagnose` shows where). {_MEMORY}",
    ),
    Usability.UNTRUSTED: (
        "The keyring that Python would use here is not one this program trusts with secrets.",
        "Backends that write files in clear, or that cannot be judged, are not used; a Secret Service, KWallet, the macOS "
        f"keychain and the Windows credential store are. {_MEMORY}",
    ),
    Usability.MEMORY_ONLY: (
        "The keyring would keep values only until its service ends (session collection).",
        f"Unset KEYRING_PROPERTY_PREFERRED_COLLECTION, or choose another default keyring, and try again. {_MEMORY}",
    ),
    Usability.PLAINTEXT: (
        "This keyring writes values in clear to the disk: it has a blank password.",
        f"Give the login keyring a password (Passwords and Keys, also called Seahorse) and try again. {_MEMORY}",
    ),
    Usability.KEEPS_NOTHING: ("The keyring took a value and did not give it back.", _MEMORY),
    Usability.DELETES_NOTHING: ("The keyring does not delete what it was told to delete.", _MEMORY),
    Usability.NO_INTERACTION: (
        "The macOS keychain is locked for this SSH session (-25308).",
        f"Leave, run `security unlock-keychain` in this session, and start again. {_MEMORY}",
    ),
    Usability.NO_LOGON_SESSION: (
        "Windows has no credential store for network logins such as SSH (1312).",
        f"Use the console or Remote Desktop. {_MEMORY}",
    ),
    Usability.TOO_LONG: ("The Windows credential store does not take a value of this length (1783).", _MEMORY),
    Usability.FULL: ("Nothing can be written there: the disk is full or read-only.", f"Make room and try again. {_MEMORY}"),
    Usability.VANISHED: (
        "The keyring service ended in the middle of the call, or its files are damaged.",
        f"Try again; if it happens every time, restart the keyring service. {_MEMORY}",
    ),
    Usability.NO_FILE: ("There is no encrypted file yet.", "It is made with a passphrase of yours."),
    Usability.NO_PASSPHRASE: ("The encrypted file is closed: its passphrase was not given in this run.", "Give its passphrase."),
    Usability.WRONG_PASSPHRASE: (
        "The encrypted file does not open: the passphrase is another one, or the file is damaged. Nobody can tell which.",
        "Type it again: case, blanks and the keyboard's language count. A copy of the file from a backup opens with the passphrase "
        "of its day. A lost passphrase cannot be replaced: make new values in NetSuite and keep them in a new file; the old file "
        "is never overwritten, rename it or move it away first.",
    ),
    Usability.DAMAGED: (
        "The encrypted file is damaged: it is not what was written there. It was left as it is.",
        "Bring it back from a backup. If there is none, move it away and make new values in NetSuite; nothing else is lost.",
    ),
    Usability.NEWER: (
        "The encrypted file was written by a newer version of this program. It was left as it is.",
        "Use that version, or a later one.",
    ),
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
    """The backend in plain words, e.g. "GNOME keyring (Secret Service)"; else its class; "unknown" if it did not tell."""
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


class ClosedVault(Vault, Protocol):
    """A vault that a passphrase opens, for as long as the program runs."""

    @property
    def exists(self) -> bool:
        """Whether there is one already; else the first passphrase makes it."""

    def open(self, passphrase: SecretStr) -> StoreState:
        """Try a passphrase, or make a new vault with it; kept in memory if it is right.

        Args:
            passphrase: as typed.
        """

    def change(self, passphrase: SecretStr) -> None:
        """Give the vault another passphrase; it must be open.

        Args:
            passphrase: the new one.

        Raises:
            VaultError: if nobody opened it, or it could not be written; the old passphrase opens it then.
        """


@dataclass
class Vaults:
    """The three places in which values can be kept on this machine."""

    keyring: Vault
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
