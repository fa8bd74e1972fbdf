"""An open setup: every change is on the disk when it returns, what rests on a change is dropped, values are never saved."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from support import FrozenClock, alone, canary

from wizard import rotating
from wizard.account import parse_account
from wizard.credentials import Credentials, Pair
from wizard.errors import StoreError, VaultError, VaultLocked, WouldReplace
from wizard.profile import Step, find_profile
from wizard.session import Network
from wizard.setup import Setup
from wizard.setup_tokens import revoke
from wizard.store import SetupStore
from wizard.vault.interface import Receipt, Vault
from wizard.vault.memory import MemoryVault
from wizard.verdict import Evidence, Standing, Verdict
from wizard.walk import Walk

PROFILE = find_profile("alvys")
SANDBOX, PRODUCTION = parse_account("1234567_SB1"), parse_account("1234567")


class Keyring(MemoryVault):
    """A vault that outlives the walk, as far as the walk can tell."""

    kind = "keyring"
    place = "a keyring"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def store(tmp_path: Path) -> SetupStore:
    return SetupStore(tmp_path / "setups")


def kept(walk, credentials):
    """Store both pairs, one after the other, as the two pages do."""
    for name in ("consumer", "token"):
        if credentials.pair(name):
            receipt = walk.keep(name, credentials.pair(name))
    return receipt


def open_walk(store: SetupStore, clock: FrozenClock, vault: Vault | None = None, setup: Setup | None = None) -> Walk:
    setup = setup or Setup.begin(PROFILE.id, PROFILE.version, PROFILE.step[0].id, clock.now())
    return Walk(setup, PROFILE, store, alone(vault or MemoryVault()), Network(), clock)


@pytest.fixture
def walk(store: SetupStore, clock: FrozenClock) -> Walk:
    opened = open_walk(store, clock)
    opened.take_account(SANDBOX)
    return opened


def again(walk: Walk, store: SetupStore, clock: FrozenClock, vault: Vault | None = None) -> Walk:
    """Open the same setup as the next run of the program does."""
    return open_walk(store, clock, vault, store.load(walk.setup.id))


def pair() -> Pair:
    return Pair(SecretStr(canary()), SecretStr(canary()))


def five(walk: Walk) -> Credentials:
    assert walk.setup.account
    return Credentials(walk.setup.account, pair(), pair())


def verdict(walk: Walk, about: str, standing: Standing = Standing.VERIFIED) -> Verdict:
    return Verdict(about=about, standing=standing, says="", at=walk.clock.now())


def requirement(name: str):
    return next(r for r in PROFILE.requirements if r.id == name)


def prove(walk: Walk, name: str, standing: Standing = Standing.VERIFIED) -> None:
    """Record that every aspect of a requirement stands so."""
    for aspect in requirement(name).proof:
        walk.record(verdict(walk, aspect, standing))


def standing_of(walk: Walk, name: str) -> Standing:
    return next(v.standing for v in walk.verdicts() if v.about == name)


def step(name: str) -> Step:
    return next(s for s in PROFILE.step if s.id == name)


def by_panel(panel: str, pair: str | None = None) -> Step:
    return next(s for s in PROFILE.step if s.panel == panel and s.pair == pair)


def text_of(walk: Walk, store: SetupStore) -> str:
    return (store.folder / f"{walk.setup.id}.json").read_text(encoding="utf-8")


def values(*credentials: Credentials) -> list[str]:
    found = [c.value(name) for c in credentials for name in ("consumer_key", "consumer_secret", "token_id", "token_secret")]
    return [value.get_secret_value() for value in found if value]


# --- every change is on the disk


def test_every_change_is_saved_when_it_returns(walk: Walk, store: SetupStore, clock: FrozenClock) -> None:
    def saved() -> Setup:
        return store.load(walk.setup.id)

    assert saved().account == "1234567_SB1"
    clock.tick(60)
    walk.go_to("features")
    walk.go_to("role")
    walk.go_to("features")
    assert (saved().step, saved().visited, saved().changed) == ("features", ["features", "role"], clock.now())
    walk.give("oneworld", "no")
    assert saved().answers["oneworld"] == "no"
    walk.attest(["A6", "A8"])
    assert saved().attested == {"A6": clock.now(), "A8": clock.now()}
    walk.record(verdict(walk, "role.active"))
    assert saved().found["role.active"].standing is Standing.VERIFIED
    walk.hand_over_done()
    assert saved().handed_over == [clock.now()]
    assert saved() == walk.setup


def test_a_verdict_that_is_no_news_is_not_written_again(walk: Walk, store: SetupStore, clock: FrozenClock) -> None:
    walk.record(verdict(walk, "role.active"))
    before = text_of(walk, store)
    clock.tick(60)
    walk.record(verdict(walk, "role.active"))
    assert text_of(walk, store) == before
    assert walk.setup.found["role.active"].at == clock.now(), "known, and saved with the next change"
    walk.record(verdict(walk, "role.active", Standing.FAILED))
    assert store.load(walk.setup.id).found["role.active"].standing is Standing.FAILED


def test_a_save_that_fails_is_raised_and_harms_nothing(tmp_path: Path, clock: FrozenClock) -> None:
    (tmp_path / "setups").write_text("no folder can be here")
    vault = Keyring()
    walk = open_walk(SetupStore(tmp_path / "setups"), clock, vault)
    changes = [
        lambda: walk.take_account(SANDBOX), lambda: walk.go_to("role"), lambda: walk.give("oneworld", "no"), lambda: walk.attest(["A6"]),
        lambda: walk.record(verdict(walk, "role.active")), lambda: kept(walk, five(walk)), walk.hand_over_done, walk.save,
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(StoreError, match="Not saved"):
            change()
    setup = walk.setup
    assert (setup.account, setup.step, setup.answers, list(setup.attested)) == ("1234567_SB1", "role", {"oneworld": "no"}, ["A6"])
    assert "role.active" in setup.found and setup.kept and walk.credentials
    assert vault.load("1234567_SB1", "alvys") == walk.credentials, "the values are where they should be"
    (tmp_path / "setups").unlink()
    walk.save()
    assert SetupStore(tmp_path / "setups").load(setup.id) == setup


def test_changes_from_several_threads_all_arrive(walk: Walk, store: SetupStore) -> None:
    names = [f"sample.aspect_{number}" for number in range(24)]
    begin = threading.Barrier(len(names))

    def record(name: str) -> None:
        begin.wait()
        walk.record(verdict(walk, name))

    threads = [threading.Thread(target=record, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(store.load(walk.setup.id).found) == set(names)


# --- account, answers, attesting


def test_another_account_drops_what_was_found_kept_and_said_about_the_first(walk: Walk, store: SetupStore) -> None:
    walk.give("user_email", "somebody@example.com")
    kept(walk, five(walk))
    walk.use_setup_token(pair())
    walk.note_setup_token(revoked=False)
    walk.record(verdict(walk, "role.active"))
    walk.attest(["A6"])
    walk.hand_over_done()
    walk.take_account(PRODUCTION)
    setup = store.load(walk.setup.id)
    assert (setup.account, setup.found, setup.kept, setup.attested, setup.handed_over) == ("1234567", {}, None, {}, [])
    assert walk.credentials is None and walk.setup_token is None
    assert setup.answers == {"user_email": "somebody@example.com"}
    assert len(setup.open_setup_tokens()) == 1, "a token that may still be alive is not forgotten"


def test_another_account_waits_while_the_vault_holds_more_than_the_values_in_use(store: SetupStore, clock: FrozenClock) -> None:
    walk = open_walk(store, clock, Keyring())
    walk.take_account(SANDBOX)
    kept(walk, five(walk))
    rotating.begin(walk, "token")
    before = walk.setup.model_copy(deep=True)
    with pytest.raises(VaultError, match="rotation of these values is open"):
        walk.take_account(PRODUCTION)
    assert walk.setup == before and walk.credentials
    walk.take_account(SANDBOX)  # the same one is no other
    rotating.cancel(walk)
    assert walk.setup.kept
    walk.setup.kept = walk.setup.kept.model_copy(update={"left_in": "memory"})
    with pytest.raises(VaultError, match="may still lie in"):
        walk.take_account(PRODUCTION)
    assert walk.setup.account == SANDBOX.realm and walk.setup.kept.left_in == "memory"
    walk.move("keyring")
    walk.take_account(PRODUCTION)
    assert walk.setup.account == PRODUCTION.realm


def test_the_same_account_in_another_spelling_drops_nothing(walk: Walk) -> None:
    kept(walk, five(walk))
    walk.record(verdict(walk, "role.active"))
    walk.take_account(parse_account("https://1234567-sb1.app.netsuite.com/app/center/card.nl"))
    assert walk.setup.found and walk.setup.kept and walk.credentials


def test_the_first_account_keeps_what_was_said_before(store: SetupStore, clock: FrozenClock) -> None:
    walk = open_walk(store, clock)
    walk.attest(["A6"])
    walk.take_account(SANDBOX)
    assert "A6" in walk.setup.attested


def test_an_account_that_cannot_be_one_is_none(walk: Walk) -> None:
    assert walk.account == SANDBOX
    for text in (None, "", "no account"):
        walk.setup.account = text
        assert walk.account is None


def test_another_answer_drops_what_rests_on_it_and_the_same_answer_does_not(walk: Walk) -> None:
    prove(walk, "A28")
    walk.give("role_name", walk.answer("role_name"))
    assert standing_of(walk, "A28") is Standing.VERIFIED, "the default, said aloud"
    walk.give("role_name", "Another Role")
    assert standing_of(walk, "A28") is Standing.WAITING
    assert walk.answer("role_name") == "Another Role"


def test_an_answer_of_a_later_step_leaves_earlier_proofs_alone(walk: Walk) -> None:
    prove(walk, "A21.2")
    walk.give("user_email", "somebody@example.com")
    assert standing_of(walk, "A21.2") is Standing.VERIFIED


def test_answers_that_were_not_given_are_the_defaults(walk: Walk) -> None:
    assert walk.answer("oneworld") == "yes" and walk.answer("nobody asks this") == ""
    walk.give("oneworld", "no")
    assert walk.answers["oneworld"] == "no" and walk.answers["environment"] == "sandbox"


def test_steps_and_requirements_about_subsidiaries_fall_away_without_oneworld(walk: Walk) -> None:
    assert "subsidiaries" in [s.id for s in walk.steps()]
    walk.give("oneworld", "no")
    assert "subsidiaries" not in [s.id for s in walk.steps()]
    assert standing_of(walk, "A69") is Standing.NOT_APPLICABLE


def test_a_word_is_kept_and_can_be_taken_back(walk: Walk, store: SetupStore) -> None:
    walk.attest(["A6", "A8"])
    assert standing_of(walk, "A6") is Standing.ATTESTED
    walk.attest(["A6", "A9"], yes=False)
    assert standing_of(walk, "A6") is Standing.WAITING
    assert set(store.load(walk.setup.id).attested) == {"A8"}


def test_a_word_never_outweighs_what_netsuite_answered(walk: Walk) -> None:
    walk.attest(["A28"])
    prove(walk, "A28", Standing.FAILED)
    assert standing_of(walk, "A28") is Standing.FAILED
    prove(walk, "A28", Standing.UNKNOWN)
    assert standing_of(walk, "A28") is Standing.ATTESTED


# --- values


def test_kept_values_are_in_the_vault_and_not_in_the_file(walk: Walk, store: SetupStore, clock: FrozenClock) -> None:
    credentials = five(walk)
    receipt = kept(walk, credentials)
    noted = store.load(walk.setup.id).kept
    assert noted and (noted.place, noted.durable, noted.fingerprint) == (receipt.place, False, credentials.fingerprint)
    assert (noted.pairs, noted.at) == (("consumer", "token"), clock.now())
    assert not [value for value in values(credentials) if value in text_of(walk, store)]


def test_one_pair_after_the_other(walk: Walk) -> None:
    consumer, token = pair(), pair()
    walk.keep("consumer", consumer)
    assert walk.setup.kept and walk.setup.kept.pairs == ("consumer",)
    both = walk.with_pair("token", token)
    assert (both.consumer, both.token, both.account) == (consumer, token, "1234567_SB1")
    assert walk.credentials and walk.credentials.token is None, "not kept yet"
    kept(walk, both)
    assert walk.setup.kept.pairs == ("consumer", "token")
    assert walk.with_pair("consumer", pair()).token is token


def test_new_values_drop_what_the_old_ones_proved_and_nothing_else(walk: Walk) -> None:
    for aspect in ("credentials.complete", "login.accepted", "token.role", "role.active", "account.exists"):
        walk.record(verdict(walk, aspect))
    kept(walk, five(walk))
    assert set(walk.setup.found) == {"role.active", "account.exists"}


class Locked(MemoryVault):
    """A keyring that is there, and closed."""

    kind = "keyring"

    def save(self, credentials: Credentials, profile: str) -> Receipt:
        raise VaultLocked("closed")

    def load(self, realm: str, profile: str) -> Credentials | None:
        raise VaultLocked("closed")


def test_values_that_the_vault_did_not_take_count_as_not_kept(store: SetupStore, clock: FrozenClock) -> None:
    walk = open_walk(store, clock, Locked())
    walk.take_account(SANDBOX)
    walk.record(verdict(walk, "login.accepted"))
    with pytest.raises(VaultLocked):
        kept(walk, five(walk))
    assert walk.setup.kept is None and walk.credentials is None and "login.accepted" in walk.setup.found


def test_the_next_run_reads_the_values_from_a_vault_that_lasts(store: SetupStore, clock: FrozenClock) -> None:
    vault = Keyring()
    walk = open_walk(store, clock, vault)
    walk.take_account(SANDBOX)
    credentials = five(walk)
    kept(walk, credentials)
    next_run = again(walk, store, clock, vault)
    assert next_run.credentials is None and not next_run.secrets_lost
    next_run.fetch_secrets()
    assert next_run.credentials == credentials
    locked = again(walk, store, clock, Locked())
    with pytest.raises(VaultLocked):
        locked.fetch_secrets()
    locked.credentials = credentials
    locked.fetch_secrets()  # known already: the vault is not asked again


def test_values_in_memory_are_lost_with_the_run(walk: Walk, store: SetupStore, clock: FrozenClock) -> None:
    kept(walk, five(walk))
    assert not walk.secrets_lost
    next_run = again(walk, store, clock)
    next_run.fetch_secrets()
    assert next_run.credentials is None and next_run.secrets_lost
    with_a_keyring = again(walk, store, clock, Locked())
    with_a_keyring.fetch_secrets()  # they never were there: it is not asked
    assert with_a_keyring.secrets_lost


def test_practice_values_have_another_name_in_the_vault(store: SetupStore, clock: FrozenClock) -> None:
    vault = MemoryVault()
    setup = Setup.begin(PROFILE.id, PROFILE.version, PROFILE.step[0].id, clock.now())
    practising = Walk(setup, PROFILE, store, alone(vault), Network(), clock, practising=True)
    practising.take_account(SANDBOX)
    kept(practising, five(practising))
    assert vault.load("1234567_SB1", "alvys") is None
    assert vault.load("1234567_SB1", practising.vault_name) == practising.credentials


# --- the setup token


def test_the_trace_of_a_setup_token_holds_no_value(walk: Walk, store: SetupStore, clock: FrozenClock) -> None:
    kept(walk, five(walk))
    walk.use_setup_token(pair())
    token = walk.setup_token
    assert token and walk.credentials and token.consumer is walk.credentials.consumer
    assert not [value for value in values(token) if value in text_of(walk, store)]
    first = clock.now()
    walk.note_setup_token(revoked=False)
    clock.tick(600)
    walk.note_setup_token(revoked=False)
    assert [(t.accepted_at, t.revoked_at) for t in walk.setup.setup_tokens] == [(first, None)], "one token, its first login"
    walk.note_setup_token(revoked=True)
    assert [(t.accepted_at, t.revoked_at) for t in store.load(walk.setup.id).setup_tokens] == [(first, clock.now())]
    assert walk.setup_token is None, "dead values are dropped"
    assert not [value for value in values(token) if value in text_of(walk, store)]


def test_a_second_setup_token_has_a_trace_of_its_own(walk: Walk) -> None:
    kept(walk, five(walk))
    for _ in range(2):
        walk.use_setup_token(pair())
        walk.note_setup_token(revoked=False)
    assert len(walk.setup.open_setup_tokens()) == 2
    walk.note_setup_token(revoked=True)
    assert len(walk.setup.open_setup_tokens()) == 1


def test_a_setup_token_of_an_earlier_entry_is_not_forgotten_when_it_is_refused(walk: Walk, store: SetupStore) -> None:
    kept(walk, five(walk))
    entered = pair()
    walk.use_setup_token(entered)  # and its login was never answered
    [left] = walk.setup.setup_tokens
    walk.use_setup_token(Pair(entered.first, pair().second))
    walk.use_setup_token(None)
    assert walk.left_alive() == store.load(walk.setup.id).setup_tokens == [left], "a wrong secret does not end a token"
    walk.use_setup_token(pair())
    walk.use_setup_token(None)
    assert walk.setup.setup_tokens == [left], "one that was new leaves no trace"


def test_what_was_found_about_one_setup_token_is_not_said_of_the_next(walk: Walk) -> None:
    walk.take_account(SANDBOX)
    walk.credentials = five(walk)
    walk.use_setup_token(pair())
    walk.record(verdict(walk, "setup_token.accepted", Standing.FAILED))
    walk.use_setup_token(pair())
    assert "setup_token.accepted" not in walk.setup.found, "an older refusal would drop a token that may be alive"


def test_a_setup_token_is_revoked_from_one_place_at_a_time(walk: Walk) -> None:
    walk.revoking.acquire()
    ended = revoke(walk, Runs(), threading.Event())
    assert not ended.dead and "already" in ended.says


class Runs:
    """A runner that must not be asked."""

    def run(self, session: object, aspects: object, report: object) -> None:
        raise AssertionError("a second proving login")


def test_without_a_setup_token_there_is_nothing_to_note(walk: Walk) -> None:
    kept(walk, five(walk))
    walk.note_setup_token(revoked=True)
    assert walk.setup.setup_tokens == []
    walk.use_setup_token(pair())
    walk.use_setup_token(None)
    assert walk.setup_token is None


# --- login attempts


def budget_of(walk: Walk):
    """Return the budget of the integration's client in a new session."""
    client = walk.session(threading.Event()).integration
    assert client
    return client.budget


