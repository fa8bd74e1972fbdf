"""What the running program and its children hold cannot be read from elsewhere, and is not left in a core dump."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import ROOT
from terminal import PATIENCE, WIZARD, Terminal, clean_environment

from wizard.vault.call import command

pytestmark = [pytest.mark.pty, pytest.mark.skipif(sys.platform != "linux", reason="memory of processes as on Linux")]

READ = """
import sys
pid = sys.argv[1]
try:
    regions = [line.split() for line in open(f"/proc/{pid}/maps")]
    start = next(int(r[0].split("-")[0], 16) for r in regions if r[1].startswith("rw"))
    memory = open(f"/proc/{pid}/mem", "rb", buffering=0)
    memory.seek(start)
    print("read", len(memory.read(64)))
except OSError as error:
    print(type(error).__name__)
"""
"""Another program of the same user, which looks into the memory of a process."""


@pytest.fixture
def as_a_user() -> list[str]:
    """What to put before a command so that it may no more than any user's: root may read everything."""
    if os.geteuid():
        return []
    drops = ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all"]
    if not shutil.which("setpriv") or subprocess.run([*drops, "true"], check=False, capture_output=True).returncode:
        pytest.skip("root reads everything, and setpriv (util-linux) cannot give up its privileges here")
    return drops


WITH_CORES = ["/bin/sh", "-c", 'ulimit -c "$(ulimit -H -c)"; exec "$@"', "sh"]
"""What to put before a command so that it may leave a core dump, as far as this machine lets it."""


def look_into(pid: int, as_a_user: list[str]) -> str:
    command = [*as_a_user, sys.executable, "-I", "-c", READ, str(pid)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout.strip()


@contextmanager
def waiting(command: list[str], folder: Path, says: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """Run a program that waits for its standard input."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
    try:
        assert process.stdout
        if says:
            assert process.stdout.readline() == f"{says}\n".encode()
        yield process
    finally:
        process.kill()
        process.communicate()


PLAIN = [sys.executable, "-c", "print('here', flush=True); input()"]


@pytest.fixture
def readable_otherwise(as_a_user: list[str], tmp_path: Path) -> None:
    """Make sure that a program without precautions is read here: else nothing is proven."""
    with waiting([*as_a_user, *PLAIN], tmp_path, says="here") as process:
        said = look_into(process.pid, as_a_user)
    if said != "read 64":
        pytest.skip(f"no program of the same user is read on this machine ({said}): ptrace is restricted")


def core_limit(pid: int) -> list[str]:
    [line] = [line for line in Path(f"/proc/{pid}/limits").read_text(encoding="ascii").splitlines() if line.startswith("Max core")]
    return line.split()[4:6]


@pytest.mark.usefixtures("readable_otherwise")
def test_the_running_wizard_is_not_read_and_leaves_no_core(as_a_user: list[str], tmp_path: Path) -> None:
    with Terminal([*WITH_CORES, *as_a_user, *WIZARD, "--connect-to", "127.0.0.1:9"], clean_environment(tmp_path), tmp_path) as terminal:
        terminal.wait_for("Start", "Alvys")
        assert look_into(terminal.pid, as_a_user) == "PermissionError"
        assert core_limit(terminal.pid) == ["0", "0"]
        terminal.signal(signal.SIGABRT)
        assert terminal.wait_for_end() == -signal.SIGABRT
    assert list(tmp_path.glob("*core*")) == []


@pytest.mark.usefixtures("readable_otherwise")
def test_a_keyring_child_is_not_read(as_a_user: list[str], tmp_path: Path) -> None:
    end = time.monotonic() + PATIENCE
    with waiting([*WITH_CORES, *as_a_user, *command()], tmp_path) as process:
        while (said := look_into(process.pid, as_a_user)) != "PermissionError":  # it has only just begun
            assert time.monotonic() < end, said
        assert core_limit(process.pid) == ["0", "0"]


def test_a_check_that_waits_for_its_values_leaves_no_core(tmp_path: Path) -> None:
    pattern = Path("/proc/sys/kernel/core_pattern").read_text(encoding="ascii")
    if "/" not in pattern and "|" not in pattern and resource.getrlimit(resource.RLIMIT_CORE)[1] != 0:
        with waiting([*WITH_CORES, *PLAIN], tmp_path, says="here") as process:
            assert aborted(process), "no program leaves a core here: nothing is proven"
        cores = list(tmp_path.glob("*core*"))
        assert cores
        for core in cores:
            core.unlink()
    check = [*WITH_CORES, sys.executable, "-c", "import sys; sys.path.insert(0, sys.argv.pop(1)); from wizard.cli import run; run()"]
    with waiting([*check, str(ROOT), "check", "--credentials", "-"], tmp_path) as process:
        assert process.stdin
        process.stdin.write(b'{"consumer_secret": "')
        process.stdin.flush()
        end = time.monotonic() + PATIENCE
        while core_limit(process.pid) != ["0", "0"]:
            assert time.monotonic() < end
        assert not aborted(process)
    assert list(tmp_path.glob("*core*")) == []


def aborted(process: subprocess.Popen[bytes]) -> bool:
    """Abort a process; tell whether it left a core."""
    process.send_signal(signal.SIGABRT)
    _, status = os.waitpid(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == -signal.SIGABRT
    return os.WCOREDUMP(status)
