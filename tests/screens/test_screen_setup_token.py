"""The setup token: named and counted, in memory alone, revoked and proven dead by one call, remembered if it was left alive."""

from __future__ import annotations

import contextlib
import json
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from leakscan import scan
from stage import KeyringAsOnADesktop, Stage, settle, stage, step_to
from support import pilot_test
from textual.pilot import Pilot
from watch import at, box, choose, click, live, pair_of, row, seen, text_of

from screens.copying import CopyList
from screens.leaving import Leaving
from screens.setup_token_step import SetupTokenStep
from screens.start import StartScreen
from screens.step import StepScreen
from screens.token_left import TokenLeftPage
from wizard.credentials import Credentials, Pair, fingerprint
from wizard.headless import status
from wizard.practice.wire.faults import Fault
from wizard.report import write_report
from wizard.setup import SetupToken
from wizard.vault.interface import Receipt
from wizard.verdict import Standing


class VaultWatched(KeyringAsOnADesktop):
    """Writes down what every call is given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[str] = []

    def save(self, credentials: Credentials, profile: str) -> Receipt:
        self.given.append(credentials.to_stored())
        return super().save(credentials, profile)

    def load(self, account: str, profile: str) -> Credentials | None:
        self.given.append(f"{account} {profile}")
        return super().load(account, profile)

    def delete(self, account: str, profile: str) -> bool:
        self.given.append(f"{account} {profile}")
        return super().delete(account, profile)


def mark_of(screen: StepScreen) -> str:
    return fingerprint(screen.walk.setup_token.token.first.get_secret_value())


def requests(on: Stage) -> list[str]:
    """Every request of the setup token that the practice account saw, in order."""
    return [row["uri"].partition("?")[0] for row in on.counter._account.state.rows("SELECT uri FROM logins ORDER BY id")]


async def enter(pilot: Pilot[None], pair: Pair) -> None:
    """Type a pair on the setup token's page and store it."""
    for field, value in zip(pilot.app.screen._fields, (pair.first, pair.second), strict=True):
        pilot.app.screen.query_one(f"#{field}").value = value.get_secret_value()
    pilot.app.screen.store_pair()
    await settle(pilot)


async def keys(pilot: Pilot[None], *pressed: str) -> None:
    for key in pressed:
        await pilot.press(key)
        await settle(pilot)


async def connected(pilot: Pilot[None], on: Stage) -> StepScreen:
    """The setup token's page, with a token entered and accepted."""
    screen = await at(pilot, on, "connect", ["enable_features", "create_integration"])
    await enter(pilot, pair_of(click(on, screen, "create_setup_token")))
    assert screen.walk.setup.found["setup_token.accepted"].standing is Standing.VERIFIED
    return screen


# --- named, counted, in memory alone


@pilot_test
async def test_it_is_named_and_counted_over_runs(tmp_path: Path):
    with stage(tmp_path) as on:
        async with on.app().run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "connect", ["enable_features", "create_integration"])
            screen.query_one("#doing").focus()
            await keys(pilot, "c")
            assert isinstance(pilot.app.screen, CopyList)
            offered = [one.value for one in pilot.app.screen._found]
            assert "netsuite-setup, setup token 1, delete me" in offered
            await keys(pilot, "escape")
            await enter(pilot, pair_of(click(on, screen, "create_setup_token")))
            assert "setup token 1, delete me" in text_of(screen, "#doing-text"), "it is the one in use"
            setup = screen.walk.setup.id
        async with on.app().run_test(size=(80, 24)) as pilot:
            pilot.app.open_setup(on.desk.store.load(setup), "connect")
            await settle(pilot)
            screen = pilot.app.screen
            assert "netsuite-setup, setup token 2, delete me" in text_of(screen, "#doing-text")


@pilot_test
async def test_its_values_are_in_no_vault_call_and_in_no_file(tmp_path: Path):
    vault, since = VaultWatched(), time.time() - 1
    with stage(tmp_path, vault) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await connected(pilot, on)
            values = [value.get_secret_value() for value in (screen.walk.setup_token.token.first, screen.walk.setup_token.token.second)]
            await step_to(pilot, "hand_over")
            report = write_report(screen.walk.setup, screen.walk.profile, screen.walk.verdicts(), on.clock.now(), "json")
            await keys(pilot, "q", "r")
        saved = on.desk.store.folder
        assert vault.given and not any(value in given for value in values for given in vault.given)
        assert fingerprint(values[0]) in next(saved.glob("*.json")).read_text()
        assert scan(values, since, [saved]) == [] and not any(value in report for value in values)


# --- revoked, and proven dead by one call


