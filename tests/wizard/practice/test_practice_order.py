"""The order of checks (protocol.md 12): of two things that are wrong, the account tells the one it looks at first.

That the login comes before the services is documented, its inner order inferred; that Workbook and the record's existence
are looked at before the record's permission is observed in public.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from test_practice_cause_matrix import ROWS, Call, Row, crowded, is_answer, rest, sql, without

NAMES = [
    "malformed header", "realm of another account", "TBA feature off", "parameter missing", "unknown consumer key", "integration Blocked",
    "timestamp off by over 5 min", "unknown token", "inactive token", "bad signature", "nonce reused", "user locked", "role inactive",
    "IP restriction",
]
GATES = [
    Row("REST Web Services feature off", sql("UPDATE features SET isactive = 'F' WHERE id = 'RESTWEBSERVICES'"), "403 FEATURE_DISABLED", "", "", None),
    Row("role lacks REST Web Services", without("ADMI_RESTWEBSERVICES"), "400 USER_ERROR", "", "", None),
    Row("role lacks SuiteAnalytics Workbook", lambda asker, call: replace(without("REPO_ANALYTICS")(asker, call), record=call.record.split("/")[0]), "400 USER_ERROR", "", "", None),
    Row("no such type", lambda _, call: replace(call, record=call.record.replace("customer", "nonesuch")), "404 NONEXISTENT_ID", "", "", None),
    Row("role lacks a record permission", without("LIST_CUSTJOB"), "403 INSUFFICIENT_PERMISSION", "", "", None),
    Row("record not found", sql(), "404 NONEXISTENT_ID", "", "", None),
]
ORDER = [next(row for row in ROWS if row.cause == name) for name in NAMES]


def tell(begin: Any, first: Row, second: Row) -> tuple[Any, list[tuple[str, str | None]]]:
    """Do both things wrong, the later one first: it may need a login that works."""
    asker = begin()
    call = first.change(asker, second.change(asker, Call(asker.account.credentials)))
    before = len(asker.trail())
    return rest(asker, call), asker.trail()[before:]


@pytest.mark.parametrize(("first", "second"), list(combinations(ORDER, 2)), ids=lambda row: row.cause)
def test_of_two_failed_logins_the_earlier_is_told(begin: Any, first: Row, second: Row) -> None:
    answer, written = tell(begin, first, second)
    assert is_answer(answer, first.rest.split(" ", 1)[1]), (answer.status, answer.body)
    expected = [] if first.detail == "nothing" else [("Failure", str(first.detail).split("|")[-1])]
    assert written == expected


@pytest.mark.parametrize("second", GATES, ids=lambda row: row.cause)
@pytest.mark.parametrize("first", ORDER, ids=lambda row: row.cause)
def test_the_login_comes_before_the_services(begin: Any, first: Row, second: Row) -> None:
    answer, _ = tell(begin, first, second)
    assert is_answer(answer, first.rest.split(" ", 1)[1]), (answer.status, answer.body)


@pytest.mark.parametrize(("first", "second"), list(combinations(GATES, 2)), ids=lambda row: row.cause)
def test_of_two_gates_the_earlier_is_told(begin: Any, first: Row, second: Row) -> None:
    answer, written = tell(begin, first, second)
    assert is_answer(answer, first.rest), (answer.status, answer.body)
    assert written == [("Success", None)]


def test_the_limit_comes_after_the_login_and_before_the_gates(begin: Any, tmp_path: Any) -> None:
    path = tmp_path / "crowded.toml"
    path.write_text('title = "t"\nexplains = "e."\nbase = "rest-off"\nothers_in_work = 5\n')
    asker = begin(str(path))
    assert rest(asker, Call(asker.account.credentials)).error[:2] == (429, "CONCURRENCY_LIMIT_EXCEEDED")
    wrong = Call({**asker.account.credentials, "token_id": "0" * 64})
    assert rest(asker, wrong).status == 401


@pytest.mark.parametrize(("order", "word"), [("token_first", "token_rejected"), ("signature_first", "InvalidSignature")])
def test_an_inactive_token_with_a_wrong_signature_is_a_setting(begin: Any, order: str, word: str) -> None:
    asker = begin(login_order=order)
    sql("UPDATE tokens SET inactive = 'T'")(asker, Call(asker.account.credentials))
    wrong = {**asker.account.credentials, "token_secret": "0" * 64}
    assert rest(asker, Call(wrong)).status == 401
    assert asker.trail()[-1] == ("Failure", word)


HELP = (
    b'{"type":"https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html","title":"Bad Request","status":429,"o:errorCode":"USER_ERROR",'
    b'"o:errorDetails":[{"detail":"Concurrent request limit exceeded. Request blocked.","o:errorCode":"CONCURRENCY_LIMIT_EXCEEDED"}]}\n'
)
NEWER = (
    b'{"type":"https://www.rfc-editor.org/rfc/rfc6585.html#section-4","title":"Too Many Requests","status":429,'
    b'"o:errorDetails":[{"detail":"Concurrent request limit exceeded. Request blocked. Verify your concurrency limits at Setup > Integration > '
    b'Integration Management > Integration Governance.","o:errorCode":"CONCURRENCY_LIMIT_EXCEEDED"}]}\n'
)


@pytest.mark.parametrize(("form", "body"), [("help", HELP), ("newer", NEWER)])
def test_the_body_of_a_429_has_one_form_or_the_other(tmp_path: Any, begin: Any, form: str, body: bytes) -> None:
    answer = rest(asker := crowded(tmp_path, begin, concurrency_body=form), Call(asker.account.credentials))
    assert (answer.status, answer.body) == (429, body)


def test_published_refusals_keep_their_status(tmp_path: Any, begin: Any) -> None:
    for row in ROWS:
        if row.rest.partition(" ")[2] == "L401":
            asker = begin(rest_login_status="403")
            published = row.detail in ("InvalidSignature", "token_rejected", "InvalidTimestamp")
            assert rest(asker, row.change(asker, Call(asker.account.credentials))).status == (401 if published else 403), row.cause
    asker = crowded(tmp_path, begin, rest_login_status="403", too_many_requests="disguised", disguised_wait_seconds=0.01)
    assert rest(asker, Call(asker.account.credentials)).status == 401
