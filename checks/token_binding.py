"""The integration token's row: alive, and bound to the right application, user and role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from checks import tables
from checks.binding import Bound, administrator, bound, setup_identity
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
)
from checks.login_audit import ADMINISTRATOR, record_name
from checks.people import missing_user, role_name, same_name, token_user_record, user_of_answers
from wizard.check import Session
from wizard.profile import Profile
from wizard.redact import one_line
from wizard.remedies import remedy, remedy_of
from wizard.verdict import Evidence, Remedy, Standing

CAUSE = "token"


@dataclass(frozen=True)
class TokenRows:
    """Rows of the token list that can be the integration's token."""

    rows: tuple[tables.Row, ...]
    """Several, where nothing tells them apart."""
    evidence: tuple[Evidence, ...]
    """How they were found."""

    def say(self, column: str) -> str:
        """Return what all of them hold in a column, or nothing if they differ.

        Args:
            column: in lower case.
        """
        values = {row.get(column, "") for row in self.rows}
        return values.pop() if len(values) == 1 else ""

    @property
    def names(self) -> str:
        """The names of the tokens."""
        return tables.listed([one_line(row.get("tba_token_name", "?"), 40) for row in self.rows])


class TokenBinding(AspectCheck):
    """With a setup token from the token's row, else from ``tokeninfo``."""

    id = "token"
    title = "What the access token is bound to"
    needs = ("login", "ahead_tokens")

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return all aspects, whatever the profile asks."""
        return ("token.live", "token.application", "token.user", "token.role")

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at the row's columns one by one."""
        return {
            "token.live": lambda: _live(session),
            "token.application": lambda: _application(session),
            "token.user": lambda: _user(session),
            "token.role": lambda: _role(session),
        }


def token_rows(session: Session) -> TokenRows | None:
    """Return the rows that can be the integration's token, or None if nobody here may read them.

    Args:
        session: the run's means.

    Raises:
        Stop: before there is a token.
        NetSuiteError: if they cannot be asked for.
    """
    if session.integration is None:
        raise Stop(waiting("waits for the access token"))
    if setup_client(session) is None:
        return None
    try:
        found, asked = tables.exact_rows(session, tables.TOKENS)
    except REFUSED:
        return None
    accepted = standing_of(session, "login.accepted") is Standing.VERIFIED
    known = bound(session) if accepted else Bound()
    rows = [row for row in found if may_be(session, row, known)]
    if accepted:
        # A revoked or inactive token cannot have logged in just now.
        rows = [row for row in rows if not dead(row)] or rows
    return TokenRows(tuple(rows), (asked, *known.evidence))


def may_be(session: Session, row: tables.Row, known: Bound) -> bool:
    """Tell whether a row of the token list can be the integration's token.

    Args:
        session: the run's means.
        row: of the list.
        known: of the token, as far as anything tells.
    """
    if known.token:
        return row.get("tba_token_name") == known.token
    if known.user or known.role:
        return (not known.user or row.get("entity_name") == known.user) and (not known.role or row.get("role_name") == known.role)
    user, role = setup_identity(session)
    if row.get("role_name") == role and user in ("", row.get("entity_name")):
        return False
    return same_name(row.get("app_text"), known.application or record_name(session))


def dead(row: tables.Row) -> str:
    """Return why a token can log in no more, or nothing.

    Args:
        row: of the list of tokens.
    """
    if tables.is_true(row.get("brevoked")):
        return "revoked"
    return "inactive" if tables.is_true(row.get("binactive")) else ""


def _new_token(session: Session) -> Remedy:
    text = "New Access Token: choose Application Name, User and Role as this step says, Save, and enter the new pair here."
    return remedy(text, "token_new", session.account, 3)


def _live(session: Session) -> Finding:
    rows = token_rows(session)
    found = _alive(session, rows)
    return found.reading({"token.name": rows.say("tba_token_name"), "token.created": rows.say("created")}) if rows else found


def _alive(session: Session, rows: TokenRows | None) -> Finding:
    if standing_of(session, "login.accepted") is Standing.VERIFIED:
        return verified("a login with it was accepted", *session.found["login.accepted"].evidence)
    if rows is None:
        integration_client(session)
        raise Stop(not_shown(session))
    if not rows.rows:
        return _none(session, rows)
    states = {dead(row) for row in rows.rows}
    if states == {""} and len(rows.rows) == 1 and session.found["login.accepted"].cause not in (None, CAUSE):
        return verified("in the list, alive", *rows.evidence)
    if states == {""}:
        return unknown(f"in the list, alive: {rows.names}", *rows.evidence)
    if "" in states:
        return unknown(f"{len(rows.rows)} tokens could be it: {rows.names}", *rows.evidence)
    return failed(" or ".join(sorted(states)), CAUSE, _new_token(session), *rows.evidence)


