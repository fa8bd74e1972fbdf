"""For every shipped scenario: which cause comes first when an honest person and the program look together, in one table."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from arrivals import BROUGHT, HEADING, arrive

from wizard.practice.scenario import shipped_scenarios

SHIPPED = shipped_scenarios()
WITH, WITHOUT = 88, 81
"""How many of those with a cause arrive by now; never lower later."""
BOOKS = {"busy-books", "large-books"}
"""Names stand twice in their books, which is said; with the setup nothing is wrong."""


def test_what_is_brought_belongs_to_a_scenario() -> None:
    assert BROUGHT.keys() <= {name for name, scenario in SHIPPED.items() if scenario.cause}


@pytest.mark.parametrize(
    ("setup", "most", "enough"), [(True, 1, WITH), (False, 2, WITHOUT)], ids=["setup-token-first", "alone-first-two"]
)
def test_the_cause_is_named(setup: bool, most: int, enough: int, record_property: Callable[[str, object], None]) -> None:
    """With a setup token the first cause has to be the right one, without one the first or the second."""
    arrivals = [arrive(scenario, setup) for scenario in SHIPPED.values()]
    right = [arrival.within(most) for arrival in arrivals if arrival.expected]
    which = "with a setup token, the first cause" if setup else "without one, the first two"
    title = f"{which}: right in {sum(right)} of {len(right)} scenarios with a cause ({100 * sum(right) / len(right):.1f} %)"
    table = "\n".join([title, f"  {HEADING}", *(f"{' ' if one.within(most) else '!'} {one.line}" for one in arrivals)])
    record_property("table", table)
    assert {one.scenario for one in arrivals if not one.expected and one.causes} <= BOOKS, "nothing is wrong there"
    assert sum(right) >= enough, table
