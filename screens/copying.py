"""Addresses and exact labels of a step, to copy: never a secret."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from screens.marks import plainly
from screens.presenting import NOTHING_COPIED
from screens.widgets.instructions import Copyable


class CopyList(ModalScreen[None]):
    """Pick one: it goes to the terminal's clipboard and stands on a line of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "dismiss", "close", show=False)]
    AUTO_FOCUS = "OptionList"

    def __init__(self, found: list[Copyable], plain: bool) -> None:
        """Offer values.

        Args:
            found: at least one.
            plain: ASCII alone.
        """
        super().__init__()
        self._found = found
        self._plain = plain

    def _say(self, text: str) -> str:
        text = self.app.masked(text)  # type: ignore[attr-defined]
        return plainly(text) if self._plain else text

    def compose(self) -> ComposeResult:
        """The list, and below it the bare value."""
        with Vertical(classes="box wide"):
            yield Static("Copy", classes="box-title", markup=False)
            yield OptionList(*[Content(self._say(f"{c.what}")) for c in self._found], markup=False, compact=True)
            yield Static("", id="bare", markup=False)
            yield Static(
                self._say("Enter sends it to your terminal's clipboard, if your terminal accepts that; "
                          "else mark the line above with the mouse. Esc closes."),
                classes="hint",
                markup=False,
            )

    @on(OptionList.OptionHighlighted)
    def _shown(self, event: OptionList.OptionHighlighted) -> None:
        shared = self.app.presenter  # type: ignore[attr-defined]
        self.query_one("#bare", Static).update("" if shared else Content(self._found[event.option_index].value))

    @on(OptionList.OptionSelected)
    def _copied(self, event: OptionList.OptionSelected) -> None:
        if self.app.presenter:  # type: ignore[attr-defined]
            self.conceal()
            return
        self.app.copy_to_clipboard(self._found[event.option_index].value)
        self.query_one(".hint", Static).update("Sent to your terminal's clipboard (if it accepts it). Esc closes.")

    def conceal(self) -> None:
        """Presenter mode began while the list was open."""
        self.query_one("#bare", Static).update("")
        self.query_one(".hint", Static).update(f"{NOTHING_COPIED} Esc closes.")
