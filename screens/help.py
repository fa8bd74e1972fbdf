"""Keys, words, where to find what."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from screens.bindings import ALL
from screens.marks import MARKS, TOO_LOW, plainly

WORDS = {
    "verified": "NetSuite's own answer proves it; e shows the evidence.",
    "failed": "NetSuite's answer proves the contrary; the line below says where to click.",
    "too low": "the permission is there, at a lower level than needed.",
    "warning": "it works, and a person should still look.",
    "you said so": "attested: your word, nothing else. Replaced as soon as NetSuite shows it.",
    "waiting": "for another step, a person, a delay.",
    "unknown": "cannot be proven with what there is; the line says why.",
    "not applicable": "does not concern this account.",
}
"""The words beside the marks."""

PLACES = (
    "Setup token: a short-lived access token of your own administrator login on the same integration record. With it every "
    "step is verified exactly, as you click. It stays in memory and is revoked at the end.",
    "Values are kept in the OS keyring, in an encrypted file whose passphrase is asked once per run, or in memory until this "
    "program ends. You choose before the first one is typed; k shows where they are, and moves them.",
    "Nothing is written to NetSuite, except revoking that setup token, after asking.",
    "Paste: Shift+Insert, Ctrl+Shift+V or right-click. Ctrl+V pastes nothing from your machine.",
    "Leave at any time: what is confirmed is saved, the next start goes on where you stopped. tmux survives a dropped line.",
    "Tab reaches every button. Letters work when no field has the cursor.",
)
"""What people ask."""


class HelpPage(ModalScreen[None]):
    """One page of help."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark,f1,enter", "dismiss", "close", show=False)]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, plain: bool) -> None:
        """Show the help.

        Args:
            plain: ASCII alone.
        """
        super().__init__()
        self._plain = plain

    def compose(self) -> ComposeResult:
        """Keys, marks, places."""
        with Vertical(classes="box wide"):
            yield Static("Keys and words", classes="box-title", markup=False)
            with VerticalScroll():
                yield Static(self._text(), markup=False)
            yield Static("Esc closes.", classes="hint", markup=False)

    def _text(self) -> Content:
        lines = [f"{key.label:<5} {key.help}" for key in ALL]
        lines += ["Enter On a list: look now. In a field: go on to the next.", ""]
        signs = {m.word: m for m in (*MARKS.values(), TOO_LOW)}
        lines += [f"{signs[w].plain if self._plain else signs[w].sign}  {w}: {meaning}" for w, meaning in WORDS.items()]
        lines += ["", *PLACES]
        text = "\n".join(lines)
        return Content(plainly(text) if self._plain else text)
