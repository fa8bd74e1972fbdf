"""``?q=`` of a list of records: conditions joined by AND and OR, with brackets.

Operators, and which of them a type of field has, are documented (Oracle's *Record Collection Filtering*), the refusal is
observed in public (protocol.md 8.4). Inferred: that AND binds closer, that internal ids and references count as numbers,
that a date is written in the account's format, and that words in any case are read. How much is read at a time is ours.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from wizard.practice.rest.record_fields import Field
from wizard.practice.rest.records import RecordType
from wizard.practice.wire.reply import Answered, rest_error

_REFUSAL = "Invalid search query. Provide a valid search query."
_LONGEST, _DEEPEST, _MOST_WORDS = 4000, 20, 400
_WORD = re.compile(r'\s*(?:"(?P<text>[^"]*)"|\[(?P<list>[^\]\[]*)\]|(?P<sign>[()])|(?P<word>[^\s()\[\]"]+))\s*')

_NUMBER: Mapping[str, str] = {
    "EQUAL": "{} = ?", "GREATER": "{} > ?", "GREATER_OR_EQUAL": "{} >= ?", "LESS": "{} < ?", "LESS_OR_EQUAL": "{} <= ?",
    "BETWEEN": "{} BETWEEN ? AND ?", "WITHIN": "{} BETWEEN ? AND ?", "ANY_OF": "{} IN (...)",
}
_STRING: Mapping[str, str] = {
    "IS": "{} = ?", "CONTAIN": "{} LIKE '%' || ? || '%'", "START_WITH": "{} LIKE ? || '%'", "END_WITH": "{} LIKE '%' || ?",
}
_DATE: Mapping[str, str] = {
    "ON": "{} = ?", "AFTER": "{} > ?", "BEFORE": "{} < ?", "ON_OR_AFTER": "{} >= ?", "ON_OR_BEFORE": "{} <= ?",
}


class _Unreadable(Exception):
    """No query."""


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _boolean(text: str) -> str:
    return {"true": "T", "false": "F"}[text.lower()]


def _date(text: str) -> str:
    return f"{datetime.strptime(text, '%d/%m/%Y'):%Y-%m-%d}"


_KINDS: Mapping[str, tuple[Mapping[str, str], Callable[[str], Any]]] = {
    "number": (_NUMBER, _number), "string": (_STRING, str), "boolean": ({"IS": "{} = ?"}, _boolean), "date": (_DATE, _date),
}
_ID = Field("id", "id", "Internal ID", "number")


def condition(record: RecordType, query: str) -> tuple[str, tuple[Any, ...]]:
    """Translate a filter into an SQL condition on ``t`` and its values.

    Args:
        record: the type.
        query: as sent, decoded; empty for all.

    Raises:
        Answered: with the refusal.
    """
    if not query:
        return "1", ()
    try:
        return _translated(record, _words(query))
    except (_Unreadable, ValueError, KeyError, IndexError):
        raise Answered(rest_error(400, _REFUSAL, "INVALID_PARAMETER", query_param="q")) from None


def _words(query: str) -> list[tuple[str, str]]:
    """Split a query into kinds and texts."""
    found, at = [], 0
    while at < len(query) and len(query) <= _LONGEST:
        match = _WORD.match(query, at)
        if match is None:
            raise _Unreadable
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    if not found or len(found) > _MOST_WORDS:
        raise _Unreadable
    return found


def _translated(record: RecordType, words: list[tuple[str, str]]) -> tuple[str, tuple[Any, ...]]:
    fields = {field.name.lower(): field for field in (*record.fields, _ID)}
    sql: list[str] = []
    values: list[Any] = []
    depth, complete = 0, False
    while words:
        kind, text = words.pop(0)
        if kind == "sign" and (text == ")") == complete:
            depth += -1 if complete else 1
            sql.append(text)
        elif kind == "word" and complete and text.upper() in ("AND", "OR"):
            sql.append(text.upper())
            complete = False
        elif kind == "word" and not complete:
            made, given = _compared(fields[text.lower()], words.pop(0)[1].upper(), words)
            sql.append(made)
            values += given
            complete = True
        else:
            raise _Unreadable
        if not 0 <= depth <= _DEEPEST:
            raise _Unreadable
    if depth or not complete:
        raise _Unreadable
    return f"({' '.join(sql)})", tuple(values)


def _compared(field: Field, operator: str, words: list[tuple[str, str]]) -> tuple[str, list[Any]]:
    """One condition; takes its value off the words that follow."""
    column, name = f"t.{field.column}", operator.removesuffix("_NOT")
    negated = "NOT " if name != operator else ""
    if name == "EMPTY":
        return f"{negated}ifnull({column}, '') = ''", []
    patterns, read = _KINDS["number" if field.refers else field.kind]
    pattern = patterns[name]
    kind, text = words.pop(0)
    several = name in ("BETWEEN", "WITHIN", "ANY_OF")
    if (kind == "list") != several or kind == "sign":
        raise _Unreadable
    given = [read(part.strip().strip('"')) for part in text.split(",")] if several else [read(text)]
    if "..." in pattern:
        pattern = pattern.replace("...", ", ".join("?" * len(given)))
    if pattern.count("?") != len(given):
        raise _Unreadable
    return f"{negated}({pattern.format(column)})", given
