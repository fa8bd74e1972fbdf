"""The way to NetSuite over real sockets: names, certificates, proxies, limits, and what is never printed."""

from __future__ import annotations

import gc
import http.client
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests
import urllib3.connection
from netsuite_wire import HOSTS, Authority, Heard, Listener, Proxy, SteppedClock, Wire, reply

from wizard.credentials import Credentials
from wizard.netsuite import transport as transport_module
from wizard.netsuite.answers import Cancelled, Garbled, NetSuiteError, Unreachable
from wizard.netsuite.client import Client
from wizard.netsuite.oauth import Signer
from wizard.netsuite.transport import Transport
from wizard.netsuite.way import look

HOST = HOSTS[0]
URL = f"https://{HOST}/services/rest/system/v1/serverTime"


def failure(transport: Transport, url: str = URL) -> NetSuiteError:
    with pytest.raises(NetSuiteError) as caught:
        transport.send("GET", url, params={"secret": "query-value"})
    error = caught.value
    assert error.__cause__ is None and error.__context__ is None
    assert "query-value" not in str(error)
    assert error.at is not None
    return error


def stage(error: NetSuiteError) -> tuple[str, str]:
    assert isinstance(error, Unreachable)
    return error.stage, error.reason


# --- names and certificates -------------------------------------------------------------------------------------------


def test_connect_to_changes_nothing_but_the_address(wire: Wire, transport: Transport) -> None:
    answer = transport.send("GET", URL)
    heard = wire.heard[0]
    assert heard.server_name == HOST
    assert heard.headers["host"] == HOST
    assert answer.url == URL
    assert answer.status == 200 and answer.seconds == 0.0


def test_every_host_keeps_its_own_name(wire: Wire, transport: Transport) -> None:
    for host in HOSTS:
        transport.send("GET", f"https://{host}/x")
    assert [(heard.server_name, heard.headers["host"]) for heard in wire.heard] == [(host, host) for host in HOSTS]


