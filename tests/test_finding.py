"""Finding a school, a setting, a child or a worker by a part of its name or number."""

from __future__ import annotations

from datetime import date

import pytest

from kpitui.board import build_board
from kpitui.drilldown.search import find_home_entry, search_subjects
from kpitui.model.drilldown import Subject
from tests.examples import Example, table

TABLES = {
    "care_episodes": table(
        "child decom rne ls place dec rec urn",
        "B71 2018-03-01 S C2 U4 2018-11-05 E4A 100",
        "A71 2018-03-01 S C2 U4 2018-11-05 E5 100",
    ),
    "children": table("child dob", "A71 2010-01-01", "B71 2010-01-01"),
    "schools": table(
        "urn name phase la_code open_date",
        "100 Éast Primary 872 1990-01-01".replace("Éast", "Éast-Hill"),
        "171 West-Hill Primary 872 1990-01-01",
        "172 New-Hill Primary 872 2019-03-01",
    ),
    "school_inspections": table(
        "urn inspection_date kind overall", "100 2018-02-01 graded 2", "171 2018-02-01 graded 3"
    ),
    "social_workers": table("worker start_date voluntary", "W71 2010-01-01 Y"),
}
WEST = Subject("schools", "urn", "171", "West-Hill")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hill", ["West-Hill", "Éast-Hill"]),
        ("HILL west", ["West-Hill"]),
        ("éast", ["Éast-Hill"]),
        ("71", ["West-Hill", "A71", "B71", "W71"]),
        ("nobody", []),
        ("  ", []),
    ],
)
def test_every_word_is_in_the_name_or_number(example: Example, text: str, expected: list[str]) -> None:
    council = example.council(TABLES)
    board = build_board(council, date(2018, 12, 31))
    assert [subject.name or subject.id for subject in search_subjects(council, board, text)] == expected


def test_what_was_not_known_on_the_date_is_not_found(example: Example) -> None:
    council = example.council(TABLES)
    later = build_board(council, date(2019, 3, 31))
    assert "New-Hill" in [subject.name for subject in search_subjects(council, later, "hill")]


def test_a_public_board_knows_places_and_no_people(example: Example) -> None:
    council = example.council(TABLES)
    board = build_board(council, date(2018, 12, 31), public_view=True)
    assert [subject.id for subject in search_subjects(council, board, "71")] == ["171"]


def test_the_home_of_a_subject_is_the_first_indicator_that_has_it(example: Example) -> None:
    council = example.council(TABLES)
    board = build_board(council, date(2019, 1, 31))
    entry = find_home_entry(council, board, WEST)
    assert entry is not None
    assert entry.indicator.code == "EA1i"
    child = find_home_entry(council, board, Subject("children", "child", "A71"))
    assert child is not None
    assert child.indicator.rule.cohort.name in ("care-entrants", "children-in-care", "care-leavers")
    assert find_home_entry(council, board, Subject("children", "child", "Z")) is None
