"""Steps 1 and 3 of the TBA authorization flow: a request token, and the access token for it (protocol.md 4; step 2 is ``consent``).

The words in the Login Audit Trail are those of 4.7 (documented). The answers on the wire are the RESTlet host's (4.7,
inferred: none was published).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from sqlite3 import Row
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from wizard.practice.data.state import stamp
from wizard.practice.door import steps as login
from wizard.practice.door.presented import Asked, Malformed, Refused, read_header
from wizard.practice.door.signature import agrees, query_pairs
from wizard.practice.door.steps import Attempt, Step
from wizard.practice.office import office
from wizard.practice.settings import Settings
from wizard.practice.wire.reply import MALFORMED_SENTENCE, Answered, Reply, restlet_error, restlet_login_refused

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

OOB = "oob"
"""The callback of a program that cannot be called back (RFC 5849 2.1); Oracle mentions it nowhere (4.5)."""
APPROVAL = "approve_auto_installed_integrations"
"""Our key, in ``preferences``, of *Require Approval during Auto-Installation of Integration*; ``T`` when ticked."""
KEPT = timedelta(days=1)
"""How long a request token is remembered, so that one that has expired is not called unknown."""

_BOTH = ("oauth_consumer_key", "oauth_nonce", "oauth_timestamp", "oauth_signature_method", "oauth_signature")
_STEP_ONE = (*_BOTH, "oauth_callback")
_STEP_THREE = (*_BOTH, "oauth_token", "oauth_verifier")
_WORDS: Mapping[str, str] = {
    "consumer_key_unknown": "UnknownIntegration",
    "consumer_key_refused": "IntegrationBlocked",
    "MissingTokenPassportRequiredFields": "MissingRequiredParameter",
    "parameter_rejected": "MissingRequiredParameter",  # sent twice or empty: the flow has no word of its own (inferred)
    "nonce_rejected": "NonceRejected",
    "token_rejected": "TokenRejected",
    "permission_denied": "EntityOrRoleDisabled",
}
"""What the trail calls in the flow what it calls otherwise at a login (documented, 4.7 and 8.6)."""

_UNAVAILABLE = ("AuthorizationFlowRequired", "FeatureDisabled")
"""Words of step 1 that mean the flow is not available."""

_REST = r"(?:[/?][!$-)+-;=?-\[\]-~]*)?"  # printable ASCII without quotation mark, fragment, star, < > and backslash
_LABELS = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_LOCAL = "http://localhost:*"
_ASKED = re.compile(rf"https?://{_LABELS}(?::[0-9]{{1,5}})?{_REST}|{re.escape(_LOCAL)}{_REST}")
_RECORD = re.compile(rf"https?://(?:\*\.)?{_LABELS}(?::[0-9]{{1,5}})?{_REST}|{re.escape(_LOCAL)}{_REST}")


def request_token(account: PracticeAccount, asked: Asked) -> Reply:
    """Step 1: hand out a request token (documented, 4.2).

    Args:
        account: the account.
        asked: the request.
    """
    attempt = _checked(account, asked, _STEP_ONE, _ORDER_ONE)
    assert attempt.integration is not None
    role = _role(attempt)
    pair = (secrets.token_hex(32), secrets.token_hex(32))
    with account.state.record():
        account.state.run("DELETE FROM request_tokens WHERE created < ?", (stamp(attempt.now - KEPT),))
        account.state.run(
            "INSERT INTO request_tokens (tokenid, tokensecret, integration, callback, role, created)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (*pair, attempt.integration["id"], attempt.presented.oauth["oauth_callback"], number(role or ""), stamp(attempt.now)),
        )
    sent = [] if role is None else [("role", role)]
    return _form(account, pair, [("oauth_callback_confirmed", "true"), *sent])


def access_token(account: PracticeAccount, asked: Asked) -> Reply:
    """Step 3: hand out the access token, and install the integration record (documented, 4.4).

    This account knows no other accounts, and keeps a record from the start: what stands for its installation is its
    first token. So a record that has one already stays as it is (inferred).

    Args:
        account: the account.
        asked: the request.
    """
    # The request token is used up and the access token made in one transaction; a refusal is kept in the trail.
    with account.state.write():
        try:
            attempt = _checked(account, asked, _STEP_THREE, _ORDER_THREE)
        except Answered as refused:
            return refused.reply
        return _hand_out(account, attempt)


def _hand_out(account: PracticeAccount, attempt: Attempt) -> Reply:
    record, granted = attempt.integration, attempt.token
    assert record is not None and granted is not None
    first = account.state.row("SELECT 1 FROM tokens WHERE integration = ?", (record["id"],)) is None
    pair = office.add_token(account, record, granted["entity"], granted["role"], by=granted["entity"])
    if first and account.state.value("SELECT value FROM preferences WHERE name = ?", (APPROVAL,)) == "T":
        account.state.run("UPDATE integrations SET state = 'Waiting for Approval' WHERE id = ?", (record["id"],))
    return _form(account, pair, [])


def expired(token: Row, settings: Settings, now: datetime) -> bool:
    """Tell whether a request token is too old (its life is not published, 13.9).

    Args:
        token: its row.
        settings: how long it lives.
        now: the account's own time, UTC.
    """
    made = datetime.fromisoformat(token["created"]).replace(tzinfo=timezone.utc)
    return made + timedelta(minutes=int(settings.flow_minutes)) < now


def number(text: str) -> int | None:
    """Return an internal id, or None if it is none.

    Args:
        text: as sent.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


# --- callbacks


def callback_of_record(callback: str) -> bool:
    """Tell whether a Callback URL can be saved in an integration record (documented: 4.1, 4.5).

    Args:
        callback: as typed.
    """
    return _RECORD.fullmatch(callback) is not None


