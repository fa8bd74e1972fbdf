"""SuiteQL over REST: what a query looks like on the wire, and what a page of its rows looks like (protocol.md 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wizard.netsuite.answers import Answer
from wizard.netsuite.refusals import unexpected

PATH = "/services/rest/query/v1/suiteql"
"""Below the account's suitetalk address (documented)."""

HEADERS = {"Prefer": "transient"}
"""A required header field; what happens without it was not published (protocol.md 7.1)."""

PAGE_SIZE = 1000
"""Rows of a page, the most NetSuite allows (documented)."""

MOST_ROWS = 100_000
"""Rows that can be reached at all (documented)."""


@dataclass(frozen=True)
class Page:
    """One page of rows."""

    rows: list[dict[str, str]]
    """Column names in lower case. Every value is text; columns without a value are missing."""
    more: bool
    """True when another page follows."""


def body(sql: str, params: Sequence[str] = ()) -> dict[str, Any]:
    """Return the JSON body of a query.

    Args:
        sql: with ``?`` where a parameter belongs.
        params: one text per ``?`` (documented, newer than the service itself).
    """
    return {"q": sql, "params": list(params)} if params else {"q": sql}


def read_page(answer: Answer) -> Page:
    """Read one page.

    Args:
        answer: with status 200.

    Raises:
        Garbled: if it holds no rows, not even an empty list of them.
    """
    data = answer.json()
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise unexpected(answer, "a list of rows")
    more = data.get("hasMore")
    if more is None:
        more = any(isinstance(link, dict) and link.get("rel") == "next" for link in data.get("links") or ())
    return Page([_row(item) for item in items], str(more).lower() == "true")


def _row(item: dict[str, Any]) -> dict[str, str]:
    return {name.lower(): _text(value) for name, value in item.items() if name != "links" and value is not None}


def _text(value: Any) -> str:
    """Values were only ever seen as text (observed); anything else is written the way NetSuite writes it."""
    if isinstance(value, bool):
        return "T" if value else "F"
    return value if isinstance(value, str) else str(value)
