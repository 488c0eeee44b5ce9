"""What others publish about an indicator, for the council and for the areas it is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kpitui.board.board_data import BoardData
from kpitui.counts.rule_tally import RuleTally
from kpitui.disclosure.public_context import hide_own_figures
from kpitui.judge import comparators
from kpitui.model.board import Comparator
from kpitui.model.catalogue import Indicator
from kpitui.model.issues import create_message


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """Figures on one indicator from the published series: the council's own, and others' beside them."""

    own_figures: tuple[Comparator, ...]
    area_comparators: tuple[Comparator, ...]
    rows_so_far: Sequence[comparators.SeriesRow]  # those up to the board's period


def select_published_figures(
    board_data: BoardData, indicator: Indicator, rule_tally: RuleTally | None
) -> PublishedFigures:
    """Select what was published about an indicator by the board's date."""
    series_rows = comparators.select_indicator_rows(board_data.published_rows, indicator)
    rows_so_far = comparators.select_rows_up_to(series_rows, board_data.period)
    return PublishedFigures(
        _measure_figures(_list_own_figures(board_data, series_rows, rule_tally), indicator),
        _measure_figures(_list_comparators(board_data, rows_so_far), indicator),
        rows_so_far,
    )


def _list_own_figures(
    board_data: BoardData, series_rows: Sequence[comparators.SeriesRow], rule_tally: RuleTally | None
) -> tuple[Comparator, ...]:
    """List the council's own published figures; in public, none that reveals a count."""
    own_figures = comparators.list_area_figures(series_rows, board_data.settings.council_name)
    return hide_own_figures(own_figures, rule_tally) if board_data.public_view else own_figures


def _list_comparators(board_data: BoardData, series_rows: Sequence[comparators.SeriesRow]) -> tuple[Comparator, ...]:
    """List England, the region and the neighbours' averages, or why each has no figure."""
    region, neighbours = board_data.settings.region, board_data.statistical_neighbours
    area_names = ["England", *([region] if region else [])]
    averages = comparators.average_neighbours(series_rows, neighbours.names, neighbours.model)
    return comparators.list_latest_figures(series_rows, area_names) + averages


def _measure_figures(figures: Iterable[Comparator], indicator: Indicator) -> tuple[Comparator, ...]:
    """Return published figures in the measure of their indicator, or why there can be none."""
    measured_figures = (replace(figure, measure=indicator.measure) for figure in figures)
    if not indicator.not_comparable:
        return tuple(measured_figures)
    reason = create_message("comparator-not-comparable", reason=indicator.not_comparable)
    return tuple(
        figure if figure.value is not None or figure.symbol else replace(figure, detail=reason)
        for figure in measured_figures
    )
