"""Looks at the wire itself: TLS over memory, so that what the socket does (an end, a reset) is seen as it is."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable

from wizard.practice.account import PracticeAccount

DISCOVER = b"GET /rest/datacenterurls?account=1 HTTP/1.1\r\nHost: rest.netsuite.com\r\n\r\n"
"""The smallest request that needs no login."""


class Raw:
    """One TLS connection."""

    def __init__(self, account: PracticeAccount, host: str = "rest.netsuite.com", timeout: float = 10, **context: object) -> None:
        where, _, port = account.address.rpartition(":")
        trust = ssl.create_default_context(cafile=account.ca_file)
        for name, value in context.items():
            setattr(trust, name, value)
        self.socket = socket.create_connection((where, int(port)), timeout=timeout)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = trust.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._pump(self._tls.do_handshake)

    def send(self, data: bytes) -> None:
        self._tls.write(data)
        self._flush()

    def receive(self) -> bytes:
        """What the next TLS record holds; empty at an end, ConnectionResetError at a reset."""
        return self._pump(lambda: self._tls.read(65536)) or b""

    def answer(self) -> bytes:
        """Everything until the other side ends."""
        found = b""
        while part := self.receive():
            found += part
        return found

    def _pump(self, do: Callable[[], bytes | None]) -> bytes | None:
        while True:
            try:
                done = do()
                self._flush()
                return done
            except ssl.SSLWantReadError:
                self._flush()
                data = self.socket.recv(65536)
                if not data:
                    return None
                self._incoming.write(data)

    def _flush(self) -> None:
        if data := self._outgoing.read():
            self.socket.sendall(data)

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def until(true: Callable[[], bool]) -> None:
    """Wait for something another thread does; fail if it does not come about."""
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        threading.Event().wait(0.005)
