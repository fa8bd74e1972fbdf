"""From what was found to a short list of causes: a ladder that is climbed rung by rung, each excluding some of them.

A cause is *proven* where an answer proves it, *said* where a person read it in NetSuite, and *possible* where nothing
excludes it. Rungs stand in the order in which a failure can be told: what this machine knows before what the network
says, the login before what the login opens (order of checks: protocol.md 12; order of diagnosis: requirements.md 4.3).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal

from wizard.causes import CAUSES, LOGIN_CANDIDATES, read_by_a_person
from wizard.exchange import EXCHANGES, outlook
from wizard.remedies import remedy_of
from wizard.verdict import Evidence, Frozen, Remedy, Standing, Verdict


class Basis(str, Enum):
    """Why a cause is named."""

    PROVEN = "proven"
    """An answer of NetSuite's, or of this machine, proves it."""
    SAID = "said"
    """A person read in NetSuite what leads to it."""
    POSSIBLE = "possible"
    """Nothing excludes it."""


@dataclass(frozen=True)
class Rung:
    """One thing that is looked at, and what is out of the question once it is in order."""

    id: str
    """Ours."""
    title: str
    """Short, for people."""
    aspects: tuple[str, ...]
    """Aspects of the checks that decide it; one that ends with a dot stands for all that begin so."""
    excludes: tuple[str, ...] = ()
    """Slugs."""


RUNGS = (
    Rung("values", "The five values", ("credentials.",)),
    Rung("spelling", "How the Account ID is written", ("account.form", "account.spelling", "account.environment")),
    # Neither excludes a cause: beyond an open way another host may be shut, or another service of NetSuite's in trouble.
    Rung("way", "The way to NetSuite", ("network.",)),
    Rung("discovery", "Discovery of the account", ("account.exists",)),
    Rung("clock", "Clock of this machine", ("machine.clock",), ("clock",)),
    Rung("setup", "Login with the setup token", ("setup_token.accepted",), ("clock", "account-id-format")),
    Rung("login", "Login with the access token", ("login.accepted",), (
        "signing", "credential-swap", "token", "user", "integration-record", "lockout", "account-id-format", "concurrency",
        "propagation", "clock", "wrong-host",
    )),
    Rung("binding", "What the token is bound to", ("token.", "integration_record.", "login.dedicated")),
    Rung("service", "Features and services", ("login.at_once", "features.", "query.allowed")),
    Rung("role", "Role and user", ("role.", "user.")),
    Rung("record", "Permissions", ("permissions.", "records.")),
    Rung("subsidiary", "Subsidiaries", ("subsidiaries.",)),
    Rung("books", "Accounts and books", ("accounts.", "books.")),
)  # fmt: skip
"""The ladder, from the ground up."""

LOGINS = ("login.accepted", "setup_token.accepted")
"""Aspects of the two logins."""
_OWN = {"token", "signing", "credential-swap", "role-login-permission", "user", "propagation", "lockout"}
"""What may be wrong with one of the two tokens and not with the other; they have account, record and machine in common."""

_LOGIN = [rung.id for rung in RUNGS].index("login")

_RANKS = {Standing.FAILED: 0, Standing.WAITING: 1, Standing.UNKNOWN: 1, Standing.WARNING: 2}
_FIRST = {Basis.PROVEN: 0, Basis.SAID: 1, Basis.POSSIBLE: 2}


def rung_of(about: str) -> Rung | None:
    """Return the rung an aspect belongs to, or None.

    Args:
        about: e.g. ``login.accepted``.
    """
    return next((r for r in RUNGS if any(about == a or (a.endswith(".") and about.startswith(a)) for a in r.aspects)), None)


class TrailAnswer(Frozen):
    """What a person read in the Login Audit Trail."""

    word: str
    """A key of ``wizard.causes.AUDIT_WORDS``, its ``NO_ROW`` or ``SUCCESS_ROW``, or whatever else stands there."""
    of: datetime
    """Of which refused login, UTC: the time of the verdict."""


