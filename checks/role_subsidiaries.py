"""Does the role have every subsidiary that is used?"""

from __future__ import annotations

from checks import tables
from checks.finding import REFUSED, Finding, exact_client, failed, integration_client, unknown, verified
from checks.people import user_of_answers
from checks.query_service import workbook_remedy
from checks.subsidiaries import Subsidiaries, all_are_known, listed_subsidiaries, used
from wizard.check import Session
from wizard.netsuite.answers import QueryRefused, RoleRefused
from wizard.remedies import remedy, remedy_of
from wizard.verdict import Evidence, Remedy, Standing

OPTIONS = {"ALL": "All", "ALLACTIVE": "Active", "OWN": "User Subsidiary", "SELECTED": "Selected"}
"""``subsidiaryoption`` and the words of the role page (documented; mapping inferred, roles-and-features.md 3.1)."""


def covered(session: Session, role: tables.Row | None, asked: Evidence | None) -> Finding:
    """Return whether the role has every subsidiary of the answer.

    Args:
        session: the run's means.
        role: its row, or None to see with the integration's own eyes.
        asked: where the row comes from.
    """
    return _by_sight(session) if role is None or asked is None else _by_row(session, role, asked)


def _by_row(session: Session, role: tables.Row, asked: Evidence) -> Finding:
    option = role.get("subsidiaryoption", "").strip().upper()
    if option in ("ALL", "ALLACTIVE"):
        return verified(OPTIONS[option], asked)
    try:
        there = listed_subsidiaries(session, exact_client(session))
    except (QueryRefused, RoleRefused):
        return unknown(f"{OPTIONS.get(option, option)}; the list of subsidiaries is closed", asked)
    meant, unknown_names = used(session, there)
    if unknown_names:
        return unknown(f"no such subsidiary: {tables.listed(unknown_names)}", asked, there.evidence)
    given, given_asked = _given(session, role)
    rests_on = (asked, there.evidence, *given_asked)
    if given is None:
        return unknown("User Subsidiary: whose, is not proven", *rests_on)
    left_out = [row.get("name", "?") for row in meant if row.get("id") not in given]
    words = OPTIONS.get(option, option)
    if not left_out:
        return verified(f"{words}: {len(meant)} of {len(meant)} used", *rests_on)
    fix = _fix(session, role.get("id", ""), left_out)
    return failed(f"{words}; not {tables.listed(left_out)}", "subsidiary", fix, *rests_on)


def _given(session: Session, role: tables.Row) -> tuple[set[str] | None, tuple[Evidence, ...]]:
    """Return the ids of the subsidiaries the role gives; None if that cannot be told.

    *User Subsidiary* depends on the user (documented, roles-and-features.md 7.4): the role's row alone does not say.
    """
    given = set(tables.ids_in(role.get("effectivesubsidiaries")))
    if given or role.get("subsidiaryoption", "").strip().upper() != "OWN":
        return given, ()
    user, asked = user_of_answers(session)
    own = user.get("subsidiary") if user else None
    return ({own} if own else None), asked


def _by_sight(session: Session) -> Finding:
    client = integration_client(session)
    try:
        there = listed_subsidiaries(session, client)
    except RoleRefused:
        says = "not proven: the role may not query (SuiteAnalytics Workbook)"
        return unknown(says, remedy=workbook_remedy(session))
    except QueryRefused:
        return unknown("not proven: subsidiaries are hidden, or not OneWorld")
    meant, unseen = used(session, there)
    if unseen:
        return failed(f"not visible: {tables.listed(unseen)}", "subsidiary", _fix(session, "", unseen), there.evidence)
    if not all_are_known(session, there):
        return _more_elsewhere(session, there, len(meant))
    return verified(f"sees {len(meant)} of {len(meant)} used", there.evidence)


def _more_elsewhere(session: Session, there: Subsidiaries, meant: int) -> Finding:
    """Look for a subsidiary that something visible belongs to and that is not listed: then the role was not given it."""
    told = {row["parent"] for row in there.rows if row.get("parent")}
    rests_on = [there.evidence]
    try:
        rows, _, asked = tables.rows_of_whoever_may(session, tables.ACCOUNT_SUBSIDIARIES)
    except REFUSED:
        pass  # accounts are closed, or not OneWorld
    else:
        told |= {row["subsidiary"] for row in rows if row.get("subsidiary")}
        rests_on.append(asked)
    more = told - {row.get("id") for row in there.rows}
    if not more:
        return unknown(f"sees {meant}; that these are all is not proven without a setup token", there.evidence)
    # It may be one that nobody uses.
    says = f"sees {meant}; something it sees belongs to {len(more)} more"
    fix = remedy_of("subsidiary", session.account)
    return Finding(Standing.UNKNOWN, says, None, fix, tuple(rests_on), ("subsidiary",))


def _fix(session: Session, role: str, names: list[str]) -> Remedy:
    text = f"Subsidiary Restrictions: All, or Selected with {tables.listed(names, 5)} too; press Save."
    if role:
        return remedy(text, "role", session.account, 2, below="Edit", id=role)
    return remedy(text, "roles", session.account, 2, below="the role > Edit")
