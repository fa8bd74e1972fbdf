"""Looks at the vaults of this machine beside the keyring: the encrypted file, and copies that a move left behind."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from wizard.on_disk import takes_files
from wizard.redact import one_line
from wizard.vault.interface import Usability
from wizard.verdict import Remedy, Standing, Verdict

if TYPE_CHECKING:
    from wizard.setup import Setup
    from wizard.vault.interface import Vaults


def examine_vaults(vaults: Vaults, setups: Iterable[Setup], now: datetime) -> Iterator[Verdict]:
    """Look without a passphrase; nothing that is written stays.

    Args:
        vaults: those of this machine.
        setups: all that are saved.
        now: UTC.

    Yields:
        One verdict on the encrypted file, and one for each copy that may have been left behind.
    """
    yield _file(vaults, now)
    for setup in setups:
        if setup.kept and setup.kept.left_in:
            says = f"one of {setup.id} may still lie in {one_line(vaults.of(setup.kept.left_in).place, 400)}, from a move"
            fix = f"netsuite-setup credentials move {setup.id} --to {setup.kept.vault} deletes it there."
            yield _row("copy left behind", Standing.WARNING, says, now, fix)


def _row(about: str, standing: Standing, says: str, at: datetime, fix: str = "") -> Verdict:
    return Verdict(about=about, standing=standing, says=says, remedy=Remedy(text=fix) if fix else None, at=at)


def _file(vaults: Vaults, now: datetime) -> Verdict:
    from wizard.vault.file_vault import has_argon2id

    vault = vaults.file
    path = one_line(str(vault.path), 400)
    derived = "Argon2id" if has_argon2id() else "scrypt, since this build of cryptography has no Argon2id"
    if not vault.exists:
        try:
            takes_files(vault.path.parent)
        except OSError as error:
            fix = "Make its folder writable, or free space on its disk; no encrypted file can be made otherwise."
            return _row("encrypted file", Standing.FAILED, f"{path} is not there yet: {error.strerror}", now, fix)
        says = f"usable: {path} is not there yet, and can be made with a passphrase ({derived})"
        return _row("encrypted file", Standing.VERIFIED, says, now)
    state = vault.open(SecretStr(""))  # no passphrase, but whatever is wrong without one is said
    if state.usability not in (Usability.OK, Usability.NO_PASSPHRASE):
        return _row("encrypted file", Standing.FAILED, f"{path}: {state.says}", now, state.way_out)
    mode = stat.S_IMODE(Path(vault.path).stat().st_mode)
    others = bool(mode & 0o077) and sys.platform != "win32"
    fix = f"Others on this machine can read it, and guess at its passphrase: chmod 600 {path}" if others else ""
    standing = Standing.WARNING if others else Standing.UNKNOWN
    says = f"{path} is there, closed, mode {mode:04o}; only its passphrase shows whether it opens ({derived})"
    return _row("encrypted file", standing, says, now, fix)
