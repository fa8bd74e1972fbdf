"""The role as an SDF account customization project, so that nobody has to add its permissions by hand.

Shape of the role, the manifest and their enumerations: documented (roles-and-features 3.1, 3.2); the objects part of
deploy.xml: observed in public. Composed from documented ids and levels; this program has never deployed it anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from wizard.errors import UsageError
from wizard.profile import Permission, Profile

CENTER_TYPES: Mapping[str, str] = {
    "Accounting Center": "ACCOUNTCENTER",
    "Engineering Center": "ENGINEERCENTER",
    "Executive Center": "EXECUTIVE",
    "Marketing Center": "MARKETCENTER",
    "Partner Center": "PARTNERCENTER",
    "Project Center": "PROJECTCENTER",
    "Sales Center": "SALESCENTER",
    "Shipping Center": "SHIPPINGCENTER",
    "Store Manager": "STOREMANAGER",
    "Support Center": "SUPPORTCENTER",
    "System Administrator Center": "SYSADMINCENTER",
}
"""Label of a center to its SDF value. The values are documented (roles-and-features 3.1); which label belongs to which
is inferred from their names, and values without an unmistakable label (BASIC, HR) are left out."""

SAYS = " Composed from documented ids and levels; never deployed by its authors. Writing it again replaces this file. "
"""Comment at the head of the role file; also tells our projects from other people's."""

_SOAP = "WEBSERVICESEXTERNAL"
_MANIFEST_IDS = {_SOAP: "WEBSERVICES"}
"""Features the manifest calls differently: the SDF role page asks for ``WEBSERVICES`` where *Web Services Only Role*
is set, the page of ids says ``WEBSERVICESEXTERNAL`` (documented, conflicting, roles-and-features 2.1)."""

_SELECTED = (
    " Not all subsidiaries were asked for. SDF does not support the list behind SELECTED: after deploying, open the "
    "role in NetSuite, set Subsidiary Restrictions to Selected and pick them. Until then the role sees its user's "
    "subsidiary alone. "
)

_README = """\
{name}, as an SDF account customization project

Composed from documented ids and levels. It was never deployed by the authors of netsuite-setup: validate it first, in a
sandbox if there is one.

    suitecloud account:setup
    suitecloud project:validate --server
    suitecloud project:deploy

The account needs the features SuiteCloud Development Framework and Custom Records, and OAuth 2.0 for the login of the
command line tool. Enable the integration's own features first: a permission belongs to its feature.

{permissions} permissions are in Objects/{script_id}.xml.
{notes}
SDF carries neither the integration record nor the user, the role's assignment or the access token; those stay handwork.
"""


def write_role_project(
    profile: Profile, answers: Mapping[str, str], folder: Path, features_on: set[str] | None
) -> list[Path]:
    """Write the role of a profile as an SDF project.

    Args:
        profile: what is asked.
        answers: role_name, oneworld, subsidiaries ("all" or names separated by ``;``).
        folder: made if it is not there; a project written earlier is replaced.
        features_on: ids of the features known to be on: permissions of all others are left out and named in the README.
            None when nobody knows; then every permission is written and its feature declared as optional.

    Returns:
        The files written: manifest.xml, deploy.xml, the role, README.txt.

    Raises:
        UsageError: if the folder holds something else or cannot be written, or the role cannot be put into a file.
    """
    role = profile.role
    if role.origin == "bundle":
        raise UsageError(f"The role {role.name} comes with the vendor's bundle; there is nothing to deploy.")
    if not re.fullmatch(r"customrole[a-z0-9_]{1,30}", role.script_id):
        raise UsageError("The profile's script id of the role is not of the form customrole_… (40 characters at most).")
    name = answers.get("role_name") or role.name
    if any(unicodedata.category(character).startswith("C") for character in name):
        raise UsageError("The role's name holds characters that cannot be in a file.")
    taken, left_out = _rows(profile, features_on)
    role_path = folder / "Objects" / f"{role.script_id}.xml"
    notes = [f"Left out, because {p.feature} is off: {p.netsuite_name} ({p.level})." for p in left_out]
    if _oneworld(answers, features_on) and not _all_subsidiaries(answers):
        notes.append(" ".join(_SELECTED.split()))
    readme = _README.format(name=name, permissions=len(taken), script_id=role.script_id, notes="\n".join(notes))
    texts = {
        folder / "manifest.xml": _text(_manifest(profile, taken, answers, features_on)),
        folder / "deploy.xml": _text(_deploy()),
        role_path: _text(_role(profile, name, taken, answers, features_on)),
        folder / "README.txt": readme,
    }
    _write(folder, role_path, texts)
    return list(texts)


