"""Scenario files: strict reading, and that each shipped one is what it says."""

from __future__ import annotations

import http.client
import ssl

import pytest
from practice_asker import Asker

from wizard.causes import CAUSES
from wizard.errors import PracticeError
from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import load_scenario, shipped_scenarios

EXPECTED = {
    "empty", "alvys-ready", "alvys-exactly-47", "feature-off", "rest-off", "tba-off", "token-wrong-role", "token-wrong-user", "token-revoked",
    "permission-missing", "permission-too-low", "workbook-missing", "subsidiary-not-assigned", "cross-viewing-off", "role-changed",
    "account-types-missing", "no-oneworld-ready", "clock-skew", "integration-blocked", "user-inactive", "wrong-secret", "swapped",
    "web-services-only-off", "busy-books", "large-books",
}
# What goes wrong on the way: status of the integration's login, or the error of a client, and the word of the trail ("": no row).
ON_THE_WAY = {
    "maintenance": (503, ""), "slow": (200, None), "rate-limited": (429, ""), "disguised-concurrency": (401, ""),
    "tls-other-name": (ssl.SSLCertVerificationError, ""), "tls-expired": (ssl.SSLCertVerificationError, ""),
    "connection-cut": ((http.client.IncompleteRead, ConnectionResetError), None),
}
SLUGS = {None, *CAUSES}
# What the integration's login gives (the client's clock is this machine's) and the word of the trail.
LOGIN = {
    "tba-off": (401, "FeatureDisabled"), "token-revoked": (401, "token_rejected"), "integration-blocked": (401, "consumer_key_refused"),
    "user-inactive": (401, "permission_denied"), "wrong-secret": (401, "InvalidSignature"), "swapped": (401, "consumer_key_unknown"),
    "clock-skew": (401, "InvalidTimestamp"), "rest-off": (403, None),
}


def test_all_are_there_with_one_line_each():
    shipped = shipped_scenarios()
    assert set(shipped) >= EXPECTED | set(ON_THE_WAY)
    assert all(title and "\n" not in title and len(title) <= 78 for title in shipped.values())


@pytest.mark.parametrize("name", sorted(EXPECTED - {"large-books"}))  # which has tests of its own, for it takes a while
def test_each_says_what_is_wrong_and_starts(name):
    scenario = load_scenario(name)
    assert scenario.cause in SLUGS
    assert scenario.explains.endswith(".")
    with PracticeAccount(scenario) as account:
        asker = Asker(account)
        assert (account.credentials is None) == (name == "empty")
        if account.credentials:
            now = account._clock.now().timestamp()
            status, word = LOGIN.get(name, (200, None))
            assert asker.login(timestamp=str(int(now))).status == status
            assert asker.trail()[-1] == ("Success" if word is None else "Failure", word)
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


GOOD = 'title = "t"\nexplains = "e."\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD + "nonsense = 1\n", r"x\.toml, line 3: nonsense: Extra inputs"),
        (GOOD + "[settings]\nhidden_record = '404'\nnonsense = 1\n", r"line 5: settings\.nonsense"),
        (GOOD + "[settings]\nhidden_record = '405'\n", r"line 4: settings\.hidden_record: Input should be '403' or '404'"),
        (GOOD + "[company]\nrealm = '123 456'\n", r"line 4: company\.realm"),
        (GOOD + "[[change]]\nclick = 'create_role'\nday_ago = 1\n", r"line 5: change\.0\.day_ago"),
        (GOOD + "[[change]]\ndays_ago = 1\n", r"change\.0\.click: Field required"),
        (GOOD + '[[change]]\nclick = "nonesuch"\n', r"line 4: change 1: There is no click 'nonesuch'"),
        (GOOD + '[[change]]\nclick = "create_role"\nmistake = "nonesuch"\n', r"line 5: change 1: .* no mistake 'nonesuch'"),
        ('title = "t"\n', r"x\.toml: explains: Field required"),
        (GOOD + "name = 'other'\n", r"line 3: name"),
        (GOOD + "base = 'nonesuch'\n", "no scenario 'nonesuch'"),
        (GOOD + "base = 7\n", "line 3: base"),
        (GOOD + "x = = 1\n", "is not TOML: .*line 3"),
        (GOOD + "hand_out = 'all'\n", "line 3: hand_out"),
        (GOOD + "[keys]\nconsumer_key = 'a b'\n", r"line 4: keys\.consumer_key"),
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
    with pytest.raises(PracticeError, match=r"Shipped: .*alvys-ready"):
        load_scenario("nonesuch")
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


def test_a_change_that_is_not_possible_is_said(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(GOOD + 'base = "empty"\nprofile = "alvys"\n[[change]]\nclick = "create_token"\n')
    with pytest.raises(PracticeError, match="Token-based Authentication is off"):
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
