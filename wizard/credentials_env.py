"""The command ``credentials env``: a child with values in its environment. The last resort: docs/secrets.md says why."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from types import FrameType
from typing import TYPE_CHECKING, TextIO

from wizard.cli_credentials import FIELDS
from wizard.credentials_command import values
from wizard.errors import UsageError

if TYPE_CHECKING:
    from wizard.desk import Desk

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,80}")
_STEERS = re.compile(
    r"(LD|DYLD|LC)_.*|PYTHON.*|PERL5(LIB|OPT|DB)|RUBY(LIB|OPT)|NODE_(OPTIONS|PATH)|CLASSPATH|JAVA_TOOL_OPTIONS|GCONV_PATH|"
    r"PATH|PATHEXT|HOME|SHELL|SHELLOPTS|BASHOPTS|BASH_ENV|ENV|IFS|PS4|PWD|USER|LOGNAME|TERM|LANG|TMPDIR|TEMP|TMP|EDITOR|PAGER|"
    r"COMSPEC|SYSTEMROOT|WINDIR",
    re.IGNORECASE,
)
"""Names that decide which code a program runs, or how: a value under one of them breaks the command or worse."""

_PASSED_ON = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM")
_BOTH_GET = ("SIGINT", "SIGQUIT")
"""Sent by the terminal to the child as well."""


def run(desk: Desk, options: argparse.Namespace, stderr: TextIO) -> int:
    """Run a command with values in its environment, and in no other.

    Args:
        desk: wired by the door.
        options: ``setup``, ``map``, ``command`` and ``passphrase_file``.
        stderr: for the talk.

    Returns:
        The command's exit code; 128 and the number of the signal that ended it, as shells say.

    Raises:
        UsageError: if a name is none, or steers programs; or if the command cannot be started.
        VaultError: if the values are gone, or cannot be read.
    """
    names = _names(options.map)
    if shutil.which(options.command[0]) is None:
        raise UsageError("The command was not found.")
    credentials = values(desk, options, stderr)
    given = {"account": credentials.account}
    for field in set(names.values()) - {"account"}:
        value = credentials.value(field)
        if value is None:
            raise UsageError(f"{field} is not kept yet.")
        given[field] = value.get_secret_value()
    code = _wait_for(options.command, {**os.environ, **{name: given[field] for name, field in names.items()}})
    return code if code >= 0 else 128 - code


def _names(pairs: list[str]) -> Mapping[str, str]:
    """Return fields by the names that were given."""
    if not pairs:
        raise UsageError("Say under which names: --map NAME=FIELD, e.g. --map NS_TOKEN_ID=token_id. None is given by itself.")
    names: dict[str, str] = {}
    for pair in pairs:
        name, _, field = pair.partition("=")
        if not _NAME.fullmatch(name) or field not in FIELDS:
            raise UsageError(f"--map takes NAME=FIELD: letters, digits and _, no digit first; fields: {', '.join(FIELDS)}.")
        if _STEERS.fullmatch(name):
            raise UsageError("--map names a variable that steers programs, such as PATH, LD_PRELOAD or PYTHONPATH.")
        if name in names:
            raise UsageError("--map gives the same name twice.")
        names[name] = field
    return names


def _wait_for(command: list[str], environment: Mapping[str, str]) -> int:
    """Run a child to its end; signals that only this process gets are passed on."""
    child: list[subprocess.Popen[bytes]] = []
    early: list[int] = []

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if child:
            child[0].send_signal(number)
        else:
            early.append(number)

    for names, handler in ((_PASSED_ON, pass_on), (_BOTH_GET, lambda *_: None)):
        for name in names:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                signal.signal(number, handler)  # the child begins with the system's own again
    try:
        child.append(subprocess.Popen(command, env=dict(environment)))
    except OSError as error:
        raise UsageError(f"The command cannot be started: {error.strerror}.") from None
    for number in early:
        child[0].send_signal(number)
    return child[0].wait()
