"""The cause matrix of protocol.md 8.7: every cell is a test that names how far it can be believed, and the section.

A cell is ``mark answer``: obs = observed in public, doc = documented, inf = inferred. The answers are spelt out in ANSWERS.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from practice_asker import Answer, Asker
from test_practice_login import MALFORMED, REFUSED, TOKENINFO_REFUSED

ROLE = "SELECT id FROM roles WHERE name LIKE 'Alvys%'"
USER = "SELECT entity FROM tokens WHERE role <> 3"
OTHER = secrets.token_hex(32)
SENTENCE = "Your current role does not have permission to perform this action."


@dataclass(frozen=True)
class Call:
    """What the caller does: the values it has, and how it goes wrong."""

    values: dict[str, str]
    oauth: dict[str, Any] = field(default_factory=dict)
    edit: Callable[[str], str] | None = None
    record: str = "customer/999999"
    soap: str = "getServerTime"


Change = Callable[[Asker, Call], Call]


def sql(*statements: str) -> Change:
    """The account is changed, the caller does everything right."""

    def change(asker: Asker, call: Call) -> Call:
        with asker.account.state.write():
            for statement in statements:
                asker.account.state.run(statement)
        return call

    return change


def values(**wrong: Callable[[dict[str, str]], str]) -> Change:
    """The caller has a wrong value."""
    return lambda _, call: replace(call, values={**call.values, **{name: make(call.values) for name, make in wrong.items()}})


def oauth(**wrong: Any) -> Change:
    """The caller's header says something else."""
    return lambda _, call: replace(call, oauth={**call.oauth, **wrong})


def header(edit: Callable[[str], str]) -> Change:
    """The caller spoils its header after signing."""
    return lambda _, call: replace(call, edit=edit)


def late(asker: Asker, call: Call) -> Call:
    return replace(call, oauth={**call.oauth, "timestamp": str(int(asker.account.now().timestamp()) - 301)})


def used_nonce(asker: Asker, call: Call) -> Call:
    moment = str(int(asker.account.now().timestamp()))
    once = replace(call, oauth={"nonce": "usedalready", "timestamp": moment, **call.oauth})
    asker.login(nonce="usedalready", timestamp=moment)
    assert asker.account.state.value("SELECT count(*) FROM nonces WHERE nonce = 'usedalready'") == 1
    return once


def without(permission: str) -> Change:
    return sql(f"DELETE FROM role_permissions WHERE permkey = '{permission}' AND role = ({ROLE})")


def feature_off(feature: str) -> Change:
    return sql(f"UPDATE features SET isactive = 'F' WHERE id = '{feature}'")


@dataclass(frozen=True)
class Row:
    """A row of the matrix."""

    cause: str
    change: Change
    rest: str
    restlet: str
    soap: str
    detail: str | None
    """Word of the trail; None: the login succeeds. ``nothing``: no row."""
    record: str = "customer/999999"
    operation: str = "getServerTime"


