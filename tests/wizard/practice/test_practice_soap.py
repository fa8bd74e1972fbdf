"""SOAP: published vectors as requests, discovery, the operations, and an answer's own form (protocol.md 2.4, 3.4, 9)."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from practice_asker import Answer, Asker, StoppedClock
from practice_soap import VERSION, call, canonical, envelope, fault, operation, passport, post, shown, space, status, texts
from test_practice_signature import A

from wizard.practice.rest.records import RECORDS
from wizard.practice.scenario import Company
from wizard.practice.soap.soap_records import SHAPES

# Published test vectors (3.4). C1 with 601 instead of 603 in its consumer secret has another signature.
A1 = ("123456", A, "tIcC5zyKUmycB5Ml/cNxOHDusw03Y5KPQiXVNUHHp4U=")
C1_KEYS = {
    "key": "71cc02b731f05895561ef0862d71553a3ac99498a947c3b7beaf4a1e4a29f7c4",
    "secret": "7278da58caf07f5c336301a601203d10a58e948efa280f0618e25fcee1ef2abd",
    "token": "89e08d9767c5ac85b374415725567d05b54ecf0960ad2470894a52f741020d82",
    "token_secret": "060cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2",
    "nonce": "6obMKq0tmY8ylVOdEkA1", "timestamp": "1439829974",
}
C1 = ("1234567", C1_KEYS, "FCghIZqXNetuZY8ILWOFH0ucdfzQOmAuL+q+kF21zPs=")
C2 = (
    "1234567_SB1",
    {
        "key": "consumerkey123", "secret": "consumersecret789", "token": "tokenid456", "token_secret": "tokensecret012",
        "nonce": "ABCDEFGHIJKLMNOPQRST", "timestamp": "1700000000",
    },
    "8VL7CiUwRAgjw1e1P/e6GkZsWf1Bmc6T3J+DXl7WLc0=",
)
VECTORS = {"A1": A1, "C1": C1, "C2": C2}
LOGIN_REFUSED = ("Invalid login attempt.", "invalidCredentialsFault", "USER_ERROR")


def published(begin: Any, name: str) -> tuple[Asker, dict[str, str]]:
    """An account that holds a vector's pair and token, at the vector's time; and the passport that was published."""
    realm, values, signature = VECTORS[name]
    asker = begin(clock=StoppedClock(float(values["timestamp"])), company=Company(realm=realm))
    with asker.account.state.write():
        asker.account.state.run("UPDATE integrations SET consumerkey = ?, consumersecret = ?", (values["key"], values["secret"]))
        asker.account.state.run(
            "UPDATE tokens SET tokenid = ?, tokensecret = ? WHERE role <> 3", (values["token"], values["token_secret"])
        )
    given = {"consumerKey": values["key"], "token": values["token"], "nonce": values["nonce"], "timestamp": values["timestamp"]}
    return asker, {"account": realm, **given, "signature": signature}


def server_time(asker: Asker, values: dict[str, str], **more: Any) -> Answer:
    return post(asker, envelope(operation("getServerTime"), passport(values, **more)))


@pytest.mark.parametrize("algorithm", ["HMAC-SHA256", "HMAC_SHA256"])
@pytest.mark.parametrize("name", VECTORS)
def test_a_published_vector_logs_in(begin: Any, name: str, algorithm: str) -> None:
    asker, values = published(begin, name)
    assert status(server_time(asker, values, algorithm=algorithm)) == (True, "", "")
    assert asker.trail() == [("Success", None)]


OTHER = "0" * 64


@pytest.mark.parametrize(
    ("word", "changes"),
    [
        ("InvalidSignature", {"signature": "uIcC5zyKUmycB5Ml/cNxOHDusw03Y5KPQiXVNUHHp4U="}),
        ("InvalidSignature", {"signature": base64.b64decode(A1[2]).hex()}),
        ("InvalidSignature", {"nonce": "fjaLirsIcCGVZWzBX0pG"}),
        ("InvalidSignature", {"timestamp": "1508242307"}),
        ("InvalidTimestamp", {"timestamp": "1508242607"}),
        ("InvalidTimestamp", {"timestamp": "-1508242306"}),
        ("InvalidTimestamp", {"timestamp": "1508242306.0"}),
        ("consumer_key_unknown", {"consumerKey": OTHER}),
        ("token_rejected", {"token": OTHER}),
        ("parameter_rejected", {"nonce": ""}),
        ("MissingTokenPassportRequiredFields", {"nonce": None}),
        ("MissingTokenPassportRequiredFields", {"timestamp": None}),
        ("MissingTokenPassportRequiredFields", {"token": None}),
        ("MissingTokenPassportRequiredFields", {"consumerKey": None}),
        ("MissingTokenPassportRequiredFields", {"signature": None}),
        ("nothing", {"account": "654321"}),
        ("nothing", {"account": None}),
        ("nothing", {"account": ""}),
    ],
)
def test_a_vector_with_one_input_changed_is_refused(begin: Any, word: str, changes: dict[str, str | None]) -> None:
    asker, values = published(begin, "A1")
    found = fault(server_time(asker, {**values, **changes}))
    assert (found.status, found.sentence, found.element, found.code) == (500, *LOGIN_REFUSED)
    assert asker.trail() == ([] if word == "nothing" else [("Failure", word)])


@pytest.mark.parametrize("algorithm", ["HMAC-SHA1", "HMAC_SHA1", "hmac-sha256", ""])
def test_other_algorithms_are_unknown(begin: Any, algorithm: str) -> None:
    asker, values = published(begin, "A1")
    assert fault(server_time(asker, values, algorithm=algorithm)).status == 500
    assert asker.trail() == [("Failure", "UnknownAlgorithm" if algorithm else "parameter_rejected")]


@pytest.mark.parametrize("spelled", ["1234567_sb1", "1234567-SB1", "1234567-sb1"])
def test_a_wrong_spelling_of_the_account_is_a_wrong_signature(begin: Any, spelled: str) -> None:
    """Observed in public (1.3, 8.7): the client signs with its own spelling, NetSuite with the right one."""
    asker = begin()
    assert fault(server_time(asker, shown(asker, account=spelled))).status == 500
    assert asker.trail() == [("Failure", "InvalidSignature")]


@pytest.mark.parametrize(
    ("nonce", "fine"),
    [("a1B2c3", True), ("a1B2c", False), ("a" * 64, True), ("a" * 65, False), ("abc-defg", False), ("abcdef é", False)],
)
def test_a_nonce_is_6_to_64_letters_and_digits(begin: Any, nonce: str, fine: bool) -> None:
    asker = begin()
    answer = server_time(asker, shown(asker, nonce=nonce))
    assert answer.status == (200 if fine else 500)
    assert asker.trail() == [("Success", None) if fine else ("Failure", "nonce_rejected")]


def test_a_nonce_counts_once_for_soap_and_rest_together(begin: Any) -> None:
    asker = begin(clock=StoppedClock())
    now = str(int(asker.account.now().timestamp()))
    assert server_time(asker, shown(asker, nonce="onceandagain")).status == 200
    assert server_time(asker, shown(asker, nonce="onceandagain")).status == 500
    assert asker.login(nonce="onceandagain", timestamp=now).status == 401
    assert [word for _, word in asker.trail()] == [None, "NonceUsed", "NonceUsed"]


@pytest.mark.parametrize(("insisted", "expected"), [("optional", 200), ("required", 500)])
def test_a_passport_without_namespaces(begin: Any, insisted: str, expected: int) -> None:
    asker = begin(soap_passport_namespaces=insisted)
    assert server_time(asker, shown(asker), prefixed=False).status == expected
    assert server_time(asker, shown(asker), prefixed=True).status == 200
    assert asker.trail() == [("Success", None)] * (2 if expected == 200 else 1)


# --- discovery -----------------------------------------------------------------------------------------------------------

DISCOVERED = """<?xml version="1.0" encoding="utf-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <soapenv:Header>
    <platformMsgs:documentInfo xmlns:platformMsgs="urn:messages_2025_2.platform.webservices.netsuite.com">
      <platformMsgs:nsId>WEBSERVICES_1234567_SB1_NSID</platformMsgs:nsId>
    </platformMsgs:documentInfo>
  </soapenv:Header>
  <soapenv:Body>
    <getDataCenterUrlsResponse xmlns="urn:messages_2025_2.platform.webservices.netsuite.com">
      <getDataCenterUrlsReturn xsi:type="GetDataCenterUrlsResult" xmlns:platformCore="urn:core_2025_2.platform.webservices.netsuite.com">
        <platformCore:status isSuccess="true"/>
        <platformCore:dataCenterUrls>
          <platformCore:restDomain>https://1234567-sb1.restlets.api.netsuite.com</platformCore:restDomain>
          <platformCore:webservicesDomain>https://1234567-sb1.suitetalk.api.netsuite.com</platformCore:webservicesDomain>
          <platformCore:systemDomain>https://1234567-sb1.app.netsuite.com</platformCore:systemDomain>
        </platformCore:dataCenterUrls>
      </getDataCenterUrlsReturn>
    </getDataCenterUrlsResponse>
  </soapenv:Body>