def test_refusals_are_kept_across_runs_and_block_until_somebody_asks(store: SetupStore, clock: FrozenClock) -> None:
    vault = Keyring()
    walk = open_walk(store, clock, vault)
    walk.take_account(SANDBOX)
    credentials = five(walk)
    kept(walk, credentials)
    budget_of(walk).refuse(clock.now())
    assert not [value for value in values(credentials) if value in text_of(walk, store)]
    assert walk.attempts_left() == 4
    clock.tick(60)
    next_run = again(walk, store, clock, vault)
    next_run.fetch_secrets()
    assert next_run.attempts_left() == 4
    assert "refused at 09:30 UTC" in (budget_of(next_run).objection(clock.now()) or "")
    next_run.ask_again()
    allowed = budget_of(next_run)
    assert allowed.objection(clock.now()) is None
    allowed.refuse(clock.now())
    assert budget_of(next_run).objection(clock.now()), "asked once is refused once"
    assert next_run.attempts_left() == 3
    next_run.ask_again()
    budget_of(next_run).accept(clock.now())
    assert store.load(walk.setup.id).refusals == {} and next_run.attempts_left() == 5


@pytest.mark.parametrize(("insist", "allowed"), [(True, True), (False, False)])
def test_only_a_person_may_go_beyond_what_is_safe(walk: Walk, clock: FrozenClock, insist: bool, allowed: bool) -> None:
    kept(walk, five(walk))
    for _ in range(5):
        walk.ask_again()
        budget_of(walk).refuse(clock.now())
        clock.tick(60)
    assert walk.attempts_left() == 0
    walk.ask_again(insist=insist)
    assert (budget_of(walk).objection(clock.now()) is None) is allowed
    clock.tick(timedelta(minutes=31).total_seconds())
    walk.ask_again(insist=insist)
    assert budget_of(walk).objection(clock.now()) is None, "after half an hour the lock is over"


