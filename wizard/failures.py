"""The failure table: what people saw, what it was, what to do, and the pieces of text by which it is recognised.

The rows are data, in ``failures.toml``; they are read once and strictly, when somebody asks. ``wizard.causes`` is the
short table by slug that they lead to. A row is found by what a server, a vendor or a client said, never by guessing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from wizard.account import PAGES
from wizard.causes import CAUSES
from wizard.remedies import remedy
from wizard.verdict import Frozen, Remedy

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Channel = Literal["rest", "restlet", "soap", "soap_status", "page"]
"""In which form something was said: a REST error, a RESTlet's, a SOAP fault, a record's status in SOAP, a web page."""

_ANYTHING = ".{0,120}?"
_FEWEST_SHARED = 2
_MOST_SIMILAR = 5
_COMMON = re.compile(
    "and|are|but|can|for|from|has|have|its|not|one|only|other|out|same|that|the|them|then|there|they|this|was|were|what|when|where"
    "|which|while|who|with|works?|you|your"
)
"""Words that say nothing about a symptom."""


def _pattern(words: str) -> str:
    if "*" in words[:4] or words.endswith("*") or words.count("*") > 1:
        raise ValueError("a pattern has at most one *, after at least four signs and before the end")
    return words


def _cause(slug: str) -> str:
    if slug not in CAUSES:
        raise ValueError(f"there is no cause {slug!r}")
    return slug


def _known_page(page: str) -> str:
    if page not in PAGES:
        raise ValueError(f"there is no page {page!r}")
    return page


Words = Annotated[str, Field(min_length=4, max_length=160), AfterValidator(_pattern)]
"""A piece of a sentence, in any case; ``^`` and ``$`` tie it to the ends of what was said, ``*`` is anything short."""
Slug = Annotated[str, AfterValidator(_cause)]
"""A key of ``CAUSES``."""
_Line = Annotated[str, Field(min_length=3, max_length=240, pattern=r"^[^\n]*$")]


@dataclass(frozen=True)
class Heard:
    """What was said, made ready for comparing: quotes, blanks and entities are levelled (``wizard.netsuite.wording``)."""

    text: str
    """All of it."""
    words: str = ""
    """The sentence in it, if there is one; anchors hold here too."""
    status: int | None = None
    """HTTP status, where it was a failure."""
    channel: Channel | None = None
    """In which form."""

    @cached_property
    def folded(self) -> str:
        """The text without capitals."""
        return self.text.casefold()


@cache
def _compiled(words: str) -> tuple[str, re.Pattern[str]]:
    """Return the longest literal piece, and what finds the pattern as whole words."""
    inner = words.removeprefix("^").removesuffix("$")
    pieces = inner.split("*")
    start = r"\A" if words.startswith("^") else r"(?<![\w])" if inner[0].isalnum() else ""
    end = r"\.?\Z" if words.endswith("$") else r"(?![\w])" if inner[-1].isalnum() else ""
    if words.endswith("$"):
        pieces[-1] = pieces[-1].removesuffix(".")
    found = re.compile(start + _ANYTHING.join(map(re.escape, pieces)) + end, re.IGNORECASE)
    return max(pieces, key=len).casefold(), found


def find(words: str, heard: Heard) -> str | None:
    """Return what a pattern finds, as it stands there; None if it finds nothing.

    Args:
        words: as in ``Words``.
        heard: what was said.
    """
    literal, pattern = _compiled(words)
    if literal not in heard.folded:
        return None
    found = pattern.search(heard.words) or pattern.search(heard.text)
    return found.group() if found else None


class Piece(Frozen):
    """What leads to a row; all of its conditions must hold."""

    words: Words | None = None
    """Piece of a sentence."""
    code: Annotated[str, Field(pattern=r"^[A-Z0-9_]{5,40}$")] | None = None
    """Error code, as a word of its own."""
    status: Annotated[int, Field(ge=300, le=599)] | None = None
    """HTTP status."""
    channel: Channel | None = None
    """In which form it was said."""

    @property
    def weight(self) -> int:
        """How much it tells: long words most, a form alone least."""
        words = len(self.words.strip("^$")) if self.words else 0
        return words + 10 * bool(self.code) + 4 * bool(self.status) + 3 * bool(self.channel)

    def quote(self, heard: Heard) -> str | None:
        """Return what was recognised, or None if a condition does not hold.

        Args:
            heard: what was said.
        """
        if (self.status or heard.status) != heard.status or (self.channel or heard.channel) != heard.channel:
            return None
        if self.code and not (self.code in heard.text and re.search(rf"(?<!\w){self.code}(?!\w)", heard.text)):
            return None
        if self.words:
            return find(self.words, heard)
        return self.code or (f"status {self.status}" if self.status else "a web page in place of data")

    @model_validator(mode="after")
    def _tells_something(self) -> Piece:
        if not (self.words or self.code or self.status or self.channel == "page"):
            raise ValueError("a piece needs words, a code or a status")
        return self


class Failure(Frozen):
    """A row of the table."""

    id: Annotated[int, Field(ge=1, le=999)]
    """Its number, for good."""
    cause: Slug
    """Slug."""
    symptom: _Line
    """What a person sees."""
    bare: bool = False
    """What is said is the refusal that all failed logins have in common."""
    unreached: bool = False
    """A client speaks: no answer of NetSuite's is in it."""
    says: tuple[Piece, ...] = ()
    """By which of these it is recognised."""
    meaning: _Line
    """What is behind it."""
    fix: _Line
    """What to do, with NetSuite's labels."""
    page: Annotated[str, AfterValidator(_known_page)] | None = None
    """Key of ``wizard.account.PAGES`` where it is put right."""
    below: _Line | None = None
    """Continues that page's menu path."""
    menu: _Line | None = None
    """NetSuite's menu path, for a page without a key."""
    mark: Literal["documented", "observed", "inferred"]
    """How far it can be believed."""
    source: _Line
    """Where it was found."""

    @property
    def remedy(self) -> Remedy:
        """What to do about it."""
        minutes = CAUSES[self.cause].minutes
        if self.page:
            return remedy(self.fix, self.page, None, minutes, self.below or "")
        return Remedy(text=self.fix, menu_path=self.menu, minutes=minutes)

    @model_validator(mode="after")
    def _one_place(self) -> Failure:
        if (self.page and self.menu) or (self.below and not self.page):
            raise ValueError(f"row {self.id}: a page, which may go on below, or a menu path")
        return self


