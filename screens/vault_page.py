"""Where the values are kept: what can be used here and what not, the choice, and the way to another place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, cast

from textual import on
from textual.binding import BindingType
from textual.widgets import Button, OptionList

from screens import bindings as keys
from screens.vault_form import VaultForm
from screens.vault_frame import VaultFrame
from screens.vault_offers import Found, Offer, look, moving, opened
from wizard.vault.interface import Receipt, StoreState, Usability, VaultKind
from wizard.walk import Walk

MOVING = "Moving …"


class VaultPage(VaultFrame):
    """The three places, in order. Ends with True when one was chosen or opened; the page below looks again then."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key.binding() for key in (keys.TRY, keys.AWAY, keys.BACK, keys.HELP, keys.QUIT)
    ]

    def __init__(self, walk: Walk, plain: bool, straight: bool = False) -> None:
        """See ``VaultFrame``.

        Args:
            walk: the open setup.
            plain: ASCII alone.
            straight: begin in the field for the passphrase of the file that holds the values; Esc goes on without it.
        """
        super().__init__(walk, plain)
        self._straight = straight

    def on_mount(self) -> None:
        """Ask the keyring; or for the passphrase at once."""
        self.repaint()
        if self._straight:
            self.query_one("#entries", OptionList).highlighted = list(self.offered).index("file")
            self._ask(self.offered["file"])
        else:
            self.action_look()

    # --- the list ------------------------------------------------------------------------------------------------

    @on(OptionList.OptionSelected, "#entries")
    def _selected(self) -> None:
        offer = self.marked
        if offer.refused:
            self.tell(offer.says, bad=True)
        elif offer.asks:
            self._ask(offer)
        else:
            self._take(offer)

    def action_look(self) -> None:
        """Try the keyring and the file, and read the values if they can be read."""

        def then(found: Found) -> None:
            self.found = found
            self.repaint()

        self.do("Trying what there is …", lambda: look(self.walk), then)

    def action_leave(self) -> None:
        """Out of the fields; from the list back to the page below, with nothing chosen."""
        if self.form.asks and not self._straight:
            self._away_with_form()
            self.explain()
            if self.found.keyring is None:
                self.action_look()
        else:
            self.action_back()

    def action_back(self) -> None:
        """Back to the page below, with nothing chosen; not in the middle of a move, whose outcome has to be said."""
        if self.doing == MOVING:
            self.say_live(f"{MOVING} It ends by itself; nothing is lost until then.")
        else:
            self.form.put_away()
            self.dismiss(False)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        action = {"look": self.action_look, "back": self.action_back, "help": self.app.action_help}
        if event.button.id in action:
            event.stop()
            action[event.button.id]()

    # --- what has to be typed first ------------------------------------------------------------------------------

    def _ask(self, offer: Offer) -> None:
        self.tell(offer.says)
        self.say_live("Esc goes on without it." if self._straight else "")
        self.form.ask(offer)

    def _away_with_form(self) -> None:
        self._straight = False
        self.form.put_away()
        self.query_one("#entries").focus()
        self.say_live("")

    @on(VaultForm.Told)
    def _told(self, message: VaultForm.Told) -> None:
        self.say_live(message.why, message.bad)

    @on(VaultForm.Typed)
    def _typed(self, message: VaultForm.Typed) -> None:
        offer, typed = message.offer, self.form.fetch()

        def then(result: tuple[StoreState, Found]) -> None:
            state, self.found = result
            if self.form.asks != offer.asks:  # the person went out of the field meanwhile: nothing is chosen
                self.repaint()
            elif state.usability is Usability.OK:
                self._away_with_form()
                self.repaint()
                self._take(offer)
            else:
                self._not_opened(offer, state)

        self.do("Opening it …", lambda: opened(self.walk, self.found, offer.asks, typed), then)

    def _not_opened(self, offer: Offer, state: StoreState) -> None:
        """Say why. What another run made or opened meanwhile is asked for as it is now."""
        self._straight = False
        self.repaint()
        now = self.offered.get(offer.id, offer)
        if now.asks and now.asks != offer.asks:
            self.form.ask(now)
        else:
            self.form.again()
        self.tell(f"{state.says} {state.way_out}", bad=True)
        self.say_live("Esc: the other places.")

    # --- what is done with a place -------------------------------------------------------------------------------

    def _take(self, offer: Offer) -> None:
        clears = {
            "left": self._delete_left, "take_left": self._take_left, "set_aside": self._set_aside, "give_up": self._give_up,
        }  # fmt: skip
        if offer.id in clears:
            clears[offer.id](offer)
        else:
            self._settle(cast(VaultKind, offer.id))

    def _settle(self, kind: VaultKind) -> None:
        """Choose a place; for values that are kept already that is a move."""
        if self.kept is None:
            self.do("Saving the choice …", lambda: self.walk.choose_vault(kind), lambda _: self.dismiss(True))
        elif self.kept.vault == kind:
            self.do("Reading the values …", self.walk.fetch_secrets, lambda _: self.dismiss(True))
        else:
            self.after_asking("Move the values?", moving(self.kept, kind), "Move", lambda: self._move(kind))

    def _move(self, kind: VaultKind) -> None:
        self.do(MOVING, lambda: self.walk.move(kind), self._moved)

    def _moved(self, receipt: Receipt) -> None:
        self.repaint()
        rest = receipt.note or "Nothing of them is left where they were."
        said = f"The values are in {receipt.place}, read back. Fingerprint {receipt.fingerprint}. {rest}"
        self.tell(said, bad=bool(receipt.note))

    def _delete_left(self, offer: Offer) -> None:
        assert self.kept
        kind = self.kept.vault
        self.after_asking("Delete the copy?", offer.says, "Delete", lambda: self._move(kind))

    def _take_left(self, offer: Offer) -> None:
        kept = self.walk.setup.kept
        assert kept and kept.left_in
        self._move(kept.left_in)

    def _set_aside(self, offer: Offer) -> None:
        def aside() -> str:
            kept = self.kept
            where = self.walk.vaults.file.set_aside()
            self.found = replace(self.found, file=None)
            if kept and kept.vault == "file" and self.walk.credentials is None:
                self.walk.give_up_values()
            return f"The older file is {where} now. Choose where new values go."

        self._cleared("Set the encrypted file aside?", offer.says, "Set aside", aside)

    def _give_up(self, offer: Offer) -> None:
        def give_up() -> str:
            self.walk.give_up_values()
            return "This setup has no values now. Choose where new ones go."

        self._cleared("Go on with new values?", offer.says, "New values", give_up)

    def _cleared(self, title: str, question: str, yes: str, call: Callable[[], str]) -> None:
        def then(said: str) -> None:
            self.repaint()
            self.tell(said)

        self.after_asking(title, question, yes, lambda: self.do(f"{yes} …", call, then))
