"""Until when a user may be locked: from refusals counted here, or from the word of the Login Audit Trail."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone

import pytest

from wizard.attempts import Attempts
from wizard.diagnosis import TrailAnswer
from wizard.setup import Setup
from wizard.verdict import Standing, Verdict

AT = datetime(2026, 11, 21, 14, 20, 7, tzinfo=timezone.utc)
MINUTE, LOCK = timedelta(minutes=1), timedelta(minutes=30)


def attempts(*refused: datetime, who: str = "integration") -> tuple[Attempts, Setup]:
    setup = Setup.begin("alvys", "1", "start", AT)
    if refused:
        setup.refusals = {who: list(refused)}
    return Attempts(lambda: setup, lambda: None, threading.RLock()), setup


def test_fewer_than_five_refusals_lock_nobody() -> None:
    counted, _ = attempts(*(AT + MINUTE * n for n in range(4)))
    assert counted.locked_until(AT + MINUTE * 4) is None


@pytest.mark.parametrize("who", ["integration", "setup"])
def test_the_fifth_refusal_locks_for_half_an_hour(who: str) -> None:
    counted, _ = attempts(*(AT + MINUTE * n for n in range(5)), who=who)
    last = AT + MINUTE * 4
    assert counted.locked_until(last) == last + LOCK
    assert counted.locked_until(last + LOCK - MINUTE) == last + LOCK
    assert counted.locked_until(last + LOCK) is None


def test_five_refusals_may_lock_however_far_apart_they_were() -> None:
    """Whether NetSuite forgets fewer than five was not published."""
    counted, _ = attempts(*(AT + MINUTE * 40 * n for n in range(5)))
    assert counted.locked_until(AT + MINUTE * 160) == AT + MINUTE * 160 + LOCK


def test_an_accepted_login_ends_it() -> None:
    counted, setup = attempts(*(AT + MINUTE * n for n in range(5)))
    counted.budget("integration").accept(AT + MINUTE * 5)
    assert counted.locked_until(AT + MINUTE * 5) is None
    assert setup.refusals == {}


def test_the_word_of_the_trail_is_enough_whoever_read_it() -> None:
    counted, setup = attempts()
    setup.trail = TrailAnswer(word="temporary_locked", of=AT)
    assert counted.locked_until(AT + MINUTE) == AT + LOCK
    counted, setup = attempts()
    setup.record(Verdict(about="login.accepted", standing=Standing.FAILED, says="locked", cause="lockout", at=AT))
    assert counted.locked_until(AT + MINUTE) == AT + LOCK
    assert counted.locked_until(AT + LOCK) is None
    setup.trail = TrailAnswer(word="InvalidSignature", of=AT + MINUTE)
    assert counted.locked_until(AT + MINUTE) == AT + LOCK


def test_both_tokens_may_be_of_one_user_and_that_lock_ends_too() -> None:
    """Then three and two of each count as five; half an hour later each has what it has by itself."""
    setup = Setup.begin("alvys", "1", "start", AT)
    setup.refusals = {"integration": [AT + MINUTE * n for n in range(3)], "setup": [AT + MINUTE * n for n in (3, 4)]}
    counted = Attempts(lambda: setup, lambda: None, threading.RLock())
    last = AT + MINUTE * 4
    assert (counted.left(last), counted.locked_until(last)) == (0, last + LOCK)
    assert (counted.left(last + LOCK), counted.locked_until(last + LOCK)) == (2, None)
    assert counted.budget("setup").left(last + LOCK) == 3


def test_what_another_run_was_refused_counts_unless_a_later_login_was_accepted() -> None:
    elsewhere: list[dict[str, list[datetime]]] = []
    setup = Setup.begin("alvys", "1", "start", AT)
    saved: list[int] = []
    counted = Attempts(
        lambda: setup, lambda: saved.append(len(setup.refusals)), threading.RLock(), lambda: elsewhere.pop() if elsewhere else {}
    )
    counted.budget("integration").accept(AT)
    elsewhere.append({"integration": [AT - MINUTE], "setup": [AT - MINUTE]})
    assert counted.left(AT) == 4, "each login forgets its own"
    elsewhere.append({"integration": [AT + MINUTE * n for n in (31, 62, 93)]})
    assert counted.left(AT + MINUTE * 93) == 1, "one and three, if they are of one user"
    assert setup.refusals == {"integration": [AT + MINUTE * n for n in (31, 62, 93)], "setup": [AT - MINUTE]}
    assert saved == [1, 2]
    counted.budget("integration").accept(AT + MINUTE * 94)
    counted.budget("setup").accept(AT + MINUTE * 94)
    assert counted.left(AT + MINUTE * 94) == 5 and setup.refusals == {}
