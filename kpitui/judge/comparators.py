"""Comparators: the figures others had published by the date, or the reason there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import fmean, median
from typing import Any

from kpitui.judge.funnel import compare_in_funnel, rank_council
from kpitui.judge.measure_rules import MEASURE_RULES
from kpitui.model.board import Comparator, CouncilStanding, Count, Funnel
from kpitui.model.catalogue import Indicator
from kpitui.model.issues import create_message
from kpitui.model.measures import Measure
from kpitui.model.periods import Period, parse_period, parse_period_or_none
from kpitui.text import normalise_area_name

SeriesRow = Mapping[str, Any]
# A row without a publication date is taken to have come out within a year of its period.
ASSUMED_PUBLICATION_DELAY = timedelta(days=365)


GROUPS_OF_COUNCILS = frozenset(
    """england|north east|north west|yorkshire and the humber|yorkshire and humber|east midlands|west midlands|\
east of england|east|london|inner london|outer london|south east|south west""".split("|")
)
"""England and its regions, as `normalise_area_name` writes them."""


def select_published_rows(series_rows: Iterable[SeriesRow], as_at: date) -> list[SeriesRow]:
    """Return the rows of `published_series` that were out by `as_at`, oldest period first.

    Rows whose period cannot be read are left out.
    """
    rows = [
        row for row in series_rows if (published_on := find_publication_date(row)) is not None and published_on <= as_at
    ]
    return sorted(rows, key=lambda series_row: parse_period(series_row["period"]).first_day)


def select_indicator_rows(published_rows: Iterable[SeriesRow], indicator: Indicator) -> list[SeriesRow]:
    """Select an indicator's rows, one for each area and period, in the order given.

    Files name an indicator by its id or by its code, and some by both.
    """
    rows_by_key: dict[tuple[str, str], SeriesRow] = {}
    for row in published_rows:
        key = (normalise_area_name(row["area"]), row["period"])
        if row["indicator"] not in (indicator.id, indicator.code):
            continue
        # A row with a value is not replaced by its double without one.
        if key not in rows_by_key or _read_series_value(rows_by_key[key]) is None:
            rows_by_key[key] = _complete_value(row, indicator.measure)
    return list(rows_by_key.values())


def _complete_value(series_row: SeriesRow, measure: Measure) -> SeriesRow:
    """Return a row with the value that its counts give, unless it has one or a symbol in its place."""
    # A symbol says that the publisher withheld the value: counts beside it must not bring it back.
    if series_row["value"] is not None or series_row["symbol"] or series_row["numerator"] is None:
        return series_row
    denominator = series_row["denominator"] or (None if measure.traits.is_divided else 1)
    if not denominator:
        return series_row
    return {**series_row, "value": measure.compute_value(series_row["numerator"], denominator)}


def select_rows_up_to(series_rows: Iterable[SeriesRow], period: Period) -> list[SeriesRow]:
    """Select the rows of a period, of one that it lies in, and of earlier ones; never a later one."""
    rows = [(parse_period(row["period"]), row) for row in series_rows]
    return [
        row
        for row_period, row in rows
        if row_period.first_day <= period.first_day or row_period.last_day <= period.last_day
    ]


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

    Both say how many of the neighbours have a value, and by which model they were chosen. Their
    source is every source of the parts, and their basis the weakest. A council without neighbours
    gets an empty tuple.
    """
    if not area_names:
        return ()
    keys = {normalise_area_name(name) for name in area_names}
    rows = [
        row for row in series_rows if normalise_area_name(row["area"]) in keys and _read_series_value(row) is not None
    ]
    if not rows:
        return (_create_missing_figure("Statistical neighbours"),)
    # The rows come oldest first, so the last one is of the latest period.
    latest_rows = [series_row for series_row in rows if series_row["period"] == rows[-1]["period"]]
    values = [value for series_row in latest_rows if (value := _read_series_value(series_row)) is not None]
    detail = create_message(
        "comparator-of-neighbours", known_count=len(values), neighbour_count=len(keys), model=neighbour_model
    )
    return tuple(
        Comparator(
            f"Statistical neighbours, {average_name}",
            rows[-1]["period"],
            average(values),
            "",
            "; ".join(dict.fromkeys(row["source"] for row in latest_rows if row["source"])),
            max((day for row in latest_rows if (day := find_publication_date(row))), default=None),
            _find_weakest_basis([row["basis"] or "" for row in latest_rows]),
            detail,
        )
        for average_name, average in (("mean", fmean), ("median", median))
    )


