"""The command check: verifies a saved setup again, or credentials on standard input. stdout carries the answer, stderr the talk."""

from __future__ import annotations

import argparse
import contextlib
import json
import threading
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TextIO

from wizard.check import Asking
from wizard.diagnosis import LOGINS, diagnose
from wizard.errors import SetupInUse, UsageError, VaultBroken
from wizard.exchange import EXCHANGES, aspect_of, fitting
from wizard.exchanging import try_exchange
from wizard.exits import MEANINGS, Exit, exit_for
from wizard.headless import find_setup
from wizard.netsuite.answers import Elsewhere, ServerTrouble, Unreachable
from wizard.standard_input import known_answers, read_given
from wizard.telling import document, lines, time_text, tree_row
from wizard.trail import steps, understood, word_of
from wizard.trees import tick
from wizard.verdict import Standing, Verdict

if TYPE_CHECKING:
    from wizard.attempts import Who
    from wizard.credentials import Credentials
    from wizard.desk import Desk
    from wizard.diagnosis import Diagnosis
    from wizard.profile import Profile, Requirement, Tree
    from wizard.walk import Walk

_NO_ANSWER = (Unreachable, Elsewhere, ServerTrouble)
"""Errors after which NetSuite has not been heard."""


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
        walk = _opened(desk, options, stdin, held, stderr)
        tree = _tree(walk.profile, options.tree)
        wanted = _wanted(walk.profile, [i for branch in tree.steps for i in branch.requirements] if tree else options.only)
        if options.exchange and (options.exchange not in EXCHANGES or wanted is not None):
            raise UsageError(f"--exchange takes one of: {', '.join(EXCHANGES)}; and it goes without --only and --tree.")
        word = word_of(options.detail) if options.detail else ""
        begun = desk.clock.now()
        reached, found = _ask(desk, walk, wanted, options.exchange, stderr)
        if word:
            walk.read_trail(word)
            stderr.write(f"{understood(word)}\n")
        lasts = bool(options.setup or not options.credentials)
        drift = walk.setup.compare(found.values(), begun)
        if lasts:
            walk.keep_baseline()
        judged = wanted if wanted is not None else [r for r in walk.profile.requirements if r.need == "required"]
        verdicts = [v for v in walk.verdicts() if wanted is None or v.about in {r.id for r in wanted}]
        code = _code(judged, verdicts, begun) if reached else Exit.UNREACHABLE
        diagnosis = diagnose(_today(walk, found), walk.setup.trail, fitting(walk.credentials, walk.attempts_left()))
        answer = document(walk, verdicts, found, drift, diagnosis, code)
        if tree:
            answer["tree"] = tree_row(tree, tick(walk.profile, tree, verdicts))
        if options.accept:
            _accept(walk, found, stderr)
        if lasts and walk.setup.baseline is None:
            stderr.write("No baseline yet: it is kept as soon as every required line is in order, or with --accept.\n")
    _tell(answer, diagnosis, begun, options, stdout)
    stderr.writelines(f"{line}\n" for line in steps(diagnosis, walk.setup.found, desk.clock.now()))
    stderr.write(f"{code.value}: {MEANINGS[code]}\n")
    return code


def _today(walk: Walk, found: Mapping[str, Verdict]) -> Mapping[str, Verdict]:
    """Return what counts today of what was found: an older proof excludes nothing; a refusal stands until a login is sent again."""
    tried = set(map(aspect_of, EXCHANGES))
    wrong = {about for about, v in walk.setup.found.items() if v.standing is Standing.FAILED and about in {*found, *LOGINS}}
    return {**found, **{about: v for about, v in walk.setup.found.items() if about in wrong | tried}}


def _tell(
    answer: dict[str, Any], diagnosis: Diagnosis, begun: datetime, options: argparse.Namespace, stdout: TextIO
) -> None:
    if options.json:
        stdout.write(json.dumps(answer, indent=1) + "\n")
    elif options.junit:
        from wizard.junit import junit

        stdout.write(junit(answer, time_text(begun)))
    else:
        stdout.writelines(f"{line}\n" for line in lines(answer, diagnosis, begun))


def _accept(walk: Walk, found: Mapping[str, Verdict], stderr: TextIO) -> None:
    """Make what this run read the baseline."""
    if not any(verdict.facts for verdict in found.values()):
        stderr.write("Nothing was read: the baseline stays as it was.\n")
        return
    walk.setup.accept(found.values(), walk.clock.now())
    walk.save()
    stderr.write("Accepted: what was read is the baseline from now on.\n")


def _code(judged: list[Requirement], verdicts: list[Verdict], begun: datetime) -> Exit:
    """Return the exit code. A proof of an earlier run is shown with its date, and decides nothing today."""
    standing = {
        v.about: Standing.UNKNOWN if v.standing is Standing.VERIFIED and v.at < begun else v.standing for v in verdicts
    }
    return exit_for((standing[r.id], bool(r.proof)) for r in judged)


