"""The permissions a role can hold here: keys, labels, subtabs, the levels offered, and the feature each belongs to.

Keys, labels and levels are documented (*Permission Names and IDs* and the SDF list, roles-and-features 1.1 and 1.2);
that a permission is not offered while its feature is off is inferred (1.4). *Customer Refund*, *Projects*, *Notes Tab* and
*Track Messages* are known from a role published with them at Full (observed in public, 9.2); what else they offer is inferred.
So are the levels of *Sales Order*, *Purchase Order* and *Check*, and that they have no feature; ids and names are Oracle's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LEVEL_NAMES: Mapping[int, str] = {1: "View", 2: "Create", 3: "Edit", 4: "Full"}
"""SuiteQL ``permlevel`` to NetSuite's word (1-3 observed in public, 4 documented; roles-and-features 1.2)."""

_LETTERS = {"V": 1, "C": 2, "E": 3, "F": 4}


@dataclass(frozen=True)
class Permission:
    """A permission as the role page offers it."""

    key: str
    """SDF and SuiteQL ``permkey``."""
    name: str
    """Label in the list."""
    tab: str
    """Subtab of Permissions."""
    levels: tuple[int, ...]
    """Levels offered, ascending. A level outside the set cannot be chosen."""
    feature: str | None
    """Feature without which it is not offered."""

    @property
    def sentence(self) -> str:
        """How an error names it: ``Lists -> Customers`` (observed in public, protocol 8.3)."""
        return f"{self.tab} -> {self.name}"


