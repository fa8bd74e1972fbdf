"""What comes in place of an answer, on each channel: REST, RESTlets and SOAP have their own forms (protocol.md 8, 9.4)."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import replace

from wizard.practice.door.presented import Asked, Refused
from wizard.practice.settings import Settings
from wizard.practice.soap import soap_faults
from wizard.practice.wire.faults import CUT, DELAYS, INSTEAD, SPOILT, Fault, Faults, Hit, place_of
from wizard.practice.wire.reply import (
    Reply,
    rest_error,
    rest_login_refused,
    rest_too_many,
    restlet_error,
    restlet_login_refused,
    restlet_too_many,
    waiting,
)

_REALM = re.compile(r'\brealm="([^"]*)"')
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
        reply = Reply(503, _PAGE.format(soap_faults.MAINTENANCE.sentence).encode(), "text/html; charset=utf-8")
    elif body == "empty":
        reply = Reply(503)
    elif asked.path.startswith(soap_faults.PORT):
        reply = _soap(asked, settings, soap_faults.MAINTENANCE)
    else:
        reply = _in_form(asked, 503, soap_faults.MAINTENANCE.code, soap_faults.MAINTENANCE.sentence)
    return _with_wait(replace(reply, headers=(*reply.headers, *waiting(settings))), fault)


def _rate_limited(asked: Asked, fault: Fault, settings: Settings) -> Reply:
    """One request too many, on each channel in its form."""
    if asked.path.startswith(soap_faults.PORT):
        reply = _soap(asked, settings, soap_faults.BLOCKED)
    elif place_of(asked.host) == "suitetalk":
        reply = rest_too_many(settings)
    else:
        reply = restlet_too_many(settings)
    return _with_wait(reply, fault)


def _disguised(asked: Asked, fault: Fault, settings: Settings) -> Reply:
    """Too many requests, told as a failed login (observed in public, 10.3; RESTlets inferred). No audit row (inferred)."""
    if asked.path.startswith(soap_faults.PORT):
        return _soap(asked, settings, soap_faults.LOGIN)
    if place_of(asked.host) != "suitetalk":
        return restlet_login_refused(settings)
    realm = _REALM.search(asked.headers.get("authorization", ""))
    return rest_login_refused(settings, Refused("", realm.group(1) if realm else ""), disguised=True)


def system_error(asked: Asked, settings: Settings) -> Reply:
    """Return a system error with an id (REST documented, 8.5; RESTlets' body inferred; SOAP observed in public, 9.4).

    Args:
        asked: the request.
        settings: unpublished behaviour.
    """
    error_id = "".join(secrets.choice(string.ascii_lowercase) for _ in range(20))
    if asked.path.startswith(soap_faults.PORT):
        return _soap(asked, settings, soap_faults.SYSTEM_ERROR, error_id)
    return _in_form(asked, 500, soap_faults.SYSTEM_ERROR.code, soap_faults.SYSTEM_ERROR.sentence.format(error_id))


def _soap(asked: Asked, settings: Settings, fault: soap_faults.Fault, about: str = "") -> Reply:
    return soap_faults.fault_reply(settings, fault, soap_faults.endpoint_of(asked), about)


def _in_form(asked: Asked, status: int, code: str, sentence: str) -> Reply:
    """Return an error in the form of the channel that was asked, if that is not SOAP."""
    if place_of(asked.host) == "suitetalk":
        return rest_error(status, sentence, code)
    return restlet_error(status, code, sentence)


def _with_wait(reply: Reply, fault: Fault) -> Reply:
    """Return the answer with ``Retry-After``, if the fault has one (never seen in public, 13.11)."""
    if fault.retry_after is None:
        return reply
    kept = (header for header in reply.headers if header[0] != "Retry-After")
    return replace(reply, headers=(*kept, ("Retry-After", str(fault.retry_after))))


def _truncated(reply: Reply) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) // 2])


def _mislabelled(reply: Reply) -> Reply:
    return replace(reply, content_type="text/html; charset=utf-8")


_INSTEAD: Mapping[str, Callable[[Asked, Fault, Settings], Reply]] = {
    "maintenance": _maintenance, "rate_limited": _rate_limited, "disguised_login": _disguised,
    "system_error": lambda asked, _, settings: system_error(asked, settings),
}
_SPOILT: Mapping[str, Callable[[Reply], Reply]] = {"truncated_json": _truncated, "wrong_content_type": _mislabelled}
