"""A secret in the terminal's clipboard: sent once, after the question, and wiped away however the program ends."""

from __future__ import annotations

import base64
import re
import signal
import sys
from pathlib import Path

import pytest
from support import canary
from terminal import LEAVES_ALTERNATE, Terminal, clean_environment

pytestmark = pytest.mark.pty

PROGRAM = """
import sys
import wizard.cli
from wizard.hardening import harden

harden()  # as the door does, before Textual is imported
from screens.app import SetupApp
from screens.hand_over import HandOverStep

secret = open(sys.argv.pop(1)).read()
really = SetupApp.open_setup
SetupApp.open_setup = lambda app, setup, step=None: really(app, setup, "hand_over")
HandOverStep._value = lambda page, field: secret
wizard.cli.run()
"""
"""The wizard, which opens with its last page and has a value there. Arguments: the file with the value, then those of the wizard."""

ENDS = {"q": 0, "ctrl+q": 0, "SIGTERM": 128 + signal.SIGTERM, "SIGINT": 128 + signal.SIGINT}
"""How it ends, and the exit code."""


@pytest.mark.parametrize("end", ENDS)
def test_what_was_copied_is_wiped_away_at_the_end(tmp_path: Path, end: str) -> None:
    secret, file = canary(), tmp_path / "value"
    file.write_text(secret, encoding="ascii")
    program = [sys.executable, "-c", PROGRAM, str(file), "--connect-to", "127.0.0.1:9"]
    with Terminal(program, clean_environment(tmp_path), tmp_path) as terminal:
        terminal.wait_for("Start", "Alvys")
        terminal.press("enter")
        terminal.wait_for("step 13 of 13 · Hand over", "kept, fingerprint")
        terminal.press("down", "enter")
        terminal.wait_for("Copy one secret value?", "Copy (y)")
        assert clipboards(bytes(terminal.written)) == []
        terminal.press("y")
        terminal.wait_for("Sent to your terminal's clipboard")
        assert clipboards(bytes(terminal.written)) == [secret]
        if end.startswith("SIG"):
            terminal.signal(signal.Signals[end])
        else:
            terminal.press(end)
        assert terminal.wait_for_end() == ENDS[end]
        before, left, after = bytes(terminal.written).rpartition(LEAVES_ALTERNATE)
        assert left and clipboards(before) == [secret, ""] and clipboards(after) == []
        assert not terminal.shows(secret[:10])


def clipboards(written: bytes) -> list[str]:
    """Return what was sent to the clipboard, in order."""
    return [base64.b64decode(text).decode() for text in re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", written)]
