"""Clicks on the books: accounts and subsidiaries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from wizard.practice import office
from wizard.practice.order import Click, Order, click
from wizard.profile import AccountKind

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount


def _create_accounts(account: PracticeAccount, order: Order) -> None:
    kinds = order.profile.master_data.account_kinds
    for kind in kinds:
        _cover(account, kind)


def _no_income(account: PracticeAccount, order: Order) -> None:
    kinds = order.profile.master_data.account_kinds
    _create_accounts(account, order)
    for kind in _types_of_first(kinds):
        account.state.run("UPDATE accounts SET isinactive = 'T' WHERE accttype = ?", (kind,))


def _types_of_first(kinds: tuple[AccountKind, ...]) -> tuple[str, ...]:
    return next((kind.types for kind in kinds if "Income" in kind.types), kinds[0].types if kinds else ())


def _cover(account: PracticeAccount, kind: AccountKind) -> None:
    """Make sure every active subsidiary has an active account of the kind: extend one, or create one."""
    marks = ", ".join("?" * len(kind.types))
    found = account.state.row(
        f"SELECT id FROM accounts WHERE isinactive = 'F' AND accttype IN ({marks}) ORDER BY id", kind.types  # noqa: S608
    )
    if found is None:
        number = str(int(account.state.value("SELECT max(acctnumber) FROM accounts") or 1000) + 100)
        values = (number, kind.label, kind.types[0])
        made = account.state.run("INSERT INTO accounts (acctnumber, name, accttype) VALUES (?, ?, ?)", values)
    else:
        made = found["id"]
    for subsidiary in account.directory.subsidiaries:
        if subsidiary["isinactive"] == "F":
            account.state.run("INSERT OR IGNORE INTO account_subsidiaries VALUES (?, ?)", (made, subsidiary["id"]))


def _deactivate_subsidiary(account: PracticeAccount, order: Order) -> None:
    subsidiary = office.named(account, "subsidiaries", "name", order.detail("subsidiary"))
    account.state.run("UPDATE subsidiaries SET isinactive = 'T' WHERE id = ?", (subsidiary["id"],))


BOOK_CLICKS: Mapping[str, Click] = {
    "create_accounts": click(
        "Create the missing accounts, in every subsidiary", _create_accounts,
        no_income=("Leave the income accounts inactive", _no_income),
    ),
    "deactivate_subsidiary": click("Make a subsidiary inactive", _deactivate_subsidiary),
}
"""By name."""
