"""The five values of Token-Based Authentication: shape, pairs, fingerprints, the stored form.

NetSuite's two keys and two secrets have 64 hexadecimal characters in everything published (keyring-notes 6.1, observed);
Oracle publishes no grammar, so another length or alphabet is a warning. Nothing here repeats a value: not in an error,
not in what is printed, not in what was removed.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from pydantic import SecretStr

from wizard.account import STRICT, parse_account
from wizard.errors import AccountIdError, CredentialError

VALUES = ("consumer_key", "consumer_secret", "token_id", "token_secret")
"""The four that NetSuite shows once; the fifth is the account ID."""

PAIRS: Mapping[str, tuple[str, str]] = {"consumer": (VALUES[0], VALUES[1]), "token": (VALUES[2], VALUES[3])}
"""Fields of each pair: the value that names, and its secret."""

NAMES: Mapping[str, str] = {
    "account": "Account ID",
    "consumer_key": "Consumer Key",
    "consumer_secret": "Consumer Secret",
    "token_id": "Token ID",
    "token_secret": "Token Secret",
}
"""What NetSuite calls them (documented)."""

USUAL = 64
"""Characters of each of the four (observed)."""

SHORTEST, LONGEST = 8, 512
"""Characters; outside of these nothing is taken for one of the four (our bounds)."""

STORED_LIMIT = 1200
"""Characters of the stored form (keyring-notes 6.1: below what every store takes)."""

_VERSION = 1
_HEX = re.compile(r"[0-9A-Fa-f]+")
_VISIBLE = re.compile(r"[!-~]*")
_LINE_ENDS = "\n\r\v\f\x85\u2028\u2029"
_QUOTES = "\"'`“”„‘’«»"
class Guarded:
    """Something with a secret in it: never pickled, because a pickle is a copy in clear."""

    def __reduce__(self) -> NoReturn:
        """Refuse.

        Raises:
            TypeError: always.
        """
        raise TypeError("values of credentials are not pickled")


@dataclass(frozen=True, repr=False)
class Pair(Guarded):
    """A value that names, and its secret."""

    first: SecretStr
    """Consumer Key or Token ID."""
    second: SecretStr
    """Consumer Secret or Token Secret."""

    def __repr__(self) -> str:
        """Without values."""
        return "Pair(**********)"


@dataclass(frozen=True, repr=False)
class Credentials(Guarded):
    """The five values as far as they are known."""

    account: str
    """Realm; as it was typed where the values came with it and are not stored."""
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

    def pair(self, name: str) -> Pair | None:
        """Return one of the two pairs, or None if it is not known.

        Args:
            name: a key of ``PAIRS``.

        Raises:
            KeyError: if there is no such pair.
        """
        return {"consumer": self.consumer, "token": self.token}[name]

    def with_pair(self, name: str, pair: Pair | None) -> Credentials:
        """Return the same values with another pair.

        Args:
            name: a key of ``PAIRS``.
            pair: in its place.
        """
        return replace(self, consumer=pair) if name == "consumer" else replace(self, token=pair)

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


def edge(character: str) -> str | None:
    """Name what may stand around a value; None for what may be part of it."""
    if character in _LINE_ENDS:
        return "line end"
    if character == "\t" or unicodedata.category(character) == "Zs":
        return "blank"
    return "quote" if character in _QUOTES else None


def inside_problem(value: str) -> str | None:
    """Say what a cleaned value holds that no value can, or None."""
    strange = sum(not _VISIBLE.fullmatch(c) for c in value)
    told = (
        (any(c in _LINE_ENDS for c in value), "there is a line break inside: copy one value, in one piece"),
        (any(edge(c) == "blank" for c in value), "there is a blank inside: copy the value alone"),
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
    problem = inside_problem(value) or _mistaken(value)
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
    if cut(first, second) is not None:
        return f"One value has {USUAL} characters and the other {min(len(first), len(second))}: it was cut."
    return _impossible(first, second)


def cut(first: str, second: str) -> int | None:
    """Return which value of a pair lacks characters that the other has, 0 or 1; None if neither can be told to.

    Args:
        first: Consumer Key or Token ID, cleaned.
        second: its secret, cleaned.
    """
    shorter, longer = sorted((first, second), key=len)
    lacking = len(longer) == USUAL and _HEX.fullmatch(longer) and len(shorter) < USUAL
    return int(second is shorter) if lacking and _impossible(first, second) is None else None


def _impossible(first: str, second: str) -> str | None:
    if not first or not second:
        return "Both values of the pair are needed."
    if first.casefold() == second.casefold():
        return "Both fields hold the same value: one was pasted twice."
    for which, value in (("first", first), ("second", second)):
        problem = inside_problem(value) or _mistaken(value)
        if problem:
            return f"The {which} value: {problem}."
    if first.casefold() in second.casefold() or second.casefold() in first.casefold():
        return "One value is a part of the other: one was cut, or both were pasted into one field."
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
