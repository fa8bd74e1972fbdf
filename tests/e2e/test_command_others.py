"""The other commands as processes: status, report, role, doctor, practice; and check of a saved setup."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from commands import (
    LONG,
    Practices,
    Served,
    assert_nothing_repeated,
    document,
    environment,
    five,
    mode,
    practices,
    run,
    serving,
    silent,
    written_values,
)
from pydantic import SecretStr
from support import alone

from wizard import __version__
from wizard.account import parse_account
from wizard.cli import _parser
from wizard.clock import Clock
from wizard.credentials import Credentials, Pair
from wizard.exits import MEANINGS
from wizard.practice.scenario import shipped_scenarios
from wizard.profile import find_profile
from wizard.session import Network
from wizard.setup import Kept, Setup
from wizard.store import SetupStore, data_folder
from wizard.vault.os_keyring import OsKeyring
from wizard.walk import Walk

PROFILE = find_profile("alvys")
NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


@pytest.fixture(scope="module")
def practice() -> Iterator[Practices]:
    with practices() as served:
        yield served


def saved(account: str = "1234567_SB1", durable: bool | None = None) -> Setup:
    """Save a setup in the home of this test; ``durable`` says that values were kept."""
    now = Clock().now()
    setup = Setup.begin("alvys", PROFILE.version, PROFILE.step[0].id, now)
    setup.account = account
    setup.answers = {"user_email": "alvys.integration@practice.example", "subsidiaries": "all"}
    if durable is not None:
        setup.kept = Kept(place="somewhere", vault="keyring" if durable else "memory", pairs=("consumer", "token"), fingerprint="0" * 12, at=now)
    SetupStore(data_folder() / "setups").save(setup)
    return setup


def read(setup: Setup) -> Setup:
    return SetupStore(data_folder() / "setups").load(setup.id)


def file_of(setup: Setup) -> Path:
    return data_folder() / "setups" / f"{setup.id}.json"


# --- check SETUP


def test_a_saved_setup_without_values_is_checked_as_far_as_that_goes(practice: Practices) -> None:
    served, setup = practice("alvys-ready"), saved()
    done = run("check", setup.id, *served.network, "--json", env=NO_KEYRING)
    assert done.returncode == 4
    assert "No values are kept" in done.stderr
    verdicts = {row["id"]: row["verdict"] for row in document(done)["requirements"]}
    assert len(verdicts) == len(PROFILE.requirements) and verdicts["A4"] == "waiting"
    assert read(setup).found["account.exists"].standing.value == "verified", "what was found is saved"


@pytest.mark.parametrize("name", [None, "alvys", "1234567_SB1"])
def test_a_setup_may_be_named_by_what_only_it_has(name: str | None) -> None:
    setup = saved()
    done = run("check", *filter(None, [name]), "--only", "A6", "--json")
    assert (done.returncode, document(done)["account"]) == (4, setup.account)


def test_two_setups_have_to_be_told_apart() -> None:
    setups = [saved(), saved("7654321")]
    for arguments in ([], ["alvys"]):
        done = run("check", *arguments)
        assert done.returncode == 2 and all(setup.id in done.stderr for setup in setups)
    assert run("check", "7654321", "--only", "A6").returncode == 4


def test_values_kept_in_memory_by_a_run_that_ended_are_gone() -> None:
    setup = saved(durable=False)
    done = run("check", setup.id, "--only", "A6", env=NO_KEYRING)
    assert done.returncode == 4 and "No values are kept" in done.stderr


def test_a_vault_that_cannot_be_read_is_5_and_nothing_is_sent() -> None:
    setup = saved(durable=True)
    before = file_of(setup).read_bytes()
    with silent() as listening:
        done = run("check", setup.id, "--connect-to", listening.address, env=NO_KEYRING)
        assert (done.returncode, done.stdout) == (5, "")
        assert "keyring" in done.stderr.lower()
        assert not listening.called()
    assert file_of(setup).read_bytes() == before


def test_a_setup_open_elsewhere_is_checked_and_nothing_of_it_saved(practice: Practices) -> None:
    served, setup = practice("alvys-ready"), saved()
    before = file_of(setup).read_bytes()
    with SetupStore(data_folder() / "setups").hold(setup.id, Clock().now()):
        done = run("check", setup.id, *served.network, "--json", env=NO_KEYRING)
    assert done.returncode == 4
    assert "not saved" in done.stderr
    assert {row["id"]: row["verdict"] for row in document(done)["requirements"]}["A10"] != "verified"
    assert file_of(setup).read_bytes() == before


def test_a_damaged_setup_is_said_and_left_alone() -> None:
    setup = saved()
    file_of(setup).write_text('{"schema": 1, "id": ', encoding="utf-8")
    for command in (["check", setup.id], ["report", setup.id], ["role", setup.id, "--sdf", "role"]):
        done = run(*command)
        assert done.returncode == 1 and "damaged" in done.stderr and done.stdout == ""
    assert "damaged" in run("status").stdout
    listed = document(run("status", "--json"))
    assert listed["setups"] == [] and setup.id in listed["unreadable"][0]["file"]


def test_a_setup_whose_profile_is_gone_is_listed_and_said() -> None:
    setup = saved()
    setup.profile = "gone.toml"
    SetupStore(data_folder() / "setups").save(setup)
    assert run("check", setup.id).returncode == 2
    assert document(run("status", "--json"))["setups"][0]["id"] == setup.id


def walk_of(setup: Setup, served: Served) -> tuple[Walk, Credentials]:
    """Open a saved setup with the keyring, and the values that are right there."""
    host, _, port = served.ready["address"].rpartition(":")
    network = Network((host, int(port)), served.ready["ca_file"])
    walk = Walk(setup, PROFILE, SetupStore(data_folder() / "setups"), alone(OsKeyring(deadline=30)), network, Clock())
    values = {name: SecretStr(value) for name, value in served.ready["credentials"].items()}
    pairs = [Pair(values[a], values[b]) for a, b in (("consumer_key", "consumer_secret"), ("token_id", "token_secret"))]
    return walk, Credentials(served.ready["account"], *pairs)


@pytest.fixture
def kept(practice: Practices) -> Iterator[tuple[Setup, Served, Walk]]:
    """A saved setup whose values are in the keyring."""
    served, setup = practice("alvys-ready"), saved()
    walk, credentials = walk_of(setup, served)
    for name in ("consumer", "token"):
        walk.keep(name, credentials.pair(name))
    yield setup, served, walk
    walk.vault.delete(served.ready["account"], "alvys")


@pytest.mark.secretservice
def test_ready_is_0_when_a_person_vouched_for_what_only_a_person_can_know(kept: tuple[Setup, Served, Walk]) -> None:
    setup, served, walk = kept
    only = ["--only", "A4", "A6", "A8", "A9", "A66", "A73"]
    before = run("check", setup.id, *served.network, *only)
    assert before.returncode == 4
    walk.attest(["A6", "A8", "A9", "A66", "A73"])
    done = run("check", setup.id, *served.network, *only)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "+ A4 " in done.stdout and "~ A6 " in done.stdout
    assert "1 verified, 5 attested" in done.stdout.splitlines()
    assert_nothing_repeated(done, *written_values(served.given()))
    stored = file_of(setup).read_text(encoding="utf-8")
    assert not [value for value in written_values(served.given()) if value[:16] in stored]


@pytest.mark.secretservice
def test_a_word_for_what_netsuite_could_show_is_not_enough(kept: tuple[Setup, Served, Walk]) -> None:
    setup, served, walk = kept
    walk.attest(["A51"])
    done = run("check", setup.id, *served.network, "--only", "A51")
    assert done.returncode == 4 and "~ A51 " in done.stdout


@pytest.mark.secretservice
def test_values_that_left_the_keyring_are_missed(kept: tuple[Setup, Served, Walk]) -> None:
    setup, served, walk = kept
    walk.vault.delete(served.ready["account"], "alvys")
    done = run("check", setup.id, *served.network, "--only", "A4")
    assert (done.returncode, done.stdout) == (5, "") and "any more" in done.stderr


# --- status, report, role


def test_status_without_setups() -> None:
    done = run("status")
    assert (done.returncode, done.stdout, done.stderr) == (0, "No setups yet.\n", "")
    assert document(run("status", "--json")) == {"schema": 1, "setups": [], "unreadable": []}


def test_status_says_where_each_setup_stands(practice: Practices) -> None:
    served, setup, other = practice("alvys-ready"), saved(durable=False), saved("7654321")
    checked = document(run("check", setup.id, *served.network, "--json"))
    verified = sum(row["verdict"] == "verified" for row in checked["requirements"])
    assert verified
    rows = {row["id"]: row for row in document(run("status", "--json"))["setups"]}
    row = rows[setup.id]
    assert set(rows) == {setup.id, other.id}
    assert (row["account"], row["profile"], row["step"], row["kept"]) == ("1234567_SB1", "alvys", "start", "somewhere")
    assert (row["verified"], row["failed"], row["setup_tokens_open"], row["handed_over"]) == (verified, 0, 0, False)
    assert row["asked"] and rows[other.id]["asked"] is None
    line = next(line for line in run("status").stdout.splitlines() if line.startswith(setup.id))
    assert f"{verified} verified, 0 failed, last asked {row['asked']}" in line


@pytest.fixture
def checked(practice: Practices) -> Setup:
    """A saved setup with something to report."""
    setup = saved()
    run("check", setup.id, *practice("alvys-ready").network)
    return read(setup)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)


def test_the_report_in_three_forms(checked: Setup) -> None:
    texts = {form: run("report", checked.id, "--format", form) for form in ("md", "html", "json")}
    assert {done.returncode for done in texts.values()} == {0}
    assert run("report", checked.id).stdout.startswith("#"), "Markdown if nothing is said"
    reported = json.loads(texts["json"].stdout)
    assert reported["setup"]["id"] == checked.id
    assert [row["id"] for row in reported["requirements"]] == [r.id for r in PROFILE.requirements]
    tags = _Tags()
    tags.feed(texts["html"].stdout)
    assert {"html", "h2"} <= set(tags.seen) and "script" not in tags.seen
    for done in texts.values():
        assert "1234567_SB1" in done.stdout and done.stderr == ""


def test_a_report_holds_no_value_even_if_the_saved_file_does(checked: Setup) -> None:
    value = five()["token_secret"]
    text = file_of(checked).read_text(encoding="utf-8").replace('"says": "exists"', f'"says": "exists {value}"')
    assert str(value) in text
    file_of(checked).write_text(text, encoding="utf-8")
    for form in ("md", "html", "json"):
        assert_nothing_repeated(run("report", checked.id, "--format", form), str(value))


def test_a_report_file_is_its_owners_alone(checked: Setup, tmp_path: Path) -> None:
    older = tmp_path / "older.md"
    older.write_text("x" * 1_000_000)
    older.chmod(0o644)
    printed = run("report", checked.id).stdout
    for path in (tmp_path / "new.md", older):
        done = run("report", checked.id, "-o", str(path))
        assert (done.returncode, done.stdout) == (0, "")
        assert mode(path) == "0o600"
        without_time = re.compile(r"\d\d:\d\d(:\d\d)?Z?")
        assert without_time.sub("", path.read_text(encoding="utf-8")) == without_time.sub("", printed)


def test_a_device_keeps_its_mode(checked: Setup) -> None:
    before = mode(Path(os.devnull))
    assert run("report", checked.id, "-o", os.devnull).returncode == 0
    assert mode(Path(os.devnull)) == before


def test_a_report_that_cannot_be_written_is_said(checked: Setup, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere" / "report.md"):
        done = run("report", checked.id, "--output", str(place))
        assert done.returncode == 2 and "not written" in done.stderr and done.stdout == ""


def test_the_role_as_an_sdf_project(tmp_path: Path) -> None:
    setup, folder = saved(), tmp_path / "role"
    done = run("role", setup.id, "--sdf", str(folder))
    assert done.returncode == 0, done.stderr
    files = [Path(line) for line in done.stdout.splitlines()]
    assert {path.name for path in files} >= {"manifest.xml", "deploy.xml"} and all(path.is_file() for path in files)
    role = next(ET.parse(path).getroot() for path in files if path.parent.name == "Objects")
    keys = [element.text for element in role.iter("permkey")]
    assert set(keys) == {permission.key for permission in PROFILE.permission}
    (folder / "notes.txt").write_text("somebody's own")
    other = tmp_path / "other"
    other.mkdir()
    (other / "notes.txt").write_text("somebody's own")
    assert run("role", setup.id, "--sdf", str(other)).returncode == 2, "what is not ours is left alone"
    assert list(other.iterdir()) == [other / "notes.txt"]
    assert run("role", setup.id).returncode == 2


# --- doctor


def test_doctor_looks_at_this_machine(practice: Practices) -> None:
    done = run("doctor", *practice("alvys-ready").network, env=NO_KEYRING)
    rows = {line[2:].partition(":")[0]: line for line in done.stdout.splitlines() if not line.startswith("  ")}
    assert {"python", "terminal", "keyring", "encrypted file", "proxy", "netsuite", "clock", "folder"} <= set(rows)
    assert rows["netsuite"].startswith("+ ") and rows["clock"].startswith("+ ")
    assert rows["keyring"].startswith("x ") and done.returncode == 1
    assert rows["terminal"].startswith("! "), "there is none here"


# --- practice


def test_serve_tells_all_that_is_needed_in_one_line(practice: Practices) -> None:
    ready = practice("alvys-ready").ready
    assert set(ready) == {"address", "ca_file", "hosts", "account", "credentials", "setup_token", "control"}
    assert set(ready["control"]) == {"address", "token"}
    assert ready["address"].startswith("127.0.0.1:")
    assert "BEGIN CERTIFICATE" in Path(ready["ca_file"]).read_text() and "PRIVATE" not in Path(ready["ca_file"]).read_text()
    assert "1234567-sb1.suitetalk.api.netsuite.com" in ready["hosts"]
    assert ready["account"] == ready["credentials"]["account"] == parse_account(ready["account"]).realm
    assert set(ready["setup_token"]) == {"token_id", "token_secret"}


def test_serve_takes_a_port_and_a_file_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    own = tmp_path / "own.toml"
    own.write_text('title = "Ours"\nexplains = "Like the empty one."\nbase = "empty"\n', encoding="utf-8")
    with serving(str(own), "--port", str(port), ends_with=signal.SIGINT) as served:
        assert served.ready["address"] == f"127.0.0.1:{port}"
        assert served.ready["credentials"] is None and served.ready["setup_token"] is None
        folder = Path(served.ready["ca_file"]).parent
    assert not folder.exists(), "nothing is left behind"


BAD_SERVE = {
    "no such scenario": ["--scenario", "nope"],
    "no such file": ["--scenario", "nope.toml"],
    "port too high": ["--port", "70000"],
    "no number": ["--port", "http"],
}


@pytest.mark.parametrize("arguments", BAD_SERVE.values(), ids=BAD_SERVE)
def test_serve_refuses_what_it_cannot_do(arguments: list[str]) -> None:
    done = run("practice", "serve", *arguments)
    assert (done.returncode, done.stdout) == (2, "") and done.stderr.strip()


def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("practice", "serve", "--port", str(taken.getsockname()[1]))
    assert (done.returncode, done.stdout) == (2, "") and "listen" in done.stderr


def test_scenarios_are_listed_by_cause() -> None:
    done = run("practice", "scenarios")
    assert (done.returncode, done.stderr) == (0, "")
    shipped = shipped_scenarios()
    told: dict[str, str | None] = {}
    heading = ""
    for line in done.stdout.splitlines():
        if line.startswith("  "):
            name, title = line.split(maxsplit=1)
            assert title == shipped[name].title
            told[name] = None if heading == "nothing is wrong" else heading.partition(":")[0]
        else:
            heading = line
    assert told == {name: scenario.cause for name, scenario in shipped.items()}
    document = json.loads(run("practice", "scenarios", "--json").stdout)
    assert {row["name"]: row["cause"] for row in document["scenarios"]} == told


def test_a_scenario_is_explained() -> None:
    done = run("practice", "scenarios", "--show", "integration-waiting")
    assert (done.returncode, done.stderr) == (0, "")
    for part in (
        "integration-waiting: The integration record is Waiting for Approval", "Cause: integration-record", "consumer_key_refused",
        "Mended by\n  Set the integration record to Enabled (approve_integration)", "Stands for\n  documented: protocol 4.4",
        "Done before it starts\n", "(await_approval)",
    ):  # fmt: skip
        assert part in done.stdout
    assert "Settings\n  new_token_waits_minutes: 240" in run("practice", "scenarios", "--show", "token-too-new").stdout
    assert "Settings\n  credentials: account_lower_case" in run("practice", "scenarios", "--show", "account-id-lower-case").stdout
    document = json.loads(run("practice", "scenarios", "--show", "busy-in-disguise", "--json").stdout)
    assert document["settings"] == {"too_many_requests": "disguised"}
    assert (document["cause"], document["others_in_work"], document["mend"]) == ("concurrency", 5, [])


def test_a_scenario_of_ones_own_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('title = "Mine"\nexplains = "All is well."\n')
    assert run("practice", "scenarios", "--show", str(path)).stdout == "mine: Mine\nCause: none, nothing is wrong\n\nAll is well.\n"


def test_an_unknown_scenario_is_refused_with_what_is_near() -> None:
    done = run("practice", "scenarios", "--show", "token-revokt", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "token-revoked" in done.stderr


# --- the door


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from parsers(inner)


def test_no_option_takes_a_secret() -> None:
    seen = 0
    for parser in parsers(_parser()):
        assert not parser.allow_abbrev and parser.fromfile_prefix_chars is None
        for action in parser._actions:
            seen += 1
            names = " ".join([*action.option_strings, action.dest])
            if action.option_strings == ["--passphrase-file"]:
                assert action.metavar == "FILE", "a path, never the passphrase"
                continue
            assert not re.search(r"secret|token|key|consumer|passw|passphrase", names), names
            if "credential" in names:
                assert list(action.choices or ()) == ["-"], "standard input and nothing else"
    assert seen > 30


def test_every_command_explains_itself_and_the_exit_codes_are_told() -> None:
    texts = {" ".join(command): run(*command, "--help") for command in (
        [], ["check"], ["status"], ["report"], ["role"], ["credentials", "env"], ["doctor"], ["practice"], ["practice", "serve"], ["practice", "scenarios"],
    )}  # fmt: skip
    for command, done in texts.items():
        assert (done.returncode, done.stderr) == (0, ""), command
        assert f"usage: netsuite-setup {command}".strip() in done.stdout
    for code in MEANINGS:
        assert re.search(rf"\b{int(code)} \w", texts[""].stdout), code


def test_the_version_is_told() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"netsuite-setup {__version__}\n")


def test_the_wizard_without_a_terminal_says_so_and_points_to_the_command_line() -> None:
    done = run()
    assert (done.returncode, done.stdout) == (2, "") and "terminal" in done.stderr and "--help" in done.stderr


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["check", "--help"]])
def test_help_is_quick_because_nothing_heavy_is_imported(arguments: list[str]) -> None:
    program = (
        "import sys, wizard.cli\n"
        "try:\n    wizard.cli.main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pydantic', 'requests', 'requests_oauthlib', 'keyring', 'textual', 'cryptography', 'asyncio', 'sqlite3'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, env=environment(), timeout=LONG, check=True
    )
    assert done.stderr == "[]\n"


def test_switches_of_other_programs_are_not_passed_on(practice: Practices, tmp_path: Path) -> None:
    log = tmp_path / "textual.log"
    served = practice("alvys-ready")
    done = served.check("--only", "A4", env={"TEXTUAL_LOG": str(log), "TEXTUAL_DEBUG": "1"})
    assert done.returncode == 0 and not log.exists()


@pytest.mark.parametrize("option", ["--practice", "--mouse", "--contrast", "--presenter", "--support"])
def test_an_option_of_the_wizard_is_no_commands(option: str):
    done = run(option, "status")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--practice, --mouse, --contrast, --presenter and --support are for the wizard alone" in " ".join(done.stderr.split())
