"""The login: takes the steps in their order, writes the Login Audit Trail and counts towards the lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from wizard.practice.data.state import State, stamp
from wizard.practice.door.directory import Access, Directory
from wizard.practice.door.presented import Asked, Presented, Refused
from wizard.practice.door.steps import NO_ROW, ORDERS, Attempt, Step
from wizard.practice.settings import Settings

FAILURES = 5
"""Refusals until the user is locked (documented; whether token logins count is not published, 13.20)."""
LOCKED_FOR = timedelta(minutes=30)
"""Documented (8.6)."""


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

    def admit(self, asked: Asked, presented: Presented, directory: Directory, now: datetime) -> Access:
        """Check a login with an access token.

        Args:
            asked: the request.
            presented: what it shows.
            directory: who there is.
            now: the account's own time, UTC.

        Raises:
            Refused: the login failed.
        """
        token = self.check(self.attempt(asked, presented, directory, now), ORDERS[self._settings.login_order]).token
        assert token is not None
        return directory.access(token)

    def attempt(self, asked: Asked, presented: Presented, directory: Directory, now: datetime) -> Attempt:
        """Begin a login.

        Args:
            asked: the request.
            presented: what it shows.
            directory: who there is.
            now: the account's own time, UTC.
        """
        return Attempt(asked, presented, directory, self._settings, self._state, now)

    def check(self, attempt: Attempt, steps: Sequence[Step]) -> Attempt:
        """Take the steps until one refuses, and write the row of the trail.

        Args:
            attempt: the login.
            steps: in order.

        Returns:
            The same attempt, with what was found.

        Raises:
            Refused: with the word of the step.
        """
        if not self._ours(attempt.presented):
            # Realm of another account, or in the wrong spelling: no row here (inferred, 8.7).
            raise Refused("", attempt.presented.echo)
        with self._state.record():
            word = next((found for step in steps if (found := step(attempt))), "")
            if word != NO_ROW:
                self._write(attempt, word)
        if word:
            raise Refused("" if word == NO_ROW else word, attempt.presented.echo)
        return attempt

    def _ours(self, presented: Presented) -> bool:
        """Tell whether the account is ours. In SOAP its spelling is part of what is signed, and fails there (8.7)."""
        if presented.door == "soap":
            return presented.realm.upper().replace("-", "_") == self._realm
        # The first step of the flow needs no realm (documented, 4.2).
        return presented.realm == self._realm or (presented.door == "flow" and not presented.realm)

    def _write(self, attempt: Attempt, word: str) -> None:
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
                token["name"] if token and "name" in token.keys() else None,  # noqa: SIM118 (a Row's `in` asks values)
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
