"""The record types of the REST record service: names, permissions, and where their rows come from.

Names: protocol.md 6.3 and 6.4 (documented and observed in public). Permission per type: roles-and-features 5 (documented for
the UI; that REST uses the same is inferred; for orders, checks, refunds and projects the permission of that name, inferred).
They are a part of NetSuite's: others look as if they did not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wizard.practice.data.state import State
from wizard.practice.rest.record_fields import FIELDS, SUBLISTS, Field, Sublist

TRANSACTION_PERMISSIONS: Mapping[str, str] = {
    "CustInvc": "TRAN_CUSTINVC",
    "VendBill": "TRAN_VENDBILL",
    "CustPymt": "TRAN_CUSTPYMT",
    "VendPymt": "TRAN_VENDPYMT",
    "VendCred": "TRAN_VENDCRED",
    "CustCred": "TRAN_CUSTCRED",
    "CustDep": "TRAN_CUSTDEP",
    "Journal": "TRAN_JOURNAL",
    "ICJournal": "TRAN_JOURNAL",
    "AdvICJournal": "TRAN_JOURNAL",
    "StatJournal": "TRAN_JOURNAL",
    "SalesOrd": "TRAN_SALESORD",
    "PurchOrd": "TRAN_PURCHORD",
    "Deposit": "TRAN_DEPOSIT",
    "Check": "TRAN_CHECK",
    "CustRfnd": "TRAN_CUSTRFND",
}
"""``transaction.type`` (inferred; of the three special journals ours) to the permission that opens it."""

NUMBER_PREFIXES: Mapping[str, str] = {
    "CustInvc": "INV", "VendBill": "BILL", "CustPymt": "PMT", "VendPymt": "VPMT", "VendCred": "VCR", "CustCred": "CM",
    "CustDep": "DEP", "Journal": "JE",
}
"""``transaction.type`` to what its document numbers begin with (ours)."""


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
    kind: str | None = None
    """Which of them; None: all."""
    subsidiary: str | None = None
    """Column that says whose record it is."""
    readonly: bool = False
    """Whether REST only reads it."""

    @property
    def where(self) -> str:
        """SQL condition for its rows."""
        return f"{'type' if self.transaction else 'kind'} = '{self.kind}'" if self.kind else "1"

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its fields, in the order of the answer."""
        return FIELDS[self.name if self.name in FIELDS else self.table]

    @property
    def sublists(self) -> tuple[Sublist, ...]:
        """Its lists of lines."""
        return SUBLISTS.get(self.name, ())

    @property
    def transaction(self) -> bool:
        """Whether it is a transaction: a missing id is answered differently (observed in public, 8.4)."""
        return self.table == "transactions"


def _transaction(name: str, kind: str, feature: str | None) -> RecordType:
    return RecordType(name, TRANSACTION_PERMISSIONS[kind], feature, "transactions", kind, "subsidiary")


def _entity(name: str, permission: str) -> RecordType:
    return RecordType(name, permission, None, "entities", name, "subsidiary")


def _list(name: str, permission: str, feature: str | None, readonly: bool = False) -> RecordType:
    return RecordType(name, permission, feature, "lists", name.lower(), readonly=readonly)


def _item(name: str) -> RecordType:
    return RecordType(name, "LIST_ITEM", None, "items", name)


