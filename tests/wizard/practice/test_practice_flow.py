"""Steps 1 and 3 of the three-step flow: vectors as requests, every word of the trail, callbacks, approval, the cutoff of 2027.1."""

from __future__ import annotations

import secrets
import threading
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from practice_asker import Asker, StoppedClock
from practice_flow import CALLBACK, HOST, INVALID, MALFORMED, SYSTEM, client, consented, granted, prepared, record
from practice_wire import OFTEN
from requests_oauthlib import OAuth1
from requests_oauthlib.oauth1_session import TokenRequestDenied
from test_practice_signature import B_KEY, VECTORS
from test_practice_vectors import NO_ROW, OTHER, changes, realm_of, vector, verdict

from wizard.errors import PracticeError
from wizard.practice.account import PracticeAccount
from wizard.practice.door.signature import base_string, escape, sign
from wizard.practice.flow.flow import callback_agrees, callback_of_record
from wizard.practice.scenario import Company, load_scenario

FLOW_WORDS = {"consumer_key_unknown": "UnknownIntegration", "token_rejected": "TokenRejected"}
STEP_ONE, STEP_THREE = ("B1", "B2", "C3"), ("B3", "C4")


def holding(begin, name, late=0):
    """An account at a vector's time that holds its pair, its callback and, for step 3, its request token."""
    values, _, host, _, _, more, _ = VECTORS[name]
    asker = begin(clock=StoppedClock(float(values["timestamp"]) + late), company=Company(realm=realm_of(host)), failed_logins_lock=False)
    record(asker, consumerkey=values["key"], consumersecret=values["secret"], flow="T", callback=more.get("oauth_callback", CALLBACK))
    if name in STEP_THREE:
        granted(asker, tokenid=values["token"], tokensecret=values["token_secret"], verifier=more["oauth_verifier"])
    return asker


@pytest.mark.parametrize("name", [*STEP_ONE, *STEP_THREE])
def test_a_vector_is_accepted_once_and_refused_with_any_input_changed(begin, name):
    sent, values = vector(name), VECTORS[name][0]
    asker = holding(begin, name)
    for what, word, changed in changes(sent):
        if what == "HTTP method":
            continue  # refused before the login, see below
        status, found = verdict(asker, changed)
        missing = what in ("no oauth_callback", "no oauth_verifier")
        assert (what, found) == (what, "MissingRequiredParameter" if missing else FLOW_WORDS.get(word, word))
        assert status == (400 if missing else 401), what
    record(asker, consumersecret=OTHER)
    assert verdict(asker, sent) == (401, "InvalidSignature")
    record(asker, consumersecret=values["secret"])
    if name in STEP_THREE:
        asker.account.state.run("UPDATE request_tokens SET tokensecret = ?", (OTHER,))
        assert verdict(asker, sent) == (401, "InvalidSignature")
        asker.account.state.run("UPDATE request_tokens SET tokensecret = ?", (values["token_secret"],))
    assert verdict(asker, sent) == (200, None)
    assert verdict(asker, sent) == (401, "TokenRejected" if name in STEP_THREE else "NonceUsed")


@pytest.mark.parametrize("name", [*STEP_ONE, *STEP_THREE])
@pytest.mark.parametrize(("late", "word"), [(-301, "InvalidTimestamp"), (-300, None), (300, None), (301, "InvalidTimestamp")])
def test_a_vector_is_good_for_five_minutes_either_way(begin, name, late, word):
    assert verdict(holding(begin, name, late), vector(name))[1] == word


def test_the_realm_is_not_needed(begin):
    for name in (*STEP_ONE, *STEP_THREE):
        assert verdict(holding(begin, name), vector(name).but(realm=None)) == (200, None)


# --- the answers


def test_step_one_answers_a_form_that_ends_in_a_line_end(begin):
    asker = prepared(begin)
    answer = client(asker).post(f"https://{HOST}/rest/requesttoken")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain")
    assert answer.text.endswith("true\n")
    token, secret, confirmed = parse_qsl(answer.text.strip(), strict_parsing=True)
    assert (token[0], secret[0], confirmed) == ("oauth_token", "oauth_token_secret", ("oauth_callback_confirmed", "true"))
    assert all(len(v) == 64 and set(v) <= set("0123456789abcdef") for v in (token[1], secret[1]))
    assert asker.trail() == [("Success", None)]


