"""The Alvys profile: complete against the vendor's page, true to NetSuite's names, short enough for the screen."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import checks
from wizard.account import PAGES
from wizard.profile import Profile, Step, find_profile

ROOT = Path(__file__).parents[2]

# id | vendor's name | NetSuite's label | subtab | key | level | feature that hides it | REST record types
# Copied from Oracle's lists by way of our reference table, not from the profile.
PERMISSIONS = """
A33.1 | REST Web Services | REST Web Services | Setup | ADMI_RESTWEBSERVICES | Full | RESTWEBSERVICES | -
A33.2 | SOAP Web Services | SOAP Web Services | Setup | ADMI_WEBSERVICES | Full | WEBSERVICESEXTERNAL | -
A33.3 | Login Using Access Tokens | Log in using Access Tokens | Setup | ADMI_LOGIN_OAUTH | Full | TBA | -
A33.4 | SuiteScript | SuiteScript | Setup | ADMI_CUSTOMSCRIPT | Full | CUSTOMCODE | -
A33.5 | Accounting Lists | Accounting Lists | Setup | ADMI_ACCOUNTINGLIST | Full | ACCOUNTING | term paymentMethod
A33.6 | Custom Fields | Custom Fields | Setup | ADMI_CUSTFIELD | Full | - | -
A33.7 | Custom Item Fields | Custom Item Fields | Setup | ADMI_CUSTITEMFIELD | Full | - | -
A33.8 | Custom Body Fields | Custom Body Fields | Setup | ADMI_CUSTBODYFIELD | Full | - | -
A33.9 | Custom Column Fields | Custom Column Fields | Setup | ADMI_CUSTCOLUMNFIELD | Full | - | -
A33.10 | Custom Transaction Fields | Custom Transaction Fields | Setup | ADMI_CUSTTRANFIELD | Full | - | -
A33.11 | Custom Entity Fields | Custom Entity Fields | Setup | ADMI_CUSTENTITYFIELD | Full | - | -
A33.12 | Custom Record Types | Custom Record Types | Setup | ADMI_CUSTRECORD | Full | CUSTOMRECORDS | -
A33.13 | Custom Segments | Custom Segments | Setup | ADMI_MANAGECUSTOMSEGMENTS | Full | CUSTOMSEGMENTS | -
A33.14 | Custom Lists | Custom Lists | Setup | ADMI_CUSTLIST | Full | - | -
A33.15 | Other Lists | Other Lists | Setup | ADMI_EMPLOYEELIST | Full | ACCOUNTING | -
A33.16 | Deleted Records | Deleted Records | Setup | ADMI_DELETEDRECORD | Full | - | -
A33.17 | Manage Accounting Periods | Manage Accounting Periods | Setup | ADMI_ACCTPERIODS | View | ACCOUNTINGPERIODS | accountingPeriod
A33.18 | Financial Institution Records | Financial Institution Records | Setup | ADMI_FINANCIALINSTITUTION | Full | - | -
A34.1 | Invoice | Invoice | Transactions | TRAN_CUSTINVC | Full | RECEIVABLES | invoice
A34.2 | Bills | Bills | Transactions | TRAN_VENDBILL | Full | PAYABLES | vendorBill
A34.3 | Customer Payments | Customer Payment | Transactions | TRAN_CUSTPYMT | Full | RECEIVABLES | customerPayment
A34.4 | Pay Bills | Pay Bills | Transactions | TRAN_VENDPYMT | Full | PAYABLES | vendorPayment
A34.5 | Vendor Credits | Enter Vendor Credits | Transactions | TRAN_VENDCRED | Full | PAYABLES | vendorCredit
A34.6 | Credit Memos | Credit Memo | Transactions | TRAN_CUSTCRED | Full | RECEIVABLES | creditMemo
A34.7 | Customer Deposit | Customer Deposit | Transactions | TRAN_CUSTDEP | Full | RECEIVABLES | customerDeposit
A34.8 | Make Journal Entry | Make Journal Entry | Transactions | TRAN_JOURNAL | Full | ACCOUNTING | journalEntry
A36.1 | Accounts | Accounts | Lists | LIST_ACCOUNT | Full | ACCOUNTING | account
A36.2 | Address List in Search | Address List in Search | Lists | LIST_ADDRESS | Full | - | -
A36.3 | Contacts | Contacts | Lists | LIST_CONTACT | Full | - | contact
A36.4 | Customers | Customers | Lists | LIST_CUSTJOB | Full | - | customer
A36.5 | Vendors | Vendors | Lists | LIST_VENDOR | Full | - | vendor
A36.6 | Employees | Employees | Lists | LIST_EMPLOYEE | View | - | -
A36.7 | Employee Record | Employee Record | Lists | LIST_EMPLOYEE_RECORD | View | - | employee
A36.8 | Expense Categories | Expense Categories | Lists | LIST_CATEGORY | Full | EXPREPORTS | expenseCategory
A36.9 | Payment Methods | Payment Methods | Lists | LIST_PAYMETH | Full | - | -
A36.10 | Currency | Currency | Lists | LIST_CURRENCY | Full | MULTICURRENCY | currency
A36.11 | Items | Items | Lists | LIST_ITEM | Full | - | inventoryItem serviceSaleItem
A36.12 | Perform Search | Perform Search | Lists | LIST_FIND | Full | - | -
A36.13 | Custom Record Entries | Custom Record Entries | Lists | LIST_CUSTRECORDENTRY | Full | CUSTOMRECORDS | -
A36.14 | Classes | Classes | Lists | LIST_CLASS | Full | CLASSES | classification
A36.15 | Departments | Departments | Lists | LIST_DEPARTMENT | Full | DEPARTMENTS | department
A36.16 | Locations | Locations | Lists | LIST_LOCATION | Full | LOCATIONS | location
A36.17 | Subsidiaries | Subsidiaries | Lists | LIST_SUBSIDIARY | View | SUBSIDIARIES | subsidiary
A36.18 | Contact-Subsidiary relationship | Contact-Subsidiary Relationship | Lists | LIST_CONTACTSUBSIDIARYRELATION | View | SUBSIDIARIES | -
A36.19 | Companies | Companies | Lists | LIST_COMPANY | Full | CRM | -
A36.20 | Tax Records | Tax Records | Lists | LIST_TAXITEM | View | ACCOUNTING | salesTaxItem
A36.21 | Documents and Files | Documents and Files | Lists | LIST_FILECABINET | Full | - | -
"""

FEATURES = {
    "A21.1": ("RESTWEBSERVICES", "REST Web Services"),
    "A21.2": ("WEBSERVICESEXTERNAL", "SOAP Web Services"),
    "A22": ("TBA", "Token-based Authentication"),
    "A23.1": ("CUSTOMCODE", "Client SuiteScript"),
    "A23.2": ("SERVERSIDESCRIPTING", "Server SuiteScript"),
}

STEPS = [
    ("start", "Before you start", "machine", None),
    ("account", "Account", "account", None),
    ("features", "Features", "checks", "enable_features"),
    ("integration", "Integration", "secret_pair", "create_integration"),
    ("connect", "Connect", "setup_token", "create_setup_token"),
    ("role", "Role", "checks", "create_role"),
    ("permissions", "Permissions", "permissions", "add_permissions"),
    ("user", "User", "checks", "create_user"),
    ("token", "Access token", "secret_pair", "create_token"),
    ("accounts", "Accounts", "checks", "create_accounts"),
    ("subsidiaries", "Subsidiaries", "checks", "assign_subsidiaries"),
    ("readiness", "Readiness", "readiness", None),
    ("hand_over", "Hand over", "hand_over", None),
]

PANE_COLUMNS, PANE_ROWS = 55, 20


@pytest.fixture(scope="module")
def alvys() -> Profile:
    return find_profile("alvys")


def statement_ids() -> list[str]:
    """Every statement of the vendor's page: A1 to A108, with the lists and the two pairs of boxes taken apart."""
    parts = {21: 2, 23: 2, 33: 18, 34: 8, 36: 21}
    return [
        f"A{n}{dot}"
        for n in range(1, 109)
        for dot in ([f".{i}" for i in range(1, parts[n] + 1)] if n in parts else [""])
    ]


