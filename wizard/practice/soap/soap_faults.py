"""The faults of SOAP as data: which element, code and sentence (protocol.md 9.4 and the table of failures)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from wizard.practice.door.presented import Asked
from wizard.practice.settings import Settings
from wizard.practice.soap.soap_xml import NEWEST, element, envelope, namespace, soap_reply, text
from wizard.practice.wire.reply import MALFORMED_SENTENCE, Reply

PORT = "/services/NetSuitePort_"
"""Path of every endpoint, up to its version (documented, 9.1)."""
VERSION = re.compile(r"(20\d\d)_([12])", re.ASCII)
"""What a version looks like."""

_HOSTNAME = "partners117.prod-phx-na9.core.ns.internal"


@dataclass(frozen=True)
class Fault:
    """A fault, as far as it does not depend on the request."""

    sentence: str
    """``faultstring``, and ``message`` of the detail."""
    code: str = ""
    """One of ``FaultCodeType``."""
    element: str = ""
    """In the detail; empty: the detail has the host's name alone."""
    certain: bool = False
    """Whether its status was published with it: 500."""


LOGIN = Fault("Invalid login attempt.", "USER_ERROR", "invalidCredentialsFault", certain=True)
"""A failed login, whatever the cause (observed in public, 9.4)."""
AMBIGUOUS = Fault("Ambiguous authentication", "USER_ERROR", "invalidCredentialsFault")
"""``applicationInfo`` or a session beside the token passport (documented and observed in public, 9.4)."""
AMBIGUOUS_PASSPORT = Fault("Ambiguous authentication")
"""A ``passport`` beside it: the detail holds the host alone (observed in public, 9.4)."""
USER_CREDENTIALS = Fault(
    "You have entered an invalid email address or account number. Please try again.", "INVALID_LOGIN_CREDENTIALS",
    "invalidCredentialsFault",
)
"""A ``passport`` alone: the element is documented for a missing second factor (9.4), code and sentence were seen with
a wrong passport at an old endpoint (observed in public, fixtures of NetSweet/netsuite); that they meet here is inferred."""
NO_LOGIN = Fault("You must log in before performing a web service operation.", "WS_LOG_IN_REQD", "invalidSessionFault")
"""Nothing to log in with. Code and sentence observed in public (test of a Perl client); the element is inferred (13.3)."""
BLOCKED = Fault(
    "SuiteTalk concurrent request limit exceeded. Request blocked.", "WS_REQUEST_BLOCKED",
    "exceededConcurrentRequestLimitFault",
)
"""One request too many (names documented, sentence observed in public: 9.4; body 13.12)."""
NO_PERMISSION = Fault("You do not have permission to access {} feature.", "", "insufficientPermissionFault")
"""Role without SOAP (codes documented, sentence observed in public, element inferred: 9.4, 13.12)."""
UNEXPECTED = Fault("An unexpected error occurred")
"""A system error without an id (observed in public, 9.4)."""
SYSTEM_ERROR = Fault("An unexpected error occurred. Error ID: {}", "UNEXPECTED_ERROR", "unexpectedErrorFault")
"""A system error with one (observed in public, 9.4)."""
MAINTENANCE = Fault(
    "The account you are trying to access is currently unavailable while we undergo our regularly scheduled maintenance.",
    "ACCT_TEMP_UNAVAILABLE", "unexpectedErrorFault",
)
"""Sentence observed in public (8.5), code from the published enumeration; that they meet, and the element, are inferred."""
GONE_VERSION = Fault("The endpoint {} is no longer supported.", "UNSUPPORTED_WS_VERSION", "invalidVersionFault")
"""Element documented, code from the published enumeration; sentence inferred (9.4)."""
NO_VERSION = Fault("The endpoint {} does not exist.", "INVALID_WS_VERSION", "invalidVersionFault")
"""Likewise."""
NO_OPERATION = Fault("The practice account does not know the operation {}.")
"""Nothing like it was published; the shape is that of every fault (inferred)."""
MALFORMED = Fault(MALFORMED_SENTENCE)
"""Not a SOAP message. The sentence is the one other doors have for it (inferred)."""
ACCOUNT_SPECIFIC = Fault(
    "In this account, you must use account-specific domains with this SOAP web services endpoint. You can use the SOAP "
    "getDataCenterUrls operation to obtain the correct domain. Or, go to Setup > Company > Company Information in the "
    "NetSuite UI. Your domains are listed on the Company URLs tab."
)
"""The shared host, at endpoints from 2019.1 on (observed in public, table of failures)."""
CORRECT_HOST = Fault("You are not requesting the correct data center for your company! Please correct the host in the URL.")
"""A host of another data center (observed in public, table of failures)."""
DATA_CENTER = Fault(
    "Incorrect data center requested! The data center you are requesting is not the data center where your account is "
    "hosted. To obtain the correct URL for your request, please use the SOAP getDataCenterUrls operation."
)
"""Likewise; and what the retired REST host says, with 200 (observed in public, 2.3 and table of failures)."""

SHARED_HOST: Mapping[str, Fault] = {
    "account_specific": ACCOUNT_SPECIFIC, "correct_host": CORRECT_HOST, "data_center": DATA_CENTER,
}
"""By the value of ``settings.soap_shared_host``."""


def endpoint_of(asked: Asked) -> str:
    """Return the endpoint whose namespaces a fault has: the one that was asked, or the newest if that is none (inferred).

    Args:
        asked: the request.
    """
    version = asked.path[len(PORT) :]
    return version if VERSION.fullmatch(version) else NEWEST


def fault_reply(settings: Settings, fault: Fault, version: str = NEWEST, about: str = "") -> Reply:
    """Return a fault.

    Args:
        settings: unpublished behaviour.
        fault: which one.
        version: of the endpoint that was asked.
        about: what the sentence names.
    """
    return soap_reply(500 if fault.certain else int(settings.soap_fault_status), fault_document(fault, version, about))


def fault_document(fault: Fault, version: str = NEWEST, about: str = "") -> bytes:
    """Return the document of a fault; its shape is that of the published ones (observed in public, 9.4).

    Args:
        fault: which one.
        version: of the endpoint that was asked.
        about: what the sentence names.
    """
    sentence = text(fault.sentence.format(about))
    detail = element("ns1:hostname", _HOSTNAME, xmlns_ns1="http://xml.apache.org/axis/")
    if fault.element:
        code, message = element("platformFaults:code", fault.code), element("platformFaults:message", sentence)
        own = element(
            f"platformFaults:{fault.element}", code, message, xmlns_platformFaults=namespace("faults", version)
        )
        detail = own + detail
    said = element("faultcode", "soapenv:Server.userException") + element("faultstring", sentence)
    return envelope(element("soapenv:Fault", said, element("detail", detail)))


def no_permission(settings: Settings, feature_off: bool) -> Fault:
    """Return the fault for a role without SOAP, or for the feature being off (13.6, 13.12).

    Args:
        settings: which code and which of the two published sentences.
        feature_off: the feature is off.
    """
    code = "WS_FEATURE_REQD" if feature_off and settings.soap_feature_off == "WS_FEATURE_REQD" else settings.soap_refusal
    return replace(NO_PERMISSION, sentence=NO_PERMISSION.sentence.format(settings.soap_refusal_names), code=code)
