"""Clicks on a role: its boxes, its permissions, its subsidiaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from wizard.errors import PracticeError
from wizard.practice.data.permissions import PERMISSIONS
from wizard.practice.office import office, role_office
from wizard.practice.office.order import Click, Do, Order, click
from wizard.profile import LEVELS, Permission

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

_BEYOND = ("ADMI_MANAGE_OAUTH_TOKENS", "ADMI_MANAGEROLES", "ADMI_MANAGEUSERS")
"""Rows nobody asks for who only exchanges records; the first makes the role demand two-factor authentication (documented,
roles-and-features 7.5)."""


def _create_role(option: str | None = None, viewing: bool = True) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        role = order.profile.role
        # The box is there only while the SOAP feature is on (documented).
        box = account.state.value("SELECT isactive FROM features WHERE id = 'WEBSERVICESEXTERNAL'") == "T"
        only = box and role.web_services_only in ("required", "recommended")
        chosen = option or ("ALL" if _used(account, order) is None else "SELECTED")
        made = role_office.put_role(
            account, order.role, role.script_id, role.center_type, chosen, viewing and role.cross_viewing, only
        )
        if chosen == "SELECTED":
            role_office.select_subsidiaries(account, made, _used(account, order) or [])

    return do


def _used(account: PracticeAccount, order: Order) -> list[int] | None:
    """Return the subsidiaries the person named, or None for all of them."""
    named = order.answer("subsidiaries", "all")
    if named.lower() == "all":
        return None
    wanted = {name.strip().lower() for name in named.split(";")}
    return [s["id"] for s in account.directory.subsidiaries if s["name"].lower() in wanted]


def _user_subsidiary(account: PracticeAccount, order: Order) -> None:
    """What a new role has, if nobody chooses (documented, roles-and-features 8)."""
    role = office.role_of(account, order)
    account.state.run("UPDATE roles SET subsidiaryoption = 'OWN' WHERE id = ?", (role,))
    account.state.run("DELETE FROM role_subsidiaries WHERE role = ?", (role,))


def _assign_subsidiaries(leave_out: bool = False, viewing: bool = True) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        role = office.named(account, "roles", "name", order.role)
        if not account.directory.oneworld:
            raise PracticeError("There are no subsidiaries: this is not a OneWorld account.")
        used = _used(account, order)
        ids = used if used is not None else [s["id"] for s in account.directory.subsidiaries]
        allowed = office.flag(viewing and order.profile.role.cross_viewing)
        account.state.run(
            "UPDATE roles SET subsidiaryoption = 'ALL', subsidiaryviewingallowed = ? WHERE id = ?", (allowed, role["id"])
        )
        if used is not None or leave_out:
            role_office.select_subsidiaries(account, role["id"], ids[:-1] if leave_out else ids)

    return do


def _add_permissions(account: PracticeAccount, order: Order) -> None:
    asked = {row.key for row in order.profile.permission}
    for key in _BEYOND:
        if key not in asked:
            role_office.put_permission(account, office.role_of(account, order), key, 0)
    _add(account, order, order.profile.permission)


def _too_much(account: PracticeAccount, order: Order) -> None:
    _add(account, order, order.profile.permission)
    for key in _BEYOND:
        highest = office.permission_named(key).levels[-1]
        role_office.put_permission(account, office.role_of(account, order), key, highest)


def _only_required(account: PracticeAccount, order: Order) -> None:
    _add(account, order, [p for p in order.profile.permission if p.need == "required"])


def _one_not_added(account: PracticeAccount, order: Order) -> None:
    lost = _one(order)
    _add(account, order, [p for p in order.profile.permission if p.key != lost.key])
    role_office.put_permission(account, office.role_of(account, order), lost.key, 0)


def _one_too_low(account: PracticeAccount, order: Order) -> None:
    low = _one(order)
    _add(account, order, order.profile.permission)
    role = office.role_of(account, order)
    below = [level for level in PERMISSIONS[low.key].levels if level < LEVELS[low.level]]
    role_office.put_permission(account, role, low.key, below[-1])


def _one(order: Order) -> Permission:
    """Return the row a mistake is about: the one named, or the first transaction."""
    wanted = order.answers.get("permission")
    rows = [p for p in order.profile.permission if p.key == wanted or (not wanted and p.tab == "Transactions")]
    if not rows:
        raise PracticeError(f"The profile asks for no permission {wanted or 'on Transactions'!r}.")
    return rows[0]


def _add(account: PracticeAccount, order: Order, rows: Iterable[Permission]) -> None:
    role = office.role_of(account, order)
    on = {r["id"] for r in account.state.rows("SELECT id FROM features WHERE isactive = 'T'")}
    for row in rows:
        permission = office.permission_named(row.key)
        # Not offered while its feature is off (inferred).
        if permission.feature is None or permission.feature in on:
            role_office.put_permission(account, role, row.key, LEVELS[row.level])


def _set_permission(account: PracticeAccount, order: Order) -> None:
    key = order.detail("permission")
    level = office.level_named(order.detail("level"), office.permission_named(key))
    role_office.put_permission(account, office.role_of(account, order), key, level)


def _remove_permission(account: PracticeAccount, order: Order) -> None:
    key = order.detail("permission")
    office.permission_named(key)
    role_office.put_permission(account, office.role_of(account, order), key, 0)


def _change_role(account: PracticeAccount, order: Order) -> None:
    role = office.role_of(account, order)
    held = account.state.value(
        "SELECT permlevel FROM role_permissions WHERE role = ? AND permkey = 'TRAN_DEPOSIT'", (role,)
    )
    level = 2 if held == 1 else 1
    role_office.put_permission(account, role, "TRAN_DEPOSIT", level, office.after_the_last_token(account))


def _deactivate_role(account: PracticeAccount, order: Order) -> None:
    role = office.named(account, "roles", "name", order.role)
    account.state.run("UPDATE roles SET isinactive = 'T' WHERE id = ?", (role["id"],))


def _clear_web_services_only(account: PracticeAccount, order: Order) -> None:
    role = office.named(account, "roles", "name", order.role)
    account.state.run("UPDATE roles SET iswebserviceonlyrole = 'F' WHERE id = ?", (role["id"],))


def _rename_role(account: PracticeAccount, order: Order) -> None:
    role, name = office.role_of(account, order), order.detail("name")
    if account.state.value("SELECT 1 FROM roles WHERE name = ? AND id != ?", (name, role)):
        raise PracticeError(f"There is another role called {name!r}.")
    account.state.run("UPDATE roles SET name = ? WHERE id = ?", (name, role))


def _restrict_employees(chosen: str) -> Do:
    """What the page offers is documented (7.3 there), which value of the column is meant is inferred (3.1 there)."""

    def do(account: PracticeAccount, order: Order) -> None:
        role = office.role_of(account, order)
        account.state.run("UPDATE roles SET employeerestriction = ? WHERE id = ?", (chosen, role))

    return do


ROLE_CLICKS: Mapping[str, Click] = {
    "create_role": click(
        "Create the role with its subsidiaries and boxes, press Save", _create_role(),
        own_subsidiary=("Leave the subsidiary access as it is: User Subsidiary", _create_role(option="OWN")),
        no_viewing=("Leave Allow Cross-Subsidiary Record Viewing unticked", _create_role(viewing=False)),
    ),
    "add_permissions": click(
        "Add all rows to the role, press Add after each, then Save", _add_permissions,
        not_added=("Forget to press Add after one row", _one_not_added),
        too_low=("Choose one level too low in one row", _one_too_low),
        not_saved=("Press Back without Save", office.nothing),
        only_required=("Add only the rows the vendor requires", _only_required),
        too_much=("Add rows about tokens, roles and users, to be on the safe side", _too_much),
        details="permission?",
    ),
    "assign_subsidiaries": click(
        "Give the role every subsidiary used, and cross-subsidiary viewing", _assign_subsidiaries(),
        one_left_out=("Leave one subsidiary out", _assign_subsidiaries(leave_out=True)),
        no_viewing=("Leave one out, and cross-subsidiary viewing too", _assign_subsidiaries(leave_out=True, viewing=False)),
        own=("Leave it at User Subsidiary", _user_subsidiary),
    ),
    "set_permission": click("Change the level of one row of the role", _set_permission, details="permission level"),
    "remove_permission": click("Take one row away from the role", _remove_permission, details="permission"),
    "change_role_after_token": click("Change a row of the role after the token was made", _change_role),
    "deactivate_role": click("Make the role inactive", _deactivate_role),
    "clear_web_services_only": click("Untick Web Services Only Role", _clear_web_services_only),
    "restrict_employees": click(
        "Set Employee Restrictions of the role to own and subordinates only", _restrict_employees("OWNONLY")
    ),
    "lift_employee_restriction": click(
        "Set Employee Restrictions of the role to none - no default", _restrict_employees("NONE")
    ),
    "rename_role": click("Give the role another name", _rename_role, details="name"),
}
"""By name."""
