"""A GNOME keyring that is opened, or made, from here: the real one on a private bus. Others are told to open elsewhere."""

from __future__ import annotations

import time

import pytest
from fake_keyrings import Fake
from leakscan import scan
from pydantic import SecretStr
from secret_service import PASSWORD, SecretService
from support import canary
from vault_values import PROFILE, REALM, canaries, fresh

from wizard.credentials import Credentials
from wizard.errors import VaultBroken
from wizard.vault.interface import StoreState, Usability
from wizard.vault.os_keyring import OsKeyring

secretservice = pytest.mark.secretservice
COLLECTION = "/org/freedesktop/secrets/collection/stand_in"


def opened(vault: OsKeyring, do: str, password: str) -> StoreState:
    """Open or make a keyring."""
    return getattr(vault, do)(SecretStr(password))


def keyrings(service: SecretService) -> dict[str, bytes]:
    """Return the keyrings' files."""
    return {path.name: path.read_bytes() for path in (service.home / "data/keyrings").glob("*")}


@secretservice
def test_a_locked_keyring_is_opened_with_its_own_password_alone(
    service: SecretService, vault: OsKeyring, credentials: Credentials
) -> None:
    service.start()
    service.unlock()
    vault.save(credentials, PROFILE)
    service.kill_daemon()
    assert vault.probe().opens_by == "unlock"
    for wrong in ("another", f"{PASSWORD}\n", f" {PASSWORD}", "x" * 1000, f"{PASSWORD}\0"):  # a line end is part of a password
        state = opened(vault, "unlock", wrong)
        assert state.usability is Usability.WRONG_PASSWORD
        assert "login password" in state.way_out and "older one" in state.way_out
        assert vault.probe().usability is Usability.LOCKED
    state = opened(vault, "unlock", PASSWORD)
    assert (state.usability, state.opens_by) == (Usability.OK, "")
    assert vault.load(REALM, PROFILE) == credentials
    newer = fresh()
    vault.save(newer, PROFILE)
    assert vault.load(REALM, PROFILE) == newer
    # An open one is not asked again: it would take any password for right.
    assert opened(vault, "unlock", "another").usability is Usability.OK


@secretservice
def test_a_first_keyring_is_made_that_logins_open(service: SecretService, vault: OsKeyring, credentials: Credentials) -> None:
    begun, password = time.time(), canary()
    service.start()
    assert vault.probe().opens_by == "create"
    assert opened(vault, "unlock", password).usability is Usability.NO_COLLECTION
    assert opened(vault, "create", password).usability is Usability.OK
    vault.save(credentials, PROFILE)
    assert scan([password, *canaries(credentials)], begun, [service.home]) == []
    service.kill_daemon()
    service.password = password
    service.unlock()  # as a login does
    assert vault.load(REALM, PROFILE) == credentials
    service.kill_daemon()
    files = keyrings(service)
    assert opened(vault, "create", canary()).usability is Usability.LOCKED  # there is one: nothing is made
    assert keyrings(service) == files


@secretservice
def test_a_damaged_file_is_said_to_be_there_and_left_alone(service: SecretService, vault: OsKeyring, credentials: Credentials) -> None:
    service.start()
    service.unlock()
    vault.save(credentials, PROFILE)
    service.kill_daemon()
    damaged = service.home / "data/keyrings/login.keyring"
    damaged.write_bytes(damaged.read_bytes()[:60])
    before = keyrings(service)
    state = vault.probe()
    assert (state.usability, state.opens_by) == (Usability.UNREADABLE, "")
    assert "move it away" in state.way_out
    with pytest.raises(VaultBroken, match="cannot read this account's keyring"):
        vault.load(REALM, PROFILE)
    # GNOME would make one beside it, and not find that one after its next start: nothing is made.
    assert opened(vault, "create", PASSWORD).usability is Usability.UNREADABLE
    assert keyrings(service) == before
    damaged.rename(damaged.with_suffix(".away"))
    service.kill_daemon()
    assert opened(vault, "create", PASSWORD).usability is Usability.OK
    vault.save(credentials, PROFILE)
    service.kill_daemon()
    assert opened(vault, "unlock", PASSWORD).usability is Usability.OK
    assert vault.load(REALM, PROFILE) == credentials


@secretservice
def test_a_keyring_that_is_not_the_default_any_more_becomes_it_again(
    service: SecretService, vault: OsKeyring, credentials: Credentials
) -> None:
    service.start()
    service.unlock()
    vault.save(credentials, PROFILE)
    service.kill_daemon()
    (service.home / "data/keyrings/default").write_text("gone", encoding="utf-8")
    assert vault.probe().opens_by == "create"
    names = set(keyrings(service))
    assert opened(vault, "create", canary()).usability is Usability.LOCKED
    assert opened(vault, "unlock", PASSWORD).usability is Usability.OK
    assert set(keyrings(service)) == names
    assert vault.load(REALM, PROFILE) == credentials


