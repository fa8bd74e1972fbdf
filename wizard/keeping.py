"""Which verdicts outlive a later look: what cannot be asked any more, and what nobody asked again."""

from __future__ import annotations

from wizard.diagnosis import LOGINS
from wizard.verdict import Standing, Verdict


def outlives(before: Verdict, now: Verdict, setup_token: bool) -> bool:
    """Tell whether an older verdict stays, with its own date.

    An exact proof made with a setup token, which is gone by now, outlives a look that can only say "unknown". That a
    login was refused, and why, outlives a look that sent nothing: values that change drop it, and so does an answer.

    Args:
        before: what was found earlier.
        now: what was found last, about the same aspect.
        setup_token: one is in use.
    """
    exact = before.standing is Standing.VERIFIED and any(e.token == "setup" for e in before.evidence)  # noqa: S105 - names a token, is none
    refused = before.about in LOGINS and before.standing is Standing.FAILED
    return (exact and not setup_token and now.standing in (Standing.UNKNOWN, Standing.WAITING)) or (
        refused and now.standing is Standing.WAITING
    )
