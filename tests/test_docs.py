"""The documents that could rot: what they say of settings, files and marks is compared with the code."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

from wizard.cli import _parser
from wizard.cli_credentials import FIELDS
from wizard.netsuite.trust import VARIABLES as CA_VARIABLES
from wizard.netsuite.way import RUNGS
from wizard.practice import settings
from wizard.practice.settings import Settings
from wizard.troubles import TROUBLES
from wizard.vault.interface import USER, service_name
from wizard.vault.passphrase import SHORTEST
from wizard.vault.sealed import ARGON2

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "how-far-to-believe.md").read_text(encoding="utf-8")
MARKS = ("documented", "observed", "inferred", "one vendor's", "a small, believable part", "only what")


def rows() -> list[list[str]]:
    """Rows of the behaviour tables: behaviour, mark, section, file."""
    lines = PAGE.split("## Settings")[0].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("|")]
    return [row for row in cells if len(row) == 4 and row[0] != "Behaviour" and not row[0].startswith("---")]


def settings_table() -> str:
    """The settings as a table: name, values with the default first, and the text beside them in the code."""
    [model] = [n for n in ast.parse(Path(settings.__file__).read_text(encoding="utf-8")).body if isinstance(n, ast.ClassDef)]
    told = {}
    for at, node in enumerate(model.body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            text = model.body[at + 1]
            assert isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant), node.target.id
            told[node.target.id] = " ".join(str(text.value.value).split())
    lines = ["| Setting | Values, the default first | What nobody published |", "|---|---|---|"]
    hints, defaults = get_type_hints(Settings), Settings()
    for name, text in told.items():
        default = getattr(defaults, name)
        others = [v for v in (get_args(hints[name]) if get_origin(hints[name]) else (True, False)) if v != default]
        values = [default, *(others if get_origin(hints[name]) or hints[name] is bool else ["any figure"])]
        lines.append(f"| `{name}` | {', '.join(str(v) for v in values)} | {text.replace('``', '`').replace('|', '/')} |")
    return "\n".join(lines)


def troubles_table() -> str:
    """What can stand between this machine and NetSuite, as a table."""
    lines = ["| Rung | It says | What follows, and what to do | Cause |", "|---|---|---|---|"]
    for row in sorted(TROUBLES.values(), key=lambda row: (*RUNGS, "answer").index(row.rung)):
        first, *others = row.causes
        causes = f"`{first}`, proven" if row.proven else ", ".join(f"`{cause}`" for cause in (first, *others))
        lines.append(f"| {row.rung} | {row.says} | {row.means} {row.do} | {causes} |")
    return "\n".join(lines)


def test_the_table_of_troubles_is_that_of_the_code() -> None:
    page = (ROOT / "docs" / "network.md").read_text(encoding="utf-8")
    assert troubles_table() in page, "docs/network.md should have this table:\n" + troubles_table()
    assert set(CA_VARIABLES) <= set(re.findall(r"`([A-Z_]+)`", page))


def test_every_row_has_a_mark_a_section_and_a_file() -> None:
    assert len(rows()) > 40
    for behaviour, mark, section, file in rows():
        assert any(word in mark for word in MARKS), behaviour
        assert re.search(r"\d", section), behaviour
        for name in re.findall(r"`([a-z_]+\.py)`", file):
            assert list((ROOT / "wizard" / "practice").rglob(name)), (behaviour, name)
        assert file.startswith("`"), behaviour


def test_the_table_of_settings_is_that_of_the_code() -> None:
    assert settings_table() in PAGE, "docs/how-far-to-believe.md should have this table:\n" + settings_table()


def test_the_page_of_secrets_speaks_of_commands_and_limits_there_are() -> None:
    page = (ROOT / "docs" / "secrets.md").read_text(encoding="utf-8")
    lines = re.findall(r"^(?:.* \| )?netsuite-setup (credentials [^#|\n]*)", page, re.MULTILINE)
    told = {_parser().parse_args(shlex.split(line)).what for line in lines}
    assert told >= {"list", "verify", "show", "move", "delete", "env", "passphrase"}
    assert f"At least {SHORTEST} characters" in page and f"Fields: {', '.join(f'`{field}`' for field in FIELDS)}." in page
    assert service_name("1234567_SB1", "alvys") in page and f"`{USER}`" in page
    memory, passes, lanes = ARGON2["m"], ARGON2["t"], ARGON2["p"]
    assert f"Argon2id ({int(str(memory)) // 1024} MiB, {passes} passes, {lanes} lanes)" in page


def test_every_proof_that_the_security_page_names_is_there() -> None:
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    promises = [line.strip("|").split(" | ") for line in page.split("## How each promise is tested")[1].splitlines() if line.startswith("| ")]
    proofs = [re.findall(r"`([^`]+\.py)`", promise[1]) for promise in promises[1:]]
    assert len(proofs) > 10 and all(proofs)
    for files in proofs:
        folder = (ROOT / files[0]).parent
        for file in files:
            there = ROOT / file if "/" in file else folder / file
            assert "def test_" in there.read_text(encoding="utf-8"), file
