"""Values in each other's place: one login, by name, counted like every other; what was proven can be kept."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime

import pytest
from person import exchange
from practice_session import PROFILE, ask, open_at, practice, requests_seen
from support import alone

from checks.runner import CheckRunner
from wizard.account import parse_account
from wizard.check import Asking
from wizard.clock import Clock
from wizard.credentials import Credentials
from wizard.diagnosis import TrailAnswer, diagnose
from wizard.errors import CredentialError, WouldReplace
from wizard.exchange import EXCHANGES, aspect_of, exchanged, fitting
from wizard.exchanging import keep_exchanged, try_exchange
from wizard.netsuite.budget import Budget
from wizard.practice.account import PracticeAccount
from wizard.session import Network
from wizard.setup import Setup
from wizard.vault.memory import MemoryVault
from wizard.verdict import Standing, Verdict
from wizard.walk import Walk


def swapped(values: dict[str, str], how: str) -> dict[str, str]:
    places = EXCHANGES[how].places
    return {name: values[places.get(name, name)] for name in values}


@pytest.mark.parametrize("how", EXCHANGES)
def test_an_exchange_that_is_accepted_proves_it(how: str) -> None:
    with practice("alvys-ready") as account:
        session = open_at(account, setup=False, credentials=swapped(account.credentials, how))
        verdict = exchange(session, how)[aspect_of(how)]
        assert len(requests_seen(account)) == 1
    assert (verdict.standing, verdict.cause) == (Standing.FAILED, "credential-swap")
    assert verdict.says == f"accepted with {EXCHANGES[how].title}"
    assert session.integration.budget.refused == []


@pytest.mark.parametrize("how", EXCHANGES)
def test_an_exchange_that_is_refused_costs_one_attempt_and_says_so(how: str) -> None:
    with practice("wrong-secret") as account:
        session = open_at(account, setup=False)
        verdict = exchange(session, how)[aspect_of(how)]
        assert len(requests_seen(account)) == 1
    assert (verdict.standing, verdict.cause) == (Standing.NOT_APPLICABLE, None)
    assert verdict.says == f"refused too with {EXCHANGES[how].title}"
    assert len(session.integration.budget.refused) == 1


def test_no_exchange_is_ever_tried_by_itself() -> None:
    with practice("secrets-swapped") as account:
        found = ask(open_at(account))
        assert len(requests_seen(account)) == 2
    assert not [about for about in found if "exchanged" in about]


def test_an_exchange_is_held_back_where_it_might_lock_the_user() -> None:
    with practice("secrets-swapped") as account:
        session = open_at(account, setup=False, budget=Budget(refused=[Clock().now()] * 4))
        verdict = exchange(session, "secrets")[aspect_of("secrets")]
        assert requests_seen(account) == []
    assert verdict.standing is Standing.WAITING


def test_what_cannot_fit_is_not_offered() -> None:
    with practice("alvys-ready") as account:
        values = open_at(account).credentials
        odd = open_at(account, credentials={**account.credentials, "token_secret": secrets.token_hex(40)}).credentials
    assert fitting(values, 5) == tuple(EXCHANGES)
    assert fitting(values, 1) == fitting(None, 5) == ()
    assert exchanged(odd, "secrets") is None or "secrets" in fitting(odd, 5)
    short = Credentials(values.account, values.consumer)
    assert fitting(short, 5) == ()


@pytest.mark.parametrize(
    ("word", "offered"),
    [
        ("consumer_key_unknown", ["pairs", "consumer"]), ("InvalidSignature", ["secrets"]), ("token_rejected", ["token"]),
        ("SomethingNew", ["pairs"]), ("FeatureDisabled", []), ("temporary_locked", []),
    ],
)  # fmt: skip
def test_the_word_decides_which_is_offered_and_when_all_were_refused_the_cause_is_out(word: str, offered: list[str]) -> None:
    with practice("wrong-secret") as account:
        session = open_at(account, setup=False)
        found, seen = ask(session), []
        answer = TrailAnswer(word=word, of=found["login.accepted"].at)
        while (diagnosis := diagnose(found, answer)).exchange:
            seen.append(diagnosis.exchange)
            found |= exchange(session, diagnosis.exchange)
    assert seen == offered
    assert diagnosis.question is None
    # A word that says nothing leaves open which values it would be.
    out = word != "SomethingNew" and bool(offered)
    assert ("credential-swap" in [e.cause for e in diagnosis.excluded]) is out
    assert ("credential-swap" in [c.cause for c in diagnosis.candidates]) is (word == "SomethingNew")


def test_nothing_is_offered_that_may_not_be_tried() -> None:
    with practice("secrets-swapped") as account:
        found = ask(open_at(account, setup=False))
    answer = TrailAnswer(word="InvalidSignature", of=found["login.accepted"].at)
    assert diagnose(found, answer).exchange == "secrets"
    assert (diagnose(found, answer, ()).exchange, diagnose(found, answer, ()).question) == (None, None)


class Unsaved:
    def save(self, setup: Setup) -> None:
        """Keep nothing."""

    def knocked(self, name: str) -> str | None:
        return None

    def refused_elsewhere(self, name: str) -> dict[str, list[datetime]]:
        return {}


def walk_at(account: PracticeAccount) -> Walk:
    """Open a walk whose values are in a vault, as after the person entered them."""
    setup = Setup.begin(PROFILE.id, PROFILE.version, PROFILE.step[0].id, Clock().now())
    host, _, port = account.address.rpartition(":")
    walk = Walk(setup, PROFILE, Unsaved(), alone(MemoryVault()), Network((host, int(port)), account.ca_file), Clock())
    walk.take_account(parse_account(account.realm))
    values = open_at(account).credentials
    walk.keep("consumer", values.consumer)
    walk.keep("token", values.token)
    return walk


def look(walk: Walk) -> None:
    def report(news: object) -> None:
        if not isinstance(news, Asking):
            walk.record(news)

    CheckRunner().run(walk.session(threading.Event()), None, report)


def agree(walk: Walk, how: str) -> Verdict:
    def report(news: object) -> None:
        if not isinstance(news, Asking):
            walk.record(news)

    return try_exchange(walk, CheckRunner(), how, report, threading.Event()).found[aspect_of(how)]


class TestAWalk:
    def test_the_values_are_kept_in_the_right_order_and_the_login_is_accepted(self) -> None:
        with practice("secrets-swapped") as account:
            walk = walk_at(account)
            look(walk)
            walk.read_trail("InvalidSignature")
            how = walk.diagnosis().exchange
            assert how == "secrets"
            agree(walk, how)
            assert walk.diagnosis().first.cause == "credential-swap"
            before = walk.credentials
            keep_exchanged(walk, how)
            assert walk.vault.load(account.realm, walk.vault_name) == exchanged(before, how) == walk.credentials
            assert not {"login.accepted", aspect_of(how)} & walk.setup.found.keys()
            look(walk)
        assert walk.setup.found["login.accepted"].standing is Standing.VERIFIED
        assert walk.diagnosis().first is None or walk.diagnosis().first.cause != "credential-swap"

    def test_as_they_stand_they_are_not_sent_again_by_themselves(self) -> None:
        with practice("secrets-swapped") as account:
            walk = walk_at(account)
            look(walk)
            agree(walk, "secrets")
            before = len(requests_seen(account))
            assert walk.attempts_left() == 5
            look(walk)
            assert len(requests_seen(account)) == before
            walk.ask_again()
            look(walk)
            assert len(requests_seen(account)) == before + 1

    def test_nothing_is_kept_that_was_not_accepted(self) -> None:
        with practice("wrong-secret") as account:
            walk = walk_at(account)
            with pytest.raises(CredentialError, match="has not accepted"):
                keep_exchanged(walk, "secrets")
            look(walk)
            walk.read_trail("InvalidSignature")
            agree(walk, "secrets")
            with pytest.raises(CredentialError, match="has not accepted"):
                keep_exchanged(walk, "secrets")

    def test_other_values_in_the_vault_are_not_written_over(self) -> None:
        with practice("secrets-swapped") as account:
            walk = walk_at(account)
            agree(walk, "secrets")
            other = Credentials(account.realm, walk.credentials.consumer, exchanged(walk.credentials, "token").token)
            walk.vault.save(other, walk.vault_name)
            with pytest.raises(WouldReplace):
                keep_exchanged(walk, "secrets")
            assert walk.vault.load(account.realm, walk.vault_name) == other

    def test_an_agreed_login_is_still_held_back_before_a_lock(self) -> None:
        with practice("secrets-swapped") as account:
            walk = walk_at(account)
            for _ in range(4):
                walk.attempts.budget("integration").refuse(walk.clock.now())
            assert walk.diagnosis().exchange is None
            assert agree(walk, "secrets").standing is Standing.WAITING
            assert requests_seen(account) == []

    def test_a_look_that_was_held_back_forgets_nothing(self) -> None:
        with practice("secrets-swapped") as account:
            walk = walk_at(account)
            look(walk)
            walk.read_trail("InvalidSignature")
            refused, diagnosis = walk.setup.found["login.accepted"], walk.diagnosis()
            look(walk)
            assert len(requests_seen(account)) == 1
        assert walk.setup.found["login.accepted"] == refused
        assert walk.diagnosis() == diagnosis
        assert diagnosis.first.cause == "signing"
