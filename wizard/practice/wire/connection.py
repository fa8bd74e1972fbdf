"""One connection: reads its requests, and sends each answer in one write, or as unkindly as a fault wants it."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from wizard.practice.door.presented import Asked
from wizard.practice.wire.faults import Hit
from wizard.practice.wire.reply import Reply

if TYPE_CHECKING:
    from wizard.practice.wire.server import Server

IDLE = 60
"""Seconds a connection may be silent."""

_LINE, _LINES = 1024, 100
# A line that is folded (obsolete, RFC 9112 5.2) has its line ends in the value; a tab may be there (RFC 9110 5.5).
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SIZE = re.compile(rb"[0-9A-Fa-f]{1,8}[ \t]*(;[^\r\n]*)?\r?\n")


class Reset(Exception):
    """The connection is to be torn down."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = IDLE

    def _respond(self) -> None:
        body = self._body()
        if not isinstance(body, Reply) and _CONTROL.search("\t".join((self.path, *self.headers.values()))):
            body = self._refusal(400, "The target or a header has a control character in it.")
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
        self._send(*self.server.answer(asked))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = _respond

    def _body(self) -> bytes | Reply:
        """Read the body, or return why it is not read; then the connection ends, for the rest of it is in the way."""
        if coding := self.headers.get("Transfer-Encoding"):
            if "Content-Length" in self.headers or coding.strip().lower() != "chunked":
                return self._refusal(411, "Send a Content-Length.")
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isascii() or not length.isdigit():
            return self._refusal(400, "Content-Length is not a number.")
        if len(length) > 12 or int(length) > self.server.largest_body:
            return self._refusal(413, "The body is too large.")
        body = self.rfile.read(int(length))
        return body if len(body) == int(length) else self._refusal(400, "The body is shorter than its Content-Length.")

    def _chunks(self) -> bytes | Reply:
        """Put together a body that comes in chunks (RFC 9112 7.1): some clients send every body so."""
        body = bytearray()
        while (line := self.rfile.readline(_LINE)) and _SIZE.match(line):
            length = int(line.partition(b";")[0], 16)
            if len(body) + length > self.server.largest_body:
                return self._refusal(413, "The body is too large.")
            if not length:
                # What may follow the last chunk is read and forgotten.
                ends = any(self.rfile.readline(_LINE) in (b"\r\n", b"") for _ in range(_LINES))
                return bytes(body) if ends else self._refusal(400, "The body does not end.")
            body += self.rfile.read(length)
            if self.rfile.read(2) != b"\r\n":
                break
        return self._refusal(400, "The chunks of the body cannot be read.")

    def _refusal(self, status: int, sentence: str) -> Reply:
        return replace(self.server.refusal(status, sentence), close=True)

    def _send(self, reply: Reply, cut: Hit | None = None) -> None:
        """Send everything at once, so that no answer waits for an acknowledgement in its middle."""
        if any(_CONTROL.search(value) for _, value in reply.headers):
            # Percent-encoded it came in, and would go out as a line of its own.
            reply, cut = self._refusal(400, "The answer would have a control character in a header."), None
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
        self._deliver("\r\n".join((*head, "", "")).encode("latin-1", "replace"), body, cut)

    def _deliver(self, head: bytes, body: bytes, cut: Hit | None) -> None:
        if cut is None:
            self.wfile.write(head + body)
        elif cut.fault.kind == "reset":
            self.wfile.write(head + body[: len(body) // 2])
            raise Reset
        else:
            for byte in head + body:
                self.server.faults.wait(cut)
                self.wfile.write(bytes((byte,)))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what ``http.server`` could not read, in the form of any other error.

        Args:
            code: HTTP status.
            message: its words; not repeated, they may hold what was sent.
            explain: likewise.
        """
        # Before the request line was read neither is set.
        self.command, self.request_version = getattr(self, "command", None) or "", "HTTP/1.1"
        self._send(self._refusal(code, "The request cannot be read."))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal belongs to somebody else.

        Args:
            format: unused.
            args: unused.
        """
