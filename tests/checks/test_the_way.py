"""Everything between this machine and NetSuite's login has its own finding, and none of them blames the credentials."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from netsuite_wire import Authority, reply
from practice_session import ask, practice
from way_stage import CREDENTIAL_CAUSES, SHORT, Cutter, Sayer, Silent, Stage

from wizard.diagnosis import Basis, diagnose
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
        import threading

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


def name_of(value: object) -> str | None:
    return getattr(value, "__name__", None) if callable(value) else None


@pytest.mark.parametrize(("world", "rung", "called", "cause", "proven", "word"), TABLE, ids=name_of)
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


def test_no_two_rows_say_the_same() -> None:
    says = [row.says for row in TROUBLES.values()]
    assert sorted(set(says)) == sorted(says)


def test_every_row_is_met_here_or_in_a_network_of_its_own() -> None:
    from test_the_way_out import CALLED

    also = {"server-trouble", "redirected", "garbled", "timeout.deadline", "tls.certificate", "tcp.no-route", "timeout.connect", "dns.not-a-name"}
    assert {row[2] for row in TABLE} | CALLED | also == set(TROUBLES)
