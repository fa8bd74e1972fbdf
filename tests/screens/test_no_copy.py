"""Nothing leaves a hidden field by the clipboard, whatever is pressed, clicked or asked of Textual."""

from __future__ import annotations

import ast
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from leakscan import variants
from stage import Stage, settle, stage
from support import ROOT, canary, pilot_test
from textual.actions import SkipAction
from textual.pilot import Pilot
from textual.selection import SELECT_ALL
from textual.widgets import OptionList
from watch import Terminal, at, paste, seen

from screens.widgets.fields import Field, SecretField

Opens = Callable[[Pilot[None], Stage], Awaitable[object]]


async def new_passphrase(pilot: Pilot[None], on: Stage) -> None:
    page = await at(pilot, on, "integration")
    page.action_where_kept()
    await settle(pilot)
    entries = pilot.app.screen.query_one("#entries", OptionList)
    entries.highlighted = entries.get_option_index("file")
    entries.action_select()
    await settle(pilot)
    assert all(field.region for field in pilot.app.screen.query(SecretField))


PAGES: dict[str, Opens] = {
    "secret_pair.py": lambda pilot, on: at(pilot, on, "token"),
    "vault_form.py": new_passphrase,
}
"""Every file of the screens that makes hidden fields, and how one gets there."""

COPIES = ("ctrl+c", "super+c", "ctrl+insert", "ctrl+shift+c", "ctrl+x", "super+x", "shift+delete", "ctrl+w", "ctrl+u", "ctrl+k")
"""Keys that copy or cut, here or elsewhere; those that take away what is marked come last."""


async def drag(pilot: Pilot[None], field: SecretField) -> None:
    await pilot.mouse_down(field, offset=(0, 0))
    await pilot.hover(field, offset=(field.size.width - 1, 0))
    await pilot.mouse_up(field, offset=(field.size.width - 1, 0))


async def drag_over_the_page(pilot: Pilot[None], field: SecretField) -> None:
    await pilot.mouse_down(offset=(field.region.x - 10, max(field.region.y - 2, 1)))
    await pilot.hover(offset=(78, field.region.y + 1))
    await pilot.mouse_up(offset=(78, field.region.y + 1))


async def select_in_the_screen(pilot: Pilot[None], field: SecretField) -> None:
    field.screen.selections = {field: SELECT_ALL}


async def select_all_in_the_screen(pilot: Pilot[None], field: SecretField) -> None:
    field.screen._select_all_in_widget(field.screen)


async def select_by_action(pilot: Pilot[None], field: SecretField) -> None:
    field.action_select_all()


async def select_on_focus(pilot: Pilot[None], field: SecretField) -> None:
    field.select_on_focus = True
    field.screen.set_focus(None)
    await pilot.pause()
    field.focus()


SELECTS: dict[str, Callable[[Pilot[None], SecretField], Awaitable[object]]] = {
    "nothing": lambda pilot, field: pilot.pause(),
    "from the start": lambda pilot, field: pilot.press("home", "shift+end"),
    "from the end": lambda pilot, field: pilot.press("end", "shift+home"),
    "all by key": lambda pilot, field: pilot.press("ctrl+a", "ctrl+shift+a"),
    "all by action": select_by_action,
    "by focus": select_on_focus,
    "dragged": drag,
    "dragged over the page": drag_over_the_page,
    "double click": lambda pilot, field: pilot.double_click(field),
    "triple click": lambda pilot, field: pilot.triple_click(field),
    "the field in the screen": select_in_the_screen,
    "all in the screen": select_all_in_the_screen,
}
"""Ways to mark a value."""

AROUND = ("dragged over the page", "triple click", "all in the screen")
"""Ways that mark what the page says around the field, and copy that."""


def makers() -> set[str]:
    """Return the files that make hidden fields."""
    found = set()
    for path in (ROOT / "screens").rglob("*.py"):
        calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        if any(isinstance(func, ast.Name) and func.id == "SecretField" for func in calls):
            found.add(path.name)
    return found


