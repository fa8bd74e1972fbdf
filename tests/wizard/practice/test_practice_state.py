"""The account in a file: it goes on after a restart, also after being killed, and is not taken for another."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys

import pytest
from practice_asker import Asker

from wizard.errors import PracticeError
from wizard.practice.account import PracticeAccount
from wizard.practice.data.state import State
from wizard.practice.scenario import Company, load_scenario


def test_a_restart_goes_on_with_the_same_account(tmp_path):
    path = str(tmp_path / "deep" / "account.db")
    with PracticeAccount(load_scenario("alvys-ready"), state=path) as first:
        credentials, setup = first.credentials, first.setup_token
        asker = Asker(first)
        assert asker.login(nonce="before-the-restart", timestamp="1800000000").status == 401
        first.clicks.do("set_permission", details={"permission": "LIST_ITEM", "level": "View"})
        asker.close()
    with PracticeAccount(load_scenario("alvys-ready"), state=path) as second:
        assert (second.credentials, second.setup_token) == (credentials, setup)
        asker = Asker(second)
        assert asker.login().status == 200
        assert asker.trail() == [("Failure", "InvalidTimestamp"), ("Success", None)]
        assert second.state.value("SELECT permlevel FROM role_permissions WHERE permkey = 'LIST_ITEM'") == 1
        assert second.state.value("SELECT count(*) FROM roles") == 2
        asker.close()


def test_what_the_account_has_a_right_to_stays_with_it(tmp_path):
    path, scenario = str(tmp_path / "account.db"), load_scenario("alvys-ready")
    for licences, limit in ((2, 40), (0, 40)):
        company = Company(tier="Ultimate", suitecloud_plus=licences)
        account = PracticeAccount(scenario.model_copy(update={"company": company}), state=path)
        assert account.governance.limit == limit
        account.stop()


def test_a_nonce_stays_used_after_a_restart(tmp_path):
    path, once = str(tmp_path / "account.db"), {"nonce": "only-once", "timestamp": None}
    for status in (200, 401):
        with PracticeAccount(load_scenario("alvys-ready"), state=path) as account:
            once["timestamp"] = once["timestamp"] or str(int(account.now().timestamp()))
            asker = Asker(account)
            assert asker.login(**once).status == status
            asker.close()


def test_the_file_is_private_and_memory_leaves_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "account.db"
    PracticeAccount(load_scenario("empty"), state=str(path)).stop()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.unlink()
    PracticeAccount(load_scenario("empty")).stop()
    assert list(tmp_path.iterdir()) == []


def test_a_state_of_another_scenario_is_not_touched(tmp_path):
    path = tmp_path / "account.db"
    PracticeAccount(load_scenario("empty"), state=str(path)).stop()
    before = path.read_bytes()
    with pytest.raises(PracticeError, match="holds the scenario 'empty', not 'alvys-ready'"):
        PracticeAccount(load_scenario("alvys-ready"), state=str(path))
    assert path.read_bytes() == before


def test_a_file_that_is_something_else_is_left_as_it_is(tmp_path):
    notes, database = tmp_path / "notes.txt", tmp_path / "other.db"
    notes.write_text("nothing of ours, and long enough to be looked at " * 30)
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    before = {}
    for file in (notes, database):
        file.chmod(0o644)
        before[file] = file.read_bytes()
        with pytest.raises(PracticeError):
            PracticeAccount(load_scenario("empty"), state=str(file))
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before
    assert {stat.S_IMODE(file.stat().st_mode) for file in before} == {0o644}


def test_a_change_that_cannot_be_committed_leaves_nothing_open(tmp_path):
    state = State(str(tmp_path / "account.db"))
    # A promise that is looked at when the change is committed, and not before.
    state.run("PRAGMA foreign_keys = ON")
    with state.write():
        state.run("CREATE TABLE child (parent REFERENCES subsidiaries (id) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(sqlite3.IntegrityError), state.write():
        state.run("INSERT INTO child VALUES (77)")
    assert not state.changing
    with state.write():
        state.run("INSERT INTO ip_rules VALUES ('192.0.2.1')")
    assert (state.value("SELECT count(*) FROM child"), state.value("SELECT count(*) FROM ip_rules")) == (0, 1)
    state.close()


def test_a_file_that_is_something_else_is_refused(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("nothing of ours, and long enough to be looked at " * 30)
    with pytest.raises(PracticeError, match="cannot be opened"):
        PracticeAccount(load_scenario("empty"), state=str(text))
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    with pytest.raises(PracticeError, match="is not a practice state"):
        PracticeAccount(load_scenario("empty"), state=str(other))
    with pytest.raises(PracticeError, match="cannot be opened"):
        PracticeAccount(load_scenario("empty"), state=str(tmp_path))


def test_a_state_of_another_version_is_refused_with_the_way_out(tmp_path):
    path = tmp_path / "account.db"
    PracticeAccount(load_scenario("empty"), state=str(path)).stop()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    with pytest.raises(PracticeError, match=f"{path} was made by another version of this program. Remove it"):
        PracticeAccount(load_scenario("empty"), state=str(path))


KILLED = """
import os, signal, sys
from wizard.practice.account import PracticeAccount
from wizard.practice.data.state import State
from wizard.practice.scenario import load_scenario
account = PracticeAccount(load_scenario("alvys-ready"), state=sys.argv[1])
account.clicks.do("set_permission", details={"permission": "LIST_ITEM", "level": "View"})
print(account.credentials["token_id"], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""

KILLED_WHILE_SEEDING = """
import os, signal, sys
from wizard.practice import account
from wizard.practice.data import seed
from wizard.practice.scenario import load_scenario
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
seed._transactions = die
account.PracticeAccount(load_scenario("alvys-ready"), state=sys.argv[1])
"""


def run(code, path):
    return subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=60, check=False)


