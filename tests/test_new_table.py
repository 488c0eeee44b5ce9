"""The contributor's recipe for a table, played on a copy: two files, and everything else follows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.copies import ROOT, list_named_files
from tests.examples import WOKINGHAM, table

DECLARATION = """    CleanTable(
        "parenting_courses",
        _parse_columns("child:id start_date:date course", "end_date:date finished:yn"),
        key_columns=("child", "start_date"),
        mandatory_columns=("child", "start_date"),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(("start_date",), (("end_date", ("finished",)),)),
        timeline_events=(EventTemplate("start_date", "course", (("course", ""), ("finished", "finished"))),),
        event_columns=("start_date", "end_date"),
        span_columns=("start_date", "end_date"),
    ),
)

CLEAN_TABLES"""
COURSES = table(
    "child start_date course end_date finished",
    "A 2018-10-01 Triple~P 2018-12-20 Y",
    "A 2018-10-01 Triple~P 2018-12-20 Y",
    "B 2018-11-01 Triple~P 2018-10-01 N",
)
# Runs in the copy: what the program says of the table, as it was known on two days.
PLAYED = """
import json, sys
from datetime import date
from kpitui.board import build_board
from kpitui.council import open_council
from kpitui.drilldown.timeline import build_timeline
from kpitui.issue_wording import describe_issue

council = open_council()
boards = {str(day): build_board(council, day) for day in (date(2018, 12, 1), date(2018, 12, 31))}
json.dump({
    "issues": [describe_issue(issue) for issue in council.tables.issues if issue.table == "parenting_courses"],
    "timelines": {
        day: [event.description for event in build_timeline(council, board, "child", "A")]
        for day, board in boards.items()
    },
    "public": [
        str(source.rows_read)
        for source in build_board(council, date(2018, 12, 31), public_view=True).sources
        if source.table == "parenting_courses"
    ],
}, sys.stdout)
"""


@pytest.fixture(scope="module")
def copied_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program and its documentation, with the table added in the two files that the page names."""
    folder = tmp_path_factory.mktemp("tree")
    for name in ("kpitui", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.svg"))
    declarations = folder / "kpitui/model/clean_tables.py"
    text = declarations.read_text(encoding="utf-8")
    assert text.count(")\n\nCLEAN_TABLES") == 1
    declarations.write_text(text.replace(")\n\nCLEAN_TABLES", DECLARATION), encoding="utf-8")
    with (folder / "docs/columns.toml").open("a", encoding="utf-8") as meanings:
        meanings.write('\n[parenting_courses]\nfinished = "Whether the course was finished"\n')
    return folder


def run(copied_tree: Path, folder: Path, *arguments: str) -> str:
    """What Python prints in a folder, with the program of the copy."""
    environment = {**os.environ, "PYTHONPATH": str(copied_tree)}
    played = subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    assert played.returncode == 0, played.stderr
    return played.stdout


def test_the_page_names_the_two_files() -> None:
    assert list_named_files("Add a table") == {"model/clean_tables.py", "docs/columns.toml"}


def test_a_declared_table_is_read_checked_and_shown(copied_tree: Path, tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/parenting_courses.csv").write_text(COURSES, encoding="utf-8")
    (tmp_path / "config.toml").write_text(WOKINGHAM, encoding="utf-8")
    document = json.loads(run(copied_tree, tmp_path, "-c", PLAYED))
    assert len(document["issues"]) == 2  # a second row of one key, and an end before its start
    assert document["timelines"] == {
        "2018-12-01": ["course: Triple P"],
        "2018-12-31": ["course: Triple P, finished yes"],
    }
    assert document["public"] == ["nan"]  # the number of its rows is hidden, since they are about children


def test_a_declared_table_has_its_template_and_its_page(copied_tree: Path, tmp_path: Path) -> None:
    run(copied_tree, tmp_path, "-m", "kpitui", "init", "new")
    (template,) = (tmp_path / "new").rglob("parenting_courses.csv")
    assert template.read_text(encoding="utf-8").splitlines()[0] == "child,start_date,course,end_date,finished"
    run(copied_tree, copied_tree, "docs/generate.py")
    page = (copied_tree / "docs/tables.md").read_text(encoding="utf-8")
    assert "| `finished` | Y or N |  | Whether the course was finished |" in page
