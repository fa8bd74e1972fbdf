"""At which of the shipped scenarios the checks arrive at its cause, with a setup token at hand: as docs/scenarios.md says."""

from __future__ import annotations

import re

import pytest
from practice_session import ask, open_at, practice
from support import ROOT

from wizard.diagnosis import diagnose
from wizard.practice.scenario import shipped_scenarios
from wizard.verdict import Standing

_, _, TOLD = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8").partition("## What a check finds")
ARRIVES, MISSES = (re.findall(r"`([a-z0-9-]+)`", part) for part in TOLD.split("For these it does not"))


def test_every_scenario_with_a_cause_is_in_one_of_the_lists() -> None:
    assert sorted([*ARRIVES, *MISSES]) == sorted(name for name, scenario in shipped_scenarios().items() if scenario.cause)


@pytest.mark.parametrize("name", ARRIVES)
def test_the_cause_is_found(name: str) -> None:
    with practice(name) as account:
        found = ask(open_at(account, credentials=account.credentials))
    first = diagnose(found).first
    proven = {verdict.cause for verdict in found.values() if verdict.standing in (Standing.FAILED, Standing.WARNING)}
    assert account.scenario.cause in {first.cause if first else None, *proven}
