"""Outside text that tries to drive the terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.redact import one_line, shown

BAD = "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        pytest.param("\x1b]2;TITLE\x1b\\", f"{BAD}]2;TITLE{BAD}\\", id="window title"),
        pytest.param("\x1b]52;c;QUJD\x07", f"{BAD}]52;c;QUJD{BAD}", id="clipboard"),
        pytest.param("\x9b31mred", f"{BAD}31mred", id="eight-bit CSI"),
        pytest.param("a\x1b[2Jb", f"a{BAD}[2Jb", id="clear screen"),
        pytest.param("safe\rEVIL", f"safe{BAD}EVIL", id="carriage return overwrites"),
        pytest.param("ab\x08\x08cd", f"ab{BAD}{BAD}cd", id="backspaces"),
        pytest.param("a\x00b\x7f", f"a{BAD}b{BAD}", id="nul and delete"),
        pytest.param("exe\u202etxt.\u2066x\u2069", f"exe{BAD}txt.{BAD}x{BAD}", id="bidi marks"),
        pytest.param("Ad\u200bmin\ufeff\u00ad", f"Ad{BAD}min{BAD}{BAD}", id="zero-width and soft hyphen"),
        pytest.param("tag\U000e0041", f"tag{BAD}", id="tag character"),
        pytest.param("\ud800x\udfff", f"{BAD}x{BAD}", id="lone surrogates"),
        pytest.param("\ue000\U000f0000", f"{BAD}{BAD}", id="private use"),
        pytest.param("a\u2028b\u2029c\x85d", f"a{BAD}b{BAD}c{BAD}d", id="unicode line ends"),
        pytest.param("\U000fffff\ufdd0", f"{BAD}{BAD}", id="private and noncharacter"),
        pytest.param("a\r\nb\n\tc", "a\nb\n\tc", id="line ends and tabs stay"),
        pytest.param("[b]Bold[/foo] [@click=app.quit]x", "[b]Bold[/foo] [@click=app.quit]x", id="markup is not touched"),
        pytest.param("Zoë – 日本語 \N{SNOWMAN} 😀", "Zoë – 日本語 \N{SNOWMAN} 😀", id="people's own letters stay"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_shown_makes_text_harmless(text: str, harmless: str) -> None:
    assert shown(text) == harmless


@given(st.text(st.characters(exclude_categories=())), st.integers(0, 60))
def test_shown_never_lets_a_control_through(text: str, limit: int) -> None:
    result = shown(text, limit)
    assert len(result) <= limit
    assert not [c for c in result if c not in "\n\t" and unicodedata.category(c)[0] == "C"]
    result.encode("utf-8")  # what a report does with it


def test_shown_looks_no_further_than_its_limit() -> None:
    assert shown("x" * 5_000_000) == "x" * 2000
    assert shown("abcdef", 3) == "abc"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Invalid\r\n\tlogin   attempt.\n", "Invalid login attempt."),
        ("a\u00a0b\u2003c", "a b c"),
        ("\x1b[31mred\x1b[0m", f"{BAD}[31mred{BAD}[0m"),
        ("one\u2028two", f"one{BAD}two"),
        ("[/] [b", "[/] [b"),
        (" \n\t ", ""),
    ],
)
def test_one_line_is_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


def test_one_line_is_shortened_with_a_mark() -> None:
    assert one_line("x" * 200) == "x" * 200
    assert one_line("x" * 201) == "x" * 199 + "…"
    assert one_line("abcdef", 4) == "abc…"
    assert one_line("abcdef", 1) == "…"
    assert one_line("abcdef", 0) == ""


def test_one_line_says_that_a_long_text_goes_on_even_behind_blanks() -> None:
    assert one_line(" " * 60 + "word" + " " * 5000, 20) == "word…"
    assert one_line("word" + " " * 100, 20) == "word"


@given(st.text(st.characters(exclude_categories=())), st.integers(0, 40))
def test_one_line_keeps_to_its_limit_and_line(text: str, limit: int) -> None:
    result = one_line(text, limit)
    assert len(result) <= limit
    assert len(result.splitlines()) <= 1
    assert result == result.strip()
