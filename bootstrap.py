"""From a fresh checkout to a running program, with nothing but Python (3.10 or newer, standard library only).

``python3 bootstrap.py practice [OPTION...]`` installs into ``.venv`` and opens ``netsuite-setup --practice``.
``python3 bootstrap.py test [OPTION...]`` adds the tests' tools, then runs ruff, mypy and pytest; options go to pytest.

What is installed is exactly what constraints.txt names, proven by its hashes, as ready-made files only (a package in
source would fetch its build tools unproven); then the project itself, so that ``.venv`` shows the code of this
checkout. A complete installation is kept until constraints.txt, pyproject.toml, the place or the Python changes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
STAMP = VENV / "installed.txt"
"""Written last: what a complete installation was made from, and for which job."""
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
SUFFIX = ".exe" if os.name == "nt" else ""
PYTHON = BIN / f"python{SUFFIX}"
TESTS_ONLY = "# --- tests only ---\n"
"""The line of constraints.txt (written by scripts/lock.py) after which only the tests' tools follow."""

KEYRING_TOOLS = ("gnome-keyring-daemon", "dbus-run-session", "dbus-send")
"""Commands without which tests/ci-keyring.sh cannot offer a real Secret Service."""

TEST_TOOLS = {
    "gnome-keyring-daemon": "gnome-keyring",
    "dbus-run-session": "dbus",
    "dbus-send": "dbus",
    "tmux": "tmux",
    "sshd": "openssh-server",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "Xvfb": "xvfb",
    "chromium": "chromium",
    "chromedriver": "chromium-driver",
}
"""Commands the tests use and Debian's package of each: a real keyring, terminal, login and browser, a display nobody looks at."""

OTHER_PLACES = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_HASHES", "PIP_CONSTRAINT", "PYTHONHOME")
"""Settings that would lead the installation elsewhere or stop it; those of index, proxy and certificates stay."""

NO_NETWORK = "The package index cannot be reached: no network, or a proxy is needed (set HTTPS_PROXY)."
REASONS = (
    ("do not match the hashes", "A downloaded file is not the one that constraints.txt names; it was not installed."),
    ("no space left", "The disk is full."),
    ("certificate verify failed", "This machine does not trust the package index's certificate (set PIP_CERT)."),
    ("proxyerror", "The proxy does not let this machine through to the package index (see HTTPS_PROXY)."),
    ("newconnectionerror", NO_NETWORK),
    ("name resolution", NO_NETWORK),
    ("nameresolutionerror", NO_NETWORK),
    ("failed to establish a new connection", NO_NETWORK),
    ("timed out", "The package index does not answer."),
    ("(from versions: none)", "The package index cannot be reached, or has no ready-made file of it for this system."),
    ("no matching distribution", "The package index has no ready-made file of it for this system and this Python."),
    ("permission denied", "Something may not be written; the lines below say what."),
)
"""What a failed command printed, in lower case, and what that means; the first that is found is said."""


class Trouble(Exception):
    """Nothing more can be done; the text says why and, where known, what to do."""


def main(arguments: list[str]) -> int:
    """Install what is missing, then run what was asked for.

    Args:
        arguments: the words after ``bootstrap.py``.

    Returns:
        The exit code of what was run; 1 when the installation failed, 2 for wrong usage.
    """
    job, options = (arguments[0] if arguments else ""), arguments[1:]
    if job in ("-h", "--help"):
        print(__doc__)
        return 0
    if job not in ("practice", "test"):
        say("usage: python3 bootstrap.py practice|test [OPTION...]   (--help says more)")
        return 2
    try:
        ensure_installed(job)
        if job == "practice":
            return practice(options)
        ensure_test_tools()
        return test(options)
    except Trouble as trouble:
        say(f"bootstrap.py: {trouble}")
        return 1
    except KeyboardInterrupt:
        return 130


def say(text: str) -> None:
    """Tell the person; on stderr, so that stdout belongs to what is run afterwards."""
    print(text, file=sys.stderr, flush=True)


# --- the virtual environment


