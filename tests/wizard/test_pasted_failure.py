"""Pasted texts: what leads where, what is excluded, which exchange failed, and that no secret ever comes back."""

from __future__ import annotations

import base64
import json
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.causes import AUDIT_WORDS, LOGIN_CANDIDATES
from wizard.diagnosis import Basis
from wizard.pasted_calls import calls
from wizard.pasted_failure import explain_pasted
from wizard.pasted_secrets import KINDS, without_secrets
from wizard.profile import find_profile, read_profile

ALVYS = find_profile("alvys")
LOGIN = '{"type":"x","title":"Unauthorized","status":401,"o:errorDetails":[{"detail":"Invalid login attempt.","o:errorCode":"INVALID_LOGIN"}]}'
CHALLENGE = 'WWW-Authenticate: OAuth realm="1234567_SB1", error="token_rejected", error_description="Invalid login attempt."'


def causes(text, profile=None):
    return [candidate.cause for candidate in explain_pasted(text, profile).candidates]


# --- words of the trail, bare refusals


@pytest.mark.parametrize("word", AUDIT_WORDS)
def test_a_word_of_the_trail_is_what_a_person_read(word):
    for text in (word, f"Detail: {word}", f"11/21/2026 9:41 am\tA User\tFailure\t{word.lower()}\tSome Application\t10.0.0.1"):
        told = explain_pasted(text)
        said = tuple(c.cause for c in told.candidates if c.basis is Basis.SAID)
        assert said == AUDIT_WORDS[word].causes
        assert tuple(c.cause for c in told.candidates)[: len(said)] == said
        assert not {e.cause for e in told.excluded} & {c.cause for c in told.candidates}
        assert {e.by for e in told.excluded} == {"login"}


def test_a_bare_refusal_names_candidates_and_no_cause():
    for text in (LOGIN, f"HTTP/1.1 401 Unauthorized\n{CHALLENGE}\n\n{LOGIN}", CHALLENGE, "401 Unauthorized", "Error: Invalid login attempt"):
        told = explain_pasted(text)
        assert tuple(c.cause for c in told.candidates)[: len(LOGIN_CANDIDATES)] == LOGIN_CANDIDATES
        assert {c.basis for c in told.candidates} == {Basis.POSSIBLE}
        assert told.excluded == ()


def test_the_trail_beside_the_refusal_decides():
    told = explain_pasted(f"{CHALLENGE}\n\n{LOGIN}\n\nThe Login Audit Trail says temporary_locked.")
    assert [c.cause for c in told.candidates] == ["lockout"]
    assert told.first.basis is Basis.SAID


def test_a_refusal_that_took_long_or_went_away_points_to_a_limit():
    slow = "POST https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/query/v1/suiteql 401 61.2 s"
    assert causes(slow)[0] == causes(slow.replace(" 401 61.2 s", f"\n401\n61.2 s\n{LOGIN}"))[0] == "concurrency"
    again = "POST /services/rest/query/v1/suiteql 401 0.2 s\nPOST /services/rest/query/v1/suiteql 200 0.3 s\n"
    told = explain_pasted(again)
    assert (told.first.cause, told.first.basis) == ("concurrency", Basis.POSSIBLE)
    assert causes(again.replace("200", "401"))[0] == causes("POST /other 401\nPOST /another 200")[0] == "signing"


@pytest.mark.parametrize(
    "text",
    [
        "Error: 401 customers were skipped", "HTTP 200. Code 401 is used by us for cash accounts.", "Error: 500 invoices were exported",
        "401 unauthorized users were removed", "Status: 500 orders are open", "404 not exported, 503 service customers", "POST orders 401 times",
        "403 forbidden words", "error 429 records", "code 302 found twice",
    ],
)  # fmt: skip
def test_a_number_in_a_sentence_is_no_status(text):
    assert [call.status for call in calls(text)] == [None]
    assert causes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The requested URL returned error: 401", "Error: 401 Unauthorized", "(Error: 401)", "error 401\nat send", "Code 401.", "status: 401",
        "failed with status 401 for url x", "status code 401 from there", "HTTP 401", '"statusCode": 401, "body": ""', "[401 UNAUTHORIZED]",
    ],
)  # fmt: skip
def test_a_number_that_is_meant_as_a_status_is_one(text):
    assert [call.status for call in calls(text)] == [401]
    assert causes(text)[0] == LOGIN_CANDIDATES[0]


