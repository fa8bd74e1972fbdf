"""What other checks will read with the setup token, asked while the access token is still logging in."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from checks import tables
from checks.finding import REFUSED, setup_client
from wizard.check import Check, Session
from wizard.profile import Profile
from wizard.verdict import Verdict


class Ahead(Check):
    """Asks one shared question early. It has no aspect of its own: what is found belongs to the check that needs it."""

    needs = ("setup_token",)

    def __init__(self, name: str, title: str, sql: str) -> None:
        """Take a question.

        Args:
            name: what is read.
            title: for the live panel.
            sql: a text of ``checks.tables`` without placeholders.
        """
        self.id = f"ahead_{name}"  # type: ignore[misc]
        self.title = title  # type: ignore[misc]
        self._sql = sql

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return none."""
        return ()

    def ask(self, session: Session) -> Iterable[Verdict]:
        """Ask, if the setup token was accepted; a refusal is told by the check that needs the answer."""
        if setup_client(session) is not None:
            with contextlib.suppress(*REFUSED):
                tables.exact_rows(session, self._sql)
        return ()
