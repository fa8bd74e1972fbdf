"""SuiteQL's dialect brought into SQLite: tokens rewritten, and the functions SQLite lacks.

Only what a reader of this account needs; anything else is refused as a syntax error, never guessed. What is known
of the dialect: protocol.md 7 (observed in public); ``BUILTIN.DF`` from the queries quoted in roles-and-features 4.2.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wizard.practice.rest.tables import DATE_MARK, DISPLAY, TABLES

_TOKEN = re.compile(
    r"""(?P<blank>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
      | (?P<text>'(?:[^']|'')*')
      | (?P<quoted>"[^"\]]*")
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<word>[A-Za-z_][A-Za-z0-9_$\#]*)
      | (?P<sign><=|>=|<>|!=|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)
_NOW = {"systimestamp", "sysdate", "current_timestamp", "current_date"}
# Words SQLite understands and SuiteQL does not: a query that uses them must not work here only (inferred).
_FOREIGN = {"limit", "glob", "pragma", "regexp"}
_WITHIN_FROM = {"on", "using", "inner", "left", "right", "full", "outer", "cross", "natural"}
_CLAUSES = {
    "select", "where", "group", "order", "having", "join", "union", "intersect", "minus", "except", "fetch", *_WITHIN_FROM,
}
_COMPARED = {"=", "<", ">", "<=", ">=", "<>", "!="}
_DATED = {column for table in TABLES.values() for column in table.dates}
_DISPLAYED = {column for table in TABLES.values() for column in table.displays}

_AHEAD = 8
"""Tokens that ``BUILTIN.DF(a.column)``, the longest of what is rewritten, has."""

_FORMATS = (
    ("YYYY", "%Y"), ("HH24", "%H"), ("HH12", "%I"), ("FF3", "000"), ("MON", "%b"), ("MM", "%m"), ("DD", "%d"),
    ("HH", "%I"), ("MI", "%M"), ("SS", "%S"), ("AM", "%p"), ("PM", "%p"), ("YY", "%y"),
)


class DialectError(Exception):
    """The text uses something SuiteQL does not know; its message is the word."""


def tokens(sql: str) -> list[tuple[str, str]]:
    """Split a query into kinds and texts, without blanks and comments.

    Args:
        sql: as sent.
    """
    found = ((str(match.lastgroup), match.group()) for match in _TOKEN.finditer(sql))
    return [token for token in found if token[0] != "blank"]


def translate(sql: str, plain: Collection[str] = ()) -> str:
    """Return the query for SQLite.

    Args:
        sql: as sent.
        plain: columns ``BUILTIN.DF`` has nothing else to show for.

    Raises:
        DialectError: for a word that only SQLite understands.
    """
    sequence, at, done = tokens(sql), 0, []
    while at < len(sequence):
        left = sequence[at : at + _AHEAD]
        text, used = next((made for rule in _RULES if (made := rule(left, plain))), (left[0][1], 1))
        done.append(text)
        at += used
    return _joined(done)


def _joined(parts: list[str]) -> str:
    """Put a blank wherever one does no harm: not around dots, which SQLite would accept too, but people read errors."""
    return " ".join(parts).replace(" . ", ".")


def _words(left: list[tuple[str, str]], count: int) -> list[str]:
    return [text.lower() for _, text in left[:count]]


def _display(left: list[tuple[str, str]], plain: Collection[str]) -> tuple[str, int] | None:
    """``BUILTIN.DF(a.column)``: the hidden column that holds what a person would see."""
    if _words(left, 4) != ["builtin", ".", "df", "("]:
        return None
    qualified = len(left) > 6 and left[5][1] == "."
    end = 7 if qualified else 5
    if len(left) <= end or left[end][1] != ")":
        raise DialectError("BUILTIN")
    column = left[end - 1][1].strip('"')
    shown = column if column.lower() not in _DISPLAYED or column.lower() in plain else column + DISPLAY
    prefix = f"{left[4][1]}." if qualified else ""
    return f"ifnull({prefix}[{shown}], NULL)", end + 1


def _fetch(left: list[tuple[str, str]], plain: Collection[str]) -> tuple[str, int] | None:
    """``FETCH FIRST n ROWS ONLY``."""
    words = _words(left, 5)
    if words[:1] != ["fetch"]:
        return None
    if len(words) < 5 or words[1] not in ("first", "next") or not words[2].isdigit() or words[4] != "only":
        raise DialectError(left[0][1])
    return f"LIMIT {words[2]}", 5


def _bare_date(left: list[tuple[str, str]], plain: Collection[str]) -> tuple[str, int] | None:
    """``trandate >= '31/01/2026'``: a text beside a date is read in the account's format (inferred), never compared as text."""
    kinds, words = [kind for kind, _ in left], _words(left, 5)
    if words[0] not in _DATED or len(left) < 3:
        return None
    column, values = left[0][1], [f"to_date({text})" if text == "?" or kind == "text" else None for kind, text in left[2:5]]
    if words[1] in _COMPARED and kinds[1] == "sign" and values[0]:
        return f"{column} {words[1]} {values[0]}", 3
    if words[1] == "between" and words[3:4] == ["and"] and values[0] and values[2]:
        return f"{column} BETWEEN {values[0]} AND {values[2]}", 5
    return None


def _word(left: list[tuple[str, str]], plain: Collection[str]) -> tuple[str, int] | None:
    kind, text = left[0]
    if kind == "quoted":
        # SQLite takes an unknown name in double quotes for a text; brackets it does not.
        return f"[{text[1:-1]}]", 1
    if kind != "word":
        return None
    word = text.lower()
    if word in _FOREIGN:
        raise DialectError(text)
    if word in _NOW and not (len(left) > 1 and left[1][1] == "("):
        return "systimestamp()", 1
    return {"transaction": "[transaction]", "minus": "EXCEPT"}.get(word, text), 1


_Rule = Callable[[list[tuple[str, str]], Collection[str]], "tuple[str, int] | None"]
_RULES: tuple[_Rule, ...] = (_display, _fetch, _bare_date, _word)


@dataclass
class _Level:
    """What a pair of brackets is in."""

    in_from: bool = False
    expects: bool = False


def tables_named(sql: str) -> list[tuple[str, str]]:
    """Return alias and table, as typed, of everything that stands behind FROM and JOIN, in subqueries too.

    Args:
        sql: as sent.
    """
    found: list[tuple[str, str]] = []
    sequence, levels = tokens(sql), [_Level()]
    for number, (kind, text) in enumerate(sequence):
        here, word = levels[-1], text.lower()
        if word == "(":
            levels.append(_Level(here.expects, here.expects))
            here.expects = False
        elif word == ")":
            del levels[max(1, len(levels) - 1) :]
        elif word in ("from", "join", ","):
            here.in_from = here.in_from or word != ","
            here.expects = here.in_from
        elif word in _CLAUSES:
            here.in_from, here.expects = here.in_from and word in _WITHIN_FROM, False
        elif here.expects and kind in ("word", "quoted"):
            table = text.strip('"')
            found.append((_alias(sequence[number + 1 : number + 3]) or table, table))
            here.expects = False
    return found


def _alias(following: list[tuple[str, str]]) -> str | None:
    """Return the word behind a table, unless it begins the next clause."""
    names = [token for token in following if token[1].lower() != "as"][:1]
    return names[0][1] if names and names[0][0] == "word" and names[0][1].lower() not in _CLAUSES else None


def moment(value: object) -> datetime | None:
    """Return the time a marked value holds, or None; a query may make up what only looks marked.

    Args:
        value: out of a query.
    """
    if not isinstance(value, str) or not value.startswith(DATE_MARK):
        return None
    try:
        return datetime.fromisoformat(value[1:])
    except ValueError:
        return None


def marked(when: datetime) -> str:
    """Return a time as it travels inside a query.

    Args:
        when: UTC.
    """
    return DATE_MARK + when.strftime("%Y-%m-%d %H:%M:%S")


def _format(pattern: str) -> str:
    """Turn Oracle's date format into Python's; text in double quotes stays."""
    parts = re.split(r'"([^"]*)"', pattern)
    for number in range(0, len(parts), 2):
        for theirs, ours in _FORMATS:
            parts[number] = re.sub(theirs, ours, parts[number], flags=re.IGNORECASE)
    return "".join(parts)


def _to_char(value: Any, pattern: str = "") -> str | None:
    when = moment(value)
    if when is None:
        return None if value is None else str(value)
    return when.strftime(_format(pattern or "DD/MM/YYYY"))


def _to_date(text: Any, pattern: str = "DD/MM/YYYY") -> str | None:
    """Return a date as the tables hold it: midnight is the day alone, so that a day equals itself."""
    return None if text is None else marked(datetime.strptime(str(text), _format(pattern))).removesuffix(" 00:00:00")


def _decode(*values: Any) -> Any:
    subject, pairs, other = values[0], values[1:], None
    if len(pairs) % 2:
        pairs, other = pairs[:-1], pairs[-1]
    return next((found for key, found in zip(pairs[::2], pairs[1::2], strict=True) if key == subject), other)


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "to_char": _to_char,
    "to_date": _to_date,
    "to_timestamp": _to_date,
    "decode": _decode,
    "nvl": lambda value, other: other if value is None else value,
    "nvl2": lambda value, given, missing: missing if value is None else given,
    "sys_extract_utc": lambda value: value,
}


def teach(connection: sqlite3.Connection) -> None:
    """Give a connection the functions SuiteQL has and SQLite has not.

    Args:
        connection: to be used for queries.
    """
    for name, function in _FUNCTIONS.items():
        connection.create_function(name, -1, function, deterministic=True)