@pytest.mark.parametrize(
    "text",
    [
        "GET https://api.vendor.example/v1/orders 401", "> GET /v1/orders HTTP/1.1\n> Host: api.vendor.example:443\n> \n< HTTP/1.1 401 Unauthorized\n",
        "401 Client Error: Unauthorized for url: https://api.vendor.example/v1/orders", 'x: https://api.vendor.example:443 "POST /b HTTP/1.1" 503 12',
        'GET https://u:p1@api.vendor.example/netsuite.com\nHTTP/1.1 401 x\n\n{"error":"permission_denied"}',
    ],
)  # fmt: skip
def test_what_somebody_else_answers_says_nothing_about_netsuite(text):
    told = explain_pasted(text)
    assert (told.candidates, told.excluded, told.elsewhere) == ((), (), ("api.vendor.example",))
    ours = explain_pasted(text.replace("api.vendor.example", "1234567.suitetalk.api.netsuite.com"))
    assert ours.candidates
    assert ours.elsewhere == ()


def test_a_word_of_the_trail_inside_an_error_is_possible_and_excludes_nothing():
    for text in ('{"error":"permission_denied"}', 'HTTP/1.1 403 x\n\n{"code":"permission_denied"}', '{"reason":"permission_denied"}'):
        told = explain_pasted(text)
        assert told.first.cause == AUDIT_WORDS["permission_denied"].causes[0]
        assert {c.basis for c in told.candidates} == {Basis.POSSIBLE}
        assert told.excluded == ()
        assert "says permission_denied" not in told.model_dump_json()


def test_only_how_long_the_answer_took_points_to_a_limit():
    for text in ("HTTP 401 INVALID_LOGIN, cache time 3600 s", "HTTP/1.1 401 x\nCache-Control: max-age=3600 s\n", "3600 s cache time\nHTTP 401"):
        assert causes(text)[0] == LOGIN_CANDIDATES[0]
    for text in ("Status: 401 Unauthorized Time: 61.2 s", "HTTP/1.1 401 Unauthorized\n61.2 s", "POST /a 401 · 61200 ms"):
        assert causes(text)[0] == "concurrency"


# --- what words name


def test_words_that_name_a_permission_name_that_permission():
    told = explain_pasted("Permission Violation: You need  the 'Lists -&gt; Currency' permission to access this page.")
    assert (told.first.cause, told.first.basis) == ("role-record-permission", Basis.POSSIBLE)
    assert told.first.remedy.text.startswith("On the role, add “Lists -> Currency”")
    assert told.first.remedy.menu_path.endswith("Manage Roles > Permissions")
    low = explain_pasted("You need a higher level of the 'Lists -> Documents and Files' permission to access this page.")
    assert (low.first.cause, low.first.basis) == ("role-record-permission", Basis.PROVEN)
    assert low.first.remedy.text.startswith("On the role, raise the level of “Lists -> Documents and Files”")


def test_silent_words_prove_neither_a_permission_nor_a_feature():
    told = explain_pasted("Search error occurred: Record ‘subsidiary’ was not found.")
    assert [c.cause for c in told.candidates] == ["role-record-permission", "feature-off", "silent-denial"]
    assert {c.basis for c in told.candidates} == {Basis.POSSIBLE}


def test_a_subsidiary_and_a_limit_are_proven_by_their_words():
    status = '<status isSuccess="false"><statusDetail><code>INSUFFICIENT_PERMISSION</code><message>Permission Violation: The {} '
    told = explain_pasted(status.format("subsidiary restrictions on your role prevent you from seeing this record.</message></statusDetail>"))
    assert (told.first.cause, told.first.basis) == ("subsidiary", Basis.PROVEN)
    assert "signing" in {e.cause for e in told.excluded}
    assert causes(status.format("restrictions on your role deny you access to this record.</message>")) == ["role-record-permission"]
    assert explain_pasted("HTTP/2 429\n\n").first.basis is Basis.PROVEN


def test_what_comes_after_the_login_excludes_it():
    told = explain_pasted('{"status":400,"o:errorDetails":[{"detail":"Invalid search type: nothing.","o:errorCode":"INVALID_PARAMETER"}]}')
    assert told.first.cause == "vendor-profile"
    assert {"signing", "token", "clock"} <= {e.cause for e in told.excluded}


