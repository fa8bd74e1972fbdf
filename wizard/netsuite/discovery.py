"""Asks NetSuite which hosts an account has, without a login (probe P0, protocol.md 2.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wizard.netsuite.answers import (
    Answer,
    Elsewhere,
    Garbled,
    NetSuiteError,
    Redirected,
    ServerTrouble,
    Throttled,
    Unreachable,
)
from wizard.netsuite.reach import addresses, is_missing
from wizard.netsuite.refusals import refusal, said, unexpected
from wizard.netsuite.way import Way, look
from wizard.netsuite.wording import level

if TYPE_CHECKING:
    from wizard.account import Account
    from wizard.netsuite.outages import Path
    from wizard.netsuite.transport import Transport

ADDRESS = "https://rest.netsuite.com/rest/datacenterurls"
"""Documented."""

DEFAULT_HOSTS = frozenset({"rest.netsuite.com", "webservices.netsuite.com", "system.netsuite.com"})
"""What the service answers for an account that does not exist (documented)."""

_NAME_SECONDS = 10.0
_ITS_OWN = (Elsewhere, Redirected, ServerTrouble, Throttled)


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

    @property
    def trouble(self) -> NetSuiteError | None:
        """What is the matter with an answer that tells nothing about the account; None if it does."""
        if self.exists is not None:
            return None
        error = refusal(self.answer)
        # No login was asked for, so no refusal of one is read out of it.
        return error if isinstance(error, _ITS_OWN) else unexpected(self.answer, "the addresses of this account")


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
        try:
            return bool(addresses(_host(account.suitetalk), 443, _NAME_SECONDS))
        except (OSError, UnicodeError) as error:
            return False if is_missing(error) else None

    @property
    def slowest(self) -> Answer | None:
        """The answer that took longest, of those that are no refusal; None before the first."""
        return self._transport.slowest

    @property
    def path(self) -> Path:
        """The way a question takes."""
        return self._transport.path(ADDRESS, "")[0]

    def look(self, url: str, came: Unreachable | None = None) -> Way:
        """Look closer at the way to a host.

        Args:
            url: https address.
            came: what a call there ended with.
        """
        return look(self._transport, url, came)


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
