"""Values that may stand in each other's place: which exchanges there are, and which one a refused login suggests.

An exchange costs a login that counts, so it is tried once, by name, after a person agreed (requirements.md 4.3).
"""

from __future__ import annotations

from collections.abc import Container, Mapping
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


@dataclass(frozen=True)
class Outlook:
    """How far the exchanges that a refused login suggests were tried."""

    next: str | None = None
    """The likeliest that may be tried and was not; a key of ``EXCHANGES``."""
    refuted: Verdict | None = None
    """The verdict on the last of them, if all were tried and all were refused."""


def outlook(refused: Verdict | None, word: str, found: Mapping[str, Verdict], allowed: Container[str] = EXCHANGES) -> Outlook:
    """Return which exchange is worth a login.

    Args:
        refused: the verdict on the refused login.
        word: what a person read in the Login Audit Trail; else what the check read there counts.
        found: verdicts by aspect.
        allowed: the exchanges that may be tried.
    """
    if refused is None or refused.about != "login.accepted":
        return Outlook()
    read = word or next((e.came_back for e in refused.evidence if e.probe == "P6" and audit_word(e.came_back)), "")
    known, setup = audit_word(read), found.get("setup_token.accepted")
    likely = _SUGGESTED.get(known[0], ()) if known else ("pairs",)
    if setup and setup.standing is Standing.VERIFIED:
        # Accepted with the same consumer pair: that pair is in its place.
        likely = tuple(how for how in likely if how == "token")
    tried = [found.get(aspect_of(how)) for how in likely]
    dead = [verdict for verdict in tried if verdict and verdict.standing is Standing.NOT_APPLICABLE]
    open_to = (how for how, verdict in zip(likely, tried, strict=True) if verdict is None and how in allowed)
    # Without a word nothing says which values would be at fault: what was not tried stays possible.
    refuted = dead[-1] if known and dead and len(dead) == len(likely) else None
    return Outlook(next(open_to, None), refuted)


def fitting(credentials: Credentials | None, left: int) -> tuple[str, ...]:
    """Return the exchanges that may be tried: none when one more refusal may lock the user, or where values cannot fit.

    Args:
        credentials: as far as known.
        left: refused logins that are left.
    """
    if credentials is None or left <= 1:
        return ()
    return tuple(how for how in EXCHANGES if exchanged(credentials, how))


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
