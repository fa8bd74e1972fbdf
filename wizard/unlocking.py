"""The passphrase of the encrypted file, for commands without the wizard: typed at the terminal, or the first line of a file.

Never an argument and never the environment: others can read both.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, TextIO

from pydantic import SecretStr

from wizard.at_terminal import ask_hidden, there_is_one
from wizard.errors import UsageError, VaultLocked
from wizard.redact import one_line
from wizard.vault.child_vault import refuse
from wizard.vault.file_words import ENCRYPTED_FILE
from wizard.vault.interface import Usability
from wizard.vault.passphrase import LONGEST, RULE, problem
from wizard.vault.words import words

if TYPE_CHECKING:
    from wizard.vault.interface import ClosedVault

TRIES = 3
"""At a terminal; a file is tried once."""

_NOBODY = (
    "There is no terminal here to ask for it: give --passphrase-file FILE, whose first line is the passphrase "
    "(made for LoadCredentialEncrypted= of systemd; docs/secrets.md)."
)


def unlock(vault: ClosedVault, path: str | None, stderr: TextIO) -> None:
    """Open the encrypted file. Where there is none nothing is asked: whoever reads it is told so.

    Args:
        vault: the encrypted file.
        path: of the file with the passphrase; None asks at the terminal.
        stderr: for the talk.

    Raises:
        VaultError: if it does not open.
        UsageError: if the file with the passphrase cannot be read.
    """
    if not vault.exists:
        return
    usability, left = Usability.NO_PASSPHRASE, 1
    if path is None:
        # An empty one opens nothing; what is wrong with the file is told before one is typed.
        usability, left = vault.open(SecretStr("")).usability, TRIES
    while left and usability in (Usability.NO_PASSPHRASE, Usability.WRONG_PASSPHRASE):
        left -= 1
        usability = vault.open(_given(vault, path, stderr)).usability
        if usability is Usability.WRONG_PASSPHRASE and left:
            stderr.write(f"It does not open. {left} {'tries' if left > 1 else 'try'} left.\n")
    if usability is not Usability.OK:
        refuse(usability, why=ENCRYPTED_FILE)


def make(vault: ClosedVault, path: str | None, stderr: TextIO) -> None:
    """Open the encrypted file, or make it with a passphrase that is typed twice.

    Args:
        vault: the encrypted file.
        path: of the file with the passphrase; None asks at the terminal.
        stderr: for the talk.

    Raises:
        VaultError: if it does not open, or cannot be made.
        UsageError: if no passphrase was chosen.
    """
    if vault.exists:
        unlock(vault, path, stderr)
        return
    passphrase = new_passphrase(stderr) if path is None else first_line(path, stderr)
    if why := problem(passphrase.get_secret_value()):
        raise UsageError(why)
    state = vault.open(passphrase)
    if state.usability is not Usability.OK:
        refuse(state.usability, why=ENCRYPTED_FILE)


def new_passphrase(stderr: TextIO) -> SecretStr:
    """Have a new passphrase typed twice.

    Args:
        stderr: for the talk.

    Raises:
        VaultLocked: without a terminal.
        UsageError: if three times none came of it.
    """
    if not there_is_one():
        raise VaultLocked(f"A new passphrase is typed twice. {_NOBODY}")
    stderr.write(
        f"A new passphrase. {RULE}\nNobody can bring it back: if it is lost, new values have to be made in NetSuite.\n"
    )
    for _ in range(TRIES):
        typed = ask_hidden("New passphrase:", stderr)
        if typed is None:
            break
        if why := problem(typed):
            stderr.write(f"{why}\n")
        elif typed != ask_hidden("The same again:", stderr):
            stderr.write("That was not the same.\n")
        else:
            return SecretStr(typed)
    raise UsageError("No new passphrase was chosen; nothing was changed.")


def first_line(path: str, stderr: TextIO) -> SecretStr:
    """Return the passphrase that a file holds.

    Args:
        path: of the file; also a pipe.
        stderr: warned if every user of this machine can read it.

    Raises:
        UsageError: if it cannot be read, or its first line is none.
    """
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            raw = file.readline(5 * LONGEST)
    except OSError as error:
        raise UsageError(f"--passphrase-file cannot be read: {error.strerror}.") from None
    # Not the group: where systemd lets one more user read a credential, the mode shows that as the group's.
    if stat.S_ISREG(status.st_mode) and os.name == "posix" and status.st_mode & stat.S_IROTH:
        stderr.write(f"! Every user of this machine can read {one_line(path)}: chmod 600, and a new passphrase, would end that.\n")
    line = raw.decode("utf-8-sig", "surrogateescape").rstrip("\r\n")  # as the encrypted file itself reads one
    if not 0 < len(line) <= LONGEST:
        raise UsageError(f"The first line of --passphrase-file is {'longer than a passphrase' if line else 'empty'}.")
    return SecretStr(line)


def _given(vault: ClosedVault, path: str | None, stderr: TextIO) -> SecretStr:
    if path is not None:
        return first_line(path, stderr)
    typed = ask_hidden(f"Passphrase of {one_line(vault.place, 400)}:", stderr)
    if typed:
        return SecretStr(typed)
    raise VaultLocked(f"{words(Usability.NO_PASSPHRASE, ENCRYPTED_FILE)[0]} {'' if there_is_one() else _NOBODY}".strip())
