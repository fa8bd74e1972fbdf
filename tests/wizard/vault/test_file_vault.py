"""The encrypted file as a vault: passphrases right, wrong, lost and changed; two runs; a full disk; what lies on the disk."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from file_writer import cheap_file
from keyring.errors import InitError, KeyringLocked, PasswordSetError
from leakscan import scan
from pydantic import SecretStr
from vault_values import PROFILE, REALM, SERVICE, canaries, fresh

from wizard.credentials import Credentials
from wizard.errors import VaultAbsent, VaultBroken, VaultError, VaultLocked
from wizard.vault.encrypted_file import EncryptedFileKeyring, NoPassphrase, WeakPassphrase
from wizard.vault.file_vault import EncryptedFile
from wizard.vault.interface import Usability
from wizard.vault.passphrase import generated
from wizard.vault.sealed import ARGON2, SCRYPT, Sealed, WrongPassphrase

RIGHT, WRONG = generated(), generated()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "vault.json"


def run(path: Path, passphrase: SecretStr | None = RIGHT) -> EncryptedFile:
    """Return the vault of one program run, opened."""
    vault = EncryptedFile(path, deadline=60)
    if passphrase:
        assert vault.open(passphrase).usability is Usability.OK
    return vault


@pytest.fixture
def made(path: Path) -> Path:
    """A file whose key is made in no time."""
    cheap_file(path, RIGHT.get_secret_value())
    return path


# --- one file from its first day


def test_a_file_is_made_kept_to_its_owner_and_read_by_the_next_run(path: Path, credentials: Credentials) -> None:
    vault = run(path, None)
    assert not vault.exists and not path.parent.exists()
    assert vault.probe().usability is Usability.NO_FILE and vault.load(REALM, PROFILE) is None
    with pytest.raises(VaultAbsent, match=r"Nothing was changed\. There is no encrypted file"):
        vault.save(credentials, PROFILE)
    with pytest.raises(VaultAbsent, match="not changed"):
        vault.change(WRONG)
    with pytest.raises(VaultAbsent):
        vault.set_aside()
    assert not path.parent.exists()
    assert vault.open(RIGHT).usability is Usability.OK
    assert vault.exists and vault.kind == "file" and vault.place.endswith(f"/{path.name}")
    receipt = vault.save(credentials, PROFILE)
    assert (receipt.place, receipt.fingerprint, receipt.service, receipt.note) == (vault.place, credentials.fingerprint, SERVICE, "")
    assert Sealed.read(path.read_bytes()).kdf == ARGON2
    if os.name == "posix":
        assert [oct(entry.stat().st_mode & 0o777) for entry in (path, path.parent)] == ["0o600", "0o700"]
    assert run(path).load(REALM, PROFILE) == credentials
    vault.delete(REALM, PROFILE)
    vault.delete(REALM, PROFILE)
    assert run(path).load(REALM, PROFILE) is None


def test_two_setups_share_one_file_and_one_passphrase(made: Path, credentials: Credentials, others: Credentials) -> None:
    vault = run(made)
    vault.save(credentials, "alvys")
    vault.save(others, "another")
    assert (run(made).load(REALM, "alvys"), run(made).load(REALM, "another")) == (credentials, others)
    vault.delete(REALM, "alvys")
    assert (run(made).load(REALM, "alvys"), run(made).load(REALM, "another")) == (None, others)


def test_two_runs_save_at_the_same_time_and_lose_nothing(made: Path) -> None:
    sets = {profile: fresh() for profile in ("one", "two")}
    receipts = []
    runs = [threading.Thread(target=lambda p=p, c=c: receipts.append(run(made).save(c, p))) for p, c in sets.items()]
    for each in runs:
        each.start()
    for each in runs:
        each.join()
    assert len(receipts) == 2
    assert {profile: run(made).load(REALM, profile) for profile in sets} == sets


# --- the passphrase


@pytest.mark.parametrize(
    "passphrase",
    [WRONG.get_secret_value(), RIGHT.get_secret_value().upper(), RIGHT.get_secret_value() + " ", "short", "", None],
    ids=["another", "in capitals", "with a blank", "short", "empty", "none"],  # never a passphrase in the name of a test
)
def test_without_the_right_passphrase_nothing_is_read_and_nothing_changes(made: Path, passphrase: str | None) -> None:
    EncryptedFileKeyring(made, RIGHT.get_secret_value()).set_password(SERVICE, "tba", "a value")
    before = (made.read_bytes(), made.stat().st_mtime_ns, sorted(made.parent.iterdir()))
    backend = EncryptedFileKeyring(made, lambda: passphrase)
    for act in (
        lambda: backend.get_password(SERVICE, "tba"), lambda: backend.set_password(SERVICE, "tba", "new"),
        lambda: backend.set_password("more", "tba", "new"), lambda: backend.delete_password(SERVICE, "tba"),
        lambda: backend.change_passphrase(generated().get_secret_value()), backend.prove,
    ):  # fmt: skip
        with pytest.raises(KeyringLocked) as caught:
            act()
        assert isinstance(caught.value, WrongPassphrase if passphrase else NoPassphrase)
        assert not passphrase or passphrase not in str(caught.value)
    assert (made.read_bytes(), made.stat().st_mtime_ns, sorted(made.parent.iterdir())) == before


def test_without_a_passphrase_no_file_is_made(path: Path) -> None:
    for passphrase, error in ((None, NoPassphrase), ("", NoPassphrase), ("short", WeakPassphrase), ("x" * 30, WeakPassphrase)):
        backend = EncryptedFileKeyring(path, lambda given=passphrase: given)
        with pytest.raises(error):
            backend.set_password(SERVICE, "tba", "new")
        with pytest.raises(InitError):
            backend.change_passphrase(RIGHT.get_secret_value())
        assert backend.get_password(SERVICE, "tba") is None
    assert not path.parent.exists()
    vault = run(path, None)
    state = vault.open(SecretStr("short"))
    assert state.usability is Usability.WEAK_PASSPHRASE and "14 characters" in state.way_out
    assert not path.exists() and vault.probe().usability is Usability.NO_FILE


def test_a_wrong_passphrase_says_so_and_the_right_one_still_counts(made: Path, credentials: Credentials) -> None:
    vault = run(made)
    vault.save(credentials, PROFILE)
    before = made.read_bytes()
    stranger = run(made, None)
    assert stranger.probe().usability is Usability.NO_PASSPHRASE
    for wrong in (WRONG, SecretStr(""), SecretStr("x" * 100_000), SecretStr("half \ud83d of a character")):
        state = stranger.open(wrong)
        assert state.usability is (Usability.WRONG_PASSPHRASE if wrong.get_secret_value() else Usability.NO_PASSPHRASE)
    with pytest.raises(VaultLocked, match="this run does not have its passphrase"):
        stranger.load(REALM, PROFILE)
    assert vault.open(WRONG).usability is Usability.WRONG_PASSPHRASE
    assert vault.load(REALM, PROFILE) == credentials
    assert made.read_bytes() == before


def test_it_is_asked_for_again_after_a_wrong_one_and_not_after_the_right_one(made: Path) -> None:
    EncryptedFileKeyring(made, RIGHT.get_secret_value()).set_password(SERVICE, "tba", "a value")
    answers = [WRONG.get_secret_value(), RIGHT.get_secret_value()]
    backend = EncryptedFileKeyring(made, lambda: answers.pop(0))
    with pytest.raises(WrongPassphrase):
        backend.get_password(SERVICE, "tba")
    assert backend.get_password(SERVICE, "tba") == "a value"
    backend.set_password(SERVICE, "tba", "another")
    assert backend.get_password(SERVICE, "tba") == "another" and answers == []


def test_another_keyboard_types_the_same_passphrase(path: Path) -> None:
    composed, taken_apart = "fünf Wörter über den Müll", "fu\u0308nf Wo\u0308rter\N{NO-BREAK SPACE}u\u0308ber den Mu\u0308ll"
    EncryptedFileKeyring(path, composed).set_password(SERVICE, "tba", "a value")
    assert EncryptedFileKeyring(path, taken_apart).get_password(SERVICE, "tba") == "a value"


# --- another passphrase


def test_a_changed_passphrase_alone_opens_the_file(made: Path, credentials: Credentials) -> None:
    vault = run(made)
    vault.save(credentials, PROFILE)
    old = made.read_bytes()
    elsewhere = run(made)
    vault.change(WRONG)
    assert vault.load(REALM, PROFILE) == credentials
    now = Sealed.read(made.read_bytes())
    assert (now.kdf, now.salt == Sealed.read(old).salt) == (ARGON2, False)  # costs of today, and nothing of the old key
    assert run(made, None).open(RIGHT).usability is Usability.WRONG_PASSPHRASE
    with pytest.raises(VaultLocked, match="another run of this program changed it"):  # the run that holds the old one
        elsewhere.load(REALM, PROFILE)
    before = made.read_bytes()
    with pytest.raises(VaultLocked, match=r"Nothing was changed\..* closed"):  # it has to be given the new one
        elsewhere.save(fresh(), PROFILE)
    with pytest.raises(VaultLocked, match="The passphrase was not changed"):
        elsewhere.change(generated())
    assert made.read_bytes() == before
    assert elsewhere.open(WRONG).usability is Usability.OK
    assert elsewhere.load(REALM, PROFILE) == credentials
    made.write_bytes(old)  # a backup opens with the passphrase of its day
    assert run(made).load(REALM, PROFILE) == credentials


def test_a_weak_passphrase_does_not_take_the_place_of_a_strong_one(made: Path) -> None:
    before = made.read_bytes()
    vault = run(made)
    for weak in ("", "short", "x" * 40, "a\ttab in the middle of it"):
        with pytest.raises(VaultBroken, match="not changed"):
            vault.change(SecretStr(weak))
        with pytest.raises(PasswordSetError):
            EncryptedFileKeyring(made, RIGHT.get_secret_value()).change_passphrase(weak)
    assert made.read_bytes() == before and vault.probe().usability is Usability.OK


def test_a_change_that_cannot_be_written_leaves_the_old_one(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = EncryptedFileKeyring(made, RIGHT.get_secret_value())
    backend.set_password(SERVICE, "tba", "a value")

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", no_room)
        with pytest.raises(PasswordSetError, match="No space left"):
            backend.change_passphrase(WRONG.get_secret_value())
    assert backend.get_password(SERVICE, "tba") == "a value"
    backend.set_password(SERVICE, "tba", "another")
    assert EncryptedFileKeyring(made, RIGHT.get_secret_value()).get_password(SERVICE, "tba") == "another"


def test_whoever_waits_too_long_for_another_program_is_told_so(made: Path, credentials: Credentials) -> None:
    vault = run(made)
    vault.save(credentials, PROFILE)
    holding = "import sys; from wizard.vault.encrypted_file import _alone\nwith _alone(sys.argv[1]): print('held', flush=True); sys.stdin.read()"
    other = subprocess.Popen(
        [sys.executable, "-c", holding, str(made)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=importing()
    )
    assert other.stdout and other.stdout.readline() == "held\n"
    impatient = EncryptedFile(made, deadline=4)
    try:
        impatient._passphrase = RIGHT  # opening it might take longer than this on a busy machine
        with pytest.raises(VaultError, match="another program holds it"):
            impatient.save(fresh(), PROFILE)
        with pytest.raises(VaultError, match=r"another program holds it|unknown whether the passphrase"):
            impatient.change(WRONG)
    finally:
        other.communicate("")
    assert run(made).load(REALM, PROFILE) == credentials


def importing() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(folder for folder in sys.path if folder)}


# --- a lost passphrase


def test_whoever_lost_the_passphrase_goes_on_with_a_new_file_and_the_old_one_stays(made: Path, credentials: Credentials) -> None:
    run(made).save(credentials, PROFILE)
    before = made.read_bytes()
    vault = run(made, None)
    state = vault.open(WRONG)
    assert "cannot be replaced" in state.way_out and "set the file aside" in state.way_out
    there = vault.set_aside()
    assert there.name.startswith("vault.json.set-aside-20") and there.parent == made.parent
    assert there.read_bytes() == before and not vault.exists
    assert vault.probe().usability is Usability.NO_FILE  # the passphrase is forgotten with it
    assert vault.open(WRONG).usability is Usability.OK
    others = fresh()
    vault.save(others, PROFILE)
    again = vault.set_aside()
    assert again != there and there.read_bytes() == before
    assert (run(there).load(REALM, PROFILE), run(again, WRONG).load(REALM, PROFILE)) == (credentials, others)


def test_a_file_set_aside_by_another_run_is_not_made_again_by_accident(made: Path, credentials: Credentials) -> None:
    vault = run(made)
    vault.save(credentials, PROFILE)
    run(made, None).set_aside()
    assert vault.load(REALM, PROFILE) is None
    with pytest.raises(VaultAbsent, match="not any more"):
        vault.save(fresh(), PROFILE)
    with pytest.raises(VaultAbsent, match="not changed"):
        vault.change(WRONG)
    assert not made.exists()


# --- builds without Argon2id


def test_a_build_without_argon2id_uses_scrypt_and_each_opens_what_it_can(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.kdf import argon2

    def missing(**_: object) -> None:
        raise UnsupportedAlgorithm("This version of OpenSSL does not support argon2id")

    by_argon = path.with_name("argon.json")
    EncryptedFileKeyring(by_argon, RIGHT.get_secret_value()).set_password(SERVICE, "tba", "by argon2id")
    with monkeypatch.context() as patch:
        patch.setattr(argon2, "Argon2id", missing)
        here = EncryptedFileKeyring(path, RIGHT.get_secret_value())
        here.set_password(SERVICE, "tba", "by scrypt")
        assert here.get_password(SERVICE, "tba") == "by scrypt"
        with pytest.raises(InitError, match="argon2id is not to be had"):
            EncryptedFileKeyring(by_argon, RIGHT.get_secret_value()).get_password(SERVICE, "tba")
    assert Sealed.read(path.read_bytes()).kdf == SCRYPT
    there = EncryptedFileKeyring(path, RIGHT.get_secret_value())
    there.set_password(SERVICE, "more", "kept under scrypt")
    assert Sealed.read(path.read_bytes()).kdf == SCRYPT and there.get_password(SERVICE, "tba") == "by scrypt"
    assert EncryptedFileKeyring(by_argon, RIGHT.get_secret_value()).get_password(SERVICE, "tba") == "by argon2id"


def test_no_memory_for_the_key_is_said(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.hazmat.primitives.kdf import argon2

    def greedy(**_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(argon2, "Argon2id", greedy)
    with pytest.raises(InitError, match="not to be had here"):
        EncryptedFileKeyring(made, RIGHT.get_secret_value()).get_password(SERVICE, "tba")


# --- a disk that is full, or read-only


def test_a_full_or_read_only_disk_is_said_to_be_and_the_old_values_stay(
    small_disk: Path, credentials: Credentials, record_property: pytest.RecordProperty
) -> None:
    path = small_disk / "vault.json"
    vault = run(path)
    vault.save(credentials, PROFILE)
    begun, new = time.time(), fresh()
    ballast = small_disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    refused = 0
    for state in ("full", "read-only"):
        if state == "read-only":
            ballast.unlink()
            subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        assert vault.probe().usability is Usability.FULL
        assert run(path).load(REALM, PROFILE) == credentials  # the next run opens it, and reads
        with pytest.raises(VaultBroken, match=r"Nothing was changed.*full or read-only"):
            vault.save(new, PROFILE)
        assert vault._ask("set", SERVICE, new.to_stored()).verdict is Usability.FULL  # past the probe as well
        with pytest.raises(VaultBroken, match=r"not changed.*full or read-only"):
            vault.change(WRONG)
        with pytest.raises(VaultBroken, match=r"not deleted.*full or read-only"):
            vault.delete(REALM, PROFILE)
        if state == "read-only":
            with pytest.raises(VaultBroken, match="not set aside"):
                vault.set_aside()
        assert vault.load(REALM, PROFILE) == credentials
        assert {entry.name for entry in small_disk.iterdir()} <= {"vault.json", "vault.json.lock", "ballast"}
        refused += 4
    assert run(small_disk / "new.json", None).open(RIGHT).usability is Usability.FULL
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    vault.save(new, PROFILE)
    assert vault.load(REALM, PROFILE) == new
    assert scan([*canaries(new), RIGHT.get_secret_value(), WRONG.get_secret_value()], begun, [small_disk]) == []
    record_property("table", f"encrypted file, disk full and read-only: {refused} of 8 writes refused with the verdict full, old values kept")


# --- what lies on the disk


def test_neither_values_nor_passphrases_lie_anywhere_in_clear(path: Path, home: Path, record_property: pytest.RecordProperty) -> None:
    begun = time.time()
    first, second, third = fresh(), fresh(), fresh()
    vault = run(path)
    vault.save(first, PROFILE)
    vault.save(second, "another")
    vault.save(third, PROFILE)
    vault.change(WRONG)
    vault.open(RIGHT)
    vault.delete(REALM, "another")
    vault.set_aside()
    secrets = [*(text for values in (first, second, third) for text in canaries(values)), RIGHT.get_secret_value(), WRONG.get_secret_value()]
    assert scan(secrets, begun, [path.parent.parent, home]) == []
    (path.parent / "planted").write_text(second.to_stored())
    assert len(scan(secrets, begun, [path.parent.parent])) == 1
    assert str(first.fingerprint) not in path.parent.joinpath(vault.path.name).name
    record_property("table", f"encrypted file, leak search after saves, a change, a delete: {len(secrets)} secrets, 0 found; 1 of 1 planted found")


def test_where_the_file_is_is_said_shortly(home: Path, tmp_path: Path) -> None:
    assert EncryptedFile(home / "data/vault.json").place == "the encrypted file ~/data/vault.json"
    assert EncryptedFile(tmp_path / "vault.json").place == f"the encrypted file {tmp_path / 'vault.json'}"
