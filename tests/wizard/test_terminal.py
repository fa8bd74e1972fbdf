"""Whether the wizard can be shown, and in which characters: decided before Textual is imported."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from wizard.terminal import colours, plain_characters, why_not

if sys.platform == "win32":
    pytest.skip("pseudo-terminals and locale variables", allow_module_level=True)

import pty


@pytest.fixture
def terminal() -> Iterator[TextIO]:
    """One end of a real pseudo-terminal."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, encoding="utf-8") as end:
        yield end
    os.close(ours)


GOOD = {"TERM": "xterm-256color"}


def test_a_terminal_on_both_sides_will_do(terminal: TextIO) -> None:
    assert why_not(terminal, terminal, GOOD) is None


def test_standard_input_or_error_elsewhere_will_not(terminal: TextIO, tmp_path: Path) -> None:
    closed = io.StringIO()
    closed.close()
    with open(tmp_path / "log", "w") as log:
        for stdin, stderr in ((log, terminal), (terminal, log), (None, terminal), (terminal, None), (closed, terminal)):
            said = why_not(stdin, stderr, GOOD)
            assert said and "ssh -t" in said and "--help" in said


@pytest.mark.parametrize("term", ["", "dumb", "unknown", None])
def test_terminals_that_cannot_place_text_are_refused(terminal: TextIO, term: str | None) -> None:
    said = why_not(terminal, terminal, {} if term is None else {"TERM": term})
    assert said and "cannot show" in said


@pytest.mark.parametrize("term", ["linux", "vt100", "xterm", "screen", "tmux-256color"])
def test_modest_terminals_are_not(terminal: TextIO, term: str) -> None:
    assert why_not(terminal, terminal, {"TERM": term}) is None


@pytest.mark.parametrize(
    ("environ", "utf8_mode", "plain"),
    [
        ({"LANG": "en_US.UTF-8"}, False, False),
        ({"LANG": "de_DE.utf8@euro"}, False, False),
        ({"LANG": "C.UTF-8"}, False, False),
        ({"LC_CTYPE": "UTF-8"}, False, False),
        ({"LANG": "C"}, True, True),
        ({"LANG": "en_US.ISO-8859-1"}, False, True),
        ({"LANG": "en_US"}, False, True),
        ({}, True, True),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, True, True),
        ({"LC_ALL": "", "LANG": "en_US.UTF-8"}, False, False),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "C"}, False, False),
        ({"LC_CTYPE": "de_DE.ISO-8859-15", "LANG": "en_US.UTF-8"}, False, True),
        # Python's own addition says nothing about the terminal; what is left decides.
        ({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, True, True),
        ({"LC_CTYPE": "C.UTF-8"}, True, True),
        ({"LC_CTYPE": "C.UTF-8", "LANG": "en_US.UTF-8"}, True, False),
        # A person's own C.UTF-8 comes without UTF-8 mode.
        ({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, False, False),
        ({"TERM": "linux", "LANG": "en_US.UTF-8"}, False, True),
        ({"PYTHONIOENCODING": "ascii", "LANG": "en_US.UTF-8"}, False, True),
        ({"PYTHONIOENCODING": "latin-1:replace", "LANG": "en_US.UTF-8"}, False, True),
        ({"PYTHONIOENCODING": "UTF8", "LANG": "en_US.UTF-8"}, False, False),
        ({"PYTHONIOENCODING": ":replace", "LANG": "en_US.UTF-8"}, False, False),
        ({"PYTHONIOENCODING": "no-such-encoding", "LANG": "en_US.UTF-8"}, False, True),
    ],
)
def test_plain_characters(environ: dict[str, str], utf8_mode: bool, plain: bool) -> None:
    assert plain_characters(environ, utf8_mode) is plain


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ({"LANG": "C"}, "True"),
        ({}, "True"),
        ({"LANG": "C.UTF-8"}, "False"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "False"),
        ({"LANG": "xx_YY.UTF-8"}, "False"),
        ({"LC_ALL": "C", "LANG": "C.UTF-8"}, "True"),
    ],
)
def test_plain_characters_in_a_python_that_changes_its_own_environment(given: dict[str, str], plain: str) -> None:
    """The person's words decide, whatever LC_CTYPE Python adds when it starts."""
    kept = {k: v for k, v in os.environ.items() if k not in ("LANG", "PYTHONUTF8") and not k.startswith(("LC_", "PYTHONIO"))}
    code = "import os; from wizard.terminal import plain_characters; print(plain_characters(os.environ))"
    done = subprocess.run([sys.executable, "-c", code], env={**kept, "TERM": "xterm", **given}, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == plain


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"TERM": "xterm"}, "16 colours"),
        ({"TERM": "xterm-256color"}, "256 colours"),
        ({"TERM": "tmux-256color", "COLORTERM": "truecolor"}, "24-bit colour"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "no colour, greys alone (NO_COLOR)"),
    ],
)
def test_colours(environ: dict[str, str], said: str) -> None:
    assert colours(environ) == said