</soapenv:Envelope>"""
NS_ID = re.compile(rb"WEBSERVICES_(.*?)_(\d{8})\d{18}_[0-9a-f]{9}(?=<)")


def discover(asker: Asker, account: str, header: str = "", host: str = "webservices.netsuite.com") -> Answer:
    return post(asker, envelope(operation("getDataCenterUrls", f"<account>{account}</account>"), header), host=host)


@pytest.mark.parametrize("host", ["webservices.netsuite.com", "1234567-sb1.suitetalk.api.netsuite.com"])
def test_discovery_is_the_published_one(begin: Any, host: str) -> None:
    asker = begin(clock=StoppedClock(1_669_132_800), soap_discovery_element="return")
    answer = discover(asker, "1234567_SB1", host=host)
    found = NS_ID.search(answer.body)
    assert found and found[2] == b"11222022"
    expected = DISCOVERED.replace("WEBSERVICES_1234567_SB1_NSID", found[0].decode())
    assert canonical(answer.body) == canonical(expected)


def test_discovery_by_the_name_of_the_wsdl(ready: Asker) -> None:
    body = discover(ready, "1234567_SB1").body.decode()
    assert f'<platformCore:getDataCenterUrlsResult xmlns:platformCore="{space("core")}">' in body
    assert "getDataCenterUrlsReturn" not in body


@pytest.mark.parametrize("account", ["7654321", "1234567-SB1", "1234567_sb1", "&lt;x&gt;"])
def test_an_unknown_account_gets_default_hosts(ready: Asker, account: str) -> None:
    answer = discover(ready, account)
    assert status(answer)[0]
    assert texts(answer, "webservicesDomain") == ["https://webservices.netsuite.com"]
    assert texts(answer, "restDomain") == ["https://rest.netsuite.com"]


@pytest.mark.parametrize("body", ["<account/>", "<account></account>", "<account> </account>", ""])
def test_discovery_needs_an_account(ready: Asker, body: str) -> None:
    answer = post(ready, envelope(operation("getDataCenterUrls", body)), host="webservices.netsuite.com")
    assert status(answer) == (False, "DATA_REQD", "You need to provide a proper value for the required field: account.")
    assert texts(answer, "nsId")[0].startswith("WEBSERVICES__")


def test_the_account_is_told_as_it_was_asked_for(ready: Asker) -> None:
    assert texts(discover(ready, "A&amp;B&lt;"), "nsId")[0].startswith("WEBSERVICES_A&B<_")


def test_discovery_ignores_a_login(begin: Any) -> None:
    asker = begin()
    wrong = passport({**shown(asker), "signature": "no"})
    assert status(discover(asker, asker.account.realm, wrong + "<applicationInfo/>"))[0]
    assert asker.trail() == []


# --- operations ----------------------------------------------------------------------------------------------------------

CURRENCY_REFUSED = """
<getAllResponse xmlns="urn:messages_2025_2.platform.webservices.netsuite.com">
 <platformCore:getAllResult xmlns:platformCore="urn:core_2025_2.platform.webservices.netsuite.com">
  <platformCore:status isSuccess="false">
   <platformCore:statusDetail type="ERROR">
    <platformCore:code>INSUFFICIENT_PERMISSION</platformCore:code>
    <platformCore:message>Permission Violation: You need  the 'Lists -&gt; Currency' permission to access this page. Please contact your account administrator.</platformCore:message>
   </platformCore:statusDetail>
  </platformCore:status>
 </platformCore:getAllResult>
