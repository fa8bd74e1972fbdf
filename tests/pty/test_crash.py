"""A failure in a real terminal, while a hidden field holds a value: the place is told, the value is not, the terminal is usable."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from support import canary
from terminal import Terminal, clean_environment

pytestmark = pytest.mark.pty

PROGRAM = """
import sys
import wizard.cli
from wizard.hardening import harden

harden()  # as the door does, before Textual is imported
import screens.looking, screens.step
from screens.widgets.fields import SecretField
from textual import events
from textual.drivers.linux_driver import LinuxDriver

def value_of(page):
    fields = page.query(SecretField).results(SecretField) if page is not None else ()
    return next((field.value for field in fields if len(field.value) == 64), "")

def boom(secret):
    if secret:
        token_secret = secret
        try:
            raise KeyError(token_secret)
        except KeyError as error:
            raise ValueError(f"no good: {token_secret}") from error

class Drawn(Exception):  # draws itself, which Textual lets errors do
    def __rich__(self):
        return f"no good: {self.args[0]}"

def action(page):
    boom(value_of(page))

def drawn(page):
    secret = value_of(page)
    def boom():
        raise Drawn(secret)
    boom()

def later(page):
    import asyncio
    asyncio.get_running_loop().call_soon(boom, value_of(page))

def thread(driver, event):
    if isinstance(event, events.Key) and event.key == "w":
        boom(value_of(driver._app.screen))
    really(driver, event)

really = LinuxDriver.process_message
where = sys.argv.pop(1)
if where == "timer":
    screens.looking.POLL_SECONDS = 0.2
    screens.looking.LookingPage._poll = action
elif where == "input thread":
    LinuxDriver.process_message = thread
else:
    screens.step.StepScreen.action_why = {"action": action, "drawn": drawn, "loop": later}[where]
wizard.cli.run()
"""
"""The wizard with a mistake in it. Arguments: where, then those of the wizard."""

ENDS = {"action": 1, "timer": 1, "drawn": 1, "input thread": 130}
"""Where it fails, and the exit code; the thread that reads the terminal ends it as if it had been interrupted."""


def to_a_filled_field(terminal: Terminal, secret: str) -> None:
    terminal.wait_for("Start", "Alvys")
    terminal.press("enter")
    for step in ("1 of 13", "2 of 13", "3 of 13"):
        terminal.wait_for(f"step {step}")
        terminal.out_of_field()
        terminal.press("right")
    terminal.keep_in_memory()
    terminal.wait_for("step 4 of 13 · Integration")
    terminal.wait(terminal.in_field, "waiting for the first hidden field")
    terminal.paste(secret)


def start(where: str, folder: Path) -> Terminal:
    program = [sys.executable, "-c", PROGRAM, where, "--connect-to", "127.0.0.1:9"]
    return Terminal(program, clean_environment(folder), folder)


@pytest.mark.parametrize("where", ENDS)
def test_a_failure_tells_the_place_alone(tmp_path: Path, where: str) -> None:
    secret = canary()
    with start(where, tmp_path) as terminal:
        to_a_filled_field(terminal, secret)
        if where != "timer":
            terminal.wait_for("64 characters")
            terminal.out_of_field()
            terminal.press("w")
        assert terminal.wait_for_end() == ENDS[where]
        assert terminal.betrayed(secret) == []
        assert terminal.shows("The program failed.") and terminal.shows("in boom")
        assert b"no good" not in terminal.written and b"token_secret" not in terminal.written
        assert not terminal.on_alternate_screen and terminal.cooked()
        assert terminal.commanded() <= {b"22"}


def test_what_fails_beside_the_pages_is_not_told_at_all(tmp_path: Path) -> None:
    secret = canary()
    with start("loop", tmp_path) as terminal:
        to_a_filled_field(terminal, secret)
        terminal.wait_for("64 characters")
        terminal.out_of_field()
        terminal.press("w", "q")
        terminal.wait_for("Leave?", "not stored yet")
        terminal.press("y")
        assert terminal.wait_for_end() == 0
        assert terminal.betrayed(secret) == [] and b"no good" not in terminal.written
