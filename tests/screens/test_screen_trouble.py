"""When the program itself fails, and when the disk does."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from stage import begin, paste_pair, play, settle, stage, step_to
from support import ROOT, canary, pilot_test
from textual.widgets import Static
from watch import at, live, paste, seen, text_of

from screens.messages import SetupChanged
from screens.secret_pair import SecretPairStep
from screens.start import StartScreen
from screens.step import StepScreen
from wizard.errors import StoreError
from wizard.store import SetupStore

# --- a crash says where, never what


def boom_with(secret: str):
    """Something that fails with a secret in a local, in its message, in a cause and in a note."""

    def boom(*_arguments: object, **_named: object) -> None:
        token_secret = secret
        headers = {"Authorization": f"OAuth {token_secret}"}
        try:
            raise KeyError(token_secret)
        except KeyError as error:
            raise ValueError(f"bad value {token_secret!r} in {headers}") from error

    return boom


async def from_an_action(screen: StepScreen, boom, pilot) -> None:
    screen.action_why = boom
    screen.query_one("#doing").focus()
    await pilot.press("w")


async def from_a_timer(screen: StepScreen, boom, pilot) -> None:
    screen.set_timer(0.01, boom)


async def from_a_worker(screen: StepScreen, boom, pilot) -> None:
    async def work() -> None:
        boom()

    screen.run_worker(work())


async def from_a_thread_worker(screen: StepScreen, boom, pilot) -> None:
    screen.run_worker(boom, thread=True)


async def from_render(screen: StepScreen, boom, pilot) -> None:
    live_line = screen.query_one("#live", Static)
    live_line.render = boom
    live_line.refresh()


async def from_a_handler(screen: StepScreen, boom, pilot) -> None:
    screen.repaint = boom
    screen.post_message(SetupChanged())


async def from_a_later_call(screen: StepScreen, boom, pilot) -> None:
    screen.call_after_refresh(boom)


ROUTES = [from_an_action, from_a_timer, from_a_worker, from_a_thread_worker, from_render, from_a_handler, from_a_later_call]


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: r.__name__)
def test_a_crash_report_holds_no_value(tmp_path: Path, route, capfd: pytest.CaptureFixture[str]):
    secret, typed = canary(), canary()
    with stage(tmp_path) as on:
        app = on.app()

        async def drive(pilot) -> None:
            await begin(pilot)
            screen = await step_to(pilot, "integration")
            assert isinstance(screen, SecretPairStep)
            paste(screen.query_one("#consumer_secret"), typed)
            await pilot.pause()
            assert screen.query_one("#consumer_secret").value == typed
            await route(screen, boom_with(secret), pilot)
            while app.return_code is None:
                await asyncio.sleep(0.02)

        app.run(headless=True, size=(80, 24), auto_pilot=drive)
    out, err = capfd.readouterr()
    printed = out + err
    assert app.return_code == 1
    assert "The program failed. What was saved is still there" in printed and "ValueError" in printed
    assert f"{Path(__file__).name}:" in printed.replace("\n", "") and "in boom" in printed.replace("\n", "")
    flat = "".join(printed.split())
    for value in (secret, typed, secret[:20], typed[:20]):
        assert value not in flat
    for told in ("bad value", "locals", "token_secret", "Authorization", "headers ="):
        assert told not in printed


@pilot_test
async def test_an_unexpected_failure_while_asking_is_said_and_not_waited_for(tmp_path: Path):
    secret = canary()
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "features", connect=True)
            on.desk.runner.run = boom_with(secret)
            screen.action_look()
            await settle(pilot)
            assert not live(app).startswith("Asking"), "it says for ever that it asks"
            assert "ValueError" in live(app) and secret not in seen(app)
            del on.desk.runner.run
            screen.action_look()
            await settle(pilot)
            assert live(app).startswith("Asked")


# --- the disk is full


class FullDisk(SetupStore):
    """Stands for a disk that takes nothing any more; root may write everywhere else."""

    full = False

    def save(self, setup) -> None:
        if self.full:
            raise StoreError("Not saved: No space left on device (/data). Your last saved progress is still there.")
        super().save(setup)


@pilot_test
async def test_a_full_disk_is_said_and_the_walk_goes_on(tmp_path: Path):
    with stage(tmp_path) as on:
        on.desk.store = store = FullDisk(tmp_path / "setups")
        app = on.app()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            screen = await at(pilot, on, "role", ["create_role"], connect=True)
            store.full = True
            screen.query_one("#ask-role_name").value = "Another Name"
            screen.keep_answer("role_name", "Another Name")
            await pilot.pause()
            assert "No space left on device" in live(app)
            screen = await step_to(pilot, "permissions")
            assert "No space left" in " ".join(n.message for n in app._notifications)
            screen.action_look()
            await settle(pilot)
            assert "No space left" in live(app), "it is talked over"
            assert screen.walk.answer("role_name") == "Another Name"
            assert len(app._notifications) <= 3, "one full disk fills the screen with messages"
            screen = await step_to(pilot, "integration")
            play(screen, on.counter)
            await paste_pair(pilot, on.counter)
            assert "No space left" in live(app)
            store.full = False
            screen = await step_to(pilot, "user")
            assert store.load(screen.walk.setup.id).answers["role_name"] == "Another Name"


@pilot_test
async def test_a_refused_login_with_a_full_disk_is_still_reported(tmp_path: Path):
    with stage(tmp_path) as on:
        on.desk.store = store = FullDisk(tmp_path / "setups")
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "connect", ["enable_features", "create_integration"])
            store.full = True
            for field in ("token_id", "token_secret"):
                screen.query_one(f"#{field}").value = canary()
            screen.store_pair()
            await settle(pilot)
            assert "refused" in seen(app).lower() or "No space left" in live(app)
            assert screen.walk.setup.refusals, "the count of refused logins is kept in memory at least"
            assert not live(app).startswith("Asking")


@pilot_test
async def test_a_folder_that_cannot_be_used_is_said_on_the_first_page(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with stage(tmp_path) as on:
        on.desk.store = SetupStore(tmp_path / "file")
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await pilot.press("enter")
            await settle(pilot)
            assert isinstance(app.screen, StartScreen)
            assert "Not saved:" in text_of(app.screen, "#start-note")


FULL = """
import asyncio, resource, signal, sys
from pathlib import Path
from stage import begin, stage, step_to
async def main(folder):
    with stage(folder) as on:
        app = on.app()
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            screen = await begin(pilot)
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (200, resource.RLIM_INFINITY))
            screen = await step_to(pilot, "role")
            screen.keep_answer("role_name", "Another Name")
            await pilot.pause()
            said = str(screen.query_one("#live").render())
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            kept = on.desk.store.load(screen.walk.setup.id)
            print("SAID", said, "|", kept.answers, kept.step, sorted(p.name.split("-")[0] for p in (folder / "setups").iterdir()))
asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_a_disk_that_refuses_in_the_middle_leaves_the_old_file_whole(tmp_path: Path):
    path = os.pathsep.join(str(ROOT / part) for part in (".", "tests", "tests/screens"))
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FULL), str(tmp_path)],
        check=False, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    [said] = [line for line in run.stdout.splitlines() if line.startswith("SAID")]
    assert "Not saved: File too large" in said
    assert said.partition("|")[2].strip() == "{} machine ['alvys', 'alvys']" or "{} start ['alvys', 'alvys']" in said
