"""How often logins of a setup were refused: counted per token, kept across restarts, one count for all runs of a program."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from wizard.diagnosis import LOGINS
from wizard.errors import StoreError
from wizard.setup import Setup

if TYPE_CHECKING:
    from wizard.netsuite.budget import Budget

Who = Literal["integration", "setup"]
"""Whose logins: the integration's user, or the administrator with the setup token. NetSuite locks users, not tokens. They
are two users, unless somebody made the integration's token under the administrator's own login: so each counts by itself,
and both together, and the fewer logins are left."""

BOTH: tuple[Who, Who] = ("integration", "setup")


class Attempts:
    """The two budgets of a setup."""

    def __init__(
        self,
        setup: Callable[[], Setup],
        save: Callable[[], None],
        mutex: threading.RLock,
        elsewhere: Callable[[], Mapping[str, Sequence[datetime]]] = dict,
    ) -> None:
        """Take over what earlier runs counted.

        Args:
            setup: returns the setup in which refusals are kept.
            save: writes the setup; may raise StoreError.
            mutex: guards the setup; budgets change in the threads of a run.
            elsewhere: returns when runs that could not save the setup were refused, and whose logins; each of them once.
        """
        self._elsewhere = elsewhere
        self._setup = setup
        self._save = save
        self._mutex = mutex
        self._budgets: dict[Who, Budget] = {}

    def budget(self, who: Who) -> Budget:
        """Return the one budget of a user.

        Args:
            who: whose logins.
        """
        with self._mutex:
            if not self._budgets:
                self._begin()
            return self._budgets[who]

    def _begin(self) -> None:
        from wizard.netsuite.budget import Budget

        for who in BOTH:
            made = Budget(refused=list(self._setup().refusals.get(who, [])), on_change=self._keep)
            self._budgets[who] = made
        one, other = (self._budgets[who] for who in BOTH)
        one.beside, other.beside = lambda: self._beside(other), lambda: self._beside(one)
        self._take_over()

    def _beside(self, other: Budget) -> Budget:
        self._take_over()
        return other

    def _take_over(self) -> None:
        """Count what runs that could not save the setup were refused."""
        with self._mutex:
            found = self._elsewhere()
            later = [who for who in BOTH if self._budgets[who].take_over(found.get(who, ()))]
            if later:
                self._keep()

    def left(self, now: datetime) -> int:
        """Return how many refusals are left before NetSuite may lock a user.

        Args:
            now: UTC.
        """
        return min(self.budget(who).left(now) for who in BOTH)

    def locked_until(self, now: datetime) -> datetime | None:
        """Return until when NetSuite may refuse a user whatever is sent, UTC; None if nothing speaks for it.

        A lock lasts 30 minutes from the fifth refusal (documented, protocol.md 8.6): known from five refusals counted
        here, or from the word of the Login Audit Trail.

        Args:
            now: UTC.
        """
        from wizard.netsuite.budget import LOCK

        setup = self._setup()
        ends = [end for who in BOTH if (end := self.budget(who).used_up_until(now))]
        ends += [v.at + LOCK for about in LOGINS if (v := setup.found.get(about)) and v.cause == "lockout"]
        if setup.trail and setup.trail.word == "temporary_locked":
            ends.append(setup.trail.of + LOCK)
        return max((end for end in ends if end > now), default=None)

    def recent(self, now: datetime) -> bool:
        """Tell whether a login was refused so lately that it counts.

        Args:
            now: UTC.
        """
        return self.left(now) < self.budget("integration").limit

    def allow(self, who: Who, now: datetime, insist: bool) -> None:
        """Allow one more login after a refusal.

        Args:
            who: whose.
            now: UTC.
            insist: a person asks, even if it may lock the user; False for what runs by itself: once in half an hour, and
                never the login that may lock.
        """
        budget = self.budget(who)
        safe = budget.left(now) > 1
        if insist and not safe:
            budget.ask_again()
        elif safe and (insist or budget.rested(now)):
            budget.changed()

    def changed(self, who: Who) -> None:
        """Credentials were replaced: logins are allowed again, the count stays.

        Args:
            who: whose.
        """
        self.budget(who).changed()

    def _keep(self) -> None:
        with self._mutex:
            for who, budget in self._budgets.items():
                if budget.refused:
                    self._setup().refusals[who] = list(budget.refused)
                else:
                    self._setup().refusals.pop(who, None)
            try:
                self._save()
            except StoreError:
                # This runs inside a check: a full disk must not turn a refused login into something else. The next save,
                # on the page, says that the disk is full.
                return
