"""Front ends lay out: what is counted, sorted, grouped or averaged is worked out in the core, once.

The import contracts in `pyproject.toml` hold which modules they may ask. This finds what they would
work out themselves.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "kpitui"
FRONT_ENDS = [
    path
    for folder in ("report", "cli", "tui/views", "tui/screens", "tui/screen_parts")
    for path in sorted((PACKAGE / folder).rglob("*.py"))
]
COUNTING_MODULES = {"decimal", "fractions", "statistics", "polars", "narwhals"}
COUNTING_NAMES = {("collections", "Counter"), ("itertools", "groupby"), ("itertools", "accumulate")}
SORTING_CALLS = {"sorted", "sort", "group_by"}
# What is sorted here is where something stands on the page, and not what is said.
LAID_OUT = {
    "fit_board_columns": "columns by how much they matter where the width is short",
    "_stack_labels": "labels beside a chart by the height at which they stand",
}


def list_imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield every module that is imported, with each name taken from it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (((node.module or "").partition(".")[0], alias.name) for alias in node.names)


def list_calls(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the functions that call something by name, each with the name it calls."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call):
                    called = node.func
                    name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
                    yield function.name, name


@pytest.mark.parametrize("path", FRONT_ENDS, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_front_end_counts_and_sorts_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = list(list_imports(tree))
    assert [module for module, _ in imports if module in COUNTING_MODULES] == []
    assert [imported for imported in imports if imported in COUNTING_NAMES] == []
    sorting = {function for function, name in list_calls(tree) if name in SORTING_CALLS}
    assert sorting - set(LAID_OUT) == set()


def test_every_exception_is_needed() -> None:
    sorting = {
        function
        for path in FRONT_ENDS
        for function, name in list_calls(ast.parse(path.read_text(encoding="utf-8")))
        if name in SORTING_CALLS
    }
    assert set(LAID_OUT) <= sorting
