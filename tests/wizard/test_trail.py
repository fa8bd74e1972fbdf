"""What a person is told who looks for a refused login in the Login Audit Trail, and what becomes of the answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest

from wizard.account import PAGES
from wizard.causes import (
    AUDIT_WORDS,
    CAUSES,
    LOGIN_CANDIDATES,
    NO_ROW,
    SUCCESS_ROW,
    UNSEEN_CANDIDATES,
    WAVED_THROUGH,
    read_by_a_person,
)
from wizard.keeping import outlives
from wizard.trail import CHOICES, COLUMNS, OFFSET, PAGE, SOMETHING_ELSE, minutes_ahead, times, understood
from wizard.verdict import Evidence, Standing, Verdict

AT = datetime(2026, 11, 21, 14, 20, 7, tzinfo=timezone.utc)


def verdict(about: str, standing: Standing, at: datetime = AT, **more: object) -> Verdict:
    return Verdict(about=about, standing=standing, says="x", at=at, **more)  # type: ignore[arg-type]


@pytest.fixture
def in_denver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC+7")
        time.tzset()
        yield
    time.tzset()


def test_every_word_can_be_chosen_once() -> None:
    words = [choice.word for choice in CHOICES]
    assert len(words) == len(set(words))
    assert {w.casefold().replace("_", "") for w in words} >= {w.casefold().replace("_", "") for w in AUDIT_WORDS}
    assert {NO_ROW, SUCCESS_ROW, SOMETHING_ELSE} <= set(words)
    assert all(choice.shown and choice.says for choice in CHOICES)


def test_the_page_and_its_columns_are_netsuites() -> None:
    assert PAGES[PAGE].menu.endswith("View Login Audit Trail")
    assert COLUMNS[0] == "Detail"


@pytest.mark.parametrize("word", [choice.word for choice in CHOICES if choice.word])
def test_every_choice_leads_to_causes_of_the_table(word: str) -> None:
    assert read_by_a_person(word)
    assert set(read_by_a_person(word)) <= set(CAUSES)


def test_no_row_keeps_the_order_the_check_had() -> None:
    slow = ("concurrency", *(c for c in LOGIN_CANDIDATES if c != "concurrency"))
    assert read_by_a_person(NO_ROW, slow)[0] == "concurrency"
    assert read_by_a_person(NO_ROW, LOGIN_CANDIDATES)[0] == "account-id-format"
    assert sorted(read_by_a_person(NO_ROW, slow)) == sorted(UNSEEN_CANDIDATES)
    assert read_by_a_person(SUCCESS_ROW) == WAVED_THROUGH


def test_a_word_is_known_however_it_is_spelt_and_another_is_said_to_be_unknown() -> None:
    assert read_by_a_person("  invalidsignature ") == AUDIT_WORDS["InvalidSignature"].causes
    assert understood("invalidsignature") == "InvalidSignature: a secret is wrong."
    assert read_by_a_person("LoginFromTheMoon") == ()
    assert understood("LoginFromTheMoon\x1b[31m" * 50).count("\x1b") == 0
    assert "none of the words" in understood("LoginFromTheMoon")


@pytest.mark.usefixtures("in_denver")
def test_the_time_is_told_in_utc_and_here_until_the_accounts_is_known() -> None:
    told = times(AT, AT + timedelta(minutes=3, seconds=9), {})
    assert (told.utc, told.there, told.ago) == ("2026-11-21 14:20:07 UTC", "07:20:07 by this machine's clock", "3 minutes ago")
    found = {"login.accepted": verdict("login.accepted", Standing.FAILED, facts={OFFSET: "-480"})}
    told = times(AT, AT, found)
    assert (told.there, told.ago) == ("06:20:07 in the account's time", "less than a minute ago")


def test_the_newest_offset_counts_and_nonsense_does_not() -> None:
    old = verdict("a", Standing.FAILED, AT - timedelta(days=90), facts={OFFSET: "-420"})
    new = verdict("b", Standing.VERIFIED, facts={OFFSET: "-480"})
    assert minutes_ahead({"a": old, "b": new}) == -480
    for nonsense in ("noon", "", "99999999999999999999", "١٢"):
        assert minutes_ahead({"b": verdict("b", Standing.FAILED, facts={OFFSET: nonsense})}) is None
    assert minutes_ahead({}) is None


def test_a_refusal_outlives_a_look_that_sent_nothing_and_nothing_else() -> None:
    refused = verdict("login.accepted", Standing.FAILED, candidates=LOGIN_CANDIDATES)
    assert outlives(refused, verdict("login.accepted", Standing.WAITING), setup_token=False)
    for standing in (Standing.VERIFIED, Standing.FAILED, Standing.UNKNOWN):
        assert not outlives(refused, verdict("login.accepted", standing), setup_token=False)
    other = verdict("role.active", Standing.FAILED)
    assert not outlives(other, verdict("role.active", Standing.WAITING), setup_token=False)


def test_an_exact_proof_outlives_a_look_without_the_setup_token() -> None:
    seen = Evidence(probe="P6", asked="x", came_back="x", at=AT, token="setup")
    exact = verdict("role.active", Standing.VERIFIED, evidence=(seen,))
    assert outlives(exact, verdict("role.active", Standing.UNKNOWN), setup_token=False)
    assert not outlives(exact, verdict("role.active", Standing.UNKNOWN), setup_token=True)