class Candidate(Frozen):
    """A cause, and why it is on the list."""

    cause: str
    """Slug."""
    basis: Basis
    """Proven, said or possible."""
    about: str
    """Aspect that leads to it."""
    says: str
    """What was found there."""
    hinders: bool = True
    """False of a warning: it works, and a person should still look."""
    remedy: Remedy | None = None
    """What to do."""
    evidence: tuple[Evidence, ...] = ()
    """What it rests on."""
    also: tuple[str, ...] = ()
    """Other aspects that lead to the same cause."""


class Exclusion(Frozen):
    """A cause that is out of the question."""

    cause: str
    """Slug."""
    by: str
    """Id of the rung."""
    says: str
    """What was found there."""


class Climbed(Frozen):
    """A rung, and how it stands."""

    rung: str
    """Its id."""
    title: str
    """Its title."""
    standing: Standing | None
    """The gravest of its aspects; None if nothing was asked there."""
    says: str
    """Of the decisive aspect."""


class Diagnosis(Frozen):
    """What is the matter, as far as it can be told."""

    candidates: tuple[Candidate, ...]
    """The first is the likeliest; empty if nothing is wrong."""
    excluded: tuple[Exclusion, ...]
    """What it is not."""
    ladder: tuple[Climbed, ...]
    """All rungs."""
    question: Literal["trail", "exchange"] | None = None
    """What would tell more: a look into the Login Audit Trail, or one login with exchanged values."""
    exchange: str | None = None
    """Which values that one login would exchange: a key of ``wizard.exchange.EXCHANGES``."""
    refused: Verdict | None = None
    """The refused login that a question is about."""

    @property
    def first(self) -> Candidate | None:
        """The likeliest cause, or None."""
        return self.candidates[0] if self.candidates else None


def diagnose(
    found: Mapping[str, Verdict], answer: TrailAnswer | None = None, exchanges: Container[str] = EXCHANGES
) -> Diagnosis:
    """Return the causes that what was found leads to.

    Args:
        found: verdicts by aspect.
        answer: what a person read in the Login Audit Trail about the refused login, if anybody did.
        exchanges: the keys of ``wizard.exchange.EXCHANGES`` that may be tried.
    """
    refused = _refused(found)
    answer = answer if refused and answer and answer.of == refused.at else None
    swap = outlook(refused, answer.word if answer else "", found, exchanges)
    places = [Exclusion(cause="credential-swap", by="values", says=swap.refuted.says)] if swap.refuted else []
    excluded = (*_exclusions(found), *places)
    out = {exclusion.cause for exclusion in excluded}
    leads = [
        lead for place, rung in enumerate(RUNGS)
        # An accepted login excludes what refuses logins. Above it the same slug stands for something else: another box is off.
        for lead in _leads(place, rung, found, answer, out if place <= _LOGIN else set())
    ]  # fmt: skip
    candidates = _merged(leads)
    question = _question(refused, answer, candidates, swap.next)
    return Diagnosis(
        candidates=candidates,
        excluded=tuple(e for e in excluded if e.cause not in {c.cause for c in candidates}),
        ladder=tuple(_climbed(rung, found) for rung in RUNGS),
        question=question,
        exchange=swap.next if question == "exchange" else None,
        refused=refused,
    )


@dataclass(frozen=True)
class _Lead:
    """One verdict's word for one cause."""

    rank: tuple[int, int]
    candidate: Candidate


def _verdicts(rung: Rung, found: Mapping[str, Verdict]) -> list[Verdict]:
    """Return the verdicts of a rung, in the order its aspects are named."""
    named = [[v for about, v in found.items() if about == a or (a.endswith(".") and about.startswith(a))] for a in rung.aspects]
    return [verdict for group in named for verdict in group]


def _exclusions(found: Mapping[str, Verdict]) -> Iterator[Exclusion]:
    told: set[str] = set()
    for rung in RUNGS:
        verdicts = _verdicts(rung, found)
        proven = [v for v in verdicts if v.standing is Standing.VERIFIED]
        if proven and all(v.standing in (Standing.VERIFIED, Standing.NOT_APPLICABLE) for v in verdicts):
            for cause in rung.excludes:
                if cause not in told:
                    told.add(cause)
                    yield Exclusion(cause=cause, by=rung.id, says=proven[0].says)


