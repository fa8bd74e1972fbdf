"""A finished setup on a stage, and its rotation at any stage of it."""

from __future__ import annotations

from pydantic import SecretStr
from stage import Stage, settle
from support import canary
from textual.pilot import Pilot

from screens.rotation import EnterPage
from screens.stages import Stages
from wizard.account import parse_account
from wizard.credentials import Pair
from wizard.setup import Setup


def finished(on: Stage) -> Setup:
    """A setup whose five values are kept and work; nothing was asked yet."""
    walk = on.desk.walk(on.desk.begin("alvys"))
    walk.take_account(parse_account(on.counter.realm))
    walk.give("user_email", "integration@practice.example")
    for step in walk.steps():
        if step.practice and step.panel != "setup_token":
            on.counter.do(step.practice, "right", walk.profile, walk.answers)
        if step.panel == "secret_pair" and step.pair and (shown := on.counter.shown()):
            walk.keep(step.pair, Pair(*shown))
    return walk.setup


async def keys(pilot: Pilot[None], *pressed: str) -> Stages:
    """Press keys one after the other, each when everything is at rest."""
    for key in pressed:
        await pilot.press(key)
        await settle(pilot)
        await pilot.pause(0.1)  # Textual waits 50 ms before it switches screens
        await settle(pilot)
    return pilot.app.screen  # type: ignore[return-value]


async def rotation_at(pilot: Pilot[None], on: Stage, stage: str) -> Stages:
    """Rotate the token, as a person does, up to a stage."""
    pilot.app.rotate(finished(on))  # type: ignore[attr-defined]
    await settle(pilot)
    for name, pressed in WAY.items():
        if name == stage:
            break
        await keys(pilot, *pressed)
    page = pilot.app.screen
    assert isinstance(page, Stages) and page.step.id == stage
    return page


WAY = {
    "begun": ("enter", "enter"),
    "entered": ("f7", "f9", "enter"),
    "verified": ("enter",),
    "stored": ("enter",),
    "handed_over": ("a", "y"),
    "works": ("enter", "y"),
    "revoked": ("enter", "y"),
}
"""Keys that finish each stage; the last one proves the old token dead as well."""


async def enter_wrongly(pilot: Pilot[None], on: Stage) -> None:
    """Enter a pair whose secret NetSuite never showed."""
    page = pilot.app.screen
    assert isinstance(page, EnterPage)
    await keys(pilot, "f7")
    shown = on.counter.shown()
    assert shown
    for field, value in zip(page._fields, (shown[0], SecretStr(canary())), strict=True):
        page.query_one(f"#{field}").take(value.get_secret_value())  # type: ignore[attr-defined]
    await pilot.pause()
    page.store_pair()
    await settle(pilot)
    await pilot.pause(0.1)
    await settle(pilot)
