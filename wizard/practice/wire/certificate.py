"""A certificate authority that lives as long as the practice account: clients verify it as they would NetSuite."""

from __future__ import annotations

import shutil
import ssl
import tempfile
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from wizard.practice.wire.faults import CERTIFICATES, Faults

_PEM = serialization.Encoding.PEM
_LIFE, _BEFORE = timedelta(days=30), timedelta(days=2)
OTHER_NAME = "www.practice.example"
"""What the certificate for another name is made out to."""


class Authority:
    """Makes the server's certificates; its own key is never written anywhere and forgotten at once."""

    def __init__(self, hosts: Sequence[str], faults: Faults) -> None:
        """Make its own certificate, the right one, and those that faults show instead.

        Args:
            hosts: names the server answers to.
            faults: decide which is shown.
        """
        self._faults = faults
        self._folder = Path(tempfile.mkdtemp(prefix="netsuite-practice-"))
        self.ca_file = str(self._folder / "ca.pem")
        ca_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        ca = _certificate("Practice account CA (not real)", ca_key.public_key(), ca_key, None, ())
        Path(self.ca_file).write_bytes(ca.public_bytes(_PEM))

        def pem(names: Sequence[str], life: timedelta = _LIFE) -> bytes:
            made = _certificate("Practice account", server_key.public_key(), ca_key, ca, names, life)
            private = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            return server_key.private_bytes(_PEM, *private) + made.public_bytes(_PEM)

        self._pem = pem(hosts)
        self._right = self._context(self._pem)
        self._doubtful = (-1, self._right)
        expired = pem(hosts, -_BEFORE / 2)
        self._wrong = {"tls_other_name": self._context(pem([OTHER_NAME])), "tls_expired": self._context(expired)}
        self._guard = threading.Lock()

    def context(self) -> ssl.SSLContext:
        """Return what the next connection is made with; only while a fault demands it, its host is looked at first."""
        if not self._faults.holds(CERTIFICATES):
            return self._right
        with self._guard:
            # Whoever resumes a session is shown no certificate: so no session outlives a change of the faults.
            if self._doubtful[0] != self._faults.revision:
                self._doubtful = (self._faults.revision, self._context(self._pem))
                self._doubtful[1].sni_callback = self._choose
            return self._doubtful[1]

    def _choose(self, connection: ssl.SSLSocket | ssl.SSLObject, host: str | None, _: ssl.SSLContext) -> None:
        if hit := self._faults.hit(CERTIFICATES, host or ""):
            connection.context = self._wrong[hit.fault.kind]

    def _context(self, pem: bytes) -> ssl.SSLContext:
        """Load the key, which the ssl module takes from a file only, and remove that file again."""
        file = self._folder / "server.pem"
        file.touch(mode=0o600)
        file.write_bytes(pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(file)
        file.unlink()
        return context

    def remove(self) -> None:
        """Delete the folder; whoever still trusts the file trusts nothing any more."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _certificate(
    name: str, key: ec.EllipticCurvePublicKey, signer: ec.EllipticCurvePrivateKey, issuer: x509.Certificate | None,
    hosts: Sequence[str], life: timedelta = _LIFE,
) -> x509.Certificate:
    """Make one certificate: of the authority if there is no issuer, else of the server."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    # The machine's own time, not the account's: TLS is checked by the client's clock whatever the scenario says.
    now = datetime.now(timezone.utc)
    own = issuer is None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + life)
        .add_extension(x509.BasicConstraints(ca=own, path_length=0 if own else None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, key_cert_sign=own, crl_sign=own, content_commitment=False,
                key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return builder.sign(signer, hashes.SHA256())
