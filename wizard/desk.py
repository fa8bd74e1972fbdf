"""What the program works with: everything a front end is given, built once by the door."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from wizard.check import Runner
from wizard.clock import Clock
from wizard.profile import Profile, find_profile
from wizard.session import Network
from wizard.setup import Setup
from wizard.store import SetupStore
from wizard.walk import Walk

if TYPE_CHECKING:
    from pydantic import SecretStr

    from wizard.vault.interface import Vaults
    from wizard.verdict import Verdict


@dataclass(frozen=True)
class PracticeMove:
    """Something the practice account can do in the administrator's place."""

    name: str
    """Its name."""
    title: str
    """What NetSuite's person does, one line."""


class PracticeDesk(Protocol):
    """NetSuite's side while practising, as far as the screens see it."""

    realm: str
    """Account ID to type."""

    def moves(self, click: str) -> list[PracticeMove]:
        """Return the right way of doing a click, first, and its typical mistakes.

        Args:
            click: the step's ``practice``.
        """

    def do(self, click: str, move: str, profile: Profile, answers: Mapping[str, str]) -> str:
        """Do it.

        Args:
            click: the step's ``practice``.
            move: a name from ``moves``.
            profile: what is asked.
            answers: what the person said.

        Returns:
            What happened, one line; values shown once can be fetched from ``shown``.
        """

    def shown(self) -> tuple[SecretStr, SecretStr] | None:
        """Return the pair NetSuite showed last, as long as its page would still be open."""

    def start_over(self) -> Network:
        """Forget everything done in the account; returns where it is now."""


@dataclass
class Desk:
    """Everything a front end is given."""

    profiles: Mapping[str, Profile]
    """Shipped profiles, and the one named on the command line."""
    store: SetupStore
    """Saved setups."""
    runner: Runner
    """Asks the checks."""
    vaults: Vaults
    """Where values can be kept."""
    network: Network = field(default_factory=Network)
    """How NetSuite is reached."""
    clock: Clock = field(default_factory=Clock)
    """Now and sleep."""
    practice: PracticeDesk | None = None
    """NetSuite's side while practising."""
    plain: bool = False
    """No character beyond ASCII."""
    start_practice: Callable[[], Desk] | None = None
    """Starts a practice account and returns a desk for it; None while practising."""
    held: ExitStack = field(default_factory=ExitStack)
    """What has to stay open as long as the desk is used."""

    def begin(self, profile: str) -> Setup:
        """Begin a setup and save it. While practising the account begins anew too, and older exercises end.

        Args:
            profile: a key of ``profiles``.

        Raises:
            StoreError: if it cannot be saved.
        """
        if self.practice:
            self.network = self.practice.start_over()
            for old in self.store.all()[0]:
                self.store.delete(old.id)
        what = self.profiles[profile]
        setup = Setup.begin(profile, what.version, what.step[0].id, self.clock.now())
        self.store.save(setup)
        return setup

    def examine(self) -> list[Verdict]:
        """Look at this machine: keyring, proxy, NetSuite's discovery service, clock; blocks."""
        from wizard.doctor import examine
        from wizard.netsuite.transport import Transport

        def transport() -> Transport:
            return Transport(self.network.connect_to, self.network.ca_file, self.clock)

        return examine(os.environ, self.vaults.keyring, transport, self.clock, folder=self.store.folder)

    def profile_of(self, setup: Setup) -> Profile:
        """Return the profile of a saved setup.

        Args:
            setup: from the store.

        Raises:
            ProfileError: if it is not there any more.
        """
        return self.profiles.get(setup.profile) or find_profile(setup.profile)

    def walk(self, setup: Setup) -> Walk:
        """Open a setup whose lock the caller holds.

        Args:
            setup: from the store.
        """
        profile = self.profile_of(setup)
        if setup.profile_version != profile.version:
            # What was found answers questions of another profile; what a person vouched for may too.
            setup.found, setup.attested, setup.profile_version = {}, {}, profile.version
        if setup.vault == "memory":
            setup.vault = None  # that was meant for another run
        return Walk(setup, profile, self.store, self.vaults, self.network, self.clock, self.practice is not None)
