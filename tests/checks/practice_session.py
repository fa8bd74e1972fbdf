"""Opens sessions at a practice account, and runs the checks there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pydantic import SecretStr

from checks.runner import CheckRunner
from wizard.account import parse_account
from wizard.check import Asking, Session
from wizard.clock import Clock
from wizard.credentials import Credentials, Pair
from wizard.judge import judge
from wizard.netsuite.budget import Budget
from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import load_scenario
from wizard.profile import Profile, find_profile
from wizard.session import Known, Network, open_session
from wizard.verdict import Standing, Verdict

PROFILE = find_profile("alvys")

ANSWERS: Mapping[str, str] = {
    "oneworld": "yes",
    "environment": "sandbox",
    "role_name": "Alvys Integration Role",
    "user_name": "Alvys Integration",
    "record_name": "Alvys TMS Integration",
    "subsidiaries": "all",
}
"""What an administrator says; the user's e-mail address is the scenario's."""


@contextmanager
def practice(scenario: str, **settings: object) -> Iterator[PracticeAccount]:
    """Run a practice account for as long as the block lasts, with some unpublished behaviour of its own choice."""
    read = load_scenario(scenario)
    with PracticeAccount(read.but(**settings) if settings else read) as account:
        yield account


def do(account: PracticeAccount, click: str, mistake: str | None = None, **details: str) -> None:
    """Play NetSuite's side: one click, rightly or with a mistake."""
    account.clicks.do(click, mistake=mistake, details=details)


def pair(values: Mapping[str, str], first: str, second: str) -> Pair:
    return Pair(SecretStr(values[first]), SecretStr(values[second]))


def open_at(
    account: PracticeAccount,
    *,
    integration: bool = True,
    setup: bool = True,
    answers: Mapping[str, str] | None = None,
    budget: Budget | None = None,
    credentials: Mapping[str, str] | None = None,
    profile: Profile = PROFILE,
    clock: Clock | None = None,
    typed: str | None = None,
) -> Session:
    """Open a session at a practice account, with either token, both or none.

    With ``typed`` the account is the one that a person named so, as the program reads it.
    """
    values, place = credentials or account.credentials, parse_account(typed or account.realm)
    own = token = None
    if values:
        consumer = pair(values, "consumer_key", "consumer_secret")
        own = Credentials(values["account"], consumer, pair(values, "token_id", "token_secret"))
        if setup and account.setup_token:
            right = account.credentials or values
            shared = pair(right, "consumer_key", "consumer_secret")
            token = Credentials(place.realm, shared, pair(account.setup_token, "token_id", "token_secret"))
    said = {**ANSWERS, **account.scenario.answers, **(answers or {})}
    host, _, port = account.address.rpartition(":")
    known = Known(
        profile, place, said, own if integration else None, token, budget or Budget(), Budget()
    )
    return open_session(known, Network((host, int(port)), account.ca_file), clock or Clock())


def ask(session: Session, *aspects: str) -> dict[str, Verdict]:
    """Run the checks; all that the profile asks if no aspect is named."""
    told: list[Asking | Verdict] = []
    CheckRunner().run(session, aspects or None, told.append)
    return {news.about: news for news in told if isinstance(news, Verdict)}


def judged(session: Session, found: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """Return the verdict of every requirement."""
    verdicts = judge(session.profile, session.answers, {}, found, session.clock.now())
    return {verdict.about: verdict for verdict in verdicts}


def with_standing(found: Mapping[str, Verdict], *standings: Standing) -> dict[str, str]:
    """Return what is said about everything that stands so, for messages that tell at once what is wrong."""
    return {about: verdict.says for about, verdict in found.items() if verdict.standing in standings}


def requests_seen(account: PracticeAccount) -> list[str]:
    """Return the paths of the logins the practice account has seen, in order."""
    return [row["uri"] for row in account.state.rows("SELECT uri FROM logins ORDER BY id")]
