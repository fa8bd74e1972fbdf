"""Clicks on the books: accounts, subsidiaries, periods, forms, customers and vendors (roles-and-features 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from wizard.errors import PracticeError
from wizard.practice.data.entities import next_entity
from wizard.practice.flow.flow import number
from wizard.practice.office import office
from wizard.practice.office.order import Click, Do, Order, click
from wizard.practice.rest.records import RECORDS
from wizard.profile import AccountKind

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount


def _create_accounts(account: PracticeAccount, order: Order) -> None:
    kinds = order.profile.master_data.account_kinds
    for kind in kinds:
        _cover(account, kind)


def _no_income(account: PracticeAccount, order: Order) -> None:
    kinds = order.profile.master_data.account_kinds
    _create_accounts(account, order)
    for kind in _types_of_first(kinds):
        account.state.run("UPDATE accounts SET isinactive = 'T' WHERE accttype = ?", (kind,))


def _types_of_first(kinds: tuple[AccountKind, ...]) -> tuple[str, ...]:
    return next((kind.types for kind in kinds if "Income" in kind.types), kinds[0].types if kinds else ())


def _cover(account: PracticeAccount, kind: AccountKind) -> None:
    """Make sure every active subsidiary has an active account of the kind: extend one, or create one."""
    marks = ", ".join("?" * len(kind.types))
    found = account.state.row(
        f"SELECT id FROM accounts WHERE isinactive = 'F' AND accttype IN ({marks}) ORDER BY id", kind.types  # noqa: S608
    )
    if found is None:
        values = (_next_number(account), kind.label, kind.types[0])
        made = account.state.run("INSERT INTO accounts (acctnumber, name, accttype) VALUES (?, ?, ?)", values)
    else:
        made = found["id"]
    for subsidiary in account.directory.subsidiaries:
        if subsidiary["isinactive"] == "F":
            account.state.run("INSERT OR IGNORE INTO account_subsidiaries VALUES (?, ?)", (made, subsidiary["id"]))


def _next_number(account: PracticeAccount) -> str:
    """Return a number that follows those in use; numbers may have letters too."""
    sql = "SELECT max(CAST(acctnumber AS INTEGER)) FROM accounts WHERE acctnumber NOT GLOB '*[^0-9]*' AND length(acctnumber) < 10"
    return str((account.state.value(sql) or 1000) + 100)


def _set_subsidiary(inactive: bool) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        subsidiary = office.named(account, "subsidiaries", "name", order.detail("subsidiary"))
        account.state.run("UPDATE subsidiaries SET isinactive = ? WHERE id = ?", (office.flag(inactive), subsidiary["id"]))

    return do


def _deactivate_accounts(account: PracticeAccount, order: Order) -> None:
    account.state.run("UPDATE accounts SET isinactive = 'T' WHERE accttype = ?", (_type(account, order),))


def _type(account: PracticeAccount, order: Order) -> str:
    return str(office.named(account, "accounts", "accttype", order.detail("type"))["accttype"])


def _take_from_subsidiary(account: PracticeAccount, order: Order) -> None:
    subsidiary = office.named(account, "subsidiaries", "name", order.detail("subsidiary"))
    account.state.run(
        "DELETE FROM account_subsidiaries WHERE subsidiary = ? AND account IN (SELECT id FROM accounts WHERE accttype = ?)",
        (subsidiary["id"], _type(account, order)),
    )


def _include_children(included: bool) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        changed = office.named(account, "accounts", "acctnumber", order.detail("account"))["id"]
        account.state.run("UPDATE accounts SET includechildren = ? WHERE id = ?", (office.flag(included), changed))

    return do


def _lock_record(account: PracticeAccount, order: Order) -> None:
    """An action Lock Record runs for web services too (observed in public, failures 151)."""
    record, wanted = RECORDS.get(order.detail("record").lower()), number(order.detail("id"))
    if record is None or wanted is None:
        raise PracticeError(f"There is no record {order.detail('record')!r} {order.detail('id')!r}.")
    account.state.run("INSERT OR IGNORE INTO workflow_locks VALUES (?, ?)", (record.name.lower(), wanted))


def _unlock_records(account: PracticeAccount, order: Order) -> None:
    account.state.run("DELETE FROM workflow_locks")


def _set_period(closed: bool) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        today = f"{account.now():%Y-%m-%d}"
        current = account.state.value("SELECT periodname FROM periods WHERE ? BETWEEN startdate AND enddate", (today,))
        period = office.named(account, "periods", "periodname", order.answer("period", str(current)))
        account.state.run("UPDATE periods SET closed = ? WHERE id = ?", (office.flag(closed), period["id"]))

    return do


def _field(sql: str) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        record = RECORDS.get(order.detail("record").lower())
        if record is None:
            raise PracticeError(f"There is no record type {order.detail('record')!r}.")
        account.state.run(sql, (record.name.lower(), order.detail("field")))

    return do


def _duplicate(account: PracticeAccount, order: Order) -> None:
    found = office.named(account, "entities", "entityid", order.detail("name"))
    account.state.run(
        "INSERT INTO entities (id, kind, entityid, companyname, email, subsidiary, currency)"
        " VALUES (?, ?, ?, ?, NULL, ?, ?)",
        (next_entity(account.state), *(found[c] for c in ("kind", "entityid", "companyname", "subsidiary", "currency"))),
    )


def _deactivate_entity(account: PracticeAccount, order: Order) -> None:
    name = office.named(account, "entities", "entityid", order.detail("name"))["entityid"]
    account.state.run(
        "UPDATE entities SET isinactive = 'T' WHERE id ="
        " (SELECT max(id) FROM entities WHERE entityid = ? AND isinactive = 'F')",
        (name,),
    )


def _set_currency(inactive: bool) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        currency = office.named(account, "currencies", "symbol", order.detail("currency"))["id"]
        account.state.run("UPDATE currencies SET isinactive = ? WHERE id = ?", (office.flag(inactive), currency))

    return do


BOOK_CLICKS: Mapping[str, Click] = {
    "create_accounts": click(
        "Create the missing accounts, in every subsidiary", _create_accounts,
        no_income=("Leave the income accounts inactive", _no_income),
    ),
    "deactivate_subsidiary": click("Make a subsidiary inactive", _set_subsidiary(inactive=True), details="subsidiary"),
    "activate_subsidiary": click(
        "Make a subsidiary active again", _set_subsidiary(inactive=False), details="subsidiary"
    ),
    "deactivate_accounts": click("Make every account of a type inactive", _deactivate_accounts, details="type"),
    "take_from_subsidiary": click(
        "Take a subsidiary out of every account of a type", _take_from_subsidiary, details="type subsidiary"
    ),
    "include_children": click("Tick Include Children on an account", _include_children(True), details="account"),
    "exclude_children": click("Clear Include Children on an account", _include_children(False), details="account"),
    "deactivate_currency": click("Make a currency inactive", _set_currency(inactive=True), details="currency"),
    "activate_currency": click("Make a currency active again", _set_currency(inactive=False), details="currency"),
    "close_period": click("Close an accounting period", _set_period(True), details="period?"),
    "open_period": click("Open an accounting period again", _set_period(False), details="period?"),
    "require_field": click(
        "Tick Mandatory for a field of a record's preferred form",
        _field("INSERT OR IGNORE INTO mandatory_fields VALUES (?, ?)"),
        details="record field",
    ),
    "release_field": click(
        "Clear Mandatory for that field", _field("DELETE FROM mandatory_fields WHERE record = ? AND field = ?"),
        details="record field",
    ),
    "duplicate_entity": click("Create a second customer or vendor of the same name", _duplicate, details="name"),
    "deactivate_entity": click(
        "Make the newest customer or vendor of a name inactive", _deactivate_entity, details="name"
    ),
    "lock_record": click("Let a workflow lock a record", _lock_record, details="record id"),
    "unlock_records": click("Narrow the workflow's execution context; nothing is locked for web services", _unlock_records),
}
"""By name."""
