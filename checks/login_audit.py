"""The Login Audit Trail, read with the setup token: why the integration's last login failed, or with what it succeeded.

Columns are observed in public by three sources; the words in ``detail`` are documented (roles-and-features.md 4.2,
protocol.md 8.6). In which time zone ``date`` is told was not published, so rows are compared with each other only: the
newest accepted row is about as old as the question, for the question is itself a login.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from checks import tables
from checks.finding import REFUSED, Finding, Stop, failed, setup_client
from wizard.causes import AUDIT_WORDS, CAUSES, UNSEEN_CANDIDATES, audit_word
from wizard.check import Session
from wizard.netsuite.answers import HeldBack
from wizard.redact import one_line
from wizard.remedies import candidates_remedy, remedy, remedy_of
from wizard.verdict import Evidence, Standing

if TYPE_CHECKING:
    from wizard.netsuite.answers import NetSuiteError

RECENT = timedelta(minutes=5)
"""How much older than the newest row a row may be: the setup token has just logged in, so the newest is from now."""

LEEWAY = timedelta(seconds=2)
"""How much earlier than our login its row may seem to be: rows have whole seconds, and so has the row compared with."""

MOST = 1000
"""Rows that are looked at: one page. The trail of a busy account is long, and the rows in question are minutes old."""

ADMINISTRATOR = "3"
"""Internal id of the role Administrator (observed; the help's samples show it too)."""


@dataclass(frozen=True)
class Login:
    """A row of the Login Audit Trail."""

    at: datetime | None
    """In the account's own time zone; None if it cannot be read."""
    accepted: bool
    """Column Status."""
    detail: str
    """Why it failed."""
    user: str
    """Internal id, or empty."""
    role: str
    """Internal id, or empty."""
    application: str
    """Token-based Application Name."""
    token: str
    """Token-based Access Token Name."""

    @property
    def when(self) -> str:
        """Its time of day, to stand behind what it is; empty if it cannot be read."""
        return f", {self.at:%H:%M:%S} in the account's time" if self.at else ""


@dataclass(frozen=True)
class Trail:
    """The recent rows, newest first."""

    logins: tuple[Login, ...]
    """Of all applications."""
    evidence: Evidence
    """The question and how much came back."""
    newest_accepted: datetime | None
    """In the account's own time zone; None if no row tells."""

    def there(self, at: datetime) -> datetime | None:
        """Return a moment in the account's own time zone, rather too early than too late; None if it cannot be told.

        Args:
            at: UTC, before the question.
        """
        return self.newest_accepted - (self.evidence.at - at) if self.newest_accepted else None


def trail(session: Session) -> Trail | None:
    """Return the recent rows, or None if nobody here may read them.

    Args:
        session: the run's means.

    Raises:
        NetSuiteError: if it cannot be asked.
    """
    client = setup_client(session)
    if client is None:
        return None
    try:
        found, at = session.once(
            "newest logins", lambda: (list(islice(client.rows(tables.LOGINS), MOST)), session.clock.now())
        )
    except REFUSED:
        return None
    asked = Evidence(
        probe="P6",
        asked=f"SuiteQL {tables.LOGINS}",
        came_back=f"{len(found)} rows, the newest",
        at=at,
        token=client.name,
    )
    rows = sorted((_login(row) for row in found), key=lambda login: login.at or datetime.min, reverse=True)
    newest = next((login.at for login in rows if login.at), None)
    recent = tuple(login for login in rows if newest is None or (login.at and newest - login.at <= RECENT))
    return Trail(recent, asked, next((login.at for login in rows if login.at and login.accepted), None))


def _login(row: tables.Row) -> Login:
    return Login(
        at=moment(row.get("login_at")),
        accepted=row.get("status", "").strip().lower().startswith("s"),
        detail=row.get("detail", ""),
        user=row.get("user", ""),
        role=row.get("role", ""),
        application=row.get("oauthappname", ""),
        token=row.get("oauthaccesstokenname", ""),
    )


def moment(text: str | None) -> datetime | None:
    """Return the time in a column that was asked for as ``YYYY-MM-DD HH24:MI:SS``, or None.

    Args:
        text: of the column.
    """
    try:
        return datetime.strptime((text or "")[:19].replace("T", " "), "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None


def record_name(session: Session) -> str:
    """Return the name the integration record should have.

    Args:
        session: for the answers and the profile.
    """
    return session.answers.get("record_name") or session.profile.integration_record.name


def why_refused(session: Session, error: NetSuiteError, asked: Evidence) -> Finding | None:
    """Return why the integration's login was refused, if the Login Audit Trail can be read and says so.

    Args:
        session: the run's means.
        error: the refusal.
        asked: its evidence.
    """
    read = trail(session)
    if read is None:
        return None
    of_ours, told = _of_ours(session, read)
    rests_on = (asked, read.evidence, *told)
    if isinstance(error, HeldBack):
        return _earlier(session, of_ours[0], rests_on) if of_ours else None
    sent = _sent(read, error)
    of_ours = [login for login in of_ours if sent is None or login.at is None or login.at >= sent]
    if not of_ours:
        fix = candidates_remedy(UNSEEN_CANDIDATES, session.account)
        says = "refused, and no row in the Login Audit Trail"
        return Finding(Standing.FAILED, says, None, fix, rests_on, UNSEEN_CANDIDATES)
    return _named(session, of_ours[0], rests_on)


def _sent(read: Trail, error: NetSuiteError) -> datetime | None:
    """Return when the refused login was sent, in the account's own time zone; None if it cannot be told."""
    if error.answer is None:
        return None
    at = read.there(error.answer.at - timedelta(seconds=error.answer.seconds))
    return at - LEEWAY if at else None


def _of_ours(session: Session, read: Trail) -> tuple[list[Login], tuple[Evidence, ...]]:
    """Return the refused logins that can be the integration's, newest first, and what else they rest on.

    A key that NetSuite does not know leaves no application in its row. With the key of the setup token, which was
    accepted, such a row is somebody else's, unless user or token are those of the integration.
    """
    own = {record_name(session).casefold()}
    own |= {login.application.casefold() for login in read.logins if login.accepted and login.role == ADMINISTRATOR}
    refused = [login for login in read.logins if not login.accepted]
    nameless = [login for login in refused if not login.application]
    if nameless and not (session.integration and session.admin and session.integration.same_application(session.admin)):
        return [login for login in refused if login.application.casefold() in own or not login.application], ()
    users, tokens, told = _marks(session, own) if any(n.user or n.token for n in nameless) else (set(), set(), ())
    ours = [n for n in nameless if n.token in tokens or (n.user in users and not n.token)]
    return [login for login in refused if login.application.casefold() in own - {""} or login in ours], told


def _marks(session: Session, own: set[str]) -> tuple[set[str], set[str], tuple[Evidence, ...]]:
    """Return users and names of the integration's tokens; none where the list of tokens is closed."""
    try:
        found, asked = tables.exact_rows(session, tables.TOKENS)
    except REFUSED:
        return set(), set(), ()
    rows = [row for row in found if row.get("app_text", "").casefold() in own and row.get("role_name") != ADMINISTRATOR]
    users, tokens = ({row[column] for row in rows if row.get(column)} for column in ("entity_name", "tba_token_name"))
    return users, tokens, (asked,)


def _earlier(session: Session, login: Login, rests_on: tuple[Evidence, ...]) -> Finding:
    """Return why an earlier login was refused: nothing was sent now."""
    named = _named(session, login, rests_on)
    return replace(named, says=f"earlier: {named.says}")


def _named(session: Session, login: Login, rests_on: tuple[Evidence, ...]) -> Finding:
    known = audit_word(login.detail)
    if known is None:
        says = f"refused: {one_line(login.detail, 40) or 'no Detail'} in the Login Audit Trail"
        return Finding(Standing.FAILED, says, None, None, rests_on)
    word, meaning = known
    row = Evidence(
        probe="P6",
        asked=f"Login Audit Trail, newest refused login of {login.application or 'an unknown key'}{login.when}",
        came_back=word,
        at=rests_on[-1].at,
        token=rests_on[-1].token,
    )
    if word == "permission_denied":
        return _permission_denied(session, login, (*rests_on, row))
    if word == "InvalidSignature":
        # The setup token has just logged in with the same consumer pair.
        text = "Revoke the token and make a new one: a lost secret cannot be shown again. Then enter the new pair here."
        fix = remedy(text, "token_new", session.account, 3)
        return Finding(Standing.FAILED, f"the token secret is wrong ({word})", meaning.causes[0], fix, (*rests_on, row))
    fix = remedy(meaning.fix, meaning.page, session.account, meaning.minutes)
    return Finding(Standing.FAILED, f"{meaning.meaning} ({word})", meaning.causes[0], fix, (*rests_on, row))


def _permission_denied(session: Session, login: Login, rests_on: tuple[Evidence, ...]) -> Finding:
    """Look at user and role: the word itself stands for several causes (documented, protocol.md 8.6)."""
    for look in (_user_at_fault, _role_at_fault):
        try:
            finding = look(session, login)
        except (*REFUSED, Stop):
            continue
        if finding:
            return Finding(Standing.FAILED, finding.says, finding.cause, finding.remedy, (*rests_on, *finding.evidence))
    meaning = AUDIT_WORDS["permission_denied"]
    fix = remedy(meaning.fix, meaning.page, session.account, meaning.minutes)
    return Finding(Standing.FAILED, f"{meaning.meaning} (permission_denied)", None, fix, rests_on, meaning.causes)


def _user_at_fault(session: Session, login: Login) -> Finding | None:
    if not login.user:
        return None
    found, asked = tables.exact_rows(session, tables.EMPLOYEE_BY_ID, login.user)
    fix = remedy(CAUSES["user"].fix, "employee", session.account, 3, id=login.user)
    if not found:
        return failed("the token's user is gone", "user", remedy_of("user", session.account), asked)
    if tables.is_true(found[0].get("isinactive")):
        return failed("the token's user is inactive", "user", fix, asked)
    if not tables.is_true(found[0].get("giveaccess")):
        return failed("the token's user has no access", "user", fix, asked)
    if login.role:
        assigned, roles_asked = tables.roles_of(session, login.user)
        if login.role not in assigned:
            return failed("the token's user does not have the role", "user", fix, asked, roles_asked)
    return None


def _role_at_fault(session: Session, login: Login) -> Finding | None:
    if not login.role:
        return None
    roles, asked = tables.exact_rows(session, tables.ROLE)
    role = next((row for row in roles if row.get("id") == login.role), None)
    link = {"id": login.role}
    if role and tables.is_true(role.get("isinactive")):
        fix = remedy("Edit the role, clear Inactive, press Save.", "role", session.account, 1, **link)
        return failed("the role is inactive", "user", fix, asked)
    held, held_asked = tables.exact_rows(session, tables.ROLE_PERMISSIONS, login.role)
    keys = {row.get("permkey") for row in held}
    if held and keys.isdisjoint({"ADMI_LOGIN_OAUTH", "ADMI_MANAGE_OWN_OAUTH_TOKENS"}):
        text = "On the role, add Setup > Log in using Access Tokens (Full); press Add, then Save."
        fix = remedy(text, "role", session.account, 2, below="Edit > Permissions > Setup", **link)
        return failed("the role lacks Log in using Access Tokens", "role-login-permission", fix, asked, held_asked)
    return None
