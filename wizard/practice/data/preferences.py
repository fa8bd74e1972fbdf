"""Accounting Preferences that change what the account answers, and what each offers."""

from __future__ import annotations

from collections.abc import Mapping

REVERSING = "Void Transactions Using Reversing Journals"
"""Voiding makes a journal (failures 122)."""
JOURNAL_APPROVAL = "Require Approvals on Journal Entries"
"""New journal entries wait (failures 152)."""
OUTSIDE_PERIOD = "Allow Transaction Date Outside of the Posting Period"
"""``Disallow`` at first (inferred; failures 146)."""

PREFERENCES: Mapping[str, tuple[str, ...]] = {
    REVERSING: ("no", "yes"), JOURNAL_APPROVAL: ("no", "yes"), OUTSIDE_PERIOD: ("Disallow", "Warn", "Allow"),
}
"""What each offers; as it is at first before the others."""
