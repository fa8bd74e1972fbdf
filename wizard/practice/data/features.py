"""The boxes of Enable Features: ids, labels, how a fresh company has them, and which open the Terms of Service.

Ids and labels are documented (Oracle's *Feature Names and IDs*, roles-and-features 2.1; that of ``CRM`` is inferred).
Which boxes open the *SuiteCloud Terms of Service*: documented for REST, TBA and SuiteScript, else observed in public (2.2).
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
    terms: bool
    """Ticking it opens the SuiteCloud Terms of Service."""


_TABLE = """
RESTWEBSERVICES | REST Web Services | off | terms
WEBSERVICESEXTERNAL | SOAP Web Services | off | terms
TBA | Token-based Authentication | off | terms
OAUTH2 | OAuth 2.0 | off | terms
CUSTOMCODE | Client SuiteScript | off | terms
SERVERSIDESCRIPTING | Server SuiteScript | off | terms
WEBAPPLICATIONS | SuiteScript Server Pages | off | terms
CUSTOMRECORDS | Custom Records | on | terms
CUSTOMSEGMENTS | Custom Segments | on | terms
CUSTOMTRANSACTIONS | Custom Transactions | off
ADVANCEDPRINTING | Advanced PDF/HTML Templates | on | terms
CREATESUITEBUNDLES | Create bundles with SuiteBundler | off | terms
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
    return {id_: Feature(id_, label, state == "on", bool(terms)) for id_, label, state, *terms in rows}


FEATURES: Mapping[str, Feature] = _read(_TABLE)
"""All features, by id. ``SUBSIDIARIES`` has no box: OneWorld is provisioned (documented, roles-and-features 2.1)."""
BOXES = tuple(feature for feature in FEATURES if feature != "SUBSIDIARIES")
"""Those that can be ticked and cleared."""
