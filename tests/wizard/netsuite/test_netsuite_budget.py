"""The attempt budget by itself; what it does to requests is in test_netsuite_client.py."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from wizard.netsuite.budget import Budget

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)


def test_refusals_count_until_a_login_is_accepted_or_the_lock_is_over() -> None:
    budget = Budget(refused=[NOW - timedelta(days=2), NOW - timedelta(days=1), NOW])
    assert budget.left(NOW) == budget.left(NOW + timedelta(days=3)) == 2
    locked = Budget(refused=[NOW - timedelta(days=1)] * 4 + [NOW])
    assert locked.left(NOW) == locked.left(NOW + timedelta(minutes=29)) == 0
    assert locked.left(NOW + timedelta(minutes=30)) == 5
    locked.refuse(NOW + timedelta(minutes=31))
    assert locked.left(NOW + timedelta(minutes=31)) == 4, "after the lock the count begins anew"


def test_after_half_an_hour_nothing_is_recent() -> None:
    assert Budget().rested(NOW)
    assert not Budget(refused=[NOW]).rested(NOW + timedelta(minutes=29))
    assert Budget(refused=[NOW]).rested(NOW + timedelta(minutes=30))


def test_a_refusal_blocks_until_something_changed_or_the_person_asks() -> None:
    budget = Budget()
    assert not budget.blocked and budget.objection(NOW) is None
    budget.refuse(NOW)
    assert budget.blocked
    assert "12:00 UTC" in str(budget.objection(NOW + timedelta(days=1)))
    budget.changed()
    assert not budget.blocked and budget.objection(NOW) is None
    assert budget.left(NOW) == 4
    budget.refuse(NOW)
    assert budget.blocked
    budget.ask_again()
    assert not budget.blocked and budget.left(NOW) == 3


def test_a_refusal_kept_across_a_restart_blocks_too() -> None:
    assert Budget(refused=[NOW]).blocked


def test_five_refusals_hold_everything_back_unless_the_person_asks_once_more() -> None:
    budget = Budget()
    for _ in range(5):
        budget.refuse(NOW)
        budget.changed()
    assert budget.left(NOW) == 0
    assert "5 logins" in str(budget.objection(NOW))
    assert budget.objection(NOW + timedelta(minutes=31)) is None
    budget.ask_again()
    assert budget.objection(NOW) is None
    budget.refuse(NOW)
    budget.changed()
    assert budget.objection(NOW) is not None


def test_an_attempt_counts_before_its_outcome_is_known() -> None:
    budget = Budget()
    budget.count(NOW)
    assert budget.left(NOW) == 4 and not budget.blocked
    budget.take_back(NOW)
    assert budget.left(NOW) == 5
    budget.count(NOW)
    budget.refuse(NOW)
    assert budget.left(NOW) == 4


def test_an_accepted_login_ends_the_row_of_refusals() -> None:
    budget = Budget(refused=[NOW, NOW])
    budget.count(NOW)
    budget.accept(NOW)
    assert budget.refused == [] and budget.left(NOW) == 5
    assert not budget.blocked and budget.proven


def test_owner_is_told_of_what_has_to_be_kept_and_of_nothing_else() -> None:
    told: list[int] = []
    budget = Budget()
    budget.on_change = lambda: told.append(len(budget.refused))
    budget.count(NOW)
    budget.take_back(NOW)
    budget.accept(NOW)
    assert told == []
    budget.refuse(NOW)
    budget.accept(NOW)
    budget.accept(NOW)
    assert told == [1, 0]


def test_what_is_under_way_holds_nothing_back_after_an_accepted_login() -> None:
    budget = Budget(beside=lambda: Budget(refused=[NOW] * 3))
    budget.count(NOW)
    assert budget.objection(NOW) is not None
    budget.accept(NOW)
    for _ in range(3):
        assert budget.objection(NOW) is None
        budget.count(NOW)
    budget.refuse(NOW)
    budget.changed()
    assert budget.objection(NOW) is not None


def test_a_refusal_after_the_lock_is_over_is_the_first_of_a_new_row() -> None:
    budget = Budget()
    for _ in range(5):
        budget.refuse(NOW)
    later = NOW + timedelta(minutes=30)
    budget.refuse(later)
    assert budget.refused == [later] and budget.left(later) == 4
    assert budget.used_up_until(later) is None


def test_values_accepted_exchanged_only_stay_held_back_as_they_stand() -> None:
    budget = Budget(refused=[NOW, NOW])
    budget.changed()
    budget.accept(NOW, exchanged=True)
    assert budget.refused == [] and budget.left(NOW) == 5
    assert budget.blocked and not budget.proven and "exchanged" in str(budget.objection(NOW))
    budget.changed()
    assert not budget.blocked and budget.objection(NOW) is None
    budget.accept(NOW)
    assert not budget.blocked and budget.proven
