"""What an administrator can change in the account, one thing at a time; ``clicks`` puts these together."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta, timezone
from sqlite3 import Row
from typing import TYPE_CHECKING

from wizard.errors import PracticeError
from wizard.practice.data.features import BOXES, FEATURES
from wizard.practice.data.permissions import LEVEL_NAMES, PERMISSIONS, Permission
from wizard.practice.data.seed import ADMIN
from wizard.practice.data.state import stamp
from wizard.practice.office.order import Order

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

FEATURE_NOTES = 0
"""``recordtypeid`` of system notes on features: that there are such notes is documented (roles-and-features 2.1), their
number is not published; it is ours."""


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


def set_feature(account: PracticeAccount, feature: str, on: bool, agree: bool = True) -> None:
    """Tick or clear a box of Enable Features, and press Save; a system note remembers it (documented, roles-and-features 2.1).

    Args:
        account: the account.
        feature: its id.
        on: ticked.
        agree: press *I Agree* if the box opens the SuiteCloud Terms of Service (documented, 2.2). Without it the box is
            off after Save (inferred); who has agreed once is not asked again (inferred).

    Raises:
        PracticeError: if there is no such box.
    """
    if feature not in BOXES:
        raise PracticeError(f"There is no feature {feature!r} that can be ticked or cleared.")
    where = (feature,)
    if on and agree:
        account.state.run("UPDATE features SET agreed = 'T' WHERE id = ?", where)
    was, agreed = (value == "T" for value in account.state.rows("SELECT isactive, agreed FROM features WHERE id = ?", where)[0])
    on = on and (was or agreed or not FEATURES[feature].terms)
    if on != was:
        account.state.run("UPDATE features SET isactive = ? WHERE id = ?", (flag(on), feature))
        note(account, (FEATURE_NOTES, 0), FEATURES[feature].label, flag(was), flag(on))


def note(
    account: PracticeAccount, about: tuple[int, int], field: str, old: str | None, new: str | None, at: datetime | None = None
) -> None:
    """Write a system note.

    Args:
        account: the account.
        about: record type id and internal id.
        field: what was changed.
        old: before.
        new: after.
        at: when, if not now.
    """
    account.state.run(
        "INSERT INTO notes (recordtypeid, recordid, date, field, oldvalue, newvalue, name) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*about, stamp(at or account.now()), field, old, new, ADMIN),
    )


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

    From 2027.1 a record cannot begin to use TBA; one that does already goes on (documented, protocol.md 11.1).

    Args:
        account: the account.
        name: of the record.
        tba: box *Token-based Authentication*.

    Returns:
        Consumer key and consumer secret.

    Raises:
        PracticeError: if this release does not let it be created, or it came with a bundle.
    """
    before = account.state.value("SELECT tba FROM integrations WHERE name = ?", (name,))
    if tba and before != "T" and account.release >= TBA_CLOSED_FROM:
        if account.settings.new_integration_refused == "page":
            raise PracticeError(NO_NEW_TBA)
        tba = False
    if before is not None:
        account.state.run("UPDATE integrations SET tba = ?, state = 'Enabled' WHERE name = ?", (flag(tba), name))
        return reset_credentials(account, name)
    pair = (secrets.token_hex(32), secrets.token_hex(32))
    account.state.run(
        "INSERT INTO integrations (name, state, tba, consumerkey, consumersecret, created) VALUES (?, 'Enabled', ?, ?, ?, ?)",
        (name, flag(tba), *pair, stamp(account.now())),
    )
    return pair


def reset_credentials(account: PracticeAccount, name: str) -> tuple[str, str]:
    """Replace key and secret of an integration record; tokens go on with the new pair (documented, roles-and-features 7.2).

    Args:
        account: the account.
        name: of the record.

    Returns:
        Consumer key and consumer secret.

    Raises:
        PracticeError: if there is none, or it came with a bundle (documented, 7.2 there).
    """
    if named(account, "integrations", "name", name)["bundle"]:
        raise PracticeError("Only the owner of a record that came with a bundle can reset its credentials.")
    pair = (secrets.token_hex(32), secrets.token_hex(32))
    account.state.run("UPDATE integrations SET consumerkey = ?, consumersecret = ? WHERE name = ?", (*pair, name))
    return pair


def nothing(account: PracticeAccount, order: Order) -> None:
    """Leave a page without Save: whatever was typed is lost (observed in public, protocol 6.1).

    Args:
        account: the account.
        order: what should have been done.
    """


def role_of(account: PracticeAccount, order: Order) -> int:
    """Return the internal id of the integration's role.

    Args:
        account: the account.
        order: knows its name.

    Raises:
        PracticeError: if there is none yet.
    """
    return int(named(account, "roles", "name", order.role)["id"])


def user_of(account: PracticeAccount, order: Order) -> int:
    """Return the internal id of the integration user.

    Args:
        account: the account.
        order: knows the name.

    Raises:
        PracticeError: if there is none yet.
    """
    return int(named(account, "employees", "entityid", order.user)["id"])


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


def level_named(name: str, permission: Permission) -> int:
    """Return the number of a level that a permission offers.

    Args:
        name: View, Create, Edit or Full.
        permission: which.

    Raises:
        PracticeError: if it does not offer the level.
    """
    level = next((number for number, word in LEVEL_NAMES.items() if word == name), None)
    if level is None:
        raise PracticeError(f"There is no level {name!r}.")
    if level not in permission.levels:
        offered = ", ".join(LEVEL_NAMES[n] for n in permission.levels)
        raise PracticeError(f"{permission.name} is offered at {offered} only.")
    return level


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
