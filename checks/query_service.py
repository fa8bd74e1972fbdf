"""Does SuiteQL answer the integration token? It needs SuiteAnalytics Workbook, often not on vendors' lists. (P2)"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from checks import tables
from checks.finding import AspectCheck, Finding, failed, integration_client, verified
from checks.record_access import Access, rest_door
from wizard.check import Session
from wizard.netsuite.answers import RoleRefused, evidence
from wizard.profile import Profile
from wizard.remedies import remedy
from wizard.verdict import Evidence, Remedy

if TYPE_CHECKING:
    from wizard.netsuite.client import Client

QUESTION = 'SELECT TO_CHAR(SYS_EXTRACT_UTC(SYSTIMESTAMP), \'YYYY-MM-DD"T"HH24:MI:SS"Z"\') AS server_time FROM DUAL'
"""Needs no record permission (observed, protocol.md 7.2)."""


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
    except RoleRefused as error:
        return _refused(session, client, evidence("P2", error, client.name))
    return verified("allowed", evidence("P2", rows, client.name))


def _refused(session: Session, client: Client, asked: Evidence) -> Finding:
    """Tell the two permissions apart whose lack gives the same answer: a single record needs only one (observed, 8.3)."""
    door = rest_door(session, client)
    if door and door.access is Access.REST_CLOSED:
        text = "On the role, add Setup > REST Web Services (Full); press Add, then Save."
        fix = remedy(text, "roles", session.account, 2, below="the role > Edit > Permissions > Setup")
        return failed("refused: REST is closed to the role", "role-login-permission", fix, asked, door.evidence)
    fix = workbook_remedy(session)
    if door is None:
        return failed("refused: the role may not query", "role-login-permission", fix, asked)
    return failed("refused: SuiteAnalytics Workbook is missing", "role-login-permission", fix, asked, door.evidence)


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
