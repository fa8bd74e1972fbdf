"""A rotation: which values replace which, how far that is, and what is left. Times and fingerprints, never a value.

What NetSuite does when values are replaced is documented (roles-and-features 7.1, 7.2): a new access token leaves the old
one alive until it is revoked; *Reset Credentials* of the integration record kills the old consumer pair at once, and the
existing tokens go on with the new one. So only a token can be replaced without an interruption, and only that can be
taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from pydantic import AwareDatetime

from wizard.verdict import Evidence, Frozen, Standing

if TYPE_CHECKING:
    from wizard.credentials import Credentials

Kind = Literal["token", "consumer", "both"]
"""What is replaced: the access token (recommended), the consumer pair (*Reset Credentials*), or both."""

REPLACED: Mapping[Kind, tuple[str, ...]] = {"token": ("token",), "consumer": ("consumer",), "both": ("token", "consumer")}
"""Pairs that a rotation replaces, in the order in which they are made: the reset last, because it interrupts."""

DEAD = "replaced.dead"
"""Aspect of the one call that must be refused."""

Stage = Literal["begun", "entered", "verified", "stored", "handed_over", "works", "revoked", "proven"]
"""Fields of ``Rotation`` that say when a stage was done."""

STAGES: Mapping[Stage, str] = {
    "begun": "What is replaced, and whom it concerns",
    "entered": "Make it in NetSuite, enter it here",
    "verified": "Log in with the new values",
    "stored": "New values in use here",
    "handed_over": "Hand over to the vendor",
    "works": "The vendor works with them",
    "revoked": "Revoke the old token",
    "proven": "Prove the old values dead",
}
"""Title of every stage, in order."""

LEFT: Mapping[Stage, str] = {
    "begun": "to begin",
    "entered": "to make and enter the new values",
    "verified": "to verify the new values",
    "stored": "to take the new values into use",
    "handed_over": "to hand the new values over",
    "works": "to see whether the vendor works",
    "revoked": "to revoke the old token",
    "proven": "to prove the old values dead",
}
"""What is left at a stage, behind "rotation open:"."""

BY_WORD: tuple[Stage, ...] = ("handed_over", "works", "revoked")
"""Stages that only a person can vouch for; ``revoked`` unless NetSuite revoked it from here."""


class Marks(Frozen):
    """Tells two sets of values apart without holding them: first 12 hex digits of SHA-256 of each."""

    consumer: str
    """Of the Consumer Key."""
    token: str
    """Of the Token ID."""
    whole: str
    """Of the stored form of all five."""

    @classmethod
    def of(cls, values: Credentials) -> Marks:
        """Return the marks of complete values.

        Args:
            values: all five.
        """
        from wizard.credentials import fingerprint

        assert values.consumer and values.token, "only complete values are replaced"
        first = (fingerprint(pair.first.get_secret_value()) for pair in (values.consumer, values.token))
        return cls(consumer=next(first), token=next(first), whole=values.fingerprint)


class Rotation(Frozen):
    """One rotation of a setup's values. Stages are done one after the other; none is skipped without a word."""

    kind: Kind
    """What is replaced."""
    old: Marks
    """Of the values that are replaced."""
    new: Marks | None = None
    """Of the values that replace them, as far as they were entered."""
    begun: AwareDatetime
    """UTC, as all times here."""
    entered: AwareDatetime | None = None
    """All new values were kept beside the old ones, and read back."""
    verified: AwareDatetime | None = None
    """NetSuite accepted a login with them, and nothing showed another company, user, role or application."""
    same: tuple[str, ...] = ()
    """What was proven to be the same as before: "user", "role", "application"."""
    stored: AwareDatetime | None = None
    """They are the ones in use here; the old ones are kept beside them."""
    handed_over: AwareDatetime | None = None
    """A person said that they are in the vendor's form."""
    works: AwareDatetime | None = None
    """A person said that the vendor works with them."""
    revoked: AwareDatetime | None = None
    """The old token was revoked, by a person's word or from here; the reset itself did it where no token is replaced."""
    revoked_here: bool = False
    """NetSuite answered that it revoked the old token."""
    proven: AwareDatetime | None = None
    """NetSuite refused the old values right after it had accepted the new ones."""
    evidence: tuple[Evidence, ...] = ()
    """What ``revoked_here`` and ``proven`` rest on."""
    going_back: bool = False
    """The old values are being put back into use: finished first by whoever finds it so."""
    closed: AwareDatetime | None = None
    """The old values were deleted here. Without ``proven`` nobody proved them dead."""

    @property
    def open(self) -> bool:
        """True until the old values are deleted here."""
        return self.closed is None

    @property
    def stage(self) -> Stage:
        """The first stage that is not done; the last one when all are."""
        return next((stage for stage in STAGES if getattr(self, stage) is None), "proven")

    @property
    def interrupts(self) -> bool:
        """True when NetSuite kills the old values as soon as the new ones are made: there is no way back then."""
        return "consumer" in REPLACED[self.kind]

    @property
    def can_go_back(self) -> bool:
        """True while the old values are alive and no longer in use."""
        return self.stored is not None and self.revoked is None and self.open and not self.interrupts

    @property
    def says(self) -> str:
        """One line: how far it is."""
        if self.closed:
            how = "old values proven dead" if self.proven else "old values never proven dead"
            return f"rotated {self.closed:%Y-%m-%d}, {how}"
        number = list(STAGES).index(self.stage) + 1
        left = "to finish going back to the old values" if self.going_back else LEFT[self.stage]
        return f"rotation open: stage {number} of {len(STAGES)}, {left}"

    def standing(self, stage: Stage) -> Standing:
        """Return how a stage stands: what a person said is attested, never verified.

        Args:
            stage: any.
        """
        if stage == "revoked" and self.kind == "consumer":
            return Standing.NOT_APPLICABLE
        if getattr(self, stage) is None:
            return Standing.UNKNOWN if self.closed else Standing.WAITING
        by_word = stage in BY_WORD and not (stage == "revoked" and self.revoked_here)
        return Standing.ATTESTED if by_word else Standing.VERIFIED

    @property
    def missing(self) -> tuple[str, ...]:
        """Pairs that are still to be entered, in the order in which they are made."""
        new = self.new or self.old
        return tuple(pair for pair in REPLACED[self.kind] if getattr(new, pair) == getattr(self.old, pair))