LOGIN = {"rest": "inf L401", "restlet": "inf R401", "soap": "inf S500"}
ROWS = [
    Row("bad signature", values(token_secret=lambda v: secrets.token_hex(32)), "obs L401", "inf R401", "obs S500", "InvalidSignature"),
    Row("unknown consumer key", values(consumer_key=lambda v: OTHER), "inf L401", "inf R401", "obs S500", "consumer_key_unknown"),
    Row("unknown token", values(token_id=lambda v: OTHER), "doc L401", "obs R401", "inf S500", "token_rejected"),
    Row("revoked token", sql("UPDATE tokens SET revoked = 'T', inactive = 'T'"), "doc L401", "obs R401", "inf S500", "token_rejected"),
    Row("inactive token", sql("UPDATE tokens SET inactive = 'T'"), "doc L401", "obs R401", "inf S500", "token_rejected"),
    Row(
        "token of another integration",
        sql("UPDATE tokens SET integration = 77 WHERE role <> 3"), "doc L401", "obs R401", "inf S500", "token_rejected",
    ),
    Row("realm of another account", values(account=lambda v: "7654321"), **LOGIN, detail="nothing"),
    Row("realm in the wrong case, REST", oauth(realm="1234567_sb1"), "inf L401", "inf R401", "-", "nothing"),
    Row("account in the wrong case, SOAP", values(account=lambda v: v["account"].lower()), "-", "-", "obs S500", "InvalidSignature"),
    Row("timestamp off by over 5 min", late, "obs L401", "inf R401", "doc S500", "InvalidTimestamp"),
    Row("nonce reused", used_nonce, "inf L401", "inf R401", "doc S500", "nonce_used|NonceUsed"),
    Row("nonce too short", oauth(nonce="short"), **LOGIN, detail="nonce_rejected"),
    Row("HMAC-SHA1", oauth(signature_method="HMAC-SHA1"), **LOGIN, detail="UnknownAlgorithm"),
    Row(
        "parameter missing", header(lambda h: re.sub(r'oauth_nonce="[^"]*", ', "", h)),
        "inf L401", "inf M400", "inf S500", "MissingTokenPassportRequiredFields",
    ),
    Row("malformed header", header(lambda h: h.replace('"', "")), "inf R400", "obs M400", "-", "nothing"),
    Row("integration Blocked", sql("UPDATE integrations SET state = 'Blocked'"), **LOGIN, detail="consumer_key_refused"),
    Row(
        "integration Waiting for Approval", sql("UPDATE integrations SET state = 'Waiting for Approval'"),
        **LOGIN, detail="consumer_key_refused",
    ),
    Row("TBA feature off", feature_off("TBA"), **LOGIN, detail="FeatureDisabled"),
    Row("role lacks Log in using Access Tokens", without("ADMI_LOGIN_OAUTH"), "inf L401", "obs R401", "inf S500", "permission_denied"),
    Row("role inactive", sql(f"UPDATE roles SET isinactive = 'T' WHERE id = ({ROLE})"), **LOGIN, detail="permission_denied"),
    Row("user inactive", sql(f"UPDATE employees SET isinactive = 'T' WHERE id = ({USER})"), **LOGIN, detail="permission_denied"),
    Row("access removed", sql(f"UPDATE employees SET giveaccess = 'F' WHERE id = ({USER})"), **LOGIN, detail="permission_denied"),
    Row("role taken away", sql(f"DELETE FROM assignments WHERE entity = ({USER})"), **LOGIN, detail="permission_denied"),
    Row("role hidden by the user", sql(f"UPDATE assignments SET hidden = 'T' WHERE entity = ({USER})"), **LOGIN, detail="permission_denied"),
    Row(
        "user locked", sql(f"UPDATE employees SET lockeduntil = '2999-01-01 00:00:00' WHERE id = ({USER})"),
        **LOGIN, detail="temporary_locked",
    ),
    Row(
        "IP restriction",
        sql("UPDATE features SET isactive = 'T' WHERE id = 'IPADDRESSRULES'", "INSERT INTO ip_rules VALUES ('192.0.2.0/24')"),
        **LOGIN, detail="permission_denied",
    ),
    Row(
        "two-factor role", sql(f"INSERT INTO role_permissions VALUES (({ROLE}), 'ADMI_MANAGE_OAUTH_TOKENS', 'Access Token Management', 4)"),
        "doc works", "doc works", "doc works", None,
    ),
    Row(
        "Web Services Only role", sql(f"UPDATE roles SET iswebserviceonlyrole = 'T' WHERE id = ({ROLE})"),
        "inf works", "inf works", "doc works", None,
    ),
    Row("REST Web Services feature off", feature_off("RESTWEBSERVICES"), "inf 403 FEATURE_DISABLED", "-", "-", None),
    Row("role lacks REST Web Services", without("ADMI_RESTWEBSERVICES"), "obs 400 USER_ERROR", "-", "-", None),
    Row(
        "role lacks SuiteAnalytics Workbook, list", without("REPO_ANALYTICS"), "obs 400 USER_ERROR", "-", "-", None, record="customer",
    ),
    Row(
        "role lacks SuiteAnalytics Workbook, record", without("REPO_ANALYTICS"), "obs 404 NONEXISTENT_ID", "-", "-", None,
    ),
    Row("role lacks SOAP Web Services", without("ADMI_WEBSERVICES"), "-", "-", "doc fault INSUFFICIENT_PERMISSION", None),
    Row("role lacks a record permission", without("LIST_CUSTJOB"), "obs 403 INSUFFICIENT_PERMISSION", "-", "-", None),
    Row(
        "role lacks a record permission, SOAP", without("LIST_CURRENCY"), "-", "-", "obs status INSUFFICIENT_PERMISSION", None,
        operation="getAll",
    ),
    Row(
        "record not found", sql(), "obs 404 NONEXISTENT_ID", "-", "obs status RCRD_DSNT_EXIST", None, operation="get",
    ),
    Row("transaction not found", sql(), "obs 400 USER_ERROR", "-", "-", None, record="invoice/999999"),
]


