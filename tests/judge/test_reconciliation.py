"""The council's own year beside the published one, worked by hand."""

from __future__ import annotations

import pytest

from kpitui.judge.reconciliation import reconcile_years
from kpitui.model.board import HIDDEN_NUMBER, Comparator, Count, HistoryPoint
from kpitui.model.periods import parse_period


def year(name: str, counted: float, cases: float) -> HistoryPoint:
    return HistoryPoint(parse_period(name), "official", Count(counted, cases), None, "none")


def published(name: str, value: float | None) -> Comparator:
    return Comparator("Wokingham", name, value, "" if value is not None else "c", "DfE", None, "close")


def test_the_latest_year_that_has_both_is_compared_in_points_and_cases() -> None:
    years = [year("2016-17", 20, 100), year("2017-18", 34, 149), year("2018-19", 1, 10)]
    found = reconcile_years(years, [published("2016-17", 20.0), published("2017-18", 24.0)])
    assert found is not None
    assert (str(found.point.period), found.published.value) == ("2017-18", 24.0)
    # 34 of 149 is 22.82%; 1.18 points of 149 are 1.76 cases.
    assert found.difference == pytest.approx(-1.1812, abs=0.0001)
    assert found.cases == 2


def test_what_is_hidden_on_either_side_is_not_compared() -> None:
    years = [year("2017-18", HIDDEN_NUMBER, 149), year("2016-17", 20, 100)]
    assert reconcile_years(years[:1], [published("2017-18", 24.0)]) is None
    assert reconcile_years(years[1:], [published("2016-17", None)]) is None
    found = reconcile_years(years, [published("2017-18", 24.0), published("2016-17", 20.0)])
    assert found is not None
    assert (found.difference, found.cases) == (0.0, 0)
