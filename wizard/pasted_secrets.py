"""Secrets in a pasted text: recognised by their place or their shape, taken out before anything else looks at it.

Whoever asks for help pastes what is on the screen, and keys, headers and cookies stand there too. What is taken out here
is told by its kind only; nothing of it is kept. One too many is hidden rather than one too few.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from wizard.causes import AUDIT_WORDS

HIDDEN = "(hidden)"
"""What stands in place of a secret."""

KINDS: Mapping[str, tuple[str, str]] = {
    "private_key": (
        "a private key",
        "Make a new key pair, put the new certificate in place of the old one, and remove the old one.",
    ),
    "authorization": (
        "an Authorization header",
        "It names Consumer Key and Token ID; with Bearer or Basic it is the login itself. Revoke that token, or set a new "
        "password.",
    ),
    "secret": (
        "a consumer secret or token secret, by its label",
        "Token: revoke it on Access Tokens and make a new one. Consumer: Edit > Reset Credentials on the integration record.",
    ),
    "password": ("a password, by its label", "Set a new one."),
    "login": ("a user with password or token inside an address", "Set a new password, or revoke that token."),
    "token": ("a token, by its name", "If it opens something by itself, as tokens in an address do, revoke it and make a new one."),
    "cookie": ("a cookie or session", "Log out of that session."),
    "signature": (
        "a part of a signature",
        "It is good for one request and tells no secret; nothing has to be replaced for it alone.",
    ),
    "key": (
        "a key, token or id, by its label",
        "By itself it opens nothing; together with its secret it does. Replace the pair if its secret was near it.",
    ),
    "long_run": (
        "a long run of letters and figures, as NetSuite's keys and secrets are",
        "If it is a secret: revoke the token and make a new one, or Edit > Reset Credentials on the integration record.",
    ),
}
"""By kind: what was seen, and what to do because it was pasted."""

_JOINT = r"""\\?["']?\s*(?:=>|[:=])\s*"""
_VALUE = r"""(?:\\?"[^"\n]{0,6000}?\\?"|'[^'\n]{0,6000}'|[^\s"'&,;<>(){}\[\]]{2,6000})"""


def _labelled(names: str) -> re.Pattern[str]:
    """Return what finds a value behind one of some names: NAME=value, "name": "value", Name: value, a cell of a table."""
    return re.compile(rf"(?P<label>(?:{names})(?:{_JOINT}|[ ]?\t[ ]*))(?P<value>{_VALUE})", re.IGNORECASE)


def _elements(names: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<label><(?:[\w.-]+:)?(?:{names})\b[^<>]{{0,300}}>)(?P<value>[^<]+)", re.IGNORECASE)


_PUBLIC = "|".join(word for word in AUDIT_WORDS if len(word) >= 32)
"""Words of the Login Audit Trail that are as long as a key."""
_MIXED = r"(?=[\w+%-]{0,80}[0-9])(?=[\w+%-]{0,80}[A-Z])(?=[\w+%-]{0,80}[a-z])"
_WHOSE = r"(?:oauth|consumer|client|token|access|setup|shared|signing|app|api|nlauth)[ _.-]?"
_FINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "private_key",
        re.compile(r"(?P<value>-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,30}-----|\Z))", re.DOTALL),
    ),
    (
        "authorization",
        re.compile(
            r"""(?P<label>authorization\\?["']?\s*[:=]\s*)"""
            r"""(?P<value>\\?"(?:\\.|[^"\\\n]){0,9000}"|'[^'\n]*'|[^\n]+(?:\n[ \t]+[^\n]+)*)""",
            re.IGNORECASE,
        ),
    ),
    # What could be a port and what follows it is none; a password may hold every sign.
    (
        "login",
        re.compile(
            r"""(?P<label>//)(?P<value>[^\s/?#@:"'<>]{1,200}(?::(?!\d{1,5}[/?#])[^\s"'<>]{0,200}?)?)"""
            r"""(?=@[\w.\[\]-]{1,255}(?:[^\w@.-]|\Z))"""
        ),
    ),
    ("authorization", re.compile(r"(?P<label>\b(?:Bearer|Basic|NLAuth)\s+)(?P<value>[A-Za-z0-9+/=._~-]{8,})")),
    ("authorization", re.compile(r"(?P<value>\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?)")),
    ("cookie", re.compile(r"""(?P<label>\b(?:set-)?cookie2?\\?["']?\s*[:=]\s*)(?P<value>[^\n]+)""", re.IGNORECASE)),
    ("cookie", _labelled(r"j?session[ _-]?id|sessionid|_csrf|csrf[ _-]?token|NS_VER")),
    ("signature", _labelled(r"oauth_signature|oauth_nonce|nlauth_signature|(?<![\w-])signature|(?<![\w-])nonce")),
    ("signature", _elements("signature|nonce")),
    ("secret", _labelled(rf"{_WHOSE}secret(?:[ ]?/[ ]?client secret)?|(?<![a-z-])secret")),
    ("secret", _elements("consumerSecret|tokenSecret|clientSecret")),
    ("password", _labelled(r"password|passwd|passphrase|(?<![a-z])pwd|(?<![a-z])passcode")),
    ("password", _elements("password")),
    (
        "key",
        _labelled(
            rf"{_WHOSE}(?:key|id)(?:[ ]?/[ ]?client id)?|oauth_token|oauth_verifier|x-api-key|api-?key"
            r"|(?:access|refresh|request|bearer|auth)[ _-]?token",
        ),
    ),
    ("token", re.compile(rf"(?P<label>token(?:=|\\?[\"']\s*[:=]\s*))(?P<value>{_VALUE})", re.IGNORECASE)),
    ("key", _elements("consumerKey|token|clientId|applicationId")),
    # Continued on the next line where a narrow window has broken it.
    (
        "long_run",
        re.compile(
            rf"(?!(?i:{_PUBLIC})(?![0-9A-Za-z]))(?<![0-9A-Za-z])(?P<value>[0-9A-Za-z]{{32,}}"
            r"(?:\s*\\?\n\s*(?=[A-Za-z]*[0-9])[0-9A-Za-z]{4,63}(?![^\s]))?)"
        ),
    ),
    ("long_run", re.compile(rf"(?<![\w+/%-])(?P<value>{_MIXED}[\w+%-]{{24,}})")),
    ("long_run", re.compile(r"(?<![\w+/])(?P<value>[A-Za-z0-9+/]{24,200}={1,2})(?![\w=])")),
)
_SHORT_RUN = re.compile(r"(?<![\w])(?=[0-9A-Za-z]*[0-9])(?=[0-9A-Za-z]*[A-Za-z])[0-9A-Za-z]{20,31}(?![\w])")
"""Not long enough to be called a key, and not needed to recognise anything: hidden without a word."""


def without_secrets(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text with secrets hidden, and which kinds of them were seen, the gravest first.

    Args:
        text: as it was pasted. Invisible characters are left out, so that none can hide a secret from being found.

    Returns:
        The text without them and keys of ``KINDS``.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = lines if lines.isascii() and lines.isprintable() else "".join(c for c in lines if not _unseen(c))
    seen: set[str] = set()
    for kind, pattern in _FINDS:
        kept = pattern.sub(lambda found, kind=kind: _hide(found, kind, seen), kept)  # type: ignore[misc]
    return _SHORT_RUN.sub(HIDDEN, kept), tuple(kind for kind in KINDS if kind in seen)


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def _unseen(sign: str) -> bool:
    return sign not in "\n\t" and unicodedata.category(sign) in _UNSEEN


def _hide(found: re.Match[str], kind: str, seen: set[str]) -> str:
    if HIDDEN in found["value"][: len(HIDDEN) + 2] and len(found["value"]) <= len(HIDDEN) + 4:
        return found.group()
    seen.add(kind)
    return f"{found.groupdict().get('label') or ''}{HIDDEN}"