def test_other_values_may_be_tried_and_the_user_is_still_the_same(walk: Walk, clock: FrozenClock) -> None:
    kept(walk, five(walk))
    budget_of(walk).refuse(clock.now())
    walk.keep("token", pair())
    assert walk.attempts_left() == 4 and budget_of(walk).objection(clock.now()) is None


def test_both_tokens_may_be_of_one_user(walk: Walk, clock: FrozenClock) -> None:
    kept(walk, five(walk))
    walk.use_setup_token(pair())
    session = walk.session(threading.Event())
    assert session.admin and session.integration
    session.admin.budget.refuse(clock.now())
    assert walk.attempts_left() == 4
    assert budget_of(walk).objection(clock.now()) is None, "each is held back by its own refusals"
    for _ in range(3):
        session.admin.budget.refuse(clock.now())
    assert walk.attempts_left() == 1
    assert "one more may lock" in (budget_of(walk).objection(clock.now()) or "")
    session.admin.budget.accept(clock.now())
    assert walk.attempts_left() == 5


def test_a_session_has_the_clients_there_are_values_for(walk: Walk) -> None:
    session = walk.session(threading.Event())
    assert session.integration is None and session.admin is None and session.account == SANDBOX
    walk.keep("consumer", pair())
    walk.use_setup_token(pair())
    session = walk.session(threading.Event())
    assert session.integration is None and session.admin is not None, "before there is an access token"


