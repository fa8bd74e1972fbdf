"""Which certificate authorities are trusted, and the TLS settings that follow."""

from __future__ import annotations

import os
import ssl

from wizard.redact import one_line

VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""Name a file or folder of authorities, the first that is set counts."""


def authorities(ca_file: str | None) -> tuple[str, str]:
    """Return the file or folder of trusted authorities, and how to name it to a person.

    Args:
        ca_file: PEM file; None for what the environment says, else certifi's.
    """
    from requests.utils import DEFAULT_CA_BUNDLE_PATH

    if ca_file:
        return ca_file, one_line(ca_file)
    for variable in VARIABLES:
        if where := os.environ.get(variable):
            return where, one_line(f"{where} ({variable})")
    return DEFAULT_CA_BUNDLE_PATH, "the list that comes with this program (certifi)"


def context(where: str | None) -> ssl.SSLContext:
    """Return the settings of a TLS connection.

    Args:
        where: file or folder of trusted authorities; None to verify nothing. Over such a connection a certificate is looked
            at, and nothing is ever sent.

    Raises:
        OSError: if the authorities cannot be read.
    """
    # Not urllib3's context: that one writes the session keys to the file SSLKEYLOGFILE names.
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if where is None:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    else:
        made.load_verify_locations(**{"capath" if os.path.isdir(where) else "cafile": where})
    return made


def described(der: bytes) -> str:
    """Return a certificate in one sentence, or nothing if it cannot be read.

    Args:
        der: as it was shown; nothing in it is to be believed.
    """
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    def name(of: x509.Name) -> str:
        parts = [str(a.value) for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME) for a in of.get_attributes_for_oid(oid)]
        return one_line(", ".join(dict.fromkeys(parts)), 80) or "nobody named"

    try:
        shown = x509.load_der_x509_certificate(der)
        begin, end = shown.not_valid_before_utc, shown.not_valid_after_utc
        return f"It is made out to {name(shown.subject)}, signed by {name(shown.issuer)}, valid {begin:%Y-%m-%d} to {end:%Y-%m-%d}."
    except ValueError:
        return ""
