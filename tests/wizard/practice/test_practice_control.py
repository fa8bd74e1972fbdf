"""The control address: who may ask, what can be asked; that nothing listens beyond loopback; the trainer's commands."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from practice_asker import Asker
from support import ROOT

from wizard.cli import _parser
from wizard.clock import Clock
from wizard.errors import PracticeError
from wizard.practice import trainer
from wizard.practice.account import PracticeAccount
from wizard.practice.control import Control
from wizard.practice.desk import PracticeCounter
from wizard.practice.office.clicks import CLICKS
from wizard.practice.scenario import load_scenario
from wizard.practice.wire.faults import FIGURES, Fault

PATHS = {
    "/state": {"GET"}, "/clicks": {"GET"}, "/click": {"POST"}, "/faults": {"GET", "DELETE"}, "/fault": {"POST"},
    "/trail": {"GET"}, "/clock": {"POST"},
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Trainer:
    """Asks a control address."""

    def __init__(self, control: Control) -> None:
        self.address, self.token = control.address, control.token

    def ask(self, method, path, body=None, **headers):
        """Status and JSON; ``headers`` replace what is sent otherwise, None leaves one out."""
        host, _, port = self.address.rpartition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        sent = {"Authorization": f"Bearer {self.token}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        try:
            connection.putrequest(method, path, skip_host="Host" in sent, skip_accept_encoding=True)
            for name, value in sent.items():
                if value is not None:
                    connection.putheader(name, value)
            if data is not None:
                connection.putheader("Content-Length", str(len(data)))
            connection.endheaders(data)
            response = connection.getresponse()
            self.headers = {name.lower(): value for name, value in response.getheaders()}
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def get(self, path):
        status, found = self.ask("GET", path)
        assert status == 200, found
        return found

    def post(self, path, **body):
        return self.ask("POST", path, body)


@pytest.fixture
def asker(begin):
    return begin()


@pytest.fixture
def control(asker):
    return Trainer(asker.account.open_control())


# --- who may ask


@pytest.mark.parametrize("path", PATHS)
def test_nobody_without_the_token(control, path):
    method = min(PATHS[path])
    for value in (None, "", "Bearer", "Bearer ", f"Bearer {control.token}x", f"Bearer {control.token[:-1]}", f"Basic {control.token}",
                  control.token, "Bearer \xff\xfe", f"Bearer {control.token}, Bearer {control.token}"):
        status, found = control.ask(method, path, Authorization=value)
        assert (status, set(found)) == (401, {"error"})
        assert control.headers["www-authenticate"] == "Bearer"
        assert control.token not in json.dumps(found)


def test_tokens_are_random_and_long(begin):
    found = {begin("empty").account.open_control().token for _ in range(3)}
    assert len(found) == 3
    assert min(map(len, found)) >= 40


def test_one_account_has_one_control_address(asker):
    assert asker.account.open_control() is asker.account.open_control()


def test_no_other_name_leads_here(control):
    port = control.address.rpartition(":")[2]
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1", "localhost", f"127.0.0.2:{port}", f"localhost.evil.example:{port}", "", None):
        assert control.ask("GET", "/state", Host=host)[0] == 421
    for host in (control.address, f"localhost:{port}", f"LOCALHOST:{port}"):
        assert control.ask("GET", "/state", Host=host)[0] == 200


def test_no_web_page_may_ask(control):
    for origin in ("https://evil.example", "null", f"http://{control.address}", ""):
        status, found = control.ask("POST", "/fault", {"kind": "refused"}, Origin=origin)
        assert (status, set(found)) == (403, {"error"})
    assert control.ask("OPTIONS", "/fault", Origin="https://evil.example", Access_Control_Request_Method="POST")[0] == 403
    assert not any(name.startswith("access-control") for name in control.headers)
    assert control.get("/faults") == {"faults": []}


@pytest.mark.parametrize("path", PATHS)
def test_each_path_has_its_methods(control, path):
    for method in (*METHODS, "TRACE", "BREW"):
        if method not in PATHS[path]:
            assert control.ask(method, path)[0] == 405
    assert control.ask(METHODS[0], path + "/more")[0] == 404
    assert control.ask("GET", "/")[0] == 404


def test_the_module_tells_every_path_and_method():
    from wizard.practice import control

    told = re.findall(r"^(GET|POST|DELETE) +(/\w+)", control.__doc__, re.MULTILINE)
    assert {path: {m for m, p in told if p == path} for _, path in told} == PATHS
    page = (ROOT / "docs" / "practice.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(GET|POST|DELETE) (/\w+)`", page, re.MULTILINE) == told


def test_bodies_have_a_limit(control):
    assert control.ask("POST", "/click", b" " * (64 << 10))[0] == 400
    assert control.ask("POST", "/click", b" " * ((64 << 10) + 1))[0] == 413
    assert control.ask("POST", "/click", Content_Length="99999999999999999999")[0] == 413
    assert control.ask("POST", "/click", Content_Length="many")[0] == 400
    assert control.ask("POST", "/click", Transfer_Encoding="gzip")[0] == 411


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("/click", None, "body: Invalid JSON"),
        ("/click", b"\xff\xfe", "body: Invalid JSON"),
        ("/click", b"[" * 60000, "body: Invalid JSON"),
        ("/click", b"1" * 6000, "body: Invalid JSON"),
        ("/click", b"[]", "body: "),
        ("/click", b"{}", "click: Field required"),
        ("/click", b'{"click": "create_role", "more": 1}', "more: Extra inputs are not permitted"),
        ("/click", b'{"click": 7}', "click: Input should be a valid string"),
        ("/click", b'{"click": "create_role", "answers": {"a": []}}', "answers.a: "),
        ("/click", b'{"click": "create_role", "answers": {"a": "\\ud800"}}', "body: Invalid JSON"),
        ("/fault", b'{"kind": "nonesuch"}', "kind: Input should be"),
        ("/fault", b'{"kind": "reset", "seconds": 1}', "seconds: .*no such figure"),
        ("/fault", b'{"kind": "latency", "seconds": NaN}', "seconds: "),
        ("/clock", b'{"offset_seconds": 1e400}', "offset_seconds: "),
        ("/clock", b'{"offset_seconds": 100000001}', "offset_seconds: "),
        ("/clock", b"{}", "offset_seconds: Field required"),
    ],
)
def test_what_is_no_good_body_is_said_plainly(control, path, body, says):
    status, found = control.ask("POST", path, body)
    assert (status, set(found)) == (400, {"error"})
    assert re.match(says, found["error"])


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4), max_leaves=8,
)
WORDS = st.sampled_from(["role", "permission", "level", "on", "feature", "subsidiary", "subsidiaries", "user_email", "roles", "name", "record_name"])
ANSWERS = st.dictionaries(WORDS, st.text(max_size=12) | st.sampled_from(["LIST_ITEM", "Full", "all", "yes", "-1", "1e9"]), max_size=4)


@settings(max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(click=st.sampled_from(sorted(CLICKS)), answers=ANSWERS, other=JSON_VALUES)
def test_whatever_is_asked_the_account_does_not_stumble(control, click, answers, other):
    asked = [
        control.post("/click", click=click, answers=answers),
        control.ask("POST", "/click", json.dumps(other).encode()),
        control.ask("POST", "/fault", json.dumps({"kind": "system_error", "path": other}).encode()),
        control.ask("DELETE", "/faults"),
    ]
    assert all(status in (200, 400, 409) for status, _ in asked), asked


# --- what can be asked


def test_state(asker, control):
    found = control.get("/state")
    assert (found["scenario"], found["release"], found["clock_offset_seconds"], found["faults"]) == ("alvys-ready", "2026.2", 0, [])
    assert [one["click"] for one in found["done"]] == [change.click for change in asker.account.scenario.change]
    assert control.headers["cache-control"] == "no-store"
    control.post("/click", click="set_permission", answers={"permission": "LIST_ITEM", "level": "View"})
    assert control.get("/state")["done"][-1] == {"click": "set_permission", "mistake": None}


def test_state_tells_the_integration_records_and_bundles(asker, control):
    [before] = control.get("/state")["integrations"]
    assert (before["name"], before["state"]) == ("Alvys TMS Integration", "Enabled")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", before["created"])
    assert control.get("/state")["bundles"] == []
    control.post("/click", click="install_bundle", mistake="old_version")
    control.post("/click", click="block_integration")
    found = control.get("/state")
    assert [one["state"] for one in found["integrations"]] == ["Blocked", "Enabled"]
    assert [one["version"] for one in found["bundles"]] == ["4.0.0"]
    assert set(found["bundles"][0]) == {"id", "name", "version", "installed"}


def test_the_clicks_are_those_of_the_panel(control):
    assert control.get("/clicks")["clicks"] == [
        {"name": name, "title": one.title, "mistakes": [{"name": key, "title": wrong.title} for key, wrong in one.mistakes.items()]}
        for name, one in CLICKS.items()
    ]


def test_a_click_does_what_the_panel_does(asker, control):
    before = asker.rows("SELECT permlevel FROM rolepermissions WHERE permkey = 'LIST_ITEM' AND role = 1050", asker.admin)
    status, found = control.post("/click", click="set_permission", answers={"permission": "LIST_ITEM", "level": "View"})
    assert (status, found) == (200, {"done": CLICKS["set_permission"].title, "shown": None})
    after = asker.rows("SELECT permlevel FROM rolepermissions WHERE permkey = 'LIST_ITEM' AND role = 1050", asker.admin)
    assert [row["permlevel"] for row in after] == ["1"] != [row["permlevel"] for row in before]


def test_a_page_that_shows_two_values_shows_them_here(asker, control):
    status, found = control.post("/click", click="create_token")
    shown = found["shown"]
    assert (status, shown["kind"]) == (200, "token")
    assert set(shown) == {"kind", "key", "secret", "names"}
    assert asker.login(resource_owner_key=shown["key"], resource_owner_secret=shown["secret"]).status == 200


@pytest.mark.parametrize(
    ("click", "answers", "says"),
    [
        ("create_role", {"bogus": "1"}, "There is no answer 'bogus' here"),
        ("set_permission", {"permission": "LIST_ITEM", "lvl": "View"}, "There is no answer 'lvl' here"),
        ("set_feature", {"feature": "TBA", "on": "maybe"}, "There is no on 'maybe'"),
        ("set_feature", {"feature": "SUBSIDIARIES", "on": "no"}, "There is no feature 'SUBSIDIARIES'"),
        ("create_role", {"subsidiaries": "Atlantis"}, "There is no subsidiary 'Atlantis'"),
    ],
)
def test_what_a_click_cannot_be_told_is_refused(control, click, answers, says):
    done = control.get("/state")["done"]
    status, found = control.post("/click", click=click, answers=answers)
    assert (status, found["error"][: len(says)]) == (409, says)
    assert control.get("/state")["done"] == done


def test_a_mistake_is_made(control):
    name = "enable_features"
    mistake = next(iter(CLICKS[name].mistakes))
    assert control.post("/click", click=name, mistake=mistake) == (200, {"done": CLICKS[name].mistakes[mistake].title, "shown": None})
    assert control.get("/state")["done"][-1] == {"click": name, "mistake": mistake}


def test_what_is_not_possible_is_said(begin):
    control = Trainer(begin("empty").account.open_control())
    for body, says in (
        ({"click": "nonesuch"}, "There is no click 'nonesuch'"),
        ({"click": "create_role", "mistake": "nonesuch"}, "has no mistake 'nonesuch'"),
        ({"click": "create_role"}, "names no profile"),
        ({"click": "create_role", "profile": "nonesuch"}, "There is no profile 'nonesuch'. There are: alvys"),
        ({"click": "create_token", "profile": "alvys"}, "Token-based Authentication is off"),
    ):
        status, found = control.ask("POST", "/click", body)
        assert status == 409
        assert says in found["error"]
    assert control.get("/state")["done"] == []
    assert control.post("/click", click="enable_features", profile="alvys")[0] == 200


def test_faults_come_and_go(asker, control):
    assert control.post("/fault", kind="system_error", times=2)[0] == 200
    status, found = control.post("/fault", kind="latency", seconds="0.001", host="app")
    assert (status, [one["kind"] for one in found["faults"]]) == (200, ["system_error", "latency"])
    assert asker.login().status == 500
    assert control.get("/faults")["faults"] == [
        {"kind": "system_error", "path": "", "times": 2, "hit": 1},
        {"kind": "latency", "path": "", "host": "app", "seconds": 0.001, "hit": 0},
    ]
    assert control.get("/state")["faults"] == control.get("/faults")["faults"]
    assert control.ask("DELETE", "/faults") == (200, {"faults": []})
    assert asker.login().status == 200


def test_the_control_address_answers_while_everything_else_is_refused(asker, control):
    control.post("/fault", kind="refused")
    with pytest.raises(ConnectionRefusedError):
        Asker(asker.account).login()
    assert control.get("/faults")["faults"][0]["kind"] == "refused"
    assert control.ask("DELETE", "/faults")[0] == 200
    one = Asker(asker.account)
    assert one.login().status == 200
    one.close()


def test_the_trail(asker, control):
    asker.login()
    asker.login(client_secret="0" * 64)
    rows = control.get("/trail")["rows"]
    assert [(row["status"], row["detail"]) for row in rows] == asker.trail()
    assert set(rows[0]) == {"date", "status", "detail", "app", "token", "uri"}
    assert rows[0]["uri"] == "/services/rest/system/v1/serverTime"
    assert rows[-1]["detail"] == "InvalidSignature"


def test_the_clock_goes_to_a_place_whatever_it_showed(begin):
    asker = begin("clock-skew")
    control, base = Trainer(asker.account.open_control()), Clock().now
    assert control.get("/state")["clock_offset_seconds"] == 420
    for offset in (-3600, 600, 0, 100_000_000, -100_000_000, 420):
        assert control.post("/clock", offset_seconds=offset) == (200, {"clock_offset_seconds": offset})
        assert abs((asker.account.now() - base()).total_seconds() - offset) < 30
        if offset >= 0:  # before that, nobody had made the token
            assert asker.login().status == 200
    assert control.get("/faults") == {"faults": []}
    control.post("/clock", offset_seconds=0)
    control.ask("DELETE", "/faults")
    assert control.get("/state")["clock_offset_seconds"] == 420


def test_many_trainers_at_once(control):
    failures = []

    def train():
        own = Trainer.__new__(Trainer)
        own.address, own.token = control.address, control.token
        for level in ("View", "Full") * 5:
            if own.post("/click", click="set_permission", answers={"permission": "LIST_ITEM", "level": level})[0] != 200:
                failures.append(level)
            own.post("/fault", kind="latency", seconds=0)
            own.ask("DELETE", "/faults")

    threads = [threading.Thread(target=train) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert control.get("/faults") == {"faults": []}


def test_it_ends_with_the_account(begin):
    account = begin("empty").account
    control = Trainer(account.open_control())
    assert control.ask("GET", "/state")[0] == 200
    account.stop()
    with pytest.raises(ConnectionRefusedError):
        control.ask("GET", "/state")


# --- nothing beyond loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "10.0.0.1", "localhost", "", "127.1", "practice.example", "::ffff:10.0.0.1", "2001:db8::1"])
def test_an_account_listens_on_loopback_alone(host):
    with pytest.raises(PracticeError, match=r"listens at 127\.0\.0\.1 or ::1 only"):
        PracticeAccount(load_scenario("empty"), host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1"])
def test_other_loopback_addresses_will_do(host):
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.bind((host, 0))
    except OSError as error:
        pytest.skip(f"this machine has no {host}: {error}")
    with PracticeAccount(load_scenario("empty"), host=host) as account:
        assert account.address.rpartition(":")[0] == host
        asker = Asker(account)
        assert asker.raw("GET", "rest.netsuite.com", "/rest/datacenterurls?account=1").status == 200
        asker.close()
        for _ in range(2):
            account.faults.set(Fault(kind="refused"))
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((host, int(account.address.rpartition(":")[2])), timeout=10)
            account.faults.clear()


SERVE = "import sys; from wizard.practice.serve import serve; sys.exit(serve(sys.argv[1], 0, None))"


@pytest.fixture
def served(tmp_path):
    """A practice account in a process of its own, and the file with its line."""
    process = subprocess.Popen([sys.executable, "-c", SERVE, "alvys-ready"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        file = tmp_path / "ready.json"
        file.write_text(line)
        yield process, json.loads(line), file
        process.terminate()
        assert process.communicate(timeout=20) == ("", "")
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()


def listening(pid):
    """Addresses at which a process listens, from the kernel's tables."""
    inodes = {found.group(1) for name in os.listdir(f"/proc/{pid}/fd") if (found := _socket_of(pid, name))}
    addresses = []
    for table in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        if not os.path.exists(f"/proc/{pid}/net/{table}"):
            continue
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            cells = line.split()
            if cells[9] in inodes and (cells[3] == "0A" or not table.startswith("tcp")):
                addresses.append(cells[1])
    return addresses


