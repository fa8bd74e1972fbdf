"""Is the OS keyring usable for secrets right now? Runs in the child; never shows a dialog of a Secret Service.

Judges the backend by an allow-list and looks at the lock state, then writes, reads back, looks for and deletes one disposable
random value (keyring-notes appendix B; the verdicts were reproduced there on Debian 12).
"""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from wizard.vault.interface import GNOME, Usability

TRUSTED = {
    "keyring.backends.SecretService.Keyring": "Secret Service",
    "keyring.backends.libsecret.Keyring": "Secret Service",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.macOS.Keyring": "macOS keychain",
    "keyring.backends.Windows.WinVaultKeyring": "Windows credential store",
}
"""Backends that may hold secrets, in plain words."""

_REFUSED = {
    "keyring.backends.fail.Keyring": Usability.NO_BACKEND,
    "keyring.backends.null.Keyring": Usability.DISABLED,
}
_SERVERS = {
    "gnome-keyring-d": GNOME,
    "keepassxc": "KeePassXC database (Secret Service)",
    "ksecretd": "KWallet (Secret Service)",
    "kwalletd5": "KWallet (Secret Service)",
    "kwalletd6": "KWallet (Secret Service)",
}
"""Programs that offer the Secret Service, by the name the kernel knows them by (15 characters), in plain words."""

_NAMING: Mapping[str, str] = {"scheme": "default", "appid": "Python keyring library"}
"""What entries are found by, and what KWallet asks about: keyring's own defaults, whatever KEYRING_PROPERTY_* variables say.
Otherwise what one login stored would be invisible to another that has other variables."""

_SECRETS = "org.freedesktop.secrets"
ROOT = "/org/freedesktop/secrets"
_DEFAULT_COLLECTION = f"{ROOT}/aliases/default"
LOGIN = f"{ROOT}/collection/login"
"""GNOME's keyring that logins open."""
NO_COLLECTION = "/"
"""Where the alias of the default collection leads if there is none."""
_SELFTEST = "nswizard-selftest"
_LARGEST = 1 << 26
"""Bytes of a keyring's file that are read; none comes near it."""


class Unusable(Exception):
    """Carries the verdict on a backend that must not be given a secret."""

    def __init__(self, usability: Usability, backend: str) -> None:
        """Keep the verdict.

        Args:
            usability: why not.
            backend: in plain words, or its class.
        """
        super().__init__(usability.value)
        self.usability = usability
        self.backend = backend


def class_name(backend: object) -> str:
    """Return a backend's class with its module.

    Args:
        backend: an instance.
    """
    return f"{type(backend).__module__}.{type(backend).__name__}"


def is_windows(backend: object) -> bool:
    """Tell whether a backend is the Windows credential store.

    Args:
        backend: an instance.
    """
    return class_name(backend) == "keyring.backends.Windows.WinVaultKeyring"


def trusted_backend() -> Any:
    """Return the backend secrets may be given to.

    Raises:
        Unusable: if the one Python would use is none of those.
    """
    import keyring
    from keyring.backends.chainer import ChainerBackend

    try:
        backend: Any = keyring.get_keyring()
        members = list(backend.backends) if isinstance(backend, ChainerBackend) else None
    except Exception:
        # A wrong variable or file raises ModuleNotFoundError, AttributeError, ValueError, RuntimeError, ... (observed)
        raise Unusable(Usability.MISCONFIGURED, "unknown") from None
    if members is not None:
        # The chain writes to whatever member comes first; its first trusted one is used by itself.
        trusted = [member for member in members if class_name(member) in TRUSTED]
        if not trusted:
            raise Unusable(Usability.UNTRUSTED, class_name((members or [backend])[0]))
        backend = trusted[0]
    name = class_name(backend)
    if name not in TRUSTED:
        raise Unusable(_REFUSED.get(name, Usability.UNTRUSTED), name)
    if is_windows(backend):
        backend.persist = "local machine"  # the default would roam with the profile
    for attribute, own in _NAMING.items():
        if hasattr(backend, attribute):
            setattr(backend, attribute, own)
    return backend


