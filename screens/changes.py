"""What changed in NetSuite since the setup was ready, as rows: what, since when, whom to ask."""

from __future__ import annotations

from screens.widgets.verdicts import Row
from wizard.baseline import Baseline, Change, noted
from wizard.verdict import Standing, Verdict
from wizard.walk import Walk
from wizard.whom import asking, named


def change_rows(walk: Walk) -> list[Row]:
    """Return the changes below a heading; the heading alone says why there are none.

    Args:
        walk: the open setup.
    """
    baseline, drift = walk.setup.baseline, walk.setup.drift
    if baseline is None:
        return [Row("since", "No baseline to compare with yet: kept once ready", None)]
    if drift is None:
        return [Row("since", f"The baseline is of {_time(baseline)}", None)]
    if not drift.changes:
        if drift.compared == len(baseline.facts):
            return [Row("since", f"Nothing changed since {_time(baseline)}", None)]
        return [Row("since", f"{drift.compared} of {len(baseline.facts)} facts compared, none changed", None)]
    return [Row("since", f"Changed since {_time(baseline)}", None), *(_row(walk, change) for change in drift.changes)]


def _time(baseline: Baseline) -> str:
    return f"{baseline.kept:%Y-%m-%d %H:%M} UTC"


def _row(walk: Walk, change: Change) -> Row:
    """Return one change: failed if what it belongs to fails now."""
    found = walk.setup.found.get(change.about)
    hurts = found is not None and found.standing is Standing.FAILED
    word = f"{change.was or 'not there'} → {change.now or 'not there'}"
    verdict = Verdict(
        about=f"change-{change.fact}",
        standing=Standing.FAILED if hurts else Standing.WARNING,
        says=f"{word}, {_since(walk, change)}",
        remedy=asking(change.fact, walk.account),
        evidence=found.evidence if found else (),
        at=change.read,
    )
    return Row(verdict.about, named(change.fact, walk.profile), verdict, word)


def _since(walk: Walk, change: Change) -> str:
    """Return since when, as exactly as anybody can tell: by NetSuite's own notes, else between two readings."""
    told = noted(walk.setup.found.values(), change.fact)
    if told:
        return f"changed {told}"
    until = f"{change.noticed:%Y-%m-%d %H:%M} UTC"
    return f"between {change.last_seen:%Y-%m-%d %H:%M} and {until}" if change.last_seen else f"there since {until} at the latest"
