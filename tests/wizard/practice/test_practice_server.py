"""The socket side: certificates, bad requests, many at once."""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
import ssl
import threading

import pytest
import requests
from cryptography import x509
from practice_raw import until
from requests.adapters import HTTPAdapter
from requests_oauthlib import OAuth1

from wizard.errors import PracticeError
from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import Company, load_scenario
from wizard.practice.wire.faults import Fault
from wizard.practice.wire.reply import Reply

HOSTS = [
    "1234567-sb1.suitetalk.api.netsuite.com", "1234567-sb1.restlets.api.netsuite.com", "1234567-sb1.app.netsuite.com",
    "rest.netsuite.com", "webservices.netsuite.com", "system.netsuite.com",
]


def secure(account, host, trust=True):
    context = ssl.create_default_context(cafile=account.ca_file) if trust else ssl.create_default_context()
    where, _, port = account.address.rpartition(":")
    return context.wrap_socket(socket.create_connection((where, int(port)), timeout=10), server_hostname=host)


def talk(account, data, host=HOSTS[0]):
    """Send bytes as they are and return all that comes back until the other side ends."""
    with secure(account, host) as connection:
        connection.sendall(data)
        received = b""
        while part := connection.recv(65536):
            received += part
    return received


def test_certificate_is_good_for_the_accounts_hosts_and_no_other(ready):
    assert ready.account.hosts == HOSTS
    for host in HOSTS:
        secure(ready.account, host).close()
    with pytest.raises(ssl.SSLCertVerificationError, match="match"):
        secure(ready.account, "7654321.suitetalk.api.netsuite.com")
    with pytest.raises(ssl.SSLCertVerificationError):
        secure(ready.account, HOSTS[0], trust=False)


def test_authority_is_one_and_its_key_is_nowhere():
    with PracticeAccount(load_scenario("empty")) as account:
        folder = os.path.dirname(account.ca_file)
        assert os.listdir(folder) == ["ca.pem"]
        with open(account.ca_file, "rb") as file:
            pem = file.read()
        assert b"PRIVATE" not in pem
        authority = x509.load_pem_x509_certificate(pem)
        assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not os.path.exists(folder)


def test_requests_and_oauthlib_get_along_with_it(ready):
    """The stack a client would use, as it is, except that the name leads to loopback."""

    class ToLoopback(HTTPAdapter):
        def init_poolmanager(self, *args, **kwargs):
            super().init_poolmanager(*args, server_hostname=HOSTS[0], assert_hostname=HOSTS[0], **kwargs)

    own = ready.account.credentials
    auth = OAuth1(own["consumer_key"], own["consumer_secret"], own["token_id"], own["token_secret"], realm=own["account"], signature_method="HMAC-SHA256")
    with requests.Session() as session:
        session.mount("https://127.0.0.1", ToLoopback())
        session.verify = ready.account.ca_file
        for path, params in (("system/v1/serverTime", None), ("record/v1/customer", {"limit": 2, "q": "id BETWEEN [200, 202]"})):
            prepared = requests.Request("GET", f"https://{HOSTS[0]}/services/rest/{path}", params=params, auth=auth).prepare()
            prepared.url = prepared.url.replace(HOSTS[0], ready.account.address)
            prepared.headers["Host"] = HOSTS[0]
            answer = session.send(prepared, timeout=10)
            assert answer.status_code == 200
        assert answer.json()["totalResults"] == 3


CHUNKED = b"POST / HTTP/1.1\r\nHost: rest.netsuite.com\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET / HTTP/3.7\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 421),
        (b"GET / HTTP/1.1\r\nHost: nobody.example\r\nConnection: close\r\n\r\n", 421),
        (b"BREW / HTTP/1.1\r\nHost: rest.netsuite.com\r\nConnection: close\r\n\r\n", 400),
        (b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: rest.netsuite.com\r\nContent-Length: many\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: rest.netsuite.com\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: rest.netsuite.com\r\nContent-Length: 1048577\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: rest.netsuite.com\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: rest.netsuite.com\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 411),
        (b"POST / HTTP/1.1\r\nHost: rest.netsuite.com\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 411),
        (CHUNKED + b"many\r\n", 400),
        (CHUNKED + b"-1\r\n", 400),
        (CHUNKED + b"0x1\r\na\r\n0\r\n\r\n", 400),
        (CHUNKED + b"1\r\nab\r\n0\r\n\r\n", 400),
        (CHUNKED + b"1" + b";" * 2000 + b"\r\na\r\n0\r\n\r\n", 400),
        (CHUNKED + b"0\r\n" + b"A: b\r\n" * 200 + b"\r\n", 400),
        (CHUNKED + b"FFFFFFFF\r\n", 413),
        (CHUNKED + b"80000\r\n" + b"a" * 0x80000 + b"\r\n80001\r\n", 413),
    ],
)
def test_bad_requests_are_answered_without_a_traceback(ready, capfd, data, status):
    answer = talk(ready.account, data)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == str(status).encode()
    assert b"\r\nDate: " in head
    assert b"Traceback" not in body
    assert body.startswith(b'{"type":"https://www.rfc-editor.org')
    assert capfd.readouterr() == ("", "")
    assert list(ready.account.trouble) == []


