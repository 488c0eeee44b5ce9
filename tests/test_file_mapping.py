"""An unknown file: what the program suggests of it, asks of it and writes into the config."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from kpitui.cli import main
from kpitui.config.settings import load_settings
from kpitui.council import open_council
from kpitui.file_mapping import append_stanza, format_stanza, suggest_file

CONFIG = '# Ours.\nas_at = "2019-03-25"  # the meeting\n[council]\nname = "Ourton"\nla_code = "872"\n'
VISITS = (
    "Visits of the quarter\nPerson ID*,Worker,Actual date of visit,Outcome\n"
    "1,W,12/10/2018 14:30,Child seen\n1,W,26/10/2018 10:00,child NOT seen\n"
)


@pytest.fixture
def config_path(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "visits.csv").write_text(VISITS, encoding="utf-8")
    return tmp_path / "config.toml"


def run(config_path: Path, *words: str) -> int:
    return main(["--config", str(config_path), *words])


def test_what_is_certain_is_suggested_and_the_rest_is_asked(config_path: Path) -> None:
    suggestion = suggest_file(load_settings(config_path), config_path.parent / "visits.csv")
    assert suggestion is not None
    assert format_stanza(suggestion) == (
        '[files."visits.csv"]\ntable = "protection_visits"\n'
        'columns = { child = "person id*", visit_date = "actual date of visit" }\n'
        '# seen is needed: "worker" or "outcome"?\n'
    )


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Employee no.,Name,Date appointed,Leaving date,FTE\n1,A,01/02/2015,,1\n", {"worker", "fte"}),
        ("Start date,Worker,FTE\n2015-02-01,A,1\n", {"start_date", "worker", "fte"}),
        # A heading of dates that are none is not certain.
        ("Start date,Worker,FTE\nsoon,A,1\n", {"worker", "fte"}),
        # Two headings for one column are a question.
        ("Worker,Start date,Start date of post\nA,2015-02-01,2015-02-01\n", {"worker", "start_date"}),
        ("Worker,Post start date,Job start date\nA,2015-02-01,2015-02-01\n", {"worker"}),
    ],
)
def test_a_personnel_export(config_path: Path, text: str, columns: set[str]) -> None:
    (config_path.parent / "HR.csv").write_text(text, encoding="utf-8")
    suggestion = suggest_file(load_settings(config_path), config_path.parent / "HR.csv", "social_workers")
    assert suggestion is not None
    assert {*suggestion.certain_columns} == columns


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "x\n", "", "Shopping,Price\nmilk,1\n"])
def test_a_file_that_is_like_no_table(config_path: Path, text: str) -> None:
    (config_path.parent / "list.csv").write_text(text, encoding="utf-8")
    assert suggest_file(load_settings(config_path), config_path.parent / "list.csv") is None


def test_check_prints_the_part_to_paste(config_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(config_path, "check") == 3
    output = capsys.readouterr()
    assert '\n[files."visits.csv"]\ntable = "protection_visits"\n' in output.err
    assert "files" not in output.out


def test_map_asks_and_writes_what_is_then_read(
    config_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # seen: not a number, then the second; no setting; and what its two words mean.
    monkeypatch.setattr("sys.stdin", io.StringIO("\n2\n\nY\nN\n"))
    assert run(config_path, "map", "visits.csv") == 0
    text = config_path.read_text(encoding="utf-8")
    assert text == CONFIG + "\n" + capsys.readouterr().out
    frame = open_council(config_path).tables.frames["protection_visits"].collect()
    assert sorted(frame.select("child", "visit_date", "seen").rows()) == [
        ("1", date(2018, 10, 12), "Y"), ("1", date(2018, 10, 26), "N"),
    ]  # fmt: skip


def test_answers_that_end_write_nothing(config_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("2\n"))
    assert run(config_path, "map", "visits.csv") == 2
    assert config_path.read_text(encoding="utf-8") == CONFIG


def test_a_file_is_not_mapped_twice(config_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append_stanza(config_path, '[files."visits.csv"]\ntable = "protection_visits"\ncolumns = { seen = "Outcome" }\n')
    once = config_path.read_text(encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("2\n\nY\nN\n"))
    assert run(config_path, "map", "visits.csv") == 2
    assert config_path.read_text(encoding="utf-8") == once


@pytest.mark.parametrize("words", [["gone.csv"], ["visits.csv", "--table", "nothing"]])
def test_what_cannot_be_mapped(config_path: Path, words: list[str]) -> None:
    assert run(config_path, "map", *words) == 2
