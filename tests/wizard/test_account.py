"""Account IDs in every spelling that people paste, and what is refused."""

from __future__ import annotations

import re
import secrets
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wizard.account import LENIENT, LONGEST, PAGES, STRICT, Account, parse_account
from wizard.errors import AccountIdError

DNS_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")

# protocol.md 1.1, realm form, host form, environment
FORMS = [
    ("1234567", "1234567", "production"),
    ("123456", "123456", "production"),
    ("12345678", "12345678", "production"),
    ("1234567_SB1", "1234567-sb1", "sandbox 1"),
    ("1234567_SB2", "1234567-sb2", "sandbox 2"),
    ("1234567_SB12", "1234567-sb12", "sandbox 12"),
    ("1234567_RP", "1234567-rp", "release preview"),
    ("1234567_RP1", "1234567-rp1", "release preview"),
    ("TSTDRV1234567", "tstdrv1234567", "test drive"),
    ("TSTDRV1234567_SB1", "tstdrv1234567-sb1", "sandbox 1"),
    ("TD1234567", "td1234567", "trial"),
]

SPELLINGS = [
    "{realm}",
    "{lower}",
    "{host}",
    "  {realm}\t\r\n",
    "\N{NO-BREAK SPACE}{host}",
    "'{realm}'",
    "“{realm}”",
    '"{host}",',
    "\N{ZERO WIDTH SPACE}{realm}\N{ZERO WIDTH NO-BREAK SPACE}",
    "Account ID: {realm}",
    'NETSUITE_ACCOUNT_ID="{realm}"',
    "https://{host}.app.netsuite.com",
    "https://{host}.app.netsuite.com/app/center/card.nl?sc=-29&whence=&c=7654321&email=a@b.example#top",
    "http://{host}.app.netsuite.com:443/",
    "//{host}.app.netsuite.com/",
    "{host}.app.netsuite.com",
    "<https://{host}.app.netsuite.com/app/setup/company.nl>",
    "https://{host}.suitetalk.api.netsuite.com/services/rest/record/v1/customer?q=name IS \"x\"",
    "{host}.restlets.api.netsuite.com./app/site/hosting/restlet.nl",
    "HTTPS://{realm}.APP.NETSUITE.COM/",
    "https://{host}.extforms.netsuite.com/app/site/crm/externalcasepage.nl",
]


@pytest.mark.parametrize(("realm", "host", "environment"), FORMS)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_published_form_in_every_spelling(realm: str, host: str, environment: str, spelling: str) -> None:
    account = parse_account(spelling.format(realm=realm, host=host, lower=realm.lower()))
    assert (account.realm, account.host, account.environment, account.strict) == (realm, host, environment, True)
    assert account.is_production is (environment == "production")


