"""How a standing is drawn: always a mark and a word, and a colour that may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from textual.content import Content

from wizard.verdict import Standing, Verdict


@dataclass(frozen=True)
class Mark:
    """How one standing looks."""

    sign: str
    """With Unicode."""
    plain: str
    """With ASCII alone."""
    style: str
    """Theme variable of the sign and word."""
    word: str
    """When the verdict itself has nothing to say."""


MARKS = {
    Standing.VERIFIED: Mark("✓", "+", "$text-success", "verified"),
    Standing.FAILED: Mark("✗", "x", "$text-error", "failed"),
    Standing.WARNING: Mark("!", "!", "$text-warning", "warning"),
    Standing.ATTESTED: Mark("~", "~", "$text-accent", "you said so"),
    Standing.WAITING: Mark("…", ".", "$text-secondary", "waiting"),
    Standing.UNKNOWN: Mark("?", "?", "$text-warning", "unknown"),
    Standing.NOT_APPLICABLE: Mark("⊘", "-", "$foreground", "not applicable"),
}
"""Every standing."""

TOO_LOW = Mark("↓", "<", "$text-error", "too low")
"""A permission at a lower level than needed."""


def mark_of(standing: Standing, says: str = "") -> Mark:
    """Return how a standing is drawn.

    Args:
        standing: which.
        says: the verdict's words; a level that is too low has a mark of its own.
    """
    if standing is Standing.FAILED and says.startswith("has ") and ", needs " in says:
        return TOO_LOW
    return MARKS[standing]


def word_of(verdict: Verdict, today: date) -> str:
    """Return the word beside the mark: the state in NetSuite's terms, or when it was proven.

    Args:
        verdict: any.
        today: the day it is, UTC; an older proof shows its day.
    """
    if verdict.standing is Standing.VERIFIED:
        return f"verified {verdict.at:%H:%M:%S}" if verdict.at.date() == today else f"verified {verdict.at:%Y-%m-%d}"
    return verdict.says or MARKS[verdict.standing].word


def signed(standing: Standing | None, text: str, plain: bool, says: str = "") -> Content:
    """Return a line that begins with the mark.

    Args:
        standing: None draws two blanks.
        text: ours or harmless; never read as markup.
        plain: ASCII alone.
        says: the verdict's words.
    """
    if standing is None:
        return Content(f"  {text}")
    mark = mark_of(standing, says)
    return Content.assemble((mark.plain if plain else mark.sign, mark.style), f" {text}")


_ASCII = str.maketrans({
    "–": "-", "—": "-", "…": "...", "→": "->", "←": "<-", "↑": "^", "↓": "v", "▸": ">", "·": "-", "•": "*", "│": "|", "─": "-",
    "’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ",
})


def plainly(text: str) -> str:
    """Return a text in ASCII: typographic characters replaced, anything else as a question mark.

    Args:
        text: ours or from outside.
    """
    return text.translate(_ASCII).encode("ascii", "replace").decode("ascii")
