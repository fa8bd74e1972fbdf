"""The report's facts as pages people read: Markdown and HTML, with the same lines, each form with its own escaping."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from wizard.verdict import Standing

_HEADINGS = {
    Standing.FAILED: ("Failed", "NetSuite's answer proves that this is not in order."),
    Standing.WARNING: ("Warnings", "It works, or is only recommended; a person should look."),
    Standing.WAITING: ("Waiting", "On a person, a vendor, a delay or another step."),
    Standing.UNKNOWN: ("Unknown", "Cannot be proven with what the program has."),
    Standing.ATTESTED: ("Only said by a person", "Attested, not verified: only a person's word is behind these."),
    Standing.VERIFIED: ("Proven by NetSuite", "Verified: NetSuite's own answers prove these."),
    Standing.NOT_APPLICABLE: ("Not applicable", "Does not concern this account."),
}
"""Every standing's section, in the order of the report: what needs a hand comes first."""


@dataclass(frozen=True)
class _Item:
    """A line of the report, with lines below it."""

    label: str
    """What it is about; may hold text from outside."""
    text: str = ""
    """What there is to say; may hold text from outside."""
    kind: Literal["words", "code", "link"] = "words"
    """How the text is drawn."""
    standing: str = ""
    """Drawn as a word before the label."""
    below: tuple[_Item, ...] = ()
    """Details."""


@dataclass(frozen=True)
class _Section:
    """A heading and what is below it."""

    heading: str
    """Ours."""
    note: str
    """One sentence below the heading, or nothing."""
    items: tuple[_Item, ...]
    """Lines."""


def _sections(facts: Mapping[str, Any]) -> list[_Section]:
    return [section for section in _all_sections(facts) if section.items]


def _all_sections(facts: Mapping[str, Any]) -> Iterator[_Section]:
    yield _Section("", "", tuple(_summary(facts)))
    causes = tuple(_cause(row) for row in facts["causes"])
    yield _Section("What is the matter", "Likeliest first. Only what is called proven rests on an answer of NetSuite's.", causes)
    results = tuple(_Item(r["title"], _counted(r["counts"]), standing=r["verdict"]) for r in facts["results"])
    yield _Section("The vendor's result list", "", results)
    numbers: dict[tuple[Any, ...], int] = {}
    for standing, (heading, note) in _HEADINGS.items():
        rows = [row for row in facts["requirements"] if row["verdict"] == standing.value]
        yield _Section(f"{heading} ({len(rows)})", note, tuple(_requirement(row, numbers) for row in rows))
    proofs = tuple(_proof(evidence, number) for evidence, number in numbers.items())
    yield _Section("Evidence", "What was asked, what came back, and when (UTC).", proofs)
    traces = tuple(_traces(facts))
    yield _Section("Values and tokens", "Fingerprints are the first 12 hexadecimal digits of SHA-256.", traces)
    vendor = f"{facts['vendor_test']['note']} (proves: {facts['vendor_test']['proves']})"
    limits = (("This report", facts["limits"]), ("The vendor's own test", vendor), ("Lifecycle", facts["lifecycle"]))
    yield _Section("What this report cannot say", "", tuple(_Item(label, text) for label, text in limits))


def _summary(facts: Mapping[str, Any]) -> Iterator[_Item]:
    profile, account = facts["profile"], facts["account"]
    begun = "" if profile["begun_with"] == profile["version"] else f", begun with version {profile['begun_with']}"
    yield _Item("Outcome", facts["outcome_means"], standing=facts["outcome"])
    yield _Item("Required", _counted(facts["counts"]["required"]))
    yield _Item("All", _counted(facts["counts"]["all"]))
    yield _Item("Profile", f"{profile['name']} ({profile['id']}), version {profile['version']}{begun}")
    yield _Item("After", f"{profile['document']['title']}, reviewed {profile['document']['reviewed']}")
    yield _Item("Page", profile["document"]["url"], "link")
    yield _Item("Account", f"{account['id'] or 'not known yet'}, {account['environment']}")
    setup = facts["setup"]
    yield _Item("Setup", f"{setup['id']}, begun {setup['begun']}, last change {setup['changed']}")
    yield _Item("Written", f"{facts['at']} by {facts['program']}")


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {standing}" for standing, number in counts.items()) or "nothing"


