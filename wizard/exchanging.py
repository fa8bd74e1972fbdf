"""Trying, and keeping, values in each other's place: each on a person's word, for screens and commands alike."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from wizard.errors import CredentialError, WouldReplace
from wizard.exchange import aspect_of, exchanged
from wizard.verdict import Standing

if TYPE_CHECKING:
    from wizard.check import Report, Runner, Session
    from wizard.vault.interface import Receipt
    from wizard.walk import Walk

_RESTS_ON_VALUES = ("setup_token", "integration_record")
"""First parts of the aspects that a login with other values decides, besides those that ``now_kept`` drops."""


def try_exchange(walk: Walk, runner: Runner, how: str, report: Report, cancelled: threading.Event) -> Session:
    """Send the one login that a person agreed to, and return the run; its ``found`` has the verdict unless it was cancelled.

    It is sent only while another refusal cannot lock the user; the verdict says so otherwise.

    Args:
        walk: whose values.
        runner: asks.
        how: a key of ``wizard.exchange.EXCHANGES``.
        report: called as things happen; records the verdicts.
        cancelled: set when the person does not want to wait.
    """
    walk.attempts.changed("integration")
    session = walk.session(cancelled)
    runner.run(session, (aspect_of(how),), report)
    return session


def keep_exchanged(walk: Walk, how: str) -> Receipt:
    """Store the values in the order in which NetSuite accepted them, and have them read back; blocks as the vault does.

    Args:
        walk: whose values.
        how: a key of ``wizard.exchange.EXCHANGES``.

    Raises:
        CredentialError: if NetSuite did not accept them so.
        WouldReplace: if the vault holds other values by now.
        VaultError: if the vault did not keep them, or nobody can tell.
    """
    proof = walk.setup.found.get(aspect_of(how))
    credentials = exchanged(walk.credentials, how) if walk.credentials else None
    if credentials is None or walk.setup.account is None or not (proof and proof.standing is Standing.FAILED):
        raise CredentialError("NetSuite has not accepted these values in another order: nothing was stored.")
    there = walk.vault.load(walk.setup.account, walk.vault_name)
    if there and there != walk.credentials:
        raise WouldReplace("consumer", there.fingerprint)
    receipt = walk.vault.save(credentials, walk.vault_name)
    walk.setup.forget({about for about in walk.setup.found if about.split(".")[0] in _RESTS_ON_VALUES})
    walk.now_kept(credentials, receipt)
    if walk.setup_token:
        walk.setup_token = replace(walk.setup_token, consumer=credentials.consumer)
    return receipt