# failures.csv, rows with the cause account-id-format: what was typed, what had to be used
@pytest.mark.parametrize(
    ("typed", "realm", "host"),
    [
        pytest.param("123456-sb1", "123456_SB1", "123456-sb1", id="netsuite-php#121 suffix as in the address"),
        pytest.param("12345_sb1", "12345_SB1", "12345-sb1", id="netsuite-sdk-py#29 lower-case suffix"),
        pytest.param("tstdrv1234567", "TSTDRV1234567", "tstdrv1234567", id="suitecloud-sdk#102 #140 from the address bar"),
        pytest.param("123456-SB1", "123456_SB1", "123456-sb1", id="suitecloud-sdk#102 comment"),
        pytest.param("https://123456-sb1.app.netsuite.com/", "123456_SB1", "123456-sb1", id="suitecloud-sdk#102 address"),
        pytest.param("tstdrv123456", "TSTDRV123456", "tstdrv123456", id="netsuite-upload#38"),
        pytest.param("123456_sb1", "123456_SB1", "123456-sb1", id="netsuite-upload#38 sandbox"),
        pytest.param("12345678-sb1", "12345678_SB1", "12345678-sb1", id="NS0739"),
        pytest.param("https://TSTDRV1234567.suitetalk.api.netsuite.com", "TSTDRV1234567", "tstdrv1234567", id="netsuite-rest#15"),
        pytest.param("1234567_sb1.suitetalk.api.netsuite.com", "1234567_SB1", "1234567-sb1", id="underscore in the host"),
    ],
)
def test_mistakes_of_the_failure_table_are_put_right(typed: str, realm: str, host: str) -> None:
    account = parse_account(typed)
    assert (account.realm, account.host, account.strict) == (realm, host, True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Nothing was given"),
        (" \t\r\n\N{ZERO WIDTH SPACE}'' ", "Nothing was given"),
        ("https://.suitetalk.api.netsuite.com", "is missing"),  # failures.csv: the variable was empty
        ("https://system.netsuite.com/app/center/card.nl?c=1234567", "names no account"),
        ("rest.netsuite.com", "names no account"),
        ("https://webservices.netsuite.com/wsdl/v2025_2_0/netsuite.wsdl", "names no account"),
        ("https://system.na1.netsuite.com/app", "names no account"),
        ("https://docs2.netsuite.com", "names no account"),
        ("https://netsuite.com", "names no account"),
        ("https://invalid.suitetalk.api.netsuite.com", "names no account"),
        ("https://1234567.app.netsuite.com.evil.example/", "not an address of netsuite.com"),
        ("https://evilnetsuite.com/1234567.app.netsuite.com", "not an address of netsuite.com"),
        ("https://example.com/?x=1234567.app.netsuite.com", "not an address of netsuite.com"),
        ("https://1234567.app.netsuite.com\\.evil.example/", "not an address of netsuite.com"),
        ("https://1234567.app.netsuite.com@evil.example/", "user name"),
        ("https://me@1234567.app.netsuite.com/", "user name"),
        ("ftp://1234567.app.netsuite.com/", "not a web address"),
        ("https://１２３４５６７.app.netsuite.com", "not an address of netsuite.com"),
        ("http://[::1", "not an address of netsuite.com"),
        ("admin@example.com", "e-mail"),
        ("Acme", "That is a name"),
        ("Acme Transport, Inc.", "That is a name"),
        ("ACME_SB1", "no account ID"),
        ("Studio 54 Ltd", "a blank or a comma inside"),
        ("1234567 SB1", "With an underscore it would be 1234567_SB1"),
        ("1234567, 7654321", "several account IDs"),
        ("1234567 1234567_SB1", "several account IDs"),
        ("1234567/7654321", "several account IDs"),
        ("1234567\n7654321", "more than one line"),
        ("1234567\r\nSB1", "more than one line"),
        ("1234567\x1b[31m", "control characters"),
        ("\x1b[200~1234567\x1b[201~", "control characters"),
        ("1234567\x00", "control characters"),
        ("１２３４５６７", "digits of another script"),
        ("١٢٣٤٥٦٧", "digits of another script"),
        ("ſ1234567", "letters or signs"),  # its capital would be an S
        ("1234567_ſB1", "letters or signs"),
        ("12", "no account ID"),
        ("1234567_SB123", "no account ID"),
        ("12-34-567", "no account ID"),
        ("ns_1234567_production_eu_1", "26 characters long"),
        ("9" * (LONGEST + 1), "4,097 characters long"),
    ],
)
def test_what_is_no_account_id_is_refused_in_plain_words(text: str, why: str) -> None:
    with pytest.raises(AccountIdError) as caught:
        parse_account(text)
    assert why in caught.value.message
    assert caught.value.cause == "account-id-format"
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("wrap", ["{}", " {}\n", "https://{}.example.com/", "https://{}.netsuite.com", "Account ID: {}"])
def test_a_key_in_the_account_field_is_refused_and_not_repeated(wrap: str) -> None:
    value = secrets.token_hex(32)
    for text in (value, value[:-1], value[:30]):
        with pytest.raises(AccountIdError) as caught:
            parse_account(wrap.format(text))
        assert text not in str(caught.value)
    with pytest.raises(AccountIdError, match="shape of a key or secret"):
        parse_account(value)


@pytest.mark.parametrize("text", ["1" * 1_000_000, "https://1234567.app.netsuite.com/" + "x" * 1_000_000, "\u200b" * 1_000_000])
def test_a_huge_paste_is_refused_before_it_is_looked_at(text: str) -> None:
    with pytest.raises(AccountIdError, match=r"1,000,0\d\d characters long"):
        parse_account(text)


