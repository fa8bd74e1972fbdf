"""The operations of SOAP: those that suit a verification (protocol.md 2.4, 9.5). They read; nothing here writes.

Errors of a record are no faults: 200, and a status that says so (observed in public, 9.4). Codes are names of the
published enumeration; a sentence that was not published says what is the matter in our words (inferred).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from wizard.practice.data.permissions import PERMISSIONS
from wizard.practice.door.directory import Access
from wizard.practice.rest.record_reading import visible
from wizard.practice.soap.soap_records import PUBLISHED, SHAPES, Shape
from wizard.practice.soap.soap_summary import posting_summary
from wizard.practice.soap.soap_xml import element, namespace, succeeded, text, text_of, within
from wizard.practice.wire.reply import FORBIDDEN_SENTENCE, Reply

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

PAGE = 1000
"""Rows on a page (printed in the help's sample, 9.5)."""

_DISTINCT = {"terms": "term", "class": "classification", "postingperiod": "accountingperiod", "salesrep": "employee"}
_NAME_COLUMNS = {"entities": "entityid", "employees": "entityid", "items": "itemid", "periods": "periodname"}
_LONGEST_FILTER = 4000  # inferred, as that of REST's q; the database gives up somewhere too
_OPERATORS = {"contains": "%{}%", "startsWith": "{}%", "is": "{}"}


class Problem(Exception):
    """What the status of an answer says instead of success."""

    def __init__(self, code: str, sentence: str) -> None:
        """Keep both.

        Args:
            code: one of ``StatusDetailCodeType``.
            sentence: for a person.
        """
        super().__init__(code)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True)
class Call:
    """An operation that is allowed to be done."""

    account: PracticeAccount
    """Where."""
    access: Access
    """By whom."""
    asked: Element
    """The element of the request's body."""
    name: str
    """Of the operation."""
    version: str
    """Of the endpoint."""

    def needs(self, permission: str) -> None:
        """Refuse without a permission, with the sentence's two blanks (observed in public, 8.3 and 9.4).

        Args:
            permission: key.

        Raises:
            Problem: if the role lacks it.
        """
        if not self.access.level(permission):
            what = PERMISSIONS[permission].sentence
            sentence = f"Permission Violation: You need  the '{what}' permission to access this page. "
            raise Problem("INSUFFICIENT_PERMISSION", sentence + "Please contact your account administrator.")


def answer(call: Call) -> str:
    """Return the response element of an operation.

    Args:
        call: what is asked, by whom.
    """
    try:
        status, content = element("platformCore:status", isSuccess="true"), OPERATIONS[call.name](call)
    except Problem as problem:
        status, content = _failed(problem), ""
    core = namespace("core", call.version)
    if call.name == "get":
        # The one whose status stands in an element of another namespace (observed in public).
        status = status.replace("<platformCore:status", f'<platformCore:status xmlns:platformCore="{core}"', 1)
        inside = element("readResponse", status, content)
    else:
        inside = element(f"platformCore:{call.name}Result", status, content, xmlns_platformCore=core)
    return element(f"{call.name}Response", inside, xmlns=namespace("messages", call.version))


def _failed(problem: Problem) -> str:
    code = element("platformCore:code", problem.code)
    detail = element("platformCore:statusDetail", code, element("platformCore:message", text(problem.sentence)), type="ERROR")
    return element("platformCore:status", detail, isSuccess="false")