def _rows(profile: Profile, features_on: set[str] | None) -> tuple[list[Permission], list[Permission]]:
    taken = [p for p in profile.permission if p.feature is None or _may_be_on(p.feature, features_on)]
    return taken, [p for p in profile.permission if p not in taken]


def _may_be_on(feature: str, features_on: set[str] | None) -> bool:
    return features_on is None or feature in features_on or _MANIFEST_IDS.get(feature) in features_on


def _oneworld(answers: Mapping[str, str], features_on: set[str] | None) -> bool:
    return answers.get("oneworld") != "no" and _may_be_on("SUBSIDIARIES", features_on)


def _all_subsidiaries(answers: Mapping[str, str]) -> bool:
    return answers.get("subsidiaries", "").strip().lower() == "all"


def _role(
    profile: Profile, name: str, permissions: list[Permission], answers: Mapping[str, str], features_on: set[str] | None
) -> ET.Element:
    if profile.role.center_type not in CENTER_TYPES:
        raise UsageError(f"No SDF value is known for the center type {profile.role.center_type}.")
    root = ET.Element("role", scriptid=profile.role.script_id)
    root.append(ET.Comment(SAYS))
    for tag, value in _fields(profile, name, answers, features_on):
        ET.SubElement(root, tag).text = value
    if _oneworld(answers, features_on) and not _all_subsidiaries(answers):
        root.append(ET.Comment(_SELECTED))
    rows = ET.SubElement(root, "permissions")
    for permission in permissions:
        row = ET.SubElement(rows, "permission")
        ET.SubElement(row, "permkey").text = permission.key
        ET.SubElement(row, "permlevel").text = permission.level.upper()
    return root


def _fields(
    profile: Profile, name: str, answers: Mapping[str, str], features_on: set[str] | None
) -> Iterator[tuple[str, str]]:
    yield "centertype", CENTER_TYPES[profile.role.center_type]
    yield "name", name
    yield "employeerestriction", "NONE"
    yield "isinactive", "F"
    yield "issalesrole", "F"
    yield "issupportrole", "F"
    if _may_be_on(_SOAP, features_on):
        yield "iswebserviceonlyrole", _flag(profile.role.web_services_only in ("required", "recommended"))
    if _oneworld(answers, features_on):
        # OWN is what a new role has; leaving the field out would mean ALL, its default in SDF (documented).
        yield "subsidiaryoption", "ALL" if _all_subsidiaries(answers) else "OWN"
        yield "subsidiaryviewingallowed", _flag(profile.role.cross_viewing)
    yield "restrictip", "F"
    yield "restrictbydevice", "F"


def _flag(on: bool) -> str:
    return "T" if on else "F"


def _manifest(
    profile: Profile, permissions: list[Permission], answers: Mapping[str, str], features_on: set[str] | None
) -> ET.Element:
    root = ET.Element("manifest", projecttype="ACCOUNTCUSTOMIZATION")
    ET.SubElement(root, "projectname").text = f"{profile.id} role"
    ET.SubElement(root, "frameworkversion").text = "1.0"
    needed = {p.feature for p in permissions if p.feature}
    needed |= {_SOAP} if _may_be_on(_SOAP, features_on) else set()
    needed |= {"SUBSIDIARIES"} if _oneworld(answers, features_on) else set()
    declared = ET.SubElement(ET.SubElement(root, "dependencies"), "features")
    for feature in sorted(_MANIFEST_IDS.get(feature, feature) for feature in needed):
        ET.SubElement(declared, "feature", required="false").text = feature
    return root


def _deploy() -> ET.Element:
    root = ET.Element("deploy")
    ET.SubElement(ET.SubElement(root, "objects"), "path").text = "~/Objects/*"
    return root


def _text(root: ET.Element) -> str:
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _write(folder: Path, role_path: Path, texts: Mapping[Path, str]) -> None:
    try:
        if folder.is_dir() and any(folder.iterdir()) and not _is_ours(role_path):
            raise UsageError(f"The folder {folder} holds something else; name a new or empty one.")
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"Not written to {folder}: {error.strerror}.") from None


def _is_ours(role_path: Path) -> bool:
    try:
        return SAYS in role_path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
