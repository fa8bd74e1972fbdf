"""The subsidiaries that are used: there, active, with currency and parent; and is this OneWorld at all?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import tables
from checks.binding import sees_all
from checks.features import is_on
from checks.finding import (
    REFUSED,
    AspectCheck,
    Finding,
    Stop,
    failed,
    integration_client,
    not_applicable,
    setup_client,
    unknown,
    verified,
)
from checks.people import same_name
from checks.query_service import workbook_remedy
from checks.record_access import Access, probe
from wizard.check import Session
from wizard.netsuite.answers import QueryRefused, RoleRefused, evidence
from wizard.profile import Profile
from wizard.remedies import remedy
from wizard.verdict import Evidence, Remedy, Standing

if TYPE_CHECKING:
    from wizard.netsuite.client import Client


ROOT = "1"
"""Internal id of the root company: the one subsidiary every OneWorld account begins with (inferred)."""


@dataclass(frozen=True)
class Subsidiaries:
    """The subsidiaries a token sees."""

    rows: tuple[tables.Row, ...]
    """All of them, elimination subsidiaries too."""
    evidence: Evidence
    """The question."""


def listed_subsidiaries(session: Session, client: Client) -> Subsidiaries:
    """Return the subsidiaries a client sees.

    Args:
        session: the run's means.
        client: with either token.

    Raises:
        NetSuiteError: QueryRefused means hidden, or not OneWorld: the words are the same (observed).
    """
    rows = tables.rows(session, client, tables.SUBSIDIARIES)
    return Subsidiaries(tuple(rows), evidence("P6" if client.name == "setup" else "P5", rows, client.name))


def used(session: Session, there: Subsidiaries) -> tuple[list[tables.Row], list[str]]:
    """Return the rows of the subsidiaries that are used, and the names that have no row.

    Args:
        session: for the answer: "all" (every active one that is not for eliminations) or names.
        there: what is there.
    """
    answer = session.answers.get("subsidiaries", "all").strip()
    if answer.lower() in ("", "all"):
        return [row for row in there.rows if not any(map(tables.is_true, (row.get("isinactive"), row.get("iselimination"))))], []
    found: list[tables.Row] = []
    missing: list[str] = []
    for name in tables.names_in(answer):
        row = next((r for r in there.rows if same_name(name, r.get("name")) or same_name(name, r.get("fullname"))), None)
        if row is None:
            missing.append(name)
        else:
            found.append(row)
    return found, missing


def all_are_known(session: Session, there: Subsidiaries) -> bool:
    """Tell whether those that are used are all there: an administrator saw them, or they were named.

    A role is shown the subsidiaries it was given, and nothing says that there are others (inferred, protocol.md 7.3).

    Args:
        session: for the answer.
        there: what is there.
    """
    named = session.answers.get("subsidiaries", "all").strip().lower() not in ("", "all")
    return named or sees_all(session, there.evidence.token or "")


class SubsidiariesCheck(AspectCheck):
    """Reads the subsidiaries with the setup token, or as far as the integration's role sees them."""

    id = "subsidiaries"
    title = "Subsidiaries"
    needs = ("login", "query")

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return all aspects, whatever the profile asks."""
        return tuple(f"subsidiaries.{name}" for name in ("oneworld", "present", "active", "currency", "parent"))

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at the rows, once per question."""
        return {
            "subsidiaries.oneworld": lambda: _oneworld(session),
            "subsidiaries.present": lambda: _present(session),
            "subsidiaries.active": lambda: _active(session),
            "subsidiaries.currency": lambda: _currency(session),
            "subsidiaries.parent": lambda: _parent(session),
        }


def _read(session: Session) -> Subsidiaries:
    """Return the rows, or end the search with the reason.

    Raises:
        Stop: if nobody here sees them.
    """
    if session.answers.get("oneworld") == "no":
        raise Stop(not_applicable("not OneWorld"))
    return _rows(session)


def _rows(session: Session) -> Subsidiaries:
    admin = setup_client(session)
    if admin is not None:
        try:
            return listed_subsidiaries(session, admin)
        except REFUSED:
            if session.integration is None:
                raise
    client = integration_client(session)
    try:
        return listed_subsidiaries(session, client)
    except RoleRefused as error:
        says = "not proven: the role may not query (SuiteAnalytics Workbook)"
        raise Stop(unknown(says, evidence("P5", error, client.name), remedy=workbook_remedy(session))) from None
    except QueryRefused as error:
        says = "not proven: hidden from the role, or not OneWorld"
        raise Stop(unknown(says, evidence("P5", error, client.name))) from None


def _oneworld(session: Session) -> Finding:
    said = session.answers.get("oneworld", "")
    if said not in ("yes", "no"):
        return unknown("not answered yet")
    is_oneworld, rests_on = oneworld(session)
    if is_oneworld is None:
        return unknown("not proven: one refusal alone does not tell", *rests_on)
    told = {"subsidiaries.oneworld": "yes" if is_oneworld else "no"}
    if is_oneworld == (said == "yes"):
        return verified("OneWorld" if is_oneworld else "not OneWorld", *rests_on).reading(told)
    text = f"Answer {'Yes' if is_oneworld else 'No'} in the first step, then look again."
    fix = remedy(text, "subsidiaries", session.account, 1)
    return failed(f"it {'is' if is_oneworld else 'is not'} OneWorld; you said {said}", "subsidiary", fix, *rests_on).reading(told)


