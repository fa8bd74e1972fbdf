"""Every screen as it looks, at 80x24 and 120x40. A person looks at each changed picture."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from stage import (
    FileAtHome,
    LockedKeyring,
    NoKeyring,
    Stage,
    begin,
    pictured,
    play,
    settle,
    stage,
    step_to,
    told,
    walk_until,
)
from textual.pilot import Pilot
from watch import at, choose, click, paste, ready, refused

from screens.looking import LookingPage
from screens.vault_page import VaultPage
from wizard.setup import Kept, SetupToken

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}
Scene = Callable[[Pilot[None], Stage], Awaitable[None]]


@pytest.fixture(autouse=True)
def nobody_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page looks again every few seconds; how many of them a picture takes says something about the machine."""
    monkeypatch.setattr(LookingPage, "_poll", lambda page: None)


async def start(pilot: Pilot[None], on: Stage) -> None:
    await settle(pilot)


async def start_with_setups(pilot: Pilot[None], on: Stage) -> None:
    for names in ("aaaa", "bbbb"):
        setup = on.desk.begin("alvys")
        on.desk.store.delete(setup.id)
        setup.id, setup.account = f"alvys-{names}", "1234567_SB1"
        on.desk.store.save(setup)
    await settle(pilot)
    pilot.app.screen.fill()
    await settle(pilot)


async def step_start(pilot: Pilot[None], on: Stage) -> None:
    screen = await begin(pilot)
    screen.walk.attest(["A6"])
    screen.repaint()


async def account(pilot: Pilot[None], on: Stage) -> None:
    screen = await walk_until(pilot, on.counter, "account")
    screen.query_one("#account-id").value = "https://1234567-sb1.app.netsuite.com/app/center/card.nl?sc=-29"
    screen.action_look()


async def account_refused(pilot: Pilot[None], on: Stage) -> None:
    screen = await walk_until(pilot, on.counter, "account")
    screen.query_one("#account-id").value = "https://system.netsuite.com/app/center"
    screen.action_look()


async def features_without_token(pilot: Pilot[None], on: Stage) -> None:
    await walk_until(pilot, on.counter, "features")


async def features_with_mistake(pilot: Pilot[None], on: Stage) -> None:
    screen = await walk_until(pilot, on.counter, "role")
    screen = await step_to(pilot, "features")
    on.counter._account.clicks.do("set_feature", _order(screen), details={"feature": "SERVERSIDESCRIPTING", "on": "no"})
    screen.action_look()
    await settle(pilot)
    screen.query_one("#verdicts").highlighted = 4


def _order(screen):
    from wizard.practice.office.order import Order

    return Order(screen.walk.profile, screen.walk.answers)


async def integration(pilot: Pilot[None], on: Stage) -> None:
    screen = await walk_until(pilot, on.counter, "integration")
    screen.query_one("#consumer_key").take(" " + "a1" * 32 + "\n")
    await pilot.pause()
    screen.query_one("#consumer_secret").focus()


async def no_keyring(pilot: Pilot[None], on: Stage) -> None:
    on.desk.vaults.keyring = NoKeyring()
    await at(pilot, on, "integration")
    assert isinstance(pilot.app.screen, VaultPage)


async def locked_keyring(pilot: Pilot[None], on: Stage) -> None:
    on.desk.vaults.keyring = LockedKeyring(told("password"))
    await at(pilot, on, "integration")
    await pilot.press("enter")
    pilot.app.screen.query_one("#first").value = told("not the password")
    await pilot.press("enter")


async def new_passphrase(pilot: Pilot[None], on: Stage) -> None:
    await no_keyring(pilot, on)
    await pilot.press("down", "enter")
    pilot.app.screen.query_one("#first").value = "five words of a picture"
    await pilot.press("enter")


async def existing_file(pilot: Pilot[None], on: Stage) -> None:
    on.desk.vaults.file.open(SecretStr("five words of a picture"))
    on.desk.vaults.file = FileAtHome(on.desk.vaults.file.path)
    await new_passphrase(pilot, on)
    await pilot.press("escape")


