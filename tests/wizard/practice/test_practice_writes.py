"""The record service writes: levels, validation, rules, and everything or nothing. Over HTTPS."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from practice_asker import Asker

from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import load_scenario

PREFIX = "Error while accessing a resource. "


@pytest.fixture(scope="module")
def busy():
    """An account of this file's own, for questions that may leave something behind."""
    with PracticeAccount(load_scenario("alvys-ready")) as account:
        account.clicks.do("set_permission", details={"permission": "LIST_EMPLOYEE_RECORD", "level": "Full"})
        asker = Asker(account)
        yield asker
        asker.close()
    assert list(account.trouble) == []


def send(asker, method, path, body=None, credentials=None, **headers):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return asker.signed(method, f"https://{asker.account.suitetalk_host}/services/rest/record/v1/{path}", credentials, headers=sent, body=body)


def create(asker, record, body, **more):
    """Create a record that must be accepted; its id."""
    answer = send(asker, "POST", record, body, **more)
    assert answer.status == 204, answer.body
    return answer.headers["location"].rpartition("/")[2]


def user_error(sentence):
    return 400, "USER_ERROR", PREFIX + sentence


def open_date(asker):
    return asker.account.state.value("SELECT max(startdate) FROM periods WHERE closed = 'F'")


CUSTOMER = {"companyName": "Larkspur Mills", "subsidiary": {"id": "1"}}


def test_create_on_the_wire(begin):
    asker = begin()
    answer = send(asker, "POST", "customer", CUSTOMER)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["location"].startswith("https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer/")
    assert "x-netsuite-propertyvalidation" not in answer.headers
    found = asker.signed("GET", answer.headers["location"]).json
    assert (found["companyName"], found["entityId"], found["subsidiary"]["refName"]) == ("Larkspur Mills", "Larkspur Mills", "Tidewater Freight")
    assert asker.record("customer").json["totalResults"] == 7
    assert asker.rows("SELECT companyname FROM customer WHERE entityid = 'Larkspur Mills'") == [{"companyname": "Larkspur Mills"}]


def test_update_changes_what_was_sent_and_nothing_else(begin):
    asker = begin()
    before = asker.record("customer/200").json
    answer = send(asker, "PATCH", "customer/200", {"email": "new@practice.example", "isInactive": True})
    assert (answer.status, answer.body) == (204, b"")
    after = asker.record("customer/200").json
    assert (after["email"], after["isInactive"]) == ("new@practice.example", True)
    assert {k: v for k, v in after.items() if k not in ("email", "isInactive")} == {k: v for k, v in before.items() if k not in ("email", "isInactive")}
    # Everything of an answer may be sent back.
    assert send(asker, "PATCH", "customer/200", after).status == 204
    assert asker.record("customer/200").json == after
    assert send(asker, "PATCH", "customer/200", {"email": None}).status == 204
    assert "email" not in asker.record("customer/200").json


def test_delete(begin):
    asker = begin()
    new = create(asker, "customer", CUSTOMER)
    assert (send(asker, "DELETE", f"customer/{new}").status, asker.record(f"customer/{new}").status) == (204, 404)
    assert send(asker, "DELETE", f"customer/{new}").error[:2] == (404, "NONEXISTENT_ID")
    assert asker.rows("SELECT recordtypeid, name FROM deletedrecord", asker.admin) == [{"recordtypeid": "customer", "name": "Larkspur Mills"}]


def test_what_others_refer_to_stays(begin):
    asker = begin()
    for path in ("customer/200", "vendor/206", "currency/1"):
        assert send(asker, "DELETE", path).error == user_error("This record cannot be deleted because it has dependent records.")
    assert asker.record("customer").json["totalResults"] == 6


