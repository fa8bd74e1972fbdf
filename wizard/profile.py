"""What one integration asks of NetSuite: a TOML file read strictly, with no code and no secrets in it.

Every statement of a vendor's document has an id (``A12``, ``A33.1``); whatever must be true in NetSuite afterwards is a
*requirement* and names the aspects of checks that prove it (``role.active``). The rest are statements, kept for the reader.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from wizard.account import PAGES
from wizard.credentials import VALUES
from wizard.errors import ProfileError
from wizard.failures import Slug, Words
from wizard.redact import shown
from wizard.verdict import Frozen

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Level = Literal["View", "Create", "Edit", "Full"]
"""Permission levels as NetSuite writes them (documented)."""

LEVELS: Mapping[str, int] = {"View": 1, "Create": 2, "Edit": 3, "Full": 4}
"""Level to SuiteQL ``permlevel`` (1-3 observed in public, 4 documented)."""

Need = Literal["required", "recommended", "optional", "verification"]
"""``verification``: not asked for by the vendor, but the program's own proofs need it."""

Panel = Literal["checks", "machine", "account", "secret_pair", "setup_token", "permissions", "readiness", "hand_over"]
"""Which panel a step shows below its instructions."""


def _https(address: str) -> str:
    if not address.startswith("https://"):
        raise ValueError("only https addresses are allowed")
    return address


def _harmless(text: str) -> str:
    """A profile may come from anywhere, and its texts go to a terminal as they are."""
    if shown(text, len(text)) != text or "\t" in text:
        raise ValueError("control and invisible characters are not allowed")
    return text


def _page(page: str) -> str:
    if page not in PAGES:
        raise ValueError(f"there is no such page; known: {', '.join(PAGES)}")
    return page


