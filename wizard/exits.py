"""Exit codes of the command, in one table that help, README and tests share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum

from wizard.errors import AccountIdError, CredentialError, PracticeError, ProfileError, SetupError, UsageError, VaultError
from wizard.verdict import Standing


class Exit(IntEnum):
    """What the command's end means."""

    READY = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    UNDECIDED = 4
    VAULT = 5
    INTERRUPTED = 130


MEANINGS = {
    Exit.READY: "ready: every required line is verified, or attested where only a person can know",
    Exit.FAILED: "something failed",
    Exit.USAGE: "wrong usage",
    Exit.UNREACHABLE: "NetSuite could not be reached",
    Exit.UNDECIDED: "not enough to decide: something is waiting, unknown, or attested though NetSuite could show it",
    Exit.VAULT: "the vault cannot be used",
    Exit.INTERRUPTED: "interrupted",
}
"""One line each."""


def exit_for(judged: Iterable[tuple[Standing, bool]]) -> Exit:
    """Return the exit code for a list of required requirements.

    Args:
        judged: standing of each, and whether a check could prove it.
    """
    rows = list(judged)
    if any(standing is Standing.FAILED for standing, _ in rows):
        return Exit.FAILED
    open_ones = (Standing.WAITING, Standing.UNKNOWN)
    if any(s in open_ones or (s is Standing.ATTESTED and provable) for s, provable in rows):
        return Exit.UNDECIDED
    return Exit.READY


_ERRORS: Mapping[type[SetupError], Exit] = {
    UsageError: Exit.USAGE, AccountIdError: Exit.USAGE, CredentialError: Exit.USAGE, ProfileError: Exit.USAGE,
    PracticeError: Exit.USAGE, VaultError: Exit.VAULT,
}
"""Errors whose code is not "something failed". What the practice account refuses was asked for: a scenario, a port."""


def exit_of(error: SetupError) -> Exit:
    """Return the exit code for an error that ended a command.

    Args:
        error: any of ours.
    """
    return next((code for kind, code in _ERRORS.items() if isinstance(error, kind)), Exit.FAILED)
