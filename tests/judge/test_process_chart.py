"""Process charts: when there is one, what it says, and how seldom it is wrong."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import nan

import pytest

from kpitui.figure_wording import describe_finding
from kpitui.judge.chart_signals import ChartSignal, find_signals
from kpitui.judge.control_limits import ProportionBaseline, ValueBaseline
from kpitui.judge.measure_rules import measure_plain_values
from kpitui.judge.process_chart import build_process_chart, judge_assurance, judge_variation
from kpitui.model.board import Count, CountBounds, HistoryPoint, ProcessChart
from kpitui.model.catalogue import CohortCall, Indicator, Polarity, Rule, SeriesBreak
from kpitui.model.issues import create_message
from kpitui.model.periods import Period, parse_period
from kpitui.model.windows import CountingWindow

VISITS = Indicator(
    "visits", "V1", "Visits", "Other", "high", Rule("visits", "Visits", CohortCall("dated-rows"), "period", ())
)
FIRST = parse_period("2015-16 Q1")


def quarters(*numerators: int, denominator: int = 100, target: float | None = None) -> list[HistoryPoint]:
    """Official quarters from Q1 2015/16 on, each a count of a hundred."""
    return [
        HistoryPoint(Period("quarter", FIRST.index + n), "official", Count(top, denominator), target, "none")
        for n, top in enumerate(numerators)
    ]


STEADILY = quarters(*[50, 52] * 6)


def chart(history: Sequence[HistoryPoint], indicator: Indicator = VISITS) -> ProcessChart:
    process_chart, reason = build_process_chart(indicator, history)
    assert process_chart is not None, reason
    return process_chart


def explain_missing_chart(history: Sequence[HistoryPoint], indicator: Indicator = VISITS) -> str:
    process_chart, reason = build_process_chart(indicator, history)
    assert process_chart is None
    return describe_finding(reason)


def describe_signals(process_chart: ProcessChart) -> tuple[str, ...]:
    return tuple(map(describe_finding, process_chart.signals))


def charted(*breaks: SeriesBreak, history: Sequence[HistoryPoint] = STEADILY) -> tuple[float, str] | str:
    """The mean and since when it holds, or why there is no chart."""
    process_chart, reason = build_process_chart(replace(VISITS, breaks=breaks), history)
    return (
        describe_finding(reason)
        if process_chart is None
        else (round(process_chart.mean, 1), str(process_chart.start_period))
    )


# When there is a chart


def test_under_12_points_are_too_few() -> None:
    assert charted(history=STEADILY[:11]) == "too few quarters: 11 of the 12 that a chart needs"
    assert charted(history=STEADILY[:12]) == (51.0, "2015-16 Q1")


def test_a_chart_starts_again_where_a_definition_changes() -> None:
    history = quarters(*[80, 82] * 4, *[50, 52] * 6)
    assert charted(history=history) == (63.0, "2015-16 Q1")
    assert charted(SeriesBreak(date(2017, 4, 1), "new rule", True), history=history) == (51.0, "2017-18 Q1")
    assert charted(SeriesBreak(date(2017, 4, 1), "a strike"), history=history) == (63.0, "2015-16 Q1")
    late = SeriesBreak(date(2019, 10, 1), "new rule", True)
    assert charted(late, history=history) == "too few quarters: 2 of the 12 that a chart needs"


def test_a_change_after_the_last_period_has_not_happened() -> None:
    assert charted(SeriesBreak(date(2018, 4, 1), "new rule", True)) == (51.0, "2015-16 Q1")


def test_no_chart_runs_over_a_framework_that_broke() -> None:
    """Quarters in which some cases have the new grade do not compare with those before."""
    indicator = replace(VISITS, broken_by=("report card",))
    broken = [replace(point, count=replace(point.count, excluded={"report card": 1})) for point in STEADILY]
    assert explain_missing_chart([*STEADILY[:11], broken[11]], indicator) == "the framework changed"
    after = quarters(*[50] * 3, *[70] * 12)
    mixed = [*broken[:3], *after[3:]]
    assert chart(mixed, indicator).start_period == after[3].period


def test_a_baseline_is_fixed_once_it_has_20_points() -> None:
    before = chart(quarters(*[50, 52] * 10))
    after = chart(quarters(*[50, 52] * 10, *[80] * 10))
    assert before.mean == after.mean == 51
    assert (before.is_baseline_fixed, after.is_baseline_fixed) == (True, True)
    assert not chart(quarters(*[50, 52] * 9)).is_baseline_fixed
    assert after.limits[0] == before.limits[0]


@pytest.mark.parametrize(("steady", "mean"), [(19, 51.5), (20, 50.0), (21, 50.0)])
def test_the_20th_point_is_the_last_of_the_baseline(steady: int, mean: float) -> None:
    """Points of 50 and then one of 80: as the 20th it is in the mean, 50 + 30 / 20, as the 21st not."""
    process_chart = chart(quarters(*[50] * steady, 80))
    assert (process_chart.mean, process_chart.baseline_count) == (mean, 20)


def test_periods_without_a_value_are_no_points() -> None:
    nothing = quarters(0, 0, 0, denominator=0)
    assert charted(history=[*nothing, *STEADILY[3:]]) == "too few quarters: 9 of the 12 that a chart needs"
    assert charted(history=[*nothing, *quarters(*[50, 52] * 8)[3:]]) == (51.1, "2015-16 Q4")


@pytest.mark.parametrize("window", ["year-to-date", "rolling-12-months", "period-end"])
def test_no_chart_of_what_repeats_earlier_cases(window: CountingWindow) -> None:
    indicator = replace(VISITS, rule=replace(VISITS.rule, window=window))
    process_chart, reason = build_process_chart(indicator, STEADILY)
    assert process_chart is None
    assert reason


@pytest.mark.parametrize(
    ("latest", "reason"),
    [(Count(nan, 100), "the figure of Q1 2018/19 is not shown"), (Count(0, 0), "Q1 2018/19 has no value")],
)
def test_nothing_is_concluded_of_a_quarter_that_is_hidden_or_without_a_value(latest: Count, reason: str) -> None:
    """The quarter before stood outside, and that was told then."""
    history = quarters(*[50, 52] * 6, 99)[:13]
    after = replace(history[-1], count=latest)
    assert explain_missing_chart([*history[:-1], after]) == reason
    provisional = replace(history[-1], status="provisional")
    assert explain_missing_chart([*history[:-1], provisional]) == "Q1 2018/19 is provisional"


def test_nothing_is_concluded_where_unknown_cases_could_change_the_verdict() -> None:
    """50 of 100, and twelve more that may or may not count: within the limits, or outside them."""
    history = quarters(*[50, 52] * 10, 50)

    def in_doubt(lowest: int, highest: int) -> list[HistoryPoint]:
        bounds = CountBounds((lowest, 100), (highest, 100), 100)
        return [*history[:-1], replace(history[-1], count=replace(history[-1].count, bounds=bounds))]

    assert chart(in_doubt(46, 58)).signals == ()
    assert explain_missing_chart(in_doubt(46, 80)) == "not all cases of Q1 2020/21 are known"
    no_limit = replace(history[-1].count, bounds=CountBounds((0, 0), (80, 100), 0))
    assert build_process_chart(VISITS, [*history[:-1], replace(history[-1], count=no_limit)])[0] is None


def test_weighted_figures_have_the_limits_of_an_xmr_chart() -> None:
    """Pupils do not come and go one by one: 50 and 52 in turn, 51 ± 2.66 * 2."""
    weighted = replace(VISITS, rule=replace(VISITS.rule, weight_column="pupils"))
    process_chart = chart(STEADILY, weighted)
    assert (process_chart.method, round(process_chart.lower_limit, 2), round(process_chart.upper_limit, 2)) == (
        "XmR chart",
        45.68,
        56.32,
    )


# What it says

STEADY = ValueBaseline(Fraction(10), Fraction(6))  # two thirds of the way to the limits: 6 and 14


def signals_of(values: Sequence[float]) -> tuple[str, ...]:
    counts = [Count(round(10 * value), 1000) for value in values]
    return tuple(describe_finding(signal.message) for signal in find_signals(counts, STEADY, "quarter"))


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        ([16.1], "the last quarter is above the upper limit"),
        ([16.0], ""),  # on the limit is not outside
        ([3.9], "the last quarter is below the lower limit"),
        ([11.0] * 8, "8 quarters above the mean"),
        ([11.0] * 7, ""),
        ([9.0, 8.9] * 4, "8 quarters below the mean"),
        ([11.0] * 7 + [10.0], ""),  # a point on the mean is on neither side
        ([7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0], "7 quarters rising"),
        ([8.0, 9.0, 10.0, 11.0, 12.0, 13.0], ""),
        ([13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0], "7 quarters falling"),
        ([14.5, 9.0, 14.5], "2 of the last 3 quarters near the upper limit"),
        ([14.0, 9.0, 14.5], ""),  # exactly two thirds is not beyond
        ([5.5, 5.5, 5.5], "3 of the last 3 quarters near the lower limit"),
        ([14.5, 14.5, 9.0], ""),  # of the quarter before
        ([9.0, 14.5, 14.5], "2 of the last 3 quarters near the upper limit"),
        ([9.0, 9.0, 14.5], ""),  # one of three
        ([14.5, 9.0, 9.0, 14.5], ""),  # two of four
        ([14.5, 9.0, 5.5], ""),  # on two sides
    ],
)
def test_signals_at_the_end_of_a_series(tail: list[float], message: str) -> None:
    assert signals_of([11.0, 9.0, 9.5, 10.0, *tail]) == ((message,) if message else ())


def test_opposite_signals_are_both_told() -> None:
    """Seven quarters falling, each of them still above the old mean."""
    history = quarters(*[52, 50] * 10, 65, 64, 63, 62, 61, 60, 59)
    process_chart = chart(history)
    assert describe_signals(process_chart) == ("7 quarters above the mean", "7 quarters falling")
    assert describe_finding(process_chart.variation) == "Unusual: both better and worse than chance explains"


def test_a_run_ends_where_a_quarter_is_missing() -> None:
    history = quarters(*[52, 50] * 10, *[59] * 7)
    assert "7 quarters above the mean" in describe_signals(chart(history))
    hidden = replace(history[-4], count=Count(nan, nan))
    assert chart([*history[:-4], hidden, *history[-3:]]).signals == ()


@pytest.mark.parametrize("count", [Count(1, 9), Count(0, 9), Count(9, 9)])
def test_a_series_that_never_moves_gives_no_signal(count: Count) -> None:
    history = [replace(point, count=count) for point in quarters(*[0] * 40)]
    process_chart = chart(history)
    assert process_chart.signals == ()
    assert (
        describe_finding(process_chart.variation) == "No sign of change: this is what the present way of working gives"
    )


def test_limits_of_no_width_give_no_signal_and_no_promise() -> None:
    """Never one of 30 in five years, and then 9: chance cannot be measured by such a baseline."""
    process_chart = chart(quarters(*[0] * 20, 9, denominator=30, target=10.0))
    assert (process_chart.lower_limit, process_chart.upper_limit, process_chart.signals, process_chart.assurance) == (
        0,
        0,
        (),
        None,
    )
    assert describe_finding(process_chart.variation) == "The baseline never moved, so a change from it cannot be judged"


@pytest.mark.parametrize(
    ("sides", "polarity", "words"),
    [
        ([], "high", "No sign of change: this is what the present way of working gives"),
        ([1], "high", "Unusual: better than chance explains"),
        ([1, 1], "low", "Unusual: worse than chance explains"),
        ([-1], "low", "Unusual: better than chance explains"),
        ([1, -1], "low", "Unusual: both better and worse than chance explains"),
    ],
)
def test_variation_is_told_for_the_better_or_the_worse(sides: list[int], polarity: Polarity, words: str) -> None:
    message = create_message("signal-rising", length=7, period_noun="quarter")
    signals = [ChartSignal(message, 1 if side > 0 else -1) for side in sides]
    assert describe_finding(judge_variation(signals, polarity)) == words


@pytest.mark.parametrize(
    ("target", "polarity", "words"),
    [
        (None, "high", ""),
        (39.9, "high", "At this rate the target will be met"),
        (40.0, "high", "At this rate the target will be met"),
        (40.1, "high", "At this rate the target will be met in some quarters and missed in others"),
        (60.0, "high", "At this rate the target will be met in some quarters and missed in others"),
        (60.1, "high", "At this rate the target will not be met"),
        (60.0, "low", "At this rate the target will be met"),
        (40.0, "low", "At this rate the target will be met in some quarters and missed in others"),
        (39.9, "low", "At this rate the target will not be met"),
    ],
)
def test_what_a_process_will_do_about_its_target(target: float | None, polarity: Polarity, words: str) -> None:
    assert describe_finding(judge_assurance((40.0, 60.0), target, polarity, "quarter")) == words


def test_nothing_is_promised_while_there_is_a_signal() -> None:
    assert (
        describe_finding(chart(quarters(*[50, 52] * 10, 51, target=90)).assurance)
        == "At this rate the target will not be met"
    )
    assert chart(quarters(*[50, 52] * 10, 95, target=90)).assurance is None


def test_few_cases_make_no_run_of_what_is_usual() -> None:
    """One of 8 in ten quarters: none is less than the mean of 1.25%, and quite usual."""
    baseline = ProportionBaseline(2, 160, 1.0)
    assert find_signals([Count(0, 8)] * 20, baseline, "quarter") == ()
    assert find_signals([Count(0, 8)] * 19 + [Count(1, 8)], baseline, "quarter") == ()


# How seldom it is wrong

SHARES = (0.02, 0.1, 0.3, 0.5, 0.75, 0.95)
LENGTHS = (12, 16, 20, 24, 28, 34, 40)
CHARTS_OF_EACH = 25


@pytest.mark.parametrize("cases", [8, 25, 80, 250, 900])
def test_a_process_without_change_gives_a_false_signal_in_at_most_5_percent_of_charts(cases: int) -> None:
    """Quarters of a binomial process whose share never changes; their size does, by 40% either way."""
    dice = random.Random(f"no change in {cases}")
    false_signals = 0
    for share in SHARES:
        for length in LENGTHS * CHARTS_OF_EACH:
            sizes = [dice.randint(round(cases * 0.6), round(cases * 1.4)) for _ in range(length)]
            counts = [Count(_draw(dice, size, share), size) for size in sizes]
            history = [replace(point, count=count) for point, count in zip(quarters(*sizes), counts, strict=True)]
            false_signals += bool(chart(history).signals)
    assert false_signals <= 0.05 * CHARTS_OF_EACH * len(LENGTHS) * len(SHARES)


def test_a_chart_of_values_gives_a_false_signal_in_at_most_5_percent_of_charts() -> None:
    """Weighted figures have no number of cases to draw from: 40 quarters of a normal variable."""
    dice = random.Random("no change in values")
    false_signals = 0
    for _ in range(300):
        counts = [Count(round(dice.gauss(500, 40)), 1000) for _ in range(40)]
        baseline = measure_plain_values(counts[:20])
        false_signals += bool(find_signals(counts, baseline, "quarter"))
    assert false_signals <= 0.05 * 300


def _draw(dice: random.Random, size: int, share: float) -> int:
    """Draw a binomial number: halved by its median order statistic while it is large."""
    drawn = 0
    while size > 30:
        middle = size // 2 + 1
        at_middle = dice.betavariate(middle, size + 1 - middle)
        if at_middle <= share:
            drawn, size, share = drawn + middle, size - middle, (share - at_middle) / (1 - at_middle)
        else:
            size, share = middle - 1, share / at_middle
    return drawn + sum(dice.random() < share for _ in range(size))


def test_a_process_that_does_change_is_noticed() -> None:
    """Of 80, from 30% to 50% after five years: in nine charts of ten within two years."""
    dice = random.Random("a change")
    noticed = 0
    for _ in range(50):
        counts = [Count(_draw(dice, 80, 0.3), 80) for _ in range(20)]
        counts += [Count(_draw(dice, 80, 0.5), 80) for _ in range(8)]
        history = [replace(point, count=count) for point, count in zip(quarters(*[0] * 28), counts, strict=True)]
        noticed += any(chart(history[:end]).signals for end in range(21, 29))
    assert noticed >= 45
