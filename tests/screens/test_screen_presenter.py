"""Presenter mode: whatever a recording of the screen is paused at, no value is on it; with short names, no name either."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stage import settle, stage, step_to
from support import canary, pilot_test
from textual.pilot import Pilot
from textual.widgets import OptionList
from watch import EVERYTHING, Terminal, at, box, choose, live, paste, refused, seen, text_of

from screens.bindings import ALL
from screens.confirm import Confirm
from screens.copying import CopyList
from screens.looking import LookingPage
from screens.start import StartScreen
from screens.trouble import TroublePage
from wizard.credentials import VALUES, fingerprint
from wizard.verdict import Standing

DONE = ["enable_features", "create_integration", *EVERYTHING]
LONGEST_PART = 5
"""Characters of a value that may stand somewhere by chance."""

COMPANY = "Zephyrine Haulage"
NAMES = {"role_name": f"{COMPANY} Role", "record_name": f"{COMPANY} TMS", "user_email": "tms@zephyrine-haulage.example"}


class Frames:
    """Every frame the terminal was sent, as text; and what was written beside them."""

    def __init__(self, app: Any) -> None:
        """Listen to an app that runs."""
        self.shown: set[str] = {seen(app)}
        self.terminal = Terminal(app)
        display = app._display

        def record(screen: Any, renderable: Any) -> None:
            display(screen, renderable)
            if screen is app.screen and screen.is_running:
                self.shown.add(seen(app))

        app._display = record

    def holding(self, parts: set[str]) -> list[str]:
        """Frames with one of these texts, also where it is broken between lines."""
        return [f for f in self.shown for text in (f.casefold(), "".join(f.split()).casefold()) if any(p in text for p in parts)]


def parts_of(values: list[str]) -> set[str]:
    """All pieces of some values that are too long to be there by chance."""
    length = LONGEST_PART + 1
    return {value[n : n + length] for value in values for n in range(len(value) - length + 1)}


def without(frames: Frames, values: list[str]) -> None:
    """Take the fingerprints out of what was shown: they may be there."""
    allowed = [fingerprint(value) for value in values]
    for frame in list(frames.shown):
        said = frame
        for mark in allowed:
            said = said.replace(mark, "")
        frames.shown.discard(frame)
        frames.shown.add(said)


async def keys(pilot: Pilot[None], *pressed: str) -> None:
    for key in pressed:
        await pilot.press(key)
        await settle(pilot)


ELSEWHERE = {"left", "right", "escape", "q", "p", "n", "f5", "f7", "f8", "f9"}
"""Keys that lead to other pages or out of the mode, ask NetSuite again, or do something there."""


async def every_key(pilot: Pilot[None]) -> None:
    """Press every key that shows or opens something here, and leave whatever page or box it opens."""
    page = pilot.app.screen
    works = {key for key, found in page.active_bindings.items() if not found.binding.system} | {"enter"}
    ours = {name for one in ALL for name in one.key.split(",")}
    for key in sorted(works & ours - ELSEWHERE):
        await pilot.press(key)
        await pilot.pause()
        for _ in range(3):
            if pilot.app.screen is page:
                break
            await keys(pilot, "escape")
        assert pilot.app.screen is page, key


PAGES = ("account", "features", "integration", "connect", "permissions", "readiness", "hand_over")
"""One step of each kind."""


async def fill(pilot: Pilot[None], values: list[str], typed: bool) -> None:
    """Put a pair into the hidden fields, by typing or by a paste."""
    for field in pilot.app.screen._fields:
        values.append(canary())
        widget = pilot.app.screen.query_one(f"#{field}")
        widget.focus()
        if typed:
            await pilot.press(*values[-1][:10])
            widget.value = values[-1]
        else:
            paste(widget, values[-1])
        await settle(pilot)
    assert "64 characters" not in seen(pilot.app) and "looks right" in seen(pilot.app)


@pilot_test
async def test_a_recorded_walk_shows_no_part_of_a_value_and_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Pages of each kind, every key on each, everything that opens on top; then each frame of it is searched."""
    (tmp_path / "1234567-sb1 files").mkdir()
    monkeypatch.chdir(tmp_path / "1234567-sb1 files")
    monkeypatch.setattr(LookingPage, "_poll", lambda page: None)
    with stage(tmp_path) as on:
        app = on.app(support=True)
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            screen = await at(pilot, on, "start", EVERYTHING, connect=True, **NAMES)
            walk = screen.walk
            await keys(pilot, "n")
            both = (walk.credentials, walk.setup_token)
            values = list({c.value(name).get_secret_value() for c in both for name in VALUES})
            frames = Frames(app)
            for step in PAGES:
                screen = await step_to(pilot, step)
                if step == "account":
                    screen.query_one("#account-id").value = "https://1234567-sb1.app.netsuite.com/app/center/card.nl"
                if screen.step.panel in ("secret_pair", "setup_token"):
                    await fill(pilot, values, typed=step == "connect")
                rows = screen.query("#verdicts, #values").first(OptionList)
                (rows if rows.option_count else screen.query_one("#doing")).focus()
                await every_key(pilot)
                assert "PRESENTER" in text_of(app.screen, "#header")
                for field in screen.query("SecretField"):
                    field.value = ""
            for number in range(len(walk.profile.credential)):
                app.screen.query_one("#values", OptionList).highlighted = number
                await keys(pilot, "enter", "v")
                assert app.screen is screen
            await keys(pilot, "escape")
            assert isinstance(app.screen, StartScreen) and "PRESENTER" in seen(app)
            await choose(pilot, "trouble")
            assert "PRESENTER" in seen(app)
            await choose(pilot, "tree-login_fails")
            await every_key(pilot)
            while not isinstance(app.screen, TroublePage):
                await keys(pilot, "escape")
            await choose(pilot, "paste")
            values += [canary(), canary()]
            message = f"Token Secret: {values[-1]}\nPOST https://1234567-sb1.suitetalk.api.netsuite.com/ 401\nInvalidSignature"
            paste(app.screen.query_one("#message"), message)
            await settle(pilot)
            await pilot.press(*values[-2][:10])
            await keys(pilot, "enter")
            assert "PRESENTER" in seen(app)
    without(frames, values)
    assert len(values) == 12 and len(frames.shown) > 50
    assert frames.holding(parts_of(values)) == []
    assert frames.terminal.clipboards == []
    names = {"1234567", COMPANY.casefold(), "zephyrine-haulage", "".join(COMPANY.split()).casefold()}
    assert frames.holding(names) == []


