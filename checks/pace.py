"""How long NetSuite took, looked at when everything else was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checks.finding import AspectCheck, Finding, verified, waiting
from wizard.check import Session
from wizard.netsuite.answers import Answer, evidence
from wizard.profile import Profile
from wizard.remedies import remedy
from wizard.verdict import Standing

SLOW = 8.0
"""Seconds for one answer. Oracle promises none; a list was observed to take 16 (protocol.md 6.5), and many programs wait ten."""


class Pace(AspectCheck):
    """Looks at the slowest answer of the run; sends nothing."""

    id = "network_pace"
    title = "How fast NetSuite answers"

    def __init__(self, after: tuple[str, ...]) -> None:
        """Wait for the others.

        Args:
            after: their ids.
        """
        self.needs = after  # type: ignore[misc]  # of the instance: it is the list of all others

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return the one aspect, whatever the profile asks."""
        return ("network.pace",)

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at the answers."""
        return {"network.pace": lambda: _pace(session)}


def _pace(session: Session) -> Finding:
    clients = [client for client in (session.integration, session.admin) if client]
    told = [(client.slowest, client.name) for client in clients] + [(session.discovery.slowest, None)]
    answers = [(answer, evidence(_probe(answer, token), answer, token)) for answer, token in told if answer]
    if not answers:
        return waiting("waits for an answer")
    slowest, rests_on = max(answers, key=lambda pair: pair[0].seconds)
    if slowest.seconds < SLOW:
        return verified(f"at most {slowest.seconds:.1f} s for an answer", rests_on)
    text = (
        f"One answer took {slowest.seconds:.0f} s. Nothing was refused: look again later, and give programs that talk to NetSuite "
        "a minute of patience. If only this machine sees it, look at its proxy and network."
    )
    candidates = ("vendor-side", "client-environment")
    return Finding(Standing.WARNING, "NetSuite answers slowly", None, remedy(text), (rests_on,), candidates)


def _probe(answer: Answer, token: str | None) -> str:
    return "P6" if answer.about else "P1" if token else "P0"
