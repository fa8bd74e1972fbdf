"""The practice account: state, login, services and server put together."""

from __future__ import annotations

import threading
import traceback
from collections import deque
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from types import TracebackType

from wizard.clock import Clock
from wizard.errors import PracticeError
from wizard.practice.control import Control
from wizard.practice.data.seed import fresh
from wizard.practice.data.state import IN_MEMORY, State
from wizard.practice.door import doors
from wizard.practice.door.directory import Access, Directory
from wizard.practice.door.governance import Governance
from wizard.practice.door.login import Doorkeeper
from wizard.practice.door.presented import Asked, Door, Presented, read_header
from wizard.practice.office.clicks import Clicks, Order
from wizard.practice.rest.suiteql import Queries
from wizard.practice.scenario import Keys, Scenario
from wizard.practice.wire import fault_replies
from wizard.practice.wire.certificate import Authority
from wizard.practice.wire.faults import Faults, Hit
from wizard.practice.wire.reply import Reply
from wizard.practice.wire.server import Server, is_loopback
from wizard.profile import find_profile

_PAIRS = ("consumer_key", "consumer_secret", "token_id", "token_secret")


class PracticeAccount:
    """A NetSuite account on loopback. Made of a scenario; started and stopped once."""

    def __init__(
        self, scenario: Scenario, state: str = IN_MEMORY, clock: Clock | None = None, host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        """Open the state, and bring a new one into the scenario's shape. Nothing is answered yet.

        Args:
            scenario: what the account starts as.
            state: file the account lives in, or ``:memory:``. A file that has an account goes on with it.
            clock: the machine's time; the scenario may add to it.
            host: address to listen at, of this machine alone.
            port: 0 for any.

        Raises:
            PracticeError: if the state cannot be used, a change of the scenario is not possible, or others could connect.
        """
        if not is_loopback(host):
            raise PracticeError(f"The practice account listens at 127.0.0.1 or ::1 only, not at {host!r}.")
        self.scenario = scenario
        self.settings = scenario.settings
        self.trouble: deque[str] = deque(maxlen=20)
        self._clock = clock or Clock()
        self._address = (host, port)
        self._backdated = timedelta(0)
        self._closing = threading.Event()
        self._read: tuple[int, Directory] | None = None
        self._guard = threading.Lock()
        self._authority: Authority | None = None
        self._server: Server | None = None
        self._control: Control | None = None
        self.faults = Faults(scenario.fault, scenario.settings)
        self.state = State(state, large=scenario.books is not None)
        self.governance = Governance(self.state, scenario.others_in_work)
        try:
            self.clicks = Clicks(self, self._order())
            self._begin()
        except BaseException:
            self.state.close()
            raise
        self.realm = self.state.remembered("realm") or ""
        self.company = self.state.remembered("company") or ""
        own = self.realm.lower().replace("_", "-")
        self.suitetalk_host, self.restlets_host, self.app_host = (
            f"{own}.{part}.netsuite.com" for part in ("suitetalk.api", "restlets.api", "app")
        )
        self.queries = Queries(self.state, self.settings)
        self.doorkeeper = Doorkeeper(self.state, self.realm, self.settings)

    def _order(self) -> Order | None:
        return Order(find_profile(self.scenario.profile), self.scenario.answers) if self.scenario.profile else None

    def _begin(self) -> None:
        """Seed a new state in one go: a run that is killed meanwhile leaves it as new as it was."""
        holds = self.state.remembered("scenario")
        if holds == self.scenario.name:
            return
        if holds is not None:
            raise PracticeError(f"This state holds the scenario {holds!r}, not {self.scenario.name!r}.")
        company = self.scenario.company
        with self.state.write():
            about = {
                "scenario": self.scenario.name, "realm": company.realm, "company": company.name,
                "release": company.release, "tier": company.tier, "suitecloud_plus": str(company.suitecloud_plus),
            }
            for name, value in about.items():
                self.state.run("INSERT INTO meta VALUES (?, ?)", (name, value))
            fresh(self.state, company.oneworld, self.now())
            if self.scenario.books:
                from wizard.practice.data.crowd import populate

                populate(self.state, self.scenario.books, self.now())
            for number, change in enumerate(self.scenario.change):
                # A minute apart, so that what came later is later.
                self._backdated = timedelta(days=change.days_ago) - timedelta(minutes=number if change.days_ago else 0)
                try:
                    self.clicks.do(change.click, None, change.mistake, change.answers)
                except PracticeError as error:
                    raise PracticeError(f"{change.stands or f'change.{number}'}: {error.message}") from None
            self._backdated = timedelta(0)
            if self.scenario.keys:
                self._replace_keys(self.scenario.keys)

    def _replace_keys(self, keys: Keys) -> None:
        """Put values of the scenario where generated ones were handed out."""
        for table, columns in (("integrations", "consumer_key consumer_secret"), ("tokens", "token_id token_secret")):
            for name in columns.split():
                value, column, held = getattr(keys, name), name.replace("_", ""), self._handed_out(name)
                if held is None:
                    raise PracticeError(f"The scenario has [keys], but no change in it shows a {name}.")
                self.state.run(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (value, held))  # noqa: S608
                self.hand_out(name, value)

    # --- life ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Listen; ready when it returns. Where it cannot, it is stopped.

        Raises:
            PracticeError: if the port cannot be had.
        """
        self._authority = Authority(self.hosts, self.faults)
        try:
            self._server = Server(self._address, self._authority.context, self.answer, self._date, self.faults)
        except (OSError, OverflowError) as error:
            self.stop()
            raise PracticeError(f"The practice account cannot listen at {self._address}: {error}") from None
        self._server.begin()

    def open_control(self) -> Control:
        """Open the control address, for trainers and tests; it ends with the account.

        Raises:
            PracticeError: if no port can be had.
        """
        self._control = self._control or Control(self)
        return self._control

    def stop(self) -> None:
        """Stop listening, remove the certificates and close the state. May be called twice."""
        self._closing.set()
        if self._control:
            self._control.close()
            self._control = None
        if self._server:
            self._server.end()
            self._server = None
        if self._authority:
            self._authority.remove()
        self.queries.close()
        self.state.close()

    def __enter__(self) -> PracticeAccount:
        """Start."""
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop."""
        self.stop()

    # --- what is known about it ------------------------------------------------------------------------------------

    @property
    def address(self) -> str:
        """Where it listens, ``127.0.0.1:PORT``."""
        if self._server is None:
            raise PracticeError("The practice account is not started.")
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    @property
    def ca_file(self) -> str:
        """PEM file of its authority; gone after ``stop``."""
        if self._authority is None:
            raise PracticeError("The practice account is not started.")
        return self._authority.ca_file

    @property
    def hosts(self) -> list[str]:
        """Names it answers to."""
        return list(self.kinds)

    @property
    def kinds(self) -> dict[str, str]:
        """What each of its names is for, e.g. ``suitetalk``."""
        own = {self.suitetalk_host: "suitetalk", self.restlets_host: "restlets", self.app_host: "app"}
        return own | doors.SHARED_HOSTS

    @property
    def credentials(self) -> dict[str, str] | None:
        """The five values as they were handed out, rightly or wrongly; None before both pairs were shown."""
        shown = {name: self._handed_out(name) for name in _PAIRS}
        found = {name: value for name, value in shown.items() if value is not None}
        if len(found) < len(_PAIRS):
            return None
        return self.scenario.handed({"account": self.realm, **found})

    @property
    def setup_token(self) -> dict[str, str] | None:
        """The administrator's short-lived token, or None."""
        token, secret = self._handed_out("setup_token_id"), self._handed_out("setup_token_secret")
        return {"token_id": token, "token_secret": secret} if token and secret else None

    def _handed_out(self, name: str) -> str | None:
        found: str | None = self.state.value("SELECT value FROM handed_out WHERE name = ?", (name,))
        return found

    @property
    def directory(self) -> Directory:
        """Who there is, as of now."""
        with self.state.lock:
            if self._read is None or self._read[0] != self.state.revision or self.state.changing:
                self._read = (self.state.revision, Directory.read(self.state))
            return self._read[1]

    def now(self) -> datetime:
        """The account's own time, UTC: the machine's, plus what the scenario adds, less what is being backdated."""
        stands = self.scenario.clock_stands_at
        now = self._clock.now() if stands is None else datetime.fromtimestamp(stands, timezone.utc)
        return now + timedelta(seconds=self.clock_offset_seconds) - self._backdated

    @property
    def clock_offset_seconds(self) -> int:
        """How far the account's clock is ahead of this machine's."""
        return self.scenario.clock_offset_seconds + self.faults.skew

    @property
    def release(self) -> str:
        """The release it is on; what was done days ago was done before an upgrade to 2027.1 or later (inferred)."""
        release = self.state.remembered("release") or self.scenario.company.release
        return min(release, "2026.2") if self._backdated else release

    def _date(self) -> str:
        return format_datetime(self.now(), usegmt=True)

    # --- answering -------------------------------------------------------------------------------------------------

    def answer(self, asked: Asked) -> tuple[Reply, Hit | None]:
        """Answer one request, whatever happens; called from many threads.

        Args:
            asked: the request.

        Returns:
            The answer, and the unkind way it is to be sent in, if any.

        Raises:
            ConnectionAbortedError: if the account was stopped while the answer waited.
        """
        # A slow request is in work as long as it is slow: also what a fault delays takes a place away from the others.
        with self.governance.request():
            return fault_replies.answer(self.faults, asked, self._answer)

    def _answer(self, asked: Asked) -> Reply:
        try:
            return doors.answer(self, asked)
        except Exception:
            # Never a traceback to the client: an error id, as NetSuite does it.
            if not self._closing.is_set():
                self.trouble.append(traceback.format_exc())
            return fault_replies.system_error(asked, self.settings)

    def log_in(self, asked: Asked, door: Door) -> Access:
        """Read the Authorization header and check the login.

        Args:
            asked: the request.
            door: which way in.

        Raises:
            Malformed: the header cannot be read.
            Refused: the login failed.
            TooManyRequests: the account is busy.
        """
        return self.admit(asked, read_header(asked, door, self.settings))

    def admit(self, asked: Asked, presented: Presented) -> Access:
        """Check a login that was read, and begin to work on the request (that the limit comes after is inferred, 12).

        Args:
            asked: the request.
            presented: what it shows.

        Raises:
            Refused: the login failed.
            TooManyRequests: the account is busy.
        """
        directory = self.directory
        access = self.doorkeeper.admit(asked, presented, directory, self.now())
        self.governance.take(directory, access)
        return access

    def wait_in_disguise(self) -> bool:
        """Let one request too many wait, if it is to look like a failed login, as was observed (10.3); tell whether it is."""
        return self.settings.too_many_requests == "disguised" and not self.pause(self.settings.disguised_wait_seconds)

    def pause(self, seconds: float) -> bool:
        """Let an answer wait, but never longer than the account is there.

        Args:
            seconds: how long.

        Returns:
            Whether the account was stopped meanwhile.
        """
        return self._closing.wait(seconds)

    def hand_out(self, name: str, value: str) -> None:
        """Remember a value that was shown, so that the account can be handed to somebody as a whole.

        Args:
            name: e.g. ``consumer_key`` or ``setup_token_id``.
            value: as shown.
        """
        self.state.run("INSERT OR REPLACE INTO handed_out VALUES (?, ?)", (name, value))

    def withdraw_token(self, token: int, revoked: bool) -> None:
        """Revoke a token, for good; or make it inactive, which can be undone (documented, roles-and-features 7.1).

        Args:
            token: internal id.
            revoked: for good.
        """
        with self.state.write():
            self.state.run("UPDATE tokens SET inactive = 'T' WHERE id = ?", (token,))
            if revoked:
                # A revoked token shows as inactive too (documented).
                self.state.run("UPDATE tokens SET revoked = 'T' WHERE id = ?", (token,))
