"""What a check is: something that asks NetSuite (or this machine) whether requirements hold."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from wizard.clock import Clock
from wizard.verdict import Verdict

if TYPE_CHECKING:
    from wizard.account import Account
    from wizard.credentials import Credentials
    from wizard.netsuite.client import Client
    from wizard.netsuite.discovery import Discovery
    from wizard.profile import Profile

Answer = TypeVar("Answer")


@dataclass
class Session:
    """Everything one run of checks may use. Made anew for every run; nothing of it is saved."""

    profile: Profile
    """What is asked for."""
    account: Account | None
    """Which account; None before it is known."""
    answers: Mapping[str, str]
    """What the person said, by question id (``oneworld``, ``role_name``, ``user_email``, ``subsidiaries`` …)."""
    discovery: Discovery
    """Calls without a login."""
    integration: Client | None = None
    """The client with the integration token; None before the five values are known."""
    admin: Client | None = None
    """The client with the setup token; None without one."""
    replaced: Client | None = None
    """The client with values that a rotation replaced; None unless they are to be proven dead."""
    credentials: Credentials | None = None
    """The five values as far as known, for checks of their shape."""
    clock: Clock = field(default_factory=Clock)
    """Now and sleep."""
    cancelled: threading.Event = field(default_factory=threading.Event)
    """Set when the person does not want to wait any longer."""
    exchanged: Callable[[str], Client | None] = lambda how: None
    """Returns a client with values in each other's place, by the keys of ``wizard.exchange.EXCHANGES``; None if that cannot fit."""
    found: dict[str, Verdict] = field(default_factory=dict)
    """Verdicts of this run so far, by aspect."""
    _shared: dict[str, Any] = field(default_factory=dict, repr=False)
    _locks: dict[str, threading.Lock] = field(default_factory=dict, repr=False)
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def once(self, key: str, ask: Callable[[], Answer]) -> Answer:
        """Ask something once per run, however many checks want the answer, also when they run side by side.

        Args:
            key: what is asked, e.g. ``rolepermissions 1050``.
            ask: the call; if it raises, the same error is raised for everyone.
        """
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._shared:
                try:
                    self._shared[key] = (ask(), None)
                except Exception as error:
                    self._shared[key] = (None, error)
            answer, failure = self._shared[key]
        if failure is not None:
            raise failure
        return answer  # type: ignore[no-any-return]

    def troubles(self) -> list[Exception]:
        """Return the errors of what was asked through ``once`` so far."""
        with self._guard:
            return [failure for _, failure in self._shared.values() if failure is not None]

    def flag(self, name: str) -> bool:
        """Tell whether a yes/no question was answered with yes.

        Args:
            name: question id, e.g. ``oneworld``.
        """
        return self.answers.get(name) == "yes"


class Check(ABC):
    """One thing asked. Subclasses live in ``checks``, one per file."""

    id: ClassVar[str]
    """First part of every aspect it proves: check ``role`` proves ``role.active``."""
    title: ClassVar[str]
    """What is being asked, for the live panel: "Role and its permissions"."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Checks asked before this one, if they are asked at all."""

    @abstractmethod
    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return the aspects this check has an answer for, given what the profile asks."""

    @abstractmethod
    def ask(self, session: Session) -> Iterable[Verdict]:
        """Ask, and yield one verdict per aspect. Expected refusals are verdicts, never exceptions.

        Raises:
            wizard.netsuite.answers.NetSuiteError: what the check did not expect; the runner turns it into verdicts.
        """


@dataclass(frozen=True)
class Asking:
    """News from the runner: a check has begun."""

    check: str
    """Its id."""
    title: str
    """Its title."""


Report = Callable[["Asking | Verdict"], None]
"""Called from the runner's threads, once when a check begins and once per verdict (``about`` is an aspect)."""


class Runner(Protocol):
    """What screens and the command line see of ``checks``."""

    def run(self, session: Session, aspects: Iterable[str] | None, report: Report) -> None:
        """Ask every check that proves one of the aspects, and whatever those need first.

        Args:
            session: the run's means; its ``cancelled`` ends the run early.
            aspects: what is wanted; None means all that the profile asks.
            report: called as things happen, in the runner's threads.
        """
