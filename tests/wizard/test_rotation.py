"""Rotation against a practice account over HTTPS: the new values are proven before they are used, the old ones dead at the end,
and an end of the program anywhere leaves both known."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from support import canary
from test_headless import at, desk_in, saved

from checks.runner import CheckRunner
from wizard import headless, rotating
from wizard.check import Report, Session
from wizard.credentials import Credentials, Pair
from wizard.desk import Desk
from wizard.errors import CredentialError, SetupError, StoreError, VaultBroken, VaultError, WouldReplace
from wizard.practice.account import PracticeAccount
from wizard.report import write_report
from wizard.rotation import DEAD, Kind, Marks, Rotation
from wizard.setup import Setup
from wizard.store import SetupStore
from wizard.vault.interface import Usability, Vaults
from wizard.vault.memory import MemoryVault
from wizard.vault.passphrase import generated
from wizard.verdict import Standing, Verdict
from wizard.walk import Walk

KINDS: tuple[Kind, ...] = ("token", "consumer", "both")
CLICKS = {"token": "create_token", "consumer": "reset_credentials"}
ACCOUNT = "1234567_SB1"


class Rotating:
    """A finished setup whose values are rotated; ``walk`` is the open one, ``reopened`` what the next run sees."""

    def __init__(self, desk: Desk, account: PracticeAccount | None) -> None:
        self.desk = desk
        if account:
            self.account = account
        self.walk = desk.walk(saved(desk, account))

    @property
    def rotation(self) -> Rotation:
        assert self.walk.setup.rotation
        return self.walk.setup.rotation

    @property
    def logins(self) -> int:
        return len(self.account.state.rows("SELECT uri FROM logins"))

    def reopened(self) -> Walk:
        self.walk = self.desk.walk(self.desk.store.load(self.walk.setup.id))
        rotating.resume(self.walk)
        return self.walk

    def make(self, which: str, mistake: str | None = None) -> Pair:
        shown = self.account.clicks.do(CLICKS[which], mistake=mistake)
        assert shown
        return Pair(shown.key, shown.secret)

    def enter(self, mistake: str | None = None) -> None:
        for which in self.rotation.missing:
            rotating.enter(self.walk, which, self.make(which, mistake))

    def verify(self) -> dict[str, Any]:
        return rotating.verify_new(self.walk, self.desk.runner, lambda _: None, threading.Event()).found

    def prove(self) -> Standing:
        return rotating.prove_dead(self.walk, self.desk.runner, lambda _: None, threading.Event()).found[DEAD].standing

    def until_stored(self, kind: Kind = "token") -> None:
        rotating.begin(self.walk, kind)
        self.enter()
        rotating.store(self.walk, self.verify().values())

    def revoke_by_hand(self) -> None:
        """As a person does in Access Tokens."""
        old = self.held("old")
        assert old and old.token
        row = self.account.state.value("SELECT id FROM tokens WHERE tokenid = ?", (old.token.first.get_secret_value(),))
        self.account.withdraw_token(row, revoked=True)
        rotating.attest(self.walk, "revoked")

    def held(self, side: str | None = None) -> Credentials | None:
        name = f"{self.walk.vault_name}-{side}" if side else self.walk.vault_name
        return self.walk.vault.load(ACCOUNT, name)


@pytest.fixture
def rotating_setup(tmp_path: Path) -> Iterator[Rotating]:
    with at(tmp_path, "alvys-ready") as (desk, account):
        yield Rotating(desk, account)


def pair() -> Pair:
    return Pair(SecretStr(canary()), SecretStr(canary()))


@pytest.mark.parametrize("kind", KINDS)
def test_from_the_first_stage_to_the_last(rotating_setup: Rotating, kind: Kind) -> None:
    it = rotating_setup
    before = it.held()
    it.until_stored(kind)
    assert (it.held("old"), it.held("new")) == (before, None) and it.held() == it.walk.credentials != before
    assert it.rotation.same and it.rotation.stage == "handed_over"
    rotating.attest(it.walk, "handed_over")
    rotating.attest(it.walk, "works")
    if kind != "consumer":
        it.revoke_by_hand()
    assert it.rotation.stage == "proven"
    logins = it.logins
    assert it.prove() is Standing.VERIFIED
    assert it.logins - logins == 2, "one with the values in use, one with the old ones"
    assert len(it.walk.setup.refusals["integration"]) == 1, "the refused one counts"
    assert not it.rotation.open and it.rotation.proven and it.held("old") is None
    assert {e.token for e in it.rotation.evidence} == {"integration", "replaced"}
    assert it.reopened().setup.rotation == it.rotation
    assert it.desk.walk(it.walk.setup).verdicts(), "the setup is as usable as before"


def test_what_a_person_said_is_never_drawn_as_verified(rotating_setup: Rotating) -> None:
    it = rotating_setup
    it.until_stored()
    for stage in ("handed_over", "works", "revoked"):
        assert it.rotation.standing(stage) is Standing.WAITING  # type: ignore[arg-type]
        rotating.attest(it.walk, stage)  # type: ignore[arg-type]
        assert it.rotation.standing(stage) is Standing.ATTESTED  # type: ignore[arg-type]
    rotating.close(it.walk)
    assert it.rotation.standing("proven") is Standing.UNKNOWN and "never proven" in it.rotation.says


def test_the_old_token_revoked_from_here_is_dead_and_the_new_one_is_not(rotating_setup: Rotating) -> None:
    it = rotating_setup
    it.until_stored()
    rotating.revoke_here(it.walk, threading.Event())
    assert it.rotation.standing("revoked") is Standing.VERIFIED
    assert it.account.state.value("SELECT count(*) FROM tokens WHERE revoked = 'T'") == 1
    assert it.prove() is Standing.VERIFIED and it.rotation.evidence[0].probe == "revoke"


def test_a_token_that_still_works_is_said_to_and_stays_known(rotating_setup: Rotating) -> None:
    it = rotating_setup
    it.until_stored()
    rotating.attest(it.walk, "revoked")  # by mistake: nobody revoked it
    assert it.prove() is Standing.FAILED
    assert it.rotation.open and it.rotation.revoked is None and it.held("old")
    assert it.rotation.stage == "handed_over" and not it.walk.setup.refusals


def test_nothing_is_proven_while_the_values_in_use_are_refused_too(rotating_setup: Rotating) -> None:
    it = rotating_setup
    it.until_stored()
    rotating.attest(it.walk, "revoked")
    it.account.clicks.do("block_integration")
    logins = it.logins
    assert it.prove() is Standing.WAITING
    assert it.logins - logins == 1 and it.rotation.open and it.held("old"), "no call with the old values was spent"


def test_refused_values_stay_entered_and_the_ones_in_use_can_log_in(rotating_setup: Rotating) -> None:
    it = rotating_setup
    before = it.held()
    rotating.begin(it.walk, "token")
    made = it.make("token")
    rotating.enter(it.walk, "token", Pair(made.first, SecretStr(canary())))
    found = it.verify()
    assert found["login.accepted"].standing is Standing.FAILED and found["login.accepted"].candidates
    assert "login.accepted" not in it.walk.setup.found, "the values in use were not refused"
    assert it.rotation.stage == "verified" and it.held("new") and it.held() == before
    with pytest.raises(VaultError, match="not verified"):
        rotating.store(it.walk)
    it.walk.fetch_secrets()
    session = it.walk.session(threading.Event())
    CheckRunner().run(session, ("login.accepted",), lambda _: None)
    assert session.found["login.accepted"].standing is Standing.VERIFIED
    rotating.enter(it.walk, "token", made)
    assert it.verify()["login.accepted"].standing is Standing.VERIFIED and it.rotation.verified


@pytest.mark.parametrize("mistake", ["administrator", "another_application"])
def test_a_token_bound_to_something_else_is_not_taken_into_use(rotating_setup: Rotating, mistake: str) -> None:
    it = rotating_setup
    rotating.begin(it.walk, "token")
    it.enter(mistake)
    found = it.verify()
    refused = found["login.accepted"].standing is Standing.FAILED
    assert refused or (rotating.differs(it.walk, found) or "").startswith("another role")
    assert it.rotation.verified is None


def test_a_login_that_may_lock_the_user_is_not_sent_by_itself(rotating_setup: Rotating) -> None:
    it = rotating_setup
    rotating.begin(it.walk, "token")
    rotating.enter(it.walk, "token", pair())
    for _ in range(6):
        it.verify()
    assert it.account.state.value("SELECT count(*) FROM logins") == 4 == len(it.walk.setup.refusals["integration"])


def test_the_way_back(rotating_setup: Rotating) -> None:
    it = rotating_setup
    before = it.held()
    it.until_stored()
    new = it.held()
    rotating.attest(it.walk, "handed_over")
    rotating.go_back(it.walk)
    assert (it.held(), it.held("new"), it.held("old")) == (before, new, None)
    assert it.rotation.stage == "stored" and it.rotation.handed_over is None
    rotating.store(it.walk)
    rotating.attest(it.walk, "revoked")
    with pytest.raises(VaultError, match="no way back"):
        rotating.go_back(it.walk)


def test_there_is_no_way_back_after_a_reset(rotating_setup: Rotating) -> None:
    it = rotating_setup
    it.until_stored("consumer")
    with pytest.raises(VaultError, match="no way back"):
        rotating.go_back(it.walk)
    assert it.rotation.standing("revoked") is Standing.NOT_APPLICABLE


def test_cancelled_before_it_is_in_use_nothing_new_is_left(rotating_setup: Rotating) -> None:
    it = rotating_setup
    before = it.held()
    rotating.begin(it.walk, "token")
    it.enter()
    rotating.cancel(it.walk)
    assert (it.held(), it.held("new"), it.held("old"), it.walk.setup.rotation) == (before, None, None, None)
    it.until_stored()
    with pytest.raises(VaultError, match="go back"):
        rotating.cancel(it.walk)


# --- values gone from the vault


UNTIL = ("begun", "entered", "verified", "stored")


def standing_in(tmp_path: Path, done: str) -> Rotating:
    """A rotation of the token up to a stage; the vault alone matters, so NetSuite answers as wished."""
    desk = desk_in(tmp_path)
    keyring = MemoryVault()
    keyring.kind = "keyring"
    desk.vaults, desk.runner = Vaults(keyring, desk.vaults.file, MemoryVault()), NetSuiteAsWished()
    it = Rotating(desk, None)
    for which in ("consumer", "token"):
        it.walk.keep(which, pair())
    person = Person(it, "token", 0)
    while it.walk.setup.rotation is None or getattr(it.rotation, done) is None:
        person.step()
    return it


def lose(it: Rotating, *sides: str | None) -> None:
    for side in sides:
        it.walk.vault.delete(ACCOUNT, f"{it.walk.vault_name}-{side}" if side else it.walk.vault_name)


@pytest.mark.parametrize("done", UNTIL)
def test_with_the_values_in_use_gone_it_can_be_cancelled(tmp_path: Path, done: str) -> None:
    it = standing_in(tmp_path, done)
    old = it.held("old")
    lose(it, None)
    it.reopened()
    rotating.cancel(it.walk)
    assert it.walk.setup.rotation is None and it.held() == old, "the old ones are not dropped while they are the last ones"
    assert it.held("new") is None and it.held("old") is None
    it.reopened().discard()  # nothing refuses what comes next
    for which in ("consumer", "token"):
        it.walk.keep(which, pair())
    rotating.begin(it.walk, "token")


def test_with_the_values_in_use_gone_the_new_ones_can_take_their_place(tmp_path: Path) -> None:
    it = standing_in(tmp_path, "entered")
    new = it.held("new")
    lose(it, None)
    it.reopened()
    with pytest.raises(VaultBroken, match="cancel this rotation"):
        rotating.enter(it.walk, "token", pair())
    it.verify()
    rotating.store(it.walk)
    assert it.held() == new and it.held("new") is None and it.rotation.stage == "handed_over"


def test_with_the_values_in_use_gone_the_old_ones_come_back(tmp_path: Path) -> None:
    it = standing_in(tmp_path, "stored")
    old = it.held("old")
    lose(it, None)
    rotating.go_back(it.reopened())
    assert it.held() == old and it.rotation.stage == "entered" and it.rotation.new is None
    rotating.cancel(it.walk)


def test_with_both_gone_going_back_ends_it(tmp_path: Path) -> None:
    it = standing_in(tmp_path, "stored")
    lose(it, None, "old")
    with pytest.raises(VaultBroken, match="the rotation is over"):
        rotating.go_back(it.reopened())
    assert it.reopened().setup.rotation is None


def test_nobody_goes_back_to_values_that_are_gone(tmp_path: Path) -> None:
    it = standing_in(tmp_path, "stored")
    lose(it, "old")
    with pytest.raises(VaultBroken, match="those in use stay"):
        rotating.go_back(it.walk)
    assert not it.rotation.going_back
    it.walk.setup.rotation = it.rotation.model_copy(update={"going_back": True})  # they went after that was noted
    it.walk.save()
    it.reopened()
    assert not it.rotation.going_back and it.held() and "hand the new values over" in it.rotation.says


@pytest.mark.parametrize("end", ["again", "cancel"])
def test_half_of_the_new_values_counts_as_none(tmp_path: Path, end: str) -> None:
    it = standing_in(tmp_path, "verified")
    half = Credentials(ACCOUNT, None, pair())
    it.walk.vault.save(half, f"{it.walk.vault_name}-new")
    with pytest.raises(VaultBroken, match="enter them first"):
        it.verify()
    it.reopened()
    assert it.rotation.stage == "entered" and it.rotation.new is None and it.rotation.verified is None
    if end == "cancel":
        rotating.cancel(it.walk)
        assert it.held("new") is None and it.walk.setup.rotation is None
    else:
        rotating.enter(it.walk, "token", pair())
        assert it.rotation.stage == "verified" and it.rotation.new


def test_a_copy_that_a_move_left_behind_goes_first(tmp_path: Path) -> None:
    it = standing_in(tmp_path, "begun")
    rotating.cancel(it.walk)
    assert it.walk.setup.kept
    it.walk.setup.kept = it.walk.setup.kept.model_copy(update={"left_in": "memory"})
    with pytest.raises(VaultError, match="again, which deletes it"):
        rotating.begin(it.walk, "token")
    it.walk.move("keyring")
    rotating.begin(it.walk, "token")


@pytest.mark.parametrize("field", ["first", "second"])
def test_the_pair_in_use_is_not_taken_for_a_new_one(rotating_setup: Rotating, field: str) -> None:
    it = rotating_setup
    rotating.begin(it.walk, "token")
    in_use, fresh = it.held(), pair()
    assert in_use and in_use.token
    mixed = Pair(**{"first": fresh.first, "second": fresh.second, field: getattr(in_use.token, field)})
    with pytest.raises(CredentialError, match="the one in use"):
        rotating.enter(it.walk, "token", mixed)
    assert in_use.consumer
    with pytest.raises(CredentialError, match="wrong field"):
        rotating.enter(it.walk, "token", Pair(in_use.consumer.first, fresh.second))
    assert it.held("new") is None


def test_while_it_is_open_nothing_else_changes_the_values(rotating_setup: Rotating) -> None:
    it = rotating_setup
    rotating.begin(it.walk, "token")
    for change in (lambda: it.walk.keep("token", pair()), lambda: it.walk.move("memory"), lambda: rotating.begin(it.walk, "token")):
        with pytest.raises(VaultError, match="rotation"):
            change()


def test_values_of_another_rotation_are_not_overwritten(rotating_setup: Rotating) -> None:
    it = rotating_setup
    foreign = Credentials(ACCOUNT, pair(), pair())
    it.walk.vault.save(foreign, f"{it.walk.vault_name}-old")
    with pytest.raises(WouldReplace):
        rotating.begin(it.walk, "token")
    assert it.held("old") == foreign and it.walk.setup.rotation is None
    rotating.begin(it.walk, "token", replace=True)
    assert it.held("old") is None


def test_in_memory_the_rotation_ends_with_the_program(rotating_setup: Rotating) -> None:
    it = rotating_setup
    it.walk.move("memory")
    rotating.begin(it.walk, "token")
    it.enter()
    assert it.held("new")
    it.desk.vaults = Vaults(MemoryVault(), it.desk.vaults.file, MemoryVault())  # the next run of the program
    with pytest.raises(VaultBroken, match="ended with that program"):
        rotating.verify_new(it.reopened(), it.desk.runner, lambda _: None, threading.Event())
    rotating.cancel(it.walk)
    assert it.walk.setup.rotation is None


def test_in_the_encrypted_file_as_in_a_keyring(rotating_setup: Rotating) -> None:
    it = rotating_setup
    assert it.desk.vaults.file.open(generated()).usability is Usability.OK
    it.walk.move("file")
    rotating.begin(it.walk, "token")
    made = pair()
    rotating.enter(it.walk, "token", made)
    there = it.held("new")
    assert there and there.token == made and it.rotation.stage == "verified"


def test_status_and_report_name_an_open_rotation(rotating_setup: Rotating) -> None:
    it = rotating_setup
    it.until_stored()
    rotating.attest(it.walk, "handed_over")
    out = io.StringIO()
    headless.status(it.desk, False, out)
    assert "rotation open: stage 6 of 8, to see whether the vendor works" in out.getvalue()
    facts = json.loads(write_report(it.walk.setup, it.walk.profile, it.walk.verdicts(), it.desk.clock.now(), "json"))
    assert facts["rotation"]["open"] and [s["verdict"] for s in facts["rotation"]["stages"][4:6]] == ["attested", "waiting"]
    text = write_report(it.walk.setup, it.walk.profile, it.walk.verdicts(), it.desk.clock.now(), "md")
    assert "Hand over to the vendor: attested" in text and "rotation open: stage 6 of 8" in text


def test_nothing_of_a_value_is_saved(rotating_setup: Rotating) -> None:
    it = rotating_setup
    it.until_stored("both")
    text = (it.desk.store.folder / f"{it.walk.setup.id}.json").read_text(encoding="utf-8")
    sets = [values for side in (None, "old") if (values := it.held(side))]
    secrets = [v.get_secret_value() for values in sets for f in ("consumer_key", "consumer_secret", "token_id", "token_secret") if (v := values.value(f))]
    assert len(set(secrets)) == 8 and not [s for s in secrets if s in text]
    assert sets[1].token and Marks.of(sets[1]).token in text, "fingerprints are what tells them apart"


# --- an end anywhere


class Killed(BaseException):
    """Stands for the end of the process: no handler of ours sees it."""


class Fuse:
    """Ends the program before the n-th thing that outlives it."""

    def __init__(self) -> None:
        self.left = -1
        self.burnt = 0

    def __call__(self) -> None:
        self.burnt += 1
        if self.left == 0:
            raise Killed
        self.left -= 1


class FusedKeyring(MemoryVault):
    """A keyring that outlives the program, which may end before every call of it."""

    kind = "keyring"

    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self.fuse = fuse

    def save(self, credentials: Credentials, profile: str) -> Any:
        self.fuse()
        return super().save(credentials, profile)

    def load(self, realm: str, profile: str) -> Credentials | None:
        self.fuse()
        return super().load(realm, profile)

    def delete(self, realm: str, profile: str) -> None:
        self.fuse()
        super().delete(realm, profile)


class FusedStore(SetupStore):
    """The same for the progress file."""

    fuse: Callable[[], None] = staticmethod(lambda: None)

    def save(self, setup: Setup) -> None:
        self.fuse()
        super().save(setup)


class NetSuiteAsWished:
    """Answers as NetSuite does in order: the tests above ask it over HTTPS, here only the program's end matters."""

    def run(self, session: Session, aspects: Iterable[str] | None, report: Report) -> None:
        for about in aspects or ():
            session.found[about] = Verdict(about=about, standing=Standing.VERIFIED, says="", at=session.clock.now())


