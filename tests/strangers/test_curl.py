"""curl, which sends every header as it is told: the wrong ones a person at a prompt tries first."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
import requests
from requests_oauthlib import OAuth1

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")

PATHS = ("/services/rest/system/v1/serverTime", "/services/rest/record/v1/customer?limit=1", "/services/rest/query/v1/suiteql")


def curl(account, *options, host=None, path=PATHS[0]):
    """Run curl with the account's CA, every name led to the account; return the last status, all headers, and the body."""
    lead = ["--cacert", account.ca_file, "--connect-to", f"::{account.address}", "--noproxy", "*", "--max-time", "20"]
    show = ["--silent", "--show-error", "--dump-header", "-", "--write-out", "\n\n%{http_code}"]
    command = ["curl", *show, *lead, *options, f"https://{host or account.suitetalk_host}{path}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *heads, body, status = done.stdout.split("\n\n")
    return int(status), "\n".join(heads), body


def good(account, path=PATHS[0], method="GET"):
    own = account.credentials
    auth = OAuth1(own["consumer_key"], own["consumer_secret"], own["token_id"], own["token_secret"], realm=own["account"], signature_method="HMAC-SHA256")
    header = requests.Request(method, f"https://{account.suitetalk_host}{path}", auth=auth).prepare().headers["Authorization"]
    return header.decode() if isinstance(header, bytes) else header


def successes(account):
    return account.state.value("SELECT count(*) FROM logins WHERE status = 'Success'")


@pytest.mark.parametrize("version", ["--http1.0", "--http1.1", "--http2"])
def test_a_good_header_logs_in(account, version):
    for path in PATHS[:2]:
        assert curl(account, version, "-H", f"Authorization: {good(account, path)}", path=path)[0] == 200


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ([], 401),
        (["-u", "someone@practice.example:password"], 401),
        (["-H", "Authorization: Bearer one.two.three"], 401),
        (["-H", "Authorization: NLAuth nlauth_account=1234567_SB1, nlauth_email=a@practice.example, nlauth_signature=b, nlauth_role=3"], 401),
        (["-H", "Authorization;"], 401),
        (["-H", "Authorization: OAuth realm=1234567_SB1,oauth_token=abc"], 400),
        (["-H", 'Authorization: OAuth realm="1234567_SB1" oauth_token="abc"'], 400),
        (["-H", "Authorization: OAuth " + "a" * 60000], 400),
        (["-H", "Authorization: OAuth " + "a" * 90000], 400),
    ],
    ids=["none", "basic", "bearer", "nlauth", "empty", "unquoted", "no comma", "huge", "beyond"],
)
@pytest.mark.parametrize("path", PATHS)
def test_wrong_headers(account, options, status, path):
    found, _, body = curl(account, *options, path=path)
    assert found == status
    assert json.loads(body)["status"] == status
    assert successes(account) == 0


def test_the_header_twice(account):
    once = ["-H", f"Authorization: {good(account)}"]
    assert curl(account, *once, *once)[0] == 400
    assert curl(account, *once, "-H", "authorization: Basic YTpi")[0] == 400
    assert successes(account) == 0


def test_the_refusal_names_the_realm_that_was_sent(account):
    header = good(account).replace("oauth_token=", "oauth_tok=")
    _, head, _ = curl(account, "-H", f"Authorization: {header}")
    assert 'WWW-Authenticate: OAuth realm="1234567_SB1", error="token_rejected"' in head


def test_discovery_needs_no_login(account):
    status, _, body = curl(account, host="rest.netsuite.com", path="/rest/datacenterurls?account=1234567_SB1")
    assert (status, json.loads(body)["restDomain"]) == (200, "https://1234567-sb1.restlets.api.netsuite.com")


def test_a_form_and_a_large_body(account):
    header = ["-H", f"Authorization: {good(account)}"]
    assert curl(account, *header, "-d", "a=b")[0] in (401, 405)
    assert curl(account, *header, "-H", "Expect: 100-continue", "-d", "a" * 5000)[0] in (401, 405)


def test_a_body_in_chunks(account):
    """As .NET's PostAsJsonAsync and whatever streams sends it."""
    chunked = ["-H", "Transfer-Encoding: chunked", "-H", "Content-Type: application/json", "-H", "Prefer: transient"]
    sent = [*chunked, "-H", f"Authorization: {good(account, PATHS[2], 'POST')}", "-d", '{"q": "SELECT id FROM customer WHERE id = 0"}']
    status, _, body = curl(account, *sent, path=PATHS[2])
    assert (status, json.loads(body)["totalResults"]) == (200, 0)


def test_a_body_beyond_all_measure(account, tmp_path):
    (tmp_path / "large").write_bytes(b"a" * 5_000_000)
    for more in ([], ["-H", "Expect:"], ["-H", "Transfer-Encoding: chunked"]):
        status, _, body = curl(account, *more, "--data-binary", f"@{tmp_path}/large", path=PATHS[2])
        assert (status, json.loads(body)["status"]) == (413, 413)
