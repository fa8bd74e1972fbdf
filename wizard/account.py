"""Account IDs in all their spellings: realm, host, service addresses, deep links.

Forms: protocol.md 1.1 and 1.4 (documented and observed; the patterns are inferred). Oracle publishes no grammar, so what
merely looks like an account ID is taken with a warning. What was typed is never repeated in an error, because keys get
pasted into the wrong field; only the host of a foreign address is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

from wizard.errors import AccountIdError
from wizard.redact import one_line

STRICT = re.compile(r"(?:[0-9]{5,8}|TSTDRV[0-9]{5,8}|TD[0-9]{5,8})(?:_(?:SB[0-9]{1,2}|RP[0-9]{0,2}))?")
"""Realm in one of the published forms (protocol.md 1.4, inferred from documented and observed IDs)."""

LENIENT = re.compile(r"(?=[A-Z]*[0-9])[A-Z0-9]{3,20}(?:_[A-Z]{2}[0-9]{0,2})?")
"""Realm that may still be one (protocol.md 1.4, inferred). A digit before the underscore is asked for in addition: every
published ID has one, and without it each company name would do."""

LONGEST = 4096
"""Characters of a paste that are looked at; addresses in NetSuite stay far below."""

WHERE = "The account ID stands in Setup > Company > Company Information."
"""Documented (protocol.md 1.2)."""

_EXAMPLES = "1234567, 1234567_SB1 or TSTDRV1234567"
_DOMAIN = ".netsuite.com"
_ACCOUNT_SERVICES = ("app", "suitetalk.api", "restlets.api")
"""What follows the account in the hosts every account has (documented, protocol.md 2.1)."""

_EDGES = " \t\r\n\"'`“”„‘’«»<>()[].,;\N{NO-BREAK SPACE}\N{REPLACEMENT CHARACTER}"
"""Taken off both ends. The last stands where a field has replaced an invisible character."""

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
"""Word processors put these in place of a hyphen."""

_LABELLED = re.compile(r"(?:netsuite[ _-]?)?account(?:[ _-]?id)?[\"']?\s*[:=]\s*", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?P<slashes>(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?//)?(?P<authority>[^/?#\s]*)(?:[/?#].*)?", re.DOTALL
)


@dataclass(frozen=True)
class Page:
    """A page of NetSuite's user interface."""

    path: str | None
    """Path on the app host, with ``{id}`` where a record is meant; None where none was published."""
    menu: str
    """NetSuite's menu path."""
    confidence: str
    """How sure the path is: high, medium, low (observed in public; "new" forms inferred), or none."""


def _page(path: str | None, menu: str, confidence: str = "high") -> Page:
    return Page(path, menu, confidence)


_ROLES = "Setup > Users/Roles > User Management > Manage Roles"
_INTEGRATIONS = "Setup > Integration > Manage Integrations"
_TOKENS = "Setup > Users/Roles > Access Tokens"
_EMPLOYEES = "Lists > Employees > Employees"
_SUBSIDIARIES = "Setup > Company > Subsidiaries"
_ACCOUNTS = "Lists > Accounting > Accounts"
_CURRENCIES = "Lists > Accounting > Currencies"
_BUNDLES = "Customization > SuiteBundler > Search & Install Bundles"
_CUSTOM = "Customization > Lists, Records, & Fields"
_LISTS = "/app/common/otherlists"
_FIELDS = "/app/common/custom"

