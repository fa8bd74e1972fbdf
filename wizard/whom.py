"""Who can have changed something in NetSuite: where that is done, whom to ask, and where NetSuite itself keeps who and when."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.account import Account
from wizard.profile import Profile
from wizard.remedies import remedy
from wizard.verdict import Remedy


@dataclass(frozen=True)
class Whom:
    """A kind of fact, and who can change it."""

    begins: str
    """How the names of such facts begin."""
    called: str
    """What it is, for people."""
    ask: str
    """Who can change it."""
    page: str | None
    """Key of ``wizard.account.PAGES`` where it is changed."""
    history: str
    """Where NetSuite tells who changed it, and when."""
    minutes: int = 3
    """About how long it takes to look there."""
    failing: tuple[str, ...] = ()
    """Aspects that can fail through such a fact, besides the one of its name and the one that reads it."""


_NOTES = "Its System Notes tell who changed what, and when."
_MANY = "The list shows every row as it is today; the System Notes of each tell who changed it, and when."

# Permissions that allow a change: roles-and-features 4.2, 7.1, 7.2, 7.4 (documented, Bulk Manage Roles observed in public).
# That anybody who may see a record sees its system notes, and the Audit Trail link of Enable Features: documented (2.1).
KINDS = (
    Whom("features.", "feature", "an administrator: features are ticked by hand", "features",
         "The Audit Trail link of that page lists who switched what, and when."),
    Whom("permissions.", "permission", "whoever may edit roles: an administrator, or a role with Bulk Manage Roles", "roles",
         "Open the role: its System Notes tell who changed what, and when."),
    Whom("role.", "role", "whoever may edit roles: an administrator, or a role with Bulk Manage Roles", "roles",
         "Open the role: its System Notes tell who changed what, and when."),
    Whom("user.", "user", "whoever edits employees and gives access", "employees", f"Open the employee. {_NOTES}"),
    Whom("token.", "token", "an administrator, or whoever holds Access Token Management", "tokens",
         "The list shows who made a token, and when; a revoked one shows as Inactive there."),
    Whom("integration_record.", "integration record", "an administrator, or whoever holds Integration Application",
         "integrations", f"Open the record. {_NOTES}"),
    Whom("login.", "login", "an administrator", "login_audit", "The Login Audit Trail shows every login with its Detail."),
    Whom("subsidiaries.", "subsidiary", "whoever keeps the subsidiaries: usually an administrator", "subsidiaries", _MANY,
         failing=("subsidiaries.active", "subsidiaries.currency", "subsidiaries.parent")),
    Whom("accounts.", "accounts", "whoever keeps the chart of accounts", "accounts", _MANY),
    Whom("books.", "books", "whoever keeps the books", None, "The System Notes of the record tell who changed it, and when."),
)  # fmt: skip
"""By how the name of a fact begins; the first that fits."""

ANYBODY = Whom("", "", "an administrator", None, "The System Notes of the record tell who changed it, and when.")
"""For facts of any other kind."""


WHOLE = {"permissions.beyond": "rows beyond what is asked for", "permissions.global": "rows of the user's own"}
"""Facts about all permissions of a kind."""


def whom(fact: str) -> Whom:
    """Return who can have changed a fact.

    Args:
        fact: its name.
    """
    return next((kind for kind in KINDS if fact.startswith(kind.begins)), ANYBODY)


def named(fact: str, profile: Profile) -> str:
    """Return what a fact is about, for people: ``permission Customer Payment``.

    Args:
        fact: its name.
        profile: whose labels NetSuite's own are.
    """
    kind = whom(fact)
    rest = fact.removeprefix(kind.begins)
    labels = {
        **WHOLE,
        **{f"permissions.{p.key}": p.netsuite_name for p in profile.permission},
        **{f"features.{f.id}": f.label for f in profile.feature},
    }
    return f"{kind.called} {labels.get(fact, rest.replace('_', ' '))}".strip()


def leading_to(fact: str) -> set[str]:
    """Return the aspects of the checks that can fail through a fact; the one that reads it is not among them.

    Args:
        fact: its name.
    """
    return {fact, *whom(fact).failing}


def asking(fact: str, account: Account | None) -> Remedy:
    """Return whom to ask about a change, and where to look.

    Args:
        fact: its name.
        account: for the deep link.
    """
    kind = whom(fact)
    return remedy(f"Ask {kind.ask}. {kind.history}", kind.page, account, kind.minutes)
