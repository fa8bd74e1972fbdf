"""The failure table: every row is read, names what exists, and is found by what was said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from wizard.account import PAGES
from wizard.causes import AUDIT_WORDS, CAUSES
from wizard.failures import Failure, Heard, Piece, bare_causes, failures, find, recognise, speaking_of
from wizard.pasted_failure import explain_pasted
from wizard.redact import shown

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROWS = failures()
SAMPLES = tomllib.loads(Path(__file__).with_name("failure_samples.toml").read_text(encoding="utf-8"))["sample"]
# The same words were said for several causes: these rows are candidates, behind the cause that more often was behind them.
SECOND = {
    1: "signing", 54: "integration-record", 65: "signing", 99: "role-record-permission", 162: "account-id-format",
    229: "role-login-permission", 230: "role-login-permission", 239: "role-login-permission", 240: "data-match",
    254: "role-record-permission", 255: "role-record-permission",
}  # fmt: skip


def test_the_rows_have_their_numbers():
    assert list(ROWS) == sorted(ROWS)
    assert [number for number in ROWS if number <= 181] == list(range(1, 182))
    assert all(number > 200 for number in list(ROWS)[181:])
    assert {row.cause for row in ROWS.values()} == set(CAUSES)


def test_the_causes_are_those_of_the_scenarios():
    kept = Path(__file__).parent / "practice" / "cause_rows.toml"
    listed = tomllib.loads(kept.read_text(encoding="utf-8"))["failures"]
    assert {row["row"]: row["cause"] for row in listed} == {number: ROWS[number].cause for number in range(1, 182)}


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.id)
def test_a_row_says_what_to_do_and_where(row):
    assert row.cause in CAUSES
    assert row.page is None or row.page in PAGES
    assert row.remedy.text == row.fix
    assert (row.remedy.menu_path is None) == (row.page is None and row.menu is None)
    for line in (row.symptom, row.meaning, row.fix, row.source):
        assert shown(line) == line.strip() == line
    assert row.fix.endswith(".")
    assert not row.symptom.endswith(".") and not row.meaning.endswith(".")
    assert not row.unreached or row.says


def test_every_row_that_is_found_by_words_has_a_sample():
    assert {sample["row"] for sample in SAMPLES} >= {row.id for row in ROWS.values() if row.says or row.bare}
    assert {sample["row"] for sample in SAMPLES} <= set(ROWS)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["row"])
def test_what_was_said_leads_to_its_row(sample):
    row, told = ROWS[sample["row"]], explain_pasted(sample["text"])
    named = [candidate.cause for candidate in told.candidates]
    if row.bare and row.id not in told.rows.get(row.cause, ()):
        assert row.cause in named
        assert len(named) > 10
        assert {candidate.basis.value for candidate in told.candidates} == {"possible"}
    else:
        assert row.id in told.rows[row.cause]
        assert named[0] == SECOND.get(row.id, row.cause)


def test_a_sample_is_found_by_rows_of_its_own_causes_only():
    """No pattern catches what another row says, but where both are candidates for good."""
    together = {}
    for sample in SAMPLES:
        for cause in explain_pasted(sample["text"]).rows:
            together.setdefault(ROWS[sample["row"]].cause, set()).add(cause)
    assert {cause: others - {cause} for cause, others in together.items() if others - {cause}} == {
        "account-id-format": {"client-environment"},
        "accounting-setup": {"bundle"},
        "bundle": {"role-record-permission", "vendor-side"},
        "client-environment": {"account-id-format"},
        "credential-swap": {"signing", "vendor-side"},
        "data-match": {"bundle", "subsidiary"},
        "feature-off": {
            "client-environment", "role-login-permission", "role-record-permission", "silent-denial", "vendor-profile", "web-services-only",
        },
        "integration-record": {"user"},
        "role-login-permission": {"feature-off", "role-record-permission", "web-services-only"},
        "role-record-permission": {"feature-off", "silent-denial", "subsidiary"},
        "signing": {"account-id-format", "token", "vendor-side"},
        "silent-denial": {"feature-off", "role-record-permission"},
        "subsidiary": {"data-match", "role-record-permission", "vendor-profile"},
        "token": {"account-id-format", "signing"},
        "user": {"integration-record"},
        "vendor-side": {"client-environment"},
        "web-services-only": {"feature-off", "role-login-permission"},
    }  # fmt: skip


@pytest.mark.parametrize("word", AUDIT_WORDS)
def test_the_table_knows_every_word_of_the_trail_as_the_short_one_does(word):
    causes = {match.row.cause for match in recognise(Heard(f"Failure {word}"))}
    assert causes & set(AUDIT_WORDS[word].causes)


def test_words_stand_by_themselves():
    assert recognise(Heard("botocore: InvalidSignatureException")) == []
    assert recognise(Heard("XNS0739")) == recognise(Heard("NS07391")) == []
    assert [m.row.id for m in recognise(Heard("ns0739: NS0739"))] == [7]
    assert find("^Access denied$", Heard("Access denied.")) == "Access denied."
    assert find("^Access denied$", Heard("x Access denied")) is find("^Access denied$", Heard("Access denied x")) is None
    assert find("Record '*' was not", Heard("RECORD 'a.b' WAS NOT")) == "RECORD 'a.b' WAS NOT"
    assert find("Record '*' was not", Heard(f"record '{'x' * 200}' was not")) is None


def test_conditions_hold_together():
    piece = Piece(words="said so", code="USER_ERROR", status=400, channel="rest")
    right = {"text": "USER_ERROR it said so", "status": 400, "channel": "rest"}
    assert piece.quote(Heard(**right)) == "said so"
    for wrong in ({"status": 403}, {"status": None}, {"channel": "restlet"}, {"channel": None}, {"text": "it said so"}, {"text": "USER_ERROR"}):
        assert piece.quote(Heard(**{**right, **wrong})) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"cause": "nonesuch"}, {"page": "nonesuch"}, {"says": [{}]}, {"says": [{"channel": "rest"}]}, {"says": [{"words": "a*b"}]},
        {"says": [{"words": "abcd*ef*g"}]}, {"says": [{"words": "abcd*"}]}, {"says": [{"code": "small"}]}, {"symptom": "a\nb"},
        {"page": "roles", "menu": "Lists"}, {"below": "Access"}, {"mark": "believed"}, {"nonsense": 1}, {"id": 0},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_row_is_refused(wrong):
    right = {"id": 1, "cause": "token", "symptom": "abc", "meaning": "abc", "fix": "abc", "mark": "observed", "source": "abc"}
    assert Failure.model_validate(right).says == ()
    with pytest.raises(ValidationError):
        Failure.model_validate({**right, **wrong})


def test_the_causes_of_a_bare_refusal_are_those_of_its_rows():
    assert set(bare_causes()) == {row.cause for row in ROWS.values() if row.bare}
    assert "signing" in bare_causes() and "two-factor" not in bare_causes()


def test_symptoms_are_found_by_shared_words():
    assert speaking_of("a CREDIT memo that exists is said to be missing")[0].id == 98
    assert speaking_of("with and that the") == speaking_of("") == speaking_of("xyzzy plugh") == ()
    assert len(speaking_of(" ".join(row.symptom for row in ROWS.values()))) == 5
