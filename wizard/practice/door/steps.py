"""What a login is looked at for, one thing at a time, and the word the Login Audit Trail gets.

The order is that of protocol.md section 12 (inferred there, built on documented cases): feature, parameters,
integration, timestamp, token, signature, nonce, lock, user and role, address. The words are those of 8.6 (documented);
where one is documented for another kind of request only, it is used here too (inferred).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from sqlite3 import IntegrityError, Row

from wizard.practice.data.permissions import LOGIN_PERMISSIONS
from wizard.practice.data.state import State, stamp
from wizard.practice.door.directory import ADMINISTRATOR, Directory
from wizard.practice.door.presented import Asked, Presented
from wizard.practice.door.signature import agrees, sign
from wizard.practice.settings import Settings

WINDOW = 300
"""Seconds a timestamp may be off, either way (documented, 3.3)."""
SHORTEST_NONCE = 6
"""Characters (documented, 3.3)."""
LONGEST_NONCE = 64
"""Characters, in SOAP (documented, 3.3)."""
NO_ROW = "no_row"
"""Word of a step that refuses without a row in the trail."""

REQUIRED = (
    "oauth_consumer_key", "oauth_token", "oauth_nonce", "oauth_timestamp", "oauth_signature_method", "oauth_signature",
)
"""Parameters a login with a token has to bring (documented, 3.1)."""
_ALGORITHMS = {"soap": ("HMAC-SHA256", "HMAC_SHA256")}


@dataclass
class Attempt:
    """One login, and what is known about it so far."""

    asked: Asked
    """The request."""
    presented: Presented
    """What it shows."""
    directory: Directory
    """Who there is."""
    settings: Settings
    """Unpublished behaviour."""
    state: State
    """Where nonces, locks and the trail are."""
    now: datetime
    """The account's own time, UTC."""
    required: Sequence[str] = REQUIRED
    """Parameters that must be there."""
    integration: Row | None = field(default=None)
    """Integration record of the consumer key, once it is known."""
    token: Row | None = field(default=None)
    """Row of the token, once it is known."""


Step = Callable[[Attempt], str]
"""One thing that is looked at; returns the word of the trail, empty if nothing is wrong."""


def feature_on(attempt: Attempt) -> str:
    """Look at the feature Token-based Authentication.

    Args:
        attempt: the login.
    """
    return "" if "TBA" in attempt.directory.features else "FeatureDisabled"


def parameters_right(attempt: Attempt) -> str:
    """Look at the parameters: none twice, malformed, empty or missing, the right method and version.

    Args:
        attempt: the login.
    """
    names, oauth = [name for name, _ in attempt.presented.pairs], attempt.presented.oauth
    twice, empty = len(set(names)) != len(names), any(not oauth[name] for name in attempt.required if name in oauth)
    if twice or empty or attempt.presented.broken:
        return "parameter_rejected"
    if any(name not in oauth for name in attempt.required):
        return "MissingTokenPassportRequiredFields"
    if oauth["oauth_signature_method"] not in _ALGORITHMS.get(attempt.presented.door, ("HMAC-SHA256",)):
        return "UnknownAlgorithm"
    return "" if oauth.get("oauth_version", "1.0") == "1.0" else "VersionRejected"


def integration_usable(attempt: Attempt) -> str:
    """Look at the integration record.

    Args:
        attempt: the login.
    """
    key = attempt.presented.oauth["oauth_consumer_key"]
    found = attempt.integration = attempt.directory.integrations.get(key)
    if found is None:
        return "consumer_key_unknown"
    if found["state"] == "Waiting for Approval":
        return attempt.settings.approval_word
    # Blocked: documented. That the box Token-based Authentication unticked looks the same: inferred.
    return "" if found["state"] == "Enabled" and found["tba"] == "T" else "consumer_key_refused"


def timestamp_near(attempt: Attempt) -> str:
    """Look at the timestamp.

    Args:
        attempt: the login.
    """
    text = attempt.presented.oauth["oauth_timestamp"]
    readable = text.isascii() and text.isdigit() and len(text) < 12
    return "" if readable and abs(int(text) - attempt.now.timestamp()) <= WINDOW else "InvalidTimestamp"


def token_known(attempt: Attempt) -> str:
    """Look for the token among those of the integration.

    Args:
        attempt: the login.
    """
    found = attempt.directory.tokens.get(attempt.presented.oauth["oauth_token"])
    if found is None or attempt.integration is None or found["integration"] != attempt.integration["id"]:
        return "token_rejected"
    attempt.token = found
    return ""


