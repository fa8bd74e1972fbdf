"""Two hidden fields, open before Save is pressed in NetSuite; stored at once and read back."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Label, Static

from screens import bindings as keys
from screens.background import in_daemon_thread
from screens.confirm import Confirm
from screens.step import StepScreen
from screens.widgets.fields import Field, SecretField
from wizard.credentials import PAIRS, Pair, pair_problem, set_problem, shape
from wizard.errors import CredentialError, VaultError, WouldReplace
from wizard.pasted import Cleaned, clean, said, sort_pasted
from wizard.profile import Credential
from wizard.vault.interface import StoreState, Usability


class SecretPairStep(StepScreen):
    """Consumer pair or token pair."""

    def __init__(self, *arguments: object, **named: object) -> None:
        """See ``StepScreen``."""
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self._fields = PAIRS[self.step.pair or "token"]
        self._state: StoreState | None = None
        self._waiting: Pair | None = None

    # --- what is on the page -------------------------------------------------------------------------------------

    def compose_form(self) -> ComposeResult:
        """Questions of the profile, then the two hidden fields."""
        yield from super().compose_form()
        with Vertical(id="pair"):
            for field in self._fields:
                with Horizontal(classes="question"):
                    yield Label(self.say(self._credential(field).label), markup=False, classes="label")
                    yield SecretField(id=field)
                    yield Static(id=f"shape-{field}", classes="shape", markup=False)
            yield Static(id="store", markup=False)

    def compose_buttons(self) -> ComposeResult:
        """Storing comes first here."""
        yield Button("Store", id="store-pair", compact=True)
        yield from super().compose_buttons()
        yield Button("Kept in", id="kept", compact=True)

    def arrived(self) -> None:
        """Ask the vault whether it can be used, before any secret is typed."""
        self._say_kept()
        self._probe()

    def focus_first(self) -> None:
        """The first hidden field, unless a question of the profile comes first."""
        self.query_one(f"#{self._fields[0]}", SecretField).focus()

    def _credential(self, field: str) -> Credential:
        return next(c for c in self.walk.profile.credential if c.id == field)

    def _say_kept(self) -> None:
        kept = self.walk.setup.kept
        if self.walk.secrets_lost:
            self.say_live("The values were kept in memory only and ended with that run. Make new ones in NetSuite.", bad=True)
        elif kept and kept.left_behind:
            self.say_live(f"{kept.left_behind} {keys.WHERE_KEPT}", bad=True)
        elif kept and (self.step.pair in kept.pairs):
            self.say_live(f"Kept in {kept.place}, fingerprint {kept.fingerprint}. New values replace it.")
        else:
            self.say_live("Not shown, not copied, not logged. Paste: Shift+Insert, Ctrl+Shift+V or right-click.")

    # --- the vault -----------------------------------------------------------------------------------------------

    @work(exclusive=True, group="vault", exit_on_error=False, description="vault probe")
    async def _probe(self, then_place: Pair | None = None) -> None:
        self.query_one("#store", Static).update(self.say(f"Trying {self.walk.vault.place} …"))
        with self.trouble_said():
            self._state = await in_daemon_thread(self.walk.vault.probe)
            if self._state.usability is Usability.OK:
                await in_daemon_thread(self.walk.fetch_secrets)
        self._say_place()
        if then_place and self._state:
            self._place(then_place)
        elif self._undecided() and self.is_current and self.app.first_time(self.walk, "vault"):
            self._choose_place()

    def _undecided(self) -> bool:
        """Tell whether somebody has to say where the values shall go."""
        nowhere = self.walk.setup.vault is None and (self.walk.setup.kept is None or self.walk.secrets_lost)
        return nowhere and self._state is not None and self._state.usability is not Usability.OK

    def _say_place(self) -> None:
        state = self._state
        if state is None:
            return
        text = f"Will be kept in {self.walk.vault.place}. k or F6 changes that."
        if state.usability is not Usability.OK:
            text = f"{state.says} {'Nothing is chosen yet. ' if self._undecided() else ''}{keys.WHERE_KEPT}"
        self.query_one("#store", Static).update(self.say(text))

    def _choose_place(self, pair: Pair | None = None) -> None:
        """Open the page where the vault is chosen; what is typed stays in the fields.

        Args:
            pair: to be stored as soon as there is a place for it.
        """
        self.app.first_time(self.walk, "vault")
        self._waiting = pair
        self.open_vault_page(self.came_back)

    def came_back(self, chosen: bool | None) -> None:
        """Store what waited for a place, if there is one now.

        Args:
            chosen: see ``LookingPage``.
        """
        pair, self._waiting, self._state = self._waiting, None, None
        self.repaint()
        if pair and not chosen:
            self.say_live("Not stored yet: the values are still in the fields, and nowhere else.", bad=True)
        else:
            self._say_kept()
        self._probe(pair if chosen else None)

    # --- typing and pasting --------------------------------------------------------------------------------------

    @on(SecretField.Arrived)
    def _pasted(self, message: SecretField.Arrived) -> None:
        field = message.field
        text = field.fetch()
        labels = {c.id: (c.label, *c.aliases) for c in self.walk.profile.credential}
        sorted_in = sort_pasted(text, labels)
        if sorted_in:
            self._spread(sorted_in)
            return
        try:
            cleaned = clean(text, field.id)
        except CredentialError as error:
            self.say_live(error.message, bad=True)
            return
        self._fill(field, cleaned)

    def _spread(self, found: dict[str, Cleaned]) -> None:
        """Put several labelled values where they belong; those of other steps are named, not kept."""
        here = [f for f in self._fields if f in found]
        elsewhere = [self._credential(f).label for f in found if f not in self._fields and f != "account"]
        for field in here:
            self._fill(self.query_one(f"#{field}", SecretField), found[field])
        words = []
        if here:
            words.append(f"{' and '.join(self._credential(f).label for f in here)} recognised by label.")
        if elsewhere:
            words.append(f"{' and '.join(elsewhere)} belong to another step: paste again there.")
        self.say_live(" ".join(words), bad=not here)

    def _fill(self, field: Field, cleaned: Cleaned) -> None:
        field.value = cleaned.value.get_secret_value()
        field.cursor_position = len(field.value)
        label = self._credential(field.id or "").label
        if cleaned.removed:
            self.say_live(f"{label}: {said(cleaned.removed)}.")

    @on(Input.Changed, "SecretField")
    def _shape(self, event: Input.Changed) -> None:
        self._say_shape(event.input.id or "")

    def _say_shape(self, field: str) -> None:
        value = self.query_one(f"#{field}", SecretField).value
        fine, words = shape(value)
        sign = ("+" if self.plain else "✓") if fine else "!"
        if self.app.presenter:
            words = f"{'looks right' if fine else 'looks unusual'} {sign}"
        elif len(value) < 10_000:
            words = f"{len(value)} character{'s' if len(value) > 1 else ''} {sign}"
        self.query_one(f"#shape-{field}", Static).update(self.say(words if value else ""))

    def repaint(self) -> None:
        """Presenter mode may have changed: it says less about what is in a field."""
        super().repaint()
        for field in self._fields if self.query(SecretField) else ():  # none when the page was closed since this was asked for
            self._say_shape(field)

    @on(Input.Submitted, "SecretField")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == self._fields[0]:
            self.query_one(f"#{self._fields[1]}", SecretField).focus()
        else:
            self.store_pair()

    @on(Field.Refused, "SecretField")
    def _not_taken(self, message: Field.Refused) -> None:
        message.stop()
        self.say_live(message.why, bad=True)

    @on(Button.Pressed, "#store-pair")
    def _store_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.store_pair()

    def action_look(self) -> None:
        """With something typed: store it; else ask again."""
        if any(self.query_one(f"#{f}", SecretField).value for f in self._fields):
            self.store_pair()
        else:
            super().action_look()

    # --- storing -------------------------------------------------------------------------------------------------

    def typed(self) -> Pair | None:
        """Return the pair in the fields, or say what is wrong with it."""
        try:
            first, second = (clean(self.query_one(f"#{f}", SecretField).value).value for f in self._fields)
        except CredentialError as error:
            self.say_live(error.message, bad=True)
            return None
        problem = pair_problem(first.get_secret_value(), second.get_secret_value())
        if problem:
            self.say_live(problem, bad=True)
            return None
        return Pair(first, second)

    def unstored(self) -> str | None:
        """Say that typed values would be lost: NetSuite shows them once."""
        if any(self.query_one(f"#{f}", SecretField).value for f in self._fields):
            return "The values in the hidden fields are not stored yet. NetSuite shows them once; leaving the page drops them."
        return None

    def store_pair(self) -> None:
        """Check the pair without a request, then hand it to the vault."""
        if not self.walk.setup.account:
            self.say_live("Give the account ID first (step Account): the values are kept under it.", bad=True)
            return
        pair = self.typed()
        if pair is None:
            return
        problem = set_problem(self.walk.with_pair(self.step.pair or "token", pair))
        if problem:
            self.say_live(problem, bad=True)
        elif self._state is None:  # Enter came before the vault's answer: no secret goes in before it is known to be good
            self._probe(pair)
        else:
            self._place(pair)

    def _place(self, pair: Pair) -> None:
        if self._state is not None and self._state.usability is not Usability.OK:
            self._choose_place(pair)
        else:
            self._keep(pair)

    @work(exclusive=True, group="vault", exit_on_error=False, description="vault keep")
    async def _keep(self, pair: Pair, replace: bool = False) -> None:
        self.say_live("Storing, and reading back with a second process …")
        # Whatever goes wrong, the fields stay filled: NetSuite shows these values only once.
        with self.trouble_said():
            try:
                receipt = await in_daemon_thread(self.walk.keep, self.step.pair or "token", pair, replace)
            except WouldReplace as there:
                self._ask_to_replace(pair, there)
                return
            except VaultError:
                self._state = None  # it may have been locked since the probe: the next Store tries again
                raise
            for field in self._fields:
                self.query_one(f"#{field}", SecretField).value = ""
            self._say_place()
            self.repaint()
            self.stored(f"Kept in {receipt.place}, read back. Fingerprint {receipt.fingerprint}.")

    def _ask_to_replace(self, pair: Pair, there: WouldReplace) -> None:
        def answer(yes: bool | None) -> None:
            if yes:
                self._keep(pair, replace=True)
            else:
                self.say_live("Nothing was stored; the older values are still there.")

        question = f"{there.message}\n\nReplaced values are gone; another setup or program may still use them."
        self.app.push_screen(Confirm("Replace what is there?", question, "Replace", "No", self.plain), answer)

    def stored(self, words: str) -> None:
        """Say where the pair is; with all five values, log in once.

        Args:
            words: where it is.
        """
        self.say_live(words)
        if self.walk.credentials and self.walk.credentials.complete:
            self.insist(lambda: self.look(self.aspects()))
        else:
            self.query_one("#next", Button).focus()

    def action_practice_paste(self) -> None:
        """Paste the pair that the practice account's page shows."""
        shown = self.app.desk.practice.shown() if self.app.desk.practice else None
        if shown is None:
            self.say_live("NetSuite's page shows no values now: F7 first.")
            return
        for field, value in zip(self._fields, shown, strict=True):
            self.query_one(f"#{field}", SecretField).take(value.get_secret_value())
        self.query_one(f"#{self._fields[1]}", SecretField).focus()
