"""A refused login is followed up until its cause is named: by the machine with a setup token, by a person without."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from person import diagnosed, first_causes, proven, read_in_the_trail
from practice_session import ask, do, open_at, practice

from wizard.causes import NO_ROW
from wizard.diagnosis import TrailAnswer, diagnose
from wizard.practice.scenario import load_scenario
from wizard.trail import OFFSET
from wizard.verdict import Standing

FAILED, VERIFIED = Standing.FAILED, Standing.VERIFIED

SHARED = (
    "tba-off", "credentials-reset", "integration-blocked", "integration-box-unticked", "integration-deleted",
    "integration-waiting", "values-of-another-account", "wrong-consumer-key", "wrong-consumer-secret", "sandbox-refreshed",
    "address-not-allowed", "swapped", "secrets-swapped",
)  # fmt: skip
"""Here the setup token is refused as well, and only a person can read the trail."""

OWN = (
    "wrong-secret", "wrong-token-id", "token-revoked", "token-inactive", "token-another-application", "token-too-new",
    "user-deleted", "user-inactive", "user-without-access", "user-without-role", "role-inactive", "role-hidden",
    "token-permission-missing", "user-locked",
)  # fmt: skip
"""Here the machine reads the trail itself."""

SECOND = {"user-deleted"}
"""What no word of the trail tells apart: without a setup token the cause is third."""


@pytest.mark.parametrize("name", [*SHARED, *OWN])
def test_with_a_setup_token_the_first_cause_is_the_right_one(name: str) -> None:
    with practice(name) as account:
        diagnosis = diagnosed(account, open_at(account))
    assert first_causes(diagnosis)[:1] == (account.scenario.cause,)


@pytest.mark.parametrize("name", sorted({*SHARED, *OWN} - SECOND))
def test_without_one_it_is_among_the_first_two(name: str) -> None:
    with practice(name) as account:
        diagnosis = diagnosed(account, open_at(account, setup=False))
    assert account.scenario.cause in first_causes(diagnosis)[:2]


@pytest.mark.parametrize("name", OWN)
def test_nobody_is_asked_to_read_what_the_machine_has_read(name: str) -> None:
    with practice(name) as account:
        assert diagnose(ask(open_at(account))).question != "trail"


SETTINGS: list[dict[str, Any]] = [
    {"tba_error_word": "cause"}, {"rest_login_status": "403"}, {"restlet_login_status": "403"}, {"approval_word": "IntegrationBlocked"},
    {"approval_word": "no_row"}, {"ip_rule_word": "no_row"}, {"login_order": "signature_first"}, {"failed_logins_lock": False},
]  # fmt: skip


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: "-".join(map(str, *settings.items())))
@pytest.mark.parametrize("setup", [True, False], ids=["setup-token", "alone"])
def test_whatever_nobody_published_no_wrong_cause_is_proven(settings: dict[str, Any], setup: bool) -> None:
    wrong = {}
    for name in ("integration-waiting", "address-not-allowed", "wrong-token-id", "token-revoked", "user-deleted", "swapped"):
        with practice(name, **settings) as account:
            session = open_at(account, setup=setup)
            found = ask(session)
            diagnosis = diagnosed(account, session, found)
        if others := proven(found) - {account.scenario.cause}:
            wrong[name] = others
        assert account.scenario.cause in first_causes(diagnosis), name
    assert wrong == {}


class TestOthersAtTheSameTime:
    """The vendor's side goes on trying with the same integration record while somebody verifies it here."""

    ROW = (
        "INSERT INTO logins (date, status, uri, detail, app, token, entity, role, useragent) SELECT "
        "strftime('%Y-%m-%d %H:%M:%S', 'now', '+1 seconds'), 'Failure', '/x', 'InvalidTimestamp', name, NULL, NULL, NULL, ? "
        "FROM integrations WHERE name = 'Alvys TMS Integration'"
    )

    def test_a_row_that_another_program_left_is_not_ours(self) -> None:
        with practice("wrong-secret") as account:
            session = open_at(account)
            account.state.run(self.ROW, ("okhttp/4.9",))
            verdict = ask(session, "login.accepted")["login.accepted"]
        assert (verdict.standing, verdict.cause) == (FAILED, "signing")

    def test_rows_that_nothing_tells_apart_prove_nothing(self) -> None:
        with practice("wrong-secret") as account:
            session = open_at(account)
            account.state.run(self.ROW, (None,))
            verdict = ask(session, "login.accepted")["login.accepted"]
        assert (verdict.standing, verdict.cause, verdict.candidates) == (FAILED, None, ("clock", "signing"))
        assert verdict.says.startswith("several refusals at a time")


