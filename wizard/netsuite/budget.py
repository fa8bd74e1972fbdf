"""How many logins may still be refused before NetSuite locks the user.

Five failed logins lock a user for 30 minutes (documented for logins; whether failed token logins count was not
published, protocol.md 13.20). So every login is counted before it is sent, and after a refusal nothing more is sent
until something changed or the person asks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=30)
"""How long a refusal counts (documented for the lock, protocol.md 8.6)."""


@dataclass
class Budget:
    """The login attempts of one set of credentials. May be used by several threads."""

    limit: int = 5
    """Consecutive refusals that may lock the user (documented)."""
    refused: list[datetime] = field(default_factory=list)
    """When logins were refused since the last accepted one, UTC, oldest first; the owner keeps it across restarts."""
    on_change: Callable[[], None] | None = None
    """Called after ``refused`` changed."""
    _sent: list[datetime] = field(default_factory=list, repr=False)
    """Attempts that were sent and whose outcome is not known, or doubtful. Not kept across restarts."""
    _released: bool = field(default=False, repr=False)
    """Somebody changed something, or asked, since the last refusal."""
    _extra: bool = field(default=False, repr=False)
    """The person asked for one attempt whatever the count says."""
    _proven: bool = field(default=False, repr=False)
    _mutex: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def blocked(self) -> bool:
        """True after a refusal, until something changed or the person asks again."""
        return bool(self.refused) and not self._released

    @property
    def proven(self) -> bool:
        """True while the last login with known outcome was accepted."""
        return self._proven

    def left(self, now: datetime) -> int:
        """Return how many more refusals are safe.

        Args:
            now: UTC.
        """
        with self._mutex:
            counted = [at for at in (*self.refused, *self._sent) if now - at < WINDOW]
            return max(self.limit - len(counted), 0)

    def used_up_until(self) -> datetime | None:
        """Return until when the user may be locked by the refusals counted here, UTC; None if they are fewer, or too old."""
        with self._mutex:
            last = self.refused[-self.limit :]
            return last[-1] + WINDOW if len(last) == self.limit and last[-1] - last[0] < WINDOW else None

    def objection(self, now: datetime) -> str | None:
        """Return why nothing may be sent now, in one sentence, or None if it may.

        Args:
            now: UTC.
        """
        with self._mutex:
            if self.blocked:
                when = f"{self.refused[-1]:%H:%M} UTC"
                return f"Nothing was sent: these credentials were refused at {when}. Change something, or ask again."
            if not self._extra and self.left(now) <= 1:
                return (
                    f"Nothing was sent: {self.limit - self.left(now)} logins failed within 30 minutes, and one more may lock "
                    "the user. Wait half an hour, or ask again."
                )
            return None

    def count(self, at: datetime) -> None:
        """Count an attempt that is about to be sent.

        Args:
            at: now, UTC; ``refuse`` and ``take_back`` name the attempt by it.
        """
        with self._mutex:
            self._sent.append(at)

    def take_back(self, at: datetime) -> None:
        """Forget an attempt that never reached the login.

        Args:
            at: as given to ``count``.
        """
        with self._mutex:
            if at in self._sent:
                self._sent.remove(at)

    def refuse(self, at: datetime) -> None:
        """Keep that a login was refused.

        Args:
            at: as given to ``count``, or now, UTC.
        """
        with self._mutex:
            self.take_back(at)
            self.refused = [*self.refused[-self.limit :], at]
            self._released = self._extra = self._proven = False
        self._tell()

    def accept(self) -> None:
        """Keep that a login was accepted: only consecutive refusals count."""
        with self._mutex:
            had, self.refused = bool(self.refused), []
            self._sent.clear()
            self._released = self._extra = False
            self._proven = True
        if had:
            self._tell()

    def changed(self) -> None:
        """Allow logins again because a credential or something in NetSuite changed; the count stays."""
        with self._mutex:
            self._released, self._proven = True, False

    def ask_again(self) -> None:
        """Allow one more login, even beyond the limit, because the person asks for it."""
        with self._mutex:
            self._released = self._extra = True
            self._proven = False

    def _tell(self) -> None:
        if self.on_change:
            self.on_change()
