"""Concurrency: how many requests an account works on at a time, whoever sends them (protocol.md 10)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from wizard.practice.data.state import State
from wizard.practice.door.directory import Access, Directory
from wizard.practice.door.presented import TooManyRequests

TIERS: Mapping[str, int] = {"Standard": 5, "Premium": 15, "Enterprise": 20, "Ultimate": 20}
"""Requests at a time by service tier, for contracts since June 2020 (documented, 10.1)."""
PER_LICENCE = 10
"""More for each SuiteCloud Plus licence (documented, 10.1)."""


class Governance:
    """Counts the requests in work: one pool for REST, RESTlets and SOAP (documented, 10.1).

    A record with a limit of its own has that much and no more; all the others share what is not allotted (inferred, 10.1).
    """

    def __init__(self, state: State, others: int) -> None:
        """Begin with nothing in work.

        Args:
            state: what the account has a right to.
            others: how many requests other integrations keep in work all the time.
        """
        self._state = state
        self.others = others
        self._guard = threading.Lock()
        self._working: Counter[int | None] = Counter()
        self._own = threading.local()

    @property
    def limit(self) -> int:
        """Requests at a time."""
        tier, licences = (self._state.remembered(name) or "" for name in ("tier", "suitecloud_plus"))
        return TIERS[tier] + PER_LICENCE * int(licences)

    @contextmanager
    def request(self) -> Iterator[None]:
        """Give back at its end what ``take`` took in this thread meanwhile."""
        self._own.taken = []
        try:
            yield
        finally:
            with self._guard:
                self._working.subtract(self._own.taken)

    def take(self, directory: Directory, access: Access) -> None:
        """Begin to work on the request of this thread.

        Args:
            directory: who there is.
            access: who asks.

        Raises:
            TooManyRequests: if the integration record, or what the others share, is busy already.
        """
        record, shares, limit = directory.integration_of(access.token), _shares(directory), self.limit
        with self._guard:
            if record in shares:
                free = shares[record] - self._working[record]
            else:
                sharing = sum(count for one, count in self._working.items() if one not in shares)
                free = limit - sum(shares.values()) - self.others - sharing
            if free <= 0:
                raise TooManyRequests
            self._working[record] += 1
            self._own.taken.append(record)

    def told(self, directory: Directory, access: Access) -> dict[str, int | str]:
        """Return the body of ``governanceLimits`` (keys and the three types documented, 6.7).

        Args:
            directory: who there is.
            access: who asks.
        """
        shares = _shares(directory)
        own = shares.get(directory.integration_of(access.token))
        told: dict[str, int | str] = {
            "accountConcurrencyLimit": self.limit,
            "accountUnallocatedConcurrencyLimit": self.limit - sum(shares.values()),
        }
        if own is None:
            return {**told, "integrationLimitType": "accountLimit"}
        return {**told, "integrationConcurrencyLimit": own, "integrationLimitType": "integrationSpecific"}


def _shares(directory: Directory) -> dict[int | None, int]:
    """Return the limits of the integration records that have one of their own."""
    return {row["id"]: row["concurrency"] for row in directory.integrations.values() if row["concurrency"]}