async def moved(pilot: Pilot[None], on: Stage) -> None:
    screen = await at(pilot, on, "hand_over")
    screen.walk.now_kept(values := pictured(on.counter.realm), on.desk.vaults.keyring.save(values, screen.walk.vault_name))
    on.desk.vaults.file.open(SecretStr("five words of a picture"))
    await pilot.press("k")
    await settle(pilot)
    await pilot.press("down", "enter", "y")


IN_THE_VAULT: list[Scene] = [no_keyring, locked_keyring, new_passphrase, existing_file, moved]


@pytest.mark.parametrize("scene", IN_THE_VAULT, ids=lambda s: s.__name__)
def test_screen_of_the_choice(snap_compare, tmp_path: Path, scene: Scene):
    with stage(tmp_path) as on:
        on.desk.vaults.file = FileAtHome(tmp_path / "vault.json")
        assert picture(snap_compare, on.without_panel(), scene, (80, 24))


@pytest.mark.parametrize("scene", [no_keyring, new_passphrase], ids=lambda s: s.__name__)
def test_screen_of_the_choice_in_ascii(snap_compare, tmp_path: Path, scene: Scene):
    with stage(tmp_path, plain=True) as on:
        on.desk.vaults.file = FileAtHome(tmp_path / "vault.json")
        assert picture(snap_compare, on.without_panel(), scene, (80, 24))


async def connect(pilot: Pilot[None], on: Stage) -> None:
    await walk_until(pilot, on.counter, "connect")


async def role(pilot: Pilot[None], on: Stage) -> None:
    screen = await walk_until(pilot, on.counter, "role")
    play(screen, on.counter)
    screen.action_look()


async def permissions(pilot: Pilot[None], on: Stage) -> None:
    screen = await walk_until(pilot, on.counter, "permissions")
    play(screen, on.counter)
    order = _order(screen)
    clicks = on.counter._account.clicks
    clicks.do("set_permission", order, details={"permission": "TRAN_CUSTPYMT", "level": "View"})
    clicks.do("remove_permission", order, details={"permission": "TRAN_VENDCRED"})
    screen.action_look()
    await settle(pilot)
    screen.query_one("#verdicts").highlighted = 22


async def permissions_missing_only(pilot: Pilot[None], on: Stage) -> None:
    await permissions(pilot, on)
    pilot.app.screen.action_missing()


async def user(pilot: Pilot[None], on: Stage) -> None:
    screen = await walk_until(pilot, on.counter, "user")
    screen.walk.give("user_email", "integration@practice.example")
    play(screen, on.counter)
    screen.action_look()


async def token(pilot: Pilot[None], on: Stage) -> None:
    await walk_until(pilot, on.counter, "token")


async def token_refused(pilot: Pilot[None], on: Stage) -> None:
    screen = await walk_until(pilot, on.counter, "token")
    play(screen, on.counter)
    shown = on.counter.shown()
    secret = shown[1].get_secret_value()
    screen.query_one("#token_id").value = shown[0].get_secret_value()
    screen.query_one("#token_secret").value = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    screen.store_pair()
    await settle(pilot)
    screen.query_one("#verdicts").focus()
    screen.query_one("#verdicts").highlighted = 1


async def accounts(pilot: Pilot[None], on: Stage) -> None:
    await walk_until(pilot, on.counter, "accounts")
    pilot.app.screen.action_look()


async def subsidiaries(pilot: Pilot[None], on: Stage) -> None:
    await walk_until(pilot, on.counter, "subsidiaries")
    pilot.app.screen.action_look()


async def readiness(pilot: Pilot[None], on: Stage) -> None:
    screen = await walk_until(pilot, on.counter, "readiness")
    screen.walk.attest(["A6", "A8", "A9", "A66", "A73"])
    screen.action_look()


async def hand_over(pilot: Pilot[None], on: Stage) -> None:
    screen = await walk_until(pilot, on.counter, "hand_over")
    screen.walk.credentials = pictured(on.counter.realm)
    screen.repaint()


async def help_page(pilot: Pilot[None], on: Stage) -> None:
    await begin(pilot)
    pilot.app.action_help()


