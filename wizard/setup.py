"""One profile in one account, with its progress: answers, verdicts, what was vouched for. Never a secret."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from wizard.baseline import Baseline, Drift, accepted, compared, left, reading, refreshed
from wizard.diagnosis import TrailAnswer
from wizard.rotation import Rotation
from wizard.vault.interface import KIND_WORDS, VaultKind
from wizard.verdict import Frozen, Verdict

SCHEMA = 3
"""Of the saved file; a newer one is refused, never guessed at. Older ones are read: the first had no baseline, the second no
kind of vault."""

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Kept(Frozen):
    """Where the five values of this setup lie."""

    vault: VaultKind
    """Which kind of vault."""
    place: str
    """In plain words, e.g. "the GNOME keyring of this account on this machine"."""
    pairs: tuple[str, ...]
    """Which pairs are there: "consumer", "token"."""
    fingerprint: str
    """First 12 hex digits of SHA-256 of the stored value; tells two people whether they mean the same."""
    at: datetime
    """When they were read back, UTC."""
    left_in: VaultKind | None = None
    """Where a copy may still lie from before they were moved; None when nothing was left behind."""

    @property
    def durable(self) -> bool:
        """False when they end with the program."""
        return self.vault != "memory"

    @property
    def left_behind(self) -> str:
        """Says that a copy may still lie where the values were before; empty if none does. Memory ends by itself."""
        left = self.left_in not in (None, "memory", self.vault)
        return f"A copy of the values may be left in {KIND_WORDS[self.left_in]}." if left and self.left_in else ""

    @model_validator(mode="before")
    @classmethod
    def _of_schema_two(cls, saved: Any) -> Any:
        """Files of schema 2 said only whether values outlive the program; the keyring was the one place that did."""
        if isinstance(saved, dict) and "durable" in saved and "vault" not in saved:
            rest = {key: value for key, value in saved.items() if key != "durable"}
            return {**rest, "vault": "keyring" if saved["durable"] else "memory"}
        return saved


class SetupToken(Frozen):
    """A trace of a setup token: that there was one, and whether it is gone. Its values are never saved."""

    fingerprint: str
    """Of its token ID, first 12 hex digits of SHA-256."""
    entered_at: datetime | None = None
    """When it was entered first, UTC; older files do not say."""
    accepted_at: datetime | None = None
    """First successful login, UTC; None as long as NetSuite did not answer one."""
    revoked_at: datetime | None = None
    """When it was proven dead, UTC."""
    gone_at: datetime | None = None
    """When a person said that it is gone, UTC: their word and nothing else."""

    @property
    def first(self) -> datetime | None:
        """When it was first used, or entered, UTC."""
        return self.accepted_at or self.entered_at


class Setup(BaseModel):
    """One profile in one account, with its progress."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, validate_assignment=True)

    schema_version: int = Field(default=SCHEMA, alias="schema")
    """Of the saved file."""
    id: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    """Names the file; what the command line calls it."""
    profile: str
    """Profile id, or the path of a profile file."""
    profile_version: str
    """Version of the profile it was begun with."""
    begun: AwareDatetime
    """UTC."""
    changed: AwareDatetime
    """UTC; last change."""
    account: str | None = None
    """Realm, once known."""
    step: str
    """Id of the step that was last open."""
    visited: list[str] = Field(default_factory=list)
    """Ids of the steps that were open, in that order."""
    answers: dict[str, str] = Field(default_factory=dict)
    """What the person said, by question id."""
    attested: dict[str, datetime] = Field(default_factory=dict)
    """Requirement ids a person vouched for, with the time (UTC)."""
    found: dict[str, Verdict] = Field(default_factory=dict)
    """What checks found last, by aspect."""
    vault: VaultKind | None = None
    """Where the person wants the values to be kept; None before anybody said so."""
    kept: Kept | None = None
    """Where the values lie."""
    rotation: Rotation | None = None
    """The rotation that is under way, or the last one that was finished."""
    setup_tokens: list[SetupToken] = Field(default_factory=list)
    """Setup tokens used so far, in the order in which they were entered."""
    refusals: dict[str, list[datetime]] = Field(default_factory=dict)
    """Refused logins since the last success (UTC), of the "integration" user and of the "setup" token's."""
    trail: TrailAnswer | None = None
    """What the person read in the Login Audit Trail about the last refused login."""
    handed_over: list[datetime] = Field(default_factory=list)
    """When the person said that the vendor's form was filled in and worked."""
    refreshed: list[datetime] = Field(default_factory=list)
    """When a person said that the sandbox was refreshed: what was read before is of the sandbox as it was."""
    baseline: Baseline | None = None
    """What was read in NetSuite when the setup was ready."""
    drift: Drift | None = None
    """What the last run that compared found different from it."""

    @classmethod
    def begin(cls, profile: str, version: str, first_step: str, at: datetime) -> Setup:
        """Begin a setup.

        Args:
            profile: profile id or path.
            version: the profile's version.
            first_step: id of the step to open.
            at: now, UTC.
        """
        named = profile.rsplit("/", 1)[-1].removesuffix(".toml").lower()
        stem = "".join(c for c in named if c == "-" or (c.isascii() and c.isalnum()))
        name = f"{stem[:24].strip('-') or 'setup'}-{''.join(secrets.choice(_LETTERS) for _ in range(4))}"
        return cls(id=name, profile=profile, profile_version=version, begun=at, changed=at, step=first_step)

    def record(self, verdict: Verdict) -> None:
        """Keep what a check found; the newest verdict on an aspect replaces the older one.

        Args:
            verdict: ``about`` is an aspect.
        """
        self.found[verdict.about] = verdict
        self.changed = verdict.at

    def forget(self, aspects: set[str]) -> None:
        """Drop verdicts that a change made worthless, e.g. after another account ID was given.

        Args:
            aspects: which.
        """
        for aspect in aspects:
            self.found.pop(aspect, None)

    def accept(self, verdicts: Iterable[Verdict], at: datetime) -> None:
        """Make what was read the baseline; what was not read stays as it was there.

        Args:
            verdicts: that read it.
            at: now, UTC.
        """
        read = reading(verdicts)
        self.baseline, self.drift = accepted(self.baseline, read, at), left(self.drift, read)

    def compare(self, verdicts: Iterable[Verdict], at: datetime) -> Drift | None:
        """Compare what a run read with the baseline; a run that could compare nothing leaves what an earlier one found.

        Args:
            verdicts: of the run.
            at: when it began, UTC.

        Returns:
            What this run found, with the changes that it could not look at; None without a baseline.
        """
        if self.baseline is None:
            return None
        read = reading(verdicts)
        found = compared(self.baseline, read, self.drift, at)
        if found.compared:
            self.drift = found
        self.baseline = refreshed(self.baseline, read)
        return found

    def open_setup_tokens(self) -> list[SetupToken]:
        """Return the setup tokens that were neither proven dead nor said to be gone."""
        return [token for token in self.setup_tokens if token.revoked_at is None and token.gone_at is None]