def _socket_of(pid, name):
    try:
        return re.fullmatch(r"socket:\[(\d+)\]", os.readlink(f"/proc/{pid}/fd/{name}"))
    except OSError:
        return None


LOOPBACK = f"{socket.htonl(0x7F000001) if sys.byteorder == 'little' else 0x7F000001:08X}"
KERNEL_TELLS = pytest.mark.skipif(not os.path.exists("/proc/net/tcp"), reason="this system has no /proc/net/tcp to read listening sockets from")


@KERNEL_TELLS
def test_a_served_account_listens_on_loopback_alone(served):
    process, ready, _ = served
    ports = {int(address.rpartition(":")[2]) for address in (ready["address"], ready["control"]["address"])}
    assert len(ports) == 2
    assert sorted(listening(process.pid)) == sorted(f"{LOOPBACK}:{port:04X}" for port in ports)


@KERNEL_TELLS
def test_the_wizards_own_practising_has_no_control_address(tmp_path):
    before = listening("self")
    counter = PracticeCounter(tmp_path, Clock())
    try:
        own = set(listening("self")) - set(before)
        assert own == {f"{LOOPBACK}:{counter.network.connect_to[1]:04X}"}
    finally:
        counter.close()


# --- the trainer's commands


def run(capsys, *arguments):
    options = _parser().parse_args(["practice", *map(str, arguments)])
    assert options.do(options) == 0
    return capsys.readouterr().out


