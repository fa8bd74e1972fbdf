"""For every shipped scenario: which cause comes first when an honest person and the program look together, in one table."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from arrivals import BROUGHT, HEADING, arrive

from wizard.practice.scenario import shipped_scenarios

SHIPPED = shipped_scenarios()
WITH, WITHOUT = 62, 53
"""How many arrive by now; never lower later."""


def test_what_is_brought_belongs_to_a_scenario() -> None:
    assert BROUGHT.keys() <= {name for name, scenario in SHIPPED.items() if scenario.cause}


@pytest.mark.parametrize(
    ("setup", "most", "enough"), [(True, 1, WITH), (False, 2, WITHOUT)], ids=["setup-token-first", "alone-first-two"]
)
def test_the_cause_is_named(setup: bool, most: int, enough: int, record_property: Callable[[str, object], None]) -> None:
    """With a setup token the first cause has to be the right one, without one the first or the second."""
    arrivals = [arrive(scenario, setup) for scenario in SHIPPED.values()]
    right = [arrival.within(most) for arrival in arrivals]
    rows = [f"{' ' if good else '!'} {arrival.line}" for arrival, good in zip(arrivals, right, strict=True)]
    which = "with a setup token, the first cause" if setup else "without one, the first two"
    title = f"{which}: right in {sum(right)} of {len(right)} scenarios ({100 * sum(right) / len(right):.1f} %)"
    table = "\n".join([title, f"  {HEADING}", *rows])
    record_property("table", table)
    assert [a.scenario for a in arrivals if not a.expected and a.causes] == [], "nothing is wrong there"
    assert sum(right) >= enough, table
