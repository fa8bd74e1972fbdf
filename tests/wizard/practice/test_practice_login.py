"""The login: vectors presented as requests, each thing checked, in order, with its word in the Login Audit Trail."""

from __future__ import annotations

import secrets
from urllib.parse import quote

import pytest
from practice_asker import StoppedClock
from test_practice_signature import A6_QUERY, B4, B_KEY, B_TOKEN, A

SERVER_TIME = "/services/rest/system/v1/serverTime"
REFUSED = (
    b'{"type":"https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.2","title":"Unauthorized","status":401,"o:errorDetails":'
    b'[{"detail":"Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at Setup > Users/Roles > '
    b'User Management > View Login Audit Trail.","o:errorCode":"INVALID_LOGIN"}]}\n'
)
TOKENINFO_REFUSED = b'{"error":{"code":"INVALID_LOGIN_ATTEMPT","message":"Invalid login attempt."}}\n'
MALFORMED = b'{"error":{"code":"INVALID_REQUEST","message":"The request could not be understood by the server due to malformed syntax."}}\n'


def header(values, signature, **changes):
    parts = {
        "realm": "123456", "oauth_token": values["token"], "oauth_consumer_key": values["key"], "oauth_nonce": values["nonce"],
        "oauth_timestamp": values["timestamp"], "oauth_signature_method": "HMAC-SHA256", "oauth_version": "1.0",
        "oauth_signature": signature, **changes,
    }
    return "OAuth " + ", ".join(f'{name}="{quote(value, safe="")}"' for name, value in parts.items() if value is not None)


def published(begin, tmp_path, realm, values):
    """An account whose pair and token are those of a published vector, at the vector's time."""
    path = tmp_path / "vector.toml"
    path.write_text(f'title = "vector"\nexplains = "published"\nbase = "alvys-ready"\n[company]\nrealm = "{realm}"\n')
    asker = begin(str(path), clock=StoppedClock(float(values["timestamp"])))
    with asker.account.state.write():
        asker.account.state.run("UPDATE integrations SET consumerkey = ?, consumersecret = ?", (values["key"], values["secret"]))
        asker.account.state.run(
            "UPDATE tokens SET tokenid = ?, tokensecret = ? WHERE role <> 3", (values["token"], values["token_secret"])
        )
        asker.account.state.run("UPDATE employees SET id = 40 WHERE id = 6")
    return asker


A3_PATH, A3_SIGNATURE = "/services/rest/record/v1/employee/40", "B5OIWznZ2YP0OB7VrJrGkYsTh+8H+5T9Hag+o92q0zY="
A6_PATH, A6_SIGNATURE = f"/services/rest/record/v1/customer?{A6_QUERY}", "IBSgwbibY/nPGFNkqDCbuS3waob20JT8OIvnUuj0IX8="


@pytest.mark.parametrize(("path", "signature"), [(A3_PATH, A3_SIGNATURE), (A6_PATH, A6_SIGNATURE)])
def test_published_vectors_log_in(begin, tmp_path, path, signature):
    asker = published(begin, tmp_path, "123456", A)
    answer = asker.raw("GET", "123456.suitetalk.api.netsuite.com", path, {"Authorization": header(A, signature)})
    assert answer.status == 200
    assert asker.trail() == [("Success", None)]


def test_published_vector_b4_revokes_its_token(begin, tmp_path):
    asker = published(begin, tmp_path, "1234567", B4)
    signature = "IQwMGWzHT+N+h+AlakCKto0FMhx9j53kL713Xijl9Io="
    host, path = "1234567.restlets.api.netsuite.com", f"/rest/revoketoken?consumerKey={B_KEY}&token={B_TOKEN}"
    sent = {"Authorization": header(B4, signature, realm="1234567")}
    assert asker.raw("GET", host, path, sent).status == 200
    again = asker.raw("GET", host, path, {"Authorization": header(B4, signature, realm="1234567", oauth_nonce="another-one")})
    assert (again.status, again.body) == (401, TOKENINFO_REFUSED)
    assert asker.trail() == [("Success", None), ("Failure", "token_rejected")]


OTHER = "0" * 64


