"""What a verdict rests on: enough for a second person to believe it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from screens.marks import plainly
from wizard.redact import shown
from wizard.verdict import Verdict


class EvidencePage(ModalScreen[None]):
    """One verdict in full."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,e,enter", "dismiss", "close", show=False)]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, title: str, verdict: Verdict, plain: bool) -> None:
        """Show one verdict.

        Args:
            title: the requirement's.
            verdict: with its evidence.
            plain: ASCII alone.
        """
        super().__init__()
        self._title = title
        self._verdict = verdict
        self._plain = plain

    def _say(self, text: str) -> str:
        text = self.app.masked(text)  # type: ignore[attr-defined]
        return plainly(text) if self._plain else text

    def compose(self) -> ComposeResult:
        """A box with everything in it."""
        with Vertical(classes="box wide"):
            yield Static(self._say(f"{self._verdict.about}  {self._title}"), classes="box-title", markup=False)
            with VerticalScroll():
                yield Static(Content(self._say("\n".join(self._lines()))), markup=False)
            yield Static("Esc closes.", classes="hint", markup=False)

    def _lines(self) -> list[str]:
        verdict = self._verdict
        lines = [f"{verdict.standing.value}: {shown(verdict.says)}"]
        if verdict.cause:
            lines.append(f"Cause: {verdict.cause}")
        if verdict.remedy:
            lines.append(f"Do this: {verdict.remedy.text}")
            lines += [line for line in (verdict.remedy.menu_path, verdict.remedy.link) if line]
        for evidence in verdict.evidence:
            by = f", {evidence.token} token" if evidence.token else ""
            lines += [
                "",
                f"{evidence.probe}{by}, {evidence.at:%Y-%m-%d %H:%M:%S} UTC",
                f"asked: {shown(evidence.asked, 600)}",
                f"came back: {shown(evidence.came_back, 600)}",
            ]
        if not verdict.evidence:
            lines += ["", "Nothing was asked yet."]
        return lines
