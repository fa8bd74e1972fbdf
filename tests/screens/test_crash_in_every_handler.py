"""An exception in any handler that can run while hidden fields hold values: the program says where, and never what."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from support import ROOT


def test_no_handler_betrays_a_value_when_it_fails(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    path = os.pathsep.join(str(ROOT / part) for part in (".", "tests", "tests/screens"))
    command = [sys.executable, str(ROOT / "tests/screens/crash_everywhere.py"), str(tmp_path)]
    run = subprocess.run(
        command, check=False, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=240
    )
    assert (run.returncode, run.stderr) == (0, ""), run.stderr
    found = json.loads(run.stdout)
    without, outcomes = found["unguarded"][0], found["guarded"]
    ended, went_on = [o for o in outcomes if o["code"] is not None], [o for o in outcomes if o["code"] is None]
    record_property("table", "\n".join([
        "crash in every handler while hidden fields hold values",
        f"  handlers that failed      {len(outcomes):>8}",
        f"  ended with exit code 1    {len(ended):>8}",
        f"  went on (workers)         {len(went_on):>8}",
        f"  bytes written             {sum(o['written'] for o in outcomes):>8}",
        f"  bytes of values in them   {sum(o['betrayed'] for o in outcomes):>8}",
        f"  one failure as Textual itself reports it: {without['betrayed']} bytes of values in {without['written']}",
    ]))  # fmt: skip
    assert without["reached"] and without["betrayed"] > 0, "what Textual tells was not found: finding nothing proves nothing"
    assert [o["handler"] for o in outcomes if o["betrayed"]] == []
    assert [o["handler"] for o in outcomes if not o["reached"]] == []
    assert [o["handler"] for o in ended if o["code"] != 1 or not o["said_where"]] == []
    names = {o["handler"] for o in outcomes}
    assert {
        "SetupApp.action_quit", "SetupApp.stop_for", "SecretPairStep._pasted", "SecretPairStep._keep", "SecretPairStep._shape",
        "StepScreen.action_why", "LookingPage._poll", "Page.compose", "SecretField.action_copy", "Confirm._pressed",
        "StepScreen.leave_for.<locals>.answer",
    } <= names, "the search for handlers has become worse"  # fmt: skip
    assert [o["handler"] for o in went_on if not o["coroutine"]] == [], "only a worker may fail and let the program go on"
