"""The one table of keys: footer, help screen and the README's section are made from it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True)
class Key:
    """One key."""

    key: str
    """Textual's name of the key."""
    action: str
    """What it does."""
    word: str
    """For the footer."""
    help: str
    """One sentence for the help screen."""
    label: str
    """How the key is written."""

    def binding(self, show: bool = True) -> Binding:
        """Return it as Textual wants it.

        Args:
            show: whether it belongs into the footer.
        """
        return Binding(self.key, self.action, self.word, show=show, key_display=self.label)


WHERE_KEPT = "k or F6: where the values are kept."
"""The way out of a vault that does not open."""

LOOK = Key("f5", "look", "look now", "Ask NetSuite again about this step (F5 does so everywhere).", "Enter")
BACK = Key("left", "back", "back", "The step before; nothing is lost.", "←")
NEXT = Key("right", "next", "next", "The next step; order is advice, you may jump in the list on the left.", "→")
WHY = Key("w", "why", "why", "Show or hide why this step is needed.", "w")
COPY = Key("c", "copy", "copy", "List addresses and exact labels of this step, to copy them.", "c")
ATTEST = Key("a", "attest", "I did this", "Vouch for the marked line; drawn ~ and never as verified.", "a")
EVIDENCE = Key("e", "evidence", "evidence", "What was asked, what came back, when.", "e")
CAUSE = Key("x", "cause", "cause", "What is the matter: the cause of what failed, how sure that is, what to do.", "x")
OTHERS = Key("o", "others", "others", "On the page of causes: the next one that is possible.", "o")
TRAIL = Key("t", "trail", "audit trail", "On the page of causes: where NetSuite says why it refused a login.", "t")
EXCHANGE = Key("l", "exchange", "one login", "On the page of causes: one login with two values exchanged, after asking.", "l")
MISSING = Key("m", "missing", "missing", "Show only what is not in order.", "m")
SEARCH = Key("slash", "search", "search", "Find a permission by its name.", "/")
ROLE_FILE = Key("s", "role_file", "role file", "Write the role as an SDF project that can be deployed.", "s")
KEPT = Key("k,f6", "where_kept", "kept in", "Where the values are kept: choose, unlock, open, move. F6 also in a field.", "k")
REPORT = Key("r", "report", "report", "Save a report without secrets.", "r")
PRESENTER = Key("p", "app.presenter", "presenter", "Others see this screen: nothing is shown or copied. F2 also in a field.", "p")
NAMES = Key("n", "app.names", "names", "In presenter mode: account and company names short, or in full again.", "n")
REVEAL = Key("v", "reveal", "show 10 s", "Show one value for 10 seconds on a bare line.", "v")
DONE = Key("d", "done", "done", "The vendor's form is filled in and works, by your own word.", "d")
UNDO = Key("u", "undo", "undo", "Rotation: cancel it, or go back to the old values; after asking.", "u")
ROOT = Key("escape", "leave", "start", "Out of a field; from elsewhere to the first screen. Never discards anything.", "Esc")
HELP = Key("question_mark,f1", "app.help", "keys", "This page.", "?")
QUIT = Key("q", "app.ask_quit", "quit", "Leave; progress is saved after every change.", "q")
PRACTICE_RIGHT = Key("f7", "practice_right", "do it", "Practising: NetSuite's side is done for you.", "F7")
PRACTICE_WRONG = Key("f8", "practice_wrong", "mistake", "Practising: done with a typical mistake.", "F8")
PRACTICE_PASTE = Key("f9", "practice_paste", "paste", "Practising: the values NetSuite shows are pasted into the fields.", "F9")

ACCEPT = Key("enter", "submit", "go on", "In a field: take it and go on to the next.", "Enter")
OUT = Key("escape", "leave", "out of the field", "See above.", "Esc")
IN_A_FIELD = (ACCEPT, OUT, Key("tab", "app.focus_next", "next field or button", "See above.", "Tab"))
"""What the footer shows while a field has the cursor: letters and arrows belong to the field then."""

IN_AN_EMPTY_FIELD = (ACCEPT, OUT, BACK, NEXT)
"""The same for an empty one, which has no use for arrows."""

GO_ON = Key("f5", "look", "go on", "See above.", "Enter")
ANEW = Key("i", "anew", "enter again", "See above.", "i")
AGAIN = Key("enter,f5", "look", "again", "See above.", "Enter")
STEP = Key("right", "next", "its step", "See above.", "→")
ASK = Key("f5", "look", "ask again", "See above.", "F5")
PROOF = Key("enter", "evidence", "evidence", "See above.", "Enter")
OPEN = Key("enter", "open", "open", "Open the marked line.", "Enter")
PICK = Key("enter", "pick", "that is it", "See above.", "Enter")
EXPLAIN = Key("enter", "explain", "explain what was typed", "See above.", "Enter")
MOVE = Key("up,down", "move", "choose", "Choose a line.", "↑↓")
HELP_IN_A_FIELD = Key("f1", "app.help", "keys", "See above.", "F1")
TAKE = Key("enter", "take", "take it", "See above.", "Enter")
TRY = Key("f5", "look", "try again", "See above.", "F5")
AWAY = Key("escape", "leave", "back", "See above.", "Esc")
"""Keys of lists, and of the pages on top of others."""

ALL = (
    LOOK, BACK, NEXT, WHY, COPY, ATTEST, EVIDENCE, CAUSE, OTHERS, TRAIL, EXCHANGE, MISSING, SEARCH, ROLE_FILE, KEPT, REPORT,
    PRESENTER, NAMES, REVEAL, DONE, UNDO, ROOT, HELP, QUIT, PRACTICE_RIGHT, PRACTICE_WRONG, PRACTICE_PASTE,
)
"""Every key, for the help screen."""


def in_presenter_mode(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """Return the keys of a footer without those that copy or show; where letters work, with the one for names.

    Args:
        keys: in order of importance.
    """
    kept = [key for key in keys if key not in (COPY, REVEAL)]
    return (*(kept[:kept.index(HELP)]), NAMES, *kept[kept.index(HELP):]) if HELP in kept else tuple(kept)
