"""Clicks on people: employees, their access, roles and global permissions (roles-and-features 7.1, 7.3 and 7.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from wizard.practice.data.entities import delete_entity, next_entity
from wizard.practice.data.seed import ADMIN
from wizard.practice.data.state import stamp
from wizard.practice.door.login import FAILURES, LOCKED_FOR
from wizard.practice.office import office
from wizard.practice.office.order import Click, Do, Order, click

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount


def _create_user(access: bool = True, assigned: bool = True) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        role = office.role_of(account, order)
        user = _put_employee(account, order.user, order.email, access)
        office.assign(account, user, role, assigned)

    return do


def _put_employee(account: PracticeAccount, name: str, email: str, access: bool) -> int:
    """Create an employee, or edit the one of that name; return the internal id."""
    existing = account.state.value("SELECT id FROM employees WHERE entityid = ?", (name,))
    if existing is None:
        own = 1 if account.directory.oneworld else None
        return account.state.run(
            "INSERT INTO employees (id, entityid, email, giveaccess, subsidiary) VALUES (?, ?, ?, ?, ?)",
            (next_entity(account.state), name, email, office.flag(access), own),
        )
    account.state.run(
        "UPDATE employees SET email = ?, giveaccess = ?, isinactive = 'F' WHERE id = ?",
        (email, office.flag(access), existing),
    )
    return int(existing)


def _user(sql: str) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        account.state.run(sql, (office.user_of(account, order),))

    return do


def _unassign_role(account: PracticeAccount, order: Order) -> None:
    office.assign(account, office.user_of(account, order), office.role_of(account, order), given=False)


def _hide_role(hidden: bool) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        pair = (office.user_of(account, order), office.role_of(account, order))
        account.state.run("UPDATE assignments SET hidden = ? WHERE entity = ? AND role = ?", (office.flag(hidden), *pair))

    return do


def _delete_user(account: PracticeAccount, order: Order) -> None:
    """The tokens go with the entity (documented, 7.1)."""
    delete_entity(account.state, office.user_of(account, order))
    account.state.run(
        "INSERT INTO deleted_records (recordtypeid, name, deleteddate, deletedby) VALUES ('employee', ?, ?, ?)",
        (order.user, stamp(account.now()), ADMIN),
    )


def _change_email(account: PracticeAccount, order: Order) -> None:
    values = (order.detail("email"), office.user_of(account, order))
    account.state.run("UPDATE employees SET email = ? WHERE id = ?", values)


def _move_user(account: PracticeAccount, order: Order) -> None:
    subsidiary = office.named(account, "subsidiaries", "name", order.detail("subsidiary"))["id"]
    account.state.run("UPDATE employees SET subsidiary = ? WHERE id = ?", (subsidiary, office.user_of(account, order)))


def _fail_logins(account: PracticeAccount, order: Order) -> None:
    """As if somebody had tried wrong values a minute ago (documented, protocol 8.6; whether tokens count: 13.20)."""
    user, tried = office.user_of(account, order), account.now() - timedelta(minutes=1)
    account.state.run(
        "UPDATE employees SET failures = 0, lockeduntil = ? WHERE id = ?", (stamp(tried + LOCKED_FOR), user)
    )
    email = account.state.value("SELECT email FROM employees WHERE id = ?", (user,))
    for _ in range(FAILURES):
        account.state.run(
            "INSERT INTO logins (date, status, entity, email, uri, detail) VALUES (?, 'Failure', ?, ?, ?, 'InvalidSignature')",
            (stamp(tried), user, email, "/services/rest/system/v1/serverTime"),
        )


def _set_global_permission(account: PracticeAccount, order: Order) -> None:
    """What is given here overrides the role's (documented, 7.3); None takes the row away."""
    office.require_feature(account, "EMPPERMS", "The list of global permissions")
    user, key = office.user_of(account, order), order.detail("permission")
    account.state.run("DELETE FROM global_permissions WHERE entity = ? AND permkey = ?", (user, key))
    if order.detail("level") != "None":
        level = office.level_named(order.detail("level"), office.permission_named(key))
        account.state.run("INSERT INTO global_permissions VALUES (?, ?, ?)", (user, key, level))


USER_CLICKS: Mapping[str, Click] = {
    "create_user": click(
        "Create the employee with e-mail, Give Access and the role, press Save", _create_user(),
        no_access=("Forget Give Access", _create_user(access=False)),
        no_role=("Choose the role, but forget to press Add", _create_user(assigned=False)),
    ),
    "deactivate_user": click("Make the user inactive", _user("UPDATE employees SET isinactive = 'T' WHERE id = ?")),
    "take_access": click("Untick Give Access", _user("UPDATE employees SET giveaccess = 'F' WHERE id = ?")),
    "unassign_role": click("Take the role away from the user", _unassign_role),
    "hide_role": click("Hide the role on View My Roles, as the user", _hide_role(True)),
    "show_role": click("Show the role on View My Roles again, as the user", _hide_role(False)),
    "delete_user": click("Delete the employee; the tokens go with it", _delete_user),
    "change_email": click("Change the e-mail address of the user", _change_email, details="email"),
    "move_user": click("Move the user to another subsidiary", _move_user, details="subsidiary"),
    "fail_logins": click("Try wrong values five times; the user is locked for 30 minutes", _fail_logins),
    "set_global_permission": click(
        "Give the user a permission of its own, over the role's", _set_global_permission, details="permission level"
    ),
}
"""By name."""
