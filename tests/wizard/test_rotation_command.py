"""``credentials rotate`` and ``credentials refreshed`` without a terminal, against a practice account over HTTPS."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import canary
from test_headless import at
from test_rotation import Rotating

from wizard import rotation_command as command
from wizard import verify
from wizard.errors import CredentialError, UsageError, VaultError
from wizard.exits import Exit
from wizard.rotation import Kind
from wizard.verdict import Standing

CLICKS = {"token": "create_token", "consumer": "reset_credentials"}
NAMES = {"token": ("token_id", "token_secret"), "consumer": ("consumer_key", "consumer_secret")}


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Rotating]:
    with at(tmp_path, "alvys-ready") as (desk, account):
        yield Rotating(desk, account)


def made(it: Rotating, *pairs: str) -> dict[str, str]:
    """Make pairs in NetSuite; return them as they are sent."""
    sent = {}
    for pair in pairs:
        shown = it.make(pair)
        sent |= {n: v.get_secret_value() for n, v in zip(NAMES[pair], (shown.first, shown.second), strict=True)}
    return sent


def take(it: Rotating, what: object) -> tuple[int, str]:
    out = io.StringIO()
    return command.take(it.walk, it.desk, io.StringIO(json.dumps(what)), out), out.getvalue()


def prove(it: Rotating) -> tuple[int, str]:
    out = io.StringIO()
    return command.prove(it.walk, it.desk, out), out.getvalue()


@pytest.mark.parametrize("pairs", [("token",), ("consumer",), ("token", "consumer")])
def test_new_values_from_a_pipe_are_verified_and_taken_into_use(it: Rotating, pairs: tuple[Kind, ...]) -> None:
    sent = made(it, *pairs)
    code, said = take(it, sent)
    assert code == Exit.UNDECIDED and "rotation open: stage 5 of 8" in said and "--prove" in said
    assert not [value for value in sent.values() if value in said]
    if "token" in pairs:
        assert prove(it) == (Exit.FAILED, "The old values: still log in.\n")
        it.revoke_by_hand()
    assert prove(it)[0] == Exit.READY and not it.rotation.open


def test_refused_ones_are_kept_and_not_used(it: Rotating) -> None:
    before = it.held()
    code, said = take(it, {**made(it, "token"), "token_secret": canary()})
    assert code == Exit.FAILED and "Not taken into use: refused" in said
    assert it.held() == before and it.held("new")
    assert take(it, made(it, "token"))[0] == Exit.UNDECIDED, "the next try goes on with the same rotation"


def test_what_is_not_a_pair_is_refused_before_anything_is_kept(it: Rotating) -> None:
    for what in ({}, {"token_id": canary()}, {"account": "1234567_SB1"}, [], {"token_id": canary(), "token_secret": "short"}):
        with pytest.raises((UsageError, CredentialError)):
            take(it, what)
    assert it.walk.setup.rotation is None
    with pytest.raises(UsageError, match="No rotation"):
        prove(it)


# --- a sandbox was refreshed


def test_only_what_the_refresh_destroyed_is_done_anew(it: Rotating) -> None:
    verify.check(it.desk, _options(it), io.StringIO(), io.StringIO(), io.StringIO())
    walk = it.reopened()
    assert walk.setup.found["login.accepted"].standing is Standing.VERIFIED
    consumer, kept = it.held(), walk.setup.kept
    walk.hand_over_done()
    hand_over = next(s for s in walk.profile.step if s.panel == "hand_over")
    it.account.clicks.do("refresh_sandbox")
    it.desk.clock.tick(60)  # type: ignore[attr-defined]
    out = io.StringIO()
    assert command.refresh(walk, out) == Exit.UNDECIDED
    assert "gone (documented" in out.getvalue() and "not published" in out.getvalue()
    assert walk.setup.step == "token" and walk.setup.refreshed == [it.desk.clock.now()]
    assert not [v for v in walk.setup.found.values() if any(e.token for e in v.evidence)], "of the sandbox as it was"
    assert it.held() == consumer and walk.setup.kept == kept, "values are overwritten only by new ones"
    assert walk.standing(hand_over) is None, "the vendor's form holds a dead token"
    walk.keep("token", it.make("token"))
    assert it.desk.store.load(walk.setup.id).refreshed == walk.setup.refreshed
    assert verify.check(it.desk, _options(it), io.StringIO(), io.StringIO(), io.StringIO()) != Exit.FAILED
    assert it.reopened().setup.found["login.accepted"].standing is Standing.VERIFIED


def test_while_a_rotation_is_open_or_elsewhere_nothing_is_dropped(it: Rotating) -> None:
    it.until_stored()
    with pytest.raises(VaultError, match="rotation"):
        command.refresh(it.walk, io.StringIO())
    it.walk.setup.rotation = None
    it.walk.setup.account = "1234567"
    with pytest.raises(UsageError, match="Only a sandbox"):
        command.refresh(it.walk, io.StringIO())
    assert not it.walk.setup.refreshed


def _options(it: Rotating) -> object:
    from test_headless import options_of

    return options_of(setup=it.walk.setup.id)
