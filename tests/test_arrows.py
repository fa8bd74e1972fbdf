"""Imports run one way: screens -> wizard, checks -> wizard. By ast over every file, and over sys.modules in a subprocess."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import ROOT, python_files

WATCHED = {"http", "socket", "socketserver", "sqlite3", "ssl", "urllib.request", "ftplib", "smtplib", "asyncio"}
"""Parts of the standard library that only some rooms may use; the rest of it is free for all."""


@dataclass(frozen=True)
class Room:
    """A part of the tree, and what its files may import beside themselves and the free standard library."""

    prefix: str
    """How the paths of its files begin; of several rooms, the longest prefix counts."""
    may: frozenset[str]
    """Packages or modules, with everything below them."""
    inside_functions: frozenset[str] = frozenset()
    """What it may import inside functions only."""


def room(prefix: str, may: str, inside_functions: str = "") -> Room:
    """Return a room from names separated by blanks."""
    return Room(prefix, frozenset(may.split()), frozenset(inside_functions.split()))


CORE = "wizard pydantic tomli"
ROOMS = (
    room("wizard/", f"{CORE} platformdirs"),
    room("wizard/cli.py", f"{CORE} platformdirs", inside_functions="checks screens"),
    room("wizard/netsuite/", f"{CORE} requests requests_oauthlib oauthlib urllib3 http socket ssl cryptography"),
    room("wizard/vault/", f"{CORE} platformdirs keyring secretstorage jeepney cryptography"),
    room("wizard/practice/", f"{CORE} http socket socketserver sqlite3 ssl cryptography"),
    room("checks/", "checks wizard pydantic"),
    room("screens/", "screens wizard textual rich asyncio"),
)


@dataclass(frozen=True)
class Import:
    """One name that a file imports."""

    module: str
    """Absolute, e.g. ``wizard.verdict``; for ``from a import b`` it is ``a.b``, since ``b`` may be a module."""
    line: int
    """Where."""
    in_function: bool
    """Whether it happens only when a function is called."""


def imports(path: str, source: str) -> Iterator[Import]:
    """Yield what a file imports, ``import_module`` and ``__import__`` with a literal name included.

    Args:
        path: relative to the checkout, with ``/``; relative imports are resolved against it.
        source: the file's content.
    """
    package = path.removesuffix(".py").split("/")[:-1]

    def visit(node: ast.AST, in_function: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(alias.name, child.lineno, in_function)
            elif isinstance(child, ast.ImportFrom):
                base = package[: len(package) - child.level + 1] if child.level else []
                for alias in child.names:
                    parts = [*base, *filter(None, [child.module]), alias.name]
                    yield Import(".".join(parts), child.lineno, in_function)
            elif isinstance(child, ast.Call) and child.args and isinstance(child.args[0], ast.Constant):
                called = child.func.attr if isinstance(child.func, ast.Attribute) else getattr(child.func, "id", "")
                if called in ("import_module", "__import__") and isinstance(child.args[0].value, str):
                    yield Import(child.args[0].value, child.lineno, in_function)
            deferred = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            yield from visit(child, in_function or deferred)

    yield from visit(ast.parse(source), False)


def is_one_of(module: str, names: frozenset[str] | set[str]) -> bool:
    """Tell whether a module is one of some packages or below one of them."""
    return any(module == name or module.startswith(f"{name}.") for name in names)


def wrong_imports(path: str, source: str) -> list[str]:
    """Return a line for every import of a file that its room does not allow.

    Args:
        path: relative to the checkout, with ``/``.
        source: the file's content.
    """
    here = max((r for r in ROOMS if path.startswith(r.prefix)), key=lambda r: len(r.prefix))
    wrong = []
    for found in imports(path, source):
        free = found.module.split(".")[0] in sys.stdlib_module_names and not is_one_of(found.module, WATCHED)
        allowed = free or is_one_of(found.module, here.may)
        if not allowed and not (found.in_function and is_one_of(found.module, here.inside_functions)):
            wrong.append(f"{path}:{found.line} imports {found.module}")
    return wrong


FILES = [path.relative_to(ROOT).as_posix() for path in python_files("wizard", "checks", "screens")]


def test_every_package_is_looked_at() -> None:
    assert {path.split("/")[0] for path in FILES} == {"wizard", "checks", "screens"}
    assert {"wizard/cli.py", "wizard/vault/__init__.py", "wizard/netsuite/__init__.py"} <= set(FILES)


@pytest.mark.parametrize("path", FILES)
def test_imports_run_one_way(path: str) -> None:
    assert wrong_imports(path, (ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("wizard/setup.py", "import checks"),
        ("wizard/setup.py", "from screens.app import SetupApp"),
        ("wizard/setup.py", "def f():\n    import checks.runner"),
        ("wizard/setup.py", "if TYPE_CHECKING:\n    from checks import ALL"),
        ("wizard/setup.py", "importlib.import_module('screens.app')"),
        ("wizard/setup.py", "__import__('textual')"),
        ("wizard/cli.py", "from checks.runner import CheckRunner"),
        ("wizard/cli.py", "class A:\n    import screens"),
        ("wizard/cli.py", "def f():\n    import textual"),
        ("wizard/report.py", "import rich.markup"),
        ("wizard/report.py", "def f():\n    import keyring"),
        ("wizard/report.py", "import requests"),
        ("wizard/report.py", "import http.client"),
        ("wizard/report.py", "from http import client"),
        ("wizard/report.py", "from urllib import request"),
        ("wizard/report.py", "import cryptography.hazmat"),
        ("wizard/practice/wire/server.py", "import requests"),
        ("wizard/practice/wire/server.py", "from ...vault import keyring\nimport keyring"),
        ("wizard/practice/wire/server.py", "from ....checks import runner"),
        ("wizard/netsuite/rest.py", "import keyring"),
        ("wizard/vault/probe.py", "import requests"),
        ("checks/role.py", "from screens import app"),
        ("checks/role.py", "import requests"),
        ("checks/role.py", "import http.client"),
        ("checks/role.py", "from textual import work"),
        ("screens/app.py", "from checks.runner import CheckRunner"),
        ("screens/app.py", "def f():\n    import checks"),
        ("screens/app.py", "import keyring"),
        ("screens/app.py", "import requests"),
        ("screens/app.py", "import urllib.request"),
    ],
)
def test_a_wrong_import_is_found(path: str, source: str) -> None:
    assert len(wrong_imports(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("wizard/cli.py", "def run():\n    from screens.app import SetupApp\n    import checks"),
        ("wizard/netsuite/transport.py", "import requests, urllib3.util\nfrom http.client import HTTPException"),
        ("wizard/netsuite/rest.py", "from . import answers\nfrom ..clock import Clock"),
        ("wizard/vault/os_keyring.py", "def f():\n    import keyring.errors, secretstorage"),
        (
            "wizard/practice/wire/server.py",
            "import ssl, sqlite3\nfrom http.server import HTTPServer\nimport cryptography.x509",
        ),
        ("wizard/report.py", "from urllib.parse import quote\nimport json, pydantic"),
        ("checks/role.py", "from wizard.verdict import Verdict\nfrom checks import shared"),
        ("screens/app.py", "import textual.app, rich.text, asyncio\nfrom wizard import desk"),
    ],
)
def test_a_right_import_is_left_alone(path: str, source: str) -> None:
    assert wrong_imports(path, source) == []


# --- what importing really loads

LOAD = """
import importlib, sys
heavy, modules = set(sys.argv[1].split()), sys.argv[2:]
for module in modules:
    importlib.import_module(module)
    loaded = sorted(heavy & set(sys.modules))
    if loaded:
        print(module, "loads", *loaded)
        break
