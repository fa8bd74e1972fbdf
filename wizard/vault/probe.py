"""Is the OS keyring usable for secrets right now? Runs in the child; never shows a dialog on Linux.

Looks at the lock state before it writes, then writes, reads back and deletes one disposable random value (keyring-notes
appendix B; the verdicts were reproduced there).
"""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
from pathlib import Path
from typing import Any

from wizard.vault.interface import Usability

TRUSTED = {
    "keyring.backends.SecretService.Keyring": "the GNOME keyring (Secret Service)",
    "keyring.backends.libsecret.Keyring": "the GNOME keyring (libsecret)",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.macOS.Keyring": "the macOS keychain",
    "keyring.backends.Windows.WinVaultKeyring": "the Windows credential store",
}
"""Backends that may hold secrets, in plain words."""

_REFUSED = {
    "keyring.backends.fail.Keyring": Usability.NO_BACKEND,
    "keyring.backends.null.Keyring": Usability.DISABLED,
}
_DEFAULT_COLLECTION = "/org/freedesktop/secrets/aliases/default"
_SELFTEST = "nswizard-selftest"


class Unusable(Exception):  # noqa: N818 - a verdict on its way, not an error
    """Carries the verdict on a backend that must not be given a secret."""

    def __init__(self, usability: Usability, backend: str) -> None:
        """Keep the verdict.

        Args:
            usability: why not.
            backend: its class.
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
            raise Unusable(Usability.UNTRUSTED, class_name(backend))
        backend = trusted[0]
    name = class_name(backend)
    if name not in TRUSTED:
        raise Unusable(_REFUSED.get(name, Usability.UNTRUSTED), name)
    if name.endswith("WinVaultKeyring"):
        backend.persist = "local machine"  # the default would roam with the profile
    return backend


def lock_state(backend: Any) -> None:
    """Look whether a Secret Service is open; opens a blank-password keyring, and shows nothing.

    Args:
        backend: from ``trusted_backend``.

    Raises:
        Unusable: if it is locked, has no collection, or keeps values in memory only.
    """
    name = class_name(backend)
    if not name.startswith(("keyring.backends.SecretService", "keyring.backends.libsecret")):
        return
    import secretstorage
    from secretstorage.util import DBusAddressWrapper

    path = getattr(backend, "preferred_collection", None) or _DEFAULT_COLLECTION
    if path.endswith("/session"):
        raise Unusable(Usability.MEMORY_ONLY, name)
    with contextlib.closing(secretstorage.dbus_init()) as connection:
        try:
            collection = secretstorage.Collection(connection, path)
        except secretstorage.ItemNotFoundException:
            raise Unusable(Usability.NO_COLLECTION, name) from None
        if collection.is_locked():
            service = DBusAddressWrapper("/org/freedesktop/secrets", "org.freedesktop.Secret.Service", connection)
            _, prompt = service.call("Unlock", "ao", [path])
            if len(prompt) > 1:  # a dialog appears only when Prompt() is called: throw it away instead
                DBusAddressWrapper(prompt, "org.freedesktop.Secret.Prompt", connection).call("Dismiss", "")
        if collection.is_locked():
            raise Unusable(Usability.LOCKED, name)


def lies_in_clear(value: str) -> bool:
    """Look for a value in the files that keyrings write.

    Args:
        value: the disposable one.
    """
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    needles = (value.encode(), base64.b64encode(value.encode())[:20])
    for folder in (home / name for name in ("keyrings", "python_keyring", "kwalletd")):
        for path in folder.rglob("*") if folder.is_dir() else ():
            with contextlib.suppress(OSError):
                content = path.read_bytes() if path.is_file() else b""
                if any(needle in content for needle in needles):
                    return True
    return False


def probe() -> str:
    """Write, read back, look for and delete a disposable value; return the backend in plain words.

    Raises:
        Unusable: with the verdict.
        Exception: whatever a backend raises; the caller classifies it.
    """
    backend = trusted_backend()
    name = class_name(backend)
    lock_state(backend)
    user, value = f"probe-{secrets.token_hex(4)}", secrets.token_hex(24)
    backend.set_password(_SELFTEST, user, value)
    try:
        if backend.get_password(_SELFTEST, user) != value:
            raise Unusable(Usability.KEEPS_NOTHING, name)
        if lies_in_clear(value):
            raise Unusable(Usability.PLAINTEXT, name)
    finally:
        with contextlib.suppress(Exception):
            backend.delete_password(_SELFTEST, user)
    if backend.get_password(_SELFTEST, user) is not None:
        raise Unusable(Usability.DELETES_NOTHING, name)
    return TRUSTED[name]


def classify(error: BaseException) -> Usability:
    """Return what an exception of a backend means (keyring-notes 1.5). Backends leak raw errors of many libraries.

    Args:
        error: whatever was raised.
    """
    name, text = type(error).__name__, str(error)
    if isinstance(error, Unusable):
        return error.usability
    if "-25308" in text or "-25308" in str(error.__cause__):
        return Usability.NO_INTERACTION
    first = error.args[0] if error.args else None
    if type(error).__module__.startswith("pywintypes") or name == "error":
        return Usability.NO_LOGON_SESSION if first in (1312, 1783) else Usability.FAILS
    table = (
        ("NoKeyringError", "", Usability.NO_BACKEND),
        ("KeyringLocked", "", Usability.LOCKED),
        ("LockedException", "", Usability.LOCKED),
        ("InitError", "Failed to create the collection", Usability.NO_COLLECTION),
        ("ItemNotFoundException", "", Usability.FAILS),
        ("SecretServiceNotAvailableException", "", Usability.FAILS),
        ("DBusErrorResponse", "IsLocked", Usability.LOCKED),
        ("DBusErrorResponse", "error occurred on the device", Usability.FULL),
        ("DBusErrorResponse", "No space", Usability.FULL),
        ("DBusErrorResponse", "TimedOut", Usability.TIMEOUT),
        ("TimeoutError", "", Usability.TIMEOUT),
    )
    return next((verdict for kind, part, verdict in table if name == kind and part in text), Usability.FAILS)
