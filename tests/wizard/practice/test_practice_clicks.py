"""What a person can do in the account, rightly and wrongly: each does what it says, as NetSuite's own tables then show."""

from __future__ import annotations

import contextlib
import dataclasses

import pytest

from wizard.errors import PracticeError
from wizard.practice.office.clicks import CLICKS, Order
from wizard.practice.office.details import ANSWERS
from wizard.profile import find_profile

ALVYS = find_profile("alvys")
WALK = ["enable_features", "create_integration", "create_setup_token", "create_role", "add_permissions", "create_user", "create_accounts", "assign_subsidiaries", "create_token"]


@pytest.fixture
def order():
    return Order(ALVYS, {"oneworld": "yes", "subsidiaries": "all", "user_email": "bot@practice.example"})


def one(asker, sql, *values):
    row = asker.account.state.row(sql, values)
    return tuple(row) if row else None


def feature(asker, name):
    return one(asker, "SELECT isactive FROM features WHERE id = ?", name)[0]


def level(asker, key, role="Alvys Integration Role"):
    found = one(asker, "SELECT permlevel FROM role_permissions p JOIN roles r ON r.id = p.role WHERE permkey = ? AND r.name = ?", key, role)
    return found[0] if found else None


def walk(asker, order, until=None):
    for click in WALK:
        if click == until:
            return
        asker.account.clicks.do(click, order)


def test_every_step_of_the_profile_has_its_click():
    assert {step.practice for step in ALVYS.step if step.practice} <= set(CLICKS)


def test_the_walk_makes_an_account_that_works(begin, order):
    asker = begin("empty")
    assert (asker.account.credentials, asker.account.setup_token) == (None, None)
    walk(asker, order)
    assert asker.login().status == 200
    assert len(asker.rows("SELECT permkey FROM rolepermissions", asker.admin)) == len(ALVYS.permission)
    assert asker.record("invoice/1001").status == 200


def test_pages_show_their_pair_once_and_as_secrets(begin, order):
    asker = begin("empty")
    shown = {}
    for click in WALK:
        shown[click] = asker.account.clicks.do(click, order)
    assert {click for click, page in shown.items() if page} == {"create_integration", "create_setup_token", "create_token"}
    consumer, setup, token = (shown[c] for c in ("create_integration", "create_setup_token", "create_token"))
    assert (consumer.kind, setup.kind, token.kind) == ("consumer", "token", "token")
    given = asker.account.credentials
    assert consumer.key.get_secret_value() == given["consumer_key"]
    assert token.secret.get_secret_value() == given["token_secret"]
    assert setup.key.get_secret_value() == asker.account.setup_token["token_id"]
    assert token.names == {"application": "Alvys TMS Integration", "user": "Alvys Integration", "role": "Alvys Integration Role"}
    assert all(len(v) == 64 for k, v in given.items() if k != "account")
    assert given["token_secret"] not in repr(token)


def test_answers_decide_the_names(begin, order):
    asker = begin("empty")
    named = Order(ALVYS, {**order.answers, "role_name": "R", "user_name": "U", "record_name": "I", "subsidiaries": "Tidewater Freight; tidewater freight canada"})
    walk(asker, named)
    assert one(asker, "SELECT subsidiaryoption FROM roles WHERE name = 'R'") == ("SELECTED",)
    assert [r[0] for r in asker.account.state.rows("SELECT subsidiary FROM role_subsidiaries ORDER BY 1")] == [1, 3]
    assert one(asker, "SELECT email FROM employees WHERE entityid = 'U'") == ("bot@practice.example",)
    assert one(asker, "SELECT name FROM integrations") == ("I",)
    assert asker.login().status == 200


def test_empty_answers_fall_back_on_the_profile(begin):
    asker = begin("empty")
    walk(asker, Order(ALVYS, {"user_email": "", "role_name": "  "}))
    assert one(asker, "SELECT email FROM employees WHERE entityid = 'Alvys Integration'") == ("alvys.integration@practice.example",)
    assert one(asker, "SELECT 1 FROM roles WHERE name = 'Alvys Integration Role'")


