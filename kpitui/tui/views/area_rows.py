"""Rows of areas: all indicators side by side, or one of them with its limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kpitui.model.areas import AreaFigure, AreaRow, AreaTable, FunnelVerdict
from kpitui.model.catalogue import Indicator
from kpitui.report.area_output import VERDICT_MARKS, describe_comparison
from kpitui.tui.styled_text import StyledLine, make_line, make_span, measure_line
from kpitui.tui.theme import Tone
from kpitui.tui.widgets.row_grid import GridColumn
from kpitui.wording import format_date, format_fraction, format_short_count_value, format_value

VERDICT_TONES: Final[Mapping[FunnelVerdict, Tone]] = {
    "worse": "red",
    "better": "green",
    "within": "text",
    "none": "dim",
}
AreaCells = tuple[StyledLine, ...]


def draw_area_rows(table: AreaTable) -> list[AreaCells]:
    """Draw a row for each area, with the figure of each indicator."""
    return [
        (
            make_line(make_span(row.area.name)),
            make_line(make_span(row.worse_count or "", "red")),
            make_line(make_span(row.better_count or "", "green")),
            *(draw_figure(row.figures[indicator.id]) for indicator in table.indicators),
            make_line(make_span(format_date(row.data_until), "dim")),
        )
        for row in table.rows
    ]


def list_area_titles(table: AreaTable, chosen: Indicator | None) -> list[str]:
    """List the headings of the columns; the indicator that Enter opens stands between marks."""
    codes = [f"[{indicator.code}]" if indicator == chosen else indicator.code for indicator in table.indicators]
    return ["Area", "Worse", "Better", *codes, "Data to"]


def draw_figure(figure: AreaFigure) -> StyledLine:
    """Draw a figure with its mark, in the tone of its verdict."""
    mark = VERDICT_MARKS[figure.verdict] or ("*" if figure.is_other_definition else " ")
    value = "" if figure.count.value is None else format_short_count_value(figure.count)
    return make_line(make_span(f"{value} {mark}", VERDICT_TONES[figure.verdict]))


INDICATOR_TITLES: Final = ("Rank", "Area", "Value", "Cases", "By chance", "Funnel", "Data to")


def draw_indicator_rows(rows: Sequence[AreaRow], indicator: Indicator) -> list[AreaCells]:
    """Draw a row for each area with its figure of one indicator, its interval and its limits."""
    return [tuple(_draw_indicator_cells(row, row.figures[indicator.id])) for row in rows]


def _draw_indicator_cells(row: AreaRow, figure: AreaFigure) -> Iterator[StyledLine]:
    yield make_line(make_span(figure.rank or ""))
    yield make_line(make_span(row.area.name, "strong"))
    yield draw_figure(figure)
    yield make_line(make_span(format_fraction(figure.count) if figure.count.value is not None else "", "dim"))
    yield make_line(make_span(_format_limits(figure.interval, figure), "dim"))
    yield make_line(make_span(_format_limits(figure.limits, figure), "dim"))
    yield make_line(make_span(format_date(figure.last_event), "dim"))


def _format_limits(limits: tuple[float, float] | None, figure: AreaFigure) -> str:
    if limits is None:
        return ""
    low, high = (format_value(limit, figure.count.measure) for limit in limits)
    return f"{low} to {high}"


def describe_marks(table: AreaTable) -> str:
    """Describe what the marks of figures mean."""
    return f"▼ worse, ▲ better than {describe_comparison(table)} by more than chance and their usual differences"


def fit_area_columns(titles: Sequence[str], rows: Sequence[AreaCells], left_count: int) -> list[GridColumn]:
    """Give each column the width of its widest cell; the first ones are aligned to the left."""
    return [
        GridColumn(
            title,
            max([len(title), *(measure_line(cells[index]) for cells in rows)]),
            "left" if index < left_count else "right",
        )
        for index, title in enumerate(titles)
    ]
