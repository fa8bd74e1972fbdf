"""The commands without a terminal program, but for check: status, report, role, doctor."""

from __future__ import annotations

import argparse
import json
import os
import stat
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TextIO

from wizard.errors import ProfileError, StoreError, UsageError
from wizard.exits import Exit
from wizard.redact import one_line
from wizard.setup_tokens import WHERE, since
from wizard.telling import SIGNS, time_text
from wizard.verdict import Standing

if TYPE_CHECKING:
    from wizard.desk import Desk
    from wizard.setup import Setup
    from wizard.store import SetupStore


def find_setup(store: SetupStore, name: str | None) -> Setup:
    """Return the setup a person means.

    Args:
        store: saved setups.
        name: its id, or a profile id that has one setup; None if there is one setup at all.

    Raises:
        UsageError: if none or several are meant.
        StoreError: if its file cannot be read.
    """
    setups, unreadable = store.all()
    for broken in unreadable:
        if broken.path.stem == name:
            raise StoreError(broken.why)
    meant = [s for s in setups if name is None or name in (s.id, s.profile, s.account)]
    if len(meant) == 1:
        return meant[0]
    known = ", ".join(s.id for s in setups) or "none"
    raise UsageError(f"{'Which setup?' if meant or name is None else 'There is no such setup.'} Saved: {known}.")


def status(desk: Desk, as_json: bool, stdout: TextIO) -> int:
    """Print where all setups stand; nothing is asked of anybody.

    Args:
        desk: wired by the door.
        as_json: one document instead of lines.
        stdout: for the answer.
    """
    setups, unreadable = desk.store.all()
    rows = [_status_of(desk, setup) for setup in setups]
    if as_json:
        broken = [{"file": str(u.path), "why": u.why} for u in unreadable]
        stdout.write(json.dumps({"schema": 1, "setups": rows, "unreadable": broken}, indent=1) + "\n")
        return Exit.READY
    for row in rows:
        checked = f"last asked {row['asked']}" if row["asked"] else "never asked"
        line = (
            f"{row['id']:<16} {row['account'] or 'no account yet':<16} step {row['step']:<12} "
            f"{row['verified']} verified, {row['failed']} failed, {checked}, {_compared(row)}"
            f"{', ' + row['rotation'] if row['rotation'] else ''}"
        )
        stdout.write(f"{one_line(line, 400)}\n")
        for token in row["setup_tokens_left"]:
            left = f"! {row['id']}: setup token {token['fingerprint']} ({token['since']}) was not proven dead. {WHERE}"
            stdout.write(f"{one_line(left, 400)}\n")
    for broken_file in unreadable:
        stdout.write(f"! {broken_file.why}\n")
    if not rows and not unreadable:
        stdout.write("No setups yet.\n")
    return Exit.READY


def _compared(row: Mapping[str, Any]) -> str:
    if row["baseline"] is None:
        return "no baseline"
    counted = f"{row['compared_facts']} of {row['facts']} facts compared"
    found = f", {row['changes']} changed (seen {row['compared']}, {counted})" if row["compared"] else ""
    return f"baseline of {row['baseline']}{found}"


def _status_of(desk: Desk, setup: Setup) -> dict[str, Any]:
    try:
        counts = Counter(verdict.standing for verdict in desk.walk(setup).verdicts())
    except ProfileError:  # its file is not here any more
        counts = Counter()
    asked = max((verdict.at for verdict in setup.found.values()), default=None)
    return {
        "id": setup.id, "profile": setup.profile, "account": setup.account, "step": setup.step,
        "changed": time_text(setup.changed), "asked": time_text(asked) if asked else None,
        "verified": counts[Standing.VERIFIED], "failed": counts[Standing.FAILED],
        "kept": setup.kept.place if setup.kept else None, "handed_over": bool(setup.handed_over),
        "setup_tokens_open": len(setup.open_setup_tokens()),
        "setup_tokens_left": [{"fingerprint": t.fingerprint, "since": since(t)} for t in setup.open_setup_tokens()],
        "rotation": setup.rotation.says if setup.rotation else None,
        "baseline": time_text(setup.baseline.kept) if setup.baseline else None,
        "compared": time_text(setup.drift.at) if setup.drift else None,
        "facts": len(setup.baseline.facts) if setup.baseline else None,
        "compared_facts": setup.drift.compared if setup.drift else None,
        "changes": len(setup.drift.changes) if setup.drift else None,
    }  # fmt: skip


def report(desk: Desk, options: argparse.Namespace, stdout: TextIO) -> int:
    """Print or write the report of a saved setup.

    Args:
        desk: wired by the door.
        options: parsed command line.
        stdout: for the answer.
    """
    from wizard.report import write_report

    walk = desk.walk(find_setup(desk.store, options.setup))
    text = write_report(walk.setup, walk.profile, walk.verdicts(), desk.clock.now(), options.format)
    if not options.output:
        stdout.write(text)
        return Exit.READY
    try:
        with open(os.open(options.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            # An older file may be open to others; a device is not ours to close.
            if os.chmod in os.supports_fd and stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                os.chmod(file.fileno(), 0o600)
            file.write(text)
    except OSError as error:
        raise UsageError(f"The report was not written: {error.strerror}.") from None
    return Exit.READY


def role(desk: Desk, options: argparse.Namespace, stdout: TextIO) -> int:
    """Write the role as an SDF project.

    Args:
        desk: wired by the door.
        options: parsed command line.
        stdout: for the answer.
    """
    from pathlib import Path

    from wizard.sdf import write_role_project

    walk = desk.walk(find_setup(desk.store, options.setup))
    for path in write_role_project(walk.profile, walk.answers, Path(options.sdf), None):
        stdout.write(f"{path}\n")
    return Exit.READY


def doctor(desk: Desk, stdout: TextIO) -> int:
    """Look at this machine.

    Args:
        desk: wired by the door.
        stdout: for the answer.
    """
    from wizard.doctor_vaults import examine_vaults

    rows = [*desk.examine(), *examine_vaults(desk.vaults, desk.store.all()[0], desk.clock.now())]
    for row in rows:
        stdout.write(f"{SIGNS[row.standing]} {row.about}: {row.says}\n")
        if row.remedy:
            stdout.write(f"    {row.remedy.text}\n")
    return Exit.FAILED if any(r.standing is Standing.FAILED for r in rows) else Exit.READY