MISTAKES = {
    ("enable_features", "one_left"): lambda a: (feature(a, "SERVERSIDESCRIPTING"), feature(a, "TBA")) == ("F", "T"),
    ("enable_features", "login_left"): lambda a: (feature(a, "TBA"), feature(a, "RESTWEBSERVICES")) == ("F", "T"),
    ("enable_features", "not_agreed"): lambda a: (feature(a, "TBA"), feature(a, "SERVERSIDESCRIPTING"), feature(a, "RECEIVABLES")) == ("F", "F", "T"),
    ("enable_features", "not_saved"): lambda a: feature(a, "TBA") == "F",
    ("set_feature", "not_agreed"): lambda a: feature(a, "OAUTH2") == "F",
    ("create_integration", "box_unticked"): lambda a: one(a, "SELECT tba FROM integrations") == ("F",),
    ("create_role", "own_subsidiary"): lambda a: one(a, "SELECT subsidiaryoption, subsidiaryviewingallowed FROM roles WHERE id = 1050") == ("OWN", "T"),
    ("create_role", "no_viewing"): lambda a: one(a, "SELECT subsidiaryoption, subsidiaryviewingallowed FROM roles WHERE id = 1050") == ("ALL", "F"),
    ("add_permissions", "not_added"): lambda a: (level(a, "TRAN_CUSTINVC"), level(a, "TRAN_VENDBILL")) == (None, 4),
    ("add_permissions", "too_low"): lambda a: (level(a, "TRAN_CUSTINVC"), level(a, "TRAN_VENDBILL")) == (3, 4),
    ("add_permissions", "not_saved"): lambda a: level(a, "TRAN_VENDBILL") is None,
    ("add_permissions", "only_required"): lambda a: (level(a, "REPO_ANALYTICS"), level(a, "TRAN_VENDBILL")) == (None, 4),
    ("add_permissions", "too_much"): lambda a: (level(a, "ADMI_MANAGE_OAUTH_TOKENS"), level(a, "TRAN_VENDBILL")) == (4, 4),
    ("create_user", "no_access"): lambda a: one(a, "SELECT giveaccess FROM employees WHERE id = 211") == ("F",),
    ("create_user", "no_role"): lambda a: one(a, "SELECT 1 FROM assignments WHERE role = 1050") is None,
    ("create_token", "administrator"): lambda a: one(a, "SELECT entity, role FROM tokens ORDER BY id DESC") == (5, 3),
    ("create_token", "wrong_user"): lambda a: one(a, "SELECT entity, role FROM tokens ORDER BY id DESC") == (6, 1050),
    ("create_token", "another_application"): lambda a: one(a, "SELECT i.name FROM tokens t JOIN integrations i ON i.id = t.integration ORDER BY t.id DESC") == ("Warehouse Scanners",),
    ("reset_credentials", "not_handed_on"): lambda a: one(a, "SELECT 1 FROM integrations i JOIN handed_out h ON h.value = i.consumerkey") is None,
    ("create_accounts", "no_income"): lambda a: one(a, "SELECT 1 FROM accounts WHERE accttype = 'Income' AND isinactive = 'F'") is None,
    ("assign_subsidiaries", "one_left_out"): lambda a: (one(a, "SELECT subsidiaryoption, subsidiaryviewingallowed FROM roles WHERE id = 1050"), one(a, "SELECT count(*) FROM role_subsidiaries")) == (("SELECTED", "T"), (2,)),
    ("assign_subsidiaries", "no_viewing"): lambda a: (one(a, "SELECT subsidiaryoption, subsidiaryviewingallowed FROM roles WHERE id = 1050"), one(a, "SELECT count(*) FROM role_subsidiaries")) == (("SELECTED", "F"), (2,)),
    ("install_bundle", "wrong_id"): lambda a: one(a, "SELECT 1 FROM bundles WHERE id = 265184") is None,
    ("install_bundle", "old_version"): lambda a: one(a, "SELECT version FROM bundles WHERE id = 265184") == ("4.0.0",),
    ("release_deployment", "testing"): lambda a: one(a, "SELECT status FROM deployments WHERE id = 1") == ("TESTING",),
    ("release_deployment", "no_roles"): lambda a: one(a, "SELECT allroles FROM deployments WHERE id = 1") == ("F",),
    ("assign_subsidiaries", "own"): lambda a: one(a, "SELECT subsidiaryoption, subsidiaryviewingallowed FROM roles WHERE id = 1050") == ("OWN", "T"),
}
DETAILS = {"set_feature": {"feature": "OAUTH2", "on": "yes"}}


