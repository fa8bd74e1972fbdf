"""Each of the permissions in turn: missing, too low, not offered; exactly with a setup token, by probes without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from practice_session import PROFILE, ask, do, open_at, practice

from checks.record_access import Access, Probed, judge_probes
from wizard.clock import Clock
from wizard.practice.account import PracticeAccount
from wizard.practice.data.permissions import PERMISSIONS
from wizard.profile import LEVELS, Permission
from wizard.verdict import Evidence, Standing, Verdict

ROWS = {p.key: p for p in PROFILE.permission}
ASKED_FOR = [p for p in PROFILE.permission if p.need == "required"]
LOGIN = {"ADMI_LOGIN_OAUTH", "ADMI_RESTWEBSERVICES", "ADMI_WEBSERVICES", "REPO_ANALYTICS"}
SHOWN_BY_A_RECORD = [p.key for p in ASKED_FOR if p.record_types and p.key != "LIST_TAXITEM"]
"""Tax records are not offered over REST without SuiteTax (documented), which this account does not have."""


@pytest.fixture(scope="module")
def account() -> Iterator[PracticeAccount]:
    with practice("alvys-ready") as running:
        yield running


@contextmanager
def level(account: PracticeAccount, key: str, word: str | None) -> Iterator[None]:
    """Change one row of the role for the length of the block."""
    if word is None:
        do(account, "remove_permission", permission=key)
    else:
        do(account, "set_permission", permission=key, level=word)
    try:
        yield
    finally:
        do(account, "set_permission", permission=key, level=ROWS[key].level)


def permissions(account: PracticeAccount, *, setup: bool) -> dict[str, Verdict]:
    found = ask(open_at(account, setup=setup), *(f"permissions.{key}" for key in ROWS))
    return {about.removeprefix("permissions."): v for about, v in found.items() if about.startswith("permissions.")}


def test_the_vendor_asks_for_47() -> None:
    assert len(ASKED_FOR) == 47


@pytest.mark.parametrize("permission", ASKED_FOR, ids=lambda p: p.key)
def test_missing_is_found_at_that_row_and_at_no_other(account: PracticeAccount, permission: Permission) -> None:
    with level(account, permission.key, None):
        found = permissions(account, setup=True)
    # Without the right to log in the setup token still reads the role.
    verdict = found.pop(permission.key)
    assert {v.says for v in found.values() if v.standing is not Standing.VERIFIED} == set()
    assert verdict.remedy.menu_path.endswith(f"the role > Edit > Permissions > {permission.tab}")
    assert f"{permission.tab} > {permission.netsuite_name} > {permission.level}" in verdict.remedy.text
    assert verdict.remedy.link == "https://1234567-sb1.app.netsuite.com/app/setup/role.nl?id=1050"
    if permission.obsolete:
        assert (verdict.standing, verdict.says) == (Standing.WARNING, "obsolete: not there, not needed")
        return
    assert (verdict.standing, verdict.says) == (Standing.FAILED, "missing; removed after the token was made")
    assert verdict.cause == ("role-login-permission" if permission.key in LOGIN else "role-record-permission")


def _lower(permission: Permission) -> int | None:
    return max((n for n in PERMISSIONS[permission.key].levels if n < LEVELS[permission.level]), default=None)


@pytest.mark.parametrize("permission", [p for p in ASKED_FOR if _lower(p)], ids=lambda p: p.key)
def test_too_low_says_what_it_has_and_what_it_needs(account: PracticeAccount, permission: Permission) -> None:
    word = {number: name for name, number in LEVELS.items()}[_lower(permission)]
    with level(account, permission.key, word):
        verdict = permissions(account, setup=True)[permission.key]
    assert (verdict.standing, verdict.cause) == (Standing.FAILED, "role-record-permission")
    assert verdict.says == f"has {word}, needs {permission.level}; lowered after the token was made"


@pytest.mark.parametrize("key", SHOWN_BY_A_RECORD)
def test_without_a_setup_token_a_missing_row_is_found_where_a_record_shows_it(account: PracticeAccount, key: str) -> None:
    with level(account, key, None):
        found = permissions(account, setup=False)
    assert (found[key].standing, found[key].says) == (Standing.FAILED, "missing")
    assert found[key].cause == "role-record-permission"
    assert found[key].evidence[0].probe == "P4"
    assert found[key].evidence[0].came_back.startswith("403")
    assert [k for k, v in found.items() if v.standing is Standing.FAILED] == [key]


@pytest.mark.parametrize("key", ["TRAN_CUSTPYMT", "LIST_VENDOR"])
def test_without_a_setup_token_too_low_is_not_taken_for_full(account: PracticeAccount, key: str) -> None:
    with level(account, key, "View"):
        verdict = permissions(account, setup=False)[key]
    assert verdict.standing is Standing.UNKNOWN
    assert "not proven" in verdict.says


def test_a_hidden_type_is_no_proof_of_a_missing_row() -> None:
    """Whether a hidden type answers 403 or 404 was not published: 404 says nothing about why."""
    with practice("alvys-ready", hidden_record="404") as account, level(account, "LIST_VENDOR", None):
        verdict = permissions(account, setup=False)["LIST_VENDOR"]
    assert (verdict.standing, verdict.cause) == (Standing.UNKNOWN, None)
    assert verdict.says == "record type vendor is not offered; why is not proven"


class TestNotOffered:
    """A feature that is off hides its permission: a third answer beside missing and too low."""

    @pytest.mark.parametrize(
        ("feature", "label", "key", "standing"),
        [
            ("CLASSES", "Classes", "LIST_CLASS", Standing.NOT_APPLICABLE),
            ("MULTICURRENCY", "Multiple Currencies", "LIST_CURRENCY", Standing.NOT_APPLICABLE),
            ("RECEIVABLES", "A/R", "TRAN_CUSTINVC", Standing.FAILED),
            ("WEBSERVICESEXTERNAL", "SOAP Web Services", "ADMI_WEBSERVICES", Standing.FAILED),
        ],
    )
    def test_named_with_the_feature(self, feature: str, label: str, key: str, standing: Standing) -> None:
        with practice("alvys-ready") as account:
            do(account, "set_feature", feature=feature, on="no")
            do(account, "remove_permission", permission=key)
            verdict = permissions(account, setup=True)[key]
        assert (verdict.standing, verdict.cause) == (standing, "feature-off")
        assert verdict.says == f"not offered: feature {label} is off"
        assert verdict.remedy.menu_path.startswith("Setup > Company > Enable Features")

    def test_not_concluded_when_the_features_cannot_be_read(self) -> None:
        with practice("alvys-ready", feature_table_readable=False) as account:
            do(account, "set_feature", feature="CLASSES", on="no")
            do(account, "remove_permission", permission="LIST_CLASS")
            verdict = permissions(account, setup=True)["LIST_CLASS"]
        assert verdict.says.startswith("missing")

    def test_what_was_never_there_is_perhaps_not_offered_at_all(self) -> None:
        with practice("no-oneworld-ready", feature_table_readable=False) as account:
            verdict = permissions(account, setup=True)["LIST_SUBSIDIARY"]
        assert (verdict.says, verdict.cause, verdict.candidates) == ("missing", None, ("role-record-permission", "feature-off"))

    @pytest.mark.parametrize(("feature", "key"), [("RECEIVABLES", "TRAN_CUSTINVC"), ("PAYABLES", "TRAN_VENDBILL")])
    def test_a_transaction_that_is_not_offered_points_to_its_feature(self, feature: str, key: str) -> None:
        with practice("alvys-ready") as account:
            do(account, "set_feature", feature=feature, on="no")
            verdict = permissions(account, setup=False)[key]
        assert (verdict.standing, verdict.cause) == (Standing.UNKNOWN, None)
        assert verdict.candidates == ("feature-off", "role-record-permission")

    def test_not_concluded_by_the_integration_token(self) -> None:
        with practice("alvys-ready") as account:
            do(account, "set_feature", feature="CLASSES", on="no")
            verdict = permissions(account, setup=False)["LIST_CLASS"]
        assert verdict.standing is Standing.UNKNOWN
        assert verdict.says == "record type classification is not offered; why is not proven"


def test_another_permission_that_includes_it_will_do() -> None:
    with practice("alvys-ready") as account:
        do(account, "set_permission", permission="ADMI_MANAGE_OWN_OAUTH_TOKENS", level="Full")
        do(account, "remove_permission", permission="ADMI_LOGIN_OAUTH")
        verdict = permissions(account, setup=True)["ADMI_LOGIN_OAUTH"]
    assert verdict.standing is Standing.VERIFIED
    assert "ADMI_MANAGE_OWN_OAUTH_TOKENS" in verdict.says


def test_an_administrators_token_that_may_not_read_roles_leaves_the_probes() -> None:
    with practice("alvys-ready") as account:
        account.state.run(
            "UPDATE tokens SET role = 1050, entity = (SELECT entity FROM assignments WHERE role = 1050) WHERE role = 3"
        )
        account.state.revision += 1
        found = permissions(account, setup=True)
    assert found["TRAN_CUSTINVC"].says.startswith("may view")


class TestProbes:
    """Which of several answers decides."""

    row = ROWS["LIST_ITEM"]

    def probed(self, access: Access, words: str = "") -> Probed:
        return Probed(access, words, Evidence(probe="P4", asked="GET", came_back="", at=Clock().now()))

    def test_one_that_opens_is_enough(self) -> None:
        probes = [self.probed(Access.MISSING, "Lists -> Items"), self.probed(Access.VIEW)]
        assert judge_probes(self.row, probes).access is Access.VIEW

    def test_a_refusal_that_names_another_permission_proves_nothing_here(self) -> None:
        assert judge_probes(self.row, [self.probed(Access.MISSING, "Lists -> Currency")]).access is Access.OTHER

    def test_a_refusal_that_names_it_decides(self) -> None:
        probes = [self.probed(Access.NO_TYPE, "inventoryItem"), self.probed(Access.MISSING, "Lists -> Items")]
        assert judge_probes(self.row, probes).access is Access.MISSING

    def test_a_type_that_is_not_offered_is_neither(self) -> None:
        assert judge_probes(self.row, [self.probed(Access.NO_TYPE, "inventoryItem")]).access is Access.NO_TYPE
