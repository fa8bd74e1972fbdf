"""Clicks on bundles, scripts and their deployments."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from sqlite3 import Row
from typing import TYPE_CHECKING

from pydantic import SecretStr

from wizard.errors import PracticeError
from wizard.practice.data.state import stamp
from wizard.practice.flow.flow import APPROVAL
from wizard.practice.office import bundle, office, role_office
from wizard.practice.office.bundle import Bundle
from wizard.practice.office.order import Click, Do, Order, Shown, click

if TYPE_CHECKING:
    from wizard.practice.account import PracticeAccount

def _install(old: bool) -> Do:
    def do(account: PracticeAccount, order: Order) -> None:
        brought = bundle.the_bundle()
        _enter(account, brought.id, brought.name, brought.old_version if old else brought.version)
        _remove_scripts(account, brought)
        for script in brought.script:
            if script.old or not old:
                bundle.deploy(account.state, script, brought.id)
        for one in brought.definition:
            row = (one.kind, one.scriptid, one.name)
            account.state.run("INSERT OR IGNORE INTO definitions (kind, scriptid, name) VALUES (?, ?, ?)", row)
        _bring_integration(account, brought)
        _bring_role(account, brought, order.answer("bundle_role", brought.role))

    return do


def _install_another(account: PracticeAccount, order: Order) -> None:
    """Two figures changed places: whatever that bundle is, it is not the vendor's."""
    _enter(account, bundle.the_bundle().other_id, "Another publisher's bundle", "1.0")


def _enter(account: PracticeAccount, number: int, name: str, version: str) -> None:
    values = (number, name, version, stamp(account.now()))
    account.state.run("INSERT OR REPLACE INTO bundles VALUES (?, ?, ?, ?)", values)


def _bring_integration(account: PracticeAccount, brought: Bundle) -> None:
    """The record comes with the bundle, its key with it (documented, roles-and-features 7.2 and 9.3)."""
    if account.state.row("SELECT 1 FROM integrations WHERE name = ?", (brought.record,)):
        return
    new = account.release >= office.TBA_CLOSED_FROM and account.settings.bundle_after_cutoff == "without_tba"
    waits = account.state.value("SELECT value FROM preferences WHERE name = ?", (APPROVAL,)) == "T"
    account.state.run(
        "INSERT INTO integrations (name, state, tba, bundle, consumerkey, consumersecret, created)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            brought.record, "Waiting for Approval" if waits else "Enabled", office.flag(not new), brought.id,
            secrets.token_hex(32), secrets.token_hex(32), stamp(account.now()),
        ),
    )


def _bring_role(account: PracticeAccount, brought: Bundle, name: str) -> None:
    """The role comes with all subsidiaries, as roles deployed from files do (documented for those; center inferred)."""
    if account.state.row("SELECT 1 FROM roles WHERE name = ?", (name,)):
        return
    script = brought.role_script
    role = role_office.put_role(account, name, script, "Classic Center", "ALL", viewing=False, web_services_only=False)
    for key, level in brought.permissions.items():
        role_office.put_permission(account, role, key, level)


def _remove_scripts(account: PracticeAccount, brought: Bundle) -> None:
    own = "SELECT id FROM scripts WHERE bundle = ?"
    deployed = f"SELECT id FROM deployments WHERE script IN ({own})"  # noqa: S608 (constants)
    account.state.run(f"DELETE FROM deployment_roles WHERE deployment IN ({deployed})", (brought.id,))  # noqa: S608
    account.state.run(f"DELETE FROM deployments WHERE script IN ({own})", (brought.id,))  # noqa: S608
    account.state.run("DELETE FROM scripts WHERE bundle = ?", (brought.id,))


def _uninstall(account: PracticeAccount, order: Order) -> None:
    """Scripts and fields go; that role and integration record stay is inferred."""
    brought = bundle.the_bundle()
    office.named(account, "bundles", "id", str(brought.id))
    _remove_scripts(account, brought)
    for one in brought.definition:
        account.state.run("DELETE FROM definitions WHERE scriptid = ?", (one.scriptid,))
    account.state.run("DELETE FROM bundles WHERE id = ?", (brought.id,))


