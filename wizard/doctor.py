"""Looks at this machine: Python, terminal, keyring, proxy, NetSuite's discovery service, clock, swap, data folder."""

from __future__ import annotations

import platform
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from urllib.parse import urlsplit

from wizard.clock import Clock
from wizard.errors import VaultError
from wizard.explain import Explained, explain
from wizard.netsuite.answers import Elsewhere, Garbled, NetSuiteError, Unreachable, evidence
from wizard.netsuite.discovery import ADDRESS, Discovery
from wizard.on_disk import takes_files
from wizard.redact import one_line
from wizard.store import data_folder
from wizard.terminal import colours, plain_characters, why_not
from wizard.vault.interface import Usability
from wizard.verdict import Evidence, Remedy, Standing, Verdict

if TYPE_CHECKING:
    from wizard.netsuite.transport import Transport
    from wizard.vault.interface import Vault

_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
_NETWORK = (*_PROXIES, "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
_CLOCK_LIMIT = 300.0
"""Seconds a time stamp may be off before NetSuite refuses the login (documented, protocol.md 3.3)."""
_CLOCK_CLOSE = 120.0
"""Seconds from which a person should look."""
_GOOD = Standing.VERIFIED


def examine(
    environ: Mapping[str, str],
    vault: Vault,
    transport_factory: Callable[[], Transport],
    clock: Clock,
    *,
    folder: Path | None = None,
    streams: tuple[TextIO | None, TextIO | None] | None = None,
    swaps: Path = Path("/proc/swaps"),
) -> list[Verdict]:
    """Look at everything once; blocks for as long as the keyring and the network take.

    Args:
        environ: the environment; values of proxy variables are never repeated.
        vault: the keyring.
        transport_factory: makes the way to NetSuite.
        clock: now and sleep.
        folder: where setups are saved; None for this user's.
        streams: standard input and standard error; None for those of the process.
        swaps: what the Linux kernel says about swap.

    Returns:
        One verdict per thing: ``about`` is python, terminal, keyring, proxy, netsuite, clock, swap or folder.
    """
    now = clock.now()
    stdin, stderr = streams or (sys.stdin, sys.stderr)
    return [
        _row("python", _GOOD, f"{platform.python_version()} on {platform.system()}", now),
        _terminal(environ, stdin, stderr, now),
        _keyring(vault, now),
        _proxy(environ, now),
        *_netsuite(transport_factory, clock),
        _swap(swaps, now),
        _folder(folder or data_folder() / "setups", now),
    ]


def _row(about: str, standing: Standing, says: str, at: datetime, fix: str = "", *proofs: Evidence) -> Verdict:
    remedy = Remedy(text=fix) if fix else None
    return Verdict(about=about, standing=standing, says=says, remedy=remedy, evidence=proofs, at=at)


def _terminal(environ: Mapping[str, str], stdin: TextIO | None, stderr: TextIO | None, now: datetime) -> Verdict:
    reason = why_not(stdin, stderr, environ)
    if reason:
        return _row("terminal", Standing.WARNING, "cannot show the wizard", now, reason)
    term, letters = one_line(environ.get("TERM", ""), 40), "ASCII alone" if plain_characters(environ) else "Unicode"
    return _row("terminal", _GOOD, f"{term}, {colours(environ)}, {letters}", now)


def _keyring(vault: Vault, now: datetime) -> Verdict:
    try:
        state = vault.probe()
    except VaultError as error:
        return _row("keyring", Standing.FAILED, error.title, now, error.message)
    if state.usability is Usability.OK:
        return _row("keyring", _GOOD, f"usable: {one_line(state.backend)}", now)
    locked = state.usability is Usability.LOCKED
    return _row("keyring", Standing.WARNING if locked else Standing.FAILED, one_line(state.says), now, state.way_out)


def _proxy(environ: Mapping[str, str], now: datetime) -> Verdict:
    names = [name for known in _NETWORK for name in (known, known.lower()) if environ.get(name)]
    if not names:
        return _row("proxy", Standing.NOT_APPLICABLE, "no proxy and no certificate variables are set", now)
    open_ones = ", ".join(name for name in names if name.upper() in _PROXIES and "@" in environ[name])
    fix = f"{open_ones} holds a user name or password; other programs can read it." if open_ones else ""
    return _row("proxy", Standing.WARNING if open_ones else _GOOD, f"set: {', '.join(names)}", now, fix)


def _netsuite(transport_factory: Callable[[], Transport], clock: Clock) -> Iterator[Verdict]:
    """Ask the discovery service about no account: it refuses, which proves the way and tells the time (documented)."""
    discovery = Discovery(transport_factory())
    try:
        centers = discovery.data_centers("")
    except NetSuiteError as error:
        way = discovery.look(ADDRESS, error) if isinstance(error, Unreachable) else None
        said = explain(way.error if way and way.error else error)
        yield _row("netsuite", Standing.FAILED, said.says, clock.now(), _text(said), evidence("P0", error))
        yield _row("clock", Standing.UNKNOWN, "cannot be compared without NetSuite", clock.now())
        return
    answer, skew = centers.answer, centers.skew_seconds
    at, proof = answer.at, evidence("P0", answer)
    trouble = centers.trouble
    if trouble and type(trouble) is not Garbled:  # a refusal in a form of its own is an answer too
        said = explain(trouble)
        standing = Standing.FAILED if isinstance(trouble, Elsewhere) else Standing.WARNING
        yield _row("netsuite", standing, said.says, at, _text(said), proof)
    else:
        yield _row("netsuite", _GOOD, f"{urlsplit(answer.url).hostname} answers", at, "", proof)
    if skew is None:
        yield _row("clock", Standing.UNKNOWN, "the answer carries no time", at, "", proof)
        return
    off = f"{abs(skew):.0f} s {'fast' if skew > 0 else 'slow'}; NetSuite allows {_CLOCK_LIMIT:.0f} s"
    right = _GOOD if abs(skew) <= _CLOCK_CLOSE else Standing.WARNING if abs(skew) <= _CLOCK_LIMIT else Standing.FAILED
    fix = "" if right is _GOOD else "Set this machine's clock by a time server (timedatectl set-ntp true)."
    yield _row("clock", right, off, at, fix, proof)


def _text(said: Explained) -> str:
    return said.remedy.text if said.remedy else ""


def _swap(swaps: Path, now: datetime) -> Verdict:
    try:
        lines = swaps.read_text(encoding="utf-8", errors="replace").splitlines()[1:]
    except OSError:
        return _row("swap", Standing.UNKNOWN, "this system does not say whether it swaps", now)
    on_disk = [one_line(line.split()[0], 60) for line in lines if line.strip() and not line.startswith("/dev/zram")]
    if not on_disk:
        return _row("swap", _GOOD, "none on a disk", now)
    fix = "What is in memory may reach the disk, also values of credentials. Encrypted swap, or none, prevents that."
    return _row("swap", Standing.WARNING, f"on: {', '.join(on_disk)}", now, fix)


def _folder(folder: Path, now: datetime) -> Verdict:
    try:
        there = takes_files(folder)
        mode = stat.S_IMODE(there.stat().st_mode)
    except OSError as error:
        fix = "Make it writable, or free space on its disk; nothing can be saved otherwise."
        return _row("folder", Standing.FAILED, f"{folder}: {error.strerror}", now, fix)
    if there != folder:
        return _row("folder", _GOOD, f"{folder}: not there yet, can be made", now)
    others = bool(mode & 0o077) and sys.platform != "win32"
    fix = f"Others on this machine can look into it: chmod 700 {folder}" if others else ""
    return _row("folder", Standing.WARNING if others else _GOOD, f"{folder}: writable, mode {mode:04o}", now, fix)
