"""The benchmark runs and prints its table. What it measures is nobody's business here: machines differ, and are busy."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from support import ROOT

if not sys.platform.startswith("linux"):
    pytest.skip("the benchmark reads /proc, which only Linux has", allow_module_level=True)
sys.path.insert(0, str(ROOT / "benchmarks"))
import practice

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


@pytest.mark.parametrize(("ratio", "most", "missed"), [(41.9, 42.0, False), (42.1, 42.0, True), (None, None, False)])
def test_a_budget_is_missed_by_its_ratio(ratio, most, missed, capsys):
    table = practice.Table()
    table.row("something", [9000.0, 1.0, 3.0], "ms", ratio, most)
    assert table.missed is missed
    last = capsys.readouterr().out.splitlines()[-1].split()
    assert last[:6] == ["something", "1.00", "3.00", "9000.00", "9000.00", "ms"]
    assert (last[-1] == "MISSED") is missed
