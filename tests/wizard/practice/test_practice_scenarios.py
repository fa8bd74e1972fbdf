"""Scenario files: strict reading, and that each shipped one is what it says."""

from __future__ import annotations

import http.client
import re
import ssl

import pytest
from practice_asker import Asker

from wizard.causes import CAUSES
from wizard.errors import PracticeError
from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import load_scenario, shipped_scenarios

NAMES = sorted(shipped_scenarios())
CANNOT = {"unconfirmed"}
"""No account can show what nobody knows."""
NO_CREDENTIALS = {"empty", "release-2027-1", "terms-declined"}
NO_ROW = "no row"
# What goes wrong on the way: status of the integration's login, or the error of a client, and the word of the trail ("": no row).
ON_THE_WAY = {
    "maintenance": (503, ""), "system-error": (500, ""), "slow": (200, None), "rate-limited": (429, ""), "disguised-concurrency": (401, ""),
    "tls-other-name": (ssl.SSLCertVerificationError, ""), "tls-expired": (ssl.SSLCertVerificationError, ""),
    "connection-cut": ((http.client.IncompleteRead, ConnectionResetError), None),
}
# What the integration's login gives (the client's clock is this machine's) and the word of the trail.
LOGIN = {
    "account-id-as-host": (401, NO_ROW), "account-id-lower-case": (401, NO_ROW), "account-id-without-suffix": (401, NO_ROW),
    "address-not-allowed": (401, "permission_denied"), "busy": (429, None), "busy-in-disguise": (401, None),
    "clock-skew": (401, "InvalidTimestamp"), "credentials-reset": (401, "consumer_key_unknown"),
    "integration-blocked": (401, "consumer_key_refused"), "integration-box-unticked": (401, "consumer_key_refused"),
    "integration-deleted": (401, "consumer_key_unknown"), "integration-waiting": (401, "consumer_key_refused"),
    "rest-off": (403, None), "rest-permission-missing": (200, None), "role-hidden": (401, "permission_denied"),
    "role-inactive": (401, "permission_denied"), "sandbox-refreshed": (401, "token_rejected"), "secret-cut": (401, "InvalidSignature"),
    "secrets-swapped": (401, "InvalidSignature"), "swapped": (401, "consumer_key_unknown"), "tba-off": (401, "FeatureDisabled"),
    "token-another-application": (401, "token_rejected"), "token-inactive": (401, "token_rejected"),
    "token-permission-missing": (401, "permission_denied"), "token-revoked": (401, "token_rejected"),
    "token-too-new": (401, "token_rejected"), "user-deleted": (401, "token_rejected"), "user-inactive": (401, "permission_denied"),
    "user-locked": (401, "temporary_locked"), "user-without-access": (401, "permission_denied"),
    "user-without-role": (401, "permission_denied"), "values-of-another-account": (401, "consumer_key_unknown"),
    "wrong-consumer-key": (401, "consumer_key_unknown"), "wrong-consumer-secret": (401, "InvalidSignature"),
    "wrong-secret": (401, "InvalidSignature"), "wrong-token-id": (401, "token_rejected"),
}  # fmt: skip


def quick(name):
    """The scenario, without the minute that a disguised refusal takes."""
    return load_scenario(name).but(disguised_wait_seconds=0.0)


def test_all_are_there_with_one_line_each():
    assert all(s.title and "\n" not in s.title and len(s.title) <= 78 for s in shipped_scenarios().values())
    assert set(LOGIN) | set(ON_THE_WAY) | NO_CREDENTIALS <= set(NAMES)


def test_every_cause_an_account_can_show_has_a_scenario():
    shown = {s.cause for s in shipped_scenarios().values()}
    assert set(CAUSES) - shown == CANNOT


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {*ON_THE_WAY, "large-books"}])  # it has tests of its own, for it takes a while
def test_each_says_what_is_wrong_and_starts(name):
    scenario = quick(name)
    assert scenario.cause in {None, *CAUSES}
    assert scenario.explains.endswith(".")
    if scenario.cause:
        assert scenario.shows and re.search("[Mm]ended|Nothing", scenario.explains)
    with PracticeAccount(scenario) as account:
        asker = Asker(account)
        assert (account.credentials is None) == (name in NO_CREDENTIALS)
        if account.credentials:
            status, word = LOGIN.get(name, (200, None))
            assert asker.login(timestamp=str(int(account._clock.now().timestamp()))).status == status
            row = {NO_ROW: [], None: [("Success", None)]}.get(word, [("Failure", word)])
            assert asker.trail()[-1:] == row
        asker.close()
    assert list(account.trouble) == []


