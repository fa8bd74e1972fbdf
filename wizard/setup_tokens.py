"""The setup tokens of a setup: how they are named, revoked and proven dead, and what is remembered of one that was left alive.

Of a token only the fingerprint of its ID and times are saved. NetSuite shows the ID and the secret once (documented,
roles-and-features 7.1), so a person finds a token in NetSuite by its name and by when it was made.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from wizard.account import PAGES
from wizard.check import Asking
from wizard.remedies import remedy
from wizard.verdict import Standing, Verdict

if TYPE_CHECKING:
    from wizard.account import Account
    from wizard.check import Runner
    from wizard.netsuite.client import Client
    from wizard.setup import Setup, SetupToken
    from wizard.walk import Walk

REVOKED = "setup_token.revoked"
"""Aspect of the one login that must be refused."""

# That a revoked token shows as Inactive is documented (roles-and-features 7.1), and that administrators and roles with Access
# Token Management make tokens for others; that they therefore see those of others is inferred.
LOOK = (
    "Find it by its name, or by who made it and when: the Token ID is not shown there. Edit > Revoke, then Save. "
    "A revoked token shows as Inactive. Whoever made it sees it, and so do administrators and roles with Access Token Management."
)
"""How a person makes sure that a token is gone."""

WHERE = PAGES["tokens"].menu
"""NetSuite's menu path."""


def token_name(number: int) -> str:
    """Return the name a token is to get in NetSuite: what it is, which one, and that it may go.

    Args:
        number: counted over all runs of the setup, from 1.
    """
    return f"netsuite-setup, setup token {number}, delete me"


def number_of(setup: Setup, mark: str | None) -> int:
    """Return the number of a token; of one that was not entered yet the next.

    Args:
        setup: any.
        mark: its fingerprint, or None.
    """
    marks = [token.fingerprint for token in setup.setup_tokens]
    return marks.index(mark) + 1 if mark in marks else len(marks) + 1


def since(token: SetupToken) -> str:
    """Return since when a token is known, in words.

    Args:
        token: the trace of it.
    """
    if token.accepted_at:
        return f"first used {token.accepted_at:%Y-%m-%d %H:%M} UTC"
    return f"entered {token.entered_at:%Y-%m-%d %H:%M} UTC, login not answered" if token.entered_at else "never used"


def verdict_of(token: SetupToken, account: Account | None, at: datetime) -> Verdict:
    """Return what became of a token.

    Args:
        token: the trace of it.
        account: for the address of the page.
        at: now, UTC.
    """
    about = f"setup_token.{token.fingerprint}"
    if token.revoked_at:
        return Verdict(about=about, standing=Standing.VERIFIED, says="revoked, and proven dead", at=token.revoked_at)
    if token.gone_at:
        return Verdict(about=about, standing=Standing.ATTESTED, says="gone, you said so", at=token.gone_at)
    fix = remedy(LOOK, "tokens", account, 2)
    return Verdict(about=about, standing=Standing.WARNING, says="not proven dead", remedy=fix, at=at)


def considered(setup: Setup, in_use: str | None, account: Account | None, at: datetime) -> Mapping[str, Verdict]:
    """Return what was found, with every setup token considered: the proof of one says nothing about another.

    Args:
        setup: any.
        in_use: fingerprint of the token of this run; nobody wants it to be dead yet.
        account: for the address of the page.
        at: now, UTC.
    """
    others = [verdict_of(t, account, at) for t in setup.setup_tokens if t.fingerprint != in_use and not t.revoked_at]
    if not others:
        return setup.found
    worst = next((v for v in others if v.standing is Standing.WARNING), others[-1])
    marks = ", ".join(v.about.partition(".")[2] for v in others if v.standing is worst.standing)
    proof = setup.found.get(REVOKED)
    if worst.standing is Standing.ATTESTED and (in_use or (proof and proof.standing is not Standing.VERIFIED)):
        return setup.found
    told = worst.model_copy(update={"about": REVOKED, "says": f"{worst.says}: {marks}"})
    return {**setup.found, REVOKED: told}


# --- the end of a token


@dataclass(frozen=True)
class Ended:
    """What came of revoking a token."""

    dead: bool
    """It was proven."""
    says: str
    """In words."""


def revoke(walk: Walk, runner: Runner, cancelled: threading.Event) -> Ended:
    """Revoke the setup token in use, and prove it dead by exactly one login; blocks. Neither is ever sent again by itself.

    Args:
        walk: with a setup token in memory.
        runner: asks the one check.
        cancelled: set when the person does not want to wait any longer.

    Raises:
        StoreError: if that it is dead could not be saved.
    """
    if not walk.revoking.acquire(blocking=False):
        return Ended(False, "It is being revoked already.")
    try:
        return _revoke_once(walk, runner, cancelled)
    finally:
        walk.revoking.release()


def _revoke_once(walk: Walk, runner: Runner, cancelled: threading.Event) -> Ended:
    session = walk.session(cancelled)
    if session.admin is None:
        return Ended(False, "There is no setup token in use.")
    if walk.revoked_by is None and (trouble := _revoke(session.admin)):
        return Ended(False, trouble)
    # NetSuite's answer to an earlier try in this run is enough: then only the proof is missing.
    walk.revoked_by = session.admin.revoked_by = session.admin.revoked_by or walk.revoked_by
    runner.run(session, [REVOKED], lambda news: None if isinstance(news, Asking) else walk.record(news))
    proof = walk.setup.found.get(REVOKED)
    if proof and proof.standing is Standing.VERIFIED:
        walk.note_setup_token(revoked=True)
        return Ended(True, "The setup token is revoked, and proven dead by one refused login.")
    why = proof.says if proof else "the login was not sent"
    if walk.revoked_by is None or (proof and proof.standing is Standing.FAILED):
        return Ended(False, f"Not proven dead: {why}. Look: {WHERE}.")
    return Ended(False, f"NetSuite answered that it is revoked; that is not proven yet: {why}. Revoke sends that one login again.")


def _revoke(client: Client) -> str | None:
    """Ask NetSuite to revoke the token a client uses; return what went wrong."""
    from wizard.netsuite.answers import LoginRefused, NetSuiteError, ServerTrouble
    from wizard.netsuite.asking import outcome_unknown

    try:
        client.revoke_token()
    except LoginRefused as error:
        return f"{error.message} Nothing else was sent: it may be dead already, or something else refuses it. {WHERE} shows it."
    except NetSuiteError as error:
        if not (outcome_unknown(error) or isinstance(error, ServerTrouble)):
            return f"{error.message} The token is not revoked."
        return (
            f"{error.message} Nobody can tell from here whether the token is revoked; no login was sent to find out. "
            f"Revoke again, or look: {WHERE}."
        )
    return None
