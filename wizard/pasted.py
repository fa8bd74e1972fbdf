"""What a person pastes, made into values: cleaned aloud, several of them sorted by their labels. Nothing is cut in silence.

Nothing here repeats a value: not in an error, not in what was removed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import SecretStr

from wizard.credentials import NAMES, SHORTEST, Guarded, edge, inside_problem
from wizard.errors import CredentialError

LABELS: Mapping[str, Sequence[str]] = {
    "account": ("Account ID", "Account", "Realm"),
    "consumer_key": ("Consumer Key / Client ID", "Consumer Key", "Client ID"),
    "consumer_secret": ("Consumer Secret / Client Secret", "Consumer Secret", "Client Secret"),
    "token_id": ("Token ID",),
    "token_secret": ("Token Secret",),
}
"""Labels known without a profile. NetSuite's page writes both names of a consumer value (observed)."""

PASTE_LIMIT = 10_000
"""Characters of a paste that are looked at: the five values with their labels and some text of the page around them."""

Field = TypeVar("Field", bound=str)
"""A field's name; a type variable, so that a mapping with literal names as keys will do."""


_RUN = re.compile(r"[0-9A-Za-z]{32,}")
"""Longer than any name, account ID or part of an address that is asked for; NetSuite's values have 64 (observed)."""


@dataclass(frozen=True)
class Cleaned(Guarded):
    """A value as it will be used, and what was taken off it."""

    value: SecretStr
    """Cleaned; empty if there was nothing."""
    removed: tuple[str, ...] = ()
    """In words, e.g. ``("1 blank", "1 line end")``; for ``said``."""


def said(removed: Iterable[str]) -> str:
    """Return what was taken off in words: "1 blank and 1 line end removed"; empty if nothing was.

    Args:
        removed: of ``Cleaned``.
    """
    *rest, last = list(removed) or [""]
    return f"{', '.join(rest)} and {last} removed" if rest else f"{last} removed" if last else ""


def clean(text: str, field: str | None = None) -> Cleaned:
    """Return a typed or pasted value without what cannot belong to it. An empty text is an empty value.

    Args:
        text: one value, perhaps with blanks, quotes, invisible characters, a label or ``NAME=`` around it.
        field: which of ``VALUES`` it is meant for, if a label for another shall be an error.

    Raises:
        CredentialError: if it is too long, has a break, a blank or a strange character inside, or a label that says it is
            another value. Nothing is cut in silence, and the message holds nothing of it.
    """
    if len(text) > PASTE_LIMIT:
        raise _not_taken(f"{len(text):,} characters: too long to be one of the values")
    seen: Counter[str] = Counter()
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    seen["invisible character"] += len(text) - len(visible)
    value, label = _unnamed(_unwrapped(visible, seen), seen)
    if field and label and label != field:
        raise _not_taken(f"the label says that this is the {NAMES[label]}, and the field is for the {NAMES[field]}")
    problem = inside_problem(value)
    if problem:
        raise _not_taken(problem)
    return Cleaned(SecretStr(value), tuple(f"{n} {what}{'s' if n > 1 else ''}" for what, n in seen.items() if n))


def _not_taken(problem: str) -> CredentialError:
    return CredentialError(f"{problem[0].upper()}{problem[1:]}. Nothing of it was taken.", cause="client-environment")


def _unwrapped(text: str, seen: Counter[str]) -> str:
    """Take blanks, line ends and quotes off both ends, commas and semicolons off the end; count them."""
    text = text.replace("\r\n", "\n")
    start, end = 0, len(text)
    while start < end and (what := edge(text[start])):
        seen[what] += 1
        start += 1
    marks = {",": "comma", ";": "semicolon"}
    while end > start and (what := edge(text[end - 1]) or marks.get(text[end - 1])):
        seen[what] += 1
        end -= 1
    return text[start:end]


def _unnamed(text: str, seen: Counter[str]) -> tuple[str, str | None]:
    """Take a label or ``NAME=`` off the front; return the rest and the field that a label names."""
    names = _names({})
    label = _labels(names).match(text)
    if label:
        seen["label"] += 1
        return _unwrapped(text[label.end() :], seen), names.get(_squeezed(label["label"]))
    name = re.match(r"(?:export\s+|set\s+|\$env:)?[A-Za-z][A-Za-z0-9_.-]{0,40}[\"']?\s*=\s*(?=[^=\s])", text)
    if name and len(text) - name.end() >= SHORTEST:
        seen["name"] += 1
        return _unwrapped(text[name.end() :], seen), None
    return text, None


