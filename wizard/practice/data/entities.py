"""Employees, customers, vendors and the like: one row of internal ids, and what goes with an entity that is deleted."""

from __future__ import annotations

from wizard.practice.data.state import State

ENTITY_TABLES = ("employees", "entities")
"""They are numbered together (inferred)."""

_LAST = "last_deleted_entity"


def next_entity(state: State) -> int:
    """Return the next internal id; that of a deleted entity is not given again (inferred).

    Args:
        state: where they are.
    """
    numbers = "SELECT id FROM employees UNION SELECT id FROM entities UNION SELECT CAST(value AS INTEGER) FROM meta WHERE name = ?"
    return int(state.value(f"SELECT max(id) FROM ({numbers})", (_LAST,))) + 1  # noqa: S608 (a constant)


def delete_entity(state: State, entity: int) -> None:
    """Delete an entity and what belongs to it: its tokens (documented, roles-and-features 7.1), roles and permissions (inferred).

    Args:
        state: inside ``write`` for an employee.
        entity: internal id.
    """
    for table in ("tokens", "assignments", "global_permissions"):
        state.run(f"DELETE FROM {table} WHERE entity = ?", (entity,))  # noqa: S608 (three constants)
    for table in ENTITY_TABLES:
        state.run(f"DELETE FROM {table} WHERE id = ?", (entity,))  # noqa: S608 (two constants)
    highest = max(entity, int(state.value("SELECT value FROM meta WHERE name = ?", (_LAST,)) or 0))
    state.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_LAST, str(highest)))
