"""Before you start: what a person answers, and what this machine can do. Also where the deadlines are said."""

from __future__ import annotations

from textual import work

from screens.background import in_daemon_thread
from screens.step import StepScreen
from screens.widgets.verdicts import Row
from wizard.verdict import Verdict

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
            self.say_live("This machine was looked at; you can go on.")

    def rows(self) -> list[Row]:
        """The questions only a person can answer, then the machine."""
        machine = [Row(v.about, SHOWN[v.about], v) for v in self._machine if v.about in SHOWN]
        return [*super().rows(), *machine]
