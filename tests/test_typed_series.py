"""Figures that a council types in, and a norm beside the target."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kpitui.board import build_board
from kpitui.cli import main
from kpitui.drilldown.cases import iterate_case_rows, list_cases
from kpitui.model.periods import parse_period
from tests.examples import Example, table

CONFIG = """
[board]
show = ["neet", "absence", "entrants"]

[indicators.neet]
title = "Not in education, employment or training"
series = "neet"
polarity = "low"
target = 3
norm = { value = 2.5, title = "Regional plan" }

[indicators.absence]
title = "Absence of children in care"
series = "absence.csv"
kind = "ratio"
value = "share"
unit = "%"
polarity = "low"

[indicators.entrants]
title = "First-time entrants"
series = "neet"
kind = "number"
polarity = "low"
"""
TABLES = {
    "neet": table("period numerator denominator", "2016-17 9 300", "2017/18 12 300", "2018-19~Q3 1 50", "never 9 9"),
    "absence": table("period share", "2016-17 4.1", "2017-18 4.7"),
}


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2017-18 Q4", [(12, 300), (4.7, 1), (12, 1)]),
        ("2018-19 Q2", [(12, 300), (4.7, 1), (12, 1)]),  # still the year to March
        ("2018-19 Q3", [(13, 350), (4.7, 1), (13, 1)]),  # a quarter more within the 12 months
        ("2018-19 Q4", [(1, 50), (0, 0), (1, 1)]),
    ],
)
def test_typed_in_figures_are_those_of_the_twelve_months_before(
    example: Example, period: str, expected: list[tuple[float, float]]
) -> None:
    board = example.board(TABLES, CONFIG, period, date(2019, 7, 1))
    assert [(entry.point.count.numerator, entry.point.count.denominator) for entry in board.entries] == expected


def test_the_rows_behind_a_typed_in_figure_are_its_periods(example: Example) -> None:
    council = example.council(TABLES, CONFIG)
    board = build_board(council, date(2019, 7, 1), parse_period("2018-19 Q3"))
    rows = list(iterate_case_rows(list_cases(council, board, board.entries[0])))
    assert [(row["period"], row["numerator"], row["denominator"]) for row in rows] == [
        ("2017-18", 12, 300), ("2018-19 Q3", 1, 50)
    ]  # fmt: skip


def test_a_norm_stands_beside_the_target(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    config = example.write(TABLES, CONFIG)
    assert main(["show", "neet", "--config", str(config), "--period", "2017-18"]) == 0
    assert "Norm 2.5% (Regional plan)" in capsys.readouterr().out
    assert main(["show", "neet", "--config", str(config), "--period", "2017-18", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["norm"] == {"value": 2.5, "title": "Regional plan"}


def test_a_series_without_its_columns_says_so(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    config = example.write({**TABLES, "neet": table("period share", "2017-18 4")}, CONFIG)
    main(["check", "--config", str(config)])
    assert "numerator" in capsys.readouterr().out