def rest(asker: Asker, call: Call) -> Answer:
    return send(asker, call, f"https://{asker.account.suitetalk_host}/services/rest/record/v1/{call.record}")


def restlet(asker: Asker, call: Call) -> Answer:
    return send(asker, call, f"https://{asker.account.restlets_host}/rest/tokeninfo")


def send(asker: Asker, call: Call, url: str) -> Answer:
    prepared = asker.prepare("GET", url, call.values, **call.oauth)
    text = prepared.headers["Authorization"]
    text = text if isinstance(text, str) else text.decode()
    host, _, path = url.removeprefix("https://").partition("/")
    return asker.raw("GET", host, f"/{path}", {"Authorization": call.edit(text) if call.edit else text})


ARGUMENTS = {
    "getServerTime": "",
    "getAll": '<record recordType="currency"/>',
    "get": '<baseRef xmlns:c="urn:core_2025_2.platform.webservices.netsuite.com" internalId="999999" type="customer"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="c:RecordRef"/>',
}


def soap(asker: Asker, call: Call) -> Answer:
    """Sign and send one operation; written from 3.2 with nothing but the standard library."""
    now = str(int(asker.account.now().timestamp()))
    parts = {
        "account": call.oauth.get("realm", call.values["account"]), "consumerKey": call.values["consumer_key"],
        "token": call.values["token_id"], "nonce": call.oauth.get("nonce", secrets.token_hex(10)),
        "timestamp": call.oauth.get("timestamp", now),
    }
    algorithm = call.oauth.get("signature_method", "HMAC-SHA256")
    key = f"{call.values['consumer_secret']}&{call.values['token_secret']}".encode()
    digest = hmac.new(key, "&".join(parts.values()).encode(), hashlib.sha1 if algorithm == "HMAC-SHA1" else hashlib.sha256).digest()
    if call.edit:
        del parts["nonce"]
    inner = "".join(f"<c:{name}>{value}</c:{name}>" for name, value in parts.items())
    inner += f'<c:signature algorithm="{algorithm}">{base64.b64encode(digest).decode()}</c:signature>'
    body = (
        '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>'
        '<tokenPassport xmlns="urn:messages_2025_2.platform.webservices.netsuite.com"'
        f' xmlns:c="urn:core_2025_2.platform.webservices.netsuite.com">{inner}</tokenPassport></s:Header><s:Body>'
        f'<{call.soap} xmlns="urn:messages_2025_2.platform.webservices.netsuite.com">{ARGUMENTS[call.soap]}</{call.soap}>'
        "</s:Body></s:Envelope>"
    )
    sent = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": call.soap}
    return asker.raw("POST", asker.account.suitetalk_host, "/services/NetSuitePort_2025_2", sent, body.encode())


DOORS = {"rest": rest, "restlet": restlet, "soap": soap}


def is_answer(answer: Answer, wanted: str) -> bool:
    """Tell whether an answer is the one the matrix names."""
    status, _, code = wanted.partition(" ")
    text = answer.body.decode()
    if wanted == "works":
        return answer.status == 200 or (answer.status == 404 and answer.error[1] == "NONEXISTENT_ID")
    if wanted in ("L401", "R401", "M400"):
        expected = {"L401": REFUSED, "R401": TOKENINFO_REFUSED, "M400": MALFORMED}[wanted]
        return (answer.status, answer.body) == (int(wanted[1:]), expected)
    if wanted == "R400":
        return answer.error[:2] == (400, "INVALID_REQUEST")
    if wanted == "S500":
        element = ":invalidCredentialsFault" in text and "<faultstring>Invalid login attempt.</faultstring>" in text
        return answer.status == 500 and element and ":code>USER_ERROR<" in text
    if status in ("fault", "status"):
        place = "soapenv:Fault" in text if status == "fault" else 'isSuccess="false"' in text and answer.status == 200
        return place and f":code>{code}<" in text
    return answer.error[:2] == (int(status), code)