async def evidence_page(pilot: Pilot[None], on: Stage) -> None:
    screen = await walk_until(pilot, on.counter, "account")
    screen.query_one("#account-id").value = on.counter.realm
    screen.action_look()
    await settle(pilot)
    screen.query_one("#verdicts").highlighted = 1
    screen.action_evidence()


async def copy_list(pilot: Pilot[None], on: Stage) -> None:
    screen = await walk_until(pilot, on.counter, "role")
    screen.action_copy()


async def role_file(pilot: Pilot[None], on: Stage) -> None:
    screen = await walk_until(pilot, on.counter, "permissions")
    screen.action_role_file()
    await settle(pilot)
    pilot.app.screen.query_one("#path").value = "/home/me/alvys-role"


async def confirm_leave(pilot: Pilot[None], on: Stage) -> None:
    screen = await walk_until(pilot, on.counter, "role")
    kept = Kept(place="memory", vault="memory", pairs=("consumer",), fingerprint="0" * 12, at=on.clock.now())
    screen.walk.setup.kept = kept
    pilot.app.action_ask_quit()


async def causes(pilot: Pilot[None], on: Stage) -> None:
    await refused(pilot, on, connect=True)
    await pilot.press("x")


async def causes_possible(pilot: Pilot[None], on: Stage) -> None:
    await refused(pilot, on)
    await pilot.press("x")


async def trail(pilot: Pilot[None], on: Stage) -> None:
    await causes_possible(pilot, on)
    await settle(pilot)
    on.clock.tick(240)
    await pilot.press("t")


async def trouble(pilot: Pilot[None], on: Stage) -> None:
    await refused(pilot, on, connect=True)
    await pilot.press("escape")
    await settle(pilot)
    await choose(pilot, "trouble")


async def tree(pilot: Pilot[None], on: Stage) -> None:
    await trouble(pilot, on)
    await choose(pilot, "tree-login_fails")


async def pasted(pilot: Pilot[None], on: Stage) -> None:
    await settle(pilot)
    await choose(pilot, "trouble")
    await choose(pilot, "paste")
    paste(pilot.app.screen.query_one("#message"), f"Token Secret: {told('pasted')}\nLogin Audit Trail: permission_denied")
    await pilot.pause()


async def changed(pilot: Pilot[None], on: Stage) -> None:
    screen = await ready(pilot, on)
    on.clock.tick(86_400)
    click(on, screen, "set_permission", permission="TRAN_CUSTPYMT", level="View")
    screen.action_look()
    await settle(pilot)
    screen.query_one("#verdicts").highlighted = 1


async def presenting(pilot: Pilot[None], on: Stage) -> None:
    screen = await at(pilot, on, "role", connect=True, role_name="Zephyrine Haulage Role")
    screen.action_look()
    await settle(pilot)
    await pilot.press("f2")
    screen.query_one("#verdicts").focus()
    await pilot.press("n")


async def presenting_a_pair(pilot: Pilot[None], on: Stage) -> None:
    await integration(pilot, on)
    await pilot.press("f2")


async def presenting_at_the_start(pilot: Pilot[None], on: Stage) -> None:
    await start_with_setups(pilot, on)
    await pilot.press("p", "n")


async def _left(pilot: Pilot[None], on: Stage) -> None:
    screen = await at(pilot, on, "start", ["enable_features", "create_integration"])
    setup = screen.walk.setup
    marks = [told(f"setup token {n}")[:12] for n in (1, 2, 3)]
    since = on.clock.now() - timedelta(days=2)
    setup.setup_tokens = [
        SetupToken(fingerprint=marks[0], accepted_at=since, revoked_at=since),
        SetupToken(fingerprint=marks[1], accepted_at=since, gone_at=since),
        SetupToken(fingerprint=marks[2], accepted_at=since),
    ]
    on.desk.store.delete(setup.id)
    setup.id = "alvys-aaaa"
    screen.walk.save()


async def connect_with_one_left(pilot: Pilot[None], on: Stage) -> None:
    await _left(pilot, on)
    screen = await step_to(pilot, "connect")
    screen.query_one("#verdicts").focus()
    screen.query_one("#verdicts").highlighted = 2


