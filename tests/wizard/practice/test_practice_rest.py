"""Discovery, tokens, records, catalog and the gates before them, over HTTPS."""

from __future__ import annotations

import re

import pytest

FORBIDDEN = "Your current role does not have permission to perform this action."
EXISTS = (
    b'{"webservicesDomain":"https://1234567-sb1.suitetalk.api.netsuite.com","restDomain":"https://1234567-sb1.restlets.api.'
    b'netsuite.com","systemDomain":"https://1234567-sb1.app.netsuite.com"}'
)
DEFAULTS = (
    b'{"restDomain": "https://rest.netsuite.com","webservicesDomain": "https://webservices.netsuite.com",'
    b'"systemDomain": "https://system.netsuite.com"}'
)


def discover(asker, query, method="GET", host="rest.netsuite.com"):
    return asker.raw(method, host, f"/rest/datacenterurls{query}")


@pytest.mark.parametrize(
    ("query", "body"),
    [("?account=1234567_SB1", EXISTS), ("?account=1234567-sb1", DEFAULTS), ("?account=7654321", DEFAULTS), ("?c=1&account=1234567_SB1", EXISTS)],
)
def test_discovery_knows_this_account_only(ready, query, body):
    answer = discover(ready, query)
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, body, "application/json")
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", answer.headers["date"])


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "You need to provide a proper value for the required field: account."),
        ("?account=", "You need to provide a proper value for the required field: account."),
        ("?account=123%20456", "Company ID is invalid"),
        ("?account=12%25", "Company ID is invalid"),
    ],
)
def test_discovery_refuses_what_is_no_account(ready, query, message):
    answer = discover(ready, query)
    assert (answer.status, answer.json) == (400, {"error": {"code": "USER_ERROR", "message": message}})


def test_discovery_is_for_get_and_answers_on_the_accounts_own_host_too(ready):
    assert discover(ready, "?account=1234567_SB1", "POST").status == 405
    assert discover(ready, "?account=1234567_SB1", host=ready.account.restlets_host).body == EXISTS


def test_date_shows_the_accounts_own_clock(begin):
    asker = begin("clock-skew")
    shown = discover(asker, "?account=1234567_SB1").headers["date"]
    assert shown == asker.account._date() or shown[:-7] == asker.account._date()[:-7]
    assert asker.login(timestamp=str(int(asker.account.now().timestamp()) - 420)).status == 401
    assert asker.trail()[-1] == ("Failure", "InvalidTimestamp")


def test_server_time_on_the_wire(ready):
    answer = ready.login()
    assert re.fullmatch(rb'\{"serverTime":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"\}\n', answer.body)
    assert answer.headers["content-type"] == "application/vnd.oracle.resource+json; type=singular; charset=UTF-8"


def tokeninfo(asker, credentials=None, host=None):
    return asker.signed("GET", f"https://{host or asker.account.restlets_host}/rest/tokeninfo", credentials)


def test_tokeninfo_tells_company_role_and_user(ready):
    assert tokeninfo(ready).body == (
        b'{"companyName":"Tidewater Freight","companyId":"1234567_SB1","roleName":"Alvys Integration Role","roleId":1050,"entityId":211}\n'
    )
    assert tokeninfo(ready, ready.admin).json["roleName"] == "Administrator"
    assert tokeninfo(ready, host="system.netsuite.com").status == 200


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        ("nested", {"company": {"companyName": "Tidewater Freight", "companyId": "1234567_SB1"}, "role": {"roleName": "Alvys Integration Role", "roleId": 1050}, "entity": {"entityId": 211}}),
        ("names_only", {"companyName": "Tidewater Freight", "companyId": "1234567_SB1", "roleName": "Alvys Integration Role"}),
        ("refused_for_web_services_only", {"error": {"code": "INVALID_LOGIN_CREDENTIALS", "message": "Invalid login credentials."}}),
    ],
)
def test_tokeninfo_has_other_shapes(begin, shape, body):
    asker = begin(tokeninfo_shape=shape)
    assert tokeninfo(asker).json == body
    assert tokeninfo(asker, asker.admin).status == 200