@pytest.mark.parametrize(("level", "allowed"), [("View", ""), ("Create", "POST"), ("Edit", "POST PATCH"), ("Full", "POST PATCH DELETE")])
def test_each_level_allows_as_much_as_it_says(begin, level, allowed):
    asker = begin()
    vendor = create(asker, "customer", {"companyName": "To be deleted", "subsidiary": "1"})
    asker.account.clicks.do("set_permission", details={"permission": "LIST_CUSTJOB", "level": level})
    for method, path in (("POST", "customer"), ("PATCH", "customer/200"), ("DELETE", f"customer/{vendor}")):
        answer = send(asker, method, path, CUSTOMER if method == "POST" else {})
        if method in allowed.split():
            assert answer.status == 204, answer.body
        else:
            assert answer.error == (
                403, "INSUFFICIENT_PERMISSION",
                "Permission Violation: You need a higher level of the 'Lists -> Customers' permission to access this page. "
                "Please contact your account administrator.",
            )
    assert asker.record("customer/200").status == 200


def test_without_the_permission_nothing_is_written(begin):
    asker = begin()
    asker.account.clicks.do("remove_permission", details={"permission": "LIST_CUSTJOB"})
    for method, path in (("POST", "customer"), ("PATCH", "customer/200"), ("DELETE", "customer/200")):
        assert send(asker, method, path, {}).error[:2] == (403, "INSUFFICIENT_PERMISSION")
    hidden = begin(hidden_record="404")
    hidden.account.clicks.do("remove_permission", details={"permission": "LIST_CUSTJOB"})
    assert send(hidden, "POST", "customer", {}).error[:2] == (404, "NONEXISTENT_ID")


@pytest.mark.parametrize(("first", "found"), [(True, (403, "INSUFFICIENT_PERMISSION")), (False, (400, "USER_ERROR"))])
def test_permission_and_validation_come_in_either_order(begin, first, found):
    asker = begin(permission_before_validation=first)
    asker.account.clicks.do("remove_permission", details={"permission": "LIST_CUSTJOB"})
    assert send(asker, "POST", "customer", {}).error[:2] == found
    # An acceptable body gets the refusal either way (observed in public).
    assert send(asker, "POST", "customer", CUSTOMER).error[:2] == (403, "INSUFFICIENT_PERMISSION")
    assert asker.account.state.value("SELECT count(*) FROM entities WHERE companyname = 'Larkspur Mills'") == 0


@pytest.mark.parametrize("body", [b"", b"bad body", b"[1]", b'"x"', b"null", b"{", b'{"a":' * 5000, b"\xff\xfe", b"\x00", b"9" * 5000], ids=range(10))
def test_a_body_that_is_no_json_object(busy, body):
    url = f"https://{busy.account.suitetalk_host}/services/rest/record/v1/customer"
    prepared = busy.prepare("POST", url)
    headers = {"Authorization": prepared.headers["Authorization"], "Content-Type": "application/json"}
    if not isinstance(headers["Authorization"], str):
        headers["Authorization"] = headers["Authorization"].decode()
    answer = busy.raw("POST", busy.account.suitetalk_host, "/services/rest/record/v1/customer", headers, body)
    assert answer.error == (400, "INVALID_CONTENT", "Invalid content in the request body.")


@pytest.mark.parametrize(
    ("record", "body", "missing"),
    [
        ("customer", {}, "Company Name, Primary Subsidiary"),
        ("customer", {"companyName": "Larkspur Mills"}, "Primary Subsidiary"),
        ("customer", {"companyName": "", "subsidiary": {"id": 1}}, "Company Name"),
        ("employee", {"email": "x@practice.example"}, "Name, Subsidiary"),
        ("invoice", {"memo": "x"}, "Customer"),
        ("customerPayment", {}, "Customer"),
        ("vendorBill", {}, "Vendor"),
        ("journalEntry", {}, "Subsidiary"),
        ("account", {"acctNumber": "9000"}, "Name, Type"),
        ("department", {}, "Name"),
    ],
)
def test_mandatory_fields(busy, record, body, missing):
    assert send(busy, "POST", record, body).error == user_error(f"Please enter value(s) for: {missing}")


def test_without_oneworld_nobody_asks_for_a_subsidiary(begin):
    asker = begin("no-oneworld-ready")
    new = create(asker, "customer", {"companyName": "Larkspur Mills"})
    assert "subsidiary" not in asker.record(f"customer/{new}").json
    answer = send(asker, "PATCH", f"customer/{new}", {"subsidiary": {"id": "1"}})
    assert answer.headers["x-netsuite-propertyvalidation"] == "Unknown property 'subsidiary'"