def test_the_content_type_may_be_that_of_a_form(begin):
    asker = prepared(begin, flow_content_type="application/x-www-form-urlencoded")
    answer = client(asker).post(f"https://{HOST}/rest/requesttoken")
    assert answer.headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(("setting", "echo", "kept"), [("read", "&role=1050\n", 1050), ("ignored", "true\n", None)])
def test_a_role_in_the_query(begin, setting, echo, kept):
    asker = prepared(begin, flow_role_in_query=setting)
    answer = client(asker).post(f"https://{HOST}/rest/requesttoken?role=1050")
    assert answer.text.endswith(echo)
    assert asker.account.state.value("SELECT role FROM request_tokens") == kept


@pytest.mark.parametrize("host", [HOST, "1234567-sb1.app.netsuite.com", SYSTEM])
def test_the_whole_flow_with_a_session_of_requests_oauthlib(begin, host):
    """Unmodified, but for the consent, which is a page (see the tests of that)."""
    asker = prepared(begin)
    session = client(asker)
    token = session.fetch_request_token(f"https://{host}/rest/requesttoken", realm=["1234567_SB1"])["oauth_token"]
    verifier = consented(asker, token)
    session.parse_authorization_response(f"{CALLBACK}&oauth_token={token}&oauth_verifier={verifier}&company=1234567_SB1")
    found = session.fetch_access_token(f"https://{host}/rest/accesstoken")
    assert set(found) == {"oauth_token", "oauth_token_secret"}
    pair = {**asker.account.credentials, "token_id": found["oauth_token"], "token_secret": found["oauth_token_secret"]}
    assert asker.get("/services/rest/system/v1/serverTime", pair).status == 200
    row = dict(asker.account.state.row("SELECT name, entity, role, createdby FROM tokens ORDER BY id DESC"))
    assert row == {"name": "Alvys TMS Integration - Alvys Integration, Alvys Integration Role", "entity": 211, "role": 1050, "createdby": 211}
    assert asker.account.state.value("SELECT count(*) FROM request_tokens") == 0


def test_two_traps_around_the_realm(begin):
    """4.6: a string is torn into letters; after step 1 the session has no realm, which an API call needs."""
    asker = prepared(begin)
    session = client(asker)
    with pytest.raises(TokenRequestDenied, match="401"):
        session.fetch_request_token(f"https://{HOST}/rest/requesttoken", realm="1234567_SB1")
    session = client(asker)
    token = session.fetch_request_token(f"https://{HOST}/rest/requesttoken", realm=["1234567_SB1"])["oauth_token"]
    session._client.client.verifier = consented(asker, token)
    session.fetch_access_token(f"https://{HOST}/rest/accesstoken")
    assert session.get(f"https://{HOST}/rest/tokeninfo").status_code == 401


# --- every word


PATHS = {1: "/rest/requesttoken", 3: "/rest/accesstoken"}


def step(asker, number=1, *, host=HOST, method="POST", token=None, **oauth):
    """Present a step, the third with a token that was consented to; ``oauth`` overrides. Returns status, body and the trail's word."""
    own = asker.account.credentials
    told = {"client_key": own["consumer_key"], "client_secret": own["consumer_secret"], "signature_method": "HMAC-SHA256"}
    if number == 1:
        told |= {"callback_uri": CALLBACK}
    else:
        row = token or granted(asker)
        told |= {"resource_owner_key": row["tokenid"], "resource_owner_secret": row["tokensecret"], "verifier": row["verifier"]}
    session = client(asker)
    session.auth = OAuth1(**{**told, "timestamp": str(int(asker.account.now().timestamp())), **oauth})
    before = len(asker.trail())
    answer = session.request(method, f"https://{host}{PATHS[number]}")
    rows = asker.trail()[before:]
    return answer.status_code, answer.content, rows[0][1] if rows else NO_ROW


