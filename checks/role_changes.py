"""Was the role changed after the token was made? Read from the system notes of the role, with the setup token.

That notes on roles carry record type -118 is observed in public (roles-and-features.md 4.2), and so are the table
``systemnote`` and its columns, ``name`` being the employee who made the change. That REST answers so is inferred. Editing a
role does not end a token in any Oracle text: what it takes away is what matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checks import tables
from checks.finding import Stop
from checks.login_audit import moment
from checks.token_binding import token_rows
from wizard.check import Session
from wizard.netsuite.answers import Cancelled, NetSuiteError
from wizard.profile import Permission
from wizard.redact import one_line
from wizard.verdict import Evidence

NOTES = (
    "SELECT TO_CHAR(date, 'YYYY-MM-DD HH24:MI:SS') AS noted, field, oldvalue, newvalue, BUILTIN.DF(name) AS who "
    "FROM systemnote WHERE recordtypeid = -118 AND recordid = ?"
)


@dataclass(frozen=True)
class Change:
    """A system note of the role."""

    at: datetime
    """In the account's own time zone, as the token's date is."""
    what: str
    """Field, old and new value, as far as readable."""
    who: str
    """Who made it; empty if not told."""

    def names(self, permission: Permission) -> bool:
        """Tell whether it is about a permission.

        Args:
            permission: of the profile.
        """
        said = self.what.casefold()
        return any(name.casefold() in said for name in (permission.key, permission.netsuite_name, permission.name))


def token_made(session: Session) -> tuple[datetime | None, tuple[Evidence, ...]]:
    """Return when the integration token was made, or None if that cannot be told.

    Args:
        session: the run's means.

    Raises:
        NetSuiteError: if the token list cannot be asked for.
    """
    rows = token_rows(session)
    if rows is None or not rows.rows:
        return None, ()
    made = [moment(row.get("created")) for row in rows.rows]
    # Of several candidates the newest: a change before it may be harmless, one after it concerns every one of them.
    known = [at for at in made if at]
    return (max(known) if len(known) == len(made) else None), rows.evidence


def changes(session: Session, role: str) -> tuple[list[Change], Evidence]:
    """Return the notes of a role, oldest first.

    Args:
        session: the run's means.
        role: internal id.

    Raises:
        Stop: without an accepted setup token.
        NetSuiteError: if it may not read them.
    """
    rows, asked = tables.exact_rows(session, NOTES, role)
    found = [Change(at, _what(row), one_line(row.get("who", ""), 60)) for row in rows if (at := moment(row.get("noted")))]
    return sorted(found, key=lambda change: change.at), asked


def _what(row: tables.Row) -> str:
    field, old, new = (one_line(row.get(name, ""), 60) for name in ("field", "oldvalue", "newvalue"))
    if old and new:
        return f"{field} {old} to {new}".strip()
    return f"{field} {old} removed".strip() if old else f"{field} {new} added".strip() if new else field


def changed_after_token(session: Session, role: str, permission: Permission) -> Evidence | None:
    """Return evidence that a permission was removed or lowered after the token was made, if there is any.

    Args:
        session: the run's means.
        role: internal id.
        permission: that is missing or too low.
    """
    try:
        made, _ = token_made(session)
        noted, asked = changes(session, role)
    except Cancelled:
        raise
    except (NetSuiteError, Stop):
        return None
    for change in reversed(noted):
        if made and change.at > made and change.names(permission):
            return asked.model_copy(update={"came_back": f"{change.at:%Y-%m-%d %H:%M}: {change.what}"})
    return None
