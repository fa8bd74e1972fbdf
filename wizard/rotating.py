"""Rotation of the values of an open setup: each stage on a person's word, for screens and commands alike.

The vault holds up to three entries meanwhile: the values in use, those entered and not yet proven (``-new``: NetSuite shows
them once), and those replaced and not yet proven dead (``-old``). Whatever is moved is written and read back in its new
place before it leaves the old one, so an end anywhere leaves both sets known; ``resume`` finishes what was half done.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from wizard.credentials import NAMES, PAIRS, VALUES, fingerprint, set_problem
from wizard.errors import CredentialError, VaultBroken, VaultError, WouldReplace
from wizard.rotation import DEAD, REPLACED, Kind, Marks, Rotation
from wizard.verdict import Standing, Verdict

if TYPE_CHECKING:
    from wizard.check import Report, Runner, Session
    from wizard.credentials import Credentials, Pair
    from wizard.vault.interface import Receipt
    from wizard.walk import Walk

Side = Literal["new", "old"]
"""The values that come, and those that go; also what the name of their entry ends in while they are not in use."""

BOUND: Mapping[str, str] = {"token.user": "user", "token.role": "role", "token.application": "application"}
"""Aspects, and the facts read with them, that have to be as before; the company is the account whose own host is asked."""

LIVE = ("login.accepted", *BOUND)
"""What is asked with the new values: one login, and what it is bound to."""

_OTHER: Mapping[Side, Side] = {"new": "old", "old": "new"}


# --- what is known


def _rotation(walk: Walk) -> Rotation:
    rotation = walk.setup.rotation
    if rotation is None or not rotation.open:
        raise VaultError("No rotation is open for this setup.")
    if walk.secrets_lost:
        raise VaultBroken("The values were kept in memory only and ended with that program: there is nothing left to rotate.")
    return rotation


def _note(walk: Walk, **changed: object) -> Rotation:
    """Change the open rotation and write the setup."""
    rotation = _rotation(walk).model_copy(update=changed)
    walk.setup.rotation = rotation
    walk.save()
    return rotation


def _name(walk: Walk, side: Side | None) -> str:
    return f"{walk.vault_name}-{side}" if side else walk.vault_name


def _load(walk: Walk, side: Side | None = None, whole: bool = True) -> Credentials | None:
    """Return what an entry holds; None too when it is no whole set, for then it can neither replace nor be replaced."""
    assert walk.setup.account, "a setup with values has an account"
    values = walk.vault.load(walk.setup.account, _name(walk, side))
    return values if values and (values.complete or not whole) else None


def _delete(walk: Walk, side: Side) -> None:
    assert walk.setup.account, "a setup with values has an account"
    walk.vault.delete(walk.setup.account, _name(walk, side))


def _in_use(walk: Walk) -> Credentials:
    values = _load(walk)
    if values is None:
        first = "cancel this rotation, then enter them" if walk.setup.rotation and walk.setup.rotation.open else "enter them first"
        raise VaultBroken(f"The vault does not hold all five values of this setup any more: {first}.")
    return values


# --- 1 and 2: begin, enter


def begin(walk: Walk, kind: Kind, replace: bool = False) -> None:
    """Begin a rotation; nothing is changed in NetSuite or in the vault.

    Args:
        walk: whose values.
        kind: what is replaced.
        replace: the person agreed to delete values that another rotation left behind.

    Raises:
        WouldReplace: if there are such values and nobody agreed.
        VaultError: if one is open already, a copy may lie elsewhere, or the values cannot be read.
    """
    if walk.setup.rotation and walk.setup.rotation.open:
        raise VaultError("A rotation is open already.")
    if walk.secrets_lost or walk.setup.kept is None:
        raise VaultBroken("There are no values to rotate: this setup keeps none.")
    walk.no_copy_left()  # moving again, which deletes it, waits for the end of a rotation
    old = Marks.of(_in_use(walk))
    sides: tuple[Side, ...] = ("new", "old")
    for side in sides:
        there = _load(walk, side, whole=False)
        if there and not replace:
            raise WouldReplace(side, there.fingerprint)
        if there:
            _delete(walk, side)
    walk.setup.rotation = Rotation(kind=kind, old=old, begun=walk.clock.now())
    walk.save()


def enter(walk: Walk, which: str, pair: Pair) -> Receipt:
    """Store a new pair beside the values in use and have it read back; those in use are not touched. Blocks.

    Args:
        walk: whose values.
        which: a pair that is replaced.
        pair: cleaned.

    Raises:
        CredentialError: if it is the pair in use, or cannot be one of these values.
        VaultError: if the vault did not keep it, or nobody can tell.
    """
    rotation = _rotation(walk)
    if which not in REPLACED[rotation.kind] or rotation.stored:
        raise CredentialError(f"The {which} pair is not to be entered now.")
    here = _in_use(walk)
    if here.fingerprint != rotation.old.whole:
        raise VaultBroken("The vault holds other values by now than those that were to be replaced. Cancel this rotation.")
    values = (_load(walk, "new") or here).with_pair(which, pair)
    if problem := _problem(values, here, which):
        raise CredentialError(problem)
    receipt = walk.vault.save(values, _name(walk, "new"))
    _note_entered(walk, values)
    walk.attempts.changed("integration")
    return receipt


def _problem(values: Credentials, here: Credentials, which: str) -> str | None:
    """Say why what was entered cannot be the new values, without a request."""
    in_use = {fingerprint(v.get_secret_value()): field for field in VALUES if (v := here.value(field))}
    for field in PAIRS[which]:
        value = values.value(field)
        if value and in_use.get(fingerprint(value.get_secret_value())) == field:
            return f"{NAMES[field]} is the one in use: enter what NetSuite shows after you made it anew."
    return set_problem(values, in_use)


def _note_entered(walk: Walk, values: Credentials | None) -> None:
    new = Marks.of(values) if values else None
    whole = new is not None and not _rotation(walk).model_copy(update={"new": new}).missing
    _note(walk, new=new, entered=walk.clock.now() if whole else None, verified=None, same=())


def enter_again(walk: Walk) -> None:
    """Drop what was entered, so that it is entered again; the values in use are not touched. Blocks.

    Args:
        walk: whose values.

    Raises:
        VaultError: if they are in use, or cannot be deleted.
    """
    if _rotation(walk).stored:
        raise VaultError("The new values are in use: go back to the old ones first.")
    _delete(walk, "new")
    _note_entered(walk, None)


# --- 3: verify


def verify_new(walk: Walk, runner: Runner, report: Report, cancelled: threading.Event) -> Session:
    """Log in once with the new values and see what they are bound to; the values in use and what was found stay.

    Args:
        walk: whose values.
        runner: asks.
        report: called as things happen; what it gets is about the new values, so it is not recorded yet.
        cancelled: set when the person does not want to wait.

    Raises:
        VaultError: if the new values cannot be read.
    """
    rotation = _rotation(walk)
    new = _load(walk, "new")
    if rotation.entered is None or new is None:
        raise VaultBroken("The new values are not in the vault: enter them first.")
    walk.attempts.changed("integration")
    session = walk.session(cancelled, candidate=new)
    try:
        runner.run(session, LIVE, report)
    finally:
        walk.attempts.changed("integration")  # what was refused are not the values in use
    accepted = session.found.get("login.accepted")
    if not cancelled.is_set() and accepted and accepted.standing is Standing.VERIFIED and not differs(walk, session.found):
        same = tuple(word for about, word in BOUND.items() if _is(session.found, about, Standing.VERIFIED))
        _note(walk, verified=walk.clock.now(), same=same)
    return session


def differs(walk: Walk, found: Mapping[str, Verdict]) -> str | None:
    """Say what the new values are bound to otherwise than before; None if nothing shows that.

    Args:
        walk: whose baseline and verdicts tell what was before.
        found: of the run with the new values.
    """
    before = {name: fact.value for name, fact in walk.setup.baseline.facts.items()} if walk.setup.baseline else {}
    before |= {name: value for verdict in walk.setup.found.values() for name, value in verdict.facts.items()}
    for about, word in BOUND.items():
        verdict = found.get(about)
        now = verdict.facts.get(about) if verdict else None
        if verdict and verdict.standing is Standing.FAILED:
            return f"another {word}: {verdict.says}"
        if now and before.get(about) and now != before[about]:
            return f"another {word}: {now}, not {before[about]}"
    return None


def _is(found: Mapping[str, Verdict], about: str, standing: Standing) -> bool:
    return about in found and found[about].standing is standing


# --- 4: store, or go back


def store(walk: Walk, found: Iterable[Verdict] = ()) -> Receipt:
    """Take the verified values into use and keep the old ones beside them; blocks.

    Args:
        walk: whose values.
        found: verdicts of the login with the new values, if this run has them.

    Raises:
        VaultError: if they were not verified, or the vault did not keep what it was given.
    """
    if _rotation(walk).verified is None:
        raise VaultError("The new values are not verified yet.")
    receipt = _put_in_use(walk, "new")
    read = tuple(found)
    for verdict in read:
        walk.record(verdict)
    if walk.setup.baseline:
        walk.setup.accept(read, walk.clock.now())
    walk.save()
    return receipt


def go_back(walk: Walk) -> Receipt:
    """Take the old values into use again and keep the new ones beside them; blocks.

    Where neither are in the vault any more, there is nothing to go back to and nothing to lose: the rotation is forgotten.

    Args:
        walk: whose values.

    Raises:
        VaultError: if the old ones are dead or gone, or the vault did not keep what it was given.
    """
    if not _rotation(walk).can_go_back:
        raise VaultError("There is no way back: the old values are dead, or they are in use.")
    here = _load(walk)
    if not (_old_there(walk) or _is_old(walk, here)):
        if here:
            raise VaultBroken("The old values are not in the vault any more; those in use stay. Nothing was changed.")
        cancel(walk)
        raise VaultBroken("Neither the new nor the old values are in the vault any more: the rotation is over. Enter both anew.")
    _note(walk, going_back=True)  # not before they were seen: whoever finds this note has to find them too
    return _put_in_use(walk, "old")


def _is_old(walk: Walk, values: Credentials | None) -> bool:
    return values is not None and values.fingerprint == _rotation(walk).old.whole


def _old_there(walk: Walk) -> bool:
    return _is_old(walk, _load(walk, "old"))


def _put_in_use(walk: Walk, side: Side) -> Receipt:
    """Exchange the values in use; may be begun again after an end anywhere."""
    rotation, here, other = _rotation(walk), _load(walk), _OTHER[side]
    whole = {"new": rotation.new.whole if rotation.new else "", "old": rotation.old.whole}
    values: Credentials | None = here
    if here is None or here.fingerprint == whole[other]:
        values = _load(walk, side)
        if values is None or values.fingerprint != whole[side]:
            rest = "are still in use" if here else "are gone too"
            raise VaultBroken(f"The {side} values are not in the vault any more; the {other} ones {rest}.")
        if here:
            walk.vault.save(here, _name(walk, other))
    elif here.fingerprint != whole[side]:
        raise VaultBroken("The vault holds other values by now than this rotation knows. Nothing was changed.")
    assert values is not None, "they are here, or were read"
    receipt = walk.vault.save(values, _name(walk, None))
    _delete(walk, side)
    now = walk.clock.now()
    after = {"stored": now, "revoked": now if rotation.kind == "consumer" else None}
    back: dict[str, object] = {"stored": None, "handed_over": None, "works": None, "going_back": False}
    if side == "old" and _load(walk, "new") is None:  # they are gone: nothing is there to be taken into use again
        back |= {"new": None, "entered": None, "verified": None, "same": ()}
    walk.setup.rotation = rotation.model_copy(update=after if side == "new" else back)
    if walk.setup_token:
        walk.setup_token = dataclasses.replace(walk.setup_token, consumer=values.consumer)
    walk.now_kept(values, receipt)
    return receipt


# --- 5, 6 and 7: the vendor, by a person's word; the old token's end


def attest(walk: Walk, stage: Literal["handed_over", "works", "revoked"], yes: bool = True) -> None:
    """Keep, or take back, a person's word about a stage.

    Args:
        walk: whose rotation.
        stage: which.
        yes: False takes it back.
    """
    _note(walk, **{stage: walk.clock.now() if yes else None})


def replaced_values(walk: Walk) -> Credentials:
    """Return the values that are to be dead: the old pair beside what is alive, so that nothing else can be refused.

    Args:
        walk: whose values.

    Raises:
        VaultError: if they cannot be read.
    """
    here, old = _in_use(walk), _load(walk, "old")
    if old is None:
        raise VaultBroken("The old values are not in the vault any more: nothing can be proven about them.")
    which = REPLACED[_rotation(walk).kind][0]
    return here.with_pair(which, old.pair(which))


def revoke_here(walk: Walk, cancelled: threading.Event) -> None:
    """Revoke the old token through NetSuite's revoke endpoint, signed with itself; nothing else is changed there.

    Args:
        walk: whose old token.
        cancelled: set when the person does not want to wait.

    Raises:
        VaultError: if the old values cannot be read.
        NetSuiteError: if NetSuite does not do it.
    """
    client = walk.session(cancelled, replaced=replaced_values(walk)).replaced
    assert client is not None, "the values are complete"
    try:
        client.revoke_token()
    finally:
        walk.attempts.changed("integration")  # what may have been refused are not the values in use
    if client.revoked_by:
        answer = client.evidence("revoke", client.revoked_by)
        _note(walk, revoked=walk.clock.now(), revoked_here=True, evidence=(answer,))


# --- 8: prove it dead; the end


def prove_dead(walk: Walk, runner: Runner, report: Report, cancelled: threading.Event) -> Session:
    """Log in with the values in use, and if that is accepted, make the one call with the old ones that must be refused.

    Args:
        walk: whose old values.
        runner: asks.
        report: called as things happen.
        cancelled: set when the person does not want to wait.

    Raises:
        VaultError: if the values cannot be read, or the dead ones cannot be deleted.
    """
    walk.fetch_secrets()
    session = walk.session(cancelled, replaced=replaced_values(walk))
    try:
        runner.run(session, (DEAD,), report)
    finally:
        walk.attempts.changed("integration")  # what was refused are not the values in use
    verdict = session.found.get(DEAD)
    if verdict and verdict.standing is Standing.VERIFIED:
        _note(walk, proven=walk.clock.now(), evidence=(*_rotation(walk).evidence, *verdict.evidence))
        close(walk)
    elif verdict and verdict.standing is Standing.FAILED and _rotation(walk).kind != "consumer":
        _note(walk, revoked=None, revoked_here=False, evidence=())
    return session


def close(walk: Walk) -> None:
    """Delete the old values here and end the rotation: after the proof, or on a person's word without one.

    Args:
        walk: whose rotation.

    Raises:
        VaultError: if they are still needed, or cannot be deleted.
    """
    if _rotation(walk).revoked is None:
        raise VaultError("The old token is not revoked: its values are still the way back.")
    _delete(walk, "old")
    _note(walk, closed=walk.clock.now())


def cancel(walk: Walk) -> None:
    """Drop what was entered and forget the rotation; a token that was made lives in NetSuite until it is revoked there.

    Where the values in use are gone from the vault, the old ones that lie beside them take their place first.

    Args:
        walk: whose rotation.

    Raises:
        VaultError: if the new values are in use, or cannot be deleted.
    """
    if not walk.secrets_lost:
        rotation, here = _rotation(walk), _load(walk)
        new = rotation.new.whole if rotation.new else ""
        if here and (rotation.stored or rotation.going_back or here.fingerprint == new):
            raise VaultError("The new values are in use: go back to the old ones first.")
        if here is None and (old := _load(walk, "old")) and _is_old(walk, old):
            walk.now_kept(old, walk.vault.save(old, _name(walk, None)))
        _delete(walk, "old")  # a copy of those in use, where a run ended while it took the new ones into use
        _delete(walk, "new")
    walk.setup.rotation = None
    walk.save()


def resume(walk: Walk) -> None:
    """Finish what a run left half done when it ended, and see which new values the vault holds; blocks.

    Args:
        walk: just opened.

    Raises:
        VaultError: if the vault cannot be used.
    """
    rotation = walk.setup.rotation
    if rotation is None or not rotation.open or walk.secrets_lost:
        return
    here = _load(walk)
    new_in_use = here is not None and rotation.new is not None and here.fingerprint == rotation.new.whole
    if rotation.going_back and new_in_use and not _old_there(walk):
        _note(walk, going_back=False)  # there is nothing to go back to any more
    elif rotation.going_back:
        _put_in_use(walk, "old")
    elif rotation.proven:
        close(walk)
    elif rotation.stored is None and new_in_use:
        _put_in_use(walk, "new")
    elif rotation.stored is None:
        new = _load(walk, "new")
        if (Marks.of(new) if new else None) != rotation.new:
            _note_entered(walk, new)
