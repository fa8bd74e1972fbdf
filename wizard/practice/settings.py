"""What nobody published about NetSuite, as switches: each has the default the sources make likeliest, and alternatives.

A client that copes with every value copes with what NetSuite turns out to do; the tests run ours against each. The
numbers are those of protocol.md section 13.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Settings:
    """Unpublished behaviour. Every default is inferred."""

    # --- login
    tba_error_word: Literal["token_rejected", "cause"] = "token_rejected"
    """13.1: whether ``error=`` in ``WWW-Authenticate`` is always the same word, or the word of the audit trail."""
    rest_login_status: Literal["401", "403"] = "401"
    """13.1: status of a login refused for a reason nobody published the answer of."""
    restlet_login_status: Literal["401", "403"] = "401"
    """8.2: some integrators report 403 with the same body."""
    approval_word: Literal["consumer_key_refused", "IntegrationBlocked", "no_row"] = "consumer_key_refused"
    """13.2: what the trail says of a record that is Waiting for Approval, if it says anything."""
    ip_rule_word: Literal["permission_denied", "no_row"] = "permission_denied"
    """8.7: what the trail says of a request from an address that IP rules keep out."""
    new_token_waits_minutes: int = 0
    """Minutes until a new token is known. Oracle names none; one vendor says three to four hours (failures.csv)."""
    no_authorization: Literal["login", "syntax"] = "login"
    """13.3: a request without an Authorization header is a failed login (401), or cannot be read (400)."""
    malformed_header: Literal["400", "401"] = "400"
    """Observed for the RESTlet host; on the others one vendor reads that it ends as a failed login (12)."""
    parameter_missing: Literal["400", "401"] = "401"
    """8.7: a parameter of the header is missing, on the REST host."""
    login_order: Literal["token_first", "signature_first"] = "token_first"
    """13.15: whether a token that is inactive or revoked is told before or after a wrong signature."""
    failed_logins_lock: bool = True
    """13.20: whether failed token logins count towards the lock of 30 minutes after five failures."""
    cookie_sent: Literal["ignored", "refused"] = "ignored"
    """6.2: one vendor's claim that a Cookie makes a good request fail; for RESTlets Oracle forbids both at once."""
    response_headers: Literal["bare", "full"] = "bare"
    """13.8: whether REST answers carry cookies, HSTS and operation ids, as a published SOAP answer does."""

    # --- who the token is
    tokeninfo_shape: Literal["flat", "nested", "names_only", "refused_for_web_services_only"] = "flat"
    """13.4: body of ``tokeninfo``; the last one answers a Web Services Only role as a RESTlet would."""
    web_services_only_rest: Literal["works", "refused"] = "works"
    """13.5: whether a Web Services Only role may use REST web services."""

    # --- service gate
    rest_feature_off: Literal["403", "400"] = "403"
    """13.6: status of every REST answer while the feature REST Web Services is off."""
    rest_permission_missing: Literal["user_error", "403"] = "user_error"
    """13.6: a role without *REST Web Services* gets 400 ``USER_ERROR`` (one vendor's reading), or 403."""
    workbook_feature_off: Literal["as_permission", "403"] = "as_permission"
    """13.6: the feature SuiteAnalytics Workbook off looks like the permission missing, or like REST off."""
    workbook_view_enough: bool = False
    """13.7: whether *SuiteAnalytics Workbook* at View opens lists and queries; Oracle asks for Edit."""
    soap_refusal: Literal["INSUFFICIENT_PERMISSION", "WS_PERMISSION_REQD"] = "INSUFFICIENT_PERMISSION"
    """13.12: code of the fault for a role without *SOAP Web Services*."""
    soap_feature_off: Literal["as_permission", "WS_FEATURE_REQD"] = "as_permission"
    """13.6: the feature SOAP Web Services off."""
    soap_refusal_names: Literal["web services", "SOAP web services"] = "web services"
    """9.4 and failures.csv: what the sentence of that fault calls the feature; both were published."""
    soap_fault_status: Literal["500", "200"] = "500"
    """13.12: status of the faults of which only the text was published."""
    soap_discovery_element: Literal["result", "return"] = "result"
    """2.4: the inner element of ``getDataCenterUrls`` is named by the WSDL, or as the help page names it."""

    soap_passport_namespaces: Literal["optional", "required"] = "optional"
    """9.2: a ``tokenPassport`` without its two namespaces is read by some accounts of it, and a failed login by others."""
    soap_no_passport: Literal["WS_LOG_IN_REQD", "login"] = "WS_LOG_IN_REQD"
    """13.3: a SOAP request with nothing to log in with is told so, or is a failed login."""
    soap_shared_host: Literal["account_specific", "correct_host", "data_center"] = "account_specific"
    """failures.csv: which of three published sentences ``webservices.netsuite.com`` answers an operation with."""
    soap_oldest_endpoint: Literal["faq", "wsdl_page"] = "faq"
    """11.2: Oracle's two pages differ by one endpoint: the help page keeps it half a year longer than the FAQ."""
    soap_summary_pages: Literal["as_printed", "counted"] = "as_printed"
    """9.5: ``totalPages`` of a posting summary is printed as 0 with 19 records; or a misprint, and counted as elsewhere."""

    # --- resource
    hidden_record: Literal["403", "404"] = "403"
    """13.16: a record type that exists, to a role that lacks its permission."""
    record_of_other_subsidiary: Literal["404", "403"] = "404"
    """13.13: reading a record of a subsidiary the role does not see."""
    reference_to_other_subsidiary: Literal["USER_ERROR", "INVALID_CONTENT"] = "USER_ERROR"
    """13.13: code of the refusal of a write that refers to a record outside the role's subsidiaries."""
    catalog_select: Literal["object", "list"] = "object"
    """6.3: the catalog's ``?select=`` of one type, as JSON Schema, gives that schema (so one public test), or a list."""
    permission_before_validation: bool = True
    """13.15: whether a body is looked at before the role's permission."""
    prefer_missing: Literal["400", "accept"] = "400"
    """13.10: SuiteQL without ``Prefer: transient``."""
    feature_table_readable: bool = True
    """Roles-and-features 4.2 and 11: whether ``CompanyFeatureSetup`` can be read over REST at all."""
    global_permissions_shown: bool = True
    """Whether REST shows ``empperms`` of an employee: Oracle's REST API Browser has it, no answer of it was published."""
    subsidiaries_through_viewing: bool = False
    """Whether *Allow Cross-Subsidiary Record Viewing* also lists, in ``subsidiary``, those the role was not given."""
    account_map: Literal["as_set", "with_children"] = "as_set"
    """Whether ``accountsubsidiarymap`` also holds the subsidiaries an account reaches by *Include Children*."""
    times_with_clock: bool = True
    """Whether a column that holds date and time shows its time without ``TO_CHAR`` (no sample published)."""

    # --- RESTlets
    restlet_web_services_only: Literal["401", "403", "works"] = "401"
    """Status of ``INVALID_LOGIN_CREDENTIALS`` for a Web Services Only role (8.2); one vendor's help says such roles work (5)."""
    restlet_unknown_script: Literal["400", "404"] = "400"
    """Status of ``SSS_INVALID_SCRIPTLET_ID``: one public client was told 400 (failures.csv), another expects 404."""
    restlet_closed: Literal["403", "as_unknown"] = "403"
    """A deployment that is not released, or whose audience lacks the role: a refusal, or as if there were none."""
    restlet_script_error: Literal["400", "500"] = "400"
    """Status when a script fails: Oracle's page on RESTlet errors says 400 (D-RLERR); 500 was reported (failures.csv)."""
    restlet_feature_off: Literal["403", "as_unknown"] = "403"
    """A RESTlet while *Client SuiteScript* or *Server SuiteScript* is off."""
    script_ids: Literal["upper", "lower"] = "upper"
    """How SuiteQL spells script IDs of scripts, deployments and custom fields (roles-and-features 9.3 asks in capitals)."""
    bundle_after_cutoff: Literal["with_tba", "without_tba"] = "with_tba"
    """13.17: from 2027.1, whether an integration record that a bundle brings counts as new."""

    # --- the three-step flow
    flow_content_type: Literal["text/plain", "application/x-www-form-urlencoded"] = "text/plain"
    """13.9: content type of the two answers of the flow that succeed."""
    flow_unavailable: Literal["405", "401"] = "405"
    """13.9: step 1 while the box TBA: Authorization Flow is not ticked or the account does not offer the flow."""
    flow_oob: Literal["refused", "allowed"] = "refused"
    """13.9: the callback ``oob``."""
    flow_role_in_query: Literal["read", "ignored"] = "read"
    """13.9: a role sent in the query of step 1."""
    flow_denied: Literal["without_token", "empty_verifier"] = "without_token"
    """4.3: a refused consent comes back without ``oauth_token`` (observed), or with an empty verifier (documented)."""
    flow_web_services_only: Literal["not_offered", "offered"] = "not_offered"
    """4.3: whether the consent page offers a Web Services Only role, which vanishes from the Change Role list."""
    flow_minutes: Literal["60", "5"] = "60"
    """13.9: life of a request token."""
    new_integration_refused: Literal["page", "box"] = "page"
    """13.17: from 2027.1 the page refuses a new record with TBA, or does not offer the box."""

    # --- limits and outages
    too_many_requests: Literal["429", "disguised"] = "429"
    """10.3: concurrency is told as such, or as a failed login after a long wait (both observed or documented)."""
    concurrency_body: Literal["newer", "help"] = "newer"
    """8.5: body of the 429 on the REST host: in the form of today's errors, or as the help page prints it."""
    disguised_wait_seconds: float = 60.0
    """10.3: how long a disguised refusal takes (about 60 s were observed)."""
    retry_after: Literal["absent", "present"] = "absent"
    """13.11: whether 429 and 503 carry ``Retry-After``."""
    maintenance_body: Literal["html", "json", "empty"] = "html"
    """13.11: body of a 503."""
    discovery_error_status: Literal["400", "200"] = "400"
    """13.14: status of a discovery call that cannot be answered."""
