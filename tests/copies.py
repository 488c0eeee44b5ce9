"""Copies of the project, in which the contributor's recipes are played."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
COPIED = ("kpitui", "docs", "tests", "pyproject.toml", "CHANGELOG.md")
NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.svg")

Edits = Mapping[str, Sequence[tuple[str, str]] | str]
"""By file: texts that are there once, each with what stands in its place; or what is added at the end."""


def copy_project(folder: Path, edits: Edits) -> Path:
    """Copy the project into a new folder, with changes to some of its files and with new ones."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=NOT_COPIED)
        else:
            shutil.copy(ROOT / name, folder / name)
    for name, edit in edits.items():
        path = folder / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        for before, after in () if isinstance(edit, str) else edit:
            assert text.count(before) == 1, f"{name}: {before!r} is there {text.count(before)} times"
            text = text.replace(before, after)
        path.write_text(text + edit if isinstance(edit, str) else text, encoding="utf-8")
    return folder


def list_changed_files(copied_tree: Path) -> set[str]:
    """Return the files of a copy that are not as they are in the project, or not in it."""
    paths = [path for name in COPIED for path in (copied_tree / name, *(copied_tree / name).rglob("*"))]
    names = {str(path.relative_to(copied_tree)) for path in paths if path.is_file() and path.suffix != ".pyc"}
    return {
        name
        for name in names
        if not (ROOT / name).exists() or (ROOT / name).read_bytes() != (copied_tree / name).read_bytes()
    }


def list_named_files(heading: str) -> set[str]:
    """Return the files that the recipe under a heading of the contributor's page names, as a numbered list."""
    page = (ROOT / "docs/contributing.md").read_text(encoding="utf-8")
    recipe = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    steps = [line for line in recipe.splitlines() if line[:1].isdigit()]
    return {line.split("`")[1] for line in steps}


def run_python(copied_tree: Path, folder: Path, *arguments: str) -> str:
    """Return what Python prints in a folder, with the program of the copy."""
    environment = {**os.environ, "PYTHONPATH": str(copied_tree), "PYTHONDONTWRITEBYTECODE": "1"}
    played = subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    assert played.returncode == 0, played.stdout + played.stderr
    return played.stdout


def run_tests(copied_tree: Path, *arguments: str) -> None:
    """Run tests of the copy, which must pass; some must be selected."""
    run_python(copied_tree, copied_tree, "-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider", *arguments)
