"""A shell inside tmux, both with a test's own settings, as people use them on servers. Imported as ``tmux``."""

from __future__ import annotations

import contextlib
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from terminal import Terminal

_SETTINGS = "set -g status off\nset -g default-terminal tmux-256color\n"
"""Nothing of the clipboard: that stays as tmux has it by default."""

_PROFILE = """\
PS1='[\\#] $? > '
HISTFILE={history}
netsuite-setup() {{ {program} "$@"; }}
"""
"""The prompt numbers the commands, so that the end of each can be waited for."""


@dataclass
class Tmux:
    """A tmux server with one shell in it."""

    socket: Path
    """Where it listens."""
    terminal: Terminal
    """In which it is shown."""
    number: int = 1
    """Of the command that the shell waits for."""

    def __call__(self, *words: str, given: bytes = b"") -> bytes:
        """Return what a tmux command prints.

        Args:
            words: the command.
            given: on its standard input.
        """
        command = ["tmux", "-S", str(self.socket), *words]
        return subprocess.run(command, input=given, capture_output=True, check=True, timeout=30).stdout

    def kept(self) -> dict[str, bytes]:
        """Return all it keeps, by name: buffers, and each pane with its scrollback."""
        buffers = self("list-buffers", "-F", "#{buffer_name}").decode().split()
        panes = self("list-panes", "-a", "-F", "#{pane_id}").decode().split()
        kept = {f"tmux buffer {name}": self("show-buffer", "-b", name) for name in buffers}
        # -J: a value that runs over the end of a line is one.
        return kept | {f"tmux pane {pane}": self("capture-pane", "-p", "-J", "-t", pane, "-S", "-") for pane in panes}

    def start(self, line: str) -> None:
        """Type a command; its end is not waited for.

        Args:
            line: as a shell takes it.
        """
        self.terminal.type(f"{line}\r")

    def ended(self, code: int = 0) -> None:
        """Wait for the end of the command.

        Args:
            code: with which it ends.
        """
        self.number += 1
        self.terminal.wait_for(f"[{self.number}] ")
        assert f"[{self.number}] {code} >" in self.terminal.text(), self.terminal.framed()

    def run(self, line: str, answers: Sequence[tuple[str, str]] = (), code: int = 0) -> None:
        """Type a command, and answer what it asks.

        Args:
            line: as a shell takes it.
            answers: how a question ends that it asks, and what is typed then.
            code: with which it ends.
        """
        self.start(line)
        for question, answer in answers:
            self.terminal.wait(lambda question=question: self._asked().endswith(question), f"waiting for {question}")  # type: ignore[misc]
            self.terminal.type(f"{answer}\r")
        self.ended(code)

    def _asked(self) -> str:
        """Return the line in which the cursor stands, up to there."""
        return self.terminal.lines()[self.terminal.screen.cursor.y]


@contextlib.contextmanager
def in_tmux(program: Sequence[str], environment: Mapping[str, str], work: Path, folder: Path) -> Iterator[Tmux]:
    """Start tmux with a shell that knows the program as ``netsuite-setup``.

    Args:
        program: with its interpreter.
        environment: of the shell.
        work: its working directory.
        folder: for tmux's socket, and the settings.
    """
    settings, profile, socket = folder / "tmux.conf", folder / "bashrc", folder / "tmux"
    settings.write_text(_SETTINGS, encoding="utf-8")
    history = shlex.quote(f"{environment['HOME']}/.bash_history")
    profile.write_text(_PROFILE.format(history=history, program=shlex.join(program)), encoding="utf-8")
    shell = ["bash", "--noprofile", "--rcfile", str(profile), "-i"]
    with Terminal(["tmux", "-S", str(socket), "-f", str(settings), "new-session", *shell], environment, work) as terminal:
        tmux = Tmux(socket, terminal)
        try:
            terminal.wait_for("[1] 0 >")
            yield tmux
        finally:
            with contextlib.suppress(subprocess.SubprocessError):
                tmux("kill-server")
