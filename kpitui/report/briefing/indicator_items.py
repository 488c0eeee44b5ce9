"""Words everything the briefing says about one indicator, once for all formats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpitui import figure_wording, wording
from kpitui.config.profiles import BriefingProfile
from kpitui.issue_wording import describe_problem
from kpitui.model.board import Comparator, Entry, HistoryPoint, VariantCount
from kpitui.model.drilldown import IndicatorChange, IndicatorSplit
from kpitui.model.periods import parse_period_or_none
from kpitui.report.briefing import withheld
from kpitui.report.briefing.document import BriefingItem, ComparedFigure, IndicatorTrend, LabelledText, TrendPoint
from kpitui.report.briefing.narrative import collect_actions, collect_reasons, describe_movement_since
from kpitui.summaries.comparisons import select_comparators, separate_missing_figures
from kpitui.summaries.missing_work import needs_draft
from kpitui.summaries.trends import (
    find_extremes,
    find_judged_index,
    find_trend_scale,
    list_breaks_within,
    list_drawn_breaks,
    list_drawn_points,
    select_firm_points,
)

MADE_UP_MARK = "†"


def build_item(
    entry: Entry,
    item_number: int,
    profile: BriefingProfile,
    indicator_change: IndicatorChange | None = None,
    *,
    is_public: bool = False,
    splits: Sequence[IndicatorSplit] = (),
) -> BriefingItem:
    """Build the briefing item of an entry.

    `item_number` counts from 1. `indicator_change` says which cases moved the figure since the last
    period; without it the item does not mention them. `splits` are printed with it. A public item names
    no files and tables.
    """
    indicator = entry.indicator
    statements = collect_reasons(entry, is_public=is_public)
    return BriefingItem(
        entry=entry,
        number=item_number,
        code=indicator.code + (MADE_UP_MARK if entry.made_up else ""),
        title=indicator.title,
        period=entry.point.period.label,
        value=withheld.print_value(entry),
        case_fraction=withheld.print_fraction(entry),
        data_age=f"{wording.format_age_in_days(entry.data_age_days)} old at the meeting",
        rag=entry.judgement.rag,
        target=wording.format_target(entry) or "none",
        to_target=figure_wording.describe_cases_to_target(entry),
        movement_text=withheld.print_movement(entry.movement),
        year_movement_text=withheld.print_movement(entry.year_movement),
        movement_since=describe_movement_since(entry.movement),
        reasons=statements,
        actions=collect_actions(entry, statements),
        facts=(
            *_collect_facts(entry, is_public=is_public),
            *_collect_case_facts(entry, indicator_change),
            *map(_describe_split, splits),
        ),
        trend=build_trend(entry),
        is_reason_drafted=needs_draft(entry),
        comparators=tuple(_describe_comparators(select_comparators(entry.comparators, profile.comparators))),
        variants=tuple(
            _describe_variant(variant, is_public) for variant in withheld.select_shown_variants(entry.variants)
        ),
        # Only the first sentence: the workbook has the whole definition.
        definition=indicator.definition.split(". ")[0].rstrip(".") + "." if indicator.definition else "",
    )


def _collect_facts(entry: Entry, *, is_public: bool) -> Iterator[LabelledText]:
    judgement = entry.judgement
    if entry.problem:
        yield LabelledText("No value", withheld.explain_missing_figure(entry, is_public=is_public))
        return
    yield LabelledText("Status", f"{wording.RAG_WORDS[judgement.rag]}: {figure_wording.describe_reason(entry)}")
    if wording.format_target(entry):
        yield LabelledText("Target", _describe_target(entry))
    if norm_text := wording.describe_norm(entry.indicator):
        yield LabelledText("Norm", norm_text)
    yield from _collect_movement_facts(entry)
    yield from _collect_period_facts(entry)
    if judgement.points_per_case is not None:
        yield LabelledText("Small numbers", _describe_small_numbers(entry))
    if bands_text := wording.describe_bands(entry.point.count):
        yield LabelledText("Bands", bands_text)
    if text := _describe_variation(entry):
        yield LabelledText("More than chance", text)
    for series_break in list_drawn_breaks(entry):
        yield LabelledText("Event", f"{wording.format_date(series_break.occurred_on)}: {series_break.description}")
    yield from _collect_doubts(entry, is_public=is_public)


def _describe_split(split: IndicatorSplit) -> LabelledText:
    """Describe the groups of a split, each with its value and its cases."""
    groups = (
        f"{group.name} {wording.format_count_value(group.count)} ({wording.format_fraction(group.count)})"
        for group in split.groups
    )
    return LabelledText(f"By {split.column_name.replace('_', ' ')}", ", ".join(groups))


def _collect_doubts(entry: Entry, *, is_public: bool) -> Iterator[LabelledText]:
    """Yield what stands against a figure; to the public without files, lines and tables."""
    reservations = figure_wording.describe_reservations(entry.point)
    if is_public:
        yield from (LabelledText("Please note", text) for text in withheld.describe_public_warnings(entry))
        yield from (LabelledText("Not certain", withheld.PLAIN_RESERVATION) for _ in reservations[:1])
        return
    yield from (LabelledText("Please note", warning) for warning in figure_wording.describe_warnings(entry))
    yield from (LabelledText("Not certain", text) for text in reservations)


def _collect_period_facts(entry: Entry) -> Iterator[LabelledText]:
    """Yield the year to date, whole years, and the periods after the judged one."""
    if (year_count := entry.year_to_date) is not None and not year_count.is_hidden:
        year_text = f"{wording.format_count_value(year_count)} ({wording.format_fraction(year_count)})"
        yield LabelledText("Since 1 April", year_text)
    if year_end_text := figure_wording.describe_year_end(entry):
        yield LabelledText("To the year's end", year_end_text)
    if years := withheld.select_shown_points(entry.complete_years):
        yield LabelledText("Whole years", ", ".join(_format_point(point) for point in years))
    if later_points := withheld.select_shown_points(entry.provisional_points):
        later_values = (f"{_format_point(point)} ({wording.format_fraction(point.count)})" for point in later_points)
        yield LabelledText("Later, provisional", ", ".join(later_values))


def _describe_target(entry: Entry) -> str:
    shortfall = figure_wording.describe_cases_to_target(entry)
    target_text = wording.format_target(entry) + (f": {shortfall} would meet it" if shortfall else "")
    return target_text + wording.describe_target_basis(entry.target)


def _collect_movement_facts(entry: Entry) -> Iterator[LabelledText]:
    """Yield the movement since the last period and since a year earlier, with both values."""
    for movement in (entry.movement, entry.year_movement):
        if movement.earlier_point is None:
            yield LabelledText("Before", wording.describe_movement(movement))
            continue
        count = movement.earlier_point.count
        if count.is_hidden:
            continue
        earlier_text = f"{wording.format_count_value(count)} ({wording.format_fraction(count)})"
        texts_by_direction = {"same": f"same, {earlier_text}", "none": f"then {earlier_text}"}
        changed_text = f"{wording.describe_tested_movement(movement)}, from {earlier_text}"
        text = texts_by_direction.get(movement.direction, changed_text + figure_wording.describe_missing_test(movement))
        yield LabelledText(f"Since {movement.earlier_point.period.label}", text)


def _format_point(point: HistoryPoint) -> str:
    return f"{point.period.label} {wording.format_count_value(point.count)}"


def _describe_small_numbers(entry: Entry) -> str:
    one_case = wording.format_number(entry.judgement.points_per_case)
    worth_text = f"one {entry.indicator.noun[0]} is worth {one_case} points"
    return ". ".join(filter(None, (worth_text, wording.describe_chance_interval(entry))))


def _describe_variation(entry: Entry) -> str:
    """Join what the funnel and process chart say, or return an empty text without either."""
    statements: list[str] = []
    if entry.funnel is not None:
        verdict = figure_wording.describe_finding(entry.funnel.verdict)
        statements.append(f"{verdict} ({wording.describe_funnel_limits(entry.funnel)})")
    if entry.process_chart is not None:
        messages = (entry.process_chart.variation, entry.process_chart.assurance)
        statements += map(figure_wording.describe_finding, messages)
    return "; ".join(filter(None, statements))


def _collect_case_facts(entry: Entry, indicator_change: IndicatorChange | None) -> Iterator[LabelledText]:
    """Yield how many cases came, went and count otherwise, who was left out, and the outcomes not counted."""
    if indicator_change is not None and indicator_change.names_cases:
        since_label = indicator_change.before_point.period.label
        yield LabelledText("Cases that moved", f"{wording.count_moved_cases(indicator_change)} since {since_label}")
    exclusions = withheld.list_shown_groups(entry.point.count.excluded, {})
    outcomes = withheld.list_shown_groups(entry.not_counted, entry.indicator.outcome_names)
    if exclusions:
        yield LabelledText("Left out", ", ".join(exclusions))
    if outcomes:
        yield LabelledText("Not counted", ", ".join(outcomes))


def build_trend(entry: Entry) -> IndicatorTrend:
    """Build the trend from the history and later provisional periods, each with its target."""
    points = list_drawn_points(entry)
    trend_points = tuple(_build_trend_point(point, entry) for point in points)
    scale_low, scale_high = find_trend_scale(entry)
    return IndicatorTrend(
        points=trend_points,
        scale_low=scale_low,
        scale_high=scale_high,
        description=_describe_trend(entry, points),
        judged_index=find_judged_index(points),
        has_provisional=any(trend_point.provisional for trend_point in trend_points),
    )


def _build_trend_point(point: HistoryPoint, entry: Entry) -> TrendPoint:
    return TrendPoint(
        period=point.period.label,
        value=point.count.value,
        printed_value=_print_point_value(point),
        rag=point.rag,
        target=point.target,
        provisional=point.status == "provisional",
        event_text=_describe_breaks(point, entry),
        is_hidden=point.count.is_hidden,
    )


def _print_point_value(point: HistoryPoint) -> str:
    return withheld.NOT_SHOWN if point.count.is_hidden else wording.format_count_value(point.count)


def _describe_breaks(point: HistoryPoint, entry: Entry) -> str:
    breaks = list_breaks_within(list_drawn_breaks(entry), point.period)
    return "; ".join(series_break.description for series_break in breaks)


def _describe_trend(entry: Entry, points: Sequence[HistoryPoint]) -> str:
    """Describe the trend in words, for readers who cannot see the picture."""
    extremes = find_extremes(points)
    if extremes is None:
        return "No trend: no earlier value can be shown"
    lowest, highest, latest = (
        _print_point_value(point) for point in (extremes.lowest_point, extremes.highest_point, extremes.last_point)
    )
    range_text = (
        f"Trend from {extremes.first_point.period.label} to {extremes.last_point.period.label}: "
        f"lowest {lowest} in {extremes.lowest_point.period.label}, highest {highest} in "
        f"{extremes.highest_point.period.label}, latest {latest}"
    )
    target = extremes.last_point.target
    target_text = "" if target is None else f"; target {wording.format_target_value(target, entry.indicator.measure)}"
    event_texts = "".join(
        f"; {point.period.label}: {event_text}"
        for point in select_firm_points(points)
        if (event_text := _describe_breaks(point, entry))
    )
    return range_text + target_text + event_texts


def _describe_comparators(comparators: Sequence[Comparator]) -> Iterator[ComparedFigure]:
    """Yield comparators with a figure, then those without one, grouped by reason."""
    figures, names_by_reason = separate_missing_figures(comparators)
    yield from map(_describe_comparator, figures)
    for reason, names in names_by_reason.items():
        yield ComparedFigure(", ".join(names), reason, "")


def _describe_comparator(comparator: Comparator) -> ComparedFigure:
    period = parse_period_or_none(comparator.period)
    period_text = period.label if period else comparator.period
    # Where there is no figure, the reason stands in its place.
    has_figure = comparator.value is not None or comparator.symbol
    detail = figure_wording.describe_finding(comparator.detail if has_figure else None)
    detail_parts = [period_text, comparator.basis, comparator.publication, detail]
    return ComparedFigure(
        comparator.name, figure_wording.format_comparator(comparator), ", ".join(part for part in detail_parts if part)
    )


def _describe_variant(variant: VariantCount, is_public: bool) -> ComparedFigure:
    if variant.count is None:
        problem_text = withheld.NOT_SUPPLIED if is_public else describe_problem(variant.problem)
        return ComparedFigure(variant.title, "no value", problem_text)
    change_text = (
        ""
        if variant.points_difference is None
        else wording.describe_signed_difference(variant.points_difference, variant.count.measure)
    )
    detail = ", ".join(part for part in (wording.format_fraction(variant.count), change_text) if part)
    return ComparedFigure(
        variant.title,
        wording.format_count_value(variant.count),
        f"{detail}. {figure_wording.describe_variant_note(variant)}".strip(" ."),
    )