@pilot_test
async def test_the_search_finds_a_value_that_was_shown(tmp_path: Path):
    """The same search, without presenter mode: a search that finds nothing proves nothing by itself."""
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", DONE)
            frames = Frames(app)
            values = [screen.walk.credentials.value(name).get_secret_value() for name in VALUES]
            await keys(pilot, "v", "y", "down", "v", "y")
    without(frames, values)
    assert frames.holding(parts_of(values)) and frames.holding({"1234567"})


# --- the moment it begins


@pilot_test
async def test_what_stands_on_the_screen_or_in_the_clipboard_goes_at_once(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", DONE)
            values = [screen.walk.credentials.value(name).get_secret_value() for name in VALUES]
            await keys(pilot, "down", "enter", "y", "v", "y")
            assert values[0] in seen(app) and app._wipe
            await keys(pilot, "d")  # a box on top: what is below it is seen as well
            assert isinstance(app.screen, Confirm)
            frames = Frames(app)
            frames.shown.clear()
            await keys(pilot, "f2")
            assert isinstance(app.screen, Confirm)
            assert frames.terminal.clipboards == [""] and app._wipe is None, "the clipboard is somebody else's from now on"
            await keys(pilot, "n")
            await pilot.resize_terminal(100, 30)
            await keys(pilot, "escape") if isinstance(app.screen, Confirm) else None
            assert "PRESENTER" in text_of(screen, "#header")
    without(frames, values)
    assert frames.shown and frames.holding(parts_of(values)) == []


@pytest.mark.parametrize("key", ["enter", "v"])
@pilot_test
async def test_a_question_that_was_open_is_not_answered_with_a_value(tmp_path: Path, key: str):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", DONE)
            values = [screen.walk.credentials.value(name).get_secret_value() for name in VALUES]
            frames = Frames(app)
            await keys(pilot, "down", key)
            assert isinstance(app.screen, Confirm)
            await keys(pilot, "f2", "y")
            assert app.screen is screen and live(app).startswith("Presenter mode: nothing is copied or shown.")
            assert frames.terminal.clipboards == [] and app._wipe is screen._hide is None
    without(frames, values)
    assert frames.holding(parts_of(values)) == []


@pilot_test
async def test_a_list_to_copy_from_that_was_open_copies_nothing(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "role")
            terminal = Terminal(app)
            screen.query_one("#doing").focus()
            await keys(pilot, "c")
            assert isinstance(app.screen, CopyList) and "https://" in box(app)
            await keys(pilot, "f2", "down", "enter")
            assert "https://" not in box(app) and "nothing is copied" in box(app)
            assert terminal.clipboards == []


@pilot_test
async def test_a_hidden_field_does_not_show_how_much_is_in_it(tmp_path: Path):
    with stage(tmp_path, plain=True) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "integration")
            screen.query_one("#consumer_key").focus()
            await pilot.press("a", "b", "c")
            screen.query_one("#consumer_secret").value = "a1" * 32
            await settle(pilot)
            assert "*** " in seen(app) and "64 characters +" in seen(app)
            await keys(pilot, "f2")
            lines = [line for line in seen(app).splitlines() if "Consumer" in line and "*" in line]
            assert [line.count("*") for line in lines] == [8, 8]
            assert "characters" not in text_of(screen, "#shape-consumer_secret") and "looks right +" in seen(app)
            await keys(pilot, "d")
            assert screen.query_one("#consumer_key").value == "abcd", "it is typed into as ever"
            await keys(pilot, "f2")
            assert "**** " in seen(app) and "64 characters +" in seen(app)


