"""Looks for canaries, in the encodings programs use, in everything written since a moment and in every process's arguments.

Canaries are fresh random strings in the form of real secrets, so any hit is a leak. A scanner that finds nothing proves
nothing: tests/wizard/test_leakscan.py plants leaks and wants all of them found.
"""

from __future__ import annotations

import base64
import json
import os
import stat
import urllib.parse
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

WINDOW = 1 << 22
"""Bytes looked at in one go; windows overlap by the longest pattern."""
SHORTEST = 10
"""Bytes of a pattern; shorter ones would be found by chance."""
_KERNELS = ("/proc", "/sys", "/dev")
_GZIP, _ZLIB = 31, 15
"""What zlib calls the two forms (``wbits``)."""


@dataclass(frozen=True)
class Hit:
    """A place where a canary is."""

    place: str
    """Path of a file, or of a process's entry in /proc."""
    found: tuple[str, ...]
    """Number of the canary and encoding, e.g. ``#0:hex``; in order."""


def variants(canary: str) -> dict[str, bytes]:
    """Return the forms in which programs write a text, by name.

    Args:
        canary: at least ten characters.
    """
    raw = canary.encode()
    forms = {
        "raw": raw, "utf16le": canary.encode("utf-16-le"), "utf16be": canary.encode("utf-16-be"),
        "hex": raw.hex().encode(), "HEX": raw.hex().upper().encode(),
        "url": urllib.parse.quote(canary, safe="").encode(), "json": json.dumps(canary)[1:-1].encode(), "reversed": raw[::-1],
    }  # fmt: skip
    for offset, cut in enumerate((0, 2, 3)):  # base64 at the three alignments, without what the neighbours decide
        encoded = base64.b64encode(b"\0" * offset + raw).rstrip(b"=")[cut:-3]
        forms[f"b64+{offset}"] = encoded
        forms[f"b64url+{offset}"] = encoded.translate(bytes.maketrans(b"+/", b"-_"))
    return {name: form for name, form in forms.items() if len(form) >= SHORTEST}


class Search:
    """Canaries in all their forms, and how much was looked through so far."""

    def __init__(self, canaries: Sequence[str]) -> None:
        """Look at nothing yet.

        Args:
            canaries: what must not be found; each of at least ten characters.
        """
        if not all(len(canary) >= SHORTEST for canary in canaries) or not canaries:
            raise ValueError("canaries of at least ten characters are needed")
        self.canaries: list[str] = []
        self.patterns: dict[bytes, str] = {}
        self.files = self.processes = self.unread = self.bytes = 0
        self.add(*canaries)

    def add(self, *canaries: str) -> None:
        """Look for more from now on.

        Args:
            canaries: made meanwhile.
        """
        for number, canary in enumerate(canaries, start=len(self.canaries)):
            for name, form in variants(canary).items():
                self.patterns.setdefault(form, f"#{number}:{name}")
        self.canaries += canaries

    def within(self, data: bytes) -> tuple[str, ...]:
        """Return what is found in something that is no file, e.g. all that a terminal was sent.

        Args:
            data: all of it.
        """
        self.bytes += len(data)
        return tuple(sorted(self._found(data)))

    def everywhere(self, since: float, roots: Sequence[Path | str]) -> list[Hit]:
        """Look through files, and every process's arguments and environment.

        Args:
            since: only files changed after it, in seconds since 1970.
            roots: folders to look through.

        Raises:
            FileNotFoundError: if a root is missing: nothing would be proven by finding nothing there.
        """
        files, processes = list(dict.fromkeys(_files(roots, since))), list(_processes())
        self.files += len(files)
        self.processes += len(processes)
        hits, overlap = [], max(map(len, self.patterns)) - 1
        for path in [*files, *(entry / name for entry in processes for name in ("cmdline", "environ"))]:
            found: set[str] = set()
            try:
                for data in _windows(path, overlap):
                    self.bytes += len(data)
                    found |= self._found(data)
            except OSError:
                self.unread += 1
            if found:
                hits.append(Hit(str(path), tuple(sorted(found))))
        return hits

    def _found(self, data: bytes) -> set[str]:
        # One after the other is ten times as fast as one expression of all.
        return {name for form, name in self.patterns.items() if form in data}


def scan(canaries: Sequence[str], since: float, roots: Sequence[Path | str]) -> list[Hit]:
    """Look everywhere, once.

    Args:
        canaries: see ``Search``.
        since: see ``Search.everywhere``.
        roots: see there.
    """
    return Search(canaries).everywhere(since, roots)


def _files(roots: Sequence[Path | str], since: float) -> Iterator[Path]:
    """Yield ordinary files changed since then; a second of tolerance for coarse file systems."""
    for root in roots:
        if not Path(root).is_dir():
            raise FileNotFoundError(root)
        for folder, folders, files in os.walk(root):
            folders[:] = [name for name in folders if os.path.join(folder, name) not in _KERNELS]
            for name in files:
                path = os.path.join(folder, name)
                with suppress(OSError):
                    about = os.lstat(path)
                    if stat.S_ISREG(about.st_mode) and max(about.st_mtime, about.st_ctime) >= since - 1:
                        yield Path(path)


def _processes() -> Iterator[Path]:
    yield from Path("/proc").glob("[0-9]*")


def _windows(path: Path, overlap: int) -> Iterator[bytes]:
    """Yield a file's content in overlapping windows, and once more unpacked if it is gzip or zlib."""
    with path.open("rb") as file:
        unpacker = _Unpacker(file.read(2))
        file.seek(0)
        tail, unpacked_tail = b"", b""
        while data := file.read(WINDOW):
            yield tail + data
            tail = (tail + data)[-overlap:]
            if unpacked := unpacker.unpack(data):
                yield unpacked_tail + unpacked
                unpacked_tail = (unpacked_tail + unpacked)[-overlap:]


class _Unpacker:
    """Unpacks gzip, of several parts too (a log that was appended to), or zlib; of anything else nothing."""

    def __init__(self, head: bytes) -> None:
        self._form = 0
        if head == b"\x1f\x8b":
            self._form = _GZIP
        elif head[:1] == b"\x78" and int.from_bytes(head, "big") % 31 == 0:
            self._form = _ZLIB
        self._stream = zlib.decompressobj(self._form) if self._form else None

    def unpack(self, data: bytes) -> bytes:
        unpacked = b""
        with suppress(zlib.error):
            while self._stream and data:
                unpacked += self._stream.decompress(data)
                data = self._stream.unused_data
                if self._stream.eof:
                    self._stream = zlib.decompressobj(self._form)
        return unpacked