_ALL: Iterable[RecordType] = (
    _transaction("invoice", "CustInvc", "RECEIVABLES"),
    _transaction("creditMemo", "CustCred", "RECEIVABLES"),
    _transaction("customerPayment", "CustPymt", "RECEIVABLES"),
    _transaction("customerDeposit", "CustDep", "RECEIVABLES"),
    _transaction("vendorBill", "VendBill", "PAYABLES"),
    _transaction("vendorPayment", "VendPymt", "PAYABLES"),
    _transaction("vendorCredit", "VendCred", "PAYABLES"),
    _transaction("journalEntry", "Journal", "ACCOUNTING"),
    _transaction("interCompanyJournalEntry", "ICJournal", "SUBSIDIARIES"),
    _transaction("advInterCompanyJournalEntry", "AdvICJournal", "SUBSIDIARIES"),
    _transaction("statisticalJournalEntry", "StatJournal", "ACCOUNTING"),
    _transaction("salesOrder", "SalesOrd", None),
    _transaction("purchaseOrder", "PurchOrd", None),
    _transaction("deposit", "Deposit", "ACCOUNTING"),
    _transaction("check", "Check", None),
    _transaction("customerRefund", "CustRfnd", "RECEIVABLES"),
    _entity("customer", "LIST_CUSTJOB"),
    _entity("vendor", "LIST_VENDOR"),
    _entity("contact", "LIST_CONTACT"),
    _entity("job", "LIST_JOB"),
    RecordType("employee", "LIST_EMPLOYEE_RECORD", None, "employees", subsidiary="subsidiary"),
    RecordType("account", "LIST_ACCOUNT", "ACCOUNTING", "accounts"),
    # GET only (documented, roles-and-features 5).
    RecordType("subsidiary", "LIST_SUBSIDIARY", "SUBSIDIARIES", "subsidiaries", subsidiary="id", readonly=True),
    RecordType("currency", "LIST_CURRENCY", "MULTICURRENCY", "currencies"),
    RecordType("accountingPeriod", "ADMI_ACCTPERIODS", "ACCOUNTINGPERIODS", "periods"),
    _list("classification", "LIST_CLASS", "CLASSES"),
    _list("department", "LIST_DEPARTMENT", "DEPARTMENTS"),
    _list("location", "LIST_LOCATION", "LOCATIONS"),
    _list("term", "ADMI_ACCOUNTINGLIST", "ACCOUNTING"),
    _list("paymentMethod", "ADMI_ACCOUNTINGLIST", "ACCOUNTING"),
    _list("priceLevel", "ADMI_ACCOUNTINGLIST", "ACCOUNTING"),
    _list("expenseCategory", "LIST_CATEGORY", "EXPREPORTS"),
    # REST web services do not support legacy tax (documented, roles-and-features 0.10).
    _list("salesTaxItem", "LIST_TAXITEM", "TAX_OVERHAULING"),
    _list("taxType", "LIST_TAXITEM", "TAX_OVERHAULING"),
    _list("taxGroup", "LIST_TAXITEM", "TAX_OVERHAULING"),
    _list("nexus", "LIST_TAXITEM", "TAX_OVERHAULING"),
    _list("accountingBook", "ADMI_ACCOUNTINGBOOK", "MULTIBOOK"),
    # Rates are never there, and only read: their fields are not played (ours). The first needs Multiple Currencies too
    # (roles-and-features 5), without which nobody but an administrator holds the permission.
    _list("consolidatedExchangeRate", "LIST_CURRENCY", "SUBSIDIARIES", readonly=True),
    _list("currencyRate", "LIST_CURRENCY", "MULTICURRENCY", readonly=True),
    _item("inventoryItem"),
    _item("nonInventorySaleItem"),
    _item("nonInventoryPurchaseItem"),
    _item("nonInventoryResaleItem"),
    _item("serviceSaleItem"),
    _item("servicePurchaseItem"),
    _item("serviceResaleItem"),
    _item("otherChargeSaleItem"),
)

RECORDS: Mapping[str, RecordType] = {record.name.lower(): record for record in _ALL}
"""All record types, by their name in lower case."""


def custom_records(state: State) -> dict[str, RecordType]:
    """Return the account's own record types, by script ID; their entries are lists of names here.

    That they are offered by script ID is observed in public (6.3), the permission in roles-and-features 5.

    Args:
        state: where their definitions are.
    """
    rows = state.rows("SELECT scriptid FROM definitions WHERE kind = 'customrecordtype' AND isinactive = 'F' ORDER BY id")
    return {row["scriptid"]: _custom(row["scriptid"]) for row in rows}


def _custom(scriptid: str) -> RecordType:
    return RecordType(scriptid, "LIST_CUSTRECORDENTRY", "CUSTOMRECORDS", "lists", scriptid)


def record_named(state: State, name: str) -> RecordType | None:
    """Return a record type, or None.

    Args:
        state: where definitions of custom types are.
        name: in camel or lower case.
    """
    lower = name.lower()
    return RECORDS.get(lower) or (custom_records(state).get(lower) if lower.startswith("customrecord") else None)
