"""The short-lived process that touches the keyring: one request on stdin, one answer on stdout, then it ends.

A keyring call may wait for ever for a dialog nobody sees; a process can be killed, a thread cannot (keyring-notes 1.7).
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import Any

from wizard.hardening import harden
from wizard.vault.probe import Unusable, class_name, classify, lock_state, probe, trusted_backend

USER = "tba"
"""Constant: Windows shuffles entries when one service has several users (keyring-notes 3.2)."""


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Do what one request asks.

    Args:
        request: ``do`` is probe, get, set or delete; ``service`` and, for set, ``value``.

    Returns:
        ``verdict`` (a ``Usability`` value), and ``backend`` or ``value`` where there is one. Never the text of an exception.
    """
    try:
        if request["do"] == "probe":
            return {"verdict": "ok", "backend": probe()}
        backend = trusted_backend()
        lock_state(backend)
        service = request["service"]
        if request["do"] == "get":
            return {"verdict": "ok", "value": backend.get_password(service, USER)}
        if request["do"] == "set":
            backend.set_password(service, USER, request["value"])
            _remove_twin(backend, service)
            return {"verdict": "ok"}
        if backend.get_password(service, USER) is not None:
            backend.delete_password(service, USER)
            _remove_twin(backend, service)
        return {"verdict": "ok"}
    except Unusable as unusable:
        return {"verdict": unusable.usability.value, "backend": unusable.backend}
    except Exception as error:
        return {"verdict": classify(error).value}


def _remove_twin(backend: Any, service: str) -> None:
    """Remove the older value that Windows keeps under ``user@service`` after a rotation (keyring-notes 3.2)."""
    if class_name(backend).endswith("WinVaultKeyring"):
        with contextlib.suppress(Exception):
            backend._delete_password(f"{USER}@{service}")


def main() -> None:
    """Read, answer, end."""
    harden()
    # Libraries print warnings; the terminal belongs to the wizard.
    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for the rest of this process
    channel, sys.stdout = sys.stdout, sys.stderr
    channel.write(json.dumps(answer(json.loads(sys.stdin.read()))))
    channel.flush()


if __name__ == "__main__":
    main()
