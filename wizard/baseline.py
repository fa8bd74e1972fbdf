"""The baseline of a setup: what was read in NetSuite when it was ready, fact by fact; and what a later run finds different.

Facts are compared by name, whichever token read them. That something is gone, or new, is said only where the other
reading would have shown it: what a run could not read is "not read", never "gone".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from wizard.redact import harmless
from wizard.verdict import Frozen, Verdict

LONGEST = 200
"""Characters of a name or a value that are kept."""

NOTED = "noted."
"""Facts whose names begin so tell who changed what and when; they are no state, and not compared."""

ECHOES = {
    "token.role": "role.name", "user.roles": "role.name", "token.user": "user.name",
    "token.application": "integration_record.name",
}  # fmt: skip
"""Facts that call something by its name: when it is renamed they change with it, and that is one change."""

_FORCE = {None: 0, "integration": 1, "setup": 2}
"""What a token may read: a setup token all that the integration's own may, and more."""

Short = Annotated[str, Field(max_length=LONGEST)]


class Fact(Frozen):
    """Something read in NetSuite."""

    value: Short
    """As it was read, in words: ``Full``, ``on``."""
    about: Short
    """Aspect of the check that read it."""
    by: Short | None = None
    """Which credentials read it: "integration" or "setup"; None without a login."""
    at: AwareDatetime
    """When it was last read so, UTC."""


class Baseline(Frozen):
    """What was read in NetSuite when the setup was ready."""

    kept: AwareDatetime
    """When the setup became ready, or a person accepted what was read, UTC."""
    facts: Mapping[Short, Fact]
    """By name, e.g. ``permissions.TRAN_CUSTINVC``."""
    answered: Mapping[Short, Short | None]
    """Aspects that were answered, with the token that may read most of those that asked."""


class Change(Frozen):
    """A fact that differs from the baseline."""

    fact: Short
    """Its name."""
    about: Short
    """Aspect of the check that reads it."""
    by: Short | None
    """Which credentials read it, or that it is gone."""
    was: Short | None
    """In the baseline; None if it was not there."""
    now: Short | None
    """As it was read last; None if it is not there any more."""
    last_seen: AwareDatetime | None
    """When it was last read as it was, UTC; None if it was not there."""
    noticed: AwareDatetime
    """When it was first read as it is now, UTC."""
    read: AwareDatetime
    """When it was last read as it is now, UTC."""


class Drift(Frozen):
    """What a run found different from the baseline."""

    at: AwareDatetime
    """When the run began, UTC."""
    compared: int = 0
    """How many facts of the baseline it could compare."""
    changes: tuple[Change, ...] = ()
    """In the order of the baseline."""
    unread: tuple[Short, ...] = ()
    """Names of facts that were asked for and could not be read."""


@dataclass(frozen=True)
class Reading:
    """What some verdicts tell of NetSuite."""

    facts: Mapping[str, Fact]
    """By name."""
    answered: Mapping[str, str | None]
    """Aspects that told at least one fact, with the token that asked."""
    asked: frozenset[str]
    """All aspects."""


def reading(verdicts: Iterable[Verdict]) -> Reading:
    """Return what verdicts tell.

    Args:
        verdicts: of the checks; ``about`` is an aspect.
    """
    facts: dict[str, Fact] = {}
    answered: dict[str, str | None] = {}
    asked = set()
    for verdict in verdicts:
        asked.add(verdict.about)
        token = max((e.token for e in verdict.evidence), key=_force, default=None)
        # Without a single fact nothing tells whether more would have been shown: a refused login shows none either.
        if verdict.facts:
            answered[verdict.about] = token
        for name, value in verdict.facts.items():
            read = Fact(value=harmless(value, LONGEST), about=verdict.about, by=token, at=verdict.at)
            short = harmless(name, LONGEST)
            if short not in facts or _force(token) > _force(facts[short].by):
                facts[short] = read
    return Reading(facts, answered, frozenset(asked))


def accepted(before: Baseline | None, read: Reading, at: datetime) -> Baseline:
    """Return the baseline after a person accepted what was read; what was not read stays as it was.

    Args:
        before: the one so far.
        read: what is accepted.
        at: now, UTC.
    """
    stays = {n: f for n, f in before.facts.items() if not _shows(read.answered, f)} if before else {}
    facts = {**stays, **_state(read)}
    return Baseline(kept=at, facts=facts, answered=_joined(before.answered if before else {}, read.answered))


