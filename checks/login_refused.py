"""Why the integration's login was refused: its row in the Login Audit Trail, found, read and followed up.

The words in ``detail`` are documented (protocol.md 8.6). Some decide alone; for the others tokens, users and roles are
looked at until one cause is left, or a few that only a person can tell apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from checks import tables
from checks.finding import REFUSED, Finding, standing_of
from checks.login_audit import ADMINISTRATOR, Login, Trail, record_name, trail
from checks.refused_person import permission_denied
from checks.refused_token import token_rejected
from wizard.causes import LOGIN_CANDIDATES, UNSEEN_CANDIDATES, WAVED_THROUGH, audit_word
from wizard.check import Session
from wizard.netsuite.answers import PROGRAM, HeldBack, LoginRefused
from wizard.redact import one_line
from wizard.remedies import candidates_remedy, remedy
from wizard.verdict import Evidence, Standing

if TYPE_CHECKING:
    from wizard.netsuite.answers import NetSuiteError

SOON = timedelta(seconds=10)
"""How much later than our login its row may be: a refusal comes at once, and the question that is compared with took a while."""

LEEWAY = timedelta(seconds=2)
"""How much earlier than our login its row may seem to be: rows have whole seconds, and so has the row compared with."""

SHARED = ("account-id-format", "feature-off", "clock", "wrong-host", "client-environment")
"""What would refuse the setup token as well: account, features, clock and machine are the same."""

BOTH = (
    "integration-record", "account-id-format", "feature-off", "clock", "concurrency", "credential-swap", "signing", "user",
)  # fmt: skip
"""What refuses both tokens at once, likeliest first: besides what is shared the consumer pair, and rules on addresses."""


def same_record(session: Session) -> bool:
    """Tell whether a setup token that was accepted has the consumer pair of the integration.

    Args:
        session: the run's means.
    """
    return bool(session.integration and session.admin and session.integration.same_application(session.admin))


def left_over(session: Session, candidates: Sequence[str]) -> tuple[str, ...]:
    """Return candidates without those that the accepted login of the setup token excludes.

    Args:
        session: the run's means.
        candidates: slugs.
    """
    if not _setup_token_logged_in(session):
        return tuple(candidates)
    out = (*SHARED, "integration-record") if same_record(session) else SHARED
    return tuple(slug for slug in candidates if slug not in out)


def _setup_token_logged_in(session: Session) -> bool:
    return session.admin is not None and session.admin.last_login_at is not None


def _both_refused(candidates: Sequence[str]) -> tuple[str, ...]:
    """Return candidates with those in front that refuse both tokens at once."""
    return (*(slug for slug in BOTH if slug in candidates), *(slug for slug in candidates if slug not in BOTH))


def unexplained(session: Session, error: LoginRefused, asked: Evidence) -> Finding:
    """Return what a bare refusal may mean: the answer is the same for a dozen causes (observed, protocol.md 8.1).

    Args:
        session: the run's means.
        error: the refusal.
        asked: its evidence.
    """
    candidates = left_over(session, LOGIN_CANDIDATES)
    if session.admin and not _setup_token_logged_in(session):
        candidates = _both_refused(candidates)
    says, first = "refused; the answer names no cause", ""
    if standing_of(session, "account.environment") is Standing.WARNING:
        first = "account-id-format"
    if error.perhaps_concurrency and error.answer:
        # Observed: one request too many looks like this, after about a minute (protocol.md 10.3).
        first = "concurrency"
        says = f"refused after {error.answer.seconds:.0f} s: wrong values are refused at once"
    if first in candidates:
        candidates = (first, *(slug for slug in candidates if slug != first))
    return Finding(Standing.FAILED, says, None, candidates_remedy(candidates, session.account), (asked,), candidates)


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
    own = _own_names(session, read)
    of_ours, told = _of_ours(session, read, own)
    rests_on = (asked, read.evidence, *told)
    if isinstance(error, HeldBack):
        earlier = _told_before(session, read, of_ours)
        named = _words(session, earlier, rests_on)
        return replace(named, says=f"earlier: {named.says}").reading(read.facts) if named else None
    sent = _sent(read, error)
    of_ours = [login for login in of_ours if _since(login, sent)]
    found = _words(session, of_ours, rests_on) or _unseen(session, read, own, sent, rests_on)
    return found.reading(read.facts)


def _told_before(session: Session, read: Trail, of_ours: Sequence[Login]) -> list[Login]:
    """Return the rows that the last refusal we know of can have left; none where its time cannot be told."""
    refused = session.integration.budget.refused if session.integration else []
    at = read.there(refused[-1]) if refused else None
    return [login for login in of_ours if at and login.at and at - LEEWAY <= login.at <= at + SOON]


def _words(session: Session, logins: Sequence[Login], rests_on: tuple[Evidence, ...]) -> Finding | None:
    """Return what rows lead to, each word followed up once, by its newest row; None without a row."""
    newest = {login.detail: login for login in reversed(logins)}
    words = [_named(session, newest[detail], rests_on) for detail in dict.fromkeys(login.detail for login in logins)]
    return _one(words) if words else None


def _one(findings: Sequence[Finding]) -> Finding:
    """Return what rows that cannot be told apart lead to, the newest first: of several words none proves anything."""
    newest = findings[0]
    if len(findings) == 1:
        return newest
    causes = dict.fromkeys(cause for finding in findings for cause in (finding.cause, *finding.candidates) if cause)
    return replace(newest, says=f"several refusals at a time; the newest: {newest.says}", cause=None, candidates=tuple(causes))


def _sent(read: Trail, error: NetSuiteError) -> datetime | None:
    """Return when the refused login was sent, in the account's own time zone; None if it cannot be told."""
    if error.answer is None:
        return None
    at = read.there(error.answer.at - timedelta(seconds=error.answer.seconds))
    return at - LEEWAY if at else None


