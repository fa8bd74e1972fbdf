"""Sends bytes as they are to a practice account: no client's library would send most of what a test of bad input needs."""

from __future__ import annotations

import contextlib
import socket
import ssl

from hypothesis import settings
from practice_asker import Asker

SUITETALK, RESTLETS, APP = (f"1234567-sb1.{part}.netsuite.com" for part in ("suitetalk.api", "restlets.api", "app"))
PLACES = [
    ("GET", SUITETALK, "/services/rest/system/v1/serverTime"),
    ("GET", SUITETALK, "/services/rest/record/v1/customer?limit=2&q=id%20BETWEEN%20%5B1%2C%209%5D"),
    ("PATCH", SUITETALK, "/services/rest/record/v1/customer/101"),
    ("OPTIONS", SUITETALK, "/services/rest/record/v1/metadata-catalog"),
    ("POST", SUITETALK, "/services/rest/query/v1/suiteql"),
    ("GET", SUITETALK, "/services/rest/%00/v1"),
    ("GET", RESTLETS, "/rest/tokeninfo"),
    ("GET", RESTLETS, "/rest/revoketoken?consumerKey=a&token=b"),
    ("POST", RESTLETS, "/rest/requesttoken"),
    ("POST", RESTLETS, "/rest/accesstoken"),
    ("POST", RESTLETS, "/app/site/hosting/restlet.nl?script=6&deploy=1"),
    ("GET", APP, "/rest/tokeninfo"),
    ("GET", "system.netsuite.com", "/rest/tokeninfo"),
    ("POST", "system.netsuite.com", "/rest/requesttoken"),
]
"""Every host and kind of path that looks at the header."""
LONGEST = 65536
"""Bytes of one header line, its name and end included, that the server reads."""
GONE = (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError)
PATIENCE = 50
"""Seconds without a byte that count as a hang; fewer than the server itself waits."""
OFTEN = settings(max_examples=120, derandomize=True, deadline=None, database=None)
"""The same examples everywhere and always: a failure is a change of the program."""


class Wire:
    """Raw bytes to an account, a connection each."""

    def __init__(self, account):
        self.account = account
        self.context = ssl.create_default_context(cafile=account.ca_file)

    def send(self, place, *lines, body=b""):
        """Return status and body of the answer to a request with these header lines."""
        method, host, path = place
        head = [f"{method} {path} HTTP/1.1".encode(), b"Host: " + host.encode(), b"Connection: close"]
        head += [b"Content-Length: %d" % len(body)] * bool(body) + list(lines)
        return self.exchange(host, b"\r\n".join([*head, b"", b""]) + body)

    def exchange(self, host, data):
        where, _, port = self.account.address.rpartition(":")
        with socket.create_connection((where, int(port)), timeout=PATIENCE) as plain, self.context.wrap_socket(plain, server_hostname=host) as sock:
            received = b""
            # Refused before all of it was read: then the answer is there, and the connection is not.
            with contextlib.suppress(*GONE):
                sock.sendall(data)
            with contextlib.suppress(*GONE):
                while part := sock.recv(65536):
                    received += part
        head, _, content = received.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 "), received
        assert all(line.isprintable() for line in head.decode("latin-1").split("\r\n")), head
        return int(head.split(b" ")[1]), content

    def logins(self):
        return self.account.state.value("SELECT count(*) FROM logins WHERE status = 'Success'")


def untroubled(wire):
    """The account has not stumbled over its own code; said once, not again in every test that follows."""
    found = list(wire.account.trouble)
    wire.account.trouble.clear()
    assert found == []


def refused(wire, place, *lines, body=b""):
    """The answer is a refusal, and nobody has logged in."""
    before = wire.logins()
    status, content = wire.send(place, *lines, body=body)
    assert 400 <= status < 500, (status, content)
    assert b"Traceback" not in content
    assert wire.logins() == before
    untroubled(wire)
    return status


def good(account, place, credentials=None):
    """Name and value of the parameters of a header that logs in, percent-encoded."""
    method, host, path = place
    header = Asker(account).prepare(method, f"https://{host}{path}", credentials).headers["Authorization"]
    header = header.decode() if isinstance(header, bytes) else header
    return [tuple(part.replace('"', "").split("=", 1)) for part in header.removeprefix("OAuth ").split(", ")]


def written(pairs, scheme="OAuth ", form='{}="{}"', between=", "):
    return b"Authorization: " + (scheme + between.join(form.format(*pair) for pair in pairs)).encode("latin-1")
