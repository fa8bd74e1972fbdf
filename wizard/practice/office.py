"""What an administrator can change in the account, one thing at a time; ``clicks`` puts these together."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from sqlite3 import Row
from typing import TYPE_CHECKING

from wizard.errors import PracticeError
from wizard.practice.features import FEATURES
from wizard.practice.permissions import LEVEL_NAMES, PERMISSIONS, Permission
from wizard.practice.seed import ADMIN
from wizard.practice.state import stamp

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

# Page to SDF (both documented, which is which inferred); other centers as they are spelt.
_CENTERS = {"Accounting Center": "ACCOUNTCENTER", "Classic Center": "BASIC"}

ROLE_NOTES = -118
"""``recordtypeid`` of system notes on roles (observed in public, roles-and-features 4.2)."""


TBA_CLOSED_FROM = "2027.1"
"""First release in which no new integration with TBA can be created (documented, protocol.md 11.1)."""
NO_NEW_TBA = (
    "From NetSuite 2027.1 no new integration with Token-based Authentication can be created. Existing ones keep working."
)
"""In the sense of the release notes (documented, 11.1); what the page says is not published (13.17)."""


def flag(value: bool) -> str:
    """Return NetSuite's spelling of a box.

    Args:
        value: ticked.
    """
    return "T" if value else "F"


def set_feature(account: PracticeAccount, feature: str, on: bool) -> None:
    """Tick or clear a box of Enable Features.

    Args:
        account: the account.
        feature: its id.
        on: ticked.

    Raises:
        PracticeError: if there is no such feature.
    """
    if feature not in FEATURES:
        raise PracticeError(f"There is no feature {feature!r}.")
    account.state.run("UPDATE features SET isactive = ? WHERE id = ?", (flag(on), feature))


def require_feature(account: PracticeAccount, feature: str, page: str) -> None:
    """Refuse a page that is not there while its feature is off (inferred, roles-and-features 1.4).

    Args:
        account: the account.
        feature: its id.
        page: what is not there.

    Raises:
        PracticeError: if it is off.
    """
    if account.state.value("SELECT isactive FROM features WHERE id = ?", (feature,)) != "T":
        raise PracticeError(f"{page} is not there: the feature {FEATURES[feature].label} is off.")


def named(account: PracticeAccount, table: str, column: str, name: str) -> Row:
    """Return the row of that name.

    Args:
        account: the account.
        table: e.g. ``roles``.
        column: e.g. ``name``.
        name: what it is called.

    Raises:
        PracticeError: if there is none.
    """
    row = account.state.row(f"SELECT * FROM {table} WHERE {column} = ?", (name,))  # noqa: S608 (constants of callers)
    if row is None:
        raise PracticeError(f"There is nothing called {name!r} among the {table} yet.")
    return row


def put_integration(account: PracticeAccount, name: str, tba: bool) -> tuple[str, str]:
    """Create an integration record, or reset the credentials of the one of that name.

    Resetting keeps existing tokens usable with the new key (documented, roles-and-features 7.2). From 2027.1 a record
    cannot begin to use TBA; one that does already goes on (documented, protocol.md 11.1).

    Args:
        account: the account.
        name: of the record.
        tba: box *Token-based Authentication*.

    Returns:
        Consumer key and consumer secret.

    Raises:
        PracticeError: if this release does not let it be created.
    """
    pair = (secrets.token_hex(32), secrets.token_hex(32))
    before = account.state.value("SELECT tba FROM integrations WHERE name = ?", (name,))
    if tba and before != "T" and account.release >= TBA_CLOSED_FROM:
        if account.settings.new_integration_refused == "page":
            raise PracticeError(NO_NEW_TBA)
        tba = False
    if before is not None:
        account.state.run(
            "UPDATE integrations SET tba = ?, state = 'Enabled', consumerkey = ?, consumersecret = ? WHERE name = ?",
            (flag(tba), *pair, name),
        )
    else:
        account.state.run(
            "INSERT INTO integrations (name, state, tba, consumerkey, consumersecret, created)"
            " VALUES (?, 'Enabled', ?, ?, ?, ?)",
            (name, flag(tba), *pair, stamp(account.now())),
        )
    return pair


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
        "UPDATE roles SET subsidiaryoption = ?, subsidiaryviewingallowed = ?, iswebserviceonlyrole = ? WHERE id = ?",
        (chosen, flag(viewing and oneworld), flag(web_services_only), existing),
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


def permission_named(key: str) -> Permission:
    """Return a permission.

    Args:
        key: e.g. ``LIST_ACCOUNT``.

    Raises:
        PracticeError: if there is none.
    """
    if key not in PERMISSIONS:
        raise PracticeError(f"There is no permission {key!r}.")
    return PERMISSIONS[key]


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
    permission = permission_named(key)
    if level and level not in permission.levels:
        offered = ", ".join(LEVEL_NAMES[n] for n in permission.levels)
        raise PracticeError(f"{permission.name} is offered at {offered} only.")
    where = (role, key)
    before = account.state.value("SELECT permlevel FROM role_permissions WHERE role = ? AND permkey = ?", where) or 0
    if before == level:
        return
    account.state.run("DELETE FROM role_permissions WHERE role = ? AND permkey = ?", where)
    if level:
        account.state.run("INSERT INTO role_permissions VALUES (?, ?, ?, ?)", (role, key, permission.name, level))
    old, new = (f"{permission.name}: {LEVEL_NAMES[n]}" if n else None for n in (before, level))
    account.state.run(
        "INSERT INTO notes (recordtypeid, recordid, date, field, oldvalue, newvalue, name) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (ROLE_NOTES, role, stamp(at or account.now()), "Permission", old, new, ADMIN),
    )


def put_employee(account: PracticeAccount, name: str, email: str, access: bool) -> int:
    """Create an employee, or edit the one of that name.

    Args:
        account: the account.
        name: entity id.
        email: which is the login.
        access: *Give Access*.

    Returns:
        Internal id.
    """
    existing = account.state.value("SELECT id FROM employees WHERE entityid = ?", (name,))
    if existing is None:
        own = 1 if account.directory.oneworld else None
        return account.state.run(
            "INSERT INTO employees (id, entityid, email, giveaccess, subsidiary) VALUES ("
            "(SELECT max(id) + 1 FROM (SELECT id FROM employees UNION SELECT id FROM entities)), ?, ?, ?, ?)",
            (name, email, flag(access), own),
        )
    account.state.run(
        "UPDATE employees SET email = ?, giveaccess = ?, isinactive = 'F' WHERE id = ?", (email, flag(access), existing)
    )
    return int(existing)


def assign(account: PracticeAccount, employee: int, role: int, given: bool = True) -> None:
    """Give a role to a user, or take it away; tokens of it sleep until it is given back (documented, 7.1 there).

    Args:
        account: the account.
        employee: internal id.
        role: internal id.
        given: whether the user has it afterwards.
    """
    sql = "DELETE FROM assignments WHERE entity = ? AND role = ?"
    account.state.run("INSERT OR IGNORE INTO assignments (entity, role) VALUES (?, ?)" if given else sql, (employee, role))


def add_token(
    account: PracticeAccount, integration: Row, employee: int, role: int, by: int = ADMIN
) -> tuple[str, str]:
    """Create an access token; its values are shown once. Its name is put together of the three (documented, 7.1 there).

    Args:
        account: the account.
        integration: row of the integration record.
        employee: internal id.
        role: internal id.
        by: who creates it.

    Returns:
        Token ID and token secret.
    """
    pair = (secrets.token_hex(32), secrets.token_hex(32))
    user = account.state.value("SELECT entityid FROM employees WHERE id = ?", (employee,))
    held = account.state.value("SELECT name FROM roles WHERE id = ?", (role,))
    name = f"{integration['name']} - {user}, {held}"
    account.state.run(
        "INSERT INTO tokens (name, tokenid, tokensecret, integration, entity, role, created, createdby)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (name, *pair, integration["id"], employee, role, stamp(account.now()), by),
    )
    return pair


def after_the_last_token(account: PracticeAccount) -> datetime:
    """Return a time that is later than any token's, by a second at least: the tables keep whole seconds.

    Args:
        account: the account.
    """
    latest = account.state.value("SELECT max(created) FROM tokens")
    if latest is None:
        return account.now()
    return max(account.now(), datetime.fromisoformat(latest).replace(tzinfo=timezone.utc) + timedelta(seconds=1))
