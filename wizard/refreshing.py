"""A sandbox was refreshed: what that destroys, what it keeps, what nobody published; and what is done anew because of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from wizard.errors import UsageError, VaultError

if TYPE_CHECKING:
    from wizard.walk import Walk


@dataclass(frozen=True)
class Fate:
    """What a refresh does to something."""

    what: str
    """Of this setup."""
    how: Literal["gone", "kept", "not published"]
    """What becomes of it."""
    basis: str
    """How that is known, and where."""


FATES = (
    Fate("Access tokens, of the integration and of administrators", "gone", "documented by Oracle"),  # protocol.md 11.3
    Fate("Consumer pair of the integration record", "not published", "a new token shows it: with a dead pair no token logs in"),
    Fate("Role, user, features, accounts, subsidiaries", "not published", "inferred: as production has them; verified again"),
    Fate("Consumer pair and account ID kept here", "kept", "nothing here is deleted; the token pair until a new one is stored"),
)
"""In the order of what has to be done."""


def lines() -> list[str]:
    """Return the fates, one line each."""
    return [f"{fate.what}: {fate.how} ({fate.basis})." for fate in FATES]


def refreshed(walk: Walk) -> str:
    """Drop what rests on the sandbox as it was, remember the day, and return the step that comes first. Asks nobody.

    Args:
        walk: of a sandbox.

    Raises:
        UsageError: if it is no sandbox, or its token was never kept.
        VaultError: if a rotation is open: what it was about is gone, but nobody said so there.
        StoreError: if it cannot be saved.
    """
    account, rotation = walk.account, walk.setup.rotation
    if account is None or not account.environment.startswith("sandbox"):
        raise UsageError("Only a sandbox is refreshed; this setup is of another kind of account.")
    if rotation and rotation.open:
        raise VaultError("A rotation of these values is open. Finish or cancel it first: Rotate credentials.")
    step = next((s.id for s in walk.profile.step if s.pair == "token" and s.panel == "secret_pair"), None)
    if step is None or not (walk.setup.kept and "token" in walk.setup.kept.pairs):
        raise UsageError("No access token is kept for this setup: there is nothing to do anew.")
    walk.use_setup_token(None)
    # What a token saw there was of the sandbox as it was; what was found without one stays.
    walk.setup.forget({about for about, verdict in walk.setup.found.items() if any(e.token for e in verdict.evidence)})
    walk.setup.trail = None
    walk.setup.refreshed.append(walk.clock.now())
    walk.go_to(step)
    return step
