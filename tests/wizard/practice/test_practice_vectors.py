"""Every verifying vector of protocol.md 3.4 as a request: it logs in as it stands, and not with any one input changed.

What the request asks for need not be there: the verdict is the row of the Login Audit Trail.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import pytest
from practice_asker import Asker
from test_practice_signature import VECTORS

from wizard.practice.account import PracticeAccount

OTHER = "0" * 64
NO_ROW = "no row"
ONCE = ("nonce_used", "NonceUsed")
"""Word for the same request again, on the RESTlet host and elsewhere."""
LOGINS = ("A2", "A3", "A4", "A6", "A6 plus", "B4")
"""Vectors of a login with an access token. Those of the flow: ``test_practice_flow``; of SOAP: ``test_practice_soap_vectors``.

A5 is signed for rest.netsuite.com, which has retired: nobody logs in there, so its signature is looked at by itself
(``test_practice_signature``), and what its request comes to below.
"""


@dataclass(frozen=True)
class Sent:
    """A request as it is presented."""

    method: str
    host: str
    path: str
    query: tuple[str, ...]
    oauth: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict)
    """What the account holds, where it is not the vector's own."""

    @property
    def address(self) -> str:
        return self.path + ("?" + "&".join(self.query) if self.query else "")

    @property
    def header(self) -> str:
        return "OAuth " + ", ".join(f'{name}="{quote(value, safe="")}"' for name, value in self.oauth.items())

    def but(self, **oauth: str | None) -> Sent:
        changed = {**self.oauth, **oauth}
        return replace(self, oauth={name: value for name, value in changed.items() if value is not None})


def realm_of(host: str) -> str:
    return host.partition(".")[0].upper().replace("-", "_")


def vector(name: str) -> Sent:
    values, method, host, path, query, more, signature = VECTORS[name]
    oauth = {
        "realm": realm_of(host), "oauth_consumer_key": values["key"], "oauth_nonce": values["nonce"], "oauth_timestamp": values["timestamp"],
        "oauth_signature_method": "HMAC-SHA256", "oauth_version": "1.0", **more, "oauth_signature": signature,
    }
    if "token" in values:
        oauth["oauth_token"] = values["token"]
    return Sent(method, host, path, tuple(filter(None, query.split("&"))), oauth)


def hold(account: PracticeAccount, consumersecret: str, tokensecret: str) -> None:
    with account.state.write():
        account.state.run("UPDATE integrations SET consumersecret = ?", (consumersecret,))
        account.state.run("UPDATE tokens SET tokensecret = ? WHERE role <> 3", (tokensecret,))


def verdict(asker: Asker, sent: Sent) -> tuple[int, str | None]:
    """Present a request; return the status of its answer and the trail's word, None for a success."""
    before = len(asker.trail())
    name = sent.host.lower().partition(":")[0]
    status = asker.raw(sent.method, name, sent.address, {"Host": sent.host, "Authorization": sent.header}).status
    rows = asker.trail()[before:]
    assert len(rows) <= 1
    return status, rows[0][1] if rows else NO_ROW


