"""Where an honest person and the program arrive in a scenario: with checks, the trail, an exchange, a message or a symptom."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from person import exchange, read_in_the_trail
from practice_session import ask, open_at, with_standing
from support import ROOT

from wizard.clock import Clock
from wizard.diagnosis import TrailAnswer, diagnose
from wizard.failures import failures
from wizard.message import Message, messages
from wizard.pasted_failure import explain_pasted
from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import Scenario
from wizard.profile import Profile, find_profile
from wizard.verdict import Standing

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

sys.path.append(str(ROOT / "tests" / "wizard" / "practice"))
from practice_asker import Answer, Asker
from practice_soap import call as soap

BROUGHT = tomllib.loads(Path(__file__).with_name("brought.toml").read_text(encoding="utf-8"))
"""What the person brings where the checks find nothing wrong, by scenario."""

USUAL = "alvys"
"""The profile of a person in whose account nothing was prepared for any."""


class WaitedClock(Clock):
    """Goes on by what is slept, and by what late answers would have taken; nobody waits for either."""

    def __init__(self) -> None:
        self.late: Callable[[], float] = lambda: 0.0
        self._slept = 0.0

    def _ahead(self) -> float:
        return self._slept + self.late()

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self._ahead())

    def monotonic(self) -> float:
        return super().monotonic() + self._ahead()

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
        if stop is not None and stop.is_set():
            return True
        self._slept += seconds
        return False


@contextmanager
def at_once(scenario: Scenario) -> Iterator[tuple[PracticeAccount, WaitedClock]]:
    """Run the account of a scenario whose late answers come at once, and a clock for both sides on which they were late."""
    clock, quick = WaitedClock(), tuple(f.model_copy(update={"seconds": 0.0}) if f.seconds else f for f in scenario.fault)
    with PracticeAccount(scenario.but(disguised_wait_seconds=0.0).model_copy(update={"fault": quick}), clock=clock) as account:

        def late() -> float:
            hits = zip(scenario.fault, account.faults.told(), strict=True)
            waited = sum(fault.delay(number) for fault, told in hits for number in range(told["hit"]))
            if scenario.settings.too_many_requests == "disguised":
                logins = account.state.value("SELECT count(*) FROM logins WHERE status = 'Success'")
                waited += scenario.settings.disguised_wait_seconds * logins
            return waited

        clock.late = late
        yield account, clock


@dataclass(frozen=True)
class Arrival:
    """Where person and program arrive."""

    scenario: str
    expected: str | None
    causes: tuple[str, ...]
    """Most likely first."""
    basis: str
    """Of the first."""
    how: str
    """Checks, trail, exchange, message or symptom: what it took."""
    brought: str = ""
    """What the person brought: method and path, or a row of the failure table."""
    messages: tuple[Message, ...] = field(default=(), repr=False)
    """What the checks led to, as it is told."""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """The values that were handed out."""

    def within(self, most: int) -> bool:
        """Whether the scenario's cause is among the first; where nothing is wrong, whether none is named."""
        return self.expected in self.causes[:most] if self.expected else not self.causes

    @property
    def line(self) -> str:
        """A row of the table."""
        cells = [self.scenario, self.expected or "none", *(*self.causes, "-", "-")[:2], self.basis, self.how, self.brought[:60]]
        return _COLUMNS.format(*cells).rstrip()


_COLUMNS = "{:<27} {:<22} {:<22} {:<22} {:<9} {:<9} {}"
HEADING = _COLUMNS.format("scenario", "cause", "first", "second", "basis", "how", "brought")


def arrive(scenario: Scenario, setup: bool) -> Arrival:
    """Let a person and the program look for the cause in a scenario, with a setup token or without."""
    with at_once(scenario) as (account, clock):
        profile = find_profile(scenario.profile or USUAL)
        typed = account.credentials["account"] if account.credentials else None
        session = open_at(account, setup=setup, profile=profile, clock=clock, typed=typed)
        found, how, brought = ask(session), "checks", ""
        diagnosis, answer = diagnose(found), None
        if diagnosis.question == "trail" and diagnosis.refused:
            answer, how = TrailAnswer(word=read_in_the_trail(account, diagnosis.refused), of=diagnosis.refused.at), "trail"
            diagnosis = diagnose(found, answer)
        while diagnosis.exchange and session.integration and session.integration.budget.left(clock.now()) > 1:
            found, how = {**found, **exchange(session, diagnosis.exchange)}, "exchange"
            diagnosis = diagnose(found, answer)
        named = [(candidate.cause, candidate.basis.value) for candidate in diagnosis.candidates]
        if scenario.name in BROUGHT and not with_standing(found, Standing.FAILED):
            how, brought, told = _bring(account, profile, BROUGHT[scenario.name])
            # What the vendor could not do comes before what works and should still be looked at.
            named = [*told, *named]
        handed_out = {**(account.credentials or {"account": ""}), **(account.setup_token or {})}
        assert list(account.trouble) == []
    del handed_out["account"]
    causes = tuple(dict.fromkeys(cause for cause, _ in named))
    basis, told_as = named[0][1] if named else "", messages(diagnosis)
    return Arrival(scenario.name, scenario.cause, causes, basis, how, brought, told_as, frozenset(handed_out.values()))


def _bring(account: PracticeAccount, profile: Profile, what: Mapping[str, Any]) -> tuple[str, str, list[tuple[str, str]]]:
    """Return how the person brings something, what it is, and the causes it leads to with their basis."""
    if "symptom" in what:
        row = failures()[what["symptom"]]
        return "symptom", f"row {row.id}: {row.symptom}", [(row.cause, "symptom")]
    asker = Asker(account)
    answer, asked = _done_by_the_integration(asker, what)
    asker.close()
    told = explain_pasted(f"{asked}\nHTTP/1.1 {answer.status}\n\n{answer.body.decode()}", profile)
    return "message", f"{answer.status} to {asked}", [(candidate.cause, candidate.basis.value) for candidate in told.candidates]


def _done_by_the_integration(asker: Asker, what: Mapping[str, Any]) -> tuple[Answer, str]:
    """Send what the integration sends; return the answer, and the request in one line."""
    if "soap" in what:
        return soap(asker, what["soap"]), f"SOAP {what['soap']}"
    host = getattr(asker.account, f"{what.get('host', 'suitetalk')}_host", what.get("host"))
    body = json.loads(json.dumps(what["body"]).replace("{today}", f"{asker.account.now():%Y-%m-%d}")) if "body" in what else None
    method, url = what.get("method", "GET"), f"https://{host}{what['path']}"
    return asker.signed(method, url, body=body), f"{method} {url}"
