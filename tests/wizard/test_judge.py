"""From aspects to requirements: which verdict decides, what an attestation is worth, what a need changes."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from wizard.judge import judge
from wizard.profile import Profile, Requirement, find_profile
from wizard.verdict import Evidence, Standing, Verdict, gravest

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def profile() -> Profile:
    return find_profile("alvys")


def found(about: str, standing: Standing, says: str = "so", **more: object) -> Verdict:
    evidence = Evidence(probe="P6", asked=f"about {about}", came_back="200", at=NOW)
    return Verdict(about=about, standing=standing, says=says, evidence=(evidence,), at=NOW, **more)


def with_requirements(profile: Profile, *requirements: Requirement) -> Profile:
    whole = profile.model_dump(by_alias=True)
    asked = {"requirement": [r.model_dump() for r in requirements]}
    return Profile.model_validate({**whole, "feature": (), "permission": (), "result": (), "troubleshoot": (), **asked})


def one(profile: Profile, requirement: Requirement, *verdicts: Verdict, answers=None, attested=None) -> Verdict:
    small = with_requirements(profile, requirement)
    (only,) = judge(small, answers or {}, attested or {}, {v.about: v for v in verdicts}, NOW)
    return only


TWO = Requirement(id="A37", title="User", step="user", proof=("user.exists", "user.active"), attest="Is it?")


def test_every_requirement_gets_one_verdict_in_the_order_of_the_profile(profile: Profile) -> None:
    verdicts = judge(profile, {}, {}, {}, NOW)
    assert [v.about for v in verdicts] == [r.id for r in profile.requirements]
    assert {v.standing for v in verdicts} == {Standing.WAITING}


def test_all_aspects_must_hold(profile: Profile) -> None:
    whole = one(profile, TWO, found("user.exists", Standing.VERIFIED), found("user.active", Standing.VERIFIED))
    half = one(profile, TWO, found("user.exists", Standing.VERIFIED))
    assert whole.standing is Standing.VERIFIED
    assert half.standing is Standing.WAITING


@pytest.mark.parametrize(
    ("other", "decides"),
    [
        (Standing.VERIFIED, Standing.VERIFIED),
        (Standing.NOT_APPLICABLE, Standing.VERIFIED),
        (Standing.WARNING, Standing.WARNING),
        (Standing.UNKNOWN, Standing.UNKNOWN),
        (Standing.WAITING, Standing.WAITING),
        (Standing.FAILED, Standing.FAILED),
    ],
)
def test_the_gravest_aspect_decides_and_speaks(profile: Profile, other: Standing, decides: Standing) -> None:
    verdict = one(profile, TWO, found("user.exists", Standing.VERIFIED, "there"), found("user.active", other, "other"))
    assert verdict.standing is decides
    assert verdict.says == ("there" if other is Standing.NOT_APPLICABLE or other is Standing.VERIFIED else "other")


def test_a_failure_counts_before_the_rest_is_known(profile: Profile) -> None:
    verdict = one(profile, TWO, found("user.active", Standing.FAILED, "inactive", cause="user"))
    assert (verdict.standing, verdict.says, verdict.cause) == (Standing.FAILED, "inactive", "user")


def test_evidence_of_all_aspects_is_kept_once(profile: Profile) -> None:
    first, second = found("user.exists", Standing.VERIFIED), found("user.active", Standing.VERIFIED)
    second = second.model_copy(update={"evidence": (*first.evidence, *second.evidence)})
    assert one(profile, TWO, first, second).evidence == second.evidence


@pytest.mark.parametrize("need", ["recommended", "optional", "verification"])
def test_what_is_not_required_warns_instead_of_failing(profile: Profile, need: str) -> None:
    wish = TWO.model_copy(update={"proof": ("user.one_role",), "need": need})
    verdict = one(profile, wish, found("user.one_role", Standing.FAILED, "has 2 roles"))
    assert (verdict.standing, verdict.says) == (Standing.WARNING, "has 2 roles")


VOUCHED = {"A37": NOW - timedelta(hours=2)}


class TestAttested:
    def test_stands_for_what_was_not_asked(self, profile: Profile) -> None:
        verdict = one(profile, TWO, attested=VOUCHED)
        assert verdict.standing is Standing.ATTESTED
        assert verdict.evidence[-1].probe == "person"
        assert verdict.evidence[-1].at == VOUCHED["A37"]

    def test_stands_for_what_cannot_be_proven_and_keeps_what_was_tried(self, profile: Profile) -> None:
        tried = [found(aspect, Standing.UNKNOWN) for aspect in TWO.proof]
        verdict = one(profile, TWO, *tried, attested=VOUCHED)
        assert verdict.standing is Standing.ATTESTED
        assert [e.probe for e in verdict.evidence] == ["P6", "P6", "person"]

    @pytest.mark.parametrize("proven", [Standing.VERIFIED, Standing.FAILED, Standing.WARNING])
    def test_never_outweighs_a_proof(self, profile: Profile, proven: Standing) -> None:
        verdict = one(profile, TWO, *[found(aspect, proven) for aspect in TWO.proof], attested=VOUCHED)
        assert verdict.standing is proven


def test_not_oneworld_takes_a_requirement_out(profile: Profile) -> None:
    only = Requirement(id="A30", title="Viewing", step="role", proof=("role.cross_viewing",), when="oneworld")
    failing = found("role.cross_viewing", Standing.FAILED)
    assert one(profile, only, failing, answers={"oneworld": "no"}).standing is Standing.NOT_APPLICABLE
    assert one(profile, only, failing, answers={"oneworld": "yes"}).standing is Standing.FAILED


def test_gravest_of_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="empty"):
        gravest([])
