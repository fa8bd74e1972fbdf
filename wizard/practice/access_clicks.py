"""Clicks on Enable Features, integration records, access tokens and employees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from pydantic import SecretStr

from wizard.errors import PracticeError
from wizard.practice import office
from wizard.practice.directory import ADMINISTRATOR
from wizard.practice.flow import APPROVAL, callback_of_record
from wizard.practice.order import Click, Do, Order, Shown, click
from wizard.practice.seed import ADMIN, CLERK

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount


def _enable_features(left_out: str | None = None) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        asked = [f.id for f in order.profile.feature]
        left = left_out if left_out in asked or left_out is None else asked[-1]
        for feature in asked:
            office.set_feature(account, feature, feature != left)

    return do


def _create_integration(tba: bool) -> Do:
    def do(account: PracticeAccount, order: Order) -> Shown:
        # That key and secret are shown whichever box is ticked is inferred.
        key, secret = office.put_integration(account, order.record, tba)
        return _show(account, "consumer", ("consumer_key", "consumer_secret"), (key, secret), {"application": order.record})

    return do


def _create_setup_token(account: PracticeAccount, order: Order) -> Shown:
    office.require_feature(account, "TBA", "Access Tokens")
    return _token(account, order, ADMIN, ADMINISTRATOR, ("setup_token_id", "setup_token_secret"))


def _create_token(account: PracticeAccount, order: Order) -> Shown:
    office.require_feature(account, "TBA", "Access Tokens")
    user = office.named(account, "employees", "entityid", order.user)["id"]
    return _token(account, order, user, office.named(account, "roles", "name", order.role)["id"])


def _token_as_administrator(account: PracticeAccount, order: Order) -> Shown:
    office.require_feature(account, "TBA", "Access Tokens")
    return _token(account, order, ADMIN, ADMINISTRATOR)


def _token_for_somebody_else(account: PracticeAccount, order: Order) -> Shown:
    office.require_feature(account, "TBA", "Access Tokens")
    role = office.named(account, "roles", "name", order.role)["id"]
    # Only a user who has the role is offered with it (inferred): somebody once gave it to this one.
    office.assign(account, CLERK, role)
    return _token(account, order, CLERK, role)


def _token(
    account: PracticeAccount, order: Order, employee: int, role: int,
    handed_out: tuple[str, str] = ("token_id", "token_secret"),
) -> Shown:
    integration = office.named(account, "integrations", "name", order.record)
    user = account.state.value("SELECT entityid FROM employees WHERE id = ?", (employee,))
    held = account.state.value("SELECT name FROM roles WHERE id = ?", (role,))
    pair = office.add_token(account, integration, employee, role)
    return _show(account, "token", handed_out, pair, {"application": order.record, "user": user, "role": held})


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


def _create_user(access: bool = True, assigned: bool = True) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        role = office.named(account, "roles", "name", order.role)["id"]
        user = office.put_employee(account, order.user, order.email, access)
        office.assign(account, user, role, assigned)

    return do


def _user(sql: str) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        account.state.run(sql, (office.named(account, "employees", "entityid", order.user)["id"],))

    return do


def _set_feature(account: PracticeAccount, order: Order) -> None:
    office.set_feature(account, order.detail("feature"), order.detail("on") == "yes")


def _integration(sql: str) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        account.state.run(sql, (office.named(account, "integrations", "name", order.record)["id"],))

    return do


def _configure_flow(account: PracticeAccount, order: Order) -> None:
    record, callback = office.named(account, "integrations", "name", order.record), order.detail("callback")
    if record["tba"] != "T":  # documented (protocol.md 4.1)
        raise PracticeError("TBA: Authorization Flow needs the box Token-based Authentication.")
    if not callback_of_record(callback):
        raise PracticeError(f"{callback!r} is not a valid Callback URL.")
    account.state.run("UPDATE integrations SET flow = 'T', callback = ? WHERE id = ?", (callback, record["id"]))


def _require_approval(account: PracticeAccount, order: Order) -> None:
    account.state.run("INSERT OR REPLACE INTO preferences VALUES (?, 'T')", (APPROVAL,))


def _unassign_role(account: PracticeAccount, order: Order) -> None:
    user = office.named(account, "employees", "entityid", order.user)["id"]
    office.assign(account, user, office.named(account, "roles", "name", order.role)["id"], given=False)


def _revoke_token(account: PracticeAccount, order: Order) -> None:
    account.state_of_token(_handed_out_token(account), revoked=True)


def _deactivate_token(account: PracticeAccount, order: Order) -> None:
    account.state_of_token(_handed_out_token(account), revoked=False)


ACCESS_CLICKS: Mapping[str, Click] = {
    "enable_features": click(
        "Tick the boxes on Enable Features, agree to the terms, press Save", _enable_features(),
        one_left=("Leave Server SuiteScript unticked", _enable_features("SERVERSIDESCRIPTING")),
        login_left=("Leave Token-based Authentication unticked", _enable_features("TBA")),
    ),
    "create_integration": click(
        "Create the integration record; its key and secret are shown once", _create_integration(True),
        box_unticked=("Save it with Token-based Authentication unticked", _create_integration(False)),
    ),
    "create_setup_token": click(
        "Create an access token for your own login, role Administrator; it is shown once", _create_setup_token
    ),
    "create_user": click(
        "Create the employee with e-mail, Give Access and the role, press Save", _create_user(),
        no_access=("Forget Give Access", _create_user(access=False)),
        no_role=("Forget to add the role", _create_user(assigned=False)),
    ),
    "create_token": click(
        "Create the access token for record, user and role; it is shown once", _create_token,
        administrator=("Make it under your own login and role Administrator", _token_as_administrator),
        wrong_user=("Make it for another employee", _token_for_somebody_else),
    ),
    "set_feature": click("Tick or clear one box of Enable Features", _set_feature),
    "deactivate_user": click("Make the user inactive", _user("UPDATE employees SET isinactive = 'T' WHERE id = ?")),
    "take_access": click("Untick Give Access", _user("UPDATE employees SET giveaccess = 'F' WHERE id = ?")),
    "unassign_role": click("Take the role away from the user", _unassign_role),
    "revoke_token": click("Revoke the integration's token", _revoke_token),
    "deactivate_token": click("Make the integration's token inactive", _deactivate_token),
    "block_integration": click(
        "Set the integration record to Blocked", _integration("UPDATE integrations SET state = 'Blocked' WHERE id = ?")
    ),
    "approve_integration": click(
        "Set the integration record to Enabled", _integration("UPDATE integrations SET state = 'Enabled' WHERE id = ?")
    ),
    "configure_flow": click("Tick TBA: Authorization Flow in the record and enter the Callback URL", _configure_flow),
    "require_approval": click("Tick Require Approval during Auto-Installation of Integration", _require_approval),
}
"""By name."""
