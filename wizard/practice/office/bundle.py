"""Bundles: what one brings when it is installed stands in ``wizard/practice/bundles``; here is how it is read."""

from __future__ import annotations

import sys
from functools import cache
from importlib import resources
from typing import Literal

from wizard.practice.data.state import State
from wizard.verdict import Frozen

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class Script(Frozen):
    """A script record with its one deployment, for all roles."""

    scriptid: str
    """E.g. ``customscript_…``."""
    name: str
    """As the list of scripts shows it."""
    kind: Literal["RESTLET", "SCHEDULED", "USEREVENT", "SCRIPTLET"] = "RESTLET"
    """Script type, as SuiteQL has it (inferred)."""
    methods: tuple[str, ...] = ()
    """Methods a RESTlet offers."""
    status: Literal["RELEASED", "TESTING", "SCHEDULED"] = "RELEASED"
    """Status of its deployment."""
    plays: str | None = None
    """What it does here: a key of ``wizard.practice.restlet.bundle_scripts``; None: nothing."""
    old: bool = False
    """Whether an old version of the bundle has it, too."""

    @property
    def deployment(self) -> str:
        """Script ID of its deployment."""
        return self.scriptid.replace("customscript", "customdeploy", 1)


class Definition(Frozen):
    """A field or a record type."""

    kind: Literal["customfield", "customrecordtype"]
    """SuiteQL table that lists it."""
    scriptid: str
    """Its script ID."""
    name: str
    """Its label."""


class Bundle(Frozen):
    """A bundle, and everything it brings."""

    id: int
    """Number it is installed by."""
    other_id: int
    """Another bundle's, easily taken for it."""
    name: str
    """As the list of bundles shows it."""
    version: str
    """The newest."""
    old_version: str
    """One that lacks the scripts that are not ``old``."""
    record: str
    """Name of the integration record."""
    role: str
    """Name of the role."""
    role_script: str
    """Script ID of the role."""
    start_date: str
    """Key, in ``preferences``, of the day before which nothing is synchronised (``YYYY-MM-DD`` here)."""
    full: tuple[str, ...]
    """Permissions of the role at Full."""
    view: tuple[str, ...]
    """Permissions of the role at View."""
    script: tuple[Script, ...]
    """Its scripts."""
    definition: tuple[Definition, ...]
    """Its fields and record types."""

    @property
    def permissions(self) -> dict[str, int]:
        """The role's levels, by permission key."""
        return {**dict.fromkeys(self.full, 4), **dict.fromkeys(self.view, 1)}


ECHO = Script(
    scriptid="customscript_practice_echo", name="Practice Echo", methods=("GET", "POST", "PUT", "DELETE"), plays="echo"
)
"""A RESTlet of the practice account's own, there without any bundle: it says what it was told."""


@cache
def the_bundle() -> Bundle:
    """Return the one bundle that can be installed here."""
    [file] = [f for f in (resources.files("wizard") / "practice" / "bundles").iterdir() if f.name.endswith(".toml")]
    return Bundle.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))


def script_of(scriptid: str) -> Script:
    """Return what is known of a script.

    Args:
        scriptid: of the account's own one, or of one the bundle brings.
    """
    return next(script for script in (ECHO, *the_bundle().script) if script.scriptid == scriptid)


def deploy(state: State, script: Script, owner: int | None = None) -> None:
    """Create a script record with its one deployment, for all roles.

    Args:
        state: where; inside ``write``.
        script: what it is.
        owner: id of the bundle it belongs to.
    """
    values = (script.scriptid, script.name, script.kind, owner)
    made = state.run("INSERT INTO scripts (scriptid, name, scripttype, bundle) VALUES (?, ?, ?, ?)", values)
    row = (made, script.deployment, script.status)
    state.run("INSERT INTO deployments (script, number, scriptid, status) VALUES (?, 1, ?, ?)", row)