async def start_with_one_left(pilot: Pilot[None], on: Stage) -> None:
    await _left(pilot, on)
    pilot.app.screen.query_one("#doing").focus()
    await pilot.press("escape")


async def token_left(pilot: Pilot[None], on: Stage) -> None:
    await start_with_one_left(pilot, on)
    await settle(pilot)
    await choose(pilot, f"token:alvys-aaaa:{told('setup token 3')[:12]}")


async def leaving(pilot: Pilot[None], on: Stage) -> None:
    await at(pilot, on, "role", connect=True)
    pilot.app.action_ask_quit()


TOKENS: list[Scene] = [connect_with_one_left, start_with_one_left, token_left, leaving]

PRESENTED: list[Scene] = [presenting, presenting_a_pair, presenting_at_the_start]

LOOKED_INTO: list[Scene] = [causes, causes_possible, trail, trouble, tree, pasted, changed]

SCENES: list[Scene] = [
    start, start_with_setups, step_start, account, account_refused, features_without_token, features_with_mistake,
    integration, connect, role, permissions, permissions_missing_only, user, token, token_refused, accounts,
    subsidiaries, readiness, hand_over, help_page, evidence_page, copy_list, role_file, confirm_leave,
]  # fmt: skip


def picture(snap_compare, on: Stage, scene: Scene, size: tuple[int, int], **options: object) -> bool:
    async def before(pilot: Pilot[None]) -> None:
        await scene(pilot, on)
        await settle(pilot)

    return snap_compare(on.app(**options), terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("scene", SCENES, ids=lambda s: s.__name__)
def test_screen(snap_compare, tmp_path: Path, scene: Scene, size: tuple[int, int]):
    with stage(tmp_path) as on:
        assert picture(snap_compare, on.without_panel(), scene, size)


@pytest.mark.parametrize("scene", LOOKED_INTO, ids=lambda s: s.__name__)
def test_screen_of_something_wrong(snap_compare, tmp_path: Path, scene: Scene):
    with stage(tmp_path) as on:
        assert picture(snap_compare, on.without_panel(), scene, (80, 24))


@pytest.mark.parametrize("scene", TOKENS, ids=lambda s: s.__name__)
def test_screen_of_setup_tokens(snap_compare, tmp_path: Path, scene: Scene):
    with stage(tmp_path) as on:
        assert picture(snap_compare, on.without_panel(), scene, (80, 24))


@pytest.mark.parametrize("scene", PRESENTED, ids=lambda s: s.__name__)
def test_screen_in_presenter_mode(snap_compare, tmp_path: Path, scene: Scene):
    with stage(tmp_path) as on:
        assert picture(snap_compare, on.without_panel(), scene, (80, 24))


def test_screen_of_something_wrong_in_a_large_window(snap_compare, tmp_path: Path):
    with stage(tmp_path) as on:
        assert picture(snap_compare, on.without_panel(), causes, (120, 40))


@pytest.mark.parametrize("scene", [features_with_mistake, integration], ids=lambda s: s.__name__)
def test_screen_while_practising(snap_compare, tmp_path: Path, scene: Scene):
    with stage(tmp_path) as on:
        assert picture(snap_compare, on, scene, (80, 24))


@pytest.mark.parametrize("scene", [start, permissions, readiness, causes_possible, trail], ids=lambda s: s.__name__)
def test_screen_in_ascii(snap_compare, tmp_path: Path, scene: Scene):
    with stage(tmp_path, plain=True) as on:
        assert picture(snap_compare, on.without_panel(), scene, (80, 24))


def test_screen_in_contrast(snap_compare, tmp_path: Path):
    with stage(tmp_path) as on:
        assert picture(snap_compare, on.without_panel(), permissions, (80, 24), contrast=True)


def test_screen_in_a_narrow_window(snap_compare, tmp_path: Path):
    with stage(tmp_path) as on:
        assert picture(snap_compare, on.without_panel(), permissions, (60, 20))


def test_scenes_do_not_depend_on_a_running_loop():
    assert all(asyncio.iscoroutinefunction(scene) for scene in SCENES + LOOKED_INTO + IN_THE_VAULT)
