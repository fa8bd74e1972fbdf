"""macOS, Windows and KWallet: keyring's own classes, over stand-ins for the calls of the three systems."""

from __future__ import annotations

from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import keyring.backends.kwallet
import keyring.backends.macOS
import keyring.backends.Windows
from fake_keyrings import Fake

__all__ = ["DBusKeyring", "Keyring", "WinVaultKeyring"]


class MacError(Exception):
    """As ``keyring.backends.macOS.api.Error``."""


class NotFound(MacError):
    """-25300."""


class KeychainDenied(MacError):
    """-128."""


def _status(fake: Fake, operation: str, service: str) -> None:
    number = fake.fault(operation, service)
    if number:
        raise (KeychainDenied if number == -128 else MacError)(number, "Unknown Error")


def _mac_find(_keychain: object, service: str, username: str) -> str:
    fake = Fake.here()
    _status(fake, "get", service)
    if f"{service} {username}" not in fake.kept:
        raise NotFound(-25300, "Item not found")
    return fake.kept[f"{service} {username}"]


def _mac_delete(_keychain: object, service: str, username: str) -> None:
    fake = Fake.here()
    _status(fake, "delete", service)
    if f"{service} {username}" not in fake.kept:
        raise NotFound(-25300, "Item not found")
    fake.kept = {k: v for k, v in fake.kept.items() if k != f"{service} {username}"}


def _mac_set(keychain: object, service: str, username: str, password: str) -> None:
    with suppress(NotFound):
        _mac_delete(keychain, service, username)  # as the real one: deletes, then adds
    fake = Fake.here()
    _status(fake, "add", service)
    fake.kept = {**fake.kept, f"{service} {username}": password}


keyring.backends.macOS.platform = SimpleNamespace(system=lambda: "Darwin")
keyring.backends.macOS.api = SimpleNamespace(
    Error=MacError, NotFound=NotFound, KeychainDenied=KeychainDenied,
    find_generic_password=_mac_find, set_generic_password=_mac_set, delete_generic_password=_mac_delete,
)  # fmt: skip
Keyring = keyring.backends.macOS.Keyring

class WindowsError(Exception):
    """Stands for ``pywintypes.error``."""

    def __init__(self, number: int, function: str, text: str = "") -> None:
        super().__init__(number, function, text)
        self.winerror, self.funcname, self.strerror = number, function, text


WindowsError.__module__, WindowsError.__name__ = "pywintypes", "error"


# --- Windows: keyring's own class over a stand-in for the vault's calls, with its limit and its one user per name


def _win_read(Type: int, TargetName: str) -> dict[str, Any]:
    fake = Fake.here()
    _windows(fake, "CredRead", TargetName)
    if TargetName not in fake.kept:
        raise WindowsError(1168, "CredRead", "Element not found.")
    user, value = fake.kept[TargetName]
    return {"UserName": user, "CredentialBlob": value.encode("utf-16-le")}


def _win_write(credential: dict[str, Any], _flags: int) -> None:
    fake = Fake.here()
    _windows(fake, "CredWrite", credential["TargetName"])
    if len(credential["CredentialBlob"].encode("utf-16-le")) > 2560:
        raise WindowsError(1783, "CredWrite", "The stub received bad data.")
    fake.write("persist", credential["Persist"])
    fake.kept = {**fake.kept, credential["TargetName"]: [credential["UserName"], credential["CredentialBlob"]]}


def _win_delete(Type: int, TargetName: str) -> None:
    fake = Fake.here()
    _windows(fake, "CredDelete", TargetName)
    if TargetName not in fake.kept:
        raise WindowsError(1168, "CredDelete", "Element not found.")
    fake.kept = {k: v for k, v in fake.kept.items() if k != TargetName}


def _windows(fake: Fake, function: str, target: str) -> None:
    number = fake.fault(function, target.rpartition("@")[2])
    if number:
        raise WindowsError(number, function, "refused")


keyring.backends.Windows.missing_deps = None
keyring.backends.Windows.pywintypes = SimpleNamespace(error=WindowsError)
keyring.backends.Windows.win32cred = SimpleNamespace(
    CRED_TYPE_GENERIC=1, CRED_PERSIST_SESSION=1, CRED_PERSIST_LOCAL_MACHINE=2, CRED_PERSIST_ENTERPRISE=3,
    CredRead=_win_read, CredWrite=_win_write, CredDelete=_win_delete,
)  # fmt: skip
WinVaultKeyring = keyring.backends.Windows.WinVaultKeyring


# --- KWallet: keyring's own class over a stand-in for the wallet's interface, which reports a failed write by a number alone


class DBusException(Exception):
    """As dbus-python raises it."""

    def get_dbus_name(self) -> str:
        """Return the error's name."""
        return str(self.args[0])


class _Wallet:
    """As ``org.kde.KWallet``."""

    def networkWallet(self) -> str:
        return "kdewallet"

    def open(self, _wallet: str, _window: int, appid: str) -> int:
        fake = Fake.here()
        fake.write("appid", appid)
        fault = fake.fault("open", "")
        if fault and fault.startswith("org."):
            raise DBusException(fault)
        return -1 if fault == "window closed" else 1

    def isOpen(self, _handle: int) -> bool:
        return True

    def hasFolder(self, _handle: int, _folder: str, _appid: str) -> bool:
        return False

    def hasEntry(self, _handle: int, folder: str, key: str, _appid: str) -> bool:
        return f"{folder} {key}" in Fake.here().kept

    def readPassword(self, _handle: int, folder: str, key: str, _appid: str) -> str:
        return str(Fake.here().kept[f"{folder} {key}"])

    def writePassword(self, _handle: int, folder: str, key: str, value: str, _appid: str) -> int:
        fake = Fake.here()
        if fake.fault("write", folder):
            return -1
        fake.kept = {**fake.kept, f"{folder} {key}": value}
        return 0

    def removeEntry(self, _handle: int, folder: str, key: str, _appid: str) -> int:
        fake = Fake.here()
        fake.kept = {k: v for k, v in fake.kept.items() if k != f"{folder} {key}"}
        return 0


_BUS = SimpleNamespace(
    name_has_owner=lambda name: True, list_activatable_names=lambda: ["org.kde.kwalletd5"], get_object=lambda name, path: None
)
vars(keyring.backends.kwallet).update(
    dbus=SimpleNamespace(SessionBus=lambda mainloop: _BUS, Interface=lambda wallet, name: _Wallet(), DBusException=DBusException),
    DBusGMainLoop=lambda: None,
)
DBusKeyring = keyring.backends.kwallet.DBusKeyring
