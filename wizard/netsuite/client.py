"""What can be asked of NetSuite with one set of credentials: reads only, except for revoking the token itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from wizard.clock import Clock
from wizard.netsuite import readings, suiteql
from wizard.netsuite.answers import Answer, Answered, NetSuiteError, evidence
from wizard.netsuite.asking import MOST_TRIES, Asker, Request
from wizard.netsuite.budget import Budget
from wizard.verdict import Evidence

if TYPE_CHECKING:
    from wizard.account import Account
    from wizard.credentials import Credentials
    from wizard.netsuite.transport import Transport


class Client:
    """NetSuite, seen with one token. Its methods may be called by several threads."""

    def __init__(
        self,
        account: Account,
        credentials: Credentials,
        transport: Transport,
        budget: Budget,
        clock: Clock | None = None,
        *,
        name: str = "integration",
        exchanged: bool = False,
    ) -> None:
        """Bring together what is needed to ask; nothing is sent yet.

        Args:
            account: whose addresses are asked.
            credentials: complete.
            transport: to be used by this client alone.
            budget: of these credentials.
            clock: now and sleep.
            name: "integration" or "setup", for the evidence.
            exchanged: the credentials are the budget's own with values in each other's place.
        """
        from wizard.netsuite.oauth import Signer

        self.account = account
        self.budget = budget
        self.name = name
        self.revoked_by: Answer | None = None
        """The answer that revoked this client's own token; None while it was not revoked here."""
        # However it was typed: NetSuite takes the realm form alone (documented, protocol.md 1.3).
        self._credentials = replace(credentials, account=account.realm)
        self._transport = transport
        clock = clock or Clock()
        self._asker = Asker(transport, Signer(self._credentials, clock), budget, clock, exchanged)

    @property
    def last_login_at(self) -> datetime | None:
        """When a login was last accepted, UTC; None before the first."""
        return self._asker.last_login_at

    @property
    def slowest(self) -> Answer | None:
        """The answer that took longest, of those that are no refusal; None before the first."""
        return self._transport.slowest

    @property
    def refused_slowly(self) -> Answer | None:
        """The refusal after which a login was tried once more; None if there was none."""
        return self._asker.refused_slowly

    # --- what can be asked ----------------------------------------------------------------------------------------

    def server_time(self, tries: int = MOST_TRIES) -> readings.ServerTime:
        """Ask for the server's time: the cheapest proof of a login (documented, no permission needed).

        Args:
            tries: how often it may be sent; 1 for exactly one login.

        Raises:
            NetSuiteError: any of its kinds.
        """
        return readings.server_time(self._get("/services/rest/system/v1/serverTime", tries=tries))

    def token_info(self) -> readings.TokenInfo:
        """Ask what the token is bound to.

        A refusal after another call was accepted may mean a Web Services Only role (documented for RESTlets); it leaves
        the other calls allowed.

        Raises:
            NetSuiteError: any of its kinds.
        """
        url = f"{self.account.restlets}/rest/tokeninfo"
        return readings.token_info(self._asker.ask(Request("GET", url, restlets=True)))

    def record(self, type: str, id: str, expand: bool = False) -> Answer:
        """Ask for one record.

        Args:
            type: record type as in addresses, e.g. ``vendorBill``.
            id: internal ID; an impossible one shows whether the role may view the type (probe P4).
            expand: with the lines of its lists, not only their addresses (observed, protocol.md 6.5).

        Raises:
            NetSuiteError: any of its kinds.
        """
        params = {"expandSubResources": "true"} if expand else None
        return self._get(f"/services/rest/record/v1/{quote(type, safe='')}/{quote(id, safe='')}", params=params)

    def records(self, type: str, limit: int = 1) -> Answer:
        """Ask for the first records of a type; needs SuiteAnalytics Workbook (observed).

        Args:
            type: record type as in addresses.
            limit: how many, 1 to 1000.

        Raises:
            NetSuiteError: any of its kinds.
        """
        return self._get(f"/services/rest/record/v1/{quote(type, safe='')}", params={"limit": str(limit)})

    def metadata_catalog(self) -> readings.Names:
        """Ask which record types are offered to this role.

        Returns:
            Names in lower case. A missing one is a hint, not a proof (protocol.md 6.3).

        Raises:
            NetSuiteError: any of its kinds.
        """
        path = "/services/rest/record/v1/metadata-catalog"
        return readings.catalog(self._get(path, accept="application/schema+json"))

    def query(self, sql: str, params: Sequence[str] = ()) -> readings.Rows:
        """Ask a SuiteQL query and follow all pages.

        Args:
            sql: with ``?`` for parameters.
            params: one text per ``?``.

        Returns:
            At most 100,000 rows, which is all NetSuite gives; column names in lower case, empty values missing.

        Raises:
            NetSuiteError: any of its kinds.
        """
        rows: list[dict[str, str]] = []
        for answer, page in self._pages(sql, params):
            rows += page.rows
            last = answer
        return readings.Rows(rows, last)

    def rows(self, sql: str, params: Sequence[str] = ()) -> Iterator[dict[str, str]]:
        """Ask a SuiteQL query and hand out its rows as the pages arrive.

        Args:
            sql: with ``?`` for parameters.
            params: one text per ``?``.

        Raises:
            NetSuiteError: any of its kinds, also between two rows.
        """
        for _, page in self._pages(sql, params):
            yield from page.rows

    def revoke_token(self) -> Answer:
        """Revoke the token this client uses (documented: users can revoke only their own). Sent once, never again.

        Raises:
            NetSuiteError: any of its kinds.
        """
        consumer, token = self._credentials.consumer, self._credentials.token
        assert consumer is not None and token is not None
        both = {"consumerKey": consumer.first.get_secret_value(), "token": token.first.get_secret_value()}
        url = f"{self.account.restlets}/rest/revoketoken"
        answer = self._asker.ask(Request("GET", url, params=both, restlets=True, tries=1))
        if not answer.is_page:
            self.revoked_by = answer
        return answer

    def same_application(self, other: Client) -> bool:
        """Tell whether two clients log in with the same consumer key, so with the same integration record.

        Args:
            other: with any token.
        """
        keys = [c._credentials.consumer.first.get_secret_value() for c in (self, other) if c._credentials.consumer]
        return len(keys) == 2 and keys[0] == keys[1]

    def evidence(self, probe: str, came: Answer | NetSuiteError | Answered) -> Evidence:
        """Write down what came back when this client asked.

        Args:
            probe: P0 to P8.
            came: the answer, the error, or anything read from an answer.
        """
        return evidence(probe, came, self.name)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    # --- how it is asked ------------------------------------------------------------------------------------------

    def _get(
        self, path: str, *, params: Mapping[str, str] | None = None, accept: str = "application/json", tries: int = MOST_TRIES
    ) -> Answer:
        url = self.account.suitetalk + path
        return self._asker.ask(Request("GET", url, params=params, headers={"Accept": accept}, tries=tries))

    def _pages(self, sql: str, params: Sequence[str]) -> Iterator[tuple[Answer, suiteql.Page]]:
        for offset in range(0, suiteql.MOST_ROWS, suiteql.PAGE_SIZE):
            request = Request(
                "POST",
                self.account.suitetalk + suiteql.PATH,
                params={"limit": str(suiteql.PAGE_SIZE), "offset": str(offset)},
                json=suiteql.body(sql, params),
                headers=suiteql.HEADERS,
                about=" ".join(sql.split()),
            )
            answer = self._asker.ask(request)
            page = suiteql.read_page(answer)
            yield answer, page
            if not page.more or not page.rows:
                return
