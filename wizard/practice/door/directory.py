"""Who there is and who may do what: read once after every change, so that a request need not ask the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from sqlite3 import Row

from wizard.practice.data.state import State

Network = IPv4Network | IPv6Network
"""A range of addresses."""
ADMINISTRATOR = 3
"""Internal id of the Administrator role (documented in samples); it holds every permission."""


@dataclass(frozen=True)
class Access:
    """What one login may see and do."""

    entity: int
    """Internal id of the user."""
    role: int
    """Internal id of the role."""
    token: int
    """Internal id of the access token."""
    levels: Mapping[str, int]
    """Permission key to level; of no use for the Administrator."""
    features: frozenset[str]
    """Features that are on."""
    subsidiaries: frozenset[int] | None
    """Subsidiaries given to the role; None: all, or not OneWorld."""
    cross_viewing: bool
    """*Allow Cross-Subsidiary Record Viewing*: reads the others' records too (documented, roles-and-features 7.3)."""
    web_services_only: bool
    """*Web Services Only Role*."""
    own_only: bool = False
    """*Employee Restrictions*: own and subordinates only. Customers, transactions and employees are filtered by sales rep and
    supervisor, contacts are not (documented, roles-and-features 7.3). Nobody here has a sales rep or a supervisor, so of
    customers, their transactions and employees only the user itself is left (inferred)."""

    @property
    def administrator(self) -> bool:
        """Whether the role is Administrator."""
        return self.role == ADMINISTRATOR

    def level(self, permission: str | None) -> int:
        """Return the level a permission is held at: 0 none, 1 View to 4 Full.

        Args:
            permission: key; None for what needs no permission.
        """
        return 4 if self.administrator or permission is None else self.levels.get(permission, 0)

    def has(self, feature: str | None) -> bool:
        """Tell whether a feature is on.

        Args:
            feature: id; None for what needs no feature.
        """
        return feature is None or feature in self.features

    def given(self, subsidiary: int | None) -> bool:
        """Tell whether the role was given a subsidiary.

        Args:
            subsidiary: internal id; None for what belongs to none.
        """
        return subsidiary is None or self.subsidiaries is None or subsidiary in self.subsidiaries

    def reads_employee(self, employee: int) -> bool:
        """Tell whether *Employee Restrictions* leave an employee.

        Args:
            employee: internal id.
        """
        return not self.own_only or employee == self.entity

    def sees(self, subsidiary: int | None) -> bool:
        """Tell whether the role may read records of a subsidiary.

        Args:
            subsidiary: internal id; None for what belongs to none.
        """
        return self.cross_viewing or self.given(subsidiary)


@dataclass
class Directory:
    """A picture of the account between two changes."""

    features: frozenset[str]
    """Features that are on."""
    integrations: Mapping[str, Row]
    """Integration records, by consumer key."""
    tokens: Mapping[str, Row]
    """Access tokens, by token ID."""
    employees: Mapping[int, Row]
    """Users, by internal id."""
    roles: Mapping[int, Row]
    """Roles, by internal id."""
    permissions: Mapping[int, Mapping[str, int]]
    """Levels by permission key, by role."""
    selected: Mapping[int, frozenset[int]]
    """Subsidiaries chosen in a role, by role."""
    usable: frozenset[tuple[int, int]]
    """User and role, but for roles the user has hidden on View My Roles (documented, roles-and-features 7.1)."""
    overrides: Mapping[int, Mapping[str, int]]
    """Global permissions of users: levels by permission key, by user."""
    ip_rules: tuple[Network, ...]
    """Addresses the account lets in; none: all."""
    subsidiaries: tuple[Row, ...]
    """All of them."""
    _known: dict[int, Access] = field(default_factory=dict)

    @classmethod
    def read(cls, state: State) -> Directory:
        """Read everything.

        Args:
            state: where from.
        """
        selected: dict[int, set[int]] = {}
        for row in state.rows("SELECT role, subsidiary FROM role_subsidiaries"):
            selected.setdefault(row["role"], set()).add(row["subsidiary"])
        return cls(
            features=frozenset(r["id"] for r in state.rows("SELECT id FROM features WHERE isactive = 'T'")),
            integrations={r["consumerkey"]: r for r in state.rows("SELECT * FROM integrations")},
            tokens={r["tokenid"]: r for r in state.rows("SELECT * FROM tokens")},
            employees={r["id"]: r for r in state.rows("SELECT * FROM employees")},
            roles={r["id"]: r for r in state.rows("SELECT * FROM roles")},
            permissions=_levels(state, "SELECT role, permkey, permlevel FROM role_permissions"),
            selected={role: frozenset(ids) for role, ids in selected.items()},
            usable=frozenset(tuple(r) for r in state.rows("SELECT entity, role FROM assignments WHERE hidden = 'F'")),
            overrides=_levels(state, "SELECT entity, permkey, permlevel FROM global_permissions"),
            ip_rules=tuple(ip_network(r["rule"]) for r in state.rows("SELECT rule FROM ip_rules")),
            subsidiaries=tuple(state.rows("SELECT * FROM subsidiaries ORDER BY id")),
        )

    @cached_property
    def oneworld(self) -> bool:
        """Whether the account has subsidiaries at all."""
        return "SUBSIDIARIES" in self.features

    def effective(self, role: int, employee: int | None) -> frozenset[int] | None:
        """Return the subsidiaries a role gives, or None for all.

        Args:
            role: internal id.
            employee: whose own subsidiary counts for the option ``OWN``; None if nobody in particular.
        """
        row = self.roles[role]
        if not self.oneworld or role == ADMINISTRATOR or row["subsidiaryoption"] == "ALL":
            return None
        if row["subsidiaryoption"] == "ALLACTIVE":
            return frozenset(s["id"] for s in self.subsidiaries if s["isinactive"] == "F")
        if row["subsidiaryoption"] == "SELECTED":
            return self.selected.get(role, frozenset())
        own = self.employees[employee]["subsidiary"] if employee is not None else None
        return frozenset() if own is None else frozenset({own})

    def integration_of(self, token: int) -> int | None:
        """Return the integration record a token belongs to.

        Args:
            token: internal id.
        """
        return next((row["integration"] for row in self.tokens.values() if row["id"] == token), None)

    def levels(self, role: int, employee: int) -> Mapping[str, int]:
        """Return the levels a user has in a role; global permissions override the role's (documented, 7.3 there).

        Args:
            role: internal id.
            employee: internal id.
        """
        held = self.permissions.get(role, {})
        return {**held, **self.overrides.get(employee, {})} if "EMPPERMS" in self.features else held

    def access(self, token: Row) -> Access:
        """Return what a token may do; worked out once.

        Args:
            token: one of ``tokens``, whose user and role exist.
        """
        found = self._known.get(token["id"])
        if found is None:
            role = self.roles[token["role"]]
            found = Access(
                entity=token["entity"],
                role=token["role"],
                token=token["id"],
                levels=self.levels(token["role"], token["entity"]),
                features=self.features,
                subsidiaries=self.effective(token["role"], token["entity"]),
                cross_viewing=role["subsidiaryviewingallowed"] == "T",
                web_services_only=role["iswebserviceonlyrole"] == "T",
                own_only=role["employeerestriction"] == "OWNONLY",
            )
            self._known[token["id"]] = found
        return found


def _levels(state: State, sql: str) -> dict[int, dict[str, int]]:
    """Read levels by whoever holds them, and permission."""
    found: dict[int, dict[str, int]] = {}
    for holder, key, level in state.rows(sql):
        found.setdefault(holder, {})[key] = level
    return found
