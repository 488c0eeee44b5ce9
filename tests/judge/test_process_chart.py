"""Process charts (XmR): limits and signals, with two series that anyone can look up.

Department for Education, "Children in need", Wokingham, years ending March 2013 to 2025.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from kpitui.judge.process_chart import (
    ControlLimits,
    build_process_chart,
    compute_control_limits,
    describe_variation,
    find_signals,
)
from kpitui.model.board import Count, HistoryPoint
from kpitui.model.catalogue import CohortCall, CountingWindow, Indicator, Polarity, Rule, SeriesBreak
from kpitui.model.periods import Period, parse_period

RE_REFERRALS = [23.0, 26.9, 26.2, 17.2, 18.7, 16.6, 21.1, 24.6, 19.2, 16.3, 18.1, 18.7, 16.8]
SECOND_PLANS = [30.4, 21.1, 16.4, 14.9, 32.6, 24.0, 14.8, 20.2, 18.4, 20.5, 21.0, 21.6, 20.6]
STEADY = ControlLimits(10.0, 4.0, 16.0, False)  # two thirds of the way to the limits: 6 and 14


def rounded(values: list[float]) -> tuple[float, float, float]:
    found = compute_control_limits(values)
    assert found is not None
    return round(found.mean, 2), round(found.lower_limit, 2), round(found.upper_limit, 2)


def test_limits_are_the_mean_and_2_66_average_moving_ranges() -> None:
    assert rounded(RE_REFERRALS) == (20.26, 11.88, 28.64)


def test_a_moving_range_beyond_its_own_limit_is_dropped_once() -> None:
    """Second plans: from 14.9 to 32.6 is a range of 17.7, the average 5.41, 3.267 times that 17.68.

    The other eleven average 4.06; 2.66 times that is 10.81.
    """
    assert rounded(SECOND_PLANS) == (21.27, 10.46, 32.08)


def test_the_only_moving_range_there_is_is_not_dropped() -> None:
    """Ten times 100 and then 67: the ranges are nine times 0 and 33, their average 3.3.

    Without the 33 the limits would be the mean itself, 97.0, and all of the series outside them.
    """
    assert rounded([100.0] * 10 + [67.0]) == (97.0, 88.22, 105.78)
    assert rounded([40.0] * 6) == (40.0, 40.0, 40.0)


@pytest.mark.parametrize(("points", "trial"), [(4, None), (5, True), (11, True), (12, False), (13, False)])
def test_limits_are_on_trial_from_5_points_and_full_from_12(points: int, trial: bool | None) -> None:
    found = compute_control_limits(RE_REFERRALS[:points])
    assert (found and found.is_trial) == trial


def test_a_series_that_never_moves_has_no_width() -> None:
    assert compute_control_limits([7.0] * 12) == ControlLimits(7.0, 7.0, 7.0, False)
    assert find_signals([7.0] * 12, ControlLimits(7.0, 7.0, 7.0, False), "quarter") == ()


VISITS = Indicator(
    "visits", "V1", "Visits", "Other", "high", Rule("visits", "Visits", CohortCall("dated-rows"), "period", ())
)


def quarters(*numerators: int, denominator: int = 100) -> list[HistoryPoint]:
    """Official quarters from Q1 2015/16 on, each a count of a hundred."""
    first = parse_period("2015-16 Q1")
    return [
        HistoryPoint(Period("quarter", first.index + n), "official", Count(top, denominator), None, "none")
        for n, top in enumerate(numerators)
    ]


STEADILY = quarters(50, 52, 50, 52, 50, 52, 50, 52, 50, 52, 50, 52)


def charted(*breaks: SeriesBreak, history: Sequence[HistoryPoint] = STEADILY) -> tuple[float, str] | str:
    """The mean and since when it holds, or why there is no chart."""
    found, reason = build_process_chart(replace(VISITS, breaks=breaks), history)
    return reason if found is None else (round(found.mean, 1), str(found.start_period))


def test_a_chart_starts_again_where_a_definition_changes() -> None:
    """From Q1 2016/17 on, eight quarters of 50 and 52."""
    assert charted() == (51.0, "2015-16 Q1")
    assert charted(SeriesBreak(date(2016, 4, 1), "new rule", True)) == (51.0, "2016-17 Q1")
    assert charted(SeriesBreak(date(2016, 4, 1), "a strike")) == (51.0, "2015-16 Q1")
    assert charted(SeriesBreak(date(2017, 10, 1), "new rule", True)) == "fewer than 5 points"


def test_a_change_after_the_last_period_has_not_happened() -> None:
    assert charted(SeriesBreak(date(2018, 4, 1), "new rule", True)) == (51.0, "2015-16 Q1")


def test_periods_without_a_value_are_no_points() -> None:
    nothing = quarters(0, 0, 0, denominator=0)
    assert charted(history=[*nothing, *STEADILY[3:7]]) == "fewer than 5 points"
    assert charted(history=[*nothing, *STEADILY[3:]]) == (51.1, "2015-16 Q4")


@pytest.mark.parametrize("window", ["year-to-date", "rolling-12-months"])
def test_no_chart_of_what_repeats_its_earlier_months(window: CountingWindow) -> None:
    rolling = replace(VISITS, rule=replace(VISITS.rule, window=window))
    assert build_process_chart(rolling, STEADILY) == (None, f"a {window} figure repeats its earlier months")


@pytest.mark.parametrize(
    ("tail", "told"),
    [
        ([16.1], "the last quarter is above the upper limit"),
        ([16.0], ""),  # on the limit is not outside
        ([3.9], "the last quarter is below the lower limit"),
        ([11.0] * 7, "7 quarters above the mean"),
        ([11.0] * 6, ""),
        ([9.0, 8.9] * 4, "8 quarters below the mean"),
        ([11.0] * 6 + [10.0], ""),  # a point on the mean is on neither side
        ([7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0], "7 quarters rising"),
        ([8.0, 9.0, 10.0, 11.0, 12.0, 13.0], ""),
        ([13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0], "7 quarters falling"),
        ([14.5, 9.0, 14.5], "2 of the last 3 quarters near the upper limit"),
        ([14.0, 9.0, 14.5], ""),  # exactly two thirds is not beyond
        ([5.5, 5.5, 5.5], "3 of the last 3 quarters near the lower limit"),
        ([14.5, 9.0, 5.5], ""),  # on two sides
    ],
)
def test_signals_at_the_end_of_a_series(tail: list[float], told: str) -> None:
    found = find_signals([11.0, 9.0, 9.5, 10.0, *tail], STEADY, "quarter")
    assert found == ((told,) if told else ())


@pytest.mark.parametrize(
    ("told", "beyond", "polarity", "said"),
    [
        ((), 1.0, "high", "common variation: nothing to explain"),
        (("7 quarters above the mean",), 1.0, "high", "special variation, for the better"),
        (("7 quarters above the mean",), 1.0, "low", "special variation, for the worse"),
        (("the last quarter is low",), -1.0, "low", "special variation, for the better"),
    ],
)
def test_variation_is_common_or_special_for_the_better_or_the_worse(
    told: tuple[str, ...], beyond: float, polarity: Polarity, said: str
) -> None:
    assert describe_variation(told, beyond, polarity) == said
