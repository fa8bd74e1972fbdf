"""Rows that tick themselves; looks that end with their page; the setup token's life; a person's word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from stage import paste_pair, play, settle, stage, step_to
from support import canary, pilot_test
from textual.widgets import Button, Input
from watch import at, box, click, live, logins, mark, paste, row, seen, text_of

from screens.confirm import Confirm
from screens.looking import IDLE_SECONDS
from screens.messages import LookEnded, VerdictArrived
from screens.start import StartScreen
from wizard.verdict import Standing, Verdict


def saved(folder: Path):
    [file] = (folder / "setups").glob("*.json")
    return json.loads(file.read_text())


def permission_named(screen, name: str) -> str:
    return next(p.requirement for p in screen.walk.profile.permission if p.netsuite_name == name)


# --- ticking


@pilot_test
async def test_a_change_in_netsuite_appears_after_the_next_look(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 40)) as pilot:
            screen = await at(pilot, on, "permissions", ["create_role", "add_permissions"], connect=True)
            assert text_of(screen, "#count") == "Permissions   47 of 47 verified"
            click(on, screen, "remove_permission", permission="TRAN_VENDCRED")
            screen.action_look()  # looking goes on by itself while something is not in order
            await settle(pilot)
            invoice, deposit = permission_named(screen, "Invoice"), permission_named(screen, "Customer Payment")
            click(on, screen, "remove_permission", permission="TRAN_CUSTINVC")
            click(on, screen, "set_permission", permission="TRAN_CUSTPYMT", level="View")
            on.clock.tick(42)
            screen._poll()
            await settle(pilot)
            assert text_of(screen, "#count") == "Permissions   44 of 47 verified   2 missing   1 too low"
            assert row(screen, invoice).startswith("✗") and row(screen, deposit).startswith("↓")
            assert "has View, needs Full" in row(screen, deposit)
            assert live(app).startswith(f"Changed {on.clock.now():%H:%M:%S}: ")
            assert "- Invoice" in live(app) and "- Customer Payment" in live(app)
            click(on, screen, "set_permission", permission="TRAN_CUSTINVC", level="Full")
            screen._poll()
            await settle(pilot)
            assert text_of(screen, "#count") == "Permissions   45 of 47 verified   1 missing   1 too low"
            assert row(screen, invoice).startswith("✓") and "+ Invoice" in live(app)
            assert saved(tmp_path)["found"], "what was found is on the disk"


@pilot_test
async def test_after_ten_minutes_without_a_key_nobody_is_asked(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "permissions", ["create_role"], connect=True)
            before = logins(on)
            screen._poll()
            await settle(pilot)
            assert logins(on) > before, "nothing polls at all"
            on.clock.tick(IDLE_SECONDS + 1)
            before = logins(on)
            screen._poll()
            await settle(pilot)
            assert logins(on) == before
            assert live(app) == "No key for 10 minutes: not looking any more. Enter looks again."
            await pilot.press("tab")
            screen._poll()
            await settle(pilot)
            assert logins(on) > before


@pytest.mark.parametrize("key", ["down", "x", "w"])
@pilot_test
async def test_any_key_shows_that_somebody_is_there(tmp_path: Path, key: str):
    """In the list, and typed into a field, which keeps its keys to itself."""
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "permissions", ["create_role"], connect=True)
            if key == "x":
                await pilot.press("slash")
            on.clock.tick(IDLE_SECONDS + 1)
            await pilot.press(key)
            before = logins(on)
            screen._poll()
            await settle(pilot)
            assert logins(on) > before, live(app)



# --- looks end with their page


@pilot_test
async def test_leaving_a_page_cancels_its_look(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "permissions", ["create_role"], connect=True)
            with on.counter._account.state.lock:  # NetSuite takes its time
                screen.action_look()
                await pilot.pause()
                cancelled = screen._cancelled
                assert not cancelled.is_set() and live(app).startswith("Asking")
                await pilot.press("right")
                await pilot.pause(0.1)
                assert app.screen.step.id == "user"
                assert cancelled.is_set()
            await settle(pilot)


@pilot_test
async def test_late_answers_of_an_older_look_are_dropped(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "permissions", ["create_role", "add_permissions"], connect=True)
            old = screen._run
            screen.action_look()
            await settle(pilot)
            aspect, found = next((a, v) for a, v in screen.walk.setup.found.items() if v.standing is Standing.VERIFIED)
            before, count = live(app), text_of(screen, "#count")
            late = Verdict(about=aspect, standing=Standing.FAILED, says="late", at=found.at)
            screen.post_message(VerdictArrived(old, late))
            screen.post_message(LookEnded(old, "late trouble"))
            await settle(pilot)
            assert screen.walk.setup.found[aspect] == found and live(app) == before
            assert text_of(screen, "#count") == count and "late" not in json.dumps(saved(tmp_path))


@pilot_test
async def test_an_answer_that_changes_ends_the_look_that_asked_with_the_old_one(tmp_path: Path):
    """The role is renamed on the page while NetSuite is still being asked about the old name."""
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "role", ["create_role"], connect=True)
            assert screen.walk.setup.found
            with on.counter._account.state.lock:
                screen.action_look()
                await pilot.pause()
                assert live(app).startswith("Asking")
                screen.query_one("#ask-role_name", Input).value = "Quite Another Role"
                screen.keep_answer("role_name", "Quite Another Role")
                await pilot.pause()
            await settle(pilot)
            told = {v.about: v for v in screen.walk.verdicts_of("role")}
            assert told["A28"].standing is not Standing.VERIFIED, "the old name's proof stands for the new name"


# --- the setup token


@pilot_test
async def test_a_refused_setup_token_is_dropped_and_that_is_said(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "connect", ["enable_features", "create_integration"])
            made = canary(), canary()
            for field, value in zip(("token_id", "token_secret"), made, strict=True):
                paste(screen.query_one(f"#{field}"), value)
            await pilot.pause()
            screen.store_pair()
            await settle(pilot)
            assert screen.walk.setup_token is None
            assert "refused" in seen(app).lower()
            assert saved(tmp_path)["setup_tokens"] == []
            assert [f.value for f in screen.query("SecretField")] == ["", ""]
            await pilot.press("q")
            await settle(pilot)
            assert not app.is_running or not isinstance(app.screen, Confirm), "asked about a token that is gone"


@pilot_test
async def test_a_setup_token_leaves_a_trace_and_is_revoked_at_the_end(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "connect", ["enable_features", "create_integration"])
            play(screen, on.counter)
            made = [v.get_secret_value() for v in on.counter.shown()]
            await paste_pair(pilot, on.counter)
            assert screen.walk.setup_token and "every step is verified" in live(app)
            [trace] = saved(tmp_path)["setup_tokens"]
            assert set(trace) == {"fingerprint", "entered_at", "accepted_at", "revoked_at", "gone_at"} and trace["revoked_at"] is None
            assert not any(value in json.dumps(saved(tmp_path)) for value in made)
            state = on.counter._account.state
            revoked = "SELECT revoked FROM tokens WHERE tokenid = ?"
            assert state.value(revoked, (made[0],)) == "F"
            screen = await step_to(pilot, "hand_over")
            screen.query_one("#revoke", Button).press()
            await settle(pilot)
            assert isinstance(app.screen, Confirm) and "the only thing this program ever changes" in box(app)
            assert app.focused.id == "no" and state.value(revoked, (made[0],)) == "F"
            before = logins(on)
            await pilot.press("y")
            await settle(pilot)
            assert state.value(revoked, (made[0],)) == "T"
            assert live(app) == "The setup token is revoked, and proven dead by one refused login."
            assert logins(on) - before == 2, "one login to revoke, one that is refused"
            assert screen.walk.setup_token is None
            [trace] = saved(tmp_path)["setup_tokens"]
            assert trace["revoked_at"] is not None
            assert not screen.query_one("#revoke").display


@pytest.mark.parametrize("by", ["q", "ctrl+q", "start"])
@pilot_test
async def test_leaving_with_a_live_setup_token_asks(tmp_path: Path, by: str):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "features", connect=True)
            mine = screen.walk.setup_token
            screen.query_one("#doing").focus()
            if by == "start":
                await pilot.press("escape")
                await settle(pilot)
                assert isinstance(app.screen, StartScreen)
            await pilot.press("q" if by == "start" else by)
            await settle(pilot)
            assert isinstance(app.screen, Confirm) and "The setup token is not revoked yet" in box(app)
            await pilot.press("enter")
            await settle(pilot)
            assert app.is_running and app._exit is False
            if by == "start":
                await pilot.press("enter")
                await settle(pilot)
            assert app.screen.walk.setup_token is mine, "Escape never discards anything"


@pilot_test
async def test_a_setup_token_of_an_earlier_run_is_brought_to_mind(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await at(pilot, on, "connect", connect=True)
        [mark_of_it] = [t["fingerprint"] for t in saved(tmp_path)["setup_tokens"]]
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await pilot.press("enter")
            await settle(pilot)
            assert app.screen.step.id == "connect" and app.screen.walk.setup_token is None
            assert live(app).startswith(f"A setup token of an earlier run ({mark_of_it}) was not revoked here. Paste it again")
            assert "!" in str(app.screen.query_one("#rail").get_option("connect").prompt)


# --- a person's word


@pilot_test
async def test_a_persons_word_is_never_drawn_as_verified_and_yields_to_netsuite(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "features", ["enable_features", "create_integration", "create_setup_token"])
            token = screen.walk.setup_token
            screen.walk.use_setup_token(None)
            name = next(n for n, r in screen.query_one("#verdicts").rows.items() if r.verdict)
            screen.walk.setup.found = {}
            screen.repaint()
            mark(screen, name)
            await pilot.press("a")
            await settle(pilot)
            assert isinstance(app.screen, Confirm) and "drawn ~" in box(app)
            await pilot.press("n")
            await settle(pilot)
            assert not row(screen, name).startswith("~") and saved(tmp_path)["attested"] == {}
            await pilot.press("a", "y")
            await settle(pilot)
            assert row(screen, name).startswith("~") and "you said so" in row(screen, name)
            assert "verified" not in row(screen, name) and list(saved(tmp_path)["attested"]) == [name]
            await pilot.press("a")
            await settle(pilot)
            assert not row(screen, name).startswith("~") and saved(tmp_path)["attested"] == {}
            await pilot.press("a", "y")
            await settle(pilot)
            screen.walk.setup_token = token
            screen.action_look()
            await settle(pilot)
            assert row(screen, name).startswith("✓") and "verified" in row(screen, name)
            # Back to nobody's word if NetSuite then shows the contrary.
            proof = next(r.proof for r in screen.walk.profile.requirements if r.id == name)[0]
            click(on, screen, "set_feature", feature=proof.split(".")[1], on="no")
            screen.action_look()
            await settle(pilot)
            assert row(screen, name).startswith("✗")


@pilot_test
async def test_a_line_that_only_netsuite_can_show_cannot_be_vouched_for(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "account")
            mark(screen, "A42")
            await pilot.press("a")
            await settle(pilot)
            assert app.screen is screen and live(app) == "This line cannot be vouched for; NetSuite has to show it."
            assert saved(tmp_path)["attested"] == {}
