"""``/services/rest/record/v1/metadata-catalog`` (protocol.md 6.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from wizard.practice.directory import Access
from wizard.practice.presented import Asked
from wizard.practice.record_reading import ROOT
from wizard.practice.records import RECORDS, RecordType, custom_records
from wizard.practice.reply import SCHEMA, Reply, rest_error, wire

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount


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
    offered = _offered(account, access)
    root = f"https://{asked.host}{ROOT}"
    if rest and rest[0]:
        if rest[0].lower() not in offered:
            return rest_error(404, f"Record type '{rest[0]}' does not exist.", "NONEXISTENT_ID", url=asked.path)
        fields = {field.name: {"type": "string"} for field in offered[rest[0].lower()].fields}
        return Reply(200, wire({"type": "object", "properties": fields}), SCHEMA)
    wanted = dict(parse_qsl(asked.query)).get("select", "").lower().split(",")
    accept = asked.headers.get("accept", "").split(",")[0].split(";")[0].strip()
    kind = accept if accept in ("application/schema+json", "application/swagger+json") else "application/json"
    items = [_described(root, name, kind) for name in offered if wanted == [""] or name in wanted]
    own = {"rel": "canonical", "href": f"{root}/metadata-catalog/", "mediaType": "application/json"}
    return Reply(200, wire({"items": items, "links": [own]}), SCHEMA if kind == "application/schema+json" else kind)


def _offered(account: PracticeAccount, access: Access) -> dict[str, RecordType]:
    """The types a role sees: depends on permissions and features (observed that it differs, reason inferred: 6.3)."""
    every = {**RECORDS, **custom_records(account.state)}
    return {name: r for name, r in every.items() if access.has(r.feature) and access.level(r.permission)}


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
