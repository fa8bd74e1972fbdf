"""The books, as far as a profile depends on them: the period of today, currencies, journal entries, names that are unique."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from checks import tables
from checks.binding import sees_all
from checks.features import feature_rows, is_on
from checks.finding import REFUSED, AspectCheck, Finding, Stop, failed, not_applicable, setup_client, unknown, verified, warning
from checks.login_audit import trail
from checks.query_service import workbook_remedy
from checks.server_time import server_time
from checks.subsidiaries import listed_subsidiaries, used
from wizard.check import Session
from wizard.netsuite.answers import RoleRefused, evidence
from wizard.profile import Profile
from wizard.redact import one_line
from wizard.remedies import remedy
from wizard.trail import OFFSET
from wizard.verdict import Evidence

CAUSE = "accounting-setup"

CURRENCIES = "MULTICURRENCY"
"""Without this feature there is no table of currencies, and one currency only (observed, roles-and-features.md 8)."""

PENDING = "A"
"""Status of a journal entry that waits for approval; B is *Approved for Posting* (observed in public: the statuses listed by
docs.jitterbit.com, for filters with the type before them, ``Journal:A``). SuiteQL shows the letter alone (observed,
timdietrich.me/blog/netsuite-suiteql-transaction-statuses)."""

LOCKS = {"alllocked": "locked", "arlocked": "locked for receivables", "aplocked": "locked for payables"}
"""Columns of a period that is locked and not closed, the widest first."""


ZONES = (-12, 14)
"""Hours between UTC and the furthest time zones."""

LANES = 3
"""Tables side by side: each check asks one after the other."""


class Books(AspectCheck):
    """Reads some of the books with whichever token may."""

    title = "The books"
    needs = ("login", "query")

    def __init__(self, lane: int) -> None:
        """Take every third table.

        Args:
            lane: 0 to ``LANES`` - 1.
        """
        self.lane = lane
        self.id = f"books_{lane + 1}"  # type: ignore[misc]

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return one aspect per thing the profile depends on; none if it says nothing."""
        return tuple(_wanted(profile))[self.lane :: LANES]

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at one table each."""
        wanted = _wanted(session.profile)
        return {about: partial(wanted[about], session) for about in self.aspects(session.profile)}


def _wanted(profile: Profile) -> dict[str, Callable[[Session], Finding]]:
    """Return what finds it out, by aspect."""
    data = profile.master_data
    wanted: dict[str, Callable[[Session], Finding]] = {}
    if data.open_period:
        wanted["books.periods"] = _period
    if any(permission.feature == CURRENCIES for permission in profile.permission):
        wanted["books.currencies"] = _currencies
    if data.posted_journals:
        wanted["books.journals"] = _journals
    return {**wanted, **{f"books.duplicates.{table}": partial(_duplicates, table) for table in data.unique_names}}


def _ask(session: Session, sql: str, *candidates: str) -> tuple[Sequence[tables.Row], str, Evidence]:
    """Return rows, who asked, and the evidence.

    Raises:
        Stop: if neither token may read them; the candidates are what may be the matter then.
    """
    try:
        rows, client, asked = tables.rows_of_whoever_may(session, sql)
    except RoleRefused as error:
        asked = evidence("P5", error, "integration")
        says = "not proven: the role may not query (SuiteAnalytics Workbook)"
        raise Stop(unknown(says, asked, remedy=workbook_remedy(session))) from None
    except REFUSED as error:
        asked = evidence("P5", error, "integration") if session.integration else evidence("P6", error, "setup")
        hidden = unknown("not proven: the table is hidden, or its feature is off", asked)
        raise Stop(replace(hidden, candidates=candidates)) from None
    return rows, client.name, asked


def _none_seen(session: Session, who: str, says: str, asked: Evidence) -> Finding:
    """Return what no row proves: to a role, rows are cut without a word (inferred, protocol.md 7.3)."""
    return verified(says, asked) if sees_all(session, who) else unknown("none seen; not proven without a setup token", asked)


def _period(session: Session) -> Finding:
    if is_on(session, "ACCOUNTINGPERIODS") is False:
        return not_applicable("Accounting Periods is off")
    rows, who, asked = _ask(session, tables.PERIODS)
    found = [_on(session, f"{day:%Y-%m-%d}", rows, who, asked) for day in _days(session)]
    if _same(found):
        return found[0]
    here = _own_day(session)
    if here:
        return _on(session, f"{here:%Y-%m-%d}", rows, who, asked)
    says = "not proven: the period changes these days, and nothing tells which day the account has"
    return replace(unknown(says, asked), candidates=(CAUSE,))


def _on(session: Session, day: str, rows: Sequence[tables.Row], who: str, asked: Evidence) -> Finding:
    """Return what the periods say of a day."""
    today = [row for row in rows if row.get("first_day", "~") <= day <= row.get("last_day", "")]
    if not today and not (rows and sees_all(session, who)):
        return unknown("not proven: no period of today is shown", asked)
    if not today:
        fix = remedy("Set Up Year: create the periods of this year.", "periods", session.account, 10)
        return failed("there is no period for today", CAUSE, fix, asked).reading({"books.period": "missing"})
    # Several, where subsidiaries have fiscal calendars of their own: one that is open is enough not to prove the contrary.
    current = min(today, key=_shut)
    name = one_line(current.get("periodname", "?"), 40)
    if tables.is_true(current.get("closed")):
        fix = remedy(f"Open {name} again, or let entries be dated in an open period.", "periods", session.account, 5)
        return failed(f"{name} is closed", CAUSE, fix, asked).reading({"books.period": "closed"})
    locked = next((words for column, words in LOCKS.items() if tables.is_true(current.get(column))), "")
    if locked:
        # No failure: whoever may override period restrictions still posts there.
        fix = remedy(f"Unlock {name}.", "periods", session.account, 5)
        return warning(f"{name} is {locked}", fix, asked, cause=CAUSE).reading({"books.period": locked})
    return verified(f"{name} is open", asked).reading({"books.period": "open"})


def _shut(period: tables.Row) -> tuple[bool, ...]:
    """Return how far a period is shut: the more, the later in order."""
    return tuple(tables.is_true(period.get(column)) for column in ("closed", *LOCKS))


def _same(found: Sequence[Finding]) -> bool:
    return len({(finding.standing, finding.facts.get("books.period")) for finding in found}) == 1


def _now(session: Session) -> datetime:
    client = setup_client(session) or session.integration
    return server_time(session, client).time if client else session.clock.now()


def _days(session: Session) -> list[datetime]:
    """Return what may be today in the account, UTC's first: no published API tells its zone."""
    now = _now(session)
    return [now, *(now + timedelta(hours=hours) for hours in ZONES)]


