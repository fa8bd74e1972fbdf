"""What the role holds beside what is asked: more than needed, overridden by the user's own, of no use without its feature."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from practice_session import PROFILE, ask, do, open_at, practice, requests_seen

from checks.global_permissions import Own, levels_in
from wizard.diagnosis import Basis, diagnose
from wizard.practice.account import PracticeAccount
from wizard.verdict import Standing, Verdict

BEYOND, OWN, INVOICE = "permissions.beyond", "permissions.global", "permissions.TRAN_CUSTINVC"


@pytest.fixture
def ready() -> Iterator[PracticeAccount]:
    with practice("alvys-ready") as account:
        yield account


def looked(account: PracticeAccount, *, setup: bool = True) -> dict[str, Verdict]:
    return ask(open_at(account, setup=setup))


class TestBeyond:
    def test_a_role_with_just_what_is_asked_has_nothing_beyond(self, ready: PracticeAccount) -> None:
        verdict = looked(ready)[BEYOND]
        assert (verdict.standing, verdict.says) == (Standing.VERIFIED, "nothing beyond what is asked for")

    def test_one_harmless_row_is_worth_a_look_and_no_cause(self, ready: PracticeAccount) -> None:
        do(ready, "set_permission", permission="TRAN_SALESORD", level="Edit")
        found = looked(ready)
        verdict = found[BEYOND]
        assert (verdict.standing, verdict.cause, verdict.candidates) == (Standing.WARNING, None, ())
        assert verdict.says == "more than is asked for: Sales Order Edit"
        assert "gets hold of the token" in verdict.remedy.text
        assert verdict.remedy.link == "https://1234567-sb1.app.netsuite.com/app/setup/role.nl?id=1050"
        assert verdict.facts == {"permissions.beyond": "Sales Order Edit"}
        assert {c.basis for c in diagnose(found).candidates} <= {Basis.POSSIBLE}

    def test_a_higher_level_than_asked_is_more_too(self, ready: PracticeAccount) -> None:
        do(ready, "set_permission", permission="LIST_SUBSIDIARY", level="Full")
        found = looked(ready)
        assert found[BEYOND].says == "more than is asked for: Subsidiaries Full for View"
        assert found["permissions.LIST_SUBSIDIARY"].standing is Standing.VERIFIED
        assert found["permissions.LIST_SUBSIDIARY"].facts == {"permissions.LIST_SUBSIDIARY": "Full"}

    def test_what_includes_a_row_that_is_asked_for_is_not_beyond(self, ready: PracticeAccount) -> None:
        do(ready, "set_permission", permission="ADMI_MANAGE_OWN_OAUTH_TOKENS", level="Full")
        assert looked(ready)[BEYOND].standing is Standing.VERIFIED

    @pytest.mark.parametrize("key", ["ADMI_MANAGE_OAUTH_TOKENS", "ADMI_INTEGRAPP", "ADMI_KERNEL"])
    def test_one_that_demands_a_second_factor_is_proven_by_its_row(self, ready: PracticeAccount, key: str) -> None:
        do(ready, "set_permission", permission=key, level="Full")
        first = diagnose(looked(ready)).first
        assert first is not None
        assert (first.cause, first.basis, first.about) == ("two-factor", Basis.PROVEN, BEYOND)
        assert "two-factor" in first.remedy.text

    def test_one_that_is_known_by_its_label_only_counts_as_well(self, ready: PracticeAccount) -> None:
        with ready.state.write():
            ready.state.run("INSERT INTO role_permissions VALUES (1050, 'ADMI_UNHEARD_OF', 'Device ID Management', 4)")
        assert looked(ready)[BEYOND].cause == "two-factor"

    def test_not_proven_by_the_integration_token(self, ready: PracticeAccount) -> None:
        do(ready, "set_permission", permission="ADMI_MANAGE_OAUTH_TOKENS", level="Full")
        found = looked(ready, setup=False)
        assert (found[BEYOND].standing, found[BEYOND].cause) == (Standing.UNKNOWN, None)
        assert diagnose(found).candidates == ()

    def test_a_role_that_may_read_roles_tells_of_itself(self, ready: PracticeAccount) -> None:
        """Bulk Manage Roles opens them (observed): more than is asked for, and every level with it."""
        do(ready, "set_permission", permission="ADMI_MANAGEROLES", level="Full")
        do(ready, "set_permission", permission="TRAN_CUSTPYMT", level="View")
        found = looked(ready, setup=False)
        assert found[BEYOND].says == "more than is asked for: Bulk Manage Roles Full"
        assert found["permissions.TRAN_CUSTPYMT"].says == "has View, needs Full"
        assert found[INVOICE].standing is Standing.VERIFIED
        assert [e.token for e in found[INVOICE].evidence] == ["integration"]


class TestOfTheUsersOwn:
    """Global Permissions: what stands on the employee overrides the role (documented)."""

    @pytest.fixture
    def switched_on(self, ready: PracticeAccount) -> PracticeAccount:
        do(ready, "set_feature", feature="EMPPERMS", on="yes")
        return ready

    def test_the_feature_is_off_and_nobody_is_asked(self, ready: PracticeAccount) -> None:
        verdict = looked(ready)[OWN]
        assert (verdict.standing, verdict.says) == (Standing.VERIFIED, "none: feature Global Permissions is off")
        assert not any("/employee/" in path for path in requests_seen(ready))

    def test_none_is_none(self, switched_on: PracticeAccount) -> None:
        verdict = looked(switched_on)[OWN]
        assert (verdict.standing, verdict.says) == (Standing.VERIFIED, "the user has none")

    def test_a_lower_one_is_the_row_that_fails_and_says_where(self, switched_on: PracticeAccount) -> None:
        do(switched_on, "set_global_permission", permission="TRAN_CUSTINVC", level="View")
        found = looked(switched_on)
        verdict = found[INVOICE]
        assert (verdict.standing, verdict.cause) == (Standing.FAILED, "role-record-permission")
        assert verdict.says == "the user's own permission View overrides the role's Full; needs Full"
        assert verdict.remedy.menu_path.endswith("the employee > Edit > Access > Global Permissions")
        assert found[OWN].facts == {"permissions.global": "TRAN_CUSTINVC View"}
        assert diagnose(found).first.about == INVOICE

    def test_a_higher_one_is_enough_without_a_row(self, switched_on: PracticeAccount) -> None:
        do(switched_on, "set_global_permission", permission="TRAN_CUSTINVC", level="Full")
        do(switched_on, "remove_permission", permission="TRAN_CUSTINVC")
        verdict = looked(switched_on)[INVOICE]
        assert (verdict.standing, verdict.says) == (Standing.VERIFIED, "has Full, by a permission of the user's own")

    def test_not_shown_is_said_and_blames_nothing(self) -> None:
        with practice("global-permission", global_permissions_shown=False) as account:
            found = looked(account)
        assert found[OWN].standing is Standing.UNKNOWN
        assert found[OWN].says == "not proven: Global Permissions is on, and the user's own are not shown"
        assert found[INVOICE].standing is Standing.VERIFIED
        assert diagnose(found).candidates == ()

    def test_not_shown_but_a_record_is_refused_that_the_role_holds(self) -> None:
        """The contradiction leaves the user's own permissions as the likeliest; it proves nothing."""
        with practice("global-permission", global_permissions_shown=False) as account:
            with account.state.write():
                account.state.run("UPDATE global_permissions SET permlevel = 0")
            found = looked(account)
        assert (found[OWN].standing, found[OWN].cause) == (Standing.FAILED, None)
        assert found[OWN].says == "refused though the role holds it: Invoice"
        first = diagnose(found).first
        assert (first.cause, first.basis) == ("role-record-permission", Basis.POSSIBLE)

    def test_whether_the_feature_is_on_cannot_be_read(self) -> None:
        with practice("alvys-ready", feature_table_readable=False) as account:
            found = looked(account)
        assert found[OWN].standing is Standing.UNKNOWN
        assert diagnose(found).candidates == ()

    @pytest.mark.parametrize(
        "body",
        [
            "null", "[]", '{"empperms": 7}', '{"empperms": {"items": [1, {"permKey1": []}]}}',
            '{"empperms": {"items": [{"links": [{"rel": "self", "href": "https://x/1"}]}]}}',
            '{"empperms": {"items": [{"permKey1": 17, "permLevel1": 1}]}}', '{"empperms": {"items": [], "hasMore": true}}',
            '{"empperms": {"items": [{"permKey1": {"id": "TRAN_CUSTINVC"}, "permLevel1": {"id": "4"}}, {"links": []}]}}',
        ],
    )  # fmt: skip
    def test_an_answer_of_another_form_is_no_answer(self, body: str) -> None:
        assert levels_in(json.loads(body)) is None

    @pytest.mark.parametrize(("level", "read"), [('{"id": "1"}', 1), ('"View"', 1), ("1", 1), ('{"id": "level-1"}', None)])
    def test_a_level_is_read_or_unknown(self, level: str, read: int | None) -> None:
        line = {"permKey1": "TRAN_CUSTINVC", "permLevel1": json.loads(level)}
        assert levels_in({"empperms": {"items": [line]}}) == {"TRAN_CUSTINVC": read}

    def test_a_level_that_cannot_be_read_leaves_the_row_open(self, switched_on: PracticeAccount) -> None:
        session = open_at(switched_on)
        session.once("global permissions", lambda: Own({"TRAN_CUSTINVC": None}))
        verdict = ask(session, INVOICE)[INVOICE]
        assert (verdict.standing, verdict.cause) == (Standing.UNKNOWN, None)


