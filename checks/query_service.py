"""Does SuiteQL answer the integration token? It needs SuiteAnalytics Workbook, often not on vendors' lists. (P2)"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from checks import tables
from checks.binding import administrator, whose
from checks.finding import AspectCheck, Finding, failed, integration_client, setup_client, verified
from checks.record_access import Access, rest_door
from checks.server_time import feature_is_off
from wizard.check import Session
from wizard.netsuite.answers import PermissionRefused, RoleRefused, evidence
from wizard.profile import Profile
from wizard.remedies import remedy
from wizard.verdict import Evidence, Remedy, Standing

if TYPE_CHECKING:
    from wizard.netsuite.client import Client

QUESTION = 'SELECT TO_CHAR(SYS_EXTRACT_UTC(SYSTIMESTAMP), \'YYYY-MM-DD"T"HH24:MI:SS"Z"\') AS server_time FROM DUAL'
"""Needs no record permission (observed, protocol.md 7.2)."""


FEATURE = "SuiteAnalytics Workbook"
"""Label of the feature queries need, and of the permission (documented)."""


class QueryService(AspectCheck):
    """Asks for the time once more, as a query."""

    id = "query"
    title = "SuiteQL with the access token"
    needs = ("login",)

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return the one aspect."""
        return ("query.allowed",)

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Ask."""
        return {"query.allowed": lambda: _allowed(session)}


def _allowed(session: Session) -> Finding:
    client = integration_client(session)
    try:
        rows = tables.rows(session, client, QUESTION)
    except (RoleRefused, PermissionRefused) as error:
        asked = evidence("P2", error, client.name)
        if feature_is_off(error, FEATURE):
            return _feature_off(session, asked)
        if isinstance(error, PermissionRefused):
            raise
        return _refused(session, client, asked)
    return verified("allowed", evidence("P2", rows, client.name))


def _refused(session: Session, client: Client, asked: Evidence) -> Finding:
    """Tell the two permissions apart whose lack gives the same answer: a single record needs only one (observed, 8.3)."""
    door = rest_door(session, client)
    if door and door.access is Access.REST_CLOSED:
        text = "On the role, add Setup > REST Web Services (Full); press Add, then Save."
        fix = remedy(text, "roles", session.account, 2, below="the role > Edit > Permissions > Setup")
        return failed("refused: REST is closed to the role", "role-login-permission", fix, asked, door.evidence)
    rests_on = (asked, door.evidence) if door else (asked,)
    return _by_the_administrator(session).also(*rests_on)


def _by_the_administrator(session: Session) -> Finding:
    """Tell the permission from the feature: that may look like it (not published, protocol.md 13.6).

    What is refused to an administrator, who holds every permission, is not there for anybody.
    """
    admin, fix = setup_client(session), workbook_remedy(session)
    candidates = ("role-login-permission", "feature-off")
    if admin is None:
        says = "refused: SuiteAnalytics Workbook, the permission or the feature"
        return Finding(Standing.FAILED, says, None, fix, (), candidates)
    try:
        rows = tables.rows(session, admin, QUESTION)
    except (RoleRefused, PermissionRefused) as error:
        asked = evidence("P2", error, admin.name)
        whom = whose(session, admin)[1]
        if administrator(session):
            return _feature_off(session, asked, whom)
        says = "refused to both tokens: SuiteAnalytics Workbook, the feature or the permission"
        return Finding(Standing.FAILED, says, None, fix, (asked, whom), candidates[::-1])
    says = "refused: SuiteAnalytics Workbook is missing"
    return failed(says, "role-login-permission", fix, evidence("P2", rows, admin.name))


def _feature_off(session: Session, *rests_on: Evidence) -> Finding:
    fix = remedy(f"Tick {FEATURE}, press Save.", "features", session.account, 2, below="Analytics")
    return failed(f"refused: feature {FEATURE} is off", "feature-off", fix, *rests_on)


def workbook_remedy(session: Session) -> Remedy:
    """Return how this program's own proofs are let in; no vendor needs to have asked for it.

    Args:
        session: for the deep link.
    """
    text = (
        "Optional, for this program's own proofs: on the role, add Reports > SuiteAnalytics Workbook (Edit); press "
        "Add, then Save. The feature SuiteAnalytics Workbook must be on. Or connect with a setup token."
    )
    return remedy(text, "roles", session.account, 2, below="the role > Edit > Permissions > Reports")