</getAllResponse>"""
CURRENCIES = '<record recordType="currency"/>'


def only_body(answer: Answer) -> str:
    found = re.search(rb"<soapenv:Body>(.*)</soapenv:Body>", answer.body)
    assert found
    return found[1].decode()


def test_server_time_is_the_accounts_own(begin: Any) -> None:
    asker = begin(clock=StoppedClock(1_700_000_000.25))
    answer = call(asker, "getServerTime")
    assert only_body(answer) == (
        f'<getServerTimeResponse xmlns="{space("messages")}"><platformCore:getServerTimeResult xmlns:platformCore="{space("core")}">'
        '<platformCore:status isSuccess="true"/><platformCore:serverTime>2023-11-14T22:13:20.250Z</platformCore:serverTime>'
        "</platformCore:getServerTimeResult></getServerTimeResponse>"
    )
    assert texts(answer, "nsId")[0].startswith("WEBSERVICES_1234567_SB1_11142023")


def test_headers_of_an_answer(ready: Asker) -> None:
    headers = call(ready, "getServerTime").headers
    assert headers["content-type"] == "text/xml;charset=utf-8"
    assert headers["p3p"] == 'CP="CAO PSAa OUR BUS PUR"'
    assert headers["set-cookie"] == "NS_ROUTING_VERSION=LAGGING; path=/"
    assert headers["vary"] == "User-Agent"
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", headers["x-n-operationid"])


def test_headers_are_there_once_when_all_answers_have_them(begin: Any) -> None:
    asker = begin(response_headers="full")
    asker.raw("GET", asker.account.suitetalk_host, "/")
    connection = asker._connections[asker.account.suitetalk_host]
    body = envelope(operation("getServerTime"), passport(shown(asker)))
    connection.request("POST", f"/services/NetSuitePort_{VERSION}", body=body.encode(), headers={"Content-Type": "text/xml"})
    response = connection.getresponse()
    response.read()
    names = [name.lower() for name, _ in response.getheaders()]
    assert len(names) == len(set(names))


def test_currencies_need_their_permission(begin: Any) -> None:
    asker = begin()
    answer = call(asker, "getAll", CURRENCIES)
    assert texts(answer, "totalRecords") == ["2"]
    assert texts(answer, "symbol") == ["USD", "CAD"]
    assert texts(answer, "isBaseCurrency") == ["true", "false"]
    assert b'xmlns:listAcct="urn:accounting_2025_2.lists.webservices.netsuite.com" internalId="1" xsi:type="listAcct:Currency"' in answer.body
    asker.account.clicks.do("remove_permission", details={"permission": "LIST_CURRENCY"})
    refused = call(asker, "getAll", CURRENCIES)
    assert refused.status == 200
    assert canonical(only_body(refused)) == canonical(CURRENCY_REFUSED)
    assert "You need  the 'Lists -&gt; Currency'" in only_body(refused)


def reference(kind: str, wanted: object) -> str:
    return f'<baseRef type="{kind}" internalId="{wanted}" xsi:type="core:RecordRef"/>'


def test_a_record_that_is_there(ready: Asker) -> None:
    answer = call(ready, "get", reference("customer", 200))
    body = only_body(answer)
    assert body.startswith(
        f'<getResponse xmlns="{space("messages")}"><readResponse><platformCore:status xmlns:platformCore="{space("core")}" isSuccess="true"/>'
        '<record xmlns:listRel="urn:relationships_2025_2.lists.webservices.netsuite.com" internalId="200" xsi:type="listRel:Customer">'
        "<listRel:entityId>"
    )
    [name] = ready.rows("SELECT companyname FROM customer WHERE id = 200")
    assert texts(answer, "companyName") == [name["companyname"]]
    assert f'<listRel:currency internalId="1" xmlns:platformCore="{space("core")}"><platformCore:name>US Dollar<' in body


@pytest.mark.parametrize("wanted", [999999, 0, -5, "abc", "", "9" * 30, "1 OR 1=1"])
def test_a_record_that_is_not(ready: Asker, wanted: object) -> None:
    found = status(call(ready, "get", reference("customer", wanted)))
    assert found == (
        False, "RCRD_DSNT_EXIST", f"That record does not exist. Invalid record:type=customer,id={wanted},scompid=1234567_SB1"
    )


def test_a_published_type_without_records_has_none(begin: Any) -> None:
    """The sample of 9.4, to the letter; the enumeration's name for events is calendarEvent."""
    asker = begin(company=Company(realm="3604360"))
    sentence = "That record does not exist. Invalid record:type=event,id=222,scompid=3604360"
    assert status(call(asker, "get", reference("calendarEvent", 222))) == (False, "RCRD_DSNT_EXIST", sentence)
    assert status(call(asker, "get", reference("salesOrder", 1)))[1] == "RCRD_DSNT_EXIST"
    assert status(call(asker, "get", reference("event", 222)))[1] == "INVALID_RCRD_TYPE"


