"""What came back from NetSuite, or why nothing did: one answer, and the errors it can mean.

NetSuiteError
├── Unreachable        no whole answer: name, connection, certificate, proxy, time, cut
├── Redirected         3xx; never followed
├── LoginRefused       401, or another refusal with a login code
├── PermissionRefused  the role lacks a permission
├── RoleRefused        "Your current role does not have permission to perform this action."
├── QueryRefused       SuiteQL was not understood, or names what the role may not see
├── NotThere           the record, or the record type, does not exist
├── BadRequest         any other 4xx
├── Throttled          too many requests at a time
├── ServerTrouble      5xx
├── Garbled            not the form that was expected
│   └── Elsewhere      something other than NetSuite answered: a proxy, a login page of the network
├── HeldBack           nothing was sent: the attempt budget forbids it
└── Cancelled          the person does not want to wait any longer

Which answer means which error is in ``wizard.netsuite.refusals``. Every message is ours; words of the server stand in
it only after ``wizard.redact.one_line``. Nothing here imports ``requests``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from wizard.clock import Clock
from wizard.errors import SetupError
from wizard.netsuite import wording
from wizard.redact import harmless, one_line
from wizard.verdict import Evidence

PROGRAM = "netsuite-setup"
"""What this program calls itself to NetSuite; the Login Audit Trail has a column for it (observed, roles-and-features 4.2)."""

_ASKED_LIMIT = 400
"""Characters of a request kept in evidence; the permission query is the longest."""

_PRIVATE_PARAMETERS = frozenset({"consumerkey", "token"})
"""Query parameters of the revoke call that carry half of a credential pair (documented, protocol.md 4.8)."""

LONGEST_WAIT = 30.0
"""Seconds; a longer ``Retry-After`` is cut to this. The header was never seen in public (protocol.md 13.11)."""


def without_private_values(url: str) -> str:
    """Return the address with the values of the revoke call's parameters left out.

    Args:
        url: absolute address as it was requested.
    """
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if not any(name.lower() in _PRIVATE_PARAMETERS for name, _ in pairs):
        return url
    kept = [(name, "(hidden)" if name.lower() in _PRIVATE_PARAMETERS else value) for name, value in pairs]
    return urlunsplit(parts._replace(query=urlencode(kept, safe="()")))


def request_line(method: str, url: str, about: str = "") -> str:
    """Return a request in one line: ``GET /services/rest/…``, or the SuiteQL text.

    Args:
        method: HTTP method.
        url: address, without private values.
        about: text of a SuiteQL query, if it was one.
    """
    if about:
        return f"SuiteQL {about}"
    parts = urlsplit(url)
    return f"{method} {parts.path}{'?' + parts.query if parts.query else ''}"


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, read to its end, whatever its status."""

    status: int
    """HTTP status."""
    headers: Mapping[str, str] = field(repr=False)
    """Header fields with lower-case names. They may hold cookies: never show them."""
    body: bytes = field(repr=False)
    """The body, decoded from its transfer and content encoding."""
    seconds: float
    """From sending the request to the last byte."""
    at: datetime
    """When it was complete, UTC."""
    method: str
    """HTTP method of the request."""
    url: str
    """Address of the request, without the values of private parameters."""
    about: str = ""
    """What was asked where the address does not say it: the text of a SuiteQL query."""

    @property
    def asked(self) -> str:
        """The request in one line: ``GET /services/rest/…``, or the SuiteQL text."""
        return request_line(self.method, self.url, self.about)

    @property
    def text(self) -> str:
        """The body as text; bytes that are no text become replacement characters."""
        return self.body.decode("utf-8-sig", errors="replace")

    @property
    def is_page(self) -> bool:
        """True when the body is a web page instead of data, whatever the content type says."""
        start = self.body[:400].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith((b"<!doctype html", b"<html")) or (
            "text/html" in self.headers.get("content-type", "").lower() and not start.startswith((b"{", b"["))
        )

    @property
    def leads_away(self) -> bool:
        """True when it points to a host that is not NetSuite's."""
        try:
            host = (urlsplit(self.headers.get("location", "")).hostname or "").lower()
        except ValueError:
            return False
        return 300 <= self.status < 400 and bool(host) and not f".{host}".endswith(".netsuite.com")

    @property
    def retry_after(self) -> float | None:
        """Seconds the server asks to wait, at most ``LONGEST_WAIT``; None if it does not ask or not understandably."""
        asked = self.headers.get("retry-after", "").strip()
        if asked.isascii() and asked.isdigit():
            return min(float(asked[:9]), LONGEST_WAIT)
        try:
            until = parsedate_to_datetime(asked)
        except (TypeError, ValueError):
            return None
        if until.tzinfo is None:
            until = until.replace(tzinfo=timezone.utc)
        return min(max((until - self.at).total_seconds(), 0.0), LONGEST_WAIT)

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            Garbled: if it is something else, or cut off.
            Elsewhere: if it is a web page.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            what = "a web page" if self.is_page else "nothing" if not self.body.strip() else "something else"
            message = f"NetSuite should have answered with JSON and sent {what}."
            kind = Elsewhere if self.is_page else Garbled
            raise kind(message, answer=self, detail=self.text[:2000]) from None