def test_a_mandatory_field_cannot_be_emptied(busy):
    assert send(busy, "PATCH", "employee/211", {"entityId": None}).error == user_error("Please enter value(s) for: Name")


def test_a_form_makes_fields_mandatory(begin):
    asker = begin()
    with asker.account.state.record():
        for row in (("invoice", "location"), ("invoice", "class"), ("invoice", "custbody_approved_by")):
            asker.account.state.run("INSERT INTO mandatory_fields VALUES (?, ?)", row)
    body = {"entity": {"id": "200"}, "tranDate": open_date(asker)}
    assert send(asker, "POST", "invoice", body).error == user_error("Please enter value(s) for: Class, Location, custbody_approved_by")
    with asker.account.state.record():
        asker.account.state.run("DELETE FROM mandatory_fields WHERE field LIKE 'custbody%'")
    new = create(asker, "invoice", {**body, "class": {"id": "1"}, "location": {"id": "2"}})
    assert asker.record(f"invoice/{new}").json["location"]["refName"] == "Sacramento"
    assert create(asker, "creditMemo", body)


@pytest.mark.parametrize("name", ["Bluefield Produce", "BLUEFIELD produce"])
def test_a_duplicate_entity(busy, name):
    refused = user_error("This entity already exists.")
    assert send(busy, "POST", "customer", {"companyName": name, "subsidiary": {"id": "1"}}).error == refused
    assert send(busy, "PATCH", "customer/201", {"entityId": name}).error == refused
    assert send(busy, "PATCH", "customer/200", {"entityId": name}).status == 204
    # Of another kind it is another entity.
    assert send(busy, "PATCH", "vendor/206", {"entityId": name}).status == 204


@pytest.mark.parametrize(
    ("record", "body", "value", "field", "path"),
    [
        ("customer", {**CUSTOMER, "subsidiary": {"id": "9999"}}, "9999", "subsidiary", "subsidiary"),
        ("customer", {**CUSTOMER, "currency": "77"}, "77", "currency", "currency"),
        ("invoice", {"entity": {"id": "206"}}, "206", "entity", "entity"),
        ("invoice", {"entity": {"id": "200"}, "item": {"items": [{"item": {"id": "9999"}}]}}, "9999", "item", "item.items[0].item"),
        ("vendorBill", {"entity": {"id": "206"}, "expense": {"items": [{"account": {"id": "1"}, "amount": 5}, {"account": {"id": "404"}}]}}, "404", "account", "expense.items[1].account"),
        ("account", {"acctName": "x", "acctType": "Bank", "subsidiary": {"items": [{"id": "1"}, {"id": "44"}]}}, "44", "subsidiary", "subsidiary.items[1]"),
        ("customer", {**CUSTOMER, "subsidiary": {"id": "one"}}, "one", "subsidiary", "subsidiary"),
    ],
)
def test_a_bad_reference_on_the_wire(busy, record, body, value, field, path):
    answer = send(busy, "POST", record, body)
    assert answer.body == (
        '{"type":"https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.1","title":"Bad Request","status":400,"o:errorDetails":[{"detail":'
        f'"Error while accessing resource: You have entered an Invalid Field Value {value} for the following field: {field}",'
        f'"o:errorPath":"{path}","o:errorCode":"INVALID_CONTENT"}}]}}\n'
    ).encode()


