"""In which line of a TOML text a key stands, for messages: ``("change", 1, "click")`` is in the second ``[[change]]``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from wizard.errors import PracticeError

Path = tuple[int | str, ...]
"""Keys, and numbers from 0 of tables that stand in double brackets."""

_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_NAMES = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_TABLE = re.compile(rf"\s*(\[\[?)\s*({_NAMES})\s*\]")
_KEY = re.compile(rf"\s*({_NAMES})\s*=")
_LONG = re.compile(r'"""|' + "'''")


def line_of(text: str, wanted: Path) -> int | None:
    """Return the line of a key, or of the nearest one above it that stands in the text; None if there is none.

    Args:
        text: valid TOML.
        wanted: which key.
    """
    lines = dict(reversed(list(_places(text))))
    return next((lines[wanted[:n]] for n in range(len(wanted), 0, -1) if wanted[:n] in lines), None)


def _places(text: str) -> Iterator[tuple[Path, int]]:
    """Yield path and line of every table and key that begins a line; inline tables are not looked into."""
    table: Path = ()
    counts: dict[Path, int] = {}
    closes: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if closes is None:
            if head := _TABLE.match(line):
                table = _counted(_parts(head[2]), counts)
                if head[1] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                    yield table, number
                    table = (*table, counts[table])
                yield table, number
            elif key := _KEY.match(line):
                path = (*table, *_parts(key[1]))
                yield from ((path[:n], number) for n in range(len(table) + 1, len(path) + 1))
        # A text over several lines may look like anything.
        for mark in _LONG.findall(line):
            closes = mark if closes is None else None if closes == mark else closes


def _counted(names: Path, counts: Mapping[Path, int]) -> Path:
    """Name the rows that a table stands in: ``[change.answers]`` is about the newest ``[[change]]``."""
    path: Path = ()
    for name in names[:-1]:
        path = (*path, name)
        path = (*path, counts[path]) if path in counts else path
    return (*path, names[-1])


def _parts(names: str) -> Path:
    return tuple(name.strip().strip("\"'") for name in re.findall(_NAME, names))


@dataclass(frozen=True)
class File:
    """A TOML text, for messages."""

    where: str
    """What it is called."""
    text: str
    """What stands in it."""
    below: Mapping[str, int] = field(default_factory=dict)
    """How many rows of a list come from the file it is built on."""

    def place(self, keys: Path) -> str:
        """Return file, line and key as this file counts them.

        Args:
            keys: which key.
        """
        path = keys
        if len(path) > 1 and isinstance(path[1], int):
            path = (path[0], path[1] - self.below.get(str(path[0]), 0), *path[2:])
        line = line_of(self.text, path)
        return f"{self.where}{f', line {line}' if line else ''}: {'.'.join(map(str, path)) or 'scenario'}"

    def fault(self, keys: Path, message: str) -> PracticeError:
        """Return an error that says where it stands.

        Args:
            keys: which key.
            message: what is wrong with it.
        """
        return PracticeError(f"{self.place(keys)}: {message}")

    @contextmanager
    def at(self, keys: Path) -> Iterator[None]:
        """Say where it stands that something is refused.

        Args:
            keys: which key.
        """
        try:
            yield
        except PracticeError as error:
            raise self.fault(keys, error.message) from None
