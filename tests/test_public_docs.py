"""Everything public says what it is for, and every field of a model says what it holds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from support import ROOT, python_files

Documented = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

FILES = [path.relative_to(ROOT).as_posix() for path in python_files("wizard", "checks", "screens")]
VOCABULARY = ("wizard/verdict.py", "wizard/profile.py", "wizard/check.py", "wizard/setup.py", "screens/messages.py")
"""Where people look up what a word means: every annotated attribute of every class there bears a docstring."""
DATA = {"dataclass", "BaseModel", "Frozen", "NamedTuple", "TypedDict"}
"""Decorators and bases whose annotated attributes are fields, in whichever file."""


def undocumented(source: str) -> list[str]:
    """Return what is public in a file and has no docstring, as ``Class.method (line)``."""
    tree = ast.parse(source)
    missing = [] if ast.get_docstring(tree) else ["the module"]
    return missing + list(_undocumented_in(tree.body, ""))


def _undocumented_in(body: list[ast.stmt], within: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, (ast.If, ast.Try)):
            yield from _undocumented_in([*node.body, *node.orelse], within)
        if not isinstance(node, Documented) or node.name.startswith("_") or _completes_another(node):
            continue
        if not ast.get_docstring(node):
            yield f"{within}{node.name} ({node.lineno})"
        if isinstance(node, ast.ClassDef):
            yield from _undocumented_in(node.body, f"{within}{node.name}.")


def _completes_another(node: Any) -> bool:
    """A setter or an overload belongs to a function that is documented already."""
    return bool({"setter", "deleter", "overload"} & _names(node.decorator_list))


def fields_without_docstring(source: str, every_class: bool = False) -> list[str]:
    """Return the public fields of the public classes of a file that have no string below them.

    Args:
        source: the file's content.
        every_class: look at other classes than dataclasses and models, too.
    """
    missing = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        if not every_class and not DATA & _names([*node.decorator_list, *node.bases]):
            continue
        for field, below in zip(node.body, [*node.body[1:], None], strict=True):
            if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
                continue
            said = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and below.value.value
            if not field.target.id.startswith("_") and not (isinstance(said, str) and said.strip()):
                missing.append(f"{node.name}.{field.target.id} ({field.lineno})")
    return missing


def _names(nodes: list[ast.expr]) -> set[str]:
    """Return the last words of names, attributes and calls: ``dataclass`` of ``@dataclasses.dataclass(frozen=True)``."""
    called = [node.func if isinstance(node, ast.Call) else node for node in nodes]
    return {node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in called}


@pytest.mark.parametrize("path", FILES)
def test_everything_public_has_a_docstring(path: str) -> None:
    assert undocumented((ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", FILES)
def test_every_field_says_what_it_holds(path: str) -> None:
    assert fields_without_docstring((ROOT / path).read_text(encoding="utf-8"), every_class=path in VOCABULARY) == []


def test_the_vocabulary_is_where_it_is_looked_for() -> None:
    assert set(VOCABULARY) <= set(FILES)


def test_what_is_missing_is_found() -> None:
    source = '''
if True:
    def listed(): ...
class Public:
    """Said."""
    async def method(self): ...
    def _private(self): ...
    @property
    def kept(self):
        """Said."""
    @kept.setter
    def kept(self, value): ...
class _Private:
    def method(self): ...
'''
    assert undocumented(source) == ["the module", "listed (3)", "Public.method (6)"]


def test_a_field_without_its_docstring_is_found() -> None:
    source = '''
@dataclasses.dataclass(frozen=True)
class Model(Other):
    """Said."""
    first: int
    """Said."""
    second: int = 2
    third: str
    """ """
    _fourth: int
    fifth: int
class Plain:
    sixth: int
class Deep(verdict.Frozen):
    seventh: int
'''
    assert fields_without_docstring(source) == [
        "Model.second (7)", "Model.third (8)", "Model.fifth (11)", "Deep.seventh (15)"
    ]  # fmt: skip
    assert "Plain.sixth (13)" in fields_without_docstring(source, every_class=True)