BOTH = [
    ("UnknownIntegration", {"client_key": OTHER}),
    ("InvalidSignature", {"client_secret": "wrong"}),
    ("InvalidTimestamp", {"timestamp": "1"}),
    ("UnknownAlgorithm", {"signature_method": "HMAC-SHA1"}),
    ("NonceRejected", {"nonce": "abcde"}),
]


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("word", "change"), BOTH)
def test_a_wrong_value_has_its_word(begin, number, word, change):
    assert step(prepared(begin), number, **change) == (401, INVALID, word)


@pytest.mark.parametrize("number", [1, 3])
def test_a_nonce_counts_once(begin, number):
    asker = prepared(begin, clock=StoppedClock())
    assert step(asker, number, nonce="again-and-again")[2] is None
    assert step(asker, number, nonce="again-and-again") == (401, INVALID, "NonceUsed")


RECORD = [("IntegrationBlocked", {"state": "Blocked"}), ("IntegrationBlocked", {"state": "Waiting for Approval"}), ("IntegrationBlocked", {"tba": "F"})]


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("word", "columns"), RECORD)
def test_a_blocked_record_has_its_word(begin, number, word, columns):
    asker = prepared(begin)
    record(asker, **columns)
    assert step(asker, number) == (401, INVALID, word)


def test_nobody_knows_at_system_that_a_record_is_blocked_somewhere(begin):
    asker = prepared(begin)
    asker.account.clicks.do("block_integration")
    assert step(asker, host=SYSTEM)[::2] == (200, None)
    assert step(asker, host=SYSTEM, realm="1234567_SB1") == (401, INVALID, "IntegrationBlocked")
    assert step(asker, host=SYSTEM, client_key=OTHER) == (401, INVALID, "UnknownIntegration")
    assert step(asker, 3, host=SYSTEM) == (401, INVALID, "IntegrationBlocked")


@pytest.mark.parametrize(("word", "row"), [("consumer_key_refused", "IntegrationBlocked"), ("IntegrationBlocked", "IntegrationBlocked"), ("no_row", NO_ROW)])
def test_what_is_said_of_a_record_that_waits(begin, word, row):
    asker = prepared(begin, approval_word=word)
    record(asker, state="Waiting for Approval")
    assert step(asker, 3) == (401, INVALID, row)


@pytest.mark.parametrize(("setting", "status"), [("405", 405), ("401", 401)])
@pytest.mark.parametrize(("word", "click", "details"), [("AuthorizationFlowRequired", None, {}), ("FeatureDisabled", "set_feature", {"feature": "TBA", "on": "no"})])
def test_the_flow_may_not_be_available(begin, setting, status, word, click, details):
    asker = prepared(begin, flow_unavailable=setting)
    if click:
        asker.account.clicks.do(click, details=details)
    else:
        record(asker, flow="F")
    assert step(asker)[::2] == (status, word)
    assert step(asker, 3) == (401, INVALID, word)


def header(asker, number, **changes):
    """A header written by hand; a value of None leaves a parameter out. The signature is never right."""
    parts = {
        "oauth_consumer_key": asker.account.credentials["consumer_key"], "oauth_nonce": secrets.token_hex(8), "oauth_version": "1.0",
        "oauth_timestamp": str(int(asker.account.now().timestamp())), "oauth_signature_method": "HMAC-SHA256", "oauth_signature": "x",
        **({"oauth_callback": "oob"} if number == 1 else {"oauth_token": OTHER, "oauth_verifier": OTHER}), **changes,
    }
    return {"Authorization": "OAuth " + ", ".join(f'{name}="{value}"' for name, value in parts.items() if value is not None)}


REQUIRED = ["oauth_consumer_key", "oauth_nonce", "oauth_timestamp", "oauth_signature_method", "oauth_signature"]


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize(
    ("number", "name"), [*((n, name) for n in (1, 3) for name in REQUIRED), (1, "oauth_callback"), (3, "oauth_token"), (3, "oauth_verifier")]
)
def test_what_is_missing_or_empty_has_one_word(begin, number, name, value):
    asker = prepared(begin)
    answer = asker.raw("POST", HOST, PATHS[number], header(asker, number, **{name: value}))
    assert (answer.status, answer.body) == (400, MALFORMED)
    assert asker.trail() == [("Failure", "MissingRequiredParameter")]


