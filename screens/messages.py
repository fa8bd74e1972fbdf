"""What crosses screens: plain frozen data, named in the past tense. None carries the value of a credential."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from wizard.verdict import Verdict


@dataclass
class CheckBegan(Message):
    """A check is being asked."""

    run: int
    """Number of the look it belongs to; older looks are ignored."""
    title: str
    """What is being asked."""


@dataclass
class VerdictArrived(Message):
    """A check has an answer about one aspect."""

    run: int
    """Number of the look it belongs to."""
    verdict: Verdict
    """``about`` is an aspect."""


@dataclass
class LookEnded(Message):
    """A look is over."""

    run: int
    """Its number."""
    trouble: str | None
    """What stopped it, in our words; None if it ran to its end."""


@dataclass
class SetupChanged(Message):
    """Something about the setup changed; rail and rows repaint."""
