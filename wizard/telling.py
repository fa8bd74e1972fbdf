"""What the commands print: marks, lines and the JSON document of ``check``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from wizard.verdict import Standing, Verdict

if TYPE_CHECKING:
    from wizard.exits import Exit
    from wizard.walk import Walk

SIGNS = {
    Standing.VERIFIED: "+", Standing.FAILED: "x", Standing.WARNING: "!", Standing.ATTESTED: "~",
    Standing.WAITING: ".", Standing.UNKNOWN: "?", Standing.NOT_APPLICABLE: "-",
}
"""Marks for lines of plain text."""


def document(walk: Walk, verdicts: list[Verdict], code: Exit) -> dict[str, Any]:
    """Return what ``check --json`` prints.

    Args:
        walk: what was checked.
        verdicts: one per requirement.
        code: the exit code.
    """
    from wizard.report import requirement_rows

    return {
        "schema": 1,
        "profile": walk.profile.id,
        "profile_version": walk.profile.version,
        "account": walk.setup.account,
        "at": time_text(walk.clock.now()),
        "exit": int(code),
        "requirements": requirement_rows(walk.profile, verdicts),
    }


def requirement_lines(rows: list[dict[str, Any]], begun: datetime) -> Iterator[str]:
    """Return what ``check`` prints about the requirements, as lines.

    Args:
        rows: of ``document``.
        begun: when the run began, UTC; what was found before is said to be older.
    """
    for row in rows:
        standing, remedy = Standing(row["verdict"]), row["remedy"]
        says = f" ({row['says']})" if row["says"] and standing is not Standing.VERIFIED else ""
        if standing is Standing.VERIFIED and row["at"] < time_text(begun):
            says = f" (at {row['at']}, with a setup token; not asked again)"
        yield f"{SIGNS[standing]} {row['id']:<7} {row['title']}: {standing.value}{says}"
        if standing in (Standing.FAILED, Standing.WARNING) and remedy:
            cause = f"cause: {row['cause']}. " if row["cause"] else ""
            path = f" [{remedy['menu_path']}]" if remedy["menu_path"] else ""
            yield f"          {cause}{remedy['text']}{path}"
    counts = Counter(row["verdict"] for row in rows)
    yield ", ".join(f"{counts[s.value]} {s.value}" for s in Standing if counts[s.value])


def time_text(at: datetime) -> str:
    """Return a time as all documents write it.

    Args:
        at: UTC.
    """
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
