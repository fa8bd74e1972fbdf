"""Rotation: the stages on the left, the work of the present one on the right."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Button, Static

from screens import bindings as keys
from screens.background import in_daemon_thread
from screens.pick import Pick
from screens.secret_pair import SecretPairStep
from screens.stages import Stages
from screens.widgets.fields import SecretField
from screens.widgets.practice_panel import PracticePanel
from screens.widgets.verdicts import Detail, Row, Verdicts
from wizard import rotating
from wizard.credentials import Pair
from wizard.desk import Desk
from wizard.diagnosis import diagnose
from wizard.errors import WouldReplace
from wizard.message import messages
from wizard.rotation import DEAD, STAGES, Kind
from wizard.rotation_steps import KINDS, SHORT, stage_step
from wizard.vault.interface import Usability
from wizard.verdict import Standing, Verdict
from wizard.walk import Walk

REVOKE_ASKED = (
    "The old token is revoked in NetSuite, with its own signature: the only thing this program changes there. It is for good. "
    "The new token is not touched. Then one login with the new values and one with the old ones prove that it is dead."
)

BY_PERSON = {
    "handed_over": "The new values are in the vendor's form.",
    "works": "The vendor works with the new values: something real arrived.",
    "revoked": "The old token is revoked in NetSuite.",
    "proven": "End without the proof: the old values are deleted here, and the report says so.",
}
"""What a person can vouch for, by stage."""

WORDS = {
    "entered": "kept, read back", "verified": "accepted", "stored": "in use, read back", "revoked": "NetSuite did it",
    "proven": "proven dead",
}  # fmt: skip
"""What is said of a stage that is done."""

BY = {Standing.ATTESTED: "you said so", Standing.NOT_APPLICABLE: "by the reset"}
"""What is said instead, where nothing proves it."""


def rotation_page(walk: Walk, desk: Desk, said: str = "") -> Stages:
    """Return the page of the present stage.

    Args:
        walk: the open setup.
        desk: for the practice account.
        said: what to say first.
    """
    step = stage_step(walk)
    practice = PracticePanel(desk.practice, walk, step, desk.plain) if desk.practice and step.practice else None
    return (EnterPage if step.panel == "secret_pair" else RotationPage)(walk, step, practice, desk.plain, said=said)


class EnterPage(Stages, SecretPairStep):
    """Stage 2: two hidden fields, kept beside the values in use."""

    FOOTER: ClassVar[tuple[keys.Key, ...]] = (keys.BACK, keys.UNDO, keys.COPY, keys.HELP, keys.PRESENTER, keys.QUIT)

    def arrived(self) -> None:
        """Look too whether an earlier run ended before it noted what it had kept."""
        super().arrived()
        self.resume()

    def came_back(self, chosen: bool | None) -> None:
        """See ``SecretPairStep``; what could not be read in a closed vault is looked at now.

        Args:
            chosen: see ``LookingPage``.
        """
        waits = self._waiting is not None
        super().came_back(chosen)
        if chosen and not waits:
            self.resume()

    def _say_kept(self) -> None:
        self.say_live(self._said or "Not shown, not copied, not logged. Paste: Shift+Insert, Ctrl+Shift+V or right-click.")

    def _say_place(self) -> None:
        super()._say_place()
        if self._state and self._state.usability is Usability.OK:  # while a rotation is open, nothing moves
            self.query_one("#store", Static).update(self.say(f"Will be kept in {self.walk.vault.place}, beside those in use."))

    def _place(self, pair: Pair) -> None:
        if self._busy:
            self.say_live("Not stored yet: the vault is at work. Press Enter again when it is done.", bad=True)
        else:
            self._keep(pair)  # beside the values in use: there is no other place for it

    @work(exclusive=True, group="vault", exit_on_error=False, description="vault keep")
    async def _keep(self, pair: Pair, replace: bool = False) -> None:
        self.say_live("Storing, and reading back with a second process …")
        # Whatever goes wrong, the fields stay filled: NetSuite shows these values only once.
        with self.at_work():
            receipt = await in_daemon_thread(rotating.enter, self.walk, self.step.pair or "token", pair)
            for field in self._fields:
                self.query_one(f"#{field}", SecretField).value = ""
            self.reopen(f"Kept beside the values in use, in {receipt.place}, read back.")

    def compose_buttons(self) -> ComposeResult:
        """Storing comes first here."""
        yield Button("Store", id="store-pair", compact=True)
        yield Button("Undo", id="undo", compact=True)
        yield Button("Back", id="back", compact=True)
        yield Button("Help", id="help", compact=True)

    @on(Button.Pressed, "#undo")
    def _undo_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_undo()


class RotationPage(Stages):
    """Every other stage: Enter does what is next."""

    FOOTER: ClassVar[tuple[keys.Key, ...]] = (
        keys.GO_ON, keys.BACK, keys.ATTEST, keys.UNDO, keys.HELP, keys.COPY, keys.ANEW, keys.PRESENTER, keys.QUIT,
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """See ``Stages``."""
        super().__init__(*arguments, **named)
        self._found: dict[str, Verdict] = {}

    def compose_buttons(self) -> ComposeResult:
        """Everything a key does that matters."""
        works = self._works()
        named = (("Go on", keys.GO_ON), ("I did this", keys.ATTEST), ("Undo", keys.UNDO), ("Back", keys.BACK), ("Help", keys.HELP))
        for word, key in named:
            if works.get(key, True):
                yield Button(word, id=key.action.removeprefix("app."), compact=True)

    def _works(self) -> dict[keys.Key, bool]:
        """Tell of the keys that do not always do something whether they do at this stage."""
        rotation = self.rotation
        going = rotation is not None and rotation.open
        return {
            keys.ATTEST: self.step.id in BY_PERSON, keys.ANEW: self.step.id in ("verified", "stored"),
            keys.UNDO: bool(rotation and going and (rotation.stored is None or rotation.can_go_back)),
        }  # fmt: skip

    def footer(self) -> tuple[keys.Key, ...]:
        """Return the keys that do something now."""
        works = self._works()
        return tuple(key for key in super().footer() if works.get(key, True))

    @on(Button.Pressed)
    def _more_pressed(self, event: Button.Pressed) -> None:
        if event.button.id in ("attest", "undo"):
            event.stop()
            getattr(self, f"action_{event.button.id}")()

    def arrived(self) -> None:
        """Finish what an earlier run left half done."""
        self.say_live(self._said or (self.rotation.says.capitalize() + "." if self.rotation else "Nothing was changed yet."))
        self.resume()

    def focus_first(self) -> None:
        """The button that goes on: Enter does what is next."""
        self.query_one("#look", Button).focus()

    def rows(self) -> list[Row]:
        """What the login with the new values, or the last call with the old ones, showed."""
        titles = {"login.accepted": "Login with the new values", DEAD: "One login with the old values"}
        titles |= {about: f"The same {word} as before" for about, word in rotating.BOUND.items()}
        asked = [Row(about, title, self._found[about]) for about, title in titles.items() if about in self._found]
        return asked or self._done()

    def _done(self) -> list[Row]:
        """What is done so far, in words."""
        rows = []
        for stage in STAGES:
            at = getattr(self.rotation, stage, None)
            if self.rotation and at and stage != "begun":
                standing = self.rotation.standing(stage)
                said = BY[standing] if standing in BY else WORDS[stage]
                verdict = Verdict(about=stage, standing=standing, says=said, at=at)
                rows.append(Row(stage, SHORT[stage], verdict, word=f"{said} {at:%Y-%m-%d %H:%M}"))
        return rows

    def repaint_panel(self) -> None:
        """Rows take no room while there are none."""
        super().repaint_panel()
        self.query_one(Verdicts).display = bool(self.rows())

    def explain(self) -> None:
        """Explain the marked row; what is done needs no explanation."""
        super().explain()
        if not self._found:
            self.query_one(Detail).display = False

    def take(self, verdict: Verdict) -> None:
        """Show it; it is recorded when the new values are the ones in use.

        Args:
            verdict: about the new values, or the old ones.
        """
        self._found[verdict.about] = verdict

    # --- what is next --------------------------------------------------------------------------------------------

    def action_look(self) -> None:
        """Do what is next."""
        self._touch()
        if self._looking or self._busy:  # one call is one call
            self.app.bell()
            return
        next_act: dict[str, Callable[[], object]] = {
            "begun": self._choose, "verified": self._verify, "stored": self._store, "handed_over": self._hand_over,
            "works": self.action_attest, "revoked": self._revoke, "proven": self._prove,
        }  # fmt: skip
        next_act[self.step.id]()

    def _choose(self) -> None:
        def answer(kind: str | None) -> None:
            if kind:
                self._begin(kind)

        self.app.push_screen(Pick("What is replaced?", KINDS, self.plain), answer)

    @work(group="rotation", exit_on_error=False, description="rotation")
    async def _begin(self, kind: Kind, replace: bool = False) -> None:
        with self.at_work():
            try:
                await in_daemon_thread(rotating.begin, self.walk, kind, replace)
            except WouldReplace as there:
                question = f"{there.message}\n\nAnother setup may still need them."
                self.asked_first("Delete what is there?", question, "Delete", lambda: self._begin(kind, True))
                return
            self.reopen("The rotation is open. Nothing was changed yet.")

    def _verify(self) -> None:
        def ask(report: Any, cancelled: threading.Event) -> None:
            rotating.verify_new(self.walk, self.app.desk.runner, report, cancelled)

        self._found = {}
        self.insist(lambda: self.begin(ask))

    def _store(self) -> None:
        found = tuple(self._found.values())
        self.act(lambda: rotating.store(self.walk, found), "The new values are in use here, read back.")

    def _hand_over(self) -> None:
        step = next(s.id for s in self.walk.profile.step if s.panel == "hand_over")
        self.leave_for(lambda: self.app.open_step(self.walk, step))

    def _revoke(self) -> None:
        self.asked_first("Revoke the old token from here?", REVOKE_ASKED, "Revoke", lambda: self.begin(self._revoke_and_prove))

    def _revoke_and_prove(self, report: Any, cancelled: threading.Event) -> None:
        rotating.revoke_here(self.walk, cancelled)
        if self.rotation and self.rotation.revoked:
            rotating.prove_dead(self.walk, self.app.desk.runner, report, cancelled)

    def _prove(self) -> None:
        question = (
            "One login with the new values, then exactly one with the old ones, which must be refused. That refusal counts: "
            f"{self.walk.attempts_left()} are left before NetSuite may lock the user."
        )

        def go() -> None:
            self.begin(lambda report, cancelled: rotating.prove_dead(self.walk, self.app.desk.runner, report, cancelled))

        self.asked_first("Make the one call?", question, "Make it", go)

    def ended(self, trouble: str | None) -> None:
        """Say what came of it, and open the next stage if this one is done.

        Args:
            trouble: what stopped it.
        """
        rotation = self.rotation
        if rotation and not rotation.open:
            self.reopen("NetSuite refused the old values right after it accepted the new ones. They are dead, and deleted here.")
        elif rotation and rotation.stage != self.step.id:
            self.reopen(self._came_of_it(trouble))
        elif trouble:
            self.say_live(trouble, bad=True)
        else:
            self.say_live(self._why_not(), bad=True)

    def _came_of_it(self, trouble: str | None) -> str:
        """Say why another stage is the present one now."""
        dead = self._found.get(DEAD)
        if self.step.id == "verified":
            return trouble or "NetSuite accepted the new values."
        if dead and dead.standing is Standing.FAILED:
            return f"The old values {dead.says}."
        return f"NetSuite revoked the old token. {trouble or self._why_not()}"

    def _why_not(self) -> str:
        """Say why this stage is not done, with the likeliest cause."""
        if (dead := self._found.get(DEAD)) and dead.standing is not Standing.VERIFIED:
            return f"Not proven: {dead.says}."
        if other := rotating.differs(self.walk, self._found):
            return f"The new values are bound to {other}. They stay entered and are not used."
        likely = messages(diagnose(self._found, None))
        cause = f" Likeliest: {likely[0].title}." if likely else ""
        login = self._found.get("login.accepted")
        stay = " They stay entered, and the old ones in use." if self.step.id == "verified" else ""
        return f"{login.says.capitalize() if login else 'Nothing was asked'}.{cause}{stay}"

    def action_attest(self) -> None:
        """Vouch for this stage."""
        if self.step.id not in BY_PERSON:
            self.say_live("Your word is not enough for this stage; Enter does it.")
            return
        question = f"{BY_PERSON[self.step.id]}\n\nYour word is kept as that, with its date: drawn ~, never as verified."
        self._asked_to("Do you vouch for this?", question, "Yes, it is so", self._attested, "Kept, by your word.")

    def _attested(self, walk: Walk) -> None:
        if self.step.id == "proven":
            rotating.close(walk)
        else:
            rotating.attest(walk, self.step.id)  # type: ignore[arg-type]