"""


def loads(heavy: str, *modules: str) -> str:
    """Import modules one by one in a fresh interpreter; return which was the first to load something heavy.

    Args:
        heavy: names separated by blanks.
        modules: what to import, in this order.

    Returns:
        Such as ``screens.app loads rich textual``; empty if none does.
    """
    command = [sys.executable, "-c", LOAD, heavy, *modules]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def modules_of(*packages: str) -> list[str]:
    """Return the dotted names of every module of some packages."""
    names = [path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in python_files(*packages)]
    return [name.removesuffix(".__init__") for name in names]


HEAVY = "textual rich keyring secretstorage jeepney requests requests_oauthlib oauthlib urllib3"
CONNECTS = ("wizard.netsuite.transport", "wizard.netsuite.adapter", "wizard.netsuite.outages", "wizard.netsuite.oauth")
IN_THE_CHILD = ("wizard.vault.encrypted_file", "wizard.vault.sealed")
"""The modules that are there to load requests; whoever needs them imports them inside a function."""


def test_importing_the_core_and_the_checks_loads_nothing_heavy() -> None:
    light = [name for name in modules_of("wizard", "checks") if name not in (*CONNECTS, *IN_THE_CHILD)]
    assert len(light) > 10
    assert loads(HEAVY, *light) == ""


def test_the_modules_that_connect_load_neither_textual_nor_keyring() -> None:
    present = [name for name in CONNECTS if (ROOT / Path(*name.split("."))).with_suffix(".py").exists()]
    assert present
    assert loads("textual rich keyring secretstorage jeepney checks screens", *present) == ""


def test_the_core_loads_neither_checks_nor_screens() -> None:
    assert loads("checks screens", *modules_of("wizard")) == ""


def test_the_screens_load_neither_checks_nor_keyring_nor_requests() -> None:
    assert loads("checks keyring secretstorage requests", *modules_of("screens")) == ""


def test_what_is_loaded_is_noticed() -> None:
    assert loads(HEAVY, "json", "keyring", "requests") == "keyring loads keyring"
    assert loads(HEAVY, "wizard", "textual.app").startswith("textual.app loads rich textual")
