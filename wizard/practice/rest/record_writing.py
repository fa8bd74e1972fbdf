"""Records made, changed and deleted (protocol.md 6.6: 204 each, documented and observed in public)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from wizard.practice.data.entities import ENTITY_TABLES, delete_entity, next_entity
from wizard.practice.data.preferences import JOURNAL_APPROVAL
from wizard.practice.data.state import stamp
from wizard.practice.door.directory import Access
from wizard.practice.door.presented import Asked
from wizard.practice.rest import record_rules
from wizard.practice.rest.record_bodies import Body, read_body
from wizard.practice.rest.record_reading import ROOT, existing
from wizard.practice.rest.records import NUMBER_PREFIXES, RecordType
from wizard.practice.wire.reply import JSON, Answered, Reply, rest_error

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

LEVELS: Mapping[str, int] = {"POST": 2, "PATCH": 3, "DELETE": 4}
"""Level of the permission each method needs (documented, roles-and-features 1.2)."""

Apply = Callable[[], Reply]
"""Does what was found to be possible."""

_AS_IT_WAS = object()
# What null means for a column that is never empty (inferred).
_EMPTY: Mapping[str, Any] = {
    **dict.fromkeys(("isinactive", "isperson", "giveaccess", "closed", "includechildren"), "F"),
    **dict.fromkeys(("tranid", "trandate", "currency", "total", "exchangerate", "postingperiod"), _AS_IT_WAS),
}
_LABELS = ("companyname", "tranid", "name", "periodname", "itemid", "entityid")


def write(
    account: PracticeAccount, record: RecordType, path: list[str], asked: Asked, access: Access, permitted: Callable[[], None]
) -> Reply:
    """Make, change or delete a record; all of it or nothing.

    Args:
        account: the account.
        record: its type.
        path: type as it was spelt, and what stands behind it.
        asked: the request, with a method of ``LEVELS``.
        access: the login.
        permitted: asks for the permission; before or after the body is looked at (unpublished, 13.15).
    """
    if record.readonly or bool(path[1:]) == (asked.method == "POST"):
        # Inferred: the status only.
        return rest_error(405, "Method not allowed.", "INVALID_REQUEST")
    with account.state.lock:
        if account.settings.permission_before_validation:
            permitted()
        apply = _PREPARE[asked.method](account, record, path, asked, access)
        if not account.settings.permission_before_validation:
            permitted()
        with _transaction(account, record):
            return apply()


def _transaction(account: PracticeAccount, record: RecordType) -> AbstractContextManager[None]:
    """Employees count for logins, so that the directory has to be read anew; nothing else here does."""
    return account.state.write() if record.table == "employees" else account.state.record()


def _create(account: PracticeAccount, record: RecordType, path: list[str], asked: Asked, access: Access) -> Apply:
    body = read_body(account, record, asked, access)
    record_rules.complete(account, record, body, access, None)
    values = {**_defaults(account, record), **{c: v for c, v in body.values.items() if v is not None}}
    _derive(account, record, body, values, access, 0)

    def apply() -> Reply:
        columns, marks = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
        sql = f"INSERT INTO {record.table} ({columns}) VALUES ({marks})"  # noqa: S608 (names of our own tables)
        account.state.run(sql, list(values.values()))
        _keep_lines(account, record, body, values["id"])
        address = f"https://{asked.host}{ROOT}/{path[0]}/{values['id']}"
        # Content type and Location as the help's sample has them (documented, 6.2).
        return Reply(204, content_type=JSON, headers=(("Location", address), *body.headers))

    return apply


def _change(account: PracticeAccount, record: RecordType, path: list[str], asked: Asked, access: Access) -> Apply:
    old = existing(account, record, "/".join(path[1:]), asked, access)
    record_rules.changeable(account, record, old, access)
    body = read_body(account, record, asked, access)
    record_rules.complete(account, record, body, access, old)
    columns = {f.column for f in record.fields} | _kept(record)
    changed = {c: _EMPTY.get(c, v) if v is None else v for c, v in body.values.items()}
    values = {c: old[c] for c in columns} | {c: v for c, v in changed.items() if v is not _AS_IT_WAS}
    _derive(account, record, body, values, access, old["id"])

    def apply() -> Reply:
        settings = ", ".join(f'"{name}" = ?' for name in values)
        sql = f"UPDATE {record.table} SET {settings} WHERE {record.where} AND id = ?"  # noqa: S608 (as above)
        account.state.run(sql, [*values.values(), old["id"]])
        _keep_lines(account, record, body, old["id"])
        return Reply(204, headers=body.headers)

    return apply


def _kept(record: RecordType) -> set[str]:
    return {"unpaid", "total"} if record.transaction else set()


def _delete(account: PracticeAccount, record: RecordType, path: list[str], asked: Asked, access: Access) -> Apply:
    old = existing(account, record, "/".join(path[1:]), asked, access)
    record_rules.changeable(account, record, old, access)
    record_rules.independent(account, record, old["id"])

    def apply() -> Reply:
        run = account.state.run
        if record.table in ENTITY_TABLES:
            delete_entity(account.state, old["id"])
        if record.transaction:
            run(
                "UPDATE transactions SET unpaid = unpaid + (SELECT sum(amount) FROM applied WHERE payment = ?1 AND invoice = id)"
                " WHERE id IN (SELECT invoice FROM applied WHERE payment = ?1)", (old["id"],)
            )
            run("DELETE FROM applied WHERE payment = ?", (old["id"],))
        if record.table == "accounts":
            run("DELETE FROM account_subsidiaries WHERE account = ?", (old["id"],))
        run(f"DELETE FROM {record.table} WHERE {record.where} AND id = ?", (old["id"],))  # noqa: S608 (as above)
        label = next(old[column] for column in _LABELS if column in old.keys() and old[column])  # noqa: SIM118 (a Row)
        run(
            "INSERT INTO deleted_records (recordtypeid, name, deleteddate, deletedby) VALUES (?, ?, ?, ?)",
            (record.name.lower(), label, stamp(account.now()), access.entity),
        )
        return Reply(204)

    return apply


_PREPARE = {"POST": _create, "PATCH": _change, "DELETE": _delete}


def _defaults(account: PracticeAccount, record: RecordType) -> dict[str, Any]:
    """What a new record is made of before anybody says anything (inferred)."""
    # Each list is numbered by itself (inferred).
    own = record.where if record.table == "lists" else "1"
    highest = f"SELECT max(id) FROM {record.table} WHERE {own}"  # noqa: S608 (constants)
    new = next_entity(account.state) if record.table in ENTITY_TABLES else (account.state.value(highest) or 0) + 1
    more: Mapping[str, dict[str, Any]] = {
        "transactions": {
            "type": record.kind, "tranid": f"{NUMBER_PREFIXES.get(record.kind or '', '')}{new}",
            "trandate": f"{account.now():%Y-%m-%d}",
            "currency": 1, "total": 0.0, "unpaid": 0.0, "status": _first_status(account, record),
        },
        "entities": {"kind": record.kind, "currency": 1},
        "items": {"kind": record.kind},
        "lists": {"kind": record.kind},
        "currencies": {"exchangerate": 1.0, "isbasecurrency": "F"},
    }
    return {"id": new, **more.get(record.table, {})}


def _first_status(account: PracticeAccount, record: RecordType) -> str:
    """A journal entry waits for approval while a preference asks for it (observed in public, failures 152; letters inferred)."""
    asked = account.state.value("SELECT value FROM preferences WHERE name = ?", (JOURNAL_APPROVAL,)) == "yes"
    return "A" if record.kind != "Journal" or asked else "B"


def _derive(
    account: PracticeAccount, record: RecordType, body: Body, values: dict[str, Any], access: Access, own: int
) -> None:
    """Work out what follows from what was sent, and refuse what cannot be."""
    if record.table == "entities":
        # With numbering by hand a company's name is its ID, if none is given (inferred).
        values["entityid"] = values.get("entityid") or values.get("companyname")
        values["currency"] = values.get("currency") or 1
    if not own or {"entityid", "companyname"} & set(body.values):
        record_rules.unique(account, record, values, own)
    if not record.transaction:
        return
    who = account.state.row("SELECT subsidiary, currency FROM entities WHERE id = ?", (values.get("entity"),))
    if who is not None and values.get("subsidiary") not in (None, who["subsidiary"]):
        _foreign_entity(account, record, values)
    if who is not None:
        values["subsidiary"] = who["subsidiary"]
        values["currency"] = body.values.get("currency") or (values["currency"] if own else who["currency"]) or 1
    values["trandate"] = values.get("trandate") or f"{account.now():%Y-%m-%d}"
    if body.lines:
        total = sum(amount for lines in body.lines.values() for _, amount in lines)
        if any(field.column == "unpaid" for field in record.fields):
            values["unpaid"] = values["unpaid"] + total - values["total"]
        values["total"] = total
    if not own or {"trandate", "postingperiod"} & set(body.values):
        values["postingperiod"] = record_rules.posting_period(account, body, values, access)


def _foreign_entity(account: PracticeAccount, record: RecordType, values: Mapping[str, Any]) -> None:
    """An entity belongs to one subsidiary here, and its transactions to the same (inferred)."""
    name = next(field.name for field in record.fields if field.column == "entity")
    sentence = f"Invalid Field Reference Key {values['entity']} for the following field: {name}"
    code = account.settings.reference_to_other_subsidiary
    raise Answered(rest_error(400, f"Error while accessing a resource. {sentence}", code, path=name))


def _keep_lines(account: PracticeAccount, record: RecordType, body: Body, wanted: int) -> None:
    for lines in record.sublists:
        if lines.table is not None and lines.name in body.lines:
            account.state.run(f"DELETE FROM {lines.table} WHERE account = ?", (wanted,))  # noqa: S608 (constants)
            for reference in dict.fromkeys(reference for reference, _ in body.lines[lines.name]):
                account.state.run(f"INSERT INTO {lines.table} VALUES (?, ?)", (wanted, reference))  # noqa: S608
