"""``netsuite-setup credentials`` as a process, over a real encrypted file, and over a keyring that does as it is told."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest
from commands import LONG, assert_nothing_repeated, document, environment, five, run, serving, silent, start
from pydantic import SecretStr
from secret_service import until
from support import ROOT

from wizard.cli_credentials import FIELDS
from wizard.clock import Clock
from wizard.credentials import NAMES, VALUES, Credentials, Pair
from wizard.profile import find_profile
from wizard.rotation import Marks, Rotation
from wizard.setup import Kept, Setup
from wizard.store import SetupStore, data_folder
from wizard.vault.encrypted_file import EncryptedFileKeyring
from wizard.vault.file_vault import EncryptedFile
from wizard.vault.interface import USER, VaultKind, service_name
from wizard.vault.os_keyring import OsKeyring
from wizard.vault.passphrase import generated

PROFILE = find_profile("alvys")
PROGRAM = [sys.executable, "-m", "wizard"]
REALM = "1234567_SB1"


class Machine:
    """A home with saved setups, an encrypted file, and a keyring in a file (tests/wizard/vault/fake_keyrings.py)."""

    def __init__(self, folder: Path) -> None:
        self.passphrase = generated().get_secret_value()
        self.given = folder / "passphrase"
        self.given.write_text(f"{self.passphrase}\nof no interest\n")
        self.given.chmod(0o600)
        self.file = data_folder() / "vault.json"
        self.store = SetupStore(data_folder() / "setups")
        self.folder = folder
        self.fake = folder / "keyring"
        self.fake.mkdir()
        path = os.pathsep.join(map(str, (ROOT, ROOT / "tests", ROOT / "tests" / "wizard" / "vault")))
        self.environment = {"PYTHONPATH": path, "PYTHON_KEYRING_BACKEND": "fake_keyrings.DBusKeyring", "FAKE_KEYRING": str(self.fake)}

    @property
    def unlocked(self) -> tuple[str, str]:
        """The option with which nobody is asked."""
        return ("--passphrase-file", str(self.given))

    @property
    def encrypted(self) -> EncryptedFileKeyring:
        """The encrypted file, as other programs read it."""
        return EncryptedFileKeyring(self.file, self.passphrase)

    @property
    def keyring(self) -> dict[str, str]:
        """What the keyring holds."""
        path = self.fake / "kept"
        found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        return found

    def asked(self, operation: str) -> list[Any]:
        """Return the calls of an operation that reached the keyring, but for those about the disposable entry."""
        path = self.fake / "calls"
        return [call for call in (json.loads(path.read_text()) if path.exists() else []) if call[0] == operation]

    def plan(self, **faults: list[str]) -> None:
        """Say what goes wrong in the keyring."""
        (self.fake / "faults").write_text(json.dumps(faults))

    def saved(self, vault: VaultKind | None, credentials: Credentials | None = None, **more: object) -> Setup:
        """Save a setup whose values lie in a vault."""
        credentials = credentials or fresh()
        now = Clock().now()
        setup = Setup.begin("alvys", PROFILE.version, PROFILE.step[0].id, now)
        setup.account = credentials.account
        if vault:
            place = {"keyring": "the KWallet", "file": EncryptedFile(self.file).place, "memory": "memory"}[vault]
            pairs = tuple(name for name in ("consumer", "token") if credentials.pair(name))
            kept = {"vault": vault, "place": place, "pairs": pairs, "fingerprint": credentials.fingerprint, "at": now, **more}
            setup.kept = Kept.model_validate(kept)
        self.put(vault, credentials)
        self.store.save(setup)
        return setup

    def put(self, vault: VaultKind | None, credentials: Credentials) -> None:
        """Lay values where they shall be."""
        if vault == "file":
            self.encrypted.set_password(service(credentials), USER, credentials.to_stored())
        if vault == "keyring":
            (self.fake / "kept").write_text(json.dumps({**self.keyring, f"{service(credentials)} {USER}": credentials.to_stored()}))

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run ``credentials`` to its end."""
        return run("credentials", *arguments, env=self.environment, **options)

    def at_terminal(self, *arguments: str, shell: str = 'exec "$@"') -> pexpect.spawn[str]:
        """Start ``credentials`` in a terminal."""
        command = ["-c", shell, "sh", *PROGRAM, "credentials", *arguments]
        env = environment(**self.environment)
        return pexpect.spawn("/bin/sh", command, env=env, encoding="utf-8", timeout=LONG, dimensions=(24, 200), cwd=str(ROOT))

    def kept(self, setup: Setup) -> Kept | None:
        """Return what the saved setup says."""
        return self.store.load(setup.id).kept


