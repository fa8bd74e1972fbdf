"""Which answer means which error, with every variant that nobody has ruled out (protocol.md 7.3, 8, 13)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from wizard.netsuite.answers import (
    Answer,
    BadRequest,
    Cancelled,
    Elsewhere,
    Garbled,
    HeldBack,
    LoginRefused,
    NetSuiteError,
    NotThere,
    PermissionRefused,
    QueryRefused,
    Redirected,
    RoleRefused,
    ServerTrouble,
    Throttled,
    Unreachable,
    evidence,
)
from wizard.netsuite.readings import Rows
from wizard.netsuite.refusals import refusal

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)
URL = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/invoice/1?expand=true"
INVALID = "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at Setup > Users/Roles."
CURRENT_ROLE = "Your current role does not have permission to perform this action."
UNPROCESSED = "Invalid search query. Detailed unprocessed description follows. "
PAGE = b"<!DOCTYPE html><html><head><title>Service &amp; Unavailable</title></head><body>x</body></html>"


def answer(status: int, body: object = b"", headers: dict[str, str] | None = None, seconds: float = 0.12) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Answer(status, headers or {}, raw, seconds, NOW, "GET", URL)


def rest(detail: str | None, code: str | None = None, **more: object) -> dict[str, object]:
    entry = {key: value for key, value in {"detail": detail, "o:errorCode": code}.items() if value is not None}
    return {"type": "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5", "title": "T", "o:errorDetails": [entry], **more}


def restlet(code: str, message: str) -> dict[str, object]:
    return {"error": {"code": code, "message": message}}


CASES: list[tuple[str, int, object, type[NetSuiteError], str]] = [
    # name, status, body, error, code
    ("login", 401, rest(INVALID, "INVALID_LOGIN", status=401), LoginRefused, "INVALID_LOGIN"),
    ("login, older type and text status", 401, rest(INVALID, "INVALID_LOGIN", status="401", type="https://www.w3.org/x"), LoginRefused, "INVALID_LOGIN"),
    ("login without details", 401, {"title": "Unauthorized", "status": 401, "detail": INVALID}, LoginRefused, ""),
    ("login, empty body", 401, b"", LoginRefused, ""),
    ("login, web page", 401, PAGE, LoginRefused, ""),
    ("login, plain text", 401, b"Unauthorized", LoginRefused, ""),
    ("login on the RESTlet host", 401, restlet("INVALID_LOGIN_ATTEMPT", "Invalid login attempt."), LoginRefused, "INVALID_LOGIN_ATTEMPT"),
    ("login on the RESTlet host with 403", 403, restlet("INVALID_LOGIN_ATTEMPT", "Invalid login attempt."), LoginRefused, "INVALID_LOGIN_ATTEMPT"),
    ("web services only role", 403, restlet("INVALID_LOGIN_CREDENTIALS", "x"), LoginRefused, "INVALID_LOGIN_CREDENTIALS"),
    ("login, 400 with a login code", 400, restlet("INVALID_LOGIN_CREDENTIALS", "x"), LoginRefused, "INVALID_LOGIN_CREDENTIALS"),
    ("login, 403 without a code", 403, {"error": "Invalid login attempt."}, LoginRefused, ""),
    ("login, error is a code", 403, {"error": "INVALID_LOGIN"}, LoginRefused, "INVALID_LOGIN"),
    ("permission", 403, rest("You need the 'Custom Lists' permission", "INSUFFICIENT_PERMISSION"), PermissionRefused, "INSUFFICIENT_PERMISSION"),
    ("permission with 400", 400, rest("Permission Violation: x", "INSUFFICIENT_PERMISSION"), PermissionRefused, "INSUFFICIENT_PERMISSION"),
    ("permission by words alone", 400, {"error": {"message": "Permission Violation: You need  the 'Lists -&gt; Currency' permission"}}, PermissionRefused, ""),
    ("forbidden without words", 403, {}, PermissionRefused, ""),
    ("feature off", 403, rest("The REST feature is disabled", "FEATURE_DISABLED"), PermissionRefused, "FEATURE_DISABLED"),
    ("role", 400, rest(CURRENT_ROLE, "USER_ERROR"), RoleRefused, "USER_ERROR"),
    ("role, code on top", 400, {"o:errorCode": "USER_ERROR", "detail": CURRENT_ROLE}, RoleRefused, "USER_ERROR"),
    ("role, 403", 403, rest(CURRENT_ROLE, "USER_ERROR"), RoleRefused, "USER_ERROR"),
    ("role, RESTlet form", 400, restlet("USER_ERROR", CURRENT_ROLE), RoleRefused, "USER_ERROR"),
    ("query syntax", 400, rest(UNPROCESSED + "Search error occurred: Failed to parse SQL [SELECT]", "INVALID_PARAMETER"), QueryRefused, "INVALID_PARAMETER"),
    ("query without a code", 400, {"detail": UNPROCESSED + "Invalid search type: nonsense."}, QueryRefused, ""),
    ("no type", 404, rest("Record type 'file' does not exist.", "NONEXISTENT_ID"), NotThere, "NONEXISTENT_ID"),
    ("no record", 404, rest("The record instance does not exist. Provide a valid record instance ID.", "NONEXISTENT_ID"), NotThere, "NONEXISTENT_ID"),
    ("no record, words of the help page", 404, {"detail": "Record does not exist."}, NotThere, ""),
    ("no transaction", 400, rest("Error while accessing a resource. Transaction type specified is incorrect.", "USER_ERROR"), NotThere, "USER_ERROR"),
    ("no transaction, no code", 400, rest("Error while accessing a resource. Transaction type specified is incorrect."), NotThere, ""),
    ("404 of something else", 404, b"404 page not found", BadRequest, ""),
    ("syntax", 400, rest("The request could not be understood by the server due to malformed syntax.", "INVALID_REQUEST"), BadRequest, "INVALID_REQUEST"),
    ("mandatory field", 400, rest("Error while accessing a resource. Please enter value(s) for: Name", "USER_ERROR"), BadRequest, "USER_ERROR"),
    ("method", 405, b"", BadRequest, ""),
    ("limit", 429, rest("Concurrent request limit exceeded. Request blocked.", "CONCURRENCY_LIMIT_EXCEEDED"), Throttled, "CONCURRENCY_LIMIT_EXCEEDED"),
    ("limit, the help page's broken JSON", 429, b'{ "title": "Bad Request", "status": 429, "o:errorCode": "USER_ERROR" "o:errorDetails": [', Throttled, ""),
    ("limit on the RESTlet host", 400, restlet("SSS_REQUEST_LIMIT_EXCEEDED", "x"), Throttled, "SSS_REQUEST_LIMIT_EXCEEDED"),
    ("system error", 500, rest("An unexpected error occurred. Error ID: jrgbpy", "UNEXPECTED_ERROR"), ServerTrouble, "UNEXPECTED_ERROR"),
    ("maintenance page", 503, PAGE, ServerTrouble, ""),
    ("gateway", 502, b"upstream closed", ServerTrouble, ""),
    ("a proxy's page with 403", 403, PAGE, Elsewhere, ""),
    ("a proxy's page with 404", 404, PAGE, Elsewhere, ""),
    ("a proxy wants a login", 407, b"", Elsewhere, ""),
    ("a network wants a login", 511, PAGE, Elsewhere, ""),
    ("moved", 302, b"", Redirected, ""),
    ("RESTlet, plain text form", 400, b"error code: SSS_INVALID_SCRIPTLET_ID\nerror message: That Suitelet is invalid.", BadRequest, "SSS_INVALID_SCRIPTLET_ID"),
    ("body is a list", 400, [rest(CURRENT_ROLE, "USER_ERROR")], RoleRefused, "USER_ERROR"),
    ("details is an object", 400, {"o:errorDetails": {"detail": CURRENT_ROLE, "o:errorCode": "USER_ERROR"}}, RoleRefused, "USER_ERROR"),
    ("details is empty", 403, {"o:errorDetails": [], "o:errorCode": "INSUFFICIENT_PERMISSION"}, PermissionRefused, "INSUFFICIENT_PERMISSION"),
    ("details is nothing", 400, {"o:errorDetails": None, "error": None}, BadRequest, ""),
    ("SOAP fault on the wrong host", 500, b"<?xml version='1.0'?><e><faultstring>Incorrect data center requested!</faultstring></e>", ServerTrouble, ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "status", "body", "kind", "code"), CASES, ids=[case[0] for case in CASES])
def test_answer_means_error(name: str, status: int, body: object, kind: type[NetSuiteError], code: str) -> None:
    error = refusal(answer(status, body))
    assert type(error) is kind
    assert error.code == code
    assert error.status == status
    assert error.answer is not None and error.at == NOW
    assert error.asked == "GET /services/rest/record/v1/invoice/1?expand=true"


def test_success_means_no_error() -> None:
    assert refusal(answer(200, {"items": []})) is None
    assert refusal(answer(204)) is None


def test_a_status_nobody_uses_is_garbled() -> None:
    assert type(refusal(answer(999, {}))) is Garbled


@pytest.mark.parametrize(
    ("words", "permission", "too_low"),
    [
        ("You need the 'Custom Lists' permission", "Custom Lists", False),
        ("Permission Violation: You need  the 'Lists -> Currency' permission to access this page.", "Lists -> Currency", False),
        ("Permission Violation: You need the ‘Lists -&gt; Customers’ permission to access", "Lists -> Customers", False),
        ("Permission Violation: You need a higher level of the 'Lists -> Documents and Files' permission to", "Lists -> Documents and Files", True),
        ("no permission is named", None, False),
    ],
)  # fmt: skip
def test_permission_is_read_from_the_words(words: str, permission: str | None, too_low: bool) -> None:
    error = refusal(answer(403, rest(words, "INSUFFICIENT_PERMISSION")))
    assert isinstance(error, PermissionRefused)
    assert (error.permission, error.level_too_low) == (permission, too_low)


@pytest.mark.parametrize(
    ("words", "hidden", "table", "column"),
    [
        (UNPROCESSED + "Search error occurred: Record 'customer' was not found.", "customer", None, None),
        ("Search error occurred: Record ‘subsidiary’ was not found.", "subsidiary", None, None),
        (UNPROCESSED + "Invalid search type: transactiontablethatdoesnotexist.", None, "transactiontablethatdoesnotexist", None),
        (UNPROCESSED + "Search error occurred: Unknown identifier 'subsidiary'. Available identifiers are: {transaction=transaction}.", None, None, "subsidiary"),
        (UNPROCESSED + "Search error occurred: Failed to parse SQL [SELECT FROM WHERE]", None, None, None),
    ],
)  # fmt: skip
def test_query_refusal_says_what_is_wrong(words: str, hidden: str | None, table: str | None, column: str | None) -> None:
    error = refusal(answer(400, rest(words, "INVALID_PARAMETER")))
    assert isinstance(error, QueryRefused)
    assert (error.table_hidden, error.no_such_table, error.unknown_column) == (hidden, table, column)


def test_missing_type_and_missing_record_differ() -> None:
    of_type = refusal(answer(404, rest("Record type 'file' does not exist.", "NONEXISTENT_ID")))
    of_id = refusal(answer(404, rest("The record instance does not exist.", "NONEXISTENT_ID")))
    assert isinstance(of_type, NotThere) and of_type.no_such_type == "file"
    assert isinstance(of_id, NotThere) and of_id.no_such_type is None


def test_cause_is_named_only_when_the_answer_proves_it() -> None:
    def cause(status: int, detail: str, code: str) -> str | None:
        error = refusal(answer(status, rest(detail, code)))
        assert error is not None
        return error.cause

    assert cause(401, INVALID, "INVALID_LOGIN") is None
    assert cause(400, UNPROCESSED + "Record 'customer' was not found.", "INVALID_PARAMETER") is None
    assert cause(400, CURRENT_ROLE, "USER_ERROR") == "role-login-permission"
    assert cause(403, "You need the 'x' permission", "INSUFFICIENT_PERMISSION") == "role-record-permission"
    assert cause(429, "", "CONCURRENCY_LIMIT_EXCEEDED") == "concurrency"
    restricted = "Permission Violation: The subsidiary restrictions on your role prevent you from seeing this record."
    assert cause(403, restricted, "INSUFFICIENT_PERMISSION") == "subsidiary"


def test_a_slow_refusal_may_be_a_concurrency_limit() -> None:
    quick = refusal(answer(401, rest(INVALID, "INVALID_LOGIN"), seconds=1.0))
    slow = refusal(answer(401, rest(INVALID, "INVALID_LOGIN"), seconds=61.0))
    assert isinstance(quick, LoginRefused) and not quick.perhaps_concurrency
    assert isinstance(slow, LoginRefused) and slow.perhaps_concurrency


def test_message_is_harmless_and_detail_is_raw() -> None:
    nasty = "You need\x1b[2J the 'x'\u202e permission\nand more " + "y" * 5000
    error = refusal(answer(403, rest(nasty, "INSUFFICIENT_PERMISSION")))
    assert error is not None
    assert error.detail == nasty
    for shown in (str(error), error.came_back):
        assert "\x1b" not in shown and "\u202e" not in shown and "\n" not in shown
        assert len(shown) <= 400


def test_deeply_nested_json_is_garbled_not_a_crash() -> None:
    with pytest.raises(Garbled):
        answer(200, b"[" * 200_000).json()
    assert type(refusal(answer(400, b'{"error":' * 50_000))) is BadRequest


@pytest.mark.parametrize(
    ("body", "says"),
    [(b"", "nothing"), (PAGE, "a web page"), (b'{"items": [', "something else"), (b"\xff\xfe\x00", "something else")],
)
def test_what_is_not_json_is_garbled(body: bytes, says: str) -> None:
    with pytest.raises(Garbled, match=says) as caught:
        answer(200, body).json()
    assert caught.value.status == 200
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_json_with_a_byte_order_mark_is_read() -> None:
    assert answer(200, b'\xef\xbb\xbf{"a": 1}').json() == {"a": 1}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3.0),
        ("0", 0.0),
        ("3600", 30.0),
        ("9" * 400, 30.0),
        (format_datetime(NOW + timedelta(seconds=7), usegmt=True), 7.0),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), 0.0),
        (format_datetime(NOW + timedelta(days=1), usegmt=True), 30.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
    ],
)
def test_retry_after(header: str, seconds: float | None) -> None:
    error = refusal(answer(429, b"", {"retry-after": header}))
    assert isinstance(error, Throttled)
    assert error.retry_after == seconds


def test_evidence_of_an_answer_an_error_and_rows() -> None:
    found = evidence("P1", answer(200, {}), "integration")
    assert found.asked == "GET /services/rest/record/v1/invoice/1?expand=true"
    assert (found.came_back, found.at, found.token) == ("200 in 0.12 s", NOW, "integration")

    refused = refusal(answer(403, rest("You need the 'Custom Lists' permission", "INSUFFICIENT_PERMISSION")))
    assert refused is not None
    assert evidence("P4", refused).came_back == "403 INSUFFICIENT_PERMISSION: You need the 'Custom Lists' permission"

    page = refusal(answer(503, PAGE))
    assert page is not None
    assert evidence("P4", page).came_back == "503, a web page: Service & Unavailable"

    query = Answer(200, {}, b"{}", 1.5, NOW, "POST", URL, about="SELECT id FROM role")
    rows = evidence("P6", Rows([{"id": "1"}, {"id": "2"}], query), "setup")
    assert (rows.asked, rows.came_back) == ("SuiteQL SELECT id FROM role", "200 in 1.50 s, 2 rows")
    assert evidence("P6", Rows([{"id": "1"}], query)).came_back == "200 in 1.50 s, 1 row"


def test_evidence_when_nothing_came_back() -> None:
    lost = Unreachable("x refused the connection.", stage="tcp", reason="refused", asked="GET /a", at=NOW)
    found = evidence("P1", lost, "setup")
    assert (found.asked, found.came_back, found.at) == ("GET /a", "no answer: x refused the connection.", NOW)
    held = evidence("P1", HeldBack("Nothing was sent: refused before.", asked="GET /a", at=NOW))
    assert held.came_back == "Nothing was sent: refused before."
    assert evidence("P1", Cancelled("Cancelled.", asked="GET /a", at=NOW)).at == NOW


def test_answer_does_not_print_its_headers_or_body() -> None:
    one = answer(200, b"body-of-it", {"set-cookie": "NS_ROUTING=cookie-of-it"})
    assert "cookie-of-it" not in repr(one) and "body-of-it" not in repr(one)
