"""Leaving with a setup token that is alive: it can be revoked right here."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Button, Static

from screens.background import in_daemon_thread
from screens.confirm import Confirm
from screens.looking import LookingPage
from wizard.check import Runner
from wizard.errors import SetupError
from wizard.setup_tokens import Ended, revoke
from wizard.walk import Walk

if TYPE_CHECKING:
    from screens.app import SetupApp


class Leaving(Confirm):
    """Ends with yes to leave, after revoking or without."""

    app: SetupApp
    BINDINGS: ClassVar[list[BindingType]] = [Binding("r", "revoke", "revoke", show=False)]

    def __init__(self, title: str, losses: list[str], walks: list[Walk], runner: Runner, plain: bool) -> None:
        """Ask.

        Args:
            title: what this is about.
            losses: what leaving loses, a sentence each.
            walks: those with a setup token in memory, at least one.
            runner: asks NetSuite whether it is dead.
            plain: ASCII alone.
        """
        super().__init__(title, "\n".join(losses), "Leave", "Stay", plain)
        self._walks = walks
        self._runner = runner
        self._cancelled = threading.Event()
        self._revoking = False

    def compose_buttons(self) -> ComposeResult:
        """One more, first."""
        yield Button("Revoke and leave (r)", id="revoke", compact=True)
        yield from super().compose_buttons()

    @on(Button.Pressed, "#revoke")
    def _revoke_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        event.prevent_default()
        self.action_revoke()

    def action_revoke(self) -> None:
        """Revoke every setup token, and leave once all are proven dead; pressed again while that goes on, nothing."""
        if self._revoking:
            return
        self._revoking = True
        for page in self.app.screen_stack:
            if isinstance(page, LookingPage):
                page.make_way()  # what it still asks with the token would be refused, and counted
        self._revoke()

    @work(exit_on_error=False, description="revoke")
    async def _revoke(self) -> None:
        self._tell("Revoking …")
        trouble = await self._revoke_all()
        self._revoking = False
        if trouble:
            self._tell(trouble)
        else:
            self.dismiss(True)

    async def _revoke_all(self) -> str | None:
        """Revoke one after the other; return what went wrong with the first that is not proven dead."""
        for walk in [walk for walk in self._walks if walk.setup_token]:
            try:
                ended = await in_daemon_thread(revoke, walk, self._runner, self._cancelled)
            except SetupError as error:
                ended = Ended(False, error.message)
            except Exception as error:  # a mistake of ours must not leave the box waiting
                ended = Ended(False, f"The program failed here ({type(error).__name__}).")
            if not ended.dead:
                return ended.says
        return None

    def _tell(self, text: str) -> None:
        self.query_one("#question", Static).update(self._say(text))

    def action_answer(self, answer: bool) -> None:
        """Answer by key; what is being asked is not waited for.

        Args:
            answer: yes or no.
        """
        self._cancelled.set()
        super().action_answer(answer)