@pytest.mark.parametrize(
    ("record", "field", "value"),
    [
        ("customer", "isInactive", "yes"), ("customer", "isInactive", 1), ("customer", "email", ["x"]), ("customer", "email", True),
        ("customer", "email", "x" * 5000), ("customer", "email", "\ud800"), ("customer", "subsidiary", {"name": "x"}), ("customer", "subsidiary", []),
        ("invoice", "tranDate", "02/03/2026"), ("invoice", "tranDate", "2026-02-30"), ("invoice", "tranDate", 20260203),
        ("customerPayment", "total", "much"), ("customerPayment", "total", 1e300), ("customerPayment", "total", 10**400), ("account", "acctType", {"id": "Moon"}),
        ("account", "acctType", {"id": []}),
    ],
)
def test_values_of_the_wrong_kind(begin, record, field, value):
    asker = begin()
    sentence = f"Invalid value for the resource or sub-resource field '{field}'. Provide a valid value."
    assert raw(asker, record, {field: value}).error == (400, "INVALID_VALUE", sentence)
    for mode, told in (("warning", f"Invalid value for '{field}'"), ("Ignore", None)):
        answer = raw(asker, f"{record}/{ {'customer': 200, 'invoice': 1001, 'customerPayment': 1013, 'account': 1}[record]}", {field: value}, "PATCH", mode)
        assert (answer.status, answer.headers.get("x-netsuite-propertyvalidation")) == (204, told)


def raw(asker, path, body, method="POST", mode="error", credentials=None):
    """Send JSON that ``requests`` would refuse to make."""
    url = f"/services/rest/record/v1/{path}"
    header = asker.prepare(method, f"https://{asker.account.suitetalk_host}{url}", credentials).headers["Authorization"]
    headers = {"Authorization": header if isinstance(header, str) else header.decode(), "X-NetSuite-PropertyValueValidation": mode}
    return asker.raw(method, asker.account.suitetalk_host, url, headers, json.dumps(body).encode())


def test_unknown_names(begin):
    asker = begin()
    body = {**CUSTOMER, "companyname": "In any case", "nonsense": 1, "a\r\nX-Own: 1": 2, "custbody_load_number": "7"}
    refused = send(asker, "POST", "customer", body, X_NetSuite_PropertyNameValidation="error")
    assert refused.error == (400, "INVALID_CONTENT", "Unknown property 'nonsense' in the request body.")
    assert refused.json["o:errorDetails"][0]["o:errorPath"] == "nonsense"
    warned = send(asker, "POST", "customer", body)
    assert warned.status == 204
    assert warned.headers["x-netsuite-propertyvalidation"] == "Unknown property 'nonsense',Unknown property 'a%0D%0AX-Own%3A 1'"
    assert "x-own" not in warned.headers
    silent = send(asker, "POST", "customer", {**body, "companyname": "Another"}, X_NetSuite_PropertyNameValidation="ignore")
    assert silent.status == 204
    assert "x-netsuite-propertyvalidation" not in silent.headers


def test_many_unknown_names_fit_in_a_header(begin):
    asker = begin()
    body = {**CUSTOMER, **{f"{'ä' * 300}{n}": n for n in range(300)}}
    answer = send(asker, "POST", "customer", body)
    assert answer.status == 204
    assert len(answer.headers["x-netsuite-propertyvalidation"]) < 2000


def test_half_a_surrogate_is_an_unknown_name(begin):
    assert send(begin(), "POST", "customer", {**CUSTOMER, "\ud800": 1}).headers["x-netsuite-propertyvalidation"] == "Unknown property '%3F'"


@pytest.mark.parametrize("code", ["USER_ERROR", "INVALID_CONTENT"])
def test_records_of_other_subsidiaries_cannot_be_referred_to_or_changed(begin, code):
    asker = begin("subsidiary-not-assigned", reference_to_other_subsidiary=code)
    there = asker.account.state.value("SELECT id FROM entities WHERE kind = 'customer' AND subsidiary = 3")
    for record, body, field in (("customer", {**CUSTOMER, "subsidiary": {"id": "3"}}, "subsidiary"), ("invoice", {"entity": {"id": str(there)}}, "entity")):
        wanted = body[field]["id"]
        sentence = f"{PREFIX}Invalid Field Reference Key {wanted} for the following field: {field}"
        assert send(asker, "POST", record, body).error == (400, code, sentence)
    # Cross-subsidiary viewing is for viewing.
    assert asker.record(f"customer/{there}").status == 200
    for method in ("PATCH", "DELETE"):
        assert send(asker, method, f"customer/{there}", {"email": "x@practice.example"}).error[:2] == (400, code)
    assert send(asker, "PATCH", f"customer/{there}", {"email": "x@practice.example"}, asker.admin).status == 204