@secretservice
def test_a_password_that_is_none_is_not_even_sent(service: SecretService, vault: OsKeyring) -> None:
    service.start()
    for password in ("", " ", "one\ntwo", "one\0two", "\x1b[A", "x" * 1001, "\udc80"):
        assert opened(vault, "create", password).usability is Usability.UNFIT_PASSWORD
    assert keyrings(service) == {}
    service.unlock()
    service.kill_daemon()
    assert vault.probe().usability is Usability.LOCKED
    service.freeze()  # whoever asks it now waits
    for password in ("", "x" * 1001, "\udc80"):
        assert opened(OsKeyring(30), "unlock", password).usability is Usability.UNFIT_PASSWORD


@secretservice
def test_a_frozen_service_is_given_up_and_stays_locked(service: SecretService, vault: OsKeyring) -> None:
    service.start()
    service.unlock()
    service.kill_daemon()
    assert vault.probe().usability is Usability.LOCKED
    service.freeze()
    assert opened(OsKeyring(2), "unlock", PASSWORD).usability is Usability.TIMEOUT
    service.thaw()
    assert vault.probe().usability is Usability.LOCKED


@secretservice
def test_no_dialog_appears_though_a_display_is_known(
    display: str, service: SecretService, vault: OsKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.start()
    service.show(display)
    for do, password, usability in (
        ("create", PASSWORD, Usability.OK), ("unlock", "another", Usability.WRONG_PASSWORD), ("unlock", PASSWORD, Usability.OK),
    ):  # fmt: skip
        assert opened(vault, do, password).usability is usability
        assert service.processes(b"prompter") == []
        if do == "create":
            service.kill_daemon()


@secretservice
@pytest.mark.parametrize("do", ["unlock", "create"])
@pytest.mark.parametrize(
    ("name", "said", "asked"),
    [
        ("ksecretd", "KWallet opens in its own window alone", set()),
        ("keepassxc", "KeePassXC opens in its own window alone", set()),
        ("somethingelse", "gnome-keyring-daemon --replace --unlock", set()),
        ("gnome-keyring-d", "gnome-keyring-daemon --replace --unlock", {"OpenSession"}),  # has no such method any more
    ],
)
def test_only_the_gnome_keyring_is_given_a_password(
    do: str, name: str, said: str, asked: set[str], service: SecretService, vault: OsKeyring
) -> None:
    service.start(services=False)
    heard = service.take_over(name, COLLECTION if do == "unlock" else "/")
    state = opened(vault, do, PASSWORD)
    assert state.usability is Usability.OPENS_ELSEWHERE
    assert said in state.way_out
    method = {"unlock": "UnlockWithMasterPassword", "create": "CreateWithMasterPassword"}[do]
    expected = {*asked, method} if asked else set()
    assert set(heard.read_text(encoding="utf-8").split()) & {"OpenSession", method} == expected


@secretservice
@pytest.mark.parametrize(
    ("name", "alias", "usability", "said", "opens_by"),
    [
        ("ksecretd", COLLECTION, Usability.LOCKED, "KWallet opens in its own window alone", ""),
        ("keepassxc", COLLECTION, Usability.LOCKED, "every call of this one is a process of its own", ""),
        ("gnome-keyring-d", COLLECTION, Usability.LOCKED, "gnome-keyring-daemon --replace --unlock", "unlock"),
        ("ksecretd", "/", Usability.NO_COLLECTION, "KWalletManager", ""),
        ("keepassxc", "/", Usability.NO_COLLECTION, "switch the Secret Service on", ""),
        ("gnome-keyring-d", "/", Usability.NO_COLLECTION, "gnome-keyring-daemon --replace --unlock", "create"),
    ],
)
def test_each_service_has_its_own_way_out(
    name: str, alias: str, usability: Usability, said: str, opens_by: str, service: SecretService, vault: OsKeyring
) -> None:
    service.start(services=False)
    service.take_over(name, alias)
    state = vault.probe()
    assert (state.usability, state.opens_by) == (usability, opens_by)
    assert said in state.way_out


@pytest.mark.parametrize("setting", ["fake_keyrings.DBusKeyring", "fake_systems.Keyring", "fake_systems.WinVaultKeyring"])
def test_no_other_keyring_is_given_a_password(setting: str, fake: Fake, vault: OsKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", setting)
    for do in ("unlock", "create"):
        state = opened(vault, do, canary())
        assert state.usability is Usability.OPENS_ELSEWHERE
        assert "gnome" not in state.way_out
    assert fake.calls == []
