"""Large books for the practice account: customers and vendors, with the faults a rehearsal needs.

Everything is invented, and the same for the same seed: no random numbers, only integers mixed in one fixed way, so that
Python's version and the platform do not matter. Dates count back from the account's now. What is bought and sold:
``wizard.practice.data.ledger``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import prod
from typing import Any

from wizard.practice.data import crowd_words as words
from wizard.practice.data.books import Books
from wizard.practice.data.ledger import fill_ledger, scattered
from wizard.practice.data.state import State

TWIN_EVERY = 50
"""One customer in so many bears the name of the one before: exactly, in capitals, with a blank twice, or one behind."""
PERSON_EVERY = 10
"""One customer in so many is a person."""
NO_EMAIL_EVERY = 12
"""One customer in so many has no e-mail."""
INACTIVE_EVERY = 20
"""One customer in so many is inactive."""
FOREIGN_EVERY = 15
"""One customer in so many pays in another currency than its subsidiary's."""

FIRST_CUSTOMER = 10_000
"""Internal id; those of every account are far below."""
FIRST_VENDOR = 200_000
"""Internal id."""
_FIRST_ITEM = 100

_PLACES = tuple(first + last for first in words.BEGINNINGS for last in words.ENDINGS)
_STEP = 104_729
_TWINS = (str, str.upper, lambda name: name.replace(" ", "  ", 1), lambda name: f"{name} ")
_SHARES = (1, 1, 1, 2, 2, 3)


@dataclass(frozen=True)
class _Home:
    """Where customers and vendors belong."""

    subsidiaries: Sequence[int | None]
    """Internal ids, the larger ones more often; None alone without OneWorld."""
    currencies: dict[int | None, tuple[int, int]]
    """Currency of each, and another one."""


def populate(state: State, books: Books, now: datetime) -> None:
    """Fill the books of an account that has just been seeded.

    Args:
        state: inside ``write``.
        books: how much.
        now: the account's time, UTC.
    """
    home = _home(state)
    # Indexes are made when the rows are there: faster, and smaller.
    indexes = state.rows(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('entities', 'transactions')"
    )
    for index in indexes:
        state.run(f"DROP INDEX {index['name']}")
    state.run_many(
        "INSERT INTO entities (id, kind, entityid, companyname, email, isperson, isinactive, subsidiary, currency)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (row for part in (_customers(books, home), _vendors(books, home)) for row in part),
    )
    state.run_many(
        "INSERT INTO items (id, kind, itemid, displayname) VALUES (?, 'serviceSaleItem', ?, ?)",
        ((number, name.upper(), name) for number, name in enumerate(words.ITEMS, start=_FIRST_ITEM)),
    )
    fill_ledger(state, books, now, FIRST_CUSTOMER, FIRST_VENDOR)
    for index in indexes:
        state.run(index["sql"])


def _home(state: State) -> _Home:
    every = [row["id"] for row in state.rows("SELECT id FROM currencies ORDER BY isbasecurrency DESC, id")]
    found = state.rows("SELECT id, currency FROM subsidiaries WHERE isinactive = 'F' ORDER BY id")
    own: dict[int | None, int] = {row["id"]: row["currency"] for row in found} or {None: every[0]}
    other = {currency: next((c for c in every if c != currency), currency) for currency in own.values()}
    ids = list(own)
    return _Home([ids[min(share, len(ids)) - 1] for share in _SHARES], {i: (c, other[c]) for i, c in own.items()})


def _customers(books: Books, home: _Home) -> Iterator[tuple[Any, ...]]:
    for number in range(books.customers):
        luck = scattered(number, books.seed)
        twin = luck % TWIN_EVERY == 0 and number > 0
        who = number - 1 if twin else number
        person = scattered(who, books.seed + 1) % PERSON_EVERY == 0
        name, email = (_person if person else _company)(who, books.seed)
        name = _TWINS[luck // TWIN_EVERY % len(_TWINS)](name) if twin else name
        subsidiary = home.subsidiaries[luck // 7 % len(home.subsidiaries)]
        yield (
            FIRST_CUSTOMER + number, "customer", name, None if person else name,
            None if luck // 11 % NO_EMAIL_EVERY == 0 else email, _flag(person), _flag(luck // 13 % INACTIVE_EVERY == 0),
            subsidiary, home.currencies[subsidiary][luck // 17 % FOREIGN_EVERY == 0],
        )


def _vendors(books: Books, home: _Home) -> Iterator[tuple[Any, ...]]:
    for number in range(books.vendors):
        place, trade, form = _spread(number, books.seed + 3, _PLACES, words.CARRYING, words.FORMS)
        luck = scattered(number, books.seed + 4)
        subsidiary = home.subsidiaries[luck % len(home.subsidiaries)]
        name = f"{place} {trade}{form}"
        yield (
            FIRST_VENDOR + number, "vendor", name, name, f"billing@{_host(place, trade)}", "F",
            _flag(luck // 7 % INACTIVE_EVERY == 0), subsidiary, home.currencies[subsidiary][0],
        )


def _company(number: int, seed: int) -> tuple[str, str]:
    place, trade, form = _spread(number, seed, _PLACES, words.TRADES, words.FORMS)
    return f"{place} {trade}{form}", f"ap@{_host(place, trade)}"


def _person(number: int, seed: int) -> tuple[str, str]:
    given, initial, family = _spread(number, seed, words.GIVEN, words.INITIALS, _PLACES)
    return f"{given} {initial}. {family}", f"{given}.{initial}.{family}@mail.example".lower()


def _spread(number: int, seed: int, *lists: Sequence[str]) -> list[str]:
    """Return one word of each list: far apart for neighbours, and no combination twice before all were used."""
    left = (number + seed) * _STEP % prod(map(len, lists))
    found = []
    for words_of_one in lists:
        left, place = divmod(left, len(words_of_one))
        found.append(words_of_one[place])
    return found


def _host(place: str, trade: str) -> str:
    return f"{place}{trade}.example".lower().replace(" ", "")


def _flag(value: bool) -> str:
    return "T" if value else "F"
