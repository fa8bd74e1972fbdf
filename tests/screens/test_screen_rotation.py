"""The page of a rotation: every stage by its keys, left and found again, taken back; nothing said that is not so."""

from __future__ import annotations

import threading
from pathlib import Path

from pydantic import SecretStr
from rotating_stage import WAY, enter_wrongly, finished, keys, rotation_at
from stage import KeyringAsOnADesktop, settle, stage
from support import canary, pilot_test

from screens.confirm import Confirm
from screens.help import HelpPage
from screens.rotation import EnterPage, RotationPage
from screens.start import StartScreen
from screens.widgets.fields import Field
from screens.widgets.frame import Rail
from wizard.credentials import Credentials, Pair
from wizard.rotation import STAGES
from wizard.vault.interface import Receipt
from wizard.verdict import Standing


def live(app) -> str:
    return str(app.screen.query_one("#live").render())


class HeldUp(KeyringAsOnADesktop):
    """Keeps nothing before it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on, self.saves = threading.Event(), 0
        self.go_on.set()

    def save(self, credentials: Credentials, profile: str) -> Receipt:
        self.saves += 1
        self.go_on.wait()
        return super().save(credentials, profile)


@pilot_test
async def test_what_ends_under_help_opens_when_help_is_gone_and_a_second_enter_writes_nothing(tmp_path: Path) -> None:
    vault = HeldUp()
    with stage(tmp_path, vault) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            page = await rotation_at(pilot, on, "stored")
            before = vault.saves
            vault.go_on.clear()
            try:
                await pilot.press("enter", "enter")
                while vault.saves == before:
                    await pilot.pause()
                app.action_help()
                await pilot.pause()
            finally:
                vault.go_on.set()
            await settle(pilot)
            assert isinstance(app.screen, HelpPage) and page.rotation and page.rotation.stage == "handed_over"
            assert vault.saves == before + 2, "the old values aside, the new ones in their place: once"
            page = await keys(pilot, "escape")
            assert page.step.id == "handed_over" and "in use here, read back" in live(app)


@pilot_test
async def test_a_pair_that_was_kept_when_the_program_ended_is_not_asked_for_again(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            walk = (await rotation_at(pilot, on, "entered")).walk
            await keys(pilot, "escape", "escape")
            assert walk.credentials
            new = walk.credentials.with_pair("token", Pair(SecretStr(canary()), SecretStr(canary())))
            walk.vault.save(new, f"{walk.vault_name}-new")  # and killed before it was noted
            app.rotate(on.desk.store.all()[0][0])
            await settle(pilot)
            await pilot.pause(0.1)  # Textual waits 50 ms before it switches screens
            page = app.screen
            assert page.step.id == "verified" and "earlier run left half done" in live(app)


@pilot_test
async def test_revoked_and_then_the_network_lost_says_just_that(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await rotation_at(pilot, on, "revoked")
            run = on.desk.runner.run

            def without_network(session, aspects, report):
                on.counter.close()
                return run(session, aspects, report)

            on.desk.runner.run = without_network
            page = await keys(pilot, "enter", "y")
            assert page.step.id == "proven" and page.rotation and page.rotation.revoked_here
            assert "NetSuite revoked the old token." in live(app) and "accepted" not in live(app)
            assert "old ones in use" not in live(app)


@pilot_test
async def test_by_its_keys_from_the_first_stage_to_the_last(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            page = await rotation_at(pilot, on, "begun")
            for number, (name, pressed) in enumerate(WAY.items(), 1):
                assert page.step.id == name
                if name != "begun":
                    assert f"stage {number} of 8" in page.where()
                page = await keys(pilot, *pressed)
            rotation = page.rotation
            assert rotation and not rotation.open and rotation.proven and rotation.revoked_here
            assert "proven dead" in page.step.heading and "They are dead" in live(app)
            assert [s.value for s in page.listed()[1].values() if s].count("attested") == 2
            walk = page.walk
            assert walk.vault.load(walk.setup.account, "alvys-practice-old") is None or not walk.practising
            assert len(walk.setup.refusals["integration"]) == 1


@pilot_test
async def test_left_at_any_stage_it_is_found_again_there(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await rotation_at(pilot, on, "begun")
            for name, pressed in list(WAY.items())[:-1]:
                await keys(pilot, *pressed)
                await keys(pilot, "escape", "escape") if isinstance(app.screen, EnterPage) else await keys(pilot, "escape")
                assert isinstance(app.screen, StartScreen), name
                on.clock.tick(86_400)
                lines = [str(o.prompt) for o in app.screen.query_one("#entries").options]
                assert any("rotation: " in line for line in lines), "the first page says so"
                assert "rotation open" in str(app.screen.query_one("#start-note").render())
                app.rotate(on.desk.store.all()[0][0])
                await settle(pilot)
                stages = list(STAGES)
                assert app.screen.step.id == stages[stages.index(name) + 1]  # type: ignore[arg-type]


@pilot_test
async def test_refused_values_name_the_cause_and_can_be_entered_again(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await rotation_at(pilot, on, "entered")
            await enter_wrongly(pilot, on)
            page = await keys(pilot, "enter")
            assert page.step.id == "verified" and "Likeliest" in live(app) and "old ones in use" in live(app)
            assert "login.accepted" not in page.walk.setup.found
            page = await keys(pilot, "i", "y")
            assert page.step.id == "entered" and page.rotation and page.rotation.new is None
            assert (await keys(pilot, *WAY["entered"], *WAY["verified"])).step.id == "stored"


@pilot_test
async def test_taken_back_before_and_after_the_new_values_are_in_use(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            page = await rotation_at(pilot, on, "works")
            old = page.rotation.old.whole  # type: ignore[union-attr]
            page = await keys(pilot, "u", "y")
            assert page.walk.credentials and page.walk.credentials.fingerprint == old and page.step.id == "stored"
            page = await keys(pilot, "u")
            assert isinstance(app.screen, Confirm)
            page = await keys(pilot, "n")
            assert page.rotation, "a no changes nothing"
            page = await keys(pilot, "u", "y")
            assert page.rotation is None and page.walk.credentials.fingerprint == old


@pilot_test
async def test_taken_back_when_the_values_in_use_are_gone(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            page = await rotation_at(pilot, on, "works")
            page.walk.vault.delete(page.walk.setup.account or "", page.walk.vault_name)
            page = await keys(pilot, "u", "y")
            assert page.step.id == "entered" and "old values are in use again" in live(app)


@pilot_test
async def test_another_account_is_refused_while_it_is_open_and_the_page_says_why(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            walk = (await rotation_at(pilot, on, "entered")).walk
            app.open_step(walk, "account")
            await settle(pilot)
            field = app.screen.query_one("#account-id", Field)
            field.value = "7654321"
            app.screen.action_look()
            await settle(pilot)
            await keys(pilot, "y")
            assert "A rotation of these values is open" in live(app)
            assert field.value == walk.setup.account == on.counter.realm and walk.setup.rotation


@pilot_test
async def test_a_token_that_still_works_is_told_and_its_stage_opens_again(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await rotation_at(pilot, on, "revoked")
            page = await keys(pilot, "a", "y")  # nobody revoked it
            assert page.step.id == "proven"
            page = await keys(pilot, "enter", "y")
            assert page.step.id == "revoked" and "still log in" in live(app)


@pilot_test
async def test_ended_by_a_persons_word_it_is_never_drawn_as_proven(tmp_path: Path) -> None:
    with stage(tmp_path, plain=True) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await rotation_at(pilot, on, "revoked")
            page = await keys(pilot, "a", "y", "a", "y")
            assert "never proven dead" in page.step.heading
            assert page.listed()[1]["proven"] is Standing.UNKNOWN
            drawn = [str(o.prompt) for o in page.query_one(Rail).options]
            assert "".join(drawn).isascii() and drawn[-1].startswith(" ?")


@pilot_test
async def test_without_values_there_is_nothing_to_rotate(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            app.screen.rotate(None)
            await settle(pilot)
            assert isinstance(app.screen, StartScreen) and "nothing to rotate" in str(app.screen.query_one("#start-note").render())
            app.screen.rotate(on.desk.begin("alvys"))
            assert "keeps no values" in str(app.screen.query_one("#start-note").render())


@pilot_test
async def test_presenter_mode_names_no_account(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            app.rotate(finished(on))
            await settle(pilot)
            await keys(pilot, "p", "n")
            assert isinstance(app.screen, RotationPage)
            screen = app.export_screenshot()
            host = on.counter.realm.lower().replace("_", "-")
            assert "PRESENTER" in screen and on.counter.realm not in screen and host not in screen


@pilot_test
async def test_after_a_refresh_the_token_is_made_anew_and_nothing_else(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            setup = finished(on)
            on.counter.do("refresh_sandbox", "right", on.desk.profile_of(setup), setup.answers)
            app.screen._refreshed(setup)
            await settle(pilot)
            assert isinstance(app.screen, Confirm)
            await keys(pilot, "n")
            assert not on.desk.store.load(setup.id).refreshed, "a no changes nothing"
            app.screen._refreshed(setup)
            page = await keys(pilot, "y")
            assert page.step.id == "token" and page.walk.setup.refreshed
            before = page.walk.credentials.consumer
            page = await keys(pilot, "f7", "f9", "enter")
            assert page.walk.setup.found["login.accepted"].standing is Standing.VERIFIED
            assert page.walk.credentials.consumer == before


@pilot_test
async def test_the_command_line_opens_the_rotation_at_once(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        app = on.app()
        app.rotate_first = finished(on).id
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await pilot.pause(0.1)
            assert isinstance(app.screen, RotationPage) and app.screen.step.id == "begun"
