"""How credentials get wrong on their way from NetSuite's page to the integration (rows of failures.csv in brackets)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Literal

Values = Mapping[str, str]
"""``account``, ``consumer_key``, ``consumer_secret``, ``token_id`` and ``token_secret``."""

HandOut = Literal[
    "as_shown", "wrong_consumer_key", "wrong_consumer_secret", "wrong_token_id", "wrong_token_secret", "cut_token_secret",
    "pairs_swapped", "secrets_swapped", "account_lower_case", "account_as_host", "account_without_suffix", "of_another_account",
]
"""All ways. That letters of the values are told apart is inferred, so a wrong one differs in a digit."""

SECRETS = ("consumer_key", "consumer_secret", "token_id", "token_secret")
"""The four values that are shown once."""


def handed_out(way: HandOut, values: Values) -> dict[str, str]:
    """Return what the integration gets.

    Args:
        way: rightly, or what goes wrong.
        values: the right ones.
    """
    return {**values, **_WAYS[way](values)}


def _mistyped(name: str) -> Callable[[Values], Values]:
    return lambda values: {name: values[name][:-1] + ("0" if values[name][-1] != "0" else "1")}


def _exchanged(*pairs: tuple[str, str]) -> Callable[[Values], Values]:
    return lambda values: {one: values[other] for pair in pairs for one, other in (pair, pair[::-1])}


def _elsewhere(values: Values) -> Values:
    """Four values that look right and that this account never showed, the same each time."""
    return {name: hashlib.sha256(values[name].encode()).hexdigest() for name in SECRETS}


_WAYS: Mapping[HandOut, Callable[[Values], Values]] = {
    "as_shown": lambda values: {},
    "wrong_consumer_key": _mistyped("consumer_key"),  # 45
    "wrong_consumer_secret": _mistyped("consumer_secret"),  # 35
    "wrong_token_id": _mistyped("token_id"),  # 63, 64
    "wrong_token_secret": _mistyped("token_secret"),  # 35
    "cut_token_secret": lambda values: {"token_secret": values["token_secret"][:-1]},  # 35
    "pairs_swapped": _exchanged(("consumer_key", "token_id"), ("consumer_secret", "token_secret")),  # 32
    "secrets_swapped": _exchanged(("consumer_secret", "token_secret")),  # 32
    "account_lower_case": lambda values: {"account": values["account"].lower()},  # 2, 3, 5, 6
    "account_as_host": lambda values: {"account": values["account"].lower().replace("_", "-")},  # 1, 7, 11
    "account_without_suffix": lambda values: {"account": values["account"].partition("_")[0]},  # 4
    "of_another_account": _elsewhere,  # 10, 58
}