def test_every_record_type_can_be_read(ready: Asker) -> None:
    """By the administrator; each is the type that was asked for."""
    tables = {
        "customer": "customer", "vendor": "vendor", "employee": "employee", "account": "account", "subsidiary": "subsidiary",
        "currency": "currency", "term": "term", "department": "department", "classification": "classification",
        "location": "location", "accountingPeriod": "accountingperiod", "contact": "contact",
    }
    for kind, table in tables.items():
        wanted = ready.rows(f"SELECT id FROM {table} ORDER BY id", ready.admin)[0]["id"]
        answer = call(ready, "get", reference(kind, wanted), ready.admin)
        assert status(answer)[0], answer.body
        assert f':{kind[0].upper()}{kind[1:]}"'.encode() in answer.body
    for kind, word in {"invoice": "CustInvc", "vendorBill": "VendBill", "journalEntry": "Journal"}.items():
        wanted = ready.rows("SELECT id FROM transaction WHERE type = ? ORDER BY id", ready.admin, [word])[0]["id"]
        answer = call(ready, "get", reference(kind, wanted), ready.admin)
        assert status(answer)[0], answer.body
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00\.000Z", texts(answer, "tranDate")[0])


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        (reference("customrecord_nothing", 1), "INVALID_RCRD_TYPE"), (reference("&lt;&amp;&#10;", 1), "INVALID_RCRD_TYPE"),
        ('<baseRef internalId="1"/>', "RCRD_TYPE_REQD"), ("", "RCRD_TYPE_REQD"),
    ],
)
def test_a_reference_that_names_no_type(ready: Asker, inside: str, code: str) -> None:
    assert status(call(ready, "get", inside))[:2] == (False, code)


