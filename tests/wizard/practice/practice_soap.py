"""Asks a practice account by SOAP; signs as protocol.md 3.2 says, with nothing but the standard library."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from practice_asker import Answer, Asker

VERSION = "2025_2"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
XML = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": "any"}


def space(kind: str, version: str = VERSION) -> str:
    return f"urn:{kind}_{version}.platform.webservices.netsuite.com"


def passport(values: Mapping[str, str], version: str = VERSION, prefixed: bool = True, algorithm: str = "HMAC-SHA256") -> str:
    """The header of 9.2, or the same without any namespace. A value of None is left out."""
    inner, own = ("c:", f' xmlns="{space("messages", version)}" xmlns:c="{space("core", version)}"') if prefixed else ("", ' xmlns=""')
    parts = [f"<{inner}{name}>{value}</{inner}{name}>" for name, value in values.items() if name != "signature" and value is not None]
    if values.get("signature") is not None:
        parts.append(f'<{inner}signature algorithm="{algorithm}">{values["signature"]}</{inner}signature>')
    return f"<tokenPassport{own}>{''.join(parts)}</tokenPassport>"


def shown(asker: Asker, credentials: Mapping[str, str] | None = None, **changes: Any) -> dict[str, str]:
    """Signed values of a passport; ``changes`` are made before signing."""
    own = credentials or asker.account.credentials
    parts = {
        "account": own["account"], "consumerKey": own["consumer_key"], "token": own["token_id"], "nonce": secrets.token_hex(10),
        "timestamp": str(int(asker.account.now().timestamp())), **changes,
    }
    key = f"{own['consumer_secret']}&{own['token_secret']}".encode()
    digest = hmac.new(key, "&".join(parts.values()).encode(), hashlib.sha256).digest()
    return {**parts, "signature": base64.b64encode(digest).decode()}


def envelope(body: str, header: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{ENVELOPE}" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>'
    )


def operation(name: str, inside: str = "", version: str = VERSION) -> str:
    return f'<{name} xmlns="{space("messages", version)}" xmlns:core="{space("core", version)}">{inside}</{name}>'


def post(asker: Asker, document: str | bytes, version: str = VERSION, host: str = "", **headers: str) -> Answer:
    body = document if isinstance(document, bytes) else document.encode()
    return asker.raw("POST", host or asker.account.suitetalk_host, f"/services/NetSuitePort_{version}", {**XML, **headers}, body)


def call(
    asker: Asker, name: str, inside: str = "", credentials: Mapping[str, str] | None = None, version: str = VERSION, host: str = ""
) -> Answer:
    """One signed operation."""
    header = passport(shown(asker, credentials), version)
    return post(asker, envelope(operation(name, inside, version), header), version, host)


@dataclass(frozen=True)
class Fault:
    """What a fault says."""

    status: int
    sentence: str
    element: str
    code: str
    version: str


def fault(answer: Answer) -> Fault:
    """Read a fault; its shape is looked at too."""
    root = ElementTree.fromstring(answer.body)
    assert [child.tag for child in root] == [f"{{{ENVELOPE}}}Body"], "a fault has no header"
    [found] = root[0]
    assert found.tag == f"{{{ENVELOPE}}}Fault"
    assert [child.tag for child in found] == ["faultcode", "faultstring", "detail"]
    assert found[0].text == "soapenv:Server.userException"
    *own, hostname = found[2]
    assert hostname.tag == "{http://xml.apache.org/axis/}hostname"
    if not own:
        return Fault(answer.status, found[1].text or "", "", "", "")
    [element] = own
    uri, _, name = element.tag[1:].partition("}")
    code, message = element
    assert message.text == found[1].text
    return Fault(answer.status, found[1].text or "", name, code.text or "", uri.removeprefix("urn:faults_")[:6])


def status(answer: Answer) -> tuple[bool, str, str]:
    """Success, code and sentence of a status."""
    assert answer.status == 200, answer.body
    root = ElementTree.fromstring(answer.body)
    [found] = [node for node in root.iter() if node.tag.endswith("}status")]
    texts = {node.tag.rpartition("}")[2]: node.text or "" for node in found.iter()}
    return found.attrib["isSuccess"] == "true", texts.get("code", ""), texts.get("message", "")


def texts(answer: Answer, name: str) -> list[str]:
    """Texts of all elements of one name."""
    return [node.text or "" for node in ElementTree.fromstring(answer.body).iter() if node.tag.rpartition("}")[2] == name]


def canonical(document: str | bytes) -> str:
    """A document without what only whoever printed it put there: blanks between elements."""
    return ElementTree.canonicalize(document.decode() if isinstance(document, bytes) else document, strip_text=True)
