"""For every shipped scenario: which cause comes first when an honest person and the program look together, in one table."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest
from arrivals import BROUGHT, HEADING, Arrival, arrive

from wizard.causes import CAUSES
from wizard.message import Message, told
from wizard.practice.scenario import shipped_scenarios

SHIPPED = shipped_scenarios()
BOOKS = {"busy-books", "large-books"}
"""Names stand twice in their books, which is said; with the setup nothing is wrong."""


@cache
def arrivals(setup: bool) -> list[Arrival]:
    return [arrive(scenario, setup) for scenario in SHIPPED.values()]


def test_what_is_brought_belongs_to_a_scenario() -> None:
    assert BROUGHT.keys() <= {name for name, scenario in SHIPPED.items() if scenario.cause}


@pytest.mark.parametrize(
    ("setup", "most", "enough"), [(True, 1, 1.0), (False, 2, 0.9)], ids=["setup-token-first", "alone-first-two"]
)
def test_the_cause_is_named(setup: bool, most: int, enough: float, record_property: Callable[[str, object], None]) -> None:
    """With a setup token the first cause has to be the right one, always; without one the first or the second, in nine of ten."""
    right = [arrival.within(most) for arrival in arrivals(setup) if arrival.expected]
    which = "with a setup token, the first cause" if setup else "without one, the first two"
    title = f"{which}: right in {sum(right)} of {len(right)} scenarios with a cause ({100 * sum(right) / len(right):.1f} %)"
    table = "\n".join([title, f"  {HEADING}", *(f"{' ' if one.within(most) else '!'} {one.line}" for one in arrivals(setup))])
    record_property("table", table)
    assert {one.scenario for one in arrivals(setup) if not one.expected and one.causes} <= BOOKS, "nothing is wrong there"
    assert sum(right) >= enough * len(right), table


ON_THIS_MACHINE = ("credentials.", "machine.", "network.")
"""What is put right here, not in NetSuite."""
MEANINGS, SHORT = {row.meaning for row in CAUSES.values()}, {row.short for row in CAUSES.values()}


def broken(message: Message, secrets: frozenset[str]) -> list[str]:
    """Return which parts of the message contract a message does not keep."""
    cause, text = message.id.partition("/")[2], "\n".join(told(message))
    ours = CAUSES[cause]
    kept = {
        "id": re.fullmatch(r"[\w.]+/[\w-]+", message.id),
        "title": message.title == ours.meaning,
        "sure": message.how_sure,
        "saw": message.saw and all(re.search(r': ".+" \(\d\d:\d\d:\d\d UTC', seen) for seen in message.saw),
        "means": message.means,
        "is not": set(message.is_not) <= SHORT - {ours.short} and len(set(message.is_not)) == len(message.is_not),
        "do": message.do and message.do.text,
        "where": message.do and (message.do.menu_path or not ours.page or message.id.startswith(ON_THIS_MACHINE)),
        "how long": message.do and message.do.minutes,
        "others": set(message.others) <= MEANINGS - {message.title},
        "harmless": text.replace("\n", "").isprintable(),
        "no value": not any(value in text for value in secrets),
    }
    return [part for part, holds in kept.items() if not holds]


@pytest.mark.parametrize("setup", [True, False], ids=["setup-token", "alone"])
def test_every_cause_is_told_in_full(setup: bool) -> None:
    """What we saw, what it means, what it is not, what to do and where, and how long that takes."""
    told_of = [(one.scenario, message, broken(message, one.secrets)) for one in arrivals(setup) for message in one.messages]
    assert len(told_of) > len(SHIPPED) // 2
    assert {(scenario, message.id, *parts) for scenario, message, parts in told_of if parts} == set()