def _ask(
    desk: Desk, walk: Walk, wanted: list[Requirement] | None, exchange: str | None, stderr: TextIO
) -> tuple[bool, Mapping[str, Verdict]]:
    """Run the checks, or the one login with values exchanged; return whether NetSuite answered at all, and what was found."""
    aspects = None if wanted is None else [a for r in wanted for a in r.proof]

    def tell(news: Asking | Verdict) -> None:
        if isinstance(news, Asking):
            stderr.write(f"asking: {news.title}\n")
        else:
            walk.record(news)

    cancelled = threading.Event()
    try:
        if exchange:
            session = try_exchange(walk, desk.runner, exchange, tell, cancelled)
        else:
            # Whoever starts this asks, but it may be a timer: never beyond the attempts that are safe.
            walk.ask_again(insist=False)
            session = walk.session(cancelled)
            desk.runner.run(session, aspects, tell)
    except KeyboardInterrupt:
        cancelled.set()
        raise
    login = session.found.get(aspect_of(exchange) if exchange else "login.accepted")
    if login and login.standing in (Standing.VERIFIED, Standing.FAILED):
        return True, session.found
    shut = any(a.startswith("network.") and v.standing in (Standing.FAILED, Standing.UNKNOWN) for a, v in session.found.items())
    return not shut and not any(isinstance(trouble, _NO_ANSWER) for trouble in session.troubles()), session.found


def _tree(profile: Profile, named: str | None) -> Tree | None:
    if named is None:
        return None
    found = next((tree for tree in profile.troubleshoot if tree.id == named), None)
    if found is None:
        known = "; ".join(f"{tree.id} ({tree.title})" for tree in profile.troubleshoot) or "none"
        raise UsageError(f"--tree names no troubleshooting tree of this profile. There are: {known}.")
    return found


def _wanted(profile: Profile, only: list[str] | None) -> list[Requirement] | None:
    if not only:
        return None
    if not all(profile.matching((named,)) for named in only):
        raise UsageError("--only names something that is no requirement of this profile; ids look like A33.1, or A33. for all.")
    return list(profile.matching(tuple(only)))


def _opened(
    desk: Desk, options: argparse.Namespace, stdin: TextIO | None, held: contextlib.ExitStack, stderr: TextIO
) -> Walk:
    """Return the saved setup, with the values of its vault or of standard input; or one of standard input alone."""
    if options.credentials and not options.setup:
        return _walk_given(desk, options, stdin, stderr)
    walk = _walk_saved(desk, options, held, stderr)
    if options.credentials:
        given = read_given(stdin, walk.profile, None)
        if walk.setup.account != given.account.realm or given.answers:
            raise UsageError("The values are of another account than the setup, or bring answers; a saved setup has its own.")
        walk.credentials, walk.setup_token = given.credentials, given.setup_token
    else:
        _fetch(walk, options.passphrase_file, stderr)
    return walk


def _walk_given(desk: Desk, options: argparse.Namespace, stdin: TextIO | None, stderr: TextIO) -> Walk:
    """Make a walk that is never saved, from standard input."""
    from wizard.setup import Setup
    from wizard.unsaved import Given
    from wizard.walk import Walk

    if not options.profile:
        raise UsageError("--credentials needs a saved setup, or --profile NAME.")
    if options.accept:
        raise UsageError("--accept is for a saved setup: only there a baseline is kept.")
    profile = desk.profiles[options.profile]
    said = known_answers(profile, dict(_split(pair) for pair in options.answer))
    given = read_given(stdin, profile, options.account)
    setup = Setup.begin(profile.id, profile.version, profile.step[0].id, desk.clock.now())
    setup.account, setup.vault = given.account.realm, "memory"
    setup.answers = {**given.answers, **said}
    tokens: dict[Who, Credentials | None] = {"integration": given.credentials, "setup": given.setup_token}
    keeper = Given(desk.store, setup, tokens, desk.clock.now(), stderr.write)
    walk = Walk(setup, profile, keeper, desk.vaults, desk.network, desk.clock)
    walk.credentials, walk.setup_token = given.credentials, given.setup_token
    # Something may have been put right since, in the values or in NetSuite, and no page asks about it: one login each time,
    # but never the one that may lock.
    for who in tokens:
        if walk.attempts.budget(who).left(desk.clock.now()) > 1:
            walk.attempts.changed(who)
    return walk


def _split(pair: str) -> tuple[str, str]:
    name, equals, answer = pair.partition("=")
    if not equals:
        raise UsageError("--answer takes QUESTION=ANSWER.")
    return name, answer


def _walk_saved(desk: Desk, options: argparse.Namespace, held: contextlib.ExitStack, stderr: TextIO) -> Walk:
    from wizard.unsaved import Beside
    from wizard.walk import Walk

    if options.profile or options.account or options.answer:
        raise UsageError("--profile, --account and --answer go without a saved setup; it has its own.")
    setup = find_setup(desk.store, options.setup)
    try:
        held.enter_context(desk.store.hold(setup.id, desk.clock.now()))
    except SetupInUse:
        if options.accept:
            raise
        stderr.write("This setup is open in the wizard: what is found now is not saved.\n")
        opened = desk.walk(setup)
        return Walk(setup, opened.profile, Beside(desk.store, setup), desk.vaults, desk.network, desk.clock)
    return desk.walk(desk.store.load(setup.id))  # again: it may have changed until it was held


def _fetch(walk: Walk, passphrase_file: str | None, stderr: TextIO) -> None:
    """Read the values of a saved setup.

    Raises:
        VaultError: if the vault refuses, or does not hold them any more.
    """
    kept = walk.setup.kept
    if kept and kept.vault == "file":
        from wizard.unlocking import unlock

        unlock(walk.vaults.file, passphrase_file, stderr)
    walk.fetch_secrets()
    if walk.credentials is None:
        if kept and kept.durable:
            raise VaultBroken(f"The values are not in {kept.place} any more.")
        stderr.write("No values are kept for this setup: only what needs no login can be checked.\n")