# --- what a step amounts to


def test_a_step_nobody_began_stands_for_nothing(walk: Walk) -> None:
    assert {s.id: walk.standing(s) for s in walk.steps()} == dict.fromkeys(s.id for s in walk.steps())


def required_of(name: str) -> list[str]:
    return [r.id for r in PROFILE.requirements_of(name) if r.need == "required"]


def test_a_step_of_checks_is_as_grave_as_its_gravest_requirement(walk: Walk) -> None:
    names = required_of("features")
    prove(walk, names[0])
    assert walk.standing(step("features")) is Standing.WAITING, "begun, not finished"
    for name in names:
        prove(walk, name)
        walk.attest([name])
    assert walk.standing(step("features")) is Standing.VERIFIED
    prove(walk, names[-1], Standing.FAILED)
    assert walk.standing(step("features")) is Standing.FAILED


def test_a_word_is_never_verified(walk: Walk) -> None:
    walk.attest(required_of("start"))
    assert walk.standing(step("start")) is Standing.ATTESTED


def test_a_pair_counts_from_when_it_is_kept_until_it_is_lost(walk: Walk, store: SetupStore, clock: FrozenClock) -> None:
    shown = by_panel("secret_pair", "token")
    for name in required_of(shown.id):
        prove(walk, name)
    assert walk.standing(shown) is None, "proofs of values that are not here"
    walk.keep("consumer", pair())
    assert walk.standing(shown) is None
    walk.keep("token", pair())
    assert walk.standing(shown) is Standing.WAITING, "kept, not proven"
    for name in required_of(shown.id):
        prove(walk, name)
    assert walk.standing(shown) is Standing.VERIFIED
    assert again(walk, store, clock).standing(shown) is None, "kept in memory only, and lost"
    walk.record(verdict(walk, requirement("A4").proof[0], Standing.FAILED))
    assert again(walk, store, clock).standing(shown) is Standing.FAILED


