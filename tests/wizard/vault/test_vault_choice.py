"""Which keyring Python would use, and whether it may be given a secret; without a Secret Service."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fake_keyrings import Fake
from vault_values import PROFILE, REALM

from wizard.credentials import Credentials
from wizard.errors import VaultAbsent
from wizard.vault.interface import Usability
from wizard.vault.os_keyring import OsKeyring


@pytest.mark.parametrize(
    ("setting", "usability"),
    [
        (None, Usability.NO_BACKEND),
        ("keyring.backends.fail.Keyring", Usability.NO_BACKEND),
        ("keyring.backends.null.Keyring", Usability.DISABLED),
        ("keyring.backends.gone.Keyring", Usability.MISCONFIGURED),
        ("keyring.backends.null.Gone", Usability.MISCONFIGURED),
        ("", Usability.MISCONFIGURED),
        ("keyring.backends.SecretService.Keyring", Usability.MISCONFIGURED),  # named, and there is no bus
        ("keyring.backends.chainer.ChainerBackend", Usability.UNTRUSTED),  # nothing to chain: as silent as null
        ("fake_plaintext.PlaintextKeyring", Usability.UNTRUSTED),
        ("fake_plaintext.ChainerBackend", Usability.UNTRUSTED),  # a chain of PlaintextKeyring alone
    ],
)
def test_only_a_trusted_keyring_gets_a_secret(
    setting: str | None,
    usability: Usability,
    fake: Fake,
    vault: OsKeyring,
    credentials: Credentials,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    if setting is not None:
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", setting)
    state = vault.probe()
    assert state.usability is usability
    with pytest.raises(VaultAbsent, match="Nothing was changed") as caught:
        vault.save(credentials, PROFILE)
    assert state.says in caught.value.message
    assert state.way_out in caught.value.message
    with pytest.raises(VaultAbsent):
        vault.load(REALM, PROFILE)
    assert fake.kept == {}


def test_keyring_disable_is_recognised(vault: OsKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    subprocess.run([sys.executable, "-m", "keyring", "--disable"], check=True)
    assert vault.probe().usability is Usability.DISABLED


@pytest.mark.parametrize("content", ["[backend]\ndefault-keyring=keyring.backends.gone.Keyring\n", "no section\n"])
def test_a_wrong_settings_file_is_recognised(content: str, vault: OsKeyring, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    folder = home / "config" / "python_keyring"
    folder.mkdir(parents=True)
    (folder / "keyringrc.cfg").write_text(content, encoding="utf-8")
    assert vault.probe().usability is Usability.MISCONFIGURED


def test_a_keyring_that_writes_in_clear_is_found_by_its_files(
    fake: Fake, vault: OsKeyring, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = home / "elsewhere"
    (home / ".local/share/keyrings").mkdir(parents=True)
    monkeypatch.setenv("XDG_DATA_HOME", str(data))  # the service may have been started with another one
    monkeypatch.setenv("FAKE_KEYRING", str(home / ".local/share/keyrings"))
    assert vault.probe().usability is Usability.PLAINTEXT
    assert "nswizard" not in (home / ".local/share/keyrings/kept").read_text(encoding="utf-8")
