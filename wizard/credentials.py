"""The five values of Token-Based Authentication: cleaning, shape, pairs, sorting of a paste, fingerprints, the stored form.

NetSuite's four keys and secrets are 64 hexadecimal characters in everything published (observed); Oracle publishes no grammar,
so other shapes are a warning and never refused for their alphabet alone.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from pydantic import SecretStr

from wizard.errors import CredentialError

VALUES = ("consumer_key", "consumer_secret", "token_id", "token_secret")
"""The four that NetSuite shows once; the fifth is the account ID."""

USUAL = 64
"""Characters of each of the four (observed)."""

SHORTEST, LONGEST = 6, 512
"""Characters; outside of these nothing can be one of the four (our bounds)."""

STORED_LIMIT = 1200
"""Characters of the stored form; Windows refuses more than 1280 (documented)."""

_HEX = re.compile(r"[0-9A-Fa-f]+")
_QUOTES = "\"'`“”‘’«»"
_ASSIGNED = re.compile(r"^(?:export\s+)?[A-Za-z_][A-Za-z0-9_ ]{0,40}=")


@dataclass(frozen=True, repr=False)
class Pair:
    """A value that names, and its secret."""

    first: SecretStr
    """Consumer Key or Token ID."""
    second: SecretStr
    """Consumer Secret or Token Secret."""

    def __repr__(self) -> str:
        """Without values."""
        return "Pair(**********)"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled: a pickle is a copy in clear."""
        raise TypeError("credentials are not pickled")


