"""Names that are ambiguous, spelt differently or not there: unknown rather than wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from practice_session import ask, do, open_at, practice

from wizard.practice.account import PracticeAccount
from wizard.verdict import Standing


@pytest.fixture
def ready() -> Iterator[PracticeAccount]:
    with practice("alvys-ready") as account:
        yield account


def change(account: PracticeAccount, sql: str, *values: object) -> None:
    with account.state.write():
        account.state.run(sql, values)


def test_another_spelling_of_the_role_is_accepted_with_a_warning(ready: PracticeAccount) -> None:
    found = ask(open_at(ready, answers={"role_name": "alvys integration  ROLE"}), "role.exists", "role.active", "token.role")
    assert (found["role.exists"].standing, found["role.exists"].says) == (Standing.WARNING, "there, spelt Alvys Integration Role")
    assert found["role.active"].standing is Standing.VERIFIED
    assert found["token.role"].standing is Standing.VERIFIED


def test_of_several_roles_of_one_name_the_tokens_own_is_meant(ready: PracticeAccount) -> None:
    change(ready, "INSERT INTO roles (id, scriptid, name, isinactive) VALUES (900, 'x', 'alvys integration role', 'T')")
    found = ask(open_at(ready, answers={"role_name": "ALVYS Integration Role"}), "role.exists", "role.active", "permissions.TRAN_CUSTINVC")
    assert found["role.exists"].standing is Standing.WARNING
    assert "900" in found["role.exists"].says and "1050" in found["role.exists"].says
    assert found["role.active"].standing is Standing.VERIFIED
    assert found["permissions.TRAN_CUSTINVC"].standing is Standing.VERIFIED


def test_several_roles_and_no_token_are_not_guessed_at(ready: PracticeAccount) -> None:
    change(ready, "INSERT INTO roles (id, scriptid, name) VALUES (900, 'x', 'alvys integration role')")
    session = open_at(ready, integration=False, answers={"role_name": "ALVYS Integration Role"})
    found = ask(session, "role.active", "permissions.TRAN_CUSTINVC")
    for aspect in ("role.active", "permissions.TRAN_CUSTINVC"):
        assert (found[aspect].standing, found[aspect].says) == (Standing.UNKNOWN, "2 roles have this name")


def test_a_role_that_is_not_there_is_what_the_rest_waits_for(ready: PracticeAccount) -> None:
    session = open_at(ready, integration=False, answers={"role_name": "Another Role"})
    found = ask(session, "role.exists", "role.active", "user.role", "permissions.TRAN_CUSTINVC")
    assert (found["role.exists"].standing, found["role.exists"].says) == (Standing.FAILED, "no role of this name")
    assert found["role.exists"].remedy.menu_path.endswith("Manage Roles > New")
    for aspect in ("role.active", "user.role", "permissions.TRAN_CUSTINVC"):
        assert (found[aspect].standing, found[aspect].says) == (Standing.WAITING, "waits for the role")


@pytest.mark.parametrize("setup", [True, False])
def test_administrator_is_never_the_role_of_an_integration(ready: PracticeAccount, setup: bool) -> None:
    verdict = ask(open_at(ready, setup=setup, answers={"role_name": "Administrator"}), "role.exists")["role.exists"]
    assert (verdict.standing, verdict.cause) == (Standing.FAILED, "user")


def test_before_the_token_exists_the_setup_token_shows_role_and_user(ready: PracticeAccount) -> None:
    found = ask(open_at(ready, integration=False))
    for aspect in ("role.exists", "role.subsidiaries", "user.exists", "user.role", "user.one_role", "accounts.types", "features.TBA"):
        assert found[aspect].standing is Standing.VERIFIED, (aspect, found[aspect].says)
    for aspect in ("login.accepted", "token.role", "token.live", "query.allowed"):
        assert (found[aspect].standing, found[aspect].says) == (Standing.WAITING, "waits for the access token")


def test_a_user_with_the_address_in_other_letters_is_found(ready: PracticeAccount) -> None:
    answers = {"user_email": "Alvys.Integration@PRACTICE.example"}
    found = ask(open_at(ready, answers=answers), "user.exists", "token.user")
    assert found["user.exists"].standing is found["token.user"].standing is Standing.VERIFIED


def test_a_user_that_is_not_there(ready: PracticeAccount) -> None:
    found = ask(open_at(ready, answers={"user_email": "nobody@practice.example"}), "user.exists", "user.active")
    assert (found["user.exists"].standing, found["user.exists"].cause) == (Standing.FAILED, None)
    assert found["user.exists"].candidates == ("user",)
    assert found["user.exists"].remedy.menu_path.startswith("Lists > Employees > Employees")
    assert found["user.active"].standing is Standing.WAITING


def test_a_second_role_is_worth_a_look(ready: PracticeAccount) -> None:
    user = ready.state.value("SELECT entity FROM assignments WHERE role = 1050")
    change(ready, "INSERT INTO roles (id, scriptid, name) VALUES (901, 'y', 'Sales Clerk')")
    change(ready, "INSERT INTO assignments (entity, role) VALUES (?, 901)", user)
    verdict = ask(open_at(ready), "user.one_role")["user.one_role"]
    assert (verdict.standing, verdict.says) == (Standing.WARNING, "has 2 roles")


def test_the_record_may_be_called_otherwise(ready: PracticeAccount) -> None:
    found = ask(open_at(ready, answers={"record_name": "Another Name"}), "integration_record.name", "token.application")
    assert (found["integration_record.name"].standing, found["integration_record.name"].says) == (
        Standing.WARNING, "called Alvys TMS Integration",
    )  # fmt: skip
    assert (found["token.application"].standing, found["token.application"].cause) == (Standing.FAILED, "token")


def test_tokens_that_cannot_be_told_apart_are_not_guessed_at() -> None:
    """Refused, and two tokens of the application: one alive, one revoked."""
    with practice("wrong-secret") as account:
        do(account, "revoke_token")
        do(account, "create_token")
        found = ask(open_at(account))
    assert found["token.live"].standing is Standing.UNKNOWN
    assert found["token.live"].says.startswith("2 tokens could be it")


def test_names_out_of_the_account_are_made_harmless(ready: PracticeAccount) -> None:
    change(ready, "UPDATE subsidiaries SET name = ?, isinactive = 'T' WHERE id = 2", "Evil\x1b[2J\nWest")
    answers = {"subsidiaries": "Evil\x1b[2J West"}
    verdict = ask(open_at(ready, answers=answers), "subsidiaries.active")["subsidiaries.active"]
    assert verdict.standing is Standing.FAILED
    assert verdict.says.isprintable()
    assert verdict.remedy.text.isprintable()


def test_every_name_in_what_is_said_is_harmless(ready: PracticeAccount) -> None:
    change(ready, "UPDATE subsidiaries SET name = ? WHERE id = 3", "Evil\x1b[2J\nNorth")
    change(ready, "DELETE FROM account_subsidiaries WHERE subsidiary = 3 AND account > 1")
    verdict = ask(open_at(ready), "accounts.subsidiaries")["accounts.subsidiaries"]
    assert verdict.standing is Standing.FAILED
    assert verdict.says.startswith("Evil")
    assert verdict.says.isprintable()


class TestSubsidiariesByName:
    def test_those_named_are_what_counts(self, ready: PracticeAccount) -> None:
        do(ready, "assign_subsidiaries", "one_left_out")
        answers = {"subsidiaries": "tidewater freight ; Tidewater Freight : Tidewater Freight West"}
        for setup in (True, False):
            found = ask(open_at(ready, setup=setup, answers=answers), "role.subsidiaries", "subsidiaries.present")
            assert found["role.subsidiaries"].standing is Standing.VERIFIED, found["role.subsidiaries"].says
            assert found["subsidiaries.present"].standing is Standing.VERIFIED

    def test_one_that_is_left_out_is_named_by_the_integration_token_too(self, ready: PracticeAccount) -> None:
        do(ready, "assign_subsidiaries", "one_left_out")
        answers = {"subsidiaries": "Tidewater Freight; Tidewater Freight Canada"}
        verdict = ask(open_at(ready, setup=False, answers=answers), "role.subsidiaries")["role.subsidiaries"]
        assert (verdict.standing, verdict.cause) == (Standing.FAILED, "subsidiary")
        assert verdict.says == "not visible: Tidewater Freight Canada"

    def test_one_that_does_not_exist(self, ready: PracticeAccount) -> None:
        found = ask(open_at(ready, answers={"subsidiaries": "Tidewater Freight; Atlantis"}), "subsidiaries.present", "role.subsidiaries")
        assert found["subsidiaries.present"].says == "not there: Atlantis"
        assert found["subsidiaries.present"].standing is Standing.FAILED

    def test_one_without_currency(self, ready: PracticeAccount) -> None:
        change(ready, "UPDATE subsidiaries SET currency = NULL WHERE id = 3")
        verdict = ask(open_at(ready), "subsidiaries.currency")["subsidiaries.currency"]
        assert (verdict.standing, verdict.cause) == (Standing.FAILED, "accounting-setup")
        assert verdict.says == "no base currency: Tidewater Freight Canada"

    def test_one_without_accounts_of_a_kind(self, ready: PracticeAccount) -> None:
        change(ready, "DELETE FROM account_subsidiaries WHERE subsidiary = 3 AND account IN "
                      "(SELECT id FROM accounts WHERE accttype IN ('Income', 'OthIncome'))")  # fmt: skip
        verdict = ask(open_at(ready), "accounts.subsidiaries")["accounts.subsidiaries"]
        assert (verdict.standing, verdict.says) == (Standing.FAILED, "Tidewater Freight Canada lacks income")


class TestAccounts:
    def test_an_empty_chart_is_a_failure_only_for_eyes_that_see_everything(self, ready: PracticeAccount) -> None:
        change(ready, "UPDATE accounts SET isinactive = 'T'")
        exact = ask(open_at(ready), "accounts.types")["accounts.types"]
        alone = ask(open_at(ready, setup=False), "accounts.types")["accounts.types"]
        assert exact.standing is Standing.FAILED
        assert (alone.standing, alone.says) == (Standing.UNKNOWN, "not proven: the role sees no account at all")

    def test_numbers_on_some_accounts_only(self, ready: PracticeAccount) -> None:
        change(ready, "UPDATE accounts SET acctnumber = NULL WHERE id = 1")
        verdict = ask(open_at(ready), "accounts.numbers")["accounts.numbers"]
        assert verdict.standing is Standing.WARNING
        assert verdict.says.startswith("1 of ")

    def test_numbers_on_none(self, ready: PracticeAccount) -> None:
        """Numbering that is off and a column that is not shown look alike."""
        change(ready, "UPDATE accounts SET acctnumber = NULL")
        verdict = ask(open_at(ready), "accounts.numbers")["accounts.numbers"]
        assert verdict.standing is Standing.UNKNOWN
        assert verdict.says == "not proven: no account shows a number: numbering off, or not readable"


class TestUnchanged:
    def test_a_change_before_the_token_is_none(self, ready: PracticeAccount) -> None:
        verdict = ask(open_at(ready), "role.unchanged")["role.unchanged"]
        assert verdict.standing is Standing.VERIFIED
        assert verdict.says.endswith("before the token")

    def test_no_notes_are_no_proof(self, ready: PracticeAccount) -> None:
        change(ready, "DELETE FROM notes")
        verdict = ask(open_at(ready), "role.unchanged")["role.unchanged"]
        assert (verdict.standing, verdict.says) == (Standing.UNKNOWN, "not proven: no system notes of the role")

    def test_missing_rows_turn_a_change_into_a_failure_that_names_them(self, ready: PracticeAccount) -> None:
        do(ready, "remove_permission", permission="LIST_VENDOR")
        verdict = ask(open_at(ready), "role.unchanged")["role.unchanged"]
        # Which cause, the row itself says: a change of the role is none.
        assert (verdict.standing, verdict.cause, verdict.candidates) == (Standing.FAILED, None, ())
        assert "Vendors" in verdict.remedy.text
        assert "stays valid" in verdict.remedy.text

    def test_a_row_that_was_never_there_was_not_removed(self, ready: PracticeAccount) -> None:
        change(ready, "DELETE FROM role_permissions WHERE permkey = 'LIST_VENDOR'")
        verdict = ask(open_at(ready), "permissions.LIST_VENDOR")["permissions.LIST_VENDOR"]
        assert (verdict.standing, verdict.says) == (Standing.FAILED, "missing")
