"""Looks for canaries, in the encodings programs use, in everything written since a moment and in every process's arguments.

Canaries are fresh random strings in the form of real secrets, so any hit is a leak. A scanner that finds nothing proves
nothing: tests/wizard/test_leakscan.py plants leaks and wants all of them found.
"""

from __future__ import annotations

import base64
import json
import os
import re
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


@dataclass(frozen=True)
class Hit:
    """A place where a canary is."""

    place: str
    """Path of a file, or of a process's entry in /proc."""
    found: tuple[str, ...]
    """Number of the canary and encoding, e.g. ``#0:hex``."""


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


def scan(canaries: Sequence[str], since: float, roots: Sequence[Path | str]) -> list[Hit]:
    """Look everywhere.

    Args:
        canaries: what must not be found.
        since: only files changed after it, in seconds since 1970.
        roots: folders to look through; arguments and environments of all processes are always looked at.

    Raises:
        FileNotFoundError: if a root is missing: nothing would be proven by finding nothing there.
    """
    if not all(len(canary) >= SHORTEST for canary in canaries) or not canaries:
        raise ValueError("canaries of at least ten characters are needed")
    names: dict[bytes, str] = {}
    for number, canary in enumerate(canaries):
        for name, form in variants(canary).items():
            names.setdefault(form, f"#{number}:{name}")
    pattern = re.compile(b"|".join(re.escape(form) for form in sorted(names, key=len, reverse=True)))
    overlap = max(map(len, names)) - 1
    hits = []
    for path in [*_files(roots, since), *_processes()]:
        found: set[str] = set()
        with suppress(OSError):
            for data in _windows(path, overlap):
                found |= {names[match.group()] for match in pattern.finditer(data)}
        if found:
            hits.append(Hit(str(path), tuple(sorted(found))))
    return hits


def _files(roots: Sequence[Path | str], since: float) -> Iterator[Path]:
    """Yield ordinary files changed since then; a second of tolerance for coarse file systems."""
    for root in roots:
        if not Path(root).is_dir():
            raise FileNotFoundError(root)
        for folder, folders, files in os.walk(root):
            folders[:] = [name for name in folders if os.path.join(folder, name) not in _KERNELS]
            for name in files:
                path = Path(folder, name)
                with suppress(OSError):
                    about = path.lstat()
                    if stat.S_ISREG(about.st_mode) and max(about.st_mtime, about.st_ctime) >= since - 1:
                        yield path


def _processes() -> Iterator[Path]:
    for entry in Path("/proc").glob("[0-9]*"):
        yield from (entry / name for name in ("cmdline", "environ"))


def _windows(path: Path, overlap: int) -> Iterator[bytes]:
    """Yield a file's content in overlapping windows, and once more unpacked if it is gzip."""
    with path.open("rb") as file:
        tail, packed = b"", None
        unpacked_tail = b""
        while data := file.read(WINDOW):
            if not tail and data.startswith(b"\x1f\x8b"):
                packed = zlib.decompressobj(wbits=31)
            yield tail + data
            tail = (tail + data)[-overlap:]
            with suppress(zlib.error):
                if packed:
                    unpacked = packed.decompress(data)
                    yield unpacked_tail + unpacked
                    unpacked_tail = (unpacked_tail + unpacked)[-overlap:]
