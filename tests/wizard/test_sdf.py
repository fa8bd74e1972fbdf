"""The role as an SDF project: read back by an XML parser and compared with the profile, row by row."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from wizard.errors import UsageError
from wizard.profile import Profile, shipped_profiles
from wizard.sdf import CENTER_TYPES, SAYS, write_role_project

ALL = {"oneworld": "yes", "subsidiaries": "all"}


@pytest.fixture(scope="module")
def profile() -> Profile:
    """The shipped profile with a role that is made by hand and the most permissions."""
    manual = [p for p in shipped_profiles().values() if p.role.origin == "manual"]
    return max(manual, key=lambda p: len(p.permission))


def role_of(files: list[Path]) -> ET.Element:
    (path,) = (f for f in files if f.parent.name == "Objects")
    return ET.fromstring(path.read_text(encoding="utf-8"))


def rows_of(role: ET.Element) -> dict[str, str]:
    rows = [(row.findtext("permkey"), row.findtext("permlevel")) for row in role.iterfind("permissions/permission")]
    assert len(dict(rows)) == len(rows), "a permission stands twice"
    return dict(rows)


def named(files: list[Path], name: str) -> Path:
    return next(f for f in files if f.name == name)


def features_of(files: list[Path]) -> dict[str, str]:
    manifest = ET.fromstring(named(files, "manifest.xml").read_text(encoding="utf-8"))
    return {f.text: f.get("required") for f in manifest.iterfind("dependencies/features/feature")}


def test_every_permission_of_the_profile_is_there_at_its_level(profile: Profile, tmp_path: Path) -> None:
    files = write_role_project(profile, ALL, tmp_path / "role", None)
    assert all(f.is_file() for f in files) and len(files) == 4
    assert len(profile.permission) >= 47
    assert rows_of(role_of(files)) == {p.key: p.level.upper() for p in profile.permission}


def test_the_role_itself_is_as_the_profile_says(profile: Profile, tmp_path: Path) -> None:
    role = role_of(write_role_project(profile, ALL, tmp_path / "role", None))
    assert role.tag == "role" and role.get("scriptid") == profile.role.script_id
    fields = {child.tag: child.text for child in role if isinstance(child.tag, str) and child.tag != "permissions"}
    assert fields == {
        "centertype": "ACCOUNTCENTER", "name": profile.role.name, "employeerestriction": "NONE", "isinactive": "F",
        "issalesrole": "F", "issupportrole": "F", "iswebserviceonlyrole": "T", "subsidiaryoption": "ALL",
        "subsidiaryviewingallowed": "T", "restrictip": "F", "restrictbydevice": "F",
    }


def test_manifest_and_deploy_file(profile: Profile, tmp_path: Path) -> None:
    files = write_role_project(profile, ALL, tmp_path / "role", None)
    manifest = ET.fromstring(named(files, "manifest.xml").read_text())
    assert manifest.get("projecttype") == "ACCOUNTCUSTOMIZATION" and manifest.findtext("frameworkversion") == "1.0"
    declared = features_of(files)
    assert set(declared.values()) == {"false"}, "an account without a feature must still be able to deploy"
    wanted = {p.feature for p in profile.permission if p.feature} - {"WEBSERVICESEXTERNAL"}
    assert set(declared) == wanted | {"WEBSERVICES", "SUBSIDIARIES"}
    deploy = ET.fromstring(named(files, "deploy.xml").read_text())
    assert deploy.findtext("objects/path") == "~/Objects/*"


def test_rows_of_features_that_are_off_are_left_out_and_named(profile: Profile, tmp_path: Path) -> None:
    known = {p.feature for p in profile.permission if p.feature} | {"SUBSIDIARIES"}
    files = write_role_project(profile, ALL, tmp_path / "role", known - {"CLASSES", "SUBSIDIARIES", "WEBSERVICESEXTERNAL"})
    role, readme = role_of(files), named(files, "README.txt").read_text()
    gone = {p.key: p for p in profile.permission if p.feature in ("CLASSES", "SUBSIDIARIES", "WEBSERVICESEXTERNAL")}
    assert len(gone) >= 3
    assert set(rows_of(role)) == {p.key for p in profile.permission} - set(gone)
    for permission in gone.values():
        assert f"{permission.feature} is off: {permission.netsuite_name}" in readme
    assert role.find("subsidiaryoption") is None and role.find("iswebserviceonlyrole") is None
    assert not {"CLASSES", "SUBSIDIARIES", "WEBSERVICES"} & set(features_of(files))


def test_the_other_name_of_the_soap_feature_counts_as_the_same(profile: Profile, tmp_path: Path) -> None:
    role = role_of(write_role_project(profile, ALL, tmp_path / "role", {"WEBSERVICES"}))
    assert role.findtext("iswebserviceonlyrole") == "T" and "ADMI_WEBSERVICES" in rows_of(role)


@pytest.mark.parametrize("subsidiaries", ["Parent; Child", "", None])
def test_selected_subsidiaries_stay_handwork_and_the_file_never_says_all(
    profile: Profile, tmp_path: Path, subsidiaries: str | None
) -> None:
    answers = {"oneworld": "yes"} | ({} if subsidiaries is None else {"subsidiaries": subsidiaries})
    files = write_role_project(profile, answers, tmp_path / "role", None)
    assert role_of(files).findtext("subsidiaryoption") == "OWN"
    for path in (named(files, f"{profile.role.script_id}.xml"), named(files, "README.txt")):
        assert "does not support the list behind SELECTED" in path.read_text()


def test_an_account_without_subsidiaries_has_no_subsidiary_fields(profile: Profile, tmp_path: Path) -> None:
    files = write_role_project(profile, {"oneworld": "no"}, tmp_path / "role", None)
    assert role_of(files).find("subsidiaryoption") is None and "SELECTED" not in named(files, "README.txt").read_text()


def test_a_name_with_markup_in_it_stays_a_name(profile: Profile, tmp_path: Path) -> None:
    name = 'A & B <role> "Größe" ]]> --'
    files = write_role_project(profile, {**ALL, "role_name": name}, tmp_path / "role", None)
    assert role_of(files).findtext("name") == name


def test_the_files_say_where_they_come_from(profile: Profile, tmp_path: Path) -> None:
    files = write_role_project(profile, ALL, tmp_path / "role", None)
    assert "documented ids and levels; never deployed" in named(files, f"{profile.role.script_id}.xml").read_text()
    assert "never deployed" in named(files, "README.txt").read_text()


def test_a_folder_of_something_else_is_left_alone(profile: Profile, tmp_path: Path) -> None:
    theirs = tmp_path / "manifest.xml"
    theirs.write_text("theirs")
    with pytest.raises(UsageError, match="something else"):
        write_role_project(profile, ALL, tmp_path, None)
    assert theirs.read_text() == "theirs" and list(tmp_path.iterdir()) == [theirs]


def test_an_empty_folder_will_do_and_our_own_project_is_replaced(profile: Profile, tmp_path: Path) -> None:
    write_role_project(profile, {"oneworld": "no"}, tmp_path, None)
    files = write_role_project(profile, ALL, tmp_path, None)
    assert role_of(files).findtext("subsidiaryoption") == "ALL"


def test_a_file_in_the_place_of_the_folder_is_a_usage_error(profile: Profile, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="Not written"):
        write_role_project(profile, ALL, tmp_path / "file", None)


@pytest.mark.parametrize(
    ("change", "answers", "said"),
    [
        ({"script_id": "customrole_/../../x"}, ALL, "script id"),
        ({"script_id": "customrole_" + "x" * 30}, ALL, "script id"),
        ({"center_type": "No Such Center"}, ALL, "center type"),
        ({"origin": "bundle"}, ALL, "bundle"),
        ({}, {**ALL, "role_name": "a\x00b"}, "characters"),
        ({}, {**ALL, "role_name": "a\ud800b"}, "characters"),
    ],
)
def test_what_cannot_be_a_role_file_writes_nothing(
    profile: Profile, tmp_path: Path, change: dict[str, str], answers: dict[str, str], said: str
) -> None:
    other = profile.model_copy(update={"role": profile.role.model_copy(update=change)})
    with pytest.raises(UsageError, match=said):
        write_role_project(other, answers, tmp_path / "role", None)
    assert not (tmp_path / "role").exists()


def test_every_shipped_role_made_by_hand_can_be_written(tmp_path: Path) -> None:
    for profile in shipped_profiles().values():
        if profile.role.origin == "manual":
            assert role_of(write_role_project(profile, ALL, tmp_path / profile.id, None)).findtext("name") == profile.role.name


def test_center_types_are_documented_values() -> None:
    documented = {
        "ACCOUNTCENTER", "BASIC", "ENGINEERCENTER", "EXECUTIVE", "HR", "MARKETCENTER", "PARTNERCENTER", "PROJECTCENTER",
        "SALESCENTER", "SHIPPINGCENTER", "STOREMANAGER", "SUPPORTCENTER", "SYSADMINCENTER",
    }
    assert set(CENTER_TYPES.values()) <= documented
    assert len(set(CENTER_TYPES.values())) == len(CENTER_TYPES)
    assert "--" not in SAYS
