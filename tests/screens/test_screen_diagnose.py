"""The page that names the cause, the dialogue about the Login Audit Trail, one login with values exchanged."""

from __future__ import annotations

import textwrap
import threading
from pathlib import Path

import pytest
from stage import settle, stage, step_to
from support import canary, pilot_test
from textual.pilot import Pilot
from textual.widgets import OptionList
from watch import EVERYTHING, Terminal, at, box, click, live, logins, order, refused, seen, text_of

from screens.cause_text import SHORTLY
from screens.confirm import Confirm
from screens.diagnose import DiagnosePage
from screens.evidence import EvidencePage
from screens.files import ReportFile
from screens.step import StepScreen
from screens.trail import TrailPage
from screens.tree import TreePage
from wizard.causes import CAUSES
from wizard.trail import CHOICES
from wizard.verdict import Evidence, Standing, Verdict


async def causes(pilot: Pilot[None]) -> DiagnosePage:
    await pilot.press("x")
    await settle(pilot)
    assert isinstance(pilot.app.screen, DiagnosePage)
    return pilot.app.screen


async def answered(pilot: Pilot[None], word: str) -> DiagnosePage:
    """Pick a word of the Login Audit Trail."""
    await pilot.press("t")
    await settle(pilot)
    assert isinstance(pilot.app.screen, TrailPage)
    words = pilot.app.screen.query_one("#words", OptionList)
    words.highlighted = next(n for n, choice in enumerate(CHOICES) if choice.word == word)
    await pilot.press("enter")
    await settle(pilot)
    assert isinstance(pilot.app.screen, DiagnosePage)
    return pilot.app.screen


def told(page: DiagnosePage) -> str:
    """All of the cause, without its line breaks."""
    return " ".join(text_of(page, "#told-text").split())


# --- what is said


