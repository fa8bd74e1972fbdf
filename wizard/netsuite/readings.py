"""What the answers of the small services hold: server time, token information, the names of record types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from wizard.netsuite.answers import Answer
from wizard.netsuite.refusals import unexpected


@dataclass(frozen=True)
class ServerTime:
    """The time at NetSuite: proof that a login was accepted."""

    time: datetime
    """UTC."""
    answer: Answer
    """Where it was read from."""


@dataclass(frozen=True)
class TokenInfo:
    """What a token is bound to, as far as NetSuite told. No complete body was ever published (protocol.md 5)."""

    company_id: str | None
    """Realm form of the account."""
    company_name: str | None
    """Its name."""
    role_id: str | None
    """Internal ID of the role."""
    role_name: str | None
    """Its name."""
    entity_id: str | None
    """Internal ID of the user."""
    raw: dict[str, Any] = field(repr=False)
    """The whole body."""
    answer: Answer
    """Where it was read from."""


class Rows(list[dict[str, str]]):
    """The rows of a query."""

    def __init__(self, rows: list[dict[str, str]], answer: Answer) -> None:
        """Keep the answer beside the rows, for the evidence.

        Args:
            rows: of all pages.
            answer: the last page.
        """
        super().__init__(rows)
        self.answer = answer


class Names(set[str]):
    """Names of record types, in lower case."""

    def __init__(self, names: set[str], answer: Answer) -> None:
        """Keep the answer beside the names, for the evidence.

        Args:
            names: in lower case.
            answer: the catalog.
        """
        super().__init__(names)
        self.answer = answer


def server_time(answer: Answer) -> ServerTime:
    """Read ``{"serverTime": "2025-03-26T16:21:00.000Z"}`` (documented).

    Args:
        answer: of ``/system/v1/serverTime``.

    Raises:
        Garbled: if there is no time in it.
    """
    for path, value in _leaves(answer.json()):
        if path[-1:] == ("servertime",) and (time := _time(str(value))):
            return ServerTime(time, answer)
    raise unexpected(answer, "the server's time")


def _time(text: str) -> datetime | None:
    for form in ("%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S"):
        try:
            time = datetime.strptime(text, form)
        except ValueError:
            continue
        return time.replace(tzinfo=timezone.utc) if time.tzinfo is None else time.astimezone(timezone.utc)
    return None


_COMPANY = ("companyid", "company", "accountid", "account")
_ROLE = ("roleid", "role")
_ENTITY = ("entityid", "entity", "userid", "user")


def token_info(answer: Answer) -> TokenInfo:
    """Read what a token is bound to.

    ``companyName``, ``companyId`` and ``roleName`` are known from public code; ``roleId`` and ``entityId`` are
    inferred, as are nested forms such as ``{"role": {"internalId": 3, "name": "…"}}``.

    Args:
        answer: of ``/rest/tokeninfo``.

    Raises:
        Garbled: if it is not a JSON object, or names nothing of all this.
    """
    data = answer.json()
    if not isinstance(data, dict):
        raise unexpected(answer, "what the token is bound to")
    found: dict[str, str] = {}
    for path, value in _leaves(data):
        for name in _spellings(path):
            found.setdefault(name, value)
    info = TokenInfo(
        company_id=_pick(found, _COMPANY),
        company_name=_pick(found, ("companyname", "accountname")),
        role_id=_pick(found, _ROLE),
        role_name=_pick(found, ("rolename",)),
        entity_id=_pick(found, _ENTITY),
        raw=data,
        answer=answer,
    )
    if not any((info.company_id, info.company_name, info.role_id, info.role_name, info.entity_id)):
        raise unexpected(answer, "what the token is bound to")
    return info


def _pick(found: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((found[name] for name in names if name in found), None)


def _spellings(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names a value may be known by: ``role`` › ``internalid`` is ``roleid`` too."""
    last = "id" if path[-1] == "internalid" else path[-1]
    return (last, path[-2] + last) if len(path) > 1 else (last,)


def _leaves(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every text or number with the keys that lead to it, lower case and without underscores."""
    if len(path) > 5:
        return
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _leaves(value, (*path, str(key).lower().replace("_", "").replace(" ", "")))
    elif isinstance(data, list):
        for value in data[:5]:
            yield from _leaves(value, path)
    elif path and isinstance(data, (str, int)) and not isinstance(data, bool) and str(data):
        yield path, str(data)


def catalog(answer: Answer) -> Names:
    """Read the names of the record types this role is offered (observed, protocol.md 6.3).

    Args:
        answer: of ``/record/v1/metadata-catalog``.

    Raises:
        Garbled: if there is no list of types in it.
    """
    data = answer.json()
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list):
        raise unexpected(answer, "a list of record types")
    names = {str(item["name"]).lower() for item in items if isinstance(item, dict) and item.get("name")}
    return Names(names, answer)