def oneworld(session: Session) -> tuple[bool | None, tuple[Evidence, ...]]:
    """Tell whether the account is OneWorld; None if it is not proven.

    A refused table alone proves nothing: missing permission and missing feature look alike (observed, 4.6). Several
    active subsidiaries, or one for eliminations, exist in OneWorld only (observed in public, roles-and-features.md 8).

    Args:
        session: the run's means.

    Raises:
        NetSuiteError: if nothing can be asked.
    """
    feature = is_on(session, "SUBSIDIARIES")
    try:
        there = _rows(session)
    except Stop as stop:
        if stop.finding.standing is Standing.WAITING:
            raise
        return _oneworld_by_record(session, feature, stop.finding.evidence)
    except REFUSED as error:
        return feature, (evidence("P6", error, "setup"),)
    if feature is not None:
        return feature, (there.evidence,)
    active = [row for row in there.rows if not tables.is_true(row.get("isinactive"))]
    plain = len(active) > 1 or any(tables.is_true(row.get("iselimination")) for row in there.rows)
    return (True if plain else None), (there.evidence,)


def _oneworld_by_record(
    session: Session, feature: bool | None, refused: tuple[Evidence, ...]
) -> tuple[bool | None, tuple[Evidence, ...]]:
    """Ask the record service, which needs no SuiteAnalytics Workbook: only OneWorld has the type (documented, 5)."""
    if feature is not None or session.integration is None:
        return feature, refused
    probed = probe(session, integration_client(session), "subsidiary")
    there = probed.access in (Access.VIEW, Access.MISSING, Access.TOO_LOW)
    return (True if there else None), (*refused, probed.evidence)


def _page(session: Session, text: str, row: tables.Row | None = None) -> Remedy:
    if row and row.get("id"):
        return remedy(text, "subsidiary", session.account, 3, id=row["id"])
    return remedy(text, "subsidiaries", session.account, 5)


def _present(session: Session) -> Finding:
    there = _read(session)
    meant, missing = used(session, there)
    told = _told(there.rows)
    if missing:
        text = f"Setup > Company > Subsidiaries > New: {tables.listed(missing, 5)}. Or correct the names given here."
        names, who = tables.listed(missing), there.evidence.token or ""
        if who == "setup" and not sees_all(session, who):
            return unknown(f"not visible to the setup token's role: {names}", there.evidence).reading(told)
        says = f"not there: {names}" if who == "setup" else f"not visible to the role: {names}"
        return failed(says, "subsidiary", _page(session, text), there.evidence).reading(told)
    if not meant:
        return unknown("no active subsidiary is shown", there.evidence).reading(told)
    if not all_are_known(session, there):
        says = f"sees {len(meant)}; that these are all is not proven without a setup token"
        return unknown(says, there.evidence).reading(told)
    return verified(f"{len(meant)} of {len(meant)} used", there.evidence).reading(told)


def _told(rows: Sequence[tables.Row]) -> Mapping[str, str]:
    """Return what the rows say of each subsidiary; two of one name under different parents are told apart by their ids."""
    names = [row.get("name", "?") for row in rows]
    by_id = {row.get("id", ""): row.get("name", "") for row in rows}
    told: dict[str, str] = {}
    for row, name in zip(rows, names, strict=True):
        about = f"subsidiaries.{name}" if names.count(name) == 1 else f"subsidiaries.{name} ({row.get('id', '?')})"
        told[about] = "inactive" if tables.is_true(row.get("isinactive")) else "active"
        told[f"{about}.currency"] = row.get("currency_text", "")
        told[f"{about}.parent"] = by_id.get(row.get("parent", ""), "")
    return told


def _meant(session: Session) -> tuple[list[tables.Row], Subsidiaries]:
    there = _read(session)
    meant, _ = used(session, there)
    if not meant:
        raise Stop(unknown("no subsidiary that is used is shown", there.evidence))
    return meant, there


def _active(session: Session) -> Finding:
    meant, there = _meant(session)
    inactive = [row for row in meant if tables.is_true(row.get("isinactive"))]
    if inactive:
        names = tables.listed([row.get("name", "?") for row in inactive])
        return failed(
            f"inactive: {names}",
            "subsidiary",
            _page(session, "Clear Inactive, press Save.", inactive[0]),
            there.evidence,
        )
    return verified(f"{len(meant)} of {len(meant)} active", there.evidence)


def _currency(session: Session) -> Finding:
    meant, there = _meant(session)
    if not any("currency" in row for row in there.rows):
        return unknown("not proven: the currency is not shown", there.evidence)
    without = [row for row in meant if not row.get("currency")]
    if without:
        names = tables.listed([row.get("name", "?") for row in without])
        text = "Edit the subsidiary, choose Currency, press Save."
        return failed(f"no base currency: {names}", "accounting-setup", _page(session, text, without[0]), there.evidence)
    shown = sorted({row.get("currency_text") or row["currency"] for row in meant})
    return verified(tables.listed(shown), there.evidence)


def _parent(session: Session) -> Finding:
    meant, there = _meant(session)
    rootless = [row for row in there.rows if not row.get("parent")]
    without = [row for row in meant if not row.get("parent")]
    # Empty columns are left out of rows (inferred): where no row has it, the column may as well be hidden.
    shown = len(rootless) < len(there.rows)
    if len(without) > 1 and shown:
        names = tables.listed([row.get("name", "?") for row in without])
        text = "Edit the subsidiary, choose its parent, press Save. Only the root company has none."
        return failed(f"no parent: {names}", "subsidiary", _page(session, text, without[-1]), there.evidence)
    root_is_known = len(rootless) == 1 and shown
    if without and not root_is_known and [row.get("id") for row in without] != [ROOT]:
        names = tables.listed([row.get("name", "?") for row in without])
        return unknown(f"not proven: no parent is shown of {names}", there.evidence)
    return verified("each has its parent" if len(meant) > len(without) else "the root company", there.evidence)
