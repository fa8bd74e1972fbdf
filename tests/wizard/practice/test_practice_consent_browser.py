"""The consent page in a real browser: a person clicks Allow and Deny, and the application hears of it on a loopback port."""

from __future__ import annotations

import os
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from practice_asker import Asker
from practice_browser import APP, PATH
from practice_flow import HOST, client
from practice_webdriver import Browser, needs_a_browser
from requests_oauthlib.oauth1_session import TokenMissing

from wizard.practice.account import PracticeAccount
from wizard.practice.scenario import load_scenario

pytestmark = pytest.mark.browser
USER = "Alvys Integration (alvys.integration@practice.example)"
STATE = "nnbs6b8n0zjlmhrlisv"


@pytest.fixture(scope="module")
def asker():
    with PracticeAccount(load_scenario("alvys-ready")) as account:
        account.clicks.do("configure_flow", details={"callback": "http://localhost:*"})
        account.clicks.do("clear_web_services_only")
        asker = Asker(account)
        yield asker
        asker.close()
    assert list(account.trouble) == []


@pytest.fixture(scope="module")
def browser(asker, tmp_path_factory):
    needs_a_browser()
    opened = Browser(asker.account, APP, tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


@pytest.fixture
def application(asker):
    """A session of the integration, and what its callback hears."""
    heard = queue.Queue()

    class Callback(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path.startswith("/callback"):
                heard.put(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<h1>Thank you</h1>")

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Callback)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    callback = f"http://localhost:{server.server_address[1]}/callback"
    session = client(asker, callback)
    session.fetch_request_token(f"https://{HOST}/rest/requesttoken")
    yield session, callback, lambda: callback.removesuffix("/callback") + heard.get(timeout=30)
    server.shutdown()
    thread.join()
    server.server_close()


def at_consent(browser, session):
    browser.do("url", url=session.authorization_url(f"https://{APP}{PATH}", state=STATE))
    browser.click(USER)
    browser.click("Log In")


def test_allow(asker, browser, application):
    session, callback, hears = application
    at_consent(browser, session)
    browser.click("Allow")
    back = hears()
    browser.reads("Thank you")
    assert browser.read("url") == back
    assert back.startswith(f"{callback}?oauth_token={session._client.client.resource_owner_key}&oauth_verifier=")
    assert back.endswith(f"&company=1234567_SB1&role=1050&entity=211&state={STATE}")
    session.parse_authorization_response(back)
    found = session.fetch_access_token(f"https://{HOST}/rest/accesstoken")
    own = {**asker.account.credentials, "token_id": found["oauth_token"], "token_secret": found["oauth_token_secret"]}
    assert asker.get("/services/rest/system/v1/serverTime", own).status == 200
    # Back to the page, and once more: the request token is used up.
    browser.do("back")
    browser.click("Allow")
    browser.reads("is used up")


def test_deny(browser, application):
    session, callback, hears = application
    at_consent(browser, session)
    browser.click("Deny")
    back = hears()
    assert back == f"{callback}?oauth_verifier=&company=1234567_SB1&role=1050&entity=211&state={STATE}"
    with pytest.raises(TokenMissing):
        session.parse_authorization_response(back)


def test_change_role_and_no_script(browser, application):
    session, _, hears = application
    browser.do("goog/cdp/execute", cmd="Emulation.setScriptExecutionDisabled", params={"value": True})
    at_consent(browser, session)
    browser.click("Change Role")
    browser.reads("Choose a role")
    browser.click("Change Role")
    browser.reads("Allow Alvys TMS Integration to use your account?")
    browser.click("Allow")
    assert "oauth_token=" in hears()
    browser.do("goog/cdp/execute", cmd="Emulation.setScriptExecutionDisabled", params={"value": False})


@pytest.mark.parametrize("width", [400, 1200])
def test_the_page_has_its_style_and_fits(browser, application, width, tmp_path):
    """``CONSENT_PICTURES`` names a folder to look at what was drawn."""
    session, _, _ = application
    folder = Path(os.environ.get("CONSENT_PICTURES", tmp_path))
    browser.do("url", url=session.authorization_url(f"https://{APP}{PATH}", state=STATE))
    for step, headline in (("login", "Log in"), ("consent", "Allow Alvys"), ("role", "Choose a role")):
        browser.reads(headline)
        (folder / f"{step}-{width}.png").write_bytes(browser.picture(width, 700))
        assert browser.script("[innerWidth, document.documentElement.scrollWidth <= innerWidth]") == [width, True]
        # The policy lets exactly this style in.
        assert browser.script("getComputedStyle(document.querySelector('header')).backgroundColor") == "rgb(122, 59, 0)"
        if step == "login":
            browser.click(USER)
        browser.click({"login": "Log In", "consent": "Change Role", "role": "Change Role"}[step])
