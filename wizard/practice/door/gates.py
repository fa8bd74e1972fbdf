"""Service gates: what a login needs before any record is looked at (protocol.md 6.1, 8.3, 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from wizard.practice.data.permissions import PERMISSIONS
from wizard.practice.door.directory import Access
from wizard.practice.wire.reply import FORBIDDEN_SENTENCE, Answered, insufficient, rest_error

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

_OFF = "The {} feature is not enabled."


def refuse_role() -> NoReturn:
    """Refuse with the sentence that names nothing (observed in public, 8.3).

    Raises:
        Answered: with the refusal.
    """
    raise Answered(rest_error(400, FORBIDDEN_SENTENCE, "USER_ERROR"))


def rest_feature(account: PracticeAccount, access: Access) -> None:
    """Refuse everything while the feature *REST Web Services* is off (unpublished, 13.6).

    Args:
        account: the account.
        access: the login.

    Raises:
        Answered: with the refusal.
    """
    if not access.has("RESTWEBSERVICES"):
        status = account.settings.rest_feature_off
        code = "FEATURE_DISABLED" if status == "403" else "USER_ERROR"
        raise Answered(rest_error(int(status), _OFF.format("REST Web Services"), code))
    if access.web_services_only and account.settings.web_services_only_rest == "refused":
        refuse_role()


def rest_permission(account: PracticeAccount, access: Access) -> None:
    """Refuse a role without *REST Web Services* (one vendor's reading, 8.3 and 13.6).

    Args:
        account: the account.
        access: the login.

    Raises:
        Answered: with the refusal.
    """
    if access.level("ADMI_RESTWEBSERVICES"):
        return
    if account.settings.rest_permission_missing == "403":
        raise Answered(insufficient(PERMISSIONS["ADMI_RESTWEBSERVICES"].sentence))
    refuse_role()


def workbook(account: PracticeAccount, access: Access) -> None:
    """Refuse lists and queries to a role without *SuiteAnalytics Workbook* (observed in public, 8.3).

    What the feature of that name being off looks like is not published (13.6).

    Args:
        account: the account.
        access: the login.

    Raises:
        Answered: with the refusal.
    """
    if not access.has("USR") and account.settings.workbook_feature_off == "403":
        raise Answered(rest_error(403, _OFF.format("SuiteAnalytics Workbook"), "FEATURE_DISABLED"))
    needed = 1 if account.settings.workbook_view_enough else 3
    if not access.has("USR") or access.level("REPO_ANALYTICS") < needed:
        refuse_role()
