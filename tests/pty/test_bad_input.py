"""What people and clipboards put into fields: the program lives, says what it made of it, and obeys none of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import canary
from terminal import WIZARD, Terminal, clean_environment

pytestmark = pytest.mark.pty

NOWHERE = ("--connect-to", "127.0.0.1:9")
HARMLESS = {b"22"}
"""The one operating system command that Textual sends by itself: the shape of the pointer."""

COMMANDS = "\x1b]0;TAKEN\x07\x1b]52;c;VEFLRU4=\x07\x1b[2J\x9b2J\x90q\x9c"
"""Sets the title, writes the clipboard, clears the screen twice, sends a device control string."""

NASTY = {
    "123\x00\x01\x02\x08\x0b\x0c\x0e\x0f\x7f456\x85\x9b": "letters or signs no account ID has",
    f"123{COMMANDS}456": "An account ID looks like 1234567",
    "123\N{PILE OF POO}\N{FAMILY}\N{ZERO WIDTH JOINER}\N{VARIATION SELECTOR-16}456": "letters or signs no account ID has",
    "123\N{RIGHT-TO-LEFT OVERRIDE}654\N{POP DIRECTIONAL FORMATTING}\N{ARABIC LETTER ALEF}": "letters or signs no account ID has",
    "[/red][bold]$primary[@click=app.quit]123[/][link=file:///etc/passwd]x": "not an account ID",
    "[/red]": "account ID",
    "1" + "\N{COMBINING GRAVE ACCENT}" * 200 + "23": "letters or signs no account ID has",
}
"""What is pasted, and what is said about it. Textual takes an escape character inside a paste for a key, and what follows it
for typing (seen with 8.2.8); terminals take them out of pastes, as far as is known."""


def to_the_step(terminal: Terminal, number: int) -> None:
    terminal.wait_for("Start", "Alvys")
    terminal.press("enter")
    for step in range(1, number):
        terminal.wait_for(f"step {step} of 13")
        terminal.out_of_field()
        terminal.press("right")
    if number == 4:
        terminal.keep_in_memory()
    terminal.wait_for(f"step {number} of 13")
    terminal.wait(terminal.in_field, "waiting for the field")


def still_works(terminal: Terminal) -> None:
    """The program takes keys as before, and ends as it should."""
    assert terminal.commanded() <= HARMLESS
    terminal.out_of_field()
    terminal.press("q")
    assert terminal.wait_for_end() == 0
    assert terminal.commanded() <= HARMLESS
    assert not terminal.on_alternate_screen


def empty_the_field(terminal: Terminal) -> None:
    """Take back what is in the hidden field; with it the program would ask before it ends."""
    terminal.press("end", "ctrl+u")
    terminal.wait(lambda: not any(" characters " in line and "•" in line for line in terminal.lines()), "waiting for an empty field")


def test_a_megabyte_in_the_account_field(tmp_path: Path) -> None:
    with Terminal([*WIZARD, *NOWHERE], clean_environment(tmp_path), tmp_path) as terminal:
        to_the_step(terminal, 2)
        terminal.paste("1234567 " * 131_072)
        terminal.wait_for("1,048,576 characters pasted: too long, nothing of it was taken.")
        terminal.paste("1234567")
        terminal.wait(lambda: terminal.in_field("1234567"), "waiting for a paste of ordinary length")
        still_works(terminal)


def test_a_megabyte_in_a_hidden_field(tmp_path: Path) -> None:
    value = canary()
    with Terminal([*WIZARD, *NOWHERE], clean_environment(tmp_path), tmp_path) as terminal:
        to_the_step(terminal, 4)
        terminal.paste(value * 16_384)
        terminal.wait_for("1,048,576 characters pasted: too long, nothing of it was taken.")
        assert "•" not in terminal.text()
        terminal.paste(value)
        terminal.wait_for("64 characters ✓")
        empty_the_field(terminal)
        still_works(terminal)
        assert terminal.betrayed(value) == []


def test_nasty_texts_in_the_account_field(tmp_path: Path) -> None:
    with Terminal([*WIZARD, *NOWHERE], clean_environment(tmp_path), tmp_path) as terminal:
        to_the_step(terminal, 2)
        for text, said in NASTY.items():
            terminal.press("enter")
            terminal.wait_for("Nothing was given.")
            terminal.paste(text)
            terminal.wait(lambda: not terminal.in_field("1234567_SB1 or"), "waiting for the paste to stand in the field")
            terminal.press("enter")
            terminal.wait_for(said)
            terminal.press("end", "ctrl+u")
            terminal.wait(lambda: terminal.in_field("1234567_SB1 or"), "waiting for an empty field")
        assert not [line for line in terminal.lines() if "TAKEN" in line]
        still_works(terminal)


def test_nasty_texts_in_a_hidden_field(tmp_path: Path) -> None:
    with Terminal([*WIZARD, *NOWHERE], clean_environment(tmp_path), tmp_path) as terminal:
        to_the_step(terminal, 4)
        for text, said in {
            "abc\x00\x01def": "There are control characters inside.",
            "abc\N{PILE OF POO}": "1 character inside that no value has",
            "abc\N{ARABIC LETTER ALEF}\N{ARABIC LETTER BEH}": "2 characters inside that no value has",
            "first\nsecond\r\nthird": "There is a line break inside",
            "[/red][@click=app.quit]x": "24 characters !",
            f"  '{'0' * 63}'\n\n": "63 characters !",
        }.items():
            terminal.paste(text)
            terminal.wait_for(said)
            assert not terminal.shows(text.strip())
        empty_the_field(terminal)
        still_works(terminal)
