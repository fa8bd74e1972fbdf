"""RESTlets and bundles: every gate before a script, what Invoiced's scripts answer, and the clicks around them. Over HTTPS."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from practice_asker import Asker

from wizard.errors import PracticeError
from wizard.practice.account import PracticeAccount
from wizard.practice.office import bundle
from wizard.practice.scenario import load_scenario

ECHO = "customscript_practice_echo"
INVOICE, PAYMENT, CUSTOMER = (f"customscript_invd_{name}_model_restlet" for name in ("invoice", "payment", "customer"))


def address(asker, script, deploy=None, more="", host=None):
    deploy = script.replace("customscript", "customdeploy") if deploy is None else deploy
    return f"https://{host or asker.account.restlets_host}/app/site/hosting/restlet.nl?script={script}&deploy={deploy}{more}"


def call(asker, method, script, body=None, credentials=None, deploy=None, more="", **headers):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return asker.signed(method, address(asker, script, deploy, more), credentials, body=body, headers=sent)


def error(answer):
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json) == {"error"}
    return answer.status, answer.json["error"]["code"], answer.json["error"]["message"]


UNKNOWN = "That Suitelet is invalid, disabled, or no longer exists."


@pytest.fixture
def ready(begin):
    """An account whose role may call RESTlets, with the bundle."""

    def start(scenario="alvys-ready", **settings):
        asker = begin(scenario, **settings)
        asker.account.clicks.do("clear_web_services_only")
        asker.account.clicks.do("install_bundle")
        return asker

    return start


def test_the_echo_says_what_it_was_told(ready):
    asker = ready()
    told = call(asker, "GET", ECHO, more="&a=1&realm=1234567_SB1&b=%C3%A4%20%2B")
    assert (told.status, told.headers["content-type"]) == (200, "text/plain")
    assert told.body == '{"method":"GET","parameters":{"a":"1","realm":"1234567_SB1","b":"ä +"},"body":null}'.encode()
    for method in ("POST", "PUT"):
        answer = call(asker, method, ECHO, {"x": [1, None]})
        assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
        assert answer.json == {"method": method, "parameters": {}, "body": {"x": [1, None]}}
    assert call(asker, "DELETE", ECHO, more="&id=7").json["parameters"] == {"id": "7"}


def test_numbers_and_script_ids_name_the_same(ready):
    asker = ready()
    number = asker.account.state.value("SELECT id FROM scripts WHERE scriptid = ?", (ECHO,))
    for script, deploy in ((ECHO, "1"), (number, "customdeploy_practice_echo"), (number, 1), (ECHO.upper(), "CUSTOMDEPLOY_PRACTICE_ECHO")):
        assert call(asker, "GET", str(script), deploy=str(deploy)).status == 200


def test_the_query_is_signed(ready):
    asker = ready()
    signed = asker.prepare("GET", address(asker, ECHO, more="&a=1")).headers["Authorization"]
    header = {"Authorization": signed if isinstance(signed, str) else signed.decode()}
    path = address(asker, ECHO, more="&a=2").partition(".com")[2]
    answer = asker.raw("GET", asker.account.restlets_host, path, header)
    assert error(answer) == (401, "INVALID_LOGIN_ATTEMPT", "Invalid login attempt.")
    assert asker.trail()[-1] == ("Failure", "InvalidSignature")
    assert error(asker.raw("GET", asker.account.restlets_host, path))[:2] == (401, "INVALID_LOGIN_ATTEMPT")


@pytest.mark.parametrize(("setting", "found"), [("401", (401, "INVALID_LOGIN_CREDENTIALS")), ("403", (403, "INVALID_LOGIN_CREDENTIALS")), ("works", None)])
def test_web_services_only_roles(begin, setting, found):
    asker = begin(restlet_web_services_only=setting)
    answer = call(asker, "GET", ECHO)
    assert answer.status == 200 if found is None else error(answer)[:2] == found
    # Not a failed login: the trail says success; and who is not known comes first.
    assert asker.trail()[-1] == ("Success", None)
    assert error(asker.signed("GET", address(asker, ECHO), realm="7654321"))[1] == "INVALID_LOGIN_ATTEMPT"
    assert call(asker, "GET", ECHO, credentials=asker.admin).status == 200


@pytest.mark.parametrize("feature", ["CUSTOMCODE", "SERVERSIDESCRIPTING"])
@pytest.mark.parametrize(("setting", "found"), [("403", (403, "FEATURE_DISABLED")), ("as_unknown", (400, "SSS_INVALID_SCRIPTLET_ID"))])
def test_both_script_features_are_needed(ready, feature, setting, found):
    asker = ready(restlet_feature_off=setting)
    asker.account.clicks.do("set_feature", details={"feature": feature, "on": "no"})
    for credentials in (None, asker.admin):
        assert error(call(asker, "GET", ECHO, credentials=credentials))[:2] == found


@pytest.mark.parametrize("status", [400, 404])
def test_a_script_that_is_not_there(ready, status):
    asker = ready(restlet_unknown_script=str(status))
    for script, deploy in (("customscript_nothing", "1"), (ECHO, "2"), (ECHO, ""), ("", ""), ("0", "0"), ("x" * 9999, "1"), ("customscript_invd_sync_now", "1")):
        assert error(call(asker, "GET", script, deploy=deploy)) == (status, "SSS_INVALID_SCRIPTLET_ID", UNKNOWN)
    assert error(asker.signed("GET", f"https://{asker.account.restlets_host}/app/site/hosting/restlet.nl"))[1] == "SSS_INVALID_SCRIPTLET_ID"


@pytest.mark.parametrize(("setting", "found"), [("403", (403, "INSUFFICIENT_PERMISSION")), ("as_unknown", (400, "SSS_INVALID_SCRIPTLET_ID"))])
def test_status_and_audience_of_a_deployment(ready, setting, found):
    asker = ready(restlet_closed=setting)
    do = asker.account.clicks.do
    role = asker.account.directory.roles[1050]["name"]
    closed = [
        {"status": "TESTING"}, {"status": "NOTSCHEDULED"}, {"deployed": "no"}, {"audience": "none"}, {"audience": "Administrator"},
    ]
    for details in closed:
        do("set_deployment", details={"script": ECHO, **details})
        assert error(call(asker, "GET", ECHO))[:2] == found, details
        do("release_deployment", details={"script": ECHO})
        assert call(asker, "GET", ECHO).status == 200
    do("set_deployment", details={"script": ECHO, "audience": role})
    assert call(asker, "GET", ECHO).status == 200
    assert error(call(asker, "GET", ECHO, credentials=asker.admin))[:2] == found
    for mistake in ("testing", "no_roles"):
        do("release_deployment", mistake=mistake, details={"script": ECHO})
        assert error(call(asker, "GET", ECHO))[:2] == found
    # What is being tested runs for its owner.
    do("release_deployment", mistake="testing", details={"script": ECHO})
    assert call(asker, "GET", ECHO, credentials=asker.admin).status == 200
    # As Invoiced's own one is.
    assert error(call(asker, "POST", "customscript_invd_refund_restlet", {}))[:2] == found


def test_each_script_offers_its_methods(ready):
    asker = ready()
    for script in bundle.the_bundle().script:
        if script.kind != "RESTLET":
            continue
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"):
            answer = call(asker, method, script.scriptid, {} if method in script.methods else None, asker.admin)
            assert (answer.status == 405) == (method not in script.methods), (script.scriptid, method)


@pytest.mark.parametrize(
    ("kind", "status"),
    [("application/json", 200), ("application/json; charset=UTF-8", 200), ("text/plain", 200), (None, 415), ("application/x-www-form-urlencoded", 415), ("Application/JSON", 415), ("", 415)],
)
def test_content_types(ready, kind, status):
    asker = ready()
    answer = plain(asker, "POST", ECHO, b'"x"', kind)
    assert answer.status == status
    if status == 200:
        assert json.loads(answer.body)["body"] == ('"x"' if kind == "text/plain" else "x")
    else:
        assert error(answer)[1] == "UNSUPPORTED_MEDIA_TYPE"


def plain(asker, method, script, body, kind="application/json", credentials=None):
    """Send bytes as they are."""
    url = address(asker, script)
    header = asker.prepare(method, url, credentials).headers["Authorization"]
    headers = {"Authorization": header if isinstance(header, str) else header.decode()} | ({"Content-Type": kind} if kind is not None else {})
    return asker.raw(method, asker.account.restlets_host, url.partition(".com")[2], headers, body)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"NaN", b"[" * 100_000, b"9" * 9999, b'{"a":' * 400 + b"1" + b"}" * 400 + b"x"], ids=range(7))
def test_a_body_that_cannot_be_read(ready, body):
    asker = ready()
    assert error(plain(asker, "POST", ECHO, body))[:2] == (400, "INVALID_REQUEST")
    assert error(plain(asker, "GET", ECHO, body or b"x"))[:2] == (400, "INVALID_REQUEST")


def test_deep_bodies_never_break_it(ready):
    asker = ready()
    for depth in (*range(850, 1050, 7), 3000, 30_000):
        assert plain(asker, "POST", ECHO, b"[" * depth + b"]" * depth).status in (200, 400, 500)
    assert list(asker.account.trouble) == []


@pytest.mark.parametrize("status", ["500", "400"])
def test_a_broken_script(ready, status):
    asker = ready(restlet_script_error=status)
    asker.account.clicks.do("break_script", details={"script": ECHO})
    assert error(call(asker, "GET", ECHO)) == (int(status), "UNEXPECTED_ERROR", "An unexpected error occurred.")
    asker.account.clicks.do("break_script", details={"script": ECHO, "broken": "no"})
    assert call(asker, "GET", ECHO).status == 200


def test_the_wrong_data_center_sends_on(ready):
    asker = ready()
    answer = asker.raw("GET", "rest.netsuite.com", "/app/site/hosting/restlet.nl?script=1&deploy=1")
    assert (answer.status, answer.body) == (302, b"")
    assert answer.headers["location"] == f"https://{asker.account.restlets_host}/app/site/hosting/restlet.nl?script=1&deploy=1"
    assert asker.signed("GET", answer.headers["location"]).status == 200
    assert asker.raw("GET", asker.account.suitetalk_host, "/app/site/hosting/restlet.nl?script=1&deploy=1").status == 404


def test_the_order_of_the_gates(begin):
    """Everything is wrong; each cure brings the next refusal."""
    asker = begin()
    do = asker.account.clicks.do
    do("install_bundle")
    do("set_feature", details={"feature": "CUSTOMCODE", "on": "no"})
    do("set_deployment", details={"script": ECHO, "status": "TESTING"})
    do("break_script", details={"script": ECHO})

    def found(script=ECHO, method="PATCH", kind="x/y"):
        return error(plain(asker, method, script, b"{", kind))[1]

    assert error(asker.signed("PATCH", address(asker, ECHO), realm="7654321"))[1] == "INVALID_LOGIN_ATTEMPT"
    assert found() == "INVALID_LOGIN_CREDENTIALS"
    do("clear_web_services_only")
    assert found() == "FEATURE_DISABLED"
    do("set_feature", details={"feature": "CUSTOMCODE", "on": "yes"})
    assert found("customscript_nothing") == "SSS_INVALID_SCRIPTLET_ID"
    assert found() == "INSUFFICIENT_PERMISSION"
    do("release_deployment", details={"script": ECHO})
    assert found() == "METHOD_NOT_ALLOWED"
    assert found(method="PUT") == "UNSUPPORTED_MEDIA_TYPE"
    assert found(method="PUT", kind="application/json") == "INVALID_REQUEST"
    assert found(method="PUT", kind="text/plain") == "UNEXPECTED_ERROR"


# --- the bundle


def test_installing_brings_scripts_fields_role_and_record(ready):
    asker = ready()
    admin = asker.admin
    names = {r["scriptid"] for r in asker.rows("SELECT scriptid FROM script WHERE scriptid LIKE 'CUSTOMSCRIPT_INVD_%'", admin)}
    assert names == {script.scriptid.upper() for script in bundle.the_bundle().script}
    status = {r["scriptid"]: r["status"] for r in asker.rows("SELECT scriptid, status FROM scriptdeployment", admin)}
    assert (status["CUSTOMDEPLOY_INVD_REFUND_RESTLET"], status["CUSTOMDEPLOY_INVD_RETRY_RECORD"]) == ("TESTING", "RELEASED")
    fields = {r["scriptid"] for r in asker.rows("SELECT scriptid FROM customfield", admin)}
    assert {"CUSTBODY_INVOICED_ID", "CUSTENTITY_INVD_CUSTOMER_ID", "CUSTRECORD_INVD_DIVISION_KEY"} <= fields
    [role] = asker.rows("SELECT id, iswebserviceonlyrole FROM role WHERE name = 'Invoiced Integration'", admin)
    held = {r["permkey"]: r["permlevel"] for r in asker.rows(f"SELECT permkey, permlevel FROM rolepermissions WHERE role = {role['id']}", admin)}
    assert (len(held), role["iswebserviceonlyrole"]) == (22, "F")
    assert {key for key, level in held.items() if level == "1"} == {"LIST_FILECABINET", "ADMI_ACCTPERIODS"}
    assert set(held.values()) == {"1", "4"}
    assert not {"ADMI_RESTWEBSERVICES", "REPO_ANALYTICS"} & set(held)
    assert asker.record("customrecord_invd_mapping", admin).json["totalResults"] == 0
    assert asker.account.state.value("SELECT bundle FROM integrations WHERE name = 'INVOICED'") == 265184


def test_script_ids_may_be_in_small_letters(ready):
    asker = ready(script_ids="lower")
    assert asker.rows(f"SELECT scriptid FROM script WHERE scriptid = '{ECHO}'", asker.admin) == [{"scriptid": ECHO}]


def test_the_older_page_calls_the_role_otherwise(begin):
    asker = begin()
    asker.account.clicks.do("install_bundle", details={"bundle_role": "Webservices-Invoiced"})
    assert asker.account.state.value("SELECT count(*) FROM roles WHERE name = 'Webservices-Invoiced'") == 1


def test_installing_again_keeps_key_and_role(ready):
    asker = ready()

    def kept():
        return [tuple(row) for row in asker.account.state.rows("SELECT id, consumerkey FROM integrations")], asker.account.state.value("SELECT count(*) FROM role_permissions")

    before = kept()
    for click in ("uninstall_bundle", "install_bundle", "install_bundle"):
        asker.account.clicks.do(click)
        assert kept() == before
    assert asker.account.state.value("SELECT count(*) FROM deployments") == len(bundle.the_bundle().script) + 1


def test_uninstalling_takes_the_scripts_away(ready):
    asker = ready()
    asker.account.clicks.do("uninstall_bundle")
    assert error(call(asker, "POST", INVOICE, {}))[1] == "SSS_INVALID_SCRIPTLET_ID"
    assert [r["scriptid"] for r in asker.rows("SELECT scriptid FROM customfield", asker.admin)] == ["CUSTBODY_LOAD_NUMBER"]
    assert asker.record("customrecord_invd_mapping", asker.admin).status == 404
    assert call(asker, "GET", ECHO).status == 200
    with pytest.raises(PracticeError):
        asker.account.clicks.do("uninstall_bundle")


@pytest.mark.parametrize(("mistake", "there"), [("wrong_id", []), ("old_version", [INVOICE, CUSTOMER, "customscript_invd_payment_restlet"])])
def test_the_wrong_bundle_or_an_old_one(begin, mistake, there):
    asker = begin()
    asker.account.clicks.do("install_bundle", mistake=mistake)
    asker.account.clicks.do("clear_web_services_only")
    restlets = [script for script in bundle.the_bundle().script if script.kind == "RESTLET"]
    found = [r.scriptid for r in restlets if b"SSS_INVALID" not in call(asker, r.methods[0], r.scriptid, {}).body]
    assert sorted(found) == sorted(there)
    asker.account.clicks.do("install_bundle")
    assert b"SSS_INVALID" not in call(asker, "POST", PAYMENT, {}, asker.admin).body


def test_the_customer_cannot_reset_the_bundles_key(begin):
    asker = begin()
    asker.account.clicks.do("install_bundle")
    key = asker.account.state.value("SELECT consumerkey FROM integrations WHERE name = 'INVOICED'")
    with pytest.raises(PracticeError, match="came with a bundle"):
        asker.account.clicks.do("create_integration", details={"record_name": "INVOICED"})
    shown = asker.account.clicks.do("receive_bundle_key")
    assert shown.key.get_secret_value() == key == asker.account.credentials["consumer_key"]


def test_a_token_of_the_bundles_role_calls_its_restlets_and_no_records(begin):
    asker = begin()
    do = asker.account.clicks.do
    do("install_bundle")
    do("receive_bundle_key")
    own = {"record_name": "INVOICED", "role_name": "Invoiced Integration", "user_name": "Invoiced", "user_email": "invoiced@practice.example"}
    do("create_user", details=own)
    do("create_token", details=own)
    assert call(asker, "POST", INVOICE, {"parent_customer": {"companyname": "Nobody"}}).json == {"message": "No parent customer found", "status": 406}
    assert asker.login().status == 200
    assert asker.record("customer/200").error[:2] == (400, "USER_ERROR")
    do("require_approval")
    do("uninstall_bundle")
    assert error(call(asker, "POST", INVOICE, {}))[1] == "SSS_INVALID_SCRIPTLET_ID"


def test_a_bundled_record_may_have_to_be_approved(begin):
    asker = begin()
    asker.account.clicks.do("require_approval")
    asker.account.clicks.do("install_bundle")
    assert asker.account.state.value("SELECT state FROM integrations WHERE name = 'INVOICED'") == "Waiting for Approval"


@pytest.mark.parametrize(("setting", "tba"), [("with_tba", "T"), ("without_tba", "F")])
def test_from_2027_on_a_bundled_record_may_count_as_new(tmp_path, setting, tba):
    path = tmp_path / "later.toml"
    path.write_text(f'title = "Later"\nexplains = "After the cutoff."\nprofile = "alvys"\n[company]\nrelease = "2027.1"\n[settings]\nbundle_after_cutoff = "{setting}"\n')
    with PracticeAccount(load_scenario(str(path))) as account:
        account.clicks.do("install_bundle")
        assert account.state.value("SELECT tba FROM integrations WHERE name = 'INVOICED'") == tba


# --- what the scripts answer


def test_customers_are_found_by_number_then_name_exactly_one_or_nobody(ready):
    asker = ready()

    def parent(**who):
        return call(asker, "POST", INVOICE, {"parent_customer": who, "tranid": "", "items": []}).json

    nobody = {"message": "No parent customer found", "status": 406}
    assert parent(companyname="Bluefield Produce")["type"] == "invoice"
    assert parent(accountnumber="Corwin Paper", companyname="Nobody")["type"] == "invoice"
    assert parent(netsuite_id=200)["type"] == "invoice"
    assert parent(companyname="Nobody") == nobody
    assert parent() == nobody
    assert call(asker, "POST", INVOICE, {"parent_customer": None}).json == nobody
    with asker.account.state.record():
        asker.account.state.run("UPDATE entities SET companyname = 'Twin' WHERE id IN (200, 201)")
    assert parent(companyname="Twin") == nobody


def test_invoices_and_credit_notes(ready):
    asker = ready()
    body = {"tranid": "I-77", "parent_customer": {"companyname": "Bluefield Produce"}, "items": [{"item": 11, "quantity": 2, "rate": 50}]}
    for script, record in ((INVOICE, "invoice"), ("customscript_invd_credit_note_restlet", "creditMemo")):
        made = call(asker, "POST", script, body).json
        found = asker.record(f"{record}/{made['id']}").json
        assert (found["tranId"], found["total"], found["entity"]["id"]) == ("I-77", 100, "200")
        for again in (body, {"netsuite_id": made["id"]}):
            assert call(asker, "PUT", script, again).json == {"message": "Existing Transaction", "status": 406}
        assert call(asker, "POST", script, {"netsuite_id": made["id"], "voided": True}).json == {"message": "Transaction voided", "status": 406}
        assert asker.record(f"{record}/{made['id']}").json["total"] == 0
        assert error(call(asker, "POST", script, {"netsuite_id": 1, "voided": True}))[1] == "RCRD_DSNT_EXIST"


@pytest.mark.parametrize("status", ["500", "400"])
def test_payments(ready, status):
    asker = ready(restlet_script_error=status)
    do = asker.account.clicks.do
    with asker.account.state.record():
        asker.account.state.run("UPDATE transactions SET unpaid = 80 WHERE id = 1001")
    number = asker.record("invoice/1001").json["tranId"]
    who = {"parent_customer": {"netsuite_id": asker.record("invoice/1001").json["entity"]["id"]}}
    applied = [{"invoice_number": number, "amount": 50, "type": "invoice"}, {"invoice_netsuite_id": 1001, "amount": 50}, {"invoice_number": "other", "amount": 5}]
    made = call(asker, "POST", PAYMENT, {**who, "amount": 100, "applied": applied}).json
    assert asker.record(f"customerPayment/{made['id']}").json["total"] == 100
    assert asker.record("invoice/1001").json["amountRemaining"] == 0
    failed = (int(status), "UNEXPECTED_ERROR")
    assert error(call(asker, "POST", PAYMENT, {"amount": 1})) == (*failed, "Customer not found")
    assert error(call(asker, "POST", PAYMENT, {"parent_customer": {"companyname": "Nobody"}}))[2] == "Customer not found"
    do("set_start_date", details={"date": "2026-01-01"})
    old = call(asker, "POST", PAYMENT, {**who, "amount": 1, "date": 1_700_000_000})
    assert error(old) == (*failed, "Sync skipped because date created threshold")
    void = {"netsuite_id": made["id"], "voided": 1}
    do("set_preference", details={"preference": "Void Transactions Using Reversing Journals", "value": "yes"})
    assert error(call(asker, "POST", PAYMENT, void)) == (
        *failed, "Reversal voiding feature is enabled, skipping. Disable it in NS -> Go to Setup -> Accounting -> Preferences -> Accounting Preferences",
    )
    do("set_preference", details={"preference": "Void Transactions Using Reversing Journals", "value": "no"})
    answer = call(asker, "POST", PAYMENT, void)
    assert (answer.status, answer.body) == (200, b"")
    assert asker.record(f"customerPayment/{made['id']}").json["total"] == 0


def test_a_payment_pays_no_more_than_it_has_and_gives_it_back_when_it_is_voided(ready):
    asker = ready()
    with asker.account.state.record():
        asker.account.state.run("UPDATE transactions SET unpaid = 400, total = 400 WHERE id = 1001")
    who = {"parent_customer": {"netsuite_id": asker.record("invoice/1001").json["entity"]["id"]}}

    def unpaid():
        return asker.record("invoice/1001").json["amountRemaining"]

    small = call(asker, "POST", PAYMENT, {**who, "amount": 5, "applied": [{"invoice_netsuite_id": 1001, "amount": 400}] * 2}).json
    assert unpaid() == 395
    other = call(asker, "POST", PAYMENT, {**who, "amount": 100, "applied": [{"invoice_netsuite_id": 1001, "amount": 60}]}).json
    assert unpaid() == 335
    call(asker, "POST", PAYMENT, {"netsuite_id": other["id"], "voided": 1})
    assert unpaid() == 395
    assert asker.account.state.rows("SELECT payment FROM applied WHERE invoice = 1001 AND payment = ?", (other["id"],)) == []
    call(asker, "POST", INVOICE, {"netsuite_id": 1001, "voided": True})
    assert asker.account.state.rows("SELECT payment FROM applied WHERE payment = ? OR invoice = 1001", (small["id"],)) == []
    call(asker, "POST", PAYMENT, {"netsuite_id": small["id"], "voided": 1})
    assert unpaid() == 0


def test_a_script_that_fails_leaves_nothing_behind(ready):
    """The payment is saved and applied in part before the second part of ``applied`` stops the script."""
    asker = ready()
    who = {"parent_customer": {"netsuite_id": asker.record("invoice/1001").json["entity"]["id"]}}
    count, log = "SELECT count(*) FROM transactions", "SELECT count(*) FROM logins"
    before, logins = (asker.account.state.value(sql) for sql in (count, log))
    with asker.account.state.record():
        asker.account.state.run("CREATE TRIGGER stop BEFORE INSERT ON applied BEGIN SELECT RAISE(ABORT, 'stopped'); END")
        asker.account.state.run("UPDATE transactions SET unpaid = 40 WHERE id = 1001")
    stopped = call(asker, "POST", PAYMENT, {**who, "amount": 5, "applied": [{"invoice_netsuite_id": 1001, "amount": 5}]})
    assert stopped.status == 500
    assert "stopped" in asker.account.trouble.pop()
    assert asker.account.state.value(count) == before
    assert asker.account.state.value(log) > logins


def test_customers_are_made_and_changed(ready):
    asker = ready()
    first = call(asker, "POST", CUSTOMER, {"companyname": "Larkspur Mills", "email": "office@larkspur.example", "active": False}).json
    assert first == {"id": first["id"], "type": "customer", "existing": False}
    found = asker.record(f"customer/{first['id']}").json
    assert (found["companyName"], found["email"], found["isInactive"]) == ("Larkspur Mills", "office@larkspur.example", True)
    again = call(asker, "PUT", CUSTOMER, {"companyname": "Larkspur Mills", "active": True}).json
    assert again == {"id": first["id"], "type": "customer", "existing": True}
    assert asker.record(f"customer/{first['id']}").json["isInactive"] is False
    assert call(asker, "PUT", CUSTOMER, {"netsuite_id": int(first["id"]), "companyname": "Larkspur"}).json["existing"] is False
    assert error(call(asker, "POST", CUSTOMER, {"netsuite_id": 999999}))[2] == "Customer not found"


def test_a_script_may_do_what_its_caller_may(ready):
    asker = ready()
    asker.account.clicks.do("set_permission", details={"permission": "LIST_CUSTJOB", "level": "View"})
    refused = error(call(asker, "POST", CUSTOMER, {"companyname": "Larkspur Mills"}))
    assert refused[1] == "INSUFFICIENT_PERMISSION"
    assert "'Lists -> Customers'" in refused[2]
    with asker.account.state.record():
        asker.account.state.run("UPDATE periods SET closed = 'T'")
    late = error(call(asker, "POST", INVOICE, {"parent_customer": {"netsuite_id": 200}}))
    assert late[1] == "USER_ERROR"
    assert "accounting period" in late[2]


@pytest.mark.parametrize("name", ["note_restlet", "retry_record", "payment_restlet"])
def test_what_nobody_published_is_not_played(ready, name):
    asker = ready()
    assert error(call(asker, "POST", f"customscript_invd_{name}", {}))[2] == "The practice account does not play this script."


def test_deployments_that_cannot_be(ready):
    do = ready().account.clicks.do
    for wrong in ("yesterday", "2026-13-01"):
        with pytest.raises(PracticeError):
            do("set_start_date", details={"date": wrong})
    for details in ({"script": "customscript_nothing"}, {"script": ECHO, "status": "GONE"}, {"script": ECHO, "audience": "No such role"}):
        with pytest.raises(PracticeError):
            do("set_deployment", details=details)


@pytest.fixture(scope="module")
def busy():
    """An account of this file's own, for whatever is sent."""
    with PracticeAccount(load_scenario("alvys-ready")) as account:
        account.clicks.do("clear_web_services_only")
        account.clicks.do("install_bundle")
        asker = Asker(account)
        yield asker
        asker.close()
    assert list(account.trouble) == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([200, 1001, "Bluefield Produce", "\ud800", 1e300, 1_790_000_000]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["netsuite_id", "accountnumber", "companyname", "item", "rate", "amount", "invoice_number"]), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["netsuite_id", "voided", "tranid", "parent_customer", "items", "amount", "applied", "date", "companyname", "email", "active", "trandate", "memo", "type"])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.sampled_from([INVOICE, PAYMENT, CUSTOMER, ECHO]), body=VALUES | st.dictionaries(KEYS, VALUES, max_size=6))
def test_whatever_is_sent_is_answered(busy, script, body):
    answer = plain(busy, "POST", script, json.dumps(body).encode())
    assert answer.status in (200, 400) or (answer.status == 500 and error(answer)), answer.body


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.text(max_size=30), deploy=st.text(max_size=30), more=st.text("&=%+;ä\x00 script", max_size=20))
def test_whatever_is_asked_for_is_answered(busy, script, deploy, more):
    answer = call(busy, "GET", quote(script.encode("utf-8", "replace"), safe=""), deploy=quote(deploy.encode("utf-8", "replace"), safe=""), more="&x=" + quote(more))
    assert answer.status in (200, 400)
