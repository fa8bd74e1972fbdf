"""The keyring's daemon killed while a set is saved: the set found afterwards is whole, and is the one that was said to be there."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import pytest
from keyring.backends.SecretService import Keyring
from secret_service import SecretService, ended, until
from vault_values import PROFILE, SERVICE, fresh

from wizard.credentials import Credentials
from wizard.errors import VaultError
from wizard.vault.gnome import unlock
from wizard.vault.interface import USER
from wizard.vault.os_keyring import OsKeyring

pytestmark = pytest.mark.secretservice

ROUNDS = 60
SAID: dict[str, Callable[[str, str], set[str]]] = {
    "The values are kept": lambda older, newer: {newer},
    "Nothing was changed": lambda older, newer: {older},
    "the older ones are still there": lambda older, newer: {older},
    "the older ones were lost and put back": lambda older, newer: {older},
    "It is unknown whether the values were kept": lambda older, newer: {older, newer},
}
"""What a save says, and what may be found then."""


def saved(vault: OsKeyring, credentials: Credentials) -> str:
    """Save, and return what it said."""
    try:
        vault.save(credentials, PROFILE)
    except VaultError as error:
        return next((words for words in SAID if words in error.message), error.message)
    return "The values are kept"


def found(password: str) -> str | None:
    """Open the keyring of the daemon that runs now, and read past the program."""
    keyring = Keyring()
    unlock(keyring, password)
    return keyring.get_password(SERVICE, USER)


def end(pid: int) -> None:
    """Kill the daemon."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def test_a_killed_daemon_leaves_one_whole_set_and_no_wrong_word(
    service: SecretService, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.SecretService.Keyring")  # spares every child the choice
    service.start()
    service.unlock()
    vault, older = OsKeyring(30), fresh()
    begun = time.monotonic()
    vault.save(older, PROFILE)
    lasts = time.monotonic() - begun  # the rounds go through the whole of it, in equal steps
    lies, mixed, lost, outcomes = [], 0, 0, Counter[str]()
    for number in range(ROUNDS):
        newer, pid = fresh(), service.daemon()
        killer = threading.Timer(lasts * number / ROUNDS, end, (pid,))
        killer.start()
        said = saved(vault, newer)
        killer.join()
        end(pid)
        until(lambda pid=pid: ended(pid))  # or the bus still hands calls to it
        there = found(service.password)
        whole = {older.to_stored(): older, newer.to_stored(): newer}
        mixed += there not in whole
        lost += said == "The values are kept" and there != newer.to_stored()
        if there not in SAID.get(said, lambda older, newer: set())(older.to_stored(), newer.to_stored()):
            lies.append(said)
        outcomes[f"{said}; found: {'the new set' if there == newer.to_stored() else 'the old set'}"] += 1
        older = whole.get(there or "", older)
    rows = [f"{count:>3}  {outcome}" for outcome, count in outcomes.most_common()]
    table = "\n".join([*rows, f"{ROUNDS} rounds: {mixed} mixed sets, {lost} acknowledged losses, {len(lies)} wrong reports"])
    record_property("table", table)
    assert (mixed, lost, lies) == (0, 0, []), table
