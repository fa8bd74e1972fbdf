"""The passphrase of the encrypted file: what a new one has to be, and one that nobody has to think up.

Two people's keyboards may send one visible text as different bytes; what is derived from is ``normal`` (RFC 8265, OpaqueString).
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import SecretStr  # not at run time: the child needs the rules alone, and starts faster

    from wizard.credentials import Credentials

SHORTEST, LONGEST = 14, 1024
"""Characters. Five words are never shorter (keyring-notes 4.3); nobody types the longest."""

DIFFERENT = 6
"""Different characters, at least: one key held down is no passphrase."""

RULE = f"At least {SHORTEST} characters, for example five words; case and blanks between them count."
"""What to tell before one is typed."""

_ALPHABET = "cdfhjkmnprtvx34679"
"""None looks like another, none has moved on a German or French keyboard, and they spell no words."""

_GROUPS = (6, 4)
"""Groups, and characters of each: 24 of 18 are 100 bits."""

_LIKE_A_VALUE = re.compile(r"[0-9A-Fa-f]{64}")
"""The form of NetSuite's keys and secrets (observed, keyring-notes 6.1)."""

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories that cannot be typed again for sure: controls, formats, surrogates, private and unassigned ones, line ends."""


def normal(text: str) -> str:
    """Return the one form of a passphrase: every kind of blank is a blank, and composed characters are one (NFC).

    Nothing is cut off or folded: case counts, and so does a blank at an end.

    Args:
        text: as typed.
    """
    return unicodedata.normalize("NFC", "".join(" " if unicodedata.category(c) == "Zs" else c for c in text))


def problem(text: str, credentials: Credentials | None = None) -> str | None:
    """Return why a text cannot become a passphrase, in a sentence that repeats none of it, or None.

    Args:
        text: as typed. One that opens a file already is not asked.
        credentials: the values it is to protect, as far as known: none of them may be it.
    """
    text = normal(text)
    told = (
        (not text.strip(), "There is no passphrase yet."),
        (any(unicodedata.category(c) in _UNSEEN for c in text), "It holds characters that nobody sees, such as a tab."),
        (text != text.strip(), "It begins or ends with a blank, which is lost too easily."),
        (len(text) < SHORTEST, f"It is too short: it takes at least {SHORTEST} characters, for example five words."),
        (len(text) > LONGEST, f"It is longer than {LONGEST} characters: this is something else, pasted here."),
        (len(set(text)) < DIFFERENT, f"It has fewer than {DIFFERENT} different characters, and is easily guessed."),
        (_is_value(text, credentials), "It looks like one of the values it is to protect. Take something else."),
    )
    return next((why for holds, why in told if holds), None)


def _is_value(text: str, credentials: Credentials | None) -> bool:
    pairs = (credentials.consumer, credentials.token) if credentials else ()
    known = [value.get_secret_value() for pair in pairs if pair for value in (pair.first, pair.second)]
    return bool(_LIKE_A_VALUE.search(text)) or any(value in text for value in known)


def generated() -> SecretStr:
    """Return a passphrase that is easy to copy from paper: six groups of four letters and digits, 100 bits."""
    from pydantic import SecretStr

    groups, each = _GROUPS
    return SecretStr("-".join("".join(secrets.choice(_ALPHABET) for _ in range(each)) for _ in range(groups)))