@pytest.mark.parametrize("number", [1, 3])
def test_another_version_is_rejected(begin, number):
    asker = prepared(begin)
    answer = asker.raw("POST", HOST, PATHS[number], header(asker, number, oauth_version="1.1"))
    assert (answer.status, answer.body) == (401, INVALID)
    assert asker.trail() == [("Failure", "VersionRejected")]


@pytest.mark.parametrize("number", [1, 3])
def test_syntax_and_method_have_no_row(begin, number):
    asker = prepared(begin)
    path = PATHS[number]
    answer = asker.raw("POST", HOST, path, {"Authorization": "OAuth oauth_consumer_key=abc"})
    assert (answer.status, answer.body) == (400, MALFORMED)
    assert asker.raw("POST", HOST, path).status == 401
    for method in ("GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"):
        assert step(asker, number, method=method)[::2] == (405, NO_ROW)


TOKENS = [
    ("not consented", {"verifier": None, "entity": None, "role": None}), ("of another record", {"integration": 2}),
    ("an hour and a second old", {"created": "2027-01-15 06:59:59"}),
]


@pytest.mark.parametrize(("what", "columns"), TOKENS, ids=[what for what, _ in TOKENS])
def test_a_request_token_may_be_rejected(begin, what, columns):
    asker = prepared(begin, clock=StoppedClock())
    token = granted(asker, **columns)
    assert step(asker, 3, token={**token, "verifier": token["verifier"] or "a guess"}) == (401, INVALID, "TokenRejected")


@pytest.mark.parametrize(("setting", "seconds"), [("60", 3600), ("5", 300)])
def test_the_life_of_a_request_token(begin, setting, seconds):
    clock = StoppedClock()
    asker = prepared(begin, clock=clock, flow_minutes=setting)
    first, second = granted(asker), granted(asker)
    clock.at += seconds
    assert step(asker, 3, token=first)[2] is None
    clock.at += 1
    assert step(asker, 3, token=second)[2] == "TokenRejected"


def test_a_request_token_is_used_up_by_the_access_token_only(begin):
    """What stops the second half undoes the first; what is refused stays in the trail."""
    asker = prepared(begin)
    token = granted(asker)
    with asker.account.state.write():
        asker.account.state.run("CREATE TRIGGER stop BEFORE INSERT ON tokens BEGIN SELECT RAISE(ABORT, 'stopped'); END")
    assert step(asker, 3, token=token)[0] == 500
    assert "stopped" in asker.account.trouble.pop()
    assert step(asker, 3, token={**token, "verifier": OTHER}) == (401, INVALID, "InvalidVerifier")
    with asker.account.state.write():
        asker.account.state.run("DROP TRIGGER stop")
    assert step(asker, 3, token=token)[::2] == (200, None)


def test_an_access_token_is_no_request_token(begin):
    asker = prepared(begin)
    own = asker.account.credentials
    row = {"tokenid": own["token_id"], "tokensecret": own["token_secret"], "verifier": OTHER}
    assert step(asker, 3, token=row) == (401, INVALID, "TokenRejected")


@pytest.mark.parametrize(
    ("click", "details"),
    [
        ("deactivate_user", {}), ("take_access", {}), ("unassign_role", {}), ("deactivate_role", {}),
        ("remove_permission", {"permission": "ADMI_LOGIN_OAUTH"}),
    ],
)
def test_user_or_role_may_have_been_disabled_since(begin, click, details):
    asker = prepared(begin)
    asker.account.clicks.do(click, details=details)
    assert step(asker, 3) == (401, INVALID, "EntityOrRoleDisabled")


def test_a_wrong_verifier_leaves_the_request_token_usable(begin):
    asker = prepared(begin)
    token = granted(asker)
    assert step(asker, 3, token={**token, "verifier": OTHER}) == (401, INVALID, "InvalidVerifier")
    assert step(asker, 3, token={**token, "verifier": "\u00e4"}) == (401, INVALID, "InvalidVerifier")
    assert step(asker, 3, token=token)[2] is None
    assert step(asker, 3, token=token) == (401, INVALID, "TokenRejected")


