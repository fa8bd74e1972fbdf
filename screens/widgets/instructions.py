"""Why, and what to do in NetSuite: numbered, with exact labels, the address on a line of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from screens.marks import plainly
from wizard.profile import Step
from wizard.walk import Walk


@dataclass(frozen=True)
class Copyable:
    """Something of this step that can be copied; never a secret."""

    what: str
    """What it is."""
    value: str
    """What is copied."""


class Instructions(VerticalScroll, inherit_bindings=False):
    """The upper part of a step."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "up", show=False),
        Binding("down", "scroll_down", "down", show=False),
        Binding("pageup", "page_up", "page up", show=False),
        Binding("pagedown", "page_down", "page down", show=False),
    ]

    def __init__(self, walk: Walk, step: Step, plain: bool) -> None:
        """Draw one step's instructions.

        Args:
            walk: for the account and the answers that appear in them.
            step: which.
            plain: ASCII alone.
        """
        super().__init__(id="doing")
        self._walk = walk
        self._step = step
        self._plain = plain
        self._why = True

    def compose(self) -> ComposeResult:
        """One text; links are real links where the terminal knows them."""
        yield Static(self._text(), id="doing-text", markup=False)

    def toggle_why(self) -> None:
        """Show or hide the reason."""
        self._why = not self._why
        self.redraw()

    def redraw(self) -> None:
        """Draw again, after an answer changed."""
        self.query_one("#doing-text", Static).update(self._text())

    def copyables(self) -> list[Copyable]:
        """Return what can be copied from this step: addresses and exact values."""
        account = self._walk.account
        found = []
        for doing in self._step.do:
            if doing.copy_value:
                found.append(Copyable(doing.text, self._filled(doing.copy_value)))
            link = account.link(doing.link) if account and doing.link else None
            if link:
                found.append(Copyable("address", link))
        return found

    def _filled(self, text: str) -> str:
        for question, answer in {**self._walk.answers, "setup_token_name": self._walk.setup_token_name}.items():
            text = text.replace("{" + question + "}", answer)
        return text

    def _text(self) -> Content:
        parts: list[Content] = [Content.styled(self._say(self._step.heading), "bold")]
        if self._step.panel == "machine":
            parts.append(Content.styled(self._say(self._walk.profile.lifecycle.note), "$text-warning"))
        if self._why:
            parts.append(Content(self._say(self._step.why)))
        account = self._walk.account
        for number, doing in enumerate(self._step.do, 1):
            line = f"{number} {self._filled(doing.text)}"
            if doing.copy_value:
                line += f"  {self._filled(doing.copy_value)}"
            parts.append(Content(self._say(line)))
            address = account.link(doing.link) if account and doing.link else None
            if address and not self.app.short_names:  # type: ignore[attr-defined]
                parts += address_lines(address)
        return Content("\n").join(parts)

    def _say(self, text: str) -> str:
        text = self.app.masked(text)  # type: ignore[attr-defined]
        return plainly(text) if self._plain else text


ADDRESS_ROOM = 48
"""Columns an address may take on one line at 80 columns; a longer one is broken before its path."""


def address_lines(address: str) -> list[Content]:
    """Return an address on lines of its own, each of which leads to the whole of it.

    Args:
        address: https.
    """
    pieces = ["  " + address]
    if len(address) > ADDRESS_ROOM:
        host, path = address[: address.index("/", 8)], address[address.index("/", 8) :]
        pieces = ["  " + host, "    " + path]
    return [Content.from_markup('[link="' + address + '"]$piece[/link]', piece=piece) for piece in pieces]
