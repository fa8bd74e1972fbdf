"""A scanner that finds nothing proves nothing: leaks are planted, and all of them must be found."""

from __future__ import annotations

import base64
import gzip
import json
import os
import subprocess
import sys
import time
import urllib.parse
import zlib
from collections.abc import Callable
from pathlib import Path

import leakscan
import pytest
from leakscan import WINDOW, Hit, Search, scan
from support import canary

CANARY = f"{canary()}????{canary()}+/=\"\\ü"
"""Like a secret, with characters that URLs and JSON write differently, and that give base64 a slash at any alignment."""

PLANTED: dict[str, Callable[[str], bytes]] = {
    "raw": lambda c: f"token={c}&".encode(),
    "utf16le": lambda c: c.encode("utf-16-le"),
    "utf16be": lambda c: c.encode("utf-16-be"),
    "hex": lambda c: b"dump " + c.encode().hex().encode(),
    "HEX": lambda c: c.encode().hex().upper().encode() + b" dump",
    "url": lambda c: f"?t={urllib.parse.quote(c, safe='')}".encode(),
    "json": lambda c: json.dumps({"t": c}).encode(),
    "reversed": lambda c: c.encode()[::-1],
    "b64+0": lambda c: base64.b64encode(c.encode()),
    "b64+1": lambda c: base64.b64encode(f":{c}:".encode()),
    "b64+2": lambda c: base64.b64encode(f"u:{c}:p".encode()),
    "b64url+1": lambda c: base64.urlsafe_b64encode(f":{c}:".encode()),
}
"""By encoding, what a program would leave in a file."""


def places(hits: list[Hit], folder: Path) -> dict[str, tuple[str, ...]]:
    """Return what was found below a folder, by file name; processes of other tests do not count."""
    return {Path(hit.place).name: hit.found for hit in hits if Path(hit.place).is_relative_to(folder)}


def test_every_planted_leak_is_found(tmp_path: Path) -> None:
    begun = time.time()
    for name, leak in PLANTED.items():
        (tmp_path / name).write_bytes(leak(CANARY))
    (tmp_path / "log.gz").write_bytes(gzip.compress(b"x" * 100_000 + CANARY.encode()))
    (tmp_path / "appended.gz").write_bytes(gzip.compress(b"an older day") + gzip.compress(CANARY.encode()))
    (tmp_path / "object").write_bytes(zlib.compress(b"x" * 100_000 + CANARY.encode()))
    (tmp_path / "long").write_bytes(b"x" * (WINDOW - 20) + CANARY.encode())  # across two windows
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / ".hidden").write_text(CANARY, encoding="utf-8")
    found = places(scan([CANARY], begun, [tmp_path]), tmp_path)
    assert set(found) == {*PLANTED, "log.gz", "appended.gz", "object", "long", ".hidden"}
    for name in PLANTED:
        assert f"#0:{name}" in found[name]


def test_a_leak_that_runs_over_the_end_of_a_window_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leakscan, "WINDOW", 16)  # shorter than any form: each runs over several ends
    for name, leak in PLANTED.items():
        (tmp_path / name).write_bytes(leak(CANARY))
    (tmp_path / "log.gz").write_bytes(gzip.compress(CANARY.encode()))
    (tmp_path / "object").write_bytes(zlib.compress(CANARY.encode()))
    assert set(places(scan([CANARY], 0.0, [tmp_path]), tmp_path)) == {*PLANTED, "log.gz", "object"}


def test_what_was_looked_through_is_counted(tmp_path: Path) -> None:
    (tmp_path / "clean").write_bytes(b"x" * 1000)
    search = Search([canary(), value := canary()])
    assert search.within(f"screen {value}".encode()) == ("#1:raw",)
    assert search.everywhere(0.0, [tmp_path]) == []
    assert (search.files, len(search.patterns)) == (1, 16)  # of hexadecimal digits some forms are the same
    assert search.bytes > 1000 + 71


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")
@pytest.mark.parametrize("where", ["cmdline", "environ"])
def test_a_leak_in_a_process_is_found(where: str) -> None:
    value = canary()
    environ = {**os.environ, "TOKEN": value} if where == "environ" else dict(os.environ)
    words = [value] if where == "cmdline" else []
    process = subprocess.Popen(
        [sys.executable, "-c", "input()", *words], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert scan([canary(), value], time.time(), []) == [Hit(f"/proc/{process.pid}/{where}", ("#1:raw",))]
    finally:
        process.communicate(b"\n")


def test_clean_data_is_clean(tmp_path: Path) -> None:
    for name, leak in PLANTED.items():
        (tmp_path / name).write_bytes(leak(canary()))
    (tmp_path / "noise").write_bytes(os.urandom(1 << 20))
    (tmp_path / "noise.gz").write_bytes(gzip.compress(os.urandom(1 << 16)))
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"cut short")[:-9])
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe")
    assert scan([canary(), canary()], 0.0, [tmp_path]) == []


def test_only_what_was_written_since_counts(tmp_path: Path) -> None:
    value = canary()
    (tmp_path / "old").write_text(value, encoding="utf-8")
    assert len(scan([value], time.time() - 60, [tmp_path])) == 1
    assert scan([value], time.time() + 60, [tmp_path]) == []


def test_a_scan_that_could_prove_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        scan([canary()], 0.0, [tmp_path / "missing"])
    for wrong in ([], ["short"]):
        with pytest.raises(ValueError, match="ten characters"):
            scan(wrong, 0.0, [tmp_path])
