"""The program in a real pseudo-terminal of 24 rows and 80 columns, as a person sees it. Imported as ``terminal``.

Nothing here sleeps to let something happen: a test waits until a text stands on the screen, and a wait that ends in vain
fails with everything that stood there instead.
"""

from __future__ import annotations

import errno
import os
import re
import select
import signal
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import TracebackType

import pexpect
import pyte
from leakscan import variants
from support import ROOT

ROWS, COLUMNS = 24, 80
PATIENCE = 45.0
"""Seconds a text may take to appear; far more than it needs, so that a busy machine fails nothing."""

WHOLE = 0.03
"""Seconds without output after which a picture counts as whole: it comes in pieces, top first."""

KEYS = {
    "enter": "\r", "tab": "\t", "escape": "\x1b", "space": " ", "ctrl+c": "\x03", "ctrl+q": "\x11", "ctrl+z": "\x1a", "ctrl+u": "\x15",
    "ctrl+backslash": "\x1c", "backspace": "\x7f", "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
    "shift+tab": "\x1b[Z", "home": "\x1b[H", "end": "\x1b[F", "f1": "\x1bOP", "f5": "\x1b[15~", "f7": "\x1b[18~",
    "f8": "\x1b[19~", "f9": "\x1b[20~", "f10": "\x1b[21~", "f12": "\x1b[24~",
}  # fmt: skip
"""What a terminal of the xterm kind sends."""

FIELD = "005f5f"
"""Background of the field that has the focus, in 256 colours."""

PART = 10
"""Characters of a secret that may not be seen; random ones do not come by chance."""

