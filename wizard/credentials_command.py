"""The command credentials: where values are kept, and what can be done with them. stdout carries the answer, stderr the talk."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TextIO

from wizard.at_terminal import confirmed, there_is_one
from wizard.credentials import NAMES
from wizard.errors import ProfileError, UsageError, VaultBroken, VaultError
from wizard.exits import Exit
from wizard.headless import find_setup
from wizard.redact import one_line
from wizard.telling import SIGNS, time_text
from wizard.unlocking import make, new_passphrase, unlock
from wizard.verdict import Standing

if TYPE_CHECKING:
    from wizard.credentials import Credentials
    from wizard.desk import Desk
    from wizard.setup import Kept, Setup
    from wizard.vault.interface import VaultKind
    from wizard.walk import Walk

_REVOKE = (
    "NetSuite's token is still alive: Setup > Users/Roles > Access Tokens > the token > Revoke makes the values worthless wherever "
    "copies of them are. The setup stays."
)


def run(desk: Desk, options: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Do what was asked.

    Args:
        desk: wired by the door.
        options: parsed command line; ``what`` is a key of ``_WHAT``.
        stdout: for the answer.
        stderr: for the talk.
    """
    return _WHAT[options.what](desk, options, stdout, stderr)


def values(desk: Desk, options: argparse.Namespace, stderr: TextIO) -> Credentials:
    """Read the values of a saved setup, which may be open in the wizard meanwhile.

    Args:
        desk: wired by the door.
        options: ``setup`` and ``passphrase_file``.
        stderr: for the talk.

    Raises:
        UsageError: if there is no such setup, or nothing was kept for it.
        VaultError: if the values are gone, or cannot be read.
    """
    walk = desk.walk(find_setup(desk.store, options.setup))
    kept = _kept(walk.setup)
    _open(desk, options, stderr, kept.vault)
    walk.fetch_secrets()
    if walk.credentials is None:
        raise VaultBroken(f"The values are not in {kept.place} any more.")
    return walk.credentials


