"""The vendor's troubleshooting trees, climbed by the machine: every branch is ticked by what the checks found."""

from __future__ import annotations

from collections.abc import Iterable

from wizard.profile import Branch, Profile, Requirement, Tree
from wizard.verdict import Frozen, Standing, Verdict, gravest


class Ticked(Frozen):
    """A branch, and what answers it."""

    text: str
    """The question, in the profile's words."""
    standing: Standing
    """Of what answers it: the gravest of the required ones; unknown if nothing does."""
    says: str
    """In order, or what is not: the titles of the requirements in question."""
    verdicts: tuple[Verdict, ...]
    """One per requirement, with its evidence."""


def aspects(profile: Profile, tree: Tree) -> set[str]:
    """Return what the checks have to find out to answer a tree.

    Args:
        profile: the tree's.
        tree: one of its trees.
    """
    return {aspect for branch in tree.steps for r in profile.matching(branch.requirements) for aspect in r.proof}


def tick(profile: Profile, tree: Tree, verdicts: Iterable[Verdict]) -> tuple[Ticked, ...]:
    """Answer every branch of a tree, in order.

    Args:
        profile: the tree's.
        tree: one of its trees.
        verdicts: one per requirement.
    """
    by_id = {verdict.about: verdict for verdict in verdicts}
    asked = {branch.text: [r for r in profile.matching(branch.requirements) if r.id in by_id] for branch in tree.steps}
    return tuple(_ticked(branch, asked[branch.text], by_id) for branch in tree.steps)


_IN_ORDER = (Standing.VERIFIED, Standing.NOT_APPLICABLE)


def _ticked(branch: Branch, asked: list[Requirement], by_id: dict[str, Verdict]) -> Ticked:
    counted = [r for r in asked if r.need == "required"] or asked
    standing = gravest(by_id[r.id].standing for r in counted) if counted else Standing.UNKNOWN
    open_ones = [f"{r.title}: {by_id[r.id].says}" for r in asked if by_id[r.id].standing not in _IN_ORDER]
    says = "; ".join(open_ones[:3]) + (f"; and {len(open_ones) - 3} more" if len(open_ones) > 3 else "")
    quiet = "in order" if asked else "nothing answers this"
    return Ticked(text=branch.text, standing=standing, says=says or quiet, verdicts=tuple(by_id[r.id] for r in asked))
