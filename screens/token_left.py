"""A setup token that an earlier run left alive: how to find it in NetSuite, and the person's word that it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens import bindings as keys
from screens.confirm import Confirm
from screens.marks import plainly
from screens.widgets.frame import KeyLine, Title
from wizard.errors import StoreError
from wizard.setup import SetupToken
from wizard.setup_tokens import LOOK, WHERE, number_of, since, token_name
from wizard.walk import Walk

if TYPE_CHECKING:
    from screens.app import SetupApp

ANSWERS = {
    "gone": f"{'It is gone':<14}your word is kept: drawn ~, never as verified",
    "later": f"{'Not yet':<14}asked again at every start",
}
"""What a person can say."""


class TokenLeftPage(Screen[None]):
    """Is it gone?"""

    app: SetupApp
    AUTO_FOCUS = "#entries"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,left", "leave", "back", show=False), keys.HELP.binding(), keys.QUIT.binding(),
    ]  # fmt: skip

    def __init__(self, walk: Walk, token: SetupToken, plain: bool) -> None:
        """Ask about one token.

        Args:
            walk: the setup it was made for, held.
            token: the trace of it.
            plain: ASCII alone.
        """
        super().__init__()
        self._walk = walk
        self._token = token
        self._plain = plain

    def compose(self) -> ComposeResult:
        """What is known, what to do, two answers."""
        yield Title()
        with Vertical(id="start", classes="asked"):
            with VerticalScroll(id="told"):
                yield Static(id="told-text", markup=False)
            yield OptionList(*[Option(Content(self._say(line)), id=name) for name, line in ANSWERS.items()],
                             id="entries", markup=False, compact=True)
            yield Static("", id="start-note", markup=False)
        yield KeyLine()

    def on_resize(self) -> None:
        """The footer depends on the width."""
        self.repaint()

    def on_screen_resume(self) -> None:
        """Presenter mode may have changed under a box."""
        self.repaint()

    def repaint(self) -> None:
        """Draw what depends on the width, and on who sees it."""
        self.query_one(Title).say(self._say("A setup token was left"))
        self.query_one("#told-text", Static).update(self._say("\n".join(self._lines())))
        self.query_one(KeyLine).show((keys.MOVE, keys.OPEN, keys.AWAY, keys.HELP, keys.QUIT), self.app.size.width, self._plain)

    def _say(self, text: str) -> str:
        text = self.app.masked(text)
        return plainly(text) if self._plain else text

    def _lines(self) -> list[str]:
        setup, token = self._walk.setup, self._token
        return [
            f"Setup        {self._walk.profile.name}  {setup.account or ''}  ({setup.id})",
            f"Fingerprint  {token.fingerprint}, of its Token ID; {since(token)}",
            f"Name         {token_name(number_of(setup, token.fingerprint))} (or as you named it)",
            "",
            "The program ended before this token was revoked. Its values were in memory only and are forgotten here; "
            "whoever has them can do in NetSuite what you can.",
            f"1 {WHERE}",
            f"2 {LOOK}",
            "Or paste it again in the step Connect, if you still have it: it is revoked at the end then, and proven dead.",
        ]

    @on(OptionList.OptionSelected, "#entries")
    def _answered(self, event: OptionList.OptionSelected) -> None:
        if event.option_id == "later":
            self.action_leave()
            return

        def answer(yes: bool | None) -> None:
            if yes:
                self._keep_word()

        question = (
            "Say yes if you saw it in NetSuite as Inactive, or no more at all. Nothing is asked of NetSuite: your word is kept "
            "as that."
        )
        self.app.push_screen(Confirm("Is this setup token gone?", question, "It is gone", "No", self._plain), answer)

    def _keep_word(self) -> None:
        try:
            self._walk.say_gone(self._token.fingerprint)
        except StoreError as error:
            self.query_one("#start-note", Static).update(self._say(error.message))
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Back to the first screen."""
        self.app.close_walk()
