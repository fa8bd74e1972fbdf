"""The integration record: its name, and that it lets tokens log in. No dependable table lists records (observed)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checks.finding import (
    AspectCheck,
    Finding,
    Stop,
    integration_client,
    not_shown,
    setup_client,
    standing_of,
    unknown,
    verified,
    waiting,
    warning,
)
from checks.login_audit import record_name, trail
from checks.people import same_name
from checks.token_binding import token_rows
from wizard.check import Session
from wizard.profile import Profile
from wizard.redact import one_line
from wizard.remedies import remedy
from wizard.verdict import Standing

CAUSE = "integration-record"


class IntegrationRecordCheck(AspectCheck):
    """Reads the record's name where logins leave it, and its state from whether they are accepted."""

    id = "integration_record"
    title = "Integration record"
    needs = ("login",)

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return both aspects, whatever the profile asks."""
        return ("integration_record.name", "integration_record.tba")

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at the trail, then at the logins of this run."""
        return {
            "integration_record.name": lambda: _name(session),
            "integration_record.tba": lambda: _tba(session),
        }


def _name(session: Session) -> Finding:
    wanted = record_name(session)
    read, rows = trail(session), token_rows(session) if session.integration else None
    names = {login.application for login in read.logins if login.accepted and login.application} if read else set()
    names |= {row.get("app_text", "") for row in rows.rows if row.get("app_text")} if rows else set()
    rests_on = (*((read.evidence,) if read else ()), *(rows.evidence if rows else ()))
    told = {"integration_record.name": next((name for name in sorted(names) if same_name(name, wanted) or len(names) == 1), "")}
    if any(same_name(name, wanted) for name in names):
        return verified(one_line(wanted, 60), *rests_on).reading(told)
    if len(names) == 1:
        text = f"Edit the record, Name {wanted}, Save; or give its real name here. The keys stay as they are."
        fix = remedy(text, "integrations", session.account, 1)
        return warning(f"called {one_line(names.pop(), 40)}", fix, *rests_on).reading(told)
    if setup_client(session) is None:
        if session.integration is None:
            raise Stop(waiting("waits for the access token"))
        return not_shown(session)
    return unknown("not proven: no login of this record is in the trail", *rests_on)


def _tba(session: Session) -> Finding:
    """A login with a token of the record was accepted: the box is ticked and State is Enabled (documented, 8.6)."""
    for aspect in ("login.accepted", "setup_token.accepted"):
        if standing_of(session, aspect) is Standing.VERIFIED:
            found = verified("enabled, token-based", *session.found[aspect].evidence)
            return found.reading({"integration_record.state": "enabled"})
    login = session.found.get("login.accepted")
    if login and login.cause == CAUSE:
        return Finding(Standing.FAILED, login.says, CAUSE, login.remedy, login.evidence)
    integration_client(session)
    return unknown("not proven: no login was accepted")