@pytest.mark.parametrize("name", sorted(ON_THE_WAY))
def test_each_goes_wrong_on_the_way_as_it_says(name):
    scenario = load_scenario(name)
    assert scenario.cause in CAUSES
    assert scenario.explains.endswith(".")
    assert scenario.change == load_scenario("alvys-ready").change
    at_once = tuple(fault.model_copy(update={"seconds": 0.0}) for fault in scenario.fault)
    came, word = ON_THE_WAY[name]
    with PracticeAccount(scenario.model_copy(update={"fault": at_once})) as account:
        asker = Asker(account)
        if isinstance(came, int):
            assert asker.login().status == came
        else:
            with pytest.raises(came):
                asker.login()
        assert asker.trail() == ([] if word == "" else [("Success", word)])
        asker.close()
        account.faults.clear()
        asker = Asker(account)
        assert asker.login().status == 200
        asker.close()
    assert list(account.trouble) == []


def test_the_disguise_takes_as_long_as_was_observed():
    assert {fault.delay(0) for fault in load_scenario("disguised-concurrency").fault} == {60.0}


def works(asker):
    """Login, list, single record and query."""
    return (
        asker.account.credentials is not None and asker.login().status == asker.record("customer?limit=1").status == 200
        and asker.record("invoice/1001").status == 200 and asker.query("SELECT id FROM department").status == 200
    )  # fmt: skip


def administrator_sees(sql):
    return lambda asker: asker.rows(sql, asker.admin) != []


def box(feature):
    return administrator_sees(f"SELECT id FROM CompanyFeatureSetup WHERE id = '{feature}' AND IsActive = 'T'")


def level(key, number):
    return administrator_sees(f"SELECT role FROM rolepermissions WHERE role = 1050 AND permkey = '{key}' AND permlevel = {number}")


def three(asker):
    return len(asker.rows("SELECT id FROM subsidiary")) == 3


def post(record, body):
    """The integration may create a record; or may not, however right the body is."""

    def created(asker):
        own = {**body, "tranDate": f"{asker.account.now():%Y-%m-%d}"} if "entity" in body else body
        url = f"https://{asker.account.suitetalk_host}/services/rest/record/v1/{record}"
        return asker.signed("POST", url, body=own).status == 204

    return created


def preference(name):
    return lambda asker: asker.account.state.value("SELECT value FROM preferences WHERE name = ?", (name,)) != "yes"


def approved(asker):
    """A journal entry that the integration writes does not wait."""
    url = f"https://{asker.account.suitetalk_host}/services/rest/record/v1/journalEntry"
    made = asker.signed("POST", url, body={"subsidiary": {"id": "1"}})
    assert made.status == 204, made.body
    number = made.headers["location"].rpartition("/")[2]
    [row] = asker.rows(f"SELECT status FROM transaction WHERE id = {number}")
    return row["status"] == "B"


def one_called(name, table):
    return lambda asker: len(asker.rows(f"SELECT id FROM {table} WHERE entityid = '{name}' AND isinactive = 'F'")) == 1


def runs(script):
    """A RESTlet of the bundle says something of its own."""
    address = f"/app/site/hosting/restlet.nl?script=customscript_invd_{script}&deploy=customdeploy_invd_{script}"
    return lambda asker: asker.signed("POST", f"https://{asker.account.restlets_host}{address}", body={}).json == NOBODY


def pays(asker):
    """The RESTlet of payments gets as far as looking for the customer."""
    address = "/app/site/hosting/restlet.nl?script=customscript_invd_payment_model_restlet&deploy=customdeploy_invd_payment_model_restlet"
    answer = asker.signed("POST", f"https://{asker.account.restlets_host}{address}", body={"date": "2026-01-02", "amount": 5})
    return b"Customer not found" in answer.body