@pilot_test
async def test_with_a_setup_token_the_cause_is_proven_and_the_page_says_all_of_it(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await refused(pilot, on, connect=True)
            assert live(app).startswith("Proven: the signature does not fit: a secret is wrong. x: more.")
            assert "x cause" in text_of(screen, "#keys")
            before = logins(on)
            page = await causes(pilot)
            assert text_of(page, "#matter").startswith("NetSuite refused the login")
            text = told(page)
            assert text.startswith("✗ Cause (proven): the signature does not fit: a secret is wrong.")
            assert "We saw: " in text and "(InvalidSignature)" in text
            assert "It is not: " in text and "clock" in text.partition("It is not: ")[2].partition(".")[0]
            assert "Do this, about 3 min 1 Setup > Users/Roles > Access Tokens" in text and "Enter checks again." in text
            assert "https://1234567-sb1.app.netsuite.com" in text
            assert text_of(page, "#left") == "Logins left before NetSuite may lock the user: 4."
            assert not page.query_one("#trail").display and logins(on) == before, "nothing is asked by itself"


@pilot_test
async def test_without_one_causes_are_possible_and_o_goes_through_them(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await refused(pilot, on)
            assert live(app).startswith("Possible: ")
            page = await causes(pilot)
            assert told(page).startswith("? Cause (possible; nothing proves it yet): ")
            assert "t: where it is" in live(app)
            assert "401" in text_of(page, "#matter") and 'We saw: "401 INVALID_LOGIN' in told(page)
            candidates = page.walk.diagnosis().candidates
            firsts = []
            for number, candidate in enumerate(candidates, 1):
                assert CAUSES[candidate.cause].meaning in told(page)
                assert f"Cause {number} of {len(candidates)}." in told(page)
                firsts.append(told(page)[:90])
                await pilot.press("o")
                await pilot.pause()
            assert len(set(firsts)) == len(candidates) > 5
            assert told(page)[:90] == firsts[0], "after the last one the first"


@pilot_test
async def test_where_nothing_failed_the_page_says_what_was_looked_at(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "features", connect=True)
            assert "x cause" not in text_of(screen, "#keys")
            screen.query_one("#doing").focus()
            page = await causes(pilot)
            assert "Nothing is wrong" in text_of(page, "#matter") and text_of(page, "#left") == ""
            assert "✓ Login with the setup token: verified" in told(page)
            assert "Permissions: not asked yet" in told(page)
            await pilot.press("o", "t", "e", "c", "l", "right")
            await settle(pilot)
            assert app.screen is page


@pilot_test
async def test_a_warning_is_drawn_as_one_and_a_thing_that_failed_elsewhere_has_its_own_heading(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "features", connect=True)
            click(on, screen, "set_feature", feature="SERVERSIDESCRIPTING", on="no")
            screen.action_look()
            await settle(pilot)
            page = await causes(pilot)
            assert text_of(page, "#matter").startswith("A feature or service is not as it should be")
            assert told(page).startswith("✗ Cause (proven): a feature is off.")
            screen.walk.record(
                Verdict(about="books.periods", standing=Standing.WARNING, says="ends soon", cause="accounting-setup", at=on.clock.now())
            )
            await pilot.press("o")
            await pilot.pause()
            assert told(page).startswith("! Cause (proven; a warning: it works): the books lack")


HARMFUL = "[b]bold[/b] [/] [link=x]y[/link] \x1b]52;c;ZXZpbA==\x07 \u202egnol " + "very " * 400


@pilot_test
async def test_words_of_a_server_are_quoted_and_never_obeyed(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "features", connect=True)
            terminal = Terminal(app)
            evidence = Evidence(probe="P1", asked=HARMFUL, came_back=f"401 {HARMFUL}", at=on.clock.now(), token="integration")
            screen.walk.record(
                Verdict(
                    about="login.accepted", standing=Standing.FAILED, says=HARMFUL[:300], cause="signing", evidence=(evidence,),
                    at=on.clock.now(),
                )
            )
            page = await causes(pilot)
            assert "[b]bold[/b] [/] [link=x]y[/link]" in told(page)
            assert "\x1b" not in told(page) and "\u202e" not in told(page)
            await pilot.press("e")
            await settle(pilot)
            assert isinstance(app.screen, EvidencePage) and "[b]bold[/b] [/]" in box(app)
            assert terminal.clipboards == [] and "\x1b]52" not in "".join(terminal.written)


def test_the_sentence_about_a_refused_login_fits_the_live_line():
    for cause in CAUSES.values():
        for word in SHORTLY.values():
            text = f"{word}: {cause.meaning}. x: more. Logins left before NetSuite may lock the user: 4."
            assert len(textwrap.wrap(text, 56)) <= 3, text


# --- the dialogue


@pilot_test
async def test_the_dialogue_says_where_when_and_which_columns_and_its_answer_leads_on(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await refused(pilot, on)
            page = await causes(pilot)
            first = page.walk.diagnosis().first.cause
            before = logins(on)
            on.clock.tick(125)
            await pilot.press("t")
            await settle(pilot)
            where = " ".join(text_of(app.screen, "#where").split())
            for wanted in (
                "Setup > Users/Roles > User Management > View Login Audit Trail", "Use Advanced Search", "Detail",
                "Token-based Access Token Name", "Token-based Application Name", "2026-11-21 09:30:00 UTC", "2 minutes ago",
            ):  # fmt: skip
                assert wanted in where
            await pilot.press("escape")
            await settle(pilot)
            assert app.screen is page and page.walk.setup.trail is None, "closing is no answer"
            await answered(pilot, "permission_denied")
            assert told(page).startswith("~ Cause (from what you read in NetSuite): the user may not log in")
            assert page.walk.diagnosis().first.cause == "user" != first
            assert "permission_denied" in live(app)
            await answered(pilot, "consumer_key_refused")
            assert page.walk.diagnosis().first.cause == "integration-record", "an answer can be changed"
            assert logins(on) == before
            saved = on.desk.store.load(page.walk.setup.id)
            assert saved.trail and saved.trail.word == "consumer_key_refused"


@pilot_test
async def test_no_row_and_a_word_nobody_published_are_answers_too(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await refused(pilot, on)
            page = await causes(pilot)
            await answered(pilot, "no row")
            assert page.walk.diagnosis().first.basis.value == "said" and "No row" in live(app)
            await pilot.press("t")
            await settle(pilot)
            words = app.screen.query_one("#words", OptionList)
            assert CHOICES[words.highlighted].word == "no row", "the answer that was given is marked"
            await pilot.press("end", "enter", *"[b]odd[", "enter")
            await settle(pilot)
            assert app.screen is page and page.walk.setup.trail.word == "[b]odd["
            assert "[b]odd[" in live(app)
            await pilot.press("t")
            await settle(pilot)
            secret = canary()
            field = app.screen.query_one("#other-word")
            await pilot.press("end", "enter")
            field.value = secret
            await pilot.press("enter")
            await settle(pilot)
            assert isinstance(app.screen, TrailPage) and "key or secret" in text_of(app.screen, "#start-note")
            await pilot.press("escape", "escape")
            await settle(pilot)
            assert app.screen is page
            assert secret not in "".join(p.read_text() for p in (tmp_path / "setups").iterdir() if p.is_file())


@pilot_test
async def test_an_answer_outlives_the_program_and_a_login_that_was_held_back(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await refused(pilot, on)
            await causes(pilot)
            await answered(pilot, "permission_denied")
            await pilot.press("escape")
            await settle(pilot)
            before = logins(on)
            screen.look(screen.aspects())  # by itself: nothing is sent
            await settle(pilot)
            assert logins(on) == before
            assert screen.walk.diagnosis().first.cause == "user"
        again = on.app()
        async with again.run_test(size=(80, 24)) as pilot:
            again.open_setup(on.desk.store.load(screen.walk.setup.id))
            await settle(pilot)
            await step_to(pilot, "token")
            again.screen.query_one("#verdicts").focus()
            page = await causes(pilot)
            assert told(page).startswith("~ Cause (from what you read in NetSuite): the user may not log in")


# --- values exchanged


@pilot_test
async def test_one_login_with_values_exchanged_is_offered_asked_for_and_counted_once(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await refused(pilot, on, mix="consumer")
            page = await causes(pilot)
            assert not page.query_one("#exchange").display
            await answered(pilot, "consumer_key_unknown")
            before = logins(on)
            for how in "pairs", "consumer":
                assert page.walk.diagnosis().exchange == how
                await pilot.press("l")
                await settle(pilot)
                assert isinstance(app.screen, Confirm)
                assert "One login is sent with" in box(app) and "refused logins are left" in box(app)
                await pilot.press("escape")
                await settle(pilot)
                assert app.screen is page and logins(on) == before, "no is no"
                await pilot.press("l", "y")
                await settle(pilot)
                before += 1
                assert logins(on) == before, "one login, no more"
            assert told(page).startswith("✗ Cause (proven): values stand in each other's place.")
            assert "l: keep them so" in live(app)
            kept = page.walk.setup.kept.fingerprint
            await pilot.press("l")
            await settle(pilot)
            assert "kept in that order in the GNOME keyring" in " ".join(box(app).split())
            await pilot.press("n")
            await settle(pilot)
            assert page.walk.setup.kept.fingerprint == kept
            await pilot.press("l", "y")
            await settle(pilot)
            assert "read back" in live(app) and page.walk.setup.kept.fingerprint != kept
            await pilot.press("enter")
            await settle(pilot)
            assert page.walk.setup.found["login.accepted"].standing is Standing.VERIFIED


@pilot_test
async def test_an_exchange_is_never_offered_where_one_more_login_may_lock(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await refused(pilot, on, mix="consumer")
            page = await causes(pilot)
            await answered(pilot, "consumer_key_unknown")
            assert page.query_one("#exchange").display
            for _ in range(3):
                screen.walk.attempts.budget("integration").refuse(on.clock.now())
            page.repaint()
            before = logins(on)
            assert not page.query_one("#exchange").display
            assert text_of(page, "#left").endswith(": 1.")
            await pilot.press("l")
            await settle(pilot)
            assert app.screen is page and logins(on) == before and "lock" in live(app)


@pilot_test
async def test_a_lock_is_counted_down_without_asking_anybody(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await refused(pilot, on)
            for _ in range(4):
                screen.walk.attempts.budget("integration").refuse(on.clock.now())
            before = logins(on)
            page = await causes(pilot)
            assert text_of(page, "#left").startswith("The user may be locked until 10:00 UTC, 30 min 00 s.")
            on.clock.tick(61)
            page.repaint_panel()
            assert "until 10:00 UTC, 28 min 59 s" in text_of(page, "#left")
            on.clock.tick(29 * 60)
            page.repaint_panel()
            assert text_of(page, "#left") == "" and logins(on) == before


# --- getting about


@pilot_test
async def test_enter_asks_again_and_the_next_step_is_one_key_away(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "readiness", list(EVERYTHING), connect=True)
            click(on, screen, "set_feature", feature="SERVERSIDESCRIPTING", on="no")
            screen.action_look()
            await settle(pilot)
            page = await causes(pilot)
            assert "a feature is off" in told(page)
            await pilot.press("right")
            await pilot.pause(0.1)
            await settle(pilot)
            assert app.screen.step.id == "features" and len(app.screen_stack) == 3
            app.screen.query_one("#verdicts").focus()
            page = await causes(pilot)
            click(on, page, "set_feature", feature="SERVERSIDESCRIPTING", on="yes")
            await pilot.press("enter")
            await settle(pilot)
            assert "a feature is off" not in told(page) and "Asked at" in live(app)
            await pilot.press("left")
            await settle(pilot)
            assert app.screen.step.id == "features"


@pilot_test
async def test_a_look_can_be_stopped_at_once(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await refused(pilot, on)
            page = await causes(pilot)
            began = []

            def hangs(session, aspects, report):
                began.append(session)
                session.cancelled.wait(20)

            on.desk.runner.run = hangs
            await pilot.press("enter")
            while not began:
                await pilot.pause()
            assert page._looking and live(app) == "Asking …"
            await pilot.press("escape")
            await pilot.pause()
            assert app.screen is page and live(app).startswith("Stopped") and began[0].cancelled.is_set()
            await pilot.press("escape")
            await settle(pilot)
            assert isinstance(app.screen, StepScreen)


@pytest.mark.parametrize("below", ["step", "tree"])
@pilot_test
async def test_what_the_page_below_was_asking_is_dropped_so_that_enter_sends_one_login(tmp_path: Path, below: str):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "token", ["enable_features", "create_integration", *EVERYTHING[:4]])
            if below == "tree":
                tree = next(t for t in screen.walk.profile.troubleshoot if t.id == "login_fails")
                app.push_screen(TreePage(screen.walk, screen.step, tree, False))
                await settle(pilot)
            else:
                screen.query_one("#verdicts").focus()
            page, before = app.screen, logins(on)
            page.action_look()
            await settle(pilot)
            once = logins(on) - before
            assert once > 0
            run, begun, go_on = on.desk.runner.run, [], threading.Event()

            def held_up_at_first(session, aspects, report):
                begun.append(session)
                if len(begun) == 1:
                    go_on.wait(20)
                return run(session, aspects, report)

            on.desk.runner.run = held_up_at_first
            page.action_look()
            while not begun:
                await pilot.pause()
            await pilot.press("x")
            while not isinstance(app.screen, DiagnosePage):
                await pilot.pause()
            assert text_of(page, "#live").startswith("Stopped")
            await pilot.press("enter")
            while len(begun) < 2:
                await pilot.pause()
            go_on.set()
            await settle(pilot)
            assert logins(on) == before + 2 * once


@pilot_test
async def test_a_step_of_the_rail_is_opened(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await refused(pilot, on)
            page = await causes(pilot)
            page.query_one("#rail").focus()
            await pilot.press("down", "enter")
            await pilot.pause(0.1)
            await settle(pilot)
            steps = [step.id for step in page.walk.steps()]
            assert app.screen.step.id == steps[steps.index("token") + 1] and isinstance(app.screen, StepScreen)


@pilot_test
async def test_the_footer_names_the_keys_that_do_something(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await refused(pilot, on, mix="consumer")
            page = await causes(pilot)
            shown = text_of(page, "#keys")
            assert "t audit trail" in shown and "o others" in shown and "one login" not in shown
            await answered(pilot, "consumer_key_unknown")
            shown = text_of(page, "#keys")
            for key in "Enter again", "t audit trail", "l one login", "o others", "? keys":
                assert key in shown
            page.walk.setup.forget(set(page.walk.setup.found))
            page.repaint()
            shown = text_of(page, "#keys")
            assert "Enter again" in shown and "r report" in shown
            for key in "audit trail", "one login", "others", "evidence", "its step", "copy":
                assert key not in shown


@pilot_test
async def test_report_help_and_evidence_lie_on_top_and_come_off(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await refused(pilot, on)
            page = await causes(pilot)
            for key, kind in (("e", "EvidencePage"), ("r", "ReportFile"), ("question_mark", "HelpPage"), ("t", "TrailPage")):
                await pilot.press(key)
                await settle(pilot)
                assert type(app.screen).__name__ == kind
                await pilot.press("escape")
                await settle(pilot)
                assert app.screen is page
            assert ReportFile is not None


@pilot_test
async def test_presenter_mode_shows_no_names_no_address_and_copies_nothing(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "role", ["create_role"], connect=True, role_name="Quite Secret Role")
            screen.action_look()
            await settle(pilot)
            screen.query_one("#verdicts").focus()
            page = await causes(pilot)
            await pilot.press("p", "n")
            await settle(pilot)
            for shown in (seen(app), told(page)):
                assert "Quite Secret Role" not in shown and "1234567" not in shown
            await pilot.press("c")
            await settle(pilot)
            assert app.screen is page and "Presenter mode" in live(app)
            await pilot.press("e")
            await settle(pilot)
            assert "Quite Secret Role" not in box(app)
            assert order(screen).answers["role_name"] == "Quite Secret Role"


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40)])
@pilot_test
async def test_the_page_fits_and_its_text_scrolls(tmp_path: Path, size: tuple[int, int]):
    with stage(tmp_path, plain=size == (60, 20)) as on:
        app = on.app()
        async with app.run_test(size=size) as pilot:
            await refused(pilot, on)
            page = await causes(pilot)
            assert "Logins left before NetSuite may lock the user" in seen(app)
            await pilot.press("end")
            await settle(pilot)
            assert "Accounts and books: not asked yet" in seen(app)
            if app.has_class("-ascii"):
                assert {c for c in seen(app) if not c.isascii()} == set()
            assert page.query_one("#told").has_focus
