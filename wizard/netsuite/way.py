"""Looks closer at the way to a host after a call did not come through: every rung on its own, from this machine outwards.

Nothing is sent beyond what opens a connection: a question to the name service, CONNECT to a proxy, a TLS handshake. Who
signed a certificate that is not trusted is read over a second handshake that verifies nothing, and on which nothing is
sent; ``cryptography`` reads it, because the ``ssl`` module tells the names of verified certificates only.
"""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wizard.netsuite import trust
from wizard.netsuite.answers import Unreachable
from wizard.netsuite.reach import BEYOND, NO_WAY, Address, addresses, knock, leads_out, listed, outcome
from wizard.netsuite.trust import described
from wizard.redact import one_line

if TYPE_CHECKING:
    from wizard.netsuite.transport import Transport

RUNGS = ("name", "connection", "proxy", "certificate")
"""What is tried, in order."""

_HTTPS = 443
_MOST = 8
"""Addresses of one name that are tried."""
_BEYOND_LOOKING = frozenset({("proxy", "address"), ("proxy", "socks"), ("tls", "ca-file"), ("dns", "not-a-name")})
"""Troubles that a setting of this machine explains whole."""


@dataclass(frozen=True)
class Way:
    """What was seen on the way to a host."""

    host: str
    """Its name."""
    seen: Mapping[str, str]
    """By rung, in order, as far as they hold."""
    error: Unreachable | None
    """What ends it; None if nothing does, or not any more."""


def look(transport: Transport, url: str, came: Unreachable | None = None) -> Way:
    """Try every rung of the way to a host.

    Args:
        transport: whose settings, proxies, authorities and limits hold.
        url: https address.
        came: what a call there ended with.
    """
    if came and (came.stage, came.reason) in _BEYOND_LOOKING:
        return Way(urlsplit(url).hostname or "", {}, came)
    climb = _Climb(transport, url)
    try:
        climb.go()
    except Unreachable as error:
        # What it came from holds the proxy's user and password, in the frames that led here too.
        error.__context__ = None
        return Way(climb.host, climb.seen, error.with_traceback(None))
    return Way(climb.host, climb.seen, None)


