"""``/app/site/hosting/restlet.nl``: RESTlets, up to the door of the script (protocol.md 3.1, 8.2).

The order is that of the checks elsewhere (12): login, role, script, deployment, method, content type, script (inferred).
"""

from __future__ import annotations

from sqlite3 import Row
from typing import TYPE_CHECKING, Any

from wizard.practice.door.directory import Access
from wizard.practice.door.presented import Asked, read_json
from wizard.practice.door.signature import query_pairs
from wizard.practice.door.token_service import restlet_login
from wizard.practice.office import bundle
from wizard.practice.restlet import bundle_scripts
from wizard.practice.restlet.script_call import ScriptError
from wizard.practice.wire.reply import JSON, Answered, Reply, restlet_error, wire

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

PATH = "/app/site/hosting/restlet.nl"
"""Documented (3.4)."""

_UNKNOWN = "That Suitelet is invalid, disabled, or no longer exists."
_CLOSED = "You do not have permission to run this script deployment."
_LONGEST_ID = 100
_TEXT = "text/plain"


def answer(account: PracticeAccount, asked: Asked) -> Reply:
    """Answer one call.

    Args:
        account: the account.
        asked: the request.
    """
    access = restlet_login(account, asked)
    given = dict(query_pairs(asked.query))
    _role_allowed(account, access)
    _features_on(account, access)
    script = _script(account, given)
    _open(account, script, access)
    methods = bundle.script_of(script["scriptid"]).methods
    if asked.method not in methods:
        # The status is documented (8.2), the body inferred.
        return restlet_error(405, "METHOD_NOT_ALLOWED", f"The script does not offer {asked.method}.")
    body = _body(asked)
    if script["broken"] == "T":
        return _failed(account, ScriptError("An unexpected error occurred."))
    try:
        said = bundle_scripts.run(account, access, asked, script["scriptid"], given, body)
        return _said(asked, said)
    except ScriptError as error:
        return _failed(account, error)
    except RecursionError:
        return _failed(account, ScriptError("RangeError: Maximum call stack size exceeded"))


def wrong_data_center(account: PracticeAccount, asked: Asked) -> Reply:
    """Send a call on to the account's own host: 302 (documented, 2.3); that it says where to is inferred.

    Args:
        account: the account.
        asked: the request.
    """
    query = f"?{asked.query}" if asked.query else ""
    return Reply(302, headers=(("Location", f"https://{account.restlets_host}{PATH}{query}"),))


def _role_allowed(account: PracticeAccount, access: Access) -> None:
    """The code is documented (8.2), its status is not published."""
    status = account.settings.restlet_web_services_only
    if access.web_services_only and status != "works":
        raise Answered(restlet_error(int(status), "INVALID_LOGIN_CREDENTIALS", "Invalid login credentials."))


def _features_on(account: PracticeAccount, access: Access) -> None:
    """Both boxes are needed for RESTlets with TBA (documented, roles-and-features 2.1); what else comes is not published."""
    if access.has("CUSTOMCODE") and access.has("SERVERSIDESCRIPTING"):
        return
    if account.settings.restlet_feature_off == "as_unknown":
        raise _unknown(account)
    raise Answered(restlet_error(403, "FEATURE_DISABLED", "The SuiteScript feature is not enabled."))


def _unknown(account: PracticeAccount) -> Answered:
    """Code observed in public (failures.csv), its sentence too."""
    return Answered(restlet_error(int(account.settings.restlet_unknown_script), "SSS_INVALID_SCRIPTLET_ID", _UNKNOWN))


def _script(account: PracticeAccount, given: dict[str, str]) -> Row:
    """Return script and deployment, each named by number or by script ID (both observed in public)."""
    script, deployment = given.get("script", ""), given.get("deploy", "")
    if max(len(script), len(deployment)) > _LONGEST_ID:
        raise _unknown(account)
    row = account.state.row(
        "SELECT s.scriptid, s.broken, d.id, d.status, d.isdeployed, d.allroles FROM scripts s JOIN deployments d"
        " ON d.script = s.id WHERE s.scripttype = 'RESTLET' AND s.isinactive = 'F'"
        " AND ? IN (CAST(s.id AS TEXT), s.scriptid) AND ? IN (CAST(d.number AS TEXT), d.scriptid)",
        (script.lower(), deployment.lower()),
    )
    if row is None:
        raise _unknown(account)
    return row


def _open(account: PracticeAccount, script: Row, access: Access) -> None:
    """Look at the deployment. One that is being tested runs for its owner (observed in public): an administrator, here."""
    rows = account.state.rows("SELECT role FROM deployment_roles WHERE deployment = ?", (script["id"],))
    audience = script["allroles"] == "T" or access.role in {row["role"] for row in rows}
    released = script["status"] == "RELEASED" and audience
    if script["isdeployed"] == "T" and (released or (script["status"] == "TESTING" and access.administrator)):
        return
    if account.settings.restlet_closed == "as_unknown":
        raise _unknown(account)
    raise Answered(restlet_error(403, "INSUFFICIENT_PERMISSION", _CLOSED))


def _body(asked: Asked) -> Any:
    """Return the body. GET with one is 400, a missing or other content type 415 (both documented in Oracle's pages on
    RESTlet errors and content types); XML, which they allow too, is left out."""
    if asked.method in ("GET", "DELETE"):
        if asked.body:
            raise Answered(restlet_error(400, "INVALID_REQUEST", "This method has no body."))
        return None
    kind = _content_type(asked)
    if kind not in (JSON, _TEXT):
        raise Answered(restlet_error(415, "UNSUPPORTED_MEDIA_TYPE", "Send application/json or text/plain."))
    try:
        return asked.body.decode() if kind == _TEXT else read_json(asked.body)
    except ValueError:
        raise Answered(restlet_error(400, "INVALID_REQUEST", "The body cannot be read.")) from None


def _content_type(asked: Asked) -> str:
    return asked.headers.get("content-type", "").partition(";")[0].strip()


def _failed(account: PracticeAccount, error: ScriptError) -> Reply:
    """An error the script did not catch (form observed in public, 8.2; its code inferred)."""
    return restlet_error(int(account.settings.restlet_script_error), error.code, str(error))


def _said(asked: Asked, said: Any) -> Reply:
    """What the script returns: in the content type of the request, else plain text (documented there); nothing: empty."""
    asked_for = _content_type(asked)
    return Reply(200, b"" if said is None else wire(said)[:-1], asked_for if asked_for == JSON else _TEXT)