class Person:
    """Goes on with whatever the open rotation says is next, and knows nothing else."""

    def __init__(self, it: Rotating, kind: Kind, back: int) -> None:
        self.it, self.kind, self.back = it, kind, back

    def step(self) -> bool:
        """Do one stage; False at the end."""
        it = self.it
        if it.walk.setup.rotation is None:
            rotating.begin(it.walk, self.kind)
        stage = it.rotation.stage if it.rotation.open else None
        if stage == "entered":
            rotating.enter(it.walk, it.rotation.missing[0], pair())
        elif stage == "verified":
            it.verify()
        elif stage == "stored":
            rotating.store(it.walk)
        elif stage == "works" and self.back and it.rotation.can_go_back:
            self.back -= 1
            rotating.go_back(it.walk)
        elif stage in ("handed_over", "works", "revoked"):
            rotating.attest(it.walk, stage)  # type: ignore[arg-type]
        elif stage == "proven":
            it.prove()
        return stage is not None


def in_(vault: FusedKeyring) -> dict[str, str]:
    """Return the marks of whole sets by the end of their entry's name."""
    return {name.rpartition("alvys")[2]: values.fingerprint for name, values in vault._kept.items() if values.complete}


def look_at_what_is_left(it: Rotating, vault: FusedKeyring) -> None:
    """Right after the end: the disk and the vault alone."""
    last, known = it.desk.store.load(it.walk.setup.id).rotation, in_(vault)
    if last and last.open and last.proven is None:
        assert last.old.whole in known.values(), "the old values are known until they are proven dead"
    if last and last.entered:
        assert last.new and last.new.whole in known.values(), "what was entered is known"


