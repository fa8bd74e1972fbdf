"""The report without secrets: what is proven, what a person said, what failed, what nobody can tell, and the evidence.

Built from an allow-list: ``_facts`` names every value that may be in it, makes text from outside harmless and masks the
account if asked. The forms people read (``wizard.report_pages``) only lay these facts out; they look at nothing else.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Literal

from wizard import __version__
from wizard.diagnosis import diagnose
from wizard.errors import AccountIdError
from wizard.exits import MEANINGS, exit_for
from wizard.message import Message, messages
from wizard.profile import Profile, ResultLine
from wizard.redact import harmless
from wizard.report_pages import html_page, markdown_page
from wizard.rotation import STAGES, Rotation
from wizard.setup import Setup
from wizard.verdict import Evidence, Remedy, Standing, Verdict, gravest

SCHEMA = 2
"""Of the JSON form."""

LIMITS = (
    "Verified means: an answer of NetSuite, at the time given, proves it. Attested means: a person said so, and "
    "nothing else does. A proof is as old as its time. Nothing was written to NetSuite to obtain it. What this program "
    "knows about NetSuite's answers is partly documented by Oracle, partly observed in public and partly inferred; "
    "neither NetSuite nor the vendor has confirmed this report."
)
"""What the report cannot say, in every form of it."""


def requirement_rows(profile: Profile, verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Return the requirements with their verdicts as plain data, for JSON; every text in it is harmless.

    Args:
        profile: what is asked.
        verdicts: ``about`` is a requirement id; requirements without one are left out.

    Returns:
        One row per requirement, in the profile's order, with the keys id, title, need, step, verdict, says, cause,
        remedy, evidence and at.
    """
    by_id = {verdict.about: verdict for verdict in verdicts}
    return [
        {
            "id": requirement.id,
            "title": harmless(requirement.title),
            "need": requirement.need,
            "step": requirement.step,
            "verdict": by_id[requirement.id].standing.value,
            "says": harmless(by_id[requirement.id].says),
            "cause": by_id[requirement.id].cause,
            "remedy": remedy_row(by_id[requirement.id].remedy),
            "evidence": [evidence_row(e) for e in by_id[requirement.id].evidence],
            "at": _time(by_id[requirement.id].at),
        }
        for requirement in profile.requirements
        if requirement.id in by_id
    ]


def _time(at: datetime) -> str:
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def remedy_row(remedy: Remedy | None) -> dict[str, Any] | None:
    """Return a remedy as plain data, for JSON; every text in it is harmless.

    Args:
        remedy: or None.
    """
    if remedy is None:
        return None
    link = remedy.link if remedy.link and remedy.link.startswith("https://") else None
    return {
        "text": harmless(remedy.text),
        "menu_path": harmless(remedy.menu_path) if remedy.menu_path else None,
        "link": harmless(link) if link else None,
        "minutes": remedy.minutes,
    }


def evidence_row(evidence: Evidence) -> dict[str, Any]:
    """Return evidence as plain data, for JSON; every text in it is harmless.

    Args:
        evidence: of a verdict or a cause.
    """
    return {
        "probe": harmless(evidence.probe),
        "asked": harmless(evidence.asked),
        "came_back": harmless(evidence.came_back),
        "at": _time(evidence.at),
        "token": evidence.token,
    }


def _facts(setup: Setup, profile: Profile, verdicts: Sequence[Verdict], at: datetime, mask: bool) -> dict[str, Any]:
    by_id = {verdict.about: verdict for verdict in verdicts}
    required = [r for r in profile.requirements if r.id in by_id and r.need == "required"]
    judged = [(by_id[r.id].standing, bool(r.proof)) for r in required]
    outcome = exit_for(judged)
    kept = setup.kept
    facts = {
        "schema": SCHEMA,
        "program": f"netsuite-setup {__version__}",
        "at": _time(at),
        "profile": {
            "id": profile.id,
            "name": harmless(profile.name),
            "version": harmless(profile.version),
            "begun_with": harmless(setup.profile_version),
            "document": {
                "title": harmless(profile.doc.title),
                "url": harmless(profile.doc.url),
                "reviewed": profile.doc.reviewed.isoformat(),
            },
        },
        "account": {"id": setup.account, "environment": _environment(setup.account), "masked": mask},
        "setup": {"id": setup.id, "begun": _time(setup.begun), "changed": _time(setup.changed)},
        "outcome": outcome.name.lower(),
        "outcome_means": MEANINGS[outcome],
        "counts": {
            "required": _counts(standing for standing, _ in judged),
            "all": _counts(verdict.standing for verdict in verdicts),
        },
        "results": [_result(line, profile, by_id) for line in profile.result],
        "causes": [_cause(message) for message in messages(diagnose(setup.found, setup.trail))],
        "requirements": requirement_rows(profile, verdicts),
        "values": kept and {
            "place": harmless(kept.place), "durable": kept.durable, "pairs": list(kept.pairs),
            "fingerprint": harmless(kept.fingerprint), "read_back": _time(kept.at),
        },
        "setup_tokens": [
            {
                "fingerprint": harmless(token.fingerprint), "number": number,
                "accepted": _time(token.accepted_at) if token.accepted_at else None,
                "revoked": _time(token.revoked_at) if token.revoked_at else None,
                "said_gone": _time(token.gone_at) if token.gone_at else None,
            }
            for number, token in enumerate(setup.setup_tokens, 1)
        ],
        "rotation": _rotation(setup.rotation),
        "refused_logins": [
            {"user": harmless(user), "at": [_time(when) for when in times]}
            for user, times in setup.refusals.items()
        ],
        "handed_over": [_time(when) for when in setup.handed_over],
        "vendor_test": {"proves": profile.vendor_step.test_quality, "note": harmless(profile.vendor_step.test_note)},
        "lifecycle": harmless(profile.lifecycle.note),
        "limits": LIMITS,
    }
    return _masked(facts, setup.account) if mask and setup.account else facts


