"""The failure table in short: what a cause means, where it is put right, and the words of the Login Audit Trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """A row of the failure table, without its many symptoms."""

    short: str
    """A few words for lists such as "It is not: account ID, clock"."""
    meaning: str
    """What is wrong, one line."""
    fix: str
    """What to do, one or two sentences with NetSuite's labels."""
    page: str | None = None
    """Key of ``wizard.account.PAGES`` where it is put right; None when that is not in NetSuite."""
    minutes: int | None = None
    """About how long it takes."""


CAUSES: Mapping[str, Cause] = {
    "account-id-format": Cause(
        "account ID", "the account ID is misspelt, or of another account",
        "Copy Account ID from Company Information; a sandbox is 1234567_SB1.",
        "company",
        2,
    ),
    "accounting-setup": Cause(
        "books", "the books lack an account, a currency or an open period",
        "Create what is missing before the first export.",
        "accounts",
        5,
    ),
    "bundle": Cause("bundle", "the bundle is missing, too old or not released", "Install or update the bundle.", "bundles", 15),
    "client-environment": Cause(
        "this machine",
        "this machine, its network or a copied value is in the way",
        "Run netsuite-setup doctor on this machine; type or paste the value again.",
        None,
        3,
    ),
    "clock": Cause("clock", "time stamp or nonce was refused", "Set this machine's clock by a time server.", None, 5),
    "concurrency": Cause(
        "too many requests", "too many requests at a time", "Wait a minute, or look at Integration Governance.", "governance", 5
    ),
    "credential-swap": Cause(
        "exchanged values", "values stand in each other's place", "Enter both pairs again, each under its label.", None, 3
    ),
    "data-match": Cause("data", "records of both systems do not match", "Compare names and numbers in both systems.", None, 15),
    "feature-off": Cause("features", "a feature is off", "Tick the box, agree to the terms, press Save.", "features", 2),
    "form-field": Cause("forms", "a form hides or demands a field", "Look at the preferred form of that record.", None, 10),
    "integration-record": Cause(
        "integration record", "the integration record is unknown, blocked, or its key was reset",
        "Set State to Enabled, tick Token-based Authentication; if the key is lost, Edit > Reset Credentials.",
        "integrations",
        3,
    ),
    "lockout": Cause("a lock", "five refused logins locked the user", "Wait 30 minutes; nothing else helps.", None, 30),
    "platform-change": Cause(
        "a release", "NetSuite ends what the integration uses", "Read the lifecycle note of the first step.", None, 5
    ),
    "propagation": Cause("a delay", "a change has not arrived yet", "Wait, then look again.", None, 60),
    "role-login-permission": Cause(
        "the role's login permissions", "the role lacks a permission that logins or REST need",
        "Add Log in using Access Tokens and REST Web Services, both Full; press Add, then Save.",
        "roles",
        3,
    ),
    "role-record-permission": Cause(
        "the role's record permissions", "the role lacks a record's permission, or has it too low",
        "Add the permission at its level on the role; press Add, then Save.",
        "roles",
        3,
    ),
    "signing": Cause(
        "secrets", "the signature does not fit: a secret is wrong",
        "Enter both secrets again; a lost one is replaced by Reset Credentials, or by a new token.",
        "tokens",
        5,
    ),
    "silent-denial": Cause(
        "hidden rows", "rows or tables are hidden without a word", "Compare with what an administrator sees.", None, 10
    ),
    "subsidiary": Cause(
        "subsidiaries", "a subsidiary is missing from the role's access",
        "On the role: Subsidiary Restrictions, All or Selected with every subsidiary used; Save.",
        "roles",
        3,
    ),
    "token": Cause(
        "token", "the token is unknown, revoked, or of another application, user or role",
        "Make a new token with the right Application Name, User and Role.",
        "tokens",
        3,
    ),
    "two-factor": Cause(
        "a second factor", "the role demands a second factor", "Use a role without two-factor authentication.", "roles", 10
    ),
    "unconfirmed": Cause("unknown", "nobody has published a cause", "Send the report to NetSuite's support.", None, 10),
    "user": Cause(
        "user", "the user may not log in: inactive, without access, or without the role",
        "On the employee: not Inactive, Access > Give Access, the role under Roles; Save.",
        "employees",
        3,
    ),
    "vendor-profile": Cause(
        "the profile", "the profile asks for something NetSuite does not know", "Tell the profile's author.", None, 5
    ),
    "vendor-side": Cause(
        "NetSuite itself", "the fault is at the vendor or at NetSuite", "Try again later; then send the report.", None, 30
    ),
    "web-services-only": Cause(
        "Web Services Only", "the box Web Services Only Role is set the wrong way",
        "Edit the role, set the box, press Save.",
        "roles",
        2,
    ),
    "wrong-host": Cause(
        "host name", "the request went to another host", "Use the account's own address, without a detour.", None, 5
    ),
}
"""Slugs as in the failure table (text before the first colon of its cause column)."""


