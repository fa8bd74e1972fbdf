"""From what the checks found to one verdict per requirement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from wizard.profile import Profile, Requirement
from wizard.verdict import Evidence, Standing, Verdict, gravest


def judge(
    profile: Profile,
    answers: Mapping[str, str],
    attested: Mapping[str, datetime],
    found: Mapping[str, Verdict],
    at: datetime,
) -> list[Verdict]:
    """Return one verdict per requirement of the profile, in its order.

    Args:
        profile: what is asked.
        answers: what the person said, for ``when`` flags.
        attested: requirement ids a person vouched for, with the time (UTC).
        found: verdicts of the checks, by aspect.
        at: time of the judgement, UTC.
    """
    return [_one(r, answers, attested, found, at) for r in profile.requirements]


def _one(
    requirement: Requirement,
    answers: Mapping[str, str],
    attested: Mapping[str, datetime],
    found: Mapping[str, Verdict],
    at: datetime,
) -> Verdict:
    if requirement.when and answers.get(requirement.when) == "no":
        return Verdict(about=requirement.id, standing=Standing.NOT_APPLICABLE, says=f"not {requirement.when}", at=at)
    proofs = [found[aspect] for aspect in requirement.proof if aspect in found]
    complete = bool(requirement.proof) and len(proofs) == len(requirement.proof)
    if complete or any(p.standing is Standing.FAILED for p in proofs):
        joined = _join(requirement, proofs)
        if joined.standing not in (Standing.UNKNOWN, Standing.WAITING) or requirement.id not in attested:
            return joined
        return _attest(requirement, attested[requirement.id], joined.evidence)
    if requirement.id in attested:
        return _attest(requirement, attested[requirement.id], ())
    says = "not asked yet" if requirement.proof else "only a person can say"
    return Verdict(about=requirement.id, standing=Standing.WAITING, says=says, at=at)


def _attest(requirement: Requirement, when: datetime, evidence: tuple[Evidence, ...]) -> Verdict:
    said = Evidence(probe="person", asked=requirement.attest or requirement.title, came_back="yes", at=when)
    return Verdict(about=requirement.id, standing=Standing.ATTESTED, says="you said so", evidence=(*evidence, said), at=when)


def _join(requirement: Requirement, proofs: list[Verdict]) -> Verdict:
    standing = gravest(p.standing for p in proofs)
    decisive = next(p for p in proofs if p.standing is standing)
    if standing is Standing.FAILED and requirement.need in ("recommended", "optional", "verification"):
        standing = Standing.WARNING
    evidence = tuple(dict.fromkeys(e for p in proofs for e in p.evidence))
    return decisive.model_copy(update={"about": requirement.id, "standing": standing, "evidence": evidence})