def fresh(account: str = REALM) -> Credentials:
    """Return five values nobody has seen."""
    values = five()
    first, second, third, fourth = (SecretStr(str(values[name])) for name in VALUES)
    return Credentials(account, Pair(first, second), Pair(third, fourth))


def service(credentials: Credentials) -> str:
    return service_name(credentials.account, "alvys")


def secrets_of(*credentials: Credentials) -> list[str]:
    return [value.get_secret_value() for c in credentials for name in VALUES if (value := c.value(name))]


def value(credentials: Credentials, field: str) -> str:
    found = credentials.value(field)
    assert found
    return found.get_secret_value()


def next_line(running: subprocess.Popen[str]) -> str:
    """Return the next line that a program writes; one that never comes fails the test."""
    assert running.stdout and select.select([running.stdout], [], [], LONG)[0], "nothing came"
    return running.stdout.readline()


@pytest.fixture
def machine(home: Path) -> Machine:
    """A machine with nothing on it."""
    return Machine(home)


@pytest.fixture
def ended() -> Iterator[list[pexpect.spawn[str]]]:
    """Programs in terminals; each is ended with the test."""
    children: list[pexpect.spawn[str]] = []
    yield children
    for child in children:
        child.close(force=True)


def end_of(child: pexpect.spawn[str]) -> tuple[int | None, str]:
    """Return exit code and what was written since the last text that was waited for."""
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, child.before or ""


# --- list


def test_the_list_says_where_each_set_lies_and_asks_no_vault(machine: Machine) -> None:
    credentials = [fresh(f"{number}") for number in (1111111, 2222222, 3333333)]
    in_file, in_keyring, in_memory = (
        machine.saved("file", credentials[0], left_in="keyring"),
        machine.saved("keyring", credentials[1], pairs=("consumer",)),
        machine.saved("memory", credentials[2]),
    )
    nowhere = machine.saved(None, fresh("4444444"))
    in_keyring.rotation = Rotation(kind="token", old=Marks.of(credentials[1]), begun=Clock().now())
    machine.store.save(in_keyring)
    listed = machine.run("list")
    rows = {line.split()[0]: line for line in listed.stdout.splitlines() if not line.startswith(" ")}
    assert listed.returncode == 0 and set(rows) == {s.id for s in (in_file, in_keyring, in_memory, nowhere)}
    assert f"consumer and token in {EncryptedFile(machine.file).place}, {credentials[0].fingerprint}" in rows[in_file.id]
    assert "consumer in the KWallet" in rows[in_keyring.id] and "2222222" in rows[in_keyring.id]
    assert rows[nowhere.id].endswith(" none")
    notes = listed.stdout.split("\n  ! ")[1:]
    assert any("a copy may still lie in the keyring" in n and f"move {in_file.id} --to file" in n for n in notes)
    assert any(n.startswith("lost, unless the run") for n in notes) and any(n.startswith("rotation open: ") for n in notes)
    assert len(notes) == 3
    found = {row["id"]: row for row in document(machine.run("list", "--json"))["setups"]}
    kept = found[in_file.id]["kept"]
    assert (kept["vault"], kept["left_in"], kept["fingerprint"]) == ("file", "keyring", credentials[0].fingerprint)
    assert found[nowhere.id]["kept"] is None and found[in_memory.id]["notes"]
    assert machine.asked("get") == []
    assert_nothing_repeated(listed, *secrets_of(*credentials))


def test_a_damaged_setup_is_not_passed_over(machine: Machine) -> None:
    machine.store.folder.mkdir(parents=True)
    (machine.store.folder / "alvys-ab12.json").write_text("{")
    for command in ("list", "verify"):
        done = machine.run(command)
        assert done.stdout == "! alvys-ab12.json is damaged: it is not JSON.\n"
        assert done.returncode == (1 if command == "verify" else 0)


def test_there_is_nothing_to_list(machine: Machine) -> None:
    listed = machine.run("list")
    assert (listed.returncode, listed.stdout, listed.stderr) == (0, "No setups yet.\n", "")
    verified = machine.run("verify")
    assert (verified.returncode, verified.stdout) == (0, "No setups yet.\n")


