"""Discovery without a login: does the account exist, what is its clock, does its name resolve."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest
from netsuite_wire import REALM, Heard, SteppedClock, Wire, reply

from wizard.account import Account
from wizard.netsuite.answers import Unreachable
from wizard.netsuite.discovery import Discovery
from wizard.netsuite.transport import Transport

HOST = "1234567-sb1"
OURS = {
    "webservicesDomain": f"https://{HOST}.suitetalk.api.netsuite.com",
    "restDomain": f"https://{HOST}.restlets.api.netsuite.com",
    "systemDomain": f"https://{HOST}.app.netsuite.com",
}
DEFAULT = {
    "restDomain": "https://rest.netsuite.com",
    "webservicesDomain": "https://webservices.netsuite.com",
    "systemDomain": "https://system.netsuite.com",
}
OTHER = {name: url.replace(HOST, "7654321") for name, url in OURS.items()}
FAULT = b"<?xml version='1.0'?><soapenv:Envelope><faultstring>Incorrect data center requested!</faultstring></soapenv:Envelope>"


@pytest.fixture
def discovery(transport: Transport) -> Discovery:
    return Discovery(transport)


@pytest.mark.parametrize(
    ("status", "body", "exists"),
    [
        (200, OURS, True),
        (200, dict(reversed(OURS.items())), True),
        (200, {name: url.upper() for name, url in OURS.items()}, True),
        (200, {"restDomain": OURS["restDomain"]}, True),
        (200, DEFAULT, False),
        (400, {"error": {"code": "USER_ERROR", "message": "Company ID is invalid"}}, False),
        (200, b"USER_ERROR: Company ID is invalid", False),
        (200, OTHER, None),
        (200, {**OURS, "systemDomain": DEFAULT["systemDomain"]}, None),
        (200, {**OURS, "restDomain": "https://1234567-sb1x.restlets.api.netsuite.com"}, None),
        (200, {}, None),
        (200, [], None),
        (200, {"restDomain": None, "systemDomain": 5}, None),
        (200, {"restDomain": "https://[broken"}, None),
        (200, b"", None),
        (200, b"<html><title>Service Unavailable</title></html>", None),
        (200, FAULT, None),
        (302, b"", None),
        (503, b"", None),
        (405, b"", None),
    ],
)
def test_existence(wire: Wire, discovery: Discovery, status: int, body: object, exists: bool | None) -> None:
    wire.script = lambda heard: reply(status, body)
    found = discovery.data_centers(REALM)
    assert found.exists is exists
    assert found.answer.status == status
    if exists and body == OURS:
        assert found.urls == OURS


def test_request(wire: Wire, discovery: Discovery) -> None:
    wire.script = lambda heard: reply(200, OURS)
    found = discovery.data_centers(REALM)
    heard = wire.heard[0]
    assert (heard.method, heard.target) == ("GET", "/rest/datacenterurls?account=1234567_SB1")
    assert heard.headers["host"] == "rest.netsuite.com" and "authorization" not in heard.headers
    assert found.answer.asked == "GET /rest/datacenterurls?account=1234567_SB1"


@pytest.mark.parametrize("ahead", [-600.0, 0.0, 600.0])
def test_skew_has_half_the_round_trip_taken_off(wire: Wire, discovery: Discovery, clock: SteppedClock, ahead: float) -> None:
    def answer(heard: Heard) -> bytes:
        clock.passed += 4
        server = clock.now() - timedelta(seconds=ahead)
        clock.passed += 4
        return reply(200, OURS, headers={"Date": format_datetime(server, usegmt=True)})

    wire.script = answer
    skew = discovery.data_centers(REALM).skew_seconds
    assert skew is not None and ahead <= skew < ahead + 1  # the header has whole seconds


def test_age_of_a_stored_answer_is_taken_off(wire: Wire, discovery: Discovery, clock: SteppedClock) -> None:
    date = format_datetime(clock.now() - timedelta(seconds=900), usegmt=True)
    wire.script = lambda heard: reply(200, OURS, headers={"Date": date, "Age": "900"})
    skew = discovery.data_centers(REALM).skew_seconds
    assert skew is not None and 0 <= skew < 1


@pytest.mark.parametrize("headers", [{}, {"Date": ""}, {"Date": "yesterday"}, {"Date": "Thu, 99 Jun 2017 05:48:56 GMT"}])
def test_skew_is_unknown_without_a_date(wire: Wire, discovery: Discovery, headers: dict[str, str]) -> None:
    wire.script = lambda heard: reply(200, OURS, headers=headers)
    assert discovery.data_centers(REALM).skew_seconds is None


def test_unreachable_is_an_error(wire: Wire, discovery: Discovery) -> None:
    wire.stop()
    with pytest.raises(Unreachable):
        discovery.data_centers(REALM)


def test_names(discovery: Discovery, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    assert discovery.resolves(account) is True
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert Discovery(Transport()).resolves(account) is None