def _none(session: Session, rows: TokenRows) -> Finding:
    says, missing = f"no token of {one_line(record_name(session), 40)}", missing_user(session)
    if missing:
        says = f"{says}, and no employee has the address you gave: tokens go with their user"
        fix = remedy_of("user", session.account)
        return Finding(Standing.FAILED, says, None, fix, (*rows.evidence, missing), ("user", CAUSE))
    if not administrator(session):
        return unknown(f"not proven: {says} is shown to the setup token's role", *rows.evidence)
    return failed(says, CAUSE, _new_token(session), *rows.evidence)


def _application(session: Session) -> Finding:
    wanted = record_name(session)
    rows = token_rows(session)
    known = bound(session) if standing_of(session, "login.accepted") is Standing.VERIFIED else Bound()
    name = known.application or (rows.say("app_text") if rows and rows.rows else "")
    rests_on = (*(rows.evidence if rows else ()), *known.evidence)
    told = {"token.application": name}
    if same_name(name, wanted):
        return verified(f"of {one_line(name, 40)}", *rests_on).reading(told)
    if name:
        says = f"of {one_line(name, 30)}, not {one_line(wanted, 30)}"
        return failed(says, CAUSE, _new_token(session), *rests_on).reading(told)
    integration_client(session)
    return _not_told(session, rows, rests_on)


def _user(session: Session) -> Finding:
    rows, user, _, rests_on = _told(session)
    if not user:
        return _not_told(session, rows, rests_on)
    wanted, asked = user_of_answers(session)
    text = rows.say("entity_text") if rows else ""
    if wanted:
        if wanted.get("id") == user:
            name = wanted.get("entityid", user)
            return verified(f"user {one_line(name, 40)}", *rests_on, *asked).reading({"token.user": name})
        says = f"of {one_line(text or f'user {user}', 30)}, not {one_line(wanted.get('entityid', '?'), 30)}"
        return failed(says, CAUSE, _new_token(session), *rests_on, *asked).reading({"token.user": text})
    record, record_asked = token_user_record(session)
    text = text or (record.get("entityid", "") if record else "")
    told = {"token.user": text}
    email, own = session.answers.get("user_email", ""), record.get("email", "") if record else ""
    if email and own and not same_name(email, own):
        says = f"of {one_line(text or own, 30)}, not {one_line(email, 30)}"
        return failed(says, CAUSE, _new_token(session), *rests_on, *record_asked).reading(told)
    expected = session.answers.get("user_name") or session.profile.user.name
    if same_name(text, expected) and not email:
        return verified(f"user {one_line(text, 40)}", *rests_on, *record_asked).reading(told)
    return unknown(f"user {one_line(text or user, 30)}; whose that is, is not proven", *rests_on, *asked).reading(told)


def _role(session: Session) -> Finding:
    rows, _, role, rests_on = _told(session)
    known = bound(session) if standing_of(session, "login.accepted") is Standing.VERIFIED else Bound()
    name = known.role_name or (rows.say("role_text") if rows else "")
    wanted = role_name(session)
    told = {"token.role": name}
    if same_name(name, wanted) and role != ADMINISTRATOR:
        return verified(f"role {one_line(name, 40)}", *rests_on).reading(told)
    if not name and not role:
        return _not_told(session, rows, rests_on)
    if not name and role != ADMINISTRATOR:
        return unknown(f"role {role}; its name is not told", *rests_on)
    says = f"under {one_line(name or 'Administrator', 30)}, not {one_line(wanted, 30)}"
    text = (
        "A token's role cannot be changed: New Access Token with the right Role, enter the new pair here, then revoke "
        "the old token. Not Manage Access Tokens on Home: it binds your own role."
    )
    return failed(says, CAUSE, remedy(text, "token_new", session.account, 5), *rests_on).reading(told)


def _told(session: Session) -> tuple[TokenRows | None, str, str, tuple[Evidence, ...]]:
    """Return the rows, the user's id and the role's id, each as far as anything tells."""
    rows = token_rows(session)
    if standing_of(session, "login.accepted") is Standing.VERIFIED:
        known = bound(session)
    else:
        known = Bound()
        if not rows or not rows.rows:
            integration_client(session)
    user = known.user or (rows.say("entity_name") if rows else "")
    role = known.role or (rows.say("role_name") if rows else "")
    rests_on = tuple(dict.fromkeys((*known.evidence, *(rows.evidence if rows else ()))))
    return rows, user, role, rests_on


def _not_told(session: Session, rows: TokenRows | None, rests_on: tuple[Evidence, ...]) -> Finding:
    if rows and len(rows.rows) > 1:
        return unknown(f"{len(rows.rows)} tokens could be it: {rows.names}", *rests_on)
    if rows is None:
        return not_shown(session, _look(session)).also(*rests_on)
    return unknown("not proven: nothing tells which token it is", *rests_on, remedy=_look(session))


def _look(session: Session) -> Remedy:
    text = (
        "Look at the token's row: Application Name, User, Role. Possibly the role is Web Services Only; then NetSuite does not say."
    )
    return remedy(text, "tokens", session.account, 1)