# --- show


def test_one_value_and_nothing_else_goes_into_a_pipe(machine: Machine) -> None:
    credentials = fresh()
    setup = machine.saved("file", credentials)
    done = machine.run("show", setup.id, "--field", "token_secret", *machine.unlocked)
    assert (done.returncode, done.stdout, done.stderr) == (0, value(credentials, "token_secret") + "\n", "")


def test_fields_are_those_of_the_five_values() -> None:
    assert set(FIELDS) == set(NAMES)


def test_what_is_not_there_cannot_be_shown(machine: Machine) -> None:
    half = Credentials(REALM, fresh().consumer, None)
    setup, nothing, memory = machine.saved("keyring", half), machine.saved(None, fresh("7654321")), machine.saved("memory", fresh("8888888"))
    for name, why in ((setup.id, "Token ID is not kept yet"), (nothing.id, "No values are kept"), (memory.id, "memory")):
        done = machine.run("show", name, "--field", "token_id")
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert why in done.stderr
    shown = machine.run("show", setup.id, "--field", "consumer_key")
    assert shown.stdout == value(half, "consumer_key") + "\n"
    (machine.fake / "kept").unlink()
    gone = machine.run("show", setup.id, "--field", "consumer_key")
    assert (gone.returncode, gone.stdout) == (5, "") and "not in the KWallet any more" in gone.stderr


def test_a_setup_open_in_the_wizard_can_be_read_and_not_changed(machine: Machine) -> None:
    credentials = fresh()
    setup = machine.saved("keyring", credentials)
    with machine.store.hold(setup.id, Clock().now()):
        assert machine.run("show", setup.id, "--field", "account").stdout == f"{REALM}\n"
        assert machine.run("verify", setup.id).returncode == 0
        for command in (["move", setup.id, "--to", "file", *machine.unlocked], ["delete", setup.id, "--yes"]):
            done = machine.run(*command)
            assert done.returncode == 1 and "open in another run" in done.stderr
    assert machine.keyring and not machine.file.exists()


@pytest.mark.pty
def test_at_a_terminal_a_value_is_shown_after_a_typed_word_only(machine: Machine, ended: list[pexpect.spawn[str]]) -> None:
    credentials = fresh()
    setup, secret = machine.saved("keyring", credentials), value(credentials, "consumer_secret")
    for word, shown in (("yes", False), ("show", True)):
        child = machine.at_terminal("show", setup.id, "--field", "consumer_secret")
        ended.append(child)
        child.expect_exact("scrollback")
        child.expect_exact("Type show and Enter to go on: ")
        child.sendline(word)
        code, said = end_of(child)
        assert (code, secret in said) == ((0, True) if shown else (1, False))


@pytest.mark.pty
def test_at_a_terminal_nobody_is_asked_when_the_value_goes_elsewhere(machine: Machine, ended: list[pexpect.spawn[str]]) -> None:
    credentials = fresh()
    setup = machine.saved("file", credentials)
    out = machine.folder / "out"
    child = machine.at_terminal("show", setup.id, "--field", "token_id", shell=f'exec "$@" >{out}')
    ended.append(child)
    child.expect_exact(f"Passphrase of {EncryptedFile(machine.file).place}: ")
    child.sendline(machine.passphrase)
    code, said = end_of(child)
    assert (code, out.read_text()) == (0, value(credentials, "token_id") + "\n")
    assert machine.passphrase not in said and value(credentials, "token_id")[:10] not in said


# --- the passphrase


@pytest.mark.pty
def test_a_passphrase_is_asked_three_times_at_most_and_never_echoed(machine: Machine, ended: list[pexpect.spawn[str]]) -> None:
    setup, wrong = machine.saved("file"), generated().get_secret_value()
    child = machine.at_terminal("verify", setup.id)
    ended.append(child)
    said = ""
    for left in ("2 tries left", "1 try left", "cannot be read: The encrypted file does not open"):
        child.expect_exact("Passphrase of ")
        child.expect_exact(": ")
        child.sendline(wrong)
        child.expect_exact(left)
        said += child.before or ""
    code, rest = end_of(child)
    assert code == 5 and wrong not in said + rest