def test_every_mistake_is_tried_here():
    assert set(MISTAKES) == {(click, mistake) for click, what in CLICKS.items() for mistake in what.mistakes}


@pytest.mark.parametrize(("click", "mistake"), MISTAKES)
def test_a_mistake_does_what_it_says_and_the_right_click_repairs_it(begin, order, click, mistake):
    asker = begin("empty")
    walk(asker, order, until=click)
    assert CLICKS[click].mistakes[mistake].title
    asker.account.clicks.do(click, order, mistake, DETAILS.get(click))
    assert MISTAKES[click, mistake](asker)
    asker.account.clicks.do(click, order, details=DETAILS.get(click))
    assert not MISTAKES[click, mistake](asker) or (click, mistake) == ("create_accounts", "no_income")
    walk(asker, order)
    assert asker.login().status == 200


def test_income_accounts_left_inactive_are_replaced_by_the_right_click(begin, order):
    asker = begin("account-types-missing")
    sql = "SELECT id FROM account WHERE accttype = 'Income' AND isinactive = 'F'"
    assert asker.rows(sql) == []
    asker.account.clicks.do("create_accounts")
    assert len(asker.rows(sql)) == 1


WEST, CANADA = "Tidewater Freight West", "Tidewater Freight Canada"
IN_WEST = "SELECT 1 FROM account_subsidiaries m JOIN accounts a ON a.id = m.account WHERE a.accttype = 'Income' AND m.subsidiary = 2"
PERIOD = "SELECT closed FROM periods WHERE date('now') BETWEEN startdate AND enddate"
BLUEFIELD = "SELECT count(*) FROM entities WHERE entityid = 'Bluefield Produce' AND isinactive = 'F'"
REVERSING = "Void Transactions Using Reversing Journals"
# What is done before, the details, and what is true afterwards and was not before.
SINGLE = {
    "set_feature": ([], {"feature": "OAUTH2", "on": "yes"}, lambda a: feature(a, "OAUTH2") == "T"),
    "set_preference": ([], {"preference": REVERSING, "value": "yes"}, lambda a: one(a, "SELECT value FROM preferences WHERE name = ?", REVERSING) == ("yes",)),
    "add_ip_rule": ([("set_feature", {"feature": "IPADDRESSRULES", "on": "yes"})], {"rule": "203.0.113.0/24"}, lambda a: a.login().status == 401),
    "remove_ip_rules": ([("set_feature", {"feature": "IPADDRESSRULES", "on": "yes"}), ("add_ip_rule", {"rule": "203.0.113.7"})], {}, lambda a: a.login().status == 200),
    "refresh_sandbox": ([], {}, lambda a: one(a, "SELECT count(*) FROM tokens") == (0,)),
    "upgrade_release": ([], {"release": "2027.1"}, lambda a: a.account.state.remembered("release") == "2027.1"),
    "set_permission": ([], {"permission": "TRAN_CUSTPYMT", "level": "View"}, lambda a: level(a, "TRAN_CUSTPYMT") == 1),
    "remove_permission": ([], {"permission": "TRAN_CUSTPYMT"}, lambda a: level(a, "TRAN_CUSTPYMT") is None),
    "change_role_after_token": ([], {}, lambda a: level(a, "TRAN_DEPOSIT") == 1),
    "deactivate_role": ([], {}, lambda a: one(a, "SELECT isinactive FROM roles WHERE id = 1050") == ("T",)),
    "clear_web_services_only": ([], {}, lambda a: one(a, "SELECT iswebserviceonlyrole FROM roles WHERE id = 1050") == ("F",)),
    "restrict_employees": ([], {}, lambda a: a.rows("SELECT id FROM customer") == []),
    "lift_employee_restriction": ([("restrict_employees", {})], {}, lambda a: a.rows("SELECT id FROM customer") != []),
    "rename_role": ([], {"name": "Alvys"}, lambda a: one(a, "SELECT name FROM roles WHERE id = 1050") == ("Alvys",)),
    "deactivate_user": ([], {}, lambda a: one(a, "SELECT isinactive FROM employees WHERE id = 211") == ("T",)),
    "take_access": ([], {}, lambda a: one(a, "SELECT giveaccess FROM employees WHERE id = 211") == ("F",)),
    "unassign_role": ([], {}, lambda a: one(a, "SELECT 1 FROM assignments WHERE entity = 211") is None),
    "hide_role": ([], {}, lambda a: one(a, "SELECT hidden FROM assignments WHERE entity = 211") == ("T",)),
    "show_role": ([("hide_role", {})], {}, lambda a: a.login().status == 200),
    "delete_user": ([], {}, lambda a: one(a, "SELECT count(*) FROM tokens WHERE entity = 211") == (0,) and one(a, "SELECT 1 FROM employees WHERE id = 211") is None),
    "change_email": ([], {"email": "other@practice.example"}, lambda a: one(a, "SELECT email FROM employees WHERE id = 211") == ("other@practice.example",)),
    "move_user": ([], {"subsidiary": CANADA}, lambda a: one(a, "SELECT subsidiary FROM employees WHERE id = 211") == (3,)),
    "fail_logins": ([], {}, lambda a: a.login().status == 401 and a.trail()[-1] == ("Failure", "temporary_locked")),
    "set_global_permission": (
        [("set_feature", {"feature": "EMPPERMS", "on": "yes"}), ("remove_permission", {"permission": "LIST_ITEM"})], {"permission": "LIST_ITEM", "level": "View"},
        lambda a: a.record("inventoryItem?limit=1").status == 200,
    ),
    "revoke_token": ([], {}, lambda a: one(a, "SELECT revoked, inactive FROM tokens WHERE role = 1050") == ("T", "T")),
    "deactivate_token": ([], {}, lambda a: one(a, "SELECT revoked, inactive FROM tokens WHERE role = 1050") == ("F", "T")),
    "activate_token": ([("deactivate_token", {})], {}, lambda a: a.login().status == 200),
    "block_integration": ([], {}, lambda a: one(a, "SELECT state FROM integrations") == ("Blocked",)),
    "await_approval": ([], {}, lambda a: one(a, "SELECT state FROM integrations") == ("Waiting for Approval",)),
    "configure_flow": ([], {"callback": "http://localhost:*"}, lambda a: one(a, "SELECT flow, callback FROM integrations") == ("T", "http://localhost:*")),
    "require_approval": ([], {}, lambda a: one(a, "SELECT value FROM preferences") == ("T",)),
    "approve_integration": ([("block_integration", {})], {}, lambda a: a.login().status == 200),
    "reset_credentials": ([("reset_credentials", {}, "not_handed_on")], {}, lambda a: a.login().status == 200),
    "delete_integration": ([], {}, lambda a: (one(a, "SELECT count(*) FROM integrations"), one(a, "SELECT count(*) FROM tokens WHERE revoked = 'F'")) == ((0,), (0,))),
    "set_concurrency": ([], {"limit": "4"}, lambda a: one(a, "SELECT concurrency FROM integrations") == (4,)),
    "deactivate_subsidiary": ([], {"subsidiary": WEST}, lambda a: one(a, "SELECT isinactive FROM subsidiaries WHERE id = 2") == ("T",)),
    "activate_subsidiary": ([("deactivate_subsidiary", {"subsidiary": WEST})], {"subsidiary": WEST}, lambda a: one(a, "SELECT isinactive FROM subsidiaries WHERE id = 2") == ("F",)),
    "deactivate_accounts": ([], {"type": "Bank"}, lambda a: one(a, "SELECT 1 FROM accounts WHERE accttype = 'Bank' AND isinactive = 'F'") is None),
    "take_from_subsidiary": ([], {"type": "Income", "subsidiary": WEST}, lambda a: one(a, IN_WEST) is None),
    "include_children": ([], {"account": "4000"}, lambda a: a.record("account/11", a.admin).json["includeChildren"] is True),
    "exclude_children": ([("include_children", {"account": "4000"})], {"account": "4000"}, lambda a: one(a, "SELECT includechildren FROM accounts WHERE acctnumber = '4000'") == ("F",)),
    "deactivate_currency": ([], {"currency": "CAD"}, lambda a: one(a, "SELECT isinactive FROM currencies WHERE symbol = 'CAD'") == ("T",)),
    "activate_currency": ([("deactivate_currency", {"currency": "CAD"})], {"currency": "CAD"}, lambda a: one(a, "SELECT isinactive FROM currencies WHERE symbol = 'CAD'") == ("F",)),
    "close_period": ([], {}, lambda a: one(a, PERIOD) == ("T",)),
    "open_period": ([("close_period", {})], {}, lambda a: one(a, PERIOD) == ("F",)),
    "require_field": ([], {"record": "INVOICE", "field": "location"}, lambda a: one(a, "SELECT record, field FROM mandatory_fields") == ("invoice", "location")),
    "release_field": ([("require_field", {"record": "invoice", "field": "location"})], {"record": "invoice", "field": "location"}, lambda a: one(a, "SELECT 1 FROM mandatory_fields") is None),
    "duplicate_entity": ([], {"name": "Bluefield Produce"}, lambda a: one(a, BLUEFIELD) == (2,)),
    "install_bundle": ([], {}, lambda a: one(a, "SELECT version FROM bundles") == ("5.1.0",)),
    "uninstall_bundle": ([("install_bundle", {})], {}, lambda a: one(a, "SELECT 1 FROM bundles") is None),
    "receive_bundle_key": ([("install_bundle", {})], {}, lambda a: one(a, "SELECT 1 FROM integrations JOIN handed_out ON value = consumerkey WHERE bundle IS NOT NULL") is not None),
    "set_start_date": ([], {"date": "2026-01-01"}, lambda a: one(a, "SELECT value FROM preferences") == ("2026-01-01",)),
    "set_deployment": ([], {"deployed": "no"}, lambda a: one(a, "SELECT isdeployed FROM deployments WHERE id = 1") == ("F",)),
    "release_deployment": ([("set_deployment", {"status": "TESTING"})], {}, lambda a: one(a, "SELECT status FROM deployments WHERE id = 1") == ("RELEASED",)),
    "break_script": ([], {}, lambda a: one(a, "SELECT broken FROM scripts WHERE id = 1") == ("T",)),
    "lock_record": ([], {"record": "journalEntry", "id": "1043"}, lambda a: one(a, "SELECT record, id FROM workflow_locks") == ("journalentry", 1043)),
    "unlock_records": ([("lock_record", {"record": "journalEntry", "id": "1043"})], {}, lambda a: one(a, "SELECT 1 FROM workflow_locks") is None),
    "deactivate_entity": ([("duplicate_entity", {"name": "Bluefield Produce"})], {"name": "Bluefield Produce"}, lambda a: one(a, BLUEFIELD) == (1,)),
}  # fmt: skip