def places_of(profile: Profile) -> Counter[str]:
    """How often each id is taken care of, wherever in the profile."""
    ids = [r.id for r in profile.requirements] + [s.id for s in profile.statement] + [f.id for f in profile.faq]
    ids += [i for tree in profile.troubleshoot for i in tree.covers]
    return Counter(ids)


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of the profile, with the place it stands at."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from texts(item, f"{path}.{number}")


# --- complete ---------------------------------------------------------------------------------------------------------


def test_every_statement_is_taken_care_of_exactly_once(alvys: Profile) -> None:
    places = places_of(alvys)
    expected = statement_ids()
    assert len(expected) == 108 - 5 + 2 + 2 + 47
    assert [i for i in expected if places[i] != 1] == []


def test_no_id_that_the_page_does_not_have(alvys: Profile) -> None:
    assert sorted(set(places_of(alvys)) - set(statement_ids())) == ["X1", "X2", "X3", "X4"]


def test_our_own_additions_are_never_required(alvys: Profile) -> None:
    ours = [r for r in alvys.requirements if r.id.startswith("X")]
    assert {r.need for r in ours} == {"verification"}


def test_statements_name_requirements_or_steps_that_exist(alvys: Profile) -> None:
    steps = {s.id for s in alvys.step}
    for statement in alvys.statement:
        assert statement.honoured_by, statement.id
        for name in statement.honoured_by:
            assert name in steps or alvys.matching((name,)), f"{statement.id} names {name}"


