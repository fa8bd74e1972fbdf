"""Writes constraints.txt anew: exact versions and sha256 hashes of everything the program and its tests install.

Needs ``uv`` on the PATH or in the running interpreter's environment; it is the resolver that can answer for every
platform and every Python from 3.10 on at once. Run it after a change of the dependencies in pyproject.toml, or to take
newer versions, and commit the result on its own: ``python3 scripts/lock.py``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST_PYTHON = "3.10"
BUILD = "setuptools>=77\n"
"""What [build-system] of pyproject.toml asks for; locked too, because the project is built without build isolation."""

HEAD = """\
# Exact versions and sha256 hashes of everything that is installed; written by scripts/lock.py, never by hand.
# bootstrap.py installs from it. By hand, in a virtual environment:
#   python -m pip install --no-deps --require-hashes --only-binary :all: -r constraints.txt
#   python -m pip install --no-deps --no-build-isolation -e .
# (pip refuses hashes for a local folder, so `pip install -c constraints.txt .` in one step cannot work.)

# --- the program ---
"""
TESTS = "\n# --- tests only ---\n"
"""bootstrap.py stops reading here when it installs the program without its tests."""


def compile_lock(*options: str) -> dict[str, str]:
    """Let uv resolve, and return its entries by ``name==version ; marker`` line.

    Args:
        options: further options of ``uv pip compile``.

    Raises:
        subprocess.CalledProcessError: if there is no solution; uv has said why.
    """
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", *options]
    command += ["pyproject.toml", "-"]
    out = subprocess.run(command, cwd=ROOT, input=BUILD, stdout=subprocess.PIPE, text=True, check=True)
    entries: dict[str, str] = {}
    line = ""
    for text in out.stdout.splitlines(keepends=True):
        if not text.startswith(" "):
            line = text
            entries[line] = ""
        entries[line] += text
    return entries


def name_of(line: str) -> str:
    """Return the package's name of an entry's first line."""
    return line.partition("==")[0]


def main() -> None:
    """Resolve the program, then the tests on top of the same versions, and write both parts."""
    program = compile_lock()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as chosen:
        chosen.writelines("".join(program.values()))
        chosen.flush()
        everything = compile_lock("--extra", "test", "--constraint", chosen.name)
    names = {name_of(line) for line in program}
    first = [entry for line, entry in everything.items() if name_of(line) in names]
    second = [entry for line, entry in everything.items() if name_of(line) not in names]
    text = HEAD + "".join(first) + TESTS + "".join(second)
    (ROOT / "constraints.txt").write_text(text, encoding="utf-8", newline="\n")
    print(f"constraints.txt: {len(first)} entries for the program, {len(second)} for its tests")


if __name__ == "__main__":
    main()