@pytest.mark.parametrize(
    ("text", "realm", "environment", "warning"),
    [
        ("acme2000", "ACME2000", "unknown", "No published account ID looks like this"),
        ("123456789", "123456789", "unknown", "No published account ID looks like this"),
        ("1234567_XY1", "1234567_XY1", "unknown", "No published account ID looks like this"),
        ("1234_sb1", "1234_SB1", "sandbox 1", "No published account ID looks like this"),
        ("1234567SB1", "1234567SB1", "unknown", "is it 1234567_SB1?"),
        ("1234567-sb", "1234567_SB", "unknown", "as in 1234567_SB1"),
        ("https://acme2000.app.netsuite.com/", "ACME2000", "unknown", "No published account ID looks like this"),
    ],
)
def test_an_unpublished_form_is_taken_with_a_warning(text: str, realm: str, environment: str, warning: str) -> None:
    account = parse_account(text)
    assert (account.realm, account.environment, account.strict) == (realm, environment, False)
    assert warning in account.said[-1]
    assert not account.is_production


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1234567_SB1", ()),
        ("1234567", ()),
        ("1234567-sb1", ("Written as 1234567_SB1: upper case, underscore.",)),
        ("1234567–SB1", ("Written as 1234567_SB1: upper case, underscore.",)),
        ("https://1234567-sb1.app.netsuite.com", ("Taken from the address.",)),
        ('"1234567"', ("Quotes or signs around it were removed.",)),
        ("1234\u200b567", ("Invisible characters were removed.",)),
        ("\N{REPLACEMENT CHARACTER}1234567", ("Quotes or signs around it were removed.",)),
        ("ACCOUNT_ID=1234567", ("The name before it was removed.",)),
    ],
)
def test_what_normalising_did_is_said(text: str, said: tuple[str, ...]) -> None:
    assert parse_account(text).said == said


def test_service_addresses() -> None:
    account = parse_account("1234567_sb1")
    assert account.suitetalk == "https://1234567-sb1.suitetalk.api.netsuite.com"
    assert account.restlets == "https://1234567-sb1.restlets.api.netsuite.com"
    assert account.app == "https://1234567-sb1.app.netsuite.com"


@pytest.mark.parametrize("realm", ["", "1234567-sb1", "1234567_sb1", "evil.example/", "1234567\n", "ACME"])
def test_an_account_is_only_made_of_a_realm(realm: str) -> None:
    with pytest.raises(AccountIdError):
        Account(realm, "production")


# --- deep links

SECTION_6 = """
/app/setup/mainsetup.nl?sc=-90 /app/setup/features.nl?whence= /app/setup/rolelist.nl /app/setup/role.nl?id=7 /app/setup/role.nl
/app/common/integration/integrapplist.nl?whence= /app/common/integration/integrapplist.nl?showall=T
/app/common/integration/integrapp.nl?whence= /app/common/integration/integrapp.nl?id=7
/app/setup/accesstokens.nl?whence= /app/setup/accesstoken.nl?id=7 /app/setup/accesstoken.nl
/app/common/entity/employeelist.nl /app/common/entity/employee.nl /app/common/entity/employee.nl?id=7
/app/setup/listusers.nl /app/common/otherlists/company.nl /app/setup/general.nl /app/setup/acctsetup.nl
/app/common/otherlists/subsidiarylist.nl /app/common/otherlists/subsidiarytype.nl?id=7
/app/common/otherlists/departmentlist.nl /app/common/otherlists/classlist.nl /app/common/otherlists/locationlist.nl
/app/common/otherlists/departmenttype.nl?id=7 /app/common/otherlists/classtype.nl?id=7 /app/common/otherlists/locationtype.nl?id=7
/app/accounting/account/accounts.nl /app/accounting/account/account.nl?id=7
/app/common/multicurrency/currencylist.nl /app/common/multicurrency/currency.nl?e=T&id=7
/app/bundler/bundlelist.nl?type=I /app/bundler/bundlelist.nl?type=S
/app/bundler/bundledetails.nl?sourcecompanyid=8&domain=PRODUCTION&config=F&id=7
/app/webservices/wslog.nl /app/webservices/syncstatus.nl /app/common/scripting/secrets/settings.nl
/app/common/custom/bodycustfields.nl /app/common/custom/columncustfields.nl /app/common/custom/entitycustfields.nl
/app/common/custom/itemcustfields.nl /app/common/custom/custrecords.nl /app/common/custom/segments/segments.nl
/app/common/custom/custlists.nl
"""


