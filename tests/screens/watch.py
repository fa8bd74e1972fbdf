"""What a person sees, what reaches the terminal, and short ways to a page with everything before it done."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from stage import Stage, begin, settle, step_to
from support import canary
from textual import events
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from screens.step import StepScreen
from wizard.account import parse_account
from wizard.credentials import Pair
from wizard.practice.office.order import Order
from wizard.verdict import Standing


def seen(app: Any) -> str:
    """What is on the screen, line by line."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


def text_of(screen: Any, selector: str) -> str:
    """The plain text of one widget, whether it is scrolled into sight or not."""
    return str(screen.query_one(selector, Static).render())


def box(app: Any) -> str:
    """What the box on top says, without its line breaks."""
    return "\n".join(str(part.render()) for part in app.screen.query(Static))


def live(app: Any) -> str:
    """The live line of the open step."""
    return text_of(app.screen, "#live")


def row(screen: StepScreen, name: str) -> str:
    """One drawn line of the verdicts."""
    return str(screen.query_one("#verdicts").get_option(name).prompt)


def mark(screen: StepScreen, name: str) -> None:
    """Put the highlight on a row."""
    rows = screen.query_one("#verdicts")
    rows.focus()
    rows.highlighted = rows.get_option_index(name)


class Terminal:
    """Records what the app writes to the terminal beside its pictures: clipboard, bell, titles."""

    def __init__(self, app: Any) -> None:
        """Listen to an app that runs."""
        self.written: list[str] = []
        app._driver.write = self.written.append

    @property
    def clipboards(self) -> list[str]:
        """The texts of every OSC 52, in order."""
        found = re.findall(r"\x1b\]52;c;([A-Za-z0-9+/=]*)", "".join(self.written))
        return [base64.b64decode(text).decode() for text in found]


class HeldTimer:
    """A timer that fires when a test says so, in place of the one an app would set for so many seconds."""

    def __init__(self, app: Any, seconds: float) -> None:
        """Hold back the app's own timers of that length."""
        self.set: list[HeldTimer.One] = []
        really = app.set_timer

        def set_timer(delay: float, callback: Any = None, **named: Any) -> Any:
            if delay != seconds:
                return really(delay, callback, **named)
            self.set.append(HeldTimer.One(callback))
            return self.set[-1]

        app.set_timer = set_timer

    @dataclass
    class One:
        """A timer that was set."""

        fire: Any
        """Called when its time is over."""
        running: bool = True
        """Until it is stopped."""

        def stop(self) -> None:
            """Let it never fire."""
            self.running = False

    @property
    def running(self) -> list[One]:
        """Those that would fire."""
        return [one for one in self.set if one.running]

    def over(self) -> None:
        """Their time is over."""
        for one in self.running:
            one.fire()


def order(screen: StepScreen) -> Order:
    """What NetSuite's side is told."""
    return Order(screen.walk.profile, screen.walk.answers)


def click(stage: Stage, screen: StepScreen, name: str, **details: str) -> Any:
    """Somebody does something in the practice account, behind the program's back."""
    return stage.counter._account.clicks.do(name, order(screen), details=details)


def logins(on: Stage) -> int:
    """How many logins NetSuite's audit trail knows of, accepted and refused."""
    return int(on.counter._account.state.value("SELECT count(*) FROM logins"))


def paste(field: Any, text: str) -> None:
    """Paste as a terminal does."""
    field.post_message(events.Paste(text))


def pair_of(shown: Any) -> Pair:
    """The pair a page of the practice account shows."""
    return Pair(SecretStr(shown.key.get_secret_value()), SecretStr(shown.secret.get_secret_value()))


async def at(
    pilot: Pilot[None], on: Stage, step: str, done: Sequence[str] = (), connect: bool = False, **answers: str
) -> StepScreen:
    """Open a step with the account given and some clicks done in NetSuite; consumer pair and tokens are put in place.

    Args:
        pilot: of the app.
        on: the stage.
        step: to open.
        done: names of clicks, in order; values they show are kept as the program keeps them.
        connect: with a setup token in memory, as after the connect step.
        answers: to questions of the profile.
    """
    screen = await begin(pilot)
    walk = screen.walk
    walk.take_account(parse_account(on.counter.realm))
    for question, answer in {"user_email": "integration@practice.example", **answers}.items():
        walk.give(question, answer)
    if connect:
        done = ["enable_features", "create_integration", "create_setup_token", *done]
    for name in done:
        shown = click(on, screen, name)
        if name == "create_integration":
            walk.keep("consumer", pair_of(shown))
        elif name == "create_token":
            walk.keep("token", pair_of(shown))
        elif name == "create_setup_token":
            walk.use_setup_token(pair_of(shown))
            walk.note_setup_token(revoked=False)
    screen.repaint()
    page = await step_to(pilot, step)
    await settle(pilot)
    return page


EVERYTHING = (
    "create_role", "add_permissions", "create_user", "create_token", "create_accounts", "assign_subsidiaries",
)  # fmt: skip
"""What is left to do in NetSuite after the integration record, in order."""


async def refused(pilot: Pilot[None], on: Stage, connect: bool = False, mix: str = "") -> StepScreen:
    """Open the Access token step with a token whose login NetSuite refuses; the login was tried once.

    Args:
        pilot: of the app.
        on: the stage.
        connect: with a setup token in memory.
        mix: "consumer" gives the two values of that pair in each other's place; else the token secret is wrong.
    """
    done = [*([] if connect else ["enable_features", "create_integration"]), *EVERYTHING[:4]]
    screen = await at(pilot, on, "token", done, connect=connect)
    walk = screen.walk
    assert walk.credentials and walk.credentials.token and walk.credentials.consumer
    if mix:
        pair = walk.credentials.pair(mix)
        walk.keep(mix, Pair(pair.second, pair.first), replace=True)
    else:
        wrong = type(walk.credentials.token.second)(canary())
        walk.keep("token", Pair(walk.credentials.token.first, wrong), replace=True)
    screen.action_look()
    await settle(pilot)
    assert walk.setup.found["login.accepted"].standing is Standing.FAILED
    screen.query_one("#verdicts").focus()
    await settle(pilot)
    return screen


async def ready(pilot: Pilot[None], on: Stage) -> StepScreen:
    """A setup that is ready: what only a person can know is vouched for, and everything was asked once."""
    screen = await at(pilot, on, "readiness", list(EVERYTHING), connect=True)
    screen.walk.attest([r.id for r in screen.walk.profile.requirements if r.attest])
    screen.action_look()
    await settle(pilot)
    return screen


async def choose(pilot: Pilot[None], entry: str) -> None:
    """Open an entry of the first page, or of the page for what does not work."""
    entries = pilot.app.screen.query_one("#entries", OptionList)
    entries.focus()
    entries.highlighted = entries.get_option_index(entry)
    await pilot.press("enter")
    await pilot.pause(0.1)
    await settle(pilot)
