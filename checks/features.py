"""The boxes of Enable Features: read with the setup token, else implied by what works."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from checks import tables
from checks.finding import (
    REFUSED,
    AspectCheck,
    Finding,
    failed,
    not_shown,
    setup_client,
    standing_of,
    verified,
)
from checks.server_time import feature_is_off, server_time
from wizard.check import Session
from wizard.netsuite.answers import Cancelled, NetSuiteError, evidence
from wizard.profile import Feature, Profile
from wizard.redact import one_line
from wizard.remedies import remedy
from wizard.verdict import Evidence, Remedy, Standing

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "WEBSERVICESEXTERNAL": ("WEBSERVICESEXTERNAL", "WEBSERVICES"),
    "WEBSERVICES": ("WEBSERVICES", "WEBSERVICESEXTERNAL"),
}
"""Ids that Oracle's pages spell in two ways (documented, conflicting; roles-and-features.md 2.1)."""

_LOGINS = ("setup_token.accepted", "login.accepted")


class Features(AspectCheck):
    """One query for all boxes the profile asks for."""

    id = "features"
    title = "Features of the account"
    needs = ("login", "query", "ahead_features")

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return one aspect per box of the profile."""
        return tuple(f"features.{feature.id}" for feature in profile.feature)

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at every box."""
        return {f"features.{box.id}": partial(_box, session, box) for box in session.profile.feature}


def feature_rows(session: Session) -> tuple[Mapping[str, tables.Row], Evidence] | None:
    """Return the feature table by id, or None if it cannot be read.

    It may be closed even to an administrator's token (observed, roles-and-features.md 4.2).

    Args:
        session: the run's means.

    Raises:
        NetSuiteError: if it cannot be asked for.
    """
    if setup_client(session) is None:
        return None
    try:
        rows, asked = tables.exact_rows(session, tables.FEATURES)
    except REFUSED:
        return None
    by_id = {row.get("id", "").upper(): row for row in rows}
    return (by_id, asked) if by_id else None


def is_on(session: Session, feature: str) -> bool | None:
    """Tell whether a feature is on; None if it cannot be told.

    Args:
        session: the run's means.
        feature: its id.

    Raises:
        NetSuiteError: if the table cannot be asked for.
    """
    read = feature_rows(session)
    row = _row(read[0], feature) if read else None
    return tables.is_true(row.get("isactive")) if row else None


def label_of(session: Session, feature: str) -> str:
    """Return the label of a feature's box as NetSuite or the profile writes it, else its id.

    Args:
        session: the run's means.
        feature: its id.

    Raises:
        NetSuiteError: if the table cannot be asked for.
    """
    box = next((box for box in session.profile.feature if box.id == feature), None)
    read = feature_rows(session)
    row = _row(read[0], feature) if read else None
    return box.label if box else one_line((row or {}).get("name", feature), 40)


def _row(by_id: Mapping[str, tables.Row], feature: str) -> tables.Row | None:
    return next((by_id[name] for name in SPELLINGS.get(feature, (feature,)) if name in by_id), None)


def _box(session: Session, box: Feature) -> Finding:
    found = _looked_at(session, box)
    said = {Standing.VERIFIED: "on", Standing.FAILED: "off"}
    return found.reading({f"features.{box.id}": said.get(found.standing, "")})


def _looked_at(session: Session, box: Feature) -> Finding:
    read = feature_rows(session)
    row = _row(read[0], box.id) if read else None
    if read and row:
        if tables.is_true(row.get("isactive")):
            return verified("on", read[1])
        # Absent, not F: the column was seen, its values were not all published.
        if row.get("isavailable", "T").strip().upper() == "F":
            return failed("off; not part of the subscription", "feature-off", feature_remedy(session, box), read[1])
        return failed("off", "feature-off", feature_remedy(session, box), read[1])
    return _implied(session, box)


def feature_remedy(session: Session, box: Feature) -> Remedy:
    """Return where a box is ticked.

    Args:
        session: for the deep link.
        box: from the profile.
    """
    terms = ", agree to the terms" if box.tos else ""
    return remedy(f"Tick {box.label}{terms}, press Save.", "features", session.account, 2, below=box.path)


def _implied(session: Session, box: Feature) -> Finding:
    """Conclude from what worked: a token logged in, REST answered, SuiteQL answered."""
    for client, aspect in ((session.admin, _LOGINS[0]), (session.integration, _LOGINS[1])):
        if client is None or standing_of(session, aspect) not in (Standing.VERIFIED, Standing.FAILED):
            continue
        try:
            time = server_time(session, client)
        except Cancelled:
            raise
        except NetSuiteError as error:
            if box.id == "RESTWEBSERVICES" and feature_is_off(error):
                asked = evidence("P1", error, client.name)
                return failed("off", "feature-off", feature_remedy(session, box), asked)
            continue
        if box.id == "TBA":
            return verified("on: a token logged in", evidence("P1", time, client.name))
        if box.id == "RESTWEBSERVICES":
            return verified("on: REST answered", evidence("P1", time, client.name))
    audit = session.found.get("login.accepted")
    if box.id == "TBA" and audit and audit.cause == "feature-off" and "FeatureDisabled" in audit.says:
        return Finding(Standing.FAILED, "off", "feature-off", feature_remedy(session, box), audit.evidence)
    if box.id == "USR" and standing_of(session, "query.allowed") is Standing.VERIFIED:
        return verified("on: SuiteQL answered", *session.found["query.allowed"].evidence)
    return not_shown(session, feature_remedy(session, box))