def test_proxies_are_not_used_with_connect_to(wire: Wire, transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert transport.send("GET", URL).status == 200
    assert not transport.uses_proxy(URL)


def test_certificate_of_another_host_is_refused(transport: Transport, wire: Wire) -> None:
    error = failure(transport, "https://7654321.suitetalk.api.netsuite.com/")
    assert stage(error) == ("tls", "wrong-host-name")
    assert wire.heard == []


def test_certificate_of_an_unknown_authority_is_refused_and_the_list_in_use_is_named(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Authority(tmp_path, "other")
    with closing(Transport(wire.address, other.file)) as transport:
        error = failure(transport)
    assert stage(error) == ("tls", "unknown-authority") and other.file in str(error)
    with closing(Transport(wire.address)) as transport:
        assert "certifi" in str(failure(transport))
    monkeypatch.setenv("SSL_CERT_FILE", other.file)
    with closing(Transport(wire.address)) as transport:
        assert f"{other.file} (SSL_CERT_FILE)" in str(failure(transport))
    assert wire.heard == []


def test_expired_certificate_is_refused(authority: Authority) -> None:
    wire = Wire(authority.certificate(HOSTS, expired=True))
    with closing(Transport(wire.address, authority.file)) as transport:
        assert stage(failure(transport)) == ("tls", "expired")
    wire.stop()


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_authorities_come_from_the_usual_variables(
    wire: Wire, authority: Authority, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, authority.file)
    with closing(Transport(wire.address)) as transport:
        assert transport.send("GET", URL).status == 200


@pytest.mark.parametrize("content", [None, "this is no certificate"])
def test_unreadable_authorities_are_named(wire: Wire, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with closing(Transport(wire.address, str(file))) as transport:
        error = failure(transport)
    assert stage(error) == ("tls", "ca-file") and str(file) in str(error)


def test_a_server_without_encryption_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak() -> None:
            connection, _ = server.accept()
            connection.recv(10)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.close()

        threading.Thread(target=speak, daemon=True).start()
        with closing(Transport(server.getsockname())) as transport:
            assert stage(failure(transport)) == ("tls", "handshake")


# --- the way ----------------------------------------------------------------------------------------------------------


def test_refused_connection(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
    with closing(Transport(address, authority.file)) as transport:
        assert stage(failure(transport)) == ("tcp", "refused")


def test_name_that_does_not_exist() -> None:
    # ".invalid" never exists (RFC 6761); without any network the name service gives no answer instead.
    with closing(Transport()) as transport:
        error = failure(transport, "https://nowhere.invalid/")
    assert isinstance(error, Unreachable) and error.stage == "dns"


@pytest.mark.parametrize("host", ["a" * 70 + ".netsuite.com", "exa mple.com"])
def test_what_cannot_be_a_name(host: str) -> None:
    with closing(Transport()) as transport:
        assert stage(failure(transport, f"https://{host}/"))[0] == "dns"


def test_silent_server(wire: Wire, authority: Authority) -> None:
    over = threading.Event()

    def silent(heard: Heard) -> Iterator[bytes]:
        over.wait(30)
        yield b""

    wire.script = silent
    with closing(Transport(wire.address, authority.file, timeout=(5, 0.3))) as transport:
        error = failure(transport)
    over.set()
    assert stage(error) == ("timeout", "read") and "0.3 seconds" in str(error)


def test_connection_cut_before_and_within_the_answer(wire: Wire, transport: Transport) -> None:
    for piece in (b"", b"HTTP/1.1 200 OK\r\nContent-Le", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"):
        wire.script = lambda heard, piece=piece: iter([piece])
        assert stage(failure(transport)) == ("cut", "cut")


def test_connection_cut_within_a_chunk(wire: Wire, transport: Transport) -> None:
    wire.script = lambda heard: iter([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{"])
    assert stage(failure(transport)) == ("cut", "cut")


def test_cut_answer_without_a_length_is_garbled_json(wire: Wire, transport: Transport) -> None:
    wire.script = lambda heard: iter([b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"items": ['])
    answer = transport.send("GET", URL)
    with pytest.raises(Garbled):
        answer.json()


def test_what_is_not_http_is_garbled(wire: Wire, transport: Transport) -> None:
    wire.script = lambda heard: iter([b"SSH-2.0-OpenSSH_9.6\r\n\r\n"])
    assert type(failure(transport)) is Garbled


def test_compressed_rubbish_is_garbled(wire: Wire, transport: Transport) -> None:
    wire.script = lambda heard: reply(200, b"rubbish", headers={"Content-Encoding": "gzip"})
    assert type(failure(transport)) is Garbled


def test_answers_are_asked_for_uncompressed(wire: Wire, transport: Transport) -> None:
    transport.send("GET", URL)
    assert wire.heard[0].headers["accept-encoding"] == "identity"


def test_too_much_is_not_read_to_its_end(wire: Wire, transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "LARGEST_BODY", 3_000_000)

    def endless(heard: Heard) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
        while True:
            yield b" " * 100_000

    wire.script = endless
    error = failure(transport)
    assert type(error) is Garbled and "3 MB" in str(error)


@pytest.mark.parametrize("opening", [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-A: "])
def test_a_server_that_trickles_is_left_at_the_deadline(
    wire: Wire, transport: Transport, clock: SteppedClock, opening: bytes
) -> None:
    over = threading.Event()

    def trickle(heard: Heard) -> Iterator[bytes]:
        yield opening
        while not over.wait(0.01):
            clock.passed += 10
            yield b"a"

    wire.script = trickle
    error = failure(transport)
    over.set()
    assert stage(error) == ("timeout", "deadline")


# --- what is sent and what is not ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("location", ["https://evil.example/", "/elsewhere", "http://[broken", ""])
def test_redirects_are_answers_and_are_not_followed(wire: Wire, transport: Transport, location: str) -> None:
    wire.script = lambda heard: reply(302, b"moved", headers={"Location": location})
    assert transport.send("GET", URL).status == 302
    assert len(wire.heard) == 1


def test_body_of_a_redirect_has_a_limit_too(wire: Wire, transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "LARGEST_BODY", 1_000_000)
    wire.script = lambda heard: reply(302, b"x" * 2_000_000, headers={"Location": "/elsewhere"})
    assert type(failure(transport)) is Garbled


def test_cookies_are_never_sent_back(wire: Wire, transport: Transport) -> None:
    cookie = {"Set-Cookie": "JSESSIONID=abc; path=/", "set-cookie": "NS_ROUTING_VERSION=LAGGING; Domain=netsuite.com"}
    wire.script = lambda heard: reply(200, {}, headers=cookie)
    for url in (URL, URL, f"https://{HOSTS[1]}/rest/tokeninfo"):
        transport.send("GET", url)
    assert len(wire.heard) == 3
    assert all("cookie" not in heard.headers for heard in wire.heard)


def test_netrc_is_not_read(
    wire: Wire, transport: Transport, credentials: Credentials, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text(f"machine {HOST} login someone password something\ndefault login a password b\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert requests.utils.get_netrc_auth(URL), "the file is not one that requests would read"
    transport.send("GET", URL)
    transport.send("GET", URL, auth=Signer(credentials))
    assert "authorization" not in wire.heard[0].headers
    assert wire.heard[1].headers["authorization"].startswith("OAuth ")


def test_session_keys_are_not_written(wire: Wire, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    with closing(Transport(wire.address, authority.file)) as transport:
        transport.send("GET", URL)
    assert not os.path.exists(tmp_path / "keys")


def test_address_of_an_answer_has_no_private_values(wire: Wire, client: Client, credentials: Credentials) -> None:
    answer = client.revoke_token()
    assert credentials.token and credentials.consumer
    token, key = credentials.token.first.get_secret_value(), credentials.consumer.first.get_secret_value()
    assert f"token={token}" in wire.heard[0].target
    assert token not in answer.url and key not in answer.url
    assert "token=(hidden)" in answer.asked
    assert answer.asked.startswith("GET /rest/revoketoken?")


def test_nothing_that_is_sent_is_printed(
    wire: Wire, authority: Authority, credentials: Credentials, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for kind in (http.client.HTTPConnection, urllib3.connection.HTTPConnection):
        monkeypatch.setattr(kind, "debuglevel", 1, raising=False)
    with closing(Transport(wire.address, authority.file)) as transport:
        transport.send("GET", URL, auth=Signer(credentials))
    assert "authorization" in wire.heard[0].headers
    assert capfd.readouterr() == ("", "")


def test_errors_hold_no_header_and_no_value(wire: Wire, transport: Transport, client: Client, credentials: Credentials) -> None:
    wire.script = lambda heard: iter([b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"])
    with pytest.raises(Unreachable) as caught:
        client.revoke_token()
    error = caught.value
    assert error.__cause__ is None and error.__context__ is None
    told = f"{error} {error!r} {error.asked} {error.__dict__}"
    assert "oauth" not in told.lower()
    for pair in (credentials.consumer, credentials.token):
        assert pair is not None
        assert pair.first.get_secret_value() not in told and pair.second.get_secret_value() not in told


# --- cancelling -------------------------------------------------------------------------------------------------------


def test_nothing_is_sent_after_cancelling(wire: Wire, transport: Transport, cancelled: threading.Event) -> None:
    cancelled.set()
    assert type(failure(transport)) is Cancelled
    assert wire.heard == []


@pytest.mark.parametrize("opening", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"])
def test_cancelling_ends_a_running_request(wire: Wire, transport: Transport, cancelled: threading.Event, opening: bytes) -> None:
    over = threading.Event()

    def hang(heard: Heard) -> Iterator[bytes]:
        yield opening
        cancelled.set()
        over.wait(30)

    wire.script = hang
    assert type(failure(transport)) is Cancelled
    over.set()


# --- proxies ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def trusting(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Transport]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority.file)
    with closing(Transport()) as transport:
        yield transport


def test_proxy_of_the_environment_is_used(wire: Wire, trusting: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = Proxy(wire.address)
    monkeypatch.setenv("HTTPS_PROXY", f"http://someone:word@127.0.0.1:{proxy.port}")
    assert trusting.uses_proxy(URL)
    assert trusting.send("GET", URL).status == 200
    assert proxy.asked == [f"CONNECT {HOST}:443"]
    assert proxy.headers[0]["proxy-authorization"].startswith("Basic ")
    assert "proxy-authorization" not in wire.heard[0].headers
    assert wire.heard[0].server_name == HOST
    proxy.stop()


def test_certificates_are_verified_behind_a_proxy(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = Proxy(wire.address)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    with closing(Transport()) as transport:
        assert stage(failure(transport)) == ("tls", "unknown-authority")
    proxy.stop()


def test_no_proxy_is_honoured(trusting: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "netsuite.com")
    assert not trusting.uses_proxy(URL)
    monkeypatch.setenv("NO_PROXY", "example.com")
    assert trusting.uses_proxy(URL)


@pytest.mark.parametrize(("status", "reason"), [(407, "login"), (403, "refused"), (502, "refused")])
def test_proxy_that_does_not_let_us_through(
    wire: Wire, trusting: Transport, status: int, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Proxy(wire.address, status)
    monkeypatch.setenv("HTTPS_PROXY", f"http://someone:word@127.0.0.1:{proxy.port}")
    error = failure(trusting)
    assert stage(error) == ("proxy", reason)
    assert f"127.0.0.1:{proxy.port}" in str(error) and "word" not in str(error) and str(status) in str(error)
    proxy.stop()


@pytest.mark.parametrize(
    ("address", "reason"),
    [("http://127.0.0.1:{port}", "unreachable"), ("socks5://127.0.0.1:1", "socks"), ("http://", "address"), ("gopher://x", "address")],
)  # fmt: skip
def test_proxy_that_cannot_work(trusting: Transport, address: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", address.format(port=port))
    assert stage(failure(trusting)) == ("proxy", reason)


class NoProxy(Listener):
    """Says something that is no answer to CONNECT, or nothing, and waits until the client goes."""

    def __init__(self, words: bytes) -> None:
        self._words = words
        self.left = threading.Event()
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        if not connection.recv(4096):  # somebody who only knocked
            return
        try:
            connection.sendall(self._words)
            while connection.recv(4096):
                pass
        finally:
            self.left.set()


@pytest.mark.parametrize("words", [b"", b"SSH-2.0-OpenSSH_9.6\r\n"], ids=["silent", "something-else"])
def test_a_look_through_what_is_no_proxy_leaves_nothing_open(words: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = NoProxy(words)
    monkeypatch.setenv("HTTPS_PROXY", f"http://someone:{secrets.token_hex(8)}@127.0.0.1:{listener.port}")
    with closing(Transport(timeout=(0.3, 1))) as transport:
        way = look(transport, URL)
    gc.collect()
    assert way.error and way.error.stage == "proxy"
    assert way.error.__context__ is None and way.error.__traceback__ is None, "they hold the proxy's user and password"
    assert listener.left.wait(10), "the connection is closed though the error is kept"
    listener.stop()
