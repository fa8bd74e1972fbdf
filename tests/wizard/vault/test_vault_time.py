"""How long one set takes to be kept, with probe and read-back. Speed itself is for benchmarks/vault.py; here is the figure of this run."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from secret_service import SecretService
from vault_values import PROFILE, REALM, fresh

from wizard.vault.child_vault import ChildVault
from wizard.vault.file_vault import EncryptedFile
from wizard.vault.interface import Usability
from wizard.vault.os_keyring import OsKeyring
from wizard.vault.passphrase import generated


def costs(vault: ChildVault, what: str, asked: str) -> str:
    """Save and read a set some times; return the figures. A save is three children that each do about what a read does."""
    saves, loads, spent = [], [], []
    for _ in range(3):
        values, begun, before = fresh(), time.monotonic(), os.times()
        vault.save(values, PROFILE)
        saves.append(time.monotonic() - begun)
        after = os.times()
        spent.append(after.children_user + after.children_system - before.children_user - before.children_system)
        begun = time.monotonic()
        assert vault.load(REALM, PROFILE) == values
        loads.append(time.monotonic() - begun)
    ratio = min(saves) / (3 * min(loads))
    assert ratio < 5  # whatever the machine does beside
    return (
        f"{what}, one set saved with probe and read-back: {min(saves):.2f} s, of it {min(spent):.2f} s of CPU in its processes "
        f"(asked for: {asked}, on a machine that does nothing else); a save is {ratio:.1f} times three reads"
    )


def test_the_encrypted_file(tmp_path: Path, record_property: pytest.RecordProperty) -> None:
    vault = EncryptedFile(tmp_path / "vault.json", deadline=60)
    assert vault.open(generated()).usability is Usability.OK
    record_property("table", costs(vault, "encrypted file", "1 s"))


@pytest.mark.secretservice
def test_a_real_secret_service(service: SecretService, vault: OsKeyring, record_property: pytest.RecordProperty) -> None:
    service.start()
    service.unlock()
    record_property("table", costs(vault, "Secret Service", "1.5 s"))
