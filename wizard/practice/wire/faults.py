"""Faults on demand: what networks, proxies and busy servers do to a client, each for real on the wire.

Which of them NetSuite was seen with, and what is only plausible, stands beside each kind in ``docs/practice.md``.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from wizard.practice.settings import Settings
from wizard.verdict import Frozen

Place = Literal["suitetalk", "restlets", "app", "discovery"]
Kind = Literal[
    "latency", "long_tail", "maintenance", "rate_limited", "disguised_login", "system_error", "truncated_json",
    "wrong_content_type", "reset", "slow_loris", "tls_other_name", "tls_expired", "refused", "clock_skew",
]

DELAYS = frozenset({"latency", "long_tail"})
"""The answer comes late."""
INSTEAD = frozenset({"maintenance", "rate_limited", "disguised_login", "system_error"})
"""Another answer comes."""
SPOILT = frozenset({"truncated_json", "wrong_content_type"})
"""The answer comes, and is not what it should be."""
CUT = frozenset({"reset", "slow_loris"})
"""The answer comes in an unkind way."""
CERTIFICATES = frozenset({"tls_other_name", "tls_expired"})
"""Another certificate is shown."""

_REQUEST: Mapping[str, Any] = {"path": "", "host": None, "times": None}
FIGURES: Mapping[str, Mapping[str, Any]] = {
    "latency": {**_REQUEST, "seconds": 5.0},
    "long_tail": {**_REQUEST, "seconds": 0.2, "factor": 50.0, "one_in": 10, "seed": 1},
    "maintenance": {**_REQUEST, "body": None, "retry_after": None},
    "rate_limited": {**_REQUEST, "retry_after": None},
    "disguised_login": {**_REQUEST, "seconds": 60.0},
    "system_error": _REQUEST,
    "truncated_json": _REQUEST,
    "wrong_content_type": _REQUEST,
    "reset": _REQUEST,
    "slow_loris": {**_REQUEST, "seconds": 1.0},
    "tls_other_name": {"host": None, "times": None},
    "tls_expired": {"host": None, "times": None},
    "refused": {},
    "clock_skew": {"skew": 420},
}
"""Figures of each kind, with what they are if nobody says."""

Figure = Field(default=None, validate_default=True)
_Seconds = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)]


class Fault(Frozen):
    """Something that goes wrong. Only the figures of its kind may be given."""

    kind: Kind
    """What goes wrong."""
    path: Annotated[str, Field(pattern="^(/.*)?$")] | None = Figure
    """Only requests whose path begins so."""
    host: Place | None = Figure
    """Only this host; discovery stands for all that belong to no account."""
    times: Annotated[int, Field(ge=1)] | None = Figure
    """How many requests (of certificates: connections) it hits; None for all."""
    seconds: _Seconds | None = Figure
    """How long the answer waits; of a slow loris, each byte."""
    factor: Annotated[float, Field(ge=1, le=10_000, allow_inf_nan=False)] | None = Figure
    """How many times as long the tail waits."""
    one_in: Annotated[int, Field(ge=1, le=10_000)] | None = Figure
    """How many requests there are to one of the tail."""
    seed: int | None = Figure
    """Decides which of them it is: the same ones each time."""
    retry_after: Annotated[int, Field(ge=0, le=86_400)] | None = Figure
    """Seconds in ``Retry-After``; None for what the settings say (never seen in public, 13.11)."""
    body: Literal["html", "json", "empty"] | None = Figure
    """Of the maintenance answer; None for what the settings say (unpublished, 13.11)."""
    skew: Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)] | None = Figure
    """Seconds by which the account's clock goes ahead."""

    @field_validator("*", mode="after")
    @classmethod
    def _of_its_kind(cls, value: Any, info: ValidationInfo) -> Any:
        """Take what is not given from the table, and refuse what is not in it."""
        kind, name = info.data.get("kind"), info.field_name or ""
        if kind is None:
            return value
        if name in FIGURES[kind]:
            return FIGURES[kind][name] if value is None else value
        if value is not None:
            raise ValueError(f"the fault {kind!r} has no such figure; it has: {', '.join(FIGURES[kind]) or 'none'}")
        return None

    def delay(self, number: int) -> float:
        """Return how long the answer waits.

        Args:
            number: how many requests it hit before this one.
        """
        seconds = self.seconds or 0.0
        if self.kind != "long_tail":
            return seconds
        one_in = self.one_in or 1
        block, at = divmod(number, one_in)
        slow = zlib.crc32(f"{self.seed} {block}".encode()) % one_in == at
        return seconds * (self.factor or 1.0) if slow else seconds


