"""This machine's clock against NetSuite's: a login with a time stamp more than five minutes off is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checks.account_exists import data_centers
from checks.finding import AspectCheck, Finding, failed, not_through, unknown, verified, warning
from wizard.check import Session
from wizard.netsuite.answers import Unreachable, evidence
from wizard.profile import Profile
from wizard.remedies import remedy

LIMIT = 300.0
"""Seconds a time stamp may be off (documented, protocol.md 3.3)."""

CLOSE = 120.0
"""Seconds from which a person should look: a clock that drifts gets there."""


class MachineClock(AspectCheck):
    """Compares the clock with the ``Date`` of the discovery answer, before any login."""

    id = "machine"
    title = "Clock of this machine"
    needs = ("network",)

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return the one aspect."""
        return ("machine.clock",)

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at the clock."""
        return {"machine.clock": lambda: _clock(session)}


def _clock(session: Session) -> Finding:
    try:
        centers = data_centers(session)
    except Unreachable as error:
        return not_through(session, error, session.account, "P0")
    asked = evidence("P0", centers.answer)
    skew = centers.skew_seconds
    if centers.trouble and centers.answer.is_page:
        return unknown("cannot be compared: NetSuite did not answer itself", asked)
    if skew is None:
        return unknown("the discovery answer carries no time", asked)
    off = f"{abs(skew):.0f} s {'fast' if skew > 0 else 'slow'}"
    fix = remedy("Set this machine's clock by a time server (timedatectl set-ntp true), then look again.", minutes=5)
    if abs(skew) > LIMIT:
        return failed(f"{off}; NetSuite allows 300 s", "clock", fix, asked)
    if abs(skew) > CLOSE:
        return warning(f"{off}; NetSuite allows 300 s", fix, asked)
    return verified("right" if abs(skew) < 5 else f"{off}, within 300 s", asked)
