"""The council's own figure of a year beside the one that was published: how far apart, and in cases."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor

from kpitui.model.board import Comparator, HistoryPoint, Reconciliation
from kpitui.model.periods import parse_period_or_none


def reconcile_years(
    complete_years: Iterable[HistoryPoint], published_figures: Iterable[Comparator]
) -> Reconciliation | None:
    """Compare the latest whole year that has a published figure; None without one.

    The published figure is of other cases where its basis says so. Its cases are those that it would
    be with the denominator here, since few series give their own.
    """
    years_by_period = {point.period: point for point in complete_years}
    for figure in sorted(published_figures, key=lambda figure: figure.period, reverse=True):
        period = parse_period_or_none(figure.period)
        point = years_by_period.get(period) if period else None
        if figure.value is None or point is None or point.count.value is None:
            continue
        count, difference = point.count, point.count.value - figure.value
        cases = None
        if count.measure.traits.is_share:
            cases = floor(abs(difference) * count.denominator / 100 + 0.5)
        return Reconciliation(point, figure, difference, cases)
    return None
