"""The ladder: what is named first, what is excluded, what is asked next, and how a cause is told."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from support import canary

from wizard.causes import AUDIT_WORDS, CAUSES, LOGIN_CANDIDATES, NO_ROW, UNSEEN_CANDIDATES
from wizard.diagnosis import RUNGS, Basis, TrailAnswer, diagnose
from wizard.errors import UsageError
from wizard.message import messages, told
from wizard.trail import word_of
from wizard.verdict import Evidence, Standing, Verdict

AT = datetime(2026, 11, 21, 14, 20, 7, tzinfo=timezone.utc)


def found(*verdicts: Verdict) -> dict[str, Verdict]:
    return {verdict.about: verdict for verdict in verdicts}


def verdict(about: str, standing: Standing = Standing.VERIFIED, says: str = "in order", **more: object) -> Verdict:
    return Verdict(about=about, standing=standing, says=says, at=AT, **more)  # type: ignore[arg-type]


REFUSED = verdict("login.accepted", Standing.FAILED, "refused; the answer names no cause", candidates=LOGIN_CANDIDATES)


def test_nothing_wrong_names_nothing() -> None:
    diagnosis = diagnose(found(verdict("login.accepted"), verdict("machine.clock")))
    assert (diagnosis.candidates, diagnosis.question, diagnosis.first) == ((), None, None)


def test_every_slug_on_the_ladder_is_of_the_failure_table() -> None:
    assert {slug for rung in RUNGS for slug in rung.excludes} <= set(CAUSES)


def test_a_rung_in_order_excludes_and_a_candidate_of_a_later_one_is_gone() -> None:
    diagnosis = diagnose(found(verdict("machine.clock"), REFUSED))
    assert "clock" in LOGIN_CANDIDATES
    assert "clock" not in [c.cause for c in diagnosis.candidates]
    assert ("clock", "clock") in [(e.cause, e.by) for e in diagnosis.excluded]


def test_a_bare_refusal_asks_for_the_trail_and_proves_nothing() -> None:
    diagnosis = diagnose(found(REFUSED))
    assert diagnosis.question == "trail"
    assert {c.basis for c in diagnosis.candidates} == {Basis.POSSIBLE}
    assert diagnosis.refused == REFUSED


@pytest.mark.parametrize("word", sorted(AUDIT_WORDS))
def test_a_word_read_by_a_person_goes_first_and_is_never_called_proven(word: str) -> None:
    diagnosis = diagnose(found(REFUSED), TrailAnswer(word=word, of=AT))
    assert diagnosis.first is not None
    assert diagnosis.first.cause == AUDIT_WORDS[word].causes[0]
    assert Basis.PROVEN not in {c.basis for c in diagnosis.candidates}
    assert diagnosis.question != "trail"


def test_no_row_at_all_is_an_answer() -> None:
    diagnosis = diagnose(found(REFUSED), TrailAnswer(word=NO_ROW, of=AT))
    assert sorted(c.cause for c in diagnosis.candidates) == sorted(UNSEEN_CANDIDATES)
    assert diagnosis.first is not None
    assert diagnosis.first.cause == "account-id-format"


def test_an_unknown_word_leaves_what_was_possible() -> None:
    diagnosis = diagnose(found(REFUSED), TrailAnswer(word="SomethingNew", of=AT))
    assert [c.cause for c in diagnosis.candidates] == list(LOGIN_CANDIDATES)


def test_an_answer_about_another_refusal_does_not_count() -> None:
    diagnosis = diagnose(found(REFUSED), TrailAnswer(word="InvalidTimestamp", of=AT - timedelta(minutes=9)))
    assert diagnosis.question == "trail"


def test_failures_go_before_what_is_unknown_and_that_before_warnings() -> None:
    diagnosis = diagnose(
        found(
            verdict("account.exists", Standing.WARNING, cause="client-environment"),
            verdict("features.REST", Standing.UNKNOWN, candidates=("silent-denial",)),
            verdict("permissions.TRAN_CUSTINVC", Standing.FAILED, cause="role-record-permission"),
        )
    )
    assert [c.cause for c in diagnosis.candidates] == ["role-record-permission", "silent-denial", "client-environment"]


def test_a_cause_proven_higher_up_lifts_the_candidate_below() -> None:
    refused = REFUSED.model_copy(update={"candidates": ("token", "user")})
    diagnosis = diagnose(found(refused, verdict("user.active", Standing.FAILED, "inactive", cause="user")))
    assert [(c.cause, c.basis, c.also) for c in diagnosis.candidates] == [
        ("user", Basis.PROVEN, ("login.accepted",)), ("token", Basis.POSSIBLE, ()),
    ]  # fmt: skip


def test_forty_rows_of_one_cause_are_one_candidate() -> None:
    rows = [verdict(f"permissions.P{n}", Standing.FAILED, "missing", cause="role-record-permission") for n in range(40)]
    (only,) = diagnose(found(*rows)).candidates
    assert (only.about, len(only.also)) == ("permissions.P0", 39)


def test_a_cause_is_told_in_full_and_the_server_cannot_draw() -> None:
    bad = Evidence(probe="P1", asked="GET /x", came_back="401 \x1b]0;evil\x07 [red]no[/red]\nsecond", at=AT, token="integration")
    refused = REFUSED.model_copy(update={"evidence": (bad,)})
    (first, *_) = messages(diagnose(found(verdict("machine.clock"), refused), TrailAnswer(word="InvalidSignature", of=AT)))
    lines = told(first)
    assert first.id == "login.accepted/signing"
    assert lines[0].startswith("Cause: the signature does not fit")
    assert "from what you read in NetSuite" in lines[0]
    assert any(line.startswith("It is not: ") and "clock" in line for line in lines)
    assert any(line.startswith("Do this (about ") for line in lines)
    assert all(line.isprintable() for line in lines)
    assert "[red]no[/red]" in "".join(lines)  # shown as it came, never obeyed


def test_a_warning_is_told_as_one() -> None:
    off = verdict("role.web_services_only", Standing.WARNING, "off, recommended", cause="web-services-only")
    (message,) = messages(diagnose(found(verdict("login.accepted"), off)))
    assert message.how_sure == "proven; a warning: it works"


def test_a_refusal_of_which_nothing_is_kept_may_be_anything() -> None:
    old = verdict("login.accepted", Standing.FAILED, "refused; the answer names no cause")
    diagnosis = diagnose(found(old))
    assert [c.cause for c in diagnosis.candidates] == list(LOGIN_CANDIDATES)
    assert (diagnosis.question, diagnosis.refused) == ("trail", old)


def test_one_refused_exchange_does_not_exclude_those_that_nobody_tried() -> None:
    tried = verdict("credentials.exchanged.pairs", Standing.NOT_APPLICABLE, "refused with the pairs exchanged too")
    diagnosis = diagnose(found(REFUSED, tried), TrailAnswer(word="SomethingNew", of=AT))
    assert "credential-swap" in [c.cause for c in diagnosis.candidates]
    assert "credential-swap" not in [e.cause for e in diagnosis.excluded]


def test_what_is_typed_beside_a_word_of_the_trail_is_not_kept() -> None:
    value = canary()
    assert word_of(f"invalidsignature {value}") == "InvalidSignature"
    with pytest.raises(UsageError) as refused:
        word_of(f"odd {value}")
    assert value not in str(refused.value)
