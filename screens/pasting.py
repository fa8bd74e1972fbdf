"""A message from a log, a screen or a mail, explained on this machine without asking anybody; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from screens import bindings as keys
from screens.background import in_daemon_thread
from screens.cause_text import SURE, Say, remedy_lines
from screens.marks import plainly
from screens.widgets.fields import Field, MessageField
from screens.widgets.frame import KeyLine, Title
from wizard.causes import CAUSES
from wizard.diagnose_command import BASES
from wizard.failures import failures
from wizard.pasted import like_a_credential
from wizard.pasted_failure import PastedDiagnosis, explain_pasted
from wizard.pasted_secrets import KINDS
from wizard.profile import Profile
from wizard.redact import one_line

if TYPE_CHECKING:
    from screens.app import SetupApp

PROMISE = (
    "Paste what a program, a log, NetSuite or its Login Audit Trail says: one word, or up to a million characters. It is "
    "explained on this machine: nobody is asked, nothing is kept."
)


def secrets_said(told: PastedDiagnosis) -> str:
    """Return which secrets a message held, and what to do about each; empty if none.

    Args:
        told: what it leads to.
    """
    if not told.secrets:
        return ""
    kinds = " ".join(f"It held {KINDS[kind][0]}. {KINDS[kind][1]}" for kind in told.secrets)
    return f"! {kinds} Nothing of it is shown, kept or sent."


def told_text(told: PastedDiagnosis, say: Say, plain: bool) -> Content:
    """Return what a message leads to.

    Args:
        told: that.
        say: makes texts fit.
        plain: ASCII alone.
    """
    return Content("\n").join(_lines(told, say, plain))


def _lines(told: PastedDiagnosis, say: Say, plain: bool) -> Iterator[Content]:
    first = told.first
    if first is None:
        yield Content(say("Nothing in it is known, so no cause is named. The report, or NetSuite's support, may know more."))
        for host in told.elsewhere:
            yield Content(say(f"{host} is not NetSuite's: its answer says nothing about NetSuite."))
        for row in (failures()[number] for number in told.similar):
            yield Content(say(f"Something like it: {row.symptom}; {row.meaning}. {row.fix}"))
        return
    mark = SURE[first.basis]
    yield Content.assemble(
        (mark.plain if plain else mark.sign, mark.style), (say(f" Cause ({BASES[first.basis]}): "), mark.style),
        (say(f"{CAUSES[first.cause].meaning}."), "bold"),
    )  # fmt: skip
    yield Content(say(f"Recognised: {one_line(first.says)}."))
    if told.excluded:
        yield Content(say(f"It is not: {', '.join(CAUSES[one.cause].short for one in told.excluded)}."))
    if first.remedy:
        yield from remedy_lines(first.remedy, "", say, False)
    if len(told.candidates) > 1:
        yield Content.styled(say("\nOther causes, most likely first"), "bold")
        for other in told.candidates[1:]:
            yield Content(say(f"{CAUSES[other.cause].meaning} ({BASES[other.basis]})"))
    for line in told.exchanges:
        yield Content(say(f"In the log: {line}"))


class PastePage(Screen[None]):
    """One field, and below it what a message means."""

    app: SetupApp
    AUTO_FOCUS = "#message"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", show=False), Binding("f1", "app.help", "keys", show=False),
    ]  # fmt: skip

    def __init__(self, profile: Profile | None, plain: bool) -> None:
        """Explain messages.

        Args:
            profile: whose own errors are known; None if no integration is meant.
            plain: ASCII alone.
        """
        super().__init__()
        self._profile = profile
        self._plain = plain
        self._told: PastedDiagnosis | str = ""

    def compose(self) -> ComposeResult:
        """Title, promise, field, explanation."""
        yield Title()
        with Vertical(id="start"):
            yield Static(self._say(PROMISE), id="where", markup=False)
            yield MessageField(id="message", placeholder="paste here; or type, and press Enter")
            yield Static(id="secrets", markup=False)
            with VerticalScroll(id="told"):
                yield Static(id="told-text", markup=False)
        yield KeyLine()

    def on_resize(self) -> None:
        """The footer depends on the width."""
        self.repaint()

    def repaint(self) -> None:
        """Draw what depends on the width, and on who sees it."""
        self.query_one(Title).say("A message I can paste")
        self.query_one(MessageField).refresh()
        self._draw(self._told)
        self.query_one(KeyLine).show((keys.EXPLAIN, keys.AWAY, keys.HELP_IN_A_FIELD), self.app.size.width, self._plain)

    def _say(self, text: str) -> str:
        text = self.app.masked(text)
        return plainly(text) if self._plain else text

    @on(MessageField.Arrived)
    def _pasted(self, message: MessageField.Arrived) -> None:
        message.field.value = ""
        self._explain(message.field.fetch())

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        text, event.input.value = event.value, ""
        if text.strip():
            self._explain(text)

    @on(Input.Changed)
    def _watched(self, event: Input.Changed) -> None:
        if like_a_credential(event.value):  # a terminal that types a paste in: off the screen at once
            text, event.input.value = event.value, ""
            self._explain(text)

    @on(Field.Refused)
    def _not_taken(self, message: Field.Refused) -> None:
        self._draw(message.why)

    @work(exclusive=True, group="explain", exit_on_error=False, description="explain")
    async def _explain(self, text: str) -> None:
        self._draw("Reading it …")
        try:
            self._draw(await in_daemon_thread(explain_pasted, text, self._profile))
        except Exception as error:  # a mistake of ours must not leave the page waiting
            self._draw(f"The program failed here ({type(error).__name__}). Nothing was kept.")

    def _draw(self, told: PastedDiagnosis | str) -> None:
        """Draw what a message leads to, or a sentence of ours instead."""
        if told is not self._told:
            self.query_one("#told", VerticalScroll).scroll_home(animate=False)
        self._told = told
        secrets, said = ("", Content(self._say(told))) if isinstance(told, str) else (
            secrets_said(told), told_text(told, self._say, self._plain)
        )  # fmt: skip
        self.query_one("#secrets", Static).update(Content.styled(self._say(secrets), "$text-warning"))
        self.query_one("#told-text", Static).update(said)

    def action_leave(self) -> None:
        """Back, without waiting for anything."""
        self.dismiss()
