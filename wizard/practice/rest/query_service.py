"""``/services/rest/query/v1/suiteql`` (protocol.md 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wizard.practice.door import gates
from wizard.practice.door.directory import Access
from wizard.practice.door.presented import Asked, read_json
from wizard.practice.rest.record_reading import page_asked
from wizard.practice.rest.suiteql import QueryError
from wizard.practice.wire.reply import Answered, Reply, collection, rest_error

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount


_LONGEST = 100_000
"""Letters of a query; how many NetSuite takes is not published."""


def answer(account: PracticeAccount, asked: Asked, access: Access) -> Reply:
    """Answer one query.

    Args:
        account: the account.
        asked: the request.
        access: the login.
    """
    if asked.path != "/services/rest/query/v1/suiteql" or asked.method != "POST":
        return rest_error(405 if asked.method != "POST" else 404, "Not available.", "INVALID_REQUEST")
    gates.workbook(account, access)
    _transient(account, asked)
    page = page_asked(asked.query)
    sql, params = _body(asked.body)
    try:
        items, total = account.queries.run(sql, params, page, access, account.directory, account.now())
    except QueryError as error:
        return rest_error(400, str(error), "INVALID_PARAMETER", query_param="q")
    return collection(f"https://{asked.host}{asked.path}", page, items, total, "POST")


def _transient(account: PracticeAccount, asked: Asked) -> None:
    """``Prefer: transient`` is required (documented); what its absence gives is not published (13.10)."""
    preferences = [part.strip().lower() for part in asked.headers.get("prefer", "").split(",")]
    if "transient" not in preferences and account.settings.prefer_missing == "400":
        raise Answered(rest_error(400, "The header parameter Prefer: transient is required.", "INVALID_REQUEST"))


def _body(body: bytes) -> tuple[str, list[Any]]:
    """Return query and parameters."""
    try:
        sent = read_json(body)
    except ValueError:
        sent = None
    params = sent.get("params", []) if isinstance(sent, dict) else None
    readable = isinstance(params, list) and all(isinstance(p, (str, int, float)) for p in params)
    sql = sent.get("q") if isinstance(sent, dict) else None
    if not isinstance(params, list) or not readable or not isinstance(sql, str) or len(sql) > _LONGEST:
        raise Answered(rest_error(400, "Invalid content in the request body.", "INVALID_CONTENT"))
    return sql, params