@pytest.mark.pty
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_a_terminal_that_echoes(machine: Machine, number: int, ended: list[pexpect.spawn[str]]) -> None:
    setup = machine.saved("file")
    child = machine.at_terminal("verify", setup.id)
    ended.append(child)
    child.expect_exact("Passphrase of ")
    child.expect_exact(": ")
    assert not termios.tcgetattr(child.child_fd)[3] & termios.ECHO
    if number == signal.SIGINT:
        child.sendintr()
    else:
        child.kill(number)
    child.expect(pexpect.EOF)
    assert termios.tcgetattr(child.child_fd)[3] & termios.ECHO
    child.close()
    assert child.exitstatus == 128 + number
    assert "Traceback" not in (child.before or "")


def test_without_a_terminal_the_way_out_is_told(machine: Machine) -> None:
    setup = machine.saved("file")
    done = machine.run("show", setup.id, "--field", "token_id", given=f"{machine.passphrase}\n")
    assert (done.returncode, done.stdout) == (5, "")
    assert "--passphrase-file FILE" in done.stderr and "LoadCredentialEncrypted=" in done.stderr


def test_a_file_with_the_passphrase_may_be_a_pipe(machine: Machine) -> None:
    credentials = fresh()
    setup = machine.saved("file", credentials)
    option = ("--passphrase-file", "/dev/stdin")
    done = machine.run("show", setup.id, "--field", "token_id", *option, given=f"{machine.passphrase}\r\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, value(credentials, "token_id") + "\n", "")


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        ("another passphrase, quite long\n", 5, "does not open"),
        ("\n", 2, "is empty"),
        ("x" * 5000, 2, "longer than a passphrase"),
        (None, 2, "cannot be read: No such file"),
    ],
)
def test_a_file_without_the_passphrase_is_said_to_be_that(machine: Machine, content: str | None, code: int, says: str) -> None:
    setup = machine.saved("file")
    before = machine.file.read_bytes()
    machine.given.unlink()
    if content is not None:
        machine.given.write_text(content)
    done = machine.run("show", setup.id, "--field", "token_id", *machine.unlocked)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr and (not content or content.strip()[:20] not in done.stderr or not content.strip())
    assert machine.file.read_bytes() == before


def test_a_passphrase_that_everybody_can_read_is_warned_of(machine: Machine) -> None:
    setup = machine.saved("file")
    for mode, warned in ((0o644, True), (0o440, False)):
        machine.given.chmod(mode)
        done = machine.run("verify", setup.id, *machine.unlocked)
        assert done.returncode == 0 and ("Every user of this machine can read" in done.stderr) is warned


@pytest.mark.parametrize(
    ("spoilt", "says"),
    [(lambda raw: raw[:-3], "is damaged"), (lambda raw: raw.replace(b"nsvault/1", b"nsvault/2"), "newer version of this program")],
)
def test_a_file_that_no_passphrase_opens_is_told_before_one_is_asked_for(machine: Machine, spoilt: Any, says: str) -> None:
    setup = machine.saved("file")
    raw = spoilt(machine.file.read_bytes())
    machine.file.write_bytes(raw)
    done = machine.run("show", setup.id, "--field", "token_id")
    assert done.returncode == 5 and says in done.stderr and "terminal" not in done.stderr
    assert machine.file.read_bytes() == raw


@pytest.mark.pty
def test_the_passphrase_is_changed_by_typing_the_new_one_twice(machine: Machine, ended: list[pexpect.spawn[str]]) -> None:
    credentials = fresh()
    machine.saved("file", credentials)
    new = generated().get_secret_value()
    child = machine.at_terminal("passphrase")
    ended.append(child)
    said = ""
    for question, typed in (
        ("Passphrase of ", machine.passphrase), ("New passphrase:", "short"), ("New passphrase:", new), ("The same again:", new[:-1]),
        ("New passphrase:", new), ("The same again:", new),
    ):  # fmt: skip
        child.expect_exact(question)
        child.expect_exact(": " if question.endswith(" ") else " ")
        said += child.before or ""
        child.sendline(typed)
    code, rest = end_of(child)
    assert code == 0 and "The new passphrase alone opens" in rest and new not in said + rest
    machine.passphrase = new
    assert machine.encrypted.get_password(service(credentials), USER) == credentials.to_stored()


def test_there_is_no_passphrase_without_a_file(machine: Machine) -> None:
    done = machine.run("passphrase")
    assert done.returncode == 2 and "no encrypted file" in done.stderr


