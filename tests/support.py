"""Helpers that many tests use; imported as ``support``."""

from __future__ import annotations

import asyncio
import functools
import secrets
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wizard.clock import Clock
from wizard.vault.interface import Vault, Vaults

if TYPE_CHECKING:
    from textual.app import App
    from textual.pilot import Pilot


def alone(vault: Vault) -> Vaults:
    """Return vaults of which the test uses one alone."""
    from wizard.vault.memory import MemoryVault

    return Vaults(vault, vault, vault if vault.kind == "memory" else MemoryVault())  # type: ignore[arg-type] # nothing opens it


ROOT = Path(__file__).resolve().parents[1]
"""The checkout."""


def pilot_test(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Let pytest run an async test without a plugin; fixtures and ``parametrize`` keep working."""

    @functools.wraps(test)
    def wrapper(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return wrapper


async def wait_for_workers(app: App[Any], pilot: Pilot[Any]) -> None:
    """Wait until no worker of the app runs and what they posted has been handled.

    Handlers may start further workers, so it looks again until there are none.
    """
    from textual.worker import WorkerCancelled, WorkerFailed

    await pilot.pause()
    while any(not worker.is_finished for worker in app.workers):
        with suppress(WorkerCancelled, WorkerFailed):  # a failure is the app's to report; run_test raises it
            await app.workers.wait_for_complete()
        await pilot.pause()


class FrozenClock(Clock):
    """A clock that goes only when it is told to; nobody waits on it."""

    def __init__(self, at: datetime = datetime(2026, 11, 21, 9, 30, tzinfo=timezone.utc)) -> None:
        """Stop at a time.

        Args:
            at: aware, in UTC.
        """
        self.at = at
        self.slept: list[float] = []
        self._monotonic = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the time it stands at."""
        return self.at

    def monotonic(self) -> float:
        """Return the seconds it was told to go, plus those slept."""
        return self._monotonic

    def tick(self, seconds: float) -> None:
        """Go on by some seconds, which may be negative for ``now`` only."""
        with self._lock:
            self.at += timedelta(seconds=seconds)
            self._monotonic += max(seconds, 0.0)

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
        """Go on by the time asked for and return at once; remember how long was asked for, in ``slept``.

        Returns:
            True when the event is already set; the clock does not go on then.
        """
        if stop is not None and stop.is_set():
            return True
        self.slept.append(seconds)
        self.tick(seconds)
        return False


def canary() -> str:
    """Return a fresh value in the form of NetSuite's secrets, 64 hexadecimal digits: wherever it turns up, it is ours."""
    return secrets.token_hex(32)


def python_files(*packages: str) -> list[Path]:
    """Return every Python file of some packages of the checkout, in a stable order.

    Args:
        packages: folders below the checkout, e.g. ``wizard``.
    """
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))
