"""docs/scenarios.md cannot rot: its tables are those of the code, its keys are all there, its example is one."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from support import ROOT

from wizard.practice.data.books import Books
from wizard.practice.handing import HandOut
from wizard.practice.office.clicks import CLICKS
from wizard.practice.scenario import Change, Company, Keys, Scenario, load_scenario, shipped_scenarios
from wizard.practice.scenario_text import listed
from wizard.practice.wire.faults import Fault

PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
TABLES = {"change": Change, "mend": Change, "company": Company, "keys": Keys, "books": Books, "fault": Fault}


def clicks_table():
    lines = ["| Click | What is done | Details | Mistakes |", "|---|---|---|---|"]
    for name, what in CLICKS.items():
        mistakes = "; ".join(f"`{key}`: {mistake.title}" for key, mistake in what.mistakes.items())
        lines.append(f"| `{name}` | {what.title} | {', '.join(f'`{detail}`' for detail in what.details)} | {mistakes} |")
    return "\n".join(lines)


def scenarios_table():
    lines = ["| Cause | Scenario | What it is |", "|---|---|---|"]
    for row in listed(shipped_scenarios().values()):
        lines.append(f"| {row['cause'] or 'none'} | `{row['name']}` | {row['title']} |")
    return "\n".join(lines)


@pytest.mark.parametrize("table", [clicks_table, scenarios_table])
def test_a_table_is_that_of_the_code(table):
    assert table() in PAGE, "docs/scenarios.md should have this table:\n" + table()


@pytest.mark.parametrize("key", [*Scenario.model_fields, *(f"{table}.{key}" for table, model in TABLES.items() if model is not Fault for key in model.model_fields)])
def test_every_key_is_explained(key):
    table, _, within = key.rpartition(".")
    if key == "name" or within == "stands":
        return  # of the file, not a key
    section = PAGE.split(f"`[{table}]`")[-1] if table in ("company", "keys", "books") else PAGE
    assert re.search(rf"`(\[*){within}(\]*)`", section), key


@pytest.mark.parametrize("way", get_args(HandOut))
def test_every_way_of_handing_out_is_named(way):
    assert f"`{way}`" in PAGE


def test_the_example_is_one(tmp_path):
    path = tmp_path / "example.toml"
    path.write_text(re.findall(r"```toml\n(.*?)```", PAGE, re.S)[0], encoding="utf-8")
    scenario = load_scenario(str(path))
    assert scenario.cause and scenario.mend and scenario.shows
