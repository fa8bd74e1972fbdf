"""Scenarios: TOML files that say in which state a practice account starts, and what is wrong with it.

The form is described in ``docs/scenarios.md``. Reading is strict: an unknown key, click or mistake is refused.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError

from wizard.causes import CAUSES
from wizard.errors import PracticeError, ProfileError
from wizard.practice.data.books import Books
from wizard.practice.handing import HandOut, handed_out
from wizard.practice.office.clicks import CLICKS, find
from wizard.practice.office.details import check_answers, check_told
from wizard.practice.settings import Settings
from wizard.practice.sources import Source
from wizard.practice.toml_lines import File
from wizard.practice.wire.faults import Fault
from wizard.profile import Profile, find_profile
from wizard.verdict import Frozen

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_MERGED = ("company", "answers", "settings", "books")
_ADDED = ("change", "fault")
_CLICKED = ("change", "mend")
_OWN = ("title", "explains", "cause", "mend", "shows")


class Company(Frozen):
    """Whose account it is."""

    realm: Annotated[str, Field(pattern=r"^[A-Z0-9]{3,20}(_[A-Z]{2}[0-9]{0,2})?$")] = "1234567_SB1"
    """Account ID in realm form."""
    name: str = "Tidewater Freight"
    """Company name."""
    oneworld: bool = True
    """With subsidiaries."""
    release: Annotated[str, Field(pattern=r"^20[0-9]{2}\.[12]$")] = "2026.2"
    """Release of NetSuite it is on."""
    tier: Literal["Standard", "Premium", "Enterprise", "Ultimate"] = "Standard"
    """Service tier: decides how many requests may be in work at a time."""
    suitecloud_plus: Annotated[int, Field(ge=0, le=50)] = 0
    """SuiteCloud Plus licences."""


_Key = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{6,128}$")]


class Keys(Frozen):
    """Values to use in place of generated ones: published test vectors, never those of an account that is real."""

    consumer_key: _Key
    """Of the integration record that is handed out."""
    consumer_secret: _Key
    """Its secret."""
    token_id: _Key
    """Of the access token that is handed out."""
    token_secret: _Key
    """Its secret."""


class Change(Frozen):
    """One click, done before the account is handed over."""

    click: str
    """A key of ``wizard.practice.office.clicks.CLICKS``."""
    mistake: str | None = None
    """One of its mistakes."""
    answers: Mapping[str, str] = {}
    """Details, over the scenario's answers."""
    days_ago: Annotated[int, Field(ge=0, le=365)] = 0
    """When it was done."""
    stands: Annotated[str, Field(exclude=True)] = ""
    """File, line and number, for messages; not a key of the file."""


def _slug(cause: str) -> str:
    if cause not in CAUSES:
        raise ValueError(f"no cause of the failure table; there are {', '.join(CAUSES)}")
    return cause


def _profile(name: str) -> str:
    try:
        find_profile(name)
    except ProfileError as error:
        raise ValueError(error.message) from None
    return name


