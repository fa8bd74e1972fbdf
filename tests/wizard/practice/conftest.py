"""Practice accounts to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from practice_asker import Asker
from practice_wire import Wire

from wizard.clock import Clock
from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import Company, Keys, load_scenario


@contextmanager
def _accounts() -> Iterator[Callable[[PracticeAccount], Asker]]:
    """Start accounts; every one is stopped at the end, and none may have stumbled over its own code."""
    started: list[Asker] = []

    def opened(account: PracticeAccount) -> Asker:
        account.start()
        started.append(Asker(account))
        return started[-1]

    yield opened
    for asker in started:
        asker.close()
        asker.account.stop()
    assert [t for asker in started for t in asker.account.trouble] == []


@pytest.fixture
def begin() -> Iterator[Any]:
    """Start accounts of a scenario, with settings, a clock or a state of the test's own."""
    with _accounts() as opened:

        def start(
            scenario: str = "alvys-ready", clock: Clock | None = None, state: str = ":memory:", company: Company | None = None,
            **settings: Any,
        ) -> Asker:
            chosen = load_scenario(scenario).but(**settings)
            if company:
                chosen = chosen.model_copy(update={"company": company})
            return opened(PracticeAccount(chosen, state=state, clock=clock))

        yield start


@pytest.fixture(scope="module")
def ready() -> Iterator[Asker]:
    """The account in which everything is right, for questions that change nothing."""
    with PracticeAccount(load_scenario("alvys-ready")) as account:
        asker = Asker(account)
        yield asker
        asker.close()
    assert list(account.trouble) == []


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    """Raw bytes to an account that does not lock after five refusals: a lock would hide a login that works."""
    with PracticeAccount(load_scenario("alvys-ready").but(failed_logins_lock=False)) as account:
        yield Wire(account)


@pytest.fixture
def holding() -> Iterator[Callable[[str, Mapping[str, str]], Asker]]:
    """Accounts that hold the pair and the token of a published vector, at the vector's time; refusals do not lock."""
    with _accounts() as opened:

        def start(realm: str, values: Mapping[str, str]) -> Asker:
            names = {"consumer_key": "key", "consumer_secret": "secret", "token_id": "token", "token_secret": "token_secret"}
            keys = Keys(**{name: values[key] for name, key in names.items()})
            changed = {"company": Company(realm=realm), "keys": keys, "clock_stands_at": int(values["timestamp"])}
            account = PracticeAccount(load_scenario("alvys-ready").but(failed_logins_lock=False).model_copy(update=changed))
            return opened(account)

        yield start
