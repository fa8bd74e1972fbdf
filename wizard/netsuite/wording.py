"""What NetSuite's sentences name: a permission, a table, a column, a record type.

The sentences were observed in public or documented (protocol.md 7.3, 8.3, 8.4); the exact spelling of blanks, quotes
and entities differs between services and years, so all of them are levelled before anything is looked for.
"""

from __future__ import annotations

import html
import re

_QUOTES = str.maketrans("‘’‚‛“”„‟`´", "''''''''''")
_NAMED = re.compile(r"you need (a higher (?:level of|permission for) )?(?:the )?'([^']{1,120})'", re.IGNORECASE)
_TABLE_HIDDEN = re.compile(r"record '([^']{1,120})' was not found", re.IGNORECASE)
_NO_TABLE = re.compile(r"invalid search type: '?([\w.]{1,120}?)'?(?:[.\s]|$)", re.IGNORECASE)
_NO_COLUMN = re.compile(r"unknown identifier '([^']{1,120})'", re.IGNORECASE)
_NO_TYPE = re.compile(r"record type '([^']{1,120})' does not exist", re.IGNORECASE)


def level(words: str) -> str:
    """Return the words with plain quotes, single blanks and entities resolved.

    Args:
        words: the server's words, raw.
    """
    return " ".join(html.unescape(words[:20_000]).translate(_QUOTES).split())


def _first(pattern: re.Pattern[str], words: str) -> str | None:
    found = pattern.search(level(words))
    return found.group(1) if found else None


def permission_named(words: str) -> tuple[str | None, bool]:
    """Return the permission a refusal names, and whether only its level is too low.

    Args:
        words: e.g. ``You need  the 'Lists -> Currency' permission to access this page.``

    Returns:
        The name as it stands there, or None; True for "a higher level of".
    """
    found = _NAMED.search(level(words))
    return (found.group(2), bool(found.group(1))) if found else (None, False)


def table_hidden(words: str) -> str | None:
    """Return the table that exists and is not shown to this role, if the words say so.

    Args:
        words: e.g. ``Search error occurred: Record ‘subsidiary’ was not found.``
    """
    return _first(_TABLE_HIDDEN, words)


def no_such_table(words: str) -> str | None:
    """Return the table that does not exist, if the words say so.

    Args:
        words: e.g. ``Invalid search type: transactiontable.``
    """
    return _first(_NO_TABLE, words)


def unknown_column(words: str) -> str | None:
    """Return the column that does not exist, if the words say so.

    Args:
        words: e.g. ``Unknown identifier 'subsidiary'. Available identifiers are: …``
    """
    return _first(_NO_COLUMN, words)


def no_such_type(words: str) -> str | None:
    """Return the record type that does not exist, if the words say so.

    Args:
        words: e.g. ``Record type 'file' does not exist.``
    """
    return _first(_NO_TYPE, words)
