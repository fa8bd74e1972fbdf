"""The fields of the records: a small, believable part of the real ones, as data.

Names are those of Oracle's REST samples where the dossier quotes them (roles-and-features 8: documented); titles are the
labels of the pages (*Primary Subsidiary* and *Class* are observed in public in refusals); the rest is inferred.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ACCOUNT_TYPES = (
    "Bank", "AcctRec", "OthCurrAsset", "FixedAsset", "OthAsset", "DeferExpense", "UnbilledRec", "AcctPay", "CredCard",
    "OthCurrLiab", "LongTermLiab", "DeferRevenue", "Equity", "Income", "OthIncome", "COGS", "Expense", "OthExpense",
    "NonPosting", "Stat",
)
"""Ids of account types (roles-and-features 8: observed in public, four of them inferred)."""


@dataclass(frozen=True)
class Field:
    """A field of an instance."""

    name: str
    """In the answer."""
    column: str
    """In the table."""
    title: str
    """Label on the page, which refusals name."""
    kind: Literal["string", "boolean", "number", "date"] = "string"
    """What a value looks like."""
    refers: str | None = None
    """Record type of a reference."""
    names: str | None = None
    """SQL expression for the reference's ``refName``."""
    choices: tuple[str, ...] = ()
    """Ids of an enumeration; its value is shown as id and name."""
    feature: str | None = None
    """Feature without which there is no such field."""
    readonly: bool = False
    """NetSuite works it out; what is sent is ignored (inferred)."""
    mandatory: bool = False
    """A record cannot be without it."""


@dataclass(frozen=True)
class Sublist:
    """Lines of a record, one reference and perhaps an amount each."""

    name: str
    """In the body."""
    field: str | None
    """The reference of each line; None: the line is the reference."""
    refers: str | None = None
    """Record type it refers to; None: an item of any type."""
    table: str | None = None
    """Where the lines are kept: record, reference. None: only their sum is, in the record's total."""
    feature: str | None = None
    """Feature without which there is no such list."""


def _named(table: str, column: str, shown: str = "name", kind: str = "") -> str:
    narrowed = f" AND x.kind = '{kind}'" if kind else ""
    return f"(SELECT x.{shown} FROM {table} x WHERE x.id = t.{column}{narrowed})"  # noqa: S608 (constants of this file)


def _listed(name: str, column: str, title: str, kind: str, feature: str) -> Field:
    return Field(name, column, title, refers=kind, names=_named("lists", column, kind=kind), feature=feature)


def _entity(name: str, kind: str, title: str) -> Field:
    return Field(name, "entity", title, refers=kind, names=_named("entities", "entity", "entityid"), mandatory=True)


def _subsidiary(title: str, mandatory: bool = True) -> Field:
    names = _named("subsidiaries", "subsidiary")
    return Field(
        "subsidiary", "subsidiary", title, refers="subsidiary", names=names, feature="SUBSIDIARIES", mandatory=mandatory
    )


_ACTIVE = Field("isInactive", "isinactive", "Inactive", "boolean")
_CURRENCY = Field(
    "currency", "currency", "Currency", refers="currency", names=_named("currencies", "currency"), feature="MULTICURRENCY"
)
_NAME = Field("name", "name", "Name", mandatory=True)
_EMAIL = Field("email", "email", "Email")
_COMPANY = (
    Field("companyName", "companyname", "Company Name"), _CURRENCY, _EMAIL, Field("entityId", "entityid", "Name"), _ACTIVE,
    Field("isPerson", "isperson", "Individual", "boolean"), _subsidiary("Primary Subsidiary"),
)
_CLASSED = (
    _listed("class", "class", "Class", "classification", "CLASSES"), _CURRENCY,
    _listed("department", "department", "Department", "department", "DEPARTMENTS"),
)
_DUE = Field("dueDate", "duedate", "Due Date", "date")
_UNPAID = Field("amountRemaining", "unpaid", "Amount Remaining", "number", readonly=True)
_POSTED = (
    _listed("location", "location", "Location", "location", "LOCATIONS"), Field("memo", "memo", "Memo"),
    Field(
        "postingPeriod", "postingperiod", "Posting Period", refers="accountingPeriod",
        names=_named("periods", "postingperiod", "periodname"), feature="ACCOUNTINGPERIODS",
    ),
)
_DATED = (Field("tranDate", "trandate", "Date", "date"), Field("tranId", "tranid", "Transaction Number"))
_SUM = Field("total", "total", "Amount", "number", readonly=True)
_AMOUNT = Field("total", "total", "Amount", "number")


def _transaction(*own: Field) -> tuple[Field, ...]:
    """Fields by name, the order of the answer (inferred)."""
    return tuple(sorted((*own, *_CLASSED, *_POSTED, *_DATED), key=lambda field: field.name.lower()))


