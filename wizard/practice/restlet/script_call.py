"""One run of a script: what it is given, and the records it saves as its caller.

Permissions and rules of the record service hold for a script too (inferred).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wizard.practice.door.directory import Access
from wizard.practice.door.presented import Asked
from wizard.practice.rest import record_service
from wizard.practice.rest.record_reading import ROOT
from wizard.practice.wire.reply import Answered

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount


class ScriptError(Exception):
    """A script failed; the message is its own."""

    def __init__(self, message: str, code: str = "UNEXPECTED_ERROR") -> None:
        """Keep both.

        Args:
            message: what the script says.
            code: of the answer.
        """
        super().__init__(message)
        self.code = code


class Call:
    """One run of a script."""

    def __init__(self, account: PracticeAccount, access: Access, asked: Asked, body: Mapping[str, Any]) -> None:
        """Take what the script is given.

        Args:
            account: the account.
            access: the login it runs as.
            asked: the request.
            body: what was sent.
        """
        self.account, self.body = account, body
        self._access, self._asked = access, asked

    def text(self, name: str, within: Mapping[str, Any] | None = None) -> str:
        """Return a text of the body, empty if there is none.

        Args:
            name: its key.
            within: a part of the body.
        """
        value = (self.body if within is None else within).get(name)
        return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""

    def number(self, name: str, within: Mapping[str, Any] | None = None) -> float:
        """Return a number of the body, 0 if there is none.

        Args:
            name: its key.
            within: a part of the body.
        """
        value = (self.body if within is None else within).get(name)
        return float(value) if isinstance(value, (int, float)) and abs(value) < 1e12 else 0.0

    def customer(self, who: Any) -> int | None:
        """Find a customer: by number, else by name, exactly one or nobody.

        Args:
            who: ``netsuite_id``, ``accountnumber`` and ``companyname``.
        """
        if not isinstance(who, dict):
            return None
        own = self.text("netsuite_id", who)
        number, name = self.text("accountnumber", who), self.text("companyname", who)
        for column, value in (("CAST(id AS TEXT)", own), ("entityid", number), ("companyname", name), ("entityid", name)):
            sql = f"SELECT id FROM entities WHERE kind = 'customer' AND {column} = ? LIMIT 2"  # noqa: S608 (constants)
            found = self.account.state.rows(sql, (plain(value),)) if value else []
            if len(found) == 1:
                return int(found[0]["id"])
        return None

    def save(self, record: str, values: Mapping[str, Any], wanted: int | None = None) -> int:
        """Save a record as the caller.

        Args:
            record: its type.
            values: what to set.
            wanted: id of the record to change; None makes one.

        Returns:
            Its id.

        Raises:
            ScriptError: with the refusal's code and sentence.
        """
        path = f"{ROOT}/{record}" + (f"/{wanted}" if wanted else "")
        headers = {"x-netsuite-propertynamevalidation": "ignore", "x-netsuite-propertyvaluevalidation": "ignore"}
        asked = Asked(
            "PATCH" if wanted else "POST", self.account.suitetalk_host, path, "", headers, json.dumps(values).encode(),
            self._asked.ip,
        )
        try:
            reply = record_service.answer(self.account, asked, self._access)
        except Answered as answered:
            reply = answered.reply
        if reply.status != 204:
            detail = json.loads(reply.body)["o:errorDetails"][0]
            raise ScriptError(detail["detail"], detail["o:errorCode"])
        return wanted or int(dict(reply.headers)["Location"].rpartition("/")[2])


def plain(text: str) -> str:
    """Return a text that can be stored: half a surrogate pair is possible in JSON and nowhere else.

    Args:
        text: out of a body.
    """
    return text.encode("utf-8", "replace").decode()
