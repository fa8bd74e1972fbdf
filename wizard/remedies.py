"""What to do about a cause: NetSuite's menu path, its deep link, and how long it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.causes import CAUSES
from wizard.verdict import Remedy

if TYPE_CHECKING:
    from wizard.account import Account


def remedy(
    text: str,
    page: str | None = None,
    account: Account | None = None,
    minutes: int | None = None,
    below: str = "",
    **ids: str,
) -> Remedy:
    """Build a remedy with NetSuite's menu path and, where one is published, the deep link.

    Args:
        text: what to do.
        page: key of ``wizard.account.PAGES``, or None when it is not done in NetSuite.
        account: for the deep link.
        minutes: about how long it takes.
        below: continues the menu path inside the page, e.g. ``SuiteCloud > SuiteScript``.
        ids: internal ids for the link.
    """
    if page is None:
        return Remedy(text=text, minutes=minutes)
    from wizard.account import PAGES

    menu = PAGES[page].menu
    link = account.link(page, **ids) if account and PAGES[page].path else None
    return Remedy(text=text, menu_path=f"{menu} > {below}" if below else menu, link=link, minutes=minutes)


def remedy_of(cause: str, account: Account | None = None, **ids: str) -> Remedy:
    """Return the remedy the failure table has for a cause.

    Args:
        cause: slug.
        account: for the deep link.
        ids: internal ids for the link.
    """
    row = CAUSES[cause]
    return remedy(row.fix, row.page, account, row.minutes, **ids)


def in_words(candidates: tuple[str, ...]) -> str:
    """Return candidates as one sentence, most likely first.

    Args:
        candidates: slugs.
    """
    return "Possible, most frequent first: " + "; ".join(CAUSES[slug].meaning for slug in candidates) + "."


def candidates_remedy(candidates: tuple[str, ...], account: Account | None = None) -> Remedy:
    """Return how to tell the candidates of a refused login apart: the administrator reads the Login Audit Trail.

    Args:
        candidates: slugs.
        account: for the deep link.
    """
    text = (
        f"{in_words(candidates)} The Login Audit Trail knows: check Use Advanced Search, add Detail to the Results, "
        "and look at the newest row of this application."
    )
    return remedy(text, "login_audit", account, 5)