def _leads(
    place: int, rung: Rung, found: Mapping[str, Verdict], answer: TrailAnswer | None, out: set[str]
) -> Iterator[_Lead]:
    for verdict in _verdicts(rung, found):
        rank = (_RANKS.get(verdict.standing, 9), place)
        if rank[0] == 9:
            continue
        if verdict.cause:
            yield _Lead(rank, _candidate(verdict.cause, Basis.PROVEN, verdict))
            continue
        # A file of an earlier version says that a login was refused, and not what may be the matter.
        basis, causes, dropped = Basis.POSSIBLE, verdict.candidates or (LOGIN_CANDIDATES if _is_refused(verdict) else ()), out
        told = read_by_a_person(answer.word, causes) if answer and answer.of == verdict.at and _is_refused(verdict) else ()
        if told:
            # What the word stands for takes the place of what the check thought possible, as far as nothing excludes it.
            basis, causes = Basis.SAID, tuple(c for c in told if c not in out) or told
        elif verdict.about == "setup_token.accepted":
            # The other token's login says nothing about what is this one's own; what was read about it may explain both.
            read = read_by_a_person(answer.word, causes) if answer else ()
            dropped, causes = out - _OWN, tuple(c for c in causes if c in read) or causes
            rank = (rank[0], len(RUNGS) if read else place)
        for cause in causes:
            if cause not in dropped or basis is Basis.SAID:
                yield _Lead(rank, _candidate(cause, basis, verdict))


def _is_refused(verdict: Verdict) -> bool:
    return verdict.about in LOGINS and verdict.standing is Standing.FAILED


def _candidate(cause: str, basis: Basis, verdict: Verdict) -> Candidate:
    # Of a refused login only the list of what is possible is known; elsewhere the likeliest is what the verdict speaks of.
    own = basis is Basis.PROVEN or (not _is_refused(verdict) and cause in verdict.candidates[:1])
    fix = (verdict.remedy if own else None) or remedy_of(cause)
    fix = fix.model_copy(update={"minutes": fix.minutes or CAUSES[cause].minutes})
    return Candidate(
        cause=cause, basis=basis, about=verdict.about, says=verdict.says, remedy=fix, evidence=verdict.evidence,
        hinders=verdict.standing is not Standing.WARNING,
    )  # fmt: skip


def _merged(leads: Sequence[_Lead]) -> tuple[Candidate, ...]:
    """Join leads to the same cause: it stands where its first lead stands, on the best basis any of them has."""
    first: dict[str, tuple[int, int]] = {}
    best: dict[str, Candidate] = {}
    about: dict[str, list[str]] = {}
    for lead in sorted(leads, key=lambda lead: lead.rank):
        one = lead.candidate
        first.setdefault(one.cause, lead.rank)
        about.setdefault(one.cause, []).append(one.about)
        if one.cause not in best or _FIRST[one.basis] < _FIRST[best[one.cause].basis]:
            best[one.cause] = one
    order = sorted(best, key=lambda cause: (first[cause], _FIRST[best[cause].basis]))
    return tuple(
        best[cause].model_copy(update={"also": tuple(dict.fromkeys(a for a in about[cause] if a != best[cause].about))})
        for cause in order
    )


def _climbed(rung: Rung, found: Mapping[str, Verdict]) -> Climbed:
    verdicts = _verdicts(rung, found)
    decisive = min(verdicts, key=lambda v: _RANKS.get(v.standing, 3), default=None)
    return Climbed(
        rung=rung.id, title=rung.title, standing=decisive.standing if decisive else None, says=decisive.says if decisive else ""
    )


def _refused(found: Mapping[str, Verdict]) -> Verdict | None:
    """Return the verdict on the refused login that nobody has explained: the integration's own before the setup token's."""
    verdicts = (found.get(about) for about in LOGINS)
    return next((v for v in verdicts if v and _is_refused(v) and not v.cause), None)


def _question(
    refused: Verdict | None, answer: TrailAnswer | None, candidates: Iterable[Candidate], exchange: str | None
) -> Literal["trail", "exchange"] | None:
    if refused is None:
        return None
    if answer is None and not any(e.probe == "P6" for e in refused.evidence):
        return "trail"
    swapped = next((c for c in candidates if c.cause == "credential-swap"), None)
    return "exchange" if exchange and swapped and swapped.basis is not Basis.PROVEN else None
