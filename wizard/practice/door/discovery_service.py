"""``/rest/datacenterurls``: which hosts an account has, told to anybody (protocol.md 2.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from wizard.practice.door.presented import Asked
from wizard.practice.wire.reply import JSON, Reply, restlet_error, wire

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

_ACCOUNT_ID = re.compile(r"[A-Za-z0-9_-]+")


def answer(account: PracticeAccount, asked: Asked) -> Reply:
    """Answer without a login (documented; status of its errors is not published, 13.14).

    Args:
        account: the account.
        asked: the request.
    """
    if asked.method != "GET":
        return Reply(405, wire({"error": {"code": "METHOD_NOT_ALLOWED", "message": "Use GET."}}), JSON)
    wanted = parse_qs(asked.query, keep_blank_values=True).get("account", [""])[0]
    refused = int(account.settings.discovery_error_status)
    if not wanted:
        message = "You need to provide a proper value for the required field: account."
        return restlet_error(refused, "USER_ERROR", message)
    if not _ACCOUNT_ID.fullmatch(wanted):
        return restlet_error(refused, "USER_ERROR", "Company ID is invalid")
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
