"""The five values of Token-Based Authentication: cleaning, shape, pairs, sorting of a paste, fingerprints, the stored form.

NetSuite's two keys and two secrets have 64 hexadecimal characters in everything published (keyring-notes 6.1, observed);
Oracle publishes no grammar, so another length or alphabet is a warning. Nothing here repeats a value: not in an error,
not in what is printed, not in what was removed.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from pydantic import SecretStr

from wizard.account import STRICT, parse_account
from wizard.errors import AccountIdError, CredentialError

VALUES = ("consumer_key", "consumer_secret", "token_id", "token_secret")
"""The four that NetSuite shows once; the fifth is the account ID."""

NAMES: Mapping[str, str] = {
    "account": "Account ID",
    "consumer_key": "Consumer Key",
    "consumer_secret": "Consumer Secret",
    "token_id": "Token ID",
    "token_secret": "Token Secret",
}
"""What NetSuite calls them (documented)."""

LABELS: Mapping[str, Sequence[str]] = {
    "account": ("Account ID", "Account", "Realm"),
    "consumer_key": ("Consumer Key / Client ID", "Consumer Key", "Client ID"),
    "consumer_secret": ("Consumer Secret / Client Secret", "Consumer Secret", "Client Secret"),
    "token_id": ("Token ID",),
    "token_secret": ("Token Secret",),
}
"""Labels known without a profile. NetSuite's page writes both names of a consumer value (observed)."""

USUAL = 64
"""Characters of each of the four (observed)."""

SHORTEST, LONGEST = 8, 512
"""Characters; outside of these nothing is taken for one of the four (our bounds)."""

PASTE_LIMIT = 10_000
"""Characters of a paste that are looked at: the five values with their labels and some text of the page around them."""

STORED_LIMIT = 1200
"""Characters of the stored form (keyring-notes 6.1: below what every store takes)."""

Field = TypeVar("Field", bound=str)
"""A field's name; a type variable, so that a mapping with literal names as keys will do."""

_VERSION = 1
_HEX = re.compile(r"[0-9A-Fa-f]+")
_VISIBLE = re.compile(r"[!-~]*")
_LINE_ENDS = "\n\r\v\f\x85\u2028\u2029"
_QUOTES = "\"'`“”„‘’«»"


class _Guarded:
    """Something with a secret in it: never pickled, because a pickle is a copy in clear."""

    def __reduce__(self) -> NoReturn:
        """Refuse.

        Raises:
            TypeError: always.
        """
        raise TypeError("values of credentials are not pickled")


@dataclass(frozen=True, repr=False)
class Pair(_Guarded):
    """A value that names, and its secret."""

    first: SecretStr
    """Consumer Key or Token ID."""
    second: SecretStr
    """Consumer Secret or Token Secret."""

    def __repr__(self) -> str:
        """Without values."""
        return "Pair(**********)"


