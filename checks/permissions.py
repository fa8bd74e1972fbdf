"""The role's permissions: one query for all rows with the setup token, else one impossible id per record type.

Three answers are kept apart: missing, too low, not offered because a feature is off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from checks import tables
from checks.features import is_on, label_of
from checks.finding import (
    REFUSED,
    AspectCheck,
    Finding,
    Stop,
    failed,
    integration_client,
    setup_client,
    standing_of,
    unknown,
    verified,
    warning,
)
from checks.people import roles_named
from checks.record_access import LANES, Access, Probed, judge_probes, probe, rest_door
from checks.role_changes import changed_after_token
from wizard.check import Session
from wizard.profile import LEVELS, Permission, Profile
from wizard.redact import one_line
from wizard.remedies import remedy, remedy_of
from wizard.verdict import Evidence, Remedy, Standing

NAMES = {number: name for name, number in LEVELS.items()}

LOGIN_PERMISSIONS = ("ADMI_LOGIN_OAUTH", "ADMI_RESTWEBSERVICES", "ADMI_WEBSERVICES", "REPO_ANALYTICS")
"""Missing ones close a door, not a record: another cause in the failure table."""

PROVEN_BY: Mapping[str, tuple[str, str]] = {
    "ADMI_LOGIN_OAUTH": ("login.accepted", "a token logged in"),
    "REPO_ANALYTICS": ("query.allowed", "SuiteQL answered"),
}
"""Permissions with one level only (documented), so that what they open proves all of them."""


class Permissions(AspectCheck):
    """Every row the profile asks for."""

    id = "permissions"
    title = "Permissions of the role"
    needs = ("login", "query", *(f"record_access_{lane + 1}" for lane in range(LANES)))

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return one aspect per row of the profile."""
        return tuple(f"permissions.{permission.key}" for permission in profile.permission)

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at every row."""
        return {f"permissions.{p.key}": partial(_row, session, p) for p in session.profile.permission}


def _row(session: Session, permission: Permission) -> Finding:
    if setup_client(session) is not None:
        try:
            levels, role, asked = held_levels(session)
            return _exact(session, permission, levels, role, asked)
        except REFUSED:
            pass  # the setup token may not read roles: probe with the integration token instead
    return _probed(session, permission)


def held_levels(session: Session) -> tuple[Mapping[str, int | None], str, tuple[Evidence, ...]]:
    """Return what the role holds: level by key (None where it is unreadable), the role's id, and the evidence.

    Raises:
        Stop: without an accepted setup token, or while it is not clear which role is meant.
        NetSuiteError: if the setup token may not read roles.
    """
    roles = roles_named(session)
    if roles.chosen is None:
        says = "waits for the role" if not roles.named else f"{len(roles.named)} roles have this name"
        raise Stop(Finding(Standing.WAITING if not roles.named else Standing.UNKNOWN, says, evidence=(roles.evidence,)))
    role = roles.chosen.get("id", "")
    rows, asked = tables.exact_rows(session, tables.ROLE_PERMISSIONS, role)
    return {row.get("permkey", ""): _level(row.get("permlevel")) for row in rows}, role, (asked,)


def _level(text: str | None) -> int | None:
    """Read ``permlevel``: "1" to "4" (1-3 observed, 4 documented); the words are accepted too."""
    value = (text or "").strip()
    if value.isdigit():
        return int(value)
    return LEVELS.get(value.capitalize())


def _exact(
    session: Session, permission: Permission, levels: Mapping[str, int | None], role: str, asked: tuple[Evidence, ...]
) -> Finding:
    needed = LEVELS[permission.level]
    held = [(key, levels[key]) for key in (permission.key, *permission.any_of) if key in levels]
    if not held:
        return _absent(session, permission, role, asked)
    if any(level is None for _, level in held):
        return unknown("the level cannot be read", *asked)
    # Another permission that includes this one has its own levels; holding it at all is what counts.
    other = next((key for key, _ in held if key != permission.key), None)
    level = max((level or 0 for key, level in held if key == permission.key), default=0)
    if level >= needed:
        return verified(f"has {NAMES.get(level, level)}", *asked)
    if other:
        return verified(f"has {other}, which includes it", *asked)
    says = f"has {NAMES.get(level, level)}, needs {permission.level}"
    fix = row_remedy(session, permission, role)
    change = changed_after_token(session, role, permission)
    if change:
        return failed(f"{says}; lowered after the token was made", _cause(permission), fix, *asked, change)
    return failed(says, _cause(permission), fix, *asked)


def _absent(session: Session, permission: Permission, role: str, asked: tuple[Evidence, ...]) -> Finding:
    if permission.feature and is_on(session, permission.feature) is False:
        return not_offered(session, permission, asked)
    fix = row_remedy(session, permission, role)
    if permission.obsolete:
        return warning("obsolete: not there, not needed", fix, *asked)
    change = changed_after_token(session, role, permission)
    if change:
        return failed("missing; removed after the token was made", _cause(permission), fix, *asked, change)
    return failed("missing", _cause(permission), fix, *asked)


def not_offered(session: Session, permission: Permission, asked: tuple[Evidence, ...]) -> Finding:
    """Return what it means that a feature hides a permission (inferred, roles-and-features.md 1.4).

    Where the vendor needs the feature itself, or a transaction it posts, that is a failure; else it concerns nobody.

    Args:
        session: the run's means.
        permission: of the profile.
        asked: evidence.
    """
    box = next((f for f in session.profile.feature if f.id == permission.feature), None)
    label = label_of(session, permission.feature or "")
    says = f"not offered: feature {label} is off"
    text = f"Switch the feature {label} on first; then the permission is offered."
    fix = remedy(text, "features", session.account, 3, below=box.path if box else "")
    needed = (box is not None and box.need == "required") or permission.tab == "Transactions"
    standing = Standing.FAILED if needed else Standing.NOT_APPLICABLE
    return Finding(standing, says, "feature-off", fix, asked)


def _cause(permission: Permission) -> str:
    return "role-login-permission" if permission.key in LOGIN_PERMISSIONS else "role-record-permission"


def row_remedy(session: Session, permission: Permission, role: str) -> Remedy:
    """Return where the row is added or raised.

    Args:
        session: for the deep link.
        permission: of the profile.
        role: internal id, or empty.
    """
    text = f"{permission.tab} > {permission.netsuite_name} > {permission.level}, press Add, then Save."
    page, ids = ("role", {"id": role}) if role else ("roles", {})
    below = f"{'Edit' if role else 'the role > Edit'} > Permissions > {permission.tab}"
    return remedy(text, page, session.account, 2, below=below, **ids)


def _probed(session: Session, permission: Permission) -> Finding:
    client = integration_client(session)
    proof = PROVEN_BY.get(permission.key)
    if proof and standing_of(session, proof[0]) is Standing.VERIFIED:
        return verified(proof[1], *session.found[proof[0]].evidence)
    if permission.key == "ADMI_RESTWEBSERVICES":
        return _rest(session)
    if permission.key == "REPO_ANALYTICS" and standing_of(session, "query.allowed") is Standing.FAILED:
        refused = session.found["query.allowed"]
        return Finding(Standing.FAILED, refused.says, refused.cause, refused.remedy, refused.evidence)
    if not permission.record_types:
        says = "obsolete; not proven, not needed" if permission.obsolete else "not proven: no record shows it"
        return unknown(says, remedy=_setup_token_hint())
    return _by_probe(session, permission, judge_probes(permission, [probe(session, client, t) for t in permission.record_types]))


def _by_probe(session: Session, permission: Permission, found: Probed) -> Finding:
    """Return what a probe proves: View at most."""
    words = one_line(found.words, 40)
    if found.access is Access.REST_CLOSED:
        return unknown("not proven: REST is closed to the role", found.evidence)
    if found.access in (Access.MISSING, Access.TOO_LOW):
        says = "missing" if found.access is Access.MISSING else f"too low, needs {permission.level}"
        return failed(says, _cause(permission), row_remedy(session, permission, ""), found.evidence)
    if found.access is Access.VIEW and permission.level == "View":
        return verified("may view", found.evidence)
    if found.cause:
        return Finding(
            Standing.UNKNOWN, "not proven: refused for its subsidiaries", found.cause,
            remedy_of(found.cause, session.account), (found.evidence,),
        )  # fmt: skip
    named = f"NetSuite names {words}" if words else "NetSuite names no permission"
    says = {
        Access.VIEW: f"may view; that the level is {permission.level} is not proven without a setup token",
        Access.NO_TYPE: f"record type {words} is not offered; why is not proven",
    }.get(found.access, f"not proven: refused, {named}")
    return unknown(says, found.evidence, remedy=_setup_token_hint())


def _rest(session: Session) -> Finding:
    """REST Web Services has one level (documented); a record or query that was answered proves it (protocol.md 12)."""
    query = session.found.get("query.allowed")
    if query and query.standing is Standing.VERIFIED:
        return verified("REST answered a query", *query.evidence)
    door = rest_door(session, integration_client(session))
    if door is None:
        return unknown("not proven: REST opened nothing", remedy=_setup_token_hint())
    if door.access is Access.REST_CLOSED:
        permission = next(p for p in session.profile.permission if p.key == "ADMI_RESTWEBSERVICES")
        fix = row_remedy(session, permission, "")
        return failed("REST is closed to the role", "role-login-permission", fix, door.evidence)
    return verified("REST answered for a record", door.evidence)


def _setup_token_hint() -> Remedy:
    return Remedy(text="Connect with a setup token: it shows every permission at its level. Or look at the role.")
