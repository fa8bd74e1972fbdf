"""An answer proves what it says and nothing beside it: no borrowed user, no guessed cause, no fact out of an empty column."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from practice_session import PROFILE, ask, judged, open_at, practice

from checks.record_access import Access, judge_probes, read_refusal
from checks.server_time import feature_is_off
from wizard.clock import Clock
from wizard.netsuite.answers import Answer, NetSuiteError, PermissionRefused, evidence
from wizard.netsuite.budget import Budget
from wizard.netsuite.refusals import refusal
from wizard.practice.account import PracticeAccount
from wizard.verdict import Standing

USER_ASPECTS = ("user.exists", "user.active", "user.access", "user.role", "user.one_role")


@pytest.fixture
def ready() -> Iterator[PracticeAccount]:
    with practice("alvys-ready") as account:
        yield account


def change(account: PracticeAccount, sql: str, *values: object) -> None:
    with account.state.write():
        account.state.run(sql, values)


def refused(status: int, detail: str = "", code: str = "") -> NetSuiteError:
    """Return the error an answer of NetSuite's shape means."""
    details = [{"detail": detail, "o:errorCode": code}] if detail or code else []
    body = json.dumps({"status": status, "o:errorDetails": details}).encode()
    error = refusal(Answer(status, {}, body, 0.1, Clock().now(), "GET", "https://x.suitetalk.api.netsuite.com/services/rest/x"))
    assert error is not None
    return error


class TestWhoseLoginItIs:
    @pytest.mark.parametrize("scenario", ["token-wrong-role", "token-wrong-user"])
    @pytest.mark.parametrize("setup", [True, False])
    def test_without_an_address_the_tokens_user_is_not_taken_for_the_integrations(self, scenario: str, setup: bool) -> None:
        with practice(scenario) as account:
            session = open_at(account, setup=setup, answers={"user_email": ""})
            found = ask(session)
            requirements = judged(session, found)
        assert found["token.user"].standing is Standing.UNKNOWN
        for aspect in USER_ASPECTS:
            assert found[aspect].standing is Standing.UNKNOWN, (aspect, found[aspect].says)
            assert found[aspect].says.startswith("not proven: whose the token is")
            assert found[aspect].evidence
        assert {requirements[r].standing for r in ("A37", "A38")} == {Standing.UNKNOWN}

    @pytest.mark.parametrize("scenario", ["token-wrong-role", "token-wrong-user"])
    def test_a_login_of_somebody_else_proves_no_role_of_the_user(self, scenario: str) -> None:
        with practice(scenario) as account:
            found = ask(open_at(account, setup=False))
        assert found["user.exists"].says == "there: Alvys Integration"
        assert (found["user.role"].standing, found["user.role"].says) == (Standing.UNKNOWN, "not proven: whose the token is")

    def test_a_login_under_another_role_proves_not_this_one(self, ready: PracticeAccount) -> None:
        found = ask(open_at(ready, setup=False, answers={"role_name": "Another Role"}), "user.role", "token.user")
        assert found["token.user"].standing is Standing.VERIFIED
        assert found["user.role"].standing is Standing.UNKNOWN
        assert found["user.role"].says == "not proven: logged in under Alvys Integration Role"

    def test_a_login_under_a_role_nobody_names_proves_none(self) -> None:
        with practice("alvys-ready", tokeninfo_shape="refused_for_web_services_only") as account:
            verdict = ask(open_at(account, setup=False), "user.role")["user.role"]
        assert verdict.standing is Standing.UNKNOWN

    @pytest.mark.parametrize("email", ["", "alvys.integration@practice.example"])
    def test_the_users_own_login_does(self, ready: PracticeAccount, email: str) -> None:
        found = ask(open_at(ready, setup=False, answers={"user_email": email}), *USER_ASPECTS)
        assert {a: found[a].says for a in USER_ASPECTS if found[a].standing is not Standing.VERIFIED} == {}

    def test_a_login_is_no_proof_for_a_user_whose_row_is_closed(self) -> None:
        """The address is another's than the token's user has: that the token's user is active says nothing about it."""
        with practice("alvys-exactly-47") as account:
            found = ask(open_at(account, setup=False, answers={"user_email": "somebody@practice.example"}), *USER_ASPECTS)
        for aspect in ("user.exists", "user.active", "user.access", "user.role"):
            assert found[aspect].standing is Standing.UNKNOWN, (aspect, found[aspect].says)


