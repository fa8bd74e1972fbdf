"""Names made short, for a screen that others see: the account in every spelling, companies, and what a person named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.profile import Profile
    from wizard.setup import Setup

SHORTEST = 4
"""Characters of a name that tells anybody anything."""

_NAMING = frozenset({"role.name", "user.name", "user.email", "token.name", "token.user", "integration_record.name"})
"""Facts whose values are names."""

_CHECKS = ("role.", "user.", "token.", "integration_record.", "subsidiaries.", "books.duplicates.")
"""How the aspects begin that read names."""

_OF_SUBSIDIARY = re.compile(r"subsidiaries\.(?!oneworld$)(?P<name>.*?)(?: \([0-9?]+\))?(?:\.currency|\.parent)?", re.DOTALL)
"""Facts with a name in their own: of the subsidiaries."""

_ALIKE = re.compile(r"more than one \w+ of a name: (?P<names>.*?)(?: and [0-9]+ more)?", re.DOTALL)
"""The verdict that says which companies are in the books twice."""


def short(name: str, gap: str = "…") -> str:
    """Return a name with its middle left out: whoever knows it recognises it, and nobody else learns it.

    Args:
        name: in full.
        gap: what stands for the middle.
    """
    if len(name) < SHORTEST:
        return name
    kept = 2 if len(name) >= 8 else 1
    return f"{name[:kept]}{gap}{name[-kept:]}"


def names_of(setup: Setup, profile: Profile) -> frozenset[str]:
    """Return what tells whose setup it is: the account ID, the names a person gave, and those that were read in NetSuite.

    Args:
        setup: any.
        profile: its profile; what it suggests as a name tells nothing.
    """
    asked = {q.id: q for step in profile.step for q in step.ask if q.kind != "choice"}
    given = [answer for name, answer in setup.answers.items() if name in asked and answer != asked[name].default]
    baseline = {name: fact.value for name, fact in setup.baseline.facts.items()} if setup.baseline else {}
    telling = [verdict for about, verdict in setup.found.items() if about.startswith(_CHECKS)]
    found = [name for verdict in telling for name in (*_read(verdict.facts), *_alike(verdict.says))]
    suggested = {question.default for question in asked.values()}
    names = [setup.account or "", *given, *(part for text in given for part in text.split(";")), *found, *_read(baseline)]
    return frozenset(name.strip() for name in names if len(name.strip()) >= SHORTEST) - suggested


def _read(facts: Mapping[str, str]) -> Iterator[str]:
    for fact, value in facts.items():
        if fact in _NAMING:
            yield value
        elif subsidiary := _OF_SUBSIDIARY.fullmatch(fact):
            yield subsidiary["name"]


def _alike(says: str) -> Iterable[str]:
    found = _ALIKE.fullmatch(says)
    return found["names"].split(", ") if found else ()


def shortened(text: str, names: frozenset[str], gap: str = "…") -> str:
    """Return a text with every name in it made short, however it is spelt; also one whose end was cut off.

    Args:
        text: any.
        names: in full.
        gap: what stands for a middle.
    """
    if not names:
        return text
    for name in sorted(names, key=len, reverse=True) if "…" in text else ():
        cut = next((n for n in range(len(name) - 1, SHORTEST - 1, -1) if f"{name[:n]}…" in text), None)
        if cut:
            text = text.replace(f"{name[:cut]}…", short(name, gap))
    return _pattern(names).sub(lambda found: short(found[0], gap), text)


@lru_cache(maxsize=8)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    """Return what finds names as whole words, the longest first; an account also by its number alone, in each form."""
    parts = []
    for name in sorted(names, key=len, reverse=True):
        account = re.fullmatch(r"([A-Z]*[0-9]+[A-Z0-9]*)(?:_([A-Z0-9]+))?", name)
        if account:
            parts.append(re.escape(account[1]) + (f"(?:[_-]{account[2]})?" if account[2] else ""))
        else:
            # Blanks may have become line ends where a text was laid out.
            parts.append(r"\s+".join(re.escape(word) for word in name.split()))
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(parts)})(?![^\W_])", re.IGNORECASE)
