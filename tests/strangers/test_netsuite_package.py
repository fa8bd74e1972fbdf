"""The package ``netsuite`` (github.com/jacobsvante/netsuite), as it is: nobody who wrote it knows of practice accounts."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any

import pytest
from netsuite import Config, NetSuite, TokenAuth
from netsuite.exceptions import NetsuiteAPIRequestError


def client(account, **changes) -> NetSuite:
    own = {**account.credentials, **changes}
    pair, token = {k: own[k] for k in ("consumer_key", "consumer_secret")}, {k: own[k] for k in ("token_id", "token_secret")}
    return NetSuite(Config(account=own["account"], auth=TokenAuth(**pair, **token)))


def wait(answer: Awaitable[Any]) -> Any:
    async def whole() -> Any:
        return await answer

    return asyncio.run(whole())


def ids(account, kind):
    return [str(row["id"]) for row in account.state.rows("SELECT id FROM entities WHERE kind = ? ORDER BY id", (kind,))]


def test_get(net):
    rest = client(net).rest_api
    before = net.now()
    told = datetime.fromisoformat(wait(rest.get("/system/v1/serverTime"))["serverTime"].replace("Z", "+00:00"))
    assert before - timedelta(milliseconds=1) <= told <= net.now()
    number = ids(net, "customer")[0]
    customer = wait(rest.get(f"/record/v1/customer/{number}", params={"expandSubResources": "true"}))
    assert customer["id"] == number
    assert customer["links"][0]["href"] == f"https://{net.suitetalk_host}/services/rest/record/v1/customer/{number}?expandSubResources=true"


def test_a_list_is_read_page_by_page_along_its_links(net):
    rest = client(net).rest_api
    wanted = ids(net, "customer")
    page = wait(rest.get("/record/v1/customer", params={"q": f"id BETWEEN [{wanted[0]}, {wanted[-1]}]", "limit": 2}))
    found = [item["id"] for item in page["items"]]
    while links := [link["href"] for link in page["links"] if link["rel"] == "next"]:
        page = wait(rest.get("", url=links[0]))
        found += [item["id"] for item in page["items"]]
    assert found == wanted
    assert len(found) > 2


def test_suiteql_page_by_page(net):
    rest, found, more = client(net).rest_api, [], True
    while more:
        page = wait(rest.suiteql("SELECT id, companyname FROM customer ORDER BY id", limit=2, offset=len(found)))
        assert page["offset"] == len(found)
        found += [row["id"] for row in page["items"]]
        more = page["hasMore"]
    assert found == ids(net, "customer")


def test_suiteql_with_parameters(net):
    rows = wait(client(net).rest_api.suiteql("SELECT id FROM customer WHERE id = ?", json={"params": [ids(net, "customer")[1]]}))
    assert [row["id"] for row in rows["items"]] == [ids(net, "customer")[1]]


def test_jsonschema(net):
    schema = wait(client(net).rest_api.jsonschema("customer"))
    assert schema["type"] == "object"
    assert "companyName" in schema["properties"]


def test_token_info(net):
    assert wait(client(net).rest_api.token_info())["companyId"] == net.realm


def test_options(net):
    for subpath in ("/record/v1/customer", "/*"):
        answer = wait(client(net).rest_api.request("OPTIONS", subpath))
        assert (answer.status_code, answer.content) == (204, b"")


def test_several_at_once(net):
    rest = client(net).rest_api

    async def whole() -> list[Any]:
        return await asyncio.gather(*(rest.get("/system/v1/serverTime") for _ in range(4)))

    assert len(asyncio.run(whole())) == 4


@pytest.mark.parametrize(
    ("subpath", "status", "code"),
    [
        ("/record/v1/customer/999999", 404, "NONEXISTENT_ID"),
        ("/record/v1/nothing/1", 404, "NONEXISTENT_ID"),
        ("/record/v1/customer?limit=0", 400, "INVALID_PARAMETER"),
    ],
)
def test_refusals_are_the_packages_own_errors(net, subpath, status, code):
    with pytest.raises(NetsuiteAPIRequestError) as caught:
        wait(client(net).rest_api.get(subpath))
    assert caught.value.status_code == status
    assert f'"o:errorCode":"{code}"' in caught.value.response_text


def test_suiteql_refusal(net):
    with pytest.raises(NetsuiteAPIRequestError) as caught:
        wait(client(net).rest_api.suiteql("SELECT absent FROM customer"))
    assert "Unknown identifier 'absent'" in caught.value.response_text


@pytest.mark.parametrize("name", ["consumer_key", "consumer_secret", "token_id", "token_secret"])
def test_a_wrong_value_is_a_failed_login(net, name):
    with pytest.raises(NetsuiteAPIRequestError) as caught:
        wait(client(net, **{name: secrets.token_hex(32)}).rest_api.get("/system/v1/serverTime"))
    assert caught.value.status_code == 401
    assert '"o:errorCode":"INVALID_LOGIN"' in caught.value.response_text


def test_a_record_is_made_changed_and_deleted(net):
    """The package gives None for every 204; where the new record is stands in a header it does not show."""
    rest = client(net).rest_api
    before = ids(net, "customer")
    subsidiary = str(net.state.value("SELECT min(id) FROM subsidiaries"))
    assert wait(rest.post("/record/v1/customer", json={"companyName": "Larkspur Mills", "subsidiary": {"id": subsidiary}})) is None
    (made,) = set(ids(net, "customer")) - set(before)
    assert wait(rest.patch(f"/record/v1/customer/{made}", json={"email": "office@larkspur.example"})) is None
    customer = wait(rest.get(f"/record/v1/customer/{made}"))
    assert (customer["companyName"], customer["email"], customer["subsidiary"]["id"]) == ("Larkspur Mills", "office@larkspur.example", subsidiary)


def test_a_record_is_deleted_by_who_may(net):
    own = net.setup_token
    rest = client(net, token_id=own["token_id"], token_secret=own["token_secret"]).rest_api
    subsidiary = str(net.state.value("SELECT min(id) FROM subsidiaries"))
    answer = wait(rest.request("POST", "/record/v1/customer", json={"companyName": "Larkspur Mills", "subsidiary": {"id": subsidiary}}))
    address = answer.headers["location"]
    assert wait(rest.delete("", url=address)) is None
    with pytest.raises(NetsuiteAPIRequestError) as caught:
        wait(rest.get("", url=address))
    assert caught.value.status_code == 404


def test_restlet(net):
    own = net.setup_token
    restlet = client(net, token_id=own["token_id"], token_secret=own["token_secret"]).restlet
    script, values = "customscript_practice_echo", {"a": ["ü", 1.5, None]}
    wait(restlet.get(script))
    wait(restlet.delete(script))
    for method in (restlet.post, restlet.put):
        assert "ü" in str(wait(method(script, json=values)))


def test_openapi(net):
    rest = client(net).rest_api
    two = wait(rest.openapi(["customer", "invoice"]))
    assert two["openapi"].startswith("3.0")
    assert {path.split("/")[1] for path in two["paths"]} == {"customer", "invoice"}
    every = wait(rest.openapi())
    assert {"customer", "invoice"} < {path.split("/")[1] for path in every["paths"]}
