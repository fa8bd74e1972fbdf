"""Step 2 of the TBA authorization flow: the page on which a person allows or denies (protocol.md 4.3).

What it offers is documented: a login if there is no session, *Allow*, *Deny* and *Change Role*, then the way back to the
callback. What it looks like is not published. Here nobody has a password, and there is no session: the login asks who one
is, and the address carries the answer. That the consent leaves no row in the Login Audit Trail is inferred.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from sqlite3 import Row
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from wizard.practice.door.presented import Asked
from wizard.practice.door.signature import query_pairs
from wizard.practice.door.steps import may_log_in, may_use
from wizard.practice.flow import flow
from wizard.practice.flow.consent_page import PRIVATE, facts, form, link, page, paragraph, select
from wizard.practice.wire.reply import Answered, Reply

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

PATH = "/app/login/secure/authorizetoken.nl"
"""Documented (4.3)."""

_STATE = re.compile(r"[A-Za-z0-9]{0,512}")
"""Documented (4.3)."""
_KEY = secrets.token_bytes(32)
"""Of the form's token: a page of an earlier run is outdated."""


@dataclass(frozen=True)
class _Choice:
    """What the person has before them."""

    token: Row
    """The request token."""
    application: str
    """Whose it is."""
    state: str
    """What the application wants to have back."""
    entity: int | None = None
    """Who the person says to be; None before the login."""
    role: int | None = None
    """The role to be allowed; None if none is chosen."""

    @property
    def carried(self) -> dict[str, object]:
        """Its values under the names of addresses and forms."""
        values = {"oauth_token": self.token["tokenid"], "state": self.state, "entity": self.entity, "role": self.role}
        return {name: value for name, value in values.items() if value not in (None, "")}

    @property
    def proof(self) -> str:
        """Shows that a click comes from the page that showed exactly this, not from another site."""
        return hmac.new(_KEY, urlencode(self.carried).encode(), hashlib.sha256).hexdigest()

    @property
    def callback(self) -> str:
        """Where the answer goes. A star for the port may be asked for (4.5); where that leads is not published."""
        asked: str = self.token["callback"]
        return asked.replace(":*", "", 1) if asked.startswith("http://localhost:*") else asked

    @property
    def origin(self) -> str:
        """Scheme, host and port of the callback; empty for ``oob``."""
        parts = urlsplit(self.callback)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def answer(account: PracticeAccount, asked: Asked) -> Reply:
    """Show the page, or do what was clicked on it.

    Args:
        account: the account.
        asked: the request.

    Raises:
        Answered: with a page that says why there is nothing to decide.
    """
    if asked.method == "POST":
        sent = dict(query_pairs(asked.body.decode("ascii", "replace")))
        with account.state.record():
            return _clicked(account, _choice(account, sent), sent)
    if asked.method not in ("GET", "HEAD"):
        raise _stop("This page answers GET and POST.", "Open its address in a browser.", 405)
    sent = dict(query_pairs(asked.query))
    return _shown(account, _choice(account, sent), sent.get("role"))


def _stop(title: str, sentence: str = "Begin anew in the application.", status: int = 400) -> Answered:
    return Answered(page(title, [paragraph(sentence)], status))


def _choice(account: PracticeAccount, sent: Mapping[str, str]) -> _Choice:
    token = account.state.row("SELECT * FROM request_tokens WHERE tokenid = ?", (sent.get("oauth_token", ""),))
    if token is None:
        raise _stop("This request token is not known. It was never issued, or was denied, or is used up.")
    if flow.expired(token, account.settings, account.now()):
        raise _stop("This request token has expired.")
    if token["verifier"] is not None:
        raise _stop("This request token has been allowed already.")
    state = sent.get("state", "")
    if not _STATE.fullmatch(state):
        raise _stop("The state cannot be passed on.", "It may have letters and digits only, 512 at most.")
    integration = account.state.row("SELECT name FROM integrations WHERE id = ?", (token["integration"],))
    if integration is None:
        raise _stop("This application is not known any more.", "Its integration record was deleted.")
    entity, role = flow.number(sent.get("entity", "")), flow.number(sent.get("role", ""))
    return _Choice(token, integration["name"], state, entity if entity in _people(account) else None, role)


def _people(account: PracticeAccount) -> dict[int, Row]:
    """Return who can log in: users with access who are active (documented, roles-and-features 7.4)."""
    users = account.directory.employees.items()
    return {number: user for number, user in users if (user["giveaccess"], user["isinactive"]) == ("T", "F")}


def _roles(account: PracticeAccount, entity: int) -> dict[int, str]:
    """Return the person's roles, and of each why it cannot be allowed; nothing if it can."""
    directory, found = account.directory, {}
    for number, role in directory.roles.items():
        # Such a role vanishes from the Change Role list (documented, roles-and-features 7.3); from this page: not published.
        vanished = role["iswebserviceonlyrole"] == "T" and account.settings.flow_web_services_only == "not_offered"
        if may_use(directory, entity, number):
            missing = "" if may_log_in(directory, entity, number) else "no permission for access tokens"
            found[number] = "Web Services Only Role" if vanished else missing
    return found