def _list(desk: Desk, options: argparse.Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    setups, unreadable = desk.store.all()
    rows = [_row(desk, setup) for setup in setups]
    if options.json:
        broken = [{"file": str(u.path), "why": u.why} for u in unreadable]
        stdout.write(json.dumps({"schema": 1, "setups": rows, "unreadable": broken}, indent=1) + "\n")
        return Exit.READY
    for row in rows:
        head = f"{row['id']:<16} {row['account'] or 'no account yet':<16} {one_line(row['profile'], 40):<12}"
        if row["kept"] is None:
            stdout.write(f"{head} none\n")
            continue
        kept = row["kept"]
        pairs = " and ".join(kept["pairs"])
        stdout.write(f"{head} {pairs} in {one_line(kept['place'], 300)}, {kept['fingerprint']}, read back {kept['read_back']}\n")
        stdout.writelines(f"  ! {one_line(note, 400)}\n" for note in row["notes"])
    for broken_file in unreadable:
        stdout.write(f"! {broken_file.why}\n")
    if not rows and not unreadable:
        stdout.write("No setups yet.\n")
    return Exit.READY


def _row(desk: Desk, setup: Setup) -> dict[str, Any]:
    row: dict[str, Any] = {"id": setup.id, "account": setup.account, "profile": setup.profile, "kept": None, "notes": []}
    if kept := setup.kept:
        row["kept"] = {
            "vault": kept.vault, "place": kept.place, "pairs": list(kept.pairs), "fingerprint": kept.fingerprint,
            "read_back": time_text(kept.at), "left_in": kept.left_in,
        }  # fmt: skip
        lost = [] if kept.durable else ["lost, unless the run that has them in its memory is still open"]
        under_way = setup.rotation if setup.rotation and setup.rotation.open else None
        rotation = [f"{under_way.says}; new or old values may lie beside these"] if under_way else []
        row["notes"] = [*lost, *rotation, *_left(desk, setup)]
    return row


def _left(desk: Desk, setup: Setup) -> list[str]:
    """Say where a copy was left behind, and what deletes it there."""
    kept = setup.kept
    if not (kept and kept.left_in):
        return []
    place, ends = desk.vaults.of(kept.left_in).place, f"credentials move {setup.id} --to {kept.vault}"
    return [f"a copy may still lie in {place}, from a move: {ends} deletes it there"]


def _show(desk: Desk, options: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    _kept(find_setup(desk.store, options.setup))
    if stdout.isatty():
        if not there_is_one():
            raise UsageError("Standard output is a terminal, and nobody there can be asked first; lead it into a pipe.")
        stderr.write(
            f"The {NAMES[options.field]} would stand on this screen, in its scrollback and in what records it, in clear.\n"
        )
        if not confirmed("show", stderr):
            stderr.write("Nothing is shown.\n")
            return Exit.FAILED
    credentials = values(desk, options, stderr)
    if options.field == "account":
        stdout.write(f"{credentials.account}\n")
        return Exit.READY
    value = credentials.value(options.field)
    if value is None:
        raise UsageError(f"The {NAMES[options.field]} is not kept yet.")
    stdout.write(f"{value.get_secret_value()}\n")
    return Exit.READY


def _move(desk: Desk, options: argparse.Namespace, _stdout: TextIO, stderr: TextIO) -> int:
    if options.to == "memory":
        raise UsageError("Nothing is moved into memory: it would be this command's, which ends at once, and the values with it.")
    with _held(desk, options) as walk:
        kept = _kept(walk.setup)
        if options.to == "file" != kept.vault:
            walk.fetch_secrets()  # nobody thinks up a passphrase for nothing
            make(desk.vaults.file, options.passphrase_file, stderr)
        else:
            _open(desk, options, stderr, kept.vault, kept.left_in)
        receipt = walk.move(options.to, lambda stage: stderr.write(f"{one_line(stage, 400)}\n"))
    stderr.write(f"The values are in {one_line(receipt.place, 400)}, read back, fingerprint {receipt.fingerprint}.\n")
    if receipt.note:
        stderr.write(f"! {receipt.note}\n")
    return Exit.FAILED if receipt.note else Exit.READY


def _delete(desk: Desk, options: argparse.Namespace, _stdout: TextIO, stderr: TextIO) -> int:
    with _held(desk, options) as walk:
        kept = _kept(walk.setup, lost=True)
        if not options.yes:
            if not there_is_one():
                raise UsageError("There is no terminal here to ask at; --yes deletes without asking.")
            stderr.write(f"{' and '.join(kept.pairs)} of {walk.setup.id} would be deleted from {one_line(kept.place, 400)}.\n")
            stderr.write("NetSuite shows them once: they cannot be brought back, only made anew.\n")
            if not confirmed("delete", stderr):
                stderr.write("Nothing is deleted.\n")
                return Exit.FAILED
        _open(desk, options, stderr, kept.vault, kept.left_in)
        walk.discard()
    if kept.durable or kept.left_in not in (None, "memory"):
        stderr.write("Deleted: nothing lies there any more, as reading shows.\n")
    if "memory" in (kept.vault, kept.left_in):  # what was read is the memory of this command, which never had them
        stderr.write("Forgotten here; a run of the wizard that is still open may have them in its memory.\n")
    stderr.write(f"{_REVOKE}\n")
    return Exit.READY


def _verify(desk: Desk, options: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    setups, unreadable = ([find_setup(desk.store, options.setup)], []) if options.setup else desk.store.all()
    if options.setup:
        _kept(setups[0], lost=True)
    codes = [Exit.FAILED for _ in unreadable]
    closed = ""
    if any(setup.kept and setup.kept.vault == "file" for setup in setups):
        try:
            _open(desk, options, stderr, "file")
        except VaultError as error:
            closed = error.message
    for setup in setups:
        standing, says = _compared(desk, setup, closed)
        codes.append(_CODES[standing])
        stdout.write(f"{SIGNS[standing]} {setup.id:<16} {one_line(says, 600)}\n")
        stdout.writelines(f"  ! {one_line(note, 400)}\n" for note in _left(desk, setup))
    for broken_file in unreadable:
        stdout.write(f"! {broken_file.why}\n")
    if not setups and not unreadable:
        stdout.write("No setups yet.\n")
    return next((code for code in (Exit.FAILED, Exit.VAULT) if code in codes), Exit.READY)


_CODES = {
    Standing.VERIFIED: Exit.READY, Standing.NOT_APPLICABLE: Exit.READY, Standing.FAILED: Exit.FAILED, Standing.UNKNOWN: Exit.VAULT,
}


def _compared(desk: Desk, setup: Setup, closed: str) -> tuple[Standing, str]:
    """Return what reading back tells.

    Args:
        desk: wired by the door.
        setup: a saved one.
        closed: why the encrypted file could not be opened.
    """
    kept = setup.kept
    if kept is None:
        return Standing.NOT_APPLICABLE, "none: no values were kept"
    if not kept.durable:
        return Standing.FAILED, "gone, unless the run that has them in its memory is still open: no other one can read that"
    try:
        if closed and kept.vault == "file":
            raise VaultError(closed)
        walk = desk.walk(setup)
        walk.fetch_secrets()
        found = walk.credentials.fingerprint if walk.credentials else None
    except (VaultError, ProfileError) as error:
        return Standing.UNKNOWN, f"cannot be read: {error.message}"
    if found is None:
        return Standing.FAILED, f"gone: nothing lies in {kept.place} any more"
    if found != kept.fingerprint:
        since = f"the last that were read back were {kept.fingerprint}, {time_text(kept.at)}; since when cannot be known"
        return Standing.FAILED, f"other values lie in {kept.place}: {found}; {since}"
    return Standing.VERIFIED, f"unchanged: {found} in {kept.place}, as read back {time_text(kept.at)}"


def _passphrase(desk: Desk, options: argparse.Namespace, _stdout: TextIO, stderr: TextIO) -> int:
    vault = desk.vaults.file
    if not vault.exists:
        raise UsageError(f"There is no encrypted file yet: {one_line(str(vault.path), 400)}.")
    unlock(vault, options.passphrase_file, stderr)
    vault.change(new_passphrase(stderr))
    stderr.write(
        "The new passphrase alone opens the encrypted file now. Older copies of the file, as in backups, open with the old one.\n"
    )
    return Exit.READY


def _env(desk: Desk, options: argparse.Namespace, _stdout: TextIO, stderr: TextIO) -> int:
    from wizard import credentials_env

    return credentials_env.run(desk, options, stderr)


def _rotate(desk: Desk, options: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    from wizard import rotation_command

    with _held(desk, options) as walk:
        _open(desk, options, stderr, _kept(walk.setup).vault)
        return rotation_command.prove(walk, desk, stdout) if options.prove else rotation_command.take(walk, desk, sys.stdin, stdout)


def _refreshed(desk: Desk, options: argparse.Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    from wizard import rotation_command

    with _held(desk, options) as walk:
        return rotation_command.refresh(walk, stdout)


_WHAT: Mapping[str, Callable[[Desk, argparse.Namespace, TextIO, TextIO], int]] = {
    "list": _list, "show": _show, "move": _move, "delete": _delete, "verify": _verify, "passphrase": _passphrase, "env": _env,
    "rotate": _rotate, "refreshed": _refreshed,
}


@contextlib.contextmanager
def _held(desk: Desk, options: argparse.Namespace) -> Iterator[Walk]:
    """Open a saved setup to change it; what is open in the wizard is refused."""
    setup = find_setup(desk.store, options.setup)
    with desk.store.hold(setup.id, desk.clock.now()):
        yield desk.walk(desk.store.load(setup.id))  # again: it may have changed until it was held


def _kept(setup: Setup, lost: bool = False) -> Kept:
    """Return where values are kept.

    Args:
        setup: a saved one.
        lost: whether values that ended with a run will do.

    Raises:
        UsageError: if there are none.
    """
    if setup.kept is None:
        raise UsageError("No values are kept for this setup.")
    if not (setup.kept.durable or setup.kept.left_in or lost):
        raise UsageError("The values are in the memory of one run of the wizard, and gone when it has ended: make new ones then.")
    return setup.kept


def _open(desk: Desk, options: argparse.Namespace, stderr: TextIO, *kinds: VaultKind | None) -> None:
    """Have the passphrase given if one of the places is the encrypted file."""
    if "file" in kinds:
        unlock(desk.vaults.file, options.passphrase_file, stderr)
