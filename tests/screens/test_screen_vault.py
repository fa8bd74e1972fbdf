"""The choice of the vault: before the first value, in order, with what is wrong and the way out; opened, made, moved from the page."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr
from stage import LockedKeyring, NoKeyring, paste_pair, pictured, play, settle, stage, step_to
from support import canary, pilot_test
from watch import Terminal, at, box, live, paste, seen, text_of

from screens.confirm import Confirm
from screens.vault_page import VaultPage
from wizard.setup import Kept
from wizard.vault.file_vault import EncryptedFile

PHRASE = "five words and a blank"


async def choose(pilot, offer: str) -> None:
    """Mark a line of the page and press Enter."""
    page = pilot.app.screen
    assert isinstance(page, VaultPage)
    entries = page.query_one("#entries")
    entries.focus()
    entries.highlighted = list(page.offered).index(offer)
    await pilot.press("enter")
    await settle(pilot)


async def type_in(pilot, *texts: str) -> None:
    """Type into the fields, one after the other, with Enter behind each."""
    for text, field in zip(texts, ("#first", "#second"), strict=False):
        pilot.app.screen.query_one(field).value = text
        pilot.app.screen.query_one(field).focus()
        await pilot.press("enter")
        await settle(pilot)


def told(app) -> str:
    """What the page says at length."""
    return text_of(app.screen, "#told-text")


def words(page: VaultPage) -> dict[str, tuple[str, bool]]:
    """By offer: how things stand with it, and whether it is refused."""
    return {name: (offer.word, offer.refused) for name, offer in page.offered.items()}


@pilot_test
async def test_three_places_in_order_and_nothing_is_chosen_by_itself(tmp_path: Path):
    with stage(tmp_path, vault=NoKeyring()) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "integration")
            assert isinstance(app.screen, VaultPage)
            assert list(app.screen.offered) == ["keyring", "file", "memory"]
            assert words(app.screen)["keyring"] == ("cannot be used now", True)
            assert "offers no keyring" in told(app) and "install gnome-keyring" in told(app)
            await choose(pilot, "keyring")
            assert isinstance(app.screen, VaultPage) and screen.walk.setup.vault is None
            await pilot.press("escape")
            await settle(pilot)
            assert screen.walk.setup.vault is None and screen.walk.setup.kept is None
            assert not (tmp_path / "vault.json").exists()
            await pilot.press("f6")  # the cursor is in a hidden field: letters belong to it
            await settle(pilot)
            assert isinstance(app.screen, VaultPage)


@pilot_test
async def test_a_new_file_is_made_with_a_passphrase_typed_twice_and_the_pair_that_waited_is_kept(tmp_path: Path):
    with stage(tmp_path, vault=NoKeyring()) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "integration")
            await pilot.press("escape")
            await settle(pilot)
            play(screen, on.counter)
            await paste_pair(pilot, on.counter)
            await choose(pilot, "file")
            for typed, why in ((("short",), "too short"), ((PHRASE, PHRASE + "s"), "not the same")):
                await type_in(pilot, *typed)
                assert why in live(app) and not screen.walk.vaults.file.opened
            await type_in(pilot, PHRASE, PHRASE)
            assert app.screen is screen and screen.walk.setup.vault == "file"
            assert all(not screen.query_one(f"#{name}").value for name in ("consumer_key", "consumer_secret"))
            assert screen.walk.setup.kept.vault == "file" and "read back" in live(app)
            assert EncryptedFile(tmp_path / "vault.json").open(SecretStr(PHRASE)).usability.value == "ok"
            saved = "".join(p.read_text() for p in tmp_path.rglob("*.json"))
            assert PHRASE not in saved and not any(v.get_secret_value() in saved for v in on.counter.shown())


@pilot_test
async def test_a_passphrase_made_here_stands_until_it_was_typed_again_and_never_in_presenter_mode(tmp_path: Path):
    with stage(tmp_path, vault=NoKeyring()) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await at(pilot, on, "integration")
            terminal, page = Terminal(app), app.screen
            await choose(pilot, "file")
            button = page.query_one("#generate")
            app.action_presenter()
            button.press()
            await settle(pilot)
            assert app.screen is page and "nothing is shown" in live(app) and not page.query_one("#first").value
            app.action_presenter()
            button.press()
            await settle(pilot)
            app.action_presenter()  # begins while the question stands
            await pilot.press("y")
            await settle(pilot)
            assert "nothing is shown" in live(app) and not page.query_one("#first").value
            assert not text_of(page, "#bare") and not page.query_one("#bare").allow_select
            app.action_presenter()
            for _ in range(2):
                button.press()
                await settle(pilot)
                assert isinstance(app.screen, Confirm)
                await pilot.press("y")
                await settle(pilot)
                made = page.query_one("#first").value
                assert made in seen(app) and app.focused.id == "second"
                app.action_presenter()
                assert made not in text_of(page, "#bare")
                app.action_presenter()
            await type_in(pilot, made, made)
            assert not isinstance(app.screen, VaultPage) and made not in seen(app)
            assert not any(made in text for text in terminal.clipboards)


@pilot_test
async def test_the_passphrase_of_a_saved_setup_is_asked_once_and_may_be_declined(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "integration")
            screen.walk.vaults.file.open(SecretStr(PHRASE))
            screen.walk.choose_vault("file")
            play(screen, on.counter)
            await paste_pair(pilot, on.counter)
            assert screen.walk.setup.kept.vault == "file"
            mark = screen.walk.setup.kept.fingerprint
        on.desk.vaults.file = EncryptedFile(tmp_path / "vault.json")
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            app.open_setup(on.desk.store.all()[0][0], "start")
            await settle(pilot)
            assert not isinstance(app.screen, VaultPage), "this page needs no values"
            screen = await step_to(pilot, "role")
            assert isinstance(app.screen, VaultPage) and app.focused.id == "first"
            await type_in(pilot, "another passphrase")
            assert "Nobody can tell which" in told(app) and app.focused.id == "first"
            await pilot.press("escape", "escape")
            await settle(pilot)
            screen.action_look()
            await settle(pilot)
            assert "encrypted file is closed" in live(app) and "k or F6" in live(app)
            screen = await step_to(pilot, "token")
            assert app.screen is screen, "asked again, though it was declined"
            await pilot.press("f6")
            await settle(pilot)
            await choose(pilot, "file")
            await type_in(pilot, PHRASE)
            assert app.screen is screen and screen.walk.credentials.consumer
            assert screen.walk.setup.kept.fingerprint == mark


@pilot_test
async def test_a_file_that_is_gone_is_not_made_anew_without_a_word_and_new_values_are_a_way_on(tmp_path: Path):
    with stage(tmp_path) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "integration")
            screen.walk.vaults.file.open(SecretStr(PHRASE))
            screen.walk.choose_vault("file")
            play(screen, on.counter)
            await paste_pair(pilot, on.counter)
        (tmp_path / "vault.json").unlink()
        on.desk.vaults.file = EncryptedFile(tmp_path / "vault.json")
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            app.open_setup(on.desk.store.all()[0][0], "integration")
            await settle(pilot)
            assert not isinstance(app.screen, VaultPage)
            await pilot.press("f6")
            await settle(pilot)
            assert words(app.screen)["file"] == ("the values are not there any more", False)
            await choose(pilot, "give_up")
            assert isinstance(app.screen, Confirm)
            await pilot.press("y")
            await settle(pilot)
            assert "no values now" in told(app) and not on.desk.store.all()[0][0].kept


@pilot_test
async def test_a_lost_passphrase_sets_the_file_aside_after_a_question_and_nothing_is_overwritten(tmp_path: Path):
    with stage(tmp_path, vault=NoKeyring()) as on:
        old = EncryptedFile(tmp_path / "vault.json")
        assert old.open(SecretStr(PHRASE)).usability.value == "ok"
        before = (tmp_path / "vault.json").read_bytes()
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "integration")
            screen.walk.setup.kept = Kept(
                vault="file", place=old.place, pairs=("consumer",), fingerprint="0" * 12, at=on.clock.now()
            )
            app.screen.action_look()
            await settle(pilot)
            assert words(app.screen)["memory"][1], "the values would be left behind"
            await choose(pilot, "set_aside")
            await pilot.press("n")
            await settle(pilot)
            assert (tmp_path / "vault.json").read_bytes() == before
            await choose(pilot, "set_aside")
            await pilot.press("y")
            await settle(pilot)
            aside = [p for p in tmp_path.iterdir() if "set-aside" in p.name]
            assert [p.read_bytes() for p in aside] == [before] and not (tmp_path / "vault.json").exists()
            assert aside[0].name in told(app).replace("\n", "") and screen.walk.setup.kept is None
            assert app.screen.offered["file"].asks == "new"


@pilot_test
async def test_a_damaged_file_is_told_before_a_passphrase_is_asked_for(tmp_path: Path):
    (tmp_path / "vault.json").write_text("{}", encoding="utf-8")
    with stage(tmp_path, vault=NoKeyring()) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await at(pilot, on, "integration")
            await choose(pilot, "file")
            assert words(app.screen)["file"] == ("cannot be used now", True) and "is damaged" in told(app)
            assert "set_aside" in app.screen.offered and (tmp_path / "vault.json").read_text() == "{}"


@pilot_test
async def test_a_file_made_by_another_run_meanwhile_is_asked_for_not_made(tmp_path: Path):
    with stage(tmp_path, vault=NoKeyring()) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await at(pilot, on, "integration")
            await choose(pilot, "file")
            other = EncryptedFile(tmp_path / "vault.json")
            assert other.open(SecretStr(PHRASE + " of another run")).usability.value == "ok"
            await type_in(pilot, PHRASE, PHRASE)
            assert app.screen.form.asks == "open" and "passphrase is another one" in told(app)
            assert other.open(SecretStr(PHRASE + " of another run")).usability.value == "ok"


@pilot_test
async def test_a_locked_keyring_is_unlocked_here_and_a_wrong_password_is_said(tmp_path: Path):
    password = canary()
    with stage(tmp_path, vault=LockedKeyring(password)) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "integration")
            assert app.screen.offered["keyring"].asks == "unlock" and "login password of this account" in told(app)
            await choose(pilot, "keyring")
            for _ in range(4):
                await type_in(pilot, canary())
                assert "not its password" in told(app) and not app.screen.query_one("#first").value
            paste(app.screen.query_one("#first"), f"{password}\n")
            await settle(pilot)
            await pilot.press("enter")
            await settle(pilot)
            assert app.screen is screen and screen.walk.setup.vault == "keyring"
            assert "Will be kept in the GNOME keyring" in text_of(screen, "#store") and password not in seen(app)


@pilot_test
async def test_a_first_keyring_is_made_with_a_password_typed_twice(tmp_path: Path):
    password = canary()
    with stage(tmp_path, vault=LockedKeyring(missing=True)) as on:
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "integration")
            await choose(pilot, "keyring")
            await type_in(pilot, "")
            assert "Nothing is typed" in live(app)
            await type_in(pilot, password, password)
            assert app.screen is screen and on.desk.vaults.keyring.password == password


@pilot_test
async def test_a_keyring_locked_between_probe_and_save_keeps_the_fields_and_the_way_on(tmp_path: Path):
    password = canary()
    with stage(tmp_path, vault=LockedKeyring(password)) as on:
        on.desk.vaults.keyring.locked = False
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "integration")
            assert app.screen is screen, "a keyring that works asks for nothing"
            on.desk.vaults.keyring.locked = True
            play(screen, on.counter)
            await paste_pair(pilot, on.counter)
            assert "k or F6" in live(app) and screen.walk.setup.kept is None
            screen.store_pair()
            await settle(pilot)
            await choose(pilot, "keyring")
            await type_in(pilot, password)
            assert app.screen is screen and screen.walk.setup.kept.vault == "keyring"


@pilot_test
async def test_values_are_moved_after_a_question_and_a_copy_that_stays_can_be_deleted_later(tmp_path: Path):
    password = canary()
    with stage(tmp_path, vault=LockedKeyring(password)) as on:
        keyring = on.desk.vaults.keyring
        keyring.locked = False
        on.desk.vaults.file.open(SecretStr(PHRASE))
        app = on.app()
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await at(pilot, on, "hand_over")
            screen.walk.now_kept(made := pictured(on.counter.realm), keyring.save(made, screen.walk.vault_name))
            await pilot.press("k")
            await settle(pilot)
            keyring.deletes = False
            await choose(pilot, "file")
            assert "read back" in box(app)
            await pilot.press("y")
            await settle(pilot)
            kept = screen.walk.setup.kept
            assert (kept.vault, kept.left_in) == ("file", "keyring") and "A copy is left in" in told(app)
            await pilot.press("escape")
            await settle(pilot)
            assert "A copy of the values may be left in the OS keyring." in text_of(screen, "#kept-in")
            keyring.deletes = True
            await pilot.press("k")
            await settle(pilot)
            await choose(pilot, "left")
            await pilot.press("y")
            await settle(pilot)
            assert screen.walk.setup.kept.left_in is None
            assert keyring.load(on.counter.realm, screen.walk.vault_name) is None
            assert screen.walk.vaults.file.load(on.counter.realm, screen.walk.vault_name).fingerprint == made.fingerprint
