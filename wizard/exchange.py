"""Values that may stand in each other's place: which exchanges there are, and which one a refused login suggests.

An exchange costs a login that counts, so it is tried once, by name, after a person agreed (requirements.md 4.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.causes import audit_word
from wizard.verdict import Standing, Verdict

if TYPE_CHECKING:
    from wizard.credentials import Credentials


@dataclass(frozen=True)
class Exchange:
    """Values that change places."""

    title: str
    """For people, behind "with"."""
    places: Mapping[str, str]
    """Field of the value that is used, by the field in whose place it is used."""


def _pairwise(*pairs: tuple[str, str]) -> Mapping[str, str]:
    return {one: other for pair in pairs for one, other in (pair, pair[::-1])}


EXCHANGES: Mapping[str, Exchange] = {
    "pairs": Exchange(
        "consumer pair and token pair exchanged", _pairwise(("consumer_key", "token_id"), ("consumer_secret", "token_secret"))
    ),
    "secrets": Exchange("the two secrets exchanged", _pairwise(("consumer_secret", "token_secret"))),
    "consumer": Exchange("Consumer Key and Consumer Secret exchanged", _pairwise(("consumer_key", "consumer_secret"))),
    "token": Exchange("Token ID and Token Secret exchanged", _pairwise(("token_id", "token_secret"))),
}
"""By the name that ``check --exchange`` takes."""

_SUGGESTED: Mapping[str, tuple[str, ...]] = {
    "consumer_key_unknown": ("pairs", "consumer"),
    "InvalidSignature": ("secrets",),
    "token_rejected": ("token",),
}
"""By word of the Login Audit Trail: what stood in the place of the value that NetSuite looks at there (inferred from 12)."""


def aspect_of(how: str) -> str:
    """Return the aspect under which the one login with an exchange is recorded.

    Args:
        how: a key of ``EXCHANGES``.
    """
    return f"credentials.exchanged.{how}"


def suggested(word: str, found: Mapping[str, Verdict]) -> tuple[str, ...]:
    """Return the exchanges that a refused login suggests, likeliest first, whether tried or not.

    Args:
        word: of the Login Audit Trail; anything else where none was read.
        found: verdicts by aspect.
    """
    known = audit_word(word)
    likely = _SUGGESTED.get(known[0], ()) if known else ("pairs",)
    setup = found.get("setup_token.accepted")
    # Accepted with the same consumer pair: that pair is in its place.
    return tuple(how for how in likely if how == "token") if setup and setup.standing is Standing.VERIFIED else likely


def exchanged(credentials: Credentials, how: str) -> Credentials | None:
    """Return the values with some of them in each other's place; None if that cannot be right.

    Args:
        credentials: complete.
        how: a key of ``EXCHANGES``.
    """
    from wizard.credentials import VALUES, Pair, pair_problem

    places = EXCHANGES[how].places
    values = [credentials.value(places.get(field, field)) for field in VALUES]
    key, secret, token, token_secret = values
    if key is None or secret is None or token is None or token_secret is None:
        return None
    pairs = Pair(key, secret), Pair(token, token_secret)
    if any(pair_problem(pair.first.get_secret_value(), pair.second.get_secret_value()) for pair in pairs):
        return None
    return replace(credentials, consumer=pairs[0], token=pairs[1])