NOBODY = {"message": "No parent customer found", "status": 406}
INVOICE = {"entity": {"id": "200"}}
IN_WEST = (
    "SELECT m.account FROM accountsubsidiarymap m JOIN account a ON a.id = m.account WHERE m.subsidiary = 2 AND a.accttype = 'Income'"
)
# What is not true before a scenario is mended and is afterwards, where more is wrong than what every integration needs.
MENDED = {
    "account-not-in-subsidiary": administrator_sees(IN_WEST),
    "account-types-missing": administrator_sees("SELECT id FROM account WHERE accttype = 'Income' AND isinactive = 'F'"),
    "bundle-audience": runs("invoice_model_restlet"), "bundle-missing": runs("invoice_model_restlet"),
    "start-date-late": pays, "bundle-old": runs("credit_note_restlet"), "bundle-script-broken": runs("invoice_model_restlet"),
    "record-locked": lambda asker: asker.record("journalEntry/1043").status == 200,
    "cross-viewing-off": three, "own-subsidiary": three, "rows-hidden": lambda asker: asker.rows("SELECT id FROM customer") != [], "subsidiary-not-assigned": three,
    "user-in-another-subsidiary": three,
    "currencies-off": lambda asker: asker.record("currency?limit=1").status == 200,
    "currency-inactive": administrator_sees("SELECT id FROM currency WHERE symbol = 'CAD' AND isinactive = 'F'"),
    "currency-permission-missing": lambda asker: asker.record("currency?limit=1").status == 200,
    "customer-twice": one_called("Bluefield Produce", "customer"), "vendor-twice": one_called("Hollis Carriers", "vendor"),
    "feature-off": box("SERVERSIDESCRIPTING"), "soap-off": box("WEBSERVICESEXTERNAL"),
    "field-mandatory": post("invoice", INVOICE), "global-permission": post("invoice", INVOICE), "period-closed": post("invoice", INVOICE),
    "journal-approvals": approved,
    "reversing-journals": preference("Void Transactions Using Reversing Journals"),
    "permission-not-added": lambda asker: asker.record("vendorBill?limit=1").status == 200,
    "permission-too-low": post("customerPayment", {"customer": {"id": "200"}, "total": 5}), "soap-permission-missing": level("ADMI_WEBSERVICES", 4),
    "subsidiary-inactive": administrator_sees("SELECT id FROM subsidiary WHERE id = 2 AND isinactive = 'F'"),
    "token-wrong-role": lambda asker: asker.login().status == 200 and asker.account.state.value("SELECT role FROM logins ORDER BY id DESC") == 1050,
    "token-wrong-user": lambda asker: asker.login().status == 200 and asker.account.state.value("SELECT entity FROM logins ORDER BY id DESC") == 211,
    "two-factor-role": lambda asker: not level("ADMI_MANAGE_OAUTH_TOKENS", 4)(asker),
    "web-services-only-off": administrator_sees("SELECT id FROM role WHERE id = 1050 AND iswebserviceonlyrole = 'T'"),
    "web-services-only-restlets": lambda asker: asker.signed("GET", f"https://{asker.account.restlets_host}/rest/tokeninfo").status == 200,
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in NAMES if load_scenario(name).mend])
def test_what_a_scenario_names_mends_it(begin, name):
    asker = begin(name)
    right = MENDED.get(name, works)
    assert not right(asker)
    for change in load_scenario(name).mend:
        asker.account.clicks.do(change.click, None, change.mistake, change.answers)
    assert right(asker)
    assert works(asker)


def test_what_cannot_be_mended_shows_as_it_says(begin):
    closed = begin("administrator-record")
    assert (closed.record("employee/5").error[:2], closed.record("employee/6").status) == ((400, "USER_ERROR"), 200)
    tax = begin("legacy-tax")
    assert tax.record("salesTaxItem").error == (404, "NONEXISTENT_ID", "Record type 'salesTaxItem' does not exist.")
    shared = begin("shared-host")
    answer = shared.signed("GET", "https://rest.netsuite.com/services/rest/record/v1/customer")
    assert answer.status == 200
    assert b"Incorrect data center requested!" in answer.body
    assert shared.trail() == []


def test_ready_holds_everything_the_profile_asks(begin):
    from wizard.profile import LEVELS, find_profile

    asker, profile = begin(), find_profile("alvys")
    held = {r["permkey"]: int(r["permlevel"]) for r in asker.rows("SELECT permkey, permlevel FROM rolepermissions WHERE role = 1050", asker.admin)}
    assert held == {p.key: LEVELS[p.level] for p in profile.permission}
    on = {r["id"] for r in asker.rows("SELECT id FROM CompanyFeatureSetup WHERE IsActive = 'T'", asker.admin)}
    assert {f.id for f in profile.feature} <= on


