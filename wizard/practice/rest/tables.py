"""The tables SuiteQL knows here: their columns, where the rows come from, and what a role needs to see each.

Columns are those of roles-and-features 4.2 and 8 (documented or observed in public, each table's source stands there);
of tables that are only named there, a few columns are inferred. Permissions and features per table: roles-and-features
4.2 and 5 (observed in public).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wizard.practice.door.directory import Access
from wizard.practice.rest.records import TRANSACTION_PERMISSIONS
from wizard.practice.settings import Settings

DATE_MARK = "\x01"
"""Stands before a date or time inside a query, so that it can be told from text and shown in the account's format."""

DISPLAY = "__df"
"""Suffix of the hidden column that ``BUILTIN.DF`` reads."""

COVERED_NAME = "covered]"
"""What only our own views are called: SuiteQL has no way to write it (see ``wizard.practice.rest.oracle``)."""

COVERED = (
    f'(WITH RECURSIVE "{COVERED_NAME}"(account, subsidiary) AS (SELECT account, subsidiary FROM account_subsidiaries UNION'  # noqa: S608
    f" SELECT c.account, s.id FROM \"{COVERED_NAME}\" c JOIN accounts a ON a.id = c.account AND a.includechildren = 'T'"
    f' JOIN subsidiaries s ON s.parent = c.subsidiary) SELECT account, subsidiary FROM "{COVERED_NAME}")'
)
"""Accounts and every subsidiary they apply to: *Include Children* brings in those below (documented,
roles-and-features 8)."""


def visible_account(account: str, sees: str) -> str:
    """Return the SQL condition for accounts a login sees: through any subsidiary they apply to (inferred).

    Args:
        account: expression of the account's id.
        sees: condition on ``m.subsidiary``.
    """
    covered, placed = f"SELECT m.account FROM {COVERED} m WHERE {sees}", "SELECT account FROM account_subsidiaries"  # noqa: S608
    return f"({account} IN ({covered}) OR {account} NOT IN ({placed}))"


# The login is asked once for each subsidiary and type, not for each row: SQLite works such a list out before it begins.
_SEEN = "(subsidiary IS NULL OR subsidiary IN (SELECT s.id FROM subsidiaries s WHERE sees(s.id)))"
# Nothing is asked for each row here either: what needs no row is worked out once.
_ALL_OF_THEM = "NOT (SELECT own_only())"
_FILTERED = "ifnull(entity, 0) NOT IN (SELECT c.id FROM entities c WHERE c.kind = 'customer' AND (SELECT own_only()))"
_TYPES = ", ".join(f"('{kind}')" for kind in TRANSACTION_PERMISSIONS)
_READ = f"type IN (SELECT column1 FROM (VALUES {_TYPES}) WHERE reads(column1))"  # noqa: S608 (constants)


@dataclass(frozen=True)
class Table:
    """A table, as SuiteQL shows it."""

    name: str
    """As NetSuite writes it; not case sensitive."""
    source: str
    """What stands behind FROM."""
    columns: Mapping[str, str]
    """Column to SQL expression."""
    where: str = "1"
    """Which rows the login may see; ``sees``, ``given`` and ``reads`` ask the login."""
    permission: str | None = None
    """Key of the permission, at View."""
    feature: str | None = None
    """Feature without which there is no such table."""
    administrators: bool = False
    """Only for the Administrator role."""
    dates: frozenset[str] = frozenset()
    """Columns that hold a date or a time."""
    displays: Mapping[str, str] = field(default_factory=dict)
    """Column to the SQL expression ``BUILTIN.DF`` gives."""
    oneworld: frozenset[str] = frozenset()
    """Columns that exist in OneWorld only (inferred)."""

    def visible(self, access: Access, settings: Settings) -> bool:
        """Tell whether a login may use the table. If not, it looks as if its feature were off, and the other way round.

        Args:
            access: the login.
            settings: unpublished behaviour.
        """
        if self.name == "CompanyFeatureSetup" and not settings.feature_table_readable:
            return False
        if not access.has(self.feature) or (self.administrators and not access.administrator):
            return False
        return access.level(self.permission) > 0

    def view(self, oneworld: bool) -> str:
        """Return the statement that makes the table.

        Args:
            oneworld: whether the account has subsidiaries.
        """
        shown = {c: e for c, e in self.columns.items() if oneworld or c not in self.oneworld}
        parts = [f'{_marked(e) if c in self.dates else e} AS "{c}"' for c, e in shown.items()]
        parts += [f'{e} AS "{c}{DISPLAY}"' for c, e in self.displays.items() if c in shown]
        columns = ", ".join(parts)
        return f'CREATE TEMP VIEW "{self.name}" AS SELECT {columns} FROM {self.source} WHERE {self.where}'  # noqa: S608