class Answered(Protocol):
    """Anything that was read from an answer and still has it."""

    @property
    def answer(self) -> Answer:
        """The answer it was read from; of several pages, the last."""


class NetSuiteError(SetupError):
    """NetSuite could not be asked, or did not do what was asked."""

    title = "NetSuite did not do what was asked"

    def __init__(
        self,
        message: str,
        *,
        answer: Answer | None = None,
        code: str = "",
        detail: str = "",
        asked: str = "",
        at: datetime | None = None,
        cause: str | None = None,
    ) -> None:
        """Keep what is known.

        Args:
            message: our sentence, harmless.
            answer: the server's answer, if there was one.
            code: the server's error code.
            detail: the server's words, raw.
            asked: the request in one line, for errors without an answer.
            at: when, UTC, for errors without an answer.
            cause: slug of the failure table, if the answer proves one.
        """
        super().__init__(message, cause=cause)
        self.answer = answer
        self.status = answer.status if answer else None
        self.code = code
        self.detail = detail
        self.asked = asked or (answer.asked if answer else "")
        self.at = at or (answer.at if answer else None)

    @property
    def came_back(self) -> str:
        """What came back, in one line for the evidence."""
        if self.answer is None:
            return one_line(self.message)
        if self.answer.is_page:
            return one_line(f"{self.status}, a web page{': ' if self.detail else ''}{self.detail}")
        words = ": ".join(part for part in (self.code, self.detail) if part)
        return one_line(f"{self.status} {words}" if words else f"{self.status} without words")


class Unreachable(NetSuiteError):
    """No whole answer arrived."""

    title = "NetSuite cannot be reached"

    def __init__(self, message: str, *, stage: str, reason: str = "", asked: str = "", at: datetime | None = None) -> None:
        """Say where it ended.

        Args:
            message: our sentence.
            stage: "dns", "tcp", "tls", "proxy", "timeout" or "cut".
            reason: what exactly, as a word for programs: "no-such-name", "refused", "wrong-host-name", "expired",
                "unknown-authority" … (see ``wizard.netsuite.outages``).
            asked: the request in one line.
            at: when, UTC.
        """
        super().__init__(message, asked=asked, at=at)
        self.stage = stage
        self.reason = reason

    @property
    def came_back(self) -> str:
        """What came back, in one line for the evidence."""
        return one_line(f"no answer: {self.message}")


class Redirected(NetSuiteError):
    """NetSuite points somewhere else; a signed request is never sent on."""

    title = "NetSuite points to another address"


class LoginRefused(NetSuiteError):
    """The login failed. The answer is the same for a dozen causes (protocol.md 8.1, 8.7)."""

    title = "NetSuite refused the login"

    @property
    def perhaps_concurrency(self) -> bool:
        """True when it took so long that too many parallel requests may be the cause (observed, protocol.md 10.3)."""
        return self.answer is not None and self.answer.seconds > SUSPICIOUS_SECONDS


