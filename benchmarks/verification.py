"""Measures a full verification with a setup token: how many requests, and whether it waits longer than it has to.

python benchmarks/verification.py

A practice account in this process answers each request 200 ms late and keeps what it was asked, when, and what it answered.
Then the best possible time is computed from what each request had to wait for:

- the login with the setup token, for the discovery answer: it tells whether the account exists and the clock is right,
  before a login that can fail is spent;
- the login with the integration's token, for that of the setup token, which can say why it fails;
- every other request, for the login of its own token;
- a request that names something only NetSuite knows (an internal id among its parameters, or in its path), for the first
  answer in which that stood.

Nothing else counts: that one check asks this and then that is the program's own choice. With three requests at a time the
best schedule takes those first that most others wait for, one behind the other (Hu 1961: no schedule is shorter where each
request waits for one other at most, and all take the same time). The time it takes is so many rounds, each as long as the
median of the answers in the same run: so a slow machine makes both sides slower. Exit code 1: a budget was missed.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pydantic import SecretStr

from checks.runner import AT_ONCE, CheckRunner
from wizard.account import parse_account
from wizard.clock import Clock
from wizard.credentials import Credentials, Pair
from wizard.netsuite.budget import Budget
from wizard.practice.account import PracticeAccount
from wizard.practice.door.presented import Asked
from wizard.practice.scenario import load_scenario
from wizard.practice.wire.faults import Fault, Hit
from wizard.practice.wire.reply import Reply
from wizard.profile import find_profile
from wizard.session import Known, Network, open_session
from wizard.verdict import Standing, Verdict

LATE = 0.2
"""Seconds each answer comes late."""
MOST_REQUESTS = 25
MOST_RATIO = 1.3

LOGIN = "/services/rest/system/v1/serverTime"
ANSWERS = {
    "oneworld": "yes", "environment": "sandbox", "role_name": "Alvys Integration Role", "user_name": "Alvys Integration",
    "record_name": "Alvys TMS Integration", "subsidiaries": "all",
}  # fmt: skip
"""What a person said; the rest is the scenario's."""


@dataclass(frozen=True)
class Exchange:
    """A request and its answer."""

    began: float
    """Seconds on the machine's clock."""
    ended: float
    token: str
    """Which credentials asked: setup, integration, or none."""
    line: str
    """Method, path and query text."""
    named: frozenset[str]
    """Values it names: parameters, and parts of its path."""
    answer: str

    @property
    def is_login(self) -> bool:
        """Whether it is the first call with a token, which needs nothing but the login."""
        return self.line == f"GET {LOGIN}"


class Recording(PracticeAccount):
    """A practice account that keeps what it was asked."""

    def __init__(self) -> None:
        """Begin with everything in order."""
        super().__init__(load_scenario("alvys-ready"))
        self.seen: list[Exchange] = []
        self._together = threading.Lock()

    def answer(self, asked: Asked) -> tuple[Reply, Hit | None]:
        """Answer as ever, and keep it."""
        began = time.perf_counter()
        reply, hit = super().answer(asked)
        exchange = Exchange(
            began, time.perf_counter(), self._token(asked), _line(asked), _named(asked), reply.body.decode()
        )
        with self._together:
            self.seen.append(exchange)
        return reply, hit

    def _token(self, asked: Asked) -> str:
        shown = re.search(r'oauth_token="([^"]*)"', asked.headers.get("authorization", ""))
        assert self.setup_token
        return "none" if not shown else "setup" if shown[1] == self.setup_token["token_id"] else "integration"


def _body(asked: Asked) -> dict[str, Any]:
    return json.loads(asked.body) if asked.body[:1] == b"{" else {}


def _line(asked: Asked) -> str:
    query = " ".join(_body(asked).get("q", "").split())
    return f"{asked.method} {asked.path.removeprefix('/services/rest/query/v1') if query else asked.path} {query}".rstrip()


def _named(asked: Asked) -> frozenset[str]:
    values = [str(value) for value in _body(asked).get("params") or []]
    values += [unquote(part) for part in asked.path.split("/")]
    return frozenset(value for value in values if re.fullmatch(r"[0-9]+", value))


def needs(seen: Sequence[Exchange], at: int) -> int | None:
    """Return which earlier request this one had to wait for; the last of them, if several."""
    one, before = seen[at], range(at)
    if one.token == "none":
        return None
    if one.is_login:
        waits_for = "none" if one.token == "setup" else "setup"
        return next((n for n in before if seen[n].token == waits_for), None)
    login = next((n for n in before if seen[n].is_login and seen[n].token == one.token), None)
    told = [next((n for n in before if _tells(seen[n], value)), None) for value in one.named]
    return max((n for n in (login, *told) if n is not None), default=None)


