"""Names, addresses and connections, each by itself: what the name service says, which families lead out, who accepts."""

from __future__ import annotations

import errno
import os
import selectors
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from wizard.redact import one_line

_SLICE = 0.2
"""Seconds between two looks at the person's wish to stop."""

BEYOND = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""Addresses that belong to nobody (RFC 5737, RFC 3849): whether a packet to them would leave is asked, none is sent."""

NO_WAY = frozenset({errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.ENETDOWN})
"""Error numbers of a connection that this machine has no way for."""

_MISSING = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


@dataclass(frozen=True)
class Address:
    """Where a name leads."""

    family: int
    """``AF_INET`` or ``AF_INET6``."""
    to: tuple[str, int]
    """Address and port."""

    def __str__(self) -> str:
        """Return the address, and whether it is private."""
        try:
            private = ip_address(self.to[0]).is_private
        except ValueError:
            private = False
        return f"{one_line(self.to[0], 45)}{' (a private address)' if private else ''}"


def addresses(host: str, port: int, seconds: float) -> list[Address]:
    """Ask the name service, in a thread of its own: the system's call knows no timeout.

    Args:
        host: name.
        port: for the addresses.
        seconds: how long to wait.

    Raises:
        OSError: a ``gaierror``, or TimeoutError when it stays silent.
        UnicodeError: if it cannot be a name.
    """
    told: list[list[Address] | Exception] = []

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            told.append([Address(family, (str(to[0]), int(to[1]))) for family, _, _, _, to in rows])
        except (OSError, UnicodeError) as error:
            told.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    if not told:
        raise TimeoutError
    if isinstance(told[0], Exception):
        raise told[0]
    return told[0]


def is_missing(error: Exception) -> bool:
    """Tell whether the name service answered that there is no such name.

    Args:
        error: of ``addresses``.
    """
    return isinstance(error, socket.gaierror) and error.errno in _MISSING


def leads_out(family: int) -> bool:
    """Tell whether this machine has a way to other networks with a family of addresses. Nothing is sent.

    Args:
        family: ``AF_INET`` or ``AF_INET6``.
    """
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asked:
            asked.connect((BEYOND[socket.AddressFamily(family)], 443))
    except OSError:
        return False
    return True


def knock(doors: Sequence[Address], seconds: float, cancelled: threading.Event) -> dict[Address, int]:
    """Open a connection to each of several addresses, all at the same time, and close it again.

    Args:
        doors: which.
        seconds: how long to wait for all of them.
        cancelled: ends it early.

    Returns:
        What came of each, as an error number: 0 if it accepts, ETIMEDOUT if it stays silent.
    """
    came: dict[Address, int] = {}
    until = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for door in doors:
            try:
                sock = socket.socket(door.family, socket.SOCK_STREAM)
            except OSError as error:
                came[door] = error.errno or errno.EAFNOSUPPORT
                continue
            sock.setblocking(False)
            code = sock.connect_ex(door.to)
            if code in (errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", errno.EINPROGRESS)):
                selector.register(sock, selectors.EVENT_WRITE, door)
            else:
                came[door] = code
                sock.close()
        while selector.get_map() and time.monotonic() < until and not cancelled.is_set():
            for key, _ in selector.select(_SLICE):
                sock = key.fileobj  # type: ignore[assignment]
                came[key.data] = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                selector.unregister(sock)
                sock.close()
        for key in list(selector.get_map().values()):
            came[key.data] = errno.ETIMEDOUT
            key.fileobj.close()  # type: ignore[union-attr]
    return came


def listed(doors: Sequence[Address]) -> str:
    """Return addresses in one line.

    Args:
        doors: which.
    """
    return ", ".join(dict.fromkeys(map(str, doors)))


def outcome(code: int) -> str:
    """Return what came of a knock, in a word.

    Args:
        code: error number, 0 for none.
    """
    words = {0: "accepts", errno.ECONNREFUSED: "refuses", errno.ETIMEDOUT: "silent", **dict.fromkeys(NO_WAY, "no way there")}
    return words.get(code) or one_line(os.strerror(code).lower(), 40)
