"""``/services/rest/``: login, service gate, then the service asked for (protocol.md 6, 12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from wizard.practice.door import gates
from wizard.practice.door.directory import Access
from wizard.practice.door.presented import Asked, Malformed, Refused, TooManyRequests
from wizard.practice.rest import query_service, record_service
from wizard.practice.wire.reply import (
    MALFORMED_SENTENCE,
    NOTHING_SENTENCE,
    Answered,
    Reply,
    rest_error,
    rest_login_refused,
    rest_too_many,
    singular,
)

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

_Service = Callable[["PracticeAccount", Asked, Access], Reply]


def answer(account: PracticeAccount, asked: Asked) -> Reply:
    """Answer one request below ``/services/rest/``.

    Args:
        account: the account.
        asked: the request.
    """
    access = _login(account, asked)
    # The service gate stands behind the login (12).
    gates.rest_feature(account, access)
    if asked.method == "OPTIONS" and asked.path.endswith("/*"):
        # A well-known client connects so (observed in public, 6.5).
        return Reply(204)
    service = next((s for route, s in _SERVICES.items() if asked.below(route)), _nothing)
    return service(account, asked, access)


def _login(account: PracticeAccount, asked: Asked) -> Access:
    malformed = rest_error(400, MALFORMED_SENTENCE, "INVALID_REQUEST")
    try:
        return account.log_in(asked, "rest")
    except Malformed:
        raise Answered(malformed) from None
    except Refused as refusal:
        if refusal.detail == "MissingTokenPassportRequiredFields" and account.settings.parameter_missing == "400":
            raise Answered(malformed) from None
        raise Answered(rest_login_refused(account.settings, refusal)) from None
    except TooManyRequests:
        if account.wait_in_disguise():
            raise Answered(rest_login_refused(account.settings, Refused("", account.realm), disguised=True)) from None
        raise Answered(rest_too_many(account.settings)) from None


def _gated(service: _Service) -> _Service:
    """A service the role needs *REST Web Services* for."""

    def gated(account: PracticeAccount, asked: Asked, access: Access) -> Reply:
        gates.rest_permission(account, access)
        # Observed in public (6.5).
        return Reply(204) if asked.method == "OPTIONS" else service(account, asked, access)

    return gated


@_gated
def _nothing(account: PracticeAccount, asked: Asked, access: Access) -> Reply:
    """A service that is none: looked at behind the service gate (12); the words are inferred."""
    return rest_error(404, NOTHING_SENTENCE, "NONEXISTENT_ID")


def _server_time(account: PracticeAccount, asked: Asked, access: Access) -> Reply:
    """Needs a login and no explicit permission (documented, 6.7)."""
    if asked.method != "GET":
        return rest_error(405, "Method not allowed.", "INVALID_REQUEST")
    now = account.now()
    return singular({"serverTime": f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z"})


def _governance_limits(account: PracticeAccount, asked: Asked, access: Access) -> Reply:
    """For administrators only (documented, 6.7)."""
    if asked.method != "GET":
        return rest_error(405, "Method not allowed.", "INVALID_REQUEST")
    if not access.administrator:
        gates.refuse_role()
    return singular(account.governance.told(account.directory, access))


_SERVICES: Mapping[str, _Service] = {
    "/services/rest/system/v1/serverTime": _server_time,
    "/services/rest/system/v1/governanceLimits": _governance_limits,
    "/services/rest/record/v1/": _gated(record_service.answer),
    "/services/rest/query/v1/": _gated(query_service.answer),
}
