"""The login with an access token: what is looked at, in which order, and which word the Login Audit Trail gets.

The order is that of protocol.md section 12 (inferred there, built on documented cases): header syntax, account,
feature, parameters, integration, timestamp, token, signature, nonce, user and role. The words are those of 8.6
(documented); where one is documented for another kind of request only, it is used here too (inferred).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import IntegrityError, Row

from wizard.practice.directory import ADMINISTRATOR, Access, Directory
from wizard.practice.permissions import LOGIN_PERMISSIONS
from wizard.practice.settings import Settings
from wizard.practice.signature import agrees, base_string, sign, unescape
from wizard.practice.state import State, stamp

WINDOW = 300
"""Seconds a timestamp may be off, either way (documented, 3.3)."""
SHORTEST_NONCE = 6
"""Characters (documented, 3.3)."""
FAILURES = 5
"""Refusals until the user is locked (documented; whether token logins count is not published, 13.20)."""
LOCKED_FOR = timedelta(minutes=30)
"""Documented (8.6)."""

_REQUIRED = (
    "oauth_consumer_key", "oauth_token", "oauth_nonce", "oauth_timestamp", "oauth_signature_method", "oauth_signature",
)
_PART = r'[A-Za-z][A-Za-z0-9_]*="[^"]*"'
_HEADER = re.compile(rf"\s*OAuth\s+{_PART}(?:\s*,\s*{_PART})*\s*,?\s*", re.IGNORECASE)
_PAIR = re.compile(r'([A-Za-z][A-Za-z0-9_]*)="([^"]*)"')


@dataclass(frozen=True)
class Asked:
    """One request, as far as a login looks at it."""

    method: str
    """As sent."""
    host: str
    """Host header, in lower case."""
    path: str
    """As sent, without the query."""
    query: str
    """As sent."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """What came with it."""
    ip: str
    """Where it came from."""


class Malformed(Exception):
    """The Authorization header cannot be read: answered 400, no audit row (observed for RESTlets, 3.1 and 8.7)."""


class Refused(Exception):
    """The login failed."""

    def __init__(self, detail: str, realm: str) -> None:
        """Keep what the answer needs.

        Args:
            detail: word of the audit trail; empty where the account could not be told.
            realm: as sent, still percent-encoded.
        """
        super().__init__(detail)
        self.detail = detail
        self.realm = realm


@dataclass
class _Attempt:
    """One login, and what is known about it so far."""

    asked: Asked
    pairs: list[tuple[str, str]]
    directory: Directory
    now: datetime
    integration: Row | None = None
    token: Row | None = None

    def __post_init__(self) -> None:
        self.oauth = dict(self.pairs)


class Doorkeeper:
    """Checks logins and writes the Login Audit Trail."""

    def __init__(self, state: State, realm: str, settings: Settings) -> None:
        """Take the account's state.

        Args:
            state: where tokens, nonces and the trail are.
            realm: account ID in realm form, the only one accepted.
            settings: unpublished behaviour.
        """
        self._state = state
        self._realm = realm
        self._settings = settings
        self._steps: tuple[Callable[[_Attempt], str], ...] = (
            _feature, _parameters, _integration, _timestamp, _token, _signature, self._nonce, self._lock, _person,
        )

    def admit(self, asked: Asked, directory: Directory, now: datetime) -> Access:
        """Check a login.

        Args:
            asked: the request.
            directory: who there is.
            now: the account's own time, UTC.

        Raises:
            Malformed: header syntax.
            Refused: anything else.
        """
        raw = _parse(asked.headers.get("authorization"))
        sent_realm = next((value for name, value in raw if name == "realm"), "")
        # Realm of another account, or in the wrong spelling: no row here (inferred, 8.7).
        if unescape(sent_realm) != self._realm:
            raise Refused("", sent_realm)
        pairs = [(name, unescape(value)) for name, value in raw]
        attempt = _Attempt(asked, pairs, directory, now)
        with self._state.record():
            word = next((found for step in self._steps if (found := step(attempt))), "")
            self._write(attempt, word)
        if word:
            raise Refused(word, sent_realm)
        assert attempt.token is not None
        return directory.access(attempt.token)

    def _nonce(self, attempt: _Attempt) -> str:
        assert attempt.token is not None
        entity, moment = attempt.token["entity"], int(attempt.oauth["oauth_timestamp"])
        nonce = attempt.oauth["oauth_nonce"]
        if len(nonce) < SHORTEST_NONCE:
            return "nonce_rejected"
        oldest = int(attempt.now.timestamp()) - WINDOW
        self._state.run("DELETE FROM nonces WHERE entity = ? AND stamp < ?", (entity, oldest))
        try:
            self._state.run("INSERT INTO nonces VALUES (?, ?, ?)", (entity, moment, nonce))
        except IntegrityError:
            return "nonce_used" if ".restlets." in attempt.asked.host else "NonceUsed"
        return ""

    def _lock(self, attempt: _Attempt) -> str:
        assert attempt.token is not None
        until = self._state.value("SELECT lockeduntil FROM employees WHERE id = ?", (attempt.token["entity"],))
        return "temporary_locked" if until and until > stamp(attempt.now) else ""

    def _write(self, attempt: _Attempt, word: str) -> None:
        """Write the row, and count towards the lock."""
        token, integration, asked = attempt.token, attempt.integration, attempt.asked
        employee = attempt.directory.employees.get(token["entity"]) if token else None
        self._state.run(
            "INSERT INTO logins (date, status, entity, role, email, ip, uri, detail, useragent, app, token)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                stamp(attempt.now), "Failure" if word else "Success", token["entity"] if token else None,
                token["role"] if token else None, employee["email"] if employee else None, asked.ip, asked.path,
                word or None, asked.headers.get("user-agent"), integration["name"] if integration else None,
                token["name"] if token else None,
            ),
        )
        if employee and self._settings.failed_logins_lock and word != "temporary_locked":
            self._count(employee["id"], attempt.now, bool(word))

    def _count(self, entity: int, now: datetime, failed: bool) -> None:
        """Count a refusal; the fifth locks. A login that works starts the count anew (inferred)."""
        failures = self._state.value("SELECT failures FROM employees WHERE id = ?", (entity,))
        if not failed:
            if failures:
                self._state.run("UPDATE employees SET failures = 0, lockeduntil = NULL WHERE id = ?", (entity,))
        elif failures + 1 < FAILURES:
            self._state.run("UPDATE employees SET failures = failures + 1 WHERE id = ?", (entity,))
        else:
            values = (stamp(now + LOCKED_FOR), entity)
            self._state.run("UPDATE employees SET failures = 0, lockeduntil = ? WHERE id = ?", values)


def _parse(header: str | None) -> list[tuple[str, str]]:
    """Split the header. None at all, or another scheme: a login without an account (13.3, inferred)."""
    if header is None or not header.lstrip()[:6].lower().startswith("oauth "):
        raise Refused("", "")
    if not _HEADER.fullmatch(header):
        raise Malformed
    return _PAIR.findall(header)


def _feature(attempt: _Attempt) -> str:
    return "" if "TBA" in attempt.directory.features else "FeatureDisabled"


def _parameters(attempt: _Attempt) -> str:
    names, oauth = [name for name, _ in attempt.pairs], attempt.oauth
    if len(set(names)) != len(names) or any(not oauth[name] for name in _REQUIRED if name in oauth):
        return "parameter_rejected"
    if any(name not in oauth for name in _REQUIRED):
        return "MissingTokenPassportRequiredFields"
    if oauth["oauth_signature_method"] != "HMAC-SHA256":
        return "UnknownAlgorithm"
    return "" if oauth.get("oauth_version", "1.0") == "1.0" else "VersionRejected"


def _integration(attempt: _Attempt) -> str:
    found = attempt.integration = attempt.directory.integrations.get(attempt.oauth["oauth_consumer_key"])
    if found is None:
        return "consumer_key_unknown"
    # Blocked: documented. Waiting for Approval (13.2), and the box Token-based Authentication unticked: inferred.
    return "" if found["state"] == "Enabled" and found["tba"] == "T" else "consumer_key_refused"


def _timestamp(attempt: _Attempt) -> str:
    text = attempt.oauth["oauth_timestamp"]
    readable = text.isascii() and text.isdigit() and len(text) < 12
    return "" if readable and abs(int(text) - attempt.now.timestamp()) <= WINDOW else "InvalidTimestamp"


def _token(attempt: _Attempt) -> str:
    found = attempt.directory.tokens.get(attempt.oauth["oauth_token"])
    if found is None or attempt.integration is None or found["integration"] != attempt.integration["id"]:
        return "token_rejected"
    attempt.token = found
    return "token_rejected" if "T" in (found["revoked"], found["inactive"]) else ""


def _signature(attempt: _Attempt) -> str:
    assert attempt.token is not None
    assert attempt.integration is not None
    asked = attempt.asked
    base = base_string(asked.method, asked.host, asked.path, asked.query, attempt.pairs)
    expected = sign(base, attempt.integration["consumersecret"], attempt.token["tokensecret"])
    return "" if agrees(expected, attempt.oauth["oauth_signature"]) else "InvalidSignature"


def _person(attempt: _Attempt) -> str:
    """User and role: everything that is wrong with them has one word (documented, 8.6)."""
    token, directory = attempt.token, attempt.directory
    assert token is not None
    employee, role = directory.employees.get(token["entity"]), directory.roles.get(token["role"])
    usable = (
        employee is not None and employee["isinactive"] == "F" and employee["giveaccess"] == "T"
        and role is not None and role["isinactive"] == "F" and (employee["id"], role["id"]) in directory.assigned
    )
    held = directory.permissions.get(token["role"], {})
    allowed = token["role"] == ADMINISTRATOR or any(held.get(key) for key in LOGIN_PERMISSIONS)
    return "" if usable and allowed else "permission_denied"
