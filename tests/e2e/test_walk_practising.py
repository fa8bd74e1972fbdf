"""The whole job in the program itself, keys only: from the first screen to the hand-over, with a mistake made and found."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "screens"))

from stage import KeyringAsOnADesktop, settle, stage
from support import pilot_test
from textual.widgets import Static

from wizard.verdict import Standing


def row(pilot, requirement):
    return pilot.app.screen.query_one("#verdicts").rows[requirement].verdict


def text(pilot, selector):
    return str(pilot.app.screen.query_one(selector, Static).visual)


async def keys(pilot, *pressed):
    for key in pressed:
        await pilot.press(key)
        await settle(pilot)


async def go_on(pilot, step):
    """Out of a field if need be, then the right arrow."""
    if pilot.app.focused is not None and pilot.app.focused.id not in ("verdicts", "doing", "next", "values"):
        await keys(pilot, "escape")
    await keys(pilot, "right")
    await pilot.pause(0.1)
    await settle(pilot)
    assert pilot.app.screen.step.id == step


async def type_in(pilot, selector, value):
    field = pilot.app.screen.query_one(selector)
    field.focus()
    field.value = ""
    await pilot.press(*value)
    await keys(pilot, "enter")


@pilot_test
async def test_from_the_first_screen_to_the_hand_over(tmp_path):
    vault = KeyringAsOnADesktop()
    with stage(tmp_path, vault) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await keys(pilot, "enter")
            assert app.screen.step.id == "start"
            for requirement in ("A6", "A8", "A9"):
                app.screen.query_one("#verdicts").focus()
                app.screen.query_one("#verdicts").highlighted = ("A6", "A8", "A9").index(requirement)
                await keys(pilot, "a", "y")
                assert row(pilot, requirement).standing is Standing.ATTESTED

            await go_on(pilot, "account")
            await type_in(pilot, "#account-id", "https://1234567-sb1.app.netsuite.com/app/center/card.nl")
            assert row(pilot, "A42").standing is Standing.VERIFIED

            await go_on(pilot, "features")
            await keys(pilot, "f8")
            assert "Server SuiteScript" in text(pilot, "#practice-said")
            assert row(pilot, "A23.2").standing is Standing.WAITING  # nobody can see it yet

            await go_on(pilot, "integration")
            await keys(pilot, "f7", "f9", "enter")
            assert app.screen.walk.setup.kept.pairs == ("consumer",)

            await go_on(pilot, "connect")
            await keys(pilot, "f7", "f9", "enter")
            assert row(pilot, "X3").standing is Standing.VERIFIED

            app.screen.query_one("#rail").focus()
            await keys(pilot, "up", "up", "enter")
            await pilot.pause(0.1)
            await settle(pilot)
            mistake = row(pilot, "A23.2")
            assert (mistake.standing, mistake.cause) == (Standing.FAILED, "feature-off")
            assert "Setup > Company > Enable Features" in mistake.remedy.menu_path
            await keys(pilot, "f7")
            assert row(pilot, "A23.2").standing is Standing.VERIFIED

            await go_on(pilot, "integration")
            await go_on(pilot, "connect")
            await go_on(pilot, "role")
            await keys(pilot, "f7")
            assert row(pilot, "A28").standing is Standing.VERIFIED

            await go_on(pilot, "permissions")
            await keys(pilot, "f7")
            assert "47 of 47 verified" in text(pilot, "#count")

            await go_on(pilot, "user")
            await type_in(pilot, "#ask-user_email", "integration@practice.example")
            await keys(pilot, "f7")
            assert row(pilot, "A38").standing is Standing.VERIFIED

            await go_on(pilot, "token")
            await keys(pilot, "f7", "f9", "enter")
            assert row(pilot, "A4").standing is Standing.VERIFIED
            assert row(pilot, "A53").standing is Standing.VERIFIED

            await go_on(pilot, "accounts")
            await keys(pilot, "f7")
            app.screen.query_one("#verdicts").focus()
            await go_on(pilot, "subsidiaries")
            await keys(pilot, "f7")
            assert row(pilot, "A69").standing is Standing.VERIFIED

            await go_on(pilot, "readiness")
            failed = [v for v in app.screen.walk.verdicts() if v.standing in (Standing.FAILED, Standing.UNKNOWN)]
            assert failed == []
            assert "Nothing failed" in text(pilot, "#count")

            await go_on(pilot, "hand_over")
            await keys(pilot, "d", "y")
            assert app.screen.walk.setup.handed_over
            app.screen.query_one("#revoke").focus()
            await keys(pilot, "enter", "y")
            assert "proven dead" in text(pilot, "#live")
            assert app.screen.walk.setup.open_setup_tokens() == []
            await keys(pilot, "question_mark")
            assert app.screen.__class__.__name__ == "HelpPage"
            await keys(pilot, "escape", "q")
            assert app._exit
        saved = on.desk.store.all()[0][0]
        assert saved.step == "hand_over" and saved.handed_over
        stored = vault.load("1234567_SB1", "alvys-practice")
        assert stored.complete
        written = "".join(path.read_text() for path in (tmp_path / "setups").glob("*"))
        for field in ("consumer_key", "consumer_secret", "token_id", "token_secret"):
            assert stored.value(field).get_secret_value() not in written
