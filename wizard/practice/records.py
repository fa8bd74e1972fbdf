"""The record types of the REST record service: names, permissions, and where their rows come from.

Names: protocol.md 6.4 (documented and observed in public). Permission per type: roles-and-features 5 (documented for
the UI; that REST uses the same is inferred). The fields of an instance are a small, believable part of the real ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

TRANSACTION_PERMISSIONS: Mapping[str, str] = {
    "CustInvc": "TRAN_CUSTINVC",
    "VendBill": "TRAN_VENDBILL",
    "CustPymt": "TRAN_CUSTPYMT",
    "VendPymt": "TRAN_VENDPYMT",
    "VendCred": "TRAN_VENDCRED",
    "CustCred": "TRAN_CUSTCRED",
    "CustDep": "TRAN_CUSTDEP",
    "Journal": "TRAN_JOURNAL",
}
"""``transaction.type`` (inferred) to the permission that opens it."""


@dataclass(frozen=True)
class RecordType:
    """A record type."""

    name: str
    """Camel case, as Oracle's help writes it; the lower-case form works too (observed in public)."""
    permission: str
    """Key of the permission."""
    feature: str | None
    """Feature without which there is no such type."""
    table: str
    """Where the rows are."""
    where: str
    """Which of them."""
    subsidiary: str | None = None
    """Column that says whose record it is."""

    @property
    def transaction(self) -> bool:
        """Whether it is a transaction: a missing id is answered differently (observed in public, 8.4)."""
        return self.table == "transactions"


@dataclass(frozen=True)
class Field:
    """A field of an instance."""

    name: str
    """In the answer."""
    column: str
    """In the table."""
    refers: str | None = None
    """Record type of a reference."""
    names: str | None = None
    """SQL expression for the reference's ``refName``."""


_ACTIVE = Field("isInactive", "isinactive")
_CURRENCY = Field("currency", "currency", "currency", "(SELECT x.name FROM currencies x WHERE x.id = t.currency)")
_SUBSIDIARY = Field(
    "subsidiary", "subsidiary", "subsidiary", "(SELECT x.name FROM subsidiaries x WHERE x.id = t.subsidiary)"
)

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "accounts": (Field("acctName", "name"), Field("acctNumber", "acctnumber"), Field("acctType", "accttype"), _ACTIVE),
    "currencies": (Field("exchangeRate", "exchangerate"), _ACTIVE, Field("name", "name"), Field("symbol", "symbol")),
    "employees": (
        Field("email", "email"), Field("entityId", "entityid"), Field("giveAccess", "giveaccess"), _ACTIVE, _SUBSIDIARY,
    ),
    "entities": (
        Field("companyName", "companyname"), _CURRENCY, Field("email", "email"), Field("entityId", "entityid"), _ACTIVE,
        _SUBSIDIARY,
    ),
    "items": (Field("displayName", "displayname"), _ACTIVE, Field("itemId", "itemid")),
    "lists": (_ACTIVE, Field("name", "name")),
    "periods": (
        Field("closed", "closed"), Field("endDate", "enddate"), Field("periodName", "periodname"),
        Field("startDate", "startdate"),
    ),
    "subsidiaries": (
        Field("country", "country"), _CURRENCY, Field("fullName", "fullname"), Field("isElimination", "iselimination"),
        _ACTIVE, Field("name", "name"),
        Field("parent", "parent", "subsidiary", "(SELECT x.name FROM subsidiaries x WHERE x.id = t.parent)"),
    ),
    "transactions": (
        _CURRENCY, Field("memo", "memo"), _SUBSIDIARY, Field("total", "total"), Field("tranDate", "trandate"),
        Field("tranId", "tranid"),
    ),
}
"""Fields by table, in the order of the answer (alphabetical: inferred)."""


def _transaction(name: str, kind: str, feature: str) -> RecordType:
    where = f"type = '{kind}'"
    return RecordType(name, TRANSACTION_PERMISSIONS[kind], feature, "transactions", where, "subsidiary")


def _entity(name: str, permission: str) -> RecordType:
    return RecordType(name, permission, None, "entities", f"kind = '{name}'", "subsidiary")


def _list(name: str, permission: str, feature: str | None) -> RecordType:
    return RecordType(name, permission, feature, "lists", f"kind = '{name.lower()}'")


def _item(name: str) -> RecordType:
    return RecordType(name, "LIST_ITEM", None, "items", f"kind = '{name}'")


_ALL: Iterable[RecordType] = (
    _transaction("invoice", "CustInvc", "RECEIVABLES"),
    _transaction("creditMemo", "CustCred", "RECEIVABLES"),
    _transaction("customerPayment", "CustPymt", "RECEIVABLES"),
    _transaction("customerDeposit", "CustDep", "RECEIVABLES"),
    _transaction("vendorBill", "VendBill", "PAYABLES"),
    _transaction("vendorPayment", "VendPymt", "PAYABLES"),
    _transaction("vendorCredit", "VendCred", "PAYABLES"),
    _transaction("journalEntry", "Journal", "ACCOUNTING"),
    _entity("customer", "LIST_CUSTJOB"),
    _entity("vendor", "LIST_VENDOR"),
    _entity("contact", "LIST_CONTACT"),
    RecordType("employee", "LIST_EMPLOYEE_RECORD", None, "employees", "1", "subsidiary"),
    RecordType("account", "LIST_ACCOUNT", "ACCOUNTING", "accounts", "1"),
    RecordType("subsidiary", "LIST_SUBSIDIARY", "SUBSIDIARIES", "subsidiaries", "1", "id"),
    RecordType("currency", "LIST_CURRENCY", "MULTICURRENCY", "currencies", "1"),
    RecordType("accountingPeriod", "ADMI_ACCTPERIODS", "ACCOUNTINGPERIODS", "periods", "1"),
    _list("classification", "LIST_CLASS", "CLASSES"),
    _list("department", "LIST_DEPARTMENT", "DEPARTMENTS"),
    _list("location", "LIST_LOCATION", "LOCATIONS"),
    _list("term", "ADMI_ACCOUNTINGLIST", "ACCOUNTING"),
    _list("paymentMethod", "ADMI_ACCOUNTINGLIST", "ACCOUNTING"),
    _list("priceLevel", "ADMI_ACCOUNTINGLIST", "ACCOUNTING"),
    _list("expenseCategory", "LIST_CATEGORY", "EXPREPORTS"),
    # REST web services do not support legacy tax (documented, roles-and-features 0.10).
    _list("salesTaxItem", "LIST_TAXITEM", "TAX_OVERHAULING"),
    _item("inventoryItem"),
    _item("nonInventorySaleItem"),
    _item("nonInventoryPurchaseItem"),
    _item("serviceSaleItem"),
    _item("servicePurchaseItem"),
    _item("otherChargeSaleItem"),
)

RECORDS: Mapping[str, RecordType] = {record.name.lower(): record for record in _ALL}
"""All record types, by their name in lower case."""
