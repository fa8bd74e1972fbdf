"""What a passphrase has to be, and the one that is made up."""

from __future__ import annotations

import math
import unicodedata

import pytest
from pydantic import SecretStr
from support import canary
from vault_values import REALM

from wizard.credentials import Credentials, Pair
from wizard.vault.passphrase import RULE, SHORTEST, generated, normal, problem


@pytest.mark.parametrize(
    "text",
    [
        "fourteen chars",
        "Fünf Wörter über süße Äpfel",
        "пять случайных слов подряд",
        "正しい馬電池ホチキスの合言葉です",
        "a\N{NO-BREAK SPACE}blank of another keyboard",
        "correct-horse-battery-staple \N{SMILING FACE WITH OPEN MOUTH}",
        "x" * 1000 + "and six different ones",
    ],
)
def test_what_people_type_is_taken(text: str) -> None:
    assert problem(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no passphrase"),
        ("      \t     ", "no passphrase"),
        ("thirteen char", "too short: it takes at least 14"),
        ("a\u0308" * 13, "too short"),  # 26 code points, 13 characters
        ("abcab" * 5, "fewer than 6 different"),
        (" a blank before it", "begins or ends with a blank"),
        ("a blank behind it\N{NO-BREAK SPACE}", "begins or ends with a blank"),
        ("a tab\tin the middle", "nobody sees"),
        ("two lines of a\nfile", "nobody sees"),
        ("an escape \x1b[31m in it", "nobody sees"),
        ("zero\N{ZERO WIDTH SPACE}width in it", "nobody sees"),
        ("right to left \N{RIGHT-TO-LEFT OVERRIDE} in it", "nobody sees"),
        ("half a character \ud83d", "nobody sees"),
        ("nobody's character \U000e0fff", "nobody sees"),
        ("a whole file, pasted " * 60 + "!", "longer than 1024"),
        ("0123456789abcdef" * 4, "one of the values"),
        ("secret: " + "0123456789ABCDEF" * 4, "one of the values"),
    ],
)
def test_what_cannot_be_one_is_told_why_without_repeating_it(text: str, why: str) -> None:
    told = problem(text)
    assert told is not None and why in told
    assert not text.strip() or text not in told


def test_none_of_the_values_becomes_their_own_passphrase() -> None:
    one, two = (Pair(SecretStr(f"{name}-of-another-form"), SecretStr(canary())) for name in ("key", "token"))
    values = Credentials(REALM, one, two)
    for value in (one.first, one.second, two.first, two.second):
        assert "one of the values" in (problem(value.get_secret_value(), values) or "")
        assert "one of the values" in (problem(f"my {value.get_secret_value()}", values) or "")
    assert problem("key-of-another-form", Credentials(REALM, None, two)) is None
    assert problem("five words that are others", values) is None


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_two_keyboards_give_one_passphrase(form: str) -> None:
    assert normal(unicodedata.normalize(form, "süßer Äpfel\N{NO-BREAK SPACE}Müll")) == "süßer Äpfel Müll"
    assert normal(" Case and blanks stay ") == " Case and blanks stay "


def test_a_generated_one_is_long_enough_readable_and_never_the_same() -> None:
    made = [generated().get_secret_value() for _ in range(2000)]
    assert len(set(made)) == 2000
    assert all(problem(text) is None for text in made)
    characters = set("".join(made)) - {"-"}
    for alike in ("0o", "1il", "2z", "5s", "6b", "8b", "9gq", "uv"):
        assert len(characters & set(alike)) <= 1
    assert all([len(group) for group in text.split("-")] == [4] * 6 for text in made)
    assert 24 * math.log2(len(characters)) >= 100
    assert "**********" in str(generated()) and str(SHORTEST) in RULE
