"""The account step: an ID or any NetSuite address, taken apart and shown in both forms."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label, Static

from screens.confirm import Confirm
from screens.step import StepScreen
from screens.widgets.fields import Field, NameField
from wizard.account import Account, parse_account
from wizard.errors import AccountIdError, VaultError


class AccountStep(StepScreen):
    """Asks for the account before anything else can be asked."""

    def compose_form(self) -> ComposeResult:
        """One field for the ID or the address."""
        with Horizontal(classes="question"):
            yield Label("Account ID or address", markup=False, classes="label")
            example = "1234567_SB1 or https://…"
            yield NameField(value=self.walk.setup.account or "", id="account-id", placeholder=self.say(example))
        yield Static(id="forms", markup=False)
        yield from super().compose_form()

    def repaint(self) -> None:
        """With short names, in the field too."""
        super().repaint()
        self._show_forms()

    def focus_first(self) -> None:
        """The field."""
        self.query_one("#account-id", Field).focus()

    def arrived(self) -> None:
        """Look at once if the account is known."""
        self._show_forms()
        if self.walk.account:
            self.look(self.aspects())
        else:
            self.say_live("Type it and press Enter.")

    @on(Input.Submitted, "#account-id")
    def _given(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_look()

    def action_look(self) -> None:
        """Take the account apart, then ask whether it exists."""
        if self._take():
            super().action_look()

    def leave_page(self) -> None:
        """Keep an ID that was typed without Enter, if there is none yet."""
        super().leave_page()
        if self.walk.setup.account is None and self.query_one("#account-id", Field).value.strip():
            self._take()

    def _take(self) -> bool:
        try:
            account = parse_account(self.query_one("#account-id", Field).value)
        except AccountIdError as error:
            self.query_one("#forms", Static).update("")
            self.say_live(error.message, bad=True)
            return False
        if self.walk.setup.kept and account.realm != self.walk.setup.account:
            self._ask_to_change(account)
            return False
        return self._change(account)

    def _change(self, account: Account) -> bool:
        try:
            self.guarded(lambda: self.walk.take_account(account))
        except VaultError as error:  # something lies in the vault that nobody would know of any more
            self.query_one("#account-id", Field).value = self.walk.setup.account or ""
            self.say_live(error.message, bad=True)
            return False
        self._show_forms()
        self.repaint()
        return True

    def _ask_to_change(self, account: Account) -> None:
        """Values are kept under the account that is given up: they stay in the vault, and this setup forgets them."""

        def answer(yes: bool | None) -> None:
            if yes and self._change(account):
                self.look(self.aspects())
            elif not yes:
                self.query_one("#account-id", Field).value = self.walk.setup.account or ""

        question = (
            f"This setup has values and proofs for {self.walk.setup.account}. With "
            f"{self.app.presented(account.realm)} it begins anew; the values stay in the vault under the old account."
        )
        self.app.push_screen(Confirm("Another account?", question, "Change it", "No", self.plain), answer)

    def _show_forms(self) -> None:
        account = self.walk.account
        if account:
            text = f"Realm {account.realm} · host {account.host} · {account.environment}"
            said = " ".join(account.said)
            self.query_one("#forms", Static).update(self.say(f"{text}\n{said}" if said else text))
