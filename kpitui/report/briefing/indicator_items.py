"""Words everything the briefing says about one indicator, once for all formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kpitui import wording
from kpitui.config.profiles import BriefingProfile
from kpitui.model.board import Comparator, Entry, HistoryPoint, VariantCount
from kpitui.model.catalogue import SeriesBreak
from kpitui.model.drilldown import IndicatorChange
from kpitui.model.periods import parse_period_or_none
from kpitui.report.briefing.document import BriefingItem, ComparedFigure, IndicatorTrend, LabelledText, TrendPoint
from kpitui.report.briefing.narrative import collect_actions, collect_reasons, describe_movement_since

MADE_UP_MARK = "†"


def build_item(
    entry: Entry, item_number: int, profile: BriefingProfile, indicator_change: IndicatorChange | None = None
) -> BriefingItem:
    """Build the briefing item of an entry.

    `item_number` counts from 1. `indicator_change` says which cases moved the figure since the last
    period; without it the item does not mention them.
    """
    indicator = entry.indicator
    statements = collect_reasons(entry)
    return BriefingItem(
        entry=entry,
        number=item_number,
        code=indicator.code + (MADE_UP_MARK if entry.made_up else ""),
        title=indicator.title,
        period=entry.point.period.label,
        value=wording.format_entry_value(entry),
        case_fraction="" if entry.problem else wording.format_fraction(entry.point.count),
        data_age=f"{wording.format_age_in_days(entry.data_age_days)} old at the meeting",
        rag=entry.judgement.rag,
        target=wording.format_target(entry) or "none",
        to_target=entry.judgement.to_target or "",
        movement_text=wording.describe_tested_movement(entry.movement),
        year_movement_text=wording.describe_tested_movement(entry.year_movement),
        movement_since=describe_movement_since(entry.movement),
        reasons=statements,
        actions=collect_actions(entry, statements),
        facts=(*_collect_facts(entry), *_collect_case_facts(entry, indicator_change)),
        trend=build_trend(entry),
        comparators=tuple(_describe_comparators(_select_comparators(entry.comparators, profile))),
        variants=tuple(_describe_variant(variant, indicator.unit) for variant in entry.variants),
        # Only the first sentence: the workbook has the whole definition.
        definition=indicator.definition.split(". ")[0].rstrip(".") + "." if indicator.definition else "",
    )


def _select_comparators(comparators: Iterable[Comparator], profile: BriefingProfile) -> Iterator[Comparator]:
    prefixes = profile.comparators
    for comparator in comparators:
        # A prefix: "Statistical neighbours" selects both their mean and their median.
        if prefixes is None or comparator.name.casefold().startswith(tuple(map(str.casefold, prefixes))):
            yield comparator


def _collect_facts(entry: Entry) -> Iterator[LabelledText]:
    judgement, unit = entry.judgement, entry.indicator.unit
    if entry.problem:
        yield LabelledText("No value", entry.problem)
        return
    yield LabelledText("Status", f"{wording.RAG_WORDS[judgement.rag]}: {judgement.reason}")
    if wording.format_target(entry):
        yield LabelledText("Target", _describe_target(entry))
    yield from _collect_movement_facts(entry)
    if entry.year_to_date is not None:
        year_count = entry.year_to_date
        yield LabelledText(
            "Since 1 April", f"{wording.format_count_value(year_count, unit)} ({wording.format_fraction(year_count)})"
        )
    if entry.complete_years:
        yield LabelledText(
            "Whole years", ", ".join(_format_point(year_point, unit) for year_point in entry.complete_years)
        )
    if entry.provisional_points:
        later_values = ", ".join(
            f"{_format_point(point, unit)} ({wording.format_fraction(point.count)})"
            for point in entry.provisional_points
        )
        yield LabelledText("Later, provisional", later_values)
    if judgement.points_per_case is not None:
        yield LabelledText("Small numbers", _describe_small_numbers(entry))
    if text := _describe_variation(entry):
        yield LabelledText("More than chance", text)
    yield from (
        LabelledText("Event", f"{wording.format_date(series_break.occurred_on)}: {series_break.description}")
        for series_break in _select_series_breaks(entry)
    )
    yield from (LabelledText("Please note", warning) for warning in entry.warnings)


def _describe_target(entry: Entry) -> str:
    shortfall = entry.judgement.to_target
    target_text = wording.format_target(entry) + (f": {shortfall} would meet it" if shortfall else "")
    return target_text + wording.describe_target_basis(entry.target)


def _collect_movement_facts(entry: Entry) -> Iterator[LabelledText]:
    """Yield the movement since the last period and since a year earlier, with both values."""
    for movement in (entry.movement, entry.year_movement):
        if movement.earlier_point is None:
            yield LabelledText("Before", wording.describe_movement(movement))
            continue
        count = movement.earlier_point.count
        earlier_text = f"{wording.format_count_value(count, entry.indicator.unit)} ({wording.format_fraction(count)})"
        texts_by_direction = {"same": f"same, {earlier_text}", "none": f"then {earlier_text}"}
        changed_text = f"{wording.describe_tested_movement(movement)}, from {earlier_text}"
        text = texts_by_direction.get(movement.direction, changed_text + wording.describe_missing_test(movement))
        yield LabelledText(f"Since {movement.earlier_point.period.label}", text)


def _format_point(point: HistoryPoint, unit: str) -> str:
    return f"{point.period.label} {wording.format_count_value(point.count, unit)}"


def _describe_small_numbers(entry: Entry) -> str:
    one_case = wording.format_number(entry.judgement.points_per_case)
    worth_text = f"one {entry.indicator.noun[0]} is worth {one_case} points"
    return ". ".join(filter(None, (worth_text, wording.describe_chance_interval(entry))))


def _describe_variation(entry: Entry) -> str:
    """Join what the funnel and process chart say, or return an empty text without either."""
    statements = [f"{entry.funnel.verdict} ({wording.describe_funnel_limits(entry.funnel)})"] if entry.funnel else []
    if entry.process_chart is not None:
        statements += [entry.process_chart.variation, entry.process_chart.assurance]
    return "; ".join(statement for statement in statements if statement)


def _select_series_breaks(entry: Entry) -> list[SeriesBreak]:
    """Return the breaks in the series since the first period that is drawn."""
    first_date = entry.history[0].period.first_day if entry.history else entry.point.period.first_day
    return [series_break for series_break in entry.indicator.breaks if series_break.occurred_on >= first_date]


def _collect_case_facts(entry: Entry, indicator_change: IndicatorChange | None) -> Iterator[LabelledText]:
    """Yield how many cases came, went and count otherwise, who was left out, and the outcomes not counted."""
    if indicator_change is not None and indicator_change.names_cases:
        since_label = indicator_change.before_point.period.label
        yield LabelledText("Cases that moved", f"{wording.count_moved_cases(indicator_change)} since {since_label}")
    names = entry.indicator.outcome_names
    exclusions = [f"{wording.format_count(count)} {reason}" for reason, count in entry.point.count.excluded.items()]
    outcomes = [
        f"{wording.format_count(case_count)} {names.get(code, code)}" for code, case_count in entry.not_counted.items()
    ]
    if exclusions:
        yield LabelledText("Left out", ", ".join(exclusions))
    if outcomes:
        yield LabelledText("Not counted", ", ".join(outcomes))


def build_trend(entry: Entry) -> IndicatorTrend:
    """Build the trend from the history and later provisional periods, each with its target."""
    unit = entry.indicator.unit
    breaks = _select_series_breaks(entry)
    points = () if entry.problem else (*entry.history, *entry.provisional_points)
    trend_points = tuple(
        TrendPoint(
            period=point.period.label,
            value=point.count.value,
            printed_value=wording.format_count_value(point.count, unit),
            rag=point.rag,
            target=point.target,
            provisional=point.status == "provisional",
            event_text="; ".join(
                series_break.description
                for series_break in breaks
                if point.period.first_day <= series_break.occurred_on <= point.period.last_day
            ),
        )
        for point in points
    )
    scale_low, scale_high = entry.indicator.scale
    values = [
        value for trend_point in trend_points for value in (trend_point.value, trend_point.target) if value is not None
    ]
    # The scale of the catalogue, wider where a value or target lies outside it.
    return IndicatorTrend(
        trend_points, min([scale_low, *values]), max([scale_high, *values]), _describe_trend(trend_points, unit)
    )


def _describe_trend(trend_points: tuple[TrendPoint, ...], unit: str) -> str:
    """Describe the trend in words, for readers who cannot see the picture."""
    # Lowest and highest are of official periods: a provisional value may still change.
    points = [trend_point for trend_point in trend_points if not trend_point.provisional] or list(trend_points)
    valued_points = [point for point in points if point.value is not None]
    if not valued_points:
        return "No trend: there is no earlier value that can be shown"
    # No value here is None; `or 0` is for the type checker.
    lowest_point = min(valued_points, key=lambda trend_point: trend_point.value or 0)
    highest_point = max(valued_points, key=lambda trend_point: trend_point.value or 0)
    latest_point = points[-1]
    range_text = (
        f"Trend from {points[0].period} to {latest_point.period}: "
        f"lowest {lowest_point.printed_value} in {lowest_point.period}, highest {highest_point.printed_value} in "
        f"{highest_point.period}, latest {latest_point.printed_value}"
    )
    target_text = (
        f"; target {wording.format_target_value(latest_point.target, unit)}" if latest_point.target is not None else ""
    )
    event_texts = "".join(
        f"; {trend_point.period}: {trend_point.event_text}" for trend_point in points if trend_point.event_text
    )
    return range_text + target_text + event_texts


def _describe_comparators(comparators: Iterable[Comparator]) -> Iterator[ComparedFigure]:
    """Yield comparators with a figure, then those without one, grouped by reason."""
    comparisons = [_describe_comparator(comparator) for comparator in comparators]
    yield from (comparison for comparison in comparisons if comparison.detail)
    figure = [comparison for comparison in comparisons if not comparison.detail]
    for reason in dict.fromkeys(comparison.value for comparison in figure):
        names = ", ".join(comparison.name for comparison in figure if comparison.value == reason)
        yield ComparedFigure(names, reason, "")


def _describe_comparator(comparator: Comparator) -> ComparedFigure:
    period = parse_period_or_none(comparator.period)
    period_text = period.label if period else comparator.period
    # Where there is no figure, the reason stands in its place.
    detail = "" if comparator.value is None and not comparator.symbol else comparator.detail
    detail_parts = [period_text, comparator.basis, comparator.publication, detail]
    return ComparedFigure(
        comparator.name, wording.format_comparator(comparator), ", ".join(part for part in detail_parts if part)
    )


def _describe_variant(variant: VariantCount, unit: str) -> ComparedFigure:
    if variant.count is None:
        return ComparedFigure(variant.title, "no value", variant.problem)
    change_text = (
        "" if variant.points_difference is None else f"{wording.format_signed_change(variant.points_difference)} points"
    )
    detail = ", ".join(part for part in (wording.format_fraction(variant.count), change_text) if part)
    return ComparedFigure(
        variant.title, wording.format_count_value(variant.count, unit), f"{detail}. {variant.note}".strip(" .")
    )
