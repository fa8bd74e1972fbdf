"""Has the role been changed since the token was made? If so: does it still hold what is asked for?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checks import tables
from checks.finding import REFUSED, AspectCheck, Finding, failed, standing_of, unknown, verified, warning
from checks.role import edit_role, the_role
from checks.role_changes import changes, token_made
from wizard.check import Session
from wizard.profile import Profile
from wizard.redact import one_line
from wizard.verdict import Standing


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
    later = [change for change in noted if change.at > made]
    if not noted:
        # Nothing proves that notes would be shown: zero rows are no proof.
        return unknown("not proven: no system notes of the role", *token_asked, asked)
    if not later:
        return verified(f"last change {noted[-1].at:%Y-%m-%d}, before the token", *token_asked, asked)
    lost = [
        permission.netsuite_name
        for permission in session.profile.permission
        if permission.need == "required" and standing_of(session, f"permissions.{permission.key}") is Standing.FAILED
    ]
    rests_on = (*token_asked, asked.model_copy(update={"came_back": one_line("; ".join(c.what for c in later[-5:]))}))
    says = f"changed {later[-1].at:%Y-%m-%d %H:%M}: {one_line(later[-1].what, 60)}"
    if lost:
        text = f"Missing or too low now: {tables.listed(lost, 5)}. Add them again; the token stays valid."
        return failed(says, "role-record-permission", edit_role(session, text, role.get("id", "")), *rests_on)
    text = "Everything asked for is still there, and the token stays valid. See that the change was meant."
    return warning(says, edit_role(session, text, role.get("id", "")), *rests_on, cause="role-record-permission")