def test_a_record_needs_its_permission_and_its_feature(begin: Any) -> None:
    asker = begin()
    asker.account.clicks.do("remove_permission", details={"permission": "LIST_CUSTJOB"})
    success, code, sentence = status(call(asker, "get", reference("customer", 200)))
    assert (success, code) == (False, "INSUFFICIENT_PERMISSION")
    assert sentence.startswith("Permission Violation: You need  the 'Lists -> Customers' permission")
    with asker.account.state.write():
        asker.account.state.run("UPDATE features SET isactive = 'F' WHERE id = 'MULTICURRENCY'")
    assert status(call(asker, "getAll", CURRENCIES))[:2] == (False, "FEATURE_DISABLED")
    vendor = call(asker, "get", reference("vendor", asker.rows("SELECT id FROM vendor")[0]["id"]))
    assert (status(vendor)[0], texts(vendor, "currency")) == (True, [])


def test_legacy_tax_is_for_soap(ready: Asker) -> None:
    """REST needs SuiteTax for it, SOAP does not (documented, roles-and-features 0.10)."""
    assert ready.record("salesTaxItem/1").status == 404
    assert status(call(ready, "get", reference("salesTaxItem", 1), ready.admin))[0]


def test_a_record_of_another_subsidiary(begin: Any) -> None:
    asker = begin("cross-viewing-off")
    with asker.account.state.write():
        role = asker.account.state.value("SELECT role FROM tokens WHERE role <> 3")
        asker.account.state.run("UPDATE roles SET subsidiaryoption = 'SELECTED', subsidiaryviewingallowed = 'F' WHERE id = ?", (role,))
        asker.account.state.run("DELETE FROM role_subsidiaries WHERE role = ?", (role,))
        asker.account.state.run("INSERT INTO role_subsidiaries VALUES (?, 1)", (role,))
    own, other = (
        asker.account.state.value("SELECT id FROM entities WHERE kind = 'customer' AND subsidiary = ?", (number,)) for number in (1, 2)
    )
    assert status(call(asker, "get", reference("customer", own)))[0]
    assert status(call(asker, "get", reference("customer", other))) == (
        False, "INSUFFICIENT_PERMISSION",
        "Permission Violation: The subsidiary restrictions on your role prevent you from seeing this record.",
    )


