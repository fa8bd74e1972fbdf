"""The permissions: rows that tick themselves while the administrator works in NetSuite."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Button, Input, Static

from screens import bindings as keys
from screens.step import StepScreen
from screens.widgets.fields import Field
from screens.widgets.verdicts import Detail, Row, Verdicts
from wizard.profile import Permission
from wizard.verdict import Standing, Verdict

OPTIONAL = "Optional: the program verifies with them"
"""Heading of the permissions the vendor does not ask for."""


class PermissionStep(StepScreen):
    """All rows by tab, with search and "missing only"."""

    BINDINGS: ClassVar[list[BindingType]] = [key.binding() for key in (keys.MISSING, keys.SEARCH, keys.ROLE_FILE)]
    FOOTER: ClassVar[tuple[keys.Key, ...]] = (
        keys.LOOK, keys.BACK, keys.NEXT, keys.MISSING, keys.SEARCH, keys.ROLE_FILE, keys.HELP,
    )

    def __init__(self, *arguments: object, **named: object) -> None:
        """See ``StepScreen``."""
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self._only_missing = False
        self._search = ""
        self._before: dict[str, str] = {}
        self._news = ""

    def compose_panel(self) -> ComposeResult:
        """A count, a search field that is hidden until it is wanted, the rows."""
        yield Static(id="count", markup=False)
        yield Field(id="search", placeholder="part of a name; Enter closes")
        yield Verdicts()
        yield Detail()

    def compose_buttons(self) -> ComposeResult:
        """The filter has a button too."""
        yield from super().compose_buttons()
        yield Button("Missing", id="missing", compact=True)
        yield Button("Search", id="search-button", compact=True)
        yield Button("Role file", id="role-file", compact=True)

    def on_mount(self) -> None:
        """The search field waits out of sight."""
        self.query_one("#search", Field).display = False
        self._before = self._states()

    def focus_first(self) -> None:
        """The rows."""
        self.query_one(Verdicts).focus()

    # --- rows ----------------------------------------------------------------------------------------------------

    def rows(self) -> list[Row]:
        """Return the rows under their tabs, filtered."""
        verdicts = {v.about: v for v in self.walk.verdicts_of(self.step.id)}
        permissions = {p.requirement: p for p in self.walk.profile.permission}
        found: list[Row] = [
            Row(r.id, r.title, verdicts[r.id])
            for r in self.walk.profile.requirements_of(self.step.id)
            if r.id not in permissions and self._wanted(r.title, verdicts[r.id])
        ]
        groups: dict[str, list[Row]] = {}
        for permission in self.walk.profile.permission:
            verdict = verdicts[permission.requirement]
            if self._wanted(permission.netsuite_name, verdict):
                heading = OPTIONAL if permission.need == "verification" else permission.tab
                row = Row(
                    permission.requirement, permission.netsuite_name, verdict, self._word(permission, verdict),
                    self.why(permission.requirement),
                )
                groups.setdefault(heading, []).append(row)
        for heading, rows in groups.items():
            found += [Row(f"tab-{heading}", heading, None), *rows]
        return [*self.also_found(), *found] if not self._search else found

    def _wanted(self, name: str, verdict: Verdict) -> bool:
        if self._only_missing and verdict.standing in (Standing.VERIFIED, Standing.NOT_APPLICABLE):
            return False
        return self._search.lower() in name.lower()

    def _word(self, permission: Permission, verdict: Verdict) -> str | None:
        if verdict.standing is Standing.VERIFIED:
            return f"{permission.level:<6}"
        if verdict.standing is Standing.WAITING:
            return f"needs {permission.level}"
        return None

    def repaint_panel(self) -> None:
        """Count, then rows."""
        super().repaint_panel()
        counted = [v for v in self.walk.verdicts_of(self.step.id) if self._is_permission(v)]
        verified = sum(v.standing is Standing.VERIFIED for v in counted)
        parts = [f"{self.step.title}   {verified} of {len(counted)} verified"]
        words = {"missing": 0, "too low": 0}
        for verdict in counted:
            if verdict.standing is Standing.FAILED:
                words["too low" if verdict.says.startswith("has ") else "missing"] += 1
        parts += [f"{n} {word}" for word, n in words.items() if n]
        parts += ["missing only"] if self._only_missing else []
        self.query_one("#count", Static).update(self.say("   ".join(parts)))

    def _is_permission(self, verdict: Verdict) -> bool:
        return any(p.requirement == verdict.about and p.need != "verification" for p in self.walk.profile.permission)

    # --- what changed in NetSuite --------------------------------------------------------------------------------

    def _states(self) -> dict[str, str]:
        return {v.about: v.standing.value for v in self.walk.verdicts_of(self.step.id)}

    def ended(self, trouble: str | None) -> None:
        """Name what changed in NetSuite since the look before.

        Args:
            trouble: what stopped the look.
        """
        now = self._states()
        names = {p.requirement: p.netsuite_name for p in self.walk.profile.permission}
        verified, failed = Standing.VERIFIED.value, Standing.FAILED.value
        added = [names[r] for r, s in now.items() if r in names and s == verified and self._before.get(r) == failed]
        lost = [names[r] for r, s in now.items() if r in names and s == failed and self._before.get(r) == verified]
        self._before = now
        if added or lost:
            signs = [f"+ {n}" for n in added] + [f"- {n}" for n in lost]
            rest = f" and {len(signs) - 2} more" if len(signs) > 2 else ""
            self._news = f"Changed {self.walk.clock.now():%H:%M:%S}: {', '.join(signs[:2])}{rest}"
        super().ended(trouble)
        if self._news and not trouble:
            self.say_live(self._news)

    # --- keys ----------------------------------------------------------------------------------------------------

    def action_missing(self) -> None:
        """Show only what is not in order, or everything again."""
        self._only_missing = not self._only_missing
        self.repaint_panel()

    def action_search(self) -> None:
        """Open the search field."""
        field = self.query_one("#search", Field)
        field.display = True
        field.focus()

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        self._search = event.value.strip()
        self.repaint_panel()

    @on(Input.Submitted, "#search")
    def _found(self, event: Input.Submitted) -> None:
        event.stop()
        event.input.display = bool(event.value.strip())
        self.query_one(Verdicts).focus()

    @on(Button.Pressed, "#missing")
    def _missing_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_missing()

    @on(Button.Pressed, "#search-button")
    def _search_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_search()

    @on(Button.Pressed, "#role-file")
    def _role_file_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_role_file()

    def action_role_file(self) -> None:
        """Write the role as an SDF project, as a short cut for adding every row by hand."""
        from screens.files import RoleFile

        self.app.push_screen(RoleFile(self.walk, self.plain))