def test_what_the_role_does_not_see_is_not_there_for_writing_either(begin):
    asker = begin("cross-viewing-off")
    there = asker.account.state.value("SELECT id FROM entities WHERE kind = 'customer' AND subsidiary = 3")
    assert send(asker, "PATCH", f"customer/{there}", {}).error[:2] == (404, "NONEXISTENT_ID")


def test_an_invoice(begin):
    asker = begin()
    lines = [{"item": {"id": "11"}, "quantity": 3, "rate": 100.5}, {"item": {"id": "12"}, "amount": 20}]
    new = create(asker, "invoice", {"entity": {"id": "201"}, "tranDate": open_date(asker), "dueDate": "2027-12-31", "item": {"items": lines}})
    found = asker.record(f"invoice/{new}").json
    assert (found["total"], found["amountRemaining"], found["dueDate"], found["tranId"]) == (321.5, 321.5, "2027-12-31", f"INV{new}")
    assert (found["entity"]["refName"], found["subsidiary"]["id"]) == ("Corwin Paper", "2")
    assert found["postingPeriod"]["id"] == str(asker.account.state.value("SELECT id FROM periods WHERE startdate = ?", (open_date(asker),)))
    # An amount that is worked out cannot be set.
    assert send(asker, "PATCH", f"invoice/{new}", {"total": 1, "memo": "x", "tranId": None}).status == 204
    after = asker.record(f"invoice/{new}").json
    assert (after["total"], after["memo"], after["tranId"]) == (321.5, "x", found["tranId"])
    # Of another subsidiary than its customer it cannot be.
    assert send(asker, "POST", "invoice", {"entity": {"id": "201"}, "subsidiary": {"id": "1"}}).error[:2] == (400, "USER_ERROR")
    assert send(asker, "DELETE", f"invoice/{new}").status == 204
    assert asker.record(f"invoice/{new}").status == 400


def test_a_payment_that_is_deleted_leaves_its_invoice_unpaid(begin):
    asker = begin()
    with asker.account.state.record():
        asker.account.state.run("UPDATE transactions SET unpaid = 10 WHERE id = 1001")
        asker.account.state.run("INSERT INTO applied VALUES (1013, 1001, 90)")
    assert send(asker, "DELETE", "invoice/1001").error == user_error("This record cannot be deleted because it has dependent records.")
    assert send(asker, "DELETE", "customerPayment/1013").status == 204
    assert asker.record("invoice/1001").json["amountRemaining"] == 100


OUTSIDE = user_error("The transaction date you specified is not within the date range of your accounting period.")


def test_closed_periods(begin):
    asker = begin()
    closed = asker.account.state.value("SELECT max(startdate) FROM periods WHERE closed = 'T'")
    entity = {"entity": {"id": "200"}}
    for day in (closed, "1999-01-01"):
        assert send(asker, "POST", "invoice", {**entity, "tranDate": day}).error == OUTSIDE
    new = create(asker, "invoice", {**entity, "tranDate": open_date(asker)})
    assert send(asker, "PATCH", f"invoice/{new}", {"tranDate": closed}).error == OUTSIDE
    with asker.account.state.record():
        asker.account.state.run("UPDATE periods SET closed = 'T'")
    for method in ("PATCH", "DELETE"):
        assert send(asker, method, f"invoice/{new}", {"memo": "x"}).error == OUTSIDE
    asker.account.clicks.do("set_feature", details={"feature": "ACCOUNTINGPERIODS", "on": "no"})
    assert send(asker, "PATCH", f"invoice/{new}", {"memo": "x"}).status == 204