def look_at_the_next_start(it: Rotating, vault: FusedKeyring) -> None:
    """After the next start: what is said is so, and nothing is left that nobody knows of."""
    rotation, known = it.walk.setup.rotation, in_(vault)
    if rotation is None or not rotation.open:
        assert set(known) == {""}
        return
    new = rotation.new.whole if rotation.new else None
    beside = {"-old": rotation.old.whole} if rotation.stored else {"-new": new} if new else {}
    expected = {"": new if rotation.stored else rotation.old.whole, **beside}
    # A copy of the old values made just before the end may lie there already.
    assert expected.items() <= known.items() and set(known) <= {"", "-new", "-old"}
    assert set(known.values()) == set(expected.values())


@pytest.mark.parametrize(("kind", "back"), [("token", 0), ("token", 1), ("consumer", 0), ("both", 0)])
def test_an_end_before_any_call_or_save_loses_nothing(tmp_path: Path, kind: Kind, back: int, record_property: Any) -> None:
    """Every one of them, not a sample: the same rotation is walked once per place where the program can end."""
    fuse, store = Fuse(), FusedStore(tmp_path / "setups")
    vault = FusedKeyring(fuse)
    desk = desk_in(tmp_path, store=store)
    desk.vaults, desk.runner = Vaults(vault, desk.vaults.file, MemoryVault()), NetSuiteAsWished()
    it = Rotating(desk, None)
    for which in ("consumer", "token"):
        it.walk.keep(which, pair())
    store.fuse = fuse  # type: ignore[method-assign]
    ends = 0
    for after in itertools.count():
        it.walk.setup.rotation = None
        it.walk.save()
        person, met, going = Person(it, kind, back), False, True
        fuse.left = after
        while going:
            try:
                going = person.step()
            except Killed:
                met, fuse.left = True, -1
                look_at_what_is_left(it, vault)
                it.reopened()
                look_at_the_next_start(it, vault)
        assert it.rotation.proven and it.rotation.closed and it.rotation.new
        assert in_(vault) == {"": it.rotation.new.whole}
        fuse.left = -1
        if not met:
            break
        ends += 1
    assert ends > 20
    record_property("table", f"rotation of {kind}{', there and back' * back}: {ends} ends of the program, 0 values lost")


