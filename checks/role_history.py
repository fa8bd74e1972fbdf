"""Has the role been changed since the token was made? If so: does it still hold what is asked for?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checks import tables
from checks.finding import REFUSED, AspectCheck, Finding, standing_of, unknown, verified
from checks.role import edit_role, the_role
from checks.role_changes import Change, changes, token_made
from wizard.check import Session
from wizard.profile import Profile
from wizard.redact import one_line
from wizard.verdict import Evidence, Standing


class RoleHistory(AspectCheck):
    """Compares the newest system note of the role with the token's date, after the permissions were looked at."""

    id = "role_history"
    title = "Changes of the role"
    needs = ("login", "permissions")

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return the one aspect."""
        return ("role.unchanged",)

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Compare."""
        return {"role.unchanged": lambda: _unchanged(session)}


def _unchanged(session: Session) -> Finding:
    role, _ = the_role(session)
    made, token_asked = token_made(session)
    if made is None:
        return unknown("not proven: the token's date is not told", *token_asked)
    try:
        noted, asked = changes(session, role.get("id", ""))
    except REFUSED:
        return unknown("not proven: the role's system notes are closed", *token_asked)
    told = _told(session, noted)
    later = [change for change in noted if change.at > made]
    if not noted:
        # Nothing proves that notes would be shown: zero rows are no proof.
        return unknown("not proven: no system notes of the role", *token_asked, asked)
    if not later:
        return verified(f"last change {noted[-1].at:%Y-%m-%d}, before the token", *token_asked, asked).reading(told)
    rests_on = (*token_asked, asked.model_copy(update={"came_back": one_line("; ".join(c.what for c in later[-5:]))}))
    return _changed(session, role, later[-1], rests_on).reading(told)


def _changed(session: Session, role: tables.Row, last: Change, rests_on: tuple[Evidence, ...]) -> Finding:
    says = f"changed {last.at:%Y-%m-%d %H:%M}: {one_line(last.what, 60)}"
    lost = _lost(session)
    if lost:
        text = f"Missing or too low now: {tables.listed(lost, 5)}. Put these rows right; the token stays valid."
        return Finding(Standing.FAILED, says, None, edit_role(session, text, role.get("id", "")), rests_on)
    text = "Everything required is still there, and the token stays valid. See that the change was meant."
    # A change proves no cause. Where a row is not in order it names its own; else what was taken away may not show here.
    wrong = (Standing.FAILED, Standing.WARNING)
    told = any(v.cause and v.standing in wrong for about, v in session.found.items() if about.startswith("permissions."))
    fix = edit_role(session, text, role.get("id", ""))
    return Finding(Standing.WARNING, says, None, fix, rests_on, () if told else ("role-record-permission",))


def _told(session: Session, noted: list[Change]) -> dict[str, str]:
    """Return who changed a permission last, and when: no state, but what a later comparison tells with a change."""
    last = {p.key: change for change in noted for p in session.profile.permission if change.names(p)}
    return {f"noted.permissions.{key}": _when(change) for key, change in last.items()}


def _when(change: Change) -> str:
    return f"{change.at:%Y-%m-%d %H:%M} in the account's time zone{f' by {change.who}' if change.who else ''}"


def _lost(session: Session) -> list[str]:
    return [
        permission.netsuite_name
        for permission in session.profile.permission
        if permission.need == "required" and standing_of(session, f"permissions.{permission.key}") is Standing.FAILED
    ]