def test_fifteen_questions_seven_results_four_trees(alvys: Profile) -> None:
    assert [f.id for f in alvys.faq] == [f"A{n}" for n in range(94, 109)]
    assert len(alvys.result) == 7
    assert {t.id: list(t.covers) for t in alvys.troubleshoot} == {
        "login_fails": ["A81", "A82", "A83", "A84"],
        "export_fails": ["A85", "A86", "A88"],
        "one_subsidiary": ["A89", "A90", "A91"],
        "token_lost": ["A92"],
    }
    assert alvys.matching(("A87",))[0].proof == ("role.unchanged",)


def test_result_lines_leave_out_only_what_lies_outside_the_list(alvys: Profile) -> None:
    told = {r.id for line in alvys.result for r in alvys.matching(line.requirements)}
    left = {r.id for r in alvys.requirements} - told
    assert left == {"A6", "A7", "A8", "A9", "X1", "X2", "X3", "X4"}


# --- true to NetSuite -------------------------------------------------------------------------------------------------


def expected_permissions() -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in PERMISSIONS.strip().splitlines()]


def test_permissions_agree_with_netsuite_field_by_field(alvys: Profile) -> None:
    ours = [
        [
            p.requirement, p.name, p.netsuite_name, p.tab, p.key, p.level, p.feature or "-",
            " ".join(p.record_types) or "-",
        ]
        for p in alvys.permission
        if p.requirement.startswith("A")
    ]
    assert len(ours) == 47
    assert ours == expected_permissions()
    assert all(p.need == "required" for p in alvys.permission if p.requirement.startswith("A"))


def test_permissions_with_something_special(alvys: Profile) -> None:
    assert {p.requirement: p.any_of for p in alvys.permission if p.any_of} == {"A33.3": ("ADMI_MANAGE_OWN_OAUTH_TOKENS",)}
    assert [p.requirement for p in alvys.permission if p.obsolete] == ["A33.10"]


def test_permissions_beyond_the_list_are_said_to_be_so(alvys: Profile) -> None:
    beyond = [p for p in alvys.permission if p.requirement.startswith("X")]
    assert [(p.requirement, p.tab, p.key, p.level, p.need) for p in beyond] == [
        ("X1", "Reports", "REPO_ANALYTICS", "Edit", "verification"),
        ("X2", "Transactions", "TRAN_FIND", "View", "verification"),
    ]
    for permission in beyond:
        assert "Not in Alvys' list, and optional" in permission.reason
        assert "Without it" in permission.reason


def test_no_two_permissions_share_a_reason(alvys: Profile) -> None:
    reasons = Counter(p.reason for p in alvys.permission)
    assert [r for r, n in reasons.items() if n > 1] == []


def test_names_that_differ_from_the_page_are_remarked_on(alvys: Profile) -> None:
    for permission in alvys.permission:
        same = permission.name.lower() == permission.netsuite_name.lower()
        assert same or permission.note, permission.requirement


def test_the_number_of_permissions_in_the_texts_is_right(alvys: Profile) -> None:
    by_tab = Counter(p.tab for p in alvys.permission if p.requirement.startswith("A"))
    answer = next(f.a for f in alvys.faq if f.id == "A98")
    assert f"{by_tab.total()} of them" in answer
    for tab in ("Setup", "Transactions", "Lists"):
        assert re.search(rf"{by_tab[tab]} on (the )?{tab}", answer)
    assert f"{by_tab.total()} permissions" in alvys.step_named("permissions").why
    assert f"{by_tab.total()} permissions" in alvys.summary