@pytest.mark.parametrize("preference", ["Warn", "Allow"])
def test_the_preference_lets_a_date_lie_outside_its_period(begin, preference):
    asker = begin()
    closed = asker.account.state.value("SELECT max(startdate) FROM periods WHERE closed = 'T'")
    period = asker.account.state.value("SELECT id FROM periods WHERE closed = 'F' ORDER BY id DESC")
    shut = asker.account.state.value("SELECT id FROM periods WHERE closed = 'T'")
    body = {"entity": {"id": "200"}, "tranDate": closed, "postingPeriod": {"id": str(period)}}
    assert send(asker, "POST", "invoice", body).error == OUTSIDE
    with asker.account.state.record():
        asker.account.state.run("INSERT INTO preferences VALUES ('Allow Transaction Date Outside of the Posting Period', ?)", (preference,))
    assert asker.record(f"invoice/{create(asker, 'invoice', body)}").json["postingPeriod"]["id"] == str(period)
    assert send(asker, "POST", "invoice", {**body, "postingPeriod": {"id": str(shut)}}).error == OUTSIDE
    del body["postingPeriod"]
    first = asker.account.state.value("SELECT id FROM periods WHERE closed = 'F' ORDER BY startdate")
    assert asker.record(f"invoice/{create(asker, 'invoice', body)}").json["postingPeriod"]["id"] == str(first)


def test_a_record_a_workflow_has_locked(begin):
    asker = begin()
    with asker.account.state.record():
        asker.account.state.run("INSERT INTO workflow_locks VALUES ('journalentry', 1043)")
    locked = user_error("This record has been locked by a user defined workflow.")
    assert asker.record("journalEntry/1043").error == locked
    for method in ("PATCH", "DELETE"):
        assert send(asker, method, "journalEntry/1043", {}).error == locked
    assert asker.record("journalEntry/1044").status == 200


def test_an_administrators_employee_record(begin):
    asker = begin()
    asker.account.clicks.do("set_permission", details={"permission": "LIST_EMPLOYEE_RECORD", "level": "Full"})
    closed = user_error("For security reasons, only an administrator is allowed to edit an administrator record.")
    assert asker.record("employee/5").error == closed
    assert send(asker, "PATCH", "employee/5", {"email": "x@practice.example"}).error == closed
    assert send(asker, "PATCH", "employee/5", {"email": "x@practice.example"}, asker.admin).status == 204
    assert send(asker, "PATCH", "employee/6", {"email": "x@practice.example"}).status == 204


def test_a_user_made_inactive_by_a_record_cannot_log_in(begin):
    asker = begin()
    assert send(asker, "PATCH", "employee/211", {"isInactive": True}, asker.admin).status == 204
    assert asker.login().status == 401
    assert send(asker, "DELETE", "employee/211", credentials=asker.admin).status == 204
    assert asker.account.state.value("SELECT count(*) FROM tokens WHERE entity = 211") == 0


def test_nothing_of_a_deleted_employee_is_left_to_the_next(begin):
    asker = begin()
    with asker.account.state.write():
        asker.account.state.run("INSERT INTO global_permissions VALUES (211, 'LIST_CUSTJOB', 4)")
    assert send(asker, "DELETE", "employee/211", credentials=asker.admin).status == 204
    assert asker.account.state.value("SELECT count(*) FROM global_permissions") == 0
    assert create(asker, "employee", {"entityId": "Lee Marsh", "subsidiary": {"id": "1"}}, credentials=asker.admin) == "212"
    new = create(asker, "customer", CUSTOMER, credentials=asker.admin)
    assert send(asker, "DELETE", f"customer/{new}", credentials=asker.admin).status == 204
    assert int(create(asker, "customer", CUSTOMER, credentials=asker.admin)) == int(new) + 1


@pytest.mark.parametrize(("method", "path"), [("PUT", "customer/200"), ("PUT", "customer/eid:x"), ("POST", "customer/200"), ("PATCH", "customer"), ("DELETE", "customer")])
def test_methods_that_are_not_offered(busy, method, path):
    assert send(busy, method, path, CUSTOMER).status == 405


def test_subsidiaries_are_only_read(busy):
    for method, path in (("POST", "subsidiary"), ("PATCH", "subsidiary/1"), ("DELETE", "subsidiary/1")):
        assert send(busy, method, path, {"name": "x"}, busy.admin).status == 405