@dataclass
class _Climb:
    """One look; ``seen`` fills as it goes."""

    transport: Transport
    url: str
    seen: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.host = urlsplit(self.url).hostname or ""
        self.path, self.proxy = self.transport.path(self.url, f"way to {one_line(self.host, 120)}")
        near = urlsplit(self.proxy if self.proxy and "://" in self.proxy else f"http://{self.proxy}") if self.proxy else None
        self.near = (near.hostname or "", near.port or 80) if near else self.transport.connect_to or (self.host, _HTTPS)
        self.near_name = (self.path.via or "") if self.proxy else self.path.host
        self.encrypted_proxy = bool(near and near.scheme == "https")

    def go(self) -> None:
        """Climb.

        Raises:
            Unreachable: where it ends.
        """
        doors = self._name()
        self._connection(doors[:_MOST])
        if not self.encrypted_proxy:  # TLS inside TLS: what the call itself came to has to do
            self._proxy()
            self._certificate()

    def _ended(self, stage: str, reason: str, message: str) -> Unreachable:
        return Unreachable(message, stage=stage, reason=reason, asked=self.path.asked, at=self.transport.clock.now())

    def _explained(self, error: BaseException) -> Unreachable:
        from wizard.netsuite.outages import explain

        told = explain(error, self.path, self.transport.clock.now())
        return told if isinstance(told, Unreachable) else self._ended("tls", "handshake", told.message)

    def _name(self) -> list[Address]:
        if self.transport.connect_to:
            self.seen["name"] = "every name leads to one address"
            family = socket.AF_INET6 if ":" in self.near[0] else socket.AF_INET
            return [Address(family, self.near)]
        try:
            doors = addresses(*self.near, self.path.connect_seconds)
        except (OSError, UnicodeError) as error:
            if not any(map(leads_out, BEYOND)):
                raise self._no_network() from None
            if self.proxy:
                message = f"The proxy {self.path.via} cannot be reached: its name has no address."
                raise self._ended("proxy", "unreachable", message) from None
            failure = error if isinstance(error, (socket.gaierror, UnicodeError)) else socket.gaierror(socket.EAI_AGAIN)
            raise self._explained(failure) from None
        self.seen["name"] = f"{self.near_name}: {listed(doors[:_MOST])}"
        return doors

    def _no_network(self) -> Unreachable:
        message = "This machine has no network: neither IPv4 nor IPv6 leads out of it."
        return self._ended("tcp", "no-network", message)

    def _connection(self, doors: Sequence[Address]) -> None:
        came = knock(doors, self.path.connect_seconds, self.transport.cancelled)
        told = ", ".join(f"{door}: {outcome(code)}" for door, code in came.items())
        if 0 in came.values():
            self.seen["connection"] = told
            return
        families = {door.family for door in doors}
        ways = {family for family in BEYOND if leads_out(family)}
        if set(came.values()) <= NO_WAY:
            if not ways:
                raise self._no_network()
            if not ways & families:
                has, needs = ("IPv6", "IPv4") if socket.AF_INET6 in ways else ("IPv4", "IPv6")
                message = f"This machine has {has} only, and {self.near_name} has {needs} addresses only ({told})."
                raise self._ended("tcp", f"{has.lower()}-only", message)
        if self.proxy:
            raise self._ended("proxy", "unreachable", f"The proxy {self.path.via} cannot be reached ({told}).")
        if errno.ECONNREFUSED in came.values():
            raise self._ended("tcp", "refused", f"{self.path.host} refused the connection ({told}).")
        if errno.ETIMEDOUT in came.values():
            seconds = f"{self.path.connect_seconds:g}"
            message = f"{self.path.host} did not answer within {seconds} seconds when connecting ({told})."
            raise self._ended("timeout", "connect", message)
        raise self._ended("tcp", "no-route", f"There is no way from this machine to {self.path.host} ({told}).")

    def _open(self) -> socket.socket:
        """Return a connection to the host, through the proxy if there is one."""
        if not self.proxy:
            return socket.create_connection(self.near, self.path.connect_seconds)
        from requests.adapters import HTTPAdapter

        tunnel = http.client.HTTPConnection(*self.near, timeout=self.path.connect_seconds)
        tunnel.set_tunnel(self.host, _HTTPS, headers=HTTPAdapter().proxy_headers(self.proxy))
        try:
            tunnel.connect()
        except BaseException:  # connected all the same, to what was silent or no proxy
            tunnel.close()
            raise
        return tunnel.sock

    def _proxy(self) -> None:
        if not self.proxy:
            return
        from urllib3.exceptions import ProxyError

        try:
            self._open().close()
        except TimeoutError:
            message = f"The proxy {self.path.via} was silent for {self.path.connect_seconds:g} seconds."
            raise self._ended("proxy", "silent", message) from None
        except http.client.HTTPException:
            message = f"What answers at {self.path.via} is no HTTP proxy."
            raise self._ended("proxy", "no-proxy", message) from None
        except OSError as error:
            failure = self._explained(ProxyError("", error))
            if failure.reason == "login" and "@" in self.proxy:
                message = f"The proxy {self.path.via} does not take the user and password in its setting (407)."
                raise self._ended("proxy", "login", message) from None
            raise failure from None
        self.seen["proxy"] = f"{self.path.via} lets us through"

    def _certificate(self) -> None:
        try:
            shown = self._shown(trust.context(self.transport.authorities[0]))
        except ssl.SSLCertVerificationError as error:
            failure = self._explained(error)
            message = f"{failure.message} {self._without_trust()}".strip()
            raise self._ended(failure.stage, failure.reason, message) from None
        except TimeoutError:
            message = f"{self.path.host} took the connection and was silent for {self.path.connect_seconds:g} seconds."
            raise self._ended("timeout", "handshake", message) from None
        except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
            message = f"The connection was cut as soon as {self.path.host} was named."
            raise self._ended("tls", "cut", message) from None
        except OSError as error:
            raise self._explained(error) from None
        self.seen["certificate"] = f"{described(shown)} Trusted by {self.path.ca}."

    def _shown(self, context: ssl.SSLContext) -> bytes:
        """Shake hands, send nothing, and return the certificate that was shown."""
        with self._open() as sock, context.wrap_socket(sock, server_hostname=self.host) as connection:
            return connection.getpeercert(binary_form=True) or b""

    def _without_trust(self) -> str:
        try:
            return described(self._shown(trust.context(None)))
        except OSError:
            return ""
