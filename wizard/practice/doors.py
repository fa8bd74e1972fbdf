"""Which host answers what, and in which order: login, service gate, resource (protocol.md 2.1, 12)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from wizard.practice import query_service, record_service
from wizard.practice.directory import Access
from wizard.practice.login import Asked, Malformed, Refused
from wizard.practice.reply import (
    JSON,
    MALFORMED_SENTENCE,
    Answered,
    Reply,
    feature_off,
    rest_error,
    rest_login_refused,
    restlet_error,
    singular,
    wire,
)

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

DISCOVERY_HOSTS = ("rest.netsuite.com", "webservices.netsuite.com", "system.netsuite.com")
"""Hosts that belong to no account (documented, 2.1)."""

_ACCOUNT_ID = re.compile(r"[A-Za-z0-9_-]+")
_Service = Callable[["PracticeAccount", Asked, Access], Reply]


def answer(account: PracticeAccount, asked: Asked) -> Reply:
    """Answer one request.

    Args:
        account: the account.
        asked: the request.
    """
    try:
        return _answer(account, asked)
    except Answered as answered:
        return answered.reply


def _answer(account: PracticeAccount, asked: Asked) -> Reply:
    name = asked.host.partition(":")[0]
    if name not in account.hosts:
        return rest_error(421, "No service is available at this host.", "INVALID_REQUEST")
    if asked.path == "/rest/datacenterurls" and name in ("rest.netsuite.com", account.restlets_host):
        return _discover(account, asked)
    if name == account.suitetalk_host and asked.path.startswith("/services/rest/"):
        return _rest(account, asked)
    if name in (account.restlets_host, account.app_host, "system.netsuite.com") and asked.path in _TOKEN_SERVICES:
        return _token_service(account, asked)
    return restlet_error(404, "NOT_FOUND", "There is nothing at this address.")


def _discover(account: PracticeAccount, asked: Asked) -> Reply:
    """Discovery, without a login (documented, 2.2; status of its errors inferred, 13.14)."""
    if asked.method != "GET":
        return Reply(405, wire({"error": {"code": "METHOD_NOT_ALLOWED", "message": "Use GET."}}), JSON)
    wanted = parse_qs(asked.query, keep_blank_values=True).get("account", [""])[0]
    if not wanted:
        message = "You need to provide a proper value for the required field: account."
        return restlet_error(400, "USER_ERROR", message)
    if not _ACCOUNT_ID.fullmatch(wanted):
        return restlet_error(400, "USER_ERROR", "Company ID is invalid")
    # Both bodies as the help page prints them: keys in different orders, a blank in the second, no line end.
    if wanted == account.realm:
        body = (
            f'{{"webservicesDomain":"https://{account.suitetalk_host}","restDomain":"https://{account.restlets_host}",'
            f'"systemDomain":"https://{account.app_host}"}}'
        )
    else:
        body = (
            '{"restDomain": "https://rest.netsuite.com","webservicesDomain": "https://webservices.netsuite.com",'
            '"systemDomain": "https://system.netsuite.com"}'
        )
    return Reply(200, body.encode(), JSON)


def _rest(account: PracticeAccount, asked: Asked) -> Reply:
    try:
        access = account.log_in(asked)
    except Malformed:
        return rest_error(400, MALFORMED_SENTENCE, "INVALID_REQUEST")
    except Refused as refusal:
        cause = account.settings.tba_error_word == "cause" and refusal.detail
        return rest_login_refused(refusal.realm, cause or "token_rejected")
    # The service gate stands behind the login (12).
    if not access.has("RESTWEBSERVICES"):
        return feature_off(account.settings)
    service = next((s for prefix, s in _REST_SERVICES.items() if asked.path.startswith(prefix)), _nothing)
    return service(account, asked, access)


def _gated(service: _Service) -> _Service:
    """A service the role needs *REST Web Services* for."""

    def gated(account: PracticeAccount, asked: Asked, access: Access) -> Reply:
        account.needs_rest(access)
        # Observed in public (6.5).
        return Reply(204) if asked.method == "OPTIONS" else service(account, asked, access)

    return gated


def _nothing(account: PracticeAccount, asked: Asked, access: Access) -> Reply:
    return rest_error(404, "There is nothing at this address.", "NONEXISTENT_ID")


def _server_time(account: PracticeAccount, asked: Asked, access: Access) -> Reply:
    """Needs a login and no explicit permission (documented, 6.7)."""
    if asked.method != "GET":
        return rest_error(405, "Method not allowed.", "INVALID_REQUEST")
    now = account.now()
    return singular({"serverTime": f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z"})


def _token_service(account: PracticeAccount, asked: Asked) -> Reply:
    try:
        access = account.log_in(asked)
    except Malformed:
        return restlet_error(400, "INVALID_REQUEST", MALFORMED_SENTENCE)
    except Refused as refusal:
        if refusal.detail == "MissingTokenPassportRequiredFields":
            return restlet_error(400, "INVALID_REQUEST", MALFORMED_SENTENCE)
        return restlet_error(401, "INVALID_LOGIN_ATTEMPT", "Invalid login attempt.")
    if asked.method != "GET":
        return restlet_error(405, "METHOD_NOT_ALLOWED", "Use GET.")
    return _TOKEN_SERVICES[asked.path](account, asked, access)


def _token_info(account: PracticeAccount, asked: Asked, access: Access) -> Reply:
    """Who the token is (documented that it tells; no complete body was published: 5, 13.4)."""
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


def _revoke_token(account: PracticeAccount, asked: Asked, access: Access) -> Reply:
    """Revoke a token of the same user (documented, 4.8); the body of the answer is inferred."""
    wanted = {name: values[0] for name, values in parse_qs(asked.query).items()}
    token = account.directory.tokens.get(wanted.get("token", ""))
    integration = account.directory.integrations.get(wanted.get("consumerKey", ""))
    own = token is not None and integration is not None and token["integration"] == integration["id"]
    if token is None or not own or token["entity"] != access.entity:
        return restlet_error(400, "INVALID_REQUEST", "The token cannot be revoked.")
    account.state_of_token(token["id"], revoked=True)
    return Reply(200, wire({"success": True}), JSON)


_REST_SERVICES: Mapping[str, _Service] = {
    "/services/rest/system/v1/serverTime": _server_time,
    "/services/rest/record/v1/": _gated(record_service.answer),
    "/services/rest/query/v1/": _gated(query_service.answer),
}
_TOKEN_SERVICES: Mapping[str, _Service] = {"/rest/tokeninfo": _token_info, "/rest/revoketoken": _revoke_token}
