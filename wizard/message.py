"""What a person is told about a cause, always in the same order: what we saw, what it means, what it is not, what to do."""

from __future__ import annotations

from wizard.causes import CAUSES
from wizard.diagnosis import Basis, Candidate, Diagnosis
from wizard.redact import one_line
from wizard.verdict import Evidence, Frozen, Remedy

_HOW_SURE = {
    Basis.PROVEN: "proven",
    Basis.SAID: "from what you read in NetSuite",
    Basis.POSSIBLE: "possible; nothing proves it yet",
}

AGAIN = "Enter checks again."
"""What a screen says last; on the command line the same check does it."""


class Message(Frozen):
    """One cause, told."""

    id: str
    """What was looked at and what it led to, e.g. ``login.accepted/signing``: the same words for the same finding."""
    title: str
    """The cause in plain words."""
    how_sure: str
    """Proven, from what the person read, or possible."""
    saw: tuple[str, ...]
    """What was asked and what came back, the server's words quoted and harmless."""
    means: str
    """What that says about the account."""
    is_not: tuple[str, ...]
    """What is out of the question, in plain words."""
    do: Remedy | None
    """What to do: text, menu path, link, minutes."""
    others: tuple[str, ...]
    """Other causes, most likely first, in plain words."""


def messages(diagnosis: Diagnosis) -> tuple[Message, ...]:
    """Return one message per cause, the likeliest first.

    Args:
        diagnosis: of what was found.
    """
    return tuple(_message(diagnosis, candidate) for candidate in diagnosis.candidates)


def _message(diagnosis: Diagnosis, candidate: Candidate) -> Message:
    others = [c for c in diagnosis.candidates if c.cause != candidate.cause]
    return Message(
        id=f"{candidate.about}/{candidate.cause}",
        title=CAUSES[candidate.cause].meaning,
        how_sure=_HOW_SURE[candidate.basis] + ("" if candidate.hinders else "; a warning: it works"),
        saw=tuple(_seen(evidence) for evidence in candidate.evidence),
        means=one_line(candidate.says),
        is_not=tuple(CAUSES[exclusion.cause].short for exclusion in diagnosis.excluded),
        do=candidate.remedy,
        others=tuple(CAUSES[c.cause].meaning for c in others),
    )


def _seen(evidence: Evidence) -> str:
    by = f", {evidence.token} token" if evidence.token else ""
    return f"{one_line(evidence.asked, 120)}: \"{one_line(evidence.came_back, 160)}\" ({evidence.at:%H:%M:%S} UTC{by})"


def told(message: Message) -> list[str]:
    """Return a message as plain lines, for the command line and for the evidence page.

    Args:
        message: one cause.
    """
    lines = [f"Cause: {message.title} ({message.how_sure}) [{message.id}]", f"Means: {message.means}"]
    lines += [f"Saw: {seen}" for seen in message.saw[:4]]
    if message.is_not:
        lines.append(f"It is not: {', '.join(message.is_not)}.")
    if message.do:
        about = f" (about {message.do.minutes} min)" if message.do.minutes else ""
        lines.append(f"Do this{about}: {message.do.text}")
        lines += [place for place in (message.do.menu_path, message.do.link) if place]
    if message.others:
        lines.append(f"Other causes, most likely first: {'; '.join(message.others)}.")
    return lines
