"""What the role may do that nobody asks for: least privilege, as a finding of its own."""

from __future__ import annotations

from collections.abc import Mapping

from checks import tables
from checks.finding import Finding, verified
from checks.held import Held, held, level_word
from wizard.check import Session
from wizard.profile import LEVELS
from wizard.remedies import remedy
from wizard.verdict import Remedy, Standing

NOTHING = frozenset({"NONE_NEEDED"})
"""Keys that stand for no permission (documented: the SDF list, roles-and-features.md 1.1)."""

TWO_FACTOR = frozenset(
    {"ADMI_MANAGE_OAUTH_TOKENS", "ADMI_MANAGE_OAUTH2", "ADMI_KERNEL", "ADMI_INTEGRAPP"}
)  # fmt: skip
"""Permissions whose role always demands two-factor authentication (documented, roles-and-features.md 7.5)."""

TWO_FACTOR_LABELS = (
    "two-factor authentication base", "set up saml", "set up openid", "set up oidc", "oidc provider setup",
    "device id management", "view unencrypted",
)  # fmt: skip
"""Beginnings of the labels of the others on that list, in small letters: their keys are not in our sources."""


def beyond(session: Session) -> Finding:
    """Return which permissions the role holds beyond the profile, and which it holds at a higher level.

    Args:
        session: the run's means.

    Raises:
        Stop: without an accepted setup token, or while it is not clear which role is meant.
        NetSuiteError: if the setup token may not read roles.
    """
    rows = held(session)
    asked = {key for p in session.profile.permission for key in (p.key, *p.any_of)} | NOTHING
    more = {key: level for key, level in rows.levels.items() if key not in asked}
    higher = [
        f"{p.netsuite_name} {level_word(level)} for {p.level}"
        for p in session.profile.permission
        if (level := rows.levels.get(p.key)) and level > LEVELS[p.level]
    ]
    # One fact for all of them: what comes and what goes is a change then, whether there was any before or not.
    told = sorted(f"{rows.names.get(key, key)} {level_word(level)}" for key, level in more.items())
    facts = {"permissions.beyond": ", ".join(told) or "none"}
    if not more and not higher:
        return verified("nothing beyond what is asked for", *rows.evidence).reading(facts)
    second_factor = [key for key in more if _demands_second_factor(rows, key)]
    # What decides is named first.
    named = [f"{rows.names.get(key, key)} {level_word(more[key])}" for key in sorted(more, key=lambda k: k not in second_factor)]
    says = f"more than is asked for: {tables.listed([*named, *higher])}"
    cause = "two-factor" if second_factor else None
    return Finding(Standing.WARNING, says, cause, _fix(session, rows, bool(second_factor)), rows.evidence, (), facts)


def _demands_second_factor(rows: Held, key: str) -> bool:
    return key in TWO_FACTOR or rows.names.get(key, "").strip().casefold().startswith(TWO_FACTOR_LABELS)


def _fix(session: Session, rows: Held, second_factor: bool) -> Remedy:
    reason = (
        "They make the role demand two-factor authentication, and who" if second_factor else "The integration works without; who"
    )
    text = f"On the role, remove or lower what nothing needs; press Save. {reason} gets hold of the token may do all of it."
    ids: Mapping[str, str] = {"id": rows.role}
    return remedy(text, "role", session.account, 3, below="Edit > Permissions", **ids)
