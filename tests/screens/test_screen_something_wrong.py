"""Something does not work: the vendor's trees, the login, a pasted message; and a finished setup verified again."""

from __future__ import annotations

from pathlib import Path

from stage import Stage, begin, paste_pair, play, settle, stage, step_to
from support import canary, pilot_test
from textual.pilot import Pilot
from textual.widgets import OptionList
from watch import EVERYTHING, Terminal, at, box, choose, click, live, logins, mark, paste, ready, row, seen, text_of

from screens.diagnose import DiagnosePage
from screens.evidence import EvidencePage
from screens.pasting import PastePage
from screens.pick import Pick
from screens.readiness import ReadinessStep
from screens.start import StartScreen
from screens.tree import TreePage
from screens.trouble import TroublePage
from wizard.store import SetupStore
from wizard.verdict import Standing, Verdict

TREES = ["login_fails", "export_fails", "one_subsidiary", "token_lost"]


async def troubled(pilot: Pilot[None], on: Stage, done: list[str], **more: object) -> TroublePage:
    """A setup with some clicks done, left for the first page, and its page for what does not work."""
    await at(pilot, on, "readiness", done, connect=True, **more)
    pilot.app.screen.query_one("#doing").focus()
    await pilot.press("escape")
    await settle(pilot)
    await choose(pilot, "trouble")
    assert isinstance(pilot.app.screen, TroublePage)
    return pilot.app.screen


# --- which setup


