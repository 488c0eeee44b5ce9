"""The JSON that commands print with --json: section 5 of contract.md.

Values are unrounded numbers. A number hidden in a public board is null.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

from kpitui.drilldown.case_table import total_cases
from kpitui.drilldown.cases import iterate_case_rows
from kpitui.figure_wording import describe_cases_to_target, describe_finding, describe_reason, describe_warnings
from kpitui.issue_wording import describe_effect, describe_issue, describe_problem, format_file_name, format_message
from kpitui.model.board import (
    Board,
    CommentaryNote,
    Comparator,
    Count,
    Coverage,
    Entry,
    HistoryPoint,
    Movement,
    Restatement,
    TableSource,
    VariantCount,
    YearEnd,
)
from kpitui.model.catalogue import SeriesBreak
from kpitui.model.drilldown import CaseRestatement, IndicatorCases, IndicatorChange, IndicatorSplit, PeriodChanges
from kpitui.model.issues import Issue
from kpitui.text import clean_lines
from kpitui.wording import (
    SUPPRESSED_SYMBOL,
    describe_chart_limits,
    describe_events,
    describe_events_between,
    describe_standing,
)

if TYPE_CHECKING:
    from kpitui.disclosure.public_context import HeldBackNote

JsonObject = dict[str, Any]


def encode_json(document: Any) -> str:
    """Encode a document as indented JSON: texts cleaned, ISO 8601 dates, null for NaN and infinity.

    Other types raise TypeError.
    """
    # Names stay readable (Zoë): the console script writes UTF-8 in every locale.
    return json.dumps(_clean_document(document), ensure_ascii=False, indent=2, default=_encode_date, allow_nan=False)


def _clean_document(document: Any) -> Any:
    """Clean every text, key and number of a document; a text of several lines keeps them."""
    if isinstance(document, str):
        return document if document.isprintable() else clean_lines(document)
    if isinstance(document, float):
        return document if isfinite(document) else None
    if isinstance(document, dict):
        return {_clean_document(key): _clean_document(member) for key, member in document.items()}
    return [_clean_document(member) for member in document] if isinstance(document, list | tuple) else document


def board_to_json(board: Board) -> JsonObject:
    """Return the document of `kpitui status`: every indicator, without the details of `show`."""
    return _board_header_to_json(board) | {
        "made_up": list(board.made_up_tables),
        "indicators": [entry_summary_to_json(entry) for entry in board.entries],
    }


def entry_to_json(
    board: Board, entry: Entry, cases_by_restatement: Sequence[Sequence[CaseRestatement]] = ()
) -> JsonObject:
    """Return the document of `kpitui show`: one indicator with everything known about it.

    `cases_by_restatement` holds the changed cases of each restated period, in the order of
    `entry.restatements`.
    """
    rule = entry.indicator.rule
    return (
        _board_header_to_json(board)
        | entry_summary_to_json(entry)
        | {
            "definition": entry.indicator.definition,
            "source": entry.indicator.source,
            "window": rule.window,
            "not_counted": _tally_to_json(entry.not_counted),
            "comparators": [_comparator_to_json(comparator) for comparator in entry.comparators],
            "published": [_comparator_to_json(comparator) for comparator in entry.published_series],
            "commentary": [_note_to_json(note) for note in entry.commentary_notes],
            "norm": {"value": norm.value, "title": norm.title} if (norm := entry.indicator.norm) else None,
            "target_reason": entry.target.reason if entry.target else None,
            "target_owner": entry.target.owner if entry.target else None,
            "target_review": entry.target.review_date if entry.target else None,
            "target_national": entry.target.is_national if entry.target else None,
            "year_to_date": _count_to_json(entry.year_to_date) if entry.year_to_date else None,
            "year_end": _year_end_to_json(entry.year_end),
            "restated": [
                # The public view is given no cases of children or staff: the list may be shorter.
                _restatement_to_json(
                    restatement, cases_by_restatement[index] if index < len(cases_by_restatement) else ()
                )
                for index, restatement in enumerate(entry.restatements)
            ],
            "whole_years": [_point_to_json(point) for point in entry.complete_years],
            "funnel": _funnel_to_json(entry),
            "standing": _standing_to_json(entry),
            "process_chart": _process_chart_to_json(entry),
        }
    )


def entry_summary_to_json(entry: Entry) -> JsonObject:
    """Return one indicator as `status` lists it."""
    indicator, point, judgement = entry.indicator, entry.point, entry.judgement
    return {
        "id": indicator.id,
        "code": indicator.code,
        "title": indicator.title,
        "theme": indicator.theme,
        "kind": indicator.measure.kind,
        "unit": indicator.unit,
        "polarity": indicator.polarity,
        "period": str(point.period),
        "period_start": point.period.first_day,
        "period_end": point.period.last_day,
        "status": point.status,
        **_count_to_json(point.count),
        "excluded": _tally_to_json(point.count.excluded),
        **_knowledge_to_json(point),
        "target": point.target,
        **({"band": list(indicator.band)} if indicator.band else {}),
        "rag": judgement.rag,
        "rag_reason": describe_reason(entry),
        "to_target": describe_cases_to_target(entry) or None,
        "one_case": judgement.points_per_case,
        "chance_range": list(judgement.chance_interval) if judgement.chance_interval else None,
        "direction": entry.movement.direction,
        "change": entry.movement.change,
        **_significance_to_json(entry.movement),
        "previous": _previous_point_to_json(entry.movement),
        "year_direction": entry.year_movement.direction,
        "year_change": entry.year_movement.change,
        **_significance_to_json(entry.year_movement, "year_"),
        "year_earlier": _previous_point_to_json(entry.year_movement),
        "data_age_days": entry.data_age_days,
        "made_up": entry.made_up,
        "warnings": list(describe_warnings(entry)),
        "problem": describe_problem(entry.problem) or None,
        "breaks": [_break_to_json(series_break) for series_break in indicator.breaks],
        "reason_missing": entry.reason_missing,
        "overdue": [_note_to_json(note) for note in entry.overdue_actions],
        "sources": [source_to_json(source) for source in entry.sources],
        "history": [_history_point_to_json(entry, index) for index in range(len(entry.history))],
        "provisional": [_point_to_json(provisional_point) for provisional_point in entry.provisional_points],
        "variants": [_variant_to_json(variant) for variant in entry.variants],
    }


def _break_to_json(series_break: SeriesBreak) -> JsonObject:
    return {
        "date": series_break.occurred_on,
        "note": series_break.description,
        "restarts": series_break.restarts_series,
    }


def _significance_to_json(movement: Movement, prefix: str = "") -> JsonObject:
    return {
        f"{prefix}significance": movement.significance or None,
        f"{prefix}not_tested": describe_finding(movement.untested_because) or None,
    }


def cases_to_json(board: Board, indicator_cases: IndicatorCases) -> JsonObject:
    """Return the rows behind a number, with the numerator and denominator they add up to."""
    totals = total_cases(indicator_cases)
    return _board_header_to_json(board) | {
        "id": indicator_cases.entry.indicator.id,
        "code": indicator_cases.entry.indicator.code,
        "title": indicator_cases.entry.indicator.title,
        # The main rule is no variant, although it has an id too.
        "variant": None if indicator_cases.rule is indicator_cases.entry.indicator.rule else indicator_cases.rule.id,
        "made_up": indicator_cases.entry.made_up,
        "numerator": totals.numerator,
        "denominator": totals.denominator,
        "period": str(indicator_cases.period),
        **_case_knowledge_to_json(indicator_cases),
        "cases": list(iterate_case_rows(indicator_cases)),
    }


def _case_knowledge_to_json(indicator_cases: IndicatorCases) -> JsonObject:
    """Return what is known of the number behind the cases, as `status` has it."""
    entry = indicator_cases.entry
    points = {point.period: point for point in (entry.point, *entry.history, *entry.provisional_points)}
    point = points.get(indicator_cases.period)
    if point is None:
        return {}
    if indicator_cases.rule is entry.indicator.rule:
        return _knowledge_to_json(point)
    variant_counts = {variant.id: variant.count for variant in entry.variants}
    is_latest = indicator_cases.period == entry.point.period
    variant_count = variant_counts.get(indicator_cases.rule.id) if is_latest else None
    return _knowledge_to_json(point) | (_doubt_to_json(variant_count) if variant_count else {})


def split_to_json(board: Board, split: IndicatorSplit) -> JsonObject:
    """Return the groups of an indicator by a column, and the whole that they add up to."""
    return _board_header_to_json(board) | {
        "id": split.entry.indicator.id,
        "code": split.entry.indicator.code,
        "title": split.entry.indicator.title,
        "period": str(split.period),
        "kind": split.total.measure.kind,
        "unit": split.total.measure.unit,
        "by": split.column_name,
        "groups": [
            {"group": group.name, **_count_to_json(group.count), "excluded": _tally_to_json(group.count.excluded)}
            for group in split.groups
        ],
        "whole": _count_to_json(split.total) | {"excluded": _tally_to_json(split.total.excluded)},
        "made_up": split.entry.made_up,
    }


def changes_to_json(period_changes: PeriodChanges) -> JsonObject:
    """Return what moved between two periods: indicators, events and changed grades."""
    return _board_header_to_json(period_changes.board) | {
        "from": str(period_changes.earlier_period),
        "to": str(period_changes.later_period),
        "indicators": [_indicator_change_to_json(change) for change in period_changes.indicator_changes],
        "events": describe_events_between(period_changes),
        "grades": [
            {
                "urn": grade_change.urn,
                "name": grade_change.name,
                "kind": grade_change.provider_kind,
                "before": grade_change.grade_before,
                "after": grade_change.grade_after,
                "inspected": grade_change.inspected_on,
            }
            for grade_change in period_changes.grade_changes
        ],
    }


def issues_to_json(
    issues: tuple[Issue, ...], sources: tuple[TableSource, ...], held_back_notes: Sequence[HeldBackNote] = ()
) -> JsonObject:
    """Return every issue, the source of each table, and the notes held back from public view."""
    return {
        "issues": [
            {
                "code": issue.code,
                "severity": issue.severity,
                "table": issue.table,
                "file": format_file_name(issue.file, issue.section),
                "line": issue.line,
                "message": format_message(issue),
                "number": issue.occurrences,
                "effect": describe_effect(issue),
                "lines": list(issue.lines),
            }
            for issue in issues
        ],
        "sources": [source_to_json(source) for source in sources],
        "held_back": [
            {
                "code": note.entry.indicator.code,
                "period": str(note.note.period),
                "kind": note.note.kind,
                "mentions": list(note.mentions),
            }
            for note in held_back_notes
        ],
    }


def source_to_json(source: TableSource) -> JsonObject:
    """Return where a table came from, how many of its rows were used, and how old it is."""
    return {
        "table": source.table,
        "file": format_file_name(source.file, source.file_section),
        "last_event": source.last_event,
        "read": source.read_at,
        "rows_read": _null_if_hidden(source.rows_read),
        "rows_used": _null_if_hidden(source.rows_used),
        "rows_refused": _null_if_hidden(source.rows_refused),
        "rows_again": _null_if_hidden(source.rows_superseded),
        "rows_in_file": None if source.rows_in_file is None else _null_if_hidden(source.rows_in_file),
        "made_up": source.made_up,
        "problem": describe_problem(source.problem) or None,
        "read_as": source.recognised_as or None,
    }


def _board_header_to_json(board: Board) -> JsonObject:
    header = {"council": board.council_name, "as_at": board.as_at, "period": str(board.period)}
    # Contract section 5 has no such key, so an internal board leaves it out.
    return header | ({"public": True} if board.is_public else {})


def _count_to_json(count: Count) -> JsonObject:
    """Return the figures of a count; a hidden number is null, and `symbol` says so."""
    traits = count.measure.traits
    return {
        "numerator": _null_if_hidden(count.numerator) if traits.is_numerator_told else None,
        "denominator": _null_if_hidden(count.denominator) if traits.is_denominator_told else None,
        "value": count.value,
        **_bands_to_json(count),
    } | ({"symbol": SUPPRESSED_SYMBOL} if count.is_hidden else {})


def _bands_to_json(count: Count) -> JsonObject:
    """Return the share of values in each band, in per cent; nothing of a measure without bands."""
    if not count.measure.bands:
        return {}
    numbers = () if count.spread is None else count.spread.count_bands(count.measure.bands)
    limits = [*count.measure.bands, None]
    bands = [{"up_to": limit, "cases": number} for limit, number in zip(limits, numbers, strict=False)]
    return {"bands": bands}


def _doubt_to_json(count: Count) -> JsonObject:
    """Return the cases of which it cannot be told whether they count, and the bounds they leave."""
    return {"unknown": _tally_to_json(count.unknown), "low": count.low, "high": count.high}


def _knowledge_to_json(point: HistoryPoint) -> JsonObject:
    """Return what is known of a figure: its unknown cases, bounds and coverage, and what stands against it."""
    return _doubt_to_json(point.count) | {
        "coverage": _coverage_to_json(point.coverage),
        "reservations": [_reservation_to_json(issue) for issue in point.reservations],
    }


def _coverage_to_json(coverage: Coverage) -> JsonObject:
    return {"from": coverage.first_day, "to": coverage.last_day, "whole": coverage.is_whole}


def _reservation_to_json(issue: Issue) -> JsonObject:
    return {
        "code": issue.code,
        "severity": issue.severity,
        "message": describe_issue(issue),
        "file": issue.file or None,
        "line": issue.line,
        "cases": issue.occurrences,
    }


def _tally_to_json(amounts_by_category: Mapping[str, float]) -> dict[str, float | None]:
    return {category: _null_if_hidden(count) for category, count in amounts_by_category.items()}


def _null_if_hidden(figure: float) -> float | None:
    # json.dumps would write NaN for a hidden number, and NaN is not JSON.
    return None if isnan(figure) else figure


def _history_point_to_json(entry: Entry, history_index: int) -> JsonObject:
    """Return one period of the history with the figures of every variant."""
    point = entry.history[history_index]
    figures = {
        variant_id: _count_to_json(counts[history_index]) for variant_id, counts in entry.variant_history.items()
    }
    events = describe_events(entry.indicator, point.period)
    return _point_to_json(point) | {"variants": figures, "events": events}


def _point_to_json(point: HistoryPoint) -> JsonObject:
    return {
        "period": str(point.period),
        "status": point.status,
        **_count_to_json(point.count),
        "rag": point.rag,
        "target": point.target,
        "excluded": _tally_to_json(point.count.excluded),
        **_knowledge_to_json(point),
    }


def _variant_to_json(variant: VariantCount) -> JsonObject:
    # Without a count the keys stay, as null: every variant has the same shape.
    figures = _count_to_json(variant.count) if variant.count else dict.fromkeys(_count_to_json(Count(0, 0)))
    return {
        "id": variant.id,
        "title": variant.title,
        **figures,
        "excluded": _tally_to_json(variant.count.excluded) if variant.count else {},
        **_doubt_to_json(variant.count or Count(0, 0)),
        "rag": variant.rag,
        "points": variant.points_difference,
        "cases": variant.cases_difference,
        "note": variant.note,
        "problem": describe_problem(variant.problem) or None,
    }


def _previous_point_to_json(movement: Movement) -> JsonObject | None:
    if movement.earlier_point is None:
        return None
    return {"period": str(movement.earlier_point.period), **_count_to_json(movement.earlier_point.count)}


def _comparator_to_json(comparator: Comparator) -> JsonObject:
    return {
        "name": comparator.name,
        "period": comparator.period or None,
        "value": comparator.value,
        "symbol": comparator.symbol or None,
        "source": comparator.publication,
        "published": comparator.published_on,
        "basis": comparator.basis,
        "detail": describe_finding(comparator.detail),
    }


def _year_end_to_json(year_end: YearEnd | None) -> JsonObject | None:
    if year_end is None:
        return None
    needed_name = "at_most" if year_end.is_limit else "at_least"
    return {
        needed_name: year_end.cases_needed,
        "of_next": year_end.expected_cases,
        "low": year_end.low,
        "high": year_end.high,
    }


def _note_to_json(note: CommentaryNote) -> JsonObject:
    return {
        "period": str(note.period),
        "kind": note.kind,
        "text": note.text,
        "author": note.author,
        "written": note.written_on,
        "due": note.due_on,
        "owner": note.owner,
        "closed": note.closed_on,
    }


def _indicator_change_to_json(indicator_change: IndicatorChange) -> JsonObject:
    return {
        "id": indicator_change.entry.indicator.id,
        "code": indicator_change.entry.indicator.code,
        "title": indicator_change.entry.indicator.title,
        "before": _point_to_json(indicator_change.before_point),
        "after": _point_to_json(indicator_change.after_point),
        "direction": indicator_change.movement.direction,
        "change": indicator_change.movement.change,
        "came": list(indicator_change.joined_subjects),
        "went": list(indicator_change.departed_subjects),
        "moved": [
            {"subject": change.subject, "then": change.standing_before, "now": change.standing_after}
            for change in indicator_change.standing_changes
        ],
        "gone_to": _tally_to_json(indicator_change.outcome_counts),
        "made_up": indicator_change.entry.made_up,
        "problem": describe_problem(indicator_change.entry.problem) or None,
    }


def _restatement_to_json(restatement: Restatement, restated_cases: Sequence[CaseRestatement]) -> JsonObject:
    return {
        "period": str(restatement.period),
        "said_on": restatement.saved_on,
        "then": _count_to_json(restatement.saved_count),
        "now": _count_to_json(restatement.current_count),
        "cases": [
            {"subject": case.subject, "then": case.saved_standing, "now": case.current_standing}
            for case in restated_cases
        ],
    }


def _funnel_to_json(entry: Entry) -> JsonObject | None:
    funnel = entry.funnel
    if funnel is None:
        return None
    comparison = {"against": funnel.comparator.name, "period": funnel.comparator.period}
    limits = {"lower": funnel.lower_limit, "upper": funnel.upper_limit, "says": describe_finding(funnel.verdict)}
    return comparison | limits | {"overdispersion": funnel.overdispersion, "councils": funnel.council_count}


def _standing_to_json(entry: Entry) -> JsonObject | None:
    standing = entry.standing
    if standing is None:
        return None
    rank = {"rank": standing.rank, "of": standing.council_count, "quartile": standing.quartile}
    return rank | {"period": standing.period, "says": describe_standing(standing)}


def _process_chart_to_json(entry: Entry) -> JsonObject:
    chart = entry.process_chart
    if chart is None:
        return {"reason": describe_finding(entry.no_chart_reason)}
    return {
        "mean": chart.mean,
        "lower": chart.lower_limit,
        "upper": chart.upper_limit,
        "method": chart.method,
        "since": str(chart.start_period),
        "baseline": chart.baseline_count,
        "baseline_fixed": chart.is_baseline_fixed,
        "signals": list(map(describe_finding, chart.signals)),
        "variation": describe_finding(chart.variation),
        "assurance": describe_finding(chart.assurance),
        "rule": describe_chart_limits(chart),
        "limits": [
            {"period": str(limits.period), "lower": limits.lower, "upper": limits.upper} for limits in chart.limits
        ],
    }


def _encode_date(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")