class TestRefusedRecords:
    ROW = next(p for p in PROFILE.permission if p.key == "LIST_VENDOR")
    SUBSIDIARY = "You do not have access to this record due to the subsidiary restrictions on your role."

    @pytest.mark.parametrize(
        ("detail", "code", "access"),
        [
            ("", "", Access.OTHER),
            ("Forbidden", "", Access.OTHER),
            ("Permission Violation", "", Access.OTHER),
            ("Blocked by a proxy", "USER_ERROR", Access.OTHER),
            ("Enable the REST Record Service (Beta) feature.", "INSUFFICIENT_PERMISSION", Access.OTHER),
            (SUBSIDIARY, "INSUFFICIENT_PERMISSION", Access.OTHER),
            ("", "INSUFFICIENT_PERMISSION", Access.MISSING),
            ("You need  the 'Lists -> Vendors' permission to access this page.", "", Access.MISSING),
            ("You need a higher level of the 'Lists -> Vendors' permission to access this page.", "", Access.TOO_LOW),
        ],
    )
    def test_a_permission_is_missing_only_where_the_answer_says_so(self, detail: str, code: str, access: Access) -> None:
        error = refused(403, detail, code)
        assert isinstance(error, PermissionRefused)
        probed = read_refusal(error, evidence("P4", error))
        assert judge_probes(self.ROW, [probed]).access is access

    @pytest.mark.parametrize(
        ("detail", "cause", "says"),
        [
            ("", None, "not proven: refused, NetSuite names no permission"),
            (SUBSIDIARY, "subsidiary", "not proven: refused for its subsidiaries"),
        ],
    )
    def test_what_the_row_then_says(self, ready: PracticeAccount, detail: str, cause: str | None, says: str) -> None:
        session = open_at(ready, setup=False)
        error = refused(403, detail)
        assert isinstance(error, PermissionRefused)
        for record_type in self.ROW.record_types:
            session.once(f"P4 {record_type}", lambda: read_refusal(error, evidence("P4", error, "integration")))
        verdict = ask(session, "permissions.LIST_VENDOR")["permissions.LIST_VENDOR"]
        assert (verdict.standing, verdict.cause, verdict.says) == (Standing.UNKNOWN, cause, says)
        assert verdict.remedy


class TestColumnsNoRowShows:
    def test_of_several_subsidiaries_none_shows_a_parent(self, ready: PracticeAccount) -> None:
        change(ready, "UPDATE subsidiaries SET parent = NULL")
        verdict = ask(open_at(ready), "subsidiaries.parent")["subsidiaries.parent"]
        assert (verdict.standing, verdict.cause) == (Standing.UNKNOWN, None)
        assert verdict.says.startswith("not proven: no parent is shown of ")

    @pytest.mark.parametrize("kept", [1, 2])
    def test_the_only_one_shown_is_the_root_only_if_its_id_says_so(self, ready: PracticeAccount, kept: int) -> None:
        change(ready, "DELETE FROM subsidiaries WHERE id <> ?", kept)
        change(ready, "UPDATE subsidiaries SET parent = NULL")
        verdict = ask(open_at(ready), "subsidiaries.parent")["subsidiaries.parent"]
        assert verdict.standing is (Standing.VERIFIED if kept == 1 else Standing.UNKNOWN), verdict.says

    def test_one_of_several_that_should_have_one(self, ready: PracticeAccount) -> None:
        change(ready, "UPDATE subsidiaries SET parent = NULL WHERE id = 2")
        every = ask(open_at(ready), "subsidiaries.parent")["subsidiaries.parent"]
        assert (every.standing, every.cause) == (Standing.FAILED, "subsidiary")
        alone = ask(open_at(ready, answers={"subsidiaries": "Tidewater Freight West"}), "subsidiaries.parent")
        assert alone["subsidiaries.parent"].says == "not proven: no parent is shown of Tidewater Freight West"


