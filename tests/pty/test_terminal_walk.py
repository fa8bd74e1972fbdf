"""The practice walk of the README as a person does it: keys alone, 24 rows and 80 columns, from the first to the last step."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal import WIZARD, Terminal, clean_environment

pytestmark = pytest.mark.pty


def test_the_whole_job_on_the_practice_account(tmp_path: Path) -> None:
    with Terminal([*WIZARD, "--practice"], clean_environment(tmp_path), tmp_path) as terminal:
        begin(terminal)
        account(terminal)
        features_with_a_mistake(terminal)
        integration_without_keyring(terminal)
        connect(terminal)
        features_put_right(terminal)
        role(terminal)
        permissions(terminal)
        user(terminal)
        access_token(terminal)
        accounts(terminal)
        subsidiaries(terminal)
        readiness(terminal)
        hand_over(terminal)
        leave(terminal)


def begin(terminal: Terminal) -> None:
    """Open the integration, vouch for a line that only a person can know."""
    terminal.wait_for("Prepare a NetSuite account", "Practising", "q quit")
    assert terminal.on_alternate_screen
    assert not terminal.cooked()
    terminal.press("enter")
    terminal.wait_for("step 1 of 13 · Before you start", "PRACTICE", "✗ Keyring of this login")
    terminal.wait(lambda: terminal.in_field("(x) Yes, it has subsidiaries"), "waiting for the first question")
    terminal.move_to(lambda: terminal.shows("Does the person who will configure Alvys have"), "the first line")
    terminal.press("a")
    terminal.wait_for("Do you vouch for this?", "Yes, it is so (y)")
    terminal.press("y")
    terminal.wait_for("~ CompanyProfileManager in Alvys")
    assert "you said so" in terminal.row("~ CompanyProfileManager in Alvys")
    terminal.press("right")


def account(terminal: Terminal) -> None:
    terminal.wait_for("step 2 of 13 · Account", "Type it and press Enter.")
    terminal.type("1234567_SB1")
    terminal.press("enter")
    terminal.wait_for("✓ The account exists", "SANDBOX", "Realm 1234567_SB1 · host 1234567-sb1", "Asked at")
    assert "verified" in terminal.row("✓ The account exists")
    terminal.out_of_field()
    terminal.press("right")


def features_with_a_mistake(terminal: Terminal) -> None:
    terminal.wait_for("step 3 of 13 · Features", "✓ 2 Account", "Proven once there is a token")
    terminal.press("f8")
    terminal.wait_for("Mistake made: Leave Server SuiteScript unticked.")
    assert "not asked yet" in terminal.row("… Server SuiteScript")
    terminal.press("right")


def integration_without_keyring(terminal: Terminal) -> None:
    terminal.keep_in_memory()
    terminal.wait_for("step 4 of 13 · Integration", "Will be kept in the memory of this program only")
    terminal.press("f7")
    terminal.wait_for("Done (F9 pastes what it shows): ")
    paste_what_is_shown(terminal)
    terminal.press("enter")
    terminal.wait_for("Kept in the memory of this program only", "read back", "Fingerprint")
    assert not terminal.shows("•")
    terminal.wait_focused("Next")
    terminal.press("enter")


def connect(terminal: Terminal) -> None:
    terminal.wait_for("step 5 of 13 · Connect", "You may leave this out")
    terminal.press("f7")
    terminal.wait_for("Done (F9 pastes what it shows): ")
    paste_what_is_shown(terminal)
    terminal.press("enter")
    terminal.wait_for("✓ The setup token logs in", "From here every step is verified")
    terminal.wait_focused("Next")


def features_put_right(terminal: Terminal) -> None:
    """The mistake is seen by NetSuite, said with its menu path, and the line ticks itself."""
    terminal.press("left")
    terminal.wait_for("step 4 of 13 · Integration", "Kept in the memory of this program only")
    terminal.out_of_field()
    terminal.press("left")
    terminal.wait_for("step 3 of 13 · Features", "✗ Server SuiteScript", "Looking again every 5 s")
    assert "off" in terminal.row("✗ Server SuiteScript").partition("Server SuiteScript")[2]
    assert "verified" in terminal.row("✓ REST Web Services")
    terminal.move_to(lambda: terminal.shows("Server SuiteScript: off"), "the line that is off", key="down")
    terminal.press("f7")
    terminal.wait_for("✓ Server SuiteScript", "✓ 3 Features")
    assert "verified" in terminal.row("✓ Server SuiteScript")


def role(terminal: Terminal) -> None:
    terminal.press("right")
    terminal.wait_for("step 4 of 13 · Integration", "Kept in the memory of this program only")
    terminal.out_of_field()
    terminal.press("right")
    terminal.wait_for("step 5 of 13 · Connect", "From here every step is verified")
    terminal.wait_focused("Next")
    terminal.press("enter")
    terminal.wait_for("step 6 of 13 · Role", "✗ A role of its own", "Looking again every 5 s")
    terminal.press("f7")
    terminal.wait_for("Done: Create the role", "✓ A role of its own", "✓ 6 Role")
    terminal.out_of_field()
    terminal.press("right")


def permissions(terminal: Terminal) -> None:
    terminal.wait_for("step 7 of 13 · Permissions", "0 of 47 verified", "missing")
    terminal.press("f7")
    terminal.wait_for("47 of 47 verified", "✓ 7 Permissions")
    terminal.press("right")


def user(terminal: Terminal) -> None:
    terminal.wait_for("step 8 of 13 · User", "E-mail address of that user", "waits for the user's e-mail")
    terminal.wait(lambda: terminal.in_field("Alvys Integration"), "waiting for the first question")
    terminal.move_to(lambda: terminal.in_field("An address your company can read"), "the e-mail address")
    terminal.type("alvys@practice.example")
    terminal.wait(lambda: terminal.in_field("alvys@practice.example"), "waiting for the typed address")  # before it goes again
    terminal.press("enter")
    terminal.wait(lambda: not terminal.in_field("alvys@practice.example"), "waiting for the answer to be taken")
    terminal.press("f7")
    terminal.wait_for("✓ A user of its own", "✓ The user has the role", "✓ 8 User")
    terminal.out_of_field()
    terminal.press("right")


def access_token(terminal: Terminal) -> None:
    terminal.wait_for("step 9 of 13 · Access token", "Will be kept in the memory of this program only")
    terminal.press("f7")
    terminal.wait_for("Done (F9 pastes what it shows): ")
    paste_what_is_shown(terminal)
    terminal.press("enter")
    terminal.wait_for("✓ Five credentials", "✓ Login over REST with the token", "✓ 9 Access token")
    terminal.out_of_field()
    terminal.press("right")


def accounts(terminal: Terminal) -> None:
    terminal.wait_for("step 10 of 13 · Accounts", "! Accounts assigned to subsidiaries")
    terminal.press("f7")
    terminal.wait_for("✓ Accounts assigned to subsidiaries", "✓ Active accounts of every kind")
    terminal.press("right")


def subsidiaries(terminal: Terminal) -> None:
    terminal.wait_for("step 11 of 13 · Subsidiaries", "✓ Each has its chart of accounts")
    terminal.press("f7")
    terminal.wait_for("Done: Give the role every subsidiary used", "✓ Each has its chart of accounts")
    terminal.move_to(lambda: terminal.shows("Tax settings of the subsidiaries: "), "what only a person can know", key="down")
    terminal.press("a")
    terminal.wait_for("Do you vouch for this?")
    terminal.press("y")
    terminal.wait_for("~ Tax settings of the subsidiaries", "~11 Subsidiaries")
    terminal.press("right")


def readiness(terminal: Terminal) -> None:
    terminal.wait_for("step 12 of 13 · Readiness", "Asked with the integration's own token and the setup token")
    assert terminal.shows("Nothing failed") or terminal.shows("Ready")
    terminal.press("right")


def hand_over(terminal: Terminal) -> None:
    terminal.wait_for("step 13 of 13 · Hand over", "kept, fingerprint")
    terminal.push("Revoke setup token")
    terminal.wait_for("Revoke the setup token?")
    terminal.press("y")
    terminal.wait_for("The setup token is revoked, and proven dead by one refused login.")


def leave(terminal: Terminal) -> None:
    terminal.press("q")
    terminal.wait_for("Leave?", "The values are kept in memory only")
    assert not terminal.shows("The setup token is not revoked yet")
    terminal.press("y")
    assert terminal.wait_for_end() == 0
    assert not terminal.on_alternate_screen
    assert terminal.cooked()


def paste_what_is_shown(terminal: Terminal) -> None:
    """Fill both hidden fields from the page that NetSuite would show."""
    terminal.press("f9")
    terminal.wait(lambda: terminal.text().count("64 characters ✓") == 2, "waiting for both values")
    assert terminal.text().count("•" * 16) == 2
