"""What a click may be told: the answers of a setup, and the details of that click; checked before anything is done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache

from wizard.errors import PracticeError
from wizard.practice.data.features import BOXES
from wizard.practice.data.permissions import LEVEL_NAMES, PERMISSIONS
from wizard.practice.data.preferences import PREFERENCES
from wizard.practice.data.seed import SUBSIDIARIES
from wizard.practice.office.order import Click
from wizard.practice.rest.records import RECORDS
from wizard.profile import Profile, Question, shipped_profiles

ANSWERS = ("role_name", "user_name", "user_email", "record_name", "subsidiaries")
"""Answers that every click understands; a profile may ask for more."""

_LONGEST = 1000
_YES_NO = ("yes", "no")
_OFFERED: Mapping[str, Collection[str]] = {
    "permission": PERMISSIONS, "level": (*LEVEL_NAMES.values(), "None"), "feature": BOXES, "on": _YES_NO,
    "preference": PREFERENCES, "subsidiary": SUBSIDIARIES, "deployed": _YES_NO, "broken": _YES_NO,
}
"""What is offered for a detail, where this is the same in every account."""


def check_answers(answers: Mapping[str, str], profile: Profile | None, click: Click | None = None) -> None:
    """Refuse names that say nothing, and values that no account offers.

    Args:
        answers: what is told.
        profile: whose integration it is about; None if that is not known yet: then any profile's answers will do.
        click: what is told; None for the answers of every click.

    Raises:
        PracticeError: with what there is instead.
    """
    questions = _questions(profile)
    details = {name.rstrip("?"): _OFFERED.get(name.rstrip("?")) for name in click.details} if click else {}
    asked = {name: [choice.value for choice in question.choices] for name, question in questions.items()}
    offered = {**details, **dict.fromkeys(ANSWERS), **asked, **details}
    for name, value in answers.items():
        if name not in offered:
            raise PracticeError(f"There is no answer {name!r} here. There are: {', '.join(offered)}.")
        if len(value) > _LONGEST or not value.isprintable():
            raise PracticeError(f"The answer {name!r} is longer than {_LONGEST} characters, or has some that nobody can type.")
        if offered[name] and value not in (offered[name] or ()):
            raise PracticeError(f"There is no {name} {value!r}.")
        if name in _READ:
            _READ[name](value)


def check_told(answers: Mapping[str, str], click: Click) -> None:
    """Refuse to leave out a detail that a click cannot do without.

    Args:
        answers: what is told.
        click: what is told.

    Raises:
        PracticeError: with the name of the detail.
    """
    for name in click.details:
        if not name.endswith("?") and not answers.get(name):
            raise PracticeError(f"This click needs to be told {name!r}.")


def _questions(profile: Profile | None) -> dict[str, Question]:
    profiles = _shipped() if profile is None else (profile,)
    return {question.id: question for one in profiles for step in one.step for question in step.ask}


@cache
def _shipped() -> tuple[Profile, ...]:
    return tuple(shipped_profiles().values())


def _read_record(name: str) -> None:
    if name.lower() not in RECORDS:
        raise PracticeError(f"There is no record type {name!r}.")


def _read_subsidiaries(names: str) -> None:
    known = {"", "all", *map(str.lower, SUBSIDIARIES)}
    for name in names.split(";"):
        if name.strip().lower() not in known:
            raise PracticeError(f"There is no subsidiary {name.strip()!r}.")


_READ: Mapping[str, Callable[[str], None]] = {"record": _read_record, "subsidiaries": _read_subsidiaries}
"""Values that may be spelt in more than one way."""
