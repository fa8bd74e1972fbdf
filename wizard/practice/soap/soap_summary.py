"""``getPostingTransactionSummary``: amounts of the ledger, summed by what was asked for (protocol.md 9.5).

Request, answer and the permission are documented. Inferred: that a debit is positive, and that what this account does
not keep (items and books) is left out of the answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from wizard.practice.door.directory import Access
from wizard.practice.soap.soap_xml import element, text, text_of, within

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

_COLUMNS = ("period", "account", "entity", "department", "class", "location", "subsidiary")
"""In the order of the published schema."""
_CREDITED = "'VendBill', 'CustCred', 'VendPymt'"
"""Transactions whose own account is credited; the other side is debited."""
_SIDE = (
    "SELECT postingperiod AS period, {0} AS account, entity, department, class, location, subsidiary,"
    " {1} * total AS amount FROM transactions WHERE {0} IS NOT NULL"
)
_SIGN = f"(CASE WHEN type IN ({_CREDITED}) THEN -1 ELSE 1 END)"
_POSTINGS = f"({_SIDE.format('account', _SIGN)} UNION ALL {_SIDE.format('offset', '-' + _SIGN)})"


def posting_summary(account: PracticeAccount, access: Access, asked: Element, page: int, size: int) -> str:
    """Return what stands behind the status.

    Args:
        account: the account.
        access: the login; sees the amounts of its subsidiaries only (inferred).
        asked: the element of the request's body.
        page: from 1.
        size: rows on a page.
    """
    fields = next(within(asked, "fields"), None)
    columns = [name for name in _COLUMNS if text_of(fields, name).strip() in ("true", "1")]
    conditions = ["1"] + [_among(name, ids) for name, ids in _filters(asked).items()]
    if access.subsidiaries is not None and not access.cross_viewing:
        conditions.append(f"(subsidiary IS NULL OR {_among('subsidiary', sorted(access.subsidiaries))})")
    grouped = f"GROUP BY {', '.join(columns)} ORDER BY {', '.join(columns)}" if columns else "HAVING count(*)"
    wanted = ", ".join((*columns, "sum(amount) AS amount", "count(*) OVER () AS records"))
    sql = f"SELECT {wanted} FROM {_POSTINGS} WHERE {' AND '.join(conditions)} {grouped} LIMIT ? OFFSET ?"  # noqa: S608 (names of this file, whole numbers)
    rows = account.state.rows(sql, (size, (page - 1) * size))
    # Behind the last page nobody is left to tell how many there were.
    counted = rows or (account.state.rows(sql, (1, 0)) if page > 1 else [])
    total = counted[0]["records"] if counted else 0
    # 19 records on a page of 1000 are printed as 0 pages (documented, 9.5).
    pages = total // size if account.settings.soap_summary_pages == "as_printed" else -(-total // size)
    numbers = {"totalRecords": total, "pageSize": size, "totalPages": pages, "pageIndex": page}
    head = "".join(element(f"platformCore:{name}", text(number)) for name, number in numbers.items())
    lines = []
    for row in rows:
        references = (element(f"platformCore:{name}", internalId=row[name]) for name in columns if row[name] is not None)
        amount = element("platformCore:amount", text(round(row["amount"], 2) + 0.0))
        lines.append(element("platformCore:postingTransactionSummary", *references, amount))
    return head + (element("platformCore:postingTransactionSummaryList", *lines) if lines else "")


def _filters(asked: Element) -> dict[str, list[int]]:
    """Return the ids asked for by column; what is no id matches nothing."""
    found: dict[str, list[int]] = {}
    for column in next(within(asked, "filters"), ()):
        name = re.sub(r"^.*}", "", column.tag)
        ids = [reference.attrib.get("internalId", "") for reference in within(column, "recordRef")]
        if name in _COLUMNS:
            found[name] = [int(wanted) for wanted in ids if re.fullmatch(r"-?\d{1,18}", wanted, re.ASCII)]
    return found


def _among(column: str, ids: list[int]) -> str:
    return f"{column} IN ({', '.join(map(str, ids))})"
