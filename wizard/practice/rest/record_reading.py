"""Single records and lists (protocol.md 6.5, 8.3, 8.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from sqlite3 import Row
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from wizard.practice.data.permissions import LEVEL_NAMES, PERMISSIONS
from wizard.practice.door.directory import ADMINISTRATOR, Access
from wizard.practice.door.presented import Asked
from wizard.practice.rest.record_fields import Field
from wizard.practice.rest.record_filter import condition
from wizard.practice.rest.records import RecordType
from wizard.practice.rest.tables import visible_account
from wizard.practice.wire.reply import MOST_ROWS, Answered, Page, Reply, collection, insufficient, rest_error, singular

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

ROOT = "/services/rest/record/v1"
"""Where the record service is."""
MOST = 1000
"""Rows on a page at most, and if nothing is said (documented, 6.5)."""

_MISSING = "The record instance does not exist. Provide a valid record instance ID."
_WRONG_TYPE = "Error while accessing a resource. Transaction type specified is incorrect."
_LOCKED = "Error while accessing a resource. This record has been locked by a user defined workflow."
_ADMINISTRATOR = (
    "Error while accessing a resource. For security reasons, only an administrator is allowed to edit an administrator record."
)


def instance(account: PracticeAccount, record: RecordType, wanted: str, asked: Asked, access: Access) -> Reply:
    """Show one record.

    Args:
        account: the account.
        record: its type.
        wanted: what stands behind the type in the path.
        asked: the request.
        access: the login.
    """
    row = existing(account, record, wanted, asked, access)
    address = f"https://{asked.host}{asked.path}" + (f"?{asked.query}" if asked.query else "")
    found: dict[str, Any] = {"links": [{"rel": "self", "href": address, "method": "GET"}], "id": str(row["id"])}
    shown = {f.name: _value(f, row, asked.host) for f in record.fields if row[f.column] is not None}
    expand = dict(parse_qsl(asked.query)).get("expandSubResources", "").lower() == "true"
    shown |= _sublists(account, record, row["id"], asked, access, expand)
    if record.table == "employees":
        shown |= _global_permissions(account, row["id"], asked, access, expand)
    return singular(found | dict(sorted(shown.items(), key=lambda pair: pair[0].lower())))


def existing(account: PracticeAccount, record: RecordType, wanted: str, asked: Asked, access: Access) -> Row:
    """Return the row of a record that is there, that the login sees, and that no workflow has locked.

    Args:
        account: the account.
        record: its type.
        wanted: what stands behind the type in the path.
        asked: the request.
        access: the login.

    Raises:
        Answered: with the refusal.
    """
    if re.fullmatch(r"-?[1-9]\d{0,17}/.+", wanted):
        # A list of lines by its own address: not kept here.
        raise Answered(rest_error(404, _MISSING, "NONEXISTENT_ID"))
    if not re.fullmatch(r"-?[1-9]\d{0,17}", wanted):
        detail = f"Invalid record instance identifier '{wanted}'. Provide a valid record instance ID."
        raise Answered(rest_error(400, detail, "INVALID_ID", url=asked.path))
    names = "".join(f', {f.names} AS "{f.name}__name"' for f in record.fields if f.names)
    locked = "EXISTS (SELECT 1 FROM workflow_locks w WHERE w.record = ? AND w.id = t.id) AS locked__"
    columns = f"t.*{names}, {visible(account, record, access)} AS seen__, {locked}"
    sql = f"SELECT {columns} FROM {record.table} t WHERE {record.where} AND t.id = ?"  # noqa: S608 (no part is sent)
    row = account.state.row(sql, (record.name.lower(), int(wanted)))
    if row is None and record.transaction:
        # Observed in public; the code is inferred (8.4).
        raise Answered(rest_error(400, _WRONG_TYPE, "USER_ERROR"))
    if row is None:
        raise Answered(rest_error(404, _MISSING, "NONEXISTENT_ID"))
    if not row["seen__"] and account.settings.record_of_other_subsidiary == "403":
        raise Answered(insufficient(PERMISSIONS[record.permission].sentence))
    if not row["seen__"]:
        raise Answered(rest_error(404, _MISSING, "NONEXISTENT_ID"))
    if row["locked__"]:
        # Observed in public, for reading too: the action Lock Record runs for web services as well (failures.csv).
        raise Answered(rest_error(400, _LOCKED, "USER_ERROR"))
    if record.table == "employees" and not access.administrator and _administers(account, row["id"]):
        # Observed in public, for reading too (failures.csv).
        raise Answered(rest_error(400, _ADMINISTRATOR, "USER_ERROR"))
    return row


def _administers(account: PracticeAccount, employee: int) -> bool:
    sql = "SELECT 1 FROM assignments WHERE entity = ? AND role = ?"
    return account.state.row(sql, (employee, ADMINISTRATOR)) is not None


def visible(account: PracticeAccount, record: RecordType, access: Access) -> str:
    """Return the SQL condition for the rows ``t`` a login sees.

    Args:
        account: the account.
        record: the type.
        access: the login.
    """
    return f"{_by_subsidiary(account, record, access)} AND {_by_employee(record, access)}"


def _by_employee(record: RecordType, access: Access) -> str:
    """What *Employee Restrictions* leave (documented that they filter; how is inferred, see ``Access.own_only``)."""
    left = {
        "employees": f"t.id = {access.entity}",
        "transactions": "ifnull(t.entity, 0) NOT IN (SELECT c.id FROM entities c WHERE c.kind = 'customer')",
        "entities": "t.kind != 'customer'",
    }
    return left.get(record.table, "1") if access.own_only else "1"


def _by_subsidiary(account: PracticeAccount, record: RecordType, access: Access) -> str:
    if record.table == "accounts" and access.subsidiaries is not None and not access.cross_viewing:
        return visible_account("t.id", f"m.subsidiary IN ({_ids(access.subsidiaries)})")
    viewing = access.cross_viewing and (record.table != "subsidiaries" or account.settings.subsidiaries_through_viewing)
    if record.subsidiary is None or access.subsidiaries is None or viewing:
        return "1"
    return f"(t.{record.subsidiary} IS NULL OR t.{record.subsidiary} IN ({_ids(access.subsidiaries)}))"


def _ids(ids: Iterable[int]) -> str:
    return ", ".join(str(i) for i in sorted(ids))


def reference(kind: str, wanted: object, name: str | None, host: str) -> dict[str, Any]:
    """Return a reference as the wire has it (observed in public, 6.5).

    Args:
        kind: record type it refers to.
        wanted: id.
        name: ``refName``.
        host: of the request.
    """
    link = {"rel": "self", "href": f"https://{host}{ROOT}/{kind}/{wanted}", "method": "GET"}
    return {"links": [link], "id": str(wanted), "refName": name}


def _value(field: Field, row: Row, host: str) -> Any:
    value = row[field.column]
    if field.refers:
        return reference(field.refers, value, row[f"{field.name}__name"], host)
    if field.choices:
        return {"id": value, "refName": value}
    return value == "T" if field.kind == "boolean" else value


def _sublists(
    account: PracticeAccount, record: RecordType, wanted: int, asked: Asked, access: Access, expand: bool
) -> dict[str, Any]:
    """Lists of lines that are kept: their address, and their lines if asked for (the latter observed in public)."""
    found = {}
    for lines in record.sublists:
        if lines.table is None or lines.refers is None or not access.has(lines.feature):
            continue
        address = f"https://{asked.host}{asked.path}/{lines.name}"
        shown: dict[str, Any] = {"links": [{"rel": "self", "href": address, "method": "GET"}]}
        if expand:
            rows = account.state.rows(
                f"SELECT x.id, x.name FROM {lines.table} m JOIN subsidiaries x ON x.id = m.subsidiary"  # noqa: S608
                " WHERE m.account = ? ORDER BY x.id", (wanted,)
            )
            items = [reference(lines.refers, row["id"], row["name"], asked.host) for row in rows if access.sees(row["id"])]
            shown |= {"items": items, "totalResults": len(items)}
        found[lines.name] = shown
    return found


def _global_permissions(account: PracticeAccount, employee: int, asked: Asked, access: Access, expand: bool) -> dict[str, Any]:
    """The list ``empperms`` of an employee: its name, ``permKey1`` and ``permLevel1`` of its lines (observed in public copies of
    Oracle's REST API Browser). REST does not leave it out (documented by omission, section_161886175135 of the help); that
    administrators alone are shown it is inferred."""
    if not (access.administrator and access.has("EMPPERMS") and account.settings.global_permissions_shown):
        return {}
    shown: dict[str, Any] = {"links": [{"rel": "self", "href": f"https://{asked.host}{asked.path}/empperms", "method": "GET"}]}
    if expand:
        sql = "SELECT permkey, permlevel FROM global_permissions WHERE entity = ? ORDER BY permkey"
        items = [
            {
                "links": [], "permKey1": {"id": key, "refName": PERMISSIONS[key].name},
                "permLevel1": {"id": str(level), "refName": LEVEL_NAMES[level]},
            }
            for key, level in account.state.rows(sql, (employee,))
        ]
        shown |= {"items": items, "totalResults": len(items)}
    return {"empperms": shown}


def listed(account: PracticeAccount, record: RecordType, name: str, asked: Asked, access: Access) -> Reply:
    """Show one page of the records of a type.

    Args:
        account: the account.
        record: the type.
        name: as the path spells it.
        asked: the request.
        access: the login.
    """
    page = page_asked(asked.query)
    chosen, values = condition(record, dict(page.others).get("q", ""))
    where = f"FROM {record.table} t WHERE {record.where} AND {visible(account, record, access)} AND {chosen}"
    with account.state.lock:
        # That the rest is not counted either is inferred from SuiteQL, where it is documented (7.1).
        total = min(MOST_ROWS, account.state.value(f"SELECT count(*) {where}", values))
        part = (*values, max(0, min(page.limit, MOST_ROWS - page.offset)), page.offset)
        rows = account.state.rows(f"SELECT t.id {where} ORDER BY t.id LIMIT ? OFFSET ?", part)
    address = f"https://{asked.host}{ROOT}/{name}"
    items = [
        {"links": [{"rel": "self", "href": f"{address}/{row['id']}", "method": "GET"}], "id": str(row["id"])}
        for row in rows
    ]
    return collection(address, page, items, total)


def page_asked(query: str) -> Page:
    """Read ``limit`` and ``offset`` (rules documented in 6.5, wording of the refusal inferred).

    Args:
        query: as sent.

    Raises:
        Answered: with the refusal.
    """
    pairs = parse_qsl(query, keep_blank_values=True)
    given = dict(pairs)
    for name in ("limit", "offset"):
        if not given.get(name, "0").isdecimal() or len(given.get(name, "")) > 9:
            raise _bad_page(name)
    limit, offset = int(given.get("limit", MOST)), int(given.get("offset", 0))
    if not 1 <= limit <= MOST:
        raise _bad_page("limit")
    if offset % limit:
        raise _bad_page("offset")
    others = tuple((name, value) for name, value in pairs if name not in ("limit", "offset"))
    return Page(limit, offset, "limit" in given or "offset" in given, others)


def _bad_page(name: str) -> Answered:
    detail = f"Invalid value for the query parameter '{name}'."
    return Answered(rest_error(400, detail, "INVALID_PARAMETER", query_param=name))
