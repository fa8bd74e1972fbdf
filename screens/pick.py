"""One of several: a box with a list."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.marks import plainly


class Pick(ModalScreen[str]):
    """Ends with the id of what was picked, or with nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,left", "dismiss", "close", show=False)]
    AUTO_FOCUS = "OptionList"

    def __init__(self, title: str, offered: dict[str, str], plain: bool) -> None:
        """Offer some things.

        Args:
            title: what is to be picked.
            offered: line by id, at least one.
            plain: ASCII alone.
        """
        super().__init__()
        self._plain = plain
        self._title = title
        self._offered = offered

    def _say(self, text: str) -> str:
        text = self.app.masked(text)  # type: ignore[attr-defined]
        return plainly(text) if self._plain else text

    def compose(self) -> ComposeResult:
        """The list."""
        options = [Option(Content(self._say(line)), id=name) for name, line in self._offered.items()]
        with Vertical(classes="box wide"):
            yield Static(self._say(self._title), classes="box-title", markup=False)
            yield OptionList(*options, markup=False, compact=True)
            yield Static("Enter picks. Esc closes.", classes="hint", markup=False)

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id or "")
