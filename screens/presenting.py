"""Presenter mode: for a screen that is shared or recorded. Nothing is copied or shown that is more than a fingerprint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from screens import bindings as keys
from screens.confirm import Confirm
from screens.shell import Shell
from wizard.short_names import short, shortened

NOTHING_COPIED = "Presenter mode: nothing is copied or shown. F2 ends it."
"""What is said instead of copying or showing."""


class PresentedApp(Shell):
    """What every page asks: is this screen seen by others, and how is a text said then."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Before everything else: a field keeps its letters, and a box has no other keys than its own.
        Binding("f2", "presenter", "presenter", show=False, priority=True),
        keys.PRESENTER.binding(show=False), keys.NAMES.binding(show=False),
    ]  # fmt: skip

    def __init__(self, plain: bool, presenter: bool, support: bool) -> None:
        """Begin.

        Args:
            plain: ASCII alone.
            presenter: presenter mode is on from the start.
            support: as well, and leaving it asks first: somebody from outside guides.
        """
        super().__init__()
        self.presenter = presenter or support
        """Others see this screen."""
        self.short_names = False
        """Account and company names are short; only in presenter mode."""
        self._plain = plain
        self._support = support

    def known_names(self) -> frozenset[str]:
        """Return the names that are made short."""
        return frozenset()

    # --- how texts are said --------------------------------------------------------------------------------------

    def presented(self, name: str) -> str:
        """Return an account ID or a company's name as it may be shown.

        Args:
            name: in full.
        """
        return short(name) if self.short_names else name

    def masked(self, text: str) -> str:
        """Return a text as it may be shown: with short names where that was asked for.

        Args:
            text: ours or harmless.
        """
        return shortened(text, self.known_names()) if self.short_names else text

    def notify(self, message: str, *, title: str = "", **options: Any) -> None:
        """Show a note for some seconds.

        Args:
            message: ours or harmless.
            title: the same.
            options: as Textual takes them.
        """
        super().notify(self.masked(message), title=self.masked(title), **options)

    # --- what is not shown ---------------------------------------------------------------------------------------

    def copy_to_clipboard(self, text: str) -> None:
        """Copy what is no secret; in presenter mode nothing, whoever asks.

        Args:
            text: an address, a label.
        """
        if text and self.presenter:
            self.bell()
        else:
            super().copy_to_clipboard(text)

    def copy_secret(self, value: str, wiped: Callable[[], object]) -> None:
        """Copy one secret value for a while; in presenter mode nothing.

        Args:
            value: the value.
            wiped: called when its time is over.
        """
        if self.presenter:
            self.bell()
        else:
            super().copy_secret(value, wiped)

    def action_presenter(self) -> None:
        """Switch presenter mode; leaving it asks first where somebody from outside guides."""

        def answer(yes: bool | None) -> None:
            if yes:
                self._present(False)

        if not (self.presenter and self._support):
            self._present(not self.presenter)
        elif isinstance(self.screen, Confirm):
            self.bell()  # one question at a time: the one on the screen comes first
        else:
            question = "Values can be shown and copied then. Is nobody else looking at this screen, and nothing recording it?"
            self.push_screen(Confirm("Leave presenter mode?", question, "Leave it", "Stay", self._plain), answer)

    def action_names(self) -> None:
        """Switch between full and short names, in presenter mode."""
        if self.presenter:
            self.short_names = not self.short_names
            self.clear_notifications()
            self._draw_again()
        else:
            self.bell()

    def _present(self, on: bool) -> None:
        self.presenter, self.short_names = on, False
        if on:
            for page in self.screen_stack:
                if conceal := getattr(page, "conceal", None):
                    conceal()
            self.wipe_clipboard()
        self._draw_again()

    def _draw_again(self) -> None:
        """Draw all pages: one below a box is seen as well."""
        for page in self.screen_stack:
            if repaint := getattr(page, "repaint", None):
                repaint()
            page.query("Input").refresh()  # a covered field shows less
