"""bootstrap.py as a person runs it, in a small checkout without a network; the real lock is installed by .ci/run."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support import ROOT

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "small"
version = "1.0"
"""

BACKEND = '''\
"""Builds an editable wheel of the small checkout: one .pth file and one command, without any build tool."""

import pathlib
import zipfile


def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(pathlib.Path(folder, "small-1.0-py3-none-any.whl"), "w") as archive:
        archive.writestr("small.pth", str(pathlib.Path.cwd()))
        archive.writestr("small-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: small\\nVersion: 1.0\\n")
        archive.writestr("small-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr("small-1.0.dist-info/entry_points.txt", "[console_scripts]\\nnetsuite-setup = program:run\\n")
        archive.writestr("small-1.0.dist-info/RECORD", "")
    return "small-1.0-py3-none-any.whl"
'''

PROGRAM = """\
import json, sys

def run():
    import tiny
    print(json.dumps(sys.argv[1:]))
    sys.exit(4)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one dependency, ``tiny``, which lies in the folder ``index``; ``absent`` is for its tests only."""
    folder = tmp_path / "a checkout"
    index = folder / "index"
    index.mkdir(parents=True)
    shutil.copy(ROOT / "bootstrap.py", folder)
    for name, text in (("pyproject.toml", PYPROJECT), ("backend.py", BACKEND), ("program.py", PROGRAM)):
        (folder / name).write_text(text, encoding="utf-8")
    with zipfile.ZipFile(index / "tiny-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("tiny.py", "")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    lock(folder, hashlib.sha256((index / "tiny-1.0-py3-none-any.whl").read_bytes()).hexdigest())
    return folder


def lock(checkout: Path, digest: str) -> None:
    """Write the small checkout's constraints.txt."""
    hashes = f" \\\n    --hash=sha256:{digest}\n"
    text = f"tiny==1.0{hashes}\n# --- tests only ---\nabsent==1.0{hashes}"
    (checkout / "constraints.txt").write_text(text, encoding="utf-8")


def start(checkout: Path, *arguments: str, **env: str) -> subprocess.Popen[str]:
    """Start bootstrap.py with the folder ``index`` as its only package index, unless ``env`` names another."""
    neutral = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    index = env or {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": (checkout / "index").as_uri()}
    command = [sys.executable, str(checkout / "bootstrap.py"), *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env={**neutral, **index}, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)


def run(checkout: Path, *arguments: str, **env: str) -> tuple[int, str, str]:
    """Run it to its end; return exit code, stdout and stderr."""
    process = start(checkout, *arguments, **env)
    out, err = process.communicate()
    return process.returncode, out, err


def test_the_program_is_installed_once_and_becomes_what_runs(checkout: Path) -> None:
    code, out, err = run(checkout, "practice", "--plain", "two words")
    assert (code, json.loads(out)) == (4, ["--practice", "--plain", "two words"]), err
    assert err.startswith("Installing into ")
    assert len(err.splitlines()) == 1

    assert run(checkout, "practice") == (4, '["--practice"]\n', "")

    (checkout / ".venv" / "installed.txt").unlink()  # as after an interruption
    code, out, err = run(checkout, "practice")
    assert (code, out) == (4, '["--practice"]\n')
    assert err.startswith("Installing into ")


@pytest.mark.parametrize("change", ["none", "pyproject.toml", "constraints.txt", "moved"])
def test_a_complete_installation_counts_until_something_changes(checkout: Path, change: str) -> None:
    ask = "import bootstrap as b; d = b.digest(open(b.HERE / 'constraints.txt').read()); print(d, *b.installed(d))"
    made_from = subprocess.check_output([sys.executable, "-c", ask], cwd=checkout, text=True).strip()
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").touch()
    (checkout / ".venv" / "installed.txt").write_text(f"{made_from} practice test\n", encoding="utf-8")
    if change == "moved":
        checkout = checkout.rename(checkout.with_name("elsewhere"))
    elif change != "none":
        with open(checkout / change, "a", encoding="utf-8") as file:
            file.write("# newer\n")

    _, *jobs = subprocess.check_output([sys.executable, "-c", ask], cwd=checkout, text=True).split()

    assert jobs == (["practice", "test"] if change == "none" else [])


def test_a_file_that_is_not_the_locked_one_is_refused(checkout: Path) -> None:
    lock(checkout, "0" * 64)
    code, out, err = run(checkout, "practice")
    assert (code, out) == (1, "")
    assert "is not the one that constraints.txt names" in err
    assert not list((checkout / ".venv").rglob("tiny.py"))
    assert not (checkout / ".venv" / "installed.txt").exists()


def test_a_lock_without_hashes_is_refused(checkout: Path) -> None:
    (checkout / "constraints.txt").write_text("tiny==1.0\n", encoding="utf-8")
    code, _, err = run(checkout, "practice")
    assert code == 1
    assert "Hashes are required" in err


def test_an_index_out_of_reach_is_said_plainly(checkout: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    code, _, err = run(checkout, "practice", PIP_INDEX_URL=f"http://127.0.0.1:{port}/", PIP_RETRIES="1")
    assert code == 1
    assert "The package index cannot be reached: no network, or a proxy is needed" in err
    assert "Traceback" not in err


def test_a_package_that_only_the_tests_need_is_asked_for_by_the_tests_only(checkout: Path) -> None:
    assert run(checkout, "practice")[0] == 4
    code, _, err = run(checkout, "test")
    assert code == 1
    assert "absent==1.0" in err
    assert not (checkout / ".venv" / "installed.txt").exists()


def test_a_second_run_waits_for_the_first(checkout: Path) -> None:
    with open(checkout / "bootstrap.py", "r+b") as first:
        fcntl.flock(first, fcntl.LOCK_SH)  # whoever wants it for himself must wait for this, too
        second = start(checkout, "practice")
        assert second.stderr is not None
        assert second.stderr.readline() == "Another run is installing; waiting for it.\n"
        assert not (checkout / ".venv").exists()
    out, _ = second.communicate()
    assert (second.returncode, out) == (4, '["--practice"]\n')


def test_a_killed_run_keeps_others_waiting_until_its_last_command_has_ended(checkout: Path, tmp_path: Path) -> None:
    begun, end = tmp_path / "begun", tmp_path / "end"
    os.mkfifo(begun)
    os.mkfifo(end)
    installing = f"open({str(begun)!r}, 'w').close(); open({str(end)!r}).close()"
    killed = f"""
import bootstrap, sys
with bootstrap.installing_alone():
    bootstrap.run([sys.executable, "-c", {installing!r}], "")
"""
    process = subprocess.Popen([sys.executable, "-c", killed], cwd=checkout)
    begun.read_text()
    process.kill()
    assert process.wait() == -signal.SIGKILL
    with open(checkout / "bootstrap.py", "r+b") as file:
        with pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        end.write_text("")
        fcntl.flock(file, fcntl.LOCK_EX)


def test_wrong_usage_installs_nothing(checkout: Path) -> None:
    for arguments in ((), ("practise",)):
        code, out, err = run(checkout, *arguments)
        assert (code, out) == (2, "")
        assert re.match(r"usage: python3 bootstrap\.py practice\|test", err)
    assert run(checkout, "--help")[0] == 0
    assert not (checkout / ".venv").exists()