@pytest.mark.parametrize(
    "text",
    [
        "Error: getaddrinfo EAI_AGAIN 1234567.suitetalk.api.netsuite.com",
        "requests.exceptions.SSLError: certificate verify failed: self-signed certificate in certificate chain (_ssl.c:1006)",
        "curl: (56) CONNECT tunnel failed, response 407", "HTTP/1.1 407 Proxy Authentication Required\nProxy-Authenticate: Basic\n\n",
        "Error: connect ECONNREFUSED 10.0.0.1:443", "java.net.SocketTimeoutException: connect timed out", "Error: socket hang up",
        "x509: certificate signed by unknown authority", "javax.net.ssl.SSLHandshakeException: PKIX path building failed",
    ],
)  # fmt: skip
def test_what_never_reached_netsuite_blames_no_value(text):
    told = explain_pasted(text)
    assert told.first.cause == "client-environment"
    assert not {"signing", "token", "credential-swap"} & {c.cause for c in told.candidates}
    assert {"signing", "token", "credential-swap"} <= {e.cause for e in told.excluded}


def test_a_page_where_data_belongs_is_something_in_between():
    for text in ("SyntaxError: Unexpected token < in JSON at position 0", "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)"):
        assert causes(text) == ["client-environment"]


def test_a_name_of_netsuites_that_is_unknown_points_to_the_account():
    for text in (
        "getaddrinfo ENOTFOUND 1234567-sb9.suitetalk.api.netsuite.com",
        "curl: (6) Could not resolve host: 1234567-sb9.suitetalk.api.netsuite.com",
        "dial tcp: lookup 1234567-sb9.suitetalk.api.netsuite.com: no such host",
    ):
        assert causes(text) == ["account-id-format", "client-environment"]
    assert causes("getaddrinfo ENOTFOUND proxy.example.com") == ["client-environment"]


def test_nothing_known_is_told_as_that():
    for text in ("", " \n\t", "it does not work", "null", "{}", "[]", "<", "\x00", "200 OK"):
        told = explain_pasted(text)
        assert (told.candidates, told.rows, told.excluded, told.secrets) == ((), {}, (), ())
    assert 111 in explain_pasted("records of one subsidiary are missing").similar


# --- the profile's own words


def test_the_profiles_own_words_come_first():
    text = "Transactions fail for a specific subsidiary: Unauthorized user"
    assert causes(text) == ["integration-record", "user"]
    assert causes(text, ALVYS) == ["subsidiary", "integration-record", "user"]
    told = explain_pasted("Integration  FAILS to authenticate", ALVYS)
    assert [c.cause for c in told.candidates] == ["feature-off", "integration-record", "signing", "token"]
    assert "A81" in told.first.says
    assert told.first.remedy.menu_path == "Setup > Company > Enable Features"


@pytest.mark.parametrize("wrong", ['cause = "nonesuch"', 'pattern = "a*"', 'pattern = "a\\u001b[2Jb"', 'pattern = "x"', "more = 1"])
def test_a_wrong_error_map_is_refused(wrong):
    from importlib import resources

    from wizard.errors import ProfileError

    shipped = (resources.files("wizard") / "profiles" / "alvys.toml").read_text(encoding="utf-8")
    entry = {"pattern": '"some words"', "cause": '"token"', "fix": '"f"', "source": '"s"'}
    right = "".join(f"{key} = {value}\n" for key, value in entry.items())
    assert read_profile(f"{shipped}\n[[error_map]]\n{right}", "p").error_map[-1].pattern == "some words"
    key, _, value = wrong.partition(" = ")
    bad = "".join(f"{k} = {v}\n" for k, v in {**entry, key: value}.items())
    with pytest.raises(ProfileError, match="error_map"):
        read_profile(f"{shipped}\n[[error_map]]\n{bad}", "p")


# --- calls


def test_calls_of_a_log_are_told_apart():
    curl = (
        "* Connected to x\n> GET /services/rest/system/v1/serverTime HTTP/1.1\n> Host: x\n> \n< HTTP/1.1 100 Continue\n< HTTP/1.1 401 Unauthorized\n"
        f"< {CHALLENGE}\n< Content-Type: application/json\n< \n{{ [229 bytes data]\n{LOGIN}\n* Connection #0 left intact\n"
    )
    [one] = calls(curl)
    assert (one.asked, one.status, one.channel, one.failed) == ("GET /services/rest/system/v1/serverTime", 401, "rest", True)
    assert one.answer.headers["content-type"] == "application/json"
    assert one.answer.json()["status"] == 401
    logged = 'DEBUG:urllib3.connectionpool:https://x:443 "POST /a HTTP/1.1" 200 None\nDEBUG: https://x:443 "POST /b HTTP/1.1" 403 12\n'
    assert [(o.asked, o.status, o.failed) for o in calls(logged)] == [("POST /a", 200, False), ("POST /b", 403, True)]
    assert calls("no log at all")[0].status is None


