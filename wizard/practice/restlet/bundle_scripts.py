"""What the RESTlets do: the account's own one, and the smallest believable part of a bundle that invoices and collects.

Rules and sentences are those of the bundle's public source (requirements 2.2, failures.csv: observed in public); what the
scripts return beside them is inferred.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Any

from wizard.practice.data.preferences import REVERSING
from wizard.practice.door.directory import Access
from wizard.practice.door.presented import Asked
from wizard.practice.office import bundle
from wizard.practice.restlet.script_call import Call, ScriptError, plain

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

NO_CUSTOMER = "Customer not found"
"""Observed in public."""
NO_PARENT = "No parent customer found"
"""Observed in public."""
EXISTING = "Existing Transaction"
"""Observed in public."""
TOO_OLD = "Sync skipped because date created threshold"
"""Observed in public."""
NOT_VOIDED = (
    "Reversal voiding feature is enabled, skipping. Disable it in NS -> Go to Setup -> Accounting -> Preferences -> "
    "Accounting Preferences"
)
"""Observed in public."""


def run(
    account: PracticeAccount, access: Access, asked: Asked, scriptid: str, given: Mapping[str, str], body: Any
) -> Any:
    """Run a script.

    Args:
        account: the account.
        access: the login it runs as.
        asked: the request.
        scriptid: which.
        given: query parameters.
        body: what was sent; None without a body.

    Returns:
        What it returns; None for nothing.

    Raises:
        ScriptError: if it fails.
    """
    plays = bundle.script_of(scriptid).plays
    if plays == "echo":
        parameters = {name: value for name, value in given.items() if name not in ("script", "deploy")}
        return {"method": asked.method, "parameters": parameters, "body": body}
    play = _PLAYED.get(plays or "")
    if play is None:
        # Nobody published what these answer.
        raise ScriptError("The practice account does not play this script.")
    if not isinstance(body, dict):
        raise ScriptError("TypeError: the input is not an object.")
    # All of it or nothing (our choice): what a script that fails leaves behind is not published.
    with account.state.record():
        return play(Call(account, access, asked, body))


def _customer(call: Call) -> Any:
    """Change the customer that is meant, else make one."""
    given = call.text("netsuite_id")
    found = call.customer({"netsuite_id": given} if given else call.body)
    if given and found is None:
        raise ScriptError(NO_CUSTOMER)
    values: dict[str, Any] = {key: call.body[key] for key in ("companyname", "email", "entityid") if call.text(key)}
    if isinstance(call.body.get("active"), bool):
        values["isInactive"] = not call.body["active"]
    if found is None:
        values |= {"subsidiary": 1, "isPerson": call.body.get("type") == "person"}
    saved = call.save("customer", values, found)
    return {"id": str(saved), "type": "customer", "existing": found is not None and not given}


def _transaction(record: str, kind: str) -> Callable[[Call], Any]:
    def play(call: Call) -> Any:
        if call.text("netsuite_id"):
            if not call.body.get("voided"):
                return {"message": EXISTING, "status": 406}
            _void(call, record, kind)
            return {"message": "Transaction voided", "status": 406}
        sql = "SELECT id FROM transactions WHERE type = ? AND tranid = ? LIMIT 2"
        if len(call.account.state.rows(sql, (kind, plain(call.text("tranid"))))) == 1:
            return {"message": EXISTING, "status": 406}
        customer = call.customer(call.body.get("parent_customer"))
        if customer is None:
            return {"message": NO_PARENT, "status": 406}
        values = {"entity": customer, "tranId": call.text("tranid"), "tranDate": _day(call, "trandate"), "memo": call.text("memo")}
        saved = call.save(record, {**values, "item": {"items": _lines(call)}})
        return {"id": str(saved), "type": record.lower()}

    return play


def _lines(call: Call) -> list[dict[str, Any]]:
    items = call.body.get("items")
    rows = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return [{"item": i.get("item"), "quantity": call.number("quantity", i), "rate": call.number("rate", i)} for i in rows]


def _payment(call: Call) -> Any:
    if call.body.get("voided"):
        if call.text("netsuite_id"):
            _void(call, "customerPayment", "CustPymt")
        return None
    day = _day(call, "date")
    start = call.account.state.value("SELECT value FROM preferences WHERE name = ?", (bundle.the_bundle().start_date,))
    if start and day < start:
        raise ScriptError(TOO_OLD)
    customer = call.customer(call.body.get("parent_customer"))
    if customer is None:
        raise ScriptError(NO_CUSTOMER)
    saved = call.save("customerPayment", {"customer": customer, "total": call.number("amount"), "tranDate": day})
    applied = call.body.get("applied")
    for part in applied if isinstance(applied, list) else []:
        if isinstance(part, dict):
            _apply(call, saved, customer, part)
    return {"id": str(saved), "type": "customerpayment"}


def _apply(call: Call, payment: int, customer: int, part: Mapping[str, Any]) -> None:
    """Apply a payment to one of the customer's invoices, by id or number, up to what is unpaid and what the payment has left."""
    state = call.account.state
    sql = "SELECT id, unpaid FROM transactions WHERE type = 'CustInvc' AND entity = ? AND ? IN (CAST(id AS TEXT), tranid)"
    named = call.text("invoice_netsuite_id", part) or call.text("invoice_number", part)
    invoice = state.row(sql, (customer, plain(named)))
    left = state.value(
        "SELECT round(total - (SELECT coalesce(sum(amount), 0) FROM applied WHERE payment = t.id), 2)"
        " FROM transactions t WHERE id = ?", (payment,)
    )
    amount = min(call.number("amount", part), invoice["unpaid"], left) if invoice else 0
    if invoice and amount > 0:
        state.run("INSERT INTO applied VALUES (?, ?, ?)", (payment, invoice["id"], amount))
        state.run("UPDATE transactions SET unpaid = round(unpaid - ?, 2) WHERE id = ?", (amount, invoice["id"]))