def test_the_trainers_commands(served, capsys):
    file = served[2]
    assert run(capsys, "faults", "--ready", file) == "Nothing goes wrong.\n"
    told = run(capsys, "fault", "rate_limited", "--times", 3, "--retry-after", 4, "--host", "restlets", "--ready", file)
    assert re.fullmatch(r"rate_limited +path= host=restlets times=3 retry_after=4 hit=0\n", told)
    run(capsys, "fault", "long_tail", "--seconds", 0.01, "--factor", 2, "--one-in", 3, "--seed", 9, "--path", "/services", "--ready", file)
    assert run(capsys, "faults", "--ready", file).count("\n") == 2
    assert run(capsys, "faults", "--clear", "--ready", file) == "Nothing goes wrong.\n"

    listed = run(capsys, "do", "--ready", file)
    assert all(re.search(rf"^{name} ", listed, re.MULTILINE) for name in CLICKS)
    done = run(capsys, "do", "set_permission", "--answer", "permission=LIST_ITEM", "--answer", "level=View", "--ready", file)
    assert done == f"Done: {CLICKS['set_permission'].title}.\n"
    done = run(capsys, "do", "enable_features", "--mistake", next(iter(CLICKS["enable_features"].mistakes)), "--ready", file)
    assert done.startswith("Done: ")
    shown = run(capsys, "do", "create_token", "--profile", "alvys", "--ready", file)
    assert re.search(r"token key [0-9a-f]{64} and secret [0-9a-f]{64}", shown)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("do", "nonesuch"), "There is no click 'nonesuch'"),
        (("do", "create_role", "--answer", "novalue"), "--answer takes KEY=VALUE"),
        (("do", "create_role", "--answer", "bogus=1"), "There is no answer 'bogus' here. There are: role_name, "),
        (("fault", "nonesuch"), "kind: Input should be"),
        (("fault", "latency", "--seconds", "long"), "seconds: "),
        (("fault", "latency", "--skew", "1"), "no such figure"),
    ],
)
def test_the_trainer_is_told_what_is_wrong(served, arguments, says):
    options = _parser().parse_args(["practice", *arguments, "--ready", str(served[2])])
    with pytest.raises(PracticeError, match=says):
        options.do(options)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"control": null}', '{"control": {"address": "a:b", "token": "c"}}', "\0", '{"control": []}'])
