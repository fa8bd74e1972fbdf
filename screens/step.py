"""The step screen: a page that asks NetSuite, with its keys and its answers. Panels of their own are subclasses."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widgets import Button, Input, OptionList

from screens import bindings as keys
from screens.confirm import Confirm
from screens.copying import CopyList
from screens.evidence import EvidencePage
from screens.looking import LookingPage
from screens.messages import SetupChanged
from screens.presenting import NOTHING_COPIED
from screens.widgets.choices import Choices
from screens.widgets.fields import Field
from screens.widgets.instructions import Copyable, Instructions
from screens.widgets.practice_panel import PracticePanel
from screens.widgets.verdicts import Verdicts
from wizard.pasted import like_a_credential
from wizard.redact import one_line

ANSWER_LIMIT = Field.LIMIT
"""Characters of an answer; what a field takes is kept whole, a list of subsidiaries too."""


class StepScreen(LookingPage):
    """One step."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key.binding()
        for key in (
            keys.LOOK, keys.BACK, keys.NEXT, keys.WHY, keys.COPY, keys.ATTEST, keys.EVIDENCE, keys.CAUSE, keys.KEPT,
            keys.ROOT, keys.HELP, keys.QUIT, keys.PRACTICE_RIGHT, keys.PRACTICE_WRONG, keys.PRACTICE_PASTE,
        )
    ]
    FOOTER: ClassVar[tuple[keys.Key, ...]] = (
        keys.LOOK, keys.BACK, keys.NEXT, keys.ATTEST, keys.COPY, keys.HELP, keys.EVIDENCE, keys.WHY,
    )

    def needs_values(self) -> bool:
        """Not before there can be any."""
        return self.step.panel not in ("machine", "account")

    # --- keys and buttons ----------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """Open the step before."""
        self._move(-1)

    def action_next(self) -> None:
        """Open the next step."""
        self._move(1)

    def _move(self, by: int) -> None:
        steps = [s.id for s in self.walk.steps()]
        here = steps.index(self.step.id) + by
        if 0 <= here < len(steps):
            self.leave_for(lambda: self.app.open_step(self.walk, steps[here]))

    def action_leave(self) -> None:
        """Out of a field; from anywhere else back to the first screen."""
        if isinstance(self.focused, (Field, Choices)):
            self.query_one(Instructions).focus()
            return
        self.leave_for(self.app.close_walk)

    def action_why(self) -> None:
        """Show or hide the reason."""
        self.query_one(Instructions).toggle_why()

    def action_copy(self) -> None:
        """Offer addresses and labels."""
        if self.app.presenter:
            self.say_live(NOTHING_COPIED, bad=True)
            return
        found = self.query_one(Instructions).copyables()
        rows = self.query_one(Verdicts) if self.query(Verdicts) else None
        row = rows.rows.get(rows.marked or "") if rows else None
        if row and row.verdict and row.verdict.remedy and row.verdict.remedy.link:
            found.insert(0, Copyable(f"address for: {row.title}", row.verdict.remedy.link))
        if found:
            self.app.push_screen(CopyList(found, self.plain))
        else:
            self.say_live("Nothing to copy here yet.")

    def action_attest(self) -> None:
        """Vouch for the marked row, or take it back."""
        if not self.query(Verdicts):
            return
        marked = self.query_one(Verdicts).marked
        requirement = next((r for r in self.walk.profile.requirements if r.id == marked), None)
        if requirement is None or not requirement.attest:
            self.say_live("This line cannot be vouched for; NetSuite has to show it.")
            return
        if marked in self.walk.setup.attested:
            self.guarded(lambda: self.walk.attest([requirement.id], yes=False))
            self.repaint()
            return

        def answer(yes: bool | None) -> None:
            if yes:
                self.guarded(lambda: self.walk.attest([requirement.id]))
                self.repaint()

        question = f"{requirement.attest}\n\nYour word is kept as that: drawn ~, replaced as soon as NetSuite shows it."
        self.app.push_screen(Confirm("Do you vouch for this?", question, "Yes, it is so", "No", self.plain), answer)

    def action_evidence(self) -> None:
        """Show what the marked row rests on."""
        rows = self.query(Verdicts)
        row = rows.first(Verdicts).rows.get(rows.first(Verdicts).marked or "") if rows else None
        if row and row.verdict:
            self.app.push_screen(EvidencePage(row.title, row.verdict, self.plain))

    def footer(self) -> tuple[keys.Key, ...]:
        """Return the keys for the footer; that of the cause as soon as something is not in order."""
        shown = super().footer()
        return (*shown[:3], keys.CAUSE, *shown[3:]) if self.walk.diagnosis().candidates else shown

    def action_cause(self) -> None:
        """Say what is the matter."""
        from screens.diagnose import DiagnosePage

        def answer(step: str | None) -> None:
            if step and step != self.step.id:
                self.leave_for(lambda: self.app.open_step(self.walk, step))

        self.make_way()
        self.app.push_screen(DiagnosePage(self.walk, self.step, self.aspects(), self.plain), answer)

    def action_practice_right(self) -> None:
        """Let the practice account do this step."""
        if self._practice:
            self._practice.act(right=True)

    def action_practice_wrong(self) -> None:
        """Let the practice account do this step with a mistake."""
        if self._practice:
            self._practice.act(right=False)

    def action_practice_paste(self) -> None:
        """Paste what NetSuite's page shows; only secret pairs have fields for it."""
        self.say_live("There is nothing to paste on this page.")

    @on(PracticePanel.Done)
    def _practised(self) -> None:
        self.repaint()
        if (self.walk.setup_token or (self.walk.credentials and self.walk.credentials.complete)) and self.aspects() != set():
            self.walk.ask_again(insist=False)
            self.look(self.aspects())

    @on(OptionList.OptionHighlighted, "#verdicts")
    def _marked(self) -> None:
        self.explain()

    @on(OptionList.OptionSelected, "#verdicts")
    def _selected(self) -> None:
        self.action_look()

    @on(OptionList.OptionSelected, "#rail")
    def _jumped(self, event: OptionList.OptionSelected) -> None:
        if event.option_id and event.option_id != self.step.id:
            self.jump(event.option_id)

    def jump(self, step: str) -> None:
        """Open another line of the list on the left.

        Args:
            step: its id.
        """
        self.leave_for(lambda: self.app.open_step(self.walk, step))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        action = {
            "look": self.action_look, "back": self.action_back, "next": self.action_next, "help": self.app.action_help,
            "kept": self.action_where_kept,
        }  # fmt: skip
        if event.button.id in action:
            event.stop()
            action[event.button.id]()

    # --- answers -------------------------------------------------------------------------------------------------

    @on(Choices.Chosen)
    def _chosen(self, message: Choices.Chosen) -> None:
        self.keep_answer((message.choices.id or "").removeprefix("ask-"), message.value)

    @on(Input.Changed)
    def _typed(self) -> None:
        self._touch()  # a field keeps its keys to itself
        self._show_keys()

    @on(Input.Submitted, "#form Field")
    def _submitted(self, event: Input.Submitted) -> None:
        self.keep_answer((event.input.id or "").removeprefix("ask-"), event.value)
        self.focus_next()

    @on(Input.Blurred, "#form Field")
    def _blurred(self, event: Input.Blurred) -> None:
        self.keep_answer((event.input.id or "").removeprefix("ask-"), event.value)

    @on(Field.Refused)
    def _refused(self, message: Field.Refused) -> None:
        self.say_live(message.why, bad=True)

    def keep_answer(self, question: str, answer: str) -> None:
        """Keep an answer if it is another one.

        Args:
            question: its id.
            answer: what the person said.
        """
        answer = one_line(answer.strip(), ANSWER_LIMIT)
        if like_a_credential(answer):
            self.query_one(f"#ask-{question}", Field).value = self.walk.answer(question)
            self.say_live("That holds a key or secret: this field is shown and saved. It was not kept.", bad=True)
            return
        if answer != self.walk.answer(question):
            self.guarded(lambda: self.walk.give(question, answer))
            if self._looking:  # with the old answer
                self._drop_look()
                self.say_live(self.waits_for())
            self.query_one(Instructions).redraw()
            self.post_message(SetupChanged())

    @on(SetupChanged)
    def _setup_changed(self) -> None:
        self.repaint()

    def unstored(self) -> str | None:
        """Return what would be lost if the page were left now, in a sentence, or None."""
        return None

    def leave_for(self, go: Callable[[], None]) -> None:
        """Leave the page; ask first if something would be lost.

        Args:
            go: opens what comes next.
        """

        def answer(yes: bool | None) -> None:
            if yes:
                self.leave_page()
                go()

        loss = self.unstored()
        if loss is None:
            answer(True)
        else:
            self.app.push_screen(Confirm("Leave this page?", loss, "Leave", "Stay", self.plain), answer)

    def leave_page(self) -> None:
        """Keep what is typed and stop asking; called before another page opens."""
        self._drop_look()
        for field in self.query("#form Field").results(Field):
            self.keep_answer((field.id or "").removeprefix("ask-"), field.value)
