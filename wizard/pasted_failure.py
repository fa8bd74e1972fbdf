"""From a pasted text to the causes it leads to: a vendor's message, an error, a fault, a word of the trail, a log.

First the profile's own error map, then words of the Login Audit Trail, then the failure table and what an answer says by
itself. A cause is *proven* here only by words that name it (a level, a subsidiary, a limit), *said* where a person read
it in the trail, and *possible* otherwise: a bare refusal of a login names a dozen. Nothing is sent anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.causes import AUDIT_WORDS, LOGIN_CANDIDATES
from wizard.diagnosis import RUNGS, Basis, Candidate, Exclusion
from wizard.explain import explain
from wizard.failures import Failure, Heard, Match, bare_causes, find, recognise, speaking_of
from wizard.netsuite.answers import (
    LoginRefused,
    NetSuiteError,
    NotThere,
    PermissionRefused,
    QueryRefused,
    Redirected,
    RoleRefused,
    ServerTrouble,
    Throttled,
)
from wizard.netsuite.refusals import refusal, said
from wizard.netsuite.wording import level, permission_named
from wizard.pasted_calls import Call, calls
from wizard.pasted_secrets import without_secrets
from wizard.redact import one_line
from wizard.remedies import remedy, remedy_of
from wizard.verdict import Frozen, Remedy

if TYPE_CHECKING:
    from wizard.profile import Profile

ABOUT = "pasted"
"""Aspect of every candidate that comes from a paste."""

_WORD = re.compile(rf"(?<![\w])(?:{'|'.join(sorted(AUDIT_WORDS, key=len, reverse=True))})(?![\w])", re.IGNORECASE)
_CHALLENGE = re.compile(r"""\berror\\?["']?\s*[:=]\s*\\?["']?[\w-]{1,60}""", re.IGNORECASE)
"""The word ``error=`` of a WWW-Authenticate header, which says nothing (observed, protocol.md 8.1)."""
_REFUSED_LOGIN = re.compile(r"\binvalid[ _]login(?:[ _]attempt)?\b", re.IGNORECASE)
_AFTER_LOGIN = (PermissionRefused, RoleRefused, QueryRefused, NotThere)
_OF_VALUES = ("signing", "credential-swap", "token", "user", "role-login-permission", "role-record-permission", "lockout")


class PastedDiagnosis(Frozen):
    """What a pasted text leads to."""

    candidates: tuple[Candidate, ...]
    """The first is the likeliest; empty if nothing was recognised."""
    rows: Mapping[str, tuple[int, ...]]
    """Rows of the failure table by cause, the one that fits best first."""
    excluded: tuple[Exclusion, ...] = ()
    """What it is not."""
    secrets: tuple[str, ...] = ()
    """Kinds of secrets that were seen: keys of ``wizard.pasted_secrets.KINDS``."""
    exchanges: tuple[str, ...] = ()
    """Requests and answers, one line each, if there are several."""
    elsewhere: tuple[str, ...] = ()
    """Hosts that failed and are not NetSuite's: nothing about NetSuite follows from their answers."""
    similar: tuple[int, ...] = ()
    """Rows whose symptom shares words with the text, where nothing was recognised."""

    @property
    def first(self) -> Candidate | None:
        """The likeliest cause, or None."""
        return self.candidates[0] if self.candidates else None


@dataclass(frozen=True)
class _Lead:
    """One reason to name one cause."""

    rank: int
    cause: str
    basis: Basis
    says: str
    fix: Remedy
    row: Failure | None = None


_PROFILE, _AGAIN, _TRAIL, _LIKE, _TABLE, _ITSELF, _BARE = range(7)
"""Where leads come from, the most telling first."""


def explain_pasted(text: str, profile: Profile | None = None) -> PastedDiagnosis:
    """Say what a pasted text leads to. Nothing of a secret in it comes back, and nothing is ever raised.

    Args:
        text: anything.
        profile: whose own error map is used first.
    """
    shown, secrets = without_secrets(text)
    found = calls(shown)
    # Of several failures the last is the one that somebody stopped at.
    failed = [one for one in reversed(found) if one.failed]
    unsorted = [lead for one in failed for lead in _leads(one, found, profile)]
    leads = sorted(unsorted, key=lambda lead: lead.rank)
    candidates = _merged(leads)
    causes = {candidate.cause for candidate in candidates}
    return PastedDiagnosis(
        candidates=candidates,
        rows=_rows(leads),
        excluded=tuple(e for e in _exclusions(leads, [one for one in failed if not one.elsewhere]) if e.cause not in causes),
        secrets=secrets,
        exchanges=tuple(one_line(one.line, 200) for one in found) if len(found) > 1 else (),
        elsewhere=tuple(dict.fromkeys(one_line(one.host, 100) for one in failed if one.elsewhere)),
        similar=() if candidates else tuple(row.id for row in speaking_of(shown)),
    )


def _rows(leads: Sequence[_Lead]) -> dict[str, tuple[int, ...]]:
    rows: dict[str, dict[int, None]] = {}
    for lead in leads:
        if lead.row:
            rows.setdefault(lead.cause, {})[lead.row.id] = None
    return {cause: tuple(ids) for cause, ids in rows.items()}


def _merged(leads: Sequence[_Lead]) -> tuple[Candidate, ...]:
    """Name each cause once: where its first lead stands, on the best basis that any of its leads has."""
    made: dict[str, Candidate] = {}
    for lead in leads:
        if lead.cause not in made:
            made[lead.cause] = Candidate(cause=lead.cause, basis=lead.basis, about=ABOUT, says=lead.says, remedy=lead.fix)
        elif lead.basis is Basis.PROVEN:
            made[lead.cause] = made[lead.cause].model_copy(update={"basis": lead.basis})
    return tuple(made.values())


def _leads(one: Call, found: Sequence[Call], profile: Profile | None) -> Iterator[_Lead]:
    """Yield everything that one failed call leads to."""
    heard, error = _heard(one), _error(one)
    yield from _mapped(heard, profile)
    if one.elsewhere:
        return
    if isinstance(error, LoginRefused) and _answered_later(one, found):
        says = "the same request was refused and then answered: too many at a time look so"
        yield _Lead(_AGAIN, "concurrency", Basis.POSSIBLE, says, remedy_of("concurrency"))
    read = {_known(word) for word in _WORD.findall(_unchallenged(one.beside))}
    for word in dict.fromkeys(_known(word) for word in _WORD.findall(heard.text)):
        yield from _worded(word, word in read)
    matches = recognise(heard)
    proven = _proves(heard, error)
    for number, match in enumerate(matches):
        basis = Basis.PROVEN if proven and number == 0 else Basis.POSSIBLE
        yield _Lead(_TABLE, match.row.cause, basis, _quoted(match.quote), _fix(match, heard), match.row)
    bare = isinstance(error, LoginRefused) or _REFUSED_LOGIN.search(heard.text) is not None
    if error and not bare:
        yield from _itself(error, proven and not matches)
    if bare and not read:
        yield from _bare(error)


def _worded(word: str, read: bool) -> Iterator[_Lead]:
    """Yield what a word of the Login Audit Trail stands for; that a person read it there only if it is in no error."""
    row = AUDIT_WORDS[word]
    fix = remedy(row.fix, row.page, None, row.minutes)
    where = "the Login Audit Trail says" if read else "the error has a word that the Login Audit Trail has too,"
    for cause in row.causes:
        rank, basis = (_TRAIL, Basis.SAID) if read else (_LIKE, Basis.POSSIBLE)
        yield _Lead(rank, cause, basis, f"{where} {word}: {row.meaning}", fix)


def _heard(one: Call) -> Heard:
    text = _unchallenged(one.text)
    unescaped = text.replace('\\"', '"').replace("\\n", " ")
    levelled = " ".join(level(unescaped[at : at + 20_000]) for at in range(0, len(unescaped), 20_000))
    words = said(one.answer).detail if one.answer.body else unescaped
    return Heard(levelled, level(words), one.status if one.failed else None, one.channel)


def _unchallenged(text: str) -> str:
    return _CHALLENGE.sub("error", text) if "realm" in text else text


def _known(word: str) -> str:
    return next(known for known in AUDIT_WORDS if known.casefold() == word.casefold())


def _quoted(words: str) -> str:
    return f"“{one_line(words, 160)}”"


def _error(one: Call) -> NetSuiteError | None:
    return refusal(one.answer) if one.status or one.answer.body else None


def _mapped(heard: Heard, profile: Profile | None) -> Iterator[_Lead]:
    for entry in profile.error_map if profile else ():
        if quote := find(entry.pattern, heard):
            fix = remedy_of(entry.cause).model_copy(update={"text": entry.fix})
            yield _Lead(_PROFILE, entry.cause, Basis.POSSIBLE, f"{_quoted(quote)} ({entry.source})", fix)


def _answered_later(one: Call, found: Sequence[Call]) -> bool:
    """Tell whether the same request was answered later (that this points to a limit is inferred, protocol.md 10.3)."""
    later = found[found.index(one) + 1 :]
    return any(other.asked == one.asked != "" and not other.failed for other in later)


def _proves(heard: Heard, error: NetSuiteError | None) -> bool:
    """Tell whether words name their cause: a level, a limit, a restriction of subsidiaries.

    A code alone does not, for RESTlets use the same one for an audience; nor does the name of a missing permission: what
    is said of a single record outside of the role's subsidiaries was not published (protocol.md 13.13).
    """
    return permission_named(heard.text)[1] or isinstance(error, Throttled) or (error and error.cause) == "subsidiary"


def _fix(match: Match, heard: Heard) -> Remedy:
    """Return the row's remedy, with the permission by its name where the words name one."""
    name, too_low = permission_named(heard.text)
    if name and match.row.cause.endswith("permission"):
        what = "raise the level of" if too_low else "add"
        return remedy(f"On the role, {what} {_quoted(name)}; press Add, then Save.", "roles", None, 3, "Permissions")
    return match.row.remedy


def _itself(error: NetSuiteError, proven: bool) -> Iterator[_Lead]:
    """Yield what an answer says by itself, where that is known; of other answers nothing is said."""
    if not isinstance(error, (*_AFTER_LOGIN, Throttled, Redirected, ServerTrouble)):
        return
    told = explain(error)
    for cause in told.candidates or ((told.cause,) if told.cause else ()):
        yield _Lead(_ITSELF, cause, Basis.PROVEN if proven and cause == told.cause else Basis.POSSIBLE, told.says, remedy_of(cause))


def _bare(error: NetSuiteError | None) -> Iterator[_Lead]:
    """Yield the causes of a refused login that names none: candidates, no more."""
    usual = explain(error).candidates if isinstance(error, LoginRefused) else LOGIN_CANDIDATES
    says = "the login was refused, in words that are the same for many causes"
    for cause in dict.fromkeys((*usual, *bare_causes())):
        yield _Lead(_BARE, cause, Basis.POSSIBLE, says, remedy_of(cause))


def _exclusions(leads: Sequence[_Lead], failed: Sequence[Call]) -> Iterator[Exclusion]:
    """Yield what this failure is not."""
    if any(lead.basis is Basis.SAID for lead in leads):
        others = tuple(dict.fromkeys(cause for row in AUDIT_WORDS.values() for cause in row.causes))
        by, says = "login", "the Login Audit Trail has another word for it"
    elif any(lead.rank == _LIKE for lead in leads):
        return
    elif any(isinstance(error := _error(one), _AFTER_LOGIN) and error.code for one in failed):
        others = next(rung.excludes for rung in RUNGS if rung.id == "login")
        by, says = "login", "NetSuite answers about the request, so the login was accepted"
    elif leads and leads[0].row and leads[0].row.unreached:
        others, by, says = _OF_VALUES, "way", "no answer of NetSuite's is in it: nothing was said about values"
    else:
        return
    yield from (Exclusion(cause=cause, by=by, says=says) for cause in others)