@dataclass(frozen=True, repr=False)
class Credentials:
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

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled: a pickle is a copy in clear."""
        raise TypeError("credentials are not pickled")

    @property
    def complete(self) -> bool:
        """True when all five are known."""
        return bool(self.account and self.consumer and self.token)

    @property
    def fingerprint(self) -> str:
        """First 12 hex digits of SHA-256 of the stored form."""
        return fingerprint(self.to_stored())

    def value(self, field: str) -> SecretStr | None:
        """Return one of the four values, or None if it is not known.

        Args:
            field: one of ``VALUES``.

        Raises:
            KeyError: if there is no such field.
        """
        place = {
            "consumer_key": (self.consumer, "first"), "consumer_secret": (self.consumer, "second"),
            "token_id": (self.token, "first"), "token_secret": (self.token, "second"),
        }
        pair, part = place[field]
        return getattr(pair, part) if pair else None

    def to_stored(self) -> str:
        """Return the form for the vault: one line of compact JSON with the values that are known.

        Raises:
            CredentialError: if it would be longer than every vault takes.
        """
        document: dict[str, Any] = {"v": 1, "account": self.account}
        for field in VALUES:
            secret = self.value(field)
            if secret is not None:
                document[field] = secret.get_secret_value()
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=True)
        if len(text) > STORED_LIMIT:
            raise CredentialError("The five values together are longer than a vault takes; they cannot be right.")
        return text

    @classmethod
    def from_stored(cls, text: str) -> Credentials:
        """Return what a vault held. Unknown keys are accepted, another version is not.

        Args:
            text: as written by ``to_stored``.

        Raises:
            CredentialError: if it is not such a text; the text is never part of the message.
        """
        try:
            document = json.loads(text)
        except ValueError:
            document = None
        if not isinstance(document, dict) or not isinstance(document.get("account"), str):
            raise CredentialError("What the vault holds for this setup was not written by this program.") from None
        if document.get("v") != 1:
            raise CredentialError("What the vault holds for this setup was written by a newer version of this program.")

        def pair(first: str, second: str) -> Pair | None:
            values = document.get(first), document.get(second)
            if values == (None, None):
                return None
            if not all(isinstance(value, str) and value for value in values):
                raise CredentialError("What the vault holds for this setup is incomplete.")
            return Pair(SecretStr(str(values[0])), SecretStr(str(values[1])))

        return cls(document["account"], pair("consumer_key", "consumer_secret"), pair("token_id", "token_secret"))


def fingerprint(value: str) -> str:
    """Return the first 12 hex digits of SHA-256: tells two people whether they mean the same value.

    Args:
        value: a random value of 256 bits, so the digest tells nobody anything else.
    """
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True)
class Cleaned:
    """A value as it will be used, and what was taken off it."""

    value: SecretStr
    """Cleaned."""
    removed: tuple[str, ...] = ()
    """E.g. ``("1 blank", "1 line end")``."""


def said(removed: Iterable[str]) -> str:
    """Return what was taken off, as a sentence without its end: "1 blank and 1 line end removed".

    Args:
        removed: of ``Cleaned``.
    """
    parts = list(removed)
    joined = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else "nothing"
    return f"{joined} removed"


def clean(text: str) -> Cleaned:
    """Return a pasted or typed value without what cannot belong to it.

    Args:
        text: one value, perhaps with blanks, quotes, invisible characters, or ``NAME=`` before it.

    Raises:
        CredentialError: if it is too long or has a line break or blank inside; nothing is cut in silence.
    """
    if len(text) > LONGEST * 8:
        raise CredentialError(f"{len(text):,} characters: too long to be one of the values. Nothing of it was taken.")
    removed: list[str] = []
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    _count(removed, len(text) - len(visible), "invisible character")
    value = visible.strip()
    edges = visible[: len(visible) - len(visible.lstrip())] + visible[len(visible.rstrip()) :] if value else ""
    ends = edges.count("\n") or edges.count("\r")
    _count(removed, sum(c not in "\r\n" for c in edges), "blank")
    _count(removed, ends, "line end")
    if _ASSIGNED.match(value):
        value = value.split("=", 1)[1].strip()
        removed.append("a name before =")
    bare = value.strip(_QUOTES).strip()
    _count(removed, len(value) - len(bare), "quote")
    if any(c in "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029" for c in bare):
        raise CredentialError("There is a line break inside: that is more than one value. Nothing of it was taken.")
    if any(c.isspace() for c in bare):
        raise CredentialError("There is a blank inside: that is not one of the values. Nothing of it was taken.")
    if any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") for c in bare):
        raise CredentialError("There is a control character inside. Nothing of it was taken.")
    if len(bare) > LONGEST:
        raise CredentialError(f"{len(bare)} characters: too long to be one of the values. Nothing of it was taken.")
    return Cleaned(SecretStr(bare), tuple(removed))


def _count(removed: list[str], number: int, what: str) -> None:
    if number:
        removed.append(f"{number} {what}{'s' if number > 1 else ''}")


def shape(value: str) -> tuple[bool, str]:
    """Tell whether a value looks like NetSuite's.

    Args:
        value: cleaned or being typed.

    Returns:
        Whether it does, and the words for it; the words never hold the value.
    """
    length = len(value)
    plural = f"{length} character{'s' if length != 1 else ''}"
    if not value.isascii():
        return False, f"{plural}; letters or signs that NetSuite does not use"
    if length != USUAL:
        return False, f"{plural}; NetSuite's have {USUAL}"
    if not _HEX.fullmatch(value):
        return False, f"{plural}; NetSuite's have only 0-9 and a-f"
    return True, f"{plural}, looks right"


def pair_problem(first: str, second: str) -> str | None:
    """Return what is wrong with a pair, found without a request, or None.

    Args:
        first: Consumer Key or Token ID, cleaned.
        second: its secret, cleaned.
    """
    if not first or not second:
        return "Both values of the pair are needed."
    if first == second:
        return "Both fields hold the same value: one was pasted twice."
    for value in (first, second):
        if not value.isascii() or not value.isprintable():
            return "One of the values holds letters or signs that NetSuite does not use."
        if len(value) < SHORTEST:
            return f"One of the values has {len(value)} characters: it was cut."
    lengths = {len(first), len(second)}
    if USUAL in lengths and len(lengths) == 2 and min(lengths) < USUAL:
        return f"One value has {USUAL} characters and the other {min(lengths)}: it was cut."
    if first in second or second in first:
        return "One value contains the other: it was pasted together with it."
    return None


def set_problem(credentials: Credentials) -> str | None:
    """Return what is wrong with the values together, found without a request, or None.

    Args:
        credentials: as far as known.
    """
    known = [secret.get_secret_value() for field in VALUES if (secret := credentials.value(field))]
    if len(set(known)) != len(known):
        return "One of these values is already in use in another field: the pairs were mixed up."
    plain = credentials.account.replace("_", "").lower()
    if any(value.replace("_", "").replace("-", "").lower() == plain for value in known):
        return "The account ID stands in the place of a key or secret."
    return None


def sort_pasted(text: str, labels: Mapping[str, Sequence[str]]) -> dict[str, Cleaned]:
    """Sort a paste with labels into fields: "Consumer Key: …", several lines, all five at once.

    Args:
        text: as it came from the terminal.
        labels: by field, the names it goes by.

    Returns:
        What was recognised, by field; empty if no label was. A label with an unusable value is left out.
    """
    if len(text) > LONGEST * 16:
        return {}
    names = sorted(
        ((_squeezed(label), field) for field, known in labels.items() for label in (*known, field)), key=lambda n: -len(n[0])
    )
    found: dict[str, Cleaned] = {}
    waiting: str | None = None
    for line in re.split(r"[\r\n,;]+", text.replace("{", "\n").replace("}", "\n")):
        field, rest = _labelled(line, names)
        if field is None and waiting and line.strip():
            field, rest = waiting, line
        waiting = None
        if field is None:
            continue
        try:
            cleaned = clean(rest)
        except CredentialError:
            continue
        if cleaned.value.get_secret_value():
            found.setdefault(field, cleaned)
        else:
            waiting = field
    return found


def _squeezed(text: str) -> str:
    """Return a label without blanks, signs and case: "Consumer Key / Client ID" and CONSUMER_KEY are told apart by letters."""
    return "".join(c for c in text.lower() if c.isalnum())


def _labelled(line: str, names: Sequence[tuple[str, str]]) -> tuple[str | None, str]:
    """Return the field a line is about and what follows its label."""
    label, sign, rest = re.match(r"(?s)(.*?)([:=\t]|$)(.*)", line.strip()).groups()  # type: ignore[union-attr]
    squeezed = _squeezed(label)
    for name, field in names:
        if squeezed == name:
            return field, rest if sign else ""
    for name, field in names:  # "Consumer Key 3f…" without a sign between
        words = line.split()
        for cut in range(1, len(words)):
            if _squeezed(" ".join(words[:cut])) == name:
                return field, " ".join(words[cut:])
    return None, ""
