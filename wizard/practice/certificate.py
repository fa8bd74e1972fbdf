"""A certificate authority that lives as long as the practice account: clients verify it as they would NetSuite."""

from __future__ import annotations

import shutil
import ssl
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFE = timedelta(days=30)


class Authority:
    """Makes the server's certificate; its own key is never written anywhere and forgotten at once."""

    def __init__(self, hosts: Sequence[str]) -> None:
        """Make both certificates.

        Args:
            hosts: names the server answers to.
        """
        self._folder = Path(tempfile.mkdtemp(prefix="netsuite-practice-"))
        self.ca_file = str(self._folder / "ca.pem")
        ca_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        ca = _certificate("Practice account CA (not real)", ca_key.public_key(), ca_key, None, ())
        server = _certificate("Practice account", server_key.public_key(), ca_key, ca, hosts)
        Path(self.ca_file).write_bytes(ca.public_bytes(serialization.Encoding.PEM))
        self.context = self._context(server, server_key)

    def _context(self, server: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
        """Load the key, which the ssl module takes from a file only, and remove that file again."""
        pem = self._folder / "server.pem"
        pem.touch(mode=0o600)
        pem.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + server.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(pem)
        pem.unlink()
        return context

    def remove(self) -> None:
        """Delete the folder; whoever still trusts the file trusts nothing any more."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _certificate(
    name: str, key: ec.EllipticCurvePublicKey, signer: ec.EllipticCurvePrivateKey, issuer: x509.Certificate | None,
    hosts: Sequence[str],
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
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LIFE)
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
