"""Which setup: go on, start, practise. Nothing is asked of network or keyring before this is on the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens import bindings as keys
from screens.confirm import Confirm
from screens.marks import plainly
from screens.pick import Pick
from screens.widgets.frame import KeyLine, Title
from wizard.errors import SetupError
from wizard.redact import one_line
from wizard.refreshing import lines
from wizard.rotation_steps import SHORT
from wizard.setup import Setup

if TYPE_CHECKING:
    from screens.app import SetupApp

PROMISE = (
    "Prepare a NetSuite account for an integration, step by step.\n"
    "Every step is verified in NetSuite itself. Nothing is changed there by this\n"
    "program. Secrets go from a hidden field straight into the place you choose."
)
"""What this is, before anything is asked."""


@dataclass(frozen=True)
class Entry:
    """One line of the list."""

    id: str
    """What it opens: ``setup:…``, ``profile:…``, ``token:…``, or a page of its own; empty for a heading."""
    text: str
    """The line."""


LOOK_AFTER = (
    Entry("trouble", f"{'Something does not work':<31}find the cause"),
    Entry("again", f"{'Verify a finished setup again':<31}what changed since"),
    Entry("refreshed", f"{'A sandbox was refreshed':<31}what that did; only that is done anew"),
    Entry("rotate", f"{'Rotate credentials':<31}new values, handed over; the old ones dead"),
)


def ago(then: datetime, now: datetime) -> str:
    """Return how long ago something was, as people say it.

    Args:
        then: UTC.
        now: UTC.
    """
    seconds = max(0, int((now - then).total_seconds()))
    for size, word in ((86400, "day"), (3600, "h"), (60, "min")):
        if seconds >= size:
            number = seconds // size
            return f"{number} {word}{'s' if word == 'day' and number > 1 else ''} ago"
    return "just now"


class StartScreen(Screen[None]):
    """The first screen."""

    app: SetupApp
    AUTO_FOCUS = "#entries"
    BINDINGS: ClassVar[list[BindingType]] = [key.binding() for key in (keys.HELP, keys.QUIT)]

    def __init__(self, plain: bool) -> None:
        """Draw the first screen.

        Args:
            plain: ASCII alone.
        """
        super().__init__()
        self._plain = plain

    def compose(self) -> ComposeResult:
        """A title, a promise, a list."""
        yield Title()
        with Vertical(id="start"):
            yield Static(self._say(PROMISE), id="promise", markup=False)
            yield OptionList(id="entries", markup=False, compact=True)
            yield Static("", id="start-note", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Read the saved setups; that is a folder of small files."""
        self.fill()

    def on_screen_resume(self) -> None:
        """Another page may have changed them."""
        self._draw_frame()
        self.fill()

    def on_resize(self) -> None:
        """The footer depends on the width."""
        self._draw_frame()

    def _say(self, text: str) -> str:
        text = self.app.masked(text)
        return plainly(text) if self._plain else text

    def repaint(self) -> None:
        """Draw what depends on who sees it; the marked line stays marked, and the note is dropped."""
        marked = self.query_one("#entries", OptionList).highlighted
        self._draw_frame()
        self.fill()
        self.query_one("#entries", OptionList).highlighted = marked

    def _draw_frame(self) -> None:
        self.query_one(Title).say("NetSuite setup")
        shown = (keys.MOVE, keys.OPEN, keys.PRESENTER, keys.HELP, keys.QUIT)
        self.query_one(KeyLine).show(shown, self.app.size.width, self._plain)

    def fill(self) -> None:
        """Draw the list."""
        desk = self.app.desk
        setups, unreadable = desk.store.all()
        self.app.know_accounts(setup.account for setup in setups if setup.account)
        entries: list[Entry] = []
        if setups:
            entries.append(Entry("", "Go on"))
            entries += [Entry(f"setup:{s.id}", self._setup_line(s)) for s in setups]
        entries.append(Entry("", "Start"))
        entries += [Entry(f"profile:{name}", f"{p.name:<17} {p.summary}") for name, p in desk.profiles.items()]
        entries += [Entry("", "Look after"), *self._tokens_left(setups), *LOOK_AFTER]
        if desk.start_practice:
            entries.append(Entry("practice", f"{'Practise':<31}on a NetSuite account that is not real"))
        entries_list = self.query_one("#entries", OptionList)
        entries_list.clear_options()
        for number, entry in enumerate(entries):
            line = Content.styled(self._say(entry.text), "bold") if not entry.id else Content(self._say(f"  {entry.text}"))
            entries_list.add_option(Option(line, id=entry.id or f"heading-{number}", disabled=not entry.id))
        entries_list.highlighted = 1
        rotated = [f"{s.id}: {s.rotation.says}." for s in setups if s.rotation and s.rotation.open]
        note = "Practising: this NetSuite account is on this machine and not real." if desk.practice else ""
        left = [f"{s.id}: {s.kept.left_behind} Open it; k deletes it." for s in setups if s.kept and s.kept.left_behind]
        note = " ".join([*rotated, *left]) or note
        if unreadable:
            note = " ".join(one_line(u.why) for u in unreadable)
        self.query_one("#start-note", Static).update(self._say(note))

    def _tokens_left(self, setups: list[Setup]) -> list[Entry]:
        """Return a line per setup token that was left alive; not of those that this run still has in memory."""
        left = [(s.id, t) for s in setups for t in s.open_setup_tokens() if t.fingerprint not in self.app.setup_tokens_in_use()]
        now = self.app.desk.clock.now()
        return [
            Entry(f"token:{name}:{t.fingerprint}", f"{'A setup token was left':<31}{t.fingerprint}, {ago(t.first or now, now)}")
            for name, t in left
        ]

    def _setup_line(self, setup: Setup) -> str:
        desk = self.app.desk
        try:
            profile = desk.profile_of(setup)
        except SetupError:
            return f"{setup.id}: its profile {one_line(setup.profile)} is not here"
        steps = [s.id for s in profile.step]
        number = steps.index(setup.step) + 1 if setup.step in steps else 1
        title = profile.step[number - 1].title
        where = "handed over" if setup.handed_over else f"step {number} of {len(steps)} {title}"
        if setup.rotation and setup.rotation.open:
            where = f"rotation: {SHORT[setup.rotation.stage].lower()}"
        account = self.app.presented(setup.account) if setup.account else "account not given"
        return f"{profile.name:<11} {account:<17} {where:<27} {ago(setup.changed, desk.clock.now())}"

    def _begin(self, profile: str) -> None:
        """Begin a setup; while practising that ends the exercise there is, so ask first."""
        desk = self.app.desk
        if not (desk.practice and desk.store.all()[0]):
            self.app.open_setup(desk.begin(profile))
            return

        def answer(yes: bool | None) -> None:
            if yes:
                self.app.open_setup(desk.begin(profile))

        question = "The practice account begins anew: what was done in it, and the exercise under Go on, are gone then."
        self.app.push_screen(Confirm("Begin a new exercise?", question, "Begin anew", "No", self._plain), answer)

    @on(OptionList.OptionSelected, "#entries")
    def _open(self, event: OptionList.OptionSelected) -> None:
        kind, _, name = (event.option_id or "").partition(":")
        try:
            if kind == "setup":
                self.app.open_setup(self.app.desk.store.load(name))
            elif kind == "profile":
                self._begin(name)
            elif kind == "practice":
                self.app.practise()
            elif kind == "token":
                self.app.ask_about_token(*name.split(":"))
            elif kind == "trouble":
                self._with_a_setup(self.app.look_after)
            elif kind == "again":
                self._with_a_setup(self._verify_again)
            elif kind == "refreshed":
                self._with_a_setup(self._refreshed)
            elif kind == "rotate":
                self._with_a_setup(self.rotate)
        except SetupError as error:
            self._note(error.message)

    def _note(self, text: str) -> None:
        self.query_one("#start-note", Static).update(Content.styled(self._say(one_line(text, 400)), "$text-error"))

    def _with_a_setup(self, go: Callable[[Setup | None], None]) -> None:
        """Do something with the setup that is meant: the only one, or the one that is picked; None if there is none."""
        setups = {setup.id: setup for setup in self.app.desk.store.all()[0]}

        def answer(name: str | None) -> None:
            if name is None:
                return
            try:
                go(self.app.desk.store.load(name))
            except SetupError as error:
                self._note(error.message)

        if len(setups) > 1:
            lines = {name: self._setup_line(setup) for name, setup in setups.items()}
            self.app.push_screen(Pick("Which setup?", lines, self._plain), answer)
        else:
            go(next(iter(setups.values()), None))

    def _refreshed(self, setup: Setup | None) -> None:
        if setup is None:
            self._note("There is no setup yet: nothing to do anew.")
            return

        def answer(yes: bool | None) -> None:
            if yes:
                try:
                    self.app.refreshed(setup)
                except SetupError as error:
                    self._note(error.message)

        question = "\n".join([*(f"- {line}" for line in lines()), "What was found there before is dropped."])
        self.app.push_screen(Confirm("The sandbox was refreshed", question, "Do it anew", "No", self._plain), answer)

    def rotate(self, setup: Setup | None) -> None:
        """Open the rotation of a setup's values; say so if there is nothing to rotate.

        Args:
            setup: from the store; None if there is none.
        """
        if setup is None or setup.kept is None:
            self._note(f"{'This setup keeps no values' if setup else 'There is no setup'} yet: nothing to rotate.")
            return
        try:
            self.app.rotate(setup)
        except SetupError as error:
            self._note(error.message)

    def _verify_again(self, setup: Setup | None) -> None:
        if setup is None:
            self._note("There is no setup yet: nothing to verify again.")
            return
        steps = self.app.desk.profile_of(setup).step
        self.app.open_setup(setup, next((s.id for s in steps if s.panel == "readiness"), None))