PAGES: Mapping[str, Page] = MappingProxyType({
    "features": _page("/app/setup/features.nl?whence=", "Setup > Company > Enable Features"),
    "roles": _page("/app/setup/rolelist.nl", _ROLES),
    "role": _page("/app/setup/role.nl?id={id}", f"{_ROLES} > the role"),
    "role_new": _page("/app/setup/role.nl", f"{_ROLES} > New", "medium"),
    "integrations": _page("/app/common/integration/integrapplist.nl?whence=", _INTEGRATIONS),
    "integrations_all": _page("/app/common/integration/integrapplist.nl?showall=T", _INTEGRATIONS),
    "integration": _page("/app/common/integration/integrapp.nl?id={id}", f"{_INTEGRATIONS} > the record"),
    "integration_new": _page("/app/common/integration/integrapp.nl?whence=", f"{_INTEGRATIONS} > New"),
    "tokens": _page("/app/setup/accesstokens.nl?whence=", _TOKENS),
    "token": _page("/app/setup/accesstoken.nl?id={id}", f"{_TOKENS} > the token"),
    "token_new": _page("/app/setup/accesstoken.nl", f"{_TOKENS} > New Access Token", "medium"),
    "employees": _page("/app/common/entity/employeelist.nl", _EMPLOYEES, "medium"),
    "employee": _page("/app/common/entity/employee.nl?id={id}", f"{_EMPLOYEES} > the employee"),
    "employee_new": _page("/app/common/entity/employee.nl", f"{_EMPLOYEES} > New", "medium"),
    "users": _page("/app/setup/listusers.nl", "Setup > Users/Roles > Manage Users", "medium"),
    "company": _page(f"{_LISTS}/company.nl", "Setup > Company > Company Information", "medium"),
    "general_preferences": _page("/app/setup/general.nl", "Setup > Company > General Preferences", "medium"),
    "accounting_preferences": _page("/app/setup/acctsetup.nl", "Setup > Accounting > Accounting Preferences", "low"),
    "subsidiaries": _page(f"{_LISTS}/subsidiarylist.nl", _SUBSIDIARIES, "medium"),
    "subsidiary": _page(f"{_LISTS}/subsidiarytype.nl?id={{id}}", f"{_SUBSIDIARIES} > the subsidiary"),
    "accounts": _page("/app/accounting/account/accounts.nl", _ACCOUNTS),
    "account": _page("/app/accounting/account/account.nl?id={id}", f"{_ACCOUNTS} > the account"),
    "account_new": _page("/app/accounting/account/account.nl", f"{_ACCOUNTS} > New", "medium"),
    "currencies": _page("/app/common/multicurrency/currencylist.nl", _CURRENCIES, "medium"),
    "currency": _page("/app/common/multicurrency/currency.nl?e=T&id={id}", f"{_CURRENCIES} > the currency"),
    "bundles": _page("/app/bundler/bundlelist.nl?type=I", f"{_BUNDLES} > List", "medium"),
    "bundle_search": _page("/app/bundler/bundlelist.nl?type=S", _BUNDLES, "medium"),
    "bundle": _page(
        "/app/bundler/bundledetails.nl?sourcecompanyid={publisher}&domain=PRODUCTION&config=F&id={id}",
        f"{_BUNDLES} > the bundle",
    ),
    "custom_records": _page(f"{_FIELDS}/custrecords.nl", f"{_CUSTOM} > Record Types"),
    "custom_segments": _page(f"{_FIELDS}/segments/segments.nl", f"{_CUSTOM} > Custom Segments"),
    "periods": _page(None, "Setup > Accounting > Manage Accounting Periods", "none"),
    "customers": _page(None, "Lists > Relationships > Customers", "none"),
    "vendors": _page(None, "Lists > Relationships > Vendors", "none"),
    "login_audit": _page(None, "Setup > Users/Roles > User Management > View Login Audit Trail", "none"),
    "soap_preferences": _page(None, "Setup > Integration > SOAP Web Services Preferences", "none"),
    "governance": _page(None, "Setup > Integration > Integration Management > Integration Governance", "none"),
    "oauth2_m2m": _page(None, "Setup > Integration > OAuth 2.0 Client Credentials (M2M) Setup", "none"),
    # The sources have paths for these, and no menu path: the menu paths are inferred.
    "setup_manager": _page("/app/setup/mainsetup.nl?sc=-90", "Setup > Setup Manager"),
    "departments": _page(f"{_LISTS}/departmentlist.nl", "Setup > Company > Departments", "medium"),
    "department": _page(f"{_LISTS}/departmenttype.nl?id={{id}}", "Setup > Company > Departments > the department"),
    "classes": _page(f"{_LISTS}/classlist.nl", "Setup > Company > Classes", "medium"),
    "class": _page(f"{_LISTS}/classtype.nl?id={{id}}", "Setup > Company > Classes > the class"),
    "locations": _page(f"{_LISTS}/locationlist.nl", "Setup > Company > Locations", "medium"),
    "location": _page(f"{_LISTS}/locationtype.nl?id={{id}}", "Setup > Company > Locations > the location"),
    "soap_log": _page("/app/webservices/wslog.nl", "Setup > Integration > SOAP Web Services Usage Log", "medium"),
    "sync_status": _page("/app/webservices/syncstatus.nl", "Setup > Integration > Web Services Process Status", "medium"),
    "api_secrets": _page("/app/common/scripting/secrets/settings.nl", "Setup > Company > API Secrets"),
    "body_fields": _page(f"{_FIELDS}/bodycustfields.nl", f"{_CUSTOM} > Transaction Body Fields"),
    "column_fields": _page(f"{_FIELDS}/columncustfields.nl", f"{_CUSTOM} > Transaction Line Fields"),
    "entity_fields": _page(f"{_FIELDS}/entitycustfields.nl", f"{_CUSTOM} > Entity Fields"),
    "item_fields": _page(f"{_FIELDS}/itemcustfields.nl", f"{_CUSTOM} > Item Fields"),
    "custom_lists": _page(f"{_FIELDS}/custlists.nl", f"{_CUSTOM} > Lists"),
})
"""Every page of roles-and-features.md section 6. Paths were observed in public, "new" forms inferred; menu paths are
documented unless the comment above says otherwise."""


