"""The first signed call: does NetSuite accept the integration token, and is it a login of its own? (probes P1, P1b)"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from checks.binding import bound
from checks.finding import (
    AspectCheck,
    Finding,
    Stop,
    failed,
    from_error,
    in_the_way,
    integration_client,
    standing_of,
    unknown,
    verified,
    waiting,
    warning,
)
from checks.login_audit import ADMINISTRATOR
from checks.login_refused import unexplained, why_refused
from checks.network import closer
from wizard.check import Session
from wizard.explain import explain
from wizard.netsuite.answers import (
    BadRequest,
    Cancelled,
    HeldBack,
    LoginRefused,
    NetSuiteError,
    PermissionRefused,
    RoleRefused,
    Unreachable,
    evidence,
)
from wizard.netsuite.wording import level, permission_named
from wizard.profile import Profile
from wizard.remedies import remedy, remedy_of
from wizard.verdict import Evidence, Remedy, Standing

if TYPE_CHECKING:
    from wizard.netsuite.client import Client
    from wizard.netsuite.readings import ServerTime

_FEATURE_CODES = frozenset({"FEATURE_DISABLED", "WS_FEATURE_REQD"})
"""Enough where no words come with them; the first is inferred (protocol.md 8.3), the second a SOAP fault code (9.4)."""

_FEATURE_OFF = (
    r"\b(?:{0}|this|the|required)'? feature (?:is|was|has been) "
    r"(?:not (?:enabled|available|active)|disabled|off\b|switched off|turned off)"
    r"|\benable (?:the )?'?{0}'? feature\b"
)
"""The feature sentence in its likely forms; the braces stand for the feature."""

def server_time(session: Session, client: Client) -> ServerTime:
    """Log in and ask for the time, once per run and client; it needs no permission of its own (documented, 6.7).

    Args:
        session: the run's means.
        client: with either token.

    Raises:
        NetSuiteError: whatever came of it.
    """
    failure: Unreachable
    try:
        return session.once(f"P1 {client.name}", client.server_time)
    except Unreachable as error:
        failure = closer(session, error)
    raise failure


def before_a_login(session: Session) -> None:
    """Make sure that a login is worth an attempt: five refused ones may lock the user.

    Raises:
        Stop: while something that costs no attempt is known to be wrong.
    """
    way = in_the_way(session)
    if way and way.standing is Standing.FAILED:
        raise Stop(waiting("waits for the way to NetSuite"))
    if Standing.FAILED in (standing_of(session, "account.exists"), standing_of(session, "account.spelling")):
        raise Stop(waiting("waits for the right account ID"))
    if standing_of(session, "machine.clock") is Standing.FAILED:
        raise Stop(waiting("waits for the clock of this machine"))


class ServerTimeCheck(AspectCheck):
    """Logs in once with the integration token. With a setup token the cause of a refusal is read and named."""

    id = "login"
    title = "Login with the access token"
    needs = ("credentials", "account_spelling", "network", "account", "machine", "setup_token")

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return both aspects, whatever the profile asks."""
        return ("login.accepted", "login.at_once")

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Log in, then look how it went."""
        return {"login.accepted": lambda: _accepted(session), "login.at_once": lambda: _at_once(session)}


class DedicatedLogin(AspectCheck):
    """Asks whose login it is. A check of its own: what waits for the login need not wait for this."""

    id = "login_dedicated"
    title = "Whose login it is"
    needs = ("login",)

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return the one aspect."""
        return ("login.dedicated",)

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at the role."""
        return {"login.dedicated": lambda: _dedicated(session)}


def _accepted(session: Session) -> Finding:
    if standing_of(session, "credentials.complete") is Standing.FAILED:
        raise Stop(waiting("waits for values of the right shape"))
    if session.integration is None:
        raise Stop(waiting("waits for the access token"))
    before_a_login(session)
    client = session.integration
    try:
        time = server_time(session, client)
    except (LoginRefused, HeldBack) as error:
        return _refused(session, error, evidence("P1", error, client.name))
    except (PermissionRefused, RoleRefused, BadRequest) as error:
        return closed(session, error, evidence("P1", error, client.name))
    return verified("accepted", evidence("P1", time, client.name))


def _at_once(session: Session) -> Finding:
    """Tell whether a login was refused slowly and accepted a moment later, with the same values (protocol.md 10.3)."""
    client = integration_client(session)
    slow = [refused for one in (client, session.admin) if one and (refused := one.refused_slowly)]
    if not slow:
        return verified("accepted at once", *session.found["login.accepted"].evidence)
    says = f"refused after {slow[0].seconds:.0f} s, accepted a moment later: too many requests at a time"
    fix = remedy_of("concurrency", session.account)
    return warning(says, fix, *(evidence("P1", refused) for refused in slow), cause="concurrency")


def _refused(session: Session, error: LoginRefused | HeldBack, asked: Evidence) -> Finding:
    try:
        named = why_refused(session, error, asked)
    except Cancelled:
        raise
    except NetSuiteError:
        named = None  # the trail was not answered; that the login was refused stays true
    if named:
        return named
    if isinstance(error, LoginRefused):
        return unexplained(session, error, asked)
    said = explain(error, session.account)
    return Finding(Standing.WAITING, said.says, None, said.remedy, (asked,))


def closed(session: Session, error: NetSuiteError, asked: Evidence) -> Finding:
    """Return what it means that the login went through and REST did not answer.

    What NetSuite says while the feature is off was not published (protocol.md 13.6); the words decide where they can.

    Args:
        session: the run's means.
        error: the refusal.
        asked: its evidence.
    """
    if feature_is_off(error):
        return failed("REST Web Services is off", "feature-off", rest_feature_remedy(session), asked)
    if isinstance(error, BadRequest):
        return from_error(error, session.account, "P1", asked.token)
    # The server's time needs no permission (documented, 6.7), so this refusal proves none missing; whether REST takes a
    # Web Services Only role was not published (13.5).
    text = (
        "On the role: Web Services Only Role, if it is ticked, may be what REST refuses; and Setup > REST Web Services (Full) "
        "has to be there. Add, then Save."
    )
    fix = remedy(text, "roles", session.account, 3, below="the role > Edit")
    of_role = ("web-services-only", "role-login-permission")
    if isinstance(error, RoleRefused) or standing_of(session, "setup_token.accepted") is Standing.VERIFIED:
        return Finding(Standing.FAILED, "logged in; the role may not use REST", None, fix, (asked,), of_role)
    says = "logged in; REST is refused, feature or role"
    return Finding(Standing.FAILED, says, None, fix, (asked,), ("feature-off", *of_role))


def feature_is_off(error: NetSuiteError, label: str = "REST Web Services") -> bool:
    """Tell whether a refusal of the server's time, or of a query, says that the service's feature is off.

    The sentence was not published (protocol.md 13.6). "Feature" alone proves nothing: a permission may be called so
    (``Setup -> Enable Features``), and NetSuite speaks of other features too (observed, 8.3).

    Args:
        error: the refusal.
        label: of the feature.
    """
    if not isinstance(error, (PermissionRefused, RoleRefused, BadRequest)) or permission_named(error.detail)[0]:
        return False
    if not error.detail.strip():
        return error.code.upper() in _FEATURE_CODES
    return re.search(_FEATURE_OFF.format(re.escape(label)), level(error.detail), re.IGNORECASE) is not None


def rest_feature_remedy(session: Session) -> Remedy:
    """Return where REST Web Services is switched on.

    Args:
        session: for the deep link.
    """
    text = "Tick REST Web Services, agree to the terms, press Save."
    return remedy(text, "features", session.account, 2, below="SuiteCloud > SuiteTalk (Web Services)")


def _dedicated(session: Session) -> Finding:
    integration_client(session)
    token = bound(session)
    if not token.role and not token.role_name:
        return unknown("not proven: nothing tells the token's role", *token.evidence)
    name = token.role_name or f"role {token.role}"
    if token.role == ADMINISTRATOR or token.role_name.strip().casefold() == "administrator":
        text = (
            "Make a token for the integration's own user and role: New Access Token, choose Application Name, User and "
            "Role. Then revoke this one."
        )
        return failed("an administrator's login", "user", remedy(text, "token_new", session.account, 5), *token.evidence)
    return verified(f"role {name}, not Administrator", *token.evidence)
