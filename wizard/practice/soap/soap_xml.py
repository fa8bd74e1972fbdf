"""SOAP documents: read without trusting them, written in the form NetSuite's were published in (protocol.md 2.4, 9)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from wizard.practice.wire.reply import Reply, with_company

NEWEST = "2025_2"
"""The last endpoint there will be (documented, 11.2)."""

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_SPACES = (
    f'xmlns:soapenv="{_ENVELOPE}" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_DEEPEST, _MOST = 50, 5000
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NotReadable(Exception):
    """The body is not a SOAP message."""


class _Guarded(TreeBuilder):
    """Refuses a document type, and with it every entity but XML's own five; likewise great depth and many elements."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > _DEEPEST or self._count > _MOST:
            raise NotReadable
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        self._depth -= 1
        return super().end(tag)

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        raise NotReadable


@dataclass(frozen=True)
class Message:
    """A SOAP request."""

    headers: tuple[Element, ...]
    """What stands in its Header."""
    operation: Element
    """The one element of its Body."""


def read(body: bytes) -> Message:
    """Read a request.

    Args:
        body: as sent.

    Raises:
        NotReadable: if it is not a SOAP 1.1 message with one operation, or has what no such message needs.
    """
    parser = XMLParser(target=_Guarded())  # noqa: S314 (see _Guarded)
    try:
        parser.feed(body)
        root = parser.close()
    except (ParseError, ValueError, LookupError):
        # The last two: encodings that are unknown or need several bytes.
        raise NotReadable from None
    parts = {part.tag: tuple(part) for part in root}
    operations = parts.get(f"{{{_ENVELOPE}}}Body", ())
    if root.tag != f"{{{_ENVELOPE}}}Envelope" or len(operations) != 1:
        raise NotReadable
    return Message(parts.get(f"{{{_ENVELOPE}}}Header", ()), operations[0])


def name_of(node: Element) -> tuple[str, str]:
    """Return an element's namespace and its name in it.

    Args:
        node: the element.
    """
    space, _, name = node.tag.rpartition("}")
    return space[1:], name


def within(node: Element | None, name: str) -> Iterator[Element]:
    """Yield the children of one name, in whatever namespace (that NetSuite is as lenient is inferred).

    Args:
        node: the parent; None has no children.
        name: without a namespace.
    """
    return (child for child in (() if node is None else node) if name_of(child)[1] == name)


def text_of(node: Element | None, name: str) -> str:
    """Return the text of the first child of one name; empty if there is none.

    Args:
        node: the parent.
        name: without a namespace.
    """
    return next((child.text or "" for child in within(node, name)), "")


def namespace(kind: str, version: str, part: str = "platform") -> str:
    """Return a namespace of an endpoint (documented and observed in public, 9.1).

    Args:
        kind: ``messages``, ``core``, ``faults`` or the group of a record.
        version: e.g. ``2025_2``.
        part: ``lists`` or ``transactions`` for records.
    """
    return f"urn:{kind}_{version}.{part}.webservices.netsuite.com"


def text(value: object) -> str:
    """Return a value as XML text; what XML cannot hold becomes a question mark.

    Args:
        value: a flag becomes ``true`` or ``false``.
    """
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return escape(_UNWRITABLE.sub("?", shown), quote=False)


def element(name: str, /, *inside: str, **attributes: object) -> str:
    """Return an element.

    Args:
        name: with its prefix.
        inside: XML.
        attributes: values; the first underscore of a name becomes a colon.
    """
    shown = "".join(f" {key.replace('_', ':', 1)}=\"{escape(_UNWRITABLE.sub('?', str(v)))}\"" for key, v in attributes.items())
    content = "".join(inside)
    return f"<{name}{shown}>{content}</{name}>" if content else f"<{name}{shown}/>"


def envelope(body: str, header: str = "") -> bytes:
    """Return a whole document. The published ones are indented by whoever printed them; this one is not.

    Args:
        body: XML.
        header: XML; a fault has none (observed in public, 9.3).
    """
    head = element("soapenv:Header", header) if header else ""
    made = f"<soapenv:Envelope {_SPACES}>{head}{element('soapenv:Body', body)}</soapenv:Envelope>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{made}'.encode()


def succeeded(body: str, version: str, account: str, now: datetime) -> Reply:
    """Return the answer of an operation, with the ``documentInfo`` of the published ones (observed in public, 9.3).

    Args:
        body: XML.
        version: of the endpoint.
        account: as the caller spells it; empty if it was not said (documented, 2.4).
        now: the account's own time.
    """
    digits = "".join(secrets.choice("0123456789") for _ in range(18))
    ns_id = f"WEBSERVICES_{account}_{now:%m%d%Y}{digits}_{secrets.token_hex(5)[1:]}"
    inside = element("platformMsgs:nsId", text(ns_id))
    info = element("platformMsgs:documentInfo", inside, xmlns_platformMsgs=namespace("messages", version))
    return soap_reply(200, envelope(body, info))


def soap_reply(status: int, document: bytes) -> Reply:
    """Return a document with the headers a published answer had (observed in public, 9.3; not those of its CDN).

    Args:
        status: HTTP status.
        document: from ``envelope``.
    """
    made = with_company(Reply(status, document, "text/xml;charset=utf-8"))
    return replace(made, headers=(*made.headers, ("P3P", 'CP="CAO PSAa OUR BUS PUR"')))
