"""The profile reader: strict about what a profile may say, and precise about where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.errors import ProfileError
from wizard.profile import Profile, find_profile, read_profile, shipped_profiles

MINIMAL = """
schema = 1
id = "sample"
version = "1"
name = "Sample"
summary = "a sample"

[doc]
title = "Preparing NetSuite"
url = "https://example.com/netsuite"
reviewed = 2026-01-31

[lifecycle]
oauth2 = "optional"
note = "Nothing ends soon."

[role]
name = "Sample Role"
script_id = "customrole_sample"
web_services_only = "optional"
cross_viewing = false

[user]
kind = "dedicated"
name = "Sample User"

[integration_record]
name = "Sample Record"

[vendor_step]
path = "Settings"
repeat = "once"
note = "Type the values."
test_quality = "none"
test_note = "There is no test."

[[credential]]
id = "account"
label = "Account ID"
vendor_field = "Account"
secret = false

[[feature]]
requirement = "B1"
id = "TBA"
label = "Token-based Authentication"
path = "SuiteCloud"
reason = "Login."

[[permission]]
requirement = "B2.1"
name = "Invoice"
netsuite_name = "Invoice"
tab = "Transactions"
key = "TRAN_CUSTINVC"
level = "Full"
reason = "Invoices."

[[permission]]
requirement = "B2.10"
name = "Accounts"
netsuite_name = "Accounts"
tab = "Lists"
key = "LIST_ACCOUNT"
level = "View"
need = "recommended"
reason = "Accounts."

[[requirement]]
id = "B3"
title = "The login works"
step = "token"
proof = ["login.accepted"]

[[step]]
id = "features"
title = "Features"
heading = "Features"
why = "They are needed."

[[step]]
id = "permissions"
title = "Permissions"
heading = "Permissions"
why = "They are needed."
panel = "permissions"
needs = ["features"]

[[step]]
id = "token"
title = "Access token"
heading = "Token"
why = "It is needed."
panel = "secret_pair"
pair = "token"

[[step.do]]
text = "Name"
copy = "{user_name}"

[[result]]
title = "Permissions"
requirements = ["B2."]

