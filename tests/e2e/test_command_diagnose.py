"""The command diagnose as a process: what goes in, what comes out, and that it neither connects nor writes."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys

import pytest
from commands import LONG, environment, run

from wizard.diagnose_command import LIMIT
from wizard.failures import failures

FENCED = """
import os, sys
def watch(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "urllib.")):
        raise SystemExit("forbidden: " + event)
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR) and arguments[0] != os.devnull:
        raise SystemExit("forbidden: writing " + str(arguments[0]))
sys.dont_write_bytecode = True
sys.addaudithook(watch)
from wizard.cli import main
code = main(sys.argv[1:])
assert not {"requests", "keyring", "textual", "checks"} & set(sys.modules), sorted(sys.modules)
sys.exit(code)
"""


def given(data: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run it with bytes on standard input."""
    command = [sys.executable, "-m", "wizard", "diagnose", *arguments]
    return subprocess.run(command, input=data, capture_output=True, timeout=LONG, env=environment(), check=False)


@pytest.mark.parametrize("arguments", [("InvalidSignature",), ("-",), (), ("--json", "-"), ("--profile", "alvys", "NS0739", "and", "more"), ("nothing known",)])
def test_it_connects_to_nothing_and_writes_nothing(arguments):
    done = subprocess.run(
        [sys.executable, "-c", FENCED, "diagnose", *arguments],
        input="getaddrinfo ENOTFOUND 1234567.suitetalk.api.netsuite.com", capture_output=True, text=True, timeout=LONG, env=environment(), check=False,
    )
    assert done.stderr == ""
    assert done.returncode == (4 if "nothing known" in arguments else 0)


def test_the_fence_holds():
    inside = FENCED.replace("code = main(sys.argv[1:])", "import socket; socket.create_connection(('127.0.0.1', 9)); code = 0")
    done = subprocess.run([sys.executable, "-c", inside], capture_output=True, text=True, timeout=LONG, env=environment(), check=False)
    assert "forbidden: socket." in done.stderr


def test_lines_say_cause_reason_remedy_and_source():
    done = run("diagnose", "InvalidSignature")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("signing: ")
    for start in ("  seen: ", "  how sure: ", "  behind it: ", "  do: ", "  where: Setup > Users/Roles > Access Tokens", "  not: ", "  row 35 "):
        assert any(line.startswith(start) for line in lines), start
    assert "(about 5 min)" in done.stdout
    assert "documented: Oracle help" in done.stdout
    assert "Other candidates, most likely first:" in lines


def test_the_document_has_a_schema():
    done = run("diagnose", "--json", given="InvalidSignature")
    told = json.loads(done.stdout)
    assert set(told) == {"schema", "exit", "candidates", "excluded", "exchanges", "elsewhere", "secrets", "similar"}
    assert (told["schema"], told["exit"], done.returncode) == (1, 0, 0)
    first = told["candidates"][0]
    # Those of a check's diagnosis, and the rows of the table.
    assert set(first) == {"cause", "basis", "means", "about", "also", "says", "remedy", "evidence", "rows"}
    assert set(told["excluded"][0]) == {"cause", "means", "by", "says"}
    assert (first["cause"], first["basis"], first["rows"][0]["row"]) == ("signing", "said", 35)
    assert set(first["rows"][0]) == {"row", "cause", "symptom", "meaning", "mark", "source"}
    assert set(first["remedy"]) == {"text", "menu_path", "link", "minutes"}


def test_nothing_known_is_said_with_what_can_be_given():
    done = run("diagnose", "it does not work")
    assert (done.returncode, done.stderr) == (4, "")
    assert "Nothing in it is known, so no cause is named." in done.stdout
    for cause in {row.cause for row in failures().values()}:
        assert f"  {cause}: " in done.stdout
    near = run("diagnose", "records of one subsidiary are missing")
    assert near.returncode == 4
    assert "nothing is proven" in near.stdout
    assert "  111 subsidiary: " in near.stdout


def test_the_profiles_messages_come_first():
    done = run("diagnose", "--profile", "alvys", "Transactions fail for a specific subsidiary")
    assert done.stdout.startswith("subsidiary: ")
    assert run("--profile", "alvys", "diagnose", "Transactions fail for a specific subsidiary").stdout == done.stdout
    assert run("diagnose", "--profile", "nonesuch", "x").returncode == 2


def test_secrets_are_told_by_kind_and_the_history_is_named():
    secret = secrets.token_hex(32)
    typed = run("diagnose", f"Token Secret: {secret} InvalidSignature")
    piped = run("diagnose", "-", given=f"Token Secret: {secret} InvalidSignature")
    document = run("diagnose", "--json", "-", given=f"Token Secret: {secret}")
    for done in (typed, piped, document):
        assert secret[:12] not in done.stdout + done.stderr
    for done in (typed, piped):
        assert "a consumer secret or token secret" in done.stdout
        assert "revoke it" in done.stdout
    assert "history" in typed.stdout
    assert "netsuite-setup diagnose -" in typed.stdout
    assert "history" not in piped.stdout
    assert json.loads(document.stdout)["secrets"][0]["kind"] == "secret"


@pytest.mark.parametrize("before", [("diagnose", "--token-secret="), ("diagnose", "--x", "-p"), ("report", "x", "--format="), ("",), ("--plain=",)])
def test_a_wrong_command_line_is_not_repeated(before):
    value = f"v{secrets.token_hex(5)}"
    done = run(*before[:-1], f"{before[-1]}{value}")
    assert done.returncode == 2
    assert value not in done.stdout + done.stderr
    if "--token-secret=" in before:
        assert done.stderr.endswith("unrecognized arguments: --token-secret\n")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("InvalidSignature".encode("utf-16"), 0), ("\ufeffInvalidSignature".encode(), 0), (b"InvalidSignature \xff\xfe", 0), (b"", 4),
        (b"\x1b]0;title\x07\x1b[2J InvalidSignature \x00", 0), ("InvalidSignature \u202e\u200b".encode(), 0), (b"InvalidSignature\r\n", 0),
    ],
)  # fmt: skip
def test_strange_text_is_read_and_made_harmless(data, code):
    done = given(data, "-")
    assert (done.returncode, done.stderr) == (code, b"")
    assert done.stdout.startswith(b"signing: ") == (code == 0)
    assert all(line.isprintable() for line in done.stdout.decode().splitlines())


@pytest.mark.parametrize("data", [b"\x00\x01\x02\xff" * 1000, bytes(range(128, 256)) * 50, b"\xff\xfe" + b"\x00\xd8" * 400])
def test_what_is_no_text_is_refused(data):
    done = given(data, "-")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"no text" in done.stderr


def test_too_much_is_refused_and_the_limit_is_enough():
    line = b"GET /services/rest/record/v1/customer 200 0.1 s\n"
    enough = (line * (LIMIT // len(line)))[:-20] + b"\nInvalidSignature"
    assert given(enough, "-").stdout.count(b"signing: ") == 1
    done = given(b"x" * (LIMIT + 1), "-")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"1,048,576 bytes" in done.stderr


def test_a_terminal_without_a_text_is_told_how():
    ours, theirs = os.openpty()
    try:
        command = [sys.executable, "-m", "wizard", "diagnose"]
        done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, timeout=LONG, env=environment(), check=False)
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 2
    assert 'netsuite-setup diagnose "InvalidSignature"' in done.stderr


def test_closed_standard_input_is_told_how():
    command = [sys.executable, "-c", "import os, sys; os.close(0); os.execv(sys.executable, [sys.executable, '-m', 'wizard', 'diagnose', '-'])"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONG, env=environment(), check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
