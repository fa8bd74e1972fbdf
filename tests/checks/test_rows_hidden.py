"""NetSuite hides rows without a word: what a count proves, and what takes a second proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from practice_session import ask, do, open_at, practice, requests_seen

from checks import tables
from wizard.diagnosis import diagnose
from wizard.netsuite.readings import Rows
from wizard.practice.account import PracticeAccount
from wizard.verdict import Standing

VISIBLE, FILTER = "records.visible", "role.employee_restriction"


@pytest.fixture
def ready() -> Iterator[PracticeAccount]:
    with practice("alvys-ready") as account:
        yield account


def test_as_many_as_the_administrator_for_two_requests(ready: PracticeAccount) -> None:
    found = ask(open_at(ready))
    assert (found[VISIBLE].standing, found[VISIBLE].says) == (Standing.VERIFIED, "sees as many rows as an administrator")
    assert [e.token for e in found[VISIBLE].evidence] == ["integration", "setup"]
    assert len(requests_seen(ready)) <= 25


def test_a_filter_of_the_role_is_read_and_named(ready: PracticeAccount) -> None:
    do(ready, "restrict_employees")
    found = ask(open_at(ready))
    assert (found[FILTER].standing, found[FILTER].cause) == (Standing.FAILED, "silent-denial")
    assert found[FILTER].says == "own and subordinates only"
    assert (found[VISIBLE].standing, found[VISIBLE].cause) == (Standing.FAILED, "silent-denial")
    assert found[VISIBLE].says.startswith("sees 0 of 6 customer, 1 of 3 employee, 0 of 6 creditMemo")
    assert "the rest is hidden" in found[VISIBLE].says
    assert diagnose(found).first.cause == "silent-denial"


def test_a_value_nobody_published_is_not_judged(ready: PracticeAccount) -> None:
    with ready.state.write():
        ready.state.run("UPDATE roles SET employeerestriction = 'SOMETHINGNEW' WHERE id = 1050")
    assert ask(open_at(ready), FILTER)[FILTER].standing is Standing.UNKNOWN


def test_the_roles_subsidiaries_explain_what_is_missing(ready: PracticeAccount) -> None:
    do(ready, "assign_subsidiaries", "no_viewing")
    found = ask(open_at(ready))
    assert (found[VISIBLE].standing, found[VISIBLE].cause) == (Standing.FAILED, "subsidiary")


def test_a_part_of_the_subsidiaries_that_was_meant_is_no_fault(ready: PracticeAccount) -> None:
    do(ready, "assign_subsidiaries", "one_left_out")
    with ready.state.write():
        ready.state.run("UPDATE roles SET subsidiaryviewingallowed = 'F' WHERE id = 1050")
    named = {"subsidiaries": "Tidewater Freight; Tidewater Freight West"}
    found = ask(open_at(ready, answers=named), VISIBLE, "role.subsidiaries")
    assert found["role.subsidiaries"].standing is Standing.VERIFIED
    # Cross-subsidiary viewing is asked for, and it is what would show the rest.
    assert found[VISIBLE].cause == "subsidiary"


def test_rows_that_go_in_between_are_no_difference(ready: PracticeAccount) -> None:
    """The administrator is asked first, and once more where the integration saw fewer."""
    with ready.state.write():
        ready.state.run(
            "CREATE TRIGGER gone AFTER INSERT ON logins WHEN NEW.role = 1050 AND NEW.uri LIKE '%suiteql%' BEGIN "
            "DELETE FROM entities WHERE id = (SELECT max(id) FROM entities WHERE kind = 'customer'); END"
        )
    assert ask(open_at(ready), VISIBLE)[VISIBLE].standing is Standing.VERIFIED
    assert ready.state.value("SELECT count(*) FROM entities WHERE kind = 'customer'") < 6


class TestWithTheIntegrationTokenAlone:
    def test_what_is_seen_is_not_called_all(self, ready: PracticeAccount) -> None:
        found = ask(open_at(ready, setup=False))
        assert found[VISIBLE].standing is Standing.UNKNOWN
        assert found[VISIBLE].says.endswith("not proven without a setup token")
        assert diagnose(found).candidates == ()

    def test_an_empty_list_is_none_there_or_hidden(self, ready: PracticeAccount) -> None:
        do(ready, "restrict_employees")
        found = ask(open_at(ready, setup=False))
        assert (found[VISIBLE].standing, found[VISIBLE].cause) == (Standing.UNKNOWN, None)
        assert found[VISIBLE].says == "sees no customer: there is none, or it is hidden"
        assert [c.cause for c in diagnose(found).candidates] == ["silent-denial", "subsidiary"]


def test_the_filter_hides_lists_records_and_queries_alike(ready: PracticeAccount) -> None:
    session = open_at(ready)
    ask(session, "login.accepted")
    client = session.integration

    def counts() -> Counter[str]:
        kinds = ("customer", "vendor", "contact", "invoice", "employee")
        return Counter({kind: client.records(kind).json()["totalResults"] for kind in kinds})

    before = counts()
    do(ready, "restrict_employees")
    after = counts()
    assert (after["customer"], after["invoice"], after["employee"]) == (0, 0, 1)
    assert (after["vendor"], after["contact"]) == (before["vendor"], before["contact"])
    assert before["customer"] > 0


def test_without_the_column_of_the_roles_subsidiaries_both_are_possible(ready: PracticeAccount) -> None:
    do(ready, "assign_subsidiaries", "one_left_out")
    with ready.state.write():
        ready.state.run("UPDATE roles SET subsidiaryviewingallowed = 'F' WHERE id = 1050")
    session = open_at(ready, answers={"subsidiaries": "Tidewater Freight; Tidewater Freight West"})
    sql = tables.ROLE
    session.once(f"setup {sql} ()", lambda: _without(session.admin.query(sql), "subsidiaryoption"))
    verdict = ask(session)[VISIBLE]
    assert (verdict.standing, verdict.cause) == (Standing.FAILED, None)
    assert verdict.candidates[:2] == ("silent-denial", "subsidiary")


def _without(rows: Rows, column: str) -> Rows:
    return Rows([{name: value for name, value in row.items() if name != column} for row in rows], rows.answer)


class TestASetupTokenOfAnotherRole:
    """It was made under the integration's own role: what it is not shown may be there."""

    def test_proves_nothing_by_what_it_does_not_see(self, ready: PracticeAccount) -> None:
        do(ready, "restrict_employees")
        whole = ask(open_at(ready))
        with ready.state.write():
            ready.state.run(
                "UPDATE tokens SET role = 1050, entity = (SELECT entity FROM assignments WHERE role = 1050) WHERE role = 3"
            )
            ready.state.run("DELETE FROM periods WHERE enddate >= date('now')")
        found = ask(open_at(ready, answers={"user_email": "nobody@practice.example"}))
        assert whole[VISIBLE].standing is Standing.FAILED
        assert found["setup_token.accepted"].standing is Standing.VERIFIED
        names = (VISIBLE, "books.periods", "books.duplicates.customer", "subsidiaries.present", "accounts.subsidiaries", "user.exists")
        told = {about: (found[about].standing, found[about].cause) for about in names}
        assert told == dict.fromkeys(names, (Standing.UNKNOWN, None))

    def test_of_an_administrator_by_name_alone_it_does(self) -> None:
        with practice("alvys-ready", tokeninfo_shape="names_only") as account:
            assert ask(open_at(account), VISIBLE)[VISIBLE].standing is Standing.VERIFIED