def look(backend: Any) -> str:
    """Look whether a Secret Service is open, without showing a dialog; opens one that has a blank password.

    Args:
        backend: from ``trusted_backend``; any other than a Secret Service is not looked at.

    Returns:
        What keeps the values, in plain words.

    Raises:
        Unusable: if it is locked, has no collection, or keeps values in memory only.
        Exception: whatever the bus raises.
    """
    words = TRUSTED[class_name(backend)]
    if words != "Secret Service":
        return words
    import secretstorage
    from secretstorage.util import DBusAddressWrapper

    with contextlib.closing(secretstorage.dbus_init()) as connection:
        service = DBusAddressWrapper(ROOT, "org.freedesktop.Secret.Service", connection)
        path = collection_of(backend, service)
        words = server(connection) or words
        if path.endswith("/session"):
            raise Unusable(Usability.MEMORY_ONLY, words)
        if path == NO_COLLECTION:
            raise Unusable(Usability.UNREADABLE if words == GNOME and unreadable(service) else Usability.NO_COLLECTION, words)
        try:
            collection = secretstorage.Collection(connection, path)
        except secretstorage.ItemNotFoundException:
            raise Unusable(Usability.NO_COLLECTION, words) from None
        if collection.is_locked():
            _, prompt = service.call("Unlock", "ao", [path])
            if len(prompt) > 1:  # a dialog appears only when Prompt() is called: throw it away instead
                DBusAddressWrapper(prompt, "org.freedesktop.Secret.Prompt", connection).call("Dismiss", "")
        if collection.is_locked():
            raise Unusable(Usability.LOCKED, words)
    return words


def collection_of(backend: Any, service: Any) -> str:
    """Return the path of the collection that entries go to, "/" if there is none yet. Starts the service.

    Args:
        backend: a Secret Service's.
        service: what calls the service's methods.
    """
    path = getattr(backend, "preferred_collection", None) or _DEFAULT_COLLECTION
    (default,) = service.call("ReadAlias", "s", "default")
    return str(default if path == _DEFAULT_COLLECTION else path)


def knows_login(service: Any) -> bool:
    """Tell whether the service has GNOME's login keyring.

    Args:
        service: what calls the service's methods.
    """
    return LOGIN in service.get_property("Collections")


def unreadable(service: Any) -> bool:
    """Tell whether GNOME's login keyring has a file that the service cannot read: it does not say so itself.

    A keyring made beside such a file is not found again at the service's next start (observed with gnome-keyring 42.1).

    Args:
        service: what calls the service's methods.
    """
    return not knows_login(service) and any(os.path.exists(data / "keyrings/login.keyring") for data in _data_folders())


def server(connection: Any) -> str | None:
    """Return in plain words which program offers the Secret Service, or None if it cannot be told.

    Args:
        connection: to a bus where the service runs.
    """
    from jeepney.bus_messages import message_bus
    from jeepney.wrappers import unwrap_msg

    with contextlib.suppress(Exception):  # what cannot be told has the words for any service, and is given no password
        (process,) = unwrap_msg(connection.send_and_get_reply(message_bus.GetConnectionUnixProcessID(_SECRETS)))
        return _SERVERS.get(Path(f"/proc/{process}/comm").read_text(encoding="utf-8").strip())
    return None


def lies_in_clear(value: str) -> bool:
    """Look for a value in the files that keyrings write.

    Args:
        value: the disposable one.
    """
    needles = (value.encode(), base64.b64encode(value.encode())[:20], value.encode("utf-16-le"))
    for path in _keyring_files():
        with contextlib.suppress(OSError), path.open("rb") as file:
            content = file.read(_LARGEST)
            if any(needle in content for needle in needles):
                return True
    return False


def _data_folders() -> set[Path]:
    """Return where files may lie: the service may run with another XDG_DATA_HOME than this login."""
    return {Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser(), Path.home() / ".local/share"}


def _keyring_files() -> Iterator[Path]:
    for data in _data_folders():
        for folder in (data / name for name in ("keyrings", "python_keyring", "kwalletd")):
            yield from (path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else ()


def probe(backend: Any, words: str) -> None:
    """Write, read back, look for and delete a disposable value.

    Args:
        backend: from ``trusted_backend``.
        words: what ``look`` returned.

    Raises:
        Unusable: with the verdict.
        Exception: whatever a backend raises; the caller classifies it.
    """
    user, value = f"probe-{secrets.token_hex(4)}", secrets.token_hex(24)
    backend.set_password(_SELFTEST, user, value)
    try:
        if backend.get_password(_SELFTEST, user) != value:
            raise Unusable(Usability.KEEPS_NOTHING, words)
        if lies_in_clear(value):
            raise Unusable(Usability.PLAINTEXT, words)
    finally:
        with contextlib.suppress(Exception):
            backend.delete_password(_SELFTEST, user)
    if backend.get_password(_SELFTEST, user) is not None:
        raise Unusable(Usability.DELETES_NOTHING, words)
