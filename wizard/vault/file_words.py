"""What is said of the encrypted file: verdicts that it alone has, and what the others mean of it."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.vault.interface import Usability
from wizard.vault.passphrase import RULE

ENCRYPTED_FILE = "encrypted file"
"""In plain words."""

_SET_ASIDE = "set the file aside (it is kept, under another name), make new values in NetSuite and keep them in a new file"

OWN: Mapping[Usability, tuple[str, str]] = {
    Usability.NO_FILE: (
        "There is no encrypted file yet, or not any more.",
        "It is made with a passphrase of yours. If there was one, bring it back from where it was moved to, or from a backup.",
    ),
    Usability.NO_PASSPHRASE: ("The encrypted file is closed: this run does not have its passphrase.", "Give its passphrase."),
    Usability.WRONG_PASSPHRASE: (
        "The encrypted file does not open: the passphrase is another one, or the file is damaged. Nobody can tell which.",
        "Type it again: case, blanks and the keyboard's language count. If another run of this program changed it meanwhile, the "
        "new one opens the file. A copy from a backup opens with the passphrase of its day. A lost passphrase cannot be replaced: "
        f"{_SET_ASIDE}. The values inside are lost with it, and nothing else.",
    ),
    Usability.WEAK_PASSPHRASE: (
        "This is no passphrase for a file: it is too short, or too easily guessed.",
        f"{RULE} Nothing was done.",
    ),
    Usability.DAMAGED: (
        "The encrypted file is damaged, or something else lies in its place. It was left as it is.",
        f"Bring it back from a backup. If there is none, {_SET_ASIDE}. The values inside are lost, and nothing else.",
    ),
    Usability.NEWER: (
        "The encrypted file was written by a newer version of this program. It was left as it is.",
        f"Use that version, or a later one. If you cannot, {_SET_ASIDE}.",
    ),
    Usability.NO_DERIVATION: (
        "Python's cryptography library lacks what makes the file's key (Argon2id, or scrypt), or memory for it.",
        "Leave 256 MB of memory free, and install cryptography from its own wheels (pip install --force-reinstall cryptography): "
        "they bring both.",
    ),
}
"""Verdicts that no keyring has."""

SHARED: Mapping[Usability, tuple[str, str]] = {
    Usability.OK: ("The encrypted file opens with this passphrase.", ""),
    Usability.FULL: (
        "The encrypted file cannot be written: the disk is full or read-only, or this account may not write there.",
        "What the file held is still in it. Make room, or let this account write in its folder, and try again.",
    ),
    Usability.UNREADABLE: (
        "The encrypted file is there, and the system does not let this account read it. It was left as it is.",
        "Look at its owner and mode, at the link if it is one, and at the disk it lies on; then try again.",
    ),
    Usability.DELETES_NOTHING: (
        "The encrypted file still holds what was to be deleted.",
        "Another run may have written it again: try again.",
    ),
    Usability.TIMEOUT: (
        "The encrypted file could not be used in time: another program holds it, or its disk does not answer.",
        "Let the other program end, or look at the disk, and try again.",
    ),
    Usability.FAILS: (
        "The encrypted file could not be used, in a way this program does not know.",
        "Try again. Too little memory may be why: opening the file takes 64 MB for a moment.",
    ),
}
"""What is the matter where a keyring can have the same verdict."""