def _receive_key(account: PracticeAccount, order: Order) -> Shown:
    """The vendor's support sends key and secret of its record (requirements 1.2, I19)."""
    record = office.named(account, "integrations", "name", bundle.the_bundle().record)
    account.hand_out("consumer_key", record["consumerkey"])
    account.hand_out("consumer_secret", record["consumersecret"])
    names = {"application": str(record["name"])}
    return Shown("consumer", SecretStr(record["consumerkey"]), SecretStr(record["consumersecret"]), names)


def _script(account: PracticeAccount, order: Order) -> Row:
    """The script named by its script ID; the practice account's own one if none is."""
    return office.named(account, "scripts", "scriptid", order.answer("script", bundle.ECHO.scriptid))


def _deployment(account: PracticeAccount, order: Order) -> Row:
    script = _script(account, order)
    row = account.state.row("SELECT * FROM deployments WHERE script = ? ORDER BY number", (script["id"],))
    assert row is not None
    return row


def _set_deployment(status: str | None = None, audience: str | None = None) -> Do:
    """Edit a deployment: ``status``, ``deployed`` (yes or no), ``audience`` (all, none, or a role); what is not told stays."""

    def do(account: PracticeAccount, order: Order) -> None:
        row = _deployment(account, order)
        wanted = (status or order.answer("status", row["status"])).upper()
        if wanted not in ("RELEASED", "TESTING", "SCHEDULED", "NOTSCHEDULED"):
            raise PracticeError(f"There is no status {wanted!r}.")
        deployed = {"yes": "T", "no": "F"}.get(order.answer("deployed", ""), "T" if status else row["isdeployed"])
        account.state.run("UPDATE deployments SET status = ?, isdeployed = ? WHERE id = ?", (wanted, deployed, row["id"]))
        _set_audience(account, row["id"], audience or order.answer("audience", ""))

    return do


def _set_audience(account: PracticeAccount, deployment: int, audience: str) -> None:
    if not audience:
        return
    role = office.named(account, "roles", "name", audience)["id"] if audience not in ("all", "none") else None
    account.state.run("UPDATE deployments SET allroles = ? WHERE id = ?", (office.flag(audience == "all"), deployment))
    account.state.run("DELETE FROM deployment_roles WHERE deployment = ?", (deployment,))
    if role is not None:
        account.state.run("INSERT INTO deployment_roles VALUES (?, ?)", (deployment, role))


def _break_script(account: PracticeAccount, order: Order) -> None:
    script = _script(account, order)
    broken = office.flag(order.answer("broken", "yes") == "yes")
    account.state.run("UPDATE scripts SET broken = ? WHERE id = ?", (broken, script["id"]))


def _set_start_date(account: PracticeAccount, order: Order) -> None:
    try:
        day = date.fromisoformat(order.detail("date")).isoformat()
    except ValueError:
        raise PracticeError(f"{order.detail('date')!r} is no date like 2026-01-31.") from None
    account.state.run("INSERT OR REPLACE INTO preferences VALUES (?, ?)", (bundle.the_bundle().start_date, day))


BUNDLE_CLICKS: Mapping[str, Click] = {
    "install_bundle": click(
        "Search & Install Bundles: install the vendor's bundle", _install(old=False), details="bundle_role?",
        wrong_id=("Install another bundle: two figures of its id changed places", _install_another),
        old_version=("Leave an old version installed", _install(old=True)),
    ),
    "uninstall_bundle": click("Uninstall the bundle", _uninstall),
    "receive_bundle_key": click("Get key and secret of the bundle's integration record from the vendor", _receive_key),
    "set_deployment": click(
        "Change status or audience of a script deployment", _set_deployment(), details="script? status? deployed? audience?"
    ),
    "release_deployment": click(
        "Set a script deployment to Released, audience All Roles", _set_deployment("RELEASED", "all"), details="script?",
        testing=("Leave its status at Testing", _set_deployment("TESTING", "all")),
        no_roles=("Leave its audience empty", _set_deployment("RELEASED", "none")),
    ),
    "break_script": click("Break a script, so that it fails when it runs", _break_script, details="script? broken?"),
    "set_start_date": click("Set the start date on the bundle's settings page", _set_start_date, details="date"),
}
"""By name."""
