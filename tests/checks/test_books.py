"""The books: what is found in them, what a token that sees a part of them cannot prove, and a profile that asks for nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from practice_session import PROFILE, ask, do, open_at, practice

from wizard.practice.account import PracticeAccount
from wizard.profile import MasterData
from wizard.verdict import Standing, Verdict

ASPECTS = ("books.periods", "books.currencies", "books.journals", "books.duplicates.customer", "books.duplicates.vendor")
FAILED, WARNING, UNKNOWN, VERIFIED = Standing.FAILED, Standing.WARNING, Standing.UNKNOWN, Standing.VERIFIED
ACCOUNTING = "accounting-setup"


@pytest.fixture
def ready() -> Iterator[PracticeAccount]:
    with practice("alvys-ready") as account:
        yield account


def told(account: PracticeAccount, aspect: str, setup: bool = True) -> Verdict:
    return ask(open_at(account, setup=setup), aspect)[aspect]


def set_period(account: PracticeAccount, changes: str) -> None:
    account.state.run(f"UPDATE periods SET {changes} WHERE date('now') BETWEEN startdate AND enddate")
    account.state.revision += 1


def test_a_full_run_asks_all_of_them_at_the_price_of_one_query_each(ready: PracticeAccount) -> None:
    found = ask(open_at(ready))
    assert [found[about].standing for about in ASPECTS] == [VERIFIED] * 5
    assert len({found[about].evidence[0].asked for about in ASPECTS}) == 5
    assert ready.state.value("SELECT count(*) FROM logins") < 25


def test_a_profile_that_says_nothing_is_asked_nothing(ready: PracticeAccount) -> None:
    silent = PROFILE.model_copy(update={"master_data": MasterData(), "permission": ()})
    assert [about for about in ask(open_at(ready, profile=silent)) if about.startswith("books.")] == []


class TestThePeriodOfToday:
    @pytest.mark.parametrize("setup", [True, False])
    def test_closed_is_a_failure(self, ready: PracticeAccount, setup: bool) -> None:
        do(ready, "close_period")
        # The ones beside it too: without a setup token nothing tells on which side of midnight the account is.
        ready.state.run("UPDATE periods SET closed = 'T'")
        verdict = told(ready, "books.periods", setup)
        assert (verdict.standing, verdict.cause) == (FAILED, ACCOUNTING)
        assert verdict.says.endswith(" is closed")
        assert verdict.remedy.menu_path == "Setup > Accounting > Manage Accounting Periods"
        assert verdict.facts == {"books.period": "closed"}

    def test_the_day_is_the_accounts_own(self, ready: PracticeAccount) -> None:
        """A period of this day in UTC, closed, and none beside it: at any hour another day has begun somewhere, or not ended."""
        ready.state.run("DELETE FROM periods WHERE id NOT IN (SELECT min(id) FROM periods)")
        ready.state.run("UPDATE periods SET startdate = date('now'), enddate = date('now'), closed = 'T'")
        alone, exact = (told(ready, "books.periods", setup) for setup in (False, True))
        assert (alone.standing, alone.cause, alone.candidates) == (UNKNOWN, None, (ACCOUNTING,))
        assert (exact.standing, exact.facts) == (FAILED, {"books.period": "closed"})
        hours = "+14 hours" if ready.state.value("SELECT strftime('%H', 'now') >= '11'") else "-12 hours"
        ready.state.run("CREATE TRIGGER elsewhere AFTER INSERT ON logins BEGIN UPDATE logins SET "
                        f"date = strftime('%Y-%m-%d %H:%M:%S', date, '{hours}') WHERE id = NEW.id; END")  # fmt: skip
        ready.state.run("DELETE FROM logins")
        assert told(ready, "books.periods").facts == {"books.period": "missing"}

    @pytest.mark.parametrize(
        ("column", "words"),
        [("alllocked", "locked"), ("arlocked", "locked for receivables"), ("aplocked", "locked for payables")],
    )
    def test_locked_is_a_warning(self, ready: PracticeAccount, column: str, words: str) -> None:
        set_period(ready, f"{column} = 'T'")
        verdict = told(ready, "books.periods")
        assert (verdict.standing, verdict.cause) == (WARNING, ACCOUNTING)
        assert verdict.says.endswith(f" is {words}")

    def test_another_period_does_not_matter(self, ready: PracticeAccount) -> None:
        ready.state.run("UPDATE periods SET closed = 'T' WHERE enddate < date('now')")
        verdict = told(ready, "books.periods")
        assert (verdict.standing, verdict.facts) == (VERIFIED, {"books.period": "open"})

    def test_an_open_one_beside_it_leaves_nothing_proven(self, ready: PracticeAccount) -> None:
        do(ready, "close_period")
        ready.state.run(
            "INSERT INTO periods (id, periodname, startdate, enddate) "
            "SELECT 900, 'Of another calendar', startdate, enddate FROM periods WHERE date('now') BETWEEN startdate AND enddate"
        )
        assert told(ready, "books.periods").says == "Of another calendar is open"

    def test_none_is_a_failure_where_all_are_seen(self, ready: PracticeAccount) -> None:
        ready.state.run("DELETE FROM periods WHERE enddate >= date('now')")
        assert (told(ready, "books.periods").standing, told(ready, "books.periods").cause) == (FAILED, ACCOUNTING)
        assert (told(ready, "books.periods", setup=False).standing) is UNKNOWN

    def test_without_accounting_periods_there_are_none(self, ready: PracticeAccount) -> None:
        do(ready, "set_feature", feature="ACCOUNTINGPERIODS", on="no")
        assert told(ready, "books.periods").standing is Standing.NOT_APPLICABLE
        assert told(ready, "books.periods", setup=False).standing is UNKNOWN


class TestCurrencies:
    @pytest.mark.parametrize("setup", [True, False])
    def test_the_inactive_one_of_a_subsidiary_is_a_failure(self, ready: PracticeAccount, setup: bool) -> None:
        do(ready, "deactivate_currency", currency="CAD")
        verdict = told(ready, "books.currencies", setup)
        assert (verdict.standing, verdict.cause, verdict.says) == (FAILED, ACCOUNTING, "inactive: CAD")
        assert verdict.remedy.link.endswith("/app/common/multicurrency/currency.nl?e=T&id=2")
        assert verdict.facts["books.currencies.CAD"] == "inactive"

    def test_one_that_no_subsidiary_in_use_has_does_not_matter(self, ready: PracticeAccount) -> None:
        do(ready, "deactivate_currency", currency="CAD")
        session = open_at(ready, answers={"subsidiaries": "Tidewater Freight"})
        assert ask(session, "books.currencies")["books.currencies"].standing is VERIFIED

    def test_without_subsidiaries_it_is_the_base_currency(self) -> None:
        with practice("no-oneworld-ready") as account:
            assert told(account, "books.currencies").says == "active: USD"
            account.state.run("UPDATE currencies SET isinactive = 'T' WHERE isbasecurrency = 'T'")
            assert told(account, "books.currencies").says == "inactive: USD"

    def test_multiple_currencies_off_is_named(self) -> None:
        with practice("currencies-off") as account:
            verdict, alone = told(account, "books.currencies"), told(account, "books.currencies", setup=False)
        assert (verdict.standing, verdict.cause) == (WARNING, "feature-off")
        assert verdict.remedy.menu_path == "Setup > Company > Enable Features > Company"
        assert (alone.standing, alone.cause) == (UNKNOWN, None)
        assert alone.candidates == ("feature-off", "role-record-permission")

    def test_it_is_no_more_than_possible_where_features_cannot_be_read(self) -> None:
        with practice("currencies-off", feature_table_readable=False) as account:
            verdict = told(account, "books.currencies")
        assert (verdict.cause, verdict.candidates[0]) == (None, "feature-off")


class TestNames:
    @pytest.mark.parametrize("setup", [True, False])
    @pytest.mark.parametrize(("kind", "name"), [("customer", "Bluefield Produce"), ("vendor", "Hollis Carriers")])
    def test_two_of_a_name_are_a_warning(self, ready: PracticeAccount, kind: str, name: str, setup: bool) -> None:
        do(ready, "duplicate_entity", name=name)
        verdict = told(ready, f"books.duplicates.{kind}", setup)
        assert (verdict.standing, verdict.cause) == (WARNING, "data-match")
        assert verdict.says == f"more than one {kind} of a name: {name}"
        assert verdict.remedy.menu_path == f"Lists > Relationships > {kind.capitalize()}s"

    def test_case_and_blanks_make_no_other_name(self, ready: PracticeAccount) -> None:
        do(ready, "duplicate_entity", name="Bluefield Produce")
        ready.state.run("UPDATE entities SET companyname = ' BLUEFIELD  produce' WHERE id = (SELECT max(id) FROM entities)")
        assert told(ready, "books.duplicates.customer").standing is WARNING

    def test_an_inactive_one_does_not_count(self, ready: PracticeAccount) -> None:
        do(ready, "duplicate_entity", name="Bluefield Produce")
        do(ready, "deactivate_entity", name="Bluefield Produce")
        assert told(ready, "books.duplicates.customer").standing is VERIFIED

    def test_none_seen_by_the_role_proves_nothing(self, ready: PracticeAccount) -> None:
        assert told(ready, "books.duplicates.customer", setup=False).standing is UNKNOWN

    def test_a_name_out_of_the_account_is_made_harmless(self, ready: PracticeAccount) -> None:
        for _ in range(2):
            do(ready, "duplicate_entity", name="Bluefield Produce")
        ready.state.run("UPDATE entities SET companyname = ? WHERE companyname = 'Bluefield Produce'", ("\x1b[31m" + "B" * 500,))
        says = told(ready, "books.duplicates.customer").says
        assert "\x1b" not in says
        assert len(says) < 120


class TestJournals:
    @pytest.mark.parametrize("status", ["A", "Journal:A"])
    def test_those_that_wait_are_a_warning(self, ready: PracticeAccount, status: str) -> None:
        ready.state.run("UPDATE transactions SET status = ? WHERE type = 'Journal'", (status,))
        verdict = told(ready, "books.journals")
        assert (verdict.standing, verdict.cause) == (WARNING, ACCOUNTING)
        assert verdict.says.startswith("journal entries wait for approval: ")
        assert verdict.remedy.menu_path == "Setup > Accounting > Accounting Preferences"

    def test_an_invoice_that_is_open_is_none(self, ready: PracticeAccount) -> None:
        assert ready.state.value("SELECT count(*) FROM transactions WHERE status = 'A' AND type = 'CustInvc'") > 0
        assert told(ready, "books.journals").standing is VERIFIED

    def test_without_the_right_to_search_transactions_nothing_is_proven(self, ready: PracticeAccount) -> None:
        do(ready, "remove_permission", permission="TRAN_FIND")
        assert told(ready, "books.journals", setup=False).standing is UNKNOWN


class TestAnAccountAndItsSubsidiaries:
    ASPECT = "accounts.subsidiaries"

    def test_one_that_is_in_others_only_is_a_matter_of_subsidiaries(self) -> None:
        with practice("account-not-in-subsidiary") as account:
            verdict = told(account, self.ASPECT)
        assert (verdict.standing, verdict.cause, verdict.says) == (FAILED, "subsidiary", "Tidewater Freight West lacks income")

    def test_one_that_is_nowhere_is_a_matter_of_the_books(self) -> None:
        with practice("account-types-missing") as account:
            assert told(account, self.ASPECT).cause == ACCOUNTING

    @pytest.mark.parametrize("account_map", ["as_set", "with_children"])
    @pytest.mark.parametrize("setup", [True, False])
    def test_include_children_covers_those_below(self, account_map: str, setup: bool) -> None:
        with practice("account-not-in-subsidiary", account_map=account_map) as account:
            account.state.run("UPDATE accounts SET includechildren = 'T' WHERE accttype = 'Income'")
            verdict = told(account, self.ASPECT, setup)
        # A role is not told of subsidiaries it was not given.
        assert verdict.standing is (VERIFIED if setup else UNKNOWN)
        assert verdict.says.startswith("3 of 3 subsidiaries" if setup else "in 3 subsidiaries; ")

    def test_a_hidden_parent_leaves_it_open(self) -> None:
        with practice("account-not-in-subsidiary") as account:
            account.state.run("UPDATE roles SET subsidiaryoption = 'SELECTED' WHERE id = 1050")
            account.state.run("INSERT OR IGNORE INTO role_subsidiaries VALUES (1050, 2)")
            account.state.run("DELETE FROM role_subsidiaries WHERE role = 1050 AND subsidiary <> 2")
            account.state.revision += 1
            verdict = told(account, self.ASPECT, setup=False)
        assert (verdict.standing, verdict.cause, verdict.candidates) == (UNKNOWN, None, ("subsidiary",))