@dataclass(frozen=True, repr=False)
class Credentials(_Guarded):
    """The five values as far as they are known."""

    account: str
    """Realm."""
    consumer: Pair | None = None
    """Consumer Key and Consumer Secret."""
    token: Pair | None = None
    """Token ID and Token Secret."""

    def __repr__(self) -> str:
        """Without values."""
        known = [name for name, pair in (("consumer", self.consumer), ("token", self.token)) if pair]
        return f"Credentials({self.account!r}, {' and '.join(known) or 'nothing'} known)"

    @property
    def complete(self) -> bool:
        """True when all five are known."""
        return bool(self.account and self.consumer and self.token)

    @property
    def fingerprint(self) -> str:
        """First 12 hex digits of SHA-256 of the stored form (keyring-notes 6.2).

        Raises:
            CredentialError: if there is no stored form.
        """
        return fingerprint(self.to_stored())

    def value(self, field: str) -> SecretStr | None:
        """Return one of the four values, or None if it is not known.

        Args:
            field: one of ``VALUES``.

        Raises:
            KeyError: if there is no such field.
        """
        pair = {VALUES[0]: self.consumer, VALUES[1]: self.consumer, VALUES[2]: self.token, VALUES[3]: self.token}[field]
        if pair is None:
            return None
        return pair.first if field in (VALUES[0], VALUES[2]) else pair.second

    def to_stored(self) -> str:
        """Return the form for the vault: one line of compact ASCII JSON with the values that are known.

        Raises:
            CredentialError: if a value or the account ID cannot be right, or the line is longer than every vault takes.
        """
        document: dict[str, Any] = {"v": _VERSION, "account": self.account}
        document |= {f: secret.get_secret_value() for f in VALUES if (secret := self.value(f)) is not None}
        problem = _entry_problem(document)
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=True)
        if problem:
            raise CredentialError(f"These values cannot be stored: {problem}")
        if len(text) > STORED_LIMIT:
            raise CredentialError("The five values together are longer than a vault takes; they cannot be right.")
        return text

    @classmethod
    def from_stored(cls, text: str) -> Credentials:
        """Return what a vault held. Unknown keys are accepted, another version is not.

        Args:
            text: as written by ``to_stored``.

        Raises:
            CredentialError: if it is not such a text; neither the message nor what it was raised from repeats it.
        """
        document = _document(text) if len(text) <= STORED_LIMIT else None
        if document is None:
            raise CredentialError("What the vault holds for this setup was not written by this program.")
        version = document.get("v")
        if type(version) is not int or version != _VERSION:
            raise CredentialError("What the vault holds for this setup was written by another version of this program.")
        problem = _entry_problem(document)
        if problem:
            raise CredentialError(f"What the vault holds for this setup is damaged: {problem}")

        def pair(first: str, second: str) -> Pair | None:
            return Pair(SecretStr(document[first]), SecretStr(document[second])) if first in document else None

        return cls(document["account"], pair("consumer_key", "consumer_secret"), pair("token_id", "token_secret"))


