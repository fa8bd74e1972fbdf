"""The encrypted file as a ``keyring`` backend: one file, one passphrase, any number of entries (``sealed`` says how).

Other programs read it through ``keyring`` too (docs/secrets.md). Priority -1: nobody gets it without asking for it.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError, PasswordSetError

from wizard.on_disk import lock, remove_leftovers, write_whole
from wizard.vault.passphrase import LONGEST, normal, problem
from wizard.vault.sealed import LARGEST, Damaged, Document, Key, Sealed, seal

_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Without waiting: a pipe in the file's place has no other end."""


class NoPassphrase(KeyringLocked):
    """Nobody gave one."""


class WeakPassphrase(PasswordSetError):
    """It does not become one."""


class Missing(InitError):
    """There is no file."""


class Unreadable(InitError):
    """The file is there, and the system does not give it."""


class Unwritable(PasswordSetError):
    """The system does not take the file."""


class EncryptedFileKeyring(KeyringBackend):
    """One file, one passphrase, any number of entries."""

    priority = -1  # never picked by itself, no member of a chain

    def __init__(
        self, path: str | os.PathLike[str] | None = None, passphrase: str | Callable[[], str | None] | None = None
    ) -> None:
        """Nothing is read yet.

        Args:
            path: of the file; None takes what KEYRING_PROPERTY_PATH says, or this user's.
            passphrase: or what asks for it; None reads the file that KEYRING_PROPERTY_PASSPHRASE_FILE names (its first line, e.g.
                of systemd's credentials), or asks at the terminal.
        """
        self.passphrase_file: str | None = None
        super().__init__()  # type: ignore[no-untyped-call] # sets what KEYRING_PROPERTY_* say
        given = path or getattr(self, "path", None) or _default_path()
        self.path = os.path.abspath(os.path.expanduser(given))
        self._passphrase = passphrase
        self._key: Key | None = None

    def get_password(self, service: str, username: str) -> str | None:
        """Return an entry, or None.

        Args:
            service: name of the entry.
            username: of it.

        Raises:
            KeyringLocked: without the right passphrase.
            InitError: if the file cannot be read, is damaged or of a later version.
        """
        return (self._load() or {}).get(service, {}).get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep an entry; makes the file if there is none.

        Args:
            service: name of the entry.
            username: of it.
            password: the value.

        Raises:
            KeyringLocked: without the right passphrase.
            InitError: if the file cannot be read, is damaged or of a later version.
            PasswordSetError: if it cannot be written, or its first passphrase is too weak; it is as it was then.
        """
        if not all(isinstance(text, str) for text in (service, username, password)):
            raise PasswordSetError("an entry is made of texts alone")
        with self._changing(make=True) as document:
            document.setdefault(service, {})[username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Remove an entry.

        Args:
            service: name of the entry.
            username: of it.

        Raises:
            PasswordDeleteError: if there is no such entry.
            KeyringLocked: without the right passphrase.
            InitError: if the file cannot be read, is damaged or of a later version.
            PasswordSetError: if it cannot be written; it is as it was then.
        """
        try:
            with self._changing() as document:
                del document[service][username]
                if not document[service]:
                    del document[service]
        except (KeyError, Missing):
            raise PasswordDeleteError("no such entry") from None

    def change_passphrase(self, passphrase: str) -> None:
        """Write the file anew under another passphrase.

        Args:
            passphrase: the new one.

        Raises:
            KeyringLocked: if the old one does not open it.
            InitError: if there is no file, or it cannot be read, is damaged or of a later version.
            PasswordSetError: if it cannot be written, or the new one is too weak; the old one opens it then.
        """
        with self._changing():
            self._key = self._new_key(passphrase)  # a cache: if this write fails, the old one is derived again
        self._passphrase = passphrase

    def prove(self) -> bool:
        """Write the file anew as it is, or make it, and tell whether it can be read afterwards; what a probe asks.

        Raises:
            KeyringLocked: without the right passphrase.
            InitError: if the file cannot be read, is damaged or of a later version.
            PasswordSetError: if it cannot be written, or its first passphrase is too weak. A file that is there was opened.
        """
        with self._changing(make=True):
            pass
        return self._load() is not None

    # --- the file ------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _changing(self, make: bool = False) -> Iterator[Document]:
        """Yield what the file holds, and write what becomes of it; other writers wait meanwhile."""
        self._held(make)  # who has to be asked for the passphrase is asked before anybody has to wait
        with _alone(self.path) as path:
            document = self._held(make)
            yield document
            assert self._key, "derived from the file, or new"
            content = seal(document, self._key)
            if len(content) > LARGEST:
                raise Unwritable("the encrypted file would become larger than it may be")
            try:
                write_whole(path, content)
            except OSError as error:
                raise Unwritable(f"the encrypted file cannot be written: {error.strerror}") from error

    def _held(self, make: bool) -> Document:
        document = self._load()
        if document is None:
            if not make:
                raise Missing("there is no file")
            self._key = self._key or self._new_key(self._asked(new=True))
        return document or {}

    def _load(self) -> Document | None:
        content = _read(self.path)
        if content is None:
            return None
        sealed = Sealed.read(content)
        if self._key is None or (self._key.salt, self._key.kdf) != (sealed.salt, sealed.kdf):
            self._key = Key.derive(self._asked(), sealed.salt, sealed.kdf)
        try:
            return sealed.open(self._key)
        except KeyringLocked:
            self._key = None  # who is asked again may answer something else
            raise

    def _new_key(self, passphrase: str) -> Key:
        why_not = problem(passphrase)
        if why_not:
            raise WeakPassphrase(why_not)
        return Key.new(normal(passphrase))

    # --- the passphrase ------------------------------------------------------------------------------------------

    def _asked(self, new: bool = False) -> str:
        """Return the passphrase in its normal form."""
        if self._passphrase is not None:
            given = self._passphrase() if callable(self._passphrase) else self._passphrase
        else:
            given = self._first_line(self.passphrase_file) if self.passphrase_file else self._typed(new)
        if not given:
            raise NoPassphrase("no passphrase was given")
        return normal(given)

    @staticmethod
    def _first_line(path: str) -> str:
        try:
            with open(os.path.expanduser(path), encoding="utf-8-sig", errors="surrogateescape") as file:
                return file.readline(LONGEST + 2).rstrip("\r\n")
        except OSError as error:
            raise NoPassphrase(f"the file of the passphrase cannot be read: {error.strerror}") from None

    def _typed(self, new: bool) -> str | None:
        if not _has_terminal():
            return None
        which = "New passphrase" if new else "Passphrase"
        try:
            given = getpass.getpass(f"{which} of {ascii(self.path)[1:-1]}: ")
            again = getpass.getpass("The same once more: ") if new else given
        except (EOFError, OSError, UnicodeError):
            return None
        if again != given:
            raise NoPassphrase("two different passphrases were typed")
        return given


