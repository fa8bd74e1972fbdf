"""Records as SOAP shows them: their namespaces, and their fields in the order of the published schema (protocol.md 9).

Types, namespaces and order: the XSD of the published WSDL (observed in public). An instance holds the fields the REST
door has too; what would need one more enumeration of the schema (country, account type) is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Row
from typing import Any

from wizard.practice.door.directory import Access
from wizard.practice.rest.record_fields import Field
from wizard.practice.rest.records import RECORDS, RecordType
from wizard.practice.soap.soap_xml import element, namespace, text

SPACES: Mapping[str, tuple[str, str]] = {
    "listAcct": ("accounting", "lists"), "listRel": ("relationships", "lists"), "listEmp": ("employees", "lists"),
    "tranSales": ("sales", "transactions"), "tranCust": ("customers", "transactions"),
    "tranPurch": ("purchases", "transactions"), "tranGeneral": ("general", "transactions"),
}
"""Prefix to the two words of its namespace."""

_TABLE = """
invoice | tranSales | entity tranDate tranId postingPeriod department class location subsidiary currency dueDate memo \
amountRemaining total
creditMemo | tranCust | currency entity tranDate tranId postingPeriod department class location subsidiary memo total
customerPayment | tranCust | customer currency tranDate tranId postingPeriod memo total subsidiary class department location
customerDeposit | tranCust | customer currency tranDate postingPeriod memo subsidiary department class location tranId
vendorBill | tranPurch | entity subsidiary postingPeriod tranDate dueDate tranId memo currency class department location
vendorPayment | tranPurch | entity tranDate postingPeriod tranId total currency department memo subsidiary class location
vendorCredit | tranPurch | tranId entity total currency tranDate postingPeriod memo department class location subsidiary
journalEntry | tranGeneral | postingPeriod tranDate currency tranId department class location subsidiary memo
customer | listRel | entityId isPerson companyName email isInactive subsidiary currency
vendor | listRel | entityId isPerson companyName email isInactive subsidiary currency
contact | listRel | entityId email isInactive subsidiary
employee | listEmp | entityId email isInactive subsidiary giveAccess
account | listAcct | acctNumber acctName includeChildren currency parent description isInactive
subsidiary | listAcct | name parent isInactive isElimination currency
currency | listAcct | name symbol isBaseCurrency isInactive exchangeRate
accountingPeriod | listAcct | periodName startDate endDate closed
classification | listAcct | name isInactive
department | listAcct | name isInactive
location | listAcct | name isInactive
term | listAcct | name isInactive
paymentMethod | listAcct | name isInactive
priceLevel | listAcct | name isInactive
expenseCategory | listAcct | name isInactive
salesTaxItem | listAcct | isInactive name
inventoryItem | listAcct | itemId displayName isInactive
nonInventorySaleItem | listAcct | itemId displayName isInactive
nonInventoryPurchaseItem | listAcct | itemId displayName isInactive
serviceSaleItem | listAcct | itemId displayName isInactive
servicePurchaseItem | listAcct | itemId displayName isInactive
otherChargeSaleItem | listAcct | itemId displayName isInactive
"""
_BASE = Field("isBaseCurrency", "isbasecurrency", "Base Currency", "boolean", readonly=True)


@dataclass(frozen=True)
class Shape:
    """How a record is written."""

    record: RecordType
    """Which."""
    prefix: str
    """Of its namespace."""
    fields: tuple[Field, ...]
    """In order."""

    @property
    def feature(self) -> str | None:
        """Feature without which there is no such type. That legacy tax is for SOAP alone is documented (roles 0.10)."""
        return None if self.record.name == "salesTaxItem" else self.record.feature

    @property
    def columns(self) -> str:
        """What has to be selected from its table ``t``."""
        names = [f'{field.names} AS "{field.name}__name"' for field in self.fields if field.names]
        return ", ".join(("t.*", *names))

    def written(self, name: str, row: Row, version: str, access: Access) -> str:
        """Return a record (observed in public: fixtures of NetSweet/netsuite).

        Args:
            name: of the element.
            row: with ``columns``.
            version: of the endpoint.
            access: the login; fields of a feature that is off are left out.
        """
        shown = (field for field in self.fields if access.has(field.feature) and row[field.column] is not None)
        kind = self.record.name[0].upper() + self.record.name[1:]
        group, part = SPACES[self.prefix]
        own = {f"xmlns_{self.prefix}": namespace(group, version, part), "internalId": row["id"]}
        parts = (self._field(field, row, version) for field in shown)
        return element(name, *parts, **own, xsi_type=f"{self.prefix}:{kind}")

    def _field(self, field: Field, row: Row, version: str) -> str:
        name, value = f"{self.prefix}:{field.name}", row[field.column]
        if not field.refers:
            return element(name, text(_value(field, value)))
        shown = element("platformCore:name", text(row[f"{field.name}__name"]))
        return element(name, shown, internalId=value, xmlns_platformCore=namespace("core", version))


def _value(field: Field, value: Any) -> Any:
    """Flags as words, dates as times (observed in public; that they are given in UTC is inferred)."""
    if field.kind == "date":
        return f"{value}T00:00:00.000Z"
    return value == "T" if field.kind == "boolean" else value


def _read(table: str) -> dict[str, Shape]:
    shapes = {}
    for line in table.strip().splitlines():
        name, prefix, fields = (part.strip() for part in line.split("|"))
        record = RECORDS[name.lower()]
        known = {field.name: field for field in (*record.fields, _BASE)}
        shapes[name.lower()] = Shape(record, prefix, tuple(known[field] for field in fields.split()))
    return shapes


SHAPES: Mapping[str, Shape] = _read(_TABLE)
"""All record types, by their name in lower case."""

_NAMES = """
account accountingPeriod advInterCompanyJournalEntry assemblyBuild assemblyItem assemblyUnbuild billingAccount billingSchedule \
bin binTransfer binWorksheet bom bomRevision budget budgetCategory calendarEvent campaign campaignAudience campaignCategory \
campaignChannel campaignFamily campaignOffer campaignResponse campaignSearchEngine campaignSubscription campaignVertical \
cashRefund cashSale charge check classification consolidatedExchangeRate contact contactCategory contactRole costCategory \
couponCode creditMemo crmCustomField currency currencyRate customer customerCategory customerDeposit customerMessage \
customerPayment customerRefund customerStatus customerSubsidiaryRelationship customList customPurchase customRecord \
customRecordCustomField customRecordType customSale customSegment customTransaction customTransactionType department deposit \
depositApplication descriptionItem discountItem downloadItem employee entityCustomField entityGroup estimate expenseCategory \
expenseReport fairValuePrice file folder generalToken giftCertificate giftCertificateItem globalAccountMapping hcmJob \
inboundShipment interCompanyJournalEntry interCompanyTransferOrder inventoryAdjustment inventoryCostRevaluation inventoryItem \
inventoryNumber inventoryTransfer invoice issue itemAccountMapping itemCustomField itemDemandPlan itemFulfillment itemGroup \
itemNumberCustomField itemOptionCustomField itemReceipt itemRevision itemSupplyPlan job jobStatus jobType journalEntry kitItem \
leadSource location lotNumberedAssemblyItem lotNumberedInventoryItem manufacturingCostTemplate manufacturingOperationTask \
manufacturingRouting markupItem merchandiseHierarchyNode message nexus nonInventoryPurchaseItem nonInventoryResaleItem \
nonInventorySaleItem note noteType opportunity otherChargePurchaseItem otherChargeResaleItem otherChargeSaleItem \
otherCustomField otherNameCategory partner partnerCategory paycheck paycheckJournal paymentCard paymentCardToken paymentItem \
paymentMethod payrollItem periodEndJournal phoneCall priceLevel pricingGroup projectTask promotionCode purchaseOrder \
purchaseRequisition resourceAllocation returnAuthorization revRecSchedule revRecTemplate salesOrder salesRole salesTaxItem \
serializedAssemblyItem serializedInventoryItem servicePurchaseItem serviceResaleItem serviceSaleItem siteCategory solution state \
statisticalJournalEntry subsidiary subtotalItem supportCase supportCaseIssue supportCaseOrigin supportCasePriority \
supportCaseStatus supportCaseType task taxAcct taxGroup taxType term timeBill timeSheet topic transactionBodyCustomField \
transactionColumnCustomField transferOrder unitsType usage vendor vendorBill vendorCategory vendorCredit vendorPayment \
vendorReturnAuthorization vendorSubsidiaryRelationship winLossReason workOrder workOrderClose workOrderCompletion workOrderIssue
"""
PUBLISHED = frozenset(_NAMES.lower().split())
"""Every name of ``RecordType`` in the published schema of 2023_2 (observed in public), in lower case."""
