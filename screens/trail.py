"""Where NetSuite says why it refused a login, and what a person read there."""

from __future__ import annotations

import textwrap
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from screens import bindings as keys
from screens.marks import plainly
from screens.widgets.fields import Field
from screens.widgets.frame import KeyLine, Title
from wizard.account import PAGES
from wizard.pasted import like_a_credential
from wizard.redact import one_line
from wizard.trail import BOX, CHOICES, COLUMNS, PAGE, SOMETHING_ELSE, times
from wizard.verdict import Verdict
from wizard.walk import Walk


class TrailPage(Screen[str]):
    """Ends with a word of ``wizard.diagnosis.TrailAnswer``, or with nothing."""

    AUTO_FOCUS = "#words"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,left", "leave", "back", show=False), keys.HELP.binding(),
    ]  # fmt: skip

    def __init__(self, walk: Walk, refused: Verdict, plain: bool) -> None:
        """Ask about one refused login.

        Args:
            walk: the open setup.
            refused: the verdict on that login.
            plain: ASCII alone.
        """
        super().__init__()
        self._walk = walk
        self._refused = refused
        self._plain = plain

    def compose(self) -> ComposeResult:
        """Where to look, then what may stand there."""
        yield Title()
        with Vertical(id="start"):
            yield Static(self._where(), id="where", markup=False)
            yield OptionList(id="words", markup=False, compact=True)
            yield Field(id="other-word", placeholder="what stands under Detail; Enter takes it")
            yield Static("", id="start-note", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """The field waits out of sight; an answer given before is marked."""
        self.query_one("#other-word", Field).display = False
        trail = self._walk.setup.trail
        given = trail.word if trail and trail.of == self._refused.at else CHOICES[0].word
        self._fill(given if given in {choice.word for choice in CHOICES} else SOMETHING_ELSE)

    def on_resize(self) -> None:
        """Words and footer depend on the width."""
        self.repaint()

    def repaint(self) -> None:
        """Draw what depends on the width, and on who sees it."""
        self._fill(self._marked())
        self.query_one(Title).say("Why NetSuite refused the login")
        self.query_one("#where", Static).update(self._where())
        self.query_one(KeyLine).show((keys.MOVE, keys.PICK, keys.AWAY, keys.HELP), self.app.size.width, self._plain)

    def _say(self, text: str) -> str:
        text = self.app.masked(text)  # type: ignore[attr-defined]
        return plainly(text) if self._plain else text

    def _where(self) -> Content:
        when = times(self._refused.at, self._walk.clock.now(), self._walk.setup.found)
        lines = [
            f"1 {PAGES[PAGE].menu}",
            f"2 {BOX}, Results: add {', '.join(COLUMNS)}. Submit.",
            f"3 Find the row of {when.utc}, {when.ago};",
            f"  {when.there}.",
            "",
            f"What stands under {COLUMNS[0]}? Further down: no row at all, something else.",
        ]
        return Content(self._say("\n".join(lines)))

    def _fill(self, marked: str | None) -> None:
        words = self.query_one("#words", OptionList)
        column = max(len(choice.shown) for choice in CHOICES) + 2
        room = max(20, self.app.size.width - 6 - column)
        words.clear_options()
        for choice in CHOICES:
            text = f"{choice.shown:<{column}}" + f"\n{'':<{column}}".join(textwrap.wrap(choice.says, room))
            words.add_option(Option(Content(self._say(text)), id=f"word-{choice.word}"))
        names = [choice.word for choice in CHOICES]
        words.highlighted = names.index(marked) if marked in names else 0

    def _marked(self) -> str:
        place = self.query_one("#words", OptionList).highlighted
        return CHOICES[place or 0].word

    @on(OptionList.OptionSelected, "#words")
    def _picked(self, event: OptionList.OptionSelected) -> None:
        word = CHOICES[event.option_index].word
        if word != SOMETHING_ELSE:
            self.dismiss(word)
            return
        field = self.query_one("#other-word", Field)
        field.display = True
        field.focus()

    @on(Input.Submitted, "#other-word")
    def _typed(self, event: Input.Submitted) -> None:
        word = one_line(event.value, 80)
        if like_a_credential(event.value):
            event.input.value = ""
            self._note("That holds a key or secret: nothing of it was kept.")
        elif word:
            self.dismiss(word)

    @on(Field.Refused)
    def _not_taken(self, message: Field.Refused) -> None:
        self._note(message.why)

    def _note(self, text: str) -> None:
        self.query_one("#start-note", Static).update(self._say(text))

    def action_leave(self) -> None:
        """Out of the field; from the list back, without an answer."""
        field = self.query_one("#other-word", Field)
        if field.has_focus:
            field.display = False
            self.query_one("#words").focus()
        else:
            self.dismiss()
