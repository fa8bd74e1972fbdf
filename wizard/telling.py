"""What the commands print: marks, lines and the JSON document of ``check``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from wizard.baseline import noted
from wizard.causes import CAUSES
from wizard.message import messages, told
from wizard.redact import harmless
from wizard.verdict import Standing, Verdict
from wizard.whom import asking, leading_to, named

if TYPE_CHECKING:
    from wizard.baseline import Change, Drift
    from wizard.diagnosis import Diagnosis
    from wizard.exits import Exit
    from wizard.profile import Tree
    from wizard.trees import Ticked
    from wizard.walk import Walk

SIGNS = {
    Standing.VERIFIED: "+", Standing.FAILED: "x", Standing.WARNING: "!", Standing.ATTESTED: "~",
    Standing.WAITING: ".", Standing.UNKNOWN: "?", Standing.NOT_APPLICABLE: "-",
}
"""Marks for lines of plain text."""

SCHEMA = 2
"""Of the JSON document of ``check``."""


def document(
    walk: Walk, verdicts: list[Verdict], found: Mapping[str, Verdict], drift: Drift | None, diagnosis: Diagnosis, code: Exit
) -> dict[str, Any]:
    """Return what ``check --json`` prints.

    Args:
        walk: what was checked.
        verdicts: one per requirement.
        found: verdicts of this run, by aspect.
        drift: what this run found different from the baseline; None if there was none to compare with.
        diagnosis: of what this run found.
        code: the exit code.
    """
    from wizard.report import requirement_rows

    setup = walk.setup
    return {
        "schema": SCHEMA,
        "profile": walk.profile.id,
        "profile_version": walk.profile.version,
        "account": setup.account,
        "at": time_text(walk.clock.now()),
        "exit": int(code),
        "requirements": requirement_rows(walk.profile, verdicts),
        "baseline": setup.baseline and {
            "kept": time_text(setup.baseline.kept), "facts": len(setup.baseline.facts),
            "compared": drift.compared if drift else 0, "not_read": list(drift.unread) if drift else [],
        },
        "changes": [change_row(walk, change, verdicts, found) for change in (drift.changes if drift else ())],
        "diagnosis": diagnosis_row(diagnosis),
    }


def change_row(walk: Walk, change: Change, verdicts: Iterable[Verdict], found: Mapping[str, Verdict]) -> dict[str, Any]:
    """Return a change as plain data.

    Args:
        walk: whose account and profile.
        change: from the baseline.
        verdicts: one per requirement.
        found: verdicts of this run, by aspect.
    """
    from wizard.report import remedy_row

    today = {**walk.setup.found, **found}
    failing = {a for a in (change.about, *leading_to(change.fact)) if a in today and today[a].standing is Standing.FAILED}
    failed = {v.about for v in verdicts if v.standing is Standing.FAILED}
    return {
        "fact": harmless(change.fact),
        "what": harmless(f"{named(change.fact, walk.profile)}: {change.was or 'not there'} -> {change.now or 'not there'}"),
        "was": change.was,
        "now": change.now,
        "last_seen": change.last_seen and time_text(change.last_seen),
        "noticed": time_text(change.noticed),
        "read": time_text(change.read),
        "noted": noted(found.values(), change.fact),
        "hurts": bool(failing),
        "requirements": [r.id for r in walk.profile.requirements if r.id in failed and failing.intersection(r.proof)],
        "ask": remedy_row(asking(change.fact, walk.account)),
    }


def diagnosis_row(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return a diagnosis as plain data.

    Args:
        diagnosis: of what was found.
    """
    from wizard.report import evidence_row, remedy_row

    return {
        "candidates": [
            {
                "cause": c.cause, "basis": c.basis.value, "means": CAUSES[c.cause].meaning, "about": c.about, "also": list(c.also),
                "says": harmless(c.says), "remedy": remedy_row(c.remedy), "evidence": [evidence_row(e) for e in c.evidence],
            }
            for c in diagnosis.candidates
        ],
        "excluded": [
            {"cause": e.cause, "means": CAUSES[e.cause].meaning, "by": e.by, "says": harmless(e.says)} for e in diagnosis.excluded
        ],
        "ladder": [
            {"rung": r.rung, "title": r.title, "verdict": r.standing and r.standing.value, "says": harmless(r.says)}
            for r in diagnosis.ladder
        ],
        "question": diagnosis.question, "exchange": diagnosis.exchange,
    }  # fmt: skip


