"""A cause as a person reads it: how sure it is, what we saw, what it is not, what to do. Text alone, no widgets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from textual.content import Content

from screens.marks import MARKS, Mark
from screens.widgets.instructions import address_lines
from wizard.causes import CAUSES
from wizard.diagnosis import Basis, Diagnosis, rung_of
from wizard.message import AGAIN, Message, messages
from wizard.redact import one_line
from wizard.verdict import Evidence, Remedy, Standing, Verdict
from wizard.walk import Walk

HEADINGS = {
    "values": "The values cannot be right",
    "spelling": "The Account ID is in doubt",
    "way": "The way to NetSuite is not free",
    "discovery": "NetSuite does not know this account",
    "clock": "This machine's clock is wrong",
    "setup": "NetSuite refused the setup token",
    "login": "NetSuite refused the login",
    "binding": "The token is not as it should be",
    "service": "A feature or service is not as it should be",
    "role": "Role or user is not as it should be",
    "record": "Permissions are not as they should be",
    "subsidiary": "Subsidiaries are not as they should be",
    "books": "The books are not as they should be",
}
"""What is said of a rung on which something failed."""

SURE = {Basis.PROVEN: MARKS[Standing.FAILED], Basis.SAID: MARKS[Standing.ATTESTED], Basis.POSSIBLE: MARKS[Standing.UNKNOWN]}
"""How a cause is drawn: one that is only possible never as one that is proven."""

_REFUSAL = re.compile(r"[345]\d\d\b")
"""How the evidence of a refused request begins: with its status."""

Say = Callable[[str], str]
"""Makes a text fit for this terminal, and for those who see it."""


@dataclass(frozen=True)
class Told:
    """One cause, and what it was found with."""

    message: Message
    """In words."""
    mark: Mark
    """How sure it is."""
    verdict: Verdict
    """That leads to it, with its evidence."""
    number: int
    """Its place in the list, from 1."""


def causes_told(walk: Walk) -> list[Told]:
    """Return the causes in words, the likeliest first.

    Args:
        walk: the open setup.
    """
    diagnosis, found = walk.diagnosis(), walk.setup.found
    pairs = enumerate(zip(diagnosis.candidates, messages(diagnosis), strict=True), 1)
    return [Told(message, _mark(c.basis, found[c.about]), found[c.about], n) for n, (c, message) in pairs]


def _mark(basis: Basis, verdict: Verdict) -> Mark:
    """Return how sure a cause is; of something that works all the same it is a warning."""
    warning = basis is Basis.PROVEN and verdict.standing is Standing.WARNING
    return MARKS[Standing.WARNING] if warning else SURE[basis]


def _telling(verdict: Verdict) -> Evidence | None:
    """Return what came back that tells most: a refusal before anything else."""
    refusals = [evidence for evidence in verdict.evidence if _REFUSAL.match(evidence.came_back)]
    return next(iter((*refusals, *verdict.evidence)), None)


def heading(verdict: Verdict) -> tuple[str, str]:
    """Return what happened, and beside it the status and the time.

    Args:
        verdict: that leads to a cause.
    """
    rung = rung_of(verdict.about)
    seen = _telling(verdict)
    status = seen.came_back[:3] if seen and _REFUSAL.match(seen.came_back) else ""
    title = rung.title if rung else verdict.about
    failed = HEADINGS.get(rung.id if rung else "") if verdict.standing is Standing.FAILED else None
    return failed or f"{title}: {verdict.standing.value}", f"{status} {verdict.at:%H:%M:%S}".strip()


def cause_text(told: Told, say: Say, plain: bool, links: bool) -> Content:
    """Return everything about one cause.

    Args:
        told: the cause.
        say: makes texts fit.
        plain: ASCII alone.
        links: draw addresses; not where names are short.
    """
    return Content("\n").join(_lines(told, say, plain, links))


def _lines(told: Told, say: Say, plain: bool, links: bool) -> Iterator[Content]:
    message, mark = told.message, told.mark
    yield Content.assemble(
        (mark.plain if plain else mark.sign, mark.style), (say(f" Cause ({message.how_sure}): "), mark.style),
        (say(f"{message.title}."), "bold"),
    )  # fmt: skip
    yield Content(say(f"We found: {message.means}."))
    if seen := _telling(told.verdict):
        yield Content(say(f'We saw: "{one_line(seen.came_back, 90)}" (e: all of it)'))
    if message.is_not:
        yield Content(say(f"It is not: {', '.join(message.is_not)}."))
    if message.do:
        yield from remedy_lines(message.do, AGAIN, say, links)


def remedy_lines(remedy: Remedy, last: str, say: Say, links: bool) -> Iterator[Content]:
    """Yield what to do, one numbered line per click.

    Args:
        remedy: what to do.
        last: what comes after it; empty for nothing.
        say: makes texts fit.
        links: draw addresses.
    """
    about = f", about {remedy.minutes} min" if remedy.minutes else ""
    yield Content.styled(say(f"\nDo this{about}"), "bold")
    # A sentence each is a click each; an address stands below the menu path that leads to the same page.
    steps = [remedy.menu_path] if remedy.menu_path else []
    steps += re.split(r"(?<=[.!?]) +(?=[A-Z])", remedy.text)
    for number, step in enumerate(filter(None, [*steps, last]), 1):
        yield Content(say(f"{number} {step}"))
        if number == 1 and remedy.link and links:
            yield from address_lines(remedy.link)


def ladder_text(diagnosis: Diagnosis, say: Say, plain: bool) -> Content:
    """Return what was looked at, from the ground up.

    Args:
        diagnosis: of what was found.
        say: makes texts fit.
        plain: ASCII alone.
    """
    lines = [Content.styled(say("Looked at, from the ground up"), "bold")]
    for rung in diagnosis.ladder:
        if rung.standing is None:
            lines.append(Content(say(f"  {rung.title}: not asked yet")))
        else:
            mark = MARKS[rung.standing]
            word = one_line(rung.says) if rung.standing is not Standing.VERIFIED else mark.word
            lines.append(Content.assemble((mark.plain if plain else mark.sign, mark.style), say(f" {rung.title}: {word}")))
    return Content("\n").join(lines)


SHORTLY = {Basis.PROVEN: "Proven", Basis.SAID: "From what you read", Basis.POSSIBLE: "Possible"}
"""How sure, in one word where there is room for one."""


def first_cause(walk: Walk, among: set[str] | None = None) -> str:
    """Return the likeliest cause in one sentence; empty if nothing is wrong.

    Args:
        walk: the open setup.
        among: aspects one of which must lead to it; None for any.
    """
    candidates = walk.diagnosis().candidates
    first = next((c for c in candidates if among is None or among & {c.about, *c.also}), None)
    return f"{SHORTLY[first.basis]}: {CAUSES[first.cause].meaning}." if first else ""


def logins_left(walk: Walk, counting: bool = False) -> str:
    """Return how many refused logins are left, or until when the user may be locked; nothing if none was refused.

    Args:
        walk: the open setup.
        counting: for a line that is drawn every second: with the time that is left of a lock.
    """
    now = walk.clock.now()
    until = walk.attempts.locked_until(now)
    if until:
        minutes, seconds = divmod(int((until - now).total_seconds()), 60)
        rest = f", {minutes} min {seconds:02} s" if counting else ""
        return f"The user may be locked until {until:%H:%M} UTC{rest}. Waiting is all that helps."
    left = walk.attempts.left(now)
    return f"Logins left before NetSuite may lock the user: {left}." if walk.attempts.recent(now) else ""
