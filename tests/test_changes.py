"""What moved between two periods."""

from __future__ import annotations

from kpitui.behind import Changes
from kpitui.board import build
from kpitui.changes import changes
from kpitui.council import open_council
from kpitui.periods import parse
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


def between_quarters(example: Example, tables: Tables) -> Changes:
    council = example.council(tables)
    board = build(council, MEETING)
    return changes(council, board, parse("2018-19 Q2"), parse("2018-19 Q3"))


def test_schools_that_changed_grade_are_named(example: Example) -> None:
    found = between_quarters(example, {"schools": SCHOOLS, "school_inspections": INSPECTIONS})
    assert [(one.name, one.before, one.after) for one in found.regraded] == [
        ("Closing", "Good", "not open"),
        ("Keep Hatch", "Requires improvement", "Good"),
    ]


def test_children_who_came_and_went_are_those_of_the_denominator(example: Example) -> None:
    found = between_quarters(example, {"care_episodes": PLACED})
    in_care = next(one for one in found.moved if one.entry.indicator.code == "CC20")
    assert (in_care.came, in_care.went) == (("COMES",), ("GOES",))
    assert (in_care.before.count.numerator, in_care.after.count.numerator) == (1, 1)
    assert in_care.movement.direction == "same"


def test_where_those_went_who_do_not_count(example: Example) -> None:
    found = between_quarters(example, {"care_episodes": PLACED})
    leavers = next(one for one in found.moved if one.entry.indicator.code == "VP7")
    assert leavers.gone_to == {"E5": 1}


def test_a_table_that_is_not_there_leaves_the_others(example: Example) -> None:
    config = example.write({"care_episodes": PLACED})
    (config.parent / "tables" / "schools.csv").unlink()
    council = open_council(config)
    found = changes(council, build(council), parse("2018-19 Q2"), parse("2018-19 Q3"))
    assert found.regraded == ()
    assert next(one for one in found.moved if one.entry.indicator.code == "CC20").came


def test_a_board_of_other_indicators_or_another_period_is_not_the_later_one(
    example: Example,
) -> None:
    council = example.council({"care_episodes": PLACED})
    second, third = parse("2018-19 Q2"), parse("2018-19 Q3")
    board = build(council, MEETING, third)
    assert changes(council, board, second, third).board is board
    alone = build(council, MEETING, third, council.settings.indicators[0])
    assert changes(council, alone, second, third).board == board
    assert changes(council, build(council, MEETING, second), second, third).board == board