class TestTokens:
    def test_a_token_that_is_known_and_alive_has_not_arrived_yet(self) -> None:
        with practice("token-too-new") as account:
            verdict = ask(open_at(account), "login.accepted")["login.accepted"]
        assert (verdict.standing, verdict.cause, verdict.candidates) == (FAILED, None, ("propagation", "token"))

    def test_a_wrong_id_beside_a_token_of_minutes_ago_is_a_wrong_id(self) -> None:
        with practice("alvys-ready") as account:
            do(account, "create_token")
            values = {**account.credentials, "token_id": secrets.token_hex(32)}
            verdict = ask(open_at(account, credentials=values), "login.accepted")["login.accepted"]
        assert (verdict.standing, verdict.cause, verdict.candidates) == (FAILED, None, ("token", "credential-swap", "propagation"))

    def test_no_token_left_and_no_user_of_the_address_is_likeliest_the_user(self) -> None:
        """A person typed the address: it proves nothing."""
        with practice("user-deleted") as account:
            found = ask(open_at(account))
        for about in ("login.accepted", "token.live"):
            assert (found[about].cause, found[about].candidates) == (None, ("user", "token"))
            assert "no employee has the address you gave" in found[about].says
        assert diagnose(found).first.cause == "user"

    def test_without_an_address_no_employee_is_asked_for(self) -> None:
        with practice("user-deleted") as account:
            verdict = ask(open_at(account, answers={"user_email": " "}), "token.live")["token.live"]
        assert verdict.cause == "token"
        assert not any("employee" in e.asked for e in verdict.evidence)

    def test_a_setup_token_that_is_no_administrators_proves_neither(self) -> None:
        with practice("user-deleted") as account:
            session = open_at(account)
            told = session.admin.token_info()
            session.once("P1b setup", lambda: replace(told, role_id=None, role_name="Another Role"))
            found = ask(session, "token.live")
        assert (found["token.live"].standing, found["token.live"].cause) == (Standing.UNKNOWN, None)
        assert (found["login.accepted"].standing, found["login.accepted"].cause) == (FAILED, None)

    def test_no_token_left_after_a_refresh_is_the_token(self) -> None:
        with practice("sandbox-refreshed") as account:
            do(account, "create_setup_token")
            verdict = ask(open_at(account), "login.accepted")["login.accepted"]
        assert (verdict.cause, verdict.says) == ("token", "no token of Alvys TMS Integration is left (token_rejected)")


class TestPermissionDenied:
    def test_what_is_left_when_user_and_role_are_right_is_told_and_not_proven(self) -> None:
        with practice("role-hidden") as account:
            verdict = ask(open_at(account), "login.accepted")["login.accepted"]
        assert (verdict.standing, verdict.cause, verdict.candidates) == (FAILED, None, ("user",))
        assert "View My Roles" in verdict.remedy.text

    def test_a_closed_table_excludes_nothing(self) -> None:
        with practice("role-hidden") as account:
            account.state.run("UPDATE logins SET role = NULL")
            account.state.run("CREATE TRIGGER forget AFTER INSERT ON logins WHEN NEW.detail = 'permission_denied' BEGIN "
                              "UPDATE logins SET role = NULL, entity = NULL WHERE id = NEW.id; END")  # fmt: skip
            verdict = ask(open_at(account), "login.accepted")["login.accepted"]
        assert (verdict.cause, verdict.candidates) == (None, ("user", "role-login-permission"))


