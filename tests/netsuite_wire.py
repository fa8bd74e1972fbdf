"""A server on loopback that answers exactly the bytes a test wants, over TLS with a throwaway authority."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from wizard.clock import Clock

REALM = "1234567_SB1"
HOSTS = (
    "1234567-sb1.suitetalk.api.netsuite.com",
    "1234567-sb1.restlets.api.netsuite.com",
    "rest.netsuite.com",
)


class Authority:
    """Signs certificates for as long as a test runs."""

    def __init__(self, folder: Path, name: str = "throwaway") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = dt.datetime.now(dt.timezone.utc)
        certificate = (
            self._builder(self._name, self._key, now - dt.timedelta(days=9), now + dt.timedelta(days=9))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.file = str(folder / f"{name}.pem")
        Path(self.file).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def certificate(self, hosts: Sequence[str], expired: bool = False, days: int = 0) -> str:
        """Write a certificate with its key into one file, and return its path; ``days`` from now it begins to count."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = dt.datetime.now(dt.timezone.utc) + dt.timedelta(days=days)
        end = now - dt.timedelta(days=1) if expired else now + dt.timedelta(days=3)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "wire")])
        certificate = (
            self._builder(subject, key, now - dt.timedelta(days=2), end)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        path = self._folder / f"server-{certificate.serial_number}.pem"
        path.write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return str(path)

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, begin: dt.datetime, end: dt.datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
        )


@dataclass(frozen=True)
class Heard:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    server_name: str | None

    @property
    def data(self) -> object:
        return json.loads(self.body)


Script = Callable[[Heard], "bytes | Iterable[bytes]"]


def reply(status: int, body: object = b"", content_type: str = "application/json", headers: dict[str, str] | None = None) -> bytes:
    """A whole, correct HTTP answer."""
    raw = body if isinstance(body, bytes) else (json.dumps(body) + "\n").encode()
    fields = {"Content-Type": content_type, "Content-Length": str(len(raw)), **(headers or {})}
    head = f"HTTP/1.1 {status} Whatever\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return head.encode("latin-1") + b"\r\n" + raw


class Listener:
    """Accepts connections on loopback and hands each to a thread."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        for one in (self._socket, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def serve(self, connection: socket.socket) -> None:
        raise NotImplementedError

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, ValueError):
            self.serve(connection)


class Wire(Listener):
    """The server. ``script`` decides what is answered; an answer that is not keep-alive ends the connection."""

    def __init__(self, certificate: str) -> None:
        self.script: Script = lambda heard: reply(200, {})
        self.heard: list[Heard] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._names: dict[int, str | None] = {}
        self._context.sni_callback = lambda sock, name, _: self._names.__setitem__(id(sock), name)  # type: ignore[assignment]
        super().__init__()

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def serve(self, connection: socket.socket) -> None:
        with self._context.wrap_socket(connection, server_side=True) as tls:
            name = self._names.get(id(tls))
            stream = tls.makefile("rb")
            while heard := _read(stream, name):
                self.heard.append(heard)
                answer = self.script(heard)
                for piece in (answer,) if isinstance(answer, bytes) else answer:
                    tls.sendall(piece)
                if not isinstance(answer, bytes):
                    return


def _read(stream, name: str | None) -> Heard | None:
    first = stream.readline().decode("latin-1").split()
    if len(first) != 3:
        return None
    headers: dict[str, str] = {}
    while line := stream.readline().decode("latin-1").strip():
        key, _, value = line.partition(":")
        headers[key.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))
    return Heard(first[0], first[1], headers, body, name)


class Proxy(Listener):
    """An HTTP proxy that leads every tunnel to one address, but for those to hosts whose name begins with ``shut``.

    Those are answered with ``status``, or lead to ``instead``.
    """

    def __init__(
        self, target: tuple[str, int], status: int = 200, shut: str = "", instead: tuple[str, int] | None = None
    ) -> None:
        self._target = target
        self._instead = instead
        self._status = status
        self._shut = shut
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        heard = _read(connection.makefile("rb", buffering=0), None)
        if heard is None:
            return  # somebody knocked
        self.asked.append(f"{heard.method} {heard.target}")
        self.headers.append(heard.headers)
        shut = heard.target.startswith(self._shut)
        status = self._status if shut and not self._instead else 200
        connection.sendall(f"HTTP/1.1 {status} Whatever\r\n\r\n".encode())
        if status != 200:
            return
        with socket.create_connection((shut and self._instead) or self._target) as onward:
            back = threading.Thread(target=_pump, args=(onward, connection), daemon=True)
            back.start()
            _pump(connection, onward)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65_536):
            sink.sendall(piece)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)  # whoever waits there hears of it


class SteppedClock(Clock):
    """A clock that only moves when it is told to, or when somebody sleeps."""

    def __init__(self) -> None:
        self._start = dt.datetime.now(dt.timezone.utc)
        self.passed = 0.0
        self.slept: list[float] = []

    def now(self) -> dt.datetime:
        return self._start + dt.timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return 1000.0 + self.passed

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
        self.slept.append(seconds)
        self.passed += seconds
        return stop is not None and stop.is_set()
