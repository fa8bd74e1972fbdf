"""What the practice account really answers, pasted: the scenario's cause comes first, and none is proven wrongly. Over HTTPS."""

from __future__ import annotations

import json
import ssl

import pytest
from practice_asker import Answer, Asker
from practice_soap import call as soap
from practice_soap import envelope, operation
from practice_soap import post as post_soap
from test_practice_scenarios import LOGIN, NO_ROW, quick

from wizard.causes import read_by_a_person
from wizard.diagnosis import Basis
from wizard.failures import failures
from wizard.pasted_failure import explain_pasted
from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import load_scenario


def write(record, **body):
    def send(asker):
        own = {**body, "tranDate": f"{asker.account.now():%Y-%m-%d}"} if "entity" in body else body
        return asker.signed("POST", f"https://{asker.account.suitetalk_host}/services/rest/record/v1/{record}", body=own)

    return send


def script(name, **body):
    def send(asker):
        address = f"/app/site/hosting/restlet.nl?script=customscript_invd_{name}_restlet&deploy=customdeploy_invd_{name}_restlet"
        return asker.signed("POST", f"https://{asker.account.restlets_host}{address}", body=body)

    return send


def query(sql):
    return lambda asker: asker.query(sql)


def record(path):
    return lambda asker: asker.record(path)


def server_time(asker):
    return soap(asker, "getServerTime")


def of_another_subsidiary(asker):
    hidden = asker.account.state.value("SELECT id FROM entities WHERE kind = 'customer' AND subsidiary = 3")
    return asker.record(f"customer/{hidden}")


INVOICE = write("invoice", entity={"id": "200"})
PAYMENT = {"date": "2026-01-02", "amount": 5}
SHOWN = [
    ("administrator-record", record("employee/5")),
    ("alvys-exactly-47", query("SELECT id FROM customer")),
    ("bundle-audience", script("invoice_model")),
    ("bundle-missing", script("invoice_model")),
    ("bundle-old", script("credit_note")),
    ("bundle-script-broken", script("invoice_model")),
    ("busy", record("customer?limit=1")),
    ("busy", server_time),
    ("busy", script("invoice_model")),
    ("currencies-off", record("currency?limit=1")),
    ("currency-permission-missing", record("currency?limit=1")),
    ("field-mandatory", INVOICE),
    ("global-permission", INVOICE),
    ("legacy-tax", record("salesTaxItem")),
    ("own-subsidiary", write("customer", companyName="New", subsidiary={"id": "2"})),
    ("period-closed", INVOICE),
    ("permission-missing", record("invoice/1001")),
    ("permission-not-added", record("vendorBill?limit=1")),
    ("permission-too-low", write("customerPayment", customer={"id": "200"}, total=5)),
    ("rate-limited", record("customer?limit=1")),
    ("rate-limited", server_time),
    ("rate-limited", script("invoice_model")),
    ("record-locked", record("journalEntry/1043")),
    ("rest-off", record("customer/200")),
    ("rest-permission-missing", record("customer/200")),
    ("shared-host", lambda asker: asker.signed("GET", "https://rest.netsuite.com/services/rest/record/v1/customer")),
    ("soap-endpoint-gone", server_time),
    ("soap-permission-missing", server_time),
    ("start-date-late", script("payment_model", **PAYMENT)),
    ("system-error", record("customer/200")),
    ("system-error", server_time),
    ("system-error", script("invoice_model")),
    ("maintenance", record("customer/200")),
    ("maintenance", server_time),
    ("table-hidden", query("SELECT id FROM department")),
    ("user-in-another-subsidiary", write("customer", companyName="New", subsidiary={"id": "2"})),
    ("web-services-only-restlets", script("invoice_model")),
    ("workbook-missing", record("customer?limit=1")),
]
"""A scenario, and a request whose refusal says something of its own."""


