"""Values that a rotation replaced: the one call with them that must be refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checks.finding import AspectCheck, Deliberate, Finding, failed, standing_of, unknown, verified, waiting
from wizard.check import Session
from wizard.netsuite.answers import BadRequest, LoginRefused, PermissionRefused, RoleRefused, evidence
from wizard.profile import Profile
from wizard.remedies import remedy
from wizard.rotation import DEAD
from wizard.verdict import Standing


class ReplacedValues(Deliberate, AspectCheck):
    """Sends exactly one login, counted like every other. Never part of a full run: a refused login counts.

    The refusal alone proves nothing. It counts because this run saw NetSuite accept the values in use just before: same
    account, user, role and record, so only what was replaced is left to be refused.
    """

    id = "replaced"
    title = "Replaced values are dead"
    needs = ("login",)

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return the one aspect."""
        return (DEAD,)

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Log in once."""
        return {DEAD: lambda: _refused(session)}


def _refused(session: Session) -> Finding:
    client = session.replaced
    if client is None:
        return waiting("waits for a rotation")
    if standing_of(session, "login.accepted") is not Standing.VERIFIED:
        return waiting("not tried: NetSuite did not accept the values in use just now, so a refusal would prove nothing")
    accepted = session.found["login.accepted"].evidence
    fix = remedy("Access Tokens > the old token > Edit > Revoke, then Save.", "tokens", session.account, 1)
    try:
        came = client.server_time(tries=1)
    except LoginRefused as error:
        asked = evidence("P1", error, client.name)
        if error.perhaps_concurrency:
            return unknown("refused so slowly that it proves nothing", asked)
        return verified("refused right after the values in use were accepted: dead", *accepted, asked)
    except (PermissionRefused, RoleRefused, BadRequest) as error:
        # What refuses now comes after the login (protocol.md 12).
        return failed("still log in", "token", fix, evidence("P1", error, client.name))
    return failed("still log in", "token", fix, evidence("P1", came, client.name))
