"""The role: there, active, its boxes, its subsidiaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checks import tables
from checks.binding import bound
from checks.finding import (
    REFUSED,
    AspectCheck,
    Finding,
    Stop,
    failed,
    integration_client,
    not_applicable,
    not_shown,
    setup_client,
    standing_of,
    unknown,
    verified,
    waiting,
    warning,
)
from checks.login_audit import ADMINISTRATOR
from checks.people import Roles, role_name, roles_named, same_name
from checks.role_subsidiaries import OPTIONS, covered
from wizard.check import Session
from wizard.profile import Profile
from wizard.redact import one_line
from wizard.remedies import remedy
from wizard.verdict import Evidence, Remedy, Standing

UNFILTERED = {"NONE": "none - no default", "DEFAULTTOOWN": "none - default to own"}
FILTERED = {"OWNONLY": "own and subordinates only", "UNASSIGNED": "own, subordinate and unassigned"}
"""``employeerestriction`` and the words of the role page (column observed, values and words documented; which is which inferred:
roles-and-features.md 3.1, 4.2, 7.3)."""


class Role(AspectCheck):
    """With a setup token from the role's row, else from what the token's login tells."""

    id = "role"
    title = "Role of the integration"
    needs = ("login", "query")

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return all aspects, whatever the profile asks."""
        names = ("exists", "active", "web_services_only", "subsidiaries", "cross_viewing", "employee_restriction")
        return tuple(f"role.{name}" for name in names)

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at the row's columns one by one."""
        return {
            "role.exists": lambda: _exists(session),
            "role.active": lambda: _active(session),
            "role.web_services_only": lambda: _web_services_only(session),
            "role.subsidiaries": lambda: _subsidiaries(session),
            "role.cross_viewing": lambda: _cross_viewing(session),
            "role.employee_restriction": lambda: _employee_restriction(session),
        }


def edit_role(session: Session, text: str, role: str) -> Remedy:
    """Return a remedy on the role's page.

    Args:
        session: for the deep link.
        text: what to do there.
        role: internal id, or empty.
    """
    if role:
        return remedy(text, "role", session.account, 2, below="Edit", id=role)
    return remedy(text, "roles", session.account, 2, below="the role > Edit")


def _readable(session: Session) -> Roles | None:
    """Return the roles of the name, or None where the setup token is missing or may not read roles."""
    if setup_client(session) is None:
        return None
    try:
        return roles_named(session)
    except REFUSED:
        return None


def the_role(session: Session) -> tuple[tables.Row, Evidence]:
    """Return the role's row.

    Args:
        session: the run's means.

    Raises:
        Stop: if it cannot be read, is not there, or cannot be told from others.
    """
    roles = _readable(session)
    if roles is None:
        integration_client(session)
        raise Stop(not_shown(session))
    if not roles.named:
        raise Stop(waiting("waits for the role"))
    if roles.chosen is None:
        raise Stop(unknown(f"{len(roles.named)} roles have this name", roles.evidence))
    return roles.chosen, roles.evidence


def _exists(session: Session) -> Finding:
    wanted = role_name(session)
    roles = _readable(session)
    if same_name(wanted, "Administrator") or (roles and any(row.get("id") == ADMINISTRATOR for row in roles.named)):
        text = "Create a role of its own: Manage Roles > New, and give its name here."
        return failed("Administrator is not a role of its own", "user", remedy(text, "role_new", session.account, 5))
    if roles is None:
        return _exists_by_token(session, wanted)
    if not roles.named:
        text = f"Manage Roles > New, Name {wanted}, Save. Or give the name of the role that is there."
        return failed("no role of this name", "user", remedy(text, "role_new", session.account, 5), roles.evidence)
    if len(roles.named) > 1:
        ids = tables.listed([row.get("id", "?") for row in roles.named])
        fix = remedy("Rename or inactivate those that are not meant.", "roles", session.account, 2)
        return warning(f"{len(roles.named)} roles have this name: ids {ids}", fix, roles.evidence)
    found = roles.named[0]
    told = {"role.name": found.get("name", ""), "role.id": found.get("id", "")}
    if not roles.exact:
        fix = edit_role(session, f"Rename it {wanted}, or give its name here.", found.get("id", ""))
        return warning(f"there, spelt {one_line(found.get('name', ''), 40)}", fix, roles.evidence).reading(told)
    return verified(f"there, id {found.get('id', '?')}", roles.evidence).reading(told)


