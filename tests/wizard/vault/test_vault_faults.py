"""A keyring that fails in every known way: the vault says what is there now, and never guesses."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from fake_keyrings import Fake
from leakscan import scan
from secret_service import ended, keyring_children, until
from support import ROOT
from vault_values import PROFILE, REALM, SERVICE, canaries

from wizard.credentials import Credentials
from wizard.errors import VaultBroken, VaultError
from wizard.vault.interface import Usability
from wizard.vault.os_keyring import OsKeyring

NAME = f"{SERVICE} tba"
SHORT = 2.0
"""Seconds of deadline where a child is held for ever; long enough for it to get there first."""


def test_values_make_the_round_trip(fake: Fake, vault: OsKeyring, credentials: Credentials) -> None:
    assert vault.load(REALM, PROFILE) is None
    receipt = vault.save(credentials, PROFILE)
    assert (receipt.fingerprint, receipt.service, receipt.note) == (credentials.fingerprint, SERVICE, "")
    assert receipt.place == vault.place == "the KWallet of this account on this machine"
    assert fake.kept == {NAME: credentials.to_stored()}  # the disposable value is gone again
    assert vault.load(REALM, PROFILE) == credentials
    assert vault.load(REALM, "another") is None
    vault.delete(REALM, PROFILE)
    assert fake.kept == {}
    vault.delete(REALM, PROFILE)  # no error if there is nothing


def test_what_was_written_is_read_back_by_another_process(fake: Fake, vault: OsKeyring, credentials: Credentials) -> None:
    vault.save(credentials, PROFILE)
    (_, reader_before), (_, writer), (_, reader_after) = fake.calls_of("get", "set")
    assert len({reader_before, writer, reader_after, os.getpid()}) == 4
    assert [operation for operation, _ in fake.calls_of("get", "set")] == ["get", "set", "get"]


def test_nothing_is_sent_before_the_probe_says_ok(fake: Fake, vault: OsKeyring, credentials: Credentials) -> None:
    fake.plan(probe_get=["forgotten"])
    with pytest.raises(VaultBroken, match="did not give it back"):
        vault.save(credentials, PROFILE)
    assert fake.calls_of("get", "set") == []


# --- after an error, only what lies there counts


def test_a_write_that_landed_in_spite_of_its_error_is_saved(fake: Fake, vault: OsKeyring, credentials: Credentials) -> None:
    fake.plan(set=["late"])
    assert vault.save(credentials, PROFILE).fingerprint == credentials.fingerprint


def test_a_write_that_was_ignored_is_not_saved(fake: Fake, vault: OsKeyring, credentials: Credentials) -> None:
    fake.plan(set=["ignored"])
    with pytest.raises(VaultBroken, match=r"not kept; nothing was changed.*did not give it back"):
        vault.save(credentials, PROFILE)


def test_an_old_value_that_is_still_there_is_said_to_be(
    fake: Fake, vault: OsKeyring, credentials: Credentials, others: Credentials
) -> None:
    vault.save(credentials, PROFILE)
    fake.plan(set=["disk full"])
    with pytest.raises(VaultBroken, match=r"not kept; the older ones are still there.*disk is full"):
        vault.save(others, PROFILE)
    assert vault.load(REALM, PROFILE) == credentials


def test_an_old_value_that_got_lost_is_put_back(
    fake: Fake, vault: OsKeyring, credentials: Credentials, others: Credentials
) -> None:
    vault.save(credentials, PROFILE)
    fake.plan(set=["lost"])
    with pytest.raises(VaultBroken, match="lost and put back"):
        vault.save(others, PROFILE)
    assert vault.load(REALM, PROFILE) == credentials


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ({"set": ["lost", "disk full"]}, "could not be put back"),
        ({"set": ["lost"], "get": [None, None, "locked"]}, "unknown whether they could be put back"),
    ],
)
def test_an_old_value_that_cannot_be_put_back_is_said_to_be(
    faults: dict[str, list[str | None]],
    said: str,
    fake: Fake,
    vault: OsKeyring,
    credentials: Credentials,
    others: Credentials,
) -> None:
    vault.save(credentials, PROFILE)
    fake.plan(**faults)
    with pytest.raises(VaultBroken, match=f"the older ones were lost.*{said}"):
        vault.save(others, PROFILE)


def test_what_another_program_wrote_meanwhile_is_left_alone(
    fake: Fake, vault: OsKeyring, credentials: Credentials, others: Credentials
) -> None:
    vault.save(credentials, PROFILE)
    fake.plan(set=["other"])
    with pytest.raises(VaultBroken, match="another program wrote"):
        vault.save(others, PROFILE)
    assert fake.kept == {NAME: "of another program"}


def test_what_cannot_be_read_afterwards_is_unknown(fake: Fake, vault: OsKeyring, credentials: Credentials) -> None:
    fake.plan(set=["daemon died"], get=[None, "locked"])
    with pytest.raises(VaultError, match="unknown whether the values were kept") as caught:
        vault.save(credentials, PROFILE)
    assert type(caught.value) is VaultError  # none of the three states: nobody can tell
    assert "still in the fields" in caught.value.message


def test_a_value_that_stays_is_not_said_to_be_deleted(fake: Fake, vault: OsKeyring, credentials: Credentials) -> None:
    vault.save(credentials, PROFILE)
    fake.plan(delete=["late"])
    vault.delete(REALM, PROFILE)  # removed, in spite of its error
    vault.save(credentials, PROFILE)
    for fault, said in (("ignored", "does not delete"), ("locked", "nobody has opened")):
        fake.plan(delete=[fault])
        with pytest.raises(VaultError, match=f"not deleted.*{said}"):
            vault.delete(REALM, PROFILE)
    fake.plan(get=[None, "locked"])
    with pytest.raises(VaultError, match="unknown whether the values were deleted"):
        vault.delete(REALM, PROFILE)


def test_what_lies_there_must_be_of_this_program_and_account(fake: Fake, vault: OsKeyring, credentials: Credentials) -> None:
    fake.kept = {NAME: "something else"}
    with pytest.raises(VaultBroken, match="not written by this program"):
        vault.load(REALM, PROFILE)
    fake.kept = {NAME: credentials.to_stored().replace(REALM, "7654321")}
    with pytest.raises(VaultBroken, match="another account"):
        vault.load(REALM, PROFILE)


# --- what a child does beside answering


@pytest.mark.parametrize("fault", ["crash", "noise", "question"])
def test_a_child_that_dies_speaks_or_asks_does_no_harm(
    fault: str, fake: Fake, vault: OsKeyring, credentials: Credentials, capfd: pytest.CaptureFixture[str]
) -> None:
    fake.plan(set=[fault], get=[None if fault == "crash" else fault] * 2)
    if fault == "crash":
        with pytest.raises(VaultBroken, match="nothing was changed"):
            vault.save(credentials, PROFILE)
    else:
        assert vault.save(credentials, PROFILE).fingerprint == credentials.fingerprint
    assert capfd.readouterr() == ("", "")
    assert not list(Path.cwd().glob("core*"))


# --- the deadline


def test_a_call_that_hangs_is_ended_and_writes_nothing_later(fake: Fake, credentials: Credentials) -> None:
    fake.plan(set=["hold"])
    with pytest.raises(VaultBroken, match=r"nothing was changed.*did not answer in time"):
        OsKeyring(deadline=SHORT).save(credentials, PROFILE)
    assert keyring_children() == []
    fake.open_gate()  # the dialog is answered after all: nobody is there any more who could write
    assert fake.kept == {}


def test_what_a_keyring_started_is_ended_with_it(fake: Fake) -> None:
    fake.plan(get=["hold with a helper"])
    with pytest.raises(VaultBroken, match="did not answer in time"):
        OsKeyring(deadline=SHORT).load(REALM, PROFILE)
    until(lambda: ended(int((fake.folder / "helper").read_text())))


def test_a_child_without_a_parent_ends_itself(fake: Fake) -> None:
    fake.plan(get=["hold"])
    program = f"from wizard.vault.os_keyring import OsKeyring; OsKeyring({SHORT}).load('{REALM}', '{PROFILE}')"
    path = os.pathsep.join([str(ROOT), str(Path(__file__).parent), str(ROOT / "tests")])
    parent = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": path})
    try:
        child = fake.wait_for("get")
    finally:
        parent.kill()
        parent.wait()
    until(lambda: ended(child))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_secret_is_in_arguments_or_environment_while_a_child_holds_it(fake: Fake, credentials: Credentials) -> None:
    fake.plan(set=["hold"])
    done: list[str] = []
    saving = threading.Thread(target=lambda: done.append(OsKeyring(30).save(credentials, PROFILE).fingerprint))
    saving.start()
    try:
        child = fake.wait_for("set")
        assert child in keyring_children()
        assert scan(canaries(credentials), 0.0, []) == []
        assert re.search(r"Max core file size +0 +0 ", Path(f"/proc/{child}/limits").read_text())
        assert os.getsid(child) == child
    finally:
        until(lambda: (fake.open_gate(), not saving.is_alive())[1])
    assert done == [credentials.fingerprint]


# --- which code gets the secret


def test_neither_folder_nor_environment_choose_the_code(
    fake: Fake, vault: OsKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "keyring", "wizard", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(sys, "path", ["", *sys.path])  # as in python -c and python -i
    assert vault.probe().usability is Usability.OK
    assert not (tmp_path / "ran").exists()


def test_a_program_that_cannot_start_children_says_so(
    vault: OsKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    assert vault.probe().usability is Usability.FAILS