def test_every_single_click_is_tried_here():
    assert set(SINGLE) | set(WALK) == set(CLICKS)


def test_every_click_says_what_it_has_to_be_told(begin):
    """What is left out is asked for, and nothing else was told above."""
    asker = begin()
    for feature_on in ("IPADDRESSRULES", "EMPPERMS"):
        asker.account.clicks.do("set_feature", details={"feature": feature_on, "on": "yes"})
    for click, (_, told, _) in SINGLE.items():
        needed = {name for name in CLICKS[click].details if not name.endswith("?")}
        assert needed <= set(told) <= {name.rstrip("?") for name in CLICKS[click].details}, click
        for name in needed:
            with pytest.raises(PracticeError, match=f"needs to be told '{name}'"):
                asker.account.clicks.do(click, details={key: value for key, value in told.items() if key != name})


@pytest.mark.parametrize("click", SINGLE)
def test_a_single_click_does_what_it_says(begin, click):
    asker = begin()
    before, details, done = SINGLE[click]
    for what, told, *mistake in before:
        asker.account.clicks.do(what, None, *mistake, details=told)
    assert not done(asker)
    asker.account.clicks.do(click, details=details)
    assert done(asker)


def test_permission_changes_leave_system_notes(begin):
    asker = begin()
    asker.account.clicks.do("set_permission", details={"permission": "TRAN_CUSTPYMT", "level": "View"})
    asker.account.clicks.do("remove_permission", details={"permission": "TRAN_CUSTPYMT"})
    notes = asker.rows("SELECT recordid, recordtypeid, field, oldvalue, newvalue, name, BUILTIN.DF(name) AS who FROM systemnote ORDER BY date DESC FETCH FIRST 2 ROWS ONLY", asker.admin)
    common = {"recordid": "1050", "recordtypeid": "-118", "field": "Permission", "name": "5", "who": "Robin Alder"}
    assert sorted(notes, key=lambda n: n.get("newvalue", "")) == [
        {**common, "oldvalue": "Customer Payment: View"}, {**common, "oldvalue": "Customer Payment: Full", "newvalue": "Customer Payment: View"},
    ]
    asker.account.clicks.do("remove_permission", details={"permission": "TRAN_CUSTPYMT"})
    assert one(asker, "SELECT count(*) FROM notes WHERE recordtypeid = -118") == (51,), "what changes nothing leaves no note"


