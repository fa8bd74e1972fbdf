"""Questions of commands without the wizard: asked and answered at the terminal, wherever standard input and output lead."""

from __future__ import annotations

import getpass
import signal
import sys
from typing import TextIO

_TERMINAL = "CONIN$" if sys.platform == "win32" else "/dev/tty"


def there_is_one() -> bool:
    """Tell whether somebody can be asked: a job of cron or systemd has no terminal."""
    try:
        with open(_TERMINAL, encoding="utf-8"):
            return True
    except OSError:
        return False


def ask_hidden(question: str, stderr: TextIO) -> str | None:
    """Ask for something that is not shown while it is typed; afterwards the terminal shows it again, also after a signal.

    Args:
        question: ends without a blank.
        stderr: shows the question, if that is the terminal; else the terminal does.

    Returns:
        None if there is no terminal, if the person ended the input, or if what came cannot be read as text.
    """
    if not there_is_one():
        return None
    before = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # else nobody would clean up
    try:
        return getpass.getpass(f"{question} ", stderr if stderr.isatty() else None)
    except (EOFError, UnicodeError):
        return None
    finally:
        signal.signal(signal.SIGTERM, before)


def confirmed(word: str, stderr: TextIO) -> bool:
    """Ask for a word, and tell whether it was typed.

    Args:
        word: what agrees; anything else, and no terminal, does not.
        stderr: for the question.
    """
    stderr.write(f"Type {word} and Enter to go on: ")
    stderr.flush()
    try:
        with open(_TERMINAL, encoding="utf-8", errors="replace") as terminal:
            return terminal.readline(80).strip() == word
    except OSError:
        return False
