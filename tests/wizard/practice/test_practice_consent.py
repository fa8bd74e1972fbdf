"""Step 2 of the three-step flow: the consent page, its way back, and who can allow what."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from practice_asker import Asker, StoppedClock
from practice_browser import APP, PATH, Person, location
from practice_flow import CALLBACK, HOST, SYSTEM, client, granted, prepared
from practice_wire import OFTEN
from requests_oauthlib.oauth1_session import TokenMissing, VerifierMissing

from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import load_scenario

USER = "Alvys Integration (alvys.integration@practice.example)"
ROLE = "Alvys Integration Role"
STATE = "nnbs6b8n0zjlmhrlisv"


def asked(asker, callback=CALLBACK, **columns):
    """A request token nobody has consented to."""
    return granted(asker, verifier=None, entity=None, callback=callback, **{"role": None, **columns})["tokenid"]


def at_consent(asker, token, state=STATE, user=USER, host=APP):
    person = Person(asker, host)
    return person, person.click(person.open(token, state), "Log In", user)


# --- the whole way


@pytest.mark.parametrize("host", [APP, SYSTEM])
def test_allow_leads_back_with_everything_in_the_documented_order(begin, host):
    asker = prepared(begin)
    token = asked(asker)
    person, page = at_consent(asker, token, host=host)
    assert page.title == "Allow Alvys TMS Integration to use your account?"
    where, said = location(person.click(page, "Allow"))
    verifier = asker.account.state.value("SELECT verifier FROM request_tokens")
    assert where == "https://my.example.com/TBA/"
    assert said == [
        "callbackRequest", f"oauth_token={token}", f"oauth_verifier={verifier}", "company=1234567_SB1", "role=1050", "entity=211", f"state={STATE}",
    ]
    assert re.fullmatch("[0-9a-f]{64}", verifier)


def test_a_callback_without_query_and_no_state(begin):
    asker = prepared(begin)
    person, page = at_consent(asker, asked(asker, "https://localhost:8899/callback"), state="")
    address = person.click(page, "Allow").headers["location"]
    assert address.startswith("https://localhost:8899/callback?oauth_token=")
    assert address.endswith("&company=1234567_SB1&role=1050&entity=211")


def test_the_whole_flow_with_a_session_of_requests_oauthlib(begin):
    asker = prepared(begin)
    session = client(asker)
    session.fetch_request_token(f"https://{HOST}/rest/requesttoken")
    person = Person(asker)
    opened = person.open(None, path=session.authorization_url(f"https://{APP}{PATH}", state=STATE).partition(APP)[2])
    back = person.click(person.click(opened, "Log In", USER), "Allow").headers["location"]
    assert session.parse_authorization_response(back)["state"] == STATE
    found = session.fetch_access_token(f"https://{HOST}/rest/accesstoken")
    fresh = client(asker, resource_owner_key=found["oauth_token"], resource_owner_secret=found["oauth_token_secret"], realm="1234567_SB1")
    told = fresh.get(f"https://{HOST}/rest/tokeninfo").json()
    assert (told["entityId"], told["roleName"]) == (211, ROLE)
    assert person.open(session._client.client.resource_owner_key).answer.status == 400


@pytest.mark.parametrize(("setting", "said"), [("without_token", ["callbackRequest", "oauth_verifier="]), ("empty_verifier", ["callbackRequest", "oauth_token={}", "oauth_verifier="])])
def test_deny_leads_back_too(begin, setting, said):
    asker = prepared(begin, flow_denied=setting)
    token = asked(asker)
    person, page = at_consent(asker, token)
    where, found = location(person.click(page, "Deny"))
    assert where == "https://my.example.com/TBA/"
    assert found == [*(part.format(token) for part in said), "company=1234567_SB1", "role=1050", "entity=211", f"state={STATE}"]
    assert person.open(token).answer.status == 400


def test_a_client_notices_that_it_was_denied(begin):
    """4.6: TokenMissing means denied. With the documented form it is found out a step later."""
    for setting, error in (("without_token", TokenMissing), ("empty_verifier", VerifierMissing)):
        asker = prepared(begin, flow_denied=setting)
        session = client(asker)
        token = session.fetch_request_token(f"https://{HOST}/rest/requesttoken")["oauth_token"]
        person, page = at_consent(asker, token)
        back = person.click(page, "Deny").headers["location"]
        with pytest.raises(error):
            session.parse_authorization_response(back)
            session.fetch_access_token(f"https://{HOST}/rest/accesstoken")


def test_oob_shows_the_verifier(begin):
    asker = prepared(begin, flow_oob="allowed")
    token = asked(asker, "oob")
    person, page = at_consent(asker, token)
    shown = person.click(page, "Allow")
    assert shown.answer.status == 200
    assert asker.account.state.value("SELECT verifier FROM request_tokens") in shown.text
    person, page = at_consent(asker, asked(asker, "oob"))
    assert person.click(page, "Deny").title == "Denied"


def test_a_star_for_the_port_is_left_out_on_the_way_back(begin):
    asker = prepared(begin, "http://localhost:*")
    person, page = at_consent(asker, asked(asker, "http://localhost:*/callback"))
    assert person.click(page, "Allow").headers["location"].startswith("http://localhost/callback?oauth_token=")


# --- who and which role


def test_only_users_with_access_can_log_in(begin):
    asker = prepared(begin)
    token = asked(asker)
    everybody = ["Robin Alder (robin@practice.example)", "Sam Reyes (sam@practice.example)", USER]
    assert list(Person(asker).open(token).options) == everybody
    for click in ("take_access", "deactivate_user"):
        asker = prepared(begin)
        asker.account.clicks.do(click)
        assert list(Person(asker).open(asked(asker)).options) == everybody[:2]
        assert Person(asker).open(asked(asker), entity=211).title == "Log in"


def test_change_role_offers_what_can_be_allowed_and_says_what_cannot(begin):
    asker = prepared(begin)
    with asker.account.state.write():
        asker.account.state.run("INSERT INTO assignments (entity, role) VALUES (211, 3)")
        asker.account.state.run("INSERT INTO roles (id, scriptid, name) VALUES (2000, 'x', 'No <b>tokens</b>'), (2001, 'y', 'Not given'), (2002, 'z', 'Hidden')")
        asker.account.state.run("INSERT INTO assignments (entity, role, hidden) VALUES (211, 2000, 'F'), (211, 2002, 'T')")
    token = asked(asker)
    person, page = at_consent(asker, token)
    assert page.title == "Choose a role", "of two, the person chooses"
    assert list(page.options) == ["Administrator", ROLE]
    assert "Not offered: No <b>tokens</b> (no permission for access tokens)." in page.text
    assert b"<b>tokens" not in page.answer.body
    consent = person.click(page, "Change Role", ROLE)
    assert "Administrator" not in consent.text
    again = person.click(person.click(consent, "Change Role"), "Change Role", "Administrator")
    assert "Administrator" in again.text
    assert "role=3" in location(person.click(again, "Allow"))[1]


def test_the_role_of_step_one_is_taken_if_the_person_has_it(begin):
    asker = prepared(begin)
    with asker.account.state.write():
        asker.account.state.run("INSERT INTO assignments (entity, role) VALUES (211, 3)")
    assert at_consent(asker, asked(asker, role=3))[1].title.startswith("Allow")
    page = at_consent(asker, asked(asker, role=45678))[1]
    assert (page.title, list(page.options)) == ("Choose a role", ["Administrator", ROLE])


def test_somebody_without_a_suitable_role_can_only_deny(begin):
    asker = prepared(begin)
    token = asked(asker)
    person, page = at_consent(asker, token, user="Sam Reyes (sam@practice.example)")
    assert "You have no role that can be allowed." in page.text
    assert [list(form["buttons"]) for form in page.forms] == [["Deny"]]
    assert location(person.click(page, "Deny"))[1][-2:] == ["entity=6", f"state={STATE}"]


@pytest.mark.parametrize(("setting", "title"), [("not_offered", "Choose a role"), ("offered", "Allow Alvys TMS Integration to use your account?")])
def test_a_web_services_only_role(begin, setting, title):
    asker = begin(flow_web_services_only=setting)
    page = at_consent(asker, asked(asker))[1]
    assert page.title == title
    assert (f"Not offered: {ROLE} (Web Services Only Role)." in page.text) == (setting == "not_offered")


@pytest.mark.parametrize("click", ["unassign_role", "deactivate_role", "take_access", "deactivate_user"])
def test_what_has_changed_since_the_page_was_shown_counts(begin, click):
    asker = prepared(begin)
    person, page = at_consent(asker, asked(asker))
    asker.account.clicks.do(click)
    refusal = person.click(page, "Allow")
    assert refusal.answer.status == 403
    assert asker.account.state.value("SELECT verifier FROM request_tokens") is None


# --- request tokens, state, tampering


def titled(page, status, title):
    assert (page.answer.status, page.title) == (status, title)


def test_what_is_wrong_with_a_request_token_is_said(begin):
    clock = StoppedClock()
    asker = prepared(begin, clock=clock)
    person = Person(asker)
    unknown = "This request token is not known. It was never issued, or was denied, or is used up."
    titled(person.open(secrets.token_hex(32)), 400, unknown)
    titled(person.open("", path=PATH), 400, unknown)
    titled(person.open(granted(asker)["tokenid"]), 400, "This request token has been allowed already.")
    token = asked(asker)
    page = at_consent(asker, token)[1]
    clock.at += 3601
    titled(person.open(token), 400, "This request token has expired.")
    titled(person.click(page, "Allow"), 400, "This request token has expired.")


def test_what_was_decided_is_decided(begin):
    asker = prepared(begin)
    person, page = at_consent(asker, asked(asker))
    assert person.click(page, "Allow").status == 302
    titled(person.click(page, "Deny"), 400, "This request token has been allowed already.")
    assert asker.account.state.value("SELECT count(*) FROM request_tokens") == 1


def test_an_application_that_is_gone(begin):
    asker = prepared(begin)
    titled(Person(asker).open(asked(asker, integration=99)), 400, "This application is not known any more.")


@pytest.mark.parametrize(("state", "good"), [("a" * 512, True), ("a" * 513, False), ("a b", False), ("<script>", False), ("\u00e4", False), ("a\n", False), ("", True)])
def test_state_has_letters_and_digits_only(begin, state, good):
    asker = prepared(begin)
    page = Person(asker).open(asked(asker), state)
    titled(page, *((200, "Log in") if good else (400, "The state cannot be passed on.")))
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    "changed",
    [
        {"proof": None}, {"proof": ""}, {"proof": "\u00e4"}, {"proof": "0" * 64}, {"role": "3"}, {"role": None}, {"entity": "5"}, {"entity": None},
        {"state": "other"}, {"do": "other"}, {"do": None},
    ],
)  # fmt: skip
def test_a_click_counts_only_as_the_page_showed_it(begin, changed):
    asker = prepared(begin)
    person, page = at_consent(asker, asked(asker))
    assert person.click(page, "Allow", **changed).answer.status == 403
    assert asker.account.state.value("SELECT verifier FROM request_tokens") is None
    assert person.click(page, "Allow").status == 302


def test_the_proof_of_one_request_token_is_of_no_use_for_another(begin):
    asker = prepared(begin)
    other = asked(asker)
    person, page = at_consent(asker, asked(asker))
    assert person.click(page, "Allow", oauth_token=other).answer.status == 403


def test_nothing_is_decided_by_opening_an_address(begin):
    asker = prepared(begin)
    token = asked(asker)
    person, page = at_consent(asker, token)
    proof = page.forms[0]["values"]["proof"]
    shown = person.open(token, STATE, entity=211, role=1050, do="allow", proof=proof)
    assert shown.answer.status == 200
    assert asker.account.state.value("SELECT verifier FROM request_tokens") is None


# --- as it goes over the wire


def test_headers_keep_the_page_to_itself(begin):
    asker = prepared(begin)
    token = asked(asker, "https://localhost:8899/callback")
    person, consent = at_consent(asker, token)
    pages = [person.open(token), consent, person.click(consent, "Change Role"), person.open("unknown"), person.click(consent, "Allow", proof="x")]
    for page in pages:
        headers = page.answer.headers
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert (headers["x-frame-options"], headers["cache-control"]) == ("DENY", "no-store")
        assert (headers["referrer-policy"], headers["x-content-type-options"]) == ("no-referrer", "nosniff")
        style = re.search(rb"<style>(.*)</style>", page.answer.body, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
        leads_to = " https://localhost:8899" if "Deny" in page.text else ""
        assert headers["content-security-policy"] == (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'{leads_to}; frame-ancestors 'none'; base-uri 'none'"
        )
        assert "Practice account. This is not NetSuite, and nothing here is real." in page.text
        assert len(page.answer.body) < 4096
        assert b"<script" not in page.answer.body
    back = person.click(consent, "Allow")
    assert (back.headers["cache-control"], back.body) == ("no-store", b"")


def test_names_are_escaped(begin):
    asker = prepared(begin)
    evil = "<script>alert('\"1\"')</script>&amp;"
    with asker.account.state.write():
        for table, column in (("integrations", "name"), ("employees", "entityid"), ("roles", "name"), ("employees", "email")):
            asker.account.state.run(f"UPDATE {table} SET {column} = ? WHERE id IN (1, 211, 1050)", (evil,))
    person, page = at_consent(asker, asked(asker), user=f"{evil} ({evil})")
    assert page.text.count(evil) == 5
    for shown in (page, person.click(page, "Change Role"), person.open(asked(asker))):
        assert b"<script" not in shown.answer.body


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(begin, method):
    asker = prepared(begin)
    assert Person(asker).read(method, f"{PATH}?oauth_token={asked(asker)}").answer.status == 405


def test_the_page_is_not_on_the_other_hosts(begin):
    asker = prepared(begin)
    for host in (HOST, "1234567-sb1.suitetalk.api.netsuite.com", "rest.netsuite.com"):
        assert asker.raw("GET", host, PATH).status == 404


# --- whatever comes


@pytest.fixture(scope="module")
def person():
    with PracticeAccount(load_scenario("alvys-ready"), clock=StoppedClock()) as account:
        asker = Asker(account)
        yield Person(asker)
        asker.close()
    assert list(account.trouble) == []


words = st.one_of(st.text(max_size=30), st.sampled_from(["211", "1050", "3", "-3", "9" * 30, "\u0661", "allow", "deny", "\x00", "a" * 600]))
fields = st.dictionaries(st.sampled_from(["state", "entity", "role", "proof", "do", "oauth_token", "x"]), words, max_size=7)


@OFTEN
@given(values=fields)
@example(values={"entity": "211", "role": ""})
@example(values={"entity": "211", "role": "1050", "state": "x"})
def test_any_values_in_the_address(person, values):
    token = asked(person.asker)
    shown = person.open(token, **values)
    assert shown.answer.status in (200, 400)
    assert person.asker.account.state.value("SELECT verifier FROM request_tokens WHERE tokenid = ?", (token,)) is None


@OFTEN
@given(body=st.binary(max_size=300))
@example(body=b"&&==&%&%zz=%zz&\xff=\xfe&oauth_token")
def test_any_body(person, body):
    assert person.read("POST", PATH, body).answer.status == 400


@OFTEN
@given(values=fields)
def test_any_values_in_a_click(person, values):
    token = asked(person.asker)
    page = person.click(person.open(token), "Log In", USER)
    answer = person.click(page, "Deny", **values)
    kept = person.asker.account.state.value("SELECT count(*) FROM request_tokens WHERE tokenid = ?", (token,))
    if kept:
        assert answer.answer.status in (400, 403)
    else:
        # What was denied is what the page showed, whatever came with the click.
        assert location(answer)[1] == ["callbackRequest", "oauth_verifier=", "company=1234567_SB1", "entity=211"]