def test_a_token_is_revoked_by_its_own_user_only(begin):
    asker = begin()
    own, admin = asker.account.credentials, asker.admin
    url = f"https://{asker.account.restlets_host}/rest/revoketoken?consumerKey={own['consumer_key']}&token="
    assert asker.signed("GET", url + admin["token_id"], own).status == 400
    assert asker.signed("GET", url + "0" * 64, own).status == 400
    assert asker.login().status == 200
    assert asker.signed("GET", url + admin["token_id"], admin).status == 200
    assert asker.get("/services/rest/system/v1/serverTime", admin).status == 401
    assert asker.login().status == 200


PERMISSION_OF = {
    "invoice": ("TRAN_CUSTINVC", "Transactions -> Invoice"), "creditMemo": ("TRAN_CUSTCRED", "Transactions -> Credit Memo"),
    "customerPayment": ("TRAN_CUSTPYMT", "Transactions -> Customer Payment"), "customerDeposit": ("TRAN_CUSTDEP", "Transactions -> Customer Deposit"),
    "vendorBill": ("TRAN_VENDBILL", "Transactions -> Bills"), "vendorPayment": ("TRAN_VENDPYMT", "Transactions -> Pay Bills"),
    "vendorCredit": ("TRAN_VENDCRED", "Transactions -> Enter Vendor Credits"), "journalEntry": ("TRAN_JOURNAL", "Transactions -> Make Journal Entry"),
    "customer": ("LIST_CUSTJOB", "Lists -> Customers"), "vendor": ("LIST_VENDOR", "Lists -> Vendors"), "contact": ("LIST_CONTACT", "Lists -> Contacts"),
    "employee": ("LIST_EMPLOYEE_RECORD", "Lists -> Employee Record"), "account": ("LIST_ACCOUNT", "Lists -> Accounts"),
    "subsidiary": ("LIST_SUBSIDIARY", "Lists -> Subsidiaries"), "currency": ("LIST_CURRENCY", "Lists -> Currency"),
    "classification": ("LIST_CLASS", "Lists -> Classes"), "department": ("LIST_DEPARTMENT", "Lists -> Departments"),
    "location": ("LIST_LOCATION", "Lists -> Locations"), "term": ("ADMI_ACCOUNTINGLIST", "Setup -> Accounting Lists"),
    "paymentMethod": ("ADMI_ACCOUNTINGLIST", "Setup -> Accounting Lists"), "expenseCategory": ("LIST_CATEGORY", "Lists -> Expense Categories"),
    "accountingPeriod": ("ADMI_ACCTPERIODS", "Setup -> Manage Accounting Periods"),
    "inventoryItem": ("LIST_ITEM", "Lists -> Items"), "serviceSaleItem": ("LIST_ITEM", "Lists -> Items"),
}
TRANSACTIONS = [name for name, (key, _) in PERMISSION_OF.items() if key.startswith("TRAN_")]


@pytest.mark.parametrize("name", PERMISSION_OF)
def test_an_impossible_id_tells_whether_the_permission_is_there(begin, name):
    asker = begin()
    key, sentence = PERMISSION_OF[name]
    for spelling in (name, name.lower()):
        answer = asker.record(f"{spelling}/999999999")
        if name in TRANSACTIONS:
            assert answer.error == (400, "USER_ERROR", "Error while accessing a resource. Transaction type specified is incorrect.")
        else:
            assert answer.error == (404, "NONEXISTENT_ID", "The record instance does not exist. Provide a valid record instance ID.")
    asker.account.clicks.do("remove_permission", details={"permission": key})
    refused = asker.record(f"{name}/999999999")
    assert refused.body == (
        '{"type":"https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.4","title":"Forbidden","status":403,"o:errorDetails":[{"detail":'
        f'"Permission Violation: You need the \'{sentence}\' permission to access this page. Please contact your account administrator.",'
        '"o:errorCode":"INSUFFICIENT_PERMISSION"}]}\n'
    ).encode()
    assert refused.headers["content-type"] == "application/vnd.oracle.resource+json; type=error; charset=UTF-8"
    assert asker.record(f"{name}/999999999", asker.admin).status in (400, 404)


def test_a_hidden_type_may_look_as_if_it_did_not_exist(begin):
    asker = begin("permission-missing", hidden_record="404")
    assert asker.record("invoice/1").error == (404, "NONEXISTENT_ID", "Record type 'invoice' does not exist.")


