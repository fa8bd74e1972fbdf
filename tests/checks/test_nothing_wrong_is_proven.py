"""Under no unpublished behaviour is a wrong cause named as proven: every value of every setting, at scenarios of every kind.

A few scenarios are asked each time; `pytest --whole-matrix` asks all, with a setup token and without one, for half an hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from arrivals import USUAL, at_once
from practice_session import ask, open_at
from test_every_setting import CAUSES, OTHERS

from wizard.causes import CAUSES as SLUGS
from wizard.diagnosis import Basis, diagnose
from wizard.practice.scenario import Scenario, load_scenario, shipped_scenarios
from wizard.profile import find_profile

CHOSEN: Mapping[str, str] = {
    "account-id-without-suffix": "a login that leaves no row; discovery for another account",
    "account-not-in-subsidiary": "tables that are read with joins; Include Children",
    "account-types-missing": "the accounts that are there, by type",
    "address-not-allowed": "both tokens refused, with a word or without a row",
    "busy": "429 in each body, and in disguise",
    "clock-skew": "nothing is sent but discovery",
    "integration-waiting": "the record's three words",
    "maintenance": "each body of a 503",
    "rows-hidden": "subsidiaries through viewing; counts that cannot be believed",
    "swapped": "both tokens refused, whatever the order of the door's checks",
    "tls-expired": "no answer at all",
    "token-too-new": "a token that is right and refused",
    "token-wrong-role": "each shape of tokeninfo; times with and without a clock",
    "two-factor-role": "too much rather than too little; roles are read with all their rows",
    "user-locked": "a lock that exists, or does not",
    "web-services-only-off": "the RESTlet host answers",
    "workbook-off": "REST closed, open, or half open",
}
"""Of each cause that a check can meet one scenario, and what the settings can do to it; six more are in test_every_setting."""

_WITH_RESTLETS = {"web-services-only": "the box is cleared so that RESTlets take the role; this profile recommends it ticked"}
_DOUBLES = {"data-match": "names do stand twice in these books; with the setup nothing is wrong"}

ALSO_TRUE: Mapping[str, Mapping[str, str]] = {
    "alvys-exactly-47": {"role-record-permission": "the second permission that the proofs need is not on the vendor's list either"},
    "bundle-audience": _WITH_RESTLETS, "bundle-missing": _WITH_RESTLETS, "bundle-old": _WITH_RESTLETS,
    "bundle-script-broken": _WITH_RESTLETS, "start-date-late": _WITH_RESTLETS,
    "busy-books": _DOUBLES, "large-books": _DOUBLES,
    "token-wrong-role": {"user": "the login is an administrator's, which the profile forbids: the token's user is the wrong one too"},
}  # fmt: skip
"""What is true there beside the scenario's cause, and why."""

def proven_and_wrong(scenario: Scenario, name: str, value: Any, setup: bool) -> list[str]:
    """Return the causes that are named as proven, and are not there."""
    true = {scenario.cause, *ALSO_TRUE.get(scenario.name, ())}
    with at_once(scenario.but(**{name: value})) as (account, clock):
        profile = find_profile(scenario.profile or USUAL)
        session = open_at(account, setup=setup, credentials=account.credentials, profile=profile, clock=clock)
        candidates = diagnose(ask(session)).candidates
        assert list(account.trouble) == []
    wrong = [c for c in candidates if c.basis is Basis.PROVEN and c.cause not in true]
    return [f"{name}={value}, {'setup token' if setup else 'alone'}: {c.about} says {c.says!r}: {c.cause}" for c in wrong]


def test_the_choice_meets_every_cause_that_a_check_can_meet() -> None:
    met = {load_scenario(name).cause for name in (*CHOSEN, *CAUSES)}
    told_by_the_vendor_alone = {"bundle", "data-match", "form-field", "platform-change", "vendor-profile", "wrong-host"}
    assert set(SLUGS) - met == told_by_the_vendor_alone | {"unconfirmed"}


def turns(number: int) -> Iterator[tuple[str, Any, bool]]:
    """Every value of every setting, by turns with a setup token and without: the next scenario has it the other way round."""
    for place, (name, value) in enumerate(OTHERS):
        yield name, value, (place + number) % 2 == 0


@pytest.mark.parametrize("name", CHOSEN)
def test_no_wrong_cause_is_proven(name: str) -> None:
    scenario = load_scenario(name)
    number = list(CHOSEN).index(name)
    assert [wrong for turn in turns(number) for wrong in proven_and_wrong(scenario, *turn)] == []


@pytest.mark.parametrize("name", shipped_scenarios())
def test_no_wrong_cause_is_proven_anywhere(name: str, request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--whole-matrix"):
        pytest.skip("every setting at every scenario takes half an hour: pytest --whole-matrix")
    scenario = load_scenario(name)
    both = [(setting, value, setup) for setting, value in OTHERS for setup in (True, False)]
    assert [wrong for one in both for wrong in proven_and_wrong(scenario, *one)] == []
