"""Comparators: the figures others had published by the date, or the reason there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import fmean, median
from typing import Any

from kpitui.judge import interval
from kpitui.model.board import Comparator, Count, Funnel
from kpitui.model.catalogue import Indicator
from kpitui.model.periods import parse_period, parse_period_or_none
from kpitui.text import normalise_area_name

SeriesRow = Mapping[str, Any]
# A row without a publication date is taken to have come out within a year of its period.
ASSUMED_PUBLICATION_DELAY = timedelta(days=365)


def select_published_rows(series_rows: Iterable[SeriesRow], as_at: date) -> list[SeriesRow]:
    """Return the rows of `published_series` that were out by `as_at`, oldest period first.

    Rows whose period cannot be read are left out.
    """
    rows = [
        row for row in series_rows if (published_on := find_publication_date(row)) is not None and published_on <= as_at
    ]
    return sorted(rows, key=lambda series_row: parse_period(series_row["period"]).first_day)


def find_publication_date(series_row: SeriesRow) -> date | None:
    """Return the day a row came out: its own date, or a year after its period's end.

    None where the period cannot be read.
    """
    period = parse_period_or_none(series_row["period"])
    if period is None:
        return None
    return series_row["published_date"] or period.last_day + ASSUMED_PUBLICATION_DELAY


def list_area_figures(series_rows: Sequence[SeriesRow], area_name: str) -> tuple[Comparator, ...]:
    """Return every figure of an area, in the order of the rows."""
    area = normalise_area_name(area_name)
    return tuple(_row_to_comparator(row, area_name) for row in series_rows if normalise_area_name(row["area"]) == area)


def list_latest_figures(series_rows: Sequence[SeriesRow], area_names: Sequence[str]) -> tuple[Comparator, ...]:
    """Return the latest figure of each area, or the reason that there is none."""
    return tuple(_find_latest_figure(series_rows, name) for name in area_names)


def average_neighbours(
    series_rows: Sequence[SeriesRow], area_names: Sequence[str], neighbour_model: str
) -> tuple[Comparator, ...]:
    """Return the neighbours' mean and median in the latest period for which any has a value.

    Both say how many of the neighbours have a value, and by which model they were chosen. A council
    without neighbours gets an empty tuple.
    """
    if not area_names:
        return ()
    keys = {normalise_area_name(name) for name in area_names}
    rows = [
        row for row in series_rows if normalise_area_name(row["area"]) in keys and _read_series_value(row) is not None
    ]
    if not rows:
        return (_create_missing_figure("Statistical neighbours", "nothing published by then"),)
    # The rows come oldest first, so the last one is of the latest period.
    latest_rows = [series_row for series_row in rows if series_row["period"] == rows[-1]["period"]]
    values = [value for series_row in latest_rows if (value := _read_series_value(series_row)) is not None]
    text = f"{len(values)} of {len(area_names)} known" + (f", model of {neighbour_model}" if neighbour_model else "")
    sample_row = latest_rows[0]
    return tuple(
        Comparator(
            f"Statistical neighbours, {average_name}",
            sample_row["period"],
            average(values),
            "",
            sample_row["source"] or "",
            find_publication_date(sample_row),
            sample_row["basis"] or "",
            text,
        )
        for average_name, average in (("mean", fmean), ("median", median))
    )


def compare_with_england(
    indicator: Indicator, own_count: Count, area_comparators: Sequence[Comparator]
) -> Funnel | None:
    """Judge whether a value differs from England's by more than chance.

    None where either value is missing, where cases are weighted or measured on a headcount and so
    are no proportion, and where England's figure is not like-for-like.
    """
    figure = next((comparator for comparator in area_comparators if comparator.name == "England"), None)
    is_proportion = indicator.rule.weight_column is None and indicator.rule.base_cohort is None
    if figure is None or figure.value is None or own_count.value is None or not is_proportion:
        return None
    if figure.basis == "not like-for-like":
        return None
    # Without like-for-like figures a difference may lie in the definition, and is judged by nobody.
    # The limits are those of 95% (definitions.md, Judging).
    lower_limit, upper_limit = interval.compute_funnel_limits(figure.value, own_count.denominator, interval.Z_95)
    return Funnel(
        figure,
        lower_limit,
        upper_limit,
        interval.describe_funnel_position(own_count.value, lower_limit, upper_limit, "England"),
    )


def _find_latest_figure(series_rows: Sequence[SeriesRow], area_name: str) -> Comparator:
    area_figures = list_area_figures(series_rows, area_name)
    return area_figures[-1] if area_figures else _create_missing_figure(area_name, "nothing published by then")


def _row_to_comparator(series_row: SeriesRow, area_name: str) -> Comparator:
    return Comparator(
        area_name,
        series_row["period"],
        _read_series_value(series_row),
        series_row["symbol"] or "",
        series_row["source"] or "",
        find_publication_date(series_row),
        series_row["basis"] or "",
    )


def _read_series_value(series_row: SeriesRow) -> float | None:
    """Return the published value, or the one its counts give; None where it is suppressed."""
    # A symbol says that the publisher withheld the value: counts beside it must not bring it back.
    if series_row["value"] is not None or series_row["symbol"]:
        return None if series_row["value"] is None else float(series_row["value"])
    if series_row["numerator"] is None or not series_row["denominator"]:
        return None
    return float(100 * series_row["numerator"] / series_row["denominator"])


def _create_missing_figure(area_name: str, reason: str) -> Comparator:
    return Comparator(area_name, "", None, "", "", None, "", reason)
