"""Whatever is wrong is named: the right requirement, the right cause, where to click; and nothing else is blamed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from practice_session import ask, do, judged, open_at, practice, with_standing

from wizard.verdict import Standing

FAILED, WARNING = Standing.FAILED, Standing.WARNING


@dataclass(frozen=True)
class Case:
    """One thing that is wrong, and what has to be said about it."""

    clicks: tuple[tuple[str, str | None, dict[str, str]], ...]
    aspect: str
    requirement: str
    cause: str | None
    says: str
    menu: str
    others: frozenset[str] = frozenset()
    """Aspects that cannot stand well either."""
    standing: Standing = FAILED
    link: str = "https://1234567-sb1.app.netsuite.com/"


def click(name: str, mistake: str | None = None, **details: str) -> tuple[str, str | None, dict[str, str]]:
    return name, mistake, details


ROLE = "Setup > Users/Roles > User Management > Manage Roles > the role"
CASES = {
    "feature off": Case(
        (click("set_feature", feature="WEBSERVICESEXTERNAL", on="no"),), "features.WEBSERVICESEXTERNAL", "A21.2", "feature-off",
        "off", "Setup > Company > Enable Features > SuiteCloud > SuiteTalk (Web Services)",
        frozenset({"permissions.ADMI_WEBSERVICES"}),
        link="https://1234567-sb1.app.netsuite.com/app/setup/features.nl?whence=",
    ),
    "another feature off": Case(
        (click("set_feature", feature="SERVERSIDESCRIPTING", on="no"),), "features.SERVERSIDESCRIPTING", "A23.2", "feature-off",
        "off", "Setup > Company > Enable Features > SuiteCloud > SuiteScript",
    ),
    "token under the wrong role": Case(
        (click("create_token", "administrator"),), "token.role", "A53", "token", "under Administrator, not Alvys Integration Role",
        "Setup > Users/Roles > Access Tokens > New Access Token", frozenset({"token.user", "login.dedicated"}),
    ),
    "an administrator's own login": Case(
        (click("create_token", "administrator"),), "login.dedicated", "A11", "user", "an administrator's login",
        "Setup > Users/Roles > Access Tokens > New Access Token", frozenset({"token.user", "token.role"}),
    ),
    "token of somebody else": Case(
        (click("create_token", "wrong_user"),), "token.user", "A52", "token", "of Sam Reyes, not Alvys Integration",
        "Setup > Users/Roles > Access Tokens > New Access Token",
    ),
    "permission too low": Case(
        (click("set_permission", permission="TRAN_CUSTPYMT", level="View"),), "permissions.TRAN_CUSTPYMT", "A34.3",
        "role-record-permission", "has View, needs Full; lowered after the token was made",
        f"{ROLE} > Edit > Permissions > Transactions", frozenset({"role.unchanged"}),
        link="https://1234567-sb1.app.netsuite.com/app/setup/role.nl?id=1050",
    ),
    "subsidiary not assigned": Case(
        (click("assign_subsidiaries", "one_left_out"),), "role.subsidiaries", "A29", "subsidiary",
        "Selected; not Tidewater Freight Canada", f"{ROLE} > Edit",
    ),
    "user subsidiary only": Case(
        (click("create_role", "own_subsidiary"),), "role.subsidiaries", "A29", "subsidiary",
        "User Subsidiary; not Tidewater Freight West, Tidewater Freight Canada", f"{ROLE} > Edit",
    ),
    "cross-subsidiary viewing off": Case(
        (click("assign_subsidiaries", "no_viewing"),), "role.cross_viewing", "A30", "subsidiary", "off", f"{ROLE} > Edit",
        frozenset({"role.subsidiaries", "records.visible"}),
    ),
    "role changed after the token": Case(
        (click("change_role_after_token"),), "role.unchanged", "A87", None, "Permission Deposit: View added",
        f"{ROLE} > Edit", standing=WARNING,
    ),
    "account types missing": Case(
        (click("create_accounts", "no_income"),), "accounts.types", "A57", "accounting-setup", "missing: income",
        "Lists > Accounting > Accounts > New", frozenset({"accounts.subsidiaries"}),
    ),
    "web services only off": Case(
        (click("clear_web_services_only"),), "role.web_services_only", "A31", "web-services-only", "off, recommended",
        f"{ROLE} > Edit", standing=WARNING,
    ),
    "subsidiary inactive": Case(
        (click("deactivate_subsidiary", subsidiary="Tidewater Freight West"),), "subsidiaries.active", "A69", "subsidiary",
        "inactive: Tidewater Freight West", "Setup > Company > Subsidiaries > the subsidiary",
    ),
    "user without access": Case(
        (click("take_access"),), "user.access", "A39", "user", "no access", "Lists > Employees > Employees > the employee > Edit",
        frozenset({"login.accepted"}),
    ),
    "user inactive": Case(
        (click("deactivate_user"),), "login.accepted", "A4", "user", "the token's user is inactive",
        "Lists > Employees > Employees > the employee", frozenset({"user.active"}),
    ),
    "user without the role": Case(
        (click("unassign_role"),), "user.role", "A38", "user", "does not have the role",
        "Lists > Employees > Employees > the employee > Edit", frozenset({"login.accepted"}),
    ),
    "role inactive": Case(
        (click("deactivate_role"),), "login.accepted", "A4", "user", "the role is inactive", ROLE, frozenset({"role.active"}),
    ),
    "role without token permission": Case(
        (click("remove_permission", permission="ADMI_LOGIN_OAUTH"),), "login.accepted", "A4", "role-login-permission",
        "the role lacks Log in using Access Tokens", f"{ROLE} > Edit > Permissions > Setup",
        frozenset({"permissions.ADMI_LOGIN_OAUTH", "role.unchanged"}),
    ),
    "role without REST": Case(
        (click("remove_permission", permission="ADMI_RESTWEBSERVICES"),), "permissions.ADMI_RESTWEBSERVICES", "A33.1",
        "role-login-permission", "missing; removed after the token was made", f"{ROLE} > Edit > Permissions > Setup",
        frozenset({"query.allowed", "role.unchanged"}),
    ),
    "token revoked": Case(
        (click("revoke_token"),), "token.live", "A54", "token", "revoked", "Setup > Users/Roles > Access Tokens > New Access Token",
        frozenset({"login.accepted"}),
    ),
    "token inactive": Case(
        (click("deactivate_token"),), "login.accepted", "A4", "token",
        "the token is inactive (token_rejected)", "Setup > Users/Roles > Access Tokens",
        frozenset({"token.live"}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_with_a_setup_token_the_cause_is_named(name: str) -> None:
    case = CASES[name]
    with practice("alvys-ready") as account:
        for what, mistake, details in case.clicks:
            do(account, what, mistake, **details)
        answers = {"subsidiaries": "Tidewater Freight; Tidewater Freight West"} if name == "subsidiary inactive" else {}
        session = open_at(account, answers=answers)
        found = ask(session)
        requirement = judged(session, found)[case.requirement]
    verdict = found[case.aspect]
    assert (verdict.standing, verdict.cause) == (case.standing, case.cause)
    assert case.says in verdict.says
    assert verdict.remedy.menu_path == case.menu
    assert verdict.remedy.link.startswith(case.link)
    assert verdict.remedy.minutes
    assert verdict.evidence
    assert (requirement.standing, requirement.cause) == (case.standing, case.cause)
    assert with_standing(found, FAILED).keys() - {case.aspect} == case.others


def test_several_things_wrong_are_all_named() -> None:
    with practice("alvys-ready") as account:
        do(account, "set_feature", feature="WEBSERVICESEXTERNAL", on="no")
        do(account, "remove_permission", permission="LIST_VENDOR")
        do(account, "create_accounts", mistake="no_income")
        found = with_standing(ask(open_at(account)), FAILED)
    assert {"features.WEBSERVICESEXTERNAL", "permissions.LIST_VENDOR", "accounts.types"} <= found.keys()


class TestTheLoginIsRefused:
    """The wire answer is one and the same; the Login Audit Trail is not."""

    def test_a_wrong_secret_is_named_with_a_setup_token(self) -> None:
        with practice("wrong-secret") as account:
            right = account.state.value("SELECT value FROM handed_out WHERE name = 'token_secret'")
            assert right != account.credentials["token_secret"]
            verdict = ask(open_at(account), "login.accepted")["login.accepted"]
        assert (verdict.standing, verdict.cause) == (FAILED, "signing")
        assert verdict.says == "the token secret is wrong (InvalidSignature)"
        assert [e.came_back for e in verdict.evidence][-1] == "InvalidSignature"

    def test_the_refusals_of_other_applications_are_not_ours(self) -> None:
        with practice("wrong-secret") as account:
            session = open_at(account)
            account.state.run(
                "INSERT INTO logins (date, status, uri, detail, app, token) VALUES "
                "(strftime('%Y-%m-%d %H:%M:%S', 'now', '+90 seconds'), 'Failure', '/x', 'InvalidTimestamp', 'Other App', 'its token')"
            )
            verdict = ask(session, "login.accepted")["login.accepted"]
        assert verdict.cause == "signing"

    def test_an_unknown_key_leaves_a_row_without_application(self) -> None:
        """The setup token here has a record of its own, as after a reset of the integration's credentials."""
        import secrets

        with practice("alvys-ready") as account:
            values = {**account.credentials, "consumer_key": secrets.token_hex(32)}
            verdict = ask(open_at(account, credentials=values), "login.accepted")["login.accepted"]
        # The key may also be that of the token: one more login tells.
        assert (verdict.standing, verdict.cause, verdict.candidates) == (FAILED, None, ("integration-record", "credential-swap"))
        assert verdict.says == "the consumer key is unknown in this account (consumer_key_unknown)"
        assert verdict.remedy.menu_path == "Setup > Integration > Manage Integrations"

    def test_a_refusal_that_left_no_row_never_reached_the_login(self) -> None:
        with practice("wrong-secret") as account:
            account.state.run("CREATE TRIGGER forget AFTER INSERT ON logins WHEN NEW.status = 'Failure' BEGIN "
                              "DELETE FROM logins WHERE id = NEW.id; END")  # fmt: skip
            verdict = ask(open_at(account), "login.accepted")["login.accepted"]
        assert (verdict.standing, verdict.cause) == (FAILED, None)
        assert verdict.says == "refused, and no row in the Login Audit Trail"
        assert "too many requests at a time" in verdict.remedy.text

    @pytest.mark.parametrize(
        "scenario", ["wrong-secret", "swapped", "token-revoked", "tba-off", "integration-blocked", "user-inactive"]
    )
    def test_without_one_no_cause_is_named_and_the_candidates_are(self, scenario: str) -> None:
        with practice(scenario) as account:
            found = ask(open_at(account, setup=False))
        verdict = found["login.accepted"]
        assert (verdict.standing, verdict.cause) == (FAILED, None)
        assert verdict.remedy.text.startswith("Possible, most frequent first: ")
        assert verdict.remedy.menu_path.endswith("View Login Audit Trail")
        assert found["token.role"].standing is Standing.WAITING
        assert found["permissions.TRAN_CUSTINVC"].says == "waits for the login"

    def test_what_both_tokens_share_comes_first_when_both_are_refused(self) -> None:
        with practice("tba-off") as account:
            text = ask(open_at(account))["login.accepted"].remedy.text
        assert text.index("a feature is off") < text.index("a secret is wrong")

    def test_what_both_tokens_share_is_out_when_only_one_is_refused(self) -> None:
        """A setup token that may not read the trail still narrows the candidates."""
        with practice("wrong-secret") as account:
            # Its role becomes one that can log in and read nothing.
            account.state.run("UPDATE tokens SET role = 1050, entity = (SELECT entity FROM assignments WHERE role = 1050) "
                              "WHERE role = 3")  # fmt: skip
            account.state.revision += 1
            found = ask(open_at(account), "login.accepted")
        assert found["setup_token.accepted"].standing is Standing.VERIFIED
        verdict = found["login.accepted"]
        assert (verdict.standing, verdict.cause) == (FAILED, None)
        assert "a secret is wrong" in verdict.remedy.text
        assert "a feature is off" not in verdict.remedy.text

    @pytest.mark.parametrize("status", ["403", "400"])
    @pytest.mark.parametrize("setup", [True, False])
    def test_rest_switched_off_is_no_refused_login(self, status: str, setup: bool) -> None:
        with practice("rest-off", rest_feature_off=status) as account:
            found = ask(open_at(account, setup=setup))
        for aspect in ("login.accepted", "features.RESTWEBSERVICES"):
            verdict = found[aspect]
            assert (verdict.standing, verdict.cause) == (FAILED, "feature-off"), aspect
            assert verdict.remedy.menu_path == "Setup > Company > Enable Features > SuiteCloud > SuiteTalk (Web Services)"

    @pytest.mark.parametrize("wire", ["user_error", "403"])
    def test_a_role_without_rest_is_not_mistaken_for_a_missing_workbook(self, wire: str) -> None:
        with practice("alvys-ready", rest_permission_missing=wire) as account:
            do(account, "remove_permission", permission="ADMI_RESTWEBSERVICES")
            found = ask(open_at(account, setup=False), "query.allowed", "permissions.ADMI_RESTWEBSERVICES")
        assert found["login.accepted"].standing is Standing.VERIFIED
        assert "Workbook" not in found["query.allowed"].says
        verdict = found["permissions.ADMI_RESTWEBSERVICES"]
        assert (verdict.standing, verdict.says) == (FAILED, "REST is closed to the role")
        assert verdict.cause == "role-login-permission"

    def test_a_clock_that_is_off_costs_no_login(self) -> None:
        with practice("clock-skew") as account:
            found = ask(open_at(account))
            logins = account.state.value("SELECT count(*) FROM logins")
        assert (found["machine.clock"].standing, found["machine.clock"].cause) == (FAILED, "clock")
        assert found["login.accepted"].says == found["setup_token.accepted"].says == "waits for the clock of this machine"
        assert logins == 0

    def test_an_account_that_does_not_exist_costs_no_login(self) -> None:
        from wizard.account import parse_account

        with practice("alvys-ready") as account:
            session = open_at(account)
            session.account = parse_account("7654321")
            found = ask(session)
            logins = account.state.value("SELECT count(*) FROM logins")
        assert (found["account.exists"].standing, found["account.exists"].cause) == (FAILED, "account-id-format")
        assert found["login.accepted"].standing is Standing.WAITING
        assert logins == 0

    def test_values_pasted_twice_cost_no_login(self) -> None:
        with practice("alvys-ready") as account:
            values = {**account.credentials, "token_secret": account.credentials["token_id"]}
            found = ask(open_at(account, credentials=values, setup=False))
            logins = account.state.value("SELECT count(*) FROM logins")
        assert (found["credentials.complete"].standing, found["credentials.complete"].cause) == (FAILED, "credential-swap")
        assert found["login.accepted"].standing is Standing.WAITING
        assert logins == 0
        assert values["token_secret"] not in repr(found)


def test_nobody_has_done_anything_yet() -> None:
    with practice("empty") as account:
        found = ask(open_at(account))
    assert found["account.exists"].standing is Standing.VERIFIED
    assert with_standing(found, FAILED) == {}
    assert found["login.accepted"].says == "waits for the access token"
