"""Accounts in order: what is proven with a setup token, and how much without one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from practice_session import PROFILE, ask, judged, open_at, practice, with_standing

from wizard.practice.account import PracticeAccount
from wizard.verdict import Standing, Verdict

REQUIRED = {r.id for r in PROFILE.requirements if r.need == "required" and r.proof}


@pytest.fixture(scope="module")
def ready() -> Iterator[PracticeAccount]:
    with practice("alvys-ready") as account:
        yield account


@pytest.fixture(scope="module")
def exact(ready: PracticeAccount) -> dict[str, Verdict]:
    return ask(open_at(ready))


@pytest.fixture(scope="module")
def alone(ready: PracticeAccount) -> dict[str, Verdict]:
    return ask(open_at(ready, setup=False))


def test_with_a_setup_token_everything_is_verified(exact: dict[str, Verdict]) -> None:
    assert {about: v.says for about, v in exact.items() if v.standing is not Standing.VERIFIED} == {}


def test_every_requirement_of_the_vendor_is_then_verified(ready: PracticeAccount, exact: dict[str, Verdict]) -> None:
    verdicts = judged(open_at(ready), exact)
    assert {r: verdicts[r].says for r in REQUIRED if verdicts[r].standing is not Standing.VERIFIED} == {}


def test_every_verdict_says_what_it_rests_on_and_never_a_credential(ready: PracticeAccount, exact: dict[str, Verdict]) -> None:
    assert {about for about, verdict in exact.items() if not verdict.evidence} == set()
    for verdict in exact.values():
        assert verdict.at.tzinfo is not None
        for evidence in verdict.evidence:
            assert evidence.asked and evidence.came_back and evidence.at.utcoffset().total_seconds() == 0
            assert evidence.token in (None, "integration", "setup")
    everything = repr(exact)
    values = [*ready.credentials.values(), *ready.setup_token.values()]
    assert [value for value in values if value != ready.realm and value in everything] == []


def test_what_is_said_is_short(exact: dict[str, Verdict], alone: dict[str, Verdict]) -> None:
    for verdict in (*exact.values(), *alone.values()):
        assert 0 < len(verdict.says) <= 90, verdict.says


def test_without_a_setup_token_nothing_fails_and_the_rest_says_why(alone: dict[str, Verdict]) -> None:
    assert with_standing(alone, Standing.FAILED, Standing.WAITING, Standing.WARNING) == {}
    assert all("not proven" in says or "possibly" in says for says in with_standing(alone, Standing.UNKNOWN).values())


@pytest.mark.parametrize(
    "aspect",
    [
        "login.accepted", "login.dedicated", "query.allowed", "token.live", "token.user", "token.role", "role.exists", "role.active",
        "user.exists", "user.active", "user.access", "user.role", "features.TBA", "features.RESTWEBSERVICES",
        "integration_record.tba", "accounts.types", "subsidiaries.oneworld", "subsidiaries.active", "subsidiaries.currency",
        "permissions.ADMI_LOGIN_OAUTH", "permissions.ADMI_RESTWEBSERVICES", "permissions.LIST_SUBSIDIARY",
        "permissions.LIST_EMPLOYEE_RECORD", "permissions.ADMI_ACCTPERIODS", "permissions.REPO_ANALYTICS",
    ],
)  # fmt: skip
def test_what_the_integration_token_proves_by_itself(alone: dict[str, Verdict], aspect: str) -> None:
    assert alone[aspect].standing is Standing.VERIFIED, alone[aspect].says


@pytest.mark.parametrize("key", ["TRAN_CUSTINVC", "TRAN_JOURNAL", "LIST_CUSTJOB", "ADMI_ACCOUNTINGLIST"])
def test_an_impossible_id_proves_view_and_never_full(alone: dict[str, Verdict], key: str) -> None:
    verdict = alone[f"permissions.{key}"]
    assert verdict.standing is Standing.UNKNOWN
    assert verdict.says == "may view; that the level is Full is not proven without a setup token"
    assert verdict.evidence[0].probe == "P4"


class TestExactlyThe47:
    """The vendor's list lacks SuiteAnalytics Workbook: whatever can be proven without it has to be."""

    @pytest.fixture(scope="class")
    def found(self) -> Iterator[dict[str, Verdict]]:
        with practice("alvys-exactly-47") as account:
            yield ask(open_at(account, setup=False))

    def test_nothing_the_vendor_asks_for_fails(self, found: dict[str, Verdict]) -> None:
        required = {aspect for r in PROFILE.requirements if r.need == "required" for aspect in r.proof}
        assert {a: found[a].says for a in required if found[a].standing is Standing.FAILED} == {}

    def test_the_missing_permission_is_named_as_optional(self, found: dict[str, Verdict]) -> None:
        verdict = found["query.allowed"]
        assert (verdict.standing, verdict.cause) == (Standing.FAILED, None)
        assert verdict.candidates == ("role-login-permission", "feature-off")
        assert verdict.says == "refused: SuiteAnalytics Workbook, the permission or the feature"
        assert verdict.remedy.text.startswith("Optional")
        assert {e.probe for e in verdict.evidence} == {"P2", "P4"}

    @pytest.mark.parametrize("aspect", ["accounts.types", "accounts.subsidiaries", "subsidiaries.present", "role.subsidiaries"])
    def test_what_could_not_be_proven_for_that_says_so(self, found: dict[str, Verdict], aspect: str) -> None:
        assert found[aspect].standing is Standing.UNKNOWN
        assert "SuiteAnalytics Workbook" in found[aspect].says
        assert "SuiteAnalytics Workbook (Edit)" in found[aspect].remedy.text

    @pytest.mark.parametrize(
        "aspect",
        ["token.user", "token.role", "user.exists", "user.active", "subsidiaries.oneworld", "permissions.ADMI_RESTWEBSERVICES",
         "permissions.LIST_SUBSIDIARY"],
    )  # fmt: skip
    def test_single_records_and_tokeninfo_prove_the_rest(self, found: dict[str, Verdict], aspect: str) -> None:
        assert found[aspect].standing is Standing.VERIFIED, found[aspect].says

    def test_records_are_still_probed(self, found: dict[str, Verdict]) -> None:
        assert found["permissions.TRAN_VENDBILL"].says.startswith("may view")


