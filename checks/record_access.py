"""The impossible-id probe: may the role view a record type? Needs no SuiteAnalytics Workbook, returns no data. (P4)

A record that cannot exist is asked for. "No such record" comes only after the permission was looked at (observed,
protocol.md 12), so it means "may view"; 403 names the permission that is missing, or has the code for it. It proves View,
never Full (inferred). A 403 without either may come from anywhere, and proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from checks.finding import Stop, integration_client, setup_client
from wizard.check import Check, Session
from wizard.netsuite.answers import NotThere, PermissionRefused, RoleRefused, evidence
from wizard.profile import Permission, Profile
from wizard.verdict import Evidence, Verdict

if TYPE_CHECKING:
    from wizard.netsuite.client import Client

IMPOSSIBLE = "999999999"
"""An internal id no record has; a transaction answers 400 instead of 404 (observed, protocol.md 8.4)."""

_BETA = re.compile(r"\bfeature\b", re.IGNORECASE)
"""A record whose feature is off has the code of a missing permission too (observed, protocol.md 8.3)."""

LANES = 3
"""Probes are spread over as many checks, so that the runner asks them side by side."""


class Access(Enum):
    """What a probe says about a permission."""

    VIEW = "may view"
    MISSING = "missing"
    TOO_LOW = "too low"
    NO_TYPE = "record type not offered"
    REST_CLOSED = "REST is closed to the role"
    OTHER = "refused for another reason"


@dataclass(frozen=True)
class Probed:
    """One probe."""

    access: Access
    """What it says."""
    words: str
    """What the answer names: a permission, a record type."""
    evidence: Evidence
    """The request and the answer."""
    cause: str | None = None
    """Slug, where the answer proves another cause than a permission: the role's subsidiaries."""


def probe(session: Session, client: Client, record_type: str) -> Probed:
    """Ask for the impossible record, once per run.

    Args:
        session: the run's means.
        client: with the integration token.
        record_type: as in addresses.

    Raises:
        NetSuiteError: for answers that say nothing about permissions.
    """
    return session.once(f"P4 {record_type}", lambda: _probe(client, record_type))


def _probe(client: Client, record_type: str) -> Probed:
    try:
        answer = client.record(record_type, IMPOSSIBLE)
    except NotThere as error:
        access = Access.NO_TYPE if error.no_such_type else Access.VIEW
        return Probed(access, error.no_such_type or "", evidence("P4", error, client.name))
    except RoleRefused as error:
        # Not SuiteAnalytics Workbook, which a single record does not need (observed): so the role's right to REST (8.3).
        return Probed(Access.REST_CLOSED, "", evidence("P4", error, client.name))
    except PermissionRefused as error:
        if (error.permission or "").rpartition("->")[2].strip().casefold() == "rest web services":
            return Probed(Access.REST_CLOSED, error.permission or "", evidence("P4", error, client.name))
        return read_refusal(error, evidence("P4", error, client.name))
    return Probed(Access.VIEW, "", evidence("P4", answer, client.name))


def read_refusal(error: PermissionRefused, asked: Evidence) -> Probed:
    """Read a refusal: a permission only where it names one, or has the code that means one (observed, protocol.md 8.3).

    Args:
        error: the refusal.
        asked: its evidence.
    """
    if error.permission:
        return Probed(Access.TOO_LOW if error.level_too_low else Access.MISSING, error.permission, asked)
    if error.cause == "subsidiary":
        return Probed(Access.OTHER, "", asked, error.cause)
    is_permission = error.code.upper() == "INSUFFICIENT_PERMISSION" and not _BETA.search(error.detail)
    return Probed(Access.MISSING if is_permission else Access.OTHER, "", asked)


def rest_door(session: Session, client: Client) -> Probed | None:
    """Return a probe that shows whether the role may use REST at all, or None if none tells.

    Args:
        session: for the record types of the profile.
        client: with the integration token.

    Raises:
        NetSuiteError: for answers that say nothing about permissions.
    """
    for record_type in dict.fromkeys(t for p in session.profile.permission for t in p.record_types):
        found = probe(session, client, record_type)
        if found.access in (Access.VIEW, Access.REST_CLOSED):
            return found
    return None


def judge_probes(permission: Permission, probes: Iterable[Probed]) -> Probed:
    """Return the probe that decides about a permission: one that opened, else one that names it.

    Args:
        permission: of the profile.
        probes: one per record type, at least one.
    """
    seen = list(probes)
    for found in seen:
        if found.access is Access.VIEW:
            return found
    for found in seen:
        if found.access in (Access.MISSING, Access.TOO_LOW) and _names(permission, found.words):
            return found
    other = next((found for found in seen if found.access is not Access.NO_TYPE), None)
    if other:
        return replace(other, access=Access.OTHER)
    return seen[0]


def _names(permission: Permission, words: str) -> bool:
    """Tell whether a refusal means this permission: it names it, as ``Lists -> Customers``, or names none at all."""
    last = words.rpartition("->")[2].strip().casefold()
    return not words or last in (permission.netsuite_name.casefold(), permission.name.casefold())


class RecordAccess(Check):
    """Asks a part of the probes ahead, for the permissions check to find them answered. It has no aspect of its own."""

    title = "Records the role may open"
    needs = ("login",)

    def __init__(self, lane: int) -> None:
        """Take over one lane.

        Args:
            lane: 0 to ``LANES`` - 1.
        """
        self.lane = lane
        self.id = f"record_access_{lane + 1}"  # type: ignore[misc]

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return none: what is found here belongs to the permissions."""
        return ()

    def ask(self, session: Session) -> Iterable[Verdict]:
        """Probe every third record type; with a setup token the levels are read instead."""
        if setup_client(session) is not None:
            return ()
        types = dict.fromkeys(t for p in session.profile.permission for t in p.record_types)
        try:
            client = integration_client(session)
            for record_type in list(types)[self.lane :: LANES]:
                probe(session, client, record_type)
        except Stop:
            pass
        return ()
