"""Answers as they go over the wire, byte for byte where a real one was published (protocol.md 2.2, 6.2, 7, 8)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from wizard.practice.door.presented import Refused
from wizard.practice.settings import Settings

COLLECTION = "application/vnd.oracle.resource+json; type=collection; charset=UTF-8"
"""Observed in public (6.2)."""
SINGULAR = "application/vnd.oracle.resource+json; type=singular; charset=UTF-8"
"""Observed in public (6.2)."""
ERROR = "application/vnd.oracle.resource+json; type=error; charset=UTF-8"
"""Observed in public (6.2)."""
SCHEMA = "application/schema+json; charset=UTF-8"
"""Observed in public (6.2)."""
JSON = "application/json"
"""Of discovery (documented, 2.2) and of the RESTlet host (inferred)."""

MOST_ROWS = 100_000
"""Results beyond so many cannot be reached: of a query (documented, 7.1) and of a list of records (documented, 6.5)."""

FORBIDDEN_SENTENCE = "Your current role does not have permission to perform this action."
"""Observed in public (8.3)."""
NOTHING_SENTENCE = "There is nothing at this address."
"""Inferred."""
MALFORMED_SENTENCE = "The request could not be understood by the server due to malformed syntax."
"""Observed in public (3.1) and documented (8.4)."""
CONCURRENCY_SHORT = "Concurrent request limit exceeded. Request blocked."
"""Documented (8.5)."""
CONCURRENCY_SENTENCE = (
    f"{CONCURRENCY_SHORT} Verify your concurrency limits at "
    "Setup > Integration > Integration Management > Integration Governance."
)
"""Observed in public (8.5)."""
LOGIN_SENTENCE = (
    "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at "
    "Setup > Users/Roles > User Management > View Login Audit Trail."
)
"""Observed in public and documented (8.1)."""

_RFC = "https://www.rfc-editor.org/rfc/rfc9110.html#section-"
# Types and titles. The first four pairs are observed in public; the rest follow from the pattern (inferred), that of 429
# from the RFC that has this status.
_TITLES: Mapping[int, tuple[str, str]] = {
    400: (_RFC + "15.5.1", "Bad Request"),
    401: (_RFC + "15.5.2", "Unauthorized"),
    403: (_RFC + "15.5.4", "Forbidden"),
    404: (_RFC + "15.5.5", "Not Found"),
    405: (_RFC + "15.5.6", "Method Not Allowed"),
    411: (_RFC + "15.5.12", "Length Required"),
    413: (_RFC + "15.5.14", "Content Too Large"),
    415: (_RFC + "15.5.16", "Unsupported Media Type"),
    421: (_RFC + "15.5.20", "Misdirected Request"),
    429: ("https://www.rfc-editor.org/rfc/rfc6585.html#section-4", "Too Many Requests"),
    500: (_RFC + "15.6.1", "Internal Server Error"),
    503: (_RFC + "15.6.4", "Service Unavailable"),
}


@dataclass(frozen=True)
class Reply:
    """One answer."""

    status: int
    """HTTP status."""
    body: bytes = b""
    """What is sent."""
    content_type: str | None = None
    """Left out when there is no body."""
    headers: tuple[tuple[str, str], ...] = ()
    """Further headers."""
    chunked: bool = False
    """Sent in chunks, without ``Content-Length``: so came the real 401 (observed in public, 6.2)."""
    close: bool = False
    """The connection cannot be used any more."""


class Answered(Exception):
    """Nothing more to find out: this is the answer."""

    def __init__(self, reply: Reply) -> None:
        """Keep the answer.

        Args:
            reply: what is sent.
        """
        super().__init__(reply.status)
        self.reply = reply


def wire(value: Any) -> bytes:
    """Return compact JSON with one line end (observed in public, 6.2).

    Args:
        value: what to say.
    """
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def singular(value: Any) -> Reply:
    """Return one record, or anything else that is not a list.

    Args:
        value: its JSON.
    """
    return Reply(200, wire(value), SINGULAR)


def rest_error(status: int, detail: str, code: str, **location: str) -> Reply:
    """Return an error of the REST services; key order as on the wire (observed in public, 8.4).

    What a method that is not offered is answered (405) was not published: ``INVALID_REQUEST`` and its words are inferred.

    Args:
        status: HTTP status.
        detail: the sentence.
        code: ``o:errorCode``.
        location: ``query_param``, ``url`` or ``path``: which ``o:error…`` key stands between the two.
    """
    kind, title = _TITLES[status]
    names = {"query_param": "o:errorQueryParam", "url": "o:errorUrl", "path": "o:errorPath"}
    found = {"detail": detail, **{names[key]: value for key, value in location.items()}, "o:errorCode": code}
    return Reply(
        status, wire({"type": kind, "title": title, "status": status, "o:errorDetails": [found]}), ERROR
    )


def restlet_error(status: int, code: str, message: str) -> Reply:
    """Return an error in the form of the RESTlet host (observed in public, 8.2).

    Args:
        status: HTTP status.
        code: e.g. ``INVALID_LOGIN_ATTEMPT``.
        message: the sentence.
    """
    return Reply(status, wire({"error": {"code": code, "message": message}}), JSON)


# Causes of which a 401 was published: observed in public, observed, documented (8.7).
_PUBLISHED = {"InvalidSignature", "InvalidTimestamp", "token_rejected"}


def rest_login_refused(settings: Settings, refusal: Refused, disguised: bool = False) -> Reply:
    """Return the one answer all failed logins have on the REST host (observed in public, 8.1; 13.1).

    Args:
        settings: unpublished behaviour.
        refusal: why; the realm is repeated as it was sent: the published header may be an echo.
        disguised: it is one request too many, which was seen to look so (observed in public, 8.7).
    """
    word = settings.tba_error_word == "cause" and refusal.detail
    status = 401 if disguised or refusal.detail in _PUBLISHED else int(settings.rest_login_status)
    body = rest_error(status, LOGIN_SENTENCE, "INVALID_LOGIN")
    challenge = f'OAuth realm="{refusal.realm}", error="{word or "token_rejected"}", '
    challenge += 'error_description="Invalid login attempt."'
    return Reply(status, body.body, ERROR, (("WWW-Authenticate", challenge),), chunked=True)


def restlet_login_refused(settings: Settings) -> Reply:
    """Return a failed login on the RESTlet host (observed in public; some report 403: 8.2).

    Args:
        settings: which status.
    """
    return restlet_error(int(settings.restlet_login_status), "INVALID_LOGIN_ATTEMPT", "Invalid login attempt.")


def rest_too_many(settings: Settings) -> Reply:
    """Return the refusal of one request too many on the REST host: status and code documented (8.5).

    Of the body the help prints a whole sample, with an old type and a code of its own at the top (documented); of the
    newer one only the sentence was published (observed in public), the rest is as in other errors (inferred).

    Args:
        settings: which body, and whether it says when to come back.
    """
    made = rest_error(429, CONCURRENCY_SENTENCE, "CONCURRENCY_LIMIT_EXCEEDED")
    if settings.concurrency_body == "help":
        found = {"detail": CONCURRENCY_SHORT, "o:errorCode": "CONCURRENCY_LIMIT_EXCEEDED"}
        top = {"type": "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html", "title": "Bad Request", "status": 429}
        made = replace(made, body=wire({**top, "o:errorCode": "USER_ERROR", "o:errorDetails": [found]}))
    return replace(made, headers=waiting(settings))


def restlet_too_many(settings: Settings) -> Reply:
    """Return the same on the RESTlet host: 400 (documented, 8.2); its sentence is inferred.

    Args:
        settings: whether it says when to come back.
    """
    made = restlet_error(400, "SSS_REQUEST_LIMIT_EXCEEDED", "Request Limit Exceeded")
    return replace(made, headers=waiting(settings))


def with_company(reply: Reply) -> Reply:
    """Return an answer with the headers a published SOAP answer had, once (observed in public, 9.3; for REST: 13.8).

    Args:
        reply: without them.
    """
    more = (
        ("Set-Cookie", "NS_ROUTING_VERSION=LAGGING; path=/"),
        ("Vary", "User-Agent"),
        ("X-N-OperationId", str(uuid.uuid4())),
        ("Strict-Transport-Security", "max-age=31536000"),
    )
    given = {name for name, _ in reply.headers}
    return replace(reply, headers=(*reply.headers, *(pair for pair in more if pair[0] not in given)))


def waiting(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return the header that says when to come back, if there is one (unpublished, 13.11).

    Args:
        settings: whether.
    """
    return (("Retry-After", "1"),) if settings.retry_after == "present" else ()


