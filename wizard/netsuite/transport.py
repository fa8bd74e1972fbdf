"""Sends one request over HTTPS and reads the whole answer, within limits.

Certificates are always verified, redirects never followed, cookies never kept: a cookie beside the signature can make
NetSuite treat a good request as a failed login (observed; documented for RESTlets, protocol.md 6.2). ``~/.netrc`` is
not read: requests would take an Authorization header from it. Proxies and authorities come from the usual variables.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3.connection
import urllib3.exceptions
from requests.auth import AuthBase
from requests.utils import get_environ_proxies, select_proxy

from wizard.clock import Clock
from wizard.netsuite import trust
from wizard.netsuite.adapter import LeanSession, OneAddressAdapter
from wizard.netsuite.answers import (
    PROGRAM,
    Answer,
    Cancelled,
    Garbled,
    NetSuiteError,
    Unreachable,
    request_line,
    without_private_values,
)
from wizard.netsuite.outages import Path, explain, proxy_name
from wizard.netsuite.patience import OutOfPatience, Patience, PatientSocket
from wizard.redact import one_line

LARGEST_BODY = 20_000_000
"""Bytes of one answer; the largest known, a metadata catalog, has 217 KB (observed, protocol.md 6.3)."""

LONGEST_EXCHANGE = 240.0
"""Seconds from sending to the last byte. A list was observed to take 16 s, a disguised concurrency limit 60 s."""

_PIECE = 65_536
_FAULTS = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, UnicodeError)


class Transport:
    """The way to NetSuite: one session, to be used with one set of credentials."""

    def __init__(
        self,
        connect_to: tuple[str, int] | None = None,
        ca_file: str | None = None,
        clock: Clock | None = None,
        cancelled: threading.Event | None = None,
        timeout: tuple[float, float] = (10, 90),
    ) -> None:
        """Set the limits; nothing is opened yet.

        Args:
            connect_to: address to which every host name resolves; names in certificates and headers stay the real ones,
                and proxies are not used. None for real name resolution.
            ca_file: PEM file of the authorities to trust; None for what the environment says, else certifi's.
            clock: now and monotonic time.
            cancelled: set when the person does not want to wait any longer.
            timeout: seconds for connecting, and between two bytes. The second has to be more than 60, after which a
                concurrency limit was seen to answer (protocol.md 10.3).
        """
        for kind in (http.client.HTTPConnection, urllib3.connection.HTTPConnection):
            kind.debuglevel = 0  # else whoever set it elsewhere has every header printed
        self.connect_to = connect_to
        self.clock = clock or Clock()
        self.cancelled = cancelled or threading.Event()
        self.slowest: Answer | None = None
        """The answer that took longest, of those that are no refusal."""
        self._ca_file = ca_file
        self._timeout = timeout
        self._opened: requests.Session | None = None
        self._opening = threading.Lock()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        auth: AuthBase | None = None,
        about: str = "",
    ) -> Answer:
        """Send a request and read the answer, whatever its status.

        Args:
            method: HTTP method.
            url: https address without a port.
            headers: more header fields.
            params: query parameters; they are signed.
            json: body; it is not signed.
            auth: signs the request last.
            about: text of a SuiteQL query, for the evidence.

        Raises:
            Unreachable: no whole answer came.
            Garbled: what came is not HTTP, or too much.
            Cancelled: before sending, or while waiting.
        """
        asked = request_line(method, without_private_values(url), about)
        self.stop_if_cancelled(asked)
        session = self._session(asked)
        path, proxies = self.path(url, asked)[0], self._proxies(url)
        call = {"headers": dict(headers or {}), "params": params, "json": json, "auth": auth, "proxies": proxies}
        started = self.clock.monotonic()
        try:
            with Patience(self.clock, LONGEST_EXCHANGE, self.cancelled) as patience:
                response = session.request(
                    method,
                    url,
                    timeout=self._timeout,
                    verify=self.authorities[0],
                    allow_redirects=False,
                    stream=True,
                    **call,
                )
                with response:
                    body = _read(response, patience)
        except OutOfPatience as stop:
            failure: NetSuiteError = self._given_up(stop, path)
        except _FAULTS as error:
            failure = explain(error, path, self.clock.now(), sent=patience.sent)
        else:
            answer = self._answer(response, body, started, about)
            objection = _objection(answer, body, path)
            if objection is None:
                self._time(answer)
                return answer
            failure = objection
        # Raised out here so that no exception with our headers in it hangs on ours.
        raise failure

    def stop_if_cancelled(self, asked: str) -> None:
        """Go on only while somebody waits.

        Args:
            asked: the request in one line.

        Raises:
            Cancelled: if the person wants to stop.
        """
        if self.cancelled.is_set():
            raise Cancelled("Cancelled before anything was sent.", asked=asked, at=self.clock.now())

    @property
    def authorities(self) -> tuple[str, str]:
        """The file or folder of trusted authorities, and how to name it to a person."""
        return trust.authorities(self._ca_file)

    def path(self, url: str, asked: str) -> tuple[Path, str | None]:
        """Return the way a request would take, and the proxy's address with everything it holds, or None.

        Args:
            url: https address.
            asked: the request in one line.
        """
        proxy = select_proxy(url, self._proxies(url))
        path = Path(
            host=one_line(urlsplit(url).hostname or "?"),
            via=proxy_name(proxy) if proxy else None,
            ca=self.authorities[1],
            asked=asked,
            connect_seconds=self._timeout[0],
            read_seconds=self._timeout[1],
        )
        return path, proxy

    def uses_proxy(self, url: str) -> bool:
        """Tell whether requests to an address go through a proxy, which then resolves the name.

        Args:
            url: https address.
        """
        return self.path(url, "")[1] is not None

    def close(self) -> None:
        """Close the connections."""
        with self._opening:
            if self._opened:
                self._opened.close()
            self._opened = None

    def _session(self, asked: str) -> requests.Session:
        with self._opening:
            if self._opened is None:
                self._opened = self._open(asked)
            self._opened.cookies.clear()
            return self._opened

    def _open(self, asked: str) -> requests.Session:
        broken = False
        try:
            context = trust.context(self.authorities[0])
        except OSError:
            broken = True
        if broken:
            message = f"The certificate authorities cannot be read from {self.authorities[1]}."
            raise Unreachable(message, stage="tls", reason="ca-file", asked=asked, at=self.clock.now())
        context.sslsocket_class = PatientSocket
        session = LeanSession()
        session.trust_env = False  # no ~/.netrc; proxies and authorities are looked up here instead
        # Clearing alone would leave a gap when several threads ask at a time.
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # The default of requests asks for compressed answers, which would have to be unpacked within the limit.
        session.headers.update({"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": PROGRAM})
        session.mount("https://", OneAddressAdapter(context, self.connect_to))
        session.adapters.pop("http://", None)
        return session

    def _time(self, answer: Answer) -> None:
        with self._opening:
            if answer.status < 300 and (self.slowest is None or answer.seconds > self.slowest.seconds):
                self.slowest = answer

    def _proxies(self, url: str) -> dict[str, str]:
        return {} if self.connect_to else get_environ_proxies(url)

    def _answer(self, response: requests.Response, body: bytes | None, started: float, about: str) -> Answer:
        return Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=body or b"",
            seconds=max(self.clock.monotonic() - started, 0.0),
            at=self.clock.now(),
            method=str(response.request.method),
            url=without_private_values(response.url),
            about=about,
        )

    def _given_up(self, stop: OutOfPatience, path: Path) -> NetSuiteError:
        at = self.clock.now()
        if stop.cancelled:
            return Cancelled("Cancelled while waiting for the answer.", asked=path.asked, at=at)
        message = f"{path.host} did not finish its answer within {LONGEST_EXCHANGE:g} seconds."
        return Unreachable(message, stage="timeout", reason="deadline", asked=path.asked, at=at)


def _read(response: requests.Response, patience: Patience) -> bytes | None:
    """Return the body, or None if it is too large."""
    pieces, size = [], 0
    for piece in response.iter_content(_PIECE):
        patience.check()
        size += len(piece)
        if size > LARGEST_BODY:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def _objection(answer: Answer, body: bytes | None, path: Path) -> NetSuiteError | None:
    """Return why an answer is none: too large, or cut off within its header, which is read as a short header."""
    if body is None:
        return Garbled(f"{path.host} sent more than {LARGEST_BODY // 1_000_000} MB.", answer=answer)
    framed = "content-length" in answer.headers or "transfer-encoding" in answer.headers
    if answer.status in (200, 201, 202) and not body and not framed:
        return explain(http.client.IncompleteRead(b""), path, answer.at)
    return None
