"""What a person does in NetSuite's pages, as one table: for practising, for scenarios and for tests.

Every click may be repeated and then puts right what an earlier one did, the way a person would edit the same record again.
What the pages do is documented in roles-and-features 1.4, 2, 7 and 8; what is only inferred says so.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING

from wizard.errors import PracticeError
from wizard.practice.office.access_clicks import ACCESS_CLICKS
from wizard.practice.office.account_clicks import ACCOUNT_CLICKS
from wizard.practice.office.book_clicks import BOOK_CLICKS
from wizard.practice.office.bundle_clicks import BUNDLE_CLICKS
from wizard.practice.office.details import check_answers
from wizard.practice.office.order import Click, Mistake, Order, Shown
from wizard.practice.office.role_clicks import ROLE_CLICKS
from wizard.practice.office.user_clicks import USER_CLICKS

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

__all__ = ["CLICKS", "Click", "Clicks", "Mistake", "Order", "Shown", "find"]

CLICKS: Mapping[str, Click] = {
    **ACCOUNT_CLICKS, **ROLE_CLICKS, **USER_CLICKS, **ACCESS_CLICKS, **BOOK_CLICKS, **BUNDLE_CLICKS,
}
"""Everything a person can do here, by name."""


class Clicks:
    """The table, for one account."""

    def __init__(self, account: PracticeAccount, order: Order | None) -> None:
        """Take the account.

        Args:
            account: where things are done.
            order: used when a call brings none.
        """
        self.done: deque[dict[str, str | None]] = deque(maxlen=1000)
        """What was done since the account was opened, oldest first: ``click``, ``mistake``."""
        self._account = account
        self._order = order

    def do(
        self, click: str, order: Order | None = None, mistake: str | None = None,
        details: Mapping[str, str] | None = None,
    ) -> Shown | None:
        """Do something, rightly or with a mistake; all of it or nothing.

        Args:
            click: a key of ``CLICKS``.
            order: what is to be done; the scenario's if None.
            mistake: a key of the click's ``mistakes``.
            details: laid over the order's answers, e.g. ``{"permission": "LIST_ACCOUNT"}``.

        Raises:
            PracticeError: if there is no such click, mistake or detail, or NetSuite would not offer it.
        """
        what: Click | Mistake = find(click, mistake)
        order = order or self._order
        if order is None:
            raise PracticeError("This scenario names no profile, so the click needs to be told what is asked.")
        check_answers(details or {}, order.profile, CLICKS[click])
        shown = what.do(self._account, Order(order.profile, {**order.answers, **(details or {})}))
        self.done.append({"click": click, "mistake": mistake})
        return shown


def find(click: str, mistake: str | None = None) -> Click | Mistake:
    """Return a click, or one of its mistakes.

    Args:
        click: a key of ``CLICKS``.
        mistake: a key of its ``mistakes``.

    Raises:
        PracticeError: if there is none.
    """
    if click not in CLICKS:
        raise PracticeError(f"There is no click {click!r}. There are: {', '.join(CLICKS)}.")
    found = CLICKS[click]
    if mistake is None:
        return found
    if mistake not in found.mistakes:
        raise PracticeError(f"The click {click!r} has no mistake {mistake!r}. It has: {', '.join(found.mistakes) or 'none'}.")
    return found.mistakes[mistake]
