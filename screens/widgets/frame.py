"""The frame around every page: header, rail, footer."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.bindings import Key, in_presenter_mode
from screens.marks import MARKS, plainly
from wizard.profile import Step
from wizard.verdict import Standing


class Header(Static):
    """Profile, account, environment on the left; where we are on the right."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__(id="header", markup=False)

    def say(self, left: Content, right: str, width: int) -> None:
        """Draw both sides.

        Args:
            left: what this is about.
            right: where we are.
            width: columns there are.
        """
        left = Content("  ").join([*badge(self.app.presenter), left])  # type: ignore[attr-defined]
        gap = max(1, width - left.cell_length - Content(right).cell_length - 2)
        self.update(Content.assemble(" ", left, " " * gap, right))


class Title(Static):
    """The header of a page that belongs to no step."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__(id="title", markup=False)

    def say(self, text: str) -> None:
        """Draw it, with the badge of presenter mode.

        Args:
            text: what the page is about.
        """
        self.update(Content("  ").join([Content(text), *badge(self.app.presenter)]))  # type: ignore[attr-defined]


def badge(presenter: bool) -> list[Content]:
    """Return what every header says in presenter mode.

    Args:
        presenter: whether it is on.
    """
    return [Content.styled("PRESENTER", "reverse")] if presenter else []


def environment_word(environment: str) -> Content:
    """Return the environment as the header shows it: production in the warning colour.

    Args:
        environment: as in ``Account.environment``.
    """
    word = "KIND UNKNOWN" if environment == "unknown" else environment.upper().removesuffix(" 1")
    careful = environment in ("production", "unknown")
    return Content.styled(word, "bold $text-warning" if careful else "$text-success")


class Rail(OptionList, inherit_bindings=False):
    """The steps with their standing; Enter jumps."""

    BINDINGS: ClassVar[list[BindingType]] = list(OptionList.BINDINGS)  # without sideways scrolling: ← and → change the step

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__(id="rail", markup=False, compact=True)

    def show(self, steps: list[Step], standings: dict[str, Standing | None], current: str, plain: bool) -> None:
        """Draw the steps.

        Args:
            steps: in order.
            standings: by step id.
            current: id of the open step.
            plain: ASCII alone.
        """
        prompts = [self._line(n, s, standings[s.id], s.id == current, plain) for n, s in enumerate(steps, 1)]
        if self.option_count != len(steps):
            self.clear_options()
            self.add_options([Option(p, id=s.id) for p, s in zip(prompts, steps, strict=True)])
        else:
            for prompt, step in zip(prompts, steps, strict=True):
                self.replace_option_prompt(step.id, prompt)
        if not self.has_focus or self.highlighted is None:  # else somebody is choosing
            self.highlighted = next((n for n, s in enumerate(steps) if s.id == current), None)

    @staticmethod
    def _line(number: int, step: Step, standing: Standing | None, current: bool, plain: bool) -> Content:
        title = f"{number:>2} {plainly(step.title) if plain else step.title}"
        pointer = (">" if plain else "▸") if current else " "
        if standing is None:
            return Content(f"{pointer} {title}")
        mark = MARKS[standing]
        return Content.assemble(pointer, (mark.plain if plain else mark.sign, mark.style), title)


class KeyLine(Static):
    """The footer: the keys that work now, as many as fit, the rest behind ``?``."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__(id="keys", markup=False)

    def show(self, keys: tuple[Key, ...], width: int, plain: bool) -> None:
        """Draw the keys.

        Args:
            keys: in order of importance.
            width: columns there are.
            plain: ASCII alone.
        """
        parts: list[str] = []
        for key in in_presenter_mode(keys) if self.app.presenter else keys:  # type: ignore[attr-defined]
            part = f"{plainly(key.label) if plain else key.label} {key.word}"
            if len("   ".join([*parts, part])) + 2 <= width:
                parts.append(part)
        self.update(Content(" " + "   ".join(parts)))
