"""``netsuite-setup check`` as a process: verdicts, exit codes, standard input, interruption, the way to NetSuite."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import (
    LONG,
    Practices,
    assert_nothing_repeated,
    closed_port,
    document,
    environment,
    five,
    practices,
    run,
    serving,
    silent,
    start,
    written_values,
)
from support import ROOT

from wizard.diagnosis import RUNGS
from wizard.profile import find_profile
from wizard.verdict import Standing

PROFILE = find_profile("alvys")
STANDINGS = {standing.value for standing in Standing}
STDIN = ("check", "--profile", "alvys", "--credentials", "-")


@pytest.fixture(scope="module")
def practice() -> Iterator[Practices]:
    with practices() as served:
        yield served


# --- the answer


def assert_diagnosis(told: dict[str, Any], scenario: str) -> None:
    """The part that names causes has the documented form, and names the right one."""
    assert set(told) == {"candidates", "excluded", "ladder", "question", "exchange"}
    assert [rung["rung"] for rung in told["ladder"]] == [rung.id for rung in RUNGS]
    for rung in told["ladder"]:
        assert set(rung) == {"rung", "title", "verdict", "says"} and rung["verdict"] in STANDINGS | {None}
    for candidate in told["candidates"]:
        assert set(candidate) == {"cause", "basis", "means", "about", "also", "says", "remedy", "evidence"}
        assert candidate["basis"] in ("proven", "said", "possible") and candidate["means"] and candidate["remedy"]
    for excluded in told["excluded"]:
        assert set(excluded) == {"cause", "means", "by", "says"}
    assert [c["cause"] for c in told["candidates"][:1]] == ([] if scenario == "alvys-ready" else ["feature-off"])
    assert "token" in {e["cause"] for e in told["excluded"]}, "a login was accepted"


@pytest.mark.parametrize("scenario", ["alvys-ready", "feature-off"])
def test_json_names_every_requirement_once_with_its_verdict_and_evidence(practice: Practices, scenario: str) -> None:
    done = practice(scenario).check("--json")
    found = document(done)
    assert found["schema"] == 2
    assert set(found) == {
        "schema", "profile", "profile_version", "account", "at", "exit", "requirements", "baseline", "changes", "diagnosis"
    }
    assert (found["baseline"], found["changes"]) == (None, []), "there is a baseline of saved setups only"
    assert_diagnosis(found["diagnosis"], scenario)
    assert found["profile"] == "alvys" and found["profile_version"] == PROFILE.version
    assert found["account"] == "1234567_SB1"
    assert found["exit"] == done.returncode
    rows = found["requirements"]
    assert [row["id"] for row in rows] == [r.id for r in PROFILE.requirements]
    for row in rows:
        assert {"id", "title", "need", "step", "verdict", "says", "cause", "remedy", "evidence", "at"} == set(row)
        assert row["verdict"] in STANDINGS and row["title"]
        assert row["evidence"] or row["verdict"] not in ("verified", "failed"), row
        assert row["cause"] or row["verdict"] != "failed", row
        assert row["remedy"] or row["verdict"] != "failed", row
        for evidence in row["evidence"]:
            assert set(evidence) == {"probe", "asked", "came_back", "at", "token"}
            assert evidence["asked"] and evidence["came_back"]
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", evidence["at"])


def test_everything_in_place_is_verified_where_anything_can_prove_it(practice: Practices) -> None:
    served = practice("alvys-ready")
    done = served.check("--json")
    assert done.returncode == 4
    provable = {r.id for r in PROFILE.requirements if r.proof}
    rows = document(done)["requirements"]
    assert {row["id"] for row in rows if row["verdict"] == "verified"} >= provable - {"A7"}
    left = {row["id"]: row for row in rows if row["verdict"] != "verified"}
    assert {row["verdict"] for row in left.values()} == {"waiting"}
    assert all(row["says"] for row in left.values())
    assert_nothing_repeated(done, *written_values(served.given()))


def test_without_a_setup_token_the_47_alone_say_what_could_not_be_proven(practice: Practices) -> None:
    served = practice("alvys-exactly-47")
    done = served.check("--json", given=served.given(setup_token=False))
    assert done.returncode == 4
    rows = {row["id"]: row for row in document(done)["requirements"]}
    assert not [row for row in rows.values() if row["verdict"] == "failed"]
    assert rows["A4"]["verdict"] == "verified", "the login"
    unknown = [row for row in rows.values() if row["verdict"] == "unknown"]
    assert unknown and all("not" in row["says"] for row in unknown), "each says why"
    assert "without a setup token" in rows["A34.1"]["says"], "may view; Full is another question"
    assert (rows["X1"]["verdict"], rows["X1"]["cause"]) == ("warning", None), "a refused query has more than one cause"
    assert "SuiteAnalytics Workbook" in rows["X1"]["remedy"]["text"]


def test_the_47_alone_are_proven_exactly_with_a_setup_token(practice: Practices) -> None:
    rows = practice("alvys-exactly-47").verdicts()
    permissions = [r for r in PROFILE.requirements if r.need == "required" and r.id in {p.requirement for p in PROFILE.permission}]
    assert len(permissions) == 47
    assert {rows[p.id]["verdict"] for p in permissions} == {"verified"}


def test_an_account_without_oneworld_has_nothing_to_say_about_subsidiaries(practice: Practices) -> None:
    served = practice("no-oneworld-ready")
    by_option = served.check("--json", "--answer", "oneworld=no")
    by_object = served.check("--json", given=served.given(answers={"oneworld": "no"}))
    for done in (by_option, by_object):
        rows = {row["id"]: row for row in document(done)["requirements"]}
        assert done.returncode == 4
        concerned = {r.id for r in PROFILE.requirements if r.when == "oneworld"}
        assert concerned and {rows[name]["verdict"] for name in concerned} == {"not applicable"}
        assert not [row for row in rows.values() if row["verdict"] in ("failed", "unknown", "warning")]
    wrong = served.verdicts("--answer", "oneworld=yes")
    assert "failed" in {row["verdict"] for row in wrong.values()}, "a wrong answer is found out"


COMMON_CAUSES = [
    ("feature-off", "A23.2", "failed", "feature-off", "Setup > Company > Enable Features"),
    ("token-wrong-role", "A53", "failed", "token", "Setup > Users/Roles > Access Tokens"),
    ("permission-missing", "A34.1", "failed", "role-record-permission", "Setup > Users/Roles > User Management > Manage Roles"),
    ("subsidiary-not-assigned", "A29", "failed", "subsidiary", "Setup > Users/Roles > User Management > Manage Roles"),
    ("role-changed", "A87", "warning", None, "Setup > Users/Roles > User Management > Manage Roles"),
    ("account-types-missing", "A57", "failed", "accounting-setup", "Lists > Accounting > Accounts"),
]


@pytest.mark.parametrize(("scenario", "requirement", "verdict", "cause", "menu"), COMMON_CAUSES, ids=[c[0] for c in COMMON_CAUSES])
def test_each_common_cause_is_named_with_the_menu_where_it_is_put_right(
    practice: Practices, scenario: str, requirement: str, verdict: str, cause: str | None, menu: str
) -> None:
    done = practice(scenario).check("--json")
    row = next(row for row in document(done)["requirements"] if row["id"] == requirement)
    assert (row["verdict"], row["cause"]) == (verdict, cause)
    assert row["remedy"]["menu_path"].startswith(menu) and row["remedy"]["text"]
    assert done.returncode == (1 if verdict == "failed" else 4)


def test_lines_say_the_same_as_json(practice: Practices) -> None:
    served = practice("permission-missing")
    lines = served.check()
    rows = served.verdicts()
    signs = {"verified": "+", "failed": "x", "warning": "!", "attested": "~", "waiting": ".", "unknown": "?", "not applicable": "-"}
    for name, row in rows.items():
        line = next(line for line in lines.stdout.splitlines() if line.split()[:2] == [signs[row["verdict"]], name])
        assert f"{row['title']}: {row['verdict']}" in line
    invoice = lines.stdout.splitlines().index(next(line for line in lines.stdout.splitlines() if line.startswith("x A34.1 ")))
    below = lines.stdout.splitlines()[invoice + 1]
    assert "cause: role-record-permission." in below and "Transactions > Invoice > Full" in below and "Manage Roles" in below
    counted = {verdict: sum(row["verdict"] == verdict for row in rows.values()) for verdict in STANDINGS}
    assert {f"{n} {verdict}" for verdict, n in counted.items() if n} in [set(line.split(", ")) for line in lines.stdout.splitlines()]
    assert "(proven) [role.unchanged/role-record-permission]" in lines.stdout or "(proven) [permissions.TRAN_CUSTINVC/" in lines.stdout
    assert "It is not: " in lines.stdout and "Do this (about " in lines.stdout
    assert lines.returncode == 1
    assert "asking: " not in lines.stdout and "asking: Features of the account" in lines.stderr
    assert lines.stderr.splitlines()[-1] == "1: something failed"


def test_only_asks_and_tells_what_was_named(practice: Practices) -> None:
    served = practice("alvys-ready")
    done = served.check("--json", "--only", "A33.", "A4")
    rows = document(done)["requirements"]
    wanted = [r.id for r in PROFILE.requirements if r.id.startswith("A33.") or r.id == "A4"]
    assert [row["id"] for row in rows] == wanted
    assert {row["verdict"] for row in rows} == {"verified"}
    assert done.returncode == 0, "all that was asked for is proven"
    assert "Chart of accounts" not in done.stderr, "not asked"


def test_a_tree_is_climbed_and_its_branches_ticked(practice: Practices) -> None:
    served = practice("feature-off")
    lines = served.check("--tree", "login_fails").stdout.splitlines()
    assert lines[0] == "The integration cannot log in:"
    assert [line[:4] for line in lines[1:11:2]] == ["x 1.", "+ 2.", "+ 3.", "+ 4.", "+ 5."]
    assert lines[2].strip() == "failed: Server SuiteScript: off"
    assert any(line.startswith("Cause: a feature is off (proven)") for line in lines)
    found = document(served.check("--json", "--tree", "login_fails"))
    assert [branch["verdict"] for branch in found["tree"]["branches"]] == ["failed", *["verified"] * 4]
    assert {row["id"] for row in found["requirements"]} == {i for b in found["tree"]["branches"] for i in b["requirements"]}


def test_a_tree_that_is_not_there_is_answered_with_those_that_are(practice: Practices) -> None:
    done = practice("alvys-ready").check("--tree", "what")
    assert done.returncode == 2
    for tree in PROFILE.troubleshoot:
        assert f"{tree.id} ({tree.title})" in done.stderr


def test_what_only_a_person_can_know_needs_no_network(practice: Practices) -> None:
    with silent() as listening:
        done = run(*STDIN, "--connect-to", listening.address, "--only", "A6", given=five())
        assert done.returncode == 4 and "only a person can say" in done.stdout
        assert not listening.called()


def test_the_account_of_the_command_line_wins(practice: Practices) -> None:
    served = practice("alvys-ready")
    right = served.check("--json", "--account", "https://1234567-sb1.app.netsuite.com/", given=served.given(account="7654321"))
    assert (right.returncode, document(right)["account"]) == (4, "1234567_SB1")
    wrong = served.check("--json", "--account", "7654321")
    assert (wrong.returncode, document(wrong)["account"]) == (1, "7654321")
    rows = {row["id"]: row for row in document(wrong)["requirements"]}
    assert "account-id-format" in {row["cause"] for row in rows.values()}


def test_values_with_what_a_paste_brings_along_are_cleaned(practice: Practices) -> None:
    served = practice("alvys-ready")
    values = served.given()
    for name, around in {
        "consumer_key": "  {}\t", "consumer_secret": '"{}"\r\n', "token_id": "\u200b{}\ufeff", "token_secret": "Token Secret: {},",
    }.items():  # fmt: skip
        values[name] = around.format(values[name])
    done = served.check("--only", "A4", given="\ufeff" + json.dumps(values))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_login_with_the_setup_token_alone_is_possible_before_there_is_an_access_token(practice: Practices) -> None:
    served = practice("alvys-ready")
    given = {name: value for name, value in served.given().items() if name not in ("token_id", "token_secret")}
    rows = served.verdicts(given=given)
    assert rows["X3"]["verdict"] == "verified" and rows["A28"]["verdict"] == "verified"
    assert rows["A4"]["verdict"] == "waiting"


def test_a_wrong_secret_fails_with_one_login(practice: Practices) -> None:
    served = practice("wrong-secret")
    done = served.check("--json", given=served.given(setup_token=False))
    assert done.returncode == 1
    rows = {row["id"]: row for row in document(done)["requirements"]}
    assert rows["A4"]["verdict"] == "failed"
    named = served.verdicts()
    assert (named["A4"]["verdict"], named["A4"]["cause"]) == ("failed", "signing"), "the audit trail tells which"


# --- exit codes


def test_nobody_there_is_3_whatever_was_asked_for() -> None:
    address = closed_port()
    for more in ([], ["--json"], ["--only", "A33."]):
        done = run(*STDIN, "--connect-to", address, *more, given=five())
        assert done.returncode == 3, done.stderr
        assert "could not be reached" in done.stderr
    rows = document(run(*STDIN, "--connect-to", address, "--json", given=five()))["requirements"]
    assert len(rows) == len(PROFILE.requirements) and not [row for row in rows if row["verdict"] == "failed"]


BAD_USAGE = {
    "no such command": ["verify"],
    "no such option": ["check", "--nope"],
    "shortened option": ["check", "--cred", "-"],
    "not standard input": [*STDIN[:-1], "values.json"],
    "no profile": ["check", "--credentials", "-"],
    "no such profile": ["check", "--profile", "nope", "--credentials", "-"],
    "a profile file that is not there": ["check", "--profile", "nope.toml", "--credentials", "-"],
    "setup and credentials": [*STDIN, "alvys-abcd"],
    "no such setup": ["check", "alvys-abcd"],
    "no setup at all": ["check"],
    "profile without credentials": ["check", "--profile", "alvys"],
    "account without credentials": ["check", "--account", "1234567"],
    "answer without credentials": ["check", "--answer", "oneworld=no"],
    "no such requirement": [*STDIN, "--only", "A4", "Z99"],
    "only nothing": [*STDIN, "--only"],
    "an answer to no question": [*STDIN, "--answer", "colour=blue"],
    "an answer that is no choice": [*STDIN, "--answer", "oneworld=maybe"],
    "an answer without a question": [*STDIN, "--answer", "oneworld"],
    "no account ID": [*STDIN, "--account", "Tidewater Freight"],
    "no port": [*STDIN, "--connect-to", "localhost"],
    "port 0": [*STDIN, "--connect-to", "localhost:0"],
    "port too high": [*STDIN, "--connect-to", "localhost:65536"],
    "port in other digits": [*STDIN, "--connect-to", "localhost:²"],
    "no host": [*STDIN, "--connect-to", ":443"],
    "no such certificate file": [*STDIN, "--ca-file", "nowhere.pem"],
    "two forms at once": [*STDIN, "--json", "--junit"],
    "accepted without a saved setup": [*STDIN, "--accept"],
    "the wizard's option": ["--practice", *STDIN],
}


@pytest.mark.parametrize("arguments", BAD_USAGE.values(), ids=BAD_USAGE)
def test_wrong_usage_is_2_and_sends_nothing(arguments: list[str]) -> None:
    with silent() as listening:
        more = [] if "--connect-to" in arguments else ["--connect-to", listening.address]
        # Before the command: it must be read there as well, or the request would go to the real NetSuite.
        done = run(*more, *arguments, given=five())
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.strip()
        assert not listening.called()


def test_options_before_the_command_count_too(practice: Practices) -> None:
    served = practice("alvys-ready")
    done = run(*served.network, "--profile", "alvys", "check", "--credentials", "-", "--only", "A4", given=served.given())
    assert done.returncode == 0, done.stderr


def test_a_value_typed_as_an_argument_is_not_repeated() -> None:
    value = secrets.token_hex(32)
    for arguments in (["check", f"--token-secret={value}"], ["check", value], [value], ["check", "--credentials", value]):
        done = run(*arguments)
        assert done.returncode == 2
        assert_nothing_repeated(done, value)


def test_an_interruption_ends_it_at_once_with_130() -> None:
    with silent() as listening:
        process = start(*STDIN, "--connect-to", listening.address)
        assert process.stdin
        process.stdin.write(json.dumps(five()))
        process.stdin.close()
        process.stdin = None
        with listening.wait_for_bytes():
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=LONG / 2)  # far less than the 90 s for which an answer is awaited
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err


@pytest.mark.skipif(not hasattr(fcntl, "F_SETPIPE_SZ"), reason="only Linux tells through the size of a pipe who reads")
def test_an_interruption_while_standard_input_is_awaited_is_130_too() -> None:
    process = start(*STDIN)
    assert process.stdin
    fcntl.fcntl(process.stdin, fcntl.F_SETPIPE_SZ, 4096)
    process.stdin.write(" " * 20_000)
    process.stdin.flush()  # returns when the program has begun to read
    process.send_signal(signal.SIGINT)
    assert process.wait(LONG) == 130
    out, err = process.communicate()
    assert out == "" and "Traceback" not in err


# --- standard input


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def equal_pair() -> dict[str, object]:
    values = five()
    return {**values, "consumer_secret": values["consumer_key"]}


def same_pair_twice() -> dict[str, object]:
    values = five()
    return {**values, "token_id": values["consumer_key"], "token_secret": values["consumer_secret"]}


def crossed() -> dict[str, object]:
    values = five()
    return {**values, "token_id": values["consumer_secret"]}


def own_token_as_setup_token() -> dict[str, object]:
    values = five()
    return {**values, "setup_token": {name: values[name] for name in ("token_id", "token_secret")}}


def without(*names: str) -> dict[str, object]:
    return {name: value for name, value in five().items() if name not in names}


BAD_INPUT: dict[str, Any] = {
    "nothing": lambda: "",
    "not JSON": lambda: f"consumer_key={secrets.token_hex(32)}",
    "cut off": lambda: json.dumps(five())[:-1],
    "two objects": lambda: json.dumps(five()) * 2,
    "a list": lambda: [five()],
    "a text": lambda: json.dumps(secrets.token_hex(32)),
    "a number": lambda: "1",
    "null": lambda: "null",
    "an endless number": lambda: "9" * 60_000,
    "nested lists": lambda: nested(30_000),
    "nested in a value": lambda: json.dumps(five()).replace('"1234567_SB1"', nested(20_000)),
    "one megabyte of blanks": lambda: " " * 1_000_000 + json.dumps(five()),
    "one megabyte in a value": lambda: five(token_id="a" * 1_000_000),
    "a list as a value": lambda: five(token_id=[secrets.token_hex(32)]),
    "a number as a value": lambda: five(token_secret=12345678901234567890),
    "false as a value": lambda: five(account=False),
    "an unknown key": lambda: five(**{secrets.token_hex(16): "x"}),
    "a blank inside": lambda: five(token_id=f"{secrets.token_hex(16)} {secrets.token_hex(16)}"),
    "a line break inside": lambda: five(token_id=f"{secrets.token_hex(16)}\n{secrets.token_hex(16)}"),
    "another script": lambda: five(token_id="é" * 64),
    "half a surrogate pair": lambda: json.dumps(five()).replace("1234567_SB1", "\\ud800"),
    "too short": lambda: five(token_secret="abc"),
    "stars": lambda: five(token_secret="*" * 64),
    "the label of another value": lambda: five(token_id=f"Token Secret: {secrets.token_hex(32)}"),
    "both of a pair equal": equal_pair,
    "one pair twice": same_pair_twice,
    "a value of the other pair": crossed,
    "the account ID as a value": lambda: five(token_id="1234567_SB1"),
    "half a pair": lambda: without("token_secret"),
    "no token": lambda: without("token_id", "token_secret"),
    "no consumer pair": lambda: without("consumer_key", "consumer_secret"),
    "no account": lambda: without("account"),
    "no account ID": lambda: five(account="Tidewater Freight"),
    "a secret as account": lambda: five(account=secrets.token_hex(32)),
    "setup token as a text": lambda: five(setup_token=secrets.token_hex(32)),
    "setup token empty": lambda: five(setup_token={}),
    "half a setup token": lambda: five(setup_token={"token_id": secrets.token_hex(32)}),
    "setup token with more": lambda: five(setup_token={**{n: secrets.token_hex(32) for n in ("token_id", "token_secret")}, "x": "y"}),
    "setup token equal": lambda: five(setup_token=dict.fromkeys(("token_id", "token_secret"), secrets.token_hex(32))),
    "own token as setup token": own_token_as_setup_token,
    "answers as a list": lambda: five(answers=["oneworld"]),
    "answers as a number": lambda: five(answers=0),
    "an answer that is no text": lambda: five(answers={"oneworld": True}),
    "an answer to no question": lambda: five(answers={secrets.token_hex(16): "yes"}),
    "an answer that is no choice": lambda: five(answers={"oneworld": secrets.token_hex(16)}),
}  # fmt: skip


@pytest.mark.parametrize("make", BAD_INPUT.values(), ids=BAD_INPUT)
def test_bad_standard_input_is_2_sends_nothing_and_is_not_repeated(make: Any) -> None:
    given = make()
    with silent() as listening:
        done = run(*STDIN, "--connect-to", listening.address, given=given)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert not listening.called()
    assert 0 < len(done.stderr) < 600, "a message one can read"
    text = given if isinstance(given, str) else json.dumps(given)
    hidden = [word for word in re.findall(r"[0-9A-Za-z]{16,}", text) if not word.startswith("1234567")]
    for word in hidden:
        assert word[:16] not in done.stderr


def test_bytes_that_are_no_text_are_refused() -> None:
    with silent() as listening:
        process = start(*STDIN, "--connect-to", listening.address, text=False)
        out, err = process.communicate(json.dumps(five()).encode("utf-16"), timeout=LONG)
        assert (process.returncode, out) == (2, b"") and b"Traceback" not in err
        assert not listening.called()


def test_a_terminal_as_standard_input_is_refused() -> None:
    ours, theirs = pty.openpty()
    try:
        process = start(*STDIN, stdin=theirs)
        out, err = process.communicate(timeout=LONG)
    finally:
        os.close(ours)
        os.close(theirs)
    assert (process.returncode, out) == (2, "")
    assert "terminal" in err and "pipe" in err


def test_standard_input_that_is_closed_is_refused() -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", sys.executable, "-m", "wizard", *STDIN],
        check=False, capture_output=True, text=True, env=environment(), timeout=LONG,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "") and "Traceback" not in done.stderr


# --- the way to NetSuite


def test_another_authority_is_not_trusted(practice: Practices) -> None:
    there = practice("alvys-ready")
    with serving("empty") as other:
        options = ("--connect-to", there.ready["address"], "--ca-file", other.ready["ca_file"])
        done = run(*STDIN, *options, "--json", given=there.given())
    assert done.returncode == 3
    said = json.dumps(document(done)["requirements"])
    assert "certificate" in said.lower()
    assert '"verified"' not in json.dumps([r["verdict"] for r in document(done)["requirements"] if r["id"] == "A4"])


def test_without_the_authority_the_practice_account_is_not_trusted(practice: Practices) -> None:
    served = practice("alvys-ready")
    done = run(*STDIN, "--connect-to", served.ready["address"], given=served.given())
    assert done.returncode == 3


def test_a_certificate_file_without_certificates_is_no_traceback(practice: Practices, tmp_path: Path) -> None:
    served = practice("alvys-ready")
    (tmp_path / "ca.pem").write_text("nothing of the kind\n")
    done = run(*STDIN, "--connect-to", served.ready["address"], "--ca-file", str(tmp_path / "ca.pem"), given=served.given())
    assert done.returncode == 3


def test_proxies_are_not_used_for_a_named_address(practice: Practices) -> None:
    served = practice("alvys-ready")
    with silent() as proxy:
        address = f"http://{proxy.address}"
        names = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
        done = served.check("--only", "A4", env=dict.fromkeys(names, address))
        assert done.returncode == 0, done.stdout + done.stderr
        assert not proxy.called()


def test_values_in_the_environment_are_not_read(practice: Practices) -> None:
    served = practice("alvys-ready")
    names = {f"{prefix}{name.upper()}": str(value) for prefix in ("", "NETSUITE_") for name, value in served.given(False).items()}
    done = served.check(given={"account": "1234567_SB1"}, env=names)
    assert done.returncode == 2


# --- streams


def test_whoever_reads_may_stop_early(practice: Practices) -> None:
    served = practice("alvys-ready")
    for arguments in ([*STDIN, *served.network, "--json"], ["--help"]):
        process = start(*arguments)
        assert process.stdin and process.stdout
        process.stdout.close()
        process.stdout = None
        _, err = process.communicate(json.dumps(served.given()), timeout=LONG)
        assert "Traceback" not in err and "Broken" not in err and "Exception" not in err
        assert process.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_answer_that_cannot_be_written_is_said() -> None:
    for arguments in (["status"], ["practice", "scenarios"]):
        with open("/dev/full", "w") as full:
            process = start(*arguments, stdout=full)
            _, err = process.communicate(timeout=LONG)
        assert process.returncode == 1 and "No space left" in err and "Traceback" not in err


def test_a_stream_that_knows_ascii_alone_gets_escapes(tmp_path: Path) -> None:
    text = (ROOT / "wizard/profiles/alvys.toml").read_text(encoding="utf-8")
    first = f'title = "{PROFILE.requirements[0].title}"'
    assert first in text
    (tmp_path / "own.toml").write_text(text.replace(first, 'title = "Größe"', 1), encoding="utf-8")
    done = run(
        "check", "--profile", str(tmp_path / "own.toml"), "--credentials", "-", "--connect-to", closed_port(),
        given=five(), env={"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 3 and "Gr\\xf6\\xdfe" in done.stdout
