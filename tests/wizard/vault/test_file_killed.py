"""The encrypted file and kill -9: whatever was said to be kept is there, whole, and nothing is left lying about."""

from __future__ import annotations

import itertools
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from file_writer import Writers, cheap_file, numbered, value
from pydantic import SecretStr
from secret_service import keyring_children, until
from vault_values import PROFILE, REALM, SERVICE, fresh

from wizard.credentials import Credentials
from wizard.errors import VaultError
from wizard.vault.encrypted_file import EncryptedFileKeyring
from wizard.vault.file_vault import EncryptedFile
from wizard.vault.passphrase import generated

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 and fork, as on POSIX")

ROUNDS = 150
PASSPHRASE = generated().get_secret_value()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "vault.json"


@pytest.fixture
def backend(path: Path) -> EncryptedFileKeyring:
    return cheap_file(path, PASSPHRASE, {"another": {"entry": "stays"}, SERVICE: {"tba": value(0)}})


@pytest.fixture
def writers(path: Path, backend: EncryptedFileKeyring) -> Iterator[Writers]:
    begun = Writers(path, PASSPHRASE)
    yield begun
    begun.end()


def left(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.parent.iterdir() if entry.name not in (path.name, f"{path.name}.lock"))


def number_of(found: str | None) -> int:
    """Return which value a whole one is."""
    assert found, "the value is lost"
    number = int(found[:8])
    assert found == value(number), "parts of two values are mixed"
    return number


def test_150_kills_during_writes_lose_nothing(
    writers: Writers, backend: EncryptedFileKeyring, path: Path, record_property: pytest.RecordProperty
) -> None:
    begun = time.monotonic()
    writers.order("many sample 20")
    assert list(writers.rest()) == ["kept"]
    takes = (time.monotonic() - begun) / 20
    moments = random.Random(3)
    kept, later, left_behind = 0, 0, 0
    for _ in range(ROUNDS):
        writer = writers.order(f"on {kept + 1}")
        time.sleep(moments.uniform(0, 3 * takes))  # any moment will do
        os.kill(writer, signal.SIGKILL)
        said = [int(line.split()[1]) for line in writers.rest()]
        acknowledged = max([kept, *said])
        number = number_of(backend.get_password(SERVICE, "tba"))
        assert number in (acknowledged, acknowledged + 1)
        later += number > acknowledged  # in its place, and the writer had no time to say so
        left_behind += bool(left(path))
        assert backend.get_password("another", "entry") == "stays"
        backend.set_password("another", "entry", "stays")
        assert left(path) == []
        kept = number
    assert kept, "no writer wrote anything: the test proves nothing"
    record_property(
        "table",
        f"encrypted file, kill -9 at any moment of a write: {ROUNDS} rounds, {kept} values written, 0 lost, 0 mixed; a temporary file "
        f"was left in {left_behind} rounds (gone after the next write in all); written and not acknowledged in {later}",
    )


def test_a_kill_before_every_call_of_the_system_loses_nothing(
    writers: Writers, backend: EncryptedFileKeyring, path: Path, record_property: pytest.RecordProperty
) -> None:
    found, left_behind = [], 0
    for step in range(1000):
        writers.order(f"stop {step} 1")
        finished = list(writers.rest()) == ["kept"]
        found.append(number_of(backend.get_password(SERVICE, "tba")))
        left_behind += bool(left(path))
        assert backend.get_password("another", "entry") == "stays"
        backend.set_password(SERVICE, "tba", value(0))
        assert left(path) == []
        if finished:
            break
    assert finished and left_behind, "no kill met the write itself: the test proves nothing"
    assert found == sorted(found) and found[-1] == 1  # one moment, before which the old value is there, and the new one after
    record_property(
        "table", f"encrypted file, kill -9 before each call of the system in a write: {step} places, 0 lost, 0 mixed, temporary file left in {left_behind}"
    )


