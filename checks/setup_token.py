"""The setup token: does NetSuite accept it, and, at the end, does NetSuite refuse it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from checks.finding import AspectCheck, Deliberate, Finding, failed, not_applicable, unknown, verified, waiting
from checks.login_refused import unexplained
from checks.server_time import before_a_login, closed, server_time
from wizard.check import Session
from wizard.netsuite.answers import BadRequest, LoginRefused, PermissionRefused, RoleRefused, evidence
from wizard.profile import Profile
from wizard.remedies import remedy
from wizard.verdict import Evidence


class SetupToken(AspectCheck):
    """Logs in once with the setup token, before the integration token: it can tell why that one is refused."""

    id = "setup_token"
    title = "Login with the setup token"
    needs = ("account_spelling", "network", "account", "machine")

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return the one aspect of a full run."""
        return ("setup_token.accepted",)

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Log in."""
        return {"setup_token.accepted": lambda: _accepted(session)}


class SetupTokenRevoked(Deliberate, AspectCheck):
    """Makes the one call that must be refused. Never part of a full run: a refused login counts.

    The refusal alone proves nothing: a clock that is off, a lock, a blocked record or a feature that is off give the same
    answer (documented, protocol.md 8.1, 8.6). It counts only where this run saw NetSuite accept the same token before.
    """

    id = "setup_token_revoked"
    title = "Setup token is dead"

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return the one aspect."""
        return ("setup_token.revoked",)

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Try to log in."""
        return {"setup_token.revoked": lambda: _revoked(session)}


def _accepted(session: Session) -> Finding:
    client = session.admin
    if client is None:
        return not_applicable("no setup token in use")
    before_a_login(session)
    try:
        time = server_time(session, client)
    except LoginRefused as error:
        return _refused(session, error, evidence("P1", error, client.name))
    except (PermissionRefused, RoleRefused, BadRequest) as error:
        return closed(session, error, evidence("P1", error, client.name))
    return verified("accepted", evidence("P1", time, client.name))


def _refused(session: Session, error: LoginRefused, asked: Evidence) -> Finding:
    """Say what both tokens have in common, and what is this one's own: the integration's login tells which it is."""
    found = unexplained(session, error, asked)
    text = (
        "If the login with the access token works, this token is at fault: enter its ID and secret again; it has to be active, "
        "of this integration record, under your own login and role Administrator."
    )
    fix = found.remedy.model_copy(update={"text": f"{text} {found.remedy.text}"}) if found.remedy else None
    return replace(found, remedy=fix)


def _revoked(session: Session) -> Finding:
    client = session.admin
    if client is None:
        return waiting("waits for the setup token it is about")
    revoked, accepted_at = client.revoked_by, client.last_login_at
    text = "Access Tokens > the setup token > Edit > Revoke, then Save."
    fix = remedy(text, "tokens", session.account, 1)
    try:
        time = client.server_time(tries=1)
    except LoginRefused as error:
        refused = evidence("P1", error, client.name)
        if error.perhaps_concurrency:
            return unknown("refused so slowly that it proves nothing", refused, remedy=fix)
        if revoked:
            return verified("refused after it was revoked", refused, client.evidence("revoke", revoked))
        if accepted_at:
            before = session.found.get("setup_token.accepted")
            return verified("accepted before, refused now: revoked", refused, *(before.evidence if before else ()))
        return unknown("refused, for whatever cause: it was not seen to work before", refused, remedy=fix)
    return failed("still works", "token", fix, evidence("P1", time, client.name))