@dataclass(frozen=True)
class Account:
    """One NetSuite account."""

    realm: str
    """Realm form, e.g. ``1234567_SB1``: upper case, underscore (documented)."""
    environment: str
    """production, sandbox n, release preview, test drive, trial, or unknown."""
    strict: bool = True
    """True if the form is a published one."""
    said: tuple[str, ...] = ()
    """What normalising did, and a warning if the form is not published: sentences for the screen."""

    def __post_init__(self) -> None:
        """Refuse what could not stand in a host name.

        Raises:
            AccountIdError: if the realm is not in realm form.
        """
        if not LENIENT.fullmatch(self.realm):
            raise AccountIdError(f"An account ID in realm form looks like {_EXAMPLES}.")

    @property
    def host(self) -> str:
        """Host form: lower case, hyphen (documented)."""
        return self.realm.lower().replace("_", "-")

    @property
    def is_production(self) -> bool:
        """True for a production account; False also where the environment is unknown."""
        return self.environment == "production"

    @property
    def suitetalk(self) -> str:
        """Base address of REST and SOAP, without a slash at the end (documented)."""
        return f"https://{self.host}.suitetalk.api{_DOMAIN}"

    @property
    def restlets(self) -> str:
        """Base address of RESTlets and token services (documented)."""
        return f"https://{self.host}.restlets.api{_DOMAIN}"

    @property
    def app(self) -> str:
        """Base address of the user interface (observed in public)."""
        return f"https://{self.host}.app{_DOMAIN}"

    def link(self, page: str, **ids: str) -> str | None:
        """Return the address of a page.

        Args:
            page: a key of ``PAGES``.
            ids: what the path leaves open, for record pages ``id``; others are ignored.

        Returns:
            An https address; None where no path was published, or where an id it needs is missing or empty.

        Raises:
            KeyError: if there is no such page.
        """
        path = PAGES[page].path
        needed = re.findall(r"\{(\w+)\}", path or "")
        if path is None or not all(ids.get(name) for name in needed):
            return None
        return self.app + path.format(**{name: quote(ids[name], safe="") for name in needed})


def parse_account(text: str) -> Account:
    """Return the account that a text names: an ID in any spelling, or any address of the account.

    Args:
        text: what the person typed or pasted.

    Raises:
        AccountIdError: saying what was wrong; the only exception, whatever the text.
    """
    if len(text) > LONGEST:
        raise AccountIdError(f"That is {len(text):,} characters long. An account ID is short: {_EXAMPLES}.")
    if any(unicodedata.category(c) == "Cc" and c not in "\t\r\n" for c in text):
        raise AccountIdError("That holds control characters. Type the account ID instead of pasting it.")
    said: list[str] = []
    word = _bare(text, said)
    if not word:
        raise AccountIdError(f"Nothing was given. {WHERE}")
    if "\n" in word or "\r" in word:
        raise AccountIdError("That is more than one line. Give the account ID alone, or one address.")
    host = _host(word)
    if host is not None:
        word = _label(host)
        said.append("Taken from the address.")
    realm = _realm(word)
    if not LENIENT.fullmatch(realm):
        raise AccountIdError(_why_not(word))
    if host is None and realm != word:
        said.append(f"Written as {realm}: upper case, underscore.")
    strict = bool(STRICT.fullmatch(realm))
    if not strict:
        said.append(_doubt(realm))
    return Account(realm, _environment(realm), strict, tuple(said))


def _realm(word: str) -> str:
    # Upper-casing turns some foreign letters into plain ones (ſ becomes S), which nobody meant.
    return word.upper().replace("-", "_") if word.isascii() else ""


def _bare(text: str, said: list[str]) -> str:
    """Return the text without what stands around an ID, and say what was left out."""
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    if visible != text:
        said.append("Invisible characters were removed.")
    word = visible.strip()
    bare = word.strip(_EDGES)
    if label := _LABELLED.match(bare):
        bare = bare[label.end() :].strip(_EDGES)
        said.append("The name before it was removed.")
    elif bare != word:
        said.append("Quotes or signs around it were removed.")
    return bare.strip().translate(_DASHES)


