"""Asks NetSuite which hosts an account has, without a login (probe P0, protocol.md 2.2)."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wizard.netsuite.answers import Answer, Garbled
from wizard.netsuite.refusals import said
from wizard.netsuite.wording import level

if TYPE_CHECKING:
    from wizard.account import Account
    from wizard.netsuite.transport import Transport

ADDRESS = "https://rest.netsuite.com/rest/datacenterurls"
"""Documented."""

DEFAULT_HOSTS = frozenset({"rest.netsuite.com", "webservices.netsuite.com", "system.netsuite.com"})
"""What the service answers for an account that does not exist (documented)."""

_NAME_SECONDS = 10.0


@dataclass(frozen=True)
class DataCenters:
    """What discovery says about an account."""

    exists: bool | None
    """True when the addresses are this account's; False for the default addresses; None when the answer is strange."""
    urls: Mapping[str, str]
    """``webservicesDomain``, ``restDomain``, ``systemDomain``, as far as answered."""
    answer: Answer
    """Where it was read from."""
    skew_seconds: float | None
    """How far this machine's clock is ahead of the server's (negative: behind), half the round trip taken off; None
    without a usable ``Date`` header. The header has whole seconds."""


class Discovery:
    """Calls that need no login."""

    def __init__(self, transport: Transport) -> None:
        """Nothing is sent yet.

        Args:
            transport: to be used for nothing else.
        """
        self._transport = transport

    def data_centers(self, realm: str) -> DataCenters:
        """Ask which addresses an account has.

        Args:
            realm: realm form; with the host form the service does not find the account (observed).

        Raises:
            Unreachable: no whole answer came.
            Garbled: what came is not HTTP.
            Cancelled: the person wants to stop.
        """
        answer = self._transport.send("GET", ADDRESS, params={"account": realm})
        urls = _urls(answer)
        return DataCenters(_exists(answer, urls, realm.lower().replace("_", "-")), urls, answer, _skew(answer))

    def resolves(self, account: Account) -> bool | None:
        """Ask the name service for the account's host; an account that does not exist has no name (observed).

        Args:
            account: whose host.

        Returns:
            True or False; None if the name service did not answer, or a proxy looks names up in our place.
        """
        if self._transport.connect_to:
            return True
        if self._transport.uses_proxy(account.suitetalk):
            return None
        return _resolves(urlsplit(account.suitetalk).hostname or "")


def _urls(answer: Answer) -> dict[str, str]:
    if answer.status != 200:
        return {}
    try:
        data = answer.json()
    except Garbled:
        return {}
    if not isinstance(data, dict):
        return {}
    return {str(key): value for key, value in data.items() if isinstance(value, str) and "//" in value}


def _exists(answer: Answer, urls: Mapping[str, str], host: str) -> bool | None:
    hosts = [_host(url) for url in urls.values()]
    if hosts and all(name.split(".")[0] == host for name in hosts):
        return True
    if hosts and all(name in DEFAULT_HOSTS for name in hosts):
        return False
    # Documented for accounts with a blank or a percent sign; the status was not published.
    if re.search(r"\bcompany id is invalid\b", level(said(answer).detail), re.IGNORECASE):
        return False
    return None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _skew(answer: Answer) -> float | None:
    try:
        server: datetime = parsedate_to_datetime(answer.headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    if server.tzinfo is None:
        server = server.replace(tzinfo=timezone.utc)
    age = answer.headers.get("age", "")
    stored = float(age[:9]) if age.isascii() and age.isdigit() else 0.0
    return (answer.at - server).total_seconds() - stored - answer.seconds / 2


def _resolves(host: str) -> bool | None:
    """Resolve a name in a thread of its own: the system's call knows no timeout."""
    found: list[bool | None] = []

    def ask() -> None:
        try:
            socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
            found.append(True)
        except socket.gaierror as error:
            missing = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
            found.append(False if missing else None)
        except (OSError, UnicodeError):
            found.append(None)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(_NAME_SECONDS)
    return found[0] if found else None
