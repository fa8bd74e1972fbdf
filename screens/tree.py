"""A troubleshooting tree of the vendor's, climbed by the machine: every branch ticked by what NetSuite answers."""

from __future__ import annotations

import textwrap
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens import bindings as keys
from screens.cause_text import first_cause, logins_left
from screens.diagnose import DiagnosePage
from screens.evidence import EvidencePage
from screens.marks import MARKS
from screens.on_top import PageOnTop
from wizard.profile import Step, Tree
from wizard.trees import Ticked, aspects, tick
from wizard.verdict import Verdict
from wizard.walk import Walk


class TreePage(PageOnTop):
    """Asked once when it is opened, and whenever the person wants it."""

    BINDINGS: ClassVar[list[BindingType]] = [key.binding() for key in (keys.ASK, keys.CAUSE)]
    FOOTER: ClassVar[tuple[keys.Key, ...]] = (keys.PROOF, keys.ASK, keys.CAUSE, keys.BACK, keys.HELP, keys.QUIT)
    BUTTONS: ClassVar[dict[str, str]] = {"Ask again": "look", "Cause": "cause", "Evidence": "evidence", "Back": "back"}

    def __init__(self, walk: Walk, step: Step, tree: Tree, plain: bool) -> None:
        """Climb one tree.

        Args:
            walk: the open setup.
            step: that was open last.
            tree: of the walk's profile.
            plain: ASCII alone.
        """
        super().__init__(walk, step, plain)
        self._tree = tree
        self._drawn: list[str] = []

    def compose_page(self) -> ComposeResult:
        """The symptom, its branches, what comes of them."""
        yield Static(self.say(self._tree.title), id="matter", markup=False)
        yield OptionList(id="branches", markup=False, compact=True)
        yield Static(id="detail", markup=False)

    def where(self) -> str:
        """For the header."""
        return "Something does not work"

    def focus_first(self) -> None:
        """The branches."""
        self.query_one("#branches").focus()

    def aspects(self) -> set[str] | None:
        """What answers the branches."""
        return aspects(self.walk.profile, self._tree)

    def arrived(self) -> None:
        """Whoever opens a tree wants its answers; a refused login is not sent again for that."""
        self.look(self.aspects())

    # --- drawing -------------------------------------------------------------------------------------------------

    def _ticked(self) -> tuple[Ticked, ...]:
        return tick(self.walk.profile, self._tree, self.walk.verdicts())

    def repaint_panel(self) -> None:
        """Draw the branches, if they are others than before, and the first cause."""
        branches = self.query_one("#branches", OptionList)
        lines = [self._line(n, branch) for n, branch in enumerate(self._ticked(), 1)]
        if self._drawn != [line.markup for line in lines]:
            marked = branches.highlighted or 0
            branches.clear_options()
            branches.add_options([Option(line) for line in lines])
            branches.highlighted = marked
            self._drawn = [line.markup for line in lines]
        self.query_one("#detail", Static).update(self.say("" if self._looking else self._conclusion()))

    def _conclusion(self) -> str:
        here = first_cause(self.walk, self.aspects())
        if here:
            return f"First cause. {here} x: what to do."
        elsewhere = first_cause(self.walk)
        return f"Nothing wrong was found here. Elsewhere: {elsewhere} x: what to do." if elsewhere else "Nothing wrong was found."

    def _line(self, number: int, branch: Ticked) -> Content:
        mark, room = MARKS[branch.standing], max(20, self.query_one("#branches").size.width - 4)
        question, answer = (self.say(text) for text in (f"{number} {branch.text}", branch.says))
        return Content.assemble(
            (mark.plain if self.plain else mark.sign, mark.style), " ", "\n  ".join(textwrap.wrap(question, room)), "\n    ",
            ("\n    ".join(textwrap.wrap(answer, room - 2)), mark.style),
        )  # fmt: skip

    def ended(self, trouble: str | None) -> None:
        """Say how it ended, and the first cause.

        Args:
            trouble: what stopped it.
        """
        super().ended(trouble)
        if not trouble:
            self.say_live(f"Asked at {self.walk.clock.now():%H:%M:%S} UTC. {logins_left(self.walk)}")
        self.repaint_panel()

    # --- keys ----------------------------------------------------------------------------------------------------

    @on(OptionList.OptionSelected, "#branches")
    def _selected(self) -> None:
        self.action_evidence()

    def action_evidence(self) -> None:
        """Show what the marked branch rests on."""
        number = self.query_one("#branches", OptionList).highlighted
        if number is not None:
            branch = self._ticked()[number]
            evidence = tuple(dict.fromkeys(e for v in branch.verdicts for e in v.evidence))
            at = self.walk.clock.now()
            joined = Verdict(about=str(number + 1), standing=branch.standing, says=branch.says, evidence=evidence, at=at)
            self.app.push_screen(EvidencePage(branch.text, joined, self.plain))

    def action_cause(self) -> None:
        """Say what is the matter."""

        def answer(step: str | None) -> None:
            if step:
                self.end(step)

        self.make_way()
        self.app.push_screen(DiagnosePage(self.walk, self.step, self.aspects(), self.plain), answer)
