"""What a run read in NetSuite: the same from run to run and from token to token, and changed by what a person changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from practice_session import ask, do, open_at, practice

from wizard.practice.account import PracticeAccount


@pytest.fixture
def ready() -> Iterator[PracticeAccount]:
    with practice("alvys-ready") as account:
        yield account


def facts(account: PracticeAccount, *, setup: bool = True) -> dict[str, str]:
    """Return what a full run read; rows of permissions are tested elsewhere, and what a run notes for itself was not read."""
    found = ask(open_at(account, setup=setup)).values()
    return {name: said for v in found for name, said in v.facts.items() if not name.startswith(("permissions.", "noted."))}


READ = {
    "features.SERVERSIDESCRIPTING": "on", "features.MULTICURRENCY": "on",
    "role.name": "Alvys Integration Role", "role.id": "1050", "role.active": "yes", "role.web_services_only": "on",
    "role.subsidiaries": "All", "role.subsidiaries.ids": "1, 2, 3", "role.cross_viewing": "on",
    "user.name": "Alvys Integration", "user.email": "alvys.integration@practice.example", "user.active": "yes",
    "user.access": "yes", "user.roles": "Alvys Integration Role",
    "token.application": "Alvys TMS Integration", "token.user": "Alvys Integration", "token.role": "Alvys Integration Role",
    "token.name": "Alvys TMS Integration - Alvys Integration, Alvys Integration Role",
    "integration_record.name": "Alvys TMS Integration", "integration_record.state": "enabled",
    "subsidiaries.oneworld": "yes", "subsidiaries.Tidewater Freight Canada": "active",
    "subsidiaries.Tidewater Freight Canada.currency": "Canadian Dollar",
    "subsidiaries.Tidewater Freight Canada.parent": "Tidewater Freight",
    "accounts.Income": "2", "books.period": "open", "books.currencies.CAD": "active",
}  # fmt: skip


def test_everything_that_is_read_is_told(ready: PracticeAccount) -> None:
    told = facts(ready)
    assert {name: told.get(name) for name in READ} == READ
    assert told["token.created"] == ready.state.value("SELECT created FROM tokens WHERE role = 1050")
    assert "subsidiaries.Tidewater Freight.parent" not in told


@pytest.mark.parametrize("scenario", ["alvys-ready", "no-oneworld-ready"])
def test_nothing_differs_from_run_to_run_or_from_token_to_token(scenario: str) -> None:
    with practice(scenario) as account:
        first, again, alone = facts(account), facts(account), facts(account, setup=False)
    assert first == again
    assert {"role.name", "role.active", "user.email", "token.role", "features.TBA", "books.period"} <= alone.keys()
    assert alone == {name: first.get(name) for name in alone}


def test_figures_that_a_role_sees_in_part_are_told_by_the_setup_token_alone(ready: PracticeAccount) -> None:
    assert not any(name.startswith("accounts.") for name in facts(ready, setup=False))


CHANGES = {
    "set_feature": ({"feature": "SERVERSIDESCRIPTING", "on": "no"}, {"features.SERVERSIDESCRIPTING": "off"}),
    "clear_web_services_only": ({}, {"role.web_services_only": "off"}),
    "deactivate_user": ({}, {"user.active": "no"}),
    "take_access": ({}, {"user.access": "no"}),
    "deactivate_role": ({}, {"role.active": "no"}),
    "deactivate_subsidiary": ({"subsidiary": "Tidewater Freight West"}, {"subsidiaries.Tidewater Freight West": "inactive"}),
    "deactivate_accounts": ({"type": "COGS"}, {"accounts.COGS": None}),
    "close_period": ({}, {"books.period": "closed"}),
    "deactivate_currency": ({"currency": "CAD"}, {"books.currencies.CAD": "inactive"}),
}


@pytest.mark.parametrize("click", CHANGES)
def test_what_a_person_changes_changes_what_is_told_of_it(ready: PracticeAccount, click: str) -> None:
    details, changed = CHANGES[click]
    before = facts(ready)
    do(ready, click, **details)
    after = facts(ready)
    assert {name: after.get(name) for name in changed} == changed
    # Without a login, less is told; whatever is told besides stays the same.
    kept = {name: said for name, said in after.items() if name not in changed}
    assert kept == {name: before.get(name) for name in kept}


def test_a_role_that_lost_a_subsidiary_shows_it(ready: PracticeAccount) -> None:
    do(ready, "assign_subsidiaries", mistake="no_viewing")
    told = facts(ready)
    assert (told["role.subsidiaries"], told["role.subsidiaries.ids"]) == ("Selected", "1, 2")
    assert told["role.cross_viewing"] == "off"


def test_two_subsidiaries_of_one_name_are_told_apart(ready: PracticeAccount) -> None:
    ready.state.run("UPDATE subsidiaries SET name = 'West' WHERE id > 1")
    told = facts(ready)
    assert {"subsidiaries.West (2)", "subsidiaries.West (3)"} <= told.keys()


def test_texts_are_harmless_and_hold_no_credential(ready: PracticeAccount) -> None:
    ready.state.run("UPDATE subsidiaries SET name = ? WHERE id = 2", ("\x1b[2J" + "W" * 900,))
    told = facts(ready)
    assert all(text.isprintable() and len(text) <= 120 for fact in told.items() for text in fact)
    secrets = {*ready.credentials.values(), *ready.setup_token.values()} - {ready.credentials["account"]}
    assert not [fact for fact in told.items() for secret in secrets if secret in fact]