def test_check_opens_the_encrypted_file(machine: Machine) -> None:
    with serving("alvys-ready") as served:
        given = served.ready["credentials"]
        first, second, third, fourth = (SecretStr(given[name]) for name in VALUES)
        setup = machine.saved("file", Credentials(served.ready["account"], Pair(first, second), Pair(third, fourth)))
        done = run("check", setup.id, *served.network, *machine.unlocked, "--only", "A4", env=machine.environment)
        assert done.returncode == 0 and "+ A4 " in done.stdout, done.stderr
        assert_nothing_repeated(done, machine.passphrase, *(given[name] for name in VALUES))
    with silent() as listening:
        closed = run("check", setup.id, "--connect-to", listening.address, env=machine.environment)
        assert closed.returncode == 5 and "--passphrase-file" in closed.stderr
        machine.file.rename(machine.folder / "elsewhere")
        gone = run("check", setup.id, "--connect-to", listening.address, *machine.unlocked, env=machine.environment)
        assert (gone.returncode, gone.stdout) == (5, "") and f"not in {EncryptedFile(machine.file).place} any more" in gone.stderr
        assert not listening.called()


# --- move


def test_values_are_moved_there_and_back(machine: Machine) -> None:
    credentials = fresh()
    setup = machine.saved("keyring", credentials)
    there = machine.run("move", setup.id, "--to", "file", *machine.unlocked)
    assert there.returncode == 0, there.stderr
    stages = [line.split()[0] for line in there.stderr.splitlines()]
    assert stages == ["Reading", "Writing", "Deleting", "The"] and there.stdout == ""
    assert machine.keyring == {} and machine.encrypted.get_password(service(credentials), USER) == credentials.to_stored()
    kept = machine.kept(setup)
    assert kept and (kept.vault, kept.fingerprint, kept.left_in) == ("file", credentials.fingerprint, None)
    back = machine.run("move", setup.id, "--to", "keyring", *machine.unlocked)
    assert back.returncode == 0 and list(machine.keyring.values()) == [credentials.to_stored()]
    assert machine.encrypted.get_password(service(credentials), USER) is None
    assert_nothing_repeated(there, machine.passphrase, *secrets_of(credentials))


@pytest.mark.pty
def test_moving_makes_the_encrypted_file_with_a_passphrase_typed_twice(machine: Machine, ended: list[pexpect.spawn[str]]) -> None:
    credentials = fresh()
    setup = machine.saved("keyring", credentials)
    child = machine.at_terminal("move", setup.id, "--to", "file")
    ended.append(child)
    for question in ("New passphrase: ", "The same again: "):
        child.expect_exact(question)
        child.sendline(machine.passphrase)
    code, said = end_of(child)
    assert code == 0 and machine.passphrase not in said
    assert machine.encrypted.get_password(service(credentials), USER) == credentials.to_stored()


def test_nothing_is_moved_into_memory_or_nowhere(machine: Machine) -> None:
    setup = machine.saved("keyring")
    for arguments, says in (
        (["--to", "memory"], "ends at once"), (["--to", "elsewhere"], "invalid choice"), ([], "--to"),
    ):  # fmt: skip
        done = machine.run("move", setup.id, *arguments)
        assert done.returncode == 2 and says in done.stderr
    lost = machine.saved("memory", fresh("7654321"))
    assert machine.run("move", lost.id, "--to", "keyring").returncode == 2
    assert machine.keyring and len(machine.asked("get")) == 0


def test_a_vault_that_takes_nothing_leaves_the_values_where_they_are(machine: Machine) -> None:
    credentials = fresh()
    setup = machine.saved("file", credentials)
    machine.plan(probe_set=["locked"])
    done = machine.run("move", setup.id, "--to", "keyring", *machine.unlocked)
    assert done.returncode == 5 and "Nothing was changed" in done.stderr
    assert machine.kept(setup) == setup.kept and machine.keyring == {}
    assert machine.encrypted.get_password(service(credentials), USER) == credentials.to_stored()


