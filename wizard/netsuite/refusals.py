"""From an answer to the error it means: one table, read from top to bottom.

The rows follow protocol.md section 8 (status, ``o:errorCode`` and words). What nobody published (section 13) is met
with tolerance: a missing ``o:errorDetails``, the RESTlet form, a bare string, plain text and web pages all give a code
and words as far as they hold any. The ``type`` address and the title are never looked at: they changed over the years.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from wizard.netsuite.answers import (
    Answer,
    BadRequest,
    Elsewhere,
    Garbled,
    LoginRefused,
    NetSuiteError,
    NotThere,
    PermissionRefused,
    QueryRefused,
    Redirected,
    RoleRefused,
    ServerTrouble,
    Throttled,
)
from wizard.netsuite.wording import level
from wizard.redact import one_line

_DETAIL_KEYS = ("detail", "message", "error_description", "errormessage", "description")
_CODE_KEYS = ("o:errorcode", "code", "errorcode")
_TEXT_CODE = re.compile(r"\s*error code:\s*(\w+)\s*(?:error message:\s*(.*))?", re.IGNORECASE | re.DOTALL)
_SOAP_CODE = re.compile(r"<(?:[\w.-]+:)?code>\s*(\w+)\s*</")
_SOAP_WORDS = re.compile(r"<(?:[\w.-]+:)?(faultstring|message)\b[^>]{0,300}>([^<]*)</", re.IGNORECASE)
_PAGE_TITLE = re.compile(r"<(title|h1)\b[^>]*>(.*?)</\1>", re.IGNORECASE | re.DOTALL)
_LOOKS_LIKE_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)+")
_LONGEST = 20_000
_Kind = TypeVar("_Kind", bound=NetSuiteError)


@dataclass(frozen=True)
class Said:
    """What the server said, in its own words."""

    code: str
    """Its error code, or an empty string."""
    detail: str
    """Its words, raw, or an empty string."""


def said(answer: Answer) -> Said:
    """Read code and words from an answer in whatever form they come.

    Args:
        answer: with any status.
    """
    text = answer.text[:_LONGEST].strip()
    if text.startswith(("{", "[", '"')):
        try:
            return _from_json(answer.json())
        except Garbled:
            return Said("", text)
    if answer.is_page or text.startswith("<"):
        code = None if answer.is_page else _SOAP_CODE.search(text)
        title = _SOAP_WORDS.search(text) or _PAGE_TITLE.search(text)
        words = re.sub(r"<[^>]*>", " ", title[2]) if title else ""
        return Said(code[1] if code else "", " ".join(html.unescape(words).split()))
    if found := _TEXT_CODE.match(text):
        return Said(found.group(1), (found.group(2) or "").strip())
    return Said("", text)


def _from_json(data: Any) -> Said:
    code, detail = "", ""
    for part in _parts(data, 0):
        if isinstance(part, str):
            if _LOOKS_LIKE_CODE.fullmatch(part):
                code = code or part
            else:
                detail = detail or part
            continue
        code = code or _text_at(part, _CODE_KEYS)
        detail = detail or _text_at(part, _DETAIL_KEYS)
    return Said(code, detail)


def _parts(data: Any, depth: int) -> Iterator[str | Mapping[str, Any]]:
    """Yield what may hold code and words, the most specific first."""
    if depth > 4:
        return
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        for item in data[:5]:
            yield from _parts(item, depth + 1)
    elif isinstance(data, dict):
        low = {str(key).lower(): value for key, value in data.items()}
        for key in ("o:errordetails", "errordetails", "error", "errors"):
            yield from _parts(low.get(key), depth + 1)
        yield low


def _text_at(part: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    for key in keys:
        value = part.get(key)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value):
            return str(value)
    return ""


@dataclass(frozen=True)
class _Row:
    """One kind of refusal. A condition that is not set is always met."""

    error: type[NetSuiteError]
    sentence: str
    statuses: range | tuple[int, ...] = range(0, 1000)
    code: str | None = None
    """Regular expression the whole code must match."""
    words: str | None = None
    """Regular expression to be found in the words, after ``wording.level``."""
    page: bool = False
    """Only for web pages."""
    away: bool = False
    """Only for answers that point to a host that is not NetSuite's."""
    cause: str | None = None
    """Slug of the failure table, where this answer proves it."""

    def fits(self, answer: Answer, spoken: Said, levelled: str) -> bool:
        return (
            answer.status in self.statuses
            and (not self.page or answer.is_page)
            and (not self.away or answer.leads_away)
            and (self.code is None or re.fullmatch(self.code, spoken.code, re.IGNORECASE) is not None)
            and (self.words is None or re.search(self.words, levelled, re.IGNORECASE) is not None)
        )