def test_an_end_at_the_next_start_loses_nothing_either(tmp_path: Path) -> None:
    """What finishes a move that was half done may end half done itself."""
    fuse, store = Fuse(), FusedStore(tmp_path / "setups")
    vault = FusedKeyring(fuse)
    desk = desk_in(tmp_path, store=store)
    desk.vaults, desk.runner = Vaults(vault, desk.vaults.file, MemoryVault()), NetSuiteAsWished()
    store.fuse = fuse  # type: ignore[method-assign]
    half_done = 0
    for first, second in itertools.product(range(8), range(8)):
        it = Rotating(desk, None)
        it.walk.vault._kept.clear()  # type: ignore[attr-defined]
        for which in ("consumer", "token"):
            it.walk.keep(which, pair())
        person = Person(it, "token", 0)
        while it.walk.setup.rotation is None or it.rotation.stage != "stored":
            person.step()
        for after in (first, second):
            fuse.left = after
            with contextlib.suppress(Killed):
                rotating.store(it.walk) if after is first and not it.rotation.stored else it.reopened()
            look_at_what_is_left(it, vault)
        fuse.left = -1
        half_done += 1
        it.reopened()
        look_at_the_next_start(it, vault)
    assert half_done == 64


def test_a_full_disk_is_told_and_loses_nothing(rotating_setup: Rotating, monkeypatch: pytest.MonkeyPatch) -> None:
    it = rotating_setup
    rotating.begin(it.walk, "token")
    it.enter()
    found = it.verify()

    def full(setup: Setup) -> None:
        raise StoreError("Not saved: no space left.")

    with monkeypatch.context() as disk:
        disk.setattr(it.desk.store, "save", full)
        with pytest.raises(SetupError, match="Not saved"):
            rotating.store(it.walk, found.values())
    assert it.held("old") and it.reopened().setup.rotation
    assert it.rotation.stored and it.held("old") and it.held("new") is None
