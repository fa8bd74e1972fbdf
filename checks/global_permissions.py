"""Permissions of the user's own, which override the role's (documented, roles-and-features.md 7.3): feature Global Permissions.

They stand on the employee record, as its list ``empperms``: ``permKey1`` and ``permLevel1`` of each line (observed in public
copies of Oracle's REST API Browser; REST does not leave the list out, documented by omission). No answer was published, so
where the list is not shown, nothing is concluded but from a contradiction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checks import tables
from checks.binding import bound
from checks.features import feature_rows, is_on
from checks.finding import (
    REFUSED,
    Finding,
    Stop,
    exact_client,
    setup_client,
    standing_of,
    unknown,
    verified,
    warning,
)
from checks.held import held, level_word, read_level
from checks.people import user_of_answers
from checks.record_access import Access, judge_probes, probe
from wizard.check import Session
from wizard.netsuite.answers import Garbled, NotThere, evidence
from wizard.profile import LEVELS, Permission
from wizard.remedies import remedy
from wizard.verdict import Evidence, Remedy, Standing

FEATURE = "EMPPERMS"

_KEY = re.compile(r"[A-Z]+_[A-Z0-9_]+")
"""How ids of permissions look (documented: the list of them for SDF, roles-and-features.md 1)."""


@dataclass(frozen=True)
class Own:
    """The user's own permissions."""

    levels: Mapping[str, int | None] | None
    """Level by key; None if they are not shown."""
    user: str = ""
    """Internal id of the user, if known."""
    evidence: tuple[Evidence, ...] = ()
    """What it rests on."""


def own_permissions(session: Session) -> Own:
    """Return what the user has beside the role. Asked once per run, and only if the feature is not known to be off.

    Args:
        session: the run's means.

    Raises:
        Stop: without an accepted setup token.
        NetSuiteError: if nothing can be asked.
    """
    return session.once("global permissions", lambda: _read(session))


def _read(session: Session) -> Own:
    client = exact_client(session)
    read = feature_rows(session)
    if read and is_on(session, FEATURE) is False:
        return Own({}, evidence=(read[1],))
    user = _user(session)
    if not user:
        return Own(None)
    try:
        answer = client.record("employee", user, expand=True)
        fields = answer.json()
    except (*REFUSED, NotThere, Garbled) as error:
        return Own(None, user, (evidence("P5", error, client.name),))
    return Own(levels_in(fields), user, (evidence("P5", answer, client.name),))


def _user(session: Session) -> str:
    """Return the id of the token's user, else of the employee with the answered address; empty if neither is known."""
    if standing_of(session, "login.accepted") is Standing.VERIFIED and (user := bound(session).user):
        return user
    row, _ = user_of_answers(session)
    return row.get("id", "") if row else ""


def levels_in(fields: Any) -> Mapping[str, int | None] | None:
    """Return the user's own levels by key, or None if the record does not show the whole list, or not in a form that is known.

    Args:
        fields: of the employee record, as they came.
    """
    shown = fields.get("empperms") if isinstance(fields, dict) else None
    lines = shown.get("items") if isinstance(shown, dict) else None
    if not isinstance(shown, dict) or not isinstance(lines, list) or shown.get("hasMore"):
        return None
    levels = {_id(line, "permKey1"): read_level(_id(line, "permLevel1")) for line in lines}
    # Lines may be links only, or name their permission in another way: then nothing says which permissions they are.
    return levels if all(map(_KEY.fullmatch, levels)) else None


def _id(line: Any, name: str) -> str:
    value = line.get(name) if isinstance(line, dict) else None
    return str(value.get("id", "") if isinstance(value, dict) else value or "")


def global_permissions(session: Session) -> Finding:
    """Return what is known of the user's own permissions.

    Args:
        session: the run's means.

    Raises:
        Stop: without an accepted setup token.
        NetSuiteError: if nothing can be asked.
    """
    own = own_permissions(session)
    if own.levels is None:
        return _not_shown(session, own)
    if own.levels:
        told = [f"{key} {level_word(level)}" for key, level in sorted(own.levels.items())]
        says = f"the user's own permissions override the role's: {tables.listed(told)}"
        return warning(says, own_remedy(session, own.user), *own.evidence).reading({"permissions.global": ", ".join(told)})
    off = is_on(session, FEATURE) is False
    says = "none: feature Global Permissions is off" if off else "the user has none"
    return verified(says, *own.evidence).reading({"permissions.global": "none"})


def own_remedy(session: Session, user: str) -> Remedy:
    """Return where they are changed (menu: documented, roles-and-features.md 7.3; failure table).

    Args:
        session: for the deep link.
        user: internal id, or empty.
    """
    text = "On the employee, remove the row from Global Permissions, or raise its level; press Save. The role then counts."
    page, ids = ("employee", {"id": user}) if user else ("employees", {})
    return remedy(text, page, session.account, 3, below="Edit > Access > Global Permissions", **ids)


def _not_shown(session: Session, own: Own) -> Finding:
    fix = own_remedy(session, own.user)
    if is_on(session, FEATURE) is not True:
        return unknown("not proven: whether the user has permissions of its own", *own.evidence, remedy=fix)
    refused = _refused_though_held(session)
    if refused:
        names = tables.listed([permission.netsuite_name for permission, _ in refused])
        says = f"refused though the role holds it: {names}"
        rests_on = (*own.evidence, *(asked for _, asked in refused))
        return Finding(Standing.FAILED, says, None, fix, rests_on, ("role-record-permission",))
    return unknown("not proven: Global Permissions is on, and the user's own are not shown", *own.evidence, remedy=fix)


def _refused_though_held(session: Session) -> list[tuple[Permission, Evidence]]:
    """Return what the role holds and its token is refused: a contradiction something beside the role must explain."""
    try:
        rows = held(session)
        client = session.integration if standing_of(session, "login.accepted") is Standing.VERIFIED else None
        if client is None or setup_client(session) is None or bound(session).role != rows.role:
            return []
    except (*REFUSED, Stop):
        return []
    found = []
    for permission in session.profile.permission:
        if permission.record_types and (rows.levels.get(permission.key) or 0) >= LEVELS[permission.level]:
            probed = judge_probes(permission, [probe(session, client, kind) for kind in permission.record_types])
            if probed.access in (Access.MISSING, Access.TOO_LOW):
                found.append((permission, probed.evidence))
    return found
