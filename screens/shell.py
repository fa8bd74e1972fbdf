"""What Textual does that could tell a value, done otherwise: leaving after a failure, and the clipboard."""

from __future__ import annotations

import sys
from collections.abc import Callable

from rich.console import RenderableType
from rich.text import Text
from rich.traceback import Traceback
from textual.app import App
from textual.timer import Timer

from wizard.crash import crash_report, told

SECONDS_COPIED = 30
"""After which a secret in the clipboard is wiped away, as far as the terminal lets us."""


class Shell(App[None]):
    """An app that fails without values, and that copies a secret for a while only."""

    _wipe: Timer | None = None
    """Runs as long as the last thing that was copied here is a secret."""

    # --- failing -------------------------------------------------------------------------------------------------

    def _fatal_error(self) -> None:
        """Leave with a report that holds no values (a private name of Textual; tests notice a rename)."""
        self.panic(crash_report(sys.exc_info()[1]))

    def panic(self, *renderables: RenderableType) -> None:
        """Leave; errors that draw themselves, and the tracebacks Textual makes of its threads, become reports too.

        Args:
            renderables: texts of ours, errors, tracebacks.
        """
        self.wipe_clipboard()
        super().panic(*(Text(_without_values(what)) for what in renderables))

    # --- the clipboard -------------------------------------------------------------------------------------------

    def copy_to_clipboard(self, text: str) -> None:
        """Copy what is no secret; nothing marked is nothing to copy, and no reason to empty anybody's clipboard.

        Args:
            text: an address, a label.
        """
        if text:
            self._send(text)

    def copy_secret(self, value: str, wiped: Callable[[], object]) -> None:
        """Copy one secret value for a while.

        Args:
            value: the value.
            wiped: called when its time is over.
        """

        def over() -> None:
            self.wipe_clipboard()
            wiped()

        self._send(value)
        self._clipboard = ""  # Textual's own copy: Ctrl+V would put it into a field that is shown (private; a test notices)
        self._wipe = self.set_timer(SECONDS_COPIED, over)

    def wipe_clipboard(self) -> None:
        """Empty the clipboard if the last thing that was copied here is a secret."""
        if self._wipe:
            self._send("")

    def _send(self, text: str) -> None:
        """Write to the terminal's clipboard; a secret there is replaced, and there is nothing to wipe any more."""
        if self._wipe:
            self._wipe.stop()
            self._wipe = None
        super().copy_to_clipboard(text)


def _without_values(what: RenderableType) -> str:
    if isinstance(what, str):
        return what
    if isinstance(what, Traceback):
        return told((stack.exc_type, stack.frames) for stack in what.trace.stacks)
    return crash_report(what if isinstance(what, BaseException) else None)
