"""Published figures to compare with: what was known on the day, and why there may be none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from kpitui.judge.comparators import (
    average_neighbours,
    find_publication_date,
    list_area_figures,
    list_latest_figures,
    select_published_rows,
)
from kpitui.wording import format_comparator

MEETING = date(2019, 3, 25)


def figure(area: str, value: float | None, period: str = "2017-18", **other: Any) -> Mapping[str, Any]:
    """A row of published_series, out in November 2018 unless it says otherwise."""
    return {
        "area": area,
        "indicator": "repeat-referrals",
        "period": period,
        "numerator": None,
        "denominator": None,
        "value": value,
        "symbol": None,
        "source": "DfE",
        "published_date": date(2018, 11, 1),
        "basis": "exact",
        **other,
    }


@pytest.mark.parametrize(
    ("published", "known"),
    [
        (date(2019, 3, 25), True),
        (date(2019, 3, 26), False),
        (None, True),  # 2017-18 ended on 31 March 2018: taken to be out within 365 days
    ],
)
def test_what_came_out_after_the_meeting_is_not_seen(published: date | None, known: bool) -> None:
    late = date(2019, 3, 31) if published is None else MEETING
    rows = [figure("England", 21.9, published_date=published)]
    assert bool(select_published_rows(rows, late)) is known


def test_a_figure_without_a_date_is_not_seen_before_a_year_has_passed() -> None:
    row = figure("England", 21.9, published_date=None)
    assert find_publication_date(row) == date(2019, 3, 31)
    assert select_published_rows([row], date(2019, 3, 30)) == []


def test_a_row_whose_period_cannot_be_read_is_never_seen() -> None:
    assert select_published_rows([figure("England", 21.9, "last year")], MEETING) == []


def test_the_latest_known_figure_of_each_area() -> None:
    rows = select_published_rows(
        [figure("England", 21.9), figure("ENGLAND", 22.6, "2016-17"), figure("Reading", 30.0)], MEETING
    )
    england, region = list_latest_figures(rows, ["England", "South East"])
    assert (england.name, england.period, england.value) == ("England", "2017-18", 21.9)
    assert (england.publication, england.published_on, england.basis) == ("DfE", date(2018, 11, 1), "exact")
    assert (region.value, region.detail) == (None, "nothing published by then")


@pytest.mark.parametrize(
    ("symbol", "said"),
    [
        ("c", "suppressed"),
        ("x", "not available"),
        ("z", "not applicable"),
        ("u", "unreliable"),
        ("k", "rounds to 0"),
        ("low", "rounds to 0"),
    ],
)
def test_a_symbol_is_said_not_passed_over(symbol: str, said: str) -> None:
    """An older figure does not stand in for one that is suppressed."""
    rows = [figure("England", 21.9, "2016-17"), figure("England", None, symbol=symbol, numerator=3, denominator=9)]
    (found,) = list_latest_figures(select_published_rows(rows, MEETING), ["England"])
    assert (found.period, found.value) == ("2017-18", None)
    assert format_comparator(found) == said


def test_a_value_follows_from_its_counts_where_it_is_not_given() -> None:
    rows = [figure("England", None, numerator=142_900, denominator=632_830)]
    (found,) = list_latest_figures(rows, ["England"])
    assert found.value == pytest.approx(22.58, abs=0.005)


def test_neighbours_by_mean_and_median_with_how_many_are_known() -> None:
    """10, 20 and 60 of four neighbours, one suppressed: mean 30, median 20."""
    rows = select_published_rows(
        [
            figure("Bracknell Forest", 10.0),
            figure("Surrey", 20.0),
            figure("Rutland", 60.0),
            figure("Hampshire", None, symbol="c"),
            figure("Slough", 99.0),  # none of the neighbours
        ],
        MEETING,
    )
    areas = ["Bracknell Forest", "Surrey", "Rutland", "Hampshire"]
    mean, median = average_neighbours(rows, areas, "2025")
    assert (mean.name, mean.value) == ("Statistical neighbours, mean", 30.0)
    assert (median.name, median.value) == ("Statistical neighbours, median", 20.0)
    assert mean.detail == median.detail == "3 of 4 known, model of 2025"


def test_neighbours_are_compared_in_the_latest_period_that_any_has() -> None:
    rows = select_published_rows([figure("Surrey", 10.0, "2016-17"), figure("Rutland", 60.0)], MEETING)
    mean, _ = average_neighbours(rows, ["Surrey", "Rutland"], "")
    assert (mean.period, mean.value, mean.detail) == ("2017-18", 60.0, "1 of 2 known")


def test_neighbours_without_a_figure_or_without_any() -> None:
    (none,) = average_neighbours([], ["Surrey"], "2025")
    assert (none.value, none.detail) == (None, "nothing published by then")
    assert average_neighbours([figure("Surrey", 10.0)], [], "2025") == ()


def test_a_series_of_one_area_is_in_order_of_time() -> None:
    rows = select_published_rows([figure("Wokingham", 16.8, "2017-18"), figure("wokingham", 23.0, "2012-13")], MEETING)
    assert [one.value for one in list_area_figures(rows, "Wokingham")] == [23.0, 16.8]
