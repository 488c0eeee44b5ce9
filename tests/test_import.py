"""kpitui import: files as they come, written as the clean tables that they make."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpitui.cli import main

EPISODES = """\
CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN
1,01/04/2018,S,C2,N1,U6,PR1,,,,RG40 1PG,RG41 5TS,
"""


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    """A folder with one table of an SSDA903 return."""
    folder = tmp_path / "return"
    folder.mkdir()
    (folder / "this years episodes.csv").write_text(EPISODES, encoding="utf-8")
    return folder


def test_a_return_becomes_clean_tables(returned: Path, tmp_path: Path) -> None:
    assert main(["import", str(returned), "-o", str(tmp_path / "clean")]) == 0
    episodes_file = tmp_path / "clean" / "care_episodes.csv"
    header, row = episodes_file.read_text(encoding="utf-8").splitlines()
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert (cells["child"], cells["decom"], cells["home_post"]) == ("1", "2018-04-01", "RG401PG")
    assert episodes_file.stat().st_mode & 0o077 == 0


def test_what_was_read_as_what_is_told(returned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(returned), "-o", str(tmp_path / "clean")]) == 0
    line = capsys.readouterr().err.splitlines()[1]
    assert line.startswith("care_episodes: 1 rows read, 1 used, 0 left out - ")
    assert line.endswith("this years episodes.csv, SSDA903 episodes")


def test_files_of_which_nothing_is_needed_are_told(
    returned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (returned / "x.csv").write_text("CHILD,DOB,PREV_PERM\n", encoding="utf-8")
    assert main(["import", str(returned), "-o", str(tmp_path / "clean")]) == 0
    (message,) = capsys.readouterr().out.splitlines()
    assert message.endswith("x.csv: SSDA903 previous permanence: no indicator needs it. It was left alone.")


def test_nothing_is_written_over(returned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(path.read_bytes() for path in returned.iterdir())
    assert main(["import", str(returned), "-o", str(returned)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert sorted(path.read_bytes() for path in returned.iterdir()) == before


def test_a_folder_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(tmp_path / "nowhere"), "-o", str(tmp_path / "clean")]) == 2
    assert "is not a folder" in capsys.readouterr().err


def test_what_is_not_understood_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.csv").write_text("day,note\n2018-01-01,hello\n", encoding="utf-8")
    assert main(["import", str(tmp_path / "in"), "-o", str(tmp_path / "clean")]) == 3
    assert "notes.csv" in capsys.readouterr().out
