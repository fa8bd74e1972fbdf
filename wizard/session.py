"""Opens a session: the means a run of checks has, from what is known about an account and its credentials."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.check import Session
from wizard.clock import Clock

if TYPE_CHECKING:
    from wizard.account import Account
    from wizard.credentials import Credentials
    from wizard.netsuite.budget import Budget
    from wizard.profile import Profile


@dataclass(frozen=True)
class Network:
    """How NetSuite is reached. Practising differs from the real thing in these two values alone."""

    connect_to: tuple[str, int] | None = None
    """Address to which every host name resolves; None for real name resolution."""
    ca_file: str | None = None
    """PEM file of the authorities to trust; None for the usual ones."""


@dataclass(frozen=True)
class Known:
    """What is known when a run begins."""

    profile: Profile
    """What is asked."""
    account: Account | None
    """Which account."""
    answers: Mapping[str, str]
    """What the person said."""
    credentials: Credentials | None
    """The integration's own, as far as known."""
    setup_token: Credentials | None
    """The administrator's short-lived ones, complete, or None."""
    budget: Budget
    """Login attempts of the integration token."""
    setup_budget: Budget
    """Login attempts of the setup token."""
    replaced: Credentials | None = None
    """Values that a rotation replaced, to be proven dead."""


def open_session(known: Known, network: Network, clock: Clock, cancelled: threading.Event | None = None) -> Session:
    """Build the clients a run needs; nothing is sent yet.

    Args:
        known: account, answers, credentials.
        network: how NetSuite is reached.
        clock: now and sleep.
        cancelled: set when the person does not want to wait any longer.
    """
    # The HTTP library costs 0.1 s to import: not before somebody asks NetSuite something.
    from wizard.exchange import exchanged
    from wizard.netsuite.client import Client
    from wizard.netsuite.discovery import Discovery
    from wizard.netsuite.transport import Transport

    cancelled = cancelled or threading.Event()

    def transport() -> Transport:
        return Transport(network.connect_to, network.ca_file, clock, cancelled)

    def client(values: Credentials | None, budget: Budget, name: str, exchanged: bool = False) -> Client | None:
        if known.account is None or values is None or not values.complete:
            return None
        return Client(known.account, values, transport(), budget, clock=clock, name=name, exchanged=exchanged)

    def with_values_exchanged(how: str) -> Client | None:
        complete = known.credentials if known.credentials and known.credentials.complete else None
        return client(exchanged(complete, how) if complete else None, known.budget, "integration", exchanged=True)

    return Session(
        profile=known.profile,
        account=known.account,
        answers=known.answers,
        discovery=Discovery(transport()),
        credentials=known.credentials,
        clock=clock,
        cancelled=cancelled,
        exchanged=with_values_exchanged,
        integration=client(known.credentials, known.budget, "integration"),
        admin=client(known.setup_token, known.setup_budget, "setup"),
        replaced=client(known.replaced, known.budget, "replaced"),
    )