@pytest.mark.parametrize("setup", [True, False])
def test_without_oneworld_subsidiaries_concern_nobody(setup: bool) -> None:
    with practice("no-oneworld-ready") as account:
        session = open_at(account, setup=setup, answers={"oneworld": "no"})
        found = ask(session)
        verdicts = judged(session, found)
    assert with_standing(found, Standing.FAILED) == {}
    for requirement in ("A29", "A30", "A69", "A70", "A72"):
        assert verdicts[requirement].standing is Standing.NOT_APPLICABLE
    # One refusal alone proves nothing; with a setup token the feature table does.
    expected = Standing.VERIFIED if setup else Standing.UNKNOWN
    assert found["subsidiaries.oneworld"].standing is expected, found["subsidiaries.oneworld"].says


def test_a_wrong_answer_about_oneworld_is_found(ready: PracticeAccount) -> None:
    verdict = ask(open_at(ready, answers={"oneworld": "no"}), "subsidiaries.oneworld")["subsidiaries.oneworld"]
    assert (verdict.standing, verdict.cause) == (Standing.FAILED, "subsidiary")


@pytest.mark.parametrize(
    "settings",
    [
        {"tokeninfo_shape": "nested"}, {"tokeninfo_shape": "names_only"}, {"tokeninfo_shape": "refused_for_web_services_only"},
        {"feature_table_readable": False}, {"times_with_clock": False}, {"tba_error_word": "cause"}, {"workbook_view_enough": True},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("setup", [True, False])
def test_whatever_netsuite_turns_out_to_do_nothing_fails_wrongly(settings: dict[str, object], setup: bool) -> None:
    with practice("alvys-ready", **settings) as account:
        session = open_at(account, setup=setup)
        found = ask(session)
        assert list(account.trouble) == []
    assert with_standing(found, Standing.FAILED, Standing.WAITING) == {}
    assert session.integration.budget.refused == []


def test_a_refused_tokeninfo_hints_at_web_services_only() -> None:
    with practice("alvys-ready", tokeninfo_shape="refused_for_web_services_only") as account:
        found = ask(open_at(account, setup=False))
    assert found["login.accepted"].standing is Standing.VERIFIED
    assert found["role.web_services_only"].says == "possibly on: tokeninfo was refused, REST was not"
    assert found["token.role"].standing is Standing.UNKNOWN


def test_a_closed_feature_table_leaves_what_works_as_proof() -> None:
    with practice("alvys-ready", feature_table_readable=False) as account:
        found = ask(open_at(account))
    standings = {about: v.standing for about, v in found.items() if about.startswith("features.")}
    assert standings["features.TBA"] is standings["features.RESTWEBSERVICES"] is Standing.VERIFIED
    assert standings["features.CUSTOMCODE"] is standings["features.WEBSERVICESEXTERNAL"] is Standing.UNKNOWN
