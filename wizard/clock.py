"""Now and sleep, replaceable, so that nothing else in the program looks at the wall clock."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timezone


class Clock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return datetime.now(timezone.utc)

    def monotonic(self) -> float:
        """Return seconds that never go back, for durations."""
        return time.monotonic()

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
        """Wait, or stop waiting as soon as the event is set.

        Args:
            seconds: how long.
            stop: an event that ends the wait early.

        Returns:
            True when the wait was ended by the event.
        """
        return (stop or threading.Event()).wait(seconds)
