"""The short-lived process that touches the keyring: one request on stdin, one answer on stdout, then it ends.

A keyring call may wait for ever for a dialog nobody sees; a process can be killed, a thread cannot (keyring-notes 1.7).
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

from wizard.hardening import harden
from wizard.vault import gnome
from wizard.vault.failures import classify
from wizard.vault.file_words import ENCRYPTED_FILE
from wizard.vault.interface import USER, Usability, fits
from wizard.vault.probe import Unusable, is_windows, look, probe, trusted_backend
from wizard.vault.reasons import why

_OK = Usability.OK.value


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Do what one request asks.

    Args:
        request: ``do`` is a key of ``_DO``; all but probe, change, unlock and create have ``service``; set has ``value``, and so
            have change, unlock and create: a passphrase, or the keyring's password. With ``path`` and ``passphrase`` it is about
            that encrypted file, else about the OS keyring.

    Returns:
        ``verdict`` (a ``Usability`` value), ``backend`` in plain words where known, ``why`` where more is known of the verdict,
        ``value`` where there is one. Never the text of an exception: it may repeat a value.
    """
    words = ""
    try:
        if "path" in request:
            from wizard.vault.encrypted_file import EncryptedFileKeyring  # costs 0.1 s, and only here

            words = ENCRYPTED_FILE
            backend = EncryptedFileKeyring(request["path"], request["passphrase"])
        else:
            backend = trusted_backend()
            if request["do"] in _OPEN:
                _OPEN[request["do"]](backend, request["value"])
            words = look(backend)
        return {"verdict": _OK, "backend": words, **_DO[request["do"]](backend, words, request)}
    except Unusable as unusable:
        return _no(unusable.usability, unusable.backend)
    except BaseException as error:  # also SystemExit: some backends end the process when they cannot ask
        return _no(classify(error), words)


def _no(usability: Usability, backend: str) -> dict[str, Any]:
    return {"verdict": usability.value, "backend": backend, "why": why(usability, backend)}


def _probe(backend: Any, words: str, _request: dict[str, Any]) -> dict[str, Any]:
    if words != ENCRYPTED_FILE:
        probe(backend, words)
    elif not backend.prove():
        raise Unusable(Usability.KEEPS_NOTHING, words)
    return {}


def _get(backend: Any, _words: str, request: dict[str, Any]) -> dict[str, Any]:
    return {"value": backend.get_password(request["service"], USER)}


def _ready(backend: Any, words: str, request: dict[str, Any]) -> dict[str, Any]:
    _probe(backend, words, request)
    return _get(backend, words, request)


def _change(backend: Any, _words: str, request: dict[str, Any]) -> dict[str, Any]:
    """Give the encrypted file another passphrase."""
    backend.change_passphrase(request["value"])
    return {}


def _set(backend: Any, _words: str, request: dict[str, Any]) -> dict[str, Any]:
    if not fits(request["value"]):
        raise ValueError("not a value for a vault")
    backend.set_password(request["service"], USER, request["value"])
    return {}


def _delete(backend: Any, _words: str, request: dict[str, Any]) -> dict[str, Any]:
    backend.delete_password(request["service"], USER)
    return {}


def _forget(backend: Any, _words: str, request: dict[str, Any]) -> dict[str, Any]:
    """Remove the older value that Windows keeps under ``user@service`` after a rotation (keyring-notes 3.2)."""
    if is_windows(backend):
        backend._delete_password(f"{USER}@{request['service']}")
    return {}


_OPEN = {"unlock": gnome.unlock, "create": gnome.create}
"""What is done before a keyring is looked at; a probe follows."""
_DO = {
    "probe": _probe, "ready": _ready, "get": _get, "set": _set, "delete": _delete, "forget": _forget, "change": _change,
    **dict.fromkeys(_OPEN, _probe),
}


def main() -> None:
    """Read, answer, end."""
    harden()
    # Libraries print, and some ask; the terminal belongs to the wizard, and the pipe back to it carries the answer alone.
    channel = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    request = json.loads(sys.stdin.buffer.read())
    # If the parent is gone and cannot kill this process any more, it ends itself.
    last = threading.Timer(request["deadline"], os._exit, args=(1,))
    last.daemon = True
    last.start()
    channel.write(json.dumps(answer(request)).encode("ascii"))
    channel.flush()
    os._exit(0)  # no library's farewell may hold the answer back


if __name__ == "__main__":
    main()
