"""The encrypted file as a ``keyring`` backend: a passphrase through Argon2id opens one JSON document under AES-256-GCM.

Other programs read it through ``keyring`` too (docs/secrets.md). Priority -1: nobody gets it without asking for it.
Argon2id with RFC 9106's second recommended option; a cryptography build without it uses scrypt, and the file says so.
"""

from __future__ import annotations

import base64
import contextlib
import getpass
import glob
import json
import os
import re
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError, PasswordSetError

VERSION = 1
"""Of the file; a newer one is refused, never guessed at."""

ARGON2 = {"name": "argon2id", "m": 64 * 1024, "t": 3, "p": 4}
"""KiB, passes, lanes."""

SCRYPT = {"name": "scrypt", "n": 2**17, "r": 8, "p": 1}
"""For builds of OpenSSL before 3.2, which have no Argon2id (keyring-notes 4.1)."""

LIMITS: Mapping[str, Mapping[str, int]] = {
    "argon2id": {"m": 1024 * 1024, "t": 16, "p": 16},
    "scrypt": {"n": 2**20, "r": 16, "p": 4},
}
"""The costliest key a file may ask for: a hostile one must not eat the machine."""

LARGEST = 1 << 24
"""Bytes of a file that are read."""

_MAGIC = re.compile(r"nsvault/([0-9]{1,6})")
Document = dict[str, dict[str, str]]
"""Values by user, by service."""


class NoPassphrase(KeyringLocked):
    """Nobody gave one."""


class WrongPassphrase(KeyringLocked):
    """It does not open the file; a damaged file says the same, by design."""


class Damaged(InitError):
    """The file is not one this program wrote."""


class Newer(InitError):
    """The file is of a later version."""


