"""``permission_denied``: user and role are looked at one after the other, until what is left has one name.

The word stands for: user or role inactive, no access, the role without a permission for tokens, the role hidden by the
user (documented, protocol.md 8.6); perhaps also for a rule on addresses (not published, 8.7).
"""

from __future__ import annotations

from checks import tables
from checks.binding import administrator
from checks.finding import REFUSED, Finding, Stop, failed, unknown
from checks.login_audit import Login
from checks.role_changes import changed_after_token
from wizard.causes import AUDIT_WORDS, CAUSES
from wizard.check import Session
from wizard.remedies import remedy, remedy_of
from wizard.verdict import Evidence, Remedy, Standing

_PERMISSIONS = {"ADMI_LOGIN_OAUTH", "ADMI_MANAGE_OWN_OAUTH_TOKENS"}
"""*Log in using Access Tokens* and *User Access Tokens*: either lets a role log in (documented, roles-and-features 7.1)."""


def permission_denied(session: Session, login: Login, rests_on: tuple[Evidence, ...]) -> Finding:
    """Return who may not log in and why, as far as the tables tell.

    Args:
        session: the run's means.
        login: the row of the trail.
        rests_on: evidence so far.
    """
    possible = {"user": True, "role-login-permission": True}
    for cause, look in (("user", _user_at_fault), ("role-login-permission", _role_at_fault)):
        try:
            finding = look(session, login)
        except (*REFUSED, Stop):
            continue
        rests_on = tuple(dict.fromkeys((*rests_on, *finding.evidence)))
        if finding.standing is Standing.FAILED:
            return Finding(Standing.FAILED, finding.says, finding.cause, finding.remedy, rests_on)
        possible[cause] = False
    if any(possible.values()):
        meaning = AUDIT_WORDS["permission_denied"]
        left = ("user", *(() if not possible["role-login-permission"] else ("role-login-permission",)))
        fix = remedy(meaning.fix, meaning.page, session.account, meaning.minutes)
        return Finding(Standing.FAILED, f"{meaning.meaning} (permission_denied)", None, fix, rests_on, left)
    says = "user and role look right (permission_denied): the role is hidden, or an address rule keeps the user out"
    return Finding(Standing.FAILED, says, None, _hidden(session, login), rests_on, ("user",))


def _hidden(session: Session, login: Login) -> Remedy:
    text = (
        "As this user, open View My Roles and show the role again; only the user can. If it is not hidden there: look at the "
        "address rules of the account (Company Information) and of the user."
    )
    return remedy(text, "employee", session.account, 5, id=login.user)


def _user_at_fault(session: Session, login: Login) -> Finding:
    if not login.user:
        raise Stop(unknown("the row names no user"))
    found, asked = tables.exact_rows(session, tables.EMPLOYEE_BY_ID, login.user)
    fix = remedy(CAUSES["user"].fix, "employee", session.account, 3, id=login.user)
    if not found and not administrator(session):
        raise Stop(unknown("the user is not shown to the setup token's role", asked))
    if not found:
        return failed("the token's user is gone", "user", remedy_of("user", session.account), asked)
    if tables.is_true(found[0].get("isinactive")):
        return failed("the token's user is inactive", "user", fix, asked)
    if "giveaccess" in found[0] and not tables.is_true(found[0].get("giveaccess")):
        return failed("the token's user has no access", "user", fix, asked)
    if not login.role:
        raise Stop(unknown("the row names no role"))
    assigned, roles_asked = tables.roles_of(session, login.user)
    if login.role not in assigned:
        return failed("the token's user does not have the role", "user", fix, asked, roles_asked)
    return Finding(Standing.VERIFIED, "active, with access and the role", evidence=(asked, roles_asked))


def _removed(session: Session, role: str) -> tuple[Evidence, ...]:
    """Return the role's note that such a permission was taken away after the token was made, if there is one."""
    wanted = [permission for permission in session.profile.permission if permission.key in _PERMISSIONS]
    return tuple(note for permission in wanted if (note := changed_after_token(session, role, permission)))


def _role_at_fault(session: Session, login: Login) -> Finding:
    if not login.role:
        raise Stop(unknown("the row names no role"))
    roles, asked = tables.exact_rows(session, tables.ROLE)
    role = next((row for row in roles if row.get("id") == login.role), None)
    link = {"id": login.role}
    if role and tables.is_true(role.get("isinactive")):
        fix = remedy("Edit the role, clear Inactive, press Save.", "role", session.account, 1, **link)
        return failed("the role is inactive", "user", fix, asked)
    held, held_asked = tables.exact_rows(session, tables.ROLE_PERMISSIONS, login.role)
    keys = {row.get("permkey") for row in held}
    if not role or not held:
        raise Stop(unknown("the role is not shown", asked, held_asked))
    if keys.isdisjoint(_PERMISSIONS):
        text = "On the role, add Setup > Log in using Access Tokens (Full); press Add, then Save."
        fix = remedy(text, "role", session.account, 2, below="Edit > Permissions > Setup", **link)
        removed = _removed(session, login.role)
        says = f"the role lacks Log in using Access Tokens{'; removed after the token was made' if removed else ''}"
        return failed(says, "role-login-permission", fix, asked, held_asked, *removed)
    return Finding(Standing.VERIFIED, "active, may log in with tokens", evidence=(asked, held_asked))