class TestTheSetupToken:
    def mistyped(self, account: Any, field: str) -> Any:
        token = dict(account.setup_token)
        token[field] = secrets.token_hex(32)
        session = open_at(account)
        from practice_session import pair

        from wizard.credentials import Credentials
        from wizard.netsuite.budget import Budget
        from wizard.session import Known, Network, open_session

        host, _, port = account.address.rpartition(":")
        values = Credentials(account.realm, session.credentials.consumer, pair(token, "token_id", "token_secret"))
        known = Known(session.profile, session.account, session.answers, session.credentials, values, Budget(), Budget())
        return open_session(known, Network((host, int(port)), account.ca_file), session.clock)

    @pytest.mark.parametrize(("field", "cause"), [("token_id", "token"), ("token_secret", "signing")])
    def test_when_it_alone_is_refused_its_own_causes_are_left(self, field: str, cause: str) -> None:
        with practice("alvys-ready") as account:
            session = self.mistyped(account, field)
            found = ask(session)
            bare = diagnose(found)
            diagnosis = diagnosed(account, session, found)
        assert found["login.accepted"].standing is VERIFIED
        assert not {"integration-record", "account-id-format", "clock"} & set(first_causes(bare))
        assert {"token", "signing", "user"} <= set(first_causes(bare))
        assert "this token is at fault" in found["setup_token.accepted"].remedy.text
        assert diagnosis.question is None
        assert first_causes(diagnosis)[0] == cause

    def test_when_both_are_refused_what_they_share_is_first(self) -> None:
        with practice("tba-off") as account:
            found = ask(open_at(account))
        for about in ("setup_token.accepted", "login.accepted"):
            assert {"feature-off", "integration-record"} <= set(found[about].candidates[:4]), about


class TestAPersonAnswers:
    def test_a_word_of_no_list_leaves_the_candidates(self) -> None:
        with practice("wrong-secret") as account:
            found = ask(open_at(account, setup=False))
        before = diagnose(found)
        after = diagnose(found, TrailAnswer(word="SomethingElse", of=before.refused.at))
        assert first_causes(after) == first_causes(before)

    def test_no_row_leaves_what_never_came_to_the_login(self) -> None:
        with practice("wrong-secret") as account:
            found = ask(open_at(account, setup=False))
        refused = diagnose(found).refused
        causes = first_causes(diagnose(found, TrailAnswer(word=NO_ROW, of=refused.at)))
        assert causes[0] == "account-id-format"
        assert not {"signing", "token", "lockout"} & set(causes)

    def test_without_a_setup_token_its_absence_excludes_nothing(self) -> None:
        with practice("wrong-secret") as account:
            diagnosis = diagnose(ask(open_at(account, setup=False)))
        assert "account-id-format" in first_causes(diagnosis)
        assert "feature-off" in first_causes(diagnosis)

    def test_old_rows_and_those_of_the_administrator_are_not_read(self) -> None:
        with practice("wrong-secret") as account:
            verdict = ask(open_at(account), "login.accepted")["login.accepted"]
            assert read_in_the_trail(account, verdict) == "InvalidSignature"
            assert read_in_the_trail(account, verdict.model_copy(update={"at": verdict.at - timedelta(hours=1)})) == NO_ROW


def test_the_setup_token_shows_by_how_much_the_trail_is_ahead_of_utc() -> None:
    with practice("wrong-secret") as account:
        found = ask(open_at(account), "login.accepted")
    assert found["login.accepted"].facts[OFFSET] == "0"


def test_the_scenarios_named_here_have_causes() -> None:
    assert all(load_scenario(name).cause for name in (*SHARED, *OWN))
