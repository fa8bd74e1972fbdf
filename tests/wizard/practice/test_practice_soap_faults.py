"""SOAP faults: each as it was published, when it comes, and that nothing else ever comes (protocol.md 9.4, 11.2, 12)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from practice_asker import Answer, Asker
from practice_soap import ENVELOPE, call, canonical, envelope, fault, operation, passport, post, shown, space, status

from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import Company, load_scenario
from wizard.practice.soap import soap_faults

LOGIN_FAULT = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <soapenv:Fault>
   <faultcode>soapenv:Server.userException</faultcode>
   <faultstring>Invalid login attempt.</faultstring>
   <detail>
    <platformFaults:invalidCredentialsFault xmlns:platformFaults="urn:faults_2024_1.platform.webservices.netsuite.com">
     <platformFaults:code>USER_ERROR</platformFaults:code>
     <platformFaults:message>Invalid login attempt.</platformFaults:message>
    </platformFaults:invalidCredentialsFault>
    <ns1:hostname xmlns:ns1="http://xml.apache.org/axis/">partners117.prod-phx-na9.core.ns.internal</ns1:hostname>
   </detail>
  </soapenv:Fault>
 </soapenv:Body>
</soapenv:Envelope>"""
LOGIN_BYTES = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><soapenv:Fault>'
    b"<faultcode>soapenv:Server.userException</faultcode><faultstring>Invalid login attempt.</faultstring><detail>"
    b'<platformFaults:invalidCredentialsFault xmlns:platformFaults="urn:faults_2024_1.platform.webservices.netsuite.com">'
    b"<platformFaults:code>USER_ERROR</platformFaults:code><platformFaults:message>Invalid login attempt.</platformFaults:message>"
    b'</platformFaults:invalidCredentialsFault><ns1:hostname xmlns:ns1="http://xml.apache.org/axis/">'
    b"partners117.prod-phx-na9.core.ns.internal</ns1:hostname></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>"
)
SPECIFIC = (
    "In this account, you must use account-specific domains with this SOAP web services endpoint. You can use the SOAP getDataCenterUrls "
    "operation to obtain the correct domain. Or, go to Setup > Company > Company Information in the NetSuite UI. Your domains are listed on "
    "the Company URLs tab."
)
CORRECT = "You are not requesting the correct data center for your company! Please correct the host in the URL."
INCORRECT = (
    "Incorrect data center requested! The data center you are requesting is not the data center where your account is hosted. To obtain the "
    "correct URL for your request, please use the SOAP getDataCenterUrls operation."
)
BUSY = 'title = "t"\nexplains = "e."\nbase = "alvys-ready"\nothers_in_work = 5\n'
TIME = operation("getServerTime")


def told(answer: Answer) -> tuple[int, str, str, str]:
    """Status, sentence, element and code of a fault."""
    found = fault(answer)
    return found.status, found.sentence, found.element, found.code


# --- as published --------------------------------------------------------------------------------------------------------


def test_the_login_fault_is_the_published_one(begin: Any) -> None:
    asker = begin()
    wrong = {**asker.account.credentials, "token_secret": "0" * 64}
    answer = call(asker, "getServerTime", credentials=wrong, version="2024_1")
    assert answer.status == 500
    assert answer.body == LOGIN_BYTES
    assert canonical(answer.body) == canonical(LOGIN_FAULT)
    assert answer.headers["content-type"] == "text/xml;charset=utf-8"
    assert answer.headers["content-length"] == str(len(LOGIN_BYTES))


def test_every_published_fault_element_is_one_of_the_schemas() -> None:
    """Elements and codes of 9.4, from the published WSDL."""
    elements = {
        "insufficientPermissionFault", "invalidAccountFault", "invalidCredentialsFault", "invalidSessionFault", "invalidVersionFault",
        "exceededConcurrentRequestLimitFault", "exceededRequestLimitFault", "exceededUsageLimitFault", "exceededRecordCountFault",
        "exceededRequestSizeFault", "asyncFault", "unexpectedErrorFault",
    }
    codes = {
        "ACCT_TEMP_UNAVAILABLE", "INSUFFICIENT_PERMISSION", "INVALID_LOGIN_CREDENTIALS", "INVALID_WS_VERSION", "UNEXPECTED_ERROR",
        "UNSUPPORTED_WS_VERSION", "USER_ERROR", "WS_CONCUR_SESSION_DISALLWD", "WS_FEATURE_REQD", "WS_LOG_IN_REQD", "WS_PERMISSION_REQD",
        "WS_REQUEST_BLOCKED",
    }
    found = [value for value in vars(soap_faults).values() if isinstance(value, soap_faults.Fault)]
    assert len(found) > 12
    assert {f.element for f in found} - elements == {""}
    assert {f.code for f in found} - codes == {""}
    assert all(bool(f.element) >= bool(f.code) for f in found)


