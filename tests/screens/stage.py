"""A stage for screen tests: a practice account whose clock stands still, and the app at any step of the walk."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import SecretStr
from support import FrozenClock, wait_for_workers
from textual.pilot import Pilot

from checks import ALL
from checks.runner import CheckRunner
from screens.app import SetupApp
from screens.step import StepScreen
from wizard.account import parse_account
from wizard.credentials import Credentials, Pair
from wizard.desk import Desk
from wizard.errors import VaultLocked
from wizard.practice.desk import PracticeCounter
from wizard.profile import shipped_profiles
from wizard.store import SetupStore
from wizard.vault.file_vault import EncryptedFile
from wizard.vault.interface import GNOME, Receipt, StoreState, Usability, Vaults
from wizard.vault.memory import MemoryVault
from wizard.vault.words import WORDS, state


class KeyringAsOnADesktop(MemoryVault):
    """Stands for an unlocked keyring, which this process has no right to have; the real one is tested where it runs."""

    place = "the GNOME keyring (Secret Service) of this account on this machine"
    kind = "keyring"

    def probe(self) -> StoreState:
        return state(Usability.OK, GNOME)


class NoKeyring(MemoryVault):
    """Stands for a machine without a keyring."""

    def probe(self) -> StoreState:
        return state(Usability.NO_BACKEND, "none")


class LockedKeyring(KeyringAsOnADesktop):
    """Stands for a GNOME keyring that nobody has unlocked; the real one is opened in tests/pty."""

    def __init__(self, password: str = "", missing: bool = False) -> None:
        super().__init__()
        self.password, self.missing, self.locked = password, missing, True
        self.deletes = True

    def probe(self) -> StoreState:
        closed = Usability.NO_COLLECTION if self.missing else Usability.LOCKED
        return state(closed if self.locked else Usability.OK, GNOME)

    def unlock(self, password: SecretStr) -> StoreState:
        if password.get_secret_value() != self.password:
            return state(Usability.WRONG_PASSWORD, GNOME)
        self.locked = False
        return self.probe()

    def create(self, password: SecretStr) -> StoreState:
        self.password, self.missing = password.get_secret_value(), False
        return self.unlock(password)

    def save(self, credentials: Credentials, profile: str) -> Receipt:
        self._refuse()
        return super().save(credentials, profile)

    def load(self, realm: str, profile: str) -> Credentials | None:
        self._refuse()
        return super().load(realm, profile)

    def delete(self, realm: str, profile: str) -> None:
        self._refuse()
        if not self.deletes:
            raise VaultLocked(WORDS[Usability.LOCKED][0])
        super().delete(realm, profile)

    def _refuse(self) -> None:
        if self.locked:
            raise VaultLocked(WORDS[Usability.LOCKED][0])


class FileAtHome(EncryptedFile):
    """The encrypted file with a path for pictures, which are the same everywhere."""

    @property
    def place(self) -> str:
        return "the encrypted file /home/me/.local/share/netsuite-setup/vault.json"


def told(name: str) -> str:
    """A made-up value that is the same in every run, so that pictures do not change: never a real one, made here."""
    return hashlib.sha256(f"picture of {name}".encode()).hexdigest()


def pictured(realm: str) -> Credentials:
    """Five values for pictures that show fingerprints."""
    pairs = [
        Pair(SecretStr(told(a)), SecretStr(told(b)))
        for a, b in (("consumer key", "consumer secret"), ("token id", "token secret"))
    ]
    return Credentials(realm, *pairs)


@dataclass
class Stage:
    """What a test has."""

    desk: Desk
    clock: FrozenClock
    counter: PracticeCounter

    def app(self, **options: object) -> SetupApp:
        return SetupApp(self.desk, **options)

    def without_panel(self) -> Stage:
        """The same account, and no practice panel: as it looks with a real one."""
        return replace(self, desk=replace(self.desk, practice=None))


@contextmanager
def stage(folder: Path, vault: MemoryVault | None = None, plain: bool = False) -> Iterator[Stage]:
    clock = FrozenClock()
    counter = PracticeCounter(folder / "practice", clock)
    desk = Desk(
        profiles=shipped_profiles(), store=SetupStore(folder / "setups"), runner=CheckRunner(ALL),
        vaults=Vaults(vault or KeyringAsOnADesktop(), EncryptedFile(folder / "vault.json"), MemoryVault()), network=counter.network, clock=clock,
        practice=counter, plain=plain,
    )
    try:
        yield Stage(desk, clock, counter)
    finally:
        counter.close()


async def settle(pilot: Pilot[None]) -> None:
    """Until nothing is asked and nothing moves."""
    await wait_for_workers(pilot.app, pilot)
    for _ in range(3):
        await pilot.pause()


async def step_to(pilot: Pilot[None], step: str) -> StepScreen:
    """Open a step by its place in the list."""
    page = pilot.app.screen
    assert isinstance(page, StepScreen)
    if page.step.id != step:
        page.leave_page()
        pilot.app.open_step(page.walk, step)
        await pilot.pause(0.1)  # Textual waits 50 ms before it switches screens
    await settle(pilot)
    opened = [page for page in pilot.app.screen_stack if isinstance(page, StepScreen)][-1]
    assert opened.step.id == step  # with the page where the vault is chosen on top, where there is no keyring
    return opened


async def begin(pilot: Pilot[None], profile: str = "alvys") -> StepScreen:
    """From the first screen into the first step."""
    pilot.app.open_setup(pilot.app.desk.begin(profile))
    await settle(pilot)
    assert isinstance(pilot.app.screen, StepScreen)
    return pilot.app.screen


def play(screen: StepScreen, counter: PracticeCounter, move: str = "right") -> None:
    """Let the practice account do the open step, rightly or with a mistake."""
    counter.do(screen.step.practice, move, screen.walk.profile, screen.walk.answers)


async def paste_pair(pilot: Pilot[None], counter: PracticeCounter) -> None:
    """Paste the two values NetSuite shows, and press Enter."""
    shown = counter.shown()
    assert shown
    for field, value in zip(pilot.app.screen._fields, shown, strict=True):
        pilot.app.screen.query_one(f"#{field}").take(value.get_secret_value())
    await pilot.pause()
    pilot.app.screen.store_pair()
    await settle(pilot)


async def walk_until(pilot: Pilot[None], counter: PracticeCounter, last: str, connect: bool = True) -> StepScreen:
    """Walk rightly up to a step, and stay there."""
    screen = await begin(pilot)
    for step in [s.id for s in screen.walk.steps()]:
        screen = await step_to(pilot, step)
        if step == last:
            return screen
        if step == "account":
            screen.walk.take_account(parse_account(counter.realm))
        if step == "user":
            screen.walk.give("user_email", "integration@practice.example")
        if step == "connect" and not connect:
            continue
        if screen.step.practice:
            play(screen, counter)
        if screen.step.panel in ("secret_pair", "setup_token"):
            await paste_pair(pilot, counter)
    raise AssertionError(f"no step {last}")


Before = Callable[[Pilot[None]], Awaitable[None]]