def like_a_credential(text: str) -> bool:
    """Tell whether a text for an open field holds a key or secret: shown and saved in clear, it would be lost.

    Args:
        text: typed or pasted.
    """
    return bool(_RUN.search(text))


def sort_pasted(text: str, labels: Mapping[Field, Sequence[str]]) -> dict[str, Cleaned]:
    """Sort a paste with labels into fields: ``Consumer Key: …``, one per line or in one, as JSON, as NAME=, in any order.

    Behind a label stands ``:``, ``=``, a tab or a line end. Sorting is all or nothing: with a label that has no value, a
    value in several pieces, or one label with two values, nothing is sorted, because what is left over may be a secret
    in the wrong field. ``clean`` then refuses the text. Only the account ID may be unusable; it is left out then.

    Args:
        text: as it came from the terminal.
        labels: by field, names it goes by besides ``LABELS``; they win over those.

    Returns:
        Field to value; empty if no label is recognised, or not all of it can be told apart. Never raises.
    """
    if len(text) > PASTE_LIMIT:
        return {}
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    names = _names(labels)
    # Labels are looked for without invisible characters; the values keep theirs, so that removing them is said.
    places = [i for i, c in enumerate(text) if unicodedata.category(c) != "Cf"]
    visible = "".join(text[i] for i in places)
    places.append(len(text))
    marks = [mark for mark in _labels(names).finditer(visible) if _is_label(visible, mark)]
    ends = [*(mark.start() for mark in marks), len(visible)][1:]
    found: dict[str, Cleaned] = {}
    for mark, end in zip(marks, ends, strict=True):
        field = names.get(_squeezed(mark["label"]), "")
        value = _one_value(text[places[mark.end()] : places[end]], names)
        if value and found.setdefault(field, value).value == value.value:
            continue
        if field != "account":
            return {}
    return found


def _squeezed(label: str) -> str:
    return "".join(c for c in label.casefold() if c.isalnum())


def _names(labels: Mapping[Field, Sequence[str]]) -> dict[str, str]:
    """Return field by label, both those known here and those given; the labels by their letters and digits only."""
    known: list[tuple[str, Sequence[str]]] = [*LABELS.items(), *labels.items()]
    pairs = [(_squeezed(name), field) for field, names in known for name in names]
    return {name: field for name, field in pairs if name}


def _labels(names: Iterable[str]) -> re.Pattern[str]:
    """Return what finds a label with its separator; ``NETSUITE_TOKEN_ID`` and ``oauth_token_id`` count as the label."""
    spelt = (r"[ \t_./-]*".join(map(re.escape, name)) for name in sorted(names, key=len, reverse=True))
    return re.compile(
        rf"""(?<![A-Za-z0-9])["'`]?(?:export\s+)?(?:[A-Za-z0-9]{{1,20}}[_.-]){{0,3}}(?P<label>{"|".join(spelt)})["'`]?"""
        r"(?P<separator>\s*(?:=>|[:=])\s*|\s*[\t\n]\s*)",
        re.IGNORECASE,
    )


def _is_label(text: str, mark: re.Match[str]) -> bool:
    """Tell a label from the same words at the end of a sentence: without ``:`` or ``=`` it must begin its line or cell."""
    before = re.split(r"[\n\t]", text[: mark.start()])[-1]
    return bool(re.search("[:=]", mark["separator"])) or not re.search(r"\w", before)


def _one_value(segment: str, names: Mapping[str, str]) -> Cleaned | None:
    """Return the value behind a label, or None if there is none, or more than one, or one in pieces."""
    quoted = re.match(r"\s*([\"'`])([^\"'`\n]*)\1(?=[\s,;}\])]|$)", segment)
    first, _, rest = (quoted[2], "", segment[quoted.end() :]) if quoted else segment.strip().partition("\n")
    following = rest.strip(" \t\n,;{}[]\"'`").split("\n")[0].strip()
    # Something like a value in the next line: the end of a wrapped one, or one without a label.
    if re.fullmatch(r"[A-Za-z0-9+/=_-]*[0-9][A-Za-z0-9+/=_-]*|[A-Fa-f]+", following):
        return None
    try:
        cleaned = clean(first.strip("{} \t"))
    except CredentialError:
        return None
    value = cleaned.value.get_secret_value()
    return cleaned if value and _squeezed(value) not in names else None