ENTERS_ALTERNATE, LEAVES_ALTERNATE = b"\x1b[?1049h", b"\x1b[?1049l"
WIZARD = (sys.executable, "-m", "wizard")


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """Return a whole environment in which the program finds nothing but an empty home of its own.

    The tests' throw-away Secret Service, if there is one, is left out: a test that wants it passes its address.

    Args:
        home: an existing folder; its XDG folders and a temporary folder are made in it.
        more: further variables, or other values.
    """
    folders = {f"XDG_{name}_HOME": home / name.lower() for name in ("DATA", "CONFIG", "CACHE", "STATE")}
    folders |= {"TMPDIR": home / "tmp", "XDG_RUNTIME_DIR": home / "run"}
    for folder in folders.values():
        folder.mkdir(mode=0o700, exist_ok=True)
    neutral = {
        "PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    return {**neutral, **{name: str(folder) for name, folder in folders.items()}, **more}


class Terminal:
    """A program in a terminal: what it wrote, what stands on the screen, and keys to press."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        """Start a program; nothing is read yet.

        Args:
            arguments: the program and what it is given.
            environment: all of it.
            folder: working directory.
        """
        self.written = bytearray()
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        self.child = pexpect.spawn(
            arguments[0], list(arguments[1:]), dimensions=(ROWS, COLUMNS), env=dict(environment), cwd=str(folder)
        )
        self._lines: list[str] = []
        self._drawn = -1
        self._ended = False
        self._status: int | None = None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._status is None:
            self.signal(signal.SIGKILL)
            self._wait_for_end()
        self.hang_up()

    @property
    def pid(self) -> int:
        """Process id of the program."""
        return int(self.child.pid)

    # --- what the program writes ---------------------------------------------------------------------------------

    def lines(self) -> list[str]:
        """Return what stands on the screen, row by row, without blanks at the ends."""
        if self._drawn != len(self.written):  # drawing takes pyte long, and is asked for after every piece of output
            self._lines, self._drawn = [line.rstrip() for line in self.screen.display], len(self.written)
        return self._lines

    def text(self) -> str:
        """Return what stands on the screen."""
        return "\n".join(self.lines())

    def prose(self) -> str:
        """Return the page to the right of the list of steps with every run of blanks and line ends as one blank."""
        return " ".join(" ".join(line.rpartition("│")[2] for line in self.lines()).split())

    def commanded(self) -> set[bytes]:
        """Return which operating system commands the program sent: 0 to 2 set the title, 52 writes the clipboard.

        8 makes links of addresses. Textual sends 22, the shape of the pointer, of its own accord.
        """
        return set(re.findall(rb"\x1b\](\d*)", self.written))

    def betrayed(self, *secrets: str) -> list[str]:
        """Return what of secrets was written to the terminal: encodings of the whole, and any ten characters in a row.

        A field shows a part only, and a part is too much.

        Args:
            secrets: each of at least ten characters.
        """
        written = bytes(self.written)
        whole = [f"{name} of {secret}" for secret in secrets for name, form in variants(secret).items() if form in written]
        parts = {secret[n : n + PART] for secret in secrets for n in range(len(secret) - PART + 1)}
        return whole + sorted(part for part in parts if part.encode() in written)

    def beside_the_alternate_screen(self) -> str:
        """Return the text that was written before the alternate screen was entered, and after it was left: it stays."""
        before, _, rest = bytes(self.written).partition(ENTERS_ALTERNATE)
        text = (before + rest.rpartition(LEAVES_ALTERNATE)[2]).decode()
        return re.sub(r"\x1b(\[[0-9;:?<=>]*[A-Za-z~]|\][^\x07\x1b]*(\x07|\x1b\\)|[^\[\]])", "", text).strip()

    @property
    def on_alternate_screen(self) -> bool:
        """Whether the program is on the alternate screen now."""
        return self.written.rfind(ENTERS_ALTERNATE) > self.written.rfind(LEAVES_ALTERNATE)

    def read(self, seconds: float) -> bool:
        """Take in what the program wrote, waiting at most so long for the first byte.

        Args:
            seconds: 0 takes only what is there already.

        Returns:
            False if nothing came.
        """
        if self._ended:
            return False
        ready, _, _ = select.select([self.child.child_fd], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            data = os.read(self.child.child_fd, 65536)
        except OSError as error:  # so Linux says that nobody has the terminal open any more
            if error.errno != errno.EIO:
                raise
            data = b""
        if not data:
            self._ended = True
            return False
        self.written += data
        self._stream.feed(data)
        return True

    def wait(self, until: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Read until something holds of a picture that is whole.

        Args:
            until: asked after each piece of output.
            what: is awaited, for the failure.
            seconds: how long at most.

        Raises:
            AssertionError: with all that stood on the screen.
        """
        end = time.monotonic() + seconds
        while True:
            held, left = until(), end - time.monotonic()
            if not self.read(WHOLE if held else min(max(left, 0.0), 0.5)):
                if held:
                    return
                if left <= 0 or self._ended:
                    why = "the program ended" if self._ended else f"not within {seconds:.0f} s"
                    raise AssertionError(f"{what}: {why}. On the screen:\n{self.framed()}")

    def wait_for(self, *texts: str, seconds: float = PATIENCE) -> None:
        """Wait until texts stand on the screen, all at once; a text may run over the end of a line of the page.

        Args:
            texts: each must be there.
            seconds: how long at most.
        """
        self.wait(lambda: all(self.shows(t) for t in texts), f"waiting for {texts!r}", seconds)

    def wait_gone(self, text: str, seconds: float = PATIENCE) -> None:
        """Wait until a text does not stand on the screen any more.

        Args:
            text: the text.
            seconds: how long at most.
        """
        self.wait(lambda: not self.shows(text), f"waiting until {text!r} is gone", seconds)

    def shows(self, text: str) -> bool:
        """Tell whether a text stands on the screen now.

        Args:
            text: in one line of the screen, or running on over the lines of the page beside the list of steps.
        """
        return text in self.text() or text in self.prose()

    def row(self, text: str) -> str:
        """Return the line of the screen in which a text stands.

        Args:
            text: part of the line.
        """
        found = [line for line in self.lines() if text in line]
        assert found, f"no line with {text!r}. On the screen:\n{self.framed()}"
        return found[0]

    def framed(self) -> str:
        """Return the screen for a failure's message."""
        return "\n".join(f"|{line:<{COLUMNS}}|" for line in self.screen.display)

    # --- what the person does ------------------------------------------------------------------------------------

    def press(self, *keys: str) -> None:
        """Press keys.

        Args:
            keys: names of ``KEYS``, or single characters.
        """
        for key in keys:
            self._send(KEYS.get(key, key).encode())

    def type(self, text: str) -> None:
        """Type a text, character by character, as far as the program can tell."""
        self._send(text.encode())

    def paste(self, text: str) -> None:
        """Paste a text as terminals do for programs that ask for bracketed paste."""
        self._send(b"\x1b[200~" + text.encode() + b"\x1b[201~")

    def _send(self, data: bytes) -> None:
        """Write, and read meanwhile: a full pipe in one direction must not block the other."""
        descriptor = self.child.child_fd
        was_blocking = os.get_blocking(descriptor)
        os.set_blocking(descriptor, False)
        end = time.monotonic() + PATIENCE
        try:
            while data:
                assert time.monotonic() < end, f"the program takes no input. On the screen:\n{self.framed()}"
                readable, writable, _ = select.select([descriptor], [descriptor], [], 1.0)
                if readable and not self.read(0):
                    raise AssertionError(f"the program ended while it was typed to. On the screen:\n{self.framed()}")
                if writable:
                    data = data[os.write(descriptor, data[:4096]) :]
        finally:
            os.set_blocking(descriptor, was_blocking)

    def move_to(self, there: Callable[[], bool], what: str, key: str = "tab") -> None:
        """Press a key that moves the focus, or the marked line, as often as it takes; each time see it move first.

        Args:
            there: whether it is where it shall be.
            what: it shall be on, for the failure.
            key: Tab, or an arrow.
        """
        for _ in range(30):
            if there():
                return
            before = self._styles()
            self.press(key)
            self.wait(lambda before=before: self._styles() != before, f"{key}, on the way to {what}")  # type: ignore[misc]
        raise AssertionError(f"{key} never came to {what}. On the screen:\n{self.framed()}")

    def keep_in_memory(self) -> None:
        """Choose, on the page that opens by itself where there is no keyring, that the values end with the program."""
        self.wait_for("Where the values will be kept", "cannot be used now", "offers no keyring to this login")
        self.move_to(lambda: self.shows("The values end with this program"), "the last place", key="down")
        self.press("enter")
        self.wait_gone("Where the values will be kept")

    def _styles(self) -> list[tuple[str, bool, bool]]:
        """Return what shows where the focus is, whatever the texts are: background, reverse, underline of every cell."""
        cells = [self.screen.buffer[row][column] for row in range(ROWS) for column in range(COLUMNS)]
        return [(cell.bg, cell.reverse, cell.underscore) for cell in cells]

    def push(self, button: str) -> None:
        """Go to a button with Tab and press Enter.

        Args:
            button: its word.
        """
        self.move_to(lambda: self.focused(button), f"the button {button}")
        self.press("enter")

    def wait_focused(self, button: str) -> None:
        """Wait until a button has the focus, where the program moves it there by itself.

        Args:
            button: its word.
        """
        self.wait(lambda: self.focused(button), f"waiting for the focus on {button}")

    def focused(self, word: str) -> bool:
        """Tell whether a word on the screen is drawn as what has the focus: in reverse.

        Args:
            word: within one line.
        """
        for number, line in enumerate(self.lines()):
            column = line.find(word)
            while column >= 0:
                if all(self.screen.buffer[number][c].reverse for c in range(column, column + len(word))):
                    return True
                column = line.find(word, column + 1)
        return False

    def marked(self, text: str) -> bool:
        """Tell whether a text stands in the marked line of a list, which is underlined.

        Args:
            text: within one line.
        """
        for number, line in enumerate(self.lines()):
            column = line.find(text)
            if column >= 0 and all(self.screen.buffer[number][c].underscore for c in range(column, column + len(text))):
                return True
        return False

    def out_of_field(self) -> None:
        """Press Escape if a field or a choice has the focus: letters and arrows belong to it until then.

        A page that was just opened is drawn before it has a focus; this waits for it.
        """
        self.wait(self._has_focus, "waiting for the focus")
        if self.in_field():
            self.press("escape")
            self.wait(lambda: not self.in_field(), "waiting for the cursor to leave the field")

    def _has_focus(self) -> bool:
        """Tell whether a field, a choice, a list (its marked line is underlined) or a button (reverse) has the focus."""
        cells = [self.screen.buffer[row][column] for row in range(2, ROWS - 2) for column in range(COLUMNS)]
        buttons = [self.screen.buffer[ROWS - 3][column] for column in range(COLUMNS)]
        return self.in_field() or any(cell.underscore for cell in cells) or any(cell.reverse for cell in buttons)

    def in_field(self, text: str = "") -> bool:
        """Tell whether a field has the focus, which has a background of its own then, or a choice, which is in reverse.

        Buttons (row 22) do not count; a scroll bar is drawn in reverse too, but only one column of it.

        Args:
            text: that stands in it.
        """
        for row in range(1, ROWS - 3):
            cells = [self.screen.buffer[row][column] for column in range(COLUMNS)]
            reverse = [cell.reverse for cell in cells]
            if any(cell.bg == FIELD for cell in cells) or any(map(all, pairwise(reverse))):
                return text in self.lines()[row]
        return False

    # --- the end -------------------------------------------------------------------------------------------------

    def signal(self, number: int) -> None:
        """Send a signal to the program, and to nothing else.

        Args:
            number: of the signal.
        """
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Close the terminal, as when a line drops."""
        if not self.child.closed:
            # pexpect's own close() also sends signals and sleeps; closed like this, the number is not closed twice.
            self.child.ptyproc.fileobj.close()
            self.child.ptyproc.closed = self.child.closed = True

    def wait_for_end(self) -> int:
        """Read until the program has ended.

        Returns:
            Its exit code, or the negative number of the signal that killed it.
        """
        end = time.monotonic() + PATIENCE
        while not self._ended and not self.child.closed:
            if time.monotonic() > end:
                raise AssertionError(f"the program does not end. On the screen:\n{self.framed()}")
            self.read(0.5)
        return self._wait_for_end()

    def _wait_for_end(self) -> int:
        if self._status is None:
            found: list[int] = []
            waiter = threading.Thread(target=lambda: found.append(os.waitpid(self.pid, 0)[1]), daemon=True)
            waiter.start()
            waiter.join(PATIENCE)
            assert found, "the program does not end"
            self._status = os.waitstatus_to_exitcode(found[0])
        return self._status

    def cooked(self) -> bool:
        """Tell whether the terminal shows what is typed, line by line, and makes signals of Ctrl+C, as a shell wants it."""
        local = termios.tcgetattr(self.child.child_fd)[3]
        return all(local & flag for flag in (termios.ECHO, termios.ICANON, termios.ISIG))