def test_features(alvys: Profile) -> None:
    assert {f.requirement: (f.id, f.label) for f in alvys.feature} == FEATURES
    for feature in alvys.feature:
        assert feature.need == "required"
        assert feature.tos
        assert feature.path.startswith("SuiteCloud > ")


def test_contradictions_of_the_page_are_said(alvys: Profile) -> None:
    reasons = {f.id: f.reason for f in alvys.feature}
    assert "required" in reasons["WEBSERVICESEXTERNAL"]
    assert "recommends" in reasons["WEBSERVICESEXTERNAL"]
    for box in ("CUSTOMCODE", "SERVERSIDESCRIPTING"):
        assert "RESTlets" in reasons[box]
        assert "policy" in reasons[box]
    assert alvys.matching(("A31",))[0].need == "recommended"
    assert alvys.role.web_services_only == "recommended"
    assert "2027.1" in alvys.lifecycle.note
    assert alvys.vendor_step.test_quality == "none"
    assert alvys.vendor_step.repeat == "per_subsidiary"


def test_five_credentials_in_the_vendors_order(alvys: Profile) -> None:
    assert [(c.id, c.label, c.secret) for c in alvys.credential] == [
        ("account", "Account ID", False),
        ("consumer_key", "Consumer Key", True),
        ("consumer_secret", "Consumer Secret", True),
        ("token_id", "Token ID", True),
        ("token_secret", "Token Secret", True),
    ]
    older = {"RealmId", "OAuth1ConsumerKey", "OAuth1ConsumerSecret", "OAuth1TokenId", "OAuth1TokenSecret"}
    assert older <= {alias for c in alvys.credential for alias in c.aliases}
    names = [name.lower() for c in alvys.credential for name in (c.label, *c.aliases)]
    assert len(names) == len(set(names))


def test_kinds_of_account(alvys: Profile) -> None:
    kinds = alvys.master_data.account_kinds
    assert [k.label.split()[0] for k in kinds] == ["income", "expense", "asset", "liability", "clearing"]
    assert {"Income", "OthIncome"} == set(kinds[0].types)
    assert "Equity" not in {t for k in kinds for t in k.types}
    assert {"CreditCard", "CredCard"} <= set(kinds[3].types), "which of the two NetSuite answers is not known"
    clearing = alvys.matching(("A66",))[0]
    assert clearing.proof == ()
    assert "clearing" in (clearing.attest or "")


# --- fits together ----------------------------------------------------------------------------------------------------


def test_steps(alvys: Profile) -> None:
    assert [(s.id, s.title, s.panel, s.practice) for s in alvys.step] == STEPS
    assert {s.id: s.pair for s in alvys.step if s.pair} == {"integration": "consumer", "token": "token"}
    assert [s.id for s in alvys.step if s.optional] == ["connect"]
    assert [s.id for s in alvys.step if s.when] == ["subsidiaries"]


def test_a_step_builds_on_earlier_steps_only(alvys: Profile) -> None:
    order = [s.id for s in alvys.step]
    for step in alvys.step:
        for need in step.needs:
            assert order.index(need) < order.index(step.id), f"{step.id} needs {need}"


def test_requirements_of_a_oneworld_step_are_oneworld_only(alvys: Profile) -> None:
    for step in alvys.step:
        if step.when:
            assert {r.when for r in alvys.requirements_of(step.id)} == {step.when}


def test_links_are_pages_that_need_no_number(alvys: Profile) -> None:
    linked = {d.link for s in alvys.step for d in s.do if d.link}
    assert linked
    assert sorted(linked - set(PAGES)) == []
    for key in linked:
        assert "{" not in (PAGES[key].path or ""), key


def test_proofs_are_aspects_that_a_check_has_an_answer_for(alvys: Profile) -> None:
    known = {aspect for check in checks.ALL for aspect in check.aspects(alvys)}
    asked = {aspect for r in alvys.requirements for aspect in r.proof}
    assert sorted(asked - known) == []


