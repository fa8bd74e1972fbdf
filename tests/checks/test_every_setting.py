"""Whatever NetSuite turns out to do where nothing is published, the client neither fails wrongly nor names a wrong cause.

Every value of every setting of the practice account, against an account in order and against eight that are not.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from practice_session import ask, open_at, practice, with_standing

from wizard.practice.settings import Settings
from wizard.verdict import Standing

NUMBERS = {"new_token_waits_minutes": (0,), "disguised_wait_seconds": (0.0,)}
"""What is tried of a setting that is a number: other figures are scenarios of their own."""


def values() -> list[tuple[str, Any]]:
    hints = get_type_hints(Settings)
    found = []
    for field in fields(Settings):
        kind = hints[field.name]
        if kind is bool:
            offered: tuple[Any, ...] = (True, False)
        else:
            offered = get_args(kind) if get_origin(kind) else NUMBERS[field.name]
        found += [(field.name, value) for value in offered if value != field.default]
    return found


OTHERS = values()
REFUSES = {("web_services_only_rest", "refused")}
"""Here the vendor's advice, Web Services Only, would itself be the fault: REST refuses the role."""
CAUSES = {
    "wrong-secret": "signing", "user-inactive": "user", "token-revoked": "token", "permission-missing": "role-record-permission",
    "subsidiary-not-assigned": "subsidiary", "workbook-missing": "role-login-permission", "workbook-off": "feature-off",
    "rows-hidden": "silent-denial",
}
HIDDEN = {"permission-missing", "subsidiary-not-assigned", "workbook-off", "rows-hidden"}
"""What lies behind REST cannot be found where REST refuses the role."""


def test_every_setting_offers_two_values():
    hints = get_type_hints(Settings)
    single = [f.name for f in fields(Settings) if get_origin(hints[f.name]) and len(get_args(hints[f.name])) < 2]
    assert single == []
    assert {name for name, _ in OTHERS} >= {f.name for f in fields(Settings)} - set(NUMBERS)


@pytest.mark.parametrize(("name", "value"), OTHERS, ids=str)
@pytest.mark.parametrize("setup", [True, False], ids=["setup-token", "alone"])
def test_an_account_in_order_stays_in_order(name: str, value: Any, setup: bool) -> None:
    with practice("alvys-ready", **{name: value}) as account:
        session = open_at(account, setup=setup)
        found = ask(session)
        assert list(account.trouble) == []
    failed = with_standing(found, Standing.FAILED, Standing.WAITING)
    if (name, value) in REFUSES:
        assert found["login.accepted"].says == "logged in; the role may not use REST"
    else:
        assert failed == {}
    assert session.integration.budget.refused == []


@pytest.mark.parametrize(("name", "value"), OTHERS, ids=str)
@pytest.mark.parametrize("scenario", sorted(CAUSES))
def test_no_setting_leads_to_another_cause(scenario: str, name: str, value: Any) -> None:
    with practice(scenario, **{name: value}) as account:
        found = ask(open_at(account))
        assert list(account.trouble) == []
    named = {verdict.cause for verdict in found.values() if verdict.standing is Standing.FAILED} - {None}
    told = {v.about: (v.cause, v.says) for v in found.values() if v.cause}
    if (name, value) in REFUSES and scenario in HIDDEN:
        assert found["login.accepted"].says == "logged in; the role may not use REST"
    else:
        assert named == {CAUSES[scenario]}, told
