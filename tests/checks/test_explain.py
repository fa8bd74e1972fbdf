"""What an error proves by itself, and the words of the Login Audit Trail."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from wizard.account import PAGES, parse_account
from wizard.causes import AUDIT_WORDS, CAUSES, LOGIN_CANDIDATES, audit_word
from wizard.explain import explain
from wizard.netsuite.answers import Answer, HeldBack, LoginRefused, Unreachable
from wizard.netsuite.refusals import refusal
from wizard.remedies import remedy_of

ACCOUNT = parse_account("1234567_SB1")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)
SLUGS = (
    "account-id-format accounting-setup bundle client-environment clock concurrency credential-swap data-match feature-off "
    "form-field integration-record lockout platform-change propagation role-login-permission role-record-permission signing "
    "silent-denial subsidiary token two-factor unconfirmed user vendor-profile vendor-side web-services-only wrong-host"
)
"""Text before the first colon in the failure table's cause column."""


def answered(status: int, code: str, detail: str, seconds: float = 0.2):
    body = json.dumps({"status": status, "o:errorDetails": [{"detail": detail, "o:errorCode": code}]}).encode()
    url = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer/999999999"
    return refusal(Answer(status, {"content-type": "application/json"}, body, seconds, NOW, "GET", url))


def test_every_slug_of_the_failure_table_has_its_row() -> None:
    assert sorted(CAUSES) == sorted(SLUGS.split())


def test_every_row_names_an_existing_page() -> None:
    pages = {row.page for row in (*CAUSES.values(), *AUDIT_WORDS.values())} - {None}
    assert pages <= PAGES.keys()
    assert remedy_of("feature-off", ACCOUNT).link == "https://1234567-sb1.app.netsuite.com/app/setup/features.nl?whence="


@pytest.mark.parametrize(
    ("word", "cause"),
    [
        ("consumer_key_unknown", None), ("consumer_key_refused", "integration-record"), ("FeatureDisabled", "feature-off"),
        ("token_rejected", None), ("InvalidSignature", None), ("InvalidTimestamp", "clock"), ("NonceUsed", "clock"),
        ("nonce_used", "clock"), ("temporary_locked", "lockout"), ("permission_denied", None), ("UnknownAlgorithm", "signing"),
    ],
)  # fmt: skip
def test_the_audit_words_mean_what_oracle_says(word: str, cause: str | None) -> None:
    assert AUDIT_WORDS[word].cause == cause
    found = audit_word(f"  {word.upper()} (detail)")
    assert found is not None
    assert found[1].meaning == AUDIT_WORDS[word].meaning


def test_a_word_that_decides_nothing_alone_has_its_causes_in_order() -> None:
    assert AUDIT_WORDS["consumer_key_unknown"].causes[:2] == ("integration-record", "credential-swap")
    assert AUDIT_WORDS["InvalidSignature"].causes[:2] == ("signing", "credential-swap")
    assert AUDIT_WORDS["token_rejected"].causes[:3] == ("token", "credential-swap", "propagation")
    assert AUDIT_WORDS["permission_denied"].causes == ("user", "role-login-permission")


def test_a_word_nobody_documented_is_not_guessed() -> None:
    assert audit_word("LoginFromTheMoon") is None


def test_a_bare_401_names_no_cause_and_lists_candidates() -> None:
    said = explain(answered(401, "INVALID_LOGIN", "Invalid login attempt."), ACCOUNT)
    assert (said.cause, said.candidates) == (None, LOGIN_CANDIDATES)
    assert said.candidates[0] == "signing"
    assert "Login Audit Trail" in said.remedy.menu_path


def test_a_401_that_took_very_long_is_first_of_all_concurrency() -> None:
    error = answered(401, "INVALID_LOGIN", "Invalid login attempt.", seconds=61.0)
    assert isinstance(error, LoginRefused)
    assert explain(error).candidates[0] == "concurrency"


@pytest.mark.parametrize(
    ("error", "cause", "says"),
    [
        (answered(403, "INSUFFICIENT_PERMISSION", "Permission Violation: You need  the 'Lists -> Customers' permission to access this page."),
         "role-record-permission", "missing: Lists -> Customers"),
        (answered(403, "INSUFFICIENT_PERMISSION", "You need a higher level of the 'Lists -> Customers' permission to access this page."),
         "role-record-permission", "level too low: Lists -> Customers"),
        (answered(400, "USER_ERROR", "Your current role does not have permission to perform this action."),
         None, "the role may not use this service"),
        (answered(400, "INVALID_PARAMETER", "Search error occurred: Record ‘subsidiary’ was not found."),
         None, "table subsidiary is hidden"),
        (answered(429, "CONCURRENCY_LIMIT_EXCEEDED", "Concurrent request limit exceeded. Request blocked."),
         "concurrency", "too many requests at a time"),
        (answered(500, "UNEXPECTED_ERROR", "An unexpected error occurred."), "vendor-side", "NetSuite is in trouble"),
        (answered(503, "", ""), None, "NetSuite is in trouble"),
        (answered(404, "NONEXISTENT_ID", "Record type 'file' does not exist."), None, "record type file is not offered"),
        (answered(302, "", ""), None, "NetSuite points to another address"),
        (Unreachable("The name has no address.", stage="dns"), None, "not reachable: the name does not exist here"),
        (HeldBack("Nothing was sent."), None, "held back: the last login was refused"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_what_an_answer_proves_and_what_not(error, cause: str | None, says: str) -> None:
    said = explain(error, ACCOUNT)
    assert (said.cause, said.says) == (cause, says)
    assert set(said.candidates) <= CAUSES.keys()


def test_words_of_the_server_are_made_harmless() -> None:
    said = explain(answered(403, "INSUFFICIENT_PERMISSION", "You need the '\x1b[2J\x07Lists -> Evil' permission to access this page."))
    assert "\x1b" not in said.says
    assert "\x07" not in said.says
