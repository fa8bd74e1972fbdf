"""The description of the SOAP door that generic clients load first, the WSDL: written here, of what is played.

Its address is a pattern (observed in public, 9.1). Names and namespaces are those of the published one (observed in public,
section 14: P-WSDL), of which it is a small part in one document. Inferred: that it is there as long as its endpoint is, and
its host is the one to call. Simpler than NetSuite's: enumerations are strings, and any operation may end in any fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from wizard.practice.door.presented import Asked
from wizard.practice.rest.record_fields import Field
from wizard.practice.soap import soap_faults as faults
from wizard.practice.soap.soap_faults import PORT, VERSION, Fault, fault_document
from wizard.practice.soap.soap_operations import OPERATIONS
from wizard.practice.soap.soap_records import SHAPES, SPACES
from wizard.practice.soap.soap_service import endpoint_wrong
from wizard.practice.soap.soap_xml import NEWEST, element, namespace, soap_reply
from wizard.practice.wire.reply import Reply

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

PATH = "/wsdl/"
"""Where descriptions are (observed in public, 9.1)."""

_ADDRESS = re.compile(rf"{PATH}v({VERSION.pattern})_0/netsuite\.wsdl", re.ASCII)
_COMMENT = "<!-- Written by the practice account: only the operations, headers and fields it plays. Not the published WSDL. -->"
_PREFIXES = {"platformCore": ("core", "platform"), "platformMsgs": ("messages", "platform"), **SPACES}
_REFS = "period account parentItem item entity department class location subsidiary book"
_CORE = f"""
Status = statusDetail:StatusDetail* @isSuccess:boolean
StatusDetail = code:string? message:string? afterSubmitFailed:boolean? @type:string
Record! =
BaseRef! = name:string?
RecordRef < BaseRef = @internalId:string @externalId:string @type:string
RecordList = record:Record*
BaseRefList = baseRef:BaseRef*
RecordRefList = recordRef:RecordRef*
TokenPassport = account:string consumerKey:string token:string nonce:string timestamp:long signature:TokenPassportSignature
TokenPassportSignature < string = @algorithm:string
GetAllRecord = @recordType:string
GetSelectValueFilter = filterValue:string @operator:string
GetSelectValueFieldDescription = recordType:string? sublist:string? field:string filter:GetSelectValueFilter?
PostingTransactionSummaryField = {" ".join(f"{name}:boolean?" for name in _REFS.split())}
PostingTransactionSummaryFilter = {" ".join(f"{name}:RecordRefList?" for name in _REFS.split())}
PostingTransactionSummary = {" ".join(f"{name}:RecordRef?" for name in _REFS.split())} amount:double
PostingTransactionSummaryList = postingTransactionSummary:PostingTransactionSummary*
DataCenterUrls = restDomain:string webservicesDomain:string systemDomain:string
GetDataCenterUrlsResult = status:Status dataCenterUrls:DataCenterUrls?
GetServerTimeResult = status:Status serverTime:dateTime?
GetAllResult = status:Status totalRecords:int? recordList:RecordList?
GetSelectValueResult = status:Status totalRecords:int? totalPages:int? baseRefList:BaseRefList?
GetPostingTransactionSummaryResult = status:Status totalRecords:int? pageSize:int? totalPages:int? pageIndex:int? \
postingTransactionSummaryList:PostingTransactionSummaryList?
GetAccountGovernanceInfoResult = status:Status accountConcurrencyLimit:long? unallocatedConcurrencyLimit:long?
"""
_MESSAGES = """
DocumentInfo = nsId:string
ReadResponse = platformCore:status record:Record?
GetDataCenterUrlsRequest = account:string
GetServerTimeRequest =
GetRequest = baseRef:BaseRef
GetAllRequest = record:GetAllRecord
GetSelectValueRequest = fieldDescription:GetSelectValueFieldDescription pageIndex:int
GetPostingTransactionSummaryRequest = fields:PostingTransactionSummaryField? filters:PostingTransactionSummaryFilter? pageIndex:int
GetAccountGovernanceInfoRequest =
"""
"""A type a line: its name, ``!`` if it is abstract, what it extends, then what is in it with ``?`` or ``*`` for how often;
``@`` begins an attribute, and ``prefix:name`` without a type of its own is an element of another namespace."""
_WAYS = (("input", "Request", "tokenPassport"), ("output", "Response", "documentInfo"))
_COUNTS: Mapping[str, Mapping[str, object]] = {"?": {"minOccurs": 0}, "*": {"minOccurs": 0, "maxOccurs": "unbounded"}}
_PLAYED = ("getDataCenterUrls", *OPERATIONS)
_FAULTS = sorted({value.element for value in vars(faults).values() if isinstance(value, Fault)} - {""})


def answer(account: PracticeAccount, asked: Asked) -> Reply:
    """Describe one endpoint, as the host that is asked: its operations are to be sent there.

    Args:
        account: the account.
        asked: the request.
    """
    if asked.method not in ("GET", "HEAD"):
        return soap_reply(405, fault_document(faults.MALFORMED))
    found = _ADDRESS.fullmatch(asked.path)
    version = found[1] if found else ""
    if wrong := endpoint_wrong(account, version):
        return soap_reply(404, fault_document(wrong, version or NEWEST, version or asked.path))
    return soap_reply(200, _document(version, f"https://{asked.host}{PORT}{version}").encode())


def _document(version: str, address: str) -> str:
    spaces = {prefix: namespace(kind, version, part) for prefix, (kind, part) in _PREFIXES.items()}
    spaces |= {"platformFaults": namespace("faults", version), "tns": f"urn:platform_{version}.webservices.netsuite.com"}
    spaces |= {"soap": "http://schemas.xmlsoap.org/wsdl/soap/", "xsd": "http://www.w3.org/2001/XMLSchema"}
    named = {f"xmlns_{prefix}": space for prefix, space in spaces.items()}
    port = element("soap:address", location=address)
    service = element("port", port, name="NetSuitePort", binding="tns:NetSuiteBinding")
    style = element("soap:binding", style="document", transport="http://schemas.xmlsoap.org/soap/http")
    whole = element(
        "definitions", _COMMENT, element("types", *_schemas(spaces)), *_messages(),
        element("portType", *(_operation(name) for name in _PLAYED), name="NetSuitePortType"),
        element("binding", style, *(_bound(name) for name in _PLAYED), name="NetSuiteBinding", type="tns:NetSuitePortType"),
        element("service", service, name="NetSuiteService"),
        xmlns="http://schemas.xmlsoap.org/wsdl/", targetNamespace=spaces["tns"], **named,
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{whole}'


def _schemas(spaces: dict[str, str]) -> list[str]:
    """One schema a namespace; each knows the types of core."""
    inside = {prefix: _records(prefix) for prefix in SPACES}
    results = [(f"{name}Result", f"platformCore:{_upper(name)}Result") for name in _PLAYED if name != "get"]
    inside["platformCore"] = _elements([("status", "platformCore:Status"), *results]) + _types(_CORE)
    asks = [(name, f"platformMsgs:{_upper(name)}Request") for name in _PLAYED]
    says = [(f"{name}Response", f"platformMsgs:{_upper(name)}Response") for name in _PLAYED]
    own = [("tokenPassport", "platformCore:TokenPassport"), ("documentInfo", "platformMsgs:DocumentInfo")]
    inside["platformMsgs"] = _elements([*asks, *says, *own, ("readResponse", "platformMsgs:ReadResponse")]) + _types(
        _MESSAGES + "\n".join(f"{_upper(name)}Response = {_result(name)}" for name in _PLAYED)
    )
    inside["platformFaults"] = _elements([(name, f"platformFaults:{_upper(name)}") for name in _FAULTS]) + _types(
        "\n".join(f"{_upper(name)} = code:string message:string" for name in _FAULTS)
    )
    core = element("xsd:import", namespace=spaces["platformCore"])
    return [
        element(
            "xsd:schema", "" if prefix == "platformCore" else core, content,
            targetNamespace=spaces[prefix], elementFormDefault="qualified",
        )
        for prefix, content in inside.items()
    ]


def _upper(name: str) -> str:
    return name[0].upper() + name[1:]


def _result(name: str) -> str:
    return "platformMsgs:readResponse" if name == "get" else f"platformCore:{name}Result"


def _elements(pairs: list[tuple[str, str]]) -> str:
    return "".join(element("xsd:element", name=name, type=kind) for name, kind in pairs)


def _records(prefix: str) -> str:
    """The types of the records of one namespace, from the table that writes them."""
    lines = []
    for shape in (shape for shape in SHAPES.values() if shape.prefix == prefix):
        fields = " ".join(f"{field.name}:{_kind(field)}?" for field in shape.fields)
        lines.append(f"{_upper(shape.record.name)} < Record = {fields} @internalId:string @externalId:string")
    return _types("\n".join(lines))


def _kind(field: Field) -> str:
    return "RecordRef" if field.refers else {"date": "dateTime", "number": "double"}.get(field.kind, field.kind)


def _types(table: str) -> str:
    return "".join(_type(*line.split("=")) for line in table.strip().splitlines())


def _type(head: str, parts: str) -> str:
    """Return a type; one that extends a type of XML Schema holds text and attributes."""
    name, _, base = (part.strip() for part in head.partition("<"))
    inside = element("xsd:sequence", *(_part(part) for part in parts.split() if part[0] != "@"))
    attributes = "".join(
        element("xsd:attribute", name=own, type=f"xsd:{kind}") for own, kind in re.findall(r"@(\w+):(\w+)", parts)
    )
    if base[:1].islower():
        inside = element("xsd:simpleContent", element("xsd:extension", attributes, base=_qualified(base)))
    elif base:
        inside = element("xsd:complexContent", element("xsd:extension", inside, attributes, base=_qualified(base)))
    else:
        inside += attributes
    own_name, abstract = name.rstrip("!"), {"abstract": "true"} if name.endswith("!") else {}
    return element("xsd:complexType", inside, name=own_name, **abstract)


def _part(part: str) -> str:
    name, _, kind = part.rstrip("".join(_COUNTS)).partition(":")
    if name in _PREFIXES:
        return element("xsd:element", ref=f"{name}:{kind}")
    return element("xsd:element", name=name, type=_qualified(kind), **_COUNTS.get(part[-1], {}))


def _qualified(kind: str) -> str:
    return f"{'xsd' if kind[0].islower() else 'platformCore'}:{kind}"


def _messages() -> list[str]:
    said = [(f"{name}Request", "parameters", f"platformMsgs:{name}") for name in _PLAYED]
    said += [(f"{name}Response", "parameters", f"platformMsgs:{name}Response") for name in _PLAYED]
    said += [(_upper(name), "fault", f"platformFaults:{name}") for name in _FAULTS]
    headers = (element("part", name=header, element=f"platformMsgs:{header}") for *_, header in _WAYS)
    return [element("message", *headers, name="headers")] + [
        element("message", element("part", name=part, element=of), name=name) for name, part, of in said
    ]


def _operation(name: str) -> str:
    asks, says = (element(way, name=f"{name}{what}", message=f"tns:{name}{what}") for way, what, _ in _WAYS)
    wrong = (element("fault", name=_upper(fault), message=f"tns:{_upper(fault)}") for fault in _FAULTS)
    return element("operation", asks, says, *wrong, name=name)


def _bound(name: str) -> str:
    body = element("soap:body", use="literal")
    asks, says = (
        element(way, element("soap:header", message="tns:headers", part=header, use="literal"), body, name=f"{name}{what}")
        for way, what, header in _WAYS
    )
    wrong = (element("fault", element("soap:fault", name=_upper(f), use="literal"), name=_upper(f)) for f in _FAULTS)
    return element("operation", element("soap:operation", soapAction=name), asks, says, *wrong, name=name)