# --- more than one way to log in, or none --------------------------------------------------------------------------------

APPLICATION = f'<applicationInfo xmlns="{space("messages")}"><applicationId>A-B-C</applicationId></applicationInfo>'
PASSPORT = f'<passport xmlns="{space("messages")}"><email xmlns="{space("core")}">a@b.example</email></passport>'


@pytest.mark.parametrize(
    ("beside", "headers", "expected"),
    [
        (APPLICATION, {}, ("Ambiguous authentication", "invalidCredentialsFault", "USER_ERROR")),
        (PASSPORT, {}, ("Ambiguous authentication", "", "")),
        (APPLICATION + PASSPORT, {}, ("Ambiguous authentication", "", "")),
        ("", {"Cookie": "a=b; JSESSIONID=xyz"}, ("Ambiguous authentication", "invalidCredentialsFault", "USER_ERROR")),
        ("twice", {}, ("Ambiguous authentication", "invalidCredentialsFault", "USER_ERROR")),
    ],
)
def test_something_else_beside_the_token_passport(begin: Any, beside: str, headers: dict[str, str], expected: tuple[str, str, str]) -> None:
    asker = begin()
    own = passport(shown(asker))
    answer = post(asker, envelope(TIME, own + (own if beside == "twice" else beside)), **headers)
    assert told(answer) == (500, *expected)
    assert asker.trail() == []


def test_another_cookie_and_preferences_do_no_harm(begin: Any) -> None:
    asker = begin()
    more = f'<preferences xmlns="{space("messages")}"><warningAsError>true</warningAsError></preferences><other xmlns="urn:x"/>'
    assert post(asker, envelope(TIME, passport(shown(asker)) + more), Cookie="NS_ROUTING_VERSION=LAGGING").status == 200


@pytest.mark.parametrize("header", [PASSPORT, PASSPORT + APPLICATION])
def test_a_password_alone_is_refused(begin: Any, header: str) -> None:
    asker = begin()
    assert told(post(asker, envelope(TIME, header)))[2:] == ("invalidCredentialsFault", "INVALID_LOGIN_CREDENTIALS")
    assert asker.trail() == []


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("WS_LOG_IN_REQD", ("You must log in before performing a web service operation.", "invalidSessionFault", "WS_LOG_IN_REQD")),
        ("login", ("Invalid login attempt.", "invalidCredentialsFault", "USER_ERROR")),
    ],
)
def test_nothing_to_log_in_with(begin: Any, setting: str, expected: tuple[str, str, str]) -> None:
    asker = begin(soap_no_passport=setting)
    for header in ("", APPLICATION):
        assert told(post(asker, envelope(TIME, header))) == (500, *expected)
    assert asker.trail() == []


def test_a_password_login_beside_a_token_is_an_unexpected_error(begin: Any) -> None:
    """Observed in public (table of failures)."""
    asker = begin()
    answer = call(asker, "login", "<passport><email>a@b.example</email></passport>")
    assert told(answer) == (500, "An unexpected error occurred", "", "")


# --- feature and permission ----------------------------------------------------------------------------------------------

NO_FEATURE = "UPDATE features SET isactive = 'F' WHERE id = 'WEBSERVICESEXTERNAL'"
NO_PERMISSION = "DELETE FROM role_permissions WHERE permkey = 'ADMI_WEBSERVICES'"


