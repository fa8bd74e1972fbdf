"""Handing values over one at a time, presenter mode, and the files a person asks for."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

import pytest
from stage import settle, stage, step_to
from support import pilot_test
from textual.widgets import OptionList
from watch import HeldTimer, Terminal, at, box, live, logins, seen, text_of

from screens import hand_over
from screens.confirm import Confirm
from screens.copying import CopyList
from screens.files import ReportFile, RoleFile
from screens.shell import SECONDS_COPIED
from screens.start import StartScreen
from screens.widgets.instructions import Copyable

DONE = ("enable_features", "create_integration", "create_role", "add_permissions", "create_user", "create_token")


def choose(screen, field: str) -> None:
    values = screen.query_one("#values", OptionList)
    values.focus()
    values.highlighted = values.get_option_index(field)


def value(screen, field: str) -> str:
    return screen.walk.credentials.value(field).get_secret_value()


async def reached(condition) -> None:
    """Until a timer of the app has fired; a condition that never holds ends in the test's own failure."""
    for _ in range(200):
        if condition():
            return
        await asyncio.sleep(0.02)


# --- copying


async def copied(pilot, screen, field: str) -> None:
    choose(screen, field)
    await pilot.press("enter", "y")
    await settle(pilot)


@pilot_test
async def test_one_value_is_copied_at_a_time_after_a_question_and_wiped(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", DONE)
            terminal, timer = Terminal(app), HeldTimer(app, SECONDS_COPIED)
            for field in ("consumer_key", "token_secret"):
                terminal.written.clear()
                choose(screen, field)
                await pilot.press("enter")
                await settle(pilot)
                assert isinstance(app.screen, Confirm) and app.focused.id == "no"
                asked = " ".join(box(app).split())
                for words in ("if your terminal accepts that", "After 30 s the clipboard is emptied", "v shows the value for 10 s"):
                    assert words in asked
                frame = app.screen.query_one(".box")
                assert frame.virtual_size.height <= frame.size.height and frame.region.bottom <= 24, "not all of it can be seen"
                assert terminal.clipboards == []
                await pilot.press("y")
                await settle(pilot)
                assert terminal.clipboards == [value(screen, field)]
                assert value(screen, field) not in seen(app)
                timer.over()
                await settle(pilot)
                assert terminal.clipboards == [value(screen, field), ""] and timer.running == []
                assert live(app) == "The clipboard was emptied, as far as the terminal allows."
            terminal.written.clear()
            await pilot.press("enter", "n")
            await settle(pilot)
            assert terminal.clipboards == []


def test_a_copied_value_stays_for_thirty_seconds_and_a_shown_one_for_ten():
    assert (SECONDS_COPIED, hand_over.SECONDS_SHOWN) == (30, 10)


@pilot_test
async def test_the_account_is_copied_without_a_question_and_stays(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", DONE)
            terminal, timer = Terminal(app), HeldTimer(app, SECONDS_COPIED)
            choose(screen, "account")
            await pilot.press("enter")
            await settle(pilot)
            assert app.screen is screen and terminal.clipboards == [on.counter.realm]
            await pilot.press("p")
            await settle(pilot)
            await pilot.press("left")
            await pilot.pause(0.1)
            assert terminal.clipboards == [on.counter.realm] and timer.set == []


@pilot_test
async def test_a_second_copy_has_its_own_thirty_seconds(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", DONE)
            timer = HeldTimer(app, SECONDS_COPIED)
            for field in ("consumer_key", "consumer_secret"):
                await copied(pilot, screen, field)
            assert [one.running for one in timer.set] == [False, True]


@pytest.mark.parametrize("later", ["time is over", "presenter", "left"])
@pilot_test
async def test_what_was_copied_after_a_value_is_not_wiped_away(tmp_path: Path, later: str):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", DONE)
            terminal, timer = Terminal(app), HeldTimer(app, SECONDS_COPIED)
            await copied(pilot, screen, "token_secret")
            app.push_screen(CopyList([Copyable("address", "https://example.com/")], plain=False))
            await settle(pilot)
            await pilot.press("enter", "escape")
            await settle(pilot)
            sent = [value(screen, "token_secret"), "https://example.com/"]
            assert terminal.clipboards == sent
            if later == "time is over":
                timer.over()
            else:
                await pilot.press("p" if later == "presenter" else "left")
            await pilot.pause(0.1)
            assert terminal.clipboards == sent


@pilot_test
async def test_a_copied_value_is_not_pasted_by_this_program(tmp_path: Path):
    """Textual keeps what it copies, for Ctrl+V; the name of a report's file is no place for it."""
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", DONE)
            await copied(pilot, screen, "token_secret")
            assert app.clipboard == ""
            await pilot.press("r")
            await settle(pilot)
            await pilot.press("ctrl+v")
            await settle(pilot)
            assert value(screen, "token_secret") not in seen(app) + app.screen.query_one("#path").value


@pytest.mark.parametrize("way", ["back", "rail", "escape", "quit", "SIGTERM", "SIGINT", "crash"])
@pilot_test
async def test_leaving_the_page_takes_value_and_clipboard_away(tmp_path: Path, way: str):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", DONE)
            terminal = Terminal(app)
            choose(screen, "token_id")
            await pilot.press("enter", "y")
            await settle(pilot)
            await pilot.press("v", "y")
            await settle(pilot)
            assert value(screen, "token_id") in seen(app)
            if way == "back":
                await pilot.press("left")
            elif way == "rail":
                rail = screen.query_one("#rail", OptionList)
                rail.focus()
                rail.highlighted = 0
                await pilot.press("enter")
            elif way.startswith("SIG"):
                app.stop_for(getattr(signal, way))
            elif way == "crash":
                app.panic("The program failed.")
            else:
                await pilot.press("escape" if way == "escape" else "q")
            await (settle(pilot) if way != "crash" else asyncio.sleep(0))
            assert terminal.clipboards[-2:] == [value(screen, "token_id"), ""] and app.clipboard == ""
            if way in ("back", "rail", "escape"):
                assert value(screen, "token_id") not in seen(app)


# --- showing


@pilot_test
async def test_a_value_is_shown_on_a_bare_line_and_disappears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hand_over, "SECONDS_SHOWN", 1)
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", DONE)
            terminal = Terminal(app)
            choose(screen, "consumer_secret")
            secret = value(screen, "consumer_secret")
            await pilot.press("v")
            await settle(pilot)
            assert isinstance(app.screen, Confirm) and secret not in seen(app)
            await pilot.press("n")
            await settle(pilot)
            assert secret not in seen(app)
            await pilot.press("v", "y")
            await pilot.pause()
            [line] = [line for line in seen(app).splitlines() if secret in line]
            assert line.strip() == secret, "the terminal's own marking takes more than the value"
            await reached(lambda: text_of(screen, "#bare") == "")
            await settle(pilot)
            assert secret not in seen(app) and terminal.clipboards == []


@pilot_test
async def test_a_second_value_shown_is_not_cut_short_by_the_first(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", DONE)
            for field in ("consumer_key", "consumer_secret"):
                choose(screen, field)
                await pilot.press("v", "y")
                await settle(pilot)
            running = [t for t in screen._timers if t._interval == hand_over.SECONDS_SHOWN and t._task and not t._task.done()]
            assert len(running) == 1 and text_of(screen, "#bare") == value(screen, "consumer_secret")


@pilot_test
async def test_values_that_are_not_there_are_neither_copied_nor_shown(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", ["enable_features", "create_integration"])
            terminal = Terminal(app)
            choose(screen, "token_id")
            for key in ("enter", "v"):
                screen.say_live("")
                await pilot.press(key)
                await settle(pilot)
                assert app.screen is screen and live(app) == "This value is not here: it has to be entered first."
            assert terminal.clipboards == []


# --- presenter mode


@pilot_test
async def test_presenter_mode_copies_and_shows_nothing_and_shortens_the_account_on_request(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", DONE)
            terminal = Terminal(app)
            assert "1234567_SB1" in text_of(screen, "#header") and "PRESENTER" not in seen(app)
            await pilot.press("p")
            await settle(pilot)
            assert "1234567_SB1" in text_of(screen, "#header") and "n names" in seen(app)
            await pilot.press("n")
            await settle(pilot)
            header = text_of(screen, "#header")
            assert "PRESENTER" in header and "12…B1" in header and "1234567" not in seen(app)
            terminal.written.clear()
            for field in ("consumer_key", "token_secret"):
                choose(screen, field)
                for key in ("enter", "v"):
                    screen.say_live("")
                    await pilot.press(key)
                    await settle(pilot)
                    assert app.screen is screen and live(app).startswith("Presenter mode: nothing is copied or shown.")
            assert terminal.clipboards == []
            await pilot.press("escape")
            await settle(pilot)
            assert isinstance(app.screen, StartScreen)
            assert "12…B1" in seen(app) and "1234567" not in seen(app)
            await pilot.press("enter")
            await settle(pilot)
            await pilot.press("f2")
            await settle(pilot)
            assert "1234567_SB1" in text_of(app.screen, "#header") and "PRESENTER" not in seen(app)


@pilot_test
async def test_presenter_mode_takes_away_what_is_shown_and_copied_just_now(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", DONE)
            terminal = Terminal(app)
            choose(screen, "token_id")
            await pilot.press("enter", "y")
            await settle(pilot)
            await pilot.press("v", "y")
            await settle(pilot)
            secret = value(screen, "token_id")
            assert secret in seen(app)
            await pilot.press("p")
            await settle(pilot)
            assert secret not in seen(app)
            assert terminal.clipboards[-1] == "" and app.clipboard == ""


@pilot_test
async def test_presenter_mode_offers_nothing_to_copy(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "role")
            terminal = Terminal(app)
            screen.query_one("#doing").focus()
            await pilot.press("p", "c")
            await settle(pilot)
            assert app.screen is screen and live(app).startswith("Presenter mode")
            screen = await step_to(pilot, "hand_over")
            terminal.written.clear()
            choose(screen, "account")
            await pilot.press("enter")
            await settle(pilot)
            assert terminal.clipboards == []


# --- the end


@pilot_test
async def test_handed_over_is_a_persons_word(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", DONE)
            await pilot.press("d", "n")
            await settle(pilot)
            assert not screen.walk.setup.handed_over
            await pilot.press("d", "y")
            await settle(pilot)
            assert len(screen.walk.setup.handed_over) == 1 and live(app).startswith("Done, by your word.")
            assert "~" in str(screen.query_one("#rail").get_option("hand_over").prompt)
            await pilot.press("escape")
            await settle(pilot)
            assert "handed over" in seen(app)


@pilot_test
async def test_a_refused_revocation_is_not_called_a_proof(tmp_path: Path):
    """A login may be refused for a dozen reasons; only after an accepted revocation is a refusal the proof of it."""
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", connect=True)
            state = on.counter._account.state
            with state.write():
                state.run("UPDATE tokens SET inactive = 'T'")
            screen.query_one("#revoke").press()
            await settle(pilot)
            before = logins(on)
            await pilot.press("y")
            await settle(pilot)
            assert logins(on) - before == 1
            assert live(app).count("NetSuite refused the login") == 1 and "proven dead" not in live(app)
            assert screen.walk.setup_token and screen.walk.setup.open_setup_tokens()
            await pilot.press("q")
            await settle(pilot)
            assert isinstance(app.screen, Confirm) and "not revoked yet" in box(app)


# --- files


@pilot_test
async def test_the_role_is_written_as_a_project_and_nobody_elses_folder_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(100, 24)) as pilot:
            screen = await at(pilot, on, "permissions")
            screen.query_one("#verdicts").focus()
            await pilot.press("s")
            await settle(pilot)
            assert isinstance(app.screen, RoleFile)
            await pilot.press("enter")
            await settle(pilot)
            folder = tmp_path / "alvys-role"
            assert text_of(app.screen, ".hint").startswith(f"4 files written to {folder}.")
            assert (folder / "manifest.xml").is_file() and len(list((folder / "Objects").glob("customrole*.xml"))) == 1
            foreign = tmp_path / "foreign"
            foreign.mkdir()
            (foreign / "thesis.txt").write_text("mine")
            app.screen.query_one("#path").value = str(foreign)
            await pilot.press("enter")
            await settle(pilot)
            hint = text_of(app.screen, ".hint")
            assert "files written" not in hint and len(hint) > 20, hint
            assert [p.name for p in foreign.iterdir()] == ["thesis.txt"]
            await pilot.press("escape")
            await settle(pilot)
            assert app.screen is screen


@pytest.mark.parametrize("form", ["md", "html", "json"])
@pilot_test
async def test_the_report_is_written_for_the_owner_alone_without_secrets(tmp_path: Path, form: str):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", DONE)
            await pilot.press("r")
            await settle(pilot)
            assert isinstance(app.screen, ReportFile)
            path = tmp_path / f"report.{form}"
            app.screen.query_one("#path").value = str(path)
            await pilot.press("enter")
            await settle(pilot)
            assert text_of(app.screen, ".hint") == f"Written to {path}. It holds no secrets."
            assert path.stat().st_mode & 0o777 == 0o600
            text = path.read_text()
            assert on.counter.realm in text and "Alvys" in text
            fields = ("consumer_key", "consumer_secret", "token_id", "token_secret")
            assert not any(value(screen, field) in text for field in fields)
            if form == "json":
                json.loads(text)


@pytest.mark.parametrize("path", ["report", "report.pdf", "none/such/report.md", "", "folder.md"])
@pilot_test
async def test_a_report_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.md").mkdir()
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await at(pilot, on, "hand_over")
            await pilot.press("r")
            await settle(pilot)
            app.screen.query_one("#path").value = path
            await pilot.press("enter")
            await settle(pilot)
            hint = text_of(app.screen, ".hint")
            assert hint.startswith(("Name it", "Not written:"))


@pilot_test
async def test_a_file_that_is_there_is_replaced_only_when_that_is_meant(tmp_path: Path):
    thesis = tmp_path / "thesis.md"
    thesis.write_text("mine")
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await at(pilot, on, "hand_over")
            await pilot.press("r")
            await settle(pilot)
            app.screen.query_one("#path").value = str(thesis)
            await pilot.press("enter")
            await settle(pilot)
            assert thesis.read_text() == "mine"
            assert "is there already. Enter again replaces it." in text_of(app.screen, ".hint")
            await pilot.press("enter")
            await settle(pilot)
            assert thesis.read_text().startswith("# NetSuite setup report")