def _rotation(rotation: Rotation | None) -> dict[str, Any] | None:
    if rotation is None:
        return None
    return {
        "kind": rotation.kind, "open": rotation.open, "says": rotation.says,
        "old": {"consumer_key": harmless(rotation.old.consumer), "token_id": harmless(rotation.old.token)},
        "new": rotation.new and {"consumer_key": harmless(rotation.new.consumer), "token_id": harmless(rotation.new.token)},
        "stages": [
            {"id": stage, "title": title, "verdict": rotation.standing(stage).value, "at": _time(at) if at else None}
            for stage, title in STAGES.items() for at in (getattr(rotation, stage),)
        ],
        "evidence": [evidence_row(e) for e in rotation.evidence],
    }  # fmt: skip


def _cause(message: Message) -> dict[str, Any]:
    return {
        "id": harmless(message.id), "cause": harmless(message.title), "how_sure": message.how_sure,
        "says": harmless(message.means), "is_not": list(message.is_not), "remedy": remedy_row(message.do),
    }  # fmt: skip


def _counts(standings: Iterable[Standing]) -> dict[str, int]:
    counted = Counter(standings)
    return {standing.value: counted[standing] for standing in Standing if counted[standing]}


def _environment(account: str | None) -> str:
    from wizard.account import parse_account

    try:
        return parse_account(account).environment if account else "unknown"
    except AccountIdError:
        return "unknown"


def _result(line: ResultLine, profile: Profile, by_id: Mapping[str, Verdict]) -> dict[str, Any]:
    named = [r for r in profile.matching(line.requirements) if r.id in by_id]
    counted = [r for r in named if r.need == "required"] or named
    standings = [by_id[r.id].standing for r in counted]
    return {
        "title": harmless(line.title),
        "verdict": (gravest(standings) if standings else Standing.UNKNOWN).value,
        "counts": _counts(standings),
        "requirements": [r.id for r in named],
    }


def _masked(facts: dict[str, Any], account: str) -> dict[str, Any]:
    """Return the facts with all but the last three characters of the account number crossed out, wherever it stands."""
    number = re.split("[_-]", account)[0]
    shown = number[-3:] if len(number) > 3 else ""
    pattern = re.compile(rf"(?<![0-9A-Za-z]){re.escape(number)}(?![0-9A-Za-z])", re.IGNORECASE)
    masked: dict[str, Any] = _each_text(facts, lambda text: pattern.sub("x" * (len(number) - len(shown)) + shown, text))
    for row in (*masked["requirements"], *masked["causes"]):
        if row["remedy"]:
            row["remedy"]["link"] = None  # leads nowhere without the account's host name
    return masked


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each_text(inner, change) for key, inner in value.items()}
    return [_each_text(inner, change) for inner in value] if isinstance(value, list) else value


def write_report(
    setup: Setup,
    profile: Profile,
    verdicts: Sequence[Verdict],
    at: datetime,
    format: Literal["md", "html", "json"],
    *,
    mask: bool = False,
) -> str:
    """Write the report of one setup.

    Args:
        setup: the saved setup.
        profile: what it asks.
        verdicts: one per requirement.
        at: now, UTC.
        format: Markdown, HTML (one file, nothing is loaded) or JSON.
        mask: cross out the account number but for its last three characters, and leave deep links out. Names of the
            company's users, roles and subsidiaries stay, where a verdict names them.

    Returns:
        The whole text, ending with a line end.
    """
    facts = _facts(setup, profile, verdicts, at, mask)
    if format == "json":
        return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
    return (markdown_page if format == "md" else html_page)(facts)