def test_exactly_47(begin):
    asker = begin("alvys-exactly-47")
    assert asker.account.state.value("SELECT count(*) FROM role_permissions") == 47
    assert asker.query("SELECT 1 FROM DUAL").status == 400


def test_swapped_and_wrong_secret_hand_out_other_values(begin):
    right = begin().account
    assert right.credentials == right.credentials
    wrong = begin("wrong-secret").account
    true_secret = wrong.state.value("SELECT tokensecret FROM tokens WHERE role = 1050")
    assert wrong.credentials["token_secret"] != true_secret
    assert len(wrong.credentials["token_secret"]) == 64
    swapped = begin("swapped").account
    key = swapped.state.value("SELECT consumerkey FROM integrations")
    assert swapped.credentials["token_id"] == key


def test_without_oneworld_there_are_no_subsidiaries(begin):
    asker = begin("no-oneworld-ready")
    assert asker.account.realm == "7654321"
    assert asker.account.suitetalk_host == "7654321.suitetalk.api.netsuite.com"
    assert asker.account.state.value("SELECT count(*) FROM subsidiaries") == 0
    keys = {r["permkey"] for r in asker.rows("SELECT permkey FROM rolepermissions", asker.admin)}
    assert not keys & {"LIST_SUBSIDIARY", "LIST_CONTACTSUBSIDIARYRELATION"}