def changes(sent: Sent) -> Iterator[tuple[str, str, Sent]]:
    """Every way of changing one input: what, the trail's word, the request."""
    oauth = sent.oauth
    yield "realm", NO_ROW, sent.but(realm="7654321")
    yield "realm in lower case", NO_ROW, sent.but(realm=oauth["realm"].lower() + "_sb1")
    yield "consumer key", "consumer_key_unknown", sent.but(oauth_consumer_key=OTHER)
    if "oauth_token" in oauth:
        yield "token", "token_rejected", sent.but(oauth_token=OTHER)
    yield "algorithm", "UnknownAlgorithm", sent.but(oauth_signature_method="HMAC-SHA1")
    yield "version", "VersionRejected", sent.but(oauth_version="1.1")
    wrong = "InvalidSignature"
    yield "no version", wrong, sent.but(oauth_version=None)
    yield "nonce", wrong, sent.but(oauth_nonce=oauth["oauth_nonce"].swapcase())
    yield "timestamp", wrong, sent.but(oauth_timestamp=str(int(oauth["oauth_timestamp"]) + 1))
    for name in ("oauth_callback", "oauth_verifier", "role"):
        if name in oauth:
            yield name, wrong, sent.but(**{name: oauth[name] + "1"})
            yield f"no {name}", wrong, sent.but(**{name: None})
    yield "signature", wrong, sent.but(oauth_signature=oauth["oauth_signature"].swapcase())
    yield "HTTP method", wrong, replace(sent, method="POST" if sent.method == "GET" else "GET")
    yield "host", wrong, replace(sent, host=f"{sent.host}:8443")
    yield "one query parameter more", wrong, replace(sent, query=(*sent.query, "more=1"))
    for number, part in enumerate(sent.query):
        others = (*sent.query[:number], *sent.query[number + 1 :])
        yield f"{part} changed", wrong, replace(sent, query=(*others, part + "0"))
        yield f"{part} left out", wrong, replace(sent, query=others)
        yield f"{part} twice", wrong, replace(sent, query=(*sent.query, part))
    if sent.path.startswith("/services/rest/record/"):
        yield "path", wrong, replace(sent, path=sent.path + "1")


@pytest.mark.parametrize("name", LOGINS)
def test_a_vector_logs_in_and_with_any_input_changed_it_does_not(holding, name):
    sent, values = vector(name), VECTORS[name][0]
    asker = holding(realm_of(sent.host), values)
    for what, word, changed in changes(sent):
        status, found = verdict(asker, changed)
        assert (what, found) == (what, word)
        assert 400 <= status < 500, what
    for secret in ({"consumersecret": OTHER, "tokensecret": values["token_secret"]}, {"consumersecret": values["secret"], "tokensecret": OTHER}):
        hold(asker.account, **secret)
        assert verdict(asker, sent)[1] == "InvalidSignature", secret
    hold(asker.account, values["secret"], values["token_secret"])
    backwards = replace(sent, query=sent.query[::-1])
    # Parameters are sorted before they are signed, so their order is no input.
    assert verdict(asker, backwards)[1] is None
    assert verdict(asker, sent)[1] in (*ONCE, "token_rejected" if name == "B4" else None)


@pytest.mark.parametrize("name", LOGINS)
@pytest.mark.parametrize(("late", "word"), [(-301, "InvalidTimestamp"), (-300, None), (300, None), (301, "InvalidTimestamp")])
def test_a_vector_is_good_for_five_minutes_either_way(holding, name, late, word):
    sent, values = vector(name), VECTORS[name][0]
    asker = holding(realm_of(sent.host), {**values, "timestamp": str(int(values["timestamp"]) + late)})
    assert verdict(asker, sent)[1] == word


@pytest.mark.parametrize("name", LOGINS)
def test_the_hosts_case_and_its_default_port_are_no_input(holding, name):
    sent, values = vector(name), VECTORS[name][0]
    for host in (sent.host.upper(), f"{sent.host}:443"):
        assert verdict(holding(realm_of(sent.host), values), replace(sent, host=host))[1] is None


def test_the_vector_of_the_retired_host_is_sent_on_and_logs_nobody_in(holding):
    asker = holding("123456", VECTORS["A5"][0])
    sent = vector("A5").but(realm="123456")
    assert verdict(asker, sent) == (302, NO_ROW)
    # Following it does not help: the host is signed.
    assert verdict(asker, replace(sent, host=asker.account.restlets_host))[1] == "InvalidSignature"


def test_the_vector_that_was_printed_without_its_plus_logs_nobody_in(holding):
    """Published, and a misprint (protocol.md 3.5)."""
    sent = vector("A2")
    printed = sent.but(oauth_signature=sent.oauth["oauth_signature"].removeprefix("+"))
    assert verdict(holding("123456", VECTORS["A2"][0]), printed) == (401, "InvalidSignature")
