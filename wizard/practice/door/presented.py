"""What a caller shows at the door: one request, and the values of its Authorization header (protocol.md 3.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from wizard.practice.door.signature import base_string, unescape
from wizard.practice.settings import Settings


def read_json(body: bytes) -> Any:
    """Return what a body says, if it is JSON: no NaN, and no deeper than a reader can bear.

    Args:
        body: as sent.

    Raises:
        ValueError: if it is not.
    """
    try:
        return json.loads(body, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("too deep") from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


Door = Literal["rest", "restlet", "soap", "flow"]
"""Which way in: each has its own form of refusal, and a few words of the trail differ (documented, 8.6)."""

# Values are percent-encoded, so that nothing but printable ASCII can stand between the quotes (RFC 5849 3.5.1).
_PART = r'[A-Za-z][A-Za-z0-9_]*="[ !#-~]*"'
_HEADER = re.compile(rf"[ \t]*OAuth[ \t]+{_PART}(?:[ \t]*,[ \t]*{_PART})*[ \t]*", re.IGNORECASE)
_PAIR = re.compile(r'([A-Za-z][A-Za-z0-9_]*)="([^"]*)"')
_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Asked:
    """One request, as far as a login looks at it."""

    method: str
    """As sent."""
    host: str
    """Host header, in lower case."""
    path: str
    """As sent, without the query."""
    query: str
    """As sent."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """What came with it."""
    ip: str
    """Where it came from."""

    def below(self, route: str) -> bool:
        """Tell whether the path is a route's own; one that ends in a slash or an underscore stands for all that follow.

        Args:
            route: the path, or its beginning.
        """
        return self.path.startswith(route) if route[-1] in "/_" else self.path == route


class Malformed(Exception):
    """The login cannot be read: answered 400, no audit row (observed for RESTlets, 3.1 and 8.7)."""


class Refused(Exception):
    """The login failed."""

    def __init__(self, detail: str, realm: str) -> None:
        """Keep what the answer needs.

        Args:
            detail: word of the audit trail; empty where no row was written.
            realm: as sent, still percent-encoded.
        """
        super().__init__(detail)
        self.detail = detail
        self.realm = realm


class TooManyRequests(Exception):
    """The account has as many requests in work as it may (documented, 10.1)."""


@dataclass(frozen=True)
class Presented:
    """The values of one login, under the names of the header, whichever door they came to."""

    door: Door
    """Which way in."""
    realm: str
    """Account, as the caller spells it."""
    echo: str
    """The same as it stood in the header: the published answer may repeat it."""
    pairs: tuple[tuple[str, str], ...]
    """``oauth_…`` names and decoded values, in order, repeated ones too."""
    base: str
    """Signature base string of this request."""
    broken: bool = False
    """Whether the percent-encoding of a value is."""

    @cached_property
    def oauth(self) -> dict[str, str]:
        """The pairs by name; of a repeated one the last."""
        return dict(self.pairs)


def read_header(asked: Asked, door: Door, settings: Settings) -> Presented:
    """Read the Authorization header.

    Args:
        asked: the request.
        door: which way in.
        settings: unpublished behaviour.

    Raises:
        Malformed: if it cannot be read.
        Refused: if there is none, or one of another scheme.
    """
    header = asked.headers.get("authorization")
    if header is None or not header.lstrip()[:6].lower().startswith("oauth "):
        if settings.no_authorization == "syntax":
            raise Malformed
        raise Refused("", "")
    if not _HEADER.fullmatch(header):
        if settings.malformed_header == "401" and door != "restlet":
            raise Refused("", "")
        raise Malformed
    raw = _PAIR.findall(header)
    if "cookie" in asked.headers and settings.cookie_sent == "refused":
        raise Refused("", "")
    pairs = tuple((name, unescape(value)) for name, value in raw)
    echo = next((value for name, value in raw if name == "realm"), "")
    base = base_string(asked.method, asked.host, asked.path, asked.query, pairs)
    return Presented(door, unescape(echo), echo, pairs, base, any(_BROKEN.search(value) for _, value in raw))
