"""The account's own verifier against the published vectors (protocol.md 3.4), without any client's code."""

from __future__ import annotations

import pytest

from wizard.practice.door.signature import base_string, escape, query_pairs, sign

# Published test vectors, not secrets of anybody.
A = {
    "key": "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4",
    "secret": "d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
    "token": "2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc",
    "token_secret": "c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295",
    "nonce": "fjaLirsIcCGVZWzBX0pg", "timestamp": "1508242306",
}
B_KEY = "60712990bc09623786e7047c226bcb3f86d49dca0b04efc21001dc76d97a81f5"
B_TOKEN = "447d0cba5569a2d616e32a537110bc8c10ebcf42cc1fa34d6f76d08531abc179"
B1 = {"key": B_KEY, "secret": B_KEY, "token_secret": "", "nonce": "bUvpxBX93OWo0FLswq5M", "timestamp": "1575998103"}
B3 = {
    "key": B_KEY, "secret": B_KEY, "token": B_TOKEN, "token_secret": B_TOKEN, "nonce": "wjRgXQPWhYtKl0A7bO8Z",
    "timestamp": "1576079512",
}
B4 = {
    **B3, "secret": "bd47b9c7e990a4f209db0217c023d0ba2274aafa7183f2cc310fff8bf24335b8",
    "token_secret": "f4ae9dbe08acf7105db4d829391de42f387d1a8d6ddc2b41827ce142445445c1",
}
C = {
    "key": "consumerkey123", "secret": "consumersecret789", "nonce": "ABCDEFGHIJKLMNOPQRST", "timestamp": "1700000000",
    "token_secret": "",
}
RESTLET = "/app/site/hosting/restlet.nl"
RESTLET_QUERY = "script=6&deploy=1&customParam=someValue&testParam=someOtherValue"
CALLBACK = {"oauth_callback": "https://my.example.com/TBA/?callbackRequest"}
VERIFIER = "3eff1ae4de6f924014b88e489a41e88da8ed1ba8bd5ad7684a71579d7e97f4ee"
A6_QUERY = "limit=2&offset=0&q=id%20BETWEEN%20%5B2206%2C%202251%5D"

VECTORS = {
    "A2": (A, "POST", "123456.restlets.api.netsuite.com", RESTLET, RESTLET_QUERY, {}, "+KK4SKNgz4ZiILGLwOMtfYlgcXSy1eis8ldE9X90azQ="),
    "A3": (A, "GET", "123456.suitetalk.api.netsuite.com", "/services/rest/record/v1/employee/40", "", {}, "B5OIWznZ2YP0OB7VrJrGkYsTh+8H+5T9Hag+o92q0zY="),
    "A4": (A, "POST", "1234567.restlets.api.netsuite.com", RESTLET, RESTLET_QUERY, {}, "i7MEtGwhCTIZbTsTrNGw9LdcERn4wsjt5C7TxmKWIfU="),
    "A5": (A, "POST", "rest.netsuite.com", RESTLET, RESTLET_QUERY, {}, "7mpNx1RdQn4VLSyeEwCK7jFBjGQ0blzwDSMU9Kg5Rmg="),
    "A6": (A, "GET", "123456.suitetalk.api.netsuite.com", "/services/rest/record/v1/customer", A6_QUERY, {}, "IBSgwbibY/nPGFNkqDCbuS3waob20JT8OIvnUuj0IX8="),
    "A6 plus": (A, "GET", "123456.suitetalk.api.netsuite.com", "/services/rest/record/v1/customer", "limit=2&offset=0&q=id+BETWEEN+%5B2206%2C+2251%5D", {}, "IBSgwbibY/nPGFNkqDCbuS3waob20JT8OIvnUuj0IX8="),
    "B1": (B1, "POST", "1234567.restlets.api.netsuite.com", "/rest/requesttoken", "", {**CALLBACK, "role": "45678"}, "7kgwwmiAylqeMdHjCBnIUUW+drDrGCbZGBkuCt39J90="),
    "B2": (B1, "POST", "1234567.restlets.api.netsuite.com", "/rest/requesttoken", "", CALLBACK, "KPBoxLKj2sTc+7dmTT9K2dsVnK5r7n5/RopNeuZrn70="),
    "B3": (B3, "POST", "1234567.restlets.api.netsuite.com", "/rest/accesstoken", "", {"oauth_verifier": VERIFIER}, "BBzawyjesZyFrwBjUAJfBsPDDGUY2FRdp3k4NwGDAO0="),
    "B4": (B4, "GET", "1234567.restlets.api.netsuite.com", "/rest/revoketoken", f"consumerKey={B_KEY}&token={B_TOKEN}", {}, "IQwMGWzHT+N+h+AlakCKto0FMhx9j53kL713Xijl9Io="),
    "C3": (C, "POST", "1234567-sb1.restlets.api.netsuite.com", "/rest/requesttoken", "", {"oauth_callback": "https://localhost:8899/callback"}, "5sgbCQr3mRLrl1Jgmkg/UnNLwzGofJ5jkktNvRVQlYE="),
    "C4": ({**C, "token": "reqtoken111", "token_secret": "reqtokensecret333"}, "POST", "1234567-sb1.restlets.api.netsuite.com", "/rest/accesstoken", "", {"oauth_verifier": "verifier222"}, "lH8IsRMocNRdk2TflE43sLDNU0MYzbberQZJgokyLKI="),
}


