"""What differs from the baseline, by made-up readings: the cases that no account can be clicked into one by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

import pytest

from wizard.baseline import LONGEST, NOTED, Baseline, Drift, accepted, compared, left, noted, reading, refreshed
from wizard.verdict import Evidence, Standing, Verdict

NOON = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)


def day(number: int) -> datetime:
    return NOON + timedelta(days=number)


def verdict(
    about: str, facts: Mapping[str, str], by: str | None = "setup", at: datetime = NOON, standing: Standing = Standing.VERIFIED
) -> Verdict:
    rests_on = Evidence(probe="P6", asked="SuiteQL …", came_back="1 row", at=at, token=by)
    return Verdict(about=about, standing=standing, says="", evidence=(rests_on,), facts=facts, at=at)


def begun(*verdicts: Verdict) -> Baseline:
    return accepted(None, reading(verdicts), NOON)


def seen(baseline: Baseline, *verdicts: Verdict, earlier: Drift | None = None, at: datetime | None = None) -> Drift:
    return compared(baseline, reading(verdicts), earlier, at or day(1))


def changes(drift: Drift) -> list[tuple[str, str | None, str | None]]:
    return [(change.fact, change.was, change.now) for change in drift.changes]


LEVELS = {"permissions.A": "Full", "permissions.B": "View"}


def test_what_is_as_it_was_is_no_change_and_is_seen_again() -> None:
    baseline = begun(verdict("permissions.A", LEVELS))
    later = verdict("permissions.A", LEVELS, at=day(1))
    assert seen(baseline, later) == Drift(at=day(1), compared=2)
    again = refreshed(baseline, reading([later]))
    assert {fact.at for fact in again.facts.values()} == {day(1)} and again.kept == NOON


def test_a_change_says_when_it_was_last_seen_so_and_since_when_it_is_different() -> None:
    baseline = begun(verdict("permissions.A", LEVELS))
    baseline = refreshed(baseline, reading([verdict("permissions.A", LEVELS, at=day(1))]))
    lowered = verdict("permissions.A", {**LEVELS, "permissions.A": "View"}, at=day(2))
    first = seen(baseline, lowered, at=day(2))
    assert changes(first) == [("permissions.A", "Full", "View")]
    assert (first.changes[0].last_seen, first.changes[0].noticed) == (day(1), day(2))
    baseline = refreshed(baseline, reading([lowered]))
    assert (baseline.facts["permissions.A"].at, baseline.facts["permissions.B"].at) == (day(1), day(2))
    second = seen(baseline, lowered.model_copy(update={"at": day(3)}), earlier=first, at=day(3))
    assert (second.changes[0].last_seen, second.changes[0].noticed, second.changes[0].read) == (day(1), day(2), day(3))


def test_another_change_of_the_same_fact_is_noticed_anew() -> None:
    baseline = begun(verdict("role.name", {"role.name": "One"}))
    first = seen(baseline, verdict("role.name", {"role.name": "Two"}))
    second = seen(baseline, verdict("role.name", {"role.name": "Three"}), earlier=first, at=day(2))
    assert changes(second) == [("role.name", "One", "Three")] and second.changes[0].noticed == day(2)
    assert seen(baseline, verdict("role.name", {"role.name": "One"}), earlier=second, at=day(3)).changes == ()


@pytest.mark.parametrize("by", [None, "integration"])
def test_what_a_lesser_token_does_not_show_is_not_gone(by: str | None) -> None:
    baseline = begun(verdict("subsidiaries.active", {"subsidiaries.East": "active", "subsidiaries.West": "active"}))
    drift = seen(baseline, verdict("subsidiaries.active", {"subsidiaries.East": "active"}, by=by))
    assert (drift.changes, drift.unread) == ((), ("subsidiaries.West",))


def test_what_the_same_token_does_not_show_any_more_is_gone() -> None:
    baseline = begun(verdict("subsidiaries.active", {"subsidiaries.East": "active", "subsidiaries.West": "active"}))
    drift = seen(baseline, verdict("subsidiaries.active", {"subsidiaries.East": "active"}))
    assert changes(drift) == [("subsidiaries.West", "active", None)] and drift.unread == ()


@pytest.mark.parametrize("standing", [Standing.FAILED, Standing.UNKNOWN, Standing.WAITING, Standing.VERIFIED])
def test_an_answer_without_facts_takes_nothing_away(standing: Standing) -> None:
    baseline = begun(verdict("token.live", {"token.name": "of Alvys"}))
    drift = seen(baseline, verdict("token.live", {}, standing=standing))
    assert (drift.changes, drift.unread) == ((), ("token.name",))


def test_what_was_not_asked_for_is_not_even_unread() -> None:
    baseline = begun(verdict("token.live", {"token.name": "of Alvys"}))
    assert seen(baseline, verdict("role.active", {"role.active": "yes"})) == Drift(at=day(1))


def test_more_than_there_was_is_new_for_the_token_that_would_have_shown_it() -> None:
    setup, own = verdict("permissions.A", LEVELS), verdict("permissions.A", LEVELS, by="integration")
    more = {**LEVELS, "permissions.C": "Full"}
    assert changes(seen(begun(setup), verdict("permissions.A", more))) == [("permissions.C", None, "Full")]
    assert changes(seen(begun(setup), verdict("permissions.A", more, by="integration"))) == [("permissions.C", None, "Full")]
    stronger = verdict("permissions.A", more)
    assert changes(seen(begun(own), stronger)) == [], "only now there is a token that shows it"
    assert "permissions.C" in refreshed(begun(own), reading([stronger])).facts


def test_what_is_new_stays_new_until_it_is_accepted_or_gone() -> None:
    baseline, more = begun(verdict("permissions.A", LEVELS)), verdict("permissions.A", {**LEVELS, "permissions.C": "Full"})
    first = seen(baseline, more)
    baseline = refreshed(baseline, reading([more]))
    assert changes(seen(baseline, more, earlier=first, at=day(2))) == [("permissions.C", None, "Full")]
    assert seen(baseline, verdict("permissions.A", LEVELS), earlier=first, at=day(2)).changes == ()
    assert seen(accepted(baseline, reading([more]), day(2)), more, at=day(3)).changes == ()


def test_what_an_earlier_run_noticed_stays_until_somebody_can_look_again() -> None:
    baseline = begun(verdict("permissions.A", LEVELS))
    first = seen(baseline, verdict("permissions.A", {**LEVELS, "permissions.A": "View"}))
    blind = seen(baseline, verdict("permissions.A", {}, by="integration"), earlier=first, at=day(2))
    assert blind.changes == first.changes and blind.at == day(2)
    assert seen(baseline, verdict("permissions.A", LEVELS), earlier=blind, at=day(3)).changes == ()


def test_values_are_compared_whichever_token_read_them() -> None:
    baseline = begun(verdict("features.A", {"features.A": "on"}))
    drift = seen(baseline, verdict("features.A", {"features.A": "off"}, by="integration"))
    assert changes(drift) == [("features.A", "on", "off")] and drift.changes[0].by == "integration"


def test_of_two_readings_of_one_fact_that_of_the_better_token_counts() -> None:
    own, setup = verdict("a.x", {"role.name": "Role"}, by="integration"), verdict("b.x", {"role.name": "The Role"})
    for order in ([own, setup], [setup, own]):
        assert reading(order).facts["role.name"].value == "The Role"


def test_accepting_keeps_what_was_not_read_and_drops_what_is_gone() -> None:
    baseline = begun(verdict("permissions.A", LEVELS), verdict("token.live", {"token.name": "of Alvys"}))
    after = accepted(baseline, reading([verdict("permissions.A", {"permissions.A": "View"}, at=day(1))]), day(1))
    assert {name: fact.value for name, fact in after.facts.items()} == {"permissions.A": "View", "token.name": "of Alvys"}
    assert after.kept == day(1) and after.facts["token.name"].at == NOON


def test_accepting_a_part_keeps_the_changes_of_what_was_not_read() -> None:
    baseline = begun(verdict("permissions.A", LEVELS), verdict("role.name", {"role.name": "One"}))
    lowered = verdict("permissions.A", {**LEVELS, "permissions.A": "View"})
    drift = seen(baseline, lowered, verdict("role.name", {"role.name": "Two"}))
    for part, stays in ((lowered, "role.name"), (verdict("role.name", {"role.name": "Two"}), "permissions.A")):
        kept = left(drift, reading([part]))
        assert kept and [change.fact for change in kept.changes] == [stays] and kept.at == drift.at
    assert left(drift, reading([lowered, verdict("role.name", {"role.name": "Two"})])) is None
    assert left(drift, reading([verdict("permissions.A", {}), verdict("role.name", {})])) == drift, "no answer accepts nothing"


def test_notes_tell_who_and_when_and_are_not_compared() -> None:
    note = verdict("role.unchanged", {f"{NOTED}permissions.A": "2026-11-20 14:03 by Dana"})
    baseline = begun(note, verdict("permissions.A", LEVELS))
    assert set(baseline.facts) == set(LEVELS)
    assert seen(baseline, verdict("role.unchanged", {f"{NOTED}permissions.A": "2026-11-21 09:00 by Sam"})).changes == ()
    assert noted([note], "permissions.A") == "2026-11-20 14:03 by Dana" and noted([note], "permissions.B") is None


def test_what_is_kept_is_short_harmless_and_no_credential() -> None:
    nasty = verdict("role.name", {"role.\x1bname": "x" * 5000, "role.other": "a\r\nb \x1b]0;mine\x07", "role.value": "0f" * 32})
    baseline = begun(nasty)
    for name, fact in baseline.facts.items():
        assert name.isprintable() and fact.value.isprintable() and len(fact.value) <= LONGEST
    assert baseline.facts["role.value"].value == "[value left out]"
    assert Baseline.model_validate_json(baseline.model_dump_json()) == baseline
