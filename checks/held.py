"""What the role holds: one query for all its permissions.

The setup token may ask it. So may a role that holds *Bulk Manage Roles* itself (observed, roles-and-features.md 4.2): what it is
then told of itself is as good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks import tables
from checks.binding import bound
from checks.finding import Finding, Stop, integration_client, not_shown, setup_client
from checks.people import roles_named
from wizard.check import Session
from wizard.netsuite.answers import evidence
from wizard.netsuite.readings import Rows
from wizard.profile import LEVELS
from wizard.verdict import Evidence, Standing

NAMES: Mapping[int, str] = {number: name for name, number in LEVELS.items()}
"""Level as SuiteQL has it to NetSuite's word."""

NONE = "None"
"""What the role page calls no level."""


@dataclass(frozen=True)
class Held:
    """The role's permissions."""

    role: str
    """Internal id of the role."""
    levels: Mapping[str, int | None]
    """Level by key; None where it cannot be read. What is not there is not held."""
    names: Mapping[str, str]
    """NetSuite's label by key, where the row has one."""
    evidence: tuple[Evidence, ...]
    """The question."""


def held(session: Session) -> Held:
    """Return what the role holds.

    Args:
        session: the run's means.

    Raises:
        Stop: while it is not clear which role is meant, or without an accepted token.
        NetSuiteError: if none may read roles.
    """
    role, rows, asked = _asked_by_setup_token(session) if setup_client(session) is not None else _asked_by_itself(session)
    levels = {row.get("permkey", ""): read_level(row.get("permlevel")) for row in rows}
    # A row at None gives nothing: the same as no row (inferred, roles-and-features.md 1.2).
    shown = {key: level for key, level in levels.items() if level != 0}
    return Held(role, shown, {row.get("permkey", ""): row["name"] for row in rows if row.get("name")}, (asked,))


def _asked_by_setup_token(session: Session) -> tuple[str, Rows, Evidence]:
    roles = roles_named(session)
    if roles.chosen is None:
        says = "waits for the role" if not roles.named else f"{len(roles.named)} roles have this name"
        raise Stop(Finding(Standing.WAITING if not roles.named else Standing.UNKNOWN, says, evidence=(roles.evidence,)))
    role = roles.chosen.get("id", "")
    return role, *tables.exact_rows(session, tables.ROLE_PERMISSIONS, role)


def _asked_by_itself(session: Session) -> tuple[str, Rows, Evidence]:
    client = integration_client(session)
    role = bound(session).role
    rows = tables.rows(session, client, tables.ROLE_PERMISSIONS, role) if role else None
    if not rows:
        # A role that could log in holds something: no rows mean that they are hidden.
        raise Stop(not_shown(session))
    return role, rows, evidence("P5", rows, client.name)


def read_level(text: str | None) -> int | None:
    """Read a level: "1" to "4" (1-3 observed, 4 documented), "0" for none; the words are accepted too.

    Args:
        text: as it stands in a row.
    """
    value = (text or "").strip().capitalize()
    if value.isdigit():
        return int(value)
    return 0 if value == NONE else LEVELS.get(value)


def level_word(level: int | None) -> str:
    """Return NetSuite's word for a level.

    Args:
        level: 1 to 4, 0 for none; None if it cannot be read.
    """
    if level is None:
        return "an unreadable level"
    return NAMES.get(level, NONE if level == 0 else str(level))
