"""How a signed request is asked: counted as a login before it is sent, tried again where that may help, settled afterwards.

Until a login was accepted, requests go one after the other, so that wrong credentials cost one refused login and not
three.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from wizard.clock import Clock
from wizard.netsuite.answers import (
    Answer,
    BadRequest,
    Cancelled,
    HeldBack,
    LoginRefused,
    NetSuiteError,
    NotThere,
    PermissionRefused,
    QueryRefused,
    RoleRefused,
    ServerTrouble,
    Throttled,
    Unreachable,
    request_line,
    without_private_values,
)
from wizard.netsuite.budget import Budget
from wizard.netsuite.refusals import refusal

if TYPE_CHECKING:
    from wizard.netsuite.oauth import Signer
    from wizard.netsuite.transport import Transport

MOST_TRIES = 3
"""How often a read is sent when NetSuite is in trouble or its limit is reached (Oracle gives no figure, 10.4)."""

FIRST_WAIT = 1.0
"""Seconds before the second try; doubled for the third."""

_dice = random.SystemRandom()


@dataclass(frozen=True)
class Request:
    """One request, to be signed anew for every try."""

    method: str
    """HTTP method."""
    url: str
    """Absolute address without its query."""
    params: Mapping[str, str] | None = None
    """Query parameters."""
    json: Any = None
    """Body."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """More header fields."""
    about: str = ""
    """Text of a SuiteQL query."""
    restlets: bool = False
    """Goes to the RESTlet host, which refuses Web Services Only roles as if their login had failed (protocol.md 5)."""
    tries: int = MOST_TRIES
    """How often it may be sent; 1 for what is no read."""

    @property
    def asked(self) -> str:
        """The request in one line."""
        return request_line(self.method, without_private_values(self.url), self.about)


class Asker:
    """Asks with one set of credentials. May be used by several threads."""

    def __init__(self, transport: Transport, signer: Signer, budget: Budget, clock: Clock, exchanged: bool = False) -> None:
        """Bring the parts together.

        Args:
            transport: to be used with these credentials alone.
            signer: holds the credentials.
            budget: of the credentials.
            clock: now and sleep.
            exchanged: these are the budget's credentials with values in each other's place.
        """
        self.last_login_at: datetime | None = None
        """When a login was last accepted, UTC."""
        self.refused_slowly: Answer | None = None
        """A refusal that took so long that the login was tried once more."""
        self._transport = transport
        self._signer = signer
        self._budget = budget
        self._clock = clock
        self._exchanged = exchanged
        self._turn = threading.Lock()
        self._restlets_refused = False

    def ask(self, request: Request) -> Answer:
        """Send a request until it is answered, refused or tried often enough.

        Args:
            request: what is asked.

        Raises:
            NetSuiteError: any of its kinds.
        """
        number = 1
        while True:
            came = self._try(request)
            if isinstance(came, Answer):
                return came
            if number >= request.tries or not _passes(came):
                raise came
            if self._clock.sleep(_wait(came, number), self._transport.cancelled):
                raise Cancelled("Cancelled before the next try.", asked=request.asked, at=self._clock.now())
            number += 1

    def _try(self, request: Request) -> Answer | NetSuiteError:
        """Send a request once; twice if the login was refused so slowly that it may be a concurrency limit (10.3)."""
        with self._one_at_a_time(request):
            if objection := self._objection(request):
                return HeldBack(objection, asked=request.asked, at=self._clock.now())
            came = self._send(request)
            once = request.tries == 1 or self._budget.left(self._clock.now()) <= 1
            if isinstance(came, LoginRefused) and came.perhaps_concurrency and not once:
                self.refused_slowly = came.answer
                came = self._send(request)
            return came

    @contextmanager
    def _one_at_a_time(self, request: Request) -> Iterator[None]:
        if self._budget.proven:
            yield
            return
        while not self._turn.acquire(timeout=0.1):
            self._transport.stop_if_cancelled(request.asked)
        try:
            yield
        finally:
            self._turn.release()

    def _objection(self, request: Request) -> str | None:
        if request.restlets and self._restlets_refused:
            return "Nothing was sent: the RESTlet host refused this token before, and it will not be asked twice."
        return self._budget.objection(self._clock.now())

    def _send(self, request: Request) -> Answer | NetSuiteError:
        """Count a login, send it, and settle the count by what came back."""
        self._transport.stop_if_cancelled(request.asked)
        counted, known_good = self._clock.now(), self._budget.proven
        self._budget.count(counted)
        came: Answer | NetSuiteError
        try:
            answer = self._transport.send(
                request.method,
                request.url,
                params=request.params,
                json=request.json,
                headers=request.headers,
                auth=self._signer,
                about=request.about,
            )
            came = refusal(answer) or answer
        except NetSuiteError as failure:
            came = failure
        if isinstance(came, LoginRefused):
            self._refused(request, counted, known_good)
        elif _login_passed(came):
            self._budget.accept(counted, self._exchanged)
            self.last_login_at = self._clock.now()
        elif not outcome_unknown(came):
            self._budget.take_back(counted)
        return came

    def _refused(self, request: Request, counted: datetime, known_good: bool) -> None:
        if request.restlets and known_good:
            # The other host has accepted the very same credentials: the role, not the login, is the likely reason.
            # The attempt stays counted, and this host is not asked again.
            self._restlets_refused = True
        else:
            self._budget.refuse(counted)


def _passes(error: NetSuiteError) -> bool:
    """Tell whether another try may help: limits and 5xx pass, a web page with another status does not."""
    return isinstance(error, Throttled) or (isinstance(error, ServerTrouble) and (error.status or 0) >= 500)


def _wait(error: NetSuiteError, number: int) -> float:
    """Return the seconds before the next try, with jitter so that parallel calls do not meet again."""
    asked = error.answer.retry_after if error.answer else None
    if asked is not None:
        return asked + _dice.uniform(0, 0.5)
    return float(FIRST_WAIT * 2 ** (number - 1)) * _dice.uniform(0.75, 1.25)


def _login_passed(came: Answer | NetSuiteError) -> bool:
    """Tell whether an answer can only come after an accepted login (order of checks: protocol.md 12)."""
    if isinstance(came, Answer):
        return not came.is_page
    if isinstance(came, BadRequest):
        return came.code not in ("", "INVALID_REQUEST")
    return bool(came.code) and isinstance(came, (PermissionRefused, RoleRefused, QueryRefused, NotThere))


def outcome_unknown(came: Answer | NetSuiteError) -> bool:
    """Tell whether a request was sent and nobody knows what NetSuite made of it.

    Args:
        came: what came of it.
    """
    if isinstance(came, Unreachable):
        return came.stage == "cut" or came.reason in ("read", "deadline")
    return isinstance(came, Cancelled)