def data_center_urls(account: PracticeAccount, asked: Element, version: str) -> Reply:
    """Say which hosts an account has, to anybody (documented, 2.4).

    Args:
        account: the account.
        asked: the element of the request's body.
        version: of the endpoint.
    """
    wanted = text_of(asked, "account").strip()
    own = account.restlets_host, account.suitetalk_host, account.app_host
    hosts = own if wanted == account.realm else ("rest.netsuite.com", "webservices.netsuite.com", "system.netsuite.com")
    names = ("restDomain", "webservicesDomain", "systemDomain")
    urls = (element(f"platformCore:{name}", f"https://{host}") for name, host in zip(names, hosts, strict=True))
    inside = element("platformCore:status", isSuccess="true") + element("platformCore:dataCenterUrls", *urls)
    if not wanted:
        inside = _failed(Problem("DATA_REQD", "You need to provide a proper value for the required field: account."))
    core = namespace("core", version)
    if account.settings.soap_discovery_element == "return":
        # As the help page prints it.
        kind = {"xsi_type": "GetDataCenterUrlsResult", "xmlns_platformCore": core}
        inside = element("getDataCenterUrlsReturn", inside, **kind)
    else:
        inside = element("platformCore:getDataCenterUrlsResult", inside, xmlns_platformCore=core)
    body = element("getDataCenterUrlsResponse", inside, xmlns=namespace("messages", version))
    return succeeded(body, version, wanted, account.now())