class TestSubsidiariesThatAreNotListed:
    """A role is shown what it was given. What else there is may show in what it sees beside."""

    ASPECT = "role.subsidiaries"

    @pytest.mark.parametrize("scenario", ["own-subsidiary", "subsidiary-not-assigned", "user-in-another-subsidiary"])
    def test_accounts_of_one_that_is_not_listed_point_there_and_prove_nothing(self, scenario: str) -> None:
        with practice(scenario) as account:
            found = ask(open_at(account, setup=False))
        assert (found[self.ASPECT].standing, found[self.ASPECT].cause) == (Standing.UNKNOWN, None)
        assert "something it sees belongs to" in found[self.ASPECT].says
        assert diagnose(found).first.cause == "subsidiary"

    @pytest.mark.parametrize("aspect", ["subsidiaries.present", "accounts.subsidiaries", ASPECT])
    def test_all_that_are_seen_are_not_called_all(self, ready: PracticeAccount, aspect: str) -> None:
        alone = open_at(ready, setup=False)
        assert ask(alone, aspect)[aspect].says.endswith("that these are all is not proven without a setup token")
        named = {"subsidiaries": "Tidewater Freight; Tidewater Freight West"}
        assert ask(open_at(ready, setup=False, answers=named), aspect)[aspect].standing is Standing.VERIFIED


def test_a_kind_of_account_nobody_shows_may_be_in_a_subsidiary_that_is_hidden() -> None:
    with practice("account-types-missing") as account:
        alone, exact = (ask(open_at(account, setup=setup), "accounts.types")["accounts.types"] for setup in (False, True))
    assert (alone.standing, alone.cause, alone.candidates) == (Standing.FAILED, None, ("accounting-setup", "subsidiary"))
    assert (exact.standing, exact.cause) == (Standing.FAILED, "accounting-setup")