def _host(word: str) -> str | None:
    """Return the host if the text is an address, without port and a dot at the end; None if it is none."""
    found = _ADDRESS.fullmatch(word)
    if not found or not (found["slashes"] or "." in found["authority"]):
        return None
    authority = found["authority"].lower()
    if "@" in authority:
        if found["slashes"]:
            raise AccountIdError("That address has a user name in it. Copy the one in the browser's address bar.")
        raise AccountIdError("That is an e-mail address, not an account ID.")
    if found["scheme"] and found["scheme"].lower() not in ("http", "https"):
        raise AccountIdError("That is not a web address. Copy the one in the browser's address bar.")
    return re.sub(r":[0-9]*$", "", authority).rstrip(".")


def _label(host: str) -> str:
    """Return the account's label of a host of NetSuite."""
    if not host.isascii() or not host.endswith(_DOMAIN):
        if host == _DOMAIN[1:]:
            raise AccountIdError("That address names no account. Copy one from the browser while logged in to NetSuite.")
        named = f"{one_line(host, 60)} is" if host and not _like_a_value(host) else "That is"
        raise AccountIdError(f"{named} not an address of netsuite.com. Copy one while logged in to NetSuite.")
    label, _, service = host.removesuffix(_DOMAIN).partition(".")
    realm = _realm(label)
    if STRICT.fullmatch(realm) or (service in _ACCOUNT_SERVICES and LENIENT.fullmatch(realm)):
        return label
    if not label and service in _ACCOUNT_SERVICES:
        raise AccountIdError("The account ID before the first dot of that address is missing.")
    named = "That host" if _like_a_value(host) else one_line(host, 60)
    raise AccountIdError(
        f"{named} names no account: many accounts share it. Inside NetSuite the address begins with the account ID: "
        "https://1234567.app.netsuite.com."
    )


def _like_a_value(text: str) -> bool:
    """Tell whether a text may hold a key or secret, so that it is not repeated."""
    return bool(re.search(r"[0-9A-Za-z]{24}", text))


def _why_not(word: str) -> str:
    """Say what a text is instead of an account ID, as far as that can be told; the first that holds."""
    parts = [part for part in re.split(r"[\s,;|/]+", word) if part]
    several = len([part for part in parts if STRICT.fullmatch(_realm(part))]) > 1
    joined = _realm("_".join(parts))
    told = (
        (several, "Those are several account IDs. Give one; another account is another setup."),
        (re.fullmatch(r"[0-9a-fA-F]{32,}", word), "That has the shape of a key or secret, not of an account ID."),
        ("@" in word, "That is an e-mail address, not an account ID."),
        (
            any(c.isdigit() and not c.isascii() for c in word),
            "That holds digits of another script. Type the account ID with the digits 0 to 9.",
        ),
        (STRICT.fullmatch(joined), f"There is a blank inside. With an underscore it would be {joined}."),
        (
            not any(c.isdigit() for c in word),
            f"That is a name; an account ID has digits, such as {_EXAMPLES}. {WHERE}",
        ),
        (len(parts) > 1, f"There is a blank or a comma inside. An account ID looks like {_EXAMPLES}. {WHERE}"),
        (not word.isascii(), "That holds letters or signs no account ID has: only A to Z, 0 to 9 and an underscore."),
        (len(word) > 24, f"That is {len(word)} characters long. An account ID is short: {_EXAMPLES}."),
    )
    return next((why for holds, why in told if holds), f"That is no account ID. It looks like {_EXAMPLES}. {WHERE}")


def _doubt(realm: str) -> str:
    """Return the warning for a form that nobody has published."""
    glued = re.fullmatch(r"((?:TSTDRV|TD)?[0-9]{5,8})((?:SB|RP)[0-9]{0,2})", realm)
    if glued:
        return f"The underscore seems to be missing: is it {glued[1]}_{glued[2]}? {WHERE}"
    if realm.endswith("_SB"):
        return f"The number of the sandbox is missing, as in {realm}1. {WHERE}"
    return f"No published account ID looks like this; it is tried as it is. {WHERE}"


def _environment(realm: str) -> str:
    number, _, suffix = realm.partition("_")
    if sandbox := re.fullmatch(r"SB([0-9]+)", suffix):
        return f"sandbox {int(sandbox[1])}"
    if suffix.startswith("RP"):
        return "release preview"
    if suffix or not STRICT.fullmatch(realm):
        return "unknown"
    return "test drive" if number.startswith("TSTDRV") else "trial" if number.startswith("TD") else "production"
