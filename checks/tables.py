"""The SuiteQL questions several checks share, each asked once per run.

Tables and columns are observed in public, some documented (roles-and-features.md 4.2, 8); those of ``accountingperiod`` and
``includechildren`` in a public client of the same data (fivetran/dbt_netsuite). That SuiteQL knows SQL-92, of which GROUP BY
and HAVING are part, and NVL, REPLACE and UPPER, is documented (section_156257790831, section_158513731864). Filters NetSuite
is known to get wrong (``BUILTIN.DF`` in WHERE) are applied here, on this side.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from checks.finding import REFUSED, exact_client, integration_client, setup_client
from wizard.check import Session
from wizard.netsuite.answers import evidence
from wizard.redact import one_line
from wizard.verdict import Evidence

if TYPE_CHECKING:
    from wizard.netsuite.client import Client
    from wizard.netsuite.readings import Rows

Row = Mapping[str, str]
"""A row: columns in lower case, every value a string, empty columns left out (observed; the last inferred)."""

ROLE = (
    "SELECT id, scriptid, name, isinactive, iswebserviceonlyrole, subsidiaryoption, subsidiaryviewingallowed, "
    "effectivesubsidiaries, employeerestriction FROM role"
)
ROLE_PERMISSIONS = "SELECT role, permkey, name, permlevel, restriction FROM rolepermissions WHERE role = ?"
FEATURES = "SELECT Name, ID, IsAvailable, IsActive FROM CompanyFeatureSetup"
EMPLOYEE_BY_EMAIL = "SELECT id, entityid, email, giveaccess, isinactive, subsidiary FROM employee WHERE LOWER(email) = ?"
EMPLOYEE_BY_ID = "SELECT id, entityid, email, giveaccess, isinactive, subsidiary FROM employee WHERE id = ?"
ROLES_OF_EMPLOYEE = "SELECT entity, role FROM employeerolesforsearch WHERE entity = ?"
ROLES_FOR_SEARCH = "SELECT rolesforsearch FROM employee WHERE id = ?"
TOKENS = (
    "SELECT id, TBA_Token_Name, Entity_Name, Role_Name, TBA_App_Name, BUILTIN.DF(Entity_Name) AS entity_text, "
    "BUILTIN.DF(Role_Name) AS role_text, BUILTIN.DF(TBA_App_Name) AS app_text, BREVOKED, BINACTIVE, "
    "TO_CHAR(DCreated, 'YYYY-MM-DD HH24:MI:SS') AS created FROM OAuthToken"
)
LOGINS = (
    "SELECT TO_CHAR(date, 'YYYY-MM-DD HH24:MI:SS') AS login_at, status, detail, user, role, "
    "oAuthAppName, oAuthAccessTokenName, userAgent FROM LoginAudit ORDER BY date DESC"
)
SUBSIDIARIES = (
    "SELECT id, name, fullname, parent, isinactive, iselimination, currency, BUILTIN.DF(currency) AS currency_text FROM subsidiary"
)
ACCOUNTS = "SELECT id, acctnumber, fullname, accttype FROM account WHERE isinactive = 'F'"
ACCOUNT_SUBSIDIARIES = (
    "SELECT a.id, a.accttype, a.includechildren, m.subsidiary FROM account a JOIN accountsubsidiarymap m ON m.account = a.id "
    "WHERE a.isinactive = 'F'"
)
PERIODS = (
    "SELECT periodname, TO_CHAR(startdate, 'YYYY-MM-DD') AS first_day, TO_CHAR(enddate, 'YYYY-MM-DD') AS last_day, "
    "closed, alllocked, arlocked, aplocked FROM accountingperiod WHERE isyear = 'F' AND isquarter = 'F' AND isadjust = 'F'"
)
CURRENCIES = "SELECT id, name, symbol, isbasecurrency, isinactive FROM currency"
JOURNALS = "SELECT status, COUNT(*) AS entries FROM transaction WHERE type = 'Journal' GROUP BY status"
TWINS = (
    "SELECT MIN(NVL(companyname, entityid)) AS name, COUNT(*) AS entries FROM {} WHERE isinactive = 'F' "
    "GROUP BY UPPER(REPLACE(NVL(companyname, entityid), ' ', '')) HAVING COUNT(*) > 1"
)
"""Names of a list that occur more than once; the braces stand for its table."""


def rows(session: Session, client: Client, sql: str, *params: str) -> Rows:
    """Ask one question, once per run and client.

    Args:
        session: the run's means.
        client: who asks.
        sql: one of the texts above.
        params: for its placeholders.

    Raises:
        NetSuiteError: if it is refused or cannot be asked.
    """
    return session.once(f"{client.name} {sql} {params}", lambda: client.query(sql, params))


def exact_rows(session: Session, sql: str, *params: str) -> tuple[Rows, Evidence]:
    """Ask one question with the setup token.

    Raises:
        Stop: without an accepted setup token.
        NetSuiteError: if it is refused or cannot be asked.
    """
    client = exact_client(session)
    found = rows(session, client, sql, *params)
    return found, evidence("P6", found, client.name)


def rows_of_whoever_may(session: Session, sql: str, *params: str) -> tuple[Rows, Client, Evidence]:
    """Ask one question with the setup token, or with the integration token where the former is not there or may not.

    Raises:
        Stop: with neither.
        NetSuiteError: if both are refused, the integration token's refusal.
    """
    admin = setup_client(session)
    if admin is not None:
        try:
            found = rows(session, admin, sql, *params)
            return found, admin, evidence("P6", found, admin.name)
        except REFUSED:
            if session.integration is None:
                raise
    client = integration_client(session)
    found = rows(session, client, sql, *params)
    return found, client, evidence("P5", found, client.name)


def roles_of(session: Session, employee: str) -> tuple[tuple[str, ...], Evidence]:
    """Return the ids of the roles of an employee, from whichever table may be read.

    Args:
        session: the run's means.
        employee: internal id.

    Raises:
        Stop: with no token that may ask.
        NetSuiteError: if both tables are refused.
    """
    if setup_client(session) is not None:
        try:
            found, asked = exact_rows(session, ROLES_OF_EMPLOYEE, employee)
            return tuple(row["role"] for row in found if "role" in row), asked
        except REFUSED:
            pass  # observed: an ordinary role could not read this table; the next one is documented
    found, _, asked = rows_of_whoever_may(session, ROLES_FOR_SEARCH, employee)
    return tuple(role for row in found for role in ids_in(row.get("rolesforsearch"))), asked


def is_true(value: str | None) -> bool:
    """Tell whether a flag column says yes: ``T`` (observed); other spellings are accepted too.

    Args:
        value: of the column; columns without a value are left out of a row (inferred).
    """
    return (value or "").strip().lower() in ("t", "true", "yes", "1")


def ids_in(value: str | None) -> tuple[str, ...]:
    """Return the internal ids of a list in one string, such as ``"1, 3"`` (documented form of ``rolesforsearch``).

    Args:
        value: of the column.
    """
    return tuple(re.findall(r"-?\d+", value or ""))


def names_in(answer: str) -> tuple[str, ...]:
    """Return the subsidiary names of an answer, separated by semicolons.

    Args:
        answer: what the person said.
    """
    return tuple(name.strip() for name in answer.split(";") if name.strip())


def listed(names: Sequence[str], most: int = 3) -> str:
    """Return a few names, made harmless, and how many more there are.

    Args:
        names: at least one.
        most: how many to name.
    """
    more = len(names) - most
    return ", ".join(one_line(name, 60) for name in names[:most]) + (f" and {more} more" if more > 0 else "")