def test_a_role_change_can_be_told_from_the_tokens_date(begin):
    sql = "SELECT MAX(n.date) AS changed, MAX(t.DCreated) AS made FROM systemnote n, OAuthToken t WHERE n.recordid = 1050 AND t.Role_Name = 1050 HAVING MAX(n.date) > MAX(t.DCreated)"
    ready, changed = begin(), begin("role-changed")
    assert ready.rows(sql, ready.admin) == []
    assert len(changed.rows(sql, changed.admin)) == 1
    at_once = begin("empty")
    walk(at_once, Order(ALVYS, {}))
    at_once.account.clicks.do("change_role_after_token", Order(ALVYS, {}))
    assert len(at_once.rows(sql, at_once.admin)) == 1


def test_resetting_credentials_keeps_tokens(begin):
    asker = begin()
    before = asker.account.credentials
    asker.account.clicks.do("create_integration")
    after = asker.account.credentials
    assert before["consumer_key"] != after["consumer_key"]
    assert before["token_id"] == after["token_id"]
    assert asker.get("/services/rest/system/v1/serverTime", before).status == 401
    assert asker.login().status == 200


def test_permissions_of_features_that_are_off_are_not_offered(begin, order):
    asker = begin("empty")
    asker.account.clicks.do("create_role", order)
    asker.account.clicks.do("add_permissions", order)
    assert level(asker, "ADMI_LOGIN_OAUTH") is None
    assert level(asker, "ADMI_RESTWEBSERVICES") is None
    assert level(asker, "LIST_CUSTJOB") == 4


