"""How much a query may take: a short one can ask for gigabytes, or for hours. All of these bounds are our own."""

from __future__ import annotations

import sqlite3
import sys
from itertools import islice
from typing import Any

from wizard.practice.wire.reply import MOST_ROWS, Page

STEPS, PATIENCE, ROWS = 10_000, 2_000, 40
"""A query is ended after ``PATIENCE`` times ``STEPS`` steps of SQLite's machine; once more for each so many ``ROWS``."""
SECONDS = 5
"""And after so many: steps take no equal time, and the whole account waits meanwhile."""
LONGEST = 1 << 16
"""Bytes of a text."""
_LARGEST, _MEMORY = 8 << 20, 128 << 20


def bound(connection: sqlite3.Connection) -> None:
    """Let no value be made large out of nothing, and no short query become a large one when its WITH is put in.

    Args:
        connection: to be used for queries.
    """
    # Of the whole process, which the practice account and its tables in memory stay far below.
    connection.execute(f"PRAGMA hard_heap_limit = {_MEMORY}")
    if sys.version_info >= (3, 11):
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    else:
        connection.text_factory = short_text


def short_text(value: bytes) -> str:
    """Return a text out of a query, where SQLite cannot be told how long one may be: before Python 3.11.

    Args:
        value: UTF-8.

    Raises:
        sqlite3.DataError: if it is too long.
    """
    if len(value) > LONGEST:
        raise sqlite3.DataError("string or blob too big")
    return value.decode()


def page_of(cursor: sqlite3.Cursor, page: Page) -> tuple[list[tuple[Any, ...]], int]:
    """Return the rows of a page, and how many there are in all.

    Args:
        cursor: of the query.
        page: which part.

    Raises:
        sqlite3.DataError: if the page is too large.
    """
    # Rows before and behind the page are counted and forgotten one by one: only the page is ever in memory.
    within = islice(cursor, MOST_ROWS)
    total, rows, room = sum(1 for _ in islice(within, page.offset)), [], _LARGEST
    for row in islice(within, page.limit):
        room -= sum(len(value) for value in row if isinstance(value, (str, bytes)))
        if room < 0:
            raise sqlite3.DataError("page too big")
        rows.append(row)
    return rows, total + len(rows) + sum(1 for _ in within)