def test_every_page_with_hidden_fields_is_looked_at() -> None:
    assert makers() == set(PAGES), "say in PAGES how one gets to the new hidden fields"
    assert SecretField.__subclasses__() == []


@pytest.mark.parametrize("page", PAGES)
@pilot_test
async def test_no_hidden_field_gives_anything_to_the_clipboard(
    tmp_path: Path, page: str, record_property: Callable[[str, object], None]
) -> None:
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await PAGES[page](pilot, on)
            terminal = Terminal(app)
            fields = list(app.screen.query(SecretField).results(SecretField))
            assert fields
            sequences = [await refuses_to_copy(pilot, terminal, field, way) for field in fields for way in SELECTS]
    tries = f"{len(fields)} hidden fields, marked in {len(SELECTS)} ways, {len(COPIES)} keys and 3 actions each"
    record_property("table", f"copy and cut, {page}: {tries}: {sum(sequences)} OSC 52 sequences with a value")


async def refuses_to_copy(pilot: Pilot[None], terminal: Terminal, field: SecretField, way: str) -> int:
    """Return how many sequences with a value were written."""
    secret = canary()
    field.value = ""
    field.focus()
    paste(field, secret)
    await settle(pilot)
    assert field.value == secret
    terminal.written.clear()
    await SELECTS[way](pilot, field)
    rings: list[int] = []
    pilot.app.bell = lambda: rings.append(1)  # type: ignore[method-assign]
    for action in (field.action_copy, field.action_cut, field.screen.action_copy_text):
        with suppress(SkipAction):  # nothing is marked
            action()
    for key in COPIES:
        pilot.app.simulate_key(key)
    await settle(pilot)
    assert len(rings) >= 2, "nothing was refused audibly"
    copied = terminal.clipboards
    if way not in AROUND:
        assert copied == [], way
    sequences = sum(secret in text or bool(text and way not in AROUND) for text in copied)
    told = "".join([*terminal.written, *copied, pilot.app.clipboard, seen(pilot.app), pilot.app.export_screenshot()]).encode()
    assert [name for name, form in variants(secret).items() if form in told] == [], way
    pilot.app.screen.clear_selection()
    return sequences


@pilot_test
async def test_a_value_that_is_shown_is_not_copied_without_the_question(tmp_path: Path) -> None:
    """With ``--mouse`` Textual marks texts and copies them, for ever; the terminal's own mouse is what a shown value is for."""
    done = ("enable_features", "create_integration", "create_role", "add_permissions", "create_user", "create_token")
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over", done)
            terminal = Terminal(app)
            screen.query_one("#values").highlighted = 1
            await pilot.press("v", "y")
            await settle(pilot)
            bare = screen.query_one("#bare")
            secret = str(bare.render())
            assert len(secret) == 64 and secret in seen(app)
            for way in ("dragged", "double click", "triple click", "the field in the screen", "all in the screen"):
                await SELECTS[way](pilot, bare)
                with suppress(SkipAction):
                    screen.action_copy_text()
                for key in COPIES:
                    app.simulate_key(key)
                await settle(pilot)
                assert not any(secret[:10] in text for text in [*terminal.clipboards, app.clipboard]), way


@pilot_test
async def test_an_open_field_copies_what_is_marked_and_never_empties_the_clipboard(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "role")
            terminal, field = Terminal(app), screen.query_one("#ask-role_name", Field)
            field.value = "A role of its own"
            field.focus()
            await pilot.press("end", "ctrl+x", "ctrl+c")
            await settle(pilot)
            assert terminal.clipboards == []
            await pilot.press("home", "shift+end", "ctrl+x")
            await settle(pilot)
            assert terminal.clipboards == ["A role of its own"] and field.value == ""
            await pilot.press("ctrl+v")
            await settle(pilot)
            assert field.value == "A role of its own"