def test_a_setup_token_is_good_while_it_works_and_a_warning_when_it_was_left_behind(
    walk: Walk, store: SetupStore, clock: FrozenClock
) -> None:
    shown = by_panel("setup_token")
    kept(walk, five(walk))
    assert walk.standing(shown) is None
    walk.use_setup_token(pair())
    assert walk.standing(shown) is Standing.WAITING, "not proven yet"
    walk.note_setup_token(revoked=False)
    assert walk.standing(shown) is Standing.WAITING, "a trace of it is no proof"
    prove(walk, "X3")
    assert walk.standing(shown) is Standing.VERIFIED
    assert again(walk, store, clock).standing(shown) is Standing.WARNING, "alive, and nobody has it any more"
    walk.note_setup_token(revoked=True)
    assert walk.standing(shown) is Standing.NOT_APPLICABLE


def test_readiness_counts_when_somebody_looked(walk: Walk) -> None:
    shown = by_panel("readiness")
    walk.go_to(shown.id)
    assert walk.standing(shown) is Standing.WAITING
    for found in PROFILE.requirements:
        prove(walk, found.id) if found.proof else walk.attest([found.id])
    assert walk.standing(shown) is Standing.ATTESTED
    counts = walk.readiness()
    assert set(counts) == {Standing.VERIFIED, Standing.ATTESTED}
    assert sum(counts.values()) == len([r for r in PROFILE.requirements if r.need == "required"])


