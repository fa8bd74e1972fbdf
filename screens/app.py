"""SetupApp: signals, themes, which page is open."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.theme import Theme

from screens.confirm import Confirm
from screens.help import HelpPage
from screens.leaving import Leaving
from screens.presenting import PresentedApp
from screens.start import StartScreen
from screens.widgets.practice_panel import PracticePanel
from wizard.desk import Desk
from wizard.errors import SetupError
from wizard.refreshing import refreshed
from wizard.setup import Setup
from wizard.walk import Walk

if TYPE_CHECKING:
    from screens.step import StepScreen

CONTRAST = Theme(
    name="contrast", primary="#ffffff", secondary="#ffffff", accent="#ffff00", warning="#ffff00", error="#ff8080",
    success="#80ff80", foreground="#ffffff", background="#000000", surface="#000000", panel="#000000", dark=True,
)
"""Black and white with three signal colours."""


class SetupApp(PresentedApp):
    """The wizard in a terminal."""

    TITLE = "netsuite-setup"
    CSS_PATH = ["app.tcss", "ascii.tcss"]  # noqa: RUF012 - as Textual declares it
    ENABLE_COMMAND_PALETTE = False  # it offers a screenshot of whatever is on the screen
    ESCAPE_TO_MINIMIZE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "ask_quit", "quit", show=False, priority=True)]

    def __init__(self, desk: Desk, contrast: bool = False, presenter: bool = False, support: bool = False) -> None:
        """Take the desk.

        Args:
            desk: everything a front end is given.
            contrast: use the high-contrast theme.
            presenter: begin in presenter mode.
            support: as well, and leaving it asks first.
        """
        super().__init__(desk.plain, presenter, support)
        self.animation_level = "none"
        self.desk = desk
        self._contrast = contrast
        self.rotate_first: str | None = None
        """Id of a setup whose rotation is opened at once."""
        self._held = contextlib.ExitStack()
        self._walks: dict[str, Walk] = {}
        """Walks of this run: what they hold in memory outlives a visit to the first page."""
        self._accounts: set[str] = set()
        """Of saved setups, whether they were opened or not."""
        self._asked: set[tuple[str, str]] = set()
        """What was asked by itself in this run, by setup: a question that was declined waits for its key."""

    def on_mount(self) -> None:
        """Signals first, then the first page."""
        self.register_theme(CONTRAST)
        if self._contrast:
            self.theme = "contrast"
        if self.desk.plain:
            self.add_class("-ascii")
        if sys.platform != "win32":
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.add_signal_handler(number, self.stop_for, number)
        # Textual leaves the screen blank after Ctrl+Z and fg until something repaints.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        start = StartScreen(self.desk.plain)
        self.push_screen(start)
        if self.rotate_first:
            start.call_after_refresh(start.rotate, self.desk.store.load(self.rotate_first))

    def stop_for(self, number: int) -> None:
        """Leave because of a signal; everything confirmed is on the disk already.

        Args:
            number: of the signal.
        """
        if number != signal.SIGHUP:  # after a hang-up there is no terminal to wipe a clipboard through
            self._leave_pages()
        self.exit(return_code=128 + number)

    def on_unmount(self) -> None:
        """Let go of the setup."""
        self._held.close()

    # --- pages ---------------------------------------------------------------------------------------------------

    def open_setup(self, setup: Setup, step: str | None = None) -> None:
        """Hold a setup and open a step of it.

        Args:
            setup: from the store.
            step: id; None for the one that was open last.

        Raises:
            SetupError: if another run holds it, or its profile is gone.
        """
        walk = self._hold(setup)
        steps = [s.id for s in walk.steps()]
        last = walk.setup.step if walk.setup.step in steps else steps[0]
        self._show(walk, step or last, first=True)

    def look_after(self, setup: Setup | None) -> None:
        """Open the page for what does not work.

        Args:
            setup: from the store, held from now on; None if there is none.

        Raises:
            SetupError: if another run holds it, or its profile is gone.
        """
        from screens.trouble import TroublePage

        self.push_screen(TroublePage(self._hold(setup) if setup else None, self.desk.plain))

    def rotate(self, setup: Setup) -> None:
        """Open the rotation of a setup's values where it stands.

        Args:
            setup: from the store, held from now on.

        Raises:
            SetupError: if another run holds it, or its profile is gone.
        """
        from screens.rotation import rotation_page

        self.push_screen(rotation_page(self._hold(setup), self.desk))

    def ask_about_token(self, name: str, mark: str) -> None:
        """Open the page for a setup token that was left alive.

        Args:
            name: the setup's id, held from now on.
            mark: fingerprint of the token.

        Raises:
            SetupError: if another run holds it, or its profile is gone.
        """
        from screens.token_left import TokenLeftPage

        walk = self._hold(self.desk.store.load(name))
        token = next((t for t in walk.left_alive() if t.fingerprint == mark), None)
        if token:
            self.push_screen(TokenLeftPage(walk, token, self.desk.plain))
        else:  # another run has proven it dead since the list was drawn
            self._held.close()

    def setup_tokens_in_use(self) -> set[str | None]:
        """Return the fingerprints of the setup tokens that this run has in memory."""
        return {walk.setup_token_mark for walk in self._walks.values()}

    def refreshed(self, setup: Setup) -> None:
        """Drop what rested on a sandbox as it was, and open the step that is done anew.

        Args:
            setup: from the store, held from now on.

        Raises:
            SetupError: if it is no sandbox, or another run holds it.
        """
        walk = self._hold(setup)
        try:
            step = refreshed(walk)
        except SetupError:
            self._held.close()
            raise
        self._show(walk, step, first=True)

    def _hold(self, setup: Setup) -> Walk:
        """Hold a setup and return its walk."""
        self._held.close()
        self._held.enter_context(self.desk.store.hold(setup.id, self.desk.clock.now()))
        setup = self.desk.store.load(setup.id)  # another run may have changed it until we held it
        walk = self._walks.get(setup.id)
        if walk and walk.setup.account == setup.account:
            walk.take_over(setup)
        else:
            walk = self.desk.walk(setup)
        self._walks = {name: w for name, w in self._walks.items() if not self.desk.practice} | {setup.id: walk}
        return walk

    def open_step(self, walk: Walk, step: str) -> None:
        """Open another step of the walk.

        Args:
            walk: the open one.
            step: id.
        """
        self._show(walk, step, first=False)

    def _show(self, walk: Walk, step: str, first: bool) -> None:
        from screens.account_step import AccountStep
        from screens.hand_over import HandOverStep
        from screens.machine_step import MachineStep
        from screens.permission_table import PermissionStep
        from screens.readiness import ReadinessStep
        from screens.secret_pair import SecretPairStep
        from screens.setup_token_step import SetupTokenStep
        from screens.step import StepScreen

        panels: dict[str, type[StepScreen]] = {
            "checks": StepScreen,
            "machine": MachineStep,
            "account": AccountStep,
            "secret_pair": SecretPairStep,
            "setup_token": SetupTokenStep,
            "permissions": PermissionStep,
            "readiness": ReadinessStep,
            "hand_over": HandOverStep,
        }
        what = walk.profile.step_named(step)
        plays = self.desk.practice is not None and (what.practice or what.panel == "account")
        practice = PracticePanel(self.desk.practice, walk, what, self.desk.plain) if self.desk.practice and plays else None
        page = panels[what.panel](walk, what, practice, self.desk.plain)
        if first:
            self.push_screen(page)
        else:
            self.switch_screen(page)

    def close_walk(self) -> None:
        """Back to the first page."""
        self._held.close()
        self.pop_screen()

    def first_time(self, walk: Walk, question: str) -> bool:
        """Tell whether something is asked for the first time in this run; it is not any more then.

        Args:
            walk: the open setup.
            question: which.
        """
        asked = (walk.setup.id, question)
        first = asked not in self._asked
        self._asked.add(asked)
        return first

    def practise(self) -> None:
        """Go over to a practice account."""
        if self.desk.start_practice:
            self._unless_lost("Leave the real setups?", self._practise)

    def _practise(self) -> None:
        if self.desk.start_practice:
            self.desk = self.desk.start_practice()
            self._walks.clear()
            self.switch_screen(StartScreen(self.desk.plain))

    # --- everywhere ----------------------------------------------------------------------------------------------

    def known_names(self) -> frozenset[str]:
        """Return the names that are made short: of the setups that were opened, and the accounts of all."""
        return frozenset(self._accounts).union(*(walk.names() for walk in self._walks.values()))

    def know_accounts(self, accounts: Iterable[str]) -> None:
        """Remember which account IDs are names.

        Args:
            accounts: of saved setups.
        """
        self._accounts.update(accounts)

    def action_help(self) -> None:
        """Show keys and words."""
        self.push_screen(HelpPage(self.desk.plain))

    async def action_quit(self) -> None:
        """Ask first."""
        self.action_ask_quit()

    def action_ask_quit(self) -> None:
        """Leave; ask if something would be lost: values in memory, a setup token that is still alive."""
        self._unless_lost("Leave?", self._leave)

    def _unless_lost(self, title: str, go: Callable[[], None]) -> None:
        """Do something that ends walks; ask first if that loses something."""
        losses = self._losses()

        def answer(yes: bool | None) -> None:
            if yes:
                go()

        if isinstance(self.screen, Confirm):
            self.bell()  # one question at a time: the one on the screen comes first
        elif alive := [walk for walk in self._walks.values() if walk.setup_token]:
            self.push_screen(Leaving(title, losses, alive, self.desk.runner, self.desk.plain), answer)
        elif losses:
            self.push_screen(Confirm(title, "\n".join(losses), "Leave", "Stay", self.desk.plain), answer)
        else:
            answer(True)

    def _leave(self) -> None:
        self._leave_pages()
        self.exit()

    def _pages(self) -> list[StepScreen]:
        from screens.step import StepScreen

        return [page for page in self.screen_stack if isinstance(page, StepScreen)]

    def _leave_pages(self) -> None:
        for page in self._pages():
            page.leave_page()  # keeps what is typed, empties the clipboard

    def _losses(self) -> list[str]:
        typed = [loss for page in self._pages() if (loss := page.unstored())]
        return list(dict.fromkeys([*typed, *(loss for walk in self._walks.values() for loss in self._losses_of(walk))]))

    @staticmethod
    def _losses_of(walk: Walk) -> list[str]:
        losses = []
        if walk.setup.kept and not walk.setup.kept.durable and not walk.secrets_lost:
            losses.append("The values are kept in memory only: they end with this program, and new ones will have to be made.")
        if walk.setup_token:
            state = "revoked, by NetSuite's answer, but not proven dead" if walk.revoked_by else "not revoked yet"
            losses.append(f"The setup token is {state}. Leaving forgets it here; the next start reminds you of it.")
        return losses
