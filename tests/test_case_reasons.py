"""Cases as readers see them: in words, with the code behind, and with the age of a child."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpitui.board import build_board
from kpitui.drilldown.case_reasons import add_reasons, count_adult_outcomes
from kpitui.drilldown.case_summary import describe_case
from kpitui.drilldown.case_table import RowQuery, open_case_table
from kpitui.drilldown.reader_columns import list_reader_cases
from kpitui.drilldown.timeline import build_timeline
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.cohort_signatures import AGE_COLUMN, COHORTS
from kpitui.model.drilldown import AdultOutcome
from kpitui.summaries.empty_states import describe_empty_board
from kpitui.summaries.leaver_groups import subtract_adults
from tests.examples import Example, Tables, table

TABLES: Tables = {
    "children": table("child dob", "A 2000-11-05", "B 2000-10-01", "C 2010-02-02", "D 2000-12-01", "E 2012-06-01"),
    "care_episodes": table(
        "child decom rne ls place dec rec home_post pl_post distance_miles",
        "A 2018-03-01 S C2 H5 2018-11-05 E5 . . .",  # lived in supported accommodation, and went on so
        "B 2018-03-01 S C2 U4 2018-11-05 E17 . . .",
        "C 2018-03-01 S C2 U4 2018-11-05 E4A . . .",
        "D 2018-03-01 S C2 U4 2018-12-05 E5 . . .",  # from foster care: not the same
        "E 2018-10-20 S V2 K2 . . . . 35.2",
    ),
    "schools": table("urn name phase la_code open_date", "1 Keep~Hatch Primary 872 1990-01-01", "2 New Primary 872 ."),
    "school_inspections": table(
        "urn inspection_date kind overall", "1 2016-06-30 graded 3", "1 2018-10-09 graded 2"
    ),
    "referrals": table("child referral_date source", "A 2018-05-01 6", "A 2018-11-12 2A"),
    "protection_plans": table(
        "child start_date end_date category", "C 2017-01-04 2017-07-07 NEG", "C 2018-11-01 . NEG", "E 2018-12-01 . PHY"
    ),
}  # fmt: skip


def reasons(example: Example, code: str) -> dict[str, str]:
    council = example.council(TABLES)
    board = build_board(council)
    entry = next(entry for entry in board.entries if entry.indicator.code == code)
    cases = add_reasons(list_reader_cases(council, board, entry))
    return {str(row[0]): row[cases.column_names.index("because")] for row in cases.row_tuples}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "VP7",
            {
                "A": "turned 18: the same accommodation (E5)",
                "B": "turned 18: stayed with carers (E17)",
                "C": "planned return home (E4A)",
                "D": "turned 18: independent living with support (E5)",
            },
        ),
        ("EA1i", {"1": "Good (2)", "2": "not yet inspected"}),
        ("CE20", {"E": "35.2 miles from home"}),
        ("CP24", {"C": "earlier plan 4 Jan 2017 to 7 Jul 2017", "E": "no earlier plan"}),
        ("RR12", {"A": "referred before, on 1 May 2018"}),
    ],
)
def test_a_case_says_in_words_why_it_stands_as_it_does(example: Example, code: str, expected: dict[str, str]) -> None:
    assert reasons(example, code) == expected


def test_the_readers_columns_come_first_and_a_child_has_its_age_on_the_day(example: Example) -> None:
    council = example.council(TABLES)
    board = build_board(council)
    entries = {entry.indicator.code: entry for entry in board.entries}
    case_table = open_case_table(list_reader_cases(council, board, entries["CE20"]), RowQuery())
    assert case_table.column_names[:5] == ("child", "counted?", "decom", "age", "because")
    assert (case_table.get_title("decom"), case_table.read_row(0)["age"]) == ("came into care", 6)
    schools = open_case_table(list_reader_cases(council, board, entries["EA1i"]), RowQuery())
    assert schools.column_names[:4] == ("name", "counted?", "last_inspection", "because")
    assert schools.read_subject(0) == "1"
    referrals = open_case_table(list_reader_cases(council, board, entries["RR12"]), RowQuery(filter_text="age:17"))
    assert [referrals.count_earlier_rows(row) for row in range(len(referrals))] == [0]
    adults = open_case_table(list_reader_cases(council, board, entries["RR12"]), RowQuery(filter_text="age>=18"))
    assert [adults.count_earlier_rows(row) for row in range(len(adults))] == [1]


def test_those_who_had_turned_18_are_a_group_of_their_own(example: Example) -> None:
    council = example.council(TABLES)
    board = build_board(council)
    entry = next(entry for entry in board.entries if entry.indicator.code == "VP7")
    adults = count_adult_outcomes(list_reader_cases(council, board, entry))
    assert adults == (
        AdultOutcome("E5", "independent living with support (E5)", 1),
        AdultOutcome("E17", "stayed with carers (E17)", 1),
        AdultOutcome("E5", "the same accommodation (E5)", 1),
    )
    assert subtract_adults({**entry.not_counted, "E8": 2}, adults) == {"E8": 2}


def test_one_case_is_told_in_a_sentence(example: Example) -> None:
    council = example.council(TABLES)
    board = build_board(council)
    entries = {entry.indicator.code: entry for entry in board.entries}
    schools = add_reasons(list_reader_cases(council, board, entries["EA1i"]))
    row = schools.case_frame.row(0, named=True)
    case = describe_case(schools, row, build_timeline(council, board, "urn", "1"))
    assert case == "Keep Hatch · Good since 9 October 2018 (was Requires improvement, 30 June 2016)"
    leavers = add_reasons(list_reader_cases(council, board, entries["VP7"]))
    case = describe_case(leavers, leavers.case_frame.row(1, named=True), ())
    assert case == "B · left care 5 November 2018, aged 18 · turned 18: stayed with carers (E17)"


@pytest.mark.parametrize("name", COHORTS)
def test_the_readers_columns_of_a_cohort_are_columns_that_it_has(name: str) -> None:
    cohort = COHORTS[name]
    tables = (*cohort.required_tables, *cohort.optional_tables)
    columns = {column for table_name in tables for column in CLEAN_TABLES[table_name].columns}
    columns |= {*cohort.derived_columns, *cohort.joined_columns, AGE_COLUMN}
    assert {column for column, _ in cohort.reader_columns} <= columns
    assert not cohort.reason_column or cohort.reason_column in columns


def test_an_indicator_without_its_table_has_a_list_without_rows(example: Example) -> None:
    council = example.council({"referrals": TABLES["referrals"]})
    board = build_board(council)
    entry = next(entry for entry in board.entries if entry.indicator.code == "VP7")
    case_table = open_case_table(list_reader_cases(council, board, entry), RowQuery(filter_text="carers"))
    assert (len(case_table), case_table.totals.state_counts, case_table.count_filtered()) == (0, (0, 0, 0), (0, 0))


def test_a_board_without_anything_says_what_to_do(example: Example) -> None:
    empty = build_board(example.council({}))
    assert describe_empty_board(empty, "R").startswith("There is no data yet: put your returns into the folder")
    assert "add some under [board], then press R" in describe_empty_board(replace(empty, entries=()), "R")
    assert describe_empty_board(build_board(example.council(TABLES)), "R") == ""
