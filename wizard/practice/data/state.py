"""The practice account's memory: one SQLite database, in memory or in a file that survives being killed."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from wizard.errors import PracticeError
from wizard.practice.data.schema import SCHEMA, VERSION

IN_MEMORY = ":memory:"
"""Path that means: forget everything at the end."""

# After a kill the write-ahead log is still there; only a power cut could lose the last clicks.
_KEPT = ("journal_mode=WAL", "synchronous=NORMAL")
_FORGOTTEN = ("journal_mode=MEMORY", "synchronous=OFF")


def stamp(moment: datetime) -> str:
    """Return a time as the tables keep it.

    Args:
        moment: aware, UTC.
    """
    return moment.strftime("%Y-%m-%d %H:%M:%S")


class State:
    """Reads and writes. Everything goes through one lock, so a transaction is never seen half done."""

    def __init__(self, path: str = IN_MEMORY, large: bool = False) -> None:
        """Open the database, and make it if it is new.

        Args:
            path: a file, or ``:memory:``.
            large: what is to be forgotten is kept in a file without a name, not in memory.

        Raises:
            PracticeError: if the file cannot be used.
        """
        self.lock = threading.RLock()
        self.revision = 0
        self._depth = 0
        self._uri = f"file:practice-{secrets.token_hex(8)}?mode=memory&cache=shared" if path == IN_MEMORY else None
        self._folder: str | None = None
        self._path = path
        try:
            if self._uri and large:
                self._folder = tempfile.mkdtemp(prefix="netsuite-practice-")
                self._uri = f"{Path(self._folder, 'books').as_uri()}?cache=shared"
            if self._uri is None:
                self._look()
                _make_private(path)
            self._connection = self.connect()
            for pragma in _FORGOTTEN if self._folder else _KEPT:
                self._connection.execute(f"PRAGMA {pragma}")
            if not self._made(self._connection):
                self._connection.executescript(f"BEGIN IMMEDIATE;{SCHEMA}PRAGMA user_version={VERSION};COMMIT;")
            self._forget()
        except (OSError, sqlite3.Error) as error:
            raise PracticeError(f"The practice state {path} cannot be opened: {error}") from None

    def _forget(self) -> None:
        """Take the name away from a file nobody shall find: at once where a file in use may lose it, else at the end."""
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def connect(self, cached: int = 256) -> sqlite3.Connection:
        """Open one more connection to the same data, for somebody who only reads it under ``lock``.

        Args:
            cached: statements kept compiled.
        """
        connection = sqlite3.connect(
            self._uri or self._path, uri=self._uri is not None, check_same_thread=False, isolation_level=None,
            cached_statements=cached, timeout=5.0,
        )
        connection.row_factory = sqlite3.Row
        return connection

    def _look(self) -> None:
        """Refuse a file that is not ours before anything of it, or beside it, is changed."""
        if not os.path.exists(self._path):
            return
        # Who may only read a database makes files beside it nevertheless, unless it is told that nobody writes.
        alone = "" if os.path.exists(f"{self._path}-wal") else "&immutable=1"
        with closing(sqlite3.connect(f"{Path(self._path).absolute().as_uri()}?mode=ro{alone}", uri=True)) as connection:
            self._made(connection)

    def _made(self, connection: sqlite3.Connection) -> bool:
        """Tell whether the tables are there; if not, nothing else is."""
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version == VERSION:
            return True
        if version and tables:
            raise PracticeError(
                f"The practice state {self._path} was made by another version of this program. Remove it to begin anew."
            )
        if version or tables:
            raise PracticeError(f"The file {self._path} is not a practice state.")
        return False

    @property
    def changing(self) -> bool:
        """Whether a change is half done; only the thread that makes it can ask."""
        return self._depth > 0

    @contextmanager
    def write(self) -> Iterator[None]:
        """Change the account: all of it or nothing. May be nested; the outermost one commits."""
        with self._transaction():
            yield
            self.revision += 1

    @contextmanager
    def record(self) -> Iterator[None]:
        """Write down what happened (logins, nonces), which changes nothing about who may do what."""
        with self._transaction():
            yield

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self.lock:
            outermost = self._depth == 0
            if outermost:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
                if outermost:
                    self._connection.execute("COMMIT")
            except BaseException:
                if outermost:
                    self.revision += 1
                    # SQLite itself rolls back after some errors (a full disk, for one), and after others it does not.
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1

    def run(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> int:
        """Execute one statement inside ``write`` or ``record``.

        Args:
            sql: with ``?`` placeholders, or ``:name`` for a mapping.
            values: for them.

        Returns:
            Id of the row that was inserted last.
        """
        with self.lock:
            return self._connection.execute(sql, values).lastrowid or 0

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Execute one statement for every row, inside ``write``.

        Args:
            sql: with ``?`` placeholders.
            rows: values for them; taken one by one, so that they need not fit into memory.
        """
        with self.lock:
            self._connection.executemany(sql, rows)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Return all rows of a query.

        Args:
            sql: with ``?`` placeholders.
            values: for them.
        """
        with self.lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        """Return the first row of a query, or None.

        Args:
            sql: with ``?`` placeholders.
            values: for them.
        """
        with self.lock:
            found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return found

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Return the first column of the first row, or None.

        Args:
            sql: with ``?`` placeholders.
            values: for them.
        """
        found = self.row(sql, values)
        return found[0] if found else None

    def remembered(self, name: str) -> str | None:
        """Return a value of ``meta``, or None.

        Args:
            name: what it is called.
        """
        found: str | None = self.value("SELECT value FROM meta WHERE name = ?", (name,))
        return found

    def close(self) -> None:
        """Close the database. An account in memory is forgotten."""
        with self.lock:
            self._connection.close()
            self._forget()


def _make_private(path: str) -> None:
    """Make sure only this person can read the file: it holds secrets, though only of an account that is not real."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    os.chmod(path, 0o600)
