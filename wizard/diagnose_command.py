"""The command ``diagnose``: what a pasted text leads to, in lines or as one document. Offline; nothing is sent anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO

from wizard.causes import CAUSES, LOGIN_CANDIDATES
from wizard.diagnosis import Basis, Diagnosis
from wizard.errors import UsageError
from wizard.exits import Exit
from wizard.failures import Failure, failures
from wizard.pasted_failure import PastedDiagnosis, explain_pasted
from wizard.pasted_secrets import KINDS
from wizard.profile import Profile
from wizard.verdict import Remedy

LIMIT = 1_048_576
"""Bytes of standard input that are taken: a log of some hundred exchanges."""

BASES = {
    Basis.PROVEN: "the words name it",
    Basis.SAID: "a word of the Login Audit Trail stands for it",
    Basis.POSSIBLE: "possible, not proven",
}
"""Why a cause is named, for people."""

_HOW = (
    'Give the text: netsuite-setup diagnose "InvalidSignature". Longer ones through a pipe: netsuite-setup diagnose - < error.txt. '
    "It takes vendors' messages, REST and RESTlet errors, SOAP faults, words and rows of the Login Audit Trail, HTTP logs "
    "(curl -v, Postman) and messages of HTTP clients."
)
_UNREADABLE = "Standard input is no text."


def read_text(words: list[str], stdin: TextIO | None) -> str:
    """Return what is to be explained.

    Args:
        words: of the command line; none or ``-`` means standard input.
        stdin: standard input, None if it is closed.

    Raises:
        UsageError: if there is nothing, too much, or no text; with how to do it.
    """
    if words and words != ["-"]:
        return " ".join(words)
    if stdin is None or (not words and stdin.isatty()):
        raise UsageError(_HOW)
    data = stdin.buffer.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise UsageError(f"That is more than {LIMIT:,} bytes. Cut out the exchange that failed, with the request before it.")
    return _decoded(data)


def _decoded(data: bytes) -> str:
    """Return bytes as text; shells of Windows write UTF-16 with a mark in front."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = data.decode(encoding, errors="replace")
    strange = sum(text.count(sign) for sign in ("\x00", "\N{REPLACEMENT CHARACTER}"))
    if strange * 3 > len(text):
        raise UsageError(_UNREADABLE)
    return text


def diagnose(text: str, profile: Profile | None, as_json: bool, typed: bool, stdout: TextIO) -> Exit:
    """Print what a text leads to.

    Args:
        text: as it was pasted.
        profile: whose error map is used first.
        as_json: one document instead of lines.
        typed: it stood on the command line, where a shell's history may keep it.
        stdout: for the answer.
    """
    told = explain_pasted(text, profile)
    code = Exit.READY if told.candidates else Exit.UNDECIDED
    if as_json:
        stdout.write(json.dumps(document(told, code), indent=1) + "\n")
    else:
        stdout.write("\n".join([*_lines(told, typed), ""]))
    return code


def document(told: PastedDiagnosis, code: Exit) -> dict[str, Any]:
    """Return what ``diagnose --json`` prints.

    Args:
        told: what the text leads to.
        code: the exit code.
    """
    from wizard.telling import diagnosis_row

    row = diagnosis_row(Diagnosis(candidates=told.candidates, excluded=told.excluded, ladder=()))
    return {
        "schema": 1,
        "exit": int(code),
        "candidates": [{**one, "rows": [_row(number) for number in told.rows.get(one["cause"], ())]} for one in row["candidates"]],
        "excluded": row["excluded"],
        "exchanges": list(told.exchanges),
        "elsewhere": list(told.elsewhere),
        "secrets": [{"kind": kind, "seen": KINDS[kind][0], "do": KINDS[kind][1]} for kind in told.secrets],
        "similar": [_row(number) for number in told.similar],
    }  # fmt: skip


def _row(number: int) -> dict[str, Any]:
    row = failures()[number].model_dump(include={"cause", "symptom", "meaning", "mark", "source"})
    return {"row": number, **row}


def _lines(told: PastedDiagnosis, typed: bool) -> Iterator[str]:
    yield from _secrets(told, typed)
    if len(told.exchanges) > 1:
        yield "Exchanges:"
        yield from (f"  {number}. {line}" for number, line in enumerate(told.exchanges, 1))
        yield ""
    for host in told.elsewhere:
        yield f"{host} is not NetSuite's: its answer says nothing about NetSuite. If it repeats NetSuite's words, give those alone."
    yield from _named(told) if told.candidates else _nothing(told)


def _secrets(told: PastedDiagnosis, typed: bool) -> Iterator[str]:
    if not told.secrets:
        return
    yield "The text holds what should stay secret. Nothing of it is repeated, kept or sent:"
    yield from (f"  {KINDS[kind][0]}. {KINDS[kind][1]}" for kind in told.secrets)
    if typed:
        yield "  It stood on a command line: the shell's history may keep it, and others on this machine could read it."
        yield "  Take it out of the history; next time: netsuite-setup diagnose -"
    yield ""


def _named(told: PastedDiagnosis) -> Iterator[str]:
    first, *others = told.candidates
    yield f"{first.cause}: {CAUSES[first.cause].meaning}"
    rows = [failures()[number] for number in told.rows.get(first.cause, ())]
    yield f"  seen: {first.says}"
    yield f"  how sure: {BASES[first.basis]}"
    if rows:
        yield f"  behind it: {rows[0].meaning}"
    if first.remedy:
        yield from _remedy(first.remedy)
    if told.excluded:
        yield f"  not: {', '.join(one.cause for one in told.excluded)} ({told.excluded[0].says})"
    if rows:
        yield f"  {_source(rows[0])}"
    if others:
        yield "Other candidates, most likely first:"
        yield from (f"  {one.cause}: {CAUSES[one.cause].meaning} ({BASES[one.basis]})" for one in others)
        if first.cause in LOGIN_CANDIDATES and first.basis is Basis.POSSIBLE and len(told.candidates) >= len(LOGIN_CANDIDATES):
            yield "What tells them apart: the column Detail of the Login Audit Trail. Give its word to this command."


def _remedy(remedy: Remedy) -> Iterator[str]:
    minutes = f" (about {remedy.minutes} min)" if remedy.minutes else ""
    yield f"  do: {remedy.text}{minutes}"
    if remedy.menu_path:
        yield f"  where: {remedy.menu_path}"


def _source(row: Failure) -> str:
    return f"row {row.id} of the failure table, {row.mark}: {row.source}"


def _nothing(told: PastedDiagnosis) -> Iterator[str]:
    yield "Nothing in it is known, so no cause is named."
    if told.similar:
        yield "These rows of the failure table speak of something like it; nothing is proven:"
        similar = [failures()[number] for number in told.similar]
        yield from (f"  {row.id} {row.cause}: {row.symptom}; {row.meaning}. {row.fix}" for row in similar)
        return
    yield "What can be given: a vendor's message; a REST or RESTlet error; a SOAP fault; a word or row of the Login Audit Trail;"
    yield "an HTTP log with request and answer; a message of an HTTP client. Or look whether one of these is what you see:"
    seen: dict[str, Failure] = {}
    for row in failures().values():
        seen.setdefault(row.cause, row)
    yield from (f"  {cause}: {seen[cause].symptom}" for cause in sorted(seen))