def test_web_services_only_needs_the_soap_feature(begin, order):
    asker = begin("empty")
    asker.account.clicks.do("create_role", order)
    assert one(asker, "SELECT iswebserviceonlyrole FROM roles WHERE id = 1050") == ("F",)
    asker.account.clicks.do("enable_features", order)
    asker.account.clicks.do("create_role", order)
    assert one(asker, "SELECT iswebserviceonlyrole FROM roles WHERE id = 1050") == ("T",)


def test_web_services_only_follows_the_profile(begin, order):
    asker = begin("empty")
    forbidding = ALVYS.model_copy(update={"role": ALVYS.role.model_copy(update={"web_services_only": "forbidden"})})
    asker.account.clicks.do("enable_features", order)
    asker.account.clicks.do("create_role", dataclasses.replace(order, profile=forbidding))
    assert one(asker, "SELECT iswebserviceonlyrole FROM roles WHERE id = 1050") == ("F",)


def test_every_active_subsidiary_gets_accounts_of_every_kind(begin, order):
    asker = begin("empty")
    kinds = ALVYS.master_data.account_kinds
    uncovered = "SELECT 1 FROM accounts a JOIN account_subsidiaries m ON m.account = a.id WHERE a.accttype IN ({}) AND m.subsidiary = 3"
    lacking = [k.label for k in kinds if not one(asker, uncovered.format(", ".join(f"'{t}'" for t in k.types)))]
    assert lacking
    asker.account.clicks.do("create_accounts", order)
    assert [k.label for k in kinds if not one(asker, uncovered.format(", ".join(f"'{t}'" for t in k.types)))] == []


