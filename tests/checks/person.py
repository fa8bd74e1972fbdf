"""A person at NetSuite's pages: reads the Login Audit Trail of a practice account, answers, and agrees to one more login."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from practice_session import ask

from wizard.causes import NO_ROW, SUCCESS_ROW
from wizard.check import Session
from wizard.diagnosis import Diagnosis, TrailAnswer, diagnose
from wizard.practice.account import PracticeAccount
from wizard.practice.door.directory import ADMINISTRATOR
from wizard.verdict import Standing, Verdict

NEAR = timedelta(minutes=2)


def read_in_the_trail(account: PracticeAccount, verdict: Verdict) -> str:
    """Return what stands in the trail about a refused login: the word of its newest row, or that there is none.

    The person knows when it was, and which of the two tokens it was: the administrator's rows show the administrator.
    """
    at = verdict.at + timedelta(seconds=account.clock_offset_seconds)
    rows = [row for row in account.state.rows("SELECT * FROM logins ORDER BY id DESC") if abs(_moment(row["date"]) - at) < NEAR]
    of_setup = verdict.about == "setup_token.accepted"
    ours = [row for row in rows if row["role"] is None or (row["role"] == ADMINISTRATOR) == of_setup]
    if not ours:
        return NO_ROW
    # The setup token is tried first, so of rows without a role its own is the older one.
    row = ours[-1] if of_setup else ours[0]
    return SUCCESS_ROW if row["status"] == "Success" else str(row["detail"] or "")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def diagnosed(account: PracticeAccount, session: Session, found: Mapping[str, Verdict] | None = None) -> Diagnosis:
    """Run the checks, and answer every question of the diagnosis once."""
    told = dict(ask(session) if found is None else found)
    answer = None
    diagnosis = diagnose(told)
    while diagnosis.question:
        if diagnosis.exchange:
            told |= exchange(session, diagnosis.exchange)
        elif diagnosis.refused:
            answer = TrailAnswer(word=read_in_the_trail(account, diagnosis.refused), of=diagnosis.refused.at)
        diagnosis = diagnose(told, answer)
    return diagnosis


def exchange(session: Session, how: str) -> dict[str, Verdict]:
    """Agree to one login with exchanged values, and return what came of it."""
    assert session.integration
    session.integration.budget.changed()
    again = dataclasses.replace(session, found={}, _shared={}, _locks={})
    aspect = f"credentials.exchanged.{how}"
    return {aspect: ask(again, aspect)[aspect]}


def first_causes(diagnosis: Diagnosis) -> tuple[str, ...]:
    """Return the causes, most likely first."""
    return tuple(candidate.cause for candidate in diagnosis.candidates)


def proven(found: Mapping[str, Verdict]) -> set[str]:
    """Return the causes that are named as proven."""
    return {v.cause for v in found.values() if v.cause and v.standing in (Standing.FAILED, Standing.WARNING, Standing.UNKNOWN)}
