"""Hand over: the five values, one at a time, into the vendor's form; the setup token revoked and proven dead."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from screens import bindings as keys
from screens.background import in_daemon_thread
from screens.confirm import Confirm
from screens.presenting import NOTHING_COPIED
from screens.shell import SECONDS_COPIED
from screens.step import StepScreen
from screens.widgets.bare import Bare
from wizard.setup_tokens import revoke

SECONDS_SHOWN = 10
"""How long one value may stand on the screen."""


class HandOverStep(StepScreen):
    """Five values, and what the vendor's own test does not prove."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.REVEAL.binding(), keys.DONE.binding(), keys.REPORT.binding()]
    FOOTER: ClassVar[tuple[keys.Key, ...]] = (keys.BACK, keys.REVEAL, keys.DONE, keys.PRESENTER, keys.REPORT, keys.HELP, keys.QUIT)

    def __init__(self, *arguments: object, **named: object) -> None:
        """See ``StepScreen``."""
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self._hide: Timer | None = None

    def compose_panel(self) -> ComposeResult:
        """The fields in the vendor's order."""
        step = self.walk.profile.vendor_step
        yield Static(self.say(step.path), id="vendor", markup=False)
        yield Static(id="kept-in", markup=False)
        yield OptionList(id="values", markup=False, compact=True)
        yield Bare("", id="bare", markup=False)
        yield Static(self.say(step.test_note), id="test-note", markup=False)

    def compose_buttons(self) -> ComposeResult:
        """Revoking and finishing."""
        yield Button("Done", id="done", compact=True)
        yield Button("Revoke setup token", id="revoke", compact=True)
        yield Button("Report", id="report", compact=True)
        yield Button("Kept in", id="kept", compact=True)
        yield Button("Back", id="back", compact=True)
        yield Button("Help", id="help", compact=True)

    def arrived(self) -> None:
        """Read the values, so that each can be handed over."""
        self._fetch()

    @work(exclusive=True, group="vault", exit_on_error=False, description="vault read")
    async def _fetch(self) -> None:
        with self.trouble_said():
            await in_daemon_thread(self.walk.fetch_secrets)
        self.repaint_panel()

    def focus_first(self) -> None:
        """The values."""
        self.query_one("#values", OptionList).focus()

    def repaint_panel(self) -> None:
        """Draw the fields: which is there, never what it is."""
        values = self.query_one("#values", OptionList)
        marked = values.highlighted or 0
        values.clear_options()
        for credential in self.walk.profile.credential:
            there = bool(self._value(credential.id))
            if credential.id == "account":
                word = self.walk.setup.account or "not known yet"
            else:
                word = self._fingerprint(credential.id) if there else "not here yet"
            line = f"{credential.vendor_field:<22} {word}"
            values.add_option(Option(Content(self.say(line)), id=credential.id))
        values.highlighted = marked
        kept = self.walk.setup.kept
        place = "No values are kept." if kept is None or self.walk.secrets_lost else f"Kept in {kept.place}."
        rest = kept.left_behind if kept and kept.left_behind else "k changes that."
        self.query_one("#kept-in", Static).update(self.say(f"{place} {rest}"))
        self.query_one("#revoke", Button).display = bool(self.walk.setup_token)

    def _value(self, field: str) -> str | None:
        if field == "account":
            return self.walk.setup.account
        secret = self.walk.credentials.value(field) if self.walk.credentials else None
        return secret.get_secret_value() if secret else None

    def _fingerprint(self, field: str) -> str:
        from wizard.credentials import fingerprint

        return f"kept, fingerprint {fingerprint(self._value(field) or '')}"

    def _marked_field(self) -> str | None:
        values = self.query_one("#values", OptionList)
        return values.get_option_at_index(values.highlighted).id if values.highlighted is not None else None

    # --- one value at a time -------------------------------------------------------------------------------------

    @on(OptionList.OptionSelected, "#values")
    def _copy(self, event: OptionList.OptionSelected) -> None:
        field = event.option_id or ""
        value = self._value(field)
        if value is None:
            self.say_live("This value is not here: it has to be entered first.", bad=True)
            return
        if self.app.presenter:
            self.say_live(NOTHING_COPIED, bad=True)
            return
        if field == "account":
            self.app.copy_to_clipboard(value)
            self._say_sent()
            return

        def answer(yes: bool | None) -> None:
            if yes:
                self._send(value)

        question = (
            "The value goes to your terminal's clipboard, if your terminal accepts that; nobody can tell from here. After "
            f"{SECONDS_COPIED} s the clipboard is emptied, whatever is in it then, as far as the terminal allows (tmux keeps its "
            "own copies). Clipboard managers and shared sessions may keep it longer. Without the clipboard: v shows the value "
            f"for {SECONDS_SHOWN} s, to be marked with the mouse."
        )
        self.app.push_screen(Confirm("Copy one secret value?", question, "Copy", "No", self.plain), answer)

    def _send(self, value: str) -> None:
        if self.app.presenter:  # it may have begun while the question stood on the screen
            self.say_live(NOTHING_COPIED, bad=True)
            return
        self.app.copy_secret(value, self._say_wiped)
        self._say_sent()

    def _say_sent(self) -> None:
        self.say_live("Sent to your terminal's clipboard (if it accepts it). Paste it into the vendor's form now.")

    def _say_wiped(self) -> None:
        self.say_live("The clipboard was emptied, as far as the terminal allows.")

    def action_reveal(self) -> None:
        """Show the marked value for ten seconds on a bare line."""
        field = self._marked_field()
        value = self._value(field) if field else None
        if value is None:
            self.say_live("This value is not here: it has to be entered first.", bad=True)
        elif self.app.presenter:
            self._show_value(value)
        else:

            def answer(yes: bool | None) -> None:
                if yes:
                    self._show_value(value)

            question = f"It stands on the screen for {SECONDS_SHOWN} s. Screen shares, recordings and logs of the terminal keep it."
            self.app.push_screen(Confirm("Show one secret value?", question, "Show", "No", self.plain), answer)

    def _show_value(self, value: str) -> None:
        if self.app.presenter:  # it may have begun while the question stood on the screen
            self.say_live(NOTHING_COPIED, bad=True)
            return
        self._hide_value()
        self.add_class("-bare")  # without the rail a value fits on one line
        self.query_one("#bare", Static).update(Content(value))
        self._hide = self.set_timer(SECONDS_SHOWN, self._hide_value)

    def _hide_value(self) -> None:
        if self._hide:
            self._hide.stop()
        self.remove_class("-bare")
        self.query_one("#bare", Static).update("")

    def leave_page(self) -> None:
        """Nothing stays on the screen or in the clipboard."""
        super().leave_page()
        self.conceal()
        self.app.wipe_clipboard()

    def conceal(self) -> None:
        """Take what is shown off the screen."""
        self._hide_value()

    # --- the end -------------------------------------------------------------------------------------------------

    def action_done(self) -> None:
        """The person says that the vendor's form works."""

        def answer(yes: bool | None) -> None:
            if yes:
                self.guarded(self.walk.hand_over_done)
                self.repaint()
                self.say_live("Done, by your word. Verify again at any time: netsuite-setup check " + self.walk.setup.id)

        proves = self.walk.profile.vendor_step.test_note
        question = f"{proves}\n\nSay yes when the values are in the vendor's form and its test passed."
        self.app.push_screen(Confirm("Handed over?", question, "Yes", "Not yet", self.plain), answer)

    @on(Button.Pressed, "#done")
    def _done_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_done()

    @on(Button.Pressed, "#report")
    def _report_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_report()

    def action_report(self) -> None:
        """Save the report."""
        from screens.files import ReportFile

        self.app.push_screen(ReportFile(self.walk, self.plain))

    @on(Button.Pressed, "#revoke")
    def _revoke_pressed(self, event: Button.Pressed) -> None:
        event.stop()

        def answer(yes: bool | None) -> None:
            if yes:
                self._revoke()

        question = (
            "The setup token is revoked in NetSuite: the only thing this program ever changes there. One more login with it "
            "then proves that it is dead. The integration's own token is not touched."
        )
        self.app.push_screen(Confirm("Revoke the setup token?", question, "Revoke", "No", self.plain), answer)

    def polls(self) -> bool:
        """Nothing is asked here by itself: a look would get in the way of revoking."""
        return False

    @work(exclusive=True, group="revoke", exit_on_error=False, description="revoke")
    async def _revoke(self) -> None:
        self.say_live("Revoking …")
        with self.trouble_said():
            ended = await in_daemon_thread(revoke, self.walk, self.app.desk.runner, self._cancelled)
            self.repaint()
            self.say_live(ended.says, bad=not ended.dead)
