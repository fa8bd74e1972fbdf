"""The vendor's troubleshooting trees, climbed by the machine at practice accounts."""

from __future__ import annotations

import pytest
from practice_session import PROFILE, ask, judged, open_at, practice

from wizard.profile import Tree
from wizard.trees import aspects, tick
from wizard.verdict import Standing

TREES = {tree.id: tree for tree in PROFILE.troubleshoot}


def climb(scenario: str, tree: Tree) -> list[tuple[Standing, str, int]]:
    with practice(scenario) as account:
        session = open_at(account, credentials=account.credentials)
        verdicts = judged(session, ask(session, *aspects(PROFILE, tree)))
    branches = tick(PROFILE, tree, verdicts.values())
    return [(b.standing, b.says, sum(len(v.evidence) for v in b.verdicts)) for b in branches]


@pytest.mark.parametrize("tree", TREES)
def test_every_branch_is_ticked_with_evidence_in_an_account_in_order(tree: str) -> None:
    for standing, says, evidence in climb("alvys-ready", TREES[tree]):
        # That the accounts are those transactions will post to, nobody can read: the branch says so.
        asks_a_person = says.endswith("only a person can say") and standing is Standing.WAITING
        assert asks_a_person or (standing, says) == (Standing.VERIFIED, "in order")
        assert evidence > 0


@pytest.mark.parametrize(
    ("tree", "scenario", "branch", "says"),
    [
        ("login_fails", "feature-off", 0, "Server SuiteScript: off"),
        ("login_fails", "token-wrong-role", 3, "under "),
        ("login_fails", "user-inactive", 4, "inactive"),
        ("export_fails", "permission-too-low", 0, "has View, needs Full"),
        ("export_fails", "currency-permission-missing", 1, "Currency"),
        ("export_fails", "account-types-missing", 3, "ncome"),
        ("one_subsidiary", "subsidiary-not-assigned", 0, ""),
        ("one_subsidiary", "subsidiary-inactive", 2, "inactive"),
        ("token_lost", "token-revoked", 0, "revoked"),
    ],
)
def test_the_branch_at_fault_says_so(tree: str, scenario: str, branch: int, says: str) -> None:
    standing, words, evidence = climb(scenario, TREES[tree])[branch]
    assert (standing, evidence > 0) == (Standing.FAILED, True), words
    assert says in words


def test_a_branch_that_nothing_answers_is_unknown_and_not_in_order() -> None:
    branches = tick(PROFILE, TREES["login_fails"], [])
    assert {branch.standing for branch in branches} == {Standing.UNKNOWN}
    assert {branch.says for branch in branches} == {"nothing answers this"}
