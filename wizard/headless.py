"""The commands without a terminal program: check, status, report, role, doctor. stdout carries the answer, stderr the talk."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from wizard.check import Asking
from wizard.errors import SetupError, SetupInUse, StoreError, UsageError
from wizard.exits import Exit, exit_for
from wizard.verdict import Standing, Verdict

if TYPE_CHECKING:
    from wizard.account import Account
    from wizard.credentials import Credentials
    from wizard.desk import Desk
    from wizard.profile import Profile
    from wizard.setup import Setup
    from wizard.store import SetupStore
    from wizard.walk import Walk

INPUT_LIMIT = 65_536
"""Bytes of standing input that are read at most; five values need less than one thousand."""

SIGNS = {
    Standing.VERIFIED: "+", Standing.FAILED: "x", Standing.WARNING: "!", Standing.ATTESTED: "~",
    Standing.WAITING: ".", Standing.UNKNOWN: "?", Standing.NOT_APPLICABLE: "-",
}
"""Marks for lines of plain text."""


@dataclass(frozen=True)
class Given:
    """What came in on standard input."""

    account: Account
    """Which account."""
    credentials: Credentials
    """The five values, as far as given."""
    setup_token: Credentials | None
    """With the consumer pair of the five."""
    answers: dict[str, str]
    """Answers to the profile's questions."""


def check(desk: Desk, options: argparse.Namespace, stdin: TextIO, stdout: TextIO, stderr: TextIO) -> int:
    """Verify a saved setup, or the credentials on standard input.

    Args:
        desk: wired by the door.
        options: parsed command line.
        stdin: one JSON object, if asked for.
        stdout: for the answer.
        stderr: for the talk.
    """
    with contextlib.ExitStack() as held:
        walk = _walk_from(desk, options, stdin) if options.credentials else _walk_saved(desk, options, held, stderr)
        wanted = _wanted(walk.profile, options.only)
        reached = _ask(desk, walk, wanted, stderr)
    verdicts = [v for v in walk.verdicts() if wanted is None or v.about in {r.id for r in wanted}]
    if options.json:
        stdout.write(json.dumps(document(walk, verdicts, reached), indent=1) + "\n")
    else:
        _write_lines(walk.profile, verdicts, stdout)
    return _exit(walk, verdicts, reached)


def document(walk: Walk, verdicts: list[Verdict], reached: bool) -> dict[str, Any]:
    """Return what ``check --json`` prints.

    Args:
        walk: what was checked.
        verdicts: one per requirement.
        reached: False if NetSuite never answered.
    """
    from wizard.report import requirement_rows

    return {
        "schema": 1,
        "profile": walk.profile.id,
        "profile_version": walk.profile.version,
        "account": walk.setup.account,
        "at": f"{walk.clock.now():%Y-%m-%dT%H:%M:%SZ}",
        "exit": int(_exit(walk, verdicts, reached)),
        "requirements": requirement_rows(walk.profile, verdicts),
    }


def _ask(desk: Desk, walk: Walk, wanted: list[Any] | None, stderr: TextIO) -> bool:
    """Run the checks; return whether NetSuite answered at all."""
    from wizard.netsuite.answers import Unreachable

    aspects = None if wanted is None else [a for r in wanted for a in r.proof]

    def tell(news: Asking | Verdict) -> None:
        if isinstance(news, Asking):
            stderr.write(f"asking: {news.title}\n")
        else:
            walk.record(news)

    cancelled = threading.Event()
    walk.ask_again()
    session = walk.session(cancelled)
    try:
        desk.runner.run(session, aspects, tell)
    except KeyboardInterrupt:
        cancelled.set()
        raise
    login = session.found.get("login.accepted")
    if login and login.standing in (Standing.VERIFIED, Standing.FAILED):
        return True
    try:
        session.once("P0", lambda: None)
    except Unreachable:
        return False
    except SetupError:
        pass
    return True


def _wanted(profile: Profile, only: list[str] | None) -> list[Any] | None:
    if not only:
        return None
    wanted = list(profile.matching(tuple(only)))
    unknown = [p for p in only if not profile.matching((p,))]
    if unknown:
        raise UsageError(f"--only names no requirement of this profile: {', '.join(unknown)}.")
    return wanted