def _exists_by_token(session: Session, wanted: str) -> Finding:
    integration_client(session)
    token = bound(session)
    if same_name(token.role_name, wanted):
        told = {"role.name": token.role_name, "role.id": token.role}
        return verified("the token's role is called so", *token.evidence).reading(told)
    if token.role_name:
        text = "Make a new token under the right role, or give the name of the role that is meant."
        says = f"the token's role is {one_line(token.role_name, 40)}"
        return failed(says, "token", remedy(text, "token_new", session.account, 3), *token.evidence)
    return unknown("not proven: nothing tells the token's role", *token.evidence)


def _active(session: Session) -> Finding:
    try:
        role, asked = the_role(session)
    except Stop:
        if setup_client(session) is None and standing_of(session, "login.accepted") is Standing.VERIFIED:
            # A token under an inactive role is refused (documented, protocol.md 8.6).
            accepted = verified("a login under it was accepted", *session.found["login.accepted"].evidence)
            return accepted.reading({"role.active": "yes"})
        raise
    if tables.is_true(role.get("isinactive")):
        fix = edit_role(session, "Clear Inactive, press Save.", role.get("id", ""))
        return failed("inactive", "user", fix, asked).reading({"role.active": "no"})
    return verified("active", asked).reading({"role.active": "yes"})


def _web_services_only(session: Session) -> Finding:
    policy = session.profile.role.web_services_only
    roles = _readable(session)
    if roles is None:
        integration_client(session)
        token = bound(session)
        if token.tokeninfo_refused:
            return unknown("possibly on: tokeninfo was refused, REST was not", *token.evidence)
        return not_shown(session)
    role, asked = the_role(session)
    on = tables.is_true(role.get("iswebserviceonlyrole"))
    told = {"role.web_services_only": "on" if on else "off"}
    fix = edit_role(session, f"{'Clear' if on else 'Tick'} Web Services Only Role, press Save.", role.get("id", ""))
    if on and policy == "forbidden":
        return failed("on, must be off", "web-services-only", fix, asked).reading(told)
    if not on and policy == "required":
        return failed("off, must be on", "web-services-only", fix, asked).reading(told)
    if not on and policy == "recommended":
        return warning("off, recommended", fix, asked, cause="web-services-only").reading(told)
    return verified("on" if on else "off", asked).reading(told)


def _oneworld_only(session: Session) -> None:
    if session.answers.get("oneworld") == "no":
        raise Stop(not_applicable("not OneWorld"))


def _subsidiaries(session: Session) -> Finding:
    _oneworld_only(session)
    roles = _readable(session)
    if roles is None:
        return covered(session, None, None)
    role, asked = the_role(session)
    option = role.get("subsidiaryoption", "").strip().upper()
    ids = ", ".join(sorted(tables.ids_in(role.get("effectivesubsidiaries")), key=int))
    return covered(session, role, asked).reading({"role.subsidiaries": OPTIONS.get(option, option), "role.subsidiaries.ids": ids})


def _cross_viewing(session: Session) -> Finding:
    _oneworld_only(session)
    role, asked = the_role(session)
    allowed = tables.is_true(role.get("subsidiaryviewingallowed"))
    told = {"role.cross_viewing": "on" if allowed else "off"}
    if allowed:
        return verified("allowed", asked).reading(told)
    if not session.profile.role.cross_viewing:
        return verified("not allowed, not asked for", asked).reading(told)
    text = "Tick Allow Cross-Subsidiary Record Viewing, press Save. It counts from the next login."
    return failed("off", "subsidiary", edit_role(session, text, role.get("id", "")), asked).reading(told)


def _employee_restriction(session: Session) -> Finding:
    """A filter by sales rep and supervisor hides customers, transactions and employees without a word (documented, 7.3)."""
    role, asked = the_role(session)
    chosen = role.get("employeerestriction", "").strip().upper()
    words = {**UNFILTERED, **FILTERED}.get(chosen)
    if words is None:
        return unknown("not proven: the column Employee Restrictions is not shown", asked)
    told = {"role.employee_restriction": words}
    if chosen in UNFILTERED:
        return verified(words, asked).reading(told)
    text = "Employee Restrictions: none - no default; press Save. Else customers, transactions and employees stay hidden."
    return failed(words, "silent-denial", edit_role(session, text, role.get("id", "")), asked).reading(told)
