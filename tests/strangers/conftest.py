"""The world as a client finds it that knows nothing of practice accounts: NetSuite's own names, port 443, a trusted CA."""

from __future__ import annotations

import socket
import warnings
from collections.abc import Iterator

import pytest

from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import load_scenario

with warnings.catch_warnings(record=True):  # it says, whatever the filters are, that it would rather have another httpx
    import authlib.integrations.httpx_client  # noqa: F401

LOOPBACK, HTTPS = "127.0.0.1", 443


@pytest.fixture
def account() -> Iterator[PracticeAccount]:
    """An account in which everything is right; it may not have stumbled over its own code."""
    with PracticeAccount(load_scenario("alvys-ready")) as account:
        yield account
    assert list(account.trouble) == []


@pytest.fixture
def net(account: PracticeAccount, monkeypatch: pytest.MonkeyPatch) -> PracticeAccount:
    """This process's resolver knows the account's names and no other, and port 443 is where the account listens."""
    resolve, connect = socket.getaddrinfo, socket.socket.connect
    port = int(account.address.rpartition(":")[2])

    def resolver(host: str | bytes, *args: object, **kwargs: object) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in (*account.hosts, LOOPBACK):
            raise socket.gaierror(socket.EAI_NONAME, f"{name} is none of the account's names")
        return resolve(LOOPBACK, *args, **kwargs)

    def led(self: socket.socket, address: object) -> None:
        connect(self, (LOOPBACK, port) if address == (LOOPBACK, HTTPS) else address)

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    monkeypatch.setattr(socket.socket, "connect", led)
    monkeypatch.setenv("SSL_CERT_FILE", account.ca_file)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", account.ca_file)
    return account
