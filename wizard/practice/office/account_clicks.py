"""Clicks on the account as a whole: Enable Features and its terms, preferences, addresses, release, refresh."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_network
from typing import TYPE_CHECKING

from wizard.errors import PracticeError
from wizard.practice.data.preferences import PREFERENCES
from wizard.practice.office import office
from wizard.practice.office.order import Click, Do, Order, click

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

def _enable_features(left_out: str | None = None, agree: bool = True) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        asked = [f.id for f in order.profile.feature]
        left = left_out if left_out in asked or left_out is None else asked[-1]
        for feature in asked:
            office.set_feature(account, feature, feature != left, agree)

    return do


def _set_feature(agree: bool = True) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        office.set_feature(account, order.detail("feature"), order.detail("on") == "yes", agree)

    return do


def _set_preference(account: PracticeAccount, order: Order) -> None:
    name, value = order.detail("preference"), order.detail("value")
    if name not in PREFERENCES:
        raise PracticeError(f"There is no preference {name!r}. There are: {'; '.join(PREFERENCES)}.")
    if value not in PREFERENCES[name]:
        raise PracticeError(f"{name} offers {', '.join(PREFERENCES[name])} only.")
    account.state.run("INSERT OR REPLACE INTO preferences VALUES (?, ?)", (name, value))


def _add_ip_rule(account: PracticeAccount, order: Order) -> None:
    office.require_feature(account, "IPADDRESSRULES", "The list of addresses")
    try:
        rule = str(ip_network(order.detail("rule")))
    except ValueError:
        raise PracticeError(f"{order.detail('rule')!r} is no range of addresses.") from None
    account.state.run("INSERT OR IGNORE INTO ip_rules VALUES (?)", (rule,))


def _remove_ip_rules(account: PracticeAccount, order: Order) -> None:
    account.state.run("DELETE FROM ip_rules")


def _refresh_sandbox(account: PracticeAccount, order: Order) -> None:
    """All tokens are gone, records and users stay (documented, roles-and-features 7.1)."""
    realm = account.scenario.company.realm
    if "_SB" not in realm:
        raise PracticeError(f"{realm} is not a sandbox: there is nothing to refresh.")
    account.state.run("DELETE FROM tokens")
    account.state.run("DELETE FROM request_tokens")


def _upgrade(account: PracticeAccount, order: Order) -> None:
    release, before = order.detail("release"), account.state.remembered("release") or ""
    if not re.fullmatch(r"20[0-9]{2}\.[12]", release) or release <= before:
        raise PracticeError(f"{release!r} is no release after {before}.")
    account.state.run("UPDATE meta SET value = ? WHERE name = 'release'", (release,))


ACCOUNT_CLICKS: Mapping[str, Click] = {
    "enable_features": click(
        "Tick the boxes on Enable Features, agree to the terms, press Save", _enable_features(),
        one_left=("Leave Server SuiteScript unticked", _enable_features("SERVERSIDESCRIPTING")),
        login_left=("Leave Token-based Authentication unticked", _enable_features("TBA")),
        not_agreed=("Close the SuiteCloud Terms of Service without I Agree", _enable_features(agree=False)),
        not_saved=("Leave the page without Save", office.nothing),
    ),
    "set_feature": click(
        "Tick or clear one box of Enable Features, agree to its terms, press Save", _set_feature(),
        not_agreed=("Close the SuiteCloud Terms of Service without I Agree", _set_feature(agree=False)),
        details="feature on",
    ),
    "set_preference": click("Change one box of Accounting Preferences", _set_preference, details="preference value"),
    "add_ip_rule": click("Let in only the addresses of a rule", _add_ip_rule, details="rule"),
    "remove_ip_rules": click("Remove all rules on addresses", _remove_ip_rules),
    "refresh_sandbox": click("Refresh the sandbox from production", _refresh_sandbox),
    "upgrade_release": click("Upgrade the account to a later release", _upgrade, details="release"),
}
"""By name."""
