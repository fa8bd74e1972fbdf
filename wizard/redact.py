"""Text from outside made harmless for a terminal.

Everything that was not written by this project passes one of these two functions before it is displayed or reported:
server bodies, headers, names of roles, users and companies, profile files, pasted text. Terminals obey escape sequences
in any text they are given (window title, clipboard), and marks of writing direction can make a line read as another.

Markup such as ``[b]`` is left as it is: which brackets mean something depends on who draws the text.
"""

from __future__ import annotations

import re
import unicodedata

_HARMFUL = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
"""Unicode categories: controls, format characters (bidi marks among them), private use, lone surrogates, unassigned,
line and paragraph separators."""

_VALUE = re.compile(r"[0-9A-Fa-f]{24,}")
"""Whatever looks like one of NetSuite's values (64 hexadecimal digits), or like a part of one: a server could repeat it."""

_LOOKED_AT = 10
"""How many times its limit ``one_line`` looks into a text, so that runs of blanks do not push the words out."""


def shown(text: str, limit: int = 2000) -> str:
    """Make outside text harmless; line ends and tabs stay.

    Args:
        text: anything, lone surrogates included.
        limit: characters of it that are looked at; the rest is dropped.

    Returns:
        At most ``limit`` characters, with U+FFFD in place of each harmful one; CR LF becomes LF.
    """
    looked_at = text[: max(limit, 0)].replace("\r\n", "\n")
    if looked_at.isprintable():
        # Python's own word for it leaves out more than ours: most texts need no look at each character.
        return looked_at
    return "".join(
        c if c in "\n\t" or unicodedata.category(c) not in _HARMFUL else "\N{REPLACEMENT CHARACTER}" for c in looked_at
    )


def one_line(text: str, limit: int = 200) -> str:
    """Make outside text harmless and fit for one line.

    Args:
        text: anything.
        limit: characters of the result, the ``…`` of a shortened one included.

    Returns:
        The text without outer blanks, with every run of blanks, tabs and line ends as one blank.
    """
    looked_at = max(limit, 0) * _LOOKED_AT
    line = " ".join(shown(text, looked_at).split())
    if len(line) <= limit and len(text) <= looked_at:
        return line
    return f"{line[: limit - 1]}…" if limit > 0 else ""


def harmless(text: str, limit: int = 600) -> str:
    """Make outside text fit for one line of a document that is kept or passed on: no credential stays in it.

    Args:
        text: anything.
        limit: characters of the result; the longest request kept in evidence has 400.
    """
    return one_line(_VALUE.sub("[value left out]", text), limit)