_TABLE = """
ADMI_RESTWEBSERVICES | REST Web Services | Setup | F | RESTWEBSERVICES
ADMI_WEBSERVICES | SOAP Web Services | Setup | F | WEBSERVICESEXTERNAL
ADMI_LOGIN_OAUTH | Log in using Access Tokens | Setup | F | TBA
ADMI_CUSTOMSCRIPT | SuiteScript | Setup | VCEF | CUSTOMCODE
ADMI_ACCOUNTINGLIST | Accounting Lists | Setup | VCEF | ACCOUNTING
ADMI_CUSTFIELD | Custom Fields | Setup | VCEF
ADMI_CUSTITEMFIELD | Custom Item Fields | Setup | VCEF
ADMI_CUSTBODYFIELD | Custom Body Fields | Setup | VCEF
ADMI_CUSTCOLUMNFIELD | Custom Column Fields | Setup | VCEF
ADMI_CUSTTRANFIELD | Custom Transaction Fields | Setup | VCEF
ADMI_CUSTENTITYFIELD | Custom Entity Fields | Setup | VCEF
ADMI_CUSTRECORD | Custom Record Types | Setup | VCEF | CUSTOMRECORDS
ADMI_MANAGECUSTOMSEGMENTS | Custom Segments | Setup | VCEF | CUSTOMSEGMENTS
ADMI_CUSTLIST | Custom Lists | Setup | VCEF
ADMI_EMPLOYEELIST | Other Lists | Setup | VCEF | ACCOUNTING
ADMI_DELETEDRECORD | Deleted Records | Setup | F
ADMI_ACCTPERIODS | Manage Accounting Periods | Setup | VF | ACCOUNTINGPERIODS
ADMI_FINANCIALINSTITUTION | Financial Institution Records | Setup | F
ADMI_MANAGEROLES | Bulk Manage Roles | Setup | F
ADMI_AUDITLOGIN | View Login Audit Trail | Setup | F
ADMI_MANAGE_OAUTH_TOKENS | Access Token Management | Setup | F | TBA
ADMI_MANAGE_OWN_OAUTH_TOKENS | User Access Tokens | Setup | F | TBA
ADMI_LOGIN_OAUTH2 | Log in using OAuth 2.0 Access Tokens | Setup | F | OAUTH2
ADMI_MANAGE_OAUTH2 | OAuth 2.0 Authorized Applications Management | Setup | F | OAUTH2
ADMI_INTEGRAPP | Integration Application | Setup | F
ADMI_ENABLEFEATURES | Enable Features | Setup | F
ADMI_SETUPCOMPANY | Set Up Company | Setup | VF
ADMI_ACCTSETUP | Accounting Preferences | Setup | F | ACCOUNTING
ADMI_MANAGEUSERS | Manage Users | Setup | F
ADMI_KERNEL | Core Administration Permissions | Setup | F
ADMI_BUNDLER | SuiteApp Marketplace | Setup | F
ADMI_ACCOUNTINGBOOK | Accounting Book | Setup | VCEF | MULTIBOOK
ADMI_APP_DEPLOYMENT | SuiteApp Deployment | Setup | F | SUITEAPPDEVELOPMENTFRAMEWORK
TRAN_CUSTINVC | Invoice | Transactions | VCEF | RECEIVABLES
TRAN_VENDBILL | Bills | Transactions | VCEF | PAYABLES
TRAN_CUSTPYMT | Customer Payment | Transactions | VCEF | RECEIVABLES
TRAN_VENDPYMT | Pay Bills | Transactions | VCEF | PAYABLES
TRAN_VENDCRED | Enter Vendor Credits | Transactions | VCEF | PAYABLES
TRAN_CUSTCRED | Credit Memo | Transactions | VCEF | RECEIVABLES
TRAN_CUSTDEP | Customer Deposit | Transactions | VCEF | RECEIVABLES
TRAN_CUSTRFND | Customer Refund | Transactions | VCEF | RECEIVABLES
TRAN_JOURNAL | Make Journal Entry | Transactions | VCEF | ACCOUNTING
TRAN_SALESORD | Sales Order | Transactions | VCEF
TRAN_PURCHORD | Purchase Order | Transactions | VCEF
TRAN_CHECK | Check | Transactions | VCEF
TRAN_FIND | Find Transaction | Transactions | VCEF
TRAN_DEPOSIT | Deposit | Transactions | VCEF | ACCOUNTING
REPO_FINANCIALS | Financial Statements | Reports | V
REPO_ANALYTICS | SuiteAnalytics Workbook | Reports | E | USR
LIST_ACCOUNT | Accounts | Lists | VCEF | ACCOUNTING
LIST_ADDRESS | Address List in Search | Lists | F
LIST_CONTACT | Contacts | Lists | VCEF
LIST_CUSTJOB | Customers | Lists | VCEF
LIST_VENDOR | Vendors | Lists | VCEF
LIST_EMPLOYEE | Employees | Lists | VCEF
LIST_EMPLOYEE_RECORD | Employee Record | Lists | VCEF
LIST_CATEGORY | Expense Categories | Lists | VCEF | EXPREPORTS
LIST_PAYMETH | Payment Methods | Lists | VCEF
LIST_CURRENCY | Currency | Lists | VCEF | MULTICURRENCY
LIST_ITEM | Items | Lists | VCEF
LIST_FIND | Perform Search | Lists | VF
LIST_CUSTRECORDENTRY | Custom Record Entries | Lists | VCEF | CUSTOMRECORDS
LIST_CLASS | Classes | Lists | VCEF | CLASSES
LIST_DEPARTMENT | Departments | Lists | VCEF | DEPARTMENTS
LIST_LOCATION | Locations | Lists | VCEF | LOCATIONS
LIST_SUBSIDIARY | Subsidiaries | Lists | VCEF | SUBSIDIARIES
LIST_CONTACTSUBSIDIARYRELATION | Contact-Subsidiary Relationship | Lists | V | SUBSIDIARIES
LIST_COMPANY | Companies | Lists | VCEF | CRM
LIST_TAXITEM | Tax Records | Lists | VCEF | ACCOUNTING
LIST_FILECABINET | Documents and Files | Lists | VCEF | DOCUMENTS
LIST_JOB | Projects | Lists | VCEF
LIST_HISTORY | Notes Tab | Lists | VCEF
LIST_CRMMESSAGE | Track Messages | Lists | VCEF | CRM
LIST_INTEGRAPP | Integration Applications | Lists | VCEF
LIST_COMPANY_FEATURE_SETUP | Company Feature Setup | Lists | V
LIST_ENTITYSUBSIDIARYRELATION | Entity-Subsidiary relationship | Lists | V | SUBSIDIARIES
LIST_EMPLOYEE_ACCESS | Employee Access Tab | Lists | VCEF | ADVANCEDEMPLOYEEPERMISSIONS
"""


def _read(table: str) -> dict[str, Permission]:
    found = {}
    for line in table.strip().splitlines():
        key, name, tab, letters, *feature = (part.strip() for part in line.split("|"))
        levels = tuple(_LETTERS[letter] for letter in letters)
        found[key] = Permission(key, name, tab, levels, feature[0] if feature else None)
    return found


PERMISSIONS: Mapping[str, Permission] = _read(_TABLE)
"""All permissions, by key. ``LIST_COMPANY_FEATURE_SETUP`` has no published label; ours is a placeholder.
``REPO_FINANCIALS`` at View: observed in public (role files and Oracle's list for SDF)."""

LOGIN_PERMISSIONS = ("ADMI_LOGIN_OAUTH", "ADMI_MANAGE_OWN_OAUTH_TOKENS")
"""Either lets a role log in with access tokens (documented, roles-and-features 1.4)."""