def ensure_installed(job: str) -> None:
    """Make ``.venv`` anew unless the last installation was complete and is of what is wanted now.

    Args:
        job: ``practice``, or ``test`` for the tests' tools as well.

    Raises:
        Trouble: if it cannot be made; it bears no stamp then, so the next run begins again.
    """
    lock = (HERE / "constraints.txt").read_text(encoding="utf-8")
    wanted = digest(lock)
    if job in installed(wanted):
        return
    ensure_venv_module()
    with installing_alone():
        has = installed(wanted)
        if job in has:
            return
        say(f"Installing into {VENV}; this takes a minute, and happens again only after updates.")
        STAMP.unlink(missing_ok=True)
        if not has:
            run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made.")
        chosen = VENV / "chosen.txt"
        chosen.write_text(lock if job == "test" else lock.partition(TESTS_ONLY)[0], encoding="utf-8")
        # The lock is whole, so that nothing is left for pip to resolve (one dependency is overridden in pyproject.toml).
        pip("--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement", str(chosen))
        pip("--no-deps", "--no-build-isolation", "--no-index", "--editable", str(HERE))
        STAMP.write_text(" ".join([wanted, *sorted({"practice", job})]) + "\n", encoding="utf-8")


def digest(lock: str) -> str:
    """Return as one word what an installation depends on: the two files, the place and the Python.

    Args:
        lock: content of constraints.txt.
    """
    project = (HERE / "pyproject.toml").read_text(encoding="utf-8")
    parts = (lock, project, str(VENV), sys.version, os.path.realpath(sys.executable))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def installed(wanted: str) -> list[str]:
    """Return the jobs that ``.venv`` is complete for; none if it is not there, outdated or unfinished.

    Args:
        wanted: the digest it must bear.
    """
    if not (STAMP.is_file() and PYTHON.exists()):
        return []
    made_from, *jobs = STAMP.read_text(encoding="utf-8").split() or [""]
    return jobs if made_from == wanted else []


@contextmanager
def installing_alone() -> Iterator[None]:
    """Hold a lock while installing; a second run waits.

    What is locked is this file itself: it is there, it is writable like the checkout, and nothing is left behind. The
    commands of the installation inherit the lock: it ends with the last of them, also if this process is killed.

    Raises:
        Trouble: if the checkout may not be written to.
    """
    try:
        file = open(__file__, "r+b")  # noqa: SIM115 - closed below
    except OSError as error:
        raise Trouble(f"{HERE} may not be written to ({error.strerror}), so nothing can be installed there.") from None
    with file:
        told = False
        while not locked(file.fileno()):
            if not told:
                say("Another run is installing; waiting for it.")
            told = True
            time.sleep(0.2)
        os.set_inheritable(file.fileno(), True)
        yield


