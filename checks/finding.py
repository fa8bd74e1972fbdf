"""What every check builds its verdicts from: findings, the rights to ask, and how an error becomes a verdict."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from wizard.check import Check, Session
from wizard.explain import explain
from wizard.netsuite.answers import (
    Cancelled,
    Garbled,
    HeldBack,
    LoginRefused,
    NetSuiteError,
    PermissionRefused,
    QueryRefused,
    Redirected,
    RoleRefused,
    ServerTrouble,
    Throttled,
    Unreachable,
    evidence,
)
from wizard.redact import harmless, one_line
from wizard.verdict import Evidence, Remedy, Standing, Verdict

if TYPE_CHECKING:
    from wizard.account import Account
    from wizard.netsuite.client import Client

REFUSED = (QueryRefused, RoleRefused, PermissionRefused)
"""Answers that mean: these credentials may not read this. Another way may still lead to the same fact."""

_ON_THE_WAY = (Unreachable, Throttled, ServerTrouble, Redirected, Garbled)
"""Errors that have nothing to do with the question."""


@dataclass(frozen=True)
class Finding:
    """A verdict before it knows which aspect it is about and when it was found."""

    standing: Standing
    """How it stands."""
    says: str
    """The state in NetSuite's terms, short."""
    cause: str | None = None
    """Slug, if proven."""
    remedy: Remedy | None = None
    """What to do."""
    evidence: tuple[Evidence, ...] = ()
    """What it rests on."""
    candidates: tuple[str, ...] = ()
    """Slugs that are possible where none is proven, most likely first."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What was read in NetSuite, by name; compared with later readings."""

    def reading(self, facts: Mapping[str, str]) -> Finding:
        """Return the same finding with what was read.

        Args:
            facts: by name, e.g. ``permissions.TRAN_CUSTINVC`` to ``Full``; made harmless here, empty ones are left out.
        """
        told = {one_line(name, 120): one_line(value, 80) for name, value in facts.items() if value}
        return replace(self, facts={**self.facts, **told})

    def also(self, *more: Evidence) -> Finding:
        """Return the same finding with more evidence.

        Args:
            more: added behind what is there, without repeats.
        """
        return replace(self, evidence=tuple(dict.fromkeys((*self.evidence, *more))))


class Stop(Exception):
    """Ends the search for one aspect: something it needs is not there."""

    def __init__(self, finding: Finding) -> None:
        """Keep the finding.

        Args:
            finding: what is known instead.
        """
        super().__init__(finding.says)
        self.finding = finding


def verified(says: str, *rests_on: Evidence) -> Finding:
    """NetSuite's answer proves it."""
    return Finding(Standing.VERIFIED, says, evidence=rests_on)


def failed(says: str, cause: str, remedy: Remedy, *rests_on: Evidence) -> Finding:
    """NetSuite's answer proves the contrary."""
    return Finding(Standing.FAILED, says, cause, remedy, rests_on)


def warning(says: str, remedy: Remedy | None, *rests_on: Evidence, cause: str | None = None) -> Finding:
    """It works, and a person should still look."""
    return Finding(Standing.WARNING, says, cause, remedy, rests_on)


def unknown(says: str, *rests_on: Evidence, remedy: Remedy | None = None) -> Finding:
    """It cannot be proven; the text says why."""
    return Finding(Standing.UNKNOWN, says, None, remedy, rests_on)


def waiting(says: str, remedy: Remedy | None = None) -> Finding:
    """Something else comes first."""
    return Finding(Standing.WAITING, says, None, remedy)


def not_applicable(says: str, *rests_on: Evidence) -> Finding:
    """It does not concern this account."""
    return Finding(Standing.NOT_APPLICABLE, says, evidence=rests_on)


def verdict(session: Session, about: str, finding: Finding) -> Verdict:
    """Return the verdict a finding amounts to, found now.

    Args:
        session: for the time.
        about: the aspect.
        finding: what was found.
    """
    return Verdict(
        about=about,
        standing=finding.standing,
        # Names out of the account stand in it: made harmless here, once for all.
        says=harmless(finding.says, 200),
        cause=finding.cause,
        candidates=finding.candidates,
        remedy=finding.remedy,
        evidence=finding.evidence,
        facts=finding.facts,
        at=session.clock.now(),
    )


