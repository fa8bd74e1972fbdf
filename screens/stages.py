"""What every stage of a rotation has: the list of stages, the way out, the way back. A stage is data, as a step is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from textual import work
from textual.binding import BindingType

from screens import bindings as keys
from screens.background import in_daemon_thread
from screens.confirm import Confirm
from screens.step import StepScreen
from screens.widgets.practice_panel import PracticePanel
from wizard import rotating
from wizard.profile import Step
from wizard.rotation import STAGES, Rotation, Stage
from wizard.rotation_steps import stage_steps
from wizard.verdict import Standing
from wizard.walk import Walk

LOST = "What was entered is not whole in the vault any more: enter it again. u: cancel the rotation."


class Stages(StepScreen):
    """What every stage has: the list of stages, the way out, the way back."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.UNDO.binding(), keys.ANEW.binding()]

    def __init__(self, walk: Walk, step: Step, practice: PracticePanel | None, plain: bool, said: str = "") -> None:
        """Draw one stage.

        Args:
            walk: the open setup.
            step: its present stage.
            practice: NetSuite's side while practising.
            plain: ASCII alone.
            said: what to say first.
        """
        super().__init__(walk, step, practice, plain)
        self._said = said
        self._busy = False
        self._due: str | None = None
        """What the page of the present stage is to say, while something lies on top of this one."""

    @property
    def rotation(self) -> Rotation | None:
        """The open one, or the last one."""
        return self.walk.setup.rotation

    # --- instead of a step of the walk ---------------------------------------------------------------------------

    def listed(self) -> tuple[list[Step], dict[str, Standing | None]]:
        """The stages; those that are still to come have no mark."""
        rotation, steps = self.rotation, stage_steps()
        if rotation is None:
            return steps, dict.fromkeys(STAGES)
        standings = {stage: rotation.standing(stage) for stage in STAGES}
        now = self.step.id if rotation.open else ""
        return steps, {s: None if at is Standing.WAITING and s != now else at for s, at in standings.items()}

    def where(self) -> str:
        """Return where we are, for the header."""
        rotation = self.rotation
        if rotation is None or not rotation.open:
            return "rotation"
        return f"rotation · stage {list(STAGES).index(rotation.stage) + 1} of {len(STAGES)}"

    def walk_to_here(self) -> None:
        """This is no step: the open one stays."""

    def aspects(self) -> set[str] | None:
        """Nothing is asked here by itself."""
        return set()

    def polls(self) -> bool:
        """Nothing is asked here by itself."""
        return False

    def jump(self, step: str) -> None:
        """Say how a stage stands; they are done in order."""
        stage: Stage = step  # type: ignore[assignment]
        at = getattr(self.rotation, stage) if self.rotation else None
        how = self.rotation.standing(stage).value if self.rotation else "open"
        self.say_live(f"{STAGES[stage]}: {f'{how}, {at:%Y-%m-%d %H:%M} UTC' if at else 'not done' if how == 'waiting' else how}.")

    def action_back(self) -> None:
        """Back to the first screen: a rotation can be left at every stage."""
        self.leave_for(self.app.close_walk)

    def action_next(self) -> None:
        """The next stage comes when this one is done."""
        self.say_live("The next stage opens when this one is done.")

    def reopen(self, said: str = "") -> None:
        """Open the page of the stage that is present now.

        Args:
            said: what to say there.
        """
        from screens.rotation import rotation_page

        if self.app.screen is not self:  # help or a question lies on top: when that is gone
            self._due = said
            return
        self.leave_page()
        self.app.switch_screen(rotation_page(self.walk, self.app.desk, said))

    def on_screen_resume(self) -> None:
        """What lay on top is gone: open the stage that came meanwhile."""
        if self._due is not None:
            self.call_after_refresh(self.reopen, self._due)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Say what goes wrong inside the block, and that the vault is in use until its end."""
        self._busy = True
        try:
            with self.trouble_said():
                yield
        finally:
            self._busy = False

    def resume(self) -> None:
        """Finish what an earlier run left half done, unless this one opened the page with something to say."""
        if not self._said:
            self._resume()

    # In a group of its own: looking whether the vault can be used ends whatever else is in that one.
    @work(group="rotation", exit_on_error=False, description="rotation")
    async def _resume(self) -> None:
        if self._busy:
            return
        before = self.rotation
        with self.at_work():
            await in_daemon_thread(rotating.resume, self.walk)
            if self.rotation != before:
                lost = before and before.new and self.rotation and self.rotation.new is None
                said = LOST if lost else "What an earlier run left half done was finished."
                self.leave_for(lambda: self.reopen(said))

    def asked_first(self, title: str, question: str, yes: str, go: Callable[[], object]) -> None:
        """Do something after a question.

        Args:
            title: of the question.
            question: in full.
            yes: on the button that agrees.
            go: does it.
        """

        def answer(agreed: bool | None) -> None:
            if agreed and self._due is None:  # else it was about a stage that is done by now
                go()

        self.app.push_screen(Confirm(title, question, yes, "Not now", self.plain), answer)

    @work(group="rotation", exit_on_error=False, description="rotation")
    async def act(self, do: Callable[[], object], said: str) -> None:
        """Do what touches the vault, then open the stage that comes of it.

        Args:
            do: blocks.
            said: what to say there.
        """
        if self._busy:
            self.app.bell()
            return
        self.say_live("Writing, and reading back …")
        with self.at_work():
            await in_daemon_thread(do)
            self.reopen(said)

    def action_undo(self) -> None:
        """Cancel before the new values are in use; afterwards go back to the old ones, as long as they live."""
        rotation = self.rotation
        if rotation is None or not rotation.open:
            self.say_live("No rotation is open: there is nothing to take back.")
        elif rotation.stored is None:
            reset = rotation.interrupts
            lives = "If you pressed Reset Credentials, the values in use are dead: enter the new ones instead." if reset else (
                "A new token that you made lives in NetSuite until you revoke it there (Access Tokens > Edit > Revoke)."
            )  # fmt: skip
            question = f"What was entered is deleted here; the values in use stay. {lives}"
            self._asked_to("Cancel the rotation?", question, "Cancel it", rotating.cancel, "The rotation is cancelled.")
        elif rotation.can_go_back:
            question = (
                "The old values are taken into use here again, and the new ones kept beside them. If the vendor has the new ones "
                "already, it keeps working with them: hand the old ones over again before you revoke the new token."
            )
            said = "The old values are in use again, read back. u: cancel the rotation."
            self._asked_to("Go back to the old values?", question, "Go back", rotating.go_back, said)
        else:
            self.say_live("There is no way back: the old values are dead. New ones would have to be made.", bad=True)

    def _asked_to(self, title: str, question: str, yes: str, do: Callable[[Walk], object], said: str) -> None:
        self.asked_first(title, question, yes, lambda: self.act(lambda: do(self.walk), said))

    def action_anew(self) -> None:
        """Enter the new values again."""
        if self.rotation and self.rotation.open and self.rotation.stage in ("verified", "stored"):
            question = "What was entered is deleted here; the values in use stay. A token that was made lives until it is revoked."
            self._asked_to("Enter again?", question, "Enter again", rotating.enter_again, "")