TWO = '[[change]]\nclick = "create_role"\n[[change]]\n'
GOOD = 'title = "t"\nexplains = "e."\n'
READY = GOOD + 'base = "alvys-ready"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD + "nonsense = 1\n", r"x\.toml, line 3: nonsense: Extra inputs"),
        (GOOD + "[settings]\nhidden_record = '404'\nnonsense = 1\n", r"line 5: settings\.nonsense"),
        (GOOD + "[settings]\nhidden_record = '405'\n", r"line 4: settings\.hidden_record: Input should be '403' or '404'"),
        (GOOD + "[company]\nrealm = '123 456'\n", r"line 4: company\.realm"),
        (GOOD + "[[change]]\nclick = 'create_role'\nday_ago = 1\n", r"line 5: change\.0\.day_ago"),
        (GOOD + "[[change]]\ndays_ago = 1\n", r"change\.0\.click: Field required"),
        (GOOD + '[[change]]\nclick = "nonesuch"\n', r"line 4: change\.0\.click: There is no click 'nonesuch'"),
        (GOOD + '[[change]]\nclick = "create_role"\nmistake = "nonesuch"\n', r"line 5: change\.0\.mistake: .* no mistake 'nonesuch'"),
        ('title = "t"\n', r"x\.toml: explains: Field required"),
        (GOOD + "name = 'other'\n", r"line 3: name"),
        (GOOD + "base = 'nonesuch'\n", "no scenario 'nonesuch'"),
        (GOOD + "base = 7\n", "line 3: base"),
        (GOOD + "x = = 1\n", "is not TOML: .*line 3"),
        (GOOD + "hand_out = 'all'\n", "line 3: hand_out"),
        (GOOD + "[keys]\nconsumer_key = 'a b'\n", r"line 4: keys\.consumer_key"),
        (GOOD + 'cause = "nonesuch"\n', "line 3: cause: .*no cause of the failure table"),
        (GOOD + 'shows = ["protocol 8.3"]\n', r"line 3: shows\.0"),
        (GOOD + 'shows = [\n  "inferred: protocol 8.3",\n  "believed: protocol 8.3",\n]\n', r"line 3: shows\.1"),
        (GOOD + TWO + 'click = "x"\n', r"line 6: change\.1\.click: There is no click 'x'"),
        (GOOD + TWO + 'click = "create_user"\nmistake = "x"\n', r"line 7: change\.1\.mistake"),
        (GOOD + TWO + 'clack = "create_user"\n', r"line 5: change\.1\.click: Field required; .*line 6: change\.1\.clack"),
        (GOOD + TWO + 'click = "create_user"\nanswers = { user_name = 7 }\n', r"line 7: change\.1\.answers\.user_name"),
        (GOOD + '[[mend]]\nclick = "create_user"\n[[mend]]\nclick = "x"\n', r"line 6: mend\.1\.click: There is no click 'x'"),
        (GOOD + 'base = "alvys-ready"\n' + TWO + 'click = "x"\n', r"line 7: change\.1\.click: There is no click 'x'"),
        ('title = """\n[[change]]\nclick = 1\n"""\nexplains = "e."\n' + TWO + "days_ago = -1\n", r"line 9: change\.1\.days_ago"),
        (GOOD + "company.realm = '123 456'\n", r"line 3: company\.realm"),
        (GOOD + 'profile = "nope"\n', r"x\.toml, line 3: profile: .*There is no profile 'nope'"),
        (GOOD + 'shows = ["documented: protocol 77.7"]\n', r"line 3: shows\.0: .*protocol has no 77\.7"),
        (GOOD + 'shows = ["documented: protocol 8.8"]\n', "protocol has no 8.8"),
        (GOOD + 'shows = ["observed: failures 999"]\n', "failures has no 999"),
        (GOOD + 'shows = ["observed: failures 12.1"]\n', "failures has no 12.1"),
        (GOOD + 'shows = ["observed: roles-and-features 12"]\n', "roles-and-features has no 12"),
        (READY + '[answers]\nrolename = "bogus"\n', r"x\.toml, line 4: answers: There is no answer 'rolename' here\. There are: role_name, "),
        (READY + '[answers]\nenvironment = "moon"\n', r"line 4: answers: There is no environment 'moon'"),
        (GOOD + '[answers]\nsubsidiaries = "all; Atlantis"\n', r"line 3: answers: There is no subsidiary 'Atlantis'"),
        (READY + TWO + 'click = "create_user"\nanswers = { nonsense = "1" }\n', r"line 8: change\.1\.answers: There is no answer 'nonsense'"),
        (READY + TWO + 'click = "set_permission"\nanswers = { permission = "LIST_ITEM", lvl = "View" }\n', r"line 8: .*no answer 'lvl' here\. There are: permission, level, "),
        (READY + TWO + 'click = "set_permission"\nanswers = { permission = "LIST_ITEM" }\n', r"line 8: .*needs to be told 'level'"),
        (READY + TWO + 'click = "set_permission"\n[change.answers]\npermission = "LIST_NOPE"\nlevel = "View"\n', r"line 8: .*There is no permission 'LIST_NOPE'"),
        (READY + '[[mend]]\nclick = "remove_permission"\nanswers = { permission = "LIST_NOPE" }\n', r"line 6: mend\.0\.answers: There is no permission 'LIST_NOPE'"),
        (READY + '[[mend]]\nclick = "move_user"\nanswers = { subsidiary = "Atlantis" }\n', r"line 6: mend\.0\.answers: There is no subsidiary 'Atlantis'"),
        (READY + '[[mend]]\nclick = "set_feature"\nanswers = { feature = "SUBSIDIARIES", on = "no" }\n', "There is no feature 'SUBSIDIARIES'"),
        (READY + '[[mend]]\nclick = "set_feature"\nanswers = { feature = "TBA", on = "maybe" }\n', "There is no on 'maybe'"),
        (READY + '[[mend]]\nclick = "require_field"\nanswers = { record = "bogus", field = "x" }\n', "There is no record type 'bogus'"),
        (READY + '[[mend]]\nclick = "create_user"\nstands = "x"\n', r"line 6: mend\.0\.stands: Extra inputs"),
        (GOOD + "company = { name = 'X', realm = '123 456' }\n", r"line 3: company\.realm"),
        (GOOD + "[company]\nname = 'hidden_record'\n[settings]\nhidden_record = '405'\n", r"line 6: settings\.hidden_record"),
    ],
)
def test_faults_are_named_with_file_key_and_line(tmp_path, text, says):
    path = tmp_path / "x.toml"
    path.write_text(text)
    with pytest.raises(PracticeError, match=says):
        load_scenario(str(path))


def test_a_scenario_built_on_itself_is_refused(tmp_path):
    path = tmp_path / "loop.toml"
    path.write_text(GOOD + f"base = '{path}'\n")
    with pytest.raises(PracticeError, match="base"):
        load_scenario(str(path))


