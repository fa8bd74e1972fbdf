"""Verifying a finished setup again: what a person clicked in NetSuite meanwhile is told, and nothing else."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from support import canary
from test_headless import VALUES, at, options_of, saved

from wizard import headless, verify
from wizard.desk import Desk
from wizard.errors import SetupInUse, UsageError
from wizard.exits import Exit
from wizard.practice.account import PracticeAccount
from wizard.session import Network
from wizard.setup import SCHEMA, Setup

DAY = 86_400.0
WEST = "Tidewater Freight West"


class Finished:
    """A finished setup at a practice account, whose five values and setup token come on standard input."""

    def __init__(self, desk: Desk, account: PracticeAccount) -> None:
        self.desk, self.account = desk, account
        self.values = {name: value for name, value in (account.credentials or {}).items() if name in ("account", *VALUES)}
        setup = saved(desk, account)
        setup.answers = {"user_email": "alvys.integration@practice.example", "subsidiaries": f"Tidewater Freight; {WEST}; Tidewater Freight Canada"}
        walk = desk.walk(setup)
        walk.attest([r.id for r in walk.profile.requirements if not r.proof])
        self.name = setup.id

    @property
    def setup(self) -> Setup:
        """As it is on the disk."""
        return self.desk.store.load(self.name)

    def run(self, *, setup_token: bool = True, **options: object) -> tuple[int, str, str]:
        """Check; return exit code, answer and talk."""
        given = {**self.values, **({"setup_token": self.account.setup_token} if setup_token else {})}
        out, err = io.StringIO(), io.StringIO()
        named = options_of(**{"setup": self.name, "credentials": "-", **options})
        code = verify.check(self.desk, named, io.StringIO(json.dumps(given)), out, err)
        return code, out.getvalue(), err.getvalue()

    def check(self, **options: Any) -> dict[str, Any]:
        """Check a day after the last time; return the document."""
        self.desk.clock.tick(DAY)  # type: ignore[attr-defined]
        return json.loads(self.run(json=True, **options)[1])  # type: ignore[no-any-return]

    def do(self, click: str, mistake: str | None = None, **details: str) -> Any:
        """Click in NetSuite."""
        return self.account.clicks.do(click, mistake=mistake, details=details)


@pytest.fixture
def finished(tmp_path: Path) -> Iterator[Finished]:
    with at(tmp_path, "alvys-ready") as (desk, account):
        yield Finished(desk, account)


@pytest.fixture
def compared(finished: Finished) -> Finished:
    """A setup with its baseline, of which nothing changed since."""
    code, lines, _ = finished.run()
    assert code == Exit.READY and "Baseline kept 2026-11-21T09:30:00Z" in lines
    return finished


def told(answer: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(change["what"], change["hurts"]) for change in answer["changes"]]


CLICKS: dict[str, tuple[dict[str, str], list[tuple[str, bool]]]] = {
    "remove_permission": ({"permission": "TRAN_CUSTPYMT"}, [("permission Customer Payment: Full -> None", True)]),
    "set_permission": ({"permission": "LIST_SUBSIDIARY", "level": "Full"}, [("permission Subsidiaries: View -> Full", False)]),
    "set_feature": ({"feature": "SERVERSIDESCRIPTING", "on": "no"}, [("feature Server SuiteScript: on -> off", True)]),
    "deactivate_subsidiary": ({"subsidiary": WEST}, [(f"subsidiary {WEST}: active -> inactive", True)]),
    "deactivate_accounts": ({"type": "Income"}, [("accounts Income: 2 -> not there", True)]),
    "rename_role": ({"name": "alvys integration role"}, [("role name: Alvys Integration Role -> alvys integration role", False)]),
}
"""What is clicked, and what is told of it: in words, and whether it hurts."""


@pytest.mark.parametrize("click", CLICKS)
def test_what_was_clicked_is_told_and_nothing_else(compared: Finished, click: str) -> None:
    details, expected = CLICKS[click]
    assert compared.check()["changes"] == []
    compared.do(click, **details)
    answer = compared.check()
    assert told(answer) == expected
    assert answer["exit"] == (Exit.FAILED if expected[0][1] else Exit.READY)
    change = answer["changes"][0]
    assert (change["last_seen"], change["noticed"]) == ("2026-11-22T09:30:00Z", "2026-11-23T09:30:00Z")
    assert change["ask"]["text"].startswith("Ask ") and change["ask"]["menu_path"]
    again = compared.check()
    assert told(again) == expected
    assert [again["changes"][0][key] for key in ("last_seen", "noticed", "read")] == [
        "2026-11-22T09:30:00Z", "2026-11-23T09:30:00Z", "2026-11-24T09:30:00Z"
    ]  # fmt: skip


def test_the_notes_of_the_role_tell_who_and_when(compared: Finished) -> None:
    compared.do("set_permission", permission="TRAN_CUSTPYMT", level="View")
    change = compared.check()["changes"][0]
    who = compared.account.state.value("SELECT entityid FROM employees WHERE id = (SELECT max(name) FROM notes)")
    assert change["noted"].endswith(f"in the account's time zone by {who}") and change["requirements"] == ["A34.3"]
    lines = compared.run()[1]
    assert f"Changed {change['noted']}. Fails now: A34.3." in lines
    assert "x permission Customer Payment: Full -> View" in lines


def test_a_row_beyond_what_is_asked_for_is_a_change_that_hurts_nobody(compared: Finished) -> None:
    compared.do("set_permission", permission="TRAN_SALESORD", level="Edit")
    answer = compared.check()
    assert told(answer) == [("permission rows beyond what is asked for: none -> Sales Order Edit", False)]
    assert answer["exit"] == Exit.READY, "a change alone does not fail"


def test_another_token_is_told_by_its_date(compared: Finished) -> None:
    before = compared.setup.baseline
    compared.do("revoke_token")
    compared.desk.clock.tick(DAY)  # type: ignore[attr-defined]
    compared.do("create_token")
    compared.values = {n: v for n, v in (compared.account.credentials or {}).items() if n in ("account", *VALUES)}
    answer = compared.check()
    made = compared.account.state.value("SELECT max(created) FROM tokens")
    assert before and told(answer) == [(f"token created: {before.facts['token.created'].value} -> {made}", False)]


def test_a_user_that_was_made_inactive_is_the_one_change_and_the_cause(compared: Finished) -> None:
    compared.do("deactivate_user")
    answer = compared.check()
    assert told(answer) == [("user active: yes -> no", True)]
    assert answer["diagnosis"]["candidates"][0]["cause"] == "user"
    code, lines, _ = compared.run()
    assert code == Exit.FAILED
    changed, caused = lines.index("Changed since"), lines.index("\nCause: ")
    assert lines.index("verified, ") < changed < caused and "(proven) [" in lines[caused:]


def test_what_no_token_shows_is_not_read_and_never_gone(compared: Finished) -> None:
    answer = compared.check(setup_token=False)
    assert answer["changes"] == []
    assert {"permissions.TRAN_CUSTPYMT", "accounts.Bank"} <= set(answer["baseline"]["not_read"])
    lines = compared.run(setup_token=False)[1]
    named = answer["baseline"]
    assert 0 < named["compared"] < named["facts"] == named["compared"] + len(named["not_read"])
    assert f"{named['compared']} of {named['facts']} facts compared, none changed since 2026-11-21T09:30:00Z." in lines
    assert "Nothing changed" not in lines and f"{len(named['not_read'])} of {named['facts']} facts were not read today: " in lines
    compared.do("deactivate_accounts", type="COGS")
    assert compared.check(setup_token=False)["changes"] == []
    one = [("accounts COGS: 1 -> not there", False)]
    assert told(compared.check()) == one, "another type of the same kind is there still"
    assert told(compared.check(setup_token=False)) == one, "nobody could look again"


def test_what_the_integration_token_sees_is_compared_with_what_the_setup_token_saw(compared: Finished) -> None:
    compared.do("deactivate_subsidiary", subsidiary=WEST)
    assert told(compared.check(setup_token=False)) == [(f"subsidiary {WEST}: active -> inactive", True)]


def test_what_is_put_right_again_is_no_change(compared: Finished) -> None:
    compared.do("set_feature", feature="SERVERSIDESCRIPTING", on="no")
    assert len(compared.check()["changes"]) == 1
    compared.do("set_feature", feature="SERVERSIDESCRIPTING", on="yes")
    assert compared.check()["changes"] == []


def test_what_is_accepted_is_the_new_baseline(compared: Finished) -> None:
    compared.do("set_permission", permission="LIST_SUBSIDIARY", level="Full")
    code, lines, talk = compared.run(accept=True)
    assert "permission Subsidiaries: View -> Full" in lines and "baseline from now on" in talk and code == Exit.READY
    answer = compared.check()
    assert answer["changes"] == [] and answer["baseline"]["kept"] == "2026-11-21T09:30:00Z"
    assert compared.setup.baseline.facts["permissions.LIST_SUBSIDIARY"].value == "Full"  # type: ignore[union-attr]


def test_a_part_that_is_asked_compares_that_part(compared: Finished) -> None:
    compared.do("set_feature", feature="SERVERSIDESCRIPTING", on="no")
    assert compared.check(only=["A34.3"])["changes"] == []
    box = next(f for f in compared.desk.profiles["alvys"].feature if f.id == "SERVERSIDESCRIPTING")
    assert told(compared.check(only=[box.requirement])) == [(f"feature {box.label}: on -> off", True)]


def nothing_compared(compared: Finished, **options: Any) -> str:
    """Run; return the lines, after making sure that the run changed nothing of what an earlier one found."""
    before = compared.setup.drift
    compared.desk.clock.tick(DAY)  # type: ignore[attr-defined]
    lines = compared.run(**options)[1]
    assert compared.setup.drift == before and "Nothing changed" not in lines and "none changed" not in lines
    return lines


@pytest.mark.parametrize("noticed", [False, True])
@pytest.mark.parametrize("how", ["exchange", "only", "refused"])
def test_a_run_that_compares_nothing_says_so(compared: Finished, how: str, noticed: bool) -> None:
    if noticed:
        compared.do("rename_role", name="alvys integration role")
        assert len(compared.check()["changes"]) == 1
    options: dict[str, Any] = {"only": {"only": ["A6"]}, "exchange": {"exchange": "pairs", "setup_token": False}}.get(how, {"setup_token": False})
    if how != "only":
        compared.values["token_secret"] = "0f" * 32
    lines = nothing_compared(compared, **options)
    if noticed:
        assert "role name: Alvys Integration Role -> alvys integration role" in lines
        assert "Nothing was compared this time: that is what an earlier run found." in lines
    else:
        assert "Nothing was compared with the baseline of 2026-11-21T09:30:00Z." in lines
    if how == "refused":
        assert "Nothing was compared" in nothing_compared(compared, **options), "held back"


def test_an_older_proof_is_told_with_the_token_that_made_it(compared: Finished) -> None:
    compared.run(setup_token=False)
    compared.desk.clock.tick(DAY)  # type: ignore[attr-defined]
    compared.values["token_secret"] = "0f" * 32
    lines = compared.run(setup_token=False, exchange="pairs")[1].splitlines()
    said = {line.split()[1]: line.partition("Z")[2] for line in lines if line.startswith("+") and "not asked again" in line}
    proofs = {v.about: {e.token for e in v.evidence} for v in compared.desk.walk(compared.setup).verdicts()}
    words = {", with a setup token": {"setup"}, ", with the integration token": {"integration"}, "": {None}}
    for word, token in words.items():
        rows = [row for row, after in said.items() if after == f"{word}; not asked again)"]
        assert rows and all(token <= proofs[row] <= {"integration", *token} for row in rows)


def test_what_a_part_accepts_leaves_the_other_changes(compared: Finished) -> None:
    compared.do("set_feature", feature="SERVERSIDESCRIPTING", on="no")
    compared.do("set_permission", permission="TRAN_CUSTPYMT", level="View")
    both = told(compared.check())
    assert len(both) == 2
    compared.run(only=["A34.3"], accept=True)
    left = "feature Server SuiteScript: on -> off"
    assert [(c.fact, c.now) for c in compared.setup.drift.changes] == [("features.SERVERSIDESCRIPTING", "off")]  # type: ignore[union-attr]
    assert told(compared.check()) == [(left, True)]


def test_a_setup_that_is_not_ready_gets_its_baseline_when_somebody_says_so(finished: Finished) -> None:
    finished.do("deactivate_accounts", type="Income")
    code, lines, talk = finished.run()
    assert code == Exit.FAILED and finished.setup.baseline is None
    assert "No baseline yet" in talk and "since" not in lines.partition("\nCause")[0].splitlines()[-1]
    finished.run(accept=True)
    finished.do("set_feature", feature="SERVERSIDESCRIPTING", on="no")
    assert told(finished.check()) == [("feature Server SuiteScript: on -> off", True)]


def test_nothing_is_accepted_when_nothing_was_read(compared: Finished) -> None:
    before = compared.setup.baseline
    compared.desk.network = Network(("127.0.0.1", 9))
    code, _, talk = compared.run(accept=True)
    assert code == Exit.UNREACHABLE and "stays as it was" in talk
    assert compared.setup.baseline == before


def test_hand_over_makes_what_was_found_the_baseline(compared: Finished) -> None:
    compared.do("set_permission", permission="LIST_SUBSIDIARY", level="Full")
    assert len(compared.check()["changes"]) == 1
    compared.desk.walk(compared.setup).hand_over_done()
    assert (compared.setup.drift, compared.check()["changes"]) == (None, [])


def test_another_account_has_no_part_in_the_baseline(compared: Finished) -> None:
    from wizard.account import parse_account

    walk = compared.desk.walk(compared.setup)
    walk.take_account(parse_account("7654321"))
    assert (compared.setup.baseline, compared.setup.drift) == (None, None)


def test_status_tells_the_baseline_and_what_the_last_run_found(compared: Finished) -> None:
    compared.do("set_permission", permission="LIST_SUBSIDIARY", level="Full")
    compared.check()
    out = io.StringIO()
    headless.status(compared.desk, False, out)
    assert "baseline of 2026-11-21T09:30:00Z, 1 changed (seen 2026-11-22T09:30:00Z, 99 of 99 facts compared)" in out.getvalue()


# --- what is refused


@pytest.mark.parametrize(
    "options", [{"setup": None, "profile": "alvys", "accept": True}, {"profile": "alvys"}, {"account": "1234567_SB1"}]
)
def test_options_that_do_not_go_together_send_nothing(finished: Finished, options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        finished.run(**options)
    assert finished.account.state.rows("SELECT uri FROM logins") == []


@pytest.mark.parametrize("more", [{"account": "7654321"}, {"answers": {"oneworld": "no"}}])
def test_values_of_another_account_are_not_tried(finished: Finished, more: dict[str, Any]) -> None:
    finished.values = {**finished.values, **more}
    with pytest.raises(UsageError):
        finished.run()
    assert finished.account.state.rows("SELECT uri FROM logins") == []


def test_nothing_is_accepted_while_the_wizard_is_open(compared: Finished) -> None:
    with compared.desk.store.hold(compared.name, compared.desk.clock.now()):
        with pytest.raises(SetupInUse):
            compared.run(accept=True)
        assert "not saved" in compared.run()[2]


# --- the file


def test_a_file_of_before_there_were_baselines_is_read(finished: Finished) -> None:
    path = finished.desk.store.folder / f"{finished.name}.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    old = {key: value for key, value in document.items() if key not in ("baseline", "drift")}
    path.write_text(json.dumps({**old, "schema": 1}), encoding="utf-8")
    assert finished.setup.baseline is None
    finished.run()
    assert json.loads(path.read_text(encoding="utf-8"))["schema"] == SCHEMA and finished.setup.baseline is not None


def test_no_value_is_in_the_file(compared: Finished) -> None:
    text = (compared.desk.store.folder / f"{compared.name}.json").read_text(encoding="utf-8")
    values = [v for n, v in compared.values.items() if n != "account"] + list((compared.account.setup_token or {}).values())
    assert len(values) == 6 and not [value for value in values if value[:16] in text]


# --- JUnit


def read_junit(text: str) -> ET.Element:
    """Return the document, whose form is what build servers read."""
    root = ET.fromstring(text)
    assert root.tag == "testsuites"
    for suite in root:
        assert [child.tag for child in suite] == ["properties", *["testcase"] * (len(suite) - 1)]
        assert {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"} == set(suite.keys())
        cases = suite.findall("testcase")
        counted = {"tests": cases, "failures": suite.findall("testcase/failure"), "skipped": suite.findall("testcase/skipped")}
        assert {key: int(suite.get(key, "-1")) for key in counted} == {key: len(found) for key, found in counted.items()}
        for case in cases:
            assert {"name", "classname", "time"} == set(case.keys()) and len(case) <= 1
            assert {child.tag for child in case} <= {"failure", "skipped", "system-out"}
    for key in ("tests", "failures", "skipped"):
        assert int(root.get(key, "-1")) == sum(int(suite.get(key, "-1")) for suite in root)
    return root


def cases(root: ET.Element) -> dict[str, tuple[str, str]]:
    """Return outcome and message by the first word of each name."""
    found = {}
    for case in root.iter("testcase"):
        inner = next(iter(case), None)
        outcome = "passed" if inner is None or inner.tag == "system-out" else inner.tag
        found[case.get("name", "").split()[0]] = (outcome, "" if inner is None else inner.get("message", ""))
    return found


def test_junit_has_a_suite_per_step_and_a_case_per_requirement(compared: Finished) -> None:
    root = read_junit(compared.run(junit=True)[1])
    profile = compared.desk.profiles["alvys"]
    assert [suite.get("name") for suite in root] == [*dict.fromkeys(r.step for r in profile.requirements), "changes"]
    found = cases(root)
    assert set(found) == {r.id for r in profile.requirements}
    assert found["A4"] == ("passed", "")
    assert found["A6"] == ("skipped", "attested: you said so"), "never like verified"
    assert root.get("failures") == "0"
    properties = {p.get("name"): p.get("value") for p in root.iter("property")}
    assert properties["profile"] == "alvys" and properties["account"] == "1234567_SB1"
    assert properties["exit"] == "0" and str(properties["exit_means"]).startswith("ready")


def test_junit_fails_what_failed_and_a_change_only_if_it_hurts(compared: Finished) -> None:
    compared.do("remove_permission", permission="TRAN_CUSTPYMT")
    compared.do("rename_role", name="alvys integration role")
    root = read_junit(compared.run(junit=True)[1])
    outcome, message = cases(root)["A34.3"]
    assert outcome == "failure" and message.startswith("missing")
    assert "Manage Roles" in next(root.iter("failure")).text  # type: ignore[operator]
    changes = {c.get("name"): [child.tag for child in c] for c in next(s for s in root if s.get("name") == "changes").iter("testcase")}
    assert changes == {
        "permission Customer Payment: Full -> None": ["failure"],
        "role name: Alvys Integration Role -> alvys integration role": ["system-out"],
    }


def test_junit_passes_nothing_on_an_older_proof(compared: Finished) -> None:
    compared.desk.clock.tick(DAY)  # type: ignore[attr-defined]
    outcome, message = cases(read_junit(compared.run(junit=True, setup_token=False)[1]))["A87"]
    assert outcome == "skipped" and message == "verified at 2026-11-21T09:30:00Z, not asked again"


def test_junit_has_a_suite_for_a_tree_and_a_case_for_each_of_its_branches(compared: Finished) -> None:
    tree = next(t for t in compared.desk.profiles["alvys"].troubleshoot if t.id == "login_fails")

    def branches(**options: Any) -> list[tuple[str, str]]:
        root = read_junit(compared.run(junit=True, tree=tree.id, **options)[1])
        suite = next(s for s in root if s.get("name") == f"tree {tree.id}")
        assert [case.get("name") for case in suite.iter("testcase")] == [f"{n}. {b.text}" for n, b in enumerate(tree.steps, start=1)]
        return list(cases(suite).values())

    assert branches() == [("passed", "")] * len(tree.steps)
    compared.desk.clock.tick(DAY)  # type: ignore[attr-defined]
    old = branches(setup_token=False)
    assert any(outcome == "skipped" and "not asked again" in says for outcome, says in old), old
    compared.do("deactivate_user")
    assert "failure" in {outcome for outcome, _ in branches()}


def test_junit_is_xml_whatever_the_account_calls_things(compared: Finished) -> None:
    value = canary()
    with compared.account.state.write():
        compared.account.state.run("UPDATE roles SET name = ? WHERE id = 1050", (f"]]><x/>\x1b\x00\ufffe&\"'é {value}",))
    text = compared.run(junit=True)[1]
    root = read_junit(text)
    assert text.isascii() and value not in text
    names = [c.get("name", "") for c in root.iter("testcase")]
    assert any("]]><x/>" in name and "é" in name for name in names)