@pytest.mark.parametrize(
    ("change", "settings", "code", "names"),
    [
        (NO_PERMISSION, {}, "INSUFFICIENT_PERMISSION", "web services"),
        (NO_PERMISSION, {"soap_refusal": "WS_PERMISSION_REQD"}, "WS_PERMISSION_REQD", "web services"),
        (NO_PERMISSION, {"soap_refusal_names": "SOAP web services"}, "INSUFFICIENT_PERMISSION", "SOAP web services"),
        (NO_PERMISSION, {"soap_feature_off": "WS_FEATURE_REQD"}, "INSUFFICIENT_PERMISSION", "web services"),
        (NO_FEATURE, {}, "INSUFFICIENT_PERMISSION", "web services"),
        (NO_FEATURE, {"soap_feature_off": "WS_FEATURE_REQD"}, "WS_FEATURE_REQD", "web services"),
    ],
)
def test_a_role_or_an_account_without_soap(begin: Any, change: str, settings: dict[str, str], code: str, names: str) -> None:
    asker = begin(**settings)
    with asker.account.state.write():
        asker.account.state.run(change)
    sentence = f"You do not have permission to access {names} feature."
    for name in ("getServerTime", "nothing"):
        assert told(call(asker, name)) == (500, sentence, "insufficientPermissionFault", code)
    assert asker.trail() == [("Success", None)] * 2
    administrator = call(asker, "getServerTime", credentials=asker.admin)
    assert administrator.status == (200 if change == NO_PERMISSION else 500)
    assert asker.login().status == 200, "REST does not need it"


def test_a_failed_login_is_told_before_the_missing_permission(begin: Any) -> None:
    asker = begin()
    with asker.account.state.write():
        asker.account.state.run(NO_PERMISSION)
    assert fault(call(asker, "getServerTime", credentials={**asker.account.credentials, "token_secret": "0" * 64})).code == "USER_ERROR"


@pytest.mark.parametrize("status_set", ["500", "200"])
def test_status_of_faults_of_which_only_the_text_was_published(begin: Any, status_set: str) -> None:
    asker = begin(soap_fault_status=status_set)
    assert fault(call(asker, "getServerTime", credentials={**asker.account.credentials, "token_secret": "0" * 64})).status == 500
    assert fault(post(asker, envelope(TIME))).status == int(status_set)
    assert fault(post(asker, "nonsense")).status == int(status_set)


# --- hosts and endpoints -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "sentence"), [("account_specific", SPECIFIC), ("correct_host", CORRECT), ("data_center", INCORRECT)]
)
def test_the_shared_host_has_discovery_only(begin: Any, setting: str, sentence: str) -> None:
    asker = begin(soap_shared_host=setting)
    answer = call(asker, "getServerTime", host="webservices.netsuite.com")
    assert told(answer) == (500, sentence, "", "")
    assert told(post(asker, envelope(TIME), host="webservices.netsuite.com"))[1] == sentence
    assert asker.trail() == []


@pytest.mark.parametrize("path", ["/services/rest/record/v1/customer/1", "/services/rest/", "/services/rest/query/v1/suiteql"])
def test_the_retired_rest_host_answers_200_with_a_fault(ready: Asker, path: str) -> None:
    for method in ("GET", "POST"):
        answer = ready.raw(method, "rest.netsuite.com", path, {"Authorization": "OAuth anything"})
        assert told(answer) == (200, INCORRECT, "", "")


@pytest.mark.parametrize("host", ["1234567-sb1.restlets.api.netsuite.com", "1234567-sb1.app.netsuite.com", "rest.netsuite.com"])
def test_other_hosts_have_no_endpoint(ready: Asker, host: str) -> None:
    assert post(ready, envelope(TIME), host=host).status == 404


def endpoints(asker: Asker) -> list[str]:
    """The endpoints that answer discovery, which needs no login."""
    every = [f"{year}_{half}" for year in range(2017, 2029) for half in (1, 2)]
    asked = {version: operation("getDataCenterUrls", "<account>x</account>", version) for version in every}
    return [version for version, body in asked.items() if post(asker, envelope(body), version).status == 200]


@pytest.mark.parametrize(
    ("release", "oldest", "first", "last"),
    [
        ("2026.2", "faq", "2020_1", "2025_2"), ("2026.2", "wsdl_page", "2019_2", "2025_2"), ("2027.1", "faq", "2020_2", "2025_2"),
        ("2027.2", "faq", "2021_1", "2025_2"), ("2028.1", "faq", "2021_2", "2025_2"), ("2028.2", "faq", None, None),
        ("2028.2", "wsdl_page", None, None), ("2025.1", "faq", "2018_2", "2025_1"),
    ],
)
def test_endpoints_of_a_release(begin: Any, release: str, oldest: str, first: str | None, last: str | None) -> None:
    asker = begin("empty", company=Company(release=release), soap_oldest_endpoint=oldest)
    found = endpoints(asker)
    assert ([found[0], found[-1]] if found else [None, None]) == [first, last]
    if first and last:
        years = int(last[:4]) - int(first[:4])
        assert len(found) == 2 * years + int(last[-1]) - int(first[-1]) + 1