class Scenario(Frozen):
    """A scenario with everything it is built on."""

    name: str
    """Its file's name without ``.toml``."""
    title: Annotated[str, Field(min_length=1, max_length=78)]
    """One line."""
    explains: Annotated[str, Field(min_length=1)]
    """What is wrong, and how it shows."""
    cause: Annotated[str, AfterValidator(_slug)] | None = None
    """Slug of the failure table a diagnosis should arrive at; None if nothing is wrong."""
    shows: tuple[Source, ...] = ()
    """What it stands for."""
    mend: tuple[Change, ...] = ()
    """Clicks that put it right, in order; none if it is not put right in NetSuite's pages."""
    profile: Annotated[str, AfterValidator(_profile)] | None = None
    """Whose integration was prepared, by the id of its profile; None if none was."""
    company: Company = Company()
    """Whose account it is."""
    answers: Mapping[str, str] = {}
    """What the person decided."""
    settings: Settings = Settings()
    """Unpublished behaviour."""
    clock_offset_seconds: Annotated[int, Field(ge=-100_000_000, le=100_000_000)] = 0
    """How far the account's clock is ahead of this machine's."""
    clock_stands_at: Annotated[int, Field(ge=0, le=4_102_444_800)] | None = None
    """Seconds since 1970 at which the account's clock stands still; None: it runs."""
    keys: Keys | None = None
    """Values to hand out in place of generated ones."""
    others_in_work: Annotated[int, Field(ge=0, le=500)] = 0
    """Requests other integrations keep in work all the time."""
    hand_out: HandOut = "as_shown"
    """Whether the credentials that are handed out are the right ones."""
    books: Books | None = None
    """What else is in the books; None for the six customers of every account."""
    change: tuple[Change, ...] = ()
    """What was done, in order."""
    fault: tuple[Fault, ...] = ()
    """What goes wrong on the way, in order."""

    def handed(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return the five values as the scenario hands them out.

        Args:
            values: the right ones.
        """
        return handed_out(self.hand_out, values)

    def but(self, **settings: Any) -> Scenario:
        """Return the same scenario with other settings.

        Args:
            settings: fields of ``Settings``.
        """
        kept = {name: getattr(self.settings, name) for name in self.settings.__dataclass_fields__}
        return self.model_copy(update={"settings": Settings(**{**kept, **settings})})


def shipped_scenarios() -> dict[str, Scenario]:
    """Return the scenarios that come with the program, by name."""
    return {name: load_scenario(name) for name in _shipped()}


def load_scenario(name_or_path: str) -> Scenario:
    """Read a scenario and everything it is built on.

    Args:
        name_or_path: name of a shipped one, or a path that ends in ``.toml``.

    Raises:
        PracticeError: with file, key and, where known, line.
    """
    return _load(name_or_path, ())[0]


def _load(name_or_path: str, above: tuple[str, ...]) -> tuple[Scenario, dict[str, Any]]:
    """Return a scenario, and its keys over those of its base; every file on the way is checked by itself."""
    text, where = _text(name_or_path)
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PracticeError(f"{where} is not TOML: {error}") from None
    file = File(where, text)
    if "name" in own:
        raise file.fault(("name",), "the file's name is the scenario's name")
    for key in _CLICKED:
        _mark(key, own.get(key), file)
    base = own.pop("base", None)
    if base is not None:
        if not isinstance(base, str) or base in (*above, name_or_path):
            raise file.fault(("base",), "names no scenario, or one that is built on this one")
        below = _load(base, (*above, name_or_path))[1]
        file = File(where, text, {key: len(below[key]) for key in _ADDED if key in below})
        own = _over(below, own)
    name = Path(name_or_path).stem if name_or_path.endswith(".toml") else name_or_path
    return _checked({"name": name, **own}, file), own


def _mark(key: str, rows: object, file: File) -> None:
    """Note with each click where it stands: whether it is possible shows when it is done."""
    for number, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict):
            if "stands" in row:
                raise file.fault((key, number, "stands"), "Extra inputs are not permitted")
            row["stands"] = file.place((key, number))


def _checked(merged: dict[str, Any], file: File) -> Scenario:
    try:
        scenario = Scenario.model_validate(merged)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        raise PracticeError("; ".join(file.fault(fault["loc"], fault["msg"]).message for fault in faults)) from None
    profile = find_profile(scenario.profile) if scenario.profile else None
    with file.at(("answers",)):
        check_answers(scenario.answers, profile)
    for key in _CLICKED:
        for number, change in enumerate(getattr(scenario, key)):
            _check_click(change, profile, file, (key, number))
    return scenario


def _check_click(change: Change, profile: Profile | None, file: File, row: tuple[str, int]) -> None:
    with file.at((*row, "mistake" if change.click in CLICKS else "click")):
        find(change.click, change.mistake)
    with file.at((*row, "answers")):
        check_answers(change.answers, profile, CLICKS[change.click])
        check_told(change.answers, CLICKS[change.click])


def _over(below: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a scenario over its base: tables are merged, changes and faults follow, the rest replaces."""
    merged = {key: value for key, value in below.items() if key not in _OWN} | dict(own)
    for key in _MERGED:
        if isinstance(below.get(key), dict) and isinstance(own.get(key), dict):
            merged[key] = {**below[key], **own[key]}
    for key in _ADDED:
        if isinstance(below.get(key), list) and isinstance(own.get(key, []), list):
            merged[key] = [*below[key], *own.get(key, [])]
    return merged


def _shipped() -> list[str]:
    folder = resources.files("wizard") / "practice" / "scenarios"
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))


def _text(name_or_path: str) -> tuple[str, str]:
    """Return a scenario's text and what to call it."""
    if name_or_path.endswith(".toml"):
        try:
            return Path(name_or_path).read_text(encoding="utf-8"), name_or_path
        except (OSError, UnicodeDecodeError) as error:
            raise PracticeError(f"{name_or_path} cannot be read: {type(error).__name__}") from None
    if name_or_path not in _shipped():
        near = difflib.get_close_matches(name_or_path, _shipped(), n=5, cutoff=0.5)
        hint = f"Near: {', '.join(near)}. " if near else ""
        raise PracticeError(
            f"There is no scenario {name_or_path!r}. {hint}All: netsuite-setup practice scenarios; or name a .toml file."
        )
    file = resources.files("wizard") / "practice" / "scenarios" / f"{name_or_path}.toml"
    return file.read_text(encoding="utf-8"), file.name