_FROM_ENTITY = _subsidiary("Subsidiary", mandatory=False)
_SALE = _entity("entity", "customer", "Customer")
_PURCHASE = _entity("entity", "vendor", "Vendor")

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "account": (
        Field("acctName", "name", "Name", mandatory=True), Field("acctNumber", "acctnumber", "Number"),
        Field("acctType", "accttype", "Type", choices=ACCOUNT_TYPES, mandatory=True),
        Field("currency", "currency", "Currency", refers="currency", names=_CURRENCY.names, feature="MULTICURRENCY"),
        Field("description", "description", "Description"),
        Field("includeChildren", "includechildren", "Include Children", "boolean", feature="SUBSIDIARIES"), _ACTIVE,
        Field("parent", "parent", "Subaccount of", refers="account", names=_named("accounts", "parent")),
    ),
    "currency": (
        Field("exchangeRate", "exchangerate", "Default Exchange Rate", "number"), _ACTIVE, _NAME,
        Field("symbol", "symbol", "ISO Code", mandatory=True),
    ),
    "employee": (
        _EMAIL, Field("entityId", "entityid", "Name", mandatory=True),
        Field("giveAccess", "giveaccess", "Give Access", "boolean"), _ACTIVE, _subsidiary("Subsidiary"),
    ),
    "customer": _COMPANY,
    "vendor": _COMPANY,
    "job": _COMPANY,
    "contact": (
        _EMAIL, Field("entityId", "entityid", "Contact", mandatory=True), _ACTIVE, _subsidiary("Subsidiary", mandatory=False),
    ),
    "items": (
        Field("displayName", "displayname", "Display Name"), _ACTIVE,
        Field("itemId", "itemid", "Item Name/Number", mandatory=True),
    ),
    "lists": (_ACTIVE, _NAME),
    "accountingPeriod": (
        Field("closed", "closed", "Closed", "boolean"), Field("endDate", "enddate", "End Date", "date", mandatory=True),
        Field("periodName", "periodname", "Period Name", mandatory=True),
        Field("startDate", "startdate", "Start Date", "date", mandatory=True),
    ),
    "subsidiary": (
        Field("country", "country", "Country"), _CURRENCY, Field("fullName", "fullname", "Full Name"),
        Field("isElimination", "iselimination", "Elimination", "boolean"), _ACTIVE, _NAME,
        Field("parent", "parent", "Subsubsidiary of", refers="subsidiary", names=_named("subsidiaries", "parent")),
    ),
    "invoice": _transaction(_SALE, _DUE, _UNPAID, _FROM_ENTITY, _SUM),
    "creditMemo": _transaction(_SALE, _FROM_ENTITY, _SUM),
    "customerPayment": _transaction(_entity("customer", "customer", "Customer"), _FROM_ENTITY, _AMOUNT),
    "customerDeposit": _transaction(_entity("customer", "customer", "Customer"), _FROM_ENTITY, _AMOUNT),
    "vendorBill": _transaction(_PURCHASE, _DUE, _UNPAID, _FROM_ENTITY, _SUM),
    "vendorPayment": _transaction(_PURCHASE, _FROM_ENTITY, _AMOUNT),
    "vendorCredit": _transaction(_PURCHASE, _FROM_ENTITY, _SUM),
    **dict.fromkeys(
        ("journalEntry", "interCompanyJournalEntry", "advInterCompanyJournalEntry", "statisticalJournalEntry", "deposit"),
        _transaction(_subsidiary("Subsidiary"), _AMOUNT),
    ),
    "salesOrder": _transaction(_SALE, _FROM_ENTITY, _SUM),
    "purchaseOrder": _transaction(_PURCHASE, _FROM_ENTITY, _SUM),
    "check": _transaction(_PURCHASE, _FROM_ENTITY, _SUM),
    "customerRefund": _transaction(_entity("customer", "customer", "Customer"), _FROM_ENTITY, _AMOUNT),
}
"""Fields by record type, or by table where all its types have the same; in the order of the answer."""

_ITEM_LINES = Sublist("item", "item")
_EXPENSE_LINES = Sublist("expense", "account", "account", feature="ACCOUNTING")
SUBLISTS: Mapping[str, tuple[Sublist, ...]] = {
    # ``subsidiary: {items: [{id}]}`` is documented (roles-and-features 8).
    "account": (Sublist("subsidiary", None, "subsidiary", "account_subsidiaries", "SUBSIDIARIES"),),
    "invoice": (_ITEM_LINES,),
    "creditMemo": (_ITEM_LINES,),
    "vendorBill": (_EXPENSE_LINES, _ITEM_LINES),
    "vendorCredit": (_EXPENSE_LINES, _ITEM_LINES),
    "salesOrder": (_ITEM_LINES,),
    "purchaseOrder": (_EXPENSE_LINES, _ITEM_LINES),
    "check": (_EXPENSE_LINES, _ITEM_LINES),
}
"""Lists of lines by record type. Lines of transactions are added up and not kept: the account has no table of them."""
