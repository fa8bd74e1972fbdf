"""The chart of accounts: an active account of every kind, in every subsidiary that is used, numbered or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from checks import tables
from checks.binding import sees_all
from checks.finding import REFUSED, AspectCheck, Finding, Stop, failed, not_applicable, unknown, verified, warning
from checks.query_service import workbook_remedy
from checks.subsidiaries import all_are_known, listed_subsidiaries, used
from wizard.check import Session
from wizard.netsuite.answers import RoleRefused, evidence
from wizard.profile import AccountKind, Profile
from wizard.remedies import remedy
from wizard.verdict import Evidence, Standing

CAUSE = "accounting-setup"


class Accounts(AspectCheck):
    """Reads the accounts with whichever token may."""

    id = "accounts"
    title = "Chart of accounts"
    needs = ("login", "query")

    def aspects(self, profile: Profile) -> tuple[str, ...]:
        """Return all aspects, whatever the profile asks."""
        return ("accounts.types", "accounts.numbers", "accounts.subsidiaries")

    def searches(self, session: Session) -> Mapping[str, Callable[[], Finding]]:
        """Look at the rows, once per question."""
        return {
            "accounts.types": lambda: _types(session),
            "accounts.numbers": lambda: _numbers(session),
            "accounts.subsidiaries": lambda: _by_subsidiary(session),
        }


def _ask(session: Session, sql: str) -> tuple[Sequence[tables.Row], str, Evidence]:
    """Return rows, who asked, and the evidence.

    Raises:
        Stop: if neither token may read them.
    """
    try:
        rows, client, asked = tables.rows_of_whoever_may(session, sql)
    except RoleRefused as error:
        asked = evidence("P5", error, "integration")
        says = "not proven: the role may not query (SuiteAnalytics Workbook)"
        raise Stop(unknown(says, asked, remedy=workbook_remedy(session))) from None
    except REFUSED as error:
        says = "not proven: accounts are hidden from the role, or not OneWorld"
        raise Stop(unknown(says, evidence("P5", error, "integration"))) from None
    return rows, client.name, asked


def _kinds(session: Session) -> tuple[AccountKind, ...]:
    kinds = session.profile.master_data.account_kinds
    if not kinds:
        raise Stop(not_applicable("the profile asks for no kind of account"))
    return kinds


def _lacking(kinds: tuple[AccountKind, ...], types: set[str]) -> list[str]:
    known = {name.casefold() for name in types}
    return [kind.label for kind in kinds if known.isdisjoint(t.casefold() for t in kind.types)]


def _types(session: Session) -> Finding:
    kinds = _kinds(session)
    rows, who, asked = _ask(session, tables.ACCOUNTS)
    all_seen = sees_all(session, who)
    if not rows and not all_seen:
        # A role that sees nothing and an empty chart look alike: no second proof, no verdict.
        return unknown("not proven: the role sees no account at all", asked)
    lacking = _lacking(kinds, {row.get("accttype", "") for row in rows})
    counts = Counter(row.get("accttype", "?") for row in rows)
    # A role sees a part of them: its figures say nothing of the chart.
    told = {f"accounts.{kind}": str(count) for kind, count in counts.items() if all_seen}
    if lacking:
        text = f"New: one active account of each kind that is missing: {tables.listed(lacking, 6)}."
        fix = remedy(text, "account_new", session.account, 3 * len(lacking))
        if not all_seen:
            # It may be there, in a subsidiary the role was not given.
            says = f"the role sees none: {tables.listed(lacking, 6)}"
            return Finding(Standing.FAILED, says, None, fix, (asked,), (CAUSE, "subsidiary"))
        return failed(f"missing: {tables.listed(lacking, 6)}", CAUSE, fix, asked).reading(told)
    return verified(f"{len(kinds)} of {len(kinds)} kinds", asked).reading(told)


def _numbers(session: Session) -> Finding:
    rows, who, asked = _ask(session, tables.ACCOUNTS)
    if not rows:
        return unknown("not proven: no account is shown", asked)
    without = [row.get("fullname", "?") for row in rows if not row.get("acctnumber")]
    if not without:
        seen = "every account" if sees_all(session, who) else "every account it sees"
        return verified(f"{seen} has a number", asked)
    if len(without) == len(rows):
        # Empty columns are left out of rows (inferred): off, hidden and empty look alike.
        return unknown("not proven: no account shows a number: numbering off, or not readable", asked)
    # Whether Use Account Numbers is on cannot be read (inferred, roles-and-features.md 8).
    text = f"If Use Account Numbers is on, give numbers to: {tables.listed(without, 5)}."
    fix = remedy(text, "accounts", session.account, 5)
    return warning(f"{len(without)} of {len(rows)} without a number", fix, asked)


def _by_subsidiary(session: Session) -> Finding:
    kinds = _kinds(session)
    if session.answers.get("oneworld") == "no":
        raise Stop(not_applicable("not OneWorld"))
    rows, who, asked = _ask(session, tables.ACCOUNT_SUBSIDIARIES)
    client = session.admin if who == "setup" else session.integration
    assert client is not None, "whoever was asked is there"
    try:
        there = listed_subsidiaries(session, client)
    except REFUSED as error:
        return unknown("not proven: the subsidiaries are hidden", asked, evidence("P5", error, who))
    meant, _ = used(session, there)
    if not meant or not rows:
        return unknown("not proven: no assignment is shown", asked, there.evidence)
    gaps = {row.get("name", "?"): _lacking(kinds, _types_in(row, there.rows, rows)) for row in meant}
    gaps = {name: lacking for name, lacking in gaps.items() if lacking}
    if not gaps and not all_are_known(session, there):
        says = f"in {len(meant)} subsidiaries; that these are all is not proven without a setup token"
        return unknown(says, asked, there.evidence)
    if not gaps:
        return verified(f"{len(meant)} of {len(meant)} subsidiaries", asked, there.evidence)
    causes = _causes(session, gaps)
    name, lacking = next(iter(gaps.items()))
    if not _parents(there.rows) <= {row.get("id") for row in there.rows}:
        says = f"{name} shows no {tables.listed(lacking)}; a parent with Include Children may be hidden"
        return replace(unknown(says, asked, there.evidence), candidates=causes)
    more = f", and {len(gaps) - 1} more" if len(gaps) > 1 else ""
    text = "Edit the accounts: add the subsidiary, or tick Include Children on its parent; press Save."
    fix = remedy(text, "accounts", session.account, 5)
    proven = causes[0] if len(causes) == 1 else None
    says, rests_on = f"{name} lacks {tables.listed(lacking)}{more}", (asked, there.evidence)
    return Finding(Standing.FAILED, says, proven, fix, rests_on, () if proven else causes)


def _parents(subsidiaries: Sequence[tables.Row]) -> set[str]:
    return {row["parent"] for row in subsidiaries if row.get("parent")}


def _types_in(subsidiary: tables.Row, subsidiaries: Sequence[tables.Row], rows: Sequence[tables.Row]) -> set[str]:
    """Return the types a subsidiary has: its own, and those of every parent's accounts with *Include Children* (documented, 8).

    Whether the map of accounts holds the latter already is not published.
    """
    parent_of = {row.get("id", ""): row.get("parent", "") for row in subsidiaries}
    above: list[str] = []
    parent = subsidiary.get("parent", "")
    while parent and parent not in above:
        above.append(parent)
        parent = parent_of.get(parent, "")
    own = {row.get("accttype", "") for row in rows if row.get("subsidiary") == subsidiary.get("id")}
    return own | {
        row.get("accttype", "") for row in rows if row.get("subsidiary") in above and tables.is_true(row.get("includechildren"))
    }


def _causes(session: Session, gaps: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Tell an account that is not in a subsidiary from one that is nowhere (observed, failure table: both rows)."""
    rows, who, _ = _ask(session, tables.ACCOUNTS)
    nowhere = set(_lacking(_kinds(session), {row.get("accttype", "") for row in rows}))
    if not nowhere.issuperset(kind for lacking in gaps.values() for kind in lacking):
        return ("subsidiary",)
    # Whoever sees a part of the accounts cannot tell the two apart.
    return (CAUSE,) if sees_all(session, who) else (CAUSE, "subsidiary")