# --- what is shown


def _shown(account: PracticeAccount, choice: _Choice, wanted: str | None) -> Reply:
    """Show one of the three views; ``wanted`` is the role of the address, empty to be asked."""
    if choice.entity is None:
        people = {number: f"{user['entityid']} ({user['email']})" for number, user in _people(account).items()}
        chosen = form(
            "get", PATH, replace(choice, role=None).carried, [select("entity", "Who are you?", people)], [("", "Log In")]
        )
        why = f"{choice.application} asks for access to {account.company}. Nobody has a password here."
        return page("Log in", [paragraph(why), chosen])
    roles = _roles(account, choice.entity)
    offered = [number for number, objection in roles.items() if not objection]
    if wanted is None:
        # Step 1 may name the role (documented, 4.2); that somebody with one role is not asked is inferred.
        role = choice.token["role"] if choice.token["role"] in offered or len(offered) != 1 else offered[0]
        choice = replace(choice, role=role)
    return _consent(account, choice) if choice.role in offered else _change_role(account, replace(choice, role=None), roles)


def _change_role(account: PracticeAccount, choice: _Choice, roles: Mapping[int, str]) -> Reply:
    names = {number: account.directory.roles[number]["name"] for number in roles}
    offered = {number: names[number] for number, objection in roles.items() if not objection}
    parts = [_about(account, choice)]
    if offered:
        parts.append(form("get", PATH, choice.carried, [select("role", "Role", offered)], [("", "Change Role")]))
    else:
        parts.append(paragraph("You have no role that can be allowed."))
    others = ", ".join(f"{names[number]} ({objection})" for number, objection in roles.items() if objection)
    parts += [paragraph(f"Not offered: {others}.", small=True)] if others else []
    return page("Choose a role", [*parts, _decision(choice, ("deny", "Deny"))], leads_to=choice.origin)


def _consent(account: PracticeAccount, choice: _Choice) -> Reply:
    other = urlencode({**choice.carried, "role": ""})
    parts = [
        _about(account, choice),
        paragraph("It will be able to do what this role can do, until its access token is revoked."),
        _decision(choice, ("allow", "Allow"), ("deny", "Deny")),
        link(f"{PATH}?{other}", "Change Role"),
    ]
    return page(f"Allow {choice.application} to use your account?", parts, leads_to=choice.origin)


def _about(account: PracticeAccount, choice: _Choice) -> str:
    assert choice.entity is not None
    role = account.directory.roles.get(choice.role or 0)
    return facts({
        "Application": choice.application, "Company": f"{account.company} ({account.realm})",
        "User": account.directory.employees[choice.entity]["entityid"], "Role": role["name"] if role else "",
        "Leads to": choice.origin or choice.callback,
    })


def _decision(choice: _Choice, *buttons: tuple[str, str]) -> str:
    return form("post", PATH, {**choice.carried, "proof": choice.proof}, [], buttons)


# --- what is done


def _clicked(account: PracticeAccount, choice: _Choice, sent: Mapping[str, str]) -> Reply:
    """Decide; inside the transaction that has looked at the request token, so that it is decided on once."""
    if choice.entity is None or not hmac.compare_digest(choice.proof.encode(), sent.get("proof", "").encode()):
        raise _stop("This page is outdated. Nothing was allowed or denied.", "Open the address of the application anew.", 403)
    if sent.get("do") == "deny":
        account.state.run("DELETE FROM request_tokens WHERE id = ?", (choice.token["id"],))
        return _back(account, choice, "")
    if sent.get("do") != "allow" or choice.role is None or _roles(account, choice.entity).get(choice.role) != "":
        raise _stop("This role cannot be allowed.", "Go back and choose another one.", 403)
    verifier = secrets.token_hex(32)
    account.state.run(
        "UPDATE request_tokens SET verifier = ?, entity = ?, role = ? WHERE id = ?",
        (verifier, choice.entity, choice.role, choice.token["id"]),
    )
    return _back(account, choice, verifier)


def _back(account: PracticeAccount, choice: _Choice, verifier: str) -> Reply:
    """Lead back to the application, with the parameters in the documented order (4.3)."""
    if choice.token["callback"] == flow.OOB:
        told = f"Type this into the application: {verifier}" if verifier else "You can close this page."
        return page("Allowed" if verifier else "Denied", [paragraph(told)])
    pairs: Sequence[tuple[str, object]] = (
        ("oauth_token", choice.token["tokenid"]), ("oauth_verifier", verifier), ("company", account.realm),
        ("role", choice.role), ("entity", choice.entity), ("state", choice.state),
    )
    left_out = "oauth_token" if not verifier and account.settings.flow_denied == "without_token" else None
    said = urlencode([(n, v) for n, v in pairs if n != left_out and (v not in (None, "") or n == "oauth_verifier")])
    return Reply(302, headers=(("Location", f"{choice.callback}{'&' if '?' in choice.callback else '?'}{said}"), *PRIVATE))