SUSPICIOUS_SECONDS = 20.0
"""A refusal that took longer may be a concurrency limit in disguise: about 60 s were observed (protocol.md 10.3)."""


class PermissionRefused(NetSuiteError):
    """The role lacks a permission."""

    title = "The role lacks a permission"

    @property
    def permission(self) -> str | None:
        """The permission as the answer names it, e.g. ``Lists -> Customers``; None if it names none."""
        return wording.permission_named(self.detail)[0]

    @property
    def level_too_low(self) -> bool:
        """True when the role has it, at too low a level."""
        return wording.permission_named(self.detail)[1]


class RoleRefused(NetSuiteError):
    """The role may not use the service: SuiteAnalytics Workbook (observed) or REST Web Services is missing."""

    title = "The role may not use this service"


class QueryRefused(NetSuiteError):
    """The query was refused. Of the three names below at most one is known (observed, protocol.md 7.3)."""

    title = "NetSuite refused the query"

    @property
    def table_hidden(self) -> str | None:
        """A table that exists, and is hidden from the role or belongs to a feature that is off."""
        return wording.table_hidden(self.detail)

    @property
    def no_such_table(self) -> str | None:
        """A table that does not exist."""
        return wording.no_such_table(self.detail)

    @property
    def unknown_column(self) -> str | None:
        """A column that does not exist."""
        return wording.unknown_column(self.detail)


class NotThere(NetSuiteError):
    """The record does not exist, or its type does not."""

    title = "There is no such record"

    @property
    def no_such_type(self) -> str | None:
        """The record type, when it is the type that does not exist or is not offered; then nothing is proven."""
        return wording.no_such_type(self.detail)


class BadRequest(NetSuiteError):
    """NetSuite could not make sense of the request, or refuses it for a reason of its own."""

    title = "NetSuite refused the request"


class Throttled(NetSuiteError):
    """More requests at a time than the account allows."""

    title = "Too many requests at a time"

    @property
    def retry_after(self) -> float | None:
        """Seconds the server asks to wait; None if it does not say."""
        return self.answer.retry_after if self.answer else None


class ServerTrouble(NetSuiteError):
    """NetSuite, or something in front of it, is in trouble."""

    title = "NetSuite is in trouble"


class Garbled(NetSuiteError):
    """The answer has not the form that was expected."""

    title = "NetSuite's answer makes no sense"


class Elsewhere(Garbled):
    """Something other than NetSuite answered: a proxy, a filter, a login page of the network."""

    title = "Something else answered in NetSuite's place"

    @property
    def what(self) -> str:
        """What it is: proxy or portal, where the status says so (RFC 9110, RFC 6585), redirect, else page."""
        if self.status in (407, 511):
            return "proxy" if self.status == 407 else "portal"
        return "redirect" if 300 <= (self.status or 0) < 400 else "page"


class HeldBack(NetSuiteError):
    """Nothing was sent, so that the user is not locked by one refused login after the other."""

    title = "Nothing was sent"


class Cancelled(NetSuiteError):
    """The person does not want to wait any longer."""

    title = "Cancelled"


def evidence(probe: str, came: Answer | NetSuiteError | Answered, token: str | None = None) -> Evidence:
    """Write down what was asked and what came back.

    Args:
        probe: kind of request, P0 to P8.
        came: the answer, the error, or anything that was read from an answer (rows, a server time …).
        token: which credentials asked, "integration" or "setup"; None for a request without a login.
    """
    if isinstance(came, NetSuiteError):
        # A server, or something in front of it, could repeat a value: none stays in what is kept.
        asked, at = harmless(came.asked, _ASKED_LIMIT), came.at or Clock().now()
        return Evidence(probe=probe, asked=asked, came_back=harmless(came.came_back), at=at, token=token)
    answer = came if isinstance(came, Answer) else came.answer
    words = f"{answer.status} in {answer.seconds:.2f} s"
    if isinstance(came, list):
        words += f", {len(came)} {'row' if len(came) == 1 else 'rows'}"
    return Evidence(probe=probe, asked=one_line(answer.asked, _ASKED_LIMIT), came_back=words, at=answer.at, token=token)