def from_error(error: NetSuiteError, account: Account | None, probe: str, token: str | None = None) -> Finding:
    """Return what an error amounts to: it could not be found out, and why.

    Args:
        error: what was raised.
        account: for deep links.
        probe: kind of request, for the evidence.
        token: which credentials asked.
    """
    said = explain(error, account)
    standing = Standing.WAITING if isinstance(error, HeldBack) else Standing.UNKNOWN
    # What is wrong on the way stands in the way of everything. Any other cause the answer proves concerns these
    # credentials and this question alone, and the unknown has none.
    on_the_way = isinstance(error, _ON_THE_WAY)
    return Finding(
        standing, said.says, said.cause if on_the_way else None, said.remedy, (evidence(probe, error, token),),
        said.candidates if on_the_way else (),
    )  # fmt: skip


def settle(session: Session, about: str, find: Callable[[], Finding]) -> Verdict:
    """Find out one aspect; a refusal becomes a verdict.

    Args:
        session: the run's means.
        about: the aspect.
        find: looks.

    Raises:
        Cancelled: when the person does not want to wait.
    """
    try:
        return verdict(session, about, find())
    except Stop as stop:
        return verdict(session, about, stop.finding)
    except Cancelled:
        raise
    except NetSuiteError as error:
        return verdict(session, about, from_error(error, session.account, _probe(error)))


def _probe(error: NetSuiteError) -> str:
    return "P6" if error.asked.startswith("SuiteQL") else "P1" if isinstance(error, LoginRefused) else "P5"


class Deliberate(Check):
    """A check that is asked only when one of its aspects is named, never in a full run."""


class AspectCheck(Check):
    """A check with one search per aspect, each of which may end on its own."""

    @abstractmethod
    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Return, by aspect and in order, what finds it out."""

    def ask(self, session: Session) -> Iterable[Verdict]:
        """Search every aspect, in order."""
        for about, find in self.searches(session).items():
            yield settle(session, about, find)


def standing_of(session: Session, aspect: str) -> Standing | None:
    """Return what this run found about an aspect so far, or None.

    Args:
        session: the run's means.
        aspect: e.g. ``login.accepted``.
    """
    found = session.found.get(aspect)
    return found.standing if found else None


def in_the_way(session: Session) -> Verdict | None:
    """Return the first thing this run found in the way to NetSuite, or None.

    Args:
        session: the run's means.
    """
    grave = (Standing.FAILED, Standing.UNKNOWN, Standing.WARNING)
    found = [v for about, v in session.found.items() if about.startswith("network.") and v.standing in grave]
    return min(found, key=lambda v: grave.index(v.standing), default=None)


def not_through(session: Session, error: NetSuiteError, account: Account | None, probe: str) -> Finding:
    """Return what it means that a call without a login did not come through: what was found in the way, if anything.

    Args:
        session: the run's means.
        error: what the call ended with.
        account: for deep links.
        probe: kind of request, for the evidence.
    """
    way = in_the_way(session)
    if way is None:
        return from_error(error, account, probe)
    return Finding(Standing.UNKNOWN, way.says, way.cause, way.remedy, way.evidence, way.candidates)


def setup_client(session: Session) -> Client | None:
    """Return the client with the setup token if NetSuite accepted that token in this run."""
    accepted = standing_of(session, "setup_token.accepted") is Standing.VERIFIED
    return session.admin if accepted else None


def integration_client(session: Session) -> Client:
    """Return the client with the integration token if NetSuite accepted that token in this run.

    Raises:
        Stop: otherwise; nothing is sent with credentials that were refused.
    """
    if session.integration is None:
        raise Stop(waiting("waits for the access token"))
    if standing_of(session, "login.accepted") is not Standing.VERIFIED:
        raise Stop(waiting("waits for the login"))
    return session.integration


def exact_client(session: Session) -> Client:
    """Return the client with the setup token.

    Args:
        session: the run's means.

    Raises:
        Stop: without an accepted one; only such a token may read what is asked.
    """
    client = setup_client(session)
    if client is None:
        raise Stop(not_shown(session))
    return client


def not_shown(session: Session, fix: Remedy | None = None) -> Finding:
    """Return that only a setup token shows something, and what is the matter with that token.

    Args:
        session: the run's means.
        fix: where a person can look.
    """
    if setup_client(session) is not None:
        return unknown("not proven: closed to the setup token too", remedy=fix)
    if session.admin is not None:
        return waiting("waits for the login of the setup token", fix)
    return unknown("not proven: only a setup token shows this", remedy=fix)
