"""What the look at this machine says of the encrypted file, and of copies that a move left behind."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from pydantic import SecretStr
from support import alone

from wizard.clock import Clock
from wizard.doctor_vaults import examine_vaults
from wizard.setup import Kept, Setup
from wizard.vault.file_vault import EncryptedFile
from wizard.vault.interface import Vaults
from wizard.vault.memory import MemoryVault
from wizard.vault.passphrase import generated
from wizard.verdict import Standing, Verdict

NOW = Clock().now()


@pytest.fixture
def vaults(tmp_path: Path) -> Vaults:
    return dataclasses.replace(alone(MemoryVault()), file=EncryptedFile(tmp_path / "vault.json", deadline=30))


def look(vaults: Vaults, *setups: Setup) -> list[Verdict]:
    return list(examine_vaults(vaults, setups, NOW))


def test_a_file_that_is_not_there_can_be_made(vaults: Vaults) -> None:
    [row] = look(vaults)
    assert row.standing is Standing.VERIFIED and "is not there yet" in row.says and "(Argon2id)" in row.says
    assert not list(vaults.file.path.parent.iterdir()), "nothing was written"


def test_a_file_that_cannot_be_made_is_told(tmp_path: Path, vaults: Vaults) -> None:
    (tmp_path / "file").write_text("no folder")
    [row] = look(dataclasses.replace(vaults, file=EncryptedFile(tmp_path / "file" / "data" / "vault.json", deadline=30)))
    assert row.standing is Standing.FAILED and "usable" not in row.says and row.remedy


def test_a_file_is_looked_at_without_its_passphrase(vaults: Vaults) -> None:
    EncryptedFile(vaults.file.path, deadline=30).open(SecretStr(generated().get_secret_value()))
    [row] = look(vaults)
    assert row.standing is Standing.UNKNOWN and "closed, mode 0600" in row.says, "nothing was opened"
    vaults.file.path.chmod(0o644)
    [row] = look(vaults)
    assert row.standing is Standing.WARNING and row.remedy and "chmod 600" in row.remedy.text


def test_a_file_that_nothing_opens_is_told(vaults: Vaults) -> None:
    vaults.file.path.write_bytes(b"{}")
    [row] = look(vaults)
    assert row.standing is Standing.FAILED and "damaged" in row.says and row.remedy and "backup" in row.remedy.text


def test_a_copy_left_behind_is_told_with_the_command_that_deletes_it(vaults: Vaults) -> None:
    setup = Setup.begin("alvys", "1", "start", NOW)
    setup.kept = Kept(vault="file", place="there", pairs=("token",), fingerprint="0" * 12, at=NOW, left_in="keyring")
    _, row = look(vaults, setup, Setup.begin("alvys", "1", "start", NOW))
    assert row.standing is Standing.WARNING and setup.id in row.says
    assert row.remedy and f"credentials move {setup.id} --to file" in row.remedy.text