def lines(answer: Mapping[str, Any], diagnosis: Diagnosis, begun: datetime) -> Iterator[str]:
    """Return what ``check`` prints.

    Args:
        answer: of ``document``.
        diagnosis: of what this run found.
        begun: when the run began, UTC; what was found before is said to be older.
    """
    if "tree" in answer:
        yield from _branches(answer["tree"])
    yield from _requirements(answer["requirements"], time_text(begun))
    yield from _changes(answer, time_text(begun))
    for message in messages(diagnosis)[:1]:
        yield from told(message)


def tree_row(tree: Tree, branches: Iterable[Ticked]) -> dict[str, Any]:
    """Return a climbed troubleshooting tree as plain data.

    Args:
        tree: of the profile.
        branches: its answers, in order.
    """
    rows = [
        {
            "text": branch.text, "verdict": branch.standing.value, "says": branch.says,
            "requirements": [verdict.about for verdict in branch.verdicts],
        }
        for branch in branches
    ]  # fmt: skip
    return {"id": tree.id, "title": tree.title, "branches": rows}


def _branches(tree: Mapping[str, Any]) -> Iterator[str]:
    yield f"{tree['title']}:"
    for number, row in enumerate(tree["branches"], start=1):
        yield f"{SIGNS[Standing(row['verdict'])]} {number}. {row['text']}"
        yield f"          {row['verdict']}: {row['says']}"
    yield "What that rests on:"


def _requirements(rows: list[dict[str, Any]], begun: str) -> Iterator[str]:
    for row in rows:
        standing, remedy = Standing(row["verdict"]), row["remedy"]
        says = f" ({row['says']})" if row["says"] and standing is not Standing.VERIFIED else ""
        if standing is Standing.VERIFIED and row["at"] < begun:
            says = f" (at {row['at']}{_by(row['evidence'])}; not asked again)"
        yield f"{SIGNS[standing]} {row['id']:<7} {row['title']}: {standing.value}{says}"
        if standing in (Standing.FAILED, Standing.WARNING) and remedy:
            cause = f"cause: {row['cause']}. " if row["cause"] else ""
            path = f" [{remedy['menu_path']}]" if remedy["menu_path"] else ""
            yield f"          {cause}{remedy['text']}{path}"
    counts = Counter(row["verdict"] for row in rows)
    yield ", ".join(f"{counts[s.value]} {s.value}" for s in Standing if counts[s.value])


def _by(evidence: Iterable[Mapping[str, Any]]) -> str:
    asked = {row["token"] for row in evidence}
    return ", with a setup token" if "setup" in asked else ", with the integration token" if "integration" in asked else ""


def _changes(answer: Mapping[str, Any], begun: str) -> Iterator[str]:
    baseline, changes = answer["baseline"], answer["changes"]
    if baseline is None:
        return
    if baseline["kept"] >= begun and not changes:
        yield f"Baseline kept {baseline['kept']}: later runs are compared with it."
        return
    yield f"Changed since {baseline['kept']}:" if changes else _unchanged(baseline)
    for row in changes:
        yield f"{'x' if row['hurts'] else '!'} {row['what']}"
        yield f"          {_since(row)} {_effect(row)}"
        yield f"          {row['ask']['text']}" + (f" [{row['ask']['menu_path']}]" if row["ask"]["menu_path"] else "")
    if changes and not baseline["compared"]:
        yield "Nothing was compared this time: that is what an earlier run found."
    if baseline["not_read"]:
        kinds = dict.fromkeys(name.split(".")[0] for name in baseline["not_read"])
        yield f"{len(baseline['not_read'])} of {baseline['facts']} facts were not read today: {', '.join(kinds)}."


def _unchanged(baseline: Mapping[str, Any]) -> str:
    if not baseline["compared"]:
        return f"Nothing was compared with the baseline of {baseline['kept']}."
    if baseline["compared"] < baseline["facts"]:
        return f"{baseline['compared']} of {baseline['facts']} facts compared, none changed since {baseline['kept']}."
    return f"Nothing changed since {baseline['kept']}."


def _since(row: Mapping[str, Any]) -> str:
    if row["noted"]:
        return f"Changed {row['noted']}."
    if row["last_seen"]:
        return f"Last seen as it was {row['last_seen']}, different since {row['noticed']} at the latest."
    return f"There since {row['noticed']} at the latest."


def _effect(row: Mapping[str, Any]) -> str:
    if row["hurts"]:
        return f"Fails now: {', '.join(row['requirements']) or 'what depends on it'}."
    return "Nothing asked for fails through it."


def time_text(at: datetime) -> str:
    """Return a time as all documents write it.

    Args:
        at: UTC.
    """
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