def test_of_eight_exchanges_at_once_one_succeeds(begin):
    asker = prepared(begin, failed_logins_lock=False)
    token, statuses, together = granted(asker), [], threading.Barrier(8)
    before = asker.account.state.value("SELECT count(*) FROM tokens")

    def exchange():
        session = client(asker)
        session.auth = OAuth1(
            asker.account.credentials["consumer_key"], asker.account.credentials["consumer_secret"], token["tokenid"], token["tokensecret"],
            verifier=token["verifier"], signature_method="HMAC-SHA256",
        )
        together.wait(10)
        statuses.append(session.post(f"https://{HOST}/rest/accesstoken").status_code)

    threads = [threading.Thread(target=exchange) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(statuses) == [200] + [401] * 7
    assert asker.account.state.value("SELECT count(*) FROM tokens") == before + 1


# --- callbacks

EXAMPLE = "https://*.example.com/callback"
CALLBACKS = [
    ("https://my.example.com/TBA/?callbackRequest", "https://my.example.com/TBA/?callbackRequest", True),
    ("https://my.example.com/TBA/?callbackRequest", "https://my.example.com/TBA/", False),
    ("https://my.example.com/TBA/", "https://my.example.com/TBA", False),
    ("https://my.example.com/TBA", "https://your.example.com/TBA", False),
    ("https://my.example.com/TBA", "http://my.example.com/TBA", False),
    ("https://my.example.com/TBA", "https://my.example.com:8443/TBA", False),
    ("https://my.example.com/TBA", "/TBA", False),
    ("https://my.example.com/TBA", "my.example.com/TBA", False),
    ("https://my.example.com/TBA", "javascript:alert(1)", False),
    ("https://my.example.com/TBA", "https://my.example.com@evil.example/TBA", False),
    ("https://my.example.com/TBA", "https://my.example.com/TBA\r\nX: y", False),
    ("https://my.example.com/TBA", "https://my.example.com/TBA#x", False),
    ("https://my.example.com/TBA", "oob", False),
    ("https://myXexample.com/TBA", "https://my.example.com/TBA", False),
    ("https://my.example.com/TBA", "https://myXexample.com/TBA", False),
    ("https://localhost:8899/callback", "https://localhost:8899/callback", True),
    ("https://localhost:8899/callback", "https://localhost:8898/callback", False),
    ("http://localhost:*", "http://localhost:*", True),
    ("http://localhost:*", "http://localhost:8899", True),
    ("http://localhost:*", "http://localhost:8899/callback?x=1", True),
    ("http://localhost:*", "http://localhost/callback", False),
    ("http://localhost:*", "https://localhost:8899/callback", False),
    ("http://localhost:*", "http://localhost:123456", False),
    ("http://localhost:*", "http://localhost:\u0661\u0662", False),
    ("https://my.example.com:\u0661/", "https://my.example.com:\u0661/", False),
    ("http://localhost:*", "http://localhost:8899@evil.example/", False),
    ("http://localhost:*", "http://localhost.evil.example:8899/", False),
    ("http://localhost:*/callback", "http://localhost:8899/callback", True),
    ("http://localhost:*/callback", "http://localhost:*/callback", True),
    ("http://localhost:*/callback", "http://localhost:8899/other", False),
    ("http://localhost:8899/callback", "http://localhost:*/callback", False),
    (EXAMPLE, "https://my.example.com/callback", True),
    (EXAMPLE, "https://example.com/callback", False),
    (EXAMPLE, "https://a.my.example.com/callback", False),
    (EXAMPLE, "https://.example.com/callback", False),
    (EXAMPLE, "https://*.example.com/callback", False),
    (EXAMPLE, "https://evil.test/.example.com/callback", False),
    (EXAMPLE, "https://my.example.com/callback/more", False),
    (EXAMPLE, "http://my.example.com/callback", False),
    (None, "https://my.example.com/TBA", False),
    ("", "", False),
]


@pytest.mark.parametrize(("saved", "asked", "agrees"), CALLBACKS)
def test_a_callback_has_to_match_the_records(saved, asked, agrees):
    assert callback_agrees(asked, saved) is agrees


@pytest.mark.parametrize(
    ("callback", "valid"),
    [
        ("https://my.example.com/TBA/?callbackRequest", True), ("https://localhost:8899/callback", True), ("http://localhost:*", True),
        ("http://localhost:*/callback", True), ("https://*.example.com/callback", True), ("https://127.0.0.1:8080/", True),
        ("https://localhost:*", False), ("https://localhost:\u0661/", False), ("http://localhost:*\u0661", False), ("https://my.*.com/", False), ("https://*", False), ("https://*example.com/", False),
        ("https://*.*.example.com/", False), ("https://example.com/*", False), ("example.com", False), ("ftp://example.com/", False),
        ("https://exa mple.com/", False), ("https://example.com/<b>", False), ("https://example.com\\@evil.test/", False), ("", False),
    ],
)  # fmt: skip
def test_the_records_callback_is_validated_on_save(callback, valid):
    assert callback_of_record(callback) is valid


def test_a_callback_that_does_not_match_is_named_in_the_trail(begin):
    asker = prepared(begin)
    other = "https://other.example.com/"
    assert step(asker, callback_uri=other) == (401, INVALID, f"InvalidCallback <<--{other}-->>")
    assert step(asker, callback_uri="oob") == (401, INVALID, "InvalidCallback <<--oob-->>")
    assert step(asker)[2] is None


def test_oob_may_be_allowed(begin):
    assert step(prepared(begin, flow_oob="allowed"), callback_uri="oob")[::2] == (200, None)


# --- approval, and the cutoff


def without_token(begin, **settings):
    asker = prepared(begin, **settings)
    with asker.account.state.write():
        asker.account.state.run("DELETE FROM tokens")
    return asker


def test_an_auto_installed_record_may_wait_for_approval(begin):
    asker = without_token(begin)
    asker.account.clicks.do("require_approval")
    status, body, word = step(asker, 3)
    assert (status, word) == (200, None)
    pair = dict(parse_qsl(body.decode().strip()))
    new = {**asker.account.credentials, "token_id": pair["oauth_token"], "token_secret": pair["oauth_token_secret"]}
    assert asker.account.state.value("SELECT state FROM integrations") == "Waiting for Approval"
    assert asker.get("/services/rest/system/v1/serverTime", new).status == 401
    assert asker.trail()[-1] == ("Failure", "consumer_key_refused")
    asker.account.clicks.do("approve_integration")
    assert asker.get("/services/rest/system/v1/serverTime", new).status == 200
    assert step(asker, 3)[2] is None
    assert asker.account.state.value("SELECT state FROM integrations") == "Enabled", "it is installed already"


def test_without_the_preference_a_record_is_enabled_at_once(begin):
    asker = without_token(begin)
    assert step(asker, 3)[2] is None
    assert asker.account.state.value("SELECT state FROM integrations") == "Enabled"


def test_the_flow_needs_the_box_above_and_a_valid_callback(begin):
    asker = begin()
    do = asker.account.clicks.do
    with pytest.raises(PracticeError, match="not a valid Callback URL"):
        do("configure_flow", details={"callback": "nonsense"})
    with pytest.raises(PracticeError, match="callback"):
        do("configure_flow")
    record(asker, tba="F")
    with pytest.raises(PracticeError, match="needs the box"):
        do("configure_flow", details={"callback": CALLBACK})
    assert asker.account.state.value("SELECT flow FROM integrations") == "F"


def on(begin, release, **settings):
    return begin(company=Company(release=release), **settings)


@pytest.mark.parametrize("release", ["2027.1", "2027.2", "2028.1"])
def test_from_2027_1_no_new_integration_with_tba(begin, release):
    asker = on(begin, release)
    do = asker.account.clicks.do
    with pytest.raises(PracticeError, match=r"From NetSuite 2027\.1 no new integration"):
        do("create_integration", details={"record_name": "New"})
    do("create_integration", mistake="box_unticked", details={"record_name": "New"})
    with pytest.raises(PracticeError, match=r"2027\.1"):
        do("create_integration", details={"record_name": "New"})
    assert [r["name"] for r in asker.account.state.rows("SELECT name FROM integrations WHERE tba = 'T'")] == ["Alvys TMS Integration"]


def test_from_2027_1_existing_integrations_go_on(begin):
    asker = on(begin, "2027.1")
    assert asker.login().status == 200
    asker.account.clicks.do("create_integration")
    assert asker.login().status == 200, "credentials were reset"
    asker.account.clicks.do("configure_flow", details={"callback": CALLBACK})
    assert step(asker)[2] is None
    assert step(asker, 3)[2] is None


def test_from_2027_1_the_page_may_lack_the_box(begin):
    asker = on(begin, "2027.1", new_integration_refused="box")
    asker.account.clicks.do("create_integration", details={"record_name": "New"})
    asker.account.clicks.do("create_integration", details={"record_name": "New"})
    asker.account.clicks.do("create_token", details={"record_name": "New"})
    assert asker.login().status == 401
    assert asker.trail() == [("Failure", "consumer_key_refused")]


def test_before_2027_1_a_new_integration_is_as_ever(begin):
    asker = on(begin, "2026.2")
    asker.account.clicks.do("create_integration", details={"record_name": "New"})
    asker.account.clicks.do("create_token", details={"record_name": "New"})
    assert asker.login().status == 200


# --- whatever comes


@pytest.fixture(scope="module")
def open_to_all():
    """An account with the flow, at a time that stands still."""
    scenario = load_scenario("alvys-ready").but(failed_logins_lock=False)
    with PracticeAccount(scenario, clock=StoppedClock()) as account:
        account.clicks.do("configure_flow", details={"callback": CALLBACK})
        yield account
    assert list(account.trouble) == []


@pytest.fixture(scope="module")
def sender(open_to_all):
    asker = Asker(open_to_all)
    yield asker
    asker.close()


anything = st.one_of(st.text(max_size=60), st.sampled_from(["", "oob", CALLBACK, B_KEY, "\x00", "9" * 30, "-1", "' OR 1=1 --", "\U0001f600"]))


@OFTEN
@given(callback=anything, role=anything, query=st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), max_size=40))
@example(callback=CALLBACK, role="9" * 40, query="role=%00&role=")
@example(callback=CALLBACK, role="\u0661", query="")
def test_step_one_signed_rightly_with_any_values(sender, callback, role, query):
    own = sender.account.credentials
    pairs = [
        ("oauth_consumer_key", own["consumer_key"]), ("oauth_nonce", secrets.token_hex(8)), ("oauth_timestamp", "1800000000"),
        ("oauth_signature_method", "HMAC-SHA256"), ("oauth_callback", callback), ("role", role),
    ]
    signature = sign(base_string("POST", HOST, "/rest/requesttoken", query, pairs), own["consumer_secret"], "")
    written = ", ".join(f'{name}="{escape(value)}"' for name, value in [*pairs, ("oauth_signature", signature)])
    answer = sender.raw("POST", HOST, f"/rest/requesttoken?{query}", {"Authorization": f"OAuth {written}"})
    right = callback == CALLBACK
    assert answer.status == (200 if right else 401 if callback else 400)
    word = sender.trail()[-1][1]
    assert word == (None if right else f"InvalidCallback <<--{callback}-->>" if callback else "MissingRequiredParameter")
    if right:
        assert dict(parse_qsl(answer.body.decode()[:-1], keep_blank_values=True))["role"] == role


@OFTEN
@given(token=anything, verifier=anything)
def test_step_three_with_any_values(sender, token, verifier):
    own = sender.account.credentials
    pairs = [
        ("oauth_consumer_key", own["consumer_key"]), ("oauth_nonce", secrets.token_hex(8)), ("oauth_timestamp", "1800000000"),
        ("oauth_signature_method", "HMAC-SHA256"), ("oauth_token", token), ("oauth_verifier", verifier), ("oauth_signature", "x"),
    ]
    written = ", ".join(f'{name}="{escape(value)}"' for name, value in pairs)
    answer = sender.raw("POST", HOST, "/rest/accesstoken", {"Authorization": f"OAuth {written}"})
    assert answer.status == (401 if token and verifier else 400)
    assert sender.trail()[-1][1] == ("TokenRejected" if token and verifier else "MissingRequiredParameter")