def test_an_unknown_type_on_the_wire(ready):
    answer = ready.record("customrecord_does_not_exist_zzz")
    assert (answer.status, answer.body) == (
        404,
        b'{"type":"https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.5","title":"Not Found","status":404,"o:errorDetails":[{"detail":'
        b'"Record type \'customrecord_does_not_exist_zzz\' does not exist.","o:errorUrl":"/services/rest/record/v1/'
        b'customrecord_does_not_exist_zzz","o:errorCode":"NONEXISTENT_ID"}]}\n',
    )
    assert ready.record("file/1").status == 404


@pytest.mark.parametrize("wanted", ["000", "abc", "1x", "-0", "x/2", "9" * 30])
def test_a_malformed_id(ready, wanted):
    sentence = f"Invalid record instance identifier '{wanted}'. Provide a valid record instance ID."
    assert ready.record(f"customer/{wanted}").error == (400, "INVALID_ID", sentence)


def test_lines_have_no_address_of_their_own(ready):
    for path in ("subsidiary/1/parent", "customer/200/addressBook/1", "account/1/subsidiary"):
        assert ready.record(path).error[:2] == (404, "NONEXISTENT_ID")


def test_a_single_record(ready):
    answer = ready.record("customer/200?expandSubResources=true")
    assert answer.headers["content-type"] == "application/vnd.oracle.resource+json; type=singular; charset=UTF-8"
    body = answer.json
    assert list(body)[:2] == ["links", "id"]
    assert body["links"][0]["href"].endswith("/services/rest/record/v1/customer/200?expandSubResources=true")
    assert (body["companyName"], body["isInactive"], body["subsidiary"]["refName"]) == ("Bluefield Produce", False, "Tidewater Freight")
    assert ready.record("invoice/1001").json["tranId"] == "INV1001"
    # An id of another transaction type looks like no transaction at all.
    assert ready.record("vendorBill/1001").status == 400


HOST = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer"


def rels(answer):
    return [(link["rel"], link["href"].partition("?")[2], link.get("method")) for link in answer.json["links"]]


def test_paging_links(ready):
    first, middle, last = (ready.record(f"customer?limit=2&offset={n}") for n in (0, 2, 4))
    assert rels(first) == [("next", "limit=2&offset=2", None), ("last", "limit=2&offset=4", None), ("self", "limit=2&offset=0", "GET")]
    assert rels(middle) == [
        ("previous", "limit=2&offset=0", None), ("first", "limit=2&offset=0", None), ("next", "limit=2&offset=4", None),
        ("last", "limit=2&offset=4", None), ("self", "limit=2&offset=2", "GET"),
    ]
    assert rels(last) == [("previous", "limit=2&offset=2", None), ("first", "limit=2&offset=0", None), ("self", "limit=2&offset=4", "GET")]
    assert [a.json["hasMore"] for a in (first, middle, last)] == [True, True, False]
    assert {tuple(a.json) for a in (first, middle, last)} == {("links", "count", "hasMore", "items", "offset", "totalResults")}
    ids = [item["id"] for a in (first, middle, last) for item in a.json["items"]]
    assert ids == ["200", "201", "202", "203", "204", "205"]
    assert first.json["items"][0] == {"links": [{"rel": "self", "href": f"{HOST}/200", "method": "GET"}], "id": "200"}


def test_the_next_link_can_be_followed_as_it_is(ready):
    following = next(link["href"] for link in ready.record("customer?limit=4&q=id BETWEEN [200, 204]").json["links"] if link["rel"] == "next")
    assert following == f"{HOST}?limit=4&offset=4&q=id+BETWEEN+%5B200%2C+204%5D"
    assert [item["id"] for item in ready.signed("GET", following).json["items"]] == ["204"]


def test_a_list_without_parameters_is_one_page(ready):
    answer = ready.record("vendorBill")
    assert rels(answer) == [("self", "", "GET")]
    assert (answer.json["count"], answer.json["totalResults"]) == (6, 6)


@pytest.mark.parametrize("page", ["limit=0", "limit=1001", "limit=x", "limit=2&offset=3", "offset=-1", "limit=99999999999"])
def test_a_page_that_cannot_be(ready, page):
    assert ready.record(f"customer?{page}").error[:2] == (400, "INVALID_PARAMETER")


