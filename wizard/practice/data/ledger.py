"""What is bought and sold in large books: invoices and bills, the payments that settle them, and the periods they fall in.

The rows are made inside SQLite, some hundred thousand in a second, out of integers alone (``scattered``). Documents of one
party stand in *runs*, and one payment settles a run. The oldest runs are paid, but for one in ``NEVER_EVERY``: those are
the old open documents in closed periods that a rehearsal needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from wizard.practice.data.books import Books
from wizard.practice.data.seed import posting_accounts
from wizard.practice.data.state import State

NEVER_EVERY = 50
"""One run in so many is never paid, however old."""
PART_EVERY = 40
"""One payment in so many leaves half of its last document open."""
BILLS_A_YEAR = 6
"""Bills of a vendor."""

FIRST_INVOICE = 100_000
"""Internal id."""
_FIRST_PAYMENT, _FIRST_BILL, _FIRST_BILL_PAYMENT = 1_000_000, 2_000_000, 3_000_000
_PRIME = 2_147_483_647
_TERMS = "(15 + 15 * (e.id % 3))"
"""Days until a document is due, by its party."""
_LONGEST_TERMS = 45
_SLOWEST = 70


@dataclass(frozen=True)
class _Trade:
    """Documents of one kind, and what settles them."""

    document: str
    payment: str
    prefix: str
    payment_prefix: str
    first: int
    first_payment: int
    first_party: int
    parties: int
    documents: int
    payments: int

    @property
    def run(self) -> int:
        """Documents that one payment settles: so many that about nineteen in twenty can be paid."""
        runs = self.payments + self.payments // (NEVER_EVERY - 1) + 1
        return max(1, self.documents * 19 // 20 // runs)


def scattered(number: int, salt: int) -> int:
    """Return a number that looks like chance, below 2³¹.

    Args:
        number: which one.
        salt: of which series.
    """
    mixed = ((number + 1) * 48_271 + salt * 16_807) % _PRIME
    return mixed * mixed % _PRIME


def _scattered(number: str, salt: int) -> str:
    """The same in SQL."""
    mixed = f"((({number}) + 1) * 48271 + {salt * 16_807}) % {_PRIME}"
    return f"({mixed}) * ({mixed}) % {_PRIME}"


def fill_ledger(state: State, books: Books, now: datetime, first_customer: int, first_vendor: int) -> None:
    """Write periods, documents and payments.

    Args:
        state: inside ``write``, with the customers and vendors.
        books: how much.
        now: the account's time, UTC.
        first_customer: internal id.
        first_vendor: internal id.
    """
    bills = books.vendors * books.years * BILLS_A_YEAR
    days = 365 * books.years
    _periods(state, books.years, now)
    state.run("CREATE TEMP TABLE calendar (ago INTEGER PRIMARY KEY, day TEXT NOT NULL, period INTEGER)")
    state.run_many("INSERT INTO calendar VALUES (?, ?, ?)", _calendar(state, days, now))
    for trade in (
        _Trade(
            "CustInvc", "CustPymt", "INV", "PMT", FIRST_INVOICE, _FIRST_PAYMENT, first_customer, books.customers,
            books.invoices, books.payments,
        ),
        _Trade(
            "VendBill", "VendPymt", "BILL", "VPMT", _FIRST_BILL, _FIRST_BILL_PAYMENT, first_vendor, books.vendors, bills,
            bills * 9 // 10,
        ),
    ):
        _documents(state, trade, books.seed, days)
        _payments(state, trade, books.seed, days)
    state.run("DROP TABLE calendar")


def _periods(state: State, years: int, now: datetime) -> None:
    """Add the closed months before those every account has; their ids go down from the first one's."""
    known = state.row("SELECT id, startdate FROM periods ORDER BY startdate")
    assert known is not None
    number, end = known["id"], datetime.fromisoformat(known["startdate"]) - timedelta(days=1)
    while end > now.replace(tzinfo=None) - timedelta(days=365 * years + 1):
        number, start = number - 1, end.replace(day=1)
        state.run(
            "INSERT INTO periods (id, periodname, startdate, enddate, closed) VALUES (?, ?, ?, ?, 'T')",
            (number, f"{start:%b %Y}", f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"),
        )
        end = start - timedelta(days=1)


def _calendar(state: State, days: int, now: datetime) -> Iterator[tuple[int, str, int | None]]:
    """Yield days ago, working day and its period; nobody writes an invoice at a weekend."""
    period = {row["startdate"][:7]: row["id"] for row in state.rows("SELECT id, startdate FROM periods")}
    for ago in range(-_LONGEST_TERMS, days + 1):
        day = now - timedelta(days=ago)
        day -= timedelta(days=max(0, day.weekday() - 4))
        yield ago, f"{day:%Y-%m-%d}", period.get(f"{day:%Y-%m}")


def _ago(number: str, trade: _Trade, days: int) -> str:
    """Days ago of a document, the oldest first."""
    return f"({trade.documents} - 1 - ({number})) * {days} / {trade.documents}"


def _documents(state: State, trade: _Trade, seed: int, days: int) -> None:
    """Most amounts are whole; a few are large. A few parties have most of the documents."""
    main, counter = posting_accounts(state, trade.document)
    one, two = _scattered("run", seed + 10), _scattered("run", seed + 11)
    luck, more = _scattered("i", seed + 12), _scattered("i", seed + 13)
    state.run(
        f"""
        INSERT INTO transactions (id, type, tranid, trandate, entity, subsidiary, currency, total, unpaid, duedate, status,
            postingperiod, account, offset)
        WITH RECURSIVE
            numbers (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < :documents),
            runs AS (SELECT i, i / :run AS run, {luck} AS luck, {more} AS more, {_ago("i", trade, days)} AS ago FROM numbers),
            sums AS (
                SELECT *, :first_party + ({one}) % :parties * (({two}) % :parties + 1) / :parties AS entity,
                    (180 + luck % 2600 + CASE WHEN more % 11 THEN 0 ELSE luck % 9000 END) * 100
                        + CASE WHEN more % 4 THEN 0 ELSE more / 4 % 100 END AS cents,
                    CASE
                        WHEN run % {NEVER_EVERY} = {NEVER_EVERY - 1} OR run - run / {NEVER_EVERY} >= :payments THEN 2
                        WHEN run % {PART_EVERY} = {PART_EVERY - 1} AND i % :run = :run - 1 THEN 1
                        ELSE 0
                    END AS halves_open
                FROM runs)
        SELECT :first + i, :document, :prefix || (:first + i), c.day, e.id, e.subsidiary, e.currency, cents / 100.0,
            cents * halves_open / 2 / 100.0, due.day, CASE WHEN halves_open THEN 'A' ELSE 'B' END, c.period, :main, :counter
        FROM sums CROSS JOIN entities e ON e.id = sums.entity CROSS JOIN calendar c ON c.ago = sums.ago
        CROSS JOIN calendar due ON due.ago = sums.ago - {_TERMS}
        WHERE :documents > 0
        """,  # noqa: S608 (constants of this file and integers)
        {**vars(trade), "run": trade.run, "main": main, "counter": counter},
    )


def _payments(state: State, trade: _Trade, seed: int, days: int) -> None:
    main, counter = posting_accounts(state, trade.payment)
    given = {**vars(trade), "run": trade.run, "main": main, "counter": counter}
    state.run(
        f"""
        INSERT INTO applied (payment, invoice, amount)
        SELECT :first_payment + (id - :first) / :run - (id - :first) / :run / {NEVER_EVERY}, id, round(total - unpaid, 2)
        FROM transactions WHERE id BETWEEN :first AND :first + :documents - 1 AND total > unpaid ORDER BY id
        """,  # noqa: S608
        given,
    )
    late = f"{_ago('last - :first', trade, days)} - 3 - ({_scattered('payment - :first_payment', seed + 14)}) % {_SLOWEST}"
    state.run(
        f"""
        INSERT INTO transactions (id, type, tranid, trandate, entity, subsidiary, currency, total, status, postingperiod,
            account, offset)
        SELECT payment, :payment, :payment_prefix || payment, c.day, t.entity, t.subsidiary, t.currency, amount, 'B',
            c.period, :main, :counter
        FROM (
            SELECT payment, max(invoice) AS last, round(sum(amount), 2) AS amount FROM applied
            WHERE payment BETWEEN :first_payment AND :first_payment + :payments - 1 GROUP BY payment)
        CROSS JOIN transactions t ON t.id = last CROSS JOIN calendar c ON c.ago = max(0, {late})
        ORDER BY payment
        """,  # noqa: S608
        given,
    )
