"""Other programs read the encrypted file through ``keyring``, as they do any keyring: its command, its functions, its settings."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from leakscan import scan
from pydantic import SecretStr
from support import ROOT
from vault_values import PROFILE, REALM, SERVICE, canaries, fresh

from wizard.vault.encrypted_file import EncryptedFileKeyring
from wizard.vault.file_vault import EncryptedFile
from wizard.vault.interface import Usability
from wizard.vault.os_keyring import OsKeyring
from wizard.vault.passphrase import generated

BACKEND = "wizard.vault.encrypted_file.EncryptedFileKeyring"
PASSPHRASE = generated().get_secret_value()


@pytest.fixture
def path(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this user's file is, and the setting that makes ``keyring`` use it."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", BACKEND)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    return Path(EncryptedFileKeyring().path)


@pytest.fixture
def passphrase_file(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "credential"
    file.write_text(f"{PASSPHRASE}\nanother line\n", encoding="utf-8")
    monkeypatch.setenv("KEYRING_PROPERTY_PASSPHRASE_FILE", str(file))
    return file


def command(*arguments: str, value: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run keyring's command without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "keyring", *arguments], input=value, capture_output=True, text=True, start_new_session=True, timeout=120, check=False
    )


def in_python(program: str) -> str:
    """Run a program without a terminal; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, start_new_session=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# --- at a terminal


@pytest.fixture
def terminal(path: Path) -> Iterator[list[pexpect.spawn[str]]]:
    """Where commands that are asked questions are put, to be ended."""
    begun: list[pexpect.spawn[str]] = []
    yield begun
    for child in begun:
        child.close(force=True)


def ask(terminal: list[pexpect.spawn[str]], *arguments: str) -> pexpect.spawn[str]:
    child = pexpect.spawn(sys.executable, ["-m", "keyring", *arguments], encoding="utf-8", timeout=120, env=dict(os.environ))
    terminal.append(child)
    return child


def answered(child: pexpect.spawn[str], *turns: tuple[str, str]) -> tuple[int, str]:
    """Answer questions; return exit code and all that was shown."""
    shown = ""
    for question, answer in turns:
        child.expect_exact(question)
        shown += child.before + question
        child.waitnoecho(30)
        child.sendline(answer)
    child.expect(pexpect.EOF)
    child.wait()
    return child.exitstatus or 0, shown + child.before


@pytest.mark.pty
def test_keyrings_command_asks_for_the_passphrase_and_shows_it_nowhere(path: Path, home: Path, terminal: list[pexpect.spawn[str]]) -> None:
    begun, values = time.time(), fresh()
    new, again = f"New passphrase of {path}: ", "The same once more: "
    code, shown = answered(ask(terminal, "set", "svc", "me"), ("Password for", "a value"), (new, PASSPHRASE), (again, PASSPHRASE + "x"))
    assert code and "two different passphrases" in shown and not path.exists()
    code, shown = answered(ask(terminal, "set", "svc", "me"), ("Password for", "a value"), (new, "short"), (again, "short"))
    assert code and "too short" in shown and not path.exists()
    code, shown = answered(ask(terminal, "set", "svc", "me"), ("Password for", "a value"), (new, PASSPHRASE), (again, PASSPHRASE))
    assert code == 0 and PASSPHRASE not in shown and path.exists()
    before = path.read_bytes()
    code, shown = answered(ask(terminal, "get", "svc", "me"), (f"Passphrase of {path}: ", PASSPHRASE[:-1]))
    assert code and "another passphrase, or a damaged file" in shown and PASSPHRASE[:-1] not in shown
    code, shown = answered(ask(terminal, "get", "svc", "me"), (f"Passphrase of {path}: ", PASSPHRASE))
    assert (code, shown.split()[-1]) == (0, "value") and PASSPHRASE not in shown
    assert path.read_bytes() == before
    wizard = EncryptedFile(path, deadline=60)  # the file is the wizard's own
    assert wizard.open(SecretStr(PASSPHRASE)).usability is Usability.OK
    wizard.save(values, PROFILE)
    code, shown = answered(ask(terminal, "get", SERVICE, "tba"), (f"Passphrase of {path}: ", PASSPHRASE))
    assert code == 0 and values.to_stored() in shown
    assert scan([PASSPHRASE, *canaries(values)], begun, [home]) == []


@pytest.mark.pty
def test_a_value_may_come_by_a_pipe_while_the_passphrase_is_typed(path: Path, terminal: list[pexpect.spawn[str]]) -> None:
    child = pexpect.spawn("/bin/sh", ["-c", f"printf %s piped | {sys.executable} -m keyring set svc me"], encoding="utf-8", timeout=120)
    terminal.append(child)
    code, shown = answered(child, ("New passphrase of", PASSPHRASE), ("once more", PASSPHRASE))
    assert code == 0 and PASSPHRASE not in shown
    assert EncryptedFileKeyring(path, PASSPHRASE).get_password("svc", "me") == "piped"


