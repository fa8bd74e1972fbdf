"""The lock is never caused by us: whatever is pressed, entered, left, restarted and waited for, no user is locked.

The person enters wrong values as often as they like, asks again, lets timers run, and agrees to everything but to the one
question that says that a login may lock the user. What counts is what the practice account counted.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from stage import KeyringAsOnADesktop, settle, step_to
from support import FrozenClock, canary
from textual.pilot import Pilot

from checks import ALL
from checks.runner import CheckRunner
from screens.app import SetupApp
from screens.confirm import Confirm
from screens.step import StepScreen
from wizard import verify
from wizard.cli import _parser
from wizard.credentials import Pair
from wizard.desk import Desk
from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import load_scenario
from wizard.profile import shipped_profiles
from wizard.session import Network
from wizard.setup import Setup
from wizard.store import SetupStore
from wizard.vault.file_vault import EncryptedFile
from wizard.vault.interface import Vaults
from wizard.vault.memory import MemoryVault

LOCKS = 5
"""Refused logins within half an hour that lock a user (documented)."""
HALF_AN_HOUR = timedelta(minutes=30)
MAY_LOCK = "One more login may lock the user"


class World:
    """A practice account, a machine with its disk and keyring, and the clock on the wall."""

    def __init__(self, folder: Path, account: PracticeAccount, clock: FrozenClock) -> None:
        self.folder, self.account, self.clock = folder, account, clock
        self.keyring = KeyringAsOnADesktop()
        self.shown = dict(account.credentials or {})
        self.setup_token = dict(account.setup_token or {})
        self.may_lock_asked = 0

    def desk(self) -> Desk:
        """What a new process is given: nothing but disk and keyring is left of the one before."""
        host, _, port = self.account.address.rpartition(":")
        return Desk(
            profiles=shipped_profiles(), store=SetupStore(self.folder), runner=CheckRunner(ALL), vaults=Vaults(self.keyring, EncryptedFile(self.folder / "vault"), MemoryVault()),
            network=Network((host, int(port)), self.account.ca_file), clock=self.clock,
        )

    def begin(self) -> None:
        """Walk as far as all five values are kept."""
        desk = self.desk()
        setup = Setup.begin("alvys", desk.profiles["alvys"].version, "token", self.clock.now())
        setup.account = self.account.realm
        setup.answers = {"user_email": "alvys.integration@practice.example", "oneworld": "yes", "subsidiaries": "all"}
        walk = desk.walk(setup)
        for which, first, second in (("consumer", "consumer_key", "consumer_secret"), ("token", "token_id", "token_secret")):
            walk.keep(which, Pair(SecretStr(self.shown[first]), SecretStr(self.shown[second])))

    def no_user_is_near_the_lock(self) -> None:
        """What NetSuite counted: never five refused logins of a user within half an hour, and nobody is locked."""
        rows = self.account.state.rows("SELECT entity, date FROM logins WHERE status = 'Failure' AND entity IS NOT NULL ORDER BY id")
        times: dict[int, list[datetime]] = {}
        for row in rows:
            times.setdefault(row["entity"], []).append(datetime.fromisoformat(row["date"]))
        for entity, refused in times.items():
            for first, fifth in zip(refused, refused[LOCKS - 1 :], strict=False):
                assert fifth - first >= HALF_AN_HOUR, f"user {entity} was refused {LOCKS} times from {first} to {fifth}"
        assert self.account.state.rows("SELECT id FROM employees WHERE lockeduntil IS NOT NULL") == []


# --- what a person does on a page


async def enter_pair(world: World, pilot: Pilot[None], step: str) -> None:
    """Enter the right key or ID, so that the user is known, with a secret that is wrong."""
    screen = await step_to(pilot, step)
    right = {"integration": world.shown["consumer_key"], "token": world.shown["token_id"], "connect": world.setup_token["token_id"]}
    for field, value in zip(screen._fields, (right[step], canary()), strict=True):
        screen.query_one(f"#{field}").take(value)
    await pilot.pause()
    screen.store_pair()
    await answered(world, pilot)


async def press(world: World, pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await answered(world, pilot)


async def move(world: World, pilot: Pilot[None], by: str) -> None:
    page = pilot.app.screen
    assert isinstance(page, StepScreen)
    (page.action_next if by == "next" else page.action_back)()
    await pilot.pause(0.1)  # Textual waits 50 ms before it switches screens
    await answered(world, pilot)


async def look_often(world: World, pilot: Pilot[None]) -> None:
    for _ in range(3):
        await press(world, pilot, "f5")


async def readiness(world: World, pilot: Pilot[None]) -> None:
    await step_to(pilot, "readiness")
    await look_often(world, pilot)


async def first_page_and_back(world: World, pilot: Pilot[None]) -> None:
    page = pilot.app.screen
    assert isinstance(page, StepScreen)
    page.leave_page()
    pilot.app.close_walk()
    await settle(pilot)
    pilot.app.open_setup(pilot.app.desk.store.all()[0][0])
    await answered(world, pilot)


def wait(minutes: int) -> Callable[[World, Pilot[None]], Coroutine[Any, Any, None]]:
    async def waited(world: World, pilot: Pilot[None]) -> None:
        world.clock.tick(60 * minutes)
        pilot.app.screen._poll()
        await answered(world, pilot)

    return waited


async def check(world: World, pilot: Pilot[None]) -> None:
    """A timer runs ``check`` beside the open wizard, with a desk of its own."""
    await asyncio.to_thread(headless, world)


def headless(world: World, *arguments: str) -> None:
    verify.check(world.desk(), _parser().parse_args(["check", *arguments]), None, io.StringIO(), io.StringIO())


async def exchange(world: World, pilot: Pilot[None]) -> None:
    """Open the page of the cause, say what stands in the trail, and agree to one login with the values exchanged."""
    page = pilot.app.screen
    assert isinstance(page, StepScreen)
    if page.walk.diagnosis().refused:
        page.walk.read_trail("InvalidSignature")
    page.action_cause()
    await settle(pilot)
    await press(world, pilot, "l")
    if pilot.app.screen is not page:
        pilot.app.pop_screen()
    await settle(pilot)


async def answered(world: World, pilot: Pilot[None]) -> None:
    """Answer whatever is asked: "Not now" to the one question, yes to all others."""
    await settle(pilot)
    while isinstance(pilot.app.screen, Confirm):
        may_lock = pilot.app.screen._title == MAY_LOCK
        world.may_lock_asked += may_lock
        await pilot.press("n" if may_lock else "y")
        await settle(pilot)


ON_A_PAGE: dict[str, Callable[[World, Pilot[None]], Coroutine[Any, Any, None]]] = {
    "a wrong consumer secret": lambda world, pilot: enter_pair(world, pilot, "integration"),
    "a wrong setup token": lambda world, pilot: enter_pair(world, pilot, "connect"),
    "a wrong token secret": lambda world, pilot: enter_pair(world, pilot, "token"),
    "look often": look_often,
    "next": lambda world, pilot: move(world, pilot, "next"),
    "back": lambda world, pilot: move(world, pilot, "back"),
    "readiness": readiness,
    "values exchanged": exchange,
    "first page": first_page_and_back,
    "two minutes": wait(2),
    "eleven minutes": wait(11),
    "half an hour": wait(30),
    "check beside": check,
}
BETWEEN: dict[str, Callable[[World], None]] = {
    "restart": lambda world: None,
    "check between": headless,
    "check with values exchanged": lambda world: headless(world, "--exchange", "secrets"),
    "a day later": lambda world: world.clock.tick(24 * 3600),
}


async def run(world: World, actions: list[str]) -> None:
    left = list(actions)
    while left:
        app = SetupApp(world.desk())
        async with app.run_test(size=(80, 24)) as pilot:
            app.open_setup(app.desk.store.all()[0][0])
            await answered(world, pilot)
            while left and left[0] in ON_A_PAGE:
                await ON_A_PAGE[left.pop(0)](world, pilot)
                world.no_user_is_near_the_lock()
        if left:
            BETWEEN[left.pop(0)](world)
            world.no_user_is_near_the_lock()


@settings(max_examples=6, phases=(Phase.explicit, Phase.generate))
@example(["a wrong consumer secret", "a wrong setup token", "a wrong token secret", "values exchanged", "look often", "readiness"])
@example(["check beside", "look often", "check beside", "half an hour", "check beside", "restart", "check between", "a day later"])
@given(actions=st.lists(st.sampled_from([*ON_A_PAGE, *BETWEEN]), min_size=5, max_size=10))
def test_no_user_is_ever_locked(actions: list[str]) -> None:
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        clock = FrozenClock()
        account = held.enter_context(PracticeAccount(load_scenario("wrong-secret"), clock=clock))
        world = World(folder, account, clock)
        world.begin()
        asyncio.run(run(world, actions))
        assert list(account.trouble) == []
