"""What is private in Textual: kept in one folder, named on one page, and done without where it is gone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from terminals import ROOT, Terminal
from textual.message_pump import MessagePump

from kpitui.tui.textual_overrides.guard import PRIVATE_NAMES, PrivateName

WITHOUT = Path(__file__).with_name("without_name.py")
PACKAGE = ROOT / "kpitui" / "tui"
OVERRIDES = PACKAGE / "textual_overrides"
NAMES = [name for names in PRIVATE_NAMES.values() for name in names]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.dotted_name)
def test_this_version_has_every_name(name: PrivateName) -> None:
    assert name.is_present


@pytest.mark.parametrize(
    "name",
    [
        PrivateName("textual.app", "App._never"),
        PrivateName("textual.app", "Never._display"),
        PrivateName("textual.never", "App._display"),
        PrivateName("textual.app", "App._display", ("screen",)),
        PrivateName("textual.app", "App._display", ("screen", "renderable", "more")),
        PrivateName("textual.widget", "Widget._never_set"),
    ],
    ids=lambda name: f"{name.dotted_name} {name.parameters}",
)
def test_a_name_that_is_gone_or_takes_something_else_is_noticed(name: PrivateName) -> None:
    assert not name.is_present


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.dotted_name)
def test_the_board_is_driven_without_the_name(name: PrivateName) -> None:
    with Terminal(str(WITHOUT), name.module_name, name.dotted_name, played=False) as terminal:
        assert b"MADE-UP DATA" in terminal.read(until=b"MADE-UP DATA", seconds=60)
        terminal.send("/permanence\r")
        filtered = "ed by “permanence”".encode()  # the beginning may be there from the words before
        assert filtered in terminal.read(until=filtered, seconds=30)
        terminal.send("\rc")
        assert b"Counted?" in terminal.read(until=b"Counted?", seconds=30)
        terminal.send("q")
        assert terminal.ended(30) == 0


@pytest.mark.parametrize("name", PRIVATE_NAMES["private errors"], ids=lambda name: name.dotted_name)
def test_an_error_prints_no_childs_record_without_the_name(name: PrivateName, tmp_path: Path) -> None:
    words = (str(WITHOUT), name.module_name, name.dotted_name, "address=VP7/cases/MU0001", "draw_fails=yes")
    with Terminal(*words, played=False, XDG_STATE_HOME=str(tmp_path)) as terminal:
        sent = terminal.read(until=b"unexpected error", seconds=60)
        assert terminal.ended(30) == 1
    assert b"unexpected error" in sent
    assert b"MU0001 is in this message" not in sent
    assert b"Traceback" not in sent


def test_the_page_says_of_each_name_why_it_is_used() -> None:
    page = (ROOT / "docs" / "textual.md").read_text(encoding="utf-8")
    assert [name.dotted_name for name in NAMES if f"`{name.dotted_name}`" not in page] == []


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def private_names_of(owner: type) -> set[str]:
    """The private names that Textual gives a class, by its bases and by what they set on themselves."""
    bases = [base for base in owner.__mro__ if base.__module__.startswith("textual.")]
    private_names = {name for base in bases for name in vars(base)}
    for base in bases:
        code = getattr(vars(base).get("__init__"), "__code__", None)
        private_names |= set(code.co_names) if code else set()
    return {name for name in private_names if name.startswith("_") and not name.endswith("__")}


def names_of(tree: ast.AST) -> set[str]:
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    methods = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    return {name for name in attributes | methods if name.startswith("_") and not name.endswith("__")}


def test_private_names_of_textual_are_in_one_folder_and_each_is_guarded() -> None:
    guarded = {name.dotted_name.rpartition(".")[2] for name in NAMES}
    private_names: dict[str, set[str]] = {}
    for path, tree in modules():
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
        for node in tree.body:
            owner = getattr(module, node.name, None) if isinstance(node, ast.ClassDef) else None
            if isinstance(owner, type) and issubclass(owner, MessagePump):
                private_names.setdefault(path.name, set()).update(names_of(node) & private_names_of(owner))
    outside = {
        name: private_names[name] for name in private_names if not (OVERRIDES / name).exists() and private_names[name]
    }
    assert outside == {}
    inside = set().union(*(private_names[name] for name in private_names if (OVERRIDES / name).exists()))
    assert inside <= guarded
    assert inside >= {"_display", "_compositor_refresh", "_handle_exception"}  # the test sees something


def test_what_is_private_in_other_objects_of_textual_is_not_reached_into() -> None:
    own_names = {name for _, tree in modules() for name in names_of_own(tree)}
    reached = {
        (path.name, node.attr)
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.endswith("__")
        if node.attr not in own_names and path.parent != OVERRIDES and ast.unparse(node) != "os._exit"
    }
    assert reached == set()
    imported = {
        (path.name, node.module)
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual._")
    }
    assert {name for name, _ in imported} == {"difference_updates.py"}


def names_of_own(tree: ast.AST) -> Iterator[str]:
    """The private names that a module of ours gives its own objects."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name | ast.Attribute):
            yield node.target.id if isinstance(node.target, ast.Name) else node.target.attr