def _requirement(row: Mapping[str, Any], numbers: dict[tuple[Any, ...], int]) -> _Item:
    below = [_Item("Need", row["need"])] if row["need"] != "required" else []
    if row["cause"]:
        below.append(_Item("Cause", row["cause"]))
    below += _remedy(row["remedy"])
    if row["evidence"]:
        # One answer proves many rows: it is written down once, below, and named here by its number.
        named = [numbers.setdefault(tuple(e.values()), len(numbers) + 1) for e in row["evidence"]]
        below.append(_Item("Evidence", ", ".join(f"E{number}" for number in named)))
    return _Item(f"{row['id']} {row['title']}", row["says"], standing=row["verdict"], below=tuple(below))


def _remedy(remedy: Mapping[str, Any] | None) -> Iterator[_Item]:
    if remedy is None:
        return
    minutes = f" (about {remedy['minutes']} min)" if remedy["minutes"] else ""
    yield _Item("What to do", remedy["text"] + minutes)
    if remedy["menu_path"]:
        yield _Item("Menu", remedy["menu_path"])
    if remedy["link"]:
        yield _Item("Link", remedy["link"], "link")


def _cause(row: Mapping[str, Any]) -> _Item:
    below = [_Item("Found", row["says"]), *_remedy(row["remedy"])]
    if row["is_not"]:
        below.append(_Item("It is not", ", ".join(row["is_not"])))
    return _Item(row["cause"], row["how_sure"], below=(*below, _Item("Name of this finding", row["id"])))


def _proof(evidence: tuple[Any, ...], number: int) -> _Item:
    probe, asked, came_back, at, token = evidence
    by = {"integration": "integration token", "setup": "setup token"}.get(token, "no login")
    who = "a person's word" if probe == "person" else "on this machine" if probe == "local" else f"{probe}, {by}"
    words = (_Item("Asked", asked or "nothing", "code"), _Item("Came back", came_back or "nothing", "code"))
    return _Item(f"E{number}", f"{who}, {at}", below=words)


_USERS = {"integration": "of the integration's user", "setup": "of the administrator, with the setup token"}
"""Whose logins were refused, by the word the setup keeps."""


def _traces(facts: Mapping[str, Any]) -> Iterator[_Item]:
    values = facts["values"]
    if values:
        place = f"{values['place']}{'' if values['durable'] else ' (until the program ends)'}"
        yield _Item("Values", f"{', '.join(values['pairs'])}: in {place}; fingerprint {values['fingerprint']}, "
                              f"read back {values['read_back']}")
    else:
        yield _Item("Values", "none are kept")
    for token in facts["setup_tokens"]:
        end = "not proven dead yet: revoke it"
        if token["revoked"]:
            end = f"proven dead {token['revoked']}"
        elif token["said_gone"]:
            end = f"gone by a person's word (attested, not verified) {token['said_gone']}"
        first = f"first login {token['accepted']}" if token["accepted"] else "its first login was never answered"
        yield _Item(f"Setup token {token['number']}", f"fingerprint {token['fingerprint']}, {first}, {end}")
    if rotation := facts["rotation"]:
        yield _Item("Rotation", rotation["says"])
        for stage in rotation["stages"]:
            if stage["at"]:
                yield _Item(stage["title"], f"{stage['verdict']}, {stage['at']}")
    for refused in facts["refused_logins"]:
        yield _Item("Refused logins", f"{_USERS.get(refused['user'], refused['user'])}: {', '.join(refused['at'])}")
    said = ", ".join(facts["handed_over"])
    yield _Item("Handed over", f"a person said so: {said}" if said else "not yet")


