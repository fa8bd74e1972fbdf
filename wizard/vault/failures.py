"""What an exception of a keyring backend means. Backends leak raw errors of many libraries (keyring-notes 1.5).

Told by class names, error names and numbers, so that no library has to be imported; a text is only searched for known
phrases and never passed on, since it may repeat a value.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping

from wizard.vault.interface import Usability

_NUMBERS: Mapping[int, Usability] = {
    -128: Usability.DENIED,  # macOS: the user said no
    -25293: Usability.DENIED,  # macOS: wrong password, or this Python's signature changed
    -25308: Usability.NO_INTERACTION,  # macOS over SSH
    -25291: Usability.NO_BACKEND,  # macOS: no keychain is available
    -25307: Usability.NO_COLLECTION,  # macOS: no default keychain
    1312: Usability.NO_LOGON_SESSION,  # Windows over SSH
    1783: Usability.TOO_LONG,  # Windows: more than 2560 bytes
    5: Usability.DENIED,  # Windows: access denied
    8: Usability.FULL,  # Windows: not enough storage
}
"""Status of macOS (negative) and error of Windows, by number (documented by Apple and Microsoft, not run here)."""

_DISK = {errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC)}

_DBUS: Mapping[str, Usability] = {
    "org.freedesktop.Secret.Error.IsLocked": Usability.LOCKED,
    "org.freedesktop.DBus.Error.TimedOut": Usability.TIMEOUT,
    "org.freedesktop.DBus.Error.Timeout": Usability.TIMEOUT,
    "org.freedesktop.DBus.Error.AccessDenied": Usability.DENIED,
    "org.freedesktop.DBus.Error.NoReply": Usability.VANISHED,
    "org.freedesktop.DBus.Error.Disconnected": Usability.VANISHED,
    "org.freedesktop.DBus.Error.NameHasNoOwner": Usability.VANISHED,
    "org.freedesktop.DBus.Error.ServiceUnknown": Usability.NO_BACKEND,
    "org.freedesktop.DBus.Error.UnknownInterface": Usability.OPENS_ELSEWHERE,  # asked of none but GNOME's own interface
    "org.freedesktop.Secret.Error.NoSession": Usability.VANISHED,
    "org.freedesktop.Secret.Error.NoSuchObject": Usability.VANISHED,
    "org.gnome.keyring.Error.Denied": Usability.WRONG_PASSWORD,
}
"""By the name of an error of the bus."""

_CLASSES: Mapping[str, Usability] = {
    "keyring.errors.NoKeyringError": Usability.NO_BACKEND,
    "keyring.errors.KeyringLocked": Usability.LOCKED,
    "secretstorage.exceptions.LockedException": Usability.LOCKED,
    "secretstorage.exceptions.PromptDismissedException": Usability.LOCKED,
    "secretstorage.exceptions.ItemNotFoundException": Usability.VANISHED,
    "secretstorage.exceptions.SecretServiceNotAvailableException": Usability.VANISHED,
    "builtins.ConnectionError": Usability.VANISHED,
    "builtins.EOFError": Usability.VANISHED,
    "builtins.TimeoutError": Usability.TIMEOUT,
    "wizard.vault.encrypted_file.NoPassphrase": Usability.NO_PASSPHRASE,
    "wizard.vault.encrypted_file.WeakPassphrase": Usability.WEAK_PASSPHRASE,
    "wizard.vault.encrypted_file.Missing": Usability.NO_FILE,
    "wizard.vault.encrypted_file.Unreadable": Usability.UNREADABLE,
    "wizard.vault.encrypted_file.Unwritable": Usability.FULL,
    "wizard.vault.sealed.WrongPassphrase": Usability.WRONG_PASSPHRASE,
    "wizard.vault.sealed.Damaged": Usability.DAMAGED,
    "wizard.vault.sealed.Newer": Usability.NEWER,
    "wizard.vault.sealed.NoDerivation": Usability.NO_DERIVATION,
}
"""By class, or by a class it descends from."""

_PHRASES: Mapping[str, Usability] = {
    "error occurred on the device": Usability.FULL,  # gnome-keyring: full or read-only disk
    "Failed to create the collection": Usability.NO_COLLECTION,  # keyring's InitError, first use on a server
    "Cancelled by user": Usability.LOCKED,  # KWallet's window was closed, or cannot be shown
}


def classify(error: BaseException) -> Usability:
    """Return what an exception of a backend means: ``FAILS`` if nothing is known about it.

    Args:
        error: whatever was raised; its causes are looked at too, since the number is often only there.
    """
    chain = list(_chain(error))
    for look in (_by_number, _by_dbus_name, _by_phrase, _by_class):
        for link in chain:
            found = look(link)
            if found is not None:
                return found
    return Usability.FAILS


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def _by_number(error: BaseException) -> Usability | None:
    if isinstance(error, OSError) and error.errno in _DISK:
        return Usability.FULL
    number = getattr(error, "winerror", None) or next(iter(error.args), None)
    if not isinstance(number, int) or (number > 0 and not _of_windows(error)):
        return None
    return _NUMBERS.get(number)


def _of_windows(error: BaseException) -> bool:
    """Positive numbers mean something else elsewhere: 5 is EIO to an OSError of Linux."""
    return "pywintypes" in type(error).__module__ or hasattr(error, "winerror")


def _by_dbus_name(error: BaseException) -> Usability | None:
    if type(error).__name__ == "DBusErrorResponse":
        return _DBUS.get(str(getattr(error, "name", "")))
    name = getattr(error, "get_dbus_name", None)  # of dbus-python, which KWallet's backend uses
    return _DBUS.get(str(name())) if callable(name) else None


def _by_phrase(error: BaseException) -> Usability | None:
    text = str(error)
    return next((meaning for phrase, meaning in _PHRASES.items() if phrase in text), None)


def _by_class(error: BaseException) -> Usability | None:
    names = (f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__)
    return next((_CLASSES[name] for name in names if name in _CLASSES), None)