def token_usable(attempt: Attempt) -> str:
    """Look whether the token is active, and has arrived everywhere.

    Args:
        attempt: the login.
    """
    assert attempt.token is not None
    if "T" in (attempt.token["revoked"], attempt.token["inactive"]):
        return "token_rejected"
    made = datetime.fromisoformat(attempt.token["created"]).replace(tzinfo=timezone.utc)
    arrived = made + timedelta(minutes=attempt.settings.new_token_waits_minutes)
    return "" if arrived <= attempt.now else "token_rejected"


def signature_right(attempt: Attempt) -> str:
    """Compare the signature with the one both secrets give.

    Args:
        attempt: the login.
    """
    assert attempt.integration is not None
    secret = attempt.token["tokensecret"] if attempt.token else ""
    expected = sign(attempt.presented.base, attempt.integration["consumersecret"], secret)
    return "" if agrees(expected, attempt.presented.oauth["oauth_signature"]) else "InvalidSignature"


def nonce_fresh(attempt: Attempt) -> str:
    """Look whether this user has used nonce and timestamp together before.

    Args:
        attempt: the login.
    """
    entity = attempt.token["entity"] if attempt.token else 0
    nonce, moment = attempt.presented.oauth["oauth_nonce"], int(attempt.presented.oauth["oauth_timestamp"])
    # Length in SOAP, and letters and digits alone there: documented (3.3); the word is that of RESTlets (inferred).
    soap = attempt.presented.door == "soap" and not (nonce.isascii() and nonce.isalnum() and len(nonce) <= LONGEST_NONCE)
    if soap or len(nonce) < SHORTEST_NONCE:
        return "nonce_rejected"
    oldest = int(attempt.now.timestamp()) - WINDOW
    attempt.state.run("DELETE FROM nonces WHERE entity = ? AND stamp < ?", (entity, oldest))
    try:
        attempt.state.run("INSERT INTO nonces VALUES (?, ?, ?)", (entity, moment, nonce))
    except IntegrityError:
        return "nonce_used" if attempt.presented.door == "restlet" else "NonceUsed"
    return ""


def not_locked(attempt: Attempt) -> str:
    """Look whether five failures have locked the user.

    Args:
        attempt: the login.
    """
    assert attempt.token is not None
    until = attempt.state.value("SELECT lockeduntil FROM employees WHERE id = ?", (attempt.token["entity"],))
    return "temporary_locked" if until and until > stamp(attempt.now) else ""


def person_allowed(attempt: Attempt) -> str:
    """Look at user and role: everything that is wrong with them has one word (documented, 8.6).

    Args:
        attempt: the login.
    """
    token = attempt.token
    assert token is not None
    return "" if may_log_in(attempt.directory, token["entity"], token["role"]) else "permission_denied"


def may_log_in(directory: Directory, entity: int, role: int) -> bool:
    """Tell whether a user may log in with access tokens in a role.

    Args:
        directory: who there is.
        entity: internal id of the user.
        role: internal id.
    """
    if not may_use(directory, entity, role):
        return False
    held = directory.levels(role, entity)
    return role == ADMINISTRATOR or any(held.get(key) for key in LOGIN_PERMISSIONS)


def may_use(directory: Directory, entity: int, role: int) -> bool:
    """Tell whether a user has access, and the role: both active, the role not hidden.

    Args:
        directory: who there is.
        entity: internal id of the user.
        role: internal id.
    """
    user, held = directory.employees.get(entity), directory.roles.get(role)
    if user is None or held is None or (entity, role) not in directory.usable:
        return False
    return bool(user["giveaccess"] == "T" and user["isinactive"] == "F" and held["isinactive"] == "F")


def address_allowed(attempt: Attempt) -> str:
    """Look whether the caller's address is one the account lets in (that tokens are held to it: not published, 8.7).

    Args:
        attempt: the login.
    """
    rules = attempt.directory.ip_rules
    if "IPADDRESSRULES" not in attempt.directory.features or not rules:
        return ""
    inside = any(ipaddress.ip_address(attempt.asked.ip) in rule for rule in rules)
    return "" if inside else attempt.settings.ip_rule_word


_BEFORE: tuple[Step, ...] = (feature_on, parameters_right, integration_usable, timestamp_near, token_known)
_AFTER: tuple[Step, ...] = (nonce_fresh, not_locked, person_allowed, address_allowed)
ORDERS: dict[str, tuple[Step, ...]] = {
    "token_first": (*_BEFORE, token_usable, signature_right, *_AFTER),
    "signature_first": (*_BEFORE, signature_right, token_usable, *_AFTER),
}
"""The steps of a login with an access token, by the value of ``settings.login_order``."""