def test_every_type_can_be_made_changed_and_deleted(begin):
    asker = begin()
    day = open_date(asker)
    bodies = {
        "customer": CUSTOMER, "vendor": CUSTOMER, "contact": {"entityId": "Kim Fields"}, "employee": {"entityId": "Lee Marsh", "subsidiary": {"id": "1"}},
        "account": {"acctName": "Tolls", "acctType": {"id": "Expense"}, "acctNumber": "6300"}, "currency": {"name": "Peso", "symbol": "MXN"},
        "accountingPeriod": {"periodName": "Jan 2031", "startDate": "2031-01-01", "endDate": "2031-01-31"},
        **{name: {"name": "New"} for name in ("classification", "department", "location", "term", "paymentMethod", "priceLevel", "expenseCategory", "customrecord_lane")},
        **{name: {"itemId": "NEW"} for name in ("inventoryItem", "serviceSaleItem", "otherChargeSaleItem")},
        **{name: {"entity": "200", "tranDate": day} for name in ("invoice", "creditMemo")},
        **{name: {"customer": {"id": 200}, "tranDate": day, "total": 5} for name in ("customerPayment", "customerDeposit")},
        **{name: {"entity": "206", "tranDate": day} for name in ("vendorBill", "vendorPayment", "vendorCredit")},
        **{name: {"entity": "206", "tranDate": day} for name in ("purchaseOrder", "check")},
        "salesOrder": {"entity": "200", "tranDate": day}, "customerRefund": {"customer": {"id": 200}, "tranDate": day}, "job": CUSTOMER,
        **{name: {"subsidiary": "1", "tranDate": day, "total": "7.5"} for name in ("journalEntry", "statisticalJournalEntry", "deposit")},
    }
    for record, body in bodies.items():
        new = create(asker, record, body, credentials=asker.admin)
        found = asker.record(f"{record}/{new}", asker.admin)
        assert found.status == 200, record
        assert send(asker, "PATCH", f"{record.lower()}/{new}", found.json, asker.admin).status == 204, record
        assert asker.record(f"{record}/{new}", asker.admin).json == found.json
        assert send(asker, "DELETE", f"{record}/{new}", credentials=asker.admin).status == 204, record
        assert asker.record(f"{record}/{new}", asker.admin).status in (400, 404)


def test_custom_records(begin):
    asker = begin()
    assert asker.record("customrecord_lane").json["totalResults"] == 0
    new = create(asker, "customrecord_lane", {"name": "Norfolk - Toronto"})
    assert asker.record(f"CUSTOMRECORD_LANE/{new}").json["name"] == "Norfolk - Toronto"
    assert [item["id"] for item in asker.record("customrecord_lane").json["items"]] == [new]
    asker.account.clicks.do("remove_permission", details={"permission": "LIST_CUSTRECORDENTRY"})
    assert asker.record("customrecord_lane").error[:2] == (403, "INSUFFICIENT_PERMISSION")
    asker.account.clicks.do("set_feature", details={"feature": "CUSTOMRECORDS", "on": "no"})
    assert asker.record("customrecord_lane").status == 404


def test_accounts_and_their_subsidiaries(begin):
    asker = begin()
    new = create(asker, "account", {"acctName": "Tolls", "acctType": "Expense", "includeChildren": True, "subsidiary": {"items": [{"id": "1"}, {"id": 2}]}})
    plain = asker.record(f"account/{new}").json
    assert (plain["acctType"], plain["includeChildren"]) == ({"id": "Expense", "refName": "Expense"}, True)
    assert set(plain["subsidiary"]) == {"links"}
    shown = asker.record(f"account/{new}?expandSubResources=true").json
    assert [(item["id"], item["refName"]) for item in shown["subsidiary"]["items"]] == [("1", "Tidewater Freight"), ("2", "Tidewater Freight West")]
    assert shown["links"][0]["href"].endswith(f"/account/{new}?expandSubResources=true")
    assert send(asker, "PATCH", f"account/{new}", {"subsidiary": {"items": [{"id": "2"}]}}).status == 204
    assert asker.rows(f"SELECT subsidiary FROM accountsubsidiarymap WHERE account = {new}") == [{"subsidiary": "2"}]


