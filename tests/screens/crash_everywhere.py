"""Raises an exception in every handler that can run while hidden fields hold values, and says what reached the terminal.

A program of its own, hardened like the door: ``python crash_everywhere.py FOLDER`` prints one JSON document. Handlers are found,
not listed: what Textual calls by a name or a decorator, workers, and whatever is handed over as a callback, of all that is
alive on the page and on the boxes that its keys and buttons open.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import functools
import inspect
import io
import json
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar

from wizard.hardening import harden

harden()

from leakscan import variants  # noqa: E402
from stage import Stage, stage  # noqa: E402
from support import ROOT, canary  # noqa: E402
from textual.app import App  # noqa: E402
from textual.drivers.headless_driver import HeadlessDriver  # noqa: E402
from textual.pilot import Pilot  # noqa: E402
from textual.screen import Screen  # noqa: E402
from textual.widget import Widget  # noqa: E402
from textual.widgets import Button, Input  # noqa: E402

from screens.app import SetupApp  # noqa: E402
from screens.widgets.fields import SecretField  # noqa: E402
from wizard.account import parse_account  # noqa: E402

PAGES = ("integration", "connect")
"""Steps with hidden fields, one of each class."""
NAMED = re.compile(r"_?on_|action_|_?watch_|validate_|compute_|(compose|render)\Z")
"""Methods that Textual finds by their names."""
PART = 10
"""Characters of a value that may not be seen."""
TURNS = 400
"""Times the loop may go round before a handler counts as not reached."""


@dataclass
class Outcome:
    """What became of one crash."""

    handler: str
    """Class and name."""
    coroutine: bool
    """Whether it may be a worker."""
    reached: bool
    """Whether the exception was raised."""
    code: int | None
    """The program's exit code; None if it goes on."""
    said_where: bool
    """Whether the report names the place."""
    betrayed: int
    """Bytes of values in all that was written."""
    written: int
    """Bytes in all."""


class Pump(Widget):
    """Calls a handler as Textual does, from a queue of messages of its own: whatever is called there ends with it."""

    DEFAULT_CSS = "Pump { display: none; }"


class Recorded(HeadlessDriver):
    """Draws as for a real terminal, and keeps what it writes."""

    is_headless = False  # type: ignore[assignment]
    written: ClassVar[list[str]] = []

    def write(self, data: str) -> None:
        self.written.append(data)


# --- which handlers there are


def callbacks() -> set[str]:
    """Return the names of methods that are handed over somewhere in the screens: to timers, to be called later or from a box."""
    found = set()
    for path in (ROOT / "screens").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found |= {arg.attr for arg in node.args if isinstance(arg, ast.Attribute)}
    return found


def handlers(node: Any, handed_over: set[str]) -> Iterator[tuple[str, Any, CodeType]]:
    """Yield name, what its class has there, and code of every handler of ours that an object has."""
    for owner in type(node).__mro__:
        if not owner.__module__.startswith("screens"):
            continue
        for name, it in vars(owner).items():
            inner = inspect.unwrap(it) if callable(it) else None
            works = inner is not it and inspect.iscoroutinefunction(inner)
            if inspect.isfunction(inner) and (NAMED.match(name) or hasattr(it, "_textual_on") or works or name in handed_over):
                yield f"{owner.__name__}.{name}", it, inner.__code__


def alive(app: SetupApp) -> list[Any]:
    """Return the app, the screen on top, and all that is on it."""
    return [app, app.screen, *app.screen.walk_children()]


# --- one crash


class Raiser:
    """Raises when a function is entered, with a value in locals, messages and a cause."""

    def __init__(self, code: CodeType, secret: str) -> None:
        self.code, self.secret, self.done = code, secret, False

    def __call__(self, frame: Any, event: str, _arg: object) -> None:
        if frame.f_code is self.code:
            sys.settrace(None)
            self.done = True
            token_secret = self.secret
            try:
                raise KeyError(token_secret)
            except KeyError as error:
                raise ValueError(f"no good: {token_secret}") from error


