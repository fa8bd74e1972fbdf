"""What a body of the record service says: JSON, names, values and references, each checked (protocol.md 6.6, 8.4)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote

from wizard.practice.door.directory import Access
from wizard.practice.door.presented import Asked, read_json
from wizard.practice.rest.record_fields import Field, Sublist
from wizard.practice.rest.records import RecordType, record_named
from wizard.practice.wire.reply import Answered, rest_error

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

CONTENT_SENTENCE = "Invalid content in the request body."
"""Observed in public (8.4)."""
LONGEST = 4000
"""Characters of a text (inferred)."""
LARGEST = 1e12
"""Amount (inferred)."""

_INVALID = "Invalid value for the resource or sub-resource field '{}'. Provide a valid value."
_NO_SUCH = "Error while accessing resource: You have entered an Invalid Field Value {} for the following field: {}"
_FOREIGN = "Error while accessing a resource. Invalid Field Reference Key {} for the following field: {}"
# What an answer to GET holds beside the fields; it may be sent back (inferred).
_ENVELOPE = {"links", "id", "refname", "externalid"}
_MOST_WARNINGS, _LONGEST_WARNING, _LONGEST_ID = 20, 60, 40


@dataclass
class Body:
    """What is to be written."""

    values: dict[str, Any] = field(default_factory=dict)
    """By column; None empties it."""
    lines: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    """Reference and amount of every line, by list."""
    given: set[str] = field(default_factory=set)
    """Names that were sent with a value, in lower case."""
    warnings: list[str] = field(default_factory=list)
    """What was left out, and why."""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The warnings, as a header.

        That they come back in one is documented, its name observed in public (6.2, 6.6); its text is inferred. Names are
        percent-encoded: whoever sent them could write a header of his own else.
        """
        told = [quote(warning, safe=" '.", errors="replace")[:_LONGEST_WARNING] for warning in self.warnings[:_MOST_WARNINGS]]
        return (("x-netsuite-propertyvalidation", ",".join(told)),) if told else ()


class _Wrong(Exception):
    """A value of the wrong kind."""


def read_body(account: PracticeAccount, record: RecordType, asked: Asked, access: Access) -> Body:
    """Read a body.

    Args:
        account: the account.
        record: type of the record.
        asked: the request.
        access: the login.

    Raises:
        Answered: with the refusal.
    """
    return _Reader(account, record, asked, access).read(_json(asked.body))


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        sent = read_json(body)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise Answered(rest_error(400, CONTENT_SENTENCE, "INVALID_CONTENT"))
    return sent


