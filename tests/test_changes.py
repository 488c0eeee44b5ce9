"""What moved between two periods."""

from __future__ import annotations

from kpitui.board import build_board
from kpitui.changes import compare_periods
from kpitui.council import open_council
from kpitui.model.drilldown import PeriodChanges
from kpitui.model.periods import parse_period
from kpitui.report.text_output import format_changes
from tests.examples import MEETING, Example, Tables, table

SCHOOLS = table(
    "urn name phase la_code open_date close_date",
    "1 Keep~Hatch Primary 872 1990-01-01 .",
    "2 Closing Primary 872 1990-01-01 2018-11-01",
    "3 Steady Primary 872 1990-01-01 .",
    "4 Elsewhere Primary 999 1990-01-01 .",
)
INSPECTIONS = table(
    "urn inspection_date kind overall",
    "1 2016-07-01 graded 3",
    "1 2018-10-09 graded 2",
    "2 2015-01-01 graded 2",
    "3 2018-11-11 graded 2",
    "3 2012-01-01 graded 2",
    "4 2018-11-11 graded 4",
)
PLACED = table(
    "child decom rne ls place dec rec distance_miles",
    "STAYS 2017-01-01 S C2 U6 . . 3",
    "GOES 2017-01-01 S C2 U6 2018-11-01 E5 30",
    "COMES 2018-12-01 S C2 U6 . . 25",
    "BREAK 2018-12-01 S V4 U6 . . 25",
)


def between_quarters(example: Example, tables: Tables) -> PeriodChanges:
    council = example.council(tables)
    board = build_board(council, MEETING)
    return compare_periods(council, board, parse_period("2018-19 Q2"), parse_period("2018-19 Q3"))


def test_schools_that_changed_grade_are_named(example: Example) -> None:
    changes = between_quarters(example, {"schools": SCHOOLS, "school_inspections": INSPECTIONS})
    assert [(change.name, change.grade_before, change.grade_after) for change in changes.grade_changes] == [
        ("Closing", "Good", "not open"),
        ("Keep Hatch", "Requires improvement", "Good"),
    ]


def test_children_who_came_and_went_are_those_of_the_denominator(example: Example) -> None:
    changes = between_quarters(example, {"care_episodes": PLACED})
    in_care = next(change for change in changes.indicator_changes if change.entry.indicator.code == "CC20")
    assert (in_care.joined_subjects, in_care.departed_subjects) == (("COMES",), ("GOES",))
    assert (in_care.before_point.count.numerator, in_care.after_point.count.numerator) == (1, 1)
    assert in_care.movement.direction == "same"


MOVED = table(
    "child decom rne ls place dec rec distance_miles",
    "FURTHER 2017-01-01 S C2 U6 2018-11-01 X1 3",
    "FURTHER 2018-11-01 P C2 U6 . . 21",
    "NEARER 2017-01-01 S C2 U6 2018-11-01 X1 25",
    "NEARER 2018-11-01 P C2 U6 . . 2",
    "FROM-PARENTS 2017-01-01 S C2 P1 2018-11-01 X1 3",
    "FROM-PARENTS 2018-11-01 P C2 U6 . . 4",
    "TO-PARENTS 2017-01-01 S C2 U6 2018-11-01 X1 3",
    "TO-PARENTS 2018-11-01 P C2 P1 . . 4",
    "LOST 2017-01-01 S C2 P1 2018-11-01 X1 3",
    "LOST 2018-11-01 P C2 U6 . . .",
    "WITHIN 2017-01-01 S C2 U6 2018-11-01 X1 3",
    "WITHIN 2018-11-01 P C2 U6 . . 4",
)


def test_children_who_make_the_figure_move_are_named_with_what_changed(example: Example) -> None:
    """None of them came or went: they moved, or stopped or began to be left out."""
    changes = between_quarters(example, {"care_episodes": MOVED})
    in_care = next(change for change in changes.indicator_changes if change.entry.indicator.code == "CC20")
    assert (in_care.joined_subjects, in_care.departed_subjects) == ((), ())
    assert [(change.subject, change.standing_before, change.standing_after) for change in in_care.standing_changes] == [
        ("FROM-PARENTS", "left out: placed with parents", "not counted"),
        ("FURTHER", "not counted", "counted"),
        ("NEARER", "counted", "not counted"),
        ("TO-PARENTS", "not counted", "left out: placed with parents"),
    ]
    assert "  FURTHER: not counted, now counted" in format_changes(changes)
    assert "CC20: 0 came, 0 went, 4 changed" in format_changes(changes)


def test_a_child_left_out_who_leaves_did_not_go_from_the_figure(example: Example) -> None:
    table_rows = table(
        "child decom rne ls place dec rec distance_miles",
        "HOME 2017-01-01 S C2 P1 2018-11-01 E4A 3",
        "OTHER 2017-01-01 S C2 U6 . . 3",
    )
    changes = between_quarters(example, {"care_episodes": table_rows})
    in_care = next(change for change in changes.indicator_changes if change.entry.indicator.code == "CC20")
    assert not in_care.names_cases


def test_where_those_went_who_do_not_count(example: Example) -> None:
    changes = between_quarters(example, {"care_episodes": PLACED})
    leavers = next(change for change in changes.indicator_changes if change.entry.indicator.code == "VP7")
    assert leavers.outcome_counts == {"E5": 1}


def test_a_table_that_is_not_there_leaves_the_others(example: Example) -> None:
    config = example.write({"care_episodes": PLACED})
    (config.parent / "tables" / "schools.csv").unlink()
    council = open_council(config)
    changes = compare_periods(council, build_board(council), parse_period("2018-19 Q2"), parse_period("2018-19 Q3"))
    assert changes.grade_changes == ()
    assert next(change for change in changes.indicator_changes if change.entry.indicator.code == "CC20").joined_subjects


def test_a_board_of_other_indicators_or_another_period_is_not_the_later_one(example: Example) -> None:
    council = example.council({"care_episodes": PLACED})
    second, third = parse_period("2018-19 Q2"), parse_period("2018-19 Q3")
    board = build_board(council, MEETING, third)
    assert compare_periods(council, board, second, third).board is board
    alone = build_board(council, MEETING, third, council.settings.indicators[0])
    assert compare_periods(council, alone, second, third).board == board
    assert compare_periods(council, build_board(council, MEETING, second), second, third).board == board
