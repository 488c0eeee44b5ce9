"""What the rest of the year must be for the target to be met, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpitui.judge.year_end import work_out_year_end
from kpitui.model.board import HIDDEN_NUMBER, Count, YearEnd
from kpitui.model.catalogue import CohortCall, Indicator, Polarity, Rule
from kpitui.model.periods import parse_period

THIRD_QUARTER = parse_period("2018-19 Q3")


def indicator(polarity: Polarity = "high") -> Indicator:
    rule = Rule("x", "X", CohortCall("care_leavers"), "period", ())
    return Indicator(
        id="x", code="X", title="X", theme="T", polarity=polarity, rule=rule, noun=("child", "children"), definition="",
        source="", targets=(), tolerance=5.0,
    )  # fmt: skip


def year_end(counted: float, cases: float, target: float, polarity: Polarity = "high", period: str = "") -> YearEnd:
    found = work_out_year_end(
        indicator(polarity), parse_period(period) if period else THIRD_QUARTER, Count(counted, cases), target
    )
    assert found is not None
    return found


def test_nine_of_the_next_sixteen_leavers() -> None:
    # 20 of 48 in three quarters: a fourth as large has 16. 45% of 64 is 28.8, so 29, and 9 more.
    found = year_end(20, 48, 45.0)
    assert (found.cases_needed, found.expected_cases, found.is_limit) == (9, 16, False)
    # 16 x 20/48 is 6.67, give or take 1.96 x 1.97: 2.80 to 10.53 of the 16.
    assert found.low == pytest.approx(100 * 22.80 / 64, abs=0.01)
    assert found.high == pytest.approx(100 * 30.53 / 64, abs=0.01)


def test_where_low_is_good_it_is_a_limit() -> None:
    # 200 of 985, and 328 more: 23% of 1,313 is 301.99, so at most 101 more.
    found = year_end(200, 985, 23.0, "low")
    assert (found.cases_needed, found.expected_cases, found.is_limit) == (101, 328, True)


@pytest.mark.parametrize(
    ("counted", "cases", "target", "polarity", "needed"),
    [
        (0, 30, 50.0, "high", None),  # 20 of the next 10
        (5, 30, 37.5, "high", 10),  # 15 of 40: each of the next ten
        (30, 30, 50.0, "high", 0),  # met whatever comes
        (20, 30, 10.0, "low", None),  # already 20, and 4 would be the most
        (4, 30, 10.0, "low", 0),  # not one more
    ],
)
def test_at_the_edges(counted: float, cases: float, target: float, polarity: Polarity, needed: int | None) -> None:
    assert year_end(counted, cases, target, polarity).cases_needed == needed


def test_after_one_quarter_three_are_ahead() -> None:
    assert year_end(5, 10, 50.0, period="2018-19 Q1").expected_cases == 30


def test_there_is_none_at_the_years_end_or_of_what_is_hidden_or_not_cases() -> None:
    plain = indicator()
    assert work_out_year_end(plain, parse_period("2018-19 Q4"), Count(20, 48), 45.0) is None
    assert work_out_year_end(plain, parse_period("2018-19 M09"), Count(20, 48), 45.0) is None
    assert work_out_year_end(plain, THIRD_QUARTER, Count(HIDDEN_NUMBER, 48), 45.0) is None
    assert work_out_year_end(plain, THIRD_QUARTER, None, 45.0) is None
    assert work_out_year_end(plain, THIRD_QUARTER, Count(20, 48), None) is None
    weighted = replace(plain, rule=replace(plain.rule, weight_column="fte"))
    assert work_out_year_end(weighted, THIRD_QUARTER, Count(20, 48), 45.0) is None
