"""Everything between this machine and NetSuite's login has its own finding, and none of them blames the credentials."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from netsuite_wire import Authority, reply
from practice_session import ask, practice
from support import canary
from way_stage import CREDENTIAL_CAUSES, SHORT, Cutter, Sayer, Silent, Stage

from wizard.clock import Clock
from wizard.diagnosis import Basis, diagnose
from wizard.netsuite.trust import described
from wizard.practice.account import PracticeAccount
from wizard.practice.wire.faults import Fault
from wizard.troubles import IS_NOT, TROUBLES
from wizard.verdict import Standing

PAGE = b"<!DOCTYPE html><html><head><title>Welcome to Hotel WiFi</title></head><body>Log in</body></html>"
PORTAL = {"Location": "https://login.hotel.example/start"}


@pytest.fixture(scope="module")
def account() -> Iterator[PracticeAccount]:
    with practice("alvys-ready") as one:
        yield one


@pytest.fixture
def stage(account: PracticeAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    one = Stage(account, tmp_path, monkeypatch.setenv)
    with one.held:
        yield one
    account.faults.clear()


# --- worlds


def nothing_on_the_port(stage: Stage) -> None:
    stage.wire().stop()


def silent_after_connecting(stage: Stage) -> None:
    stage.wire()
    stage.connect_to, stage.timeout = ("127.0.0.1", stage.listener(Silent()).port), (SHORT, 90)


def silent_after_the_handshake(stage: Stage) -> None:
    stage.wire(lambda heard: Forever())
    stage.timeout = (10, SHORT)


class Forever:
    """An answer that never begins."""

    def __iter__(self) -> Iterator[bytes]:
        threading.Event().wait(30)
        yield b""


def cut_when_named(stage: Stage) -> None:
    stage.wire()
    stage.connect_to = ("127.0.0.1", stage.listener(Cutter()).port)


def cut_in_the_answer(stage: Stage) -> None:
    stage.wire(lambda heard: iter([b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"]))


def no_encryption(stage: Stage) -> None:
    stage.wire()
    stage.connect_to = ("127.0.0.1", stage.listener(Sayer(b"HTTP/1.1 400 Bad Request\r\n\r\n")).port)


def company_authority(stage: Stage) -> None:
    stage.wire(authority=Authority(stage.folder, "Example Corp Proxy CA"))


def expired(stage: Stage) -> None:
    stage.wire(expired=True)


def not_valid_yet(stage: Stage) -> None:
    stage.wire(days=5)


def of_another_host(stage: Stage) -> None:
    stage.wire(hosts=["proxy.example"])


def unreadable_authorities(stage: Stage) -> None:
    stage.wire()
    stage.ca_file = str(stage.folder / "missing.pem")


def answers(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Callable[[Stage], None]:
    kind = "text/html" if body.startswith(b"<") else "application/json"
    return lambda stage: stage.wire(lambda heard: reply(status, body, kind, headers)) and None


def proxy(status: int) -> Callable[[Stage], None]:
    return lambda stage: stage.proxy(status) and None


def proxy_at(address: str) -> Callable[[Stage], None]:
    return lambda stage: stage.through(address)


def proxy_gone(stage: Stage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    stage.through(f"http://127.0.0.1:{port}")


def proxy_silent(stage: Stage) -> None:
    stage.timeout = (SHORT, SHORT)
    stage.through(f"http://127.0.0.1:{stage.listener(Silent()).port}")


def proxy_is_something_else(stage: Stage) -> None:
    stage.through(f"http://127.0.0.1:{stage.listener(Sayer(b'SSH-2.0-OpenSSH_9.6' + bytes((13, 10)))).port}")


def fault(kind: str, **figures: object) -> Callable[[Stage], None]:
    def happen(stage: Stage) -> None:
        stage.connect_to, stage.ca_file = stage.practice, stage.account.ca_file
        stage.account.faults.set(Fault(kind=kind, **figures))  # type: ignore[arg-type]

    return happen


HERE, THERE = "client-environment", "vendor-side"
TABLE: tuple[tuple[Callable[[Stage], None], str, str, str, bool, str], ...] = (
    # world, rung, what it is called, first cause, proven?, a word its remedy has to hold
    (nothing_on_the_port, "connection", "tcp.refused", HERE, False, "127.0.0.1"),
    (silent_after_connecting, "certificate", "timeout.handshake", HERE, False, "took the connection"),
    (silent_after_the_handshake, "answer", "timeout.read", THERE, False, "Name, connection and certificate were in order"),
    (cut_when_named, "certificate", "tls.cut", HERE, False, "firewall"),
    (cut_in_the_answer, "answer", "cut.cut", HERE, False, "firewall"),
    (no_encryption, "certificate", "tls.handshake", HERE, False, "login page of the network"),
    (company_authority, "certificate", "tls.unknown-authority", HERE, True, "signed by Example Corp Proxy CA"),
    (expired, "certificate", "tls.expired", HERE, False, "signed by trusted"),
    (not_valid_yet, "certificate", "tls.not-yet-valid", "clock", False, "time server"),
    (of_another_host, "certificate", "tls.wrong-host-name", HERE, False, "hosts file"),
    (unreadable_authorities, "certificate", "tls.ca-file", HERE, True, "missing.pem"),
    (answers(200, PAGE), "answer", "elsewhere.page", HERE, False, "Welcome to Hotel WiFi"),
    (answers(403, PAGE), "answer", "elsewhere.page", HERE, False, "Welcome to Hotel WiFi"),
    (answers(302, b"", PORTAL), "answer", "elsewhere.redirect", HERE, True, "in a browser"),
    (answers(511, PAGE), "answer", "elsewhere.portal", HERE, True, "in a browser"),
    (answers(407, b""), "answer", "elsewhere.proxy", HERE, True, "HTTPS_PROXY"),
    (proxy(407), "proxy", "proxy.login", HERE, True, "user:password@host:port"),
    (proxy(403), "proxy", "proxy.refused", HERE, True, "allow CONNECT to *.netsuite.com"),
    (proxy(503), "proxy", "proxy.refused", HERE, True, "(503)"),
    (proxy_gone, "proxy", "proxy.unreachable", HERE, True, "refuses"),
    (proxy_silent, "proxy", "proxy.silent", HERE, False, "NO_PROXY"),
    (proxy_is_something_else, "proxy", "proxy.no-proxy", HERE, True, "Correct HTTPS_PROXY"),
    (proxy_at("socks5://127.0.0.1:1"), "proxy", "proxy.socks", HERE, True, "HTTP proxy"),
    (proxy_at("gopher://x"), "proxy", "proxy.address", HERE, True, "http://host:port"),
    (fault("refused"), "connection", "tcp.refused", HERE, False, "port 443"),
    (fault("reset"), "answer", "cut.cut", HERE, False, "firewall"),
    (fault("tls_expired"), "certificate", "tls.expired", HERE, False, "Practice account CA"),
    (fault("tls_other_name"), "certificate", "tls.wrong-host-name", HERE, False, "hosts file"),
)


@pytest.mark.parametrize(("world", "rung", "called", "cause", "proven", "word"), TABLE, ids=[row[2] for row in TABLE])
def test_it_has_its_own_finding_and_costs_no_login(
    stage: Stage, world: Callable[[Stage], None], rung: str, called: str, cause: str, proven: bool, word: str
) -> None:
    world(stage)
    session = stage.session()
    before = logins(stage.account)
    found = ask(session, "permissions.TRAN_CUSTINVC", "machine.clock")
    verdict = found[f"network.{rung}"]
    assert (verdict.standing, verdict.says) == (Standing.FAILED, TROUBLES[called].says)
    assert TROUBLES[called].rung == rung
    assert verdict.remedy and IS_NOT in verdict.remedy.text and word in verdict.remedy.text
    first, *others = diagnose(found).candidates
    assert (first.cause, first.basis is Basis.PROVEN) == (cause, proven)
    assert first.remedy and first.remedy.text == verdict.remedy.text
    assert not CREDENTIAL_CAUSES & {candidate.cause for candidate in (first, *others)}
    assert found["account.exists"].says == found["machine.clock"].says == verdict.says or rung == "answer"
    for login in ("login.accepted", "setup_token.accepted"):
        assert (found[login].standing, found[login].says) == (Standing.WAITING, "waits for the way to NetSuite")
    assert logins(stage.account) == before
    for client in (session.integration, session.admin):
        assert client and client.budget.left(session.clock.now()) == client.budget.limit


def logins(account: PracticeAccount) -> int:
    return int(account.state.value("SELECT count(*) FROM logins"))


@pytest.mark.parametrize(
    ("world", "says", "cause"),
    [
        (fault("maintenance"), "NetSuite is in trouble", THERE),
        (fault("maintenance", body="json"), "NetSuite is in trouble", THERE),
        (fault("maintenance", body="empty"), "NetSuite is in trouble", THERE),
        (fault("system_error"), "NetSuite is in trouble", THERE),
        (fault("rate_limited"), "too many requests at a time", "concurrency"),
        (answers(302, b"", {"Location": "https://system.na9.netsuite.com/"}), "NetSuite points to another address", "wrong-host"),
        (answers(200, b'{"restDomain":'), "the answer makes no sense", HERE),
    ],
    ids=["page", "json", "empty", "system error", "too many", "moved", "half"],
)
def test_what_netsuite_itself_answers_stops_no_login_and_counts_none(
    stage: Stage, world: Callable[[Stage], None], says: str, cause: str
) -> None:
    world(stage)
    session = stage.session(FastClock())
    found = ask(session, "login.accepted", "machine.clock")
    assert (found["network.answer"].standing, found["network.answer"].says) == (Standing.UNKNOWN, says)
    assert found["account.exists"].says == says
    assert found["login.accepted"].standing is found["setup_token.accepted"].standing is Standing.UNKNOWN
    causes = [candidate.cause for candidate in diagnose(found).candidates]
    assert causes[0] == cause
    assert not CREDENTIAL_CAUSES & set(causes)
    for client in (session.integration, session.admin):
        assert client and client.budget.left(session.clock.now()) == client.budget.limit


@pytest.mark.parametrize("skew", [360, -360])
def test_a_clock_six_minutes_off_is_told_before_any_login(stage: Stage, skew: int) -> None:
    fault("clock_skew", skew=skew)(stage)
    before = logins(stage.account)
    found = ask(stage.session(), "login.accepted")
    first = diagnose(found).first
    assert first and (first.cause, first.basis, first.about) == ("clock", Basis.PROVEN, "machine.clock")
    assert found["login.accepted"].says == found["setup_token.accepted"].says == "waits for the clock of this machine"
    assert logins(stage.account) == before


def test_a_proxy_that_knows_the_accounts_host_alone_leaves_the_login_open(stage: Stage) -> None:
    stage.proxy(403, shut="rest.netsuite.com")
    found = ask(stage.session(), "login.accepted")
    assert (found["network.proxy"].standing, found["network.proxy"].says) == (Standing.WARNING, TROUBLES["proxy.refused"].says)
    assert found["login.accepted"].standing is found["setup_token.accepted"].standing is Standing.VERIFIED
    assert found["account.exists"].standing is Standing.UNKNOWN
    assert diagnose(found).first.cause == HERE


def test_a_proxy_that_knows_discovery_alone_is_told_at_the_login(stage: Stage) -> None:
    stage.proxy(403, shut="1234567-sb1")
    session = stage.session()
    found = ask(session, "login.accepted")
    assert found["network.proxy"].standing is Standing.VERIFIED
    for login in ("login.accepted", "setup_token.accepted"):
        assert (found[login].standing, found[login].says) == (Standing.UNKNOWN, TROUBLES["proxy.refused"].says)
    assert [candidate.cause for candidate in diagnose(found).candidates] == [HERE]
    assert session.integration.budget.left(session.clock.now()) == session.integration.budget.limit


def test_an_accounts_host_that_is_cut_when_named_counts_no_login(stage: Stage) -> None:
    stage.proxy(shut="1234567-sb1", instead=("127.0.0.1", stage.listener(Cutter()).port))
    session = stage.session()
    found = ask(session, "login.accepted")
    assert (found["login.accepted"].standing, found["login.accepted"].says) == (Standing.UNKNOWN, TROUBLES["tls.cut"].says)
    assert session.integration.budget.left(session.clock.now()) == session.integration.budget.limit


def test_an_accounts_host_with_a_strange_certificate_is_looked_at_closer(stage: Stage) -> None:
    fault("tls_other_name", host="suitetalk")(stage)
    found = ask(stage.session(), "login.accepted")
    assert found["login.accepted"].says == TROUBLES["tls.wrong-host-name"].says
    assert "signed by Practice account CA" in found["login.accepted"].remedy.text


def test_a_way_in_order_is_proven_by_the_discovery_call_alone(stage: Stage) -> None:
    between = stage.proxy()
    found = ask(stage.session(), "machine.clock")
    assert between.asked == ["CONNECT rest.netsuite.com:443"]
    says = {about: verdict.says for about, verdict in found.items() if about.startswith("network.")}
    assert says == {
        "network.name": "the proxy looks names up",
        "network.connection": "open",
        "network.proxy": f"lets us through: 127.0.0.1:{between.port}",
        "network.certificate": f"trusted by {stage.account.ca_file}",
        "network.answer": "NetSuite answers",
    }


def test_a_proxy_setting_with_a_password_is_never_told(stage: Stage) -> None:
    password = canary()
    between = stage.proxy(407)
    stage.through(f"http://someone:{password}@127.0.0.1:{between.port}")
    found = ask(stage.session(), "login.accepted")
    assert found["network.proxy"].says == TROUBLES["proxy.login"].says
    assert "does not take the user and password in its setting" in found["network.proxy"].remedy.text
    assert password not in repr(found) and "someone" not in repr(found)
    assert all("proxy-authorization" in headers for headers in between.headers)


def test_nothing_is_sent_to_whoever_shows_a_strange_certificate(stage: Stage) -> None:
    wire = stage.wire(authority=Authority(stage.folder, "Example Corp Proxy CA"))
    ask(stage.session(), "login.accepted")
    assert wire.heard == []


@pytest.mark.skipif(sys.platform != "linux", reason="how a full queue of connections behaves is the system's own")
def test_an_address_that_stays_silent(stage: Stage) -> None:
    stage.wire()
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as held:
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        stage.connect_to, stage.timeout = full.getsockname(), (SHORT, 90)
        found = ask(stage.session(), "login.accepted")
    assert found["network.connection"].says == TROUBLES["timeout.connect"].says
    assert found["login.accepted"].standing is Standing.WAITING


def test_slow_answers_are_told_and_blamed_on_nothing_else(stage: Stage) -> None:
    fault("latency", seconds=0.2, host="discovery")(stage)
    found = ask(stage.session(FastClock()))
    slow = {about for about, verdict in found.items() if verdict.standing is Standing.WARNING}
    assert slow == {"network.pace"}
    assert [candidate.cause for candidate in diagnose(found).candidates] == [THERE, HERE]


class FastClock(Clock):
    """A clock on which a second takes a fiftieth."""

    def monotonic(self) -> float:
        return super().monotonic() * 50

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
        return super().sleep(seconds / 50, stop)


@pytest.mark.parametrize("der", [b"", b"0", b"no certificate at all", bytes(range(256))])
def test_what_is_no_certificate_is_described_with_nothing(der: bytes) -> None:
    assert described(der) == ""


def test_names_in_a_certificate_are_made_harmless(stage: Stage) -> None:
    stage.wire(authority=Authority(stage.folder, "Evil \x1b]0;title\x07 " + "x" * 40))
    found = ask(stage.session(), "machine.clock")
    text = found["network.certificate"].remedy.text
    assert "signed by Evil" in text and text.isprintable()


def test_no_two_rows_say_the_same() -> None:
    says = [row.says for row in TROUBLES.values()]
    assert sorted(set(says)) == sorted(says)


def test_every_row_is_met_here_or_in_a_network_of_its_own() -> None:
    from test_the_way_out import CALLED

    also = {"server-trouble", "redirected", "garbled", "timeout.deadline", "tls.certificate", "timeout.connect", "dns.not-a-name"}
    assert {row[2] for row in TABLE} | CALLED | also == set(TROUBLES)