def locked(descriptor: int) -> bool:
    """Try to lock an open file; tell whether it succeeded."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # beyond the end, so that nobody is kept from reading
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def ensure_venv_module() -> None:
    """Debian and its relatives ship Python without what makes virtual environments: install it, or name it.

    Raises:
        Trouble: with the exact command, if it is missing and cannot be installed from here.
    """
    if has_venv_module():
        return
    if not shutil.which("apt-get") or sys.prefix != "/usr":
        raise Trouble(f"{sys.executable} lacks the modules venv and ensurepip; install them or use another Python.")
    apt_install([f"python3.{sys.version_info[1]}-venv"], "This Python lacks the modules venv and ensurepip.")
    importlib.invalidate_caches()
    if not has_venv_module():
        raise Trouble(f"{sys.executable} still lacks the modules venv and ensurepip.")


def has_venv_module() -> bool:
    """Tell whether this Python can make virtual environments with pip in them."""
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def pip(*options: str) -> None:
    """Run ``pip install`` of the virtual environment, quietly.

    Raises:
        Trouble: if it fails.
    """
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    run([*command, *options], "The installation did not succeed.")


def run(command: list[str], failure: str) -> None:
    """Run a command without its output, unless it fails.

    Args:
        command: program and arguments.
        failure: what to say if it fails; a known reason and the last lines of its output are said with it.

    Raises:
        Trouble: if it fails.
    """
    env = {name: value for name, value in os.environ.items() if name not in OTHER_PLACES}
    env["DEBIAN_FRONTEND"] = "noninteractive"
    null, pipe = subprocess.DEVNULL, subprocess.PIPE
    done = subprocess.run(
        command, env=env, stdin=null, stdout=pipe, stderr=subprocess.STDOUT, close_fds=False, check=False
    )  # with the descriptors of installing_alone()
    if done.returncode == 0:
        return
    output = done.stdout.decode(errors="replace").strip()
    reason = next((said for sign, said in REASONS if sign in output.lower()), "")
    tail = "\n".join(f"  | {line}" for line in output.splitlines()[-12:])
    raise Trouble(f"{failure} {reason}\n  $ {shlex.join(command)}\n{tail}")


# --- packages of the system


def apt_install(packages: list[str], why: str) -> None:
    """Install Debian packages, if this is root.

    Args:
        packages: their names.
        why: what is missing, a sentence.

    Raises:
        Trouble: with the command to run, if this is not root; or if apt-get fails.
    """
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0:
        raise Trouble(f"{why} Run this, then try again:\n  sudo {shlex.join(command)}")
    say(f"{why} Installing {', '.join(packages)} with apt-get.")
    run(["apt-get", "update"], "The lists of Debian packages could not be brought up to date.")
    run(command, "The packages could not be installed.")


def find_tool(name: str) -> str | None:
    """Return where a command is: also where ordinary users do not look, and Debian puts sshd.

    Args:
        name: of the command.
    """
    return shutil.which(name) or shutil.which(name, path="/usr/sbin")


def ensure_test_tools() -> None:
    """Install what the tests use beside Python, or say which tests will be skipped without it."""
    missing = [tool for tool in TEST_TOOLS if not find_tool(tool)]
    if "sshd" in missing and os.path.isdir("/run/systemd/system"):
        missing.remove("sshd")
        say("Not installing openssh-server: Debian would start it. Tests of a login over SSH need it, and are skipped.")
    if not missing:
        return
    why = f"Tests with a real keyring, terminal, login and browser need {', '.join(missing)}."
    try:
        if not shutil.which("apt-get"):
            raise Trouble(why)
        apt_install(sorted({TEST_TOOLS[tool] for tool in missing}), why)
    except Trouble as trouble:
        say(f"{trouble}\nUntil then these tests are skipped, each with its reason.")


# --- what was asked for


def practice(options: list[str]) -> int:
    """Become the program, in practice mode.

    Args:
        options: further options of ``netsuite-setup``.
    """
    command = [str(BIN / f"netsuite-setup{SUFFIX}"), "--practice", *options]
    if os.name == "nt":  # there, exec would give the prompt back while the program still runs
        return subprocess.call(command)
    os.execv(command[0], command)  # noqa: S606 - our own program, no shell


def test(options: list[str]) -> int:
    """Run lint, types and tests, in this order, until something fails.

    The tests run inside a throw-away Secret Service where there can be one, with their temporary files in a folder
    that other users can neither guess nor read (advisory GHSA-6w46-j5rx-g56g of pytest before 9.0.3).

    Args:
        options: further options of pytest.
    """
    for tool in (["ruff", "check", "."], ["mypy"]):
        say(f"$ {shlex.join(tool)}")
        code = subprocess.call([str(PYTHON), "-m", *tool], cwd=HERE)
        if code:
            return code
    command = [str(PYTHON), "-m", "pytest", "-n", "auto", "--dist", "loadfile", *options]
    if all(shutil.which(tool) for tool in KEYRING_TOOLS):
        command = ["sh", str(HERE / "tests" / "ci-keyring.sh"), *command]
    say(f"$ {shlex.join(command)}")
    with tempfile.TemporaryDirectory(prefix="netsuite-setup-") as private:
        return subprocess.call(command, cwd=HERE, env={**os.environ, "PYTEST_DEBUG_TEMPROOT": private})


if __name__ == "__main__":
    if sys.version_info < (3, 10):  # noqa: UP036 - the checkout may meet an older one
        sys.exit(f"bootstrap.py: Python 3.10 or newer is needed; this is {sys.version.split()[0]}.")
    sys.exit(main(sys.argv[1:]))