@pytest.mark.parametrize(
    ("word", "changes"),
    [
        ("token_rejected", {"oauth_token": OTHER}),
        ("consumer_key_unknown", {"oauth_consumer_key": OTHER}),
        ("InvalidSignature", {"oauth_nonce": "fjaLirsIcCGVZWzBX0pG"}),
        ("InvalidSignature", {"oauth_timestamp": "1508242307"}),
        ("InvalidTimestamp", {"oauth_timestamp": "1508242607"}),
        ("InvalidTimestamp", {"oauth_timestamp": "1508242005"}),
        ("InvalidTimestamp", {"oauth_timestamp": "-1508242306"}),
        ("InvalidTimestamp", {"oauth_timestamp": "1508242306.5"}),
        ("UnknownAlgorithm", {"oauth_signature_method": "HMAC-SHA1"}),
        ("VersionRejected", {"oauth_version": "1.1"}),
        ("InvalidSignature", {"oauth_version": None}),
        ("InvalidSignature", {"oauth_signature": "C5OIWznZ2YP0OB7VrJrGkYsTh+8H+5T9Hag+o92q0zY="}),
        ("InvalidSignature", {"oauth_verifier": "more"}),
        ("MissingTokenPassportRequiredFields", {"oauth_nonce": None}),
        ("MissingTokenPassportRequiredFields", {"oauth_token": None}),
        ("parameter_rejected", {"oauth_token": ""}),
    ],
)
def test_a_vector_with_one_input_changed_is_refused(begin, tmp_path, word, changes):
    asker = published(begin, tmp_path, "123456", A)
    sent = {"Authorization": header(A, A3_SIGNATURE, **changes)}
    answer = asker.raw("GET", "123456.suitetalk.api.netsuite.com", A3_PATH, sent)
    assert (answer.status, answer.body) == (401, REFUSED)
    assert asker.trail() == [("Failure", word)]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", A3_PATH), ("GET", A3_PATH + "1"), ("GET", A3_PATH + "?limit=1"), ("GET", A6_PATH.replace("2206", "2207"))],
)
def test_method_path_and_query_are_signed(begin, tmp_path, method, path):
    asker = published(begin, tmp_path, "123456", A)
    sent = {"Authorization": header(A, A3_SIGNATURE)}
    assert asker.raw(method, "123456.suitetalk.api.netsuite.com", path, sent).status == 401
    assert asker.trail() == [("Failure", "InvalidSignature")]


def test_the_host_is_signed(begin, tmp_path):
    asker = published(begin, tmp_path, "123456", A)
    sent = {"Authorization": header(A, A3_SIGNATURE)}
    assert asker.raw("GET", "123456.restlets.api.netsuite.com", "/rest/tokeninfo", sent).status == 401
    assert asker.trail() == [("Failure", "InvalidSignature")]


def test_refusal_on_the_wire(begin):
    asker = begin()
    wrong = {**asker.account.credentials, "token_secret": secrets.token_hex(32)}
    answer = asker.get(SERVER_TIME, wrong)
    assert (answer.status, answer.body) == (401, REFUSED)
    assert answer.headers["www-authenticate"] == (
        'OAuth realm="1234567_SB1", error="token_rejected", error_description="Invalid login attempt."'
    )
    assert answer.headers["content-type"] == "application/vnd.oracle.resource+json; type=error; charset=UTF-8"
    assert answer.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in answer.headers
    info = asker.signed("GET", f"https://{asker.account.restlets_host}/rest/tokeninfo", wrong)
    assert (info.status, info.body) == (401, TOKENINFO_REFUSED)


def test_the_connection_goes_on_after_a_refusal(begin):
    asker = begin()
    wrong = {**asker.account.credentials, "token_secret": secrets.token_hex(32)}
    assert [asker.get(SERVER_TIME, wrong).status, asker.login().status, asker.get(SERVER_TIME, wrong).status] == [401, 200, 401]


def test_unquoted_values_are_a_syntax_error_without_a_row(begin):
    asker = begin()
    sent = {"Authorization": "OAuth realm=1234567_SB1,oauth_token=abc,oauth_consumer_key=def"}
    rest = asker.raw("GET", asker.account.suitetalk_host, SERVER_TIME, sent)
    assert rest.error == (400, "INVALID_REQUEST", "The request could not be understood by the server due to malformed syntax.")
    restlet = asker.raw("GET", asker.account.restlets_host, "/rest/tokeninfo", sent)
    assert (restlet.status, restlet.body) == (400, MALFORMED)
    assert asker.trail() == []


@pytest.mark.parametrize("realm", ["1234567_sb1", "1234567-sb1", "1234567", "7654321", ""])
def test_a_wrong_realm_is_refused_without_a_row(begin, realm):
    asker = begin()
    answer = asker.login(realm=realm)
    assert (answer.status, answer.body) == (401, REFUSED)
    assert asker.trail() == []


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer abc"}, {"Authorization": "Basic YTpi"}])
def test_no_oauth_header_is_a_refused_login_without_a_row(begin, headers):
    asker = begin()
    assert asker.raw("GET", asker.account.suitetalk_host, SERVER_TIME, headers).status == 401
    assert asker.raw("GET", asker.account.restlets_host, "/rest/tokeninfo", headers).body == TOKENINFO_REFUSED
    assert asker.trail() == []


