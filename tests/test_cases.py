"""The rows behind a number: whose they are, and in which order."""

from __future__ import annotations

import pytest

from kpitui.board import build_board
from kpitui.drilldown.cases import list_cases
from tests.examples import Example, table

TABLES = {
    "care_episodes": table(
        "child decom rne ls place dec rec urn",
        "B 2018-03-01 S C2 U4 2018-11-05 E4A 100",
        "A 2018-03-01 S C2 U4 2018-11-05 E5 100",
    ),
    "schools": table("urn name phase la_code open_date", "100 One Primary 872 1990-01-01"),
    "referrals": table("child referral_date", "A 2018-05-01"),
    "social_workers": table("worker start_date voluntary", "W 2010-01-01 Y"),
}


@pytest.mark.parametrize(
    ("code", "subject"), [("VP7", "child"), ("EA1i", "urn"), ("RR12", "child"), ("EA11", "worker")]
)
def test_the_subject_of_a_case_is_that_of_its_cohort(example: Example, code: str, subject: str) -> None:
    council = example.council(TABLES)
    board = build_board(council)
    entry = next(entry for entry in board.entries if entry.indicator.code == code)
    cases = list_cases(council, board, entry)
    assert cases.subject_column == subject
    assert cases.column_names[0] == subject


def test_rows_are_in_order_of_their_subject(example: Example) -> None:
    council = example.council(TABLES)
    board = build_board(council)
    entry = next(entry for entry in board.entries if entry.indicator.code == "VP7")
    assert [row[0] for row in list_cases(council, board, entry).row_tuples] == ["A", "B"]
