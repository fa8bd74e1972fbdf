"""The hidden fields of the page where the vault is chosen: a keyring's password, a passphrase, a new one typed twice."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, Label, Static

from screens.confirm import Confirm
from screens.marks import plainly
from screens.vault_offers import Offer
from screens.widgets.bare import Bare
from screens.widgets.fields import Field, SecretField
from wizard.vault.opening import Asks
from wizard.vault.passphrase import RULE, generated, normal, problem

if TYPE_CHECKING:
    from screens.app import SetupApp

_LABELS: Mapping[str, tuple[str, str]] = {
    "unlock": ("Password", ""),
    "create": ("New password", "Once more"),
    "open": ("Passphrase", ""),
    "new": ("New passphrase", "Once more"),
}
"""Of the first field, and of the second if there is one."""


class VaultForm(Vertical):
    """One or two hidden fields; what was typed is fetched once and is nowhere else."""

    app: SetupApp
    DEFAULT_CSS: ClassVar[str] = "VaultForm { height: auto; display: none; }"

    @dataclass
    class Typed(Message):
        """Something was typed that can be tried. The text itself waits in the form's ``fetch``."""

        offer: Offer
        """For what."""

    @dataclass
    class Told(Message):
        """What was typed cannot be it; or advice for typing it."""

        why: str
        """In a sentence that repeats nothing of it."""
        bad: bool = True
        """Something is in the way; else it is advice."""

    def __init__(self, plain: bool) -> None:
        """Begin out of sight.

        Args:
            plain: ASCII alone.
        """
        super().__init__()
        self._plain = plain
        self._offer: Offer | None = None

    def compose(self) -> ComposeResult:
        """Two fields, and a bare line for a passphrase that was made here."""
        for name in ("first", "second"):
            with Horizontal(classes="question", id=f"line-{name}"):
                yield Label("", id=f"label-{name}", markup=False, classes="label")
                yield SecretField(id=name)
        yield Bare("", id="bare", markup=False)
        yield Button("Make one for me", id="generate", compact=True)

    @property
    def asks(self) -> Asks:
        """What is asked for now; empty when out of sight."""
        return self._offer.asks if self._offer else ""

    def ask(self, offer: Offer) -> None:
        """Show the fields an offer needs, empty.

        Args:
            offer: with something to type.
        """
        self.put_away()
        self._offer = offer
        first, second = _LABELS[offer.asks]
        self.query_one("#label-first", Label).update(first)
        self.query_one("#label-second", Label).update(second)
        self.query_one("#line-second").display = bool(second)
        self.query_one("#generate").display = offer.asks == "new"
        self.display = True
        self.query_one("#first", SecretField).focus()
        if offer.asks == "new":
            self.post_message(self.Told(RULE, bad=False))

    def again(self) -> None:
        """Let it be typed once more; what is new and was typed twice stays."""
        if self.asks in ("unlock", "open"):
            self.query_one("#first", SecretField).value = ""
        self.query_one("#first", SecretField).focus()

    def put_away(self) -> None:
        """Forget what was typed, and go out of sight."""
        self._offer = None
        self.display = False
        for field in self.query(SecretField):
            field.value = ""
        self.conceal()

    def fetch(self) -> str:
        """Return what was typed."""
        return self.query_one("#first", SecretField).value

    def conceal(self) -> None:
        """Take a passphrase that was made here off the screen."""
        self.query_one("#bare", Static).update("")

    # --- typing --------------------------------------------------------------------------------------------------

    @on(SecretField.Arrived)
    def _pasted(self, message: SecretField.Arrived) -> None:
        message.stop()
        text = message.field.fetch().strip("\r\n")
        if any(unicodedata.category(character) == "Cc" for character in text):
            self.post_message(self.Told("What was pasted holds a line end or a tab. Nothing of it was taken."))
        else:
            message.field.replace(text, *message.field.selection)

    @on(Field.Refused)
    def _refused(self, message: Field.Refused) -> None:
        message.stop()
        self.post_message(self.Told(message.why))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if self._offer is None:  # put away meanwhile
            return
        second = self.query_one("#second", SecretField)
        why = self._problem()
        if why:
            self.post_message(self.Told(why))
        elif event.input is not second and _LABELS[self.asks][1] and not second.value:
            second.focus()
        elif self._twice_the_same():
            self.conceal()
            self.post_message(self.Typed(self._offer))
        else:
            second.value = ""
            second.focus()
            self.post_message(self.Told("The two are not the same. Type it once more."))

    def _problem(self) -> str | None:
        typed = self.query_one("#first", SecretField).value
        if self.asks == "new":
            return problem(typed)
        return None if typed else "Nothing is typed yet."

    def _twice_the_same(self) -> bool:
        first, second = (self.query_one(f"#{name}", SecretField).value for name in ("first", "second"))
        return not _LABELS[self.asks][1] or normal(first) == normal(second)

    # --- one that is made here -----------------------------------------------------------------------------------

    @on(Button.Pressed, "#generate")
    def _make_one(self, event: Button.Pressed) -> None:
        event.stop()
        if self.app.presenter:
            self.post_message(self.Told("Presenter mode: nothing is shown. Think of one, or end presenter mode first."))
            return

        def answer(yes: bool | None) -> None:
            if yes and self.app.presenter:  # it may have begun while the question stood
                self.post_message(self.Told("Presenter mode: nothing is shown."))
            elif yes and self.asks == "new":
                made = generated().get_secret_value()
                self.query_one("#first", SecretField).value = made
                self.query_one("#bare", Static).update(Content(plainly(made) if self._plain else made))
                self.query_one("#second", SecretField).value = ""
                self.query_one("#second", SecretField).focus()
                self.post_message(self.Told("Write it down where it stays, then type it once more.", bad=False))

        question = (
            "It stands on the screen until you have typed it once more. Screen shares, recordings and terminal logs keep it. "
            "This program keeps it nowhere."
        )
        self.app.push_screen(Confirm("Show a passphrase that is made here?", question, "Show", "No", self._plain), answer)
