"""What is installed is the program, whole and alone; what is locked is what pyproject.toml asks for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from support import ROOT

import wizard

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LEFT_OUT = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__")


def run(*command: str, cwd: Path, **env: str) -> str:
    """Run a command that must succeed; return what it printed on stdout."""
    done = subprocess.run(command, cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the checkout, so that no build folder of an earlier day lends it files."""
    folder = tmp_path_factory.mktemp("build")
    shutil.copytree(ROOT, folder / "source", ignore=LEFT_OUT)
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    run(*pip, "--wheel-dir", str(folder), "./source", cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone into a folder; what it depends on is there already."""
    folder = tmp_path_factory.mktemp("site")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index")
    run(*pip, "--target", str(folder), str(wheel), cwd=folder)
    return folder


def test_the_wheel_holds_every_module_and_data_file_and_nothing_else(wheel: Path) -> None:
    in_wheel = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    wanted = ("wizard/**/*.py", "checks/**/*.py", "screens/**/*.py")
    wanted += ("wizard/failures.toml", "wizard/profiles/*.toml", "wizard/practice/scenarios/*.toml", "wizard/practice/bundles/*.toml", "screens/*.tcss")
    for pattern in wanted:
        assert list(ROOT.glob(pattern)), f"{pattern}: there is nothing of this kind"
    assert in_wheel == {path.relative_to(ROOT).as_posix() for pattern in wanted for path in ROOT.glob(pattern)}


def test_the_wheel_says_the_version_of_the_code(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode())
    assert metadata["Version"] == wizard.__version__ == PROJECT["project"]["version"]
    assert metadata["Requires-Python"] == PROJECT["project"]["requires-python"]


def test_the_installed_program_starts(site: Path, tmp_path: Path) -> None:
    by_module = run(sys.executable, "-m", "wizard", "--version", cwd=tmp_path, PYTHONPATH=str(site))
    by_command = run(
        sys.executable, str(site / "bin" / "netsuite-setup"), "--version", cwd=tmp_path, PYTHONPATH=str(site)
    )
    assert by_module == by_command
    assert wizard.__version__ in by_module


def test_the_installed_program_runs_its_own_files(site: Path, tmp_path: Path) -> None:
    ask = "import wizard, checks, screens, wizard.cli as cli; print(*(m.__file__ for m in (wizard, checks, screens, cli)))"
    for file in run(sys.executable, "-c", ask, cwd=tmp_path, PYTHONPATH=str(site)).split():
        assert Path(file).is_relative_to(site)


# --- constraints.txt

ENTRY = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; ([^\\]+))? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M)


def locked() -> dict[str, set[str]]:
    """Return the versions of each package that constraints.txt names."""
    versions: dict[str, set[str]] = {}
    for name, version, _, _ in ENTRY.findall((ROOT / "constraints.txt").read_text(encoding="utf-8")):
        versions.setdefault(name, set()).add(version)
    return versions


def test_the_lock_has_nothing_but_versions_with_hashes() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    rest = ENTRY.sub("", text)
    assert locked()
    assert [line for line in rest.splitlines() if line and not line.startswith("#")] == []


@pytest.mark.parametrize(
    "line",
    [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["test"],
        *PROJECT["build-system"]["requires"],
    ],
)
def test_the_lock_fits_what_the_project_asks_for(line: str) -> None:
    asked = Requirement(line)
    versions = locked().get(canonicalize_name(asked.name), set())
    assert versions, "run scripts/lock.py"
    assert all(asked.specifier.contains(version) for version in versions), "run scripts/lock.py"


def test_the_program_installs_without_the_tools_of_its_tests() -> None:
    program, marker, tests = (ROOT / "constraints.txt").read_text(encoding="utf-8").partition("# --- tests only ---\n")
    first, second = ({name for name, *_ in ENTRY.findall(part)} for part in (program, tests))
    asked = {canonicalize_name(Requirement(line).name) for line in PROJECT["project"]["dependencies"]}
    assert marker
    assert asked <= first
    assert {"pytest", "mypy", "ruff"} <= second
    assert not first & second


# --- the tree


def test_no_file_names_an_index_host_or_a_path_of_one_machine() -> None:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: nobody can say which files belong to the project")
    # a letter in brackets keeps each pattern from finding itself
    told = re.compile(r"python[h]osted|pypi[.]org/[s]imple|test[.]pypi[.]org|(?<![\w.-])/(?:[w]ork|[r]oot)/")
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0")
    paths = [ROOT / name for name in listed if name]
    assert len(paths) > 20
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in paths
        if path.is_file()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if told.search(line)
    ]
    assert found == []