def test_filters(ready):
    def ids(q):
        return [item["id"] for item in ready.record(f"customer?q={q}").json["items"]]

    assert ids("id BETWEEN [201, 202]") == ["201", "202"]
    assert ids("companyName START_WITH Corwin") == ["201"]
    assert ids('companyName CONTAIN "Steel"') == ["202"]
    assert ids("isInactive IS true") == []
    every = ["200", "201", "202", "203", "204", "205"]
    assert ids("id BETWEEN_NOT [201, 204]") == ["200", "205"]
    assert ids("id ANY_OF [201, 205, 999]") == ids("id EQUAL 201 OR id GREATER 204") == ["201", "205"]
    assert ids("id LESS 203 AND (id EQUAL 200 OR id EQUAL 204)") == ["200"]
    assert ids("id EQUAL 204 OR id EQUAL 200 AND id LESS 200") == ["204"]
    assert ids("companyName EMPTY") == ids("email EMPTY_NOT AND companyName START_WITH_NOT Corwin AND companyName IS Nobody") == []
    assert ids("companyName EMPTY_NOT") == ids("isInactive IS_NOT true") == every
    assert ids('companyName END_WITH "Foods"') == ["203"]
    invoices = [ready.record(f"invoice?q=tranDate {part} 01/01/2020").json["totalResults"] for part in ("AFTER", "ON_OR_BEFORE", "ON", "BEFORE_NOT")]
    assert invoices == [6, 0, 0, 6]
    for wrong in ("companyName EQUAL x", "id IS 1", "id BETWEEN [1]", "id EQUAL [1]", "(id EQUAL 1", "id EQUAL 1)", "id EQUAL 1 AND", "AND", "id", "id EQUAL",
                  "id EQUAL nan", "id EMPTY 1", "tranDate ON 1", "id ANY_OF []", "isInactive IS 1", "(" * 21 + "id EQUAL 1" + ")" * 21):
        assert ready.record(f"customer?q={wrong}").error[:2] == (400, "INVALID_PARAMETER"), wrong
    assert ready.record("customer?q=nonsense").error == (400, "INVALID_PARAMETER", "Invalid search query. Provide a valid search query.")


def test_without_workbook_lists_and_queries_are_refused_and_single_records_are_not(begin):
    asker = begin("workbook-missing")
    refused = (400, "USER_ERROR", FORBIDDEN)
    assert asker.record("customer?limit=1").error == refused
    assert asker.query("SELECT 1 FROM DUAL").error == refused
    assert asker.record("customer/200").status == 200
    assert asker.record("metadata-catalog").status == 200
    assert asker.login().status == 200


def test_the_workbook_feature_gates_administrators_too(begin):
    asker = begin()
    asker.account.clicks.do("set_feature", details={"feature": "USR", "on": "no"})
    assert asker.query("SELECT 1 FROM DUAL", asker.admin).error == (400, "USER_ERROR", FORBIDDEN)


@pytest.mark.parametrize(("enough", "status"), [(False, 400), (True, 200)])
def test_view_of_workbook_may_be_enough(begin, enough, status):
    asker = begin(workbook_view_enough=enough)
    with asker.account.state.write():
        asker.account.state.run("UPDATE role_permissions SET permlevel = 1 WHERE permkey = 'REPO_ANALYTICS'")
    assert asker.record("customer").status == status


@pytest.mark.parametrize(("setting", "found"), [("user_error", (400, "USER_ERROR")), ("403", (403, "INSUFFICIENT_PERMISSION"))])
def test_a_role_without_rest_web_services(begin, setting, found):
    asker = begin(rest_permission_missing=setting)
    asker.account.clicks.do("remove_permission", details={"permission": "ADMI_RESTWEBSERVICES"})
    assert asker.record("customer/200").error[:2] == found
    assert asker.query("SELECT 1 FROM DUAL").error[:2] == found
    assert asker.get("/services/rest/nothing/v1").error[:2] == found
    # serverTime needs no permission (documented).
    assert asker.login().status == 200


