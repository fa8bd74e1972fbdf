"""What a process does first: nothing that could tell a value is left on."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from leakscan import variants
from support import ROOT, canary

HARDENED = "import os, sys; from wizard.hardening import harden; harden()\n"


def run(program: str, given: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh interpreter."""
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, env={**os.environ, **environ}, input=given, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def printed(program: str, **environ: str) -> str:
    """Run a program that ends well; return what it prints."""
    done = run(program, **environ)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout


# --- the environment


def test_switches_that_make_a_program_tell_are_taken_away() -> None:
    switches = {
        "TEXTUAL": "devtools", "TEXTUAL_LOG": "/tmp/keys", "TEXTUAL_DEBUG": "1", "SSLKEYLOGFILE": "/tmp/keys", "PYTHONASYNCIODEBUG": "1",
        "PYTHONBREAKPOINT": "pdb.set_trace", "PYTHONDEVMODE": "1", "PYTHONINSPECT": "", "PYTHONTRACEMALLOC": "1",
    }  # fmt: skip
    stay = {"CONTEXT": "stays", "PYTHON_KEYRING_BACKEND": "stays"}
    looked_for = [*switches, *stay]
    assert printed(f"{HARDENED}print([n for n in {looked_for} if n in os.environ])", **switches, **stay) == f"{[*stay]}\n"


@pytest.mark.skipif(sys.platform != "linux", reason="core dumps and dumpable as on Linux")
def test_there_is_no_core_and_no_file_that_others_can_read(tmp_path: os.PathLike[str]) -> None:
    program = f"""
import ctypes, os, resource
from wizard.hardening import harden
os.umask(0); harden(); harden()
made = {os.fspath(tmp_path)!r} + "/made"
open(made, "w").close()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), oct(os.stat(made).st_mode))
"""
    assert printed(program) == "(0, 0) 0 0o100600\n"


@pytest.mark.parametrize("missing", ["ctypes", "prctl"])
def test_what_a_system_lacks_is_skipped(missing: str) -> None:
    hide = "sys.modules['ctypes'] = None" if missing == "ctypes" else "import ctypes; ctypes.CDLL = lambda name: object()"
    assert printed(f"import sys; {hide}\n{HARDENED}print('went on')") == "went on\n"


# --- what nobody caught

BOOM = """
secret = sys.stdin.read()

def boom(*arguments):
    token_secret = secret
    try:
        raise KeyError(token_secret)
    except KeyError as error:
        raise ValueError(f"no good: {token_secret}") from error
"""

WAYS = {
    "the main thread": "boom()",
    "another thread": "import threading; t = threading.Thread(target=boom); t.start(); t.join()",
    "a finalizer": "class F:\n    __del__ = boom\nF()",
    "a task nobody waits for": """
import asyncio, gc
async def main():
    async def task():
        boom()
    asyncio.ensure_future(task(), loop=asyncio.get_running_loop())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gc.collect()
asyncio.run(main(), debug=True)
""",
    "a callback of the loop": """
import asyncio
async def main():
    asyncio.get_running_loop().call_soon(boom, secret)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
asyncio.run(main(), debug=True)
""",
    "a log record": "import logging\ntry:\n    boom()\nexcept ValueError:\n    logging.getLogger('x').critical(secret, exc_info=True)",
}
"""How a program can fail where nobody catches it."""

SILENT = ("a task nobody waits for", "a callback of the loop", "a log record")
"""What Python hands to a log, and there is none."""


@pytest.mark.parametrize("way", WAYS)
def test_a_failure_that_nobody_caught_tells_where_and_nothing_else(way: str) -> None:
    secret = canary()
    without = run(f"import os, sys\n{BOOM}{WAYS[way]}", given=secret)
    assert secret in without.stderr, "Python would not have told: nothing is proven"
    done = run(f"{HARDENED}{BOOM}{WAYS[way]}", given=secret)
    assert done.returncode == (1 if way == "the main thread" else 0)
    told = (done.stdout + done.stderr).encode()
    assert [name for name, form in variants(secret).items() if form in told] == []
    if way in SILENT:
        assert told == b""
    else:
        assert done.stderr.startswith("The program failed.")
        assert "builtins.ValueError" in done.stderr and "<string>:10 in boom" in done.stderr and "builtins.KeyError" in done.stderr


def test_a_thread_that_ends_itself_is_no_failure() -> None:
    assert printed(f"{HARDENED}import threading; t = threading.Thread(target=sys.exit); t.start(); t.join()") == ""


def test_a_failure_without_a_place_to_tell_it_is_one_all_the_same() -> None:
    assert run(f"{HARDENED}sys.stderr = None\nraise ValueError").returncode == 1