class EncryptedFileKeyring(KeyringBackend):
    """One file, one passphrase, any number of entries."""

    priority = -1  # never picked by itself, no member of a chain

    def __init__(
        self, path: str | os.PathLike[str] | None = None, passphrase: str | Callable[[], str | None] | None = None
    ) -> None:
        """Nothing is read yet.

        Args:
            path: of the file; None for this user's.
            passphrase: or what asks for it; None asks at the terminal, or reads the file that KEYRING_PROPERTY_PASSPHRASE_FILE
                names (a path, e.g. of systemd's credentials; its first line is the passphrase).
        """
        self.passphrase_file: str | None = None
        super().__init__()  # type: ignore[no-untyped-call] # sets what KEYRING_PROPERTY_* say
        self.path = os.path.realpath(path or getattr(self, "path", None) or _default_path())
        self._passphrase = passphrase
        self._key: tuple[str, bytes] | None = None

    def get_password(self, service: str, username: str) -> str | None:
        """Return an entry, or None.

        Args:
            service: name of the entry.
            username: of it.

        Raises:
            KeyringLocked: without the right passphrase.
            InitError: if the file cannot be read, is damaged or of a later version.
        """
        return self._load().get(service, {}).get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep an entry; makes the file if there is none.

        Args:
            service: name of the entry.
            username: of it.
            password: the value.

        Raises:
            KeyringLocked: without the right passphrase.
            InitError: if the file cannot be read, is damaged or of a later version.
            PasswordSetError: if it cannot be written; it is as it was then.
        """
        with self._alone():
            document = self._load()
            document.setdefault(service, {})[username] = password
            self._store(document)

    def delete_password(self, service: str, username: str) -> None:
        """Remove an entry.

        Args:
            service: name of the entry.
            username: of it.

        Raises:
            PasswordDeleteError: if there is no such entry.
            KeyringLocked: without the right passphrase.
            InitError: if the file cannot be read, is damaged or of a later version.
        """
        with self._alone():
            document = self._load()
            if username not in document.get(service, {}):
                raise PasswordDeleteError("no such entry")
            del document[service][username]
            self._store({name: users for name, users in document.items() if users})

    def change_passphrase(self, passphrase: str) -> None:
        """Write the file anew under another passphrase.

        Args:
            passphrase: the new one.

        Raises:
            KeyringLocked: if the old one does not open it.
            PasswordSetError: if it cannot be written; the old one opens it then.
        """
        with self._alone():
            document = self._load()
            self._passphrase, self._key = passphrase, None
            self._store(document)

    # --- the file ------------------------------------------------------------------------------------------------

    def _load(self) -> Document:
        try:
            with open(self.path, "rb") as file:
                raw = file.read(LARGEST)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise InitError(f"the encrypted file cannot be read: {error.strerror}") from error
        head, nonce, sealed = _taken_apart(raw)
        try:
            opened = AESGCM(self._derived(head)).decrypt(nonce, sealed, _line(head))
        except InvalidTag:
            raise WrongPassphrase("another passphrase, or the file is damaged") from None
        document: Document = json.loads(opened)
        return document

    def _store(self, document: Document) -> None:
        nonce = secrets.token_bytes(12)
        salt, kdf = (self._salt_and_kdf()) if self._key is None else json.loads(self._key[0])
        head = {"kdf": kdf, "magic": f"nsvault/{VERSION}", "nonce": _text(nonce), "salt": salt}
        try:
            key = self._derived(head)
        except UnsupportedAlgorithm:
            head["kdf"] = dict(SCRYPT)
            key = self._derived(head)
        sealed = AESGCM(key).encrypt(nonce, json.dumps(document).encode(), _line(head))
        self._write(_line({"ct": _text(sealed), "head": head}))

    @staticmethod
    def _salt_and_kdf() -> tuple[str, dict[str, Any]]:
        return _text(secrets.token_bytes(16)), dict(ARGON2)

    def _derived(self, head: Mapping[str, Any]) -> bytes:
        """Return the key; the last one is kept, since each costs a tenth of a second and 64 MiB.

        A file keeps its salt for as long as it keeps its passphrase; every write has a random nonce of its own.
        """
        mark = json.dumps([head["salt"], head["kdf"]])
        if self._key is None or self._key[0] != mark:
            self._key = mark, _derive(self._asked(), base64.b64decode(head["salt"]), head["kdf"])
        return self._key[1]

    def _asked(self) -> bytes:
        given = self._passphrase() if callable(self._passphrase) else self._passphrase
        if given is None and self.passphrase_file:
            with contextlib.suppress(OSError), open(self.passphrase_file, encoding="utf-8", errors="surrogateescape") as file:
                given = file.readline().rstrip("\r\n")
        elif given is None and self._passphrase is None and sys.stdin and sys.stdin.isatty():
            given = getpass.getpass(f"Passphrase of {self.path}: ")
        if not given:
            raise NoPassphrase("no passphrase was given")
        return given.encode("utf-8", "surrogateescape")

    def _write(self, content: bytes) -> None:
        """Replace the file whole or not at all."""
        folder = os.path.dirname(self.path)
        try:
            handle, temporary = tempfile.mkstemp(prefix=_left_by(self.path), dir=folder)  # mode 0600, never followed
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, self.path)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
                raise
            if hasattr(os, "O_DIRECTORY"):
                descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
        except OSError as error:
            raise PasswordSetError(f"the encrypted file cannot be written: {error.strerror}") from error

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other writers out; what a killed one left (ciphertext alone) is removed."""
        folder = os.path.dirname(self.path)
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            descriptor = os.open(f"{self.path}.lock", os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise PasswordSetError(f"the folder of the encrypted file cannot be used: {error.strerror}") from error
        try:
            _lock(descriptor)
            for left in glob.glob(os.path.join(glob.escape(folder), f"{_left_by(self.path)}*")):
                with contextlib.suppress(OSError):
                    os.unlink(left)
            yield
        finally:
            os.close(descriptor)


def _taken_apart(raw: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """Return head, nonce and ciphertext of a file that is exactly as this program writes it.

    Raises:
        Newer: if it is of a later version.
        Damaged: if a single byte is not as it was written.
    """
    try:
        whole = json.loads(raw)
        head, sealed = whole["head"], base64.b64decode(whole["ct"], validate=True)
        version = int(_MAGIC.fullmatch(head["magic"])[1])  # type: ignore[index] # None is damage, as below
        if version > VERSION:
            raise Newer(f"of version {version}")
        nonce, salt = (base64.b64decode(head[name], validate=True) for name in ("nonce", "salt"))
        sound = len(nonce) == 12 and len(salt) == 16 and _affordable(head["kdf"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Damaged("the encrypted file is not what was written there") from None
    if not sound or set(head) != {"kdf", "magic", "nonce", "salt"} or _line({"ct": _text(sealed), "head": head}) != raw:
        raise Damaged("the encrypted file is not what was written there")
    return head, nonce, sealed


def _affordable(kdf: Mapping[str, Any]) -> bool:
    limits = LIMITS[kdf["name"]]
    within = all(type(kdf[cost]) is int and 0 < kdf[cost] <= limit for cost, limit in limits.items())
    if kdf["name"] == "argon2id":
        return within and kdf["m"] >= 8 * kdf["p"]
    return within and kdf["n"] > 1 and kdf["n"] & (kdf["n"] - 1) == 0


def _derive(passphrase: bytes, salt: bytes, kdf: Mapping[str, Any]) -> bytes:
    if kdf["name"] == "argon2id":
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

        return Argon2id(salt=salt, length=32, iterations=kdf["t"], lanes=kdf["p"], memory_cost=kdf["m"]).derive(passphrase)
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=salt, length=32, n=kdf["n"], r=kdf["r"], p=kdf["p"]).derive(passphrase)


def _line(document: Mapping[str, Any]) -> bytes:
    """Return the one form in which a document is written, so that every other one is damage."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii")


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _left_by(path: str) -> str:
    return f".{os.path.basename(path)}~"


def _default_path() -> str:
    from wizard.store import data_folder

    return str(Path(data_folder()) / "vault.json")


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)
