"""The frame of a step: header, rail, instructions, rows and what explains them, footer. Asks nobody anything."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Label, Static

from screens import bindings as keys
from screens.marks import plainly
from screens.widgets.choices import Choices
from screens.widgets.fields import Field, NameField
from screens.widgets.frame import Header, KeyLine, Rail, environment_word
from screens.widgets.instructions import Instructions
from screens.widgets.practice_panel import PracticePanel
from screens.widgets.verdicts import Detail, Row, Verdicts
from wizard.diagnosis import rung_of
from wizard.errors import SetupError, StoreError, VaultAbsent, VaultLocked
from wizard.profile import Question, Step
from wizard.verdict import Standing, Verdict
from wizard.walk import Walk

if TYPE_CHECKING:
    from screens.app import SetupApp


def also_rows(found: Iterable[Verdict]) -> list[Row]:
    """Return findings that belong to no requirement as rows below a heading; none if there are none.

    Args:
        found: ``about`` is an aspect.
    """
    rows = [Row(v.about, rung.title if (rung := rung_of(v.about)) else v.about, v) for v in found]
    return [Row("also", "Also found", None), *rows] if rows else []


class Page(Screen[Any]):
    """What every step looks like; its content is the profile's."""

    app: SetupApp
    ESCAPE_TO_MINIMIZE = False
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (110, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall"), (36, "-high")]  # noqa: RUF012 - as Textual declares it
    FOOTER: ClassVar[tuple[keys.Key, ...]] = ()
    """Keys for the footer, in order of importance."""

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
        self._not_saved = ""
        self._live = ("", False)

    # --- pieces --------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Header, rail, page, footer."""
        yield Header()
        with Horizontal(id="body"):
            yield Rail()
            with Vertical(id="page", classes=self.page_classes()):
                yield from self.compose_page()
                yield Static(id="live", markup=False)
                if self._practice:
                    yield self._practice
                with Horizontal(id="buttons"):
                    yield from self.compose_buttons()
        yield KeyLine()

    def compose_page(self) -> ComposeResult:
        """What stands above the live line: instructions, questions, rows."""
        yield Instructions(self.walk, self.step, self.plain)
        yield from self.compose_form()
        yield from self.compose_panel()

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
        return NameField(value=answer, id=f"ask-{question.id}", placeholder=question.help or "")

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

    # --- drawing -------------------------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        """Back from a box on top: what it changed is drawn now, when this page is the one that is shown."""
        if self.query(Rail):
            self.call_after_refresh(self.repaint)

    def on_resize(self, event: events.Resize) -> None:
        """Draw header and rows again for the new width."""
        self.call_after_refresh(self.repaint)

    def repaint(self) -> None:
        """Draw everything that rests on the setup."""
        if not self.query(Header):  # closed since this was asked for: the page on top led to another step
            return
        left = [Content.styled(self.say(self.walk.profile.name), "bold")]
        account = self.walk.account
        if account:
            left.append(Content(self.say(account.realm)))
            left.append(environment_word(account.environment))
        if self.walk.practising:
            left.append(Content.styled("PRACTICE", "$text-accent"))
        self.query_one(Header).say(Content("  ").join(left), self.say(self.where()), self.app.size.width)
        for part in self.query(Instructions):
            part.redraw()
        for panel in self.query(PracticePanel):
            panel.repaint()
        for field in self.query(Field):
            field.refresh()
        self.say_live(*self._live)
        self.query_one(Rail).show(*self.listed(), self.step.id, self.plain)
        self._show_keys()
        # A refused login takes a line more to say.
        self.query_one("#page").set_class(self.walk.attempts.recent(self.walk.clock.now()), "refused")
        self.repaint_panel()

    def listed(self) -> tuple[list[Step], dict[str, Standing | None]]:
        """Return what the list on the left shows, with how each stands."""
        steps = self.walk.steps()
        return steps, {s.id: self.walk.standing(s) for s in steps}

    def where(self) -> str:
        """Return where we are, for the header."""
        steps = [s.id for s in self.walk.steps()]
        number = steps.index(self.step.id) + 1 if self.step.id in steps else 0
        return f"step {number} of {len(steps)} · {self.step.title}"

    def repaint_panel(self) -> None:
        """Draw the rows."""
        self.query_one(Verdicts).show(self.rows(), self.plain, self.walk.clock.now().date())
        self.explain()

    def rows(self) -> list[Row]:
        """Return one row per requirement of this step."""
        titles = {r.id: r.title for r in self.walk.profile.requirements_of(self.step.id)}
        rows = [Row(v.about, titles[v.about], v, why=self.why(v.about)) for v in self.walk.verdicts_of(self.step.id)]
        return rows + self.also_found()

    def also_found(self) -> list[Row]:
        """Return what is not in order here and belongs to no requirement: what the same checks found besides."""
        here = {aspect.split(".")[0] for r in self.walk.profile.requirements_of(self.step.id) for aspect in r.proof}
        return also_rows(v for v in self.walk.also_found() if v.about.split(".")[0] in here)

    def why(self, requirement: str) -> str:
        """Return why a box or permission is asked for, and what is easily mistaken about it.

        Args:
            requirement: its id.
        """
        profile = self.walk.profile
        reasons = {f.requirement: f.reason for f in profile.feature}
        reasons |= {p.requirement: f"{p.note} {p.reason}" if p.note else p.reason for p in profile.permission}
        return reasons.get(requirement, "")

    def explain(self) -> None:
        """Explain the marked row; without a remedy, the question a person can answer."""
        rows = self.query_one(Verdicts)
        row = rows.rows.get(rows.marked or "")
        if row and row.verdict and row.verdict.standing in (Standing.WAITING, Standing.UNKNOWN) and not row.verdict.remedy:
            question = next((r.attest for r in self.walk.profile.requirements if r.id == row.id and r.attest), None)
            if question:
                says = f"{question}  a: yes. {row.verdict.says}"
                row = Row(row.id, row.title, row.verdict.model_copy(update={"says": says}), why=row.why)
        detail = self.query_one(Detail)
        detail.explain(row, self.plain)
        # Where fields and instructions need the room, a row is explained when somebody is at it, or it went wrong.
        wrong = bool(row and row.verdict and row.verdict.standing in (Standing.FAILED, Standing.WARNING))
        detail.display = wrong or rows.has_focus or "asks" not in self.page_classes()
        self.call_after_refresh(rows.scroll_to_highlight)  # the explanation may have taken the row's place

    def footer(self) -> tuple[keys.Key, ...]:
        """Return the keys for the footer, in order of importance."""
        return self.FOOTER

    def _show_keys(self) -> None:
        shown = self.footer()
        if isinstance(self.focused, Field) and not self.focused.value:
            shown = keys.IN_AN_EMPTY_FIELD
        elif isinstance(self.focused, (Field, Choices)):
            shown = keys.IN_A_FIELD
        self.query_one(KeyLine).show(shown, self.app.size.width, self.plain)

    def on_descendant_focus(self) -> None:
        """The cursor moved."""
        self._show_keys()
        if self.query(Detail):
            self.explain()

    def say(self, text: str) -> str:
        """Return a text as it may be shown.

        Args:
            text: ours or harmless.
        """
        text = self.app.masked(text)
        return plainly(text) if self.plain else text

    def say_live(self, text: str, bad: bool = False) -> None:
        """Write the live line.

        Args:
            text: ours or harmless.
            bad: something a person should not miss.
        """
        self._live = (text, bad)
        self.query_one("#live", Static).update(Content.styled(self.say(text), "$text-error" if bad else "$text-secondary"))

    @contextlib.contextmanager
    def trouble_said(self) -> Iterator[None]:
        """Say on the page what goes wrong inside the block, a mistake of ours too; the page goes on."""
        try:
            yield
        except SetupError as error:
            titled = error.message.startswith(error.title)
            words = error.message if titled else f"{error.title}. {error.message}"
            self.say_live(f"{words} {keys.WHERE_KEPT}" if isinstance(error, (VaultLocked, VaultAbsent)) else words, bad=True)
        except Exception as error:
            self.say_live(f"The program failed here ({type(error).__name__}). Try again.", bad=True)

    def guarded(self, change: Callable[[], object]) -> bool:
        """Make a change that is saved; say so if the disk refuses.

        Args:
            change: called without arguments.

        Returns:
            False if it was not saved; it is still in effect for this run.
        """
        try:
            change()
        except StoreError as error:
            if error.message != self._not_saved:  # once on a page, not for every row
                self.app.notify(error.message, title=error.title, severity="error", markup=False)
            self._not_saved = error.message
            self.say_live(error.message, bad=True)
            return False
        return True
