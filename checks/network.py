"""The way to NetSuite's login, rung by rung. Looked at closer only when the discovery call did not come through, or strangely."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from checks.account_exists import data_centers, known_account
from checks.finding import Finding, Stop, not_applicable, verdict, verified, waiting
from wizard.check import Check, Session
from wizard.explain import explain, trouble_of
from wizard.netsuite.answers import Cancelled, Elsewhere, NetSuiteError, Unreachable, evidence
from wizard.netsuite.discovery import ADDRESS
from wizard.netsuite.way import RUNGS, Way
from wizard.profile import Profile
from wizard.verdict import Evidence, Standing, Verdict

ALL = (*RUNGS, "answer")
"""Rungs, in order."""

_HOLDS = {
    "name": "known", "connection": "open", "proxy": "lets us through", "certificate": "trusted", "answer": "NetSuite answers",
}  # fmt: skip


class Network(Check):
    """One aspect per rung. What is in order is told by the discovery call alone."""

    id = "network"
    title = "The way to NetSuite"

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return one aspect per rung, whatever the profile asks."""
        return tuple(f"network.{rung}" for rung in ALL)

    def ask(self, session: Session) -> Iterable[Verdict]:
        """Ask discovery; climb the ladder if that did not come through."""
        try:
            found = _found(session)
        except Stop as stop:
            found = dict.fromkeys(ALL, stop.finding)
        for rung in ALL:
            yield verdict(session, f"network.{rung}", found[rung])


def closer(session: Session, error: Unreachable) -> Unreachable:
    """Return what a call to the account's host really ended with, looked at rung by rung.

    Args:
        session: the run's means.
        error: what the call ended with.
    """
    row = trouble_of(error)
    if row is None or row.rung == "answer":
        return error
    ended = _way_to_account(session, error).error or error
    return Unreachable(ended.message, stage=ended.stage, reason=ended.reason, asked=error.asked, at=error.at)


def _found(session: Session) -> Mapping[str, Finding]:
    try:
        centers = data_centers(session)
    except Unreachable as error:
        return _not_through(session, error)
    except Cancelled:
        raise
    except NetSuiteError as error:
        return _answered(session, error)
    if trouble := centers.trouble:
        return _answered(session, trouble)
    return {rung: _holds(session, rung, evidence("P0", centers.answer)) for rung in ALL}


def _holds(session: Session, rung: str, *rests_on: Evidence) -> Finding:
    path = session.discovery.path
    if rung == "proxy" and not path.via:
        return verified("none is set", *rests_on)
    if rung == "name" and path.via:
        return not_applicable("the proxy looks names up", *rests_on)
    more = f" by {path.ca}" if rung == "certificate" else f": {path.via}" if rung == "proxy" else ""
    return verified(_HOLDS[rung] + more, *rests_on)


def _answered(session: Session, error: NetSuiteError) -> Mapping[str, Finding]:
    """The way is open, and what came is no answer of the discovery service."""
    asked = evidence("P0", error)
    # Where somebody else answers, no credentials are sent; NetSuite's own trouble need not be that of its other services.
    standing = Standing.FAILED if isinstance(error, Elsewhere) or error.answer is None else Standing.UNKNOWN
    return {**{rung: _holds(session, rung, asked) for rung in RUNGS}, "answer": _ended(session, error, standing, asked)}


def _ended(session: Session, error: NetSuiteError, standing: Standing, *rests_on: Evidence) -> Finding:
    said = explain(error, session.account)
    return Finding(standing, said.says, said.cause, said.remedy, rests_on, said.candidates)


def _way_to_account(session: Session, error: Unreachable) -> Way:
    """Look at the way to the account's own host, once per run."""
    account = known_account(session)
    way = session.once("way to the account", lambda: session.discovery.look(account.suitetalk, error))
    found = session.found.get("account.exists")
    known = found is not None and found.standing in (Standing.VERIFIED, Standing.WARNING)
    ended = way.error
    if ended and (ended.stage, ended.reason) == ("dns", "no-such-name") and not known:
        # An account that does not exist has no host name (observed, protocol.md 2.3).
        return replace(way, error=Unreachable(ended.message, stage="dns", reason="account-name", asked=ended.asked, at=ended.at))
    return way


def _not_through(session: Session, error: Unreachable) -> Mapping[str, Finding]:
    """No answer came: try the rungs to the discovery service, and to the account's host."""
    way = session.once("way to discovery", lambda: session.discovery.look(ADDRESS, error))
    ended = way.error or error
    own = _way_to_account(session, ended)
    first = _rung(ended)
    # A firewall may let the account's host alone through. Whether that one answers, no handshake tells.
    open_there = own.error is None and first != "answer"
    troubles = {first: ended} if own.error is None or open_there else {_rung(own.error): own.error, first: ended}
    return {rung: _at(session, rung, way, troubles, error, Standing.WARNING if open_there else Standing.FAILED) for rung in ALL}


def _rung(error: Unreachable) -> str:
    row = trouble_of(error)
    return row.rung if row else "answer"


def _at(
    session: Session, rung: str, way: Way, troubles: Mapping[str, Unreachable], came: Unreachable, standing: Standing
) -> Finding:
    if trouble := troubles.get(rung):
        return _ended(session, trouble, standing, evidence("P0", came), _seen(session, rung, trouble.message))
    if rung in way.seen:
        return _holds(session, rung, _seen(session, rung, way.seen[rung]))
    if rung == "proxy" and not session.discovery.path.via:
        return _holds(session, rung)
    return waiting(f"waits for the {min(troubles, key=ALL.index)}")


def _seen(session: Session, rung: str, words: str) -> Evidence:
    return Evidence(probe="local", asked=f"{rung} on the way to NetSuite", came_back=words, at=session.clock.now())