@pytest.mark.parametrize(
    ("click", "details", "says"),
    [
        ("nonesuch", {}, "There is no click"),
        ("set_feature", {}, "needs to be told 'feature'"),
        ("set_feature", {"feature": "NONESUCH", "on": "yes"}, "no feature"),
        ("set_permission", {"permission": "NONESUCH", "level": "Full"}, "no permission"),
        ("set_permission", {"permission": "LIST_FIND", "level": "Edit"}, "offered at View, Full only"),
        ("set_permission", {"permission": "LIST_FIND", "level": "Everything"}, "no level"),
        ("deactivate_subsidiary", {"subsidiary": "Nowhere"}, "no subsidiary 'Nowhere'"),
        ("create_user", {"role_name": "Nobody's"}, "nothing called \"Nobody's\""),
        ("set_preference", {"preference": "Nonesuch", "value": "yes"}, "no preference"),
        ("set_preference", {"preference": REVERSING, "value": "perhaps"}, "offers no, yes only"),
        ("add_ip_rule", {"rule": "203.0.113.0/24"}, "IP Address Rules is off"),
        ("upgrade_release", {"release": "2026.1"}, "no release after 2026.2"),
        ("upgrade_release", {"release": "next"}, "no release after 2026.2"),
        ("rename_role", {"name": "Administrator"}, "another role"),
        ("set_global_permission", {"permission": "LIST_ITEM", "level": "View"}, "Global Permissions is off"),
        ("set_concurrency", {"limit": "5"}, "from 1 to 4"),
        ("set_concurrency", {"limit": "-1"}, "from 1 to 4"),
        ("require_field", {"record": "nonesuch", "field": "x"}, "no record type"),
        ("deactivate_accounts", {"type": "Nonesuch"}, "nothing called 'Nonesuch'"),
        ("close_period", {"period": "Undecember 1999"}, "nothing called"),
        ("duplicate_entity", {"name": "Nobody"}, "nothing called 'Nobody'"),
    ],
)
def test_what_cannot_be_done_is_said(begin, click, details, says):
    with pytest.raises(PracticeError, match=says):
        begin().account.clicks.do(click, details=details)


def test_access_tokens_need_their_feature(begin, order):
    asker = begin("empty")
    asker.account.clicks.do("create_integration", order)
    for click in ("create_setup_token", "create_token"):
        with pytest.raises(PracticeError, match="Token-based Authentication is off"):
            asker.account.clicks.do(click, order)


def test_a_click_is_done_whole_or_not_at_all(begin, order):
    asker = begin("empty")
    broken = dataclasses.replace(order, profile=ALVYS.model_copy(update={"permission": (*ALVYS.permission, ALVYS.permission[0].model_copy(update={"key": "LIST_NONESUCH"}))}))
    asker.account.clicks.do("create_role", order)
    with pytest.raises(PracticeError):
        asker.account.clicks.do("add_permissions", broken)
    assert one(asker, "SELECT count(*) FROM role_permissions") == (0,)
    assert asker.account.directory.permissions == {}


def test_without_a_profile_a_click_needs_an_order(begin):
    with pytest.raises(PracticeError, match="names no profile"):
        begin("empty").account.clicks.do("enable_features")


def test_an_address_must_be_one(begin):
    asker = begin()
    asker.account.clicks.do("set_feature", details={"feature": "IPADDRESSRULES", "on": "yes"})
    with pytest.raises(PracticeError, match="no range of addresses"):
        asker.account.clicks.do("add_ip_rule", details={"rule": "everywhere"})


def test_terms_once_agreed_to_are_not_asked_again(begin):
    asker = begin("empty")
    do = asker.account.clicks.do
    for on, mistake, shown in (("yes", "not_agreed", "F"), ("yes", None, "T"), ("no", None, "F"), ("yes", "not_agreed", "T")):
        do("set_feature", Order(ALVYS), mistake, {"feature": "OAUTH2", "on": on})
        assert feature(asker, "OAUTH2") == shown, (on, mistake)


def test_boxes_without_terms_need_no_agreement(begin, order):
    asker = begin("empty")
    asker.account.clicks.do("set_feature", order, "not_agreed", {"feature": "EMPPERMS", "on": "yes"})
    assert feature(asker, "EMPPERMS") == "T"


