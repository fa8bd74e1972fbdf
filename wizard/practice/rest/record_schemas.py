"""Record types described: as JSON Schema, and as OpenAPI 3.0 (protocol.md 6.3).

That both exist is documented, that a schema is an object with its properties observed in public. Operations, parameters,
content types and descriptions of the OpenAPI document are those of clients that others generated from real ones
(observed in public); PUT and transformations, which are not played here, are left out. The rest is inferred.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.practice.door.directory import Access
from wizard.practice.rest.record_fields import Field, Sublist
from wizard.practice.rest.records import RecordType

_KINDS: Mapping[str, Mapping[str, str]] = {
    "string": {"type": "string"},
    "boolean": {"type": "boolean"},
    "number": {"type": "number", "format": "double"},
    "date": {"type": "string", "format": "date"},
}
_LINKS = {"title": "Links", "type": "array", "items": {"$ref": "#/components/schemas/nsLink"}, "readOnly": True}
_PLAIN_LINKS = {
    "title": "Links", "type": "array",
    "items": {"type": "object", "properties": {"rel": {"type": "string"}, "href": {"type": "string", "format": "URI"}}},
}
_RESOURCE = "application/vnd.oracle.resource+json; type={}"


def json_schema(record: RecordType, access: Access, links: Mapping[str, Any] = _PLAIN_LINKS) -> dict[str, Any]:
    """Return the JSON Schema of a type.

    Args:
        record: the type.
        access: the login; it sees no fields of features that are off.
        links: schema of the links.
    """
    properties = {f.name: _property(f, links) for f in record.fields if access.has(f.feature)}
    properties |= {s.name: _lines(s, links) for s in record.sublists if access.has(s.feature)}
    own = {"id": {"title": "Internal ID", "type": "string"}, "links": dict(links)}
    ordered = dict(sorted({**properties, **own}.items(), key=lambda pair: pair[0].lower()))
    return {"type": "object", "properties": ordered}


def _property(field: Field, links: Mapping[str, Any]) -> dict[str, Any]:
    if field.refers:
        return {"title": field.title, **_reference(links)}
    described: dict[str, Any] = {"title": field.title, **_KINDS[field.kind]}
    if field.choices:
        ids = {"id": {"type": "string", "enum": list(field.choices)}, "refName": {"type": "string"}}
        described = {"title": field.title, "type": "object", "properties": ids}
    return {**described, "readOnly": True} if field.readonly else described


def _reference(links: Mapping[str, Any]) -> dict[str, Any]:
    shown = {"id": {"type": "string"}, "links": dict(links), "refName": {"type": "string"}}
    return {"type": "object", "properties": shown}


def _lines(lines: Sublist, links: Mapping[str, Any]) -> dict[str, Any]:
    number = _KINDS["number"]
    line = _reference(links) if lines.field is None else {
        "type": "object",
        "properties": {"amount": number, lines.field: _reference(links), "quantity": number, "rate": number},
    }
    return {"type": "object", "properties": {"items": {"type": "array", "items": line}, "links": dict(links)}}


def open_api(records: Mapping[str, RecordType], access: Access, server: str) -> dict[str, Any]:
    """Return one OpenAPI document of some types.

    Args:
        records: the types, by the names their addresses have.
        access: the login.
        server: address of the record service.
    """
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"nsError": _ERROR_SCHEMA, "nsLink": _LINK_SCHEMA}
    for name, record in records.items():
        schemas[name] = json_schema(record, access, _LINKS)
        schemas[f"{name}Collection"] = _collection(name)
        paths[f"/{name}"] = _of_all(name, record)
        paths[f"/{name}/{{id}}"] = _of_one(name, record)
    scheme = {"type": "apiKey", "name": "Authorization", "in": "header"}
    return {
        "openapi": "3.0.1",
        "info": {"title": "NetSuite REST Record API", "version": "v1"},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"OAuth_1.0_authorization": scheme}},
        "security": [{"OAuth_1.0_authorization": []}],
    }


_ERROR_SCHEMA = {
    "type": "object",
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "o:errorDetails": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    name: {"type": "string"}
                    for name in ("detail", "o:errorCode", "o:errorPath", "o:errorQueryParam", "o:errorUrl")
                },
            },
        },
    },
}
_LINK_SCHEMA = {
    "type": "object", "properties": {"rel": {"type": "string"}, "href": {"type": "string"}, "method": {"type": "string"}},
}


def _collection(name: str) -> dict[str, Any]:
    integer, boolean = {"type": "integer", "format": "int64"}, {"type": "boolean"}
    return {
        "type": "object",
        "properties": {
            "links": _LINKS, "count": integer, "hasMore": boolean,
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}, "offset": integer,
            "totalResults": integer,
        },
    }


def _of_all(name: str, record: RecordType) -> dict[str, Any]:
    query = [
        _parameter("q", "query", {"type": "string"}, "The search query that is used to filter results."),
        _parameter("limit", "query", {"type": "integer", "format": "int32", "default": 1000}, "Results on a single page."),
        _parameter("offset", "query", {"type": "integer", "format": "int32", "default": 0}, "Selects a specific page."),
    ]
    found = {"get": _operation(name, "Get list of records.", query, _said("List of records.", "collection", f"{name}Collection"))}
    if not record.readonly:
        found["post"] = _operation(name, "Insert record.", _VALIDATION, _nothing("Inserted record."), sent=True)
    return found


def _of_one(name: str, record: RecordType) -> dict[str, Any]:
    own = _parameter("id", "path", {"type": "integer", "format": "int64"}, "Internal identifier.")
    expand = _parameter(
        "expandSubResources", "query", {"type": "boolean", "default": False}, "Expands sublists, sublist lines and subrecords."
    )
    found = {"get": _operation(name, "Get record.", [own, expand], _said("Retrieved record.", "singular", name))}
    if not record.readonly:
        found["patch"] = _operation(name, "Update record.", [own, *_VALIDATION], _nothing("Updated record."), sent=True)
        found["delete"] = _operation(name, "Remove record.", [own], _nothing("Removed record."))
    return found


def _parameter(name: str, place: str, schema: Mapping[str, Any], description: str) -> dict[str, Any]:
    required = {"required": True} if place == "path" else {}
    return {"name": name, "in": place, **required, "description": description, "schema": dict(schema)}


def _mode(name: str, default: str) -> dict[str, Any]:
    schema = {"type": "string", "default": default, "enum": ["Error", "Warning", "Ignore"]}
    return _parameter(name, "header", schema, "How strictly the body is looked at.")


# Names, values and defaults of both: observed in public, and documented (6.6).
_VALIDATION = [
    _mode("X-NetSuite-PropertyNameValidation", "Warning"), _mode("X-NetSuite-PropertyValueValidation", "Error"),
]


def _operation(
    name: str, summary: str, parameters: list[dict[str, Any]], responses: dict[str, Any], sent: bool = False
) -> dict[str, Any]:
    content = {_RESOURCE.format("singular"): {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    body = {"requestBody": {"description": "Request body.", "content": content, "required": True}} if sent else {}
    refused = {_RESOURCE.format("error"): {"schema": {"$ref": "#/components/schemas/nsError"}}}
    answers = {**responses, "default": {"description": "Error response.", "content": refused}}
    return {"tags": [name], "summary": summary, "parameters": parameters, **body, "responses": answers}


def _said(description: str, kind: str, schema: str) -> dict[str, Any]:
    content = {_RESOURCE.format(kind): {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"200": {"description": description, "content": content}}


def _nothing(description: str) -> dict[str, Any]:
    return {"204": {"description": description}}