def log(asker, send):
    """Send it; return the answer as somebody would paste it, in several ways."""
    answer: Answer = send(asker)
    body = answer.body.decode("utf-8", "replace")
    headers = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
    first = f"HTTP/1.1 {answer.status} Whatever"
    return {
        "body": body or first,
        "whole": f"{first}\n{headers}\n{body}",
        "curl": "".join(f"< {line}\n" for line in f"{first}\n{headers}".splitlines()) + f"< \n* Connection left intact\n{body}",
        "in a sentence": f"Sync failed with status {answer.status}: {body}" if answer.status >= 300 else f"Sync failed: {body}",
        "escaped": json.dumps({"level": "error", "status": answer.status, "body": body}) if "<" not in body else body,
    }


@pytest.mark.parametrize(("name", "send"), SHOWN, ids=[f"{number}-{name}" for number, (name, _) in enumerate(SHOWN)])
def test_a_real_refusal_names_the_cause_first(name, send):
    with PracticeAccount(quick(name)) as account:
        asker = Asker(account)
        pasted = log(asker, send)
        asker.close()
    cause = load_scenario(name).cause
    for way, text in pasted.items():
        told = explain_pasted(text)
        assert told.first.cause == cause, (way, text, told)
        assert {c.cause for c in told.candidates if c.basis is Basis.PROVEN} <= {cause}, (way, text)
        assert cause not in {excluded.cause for excluded in told.excluded}


@pytest.mark.parametrize("name", [name for name, (status, _) in LOGIN.items() if status == 401])
def test_a_bare_refusal_has_the_cause_among_its_candidates_and_the_trail_names_it(name):
    with PracticeAccount(quick(name)) as account:
        asker = Asker(account)
        answers = [asker.login(timestamp=str(int(account._clock.now().timestamp())))]
        row = asker.trail()[-1] if asker.trail() else None
        if name != "clock-skew":  # the others are signed at the account's own time
            answers += [server_time(asker), script("invoice_model")(asker)]
        asker.close()
    for answer in answers:
        told = explain_pasted(f"HTTP/1.1 {answer.status} X\n\n{answer.body.decode()}")
        assert load_scenario(name).cause in {c.cause for c in told.candidates}, answer
        assert {c.basis for c in told.candidates} == {Basis.POSSIBLE}
        assert told.excluded == ()
    word = LOGIN[name][1]
    if word not in (None, NO_ROW):
        assert row == ("Failure", word)
        told = explain_pasted(f"11/21/2026 9:41 am\tAlvys Integration\t{row[0]}\t{row[1]}\tAlvys TMS Integration")
        assert tuple(c.cause for c in told.candidates if c.basis is Basis.SAID) == read_by_a_person(word)
        assert told.first.cause == read_by_a_person(word)[0]


@pytest.mark.parametrize("name", ["tls-expired", "tls-other-name"])
def test_an_error_of_the_connection_blames_no_value(name):
    with PracticeAccount(load_scenario(name)) as account:
        asker = Asker(account)
        with pytest.raises(ssl.SSLCertVerificationError) as caught:
            asker.login()
        asker.close()
    told = explain_pasted(f"{type(caught.value).__name__}: {caught.value}")
    assert [c.cause for c in told.candidates] == ["client-environment"]
    assert failures()[told.rows["client-environment"][0]].id == {"tls-expired": 245, "tls-other-name": 246}[name]
    assert {"signing", "token", "credential-swap"} <= {excluded.cause for excluded in told.excluded}


