"""Discovery and DNS: does the account exist, and is its ID of a published form? No login."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from checks.finding import AspectCheck, Finding, Stop, failed, not_through, verified, waiting, warning
from wizard.check import Session
from wizard.netsuite.answers import Unreachable, evidence
from wizard.profile import Profile
from wizard.remedies import remedy, remedy_of
from wizard.troubles import IS_NOT, TROUBLES
from wizard.verdict import Evidence, Standing

if TYPE_CHECKING:
    from wizard.account import Account
    from wizard.netsuite.discovery import DataCenters

CAUSE = "account-id-format"


def known_account(session: Session) -> Account:
    """Return the account.

    Raises:
        Stop: before it is known.
    """
    if session.account is None:
        raise Stop(waiting("waits for the account ID"))
    return session.account


def data_centers(session: Session) -> DataCenters:
    """Ask the discovery service, once per run (probe P0).

    Raises:
        Stop: before the account is known.
        NetSuiteError: if it cannot be asked.
    """
    account = known_account(session)
    return session.once("P0", lambda: session.discovery.data_centers(account.realm))


class AccountExists(AspectCheck):
    """Asks the discovery service, which answers without a login."""

    id = "account"
    title = "Account ID"
    needs = ("network",)

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return both aspects, whatever the profile asks."""
        return ("account.form", "account.exists")

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at the form first: it costs no request."""
        return {"account.form": lambda: _form(session), "account.exists": lambda: _exists(session)}


def _form(session: Session) -> Finding:
    account = known_account(session)
    local = Evidence(probe="local", asked="form of the account ID", came_back=account.realm, at=session.clock.now())
    if account.strict:
        return verified(f"{account.realm}, {account.environment}", local)
    # Oracle publishes no grammar (inferred, protocol.md 1.4): warn, do not refuse.
    return warning(f"{account.realm} is no published form", remedy_of(CAUSE, account), local)


def _exists(session: Session) -> Finding:
    account = known_account(session)
    try:
        centers = data_centers(session)
    except Unreachable as error:
        return not_through(session, error, account, "P0")
    asked = evidence("P0", centers.answer)
    if trouble := centers.trouble:
        return not_through(session, trouble, account, "P0")
    if not centers.exists:
        return failed("NetSuite knows no such account", CAUSE, remedy_of(CAUSE, account), asked)
    if session.discovery.resolves(account) is False:
        # An account that exists has a host name (observed, protocol.md 2.3): name resolution here is at fault.
        row = TROUBLES["dns.no-such-name"]
        fix = remedy(f"{row.means} {IS_NOT} {row.do}", minutes=row.minutes)
        return Finding(Standing.WARNING, "exists; its host name has no address here", None, fix, (asked,), row.causes)
    return verified("exists", asked)
