"""Short names: the account in every spelling, whole words alone, and names whose end was cut off."""

from __future__ import annotations

import pytest

from wizard.short_names import short, shortened


@pytest.mark.parametrize(
    ("name", "said"), [("1234567_SB1", "12…B1"), ("1234567", "1…7"), ("Acme", "A…e"), ("Ltd", "Ltd"), ("", "")]
)
def test_a_short_name_tells_nobody_the_name(name: str, said: str) -> None:
    assert short(name) == said


@pytest.mark.parametrize(
    "text",
    [
        "1234567_SB1", "1234567-sb1", "1234567_sb1", "1234567-SB1", "https://1234567-sb1.app.netsuite.com/app", "/home/1234567/x",
        "realm=1234567", "(1234567_SB1)",
    ],
)  # fmt: skip
def test_an_account_is_found_in_every_spelling(text: str) -> None:
    assert "234567" not in shortened(text, frozenset({"1234567_SB1"}))


def test_names_are_found_as_whole_words_over_line_ends_and_cut_off() -> None:
    names = frozenset({"Acme West Haulage", "Acme"})
    assert shortened("of acme, not Acmeland", names) == "of a…e, not Acmeland"
    assert shortened("under Acme West\n  Haulage now", names) == "under Ac…ge now"
    assert shortened("under Acme West Hau…", names) == "under Ac…ge"
    assert shortened("nothing of it", frozenset()) == "nothing of it"
