"""The role's permissions: one query for all rows with the setup token, else one impossible id per record type.

Kept apart: missing, too low, not offered because a feature is off, overridden by a permission of the user's own, more than
is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from checks.beyond import beyond
from checks.features import is_on, label_of
from checks.finding import (
    REFUSED,
    AspectCheck,
    Finding,
    Stop,
    failed,
    integration_client,
    not_shown,
    setup_client,
    standing_of,
    unknown,
    verified,
    warning,
)
from checks.global_permissions import global_permissions, own_permissions, own_remedy
from checks.held import Held, held, level_word
from checks.record_access import LANES, Access, Probed, judge_probes, probe, rest_door
from checks.role_changes import changed_after_token
from wizard.check import Session
from wizard.profile import LEVELS, Permission, Profile
from wizard.redact import one_line
from wizard.remedies import remedy, remedy_of
from wizard.verdict import Evidence, Remedy, Standing

LOGIN_PERMISSIONS = ("ADMI_LOGIN_OAUTH", "ADMI_RESTWEBSERVICES", "ADMI_WEBSERVICES", "REPO_ANALYTICS")
"""Missing ones close a door, not a record: another cause in the failure table."""

PROVEN_BY: Mapping[str, tuple[str, str]] = {
    "ADMI_LOGIN_OAUTH": ("login.accepted", "a token logged in"),
    "REPO_ANALYTICS": ("query.allowed", "SuiteQL answered"),
}
"""Permissions with one level only (documented), so that what they open proves all of them."""

WHOLE: Mapping[str, Callable[[Session], Finding]] = {
    "permissions.beyond": beyond,
    "permissions.global": global_permissions,
}
"""What concerns no single row; no requirement of a profile names it."""


class Permissions(AspectCheck):
    """Every row the profile asks for."""

    id = "permissions"
    title = "Permissions of the role"
    needs = ("login", "query", *(f"record_access_{lane + 1}" for lane in range(LANES)))

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return one aspect per row of the profile, and two of the role as a whole."""
        return (*(f"permissions.{permission.key}" for permission in profile.permission), *WHOLE)

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at every row, then at the role as a whole."""
        rows = {f"permissions.{p.key}": partial(_row, session, p) for p in session.profile.permission}
        return rows | {about: partial(_standing_by, session, find) for about, find in WHOLE.items()}


def _row(session: Session, permission: Permission) -> Finding:
    rows = _rows(session)
    return _exact(session, permission, rows) if rows else _probed(session, permission)


def _rows(session: Session) -> Held | None:
    """Return what the role holds, or None where no token may read roles: then its own is probed.

    Raises:
        Stop: while it is not clear to the setup token which role is meant.
    """
    try:
        return held(session)
    except REFUSED:
        return None
    except Stop:
        if setup_client(session) is not None:
            raise
        return None


def _standing_by(session: Session, find: Callable[[Session], Finding]) -> Finding:
    """Look at what concerns the role as a whole."""
    if setup_client(session) is None:
        integration_client(session)
    try:
        return find(session)
    except REFUSED:
        return not_shown(session)


def _exact(session: Session, permission: Permission, rows: Held) -> Finding:
    here = rows.levels.get(permission.key, 0)
    facts = {f"permissions.{permission.key}": level_word(here)}
    return _judged(session, permission, rows, here).reading(facts)


def _judged(session: Session, permission: Permission, rows: Held, here: int | None) -> Finding:
    if permission.feature and is_on(session, permission.feature) is False:
        return not_offered(session, permission, rows.evidence, here)
    own = _own_levels(session)
    if permission.key in own:
        return _by_own(session, permission, rows, own[permission.key])
    return _by_role(session, permission, rows, here)


def _by_role(session: Session, permission: Permission, rows: Held, here: int | None) -> Finding:
    if here is None:
        return unknown("the level cannot be read", *rows.evidence)
    if here >= LEVELS[permission.level]:
        return verified(f"has {level_word(here)}", *rows.evidence)
    # Another permission that includes this one has its own levels; holding it at all is what counts.
    other = next((key for key in permission.any_of if key in rows.levels), None)
    if other:
        return verified(f"has {other}, which includes it", *rows.evidence)
    fix = row_remedy(session, permission, rows.role)
    if here == 0 and permission.obsolete:
        return warning("obsolete: not there, not needed", fix, *rows.evidence)
    says, done = (f"has {level_word(here)}, needs {permission.level}", "lowered") if here else ("missing", "removed")
    change = changed_after_token(session, rows.role, permission)
    if change:
        return failed(f"{says}; {done} after the token was made", _cause(permission), fix, *rows.evidence, change)
    cause = _cause(permission)
    unclear = here == 0 and _perhaps_not_offered(session, permission)
    found = failed(says, cause, fix, *rows.evidence)
    return replace(found, cause=None, candidates=(cause, "feature-off")) if unclear else found


def _own_levels(session: Session) -> Mapping[str, int | None]:
    """Return the levels of the user's own permissions, which override the role's (documented, 7.3), as far as they are shown."""
    return own_permissions(session).levels or {} if setup_client(session) is not None else {}


def _by_own(session: Session, permission: Permission, rows: Held, level: int | None) -> Finding:
    own = own_permissions(session)
    rests_on = (*rows.evidence, *own.evidence)
    if level is None:
        says = "not proven: the level of the user's own permission, which overrides the role's, cannot be read"
        return unknown(says, *rests_on, remedy=own_remedy(session, own.user))
    if level >= LEVELS[permission.level]:
        return verified(f"has {level_word(level)}, by a permission of the user's own", *rests_on)
    role = level_word(rows.levels.get(permission.key, 0))
    says = f"the user's own permission {level_word(level)} overrides the role's {role}; needs {permission.level}"
    return failed(says, _cause(permission), own_remedy(session, own.user), *rests_on)


def not_offered(session: Session, permission: Permission, asked: tuple[Evidence, ...], here: int | None) -> Finding:
    """Return what it means that a feature hides a permission (inferred, roles-and-features.md 1.4).

    A role that holds it all the same got it while the feature was on: it opens nothing any longer.

    Args:
        session: the run's means.
        permission: of the profile.
        asked: evidence.
        here: level at which the role holds it; 0 if it does not, None if that cannot be read.
    """
    box = next((f for f in session.profile.feature if f.id == permission.feature), None)
    label = label_of(session, permission.feature or "")
    if here == 0:
        says, harmless = f"not offered: feature {label} is off", Standing.NOT_APPLICABLE
        text = f"Switch the feature {label} on first; then the permission is offered."
    else:
        says, harmless = f"has {level_word(here)}, of no use: feature {label} is off", Standing.WARNING
        text = f"Switch the feature {label} on again; or, if nobody uses it, take the row off the role."
    fix = remedy(text, "features", session.account, 3, below=box.path if box else "")
    standing = Standing.FAILED if _needs_its_feature(session, permission) else harmless
    return Finding(standing, says, "feature-off", fix, asked)


def _needs_its_feature(session: Session, permission: Permission) -> bool:
    """Tell whether nothing goes without the feature; a list that the company does not keep is nobody's fault."""
    required = any(box.id == permission.feature and box.need == "required" for box in session.profile.feature)
    return required or permission.tab == "Transactions"


def _perhaps_not_offered(session: Session, permission: Permission) -> bool:
    """Tell whether a permission may be missing because of a feature that is off, which then is nobody's fault."""
    if not permission.feature or _needs_its_feature(session, permission):
        return False
    return is_on(session, permission.feature) is None


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
        return Finding(Standing.FAILED, refused.says, refused.cause, refused.remedy, refused.evidence, refused.candidates)
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
    if found.access is Access.NO_TYPE and permission.feature and _needs_its_feature(session, permission):
        says = f"record type {words} is not offered: its feature, or the permission; not proven"
        candidates = ("feature-off", _cause(permission))
        return Finding(Standing.UNKNOWN, says, None, _setup_token_hint(), (found.evidence,), candidates)
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
