"""One login with values exchanged, when a person asks for it: do they stand in each other's place?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checks.finding import AspectCheck, Deliberate, Finding, Stop, failed, not_applicable, unknown, waiting
from checks.server_time import before_a_login
from wizard.check import Session
from wizard.exchange import EXCHANGES, aspect_of
from wizard.netsuite.answers import LoginRefused, PermissionRefused, RoleRefused, evidence
from wizard.profile import Profile
from wizard.remedies import remedy

CAUSE = "credential-swap"


class Exchanged(Deliberate, AspectCheck):
    """Sends exactly one login, counted like every other. Never part of a full run: a refused login counts."""

    needs = ("account_spelling", "account", "machine")

    def __init__(self, how: str) -> None:
        """Take one exchange.

        Args:
            how: a key of ``EXCHANGES``.
        """
        self.id = f"exchange_{how}"  # type: ignore[misc]
        self.title = f"Login with {EXCHANGES[how].title}"  # type: ignore[misc]
        self._how = how

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return the one aspect."""
        return (aspect_of(self._how),)

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Log in once."""
        return {aspect_of(self._how): lambda: _tried(session, self._how)}


def _tried(session: Session, how: str) -> Finding:
    client, title = session.exchanged(how), EXCHANGES[how].title
    if client is None:
        raise Stop(waiting("waits for values that fit into each other's place"))
    before_a_login(session)
    fix = remedy(f"Keep the values with {title}; NetSuite itself need not be changed.", minutes=1)
    try:
        came = client.server_time(tries=1)
    except LoginRefused as error:
        asked = evidence("P1", error, client.name)
        if error.perhaps_concurrency:
            return unknown("refused so slowly that it proves nothing", asked)
        return not_applicable(f"refused too with {title}", asked)
    except (PermissionRefused, RoleRefused) as error:
        # What refuses now comes after the login (protocol.md 12).
        return failed(f"logs in with {title}", CAUSE, fix, evidence("P1", error, client.name))
    return failed(f"accepted with {title}", CAUSE, fix, evidence("P1", came, client.name))