@pytest.mark.parametrize(
    ("version", "code", "spoken"),
    [
        ("2019_1", "UNSUPPORTED_WS_VERSION", "2019_1"), ("2012_1", "UNSUPPORTED_WS_VERSION", "2012_1"),
        ("2015_1", "UNSUPPORTED_WS_VERSION", "2015_1"), ("2017_1", "UNSUPPORTED_WS_VERSION", "2017_1"), ("2026_1", "INVALID_WS_VERSION", "2026_1"),
        ("2099_2", "INVALID_WS_VERSION", "2099_2"), ("2025_3", "INVALID_WS_VERSION", "2025_2"), ("", "INVALID_WS_VERSION", "2025_2"),
        ("nonsense%00", "INVALID_WS_VERSION", "2025_2"), ("2025_2/", "INVALID_WS_VERSION", "2025_2"), ("٢٠٢٥_2", "INVALID_WS_VERSION", "2025_2"),
        ("2025_2%3Cx%3E", "INVALID_WS_VERSION", "2025_2"), ("9" * 3000, "INVALID_WS_VERSION", "2025_2"),
    ],
)
def test_endpoints_that_are_not_there(ready: Asker, version: str, code: str, spoken: str) -> None:
    answer = post(ready, envelope(TIME), quote(version, safe="%/"))
    found = fault(answer)
    assert (found.status, found.element, found.code, found.version) == (500, "invalidVersionFault", code, spoken)


def test_a_document_of_another_endpoint(begin: Any) -> None:
    asker = begin()
    document = envelope(operation("getServerTime", version="2024_1"), passport(shown(asker), "2024_1"))
    assert fault(post(asker, document, "2025_1")).element == "invalidVersionFault"
    assert post(asker, document, "2024_1").status == 200
    assert space("messages", "2024_1").encode() in call(asker, "getServerTime", version="2024_1").body


# --- operations that are not there, busy, broken -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["getDeleted", "add", "getservertime", "getServerTimeResponse", "x" * 2000, "_"])
def test_an_unknown_operation_is_a_fault(ready: Asker, name: str) -> None:
    assert told(call(ready, name)) == (500, f"The practice account does not know the operation {name}.", "", "")


def test_an_operation_of_no_namespace_is_unknown(ready: Asker) -> None:
    for body in ("<getServerTime/>", '<getServerTime xmlns="urn:other"/>'):
        assert "does not know" in fault(post(ready, envelope(body, passport(shown(ready))))).sentence


def test_one_request_too_many(begin: Any, tmp_path: Any) -> None:
    path = tmp_path / "busy.toml"
    path.write_text(BUSY)
    asker = begin(str(path))
    assert told(call(asker, "getServerTime")) == (
        500, "SuiteTalk concurrent request limit exceeded. Request blocked.", "exceededConcurrentRequestLimitFault", "WS_REQUEST_BLOCKED",
    )
    assert asker.trail() == [("Success", None)]


def test_one_request_too_many_in_disguise(begin: Any, tmp_path: Any) -> None:
    path = tmp_path / "busy.toml"
    path.write_text(BUSY)
    asker = begin(str(path), too_many_requests="disguised", disguised_wait_seconds=0.01)
    assert told(call(asker, "getServerTime")) == (500, "Invalid login attempt.", "invalidCredentialsFault", "USER_ERROR")


def test_what_goes_wrong_inside_is_a_fault_with_an_error_id(begin: Any) -> None:
    asker = begin()
    with asker.account.state.write():
        asker.account.state.run("DROP TABLE currencies")
    code, sentence, element, word = told(call(asker, "getAll", '<record recordType="currency"/>'))
    assert (code, element, word) == (500, "unexpectedErrorFault", "UNEXPECTED_ERROR")
    assert re.fullmatch("An unexpected error occurred. Error ID: [a-z]{20}", sentence)
    assert len(asker.account.trouble) == 1
    asker.account.trouble.clear()