class _Reader:
    """Reads the body of one request."""

    def __init__(self, account: PracticeAccount, record: RecordType, asked: Asked, access: Access) -> None:
        self._account, self._record, self._access = account, record, access
        # The two headers, their values and defaults are documented (6.6).
        self._names = asked.headers.get("x-netsuite-propertynamevalidation", "warning").strip().lower()
        self._values = asked.headers.get("x-netsuite-propertyvaluevalidation", "error").strip().lower()
        self._body = Body()

    def read(self, sent: Mapping[str, Any]) -> Body:
        fields = {f.name.lower(): f for f in self._record.fields if self._access.has(f.feature)}
        lists = {s.name: s for s in self._record.sublists if self._access.has(s.feature)}
        for name, value in sent.items():
            known = fields.get(name.lower())
            if known is not None:
                self._field(known, value)
            elif name.lower() in lists:
                self._sublist(lists[name.lower()], value)
            elif name.lower() not in _ENVELOPE and not self._custom(name):
                self._unknown(name)
        return self._body

    def _custom(self, name: str) -> bool:
        """Tell whether it is a custom field of the account; its value is not kept: there is nowhere to."""
        return name.lower() in self._custom_fields

    @cached_property
    def _custom_fields(self) -> frozenset[str]:
        rows = self._account.state.rows("SELECT scriptid FROM definitions WHERE kind = 'customfield'")
        return frozenset(row["scriptid"] for row in rows)

    def _unknown(self, name: str) -> None:
        """A name that is no field of the type (codes and words inferred)."""
        if self._names == "error":
            detail = f"Unknown property '{name}' in the request body."
            raise Answered(rest_error(400, detail, "INVALID_CONTENT", path=name))
        if self._names != "ignore":
            self._body.warnings.append(f"Unknown property '{name}'")

    def _field(self, known: Field, value: Any) -> None:
        if known.readonly:
            return
        try:
            self._body.values[known.column] = self._converted(known, value)
        except _Wrong:
            # Sentence and code observed in public.
            if self._values not in ("ignore", "warning"):
                raise Answered(rest_error(400, _INVALID.format(known.name), "INVALID_VALUE", path=known.name)) from None
            if self._values == "warning":
                self._body.warnings.append(f"Invalid value for '{known.name}'")
            return
        if self._body.values[known.column] is not None:
            self._body.given.add(known.name.lower())

    def _converted(self, known: Field, value: Any) -> Any:
        if value is None or value == "":
            return None
        if known.refers:
            return self._reference(known.refers, value, known.name, known.name)
        if known.choices:
            chosen = value.get("id") if isinstance(value, dict) else value
            if chosen not in known.choices:
                raise _Wrong
            return chosen
        return _KINDS[known.kind](value)

    def _reference(self, kind: str | None, value: Any, name: str, path: str) -> int:
        """Return the id of a record that is there and within the role's subsidiaries."""
        wanted = value.get("id") if isinstance(value, dict) else value
        if isinstance(wanted, bool) or not isinstance(wanted, (int, str)) or len(str(wanted)) > _LONGEST_ID:
            raise _Wrong
        record = record_named(self._account.state, kind) if kind else None
        table, where = (record.table, record.where) if record else ("items", "1")
        own = f"t.{record.subsidiary}" if record and record.subsidiary else "NULL"
        sql = f"SELECT {own} FROM {table} t WHERE {where} AND t.id = ?"  # noqa: S608 (no part is sent)
        readable = re.fullmatch(r"-?[1-9]\d{0,17}", str(wanted), re.ASCII)
        row = self._account.state.row(sql, (int(str(wanted)),)) if readable else None
        if row is None:
            # Documented, the path included (8.4).
            self._refuse(_NO_SUCH.format(wanted, name), "INVALID_CONTENT", path)
        if not self._access.given(row[0]):
            self._refuse(_FOREIGN.format(wanted, name), self._account.settings.reference_to_other_subsidiary, path)
        return int(str(wanted))

    def _refuse(self, detail: str, code: str, path: str) -> NoReturn:
        raise Answered(rest_error(400, detail, code, path=path))

    def _sublist(self, lines: Sublist, value: Any) -> None:
        if isinstance(value, dict) and "items" not in value:
            # An answer to GET names the address of its lines only.
            return
        items = value.get("items") if isinstance(value, dict) else None
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise Answered(rest_error(400, _INVALID.format(lines.name), "INVALID_VALUE", path=lines.name))
        self._body.lines[lines.name] = [self._line(lines, number, item) for number, item in enumerate(items)]

    def _line(self, lines: Sublist, number: int, item: Mapping[str, Any]) -> tuple[int, float]:
        path = f"{lines.name}.items[{number}]" + (f".{lines.field}" if lines.field else "")
        try:
            wanted = self._reference(lines.refers, item.get(lines.field) if lines.field else item, lines.field or lines.name, path)
            numbers = {key: _number(item[key]) for key in ("amount", "quantity", "rate") if item.get(key) is not None}
            return wanted, _number(numbers.get("amount", numbers.get("quantity", 1.0) * numbers.get("rate", 0.0)))
        except _Wrong:
            raise Answered(rest_error(400, _INVALID.format(path), "INVALID_VALUE", path=path)) from None


def _string(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _Wrong
    text = str(value)
    # Half a surrogate pair is possible in JSON and nowhere else.
    if len(text) > LONGEST or re.search("[\ud800-\udfff]", text):
        raise _Wrong
    return text


def _boolean(value: Any) -> str:
    if isinstance(value, bool):
        return "T" if value else "F"
    if value not in ("T", "F"):
        raise _Wrong
    return str(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _Wrong
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise _Wrong from None
    if not math.isfinite(number) or abs(number) > LARGEST:
        raise _Wrong
    return number


def _date(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise _Wrong
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise _Wrong from None


_KINDS: Mapping[str, Callable[[Any], Any]] = {
    "string": _string, "boolean": _boolean, "number": _number, "date": _date,
}