def _tells(exchange: Exchange, value: str) -> bool:
    return re.search(rf"(?<![0-9]){value}(?![0-9])", exchange.answer) is not None


def rounds(waits_for: Sequence[int | None], at_once: int) -> int:
    """Return in how many rounds all requests can be asked, so many at a time, each after the one it waits for."""
    heights = [1] * len(waits_for)
    for n, other in reversed(list(enumerate(waits_for))):
        if other is not None:
            heights[other] = max(heights[other], heights[n] + 1)
    done: set[int] = set()
    number = 0
    while len(done) < len(waits_for):
        free = [n for n, other in enumerate(waits_for) if n not in done and (other is None or other in done)]
        done.update(sorted(free, key=lambda n: -heights[n])[:at_once])
        number += 1
    return number


def verify(account: Recording) -> tuple[float, list[Verdict]]:
    """Run everything the profile asks; return the seconds it took, and the verdicts."""
    values, setup = account.credentials, account.setup_token
    assert values
    assert setup

    def pair(held: dict[str, str], first: str, second: str) -> Pair:
        return Pair(SecretStr(held[first]), SecretStr(held[second]))

    consumer = pair(values, "consumer_key", "consumer_secret")
    own, shared = (Credentials(account.realm, consumer, pair(held, "token_id", "token_secret")) for held in (values, setup))
    host, _, port = account.address.rpartition(":")
    answers = {**ANSWERS, **account.scenario.answers}
    known = Known(find_profile("alvys"), parse_account(account.realm), answers, own, shared, Budget(), Budget())
    session = open_session(known, Network((host, int(port)), account.ca_file), Clock())
    told: list[object] = []
    began = time.perf_counter()
    CheckRunner().run(session, None, told.append)
    return time.perf_counter() - began, [news for news in told if isinstance(news, Verdict)]


def measured() -> tuple[float, list[Exchange]]:
    """Return the seconds a full verification took, and its requests in the order they came."""
    with Recording() as account:
        account.faults.set(Fault(kind="latency", seconds=LATE))
        took, verdicts = verify(account)
        wrong = [v.about for v in verdicts if v.standing is Standing.FAILED]
        if wrong or list(account.trouble):
            raise SystemExit(f"not in order, so nothing was measured: {', '.join(wrong) or account.trouble[0]}")
        return took, sorted(account.seen, key=lambda exchange: exchange.began)


def at_once(seen: Sequence[Exchange]) -> int:
    """Return how many requests were in work at the same time, at the most."""
    return max(sum(other.began <= one.began < other.ended for other in seen) for one in seen)


def main() -> int:
    """Measure; 1 if a budget was missed."""
    took, seen = measured()
    waits_for = [needs(seen, n) for n in range(len(seen))]
    began = seen[0].began
    print(f"Full verification of alvys-ready with a setup token, every answer {1000 * LATE:.0f} ms late\n")
    print(f"{'':>3} {'began':>7} {'took':>6}  {'waits for':<10} {'asked by':<12} request")
    for n, one in enumerate(seen):
        other = waits_for[n]
        waits = "-" if other is None else str(other + 1)
        print(f"{n + 1:>3} {one.began - began:>7.2f} {one.ended - one.began:>6.2f}  {waits:<10} {one.token:<12} {one.line[:110]}")
    unit, best, chain = statistics.median(e.ended - e.began for e in seen), rounds(waits_for, AT_ONCE), rounds(waits_for, len(seen))
    ratio, most_at_once = took / (best * unit), at_once(seen)
    print(f"\nlongest chain: {chain} requests; with {AT_ONCE} at a time at least {best} rounds of {unit:.3f} s each")
    figures = (("requests", len(seen), MOST_REQUESTS), ("at a time", most_at_once, AT_ONCE), ("took / least", ratio, MOST_RATIO))
    for name, figure, most in figures:
        print(f"{name:<14} {figure:>6.2f}   at most {most:<5} {'kept' if figure <= most else 'MISSED'}")
    print(f"{'took':<14} {took:>6.2f} s, least {best * unit:.2f} s")
    return int(any(figure > most for _, figure, most in figures))


if __name__ == "__main__":
    sys.exit(main())
