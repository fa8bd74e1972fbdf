"""The control address: a trainer or a test does the administrator's clicks here, and sets faults, while the account runs.

Plain HTTP with JSON on 127.0.0.1, at a port of its own. Every request carries ``Authorization: Bearer TOKEN``; the token is
made at random for each run. Requests from a web page (``Origin``) and under another name (``Host``) are refused.

====== ========== ============================================== ======================================================
Method Path       Body                                           Answer
====== ========== ============================================== ======================================================
GET    /state                                                    scenario, release, clock_offset_seconds, faults, done,
                                                                 integrations (name, state, created), bundles (id,
                                                                 name, version, installed)
GET    /clicks                                                   clicks: name, title, mistakes (name, title)
POST   /click     click, mistake?, answers?, profile?            done, shown: null, or kind, key, secret, names
GET    /faults                                                   faults: their figures, and how many requests they hit
POST   /fault     kind, and figures of that kind                 faults
DELETE /faults                                                   faults
GET    /trail                                                    rows: date, status, detail, app, token, uri
POST   /clock     offset_seconds                                 clock_offset_seconds
====== ========== ============================================== ======================================================

What is refused comes back as ``{"error": "a sentence"}``: 400 (the body), 401 (the token), 403 (a web page), 404, 405, 409
(a click that NetSuite would not offer, or that needs something first), 413 (a body over 64 KiB), 421 (another name).
"""

from __future__ import annotations

import hmac
import secrets
import traceback
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import Field, ValidationError

from wizard.errors import PracticeError
from wizard.practice.office.clicks import CLICKS, Order, find
from wizard.practice.wire.faults import Fault, Faults
from wizard.practice.wire.reply import JSON, Answered, Reply, wire
from wizard.practice.wire.server import Server
from wizard.profile import shipped_profiles
from wizard.verdict import Frozen

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount
    from wizard.practice.door.presented import Asked

_NEWEST = 1000
_Model = TypeVar("_Model", bound=Frozen)


class ClickAsked(Frozen):
    """Body of ``POST /click``."""

    click: str
    """A key of ``wizard.practice.office.clicks.CLICKS``."""
    mistake: str | None = None
    """One of its mistakes."""
    answers: Mapping[str, str] = {}
    """Details, over the scenario's answers."""
    profile: str | None = None
    """Whose integration is prepared, where the scenario does not say."""


class ClockAsked(Frozen):
    """Body of ``POST /clock``."""

    offset_seconds: Annotated[int, Field(ge=-100_000_000, le=100_000_000)]
    """How far the account's clock is to be ahead of this machine's."""


class _Server(Server):
    largest_body = 64 << 10

    def refusal(self, status: int, sentence: str) -> Reply:
        """See ``Server``; 501 is a method that ``http.server`` does not know."""
        return _refusal(405 if status == 501 else status, sentence)


