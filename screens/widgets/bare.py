"""One value on a bare line, for the eyes and the terminal's own mouse."""

from __future__ import annotations

from textual.selection import Selection
from textual.widgets import Static


class Bare(Static):
    """One value, to be marked with the terminal's own mouse; Textual's would copy it without the question, for ever."""

    ALLOW_SELECT = False

    def get_selection(self, selection: Selection) -> None:
        """Give nothing to a selection of all that is around it.

        Args:
            selection: of text.
        """
        return
