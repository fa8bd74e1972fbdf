"""The commands without a terminal program: check, status, report, role, doctor. stdout carries the answer, stderr the talk."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import stat
import threading
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, TextIO

from wizard.check import Asking
from wizard.errors import ProfileError, SetupInUse, StoreError, UsageError
from wizard.exits import MEANINGS, Exit, exit_for
from wizard.netsuite.answers import Unreachable
from wizard.redact import one_line
from wizard.verdict import Standing, Verdict

if TYPE_CHECKING:
    from wizard.desk import Desk
    from wizard.profile import Profile, Requirement
    from wizard.setup import Setup
    from wizard.store import SetupStore
    from wizard.walk import Walk

SIGNS = {
    Standing.VERIFIED: "+", Standing.FAILED: "x", Standing.WARNING: "!", Standing.ATTESTED: "~",
    Standing.WAITING: ".", Standing.UNKNOWN: "?", Standing.NOT_APPLICABLE: "-",
}
"""Marks for lines of plain text."""


def check(desk: Desk, options: argparse.Namespace, stdin: TextIO | None, stdout: TextIO, stderr: TextIO) -> int:
    """Verify a saved setup, or the credentials on standard input.

    Args:
        desk: wired by the door.
        options: parsed command line.
        stdin: one JSON object, if asked for.
        stdout: for the answer.
        stderr: for the talk.
    """
    with contextlib.ExitStack() as held:
        walk = _walk_given(desk, options, stdin) if options.credentials else _walk_saved(desk, options, held, stderr)
        wanted = _wanted(walk.profile, options.only)
        if not options.credentials:
            _fetch(walk, stderr)
        begun = desk.clock.now()
        reached = _ask(desk, walk, wanted, stderr)
    judged = wanted if wanted is not None else [r for r in walk.profile.requirements if r.need == "required"]
    verdicts = [v for v in walk.verdicts() if wanted is None or v.about in {r.id for r in wanted}]
    code = _code(judged, verdicts, begun) if reached else Exit.UNREACHABLE
    answer = document(walk, verdicts, code)
    if options.json:
        stdout.write(json.dumps(answer, indent=1) + "\n")
    else:
        _write_lines(answer["requirements"], _time(begun), stdout)
    stderr.write(f"{code.value}: {MEANINGS[code]}\n")
    return code


def _code(judged: list[Requirement], verdicts: list[Verdict], begun: datetime) -> Exit:
    """Return the exit code. A proof of an earlier run is shown with its date, and decides nothing today."""
    standing = {
        v.about: Standing.UNKNOWN if v.standing is Standing.VERIFIED and v.at < begun else v.standing for v in verdicts
    }
    return exit_for((standing[r.id], bool(r.proof)) for r in judged)


def document(walk: Walk, verdicts: list[Verdict], code: Exit) -> dict[str, Any]:
    """Return what ``check --json`` prints.

    Args:
        walk: what was checked.
        verdicts: one per requirement.
        code: the exit code.
    """
    from wizard.report import requirement_rows

    return {
        "schema": 1,
        "profile": walk.profile.id,
        "profile_version": walk.profile.version,
        "account": walk.setup.account,
        "at": _time(walk.clock.now()),
        "exit": int(code),
        "requirements": requirement_rows(walk.profile, verdicts),
    }


def _ask(desk: Desk, walk: Walk, wanted: list[Requirement] | None, stderr: TextIO) -> bool:
    """Run the checks; return whether NetSuite answered at all."""
    aspects = None if wanted is None else [a for r in wanted for a in r.proof]

    def tell(news: Asking | Verdict) -> None:
        if isinstance(news, Asking):
            stderr.write(f"asking: {news.title}\n")
        else:
            walk.record(news)

    cancelled = threading.Event()
    # Whoever starts this asks, but it may be a timer: never beyond the attempts that are safe.
    walk.ask_again(insist=False)
    session = walk.session(cancelled)
    try:
        desk.runner.run(session, aspects, tell)
    except KeyboardInterrupt:
        cancelled.set()
        raise
    login = session.found.get("login.accepted")
    return bool(login and login.standing in (Standing.VERIFIED, Standing.FAILED)) or not any(
        isinstance(trouble, Unreachable) for trouble in session.troubles()
    )


def _wanted(profile: Profile, only: list[str] | None) -> list[Requirement] | None:
    if not only:
        return None
    if not all(profile.matching((named,)) for named in only):
        raise UsageError("--only names something that is no requirement of this profile; ids look like A33.1, or A33. for all.")
    return list(profile.matching(tuple(only)))


def _walk_given(desk: Desk, options: argparse.Namespace, stdin: TextIO | None) -> Walk:
    """Make a walk that is never saved, from standard input."""
    from wizard.setup import Setup
    from wizard.standard_input import known_answers, read_given
    from wizard.walk import Walk

    if options.setup:
        raise UsageError("Name a saved setup, or give --credentials -, not both.")
    if not options.profile:
        raise UsageError("--credentials needs --profile NAME.")
    profile = desk.profiles[options.profile]
    said = known_answers(profile, dict(_split(pair) for pair in options.answer))
    given = read_given(stdin, profile, options.account)
    setup = Setup.begin(profile.id, profile.version, profile.step[0].id, desk.clock.now())
    setup.account = given.account.realm
    setup.answers = {**given.answers, **said}
    walk = Walk(setup, profile, _Unsaved(), desk.memory, desk.network, desk.clock)
    walk.credentials, walk.setup_token = given.credentials, given.setup_token
    return walk


def _split(pair: str) -> tuple[str, str]:
    name, equals, answer = pair.partition("=")
    if not equals:
        raise UsageError("--answer takes QUESTION=ANSWER.")
    return name, answer


def _walk_saved(desk: Desk, options: argparse.Namespace, held: contextlib.ExitStack, stderr: TextIO) -> Walk:
    from wizard.walk import Walk

    if options.profile or options.account or options.answer:
        raise UsageError("--profile, --account and --answer go with --credentials -; a saved setup has its own.")
    setup = find_setup(desk.store, options.setup)
    try:
        held.enter_context(desk.store.hold(setup.id, desk.clock.now()))
    except SetupInUse:
        stderr.write("This setup is open in the wizard: what is found now is not saved.\n")
        opened = desk.walk(setup)
        return Walk(setup, opened.profile, _Unsaved(), opened.vault, desk.network, desk.clock)
    return desk.walk(desk.store.load(setup.id))  # again: it may have changed until it was held


def _fetch(walk: Walk, stderr: TextIO) -> None:
    """Read the values of a saved setup.

    Raises:
        VaultError: if the vault refuses.
    """
    walk.fetch_secrets()
    if walk.credentials is None:
        stderr.write("No values are kept for this setup: only what needs no login can be checked.\n")


def _write_lines(rows: list[dict[str, Any]], begun: str, stdout: TextIO) -> None:
    for row in rows:
        standing, remedy = Standing(row["verdict"]), row["remedy"]
        says = f" ({row['says']})" if row["says"] and standing is not Standing.VERIFIED else ""
        if standing is Standing.VERIFIED and row["at"] < begun:
            says = f" (at {row['at']}, with a setup token; not asked again)"
        stdout.write(f"{SIGNS[standing]} {row['id']:<7} {row['title']}: {standing.value}{says}\n")
        if standing in (Standing.FAILED, Standing.WARNING) and remedy:
            cause = f"cause: {row['cause']}. " if row["cause"] else ""
            path = f" [{remedy['menu_path']}]" if remedy["menu_path"] else ""
            stdout.write(f"          {cause}{remedy['text']}{path}\n")
    counts = Counter(row["verdict"] for row in rows)
    stdout.write(", ".join(f"{counts[s.value]} {s.value}" for s in Standing if counts[s.value]) + "\n")


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
            f"{row['verified']} verified, {row['failed']} failed, {checked}"
        )
        stdout.write(f"{one_line(line)}\n")
    for broken_file in unreadable:
        stdout.write(f"! {broken_file.why}\n")
    if not rows and not unreadable:
        stdout.write("No setups yet.\n")
    return Exit.READY


def _status_of(desk: Desk, setup: Setup) -> dict[str, Any]:
    try:
        counts = Counter(verdict.standing for verdict in desk.walk(setup).verdicts())
    except ProfileError:  # its file is not here any more
        counts = Counter()
    asked = max((verdict.at for verdict in setup.found.values()), default=None)
    return {
        "id": setup.id, "profile": setup.profile, "account": setup.account, "step": setup.step,
        "changed": _time(setup.changed), "asked": _time(asked) if asked else None,
        "verified": counts[Standing.VERIFIED], "failed": counts[Standing.FAILED],
        "kept": setup.kept.place if setup.kept else None, "handed_over": bool(setup.handed_over),
        "setup_tokens_open": len(setup.open_setup_tokens()),
    }  # fmt: skip


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


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


class _Unsaved:
    """Stands in for the store when nothing is to be saved."""

    def save(self, setup: Setup) -> None:
        """Keep nothing."""

    def knocked(self, name: str) -> str | None:
        """Nobody can knock."""
        return None


def doctor(desk: Desk, stdout: TextIO) -> int:
    """Look at this machine.

    Args:
        desk: wired by the door.
        stdout: for the answer.
    """
    rows = desk.examine()
    for row in rows:
        stdout.write(f"{SIGNS[row.standing]} {row.about}: {row.says}\n")
        if row.remedy:
            stdout.write(f"    {row.remedy.text}\n")
    return Exit.FAILED if any(r.standing is Standing.FAILED for r in rows) else Exit.READY