def _server_time(call: Call) -> str:
    """Needs a login and no permission (documented); in GMT, to the millisecond (documented)."""
    now = call.account.now()
    return element("platformCore:serverTime", f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z")


def _shape(call: Call, name: str) -> Shape:
    """Return a record type the login may see."""
    shape = SHAPES.get(name.lower())
    if shape is None:
        raise Problem("INVALID_RCRD_TYPE", f"The record type {name} is not valid.")
    if not call.access.has(shape.feature):
        raise Problem("FEATURE_DISABLED", f"The record type {name} belongs to a feature that is not enabled.")
    call.needs(shape.record.permission)
    return shape


def _get(call: Call) -> str:
    """One record (success and the missing record: observed in public, 9.4)."""
    reference = next(within(call.asked, "baseRef"), None)
    given = {} if reference is None else reference.attrib
    kind, wanted = given.get("type", ""), given.get("internalId", "")
    if not kind:
        raise Problem("RCRD_TYPE_REQD", "The reference has no record type.")
    # The published sample says ``event``, which is no name of the enumeration: the one it has for events is meant (inferred).
    told = "event" if kind.lower() == "calendarevent" else kind
    missing = f"That record does not exist. Invalid record:type={told},id={wanted},scompid={call.account.realm}"
    if kind.lower() in PUBLISHED and kind.lower() not in SHAPES:
        # A type this account keeps no records of; which permission it would need is left out (inferred).
        raise Problem("RCRD_DSNT_EXIST", missing)
    shape = _shape(call, kind)
    if not re.fullmatch(r"-?\d{1,18}", wanted, re.ASCII):
        raise Problem("RCRD_DSNT_EXIST", missing)
    seen = visible(call.account, shape.record, call.access)
    sql = f"SELECT {shape.columns}, {seen} AS seen__ FROM {shape.record.table} t WHERE {shape.record.where} AND t.id = ?"  # noqa: S608
    row = call.account.state.row(sql, (int(wanted),))
    if row is None:
        raise Problem("RCRD_DSNT_EXIST", missing)
    if not row["seen__"]:
        # Sentence observed in public (table of failures); that `get` is where it appears is inferred.
        sentence = "The subsidiary restrictions on your role prevent you from seeing this record."
        raise Problem("INSUFFICIENT_PERMISSION", f"Permission Violation: {sentence}")
    return shape.written("record", row, call.version, call.access)


def _get_all(call: Call) -> str:
    """All currencies; the other types this operation has in NetSuite are not here (shape observed in public)."""
    kind = next((record.attrib.get("recordType", "") for record in within(call.asked, "record")), "")
    if kind != "currency":
        raise Problem("INVALID_RCRD_TYPE", f"The record type {kind} is not valid.")
    shape = _shape(call, kind)
    rows = call.account.state.rows("SELECT t.* FROM currencies t ORDER BY t.id")
    written = (shape.written("platformCore:record", row, call.version, call.access) for row in rows)
    return element("platformCore:totalRecords", text(len(rows))) + element("platformCore:recordList", *written)


def _get_select_value(call: Call) -> str:
    """What a field of a record may be set to; needs the permission of the record (documented; shape observed, 9.5)."""
    field = next(within(call.asked, "fieldDescription"), None)
    record, name = text_of(field, "recordType").strip(), text_of(field, "field").strip()
    if not record:
        raise Problem("RCRD_TYPE_REQD", "The field description has no record type.")
    _shape(call, record)
    target = SHAPES.get(_DISTINCT.get(name.lower(), name.lower()))
    # Transactions are no field's choices here: they have numbers, not names (inferred).
    if target is None or target.record.transaction or not call.access.has(target.feature):
        raise Problem("INVALID_FLD", f"The field {name} is not valid.")
    column = _NAME_COLUMNS.get(target.record.table, "name")
    where = f"FROM {target.record.table} t WHERE {target.record.where} AND {visible(call.account, target.record, call.access)}"
    where += f" AND t.isinactive = 'F' AND t.{column} LIKE ? ESCAPE '\\'"
    sought = _sought(next(within(field, "filter"), None))
    total = call.account.state.value(f"SELECT count(*) {where}", (sought,))
    part = (sought, PAGE, (page_asked(call.asked) - 1) * PAGE)
    sql = f"SELECT t.id, t.{column} AS shown {where} ORDER BY shown COLLATE NOCASE, t.id LIMIT ? OFFSET ?"
    refs = [
        element(
            "platformCore:baseRef", element("platformCore:name", text(row["shown"])),
            internalId=row["id"], xsi_type="platformCore:RecordRef",
        )
        for row in call.account.state.rows(sql, part)
    ]
    counts = element("platformCore:totalRecords", text(total)) + element("platformCore:totalPages", text(-(-total // PAGE)))
    return counts + (element("platformCore:baseRefList", *refs) if refs else "")


def _sought(condition: Element | None) -> str:
    """Return the LIKE pattern of a filter; without one, everything."""
    if condition is None:
        return "%"
    pattern = _OPERATORS.get(condition.attrib.get("operator", ""))
    if pattern is None:
        raise Problem("INVALID_REQUEST", "The operator of the filter is not valid.")
    value = text_of(condition, "filterValue")
    if len(value) > _LONGEST_FILTER:
        raise Problem("EXCEEDED_MAX_FIELD_LENGTH", "The value of the filter is too long.")
    return pattern.format(re.sub(r"([%_\\])", r"\\\1", value))


def page_asked(asked: Element) -> int:
    """Return the page that is wanted, the first if nothing is said.

    Args:
        asked: the element of the request's body.

    Raises:
        Problem: if it is no page.
    """
    wanted = text_of(asked, "pageIndex").strip() or "1"
    if not re.fullmatch(r"[1-9]\d{0,8}", wanted, re.ASCII):
        raise Problem("INVALID_PAGE_INDEX", "The page index is not valid.")
    return int(wanted)


def _posting_summary(call: Call) -> str:
    """Amounts of the ledger; needs *Reports > Financial Statements* (documented, 9.5)."""
    call.needs("REPO_FINANCIALS")
    return posting_summary(call.account, call.access, call.asked, page_asked(call.asked), PAGE)


def _governance_info(call: Call) -> str:
    """For administrators only, as its REST twin (inferred, 9.5); element names from the published WSDL."""
    if not call.access.administrator:
        raise Problem("INSUFFICIENT_PERMISSION", FORBIDDEN_SENTENCE)
    told = call.account.governance.told(call.account.directory, call.access)
    return element("platformCore:accountConcurrencyLimit", text(told["accountConcurrencyLimit"])) + element(
        "platformCore:unallocatedConcurrencyLimit", text(told["accountUnallocatedConcurrencyLimit"])
    )


OPERATIONS: Mapping[str, Callable[[Call], str]] = {
    "getServerTime": _server_time,
    "get": _get,
    "getAll": _get_all,
    "getSelectValue": _get_select_value,
    "getPostingTransactionSummary": _posting_summary,
    "getAccountGovernanceInfo": _governance_info,
}
"""Those that need a login; each returns what stands behind the status."""