@pilot_test
async def test_without_a_setup_only_a_message_is_explained(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await choose(pilot, "again")
            assert isinstance(app.screen, StartScreen) and "no setup yet" in text_of(app.screen, "#start-note")
            await choose(pilot, "trouble")
            entries = app.screen.query_one("#entries", OptionList)
            assert [option.id for option in entries.options] == ["paste"]
            await pilot.press("enter")
            await settle(pilot)
            assert isinstance(app.screen, PastePage)
            await pilot.press("escape", "escape")
            await settle(pilot)
            assert isinstance(app.screen, StartScreen)


@pilot_test
async def test_with_several_setups_one_is_picked_and_held(tmp_path: Path):
    with stage(tmp_path) as on:
        on.desk.practice = None
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            for _ in range(2):
                last = on.desk.begin("alvys")
                on.clock.tick(60)
            await settle(pilot)
            app.screen.fill()
            await choose(pilot, "trouble")
            assert isinstance(app.screen, Pick)
            await pilot.press("escape")
            await settle(pilot)
            assert isinstance(app.screen, StartScreen)
            await choose(pilot, "trouble")
            options = app.screen.query_one(OptionList)
            options.highlighted = options.get_option_index(last.id)
            await pilot.press("enter")
            await settle(pilot)
            assert isinstance(app.screen, TroublePage)
            entries = app.screen.query_one("#entries", OptionList)
            assert [option.id for option in entries.options] == [*(f"tree-{t}" for t in TREES), "login", "paste"]
            other = SetupStore(on.desk.store.folder)
            try:
                other.hold(last.id, on.clock.now()).__enter__()
                held = False
            except Exception as error:
                held = type(error).__name__ == "SetupInUse"
            assert held, "two runs would write over each other"


# --- the trees


@pilot_test
async def test_a_tree_is_climbed_by_the_machine_and_ends_with_the_first_cause(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            page = await troubled(pilot, on, list(EVERYTHING))
            click(on, app._walks and _page_of(page), "set_permission", permission="TRAN_CUSTPYMT", level="View")
            await choose(pilot, "tree-export_fails")
            tree = app.screen
            assert isinstance(tree, TreePage)
            drawn = [" ".join(line.split()) for line in tree._drawn]
            assert "1 Does the role have all eight transaction permissions at Full?" in drawn[0]
            assert "has View, needs Full" in drawn[0] and "in order" in drawn[1]
            assert "First cause. Proven: the role lacks a record's permission" in text_of(tree, "#detail").replace("\n", " ")
            await pilot.press("enter")
            await settle(pilot)
            assert isinstance(app.screen, EvidencePage) and "asked: " in box(app)
            await pilot.press("escape")
            await settle(pilot)
            click(on, _page_of(page), "set_permission", permission="TRAN_CUSTPYMT", level="Full")
            await pilot.press("f5")
            await settle(pilot)
            assert "has View" not in " ".join(tree._drawn) and "Nothing wrong was found" in text_of(tree, "#detail")
            await pilot.press("left")
            await settle(pilot)
            assert app.screen is page
            await pilot.press("escape")
            await settle(pilot)
            assert isinstance(app.screen, StartScreen)


def _page_of(page: TroublePage):
    """What a click needs of a page: its walk."""

    class Holder:
        walk = page._walk

    return Holder


@pilot_test
async def test_every_tree_of_the_profile_comes_to_an_end(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            page = await troubled(pilot, on, list(EVERYTHING))
            for tree in page._walk.profile.troubleshoot:
                await choose(pilot, f"tree-{tree.id}")
                assert len(app.screen._drawn) == len(tree.steps)
                assert live(app).startswith("Asked at"), tree.id
                await pilot.press("left")
                await settle(pilot)
                assert app.screen is page


@pilot_test
async def test_a_tree_can_be_stopped_and_leads_to_the_step_where_it_is_put_right(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            page = await troubled(pilot, on, list(EVERYTHING))
            run, began = on.desk.runner.run, []

            def hangs(session, aspects, report):
                began.append(session)
                session.cancelled.wait(20)

            on.desk.runner.run = hangs
            entries = page.query_one("#entries", OptionList)
            entries.highlighted = entries.get_option_index("tree-login_fails")
            await pilot.press("enter")
            while not began:
                await pilot.pause()
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(app.screen, TreePage) and live(app).startswith("Stopped") and began[0].cancelled.is_set()
            on.desk.runner.run = run
            click(on, _page_of(page), "set_feature", feature="SERVERSIDESCRIPTING", on="no")
            await pilot.press("f5")
            await settle(pilot)
            await pilot.press("x")
            await settle(pilot)
            assert isinstance(app.screen, DiagnosePage) and "A feature or service" in text_of(app.screen, "#matter")
            await pilot.press("right")
            await pilot.pause(0.1)
            await settle(pilot)
            assert app.screen.step.id == "features" and len(app.screen_stack) == 3
            app.screen.query_one("#doing").focus()
            await pilot.press("escape")
            await settle(pilot)
            assert isinstance(app.screen, StartScreen)


@pilot_test
async def test_the_login_fails_leads_to_the_page_of_causes_and_asks_nobody(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            page = await troubled(pilot, on, list(EVERYTHING))
            before = logins(on)
            await choose(pilot, "login")
            assert isinstance(app.screen, DiagnosePage) and logins(on) == before
            await pilot.press("enter")
            await settle(pilot)
            assert logins(on) > before and "Nothing is wrong" in text_of(app.screen, "#matter")
            await pilot.press("escape")
            await settle(pilot)
            assert app.screen is page


# --- a message to paste


@pilot_test
async def test_a_pasted_message_is_explained_offline_and_nothing_of_it_is_kept(tmp_path: Path):
    secret, typed = canary(), canary()
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await begin(pilot)
            app.screen.query_one("#doing").focus()
            await pilot.press("escape")
            await settle(pilot)
            await choose(pilot, "trouble")
            await choose(pilot, "paste")
            page, terminal, before = app.screen, Terminal(app), logins(on)
            field = page.query_one("#message")
            body = '{"o:errorDetails":[{"detail":"Invalid login attempt.","o:errorCode":"INVALID_LOGIN"}],"status":401}'
            paste(field, f"Token Secret: {secret}\n[b]{body}[/b]\n" + "x " * 499_000)
            await pilot.pause()
            await settle(pilot)
            assert "It held" in text_of(page, "#secrets") and "secret" in text_of(page, "#secrets")
            assert text_of(page, "#told-text").startswith("? Cause (possible")
            paste(field, "InvalidSignature")
            await pilot.pause()
            await settle(pilot)
            assert "a secret is wrong" in text_of(page, "#told-text") and text_of(page, "#secrets") == ""
            await pilot.press(*typed)
            await settle(pilot)
            assert "It held" in text_of(page, "#secrets"), "typed in by a terminal without bracketed paste"
            assert field.value == "" or len(field.value) < 32
            field.value = ""
            await pilot.press(*"token_rejected", "enter")
            await settle(pilot)
            assert "token" in text_of(page, "#told-text") and field.value == ""
            everything = seen(app) + "".join(terminal.written) + repr(vars(page)) + repr(vars(field))
            for value in (secret, typed):
                assert value not in everything and value[:40] not in everything
            assert logins(on) == before
            files = [p for p in tmp_path.rglob("*") if p.is_file()]
            assert all(secret.encode() not in p.read_bytes() for p in files)
            paste(field, "x" * 1_000_001)
            await pilot.pause()
            assert "too long" in text_of(page, "#told-text")
            await pilot.press("escape")
            await settle(pilot)
            assert isinstance(app.screen, TroublePage)


@pilot_test
async def test_a_paste_nobody_knows_and_a_mistake_of_ours_are_said(tmp_path: Path, monkeypatch):
    secret = canary()
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await choose(pilot, "trouble")
            await choose(pilot, "paste")
            page = app.screen
            paste(page.query_one("#message"), "qwertz \x1b]0;title\x07 [/]")
            await pilot.pause()
            await settle(pilot)
            assert text_of(page, "#told-text").startswith("Nothing in it is known")

            def fails(text, profile):
                raise ValueError(secret)

            monkeypatch.setattr("screens.pasting.explain_pasted", fails)
            paste(page.query_one("#message"), "anything")
            await pilot.pause()
            await settle(pilot)
            assert "ValueError" in text_of(page, "#told-text") and secret not in seen(app)


# --- verify again, and what belongs to no requirement


@pilot_test
async def test_verify_again_opens_readiness(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await at(pilot, on, "role", list(EVERYTHING), connect=True)
            app.screen.query_one("#doing").focus()
            await pilot.press("escape")
            await settle(pilot)
            await choose(pilot, "again")
            assert isinstance(app.screen, ReadinessStep)
            assert "nothing written" in live(app)
            heading = app.screen.query_one("#verdicts", OptionList).get_option("since")
            assert "No baseline to compare with yet" in str(heading.prompt)


@pilot_test
async def test_what_changed_since_the_baseline_is_told_with_since_when_and_whom_to_ask(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await ready(pilot, on)
            assert screen.walk.ready and screen.walk.setup.baseline
            screen.walk.setup.drift = None
            screen.repaint()
            assert "The baseline is of 2026-11-21 09:30 UTC" in str(screen.query_one("#verdicts").get_option("since").prompt)
            on.clock.tick(3600)
            screen.action_look()
            await settle(pilot)
            assert "Nothing changed since 2026-11-21 09:30 UTC" in str(screen.query_one("#verdicts").get_option("since").prompt)
            on.clock.tick(3600)
            click(on, screen, "set_permission", permission="TRAN_CUSTPYMT", level="View")
            click(on, screen, "set_feature", feature="SERVERSIDESCRIPTING", on="no")
            screen.action_look()
            await settle(pilot)
            feature = screen.query_one("#verdicts").rows["change-features.SERVERSIDESCRIPTING"]
            assert feature.verdict.says.endswith("between 2026-11-21 10:30 and 2026-11-21 11:30 UTC")
            name = "change-permissions.TRAN_CUSTPYMT"
            rows = screen.query_one("#verdicts", OptionList)
            assert rows.get_option_index("since") == 0 and rows.get_option_index(name) in (1, 2)
            assert "permission Customer Payment" in row(screen, name) and "Full → View" in row(screen, name)
            assert row(screen, name).startswith("✗")
            rows.focus()
            mark(screen, name)
            await pilot.press("enter")
            await settle(pilot)
            told = " ".join(box(app).split())
            assert "changed 2026-11-21 11:30" in told, "NetSuite's own notes know it to the minute"
            assert "Ask whoever may edit roles" in told and "System Notes" in told
            assert on.desk.store.load(screen.walk.setup.id).drift.changes


@pilot_test
async def test_what_belongs_to_no_requirement_is_seen_on_its_step_and_in_readiness(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "permissions", list(EVERYTHING), connect=True)
            odd = Verdict(about="permissions.odd", standing=Standing.WARNING, says="more than [b] asked for", at=on.clock.now())
            screen.walk.record(odd)
            screen.repaint()
            assert "Also found" in str(screen.query_one("#verdicts").get_option("also").prompt)
            assert row(screen, "permissions.odd").startswith("! Permissions")
            assert "more than [b] asked for" in row(screen, "permissions.odd")
            other = Verdict(about="books.odd", standing=Standing.FAILED, says="closed", at=on.clock.now())
            screen.walk.record(other)
            screen.repaint()
            assert "books.odd" not in screen.query_one("#verdicts").rows
            readiness = ReadinessStep(screen.walk, screen.walk.profile.step_named("readiness"), None, False)
            assert {"permissions.odd", "books.odd"} <= {r.id for r in readiness.rows()}
            screen.walk.record(odd.model_copy(update={"standing": Standing.VERIFIED}))
            screen.repaint()
            assert "permissions.odd" not in screen.query_one("#verdicts").rows


# --- while practising


@pilot_test
async def test_mistakes_of_the_practice_account_lead_to_their_causes(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "permissions", ["create_role"], connect=True)
            play(screen, on.counter, "too_much")
            screen.action_look()
            await settle(pilot)
            assert row(screen, "permissions.beyond").startswith("!"), "too much is a finding, not a failure"
            play(screen, on.counter)
            screen = await step_to(pilot, "user")
            play(screen, on.counter)
            screen = await step_to(pilot, "token")
            play(screen, on.counter, "another_application")
            await paste_pair(pilot, on.counter)
            assert live(app).startswith("Proven: the token is unknown, revoked, or of another application")
            screen.query_one("#verdicts").focus()
            await pilot.press("x")
            await settle(pilot)
            assert isinstance(app.screen, DiagnosePage)
            assert text_of(app.screen, "#told-text").startswith("✗ Cause (proven): the token")
