"""From an exception of the HTTP library to the sentence a person can use, with no word of the exception in it.

Texts of ``requests`` and ``urllib3`` hold whole addresses, queries included, so only their types and numbers are read.
Both are imported inside functions, like everywhere outside ``transport`` and ``oauth``.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from wizard.netsuite.answers import Garbled, NetSuiteError, Unreachable
from wizard.redact import one_line

_TLS = {
    # Numbers of OpenSSL's X509_V_ERR_… list.
    9: ("not-yet-valid", "The certificate of {host} is not valid yet, or this machine's clock is behind."),
    10: ("expired", "The certificate of {host} has expired, or this machine's clock is ahead."),
    62: ("wrong-host-name", "The certificate shown for {host} belongs to another host."),
    64: ("wrong-host-name", "The certificate shown for {host} belongs to another host."),
}
_UNKNOWN_AUTHORITY = (
    "The certificate of {host} comes from an authority that is not in {ca}. Where a company proxy opens connections, "
    "its own authority has to be in the file that REQUESTS_CA_BUNDLE or SSL_CERT_FILE names."
)
_BEFORE = {
    ("timeout", "read"): ("timeout", "handshake", "{host} took the connection and was silent for {connect} seconds."),
    ("cut", "cut"): ("tls", "cut", "The connection was cut as soon as {host} was named."),
}
"""What it is called when nothing was sent yet: then no login can have reached anybody."""
_UNKNOWN_AUTHORITY_NUMBERS = frozenset({2, 18, 19, 20, 21})


@dataclass(frozen=True)
class Path:
    """The way a request took, for the sentences."""

    host: str
    """Host name of the address."""
    via: str | None
    """Proxy as ``host:port``, without user and password; None without one."""
    ca: str
    """Which authorities were trusted: a file, and the variable that named it."""
    asked: str
    """The request in one line."""
    connect_seconds: float
    """Time allowed for connecting."""
    read_seconds: float
    """Time allowed between two bytes."""


def proxy_name(address: str) -> str:
    """Return a proxy as ``host:port``, without the user and password its address may hold.

    Args:
        address: value of HTTPS_PROXY or the like.
    """
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        return one_line(f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname))
    except ValueError:
        return "the proxy setting, which cannot be read"


def explain(error: BaseException, path: Path, at: datetime, sent: bool = True) -> NetSuiteError:
    """Return our error for one of the HTTP library.

    Args:
        error: what was raised.
        path: the way the request took.
        at: now, UTC.
        sent: whether anything went over the encrypted connection before.
    """
    import requests
    import urllib3

    chain = list(_chain(error))
    if path.via and not sent and _first(chain, http.client.BadStatusLine, but=(http.client.RemoteDisconnected,)):
        message = f"What answers at {path.via} is no HTTP proxy."
        return Unreachable(message, stage="proxy", reason="no-proxy", asked=path.asked, at=at)
    if _first(chain, http.client.HTTPException, but=(http.client.IncompleteRead, http.client.RemoteDisconnected)):
        return Garbled(f"What answers for {path.host} does not speak HTTP.", asked=path.asked, at=at)
    if _first(chain, requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError):
        return Garbled(f"The answer of {path.host} cannot be unpacked.", asked=path.asked, at=at)
    stage, reason, sentence = _proxy(chain, path) or _tls(chain) or _time(chain) or _way(chain)
    if not sent:
        stage, reason, sentence = _BEFORE.get((stage, reason), (stage, reason, sentence))
    message = sentence.format(
        host=path.host, ca=path.ca, via=path.via, connect=f"{path.connect_seconds:g}", read=f"{path.read_seconds:g}"
    )
    return Unreachable(message, stage=stage, reason=reason, asked=path.asked, at=at)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and everything inside it, outermost first."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if any(one is other for other in seen):
            continue
        seen.append(one)
        yield one
        inside = (getattr(one, "reason", None), one.__cause__, one.__context__, *one.args)
        waiting += [other for other in inside if isinstance(other, BaseException)]


def _first(
    chain: list[BaseException], *kinds: type[BaseException], but: tuple[type[BaseException], ...] = ()
) -> BaseException | None:
    return next((one for one in chain if isinstance(one, kinds) and not isinstance(one, but)), None)


_Found = tuple[str, str, str]


def _proxy(chain: list[BaseException], path: Path) -> _Found | None:
    import requests
    import urllib3

    if _first(chain, requests.exceptions.InvalidProxyURL, urllib3.exceptions.ProxySchemeUnknown):
        return "proxy", "address", "The proxy setting is not an address: HTTPS_PROXY should read http://host:port."
    if _first(chain, requests.exceptions.InvalidSchema):
        return "proxy", "socks", "The proxy {via} is a SOCKS proxy; only HTTP proxies can be used."
    if path.via is None or not _first(chain, requests.exceptions.ProxyError, urllib3.exceptions.ProxyError):
        return None
    said = next((m for one in chain if (m := re.search(r"Tunnel connection failed: (\d{3})", str(one)))), None)
    if said is None:
        return "proxy", "unreachable", "The proxy {via} cannot be reached."
    if said.group(1) == "407":
        return "proxy", "login", "The proxy {via} asks for a login (407)."
    return "proxy", "refused", f"The proxy {{via}} does not let us through to {{host}} ({said.group(1)})."


def _tls(chain: list[BaseException]) -> _Found | None:
    bad = _first(chain, ssl.SSLCertVerificationError)
    if isinstance(bad, ssl.SSLCertVerificationError):
        number = bad.verify_code
        if number in _UNKNOWN_AUTHORITY_NUMBERS:
            return "tls", "unknown-authority", _UNKNOWN_AUTHORITY
        reason, sentence = _TLS.get(number, ("certificate", f"The certificate of {{host}} is not valid ({number})."))
        return "tls", reason, sentence
    # A connection cut in the middle shows up as an SSL error too, of a kind of its own.
    if _first(chain, ssl.SSLError, but=(ssl.SSLEOFError, ssl.SSLZeroReturnError)) and not _first(chain, TimeoutError):
        return "tls", "handshake", "No encrypted connection to {host} could be agreed on."
    return None


def _time(chain: list[BaseException]) -> _Found | None:
    import requests
    import urllib3

    # urllib3 derives refused connections from its connect timeout.
    refusals = (urllib3.exceptions.NewConnectionError,)
    if _first(chain, requests.exceptions.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError, but=refusals):
        return "timeout", "connect", "{host} did not answer within {connect} seconds when connecting."
    if _first(chain, requests.exceptions.Timeout, urllib3.exceptions.ReadTimeoutError, TimeoutError):
        return "timeout", "read", "{host} was silent for {read} seconds."
    return None


def _way(chain: list[BaseException]) -> _Found:
    import requests
    import urllib3

    unknown = _first(chain, socket.gaierror)
    if isinstance(unknown, socket.gaierror):
        if unknown.errno in _NO_SUCH_NAME:
            return "dns", "no-such-name", "The name service knows no host {host}."
        return "dns", "name-service", "The name service did not answer when asked for {host}."
    if _first(chain, requests.exceptions.InvalidURL, UnicodeError, urllib3.exceptions.LocationParseError):
        return "dns", "not-a-name", "{host} cannot be a host name."
    if _first(chain, ConnectionRefusedError):
        return "tcp", "refused", "{host} refused the connection."
    if _first(chain, urllib3.exceptions.NewConnectionError):
        return "tcp", "no-route", "There is no way from this machine to {host}."
    return "cut", "cut", "The connection to {host} was cut before the whole answer was there."


_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