@pytest.mark.parametrize(("setting", "found"), [("403", (403, "FEATURE_DISABLED")), ("400", (400, "USER_ERROR"))])
def test_rest_web_services_off(begin, setting, found):
    asker = begin("rest-off", rest_feature_off=setting)
    for credentials in (None, asker.admin):
        for path in ("system/v1/serverTime", "record/v1/customer/200"):
            assert asker.get(f"/services/rest/{path}", credentials).error[:2] == found
    assert tokeninfo(asker).status == 200
    assert asker.trail()[-1] == ("Success", None)


def test_login_comes_before_the_gate(begin):
    asker = begin("rest-off")
    assert asker.login(realm="7654321").status == 401


def switch(asker, feature, on="F"):
    """Turn a feature on or off; that of OneWorld has no box to click."""
    with asker.account.state.write():
        asker.account.state.run("UPDATE features SET isactive = ? WHERE id = ?", (on, feature))


SMALL_FEATURES = [("subsidiary", "SUBSIDIARIES"), ("currency", "MULTICURRENCY"), ("invoice", "RECEIVABLES"), ("vendorBill", "PAYABLES"), ("classification", "CLASSES")]


NAMED = [
    ("salesOrder", "TRAN_SALESORD", None), ("purchaseOrder", "TRAN_PURCHORD", None), ("check", "TRAN_CHECK", None), ("deposit", "TRAN_DEPOSIT", None),
    ("customerRefund", "TRAN_CUSTRFND", None), ("job", "LIST_JOB", None), ("interCompanyJournalEntry", "TRAN_JOURNAL", "SUBSIDIARIES"),
    ("advInterCompanyJournalEntry", "TRAN_JOURNAL", "SUBSIDIARIES"), ("statisticalJournalEntry", "TRAN_JOURNAL", None),
    ("consolidatedExchangeRate", "LIST_CURRENCY", "SUBSIDIARIES"), ("currencyRate", "LIST_CURRENCY", "MULTICURRENCY"),
    ("accountingBook", "ADMI_ACCOUNTINGBOOK", "MULTIBOOK"), ("taxType", "LIST_TAXITEM", "TAX_OVERHAULING"), ("taxGroup", "LIST_TAXITEM", "TAX_OVERHAULING"),
    ("nexus", "LIST_TAXITEM", "TAX_OVERHAULING"), ("nonInventoryResaleItem", "LIST_ITEM", None), ("serviceResaleItem", "LIST_ITEM", None),
]


def test_types_of_which_there_are_few_are_there_too(begin):
    asker = begin()
    for feature in ("SUBSIDIARIES", "MULTIBOOK", "TAX_OVERHAULING"):
        switch(asker, feature, "T")
    for name, permission, _ in NAMED:
        assert asker.record(name, asker.admin).json["totalResults"] == (name == "accountingBook"), name
        with asker.account.state.write():
            asker.account.state.run("DELETE FROM role_permissions WHERE permkey = ?", (permission,))
        refused = asker.record(name).error
        assert refused[:2] == (403, "INSUFFICIENT_PERMISSION"), name
    for feature in ("SUBSIDIARIES", "MULTIBOOK", "TAX_OVERHAULING", "MULTICURRENCY"):
        switch(asker, feature)
    for name, _, feature in NAMED:
        assert asker.record(name, asker.admin).status == (404 if feature else 200), name


@pytest.mark.parametrize(("name", "feature"), SMALL_FEATURES)
def test_a_type_is_gone_while_its_feature_is_off(begin, name, feature):
    asker = begin()
    switch(asker, feature)
    assert asker.record(f"{name}/999999").error == (404, "NONEXISTENT_ID", f"Record type '{name}' does not exist.")
    names = {item["name"] for item in asker.record("metadata-catalog").json["items"]}
    assert name.lower() not in names
    assert "customer" in names


