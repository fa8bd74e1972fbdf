"""One keyring call: a child process with a deadline that answers one question."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wizard.vault.interface import Usability

_HERE = str(Path(__file__).resolve().parents[2])
"""The folder that holds the package."""

_START = "import sys; sys.path[:] = sys.argv[1:]; from wizard.vault.keyring_child import main; main()"


@dataclass(frozen=True)
class Answer:
    """What a child said, or what became of it."""

    verdict: Usability
    """OK when it did what was asked."""
    backend: str = ""
    """In plain words, or its class; empty if it did not tell."""
    value: str | None = field(default=None, repr=False)
    """What was read; None if there was nothing, or nothing was asked for."""
    why: str = ""
    """What is behind the verdict, where more is known: see ``wizard.vault.reasons``."""

    @property
    def fine(self) -> bool:
        """True when the child did what was asked."""
        return self.verdict is Usability.OK


def command() -> list[str]:
    """Return the command line of a child.

    Isolated, so that neither the current folder nor PYTHON variables choose which code gets the secret; in exchange the child
    is given exactly the folders this process imports from.
    """
    folders = [folder for folder in sys.path if os.path.isabs(folder)]
    return [sys.executable, "-I", "-c", _START, *folders, *([] if _HERE in folders else [_HERE])]


def ask(request: Mapping[str, str], deadline: float) -> Answer:
    """Run one child; request and answer go through pipes, since others can read arguments and environment.

    Args:
        request: see ``wizard.vault.keyring_child.answer``.
        deadline: seconds after which the child is killed.

    Returns:
        Its answer; ``TIMEOUT`` if it was killed, ``FAILS`` if it could not be started or said nothing understandable.
    """
    try:
        child = subprocess.Popen(
            command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
    except OSError:
        return Answer(Usability.FAILS)
    try:
        out, _ = child.communicate(json.dumps({**request, "deadline": deadline}).encode(), timeout=deadline)
    except subprocess.TimeoutExpired:
        return Answer(Usability.TIMEOUT)
    finally:
        _end(child)
    return _understood(out)


def _understood(out: bytes) -> Answer:
    try:
        reply = json.loads(out)
        value = reply.get("value")
        backend, why = (str(reply.get(name) or "") for name in ("backend", "why"))
        return Answer(Usability(reply["verdict"]), backend, None if value is None else str(value), why)
    except (ValueError, KeyError, AttributeError):
        return Answer(Usability.FAILS)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Make sure that the child and whatever it started are gone: a late dialog must not write anything."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                child.kill()
            else:
                os.killpg(child.pid, signal.SIGKILL)  # its own group, by start_new_session
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()
