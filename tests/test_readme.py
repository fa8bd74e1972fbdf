"""The README's tables agree with the code."""

from __future__ import annotations

import re
from pathlib import Path

from screens.bindings import ALL
from screens.help import WORDS
from wizard.cli import _parser
from wizard.exits import MEANINGS
from wizard.profile import shipped_profiles

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """Cells of the first table below a heading."""
    below = README.split(heading, 1)[1]
    lines = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE).group(0).splitlines()
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in lines[2:]]


def test_exit_codes_agree_with_the_program():
    assert rows("### Exit codes") == [[str(int(code)), meaning] for code, meaning in MEANINGS.items()]


def test_keys_agree_with_the_program():
    assert rows("## Keys") == [[f"`{key.label}`", key.help] for key in ALL]


def test_every_word_of_a_mark_is_explained_in_help_and_readme():
    table = " ".join(" ".join(row) for row in rows("## What a mark means"))
    assert {word for word in WORDS if word not in ("failed", "too low", "unknown")} <= {w for w in WORDS if w in table}


def test_every_command_stands_in_the_readme():
    commands = next(a for a in _parser()._actions if a.dest == "do" or getattr(a, "choices", None)).choices
    for command in commands:
        assert f"netsuite-setup {command}" in README


def test_the_steps_are_those_of_the_profile():
    titles = [row[1].removesuffix(" (optional)") for row in rows("## The steps")]
    assert titles == [step.title for step in shipped_profiles()["alvys"].step]


def test_the_picture_is_the_programs_own():
    pictures = Path(__file__).parent / "screens" / "__snapshots__" / "test_pictures"
    shown = (Path(__file__).parent.parent / "docs" / "permissions.svg").read_text(encoding="utf-8")
    assert shown == (pictures / "test_screen[permissions-80x24].svg").read_text(encoding="utf-8")