def description(record: str, field: str, more: str = "", page: str = "1") -> str:
    inside = f"<core:recordType>{record}</core:recordType><core:field>{field}</core:field>{more}"
    return f"<fieldDescription>{inside}</fieldDescription><pageIndex>{page}</pageIndex>"


def looked_for(value: str) -> str:
    return f'<core:filter operator="contains"><core:filterValue>{value}</core:filterValue></core:filter>'


def names(answer: Answer) -> list[str]:
    return texts(answer, "name")


@pytest.mark.parametrize(
    ("field", "some"),
    [
        ("currency", "US Dollar"), ("terms", "Net 30"), ("class", "Brokerage"), ("department", "Sales"), ("location", "Norfolk"),
        ("subsidiary", "Tidewater Freight"), ("account", "Checking"),
    ],
)
def test_what_a_field_may_be_set_to(ready: Asker, field: str, some: str) -> None:
    answer = call(ready, "getSelectValue", description("vendorBill", field))
    assert status(answer)[0]
    assert some in names(answer)
    assert names(answer) == sorted(names(answer), key=str.lower)
    assert texts(answer, "totalRecords") == [str(len(names(answer)))]
    assert texts(answer, "totalPages") == ["1"]
    assert b' xsi:type="platformCore:RecordRef"><platformCore:name>' in answer.body


@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [
        ("contains", "ollar", ["Canadian Dollar", "US Dollar"]), ("startsWith", "us", ["US Dollar"]), ("is", "US Dollar", ["US Dollar"]),
        ("is", "US", []), ("contains", "%", []), ("startsWith", "_S", []), ("contains", "\\", []), ("contains", "'", []),
    ],
)
def test_filter_of_values(ready: Asker, operator: str, value: str, found: list[str]) -> None:
    condition = f'<core:filter operator="{operator}"><core:filterValue>{value}</core:filterValue></core:filter>'
    answer = call(ready, "getSelectValue", description("invoice", "currency", condition))
    assert names(answer) == found
    assert texts(answer, "totalRecords") == [str(len(found))]
    assert (b"baseRefList" in answer.body) == bool(found)


