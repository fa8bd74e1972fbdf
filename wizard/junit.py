"""The answer of ``check`` as JUnit XML, for build servers: a suite per step with a case per requirement,
one of a troubleshooting tree with a case per branch if it was climbed, and one of changes.

The form is the one build servers read: ``testsuites``, in it ``testsuite`` with ``properties`` and ``testcase``, in that
``failure`` or ``skipped``. What a person vouched for, and what nobody could tell, is *skipped* and says why: only what
NetSuite proved today counts as passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from wizard.exits import MEANINGS, Exit
from wizard.redact import harmless
from wizard.verdict import Standing

_PASSED = (Standing.VERIFIED.value, Standing.WARNING.value)


@dataclass(frozen=True)
class _Case:
    """One testcase: passed if there is neither a failure nor a reason to skip it."""

    name: str
    failure: str | None = None
    kind: str = ""
    skipped: str | None = None
    said: str | None = None


def junit(answer: Mapping[str, Any], begun: str) -> str:
    """Return the XML document.

    Args:
        answer: of ``wizard.telling.document``.
        begun: when the run began; an older proof passes nothing today.

    Returns:
        The whole text, ending with a line end.
    """
    rows = answer["requirements"]
    root = ET.Element("testsuites", name=f"netsuite-setup {answer['profile']}")
    for step in dict.fromkeys(row["step"] for row in rows):
        _add(root, step, [_requirement(row, begun) for row in rows if row["step"] == step], answer)
    if "tree" in answer:
        _add(root, f"tree {answer['tree']['id']}", list(_branches(answer, begun)), answer)
    _add(root, "changes", list(_changes(answer)), answer)
    for counted in ("tests", "failures", "errors", "skipped"):
        root.set(counted, str(sum(int(suite.get(counted, "0")) for suite in root)))
    ET.indent(root, " ")
    # Letters beyond ASCII as references: the text is right in whatever encoding standard output has.
    text: bytes = ET.tostring(root, encoding="us-ascii", xml_declaration=True)
    return text.decode("ascii") + "\n"


def _add(root: ET.Element, name: str, cases: list[_Case], answer: Mapping[str, Any]) -> None:
    counts = {
        "tests": len(cases),
        "failures": sum(case.failure is not None for case in cases),
        "errors": 0,
        "skipped": sum(case.skipped is not None for case in cases),
        "time": 0,
    }
    suite = ET.SubElement(root, "testsuite", {"name": name, **{key: str(number) for key, number in counts.items()}})
    suite.set("timestamp", answer["at"].removesuffix("Z"))
    properties = ET.SubElement(suite, "properties")
    for key, value in _properties(answer):
        ET.SubElement(properties, "property", name=key, value=harmless(value))
    for case in cases:
        element = ET.SubElement(suite, "testcase", name=harmless(case.name), classname=f"{answer['profile']}.{name}", time="0")
        if case.failure is not None:
            ET.SubElement(element, "failure", message=harmless(case.failure), type=case.kind).text = harmless(case.said or "")
        elif case.skipped is not None:
            ET.SubElement(element, "skipped", message=harmless(case.skipped))
        elif case.said:
            ET.SubElement(element, "system-out").text = harmless(case.said)


def _properties(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    code = Exit(answer["exit"])
    yield "profile", answer["profile"]
    yield "profile_version", answer["profile_version"]
    yield "account", answer["account"] or "not known"
    yield "exit", str(int(code))
    yield "exit_means", MEANINGS[code]
    yield "baseline", answer["baseline"]["kept"] if answer["baseline"] else "none"


def _requirement(row: Mapping[str, Any], begun: str) -> _Case:
    name, standing = f"{row['id']} {row['title']}", row["verdict"]
    if standing == Standing.FAILED.value:
        return _Case(name, failure=row["says"], kind=row["cause"] or "failed", said=_remedy(row["remedy"]))
    if standing not in _PASSED:
        return _Case(name, skipped=f"{standing}: {row['says']}")
    if row["at"] < begun:
        return _Case(name, skipped=f"{standing} at {row['at']}, not asked again")
    return _Case(name, said=f"warning: {row['says']}. {_remedy(row['remedy'])}" if standing == Standing.WARNING.value else None)


def _branches(answer: Mapping[str, Any], begun: str) -> Iterator[_Case]:
    old = {row["id"] for row in answer["requirements"] if row["verdict"] == Standing.VERIFIED.value and row["at"] < begun}
    for number, row in enumerate(answer["tree"]["branches"], start=1):
        not_today = sorted(old.intersection(row["requirements"]))
        name, standing = f"{number}. {row['text']}", row["verdict"]
        if standing == Standing.FAILED.value:
            yield _Case(name, failure=row["says"], kind="failed")
        elif standing not in _PASSED:
            yield _Case(name, skipped=f"{standing}: {row['says']}")
        elif not_today:
            yield _Case(name, skipped=f"{standing} earlier, not asked again: {', '.join(not_today)}")
        else:
            yield _Case(name, said=row["says"] if standing == Standing.WARNING.value else None)


def _changes(answer: Mapping[str, Any]) -> Iterator[_Case]:
    for row in answer["changes"]:
        told = f"Last seen as it was: {row['last_seen'] or 'never'}; different since {row['noted'] or row['noticed']}."
        failure = row["what"] if row["hurts"] else None
        yield _Case(row["what"], failure=failure, kind="changed", said=f"{told} {_remedy(row['ask'])}")


def _remedy(remedy: Mapping[str, Any] | None) -> str:
    if remedy is None:
        return ""
    return f"{remedy['text']} [{remedy['menu_path']}]" if remedy["menu_path"] else str(remedy["text"])
