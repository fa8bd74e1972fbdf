"""Asks a practice account over a real TLS connection, signed by requests_oauthlib, which shares no code with the account."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import requests
from requests_oauthlib import OAuth1

from wizard.clock import Clock
from wizard.practice.account import PracticeAccount


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> tuple[int, str, str]:
        """Status, code and sentence of a REST error."""
        detail = self.json["o:errorDetails"][0]
        return self.status, detail["o:errorCode"], detail["detail"]


class StoppedClock(Clock):
    """A clock that moves only when told."""

    def __init__(self, at: float = 1_800_000_000) -> None:
        self.at = at

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, timezone.utc)


class Asker:
    """A client of one account."""

    def __init__(self, account: PracticeAccount) -> None:
        self.account = account
        self._connections: dict[str, http.client.HTTPSConnection] = {}

    def raw(
        self, method: str, host: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """Send exactly this, over a connection that is kept."""
        connection = self._connections.get(host) or self._connect(host)
        connection.request(method, path, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, response.read())

    def _connect(self, host: str) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cafile=self.account.ca_file)
        connection = http.client.HTTPSConnection(host, context=context, timeout=10)
        where, _, port = self.account.address.rpartition(":")
        plain = socket.create_connection((where, int(port)), timeout=10)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sock = context.wrap_socket(plain, server_hostname=host)
        self._connections[host] = connection
        return connection

    def signed(
        self, method: str, url: str, credentials: Mapping[str, str] | None = None, *, headers: Mapping[str, str] | None = None,
        body: Any = None, **oauth: Any,
    ) -> Answer:
        """Send a signed request; ``oauth`` overrides what requests_oauthlib is told."""
        prepared = self.prepare(method, url, credentials, headers=headers, body=body, **oauth)
        _, _, rest = prepared.url.partition("https://")
        host, slash, path = rest.partition("/")
        sent = {name: _text(value) for name, value in prepared.headers.items() if name != "Content-Length"}
        return self.raw(method, host, slash + path, sent, prepared.body)

    def prepare(
        self, method: str, url: str, credentials: Mapping[str, str] | None = None, *, headers: Mapping[str, str] | None = None,
        body: Any = None, **oauth: Any,
    ) -> requests.PreparedRequest:
        own = credentials or self.account.credentials
        told = {
            "client_key": own["consumer_key"], "client_secret": own["consumer_secret"],
            "resource_owner_key": own["token_id"], "resource_owner_secret": own["token_secret"],
            "realm": own["account"], "signature_method": "HMAC-SHA256", **oauth,
        }
        if "timestamp" not in told:
            told["timestamp"] = str(int(self.account.now().timestamp()))
        return requests.Request(method, url, headers=headers, json=body, auth=OAuth1(**told)).prepare()

    def get(self, path: str, credentials: Mapping[str, str] | None = None, **more: Any) -> Answer:
        """GET on the suitetalk host."""
        return self.signed("GET", f"https://{self.account.suitetalk_host}{path}", credentials, **more)

    def record(self, path: str, credentials: Mapping[str, str] | None = None, **more: Any) -> Answer:
        """GET on the record service."""
        return self.get(f"/services/rest/record/v1/{path}", credentials, **more)

    def query(
        self, sql: str, credentials: Mapping[str, str] | None = None, params: list[Any] | None = None, page: str = "",
        **more: Any,
    ) -> Answer:
        """SuiteQL."""
        body = {"q": sql} if params is None else {"q": sql, "params": params}
        url = f"https://{self.account.suitetalk_host}/services/rest/query/v1/suiteql{page}"
        return self.signed("POST", url, credentials, headers={"Prefer": "transient"}, body=body, **more)

    def rows(self, sql: str, credentials: Mapping[str, str] | None = None, params: list[Any] | None = None) -> list[dict[str, str]]:
        """Rows of a query that must succeed, without their empty links."""
        answer = self.query(sql, credentials, params)
        assert answer.status == 200, answer.body
        return [{k: v for k, v in row.items() if k != "links"} for row in answer.json["items"]]

    def login(self, **oauth: Any) -> Answer:
        """The smallest call that needs a login."""
        return self.get("/services/rest/system/v1/serverTime", **oauth)

    @property
    def admin(self) -> dict[str, str]:
        """The setup token, as five values."""
        return {**self.account.credentials, **self.account.setup_token}

    def trail(self) -> list[tuple[str, str | None]]:
        """Status and Detail of the Login Audit Trail, oldest first."""
        return [(r["status"], r["detail"]) for r in self.account.state.rows("SELECT status, detail FROM logins ORDER BY id")]

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