@pytest.mark.parametrize("killed_at", ["set", "delete"])
def test_a_move_that_is_killed_leaves_a_good_copy_and_says_where_the_other_is(machine: Machine, killed_at: str) -> None:
    credentials = fresh()
    begins, ends = ("file", "keyring") if killed_at == "set" else ("keyring", "file")
    setup = machine.saved(begins, credentials)
    machine.plan(**{killed_at: ["hold"]})
    moving = start("credentials", "move", setup.id, "--to", ends, *machine.unlocked, env=environment(**machine.environment))
    try:
        until(lambda: (machine.fake / "gate").exists() and machine.asked(killed_at))
        # The child holds the values now, and what opens the file: others can read neither arguments nor environment of it.
        for process in (moving.pid, machine.asked(killed_at)[-1][1]):
            seen = b"".join(Path(f"/proc/{process}/{what}").read_bytes() for what in ("cmdline", "environ"))
            assert not [s for s in (machine.passphrase, *secrets_of(credentials)) if s.encode() in seen]
    finally:
        moving.kill()
        moving.communicate()
        os.kill(machine.asked(killed_at)[-1][1], signal.SIGKILL)
    kept = machine.kept(setup)
    assert kept and kept.left_in and {kept.vault, kept.left_in} == {"file", "keyring"}
    assert machine.run("verify", setup.id, *machine.unlocked).stdout.startswith("+ ")
    again = machine.run("move", setup.id, "--to", ends, *machine.unlocked)
    assert again.returncode == 0, again.stderr
    after = machine.kept(setup)
    assert after and (after.vault, after.left_in) == (ends, None)
    assert bool(machine.keyring) == (ends == "keyring")
    assert (machine.encrypted.get_password(service(credentials), USER) is None) == (ends == "keyring")


def test_a_copy_that_cannot_be_deleted_is_told_until_it_is(machine: Machine) -> None:
    credentials = fresh()
    setup = machine.saved("keyring", credentials)
    machine.plan(delete=["ignored"])
    done = machine.run("move", setup.id, "--to", "file", *machine.unlocked)
    assert done.returncode == 1 and "! A copy is left in the KWallet" in done.stderr
    kept = machine.kept(setup)
    assert kept and (kept.vault, kept.left_in) == ("file", "keyring")
    assert machine.run("delete", setup.id, "--yes", *machine.unlocked).returncode == 0
    assert (machine.keyring, machine.kept(setup)) == ({}, None), "both are gone"


# --- delete


def test_deleting_leaves_the_setup_and_says_that_the_token_is_alive(machine: Machine) -> None:
    credentials = fresh()
    setup = machine.saved("keyring", credentials)
    asked = machine.run("delete", setup.id)
    assert asked.returncode == 2 and "--yes" in asked.stderr and machine.keyring
    done = machine.run("delete", setup.id, "--yes")
    assert done.returncode == 0 and machine.keyring == {} and machine.kept(setup) is None
    assert "Access Tokens" in done.stderr and "Revoke" in done.stderr
    assert "Deleted: nothing lies there" in done.stderr and "memory" not in done.stderr
    assert machine.store.load(setup.id).account == REALM


def test_values_in_memory_are_forgotten_and_not_said_to_be_deleted(machine: Machine) -> None:
    setup = machine.saved("memory")
    done = machine.run("delete", setup.id, "--yes")
    assert done.returncode == 0 and machine.kept(setup) is None
    assert "a run of the wizard that is still open may have them" in done.stderr and "Deleted" not in done.stderr


def test_what_is_still_there_is_not_said_to_be_deleted(machine: Machine) -> None:
    setup = machine.saved("keyring")
    machine.plan(delete=["ignored"])
    done = machine.run("delete", setup.id, "--yes")
    assert done.returncode == 5 and "were not deleted" in done.stderr
    assert machine.keyring and machine.kept(setup) == setup.kept


@pytest.mark.pty
def test_deleting_asks_at_a_terminal(machine: Machine, ended: list[pexpect.spawn[str]]) -> None:
    setup = machine.saved("keyring")
    for word, code, left in (("no", 1, 1), ("delete", 0, 0)):
        child = machine.at_terminal("delete", setup.id)
        ended.append(child)
        child.expect_exact("Type delete and Enter to go on: ")
        child.sendline(word)
        assert end_of(child)[0] == code and len(machine.keyring) == left


# --- verify


