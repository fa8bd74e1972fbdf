"""The WSDL: where it is, that it hangs together, and that the account answers as it says (protocol.md 9.1)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from practice_asker import Answer, Asker
from practice_soap import ENVELOPE, VERSION, call, envelope, fault, operation, post, space

from wizard.practice.soap.soap_operations import OPERATIONS
from wizard.practice.soap.soap_records import SHAPES

WSDL, SOAP, XSD = "{http://schemas.xmlsoap.org/wsdl/}", "{http://schemas.xmlsoap.org/wsdl/soap/}", "{http://www.w3.org/2001/XMLSchema}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
SHARED = "webservices.netsuite.com"
EVERY = {"getDataCenterUrls", *OPERATIONS}


def described(asker: Asker, host: str = "", version: str = VERSION, path: str = "") -> Answer:
    return asker.raw("GET", host or asker.account.suitetalk_host, path or f"/wsdl/v{version}_0/netsuite.wsdl")


def prefixes(document: bytes) -> dict[str, str]:
    return dict(found for _, found in ElementTree.iterparse(io.BytesIO(document), ["start-ns"]))


class Description:
    """What a client makes of the document: global elements and types by their whole name."""

    def __init__(self, document: bytes) -> None:
        self.root, self.spaces = ElementTree.fromstring(document), prefixes(document)
        schemas = list(self.root.iter(f"{XSD}schema"))
        self.elements, self.types = (
            {f"{{{s.attrib['targetNamespace']}}}{node.attrib['name']}": (node, s.attrib["targetNamespace"]) for s in schemas for node in s.findall(kind)}
            for kind in (f"{XSD}element", f"{XSD}complexType")
        )

    def whole(self, name: str, spaces: Mapping[str, str] | None = None) -> str:
        prefix, _, local = name.partition(":")
        return f"{{{(spaces or self.spaces)[prefix]}}}{local}"

    def children(self, kind: str) -> list[tuple[str, str, bool]]:
        """Names of a type's children in order, those it inherits first, with their types and whether they may be missing."""
        if kind not in self.types:
            return []
        node, target = self.types[kind]
        inherited = [found for base in node.iter(f"{XSD}extension") for found in self.children(self.whole(base.attrib["base"]))]
        own = []
        for part in node.iter(f"{XSD}element"):
            name = self.whole(part.attrib["ref"]) if "ref" in part.attrib else f"{{{target}}}{part.attrib['name']}"
            shown = self.elements[name][0] if "ref" in part.attrib else part
            own.append((name, self.whole(shown.attrib["type"]), part.get("minOccurs") == "0"))
        return inherited + own

    def check(self, node: Element, kind: str, spaces: Mapping[str, str]) -> None:
        """Compare an element with its type: names, order, what must be there, attributes; and everything in it."""
        kind = self.whole(node.attrib[TYPE], spaces) if TYPE in node.attrib else kind
        said = self.children(kind)
        order = {name: place for place, (name, _, _) in enumerate(said)}
        places = [order[child.tag] for child in node]
        assert places == sorted(places), node.tag
        assert {name for name, _, missing in said if not missing} <= {child.tag for child in node}, node.tag
        own = self.types[kind][0].iter(f"{XSD}attribute") if kind in self.types else ()
        assert set(node.attrib) - {TYPE} <= {part.attrib["name"] for part in own}, node.tag
        for child in node:
            self.check(child, said[order[child.tag]][1], spaces)


@pytest.mark.parametrize("version", ["2025_2", "2021_1"])
@pytest.mark.parametrize("host", [SHARED, "1234567-sb1.suitetalk.api.netsuite.com"])
def test_it_speaks_of_the_host_and_the_endpoint_that_are_asked(ready: Asker, host: str, version: str) -> None:
    answer = described(ready, host, version)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/xml;charset=utf-8")
    found = Description(answer.body)
    [address] = found.root.iter(f"{SOAP}address")
    assert address.attrib["location"] == f"https://{host}/services/NetSuitePort_{version}"
    assert found.spaces["platformMsgs"] == space("messages", version)
    own = [value for value in found.spaces.values() if value.startswith("urn:")]
    assert len(own) == 11
    assert all(f"_{version}." in value for value in own)
    assert b"only the operations, headers and fields it plays" in answer.body


