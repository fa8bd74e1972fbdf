"""``token_rejected``: the list of tokens tells whether the token is dead, gone, too young, or not the one that was shown.

Documented for the word: not found, wrong, inactive, or of another integration (protocol.md 8.6). That its row names a
token which NetSuite found is inferred. Deleting a user deletes its tokens, a sandbox refresh deletes all (documented,
roles-and-features 7.1); that a new token may need hours is one vendor's word (failure table).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from checks import tables
from checks.binding import Bound, administrator
from checks.finding import REFUSED, Finding, Stop
from checks.login_audit import Login, moment, record_name
from checks.people import missing_user, same_name
from checks.token_binding import dead, may_be
from wizard.causes import AUDIT_WORDS
from wizard.check import Session
from wizard.redact import one_line
from wizard.remedies import candidates_remedy, remedy, remedy_of
from wizard.verdict import Evidence, Remedy, Standing

YOUNG = timedelta(days=1)
"""Up to which age a token may not have arrived everywhere: one vendor advises to make them a day ahead (failure table)."""


def token_rejected(session: Session, login: Login, rests_on: tuple[Evidence, ...]) -> Finding:
    """Return what is the matter with the token, as far as the list of tokens tells.

    Args:
        session: the run's means.
        login: the row of the trail.
        rests_on: evidence so far.
    """
    try:
        rows, asked = _rows(session, login)
    except (*REFUSED, Stop):
        return _not_shown(session, rests_on)
    rests_on = tuple(dict.fromkeys((*rests_on, *asked)))
    if not rows:
        return _gone(session, login, rests_on)
    states = {dead(row) for row in rows}
    if "" not in states:
        says = f"the token is {' or '.join(sorted(states))} (token_rejected)"
        return Finding(Standing.FAILED, says, "token", _again(session, states), rests_on)
    if login.token:
        # Known, alive, and still rejected: it has not arrived everywhere, or an older one of this name was meant.
        says = "the token is in the list, alive, and not accepted yet (token_rejected)"
        candidates: tuple[str, ...] = ("propagation", "token") if states == {""} else ("token", "propagation")
        return Finding(Standing.FAILED, says, None, _wait(session, candidates), rests_on, candidates)
    says = "no token has this Token ID; the one in the list is alive (token_rejected)"
    candidates = ("token", "credential-swap", *(("propagation",) if _young(rows, login) else ()))
    return Finding(Standing.FAILED, says, None, _enter_again(session), rests_on, candidates)


def _not_shown(session: Session, rests_on: tuple[Evidence, ...]) -> Finding:
    """Return what the word means by itself: the tokens, or some of them, are hidden."""
    meaning = AUDIT_WORDS["token_rejected"]
    fix = candidates_remedy(meaning.causes, session.account)
    return Finding(Standing.FAILED, f"{meaning.meaning} (token_rejected)", None, fix, rests_on, meaning.causes)


def _rows(session: Session, login: Login) -> tuple[Sequence[tables.Row], tuple[Evidence, ...]]:
    """Return the tokens it may have been: those of the name in the row, or all of the integration's.

    Raises:
        Stop: without an accepted setup token.
        NetSuiteError: if the list is refused.
    """
    found, asked = tables.exact_rows(session, tables.TOKENS)
    if login.token:
        named = [row for row in found if row.get("tba_token_name") == login.token and _fits(row, login)]
        return named, (asked,)
    return [row for row in found if may_be(session, row, Bound(application=login.application))], (asked,)


def _fits(row: tables.Row, login: Login) -> bool:
    pairs = ((login.user, row.get("entity_name")), (login.role, row.get("role_name")))
    return all(not told or told == held for told, held in pairs) and (
        not login.application or same_name(row.get("app_text"), login.application)
    )


def _gone(session: Session, login: Login, rests_on: tuple[Evidence, ...]) -> Finding:
    """Return why there is no such token at all, as far as it can be told from what is not shown."""
    if not administrator(session):
        return _not_shown(session, rests_on)
    name = one_line(login.application or record_name(session), 40)
    missing = missing_user(session)
    if missing:
        says = f"no token of {name}, and no employee has the address you gave: tokens go with their user (token_rejected)"
        fix = remedy_of("user", session.account)
        return Finding(Standing.FAILED, says, None, fix, (*rests_on, missing), ("user", "token"))
    text = "New Access Token with the right Application Name, User and Role; enter the new pair. A sandbox refresh deletes all."
    fix = remedy(text, "token_new", session.account, 3)
    return Finding(Standing.FAILED, f"no token of {name} is left (token_rejected)", "token", fix, rests_on)


def _young(rows: Sequence[tables.Row], login: Login) -> bool:
    made = [at for row in rows if (at := moment(row.get("created")))]
    return login.at is None or not made or any(login.at - at < YOUNG for at in made)


def _again(session: Session, states: set[str]) -> Remedy:
    if states == {"inactive"}:
        return remedy("Edit the token, clear Inactive, press Save.", "tokens", session.account, 2)
    text = "New Access Token with the same Application Name, User and Role; enter the new pair here. Revoked is for ever."
    return remedy(text, "token_new", session.account, 3)


def _wait(session: Session, candidates: tuple[str, ...]) -> Remedy:
    text = "Look again in an hour: new tokens were reported to need up to four. If it stays so, make a new token."
    return remedy(text, "tokens", session.account, 60)


def _enter_again(session: Session) -> Remedy:
    text = "Enter Token ID and Token Secret again, each under its label; if they are lost, make a new token."
    return remedy(text, "token_new", session.account, 3)