[[troubleshoot]]
id = "login"
title = "No login"
covers = ["B9"]
steps = [{ text = "Does the login work?", requirements = ["B3"] }]
"""


def read(text: str) -> Profile:
    return read_profile(text, "sample.toml")


def refused(old: str, new: str) -> str:
    """Return what is said about the sample with one thing changed."""
    assert MINIMAL.count(old) == 1, f"{old!r} must stand once in the sample"
    with pytest.raises(ProfileError) as caught:
        read(MINIMAL.replace(old, new))
    return caught.value.message


def test_sample_is_read() -> None:
    profile = read(MINIMAL)
    assert profile.name == "Sample"
    assert profile.step_named("token").do[0].copy_value == "{user_name}"
    assert profile.doc.reviewed.isoformat() == "2026-01-31"


def test_requirements_come_in_the_order_of_the_steps_with_their_proofs() -> None:
    profile = read(MINIMAL)
    assert [(r.id, r.step, r.proof) for r in profile.requirements] == [
        ("B1", "features", ("features.TBA",)),
        ("B2.1", "permissions", ("permissions.TRAN_CUSTINVC",)),
        ("B2.10", "permissions", ("permissions.LIST_ACCOUNT",)),
        ("B3", "token", ("login.accepted",)),
    ]
    assert [r.id for r in profile.requirements_of("permissions")] == ["B2.1", "B2.10"]
    assert {r.id: r.need for r in profile.requirements} == {
        "B1": "required", "B2.1": "required", "B2.10": "recommended", "B3": "required",
    }


def test_prefix_needs_its_dot() -> None:
    profile = read(MINIMAL)
    assert [r.id for r in profile.matching(("B2.",))] == ["B2.1", "B2.10"]
    assert [r.id for r in profile.matching(("B2.1",))] == ["B2.1"]
    assert profile.matching(("B2",)) == ()


def test_unknown_step_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        read(MINIMAL).step_named("nowhere")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('summary = "a sample"', 'summary = "a sample"\ncolour = "red"', "colour"),
        ('need = "recommended"', 'need = "recommended"\nlevle = "View"', "permission.1.levle"),
        ('copy = "{user_name}"', 'copy = "{user_name}"\ncopy_value = "other"', "step.2.do.0"),
    ],
)
def test_unknown_keys_are_refused_by_their_place(old: str, new: str, where: str) -> None:
    assert where in refused(old, new)


@pytest.mark.parametrize("address", ["http://example.com/netsuite", "ftp://example.com", "javascript:alert(1)", ""])
def test_only_https_addresses(address: str) -> None:
    said = refused('url = "https://example.com/netsuite"', f'url = "{address}"')
    assert "doc.url" in said
    assert "https" in said


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("schema = 1", "schema = 2", "schema"),
        ('id = "sample"', 'id = "Sample!"', "id"),
        ('level = "Full"', 'level = "Everything"', "permission.0.level"),
        ('tab = "Lists"', 'tab = "Custom"', "permission.1.tab"),
        ('key = "LIST_ACCOUNT"', 'key = "ACCOUNT"', "permission.1.key"),
        ('title = "Access token"', 'title = "A title too long for the rail"', "step.2.title"),
        ('id = "B3"', 'id = "b3"', "requirement.0.id"),
        ("reviewed = 2026-01-31", 'reviewed = "last spring"', "doc.reviewed"),
        ('covers = ["B9"]', 'covers = ["T1"]\nsteps_ = []', "troubleshoot.0.steps_"),
    ],
)
def test_wrong_values_are_refused_by_their_place(old: str, new: str, where: str) -> None:
    assert f"{where}:" in refused(old, new)


def test_all_faults_are_told_at_once() -> None:
    broken = MINIMAL.replace('level = "Full"', 'level = "Everything"').replace("schema = 1", "schema = 7")
    with pytest.raises(ProfileError) as caught:
        read(broken)
    assert "permission.0.level" in caught.value.message
    assert "schema" in caught.value.message


@pytest.mark.parametrize("doubled", ['id = "B3"', 'requirement = "B1"'])
def test_doubled_requirement_id_is_refused(doubled: str) -> None:
    key = doubled.partition(" = ")[0]
    said = refused(doubled, f'{key} = "B2.1"')
    assert "twice" in said
    assert "B2.1" in said


def test_requirement_without_proof_or_question_is_refused() -> None:
    said = refused('proof = ["login.accepted"]', "proof = []")
    assert "B3" in said
    assert "neither" in said


def test_a_question_is_enough_for_a_requirement() -> None:
    profile = read(MINIMAL.replace('proof = ["login.accepted"]', 'attest = "Does it?"'))
    assert profile.matching(("B3",))[0].attest == "Does it?"


@pytest.mark.parametrize(
    ("old", "new", "unknown"),
    [
        ('requirements = ["B2."]', 'requirements = ["B2.", "B7"]', "B7"),
        ('requirements = ["B2."]', 'requirements = ["B3."]', "B3."),
        ('requirements = ["B3"]', 'requirements = ["B8."]', "B8."),
        ('step = "token"', 'step = "tokens"', "tokens"),
        ('needs = ["features"]', 'needs = ["roles"]', "roles"),
    ],
)
def test_references_to_nothing_are_refused(old: str, new: str, unknown: str) -> None:
    assert unknown in refused(old, new)


def test_a_profile_without_steps_is_refused() -> None:
    head, _, _ = MINIMAL.partition("[[step]]")
    with pytest.raises(ProfileError) as caught:
        read("step = []\n" + head)
    assert "step:" in caught.value.message


def test_secret_pair_step_names_its_pair() -> None:
    assert "token" in refused('pair = "token"\n', "\n")
    assert "permissions" in refused('panel = "permissions"', 'panel = "permissions"\npair = "consumer"')


def test_toml_fault_is_told_with_its_line() -> None:
    with pytest.raises(ProfileError) as caught:
        read('schema = 1\nid = "sample"\nversion = \n')
    assert "sample.toml" in caught.value.message
    assert "line 3" in caught.value.message


def test_messages_do_not_repeat_values() -> None:
    assert "swordfish" not in refused('level = "Full"', 'level = "swordfish"')


def test_a_profile_file_is_found_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(MINIMAL, encoding="utf-8")
    assert find_profile(str(file)).id == "sample"


def test_missing_and_unreadable_files_are_profile_errors(tmp_path: Path) -> None:
    with pytest.raises(ProfileError):
        find_profile(str(tmp_path / "none.toml"))
    latin = tmp_path / "latin.toml"
    latin.write_bytes(MINIMAL.replace("a sample", "ein Stück").encode("latin-1"))
    with pytest.raises(ProfileError):
        find_profile(str(latin))


def test_unknown_name_lists_the_shipped_ones() -> None:
    with pytest.raises(ProfileError) as caught:
        find_profile("nothing")
    for name in shipped_profiles():
        assert name in caught.value.message


def test_shipped_profiles_go_by_their_file_names() -> None:
    folder = Path(__file__).parents[2] / "wizard" / "profiles"
    assert sorted(shipped_profiles()) == sorted(f.stem for f in folder.glob("*.toml"))


@pytest.mark.parametrize("hidden", ["\\u001b]2;title\\u0007", "\\u202e", "\\u200b", "\\t"])
def test_text_that_a_terminal_would_obey_is_refused(hidden: str) -> None:
    said = refused('why = "It is needed."', f'why = "It is {hidden} needed."')
    assert "control and invisible characters" in said


def test_a_link_to_no_page_is_refused() -> None:
    said = refused('text = "Name"\n', 'text = "Name"\nlink = "nowhere"\n')
    assert "there is no such page" in said


def test_a_question_for_a_credential_is_refused() -> None:
    question = '[[step.ask]]\nid = "token_secret"\nlabel = "Secret"\n\n[[step.do]]'
    assert "fields of their own" in refused("[[step.do]]", question)


def test_a_default_that_is_no_choice_is_refused() -> None:
    question = '[[step.ask]]\nid = "kind"\nlabel = "Kind"\nkind = "choice"\ndefault = "c"\n' + (
        'choices = [{ value = "a", label = "A" }]\n\n[[step.do]]'
    )
    assert "none of the choices" in refused("[[step.do]]", question)


def test_two_steps_of_one_name_are_refused() -> None:
    assert "each stand once" in refused('id = "token"\ntitle', 'id = "permissions"\ntitle')
