"""A fresh company: what is in a NetSuite account before anybody prepares it for an integration. Names are invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from wizard.practice.data.features import FEATURES
from wizard.practice.data.state import State, stamp
from wizard.practice.door.directory import ADMINISTRATOR
from wizard.practice.office import bundle
from wizard.practice.rest.records import NUMBER_PREFIXES

ADMIN = 5
"""Internal id of the administrator, who plays the person at the keyboard."""
CLERK = 6
"""Internal id of another employee."""

_EMPLOYEES = ((ADMIN, "Robin Alder", "robin@practice.example"), (CLERK, "Sam Reyes", "sam@practice.example"))
_CURRENCIES = ((1, "US Dollar", "USD", 1.0, "T"), (2, "Canadian Dollar", "CAD", 0.73, "F"))
# The third one is new: sales accounts were never extended to it.
_SUBSIDIARIES = (
    (1, "Tidewater Freight", None, "US", 1, "TF"),
    (2, "Tidewater Freight West", 1, "US", 1, "TFW"),
    (3, "Tidewater Freight Canada", 1, "CA", 2, "TFC"),
)
SUBSIDIARIES = tuple(name for _, name, *_ in _SUBSIDIARIES)
"""Names of the subsidiaries of every OneWorld account; no click makes another one."""
_ACCOUNTS: Sequence[tuple[str, str, str, str | None]] = (
    ("1000", "Checking", "Bank", None),
    ("1100", "Accounts Receivable", "AcctRec", "AcctRec"),
    ("1200", "Undeposited Funds", "OthCurrAsset", "UndepFunds"),
    ("1300", "Prepaid Expenses", "OthCurrAsset", None),
    ("1500", "Trucks and Trailers", "FixedAsset", None),
    ("2000", "Accounts Payable", "AcctPay", "AcctPay"),
    ("2100", "Accrued Expenses", "OthCurrLiab", None),
    ("2200", "Sales Taxes Payable", "OthCurrLiab", "SalesTaxPay"),
    ("3000", "Opening Balance", "Equity", "OpeningBalEquity"),
    ("3200", "Retained Earnings", "Equity", "RetEarnings"),
    ("4000", "Linehaul Revenue", "Income", None),
    ("4100", "Accessorial Revenue", "Income", None),
    ("5000", "Carrier Cost", "COGS", None),
    ("6000", "Fuel", "Expense", None),
    ("6100", "Insurance", "Expense", None),
    ("6200", "Office Expense", "Expense", None),
)
_NOT_IN_THE_NEWEST = ("Income", "COGS")
_LISTS: Mapping[str, Sequence[str]] = {
    "department": ("Operations", "Sales", "Back Office"),
    "classification": ("Brokerage", "Asset"),
    "location": ("Norfolk", "Sacramento", "Toronto"),
    "term": ("Net 30", "Net 15", "Due on receipt"),
    "paymentmethod": ("Cash", "Check", "ACH"),
    "pricelevel": ("Base Price",),
    "expensecategory": ("Travel", "Meals"),
    "salestaxitem": ("Not Taxable",),
    "accountingbook": ("Primary Accounting Book",),
}
_ITEMS = (
    ("serviceSaleItem", "Linehaul"), ("serviceSaleItem", "Detention"), ("serviceSaleItem", "Lumper"),
    ("servicePurchaseItem", "Carrier Linehaul"), ("inventoryItem", "Pallet"),
    ("nonInventorySaleItem", "Fuel Surcharge"), ("otherChargeSaleItem", "Handling"),
)
_CUSTOMERS = (
    "Bluefield Produce", "Corwin Paper", "Delmar Steel", "Eastgate Foods", "Fallbrook Tools", "Grantham Glass",
)
_VENDORS = ("Hollis Carriers", "Ironbridge Trucking", "Juniper Fuel", "Kestrel Logistics")
_DEFINITIONS = (
    ("customlist", "customlist_lane_types", "Lane Types"),
    ("customrecordtype", "customrecord_lane", "Lane"),
    ("customfield", "custbody_load_number", "Load Number"),
)
POSTINGS: Mapping[str, tuple[str, str]] = {
    "CustInvc": ("AcctRec", "Income"),
    "VendBill": ("AcctPay", "COGS"),
    "CustPymt": ("Bank", "AcctRec"),
    "VendPymt": ("Bank", "AcctPay"),
    "VendCred": ("AcctPay", "COGS"),
    "CustCred": ("AcctRec", "Income"),
    "CustDep": ("Bank", "OthCurrLiab"),
    "Journal": ("Expense", "OthCurrLiab"),
}
"""Types of the main and the counter account of a transaction, by its type (bookkeeping, not NetSuite's own word).
Of other types there are none at first."""
_STATUS: Mapping[str, str] = {"CustInvc": "A", "VendBill": "A"}
_EACH = 6


def fresh(state: State, oneworld: bool, now: datetime) -> None:
    """Fill a new state.

    Args:
        state: empty but for its tables; inside ``write``.
        oneworld: with subsidiaries.
        now: time of the seeding, UTC.
    """
    _settings(state, oneworld)
    _people(state, oneworld, now)
    _chart(state, oneworld)
    _master_data(state, oneworld)
    _transactions(state, oneworld, now)


def _settings(state: State, oneworld: bool) -> None:
    for feature in FEATURES.values():
        on = oneworld if feature.id == "SUBSIDIARIES" else feature.on
        state.run("INSERT INTO features VALUES (?, ?, ?, ?)", (feature.id, feature.label, *("TT" if on else "FF")))
    for currency in _CURRENCIES:
        values = (*currency, "F")
        state.run("INSERT INTO currencies VALUES (?, ?, ?, ?, ?, ?)", values)


def _people(state: State, oneworld: bool, now: datetime) -> None:
    option = "ALL" if oneworld else None
    state.run(
        "INSERT INTO roles (id, scriptid, name, subsidiaryoption, subsidiaryviewingallowed, centertype)"
        " VALUES (?, 'administrator', 'Administrator', ?, 'T', 'BASIC')",
        (ADMINISTRATOR, option),
    )
    if oneworld:
        for id_, name, parent, country, currency, prefix in _SUBSIDIARIES:
            full = name if parent is None else f"{_SUBSIDIARIES[0][1]} : {name}"
            state.run(
                "INSERT INTO subsidiaries (id, name, fullname, parent, country, currency, tranprefix, lastmodifieddate)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (id_, name, full, parent, country, currency, prefix, stamp(now - timedelta(days=90))),
            )
    own = 1 if oneworld else None
    for id_, name, email in _EMPLOYEES:
        state.run(
            "INSERT INTO employees (id, entityid, email, giveaccess, subsidiary) VALUES (?, ?, ?, 'T', ?)",
            (id_, name, email, own),
        )
    state.run("INSERT INTO assignments (entity, role) VALUES (?, ?)", (ADMIN, ADMINISTRATOR))


def _chart(state: State, oneworld: bool) -> None:
    for number, name, kind, special in _ACCOUNTS:
        account = state.run(
            "INSERT INTO accounts (acctnumber, name, accttype, sspecacct) VALUES (?, ?, ?, ?)",
            (number, name, kind, special),
        )
        if oneworld:
            last = 2 if kind in _NOT_IN_THE_NEWEST else 3
            for subsidiary in range(1, last + 1):
                state.run("INSERT INTO account_subsidiaries VALUES (?, ?)", (account, subsidiary))


def _master_data(state: State, oneworld: bool) -> None:
    for kind, names in _LISTS.items():
        for number, name in enumerate(names, start=1):
            state.run("INSERT INTO lists (kind, id, name) VALUES (?, ?, ?)", (kind, number, name))
    for number, (kind, name) in enumerate(_ITEMS, start=11):
        values = (number, kind, name.upper(), name)
        state.run("INSERT INTO items (id, kind, itemid, displayname) VALUES (?, ?, ?, ?)", values)
    for number, (kind, scriptid, name) in enumerate(_DEFINITIONS, start=1):
        values = (number, kind, scriptid, name)
        state.run("INSERT INTO definitions (id, kind, scriptid, name) VALUES (?, ?, ?, ?)", values)
    bundle.deploy(state, bundle.ECHO)
    entities = [("customer", name) for name in _CUSTOMERS] + [("vendor", name) for name in _VENDORS]
    entities += [("contact", "Jo Winter")]
    for number, (kind, name) in enumerate(entities):
        subsidiary = number % 3 + 1 if oneworld else None
        email = f"office@{name.split()[0].lower()}.example"
        state.run(
            "INSERT INTO entities (id, kind, entityid, companyname, email, subsidiary, currency)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                200 + number, kind, name, name if kind != "contact" else None, email, subsidiary,
                2 if subsidiary == 3 else 1,
            ),
        )


def _transactions(state: State, oneworld: bool, now: datetime) -> None:
    first = (now - timedelta(days=300)).replace(day=1)
    for number in range(12):
        start = (first + timedelta(days=31 * number)).replace(day=1)
        end = (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        closed = "T" if number < 8 else "F"
        values = (100 + number, f"{start:%b %Y}", f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}", closed)
        state.run("INSERT INTO periods (id, periodname, startdate, enddate, closed) VALUES (?, ?, ?, ?, ?)", values)
    periods = {row["startdate"][:7]: row["id"] for row in state.rows("SELECT id, startdate FROM periods")}
    entities = {
        "C": state.rows("SELECT id, subsidiary, currency FROM entities WHERE kind = 'customer'"),
        "V": state.rows("SELECT id, subsidiary, currency FROM entities WHERE kind = 'vendor'"),
    }
    serial = 1000
    for kind in POSTINGS:
        accounts = posting_accounts(state, kind)
        for number in range(_EACH):
            serial += 1
            who = entities[kind[0]][number % len(entities[kind[0]])] if kind != "Journal" else None
            day = now - timedelta(days=5 + 9 * number)
            subsidiary = who["subsidiary"] if who else (number % 3 + 1 if oneworld else None)
            state.run(
                "INSERT INTO transactions (id, type, tranid, trandate, entity, subsidiary, currency, total, status,"
                " postingperiod, account, offset) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    serial, kind, f"{NUMBER_PREFIXES[kind]}{serial}", f"{day:%Y-%m-%d}", who["id"] if who else None, subsidiary,
                    who["currency"] if who else 1, 420.0 + 137.5 * (serial % 17), _STATUS.get(kind, "B"),
                    periods[f"{day:%Y-%m}"], *accounts,
                ),
            )


def posting_accounts(state: State, kind: str) -> tuple[int, int]:
    """Return main and counter account of a transaction type, by internal id: the first of each account type.

    Args:
        state: with a chart of accounts.
        kind: e.g. ``CustInvc``.
    """
    main, counter = (
        state.value("SELECT min(id) FROM accounts WHERE accttype = ?", (accttype,)) for accttype in POSTINGS[kind]
    )
    return main, counter
