"""What can be chosen as the place for the values, in order, and what is said about each; what cannot be chosen now says why."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from wizard.errors import VaultError
from wizard.setup import Kept
from wizard.vault.interface import KIND_WORDS, StoreState, Usability, VaultKind
from wizard.vault.opening import Asks, open_with
from wizard.walk import Walk


@dataclass(frozen=True)
class Offer:
    """One line of the page."""

    id: str
    """A kind of vault; or ``left``, ``take_left``, ``set_aside``, ``give_up``."""
    title: str
    """What is offered."""
    word: str
    """How things stand with it."""
    says: str
    """What it means, what is the matter, what a person can do."""
    asks: Asks = ""
    """What has to be typed first."""
    refused: bool = False
    """It cannot be chosen now; ``says`` tells why."""


_LOGIN = "the login password of this account on this machine"
UNLOCK = (
    f"Its password is {_LOGIN}; after an administrator changed that, the older one. It goes to the keyring alone, over D-Bus, "
    "and is kept nowhere."
)
CREATE = (
    f"A keyring is made with a password of yours, best {_LOGIN}: logins that know the password can then open it. It is "
    "typed twice and kept nowhere."
)
FILE = (
    "For machines without a desktop. The passphrase is asked once per run of this program and kept nowhere. A lost passphrase "
    "means new values in NetSuite: nobody can open the file without it."
)
MEMORY = (
    "Nothing is written. The values end with this program, or when the line drops. NetSuite shows them once: afterwards new "
    "ones have to be made there. Hand them over before you leave."
)

_FILE: Mapping[Usability, tuple[str, str, Asks]] = {
    Usability.NO_FILE: ("Encrypted file: make it here", "opens with a passphrase", "new"),
    Usability.NO_PASSPHRASE: ("Encrypted file: open it", "its passphrase, once per run", "open"),
    Usability.WRONG_PASSPHRASE: ("Encrypted file: open it", "its passphrase was changed", "open"),
    Usability.OK: ("Encrypted file", "open until this program ends", ""),
}
"""By verdict: title, word, what has to be typed; with any other one it cannot be used."""

_KEYRING_TITLES: Mapping[str, tuple[str, str]] = {
    "unlock": ("OS keyring: unlock it here", "locked"),
    "create": ("OS keyring: make its first one here", "there is none yet"),
    "": ("OS keyring", "cannot be used now"),
}


@dataclass(frozen=True)
class Found:
    """What the probes said; nothing before they answered."""

    keyring: StoreState | None = None
    """Of the OS keyring."""
    file: StoreState | None = None
    """Of the encrypted file."""


def look(walk: Walk) -> Found:
    """Try the keyring and the file, and read the values if they can be read; blocks.

    Args:
        walk: the open setup.
    """
    found = Found(walk.vaults.keyring.probe(), walk.vaults.file.probe())
    with contextlib.suppress(VaultError):  # the line of the place that holds them says that it is closed
        walk.fetch_secrets()
    return found


def opened(walk: Walk, found: Found, asks: Asks, typed: str) -> tuple[StoreState, Found]:
    """Open a place, or make it; blocks.

    Args:
        walk: the open setup.
        found: what the probes said before.
        asks: what was typed.
        typed: as typed.

    Returns:
        How it ended, and how things stand now.
    """
    keyring = asks in ("unlock", "create")
    state = open_with(walk.vaults, asks, typed)
    now = state
    if state.usability is not Usability.OK:  # another run may have made or opened it meanwhile
        now = walk.vaults.keyring.probe() if keyring else walk.vaults.file.probe()
    return state, replace(found, keyring=now) if keyring else replace(found, file=now)


def offers(walk: Walk, found: Found) -> list[Offer]:
    """Return what is offered: the OS keyring, the encrypted file, memory; then what is left to clear up.

    Args:
        walk: the open setup.
        found: what the probes said.
    """
    kept = walk.setup.kept if not walk.secrets_lost else None
    places = [_as_it_stands(offer, walk, kept) for offer in (_keyring(found.keyring), _file(walk, found.file), _memory())]
    return [*places, *_left(walk), *_lost(walk, kept, found)]


def _keyring(state: StoreState | None) -> Offer:
    if state is None:
        return Offer("keyring", "OS keyring", "not tried yet", "It is tried with a disposable value. F5 tries again.", refused=True)
    if state.usability is Usability.OK:
        says = f"{state.says} It is the {state.backend}. While it is unlocked, every program of this account can read it."
        return Offer("keyring", "OS keyring", "works here", says)
    asks: Asks = "unlock" if state.opens_by == "unlock" else "create" if state.opens_by == "create" else ""
    says = f"{state.says} {UNLOCK if asks == 'unlock' else CREATE if asks else state.way_out + ' F5 tries again.'}"
    return Offer("keyring", *_KEYRING_TITLES[asks], says, asks, refused=not asks)


def _file(walk: Walk, state: StoreState | None) -> Offer:
    file = walk.vaults.file
    seems = Usability.OK if file.opened else Usability.NO_PASSPHRASE if file.exists else Usability.NO_FILE
    verdict = state.usability if state else seems
    if state and verdict not in _FILE:
        says = f"{state.says} {state.way_out} F5 tries again. It is {file.place}."
        return Offer("file", "Encrypted file", "cannot be used now", says, refused=True)
    title, word, asks = _FILE[verdict]
    return Offer("file", title, word, f"It is {file.place.removeprefix('the encrypted file ')}. {FILE}", asks)


def _memory() -> Offer:
    return Offer("memory", "Memory only, for this run", "ends with this program", MEMORY)


def _as_it_stands(offer: Offer, walk: Walk, kept: Kept | None) -> Offer:
    """Return an offer with what the values that are kept already mean for it."""
    if kept is None:
        return replace(offer, word="chosen") if offer.id == walk.setup.vault and not offer.asks and not offer.refused else offer
    if offer.id == kept.vault:
        if walk.credentials is None and offer.id == "file" and (walk.vaults.file.opened or not walk.vaults.file.exists):
            return replace(offer, word="the values are not there any more")
        return replace(offer, word=f"the values are here{', closed' if offer.asks or offer.refused else ''}")
    if walk.credentials is None:
        why = f"The values are in {kept.place}, which could not be read. They are moved from there, so it has to be opened first."
        return replace(offer, word="not now", says=why, asks="", refused=True)
    return offer


def _left(walk: Walk) -> Iterator[Offer]:
    kept = walk.setup.kept
    if not (kept and kept.left_in and kept.left_behind):
        return
    asks: Asks = "open" if kept.left_in == "file" and walk.vaults.file.exists and not walk.vaults.file.opened else ""
    where = KIND_WORDS[kept.left_in]
    if walk.secrets_lost:
        says = f"The values in memory ended with that run. If a whole copy is still in {where}, this setup goes on with it."
        yield Offer("take_left", f"Go on with the copy in {where}", "left behind", says, asks)
    else:
        says = f"The values were moved to {kept.place}. They are read there; then the copy in {where} is deleted, if it is there."
        yield Offer("left", f"Delete the copy in {where}", "left behind", says, asks)


def _lost(walk: Walk, kept: Kept | None, found: Found) -> Iterator[Offer]:
    if walk.vaults.file.exists and not walk.vaults.file.opened:
        says = (
            "For a lost passphrase, or a file that is damaged. The file gets another name, nothing in it is changed or deleted. "
            "Every setup whose values are in it needs new ones from NetSuite; revoke the old ones there."
        )
        yield Offer("set_aside", "Begin a new encrypted file", "when the old one is lost", says)
    file = walk.vaults.file
    tried = found.keyring is not None if kept and kept.vault == "keyring" else file.opened or not file.exists
    if kept and kept.durable and walk.credentials is None and tried:
        says = (
            f"For {KIND_WORDS[kept.vault]} that nobody can open any more, or that has lost them. This setup forgets that it had "
            "values; nothing is deleted. New ones have to be made in NetSuite; revoke the old ones there."
        )
        if walk.setup.rotation and walk.setup.rotation.open:
            says += " The rotation that is open is forgotten as well."
        yield Offer("give_up", "Go on with new values", "when the old ones are lost", says)


def moving(kept: Kept, kind: VaultKind) -> str:
    """Return what a move means, as a question before it.

    Args:
        kept: where the values are.
        kind: where they shall go.
    """
    question = (
        f"The values are in {kept.place}. They are written to {KIND_WORDS[kind]}, read back there by another process, and only "
        "then deleted where they are now."
    )
    return f"{question}\n\n{MEMORY}" if kind == "memory" else question
