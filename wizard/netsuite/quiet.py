"""Keeps the libraries below from writing credentials into somebody's log."""

from __future__ import annotations

import logging

_LOUDEST = {
    # At DEBUG these two log the consumer key, token ID, nonce, signature and the whole Authorization header.
    "oauthlib": logging.WARNING,
    "requests_oauthlib": logging.WARNING,
    "urllib3": logging.WARNING,
    # Its warning about malformed header fields holds the address, and the revoke call's address holds a token ID.
    "urllib3.connection": logging.ERROR,
}


def keep_quiet() -> None:
    """Raise the levels of the loggers that would show an Authorization header, whatever the root logger says."""
    for name, level in _LOUDEST.items():
        logging.getLogger(name).setLevel(level)
