"""``/rest/tokeninfo`` and ``/rest/revoketoken``: what a token says of itself, and its end (protocol.md 4.8, 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from wizard.practice.door.directory import Access
from wizard.practice.door.presented import Asked, Malformed, Refused, TooManyRequests
from wizard.practice.wire.reply import (
    JSON,
    MALFORMED_SENTENCE,
    Answered,
    Reply,
    restlet_error,
    restlet_login_refused,
    restlet_too_many,
    wire,
)

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount


def restlet_login(account: PracticeAccount, asked: Asked) -> Access:
    """Check a login on the RESTlet host (protocol.md 8.2).

    Args:
        account: the account.
        asked: the request.

    Raises:
        Answered: with the refusal, in the form of that host.
    """
    try:
        return account.log_in(asked, "restlet")
    except Malformed:
        raise Answered(restlet_error(400, "INVALID_REQUEST", MALFORMED_SENTENCE)) from None
    except Refused as refusal:
        if refusal.detail == "MissingTokenPassportRequiredFields":
            raise Answered(restlet_error(400, "INVALID_REQUEST", MALFORMED_SENTENCE)) from None
        raise Answered(restlet_login_refused(account.settings)) from None
    except TooManyRequests:
        if account.wait_in_disguise():
            raise Answered(restlet_login_refused(account.settings)) from None
        raise Answered(restlet_too_many(account.settings)) from None


def token_info(account: PracticeAccount, asked: Asked) -> Reply:
    """Say who the token is (documented that it tells; no complete body was published: 5, 13.4).

    Args:
        account: the account.
        asked: the request.
    """
    access = _reader(account, asked)
    shape = account.settings.tokeninfo_shape
    if shape == "refused_for_web_services_only" and access.web_services_only:
        return restlet_error(401, "INVALID_LOGIN_CREDENTIALS", "Invalid login credentials.")
    company = {"companyName": account.company, "companyId": account.realm}
    role = {"roleName": account.directory.roles[access.role]["name"], "roleId": access.role}
    bodies = {
        "nested": {"company": company, "role": role, "entity": {"entityId": access.entity}},
        "names_only": {**company, "roleName": role["roleName"]},
    }
    return Reply(200, wire(bodies.get(shape, {**company, **role, "entityId": access.entity})), JSON)


def revoke_token(account: PracticeAccount, asked: Asked) -> Reply:
    """Revoke a token of the same user (documented, 4.8); the body of the answer is inferred.

    Args:
        account: the account.
        asked: the request.
    """
    access = _reader(account, asked)
    wanted = {name: values[0] for name, values in parse_qs(asked.query).items()}
    token = account.directory.tokens.get(wanted.get("token", ""))
    integration = account.directory.integrations.get(wanted.get("consumerKey", ""))
    own = token is not None and integration is not None and token["integration"] == integration["id"]
    if token is None or not own or token["entity"] != access.entity:
        return restlet_error(400, "INVALID_REQUEST", "The token cannot be revoked.")
    account.withdraw_token(token["id"], revoked=True)
    return Reply(200, wire({"success": True}), JSON)


def _reader(account: PracticeAccount, asked: Asked) -> Access:
    access = restlet_login(account, asked)
    if asked.method != "GET":
        raise Answered(restlet_error(405, "METHOD_NOT_ALLOWED", "Use GET."))
    return access
