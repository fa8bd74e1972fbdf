"""The OS keyring against a real GNOME keyring on a private bus, in every state it can be in."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from fake_keyrings import Fake
from leakscan import scan
from secret_service import SecretService, keyring_children, until
from vault_values import PROFILE, REALM, SERVICE, canaries, fresh

from wizard.credentials import Credentials
from wizard.errors import VaultAbsent, VaultBroken, VaultLocked
from wizard.vault.call import Answer, ask
from wizard.vault.interface import Usability
from wizard.vault.os_keyring import OsKeyring

pytestmark = pytest.mark.secretservice

SHORT = 2.0
"""Seconds of deadline where the daemon never answers."""


def test_values_make_the_round_trip_and_lie_nowhere_in_clear(service: SecretService, vault: OsKeyring, credentials: Credentials) -> None:
    begun = time.time()
    service.start()
    service.unlock()
    state = vault.probe()
    assert (state.usability, state.backend) == (Usability.OK, "GNOME keyring (Secret Service)")
    receipt = vault.save(credentials, PROFILE)
    assert receipt.place == "the GNOME keyring of this account on this machine"
    assert receipt.fingerprint == credentials.fingerprint
    assert vault.load(REALM, PROFILE) == credentials
    assert list((service.home / "data/keyrings").iterdir())
    assert scan(canaries(credentials), begun, [service.home]) == []
    shown = subprocess.run([sys.executable, "-m", "keyring", "get", SERVICE, "tba"], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == credentials.to_stored()  # other programs find it by the documented names
    newer = fresh()
    vault.save(newer, PROFILE)
    assert vault.load(REALM, PROFILE) == newer
    vault.delete(REALM, PROFILE)
    assert vault.load(REALM, PROFILE) is None


def test_a_locked_keyring_is_not_an_absent_one_and_opens_as_advised(
    service: SecretService, vault: OsKeyring, credentials: Credentials
) -> None:
    service.start()
    service.unlock()
    vault.save(credentials, PROFILE)
    service.kill_daemon()  # the bus starts another one, which is locked
    assert vault.probe().usability is Usability.LOCKED
    with pytest.raises(VaultLocked, match="gnome-keyring-daemon --replace --unlock"):
        vault.load(REALM, PROFILE)
    with pytest.raises(VaultLocked, match="Nothing was changed"):
        vault.save(fresh(), PROFILE)
    service.unlock_as_advised()
    assert vault.probe().usability is Usability.OK
    assert vault.load(REALM, PROFILE) == credentials


def test_a_service_without_a_keyring_gets_one_as_advised(service: SecretService, vault: OsKeyring, credentials: Credentials) -> None:
    service.start()
    state = vault.probe()
    assert (state.usability, state.backend) == (Usability.NO_COLLECTION, "GNOME keyring (Secret Service)")
    with pytest.raises(VaultAbsent):
        vault.load(REALM, PROFILE)
    service.unlock_as_advised()
    assert vault.save(credentials, PROFILE).fingerprint == credentials.fingerprint


def test_a_bus_without_a_keyring_service_offers_none(service: SecretService, vault: OsKeyring) -> None:
    service.start(services=False)
    assert vault.probe().usability is Usability.NO_BACKEND


def test_a_bus_that_is_gone_offers_none(service: SecretService, vault: OsKeyring) -> None:
    service.start()
    service.stop()
    assert vault.probe().usability is Usability.NO_BACKEND


def test_a_blank_password_keyring_gets_no_secret(service: SecretService, vault: OsKeyring, credentials: Credentials) -> None:
    begun = time.time()
    service.start()
    service.make_blank_password()
    assert vault.probe().usability is Usability.PLAINTEXT
    with pytest.raises(VaultAbsent, match="blank password"):
        vault.save(credentials, PROFILE)
    files = list((service.home / "data/keyrings").glob("*.keyring"))
    assert any(b"[keyring]" in file.read_bytes() for file in files)  # it is the store in clear, and
    assert not any(b"secret=" in file.read_bytes() for file in files)  # the disposable value is gone from it
    assert scan(canaries(credentials), begun, [service.home]) == []
    service.kill_daemon()  # GNOME marks it as locked at each start; it opens without a password
    assert vault.probe().usability is Usability.PLAINTEXT


def test_a_session_collection_is_memory_only(service: SecretService, vault: OsKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    service.start()
    service.unlock()
    monkeypatch.setenv("KEYRING_PROPERTY_PREFERRED_COLLECTION", "/org/freedesktop/secrets/collection/session")
    assert vault.probe().usability is Usability.MEMORY_ONLY


def test_of_a_chain_the_trusted_member_is_used_by_itself(
    service: SecretService, fake: Fake, vault: OsKeyring, credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.start()
    service.unlock()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "fake_plaintext.ChainerBackend")
    state = vault.probe()
    assert (state.usability, state.backend) == (Usability.OK, "GNOME keyring (Secret Service)")
    vault.save(credentials, PROFILE)
    assert fake.kept == {}
    service.kill_daemon()
    # The chain would go on to the plaintext member here.
    with pytest.raises(VaultLocked):
        vault.save(fresh(), PROFILE)
    assert fake.kept == {}


# --- a daemon that never answers


def test_a_frozen_daemon_is_given_up_and_nothing_is_written_later(service: SecretService, credentials: Credentials) -> None:
    service.start()
    service.unlock()
    service.freeze()
    short = OsKeyring(deadline=SHORT)
    assert short.probe().usability is Usability.TIMEOUT
    with pytest.raises(VaultBroken, match=r"Nothing was changed.*did not answer in time"):
        short.save(credentials, PROFILE)
    with pytest.raises(VaultBroken, match="did not answer in time"):
        short.load(REALM, PROFILE)
    assert keyring_children() == []
    service.thaw()
    patient = OsKeyring(deadline=30)
    assert patient.load(REALM, PROFILE) is None
    assert patient.probe().usability is Usability.OK


def test_a_child_that_hangs_in_the_daemon_shows_no_secret(service: SecretService, credentials: Credentials) -> None:
    service.start()
    service.unlock()
    service.freeze()
    answers: list[Answer] = []
    request = {"do": "set", "service": SERVICE, "value": credentials.to_stored()}
    calling = threading.Thread(target=lambda: answers.append(ask(request, 30)))
    calling.start()
    try:
        until(lambda: [pid for pid in keyring_children() if _has_read_its_request(pid)])
        assert scan(canaries(credentials), 0.0, []) == []
    finally:
        service.thaw()
        calling.join()
    assert [answer.verdict for answer in answers] == [Usability.OK]


def _has_read_its_request(pid: int) -> bool:
    """It watches its own deadline in a second thread by then; unlike its files, that may be seen without privileges."""
    with suppress(OSError):
        return "Threads:\t2" in Path(f"/proc/{pid}/status").read_text()
    return False


# --- a disk that is full


def test_a_full_disk_is_said_to_be_and_the_old_values_stay(
    small_disk: Path, service: SecretService, vault: OsKeyring, credentials: Credentials
) -> None:
    service.start()
    service.unlock()
    vault.save(credentials, PROFILE)
    with suppress(OSError), (small_disk / "ballast").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    assert vault.probe().usability is Usability.FULL
    with pytest.raises(VaultBroken, match="disk is full"):
        vault.save(fresh(), PROFILE)
    # Even past the probe: the write is refused, and the old values are found.
    answer = ask({"do": "set", "service": SERVICE, "value": fresh().to_stored()}, 30)
    assert answer.verdict is Usability.FULL
    assert vault.load(REALM, PROFILE) == credentials
    (small_disk / "ballast").unlink()
    assert vault.probe().usability is Usability.OK


# --- a display that nobody looks at


def test_a_locked_keyring_asks_nobody_though_a_display_is_known(
    display: str, service: SecretService, vault: OsKeyring, credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.start()
    service.unlock()
    vault.save(credentials, PROFILE)
    service.show(display)
    service.kill_daemon()
    assert vault.probe().usability is Usability.LOCKED
    for call in (lambda: vault.load(REALM, PROFILE), lambda: vault.save(fresh(), PROFILE), lambda: vault.delete(REALM, PROFILE)):
        with pytest.raises(VaultLocked):
            call()
    assert service.processes(b"prompter") == []
    # The trap is real: keyring itself opens a dialog here, and waits for it.
    plain = subprocess.Popen([sys.executable, "-m", "keyring", "get", SERVICE, "tba"], stdout=subprocess.DEVNULL)
    try:
        until(lambda: service.processes(b"prompter"))
        assert plain.poll() is None
    finally:
        plain.send_signal(signal.SIGKILL)
        plain.wait()


