"""The verifying vectors of protocol.md 3.4 that are SOAP logins, as requests; and the misprinted ones of 3.5, which log nobody in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

import pytest
from practice_asker import Asker
from test_practice_signature import A
from test_practice_vectors import NO_ROW, OTHER, hold

C1 = {
    "key": "71cc02b731f05895561ef0862d71553a3ac99498a947c3b7beaf4a1e4a29f7c4",
    # The dossier prints ...1a603203d10...; with 601 the published signature verifies.
    "secret": "7278da58caf07f5c336301a601203d10a58e948efa280f0618e25fcee1ef2abd",
    "token": "89e08d9767c5ac85b374415725567d05b54ecf0960ad2470894a52f741020d82",
    "token_secret": "060cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2",
    "nonce": "6obMKq0tmY8ylVOdEkA1", "timestamp": "1439829974",
}
C2 = {
    "key": "consumerkey123", "secret": "consumersecret789", "token": "tokenid456", "token_secret": "tokensecret012",
    "nonce": "ABCDEFGHIJKLMNOPQRST", "timestamp": "1700000000",
}
LOGINS = {
    "A1": ("123456", A, "tIcC5zyKUmycB5Ml/cNxOHDusw03Y5KPQiXVNUHHp4U="),
    "C1": ("1234567", C1, "FCghIZqXNetuZY8ILWOFH0ucdfzQOmAuL+q+kF21zPs="),
    "C2": ("1234567_SB1", C2, "8VL7CiUwRAgjw1e1P/e6GkZsWf1Bmc6T3J+DXl7WLc0="),
}
NAMES = ("account", "consumerKey", "token", "nonce", "timestamp", "signature")


def passport(account: str, values: Mapping[str, str], signature: str) -> dict[str, str]:
    own = {name: values[key] for name, key in (("consumerKey", "key"), ("token", "token"), ("nonce", "nonce"), ("timestamp", "timestamp"))}
    return {"account": account, **own, "signature": signature, "algorithm": "HMAC-SHA256"}


def verdict(asker: Asker, sent: Mapping[str, str], method: str = "POST", endpoint: str = "2025_2") -> tuple[int, str | None]:
    """Ask for the server's time; return the status and the trail's word, None for a success."""
    algorithm = f' algorithm="{sent["algorithm"]}"'
    children = "".join(f"<c:{n}{algorithm if n == 'signature' else ''}>{escape(sent[n])}</c:{n}>" for n in NAMES if n in sent)
    spaces = 'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
    for prefix, kind in (("m", "messages"), ("c", "core")):
        spaces += f' xmlns:{prefix}="urn:{kind}_{endpoint}.platform.webservices.netsuite.com"'
    body = f"<s:Envelope {spaces}><s:Header><m:tokenPassport>{children}</m:tokenPassport></s:Header><s:Body><m:getServerTime/></s:Body></s:Envelope>"
    before = len(asker.trail())
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": "getServerTime"}
    answer = asker.raw(method, asker.account.suitetalk_host, f"/services/NetSuitePort_{endpoint}", headers, body.encode())
    rows = asker.trail()[before:]
    return answer.status, rows[0][1] if rows else NO_ROW


def changes(sent: Mapping[str, str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every way of changing one input: what, the trail's word, the passport."""

    def but(**other: str) -> dict[str, str]:
        return {**sent, **other}

    wrong = "InvalidSignature"
    yield "account", NO_ROW, but(account="7654321")
    if "_" in sent["account"]:
        yield "account in lower case", wrong, but(account=sent["account"].lower())
        yield "account as in the host", wrong, but(account=sent["account"].lower().replace("_", "-"))
    yield "consumer key", "consumer_key_unknown", but(consumerKey=OTHER)
    yield "token", "token_rejected", but(token=OTHER)
    yield "nonce", wrong, but(nonce=sent["nonce"].swapcase())
    yield "timestamp", wrong, but(timestamp=str(int(sent["timestamp"]) + 1))
    yield "algorithm", "UnknownAlgorithm", but(algorithm="HMAC_SHA1")
    yield "signature", wrong, but(signature=sent["signature"].swapcase())
    for name in NAMES[1:]:
        yield f"no {name}", "MissingTokenPassportRequiredFields", {n: value for n, value in sent.items() if n != name}


@pytest.mark.parametrize("name", LOGINS)
def test_a_vector_logs_in_and_with_any_input_changed_it_does_not(holding, name):
    realm, values, _ = LOGINS[name]
    asker, sent = holding(realm, values), passport(*LOGINS[name])
    for what, word, changed in changes(sent):
        assert (what, *verdict(asker, changed)) == (what, 500, word)
    for secret in ({"consumersecret": OTHER, "tokensecret": values["token_secret"]}, {"consumersecret": values["secret"], "tokensecret": OTHER}):
        hold(asker.account, **secret)
        assert verdict(asker, sent) == (500, "InvalidSignature"), secret
    hold(asker.account, values["secret"], values["token_secret"])
    assert verdict(asker, sent, method="GET") == (405, NO_ROW)
    assert verdict(asker, sent) == (200, None)
    assert verdict(asker, sent) == (500, "NonceUsed")


@pytest.mark.parametrize("name", LOGINS)
def test_the_method_may_be_spelled_as_in_the_xsd_and_the_endpoint_is_no_input(holding, name):
    realm, values, _ = LOGINS[name]
    assert verdict(holding(realm, values), {**passport(*LOGINS[name]), "algorithm": "HMAC_SHA256"}) == (200, None)
    assert verdict(holding(realm, values), passport(*LOGINS[name]), endpoint="2024_1") == (200, None)


@pytest.mark.parametrize("name", LOGINS)
@pytest.mark.parametrize(("late", "word"), [(-301, "InvalidTimestamp"), (-300, None), (300, None), (301, "InvalidTimestamp")])
def test_a_vector_is_good_for_five_minutes_either_way(holding, name, late, word):
    realm, values, _ = LOGINS[name]
    asker = holding(realm, {**values, "timestamp": str(int(values["timestamp"]) + late)})
    assert verdict(asker, passport(*LOGINS[name]))[1] == word


@pytest.mark.parametrize(
    ("name", "key", "signature", "word"),
    [
        ("C1", C1["key"], "fzGxUBu6SZvGqv5hk8P4ou2DPthSxXtJ4zJIeCBQK5A=", "InvalidSignature"),
        ("A1", A["key"], "76wQrUWF8i3BwfAjrNnTxjFo+Ixj9YzYgsj+HVeGQyY=", "InvalidSignature"),
        ("A1", A["key"][1:], "76wQrUWF8i3BwfAjrNnTxjFo+Ixj9YzYgsj+HVeGQyY=", "consumer_key_unknown"),
    ],
)
def test_misprinted_vectors_log_nobody_in(holding, name, key, signature, word):
    """Published values that do not verify (protocol.md 3.5); the last has lost the first character of its key, too."""
    realm, values, _ = LOGINS[name]
    assert verdict(holding(realm, values), {**passport(realm, values, signature), "consumerKey": key}) == (500, word)


def test_a_misprinted_key_does_not_verify_even_where_the_account_holds_it(holding):
    values = {**A, "key": A["key"][1:]}
    misprint = "76wQrUWF8i3BwfAjrNnTxjFo+Ixj9YzYgsj+HVeGQyY="
    assert verdict(holding("123456", values), passport("123456", values, misprint)) == (500, "InvalidSignature")
