"""The client over real sockets: what it asks, how often, and when it does not ask at all."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timezone

import pytest
from netsuite_wire import Heard, SteppedClock, Wire, reply

from wizard.account import Account
from wizard.credentials import Credentials
from wizard.netsuite.answers import (
    Cancelled,
    Garbled,
    HeldBack,
    LoginRefused,
    NetSuiteError,
    NotThere,
    PermissionRefused,
    QueryRefused,
    Redirected,
    ServerTrouble,
    Throttled,
    Unreachable,
)
from wizard.netsuite.budget import Budget
from wizard.netsuite.client import Client
from wizard.netsuite.transport import Transport

LOGIN = {"o:errorDetails": [{"detail": "Invalid login attempt.", "o:errorCode": "INVALID_LOGIN"}], "status": 401}
RESTLET_LOGIN = {"error": {"code": "INVALID_LOGIN_ATTEMPT", "message": "Invalid login attempt."}}
TIME = {"serverTime": "2025-03-26T16:21:00.000Z"}
BUSY = {"o:errorDetails": [{"detail": "Concurrent request limit exceeded.", "o:errorCode": "CONCURRENCY_LIMIT_EXCEEDED"}]}


def error(code: str, detail: str = "x") -> dict[str, object]:
    return {"o:errorDetails": [{"detail": detail, "o:errorCode": code}]}


def in_turn(*answers: bytes) -> Callable[[Heard], bytes]:
    rest = list(answers)
    return lambda heard: rest.pop(0) if len(rest) > 1 else rest[0]


# --- what it asks and what it reads -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-26T16:21:00.000Z", datetime(2025, 3, 26, 16, 21, tzinfo=timezone.utc)),
        ("2025-03-26T16:21:00Z", datetime(2025, 3, 26, 16, 21, tzinfo=timezone.utc)),
        ("2025-03-26T09:21:00.5-07:00", datetime(2025, 3, 26, 16, 21, 0, 500_000, tzinfo=timezone.utc)),
        ("2025-03-26T16:21:00", datetime(2025, 3, 26, 16, 21, tzinfo=timezone.utc)),
    ],
)
def test_server_time(wire: Wire, client: Client, clock: SteppedClock, text: str, expected: datetime) -> None:
    wire.script = lambda heard: reply(200, {"serverTime": text})
    assert client.last_login_at is None
    assert client.server_time().time == expected
    assert client.last_login_at == clock.now()
    heard = wire.heard[0]
    assert (heard.method, heard.target) == ("GET", "/services/rest/system/v1/serverTime")
    assert heard.headers["host"] == "1234567-sb1.suitetalk.api.netsuite.com"


@pytest.mark.parametrize("body", [{}, {"serverTime": "yesterday"}, [], "2025", b"", b"<html></html>", 7])
def test_server_time_in_another_form_is_garbled(wire: Wire, client: Client, body: object) -> None:
    wire.script = lambda heard: reply(200, body)
    with pytest.raises(Garbled):
        client.server_time()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"companyName": "C", "companyId": "1234567_SB1", "roleName": "R", "roleId": 1050, "entityId": 42},
            ("1234567_SB1", "C", "1050", "R", "42"),
        ),
        ({"COMPANYID": "1", "ROLE_ID": "3", "unknown": None}, ("1", None, "3", None, None)),
        (
            {"tokenInfo": {"company": {"id": 1, "name": "C"}, "role": {"internalId": 3, "name": "R"}, "entity": 7}},
            ("1", "C", "3", "R", "7"),
        ),
        ([{"companyId": "1"}], None),
        ({"something": "else"}, None),
        ({}, None),
        (b"OK", None),
    ],
)
def test_token_info_in_every_form(wire: Wire, client: Client, body: object, expected: tuple[str | None, ...] | None) -> None:
    wire.script = lambda heard: reply(200, body)
    if expected is None:
        with pytest.raises(Garbled):
            client.token_info()
    else:
        info = client.token_info()
        assert (info.company_id, info.company_name, info.role_id, info.role_name, info.entity_id) == expected
        assert info.raw == body
    assert wire.heard[0].target == "/rest/tokeninfo"
    assert wire.heard[0].headers["host"] == "1234567-sb1.restlets.api.netsuite.com"


def test_record_and_records(wire: Wire, client: Client) -> None:
    wire.script = lambda heard: reply(200, {"id": "1"})
    assert client.record("vendorBill", "1").json() == {"id": "1"}
    client.record("customrecord a/b", "../../x?y")
    client.records("customer", 5)
    assert [heard.target for heard in wire.heard] == [
        "/services/rest/record/v1/vendorBill/1",
        "/services/rest/record/v1/customrecord%20a%2Fb/..%2F..%2Fx%3Fy",
        "/services/rest/record/v1/customer?limit=5",
    ]


def test_catalog(wire: Wire, client: Client) -> None:
    items = [{"name": "vendorBill", "links": []}, {"name": "customer"}, {"links": []}, "odd"]
    wire.script = lambda heard: reply(200, {"items": items}, "application/schema+json")
    assert client.metadata_catalog() == {"vendorbill", "customer"}
    assert wire.heard[0].headers["accept"] == "application/schema+json"
    wire.script = lambda heard: reply(200, {"openapi": "3.0"})
    with pytest.raises(Garbled):
        client.metadata_catalog()


def test_query_on_the_wire(wire: Wire, client: Client) -> None:
    row = {"links": [], "Name": "Röle", "id": "3", "count": 7, "isinactive": False, "email": None}
    wire.script = lambda heard: reply(200, {"items": [row], "hasMore": False})
    rows = client.query("SELECT name\n  FROM role WHERE id = ?", ["3"])
    assert rows == [{"name": "Röle", "id": "3", "count": "7", "isinactive": "F"}]
    assert rows.answer.asked == "SuiteQL SELECT name FROM role WHERE id = ?"
    heard = wire.heard[0]
    assert heard.method == "POST" and heard.target == "/services/rest/query/v1/suiteql?limit=1000&offset=0"
    assert heard.headers["prefer"] == "transient" and heard.headers["content-type"] == "application/json"
    assert heard.data == {"q": "SELECT name\n  FROM role WHERE id = ?", "params": ["3"]}
    client.query("SELECT 1 FROM dual")
    assert wire.heard[1].data == {"q": "SELECT 1 FROM dual"}
    found = client.evidence("P6", rows)
    assert (found.token, found.came_back) == ("integration", "200 in 0.00 s, 1 row")


def pages(total: int, more: Callable[[int], object] | None = None) -> Callable[[Heard], bytes]:
    def answer(heard: Heard) -> bytes:
        offset = int(heard.target.partition("offset=")[2])
        count = max(min(1000, total - offset), 0)
        body: dict[str, object] = {"items": [{"id": str(offset + i)} for i in range(count)], "totalResults": total}
        following = offset + count < total
        if more is None:
            body["hasMore"] = following
        else:
            body["links"] = more(following)
        return reply(200, body)

    return answer


def test_query_follows_pages(wire: Wire, client: Client) -> None:
    wire.script = pages(2001)
    assert [row["id"] for row in client.query("SELECT id FROM account")] == [str(i) for i in range(2001)]
    assert [heard.target.partition("offset=")[2] for heard in wire.heard] == ["0", "1000", "2000"]


def test_query_follows_links_where_has_more_is_missing(wire: Wire, client: Client) -> None:
    wire.script = pages(1500, lambda following: [{"rel": "next" if following else "self"}])
    assert len(client.query("SELECT id FROM account")) == 1500


def test_rows_arrive_page_by_page(wire: Wire, client: Client) -> None:
    wire.script = pages(5000)
    rows = client.rows("SELECT id FROM transaction")
    assert [next(rows)["id"] for _ in range(1001)][-1] == "1000"
    assert len(wire.heard) == 2


def test_query_ends_at_what_netsuite_can_give(wire: Wire, client: Client) -> None:
    wire.script = lambda heard: reply(200, {"items": [{"id": "1"}] * 1000, "hasMore": True})
    assert sum(1 for _ in client.rows("SELECT id FROM transaction")) == 100_000
    assert len(wire.heard) == 100


def test_query_ends_when_a_page_is_empty_although_more_is_promised(wire: Wire, client: Client) -> None:
    wire.script = lambda heard: reply(200, {"items": [], "hasMore": True})
    assert client.query("SELECT id FROM transaction") == []
    assert len(wire.heard) == 1


@pytest.mark.parametrize("body", [{}, {"items": None}, {"items": ["x"]}, [], b"{", b"<html>"])
def test_query_answer_in_another_form_is_garbled(wire: Wire, client: Client, body: object) -> None:
    wire.script = lambda heard: reply(200, body)
    with pytest.raises(Garbled) as caught:
        client.query("SELECT id FROM role")
    assert caught.value.asked == "SuiteQL SELECT id FROM role"


def test_refusals_are_typed(wire: Wire, client: Client) -> None:
    cases: list[tuple[int, object, type[NetSuiteError]]] = [
        (403, error("INSUFFICIENT_PERMISSION"), PermissionRefused),
        (404, error("NONEXISTENT_ID"), NotThere),
        (400, error("INVALID_PARAMETER", "Record 'x' was not found."), QueryRefused),
        (302, b"", Redirected),
    ]
    for status, body, kind in cases:
        wire.script = lambda heard, status=status, body=body: reply(status, body)
        with pytest.raises(kind):
            client.record("invoice", "0")
    assert len(wire.heard) == len(cases)


# --- tries ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "body", "kind"), [(429, BUSY, Throttled), (503, b"", ServerTrouble)])
def test_reads_are_sent_three_times_with_growing_waits(
    wire: Wire, client: Client, clock: SteppedClock, status: int, body: object, kind: type[NetSuiteError]
) -> None:
    wire.script = lambda heard: reply(status, body)
    with pytest.raises(kind):
        client.server_time()
    assert len(wire.heard) == 3
    assert 0.75 <= clock.slept[0] <= 1.25 and 1.5 <= clock.slept[1] <= 2.5
    assert len({heard.headers["authorization"] for heard in wire.heard}) == 3


def test_a_read_that_recovers_is_answered(wire: Wire, client: Client) -> None:
    wire.script = in_turn(reply(500, b""), reply(429, BUSY), reply(200, TIME))
    client.server_time()
    assert len(wire.heard) == 3


@pytest.mark.parametrize(("header", "least", "most"), [("7", 7.0, 7.5), ("900", 30.0, 30.5), ("soon", 0.75, 1.25)])
def test_retry_after_is_honoured_up_to_thirty_seconds(
    wire: Wire, client: Client, clock: SteppedClock, header: str, least: float, most: float
) -> None:
    wire.script = in_turn(reply(429, BUSY, headers={"Retry-After": header}), reply(200, TIME))
    client.server_time()
    assert len(clock.slept) == 1 and least <= clock.slept[0] <= most


def test_cancelling_ends_the_waiting(
    wire: Wire, account: Account, credentials: Credentials, transport: Transport, cancelled: threading.Event
) -> None:
    class Waiting(SteppedClock):
        def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
            assert stop is cancelled
            cancelled.set()
            return stop.wait(30)

    wire.script = lambda heard: reply(429, BUSY)
    with pytest.raises(Cancelled):
        Client(account, credentials, transport, Budget(), Waiting()).server_time()
    assert len(wire.heard) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 405])
def test_other_refusals_are_final(wire: Wire, client: Client, status: int) -> None:
    wire.script = lambda heard: reply(status, error("SOMETHING_ELSE"))
    with pytest.raises(NetSuiteError):
        client.server_time()
    assert len(wire.heard) == 1


def test_revoking_is_sent_once(wire: Wire, client: Client, credentials: Credentials) -> None:
    wire.script = lambda heard: reply(503, b"")
    with pytest.raises(ServerTrouble):
        client.revoke_token()
    assert len(wire.heard) == 1
    assert credentials.consumer and credentials.token
    assert wire.heard[0].method == "GET"
    assert wire.heard[0].target == (
        f"/rest/revoketoken?consumerKey={credentials.consumer.first.get_secret_value()}"
        f"&token={credentials.token.first.get_secret_value()}"
    )


# --- the attempt budget -----------------------------------------------------------------------------------------------


def test_after_a_refused_login_nothing_more_is_sent(wire: Wire, client: Client, budget: Budget) -> None:
    wire.script = lambda heard: reply(401, LOGIN)
    with pytest.raises(LoginRefused):
        client.server_time()
    for ask in (client.server_time, client.token_info, client.metadata_catalog, client.revoke_token):
        with pytest.raises(HeldBack) as caught:
            ask()
        assert caught.value.answer is None and caught.value.asked
    assert len(wire.heard) == 1
    assert budget.left(budget.refused[0]) == 4


@pytest.mark.parametrize("release", [Budget.changed, Budget.ask_again])
def test_asking_again_sends_exactly_one_more(wire: Wire, client: Client, budget: Budget, release: Callable[[Budget], None]) -> None:
    wire.script = lambda heard: reply(401, LOGIN)
    with pytest.raises(LoginRefused):
        client.server_time()
    release(budget)
    with pytest.raises(LoginRefused):
        client.server_time()
    with pytest.raises(HeldBack):
        client.server_time()
    assert len(wire.heard) == 2 and len(budget.refused) == 2


def test_a_refusal_kept_from_an_earlier_run_holds_back(
    wire: Wire, account: Account, credentials: Credentials, transport: Transport, clock: SteppedClock
) -> None:
    budget = Budget(refused=[clock.now()])
    with pytest.raises(HeldBack):
        Client(account, credentials, transport, budget, clock).server_time()
    assert wire.heard == []


def test_the_refusal_that_would_lock_is_not_sent_whatever_changed(wire: Wire, client: Client, budget: Budget, clock: SteppedClock) -> None:
    wire.script = lambda heard: reply(401, LOGIN)
    for _ in range(8):
        with pytest.raises((LoginRefused, HeldBack)):
            client.server_time()
        budget.changed()
    assert len(wire.heard) == 4
    clock.passed += 31 * 60
    with pytest.raises(HeldBack):
        client.server_time()
    budget.ask_again()
    with pytest.raises(LoginRefused):
        client.server_time()


def test_parallel_calls_with_wrong_credentials_cost_one_login(wire: Wire, client: Client) -> None:
    wire.script = lambda heard: reply(401, LOGIN)
    came: list[type[Exception]] = []

    def ask() -> None:
        try:
            client.server_time()
        except NetSuiteError as failure:
            came.append(type(failure))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wire.heard) == 1
    assert sorted(kind.__name__ for kind in came) == ["HeldBack"] * 5 + ["LoginRefused"]


def test_after_an_accepted_login_calls_run_side_by_side(wire: Wire, client: Client) -> None:
    wire.script = lambda heard: reply(200, TIME)
    client.server_time()
    together = threading.Barrier(3, timeout=20)

    def meet(heard: Heard) -> Iterator[bytes]:
        together.wait()
        yield reply(200, TIME)

    wire.script = meet
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            client.server_time()
        except BaseException as failure:
            failed.append(failure)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and not together.broken
    assert len(wire.heard) == 4


def test_waiting_for_the_first_login_can_be_cancelled(wire: Wire, client: Client, cancelled: threading.Event) -> None:
    arrived, over = threading.Event(), threading.Event()

    def hang(heard: Heard) -> Iterator[bytes]:
        arrived.set()
        over.wait(30)
        yield reply(200, TIME)

    wire.script = hang
    came: list[str] = []

    def ask() -> None:
        try:
            client.server_time()
        except NetSuiteError as failure:
            came.append(type(failure).__name__)

    first = threading.Thread(target=ask)
    first.start()
    assert arrived.wait(20)
    second = threading.Thread(target=ask)
    second.start()
    cancelled.set()
    first.join(20)
    second.join(20)
    over.set()
    assert came == ["Cancelled", "Cancelled"]
    assert len(wire.heard) == 1


def slowly(clock: SteppedClock, *answers: bytes, seconds: float = 60.0) -> Callable[[Heard], bytes]:
    nth = in_turn(*answers)

    def answer(heard: Heard) -> bytes:
        clock.passed += seconds
        return nth(heard)

    return answer


def test_a_slow_refusal_is_tried_once_more_with_a_new_nonce(wire: Wire, client: Client, budget: Budget, clock) -> None:
    wire.script = slowly(clock, reply(401, LOGIN), reply(200, TIME))
    client.server_time()
    assert len(wire.heard) == 2
    assert wire.heard[0].headers["authorization"] != wire.heard[1].headers["authorization"]
    assert budget.refused == [] and not budget.blocked


def test_a_slow_refusal_is_tried_at_most_once_more(wire: Wire, client: Client, budget: Budget, clock) -> None:
    wire.script = slowly(clock, reply(401, LOGIN))
    with pytest.raises(LoginRefused) as caught:
        client.server_time()
    assert caught.value.perhaps_concurrency
    with pytest.raises(HeldBack):
        client.server_time()
    assert len(wire.heard) == 2 and len(budget.refused) == 2


def test_a_slow_refusal_is_not_tried_again_when_it_was_the_last_attempt(wire: Wire, client: Client, budget: Budget, clock) -> None:
    budget.refused = [clock.now()] * 3
    budget.changed()
    wire.script = slowly(clock, reply(401, LOGIN))
    with pytest.raises(LoginRefused):
        client.server_time()
    assert len(wire.heard) == 1


def test_a_refusal_within_twenty_seconds_is_final(wire: Wire, client: Client, clock: SteppedClock) -> None:
    wire.script = slowly(clock, reply(401, LOGIN), reply(200, TIME), seconds=20.0)
    with pytest.raises(LoginRefused):
        client.server_time()
    assert len(wire.heard) == 1


def test_an_attempt_is_counted_before_it_is_sent(wire: Wire, client: Client, budget: Budget, clock) -> None:
    left: list[int] = []

    def look(heard: Heard) -> bytes:
        left.append(budget.left(clock.now()))
        return reply(200, TIME)

    wire.script = look
    client.server_time()
    assert left == [4] and budget.left(clock.now()) == 5


def test_a_cut_connection_leaves_the_attempt_counted_without_blocking(
    wire: Wire, client: Client, budget: Budget, clock: SteppedClock
) -> None:
    wire.script = lambda heard: iter([b""])
    with pytest.raises(Unreachable):
        client.server_time()
    assert budget.left(clock.now()) == 4 and budget.refused == []
    wire.script = lambda heard: reply(200, TIME)
    client.server_time()
    assert budget.left(clock.now()) == 5


def test_what_never_reached_the_login_does_not_count(
    wire: Wire, client: Client, budget: Budget, clock: SteppedClock, cancelled: threading.Event
) -> None:
    for status, body in ((503, b""), (429, BUSY), (302, b""), (400, error("INVALID_REQUEST"))):
        wire.script = lambda heard, status=status, body=body: reply(status, body)
        with pytest.raises(NetSuiteError):
            client.server_time()
    wire.stop()
    client.close()
    with pytest.raises(Unreachable):
        client.server_time()
    cancelled.set()
    with pytest.raises(Cancelled):
        client.server_time()
    assert budget.left(clock.now()) == 5
    assert client.last_login_at is None


def test_a_missing_permission_proves_the_login(wire: Wire, client: Client, budget: Budget) -> None:
    wire.script = lambda heard: reply(403, error("INSUFFICIENT_PERMISSION"))
    with pytest.raises(PermissionRefused):
        client.record("invoice", "0")
    assert budget.proven and client.last_login_at is not None


def test_a_refusal_of_the_restlet_host_alone_closes_only_that_door(
    wire: Wire, client: Client, budget: Budget, clock: SteppedClock
) -> None:
    def answer(heard: Heard) -> bytes:
        return reply(401, RESTLET_LOGIN) if "restlets" in heard.headers["host"] else reply(200, TIME)

    wire.script = answer
    client.server_time()
    with pytest.raises(LoginRefused):
        client.token_info()
    assert budget.left(clock.now()) == 4 and not budget.blocked
    with pytest.raises(HeldBack):
        client.token_info()
    client.server_time()
    assert [heard.target for heard in wire.heard] == [
        "/services/rest/system/v1/serverTime",
        "/rest/tokeninfo",
        "/services/rest/system/v1/serverTime",
    ]


def test_a_refusal_of_the_restlet_host_before_any_accepted_login_blocks_all(wire: Wire, client: Client) -> None:
    wire.script = lambda heard: reply(401, RESTLET_LOGIN)
    with pytest.raises(LoginRefused):
        client.token_info()
    with pytest.raises(HeldBack):
        client.server_time()
    assert len(wire.heard) == 1


def test_the_owner_of_the_budget_is_told_when_a_login_is_refused(wire: Wire, client: Client, budget: Budget) -> None:
    kept: list[str] = []
    budget.on_change = lambda: kept.append(json.dumps([at.isoformat() for at in budget.refused]))
    wire.script = lambda heard: reply(401, LOGIN)
    with pytest.raises(LoginRefused):
        client.server_time()
    assert len(kept) == 1 and json.loads(kept[0]) == [budget.refused[0].isoformat()]
