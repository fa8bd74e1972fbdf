"""Runs that save no setup are refused logins too: they count for whoever comes after, per user, and hold back as saved ones do."""

from __future__ import annotations

import io
import json
import stat
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support import canary
from test_headless import VALUES, at, desk_in, options_of, saved

from wizard import verify
from wizard.desk import Desk
from wizard.practice.account import PracticeAccount

HALF_AN_HOUR = 1800.0
DAY = 86_400.0
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")


class Timer:
    """Starts ``check --credentials -`` as often as it likes, each time as a new process."""

    def __init__(self, folder: Path, desk: Desk, account: PracticeAccount) -> None:
        self.folder, self.desk, self.account = folder, desk, account
        self.values: dict[str, Any] = {n: v for n, v in (account.credentials or {}).items() if n in ("account", *VALUES)}

    def dead_setup_token(self) -> None:
        assert self.account.setup_token
        self.values["setup_token"] = {**self.account.setup_token, "token_secret": canary()}

    def run(self, **named: Any) -> tuple[int, dict[str, Any], str]:
        out, err = io.StringIO(), io.StringIO()
        desk = desk_in(self.folder, self.desk.network, self.desk.clock)  # type: ignore[arg-type]
        options = options_of(**{"credentials": "-", "json": True, **named})
        code = verify.check(desk, options, io.StringIO(json.dumps(self.values)), out, err)
        return code, json.loads(out.getvalue()), err.getvalue()

    def given(self) -> tuple[int, dict[str, Any], str]:
        return self.run(profile="alvys")

    def wait(self, seconds: float) -> None:
        self.desk.clock.tick(seconds)  # type: ignore[attr-defined]

    def refused(self) -> int:
        return len(self.account.state.rows("SELECT id FROM logins WHERE status = 'Failure'"))

    def files(self) -> list[Path]:
        return sorted(self.desk.store.folder.glob("*.refused"))


@pytest.fixture
def timer(tmp_path: Path) -> Iterator[Timer]:
    with at(tmp_path, "wrong-secret") as (desk, account):
        yield Timer(tmp_path, desk, account)


@pytest.fixture
def admin(tmp_path: Path) -> Iterator[Timer]:
    """Only the setup token is dead."""
    with at(tmp_path, "alvys-ready") as (desk, account):
        timer = Timer(tmp_path, desk, account)
        timer.dead_setup_token()
        yield timer


def test_a_dead_setup_token_beside_the_wizard_is_sent_once_in_half_an_hour(admin: Timer) -> None:
    name = saved(admin.desk, admin.account).id
    with admin.desk.store.hold(name, admin.desk.clock.now()):
        for _ in range(6):
            admin.run(setup=name)
        assert admin.refused() == 1
        for _ in range(6):
            admin.wait(HALF_AN_HOUR)
            admin.run(setup=name)
        assert admin.refused() == 4, "the fifth may lock the administrator"
    walk = admin.desk.walk(admin.desk.store.load(name))
    assert walk.attempts_left() == 1 and admin.files() == []
    assert len(admin.desk.store.load(name).refusals["setup"]) == 4, "the wizard has taken them over"


def test_more_refusals_than_the_list_holds_are_each_noted(admin: Timer) -> None:
    setup = saved(admin.desk, admin.account)
    clock = admin.desk.clock
    setup.refusals = {"setup": [clock.now() - timedelta(days=2, minutes=n) for n in range(6)]}
    admin.desk.store.save(setup)
    with admin.desk.store.hold(setup.id, clock.now()):
        admin.run(setup=setup.id)
        admin.run(setup=setup.id)
    assert admin.refused() == 1
    assert admin.desk.store.refused(setup.id) == {"setup": [clock.now()]}


def test_a_token_revoked_after_the_wizard_logged_in_is_counted(timer: Timer) -> None:
    name = saved(timer.desk, timer.account).id
    wizard = timer.desk.walk(timer.desk.store.load(name))
    wizard.attempts.budget("integration").accept(timer.desk.clock.now())
    with timer.desk.store.hold(name, timer.desk.clock.now()):
        for _ in range(3):
            timer.wait(HALF_AN_HOUR + 60)
            timer.run(setup=name)
    assert timer.refused() == 3
    assert wizard.attempts_left() == 2
    assert timer.desk.walk(timer.desk.store.load(name)).attempts_left() == 2, "saved with the setup"


def test_values_of_no_setup_are_counted_across_runs(timer: Timer) -> None:
    for _ in range(7):
        code, answer, _ = timer.given()
        assert code == 1 and answer["requirements"], "also while it is held back: the refusal stands"
    assert timer.refused() == 4, "the fifth may lock the user"
    for _ in range(6):
        timer.wait(HALF_AN_HOUR)
        assert timer.given()[0] == 1
    assert timer.refused() == 4
    timer.wait(DAY)
    timer.given()
    assert timer.refused() == 5, "nobody can ask for it here, so a day later it is tried again"
    (file,) = timer.files()
    assert len(file.read_text().splitlines()) == 1


def test_a_setup_token_of_no_setup_is_counted_by_itself(admin: Timer) -> None:
    for _ in range(3):
        admin.given()
    assert admin.refused() == 3
    (file,) = admin.files()
    admin.values["setup_token"] = dict(admin.account.setup_token or {})
    admin.given()
    assert not file.exists(), "put right: accepted, and forgotten"
    assert admin.refused() == 3


@posix_only
def test_the_count_names_no_value_and_is_the_owners_alone(timer: Timer) -> None:
    timer.given()
    (file,) = timer.files()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.name.startswith("token-1234567_SB1-")
    assert not [n for n in VALUES if timer.values[n] in file.name + file.read_text()]


def test_a_count_that_cannot_be_kept_is_said_and_hinders_nothing(timer: Timer) -> None:
    timer.desk.store.folder.parent.mkdir(parents=True, exist_ok=True)
    timer.desk.store.folder.write_text("a file where the folder should be")
    code, _, talk = timer.given()
    assert code == 1 and timer.refused() == 1
    assert talk.count("Refused logins are not counted across runs. ") == 1


def test_a_damaged_count_is_read_as_far_as_it_can_be(timer: Timer) -> None:
    timer.given()
    (file,) = timer.files()
    file.write_bytes(b"\xff\x00\nintegration\nintegration 2026-13-01\nintegration 2026-11-21\n" + file.read_bytes())
    timer.given()
    assert timer.refused() == 2
