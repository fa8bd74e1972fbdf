"""Text fields that take a paste whole or say why not."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.actions import SkipAction
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from wizard.pasted import PASTE_LIMIT, like_a_credential
from wizard.redact import one_line

COVER = 8
"""Dots that stand for whatever is in a covered field."""


class Field(Input):
    """A one-line field: no blinking cursor, no border, and a paste that is cleaned or refused, never cut in silence."""

    OPEN = True
    """Shown, and saved in clear."""
    LIMIT = 1200
    """Characters; addresses of pages, and lists of subsidiaries, are long."""

    @dataclass
    class Refused(Message):
        """Something was pasted that cannot belong here; nothing of it was taken."""

        field: Field
        """The field."""
        why: str
        """In plain words."""

        @property
        def control(self) -> Field:
            """The field, for selectors."""
            return self.field

    def __init__(self, **arguments: Any) -> None:
        """Make a field one line high.

        Args:
            arguments: what ``textual.widgets.Input`` takes.
        """
        super().__init__(compact=True, **arguments)
        self.cursor_blink = False

    @property
    def covered(self) -> bool:
        """True while others must not see what is in it, nor how much."""
        return False

    def render_line(self, y: int) -> Strip:
        """Draw the line; of a covered field only that something is in it.

        Args:
            y: line.
        """
        if y or not (self.value and self.covered):
            return super().render_line(y)
        shown = Strip([Segment(self._dot * COVER)])
        return shown.extend_cell_length(self.scrollable_content_region.width + 1).apply_style(self.rich_style)

    @property
    def _dot(self) -> str:
        return "*" if self.app.has_class("-ascii") else "•"

    def action_cursor_left(self, select: bool = False) -> None:
        """Move; in an empty field there is nowhere to, and the key belongs to the page."""
        if not self.value:
            raise SkipAction()
        super().action_cursor_left(select)

    def action_cursor_right(self, select: bool = False) -> None:
        """Move; in an empty field there is nowhere to, and the key belongs to the page."""
        if not self.value:
            raise SkipAction()
        super().action_cursor_right(select)

    def action_paste(self) -> None:
        """Take what was copied in this program, like any other paste."""
        self.take(self.app.clipboard)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.take(event.text)

    def take(self, text: str) -> None:
        """Insert pasted text at the cursor, or refuse all of it.

        Args:
            text: as it came from the terminal.
        """
        if len(text) > self.LIMIT:
            self.post_message(self.Refused(self, f"{len(text):,} characters pasted: too long, nothing of it was taken."))
            return
        if self.OPEN and like_a_credential(text):
            self.post_message(self.Refused(self, "That holds a key or secret: this field is shown and saved. Nothing was taken."))
            return
        visible = "".join(c for c in text if unicodedata.category(c) != "Cf")  # nobody means a zero-width blank
        self.replace(one_line(visible.strip(), self.LIMIT), *self.selection)


class NameField(Field):
    """An answer, which may be a name."""

    @property
    def covered(self) -> bool:
        """True while names are short."""
        return bool(self.app.short_names)  # type: ignore[attr-defined]


class PathField(Field):
    """Where to write a file; a path may be as long and odd as it likes."""

    OPEN = False


class PasteField(Field):
    """A field that hands a paste to its page whole, without showing or keeping it."""

    OPEN = False

    @dataclass
    class Arrived(Message):
        """Text was pasted. The text itself waits in the field's ``fetch``."""

        field: PasteField
        """The field."""

        @property
        def control(self) -> PasteField:
            """The field, for selectors."""
            return self.field

    def __init__(self, **arguments: Any) -> None:
        """Make an empty field.

        Args:
            arguments: what ``textual.widgets.Input`` takes.
        """
        super().__init__(**arguments)
        self._arrived = ""

    @property
    def covered(self) -> bool:
        """True in presenter mode."""
        return bool(self.app.presenter)  # type: ignore[attr-defined]

    def take(self, text: str) -> None:
        """Hand a paste to the page.

        Args:
            text: as it came from the terminal.
        """
        if len(text) > self.LIMIT:
            self.post_message(self.Refused(self, f"{len(text):,} characters pasted: too long, nothing of it was taken."))
            return
        self._arrived = text
        self.post_message(self.Arrived(self))

    def fetch(self) -> str:
        """Return what was pasted last, once."""
        text, self._arrived = self._arrived, ""
        return text


class MessageField(PasteField):
    """For a message from a log or a screen, which may be long."""

    LIMIT = 1_000_000


class SecretField(PasteField):
    """A hidden field. Its value cannot be selected out, copied or cut; the page knows the labels of a paste."""

    LIMIT = PASTE_LIMIT

    def __init__(self, **arguments: Any) -> None:
        """Make a hidden field.

        Args:
            arguments: what ``textual.widgets.Input`` takes.
        """
        super().__init__(password=True, select_on_focus=False, **arguments)

    def action_copy(self) -> None:
        """Ring the bell: a hidden value is not copied."""
        self.app.bell()

    def action_cut(self) -> None:
        """Ring the bell: a hidden value is not cut."""
        self.app.bell()

    @property
    def _value(self) -> Text:
        """What is drawn: stars or dots, by the terminal (a private name of Textual; tests notice a rename)."""
        return Text(self._dot * len(self.value), no_wrap=True, overflow="ignore", end="")

