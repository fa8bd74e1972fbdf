"""``credentials rotate`` and ``credentials refreshed`` without a terminal program. stdout carries the answer, stderr the talk."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TextIO

from wizard import rotating
from wizard.errors import UsageError
from wizard.exits import Exit
from wizard.refreshing import lines, refreshed
from wizard.rotation import DEAD, Kind
from wizard.standard_input import read_pairs
from wizard.verdict import Standing

if TYPE_CHECKING:
    from wizard.desk import Desk
    from wizard.rotation import Rotation
    from wizard.walk import Walk

_KINDS: dict[frozenset[str], Kind] = {
    frozenset({"token"}): "token", frozenset({"consumer"}): "consumer", frozenset({"token", "consumer"}): "both",
}  # fmt: skip


def take(walk: Walk, desk: Desk, stdin: TextIO | None, stdout: TextIO) -> int:
    """Read new pairs, verify them live, take them into use, and say what is left.

    Args:
        walk: held by the caller.
        desk: wired by the door.
        stdin: one JSON object with the new pair or pairs.
        stdout: for the answer.

    Returns:
        4 when they are in use and the vendor's part is left; 1 when NetSuite refused them.
    """
    pairs = read_pairs(stdin)
    kind = _KINDS[frozenset(pairs)]
    rotating.resume(walk)
    rotation = walk.setup.rotation
    if rotation is None or not rotation.open:
        rotating.begin(walk, kind)
    elif rotation.kind != kind or rotation.stored:
        raise UsageError(f"Another {rotation.says}.")
    for which, pair in pairs.items():
        rotating.enter(walk, which, pair)
    found = rotating.verify_new(walk, desk.runner, lambda _: None, threading.Event()).found
    if _open(walk).verified is None:
        login = found.get("login.accepted")
        why = rotating.differs(walk, found) or (login.says if login else "nothing was asked")
        stdout.write(f"Not taken into use: {why}. They are kept beside the values in use, which stay.\n")
        return Exit.FAILED
    receipt = rotating.store(walk, found.values())
    stdout.write(f"In use, in {receipt.place}, read back, fingerprint {receipt.fingerprint}. The old ones are kept beside them.\n")
    stdout.write(f"{_open(walk).says}. Then: credentials rotate {walk.setup.id} --prove\n")
    return Exit.UNDECIDED


def prove(walk: Walk, desk: Desk, stdout: TextIO) -> int:
    """Make the one call with the old values that must be refused, and end the rotation if it is.

    Args:
        walk: held by the caller, whose old token a person has revoked.
        desk: wired by the door.
        stdout: for the answer.

    Returns:
        0 when they are dead, 1 when they still log in, 4 when nobody can tell.
    """
    rotating.resume(walk)
    if _open(walk).stored is None:
        raise UsageError("The new values are not in use yet: the old ones are needed.")
    if _open(walk).revoked is None:
        rotating.attest(walk, "revoked")
    verdict = rotating.prove_dead(walk, desk.runner, lambda _: None, threading.Event()).found.get(DEAD)
    standing = verdict.standing if verdict else Standing.UNKNOWN
    stdout.write(f"The old values: {verdict.says if verdict else 'nothing was asked'}.\n")
    return {Standing.VERIFIED: Exit.READY, Standing.FAILED: Exit.FAILED}.get(standing, Exit.UNDECIDED)


def refresh(walk: Walk, stdout: TextIO) -> int:
    """Say what a refresh of the sandbox did, and drop what rested on it.

    Args:
        walk: held by the caller.
        stdout: for the answer.
    """
    step = refreshed(walk)
    stdout.writelines(f"{line}\n" for line in lines())
    stdout.write(f"Next: step {step} of the wizard. What was found there before is dropped; values are kept.\n")
    return Exit.UNDECIDED


def _open(walk: Walk) -> Rotation:
    if walk.setup.rotation is None or not walk.setup.rotation.open:
        raise UsageError("No rotation is open for this setup.")
    return walk.setup.rotation
