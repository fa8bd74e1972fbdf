"""Values are brought from one vault to another: never fewer than one whole copy, and the setup knows where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr
from support import FrozenClock, canary

from wizard.account import parse_account
from wizard.credentials import Credentials, Pair
from wizard.errors import EntryForeign, VaultAbsent, VaultBroken, VaultError, VaultLocked, WouldReplace
from wizard.profile import find_profile
from wizard.session import Network
from wizard.setup import Setup
from wizard.store import SetupStore
from wizard.vault.file_vault import EncryptedFile
from wizard.vault.interface import Receipt, Usability, VaultKind, Vaults
from wizard.vault.memory import MemoryVault
from wizard.vault.passphrase import generated
from wizard.walk import Walk

PROFILE = find_profile("alvys")


class Killed(BaseException):
    """The program ends here, as with kill -9."""


class Watched(MemoryVault):
    """A vault that lives on; ``before`` is called before every one of its acts."""

    def __init__(self, kind: VaultKind, before: Callable[[str], None] = lambda act: None) -> None:
        super().__init__()
        self.kind = kind
        self.place = f"the {kind} of this test"
        self.before = before

    def save(self, credentials: Credentials, profile: str) -> Receipt:
        self.before("save")
        receipt = super().save(credentials, profile)
        self.before("saved")
        return receipt

    def load(self, realm: str, profile: str) -> Credentials | None:
        self.before("load")
        return super().load(realm, profile)

    def delete(self, realm: str, profile: str) -> None:
        self.before("delete")
        super().delete(realm, profile)
        self.before("deleted")


def walk_with(store: SetupStore, vaults: Vaults) -> Walk:
    clock = FrozenClock()
    setup = Setup.begin(PROFILE.id, PROFILE.version, PROFILE.step[0].id, clock.now())
    walk = Walk(setup, PROFILE, store, vaults, Network(), clock)
    walk.take_account(parse_account("1234567_SB1"))
    for which in ("consumer", "token"):
        walk.keep(which, Pair(SecretStr(canary()), SecretStr(canary())))
    return walk


def next_run(walk: Walk, store: SetupStore) -> Walk:
    return Walk(store.load(walk.setup.id), PROFILE, store, walk.vaults, Network(), FrozenClock())


@pytest.fixture
def store(tmp_path: Path) -> SetupStore:
    return SetupStore(tmp_path / "setups")


def test_values_go_from_the_keyring_into_a_real_encrypted_file_and_back(store: SetupStore, tmp_path: Path) -> None:
    vaults = Vaults(Watched("keyring"), EncryptedFile(tmp_path / "vault.json"), MemoryVault())
    walk = walk_with(store, vaults)
    values = walk.credentials
    assert values and walk.setup.account
    assert vaults.file.open(generated()).usability is Usability.OK
    receipt = walk.move("file")
    assert receipt.place == vaults.file.place and receipt.fingerprint == values.fingerprint and receipt.note == ""
    assert vaults.keyring.load(walk.setup.account, walk.vault_name) is None
    later = next_run(walk, store)
    later.fetch_secrets()
    assert later.credentials == values and later.setup.kept and later.setup.kept.place == vaults.file.place
    later.move("keyring")
    assert vaults.file.load(walk.setup.account, walk.vault_name) is None
    assert next_run(walk, store).vault is vaults.keyring


@pytest.mark.parametrize("stop", range(5))
def test_a_move_that_is_killed_anywhere_leaves_the_values_where_the_setup_says(store: SetupStore, stop: int) -> None:
    acts: list[str] = []

    def count(act: str) -> None:
        if armed:
            acts.append(act)
            if len(acts) == stop + 1:
                raise Killed

    armed = False
    vaults = Vaults(Watched("keyring", count), Watched("file", count), MemoryVault())  # type: ignore[arg-type]
    walk = walk_with(store, vaults)
    values, realm = walk.credentials, walk.setup.account or ""
    resumed = next_run(walk, store)
    armed = True
    try:
        resumed.move("file")
    except Killed:
        pass
    else:
        pytest.fail(f"nothing was stopped after {acts}")
    armed = False
    there = next_run(walk, store)
    there.fetch_secrets()
    assert there.credentials == values, acts
    left = there.setup.kept.left_in if there.setup.kept else None
    copies = {kind for kind in ("keyring", "file") if vaults.of(kind).load(realm, walk.vault_name)}  # type: ignore[arg-type]
    assert there.vault.kind in copies, acts
    assert copies <= {there.vault.kind, left}, f"a copy lies where nothing says so, after {acts}"


def test_a_vault_that_does_not_open_changes_nothing(store: SetupStore, tmp_path: Path) -> None:
    vaults = Vaults(Watched("keyring"), EncryptedFile(tmp_path / "vault.json"), MemoryVault())
    walk = walk_with(store, vaults)
    before = walk.setup.kept
    with pytest.raises(VaultAbsent, match="no encrypted file yet"):
        walk.move("file")
    assert walk.setup.kept == before and walk.vault is vaults.keyring and not vaults.file.exists


def test_what_is_gone_cannot_be_moved(store: SetupStore) -> None:
    vaults = Vaults(Watched("keyring"), Watched("file"), MemoryVault())  # type: ignore[arg-type]
    walk = walk_with(store, vaults)
    vaults.keyring.delete(walk.setup.account or "", walk.vault_name)
    with pytest.raises(VaultBroken, match="nothing to move"):
        next_run(walk, store).move("file")


def test_a_copy_that_cannot_be_deleted_is_named(store: SetupStore) -> None:
    def refuse(act: str) -> None:
        if act == "delete":
            raise VaultLocked("It is locked.")

    vaults = Vaults(Watched("keyring", refuse), Watched("file"), MemoryVault())  # type: ignore[arg-type]
    walk = walk_with(store, vaults)
    receipt = walk.move("file")
    assert "A copy is left in the keyring of this test." in receipt.note
    assert walk.setup.kept and (walk.setup.kept.vault, walk.setup.kept.left_in) == ("file", "keyring")
    assert walk.vault is vaults.file


def test_moving_again_deletes_what_was_left_behind(store: SetupStore) -> None:
    trouble = ["delete"]

    def refuse(act: str) -> None:
        if act in trouble:
            raise VaultLocked("It is locked.")

    vaults = Vaults(Watched("keyring", refuse), Watched("file"), MemoryVault())  # type: ignore[arg-type]
    walk = walk_with(store, vaults)
    walk.move("file")
    assert walk.move("file").note and walk.setup.kept and walk.setup.kept.left_in == "keyring"
    trouble.clear()
    stages: list[str] = []
    assert walk.move("file", stages.append).note == ""
    assert [stage.split()[0] for stage in stages] == ["Reading", "Writing", "Deleting"]
    assert vaults.keyring.load(walk.setup.account or "", walk.vault_name) is None
    assert next_run(walk, store).setup.kept == walk.setup.kept and walk.setup.kept.left_in is None


@pytest.mark.parametrize("same", [True, False])
def test_out_of_memory_values_are_found_where_a_killed_move_left_them(store: SetupStore, same: bool) -> None:
    def kill(act: str) -> None:
        if act == "saved":
            raise Killed

    vaults = Vaults(Watched("keyring"), Watched("file", kill), Watched("memory"))  # type: ignore[arg-type]
    walk = walk_with(store, vaults)
    walk.move("memory")
    values = walk.credentials
    with pytest.raises(Killed):
        walk.move("file")
    vaults = Vaults(vaults.keyring, Watched("file"), MemoryVault())  # type: ignore[arg-type] # the next run
    assert values
    vaults.file.save(values if same else Credentials(values.account, values.token, values.consumer), walk.vault_name)
    later = Walk(store.load(walk.setup.id), PROFILE, store, vaults, Network(), FrozenClock())
    if not same:  # of another day: nobody asked for those
        with pytest.raises(VaultBroken, match="nothing to move"):
            later.move("file")
        return
    later.move("file")
    assert later.setup.kept and (later.setup.kept.vault, later.setup.kept.left_in) == ("file", None)
    assert vaults.file.load(values.account, later.vault_name) == values


def test_deleting_ends_with_nothing_anywhere_or_says_where_it_is(store: SetupStore) -> None:
    trouble = ["delete"]

    def refuse(act: str) -> None:
        if act in trouble:
            raise VaultLocked("It is locked.")

    vaults = Vaults(Watched("keyring", refuse), Watched("file"), MemoryVault())  # type: ignore[arg-type]
    walk = walk_with(store, vaults)
    walk.move("file")
    realm = walk.setup.account or ""
    with pytest.raises(VaultLocked):
        walk.discard()
    kept = next_run(walk, store).setup.kept
    assert vaults.file.load(realm, walk.vault_name) is None
    assert kept and (kept.vault, kept.place, kept.left_in) == ("keyring", vaults.keyring.place, None)
    trouble.clear()
    walk.discard()
    assert vaults.keyring.load(realm, walk.vault_name) is None
    after = next_run(walk, store)
    assert after.setup.kept is None and after.setup.account == realm and walk.credentials is None


# --- values that another run, another setup or another program wrote under the same name


def two_places() -> Vaults:
    return Vaults(Watched("keyring"), Watched("file"), Watched("memory"))  # type: ignore[arg-type]


def some_pair() -> Pair:
    return Pair(SecretStr(canary()), SecretStr(canary()))


def test_a_run_that_opens_a_setup_again_goes_on_with_what_another_one_kept(store: SetupStore) -> None:
    walk = walk_with(store, two_places())
    other = next_run(walk, store)
    other.keep("token", some_pair(), replace=True)
    walk.take_over(store.load(walk.setup.id))
    walk.move("file")
    walk.fetch_secrets()
    assert walk.credentials == walk.vaults.file.load(walk.setup.account or "", walk.vault_name) == other.credentials
    other.take_over(store.load(walk.setup.id))
    other.discard()
    walk.take_over(store.load(walk.setup.id))
    walk.keep("token", some_pair())
    assert walk.credentials and walk.credentials.consumer is None, "what was deleted does not come back"


def test_a_move_never_writes_over_values_that_are_not_this_setups(store: SetupStore) -> None:
    vaults = two_places()
    first, second = walk_with(store, vaults), walk_with(store, Vaults(vaults.file, vaults.file, vaults.memory))  # type: ignore[arg-type]
    theirs = second.credentials
    with pytest.raises(VaultError, match="Nothing was moved"):
        first.move("file")
    assert vaults.file.load(second.setup.account or "", second.vault_name) == theirs
    assert first.setup.kept and (first.setup.kept.vault, first.setup.kept.left_in) == ("keyring", None)


def test_values_that_were_changed_behind_our_back_are_neither_moved_nor_deleted(store: SetupStore) -> None:
    walk = walk_with(store, two_places())
    realm = walk.setup.account or ""
    foreign = Credentials(realm, some_pair(), some_pair())
    walk.vaults.keyring.save(foreign, walk.vault_name)
    with pytest.raises(VaultError, match="another setup or program"):
        walk.move("file")
    with pytest.raises(WouldReplace):
        walk.keep("token", some_pair())
    with pytest.raises(VaultError, match="They were not deleted"):
        walk.discard()
    assert walk.vaults.keyring.load(realm, walk.vault_name) == foreign and walk.setup.kept is None


def test_a_copy_in_a_third_place_is_deleted_before_values_move_on(store: SetupStore) -> None:
    trouble = ["delete"]

    def refuse(act: str) -> None:
        if act in trouble:
            raise VaultLocked("It is locked.")

    vaults = Vaults(Watched("keyring", refuse), Watched("file"), Watched("memory"))  # type: ignore[arg-type]
    walk = walk_with(store, vaults)
    assert walk.move("memory").note
    with pytest.raises(VaultError, match="A copy is left"):
        walk.move("file")
    assert walk.setup.kept and (walk.setup.kept.vault, walk.setup.kept.left_in) == ("memory", "keyring")
    trouble.clear()
    assert walk.move("file").note == ""
    assert vaults.keyring.load(walk.setup.account or "", walk.vault_name) is None


class Scribbled(Watched):
    """A vault with something under the setup's name that is no set of values."""

    scribbled = True

    def load(self, realm: str, profile: str) -> Credentials | None:
        if self.scribbled:
            raise EntryForeign("Not written by this program.")
        return super().load(realm, profile)

    def save(self, credentials: Credentials, profile: str) -> Receipt:
        self.scribbled = False
        return super().save(credentials, profile)


def test_what_is_no_set_of_values_is_replaced_after_a_question(store: SetupStore) -> None:
    vaults = Vaults(Scribbled("keyring"), Watched("file"), MemoryVault())  # type: ignore[arg-type]
    with pytest.raises(WouldReplace, match="something that is no set of values"):
        walk_with(store, vaults)
    clock = FrozenClock()
    walk = Walk(Setup.begin(PROFILE.id, PROFILE.version, PROFILE.step[0].id, clock.now()), PROFILE, store, vaults, Network(), clock)
    walk.take_account(parse_account("1234567_SB1"))
    walk.keep("consumer", some_pair(), replace=True)
    walk.keep("token", some_pair())
    assert walk.credentials and walk.credentials.complete


def test_values_that_are_gone_from_the_vault_can_be_entered_again(store: SetupStore) -> None:
    walk = walk_with(store, two_places())
    walk.vaults.keyring.delete(walk.setup.account or "", walk.vault_name)
    again = next_run(walk, store)
    again.keep("consumer", some_pair())
    assert again.setup.kept and again.setup.kept.pairs == ("consumer",), "the other pair is not said to be there"
    again.keep("token", some_pair())
    assert again.setup.kept.pairs == ("consumer", "token")