def test_two_writers_at_once_lose_nothing(
    path: Path, writers: Writers, backend: EncryptedFileKeyring, record_property: pytest.RecordProperty
) -> None:
    each = 60
    other = Writers(path, PASSPHRASE)
    try:
        for name, those in (("one", writers), ("two", other)):
            those.order(f"many {name} {each}")
        assert [list(those.rest()) for those in (writers, other)] == [["kept"], ["kept"]]
    finally:
        other.end()
    entries = {(name, n): backend.get_password(SERVICE, f"{name}-{n}") for name in ("one", "two") for n in range(each)}
    assert all(found == value(n) for (_, n), found in entries.items())
    assert number_of(backend.get_password(SERVICE, "tba")) == 0 and left(path) == []
    record_property("table", f"encrypted file, two programs writing at once: {len(entries)} of {2 * each} entries there")


# --- a whole save: three child processes


def test_a_program_killed_with_its_children_during_a_save_keeps_one_whole_set(
    writers: Writers, backend: EncryptedFileKeyring, path: Path, record_property: pytest.RecordProperty
) -> None:
    vault = opened(path)
    begun = time.monotonic()
    vault.save(numbered(0), PROFILE)
    takes = time.monotonic() - begun
    moments, rounds, kept = random.Random(5), 8, 0
    for _ in range(rounds):
        writer = writers.order(f"save {kept + 1}")
        time.sleep(moments.uniform(0, 1.6 * takes))
        os.kill(writer, signal.SIGSTOP)  # so that it begins no child between the look and the kill
        children = keyring_children(writer)
        for process in (*children, writer):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        until(lambda those=children: not any(Path(f"/proc/{child}").exists() for child in those))
        acknowledged = max([kept, *(int(line.split()[1]) for line in writers.rest())])
        found = Credentials.from_stored(backend.get_password(SERVICE, "tba") or "")
        kept = next(n for n in (acknowledged, acknowledged + 1) if numbered(n) == found)
        backend.set_password("another", "entry", "stays")
        assert left(path) == []
    record_property("table", f"encrypted file, program and children killed during a save: {rounds} rounds, {kept} sets kept, 0 lost, 0 mixed")


def test_children_killed_during_a_save_never_make_it_say_what_is_not_so(
    backend: EncryptedFileKeyring, path: Path, record_property: pytest.RecordProperty
) -> None:
    vault, old = opened(path), fresh()
    begun = time.monotonic()
    vault.save(old, PROFILE)
    one_child = (time.monotonic() - begun) / 3
    outcomes = dict.fromkeys(("kept", "not kept", "unknown"), 0)
    for which, part in itertools.product((1, 2, 3), (0, 0.4, 0.8)):
        new = fresh()
        killing = threading.Thread(target=kill_child, args=(which, part * one_child))
        killing.start()
        outcome = outcome_of(vault, new)
        killing.join()
        outcomes[outcome] += 1
        there = vault.load(REALM, PROFILE)
        assert there in {"kept": [new], "not kept": [old], "unknown": [old, new]}[outcome]
        old = there
    vault.save(old, PROFILE)
    assert left(path) == []
    assert outcomes["not kept"] and outcomes["unknown"], "no child was killed in time: the test proves nothing"
    record_property("table", f"encrypted file, each child of a save killed: 9 rounds, what is said and what is found agree in all: {outcomes}")


def opened(path: Path) -> EncryptedFile:
    vault = EncryptedFile(path, deadline=60)
    vault.open(SecretStr(PASSPHRASE))
    return vault


def kill_child(which: int, after: float) -> None:
    """Kill one of the children that come one after the other, some time after it was begun."""
    met: list[int] = []
    end = time.monotonic() + 60
    while len(met) < which and time.monotonic() < end:
        met += [child for child in keyring_children() if child not in met]
    time.sleep(after)
    with suppress(ProcessLookupError):
        os.kill(met[which - 1], signal.SIGKILL)


def outcome_of(vault: EncryptedFile, new: Credentials) -> str:
    try:
        vault.save(new, PROFILE)
    except VaultError as error:
        return "unknown" if "unknown whether" in error.message else "not kept"
    return "kept"
