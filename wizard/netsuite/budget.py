"""How many logins may still be refused before NetSuite locks the user.

Five failed logins lock a user for 30 minutes (documented for logins; whether failed token logins count was not
published, protocol.md 13.20). So every login is counted before it is sent, and after a refusal nothing more is sent
until something changed or the person asks. Whether NetSuite ever forgets fewer than five was not published either: here
they count until a login is accepted, or until the lock they led to is over.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LOCK = timedelta(minutes=30)
"""How long a user stays locked (documented, protocol.md 8.6)."""


def in_a_row(times: Iterable[datetime], now: datetime, limit: int) -> list[datetime]:
    """Return the refusals that still count, oldest first: once the lock they led to is over, NetSuite counts anew.

    Args:
        times: of refusals, UTC.
        now: UTC.
        limit: how many may lock.
    """
    row: list[datetime] = []
    for at in sorted(times):
        if len(row) >= limit and at - row[-1] >= LOCK:
            row = []
        row.append(at)
    return [] if len(row) >= limit and now - row[-1] >= LOCK else row


@dataclass
class Budget:
    """The login attempts of one set of credentials. May be used by several threads."""

    limit: int = 5
    """Consecutive refusals that may lock the user (documented)."""
    refused: list[datetime] = field(default_factory=list)
    """When logins were refused since the last accepted one, UTC, oldest first; the owner keeps it across restarts."""
    on_change: Callable[[], None] | None = None
    """Called after ``refused`` changed."""
    beside: Callable[[], Budget | None] = lambda: None
    """Returns the budget of other credentials that may be the same user's; asked before every count."""
    accepted: datetime | None = None
    """When the last accepted login was sent, UTC. Not kept across restarts."""
    _sent: list[datetime] = field(default_factory=list, repr=False)
    """Attempts that were sent and whose outcome is not known, or doubtful. Not kept across restarts."""
    _released: bool = field(default=False, repr=False)
    """Somebody changed something, or asked, since the last refusal."""
    _extra: bool = field(default=False, repr=False)
    """The person asked for one attempt whatever the count says."""
    _proven: bool = field(default=False, repr=False)
    _displaced: bool = field(default=False, repr=False)
    """The last accepted login had values exchanged: as they stand here they would be refused again."""
    _mutex: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def blocked(self) -> bool:
        """True after a refusal, and after values were accepted exchanged, until something changed or the person asks again."""
        return (bool(self.refused) or self._displaced) and not self._released

    @property
    def proven(self) -> bool:
        """True while the last login with known outcome was accepted."""
        return self._proven

    def rested(self, now: datetime) -> bool:
        """Tell whether no login was refused for as long as a lock lasts.

        Args:
            now: UTC.
        """
        return not self.refused or now - self.refused[-1] >= LOCK

    def left(self, now: datetime) -> int:
        """Return how many more refusals are safe.

        Args:
            now: UTC.
        """
        return max(self.limit - max(map(len, self._rows(now, under_way=True))), 0)

    def used_up_until(self, now: datetime) -> datetime | None:
        """Return until when the user may be locked by the refusals counted here, UTC; None if they are fewer.

        Args:
            now: UTC.
        """
        return max((row[-1] + LOCK for row in self._rows(now, under_way=False) if len(row) >= self.limit), default=None)

    def _rows(self, now: datetime, under_way: bool) -> tuple[list[datetime], list[datetime]]:
        """Return what counts if the other credentials are of another user, and if they are of the same: nobody can tell."""
        other = self.beside()
        own = self._times(now, under_way)
        both = own + (other._times(now, under_way) if other else [])
        return in_a_row(own, now, self.limit), in_a_row(both, now, self.limit)

    def _times(self, now: datetime, under_way: bool) -> list[datetime]:
        with self._mutex:
            return [*self.refused, *(at for at in self._sent if under_way and now - at < LOCK)]

    def objection(self, now: datetime) -> str | None:
        """Return why nothing may be sent now, in one sentence, or None if it may.

        Args:
            now: UTC.
        """
        # An accepted login of this user has ended what NetSuite counted, whosever it was.
        left = self.left(now)
        if self._proven:
            left = self.limit - len(in_a_row(self._times(now, under_way=True), now, self.limit))
        with self._mutex:
            if self.blocked and not self.refused:
                return "Nothing was sent: NetSuite accepted these credentials exchanged only. Keep them so, or ask again."
            if self.blocked:
                when = f"{self.refused[-1]:%H:%M} UTC"
                return f"Nothing was sent: these credentials were refused at {when}. Change something, or ask again."
            if not self._extra and left <= 1:
                return (
                    f"Nothing was sent: {self.limit - left} logins failed one after the other, and one more may lock "
                    "the user for 30 minutes. Change what is wrong first; then ask again."
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
            self.refused = [*in_a_row(self.refused, at, self.limit)[-self.limit :], at]
            self._released = self._extra = self._proven = False
        self._tell()

    def take_over(self, times: Iterable[datetime]) -> bool:
        """Count logins that another run was refused with these credentials; return whether any came after an accepted one.

        Args:
            times: UTC.
        """
        with self._mutex:
            later = [at for at in times if self.accepted is None or at >= self.accepted]
            if later:
                self.refused = sorted([*self.refused, *later])[-self.limit - 1 :]
                self._released = self._extra = self._proven = False
        return bool(later)

    def accept(self, at: datetime, exchanged: bool = False) -> None:
        """Keep that a login was accepted: only consecutive refusals count.

        Args:
            at: as given to ``count``, UTC.
            exchanged: with values in each other's place; as they stand here they stay held back.
        """
        with self._mutex:
            had, self.refused = bool(self.refused), []
            self._sent.clear()
            self._released = self._extra = False
            self._proven, self._displaced, self.accepted = not exchanged, exchanged, at
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