class TestFeatureOff:
    def test_a_row_that_is_still_held_opens_nothing(self, ready: PracticeAccount) -> None:
        do(ready, "set_feature", feature="MULTICURRENCY", on="no")
        found = looked(ready)
        verdict = found["permissions.LIST_CURRENCY"]
        assert (verdict.standing, verdict.cause) == (Standing.WARNING, "feature-off")
        assert verdict.says == "has Full, of no use: feature Multiple Currencies is off"
        assert diagnose(found).first.cause == "feature-off"

    def test_a_transaction_without_its_feature_fails(self, ready: PracticeAccount) -> None:
        do(ready, "set_feature", feature="RECEIVABLES", on="no")
        verdict = looked(ready)[INVOICE]
        assert (verdict.standing, verdict.cause) == (Standing.FAILED, "feature-off")


def test_every_row_tells_the_level_it_is_held_at(ready: PracticeAccount) -> None:
    do(ready, "remove_permission", permission="LIST_VENDOR")
    found = looked(ready)
    facts = {name: value for v in found.values() for name, value in v.facts.items() if name.startswith("permissions.")}
    rows = {f"permissions.{p.key}": p.level for p in PROFILE.permission} | {"permissions.LIST_VENDOR": "None"}
    assert facts == {**rows, "permissions.beyond": "none", "permissions.global": "none"}
