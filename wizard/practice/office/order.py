"""The words of a click: what is ordered, what is shown, what can be done and what is typically done wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pydantic import SecretStr

from wizard.errors import PracticeError
from wizard.profile import Profile

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount


@dataclass(frozen=True)
class Order:
    """What is to be done: which integration asks for it, and what the person decided."""

    profile: Profile
    """What the integration asks of NetSuite."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Answers of the setup (``role_name``, ``subsidiaries`` …) and details of single clicks (``feature``, ``permission``,
    ``level``, ``on``)."""

    def answer(self, question: str, default: str) -> str:
        """Return an answer, or the default if there is none or an empty one.

        Args:
            question: its id.
            default: used otherwise.
        """
        return self.answers.get(question, "").strip() or default

    def detail(self, name: str) -> str:
        """Return what a single click is about.

        Args:
            name: e.g. ``feature``.

        Raises:
            PracticeError: if the order does not say.
        """
        if not self.answers.get(name):
            raise PracticeError(f"This click needs to be told {name!r}.")
        return self.answers[name]

    @property
    def role(self) -> str:
        """Name of the role."""
        return self.answer("role_name", self.profile.role.name)

    @property
    def user(self) -> str:
        """Name of the integration user."""
        return self.answer("user_name", self.profile.user.name)

    @property
    def email(self) -> str:
        """E-mail of the integration user."""
        return self.answer("user_email", self.user.lower().replace(" ", ".") + "@practice.example")

    @property
    def record(self) -> str:
        """Name of the integration record."""
        return self.answer("record_name", self.profile.integration_record.name)


@dataclass(frozen=True)
class Shown:
    """A page that shows two values once."""

    kind: Literal["consumer", "token"]
    """Which pair."""
    key: SecretStr
    """Consumer key, or token ID."""
    secret: SecretStr
    """Consumer secret, or token secret."""
    names: Mapping[str, str]
    """What else the page says: ``application``, ``user``, ``role``."""


Do = Callable[["PracticeAccount", Order], "Shown | None"]


@dataclass(frozen=True)
class Mistake:
    """A typical way of getting a click wrong."""

    title: str
    """What the person does, one line."""
    do: Do
    """Does it."""


@dataclass(frozen=True)
class Click:
    """Something a person does in NetSuite."""

    title: str
    """What the person does, one line."""
    do: Do
    """Does it."""
    mistakes: Mapping[str, Mistake] = field(default_factory=dict)
    """Typical mistakes, by name."""
    details: tuple[str, ...] = ()
    """What it has to be told; what may be left out ends in a question mark."""


def click(title: str, do: Do, *, details: str = "", **mistakes: tuple[str, Do]) -> Click:
    """Return a click whose every way is one transaction, whoever calls it.

    Args:
        title: what the person does, one line.
        do: does it.
        details: what it has to be told, separated by blanks.
        mistakes: title and deed, by name.
    """
    made = {name: Mistake(line, _atomic(wrong)) for name, (line, wrong) in mistakes.items()}
    return Click(title, _atomic(do), made, tuple(details.split()))


def _atomic(do: Do) -> Do:
    def done(account: PracticeAccount, order: Order) -> Shown | None:
        with account.state.write():
            return do(account, order)

    return done