def insufficient(sentence: str, higher: bool = False) -> Reply:
    """Return the refusal that names a permission (sentence observed in SOAP and SDF, REST form inferred: 8.3).

    Args:
        sentence: ``Lists -> Customers``.
        higher: the role has the permission, at too low a level.
    """
    what = "a higher level of the" if higher else "the"
    detail = f"Permission Violation: You need {what} '{sentence}' permission to access this page. "
    return rest_error(403, detail + "Please contact your account administrator.", "INSUFFICIENT_PERMISSION")


@dataclass(frozen=True)
class Page:
    """Which part of a result is asked for."""

    limit: int
    """Rows on a page, 1 to 1000."""
    offset: int
    """Rows before it; a multiple of the limit (documented, 6.5)."""
    asked: bool
    """Whether either was given: then links repeat both."""
    others: tuple[tuple[str, str], ...] = ()
    """Further query parameters, which links repeat too (observed in public, 6.5)."""


def page_links(address: str, page: Page, total: int, method: str) -> list[dict[str, str]]:
    """Return the links of a page, in the order seen on the wire (observed in public, 6.5).

    Args:
        address: without the query.
        page: which page this is.
        total: rows of the whole result.
        method: of the ``self`` link.
    """

    def at(offset: int) -> str:
        return f"{address}?{urlencode([('limit', page.limit), ('offset', offset), *page.others])}"

    links = []
    last = (total - 1) // page.limit * page.limit if total else 0
    if page.offset:
        links += [{"rel": "previous", "href": at(max(0, page.offset - page.limit))}, {"rel": "first", "href": at(0)}]
    if page.offset + page.limit < total:
        links += [{"rel": "next", "href": at(page.offset + page.limit)}, {"rel": "last", "href": at(last)}]
    here = at(page.offset) if page.asked else address + (f"?{urlencode(page.others)}" if page.others else "")
    return [*links, {"rel": "self", "href": here, "method": method}]


def collection(address: str, page: Page, items: Sequence[Any], total: int, method: str = "GET") -> Reply:
    """Return one page of a result (observed in public, 6.5 and 7.2).

    Args:
        address: without the query.
        page: which page.
        items: its rows.
        total: rows of the whole result.
        method: GET for record lists, POST for SuiteQL.
    """
    body = {
        "links": page_links(address, page, total, method),
        "count": len(items),
        "hasMore": page.offset + page.limit < total,
        "items": items,
        "offset": page.offset,
        "totalResults": total,
    }
    return Reply(200, wire(body), COLLECTION)