def test_it_has_the_operations_that_are_played_and_every_name_leads_somewhere(ready: Asker) -> None:
    found = Description(described(ready).body)
    for kind in ("portType", "binding"):
        assert {node.attrib["name"] for node in found.root.findall(f"{WSDL}{kind}/{WSDL}operation")} == EVERY
    tns = found.root.attrib["targetNamespace"]
    named = {f"{{{tns}}}{node.attrib['name']}" for node in found.root if "name" in node.attrib}
    known = {"message": named, "binding": named, "element": set(found.elements), "ref": set(found.elements), "base": set(found.types)}
    for node in found.root.iter():
        for attribute, value in node.attrib.items():
            if ":" in value and "/" not in value and attribute in (*known, "type"):
                name = found.whole(value)
                assert name.startswith(XSD) or name in known.get(attribute, {*found.types, *named}), (node.tag, value)


def played(asker: Asker) -> dict[str, list[Answer]]:
    """An answer of each operation, and a record of each type."""
    admin = asker.admin
    described_field = "<fieldDescription><core:recordType>invoice</core:recordType><core:field>terms</core:field></fieldDescription>"
    summary = "<fields><core:account>true</core:account></fields><pageIndex>1</pageIndex>"
    ids = {
        shape.record.name: asker.account.state.value(f"SELECT id FROM {shape.record.table} WHERE {shape.record.where}") or 0
        for shape in SHAPES.values()
    }
    records = [call(asker, "get", f'<baseRef type="{name}" internalId="{wanted}"/>', admin) for name, wanted in ids.items()]
    return {
        "getDataCenterUrls": [post(asker, envelope(operation("getDataCenterUrls", "<account>x</account>")), host=SHARED)],
        "getServerTime": [call(asker, "getServerTime")], "get": records,
        "getAll": [call(asker, "getAll", '<record recordType="currency"/>'), call(asker, "getAll", '<record recordType="x"/>')],
        "getSelectValue": [call(asker, "getSelectValue", described_field + "<pageIndex>1</pageIndex>")],
        "getPostingTransactionSummary": [call(asker, "getPostingTransactionSummary", summary, admin)],
        "getAccountGovernanceInfo": [call(asker, "getAccountGovernanceInfo", "", admin)],
    }


def test_every_answer_is_as_described(ready: Asker) -> None:
    found, answers = Description(described(ready).body), played(ready)
    assert set(answers) == EVERY
    for name, some in answers.items():
        for answer in some:
            assert answer.status == 200
            [info], [body] = ElementTree.fromstring(answer.body)
            for node in (info, body):
                kind = found.elements[node.tag][0].attrib["type"]
                found.check(node, found.whole(kind), prefixes(answer.body))
            assert body.tag == f"{{{space('messages')}}}{name}Response"


def test_a_fault_is_as_described(ready: Asker) -> None:
    answer = call(ready, "getServerTime", credentials={**ready.account.credentials, "token_secret": "0" * 64})
    found = Description(described(ready).body)
    [own, _] = next(iter(ElementTree.fromstring(answer.body).iter(f"{{{ENVELOPE}}}Fault"))).find("detail") or ()
    found.check(own, found.whole(found.elements[own.tag][0].attrib["type"]), prefixes(answer.body))


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/wsdl/v2017_1_0/netsuite.wsdl", "UNSUPPORTED_WS_VERSION"), ("/wsdl/v2026_1_0/netsuite.wsdl", "INVALID_WS_VERSION"),
        ("/wsdl/v2025_2_1/netsuite.wsdl", "INVALID_WS_VERSION"), ("/wsdl/", "INVALID_WS_VERSION"),
        ("/wsdl/%3Cx%3E&%00", "INVALID_WS_VERSION"), ("/wsdl/" + "9" * 3000, "INVALID_WS_VERSION"),
    ],
)
def test_there_is_none_of_an_endpoint_that_is_not_there(ready: Asker, path: str, code: str) -> None:
    found = fault(described(ready, path=path))
    assert (found.status, found.element, found.code) == (404, "invalidVersionFault", code)


def test_it_is_only_read(ready: Asker) -> None:
    path = f"/wsdl/v{VERSION}_0/netsuite.wsdl"
    assert fault(ready.raw("POST", ready.account.suitetalk_host, path, {"Content-Length": "1"}, b"x")).status == 405
    assert described(ready, ready.account.restlets_host).status == 404


def test_it_asks_for_no_login(begin: Any) -> None:
    asker = begin()
    assert described(asker).status == 200
    assert asker.trail() == []