def _marked(expression: str) -> str:
    return f"char(1) || {expression}"


def _same(names: str, **others: str) -> dict[str, str]:
    """Columns that are called here as there, and those that are not."""
    return {name: name for name in names.split()} | others


def _name(table: str, column: str, shown: str = "name") -> str:
    return f"(SELECT {shown} FROM {table} x WHERE x.id = {column})"  # noqa: S608 (constants of this file)


def _entity(kind: str, name: str, permission: str) -> Table:
    filtered = f" AND {_ALL_OF_THEM}" if kind == "customer" else ""
    return Table(
        name, "entities", _same("id entityid companyname email isperson isinactive currency"),
        where=f"kind = '{kind}' AND {_SEEN}{filtered}", permission=permission,
        displays={"currency": _name("currencies", "currency")},
    )


def _list(name: str, permission: str, feature: str | None = None) -> Table:
    return Table(
        name, "lists", _same("id name isinactive parent"), where=f"kind = '{name}'", permission=permission,
        feature=feature,
    )


def _definition(name: str, permission: str, feature: str | None = None, scriptid: str = "scriptid") -> Table:
    return Table(
        name, "definitions", _same("id name isinactive", scriptid=scriptid), where=f"kind = '{name}'", permission=permission,
        feature=feature,
    )


def _empty(name: str, permission: str, feature: str | None = None) -> Table:
    """A table that is known by name, permission and feature only: no rows, and no columns but ids and names (ours)."""
    return Table(name, "(SELECT NULL)", {"id": "NULL", "name": "NULL"}, where="0", permission=permission, feature=feature)


_ROLE = "ADMI_MANAGEROLES"

