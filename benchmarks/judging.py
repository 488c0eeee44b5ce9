"""Judging 152 councils x 60 indicators x 40 periods, against polars merely grouping the figures."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import polars as pl

from benchmarks.measuring import Measure, timed
from kpitui.judge import interval, process_chart, rag
from kpitui.judge.cases_to_target import count_cases_to_target
from kpitui.judge.direction import compare_points
from kpitui.model.board import Count, HistoryPoint
from kpitui.model.catalogue import CohortCall, Indicator, Rule
from kpitui.model.periods import Period, parse_period

COUNCILS, INDICATORS, PERIODS = 152, 60, 40
TARGET = 45.0
FIRST = parse_period("2009-10 Q1")
INDICATOR = Indicator(
    id="measured",
    code="M",
    title="Measured",
    theme="Measured",
    polarity="high",
    rule=Rule("measured", "Measured", CohortCall("care-leavers"), "period", ()),
    tolerance=5.0,
)


def measure(folder: Path, quick: bool) -> Measure:
    """Every figure judged: colour, what would meet the target, direction, range, process chart."""
    del folder
    figures = _figures(COUNCILS // 8 if quick else COUNCILS)
    series = figures.group_by("council", "indicator", maintain_order=True).agg("n", "d")
    histories = list(zip(series["n"].to_list(), series["d"].to_list(), strict=True))
    return Measure(
        name=f"judging {figures.height:,} figures in {len(histories):,} series",
        subject=lambda: timed(lambda: [_judged(*history) for history in histories]),
        floor=lambda: timed(lambda: figures.group_by("council", "indicator").agg(pl.col("n", "d").sum())),
        rounds=3 if quick else 5,
    )


def _figures(councils: int) -> pl.DataFrame:
    """Made-up numerators and denominators, the same in every run."""
    rows = pl.int_range(councils * INDICATORS * PERIODS, eager=True).alias("row")
    frame = pl.DataFrame({"row": rows}).with_columns(
        council=pl.col("row") // (INDICATORS * PERIODS),
        indicator=pl.col("row") // PERIODS % INDICATORS,
        d=10 + pl.col("row").hash(1) % 300,
    )
    return frame.with_columns(n=pl.col("row").hash(2) % pl.col("d")).drop("row")


def _judged(numerators: list[int], denominators: list[int]) -> int:
    counts = map(Count, numerators, denominators)
    points = [_point(place, count) for place, count in enumerate(counts)]
    for before, now in pairwise(points):
        count_cases_to_target(INDICATOR, now.count, TARGET)
        interval.compute_wilson_interval(now.count.numerator, now.count.denominator)
        compare_points(now, before, INDICATOR.polarity, INDICATOR.dead_band)
    process_chart.build_process_chart(INDICATOR, points)
    return len(points)


def _point(place: int, count: Count) -> HistoryPoint:
    period = Period(FIRST.kind, FIRST.index + place)
    return HistoryPoint(period, "official", count, TARGET, rag.judge_colour(INDICATOR, count, TARGET))
