"""The benchmark runs and prints its table. What it measures is nobody's business here: machines differ, and are busy."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from support import ROOT

if not sys.platform.startswith("linux"):
    pytest.skip("the benchmark reads /proc, which only Linux has", allow_module_level=True)
sys.path.insert(0, str(ROOT / "benchmarks"))
import practice
import verification

ROWS = (
    "signed no-op", "python -c pass", "start to ready, alvys-ready", "serverTime", "SuiteQL DUAL", "instance", "collection",
    "requests/s, 2 clients", "memory, alvys-ready", "start to ready, busy-books", "page 100 of a query", "sum of all invoices",
    "memory, busy-books",
)  # fmt: skip


def test_the_table_is_printed_and_the_exit_code_says_whether_a_budget_was_missed():
    command = [sys.executable, "benchmarks/practice.py", "--tiny"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.stderr == ""
    for row in ROWS:
        found = re.search(rf"^{re.escape(row)} +(\d+\.\d\d) +(\d+\.\d\d) +(\d+\.\d\d) +(\d+\.\d\d) ", done.stdout, re.MULTILINE)
        assert found, (row, done.stdout)
        least, median, late, most = map(float, found.groups())
        assert least <= median <= late <= most
    assert done.returncode == int("MISSED" in done.stdout)
    assert ("All budgets are kept." in done.stdout) == (done.returncode == 0)


def test_a_save_is_measured_in_a_file_of_its_own():
    environ = {name: value for name, value in os.environ.items() if name != "CI_KEYRING"}
    command = [sys.executable, "benchmarks/vault.py", "--tiny"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=300, check=False)
    assert done.stderr == ""
    for row in ("python -c pass", "encrypted file: save", "encrypted file: read"):
        assert re.search(rf"^{row} +(\d+\.\d\d +){{4}}ms +\d+\.\d", done.stdout, re.MULTILINE), done.stdout
    assert "Secret Service" not in done.stdout
    assert done.returncode == int("MISSED" in done.stdout)


def test_a_full_verification_stays_within_its_requests():
    """How long it takes is nobody's business here; how many requests it makes is the same everywhere."""
    done = subprocess.run(
        [sys.executable, "benchmarks/verification.py"], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stderr == ""
    listed = re.findall(r"^ +(\d+) +\d+\.\d\d +\d+\.\d\d +(-|\d+) +(none|setup|integration) +(GET|POST) /", done.stdout, re.MULTILINE)
    assert [int(number) for number, *_ in listed] == list(range(1, len(listed) + 1))
    assert re.search(rf"^requests +{len(listed)}\.00 +at most 25 +kept$", done.stdout, re.MULTILINE)
    assert re.search(r"^at a time +[123]\.00 +at most 3 +kept$", done.stdout, re.MULTILINE)
    assert done.returncode == int("MISSED" in done.stdout)


@pytest.mark.parametrize(("waits_for", "at_once", "fewest"), [
    ([None, 0, 1, 2], 3, 4), ([None] * 7, 3, 3), ([None, 0, 0, 0, 0], 3, 3), ([None, None, None, 2, 3], 1, 5), ([None, None, None, 2, 3], 3, 3),
])  # fmt: skip
def test_the_shortest_schedule(waits_for, at_once, fewest):
    assert verification.rounds(waits_for, at_once) == fewest


@pytest.mark.parametrize(("ratio", "most", "missed"), [(41.9, 42.0, False), (42.1, 42.0, True), (None, None, False)])
def test_a_budget_is_missed_by_its_ratio(ratio, most, missed, capsys):
    table = practice.Table()
    table.row("something", [9000.0, 1.0, 3.0], "ms", ratio, most)
    assert table.missed is missed
    last = capsys.readouterr().out.splitlines()[-1].split()
    assert last[:6] == ["something", "1.00", "3.00", "9000.00", "9000.00", "ms"]
    assert (last[-1] == "MISSED") is missed
