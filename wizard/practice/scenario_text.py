"""``netsuite-setup practice scenarios``: what is shipped, and what a scenario does, for people and for programs."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from wizard.causes import CAUSES
from wizard.practice.office.clicks import find
from wizard.practice.scenario import Change, Scenario
from wizard.practice.settings import Settings
from wizard.practice.wire.faults import Fault

_WIDTH = 100


def listed(scenarios: Iterable[Scenario]) -> list[dict[str, Any]]:
    """Return name, cause and title of each, by cause; those in which nothing is wrong come first.

    Args:
        scenarios: any.
    """
    rows = [{"name": s.name, "cause": s.cause, "title": s.title} for s in scenarios]
    return sorted(rows, key=lambda row: (row["cause"] or "", row["name"]))


def list_lines(scenarios: Iterable[Scenario]) -> Iterator[str]:
    """Yield the same as lines, one per scenario, below a heading per cause.

    Args:
        scenarios: any.
    """
    heading = None
    for row in listed(scenarios):
        told = f"{row['cause']}: {CAUSES[row['cause']].meaning}" if row["cause"] else "nothing is wrong"
        if told != heading:
            heading = told
            yield heading
        yield f"  {row['name']:<28} {row['title']}"


def described(scenario: Scenario) -> dict[str, Any]:
    """Return everything about a scenario that a person who chooses one wants to know.

    Args:
        scenario: any.
    """
    return {
        "name": scenario.name, "title": scenario.title, "cause": scenario.cause, "explains": scenario.explains.strip(),
        "hand_out": scenario.hand_out, "clock_offset_seconds": scenario.clock_offset_seconds,
        "clock_stands_at": scenario.clock_stands_at, "others_in_work": scenario.others_in_work,
        "company": scenario.company.model_dump(), "books": scenario.books.model_dump() if scenario.books else None,
        "settings": _changed(scenario.settings), "change": [_step(change) for change in scenario.change],
        "fault": [_figures(fault) for fault in scenario.fault], "mend": [_step(change) for change in scenario.mend],
        "shows": list(scenario.shows),
    }


def _figures(fault: Fault) -> dict[str, Any]:
    return fault.model_dump(exclude_none=True)


def _changed(settings: Settings) -> dict[str, Any]:
    return {
        field.name: getattr(settings, field.name)
        for field in dataclasses.fields(settings) if getattr(settings, field.name) != field.default
    }


def _step(change: Change) -> dict[str, Any]:
    return {**change.model_dump(), "title": find(change.click, change.mistake).title}


def description_lines(scenario: Scenario) -> Iterator[str]:
    """Yield the same as lines.

    Args:
        scenario: any.
    """
    yield f"{scenario.name}: {scenario.title}"
    yield f"Cause: {scenario.cause}, {CAUSES[scenario.cause].meaning}" if scenario.cause else "Cause: none, nothing is wrong"
    yield ""
    yield from textwrap.wrap(scenario.explains, _WIDTH)
    start = {
        "credentials": scenario.hand_out if scenario.hand_out != "as_shown" else None,
        "clock ahead of this machine's": f"{scenario.clock_offset_seconds} s" if scenario.clock_offset_seconds else None,
        "clock stands at": scenario.clock_stands_at, "requests of others in work": scenario.others_in_work or None,
        **(scenario.books.model_dump() if scenario.books else {}), **_changed(scenario.settings),
    }
    yield from _block("Settings", (f"{name}: {value}" for name, value in start.items() if value is not None))
    yield from _block("On the way", (", ".join(f"{k}: {v}" for k, v in _figures(f).items() if v != "") for f in scenario.fault))
    yield from _block("Done before it starts", (_line(change) for change in scenario.change))
    yield from _block("Mended by", (_line(change) for change in scenario.mend))
    yield from _block("Stands for", scenario.shows)


def _line(change: Change) -> str:
    asked = [change.click, *filter(None, [change.mistake]), *(f"{key}={value}" for key, value in change.answers.items())]
    return f"{find(change.click, change.mistake).title} ({', '.join(asked)})"


def _block(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield ""
        yield title
        yield from (f"  {line}" for line in found)
