"""Asks the checks: needs before wants, at most three at once, every verdict as soon as it is there."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checks import ALL
from checks.finding import Deliberate, from_error, unknown, verdict
from wizard.check import Asking, Check, Report, Session
from wizard.netsuite.answers import Cancelled, NetSuiteError
from wizard.verdict import Verdict

AT_ONCE = 3
"""Checks that run side by side, each with one request at a time: well inside an account's limit, the smallest of which
was published as 5 (documented sample, protocol.md 6.7)."""

_LOOK = 0.05
"""Seconds between two looks at ``cancelled`` while nothing happens."""


@dataclass(frozen=True)
class _Done:
    """News from a thread: a check has come to its end, or was cancelled."""

    check: Check


class CheckRunner:
    """The runner that front ends see. It keeps nothing between runs."""

    def __init__(self, checks: Sequence[Check] = ALL) -> None:
        """Take over the checks.

        Args:
            checks: in asking order; whatever a check needs stands before it.
        """
        self.checks = tuple(checks)

    def run(self, session: Session, aspects: Iterable[str] | None, report: Report) -> None:
        """Ask every check that proves one of the aspects, and whatever those need first.

        Verdicts of needed checks are reported too. Returns as soon as the run is cancelled; what was not asked by then
        is not reported. ``report`` is called in the calling thread.

        Args:
            session: the run's means; its ``cancelled`` ends the run early.
            aspects: what is wanted; None means all that the profile asks, and all else that a check has to say about it.
            report: called as things happen.
        """
        wanted = self._wanted(session, aspects)
        offered = {aspect for check in self.checks for aspect in check.aspects(session.profile)}
        for aspect in sorted(wanted - offered):
            report(verdict(session, aspect, unknown("this program has no check for it")))
        _Run(session, self._chosen(session, wanted), report).go()

    def _wanted(self, session: Session, aspects: Iterable[str] | None) -> set[str]:
        if aspects is not None:
            return set(aspects)
        proofs = {aspect for requirement in session.profile.requirements for aspect in requirement.proof}
        deliberate, others = (self._offered(session, which) for which in (True, False))
        return proofs - deliberate | others

    def _offered(self, session: Session, deliberate: bool) -> set[str]:
        checks = [check for check in self.checks if isinstance(check, Deliberate) is deliberate]
        return {aspect for check in checks for aspect in check.aspects(session.profile)}

    def _chosen(self, session: Session, wanted: set[str]) -> list[Check]:
        named = {check.id: check for check in self.checks}
        chosen: set[str] = set()
        open_ids = [check.id for check in self.checks if wanted & set(check.aspects(session.profile))]
        while open_ids:
            name = open_ids.pop()
            if name not in chosen and name in named:
                chosen.add(name)
                open_ids.extend(named[name].needs)
        return [check for check in self.checks if check.id in chosen]


class _Run:
    """One run: which checks are still to be begun, which are under way."""

    def __init__(self, session: Session, checks: list[Check], report: Report) -> None:
        self._session = session
        self._report = report
        self._to_begin = checks
        self._open = {check.id for check in checks}
        self._under_way = 0
        self._news: queue.SimpleQueue[Verdict | _Done] = queue.SimpleQueue()

    def go(self) -> None:
        """Begin what may begin, pass on what comes in, until all is done or nobody waits any longer."""
        while self._open and not self._session.cancelled.is_set():
            self._begin()
            try:
                news = self._news.get(timeout=_LOOK)
            except queue.Empty:
                continue
            if isinstance(news, _Done):
                self._open.discard(news.check.id)
                self._under_way -= 1
            else:
                self._report(news)

    def _begin(self) -> None:
        for check in list(self._to_begin):
            if self._under_way >= AT_ONCE or self._session.cancelled.is_set():
                return
            if self._open.isdisjoint(check.needs):
                self._to_begin.remove(check)
                self._under_way += 1
                self._report(Asking(check.id, check.title))
                # Daemon threads: a call that hangs must not hold the program when the person wants to leave.
                threading.Thread(target=self._ask, args=(check,), name=f"check-{check.id}", daemon=True).start()

    def _ask(self, check: Check) -> None:
        """Ask one check, in a thread of its own. Whatever goes wrong in it stays in it."""
        unanswered = dict.fromkeys(check.aspects(self._session.profile))
        try:
            for found in check.ask(self._session):
                unanswered.pop(found.about, None)
                self._keep(found)
            finding = unknown("the program failed here: no answer")
        except Cancelled:
            unanswered.clear()
        except NetSuiteError as error:
            finding = from_error(error, self._session.account, "P1")
        except Exception as error:  # a mistake in one check must not take the others with it
            # Its type only: words of a foreign exception may hold anything.
            finding = unknown(f"the program failed here: {type(error).__name__}")
        for aspect in unanswered:
            self._keep(verdict(self._session, aspect, finding))
        self._news.put(_Done(check))

    def _keep(self, found: Verdict) -> None:
        # Into the session at once: the next search of the same check may ask what this one found.
        self._session.found[found.about] = found
        self._news.put(found)
