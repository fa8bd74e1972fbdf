"""One setup while it is being walked: its file, its secrets in memory, its vault, and what each step amounts to."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from wizard.attempts import BOTH, Attempts
from wizard.check import Session
from wizard.clock import Clock
from wizard.credentials import PAIRS, set_problem
from wizard.diagnosis import Diagnosis, TrailAnswer, diagnose
from wizard.errors import (
    AccountIdError,
    CredentialError,
    EntryForeign,
    VaultAbsent,
    VaultBroken,
    VaultError,
    VaultLocked,
    WouldReplace,
)
from wizard.exchange import fitting
from wizard.exits import Exit, exit_for
from wizard.judge import judge
from wizard.keeping import outlives
from wizard.profile import Profile, Step
from wizard.redact import one_line
from wizard.session import Known, Network, open_session
from wizard.setup import Kept, Setup, SetupToken
from wizard.setup_tokens import considered, number_of, token_name
from wizard.short_names import names_of
from wizard.verdict import Standing, Verdict, gravest

if TYPE_CHECKING:
    from wizard.account import Account
    from wizard.credentials import Credentials, Pair
    from wizard.netsuite.answers import Answer
    from wizard.vault.interface import Receipt, Vault, VaultKind, Vaults

_NOT_BEGUN = (Standing.WAITING,)


class Keeper(Protocol):
    """What a walk needs of the place where its setup is saved."""

    def save(self, setup: Setup) -> None:
        """Write a setup.

        Args:
            setup: as it is now.

        Raises:
            StoreError: if it cannot be written.
        """

    def knocked(self, name: str) -> str | None:
        """Return when another run last tried to open a setup, once.

        Args:
            name: the setup's id.
        """

    def refused_elsewhere(self, name: str) -> Mapping[str, Sequence[datetime]]:
        """Return when runs that could not save a setup were refused, by whose login; each is returned once.

        Args:
            name: the setup's id.
        """


class Walk:
    """An open setup. Screens and commands change the setup through it, and every change is on the disk when it returns."""

    def __init__(
        self,
        setup: Setup,
        profile: Profile,
        store: Keeper,
        vaults: Vaults,
        network: Network,
        clock: Clock,
        practising: bool = False,
    ) -> None:
        """Take over a setup whose lock the caller holds.

        Args:
            setup: read from the store, or begun.
            profile: what it asks.
            store: where it is saved.
            vaults: where its values can go.
            network: how NetSuite is reached.
            clock: now and sleep.
            practising: keeps practice values apart from real ones in the vault.
        """
        self.setup = setup
        self.profile = profile
        self.vaults = vaults
        self.practising = practising
        self.clock = clock
        self.credentials: Credentials | None = None
        self.setup_token: Credentials | None = None
        self._new_token: str | None = None
        """Fingerprint of the setup token in use if this run entered it first: the trace of an earlier entry stays."""
        self.revoking = threading.Lock()
        """Held while the setup token is being revoked and proven dead: by one call each, from whatever page it was asked for."""
        self.revoked_by: Answer | None = None
        """NetSuite's answer that the setup token in use is revoked."""
        self._store = store
        self._network = network
        self._mutex = threading.RLock()
        self._asked: bool | None = None
        self.attempts = Attempts(lambda: self.setup, self.save, self._mutex, lambda: store.refused_elsewhere(self.setup.id))
        """Refused logins of the integration's user and of the administrator."""

    # --- what is known -------------------------------------------------------------------------------------------

    @property
    def account(self) -> Account | None:
        """The account, once its ID was given."""
        from wizard.account import parse_account

        try:
            return parse_account(self.setup.account) if self.setup.account else None
        except AccountIdError:
            return None

    @property
    def vault(self) -> Vault:
        """Where the values are; where they will go as long as there are none; the keyring if nobody chose."""
        kept = self.setup.kept
        return self.vaults.of(kept.vault if kept and not self.secrets_lost else self.setup.vault or "keyring")

    @property
    def vault_name(self) -> str:
        """The profile part of the vault's service name."""
        return f"{self.profile.id}-practice" if self.practising else self.profile.id

    def answer(self, question: str) -> str:
        """Return an answer, or the question's default if there is none yet.

        Args:
            question: its id.
        """
        if question in self.setup.answers:
            return self.setup.answers[question]
        return next((q.default for step in self.profile.step for q in step.ask if q.id == question), "")

    @property
    def answers(self) -> dict[str, str]:
        """All answers, with the defaults of the questions that were not touched."""
        defaults = {q.id: q.default for step in self.profile.step for q in step.ask}
        return {**defaults, **self.setup.answers}

    def steps(self) -> list[Step]:
        """Return the steps that apply to this account, in order."""
        return [s for s in self.profile.step if not (s.when and self.answer(s.when) == "no")]

    def verdicts(self) -> list[Verdict]:
        """Return one verdict per requirement."""
        now = self.clock.now()
        found = considered(self.setup, self.setup_token_mark, self.account, now)
        return judge(self.profile, self.answers, self.setup.attested, found, now)

    def verdicts_of(self, step: str) -> list[Verdict]:
        """Return the verdicts on the requirements of one step.

        Args:
            step: its id.
        """
        wanted = {r.id for r in self.profile.requirements_of(step)}
        return [v for v in self.verdicts() if v.about in wanted]

    def standing(self, step: Step) -> Standing | None:
        """Return what a step amounts to, or None while nothing is known about it.

        Args:
            step: one of the profile's.
        """
        required = {r.id for r in self.profile.requirements_of(step.id) if r.need == "required"}
        known = [v.standing for v in self.verdicts_of(step.id) if v.about in required]
        if step.panel == "secret_pair" and not self._has_pair(step.pair) and Standing.FAILED not in known:
            return None
        if step.panel == "setup_token":
            return self._setup_token_standing()
        if step.panel == "hand_over":
            since = max(self.setup.refreshed, default=self.setup.begun)
            return Standing.ATTESTED if any(at >= since for at in self.setup.handed_over) else None
        if step.panel == "readiness":
            return self._readiness_standing() if step.id in self.setup.visited else None
        begun = [s for s in known if s not in _NOT_BEGUN]
        if not known:
            return Standing.ATTESTED if step.id in self.setup.visited and step.id != self.setup.step else None
        return gravest(known) if begun or (step.panel == "secret_pair" and self._has_pair(step.pair)) else None

    @property
    def setup_token_mark(self) -> str | None:
        """Fingerprint of the ID of the setup token in use, or None."""
        from wizard.credentials import fingerprint

        pair = self.setup_token.token if self.setup_token else None
        return fingerprint(pair.first.get_secret_value()) if pair else None

    @property
    def setup_token_name(self) -> str:
        """Name in NetSuite of the setup token in use, or of the next one."""
        return token_name(number_of(self.setup, self.setup_token_mark))

    def names(self) -> frozenset[str]:
        """Return what tells whose setup it is."""
        return names_of(self.setup, self.profile)

    def also_found(self) -> list[Verdict]:
        """Return what is not in order and belongs to no requirement, in the order it was found."""
        asked_for = {aspect for requirement in self.profile.requirements for aspect in requirement.proof}
        wrong = (Standing.FAILED, Standing.WARNING)
        return [v for about, v in self.setup.found.items() if about not in asked_for and v.standing in wrong]

    def diagnosis(self) -> Diagnosis:
        """Return the causes that what was found leads to, and what the person read about the refused login."""
        return diagnose(self.setup.found, self.setup.trail, fitting(self.credentials, self.attempts_left()))

    def readiness(self) -> dict[Standing, int]:
        """Count the requirements that matter, by standing."""
        need = {r.id: r.need for r in self.profile.requirements}
        counted = [v.standing for v in self.verdicts() if need[v.about] == "required"]
        return {s: counted.count(s) for s in Standing if s in counted}

    @property
    def ready(self) -> bool:
        """True when every required line is verified, or attested where only a person can know."""
        required = {r.id: bool(r.proof) for r in self.profile.requirements if r.need == "required"}
        return exit_for((v.standing, required[v.about]) for v in self.verdicts() if v.about in required) is Exit.READY

    # --- what changes --------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Write the setup.

        Raises:
            StoreError: if the disk refuses; the setup in memory is unharmed.
        """
        with self._mutex:
            self.setup.changed = self.clock.now()
            self._store.save(self.setup)

    def keep_baseline(self) -> None:
        """Make what was found the baseline as soon as the setup is ready, unless it has one; write the setup."""
        with self._mutex:
            if self.setup.baseline is None and self.ready:
                self.setup.accept(self.setup.found.values(), self.clock.now())
            self.save()

    def knocked(self) -> str | None:
        """Return when another run last tried to open this setup, once."""
        return self._store.knocked(self.setup.id)

    def go_to(self, step: str) -> None:
        """Remember which step is open.

        Args:
            step: its id.
        """
        with self._mutex:
            self.setup.step = step
            if step not in self.setup.visited:
                self.setup.visited.append(step)
            self.save()

    def give(self, question: str, answer: str) -> None:
        """Keep an answer; if it is another one, what was found on its step and on later ones is dropped.

        Args:
            question: its id.
            answer: what the person said.
        """
        with self._mutex:
            if self.answers.get(question) != answer:
                self.setup.forget(self._rests_on(question))
            self.setup.answers[question] = answer
            self.save()

    def take_account(self, account: Account) -> None:
        """Keep the account; what was found, vouched for and handed over in another account is dropped.

        Args:
            account: the parsed one.

        Raises:
            VaultError: if it is another one, and more lies in the vault than the values in use: nobody would know of it then.
        """
        with self._mutex:
            if self.setup.account not in (None, account.realm):
                self._no_rotation()
                self.no_copy_left()
            if self.setup.account not in (None, account.realm):
                self.setup.attested, self.setup.handed_over = {}, []
                self.setup.baseline, self.setup.drift, self.setup.rotation = None, None, None
            if self.setup.account != account.realm:
                self.setup.found, self.setup.kept, self.credentials, self.setup_token = {}, None, None, None
            self.setup.account = account.realm
            self.save()

    def no_copy_left(self) -> None:
        """See that no copy of the values may lie where a move left it.

        Raises:
            VaultError: if one may.
        """
        if (kept := self.setup.kept) and kept.left_in:
            place = self.vaults.of(kept.left_in).place
            raise VaultError(
                f"A copy of the values may still lie in {place}, from a move. Move them to {kept.place} again, which deletes it."
            )

    def attest(self, requirements: Iterable[str], yes: bool = True) -> None:
        """Keep, or take back, that a person vouches for requirements.

        Args:
            requirements: their ids.
            yes: False takes it back.
        """
        with self._mutex:
            for requirement in requirements:
                if yes:
                    self.setup.attested[requirement] = self.clock.now()
                else:
                    self.setup.attested.pop(requirement, None)
            self.keep_baseline()

    def record(self, verdict: Verdict) -> None:
        """Keep what a check found. Written to the disk when its standing is news.

        Args:
            verdict: ``about`` is an aspect.
        """
        with self._mutex:
            if (before := self.setup.found.get(verdict.about)) and outlives(before, verdict, self.setup_token is not None):
                return
            self.setup.record(verdict)
            if before is None or before.standing is not verdict.standing:
                self.save()

    def read_trail(self, word: str) -> None:
        """Keep what the person read in the Login Audit Trail about the last refused login.

        Args:
            word: of ``wizard.diagnosis.TrailAnswer``.
        """
        refused = self.diagnosis().refused
        with self._mutex:
            self.setup.trail = TrailAnswer(word=one_line(word, 80), of=refused.at) if refused else None
            self.save()

    def hand_over_done(self) -> None:
        """Keep that the vendor's form was filled in, by the person's own word; what NetSuite is like then is the baseline."""
        with self._mutex:
            self.setup.handed_over.append(self.clock.now())
            rotation = self.setup.rotation
            if rotation and rotation.open and rotation.stage == "handed_over":
                self.setup.rotation = rotation.model_copy(update={"handed_over": self.clock.now()})
            self.setup.accept(self.setup.found.values(), self.clock.now())
            self.save()

    # --- secrets -------------------------------------------------------------------------------------------------

    def with_pair(self, which: str, pair: Pair) -> Credentials:
        """Return what is known with one pair replaced; nothing is kept yet.

        Args:
            which: "consumer" or "token".
            pair: cleaned values.
        """
        from wizard.credentials import Credentials

        assert self.setup.account, "a pair is asked for only after the account"
        return (self.credentials or Credentials(account=self.setup.account)).with_pair(which, pair)

    def keep(self, which: str, pair: Pair, replace: bool = False) -> Receipt:
        """Store one pair beside the other, and have both read back; blocks for as long as the vault takes.

        What the vault holds is read first: the other pair was shown once and must not be written over.

        Args:
            which: "consumer" or "token".
            pair: cleaned values.
            replace: the person agreed to replace values that this setup did not put there.

        Raises:
            WouldReplace: if the vault holds such values and nobody agreed.
            CredentialError: if the pairs cannot belong together.
            VaultError: if the vault did not keep them, or nobody can tell.
        """
        from wizard.credentials import Credentials

        assert self.setup.account, "a pair is asked for only after the account"
        self._no_rotation()
        kept = self.setup.kept
        try:
            there = self.vault.load(self.setup.account, self.vault_name)
        except EntryForeign:
            if not replace:
                raise WouldReplace(which, "") from None
            there = None
        ours = bool(there and kept and kept.fingerprint == there.fingerprint)
        old = there.pair(which) if there else None
        if there and not replace and not ours and ((old and old != pair) or (kept and kept.durable)):
            raise WouldReplace(which, there.fingerprint)
        credentials = (there or Credentials(account=self.setup.account)).with_pair(which, pair)
        if problem := set_problem(credentials):
            raise CredentialError(problem)
        receipt = self.vault.save(credentials, self.vault_name)
        self.now_kept(credentials, receipt)
        return receipt

    def now_kept(self, credentials: Credentials, receipt: Receipt) -> None:
        """Go on with values that the vault has read back; what was found with others is dropped.

        Args:
            credentials: what it holds.
            receipt: of the vault.
        """
        vault = self.vault
        left_in = self.setup.kept.left_in if self.setup.kept else None
        with self._mutex:
            self.credentials = credentials
            self.setup.kept = Kept(
                vault=vault.kind, place=receipt.place, fingerprint=receipt.fingerprint, at=self.clock.now(),
                pairs=tuple(name for name in PAIRS if credentials.pair(name)), left_in=left_in,
            )
            self._forget_values()
            self.save()

    def choose_vault(self, kind: VaultKind) -> None:
        """Keep where the values shall go, before the first one is typed; ``move`` is for values that are kept already.

        Args:
            kind: which vault.
        """
        with self._mutex:
            self.setup.vault = kind
            self.save()

    def move(self, kind: VaultKind, say: Callable[[str], object] = lambda _: None) -> Receipt:
        """Bring the values to another vault: write there, have them read back, then delete them here; blocks.

        Interrupted anywhere, at least one whole copy lies where the setup says, and the setup names the other place in which
        one may lie; moving again deletes it there.

        Args:
            kind: which vault; where they are already, only a copy left behind is deleted.
            say: told each stage before it begins.

        Returns:
            Where they are now; its note says if an older copy was left behind.

        Raises:
            VaultError: if the values cannot be read, or the new vault did not keep them; they are where they were then.
        """
        assert self.setup.account and self.setup.kept, "only what is kept is moved"
        self._no_rotation()
        if self.setup.kept.left_in not in (None, kind) and kind != self.setup.kept.vault:
            say(f"Deleting the copy in {self.vaults.of(self.setup.kept.left_in).place} first.")
            if (cleared := self.move(self.setup.kept.vault)).note:
                raise VaultError(cleared.note)
        before = self.setup.kept
        say(f"Reading from {before.place}.")
        credentials = self.vaults.of(before.vault).load(self.setup.account, self.vault_name) or self._left_behind(before)
        if credentials is None:
            raise VaultBroken(f"The values are not in {before.place} any more: there is nothing to move.")
        self.credentials = credentials
        self._see_ours(before, credentials)
        new = kind not in (before.vault, before.left_in)
        if new and (other := self.vaults.of(kind).load(self.setup.account, self.vault_name)) and other != credentials:
            raise VaultError(
                f"Other values of this account and integration are in {self.vaults.of(kind).place} already (fingerprint "
                f"{other.fingerprint}): another setup or program put them there. Nothing was moved."
            )
        older = before.left_in if kind == before.vault else before.vault
        say(f"Writing to {self.vaults.of(kind).place}, and reading back by a second process.")
        if kind != before.vault:
            self._note_kept(before, left_in=kind)  # before it is written: a copy is never where nothing says so
        try:
            receipt = self.vaults.of(kind).save(credentials, self.vault_name)
        except (VaultLocked, VaultAbsent):  # nothing was written there
            self._note_kept(before, left_in=before.left_in)
            raise
        moved = {"vault": kind, "place": receipt.place, "fingerprint": receipt.fingerprint, "at": self.clock.now()}
        after = before.model_copy(update=moved)
        self.setup.vault = kind
        self._note_kept(after, left_in=older)
        if older is None:
            return receipt
        place = before.place if older == before.vault else self.vaults.of(older).place
        say(f"Deleting from {place}.")
        try:
            self.vaults.of(older).delete(self.setup.account, self.vault_name)
        except VaultError as error:
            return dataclasses.replace(receipt, note=f"A copy is left in {place}. {error.message}")
        self._note_kept(after)
        return receipt

    def discard(self) -> None:
        """Delete the values, and a copy that a move left behind; each is proven gone by reading; blocks. The setup stays.

        Raises:
            VaultError: if they are not proven gone; the setup names where they still are.
        """
        assert self.setup.account, "only what is kept is deleted"
        self._no_rotation()
        while kept := self.setup.kept:
            foreign = self._foreign(kept)
            if foreign is None:
                self.vaults.of(kept.vault).delete(self.setup.account, self.vault_name)
            if left := kept.left_in:
                self._note_kept(kept.model_copy(update={"vault": left, "place": self.vaults.of(left).place}))
                continue
            with self._mutex:
                self.setup.kept = self.credentials = None
                self._forget_values()
                self.save()
            if foreign:
                raise VaultError(f"{foreign} They were not deleted; this setup does not count them as its own any more.")

    def take_over(self, setup: Setup) -> None:
        """Go on with this setup as it is saved now; values that another run replaced or deleted are not known any more.

        Args:
            setup: read from the store.
        """
        if self.credentials and not (setup.kept and setup.kept.fingerprint == self.credentials.fingerprint):
            self.credentials = None
        self.setup = setup

    def _foreign(self, kept: Kept) -> str | None:
        """Say that other values lie where this setup's were; None if they are its own, gone, or cannot be told from damage."""
        try:
            there = self.vaults.of(kept.vault).load(self.setup.account or "", self.vault_name)
        except EntryForeign:
            return None
        if there is None or there.fingerprint == kept.fingerprint:
            return None
        return (
            f"Other values lie in {kept.place} than this setup kept there (fingerprint {there.fingerprint}, not "
            f"{kept.fingerprint}): another setup or program wrote them."
        )

    def _see_ours(self, kept: Kept, there: Credentials) -> None:
        if there.fingerprint != kept.fingerprint:
            raise VaultError(f"{self._foreign(kept) or 'Other values lie there now.'} Enter this setup's values again.")

    def _left_behind(self, kept: Kept) -> Credentials | None:
        """Return the same values from the other place in which an interrupted move may have left them."""
        if self.setup.account is None or kept.left_in is None:
            return None
        there = self.vaults.of(kept.left_in).load(self.setup.account, self.vault_name)
        return there if there and there.fingerprint == kept.fingerprint else None

    def _no_rotation(self) -> None:
        """See that no rotation is open: what replaces what is told by the entries as it knows them."""
        rotation = self.setup.rotation
        if self.secrets_lost:
            self.setup.rotation = None  # what it was about ended with the program
        elif rotation and rotation.open:
            raise VaultError("A rotation of these values is open. Finish or cancel it first: Rotate credentials.")

    def give_up_values(self) -> None:
        """Go on without values that cannot be reached any more: new ones will be made, and kept where the person says then."""
        with self._mutex:
            self.setup.kept, self.setup.vault, self.setup.rotation, self.credentials = None, None, None, None
            self._forget_values()
            self.save()

    def _note_kept(self, kept: Kept, left_in: VaultKind | None = None) -> None:
        with self._mutex:
            self.setup.kept = kept.model_copy(update={"left_in": left_in})
            self.save()

    def _forget_values(self) -> None:
        """Drop what was found with values that are others now."""
        self.setup.forget({a for a in self.setup.found if a.split(".")[0] in ("credentials", "login", "token")})
        self.attempts.changed("integration")

    def fetch_secrets(self) -> None:
        """Read the values from the vault if this run does not have them yet; blocks.

        Raises:
            VaultError: if the vault is there and refuses.
        """
        if self.credentials is None and self.setup.account and (kept := self.setup.kept):
            self.credentials = self.vaults.of(kept.vault).load(self.setup.account, self.vault_name)

    @property
    def secrets_lost(self) -> bool:
        """True when values were kept in memory only, by a run that has ended."""
        return bool(self.setup.kept and not self.setup.kept.durable and self.credentials is None)

    @property
    def closed(self) -> bool:
        """True when the values are in the encrypted file, and its passphrase was not given in this run."""
        kept = self.setup.kept
        return bool(kept and kept.vault == "file" and self.credentials is None and not self.vaults.file.opened)

    def use_setup_token(self, pair: Pair | None) -> None:
        """Keep a setup token in memory, or drop it. Only that there is one is saved, before its first login.

        Args:
            pair: token ID and token secret; None drops it, and with it the trace of one that NetSuite never accepted, unless
                there was one before it was entered: that it is refused now does not prove it dead.
        """
        from wizard.credentials import Credentials

        self.attempts.changed("setup")
        if pair is None:
            self.setup_token = None
            self.setup.setup_tokens = [t for t in self.setup.setup_tokens if t.fingerprint != self._new_token or t.accepted_at]
            self.save()
            return
        assert self.setup.account and self.credentials, "a setup token belongs to the integration record"
        self.setup_token = Credentials(account=self.setup.account, consumer=self.credentials.consumer, token=pair)
        self.revoked_by = None
        mark = self.setup_token_mark
        self._new_token = None if mark in {t.fingerprint for t in self.setup.setup_tokens} else mark
        self.setup.forget({"setup_token.accepted"})  # what was found was about another token
        self._trace(mark)

    def note_setup_token(self, revoked: bool) -> None:
        """Keep the trace of the setup token: that it logged in, or that it was proven dead.

        Args:
            revoked: True after the proof.
        """
        mark, at = self.setup_token_mark, self.clock.now()
        old = next((t for t in self.setup.setup_tokens if t.fingerprint == mark), None)
        first = old.accepted_at if old and old.accepted_at else at
        if revoked:
            self.setup_token = None
        # One that logs in is alive, whatever was said of it.
        self._trace(mark, accepted_at=first, revoked_at=at if revoked else None, gone_at=None)

    def say_gone(self, mark: str) -> None:
        """Keep a person's word that a setup token is gone.

        Args:
            mark: its fingerprint.
        """
        self._trace(mark, gone_at=self.clock.now())

    def left_alive(self) -> list[SetupToken]:
        """Return the setup tokens of earlier runs that were neither proven dead nor said to be gone."""
        return [token for token in self.setup.open_setup_tokens() if token.fingerprint != self.setup_token_mark]

    def _trace(self, mark: str | None, **changed: datetime | None) -> None:
        """Change the trace of a setup token, or begin it; write the setup."""
        if mark is None:
            return
        with self._mutex:
            tokens = {token.fingerprint: token for token in self.setup.setup_tokens}
            old = tokens.get(mark) or SetupToken(fingerprint=mark, entered_at=self.clock.now())
            tokens[mark] = old.model_copy(update=changed)
            self.setup.setup_tokens = list(tokens.values())
            self.save()

    def attempts_left(self) -> int:
        """Return how many refused logins are left before NetSuite may lock a user."""
        return self.attempts.left(self.clock.now())

    def ask_again(self, insist: bool = True) -> None:
        """Allow one more login with credentials that were refused, in the next session.

        Args:
            insist: a person asks, even if it may lock the user; False for what runs unattended.
        """
        self._asked = insist

    def session(
        self, cancelled: threading.Event, candidate: Credentials | None = None, replaced: Credentials | None = None
    ) -> Session:
        """Open a session for one run of checks.

        Args:
            cancelled: set when the person does not want to wait any longer.
            candidate: values to log in with instead of those in use.
            replaced: values that are to be proven dead.
        """
        asked, self._asked = self._asked, None
        if asked is not None:
            for who in BOTH:
                self.attempts.allow(who, self.clock.now(), insist=asked)
        values, setup_token = candidate or self.credentials, self.setup_token
        if candidate and setup_token:
            # The setup token is of the same integration record: after a reset it is alive with the new consumer pair alone.
            setup_token = dataclasses.replace(setup_token, consumer=candidate.consumer)
        known = Known(
            self.profile, self.account, self.answers, values, setup_token,
            self.attempts.budget("integration"), self.attempts.budget("setup"), replaced,
        )
        return open_session(known, self._network, self.clock, cancelled)

    def _rests_on(self, question: str) -> set[str]:
        """Return the aspects of the step that asks a question, and of all later steps."""
        steps = [s.id for s in self.profile.step]
        first = next((n for n, s in enumerate(self.profile.step) if any(q.id == question for q in s.ask)), 0)
        return {a for r in self.profile.requirements if steps.index(r.step) >= first for a in r.proof}

    # --- inside --------------------------------------------------------------------------------------------------

    def _has_pair(self, which: str | None) -> bool:
        return bool(self.setup.kept and which in self.setup.kept.pairs and not self.secrets_lost)

    def _setup_token_standing(self) -> Standing | None:
        found, tokens = self.setup.found.get("setup_token.accepted"), self.setup.setup_tokens
        if self.setup_token and not (found and found.standing is Standing.VERIFIED):
            return Standing.FAILED if found and found.standing is Standing.FAILED else Standing.WAITING
        if self.left_alive():
            return Standing.WARNING
        if self.setup_token:
            accepted = any(t.fingerprint == self.setup_token_mark and t.accepted_at for t in tokens)
            return Standing.VERIFIED if accepted else Standing.WAITING
        said = any(token.gone_at and not token.revoked_at for token in tokens)
        return Standing.ATTESTED if said else Standing.NOT_APPLICABLE if tokens else None

    def _readiness_standing(self) -> Standing:
        counted = self.readiness()
        return gravest(counted) if counted else Standing.UNKNOWN
