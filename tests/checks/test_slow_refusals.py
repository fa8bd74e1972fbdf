"""A login that is refused after a minute is hardly refused for its values: too many requests at a time (protocol.md 10.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from person import diagnosed, exchange, first_causes
from practice_session import ask, open_at, practice

from wizard.clock import Clock
from wizard.diagnosis import diagnose
from wizard.exchange import aspect_of
from wizard.practice.account import PracticeAccount
from wizard.practice.wire.faults import Fault
from wizard.verdict import Standing


class LateClock(Clock):
    """Measures answers as if they had been late; nobody waits for them."""

    def __init__(self, late: Callable[[], float]) -> None:
        self._late = late

    def monotonic(self) -> float:
        return super().monotonic() + self._late()


def after_faults(account: PracticeAccount, seconds: float = 61.0) -> LateClock:
    """Every answer of a fault takes so long."""
    return LateClock(lambda: seconds * sum(told["hit"] for told in account.faults.told()))


def after_logins(account: PracticeAccount, seconds: float = 61.0) -> LateClock:
    """Every login takes so long."""
    return LateClock(lambda: seconds * account.state.value("SELECT count(*) FROM logins WHERE status = 'Success'"))


@pytest.mark.parametrize("setup", [True, False], ids=["setup-token", "alone"])
@pytest.mark.parametrize(
    ("scenario", "settings"),
    [("busy-in-disguise", {"disguised_wait_seconds": 0.0}), ("alvys-ready", {})],
    ids=["limit-of-the-account", "fault-on-the-way"],
)
def test_a_slow_refusal_is_called_concurrency(scenario: str, settings: dict[str, Any], setup: bool) -> None:
    with practice(scenario, **settings) as account:
        if scenario == "alvys-ready":
            account.faults.set(Fault(kind="disguised_login", host="suitetalk", seconds=0))
            session = open_at(account, setup=setup, clock=after_faults(account))
        else:
            session = open_at(account, setup=setup, clock=after_logins(account))
        found = ask(session)
        bare, told = diagnose(found), diagnosed(account, session, found)
    verdict = found["login.accepted"]
    assert (verdict.standing, verdict.cause, verdict.candidates[0]) == (Standing.FAILED, None, "concurrency")
    assert verdict.says.startswith("refused after 61 s")
    assert first_causes(bare)[0] == first_causes(told)[0] == "concurrency"
    assert len(session.integration.budget.refused) <= 2


def test_a_quick_refusal_is_not() -> None:
    with practice("wrong-secret") as account:
        verdict = ask(open_at(account, setup=False))["login.accepted"]
    assert verdict.candidates[0] == "signing"
    assert verdict.says == "refused; the answer names no cause"


@pytest.mark.parametrize("setup", [True, False], ids=["setup-token", "alone"])
def test_a_refusal_that_vanishes_on_the_one_retry_is_said_to_be_concurrency(setup: bool) -> None:
    with practice("alvys-ready") as account:
        account.faults.set(Fault(kind="disguised_login", host="suitetalk", seconds=0, times=1))
        session = open_at(account, setup=setup, clock=after_faults(account))
        found = ask(session)
    assert found["login.accepted"].standing is Standing.VERIFIED
    verdict = found["login.at_once"]
    assert (verdict.standing, verdict.cause) == (Standing.WARNING, "concurrency")
    assert verdict.says == "refused after 61 s, accepted a moment later: too many requests at a time"
    assert diagnose(found).first.cause == "concurrency"
    assert session.integration.budget.refused == []


def test_an_exchange_is_one_login_however_slowly_it_is_refused_and_proves_nothing_then() -> None:
    with practice("alvys-ready") as account:
        account.faults.set(Fault(kind="disguised_login", host="suitetalk", seconds=0))
        session = open_at(account, setup=False, clock=after_faults(account))
        verdict = exchange(session, "secrets")[aspect_of("secrets")]
        assert [told["hit"] for told in account.faults.told()] == [1]
    assert (verdict.standing, verdict.cause) == (Standing.UNKNOWN, None)
    assert verdict.says == "refused so slowly that it proves nothing"


def test_a_login_at_once_is_nothing_to_speak_of() -> None:
    with practice("alvys-ready") as account:
        found = ask(open_at(account))
    assert found["login.at_once"].standing is Standing.VERIFIED
    assert diagnose(found).candidates == ()