class Control:
    """Listens as soon as it is made."""

    def __init__(self, account: PracticeAccount) -> None:
        """Make a token, and listen.

        Args:
            account: what is controlled.

        Raises:
            PracticeError: if no port can be had.
        """
        self._account = account
        self.token = secrets.token_urlsafe(32)
        """Whoever has it controls the account."""
        try:
            self._server = _Server(
                ("127.0.0.1", 0), None, lambda asked: (self._answer(asked), None), lambda: formatdate(usegmt=True), Faults()
            )
        except OSError as error:
            raise PracticeError(f"The control address cannot listen: {error}") from None
        self.address = "{}:{}".format(*self._server.server_address[:2])
        """``127.0.0.1:PORT``."""
        self._routes: Mapping[str, Mapping[str, Callable[[bytes], Any]]] = {
            "/state": {"GET": self._state},
            "/clicks": {"GET": self._clicks},
            "/click": {"POST": self._click},
            "/faults": {"GET": self._faults, "DELETE": self._clear},
            "/fault": {"POST": self._fault},
            "/trail": {"GET": self._trail},
            "/clock": {"POST": self._clock},
        }
        self._server.begin()

    def close(self) -> None:
        """Listen no more."""
        self._server.end()

    # --- who may ask what ------------------------------------------------------------------------------------------

    def _answer(self, asked: Asked) -> Reply:
        try:
            self._let_in(asked)
            methods = self._routes.get(asked.path)
            if methods is None:
                return _refusal(404, f"There is nothing here. There are: {', '.join(self._routes)}.")
            if asked.method not in methods:
                return _refusal(405, f"Here goes {' or '.join(methods)} only.", Allow=", ".join(methods))
            return Reply(200, wire(methods[asked.method](asked.body)), JSON, _HEADERS)
        except Answered as answered:
            return answered.reply
        except PracticeError as error:
            return _refusal(409, error.message)
        except Exception:
            self._account.trouble.append(traceback.format_exc())
            return _refusal(500, "The practice account stumbled over its own code.")

    def _let_in(self, asked: Asked) -> None:
        """Refuse whoever was not told the token, and web pages, even if a name of theirs leads to this machine."""
        port = self.address.rpartition(":")[2]
        if asked.host not in (self.address, f"localhost:{port}"):
            raise Answered(_refusal(421, "This address is not known under that name."))
        if "origin" in asked.headers:
            raise Answered(_refusal(403, "Web pages may not ask here."))
        scheme, _, given = asked.headers.get("authorization", "").partition(" ")
        same = hmac.compare_digest(given.strip().encode("utf-8", "replace"), self.token.encode())
        if scheme.lower() != "bearer" or not same:
            raise Answered(_refusal(401, "The token is missing or wrong.", **{"WWW-Authenticate": "Bearer"}))

    # --- what can be asked -----------------------------------------------------------------------------------------

    def _state(self, _: bytes) -> Any:
        account = self._account
        return {
            "scenario": account.scenario.name,
            "release": account.state.remembered("release"),
            "clock_offset_seconds": account.clock_offset_seconds,
            "faults": account.faults.told(),
            "done": list(account.clicks.done),
            "integrations": [dict(row) for row in account.state.rows("SELECT name, state, created FROM integrations ORDER BY id")],
            "bundles": [dict(row) for row in account.state.rows("SELECT id, name, version, installed FROM bundles ORDER BY id")],
        }

    def _clicks(self, _: bytes) -> Any:
        def line(name: str, title: str) -> dict[str, str]:
            return {"name": name, "title": title}

        return {
            "clicks": [
                {**line(name, click.title), "mistakes": [line(key, one.title) for key, one in click.mistakes.items()]}
                for name, click in CLICKS.items()
            ]
        }

    def _click(self, body: bytes) -> Any:
        asked, account = _read(ClickAsked, body), self._account
        what = find(asked.click, asked.mistake)
        order = None
        if asked.profile is not None:
            profiles = shipped_profiles()
            if asked.profile not in profiles:
                raise PracticeError(f"There is no profile {asked.profile!r}. There are: {', '.join(profiles)}.")
            order = Order(profiles[asked.profile], account.scenario.answers)
        shown = account.clicks.do(asked.click, order, asked.mistake, asked.answers)
        page = shown and {
            "kind": shown.kind, "key": shown.key.get_secret_value(), "secret": shown.secret.get_secret_value(),
            "names": dict(shown.names),
        }
        return {"done": what.title, "shown": page}

    def _faults(self, _: bytes) -> Any:
        return {"faults": self._account.faults.told()}

    def _fault(self, body: bytes) -> Any:
        self._account.faults.set(_read(Fault, body))
        return self._faults(b"")

    def _clear(self, _: bytes) -> Any:
        self._account.faults.clear()
        return self._faults(b"")

    def _trail(self, _: bytes) -> Any:
        columns = "date, status, detail, app, token, uri"
        newest = f"SELECT {columns} FROM logins ORDER BY id DESC LIMIT {_NEWEST}"  # noqa: S608 - nothing from outside
        return {"rows": [dict(row) for row in reversed(self._account.state.rows(newest))]}

    def _clock(self, body: bytes) -> Any:
        """There is one way to move the clock, the fault; this one moves it to a place."""
        account = self._account
        wanted = _read(ClockAsked, body).offset_seconds
        account.faults.clear(("clock_skew",))
        if skew := wanted - account.clock_offset_seconds:
            account.faults.set(Fault(kind="clock_skew", skew=skew))
        return {"clock_offset_seconds": account.clock_offset_seconds}


_HEADERS = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))


def _refusal(status: int, sentence: str, **headers: str) -> Reply:
    return Reply(status, wire({"error": sentence}), JSON, (*_HEADERS, *headers.items()))


def _read(model: type[_Model], body: bytes) -> _Model:
    """Read a body, or refuse it in plain words."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        words = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['msg']}" for one in found)
        raise Answered(_refusal(400, words)) from None