def test_somebody_who_speaks_no_tls_or_hangs_up_harms_nobody(ready, capfd):
    where, _, port = ready.account.address.rpartition(":")
    with socket.create_connection((where, int(port)), timeout=10) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            plain.recv(100)
    secure(ready.account, HOSTS[0]).close()
    with secure(ready.account, HOSTS[0]) as half:
        half.sendall(b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")
    assert ready.login().status == 200
    assert capfd.readouterr() == ("", "")


def test_a_fault_of_ours_is_an_error_id(begin, monkeypatch):
    asker = begin()
    monkeypatch.setattr("wizard.practice.door.doors.answer", lambda *_: 1 / 0)
    status, code, detail = asker.login().error
    assert (status, code) == (500, "UNEXPECTED_ERROR")
    assert detail.startswith("An unexpected error occurred. Error ID: ")
    assert "ZeroDivisionError" in asker.account.trouble.pop()


def test_many_at_once(begin):
    asker = begin(company=Company(tier="Ultimate"))
    found, failures = [], []

    def ask():
        own = type(asker)(asker.account)
        try:
            for number in range(10):
                found.append(own.login().status)
                found.append(len(own.rows("SELECT id FROM customer")))
                if number == 5:
                    asker.account.clicks.do("set_permission", details={"permission": "LIST_ITEM", "level": "View"})
        except Exception as error:
            failures.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert sorted(found) == [6] * 80 + [200] * 80
    assert len(asker.trail()) == 160


def test_a_taken_port_is_said():
    with PracticeAccount(load_scenario("empty")) as account:
        port = int(account.address.rpartition(":")[2])
        second = PracticeAccount(load_scenario("empty"), port=port)
        with pytest.raises(PracticeError, match="cannot listen"):
            second.start()
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            second.state.value("SELECT 1")
        second.stop()


def test_stopping_ends_open_connections_and_may_be_repeated():
    account = PracticeAccount(load_scenario("empty"))
    account.start()
    connection = secure(account, HOSTS[0])
    connection.sendall(b"GET / HTTP/1.1\r\nHost: rest.netsuite.com\r\n\r\n")
    assert connection.recv(65536)
    account.stop()
    account.stop()
    connection.settimeout(10)
    with contextlib.suppress(OSError):
        assert connection.recv(100) == b""
    connection.close()
    with pytest.raises(PracticeError):
        _ = account.address


def test_one_connection_carries_many_requests(ready):
    one = b"GET /rest/datacenterurls?account=1 HTTP/1.1\r\nHost: rest.netsuite.com\r\n\r\n"
    last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert talk(ready.account, one * 4 + last, "rest.netsuite.com").count(b"HTTP/1.1 200 OK") == 5


def test_a_body_may_come_in_chunks_and_the_connection_goes_on(begin):
    asker = begin()
    url = f"https://{asker.account.suitetalk_host}/services/rest/query/v1/suiteql"
    request = asker.prepare("POST", url, headers={"Prefer": "transient"}, body={"q": "SELECT id FROM customer WHERE id = 200"})
    sent = b"".join(b"%x;a=b\r\n%c\r\n" % (1, byte) for byte in request.body) + b"0\r\nTrailer: x\r\n\r\n"
    header = request.headers["Authorization"]
    head = ["POST /services/rest/query/v1/suiteql HTTP/1.1", f"Host: {asker.account.suitetalk_host}", "Prefer: transient"]
    head += [f"Authorization: {header.decode() if isinstance(header, bytes) else header}", "Transfer-Encoding: chunked", "", ""]
    last = b"GET /rest/datacenterurls?account=1 HTTP/1.1\r\nHost: rest.netsuite.com\r\nConnection: close\r\n\r\n"
    answer = talk(asker.account, "\r\n".join(head).encode() + sent + last)
    assert b'"id":"200"' in answer
    assert answer.count(b"HTTP/1.1 200 OK") == 2


def test_a_machine_without_threads_loses_connections_but_never_the_listener(begin, monkeypatch):
    asker, start, without = begin(), threading.Thread.start, [1]

    def starts(thread):
        if "process_request_thread" in thread.name and without:
            without.pop()
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", starts)
    with pytest.raises((OSError, ssl.SSLError)):
        secure(asker.account, HOSTS[0]).close()
    assert without == []
    assert asker.login().status == 200


def test_a_connection_cut_while_it_is_being_read_ends_quietly(begin, monkeypatch):
    asker, read, loud = begin(), ssl.SSLSocket.read, []

    def cut_before_reading(connection, *arguments):
        if connection.server_side:
            asker.account.faults.set(Fault(kind="tls_expired"))
            asker.account.faults.clear()
        return read(connection, *arguments)

    monkeypatch.setattr(threading, "excepthook", loud.append)
    before = set(threading.enumerate())
    connection = secure(asker.account, HOSTS[0])
    monkeypatch.setattr(ssl.SSLSocket, "read", cut_before_reading)
    connection.sendall(b"GET / HTTP/1.1\r\n")
    with contextlib.suppress(OSError):
        assert connection.recv(100) == b""
    connection.close()
    until(lambda: not set(threading.enumerate()) - before)
    assert loud == []


@pytest.mark.parametrize(
    ("host", "target", "line"),
    [
        ("rest.netsuite.com", b"/", b"X: a\r\n b"),
        ("rest.netsuite.com", b"/", b"X: a\x1bb"),
        ("rest.netsuite.com", b"/\x7f", b"X: a"),
        ("rest.netsuite.com", b"/\x00", b"X: a"),
        (HOSTS[0], b"/services/rest/record/v1/customer", b'Authorization: OAuth realm="a\r\n Set-Cookie: a=b"'),
        (HOSTS[1], b"/app/site/hosting/restlet.nl?script=1&deploy=1", b"Authorization: OAuth\r\n\tLocation: https://a.example"),
        (HOSTS[2], b"/app/login/secure/authorizetoken.nl?oauth_token=a", b"Referer: a\r\n Location: https://a.example"),
    ],
)
def test_control_characters_never_come_back_in_a_header(begin, host, target, line):
    asker = begin()
    asker.account.faults.set(Fault(kind="disguised_login", seconds=0))
    head = b"GET " + target + b" HTTP/1.1\r\nHost: " + host.encode() + b"\r\nConnection: close\r\n" + line + b"\r\n\r\n"
    head, _, body = talk(asker.account, head, host).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert all(one.isprintable() for one in head.decode("ascii").split("\r\n"))
    assert b"control character" in body


def test_no_answer_is_sent_with_a_control_character_in_a_header(begin, monkeypatch):
    asker = begin()
    monkeypatch.setattr("wizard.practice.door.doors.answer", lambda *_: Reply(200, headers=(("Location", "a\r\nSet-Cookie: b=c"),)))
    answer = asker.login()
    assert (answer.status, "set-cookie" in answer.headers) == (400, False)


def test_stopping_ends_a_query_that_is_running(begin, monkeypatch):
    monkeypatch.setattr("wizard.practice.rest.suiteql.SECONDS", 3600)
    monkeypatch.setattr("wizard.practice.rest.suiteql.PATIENCE", 1 << 40)
    asker = begin()
    account, body = asker.account, {"q": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"}
    url = f"https://{HOSTS[0]}/services/rest/query/v1/suiteql"
    sent = asker.prepare("POST", url, headers={"Prefer": "transient"}, body=body)
    head = "".join(f"{name}: {value.decode() if isinstance(value, bytes) else value}\r\n" for name, value in sent.headers.items())
    waking, impatient = threading.Event(), account.queries._impatient
    account.queries._connection.set_progress_handler(lambda: waking.set() or impatient(), 1000)
    connection = secure(account, HOSTS[0])
    connection.sendall(f"POST {sent.path_url} HTTP/1.1\r\nHost: {HOSTS[0]}\r\n{head}\r\n".encode() + sent.body)
    assert waking.wait(10)
    stopping = threading.Thread(target=account.stop, daemon=True)
    stopping.start()
    stopping.join(20)
    assert not stopping.is_alive()
    connection.close()