def test_verify_tells_unchanged_from_others_gone_and_unreadable(machine: Machine) -> None:
    sets = {name: fresh(name) for name in ("1111111", "2222222", "3333333", "4444444", "5555555")}
    same, other, gone = (machine.saved("keyring", sets[name]) for name in ("1111111", "2222222", "3333333"))
    closed, memory, none = machine.saved("file", sets["4444444"]), machine.saved("memory", sets["5555555"]), machine.saved(None, fresh("6666666"))
    replaced = fresh("2222222")
    machine.put("keyring", replaced)
    left = {name: text for name, text in machine.keyring.items() if "3333333" not in name}
    (machine.fake / "kept").write_text(json.dumps(left))
    done = machine.run("verify")
    rows = {line.split()[1]: line for line in done.stdout.splitlines()}
    assert rows[same.id].startswith("+ ") and "unchanged" in rows[same.id]
    assert rows[other.id].startswith("x ") and f"other values lie in the KWallet: {replaced.fingerprint}" in rows[other.id]
    assert sets["2222222"].fingerprint in rows[other.id] and "since when cannot be known" in rows[other.id]
    assert rows[gone.id].startswith("x ") and "gone" in rows[gone.id]
    assert rows[closed.id].startswith("? ") and "--passphrase-file" in rows[closed.id]
    assert rows[memory.id].startswith("x ") and rows[none.id].startswith("- ")
    assert done.returncode == 1
    assert {name: machine.run("verify", name).returncode for name in (closed.id, none.id)} == {closed.id: 5, none.id: 2}
    assert_nothing_repeated(done, *secrets_of(*sets.values(), replaced))


def test_a_missing_file_is_gone_and_a_keyring_that_is_not_there_cannot_be_read(machine: Machine) -> None:
    setup, other = machine.saved("file"), machine.saved("keyring", fresh("7654321"))
    machine.file.unlink()
    gone = machine.run("verify", setup.id)
    assert gone.returncode == 1 and "gone: nothing lies in the encrypted file" in gone.stdout
    machine.environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    unread = machine.run("verify", other.id)
    assert unread.returncode == 5 and "cannot be read: Keyrings are switched off" in unread.stdout


# --- env


def test_a_child_gets_values_under_the_names_that_were_given(machine: Machine) -> None:
    credentials = fresh()
    setup = machine.saved("keyring", credentials)
    program = (
        "import os, json, sys; up = os.getppid(); "
        "print(json.dumps({'ours': [os.environ.get('NS_ID'), os.environ.get('NS_ACCOUNT')], 'arguments': sys.argv[1:], "
        "'parents': open(f'/proc/{up}/cmdline').read(), 'inherited': sorted(k for k in os.environ if 'PASSPHRASE' in k)}))"
    )
    done = machine.run(
        "env", setup.id, "--map", "NS_ID=token_id", "--map", "NS_ACCOUNT=account", "--", sys.executable, "-c", program, "--map", "x", "--"
    )
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["ours"] == [value(credentials, "token_id"), REALM]
    assert told["arguments"] == ["--map", "x", "--"]
    assert value(credentials, "token_id") not in told["parents"] and told["inherited"] == []


def test_our_own_environment_never_holds_a_value(machine: Machine) -> None:
    credentials = fresh()
    setup = machine.saved("keyring", credentials)
    command = ["sh", "-c", 'echo "$NS_ID"; read -r line']
    running = start("credentials", "env", setup.id, "--map", "NS_ID=token_id", "--", *command, env=environment(**machine.environment))
    try:
        assert next_line(running).strip() == value(credentials, "token_id")
        try:
            held = Path(f"/proc/{running.pid}/environ").read_bytes()
        except PermissionError:  # the program forbids that on Linux, so that root alone can read it
            held = b""
        assert value(credentials, "token_id").encode() not in held
    finally:
        running.communicate("\n", timeout=LONG)
    assert running.returncode == 0


def test_exit_codes_and_signals_pass_through(machine: Machine) -> None:
    setup = machine.saved("keyring")
    mapped = ["credentials", "env", setup.id, "--map", "NS_ID=token_id", "--", "sh", "-c"]
    assert run(*mapped, "exit 7", env=machine.environment).returncode == 7
    assert run(*mapped, "kill -KILL $$", env=machine.environment).returncode == 137
    for number in (signal.SIGTERM, signal.SIGHUP):
        running = start(*mapped, "trap 'echo caught; exit 9' TERM HUP; echo ready; while read -r line; do :; done", env=environment(**machine.environment))
        try:
            assert next_line(running) == "ready\n"
            running.send_signal(number)
            assert next_line(running) == "caught\n"
            assert running.wait(LONG) == 9
        finally:
            running.kill()
            running.communicate()