@dataclass(frozen=True)
class AuditWord:
    """What a word in the column Detail of the Login Audit Trail means (documented, protocol.md 8.6)."""

    meaning: str
    """Plain words."""
    causes: tuple[str, ...]
    """Slugs, most likely first; exactly one where the word alone decides."""
    fix: str
    """What to do."""
    page: str | None = None
    """Key of ``wizard.account.PAGES``."""
    minutes: int | None = None
    """About how long it takes."""

    @property
    def cause(self) -> str | None:
        """The cause, if the word alone proves it."""
        return self.causes[0] if len(self.causes) == 1 else None


def _of(cause: str, meaning: str, *also: str, fix: str = "") -> AuditWord:
    row = CAUSES[cause]
    return AuditWord(meaning, (cause, *also), fix or row.fix, row.page, row.minutes)


_CLIENT = "Send the report to the author of the program that signed the request."

AUDIT_WORDS: Mapping[str, AuditWord] = {
    "consumer_key_unknown": _of(
        "integration-record",
        "the consumer key is unknown in this account",
        "credential-swap",
        "account-id-format",
        fix="Enter the consumer key again. If it is lost: Manage Integrations > the record > Edit > Reset Credentials.",
    ),
    "consumer_key_refused": _of(
        "integration-record",
        "the integration record is blocked",
        fix="Edit the integration record: State Enabled; Save.",
    ),
    "FeatureDisabled": _of(
        "feature-off",
        "Token-based Authentication is off",
        fix="SuiteCloud subtab, Manage Authentication: tick Token-based Authentication, agree to the terms, press Save.",
    ),
    "MissingTokenPassportRequiredFields": _of("signing", "a part of the login is missing", fix=_CLIENT),
    "parameter_rejected": _of("signing", "a part of the login is malformed or stands twice", fix=_CLIENT),
    "nonce_rejected": _of("clock", "the nonce is too short", fix=_CLIENT),
    "nonce_used": _of(
        "clock", "the same request arrived twice", fix="Look again once. A proxy that repeats requests does this."
    ),
    "NonceUsed": _of(
        "clock", "the same request arrived twice", fix="Look again once. A proxy that repeats requests does this."
    ),
    "InvalidTimestamp": _of("clock", "the time stamp is more than five minutes off"),
    "InvalidSignature": _of("signing", "a secret is wrong", "credential-swap", "account-id-format"),
    "UnknownAlgorithm": _of("signing", "the signature is not HMAC-SHA256", fix=_CLIENT),
    "VersionRejected": _of("signing", "the OAuth version is not 1.0", fix=_CLIENT),
    "token_rejected": _of(
        "token", "the token is unknown, inactive, or of another application", "credential-swap", "propagation", "user"
    ),
    "permission_denied": AuditWord(
        "user or role may not log in with tokens",
        ("user", "role-login-permission"),
        "Check that user and role are active, that the user has access and the role, that the role has Log in using "
        "Access Tokens, and that the user did not hide it on View My Roles.",
        "roles",
        5,
    ),
    "temporary_locked": _of("lockout", "locked for 30 minutes after five refused logins"),
}
"""Detail words of REST, SOAP and RESTlet logins (documented, protocol.md 8.6)."""

LOGIN_CANDIDATES = (
    "signing",
    "account-id-format",
    "token",
    "role-login-permission",
    "user",
    "integration-record",
    "concurrency",
    "feature-off",
    "clock",
    "lockout",
    "credential-swap",
    "propagation",
    "wrong-host",
)
"""Causes of a bare 401, by how often the failure table has them, most frequent first."""

UNSEEN_CANDIDATES = ("account-id-format", "concurrency", "wrong-host", "integration-record", "user", "client-environment")
"""Causes of a refused login that left no row in the Login Audit Trail (inferred, protocol.md 8.6): it never came to the
login of that account. What a record that waits for approval, or a rule on addresses, leaves was not published (13.1, 13.2)."""

WAVED_THROUGH = ("concurrency", "wrong-host")
"""Causes of a refusal that stands in the Login Audit Trail as a success: it came after the login (inferred from 10.3)."""


NO_ROW = "no row"
"""What a person says who found no row of the refused login in the Login Audit Trail."""

SUCCESS_ROW = "success row"
"""What a person says who found the refused login there with the Status Success."""


def audit_word(detail: str) -> tuple[str, AuditWord] | None:
    """Find the known word in a Detail of the Login Audit Trail, however it is spelt there.

    Args:
        detail: text of the column, or anything a person pasted.

    Returns:
        The word as documented and what it means, or None.
    """
    wanted = detail.casefold()
    found = [word for word in AUDIT_WORDS if word.casefold() in wanted]
    return (max(found, key=len), AUDIT_WORDS[max(found, key=len)]) if found else None


def read_by_a_person(word: str, possible: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the causes that a word of the Login Audit Trail leads to, most likely first; none for an unknown word.

    Args:
        word: a key of ``AUDIT_WORDS`` however it is spelt, ``NO_ROW``, ``SUCCESS_ROW``, or whatever else stands there.
        possible: what the check thought possible, most likely first: the order where there is no row, and no word.
    """
    if word == NO_ROW:
        return (*(c for c in possible if c in UNSEEN_CANDIDATES), *(c for c in UNSEEN_CANDIDATES if c not in possible))
    if word == SUCCESS_ROW:
        return WAVED_THROUGH
    known = audit_word(word)
    return known[1].causes if known else ()
