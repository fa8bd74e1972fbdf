"""Worlds in which the way to NetSuite ends somewhere: real servers on loopback that do what networks do to a program."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from netsuite_wire import HOSTS, Authority, Listener, Proxy, Script, Wire
from practice_session import open_at

from wizard.check import Session
from wizard.clock import Clock
from wizard.netsuite.client import Client
from wizard.netsuite.discovery import Discovery
from wizard.netsuite.transport import Transport
from wizard.practice.account import PracticeAccount

SHORT = 0.4
"""Seconds until a silent server is given up."""

CREDENTIAL_CAUSES = frozenset(
    ["signing", "token", "credential-swap", "integration-record", "user", "lockout", "role-login-permission", "role-record-permission", "two-factor"]
)
"""What nothing on the way may be taken for."""


@dataclass
class Stage:
    """Where a world is built, and the way a session takes there."""

    account: PracticeAccount
    folder: Path
    setenv: Callable[[str, str], None]
    held: ExitStack = field(default_factory=ExitStack)
    connect_to: tuple[str, int] | None = None
    ca_file: str | None = None
    timeout: tuple[float, float] = (10, 90)

    @property
    def practice(self) -> tuple[str, int]:
        host, _, port = self.account.address.rpartition(":")
        return host, int(port)

    def listener(self, one: Listener) -> Listener:
        self.held.callback(one.stop)
        return one

    def wire(self, script: Script | None = None, authority: Authority | None = None, **given: object) -> Wire:
        """Put a server in NetSuite's place; its certificate is trusted unless another authority is given."""
        trusted = Authority(self.folder, "trusted")
        hosts: Sequence[str] = given.pop("hosts", HOSTS)  # type: ignore[assignment]
        one = Wire((authority or trusted).certificate(hosts, **given))  # type: ignore[arg-type]
        if script:
            one.script = script
        self.held.callback(one.stop)
        self.connect_to, self.ca_file = one.address, trusted.file
        return one

    def proxy(self, status: int = 200, shut: str = "", instead: tuple[str, int] | None = None) -> Proxy:
        """Put a proxy between; behind it the practice account is in order."""
        one = Proxy(self.practice, status, shut, instead)
        self.held.callback(one.stop)
        self.through(f"http://127.0.0.1:{one.port}")
        return one

    def through(self, address: str) -> None:
        self.connect_to, self.ca_file = None, self.account.ca_file
        self.setenv("HTTPS_PROXY", address)

    def session(self, clock: Clock | None = None) -> Session:
        """Open a session with both tokens that takes this way."""
        session = open_at(self.account, clock=clock)
        session.discovery = Discovery(self._transport(session))
        for name in ("integration", "admin"):
            client = getattr(session, name)
            made = Client(client.account, client._credentials, self._transport(session), client.budget, session.clock, name=client.name)
            setattr(session, name, made)
        return session

    def _transport(self, session: Session) -> Transport:
        one = Transport(self.connect_to, self.ca_file, session.clock, session.cancelled, self.timeout)
        self.held.callback(one.close)
        return one


class Cutter(Listener):
    """Reads what a client says first, and resets the connection: a firewall that filters by host name."""

    def serve(self, connection: socket.socket) -> None:
        connection.recv(4096)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Sayer(Listener):
    """Says one thing to everybody."""

    def __init__(self, words: bytes) -> None:
        self._words = words
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(self._words)


class Silent(Listener):
    """Takes connections and says nothing for as long as it stands."""

    def serve(self, connection: socket.socket) -> None:
        while connection.recv(4096):
            pass
