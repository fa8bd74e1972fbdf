"""Clicks on integration records and access tokens (roles-and-features 7.1 and 7.2)."""

from __future__ import annotations

from collections.abc import Mapping
from sqlite3 import Row
from typing import TYPE_CHECKING, Literal

from pydantic import SecretStr

from wizard.errors import PracticeError
from wizard.practice.data.seed import ADMIN, CLERK
from wizard.practice.door.directory import ADMINISTRATOR
from wizard.practice.flow.flow import APPROVAL, callback_of_record, number
from wizard.practice.office import office
from wizard.practice.office.order import Click, Do, Order, Shown, click

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

ANOTHER = "Warehouse Scanners"
"""Name of a record that another application uses."""


def _create_integration(tba: bool) -> Do:
    def do(account: PracticeAccount, order: Order) -> Shown:
        # That key and secret are shown whichever box is ticked is inferred.
        return _show_consumer(account, order, office.put_integration(account, order.record, tba))

    return do


def _reset_credentials(account: PracticeAccount, order: Order) -> Shown:
    return _show_consumer(account, order, office.reset_credentials(account, order.record))


def _reset_and_forget(account: PracticeAccount, order: Order) -> None:
    office.reset_credentials(account, order.record)


def _record(account: PracticeAccount, order: Order) -> Row:
    return office.named(account, "integrations", "name", order.record)


def _set_state(state: str) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        record = _record(account, order)
        account.state.run("UPDATE integrations SET state = ? WHERE id = ?", (state, record["id"]))

    return do


def _delete_integration(account: PracticeAccount, order: Order) -> None:
    """Its tokens are revoked with it (documented, roles-and-features 7.1)."""
    record = (_record(account, order)["id"],)
    account.state.run("UPDATE tokens SET inactive = 'T', revoked = 'T' WHERE integration = ?", record)
    account.state.run("DELETE FROM integrations WHERE id = ?", record)


def _set_concurrency(account: PracticeAccount, order: Order) -> None:
    """At least one request must stay unallocated (documented, protocol 10.1)."""
    record, limit = _record(account, order), number(order.detail("limit"))
    others = account.state.value("SELECT sum(concurrency) FROM integrations WHERE id != ?", (record["id"],)) or 0
    most = account.governance.limit - others - 1
    if limit is None or not 1 <= limit <= most:
        raise PracticeError(f"The limit of a record is a number from 1 to {most}.")
    account.state.run("UPDATE integrations SET concurrency = ? WHERE id = ?", (limit, record["id"]))


def _create_setup_token(account: PracticeAccount, order: Order) -> Shown:
    office.require_feature(account, "TBA", "Access Tokens")
    return _token(account, order, ADMIN, ADMINISTRATOR, ("setup_token_id", "setup_token_secret"))


def _create_token(account: PracticeAccount, order: Order) -> Shown:
    office.require_feature(account, "TBA", "Access Tokens")
    return _token(account, order, office.user_of(account, order), office.role_of(account, order))


def _token_of_another_application(account: PracticeAccount, order: Order) -> Shown:
    office.require_feature(account, "TBA", "Access Tokens")
    if not account.state.value("SELECT 1 FROM integrations WHERE name = ?", (ANOTHER,)):
        office.put_integration(account, ANOTHER, tba=True)
    other = Order(order.profile, {**order.answers, "record_name": ANOTHER})
    return _create_token(account, other)


def _token_as_administrator(account: PracticeAccount, order: Order) -> Shown:
    office.require_feature(account, "TBA", "Access Tokens")
    return _token(account, order, ADMIN, ADMINISTRATOR)


def _token_for_somebody_else(account: PracticeAccount, order: Order) -> Shown:
    office.require_feature(account, "TBA", "Access Tokens")
    role = office.role_of(account, order)
    # Only a user who has the role is offered with it (inferred): somebody once gave it to this one.
    office.assign(account, CLERK, role)
    return _token(account, order, CLERK, role)


def _token(
    account: PracticeAccount, order: Order, employee: int, role: int,
    handed_out: tuple[str, str] = ("token_id", "token_secret"),
) -> Shown:
    integration = _record(account, order)
    user = account.state.value("SELECT entityid FROM employees WHERE id = ?", (employee,))
    held = account.state.value("SELECT name FROM roles WHERE id = ?", (role,))
    pair = office.add_token(account, integration, employee, role)
    return _show(account, "token", handed_out, pair, {"application": order.record, "user": user, "role": held})


