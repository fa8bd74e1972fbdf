"""The SOAP door: which endpoint, whose login, which operation (protocol.md 2.4, 9, 11.2, 12).

Order of checks (12): document and endpoint, more than one way to log in, login, SOAP feature and permission, operation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from wizard.practice.door.directory import Access
from wizard.practice.door.presented import Asked, Presented, Refused, TooManyRequests
from wizard.practice.soap import soap_faults as faults
from wizard.practice.soap import soap_operations
from wizard.practice.soap.soap_faults import PORT, VERSION, Fault, endpoint_of, fault_document, fault_reply
from wizard.practice.soap.soap_operations import Call
from wizard.practice.soap.soap_xml import Message, NotReadable, name_of, namespace, read, soap_reply, succeeded
from wizard.practice.wire.reply import Answered, Reply

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

_LAST = (2025, 2)
_END = (2028, 2)
"""Release that has no SOAP any more (documented, 11.2)."""
_KEPT = {"faq": 13, "wsdl_page": 14}
"""Half-years an endpoint is there: both of Oracle's contradicting pages (documented, 11.2)."""
_PASSPORT = ("consumerKey", "token", "nonce", "timestamp", "signature")
_NAMES = {"consumerKey": "oauth_consumer_key", **{name: f"oauth_{name}" for name in _PASSPORT[1:]}}


def answer(account: PracticeAccount, asked: Asked) -> Reply:
    """Answer one request to an endpoint.

    Args:
        account: the account.
        asked: the request.

    Raises:
        Answered: with a fault.
    """
    if asked.method != "POST":
        return soap_reply(405, fault_document(faults.MALFORMED))
    try:
        message = read(asked.body)
    except NotReadable:
        return fault_reply(account.settings, faults.MALFORMED)
    version, (space, name) = asked.path[len(PORT) :], name_of(message.operation)
    if wrong := endpoint_wrong(account, version, space):
        return fault_reply(account.settings, wrong, endpoint_of(asked), version)
    if name == "getDataCenterUrls":
        # Asks for no login, and ignores one (documented, 2.4).
        return soap_operations.data_center_urls(account, message.operation, version)
    access = _admitted(account, asked, message, version)
    if name not in soap_operations.OPERATIONS or space != namespace("messages", version):
        # A password login beside a token was seen to end like this (table of failures); for the others it is inferred.
        return fault_reply(account.settings, faults.UNEXPECTED if name == "login" else faults.NO_OPERATION, version, name)
    body = soap_operations.answer(Call(account, access, message.operation, name, version))
    return succeeded(body, version, account.realm, account.now())


def wrong_data_center(account: PracticeAccount, asked: Asked) -> Reply:
    """Answer what asks the retired REST host for REST web services: 200, yet a fault (observed in public, 2.3).

    Args:
        account: the account.
        asked: the request.
    """
    return soap_reply(200, fault_document(faults.DATA_CENTER))


def endpoint_wrong(account: PracticeAccount, version: str, space: str = "") -> Fault | None:
    """Look whether the account's release has the endpoint, and whether the operation belongs to it.

    Args:
        account: the account.
        version: from the path.
        space: of the operation, if there is one.
    """
    found = VERSION.fullmatch(version)
    endpoint = (int(found[1]), int(found[2])) if found else (0, 0)
    year, half = (int(part) for part in account.release.split("."))
    if not found or endpoint > min(_LAST, (year, half)):
        return faults.NO_VERSION
    # However old: samples of 2012_1, 2015_1 and 2017_1 were published (9.4, 9.5); where the first one was is not told (inferred).
    age = 2 * (year - endpoint[0]) + half - endpoint[1]
    if age > _KEPT[account.settings.soap_oldest_endpoint] or (year, half) >= _END:
        return faults.GONE_VERSION
    # A document of one endpoint sent to another: what happens is not published, the element's description fits (inferred).
    other = space.startswith("urn:messages_") and space != namespace("messages", version)
    return faults.NO_VERSION if other else None


def _admitted(account: PracticeAccount, asked: Asked, message: Message, version: str) -> Access:
    """Return the login, if it came to the right host and may use SOAP at all."""
    if account.kinds[asked.host.partition(":")[0]] == "webservices":
        shared = faults.SHARED_HOST[account.settings.soap_shared_host]
        raise Answered(fault_reply(account.settings, shared, version))
    access = _login(account, asked, message, version)
    on = access.has("WEBSERVICESEXTERNAL")
    if on and access.level("ADMI_WEBSERVICES"):
        return access
    raise Answered(fault_reply(account.settings, faults.no_permission(account.settings, feature_off=not on), version))


def _login(account: PracticeAccount, asked: Asked, message: Message, version: str) -> Access:
    try:
        return account.admit(asked, _presented(account, asked, message, version))
    except Refused:
        refusal = faults.LOGIN
    except TooManyRequests:
        refusal = faults.LOGIN if account.wait_in_disguise() else faults.BLOCKED
    raise Answered(fault_reply(account.settings, refusal, version))


def _presented(account: PracticeAccount, asked: Asked, message: Message, version: str) -> Presented:
    """Read the token passport.

    Raises:
        Answered: if there is none, or something else to log in with beside it.
        Refused: if it is not one where namespaces are insisted upon.
    """
    headers = [(name_of(header)[1], header) for header in message.headers]
    passports = [header for name, header in headers if name == "tokenPassport"]
    wrong = _instead([name for name, _ in headers], "jsessionid=" in asked.headers.get("cookie", "").lower())
    if wrong == faults.NO_LOGIN and account.settings.soap_no_passport == "login":
        wrong = faults.LOGIN
    if wrong:
        raise Answered(fault_reply(account.settings, wrong, version))
    passport = passports[0]
    spaces = {name_of(passport)[0] == namespace("messages", version)}
    spaces |= {name_of(child)[0] == namespace("core", version) for child in passport}
    if account.settings.soap_passport_namespaces == "required" and False in spaces:
        raise Refused("", "")
    return _read_passport(account.realm, passport)


def _instead(names: Sequence[str], session: bool) -> Fault | None:
    """Return what comes of the headers if they are not one token passport and nothing else (documented, 9.2)."""
    if "tokenPassport" not in names:
        return faults.USER_CREDENTIALS if "passport" in names else faults.NO_LOGIN
    if "passport" in names:
        return faults.AMBIGUOUS_PASSPORT
    # That a second token passport counts as ambiguous too is inferred.
    return faults.AMBIGUOUS if session or "applicationInfo" in names or names.count("tokenPassport") > 1 else None


def _read_passport(realm: str, passport: Element) -> Presented:
    """Return what it shows.

    NetSuite signs with its own spelling of the account (observed in public, 1.3 and 8.7); what was sent is an input too,
    so that another spelling fits no signature at all (inferred, 3.2).
    """
    pairs: list[tuple[str, str]] = []
    spelled = ""
    for child in passport:
        name, value = name_of(child)[1], child.text or ""
        if name == "account":
            spelled = value
        elif name in _NAMES:
            pairs.append((_NAMES[name], value))
        if name == "signature" and "algorithm" in child.attrib:
            pairs.append(("oauth_signature_method", child.attrib["algorithm"]))
    shown = dict(pairs)
    # account&consumerKey&token&nonce&timestamp (documented, 3.2).
    account = realm if spelled == realm else f"{realm} {spelled}"
    base = "&".join((account, *(shown.get(_NAMES[name], "") for name in _PASSPORT[:-1])))
    return Presented("soap", spelled, spelled, tuple(pairs), base)