def test_feature_changes_leave_system_notes(begin):
    asker = begin()
    for _ in range(2):
        asker.account.clicks.do("set_feature", details={"feature": "CLASSES", "on": "no"})
    notes = asker.rows("SELECT field, oldvalue, newvalue, BUILTIN.DF(name) AS who FROM systemnote WHERE recordtypeid = 0 AND field = 'Classes'", asker.admin)
    assert notes == [{"field": "Classes", "oldvalue": "T", "newvalue": "F", "who": "Robin Alder"}]


def test_only_a_sandbox_is_refreshed(begin):
    with pytest.raises(PracticeError, match="7654321 is not a sandbox"):
        begin("no-oneworld-ready").account.clicks.do("refresh_sandbox")


def test_a_revoked_token_stays_revoked(begin):
    asker = begin("token-revoked")
    with pytest.raises(PracticeError, match="stays revoked"):
        asker.account.clicks.do("activate_token")


def test_a_record_of_a_bundle_is_reset_by_its_owner_alone(begin):
    asker = begin()
    with asker.account.state.write():
        asker.account.state.run("UPDATE integrations SET bundle = 265184")
    for click in ("reset_credentials", "create_integration"):
        with pytest.raises(PracticeError, match="Only the owner"):
            asker.account.clicks.do(click)
    assert asker.login().status == 200


def test_from_2027_1_no_new_record_has_tba_and_the_old_one_goes_on(begin, order):
    asker = begin("empty")
    walk(asker, order)
    asker.account.clicks.do("upgrade_release", order, details={"release": "2027.1"})
    assert asker.login().status == 200
    asker.account.clicks.do("reset_credentials", order)
    assert asker.login().status == 200
    asker.account.clicks.do("delete_integration", order)
    with pytest.raises(PracticeError, match="no new integration with Token-based"):
        asker.account.clicks.do("create_integration", order)


def test_from_2027_1_the_box_may_be_what_is_missing(begin, order):
    asker = begin("release-2027-1", new_integration_refused="box")
    asker.account.clicks.do("create_integration")
    assert one(asker, "SELECT tba FROM integrations") == ("F",)


def test_shares_of_records_are_told(begin):
    asker = begin()
    asker.account.clicks.do("set_concurrency", details={"limit": "3"})
    told = asker.get("/services/rest/system/v1/governanceLimits", asker.admin).json
    assert (told["integrationConcurrencyLimit"], told["accountUnallocatedConcurrencyLimit"]) == (3, 2)


HOSTILE = ["", " ", "0", "-1", "1e9", "9" * 30, "9" * 5000, "x" * 100_000, "\x00", "a\r\nb", "\ud800", "\u0663", "20\u0663\u0664.1", "X-9", "'; DROP TABLE tokens; --", "*", "\u202e"]
EVERY_WAY = [(click, mistake) for click, what in CLICKS.items() for mistake in (None, *what.mistakes)]


def test_whatever_a_click_is_told_it_is_done_or_refused(begin):
    """Each answer hostile in turn, the others right as far as the click needs them."""
    asker = begin()
    ended = {"done": 0, "refused": 0}
    for click, mistake in EVERY_WAY:
        for walked in WALK:
            with contextlib.suppress(PracticeError):
                asker.account.clicks.do(walked)
        names = [name.rstrip("?") for name in CLICKS[click].details]
        right = {**SINGLE.get(click, ([], {}))[1], **DETAILS.get(click, {})}
        for name in [*names, *ANSWERS]:
            for value in HOSTILE:
                try:
                    asker.account.clicks.do(click, Order(ALVYS), mistake, {**right, name: value})
                    ended["done"] += 1
                except PracticeError:
                    ended["refused"] += 1
    assert ended["done"] > 100 and ended["refused"] > 1000, ended


def test_accounts_whose_number_has_letters_are_passed_over(begin):
    asker = begin("account-types-missing")
    with asker.account.state.write():
        asker.account.state.run("INSERT INTO accounts (acctnumber, name, accttype) VALUES ('X-9', 'Odd', 'Expense')")
    asker.account.clicks.do("create_accounts")
    numbers = [row["acctnumber"] for row in asker.rows("SELECT acctnumber FROM account", asker.admin)]
    assert max(int(n) for n in numbers if n.isdecimal()) % 100 == 0 and "X-9" in numbers
