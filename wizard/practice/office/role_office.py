"""What an administrator can change in a role, one thing at a time; ``role_clicks`` puts these together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from wizard.practice.data.permissions import LEVEL_NAMES
from wizard.practice.office import office

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

# Page to SDF (both documented, which is which inferred); other centers as they are spelt.
_CENTERS = {"Accounting Center": "ACCOUNTCENTER", "Classic Center": "BASIC"}

ROLE_NOTES = -118
"""``recordtypeid`` of system notes on roles (observed in public, roles-and-features 4.2)."""


def put_role(
    account: PracticeAccount, name: str, script_id: str, center: str, option: str, viewing: bool, web_services_only: bool
) -> int:
    """Create a role, or edit the one of that name.

    Args:
        account: the account.
        name: of the role.
        script_id: ``customrole_…``.
        center: Center Type.
        option: ``ALL``, ``ALLACTIVE``, ``OWN`` or ``SELECTED``; without OneWorld there is no such choice.
        viewing: *Allow Cross-Subsidiary Record Viewing*.
        web_services_only: *Web Services Only Role*.

    Returns:
        Internal id.
    """
    oneworld = account.directory.oneworld
    chosen = option if oneworld else None
    existing = account.state.value("SELECT id FROM roles WHERE name = ?", (name,))
    if existing is None:
        next_id = max(1049, account.state.value("SELECT max(id) FROM roles")) + 1
        account.state.run(
            "INSERT INTO roles (id, scriptid, name, centertype) VALUES (?, ?, ?, ?)",
            (next_id, script_id, name, _CENTERS.get(center, center)),
        )
        existing = next_id
    account.state.run(
        "UPDATE roles SET subsidiaryoption = ?, subsidiaryviewingallowed = ?, iswebserviceonlyrole = ?, isinactive = 'F'"
        " WHERE id = ?",
        (chosen, office.flag(viewing and oneworld), office.flag(web_services_only), existing),
    )
    account.state.run("DELETE FROM role_subsidiaries WHERE role = ?", (existing,))
    return int(existing)


def select_subsidiaries(account: PracticeAccount, role: int, ids: Iterable[int]) -> None:
    """Choose *Selected* and these subsidiaries in a role.

    Args:
        account: the account.
        role: internal id.
        ids: subsidiaries.
    """
    account.state.run("UPDATE roles SET subsidiaryoption = 'SELECTED' WHERE id = ?", (role,))
    account.state.run("DELETE FROM role_subsidiaries WHERE role = ?", (role,))
    for subsidiary in ids:
        account.state.run("INSERT INTO role_subsidiaries VALUES (?, ?)", (role, subsidiary))


def put_permission(account: PracticeAccount, role: int, key: str, level: int, at: datetime | None = None) -> None:
    """Add a row to a role, change its level, or take it away; a system note remembers it.

    Args:
        account: the account.
        role: internal id.
        key: of the permission.
        level: 1 View to 4 Full; 0 takes it away.
        at: when, if not now.

    Raises:
        PracticeError: if the permission does not offer the level.
    """
    permission = office.permission_named(key)
    if level:
        office.level_named(LEVEL_NAMES[level], permission)
    where = (role, key)
    before = account.state.value("SELECT permlevel FROM role_permissions WHERE role = ? AND permkey = ?", where) or 0
    if before == level:
        return
    account.state.run("DELETE FROM role_permissions WHERE role = ? AND permkey = ?", where)
    if level:
        account.state.run("INSERT INTO role_permissions VALUES (?, ?, ?, ?)", (role, key, permission.name, level))
    old, new = (f"{permission.name}: {LEVEL_NAMES[n]}" if n else None for n in (before, level))
    office.note(account, (ROLE_NOTES, role), "Permission", old, new, at)