@pytest.mark.parametrize(("children", "status", "rows"), [("T", 200, 1), ("F", 404, 0)])
def test_include_children_counts_in_what_a_role_sees(begin, children, status, rows):
    asker = begin("cross-viewing-off")
    account = place_at_the_top(asker, children)
    assert asker.record(f"account/{account}").status == status
    assert len(asker.rows(f"SELECT id FROM account WHERE id = {account}")) == rows
    assert asker.record("account").json["totalResults"] == asker.account.state.value("SELECT count(*) FROM accounts") - (1 - rows)


@pytest.mark.parametrize(("setting", "found"), [("as_set", ["1"]), ("with_children", ["1", "2", "3"])])
def test_the_map_of_accounts_may_hold_what_include_children_adds(begin, setting, found):
    asker = begin(account_map=setting)
    account = place_at_the_top(asker, "T")
    shown = asker.rows(f"SELECT subsidiary FROM accountsubsidiarymap WHERE account = {account} ORDER BY subsidiary", asker.admin)
    assert [row["subsidiary"] for row in shown] == found


def place_at_the_top(asker, children):
    """An account of the topmost subsidiary alone, which a role may not have been given; its id."""
    state = asker.account.state
    account = state.value("SELECT id FROM accounts WHERE acctnumber = '6200'")
    with state.write():
        role = state.value("SELECT id FROM roles WHERE id != 3")
        state.run("UPDATE roles SET subsidiaryoption = 'SELECTED' WHERE id = ?", (role,))
        state.run("DELETE FROM role_subsidiaries WHERE role = ?", (role,))
        state.run("INSERT INTO role_subsidiaries VALUES (?, 3)", (role,))
        state.run("DELETE FROM account_subsidiaries WHERE account = ? AND subsidiary > 1", (account,))
        state.run("INSERT OR IGNORE INTO account_subsidiaries VALUES (?, 1)", (account,))
        state.run("UPDATE accounts SET includechildren = ? WHERE id = ?", (children, account))
        # Income and cost accounts were never extended to the newest one; here everything else is.
        state.run("INSERT OR IGNORE INTO account_subsidiaries SELECT id, 3 FROM accounts WHERE id != ?", (account,))
    return account


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["1", "200", "2027-01-01", "T", "\ud800", "\x00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "items", "item", "amount", "rate", "x"]), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["companyName", "entityId", "subsidiary", "currency", "isInactive", "isPerson", "email", "entity", "customer", "item", "expense", "tranDate",
     "postingPeriod", "total", "name", "acctType", "acctName", "class", "location", "links", "id", "tranId", "dueDate", "includeChildren"]
) | st.sampled_from(["\ud800", "\udfff'"]) | st.text(max_size=20)
PATHS = st.sampled_from(
    ["customer", "invoice", "customerPayment", "vendorBill", "account", "department", "employee", "journalEntry", "customrecord_lane", "customer/200",
     "invoice/1001", "account/1", "employee/6", "accountingPeriod/110", "currency/2", "journalEntry/1043", "department/1", "inventoryItem/15"]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, body=st.dictionaries(NAMES, VALUES, max_size=6), modes=st.sampled_from(["error", "warning", "ignore", "neither"]))
def test_whatever_is_sent_is_answered(busy, path, body, modes):
    method = "PATCH" if "/" in path else "POST"
    answer = raw(busy, path, body, method, modes, busy.admin)
    assert answer.status == 204 or (answer.status == 400 and answer.error[1] in ("USER_ERROR", "INVALID_CONTENT", "INVALID_VALUE")), answer.body


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT"]),
    path=st.lists(st.text("abc/%20:!?'\"\\é;.-_0123456789", max_size=12) | st.sampled_from(["customer", "metadata-catalog", "eid:1", "!transform"]), max_size=4),
)
def test_whatever_is_asked_for_is_answered(busy, method, path):
    from urllib.parse import quote

    url = "https://" + busy.account.suitetalk_host + "/services/rest/record/v1/nothing" + "/".join(quote(part, safe="/") for part in path if part.strip("."))
    assert busy.signed(method, url, body={} if method in ("POST", "PATCH") else None).status in (400, 404, 405)