# --- without one


def test_a_job_without_a_terminal_reads_by_the_file_of_the_passphrase(path: Path, passphrase_file: Path) -> None:
    values = fresh()
    wizard = EncryptedFile(path, deadline=60)
    wizard.open(SecretStr(PASSPHRASE))
    wizard.save(values, PROFILE)
    assert command("get", SERVICE, "tba").stdout.strip() == values.to_stored()
    shown = in_python(f"import json, keyring; print(json.loads(keyring.get_password({SERVICE!r}, 'tba'))['account'])")
    assert shown == REALM
    assert command("set", "svc", "me", value="by a job").returncode == 0
    assert command("get", "svc", "me").stdout.strip() == "by a job"
    assert command("del", "svc", "me").returncode == 0
    assert command("get", "svc", "me").returncode == 1
    assert wizard.load(REALM, PROFILE) == values


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read: No such file"), (b"", "no passphrase was given"), (b"\n" + PASSPHRASE.encode(), "no passphrase was given"),
        (b"another passphrase entirely\n", "another passphrase, or a damaged file"), (b"\xff\xfe\x00", "another passphrase, or a damaged file"),
    ],
    ids=["no file", "empty", "on the second line", "another", "no text"],  # never a passphrase in the name of a test
)  # fmt: skip
def test_a_file_without_the_passphrase_opens_nothing(path: Path, passphrase_file: Path, content: bytes | None, says: str) -> None:
    EncryptedFileKeyring(path, PASSPHRASE).set_password("svc", "me", "a value")
    passphrase_file.unlink()
    if content is not None:
        passphrase_file.write_bytes(content)
    done = command("get", "svc", "me")
    assert done.returncode and says in done.stderr and done.stdout == ""


@pytest.mark.parametrize("written", [b"\xef\xbb\xbf%s\r\n", b"%s", b"%s\n\n"])
def test_editors_of_all_systems_may_have_written_the_passphrase(path: Path, passphrase_file: Path, written: bytes) -> None:
    EncryptedFileKeyring(path, PASSPHRASE).set_password("svc", "me", "a value")
    passphrase_file.write_bytes(written % PASSPHRASE.encode())
    assert EncryptedFileKeyring().get_password("svc", "me") == "a value"


def test_nobody_to_ask_is_said_and_no_variable_is_a_passphrase(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    EncryptedFileKeyring(path, PASSPHRASE).set_password("svc", "me", "a value")
    for name in ("PASSPHRASE", "_PASSPHRASE", "_KEY", "KEYRING_KEY"):
        monkeypatch.setenv(f"KEYRING_PROPERTY_{name}", PASSPHRASE)
    done = command("get", "svc", "me")
    assert done.returncode and "no passphrase was given" in done.stderr
    assert command("get", "svc", "me", value=PASSPHRASE).returncode  # nor is standard input


def test_the_file_may_lie_elsewhere(path: Path, passphrase_file: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYRING_PROPERTY_PATH", "~/elsewhere/vault.json")
    assert command("set", "svc", "me", value="there").returncode == 0
    assert (home / "elsewhere/vault.json").exists() and not path.exists()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")  # the wizard's own are not led astray
    monkeypatch.setenv("KEYRING_PROPERTY_PATH", str(home / "astray.json"))
    monkeypatch.setenv("KEYRING_PROPERTY_PASSPHRASE_FILE", str(home / "astray"))
    vault = EncryptedFile(home / "elsewhere/vault.json", deadline=60)
    assert vault.open(SecretStr(PASSPHRASE)).usability is Usability.OK
    assert not (home / "astray.json").exists()


# --- never by itself


def test_nobody_gets_it_without_asking_for_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    program = """
import wizard.vault.encrypted_file, keyring
from keyring.backends.chainer import ChainerBackend
print(keyring.get_keyring(), [type(member).__name__ for member in ChainerBackend().backends])
"""
    shown = in_python(program)
    assert "EncryptedFileKeyring" not in shown and shown.startswith("keyring.backends.fail.Keyring")
    assert "fake" not in shown and "EncryptedFileKeyring" not in command("--list-backends").stdout


def test_the_wizards_keyring_says_what_that_setting_is(path: Path) -> None:
    state = OsKeyring(deadline=60).probe()
    assert state.usability is Usability.UNTRUSTED
    assert "this program's own encrypted file" in state.says and "the encrypted file is chosen as such" in state.way_out
