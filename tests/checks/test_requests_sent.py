"""What goes over the wire: shared questions once, nothing more after a refused login, nothing after a cancel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from practice_session import PROFILE, ask, do, open_at, practice, requests_seen

from checks.runner import AT_ONCE, CheckRunner
from wizard.check import Asking
from wizard.netsuite.answers import LoginRefused
from wizard.netsuite.budget import Budget
from wizard.practice.account import PracticeAccount
from wizard.practice.door.presented import Asked
from wizard.practice.scenario import load_scenario
from wizard.practice.wire.faults import Fault, Hit
from wizard.practice.wire.reply import Reply
from wizard.verdict import Standing, Verdict

TIME = "/services/rest/system/v1/serverTime"
QUERY = "/services/rest/query/v1/suiteql"
PERMISSIONS = tuple(f"permissions.{p.key}" for p in PROFILE.permission)


@pytest.fixture
def ready() -> Iterator[PracticeAccount]:
    with practice("alvys-ready") as account:
        yield account


def test_one_query_for_all_permissions(ready: PracticeAccount) -> None:
    found = ask(open_at(ready), *PERMISSIONS)
    seen = Counter(requests_seen(ready))
    # DUAL with the integration token, the role, its permissions, the features they depend on: four queries for 49 rows.
    assert seen == {TIME: 2, QUERY: 4}
    rows = {found[about].evidence for about in PERMISSIONS}
    assert len(rows) == 1


def test_no_question_is_asked_twice_in_a_full_run(ready: PracticeAccount) -> None:
    found = ask(open_at(ready))
    asked = {(e.asked, e.token) for v in found.values() for e in v.evidence if e.asked.startswith("SuiteQL")}
    assert Counter(requests_seen(ready))[QUERY] == len(asked)
    assert Counter(requests_seen(ready))[TIME] == 2


def test_without_a_setup_token_each_record_type_is_probed_once(ready: PracticeAccount) -> None:
    ask(open_at(ready, setup=False), *PERMISSIONS)
    types = {t for p in PROFILE.permission for t in p.record_types}
    probes = [path.split("/")[-2] for path in requests_seen(ready) if "/record/v1/" in path]
    assert sorted(probes) == sorted(types)


def test_nothing_is_written(ready: PracticeAccount) -> None:
    before = ready.state.revision
    ask(open_at(ready))
    ask(open_at(ready, setup=False))
    assert ready.state.revision == before


class Counting(PracticeAccount):
    """Counts how many requests it has in work, at the most."""

    in_work = most = 0

    def answer(self, asked: Asked) -> tuple[Reply, Hit | None]:
        with self._guard:
            self.in_work += 1
            self.most = max(self.most, self.in_work)
        try:
            return super().answer(asked)
        finally:
            with self._guard:
                self.in_work -= 1


@pytest.mark.parametrize("setup", [True, False], ids=["setup-token", "alone"])
def test_three_requests_are_under_way_at_a_time_and_never_more(setup: bool) -> None:
    with Counting(load_scenario("alvys-ready")) as account:
        account.faults.set(Fault(kind="latency", seconds=0.03))
        found = ask(open_at(account, setup=setup))
        assert account.most == AT_ONCE == 3
    assert [v.about for v in found.values() if "held back" in v.says] == []


class TestAfterARefusedLogin:
    def test_nothing_more_is_sent_with_those_credentials(self) -> None:
        with practice("wrong-secret") as account:
            found = ask(open_at(account, setup=False))
            assert requests_seen(account) == [TIME]
        assert found["login.accepted"].standing is Standing.FAILED
        for aspect in ("token.role", "permissions.TRAN_CUSTINVC", "accounts.types", "query.allowed"):
            assert (found[aspect].standing, found[aspect].says) == (Standing.WAITING, "waits for the login")

    def test_the_next_run_sends_nothing_until_something_changes(self) -> None:
        with practice("wrong-secret") as account:
            budget = Budget()
            ask(open_at(account, setup=False, budget=budget))
            again = ask(open_at(account, setup=False, budget=budget))
            assert requests_seen(account) == [TIME]
            budget.ask_again()
            ask(open_at(account, setup=False, budget=budget))
            assert requests_seen(account) == [TIME, TIME]
        assert again["login.accepted"].standing is Standing.WAITING
        assert again["login.accepted"].says == "held back: the last login was refused"

    def test_the_setup_token_goes_on_and_still_names_the_cause_later(self) -> None:
        with practice("wrong-secret") as account:
            budget = Budget()
            first = ask(open_at(account, budget=budget))
            refused = account.state.value("SELECT count(*) FROM logins WHERE status = 'Failure'")
            again = ask(open_at(account, budget=budget))
            assert account.state.value("SELECT count(*) FROM logins WHERE status = 'Failure'") == refused == 1
        for found in (first, again):
            assert found["login.accepted"].cause == "signing"
            assert found["permissions.TRAN_CUSTINVC"].standing is Standing.VERIFIED
            assert found["role.exists"].standing is Standing.VERIFIED
            assert found["user.access"].standing is Standing.VERIFIED
            assert found["accounts.types"].standing is Standing.VERIFIED

    def test_a_refused_setup_token_leaves_the_integration_token(self, ready: PracticeAccount) -> None:
        session = open_at(ready)
        ready.state.run("UPDATE tokens SET revoked = 'T', inactive = 'T' WHERE role = 3")
        ready.state.revision += 1
        found = ask(session)
        assert found["setup_token.accepted"].standing is Standing.FAILED
        assert found["login.accepted"].standing is Standing.VERIFIED
        assert found["role.cross_viewing"].says == "waits for the login of the setup token"
        assert found["permissions.TRAN_CUSTINVC"].says.startswith("may view")


class TestTheSetupTokenIsDead:
    ASPECT = "setup_token.revoked"

    def test_a_full_run_never_asks(self, ready: PracticeAccount) -> None:
        assert self.ASPECT not in ask(open_at(ready))

    def test_alive_is_a_failure(self, ready: PracticeAccount) -> None:
        found = ask(open_at(ready), self.ASPECT)
        assert (found[self.ASPECT].standing, found[self.ASPECT].says) == (Standing.FAILED, "still works")
        assert requests_seen(ready) == [TIME]

    def test_refused_is_the_proof(self, ready: PracticeAccount) -> None:
        session = open_at(ready)
        session.admin.revoke_token()
        verdict = ask(session, self.ASPECT)[self.ASPECT]
        assert (verdict.standing, verdict.says) == (Standing.VERIFIED, "refused after it was revoked")
        assert verdict.evidence[0].came_back.startswith("401")
        assert "/rest/revoketoken" in verdict.evidence[1].asked
        assert ready.setup_token["token_id"] not in repr(verdict)

    def test_a_refusal_after_an_accepted_login_is_proof_too(self, ready: PracticeAccount) -> None:
        session = open_at(ready)
        assert ask(session, "setup_token.accepted")["setup_token.accepted"].standing is Standing.VERIFIED
        ready.state.run("UPDATE tokens SET revoked = 'T', inactive = 'T' WHERE role = 3")
        ready.state.revision += 1
        verdict = ask(session, self.ASPECT)[self.ASPECT]
        assert (verdict.standing, verdict.says) == (Standing.VERIFIED, "accepted before, refused now: revoked")
        assert [e.came_back[:3] for e in verdict.evidence] == ["401", "200"]

    @pytest.mark.parametrize(
        "click", [("block_integration", {}), ("set_feature", {"feature": "TBA", "on": "no"})], ids=lambda c: c[0]
    )
    def test_a_refusal_for_another_cause_is_none(self, ready: PracticeAccount, click: tuple[str, dict[str, str]]) -> None:
        """The token is alive; its application or the feature is not, and the answer is the very same."""
        do(ready, click[0], **click[1])
        verdict = ask(open_at(ready), self.ASPECT)[self.ASPECT]
        assert (verdict.standing, verdict.cause) == (Standing.UNKNOWN, None)
        assert verdict.says == "refused, for whatever cause: it was not seen to work before"
        assert verdict.evidence[0].came_back.startswith("401")

    def test_a_revoke_that_was_refused_is_no_revoke(self, ready: PracticeAccount) -> None:
        session = open_at(ready)
        do(ready, "block_integration")
        with pytest.raises(LoginRefused):
            session.admin.revoke_token()
        assert session.admin.revoked_by is None


class TestTheCaller:
    def test_cancels_and_no_later_check_is_begun(self, ready: PracticeAccount) -> None:
        session = open_at(ready)
        told: list[Asking | Verdict] = []

        def report(news: Asking | Verdict) -> None:
            told.append(news)
            if isinstance(news, Asking) and news.check == "login":
                session.cancelled.set()

        CheckRunner().run(session, None, report)
        begun = [news.check for news in told if isinstance(news, Asking)]
        assert begun[-1] == "login"
        assert not any(isinstance(news, Verdict) and news.about.startswith("permissions.") for news in told)
        assert QUERY not in requests_seen(ready)

    def test_hears_who_is_asked_before_what_came_of_it(self, ready: PracticeAccount) -> None:
        told: list[Asking | Verdict] = []
        CheckRunner().run(open_at(ready), ["role.active"], told.append)
        order = [news.check if isinstance(news, Asking) else news.about for news in told]
        assert order.index("setup_token") < order.index("setup_token.accepted") < order.index("login")
        assert order.index("login.accepted") < order.index("query") < order.index("role") < order.index("role.active")
        assert "permissions" not in order
        assert "accounts" not in order

    def test_sees_what_changed_in_between(self, ready: PracticeAccount) -> None:
        assert ask(open_at(ready), "role.active")["role.active"].standing is Standing.VERIFIED
        do(ready, "deactivate_role")
        assert ask(open_at(ready), "role.active")["role.active"].standing is Standing.FAILED


def test_an_account_nobody_answers_for_is_explained_and_costs_no_login() -> None:
    with practice("alvys-ready") as account:
        session = open_at(account)
        account.faults.set(Fault(kind="refused"))
        found = ask(session)
    assert found["account.exists"].standing is Standing.UNKNOWN
    assert found["account.exists"].says == found["network.connection"].says == "not reachable: the connection is refused"
    assert found["login.accepted"].says == found["setup_token.accepted"].says == "waits for the way to NetSuite"
    assert found["permissions.TRAN_CUSTINVC"].says == "waits for the login"
    assert [about for about, v in found.items() if v.standing is Standing.FAILED] == ["network.connection"]
    assert session.integration.budget.refused == []
