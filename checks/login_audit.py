"""The Login Audit Trail, read with the setup token: which logins there were lately, and how they ended.

Columns are observed in public by three sources; the words in ``detail`` are documented (roles-and-features.md 4.2,
protocol.md 8.6). In which time zone ``date`` is told was not published, so rows are compared with each other only: the
newest accepted row is about as old as the question, for the question is itself a login.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from checks import tables
from checks.finding import REFUSED, setup_client
from wizard.check import Session
from wizard.trail import OFFSET
from wizard.verdict import Evidence

RECENT = timedelta(minutes=5)
"""How much older than the newest row a row may be: the setup token has just logged in, so the newest is from now."""

MOST = 1000
"""Rows that are looked at: one page. The trail of a busy account is long, and the rows in question are minutes old."""

ADMINISTRATOR = "3"
"""Internal id of the role Administrator (observed; the help's samples show it too)."""


@dataclass(frozen=True)
class Login:
    """A row of the Login Audit Trail."""

    at: datetime | None
    """In the account's own time zone; None if it cannot be read."""
    accepted: bool
    """Column Status."""
    detail: str
    """Why it failed."""
    user: str
    """Internal id, or empty."""
    role: str
    """Internal id, or empty."""
    application: str
    """Token-based Application Name."""
    token: str
    """Token-based Access Token Name."""
    program: str
    """Column User Agent, or empty."""

    @property
    def when(self) -> str:
        """Its time of day, to stand behind what it is; empty if it cannot be read."""
        return f", {self.at:%H:%M:%S} in the account's time" if self.at else ""


@dataclass(frozen=True)
class Trail:
    """The recent rows, newest first."""

    logins: tuple[Login, ...]
    """Of all applications."""
    evidence: Evidence
    """The question and how much came back."""
    newest_accepted: datetime | None
    """In the account's own time zone; None if no row tells."""

    def there(self, at: datetime) -> datetime | None:
        """Return a moment in the account's own time zone, rather too early than too late; None if it cannot be told.

        Args:
            at: UTC, before the question.
        """
        return self.newest_accepted - (self.evidence.at - at) if self.newest_accepted else None

    @property
    def facts(self) -> Mapping[str, str]:
        """By how many minutes its times are ahead of UTC, if that can be told: the newest accepted login is from now."""
        if self.newest_accepted is None:
            return {}
        ahead = (self.newest_accepted - self.evidence.at.replace(tzinfo=None)).total_seconds()
        # Time zones differ by quarters of an hour, clocks that log in by minutes.
        return {OFFSET: str(round(ahead / 900) * 15)}


def trail(session: Session) -> Trail | None:
    """Return the recent rows, or None if nobody here may read them.

    Args:
        session: the run's means.

    Raises:
        NetSuiteError: if it cannot be asked.
    """
    client = setup_client(session)
    if client is None:
        return None
    try:
        found, at = session.once(
            "newest logins", lambda: (list(islice(client.rows(tables.LOGINS), MOST)), session.clock.now())
        )
    except REFUSED:
        return None
    asked = Evidence(
        probe="P6",
        asked=f"SuiteQL {tables.LOGINS}",
        came_back=f"{len(found)} rows, the newest",
        at=at,
        token=client.name,
    )
    rows = sorted((_login(row) for row in found), key=lambda login: login.at or datetime.min, reverse=True)
    newest = next((login.at for login in rows if login.at), None)
    recent = tuple(login for login in rows if newest is None or (login.at and newest - login.at <= RECENT))
    return Trail(recent, asked, next((login.at for login in rows if login.at and login.accepted), None))


def _login(row: tables.Row) -> Login:
    return Login(
        at=moment(row.get("login_at")),
        accepted=row.get("status", "").strip().lower().startswith("s"),
        detail=row.get("detail", ""),
        user=row.get("user", ""),
        role=row.get("role", ""),
        application=row.get("oauthappname", ""),
        token=row.get("oauthaccesstokenname", ""),
        program=row.get("useragent", ""),
    )


def moment(text: str | None) -> datetime | None:
    """Return the time in a column that was asked for as ``YYYY-MM-DD HH24:MI:SS``, or None.

    Args:
        text: of the column.
    """
    try:
        return datetime.strptime((text or "")[:19].replace("T", " "), "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None


def record_name(session: Session) -> str:
    """Return the name the integration record should have.

    Args:
        session: for the answers and the profile.
    """
    return session.answers.get("record_name") or session.profile.integration_record.name