def test_a_call_is_shown_without_what_may_be_secret_in_its_address():
    log = f"GET https://admin:{PASSWORD}@h.example:443/a/b?c={PASSWORD}#d 200\nPOST /e?f={PASSWORD} 200\n"
    told = explain_pasted(log)
    assert told.exchanges == ("GET h.example:443/a/b: 200", "POST /e: 200")
    assert "login" in told.secrets


def test_of_very_many_calls_the_last_are_kept():
    log = "".join(f"GET /services/rest/a/{number} 200\n" for number in range(250))
    told = explain_pasted(f"{log}GET /services/rest/b 401\n")
    assert told.exchanges[-1] == "GET /services/rest/b: 401, failed"
    assert told.first.cause == LOGIN_CANDIDATES[0]


def test_of_several_failures_the_last_comes_first():
    old = 'HTTP/1.1 400 X\n\n{"error":{"code":"SSS_INVALID_SCRIPTLET_ID","message":"x"}}\n'
    new = 'HTTP/1.1 400 X\n\n{"status":400,"o:errorDetails":[{"detail":"This entity already exists.","o:errorCode":"USER_ERROR"}]}\n'
    assert causes(old + new) == ["data-match", "bundle"]
    assert causes(new + old) == ["bundle", "data-match"]


@pytest.mark.parametrize(
    ("text", "channel", "status"),
    [
        (LOGIN, "rest", 401), (f"failed: {LOGIN} (retrying)", "rest", 401), (json.dumps({"msg": LOGIN}), "rest", 401),
        ('{"error":{"code":"SSS_INVALID_SCRIPTLET_ID","message":"x"}}', "restlet", None),
        ("error code: SSS_INVALID_SCRIPTLET_ID\nerror message: x", "restlet", None),
        ("<soapenv:Fault><faultstring>x</faultstring></soapenv:Fault>", "soap", None),
        ('<x:status isSuccess="false"><x:statusDetail/>', "soap_status", None), ("<!DOCTYPE html><html>", "page", None),
        ("Request failed with status code 403", None, 403), ("401 Client Error: Unauthorized for url: x", None, 401), ("HTTP 503 Service Unavailable", None, 503),
    ],
)  # fmt: skip
def test_forms_are_known_wherever_they_stand(text, channel, status):
    [one] = calls(text)
    assert (one.channel, one.status, one.failed) == (channel, status, True)


def test_xml_is_never_expanded():
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><soapenv:Envelope><soapenv:Fault><faultstring>&c;</faultstring>'
    told = explain_pasted(bomb)
    assert told.candidates == ()
    assert "bbbb" not in repr(told)


# --- secrets

CANARY = secrets.token_hex(32)
PASSWORD = f"pw-{secrets.token_hex(6)}-x"
HELD = {
    "bare": (CANARY, "long_run"),
    "broken in two": (f"{CANARY[:40]}\n   {CANARY[40:]}", "long_run"),
    "invisible inside": (f"{CANARY[:30]}\u200b{CANARY[30:]}", "long_run"),
    "upper case": (CANARY.upper(), "long_run"),
    "base64": (base64.b64encode(bytes.fromhex(CANARY)).decode(), "long_run"),
    "header": (f'Authorization: OAuth realm="1234567", oauth_consumer_key="{CANARY}", oauth_signature="{PASSWORD}%3D"', "authorization"),
    "header in JSON": (json.dumps({"headers": {"Authorization": f'OAuth oauth_token="{CANARY}", oauth_nonce="{PASSWORD}"'}}), "authorization"),
    "header of curl": (f"curl -H 'authorization: Bearer {PASSWORD}' https://x", "authorization"),
    "bearer": (f"token is Bearer {PASSWORD}", "authorization"),
    "basic": (f"Proxy-Authorization: Basic {base64.b64encode(PASSWORD.encode()).decode()}", "authorization"),
    "signature": (f"oauth_signature={PASSWORD}&oauth_version=1.0", "signature"),
    "cookie": (f"Cookie: JSESSIONID={PASSWORD}; other={PASSWORD}", "cookie"),
    "set-cookie": (f"< Set-Cookie: NS_ROUTING={PASSWORD}; path=/", "cookie"),
    "label": (f"Token Secret: {PASSWORD}", "secret"),
    "cell": (f"Consumer Secret / Client Secret\t{PASSWORD}", "secret"),
    "setting": (f"NETSUITE_CONSUMER_SECRET={PASSWORD}", "secret"),
    "camel": (json.dumps({"tokenSecret": PASSWORD}), "secret"),
    "password": (f'password = "{PASSWORD} and more"', "password"),
    "passport": (f"<core:consumerKey>{CANARY}</core:consumerKey><core:token>{PASSWORD}</core:token>", "key"),
    "signature in XML": (f'<signature algorithm="HMAC-SHA256">{PASSWORD}</signature>', "signature"),
    "address": (f"GET https://admin:{PASSWORD}@1234567.suitetalk.api.netsuite.com/a 401", "login"),
    "query": (f"GET https://1234567.suitetalk.api.netsuite.com/a?x=1&api_token={PASSWORD} 401", "token"),
    "token": (f"https://h.example/?token={PASSWORD}", "token"),
    "token in JSON": (json.dumps({"api_token": PASSWORD}), "token"),
    "secret of something": (f"deploy_secret={PASSWORD}", "secret"),
    "key file": (f"-----BEGIN PRIVATE KEY-----\n{PASSWORD}\n-----END PRIVATE KEY-----", "private_key"),
    "web token": (f"eyJhbGciOiJub25lIn0.{base64.urlsafe_b64encode(PASSWORD.encode()).decode()}.x", "authorization"),
}
AROUND = ["", "NS0739 ", "InvalidSignature\n", f"{LOGIN}\n", "HTTP/1.1 401 Unauthorized\n"]


