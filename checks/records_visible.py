"""Does the integration see as many rows as an administrator? NetSuite hides rows without a word (observed, protocol.md 7.3).

A count by itself proves nothing: an empty list and a hidden one look alike. With a setup token the same question is asked by
both; one query each, whatever the number of lists. Without one, a list that is empty is said to be so, and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from checks import tables
from checks.binding import administrator
from checks.finding import (
    REFUSED,
    AspectCheck,
    Finding,
    Stop,
    integration_client,
    setup_client,
    standing_of,
    unknown,
    verified,
)
from checks.record_access import Access, judge_probes, probe
from checks.role import edit_role, the_role
from wizard.check import Session
from wizard.netsuite.answers import evidence
from wizard.netsuite.readings import Rows
from wizard.profile import Profile
from wizard.verdict import Standing

LISTS: Mapping[str, str] = {
    "account": "account", "customer": "customer", "vendor": "vendor", "contact": "contact", "employee": "employee",
    "inventoryItem": "item", "classification": "classification", "department": "department", "location": "location",
}  # fmt: skip
"""REST record type to its SuiteQL table (observed in public, roles-and-features.md 5)."""

TRANSACTIONS: Mapping[str, str] = {
    "invoice": "CustInvc", "vendorBill": "VendBill", "customerPayment": "CustPymt", "vendorPayment": "VendPymt",
    "vendorCredit": "VendCred", "creditMemo": "CustCred", "customerDeposit": "CustDep", "journalEntry": "Journal",
}  # fmt: skip
"""REST record type to ``transaction.type`` (observed in public clients)."""

WORDS: Mapping[str, str] = {kind: record for record, kind in TRANSACTIONS.items()}
"""What a type is called where it is told."""

NEVER_EMPTY = ("customer", "vendor", "account", "item")
"""Lists that a company in business has something in: empty, they are worth a look."""


class RecordsVisible(AspectCheck):
    """Counts what the profile's records come from, after the permissions were looked at."""

    id = "records"
    title = "Rows the integration sees"
    needs = ("login", "query", "role", "permissions")

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return the one aspect."""
        return ("records.visible",)

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Count."""
        return {"records.visible": lambda: _visible(session)}


def _visible(session: Session) -> Finding:
    client = integration_client(session)
    if standing_of(session, "query.allowed") is not Standing.VERIFIED:
        return unknown("not proven: queries are refused")
    sql = _counts(session)
    if not sql:
        return unknown("not proven: no list is open to the role")
    admin = setup_client(session)
    try:
        # The administrator first: what is added in between is then no difference.
        all_rows = tables.rows(session, admin, sql) if admin else None
        seen_rows = tables.rows(session, client, sql)
        seen, asked = _read(seen_rows), evidence("P5", seen_rows, client.name)
        if admin is None or all_rows is None:
            return _alone(sql, seen).also(asked)
        both = (asked, evidence("P6", all_rows, admin.name))
        there = _read(all_rows)
        if _hidden(seen, there):
            # And once more, for what was removed in between.
            again = _read(session.once("rows again", lambda: admin.query(sql)))
            there = {name: min(count, again.get(name, 0)) for name, count in there.items()}
    except REFUSED as error:
        return unknown("not proven: a list is not found", evidence("P5", error, client.name))
    hidden = _hidden(seen, there)
    if not hidden and not administrator(session):
        return unknown("sees as many rows as the setup token; that this is an administrator's is not proven", *both)
    return _judged(session, hidden).also(*both)


def _counts(session: Session) -> str:
    """Return one query that counts every list the role is known to see; empty if there is none."""
    open_types = [kind for permission in session.profile.permission for kind in _open(session, permission.key)]
    lists = dict.fromkeys(LISTS[kind] for kind in open_types if kind in LISTS)
    parts = [f"SELECT '{name}' AS list, COUNT(*) AS entries FROM {name}" for name in lists]  # noqa: S608 (constants)
    types = ", ".join(f"'{TRANSACTIONS[kind]}'" for kind in open_types if kind in TRANSACTIONS)
    if types and standing_of(session, "permissions.TRAN_FIND") is Standing.VERIFIED:
        parts.append(f"SELECT type AS list, COUNT(*) AS entries FROM transaction WHERE type IN ({types}) GROUP BY type")  # noqa: S608
    return " UNION ALL ".join(parts)


def _open(session: Session, key: str) -> Iterable[str]:
    """Return the record types of a permission that the role is proven to view."""
    permission = next(p for p in session.profile.permission if p.key == key)
    if not permission.record_types:
        return ()
    if setup_client(session) is not None:
        return permission.record_types if standing_of(session, f"permissions.{key}") is Standing.VERIFIED else ()
    client = integration_client(session)
    found = judge_probes(permission, [probe(session, client, kind) for kind in permission.record_types])
    return permission.record_types if found.access is Access.VIEW else ()


def _read(rows: Rows) -> dict[str, int]:
    return {row["list"]: int(row["entries"]) for row in rows if row.get("entries", "").isdigit() and "list" in row}


def _hidden(seen: Mapping[str, int], there: Mapping[str, int]) -> list[str]:
    return [f"{seen.get(name, 0)} of {count} {WORDS.get(name, name)}" for name, count in there.items() if seen.get(name, 0) < count]


def _alone(sql: str, seen: Mapping[str, int]) -> Finding:
    empty = [name for name in NEVER_EMPTY if f" FROM {name}" in sql and not seen.get(name, 0)]
    if empty:
        says = f"sees no {tables.listed(empty)}: there is none, or it is hidden"
        return Finding(Standing.UNKNOWN, says, candidates=("silent-denial", "subsidiary"))
    return unknown("sees rows of every list; that these are all is not proven without a setup token")


def _judged(session: Session, hidden: list[str]) -> Finding:
    if not hidden:
        return verified("sees as many rows as an administrator")
    says = f"sees {tables.listed(hidden)}"
    causes = _why(session)
    if not causes:
        return unknown(f"{says}; the role has not every subsidiary")
    proven = causes[0] if len(causes) == 1 else None
    text = "Subsidiary Restrictions: All, or Selected with every subsidiary used; press Save."
    if causes[0] != "subsidiary":
        text = "Employee Restrictions: none - no default, and no restriction by department, class or location; press Save."
    fix = edit_role(session, text, _role(session).get("id", ""))
    return Finding(Standing.FAILED, f"{says}; the rest is hidden", proven, fix, (), () if proven else causes)


def _why(session: Session) -> tuple[str, ...]:
    """Return what may hide rows, one if it is proven; none if the role need not see them: it was given some subsidiaries only."""
    if standing_of(session, "role.employee_restriction") is Standing.FAILED:
        return ("silent-denial",)
    if standing_of(session, "role.subsidiaries") is Standing.FAILED:
        return ("subsidiary",)
    option = _role(session).get("subsidiaryoption", "").strip().upper()
    if not option:
        # Columns may be left out: whether the role was given every subsidiary is not known then.
        return ("silent-denial", "subsidiary", "role-record-permission")
    if option != "ALL":
        return ("subsidiary",) if standing_of(session, "role.cross_viewing") is Standing.FAILED else ()
    # That the role holds the permission counts only if the user has none of its own that overrides it.
    known = standing_of(session, "permissions.global") in (Standing.VERIFIED, Standing.WARNING)
    return ("silent-denial",) if known else ("silent-denial", "role-record-permission")


def _role(session: Session) -> tables.Row:
    try:
        return the_role(session)[0]
    except (*REFUSED, Stop):
        return {}