def _find_weakest_basis(bases: Sequence[str]) -> str:
    """Return the basis that holds for every part; empty where one of them has none."""
    if "not like-for-like" in bases:
        return "not like-for-like"
    return "" if not all(bases) else next((basis for basis in bases if basis != "exact"), "exact")


def compare_with_england(
    indicator: Indicator, own_count: Count, area_comparators: Sequence[Comparator], series_rows: Sequence[SeriesRow]
) -> Funnel | None:
    """Judge whether a value differs from England's by more than chance and councils' usual differences.

    None where either value is missing, where chance does not tell how the measure varies (cases are
    weighted or measured on a headcount), and where England's figure is not like-for-like.
    """
    figure = next((comparator for comparator in area_comparators if comparator.name == "England"), None)
    counts_cases = indicator.rule.weight_column is None and indicator.rule.base_cohort is None
    has_funnel = counts_cases and MEASURE_RULES[own_count.measure.kind].find_funnel_limits is not None
    if figure is None or figure.value is None or own_count.value is None or not has_funnel:
        return None
    # Without like-for-like figures a difference may lie in the definition, and is judged by nobody.
    if figure.basis == "not like-for-like":
        return None
    council_rows = _select_council_rows(series_rows, figure.period, figure.publication)
    counts = (_read_series_count(council_row, indicator.measure) for council_row in council_rows)
    return compare_in_funnel(own_count, figure, [count for count in counts if count is not None])


def find_standing(
    indicator: Indicator, own_figures: Sequence[Comparator], series_rows: Sequence[SeriesRow]
) -> CouncilStanding | None:
    """Rank the council's latest published figure among all councils of the same file.

    `series_rows` must not be later than the figure's period; None where it is missing or hidden, and
    where neither high nor low is best.
    """
    periods = {row["period"] for row in series_rows}
    figure = next((figure for figure in reversed(own_figures) if figure.period in periods), None)
    if figure is None or figure.value is None or indicator.polarity == "neutral":
        return None
    council_rows = _select_council_rows(series_rows, figure.period, figure.publication)
    values = [value for row in council_rows if (value := _read_series_value(row)) is not None]
    return rank_council(figure.value, values, indicator.polarity, figure.period) if len(values) > 1 else None


def _select_council_rows(series_rows: Iterable[SeriesRow], period: str, publication: str) -> list[SeriesRow]:
    """Select the rows of single councils from one period of one published file."""
    return [
        row
        for row in series_rows
        if row["period"] == period and (row["source"] or "") == publication and not _is_group_of_councils(row["area"])
    ]


def _is_group_of_councils(area: str) -> bool:
    """Say whether an area is England, a region or an average, by its name or its ONS code."""
    name = normalise_area_name(area)
    return name in GROUPS_OF_COUNCILS or name.startswith(("e92", "e12", "e13", "statistical neighbours"))


def _find_latest_figure(series_rows: Sequence[SeriesRow], area_name: str) -> Comparator:
    area_figures = list_area_figures(series_rows, area_name)
    return area_figures[-1] if area_figures else _create_missing_figure(area_name)


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
    """Return the value of a row; None where it has none or is suppressed."""
    return None if series_row["value"] is None else float(series_row["value"])


def _read_series_count(series_row: SeriesRow, measure: Measure) -> Count | None:
    """Return the published numbers of cases; None where they are missing, suppressed or impossible."""
    value, denominator = _read_series_value(series_row), series_row["denominator"]
    if value is None or not denominator:
        return None
    numerator = value * denominator / measure.factor if series_row["numerator"] is None else series_row["numerator"]
    is_possible = 0 <= numerator <= (denominator if measure.traits.is_share else numerator)
    return Count(numerator, denominator, measure=measure) if is_possible else None


def _create_missing_figure(area_name: str) -> Comparator:
    return Comparator(area_name, "", None, "", "", None, "", create_message("comparator-not-published"))
