"""What is behind a verdict: the setting, the package, the kind of machine; each has its own words and way out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fake_keyrings import Fake
from installed import install
from pydantic import SecretStr
from secret_service import SecretService
from vault_values import PROFILE, REALM, SERVICE

from wizard.credentials import Credentials
from wizard.errors import VaultAbsent
from wizard.vault.interface import Usability
from wizard.vault.os_keyring import OsKeyring
from wizard.vault.reasons import why
from wizard.vault.words import FINER, words

VARIABLE = "PYTHON_KEYRING_BACKEND"


@pytest.fixture(autouse=True)
def _no_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)


@pytest.fixture
def settings(home: Path) -> Path:
    """Where keyring looks for its settings; not there."""
    folder = home / "config" / "python_keyring"
    folder.mkdir(parents=True)
    return folder / "keyringrc.cfg"


@pytest.mark.parametrize(
    ("setting", "usability", "said"),
    [
        ("keyring.backends.null.Keyring", Usability.DISABLED, "its null backend"),
        ("keyring.backends.fail.Keyring", Usability.NO_BACKEND, "its fail backend is chosen"),
        ("keyring.backends.gone.Keyring", Usability.MISCONFIGURED, "names a keyring that does not work here"),
        ("keyring.backends.chainer.ChainerBackend", Usability.UNTRUSTED, "no keyring is in it"),
    ],
)
def test_the_variable_or_the_file_that_chose_it_is_named(
    setting: str, usability: Usability, said: str, settings: Path, vault: OsKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, setting)
    by_variable = vault.probe()
    assert (by_variable.usability, said in by_variable.says) == (usability, True)
    assert f"nset {VARIABLE}" in by_variable.way_out
    monkeypatch.delenv(VARIABLE)
    settings.write_text(f"[backend]\ndefault-keyring={setting}\n", encoding="utf-8")
    by_file = vault.probe()
    assert (by_file.usability, said in by_file.says) == (usability, True)
    assert "line default-keyring" in by_file.way_out and str(settings) in by_file.way_out
    settings.unlink()
    assert vault.probe().usability is Usability.NO_BACKEND  # the way out leads out


def test_the_file_of_this_program_is_not_taken_for_the_keyring(vault: OsKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "wizard.vault.encrypted_file.EncryptedFileKeyring")  # as docs/secrets.md tells other programs
    state = vault.probe()
    assert state.usability is Usability.UNTRUSTED
    assert "own encrypted file" in state.says and f"unset {VARIABLE}" in state.way_out


def test_what_keyring_disable_leaves_is_named_with_its_path(settings: Path, vault: OsKeyring) -> None:
    subprocess.run([sys.executable, "-m", "keyring", "--disable"], check=True)
    state = vault.probe()
    assert "keyring --disable" in state.says and str(settings) in state.way_out
    with pytest.raises(VaultAbsent, match="keyring --disable"):
        vault.load(REALM, PROFILE)


def test_settings_that_cannot_be_looked_at_break_nothing(settings: Path, vault: OsKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.symlink_to(settings)  # a loop: whoever opens it fails
    assert vault.probe().usability in (Usability.NO_BACKEND, Usability.MISCONFIGURED)
    monkeypatch.setenv("XDG_CONFIG_HOME", f"{settings}/\n{'x' * 300}")
    assert vault.probe().usability in (Usability.NO_BACKEND, Usability.MISCONFIGURED)
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.delenv("HOME")
    assert "{" not in words(Usability.DISABLED, "settings")[1]


# --- packages that offer keyrings, installed as pip installs them

@pytest.mark.parametrize(
    ("module", "name", "priority", "said"),
    [
        ("keyrings.alt.file", "PlaintextKeyring", 0.5, "writes values in clear"),
        ("keyrings.cryptfile.cryptfile", "CryptFileKeyring", 2.5, "can lose all it holds"),
        ("keyring_pass", "PasswordStoreBackend", 1, "would share this terminal"),
    ],
)
def test_a_package_that_python_would_use_instead_is_named_and_gets_nothing(
    module: str, name: str, priority: float, said: str, fake: Fake, vault: OsKeyring, credentials: Credentials,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.delenv(VARIABLE)
    install(tmp_path, module, name, priority)
    monkeypatch.syspath_prepend(tmp_path)
    state = vault.probe()
    assert (state.usability, state.backend) == (Usability.UNTRUSTED, f"{module}.{name}")
    assert said in state.says and "pip uninstall" in state.way_out and "It is not used" in state.way_out
    with pytest.raises(VaultAbsent, match=said):
        vault.save(credentials, PROFILE)
    assert fake.kept == {}


# --- the kind of machine


@pytest.mark.parametrize(
    ("file", "content", "reason", "said"),
    [
        (".dockerenv", "", "container", "on a volume"),
        ("run/.containerenv", "", "container", "on a volume"),
        ("run/systemd/container", "systemd-nspawn", "container", "on a volume"),
        ("proc/1/cgroup", "0::/kubepods/besteffort/pod1", "container", "on a volume"),
        ("proc/version", "Linux version 5.15.0-microsoft-standard-WSL2", "wsl", "/etc/wsl.conf"),
        ("proc/sys/kernel/osrelease", "4.4.0-19041-Microsoft", "wsl", "/etc/wsl.conf"),
        ("proc/version", "Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org)", "", "Usual over SSH"),
        ("proc/1/cgroup", "0::/init.scope", "", "Usual over SSH"),
    ],
)
def test_a_container_and_wsl_have_their_own_way_out(file: str, content: str, reason: str, said: str, tmp_path: Path) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(content, encoding="utf-8")
    assert why(Usability.NO_BACKEND, "keyring.backends.fail.Keyring", tmp_path) == reason
    assert said in words(Usability.NO_BACKEND, reason)[1]


def test_a_container_on_wsl_is_a_container(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/version").write_text("Linux version 5.15.0-microsoft-standard-WSL2", encoding="utf-8")
    (tmp_path / ".dockerenv").touch()
    assert why(Usability.NO_BACKEND, "", tmp_path) == "container"


def test_a_machine_that_tells_nothing_has_the_general_words(tmp_path: Path) -> None:
    for usability in Usability:
        reason = why(usability, "unknown", tmp_path)
        assert not reason
        assert words(usability, reason) == words(usability) and "{" not in "".join(words(usability)).replace("{settings}", "")
    assert all("{" not in "".join(words(*key)) for key in FINER)


# --- settings of a single attribute


@pytest.mark.secretservice
def test_what_one_login_stored_is_found_by_another_with_other_properties(
    service: SecretService, vault: OsKeyring, credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.start()
    service.unlock()
    monkeypatch.setenv("KEYRING_PROPERTY_SCHEME", "KeePassXC")
    monkeypatch.setenv("KEYRING_PROPERTY_APPID", "another")
    vault.save(credentials, PROFILE)
    # The trap is real: keyring itself, so set, looks for it under other names.
    get = [sys.executable, "-m", "keyring", "get", SERVICE, "tba"]
    assert subprocess.run(get, capture_output=True, check=False).returncode == 1
    monkeypatch.delenv("KEYRING_PROPERTY_SCHEME")
    monkeypatch.delenv("KEYRING_PROPERTY_APPID")
    assert vault.load(REALM, PROFILE) == credentials


@pytest.mark.secretservice
@pytest.mark.parametrize(
    ("collection", "usability"), [("session", Usability.MEMORY_ONLY), ("gone", Usability.NO_COLLECTION)]
)
def test_a_collection_that_keeps_nothing_is_told_by_its_variable(
    collection: str, usability: Usability, service: SecretService, vault: OsKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.start()
    service.unlock()
    monkeypatch.setenv("KEYRING_PROPERTY_PREFERRED_COLLECTION", f"/org/freedesktop/secrets/collection/{collection}")
    for state in (vault.probe(), vault.unlock(SecretStr(service.password)), vault.create(SecretStr(service.password))):
        assert state.usability is usability
        assert "KEYRING_PROPERTY_PREFERRED_COLLECTION" in state.says and "nset" in state.way_out
