"""What was typed as Account ID, and what was answered, against the realm form; and values that were cut."""

from __future__ import annotations

import secrets

import pytest
from practice_session import ask, open_at, practice, requests_seen

from wizard.account import parse_account
from wizard.diagnosis import diagnose
from wizard.verdict import Standing

FAILED, WARNING, VERIFIED = Standing.FAILED, Standing.WARNING, Standing.VERIFIED


@pytest.mark.parametrize("setup", [True, False], ids=["setup-token", "alone"])
@pytest.mark.parametrize("name", ["account-id-as-host", "account-id-lower-case"])
def test_another_spelling_is_read_and_said(name: str, setup: bool) -> None:
    with practice(name) as account:
        found = ask(open_at(account, setup=setup))
        typed = account.credentials["account"]
    assert found["login.accepted"].standing is VERIFIED
    verdict = found["account.spelling"]
    assert (verdict.standing, verdict.cause) == (WARNING, "account-id-format")
    assert verdict.says == f"written {typed}; an integration needs 1234567_SB1"
    assert verdict.remedy.text.startswith("Use 1234567_SB1 as Account ID")
    assert diagnose(found).first.cause == "account-id-format"


@pytest.mark.parametrize("setup", [True, False], ids=["setup-token", "alone"])
def test_an_id_without_its_suffix_costs_no_login(setup: bool) -> None:
    with practice("account-id-without-suffix") as account:
        found = ask(open_at(account, setup=setup))
        assert requests_seen(account) == []
    assert (found["account.spelling"].standing, found["account.spelling"].cause) == (FAILED, "account-id-format")
    assert found["login.accepted"].says == "waits for the right account ID"
    assert diagnose(found).first.cause == "account-id-format"


@pytest.mark.parametrize("typed", ["1234567_SB1", " 1234567_SB1\n", "https://1234567-sb1.app.netsuite.com/app/center/card.nl"])
def test_the_realm_form_and_an_address_are_no_misspelling(typed: str) -> None:
    with practice("alvys-ready") as account:
        found = ask(open_at(account, credentials={**account.credentials, "account": typed}), "account.spelling")
    assert found["account.spelling"].standing is VERIFIED


@pytest.mark.parametrize("typed", ["", "no account at all", "9" * 5000])
def test_what_is_no_account_id_is_said_without_a_crash(typed: str) -> None:
    with practice("alvys-ready") as account:
        verdict = ask(open_at(account, credentials={**account.credentials, "account": typed}), "account.spelling")["account.spelling"]
    assert (verdict.standing, verdict.cause, verdict.says) == (FAILED, "account-id-format", "the values have no account ID")


@pytest.mark.parametrize(
    ("realm", "answer", "standing"),
    [
        ("1234567_SB1", "sandbox", VERIFIED), ("1234567_SB1", "production", WARNING), ("1234567", "production", VERIFIED),
        ("1234567", "sandbox", WARNING), ("1234567_RP", "sandbox", Standing.NOT_APPLICABLE), ("TSTDRV1234567", "production",
        Standing.NOT_APPLICABLE), ("1234567_SB1", "", Standing.NOT_APPLICABLE),
    ],
)  # fmt: skip
def test_the_kind_of_account_is_compared_with_the_answer(realm: str, answer: str, standing: Standing) -> None:
    with practice("alvys-ready") as account:
        session = open_at(account, answers={"environment": answer})
        session.account = parse_account(realm)
        verdict = ask(session, "account.environment")["account.environment"]
    assert verdict.standing is standing
    # Either may be wrong, so it is never called proven.
    assert (verdict.cause, verdict.candidates) == (None, ("account-id-format",) if standing is WARNING else ())


def test_a_kind_that_does_not_fit_makes_the_id_suspect_when_the_login_is_refused() -> None:
    with practice("wrong-secret") as account:
        refused = diagnose(ask(open_at(account, setup=False, answers={"environment": "production"})))
    with practice("alvys-ready") as account:
        accepted = diagnose(ask(open_at(account, setup=False, answers={"environment": "production"})))
    assert refused.first.cause == "account-id-format"
    assert accepted.first is None or accepted.first.cause != "account-id-format"


@pytest.mark.parametrize(
    ("field", "cause"),
    [("token_secret", "signing"), ("consumer_secret", "signing"), ("consumer_key", "integration-record"), ("token_id", "token")],
)  # fmt: skip
def test_a_value_that_lacks_characters_is_named_and_costs_no_login(field: str, cause: str) -> None:
    with practice("alvys-ready") as account:
        found = ask(open_at(account, setup=False, credentials={**account.credentials, field: account.credentials[field][:-1]}))
        assert requests_seen(account) == []
    verdict = found["credentials.complete"]
    assert (verdict.standing, verdict.cause, verdict.candidates) == (FAILED, None, (cause, "client-environment"))
    assert diagnose(found).first.cause == cause


@pytest.mark.parametrize("spoilt", ['"{}"', "TOKEN_SECRET={}", "{} ", "{}\n"])
def test_characters_too_many_are_of_this_machine(spoilt: str) -> None:
    with practice("alvys-ready") as account:
        values = {**account.credentials, "token_secret": spoilt.format(account.credentials["token_secret"])}
        found = ask(open_at(account, setup=False, credentials=values), "credentials.complete")
    verdict = found["credentials.complete"]
    assert verdict.standing in (FAILED, WARNING)
    assert verdict.cause in (None, "client-environment")
    assert "signing" not in verdict.candidates


def test_values_of_another_length_altogether_are_tried() -> None:
    """Nobody published a grammar: where all values have one shape of their own, NetSuite decides."""
    with practice("alvys-ready") as account:
        values = {**account.credentials, **{name: secrets.token_hex(20) for name in ("token_id", "token_secret")}}
        found = ask(open_at(account, setup=False, credentials=values))
        assert len(requests_seen(account)) == 1
    assert found["credentials.complete"].standing is WARNING
