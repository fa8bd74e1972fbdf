"""Libraries that sign for anybody, used as their own documentation says: requests_oauthlib, and authlib with httpx and requests."""

from __future__ import annotations

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth1Auth, OAuth1Client
from authlib.integrations.requests_client import OAuth1Session as AuthlibSession
from requests_oauthlib import OAuth1Session

QUERY = {"q": "id BETWEEN [1, 999999]", "limit": 2, "offset": 0}
SQL = {"q": "SELECT id FROM customer ORDER BY id"}



def rest(account, path):
    return f"https://{account.suitetalk_host}/services/rest/{path}"


def trail(account):
    return [row["detail"] for row in account.state.rows("SELECT detail FROM logins ORDER BY id")]


@pytest.fixture
def oauthlib(net):
    own = net.credentials
    pair = {"client_secret": own["consumer_secret"], "resource_owner_key": own["token_id"], "resource_owner_secret": own["token_secret"]}
    with OAuth1Session(own["consumer_key"], **pair, signature_method="HMAC-SHA256", realm=own["account"]) as session:
        yield session


def test_oauth1session_reads_along_the_links(net, oauthlib):
    address, found = rest(net, "record/v1/customer"), []
    answer = oauthlib.get(address, params=QUERY, timeout=10)
    while True:
        assert answer.status_code == 200, answer.text
        found += [item["id"] for item in answer.json()["items"]]
        links = [link["href"] for link in answer.json()["links"] if link["rel"] == "next"]
        if not links:
            break
        answer = oauthlib.get(links[0], timeout=10)
    assert len(found) == len(set(found)) == answer.json()["totalResults"] > 2


def test_oauth1session_queries(net, oauthlib):
    answer = oauthlib.post(rest(net, "query/v1/suiteql"), params={"limit": 2}, json=SQL, headers={"Prefer": "transient"}, timeout=10)
    assert (answer.status_code, answer.json()["count"]) == (200, 2)


def test_oauth1session_on_the_other_hosts(net, oauthlib):
    for host in (net.restlets_host, net.app_host, "system.netsuite.com"):
        assert oauthlib.get(f"https://{host}/rest/tokeninfo", timeout=10).json()["companyId"] == net.realm


def test_an_account_that_is_not_there_has_no_name(net, oauthlib):
    """As in the real world (protocol.md 2.3): the resolver says so, not the server."""
    import requests

    with pytest.raises(requests.ConnectionError):
        oauthlib.get("https://7654321.suitetalk.api.netsuite.com/services/rest/system/v1/serverTime", timeout=10)


def keys(account):
    own = account.credentials
    return {"client_id": own["consumer_key"], "client_secret": own["consumer_secret"], "token": own["token_id"], "token_secret": own["token_secret"], "realm": own["account"]}


def test_authlib_signs_a_request_of_httpx(net):
    import netsuite  # noqa: F401 (registers HMAC-SHA256 with authlib, which brings HMAC-SHA1 alone)

    auth = OAuth1Auth(**keys(net), signature_method="HMAC-SHA256", force_include_body=True)
    with httpx.Client(auth=auth) as client:
        assert client.get(rest(net, "record/v1/customer"), params=QUERY).json()["count"] == 2
        assert client.post(rest(net, "query/v1/suiteql"), json=SQL, headers={"Prefer": "transient"}).status_code == 200
    with OAuth1Client(**keys(net), signature_method="HMAC-SHA256") as client:
        assert client.get(rest(net, "system/v1/serverTime")).status_code == 200


@pytest.mark.parametrize("method", ["HMAC-SHA1", "PLAINTEXT"])
def test_what_authlib_signs_by_itself_is_refused_for_its_method(net, method):
    with AuthlibSession(**keys(net), signature_method=method) as session:
        assert session.get(rest(net, "system/v1/serverTime"), timeout=10).status_code == 401
    assert trail(net) == ["UnknownAlgorithm"]


def test_a_signature_in_the_query_is_no_login(net):
    """RFC 5849 3.5.3 knows it, NetSuite does not mention it: refused like any request without a header (inferred, 13.3)."""
    with AuthlibSession(**keys(net), signature_method="HMAC-SHA1", signature_type="QUERY") as session:
        assert session.get(rest(net, "system/v1/serverTime"), timeout=10).status_code == 401
