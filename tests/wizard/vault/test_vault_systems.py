"""macOS, Windows and KWallet: keyring's own classes over stand-ins for the system's calls. Their systems were not run."""

from __future__ import annotations

import pytest
from fake_keyrings import Fake
from vault_values import PROFILE, REALM, SERVICE, fresh

from wizard.credentials import Credentials
from wizard.errors import VaultAbsent, VaultBroken, VaultError, VaultLocked
from wizard.vault.call import ask
from wizard.vault.interface import Usability
from wizard.vault.os_keyring import OsKeyring

LOCAL_MACHINE = 2


@pytest.fixture
def mac(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """The macOS keychain."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "fake_systems.Keyring")
    return fake


@pytest.fixture
def windows(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """The Windows credential store."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "fake_systems.WinVaultKeyring")
    return fake


@pytest.fixture
def kwallet(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """KWallet, by its own bus name."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "fake_systems.DBusKeyring")
    return fake


@pytest.mark.parametrize(
    ("number", "usability", "kind", "said"),
    [
        (-25308, Usability.NO_INTERACTION, VaultLocked, r"same session: security unlock-keychain ~/Library.*never give it with -p"),
        (-25291, Usability.NO_BACKEND, VaultAbsent, "security list-keychains"),
        (-25307, Usability.NO_COLLECTION, VaultAbsent, "security default-keychain -s"),
        (-128, Usability.DENIED, VaultLocked, "declined its dialog"),
        (-25293, Usability.DENIED, VaultLocked, "does not accept this Python"),
        (-50, Usability.FAILS, VaultBroken, "does not know"),
    ],
)
def test_a_refusal_of_macos_is_understood(
    number: int, usability: Usability, kind: type[VaultError], said: str, mac: Fake, vault: OsKeyring
) -> None:
    mac.plan(probe_add=[number], get=[number])
    assert vault.probe().usability is usability
    with pytest.raises(kind, match=said):
        vault.load(REALM, PROFILE)


def test_macos_deletes_before_it_adds_and_the_old_values_survive(mac: Fake, vault: OsKeyring, credentials: Credentials) -> None:
    vault.save(credentials, PROFILE)
    assert vault.place == "the macOS keychain of this account on this machine"
    mac.plan(add=[-25308])
    with pytest.raises(VaultLocked, match=r"lost and put back.*-25308"):
        vault.save(fresh(), PROFILE)
    assert vault.load(REALM, PROFILE) == credentials


@pytest.mark.parametrize(
    ("number", "usability", "kind", "said"),
    [
        (1312, Usability.NO_LOGON_SESSION, VaultAbsent, "Remote Desktop"),
        (1783, Usability.TOO_LONG, VaultBroken, "length"),
        (8, Usability.FULL, VaultBroken, "full"),
        (1004, Usability.FAILS, VaultBroken, "does not know"),
    ],
)
def test_a_refusal_of_windows_is_understood(
    number: int, usability: Usability, kind: type[VaultError], said: str, windows: Fake, vault: OsKeyring
) -> None:
    windows.plan(probe_CredRead=[None, number], probe_CredWrite=[number], CredRead=[number])
    assert vault.probe().usability is usability
    with pytest.raises(kind, match=said):
        vault.load(REALM, PROFILE)


def test_after_a_rotation_windows_holds_no_older_value(windows: Fake, vault: OsKeyring, credentials: Credentials) -> None:
    vault.save(fresh(), PROFILE)
    receipt = vault.save(credentials, PROFILE)
    assert receipt.note == ""
    assert windows.kept == {SERVICE: ["tba", credentials.to_stored()]}
    assert windows.read("persist", None) == LOCAL_MACHINE  # does not roam with the profile
    assert vault.load(REALM, PROFILE) == credentials


def test_an_older_value_that_windows_does_not_let_go_is_mentioned(windows: Fake, vault: OsKeyring, credentials: Credentials) -> None:
    vault.save(fresh(), PROFILE)
    windows.plan(CredDelete=[5])
    receipt = vault.save(credentials, PROFILE)
    assert "revoke the old token in NetSuite" in receipt.note
    assert vault.load(REALM, PROFILE) == credentials
    vault.delete(REALM, PROFILE)  # takes the older value along
    assert windows.kept == {}


# --- KWallet


def test_kwallet_makes_the_round_trip_under_a_name_people_can_allow(kwallet: Fake, vault: OsKeyring, credentials: Credentials) -> None:
    assert vault.save(credentials, PROFILE).place == "the KWallet of this account on this machine"
    assert kwallet.kept == {f"{SERVICE} tba": credentials.to_stored()}
    assert kwallet.read("appid", None) == "Python keyring library"  # its window asks about this name
    assert vault.load(REALM, PROFILE) == credentials
    vault.delete(REALM, PROFILE)
    assert vault.load(REALM, PROFILE) is None


def test_a_write_that_kwallet_loses_in_silence_is_found_out(kwallet: Fake, vault: OsKeyring, credentials: Credentials) -> None:
    kwallet.plan(probe_write=["refused"])
    state = vault.probe()
    assert state.usability is Usability.KEEPS_NOTHING
    assert "does not tell when it cannot write" in state.says and "KWalletManager" in state.way_out
    kwallet.plan(write=["refused"])  # the disposable value was kept, the real one is not
    with pytest.raises(VaultBroken, match="not kept; nothing was changed"):
        vault.save(credentials, PROFILE)


@pytest.mark.parametrize(
    ("fault", "usability", "said"),
    [
        ("window closed", Usability.LOCKED, "opens in its own window alone"),
        ("org.freedesktop.DBus.Error.NoReply", Usability.VANISHED, "Try again"),
        ("org.freedesktop.DBus.Error.ServiceUnknown", Usability.NO_BACKEND, ""),
        ("org.freedesktop.DBus.Error.AccessDenied", Usability.DENIED, "Allow the access"),
    ],
)
def test_a_wallet_that_does_not_open_is_told(fault: str, usability: Usability, said: str, kwallet: Fake, vault: OsKeyring) -> None:
    kwallet.plan(open=[fault])
    state = vault.probe()
    assert (state.usability, said in state.way_out) == (usability, True)


# --- what reaches a keyring at all


@pytest.mark.parametrize(("length", "usability"), [(1200, Usability.OK), (1201, Usability.FAILS), (0, Usability.FAILS)])
def test_a_value_that_some_keyring_cannot_hold_reaches_none(length: int, usability: Usability, windows: Fake) -> None:
    answer = ask({"do": "set", "service": SERVICE, "value": "x" * length}, 30)
    assert answer.verdict is usability
    assert bool(windows.kept) == (usability is Usability.OK)


@pytest.mark.parametrize("inside", ["\n", "\r", "\0", "\x1b", "\x7f", "é", "\u2028"])
def test_a_line_break_or_control_character_reaches_no_keyring(inside: str, fake: Fake) -> None:
    assert ask({"do": "set", "service": SERVICE, "value": f"one{inside}two"}, 30).verdict is Usability.FAILS
    assert fake.calls == []