# --- what is no SOAP message ---------------------------------------------------------------------------------------------

GOOD = envelope(TIME)
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {after} "{("&" + before + ";") * 10}">' for before, after in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"
HEAD, REST = GOOD.split("?>", 1)
BAD: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b" \r\n ",
    "text": b"hello",
    "json": b'{"q": "SELECT 1"}',
    "html": b"<html><body>x</body></html>",
    "zeros": b"\x00" * 100,
    "cut": GOOD[:-20].encode(),
    "two roots": GOOD.encode() + b"<x/>",
    "invalid utf-8": GOOD.encode().replace(b"<s:Body>", b"<s:Body>\xff\xfe\xfa"),
    "overlong utf-8": GOOD.encode().replace(b"<s:Body>", b"<s:Body>\xc0\xaf"),
    "surrogates": GOOD.encode().replace(b"<s:Body>", b"<s:Body>\xed\xa0\x80"),
    "control character": GOOD.encode().replace(b"<s:Body>", b"<s:Body>\x01"),
    "reference to a control character": GOOD.encode().replace(b"<s:Body>", b"<s:Body>&#1;"),
    "unbound prefix": GOOD.encode().replace(b"<s:Body>", b"<q:x/><s:Body>"),
    "unknown entity": GOOD.encode().replace(b"<s:Body>", b"<s:Body>&nbsp;"),
    "empty doctype": f"{HEAD}?><!DOCTYPE x>{REST}".encode(),
    "many laughs": f"{HEAD}?>{BOMB}{REST.replace('<s:Body>', '<s:Body>&i;')}".encode(),
    "external entity": f'{HEAD}?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{REST.replace("<s:Body>", "<s:Body>&e;")}'.encode(),
    "external subset": f'{HEAD}?><!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">{REST}'.encode(),
    "parameter entity": f'{HEAD}?><!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>{REST}'.encode(),
    "deep": envelope("<a>" * 60 + "</a>" * 60).encode(),
    "very deep": (b"<a>" * 100_000),
    "many elements": envelope("<a>" + "<b/>" * 100_000 + "</a>").encode(),
    "many attributes of one name": envelope('<a b="1" b="2"/>').encode(),
    "no body": f'<s:Envelope xmlns:s="{ENVELOPE}"/>'.encode(),
    "empty body": envelope("").encode(),
    "two operations": envelope(TIME + TIME).encode(),
    "soap 1.2": GOOD.replace(ENVELOPE, "http://www.w3.org/2003/05/soap-envelope").encode(),
    "no namespace": b"<Envelope><Body><getServerTime/></Body></Envelope>",
    "unknown encoding": GOOD.replace("UTF-8", "no-such-thing").encode(),
    "python's own encodings": GOOD.replace("UTF-8", "rot13").encode(),
    "encoding of several bytes": GOOD.replace("UTF-8", "utf-7").encode(),
    "hex encoding": GOOD.replace("UTF-8", "hex").encode(),
    "utf-16 that says utf-8": codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le")[:-3],
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_soap_message_is_a_fault(ready: Asker, name: str) -> None:
    answer = post(ready, BAD[name])
    assert told(answer) == (500, "The request could not be understood by the server due to malformed syntax.", "", "")
    assert b"root:" not in answer.body


def test_a_body_that_is_too_large_is_refused_unread(ready: Asker) -> None:
    ready.close()
    ready._connections.clear()
    connection = ready._connect(ready.account.suitetalk_host)
    connection.putrequest("POST", "/services/NetSuitePort_2025_2")
    connection.putheader("Content-Length", str(50_000_000))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    ready._connections.clear()