UNPUBLISHED = [
    ("rest-off", {"rest_feature_off": "400"}, record("customer/200")),
    ("rest-permission-missing", {"rest_permission_missing": "403"}, record("customer/200")),
    ("alvys-ready", {"web_services_only_rest": "refused"}, record("customer/200")),
    ("workbook-off", {}, query("SELECT id FROM customer")),
    ("workbook-off", {"workbook_feature_off": "403"}, query("SELECT id FROM customer")),
    ("soap-off", {}, server_time),
    ("soap-off", {"soap_feature_off": "WS_FEATURE_REQD"}, server_time),
    ("soap-off", {"soap_fault_status": "200", "soap_refusal_names": "SOAP web services"}, server_time),
    ("soap-permission-missing", {"soap_refusal": "WS_PERMISSION_REQD"}, server_time),
    ("soap-permission-missing", {"soap_fault_status": "200"}, server_time),
    ("permission-missing", {"hidden_record": "404"}, record("invoice/1001")),
    ("currencies-off", {}, query("SELECT id FROM currency")),
    ("own-subsidiary", {"reference_to_other_subsidiary": "INVALID_CONTENT"}, write("customer", companyName="N", subsidiary={"id": "2"})),
    ("cross-viewing-off", {"record_of_other_subsidiary": "403"}, of_another_subsidiary),
    ("cross-viewing-off", {}, of_another_subsidiary),
    ("web-services-only-restlets", {"restlet_web_services_only": "403"}, script("invoice_model")),
    ("bundle-missing", {"restlet_unknown_script": "404"}, script("invoice_model")),
    ("bundle-audience", {"restlet_closed": "as_unknown"}, script("invoice_model")),
    ("bundle-script-broken", {"restlet_script_error": "500"}, script("invoice_model")),
    ("wrong-secret", {"rest_login_status": "403"}, record("customer/200")),
    ("wrong-secret", {"restlet_login_status": "403"}, script("invoice_model")),
    ("token-revoked", {"tba_error_word": "cause"}, record("customer/200")),
    ("busy", {"too_many_requests": "disguised", "disguised_wait_seconds": 0.0}, record("customer/200")),
    ("busy", {"concurrency_body": "help"}, record("customer/200")),
    ("busy", {"soap_fault_status": "200"}, server_time),
    ("maintenance", {"maintenance_body": "json"}, record("customer/200")),
    ("maintenance", {"maintenance_body": "empty"}, record("customer/200")),
    ("maintenance", {"maintenance_body": "json"}, server_time),
]
"""Refusals whose form nobody published, in their other forms."""


@pytest.mark.parametrize(("name", "settings", "send"), UNPUBLISHED, ids=[f"{n}-{u[0]}" for n, u in enumerate(UNPUBLISHED)])
def test_no_wrong_cause_is_proven_in_any_form(begin, name, settings, send):
    asker = begin(name, **settings)
    pasted = log(asker, send)
    # A ready account refuses a Web Services Only role where that setting says so.
    cause = load_scenario(name).cause or "web-services-only"
    for way, text in pasted.items():
        told = explain_pasted(text)
        assert cause in {c.cause for c in told.candidates}, (way, text)
        assert {c.cause for c in told.candidates if c.basis is Basis.PROVEN} <= {cause}, (way, text)


def test_a_soap_request_without_a_login_is_told(begin):
    asker = begin()
    answer = post_soap(asker, envelope(operation("getServerTime")))
    assert explain_pasted(answer.body.decode()).first.cause == "signing"


def test_what_succeeds_leads_to_nothing(begin):
    asker = begin()
    for send in (record("customer/200"), record("customer?limit=1"), query("SELECT id, entityid FROM customer"), server_time):
        answer = send(asker)
        assert answer.status == 200
        assert explain_pasted(f"HTTP/1.1 200 OK\n\n{answer.body.decode()}").candidates == ()


def test_of_several_exchanges_the_failed_one_counts(begin):
    asker = begin("permission-missing")
    good, bad = asker.record("customer/200"), asker.record("invoice/1001")
    text = "".join(
        f"> GET /services/rest/record/v1/{path} HTTP/1.1\n> Host: {asker.account.suitetalk_host}\n> \n"
        f"< HTTP/1.1 {answer.status} X\n< Content-Type: {answer.headers['content-type']}\n< \n{answer.body.decode()}\n"
        for path, answer in (("customer/200", good), ("invoice/1001", bad))
    )
    told = explain_pasted(text)
    assert told.exchanges == ("GET /services/rest/record/v1/customer/200: 200", "GET /services/rest/record/v1/invoice/1001: 403, failed")
    assert [c.cause for c in told.candidates] == ["role-record-permission", "subsidiary"]
    assert "“Transactions -> Invoice”" in told.first.remedy.text