def test_handing_over_is_a_persons_word(walk: Walk) -> None:
    shown = by_panel("hand_over")
    walk.go_to(shown.id)
    assert walk.standing(shown) is None
    walk.hand_over_done()
    assert walk.standing(shown) is Standing.ATTESTED


def test_the_verdicts_of_a_step_are_those_of_its_requirements(walk: Walk) -> None:
    assert [v.about for v in walk.verdicts_of("role")] == [r.id for r in PROFILE.requirements_of("role")]
    assert len(walk.verdicts()) == len(PROFILE.requirements)


def test_somebody_else_who_knocked_is_told_once(walk: Walk, store: SetupStore) -> None:
    (store.folder / f"{walk.setup.id}.knock").write_text("09:31")
    assert walk.knocked() == "09:31" and walk.knocked() is None


# --- what must not be lost


def test_a_pair_is_stored_beside_the_other_even_if_nobody_fetched_it(store: SetupStore, clock: FrozenClock) -> None:
    vault = Keyring()
    first = open_walk(store, clock, vault)
    first.take_account(SANDBOX)
    consumer, token = pair(), pair()
    first.keep("consumer", consumer)
    resumed = again(first, store, clock, vault)
    assert resumed.credentials is None, "nothing was fetched yet"
    resumed.keep("token", token)
    there = vault.load("1234567_SB1", resumed.vault_name)
    assert there and (there.consumer, there.token) == (consumer, token)


