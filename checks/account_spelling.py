"""How the Account ID is written, before any request: as the integration needs it, and of the kind of account it should be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from checks.account_exists import known_account
from checks.finding import AspectCheck, Finding, failed, not_applicable, verified, warning
from wizard.check import Session
from wizard.errors import AccountIdError
from wizard.profile import Profile
from wizard.remedies import remedy, remedy_of
from wizard.verdict import Evidence, Standing

CAUSE = "account-id-format"

_ALONE = re.compile(r"\s*[0-9A-Za-z_-]+\s*")
"""An ID by itself; a whole address was not meant as one."""


class AccountSpelling(AspectCheck):
    """Compares what was typed, and what was answered, with the realm form: what works here may be refused elsewhere."""

    id = "account_spelling"
    title = "How the Account ID is written"

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return both aspects, whatever the profile asks."""
        return ("account.spelling", "account.environment")

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at the letters, then at what they say."""
        return {"account.spelling": lambda: _spelling(session), "account.environment": lambda: _environment(session)}


def _spelling(session: Session) -> Finding:
    from wizard.account import parse_account

    account = known_account(session)
    typed = session.credentials.account if session.credentials else account.realm
    local = Evidence(probe="local", asked="spelling of the account ID", came_back=typed, at=session.clock.now())
    try:
        meant = parse_account(typed)
    except AccountIdError:
        return failed("the values have no account ID", CAUSE, remedy_of(CAUSE, account), local)
    text = f"Use {account.realm} as Account ID in the integration: upper case, with an underscore; only addresses differ."
    fix = remedy(text, "company", account, 2)
    if meant.realm != account.realm:
        return failed(f"the values are for {meant.realm}, this is {account.realm}", CAUSE, fix, local)
    if typed.strip() == account.realm or not _ALONE.fullmatch(typed):
        return verified(f"{account.realm}, the realm form", local)
    # The realm selects the account; in SOAP it is signed as well (protocol.md 1.3, 8.7).
    return warning(f"written {typed.strip()}; an integration needs {account.realm}", fix, local, cause=CAUSE)


def _environment(session: Session) -> Finding:
    account = known_account(session)
    said, kind = session.answers.get("environment", ""), account.environment.partition(" ")[0]
    local = Evidence(probe="local", asked="kind of the account", came_back=account.environment, at=session.clock.now())
    if said not in ("sandbox", "production") or kind not in ("sandbox", "production"):
        return not_applicable(f"{account.environment}; not compared", local)
    if said == kind:
        return verified(account.environment, local)
    # One of the two is wrong: the answer, or an ID whose suffix is missing or too much (observed, failure table row 4).
    says = f"{account.realm} is a {kind} account, the answer is {said}"
    text = "A sandbox's Account ID ends in _SB and a number, as in 1234567_SB1; a production's has no suffix."
    return Finding(Standing.WARNING, says, None, remedy(text, "company", account, 2), (local,), (CAUSE,))
