"""The five values before any request: present, of the right shape, not in each other's place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from checks.finding import AspectCheck, Finding, failed, verified, waiting, warning
from wizard.check import Session
from wizard.profile import Profile
from wizard.remedies import remedy_of
from wizard.verdict import Evidence, Standing

if TYPE_CHECKING:
    from wizard.credentials import Credentials


_OF_FIELD: Mapping[str, str] = {
    "consumer_key": "integration-record", "consumer_secret": "signing", "token_id": "token", "token_secret": "signing",
}
"""What NetSuite would say of a value that is not whole (documented by its words, protocol.md 8.6)."""


class CredentialShape(AspectCheck):
    """Looks at the values on this machine only; what it says never holds one."""

    id = "credentials"
    title = "The five values"

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return the one aspect."""
        return ("credentials.complete",)

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at all values."""
        return {"credentials.complete": lambda: _complete(session)}


def _complete(session: Session) -> Finding:
    from wizard.credentials import VALUES, shape

    labels: Mapping[str, str] = {c.id: c.label for c in session.profile.credential}
    known = session.credentials
    values = {name: known.value(name) if known else None for name in VALUES}
    missing = [labels.get(name, name) for name, value in values.items() if value is None]
    if known is None or missing or session.account is None:
        return waiting(f"waits for {', '.join(missing) or 'the account ID'}")
    local = Evidence(probe="local", asked="shape of the five values", came_back="looked at", at=session.clock.now())
    if lacking := _cut(known):
        # The usual length is observed, not documented; a login that can hardly succeed is still one of five.
        says = f"{labels.get(lacking, lacking)}: characters are missing, it was cut"
        fix = remedy_of("client-environment", session.account)
        return Finding(Standing.FAILED, says, None, fix, (local,), (_OF_FIELD[lacking], "client-environment"))
    if problem := _problem(known):
        words, cause = problem
        return failed(words, cause, remedy_of(cause, session.account), local)
    for name, value in values.items():
        right, words = shape(value.get_secret_value()) if value else (False, "missing")
        if not right:
            # Oracle publishes no grammar of keys (inferred from what was seen): NetSuite decides.
            return warning(f"{labels.get(name, name)}: {words}", remedy_of("client-environment"), local)
    return verified("all five, of the right shape", local)


def _cut(known: Credentials) -> str | None:
    """Return the field whose value lacks characters, or None."""
    from wizard.credentials import PAIRS, cut

    for name, fields in PAIRS.items():
        pair = known.pair(name)
        lacking = cut(pair.first.get_secret_value(), pair.second.get_secret_value()) if pair else None
        if lacking is not None:
            return fields[lacking]
    return None


def _problem(known: Credentials) -> tuple[str, str] | None:
    """Return what cannot be right whatever NetSuite says, and its cause."""
    from wizard.credentials import pair_problem, set_problem

    for pair in (known.consumer, known.token):
        if pair is None:
            continue
        first, second = pair.first.get_secret_value(), pair.second.get_secret_value()
        if problem := pair_problem(first, second):
            return problem, "credential-swap" if first == second else "client-environment"
    problem = set_problem(known)
    return (problem, "credential-swap") if problem else None
