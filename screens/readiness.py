"""Readiness: every check again with the integration's own token, and the vendor's result lines with their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Button, OptionList, Static

from screens import bindings as keys
from screens.changes import change_rows
from screens.page import also_rows
from screens.step import StepScreen
from screens.widgets.verdicts import Detail, Row, Verdicts
from wizard.profile import ResultLine
from wizard.vault.interface import VaultKind
from wizard.verdict import Standing, Verdict, gravest

KEPT_IN: Mapping[VaultKind, str] = {"keyring": "in the keyring", "file": "in the file", "memory": "in memory"}
"""Where the values are, as it fits on a result line."""


class ReadinessStep(StepScreen):
    """The result."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.REPORT.binding()]
    FOOTER: ClassVar[tuple[keys.Key, ...]] = (
        keys.LOOK, keys.BACK, keys.NEXT, keys.EVIDENCE, keys.REPORT, keys.HELP, keys.ATTEST,
    )

    def compose_panel(self) -> ComposeResult:
        """The sentence that matters, then the lines."""
        yield Static(id="count", markup=False)
        yield Verdicts()
        yield Detail()

    def compose_buttons(self) -> ComposeResult:
        """The report has a button too."""
        yield from super().compose_buttons()
        yield Button("Report", id="report", compact=True)

    def aspects(self) -> set[str] | None:
        """Everything that a run asks by itself."""
        return None

    def polls(self) -> bool:
        """Everything is asked only when the person wants it."""
        return False

    def arrived(self) -> None:
        """Ask everything once if there is a token."""
        if self.walk.setup.kept or self.walk.setup_token:
            self.look(self.aspects())
        else:
            self.say_live(self.waits_for())

    def focus_first(self) -> None:
        """The lines."""
        self.query_one(Verdicts).focus()

    def rows(self) -> list[Row]:
        """Return the result lines, what changed, then whatever is not in order, one by one."""
        verdicts = {v.about: v for v in self.walk.verdicts()}
        rows = [self._line(n, line, verdicts) for n, line in enumerate(self.walk.profile.result)]
        open_ones = [
            Row(r.id, r.title, verdicts[r.id])
            for r in self.walk.profile.requirements
            if verdicts[r.id].standing not in (Standing.VERIFIED, Standing.NOT_APPLICABLE)
        ]
        if open_ones:
            rows.append(Row("open", "Not verified, one by one", None))
        also, changed = also_rows(self.walk.also_found()), change_rows(self.walk)
        # A change is news and stands first; that there is none is said last.
        return changed + rows + open_ones + also if len(changed) > 1 else rows + open_ones + also + changed

    def _line(self, number: int, line: ResultLine, verdicts: dict[str, Verdict]) -> Row:
        parts = self.walk.profile.matching(line.requirements)
        required = [verdicts[r.id] for r in parts if r.need == "required"] or [verdicts[r.id] for r in parts]
        standing = gravest(v.standing for v in required)
        proven = sum(v.standing is Standing.VERIFIED for v in required)
        rest = [f"{n} {word}" for word, n in self._others(required).items()]
        kept = self.walk.setup.kept
        if kept and not self.walk.secrets_lost and any("credentials.complete" in r.proof for r in parts):
            rest.insert(0, KEPT_IN[kept.vault])
        word = " · ".join([f"{proven} of {len(required)}", *rest])
        evidence = tuple(dict.fromkeys(e for v in required for e in v.evidence))
        joined = Verdict(about=f"result-{number}", standing=standing, says=word, evidence=evidence, at=self.walk.clock.now())
        return Row(joined.about, line.title, joined, word)

    @staticmethod
    def _others(verdicts: list[Verdict]) -> dict[str, int]:
        words: dict[str, int] = {}
        for verdict in verdicts:
            if verdict.standing is not Standing.VERIFIED:
                words[verdict.standing.value] = words.get(verdict.standing.value, 0) + 1
        return words

    def repaint_panel(self) -> None:
        """The sentence, then the lines."""
        super().repaint_panel()
        self.query_one("#count", Static).update(self.say(self._sentence()))
        self.query_one("#page").set_class(bool(self.walk.setup.drift and self.walk.setup.drift.changes), "drifted")

    def _sentence(self) -> str:
        counted = self.walk.readiness()
        failed, open_ones = counted.get(Standing.FAILED, 0), counted.get(Standing.UNKNOWN, 0) + counted.get(Standing.WAITING, 0)
        said = counted.get(Standing.ATTESTED, 0)
        if failed:
            return f"Not ready: {failed} failed, {open_ones} not proven."
        if open_ones:
            return f"Nothing failed; {open_ones} still open" + (f", {said} on your word." if said else ".")
        return "Ready, verified by NetSuite." if not said else f"Ready, with {said} that rest on your word."

    def ended(self, trouble: str | None) -> None:
        """Say with what it was asked.

        Args:
            trouble: what stopped it.
        """
        super().ended(trouble)
        if not trouble:
            self.walk.setup.compare(self._answers, self._begun)
            by = "the integration's own token" + (" and the setup token" if self.walk.setup_token else "")
            at = self.walk.clock.now()
            self.say_live(f"Asked with {by}, {at:%H:%M:%S} UTC, {len(self._answers)} answers, nothing written.")

    @on(OptionList.OptionSelected, "#verdicts")
    def _selected(self) -> None:
        self.action_evidence()

    @on(Button.Pressed, "#report")
    def _report_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_report()

    def action_report(self) -> None:
        """Save the report."""
        from screens.files import ReportFile

        self.app.push_screen(ReportFile(self.walk, self.plain))