@pilot_test
async def test_nothing_is_copied_by_any_other_way(tmp_path: Path):
    """Textual copies what is marked in a field, or with the mouse: all of it passes one place."""
    with stage(tmp_path) as on:
        app = on.app(presenter=True)
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "account")
            terminal = Terminal(app)
            screen.query_one("#account-id").focus()
            screen.query_one("#account-id").select_all()
            await keys(pilot, "ctrl+c", "ctrl+x")
            assert terminal.clipboards == [] and app.clipboard == ""


# --- on and off


@pilot_test
async def test_with_support_it_is_on_from_the_start_and_leaving_it_asks(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app(support=True)
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            assert "PRESENTER" in text_of(app.screen, "#title") and "n names" in seen(app)
            screen = await at(pilot, on, "hand_over", DONE)
            for stay in ("n", "escape"):
                await keys(pilot, "f2")
                assert "Leave presenter mode?" in box(app)
                await keys(pilot, "f2")
                assert "Leave presenter mode?" in box(app), "the question is not answered by asking it again"
                await keys(pilot, stay)
                assert app.presenter and app.screen is screen
            await keys(pilot, "p", "y")
            assert not app.presenter and "PRESENTER" not in seen(app)
            await keys(pilot, "p")
            assert app.presenter


@pilot_test
async def test_names_are_short_in_presenter_mode_alone_and_full_after_it(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "role", connect=True, **NAMES)
            screen.query_one("#doing").focus()
            await keys(pilot, "n")
            assert "1234567_SB1" in seen(app)
            await keys(pilot, "f2", "n")
            assert "12…B1" in seen(app) and "1234567" not in seen(app) and COMPANY not in seen(app)
            await keys(pilot, "n")
            assert "1234567_SB1" in seen(app) and COMPANY in seen(app)
            await keys(pilot, "n", "f2")
            assert "1234567_SB1" in seen(app) and COMPANY in seen(app)
            await keys(pilot, "f2")
            assert "1234567_SB1" in seen(app), "asked for anew each time"


@pilot_test
async def test_short_names_stand_in_rows_of_earlier_looks_and_in_what_is_said_about_them(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app(presenter=True)
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "role", connect=True, **NAMES)
            screen.action_look()
            await settle(pilot)
            found = screen.walk.setup.found["role.exists"]
            assert found.standing is Standing.FAILED and COMPANY in found.remedy.text
            screen.query_one("#verdicts").focus()
            await keys(pilot, "n")
            for opened in ((), ("e",), ("escape", "x"), ("e",)):
                await keys(pilot, *opened)
                assert COMPANY not in seen(app) and COMPANY not in box(app) and "1234567" not in seen(app)
            await keys(pilot, "escape", "escape")
            screen = await step_to(pilot, "user")
            screen.action_look()
            await settle(pilot)
            shown = str(screen.query_one("#verdicts").get_option_at_index(0).prompt)
            assert "no user with tm…le" in shown and "zephyrine" not in seen(app).casefold()


@pilot_test
async def test_a_note_is_masked_and_an_older_one_goes(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app(presenter=True)
        async with app.run_test(size=(80, 24)) as pilot:
            await at(pilot, on, "readiness")
            app.notify("of 1234567-sb1", title="Full", markup=False)
            await settle(pilot)
            assert [note.message for note in app._notifications] == ["of 1234567-sb1"]
            await keys(pilot, "n")
            assert not list(app._notifications)
            app.notify("of 1234567-sb1", title="Of 1234567_SB1", markup=False)
            await settle(pilot)
            assert [(note.message, note.title) for note in app._notifications] == [("of 12…b1", "Of 12…B1")]


@pilot_test
async def test_a_refused_login_is_explained_with_short_names(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app(presenter=True)
        async with app.run_test(size=(80, 24)) as pilot:
            await refused(pilot, on)
            await keys(pilot, "n", "x")
            assert "1234567" not in seen(app) and "https://" not in text_of(app.screen, "#told-text")
            await keys(pilot, "t")
            assert "PRESENTER" in text_of(app.screen, "#title") and "1234567" not in seen(app)