def calls(node: Any, of_class: Any, field: SecretField, secret: str) -> Callable[[], Any]:
    """Return a call of a method: where it takes an event, with one that holds a value."""
    method = of_class.__get__(node)
    given = [p for p in inspect.signature(method).parameters.values() if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    event = Input.Changed(field, secret)
    call = functools.partial(method, *(event if p.name in ("event", "message") else secret for p in given))
    return (lambda: list(call())) if inspect.isgeneratorfunction(method) else call


class Tour:
    """Goes over a page with filled fields, and lets every handler fail that it meets."""

    def __init__(self, app: SetupApp) -> None:
        self.app = app
        self.values = (canary(), canary())
        self.outcomes: dict[CodeType, Outcome] = {}
        self._handed_over = callbacks()
        app._close_messages_no_wait = lambda: None  # type: ignore[method-assign] - it would end here, and there is more to see

    async def over(self, page: str, most: int) -> None:
        """Open a step, and the boxes that its keys and buttons open.

        Args:
            page: id of the step.
            most: handlers that fail, at most.
        """
        app = self.app
        app.open_step(next(iter(app._walks.values())), page)
        await until(lambda: getattr(getattr(app.screen, "step", None), "id", "") == page and app.screen.query(SecretField))
        screen = app.screen
        await quiet(app)  # it puts the cursor into the first field by itself
        await self.fill(screen)
        await self.crash_all(screen, most)
        if len(self.outcomes) >= most:
            return
        keys = [key for key, held in screen.active_bindings.items() if "presenter" not in held.binding.action]
        opens: list[Callable[[], object]] = [functools.partial(app._press_keys, [key]) for key in keys]
        opens += [button.press for button in screen.query(Button) if button.id and button.display]
        for open_something in opens:
            opening = open_something()
            if inspect.isawaitable(opening):
                await opening
            await quiet(app)
            if app.screen is not screen:
                await self.crash_all(screen, most)
            while app.screen is not screen:
                app.pop_screen()
                await quiet(app)
            await self.fill(screen)

    async def fill(self, screen: Screen[Any]) -> None:
        self.fill_fields()
        screen.query_one("#doing").focus()
        await until(lambda: screen.focused and screen.focused.id == "doing")
        await quiet(self.app)

    def fill_fields(self) -> None:
        """Put a value into every hidden field there is, also below a box, and out of sight."""
        for number, field in enumerate(self.fields()):
            field.value = self.values[number % 2]

    def fields(self) -> list[SecretField]:
        """Return the hidden fields of all screens."""
        return [field for screen in self.app.screen_stack for field in screen.query(SecretField).results(SecretField)]

    async def crash_all(self, screen: Screen[Any], most: int) -> None:
        """Let everything fail that is alive now and has not failed yet."""
        field = screen.query(SecretField).last(SecretField)
        self.fill_fields()
        await quiet(self.app)
        for node in (self.app, self.app.screen, *self.app.screen.walk_children()):
            for name, of_class, code in handlers(node, self._handed_over):
                if code not in self.outcomes and len(self.outcomes) < most:
                    await self.crash(name, code, calls(node, of_class, field, self.values[1]))
        answer = self.app.screen._result_callbacks[-1].callback if self.app.screen._result_callbacks else None
        if answer and answer.__code__ not in self.outcomes:
            await self.crash(answer.__qualname__, answer.__code__, functools.partial(answer, True))

    async def crash(self, handler: str, code: CodeType, call: Callable[[], Any]) -> None:
        app, said, began = self.app, io.StringIO(), len(Recorded.written)
        held = [field.value for field in self.fields()]
        assert held and set(held) <= set(self.values), f"{handler}: the fields do not hold the values any more"
        app._return_code = None
        pump = Pump()
        await app.screen_stack[0].mount(pump)
        raiser = Raiser(code, self.values[1])
        sys.settrace(raiser)
        pump.call_later(call)
        await until(lambda: raiser.done)
        sys.settrace(None)
        await quiet(app)
        with contextlib.redirect_stderr(said):
            app._print_error_renderables()
        printed = "".join(Recorded.written[began:]) + said.getvalue()
        flat = "".join(said.getvalue().split())
        named = f"{Path(code.co_filename).name}:" in flat and f"in{code.co_name}" in flat and flat.startswith("Theprogramfailed.")
        written = len(printed.encode())
        self.outcomes[code] = Outcome(handler, bool(code.co_flags & inspect.CO_COROUTINE), raiser.done, app.return_code, named, betrayed(printed, self.values), written)


async def until(holds: Callable[[], Any]) -> None:
    """Go round the loop until something holds, or for long enough."""
    for _ in range(TURNS):
        if holds():
            return
        await asyncio.sleep(0.005)


async def quiet(app: SetupApp) -> None:
    """Until no worker runs and nothing is waiting to be handled."""
    for _ in range(3):
        await until(lambda: all(worker.is_finished for worker in app.workers))
        await until(lambda: all(node.message_queue_size == 0 for node in (app, app.screen)))
        await asyncio.sleep(0.002)


def betrayed(written: str, values: tuple[str, str]) -> int:
    """Return how many bytes of values were written, in any form; the end of a line does not hide one."""
    seen = written.encode() + b"\0" + "".join(written.split()).encode()
    forms = {form for value in values for form in variants(value).values()}
    parts = {value[n : n + PART].encode() for value in values for n in range(0, len(value) - PART + 1, PART)}
    return sum(len(form) for form in forms | parts if form in seen)


async def tour(on: Stage, guarded: bool, pages: Sequence[str], most: int) -> list[dict[str, Any]]:
    """Let handlers fail in one run of the program."""
    app, outcomes = on.app(), []
    app.driver_class = Recorded
    if not guarded:  # Textual's own way of failing: what it tells has to be found
        app._fatal_error, app.panic = App._fatal_error.__get__(app), App.panic.__get__(app)  # type: ignore[method-assign]

    async def drive(_pilot: Pilot[None]) -> None:
        try:
            app.open_setup(on.desk.begin("alvys"))
            await until(lambda: app._walks and app.screen.query("#doing"))
            next(iter(app._walks.values())).take_account(parse_account("1234567_SB1"))
            going = Tour(app)
            for page in pages:
                await going.over(page, most)
            outcomes.extend(asdict(outcome) for outcome in going.outcomes.values())
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
            raise
        finally:
            del app._close_messages_no_wait
            app.exit()

    with contextlib.suppress(Exception):
        await app.run_async(size=(80, 24), auto_pilot=drive)
    return outcomes


async def everything(folder: Path) -> dict[str, Any]:
    with stage(folder) as on:
        return {"unguarded": await tour(on, False, PAGES[:1], 1), "guarded": await tour(on, True, PAGES, 10_000)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(everything(Path(sys.argv[1])))))