def _walk_from(desk: Desk, options: argparse.Namespace, stdin: TextIO) -> Walk:
    """Make a walk that is never saved, from standard input."""
    from wizard.setup import Setup
    from wizard.walk import Walk

    if options.setup:
        raise UsageError("Name a saved setup, or give --credentials -, not both.")
    if not options.profile:
        raise UsageError("--credentials needs --profile NAME.")
    profile = desk.profiles[options.profile]
    given = read_credentials(stdin, options.account)
    setup = Setup.begin(profile.id, profile.version, profile.step[0].id, desk.clock.now())
    setup.account = given.account.realm
    setup.answers = {**given.answers, **_answers(profile, options.answer)}
    walk = Walk(setup, profile, _Nowhere(desk.store.folder), desk.memory, desk.network, desk.clock)
    walk.credentials, walk.setup_token = given.credentials, given.setup_token
    return walk


def _walk_saved(desk: Desk, options: argparse.Namespace, held: contextlib.ExitStack, stderr: TextIO) -> Walk:
    setup = find_setup(desk.store, options.setup)
    for name, value in _answers(desk.profile_of(setup), options.answer).items():
        setup.answers[name] = value
    try:
        held.enter_context(desk.store.hold(setup.id, desk.clock.now()))
        walk = desk.walk(setup)
    except SetupInUse:
        stderr.write("This setup is open in the wizard: what is found now is not saved.\n")
        from wizard.walk import Walk

        open_elsewhere = desk.walk(setup)
        walk = Walk(
            setup, open_elsewhere.profile, _Nowhere(desk.store.folder), open_elsewhere.vault, desk.network, desk.clock
        )
    walk.fetch_secrets()
    if walk.credentials is None:
        stderr.write("The vault holds no values for this setup: only what needs no login can be checked.\n")
    return walk


def _answers(profile: Profile, given: list[str]) -> dict[str, str]:
    known = {q.id for step in profile.step for q in step.ask}
    answers = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or name not in known:
            raise UsageError(f"--answer takes QUESTION=ANSWER; questions of this profile: {', '.join(sorted(known))}.")
        answers[name] = value
    return answers


def read_credentials(stdin: TextIO, account: str | None) -> Given:
    """Read one JSON object with the five values.

    Args:
        stdin: keys account, consumer_key, consumer_secret, token_id, token_secret, optional setup_token
            {token_id, token_secret} and answers {question: answer}.
        account: account ID of the command line; wins over the one in the object.

    Raises:
        UsageError: if it is not such an object; what was read is never part of the message.
        AccountIdError, CredentialError: if a value cannot be right.
    """
    from wizard.account import parse_account
    from wizard.credentials import Credentials

    if stdin.isatty():
        raise UsageError("Standard input is a terminal and would show the values; send the JSON object through a pipe.")
    text = stdin.read(INPUT_LIMIT + 1)
    if len(text) > INPUT_LIMIT:
        raise UsageError("Standard input is longer than five values can be.")
    try:
        given = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise UsageError("Standard input is not one JSON object.") from None
    known = {"account", "consumer_key", "consumer_secret", "token_id", "token_secret", "setup_token", "answers"}
    if not isinstance(given, dict) or set(given) - known:
        raise UsageError(f"Standard input must be one JSON object with the keys {', '.join(sorted(known))}.")
    realm = account or _text(given, "account")
    if not realm:
        raise UsageError("The account ID is missing: key account, or --account.")
    parsed = parse_account(realm)
    consumer = _pair(given, "consumer_key", "consumer_secret")
    token = _pair(given, "token_id", "token_secret")
    inner = given.get("setup_token")
    if inner is not None and (not isinstance(inner, dict) or set(inner) - {"token_id", "token_secret"}):
        raise UsageError("setup_token must be an object with token_id and token_secret.")
    setup_pair = _pair(inner, "token_id", "token_secret") if inner else None
    setup_token = Credentials(parsed.realm, consumer, setup_pair) if setup_pair and consumer else None
    answers = given.get("answers") or {}
    if not isinstance(answers, dict) or not all(isinstance(v, str) for v in answers.values()):
        raise UsageError("answers must be an object of texts.")
    return Given(parsed, Credentials(parsed.realm, consumer, token), setup_token, dict(answers))


def _text(given: dict[str, Any], key: str) -> str:
    value = given.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UsageError(f"{key} must be a text.")
    return value


