"""``/services/rest/record/v1/metadata-catalog``: which record types there are, and what they look like (protocol.md 6.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from wizard.practice.door.directory import Access
from wizard.practice.door.presented import Asked
from wizard.practice.rest.record_reading import ROOT
from wizard.practice.rest.record_schemas import json_schema, open_api
from wizard.practice.rest.records import RECORDS, RecordType, custom_records
from wizard.practice.wire.reply import JSON, MALFORMED_SENTENCE, SCHEMA, Reply, rest_error, wire

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

SWAGGER = "application/swagger+json"
"""Accept type of an OpenAPI document (documented)."""

_SCHEMA = "application/schema+json"
_TYPES = {_SCHEMA: SCHEMA, SWAGGER: f"{SWAGGER}; charset=UTF-8", JSON: JSON}


def answer(account: PracticeAccount, asked: Asked, access: Access, rest: list[str]) -> Reply:
    """Answer one request.

    Args:
        account: the account.
        asked: the request.
        access: the login.
        rest: the path behind ``metadata-catalog``.
    """
    if asked.method != "GET":
        return rest_error(405, "Method not allowed.", "INVALID_REQUEST")
    accept = asked.headers.get("accept", "").split(",")[0].split(";")[0].strip()
    kind = accept if accept in _TYPES else JSON
    offered = _offered(account, access)
    wanted = "/".join(rest)
    if "," in unquote(wanted) and " " in unquote(wanted):
        # Documented (6.3): what would be a list stands in the query.
        return rest_error(400, MALFORMED_SENTENCE, "INVALID_REQUEST")
    if wanted and wanted.lower() not in offered:
        return rest_error(404, f"Record type '{wanted}' does not exist.", "NONEXISTENT_ID", url=asked.path)
    if wanted:
        # Without an Accept header it is the schema (inferred).
        return _described({wanted.lower(): offered[wanted.lower()]}, asked, access, SWAGGER if kind == SWAGGER else _SCHEMA)
    selected = _selected(asked, offered)
    chosen = offered if selected is None else selected
    directly = kind == _SCHEMA and selected is not None and len(selected) == 1 and account.settings.catalog_select == "object"
    if kind == SWAGGER or directly:
        # OpenAPI of all types if none are selected; Oracle warns that gathering it takes long (documented).
        return _described(chosen, asked, access, kind)
    return _listed(chosen, asked, kind)


def _offered(account: PracticeAccount, access: Access) -> dict[str, RecordType]:
    """The types a role sees: depends on permissions and features (observed that it differs, reason inferred: 6.3)."""
    every = {**RECORDS, **custom_records(account.state)}
    return {name: r for name, r in every.items() if access.has(r.feature) and access.level(r.permission)}


def _selected(asked: Asked, offered: dict[str, RecordType]) -> dict[str, RecordType] | None:
    """Types of ``?select=customer,salesorder``; names that are not offered are left out (inferred). None: not asked for."""
    named = dict(parse_qsl(asked.query)).get("select")
    if named is None:
        return None
    names = [name.strip().lower() for name in named.split(",")]
    return {name: offered[name] for name in names if name in offered}


def _described(records: dict[str, RecordType], asked: Asked, access: Access, kind: str) -> Reply:
    """One schema, or one OpenAPI document of all of them (documented)."""
    if kind == SWAGGER:
        return Reply(200, wire(open_api(records, access, f"https://{asked.host}{ROOT}")), _TYPES[kind])
    [record] = records.values()
    return Reply(200, wire(json_schema(record, access)), _TYPES[kind])


def _listed(records: dict[str, RecordType], asked: Asked, kind: str) -> Reply:
    """The list; names in lower case, in no order (observed in public)."""
    root = f"https://{asked.host}{ROOT}"
    own = {"rel": "canonical", "href": f"{root}/metadata-catalog/", "mediaType": JSON}
    return Reply(200, wire({"items": [_item(root, name, kind) for name in records], "links": [own]}), _TYPES[kind])


def _item(root: str, name: str, kind: str) -> dict[str, Any]:
    """One type; the canonical link echoes the Accept type (observed in public)."""
    entry = f"{root}/metadata-catalog/{name}"
    return {
        "name": name,
        "links": [
            {"rel": "canonical", "href": entry, "mediaType": kind},
            {"rel": "alternate", "href": entry, "mediaType": SWAGGER},
            {"rel": "alternate", "href": entry, "mediaType": _SCHEMA},
            {"rel": "describes", "href": f"{root}/{name}", "mediaType": JSON},
        ],
    }
