"""Verdicts as rows: mark, title, word; the marked row is explained below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.marks import mark_of, plainly, word_of
from wizard.verdict import Standing, Verdict


@dataclass(frozen=True)
class Row:
    """One row of the list."""

    id: str
    """Requirement id, or another key of the page's choice."""
    title: str
    """What must be true."""
    verdict: Verdict | None
    """What is known; None for a heading."""
    word: str | None = None
    """Instead of the verdict's own word."""
    why: str = ""
    """Why it is asked for, and what is easily mistaken."""


class Verdicts(OptionList, inherit_bindings=False):
    """Rows that repaint only when they change."""

    BINDINGS: ClassVar[list[BindingType]] = list(OptionList.BINDINGS)  # without sideways scrolling: ← and → change the step

    def __init__(self, id: str = "verdicts") -> None:
        """Begin empty.

        Args:
            id: for selectors.
        """
        super().__init__(id=id, markup=False, compact=True)
        self._drawn: dict[str, str] = {}
        self.rows: dict[str, Row] = {}

    def show(self, rows: list[Row], plain: bool, today: date) -> None:
        """Draw the rows; the marked row stays marked.

        Args:
            rows: in order.
            plain: ASCII alone.
            today: the day it is, UTC.
        """
        width = self._width()
        lines = {row.id: _line(row, width, self._say(plain), plain, today) for row in rows}
        if list(self.rows) != list(lines):
            marked = self.marked
            self.clear_options()
            self.add_options([Option(lines[r.id], id=r.id, disabled=r.verdict is None) for r in rows])
            names = [r.id for r in rows]
            first = next((n for n, r in enumerate(rows) if r.verdict is not None), None)
            self.highlighted = names.index(marked) if marked in names else first
        else:
            for name, line in lines.items():
                if self._drawn.get(name) != line.markup:
                    self.replace_option_prompt(name, line)
        self._drawn = {name: line.markup for name, line in lines.items()}
        self.rows = {row.id: row for row in rows}

    def _say(self, plain: bool) -> Callable[[str], str]:
        masked: Callable[[str], str] = self.app.masked  # type: ignore[attr-defined]
        return (lambda text: plainly(masked(text))) if plain else masked

    @property
    def marked(self) -> str | None:
        """Id of the marked row."""
        if self.highlighted is None or self.highlighted >= self.option_count:
            return None
        return self.get_option_at_index(self.highlighted).id

    def mark_trouble(self) -> None:
        """Mark the first row that failed, so that it is explained."""
        for number, row in enumerate(self.rows.values()):
            if row.verdict and row.verdict.standing is Standing.FAILED:
                self.highlighted = number
                return

    def _width(self) -> int:
        # Before the first layout there is no size yet; the screen's own layout leaves these columns.
        return self.scrollable_content_region.width or max(30, self.app.size.width - 25)


def _line(row: Row, width: int, say: Callable[[str], str], plain: bool, today: date) -> Content:
    title = say(row.title)
    if row.verdict is None:
        return Content.styled(title, "bold")
    mark = mark_of(row.verdict.standing, row.verdict.says)
    word = say(row.word if row.word is not None else word_of(row.verdict, today))
    room = width - 2
    if len(title) + 2 + len(word) > room:
        word = _shorten(word, max(16, room - len(title) - 2), plain)
    if len(title) + 2 + len(word) > room:
        title = _shorten(title, max(8, room - 2 - len(word)), plain)
    gap = " " * max(1, room - len(title) - len(word))
    return Content.assemble((mark.plain if plain else mark.sign, mark.style), f" {title}{gap}", (word, mark.style))


def _shorten(text: str, room: int, plain: bool) -> str:
    end = "..." if plain else "…"
    return text if len(text) <= room else text[: max(1, room - len(end))].rstrip() + end


class Detail(Static):
    """The marked row explained: what it means and what to do."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__(id="detail", markup=False)

    def explain(self, row: Row | None, plain: bool) -> None:
        """Draw the explanation.

        Args:
            row: the marked one.
            plain: ASCII alone.
        """
        verdict = row.verdict if row else None
        if verdict is None:
            self.update("")
            return
        lines = [f"{row.title}: {verdict.says}" if row and verdict.says else (row.title if row else "")]
        if verdict.remedy:
            minutes = f" About {verdict.remedy.minutes} min." if verdict.remedy.minutes else ""
            lines.append(f"{verdict.remedy.text}{minutes}")
            if verdict.remedy.menu_path and verdict.remedy.menu_path not in verdict.remedy.text:
                lines.append(verdict.remedy.menu_path)
        if row and row.why:
            lines.append(row.why)
        text = self.app.masked("\n".join(lines))  # type: ignore[attr-defined]
        self.update(Content(plainly(text) if plain else text))
