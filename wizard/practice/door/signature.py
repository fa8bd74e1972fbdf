"""The TBA signature of REST requests, worked out from RFC 5849 with nothing but the standard library.

The client signs with ``oauthlib``; this is the other side, written independently, so that the two can prove each other.
What goes into it: protocol.md 3.1 (documented). Proven with the vectors of 3.4 in the tests.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import quote, unquote, unquote_plus

Pairs = Iterable[tuple[str, str]]

_DEFAULT_PORT = "443"


def escape(text: str) -> str:
    """Percent-encode as RFC 3986 and RFC 5849 3.6 say: only letters, digits and ``-._~`` stay.

    Args:
        text: anything.
    """
    return quote(text, safe="-._~")


def unescape(text: str) -> str:
    """Undo the percent-encoding of a header value; a plus stays a plus.

    Args:
        text: as it stood in the header.
    """
    return unquote(text)


def query_pairs(query: str) -> list[tuple[str, str]]:
    """Split and decode a query string; a plus means a blank (documented: parameters are decoded, then encoded anew).

    Args:
        query: what stands behind the question mark, as sent.
    """
    pairs = []
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((unquote_plus(name), unquote_plus(value)))
    return pairs


def base_string(method: str, host: str, path: str, query: str, oauth: Pairs) -> str:
    """Return the signature base string of a request over https.

    Args:
        method: as sent; upper-cased here.
        host: the Host header; lower-cased, and the default port dropped (RFC 5849 3.4.1.2; observed in public: NetSuite
            signs with the lower-case host).
        path: as sent, without the query.
        query: as sent, without the question mark.
        oauth: decoded parameters of the Authorization header; ``realm`` and ``oauth_signature`` are left out here.
    """
    name, _, port = host.lower().partition(":")
    authority = name if port in ("", _DEFAULT_PORT) else f"{name}:{port}"
    signed = [(k, v) for k, v in oauth if k not in ("realm", "oauth_signature")] + query_pairs(query)
    encoded = sorted((escape(k), escape(v)) for k, v in signed)
    parameters = "&".join(f"{k}={v}" for k, v in encoded)
    return "&".join((method.upper(), escape(f"https://{authority}{path}"), escape(parameters)))


def sign(base: str, consumer_secret: str, token_secret: str) -> str:
    """Return the HMAC-SHA256 signature, Base64 encoded (documented).

    Args:
        base: from ``base_string``.
        consumer_secret: first half of the key.
        token_secret: second half; empty in the first step of the three-step flow.
    """
    key = f"{escape(consumer_secret)}&{escape(token_secret)}".encode()
    return base64.b64encode(hmac.new(key, base.encode(), hashlib.sha256).digest()).decode()


def agrees(expected: str, sent: str) -> bool:
    """Compare two signatures without telling by the time taken where they differ.

    Args:
        expected: ours.
        sent: theirs.
    """
    return hmac.compare_digest(expected.encode(), sent.encode())
