"""Faults, as a client sees them on the wire, and what ours says of each."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading

import pytest
from practice_asker import Answer, Asker
from practice_raw import DISCOVER, Raw, until
from pydantic import SecretStr, ValidationError
from support import ROOT

from wizard.account import parse_account
from wizard.clock import Clock
from wizard.credentials import Credentials, Pair
from wizard.errors import PracticeError
from wizard.netsuite.answers import Garbled, LoginRefused, ServerTrouble, Throttled, Unreachable
from wizard.netsuite.budget import Budget
from wizard.netsuite.client import Client
from wizard.netsuite.discovery import Discovery
from wizard.netsuite.transport import Transport
from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import load_scenario
from wizard.practice.wire.faults import FIGURES, Fault, place_of

SOAP = "/services/NetSuitePort_2023_2"


@pytest.fixture
def asker(begin):
    """An account whose faults may be played with."""
    return begin()


def fresh(asker, host=None, path="/rest/datacenterurls?account=1", method="GET"):
    """Ask over a new connection."""
    one = Asker(asker.account)
    try:
        return one.raw(method, host or asker.account.restlets_host, path)
    finally:
        one.close()


def login(asker, **oauth):
    """Log in over a new connection."""
    one = Asker(asker.account)
    try:
        return one.login(**oauth)
    finally:
        one.close()


def set_(asker, kind, **figures):
    fault = Fault(kind=kind, **figures)
    asker.account.faults.set(fault)
    return fault


# --- the figures


def test_each_kind_has_its_figures_and_no_other():
    for kind, own in FIGURES.items():
        fault = Fault(kind=kind)
        assert {name: getattr(fault, name) for name in own} == own
        assert {name for name in Fault.model_fields if name != "kind" and getattr(fault, name) is not None} <= set(own)


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({"kind": "nonesuch"}, "kind"),
        ({}, "kind"),
        ({"kind": "refused", "seconds": 1}, "has no such figure; it has: none"),
        ({"kind": "latency", "skew": 1}, "has no such figure; it has: path, host, times, seconds"),
        ({"kind": "latency", "seconds": -1}, "seconds"),
        ({"kind": "latency", "seconds": float("nan")}, "seconds"),
        ({"kind": "latency", "seconds": 1e300}, "seconds"),
        ({"kind": "latency", "times": 0}, "times"),
        ({"kind": "latency", "host": "elsewhere"}, "host"),
        ({"kind": "latency", "path": "services"}, "path"),
        ({"kind": "clock_skew", "skew": 10**30}, "skew"),
        ({"kind": "tls_expired", "path": "/a"}, "no such figure; it has: host, times"),
        ({"kind": "latency", "colour": 1}, "colour"),
    ],
)
def test_other_figures_are_refused(figures, says):
    with pytest.raises(ValidationError, match=says):
        Fault(**figures)


def test_places_are_those_of_the_accounts_hosts(ready):
    assert [place_of(host) for host in ready.account.hosts[:3]] == ["suitetalk", "restlets", "app"]
    assert {place_of(host) for host in ready.account.hosts[3:]} == {"discovery"}
    assert place_of("1234567-sb1.suitetalk.api.netsuite.com:443") == "suitetalk"
    assert place_of("") == "discovery"


def test_a_fault_hits_only_what_it_is_about_and_only_so_often(asker):
    set_(asker, "system_error", host="restlets", path="/rest/data", times=2)
    assert fresh(asker, "rest.netsuite.com").status == 200
    assert fresh(asker, path="/rest/tokeninfo").status == 401
    assert [fresh(asker).status for _ in range(3)] == [500, 500, 200]
    assert asker.account.faults.told() == [
        {"kind": "system_error", "path": "/rest/data", "host": "restlets", "times": 2, "hit": 2}
    ]


def test_two_answers_in_place_come_one_after_the_other(asker):
    set_(asker, "rate_limited", times=1)
    set_(asker, "maintenance", times=1)
    assert [fresh(asker, asker.account.suitetalk_host).status for _ in range(2)] == [429, 503]
    assert login(asker).status == 200


# --- time


def test_latency_holds_its_own_connection_and_no_other(asker):
    set_(asker, "latency", seconds=600, host="discovery")
    with Raw(asker.account) as held:
        held.send(DISCOVER)
        until(lambda: asker.account.faults.told()[0]["hit"] == 1)
        assert [fresh(asker).status for _ in range(20)] == [200] * 20
        held.socket.settimeout(0.1)
        with pytest.raises(TimeoutError):
            held.receive()
        held.socket.settimeout(10)
        asker.account.faults.clear()
        assert held.receive().startswith(b"HTTP/1.1 200 OK")


def test_lifting_one_kind_does_not_end_the_wait_for_another(asker):
    set_(asker, "latency", seconds=600)
    set_(asker, "clock_skew")
    with Raw(asker.account) as held:
        held.send(DISCOVER)
        until(lambda: asker.account.faults.told()[0]["hit"] == 1)
        asker.account.faults.clear(("clock_skew",))
        held.socket.settimeout(0.1)
        with pytest.raises(TimeoutError):
            held.receive()


@contextlib.contextmanager
def in_work(asker, count, credentials=None):
    """So many requests of one integration that are answered when the block ends, and not before."""
    set_(asker, "latency", seconds=600, times=count)
    found, own = [], credentials or asker.account.credentials
    threads = [threading.Thread(target=lambda: found.append(login(asker, credentials=own).status)) for _ in range(count)]
    for thread in threads:
        thread.start()
    until(lambda: asker.account.faults.told()[-1]["hit"] == count)
    yield
    asker.account.faults.clear()
    for thread in threads:
        thread.join(10)
    assert found == [200] * count


def test_what_is_slow_is_in_work_meanwhile(asker):
    restlet = f"https://{asker.account.restlets_host}/rest/tokeninfo"
    with in_work(asker, 5):
        until(lambda: asker.login().status == 429)
        refused = asker.signed("GET", restlet)
        assert (refused.status, refused.json["error"]["code"]) == (400, "SSS_REQUEST_LIMIT_EXCEEDED")
    assert (asker.login().status, asker.signed("GET", restlet).status) == (200, 200)


def test_a_record_with_a_limit_of_its_own_has_that_much_and_the_others_share_the_rest(asker):
    state, other = asker.account.state, {**asker.admin, "consumer_key": "c" * 64, "consumer_secret": "d" * 64}
    asker.account.clicks.do("set_concurrency", details={"limit": "2"})
    with state.write():
        columns = "name, state, tba, consumerkey, consumersecret, created"
        made = state.run(
            f"INSERT INTO integrations ({columns}) SELECT 'Another', state, tba, ?, ?, created FROM integrations LIMIT 1",
            (other["consumer_key"], other["consumer_secret"]),
        )
        state.run("UPDATE tokens SET integration = ? WHERE tokenid = ?", (made, other["token_id"]))
    with in_work(asker, 2):
        until(lambda: asker.login().status == 429)
        assert login(asker, credentials=other).status == 200
    with in_work(asker, 3, other):
        until(lambda: login(asker, credentials=other).status == 429)
        assert asker.login().status == 200


@pytest.mark.parametrize(("kind", "seconds"), [("latency", 600), ("disguised_login", 600), ("slow_loris", 600), ("slow_loris", 0.01)])
def test_a_held_connection_ends_with_the_account(begin, kind, seconds):
    asker = begin()
    account = asker.account
    set_(asker, kind, seconds=seconds)
    before = set(threading.enumerate())
    with Raw(account) as held:
        held.send(DISCOVER)
        until(lambda: account.faults.told()[0]["hit"] == 1)
        holding = set(threading.enumerate()) - before
        assert holding
        account.stop()
        assert b"\r\n\r\n" not in held.answer()
    until(lambda: not any(thread.is_alive() for thread in holding))


def test_the_tail_is_one_in_so_many_and_the_same_each_time(asker):
    fault = Fault(kind="long_tail", seconds=0.5, factor=60, one_in=10, seed=7)
    delays = [fault.delay(number) for number in range(200)]
    assert set(delays) == {0.5, 30.0}
    assert [delays[at : at + 10].count(30.0) for at in range(0, 200, 10)] == [1] * 20
    assert delays == [Fault(kind="long_tail", seconds=0.5, factor=60, one_in=10, seed=7).delay(n) for n in range(200)]
    assert delays != [Fault(kind="long_tail", seconds=0.5, factor=60, one_in=10, seed=8).delay(n) for n in range(200)]
    assert len({tuple(delays[at : at + 10]) for at in range(0, 200, 10)}) > 1

    fault = set_(asker, "long_tail", seconds=0.06, factor=10_000, one_in=5)
    came = []
    for number in range(5):
        with Raw(asker.account) as one:
            one.socket.settimeout(0.2 if fault.delay(number) > 1 else 10)
            one.send(DISCOVER)
            try:
                came.append(one.receive()[:12])
            except TimeoutError:
                came.append(b"nothing")
    assert sorted(came) == [b"HTTP/1.1 200"] * 4 + [b"nothing"]


def test_a_slow_loris_sends_byte_by_byte_and_all_of_it(asker):
    set_(asker, "slow_loris", seconds=0.0005)
    with Raw(asker.account) as one:
        one.send(DISCOVER.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        parts = []
        while part := one.receive():
            parts.append(part)
    assert {len(part) for part in parts} == {1}
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert json.loads(body)["restDomain"] == "https://rest.netsuite.com"


def test_a_slow_loris_that_is_lifted_sends_the_rest_at_once(asker):
    set_(asker, "slow_loris", seconds=600)
    with Raw(asker.account) as one:
        one.send(DISCOVER.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        until(lambda: asker.account.faults.told()[0]["hit"] == 1)
        asker.account.faults.clear()
        assert one.answer().endswith(b"}")


def test_skew_moves_date_and_login_clock(asker):
    now = str(int(Clock().now().timestamp()))
    assert login(asker, timestamp=now).status == 200
    before = asker.account.now()
    set_(asker, "clock_skew", skew=-3600)
    set_(asker, "clock_skew", skew=420)
    assert 400 < (asker.account.now() - before).total_seconds() < 440
    refused = login(asker, timestamp=now)
    assert refused.status == 401
    assert asker.trail()[-1] == ("Failure", "InvalidTimestamp")
    transport = Transport(asker_address(asker), asker.account.ca_file)
    assert -440 < Discovery(transport).data_centers("1234567_SB1").skew_seconds < -400
    transport.close()
    asker.account.faults.clear()
    assert login(asker, timestamp=now).status == 200


# --- connections


def test_refused_means_refused_and_comes_back_at_the_same_port(asker):
    account = asker.account
    address = account.address
    with Raw(account) as kept:
        kept.send(DISCOVER)
        assert kept.receive()
        set_(asker, "refused")
        assert kept.answer() == b""
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            Raw(account)
    for _ in range(20):
        account.faults.clear()
        assert fresh(asker).status == 200
        set_(asker, "refused")
        with pytest.raises(ConnectionRefusedError):
            Raw(account)
    account.faults.clear()
    assert (account.address, login(asker).status) == (address, 200)


def test_who_is_still_shaking_hands_is_cut_too(asker):
    where, port = asker_address(asker)
    with socket.create_connection((where, port), timeout=10) as plain:
        set_(asker, "refused")
        try:
            with ssl.create_default_context(cafile=asker.account.ca_file).wrap_socket(plain, server_hostname="rest.netsuite.com") as late:
                late.sendall(DISCOVER)
                came = late.recv(1000)
        except (ConnectionError, ssl.SSLError):
            came = b""
    assert came == b""


def test_an_account_that_refuses_stops_like_any_other(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text('title = "t"\nexplains = "e."\n[[fault]]\nkind = "refused"\n')
    with PracticeAccount(load_scenario(str(path))) as account:
        with pytest.raises(ConnectionRefusedError):
            Raw(account)
        port = int(account.address.rpartition(":")[2])
    with PracticeAccount(load_scenario("empty"), port=port) as account:
        Raw(account).close()


def test_reset_comes_after_half_of_the_body(asker):
    set_(asker, "reset")
    with Raw(asker.account) as one:
        one.send(DISCOVER)
        head, _, body = one.receive().partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:"))
        assert len(body) == length // 2 > 0
        with pytest.raises(ConnectionResetError):
            one.receive()


def verify(account, host="rest.netsuite.com", **context):
    try:
        Raw(account, host, **context).close()
    except ssl.SSLCertVerificationError as error:
        return error.verify_code
    return 0


@pytest.mark.parametrize(("kind", "code"), [("tls_other_name", 62), ("tls_expired", 10)])
def test_certificates_are_wrong_in_one_way_only(asker, kind, code):
    account = asker.account
    with Raw(account) as kept:
        kept.send(DISCOVER)
        assert kept.receive()
        set_(asker, kind, host="discovery", times=2)
        assert kept.answer() == b""
    assert verify(account, account.restlets_host) == 0
    assert [verify(account) for _ in range(3)] == [code, code, 0]
    set_(asker, kind)
    assert verify(account, account.restlets_host) == code
    assert verify(account, check_hostname=False) == (0 if kind == "tls_other_name" else code)
    account.faults.clear()
    assert verify(account) == 0


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_nobody_gets_round_a_certificate_by_resuming(asker, version):
    account = asker.account
    where, _, port = account.address.rpartition(":")
    context = ssl.create_default_context(cafile=account.ca_file)
    context.maximum_version = version

    def connect(session):
        plain = socket.create_connection((where, int(port)), timeout=10)
        return context.wrap_socket(plain, server_hostname="rest.netsuite.com", session=session)

    with contextlib.ExitStack() as kept:  # for the server forgets some sessions with their connection

        def session():
            one = kept.enter_context(connect(None))
            one.sendall(DISCOVER)
            assert one.recv(1000)
            return one.session

        before = session()
        with connect(before) as again:
            assert again.session_reused
        set_(asker, "tls_expired", host="app")
        meanwhile = session()
        set_(asker, "tls_expired")
        for known in (before, meanwhile):
            with pytest.raises(ssl.SSLCertVerificationError):
                connect(known)


# --- answers


@pytest.mark.parametrize("body", ["html", "json", "empty"])
def test_maintenance_has_each_body(begin, body):
    asker = begin(maintenance_body="empty" if body == "html" else "html")
    account = asker.account
    set_(asker, "maintenance", body=body, retry_after=120)
    rest, restlet, soap = (
        fresh(asker, account.suitetalk_host, "/services/rest/record/v1/customer"), fresh(asker),
        fresh(asker, account.suitetalk_host, SOAP, "POST"),
    )
    assert [answer.headers["retry-after"] for answer in (rest, restlet, soap)] == ["120"] * 3
    assert (rest.status, restlet.status) == (503, 503)
    if body == "html":
        assert rest.headers["content-type"].startswith("text/html")
        assert b"scheduled maintenance" in rest.body
    elif body == "json":
        assert rest.error[:2] == (503, "ACCT_TEMP_UNAVAILABLE")
        assert restlet.json["error"]["code"] == "ACCT_TEMP_UNAVAILABLE"
        assert b"<platformFaults:code>ACCT_TEMP_UNAVAILABLE<" in soap.body
    else:
        assert (rest.body, "content-type" in rest.headers) == (b"", False)
    assert asker.trail() == []


@pytest.mark.parametrize("body", ["html", "json", "empty"])
@pytest.mark.parametrize("retry_after", ["absent", "present"])
def test_what_a_fault_does_not_say_the_settings_do(begin, body, retry_after):
    asker = begin(maintenance_body=body, retry_after=retry_after)
    set_(asker, "maintenance", times=1)
    down = fresh(asker)
    assert (len(down.body) == 0) == (body == "empty")
    assert (down.body[:1] == b"{") == (body == "json")
    set_(asker, "rate_limited")
    limited = fresh(asker, asker.account.suitetalk_host, "/services/rest/record/v1/customer")
    assert ["retry-after" in answer.headers for answer in (down, limited)] == [retry_after == "present"] * 2


def test_too_many_requests_in_the_form_of_each_channel(asker):
    account = asker.account
    set_(asker, "rate_limited", times=3)
    rest = fresh(asker, account.suitetalk_host, "/services/rest/record/v1/customer")
    assert rest.error[:2] == (429, "CONCURRENCY_LIMIT_EXCEEDED")
    assert "retry-after" not in rest.headers
    restlet = fresh(asker)
    assert (restlet.status, restlet.json["error"]["code"]) == (400, "SSS_REQUEST_LIMIT_EXCEEDED")
    soap = fresh(asker, account.suitetalk_host, SOAP, "POST")
    assert soap.status == 500
    assert b"<faultstring>SuiteTalk concurrent request limit exceeded. Request blocked.<" in soap.body
    assert b'exceededConcurrentRequestLimitFault xmlns:platformFaults="urn:faults_2023_2.platform' in soap.body
    assert b">WS_REQUEST_BLOCKED<" in soap.body
    set_(asker, "rate_limited", retry_after=7)
    assert fresh(asker).headers["retry-after"] == "7"


def without_date(answer: Answer) -> Answer:
    return Answer(answer.status, {name: value for name, value in answer.headers.items() if name != "date"}, answer.body)


def test_the_disguise_is_a_refused_login_to_the_byte_and_leaves_no_row(asker):
    real = login(asker, client_secret="0" * 64)
    restlet = asker.signed("GET", f"https://{asker.account.restlets_host}/rest/tokeninfo", client_secret="0" * 64)
    rows = asker.trail()
    set_(asker, "disguised_login", seconds=0)
    assert without_date(login(asker)) == without_date(real)
    assert without_date(fresh(asker, path="/rest/tokeninfo")) == without_date(restlet)
    assert b"<faultstring>Invalid login attempt.<" in fresh(asker, asker.account.suitetalk_host, SOAP, "POST").body
    assert asker.trail() == rows
    assert fresh(asker, asker.account.suitetalk_host).status == 401


def test_system_errors_have_an_id_of_their_own(asker):
    set_(asker, "system_error")
    rest = [fresh(asker, asker.account.suitetalk_host).error for _ in range(2)]
    assert {one[:2] for one in rest} == {(500, "UNEXPECTED_ERROR")}
    assert len({one[2] for one in rest}) == 2
    assert all(one[2].startswith("An unexpected error occurred. Error ID: ") for one in rest)
    assert fresh(asker).json["error"]["code"] == "UNEXPECTED_ERROR"
    assert b"<platformFaults:code>UNEXPECTED_ERROR<" in fresh(asker, asker.account.suitetalk_host, SOAP, "POST").body


def test_cut_json_is_a_whole_answer_with_half_a_body(asker):
    right = fresh(asker)
    set_(asker, "truncated_json")
    cut = fresh(asker)
    assert (cut.status, cut.headers["content-type"]) == (200, "application/json")
    assert cut.headers["content-length"] == str(len(cut.body))
    assert cut.body == right.body[: len(right.body) // 2]
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut.body)


def test_the_wrong_label_is_on_the_right_body(asker):
    right = fresh(asker)
    set_(asker, "wrong_content_type")
    assert fresh(asker).body == right.body
    assert fresh(asker).headers["content-type"].startswith("text/html")


# --- what our own client says


class Hasty(Clock):
    """Sleeps not at all, and writes down how long it should have."""

    def __init__(self, step: float = 0.0) -> None:
        self.slept: list[float] = []
        self._step = step
        self._ahead = 0.0

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
        self.slept.append(seconds)
        return False

    def monotonic(self) -> float:
        self._ahead += self._step
        return super().monotonic() + self._ahead


def asker_address(asker):
    where, _, port = asker.account.address.rpartition(":")
    return where, int(port)


def our_client(asker, clock=None, timeout=(10.0, 10.0)):
    own, clock = asker.account.credentials, clock or Hasty()
    pairs = (
        Pair(SecretStr(own["consumer_key"]), SecretStr(own["consumer_secret"])),
        Pair(SecretStr(own["token_id"]), SecretStr(own["token_secret"])),
    )
    transport = Transport(asker_address(asker), asker.account.ca_file, clock, timeout=timeout)
    return Client(parse_account(own["account"]), Credentials(own["account"], *pairs), transport, Budget(), clock)


@pytest.mark.parametrize(
    ("kind", "figures", "error", "says"),
    [
        ("latency", {"seconds": 600}, Unreachable, "was silent for 0.5 seconds"),
        ("refused", {}, Unreachable, "refused the connection"),
        ("reset", {}, Unreachable, "was cut before the whole answer was there"),
        ("truncated_json", {}, Garbled, "should have answered with JSON and sent something else"),
        ("maintenance", {"body": "html"}, ServerTrouble, r"trouble of its own.*503 Scheduled Maintenance"),
        ("maintenance", {"body": "json"}, ServerTrouble, "ACCT_TEMP_UNAVAILABLE"),
        ("maintenance", {"body": "empty"}, ServerTrouble, r"trouble of its own. \(503\)"),
        ("rate_limited", {}, Throttled, "CONCURRENCY_LIMIT_EXCEEDED"),
        ("rate_limited", {"retry_after": 9}, Throttled, "more requests"),
        ("disguised_login", {"seconds": 0}, LoginRefused, "refused the login"),
        ("system_error", {}, ServerTrouble, "UNEXPECTED_ERROR: An unexpected error occurred. Error ID"),
        ("tls_other_name", {}, Unreachable, "belongs to another host"),
        ("tls_expired", {}, Unreachable, "has expired, or this machine's clock is ahead"),
        ("clock_skew", {"skew": 420}, LoginRefused, "refused the login"),
    ],
)
def test_our_client_reports_each_fault_in_its_own_words(asker, kind, figures, error, says):
    set_(asker, kind, **figures)
    client = our_client(asker, timeout=(10, 0.5) if kind == "latency" else (10, 10))
    with pytest.raises(error, match=f"(?s){says}") as caught:
        client.server_time()
    assert type(caught.value) is error
    asker.account.faults.clear()
    client.budget.ask_again()
    assert client.server_time().answer.status == 200
    client.close()


def test_our_client_tells_the_stage(asker):
    client = our_client(asker)
    for kind, stage, reason in (
        ("refused", "tcp", "refused"), ("reset", "cut", "cut"), ("tls_other_name", "tls", "wrong-host-name"),
        ("tls_expired", "tls", "expired"),
    ):
        set_(asker, kind)
        with pytest.raises(Unreachable) as caught:
            client.server_time()
        assert (caught.value.stage, caught.value.reason) == (stage, reason)
        asker.account.faults.clear()
        assert client.server_time().answer.status == 200
    client.close()


def test_our_client_goes_on_where_a_fault_passes(asker):
    clock = Hasty()
    client = our_client(asker, clock)
    set_(asker, "rate_limited", times=1, retry_after=9)
    assert client.server_time().answer.status == 200
    assert 9 <= clock.slept[0] < 10
    set_(asker, "rate_limited", times=1, host="restlets")
    assert client.token_info().answer.status == 200
    set_(asker, "maintenance", times=2)
    assert client.server_time().answer.status == 200
    assert len(clock.slept) == 4
    client.close()


def test_our_client_sees_through_the_disguise(asker):
    clock = Hasty(step=30)
    client = our_client(asker, clock)
    set_(asker, "disguised_login", seconds=0, times=1)
    assert client.server_time().answer.status == 200
    set_(asker, "disguised_login", seconds=0)
    with pytest.raises(LoginRefused) as caught:
        client.server_time()
    assert caught.value.perhaps_concurrency
    client.close()


def test_our_client_has_no_patience_with_a_slow_loris(asker):
    client = our_client(asker, Hasty(step=20))
    set_(asker, "slow_loris", seconds=0.01)
    with pytest.raises(Unreachable, match="did not finish its answer within 240 seconds"):
        client.server_time()
    client.close()


def test_our_client_reads_what_is_only_mislabelled(asker):
    set_(asker, "wrong_content_type")
    client = our_client(asker)
    assert client.server_time().answer.status == 200
    client.close()


@pytest.mark.parametrize("kind", [kind for kind in FIGURES if kind != "clock_skew"])
def test_discovery_survives_every_fault(asker, kind):
    figures = {"seconds": 0.001} if "seconds" in FIGURES[kind] else {}
    set_(asker, kind, **figures)
    transport = Transport(asker_address(asker), asker.account.ca_file, Hasty())
    try:
        found = Discovery(transport).data_centers("1234567_SB1").exists
    except Unreachable as error:
        found = error.stage
    transport.close()
    expected = {
        "latency": True, "long_tail": True, "slow_loris": True, "wrong_content_type": True, "refused": "tcp", "reset": "cut",
        "tls_other_name": "tls", "tls_expired": "tls",
    }
    assert found == expected.get(kind)


# --- in scenarios


GOOD = 'title = "t"\nexplains = "e."\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[fault]]\nkind = "latency"\nsecond = 1\n', r"line 5: fault\.0\.second: Extra inputs"),
        ('[[fault]]\nkind = "nonesuch"\n', r"line 4: fault\.0\.kind"),
        ('[[fault]]\nkind = "refused"\n[[fault]]\nkind = "reset"\nskew = 1\n', r"line 7: fault\.1\.skew: .*'reset' has no such figure"),
        ('[[fault]]\nkind = "latency"\nseconds = "long"\n', r"line 5: fault\.0\.seconds"),
        ("fault = 1\n", r"line 3: fault"),
    ],
)
def test_a_wrong_fault_is_named_with_its_line(tmp_path, text, says):
    path = tmp_path / "x.toml"
    path.write_text(GOOD + text)
    with pytest.raises(PracticeError, match=says):
        load_scenario(str(path))


def test_faults_of_the_base_come_first(tmp_path):
    below, above = tmp_path / "below.toml", tmp_path / "above.toml"
    below.write_text(GOOD + '[[fault]]\nkind = "latency"\n')
    above.write_text(GOOD + f'base = "{below}"\n[[fault]]\nkind = "reset"\n')
    assert [fault.kind for fault in load_scenario(str(above)).fault] == ["latency", "reset"]


def test_the_page_tells_every_kind_with_its_figures():
    page = (ROOT / "docs" / "practice.md").read_text(encoding="utf-8").split("## Faults")[1].split("## Control")[0]
    rows = {cells[0].strip(" `"): cells for line in page.splitlines() if (cells := line.strip("| ").split(" | "))[0].startswith("`")}
    assert set(rows) == set(FIGURES)
    for kind, own in FIGURES.items():
        for name, default in own.items():
            if name not in ("path", "host", "times"):
                assert f"`{name}`" in rows[kind][2]
                assert default is None or f"({default:g})" in rows[kind][2]
        assert any(mark in rows[kind][-1] for mark in ("documented", "observed", "inferred"))
