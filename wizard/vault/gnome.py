"""Opens a GNOME keyring, or makes its first one, with a password that a person typed here; runs in the child.

By an interface that GNOME calls unsupported, in its very name; no other service has it (keyring-notes 2.5). No dialog appears,
and on the bus the password travels encrypted, as every secret does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from wizard.vault.failures import classify
from wizard.vault.interface import GNOME, Usability
from wizard.vault.probe import (
    LOGIN,
    NO_COLLECTION,
    ROOT,
    TRUSTED,
    Unusable,
    class_name,
    collection_of,
    knows_login,
    server,
    unreadable,
)

_UNSUPPORTED = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
_LABEL = {"org.freedesktop.Secret.Collection.Label": ("s", "login")}
"""What logins and ``gnome-keyring-daemon --unlock`` open is the keyring of this label."""
LONGEST_PASSWORD = 1000
"""Characters; nobody has a longer one, and the service keeps it in scarce memory."""


def unlock(backend: Any, password: str) -> None:
    """Open the keyring that entries go to; an open one is left alone, since it would take any password.

    Args:
        backend: from ``trusted_backend``.
        password: as typed; a line end is part of it.

    Raises:
        Unusable: if it cannot be opened from here, or not by this password.
        Exception: whatever the bus raises.
    """
    _refuse_unless(0 < len(password) <= LONGEST_PASSWORD and password.encode(errors="ignore").decode() == password)
    import secretstorage

    with _service(backend) as (connection, service):
        path = collection_of(backend, service)
        with contextlib.suppress(secretstorage.ItemNotFoundException):  # there is none: the look that follows says so
            if secretstorage.Collection(connection, path).is_locked():
                _unsupported(connection, "UnlockWithMasterPassword", "o(oayays)", path, password)


def create(backend: Any, password: str) -> None:
    """Make the first keyring, the one that logins open; none is made if there is one, readable or not.

    Args:
        backend: from ``trusted_backend``.
        password: of the new keyring; never an empty one, which would make a store in clear (keyring-notes 1.6).

    Raises:
        Unusable: if none can be made from here, or not with this password.
        Exception: whatever the bus raises.
    """
    _refuse_unless(len(password) <= LONGEST_PASSWORD and password.isprintable() and bool(password.strip()))
    with _service(backend) as (connection, service):
        if collection_of(backend, service) == NO_COLLECTION and not unreadable(service):
            path = LOGIN  # may be there, and only not be the default any more
            if not knows_login(service):
                (path,) = _unsupported(connection, "CreateWithMasterPassword", "a{sv}(oayays)", _LABEL, password)
            service.call("SetAlias", "so", "default", path)


def _refuse_unless(fit: bool) -> None:
    if not fit:
        raise Unusable(Usability.UNFIT_PASSWORD, GNOME)


@contextlib.contextmanager
def _service(backend: Any) -> Iterator[tuple[Any, Any]]:
    """Yield a connection and the service on it; only to GNOME's own is a password given."""
    words = TRUSTED[class_name(backend)]
    if words != "Secret Service":
        raise Unusable(Usability.OPENS_ELSEWHERE, words)
    import secretstorage
    from secretstorage.util import DBusAddressWrapper

    with contextlib.closing(secretstorage.dbus_init()) as connection:
        service = DBusAddressWrapper(ROOT, "org.freedesktop.Secret.Service", connection)
        service.call("ReadAlias", "s", "default")  # starts the service
        words = server(connection) or words
        if words != GNOME:
            raise Unusable(Usability.OPENS_ELSEWHERE, words)
        yield connection, service


def _unsupported(connection: Any, method: str, signature: str, about: object, password: str) -> Any:
    """Call a method of the unsupported interface; newer services may have dropped it."""
    from jeepney.wrappers import DBusErrorResponse
    from secretstorage import ItemNotFoundException
    from secretstorage.util import DBusAddressWrapper, format_secret, open_session

    secret = format_secret(open_session(connection), password.encode(), "text/plain")
    try:
        return DBusAddressWrapper(ROOT, _UNSUPPORTED, connection).call(method, signature, about, secret)
    except ItemNotFoundException:
        raise Unusable(Usability.OPENS_ELSEWHERE, GNOME) from None
    except DBusErrorResponse as error:
        raise Unusable(classify(error), GNOME) from None
