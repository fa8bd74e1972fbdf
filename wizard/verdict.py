"""Verdict, evidence and remedy: what a check says, and why a second person may believe it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: never changed after it was made, never printed with what it was made of."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Standing(str, Enum):
    """How a requirement stands. *Attested* is never drawn like *verified*."""

    VERIFIED = "verified"
    """NetSuite's answer proves it."""
    FAILED = "failed"
    """NetSuite's answer proves the contrary."""
    WARNING = "warning"
    """It works, and a person should still look."""
    ATTESTED = "attested"
    """A person says so; nothing else does."""
    WAITING = "waiting"
    """On a person, a vendor, a delay, or another step."""
    NOT_APPLICABLE = "not applicable"
    """Does not concern this account: not OneWorld, feature off, not offered."""
    UNKNOWN = "unknown"
    """Cannot be proven with what the program has, and the text says why."""


_GRAVITY = (
    Standing.FAILED,
    Standing.WAITING,
    Standing.UNKNOWN,
    Standing.WARNING,
    Standing.ATTESTED,
    Standing.VERIFIED,
    Standing.NOT_APPLICABLE,
)


def gravest(standings: Iterable[Standing]) -> Standing:
    """Return the standing that decides when several are joined into one.

    Args:
        standings: at least one; the first in the order failed, waiting, unknown, warning, attested, verified,
            not applicable wins.

    Raises:
        ValueError: if there is none.
    """
    return min(standings, key=_GRAVITY.index)


class Evidence(Frozen):
    """What was asked, what came back, and when: enough for a second person to believe it. Never a credential."""

    probe: str
    """Kind of request, P0 to P8, or "local" or "person"."""
    asked: str
    """The request in one line, e.g. ``GET /services/rest/record/v1/invoice/…`` or a SuiteQL text."""
    came_back: str
    """Status and the server's words, made harmless and shortened."""
    at: datetime
    """UTC."""
    token: str | None = None
    """Which credentials asked: "integration" or "setup"; None for requests without a login."""


class Remedy(Frozen):
    """What to do about it."""

    text: str
    """One or two sentences with NetSuite's exact labels."""
    menu_path: str | None = None
    """NetSuite's menu, e.g. ``Setup > Users/Roles > Manage Roles``."""
    link: str | None = None
    """Deep link into the account's own pages, https, if the account is known."""
    minutes: int | None = None
    """About how long it takes."""


class Verdict(Frozen):
    """What is known about one requirement (or one aspect that a check asks for)."""

    about: str
    """Requirement id such as ``A33.1``, or aspect such as ``role.active``."""
    standing: Standing
    """How it stands."""
    says: str
    """The state in NetSuite's terms, short: "off", "has View, needs Full", "cannot be proven: …"."""
    cause: str | None = None
    """Slug of the failure table, named only when the answer proves it."""
    candidates: tuple[str, ...] = ()
    """Slugs that are possible where none is proven, most likely first."""
    remedy: Remedy | None = None
    """What to do, for everything that is not in order."""
    evidence: tuple[Evidence, ...] = ()
    """What it rests on."""
    facts: Mapping[str, str] = {}
    """What was read in NetSuite, by name, e.g. ``permissions.TRAN_CUSTINVC`` to ``Full``; compared with later readings."""
    at: datetime
    """When it was found, UTC."""

    @property
    def settled(self) -> bool:
        """True when nothing is left to do or to find out."""
        return self.standing in (Standing.VERIFIED, Standing.NOT_APPLICABLE, Standing.WARNING, Standing.ATTESTED)
