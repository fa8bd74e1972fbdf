"""Where the values, the setup token and the passwords end up: in the vault, and nowhere else anybody has looked.

One walk as at a customer's, with a locked GNOME keyring, a crash and two kills on the way, then the commands in a shell inside
tmux; the practice account as a program of its own in NetSuite's place. Everything secret is fresh, so any hit is a leak.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import shlex
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from leakscan import Search
from secret_service import TOOLS, SecretService, require
from support import ROOT, canary
from terminal import PART, WIZARD, Terminal, clean_environment
from tmux import Tmux, in_tmux
from walker import (
    CONSUMER,
    TOKEN,
    Account,
    fill_pair,
    next_step,
    paste_pair,
    practice_account,
    save_the_report,
    to_the_access_token,
    to_the_integration,
)
from witness import Witness

from wizard.credentials import fingerprint
from wizard.exits import Exit

pytestmark = pytest.mark.pty

BREAKING = ROOT / "tests/pty/breaking"
CLIPBOARD = re.compile(rb"\x1b\]52;[a-z]*;([^\x07\x1b]*)(?:\x07|\x1b\\)")
"""OSC 52, which writes the clipboard."""

CORES_ALLOWED = ("sh", "-c", 'ulimit -S -c "$(ulimit -H -c)"; exec "$@"', "sh")
"""A login in which programs that fail leave core files, where the system lets them."""


@dataclass
class Scene:
    """What the walk has: an account, a locked keyring, an empty home, and somebody who looks for values."""

    account: Account
    """Plays NetSuite."""
    environment: Mapping[str, str]
    """Of the wizard."""
    folder: Path
    """Everything the wizard may write to is below: home, working directory, keyring."""
    other_pair: Mapping[str, str]
    """A pair that is typed and never stored."""
    password: str
    """Of the keyring."""
    passphrase: str
    """Of the encrypted file."""
    witness: Witness
    """Looks for all of these."""
    rotated: Mapping[str, str] = field(default_factory=dict)
    """Those of the values that were replaced."""

    @property
    def values(self) -> Mapping[str, str]:
        """The four that are in use."""
        return {**self.account.values, **self.rotated}

    @property
    def work(self) -> Path:
        """The working directory."""
        return self.folder / "work"

    def open(self, **more: str) -> Terminal:
        """Start the wizard.

        Args:
            more: variables.
        """
        return Terminal([*CORES_ALLOWED, *WIZARD, *self.account.network], {**self.environment, **more}, self.work)


@pytest.fixture
def scene(tmp_path_factory: pytest.TempPathFactory, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    require(*TOOLS, "tmux")
    folder = tmp_path_factory.mktemp("walk")  # a short name: it stands on the screen, and is part of a socket's
    for name in ("home", "work"):
        (folder / name).mkdir()
    environment = clean_environment(folder / "home")
    password, passphrase = (f'{secrets.token_hex(5)} {secrets.token_hex(5)}"%/' for _ in range(2))
    keyring = SecretService(home, monkeypatch, password)
    with practice_account(folder) as account:
        try:
            keyring.start()
            keyring.unlock()  # makes it
            keyring.kill_daemon()  # the next one is locked, as after a login with a key
            reach = {name: os.environ[name] for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")}
            other = {name: canary() for name in CONSUMER}
            witness = Witness(Search([*account.secrets, *other.values(), password, passphrase]), folder)
            yield Scene(account, environment | reach, folder, other, password, passphrase, witness)
        finally:
            keyring.stop()


def test_a_whole_walk_leaves_nothing_secret_anywhere_but_in_the_vault(
    scene: Scene, record_property: Callable[[str, object], None]
) -> None:
    ended = [cut_short(scene, end) for end in (crash, abort, kill)]
    with scene.open() as walked:
        go_on(walked, "step 4 of 13 · Integration")
        walk(walked, scene)
        assert scene.witness.leaks(walked) == []
        report = to_the_hand_over(walked, scene)
        hand_over(walked, scene)
        walked.press("q")
        walked.wait_for("Leave?", "The setup token is not revoked yet")
        walked.press("y")
        assert walked.wait_for_end() == 0
        assert_nothing_stays(walked)
    assert scene.account.ready["account"] in report.read_text(encoding="utf-8")
    assert report.stat().st_mode & 0o077 == 0

    rotate(scene)
    with in_tmux(WIZARD, scene.environment, scene.work, scene.folder) as tmux:
        scene.witness.tmux = tmux
        commands(tmux, scene)
        leaks, planted = scene.witness.leaks_beside_planted(*ended, walked, tmux.terminal)
        record_property("table", scene.witness.table(len(leaks), planted))
        assert leaks == []
        assert planted >= 9


def assert_nothing_stays(terminal: Terminal) -> None:
    """No title, no notification; pastes come in brackets; all that was shown was on the alternate screen."""
    assert terminal.commanded() <= {b"22", b"8"}  # the pointer's shape; links of addresses
    assert b"\x1b[?2004h" in terminal.written
    assert terminal.beside_the_alternate_screen() == ""


# --- three ways to end in the middle ----------------------------------------------------------------------------------


def cut_short(scene: Scene, end: Callable[[Terminal], None]) -> Terminal:
    """Walk to the first pair, fill it in, and end without storing it."""
    with scene.open(PYTHONPATH=f"{BREAKING}:{ROOT}") as terminal:
        if end is crash:
            to_the_integration(terminal)
            unlock_the_keyring(terminal, scene.password)
        else:
            go_on(terminal, "step 4 of 13 · Integration")
        fill_pair(terminal, scene.other_pair, CONSUMER)
        end(terminal)
    return terminal


def crash(terminal: Terminal) -> None:
    """As a mistake in the program would."""
    terminal.press("f12")
    assert terminal.wait_for_end() == 1
    assert b"builtins.RuntimeError" in terminal.written


def abort(terminal: Terminal) -> None:
    """As a mistake in C code would: it leaves a core file where that is allowed."""
    terminal.signal(signal.SIGABRT)
    assert terminal.wait_for_end() == -signal.SIGABRT


def kill(terminal: Terminal) -> None:
    """As the system does when memory runs out."""
    terminal.signal(signal.SIGKILL)
    assert terminal.wait_for_end() == -signal.SIGKILL


def go_on(terminal: Terminal, *texts: str) -> None:
    terminal.wait_for("Go on", "1234567_SB1")
    terminal.press("enter")
    terminal.wait_for(*texts)


def unlock_the_keyring(terminal: Terminal, password: str) -> None:
    terminal.wait_for("Where the values will be kept", "OS keyring: unlock it here")
    terminal.press("enter")
    terminal.wait(lambda: terminal.in_field("Password"), "waiting for the field")
    terminal.paste(password)
    terminal.press("enter")
    terminal.wait_for("step 4 of 13 · Integration", "Will be kept in the GNOME keyring")


# --- the walk ---------------------------------------------------------------------------------------------------------


def walk(terminal: Terminal, scene: Scene) -> None:
    """All five values, each pair stored and proven; the setup token is in memory meanwhile."""
    paste_pair(terminal, scene.values, CONSUMER)
    terminal.wait_for("Kept in the GNOME keyring", "read back")
    terminal.wait_focused("Next")
    next_step(terminal, "step 5 of 13 · Connect")
    paste_pair(terminal, scene.account.setup_token, TOKEN)
    terminal.wait_for("✓ The setup token logs in", "From here every step is verified")
    terminal.wait_focused("Next")
    to_the_access_token(terminal)
    paste_pair(terminal, scene.values, TOKEN)
    terminal.wait_for("✓ Five credentials", "✓ Login over REST with the token")


def to_the_hand_over(terminal: Terminal, scene: Scene) -> Path:
    for step in ("10 of 13 · Accounts", "11 of 13 · Subsidiaries", "12 of 13 · Readiness"):
        next_step(terminal, f"step {step}")
    terminal.wait_for("Asked with the integration's own token and the setup token", "Nothing failed")
    report = save_the_report(terminal, scene.work)
    next_step(terminal, "step 13 of 13 · Hand over", "kept, fingerprint")
    return report


def hand_over(terminal: Terminal, scene: Scene) -> None:
    """Copy one value, and have another one shown; these two are taken out of what the terminal was sent, and nothing else."""
    copied, shown = scene.values["token_id"], scene.values["token_secret"]
    copy(terminal, scene, "token_id")
    down(terminal, shown)
    terminal.press("v")
    terminal.wait_for("Show one secret value?")
    begun = len(terminal.written)
    terminal.press("y")
    terminal.wait_for(shown)
    next_step(terminal, "step 12 of 13 · Readiness", key="left")
    on_the_page = bytes(terminal.written[begun:])
    assert shown.encode() in on_the_page
    assert CLIPBOARD.findall(terminal.written) == [base64.b64encode(copied.encode()), b""]
    for length in range(len(shown), PART - 1, -1):  # it is painted as often as the page changes, in parts where a question covers it
        for start in range(len(shown) - length + 1):
            on_the_page = on_the_page.replace(shown[start : start + length].encode(), b"")
    terminal.written[begun:] = on_the_page
    terminal.written[:] = CLIPBOARD.sub(b"", terminal.written)


def copy(terminal: Terminal, scene: Scene, name: str) -> None:
    mark(terminal, scene, name)
    terminal.press("enter")
    terminal.wait_for("Copy one secret value?")
    terminal.press("y")
    terminal.wait_gone("Copy one secret value?")


def mark(terminal: Terminal, scene: Scene, name: str) -> None:
    """Go down to the line of a value, which bears its fingerprint, line by line."""
    for line in (*CONSUMER, *TOKEN)[: (*CONSUMER, *TOKEN).index(name) + 1]:
        down(terminal, scene.values[line])


def down(terminal: Terminal, value: str) -> None:
    terminal.press("down")
    terminal.wait(lambda: terminal.marked(fingerprint(value)), "waiting for the next line")


def rotate(scene: Scene) -> None:
    """A new consumer pair from a pipe, verified, in use; the old one proven dead."""
    pair = scene.account.reset_credentials()
    scene.rotated = pair
    scene.witness.looked.add(*pair.values())
    rotation = (*scene.account.network, "credentials", "rotate", "alvys")
    taken = command(scene, *rotation, "--credentials", "-", given=pair)
    assert taken.returncode == Exit.UNDECIDED, taken.stderr
    proven = command(scene, *rotation, "--prove")
    assert proven.returncode == Exit.READY, proven.stdout


def command(scene: Scene, *words: str, given: object = None) -> subprocess.CompletedProcess[str]:
    """Run a command without a terminal, which says nothing secret.

    Args:
        scene: of the test.
        words: the command.
        given: what it reads, as JSON.
    """
    done = subprocess.run(
        [*WIZARD, *words], input=json.dumps(given), capture_output=True, text=True, check=False, timeout=90,
        env=scene.environment, cwd=scene.work,
    )  # fmt: skip
    assert scene.witness.looked.within((done.stdout + done.stderr).encode()) == ()
    return done


# --- commands, and the wizard inside tmux -----------------------------------------------------------------------------


def commands(tmux: Tmux, scene: Scene) -> None:
    """Everything that reads or moves values without the wizard; then the wizard once more, where tmux sees the clipboard."""
    network, opens = shlex.join(scene.account.network), [("vault.json:", scene.passphrase)]
    new = [("New passphrase:", scene.passphrase), ("The same again:", scene.passphrase)]
    run, digest = "netsuite-setup", "tr -d '\\n' | sha256sum | cut -c1-12"
    tmux.run(f"{run} check {network}", code=Exit.UNDECIDED)
    tmux.run(f"{run} report alvys --format html -o report.html")
    tmux.run(f"{run} credentials move alvys --to file", new)
    tmux.run(f"{run} credentials list")
    tmux.run(f"{run} credentials verify", opens)
    tmux.run(f"{run} credentials show alvys --field token_secret | {digest}", opens)
    tmux.terminal.wait_for(fingerprint(scene.values["token_secret"]))
    child = shlex.quote(f'printf %s "$V" | {digest}')
    tmux.run(f"{run} credentials env alvys --map V=token_id -- sh -c {child}", opens)
    tmux.terminal.wait_for(fingerprint(scene.values["token_id"]))
    tmux.run(f"{run} check --json {network} > check.json", opens, Exit.UNDECIDED)
    tmux.start(f"{run} {network}")
    copy_inside_tmux(tmux.terminal, scene)
    tmux.ended()
    tmux.run(f"{run} credentials delete alvys --yes", opens)
    tmux.run("history -a")
    assert b"credentials move alvys" in (scene.folder / "home/.bash_history").read_bytes()


def copy_inside_tmux(terminal: Terminal, scene: Scene) -> None:
    """Open the setup again with the passphrase, and copy a value: with tmux's own settings it gets no further than tmux."""
    go_on(terminal, "Passphrase", "Esc goes on without it")
    terminal.paste(scene.passphrase)
    terminal.press("enter")
    terminal.wait_for("step 12 of 13 · Readiness", "Asked with the integration's own token,", "Nothing failed")
    next_step(terminal, "step 13 of 13 · Hand over", "kept, fingerprint")
    copy(terminal, scene, "consumer_secret")
    terminal.press("q")


# --- without the wizard -----------------------------------------------------------------------------------------------


def test_check_with_credentials_on_standard_input_repeats_none(scene: Scene) -> None:
    given = {
        **scene.values, "account": scene.account.ready["account"], "setup_token": scene.account.setup_token,
        "answers": {"user_email": "alvys.integration@practice.example"},
    }  # fmt: skip
    for form in ([], ["--json"]):
        done = command(scene, "check", "--profile", "alvys", "--credentials", "-", *scene.account.network, *form, given=given)
        assert done.returncode in (Exit.READY, Exit.UNDECIDED), done.stderr
        assert "Login over REST with the token" in done.stdout
