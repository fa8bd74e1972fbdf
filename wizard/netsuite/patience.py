"""How long one exchange with a server may take, watched between any two bytes.

A read timeout starts anew with every byte, so a server that sends one byte a minute would hold the program for ever.
Here the socket wakes up several times a second and looks at the deadline and at the person's wish to stop.
"""

from __future__ import annotations

import ssl
import threading
from types import TracebackType
from typing import Any

from wizard.clock import Clock

_SLICE = 0.2
"""Seconds between two looks; short enough that a cancelled check feels immediate."""


class OutOfPatience(Exception):
    """The exchange ends now."""

    def __init__(self, cancelled: bool) -> None:
        """Say why.

        Args:
            cancelled: True when the person wants to stop, False when the deadline has passed.
        """
        super().__init__("cancelled" if cancelled else "deadline")
        self.cancelled = cancelled


class Patience:
    """The limits of one exchange; a context manager for the thread that makes it."""

    _of_thread = threading.local()

    def __init__(self, clock: Clock, seconds: float, cancelled: threading.Event) -> None:
        """Start counting.

        Args:
            clock: monotonic time.
            seconds: for the whole exchange.
            cancelled: set when the person wants to stop.
        """
        self.sent = False
        """Whether anything was sent over TLS since then."""
        self._clock = clock
        self._until = clock.monotonic() + seconds
        self._cancelled = cancelled

    def __enter__(self) -> Patience:
        """Hold for all sockets that this thread reads from."""
        self._of_thread.held = self
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Hold no longer."""
        self._of_thread.held = None

    @classmethod
    def held(cls) -> Patience | None:
        """Return what holds in this thread."""
        return getattr(cls._of_thread, "held", None)

    def check(self) -> None:
        """Go on only while there is time and somebody waits.

        Raises:
            OutOfPatience: otherwise.
        """
        if self._cancelled.is_set():
            raise OutOfPatience(cancelled=True)
        if self._clock.monotonic() >= self._until:
            raise OutOfPatience(cancelled=False)


class PatientSocket(ssl.SSLSocket):
    """A TLS socket whose reads are watched, and whose first send is noted."""

    def send(self, data: Any, flags: int = 0) -> int:
        """Send as ``SSLSocket`` does.

        Args:
            data: as for ``SSLSocket``.
            flags: as for ``SSLSocket``.
        """
        if patience := Patience.held():
            patience.sent = True
        return super().send(data, flags)

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        """Read as ``SSLSocket`` does, in slices of time.

        Args:
            buffer: as for ``SSLSocket``.
            nbytes: as for ``SSLSocket``.
            flags: as for ``SSLSocket``.

        Raises:
            TimeoutError: when nothing came for as long as the socket's own timeout.
            OutOfPatience: when the exchange has to end.
        """
        patience, whole = Patience.held(), self.gettimeout()
        if patience is None or whole is None:
            return super().recv_into(buffer, nbytes, flags)
        waited = 0.0
        try:
            while True:
                patience.check()
                self.settimeout(min(_SLICE, whole))
                try:
                    return super().recv_into(buffer, nbytes, flags)
                except TimeoutError:
                    waited += _SLICE
                    if waited >= whole:
                        raise
        finally:
            self.settimeout(whole)