def test_a_parameter_sent_twice_is_rejected(begin):
    asker = begin()
    prepared = asker.prepare("GET", f"https://{asker.account.suitetalk_host}{SERVER_TIME}")
    twice = str(prepared.headers["Authorization"], "ascii") + ', oauth_nonce="abcdefgh"'
    assert asker.raw("GET", asker.account.suitetalk_host, SERVER_TIME, {"Authorization": twice}).status == 401
    assert asker.trail() == [("Failure", "parameter_rejected")]


def test_sha1_is_an_unknown_algorithm(begin):
    asker = begin()
    assert asker.login(signature_method="HMAC-SHA1").status == 401
    assert asker.trail() == [("Failure", "UnknownAlgorithm")]


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-299, 200), (0, 200), (299, 200), (301, 401)])
def test_timestamp_may_be_five_minutes_off(begin, seconds, status):
    clock = StoppedClock()
    asker = begin(clock=clock)
    assert asker.login(timestamp=str(int(clock.at) + seconds)).status == status
    assert asker.trail()[-1][1] == (None if status == 200 else "InvalidTimestamp")


def test_a_nonce_counts_once_per_user_and_timestamp(begin):
    clock = StoppedClock()
    asker = begin(clock=clock)
    now = str(int(clock.at))
    assert asker.login(nonce="once-and-again", timestamp=now).status == 200
    assert asker.login(nonce="once-and-again", timestamp=now).status == 401
    assert asker.login(nonce="once-and-again", timestamp=str(int(now) + 1)).status == 200
    assert asker.get(SERVER_TIME, asker.admin, nonce="once-and-again", timestamp=now).status == 200
    info = f"https://{asker.account.restlets_host}/rest/tokeninfo"
    assert asker.signed("GET", info, nonce="once-and-again", timestamp=now).status == 401
    words = [word for _, word in asker.trail()]
    assert words == [None, "NonceUsed", None, None, "nonce_used"]


def test_a_refused_signature_does_not_use_up_the_nonce(begin):
    asker = begin(clock=StoppedClock())
    wrong = {**asker.account.credentials, "token_secret": secrets.token_hex(32)}
    assert asker.get(SERVER_TIME, wrong, nonce="still-good").status == 401
    assert asker.login(nonce="still-good").status == 200


@pytest.mark.parametrize(("nonce", "word"), [("12345", "nonce_rejected"), ("123456", None)])
def test_a_nonce_has_six_characters_at_least(begin, nonce, word):
    asker = begin()
    asker.login(nonce=nonce)
    assert asker.trail()[-1][1] == word


STATE_OF_ACCOUNT = [
    ("FeatureDisabled", "set_feature", {"feature": "TBA", "on": "no"}),
    ("consumer_key_refused", "block_integration", {}),
    ("token_rejected", "revoke_token", {}),
    ("token_rejected", "deactivate_token", {}),
    ("permission_denied", "deactivate_user", {}),
    ("permission_denied", "take_access", {}),
    ("permission_denied", "unassign_role", {}),
    ("permission_denied", "deactivate_role", {}),
    ("permission_denied", "remove_permission", {"permission": "ADMI_LOGIN_OAUTH"}),
]


@pytest.mark.parametrize(("word", "click", "details"), STATE_OF_ACCOUNT)
def test_what_is_wrong_in_the_account_has_its_word(begin, word, click, details):
    asker = begin()
    assert asker.login().status == 200
    asker.account.clicks.do(click, details=details)
    answer = asker.login()
    assert (answer.status, answer.body) == (401, REFUSED)
    assert asker.trail()[-1] == ("Failure", word)


def test_waiting_for_approval_and_a_cleared_tba_box_refuse_the_key(begin):
    asker = begin()
    for column, value in (("state", "Waiting for Approval"), ("tba", "F")):
        with asker.account.state.write():
            asker.account.state.run("UPDATE integrations SET state = 'Enabled', tba = 'T'")
            asker.account.state.run(f"UPDATE integrations SET {column} = ?", (value,))
        assert asker.login().status == 401
        assert asker.trail()[-1] == ("Failure", "consumer_key_refused")


def test_user_access_tokens_lets_log_in_too(begin):
    asker = begin()
    asker.account.clicks.do("remove_permission", details={"permission": "ADMI_LOGIN_OAUTH"})
    assert asker.login().status == 401
    asker.account.clicks.do("set_permission", details={"permission": "ADMI_MANAGE_OWN_OAUTH_TOKENS", "level": "Full"})
    assert asker.login().status == 200


