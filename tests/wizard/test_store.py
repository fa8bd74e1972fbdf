"""Saved setups: whole or not at all, the owner's alone, one run at a time, and never thrown away because of a fault."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from wizard.errors import SetupInUse, StoreError
from wizard.setup import SCHEMA, Setup
from wizard.store import SetupStore

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="modes and signals of POSIX")


@pytest.fixture
def store(tmp_path: Path) -> SetupStore:
    return SetupStore(tmp_path / "data" / "setups")


def begun(answer: str = "yes") -> Setup:
    setup = Setup.begin("sample", "1", "start", NOON)
    setup.answers["oneworld"] = answer
    return setup


def run(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start another run of the program that uses the store."""
    header = """
        import sys
        from datetime import datetime, timezone
        from pathlib import Path
        from wizard.errors import StoreError
        from wizard.setup import Setup
        from wizard.store import SetupStore
        store = SetupStore(Path(sys.argv[1]))
        noon = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)
    """
    program = textwrap.dedent(header) + textwrap.dedent(code)
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=Path(__file__).resolve().parents[2],
    )


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> str:
    """Let a run end by itself and return what it wrote."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out


# --- saving and reading


def test_what_is_saved_is_read_again_and_the_last_changed_comes_first(store: SetupStore) -> None:
    old, new = begun("yes"), begun("no")
    new.changed = NOON + timedelta(hours=1)
    for setup in (new, old):
        store.save(setup)
    setups, unreadable = store.all()
    assert [s.id for s in setups] == [new.id, old.id] and not unreadable
    assert store.load(old.id) == old


def test_there_may_be_no_folder_yet(store: SetupStore) -> None:
    assert store.all() == ([], [])
    assert not store.folder.exists()
    with pytest.raises(StoreError):
        store.load("nothing-there")


@posix_only
def test_file_and_folder_belong_to_the_owner_alone_whatever_the_umask_says(store: SetupStore) -> None:
    before = os.umask(0o022)
    try:
        setup = begun()
        store.save(setup)
        with store.hold(setup.id, NOON):
            modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in store.folder.iterdir()}
    finally:
        os.umask(before)
    assert modes == {f"{setup.id}.json": 0o600, f"{setup.id}.lock": 0o600}
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_deleting_leaves_nothing_and_may_be_repeated(store: SetupStore) -> None:
    setup = begun()
    store.save(setup)
    with store.hold(setup.id, NOON):
        pass
    store.delete(setup.id)
    store.delete(setup.id)
    assert list(store.folder.iterdir()) == []


# --- faults


@posix_only
def test_killed_while_saving_leaves_a_whole_file_every_time(store: SetupStore) -> None:
    setup = begun("first")
    store.save(setup)
    saving = """
        setup = store.load(sys.argv[2])
        for number in range(10**9):
            setup.answers["oneworld"] = f"{number} " + "x" * 200_000
            store.save(setup)
            if number == 2:
                print("saving", flush=True)
    """
    cut_short = 0
    for round_ in range(12):
        process = run(saving, store.folder, setup.id)
        assert line_of(process) == "saving"
        for _ in range(20_000 * round_):  # a different moment each time
            pass
        process.kill()
        process.wait()
        process.communicate()
        kept = store.load(setup.id).answers["oneworld"]
        number, filling = kept.split(" ")
        assert int(number) >= 2 and filling == "x" * 200_000
        cut_short += bool(list(store.folder.glob(".*~*")))
    assert cut_short, "no kill met a save; the test proves nothing"
    assert [s.id for s in store.all()[0]] == [setup.id], "half-written files are not taken for setups"
    with store.hold(setup.id, NOON):
        assert list(store.folder.glob(".*~*")) == [], "the next run tidies up"


def test_tidying_up_leaves_another_setups_save_alone(store: SetupStore) -> None:
    store.folder.mkdir(parents=True)
    other = store.folder / ".sample-abcd-efgh.json~x1"
    other.write_text("being written")
    with store.hold("sample-abcd", NOON):
        assert other.exists()


@posix_only
def test_a_full_disk_is_said_and_the_last_saved_progress_is_still_there(store: SetupStore) -> None:
    setup = begun("before")
    store.save(setup)
    full = """
        import resource, signal
        setup = store.load(sys.argv[2])
        setup.answers["oneworld"] = "x" * 100_000
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
        try:
            store.save(setup)
        except StoreError as error:
            print(error.message)
    """
    said = end(run(full, store.folder, setup.id))
    assert said.startswith("Not saved: ") and "still there" in said
    assert store.load(setup.id) == setup
    assert [p.name for p in store.folder.iterdir()] == [f"{setup.id}.json"], "no half-written file stays"


@pytest.mark.skipif(not sys.platform.startswith("linux") or os.geteuid() != 0, reason="mounts a small disk: Linux, root")
def test_a_really_full_disk_is_said_too(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("this root may not mount")
    try:
        store, setup = SetupStore(disk / "setups"), begun("before")
        store.save(setup)
        bigger = setup.model_copy(update={"answers": {"oneworld": "x" * 100_000}})
        with pytest.raises(StoreError, match="No space left"):
            store.save(bigger)
        assert store.load(setup.id) == setup
        store.save(setup)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = SetupStore(tmp_path / "file" / "setups")
    with pytest.raises(StoreError, match="Not saved"):
        store.save(begun())
    with pytest.raises(StoreError, match="cannot be used"), store.hold("sample-abcd", NOON):
        pass


def test_text_that_is_no_text_is_refused_and_the_old_file_stays(store: SetupStore) -> None:
    setup = begun()
    store.save(setup)
    broken = setup.model_copy(update={"answers": {"oneworld": "\udcff"}})
    with pytest.raises(StoreError, match="no text"):
        store.save(broken)
    assert store.load(setup.id) == setup


DAMAGED = {
    "cut off": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "not UTF-8": lambda text: b"\xff\xfe\x00",
    "a list": lambda text: "[]",
    "of something else": lambda text: '{"name": "something else"}',
    "too deep": lambda text: "[" * 200_000,
    "a number nobody can read": lambda text: '{"schema": ' + "9" * 5000 + "}",
    "a key too many": lambda text: json.dumps({**json.loads(text), "token_secret": "x"}),
    "a key missing": lambda text: json.dumps({k: v for k, v in json.loads(text).items() if k != "step"}),
    "a time without zone": lambda text: json.dumps({**json.loads(text), "changed": "2026-11-21T12:00:00"}),
}


@pytest.mark.parametrize("damage", DAMAGED, ids=str)
def test_a_damaged_file_is_listed_left_as_it_is_and_harms_no_other(store: SetupStore, damage: str) -> None:
    good, bad = begun(), begun()
    store.save(good)
    store.save(bad)
    path = store.folder / f"{bad.id}.json"
    made = DAMAGED[damage](path.read_text())
    path.write_bytes(made if isinstance(made, bytes) else made.encode())
    before = path.read_bytes()
    setups, unreadable = store.all()
    assert [s.id for s in setups] == [good.id]
    assert [u.path for u in unreadable] == [path] and "damaged" in unreadable[0].why
    assert path.read_bytes() == before


def test_what_a_damaged_file_says_about_itself_cannot_command_the_terminal(store: SetupStore) -> None:
    setup = begun()
    store.save(setup)
    path = store.folder / f"{setup.id}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "\x1b]2;title\x07": 1}))
    (unreadable,) = store.all()[1]
    assert "\x1b" not in unreadable.why and "\x07" not in unreadable.why


def test_a_file_of_a_newer_version_is_refused_and_left_as_it_is(store: SetupStore) -> None:
    setup = begun()
    store.save(setup)
    path = store.folder / f"{setup.id}.json"
    newer = json.dumps({**json.loads(path.read_text()), "schema": SCHEMA + 1, "new_key": {}})
    path.write_text(newer)
    with pytest.raises(StoreError, match="newer version"):
        store.load(setup.id)
    assert store.all()[0] == [] and "newer version" in store.all()[1][0].why
    assert path.read_text() == newer


def test_an_unreadable_value_is_named_by_its_key_and_never_repeated(store: SetupStore) -> None:
    setup = begun()
    store.save(setup)
    path = store.folder / f"{setup.id}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "begun": "hunter2hunter2"}))
    (unreadable,) = store.all()[1]
    assert "begun" in unreadable.why and "hunter2" not in unreadable.why


# --- two runs

HOLDING = """
    with store.hold(sys.argv[2], noon):
        print("held", flush=True)
        sys.stdin.readline()
        print(store.knocked(sys.argv[2]), store.knocked(sys.argv[2]), flush=True)
"""


def test_two_runs_are_told_about_each_other(store: SetupStore) -> None:
    first = run(HOLDING, store.folder, "sample-abcd")
    assert line_of(first) == "held"
    with pytest.raises(SetupInUse) as refused, store.hold("sample-abcd", NOON + timedelta(minutes=7)):
        pass
    assert f"process {first.pid}, since 2026-11-21 12:00 UTC" in refused.value.message
    assert first.stdin
    first.stdin.write("\n")
    first.stdin.flush()
    assert line_of(first) == "12:07 None", "the first run learns of it, once"
    end(first)
    with store.hold("sample-abcd", NOON):
        pass


def test_other_setups_are_not_held(store: SetupStore) -> None:
    with store.hold("sample-abcd", NOON), store.hold("sample-efgh", NOON):
        assert store.knocked("sample-abcd") is None


@posix_only
def test_the_end_of_a_killed_run_releases_its_setup(store: SetupStore) -> None:
    first = run(HOLDING, store.folder, "sample-abcd")
    assert line_of(first) == "held"
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    with store.hold("sample-abcd", NOON):
        assert (store.folder / "sample-abcd.lock").read_text().startswith(f"process {os.getpid()},")