def _pair(given: dict[str, Any], first: str, second: str) -> Any:
    from wizard.credentials import Pair, clean, pair_problem

    texts = _text(given, first), _text(given, second)
    if not any(texts):
        return None
    one, two = (clean(text).value for text in texts)
    problem = pair_problem(one.get_secret_value(), two.get_secret_value())
    if problem:
        raise UsageError(f"{first} and {second}: {problem}")
    return Pair(one, two)


def _exit(walk: Walk, verdicts: list[Verdict], reached: bool) -> Exit:
    if not reached:
        return Exit.UNREACHABLE
    by_id = {r.id: r for r in walk.profile.requirements}
    required = [(v.standing, bool(by_id[v.about].proof)) for v in verdicts if by_id[v.about].need == "required"]
    return exit_for(required)


def _write_lines(profile: Profile, verdicts: list[Verdict], stdout: TextIO) -> None:
    titles = {r.id: r.title for r in profile.requirements}
    for verdict in verdicts:
        stdout.write(f"{SIGNS[verdict.standing]} {verdict.about:<7} {titles[verdict.about]}: {verdict.standing.value}")
        stdout.write(f" ({verdict.says})\n" if verdict.says and verdict.standing is not Standing.VERIFIED else "\n")
        if verdict.standing in (Standing.FAILED, Standing.WARNING) and verdict.remedy:
            cause = f"cause: {verdict.cause}. " if verdict.cause else ""
            path = f" [{verdict.remedy.menu_path}]" if verdict.remedy.menu_path else ""
            stdout.write(f"          {cause}{verdict.remedy.text}{path}\n")
    counts = {s: sum(v.standing is s for v in verdicts) for s in Standing}
    stdout.write(", ".join(f"{n} {s.value}" for s, n in counts.items() if n) + "\n")


def find_setup(store: SetupStore, name: str | None) -> Setup:
    """Return the setup a person means.

    Args:
        store: saved setups.
        name: its id, or a profile id that has one setup; None if there is one setup at all.

    Raises:
        UsageError: if none or several are meant.
    """
    setups, _ = store.all()
    meant = [s for s in setups if name is None or name in (s.id, s.profile, s.account)]
    if len(meant) == 1:
        return meant[0]
    known = ", ".join(s.id for s in setups) or "none"
    raise UsageError(f"{'Which setup?' if meant or name is None else f'There is no setup {name}.'} Saved: {known}.")


def status(store: SetupStore, as_json: bool, stdout: TextIO) -> int:
    """Print where all setups stand.

    Args:
        store: saved setups.
        as_json: one document instead of lines.
        stdout: for the answer.
    """
    setups, unreadable = store.all()
    rows = [
        {
            "id": s.id, "profile": s.profile, "account": s.account, "step": s.step, "changed": f"{s.changed:%Y-%m-%dT%H:%M:%SZ}",
            "failed": sum(v.standing is Standing.FAILED for v in s.found.values()),
            "verified": sum(v.standing is Standing.VERIFIED for v in s.found.values()),
            "kept": s.kept.place if s.kept else None, "handed_over": bool(s.handed_over),
            "setup_tokens_open": len(s.open_setup_tokens()),
        }
        for s in setups
    ]
    if as_json:
        broken = [{"file": str(u.path), "why": u.why} for u in unreadable]
        stdout.write(json.dumps({"schema": 1, "setups": rows, "unreadable": broken}, indent=1) + "\n")
        return Exit.READY
    for row in rows:
        stdout.write(
            f"{row['id']:<16} {row['account'] or 'no account yet':<16} step {row['step']:<12} "
            f"{row['verified']} verified, {row['failed']} failed, last {row['changed']}\n"
        )
    for broken_file in unreadable:
        stdout.write(f"! {broken_file.why}\n")
    if not rows and not unreadable:
        stdout.write("No setups yet.\n")
    return Exit.READY


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
            file.write(text)
    except OSError as error:
        raise StoreError(f"Not written: {error.strerror}.") from None
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


class _Nowhere:
    """Stands in for the store when nothing is to be saved."""

    def __init__(self, folder: object) -> None:
        self.folder = folder

    def save(self, setup: Setup) -> None:
        """Keep nothing."""

    def knocked(self, name: str) -> None:
        """Nobody can knock."""


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