def test_a_token_belongs_to_its_integration(begin):
    asker = begin()
    asker.account.clicks.do("create_integration", details={"record_name": "Another"})
    other = asker.account.credentials
    assert asker.get(SERVER_TIME, other).status == 401
    assert asker.trail()[-1] == ("Failure", "token_rejected")


def test_order_of_the_login(begin):
    """Everything is wrong at once; what is found first is put right, and the next thing shows."""
    clock = StoppedClock()
    asker = begin(clock=clock)
    good = asker.account.credentials
    do = asker.account.clicks.do
    do("set_feature", details={"feature": "TBA", "on": "no"})
    do("block_integration")
    do("deactivate_user")
    asker.login(nonce="used-before", timestamp=str(int(clock.at)))

    def word(credentials, **oauth):
        asker.get(SERVER_TIME, credentials, **oauth)
        return asker.trail()[-1][1]

    wrong = {**good, "token_id": secrets.token_hex(32), "token_secret": secrets.token_hex(32)}
    late = {"timestamp": str(int(clock.at) - 999)}
    assert word({**wrong, "consumer_key": secrets.token_hex(32)}, signature_method="HMAC-SHA1", **late) == "FeatureDisabled"
    do("set_feature", details={"feature": "TBA", "on": "yes"})
    assert word({**wrong, "consumer_key": secrets.token_hex(32)}, signature_method="HMAC-SHA1", **late) == "UnknownAlgorithm"
    assert word({**wrong, "consumer_key": secrets.token_hex(32)}, **late) == "consumer_key_unknown"
    assert word(wrong, **late) == "consumer_key_refused"
    with asker.account.state.write():
        asker.account.state.run("UPDATE integrations SET state = 'Enabled'")
    assert word(wrong, **late) == "InvalidTimestamp"
    assert word(wrong) == "token_rejected"
    assert word({**wrong, "token_id": good["token_id"]}, nonce="abc") == "InvalidSignature"
    assert word(good, nonce="abc") == "nonce_rejected"
    assert word(good, nonce="used-before") == "permission_denied"
    assert word(good, nonce="used-before") == "NonceUsed"


def fail(asker, times):
    wrong = {**asker.account.credentials, "token_secret": secrets.token_hex(32)}
    for _ in range(times):
        assert asker.get(SERVER_TIME, wrong).status == 401


def test_five_refusals_lock_for_thirty_minutes(begin):
    clock = StoppedClock()
    asker = begin(clock=clock)
    fail(asker, 5)
    assert asker.login().status == 401
    assert asker.trail()[-1] == ("Failure", "temporary_locked")
    clock.at += 29 * 60
    fail(asker, 1)
    assert asker.login().status == 401, "a further refusal must not open the lock"
    clock.at += 61
    assert asker.login().status == 200


def test_a_login_that_works_starts_the_count_anew(begin):
    asker = begin(clock=StoppedClock())
    fail(asker, 4)
    assert asker.login().status == 200
    fail(asker, 4)
    assert asker.login().status == 200


def test_the_lock_is_the_users_not_the_accounts(begin):
    asker = begin(clock=StoppedClock())
    fail(asker, 5)
    assert asker.get(SERVER_TIME, asker.admin).status == 200


def test_failed_token_logins_may_not_lock(begin):
    asker = begin(clock=StoppedClock(), failed_logins_lock=False)
    fail(asker, 7)
    assert asker.login().status == 200


@pytest.mark.parametrize(("setting", "word"), [("token_rejected", "token_rejected"), ("cause", "consumer_key_refused")])
def test_the_word_in_the_header_may_be_the_cause(begin, setting, word):
    asker = begin("integration-blocked", tba_error_word=setting)
    assert f'error="{word}"' in asker.login().headers["www-authenticate"]


def test_a_row_names_user_role_application_and_token(begin):
    asker = begin()
    asker.login(headers={"User-Agent": "a program"})
    row = dict(asker.account.state.row("SELECT * FROM logins"))
    names = {k: row[k] for k in ("status", "email", "role", "ip", "uri", "useragent", "app")}
    assert names == {
        "status": "Success", "email": "alvys.integration@practice.example", "role": 1050, "ip": "127.0.0.1", "uri": SERVER_TIME,
        "useragent": "a program", "app": "Alvys TMS Integration",
    }
    assert row["token"].startswith("Alvys TMS Integration - ")


def test_old_nonces_are_forgotten_when_their_timestamp_could_not_be_used_any_more(begin):
    clock = StoppedClock()
    asker = begin(clock=clock)
    asker.login()
    clock.at += 400
    asker.login()
    assert asker.account.state.value("SELECT count(*) FROM nonces") == 1
