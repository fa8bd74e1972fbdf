"""Before you start: what a person answers, and what this machine can do. Also where the deadlines are said."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.widgets import Button

from screens import bindings as keys
from screens.background import in_daemon_thread
from screens.step import StepScreen
from screens.widgets.verdicts import Row
from wizard.vault.interface import KIND_WORDS
from wizard.verdict import Standing, Verdict

SHOWN = {
    "keyring": "Keyring of this login",
    "proxy": "Proxy and certificates",
    "netsuite": "NetSuite's discovery service",
    "clock": "Clock against NetSuite's",
}
"""What matters for a setup, of what the command ``doctor`` looks at."""


class MachineStep(StepScreen):
    """Asks this machine while the person answers."""

    def __init__(self, *arguments: object, **named: object) -> None:
        """See ``StepScreen``."""
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self._machine: list[Verdict] = []

    def compose_buttons(self) -> ComposeResult:
        """Where the values go can be decided here already."""
        yield from super().compose_buttons()
        yield Button("Kept in", id="kept", compact=True)

    def arrived(self) -> None:
        """Look at the machine."""
        self.action_look()

    def action_look(self) -> None:
        """Look at the machine again."""
        self.say_live("Looking at this machine …")
        self._examine()

    @work(exclusive=True, group="look", exit_on_error=False, description="machine")
    async def _examine(self) -> None:
        with self.trouble_said():
            self._machine = await in_daemon_thread(self.app.desk.examine)
            self.repaint()
            self.say_live(f"This machine was looked at; you can go on. {self._elsewhere()}".rstrip())

    def _elsewhere(self) -> str:
        """Say that values can be kept without a keyring, if it is not in order."""
        fine = all(v.standing is Standing.VERIFIED for v in self._machine if v.about == "keyring")
        chosen = self.walk.setup.vault
        if fine or chosen == "keyring":
            return ""
        return f"Values go into {KIND_WORDS[chosen]}." if chosen else f"Without this keyring: {keys.WHERE_KEPT}"

    def rows(self) -> list[Row]:
        """The questions only a person can answer, then the machine."""
        machine = [Row(v.about, SHOWN[v.about], v) for v in self._machine if v.about in SHOWN]
        return [*super().rows(), *machine]