def _title(facts: Mapping[str, Any]) -> str:
    return f"NetSuite setup report: {facts['profile']['name']}"


def markdown_page(facts: Mapping[str, Any]) -> str:
    """Return the report as Markdown; text from outside shows as it stands and marks nothing up.

    Args:
        facts: as ``wizard.report`` gathers them.
    """
    lines = [f"# {_md(_title(facts))}"]
    for section in _sections(facts):
        lines += ["", f"## {section.heading}"] if section.heading else []
        lines += ["", section.note] if section.note else []
        lines.append("")
        for item in section.items:
            lines += _markdown_item(item, 0)
    return "\n".join(lines) + "\n"


def _markdown_item(item: _Item, depth: int) -> Iterator[str]:
    word = f"**{item.standing}** " if item.standing else ""
    text = f": {_MARKDOWN_KINDS[item.kind](item.text)}" if item.text else ""
    yield f"{'  ' * depth}- {word}{_md(item.label)}{text}"
    for inner in item.below:
        yield from _markdown_item(inner, depth + 1)


_LINK = re.compile(r"https://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
_MARKDOWN = re.compile(
    r"[\\`*{}\[\]#|~!$<]|&(?=#?[0-9A-Za-z]+;)|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])|:(?=//)|(?<=www)\."
)
"""Characters that mark something up where they stand. Others are left alone: a menu path must be readable in raw form."""
_ENTITIES = {"<": "&lt;", "&": "&amp;"}


def _md(text: str) -> str:
    """Return a text that Markdown shows as it stands: no markup, no HTML, no link that nobody wrote as one."""
    return _MARKDOWN.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), text)


def _md_code(text: str) -> str:
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"


def _md_link(text: str) -> str:
    return f"<{text}>" if _LINK.fullmatch(text) else _md(text)


_MARKDOWN_KINDS: Mapping[str, Callable[[str], str]] = {"words": _md, "code": _md_code, "link": _md_link}


_STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}ul{padding-left:1.2em}"
    "code{background:#eee;overflow-wrap:anywhere}b.s{border:1px solid;padding:0 .3em;font-size:.85em}"
    "b.verified,b.ready{color:#060}b.failed{color:#a00}b.attested{color:#24a;border-style:dashed;font-style:italic}"
    "b.warning,b.unknown,b.waiting,b.undecided{color:#850}"
)


def html_page(facts: Mapping[str, Any]) -> str:
    """Return the report as one HTML file that loads nothing from anywhere.

    Args:
        facts: as ``wizard.report`` gathers them.
    """
    title, policy = _title(facts), "default-src 'none'; style-src 'unsafe-inline'"
    lines = [
        "<!DOCTYPE html>", '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>", f"<h1>{html.escape(title)}</h1>",
    ]
    for section in _sections(facts):
        lines += [f"<h2>{html.escape(section.heading)}</h2>"] if section.heading else []
        lines += [f"<p>{html.escape(section.note)}</p>"] if section.note else []
        lines += ["<ul>", *(_html_item(item) for item in section.items), "</ul>"]
    return "\n".join([*lines, "</body></html>"]) + "\n"


def _html_item(item: _Item) -> str:
    text = html.escape(item.text)
    if item.kind == "code":
        text = f"<code>{text}</code>"
    elif item.kind == "link" and _LINK.fullmatch(item.text):
        text = f'<a rel="noreferrer" href="{text}">{text}</a>'
    mark = f'<b class="s {item.standing.replace(" ", "-")}">{html.escape(item.standing)}</b> ' if item.standing else ""
    below = "".join(_html_item(inner) for inner in item.below)
    return f"<li>{mark}{html.escape(item.label)}{': ' if text else ''}{text}{f'<ul>{below}</ul>' if below else ''}</li>"
