"""A page on top of another: it asks when it is told to, can be stopped at any moment, and goes back where it came from."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Button, OptionList

from screens import bindings as keys
from screens.looking import LookingPage
from wizard.profile import Step
from wizard.walk import Walk


class PageOnTop(LookingPage):
    """Ends with the id of a step that shall be opened, or with nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key.binding() for key in (keys.BACK, keys.EVIDENCE, keys.KEPT, keys.ROOT, keys.HELP, keys.QUIT)
    ]
    BUTTONS: ClassVar[dict[str, str]] = {}
    """Action by word."""

    def __init__(self, walk: Walk, step: Step, plain: bool) -> None:
        """Lay a page over another.

        Args:
            walk: the open setup.
            step: that is open, or was open last.
            plain: ASCII alone.
        """
        super().__init__(walk, step, None, plain)

    def compose_buttons(self) -> ComposeResult:
        """Everything a key does that matters, for Tab and Enter."""
        for word, action in self.BUTTONS.items():
            yield Button(word, id=action, compact=True)

    def walk_to_here(self) -> None:
        """This is no step: the open one stays."""

    def polls(self) -> bool:
        """Nothing is asked here by itself."""
        return False

    def action_leave(self) -> None:
        """Stop asking; nothing being asked, go back."""
        if self._looking:
            self._drop_look()
            self.repaint()
            self.say_live("Stopped: what still comes back is not taken. Esc again goes back.")
        else:
            self.action_back()

    def action_back(self) -> None:
        """Back to the page below."""
        self.end(None)

    def end(self, step: str | None) -> None:
        """Stop asking and go.

        Args:
            step: to open; None for the page below.
        """
        self._drop_look()
        self.dismiss(step)

    @on(OptionList.OptionSelected, "#rail")
    def _jumped(self, event: OptionList.OptionSelected) -> None:
        self.end(event.option_id)

    @on(Button.Pressed)
    async def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        await self.run_action(event.button.id or "")
