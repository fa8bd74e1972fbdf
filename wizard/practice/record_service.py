"""``/services/rest/record/v1``: lists, single records and the metadata catalog (protocol.md 6.3 to 6.5, 8.3, 8.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from sqlite3 import Row
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from wizard.practice import gates
from wizard.practice.directory import Access
from wizard.practice.permissions import PERMISSIONS
from wizard.practice.presented import Asked
from wizard.practice.records import FIELDS, RECORDS, Field, RecordType
from wizard.practice.reply import SCHEMA, Answered, Page, Reply, collection, insufficient, rest_error, singular, wire
from wizard.practice.tables import VISIBLE_ACCOUNT

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

MOST = 1000
"""Rows on a page at most, and if nothing is said (documented, 6.5)."""

_ROOT = "/services/rest/record/v1"
_WRITES: Mapping[str, int] = {"POST": 2, "PATCH": 3, "PUT": 3, "DELETE": 4}
_MISSING = "The record instance does not exist. Provide a valid record instance ID."
_WRONG_TYPE = "Error while accessing a resource. Transaction type specified is incorrect."
_BAD_Q = "Invalid search query. Provide a valid search query."
_LONGEST_Q = 4000  # inferred; the database gives up somewhere too
_CONDITION = re.compile(
    r"(\w+)\s+(EQUAL|IS|CONTAIN|START_WITH|BETWEEN)\s+(?:\[(\d{1,18}),\s*(\d{1,18})\]|\"([^\"]*)\"|(\S+))", re.IGNORECASE
)
_OPERATORS = {"equal": "{} = ?", "is": "{} = ?", "contain": "{} LIKE '%' || ? || '%'", "start_with": "{} LIKE ? || '%'"}


def answer(account: PracticeAccount, asked: Asked, access: Access) -> Reply:
    """Answer one request.

    Args:
        account: the account.
        asked: with a path below ``/services/rest/record/v1``.
        access: the login.
    """
    name, *rest = asked.path[len(_ROOT) :].strip("/").split("/")
    if name == "metadata-catalog":
        return _catalog(asked, access, rest)
    record = RECORDS.get(name.lower())
    if record is None or not access.has(record.feature):
        return _no_such_type(name, asked.path)
    _permitted(account, record, name, asked, access)
    if asked.method in _WRITES:
        return rest_error(400, "The practice account does not write records.", "USER_ERROR")
    if rest:
        return _instance(account, record, "/".join(rest), asked, access)
    # A list is gated by SuiteAnalytics Workbook, a single record is not (observed in public, 6.5 and 8.3).
    gates.workbook(account, access)
    return _list(account, record, name, asked, access)


def _no_such_type(name: str, path: str) -> Reply:
    return rest_error(404, f"Record type '{name}' does not exist.", "NONEXISTENT_ID", url=path)


def _permitted(account: PracticeAccount, record: RecordType, name: str, asked: Asked, access: Access) -> None:
    """Permission before anything else about the record (12; 403 against 404 for reading is not settled, 13.16)."""
    held, needed = access.level(record.permission), _WRITES.get(asked.method, 1)
    if held >= needed:
        return
    if not held and account.settings.hidden_record == "404":
        raise Answered(_no_such_type(name, asked.path))
    raise Answered(insufficient(PERMISSIONS[record.permission].sentence, higher=held > 0))


def _visible(account: PracticeAccount, record: RecordType, access: Access) -> str:
    """Return the SQL condition for the rows a login sees."""
    if record.table == "accounts" and access.subsidiaries is not None and not access.cross_viewing:
        ids = _ids(access.subsidiaries)
        return VISIBLE_ACCOUNT.replace("accounts.id", "t.id").replace("sees(m.subsidiary)", f"m.subsidiary IN ({ids})")
    viewing = access.cross_viewing and (record.table != "subsidiaries" or account.settings.subsidiaries_through_viewing)
    if record.subsidiary is None or access.subsidiaries is None or viewing:
        return "1"
    return f"(t.{record.subsidiary} IS NULL OR t.{record.subsidiary} IN ({_ids(access.subsidiaries)}))"


def _ids(ids: Iterable[int]) -> str:
    return ", ".join(str(i) for i in sorted(ids))


def _instance(account: PracticeAccount, record: RecordType, wanted: str, asked: Asked, access: Access) -> Reply:
    if not re.fullmatch(r"-?[1-9]\d{0,17}", wanted):
        detail = f"Invalid record instance identifier '{wanted}'. Provide a valid record instance ID."
        return rest_error(400, detail, "INVALID_ID", url=asked.path)
    names = ", ".join(f'{f.names} AS "{f.name}__name"' for f in FIELDS[record.table] if f.names)
    columns = f"t.*{', ' + names if names else ''}, {_visible(account, record, access)} AS seen__"
    where = f"{record.where} AND t.id = ?"
    row = account.state.row(f"SELECT {columns} FROM {record.table} t WHERE {where}", (int(wanted),))  # noqa: S608
    if row is None and record.transaction:
        # Observed in public; the code is inferred (8.4).
        return rest_error(400, _WRONG_TYPE, "USER_ERROR")
    if row is None:
        return rest_error(404, _MISSING, "NONEXISTENT_ID")
    if not row["seen__"]:
        if account.settings.record_of_other_subsidiary == "403":
            return insufficient(PERMISSIONS[record.permission].sentence)
        return rest_error(404, _MISSING, "NONEXISTENT_ID")
    address = f"https://{asked.host}{asked.path}" + (f"?{asked.query}" if asked.query else "")
    return singular(_shown(row, record, address, asked.host))


def _shown(row: Row, record: RecordType, address: str, host: str) -> dict[str, Any]:
    found: dict[str, Any] = {"links": [{"rel": "self", "href": address, "method": "GET"}], "id": str(row["id"])}
    for field in FIELDS[record.table]:
        value = row[field.column]
        if value is not None:
            found[field.name] = _value(field, value, row, host)
    return found


def _value(field: Field, value: Any, row: Row, host: str) -> Any:
    if field.refers:
        href = f"https://{host}{_ROOT}/{field.refers}/{value}"
        link = {"rel": "self", "href": href, "method": "GET"}
        return {"links": [link], "id": str(value), "refName": row[f"{field.name}__name"]}
    return {"T": True, "F": False}.get(value, value)


def _list(account: PracticeAccount, record: RecordType, name: str, asked: Asked, access: Access) -> Reply:
    page = page_asked(asked.query)
    condition: str = "1"
    values: list[Any] = []
    if query := dict(page.others).get("q"):
        made = _filter(record, query)
        if made is None:
            return rest_error(400, _BAD_Q, "INVALID_PARAMETER", query_param="q")
        condition, values = made
    where = f"FROM {record.table} t WHERE {record.where} AND {_visible(account, record, access)} AND {condition}"
    with account.state.lock:
        total = account.state.value(f"SELECT count(*) {where}", values)
        part = (*values, page.limit, page.offset)
        rows = account.state.rows(f"SELECT t.id {where} ORDER BY t.id LIMIT ? OFFSET ?", part)
    address = f"https://{asked.host}{_ROOT}/{name}"
    items = [
        {"links": [{"rel": "self", "href": f"{address}/{row['id']}", "method": "GET"}], "id": str(row["id"])}
        for row in rows
    ]
    return collection(address, page, items, total)


def _filter(record: RecordType, query: str) -> tuple[str, list[Any]] | None:
    """Translate the simplest filters, ``field OPERATOR value``; None for anything else."""
    columns = {field.name.lower(): field.column for field in FIELDS[record.table]} | {"id": "id"}
    match = _CONDITION.fullmatch(query.strip())
    if match is None or match[1].lower() not in columns or len(query) > _LONGEST_Q:
        return None
    column, operator = f"t.{columns[match[1].lower()]}", match[2].lower()
    if operator == "between":
        return (f"{column} BETWEEN ? AND ?", [int(match[3]), int(match[4])]) if match[3] else None
    value = match[5] if match[5] is not None else match[6]
    flag = {"true": "T", "false": "F"}.get(str(value).lower(), value)
    return (_OPERATORS[operator].format(column), [flag]) if value is not None else None


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


def _catalog(asked: Asked, access: Access, rest: list[str]) -> Reply:
    """The types a role sees: depends on permissions and features (observed that it differs, reason inferred: 6.3)."""
    if asked.method != "GET":
        return rest_error(405, "Method not allowed.", "INVALID_REQUEST")
    offered = [
        name for name, record in RECORDS.items() if access.has(record.feature) and access.level(record.permission)
    ]
    root = f"https://{asked.host}{_ROOT}"
    if rest and rest[0]:
        if rest[0].lower() not in offered:
            return _no_such_type(rest[0], asked.path)
        fields = {field.name: {"type": "string"} for field in FIELDS[RECORDS[rest[0].lower()].table]}
        return Reply(200, wire({"type": "object", "properties": fields}), SCHEMA)
    wanted = dict(parse_qsl(asked.query)).get("select", "").lower().split(",")
    accept = asked.headers.get("accept", "").split(",")[0].split(";")[0].strip()
    kind = accept if accept in ("application/schema+json", "application/swagger+json") else "application/json"
    items = [_described(root, name, kind) for name in offered if wanted == [""] or name in wanted]
    own = {"rel": "canonical", "href": f"{root}/metadata-catalog/", "mediaType": "application/json"}
    return Reply(200, wire({"items": items, "links": [own]}), SCHEMA if kind == "application/schema+json" else kind)


def _described(root: str, name: str, kind: str) -> dict[str, Any]:
    """One item; the canonical link echoes the Accept type (observed in public, 6.3)."""
    entry = f"{root}/metadata-catalog/{name}"
    return {
        "name": name,
        "links": [
            {"rel": "canonical", "href": entry, "mediaType": kind},
            {"rel": "alternate", "href": entry, "mediaType": "application/swagger+json"},
            {"rel": "alternate", "href": entry, "mediaType": "application/schema+json"},
            {"rel": "describes", "href": f"{root}/{name}", "mediaType": "application/json"},
        ],
    }
