"""The socket side: HTTPS on loopback, one thread per connection, one write per answer."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from wizard.practice.presented import Asked
from wizard.practice.reply import Reply, rest_error

LARGEST_BODY = 1 << 20
"""Bytes; a query is far below. Larger bodies are refused unread."""

_IDLE = 60
_BREATH = 0.05


class Server(ThreadingHTTPServer):
    """Listens; every request ends in one call of ``answer``."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], context: ssl.SSLContext, answer: Callable[[Asked], Reply],
        date: Callable[[], str],
    ) -> None:
        """Bind.

        Args:
            address: host and port; port 0 for any.
            context: with the certificate.
            answer: called in the connection's thread; must not raise.
            date: value of the Date header.

        Raises:
            OSError: if the port cannot be had.
        """
        self.answer, self.date, self._context = answer, date, context
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._stopping = False
        super().__init__(address, _Handler)
        self._thread = threading.Thread(target=self._accept, name="practice account", daemon=True)

    def begin(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def _accept(self) -> None:
        """Wait for connections without waking up in between, as ``serve_forever`` would."""
        while not self._stopping:
            try:
                self.process_request(*self.get_request())
            except OSError:
                # Out of file descriptors, most likely: let the others finish first.
                threading.Event().wait(_BREATH)

    def end(self) -> None:
        """Stop answering, and cut what is still connected."""
        self._stopping = True
        if self._thread.is_alive():
            with contextlib.suppress(OSError):
                socket.create_connection(self.socket.getsockname()[:2], timeout=1).close()
            self._thread.join(_IDLE)
        self.server_close()
        with self._guard:
            for connection in self._open:
                _hang_up(connection)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Shake hands in the connection's own thread: a slow client must not hold up the others.

        Args:
            request: the accepted socket.
            client_address: where it came from.
        """
        try:
            request.settimeout(_IDLE)
            request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            secure = self._context.wrap_socket(request, server_side=True)
        except (OSError, ValueError):
            self.shutdown_request(request)
            return
        with self._guard:
            self._open.add(secure)
        try:
            # If whoever asked has gone, there is nobody to tell.
            with contextlib.suppress(OSError):
                if not self._stopping:
                    self.finish_request(secure, client_address)
        finally:
            with self._guard:
                self._open.discard(secure)
            _hang_up(secure)
            secure.close()


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = _IDLE

    def _respond(self) -> None:
        body = self._body()
        if isinstance(body, Reply):
            self._send(body)
            return
        path, _, query = self.path.partition("?")
        # Lines of one name are one list (RFC 9110 5.2): two Authorization lines are then no header anybody can read.
        headers = {name.lower(): ", ".join(self.headers.get_all(name, ())) for name in self.headers}
        asked = Asked(
            method=self.command,
            host=headers.get("host", "").lower(),
            path=path,
            query=query,
            headers=headers,
            body=body,
            ip=str(self.client_address[0]),
        )
        self._send(self.server.answer(asked))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = _respond

    def _body(self) -> bytes | Reply:
        """Read the body, or return why it is not read; then the connection ends, for the rest of it is in the way."""
        if self.headers.get("Transfer-Encoding"):
            return _refusal(411, "Send a Content-Length.")
        length = self.headers.get("Content-Length", "0")
        if not length.isascii() or not length.isdigit():
            return _refusal(400, "Content-Length is not a number.")
        if len(length) > 12 or int(length) > LARGEST_BODY:
            return _refusal(413, "The body is too large.")
        body = self.rfile.read(int(length))
        return body if len(body) == int(length) else _refusal(400, "The body is shorter than its Content-Length.")

    def _send(self, reply: Reply) -> None:
        """Send everything at once, so that no answer waits for an acknowledgement in its middle."""
        self.close_connection = self.close_connection or reply.close
        head = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}", f"Date: {self.server.date()}"]
        head += [f"{name}: {value}" for name, value in reply.headers]
        if reply.content_type:
            head.append(f"Content-Type: {reply.content_type}")
        body = reply.body
        if reply.chunked and self.request_version == "HTTP/1.1":
            head.append("Transfer-Encoding: chunked")
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        elif reply.status != 204:
            head.append(f"Content-Length: {len(body)}")
        if self.close_connection:
            head.append("Connection: close")
        if self.command == "HEAD":
            body = b""
        self.wfile.write("\r\n".join((*head, "", "")).encode("latin-1", "replace") + body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what ``http.server`` could not read, in the form of any other error.

        Args:
            code: HTTP status.
            message: its words; not repeated, they may hold what was sent.
            explain: likewise.
        """
        # Before the request line was read neither is set.
        self.command, self.request_version = getattr(self, "command", None) or "", "HTTP/1.1"
        self._send(_refusal(code if code in (411, 413) else 400, "The request cannot be read."))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal belongs to somebody else.

        Args:
            format: unused.
            args: unused.
        """


def _refusal(status: int, sentence: str) -> Reply:
    made = rest_error(status, sentence, "INVALID_REQUEST")
    return Reply(status, made.body, made.content_type, close=True)
