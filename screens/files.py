"""Writing files a person asked for: the role as an SDF project, the report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from screens.marks import plainly
from screens.widgets.fields import Field, PathField
from wizard.errors import SetupError, UsageError
from wizard.redact import shown
from wizard.walk import Walk


def _here(name: str) -> str:
    """Return a name with the working directory before it, unless that is gone or cannot be shown."""
    try:
        path = str(Path.cwd() / name)
    except OSError:
        return name
    return path if shown(path, len(path)) == path else name


class WriteFile(ModalScreen[None]):
    """Asks for a path, writes, and says what was written."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "close", show=False)]
    AUTO_FOCUS = "Field"
    TITLE_TEXT: ClassVar[str]
    EXPLAINS: ClassVar[str]

    def __init__(self, walk: Walk, plain: bool) -> None:
        """Ask where to write.

        Args:
            walk: the open setup.
            plain: ASCII alone.
        """
        super().__init__()
        self.walk = walk
        self._plain = plain

    def _say(self, text: str) -> str:
        text = self.app.masked(text)  # type: ignore[attr-defined]
        return plainly(text) if self._plain else text

    def suggestion(self) -> str:
        """Return the path that is offered."""
        raise NotImplementedError  # pragma: no cover - each of the two below has its own

    def write(self, path: Path) -> str:
        """Write and return what to say about it.

        Args:
            path: where.
        """
        raise NotImplementedError  # pragma: no cover - each of the two below has its own

    def compose(self) -> ComposeResult:
        """A box with one field."""
        with Vertical(classes="box wide"):
            yield Static(self._say(self.TITLE_TEXT), classes="box-title", markup=False)
            yield Static(self._say(self.EXPLAINS), markup=False)
            yield PathField(value=self._offered(), id="path")
            yield Static("Enter writes it. Esc closes.", classes="hint", markup=False)

    def _offered(self) -> str:
        """Return the suggestion; without its folder where that holds a name that is short now."""
        path = self.suggestion()
        return path if self.app.masked(path) == path else Path(path).name  # type: ignore[attr-defined]

    @on(Field.Refused)
    def _refused(self, message: Field.Refused) -> None:
        self.query_one(".hint", Static).update(self._say(message.why))

    @on(Input.Submitted)
    def _write(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            said = self.write(Path(os.path.expanduser(event.value.strip())))
        except SetupError as error:
            said = error.message
        except OSError as error:
            said = f"Not written: {error.strerror}."
        self.query_one(".hint", Static).update(self._say(said))


class RoleFile(WriteFile):
    """The role as an SDF project."""

    TITLE_TEXT = "Write the role as a file"
    EXPLAINS = (
        "An SDF project with this role and all its permissions, for `suitecloud project:deploy`. "
        "Composed from documented ids and levels; this program never deploys anything itself."
    )

    def suggestion(self) -> str:
        """A folder in the working directory."""
        return _here(f"{self.walk.profile.id}-role")

    def write(self, path: Path) -> str:
        """Write the project.

        Args:
            path: folder.
        """
        from wizard.sdf import write_role_project

        files = write_role_project(self.walk.profile, self.walk.answers, path, None)
        return f"{len(files)} files written to {path}. Deploy: suitecloud project:deploy"


class ReportFile(WriteFile):
    """The report without secrets."""

    _replaced: Path | None = None
    TITLE_TEXT = "Save the report"
    EXPLAINS = "What is verified, attested, failed and unknown, with evidence. The ending decides the form: .md .html .json"

    def suggestion(self) -> str:
        """A Markdown file in the working directory."""
        return _here(f"{self.walk.setup.id}.md")

    def write(self, path: Path) -> str:
        """Write the report.

        Args:
            path: file.
        """
        from wizard.report import write_report

        form = path.suffix.removeprefix(".")
        if form not in ("md", "html", "json"):
            raise UsageError("Name it .md, .html or .json.")
        if path.is_file() and path != self._replaced:
            self._replaced = path
            raise UsageError(f"{path} is there already. Enter again replaces it.")
        walk = self.walk
        text = write_report(walk.setup, walk.profile, walk.verdicts(), walk.clock.now(), form, mask=self.app.short_names)  # type: ignore
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        return f"Written to {path}. It holds no secrets."
