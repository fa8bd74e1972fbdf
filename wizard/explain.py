"""From a refusal to what it means: what an error proves by itself, and what else it may be.

A cause is named only where the answer proves it. NetSuite's 401 is the same for a dozen causes (observed, protocol.md
8.1), so for a bare one the candidates are listed instead, the most frequent first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.causes import LOGIN_CANDIDATES
from wizard.netsuite.answers import (
    BadRequest,
    Cancelled,
    Elsewhere,
    Garbled,
    HeldBack,
    LoginRefused,
    NetSuiteError,
    NotThere,
    PermissionRefused,
    QueryRefused,
    Redirected,
    RoleRefused,
    ServerTrouble,
    Throttled,
    Unreachable,
)
from wizard.redact import one_line
from wizard.remedies import candidates_remedy, remedy, remedy_of
from wizard.troubles import IS_NOT, TROUBLES, Trouble
from wizard.verdict import Remedy

if TYPE_CHECKING:
    from wizard.account import Account


@dataclass(frozen=True)
class Explained:
    """What an error means as far as it can be told from the error alone."""

    cause: str | None
    """Slug, if the answer proves one."""
    says: str
    """Short, in NetSuite's terms."""
    remedy: Remedy | None = None
    """What to do."""
    candidates: tuple[str, ...] = ()
    """Slugs that are possible, most likely first, where none is proven."""


def explain(error: NetSuiteError, account: Account | None = None) -> Explained:
    """Say what an error means, without further knowledge.

    Args:
        error: what was raised.
        account: for deep links.
    """
    for kind, explainer in _EXPLAINERS.items():
        if isinstance(error, kind):
            return explainer(error, account)
    return Explained(error.cause, "NetSuite answered something unexpected", Remedy(text=error.message))


def trouble_of(error: NetSuiteError) -> Trouble | None:
    """Return the row of what stands between this machine and NetSuite's login; None for a refusal or any other answer.

    Args:
        error: what was raised.
    """
    return next((TROUBLES[key(error)] for kind, key in _KEYS.items() if isinstance(error, kind)), None)


def _on_the_way(error: NetSuiteError, account: Account | None) -> Explained:
    row = trouble_of(error)
    assert row is not None
    cause = error.cause or (row.causes[0] if row.proven else None)
    text = f"{error.message} {row.means} {IS_NOT} {row.do}"
    return Explained(cause, row.says, remedy(text, minutes=row.minutes), row.causes)


def _key(error: NetSuiteError) -> str:
    assert isinstance(error, Unreachable)
    named = f"{error.stage}.{error.reason}"
    return named if named in TROUBLES else _ANY[error.stage]


_ANY: Mapping[str, str] = {
    "dns": "dns.no-such-name", "tcp": "tcp.no-route", "tls": "tls.certificate", "proxy": "proxy.refused",
    "timeout": "timeout.read", "cut": "cut.cut",
}  # fmt: skip
_KEYS: Mapping[type[NetSuiteError], Callable[[NetSuiteError], str]] = {
    Unreachable: _key,
    Elsewhere: lambda e: f"elsewhere.{e.what}" if isinstance(e, Elsewhere) else "",
    ServerTrouble: lambda e: "server-trouble",
    Redirected: lambda e: "redirected",
    Garbled: lambda e: "garbled",
}


def _login(error: NetSuiteError, account: Account | None) -> Explained:
    assert isinstance(error, LoginRefused)
    candidates: tuple[str, ...] = LOGIN_CANDIDATES
    if error.perhaps_concurrency:
        candidates = ("concurrency", *(slug for slug in candidates if slug != "concurrency"))
    return Explained(
        error.cause, "login refused; the answer names no cause", candidates_remedy(candidates, account), candidates
    )


def _permission(error: NetSuiteError, account: Account | None) -> Explained:
    assert isinstance(error, PermissionRefused)
    if error.permission is None:
        return Explained(
            error.cause, "refused: a permission is missing", Remedy(text=error.message), ("role-record-permission",)
        )
    name = one_line(error.permission, 60)
    says = f"level too low: {name}" if error.level_too_low else f"missing: {name}"
    return Explained("role-record-permission", says, remedy_of("role-record-permission", account))


def _role(error: NetSuiteError, account: Account | None) -> Explained:
    # Workbook: observed by bisecting a live role. REST Web Services: one vendor's reading (protocol.md 8.3).
    text = (
        "On the role, add Reports > SuiteAnalytics Workbook (Edit); if there, check Setup > REST Web Services (Full)."
    )
    # The feature SuiteAnalytics Workbook, if it is off, may look the same (13.6).
    candidates = ("role-login-permission", "feature-off")
    return Explained(None, "the role may not use this service", remedy(text, "roles", account, 3), candidates)


def _query(error: NetSuiteError, account: Account | None) -> Explained:
    assert isinstance(error, QueryRefused)
    if error.table_hidden:
        says = f"table {one_line(error.table_hidden, 30)} is hidden"
        text = "NetSuite says the same for a missing permission and for a feature that is off (observed)."
        return Explained(error.cause, says, Remedy(text=text), ("role-record-permission", "feature-off"))
    unknown = error.no_such_table or error.unknown_column
    says = f"NetSuite does not know {one_line(unknown, 30)}" if unknown else "NetSuite refused the query"
    return Explained(error.cause, says, Remedy(text=error.message), ("vendor-profile",))


def _not_there(error: NetSuiteError, account: Account | None) -> Explained:
    assert isinstance(error, NotThere)
    if error.no_such_type:
        says = f"record type {one_line(error.no_such_type, 30)} is not offered"
        return Explained(error.cause, says, None, ("feature-off", "role-record-permission", "vendor-profile"))
    return Explained(error.cause, "there is no such record")


_EXPLAINERS: Mapping[type[NetSuiteError], Callable[[NetSuiteError, Account | None], Explained]] = {
    **dict.fromkeys(_KEYS, _on_the_way),
    LoginRefused: _login,
    PermissionRefused: _permission,
    RoleRefused: _role,
    QueryRefused: _query,
    NotThere: _not_there,
    Throttled: lambda e, a: Explained("concurrency", "too many requests at a time", remedy_of("concurrency", a)),
    BadRequest: lambda e, a: Explained(e.cause, "NetSuite refused the request", Remedy(text=e.message)),
    HeldBack: lambda e, a: Explained(None, "held back: the last login was refused", Remedy(text=e.message)),
    Cancelled: lambda e, a: Explained(None, "cancelled"),
}