def test_a_file_that_is_not_the_line_is_said(tmp_path, text):
    file = tmp_path / "ready.json"
    file.write_text(text)
    options = _parser().parse_args(["practice", "faults", "--ready", str(file)])
    with pytest.raises(PracticeError, match="does not hold the line that practice serve prints"):
        options.do(options)


def test_nobody_there_is_said(tmp_path, begin):
    control = begin("empty").account.open_control()
    file = tmp_path / "ready.json"
    with pytest.raises(PracticeError, match="does not hold"):
        trainer._ask(str(file), "GET", "/state")
    file.write_text(json.dumps({"control": {"address": control.address, "token": "other"}}))
    with pytest.raises(PracticeError, match="The token is missing or wrong"):
        trainer._ask(str(file), "GET", "/state")
    control.close()
    with pytest.raises(PracticeError, match="Nobody answers"):
        trainer._ask(str(file), "GET", "/state")


def test_the_trainer_asks_for_words_where_words_go(capsys):
    with pytest.raises(SystemExit):
        _parser().parse_args(["practice", "fault", "--help"])
    told = capsys.readouterr().out
    assert all(f"--{words}\n" in told for words in ("host NAME", "body KIND", "path PREFIX", "times N"))


def test_the_trainer_knows_every_figure():
    assert set(trainer.FIGURES) == set(Fault.model_fields) - {"kind"} == {name for own in FIGURES.values() for name in own}
