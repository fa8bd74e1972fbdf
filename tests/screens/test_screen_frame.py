"""Getting about, the footer, drawing with ASCII alone, without colour, and nothing painted at rest."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from stage import begin, settle, stage, step_to
from support import pilot_test
from textual.drivers.headless_driver import HeadlessDriver
from textual.filter import Monochrome, NoColor
from textual.widgets import Input, OptionList
from watch import EVERYTHING, at, click, mark, row, seen, text_of

from screens.account_step import AccountStep
from screens.app import SetupApp
from screens.bindings import ALL
from screens.confirm import Confirm
from screens.files import ReportFile, RoleFile
from screens.hand_over import HandOverStep
from screens.help import HelpPage
from screens.looking import POLL_SECONDS
from screens.permission_table import PermissionStep
from screens.presenting import PresentedApp
from screens.readiness import ReadinessStep
from screens.secret_pair import SecretPairStep
from screens.setup_token_step import SetupTokenStep
from screens.start import StartScreen
from screens.step import StepScreen
from wizard.profile import shipped_profiles
from wizard.store import SetupStore

STEPS = [s.id for s in shipped_profiles()["alvys"].step]


def saved(folder: Path):
    [file] = (folder / "setups").glob("*.json")
    return json.loads(file.read_text())


# --- getting about


@pytest.mark.parametrize("away", ["button", "rail", "escape", "quit"])
@pilot_test
async def test_typed_answers_outlive_their_page(tmp_path: Path, away: str):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await begin(pilot)
            screen = await step_to(pilot, "role")
            field = screen.query_one("#ask-role_name", Input)
            field.focus()
            field.value = ""
            await pilot.press(*"Ours")
            if away == "button":
                screen.query_one("#next").press()
            elif away == "rail":
                rail = screen.query_one("#rail", OptionList)
                rail.focus()
                rail.highlighted = rail.get_option_index("user")
                await pilot.press("enter")
            elif away == "escape":
                await pilot.press("escape", "escape")
            else:
                await pilot.press("ctrl+q")
            await pilot.pause(0.1)
            await settle(pilot)
            assert saved(tmp_path)["answers"]["role_name"] == "Ours"
            if away in ("button", "rail"):
                assert app.screen.step.id == ("permissions" if away == "button" else "user")
                screen = await step_to(pilot, "role")
                assert screen.query_one("#ask-role_name", Input).value == "Ours"


@pilot_test
async def test_arrow_keys_go_through_all_steps_and_every_footer_fits(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await begin(pilot)
            screen.query_one("#doing").focus()
            await pilot.press("left")
            await pilot.pause(0.1)
            walked = []
            for _ in STEPS:
                screen = app.screen
                walked.append(screen.step.id)
                screen.query_one("#doing").focus()
                await pilot.pause()
                footer = text_of(screen, "#keys")
                missing = [k.word for k in screen.FOOTER if f"{k.label} {k.word}" not in footer]
                assert set(missing) <= {"why", "I did this"}, f"{walked[-1]}: {footer}"
                assert "? keys" in footer and len(footer) <= 80 and footer.strip() in seen(app)
                await pilot.press("right")
                await pilot.pause(0.1)
            assert walked == STEPS and app.screen.step.id == STEPS[-1]
            assert len(app.screen_stack) == 3, "pages pile up"
            app.screen.query_one("#back").press()
            await pilot.pause(0.1)
            assert app.screen.step.id == STEPS[-2]


@pilot_test
async def test_impatient_keys_are_no_crash(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await begin(pilot)
            screen.query_one("#doing").focus()
            await pilot.press("right", "right", "right", "left", "right", "f5", "right", "a", "e", "escape", "right", "right")
            await pilot.pause(0.2)
            await settle(pilot)
            for _ in range(4):
                app.screen.query_one("#next").press() if isinstance(app.screen, StepScreen) else None
            await pilot.pause(0.2)
            await settle(pilot)
            pages = [page for page in app.screen_stack if isinstance(page, StepScreen)]
            assert app.is_running and len(pages) == 1, "what was typed into a hidden field may still ask to stay"


@pilot_test
async def test_escape_leaves_a_field_then_the_page_and_discards_nothing(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await begin(pilot)
            screen = await step_to(pilot, "user")
            field = screen.query_one("#ask-user_email", Input)
            field.focus()
            await pilot.press(*"me@x.example", "escape")
            await settle(pilot)
            assert app.screen is screen and app.focused is screen.query_one("#doing")
            assert field.value == "me@x.example"
            await pilot.press("escape")
            await settle(pilot)
            assert isinstance(app.screen, StartScreen)
            entries = app.screen.query_one("#entries", OptionList)
            first = str(entries.get_option_at_index(1).prompt)
            assert str(entries.get_option_at_index(0).prompt) == "Go on"
            assert f"step {STEPS.index('user') + 1} of {len(STEPS)} User" in first and entries.highlighted == 1
            await pilot.press("enter")
            await settle(pilot)
            assert app.screen.step.id == "user"
            assert app.screen.query_one("#ask-user_email", Input).value == "me@x.example"


@pilot_test
async def test_a_setup_changed_by_another_run_meanwhile_is_not_overwritten(tmp_path: Path):
    """While the first page is open nobody holds the setup."""
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await begin(pilot)
            screen = await step_to(pilot, "user")
            screen.query_one("#doing").focus()
            await pilot.press("escape")
            await settle(pilot)
            elsewhere = SetupStore(tmp_path / "setups")
            setup = elsewhere.load(screen.walk.setup.id)
            setup.answers["role_name"] = "Named elsewhere"
            elsewhere.save(setup)
            await pilot.press("enter")
            await settle(pilot)
            assert app.screen.walk.answer("role_name") == "Named elsewhere"
            assert saved(tmp_path)["answers"]["role_name"] == "Named elsewhere"


@pilot_test
async def test_without_oneworld_there_is_no_step_about_subsidiaries(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await begin(pilot)
            for question in screen.query("Choices"):
                if question.id == "ask-oneworld":
                    question.focus()
            await pilot.press("space")
            await settle(pilot)
            rail = screen.query_one("#rail", OptionList)
            names = [rail.get_option_at_index(n).id for n in range(rail.option_count)]
            assert names == [s for s in STEPS if s != "subsidiaries"]
            assert f"step 1 of {len(STEPS) - 1}" in seen(app) and "Subsidiaries" not in str(text_of(screen, "#header"))
            screen = await step_to(pilot, "accounts")
            screen.query_one("#rail").focus()
            await pilot.press("right")
            await pilot.pause(0.1)
            assert app.screen.step.id == "readiness"


@pilot_test
async def test_a_setup_that_is_open_elsewhere_is_not_opened(tmp_path: Path):
    with stage(tmp_path) as on:
        setup = on.desk.begin("alvys")
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            with SetupStore(tmp_path / "setups").hold(setup.id, on.clock.now()):
                await pilot.press("enter")
                await settle(pilot)
                assert isinstance(app.screen, StartScreen)
                assert "This setup is open in another run (process" in text_of(app.screen, "#start-note")
            await pilot.press("enter")
            await settle(pilot)
            assert isinstance(app.screen, StepScreen)


@pilot_test
async def test_a_run_is_told_that_another_knocked(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            screen = await begin(pilot)
            with pytest.raises(Exception, match="open in another run"), SetupStore(tmp_path / "setups").hold(screen.walk.setup.id, on.clock.now()):
                pass
            screen._poll()
            await settle(pilot)
            assert "Another run tried to open this setup at 09:30 UTC." in " ".join(n.message for n in app._notifications)


# --- the footer and the help

PAGES = (StepScreen, AccountStep, SecretPairStep, SetupTokenStep, PermissionStep, ReadinessStep, HandOverStep)


def bindings_of(page: type[StepScreen]) -> dict[str, str]:
    kinds = [kind for kind in page.__mro__ if issubclass(kind, StepScreen)]
    its_own = {n: b.action for kind in kinds for b in kind.__dict__.get("BINDINGS", []) for n in b.key.split(",")}
    everywhere = {b.key: b.action for b in PresentedApp.BINDINGS if b.key != "f2"}
    return everywhere | its_own


@pytest.mark.parametrize("page", PAGES)
def test_keys_in_the_footer_do_something_and_all_are_in_the_help(page: type[StepScreen]):
    bound = bindings_of(page)
    for key in page.FOOTER:
        assert {bound.get(name) for name in key.key.split(",")} == {key.action}, key.word
    for action in bound.values():
        target, _, name = action.rpartition(".")
        assert hasattr(SetupApp if target == "app" else page, f"action_{name}"), action
    assert set(bound) <= {name for key in ALL for name in key.key.split(",")}


@pilot_test
async def test_the_help_lists_every_key(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await begin(pilot)
            screen.query_one("#doing").focus()
            await pilot.press("question_mark")
            await settle(pilot)
            assert isinstance(app.screen, HelpPage)
            told = text_of(app.screen, "VerticalScroll Static")
            assert all(f"{key.label:<5} {key.help}" in told for key in ALL)
            await pilot.press("escape")
            await settle(pilot)
            assert app.screen is screen


# --- ASCII, and no colour


@pilot_test
async def test_plain_mode_draws_nothing_beyond_ascii_on_any_page(tmp_path: Path):
    def beyond(where: str) -> list[str]:
        lines = [line for line in seen(app).splitlines() if any(ord(c) > 126 for c in line)]
        return [f"{where}: {line}" for line in lines]

    with stage(tmp_path, plain=True, vault=None) as on:
        app = on.app()
        found: list[str] = []
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await settle(pilot)
            found += beyond("start")
            screen = await at(pilot, on, "start", EVERYTHING, connect=True)
            click(on, screen, "remove_permission", permission="TRAN_VENDCRED")
            click(on, screen, "set_permission", permission="TRAN_CUSTPYMT", level="View")
            click(on, screen, "set_feature", feature="SERVERSIDESCRIPTING", on="no")
            screen.walk.attest(["A6"])
            for step in STEPS:
                screen = await step_to(pilot, step)
                if screen.query("SecretField"):
                    screen.query_one("SecretField").take("\u200b" + "ab" * 32)
                    await pilot.pause()
                found += beyond(step)
                boxes = ("action_copy", "action_evidence", "action_attest") if step in ("permissions", "role") else ()
                for open_box in boxes:
                    getattr(screen, open_box)()
                    await pilot.pause()
                    found += beyond(f"{step} {open_box}")
                    if app.screen is not screen:
                        app.pop_screen()
                        await pilot.pause()
            for page in (HelpPage(True), RoleFile(screen.walk, True), ReportFile(screen.walk, True)):
                app.push_screen(page)
                await settle(pilot)
                found += beyond(type(page).__name__)
                app.pop_screen()
            app.notify("One moment", markup=False)
            await settle(pilot)
            found += beyond("toast")
            app.action_ask_quit()
            await settle(pilot)
            assert isinstance(app.screen, Confirm)
            found += beyond("leave")
        assert not found, "\n".join(found[:30])


@pilot_test
async def test_without_colour_every_state_has_a_mark_and_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    with stage(tmp_path) as on:
        app = on.app()
        assert any(isinstance(f, Monochrome | NoColor) for f in app._filters)
        async with app.run_test(size=(80, 40)) as pilot:
            screen = await at(pilot, on, "permissions", ["create_role", "add_permissions"], connect=True)
            click(on, screen, "remove_permission", permission="TRAN_VENDCRED")
            click(on, screen, "set_permission", permission="TRAN_CUSTPYMT", level="View")
            screen.action_look()
            await settle(pilot)
            page = "\n".join(row(screen, name) for name in screen.query_one("#verdicts").rows)
            assert re.search(r"✗ Enter Vendor Credits +missing", page), page
            assert re.search(r"↓ Customer Payment +has View, needs Full", page)
            assert re.search(r"✓ Invoice +Full", page)
            screen = await step_to(pilot, "start")
            mark(screen, "A6")
            await pilot.press("a", "y")
            await settle(pilot)
            assert re.search(r"~ .*you said so", row(screen, "A6"))


# --- at rest


class Counting(HeadlessDriver):
    """A terminal that is drawn to, and counts."""

    @property
    def is_headless(self) -> bool:
        """Textual draws nothing for a driver that says yes."""
        return False

    def write(self, data: str) -> None:
        """Count."""
        self._app.drawn.append(data)

    def flush(self) -> None:
        """Nothing is held back."""


@pytest.mark.parametrize("step", ["start", "account", "integration", "permissions"])
@pilot_test
async def test_at_rest_nothing_is_painted(tmp_path: Path, step: str):
    with stage(tmp_path) as on:
        app = SetupApp(on.desk)
        app.drawn = []
        app.driver_class = Counting
        async with app.run_test(size=(80, 24), headless=False) as pilot:
            screen = await at(pilot, on, step, ["enable_features", "create_integration"])
            if screen.query(Input):
                screen.query(Input).first().focus()
            await settle(pilot)
            assert app.drawn, "the counter is not in the way of the pictures"
            app.drawn.clear()
            await pilot.pause(1.2)  # more than two blinks of a cursor
            assert app.drawn == []
            assert all(not field.cursor_blink for field in screen.query(Input).results(Input))
            parts = [app, screen, *screen.walk_children()]
            running = [(t.name, t._interval) for part in parts for t in part._timers if t._active.is_set()]
            assert [interval for _, interval in running] == [POLL_SECONDS], running


@pilot_test
async def test_a_look_that_finds_nothing_new_paints_only_its_own_line(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "permissions", ["create_role"], connect=True)
            rows = screen.query_one("#verdicts", OptionList)
            changed = []
            replace = rows.replace_option_prompt
            rows.replace_option_prompt = lambda name, line: (changed.append(name), replace(name, line))
            screen._poll()
            await settle(pilot)
            assert changed == []