@pilot_test
async def test_it_is_revoked_and_proven_dead_by_exactly_one_call(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await connected(pilot, on)
            screen = await step_to(pilot, "hand_over")
            before = len(requests(on))
            screen.query_one("#revoke").press()
            await settle(pilot)
            await keys(pilot, "y")
            assert requests(on)[before:] == ["/rest/revoketoken", "/services/rest/system/v1/serverTime"]
            assert live(app) == "The setup token is revoked, and proven dead by one refused login."
            assert screen.walk.setup_token is None and screen.walk.setup.open_setup_tokens() == []


LOST = {
    "revoke": (["/rest/revoketoken"], "Nobody can tell from here whether the token is revoked"),
    "proof": (["/rest/revoketoken", "/services/rest/system/v1/serverTime"], "that is not proven yet"),
}


def losing(on: Stage, which: str) -> Any:
    """Cut the answer to the revoke call, or to the login that proves it: the account has worked on it by then."""
    path = "/rest/revoketoken" if which == "revoke" else "/services/rest/system/v1/serverTime"
    return on.counter._account.faults.set(Fault(kind="reset", path=path))


@pytest.mark.parametrize("which", LOST)
@pilot_test
async def test_a_lost_answer_is_said_and_no_second_login_is_sent_by_itself(tmp_path: Path, which: str):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await connected(pilot, on)
            screen = await step_to(pilot, "hand_over")
            before = len(requests(on))
            losing(on, which)
            screen.query_one("#revoke").press()
            await settle(pilot)
            await keys(pilot, "y")
            seen_by_netsuite, words = LOST[which]
            assert requests(on)[before:] == seen_by_netsuite
            assert words in live(app), live(app)
            mark = mark_of(screen)
            assert [token.fingerprint for token in screen.walk.setup.open_setup_tokens()] == [mark], "nobody proved it dead"
            on.counter._account.faults.clear()
            screen.query_one("#revoke").press()
            await settle(pilot)
            await keys(pilot, "y")
            assert len(requests(on)) - before == len(seen_by_netsuite) + 1, "one more request, because a person asked for it"
            if which == "proof":
                assert live(app) == "The setup token is revoked, and proven dead by one refused login."
                assert screen.walk.setup.open_setup_tokens() == []
            else:
                assert "Nothing else was sent: it may be dead already" in live(app) and screen.walk.setup.open_setup_tokens()


@pilot_test
async def test_an_error_of_the_server_is_not_asked_again_by_itself(tmp_path: Path):
    """Reads are sent up to three times when NetSuite is in trouble; the proof is no read."""
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await connected(pilot, on)
            screen = await step_to(pilot, "hand_over")
            before = len(requests(on))
            fault = Fault(kind="system_error", path="/services/rest/system/v1/serverTime", times=1)
            on.counter._account.faults.set(fault)
            screen.query_one("#revoke").press()
            await settle(pilot)
            await keys(pilot, "y")
            assert "that is not proven yet" in live(app) and screen.walk.setup.open_setup_tokens()
            assert requests(on)[before:] == ["/rest/revoketoken"], "a second try would have been let through"


@pilot_test
async def test_leaving_offers_to_revoke_and_leaves_once_it_is_dead(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await connected(pilot, on)
            screen.query_one("#doing").focus()
            before = len(requests(on))
            await keys(pilot, "q")
            assert isinstance(app.screen, Leaving) and "not revoked yet" in box(app)
            await keys(pilot, "n")
            assert app.screen is screen and len(requests(on)) == before
            losing(on, "proof")
            await keys(pilot, "q", "r")
            assert isinstance(app.screen, Leaving) and "that is not proven yet" in box(app)
            on.counter._account.faults.clear()
            await keys(pilot, "r")
            assert not app.is_running or app._exit
            assert len(requests(on)) - before == 3 and screen.walk.setup.open_setup_tokens() == []


# --- left alive


async def left(pilot: Pilot[None], on: Stage) -> tuple[str, str, Pair]:
    """A run that ends without a word while a token is alive; returns setup, fingerprint and the pair."""
    screen = await connected(pilot, on)
    return screen.walk.setup.id, mark_of(screen), screen.walk.setup_token.token


@pilot_test
async def test_one_that_was_left_is_reminded_of_until_a_person_says_that_it_is_gone(tmp_path: Path):
    with stage(tmp_path) as on:
        async with on.app().run_test(size=(80, 24)) as pilot:
            name, mark, _ = await left(pilot, on)
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            assert "A setup token was left" in seen(app) and mark in seen(app)
            for back in ("escape", "q-stays", "Not yet", "No"):
                await choose(pilot, f"token:{name}:{mark}")
                page = app.screen
                assert isinstance(page, TokenLeftPage)
                if back == "escape":
                    for words in (name, mark, "first used", "Setup > Users/Roles > Access Tokens", "Inactive"):
                        assert words in text_of(page, "#told-text")
                    assert page.query_one("#told").virtual_size.height <= page.query_one("#told").size.height, "not all fits"
                    await keys(pilot, "escape")
                elif back == "Not yet":
                    await keys(pilot, "down", "enter")
                elif back == "No":
                    await keys(pilot, "enter", "n", "escape")
                else:
                    await keys(pilot, "question_mark", "escape", "left")
                assert isinstance(app.screen, StartScreen) and "A setup token was left" in seen(app)
            await choose(pilot, f"token:{name}:{mark}")
            await keys(pilot, "enter", "y")
            assert isinstance(app.screen, StartScreen) and "A setup token was left" not in seen(app)
            app.open_setup(on.desk.store.load(name), "connect")
            await settle(pilot)
            screen = app.screen
            drawn = row(screen, f"setup_token.{mark}")
            assert drawn.startswith("~") and drawn.endswith("gone, you said so")
            assert screen.walk.standing(screen.step) is Standing.ATTESTED
            verdict = next(v for v in screen.walk.verdicts() if v.about == "A7")
            assert verdict.standing is Standing.ATTESTED, "never drawn as verified"


@pilot_test
async def test_status_and_report_name_it_and_keep_a_word_apart_from_a_proof(tmp_path: Path):
    with stage(tmp_path) as on:
        async with on.app().run_test(size=(80, 24)) as pilot:
            name, mark, _ = await left(pilot, on)

        def told() -> tuple[str, Any, str]:
            lines, document, walk = StringIO(), StringIO(), on.desk.walk(on.desk.store.load(name))
            status(on.desk, False, lines)
            status(on.desk, True, document)
            page = write_report(walk.setup, walk.profile, walk.verdicts(), on.clock.now(), "md")
            return lines.getvalue(), json.loads(document.getvalue())["setups"][0], page

        lines, document, page = told()
        assert f"setup token {mark} (first used 2026-11-21 09:30 UTC) was not proven dead. Setup > Users/Roles" in lines
        assert document["setup_tokens_left"] == [{"fingerprint": mark, "since": "first used 2026-11-21 09:30 UTC"}]
        assert f"fingerprint {mark}" in page and "not proven dead yet: revoke it" in page
        on.desk.walk(on.desk.store.load(name)).say_gone(mark)
        lines, document, page = told()
        assert mark not in lines and document["setup_tokens_left"] == []
        assert "gone by a person's word (attested, not verified) 2026-11-21" in page and "proven dead" not in page


@pilot_test
async def test_a_full_disk_keeps_the_question(tmp_path: Path):
    with stage(tmp_path) as on:
        async with on.app().run_test(size=(80, 24)) as pilot:
            name, mark, _ = await left(pilot, on)
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await choose(pilot, f"token:{name}:{mark}")
            folder = on.desk.store.folder
            on.desk.store.folder = tmp_path / "setups-gone" / "file"
            (tmp_path / "setups-gone").write_text("no folder")
            await keys(pilot, "enter", "y")
            assert isinstance(app.screen, TokenLeftPage) and "Not saved" in text_of(app.screen, "#start-note")
            on.desk.store.folder = folder


@pilot_test
async def test_entered_again_it_is_recognised_and_revoking_closes_it(tmp_path: Path):
    with stage(tmp_path) as on:
        async with on.app().run_test(size=(80, 24)) as pilot:
            name, mark, pair = await left(pilot, on)
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            app.open_setup(on.desk.store.load(name), "connect")
            await settle(pilot)
            screen = app.screen
            assert isinstance(screen, SetupTokenStep) and mark in live(app)
            assert row(screen, f"setup_token.{mark}").startswith("!") and screen.walk.standing(screen.step) is Standing.WARNING
            await enter(pilot, pair)
            assert f"The token of an earlier run ({mark})" in live(app)
            assert len(screen.walk.setup.setup_tokens) == 1 and screen.walk.left_alive() == []
            screen = await step_to(pilot, "hand_over")
            screen.query_one("#revoke").press()
            await settle(pilot)
            await keys(pilot, "y", "escape")
            assert "A setup token was left" not in seen(app)


@pilot_test
async def test_the_proof_of_one_token_says_nothing_about_another(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await connected(pilot, on)
            earlier = SetupToken(fingerprint="0123456789ab", accepted_at=on.clock.now())
            screen.walk.setup.setup_tokens.insert(0, earlier)
            screen = await step_to(pilot, "hand_over")
            screen.query_one("#revoke").press()
            await settle(pilot)
            await keys(pilot, "y")
            assert "proven dead" in live(app)
            verdict = next(v for v in screen.walk.verdicts() if v.about == "A7")
            assert verdict.standing is Standing.WARNING and "0123456789ab" in verdict.says


@pilot_test
async def test_one_that_netsuite_refuses_at_once_leaves_no_trace_and_one_without_an_answer_does(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "connect", ["enable_features", "create_integration"])
            pair = pair_of(click(on, screen, "create_setup_token"))
            await enter(pilot, Pair(pair.second, pair.first))
            assert on.desk.store.load(screen.walk.setup.id).setup_tokens == []
            losing(on, "proof")
            with contextlib.suppress(AssertionError):
                await enter(pilot, pair)
            [trace] = on.desk.store.load(screen.walk.setup.id).setup_tokens
            assert (trace.accepted_at, trace.entered_at) == (None, on.clock.now())
            assert on.desk.store.load(screen.walk.setup.id).open_setup_tokens() == [trace]

