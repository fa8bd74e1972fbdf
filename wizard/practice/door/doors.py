"""Which host answers what (protocol.md 2.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from wizard.practice.door import discovery_service, token_service
from wizard.practice.door.presented import Asked
from wizard.practice.flow import consent, flow
from wizard.practice.rest import rest_services
from wizard.practice.restlet import restlet_service
from wizard.practice.soap import soap_faults, soap_service, soap_wsdl
from wizard.practice.wire.reply import NOTHING_SENTENCE, Answered, Reply, rest_error, restlet_error, with_company

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

SHARED_HOSTS = {"rest.netsuite.com": "rest", "webservices.netsuite.com": "webservices", "system.netsuite.com": "system"}
"""Hosts that belong to no account, and what they are for (documented, 2.1)."""

_Service = Callable[["PracticeAccount", Asked], Reply]
_ROUTES: tuple[tuple[tuple[str, ...], str, _Service], ...] = (
    (("rest", "restlets"), "/rest/datacenterurls", discovery_service.answer),
    (("suitetalk",), "/services/rest/", rest_services.answer),
    (("suitetalk", "webservices"), soap_faults.PORT, soap_service.answer),
    (("suitetalk", "webservices"), soap_wsdl.PATH, soap_wsdl.answer),
    (("rest",), "/services/rest/", soap_service.wrong_data_center),
    (("restlets",), restlet_service.PATH, restlet_service.answer),
    (("rest",), restlet_service.PATH, restlet_service.wrong_data_center),
    (("restlets", "app", "system"), "/rest/tokeninfo", token_service.token_info),
    (("restlets", "app", "system"), "/rest/revoketoken", token_service.revoke_token),
    (("restlets", "app", "system"), "/rest/requesttoken", flow.request_token),
    (("restlets", "app", "system"), "/rest/accesstoken", flow.access_token),
    (("app", "system"), consent.PATH, consent.answer),
)
"""Kinds of host, beginning of the path, and who answers; the first that fits."""


def answer(account: PracticeAccount, asked: Asked) -> Reply:
    """Answer one request.

    Args:
        account: the account.
        asked: the request.
    """
    kind = account.kinds.get(asked.host.partition(":")[0])
    if kind is None:
        # A host that is none of ours has no name in DNS (observed in public, 2.3); this stands for that (ours).
        return rest_error(421, "No service is available at this host.", "INVALID_REQUEST")
    for kinds, path, service in _ROUTES:
        if kind in kinds and asked.below(path):
            try:
                reply = service(account, asked)
            except Answered as answered:
                reply = answered.reply
            return with_company(reply) if account.settings.response_headers == "full" else reply
    # An address nobody answers: in the form of the host it was asked of, the words inferred.
    if kind == "suitetalk":
        return rest_error(404, NOTHING_SENTENCE, "NONEXISTENT_ID")
    return restlet_error(404, "NOT_FOUND", NOTHING_SENTENCE)