def pieces(value):
    """The secret in the forms it might come back in, and parts of it."""
    raw = value.encode()
    return [value, value.upper(), value[:12], value[-12:], value[::-1], base64.b64encode(raw).decode()[:-4], raw.hex()]


@pytest.mark.parametrize("where", HELD)
def test_a_secret_is_told_by_its_kind_and_never_repeated(where):
    text, kind = HELD[where]
    for before in AROUND:
        for after in ("", "\nYou need the 'Lists -> Currency' permission"):
            told = explain_pasted(f"{before}{text}{after}", ALVYS)
            assert kind in told.secrets
            assert not [p for value in (CANARY, PASSWORD) for p in pieces(value) if p in told.model_dump_json() or p in repr(told)]
            if after:
                assert "role-record-permission" in {c.cause for c in told.candidates}


def test_a_secret_inside_the_servers_words_is_not_repeated():
    for text in (f"You need the '{CANARY}' permission", f"Record type '{CANARY}' does not exist", f"Record '{CANARY}' was not found"):
        told = explain_pasted(text)
        assert told.candidates
        assert CANARY[:12] not in told.model_dump_json()
        assert "(hidden)" in told.first.says


def test_what_is_public_is_no_secret():
    for text in (CHALLENGE, LOGIN, *AUDIT_WORDS, "Access Token Name: Mine; Application Name: X", "customscript_invd_payment_model_restlet",
                 "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer/200", "https://h.example:443/a?m=x@y.example", "SSS_INVALID_SCRIPTLET_ID"):  # fmt: skip
        assert without_secrets(text) == (text, ())
    assert all(what and do.endswith(".") for what, do in KINDS.values())


@given(st.text(max_size=200), st.sampled_from(sorted(HELD)), st.text(max_size=200))
def test_no_text_around_it_brings_a_secret_back(before, where, after):
    text, _ = HELD[where]
    told = explain_pasted(f"{before}\n{text}\n{after}", ALVYS)
    assert not [p for value in (CANARY, PASSWORD) for p in pieces(value)[:4] if p in told.model_dump_json()]


WORDS = st.sampled_from([LOGIN, CHALLENGE, "HTTP/1.1 401 x", "> GET /a HTTP/1.1", "< ", "* ", "{", '{"', '"error":', "}", "<Fault>", "isSuccess", "\n",
                         "\t", "\\\"", "InvalidSignature", "429", "status: ", "error code: X error message:", "<html>", "‘", "&#39;", "\ud800", "\x00"])  # fmt: skip


@given(st.lists(st.one_of(st.text(max_size=30), WORDS), max_size=25).map(" ".join))
def test_arbitrary_text_never_raises(text):
    told = explain_pasted(text, ALVYS)
    assert len({c.cause for c in told.candidates}) == len(told.candidates)
    assert set(told.rows) <= {c.cause for c in told.candidates}
    assert all(c.remedy is not None and c.says.isprintable() for c in told.candidates)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["o:errorDetails", "error", "errors", "code", "message", "detail", "status", "o:errorCode", "x"]), inner)))  # fmt: skip
def test_arbitrary_errors_in_json_never_raise(value):
    explain_pasted(json.dumps(value))
