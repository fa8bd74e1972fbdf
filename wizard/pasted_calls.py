"""From a pasted text to the calls in it: what was asked, what came back, in which form, and which of them failed.

Nothing is parsed that could be made to cost much: of XML only pieces are read by pattern, never entities or a DTD. The
text comes here without secrets (``wizard.pasted_secrets``). What an error means is left to ``wizard.netsuite.refusals``.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from wizard.failures import Channel
from wizard.netsuite.answers import Answer

_METHODS = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS"
_MARK = re.compile(
    rf"""^[^\w\n]{{0,6}}HTTP/[\d.]{{1,3}}[ \t]+(?P<answered>\d{{3}})\b[^\n]*$
    |(?:(?P<at>https?://[^\s"]{{1,300}})[ ])?"(?P<logged>{_METHODS})[ ](?P<path>\S{{1,2000}})[ ]HTTP/[\d.]{{1,3}}"
        [ ](?P<status>\d{{3}})[^\n]*$
    |^[^\w\n]{{0,6}}(?P<asked>{_METHODS})[ \t]+(?=\S*/)(?P<url>\S{{1,2000}})
        (?:[ \t]+HTTP/[\d.]+|[ \t]+(?P<code>\d{{3}})\b[^\n]*)?[ \t]*$""",
    re.MULTILINE | re.VERBOSE,
)
"""A status line, a line of an access log or of urllib3's, a request line; Postman's console writes its status behind."""
_TALK = re.compile(r"^(?:\*[ \t][^\n]*|[{}] \[[^\n]*)\n?", re.MULTILINE)
_PREFIX = re.compile(r"^[<>][ \t]?(?=[A-Z\w-]|$)", re.MULTILINE)
_REASON = (
    r"(?:Unauthorized|Forbidden|Conflict|Gone|Found|Bad[ ](?:Request|Gateway)|Not[ ](?:Found|Allowed|Acceptable|Implemented)"
    r"|Too[ ]Many[ ]Requests|Service[ ](?:Temporarily[ ])?Unavailable|Internal[ ](?:Server[ ])?Error|(?:Client|Server)[ ]Error"
    r"|Proxy[ ]Authentication[ ]Required|Moved[ ](?:Permanently|Temporarily)|Gateway[ ]Time-?out|Temporary[ ]Redirect"
    r"|Method[ ]Not[ ]Allowed)(?![\w-])(?![ ](?!for\b|from\b|on\b|while\b|when\b|error\b)(?-i:[a-z]))"
)
"""A reason phrase, if it is no part of a sentence about unauthorized users."""
_OVER = r"""(?=\\?["')\]}]|[.,;:]?[ \t]*$)"""
_STATUS = re.compile(
    rf"""\b(?:status[ _-]?code|http[ _-]?status|response[ _-]?code|"status)\\?["']?\s*[:=]?\s*["']?([345]\d\d)\b
    |\bHTTP(?:/[\d.]+)?[ ]([345]\d\d)\b
    |\bstatus["']?\s*[:=]?\s*([345]\d\d)(?:{_OVER}|[,;:]|[ ](?:for|from|on|while|when)\b)
    |\b(?:error:?[ ]\(?|code[ ])([345]\d\d){_OVER}
    |\b([345]\d\d)[ ]\(?{_REASON}""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
"""A number is a status by its label, at the end, or before a reason phrase: invoices are counted in hundreds too."""
_SECONDS = re.compile(
    rf"""^[^\w\n]{{0,6}}(?:(?:{_METHODS})[ \t]+\S{{1,2000}}[ \t]+)?(?:HTTP(?:/[\d.]+)?[ ]+)?(?:Status:?[ \t]*)?
        (?P<status>[345]\d\d(?:[ \t]+{_REASON})?[^\w\n]{{1,6}})?(?:Time:?[ \t]*)?
        (?P<took>\d{{1,6}}(?:\.\d{{1,3}})?)[ ]?(?P<unit>ms|s)\b
        (?(status)|[^\w\n]*$)""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
"""How long it took, behind a request or a status, or on a line of its own, as Postman writes it."""
_HEADER = re.compile(r"^([A-Za-z][\w-]{1,60}):[ \t]*([^\n]*)$", re.MULTILINE)
_XML = re.compile(r"<(?:[\w.-]+:)?(?:Envelope|Fault|statusDetail|faultstring)\b", re.IGNORECASE)
_PAGE = re.compile(r"<!doctype html|<html\b", re.IGNORECASE)
_SPOKEN = re.compile(r"\berror code:\s*\w+\s+(?:error )?message:", re.IGNORECASE)
_ERROR_KEYS = frozenset({"o:errorDetails", "o:errorCode", "error", "errors", "errorCode", "code", "message", "detail"})
_ADDRESS = re.compile(r"\burl:?[ ](https?://[^\s\"'<>]{1,2000})", re.IGNORECASE)
_HOST = re.compile(r"^[^\w\n]{0,3}Host:[ \t]*(\S{1,255})[ \t]*$", re.IGNORECASE | re.MULTILINE)
_IN_JSON = re.compile(r""""\s*:\s*"[^"\n]{0,300}\"""")
_PLACE = re.compile(r"/services/(?:rest/|NetSuitePort)|/restlet\.nl|/app/site/")
"""NetSuite's own paths, behind whatever stands in between."""
_MOST_CALLS, _MOST_BRACES = 200, 40
_UNKNOWN = 400
"""Status of an answer whose status was not pasted; all sentences of a refusal are known with it."""


@dataclass(frozen=True)
class Call:
    """A request and what came back, as far as they were pasted."""

    asked: str
    """Method and address as they stand there, or an empty string."""
    host: str
    """Whom it was asked, without a port, or an empty string."""
    status: int | None
    """HTTP status, if it stands there."""
    channel: Channel | None
    """In which form the answer speaks, if it has one."""
    failed: bool
    """Whether the answer is a refusal."""
    answer: Answer
    """The answer for ``wizard.netsuite.refusals``."""
    text: str
    """All that was pasted of it."""

    @property
    def beside(self) -> str:
        """What stands beside the error's own JSON, and beside other values in JSON."""
        body = self.answer.body.decode("utf-8")
        around = self.text.replace('\\"', '"')
        return _IN_JSON.sub(" ", around.replace(body, " ") if body.startswith("{") else around)

    @property
    def elsewhere(self) -> bool:
        """Whether somebody else than NetSuite answered: neither host nor path nor the form of the error is NetSuite's."""
        known = f".{self.host}".endswith(".netsuite.com") or _PLACE.search(self.asked) or '"o:error' in self.text
        return "." in self.host and not known

    @property
    def line(self) -> str:
        """The call in one line, of its address host and path alone: a query holds keys as often as not."""
        method, _, url = self.asked.partition(" ")
        asked = f"{method} {_place(url)}" if url else "a request"
        return f"{asked}: {self.status or 'no status'}{', failed' if self.failed else ''}"


def calls(text: str) -> tuple[Call, ...]:
    """Return the calls of a log, the last of them if there are very many; a text without any is one answer by itself.

    Args:
        text: without secrets.
    """
    plain = _PREFIX.sub("", _TALK.sub("", text)) if re.search(rf"^[<>] (?:HTTP/|{_METHODS})", text, re.MULTILINE) else text
    # Whoever pastes a whole log pastes it up to the failure.
    last = deque(_split(plain), maxlen=_MOST_CALLS) or [("", "", None, plain)]
    return tuple(_call(*one) for one in last)


def _place(url: str) -> str:
    """Return host and path of an address, without anything else that may stand in it."""
    address = re.split("[?#]", re.sub(r"^[\w+.-]*://", "", url), maxsplit=1)[0]
    host, slash, path = address.partition("/")
    return host.rpartition("@")[2] + slash + path


def _host(address: str) -> str:
    """Return the host of an address with ``//`` in it, an empty string if there is none or a placeholder."""
    authority = re.split(r"[/?#\\]", address.partition("//")[2], maxsplit=1)[0]
    host = authority.rpartition("@")[2].partition(":")[0].casefold()
    return host if re.fullmatch(r"[a-z0-9.-]+", host) else ""


def _split(text: str) -> Iterator[tuple[str, str, int | None, str]]:
    """Yield what was asked, whom, the status and the text of each call.

    A request with its body reaches to its answer, an answer to the next request or answer.
    """
    marks = list(_MARK.finditer(text))
    asked = host = ""
    ends = [*(mark.start() for mark in marks), len(text)][1:]
    for mark, end in zip(marks, ends, strict=True):
        method, path = mark["asked"] or mark["logged"], mark["url"] or mark["path"]
        if method:
            asked, named = f"{method} {path}", _HOST.search(text, mark.start(), end)
            host = _host(mark["at"] or path) or _host(f"//{named[1]}" if named else "")
        status = mark["answered"] or mark["status"] or mark["code"]
        if status and not status.startswith("1"):
            yield asked, host, int(status), text[mark.start() : end]
            asked = host = ""


def _call(asked: str, host: str, status: int | None, text: str) -> Call:
    body, channel = _body(text)
    said = status or _said_status(text, body)
    inside = body or ("" if status else text)
    if channel is None and asked:
        channel = "restlet" if "/restlet.nl" in asked else "rest" if "/services/rest/" in asked else None
    soap = channel in ("soap", "soap_status") or _XML.search(inside) is not None
    # Statuses of SOAP say nothing: a fault came with 500 and with 200, a record's refusal with 200.
    told = _refused(inside, soap, channel)
    failed = told or (said is not None and not 200 <= said < 300) or (said is None and not inside.isspace())
    method, _, path = asked.partition(" ")
    if not host and (named := _ADDRESS.search(text[:20_000])):
        host = _host(named[1])
    return Call(
        asked=asked, host=host, status=said, channel=channel, failed=failed, text=text,
        answer=Answer(
            status=_UNKNOWN if soap or said is None or (told and 200 <= said < 300) else said,
            headers={name.lower(): value for name, value in _HEADER.findall(text[:20_000])},
            body=inside.encode("utf-8", "replace"), seconds=_seconds(text), method=method, url=path,
            at=datetime.fromtimestamp(0, timezone.utc),
        ),
    )  # fmt: skip


def _body(text: str) -> tuple[str, Channel | None]:
    """Return what in a text is an answer's body, and in which form it speaks."""
    if found := _XML.search(text):
        body = text[found.start() :]
        fault = re.search(r"<(?:[\w.-]+:)?(?:Fault|faultstring)\b", body, re.IGNORECASE)
        refused = re.search(r"isSuccess=\\?[\"']false|<(?:[\w.-]+:)?statusDetail\b", body, re.IGNORECASE)
        return body, "soap" if fault else "soap_status" if refused else None
    if found := _PAGE.search(text):
        return text[found.start() :], "page"
    if held := _json_in(text) or _json_in(text.replace('\\"', '"')):
        return held
    if found := _SPOKEN.search(text):
        return text[found.start() :], "restlet"
    return "", None


def _json_in(text: str) -> tuple[str, Channel | None] | None:
    """Return the first JSON object that speaks of an error, as it stands in a text."""
    decoder = json.JSONDecoder()
    for number, brace in enumerate(re.finditer(r"\{(?=\s*\")", text)):
        if number >= _MOST_BRACES:
            break
        try:
            value, end = decoder.raw_decode(text, brace.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and _ERROR_KEYS & set(value):
            return text[brace.start() : end], _form(value)
    return None


def _form(value: dict[str, Any]) -> Channel | None:
    if any(key.startswith("o:error") for key in value):
        return "rest"
    return "restlet" if isinstance(value.get("error"), dict) else None


def _refused(body: str, soap: bool, channel: Channel | None) -> bool:
    """Tell whether a body is a refusal by itself, whatever its status."""
    if soap:
        return channel is not None
    return (channel is not None and body != "") or re.match(r'\s*\{[^{}]*"status"\s*:\s*[45]\d\d\b', body) is not None


def _said_status(text: str, body: str) -> int | None:
    """Return the status that a text speaks of: in the error itself first."""
    found = re.search(r'"status"\s*:\s*"?([345]\d\d)\b', body) or _STATUS.search(text[:20_000])
    return int(next(filter(None, found.groups()))) if found else None


def _seconds(text: str) -> float:
    """Return how long the answer took, if one of its first lines says so, as in Postman."""
    found = _SECONDS.search("\n".join(text.split("\n", 4)[:4]))
    return float(found["took"]) / (1000 if found["unit"].lower() == "ms" else 1) if found else 0.0
