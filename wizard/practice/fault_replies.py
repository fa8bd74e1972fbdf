"""What comes in place of an answer, on each channel: REST, RESTlets and SOAP have their own forms (protocol.md 8, 9.4)."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import replace

from wizard.practice.faults import CUT, DELAYS, INSTEAD, SPOILT, Fault, Faults, Hit, place_of
from wizard.practice.presented import Asked, Refused
from wizard.practice.reply import (
    Reply,
    rest_error,
    rest_login_refused,
    rest_too_many,
    restlet_error,
    restlet_login_refused,
    restlet_too_many,
    waiting,
)
from wizard.practice.settings import Settings

MAINTENANCE = (
    "The account you are trying to access is currently unavailable while we undergo our regularly scheduled maintenance."
)
"""Observed in public for SOAP (8.5); elsewhere inferred."""

_SOAP = "/services/NetSuitePort_"
_REALM = re.compile(r'\brealm="([^"]*)"')
_SOAP_LIMIT = "SuiteTalk concurrent request limit exceeded. Request blocked."
_PAGE = "<!DOCTYPE html>\n<html><head><title>Scheduled Maintenance</title></head><body><p>{}</p></body></html>\n"


def answer(faults: Faults, asked: Asked, real: Callable[[Asked], Reply]) -> tuple[Reply, Hit | None]:
    """Answer a request as far as the faults let it be answered.

    Args:
        faults: those in force.
        asked: the request.
        real: answers it in earnest.

    Returns:
        The answer, and the unkind way it is to be sent in, if any.

    Raises:
        ConnectionAbortedError: if the account was stopped while the answer waited.
    """
    late, instead, spoilt, cut = (faults.hit(kinds, asked.host, asked.path) for kinds in (DELAYS, INSTEAD, SPOILT, CUT))
    reply = _INSTEAD[instead.fault.kind](asked, instead.fault, faults.settings) if instead else real(asked)
    if spoilt:
        reply = _SPOILT[spoilt.fault.kind](reply)
    for hit in filter(None, (late, instead)):
        faults.wait(hit)
    return reply, cut


def _maintenance(asked: Asked, fault: Fault, settings: Settings) -> Reply:
    """503: documented for the RESTlet host (8.2); that it comes in place of the login is inferred."""
    body = fault.body or settings.maintenance_body
    if body == "html":
        reply = Reply(503, _PAGE.format(MAINTENANCE).encode(), "text/html; charset=utf-8")
    elif body == "empty":
        reply = Reply(503)
    else:
        reply = _in_form(asked, 503, "ACCT_TEMP_UNAVAILABLE", MAINTENANCE, "unexpectedErrorFault")
    return _with_wait(replace(reply, headers=waiting(settings)), fault)


def _rate_limited(asked: Asked, fault: Fault, settings: Settings) -> Reply:
    """One request too many, on each channel in its form."""
    if asked.path.startswith(_SOAP):
        # Names and text are published (9.4), the body is not (13.12).
        reply = soap_fault(asked, "exceededConcurrentRequestLimitFault", "WS_REQUEST_BLOCKED", _SOAP_LIMIT)
    elif place_of(asked.host) == "suitetalk":
        reply = rest_too_many(settings)
    else:
        reply = restlet_too_many(settings)
    return _with_wait(reply, fault)


def _disguised(asked: Asked, fault: Fault, settings: Settings) -> Reply:
    """Too many requests, told as a failed login (observed in public, 10.3; RESTlets inferred). No audit row (inferred)."""
    if asked.path.startswith(_SOAP):
        return soap_fault(asked, "invalidCredentialsFault", "USER_ERROR", "Invalid login attempt.")
    if place_of(asked.host) != "suitetalk":
        return restlet_login_refused(settings)
    realm = _REALM.search(asked.headers.get("authorization", ""))
    return rest_login_refused(settings, Refused("", realm.group(1) if realm else ""))


def system_error(asked: Asked, *_: object) -> Reply:
    """Return a system error with an id (REST documented, 8.5; RESTlets' body inferred; SOAP observed in public, 9.4).

    Args:
        asked: the request.
        _: nothing more is needed.
    """
    error_id = "".join(secrets.choice(string.ascii_lowercase) for _ in range(20))
    sentence = f"An unexpected error occurred. Error ID: {error_id}"
    return _in_form(asked, 500, "UNEXPECTED_ERROR", sentence, "unexpectedErrorFault")


def soap_fault(asked: Asked, element: str, code: str, sentence: str) -> Reply:
    """Return a SOAP fault in the shape of the published ones; 500 (observed in public for the login, else 13.12).

    Args:
        asked: the request; its path names the version.
        element: of the fault.
        code: from FaultCodeType (documented, 9.4).
        sentence: the words.
    """
    found = re.match(re.escape(_SOAP) + r"(\d{4}_\d)", asked.path)
    namespace = f"urn:faults_{found.group(1) if found else '2024_1'}.platform.webservices.netsuite.com"
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
        "<soapenv:Body><soapenv:Fault><faultcode>soapenv:Server.userException</faultcode>"
        f"<faultstring>{sentence}</faultstring><detail>"
        f'<platformFaults:{element} xmlns:platformFaults="{namespace}">'
        f"<platformFaults:code>{code}</platformFaults:code>"
        f"<platformFaults:message>{sentence}</platformFaults:message>"
        f"</platformFaults:{element}></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    )
    return Reply(500, body.encode(), "text/xml; charset=utf-8")


def _in_form(asked: Asked, status: int, code: str, sentence: str, element: str) -> Reply:
    """Return an error in the form of the channel that was asked."""
    if asked.path.startswith(_SOAP):
        return soap_fault(asked, element, code, sentence)
    if place_of(asked.host) == "suitetalk":
        return rest_error(status, sentence, code)
    return restlet_error(status, code, sentence)


def _with_wait(reply: Reply, fault: Fault) -> Reply:
    """Return the answer with ``Retry-After``, if the fault has one (never seen in public, 13.11)."""
    if fault.retry_after is None:
        return reply
    return replace(reply, headers=(("Retry-After", str(fault.retry_after)),))


def _truncated(reply: Reply) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) // 2])


def _mislabelled(reply: Reply) -> Reply:
    return replace(reply, content_type="text/html; charset=utf-8")


_INSTEAD: Mapping[str, Callable[[Asked, Fault, Settings], Reply]] = {
    "maintenance": _maintenance, "rate_limited": _rate_limited, "disguised_login": _disguised,
    "system_error": system_error,
}
_SPOILT: Mapping[str, Callable[[Reply], Reply]] = {"truncated_json": _truncated, "wrong_content_type": _mislabelled}
