"""What is in a bundle: Invoiced's, as its public source has it (requirements 2.2, roles-and-features 9: observed in public).

The source may be older than the bundle of today; that an older version has fewer RESTlets is observed in public
(failures.csv), which ones is inferred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wizard.practice.data.state import State

INVOICED = 265184
"""Id of Invoiced's bundle."""
NEWEST = "5.1.0"
"""Its version in the public source."""
OLD = "4.0.0"
"""A version before it (the number is ours)."""


@dataclass(frozen=True)
class Script:
    """A script record."""

    scriptid: str
    """E.g. ``customscript_…``."""
    name: str
    """As the list of scripts shows it."""
    kind: str
    """Script type, as SuiteQL has it (inferred)."""
    methods: tuple[str, ...] = ()
    """Methods a RESTlet offers."""
    status: str = "RELEASED"
    """Status of its deployment."""
    old: bool = False
    """Whether an old version of the bundle has it, too."""

    @property
    def deployment(self) -> str:
        """Script ID of its deployment."""
        return self.scriptid.replace("customscript", "customdeploy", 1)


def _restlet(name: str, title: str, methods: str, status: str = "RELEASED", old: bool = False) -> Script:
    return Script(f"customscript_invd_{name}", title, "RESTLET", tuple(methods.split()), status, old)


SCRIPTS: Sequence[Script] = (
    _restlet("customer_model_restlet", "Invoiced Customer Model", "POST PUT", old=True),
    _restlet("invoice_model_restlet", "Invoiced Invoice Model", "POST PUT", old=True),
    _restlet("credit_note_restlet", "Invoiced Credit Note", "POST PUT"),
    _restlet("payment_model_restlet", "Invoiced Payment Model", "POST PUT"),
    _restlet("payment_restlet", "Invoiced Payment", "POST", old=True),
    _restlet("refund_restlet", "Invoiced Refund", "POST", status="TESTING"),
    _restlet("note_restlet", "Invoiced Note", "POST"),
    _restlet("retry_record", "Invoiced Retry Record", "POST"),
    Script("customscript_invd_sync_to_invoiced", "Invoiced Sync", "SCHEDULED", status="SCHEDULED", old=True),
    Script("customscript_invd_integration", "Invoiced User Events", "USEREVENT", old=True),
    Script("customscript_invd_sync_now", "Invoiced Integration", "SCRIPTLET", old=True),
)
"""Scripts of Invoiced's bundle, each with one deployment for all roles; the names are ours."""

ECHO = Script("customscript_practice_echo", "Practice Echo", "RESTLET", ("GET", "POST", "PUT", "DELETE"))
"""A RESTlet of the practice account's own, there without any bundle: it says what it was told."""

METHODS: Mapping[str, tuple[str, ...]] = {script.scriptid: script.methods for script in (ECHO, *SCRIPTS)}
"""What each RESTlet offers."""

DEFINITIONS: Sequence[tuple[str, str, str]] = (
    ("customfield", "custbody_invoiced_id", "Invoiced ID"),
    ("customfield", "custbody_invd_import", "Don't Sync"),
    ("customfield", "custbody_invd_invoice_url", "Invoice URL"),
    ("customfield", "custentity_invd_customer_id", "Invoiced Customer ID"),
    ("customfield", "custentity_invd_contact", "Invoiced Contact"),
    ("customfield", "custentity_invd_contact_id", "Invoiced Contact ID"),
    ("customfield", "custentity_invd_import", "Don't Sync Customer"),
    ("customfield", "custrecord_invd_division_key", "Invoiced API Key"),
    ("customrecordtype", "customrecord_invd_mapping", "Invoiced Mapping"),
    ("customrecordtype", "customrecord_invd_deposit_mapping", "Invoiced Deposit Mapping"),
)
"""Kind, script ID and name of what else it brings; most names are ours."""

ROLE = "Invoiced Integration"
"""Name of the role it brings; the older page calls it *Webservices-Invoiced* (requirements 1.2, I9)."""
ROLE_SCRIPT = "customrole_invd_integration"
"""Its script ID."""
RECORD = "INVOICED"
"""Name of the integration record it brings."""

START_DATE = "custscript_invd_start_date"
"""Its preference: nothing older is synchronised (``YYYY-MM-DD`` here)."""

PERMISSIONS: Mapping[str, int] = {
    **dict.fromkeys(
        (
            "TRAN_FIND", "TRAN_CUSTRFND", "TRAN_CUSTPYMT", "TRAN_CUSTINVC", "TRAN_CUSTCRED", "LIST_SUBSIDIARY", "LIST_JOB",
            "LIST_ITEM", "LIST_HISTORY", "LIST_CUSTJOB", "LIST_CURRENCY", "LIST_CRMMESSAGE", "LIST_CONTACT", "LIST_ACCOUNT",
            "ADMI_WEBSERVICES", "ADMI_SETUPCOMPANY", "ADMI_MANAGE_OWN_OAUTH_TOKENS", "ADMI_MANAGE_OAUTH_TOKENS",
            "ADMI_LOGIN_OAUTH", "ADMI_ACCOUNTINGLIST",
        ),
        4,
    ),
    "LIST_FILECABINET": 1,
    "ADMI_ACCTPERIODS": 1,
}
"""The role's permissions and levels."""


def deploy(state: State, script: Script, owner: int | None = None) -> None:
    """Create a script record with its one deployment, for all roles.

    Args:
        state: where; inside ``write``.
        script: what it is.
        owner: id of the bundle it belongs to.
    """
    values = (script.scriptid, script.name, script.kind, owner)
    made = state.run("INSERT INTO scripts (scriptid, name, scripttype, bundle) VALUES (?, ?, ?, ?)", values)
    row = (made, script.deployment, script.status)
    state.run("INSERT INTO deployments (script, number, scriptid, status) VALUES (?, 1, ?, ?)", row)