def test_an_aspect_proves_one_requirement_save_the_chart(alvys: Profile) -> None:
    uses = Counter(aspect for r in alvys.requirements for aspect in r.proof)
    assert {a for a, n in uses.items() if n > 1} == {"accounts.subsidiaries"}


def test_what_only_a_setup_token_can_prove_can_be_vouched_for(alvys: Profile) -> None:
    without = {"account", "credentials", "login", "machine", "setup_token"}
    for requirement in alvys.requirements:
        if not {aspect.split(".")[0] for aspect in requirement.proof} <= without:
            assert requirement.attest, requirement.id
        if requirement.attest:
            assert requirement.attest.endswith("?"), requirement.id


def test_choices_have_a_default_among_them(alvys: Profile) -> None:
    for step in alvys.step:
        for question in step.ask:
            if question.kind == "choice":
                assert question.default in [c.value for c in question.choices], question.id
            else:
                assert question.choices == (), question.id


def test_questions_the_checks_rely_on(alvys: Profile) -> None:
    asked = {q.id: q.default for s in alvys.step for q in s.ask}
    assert asked == {
        "oneworld": "yes",
        "environment": "sandbox",
        "admin": "administrator",
        "record_name": alvys.integration_record.name,
        "role_name": alvys.role.name,
        "subsidiaries": "all",
        "user_name": alvys.user.name,
        "user_email": "",
    }


def test_values_to_copy_are_filled_from_answers_given_by_then(alvys: Profile) -> None:
    known = {"setup_token_name"}  # the program's own
    copied = set()
    for step in alvys.step:
        known |= {q.id for q in step.ask}
        for doing in step.do:
            names = set(re.findall(r"\{([a-z_]+)\}", doing.copy_value or ""))
            assert names <= known, f"{step.id}: {doing.copy_value}"
            copied |= names
    assert copied == {"record_name", "role_name", "user_name", "user_email", "setup_token_name"}


# --- fits the screen --------------------------------------------------------------------------------------------------


def test_texts_hold_nothing_a_terminal_or_a_markup_reader_could_act_on(alvys: Profile) -> None:
    for path, text in texts(alvys):
        assert re.fullmatch(r"[ -~]+", text) or path.endswith(".default"), f"{path}: {text!r}"
        assert not set(text) & set("[]\\`"), f"{path}: {text!r}"
        assert text == text.strip(), f"{path}: {text!r}"
        assert "  " not in text, f"{path}: {text!r}"
        assert "!" not in text, f"{path}: {text!r}"
        assert "{" not in text or path.endswith(".copy_value"), f"{path}: {text!r}"


def test_lengths(alvys: Profile) -> None:
    for step in alvys.step:
        assert len(step.title) <= 16
        assert len(step.heading) <= 50
        assert len(step.why) <= 220, f"{step.id}: {len(step.why)}"
        for doing in step.do:
            assert len(doing.text) <= 150, f"{step.id}: {doing.text}"
    for requirement in alvys.requirement:
        assert len(requirement.title) <= 48, requirement.id
        assert len(requirement.attest or "") <= 130, requirement.id
    for permission in alvys.permission:
        assert len(permission.netsuite_name) <= 36, "the column of the table"
        limit = 250 if permission.need == "verification" else 125
        assert len(permission.reason) <= limit, permission.requirement
        assert len(permission.note or "") <= 110, permission.requirement
    for line in alvys.result:
        assert len(line.title) <= 34


def rows(step: Step) -> int:
    """Rows that heading, reason and instructions take in the right pane, an address two rows."""
    reason = textwrap.wrap(step.why, PANE_COLUMNS - 1)
    doing = [textwrap.wrap(d.text, PANE_COLUMNS - 3) for d in step.do]
    return 2 + len(reason) + sum(map(len, doing)) + 2 * sum(1 for d in step.do if d.link)


def test_instructions_fit_the_pane(alvys: Profile) -> None:
    assert {s.id: rows(s) for s in alvys.step if rows(s) > PANE_ROWS} == {}


# --- the vendor stays in its file -------------------------------------------------------------------------------------


def test_no_vendor_name_in_the_code() -> None:
    named = [
        str(file.relative_to(ROOT))
        for package in ("wizard", "checks", "screens")
        for file in sorted((ROOT / package).rglob("*.py"))
        if re.search("alvys|invoiced", file.read_text(encoding="utf-8"), re.IGNORECASE)
    ]
    assert named == []