def test_unknown_names_are_refused_with_the_choices(tmp_path):
    with pytest.raises(PracticeError, match=r"no scenario 'nonesuch'\. All: netsuite-setup practice scenarios"):
        load_scenario("nonesuch")
    with pytest.raises(PracticeError, match=r"Near: .*token-revoked"):
        load_scenario("token-revokt")
    with pytest.raises(PracticeError, match="cannot be read: FileNotFoundError"):
        load_scenario(str(tmp_path / "nonesuch.toml"))


def test_a_file_lays_itself_over_its_base(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        GOOD + 'base = "alvys-ready"\n[answers]\nrole_name = "Mine"\n[settings]\nhidden_record = "404"\n'
        '[[change]]\nclick = "remove_permission"\nanswers = { permission = "LIST_ITEM" }\n'
    )
    scenario = load_scenario(str(path))
    base = load_scenario("alvys-ready")
    assert (scenario.name, scenario.title, scenario.cause) == ("mine", "t", None)
    assert scenario.change == (*base.change, scenario.change[-1])
    assert scenario.answers == {**base.answers, "role_name": "Mine"}
    assert (scenario.settings.hidden_record, scenario.profile) == ("404", "alvys")


def test_settings_can_be_changed_in_code():
    scenario = load_scenario("empty")
    assert scenario.but(hidden_record="404").settings.hidden_record == "404"
    assert scenario.settings.hidden_record == "403"
    with pytest.raises(ValueError, match="hidden_record"):
        scenario.but(hidden_record="500")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD + 'base = "empty"\nprofile = "alvys"\n[[change]]\nclick = "create_token"\n', "x.toml, line 5: change.0: .*Token-based Authentication is off"),
        (READY + TWO + 'click = "deactivate_currency"\nanswers = { currency = "XYZ" }\n', r"x\.toml, line 6: change\.1: There is nothing called 'XYZ'"),
    ],
)
def test_a_change_that_is_not_possible_is_said_with_its_line(tmp_path, text, says):
    path = tmp_path / "x.toml"
    path.write_text(text)
    with pytest.raises(PracticeError, match=says):
        PracticeAccount(load_scenario(str(path)))


def test_a_change_of_the_base_that_is_not_possible_is_said_with_the_line_of_the_base(tmp_path):
    base, path = tmp_path / "base.toml", tmp_path / "x.toml"
    base.write_text(READY + '[[change]]\nclick = "deactivate_currency"\nanswers = { currency = "XYZ" }\n')
    path.write_text(GOOD + f'base = "{base.as_posix()}"\n[[change]]\nclick = "create_role"\n')
    with pytest.raises(PracticeError, match=r"base\.toml, line 4: change\.0: There is nothing called 'XYZ'"):
        PracticeAccount(load_scenario(str(path)))


def test_a_scenario_can_hold_published_values_at_their_time(begin, tmp_path):
    """Whoever has a vector can try it on ``practice serve`` with nothing but a file."""
    path = tmp_path / "vector.toml"
    path.write_text(
        GOOD + "base = 'alvys-ready'\nclock_stands_at = 1700000000\n[keys]\nconsumer_key = 'consumerkey123'\n"
        "consumer_secret = 'consumersecret789'\ntoken_id = 'tokenid456'\ntoken_secret = 'tokensecret012'\n"
    )
    asker = begin(str(path))
    assert asker.account.credentials == {
        "account": "1234567_SB1", "consumer_key": "consumerkey123", "consumer_secret": "consumersecret789",
        "token_id": "tokenid456", "token_secret": "tokensecret012",
    }  # fmt: skip
    assert asker.login(timestamp="1700000000").status == 200
    assert asker.login(timestamp="1700000301").status == 401
    assert asker.login().headers["date"] == "Tue, 14 Nov 2023 22:13:20 GMT"


def test_keys_without_a_page_that_shows_them_are_refused(tmp_path):
    path = tmp_path / "vector.toml"
    path.write_text(GOOD + "base = 'empty'\n[keys]\nconsumer_key = 'aaaaaa'\nconsumer_secret = 'bbbbbb'\ntoken_id = 'cccccc'\ntoken_secret = 'dddddd'\n")
    with pytest.raises(PracticeError, match="no change in it shows a consumer_key"):
        PracticeAccount(load_scenario(str(path)))
