"""Without a terminal, with a poor one, with Textual's debugging switches, and in a crash."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from terminal import WIZARD, Terminal, clean_environment

pytestmark = pytest.mark.pty

NEEDS_TERMINAL = "The wizard needs a terminal (over ssh: ssh -t HOST …). See --help for the commands that need none."
NOWHERE = ("--connect-to", "127.0.0.1:9")


def shell(script: str, *more: str) -> list[str]:
    """Return a command line in which a shell redirects and then becomes the wizard."""
    return ["/bin/sh", "-c", script, "sh", *WIZARD, *more]


def test_nothing_is_a_terminal(tmp_path: Path) -> None:
    done = subprocess.run(
        WIZARD, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30,
        env=clean_environment(tmp_path), cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (2, "", NEEDS_TERMINAL + "\n")


def test_input_comes_from_a_file(tmp_path: Path) -> None:
    with Terminal(shell('exec "$@" </dev/null'), clean_environment(tmp_path), tmp_path) as terminal:
        assert terminal.wait_for_end() == 2
        assert terminal.written.decode() == NEEDS_TERMINAL + "\r\n"


def test_the_screen_would_go_into_a_log(tmp_path: Path) -> None:
    with Terminal(shell('exec "$@" 2>log'), clean_environment(tmp_path), tmp_path) as terminal:
        assert terminal.wait_for_end() == 2
        assert not terminal.written
    assert (tmp_path / "log").read_text(encoding="utf-8") == NEEDS_TERMINAL + "\n"


@pytest.mark.parametrize("term", ["dumb", "unknown", "", "\x1b]0;x\x07"])
def test_terminals_that_cannot_place_text(tmp_path: Path, term: str) -> None:
    with Terminal(WIZARD, clean_environment(tmp_path, TERM=term), tmp_path) as terminal:
        if term.startswith("\x1b"):  # a name nobody knows is tried, and nothing of it reaches the terminal
            terminal.wait_for("Start", "Alvys")
            assert terminal.commanded() <= {b"22"}
            return
        assert terminal.wait_for_end() == 2
        said = terminal.written.decode()
    assert said.startswith("This terminal (TERM: ")
    assert "cannot show the wizard." in said
    assert "\x1b" not in said
    assert said.count("\n") == 1


def test_output_may_go_elsewhere(tmp_path: Path) -> None:
    with Terminal(shell('exec "$@" >out', *NOWHERE), clean_environment(tmp_path), tmp_path) as terminal:
        terminal.wait_for("Start", "Alvys")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    assert (tmp_path / "out").read_bytes() == b""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--version"], "netsuite-setup "), (["--help"], "Exit codes: 0 ready"), (["status"], ""), (["status", "--json"], "["),
        (["practice", "scenarios"], "alvys-ready"),
    ],
)  # fmt: skip
def test_commands_that_need_no_terminal(tmp_path: Path, arguments: list[str], says: str) -> None:
    done = subprocess.run(
        [*WIZARD, *arguments], check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30,
        env=clean_environment(tmp_path, TERM="dumb"), cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0
    assert says in done.stdout
    assert done.stderr == ""
    assert "\x1b" not in done.stdout


def test_debugging_switches_write_nothing_and_open_no_prompt(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    switches = {
        "TEXTUAL": "debug,devtools", "TEXTUAL_DEBUG": "1", "TEXTUAL_LOG": str(tmp_path / "textual.log"),
        "TEXTUAL_SCREENSHOT": "0", "TEXTUAL_SCREENSHOT_LOCATION": str(tmp_path), "TEXTUAL_PRESS": "q",
        "PYTHONINSPECT": "1", "PYTHONASYNCIODEBUG": "1",
    }  # fmt: skip
    with Terminal([*WIZARD, *NOWHERE], clean_environment(tmp_path, **switches), tmp_path / "work") as terminal:
        terminal.wait_for("Start", "Alvys")
        terminal.press("enter")
        terminal.wait_for("step 1 of 13")
        terminal.out_of_field()
        terminal.press("right")
        terminal.wait_for("step 2 of 13 · Account")
        terminal.wait(terminal.in_field, "waiting for the field")
        terminal.type("1234567")
        terminal.wait_for("1234567")
        terminal.out_of_field()
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert b">>>" not in terminal.written
    assert not (tmp_path / "textual.log").exists()
    assert list((tmp_path / "work").iterdir()) == []
    assert not list(tmp_path.rglob("*.svg"))


def test_no_prompt_is_opened_where_a_failure_left_everything_in_memory(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "import wizard.cli; wizard.cli._wizard = lambda options: 1 / 0; wizard.cli.run()"]
    with Terminal(program, clean_environment(tmp_path, PYTHONINSPECT="1"), tmp_path) as terminal:
        assert terminal.wait_for_end() == 1
        assert b"The program failed." in terminal.written and b">>>" not in terminal.written


@pytest.mark.parametrize("environment", [{"LANG": "en_US.ISO-8859-1"}, {"LANG": ""}, {"TERM": "linux"}])
def test_only_ascii_is_drawn_where_nothing_else_can_be_shown(tmp_path: Path, environment: dict[str, str]) -> None:
    with Terminal([*WIZARD, *NOWHERE], clean_environment(tmp_path, **environment), tmp_path) as terminal:
        terminal.wait_for("Start", "Alvys")
        assert_ascii(terminal)
        terminal.press("enter")
        terminal.wait_for("step 1 of 13", "x Keyring of this login")
        assert_ascii(terminal)


def test_only_ascii_is_drawn_on_every_kind_of_page(tmp_path: Path) -> None:
    with Terminal([*WIZARD, "--practice"], clean_environment(tmp_path, LANG="C"), tmp_path) as terminal:
        terminal.wait_for("Start", "Alvys")
        terminal.press("?")
        terminal.wait_for("Keys and words")
        assert_ascii(terminal)
        terminal.press("escape")
        terminal.wait_gone("Keys and words")
        terminal.press("enter")
        for step in ("1 of 13", "2 of 13", "3 of 13", "4 of 13", "5 of 13", "6 of 13", "7 of 13"):
            if step == "4 of 13":  # its page opens by itself: there is no keyring
                terminal.keep_in_memory()
            terminal.wait_for(f"step {step}")
            assert_ascii(terminal)
            terminal.out_of_field()
            assert_ascii(terminal)
            terminal.press("right")
        terminal.wait_for("step 8 of 13")


def assert_ascii(terminal: Terminal) -> None:
    strange = {character for line in terminal.lines() for character in line if not " " <= character <= "~"}
    assert not strange, terminal.framed()
