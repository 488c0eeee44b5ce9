"""The order in which areas are read: as a table of all indicators, or by one of them."""

from __future__ import annotations

from collections.abc import Sequence

from kpitui.model.areas import AreaFigure, AreaRow, AreaTable
from kpitui.model.catalogue import Indicator


def find_area_indicator(table: AreaTable, name: str) -> Indicator | None:
    """Return the indicator of a code or id, in any capitals, or None."""
    names = {known.casefold(): indicator for indicator in table.indicators for known in (indicator.code, indicator.id)}
    return names.get(name.casefold())


def rank_area_rows(table: AreaTable, indicator: Indicator) -> Sequence[AreaRow]:
    """Return the areas by their rank in an indicator, the worst first; those without a rank come last."""
    return sorted(table.rows, key=lambda row: (_get_place(row.figures[indicator.id]), row.area.name))


def _get_place(figure: AreaFigure) -> tuple[bool, float]:
    if figure.rank is not None:
        return False, -figure.rank
    # Where neither high nor low is best, the highest value comes first.
    return figure.count.value is None, -(figure.count.value or 0)