def test_after_a_kill_everything_is_there(tmp_path):
    path = tmp_path / "account.db"
    killed = run(KILLED, path)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    account = PracticeAccount(load_scenario("alvys-ready"), state=str(path))
    assert account.credentials["token_id"] == killed.stdout.strip()
    assert account.state.value("SELECT permlevel FROM role_permissions WHERE permkey = 'LIST_ITEM'") == 1
    account.stop()


def test_a_kill_while_it_was_being_made_leaves_a_new_one(tmp_path):
    path = tmp_path / "account.db"
    assert run(KILLED_WHILE_SEEDING, path).returncode == -signal.SIGKILL
    account = PracticeAccount(load_scenario("alvys-ready"), state=str(path))
    assert account.state.value("SELECT count(*) FROM subsidiaries") == 3
    assert account.credentials
    account.stop()


def serve(*arguments):
    code = "import sys; from wizard.practice.serve import serve; sys.exit(serve(sys.argv[1], int(sys.argv[2]), sys.argv[3] or None))"
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


class Served:
    """What the JSON line says, as an account to ask."""

    def __init__(self, line):
        self.__dict__.update(json.loads(line))
        self.suitetalk_host = self.hosts[0]

    def now(self):
        from wizard.clock import Clock

        return Clock().now()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_says_where_it_is_and_ends_on_a_signal(number, tmp_path):
    process = serve("alvys-ready", "0", "")
    try:
        served = Served(process.stdout.readline())
        assert set(served.__dict__) >= {"address", "ca_file", "hosts", "account", "credentials", "setup_token"}
        assert served.account == "1234567_SB1"
        assert set(served.credentials) == {"account", "consumer_key", "consumer_secret", "token_id", "token_secret"}
        assert set(served.setup_token) == {"token_id", "token_secret"}
        folder = os.path.dirname(served.ca_file)
        assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
        assert os.listdir(folder) == ["ca.pem"]
        asker = Asker(served)
        assert asker.login().status == 200
        asker.close()
        process.send_signal(number)
        assert process.wait(timeout=20) == 0
        assert not os.path.exists(folder)
        assert (process.stdout.read(), process.stderr.read()) == ("", "")
    finally:
        process.kill()
        process.communicate()


def test_serve_without_credentials_says_null(tmp_path):
    process = serve("empty", "0", str(tmp_path / "account.db"))
    try:
        line = json.loads(process.stdout.readline())
        assert (line["credentials"], line["setup_token"]) == (None, None)
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_serve_refuses_an_unknown_scenario():
    from wizard.practice.serve import serve as serve_here

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(PracticeError, match="no scenario"):
        serve_here("nonesuch", 0, None)
    assert signal.getsignal(signal.SIGTERM) == before
