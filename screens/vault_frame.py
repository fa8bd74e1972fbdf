"""How the page looks on which the vault is chosen: the places, what is said of the marked one, one blocking call at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from screens import bindings as keys
from screens.background import in_daemon_thread
from screens.confirm import Confirm
from screens.marks import plainly
from screens.vault_form import VaultForm
from screens.vault_offers import Found, Offer, offers
from screens.widgets.fields import SecretField
from screens.widgets.frame import KeyLine, Title
from wizard.errors import SetupError
from wizard.setup import Kept
from wizard.walk import Walk

if TYPE_CHECKING:
    from screens.app import SetupApp

PROMISE = (
    "NetSuite shows each value once: where they go is decided before one is typed. Nothing is chosen for you, and nothing is ever "
    "written in clear."
)


class VaultFrame(Screen[bool]):
    """Draws; what is done with a place is the subclass's."""

    app: SetupApp
    AUTO_FOCUS = "#entries"
    ESCAPE_TO_MINIMIZE = False

    def __init__(self, walk: Walk, plain: bool) -> None:
        """Offer the places.

        Args:
            walk: the open setup.
            plain: ASCII alone.
        """
        super().__init__()
        self.walk = walk
        self.offered: dict[str, Offer] = {}
        self.found = Found()
        self.doing = ""
        self._explained = ""
        self._plain = plain

    @property
    def kept(self) -> Kept | None:
        """Where the values are; None while there are none, or none any more."""
        return None if self.walk.secrets_lost else self.walk.setup.kept

    # --- what is on the page -------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """The places, what is said of the marked one, fields for what has to be typed."""
        yield Title()
        with Vertical(id="start"):
            yield Static("", id="where", markup=False)
            yield OptionList(id="entries", markup=False, compact=True)
            with VerticalScroll(id="told", can_focus=False):
                yield Static(id="told-text", markup=False)
            yield VaultForm(self._plain)
            yield Static("", id="live", markup=False)
            with Horizontal(id="buttons"):
                yield Button("Try again", id="look", compact=True)
                yield Button("Back", id="back", compact=True)
                yield Button("Help", id="help", compact=True)
        yield KeyLine()

    @property
    def form(self) -> VaultForm:
        """The fields."""
        return self.query_one(VaultForm)

    def on_resize(self) -> None:
        """The footer depends on the width."""
        self._show_keys()

    def on_descendant_focus(self) -> None:
        """In a field other keys work."""
        self._show_keys()

    def _show_keys(self) -> None:
        shown: tuple[keys.Key, ...] = (keys.MOVE, keys.TAKE, keys.TRY, keys.AWAY, keys.PRESENTER, keys.HELP, keys.QUIT)
        if isinstance(self.focused, SecretField):
            shown = keys.IN_A_FIELD
        self.query_one(KeyLine).show(shown, self.app.size.width, self._plain)

    def repaint(self) -> None:
        """Draw what is offered now; the marked line stays marked."""
        kept, about = self.kept, [self.walk.profile.name, self.walk.setup.account]
        title = "Where the values are kept" if kept else "Where the values will be kept"
        self.query_one(Title).say(self._say("  ".join([*filter(None, about), title])))
        there = f"The values are in {kept.place}, fingerprint {kept.fingerprint}." if kept else PROMISE
        self.query_one("#where", Static).update(self._say(there))
        entries = self.query_one("#entries", OptionList)
        marked = entries.highlighted or 0
        self.offered = {offer.id: offer for offer in offers(self.walk, self.found)}
        lines = {offer.id: f"{offer.title:<40}{offer.word}" for offer in self.offered.values()}
        entries.set_options([Option(Content(self._say(line)), id=name) for name, line in lines.items()])
        entries.highlighted = min(marked, len(lines) - 1)
        self.explain()
        self._show_keys()

    @property
    def marked(self) -> Offer:
        """The offer on the marked line."""
        return list(self.offered.values())[self.query_one("#entries", OptionList).highlighted or 0]

    def explain(self) -> None:
        """Say what the marked line means."""
        self._explained = self.marked.id
        self.tell(self.marked.says)

    @on(OptionList.OptionHighlighted, "#entries")
    def _highlighted(self) -> None:
        """Another line; drawing the same one again is no reason to talk over what was said."""
        if self.marked.id != self._explained and not self.form.asks:
            self.explain()

    def tell(self, text: str, bad: bool = False) -> None:
        """Say something at length, below the list.

        Args:
            text: ours or harmless.
            bad: something a person should not miss.
        """
        self.query_one("#told-text", Static).update(self._coloured(text, bad))
        self.query_one("#told", VerticalScroll).scroll_home(animate=False)

    def say_live(self, text: str, bad: bool = False) -> None:
        """Say in one line what goes on.

        Args:
            text: ours or harmless.
            bad: something a person should not miss.
        """
        self.query_one("#live", Static).update(self._coloured(text, bad))

    def _coloured(self, text: str, bad: bool) -> Content:
        return Content.styled(self._say(text), "$text-error" if bad else "$text-secondary")

    def _say(self, text: str) -> str:
        text = self.app.masked(text)
        return plainly(text) if self._plain else text

    def conceal(self) -> None:
        """Others see this screen from now on."""
        self.form.conceal()

    # --- what takes its time -------------------------------------------------------------------------------------

    def after_asking(self, title: str, question: str, yes: str, go: Callable[[], object]) -> None:
        """Ask before something that cannot be taken back.

        Args:
            title: what this is about.
            question: in full.
            yes: on the button that agrees.
            go: does it.
        """

        def answer(agreed: bool | None) -> None:
            if agreed:
                go()

        self.app.push_screen(Confirm(title, question, yes, "No", self._plain), answer)

    @work(group="vault", exit_on_error=False, description="vault choice")
    async def do(self, words: str, call: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Run a blocking call beside the page, one at a time; whatever goes wrong is said.

        Args:
            words: what goes on meanwhile.
            call: blocks.
            then: is given what it returned.
        """
        if self.doing:
            self.app.bell()
            return
        self.doing = words
        self.say_live(words)
        why = ""
        try:
            result = await in_daemon_thread(call)
        except SetupError as error:
            why = error.message if error.message.startswith(error.title) else f"{error.title}. {error.message}"
        except Exception as error:  # a mistake of ours; without this the page would wait for ever
            why = f"The program failed here ({type(error).__name__}). Try again."
        self.doing = ""
        self.say_live("")
        if why:
            self.repaint()
            self.tell(why, bad=True)
        else:
            then(result)
