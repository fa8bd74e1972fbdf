"""Signs requests: OAuth 1.0a with HMAC-SHA256, the form NetSuite calls Token-Based Authentication (TBA).

Facts from protocol.md section 3 and 4.6 (documented, and proven with the published vectors in the tests): every query
parameter is signed, JSON bodies are not, scheme and host are signed in lower case, ``realm`` is not signed. The
signature stands in the header, never in the address, because addresses get into error texts.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import requests
from requests.auth import AuthBase
from requests_oauthlib import OAuth1

from wizard.clock import Clock

if TYPE_CHECKING:
    from wizard.credentials import Credentials

METHOD = "HMAC-SHA256"
"""The only method NetSuite accepts for REST and RESTlets (documented, protocol.md 3.1)."""


def new_nonce() -> str:
    """Return 32 hexadecimal characters; 6 to 64 letters and digits are allowed everywhere (protocol.md 3.3)."""
    return token_hex(16)


@dataclass(frozen=True)
class Signature:
    """A signature and the header it travels in. Neither is printed."""

    value: str = field(repr=False)
    """Base64 of 32 bytes: 44 characters."""
    header: str = field(default="", repr=False)
    """The whole ``Authorization`` header; empty for SOAP."""


class Signer(AuthBase):
    """Signs each request with a nonce of its own: a pair of nonce and timestamp may be used once (protocol.md 3.3)."""

    def __init__(self, credentials: Credentials, clock: Clock | None = None) -> None:
        """Keep what is needed to sign.

        Args:
            credentials: complete; their account becomes the realm.
            clock: gives the timestamp, which must be within 5 minutes of the server's time (documented).
        """
        self._credentials = credentials
        self._clock = clock or Clock()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the ``Authorization`` header into a prepared request.

        Args:
            request: complete in everything else, its query included.
        """
        timestamp = str(int(self._clock.now().timestamp()))
        return _oauth1(self._credentials, new_nonce(), timestamp)(request)


def sign_request(
    method: str,
    url: str,
    credentials: Credentials,
    nonce: str,
    timestamp: str,
    *,
    callback: str | None = None,
    verifier: str | None = None,
) -> Signature:
    """Sign a REST or RESTlet request, or a step of the three-step flow, without sending it.

    Args:
        method: HTTP method.
        url: with its query. A ``role`` for the request token stands in the query: the base string is the same as with
            Oracle's header parameter (protocol.md 4.6).
        credentials: without a token for the request token; with the request token for the access token.
        nonce: at least 6 characters (documented).
        timestamp: seconds since 1970.
        callback: for the request token.
        verifier: for the access token.
    """
    auth = _oauth1(credentials, nonce, timestamp, callback, verifier)
    prepared = requests.Request(method, url, auth=auth).prepare()
    # requests-oauthlib leaves bytes behind where requests promises text.
    raw: Any = prepared.headers["Authorization"]
    header = raw.decode("ascii") if isinstance(raw, bytes) else str(raw)
    value = header.partition('oauth_signature="')[2].partition('"')[0]
    return Signature(unquote(value), header)


def sign_passport(
    account: str, consumer_key: str, token: str, nonce: str, timestamp: str, *, secrets: tuple[str, str]
) -> Signature:
    """Sign a SOAP ``tokenPassport`` (documented, protocol.md 3.2).

    Args:
        account: realm form, character for character: it is part of what is signed.
        consumer_key: of the integration record.
        token: token ID.
        nonce: 6 to 64 letters and digits.
        timestamp: seconds since 1970.
        secrets: consumer secret and token secret.
    """
    base = "&".join((account, consumer_key, token, nonce, timestamp))
    key = "&".join(quote(secret, safe="") for secret in secrets)
    digest = hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()
    return Signature(base64.b64encode(digest).decode("ascii"))


def _oauth1(
    credentials: Credentials, nonce: str, timestamp: str, callback: str | None = None, verifier: str | None = None
) -> OAuth1:
    consumer, token = credentials.consumer, credentials.token
    if consumer is None:
        raise ValueError("cannot sign without a consumer key and secret")
    return OAuth1(
        consumer.first.get_secret_value(),
        client_secret=consumer.second.get_secret_value(),
        resource_owner_key=token.first.get_secret_value() if token else None,
        resource_owner_secret=token.second.get_secret_value() if token else None,
        signature_method=METHOD,
        realm=credentials.account,
        nonce=nonce,
        timestamp=timestamp,
        callback_uri=callback,
        verifier=verifier,
    )
