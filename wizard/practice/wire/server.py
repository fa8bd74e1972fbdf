"""The listening side: HTTPS on loopback, one thread per connection."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from typing import Any

from wizard.practice.door.presented import Asked
from wizard.practice.wire.connection import IDLE, Handler, Reset
from wizard.practice.wire.faults import CERTIFICATES, Faults, Hit
from wizard.practice.wire.reply import Reply, rest_error

_BREATH = 0.05
_LINGER, _PARTS = 1.0, 1000
_RESET = struct.pack("ii", 1, 0)


class Server(ThreadingHTTPServer):
    """Listens; every request ends in one call of ``answer``."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    largest_body = 1 << 20
    """Bytes; a query is far below. Larger bodies are refused unread."""

    def __init__(
        self, address: tuple[str, int], context: Callable[[], ssl.SSLContext] | None,
        answer: Callable[[Asked], tuple[Reply, Hit | None]], date: Callable[[], str], faults: Faults,
    ) -> None:
        """Bind.

        Args:
            address: host and port; port 0 for any.
            context: returns what the next connection is encrypted with; None for plain HTTP.
            answer: called in the connection's thread; returns what is sent, and the unkind way it is sent in, if any.
            date: value of the Date header.
            faults: what goes wrong.

        Raises:
            OSError: if the port cannot be had.
        """
        self.answer, self.date, self.faults, self._context = answer, date, faults, context
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._open: set[socket.socket] = set()
        self._cuts = 0
        self._guard = threading.Lock()
        self._stopping = False
        self._listening = True
        self._turn = threading.Condition()
        super().__init__(address, Handler)
        self._thread = threading.Thread(target=self._accept, name="practice account", daemon=True)

    def begin(self) -> None:
        """Answer from now on."""
        self._thread.start()
        self.faults.on_change = self._follow
        self._follow()

    def refusal(self, status: int, sentence: str) -> Reply:
        """Return the answer to a request that is not even read.

        Args:
            status: what ``http.server`` or we make of it.
            sentence: why.
        """
        return rest_error(status if status in (411, 413) else 400, sentence, "INVALID_REQUEST")

    def _accept(self) -> None:
        """Wait for connections without waking up in between, as ``serve_forever`` would."""
        while not self._stopping:
            try:
                if self.faults.refusing:
                    self._refuse()
                else:
                    self.process_request(*self.get_request())
            except OSError:
                # Out of file descriptors, most likely: let the others finish first.
                threading.Event().wait(_BREATH)

    def _refuse(self) -> None:
        """Listen no more, but keep the port: it is given to nobody else while a socket is bound to it that does not listen."""
        self.socket.close()
        self.socket = self._bound()
        with self._turn:
            self._listening = False
            self._turn.notify_all()
            self._turn.wait_for(lambda: self._stopping or not self.faults.refusing)
            self.socket.listen(self.request_queue_size)
            self._listening = True
            self._turn.notify_all()

    def _bound(self) -> socket.socket:
        """Return a socket that has our port; should somebody have snatched it meanwhile, as soon as he lets it go."""
        made = socket.socket(self.address_family, self.socket_type)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        while not self._stopping:
            with contextlib.suppress(OSError):
                made.bind(self.server_address)
                break
            threading.Event().wait(_BREATH)
        return made

    def _follow(self) -> None:
        """Do as the faults say: when this returns, connections are refused, or are not any more."""
        if self.faults.refusing or self.faults.holds(CERTIFICATES):
            # A client that keeps its connection would notice nothing.
            self._cut_all()
        with self._turn:
            if self._listening is self.faults.refusing and not self._stopping:
                self._wake()
                self._turn.wait_for(lambda: self._stopping or self._listening is not self.faults.refusing, IDLE)

    def _wake(self) -> None:
        """Let the accepting thread look around; the caller has the turn."""
        self._turn.notify_all()
        host, port = self.server_address[:2]
        with contextlib.suppress(OSError):
            socket.create_connection((str(host), port), timeout=1).close()

    def _cut_all(self) -> None:
        with self._guard:
            self._cuts += 1
            for connection in self._open:
                _hang_up(connection)

    def end(self) -> None:
        """Stop answering, and cut what is still connected."""
        self._stopping = True
        self.faults.stop()
        if self._thread.is_alive():
            with self._turn:
                self._wake()
            self._thread.join(IDLE)
        self.server_close()
        self._cut_all()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection a thread of its own; where the machine has none left, hang up and go on listening.

        Args:
            request: the accepted socket.
            client_address: where it came from.
        """
        try:
            super().process_request(request, client_address)
        except RuntimeError:
            self.shutdown_request(request)
            threading.Event().wait(_BREATH)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Shake hands in the connection's own thread: a slow client must not hold up the others.

        Args:
            request: the accepted socket.
            client_address: where it came from.
        """
        cuts = self._cuts
        try:
            request.settimeout(IDLE)
            request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            secure = self._context().wrap_socket(request, server_side=True) if self._context else request
        except (OSError, ValueError):
            self.shutdown_request(request)
            return
        with self._guard:
            self._open.add(secure)
            if self._cuts != cuts or self.faults.refusing:
                # They were all cut while hands were shaken.
                _hang_up(secure)
        try:
            # If whoever asked has gone, there is nobody to tell.
            with contextlib.suppress(OSError):
                if not self._stopping:
                    self.finish_request(secure, client_address)
                    _linger(secure)
            _hang_up(secure)
        except Reset:
            # With nothing to linger for, closing sends RST instead of FIN.
            secure.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        finally:
            with self._guard:
                self._open.discard(secure)
            secure.close()


def _linger(connection: socket.socket) -> None:
    """Take what is still on its way: closing over unread bytes would tear the answer out of the caller's hands."""
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(_LINGER)
    for _ in range(_PARTS):
        if not connection.recv(1 << 16):
            break


def _hang_up(connection: socket.socket) -> None:
    """End both directions below TLS: its own ``shutdown`` would take the session away from the thread that is reading."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def is_loopback(host: str) -> bool:
    """Tell whether an address, not a name, can be reached from this machine alone.

    Args:
        host: e.g. ``127.0.0.1``.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address in ipaddress.ip_network("127.0.0.0/8") or address == ipaddress.ip_address("::1")
