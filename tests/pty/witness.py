"""Everywhere a value could be left on this machine, looked through at once. Imported as ``witness``.

Files, processes, what terminals were sent, tmux, the system's journal: one search, and its figures for a table.
"""

from __future__ import annotations

import base64
import gzip
import json
import shutil
import subprocess
import sys
import time
import urllib.parse
import zlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from leakscan import WINDOW, Hit, Search
from support import ROOT
from terminal import Terminal
from tmux import Tmux

TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")
ELSEWHERE = ("/var/log", "/run/log", "/var/crash", "/var/lib/systemd/coredump", "/var/spool", str(ROOT))
"""Where systems keep logs and core files, if they have such a folder; pytest's cache is in the checkout."""
CORES = Path("/proc/sys/kernel/core_pattern")
"""Where Linux is told to put core files: a program, a folder, or the working directory of who failed."""

FILES: Mapping[str, Callable[[str], bytes]] = {
    "plain.log": lambda c: f"Authorization: {c}".encode(),
    "windows.txt": lambda c: c.encode("utf-16-le"),
    "big-endian.txt": lambda c: c.encode("utf-16-be"),
    "dump.hex": lambda c: c.encode().hex().encode(),
    "query.url": lambda c: f"?t={urllib.parse.quote(c, safe='')}".encode(),
    "state.json": lambda c: json.dumps({"t": c}).encode(),
    "backwards": lambda c: c.encode()[::-1],
    "basic.auth": lambda c: base64.b64encode(f"u:{c}:p".encode()),
    "log.gz": lambda c: gzip.compress(b"an older day") + gzip.compress(c.encode()),
    "object.z": lambda c: zlib.compress(c.encode()),
    "two.windows": lambda c: b"\0" * (WINDOW - 10) + c.encode(),
}
"""Kinds of leaks in files, planted to prove that each is found."""


@dataclass
class Witness:
    """Knows the canaries, and looks for them wherever they could have been left."""

    looked: Search
    """For what must be nowhere; counts."""
    folder: Path
    """Everything the program may write to is below; planted leaks too."""
    since: float = field(default_factory=time.time)
    """Files changed later count, in seconds since 1970."""
    tmux: Tmux | None = None
    """While one runs."""
    def leaks(self, *terminals: Terminal) -> list[Hit]:
        """Return every place where a canary is.

        Args:
            terminals: whose whole output is looked through too, also for parts of values.
        """
        hits = []
        for number, terminal in enumerate(terminals):
            found = (*self.looked.within(bytes(terminal.written)), *terminal.betrayed(*self.looked.canaries))
            hits += [Hit(f"terminal {number}", found)] if found else []
        for place, content in (self.tmux.kept() if self.tmux else {}).items():
            found = self.looked.within(content)
            hits += [Hit(place, found)] if found else []
        if journal := self._journal():
            found = self.looked.within(journal)
            hits += [Hit("journal", found)] if found else []
        there = [place for place in (*ELSEWHERE, *_folder_of_cores()) if Path(place).is_dir()]
        return hits + self.looked.everywhere(self.since, [self.folder, *TEMPORARY, *there])

    def _journal(self) -> bytes:
        if not shutil.which("journalctl"):
            return b""
        command = ["journalctl", "--quiet", "--all", "--output=export", f"--since=@{self.since:.0f}"]
        return subprocess.run(command, capture_output=True, check=False, timeout=30).stdout

    def leaks_beside_planted(self, *terminals: Terminal) -> tuple[list[Hit], int]:
        """Plant one leak of each kind, find all of them, and return what is found besides, and how many were planted.

        Args:
            terminals: see ``leaks``.
        """
        turn = cycle(enumerate(self.looked.canaries))  # each kind with another one, so that every canary is planted

        planted: dict[str, int] = {}
        with ExitStack() as cleared:
            for name, leak in FILES.items():
                number, value = next(turn)
                path = self.folder / name
                path.write_bytes(leak(value))
                cleared.callback(path.unlink)
                planted[str(path)] = number
            for kind in ("cmdline", "environ"):
                number, value = next(turn)
                process = cleared.enter_context(_waiting(value, kind))
                planted[f"/proc/{process.pid}/{kind}"] = number
                cleared.callback(process.communicate, b"\n")
            if self.tmux:
                number, value = next(turn)
                self.tmux("load-buffer", "-b", "planted", "-", given=value.encode())
                cleared.callback(self.tmux, "delete-buffer", "-b", "planted")
                planted["tmux buffer planted"] = number
            hits = self.leaks(*terminals)
        found = {hit.place: {name.partition(":")[0] for name in hit.found} for hit in hits}
        missed = [place for place, number in planted.items() if found.get(place) != {f"#{number}"}]
        assert missed == [], "the search misses leaks that were planted: what it does not find proves nothing"
        return [hit for hit in hits if hit.place not in planted], len(planted)

    def table(self, leaks: int, planted: int) -> str:
        """Return the figures of all searches so far.

        Args:
            leaks: how many were found.
            planted: how many were planted, and found.
        """
        s = self.looked
        return (
            "searched: files | processes | MB | not readable | canaries | patterns | leaks | planted, and found\n"
            f"{s.files:>15} | {s.processes:>9} | {s.bytes / 1e6:>2.0f} | {s.unread:>12} | {len(s.canaries):>8} | "
            f"{len(s.patterns):>8} | {leaks:>5} | {planted:>3} of {planted}"
        )


def _folder_of_cores() -> list[str]:
    pattern = CORES.read_text(encoding="ascii") if CORES.exists() else ""
    return [str(Path(pattern).parent)] if pattern.startswith("/") else []


def _waiting(value: str, kind: str) -> subprocess.Popen[bytes]:
    """Start a program that waits, with a value where others can read it."""
    words = [value] if kind == "cmdline" else []
    environment = {"LEAK": value} if kind == "environ" else {}
    return subprocess.Popen([sys.executable, "-c", "input()", *words], stdin=subprocess.PIPE, env=environment)