class _Table(Frozen):
    schema_version: Literal[1] = Field(alias="schema")
    failure: tuple[Failure, ...]


@cache
def failures() -> Mapping[int, Failure]:
    """Return the table by number."""
    text = (resources.files("wizard") / "failures.toml").read_text(encoding="utf-8")
    rows = _Table.model_validate(tomllib.loads(text)).failure
    return {row.id: row for row in rows}


@dataclass(frozen=True)
class Match:
    """A row that was recognised."""

    row: Failure
    """Which."""
    quote: str
    """By what."""
    weight: int
    """How much that tells."""


def recognise(heard: Heard) -> list[Match]:
    """Return the rows that what was said leads to, the likeliest first.

    Long words tell more than short ones. Where the same words lead to several causes, the cause that more rows speak of
    goes first, then the row with the smaller number.

    Args:
        heard: what was said.
    """
    matches = [match for row in failures().values() if (match := _match(row, heard))]
    best: dict[str, tuple[int, int]] = {}
    for one in matches:
        weight, rows = best.get(one.row.cause, (0, 0))
        best[one.row.cause] = (one.weight, 1) if one.weight > weight else (weight, rows + (one.weight == weight))
    return sorted(matches, key=lambda m: (*(-figure for figure in best[m.row.cause]), -m.weight, m.row.id))


def _match(row: Failure, heard: Heard) -> Match | None:
    found = [Match(row, quote, piece.weight) for piece in row.says if (quote := piece.quote(heard)) is not None]
    return max(found, key=lambda match: match.weight, default=None)


def bare_causes() -> tuple[str, ...]:
    """Return the causes behind the refusal that all failed logins have in common, in the order of the table."""
    return tuple(dict.fromkeys(row.cause for row in failures().values() if row.bare))


def speaking_of(text: str) -> tuple[Failure, ...]:
    """Return the rows whose symptom shares words with a text: what they speak of is like it, and nothing is proven.

    Args:
        text: in a person's words.
    """
    asked = set(_telling(text))
    shared = {row.id: len(asked & set(_telling(row.symptom))) for row in failures().values()}
    near = sorted((number for number in shared if shared[number] >= _FEWEST_SHARED), key=lambda n: (-shared[n], n))
    return tuple(failures()[number] for number in near[:_MOST_SIMILAR])


def _telling(text: str) -> Iterable[str]:
    return (word for word in re.findall(r"[^\W_]{3,}", text[:20_000].casefold()) if not _COMMON.fullmatch(word))
