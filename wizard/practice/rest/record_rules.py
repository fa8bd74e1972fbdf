"""What NetSuite asks of a record before it is saved or deleted (protocol.md 8.3, 8.4, 12.10; failures.csv).

All of them answer 400 ``USER_ERROR``; sentences without a mark are observed in public.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sqlite3 import Row
from typing import TYPE_CHECKING, Any, NoReturn

from wizard.practice.data.preferences import OUTSIDE_PERIOD
from wizard.practice.door.directory import Access
from wizard.practice.rest.record_bodies import Body
from wizard.practice.rest.records import RecordType
from wizard.practice.wire.reply import Answered, rest_error

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

_PREFIX = "Error while accessing a resource. "
_DATE = "The transaction date you specified is not within the date range of your accounting period."
_DEPENDENT = "This record cannot be deleted because it has dependent records."
_DEPENDENTS: Mapping[str, Sequence[tuple[str, str]]] = {
    "accounts": (("transactions", "account"), ("transactions", "offset"), ("accounts", "parent")),
    "currencies": (("transactions", "currency"), ("entities", "currency"), ("subsidiaries", "currency")),
    "entities": (("transactions", "entity"),),
    "periods": (("transactions", "postingperiod"),),
    "transactions": (("applied", "invoice"),),
    "classification": (("transactions", "class"),),
    "department": (("transactions", "department"),),
    "location": (("transactions", "location"),),
}
"""Columns that refer to a table's rows, or to those of one list."""


def refuse(sentence: str) -> NoReturn:
    """Refuse to save.

    Args:
        sentence: why.

    Raises:
        Answered: always.
    """
    raise Answered(rest_error(400, _PREFIX + sentence, "USER_ERROR"))


def complete(account: PracticeAccount, record: RecordType, body: Body, access: Access, old: Row | None) -> None:
    """Ask for what is missing: what a record cannot be without, and what its preferred form makes mandatory.

    Args:
        account: the account.
        record: its type.
        body: what is to be written.
        access: the login.
        old: the record as it is; None for a new one.

    Raises:
        Answered: with their labels.
    """
    rows = account.state.rows("SELECT field FROM mandatory_fields WHERE lower(record) = ?", (record.name.lower(),))
    on_form = {row["field"].lower() for row in rows}
    known = {f.name.lower(): f for f in record.fields if access.has(f.feature)}
    wanted = [f for name, f in known.items() if f.mandatory or name in on_form]
    missing = [f.title for f in wanted if not f.readonly and _left_empty(body, f.column, old)]
    missing += sorted(on_form - set(known)) if old is None else []
    if record.table == "entities" and _left_empty(body, "companyname", old) and _left_empty(body, "entityid", old):
        missing.insert(0, "Company Name")
    if missing:
        refuse(f"Please enter value(s) for: {', '.join(dict.fromkeys(missing))}")


def _left_empty(body: Body, column: str, old: Row | None) -> bool:
    return (body.values[column] if column in body.values else (old[column] if old else None)) is None


def unique(account: PracticeAccount, record: RecordType, values: Mapping[str, Any], own: int) -> None:
    """Refuse a second entity of the same name; that case does not count is inferred.

    Args:
        account: the account.
        record: its type.
        values: the record as it is to be, by column.
        own: its id; 0 for a new one.

    Raises:
        Answered: if there is one.
    """
    if record.table not in ("entities", "employees"):
        return
    sql = f"SELECT 1 FROM {record.table} WHERE {record.where} AND entityid = ? COLLATE NOCASE AND id != ?"  # noqa: S608
    if account.state.row(sql, (values["entityid"], own)):
        refuse("This entity already exists.")


def posting_period(account: PracticeAccount, body: Body, values: Mapping[str, Any], access: Access) -> int:
    """Return the period a transaction is posted to.

    Args:
        account: the account.
        body: what is to be written.
        values: the transaction as it is to be, by column.
        access: the login.

    Raises:
        Answered: if the period of its date is closed, or is another than the one asked for and the preference forbids it.
    """
    if not access.has("ACCOUNTINGPERIODS"):
        return int(values.get("postingperiod") or 0)
    of_date = "SELECT id FROM periods WHERE ? BETWEEN startdate AND enddate AND closed = 'F' ORDER BY id"
    own = account.state.value(of_date, (values["trandate"],))
    asked = body.values.get("postingperiod")
    if asked is None and own is not None:
        return int(own)
    allowed = account.state.value("SELECT value FROM preferences WHERE name = ?", (OUTSIDE_PERIOD,)) in ("Warn", "Allow")
    if asked is None and allowed:
        # The next open period (inferred).
        after = "SELECT id FROM periods WHERE closed = 'F' AND enddate >= ? ORDER BY startdate"
        asked = account.state.value(after, (values["trandate"],))
    if asked is None or (asked != own and not allowed) or _closed(account, asked):
        refuse(_DATE)
    return int(asked)


def _closed(account: PracticeAccount, period: int) -> bool:
    return bool(account.state.value("SELECT closed FROM periods WHERE id = ?", (period,)) == "T")


def changeable(account: PracticeAccount, record: RecordType, old: Row, access: Access) -> None:
    """Refuse to touch a record that stands open to reading only.

    Args:
        account: the account.
        record: its type.
        old: the record.
        access: the login.

    Raises:
        Answered: if it is of another subsidiary, or in a closed period.
    """
    if record.subsidiary and not access.given(old[record.subsidiary]):
        # Cross-subsidiary viewing is for reading (documented); the answer to a write is inferred (8.3).
        sentence = f"{_PREFIX}Invalid Field Reference Key {old[record.subsidiary]} for the following field: subsidiary"
        raise Answered(rest_error(400, sentence, account.settings.reference_to_other_subsidiary))
    if record.transaction and access.has("ACCOUNTINGPERIODS") and _closed(account, old["postingperiod"]):
        # That an old transaction of a closed period cannot be changed either is inferred.
        refuse(_DATE)


def independent(account: PracticeAccount, record: RecordType, wanted: int) -> None:
    """Refuse to delete what others refer to.

    Args:
        account: the account.
        record: its type.
        wanted: its id.

    Raises:
        Answered: if something does.
    """
    key = record.name.lower() if record.table == "lists" else record.table
    for table, column in _DEPENDENTS.get(key, ()):
        if account.state.row(f"SELECT 1 FROM {table} WHERE {column} = ?", (wanted,)):  # noqa: S608 (constants above)
            refuse(_DEPENDENT)