def _own_day(session: Session) -> datetime | None:
    """Return the time in the account as its Login Audit Trail shows it; None where that is closed."""
    read = trail(session)
    ahead = read.facts.get(OFFSET) if read else None
    return _now(session) + timedelta(minutes=int(ahead)) if ahead else None


def _currencies(session: Session) -> Finding:
    read = feature_rows(session)
    if read and is_on(session, CURRENCIES) is False:
        text = "Tick Multiple Currencies, press Save; then add the permission Currency to the role. Or do without it."
        fix = remedy(text, "features", session.account, 2, below="Company")
        off = warning("Multiple Currencies is off", fix, read[1], cause="feature-off")
        return off.reading({f"features.{CURRENCIES}": "off"})
    rows, _, asked = _ask(session, tables.CURRENCIES, "feature-off", "role-record-permission")
    in_use, rests_on = _in_use(session, rows)
    state = {_name(row): "inactive" if tables.is_true(row.get("isinactive")) else "active" for row in rows}
    facts = {f"features.{CURRENCIES}": "on", **{f"books.currencies.{name}": said for name, said in state.items()}}
    idle = [row for row in rows if row.get("id") in in_use and tables.is_true(row.get("isinactive"))]
    if idle:
        fix = remedy("Clear Inactive, press Save.", "currency", session.account, 2, id=idle[0]["id"])
        says = f"inactive: {tables.listed([_name(row) for row in idle])}"
        return failed(says, CAUSE, fix, asked, *rests_on).reading(facts)
    shown = [row for row in rows if row.get("id") in in_use]
    if not shown:
        return unknown("not proven: no currency in use is shown", asked, *rests_on).reading(facts)
    return verified(f"active: {tables.listed([_name(row) for row in shown])}", asked, *rests_on).reading(facts)


def _name(row: tables.Row) -> str:
    return one_line(row.get("symbol") or row.get("name") or "?", 20)


def _in_use(session: Session, rows: Sequence[tables.Row]) -> tuple[set[str], tuple[Evidence, ...]]:
    """Return the ids of the currencies in use, and what tells: the subsidiaries', or the one of an account without any."""
    base = {row["id"] for row in rows if "id" in row and tables.is_true(row.get("isbasecurrency"))}
    if session.answers.get("oneworld") == "no":
        return base, ()
    for client in (setup_client(session), session.integration):
        if client is None:
            continue
        try:
            there = listed_subsidiaries(session, client)
        except REFUSED:
            continue
        meant, _ = used(session, there)
        return {row["currency"] for row in meant if "currency" in row}, (there.evidence,)
    return base, ()


def _journals(session: Session) -> Finding:
    rows, who, asked = _ask(session, tables.JOURNALS)
    waiting = [row for row in rows if row.get("status", "").rpartition(":")[2].strip().upper() == PENDING]
    if not waiting:
        return _none_seen(session, who, "no journal entry waits for approval", asked)
    # The preference itself cannot be read (roles-and-features.md 4.5): only what it leads to.
    text = "Approve them. To post what the integration writes at once, clear Require Approvals on Journal Entries."
    fix = remedy(text, "accounting_preferences", session.account, 5)
    says = f"journal entries wait for approval: {one_line(waiting[0].get('entries', '?'), 10)}"
    return warning(says, fix, asked, cause=CAUSE)


def _duplicates(table: str, session: Session) -> Finding:
    rows, who, asked = _ask(session, tables.TWINS.format(table))
    if not rows:
        return _none_seen(session, who, f"no {table} of the same name as another", asked)
    names = tables.listed([row.get("name", "?") for row in rows])
    fix = remedy("Make one of each inactive, merge them, or give them names of their own.", f"{table}s", session.account, 5)
    return warning(f"more than one {table} of a name: {names}", fix, asked, cause="data-match")
