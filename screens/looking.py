"""A page that asks NetSuite: now, and again every few seconds while somebody is at work; never holding the page."""

from __future__ import annotations

import threading
from collections.abc import Callable

from textual import events, on, work

from screens import bindings as keys
from screens.background import in_daemon_thread
from screens.cause_text import first_cause, logins_left
from screens.confirm import Confirm
from screens.messages import CheckBegan, LookEnded, VerdictArrived
from screens.page import Page
from screens.widgets.practice_panel import PracticePanel
from screens.widgets.verdicts import Verdicts
from wizard.check import Asking, Report
from wizard.errors import SetupError, VaultAbsent, VaultLocked
from wizard.profile import Step
from wizard.verdict import Standing, Verdict
from wizard.walk import Walk

POLL_SECONDS = 5
"""Between two looks while a setup token is there; design: at most every 5 s."""

IDLE_SECONDS = 600
"""Without a key, after which nobody is asked any more."""


Ask = Callable[[Report, threading.Event], object]
"""Asks, and reports as things happen, until the event is set."""


class LookingPage(Page):
    """The path of a verdict: look, the runner, ``VerdictArrived``, ``Setup.record``, the row."""

    def __init__(self, walk: Walk, step: Step, practice: PracticePanel | None, plain: bool) -> None:
        """See ``Page``."""
        super().__init__(walk, step, practice, plain)
        self._run = 0
        self._answers: list[Verdict] = []
        self._begun = walk.clock.now()
        self._cancelled = threading.Event()
        self._looking = False
        self._browsed = False
        self._active_at = walk.clock.monotonic()

    def on_mount(self) -> None:
        """Draw what is known, begin to look."""
        self.walk_to_here()
        self.repaint()
        self.focus_first()
        self.set_interval(POLL_SECONDS, self._poll)
        ask = self.walk.closed and self.walk.vaults.file.exists  # one that is gone is not made anew without a word
        if self.needs_values() and ask and self.app.first_time(self.walk, "passphrase"):
            self.open_vault_page(lambda _: self.arrived(), straight=True)
        else:
            self.arrived()

    def needs_values(self) -> bool:
        """Tell whether this page can do nothing without the values."""
        return True

    def action_where_kept(self) -> None:
        """Say where the values are kept, and let that be changed."""
        self.make_way()
        self.open_vault_page(self.came_back)

    def came_back(self, chosen: bool | None) -> None:
        """Go on after the page where the vault is chosen.

        Args:
            chosen: a place was chosen or opened; else the person only looked, or moved the values.
        """
        self.repaint()
        if chosen:
            self.arrived()

    def open_vault_page(self, back: Callable[[bool | None], None], straight: bool = False) -> None:
        """Open the page where the vault is chosen.

        Args:
            back: called when it is closed; see ``came_back``.
            straight: begin in the field for the passphrase.
        """
        from screens.vault_page import VaultPage

        self.app.push_screen(VaultPage(self.walk, self.plain, straight), back)

    def arrived(self) -> None:
        """Begin the first look if NetSuite can be asked something here."""
        if self.walk.setup_token and self.aspects() != set():
            self.look(self.aspects())  # opening a page is no reason to send a refused login again
        else:
            self.say_live(self.waits_for())

    def waits_for(self) -> str:
        """Return what has to happen before NetSuite can be asked about this step."""
        if self.aspects() == set():
            return "Nothing to ask NetSuite here."
        if self.walk.setup_token or (self.walk.credentials and self.walk.credentials.complete):
            return "Enter asks NetSuite."
        return "Proven once there is a token (Connect, or Access token). Until then: a, I did this."

    def aspects(self) -> set[str] | None:
        """Return what is asked on this page; None means all that a run asks by itself."""
        return {a for r in self.walk.profile.requirements_of(self.step.id) for a in r.proof}

    def action_look(self) -> None:
        """Ask NetSuite now; the person wants it, so a refused login may be tried once more."""
        self._touch()
        self.insist(lambda: self.look(self.aspects()))

    def insist(self, look: Callable[[], None]) -> None:
        """Let a refused login be tried once more; ask first if that one may lock the user.

        Args:
            look: asks NetSuite.
        """

        def answer(yes: bool | None) -> None:
            if yes:
                self.walk.ask_again()
            look()

        if self.walk.attempts_left() > 1:
            answer(True)
            return
        question = (
            "NetSuite locks a user for 30 minutes after five refused logins (documented; whether token logins count was not "
            "published). Four were refused since the last one that was accepted. Changing what is wrong first is safer. Without "
            "it, everything is asked that needs no refused login."
        )
        self.app.push_screen(Confirm("One more login may lock the user", question, "Log in", "Not now", self.plain), answer)

    def look(self, wanted: set[str] | None) -> None:
        """Ask, without holding the page.

        Args:
            wanted: aspects; None for all.
        """
        if wanted is not None and not wanted:
            self.say_live(self.waits_for())
            return
        self.begin(lambda report, cancelled: self.app.desk.runner.run(self.walk.session(cancelled), wanted, report))

    def begin(self, ask: Ask) -> None:
        """Begin to ask; what was asked until now is cancelled.

        Args:
            ask: does it, in a thread.
        """
        self._cancelled.set()
        self._cancelled = threading.Event()
        self._run += 1
        self._looking = True
        self._answers, self._begun = [], self.walk.clock.now()
        self.say_live("Asking …")
        self._ask(self._run, ask, self._cancelled)

    @work(exclusive=True, group="look", exit_on_error=False, description="look")
    async def _ask(self, run: int, ask: Ask, cancelled: threading.Event) -> None:
        trouble: str | None = None

        def report(news: Asking | Verdict) -> None:
            self.post_message(CheckBegan(run, news.title) if isinstance(news, Asking) else VerdictArrived(run, news))

        def asked() -> None:
            self.walk.fetch_secrets()
            ask(report, cancelled)

        try:
            await in_daemon_thread(asked)
        except SetupError as error:
            trouble = f"{error.message} {keys.WHERE_KEPT}" if isinstance(error, (VaultLocked, VaultAbsent)) else error.message
        except Exception as error:  # a mistake of ours; without this the page would ask for ever
            trouble = f"The program failed while asking ({type(error).__name__}). Enter asks again."
        self.post_message(LookEnded(run, trouble))

    @on(CheckBegan)
    def _began(self, message: CheckBegan) -> None:
        if message.run == self._run:
            self.say_live(f"Asking: {message.title}")

    @on(VerdictArrived)
    def _arrived(self, message: VerdictArrived) -> None:
        if message.run == self._run:
            self._answers.append(message.verdict)
            self.guarded(lambda: self.take(message.verdict))
            self.repaint_panel()

    def take(self, verdict: Verdict) -> None:
        """Keep what was found.

        Args:
            verdict: about an aspect.
        """
        self.walk.record(verdict)

    @on(LookEnded)
    def _ended(self, message: LookEnded) -> None:
        if message.run != self._run:
            return
        self._looking = False
        self.repaint()
        if not self._browsed and self.query(Verdicts):
            self.query_one(Verdicts).mark_trouble()
        self.ended(message.trouble)
        self.guarded(self.walk.keep_baseline)  # last: a full disk is not talked over
        self.repaint_panel()

    def ended(self, trouble: str | None) -> None:
        """Say how the look ended.

        Args:
            trouble: what stopped it.
        """
        if trouble:
            self.say_live(trouble, bad=True)
            return
        at = f"Asked at {self.walk.clock.now():%H:%M:%S} UTC."
        if left := logins_left(self.walk):
            cause = first_cause(self.walk)
            at = f"{cause} x: more. {left}" if cause else f"{at} {left}"
        elif self.walk.setup_token:
            at += f" Looking again every {POLL_SECONDS} s."
        self.say_live(at)

    def _poll(self) -> None:
        if knock := self.walk.knocked():
            self.app.notify(f"Another run tried to open this setup at {knock} UTC.", markup=False)
        if self._looking or not self.walk.setup_token or not self.is_current or not self.polls():
            return
        if self.walk.clock.monotonic() - self._active_at > IDLE_SECONDS:
            self.say_live("No key for 10 minutes: not looking any more. Enter looks again.")
            return
        if not self.walk.attempts.budget("setup").blocked:
            self.look(self.aspects())

    def polls(self) -> bool:
        """Tell whether this page looks again by itself: while something is not in order."""
        return any(not v.settled or v.standing is Standing.ATTESTED for v in self.walk.verdicts_of(self.step.id))

    def _touch(self) -> None:
        self._active_at = self.walk.clock.monotonic()

    def on_key(self, event: events.Key) -> None:
        """A key shows that somebody is there; one that moves in the rows, that they choose which is explained."""
        self._touch()
        self._browsed = self._browsed or event.key in ("up", "down", "pageup", "pagedown", "home", "end")

    def make_way(self) -> None:
        """Stop asking before a page opens on top that asks the same: one login is enough."""
        if self._looking:
            self._drop_look()
            self.say_live("Stopped, because another page was opened. F5 asks again.")

    def _drop_look(self) -> None:
        """Stop asking; what still arrives is not taken."""
        self._cancelled.set()
        self._run += 1
        self._looking = False
