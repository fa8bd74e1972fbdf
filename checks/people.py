"""Whom and which role the answers mean: the row of the user, the row of the role. Shared by several checks."""

from __future__ import annotations

from dataclasses import dataclass

from checks import tables
from checks.binding import administrator, bound
from checks.finding import REFUSED, Stop, integration_client, standing_of
from wizard.check import Session
from wizard.netsuite.answers import Garbled, NotThere, evidence
from wizard.verdict import Evidence, Standing


def same_name(one: str | None, other: str | None) -> bool:
    """Tell whether two names are the same but for case and blanks.

    Args:
        one: or nothing, which is the same as no name.
        other: the same.
    """
    left, right = " ".join((one or "").split()).casefold(), " ".join((other or "").split()).casefold()
    return bool(left) and left == right


def role_name(session: Session) -> str:
    """Return the name the role should have.

    Args:
        session: for the answers and the profile.
    """
    return session.answers.get("role_name") or session.profile.role.name


@dataclass(frozen=True)
class Roles:
    """The roles of the wanted name."""

    named: tuple[tables.Row, ...]
    """Exactly so spelt, else but for case and blanks."""
    exact: bool
    """Whether the spelling is the wanted one."""
    chosen: tables.Row | None
    """The one it is: the only one, or of several the token's own."""
    evidence: Evidence
    """The question."""


def roles_named(session: Session) -> Roles:
    """Look for the role by its name, on this side: names are compared without case.

    Args:
        session: the run's means.

    Raises:
        Stop: without an accepted setup token.
        NetSuiteError: if the setup token may not read roles.
    """
    rows, asked = tables.exact_rows(session, tables.ROLE)
    wanted = role_name(session)
    exact = tuple(row for row in rows if row.get("name", "").strip() == wanted.strip())
    named = exact or tuple(row for row in rows if same_name(row.get("name"), wanted))
    chosen = named[0] if len(named) == 1 else None
    if len(named) > 1 and standing_of(session, "login.accepted") is Standing.VERIFIED:
        own = bound(session).role
        chosen = next((row for row in named if row.get("id") == own), None)
    return Roles(named, bool(exact), chosen, asked)


def user_of_answers(session: Session) -> tuple[tables.Row | None, tuple[Evidence, ...]]:
    """Return the employee row with the answered e-mail address, and what was asked; None if it cannot be told.

    Args:
        session: the run's means.
    """
    email = session.answers.get("user_email", "").strip().lower()
    if not email:
        return None, ()
    try:
        rows, _, asked = tables.rows_of_whoever_may(session, tables.EMPLOYEE_BY_EMAIL, email)
    except (*REFUSED, Stop):
        return _record_of_token_user(session, email)
    return (rows[0] if len(rows) == 1 else None), (asked,)


def missing_user(session: Session) -> Evidence | None:
    """Return the evidence that no employee has the answered e-mail address; None if one has, or nobody can tell.

    A person typed the address: it may be wrong, or have changed, so that it does not prove that the user is gone.

    Args:
        session: the run's means.
    """
    email = session.answers.get("user_email", "").strip().lower()
    if not email or not administrator(session):
        return None
    try:
        rows, asked = tables.exact_rows(session, tables.EMPLOYEE_BY_EMAIL, email)
    except (*REFUSED, Stop):
        return None
    return None if rows else asked


def _record_of_token_user(session: Session, email: str) -> tuple[tables.Row | None, tuple[Evidence, ...]]:
    """Read the token's user as a record: works without SuiteAnalytics Workbook (observed, protocol.md 6.5)."""
    row, asked = token_user_record(session)
    return (row if row and row.get("email", "").lower() == email else None), asked


def token_user_record(session: Session) -> tuple[tables.Row | None, tuple[Evidence, ...]]:
    """Return the token's user from the record service, in the columns of the employee table.

    Args:
        session: the run's means.
    """
    try:
        client = integration_client(session)
        user = bound(session).user
    except Stop:
        return None, ()
    if not user:
        return None, bound(session).evidence
    try:
        answer = session.once(f"employee {user}", lambda: client.record("employee", user))
        fields = answer.json()
    except (*REFUSED, NotThere, Garbled) as error:
        # Records of administrators stay closed to other roles (observed, failure table).
        return None, (evidence("P4", error, client.name),)
    low = {str(name).lower(): value for name, value in fields.items()} if isinstance(fields, dict) else {}
    columns: tuple[str, ...] = ("entityid", "email", "giveaccess", "isinactive")
    row = {name: _text(low[name]) for name in columns if name in low}
    return {**row, "id": user}, (evidence("P4", answer, client.name),)


def _text(value: object) -> str:
    return {True: "T", False: "F"}.get(value, str(value)) if isinstance(value, bool) else str(value)