def _document(text: str) -> dict[str, Any] | None:
    """Return a JSON object, or None. The parser's own error holds the whole text, so it must not outlive this function."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _entry_problem(document: Mapping[str, Any]) -> str | None:
    """Say why an entry of the vault cannot be right, without repeating any of it."""
    if not _is_realm(document.get("account")):
        return "its account ID is not in realm form, as in 1234567_SB1."
    for first, second in (VALUES[:2], VALUES[2:]):
        if (first in document) != (second in document):
            return f"{NAMES[first]} and {NAMES[second]} belong together, and one is missing."
    for field in VALUES:
        value = document.get(field, "present")
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST or not _VISIBLE.fullmatch(value):
            return f"{NAMES[field]} is empty, too long, or holds signs that no value has."
    return None


def _is_realm(account: object) -> bool:
    try:
        return isinstance(account, str) and parse_account(account).realm == account
    except AccountIdError:
        return False


def fingerprint(value: str) -> str:
    """Return the first 12 hex digits of SHA-256: tells two people whether they mean the same value (keyring-notes 7.3).

    Args:
        value: a random value of 256 bits, so the digest tells nobody anything else.
    """
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:12]


# --- one value, as typed or pasted


@dataclass(frozen=True)
class Cleaned(_Guarded):
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
    problem = _inside(value)
    if problem:
        raise _not_taken(problem)
    return Cleaned(SecretStr(value), tuple(f"{n} {what}{'s' if n > 1 else ''}" for what, n in seen.items() if n))


def _not_taken(problem: str) -> CredentialError:
    return CredentialError(f"{problem[0].upper()}{problem[1:]}. Nothing of it was taken.", cause="client-environment")


def _edge(character: str) -> str | None:
    """Name what may stand around a value; None for what may be part of it."""
    if character in _LINE_ENDS:
        return "line end"
    if character == "\t" or unicodedata.category(character) == "Zs":
        return "blank"
    return "quote" if character in _QUOTES else None


def _unwrapped(text: str, seen: Counter[str]) -> str:
    """Take blanks, line ends and quotes off both ends, commas and semicolons off the end; count them."""
    text = text.replace("\r\n", "\n")
    start, end = 0, len(text)
    while start < end and (what := _edge(text[start])):
        seen[what] += 1
        start += 1
    marks = {",": "comma", ";": "semicolon"}
    while end > start and (what := _edge(text[end - 1]) or marks.get(text[end - 1])):
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


def _inside(value: str) -> str | None:
    """Say what a cleaned value holds that no value can, or None."""
    strange = sum(not _VISIBLE.fullmatch(c) for c in value)
    told = (
        (any(c in _LINE_ENDS for c in value), "there is a line break inside: copy one value, in one piece"),
        (any(_edge(c) == "blank" for c in value), "there is a blank inside: copy the value alone"),
        (any(unicodedata.category(c) == "Cc" for c in value), "there are control characters inside"),
        (strange, f"{strange} character{'s' if strange > 1 else ''} inside that no value has (not plain ASCII)"),
        (len(value) > LONGEST, f"longer than {LONGEST} characters, which no value is"),
    )
    return next((problem for holds, problem in told if holds), None)


# --- what can be told about values without a request


def shape(value: str) -> tuple[bool, str]:
    """Tell whether a value looks like NetSuite's. One that does not is a warning, not a refusal (see ``pair_problem``).

    Args:
        value: cleaned or being typed.

    Returns:
        Whether it does, and the words for it; the words never hold the value.
    """
    if not value:
        return False, "empty"
    plural = f"{len(value):,} character{'s' if len(value) != 1 else ''}"
    problem = _inside(value) or _mistaken(value)
    if problem:
        return False, f"{plural}; {problem}"
    if len(value) != USUAL:
        return False, f"{plural}; NetSuite's have {USUAL}"
    if not _HEX.fullmatch(value):
        return False, f"{plural}; NetSuite's have only 0-9 and a-f"
    return True, f"{plural}, looks right"


def _mistaken(value: str) -> str | None:
    """Say what a value is instead of a key or secret, as far as that can be told from itself; None if it may be one."""
    realm = value.upper().replace("-", "_")
    if STRICT.fullmatch(realm) or ".netsuite.com" in value.lower():
        return "this is the account ID or an address, not a key or secret"
    if value and set(value) <= {"*", "."}:
        return "this is what is shown in place of the value, not the value"
    if len(value) < SHORTEST:
        return "too short: it was cut"
    return None


def pair_problem(first: str, second: str) -> str | None:
    """Return what is wrong with a pair, found without a request, or None. What only looks unusual is left to ``shape``.

    Args:
        first: Consumer Key or Token ID, cleaned.
        second: its secret, cleaned.
    """
    if not first or not second:
        return "Both values of the pair are needed."
    if first.casefold() == second.casefold():
        return "Both fields hold the same value: one was pasted twice."
    for which, value in (("first", first), ("second", second)):
        problem = _inside(value) or _mistaken(value)
        if problem:
            return f"The {which} value: {problem}."
    if first.casefold() in second.casefold() or second.casefold() in first.casefold():
        return "One value is a part of the other: one was cut, or both were pasted into one field."
    shorter, longer = sorted((first, second), key=len)
    if len(longer) == USUAL and _HEX.fullmatch(longer) and len(shorter) < USUAL:
        return f"One value has {USUAL} characters and the other {len(shorter)}: it was cut."
    return None


def set_problem(credentials: Credentials, known: Mapping[str, str] | None = None) -> str | None:
    """Return what is wrong with the values together, found without a request, or None.

    Args:
        credentials: as far as known.
        known: fingerprints of values that belong elsewhere, by ``fingerprint(value)``, with the field of ``VALUES`` each
            belongs to; e.g. of the values that are replaced.
    """
    met: dict[str, str] = {}
    for field in VALUES:
        secret = credentials.value(field)
        if secret is None:
            continue
        value = secret.get_secret_value()
        other = met.setdefault(value.casefold(), field)
        if other == field:
            other = (known or {}).get(fingerprint(value), field)
        if other != field:
            return (
                f"{NAMES[field]} is the value of {NAMES.get(other, other)}: one was pasted into the wrong field, "
                "or the pairs were mixed up."
            )
        if value.upper().replace("-", "_") == credentials.account:
            return f"{NAMES[field]} is the account ID, not a key or secret."
    return None


# --- several values with their labels


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
