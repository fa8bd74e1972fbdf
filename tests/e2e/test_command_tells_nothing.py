"""Whatever somebody switched on for debugging before the program began, it tells no header and no value."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import LONG, Practices, environment, practices, written_values
from leakscan import variants
from support import ROOT, canary

from wizard.cli import _parser

LOUD = """
import http.client, logging, sys, traceback

logging.basicConfig(level=1, stream=sys.stderr)
for name in ("oauthlib.oauth1.rfc5849", "requests_oauthlib.oauth1_auth", "urllib3.connectionpool", "asyncio", "keyring.backend"):
    logging.getLogger(name).setLevel(1)
http.client.HTTPConnection.debuglevel = 1


def with_locals(kind, error, trace):
    print("".join(traceback.TracebackException(kind, error, trace, capture_locals=True).format()), file=sys.stderr)


sys.excepthook = with_locals
"""
"""Python runs it before anything else: what people leave in ``sitecustomize`` while they look for a mistake."""

ANYBODY = """
import json, sys, requests
from requests_oauthlib import OAuth1

served = json.load(sys.stdin)
values = [served["credentials"][name] for name in ("consumer_key", "consumer_secret", "token_id", "token_secret")]
auth = OAuth1(*values, signature_method="HMAC-SHA256", realm=served["account"])
requests.get(f"https://{served['address']}/services/rest/system/v1/serverTime", auth=auth, verify=False, timeout=30)
"""
"""A program without our precautions, which shows that the switches are on."""

CRASH = """
import sys
import wizard.cli

secret = sys.stdin.read()

def boom(*arguments):
    token_secret = secret
    try:
        raise KeyError(token_secret)
    except KeyError as error:
        raise ValueError(f"no good: {token_secret}") from error

class Parser(wizard.cli._Parser):
    def parse_args(self, *arguments):
        options = super().parse_args(*arguments)
        options.do = boom
        return options

wizard.cli._Parser = Parser
wizard.cli.run()
"""
"""A command that fails at once, with a secret wherever an error can carry one. Arguments: the command."""


def commands(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield every command there is, with something for each argument that it needs."""
    given = list(path)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from commands(below, (*path, name))
            if action.required:
                return
        elif action.required:
            given += [*action.option_strings[:1], str(next(iter(action.choices or ["1"])))]
    yield tuple(given)


COMMANDS = sorted(commands(_parser()))


@pytest.fixture(scope="module")
def practice() -> Iterator[Practices]:
    with practices() as started:
        yield started


@pytest.fixture
def loud(tmp_path: Path) -> dict[str, str]:
    """An environment in which everything that can be told is told."""
    (tmp_path / "loud").mkdir()
    (tmp_path / "loud" / "sitecustomize.py").write_text(LOUD, encoding="utf-8")
    return {
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "loud"), str(ROOT)]), "SSLKEYLOGFILE": str(tmp_path / "session-keys"),
        "PYTHONASYNCIODEBUG": "1", "PYTHONDEVMODE": "1", "PYTHONWARNINGS": "default",
    }  # fmt: skip


def python(program: str, *arguments: str, given: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program of ours to its end."""
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, check=False, input=given, capture_output=True, text=True, timeout=LONG, env=environment(**env))


def told(done: subprocess.CompletedProcess[str], values: list[str]) -> list[str]:
    """Return which values a program printed, in any form, and what belongs to a signature or an echo."""
    printed = (done.stdout + done.stderr).encode()
    found = [name for value in values for name, form in variants(value).items() if form in printed]
    return found + [word for word in ("Authorization", "oauth_signature", "DEBUG:", "send: b", "header: ") if word.encode() in printed]


def test_no_header_and_no_value_is_told_over_https(practice: Practices, loud: dict[str, str], tmp_path: Path) -> None:
    served = practice("alvys-ready")
    values, keys = written_values(served.ready["credentials"]), tmp_path / "session-keys"
    anybody = python(ANYBODY, given=json.dumps(served.ready), env=loud)
    assert {"raw", "Authorization", "oauth_signature"} <= set(told(anybody, values)), "the switches are not on"
    assert keys.read_text(encoding="ascii").count("SECRET") >= 2
    keys.unlink()
    for form in ([], ["--json"]):
        done = served.check(*form, env=loud)
        assert "Login over REST with the token" in done.stdout and done.returncode in (0, 4), done.stderr
        assert told(done, written_values(served.given())) == []
    assert not keys.exists()


def test_the_commands_are_found() -> None:
    assert {(), ("check",), ("status",), ("practice", "serve")} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: "-".join(command) or "wizard")
def test_a_command_that_fails_tells_where_and_nothing_else(command: tuple[str, ...], loud: dict[str, str]) -> None:
    secret = canary()
    done = python(CRASH, *command, given=secret, env=loud)
    assert done.returncode == 1
    assert told(done, [secret]) == [] and secret[:10] not in done.stdout + done.stderr
    assert done.stderr.startswith("The program failed.") and "builtins.ValueError" in done.stderr and "in boom" in done.stderr
    assert "no good" not in done.stderr and "token_secret" not in done.stderr
