"""Parts shared by the tests of the client."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator

import pytest
from netsuite_wire import HOSTS, REALM, Authority, SteppedClock, Wire
from pydantic import SecretStr

from wizard.account import Account, parse_account
from wizard.credentials import Credentials, Pair
from wizard.netsuite.budget import Budget
from wizard.netsuite.client import Client
from wizard.netsuite.transport import Transport

_VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def certificate(authority: Authority) -> str:
    return authority.certificate(HOSTS)


@pytest.fixture
def wire(certificate: str) -> Iterator[Wire]:
    server = Wire(certificate)
    yield server
    server.stop()


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def account() -> Account:
    return parse_account(REALM)


@pytest.fixture
def credentials() -> Credentials:
    def pair() -> Pair:
        return Pair(SecretStr(secrets.token_hex(32)), SecretStr(secrets.token_hex(32)))

    return Credentials(REALM, pair(), pair())


@pytest.fixture
def cancelled() -> threading.Event:
    return threading.Event()


@pytest.fixture
def transport(wire: Wire, authority: Authority, clock: SteppedClock, cancelled: threading.Event) -> Iterator[Transport]:
    one = Transport(wire.address, authority.file, clock, cancelled)
    yield one
    one.close()


@pytest.fixture
def budget() -> Budget:
    return Budget()


@pytest.fixture
def client(account: Account, credentials: Credentials, transport: Transport, budget: Budget, clock: SteppedClock) -> Client:
    return Client(account, credentials, transport, budget, clock)
