"""What is the matter: the likeliest cause, how sure that is, what to do; and the question that tells more."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from screens import bindings as keys
from screens.background import in_daemon_thread
from screens.cause_text import Told, cause_text, causes_told, heading, ladder_text, logins_left
from screens.confirm import Confirm
from screens.copying import CopyList
from screens.evidence import EvidencePage
from screens.on_top import PageOnTop
from screens.presenting import NOTHING_COPIED
from screens.trail import TrailPage
from screens.widgets.instructions import Copyable
from wizard.exchange import EXCHANGES, aspect_of
from wizard.exchanging import keep_exchanged, try_exchange
from wizard.profile import Step
from wizard.trail import understood
from wizard.verdict import Standing
from wizard.walk import Walk


class DiagnosePage(PageOnTop):
    """On top of a page on which something failed. It asks nobody anything by itself; Enter asks again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key.binding()
        for key in (keys.AGAIN, keys.STEP, keys.OTHERS, keys.TRAIL, keys.EXCHANGE, keys.REPORT, keys.COPY)
    ]
    BUTTONS: ClassVar[dict[str, str]] = {
        "Again": "look", "Trail": "trail", "Swap": "exchange", "Others": "others", "Evidence": "evidence",
        "Report": "report", "Back": "back",
    }  # fmt: skip
    FOOTER: ClassVar[tuple[keys.Key, ...]] = (
        keys.AGAIN, keys.BACK, keys.TRAIL, keys.EXCHANGE, keys.OTHERS, keys.HELP, keys.STEP, keys.EVIDENCE, keys.REPORT, keys.COPY,
    )

    def __init__(self, walk: Walk, step: Step, wanted: set[str] | None, plain: bool) -> None:
        """Tell what is the matter.

        Args:
            walk: the open setup.
            step: whose page it was opened from.
            wanted: aspects that Enter asks for; None for all that a run asks by itself.
            plain: ASCII alone.
        """
        super().__init__(walk, step, plain)
        self._wanted = wanted
        self._chosen: str | None = None
        self._drawn = ""

    # --- pieces --------------------------------------------------------------------------------------------------

    def compose_page(self) -> ComposeResult:
        """What happened, the cause, how many logins are left."""
        yield Static(id="matter", markup=False)
        with VerticalScroll(id="told"):
            yield Static(id="told-text", markup=False)
        yield Static(id="left", markup=False)

    def on_mount(self) -> None:
        """The countdown goes on by itself; it asks nobody."""
        self.set_interval(1, self.repaint_panel)

    def focus_first(self) -> None:
        """The text: arrows scroll it, Enter asks again."""
        self.query_one("#told").focus()

    def aspects(self) -> set[str] | None:
        """What the page below asks."""
        return self._wanted

    def arrived(self) -> None:
        """Say what would tell more."""
        self.say_live(self.next_question())

    # --- drawing -------------------------------------------------------------------------------------------------

    def told(self) -> Told | None:
        """Return the cause that is shown: the chosen one, else the likeliest; None if nothing is wrong."""
        told = causes_told(self.walk)
        return next((t for t in told if t.message.id == self._chosen), told[0] if told else None)

    def repaint_panel(self) -> None:
        """Draw the cause, if it is another one than before; and the count of logins, which may be a countdown."""
        told, room = self.told(), max(20, self.query_one("#matter").size.width)
        title, when = heading(told.verdict) if told else ("Nothing is wrong, as far as it was looked at", "")
        gap = " " * max(1, room - len(title) - len(when))
        diagnosis = self.walk.diagnosis()
        text = ladder_text(diagnosis, self.say, self.plain)
        if told:
            count = f"Cause {told.number} of {len(diagnosis.candidates)}. o: the next one.\n"
            others = Content(self.say(count if len(diagnosis.candidates) > 1 else ""))
            text = Content("\n").join([cause_text(told, self.say, self.plain, not self.app.short_names), others, text])
        left = logins_left(self.walk, counting=True)
        drawn = f"{title} {when} {room} {text.markup} {left}"
        if drawn != self._drawn:
            self._drawn = drawn
            self.query_one("#matter", Static).update(Content(self.say(f"{title}{gap}{when}")))
            self.query_one("#told-text", Static).update(text)
            self.query_one("#left", Static).update(self.say(left))
            for key, works in self._sometimes().items():
                if key.action in self.BUTTONS.values():
                    self.query_one(f"#{key.action}", Button).display = works
            self._show_keys()

    def _sometimes(self) -> dict[keys.Key, bool]:
        """Tell of the keys that do not always do something whether they do now."""
        diagnosis, told = self.walk.diagnosis(), self.told()
        return {
            keys.TRAIL: diagnosis.refused is not None,
            keys.EXCHANGE: bool(diagnosis.exchange or self.accepted()),
            keys.OTHERS: len(diagnosis.candidates) > 1,
            keys.EVIDENCE: told is not None,
            keys.STEP: bool(told and self._step_of(told.verdict.about)),
            keys.COPY: bool(told and told.message.do and told.message.do.link and not self.app.presenter),
        }

    def footer(self) -> tuple[keys.Key, ...]:
        """Return the keys that do something now."""
        works = self._sometimes()
        return tuple(key for key in super().footer() if works.get(key, True))

    def next_question(self) -> str:
        """Return what would tell more, in a sentence or two."""
        diagnosis, trail = self.walk.diagnosis(), self.walk.setup.trail
        if self.accepted():
            return "NetSuite accepted the values in another order. l: keep them so."
        if diagnosis.question == "trail":
            return "NetSuite's Login Audit Trail says why. t: where it is, and what to look for."
        more = "l: one login with values exchanged." if diagnosis.exchange else "t: another answer."
        return f"{understood(trail.word)} {more}" if diagnosis.refused and trail else "Nothing is asked until you press Enter."

    def ended(self, trouble: str | None) -> None:
        """Say how the look ended, and what would tell more.

        Args:
            trouble: what stopped it.
        """
        super().ended(trouble)
        if not trouble:
            self.say_live(f"Asked at {self.walk.clock.now():%H:%M:%S} UTC. {self.next_question()}")

    # --- keys ----------------------------------------------------------------------------------------------------

    def action_look(self) -> None:
        """Ask again; what comes of it is shown from its first cause on."""
        self._chosen = None
        super().action_look()

    def action_others(self) -> None:
        """Show the next cause, after the last one the first."""
        told, now = causes_told(self.walk), self.told()
        if now is None or len(told) < 2:
            self.say_live("There is no other cause that what was found leads to.")
            return
        self._chosen = told[now.number % len(told)].message.id
        self.query_one("#told", VerticalScroll).scroll_home(animate=False)
        self.repaint_panel()

    def action_evidence(self) -> None:
        """Show what the cause rests on."""
        if told := self.told():
            self.app.push_screen(EvidencePage(told.message.title, told.verdict, self.plain))

    def action_trail(self) -> None:
        """Ask what stands in the Login Audit Trail; the answer is taken at once, and can be changed later."""
        refused = self.walk.diagnosis().refused
        if refused is None:
            self.say_live("No refused login is open: the Login Audit Trail has nothing to tell here.")
            return

        def answer(word: str | None) -> None:
            if word is not None:
                self.guarded(lambda: self.walk.read_trail(word))
                self._chosen = None
                self.repaint()
                self.say_live(self.next_question())

        self.app.push_screen(TrailPage(self.walk, refused, self.plain), answer)

    def accepted(self) -> str | None:
        """Return the exchange with which NetSuite accepted the values; None if it did not, or was not asked."""
        found = self.walk.setup.found
        return next((how for how in EXCHANGES if (v := found.get(aspect_of(how))) and v.standing is Standing.FAILED), None)

    def action_exchange(self) -> None:
        """Offer one login with two values in each other's place; once it was accepted, offer to keep them so."""
        how, kept = self.walk.diagnosis().exchange, self.accepted()
        if kept:
            question = (
                f"NetSuite accepted the values with {EXCHANGES[kept].title}. They are kept in that order in "
                f"{self.walk.vault.place}, and read back. Nothing changes in NetSuite."
            )
            self._asked_first("Keep the values so?", question, "Keep", lambda: self._keep(kept))
        elif how:
            question = (
                f"One login is sent with {EXCHANGES[how].title}. Nothing is stored and nothing changes in NetSuite. If it is "
                f"refused too, it counts: {self.walk.attempts_left()} refused logins are left before NetSuite may lock the user."
            )
            self._asked_first("One login with values exchanged?", question, "Log in once", lambda: self._try(how))
        else:
            self.say_live("There is nothing to exchange here, or one more refused login could lock the user.")

    def _asked_first(self, title: str, question: str, yes: str, go: Callable[[], object]) -> None:
        def answer(agreed: bool | None) -> None:
            if agreed:
                go()

        self.app.push_screen(Confirm(title, question, yes, "Not now", self.plain), answer)

    def _try(self, how: str) -> None:
        self._chosen = None
        self.begin(lambda report, cancelled: try_exchange(self.walk, self.app.desk.runner, how, report, cancelled))

    @work(exclusive=True, group="vault", exit_on_error=False, description="vault keep")
    async def _keep(self, how: str) -> None:
        self.say_live("Storing, and reading back with a second process …")
        with self.trouble_said():
            receipt = await in_daemon_thread(keep_exchanged, self.walk, how)
            self.repaint()
            self.say_live(f"Kept in {receipt.place}, read back. Fingerprint {receipt.fingerprint}. Enter asks again.")

    def action_copy(self) -> None:
        """Offer the address of the page where it is put right."""
        told = self.told()
        link = told.message.do.link if told and told.message.do else None
        if self.app.presenter:
            self.say_live(NOTHING_COPIED, bad=True)
        elif link:
            self.app.push_screen(CopyList([Copyable("address", link)], self.plain))
        else:
            self.say_live("There is no address to copy here.")

    def action_report(self) -> None:
        """Save the report."""
        from screens.files import ReportFile

        self.app.push_screen(ReportFile(self.walk, self.plain))

    def action_next(self) -> None:
        """Open the step on which the cause is put right."""
        told = self.told()
        step = self._step_of(told.verdict.about) if told else None
        if step:
            self.end(step)
        else:
            self.say_live("No step of the walk is about this.")

    def _step_of(self, about: str) -> str | None:
        """Return the step that asks for an aspect; else one that asks for another of the same check."""
        asked = [(aspect, r.step) for r in self.walk.profile.requirements for aspect in r.proof]
        exact = [step for aspect, step in asked if aspect == about]
        return next(iter(exact + [step for aspect, step in asked if aspect.split(".")[0] == about.split(".", maxsplit=1)[0]]), None)
