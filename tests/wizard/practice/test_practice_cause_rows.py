"""Every row of the failure table and of the cause matrix has a scenario, or a reason why none can show it: cause_rows.toml."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from wizard.causes import CAUSES
from wizard.practice.scenario import shipped_scenarios

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TABLE = tomllib.loads(Path(__file__).with_name("cause_rows.toml").read_text(encoding="utf-8"))
FAILURES, MATRIX = TABLE["failures"], TABLE["matrix"]
SHIPPED = shipped_scenarios()
ROWS_OF_THE_FAILURE_TABLE = 181
ROWS_OF_THE_CAUSE_MATRIX = 31


def test_no_row_is_left_out():
    assert [row["row"] for row in FAILURES] == list(range(1, ROWS_OF_THE_FAILURE_TABLE + 1))
    assert {row["cause"] for row in FAILURES} == set(CAUSES)
    assert len({row["row"] for row in MATRIX}) == ROWS_OF_THE_CAUSE_MATRIX


@pytest.mark.parametrize("row", [*FAILURES, *MATRIX], ids=lambda row: str(row["row"]))
def test_a_row_has_a_scenario_or_a_reason(row):
    assert ("scenario" in row) != ("outside" in row)
    if "outside" in row:
        assert len(row["outside"]) > 8
        return
    scenario = SHIPPED[row["scenario"]]
    assert scenario.cause == row.get("cause", scenario.cause)


def named(scenario):
    """Numbers of the failure table that a scenario says it stands for."""
    return {int(source.rpartition(" ")[2]) for source in scenario.shows if ": failures " in source}


def test_table_and_scenarios_agree():
    causes = {row["row"]: row["cause"] for row in FAILURES}
    for name, scenario in SHIPPED.items():
        assert {causes[row] for row in named(scenario)} <= {scenario.cause}, name
    for row in FAILURES:
        assert "outside" in row or row["row"] in named(SHIPPED[row["scenario"]]), row