@dataclass(frozen=True)
class Hit:
    """A fault that befell a request."""

    fault: Fault
    """Which."""
    number: int
    """How many it had befallen before."""
    released: threading.Event
    """Set when it is lifted."""


@dataclass(eq=False)
class _InForce:
    fault: Fault
    hits: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    def fits(self, kinds: Collection[str], host: str, path: str) -> bool:
        fault = self.fault
        return (
            fault.kind in kinds
            and fault.host in (None, place_of(host))
            and path.startswith(fault.path or "")
            and (fault.times is None or self.hits < fault.times)
        )


class Faults:
    """Those in force, in the order they were set. Used by many threads; waits in it end when the account does."""

    def __init__(self, faults: Sequence[Fault] = (), settings: Settings | None = None) -> None:
        """Put some in force.

        Args:
            faults: e.g. those of a scenario.
            settings: what is not published, and the fault does not say.
        """
        self.settings = settings or Settings()
        self.on_change: Callable[[], None] = lambda: None
        """Called after they changed, in the thread that changed them."""
        self._in_force = tuple(_InForce(fault) for fault in faults)  # replaced as a whole, so anybody may look at it
        self.revision = 0
        """Grows with every change."""
        self._guard = threading.Lock()
        self._stopped = False

    def told(self) -> list[dict[str, Any]]:
        """Return those in force, for people: their figures, and how many requests each ``hit``."""
        with self._guard:
            return [{**one.fault.model_dump(exclude_none=True), "hit": one.hits} for one in self._in_force]

    def set(self, fault: Fault) -> None:
        """Put one more in force. When this returns it holds.

        Args:
            fault: which.
        """
        with self._guard:
            self._in_force = (*self._in_force, _InForce(fault))
            self.revision += 1
        self.on_change()

    def clear(self, kinds: Collection[str] = tuple(FIGURES)) -> None:
        """Lift them; whoever waits because of one goes on.

        Args:
            kinds: only these.
        """
        with self._guard:
            before = self._in_force
            self._in_force = tuple(one for one in before if one.fault.kind not in kinds)
            self.revision += 1
        for one in before:
            if one not in self._in_force:
                one.released.set()
        self.on_change()

    def stop(self) -> None:
        """End all waits, for good."""
        with self._guard:
            self._stopped = True
            for one in self._in_force:
                one.released.set()

    def hit(self, kinds: Collection[str], host: str, path: str = "") -> Hit | None:
        """Return the first fault that befalls a request, and count it.

        Args:
            kinds: which are looked for.
            host: which host is asked.
            path: which path.
        """
        if not self._in_force:
            return None
        with self._guard:
            found = next((one for one in self._in_force if one.fits(kinds, host, path)), None)
            if found is None:
                return None
            found.hits += 1
            return Hit(found.fault, found.hits - 1, found.released)

    def holds(self, kinds: Collection[str]) -> bool:
        """Tell whether any of some kinds is in force.

        Args:
            kinds: which.
        """
        return any(one.fault.kind in kinds for one in self._in_force)

    @property
    def refusing(self) -> bool:
        """Whether connections are refused."""
        return self.holds(("refused",))

    @property
    def skew(self) -> int:
        """Seconds by which the account's clock goes ahead: a clock shows one time, so the newest fault counts."""
        return next((one.fault.skew or 0 for one in reversed(self._in_force) if one.fault.kind == "clock_skew"), 0)

    def wait(self, hit: Hit) -> None:
        """Let as much time pass as a fault asks for, until it is lifted at the most.

        Args:
            hit: the fault.

        Raises:
            ConnectionAbortedError: if the account is being stopped.
        """
        if seconds := hit.fault.delay(hit.number):
            hit.released.wait(seconds)
        if self._stopped:
            raise ConnectionAbortedError


def place_of(host: str) -> str:
    """Return which of the account's hosts a name is.

    Args:
        host: its name; a port may follow.
    """
    kind = host.partition(":")[0].split(".")[1:2]
    return next((place for place in ("suitetalk", "restlets", "app") if kind == [place]), "discovery")