_LOGIN = "NetSuite refused the login. Its answer is the same for many causes; the Login Audit Trail names the one."
_PERMISSION = "NetSuite refused this because the role lacks a permission."
_ROLE = "The role may not use this service: SuiteAnalytics Workbook or REST Web Services is missing."
_QUERY = "NetSuite refused the query."
_NOTHING = "NetSuite has no such record."
_TROUBLE = "NetSuite has trouble of its own."
_LIMIT = "NetSuite has more requests of this account to answer than its limit allows."

_SERVER = range(500, 600)
_CLIENT = range(400, 500)

_ROWS: tuple[_Row, ...] = (
    _Row(Elsewhere, "A proxy asks for a login.", (407,), cause="client-environment"),
    _Row(Elsewhere, "This network asks for a login.", (511,), cause="client-environment"),
    _Row(Elsewhere, "Something in between points to a host that is not NetSuite's.", away=True, cause="client-environment"),
    _Row(Redirected, "NetSuite points to another address; a signed request is not sent there.", range(300, 400)),
    _Row(LoginRefused, _LOGIN, (401,)),
    # Some integrators report 403 instead of 401; for Web Services Only roles no status was published (8.2, 5).
    _Row(LoginRefused, _LOGIN, _CLIENT, code=r"INVALID_LOGIN\w*"),
    # SOAP says it in a fault with 500 (observed, 9.4).
    _Row(LoginRefused, _LOGIN, range(400, 600), words=r"^invalid login attempt"),
    _Row(Throttled, _LIMIT, (429,), cause="concurrency"),
    _Row(
        Throttled,
        _LIMIT,
        code=r"CONCURRENCY_LIMIT_EXCEEDED|SSS_REQUEST_LIMIT_EXCEEDED|WS_REQUEST_BLOCKED",
        cause="concurrency",
    ),
    # Its own codes prove whose trouble it is (8.5); a bare 503 may come from whatever stands in front.
    _Row(ServerTrouble, _TROUBLE, _SERVER, code=r"UNEXPECTED_ERROR|ACCT_TEMP_UNAVAILABLE", cause="vendor-side"),
    _Row(ServerTrouble, _TROUBLE, _SERVER),
    _Row(Elsewhere, "A web page came where data belongs; something stands in front of NetSuite.", page=True),
    _Row(PermissionRefused, _PERMISSION, _CLIENT, words=r"subsidiary restrictions on your role", cause="subsidiary"),
    _Row(PermissionRefused, _PERMISSION, _CLIENT, code=r"INSUFFICIENT_PERMISSION", cause="role-record-permission"),
    _Row(
        RoleRefused,
        _ROLE,
        (400, 403),
        words=r"current role does not have permission to perform this action",
        cause="role-login-permission",
    ),
    _Row(PermissionRefused, _PERMISSION, _CLIENT, words=r"^permission violation\b", cause="role-record-permission"),
    _Row(PermissionRefused, "NetSuite refused this; what it lacks is in its words, if anywhere.", (403,)),
    _Row(QueryRefused, _QUERY, (400,), code=r"INVALID_PARAMETER"),
    _Row(QueryRefused, _QUERY, (400,), words=r"^invalid search (query|type)"),
    # An impossible id of a transaction gives 400 instead of 404; its code was not quoted (8.4).
    _Row(NotThere, _NOTHING, (400,), words=r"transaction type specified is incorrect"),
    _Row(NotThere, _NOTHING, _CLIENT, code=r"NONEXISTENT_ID|RCRD_DSNT_EXIST"),
    _Row(NotThere, _NOTHING, (404,), words=r"\bdoes not exist"),
    _Row(BadRequest, "NetSuite refused the request.", _CLIENT),
)


def refusal(answer: Answer) -> NetSuiteError | None:
    """Return the error an answer means, or None for 2xx.

    Args:
        answer: read to its end.
    """
    if 200 <= answer.status < 300:
        return None
    spoken = said(answer)
    levelled = level(spoken.detail)
    for row in _ROWS:
        if row.fits(answer, spoken, levelled):
            return _error(row.error, row.sentence, answer, spoken, row.cause)
    return _error(Garbled, "NetSuite answered with a status that has no meaning here.", answer, spoken, None)


def unexpected(answer: Answer, wanted: str) -> Garbled:
    """Return the error for a 2xx answer that holds something else than what was asked for.

    Args:
        answer: with status 2xx.
        wanted: what should be in it, e.g. "the server's time".
    """
    kind = Elsewhere if answer.is_page else Garbled
    return _error(kind, f"NetSuite's answer does not hold {wanted}.", answer, said(answer), None)


def _error(kind: type[_Kind], sentence: str, answer: Answer, spoken: Said, cause: str | None) -> _Kind:
    words = ": ".join(part for part in (spoken.code, spoken.detail) if part)
    told = f"{sentence} ({answer.status}{' ' if words else ''}{words})"
    return kind(one_line(told, 400), answer=answer, code=spoken.code[:200], detail=spoken.detail, cause=cause)
