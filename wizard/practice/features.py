"""The boxes of Enable Features: ids, labels, and how a fresh company has them.

Ids and labels are documented (Oracle's *Feature Names and IDs*, roles-and-features 2.1; that of ``CRM`` is inferred).
Which boxes a fresh company has ticked is our choice: bookkeeping is on, everything an integration asks for is off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Feature:
    """A box on Enable Features."""

    id: str
    """NetSuite's id."""
    label: str
    """Label of the box."""
    on: bool
    """Ticked in a fresh company."""


_TABLE = """
RESTWEBSERVICES | REST Web Services | off
WEBSERVICESEXTERNAL | SOAP Web Services | off
TBA | Token-based Authentication | off
OAUTH2 | OAuth 2.0 | off
CUSTOMCODE | Client SuiteScript | off
SERVERSIDESCRIPTING | Server SuiteScript | off
WEBAPPLICATIONS | SuiteScript Server Pages | off
CUSTOMRECORDS | Custom Records | on
CUSTOMSEGMENTS | Custom Segments | on
CUSTOMTRANSACTIONS | Custom Transactions | off
ADVANCEDPRINTING | Advanced PDF/HTML Templates | on
CREATESUITEBUNDLES | Create bundles with SuiteBundler | off
SUITEAPPDEVELOPMENTFRAMEWORK | SuiteCloud Development Framework | off
USR | SuiteAnalytics Workbook | on
ACCOUNTING | Accounting | on
RECEIVABLES | A/R | on
PAYABLES | A/P | on
ACCOUNTINGPERIODS | Accounting Periods | on
DEPARTMENTS | Departments | on
LOCATIONS | Locations | on
CLASSES | Classes | on
MULTICURRENCY | Multiple Currencies | on
EXPREPORTS | Expense Reports | on
DOCUMENTS | File Cabinet | on
CRM | Customer Relationship Management | on
ADVANCEDEMPLOYEEPERMISSIONS | Advanced Employee Permissions | off
EMPPERMS | Global Permissions | off
IPADDRESSRULES | IP Address Rules | off
TAX_OVERHAULING | SuiteTax | off
MULTIBOOK | Multi-Book Accounting | off
SUBSIDIARIES | Subsidiaries | off
"""


def _read(table: str) -> dict[str, Feature]:
    rows = (tuple(part.strip() for part in line.split("|")) for line in table.strip().splitlines())
    return {feature: Feature(feature, label, state == "on") for feature, label, state in rows}


FEATURES: Mapping[str, Feature] = _read(_TABLE)
"""All features, by id. ``SUBSIDIARIES`` has no box: OneWorld is provisioned (documented, roles-and-features 2.1)."""
