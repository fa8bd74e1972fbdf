"""What the terminal can do, told from the environment alone: nothing here needs Textual or asks the terminal.

``NO_COLOR`` needs no branch of ours: Textual reads it when the application is built and turns every colour into a grey,
and every standing has a word and a sign besides its colour. Themes that use the terminal's own palette must not be
offered then: with the grey filter they print black on black (seen with Textual 8.2.8).
"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Mapping
from typing import TextIO

from wizard.redact import one_line

NO_SCREEN = frozenset({"", "dumb", "unknown"})
"""Values of TERM that cannot place text on a screen. Textual never looks and would paint in 24-bit colour."""

_COERCED = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})
"""What Python itself puts into LC_CTYPE when the locale was C, or could not be set."""


def why_not(stdin: TextIO | None, stderr: TextIO | None, environ: Mapping[str, str]) -> str | None:
    """Return why the wizard cannot be shown here, with what to do instead, or None if it can.

    Textual reads from standard input and paints on standard error; without a terminal behind both it would run for
    ever, or paint into a log file (seen).

    Args:
        stdin: standard input; None where the process has none.
        stderr: standard error; None where the process has none.
        environ: the environment.
    """
    if not (_is_terminal(stdin) and _is_terminal(stderr)):
        return "The wizard needs a terminal (over ssh: ssh -t HOST …). See --help for the commands that need none."
    term = environ.get("TERM", "")
    if sys.platform != "win32" and term in NO_SCREEN:
        said = one_line(term, 20) if term else "not set"
        return f"This terminal (TERM: {said}) cannot show the wizard. See --help for the commands that need no screen."
    return None


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def plain_characters(environ: Mapping[str, str], utf8_mode: bool | None = None) -> bool:
    """Tell whether only ASCII should be drawn.

    Args:
        environ: the environment as Python shows it, which may hold an LC_CTYPE that Python added.
        utf8_mode: whether Python runs in UTF-8 mode; None asks ``sys.flags``. It does so by itself, and adds LC_CTYPE,
            when the locale is C or not installed (seen); a person's own LC_CTYPE=C.UTF-8 comes without that mode.

    Returns:
        True if the output is not encoded as UTF-8, the terminal is the Linux console, whose font lacks most of the
        characters, or the locale as the person set it does not say UTF-8.
    """
    encoding = environ.get("PYTHONIOENCODING", "").partition(":")[0]
    if encoding and not _is_utf8(encoding):
        return True
    if sys.platform == "win32":
        return False  # the console takes Unicode whatever the code page says, and has no locale variables
    if environ.get("TERM") == "linux":
        return True
    mode = bool(sys.flags.utf8_mode) if utf8_mode is None else utf8_mode
    ctype = environ.get("LC_CTYPE", "")
    if mode and ctype in _COERCED:
        ctype = ""
    locale = environ.get("LC_ALL") or ctype or environ.get("LANG", "")
    return not _is_utf8(locale.partition("@")[0].rpartition(".")[2])


def _is_utf8(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name == "utf-8"
    except (LookupError, ValueError):
        return False


def colours(environ: Mapping[str, str]) -> str:
    """Return how many colours will be used, in words.

    Args:
        environ: the environment; Textual looks at nothing but these three variables (seen with 8.2.8).
    """
    if "NO_COLOR" in environ:
        return "no colour, greys alone (NO_COLOR)"
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return "24-bit colour"
    return "256 colours" if environ.get("TERM", "").endswith("-256color") else "16 colours"
