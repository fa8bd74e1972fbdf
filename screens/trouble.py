"""Something does not work: the vendor's troubleshooting trees, the login, or a message to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens import bindings as keys
from screens.diagnose import DiagnosePage
from screens.marks import plainly
from screens.pasting import PastePage
from screens.tree import TreePage
from screens.widgets.frame import KeyLine, Title
from wizard.walk import Walk

if TYPE_CHECKING:
    from screens.app import SetupApp

LOGIN = f"{'The login fails':<40}from the first cause to the last"
PASTE = f"{'A message I can paste':<40}an error, a fault, a word; offline"

class TroublePage(Screen[None]):
    """What does not work?"""

    app: SetupApp
    AUTO_FOCUS = "#entries"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,left", "leave", "back", show=False), keys.HELP.binding(), keys.QUIT.binding(),
    ]  # fmt: skip

    def __init__(self, walk: Walk | None, plain: bool) -> None:
        """Ask what does not work.

        Args:
            walk: the open setup; None without any: then only a message can be explained.
            plain: ASCII alone.
        """
        super().__init__()
        self._walk = walk
        self._plain = plain

    def compose(self) -> ComposeResult:
        """A list."""
        yield Title()
        with Vertical(id="start"):
            yield Static(self._say(self._promise()), id="where", markup=False)
            yield OptionList(*self._options(), id="entries", markup=False, compact=True)
        yield KeyLine()

    def on_mount(self) -> None:
        """The title, with the setup it is about."""
        self.repaint()

    def on_resize(self) -> None:
        """The footer depends on the width."""
        self.repaint()

    def on_screen_resume(self) -> None:
        """Presenter mode may have changed on a page above."""
        self.repaint()

    def repaint(self) -> None:
        """Draw what depends on the width, and on who sees it."""
        about = [self._walk.profile.name, self._walk.setup.account or ""] if self._walk else []
        self.query_one(Title).say(self._say("  ".join([*filter(None, about), "Something does not work"])))
        self.query_one(KeyLine).show((keys.MOVE, keys.OPEN, keys.AWAY, keys.HELP, keys.QUIT), self.app.size.width, self._plain)

    def _say(self, text: str) -> str:
        text = self.app.masked(text)
        return plainly(text) if self._plain else text

    def _promise(self) -> str:
        if self._walk is None:
            return "There is no setup yet: only a message can be explained. Nothing is asked of anybody."
        return "Each line is looked into by asking NetSuite, read only; a message is explained without asking anybody."

    def _options(self) -> list[Option]:
        trees = self._walk.profile.troubleshoot if self._walk else ()
        lines = {f"tree-{tree.id}": tree.title for tree in trees}
        lines |= {"login": LOGIN} if self._walk else {}
        return [Option(Content(self._say(line)), id=name) for name, line in {**lines, "paste": PASTE}.items()]

    @on(OptionList.OptionSelected, "#entries")
    def _open(self, event: OptionList.OptionSelected) -> None:
        name, walk = event.option_id or "", self._walk
        if walk is None or name == "paste":
            self.app.push_screen(PastePage(walk.profile if walk else None, self._plain))
            return
        step = walk.profile.step_named(walk.setup.step)
        tree = next((t for t in walk.profile.troubleshoot if f"tree-{t.id}" == name), None)
        page = TreePage(walk, step, tree, self._plain) if tree else DiagnosePage(walk, step, {"login.accepted"}, self._plain)

        def answer(step: str | None) -> None:
            if step:
                self.app.open_step(walk, step)

        self.app.push_screen(page, answer)

    def action_leave(self) -> None:
        """Back to the first screen."""
        self.app.close_walk()