Https = Annotated[str, AfterValidator(_https), AfterValidator(_harmless)]
Text = Annotated[str, Field(min_length=1, max_length=1200), AfterValidator(_harmless)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
RequirementId = Annotated[str, Field(pattern=r"^[A-Z]\d{1,3}(\.\d{1,2})?$")]


class Doc(Frozen):
    """Where the profile comes from, and how old it is."""

    title: Text
    """Title of the vendor's page."""
    url: Https
    """Its address."""
    reviewed: date
    """When the vendor last reviewed it."""


class Lifecycle(Frozen):
    """What the vendor says about OAuth 2.0, and what Oracle announced."""

    oauth2: Literal["unsupported", "optional", "required"]
    """Whether the integration can use OAuth 2.0 instead."""
    note: Text
    """One or two sentences for the first step."""


class Feature(Frozen):
    """A box on Enable Features."""

    requirement: RequirementId
    """Statement that asks for it."""
    id: str
    """NetSuite's id, e.g. ``RESTWEBSERVICES``."""
    label: Text
    """The label of the box, exactly as NetSuite writes it."""
    path: Text
    """Subtab and section."""
    need: Need = "required"
    """How much it matters."""
    reason: Text
    """Why, in our words."""
    tos: bool = True
    """Ticking it opens Terms of Service to agree to."""


class Role(Frozen):
    """The role the integration uses."""

    origin: Literal["manual", "bundle"] = "manual"
    """Who makes it."""
    name: Text
    """Suggested name."""
    script_id: str
    """Script id for the role file, ``customrole_…``."""
    center_type: Text = "Accounting Center"
    """Center Type to choose."""
    web_services_only: Literal["required", "recommended", "optional", "forbidden"]
    """What the vendor says of *Web Services Only Role*."""
    cross_viewing: bool
    """*Allow Cross-Subsidiary Record Viewing* must be on (OneWorld)."""


class Permission(Frozen):
    """A row of the role's Permissions subtab."""

    requirement: RequirementId
    """Statement that asks for it."""
    name: Text
    """As the vendor writes it."""
    netsuite_name: Text
    """As NetSuite's list writes it."""
    tab: Literal["Transactions", "Reports", "Lists", "Setup"]
    """Subtab of Permissions."""
    key: Annotated[str, Field(pattern=r"^(TRAN|REPO|LIST|REGT|ADMI)_[A-Z0-9_]+$")]
    """SDF and SuiteQL ``permkey``."""
    level: Level
    """Lowest level that will do."""
    need: Need = "required"
    """How much it matters."""
    reason: Text
    """Why, in our words."""
    record_types: tuple[str, ...] = ()
    """REST record types an impossible id can be asked of (probe P4); empty: no REST record shows it."""
    feature: str | None = None
    """Feature id without which NetSuite does not offer the permission (inferred, roles-and-features 1.4)."""
    any_of: tuple[str, ...] = ()
    """Other keys that satisfy it too."""
    obsolete: bool = False
    """No longer in use: absence is a warning."""
    note: Text | None = None
    """What is easily mistaken."""


class User(Frozen):
    """The user the token belongs to."""

    kind: Literal["dedicated", "existing"]
    """Whether a user of its own is asked for."""
    name: Text
    """Suggested name."""


class IntegrationRecord(Frozen):
    """The integration record."""

    owner: Literal["customer", "vendor"] = "customer"
    """Who makes it."""
    name: Text
    """Suggested name."""


class Credential(Frozen):
    """One of the five values, under the vendor's label."""

    id: Literal["account", "consumer_key", "consumer_secret", "token_id", "token_secret"]
    """Ours."""
    label: Text
    """As NetSuite and the vendor write it."""
    aliases: tuple[str, ...] = ()
    """Other names for the same thing."""
    vendor_field: Text
    """Field in the vendor's form."""
    secret: bool
    """Whether it is ever shown."""


class AccountKind(Frozen):
    """A kind of account the vendor posts to."""

    label: Text
    """As the vendor writes it."""
    types: tuple[str, ...] = Field(min_length=1)
    """SuiteQL ``accttype`` values, any of which will do."""


class MasterData(Frozen):
    """What must exist in the books before the first export."""

    account_kinds: tuple[AccountKind, ...] = ()
    """Kinds of account."""
    unique_names: tuple[Literal["customer", "vendor"], ...] = ()
    """Lists in which the vendor looks a record up by its name, so that two of one name are one too many."""
    open_period: bool = False
    """Whether entries are dated today, so that the current accounting period must be open."""
    posted_journals: bool = False
    """Whether journal entries are to be posted without anybody's approval."""


class Requirement(Frozen):
    """One thing that must be true in NetSuite (or at the vendor) afterwards."""

    id: RequirementId
    """Statement id."""
    title: Text
    """What must be true, short."""
    step: Id
    """Step that brings it about."""
    proof: tuple[str, ...] = ()
    """Aspects of checks, all of which must hold."""
    attest: Text | None = None
    """Question a person answers when nothing can prove it, or until something does."""
    need: Need = "required"
    """How much it matters."""
    when: Literal["oneworld"] | None = None
    """Applies only if this flag was answered yes."""

    @model_validator(mode="after")
    def _provable_somehow(self) -> Requirement:
        if not self.proof and not self.attest:
            raise ValueError(f"requirement {self.id} has neither a proof nor a question")
        return self


class Statement(Frozen):
    """A statement of the vendor's document that asks for nothing by itself."""

    id: RequirementId
    """Statement id."""
    text: Text
    """Our words."""
    honoured_by: tuple[str, ...] = ()
    """Requirement ids or step ids that take care of it."""


class Choice(Frozen):
    """One answer of a question."""

    value: Id
    """What is kept."""
    label: Text
    """What is shown."""


class Question(Frozen):
    """What a step needs to know from the person."""

    id: Id
    """Key under which the answer is kept; the answer is saved in clear, so no credential is ever asked for this way."""
    label: Text
    """The question, short."""
    kind: Literal["text", "choice"] = "text"
    """A line of text, or one of the choices."""
    choices: tuple[Choice, ...] = ()
    """For ``choice``."""
    default: Annotated[str, AfterValidator(_harmless)] = ""
    """Answer if the person changes nothing."""
    help: Text | None = None
    """One sentence below the field."""

    @model_validator(mode="after")
    def _answerable(self) -> Question:
        if self.id in VALUES:
            raise ValueError(f"question {self.id}: credentials have fields of their own")
        if self.kind == "choice" and self.default not in {c.value for c in self.choices}:
            raise ValueError(f"question {self.id}: the default is none of the choices")
        return self


class Doing(Frozen):
    """One numbered thing to do in NetSuite."""

    text: Text
    """With NetSuite's exact labels."""
    link: Annotated[str, AfterValidator(_page)] | None = None
    """Key of ``wizard.account.PAGES``."""
    copy_value: Text | None = Field(default=None, alias="copy")
    """A value to type exactly so: literal, or ``{answer_id}``."""


class Step(Frozen):
    """One step of the walk."""

    id: Id
    """Ours."""
    title: Annotated[str, Field(max_length=16), AfterValidator(_harmless)]
    """For the rail."""
    heading: Text
    """For the page."""
    why: Text
    """Why this step, two or three sentences in our words."""
    panel: Panel = "checks"
    """What is below the instructions."""
    pair: Literal["consumer", "token"] | None = None
    """For ``secret_pair``."""
    needs: tuple[Id, ...] = ()
    """Steps whose outcome this one builds on; advice, not a wall."""
    optional: bool = False
    """May be left out."""
    when: Literal["oneworld"] | None = None
    """Applies only if this flag was answered yes."""
    ask: tuple[Question, ...] = ()
    """Questions."""
    do: tuple[Doing, ...] = ()
    """What to do, in order."""
    practice: str | None = None
    """Name of the practice account's click that does it."""


class ResultLine(Frozen):
    """A line of the vendor's own result list."""

    title: Text
    """What is in place."""
    requirements: tuple[str, ...]
    """Requirement ids, or prefixes ending in ``.`` (``A33.`` means all of them)."""


class VendorStep(Frozen):
    """What is done with the five values."""

    path: Text
    """Where in the vendor's program."""
    repeat: Literal["once", "per_subsidiary"]
    """How often."""
    note: Text
    """What to know."""
    test_quality: Literal["none", "discovery", "login", "record"]
    """What the vendor's own test proves."""
    test_note: Text
    """The same in words."""
    on_change: Text | None = None
    """What the vendor's side does when the values are replaced, and what of that is not published."""


class Branch(Frozen):
    """One question of a troubleshooting tree."""

    text: Text
    """Our words."""
    requirements: tuple[str, ...]
    """Requirement ids (or prefixes) that answer it."""


class Tree(Frozen):
    """A troubleshooting tree of the vendor's document."""

    id: Id
    """Ours."""
    title: Text
    """The symptom."""
    covers: tuple[RequirementId, ...]
    """Statement ids."""
    steps: tuple[Branch, ...]
    """In order."""


class Faq(Frozen):
    """A question of the vendor's FAQ."""

    id: RequirementId
    """Statement id."""
    q: Text
    """Question, our words."""
    a: Text
    """Answer, our words."""


class Mapped(Frozen):
    """What the vendor's own messages mean: a pasted text is compared with these before anything else."""

    pattern: Annotated[Words, AfterValidator(_harmless)]
    """Piece of a message, in any case; ``^`` and ``$`` tie it to its ends, ``*`` is anything short."""
    cause: Slug
    """Slug of the failure table."""
    fix: Text
    """What to do, with the labels of NetSuite or of the vendor's program."""
    source: Text
    """Where that is written."""


class Profile(Frozen):
    """What one integration asks of NetSuite."""

    schema_version: Literal[1] = Field(alias="schema")
    """Of the file."""
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")]
    """Ours; part of file names and of the vault's service name."""
    version: Text
    """Of the profile."""
    name: Text
    """The integration."""
    summary: Annotated[str, Field(max_length=60), AfterValidator(_harmless)]
    """One line for the start screen."""
    doc: Doc
    """Where it comes from."""
    lifecycle: Lifecycle
    """Deadlines."""
    role: Role
    """The role."""
    user: User
    """The user."""
    integration_record: IntegrationRecord
    """The record."""
    credential: tuple[Credential, ...]
    """The five values, in the vendor's order."""
    feature: tuple[Feature, ...] = ()
    """Boxes to tick."""
    permission: tuple[Permission, ...] = ()
    """Rows to add."""
    master_data: MasterData = MasterData()
    """What must exist in the books."""
    requirement: tuple[Requirement, ...] = ()
    """What else must be true."""
    statement: tuple[Statement, ...] = ()
    """What the document says besides."""
    step: tuple[Step, ...] = Field(min_length=1)
    """The walk, in order."""
    result: tuple[ResultLine, ...] = ()
    """The vendor's result list."""
    vendor_step: VendorStep
    """The hand-over."""
    troubleshoot: tuple[Tree, ...] = ()
    """Trees."""
    error_map: tuple[Mapped, ...] = ()
    """The vendor's own messages; of several entries with one pattern the first is the likeliest."""
    faq: tuple[Faq, ...] = ()
    """FAQ."""

    @cached_property
    def requirements(self) -> tuple[Requirement, ...]:
        """Everything that must be true: features, permissions and the rest, as requirements, in the order of the steps."""
        features = _step_of(self.step, "features")
        permissions = _step_of(self.step, "permissions")
        found = [
            Requirement(id=f.requirement, title=f.label, step=features, proof=(f"features.{f.id}",), need=f.need,
                        attest=f"Is the box {f.label} ticked and saved?")
            for f in self.feature
        ]
        found += [
            Requirement(id=p.requirement, title=f"{p.netsuite_name} ({p.level})", step=permissions,
                        proof=(f"permissions.{p.key}",), need=p.need,
                        attest=f"Is {p.tab} > {p.netsuite_name} added at level {p.level}, and the role saved?")
            for p in self.permission
        ]
        order = {step.id: number for number, step in enumerate(self.step)}
        return tuple(sorted((*found, *self.requirement), key=lambda r: order[r.step]))

    def requirements_of(self, step: str) -> tuple[Requirement, ...]:
        """Return the requirements that one step brings about.

        Args:
            step: id of the step.
        """
        return tuple(r for r in self.requirements if r.step == step)

    def matching(self, patterns: tuple[str, ...]) -> tuple[Requirement, ...]:
        """Return the requirements named by ids or by prefixes that end in a dot.

        Args:
            patterns: e.g. ``("A29", "A33.")``.
        """
        return tuple(
            r for r in self.requirements
            if any(r.id == p or (p.endswith(".") and r.id.startswith(p)) for p in patterns)
        )

    def step_named(self, step: str) -> Step:
        """Return one step.

        Args:
            step: its id.

        Raises:
            KeyError: if there is none.
        """
        for candidate in self.step:
            if candidate.id == step:
                return candidate
        raise KeyError(step)

    @model_validator(mode="after")
    def _consistent(self) -> Profile:
        steps = {s.id for s in self.step}
        questions = [q.id for s in self.step for q in s.ask]
        if len(steps) != len(self.step) or len(set(questions)) != len(questions):
            raise ValueError("ids of steps and of questions must each stand once")
        for requirement in self.requirement:
            if requirement.step not in steps:
                raise ValueError(f"requirement {requirement.id} names a step that does not exist: {requirement.step}")
        ids = [r.id for r in self.requirements]
        doubled = sorted({i for i in ids if ids.count(i) > 1})
        if doubled:
            raise ValueError(f"requirement ids stand twice: {', '.join(doubled)}")
        for step in self.step:
            if unknown := set(step.needs) - steps:
                raise ValueError(f"step {step.id} needs a step that does not exist: {', '.join(sorted(unknown))}")
            if (step.panel == "secret_pair") != (step.pair is not None):
                raise ValueError(f"step {step.id}: a secret pair step names its pair, and only such a step does")
        for where, patterns in self._references():
            for pattern in patterns:
                if not self.matching((pattern,)):
                    raise ValueError(f"{where} names a requirement that does not exist: {pattern}")
        return self

    def _references(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for line in self.result:
            yield f"result line {line.title!r}", line.requirements
        for tree in self.troubleshoot:
            for branch in tree.steps:
                yield f"tree {tree.id}", branch.requirements


def _step_of(steps: tuple[Step, ...], wanted: str) -> str:
    """Return the step that features or permissions belong to: the one of that id, else the first."""
    return next((s.id for s in steps if s.id == wanted), steps[0].id)


def read_profile(text: str, name: str) -> Profile:
    """Read one profile.

    Args:
        text: the TOML.
        name: what to call it in messages, e.g. a file name.

    Raises:
        ProfileError: with every fault and the key it is at.
    """
    try:
        return Profile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{name} is not TOML: {error}") from None
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc']) or 'profile'}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        ]
        raise ProfileError(f"{name} does not follow the schema. " + "; ".join(faults)) from None


def shipped_profiles() -> dict[str, Profile]:
    """Return the profiles that come with the program, by id."""
    return dict(_shipped())


@cache
def _shipped() -> Mapping[str, Profile]:
    folder = resources.files("wizard") / "profiles"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    profiles = (read_profile(f.read_text(encoding="utf-8"), f.name) for f in files)
    return {profile.id: profile for profile in profiles}


def find_profile(name: str) -> Profile:
    """Return a shipped profile by its id, or the profile in a file.

    Args:
        name: id such as the file names in ``wizard/profiles``, or a path that ends in ``.toml``.

    Raises:
        ProfileError: if there is neither, or the file cannot be used.
    """
    if name.endswith(".toml"):
        try:
            return read_profile(Path(name).read_text(encoding="utf-8"), name)
        except (OSError, UnicodeDecodeError) as error:
            raise ProfileError(f"{name} cannot be read: {type(error).__name__}") from None
    shipped = shipped_profiles()
    if name not in shipped:
        raise ProfileError(f"There is no profile {name!r}. Shipped: {', '.join(sorted(shipped))}; or name a .toml file.")
    return shipped[name]
