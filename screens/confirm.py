"""One question, two buttons."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from screens.marks import plainly


class Confirm(ModalScreen[bool]):
    """Asks before something that cannot be taken back, or that only a person can know."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer(False)", "no", show=False),
        Binding("y", "answer(True)", "yes", show=False),
        Binding("n", "answer(False)", "no", show=False),
        Binding("left,right", "app.focus_next", "other", show=False),
    ]
    AUTO_FOCUS = "#no"

    def __init__(self, title: str, question: str, yes: str, no: str, plain: bool) -> None:
        """Ask one thing.

        Args:
            title: what this is about.
            question: in full; never markup.
            yes: on the button that agrees.
            no: on the other one, which has the focus.
            plain: ASCII alone.
        """
        super().__init__()
        self._plain = plain
        self._title, self._question, self._yes, self._no = title, question, yes, no

    def _say(self, text: str) -> str:
        text = self.app.masked(text)  # type: ignore[attr-defined]
        return plainly(text) if self._plain else text

    def compose(self) -> ComposeResult:
        """A box in the middle."""
        with Vertical(classes="box"):
            yield Static(self._say(self._title), classes="box-title", markup=False)
            yield Static(self._say(self._question), id="question", markup=False)
            with Horizontal(classes="box-buttons"):
                yield from self.compose_buttons()

    def compose_buttons(self) -> ComposeResult:
        """Yes and no."""
        yield Button(self._say(f"{self._yes} (y)"), id="yes", compact=True)
        yield Button(self._say(f"{self._no} (n)"), id="no", compact=True)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_answer(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """Answer by key.

        Args:
            answer: yes or no.
        """
        self.dismiss(answer)
