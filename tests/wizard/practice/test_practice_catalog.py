"""The metadata catalog: its list on the wire, JSON Schema, and OpenAPI that holds together. Over HTTPS."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1"
SCHEMA, SWAGGER = "application/schema+json", "application/swagger+json"


def catalog(asker, path="", accept=None, credentials=None):
    return asker.record(f"metadata-catalog{path}", credentials, headers={"Accept": accept} if accept else None)


@pytest.mark.parametrize(("accept", "kind", "sent"), [(SCHEMA, SCHEMA, f"{SCHEMA}; charset=UTF-8"), ("*/*", "application/json", "application/json")])
def test_the_list_on_the_wire(ready, accept, kind, sent):
    answer = catalog(ready, accept=accept)
    assert answer.headers["content-type"] == sent
    entry = f"{ROOT}/metadata-catalog/vendorbill"
    item = (
        f'{{"name":"vendorbill","links":[{{"rel":"canonical","href":"{entry}","mediaType":"{kind}"}},'
        f'{{"rel":"alternate","href":"{entry}","mediaType":"{SWAGGER}"}},{{"rel":"alternate","href":"{entry}","mediaType":"{SCHEMA}"}},'
        f'{{"rel":"describes","href":"{ROOT}/vendorbill","mediaType":"application/json"}}]}}'
    )
    assert answer.body.startswith(b'{"items":[{"name":')
    assert item.encode() in answer.body
    assert answer.body.endswith(f'],"links":[{{"rel":"canonical","href":"{ROOT}/metadata-catalog/","mediaType":"application/json"}}]}}\n'.encode())
    names = [item["name"] for item in answer.json["items"]]
    assert names == [name.lower() for name in names] != sorted(names)
    assert len(set(names)) == len(names)
    assert "customrecord_lane" in names
    assert "salesorder" not in names
    assert {"salesorder", "check", "job", "serviceresaleitem"} < set(every_name(ready))
    # Without OneWorld tax and the like: not offered, not described.
    assert "salestaxitem" not in names
    assert ready.record("metadata-catalog/", headers={"Accept": accept}).body == answer.body


def test_selecting_from_the_list(ready):
    def names(select, accept=None):
        return [item["name"] for item in catalog(ready, f"?select={select}", accept).json["items"]]

    assert names("customer,salesOrder,VENDORBILL") == ["customer", "vendorbill"]
    assert names("customer,%20invoice", SCHEMA) == ["customer", "invoice"]
    assert names("nothing") == []
    assert names("") == [item["name"] for item in catalog(ready).json["items"]]


@pytest.mark.parametrize(("setting", "keys"), [("object", {"type", "properties"}), ("list", {"items", "links"})])
def test_one_selected_schema_may_come_directly(begin, setting, keys):
    asker = begin(catalog_select=setting)
    assert set(catalog(asker, "?select=customer", SCHEMA).json) == keys
    assert set(catalog(asker, "?select=customer").json) == {"items", "links"}
    assert set(catalog(asker, "?select=nothing", SCHEMA).json) == {"items", "links"}


def test_a_schema(ready):
    for name in ("customer", "Customer"):
        answer = catalog(ready, f"/{name}", SCHEMA)
        assert (answer.status, answer.headers["content-type"]) == (200, f"{SCHEMA}; charset=UTF-8")
        assert catalog(ready, f"/{name}").body == answer.body
    assert answer.body.startswith(b'{"type":"object","properties":{')
    found = answer.json["properties"]
    assert found["companyName"] == {"title": "Company Name", "type": "string"}
    assert found["isInactive"] == {"title": "Inactive", "type": "boolean"}
    assert set(found["subsidiary"]["properties"]) == {"id", "links", "refName"}
    invoice = catalog(ready, "/invoice").json["properties"]
    assert invoice["tranDate"] == {"title": "Date", "type": "string", "format": "date"}
    assert invoice["total"] == {"title": "Amount", "type": "number", "format": "double", "readOnly": True}
    assert set(invoice["item"]["properties"]["items"]["items"]["properties"]) == {"item", "quantity", "rate", "amount"}
    assert "Bank" in catalog(ready, "/account").json["properties"]["acctType"]["properties"]["id"]["enum"]
    assert set(catalog(ready, "/customrecord_lane").json["properties"]) == {"id", "isInactive", "links", "name"}


def every_name(asker):
    return [item["name"] for item in catalog(asker, credentials=asker.admin).json["items"]]


def fits(schema, value):
    """Whether a value is what a schema says; only what these schemas use."""
    kind = schema.get("type")
    kinds = {"string": str, "boolean": bool, "number": (int, float), "object": dict, "array": list}
    if not isinstance(value, kinds[kind]) or (kind == "number" and isinstance(value, bool)):
        return False
    if kind == "object":
        properties = schema["properties"]
        return all(name in properties and fits(properties[name], part) for name, part in value.items() if name != "totalResults")
    if kind == "array":
        return all(fits({**schema["items"], "properties": {**schema["items"]["properties"], "method": {"type": "string"}}}, part) for part in value)
    return value in schema["enum"] if "enum" in schema else True


def test_every_record_is_what_its_schema_says(ready):
    seen = 0
    for name in every_name(ready):
        schema = catalog(ready, f"/{name}", credentials=ready.admin).json
        for item in ready.record(f"{name}?limit=5", ready.admin).json["items"]:
            found = ready.record(f"{name}/{item['id']}?expandSubResources=true", ready.admin).json
            assert fits(schema, found), (name, found)
            seen += 1
    assert seen > 60


def references(part):
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


@pytest.mark.parametrize(("path", "names"), [("/customer", ["customer"]), ("?select=invoice,account,subsidiary", ["invoice", "account", "subsidiary"]), ("?select=customrecord_lane", ["customrecord_lane"])])
def test_an_open_api_document(ready, path, names):
    answer = catalog(ready, path, SWAGGER)
    assert (answer.status, answer.headers["content-type"]) == (200, f"{SWAGGER}; charset=UTF-8")
    document = answer.json
    assert document["openapi"].startswith("3.0.")
    assert document["servers"] == [{"url": ROOT}]
    assert list(document["paths"]) == [address for name in names for address in (f"/{name}", f"/{name}/{{id}}")]
    assert set(document["components"]["schemas"]) == {"nsError", "nsLink", *names, *(f"{name}Collection" for name in names)}
    assert {r.rpartition("/")[2] for r in references(document)} == set(document["components"]["schemas"])
    assert all(r.startswith("#/components/schemas/") for r in references(document))
    for address, methods in document["paths"].items():
        readonly = "subsidiary" in address
        assert set(methods) == ({"get"} if readonly else {"get", "patch", "delete"} if "{id}" in address else {"get", "post"})
        for method, operation in methods.items():
            assert ("requestBody" in operation) == (method in ("post", "patch"))
            assert [p["name"] for p in operation["parameters"] if p["in"] == "path"] == (["id"] if "{id}" in address else [])
            assert all(said["description"] for said in operation["responses"].values())
            assert "default" in operation["responses"]


def test_what_the_document_offers_is_answered(ready):
    """Every GET of the document works on the account it came from."""
    names = every_name(ready)
    document = catalog(ready, f"?select={','.join(names)}", SWAGGER, ready.admin).json
    assert len(document["paths"]) == 2 * len(names)
    for address in document["paths"]:
        if "{id}" not in address:
            assert ready.record(address.strip("/"), ready.admin).status == 200


def test_the_catalog_follows_permissions_features_and_fields(begin):
    asker = begin()
    assert "class" in catalog(asker, "/invoice").json["properties"]
    asker.account.clicks.do("set_feature", details={"feature": "CLASSES", "on": "no"})
    assert "class" not in catalog(asker, "/invoice").json["properties"]
    assert catalog(asker, "/classification").status == 404
    asker.account.clicks.do("remove_permission", details={"permission": "TRAN_CUSTINVC"})
    assert catalog(asker, "/invoice", SWAGGER).error == (404, "NONEXISTENT_ID", "Record type 'invoice' does not exist.")
    assert "invoice" not in catalog(asker, "?select=customer,invoice", SWAGGER).json["components"]["schemas"]
    asker.account.clicks.do("set_feature", details={"feature": "CUSTOMRECORDS", "on": "no"})
    assert "customrecord_lane" not in every_name(asker)


@pytest.mark.parametrize("path", ["/customer,%20salesOrder", "/customer%2C salesOrder", "/customer, invoice,vendorBill"])
def test_a_list_with_a_blank_as_path(ready, path):
    sentence = "The request could not be understood by the server due to malformed syntax."
    assert catalog(ready, path.replace(" ", "%20"), SWAGGER).error == (400, "INVALID_REQUEST", sentence)


def test_what_the_catalog_does_not_have(ready):
    for path in ("/nothing", "/customer,invoice", "/customer/200", "/file"):
        assert catalog(ready, path).error[:2] == (404, "NONEXISTENT_ID")
    url = f"https://{ready.account.suitetalk_host}/services/rest/record/v1/metadata-catalog"
    for method in ("POST", "PATCH", "DELETE", "PUT"):
        assert ready.signed(method, url, body={}).status == 405


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(max_size=20), select=st.none() | st.text(max_size=20), accept=st.sampled_from([SCHEMA, SWAGGER, ",,", ";", "text/html"]))
def test_whatever_is_asked_for_is_answered(ready, path, select, accept):
    asked = "/" + quote(path.encode("utf-8", "replace"), safe="/,") + (f"?select={quote(select.encode('utf-8', 'replace'))}" if select is not None else "")
    answer = catalog(ready, asked, accept)
    assert answer.status in (200, 400, 404)
    json.loads(answer.body)
