"""To whom the integration token is bound: by ``tokeninfo``, and by the Login Audit Trail where it may be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.finding import integration_client, setup_client
from checks.login_audit import ADMINISTRATOR, Login, trail
from wizard.check import Session
from wizard.netsuite.answers import Cancelled, NetSuiteError, evidence
from wizard.verdict import Evidence

if TYPE_CHECKING:
    from wizard.netsuite.client import Client
    from wizard.netsuite.readings import TokenInfo


@dataclass(frozen=True)
class Bound:
    """What is known of the integration token. Empty where nothing told."""

    user: str = ""
    """Internal id of its user."""
    role: str = ""
    """Internal id of its role."""
    role_name: str = ""
    """Name of its role."""
    application: str = ""
    """Name of its integration record."""
    token: str = ""
    """Name of the token."""
    tokeninfo_refused: bool = False
    """True when ``tokeninfo`` was refused although logins are accepted: perhaps a Web Services Only role (inferred)."""
    evidence: tuple[Evidence, ...] = ()
    """What it rests on."""


def bound(session: Session) -> Bound:
    """Return to whom the integration token is bound, as far as anything tells. Asked once per run.

    Args:
        session: the run's means, after an accepted login.

    Raises:
        Stop: before the login was accepted.
        Cancelled: when the person does not want to wait.
    """
    client = integration_client(session)
    return session.once("binding", lambda: _find(session, client))


def whose(session: Session, client: Client) -> tuple[TokenInfo | None, Evidence]:
    """Ask ``tokeninfo``, once per run and client. A refusal proves nothing (protocol.md 5).

    Args:
        session: the run's means.
        client: with either token.

    Raises:
        Cancelled: when the person does not want to wait.
    """
    try:
        told = session.once(f"P1b {client.name}", client.token_info)
    except Cancelled:
        raise
    except NetSuiteError as error:
        return None, evidence("P1b", error, client.name)
    return told, evidence("P1b", told, client.name)


def administrator(session: Session) -> bool:
    """Tell whether the setup token is proven to be an administrator's: what such a one is not shown is not there.

    To any other role rows are cut without a word (inferred, protocol.md 7.3), and a setup token may have been made under one.

    Args:
        session: the run's means.

    Raises:
        Cancelled: when the person does not want to wait.
    """
    client = setup_client(session)
    told = whose(session, client)[0] if client else None
    if told is None:
        return False
    return told.role_id == ADMINISTRATOR if told.role_id else (told.role_name or "").strip().casefold() == "administrator"


def sees_all(session: Session, who: str) -> bool:
    """Tell whether whoever was asked is shown every row there is.

    Args:
        session: the run's means.
        who: name of the token that was asked.

    Raises:
        Cancelled: when the person does not want to wait.
    """
    return who == "setup" and administrator(session)


def setup_identity(session: Session) -> tuple[str, str]:
    """Return user and role of the setup token, so that its rows are not taken for the integration's.

    Args:
        session: the run's means.
    """
    client = setup_client(session)
    told = whose(session, client)[0] if client else None
    return (told.entity_id or "", told.role_id or ADMINISTRATOR) if told else ("", ADMINISTRATOR)


def _find(session: Session, client: Client) -> Bound:
    told, asked = whose(session, client)
    user = (told.entity_id if told else None) or ""
    role = (told.role_id if told else None) or ""
    role_name = (told.role_name if told else None) or ""
    rests_on: tuple[Evidence, ...] = (asked,)
    try:
        read = trail(session)
    except Cancelled:
        raise
    except NetSuiteError:
        read = None
    application = token = ""
    if read:
        rows = [login for login in read.logins if login.accepted and _may_be(login, user, role, session)]
        rests_on = (*rests_on, read.evidence)
        user, role = user or _only({row.user for row in rows}), role or _only({row.role for row in rows})
        application, token = _only({row.application for row in rows}), _only({row.token for row in rows})
    return Bound(user, role, role_name, application, token, told is None, rests_on)


def _may_be(login: Login, user: str, role: str, session: Session) -> bool:
    """Tell whether a row can be a login of the integration token."""
    if user or role:
        return (not user or login.user == user) and (not role or login.role == role)
    admin_user, admin_role = setup_identity(session)
    return not (login.role == admin_role and admin_user in ("", login.user))


def _only(values: set[str]) -> str:
    """Return the one value there is; of several, none: unknown rather than wrong."""
    values = {value for value in values if value}
    return values.pop() if len(values) == 1 else ""
