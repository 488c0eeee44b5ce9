"""Areas side by side as text, Markdown, CSV and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kpitui.model.areas import AreaFigure, AreaRow, AreaTable
from kpitui.model.catalogue import Scalar
from kpitui.report.table_formats import export_figure, format_csv, format_markdown_table, format_plain_table
from kpitui.wording import format_date, format_short_count_value

CONFIDENTIAL_AREAS = "Small counts of several councils: confidential between them, not for publication."
VERDICT_MARKS = {"worse": "▼", "better": "▲", "within": "", "none": ""}
AREA_CSV_COLUMNS = (
    "la_code", "name", "region", "indicator", "code", "period", "numerator", "denominator", "value", "low", "high",
    "rank", "funnel", "compared_with", "lower_limit", "upper_limit", "last_event", "counted_on",
)  # fmt: skip


def format_areas(table: AreaTable) -> str:
    """Format the table as text, with what its marks mean."""
    columns, rows = _build_columns(table), list(_format_rows(table))
    lines = [describe_areas(table), "", format_plain_table(columns, rows), "", *_describe_marks(table)]
    return "\n".join(lines)


def format_areas_markdown(table: AreaTable) -> str:
    """Format the table as Markdown."""
    table_text = format_markdown_table(_build_columns(table), list(_format_rows(table)))
    return "\n\n".join([describe_areas(table), table_text, *_describe_marks(table)])


def format_areas_csv(table: AreaTable) -> str:
    """Format a row for each area and indicator as CSV."""
    return format_csv(AREA_CSV_COLUMNS, _list_csv_rows(table))


def describe_areas(table: AreaTable) -> str:
    """Describe whose figures these are, and of when."""
    noun = "region" if table.level == "region" else "council"
    number = f"{len(table.rows)} {noun}{'' if len(table.rows) == 1 else 's'}"
    place = f" of {table.place}" if table.place else ""
    return f"{number}{place}, {table.period.label}, as known on {format_date(table.as_at)}"


def _build_columns(table: AreaTable) -> list[str]:
    dates = ["data to"] if table.level == "council" else []
    return ["area", "worse", "better", *(indicator.code for indicator in table.indicators), *dates]


def _format_rows(table: AreaTable) -> Iterator[tuple[str, ...]]:
    for row in table.rows:
        figures = [format_area_figure(row.figures[indicator.id]) for indicator in table.indicators]
        dates = [format_date(row.data_until)] if table.level == "council" else []
        yield (row.area.name, str(row.worse_count), str(row.better_count), *figures, *dates)


def format_area_figure(figure: AreaFigure) -> str:
    """Format a figure with its mark: ▼ worse or ▲ better than the others by more than chance."""
    value = format_short_count_value(figure.count)
    other_mark = "*" if figure.is_other_definition else ""
    return f"{value}{other_mark} {VERDICT_MARKS[figure.verdict]}".rstrip()


def describe_comparison(table: AreaTable) -> str:
    """Describe the areas that each is compared with."""
    if table.level == "region":
        return f"all {table.area_count} councils here"
    return {
        "England": f"all {table.area_count} councils here",
        "region": "the councils here of its region",
        "neighbours": "its statistical neighbours here",
    }[table.compared_with]


def _describe_marks(table: AreaTable) -> list[str]:
    compared_areas = describe_comparison(table)
    lines = [f"▼ worse, ▲ better than {compared_areas} by more than chance and their usual differences."]
    if any(figure.is_other_definition for row in table.rows for figure in row.figures.values()):
        lines.append("* counted by another definition: not compared.")
    return [*lines, CONFIDENTIAL_AREAS]


def _list_csv_rows(table: AreaTable) -> Iterator[tuple[Scalar | None, ...]]:
    for row in table.rows:
        for indicator in table.indicators:
            figure = row.figures[indicator.id]
            count, limits = figure.count, figure.limits or (None, None)
            yield (
                row.area.la_code, row.area.name, row.area.region, indicator.id, indicator.code, str(table.period),
                export_figure(count.numerator), export_figure(count.denominator), count.value, count.low, count.high,
                figure.rank, figure.verdict, figure.compared_value, *limits,
                figure.last_event.isoformat() if figure.last_event else None,
                row.counted_on.isoformat() if row.counted_on else None,
            )  # fmt: skip


def areas_to_json(table: AreaTable) -> dict[str, Any]:
    """Return the JSON document of the table (contract, section 7)."""
    return {
        "as_at": table.as_at,
        "period": str(table.period),
        "compared_with": table.compared_with,
        "confidential": CONFIDENTIAL_AREAS,
        "areas": [_row_to_json(table, row) for row in table.rows],
    }


def _row_to_json(table: AreaTable, row: AreaRow) -> dict[str, Any]:
    return {
        "la_code": row.area.la_code or None,
        "name": row.area.name,
        "region": row.area.region,
        "counted_on": row.counted_on,
        "data_until": row.data_until,
        "indicators": {
            indicator.code: _figure_to_json(row.figures[indicator.id], table) for indicator in table.indicators
        },
    }


def _figure_to_json(figure: AreaFigure, table: AreaTable) -> dict[str, Any]:
    count = figure.count
    last_event = figure.last_event
    return {
        "numerator": count.numerator,
        "denominator": count.denominator,
        "value": count.value,
        "low": count.low,
        "high": count.high,
        "interval": figure.interval,
        "funnel": figure.verdict,
        "limits": figure.limits,
        "compared_value": figure.compared_value,
        "rank": figure.rank,
        "same_definition": not figure.is_other_definition,
        "last_event": last_event,
        "data_age_days": None if last_event is None else max(0, (table.as_at - last_event).days),
    }
