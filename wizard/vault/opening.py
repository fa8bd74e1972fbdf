"""What a person types to open a vault, or to make one."""

from __future__ import annotations

from typing import Literal

from pydantic import SecretStr

from wizard.vault.interface import StoreState, Vaults

Asks = Literal["", "unlock", "create", "open", "new"]
"""Nothing; the keyring's password, one for its first keyring; the file's passphrase, one for a new file."""


def open_with(vaults: Vaults, asks: Asks, typed: str) -> StoreState:
    """Open a vault, or make it; blocks.

    Args:
        vaults: the three places.
        asks: what was typed.
        typed: as typed; kept in memory for the file, nowhere for the keyring.

    Returns:
        What a probe says afterwards, or why it did not open.
    """
    secret = SecretStr(typed)
    if asks == "unlock":
        return vaults.keyring.unlock(secret)
    if asks == "create":
        return vaults.keyring.create(secret)
    return vaults.file.open(secret)
