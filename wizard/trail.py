"""The dialogue about the Login Audit Trail: where it is, which columns to add, when the login was, which words there are.

For a person without a setup token, or whose setup token is refused as well. Page, boxes and columns are documented
(protocol.md 8.6); how the times in its rows relate to UTC was not published, so it is told where a setup token showed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wizard.account import PAGES
from wizard.causes import AUDIT_WORDS, NO_ROW, SUCCESS_ROW, audit_word
from wizard.diagnosis import Diagnosis
from wizard.errors import UsageError
from wizard.exchange import EXCHANGES
from wizard.pasted import like_a_credential
from wizard.redact import one_line
from wizard.verdict import Verdict

PAGE = "login_audit"
"""Key of ``wizard.account.PAGES``."""

BOX = "Use Advanced Search"
"""What is ticked on the page, so that the subtab Results appears (documented)."""

COLUMNS = ("Detail", "Token-based Application Name", "Token-based Access Token Name")
"""Columns to add on the subtab Results (documented)."""

SOMETHING_ELSE = ""
"""What a person chooses who read another word; the word itself is what is kept then."""

OFFSET = "noted.trail_minutes_ahead"
"""Fact: minutes by which the times in the trail are ahead of UTC, as a login with the setup token showed."""

_FURTHEST = 14 * 60
"""Minutes between UTC and any time zone."""


@dataclass(frozen=True)
class Choice:
    """A word that a person may find in the column Detail."""

    word: str
    """What is kept when it is chosen."""
    shown: str
    """As NetSuite spells it, or our words where there is none."""
    says: str
    """What it means, plain."""


_OFTEN = (
    "InvalidSignature", "token_rejected", "consumer_key_unknown", "permission_denied", "consumer_key_refused",
    "FeatureDisabled", "InvalidTimestamp", "temporary_locked", "NonceUsed",
)  # fmt: skip
"""What goes wrong in NetSuite, by how often the failure table has it; the rest are mistakes of a program."""

CHOICES: Sequence[Choice] = (
    *(Choice(word, word, AUDIT_WORDS[word].meaning) for word in _OFTEN),
    Choice(NO_ROW, "no row at all", "nothing of that time, of any application: the request never came to a login of this account"),
    Choice(SUCCESS_ROW, "Status is Success", "NetSuite let the login in, and refused afterwards"),
    *(Choice(word, word, row.meaning) for word, row in AUDIT_WORDS.items() if word not in (*_OFTEN, "nonce_used")),
    Choice(SOMETHING_ELSE, "something else", "type the word as it stands there"),
)
"""What a person picks from."""


@dataclass(frozen=True)
class Times:
    """When a refused login was, in the times a person may look for."""

    utc: str
    """In UTC."""
    there: str
    """In the account's own time zone, or, if that is not known, by this machine's clock; it says which."""
    ago: str
    """How long ago."""


def times(at: datetime, now: datetime, found: Mapping[str, Verdict]) -> Times:
    """Return when to look for a login.

    Args:
        at: of the refused login, UTC.
        now: UTC.
        found: verdicts by aspect: one of them may tell the account's time zone.
    """
    ahead = minutes_ahead(found)
    local = f"{at.astimezone():%H:%M:%S} by this machine's clock"
    there = local if ahead is None else f"{at + timedelta(minutes=ahead):%H:%M:%S} in the account's time"
    minutes = max(int((now - at).total_seconds() // 60), 0)
    ago = "less than a minute ago" if minutes == 0 else f"{minutes} minute{'s' if minutes > 1 else ''} ago"
    return Times(f"{at:%Y-%m-%d %H:%M:%S} UTC", there, ago)


def minutes_ahead(found: Mapping[str, Verdict]) -> int | None:
    """Return by how many minutes the trail's times are ahead of UTC; None if nothing showed it.

    Args:
        found: verdicts by aspect.
    """
    told = max((v for v in found.values() if OFFSET in v.facts), key=lambda v: v.at, default=None)
    text = told.facts[OFFSET] if told else ""
    # Of a file that anybody may have edited: no zone is further from UTC than this.
    return int(text) if re.fullmatch(r"-?[0-9]{1,4}", text) and abs(int(text)) <= _FURTHEST else None


def word_of(said: str) -> str:
    """Return the word that is kept for what a person types on a command line.

    Args:
        said: a word of the trail; ``none`` for no row, ``success`` for a row with that status.

    Raises:
        UsageError: if it looks like a value of credentials.
    """
    if known := audit_word(said):
        return known[0]  # as it is documented, and nothing else of what was typed
    if like_a_credential(said):
        raise UsageError("That is a key or secret, not a word of the Login Audit Trail. Replace that value in NetSuite.")
    return {"none": NO_ROW, "success": SUCCESS_ROW}.get(said.strip().lower(), said.strip())


def steps(diagnosis: Diagnosis, found: Mapping[str, Verdict], now: datetime) -> Iterator[str]:
    """Return the lines that say what would tell more.

    Args:
        diagnosis: of what was found.
        found: verdicts by aspect.
        now: UTC.
    """
    if diagnosis.question == "trail" and diagnosis.refused:
        when = times(diagnosis.refused.at, now, found)
        yield f"Read in NetSuite: {PAGES[PAGE].menu}; tick {BOX}; Results: add {', '.join(COLUMNS)}; Submit."
        yield f"Look for {when.utc} ({when.there}), {when.ago}. Then: check … --detail WORD, or --detail none if there is no row."
    if diagnosis.exchange:
        title = EXCHANGES[diagnosis.exchange].title
        yield f"One login with {title} would tell: check … --exchange {diagnosis.exchange}. It counts if it is refused."


def understood(word: str) -> str:
    """Return what becomes of a word that a person read, in one sentence.

    Args:
        word: as chosen or typed.
    """
    if word == NO_ROW:
        return "No row: the login never came to this account, or it was not written down."
    if word == SUCCESS_ROW:
        return "A success there and a refusal here: what refused comes after the login."
    known = audit_word(word)
    if known:
        return f"{known[0]}: {known[1].meaning}."
    return f"“{one_line(word, 40)}” is none of the words that NetSuite has published: the candidates stay as they are."
