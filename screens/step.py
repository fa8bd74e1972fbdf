"""The step screen: why, what to do, what NetSuite says. Content by the profile; panels of their own are subclasses."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Input, Label, OptionList, Static

from screens import bindings as keys
from screens.background import in_daemon_thread
from screens.confirm import Confirm
from screens.copying import CopyList
from screens.evidence import EvidencePage
from screens.marks import plainly
from screens.messages import CheckBegan, LookEnded, SetupChanged, VerdictArrived
from screens.widgets.choices import Choices
from screens.widgets.fields import Field
from screens.widgets.frame import Header, KeyLine, Rail, environment_word
from screens.widgets.instructions import Instructions
from screens.widgets.practice_panel import PracticePanel
from screens.widgets.verdicts import Detail, Row, Verdicts
from wizard.check import Asking
from wizard.errors import SetupError, StoreError
from wizard.profile import Question, Step
from wizard.verdict import Standing, Verdict
from wizard.walk import Walk

if TYPE_CHECKING:
    from screens.app import SetupApp

POLL_SECONDS = 5
"""Between two looks while a setup token is there; design: at most every 5 s."""

IDLE_SECONDS = 600
"""Without a key, after which nobody is asked any more."""

ANSWER_LIMIT = Field.LIMIT
"""Characters of an answer; what a field takes is kept whole, a list of subsidiaries too."""


class StepScreen(Screen[None]):
    """One step."""

    app: SetupApp
    ESCAPE_TO_MINIMIZE = False
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (110, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall"), (36, "-high")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        key.binding()
        for key in (
            keys.LOOK, keys.BACK, keys.NEXT, keys.WHY, keys.COPY, keys.ATTEST, keys.EVIDENCE, keys.PRESENTER, keys.ROOT,
            keys.HELP, keys.QUIT, keys.PRACTICE_RIGHT, keys.PRACTICE_WRONG, keys.PRACTICE_PASTE,
        )
    ]
    FOOTER: ClassVar[tuple[keys.Key, ...]] = (
        keys.LOOK, keys.BACK, keys.NEXT, keys.ATTEST, keys.COPY, keys.HELP, keys.EVIDENCE, keys.WHY,
    )

    def __init__(self, walk: Walk, step: Step, practice: PracticePanel | None, plain: bool) -> None:
        """Draw one step of a walk.

        Args:
            walk: the open setup.
            step: which step.
            practice: NetSuite's side while practising.
            plain: ASCII alone.
        """
        super().__init__()
        self.walk = walk
        self.step = step
        self.plain = plain
        self._practice = practice
        self._run = 0
        self._asked = 0
        self._cancelled = threading.Event()
        self._looking = False
        self._browsed = False
        self._not_saved = ""
        self._active_at = walk.clock.monotonic()

    # --- what is on the page -------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Header, rail, page, footer."""
        yield Header()
        with Horizontal(id="body"):
            yield Rail()
            with Vertical(id="page", classes=self.page_classes()):
                yield Instructions(self.walk, self.step, self.plain)
                yield from self.compose_form()
                yield from self.compose_panel()
                yield Static(id="live", markup=False)
                if self._practice:
                    yield self._practice
                with Horizontal(id="buttons"):
                    yield from self.compose_buttons()
        yield KeyLine()

    def page_classes(self) -> str:
        """Return what the style sheet has to know: how much besides the instructions needs room."""
        asks = bool(self.step.ask) or self.step.panel in ("account", "secret_pair", "setup_token")
        lists = self.step.panel in ("permissions", "readiness")
        return " ".join(["asks"] * asks + ["lists"] * lists + ["practising"] * (self._practice is not None))

    def compose_form(self) -> ComposeResult:
        """One line per question."""
        if self.step.ask:
            with Vertical(id="form"):
                for question in self.step.ask:
                    yield Label(self.say(question.label), markup=False, classes="ask-label")
                    yield self._field(question)

    def _field(self, question: Question) -> Choices | Field:
        answer = self.walk.answer(question.id)
        if question.kind == "choice":
            return Choices(question.choices, answer, id=f"ask-{question.id}")
        return Field(value=answer, id=f"ask-{question.id}", placeholder=question.help or "")

    def compose_panel(self) -> ComposeResult:
        """What NetSuite says about this step's requirements."""
        yield Verdicts()
        yield Detail()

    def compose_buttons(self) -> ComposeResult:
        """Everything a key does that matters, for Tab and Enter."""
        yield Button("Look", id="look", compact=True)
        yield Button("Back", id="back", compact=True)
        yield Button("Next", id="next", compact=True)
        yield Button("Help", id="help", compact=True)

    def on_mount(self) -> None:
        """Draw what is known, begin to look."""
        self.walk_to_here()
        self.repaint()
        self.focus_first()
        self.set_interval(POLL_SECONDS, self._poll)
        self.arrived()

    def focus_first(self) -> None:
        """Put the cursor where the work is."""
        for selector in ("#form Field", "#form Choices", "#verdicts", "#doing"):
            found = self.query(selector)
            if found and (selector != "#verdicts" or self.query_one(Verdicts).option_count):
                found.first().focus()
                return

    def walk_to_here(self) -> None:
        """Remember that this step is open."""
        self.guarded(lambda: self.walk.go_to(self.step.id))

    def arrived(self) -> None:
        """Begin the first look if NetSuite can be asked something here."""
        if self.walk.setup_token and self.aspects() != set():
            self.action_look()
        else:
            self.say_live(self.waits_for())

    def on_screen_resume(self) -> None:
        """Back from a box on top: what it changed is drawn now, when this page is the one that is shown."""
        if self.query(Rail):
            self.call_after_refresh(self.repaint)

    def on_resize(self, event: events.Resize) -> None:
        """Draw header and rows again for the new width."""
        self.call_after_refresh(self.repaint)

    def repaint(self) -> None:
        """Draw everything that rests on the setup."""
        steps = self.walk.steps()
        number = next((n for n, s in enumerate(steps, 1) if s.id == self.step.id), 0)
        left = [Content.styled(self.say(self.walk.profile.name), "bold")]
        account = self.walk.account
        if account:
            left.append(Content(self.app.presented(account.realm)))
            left.append(environment_word(account.environment))
        if self.walk.practising:
            left.append(Content.styled("PRACTICE", "$text-accent"))
        if self.app.presenter:
            left.append(Content.styled("PRESENTER", "reverse"))
        where = f"step {number} of {len(steps)} · {self.step.title}"
        self.query_one(Header).say(Content("  ").join(left), self.say(where), self.app.size.width)
        standings = {s.id: self.walk.standing(s) for s in steps}
        self.query_one(Rail).show(steps, standings, self.step.id, self.plain)
        self._show_keys()
        self.repaint_panel()

    def repaint_panel(self) -> None:
        """Draw the rows."""
        self.query_one(Verdicts).show(self.rows(), self.plain)
        self.explain()

    def rows(self) -> list[Row]:
        """Return one row per requirement of this step."""
        titles = {r.id: r.title for r in self.walk.profile.requirements_of(self.step.id)}
        return [Row(v.about, titles[v.about], v) for v in self.walk.verdicts_of(self.step.id)]

    def explain(self) -> None:
        """Explain the marked row; without a remedy, the question a person can answer."""
        rows = self.query_one(Verdicts)
        row = rows.rows.get(rows.marked or "")
        if row and row.verdict and row.verdict.standing in (Standing.WAITING, Standing.UNKNOWN) and not row.verdict.remedy:
            question = next((r.attest for r in self.walk.profile.requirements if r.id == row.id and r.attest), None)
            if question:
                says = f"{question}  a: yes. {row.verdict.says}"
                row = Row(row.id, row.title, row.verdict.model_copy(update={"says": says}))
        detail = self.query_one(Detail)
        detail.explain(row, self.plain)
        # Where fields and instructions need the room, a row is explained when somebody is at it, or it went wrong.
        wrong = bool(row and row.verdict and row.verdict.standing in (Standing.FAILED, Standing.WARNING))
        detail.display = wrong or rows.has_focus or "asks" not in self.page_classes()
        self.call_after_refresh(rows.scroll_to_highlight)  # the explanation may have taken the row's place

    def _show_keys(self) -> None:
        typing = isinstance(self.focused, Choices) or (isinstance(self.focused, Field) and bool(self.focused.value))
        shown = keys.IN_A_FIELD if typing else self.FOOTER
        self.query_one(KeyLine).show(shown, self.app.size.width, self.plain)

    def on_descendant_focus(self) -> None:
        """The cursor moved."""
        self._show_keys()
        if self.query(Detail):
            self.explain()

    def say(self, text: str) -> str:
        """Return a text as this terminal can show it.

        Args:
            text: ours or harmless.
        """
        return plainly(text) if self.plain else text

    def say_live(self, text: str, bad: bool = False) -> None:
        """Write the live line.

        Args:
            text: ours or harmless.
            bad: something a person should not miss.
        """
        self.query_one("#live", Static).update(Content.styled(self.say(text), "$text-error" if bad else "$text-secondary"))

    def waits_for(self) -> str:
        """Return what has to happen before NetSuite can be asked about this step."""
        if self.aspects() == set():
            return "Nothing to ask NetSuite here."
        if self.walk.setup_token or (self.walk.credentials and self.walk.credentials.complete):
            return "Enter asks NetSuite."
        return "Proven once there is a token (Connect, or Access token). Until then: a, I did this."

    # --- asking --------------------------------------------------------------------------------------------------

    def aspects(self) -> set[str] | None:
        """Return what is asked on this page; None means all that a run asks by itself."""
        return {a for r in self.walk.profile.requirements_of(self.step.id) for a in r.proof}

    def action_look(self) -> None:
        """Ask NetSuite now; the person wants it, so a refused login may be tried once more."""
        self._touch()
        self.walk.ask_again()
        self.look(self.aspects())

    def look(self, wanted: set[str] | None) -> None:
        """Ask, without holding the page.

        Args:
            wanted: aspects; None for all.
        """
        if wanted is not None and not wanted:
            self.say_live(self.waits_for())
            return
        self._cancelled.set()
        self._cancelled = threading.Event()
        self._run += 1
        self._looking = True
        self._asked = 0
        self.say_live("Asking …")
        self._ask(self._run, wanted, self._cancelled)

    @work(exclusive=True, group="look", exit_on_error=False, description="look")
    async def _ask(self, run: int, wanted: set[str] | None, cancelled: threading.Event) -> None:
        trouble: str | None = None

        def report(news: Asking | Verdict) -> None:
            self.post_message(CheckBegan(run, news.title) if isinstance(news, Asking) else VerdictArrived(run, news))

        def ask() -> None:
            self.walk.fetch_secrets()
            self.app.desk.runner.run(self.walk.session(cancelled), wanted, report)

        try:
            await in_daemon_thread(ask)
        except SetupError as error:
            trouble = error.message
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
            self._asked += 1
            self.guarded(lambda: self.walk.record(message.verdict))
            self.repaint_panel()

    @on(LookEnded)
    def _ended(self, message: LookEnded) -> None:
        if message.run != self._run:
            return
        self._looking = False
        self.repaint()
        if not self._browsed and self.query(Verdicts):
            self.query_one(Verdicts).mark_trouble()
        self.ended(message.trouble)
        self.guarded(self.walk.save)  # last: a full disk is not talked over

    def ended(self, trouble: str | None) -> None:
        """Say how the look ended.

        Args:
            trouble: what stopped it.
        """
        if trouble:
            self.say_live(trouble, bad=True)
            return
        at = f"Asked at {self.walk.clock.now():%H:%M:%S} UTC."
        if any(self.walk.setup.refusals.values()):
            at += f" Logins left before NetSuite may lock the user: {self.walk.attempts_left()}."
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
        if not any(self.walk.setup.refusals.values()):
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

    # --- keys and buttons ----------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """Open the step before."""
        self._move(-1)

    def action_next(self) -> None:
        """Open the next step."""
        self._move(1)

    def _move(self, by: int) -> None:
        steps = [s.id for s in self.walk.steps()]
        here = steps.index(self.step.id) + by
        if 0 <= here < len(steps):
            self.leave_page()
            self.app.open_step(self.walk, steps[here])

    def action_leave(self) -> None:
        """Out of a field; from anywhere else back to the first screen."""
        if isinstance(self.focused, (Field, Choices)):
            self.query_one(Instructions).focus()
            return
        self.leave_page()
        self.app.close_walk()

    def action_why(self) -> None:
        """Show or hide the reason."""
        self.query_one(Instructions).toggle_why()

    def action_copy(self) -> None:
        """Offer addresses and labels."""
        if self.app.presenter:
            self.say_live("Presenter mode: nothing is copied. p ends it.", bad=True)
            return
        found = self.query_one(Instructions).copyables()
        rows = self.query_one(Verdicts) if self.query(Verdicts) else None
        row = rows.rows.get(rows.marked or "") if rows else None
        if row and row.verdict and row.verdict.remedy and row.verdict.remedy.link:
            from screens.widgets.instructions import Copyable

            found.insert(0, Copyable(f"address for: {row.title}", row.verdict.remedy.link))
        if found:
            self.app.push_screen(CopyList(found, self.plain))
        else:
            self.say_live("Nothing to copy here yet.")

    def action_attest(self) -> None:
        """Vouch for the marked row, or take it back."""
        if not self.query(Verdicts):
            return
        marked = self.query_one(Verdicts).marked
        requirement = next((r for r in self.walk.profile.requirements if r.id == marked), None)
        if requirement is None or not requirement.attest:
            self.say_live("This line cannot be vouched for; NetSuite has to show it.")
            return
        if marked in self.walk.setup.attested:
            self.guarded(lambda: self.walk.attest([requirement.id], yes=False))
            self.repaint()
            return

        def answer(yes: bool | None) -> None:
            if yes:
                self.guarded(lambda: self.walk.attest([requirement.id]))
                self.repaint()

        question = f"{requirement.attest}\n\nYour word is kept as that: drawn ~, replaced as soon as NetSuite shows it."
        self.app.push_screen(Confirm("Do you vouch for this?", question, "Yes, it is so", "No", self.plain), answer)

    def action_evidence(self) -> None:
        """Show what the marked row rests on."""
        rows = self.query(Verdicts)
        row = rows.first(Verdicts).rows.get(rows.first(Verdicts).marked or "") if rows else None
        if row and row.verdict:
            self.app.push_screen(EvidencePage(row.title, row.verdict, self.plain))

    def action_practice_right(self) -> None:
        """Let the practice account do this step."""
        if self._practice:
            self._practice.act(right=True)

    def action_practice_wrong(self) -> None:
        """Let the practice account do this step with a mistake."""
        if self._practice:
            self._practice.act(right=False)

    def action_practice_paste(self) -> None:
        """Paste what NetSuite's page shows; only secret pairs have fields for it."""
        self.say_live("There is nothing to paste on this page.")

    @on(PracticePanel.Done)
    def _practised(self) -> None:
        self.repaint()
        if (self.walk.setup_token or (self.walk.credentials and self.walk.credentials.complete)) and self.aspects() != set():
            self.action_look()

    @on(OptionList.OptionHighlighted, "#verdicts")
    def _marked(self) -> None:
        self.explain()

    @on(OptionList.OptionSelected, "#verdicts")
    def _selected(self) -> None:
        self.action_look()

    @on(OptionList.OptionSelected, "#rail")
    def _jumped(self, event: OptionList.OptionSelected) -> None:
        if event.option_id and event.option_id != self.step.id:
            self.leave_page()
            self.app.open_step(self.walk, event.option_id)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        action = {"look": self.action_look, "back": self.action_back, "next": self.action_next, "help": self.app.action_help}
        if event.button.id in action:
            event.stop()
            action[event.button.id]()

    # --- answers -------------------------------------------------------------------------------------------------

    @on(Choices.Chosen)
    def _chosen(self, message: Choices.Chosen) -> None:
        self.keep_answer((message.choices.id or "").removeprefix("ask-"), message.value)

    @on(Input.Changed)
    def _typed(self) -> None:
        self._touch()  # a field keeps its keys to itself
        self._show_keys()

    @on(Input.Submitted, "#form Field")
    def _submitted(self, event: Input.Submitted) -> None:
        self.keep_answer((event.input.id or "").removeprefix("ask-"), event.value)
        self.focus_next()

    @on(Input.Blurred, "#form Field")
    def _blurred(self, event: Input.Blurred) -> None:
        self.keep_answer((event.input.id or "").removeprefix("ask-"), event.value)

    @on(Field.Refused)
    def _refused(self, message: Field.Refused) -> None:
        self.say_live(message.why, bad=True)

    def keep_answer(self, question: str, answer: str) -> None:
        """Keep an answer if it is another one.

        Args:
            question: its id.
            answer: what the person said.
        """
        from wizard.redact import one_line

        answer = one_line(answer.strip(), ANSWER_LIMIT)
        if answer != self.walk.answer(question):
            self.guarded(lambda: self.walk.give(question, answer))
            if self._looking:  # with the old answer
                self._drop_look()
                self.say_live(self.waits_for())
            self.query_one(Instructions).redraw()
            self.post_message(SetupChanged())

    @on(SetupChanged)
    def _setup_changed(self) -> None:
        self.repaint()

    def _drop_look(self) -> None:
        """Stop asking; what still arrives is not taken."""
        self._cancelled.set()
        self._run += 1
        self._looking = False

    def leave_page(self) -> None:
        """Keep what is typed and stop asking; called before another page opens."""
        self._drop_look()
        for field in self.query("#form Field").results(Field):
            self.keep_answer((field.id or "").removeprefix("ask-"), field.value)

    def guarded(self, change: object) -> bool:
        """Make a change that is saved; say so if the disk refuses.

        Args:
            change: called without arguments.

        Returns:
            False if it was not saved; it is still in effect for this run.
        """
        try:
            change()  # type: ignore[operator]
        except StoreError as error:
            if error.message != self._not_saved:  # once on a page, not for every row
                self.app.notify(error.message, title=error.title, severity="error", markup=False)
            self._not_saved = error.message
            self.say_live(error.message, bad=True)
            return False
        return True
