"""The integration's user: there, active, with access and e-mail, with the role and with no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from checks import tables
from checks.binding import bound, sees_all
from checks.finding import (
    REFUSED,
    AspectCheck,
    Finding,
    Stop,
    failed,
    integration_client,
    not_shown,
    setup_client,
    standing_of,
    unknown,
    verified,
    waiting,
    warning,
)
from checks.people import role_name, roles_named, same_name, token_user_record
from wizard.check import Session
from wizard.profile import Profile
from wizard.redact import one_line
from wizard.remedies import remedy
from wizard.verdict import Evidence, Remedy, Standing

CAUSE = "user"


class User(AspectCheck):
    """With a setup token from the employee's row; else the token's own user, as far as the role may see it."""

    id = "user"
    title = "User of the integration"
    needs = ("login", "query", "token")

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return all aspects, whatever the profile asks."""
        return tuple(f"user.{name}" for name in ("exists", "active", "access", "role", "one_role"))

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at the row's columns one by one."""
        return {
            "user.exists": lambda: _exists(session),
            "user.active": lambda: _active(session),
            "user.access": lambda: _access(session),
            "user.role": lambda: _role(session),
            "user.one_role": lambda: _one_role(session),
        }


def _edit(session: Session, text: str, user: str) -> Remedy:
    if user:
        return remedy(text, "employee", session.account, 2, below="Edit", id=user)
    return remedy(text, "employees", session.account, 3)


def _login_accepted(session: Session) -> bool:
    return standing_of(session, "login.accepted") is Standing.VERIFIED


def _login_is_the_users(session: Session) -> bool:
    """Tell whether a login was accepted and the token is proven to be that of the integration's user."""
    return _login_accepted(session) and standing_of(session, "token.user") is Standing.VERIFIED


def _row(session: Session) -> tuple[tables.Row, tuple[Evidence, ...]]:
    """Return the user's row: by the answered e-mail address, else the token's own user.

    Raises:
        Stop: if it is not there, cannot be told, or cannot be read.
        NetSuiteError: if it cannot be asked for.
    """
    email = session.answers.get("user_email", "").strip().lower()
    try:
        if email:
            rows, client, asked = tables.rows_of_whoever_may(session, tables.EMPLOYEE_BY_EMAIL, email)
            return _one(session, rows, f"no user with {one_line(email, 40)}", client.name, asked)
        user = bound(session).user if _login_accepted(session) else ""
        if not user:
            raise Stop(waiting("waits for the user's e-mail address"))
        if not _login_is_the_users(session):
            # Somebody's token works; that does not make its user the integration's.
            says = "not proven: whose the token is; give the user's e-mail address"
            raise Stop(unknown(says, *_told_of_the_token(session)))
        rows, client, asked = tables.rows_of_whoever_may(session, tables.EMPLOYEE_BY_ID, user)
        return _one(session, rows, "the token's user is not shown", client.name, asked)
    except REFUSED:
        row, rests_on = token_user_record(session)
        if row is None:
            raise Stop(unknown("not proven: employees are closed to the role", *rests_on)) from None
        if email and row.get("email", "").lower() != email:
            shown = one_line(row.get("email", ""), 40) or "no e-mail address to be seen"
            raise Stop(unknown(f"not proven: the token's user has {shown}", *rests_on)) from None
        return row, rests_on


def _told_of_the_token(session: Session) -> tuple[Evidence, ...]:
    found = session.found.get("token.user")
    return found.evidence if found else ()


def _one(
    session: Session, rows: Sequence[tables.Row], none: str, who: str, asked: Evidence
) -> tuple[tables.Row, tuple[Evidence, ...]]:
    if len(rows) == 1:
        return rows[0], (asked,)
    if rows:
        fix = remedy("Two employees with one address: inactivate the one that is not meant.", "employees", session.account, 3)
        raise Stop(failed(f"{len(rows)} users have this e-mail address", CAUSE, fix, asked))
    if sees_all(session, who):
        # The address was typed by a person: that nobody has it does not prove that the user is not there.
        text = "New: name, Email, Access > Give Access, the role under Roles, Save. Or correct the address given here."
        fix = remedy(text, "employee_new", session.account, 5)
        raise Stop(Finding(Standing.FAILED, none, None, fix, (asked,), (CAUSE,)))
    # A role does not see every employee: no row proves nothing.
    raise Stop(unknown(f"not proven: {none} to the role", asked))


def _exists(session: Session) -> Finding:
    row, rests_on = _row(session)
    told = {"user.name": row.get("entityid", ""), "user.email": row.get("email", "")}
    if "isinactive" in row:
        told["user.active"] = "no" if tables.is_true(row["isinactive"]) else "yes"
    if "giveaccess" in row:
        told["user.access"] = "yes" if tables.is_true(row["giveaccess"]) else "no"
    return verified(f"there: {one_line(row.get('entityid', row.get('id', '?')), 40)}", *rests_on).reading(told)