def test_a_filter_has_no_wildcards(begin: Any) -> None:
    asker = begin()
    with asker.account.state.write():
        asker.account.state.run("INSERT INTO lists (kind, id, name) VALUES ('term', 90, '2% in_10')")
    for value, found in (("% in_", ["2% in_10"]), ("2_", []), ("IN_1", ["2% in_10"])):
        condition = f'<core:filter operator="contains"><core:filterValue>{value}</core:filterValue></core:filter>'
        assert names(call(asker, "getSelectValue", description("invoice", "terms", condition))) == found


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        (description("invoice", "nothing"), "INVALID_FLD"), (description("invoice", ""), "INVALID_FLD"),
        (description("nothing", "currency"), "INVALID_RCRD_TYPE"), (description("", "currency"), "RCRD_TYPE_REQD"), ("", "RCRD_TYPE_REQD"),
        (description("invoice", "currency", page="0"), "INVALID_PAGE_INDEX"), (description("invoice", "currency", page="x"), "INVALID_PAGE_INDEX"),
        (description("invoice", "currency", page="9" * 40), "INVALID_PAGE_INDEX"),
        (description("invoice", "currency", '<core:filter operator="like"/>'), "INVALID_REQUEST"),
    ],
)
def test_field_descriptions_that_cannot_be_used(ready: Asker, inside: str, code: str) -> None:
    assert status(call(ready, "getSelectValue", inside))[:2] == (False, code)


@pytest.mark.parametrize("name", SHAPES)
def test_every_type_as_a_field_has_values_or_is_none(ready: Asker, name: str) -> None:
    answer = call(ready, "getSelectValue", description("customer", name, looked_for("x" * 4000)), ready.admin)
    assert status(answer)[1] == ("INVALID_FLD" if RECORDS[name].transaction else "")


@pytest.mark.parametrize("length", [4001, 100_000])
def test_a_filter_that_is_too_long(ready: Asker, length: int) -> None:
    answer = call(ready, "getSelectValue", description("invoice", "currency", looked_for("x" * length)))
    assert status(answer)[:2] == (False, "EXCEEDED_MAX_FIELD_LENGTH")


def test_values_beyond_the_last_page_are_none(ready: Asker) -> None:
    answer = call(ready, "getSelectValue", description("invoice", "currency", page="7"))
    assert (names(answer), texts(answer, "totalRecords")) == ([], ["2"])


def test_values_need_the_permission_of_the_record(begin: Any) -> None:
    asker = begin()
    asker.account.clicks.do("remove_permission", details={"permission": "TRAN_VENDBILL"})
    assert status(call(asker, "getSelectValue", description("vendorBill", "currency")))[1] == "INSUFFICIENT_PERMISSION"
    assert status(call(asker, "getSelectValue", description("invoice", "currency")))[0]


# --- the ledger ----------------------------------------------------------------------------------------------------------

SUMMARY = """
<getPostingTransactionSummaryResponse xmlns="urn:messages_2025_2.platform.webservices.netsuite.com">
 <platformCore:getPostingTransactionSummaryResult xmlns:platformCore="urn:core_2025_2.platform.webservices.netsuite.com">
  <platformCore:status isSuccess="true"/>
  <platformCore:totalRecords>1</platformCore:totalRecords>
  <platformCore:pageSize>1000</platformCore:pageSize>
  <platformCore:totalPages>0</platformCore:totalPages>
  <platformCore:pageIndex>1</platformCore:pageIndex>
  <platformCore:postingTransactionSummaryList>
   <platformCore:postingTransactionSummary>
    <platformCore:period internalId="109"/><platformCore:account internalId="2"/><platformCore:subsidiary internalId="1"/><platformCore:amount>500.0</platformCore:amount>
   </platformCore:postingTransactionSummary>
  </platformCore:postingTransactionSummaryList>
 </platformCore:getPostingTransactionSummaryResult>
</getPostingTransactionSummaryResponse>"""


def asked_for(*columns: str, page: str = "1", **filters: object) -> str:
    fields = "".join(f"<core:{name}>true</core:{name}>" for name in columns)
    chosen = "".join(f'<core:{name}><core:recordRef internalId="{wanted}"/></core:{name}>' for name, wanted in filters.items())
    return f"<fields>{fields}</fields><filters>{chosen}</filters><pageIndex>{page}</pageIndex>"