def oauth(values: dict[str, str], more: dict[str, str]) -> list[tuple[str, str]]:
    found = {
        "realm": "anything", "oauth_consumer_key": values["key"], "oauth_nonce": values["nonce"],
        "oauth_timestamp": values["timestamp"], "oauth_signature_method": "HMAC-SHA256", "oauth_version": "1.0", **more,
    }
    if "token" in values:
        found["oauth_token"] = values["token"]
    return list(found.items())


@pytest.mark.parametrize("name", VECTORS)
def test_published_vectors_verify(name):
    values, method, host, path, query, more, expected = VECTORS[name]
    base = base_string(method, host, path, query, oauth(values, more))
    assert sign(base, values["secret"], values["token_secret"]) == expected


def test_base_string_of_a2_is_the_published_one():
    values, method, host, path, query, more, _ = VECTORS["A2"]
    assert base_string(method, host, path, query, oauth(values, more)) == (
        "POST&https%3A%2F%2F123456.restlets.api.netsuite.com%2Fapp%2Fsite%2Fhosting%2Frestlet.nl&customParam%3DsomeValue%26deploy%3D1"
        "%26oauth_consumer_key%3Def40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4%26oauth_nonce%3DfjaLirsIcCGVZWzBX0pg"
        "%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1508242306%26oauth_token%3D2b0ce516420110bcbd36b69e99196d1b7f6de3c"
        "6234c5afb799b73d87569f5cc%26oauth_version%3D1.0%26script%3D6%26testParam%3DsomeOtherValue"
    )


def test_the_misprinted_vector_stays_a_misprint():
    values, method, host, path, query, more, _ = VECTORS["A2"]
    made = sign(base_string(method, host, path, query, oauth(values, more)), values["secret"], values["token_secret"])
    assert made != "KK4SKNgz4ZiILGLwOMtfYlgcXSy1eis8ldE9X90azQ="


def test_host_is_lowered_and_the_default_port_dropped():
    same = {base_string("get", host, "/x", "", []) for host in ("a.netsuite.com", "A.NetSuite.com", "a.netsuite.com:443")}
    assert same == {"GET&https%3A%2F%2Fa.netsuite.com%2Fx&"}
    assert base_string("GET", "a.netsuite.com:8443", "/x", "", []) == "GET&https%3A%2F%2Fa.netsuite.com%3A8443%2Fx&"


def test_parameters_of_one_name_are_sorted_by_value_after_encoding():
    base = base_string("GET", "h", "/", "a=z&a=b&b=%C3%A4&a=~", [])
    assert base.endswith("a%3Db%26a%3Dz%26a%3D~%26b%3D%25C3%25A4")


@pytest.mark.parametrize(
    ("query", "pairs"),
    [("", []), ("a", [("a", "")]), ("a=", [("a", "")]), ("a=1=2&&b=+%2B", [("a", "1=2"), ("b", " +")])],
)
def test_query_is_decoded(query, pairs):
    assert query_pairs(query) == pairs


def test_only_unreserved_characters_stay():
    assert escape("aZ09-._~ /+*'()!") == "aZ09-._~%20%2F%2B%2A%27%28%29%21"