def _row_or_login(session: Session) -> tuple[tables.Row, tuple[Evidence, ...]] | None:
    """Return the row, or None where it cannot be read and the accepted login of this very user is the proof.

    An inactive user, or one without access or without the role, is refused (documented, protocol.md 8.6).

    Raises:
        Stop: if neither tells.
    """
    try:
        return _row(session)
    except Stop as stop:
        if setup_client(session) is None and stop.finding.standing is Standing.UNKNOWN and _login_is_the_users(session):
            return None
        if stop.finding.standing is Standing.FAILED:
            raise Stop(waiting("waits for the user")) from None
        raise


def _by_login(session: Session, says: str) -> Finding:
    rests_on = (*session.found["login.accepted"].evidence, *bound(session).evidence, *_told_of_the_token(session))
    return verified(says, *dict.fromkeys(rests_on))


def _not_in_the_row(session: Session, rests_on: tuple[Evidence, ...]) -> Finding:
    if _login_is_the_users(session):
        return _by_login(session, "the token's user logged in")
    return unknown("not proven: the user's row does not show it", *rests_on)


def _active(session: Session) -> Finding:
    found = _row_or_login(session)
    if found is None:
        return _by_login(session, "the token's user logged in")
    row, rests_on = found
    if "isinactive" not in row:
        return _not_in_the_row(session, rests_on)
    if tables.is_true(row.get("isinactive")):
        return failed("inactive", CAUSE, _edit(session, "Clear Inactive, press Save.", row.get("id", "")), *rests_on)
    return verified("active", *rests_on)


def _access(session: Session) -> Finding:
    found = _row_or_login(session)
    if found is None:
        return _by_login(session, "the token's user logged in")
    row, rests_on = found
    if not row.get("email"):
        return failed("no e-mail", CAUSE, _edit(session, "Fill in Email, press Save.", row.get("id", "")), *rests_on)
    if "giveaccess" not in row:
        return _not_in_the_row(session, rests_on)
    if not tables.is_true(row.get("giveaccess")):
        text = "Access subtab: tick Give Access, add the role under Roles, press Save."
        return failed("no access", CAUSE, _edit(session, text, row.get("id", "")), *rests_on)
    return verified("has access and an e-mail", *rests_on)


def _role(session: Session) -> Finding:
    if setup_client(session) is None:
        integration_client(session)
        return _role_by_login(session)
    row, rests_on = _row_for_roles(session)
    roles = roles_named(session)
    if not roles.named:
        raise Stop(waiting("waits for the role"))
    assigned, asked = tables.roles_of(session, row.get("id", ""))
    if any(role.get("id") in assigned for role in roles.named):
        return verified(f"has {one_line(role_name(session), 40)}", *rests_on, asked)
    text = f"Access subtab > Roles: add {role_name(session)}, press Add, then Save."
    return failed("does not have the role", CAUSE, _edit(session, text, row.get("id", "")), *rests_on, asked)


def _role_by_login(session: Session) -> Finding:
    """Conclude from the accepted login: it proves the role it was made under, for the user it was made as."""
    token = bound(session)
    if not _login_is_the_users(session):
        return unknown("not proven: whose the token is", *dict.fromkeys((*token.evidence, *_told_of_the_token(session))))
    if not token.role_name:
        return unknown("not proven: nothing tells the token's role", *token.evidence)
    if not same_name(token.role_name, role_name(session)):
        return unknown(f"not proven: logged in under {one_line(token.role_name, 40)}", *token.evidence)
    return _by_login(session, "logged in under the role")


def _row_for_roles(session: Session) -> tuple[tables.Row, tuple[Evidence, ...]]:
    found = _row_or_login(session)
    if found is None:
        raise Stop(unknown("not proven: the user's row is closed"))
    return found


def _one_role(session: Session) -> Finding:
    row, rests_on = _row_for_roles(session)
    try:
        assigned, asked = tables.roles_of(session, row.get("id", ""))
    except REFUSED:
        return not_shown(session).also(*rests_on)
    told = {"user.roles": _names_of(session, assigned)}
    if len(set(assigned)) > 1:
        text = "Access subtab > Roles: remove what the integration does not need, press Save."
        return warning(f"has {len(set(assigned))} roles", _edit(session, text, row.get("id", "")), *rests_on, asked).reading(told)
    if not assigned:
        return unknown("no role is shown", *rests_on, asked)
    return verified("has one role", *rests_on, asked).reading(told)


def _names_of(session: Session, roles: Sequence[str]) -> str:
    """Return the names of roles, or nothing where they may not be read."""
    try:
        rows, _ = tables.exact_rows(session, tables.ROLE)
    except (Stop, *REFUSED):
        return ""
    return ", ".join(sorted(row.get("name", "?") for row in rows if row.get("id") in roles))
