"""The words of the verdicts, the names of entries, and the vault in memory."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from support import ROOT
from vault_values import PROFILE, REALM, SERVICE, canaries, fresh

from wizard.credentials import STORED_LIMIT, Credentials
from wizard.vault.call import Answer
from wizard.vault.interface import LONGEST, Usability, fits, service_name
from wizard.vault.memory import MemoryVault
from wizard.vault.os_keyring import OsKeyring
from wizard.vault.words import FINER, WORDS


@pytest.mark.parametrize("usability", Usability)
def test_every_verdict_has_words(usability: Usability) -> None:
    rows = [WORDS[usability], *(row for (verdict, _), row in FINER.items() if verdict is usability)]
    for says, way_out in rows:
        assert says.endswith(".") and len(says) <= 120
        assert bool(way_out) is (usability is not Usability.OK)
        assert "in memory" not in way_out and "encrypted file, or" not in way_out  # the choice is offered in one place, not here
    assert len(set(rows)) == len(rows)


def test_an_entry_is_named_by_realm_and_profile() -> None:
    assert service_name(REALM, PROFILE) == SERVICE == "nswizard:1234567_SB1:alvys"
    assert service_name("TSTDRV1234567", "a" * 32 + "-practice")


@pytest.mark.parametrize(
    ("realm", "profile"),
    [("1234567-sb1", PROFILE), ("", PROFILE), ("../1", PROFILE), (REALM, ""), (REALM, "a/b"), (REALM, "a@b"), (REALM, "A")],
)
def test_a_name_that_a_backend_could_misread_is_refused(realm: str, profile: str) -> None:
    with pytest.raises(ValueError, match="realm and a profile"):
        service_name(realm, profile)


def test_the_stored_form_fits_every_keyring(credentials: Credentials) -> None:
    assert fits(credentials.to_stored())
    assert LONGEST == STORED_LIMIT


def test_an_answer_shows_no_value() -> None:
    assert "hidden" not in repr(Answer(Usability.OK, "KWallet", "hidden"))


def test_the_memory_vault_keeps_values_for_this_run_only(credentials: Credentials) -> None:
    vault = MemoryVault()
    assert (vault.kind, OsKeyring.kind) == ("memory", "keyring")
    assert vault.load(REALM, PROFILE) is None
    receipt = vault.save(credentials, PROFILE)
    assert (receipt.fingerprint, receipt.service) == (credentials.fingerprint, SERVICE)
    assert vault.load(REALM, PROFILE) == credentials
    assert vault.load(REALM, "another") is None
    assert MemoryVault().load(REALM, PROFILE) is None
    assert not any(value in repr(vars(vault)) for value in canaries(credentials))
    newer = fresh()
    vault.save(newer, PROFILE)
    assert vault.load(REALM, PROFILE) == newer
    vault.delete(REALM, PROFILE)
    vault.delete(REALM, PROFILE)
    assert vault.load(REALM, PROFILE) is None


def test_the_memory_vault_says_that_values_end_with_the_program() -> None:
    state = MemoryVault().probe()
    assert state.usability is Usability.OK
    assert "gone when it ends" in state.says
    assert "new ones have to be made" in state.way_out
    assert "until it ends" in MemoryVault().place


def run(program: str, **environ: str) -> str:
    """Run a program in a fresh interpreter; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_vault_is_imported_without_keyring() -> None:
    program = """
import sys
import wizard.vault.interface, wizard.vault.os_keyring, wizard.vault.memory, wizard.vault.keyring_child
print(sorted({name.split(".")[0] for name in sys.modules} & {"keyring", "secretstorage", "jeepney", "cryptography"}))
"""
    assert run(program) == "[]\n"


def test_the_child_loads_no_more_than_it_needs() -> None:
    assert run("import sys, wizard.vault.keyring_child; print('pydantic' in sys.modules)") == "False\n"
