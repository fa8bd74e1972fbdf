"""A desk for practising: the practice account in this process, its state in a file, so that a restart goes on with it."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.clock import Clock
from wizard.desk import Desk, PracticeMove
from wizard.errors import PracticeError, SetupInUse
from wizard.practice.account import PracticeAccount
from wizard.practice.office.clicks import CLICKS, Order
from wizard.practice.scenario import load_scenario
from wizard.profile import Profile
from wizard.session import Network
from wizard.store import SetupStore, data_folder
from wizard.vault.file_vault import EncryptedFile

if TYPE_CHECKING:
    from pydantic import SecretStr

SCENARIO = "empty"
"""A company whose books are in order and in which nothing of an integration was done."""


class PracticeCounter:
    """Plays NetSuite's side for the screens: the practice account and the page it would still show."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Start the account.

        Args:
            folder: where its state is kept.
            clock: the time in NetSuite.

        Raises:
            PracticeError: if it cannot start, or another run practises already.
        """
        self._folder = folder
        self._clock = clock
        self._shown: tuple[SecretStr, SecretStr] | None = None
        self._account = self._start()
        self.realm = self._account.realm

    def _start(self) -> PracticeAccount:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        account = PracticeAccount(load_scenario(SCENARIO), str(self._folder / "account.sqlite"), self._clock)
        account.start()
        return account

    @property
    def network(self) -> Network:
        """How the client reaches it."""
        host, _, port = self._account.address.rpartition(":")
        return Network((host, int(port)), self._account.ca_file)

    def moves(self, click: str) -> list[PracticeMove]:
        """See ``PracticeDesk``."""
        what = CLICKS[click]
        return [
            PracticeMove("right", what.title),
            *(PracticeMove(name, mistake.title) for name, mistake in what.mistakes.items()),
        ]

    def do(self, click: str, move: str, profile: Profile, answers: Mapping[str, str]) -> str:
        """See ``PracticeDesk``."""
        what = CLICKS[click]
        self._shown = None  # NetSuite's page with the older values is closed
        mistake = what.mistakes.get(move)
        shown = self._account.clicks.do(click, Order(profile, dict(answers)), move if mistake else None)
        self._shown = (shown.key, shown.secret) if shown else None
        paste = " (F9 pastes what it shows)" if shown else ""
        return f"{'Mistake made' if mistake else 'Done'}{paste}: {(mistake or what).title}."

    def shown(self) -> tuple[SecretStr, SecretStr] | None:
        """See ``PracticeDesk``."""
        return self._shown

    def close(self) -> None:
        """Stop the account; its state stays."""
        self._account.stop()

    def start_over(self) -> Network:
        """Forget the account and start it anew; returns where it is now."""
        self.close()
        for path in self._folder.glob("account.sqlite*"):
            path.unlink()
        self._shown = None
        self._account = self._start()
        return self.network


def practice_desk(desk: Desk) -> Desk:
    """Return a desk for practising beside a real one: same checks and vault, own account, own setups.

    Args:
        desk: the real one.

    Raises:
        PracticeError: if the practice account cannot start.
    """
    folder = data_folder() / "practice"
    store = SetupStore(folder / "setups")
    held = contextlib.ExitStack()
    try:
        held.enter_context(store.hold("practice", desk.clock.now()))
    except SetupInUse:
        raise PracticeError("Another run is practising on this machine already. Close it there first.") from None
    counter = PracticeCounter(folder, desk.clock)
    # A practice file of its own: nobody types the passphrase of the real one for an exercise.
    vaults = dataclasses.replace(desk.vaults, file=EncryptedFile(folder / "vault.json"))
    return dataclasses.replace(
        desk, store=store, vaults=vaults, network=counter.network, practice=counter, start_practice=None, held=held
    )