@pytest.mark.parametrize(
    ("status", "detail", "code", "off"),
    [
        (403, "The REST Web Services feature is not enabled.", "FEATURE_DISABLED", True),
        (400, "The REST Web Services feature is not enabled.", "USER_ERROR", True),
        (403, "This feature is disabled. Enable the REST Web Services feature at Setup.", "", True),
        (403, "", "FEATURE_DISABLED", True),
        (403, "Permission Violation: You need the 'Setup -> Enable Features' permission to access this page.", "", False),
        (403, "You need the 'Setup -> Enable Features' permission. This feature is not available.", "", False),
        (403, "Enable the REST Record Service (Beta) feature.", "INSUFFICIENT_PERMISSION", False),
        (403, "You do not have permission to access web services feature.", "", False),
        (403, "", "", False),
        (401, "The REST Web Services feature is not enabled.", "", False),
    ],
)
def test_only_the_sentence_about_the_feature_says_that_it_is_off(status: int, detail: str, code: str, off: bool) -> None:
    assert feature_is_off(refused(status, detail, code)) is off


class TestRowsOfTheLoginAuditTrail:
    @staticmethod
    def row(account: PracticeAccount, seconds: int, detail: str, app: str | None = None, token: str | None = None) -> None:
        """Write a refused login, so many seconds from now."""
        account.state.run(
            "INSERT INTO logins (date, status, uri, detail, app, token) VALUES "
            "(strftime('%Y-%m-%d %H:%M:%S', 'now', ?), 'Failure', '/x', ?, ?, ?)",
            (f"{seconds:+d} seconds", detail, app, token),
        )

    @staticmethod
    def keep_no_more(account: PracticeAccount) -> None:
        """From now on a refusal leaves no row, as when it never reached the login."""
        account.state.run("CREATE TRIGGER forget AFTER INSERT ON logins WHEN NEW.status = 'Failure' BEGIN "
                          "DELETE FROM logins WHERE id = NEW.id; END")  # fmt: skip

    def test_one_without_application_is_not_ours_when_our_key_was_accepted(self) -> None:
        with practice("wrong-secret") as account:
            self.row(account, 90, "consumer_key_unknown")
            verdict = ask(open_at(account), "login.accepted")["login.accepted"]
        assert (verdict.cause, verdict.says) == ("signing", "the token secret is wrong (InvalidSignature)")

    def test_one_without_application_that_names_our_token_is(self) -> None:
        with practice("wrong-secret") as account:
            name = account.state.value("SELECT name FROM tokens WHERE role = 1050")
            self.row(account, 90, "InvalidTimestamp", token="somebody's")
            self.row(account, 80, "temporary_locked", token=name)
            verdict = ask(open_at(account), "login.accepted")["login.accepted"]
        assert "temporary_locked" in verdict.says
        assert any("OAuthToken" in e.asked for e in verdict.evidence)

    @pytest.mark.parametrize("app", [None, "Alvys TMS Integration"])
    def test_one_from_before_our_login_is_not_its_cause(self, app: str | None) -> None:
        with practice("wrong-secret") as account:
            self.row(account, -120, "InvalidTimestamp", app)
            self.keep_no_more(account)
            verdict = ask(open_at(account), "login.accepted")["login.accepted"]
        assert (verdict.standing, verdict.cause) == (Standing.FAILED, None)
        assert verdict.says == "refused, and no row in the Login Audit Trail"

    @pytest.mark.parametrize(
        ("app", "seconds", "cause"),
        [
            ("Alvys TMS Integration", 120, "clock"), (None, 120, None),
            ("Alvys TMS Integration", 60, None), ("Alvys TMS Integration", 180, None),
        ],
    )  # fmt: skip
    def test_with_nothing_sent_it_is_that_of_the_last_refusal(self, app: str | None, seconds: int, cause: str | None) -> None:
        with practice("wrong-secret") as account:
            self.row(account, -seconds, "InvalidTimestamp", app)
            moment = account.state.value("SELECT substr(date, 12, 8) FROM logins WHERE detail = 'InvalidTimestamp'")
            budget = Budget()
            budget.refuse(Clock().now() - timedelta(seconds=120))
            verdict = ask(open_at(account, budget=budget), "login.accepted")["login.accepted"]
            sent = account.state.value("SELECT count(*) FROM logins WHERE detail = 'InvalidSignature'")
        assert sent == 0
        assert verdict.cause == cause
        if cause:
            assert verdict.says.startswith("earlier: ")
            assert verdict.evidence[-1].came_back == "InvalidTimestamp"
            assert f", {moment} in the account's time" in verdict.evidence[-1].asked
        else:
            assert verdict.standing is Standing.WAITING

    def test_with_nothing_sent_several_words_at_a_time_prove_nothing(self) -> None:
        with practice("wrong-secret") as account:
            for seconds, word in ((-121, "InvalidTimestamp"), (-120, "InvalidSignature")):
                self.row(account, seconds, word, "Alvys TMS Integration")
            budget = Budget()
            budget.refuse(Clock().now() - timedelta(seconds=121))
            verdict = ask(open_at(account, budget=budget), "login.accepted")["login.accepted"]
        assert (verdict.cause, verdict.candidates) == (None, ("signing", "clock"))