def callback_agrees(callback: str, record: str | None) -> bool:
    """Tell whether a callback is absolute and matches the one of the record (documented, 4.5).

    ``*`` as first label stands for one label. After ``http://localhost:`` it stands for a port, and for everything if it
    is the end (inferred). Otherwise both have to be the same, letter for letter (inferred).

    Args:
        callback: of step 1.
        record: of the integration record.
    """
    if not record or not _ASKED.fullmatch(callback):
        return False
    pattern = re.escape(record)
    if record.startswith(_LOCAL):
        rest = record.removeprefix(_LOCAL)
        pattern = r"http://localhost:(?:\*|[0-9]{1,5})" + (re.escape(rest) or _REST)
    elif "://*." in record:
        pattern = pattern.replace(r"://\*\.", r"://[A-Za-z0-9-]+\.", 1)
    return re.fullmatch(pattern, callback) is not None


# --- the login of both steps


def _checked(account: PracticeAccount, asked: Asked, required: Sequence[str], steps: Sequence[Step]) -> Attempt:
    """Check one step. It does not count towards the concurrency limit, which is that of services (inferred, 10.1)."""
    settings = account.settings
    if asked.method != "POST":
        raise Answered(restlet_error(405, "METHOD_NOT_ALLOWED", "Use POST."))
    try:
        presented = read_header(asked, "flow", settings)
        attempt = account.doorkeeper.attempt(asked, presented, account.directory, account.now())
        attempt.required = required
        return account.doorkeeper.check(attempt, steps)
    except Malformed:
        raise Answered(restlet_error(400, "INVALID_REQUEST", MALFORMED_SENTENCE)) from None
    except Refused as refusal:
        if refusal.detail == "MissingRequiredParameter":
            raise Answered(restlet_error(400, "INVALID_REQUEST", MALFORMED_SENTENCE)) from None
        if refusal.detail in _UNAVAILABLE and steps is _ORDER_ONE and settings.flow_unavailable == "405":
            raise Answered(restlet_error(405, "METHOD_NOT_ALLOWED", "The TBA authorization flow is not available.")) from None
        raise Answered(restlet_login_refused(settings)) from None


def _form(account: PracticeAccount, pair: tuple[str, str], more: Sequence[tuple[str, str]]) -> Reply:
    """Return a pair in the form of both answers; the line end is real (observed in public, 4.2 and 4.4)."""
    body = urlencode([("oauth_token", pair[0]), ("oauth_token_secret", pair[1]), *more]) + "\n"
    return Reply(200, body.encode(), account.settings.flow_content_type)


def _role(attempt: Attempt) -> str | None:
    """Return the role that was sent: in the header (documented, B1), perhaps in the query (13.9)."""
    query = dict(query_pairs(attempt.asked.query)) if attempt.settings.flow_role_in_query == "read" else {}
    return attempt.presented.oauth.get("role", query.get("role"))


def _integration_known(attempt: Attempt) -> str:
    """Look at the record; that it is blocked nobody can tell before the company is known (the table of 4.7 has no word then)."""
    word = login.integration_usable(attempt)
    somewhere = attempt.asked.host.partition(":")[0] == "system.netsuite.com" and not attempt.presented.realm
    return "" if somewhere and attempt.integration is not None else word


def _flow_ticked(attempt: Attempt) -> str:
    assert attempt.integration is not None
    return "" if attempt.integration["flow"] == "T" else "AuthorizationFlowRequired"


def _callback_right(attempt: Attempt) -> str:
    assert attempt.integration is not None
    callback = attempt.presented.oauth["oauth_callback"]
    outside = callback == OOB and attempt.settings.flow_oob == "allowed"
    right = outside or callback_agrees(callback, attempt.integration["callback"])
    return "" if right else f"InvalidCallback <<--{callback}-->>"  # documented (4.5)


def _consented(attempt: Attempt) -> str:
    """Look for this integration's request token, and for somebody's consent (that its lack has this word is inferred)."""
    assert attempt.integration is not None
    sql = "SELECT * FROM request_tokens WHERE tokenid = ? AND integration = ? AND verifier IS NOT NULL"
    found = attempt.state.row(sql, (attempt.presented.oauth["oauth_token"], attempt.integration["id"]))
    if found is None or expired(found, attempt.settings, attempt.now):
        return "TokenRejected"
    attempt.token = found
    return ""


def _verifier_right(attempt: Attempt) -> str:
    assert attempt.token is not None
    return "" if agrees(attempt.token["verifier"], attempt.presented.oauth["oauth_verifier"]) else "InvalidVerifier"


def _use_up(attempt: Attempt) -> str:
    """Forget the request token: it is good for one access token. Part of the check, so that of two at once one is refused."""
    assert attempt.token is not None
    attempt.state.run("DELETE FROM request_tokens WHERE id = ?", (attempt.token["id"],))
    return ""


def _worded(*steps: Step) -> tuple[Step, ...]:
    """Return the steps with the words of the flow."""

    def worded(step: Step) -> Step:
        return lambda attempt: _WORDS.get(word := step(attempt), word)

    return tuple(worded(step) for step in steps)


# As at a login (section 12, inferred); what the flow adds stands where it is first known (inferred).
_ORDER_ONE = _worded(
    login.feature_on, login.parameters_right, _integration_known, _flow_ticked, login.timestamp_near,
    login.signature_right, login.nonce_fresh, _callback_right,
)
_ORDER_THREE = _worded(
    login.feature_on, login.parameters_right, login.integration_usable, _flow_ticked, login.timestamp_near, _consented,
    login.signature_right, login.nonce_fresh, login.not_locked, login.person_allowed, login.address_allowed,
    _verifier_right, _use_up,
)