def _read(path: str) -> bytes | None:
    """Return the content of a file, None if there is none.

    Raises:
        Unreadable: if the system does not give it.
        Damaged: if something else is in its place.
    """
    try:
        descriptor = os.open(path, _READ)
    except FileNotFoundError:
        if os.path.islink(path):
            raise Unreadable("the link in its place leads nowhere") from None
        return None
    except OSError as error:
        raise Unreadable(f"the encrypted file cannot be read: {error.strerror}") from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Damaged("something else is in its place")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable(f"the encrypted file cannot be read: {error.strerror}") from error
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _alone(path: str) -> Iterator[str]:
    """Keep other writers out; yields where the file really is. What a killed one left (ciphertext alone) is removed."""
    real = os.path.realpath(path)
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(f"{real}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise Unwritable(f"the folder of the encrypted file cannot be used: {error.strerror}") from error
    try:
        try:
            lock(descriptor, wait=True)
        except OSError as error:
            raise Unwritable(f"the encrypted file cannot be locked: {error.strerror}") from error
        remove_leftovers(real)
        yield real
    finally:
        os.close(descriptor)


def _has_terminal() -> bool:
    """Tell whether somebody can be asked, also where standard input is a pipe with the value in it."""
    if sys.platform == "win32":
        return sys.stdin is not None and sys.stdin.isatty()
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _default_path() -> str:
    from wizard.store import data_folder

    return str(Path(data_folder()) / "vault.json")
