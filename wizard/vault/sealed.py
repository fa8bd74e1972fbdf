"""What the encrypted file looks like: one JSON document under AES-256-GCM, its key made from a passphrase by Argon2id.

Knows neither paths nor people. Argon2id with RFC 9106's second recommended option; a cryptography library without it makes
the key by scrypt, and the file says so. There is one way to write each document, so every other byte is damage.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from keyring.errors import InitError, KeyringLocked

VERSION = 1
"""Of the file; a newer one is refused, never guessed at."""

ARGON2 = {"name": "argon2id", "m": 64 * 1024, "t": 3, "p": 4}
"""KiB, passes, lanes."""

SCRYPT = {"name": "scrypt", "n": 2**17, "r": 8, "p": 1}
"""For builds of OpenSSL before 3.2, which have no Argon2id (keyring-notes 4.1)."""

LIMITS: Mapping[str, Mapping[str, int]] = {
    "argon2id": {"m": 256 * 1024, "t": 16, "p": 16},
    "scrypt": {"n": 2**18, "r": 8, "p": 4},
}
"""The costliest key a file may ask for, 256 MiB and some seconds: a hostile one must not eat the machine."""

LARGEST = 1 << 24
"""Bytes of a file."""

_MAGIC = re.compile(r"nsvault/([1-9][0-9]{0,5})")
Document = dict[str, dict[str, str]]
"""Values by user, by service."""


class WrongPassphrase(KeyringLocked):
    """It does not open the file; a damaged file says the same, by design."""


class Damaged(InitError):
    """The file is not one this program wrote."""


class Newer(InitError):
    """The file is of a later version."""


class NoDerivation(InitError):
    """The cryptography library has no way to make the key."""


@dataclass(frozen=True, repr=False)
class Key:
    """What opens one file, for as long as its passphrase stays: the salt stays with it, each write has its own nonce."""

    salt: bytes
    """Sixteen random bytes."""
    kdf: Mapping[str, Any]
    """Name and costs."""
    secret: bytes
    """The 256 bits themselves."""

    @classmethod
    def derive(cls, passphrase: str, salt: bytes, kdf: Mapping[str, Any]) -> Key:
        """Make a key; this is what takes a tenth of a second and 64 MiB.

        Args:
            passphrase: in its normal form.
            salt: sixteen bytes.
            kdf: name and costs, within ``LIMITS``.

        Raises:
            NoDerivation: if the library has no such derivation, or there is no memory for it.
        """
        try:
            return cls(salt, kdf, _DERIVE[kdf["name"]](passphrase.encode("utf-8", "surrogatepass"), salt, kdf))
        except (UnsupportedAlgorithm, ImportError, MemoryError):
            raise NoDerivation(f"{kdf['name']} is not to be had here") from None

    @classmethod
    def new(cls, passphrase: str) -> Key:
        """Make the key of a new file, or of a new passphrase.

        Args:
            passphrase: in its normal form.

        Raises:
            NoDerivation: if there is neither Argon2id nor scrypt.
        """
        salt = secrets.token_bytes(16)
        try:
            return cls.derive(passphrase, salt, ARGON2)
        except NoDerivation:
            return cls.derive(passphrase, salt, SCRYPT)


@dataclass(frozen=True, repr=False)
class Sealed:
    """A file taken apart, not opened yet."""

    salt: bytes
    """Of the key."""
    kdf: Mapping[str, Any]
    """How the key is made: name and costs."""
    nonce: bytes
    """Of this write alone."""
    hidden: bytes
    """The document, encrypted, with its seal."""

    @classmethod
    def read(cls, content: bytes) -> Sealed:
        """Take apart what is exactly as ``seal`` writes it.

        Args:
            content: of the file.

        Raises:
            Newer: if it is of a later version.
            Damaged: if a single byte is not as it was written.
        """
        try:
            whole = json.loads(content)
            version = _MAGIC.fullmatch(whole["head"]["magic"])
            newer = version is not None and int(version[1]) > VERSION
            sealed = None if newer or version is None else cls._parts(whole)
            sound = sealed is not None and _affordable(sealed.kdf) and sealed._written() == content
        except (ValueError, KeyError, TypeError, RecursionError):
            newer = sound = False
        if newer:
            raise Newer("of a later version")
        if not sound or sealed is None:
            raise Damaged("not what was written there")
        return sealed

    @classmethod
    def _parts(cls, whole: Any) -> Sealed:
        head = whole["head"]
        salt, nonce, hidden = (base64.b64decode(text, validate=True) for text in (head["salt"], head["nonce"], whole["ct"]))
        if len(salt) != 16 or len(nonce) != 12:
            raise ValueError
        return cls(salt, head["kdf"], nonce, hidden)

    def open(self, key: Key) -> Document:
        """Return what is inside.

        Args:
            key: made with this salt and this derivation.

        Raises:
            WrongPassphrase: if it is another one, or the file is damaged; nobody can tell which.
            Damaged: if whoever wrote it had the key, and wrote something else.
        """
        try:
            document = json.loads(AESGCM(key.secret).decrypt(self.nonce, self.hidden, self._head()))
        except InvalidTag:
            raise WrongPassphrase("another passphrase, or a damaged file") from None
        except (ValueError, RecursionError):
            document = None
        if not _is_document(document):
            raise Damaged("not what is written there")
        return document

    def _head(self) -> bytes:
        """Return what is protected against changes, and readable."""
        salt, nonce = _text(self.salt), _text(self.nonce)
        return _line({"kdf": dict(self.kdf), "magic": f"nsvault/{VERSION}", "nonce": nonce, "salt": salt})

    def _written(self) -> bytes:
        return b'{"ct":"' + base64.b64encode(self.hidden) + b'","head":' + self._head() + b"}\n"  # an editor leaves it alone


def seal(document: Document, key: Key) -> bytes:
    """Return the content of a file, with a nonce of its own.

    Args:
        document: what it shall hold.
        key: see ``Key``.
    """
    empty = Sealed(key.salt, key.kdf, secrets.token_bytes(12), b"")
    hidden = AESGCM(key.secret).encrypt(empty.nonce, _line(document), empty._head())
    return Sealed(key.salt, key.kdf, empty.nonce, hidden)._written()


def _is_document(document: object) -> TypeGuard[Document]:
    return isinstance(document, dict) and all(
        isinstance(users, dict) and all(isinstance(value, str) for value in users.values()) for users in document.values()
    )


def _affordable(kdf: Mapping[str, Any]) -> bool:
    limits = LIMITS.get(kdf["name"])
    if limits is None or set(kdf) != {"name", *limits}:
        return False
    if not all(type(kdf[cost]) is int and 0 < kdf[cost] <= limit for cost, limit in limits.items()):
        return False
    if kdf["name"] == "argon2id":
        return bool(kdf["m"] >= 8 * kdf["p"])
    return bool(kdf["n"] > 1 and kdf["n"].bit_count() == 1)


def _argon2(passphrase: bytes, salt: bytes, kdf: Mapping[str, Any]) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    return Argon2id(salt=salt, length=32, iterations=kdf["t"], lanes=kdf["p"], memory_cost=kdf["m"]).derive(passphrase)


def _scrypt(passphrase: bytes, salt: bytes, kdf: Mapping[str, Any]) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=salt, length=32, n=kdf["n"], r=kdf["r"], p=kdf["p"]).derive(passphrase)


_DERIVE = {"argon2id": _argon2, "scrypt": _scrypt}


def _line(document: Mapping[str, Any]) -> bytes:
    """Return the one form in which a document is written."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii")


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