CELLS = [
    pytest.param(row, door, cell.split(" ", 1)[1], id=f"{row.cause}-{door}-{cell.split(' ')[0]}-8.7")
    for row in ROWS
    for door, cell in (("rest", row.rest), ("restlet", row.restlet), ("soap", row.soap))
    if cell != "-"
]


@pytest.mark.parametrize(("row", "door", "wanted"), CELLS)
def test_cell(begin: Any, row: Row, door: str, wanted: str) -> None:
    asker = begin()
    call = row.change(asker, Call(asker.account.credentials, record=row.record, soap=row.operation))
    before = len(asker.trail())
    answer = DOORS[door](asker, call)
    assert is_answer(answer, wanted), (answer.status, answer.body)
    written = asker.trail()[before:]
    if row.detail == "nothing":
        assert written == []
    elif row.detail is None:
        assert written == [("Success", None)]
    else:
        words = row.detail.split("|")
        assert written == [("Failure", words[0] if door == "restlet" else words[-1])]


def crowded(tmp_path: Any, begin: Any, more: str = "", **settings: Any) -> Asker:
    path = tmp_path / "crowded.toml"
    path.write_text(f'title = "t"\nexplains = "e."\nbase = "alvys-ready"\nothers_in_work = 5\n{more}')
    return begin(str(path), **settings)


@pytest.mark.parametrize(
    ("door", "expected"),
    [
        ("rest", (429, b"CONCURRENCY_LIMIT_EXCEEDED")), ("restlet", (400, b"SSS_REQUEST_LIMIT_EXCEEDED")),
        ("soap", (500, b"WS_REQUEST_BLOCKED")),
    ],
    ids=["rest-doc-10.2", "restlet-doc-10.2", "soap-obs-10.2"],
)
def test_concurrency(tmp_path: Any, begin: Any, door: str, expected: tuple[int, bytes]) -> None:
    asker = crowded(tmp_path, begin)
    answer = DOORS[door](asker, Call(asker.account.credentials))
    assert (answer.status, expected[1] in answer.body) == (expected[0], True)
    # One licence more is ten requests more (documented, 10.1).
    larger = crowded(tmp_path, begin, "[company]\nsuitecloud_plus = 1\n")
    assert is_answer(DOORS[door](larger, Call(larger.account.credentials)), "works")


@pytest.mark.parametrize(("door", "wanted"), [("rest", "L401"), ("restlet", "R401")])
def test_concurrency_in_disguise_is_a_failed_login(tmp_path: Any, begin: Any, door: str, wanted: str) -> None:
    asker = crowded(tmp_path, begin, too_many_requests="disguised", disguised_wait_seconds=0.01)
    assert is_answer(DOORS[door](asker, Call(asker.account.credentials)), wanted)


@pytest.mark.parametrize("told", ["absent", "present"])
def test_retry_after_is_a_setting(tmp_path: Any, begin: Any, told: str) -> None:
    asker = crowded(tmp_path, begin, retry_after=told)
    assert ("retry-after" in rest(asker, Call(asker.account.credentials)).headers) == (told == "present")


def test_the_limit_is_told_to_administrators_only(begin: Any) -> None:
    asker = begin()
    path = "/services/rest/system/v1/governanceLimits"
    assert asker.get(path).error == (400, "USER_ERROR", SENTENCE)
    told = asker.get(path, asker.admin)
    assert told.body == b'{"accountConcurrencyLimit":5,"accountUnallocatedConcurrencyLimit":5,"integrationLimitType":"accountLimit"}\n'
    with asker.account.state.write():
        asker.account.state.run("UPDATE integrations SET concurrency = 2")
    assert asker.get(path, asker.admin).json == {
        "accountConcurrencyLimit": 5, "accountUnallocatedConcurrencyLimit": 3, "integrationConcurrencyLimit": 2,
        "integrationLimitType": "integrationSpecific",
    }