_ALL: Iterable[Table] = (
    Table("DUAL", "(SELECT 1)", {"dummy": "'X'"}),
    Table(
        "role", "roles",
        _same(
            "id scriptid name isinactive iswebserviceonlyrole subsidiaryoption subsidiaryviewingallowed centertype",
            effectivesubsidiaries="effective(id)", employeerestriction="employeerestriction",
            employeeselectionunrestricted="'F'", issalesrole="'F'", issupportrole="'F'", coreadminpermission="'F'",
        ),
        permission=_ROLE,
    ),
    Table(
        "rolepermissions", "role_permissions", _same("role permkey name permlevel", restriction="-1"), permission=_ROLE,
        displays={"role": _name("roles", "role")},
    ),
    Table(
        "employee", "employees",
        _same(
            "id entityid email giveaccess isinactive subsidiary",
            rolesforsearch="(SELECT group_concat(role, ', ') FROM assignments WHERE entity = employees.id)",
        ),
        where="sees(subsidiary) AND reads_employee(id)", permission="LIST_EMPLOYEE_RECORD", oneworld=frozenset({"subsidiary"}),
        displays={"subsidiary": _name("subsidiaries", "subsidiary")},
    ),
    Table(
        "employeerolesforsearch", "assignments", _same("entity role"), administrators=True,
        displays={"entity": _name("employees", "entity", "entityid"), "role": _name("roles", "role")},
    ),
    Table(
        "OAuthToken", "tokens",
        {
            "id": "id", "tba_token_name": "name", "entity_name": "entity", "role_name": "role",
            "createdby": "createdby", "tba_app_name": "integration", "brevoked": "revoked", "binactive": "inactive",
            "dcreated": "created",
        },
        permission="ADMI_MANAGE_OAUTH_TOKENS", feature="TBA", dates=frozenset({"dcreated"}),
        displays={
            "entity_name": _name("employees", "entity", "entityid"), "role_name": _name("roles", "role"),
            "tba_app_name": _name("integrations", "integration"),
            "createdby": _name("employees", "createdby", "entityid"),
        },
    ),
    # Names of application and token as text, status Success or Failure: inferred; the columns are observed in public.
    Table(
        "LoginAudit", "logins",
        _same(
            "date status role detail", user="entity", emailaddress="email", ipaddress="ip", requesturi="uri",
            secchallenge="NULL", useragent="useragent", oauthappname="app", oauthaccesstokenname="token",
        ),
        permission="ADMI_AUDITLOGIN", dates=frozenset({"date"}),
        displays={"user": _name("employees", "entity", "entityid"), "role": _name("roles", "role")},
    ),
    Table(
        "CompanyFeatureSetup", "features", _same("id name isactive", isavailable="'T'"),
        permission="LIST_COMPANY_FEATURE_SETUP",
    ),
    # That role changes are system notes with record type -118 is observed in public; table and columns are inferred.
    Table(
        "systemnote", "notes", _same("recordid recordtypeid date field oldvalue newvalue name"), administrators=True,
        dates=frozenset({"date"}), displays={"name": _name("employees", "notes.name", "entityid")},
    ),
    Table(
        "subsidiary", "subsidiaries",
        _same(
            "id name fullname parent isinactive iselimination country currency tranprefix lastmodifieddate",
            traninternalprefix="NULL",
        ),
        where="lists_subsidiary(id)", permission="LIST_SUBSIDIARY", feature="SUBSIDIARIES",
        dates=frozenset({"lastmodifieddate"}),
        displays={
            "parent": "(SELECT x.name FROM subsidiaries x WHERE x.id = subsidiaries.parent)",
            "currency": _name("currencies", "currency"),
        },
    ),
    Table(
        "account", "accounts",
        _same(
            "id acctnumber accttype sspecacct parent currency description includechildren isinactive", fullname="name",
            accountsearchdisplayname="ltrim(ifnull(acctnumber, '') || ' ' || name)",
            accountsearchdisplaynamecopy="name", displaynamewithhierarchy="name",
        ),
        where=visible_account("accounts.id", "sees(m.subsidiary)"), permission="LIST_ACCOUNT", feature="ACCOUNTING",
        displays={
            "currency": _name("currencies", "currency"),
            "parent": "(SELECT x.name FROM accounts x WHERE x.id = accounts.parent)",
        },
    ),
    # Missing without OneWorld: inferred (roles-and-features 8); so is whether the map holds what *Include Children* adds.
    Table(
        "accountsubsidiarymap",
        f"(SELECT * FROM {COVERED} WHERE maps_children() OR (account, subsidiary) IN account_subsidiaries)",  # noqa: S608
        _same("account subsidiary"), where="sees(subsidiary)",
        permission="LIST_ACCOUNT", feature="SUBSIDIARIES",
        displays={"account": _name("accounts", "account"), "subsidiary": _name("subsidiaries", "subsidiary")},
    ),
    Table(
        "currency", "currencies", _same("id name symbol exchangerate isbasecurrency isinactive"),
        permission="LIST_CURRENCY", feature="MULTICURRENCY",
    ),
    _entity("customer", "customer", "LIST_CUSTJOB"),
    _entity("vendor", "vendor", "LIST_VENDOR"),
    _entity("contact", "contact", "LIST_CONTACT"),
    _entity("job", "job", "LIST_JOB"),
    # Columns of the book: observed in public (roles-and-features 8). Those of the seven tables behind it are not published.
    Table(
        "accountingbook", "lists", _same("id name", isprimary="CASE id WHEN 1 THEN 'T' ELSE 'F' END"),
        where="kind = 'accountingbook'", permission="ADMI_ACCOUNTINGBOOK", feature="MULTIBOOK",
    ),
    _empty("consolidatedexchangerate", "LIST_CURRENCY", "SUBSIDIARIES"),
    _empty("currencyrate", "LIST_CURRENCY"),
    _empty("UserOAuthToken", "ADMI_MANAGE_OWN_OAUTH_TOKENS", "TBA"),
    Table("IPRestrictions", "ip_rules", {"id": "rowid", "name": "rule"}, permission="ADMI_AUDITLOGIN"),
    _empty("file", "LIST_FILECABINET", "DOCUMENTS"),
    _empty("MediaItemFolder", "LIST_FILECABINET", "DOCUMENTS"),
    Table("item", "items", _same("id itemid displayname isinactive", itemtype="kind"), permission="LIST_ITEM"),
    _list("classification", "LIST_CLASS", "CLASSES"),
    _list("department", "LIST_DEPARTMENT", "DEPARTMENTS"),
    _list("location", "LIST_LOCATION", "LOCATIONS"),
    _list("term", "ADMI_ACCOUNTINGLIST", "ACCOUNTING"),
    _list("paymentmethod", "ADMI_ACCOUNTINGLIST", "ACCOUNTING"),
    _list("expensecategory", "LIST_CATEGORY", "EXPREPORTS"),
    Table(
        "accountingperiod", "periods",
        _same(
            "id periodname startdate enddate closed alllocked arlocked aplocked isinactive", isyear="'F'", isquarter="'F'",
            isadjust="'F'",
        ),
        permission="ADMI_ACCTPERIODS", feature="ACCOUNTINGPERIODS", dates=frozenset({"startdate", "enddate"}),
    ),
    # No subsidiary column: it belongs to the lines (that just this column is refused is observed, protocol 7.3).
    # That an unpaid amount and a due date are called so is inferred.
    Table(
        "transaction", "transactions",
        _same(
            "id type tranid trandate duedate entity currency status memo postingperiod", foreigntotal="total",
            foreignamountunpaid="unpaid",
        ),
        where=f"{_SEEN} AND {_READ} AND {_FILTERED}", permission="TRAN_FIND", dates=frozenset({"trandate", "duedate"}),
        displays={
            "entity": _name("entities", "entity", "entityid"), "currency": _name("currencies", "currency"),
            "postingperiod": _name("periods", "postingperiod", "periodname"),
        },
    ),
    # Two lines each, the main one and the counter account; columns inferred, but that the subsidiary is here (see above).
    Table(
        "transactionline",
        "(SELECT 0 AS line, 'T' AS main, 1 AS sign UNION ALL SELECT 1, 'F', -1) CROSS JOIN transactions",
        _same("entity subsidiary memo", transaction="id", id="line", mainline="main", foreignamount="sign * total"),
        where=f"{_SEEN} AND {_READ} AND {_FILTERED}", permission="TRAN_FIND", oneworld=frozenset({"subsidiary"}),
        displays={
            "entity": _name("entities", "entity", "entityid"), "subsidiary": _name("subsidiaries", "subsidiary"),
        },
    ),
    Table(
        "script", "scripts", _same("id name scripttype isinactive", scriptid="cased(scriptid)"),
        permission="ADMI_CUSTOMSCRIPT", feature="CUSTOMCODE",
    ),
    # Table and columns are inferred.
    Table(
        "scriptdeployment", "deployments",
        _same("id script status isdeployed", scriptid="cased(scriptid)", deploymentid="number"),
        permission="ADMI_CUSTOMSCRIPT", feature="CUSTOMCODE", displays={"script": _name("scripts", "script")},
    ),
    _definition("customfield", "ADMI_CUSTFIELD", scriptid="cased(scriptid)"),
    _definition("customlist", "ADMI_CUSTLIST"),
    _definition("customrecordtype", "ADMI_CUSTRECORD", "CUSTOMRECORDS"),
    _definition("customsegment", "ADMI_MANAGECUSTOMSEGMENTS", "CUSTOMSEGMENTS"),
    Table(
        "deletedrecord", "deleted_records", _same("recordtypeid name deleteddate deletedby"),
        permission="ADMI_DELETEDRECORD", dates=frozenset({"deleteddate"}),
    ),
)

TABLES: Mapping[str, Table] = {table.name.lower(): table for table in _ALL}
"""All tables, by their name in lower case."""
