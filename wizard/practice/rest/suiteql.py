"""SuiteQL: one query, seen through one login. What the role may not see is refused in NetSuite's words (protocol 7.3).

The database itself enforces it: the connection can only read, views stand where NetSuite's tables stand, and SQLite
asks for permission before it touches anything.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from wizard.practice.data.state import State
from wizard.practice.door.directory import Access, Directory
from wizard.practice.rest.oracle import DialectError, marked, moment, tables_named, teach, translate
from wizard.practice.rest.query_bounds import PATIENCE, ROWS, SECONDS, STEPS, bound, page_of
from wizard.practice.rest.records import TRANSACTION_PERMISSIONS
from wizard.practice.rest.tables import COVERED_NAME, DISPLAY, TABLES
from wizard.practice.settings import Settings
from wizard.practice.wire.reply import Page

_PREFIX = "Invalid search query. Detailed unprocessed description follows. "
# SQLite's own, and able to make a gigabyte out of a few letters.
_FOREIGN_FUNCTIONS = {"load_extension", "zeroblob", "randomblob", "printf", "format"}
_FAILED = (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError, MemoryError)
_NAME = re.compile(r"[a-z_][a-z0-9_$#]*")


class QueryError(Exception):
    """The query cannot be answered; the message is the ``detail`` of a 400 ``INVALID_PARAMETER``."""


class Queries:
    """Answers SuiteQL."""

    def __init__(self, state: State, settings: Settings) -> None:
        """Open a connection that can only read.

        Args:
            state: the account's memory.
            settings: unpublished behaviour.
        """
        self._state, self._settings = state, settings
        # Nothing is kept compiled: SQLite asks for permission while it compiles, and the next login may hold less.
        self._connection = state.connect(cached=0)
        bound(self._connection)
        self._connection.row_factory = None
        self._access: Access | None = None
        self._directory: Directory | None = None
        self._now: datetime | None = None
        self._hidden: str | None = None
        self._foreign: str | None = None
        self._steps = 0
        self._until = 0.0
        self._closing = False
        self._patience = PATIENCE + int(state.value("SELECT count(*) FROM transactions")) // ROWS
        self._oneworld: bool | None = None
        self._building = True
        self._base = {row[0] for row in state.rows("SELECT name FROM sqlite_master")}
        self._connection.execute("PRAGMA case_sensitive_like = ON")
        teach(self._connection)
        self._ask_the_login()
        self._connection.set_progress_handler(self._impatient, STEPS)

    def close(self) -> None:
        """Close the connection, and end the query that may be running."""
        self._closing = True
        with self._state.lock:
            self._connection.close()

    def run(
        self, sql: str, params: Sequence[Any], page: Page, access: Access, directory: Directory, now: datetime
    ) -> tuple[list[dict[str, Any]], int]:
        """Answer a query.

        Args:
            sql: as sent.
            params: for its question marks.
            page: which part of the result.
            access: the login.
            directory: who there is.
            now: the account's time, UTC.

        Returns:
            The rows of the page, and how many rows the whole result has.

        Raises:
            QueryError: in NetSuite's words.
        """
        named, plain = tables_named(sql), tuple[str, ...]()
        while True:
            # A long query takes its time to be read: nobody else waits for that.
            translated = _translated(sql, plain)
            with self._state.lock:
                self._access, self._directory, self._now = access, directory, now
                self._hidden, self._foreign, self._steps = None, None, 0
                self._until = time.monotonic() + SECONDS
                # SQLite compiles anew after this: Python 3.10 keeps a few statements whatever it is told.
                self._connection.set_authorizer(self._authorize)
                self._make_views(directory.oneworld)
                self._look_at(table for _, table in named)
                try:
                    names, rows, total = self._execute(translated, params, page)
                    break
                except _FAILED as error:
                    missing = re.search(rf"no such column: (?:.*\.)?(\w+){DISPLAY}", str(error))
                    if not missing or missing[1].lower() in plain:
                        raise QueryError(self._words(sql, named, str(error))) from None
            plain = (*plain, missing[1].lower())
        return [self._row(names, values) for values in rows], total

    def _execute(self, translated: str, params: Sequence[Any], page: Page) -> tuple[list[str], list[tuple[Any, ...]], int]:
        cursor = self._connection.execute(translated, list(params))
        names = [column[0] for column in cursor.description]
        rows, total = page_of(cursor, page)
        cursor.close()
        return names, rows, total

    def _look_at(self, tables: Iterable[str]) -> None:
        """Refuse tables by name: SQLite asks about columns only, and a query need not name any to count rows."""
        assert self._access is not None
        for table in tables:
            name = table.lower()
            if name in self._base or name.startswith(("sqlite_", "pragma_")):
                # SuiteQL has never heard of our own tables.
                raise QueryError(f"{_PREFIX}Invalid search type: {table}.")
            if name in TABLES and not TABLES[name].visible(self._access, self._settings):
                raise QueryError(f"{_PREFIX}Search error occurred: Record '{table}' was not found.")

    def _row(self, names: list[str], values: tuple[Any, ...]) -> dict[str, Any]:
        """Lower-case names in alphabetical order, every value a text, empty ones left out (observed, inferred: 7.2)."""
        found: dict[str, str] = {}
        unnamed = 0
        for name, value in zip(names, values, strict=True):
            key = name.lower()
            if key.endswith(DISPLAY):
                continue
            if not _NAME.fullmatch(key):
                unnamed += 1
                key = f"expr{unnamed}"
            if value not in (None, ""):
                found[key] = self._shown(value)
        return {"links": [], **dict(sorted(found.items()))}

    def _shown(self, value: Any) -> str:
        if isinstance(value, float):
            # NetSuite counts in decimal figures: what only comes of ours being binary is not shown (inferred).
            value = float(f"{value:.13g}")
        when = moment(value)
        if when is None:
            return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        timed = self._settings.times_with_clock and len(value) > len("?2026-01-01")
        return when.strftime("%d/%m/%Y %H:%M:%S" if timed else "%d/%m/%Y")

    def _words(self, sql: str, named: list[tuple[str, str]], error: str) -> str:
        """Translate SQLite's complaint into NetSuite's."""
        if self._hidden:
            typed = next((table for _, table in named if table.lower() == self._hidden), self._hidden)
            return f"{_PREFIX}Search error occurred: Record '{typed}' was not found."
        if self._foreign:
            return f"{_PREFIX}Invalid search type: {self._foreign}."
        if table := re.match(r"no such table: (?:\w+\.)?(.*)", error):
            return f"{_PREFIX}Invalid search type: {table[1]}."
        if column := re.match(r"no such column: (?:.*\.)?(.*)", error):
            available = ", ".join(f"{alias}={table}" for alias, table in named)
            return (
                f"{_PREFIX}Search error occurred: Unknown identifier '{column[1]}'. "
                f"Available identifiers are: {{{available}}}."
            )
        near = re.match(r'near "(.*)": syntax error', error)
        return _unparsed(sql, near[1] if near else "")

    def _make_views(self, oneworld: bool) -> None:
        if oneworld == self._oneworld:
            return
        run = self._connection.execute
        self._building = True
        run("PRAGMA query_only = OFF")
        for table in TABLES.values():
            run(f'DROP VIEW IF EXISTS temp."{table.name}"')
            run(table.view(oneworld))
        run("PRAGMA query_only = ON")
        self._building = False
        self._oneworld = oneworld

    def _impatient(self) -> int:
        self._steps += 1
        return int(self._closing or self._steps > self._patience or time.monotonic() > self._until)

    def _authorize(self, action: int, first: str | None, second: str | None, where: str | None, view: str | None) -> int:
        """Allow reading what the login may see, and nothing else; called while SQLite compiles."""
        if self._building:
            allowed = True
        elif action == sqlite3.SQLITE_READ:
            allowed = self._may_read(first or "", second or "", where, view or "")
        elif action == sqlite3.SQLITE_FUNCTION:
            allowed = second not in _FOREIGN_FUNCTIONS
        else:
            allowed = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE)
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    def _may_read(self, table: str, column: str, where: str | None, view: str) -> bool:
        name = table.lower()
        if view.lower() in TABLES or view == COVERED_NAME:
            return True
        if name in TABLES:
            assert self._access is not None
            visible = TABLES[name].visible(self._access, self._settings)
            if not visible:
                self._hidden = name
            return visible
        # For a table behind a view SQLite asks once more, without column and view, when it has merged the two. A query
        # that names such a table itself does not get this far: see ``_look_at``.
        if not column and where is None:
            return True
        self._foreign = name if name in self._base or name.startswith(("sqlite_", "pragma_")) else None
        return self._foreign is None

    def _ask_the_login(self) -> None:
        """Let the views ask who is looking."""

        def access() -> Access:
            assert self._access is not None
            return self._access

        def effective(role: int) -> str | None:
            assert self._directory is not None
            if not self._directory.oneworld:
                return None
            # For the option OWN it depends on the user: nothing to show for the role as such (inferred).
            found = self._directory.effective(role, None)
            ids = found if found is not None else {s["id"] for s in self._directory.subsidiaries}
            return ", ".join(str(i) for i in sorted(ids)) or None

        def lists_subsidiary(subsidiary: int) -> bool:
            through = self._settings.subsidiaries_through_viewing and access().cross_viewing
            return through or access().given(subsidiary)

        def reads(kind: str) -> bool:
            return access().level(TRANSACTION_PERMISSIONS[kind]) > 0

        def now() -> str:
            assert self._now is not None
            return marked(self._now)

        create = self._connection.create_function
        create("sees", 1, lambda subsidiary: access().sees(subsidiary))
        create("lists_subsidiary", 1, lists_subsidiary)
        create("effective", 1, effective)
        create("reads", 1, reads)
        create("own_only", 0, lambda: access().own_only)
        create("reads_employee", 1, lambda employee: access().reads_employee(employee))
        upper = self._settings.script_ids == "upper"
        create("cased", 1, str.upper if upper else str.lower)
        create("maps_children", 0, lambda: self._settings.account_map == "with_children")
        create("systimestamp", 0, now)


def _translated(sql: str, plain: tuple[str, ...]) -> str:
    try:
        translated = translate(sql, plain)
    except DialectError as error:
        raise QueryError(_unparsed(sql, str(error))) from None
    if not re.match(r"(?i)(select|with)\b", translated):
        raise QueryError(_unparsed(sql, translated.split(" ", 1)[0]))
    return translated


def _unparsed(sql: str, near: str) -> str:
    """A syntax error (observed in public, 7.3); line and column are counted, the numbers in brackets are constants."""
    start = max(0, sql.lower().find(near.lower())) if near else 0
    line, column = sql.count("\n", 0, start) + 1, start - (sql.rfind("\n", 0, start) + 1) + 1
    return (
        f"{_PREFIX}Search error occurred: Failed to parse SQL [{sql}]: syntax error, state:52(10102) near: "
        f"{near}({line},{column}, token code:0)\nno_root_node(-1000) near: no root node(0,0, token code:0)."
    )