class TestARefusedQuery:
    """The permission missing and the feature off may look the same (not published): who else is refused tells."""

    ASPECT = "query.allowed"

    @pytest.mark.parametrize("looks", ["as_permission", "403"])
    def test_refused_to_an_administrator_too_is_the_feature(self, looks: str) -> None:
        with practice("workbook-off", workbook_feature_off=looks) as account:
            verdict = ask(open_at(account), self.ASPECT)[self.ASPECT]
        assert (verdict.standing, verdict.cause) == (Standing.FAILED, "feature-off")
        assert verdict.remedy.menu_path.endswith("Enable Features > Analytics")

    def test_by_a_setup_token_of_a_role_nobody_names_it_is_not_proven(self) -> None:
        with practice("workbook-off", tokeninfo_shape="refused_for_web_services_only") as account:
            with account.state.write():
                account.state.run("UPDATE roles SET iswebserviceonlyrole = 'T' WHERE id = 3")
            verdict = ask(open_at(account), self.ASPECT)[self.ASPECT]
        assert (verdict.cause, verdict.candidates) == (None, ("feature-off", "role-login-permission"))

    def test_a_setup_token_of_another_role_proves_it_no_more(self) -> None:
        with practice("workbook-missing") as account:
            change(
                account,
                "UPDATE tokens SET role = 1050, entity = (SELECT entity FROM assignments WHERE role = 1050) WHERE role = 3",
            )
            verdict = ask(open_at(account), self.ASPECT)[self.ASPECT]
        assert (verdict.cause, verdict.candidates) == (None, ("feature-off", "role-login-permission"))

    def test_answered_to_an_administrator_it_is_the_permission(self) -> None:
        with practice("workbook-missing") as account:
            verdict = ask(open_at(account), self.ASPECT)[self.ASPECT]
        assert (verdict.cause, {e.token for e in verdict.evidence}) == ("role-login-permission", {"integration", "setup"})

    @pytest.mark.parametrize("scenario", ["workbook-off", "workbook-missing"])
    def test_by_the_integration_token_alone_both_are_possible(self, scenario: str) -> None:
        with practice(scenario) as account:
            verdict = ask(open_at(account, setup=False), self.ASPECT)[self.ASPECT]
        assert (verdict.cause, verdict.candidates) == (None, ("role-login-permission", "feature-off"))


@pytest.mark.parametrize("setup", [True, False])
def test_a_role_that_rest_shuts_out_may_lack_a_permission_or_be_web_services_only(setup: bool) -> None:
    """The server's time needs no permission of its own (documented)."""
    with practice("alvys-ready", web_services_only_rest="refused") as account:
        verdict = ask(open_at(account, setup=setup), "login.accepted")["login.accepted"]
    assert (verdict.standing, verdict.cause) == (Standing.FAILED, None)
    assert verdict.candidates == ("web-services-only", "role-login-permission")