def _since(login: Login, sent: datetime | None) -> bool:
    return sent is None or login.at is None or login.at >= sent


def _own_names(session: Session, read: Trail) -> set[str]:
    """Return the names that the integration record may have."""
    own = {record_name(session).casefold()}
    return own | {login.application.casefold() for login in read.logins if login.accepted and login.role == ADMINISTRATOR}


def _of_ours(session: Session, read: Trail, own: set[str]) -> tuple[list[Login], tuple[Evidence, ...]]:
    """Return the refused logins that can be the integration's, newest first, and what else they rest on.

    A key that NetSuite does not know leaves no application in its row. With the key of the setup token, which was
    accepted, such a row is somebody else's, unless user or token are those of the integration.
    """
    # Another program's login with the same key is told apart where the trail shows that it keeps our name.
    told_by_program = any(login.accepted and PROGRAM in login.program for login in read.logins)
    foreign = [login for login in read.logins if told_by_program and login.program and PROGRAM not in login.program]
    refused = [login for login in read.logins if not login.accepted and login not in foreign]
    nameless = [login for login in refused if not login.application]
    if nameless and not same_record(session):
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


def _unseen(session: Session, read: Trail, own: set[str], sent: datetime | None, rests_on: tuple[Evidence, ...]) -> Finding:
    """Return what it means that the trail has no refusal of ours."""
    waved = any(
        login.accepted and login.role not in ("", ADMINISTRATOR) and login.application.casefold() in own and _since(login, sent)
        for login in read.logins
    )
    if waved:
        says, left = "refused, and a success in the Login Audit Trail", left_over(session, WAVED_THROUGH)
    else:
        says, left = "refused, and no row in the Login Audit Trail", left_over(session, UNSEEN_CANDIDATES)
    return Finding(Standing.FAILED, says, None, candidates_remedy(left, session.account), rests_on, left)


_LOOKS: Mapping[str, Callable[[Session, Login, tuple[Evidence, ...]], Finding]] = {
    "permission_denied": permission_denied,
    "token_rejected": token_rejected,
}
"""Words that are followed up in tables."""


def _named(session: Session, login: Login, rests_on: tuple[Evidence, ...]) -> Finding:
    known = audit_word(login.detail)
    if known is None:
        left = left_over(session, LOGIN_CANDIDATES)
        says = f"refused: {one_line(login.detail, 40) or 'no Detail'} in the Login Audit Trail"
        return Finding(Standing.FAILED, says, None, candidates_remedy(left, session.account), rests_on, left)
    word, meaning = known
    row = Evidence(
        probe="P6",
        asked=f"Login Audit Trail, newest refused login of {login.application or 'an unknown key'}{login.when}",
        came_back=word,
        at=rests_on[-1].at,
        token=rests_on[-1].token,
    )
    rests_on = (*rests_on, row)
    if word in _LOOKS:
        return _LOOKS[word](session, login, rests_on)
    if word == "InvalidSignature" and same_record(session):
        # The setup token has just logged in with the same consumer pair.
        text = "Revoke the token and make a new one: a lost secret cannot be shown again. Then enter the new pair here."
        fix = remedy(text, "token_new", session.account, 3)
        return Finding(Standing.FAILED, f"the token secret is wrong ({word})", "signing", fix, rests_on)
    left = left_over(session, meaning.causes) if len(meaning.causes) > 1 else meaning.causes
    fix = remedy(meaning.fix, meaning.page, session.account, meaning.minutes)
    says = f"{meaning.meaning} ({word})"
    if len(left) == 1:
        return Finding(Standing.FAILED, says, left[0], fix, rests_on)
    return Finding(Standing.FAILED, says, None, fix, rests_on, left or meaning.causes)