def test_catalog_names_what_the_role_may_see(begin):
    asker = begin("permission-missing")
    catalog = asker.record("metadata-catalog", headers={"Accept": "application/schema+json"})
    assert catalog.headers["content-type"] == "application/schema+json; charset=UTF-8"
    items = {item["name"]: item["links"] for item in catalog.json["items"]}
    assert "invoice" not in items
    root = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1"
    entry = f"{root}/metadata-catalog/vendorbill"
    assert items["vendorbill"] == [
        {"rel": "canonical", "href": entry, "mediaType": "application/schema+json"},
        {"rel": "alternate", "href": entry, "mediaType": "application/swagger+json"},
        {"rel": "alternate", "href": entry, "mediaType": "application/schema+json"},
        {"rel": "describes", "href": f"{root}/vendorbill", "mediaType": "application/json"},
    ]
    assert catalog.json["links"] == [{"rel": "canonical", "href": f"{root}/metadata-catalog/", "mediaType": "application/json"}]
    assert all(name == name.lower() for name in items)
    usual = {i["name"] for i in begin().record("metadata-catalog").json["items"]}
    assert usual - set(items) == {"invoice"}
    assert usual < {i["name"] for i in asker.record("metadata-catalog", asker.admin).json["items"]}
    selected = asker.record("metadata-catalog?select=customer,invoice").json["items"]
    assert [item["name"] for item in selected] == ["customer"]
    assert asker.record("metadata-catalog/customer").json["type"] == "object"
    assert asker.record("metadata-catalog/invoice").status == 404


def test_records_of_other_subsidiaries(begin):
    asker = begin("cross-viewing-off")
    hidden = asker.account.state.value("SELECT id FROM entities WHERE kind = 'customer' AND subsidiary = 3")
    assert asker.record(f"customer/{hidden}").error[:2] == (404, "NONEXISTENT_ID")
    assert asker.record("customer").json["totalResults"] == 4
    assert asker.record("subsidiary/3").status == 404
    assert asker.record("subsidiary").json["totalResults"] == 2
    assert asker.record(f"customer/{hidden}", asker.admin).status == 200
    assert asker.record("customer", asker.admin).json["totalResults"] == 6
    refusing = begin("cross-viewing-off", record_of_other_subsidiary="403")
    assert refusing.record(f"customer/{hidden}").error[:2] == (403, "INSUFFICIENT_PERMISSION")


def test_accounts_are_seen_through_their_subsidiaries(begin):
    asker = begin("cross-viewing-off")
    only_there = asker.account.state.value("SELECT id FROM accounts WHERE acctnumber = '6200'")
    with asker.account.state.write():
        asker.account.state.run("DELETE FROM account_subsidiaries WHERE account = ? AND subsidiary < 3", (only_there,))
    assert asker.record(f"account/{only_there}").status == 404
    assert asker.rows(f"SELECT id FROM account WHERE id = {only_there}") == []
    assert asker.record(f"account/{only_there}", asker.admin).status == 200


def test_cross_viewing_opens_records_and_perhaps_the_subsidiary(begin):
    asker = begin("subsidiary-not-assigned")
    assert asker.record("customer").json["totalResults"] == 6
    assert asker.record("subsidiary/3").status == 404
    wide = begin("subsidiary-not-assigned", subsidiaries_through_viewing=True)
    assert wide.record("subsidiary/3").status == 200
    assert len(wide.rows("SELECT id FROM subsidiary")) == 3


def test_options_after_login(ready):
    url = f"https://{ready.account.suitetalk_host}/services/rest/record/v1/customer"
    answer = ready.signed("OPTIONS", url)
    assert (answer.status, answer.body) == (204, b"")
    assert ready.raw("OPTIONS", ready.account.suitetalk_host, "/services/rest/record/v1/customer").status == 401


@pytest.mark.parametrize("path", ["/", "/services/rest/", "/services/rest/nothing/v1/x", "/services/rest/system/v1/serverTimeFoo", "/services/rest/system/v1/governanceLimits/x", "/services/NetSuitePort", "/rest/tokeninfo"])
def test_what_is_not_there(ready, path):
    assert ready.get(path).status == 404


def test_an_address_nobody_answers_is_told_in_the_form_of_its_host(ready):
    assert ready.get("/nothing").error == (404, "NONEXISTENT_ID", "There is nothing at this address.")
    other = ready.signed("GET", f"https://{ready.account.restlets_host}/nothing")
    assert (other.status, other.json) == (404, {"error": {"code": "NOT_FOUND", "message": "There is nothing at this address."}})


def test_another_host_is_misdirected(ready):
    assert ready.raw("GET", ready.account.suitetalk_host, "/", {"Host": "9999999.suitetalk.api.netsuite.com"}).status == 421
