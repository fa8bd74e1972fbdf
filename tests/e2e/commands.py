"""Runs the program as other programs do: as a process, with arguments, standard input and exit codes."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support import ROOT

LONG = 60.0
"""Seconds after which a process counts as hanging."""

_LEFT_OUT = (
    "PYTHONUNBUFFERED",  # would hide what happens at the last flush
    "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE",
)
_PROGRAM = (sys.executable, "-m", "wizard")


def environment(**more: str) -> dict[str, str]:
    """Return the test's environment with the checkout on the path and without settings of this machine."""
    kept = {name: value for name, value in os.environ.items() if name.upper() not in _LEFT_OUT}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    """Start the program; whoever starts it ends it."""
    streams = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
    return subprocess.Popen([*_PROGRAM, *arguments], **{**streams, "env": environment(), "text": True, **options})


def run(*arguments: str, given: object = "", env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program to its end.

    Args:
        arguments: the command line.
        given: standard input; anything but a text is sent as JSON.
        env: what the environment has besides.
    """
    text = given if isinstance(given, str) else json.dumps(given)
    done = subprocess.run(
        [*_PROGRAM, *arguments],
        check=False, input=text, capture_output=True, text=True, timeout=LONG, env=environment(**(env or {})),
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done


@dataclass(frozen=True)
class Served:
    """A practice account in a process of its own, as its one line tells."""

    ready: dict[str, Any]
    """The line."""

    @property
    def network(self) -> tuple[str, ...]:
        """Options that lead there."""
        return ("--connect-to", self.ready["address"], "--ca-file", self.ready["ca_file"])

    def given(self, setup_token: bool = True, **more: object) -> dict[str, object]:
        """Return what ``check --credentials -`` reads."""
        token = {"setup_token": self.ready["setup_token"]} if setup_token else {}
        return {**self.ready["credentials"], **token, **more}

    def check(self, *arguments: str, given: object = None, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Check what stands there, or something else, from standard input."""
        what = self.given() if given is None else given
        return run("check", "--profile", "alvys", "--credentials", "-", *self.network, *arguments, given=what, env=env)

    def verdicts(self, *arguments: str, given: object = None) -> dict[str, dict[str, Any]]:
        """Check, and return the requirements by id."""
        return {row["id"]: row for row in document(self.check("--json", *arguments, given=given))["requirements"]}


@contextmanager
def serving(scenario: str, *arguments: str, ends_with: signal.Signals = signal.SIGTERM) -> Iterator[Served]:
    """Run ``practice serve`` for as long as the block lasts, and want it to end well."""
    process = start("practice", "serve", "--scenario", scenario, *arguments)
    try:
        assert process.stdout and process.stderr
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield Served(json.loads(line))
        process.send_signal(ends_with)
        out, err = process.communicate(timeout=LONG)
        assert (process.returncode, out, err) == (0, "", "")
    finally:
        process.kill()
        process.communicate()


class Practices:
    """One process per scenario, started when it is first asked for."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._served: dict[str, Served] = {}

    def __call__(self, scenario: str) -> Served:
        if scenario not in self._served:
            self._served[scenario] = self._stack.enter_context(serving(scenario))
        return self._served[scenario]


@contextmanager
def practices() -> Iterator[Practices]:
    """For a fixture of a module."""
    with ExitStack() as stack:
        yield Practices(stack)


class Silent:
    """A socket that takes connections and never answers."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(LONG)
        self.address = "127.0.0.1:{1}".format(*self.socket.getsockname())

    def called(self) -> bool:
        """Tell whether anybody connected so far."""
        self.socket.settimeout(0)
        try:
            self.socket.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def wait_for_bytes(self) -> socket.socket:
        """Wait until somebody connected and said something; return the connection, to be closed."""
        connection, _ = self.socket.accept()
        connection.settimeout(LONG)
        assert connection.recv(1)
        return connection


@contextmanager
def silent() -> Iterator[Silent]:
    """Listen for as long as the block lasts."""
    listening = Silent()
    with listening.socket:
        yield listening


def closed_port() -> str:
    """Return an address on this machine at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return "127.0.0.1:{1}".format(*probe.getsockname())


def document(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return the JSON document that was printed; it is all that was printed."""
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def five(**other: object) -> dict[str, object]:
    """Return five values of the right shape that open nothing."""
    names = ("consumer_key", "consumer_secret", "token_id", "token_secret")
    return {"account": "1234567_SB1", **{name: secrets.token_hex(32) for name in names}, **other}


def written_values(given: object) -> list[str]:
    """Return every value in something given, for looking whether it is repeated."""
    if isinstance(given, Mapping):
        return [text for key, inner in given.items() if key != "account" for text in written_values(inner)]
    if isinstance(given, Sequence) and not isinstance(given, str):
        return [text for inner in given for text in written_values(inner)]
    return [given.strip(" \t\r\n\"'")] if isinstance(given, str) and len(given) >= 16 else []


def assert_nothing_repeated(done: subprocess.CompletedProcess[str], *values: str) -> None:
    """Want no value in what the program said, whole or in its first sixteen characters."""
    assert values
    for value in values:
        assert value[:16] not in done.stdout + done.stderr


def mode(path: Path) -> str:
    """Return a file's permissions, e.g. ``0o600``."""
    return oct(path.stat().st_mode & 0o777)