@pytest.mark.parametrize(
    ("mapped", "says"),
    [
        ([], "Say under which names"),
        (["PATH=token_id"], "steers programs"),
        (["LD_PRELOAD=token_id"], "steers programs"),
        (["PYTHONSTARTUP=token_id"], "steers programs"),
        (["9A=token_id"], "no digit first"),
        (["A B=token_id"], "no digit first"),
        (["NS_ID"], "no digit first"),
        (["NS_ID=secret"], "fields: account"),
        (["NS_ID=token_id", "NS_ID=token_secret"], "twice"),
    ],
)
def test_a_name_that_is_none_or_does_harm_is_refused(machine: Machine, mapped: list[str], says: str) -> None:
    from wizard.credentials_env import _names
    from wizard.errors import UsageError

    with pytest.raises(UsageError, match=re.escape(says)):
        _names(mapped)


def test_names_of_ones_own_are_free() -> None:
    from wizard.credentials_env import _names

    assert _names(["GITHUB_TOKEN=token_id", "_x=account", "NODE_ENV2=consumer_key"])


def test_a_command_that_is_not_there_is_told_before_anything_is_read(machine: Machine) -> None:
    setup = machine.saved("file")
    done = machine.run("env", setup.id, "--map", "NS_ID=token_id", "--", "no-such-command-anywhere")
    assert done.returncode == 2 and "not found" in done.stderr
    unnamed = machine.run("env", setup.id, "--", "true")
    assert unnamed.returncode == 2 and "--map NAME=FIELD" in unnamed.stderr


# --- other programs, as docs/secrets.md tells them


def test_other_programs_read_the_encrypted_file(machine: Machine) -> None:
    credentials = fresh()
    machine.saved("file", credentials)
    page = (ROOT / "docs" / "secrets.md").read_text(encoding="utf-8")
    [sample] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    [variables] = re.findall(r"((?:^export .*\n)+)keyring get (\S+ \S+)$", page, re.MULTILINE)
    by_python = subprocess.run(
        [sys.executable, "-c", sample, str(machine.given)], capture_output=True, text=True, timeout=LONG, check=True, env=environment()
    )
    assert by_python.stdout == f"{REALM}\n"
    names = dict(re.findall(r"export (\w+)=(\S+)", variables[0]))
    assert set(names) == {"PYTHON_KEYRING_BACKEND", "KEYRING_PROPERTY_PASSPHRASE_FILE"}
    names["KEYRING_PROPERTY_PASSPHRASE_FILE"] = str(machine.given)
    by_keyring = subprocess.run(
        [sys.executable, "-m", "keyring", "get", *variables[1].split()],
        capture_output=True, text=True, timeout=LONG, check=True, env=environment(**names),
    )  # fmt: skip
    assert by_keyring.stdout == f"{credentials.to_stored()}\n"


# --- whoever reads has enough


def test_a_closed_pipe_is_no_crash(machine: Machine) -> None:
    setup = machine.saved("keyring")
    shell = '"$@" | :; exit 0'
    command = ["bash", "-c", f"set -o pipefail; {shell}", "sh", *PROGRAM, "credentials", "show", setup.id, "--field", "token_id"]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=LONG, env=environment(**machine.environment), cwd=ROOT
    )
    assert (done.stdout, done.stderr) == ("", "")




@pytest.mark.secretservice
def test_from_a_real_secret_service_into_the_encrypted_file(machine: Machine) -> None:
    credentials = fresh()
    OsKeyring(deadline=30).save(credentials, "alvys")
    setup = machine.saved(None, credentials)
    setup.kept = Kept(
        vault="keyring", place="the GNOME keyring", pairs=("consumer", "token"), fingerprint=credentials.fingerprint, at=Clock().now()
    )
    machine.store.save(setup)
    shown = run("credentials", "show", setup.id, "--field", "token_secret")
    assert (shown.returncode, shown.stdout) == (0, value(credentials, "token_secret") + "\n")
    moved = run("credentials", "move", setup.id, "--to", "file", *machine.unlocked)
    assert moved.returncode == 0, moved.stderr
    assert OsKeyring(deadline=30).load(REALM, "alvys") is None
    assert machine.encrypted.get_password(service(credentials), USER) == credentials.to_stored()