@pytest.fixture
def ledger(begin: Any) -> Any:
    """Three postings: an invoice of 300 and one of 200, and a bill of 80 in another subsidiary."""

    def start(**settings: Any) -> Asker:
        asker: Asker = begin(**settings)
        with asker.account.state.write():
            asker.account.state.run("DELETE FROM transactions")
            for kind, subsidiary, total, account, offset in (
                ("CustInvc", 1, 300.0, 2, 11), ("CustInvc", 1, 200.0, 2, 12), ("VendBill", 2, 80.0, 6, 13), ("Journal", 1, 9.0, None, None),
            ):
                asker.account.state.run(
                    "INSERT INTO transactions (type, tranid, trandate, subsidiary, currency, total, status, postingperiod, account, offset)"
                    " VALUES (?, 'x', '2026-01-01', ?, 1, ?, 'A', 109, ?, ?)", (kind, subsidiary, total, account, offset)
                )
        return asker

    return start


def test_a_posting_summary_is_the_published_one(ledger: Any) -> None:
    asker = ledger()
    wanted = asked_for("period", "account", "subsidiary", period=109, account=2)
    answer = call(asker, "getPostingTransactionSummary", wanted, asker.admin)
    assert canonical(only_body(answer)) == canonical(SUMMARY)


def test_debits_and_credits_add_up_to_nothing(ledger: Any) -> None:
    asker = ledger()
    answer = call(asker, "getPostingTransactionSummary", asked_for("account"), asker.admin)
    assert texts(answer, "amount") == ["500.0", "-80.0", "-300.0", "-200.0", "80.0"]
    assert texts(call(asker, "getPostingTransactionSummary", asked_for(), asker.admin), "amount") == ["0.0"]
    assert texts(call(asker, "getPostingTransactionSummary", asked_for("account", period=1), asker.admin), "totalRecords") == ["0"]
    assert texts(call(asker, "getPostingTransactionSummary", asked_for("account", period="x' OR 1"), asker.admin), "totalRecords") == ["0"]


def test_behind_the_last_page_of_a_summary_there_is_nothing(ledger: Any) -> None:
    asker = ledger()
    answer = call(asker, "getPostingTransactionSummary", asked_for("account", page="2"), asker.admin)
    assert (texts(answer, "totalRecords"), texts(answer, "pageIndex"), texts(answer, "amount")) == (["5"], ["2"], [])
    assert b"postingTransactionSummaryList" not in answer.body


def test_pages_of_a_summary_are_counted_or_as_printed(ledger: Any) -> None:
    asker = ledger(soap_summary_pages="counted")
    assert texts(call(asker, "getPostingTransactionSummary", asked_for("account"), asker.admin), "totalPages") == ["1"]


def test_a_summary_needs_financial_statements_and_keeps_to_the_roles_subsidiaries(ledger: Any) -> None:
    asker = ledger()
    wanted = asked_for("subsidiary", "account")
    assert status(call(asker, "getPostingTransactionSummary", wanted))[2].startswith(
        "Permission Violation: You need  the 'Reports -> Financial Statements' permission"
    )
    asker.account.clicks.do("set_permission", details={"permission": "REPO_FINANCIALS", "level": "View"})
    assert len(texts(call(asker, "getPostingTransactionSummary", wanted), "amount")) == 5
    with asker.account.state.write():
        role = asker.account.state.value("SELECT role FROM tokens WHERE role <> 3")
        asker.account.state.run("UPDATE roles SET subsidiaryoption = 'SELECTED', subsidiaryviewingallowed = 'F' WHERE id = ?", (role,))
        asker.account.state.run("INSERT OR REPLACE INTO role_subsidiaries VALUES (?, 2)", (role,))
    assert texts(call(asker, "getPostingTransactionSummary", wanted), "amount") == ["-80.0", "80.0"]


def test_governance_is_told_to_administrators(ready: Asker) -> None:
    answer = call(ready, "getAccountGovernanceInfo", credentials=ready.admin)
    assert (texts(answer, "accountConcurrencyLimit"), texts(answer, "unallocatedConcurrencyLimit")) == (["5"], ["5"])
    assert status(call(ready, "getAccountGovernanceInfo"))[:2] == (False, "INSUFFICIENT_PERMISSION")
