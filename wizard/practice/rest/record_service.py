"""``/services/rest/record/v1``: which record, which permission, and who answers (protocol.md 6.3 to 6.6, 8.3, 8.4, 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.practice.data.permissions import PERMISSIONS
from wizard.practice.door import gates
from wizard.practice.door.directory import Access
from wizard.practice.door.presented import Asked
from wizard.practice.rest import metadata_catalog, record_reading, record_writing
from wizard.practice.rest.records import RecordType, record_named
from wizard.practice.wire.reply import Answered, Reply, insufficient, rest_error

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

_READING = ("GET", "HEAD")


def answer(account: PracticeAccount, asked: Asked, access: Access) -> Reply:
    """Answer one request.

    Args:
        account: the account.
        asked: with a path below ``/services/rest/record/v1``.
        access: the login.
    """
    path = asked.path[len(record_reading.ROOT) :].strip("/").split("/")
    if path[0] == "metadata-catalog":
        return metadata_catalog.answer(account, asked, access, path[1:])
    if asked.method in _READING and not path[1:]:
        # A list is gated by SuiteAnalytics Workbook, a single record is not (observed in public, 6.5 and 8.3); a gate of
        # the service, it stands before type and permission (12).
        gates.workbook(account, access)
    record = record_named(account.state, path[0])
    if record is None or not access.has(record.feature):
        return no_such_type(path[0], asked.path)
    if asked.method in record_writing.LEVELS:
        return record_writing.write(
            account, record, path, asked, access, lambda: _permitted(account, record, path[0], asked, access)
        )
    _permitted(account, record, path[0], asked, access)
    if asked.method not in _READING:
        # PUT with an external id is no part of the dossier; external ids are not kept here.
        return rest_error(405, "Method not allowed.", "INVALID_REQUEST")
    if path[1:]:
        return record_reading.instance(account, record, "/".join(path[1:]), asked, access)
    return record_reading.listed(account, record, path[0], asked, access)


def no_such_type(name: str, path: str) -> Reply:
    """Return the answer to a type that is not there, or that REST does not offer (observed in public, 8.4).

    Args:
        name: of the type, as it was spelt.
        path: of the request.
    """
    return rest_error(404, f"Record type '{name}' does not exist.", "NONEXISTENT_ID", url=path)


def _permitted(account: PracticeAccount, record: RecordType, name: str, asked: Asked, access: Access) -> None:
    """Permission before anything else about the record (12; 403 against 404 for reading is not settled, 13.16)."""
    held, needed = access.level(record.permission), record_writing.LEVELS.get(asked.method, 1)
    if held >= needed:
        return
    if not held and account.settings.hidden_record == "404":
        raise Answered(no_such_type(name, asked.path))
    raise Answered(insufficient(PERMISSIONS[record.permission].sentence, higher=held > 0))