def compared(baseline: Baseline, read: Reading, earlier: Drift | None, at: datetime) -> Drift:
    """Return what differs from the baseline.

    Args:
        baseline: with which it is compared.
        read: what this run read.
        earlier: what an earlier run found; what was not read this time is taken over from it.
        at: when this run began, UTC.
    """
    known = {change.fact: change for change in earlier.changes} if earlier else {}
    state = _state(read)
    names = dict.fromkeys((*baseline.facts, *state, *known))
    found = {change.fact: change for change in _changes(names, baseline, read, known, at)}
    read_again = {name for name, fact in baseline.facts.items() if name in state or _shows(read.answered, fact)}
    return Drift(
        at=at,
        compared=len(read_again),
        changes=tuple(change for change in found.values() if not _echo(change, found)),
        unread=tuple(
            name for name, fact in baseline.facts.items() if fact.about in read.asked and name not in read_again
        ),
    )  # fmt: skip


def left(drift: Drift | None, read: Reading) -> Drift | None:
    """Return what stays noticed after a person accepted what was read: the changes that it did not tell of.

    Args:
        drift: found before, if anything was.
        read: what is accepted.
    """
    stays = tuple(c for c in drift.changes if c.fact not in read.facts and not _shows(read.answered, c)) if drift else ()
    return drift.model_copy(update={"changes": stays}) if drift and stays else None


def refreshed(baseline: Baseline, read: Reading) -> Baseline:
    """Return the baseline with the time of this run where a fact is as it was, and with what was never read before.

    Args:
        baseline: the one so far.
        read: what this run read.
    """
    state = _state(read)
    same = {n: state[n] if n in state and state[n].value == f.value else f for n, f in baseline.facts.items()}
    first = {n: f for n, f in state.items() if n not in same and not _shows(baseline.answered, f)}
    return baseline.model_copy(update={"facts": {**same, **first}, "answered": _joined(baseline.answered, read.answered)})


def noted(verdicts: Iterable[Verdict], fact: str) -> str | None:
    """Return who changed a fact and when, if NetSuite's own notes told.

    Args:
        verdicts: of a run.
        fact: its name.
    """
    return next((harmless(v.facts[NOTED + fact], LONGEST) for v in verdicts if NOTED + fact in v.facts), None)


def _changes(
    names: Iterable[str], baseline: Baseline, read: Reading, known: Mapping[str, Change], at: datetime
) -> Iterator[Change]:
    for name in names:
        then, now, before = baseline.facts.get(name), read.facts.get(name), known.get(name)
        source = now or then or before
        assert source, "every name is that of a fact or of a change"
        if now is None and not _shows(read.answered, source):
            if before:
                yield before  # nobody can tell today
            continue
        was, value = then.value if then else None, now.value if now else None
        if was == value or (then is None and before is None and not _shows(baseline.answered, source)):
            continue  # as it was; or read for the first time
        yield Change(
            fact=name, about=source.about, by=source.by, was=was, now=value, last_seen=then.at if then else None,
            noticed=before.noticed if before and before.now == value else at, read=at,
        )  # fmt: skip


def _echo(change: Change, found: Mapping[str, Change]) -> bool:
    named = found.get(ECHOES.get(change.fact, ""))
    return named is not None and (named.was, named.now) == (change.was, change.now)


def _state(read: Reading) -> dict[str, Fact]:
    return {name: fact for name, fact in read.facts.items() if not name.startswith(NOTED)}


def _shows(answered: Mapping[str, str | None], seen: Fact | Change) -> bool:
    """Tell whether a reading would have shown something, so that its absence says something."""
    return seen.about in answered and _force(answered[seen.about]) >= _force(seen.by)


def _joined(before: Mapping[str, str | None], now: Mapping[str, str | None]) -> dict[str, str | None]:
    return {about: max(before.get(about), now.get(about), key=_force) for about in {**before, **now}}


def _force(token: str | None) -> int:
    return _FORCE.get(token, 0)