def _void(call: Call, record: str, kind: str) -> None:
    """Void a transaction; NetSuite leaves it there with nothing in it, and nothing is paid by it or on it any more."""
    state, wanted = call.account.state, call.text("netsuite_id")
    if state.value("SELECT value FROM preferences WHERE name = ?", (REVERSING,)) == "yes":
        raise ScriptError(NOT_VOIDED)
    own = state.value("SELECT id FROM transactions WHERE type = ? AND CAST(id AS TEXT) = ?", (kind, plain(wanted)))
    if own is None:
        raise ScriptError("That record does not exist.", "RCRD_DSNT_EXIST")
    call.save(record, {"memo": "VOID"}, int(own))
    state.run(
        "UPDATE transactions SET unpaid = round(unpaid + (SELECT sum(amount) FROM applied WHERE payment = ?1 AND invoice = id), 2)"
        " WHERE id IN (SELECT invoice FROM applied WHERE payment = ?1)", (own,)
    )
    state.run("DELETE FROM applied WHERE ?1 IN (payment, invoice)", (own,))
    state.run("UPDATE transactions SET total = 0, unpaid = 0, status = 'V' WHERE id = ?", (own,))


def _day(call: Call, name: str) -> str:
    """Return a date of the body: seconds since 1970, or a text; today if there is none."""
    value = call.body.get(name)
    if isinstance(value, (int, float)) and math.isfinite(value) and 0 < value < 4e9:
        return datetime.fromtimestamp(value, timezone.utc).date().isoformat()
    try:
        return date.fromisoformat(call.text(name)).isoformat()
    except ValueError:
        return call.account.now().date().isoformat()


_PLAYED: Mapping[str, Callable[[Call], Any]] = {
    "customer": _customer,
    "invoice": _transaction("invoice", "CustInvc"),
    "credit_memo": _transaction("creditMemo", "CustCred"),
    "payment": _payment,
}
"""By ``plays`` of the script."""
