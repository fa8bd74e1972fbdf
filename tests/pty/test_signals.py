"""What ends the program, what does not, and what is still there afterwards."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from terminal import WIZARD, Terminal, clean_environment

pytestmark = pytest.mark.pty

NOWHERE = ("--connect-to", "127.0.0.1:9")
"""Where nothing answers: these tests need no account, and must not ask a real one."""


def practise(folder: Path) -> Terminal:
    return Terminal([*WIZARD, "--practice"], clean_environment(folder), folder)


def start(folder: Path) -> Terminal:
    return Terminal([*WIZARD, *NOWHERE], clean_environment(folder), folder)


def open_first_step(terminal: Terminal) -> None:
    terminal.wait_for("Start", "Alvys")
    terminal.press("enter")
    terminal.wait_for("step 1 of 13 · Before you start")


def to_the_account_step(terminal: Terminal) -> None:
    open_first_step(terminal)
    terminal.out_of_field()
    terminal.press("right")
    terminal.wait_for("step 2 of 13 · Account")
    terminal.wait(terminal.in_field, "waiting for the field")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_leaves_a_usable_terminal(tmp_path: Path, number: signal.Signals) -> None:
    with start(tmp_path) as terminal:
        open_first_step(terminal)
        assert terminal.on_alternate_screen
        assert not terminal.cooked()
        terminal.signal(number)
        assert terminal.wait_for_end() == 128 + number
        assert not terminal.on_alternate_screen
        assert terminal.cooked()
        assert not terminal.screen.cursor.hidden


def test_a_dropped_line_ends_the_program_and_the_next_start_goes_on(tmp_path: Path) -> None:
    with start(tmp_path) as terminal:
        to_the_account_step(terminal)
        terminal.hang_up()
        assert terminal.wait_for_end() == 128 + signal.SIGHUP
    with start(tmp_path) as terminal:
        terminal.wait_for("Go on", "step 2 of 13 Account")
        terminal.press("enter")
        terminal.wait_for("step 2 of 13 · Account")


def test_a_line_that_drops_while_sighup_is_ignored_does_not_leave_a_program_behind(tmp_path: Path) -> None:
    ignoring = ["/bin/sh", "-c", 'trap "" HUP; exec "$@"', "sh", *WIZARD, *NOWHERE]  # as nohup and some supervisors do
    with Terminal(ignoring, clean_environment(tmp_path), tmp_path) as terminal:
        open_first_step(terminal)
        terminal.hang_up()
        assert terminal.wait_for_end() == 128 + signal.SIGHUP


def test_after_kill_9_everything_that_was_confirmed_is_there(tmp_path: Path) -> None:
    with practise(tmp_path) as terminal:
        open_first_step(terminal)
        terminal.wait_for("✗ Keyring of this login")
        terminal.wait(lambda: terminal.in_field("(x) As Administrator") or terminal.in_field("(x) Yes"), "waiting for a question")
        terminal.move_to(lambda: terminal.shows("Does the person who will configure Alvys have"), "the first line")
        terminal.press("a")
        terminal.wait_for("Do you vouch for this?")
        terminal.press("y")
        terminal.wait_for("~ CompanyProfileManager in Alvys")
        terminal.press("right")
        terminal.wait_for("step 2 of 13 · Account")
        terminal.wait(terminal.in_field, "waiting for the field")
        terminal.type("1234567_SB1")
        terminal.press("enter")
        terminal.wait_for("✓ The account exists", "Asked at")
        terminal.out_of_field()
        terminal.press("right")
        terminal.wait_for("step 3 of 13 · Features")
        terminal.signal(signal.SIGKILL)
        assert terminal.wait_for_end() == -signal.SIGKILL

    with practise(tmp_path) as terminal:
        terminal.wait_for("Go on", "1234567_SB1", "step 3 of 13 Features", "just now")
        terminal.press("enter")
        terminal.wait_for("step 3 of 13 · Features", "✓ 2 Account", "SANDBOX")
        terminal.press("left")
        terminal.wait_for("step 2 of 13 · Account", "✓ The account exists", "Realm 1234567_SB1")
        terminal.out_of_field()
        terminal.press("left")
        terminal.wait_for("step 1 of 13 · Before you start", "~ CompanyProfileManager in Alvys")
        terminal.out_of_field()
        terminal.press("q")
        assert terminal.wait_for_end() == 0


def test_values_that_were_in_memory_only_are_said_to_be_gone(tmp_path: Path) -> None:
    with practise(tmp_path) as terminal:
        to_the_account_step(terminal)
        terminal.type("1234567_SB1")
        terminal.press("enter")
        terminal.wait_for("✓ The account exists", "Asked at")
        terminal.out_of_field()
        terminal.press("right")
        terminal.wait_for("step 3 of 13 · Features")
        terminal.out_of_field()
        terminal.press("right")
        terminal.keep_in_memory()
        terminal.wait_for("step 4 of 13 · Integration")
        terminal.press("f7")
        terminal.wait_for("Done (F9 pastes what it shows): ")
        terminal.press("f9")
        terminal.wait(lambda: terminal.text().count("64 characters ✓") == 2, "waiting for both values")
        terminal.press("enter")
        terminal.wait_for("Kept in the memory of this program only")
        terminal.signal(signal.SIGKILL)
        assert terminal.wait_for_end() == -signal.SIGKILL

    with practise(tmp_path) as terminal:
        terminal.wait_for("Go on", "step 4 of 13 Integration")
        terminal.press("enter")
        terminal.wait_for("Where the values will be kept", "offers no keyring to this login")
        terminal.press("escape")
        terminal.wait_for("The values were kept in memory only and ended with that run.")


def test_a_second_run_on_the_same_setup_is_told_and_the_first_goes_on(tmp_path: Path) -> None:
    with start(tmp_path) as first:
        to_the_account_step(first)
        with start(tmp_path) as second:
            second.wait_for("Go on", "step 2 of 13 Account")
            second.press("enter")
            second.wait_for("This setup is open in another run", f"process {first.pid}")
            second.press("q")
            assert second.wait_for_end() == 0
        first.wait_for("Another run tried to open")
        first.type("7654321")
        first.wait_for("7654321")
        first.out_of_field()
        first.press("right")
        first.wait_for("step 3 of 13 · Features")
    with start(tmp_path) as third:
        third.wait_for("Go on", "7654321", "step 3 of 13 Features")
        third.press("enter")
        third.wait_for("step 3 of 13 · Features", "PRODUCTION")


def test_a_second_run_that_wants_to_practise_is_told_in_one_line(tmp_path: Path) -> None:
    with practise(tmp_path) as first:
        first.wait_for("Practising")
        with practise(tmp_path) as second:
            assert second.wait_for_end() != 0
            assert b"Another run is practising on this machine already. Close it there first." in second.written
            assert second.written.count(b"\n") == 1
            assert b"\x1b" not in second.written
        first.press("enter")
        first.wait_for("step 1 of 13")


def test_keys_that_end_other_programs_do_not_end_this_one(tmp_path: Path) -> None:
    keys = ("ctrl+c", "ctrl+backslash", "ctrl+z")
    with start(tmp_path) as terminal:
        terminal.wait_for("Start", "q quit")
        terminal.press(*keys, *keys)
        terminal.press("?")
        terminal.wait_for("Keys and words")
        terminal.press(*keys, "escape")
        terminal.wait_gone("Keys and words")
        to_the_account_step(terminal)
        terminal.type("12345")
        terminal.press(*keys)
        terminal.type("67")
        terminal.wait_for("1234567")
        terminal.out_of_field()
        terminal.press("q")
        assert terminal.wait_for_end() == 0
