"""Reasons and actions, kept as counts, and what differs from it later."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kpitui.board import build_board
from kpitui.cli import main
from kpitui.model.board import Count
from kpitui.model.periods import Period, parse_period
from kpitui.restatements import PublishedCount, find_restated_cases, find_restatements, read_saved_counts, save_figures
from tests.examples import MEETING, Example, table

Q2 = parse_period("2018-19 Q2")


def said_at(folder: Path, numerator: int = 8) -> Path:
    """A file of what was said of permanence on 20 December 2018."""
    figures = {"numerator": numerator, "denominator": 17, "excluded": {}}
    document = {"said_on": "2018-12-20", "period": str(Q2), "indicators": {"permanence": {str(Q2): figures}}}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "2018-12-20 2018-19 Q2.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def now(numerator: int) -> Callable[[Period], Count]:
    return lambda period: Count(numerator, 17)


def test_a_count_that_differs_from_what_was_said_is_restated(tmp_path: Path) -> None:
    said_at(tmp_path)
    saved_counts, issues = read_saved_counts(tmp_path)
    (restatement,) = find_restatements(saved_counts, "permanence", now(7), date(2019, 3, 25))
    assert (restatement.saved_count.numerator, restatement.current_count.numerator) == (8, 7)
    assert restatement.saved_on == date(2018, 12, 20)
    assert issues == ()


def test_a_count_that_stands_is_not(tmp_path: Path) -> None:
    said_at(tmp_path)
    saved_counts, _ = read_saved_counts(tmp_path)
    assert find_restatements(saved_counts, "permanence", now(8), date(2019, 3, 25)) == ()


def test_what_was_said_later_is_not_known_before(tmp_path: Path) -> None:
    said_at(tmp_path)
    saved_counts, _ = read_saved_counts(tmp_path)
    assert find_restatements(saved_counts, "permanence", now(7), date(2018, 12, 19)) == ()


def test_what_was_said_on_the_day_itself_is_known(tmp_path: Path) -> None:
    said_at(tmp_path)
    saved_counts, _ = read_saved_counts(tmp_path)
    (restatement,) = find_restatements(saved_counts, "permanence", now(7), date(2018, 12, 20))
    assert restatement.saved_on == date(2018, 12, 20)


def test_the_last_that_was_said_by_a_day_counts() -> None:
    saved_counts = [
        PublishedCount("permanence", Q2, day, Count(numerator, 17))
        for day, numerator in ((date(2018, 12, 20), 8), (date(2019, 1, 20), 9), (date(2019, 3, 26), 10))
    ]
    (restatement,) = find_restatements(saved_counts, "permanence", now(7), date(2019, 3, 25))
    assert (restatement.saved_on, restatement.saved_count.numerator) == (date(2019, 1, 20), 9)


@pytest.mark.parametrize(("number", "is_read"), [(0, True), (2**53, True), (2**53 + 2, False), (-1, False)])
def test_a_saved_count_is_a_number_that_can_be_told_apart(tmp_path: Path, number: int, is_read: bool) -> None:
    said_at(tmp_path, number)
    saved_counts, issues = read_saved_counts(tmp_path)
    assert (len(saved_counts), len(issues)) == ((1, 0) if is_read else (0, 1))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"said_on": "soon", "indicators": {}}', "\0"])
def test_a_file_of_something_else_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "notes.json").write_text(text, encoding="utf-8")
    saved_counts, issues = read_saved_counts(tmp_path)
    assert saved_counts == ()
    assert [Path(issue.file).name for issue in issues] == ["notes.json"]


LEAVERS = table(
    "child decom rne ls place dec rec", "A 2017-01-01 S C2 U6 2018-10-01 E11", "B 2017-01-01 S C2 U6 2018-11-01 E5"
)


def test_a_board_is_published_once_and_then_stands_beside_later_ones(example: Example) -> None:
    config = example.write({"care_episodes": LEAVERS})
    council = example.council({"care_episodes": LEAVERS})
    path = save_figures(build_board(council, MEETING), (), config.parent / "published")
    assert path.stat().st_mode & 0o077 == 0
    assert '"A"' not in path.read_text(), "no child is in what was said"
    assert save_figures(build_board(council, MEETING), (), config.parent / "published") == path


def test_other_figures_of_the_same_day_stand_beside_the_first(example: Example) -> None:
    folder = example.folder / "published"
    first, later = LEAVERS, LEAVERS + "C,2017-01-01,S,C2,U6,2018-12-01,E5\n"
    paths = [save_figures(build_board(example.council({"care_episodes": rows})), (), folder) for rows in (first, later)]
    assert [path.name for path in paths] == ["2019-03-25 2018-19 Q3.json", "2019-03-25 2018-19 Q3~002.json"]
    again = save_figures(build_board(example.council({"care_episodes": first})), (), folder)
    assert again == paths[0]
    # What was saved last on a day is what later figures are compared with.
    saved_counts, issues = read_saved_counts(folder)
    assert issues == ()
    assert find_restatements(saved_counts, "permanence", lambda period: Count(1, 3), MEETING)[-1:] == ()


def test_a_damaged_file_of_the_day_is_not_published_beside(example: Example) -> None:
    council = example.council({"care_episodes": LEAVERS})
    path = save_figures(build_board(council, MEETING), (), example.folder / "published")
    path.write_text("{", encoding="utf-8")
    with pytest.raises(FileExistsError):
        save_figures(build_board(council, MEETING), (), example.folder / "published")


def test_the_status_says_what_was_restated(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    config = example.write({"care_episodes": LEAVERS})
    said_at(config.parent / "published")
    assert main(["status", "--config", str(config)]) == 0
    lines = capsys.readouterr().out.splitlines()
    start = lines.index("Restated since it was published")
    assert "VP7: Q2 2018/19: 47.1% (8 of 17) on 20 December 2018, no value (0 of 0) now" in lines[start + 1]


def test_the_board_lists_what_was_restated(example: Example) -> None:
    council = example.council({"care_episodes": LEAVERS})
    said_at(council.settings.saved_figures_folder)
    entry = next(entry for entry in build_board(council).entries if entry.indicator.code == "VP7")
    assert [(restatement.period, restatement.saved_count.denominator) for restatement in entry.restatements] == [
        (Q2, 17)
    ]


LATE = table(
    "urn inspection_date publication_date kind overall", "1 2018-09-20 2019-01-10 graded 2", "2 2012-01-01 . graded 2"
)
SCHOOLS = table("urn name phase la_code open_date", "1 One Primary 872 1990-01-01", "2 Two Primary 872 1990-01-01")


def test_the_cases_that_are_responsible_are_those_that_became_known_since(example: Example) -> None:
    council = example.council({"schools": SCHOOLS, "school_inspections": LATE})
    earlier = build_board(council, date(2018, 12, 20))
    save_figures(earlier, (), council.settings.saved_figures_folder)
    board = build_board(council)
    entry = board.entries[0]
    restatement = entry.restatements[-1]
    assert (restatement.saved_count.denominator, restatement.current_count.denominator) == (1, 2)
    (case,) = find_restated_cases(council, board, entry, restatement)
    assert (case.subject, case.saved_standing, case.current_standing) == ("1", "not yet inspected", "counted")
