"""Rows of text as plain, Markdown and CSV tables; the board and its parts as JSON and in words."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitui import wording
from kpitui.board import build_board
from kpitui.council import open_council
from kpitui.model.board import Count, Entry, HistoryPoint, Movement
from kpitui.model.catalogue import Scalar
from kpitui.model.periods import parse_period
from kpitui.report import json_output, table_formats, text_output
from kpitui.text import count_hostile_characters
from tests.examples import Example, table


def test_a_plain_table_is_set_in_columns_numbers_to_the_right() -> None:
    rows = [("VP7", "31.3%", "red"), ("EA11", "9.0%", "green")]
    assert table_formats.format_plain_table(("code", "value", "rag"), rows).splitlines() == [
        "code  value  rag",
        "VP7   31.3%  red",
        "EA11   9.0%  green",
    ]


def test_a_plain_table_cuts_nothing() -> None:
    long = "x" * 500
    assert long in table_formats.format_plain_table(("text",), [(long,)])


def test_a_markdown_table_escapes_what_would_break_it() -> None:
    assert table_formats.format_markdown_table(("code", "value"), [("a|b", "1")]).splitlines() == [
        "| code | value |",
        "| --- | ---: |",
        "| a\\|b | 1 |",
    ]


@pytest.mark.parametrize(
    ("cell", "safe_cell"),
    [
        ("=1+1", "'=1+1"),
        ("+44 118", "'+44 118"),
        ("-", "'-"),
        ("@cmd", "'@cmd"),
        ("\t=1", "'\N{REPLACEMENT CHARACTER}=1"),
        ("a=1", "a=1"),
        ("", ""),
        (-8.1, -8.1),  # a number cannot run
        (None, ""),
        (date(2018, 11, 5), date(2018, 11, 5)),
    ],
)
def test_cells_for_a_spreadsheet_cannot_run(cell: object, safe_cell: object) -> None:
    assert table_formats.to_spreadsheet_cell(cell) == safe_cell  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.text(), st.text(min_size=1)), max_size=5))
def test_csv_can_be_read_again_and_has_nothing_that_runs(rows: list[tuple[str, str]]) -> None:
    text = table_formats.format_csv(("one", "other"), rows)
    table_rows = list(csv.reader(io.StringIO(text)))
    assert table_rows[0] == ["one", "other"]
    assert len(table_rows) == len(rows) + 1
    cells = [cell for row in table_rows[1:] for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
    assert [cell for cell in cells if count_hostile_characters(cell)] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "Y"),
        (False, "N"),
        (None, ""),
        (2.0, "2"),
        (0.25, "0.25"),
        (1_234_567.0, "1234567"),
        (514_164.5, "514164.5"),
        (date(2018, 11, 5), "2018-11-05"),
    ],
)
def test_a_cell_of_a_case_as_text(value: Scalar | None, text: str) -> None:
    assert table_formats.format_cell(value) == text


def turnover(example: Example) -> Entry:
    """1 leaver of a mean headcount of 1.5."""
    spells = "A 2010-01-01 . . Y N 1", "B 2010-01-01 2018-06-01 Y Y N 1"
    text = table("worker start_date end_date voluntary registered agency fte", *spells)
    return example.entry("social-worker-turnover", {"social_workers": text})


def test_halves_of_a_headcount_are_not_rounded_away(example: Example) -> None:
    turnover_entry = turnover(example)
    *_, last = table_formats.format_history_rows(turnover_entry)[: len(turnover_entry.history)]
    assert last[:4] == ("Q3 2018/19", "66.7%", "1", "1.5")
    assert wording.format_fraction(turnover_entry.point.count) == "1 of 1.5"


def test_status_says_why_there_is_no_value_and_what_is_doubtful(example: Example) -> None:
    episodes = table("child decom rne ls place dec rec", "A 2018-11-05 S C2 U1 . .")
    referrals = table("child referral_date", "A 2018-11-05", "A 2018-11-05")
    config = example.write({"referrals": referrals, "care_episodes": episodes})
    (config.parent / "tables" / "care_episodes.csv").unlink()
    lines = text_output.format_board(build_board(open_council(config))).splitlines()
    place = lines.index("No value")
    assert lines[place + 1].strip().startswith("CE20: ")
    assert "  RR12: the history is too short, so the figure may be too low" in lines[lines.index("Please note") :]
    assert lines[-1] == "1 fault, 1 note in the data: run kpitui check to see them"


def test_json_keeps_missing_values_and_dates() -> None:
    json_text = json_output.encode_json({"value": None, "day": date(2018, 11, 5), "name": "Zoë"})
    assert json.loads(json_text) == {"value": None, "day": "2018-11-05", "name": "Zoë"}
    with pytest.raises(TypeError):
        json_output.encode_json({"path": object()})


def moved(direction: str, change: float | None) -> str:
    before = HistoryPoint(parse_period("2018-19 Q2"), "official", Count(1, 2), None, "none")
    return wording.describe_movement(Movement(direction, change, before))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("target", "words"),
    [(45.0, "45.0%"), (45, "45.0%"), (44.95, "44.95%"), (0.125, "0.125%"), (100 / 3, "33.33%"), (-0.0, "0.0%")],
)
def test_a_target_is_printed_as_it_is_written(target: float, words: str) -> None:
    assert wording.format_target_value(target) == words


@pytest.mark.parametrize(
    ("direction", "change", "words"),
    [
        ("worse", -8.1, "worse by 8.1 points"),
        ("better", 1.0, "better by 1.0 point"),
        ("same", 0.04, "same"),
        ("worse", -0.04, "worse by 0.04 points"),  # where the dead band is narrower
        ("worse", -0.05, "worse by 0.1 points"),
        ("none", None, "no earlier value"),
    ],
)
def test_direction_in_words_with_the_number_moved(direction: str, change: float | None, words: str) -> None:
    assert moved(direction, change) == words


@pytest.mark.parametrize(
    ("value", "words"), [(None, "no value"), (31.25, "31.3%"), (1234.5, "1,234.5%"), (-0.5, "\N{MINUS SIGN}0.5%")]
)
def test_percentages_in_words(value: float | None, words: str) -> None:
    assert wording.format_value(value) == words


def test_dates_and_ages_in_words() -> None:
    assert wording.format_date(date(2019, 3, 5)) == "5 March 2019"
    assert wording.format_date(None) == ""
    assert (wording.format_age_in_days(1), wording.format_age_in_days(1084)) == ("1 day", "1,084 days")


def test_json_has_no_number_of_its_own_making_and_no_control() -> None:
    document = {"a\x9b": [float("nan"), float("-inf"), 1.5], "b": ("one\ntwo\x1b\u202e", True, None)}
    assert json.loads(json_output.encode_json(document)) == {
        "a\ufffd": [None, None, 1.5],
        "b": ["one\ntwo\ufffd\ufffd", True, None],
    }


@pytest.mark.parametrize(
    "start", ["\uff1d1", "\uff0b1", "\uff0d1", "\uff201", "\ufe66", " =1", "\u3000=1", "\r=1", "\t+1"]
)
def test_a_cell_that_a_spreadsheet_would_run_in_another_form_is_text(start: str) -> None:
    assert str(table_formats.to_spreadsheet_cell(start)).startswith("'")