def test_values_of_another_setup_are_replaced_only_if_somebody_agrees(store: SetupStore, clock: FrozenClock) -> None:
    vault = Keyring()
    first, second = open_walk(store, clock, vault), open_walk(store, clock, vault)
    for walk in (first, second):
        walk.take_account(SANDBOX)
    kept(first, five(first))
    before = vault.load("1234567_SB1", first.vault_name)
    with pytest.raises(WouldReplace):
        second.keep("consumer", pair())
    assert vault.load("1234567_SB1", first.vault_name) == before
    agreed = pair()
    second.keep("consumer", agreed, replace=True)
    there = vault.load("1234567_SB1", first.vault_name)
    assert there and before and (there.consumer, there.token) == (agreed, before.token)


def test_memory_does_not_take_over_what_a_keyring_holds(store: SetupStore, clock: FrozenClock) -> None:
    vault = Keyring()
    walk = open_walk(store, clock, vault)
    walk.take_account(SANDBOX)
    walk.keep("consumer", pair())
    resumed = again(walk, store, clock, vault)
    resumed.choose_vault("memory")
    resumed.keep("token", pair())
    assert resumed.setup.kept and (resumed.setup.kept.vault, resumed.setup.kept.pairs) == ("keyring", ("consumer", "token"))


def test_an_exact_proof_outlives_a_look_without_a_setup_token(walk: Walk, clock: FrozenClock) -> None:
    kept(walk, five(walk))
    walk.use_setup_token(pair())
    asked = Evidence(probe="P6", asked="SuiteQL", came_back="200", at=clock.now(), token="setup")
    aspect = requirement("A34.1").proof[0]
    walk.record(verdict(walk, aspect, Standing.VERIFIED).model_copy(update={"evidence": (asked,)}))
    walk.use_setup_token(None)
    walk.record(verdict(walk, aspect, Standing.UNKNOWN))
    assert walk.setup.found[aspect].standing is Standing.VERIFIED
    walk.record(verdict(walk, aspect, Standing.FAILED))
    assert walk.setup.found[aspect].standing is Standing.FAILED
