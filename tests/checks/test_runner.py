"""The runner: order, three at once, cancelling, and what goes wrong in a check stays in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

import pytest

from checks import ALL
from checks.finding import Deliberate
from checks.runner import AT_ONCE, CheckRunner
from wizard.check import Asking, Check, Session
from wizard.clock import Clock
from wizard.netsuite.answers import Cancelled, Throttled
from wizard.netsuite.discovery import Discovery
from wizard.netsuite.transport import Transport
from wizard.profile import Profile, find_profile
from wizard.verdict import Standing, Verdict

PATIENCE = 10.0
"""Seconds until a test that waits for something gives up; never waited for when all is well."""


class Small(Check):
    """A check of its own for these tests."""

    title = "small"

    def __init__(self, name: str, aspects: tuple[str, ...], needs: tuple[str, ...] = (), does: Callable[[], None] | None = None):
        self.id, self.needs, self._aspects, self._does = name, needs, aspects, does

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        return self._aspects

    def ask(self, session: Session) -> Iterable[Verdict]:
        for number, aspect in enumerate(self._aspects):
            if number == 0 and self._does:
                self._does()
            yield Verdict(about=aspect, standing=Standing.VERIFIED, says="so", at=session.clock.now())


class SmallDeliberate(Deliberate, Small):
    """Never part of a full run."""


@pytest.fixture
def session() -> Session:
    return Session(find_profile("alvys"), None, {}, Discovery(Transport()))


def run(session: Session, checks: list[Check], aspects: Iterable[str] | None = None) -> list[Asking | Verdict]:
    told: list[Asking | Verdict] = []
    everything = [aspect for check in checks for aspect in check.aspects(session.profile)] if aspects is None else aspects
    CheckRunner(checks).run(session, everything, told.append)
    return told


def verdicts(told: list[Asking | Verdict]) -> dict[str, Verdict]:
    return {news.about: news for news in told if isinstance(news, Verdict)}


def test_needs_come_before_wants_even_when_only_the_want_is_named(session: Session) -> None:
    checks: list[Check] = [Small("a", ("a.x",)), Small("b", ("b.x",), ("a",)), Small("c", ("c.x",), ("b",)), Small("d", ("d.x",))]
    told = run(session, checks, ["c.x"])
    assert [news.check if isinstance(news, Asking) else news.about for news in told] == ["a", "a.x", "b", "b.x", "c", "c.x"]


def test_what_a_needed_check_found_is_known_when_the_next_begins(session: Session) -> None:
    seen: list[bool] = []
    later = Small("b", ("b.x",), ("a",), lambda: seen.append("a.x" in session.found))
    run(session, [Small("a", ("a.x",)), later])
    assert seen == [True]


def test_a_verdict_is_told_as_soon_as_it_is_there(session: Session) -> None:
    """The second aspect waits until the first was reported; told at the end only, this would never finish."""
    first_told = threading.Event()

    class Slow(Small):
        def ask(self, session: Session) -> Iterable[Verdict]:
            for aspect in self._aspects:
                yield Verdict(about=aspect, standing=Standing.VERIFIED, says="so", at=session.clock.now())
                assert first_told.wait(PATIENCE)

    told: list[Asking | Verdict] = []

    def report(news: Asking | Verdict) -> None:
        told.append(news)
        if isinstance(news, Verdict):
            first_told.set()

    CheckRunner([Slow("a", ("a.x", "a.y"))]).run(session, ["a.x"], report)
    assert verdicts(told).keys() == {"a.x", "a.y"}
    assert all(v.standing is Standing.VERIFIED for v in verdicts(told).values())


def test_independent_checks_run_three_at_once_and_never_more(session: Session) -> None:
    """The barrier opens for three only, so three do run side by side; the order of the news shows that no fourth was begun."""
    together = threading.Barrier(AT_ONCE)
    checks = [Small(f"c{n}", (f"c{n}.x",), (), lambda: together.wait(PATIENCE) and None) for n in range(2 * AT_ONCE)]
    told = run(session, checks)
    assert {v.standing for v in verdicts(told).values()} == {Standing.VERIFIED}
    under_way = [0]
    for news in told:
        under_way.append(under_way[-1] + (1 if isinstance(news, Asking) else -1))
    assert max(under_way) == AT_ONCE == 3


def test_a_programming_error_stays_in_its_check_and_shows_no_words(session: Session) -> None:
    def broken() -> None:
        raise KeyError("s3cret-in-a-foreign-exception")

    told = run(session, [Small("a", ("a.x", "a.y"), (), broken), Small("b", ("b.x",), ("a",))])
    found = verdicts(told)
    assert found["b.x"].standing is Standing.VERIFIED
    for aspect in ("a.x", "a.y"):
        assert (found[aspect].standing, found[aspect].says) == (Standing.UNKNOWN, "the program failed here: KeyError")
    assert "s3cret" not in repr(told)


def test_an_error_of_netsuite_becomes_unknown_with_evidence(session: Session) -> None:
    def throttled() -> None:
        raise Throttled("NetSuite has more requests to answer than its limit allows.", asked="GET /services/rest/x", at=Clock().now())

    found = verdicts(run(session, [Small("a", ("a.x",), (), throttled)]))["a.x"]
    assert (found.standing, found.says) == (Standing.UNKNOWN, "too many requests at a time")
    assert found.evidence[0].asked == "GET /services/rest/x"


def test_a_check_that_forgets_an_aspect_does_not_leave_it_open(session: Session) -> None:
    class Forgetful(Small):
        def ask(self, session: Session) -> Iterable[Verdict]:
            return list(super().ask(session))[:1]

    found = verdicts(run(session, [Forgetful("a", ("a.x", "a.y"))]))
    assert found["a.x"].standing is Standing.VERIFIED
    assert found["a.y"].standing is Standing.UNKNOWN


def test_cancelling_returns_at_once_and_reports_nothing_more(session: Session) -> None:
    """The call that is under way never comes back; the run has to end all the same."""
    begun, never = threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        never.wait(PATIENCE * 60)

    told: list[Asking | Verdict] = []

    def report(news: Asking | Verdict) -> None:
        told.append(news)

    running = threading.Thread(
        target=CheckRunner([Small("a", ("a.x",), (), hang), Small("b", ("b.x",), ("a",))]).run, args=(session, ["b.x"], report)
    )
    running.start()
    assert begun.wait(PATIENCE)
    session.cancelled.set()
    running.join(PATIENCE)
    ended = not running.is_alive()
    never.set()
    assert ended
    assert [news.check for news in told if isinstance(news, Asking)] == ["a"]
    assert verdicts(told) == {}


def test_a_cancelled_call_leaves_its_aspects_unreported(session: Session) -> None:
    def cancelled() -> None:
        raise Cancelled("Cancelled.")

    told = run(session, [Small("a", ("a.x",), (), cancelled), Small("b", ("b.x",))])
    assert verdicts(told).keys() == {"b.x"}


def test_what_no_check_knows_is_said(session: Session) -> None:
    found = verdicts(run(session, [Small("a", ("a.x",))], ["a.x", "moon.phase"]))
    assert found["moon.phase"].standing is Standing.UNKNOWN


def test_a_deliberate_check_needs_its_name(session: Session) -> None:
    wanted = "setup_token.revoked"
    assert wanted in {aspect for r in session.profile.requirements for aspect in r.proof}, "the profile asks for it"
    checks: list[Check] = [SmallDeliberate("dead", (wanted,)), Small("clock", ("machine.clock",))]
    told: list[Asking | Verdict] = []
    CheckRunner(checks).run(session, None, told.append)
    assert [news.check for news in told if isinstance(news, Asking)] == ["clock"]
    assert wanted not in verdicts(told)
    assert wanted in verdicts(run(session, checks, [wanted]))


def test_every_check_stands_behind_what_it_needs() -> None:
    seen: set[str] = set()
    for check in ALL:
        assert seen.issuperset(check.needs), check.id
        assert check.id not in seen
        seen.add(check.id)


def test_every_proof_of_the_profile_has_exactly_one_check() -> None:
    profile = find_profile("alvys")
    offered = [aspect for check in ALL for aspect in check.aspects(profile)]
    assert len(offered) == len(set(offered))
    assert {aspect for r in profile.requirements for aspect in r.proof} <= set(offered)


def test_once_asks_once_also_side_by_side_and_shares_the_refusal(session: Session) -> None:
    asked: list[int] = []
    together = threading.Barrier(AT_ONCE)

    def ask() -> int:
        asked.append(1)
        raise Throttled("too many")

    refused: list[BaseException] = []

    def want() -> None:
        together.wait(PATIENCE)
        try:
            session.once("same", ask)
        except Throttled as error:
            refused.append(error)

    run(session, [Small(f"c{n}", (f"c{n}.x",), (), want) for n in range(AT_ONCE)])
    assert asked == [1]
    assert len(refused) == AT_ONCE
    assert len(set(map(id, refused))) == 1