def _show_consumer(account: PracticeAccount, order: Order, pair: tuple[str, str]) -> Shown:
    return _show(account, "consumer", ("consumer_key", "consumer_secret"), pair, {"application": order.record})


def _show(
    account: PracticeAccount, kind: Literal["consumer", "token"], handed_out: tuple[str, str], pair: tuple[str, str],
    names: Mapping[str, str],
) -> Shown:
    for name, value in zip(handed_out, pair, strict=True):
        account.hand_out(name, value)
    return Shown(kind, SecretStr(pair[0]), SecretStr(pair[1]), names)


def _handed_out_token(account: PracticeAccount) -> int:
    found = account.state.value(
        "SELECT t.id FROM tokens t JOIN handed_out h ON h.name = 'token_id' AND h.value = t.tokenid"
    )
    if found is None:
        raise PracticeError("There is no access token of the integration yet.")
    return int(found)


def _configure_flow(account: PracticeAccount, order: Order) -> None:
    record, callback = _record(account, order), order.detail("callback")
    if record["tba"] != "T":  # documented (protocol.md 4.1)
        raise PracticeError("TBA: Authorization Flow needs the box Token-based Authentication.")
    if not callback_of_record(callback):
        raise PracticeError(f"{callback!r} is not a valid Callback URL.")
    account.state.run("UPDATE integrations SET flow = 'T', callback = ? WHERE id = ?", (callback, record["id"]))


def _require_approval(account: PracticeAccount, order: Order) -> None:
    account.state.run("INSERT OR REPLACE INTO preferences VALUES (?, 'T')", (APPROVAL,))


def _revoke_token(account: PracticeAccount, order: Order) -> None:
    account.withdraw_token(_handed_out_token(account), revoked=True)


def _deactivate_token(account: PracticeAccount, order: Order) -> None:
    account.withdraw_token(_handed_out_token(account), revoked=False)


def _activate_token(account: PracticeAccount, order: Order) -> None:
    """Inactive can be undone, revoked cannot (documented, roles-and-features 7.1)."""
    token = (_handed_out_token(account),)
    if account.state.value("SELECT revoked FROM tokens WHERE id = ?", token) == "T":
        raise PracticeError("A revoked token stays revoked.")
    account.state.run("UPDATE tokens SET inactive = 'F' WHERE id = ?", token)


ACCESS_CLICKS: Mapping[str, Click] = {
    "create_integration": click(
        "Create the integration record; its key and secret are shown once", _create_integration(True),
        box_unticked=("Save it with Token-based Authentication unticked", _create_integration(False)),
    ),
    "create_setup_token": click(
        "Create an access token for your own login, role Administrator; it is shown once", _create_setup_token
    ),
    "create_token": click(
        "Create the access token for record, user and role; it is shown once", _create_token,
        administrator=("Make it under your own login and role Administrator", _token_as_administrator),
        wrong_user=("Make it for another employee", _token_for_somebody_else),
        another_application=("Choose another Application Name", _token_of_another_application),
    ),
    "revoke_token": click("Revoke the integration's token", _revoke_token),
    "deactivate_token": click("Make the integration's token inactive", _deactivate_token),
    "activate_token": click("Make the integration's token active again", _activate_token),
    "block_integration": click("Set the integration record to Blocked", _set_state("Blocked")),
    "await_approval": click("Set the integration record to Waiting for Approval", _set_state("Waiting for Approval")),
    "approve_integration": click("Set the integration record to Enabled", _set_state("Enabled")),
    "reset_credentials": click(
        "Reset the credentials of the integration record; the new pair is shown once", _reset_credentials,
        not_handed_on=("Reset them, and leave the old pair with the integration", _reset_and_forget),
    ),
    "delete_integration": click("Delete the integration record; its tokens are revoked with it", _delete_integration),
    "set_concurrency": click(
        "Give the integration record a concurrency limit of its own", _set_concurrency, details="limit"
    ),
    "configure_flow": click(
        "Tick TBA: Authorization Flow in the record and enter the Callback URL", _configure_flow, details="callback"
    ),
    "require_approval": click("Tick Require Approval during Auto-Installation of Integration", _require_approval),
}
"""By name."""
