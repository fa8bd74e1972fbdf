"""One of a few: drawn on one line, changed with the arrow keys or Space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from wizard.profile import Choice


class Choices(Widget, can_focus=True):
    """A line of alternatives with one of them chosen."""

    DEFAULT_CSS = """
    Choices { height: 1; width: 1fr; }
    Choices:focus { text-style: reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,right", "shift(1)", "next choice", show=False),
        Binding("left", "shift(-1)", "choice before", show=False),
        Binding("enter", "app.focus_next", "go on", show=False),
    ]

    value: reactive[str] = reactive("")
    """Value of the choice."""

    @dataclass
    class Chosen(Message):
        """Another choice was made."""

        choices: Choices
        """The widget."""
        value: str
        """Value of the choice."""

    def __init__(self, choices: tuple[Choice, ...], value: str, id: str) -> None:
        """Offer choices.

        Args:
            choices: at least one.
            value: which of them is chosen.
            id: for selectors.
        """
        super().__init__(id=id)
        self._choices = choices
        self.set_reactive(Choices.value, value)

    def render(self) -> Content:
        """Draw ``(x) one  ( ) other``."""
        parts = [f"({'x' if c.value == self.value else ' '}) {c.label}" for c in self._choices]
        return Content("  ".join(parts))

    def action_shift(self, by: int) -> None:
        """Choose the next or the one before.

        Args:
            by: 1 or -1.
        """
        values = [c.value for c in self._choices]
        here = values.index(self.value) if self.value in values else 0
        self.value = values[(here + by) % len(values)]
        self.post_message(self.Chosen(self, self.value))