def test_every_published_page_has_its_link() -> None:
    account = parse_account("1234567_SB1")
    links = {account.link(page, id="7", publisher="8") for page in PAGES} - {None}
    published = {f"https://1234567-sb1.app.netsuite.com{path}" for path in SECTION_6.split()}
    new_account = "https://1234567-sb1.app.netsuite.com/app/accounting/account/account.nl"  # inferred, as the other "new" forms
    assert links == published | {new_account}


def test_pages_without_a_published_path_have_a_menu_and_no_link() -> None:
    account = parse_account("1234567")
    unknown = {page for page, entry in PAGES.items() if entry.path is None}
    assert unknown == {
        "login_audit", "soap_preferences", "governance", "oauth2_m2m", "periods", "customers", "vendors",
    }
    for page in unknown:
        assert account.link(page) is None
        assert PAGES[page].confidence == "none"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_where_it_is_and_how_sure_that_is(page: str) -> None:
    entry = PAGES[page]
    assert entry.menu.split(" > ")[0] in ("Setup", "Lists", "Customization")
    assert entry.confidence in ("high", "medium", "low", "none")
    if page.endswith("_new") and page != "integration_new":
        assert entry.confidence == "medium"


def test_a_record_page_takes_its_id() -> None:
    account = parse_account("TSTDRV1234567")
    assert account.link("role", id="1050") == "https://tstdrv1234567.app.netsuite.com/app/setup/role.nl?id=1050"
    assert account.link("employee", id="-5") == "https://tstdrv1234567.app.netsuite.com/app/common/entity/employee.nl?id=-5"
    assert account.link("role") is None
    assert account.link("role", id="") is None
    assert account.link("bundle", id="265184") is None
    assert account.link("roles", id="1050") == "https://tstdrv1234567.app.netsuite.com/app/setup/rolelist.nl"


def test_an_id_from_outside_cannot_leave_its_place_in_the_address() -> None:
    link = parse_account("1234567").link("role", id="1&e=T#/../\n@evil.example{id}")
    assert link is not None
    parts = urlsplit(link)
    assert (parts.hostname, parts.path, parts.fragment) == ("1234567.app.netsuite.com", "/app/setup/role.nl", "")
    assert parse_qs(parts.query) == {"id": ["1&e=T#/../\n@evil.example{id}"]}


def test_an_unknown_page_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        parse_account("1234567").link("nowhere")


# --- any text

PIECES = [
    "1234567", "7654321", "SB1", "_", "-", "–", " ", "\n", ".", "/", ":", "@", "https://", "app", "suitetalk.api", ".netsuite.com",
    "tstdrv", "TD", "RP", "account id", "=", "'", "\u200b", "\ud800", "\x1b", "ß", "ſ", "ı", "１", "?c=", "#", "\\", "[", "%", "acme",
]
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    st.from_regex(LENIENT, fullmatch=True),
    st.from_regex(STRICT, fullmatch=True).map(str.lower),
)


@given(TEXTS)
@example("1234567SB")
@example("https://1234567-sb1.app.netsuite.com/ \n")
def test_any_text_is_an_account_or_an_account_id_error(text: str) -> None:
    try:
        account = parse_account(text)
    except AccountIdError as error:
        assert error.message.isprintable()
        return
    assert DNS_LABEL.fullmatch(account.host)
    assert account.strict is bool(STRICT.fullmatch(account.realm))
    again = parse_account(account.realm)
    assert (again.realm, again.environment, again.strict) == (account.realm, account.environment, account.strict)
    assert parse_account(account.app).realm == account.realm
    assert parse_account(account.host).realm == account.realm


@given(st.from_regex(STRICT, fullmatch=True))
def test_every_published_form_is_taken(realm: str) -> None:
    assert parse_account(realm) == Account(realm, parse_account(realm).environment)
    assert parse_account(realm).environment != "unknown"