def test_large_values_are_only_values(ready: Asker) -> None:
    big = "x" * 900_000
    assert fault(post(ready, envelope(operation(big[:50_000]), passport(shown(ready))))).status == 500
    assert status(call(ready, "get", f'<baseRef type="customer" internalId="{big}"/>'))[1] == "RCRD_DSNT_EXIST"
    assert status(call(ready, "getDataCenterUrls", f"<account>{big}</account>"))[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings_that_xml_has(ready: Asker, encoding: str) -> None:
    document = envelope(TIME, passport(shown(ready))).replace("UTF-8", encoding.removesuffix("-sig"))
    assert post(ready, document.encode(encoding)).status == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"])
def test_only_post_is_answered(ready: Asker, method: str) -> None:
    assert ready.raw(method, ready.account.suitetalk_host, "/services/NetSuitePort_2025_2").status == 405


def test_comments_and_cdata_are_xml(ready: Asker) -> None:
    values = shown(ready)
    header = passport({**values, "account": "<![CDATA[1234567_SB1]]>", "nonce": values["nonce"][:5] + "<!-- x -->" + values["nonce"][5:]})
    assert post(ready, envelope(TIME, header)).status == 200


# --- anything at all -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def patient() -> Iterator[Asker]:
    """An account that does not lock after five refusals."""
    with PracticeAccount(load_scenario("alvys-ready").but(failed_logins_lock=False)) as account:
        asker = Asker(account)
        yield asker
        asker.close()
    assert list(account.trouble) == []


ANYTHING = hypothesis(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = st.sampled_from(
    ["getServerTime", "get", "getAll", "getSelectValue", "getPostingTransactionSummary", "getAccountGovernanceInfo", "getDataCenterUrls", "login"]
)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=40)
TAGS = st.sampled_from(
    [
        "baseRef", "record", "fieldDescription", "pageIndex", "fields", "filters", "account", "core:recordType", "core:field", "core:filter",
        "core:filterValue", "core:account", "core:period", "core:subsidiary", "core:recordRef", "x",
    ]
)
ATTRIBUTES = st.dictionaries(st.sampled_from(["internalId", "type", "recordType", "operator", "algorithm"]), TEXT, max_size=3)


def quoted(text: str) -> str:
    """Text for XML; what XML cannot hold stays, and makes the message unreadable."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def made(node: tuple[str, dict[str, str], Any]) -> str:
    tag, attributes, inside = node
    content = quoted(inside) if isinstance(inside, str) else "".join(map(made, inside))
    return f"<{tag}{''.join(f' {k}=' + chr(34) + quoted(v) + chr(34) for k, v in attributes.items())}>{content}</{tag}>"


NODES = st.recursive(
    st.tuples(TAGS, ATTRIBUTES, TEXT), lambda inner: st.tuples(TAGS, ATTRIBUTES, st.lists(inner, max_size=4)), max_leaves=8
)


def is_an_answer(answer: Answer) -> None:
    """A success, a fault, or a refusal of the request itself; never anything else."""
    if answer.status == 500:
        found = fault(answer)
        assert found.element != "unexpectedErrorFault", answer.body
    else:
        assert answer.status == 200 or 400 <= answer.status < 500, answer.status


@ANYTHING
@given(body=st.binary(max_size=300))
def test_any_bytes(patient: Asker, body: bytes) -> None:
    is_an_answer(post(patient, body))


@ANYTHING
@given(at=st.integers(0, 10_000), instead=st.binary(max_size=6), cut=st.integers(0, 6))
def test_a_good_message_with_something_wrong_in_it(patient: Asker, at: int, instead: bytes, cut: int) -> None:
    good = envelope(operation("get", '<baseRef type="customer" internalId="200"/>'), passport(shown(patient))).encode()
    at %= len(good)
    is_an_answer(post(patient, good[:at] + instead + good[at + cut :]))


@ANYTHING
@given(name=NAMES, inside=st.lists(NODES, max_size=4), credentials=st.booleans())
def test_any_arguments(patient: Asker, name: str, inside: list[Any], credentials: bool) -> None:
    body = operation(name, "".join(map(made, inside)))
    own = patient.admin if credentials else None
    is_an_answer(post(patient, envelope(body, passport(shown(patient, own)))))


@ANYTHING
@given(changes=st.dictionaries(st.sampled_from(["account", "consumerKey", "token", "nonce", "timestamp", "signature"]), TEXT, min_size=1), algorithm=TEXT)
def test_any_passport(patient: Asker, changes: dict[str, str], algorithm: str) -> None:
    before = shown(patient)
    values = {**before, **{name: quoted(value) for name, value in changes.items()}}
    answer = post(patient, envelope(TIME, passport(values, algorithm=quoted(algorithm) if algorithm else "HMAC-SHA256")))
    is_an_answer(answer)
    assert answer.status != 200 or values == before
