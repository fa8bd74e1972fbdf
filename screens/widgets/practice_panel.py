"""Plays NetSuite's side while practising: does the step, rightly or with a typical mistake."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Static

from screens.background import in_daemon_thread
from screens.marks import plainly
from wizard.desk import PracticeDesk
from wizard.errors import SetupError
from wizard.profile import Step
from wizard.walk import Walk


class PracticePanel(Vertical):
    """Two lines: what it can do, and what it did."""

    @dataclass
    class Done(Message):
        """NetSuite's side was played."""

        said: str
        """What happened."""

    def __init__(self, desk: PracticeDesk, walk: Walk, step: Step, plain: bool) -> None:
        """Play NetSuite for one step.

        Args:
            desk: the practice account.
            walk: for profile and answers.
            step: which step.
            plain: ASCII alone.
        """
        super().__init__(id="practice")
        self._desk = desk
        self._walk = walk
        self._step = step
        self._plain = plain
        self._wrong = 0
        self._told = ""

    def compose(self) -> ComposeResult:
        """Buttons if this step has something to do in NetSuite."""
        with Horizontal():
            yield Static("NetSuite, practising:", id="practice-title", markup=False)
            if self._step.practice:
                yield Button("Do it F7", id="practice-right", compact=True)
                yield Button("Mistake F8", id="practice-wrong", compact=True)
                if self._step.panel in ("secret_pair", "setup_token"):
                    yield Button("Paste F9", id="practice-paste", compact=True)
        yield Static("", id="practice-said", markup=False)

    def on_mount(self) -> None:
        """Say what it can do."""
        self.tell(self._first_words())

    def tell(self, text: str) -> None:
        """Say what happened.

        Args:
            text: ours.
        """
        self._told = text
        self.repaint()

    def repaint(self) -> None:
        """Draw it again: names may be short now."""
        self.query_one("#practice-said", Static).update(self._say(self._told))

    def _say(self, text: str) -> str:
        text = self.app.masked(text)  # type: ignore[attr-defined]
        return plainly(text) if self._plain else text

    def _first_words(self) -> str:
        if self._step.panel == "account":
            return f"Type {self._desk.realm}: the practice account, on this machine alone."
        return "F7 does it in NetSuite for you, F8 does it wrongly."

    @on(Button.Pressed, "#practice-right")
    def _right(self, event: Button.Pressed) -> None:
        event.stop()
        self.act(right=True)

    @on(Button.Pressed, "#practice-wrong")
    def _mistaken(self, event: Button.Pressed) -> None:
        event.stop()
        self.act(right=False)

    @on(Button.Pressed, "#practice-paste")
    async def _paste(self, event: Button.Pressed) -> None:
        event.stop()
        await self.screen.run_action("practice_paste")

    def act(self, right: bool) -> None:
        """Do the step.

        Args:
            right: False makes the next of the typical mistakes.
        """
        if not self._step.practice:
            return
        unanswered = next((q for q in self._step.ask if not self._walk.answer(q.id)), None)
        if unanswered:
            self.tell(f"First answer above: {unanswered.label}.")
            return
        moves = self._desk.moves(self._step.practice)
        if right:
            move = moves[0]
        else:
            wrong = moves[1:] or moves
            move = wrong[self._wrong % len(wrong)]
            self._wrong += 1
        self._do(move.name)

    @work(group="practice", exclusive=True, exit_on_error=False, description="practice move")
    async def _do(self, move: str) -> None:
        assert self._step.practice
        try:
            said = await in_daemon_thread(
                self._desk.do, self._step.practice, move, self._walk.profile, self._walk.answers
            )
        except SetupError as error:
            said = error.message
        except Exception as error:  # without this the panel would keep silent about a mistake of ours
            said = f"The practice account failed ({type(error).__name__})."
        self.tell(said)
        self.post_message(self.Done(said))
