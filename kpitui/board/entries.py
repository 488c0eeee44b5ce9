"""One entry of the board: an indicator counted, judged and compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from kpitui.board.board_data import BoardData
from kpitui.board.figure_warnings import list_warnings
from kpitui.board.points import PointBuilder
from kpitui.board.published_figures import select_published_figures
from kpitui.board.variants import count_variant, count_variant_history, locate_problem
from kpitui.commentary import find_overdue_actions, select_notes, select_report_notes
from kpitui.counts.rule_tally import IndicatorTally, RuleTally
from kpitui.counts.tallies import tally_indicators
from kpitui.disclosure.cell_values import hide_entry_problems
from kpitui.disclosure.people import is_about_children, is_about_people
from kpitui.disclosure.public_context import hold_back_notes
from kpitui.disclosure.releases import has_released_notes
from kpitui.judge import comparators, process_chart
from kpitui.judge.reconciliation import reconcile_years
from kpitui.judge.targets import find_target_in_force
from kpitui.judge.year_end import work_out_year_end
from kpitui.log import log_or_explain
from kpitui.model.board import (
    HIDDEN_NUMBER,
    CommentaryNote,
    Count,
    Entry,
    HistoryPoint,
    Judgement,
    Restatement,
    YearEnd,
)
from kpitui.model.catalogue import Indicator
from kpitui.model.issues import RuleProblem, create_message
from kpitui.model.periods import Period
from kpitui.restatements import find_restatements

_ENDING_ERRORS = (KeyboardInterrupt, SystemExit, GeneratorExit)


def build_entries(board_data: BoardData, indicators: Sequence[Indicator]) -> tuple[Entry, ...]:
    """Count and judge indicators, in the order given.

    A public board counts every indicator of the council, so that a page about one of them hides
    what the page of all hides. It judges the public counts, never the internal ones.
    """
    tallies = (
        tally_public_numbers(board_data, board_data.settings.indicators)
        if board_data.public_view
        else tally_board(board_data, indicators)
    )
    board_data.tallies = tallies
    entries = (_build_entry_or_reason(board_data, indicator, tallies[indicator.id]) for indicator in indicators)
    return tuple(map(hide_entry_problems, entries) if board_data.public_view else entries)


def tally_public_numbers(board_data: BoardData, indicators: Sequence[Indicator]) -> dict[str, IndicatorTally]:
    """Tally indicators as they may be published; all of the council's are needed at once."""
    # Imported late: most boards are not public.
    from kpitui.disclosure.public_tallies import hide_small_counts

    tallies = tally_board(board_data, indicators)
    tally_inputs = (board_data.table_frames, board_data.settings.la_code, board_data.as_at)
    return hide_small_counts(indicators, tallies, *tally_inputs, board_data.releases)


def tally_board(board_data: BoardData, indicators: Sequence[Indicator]) -> dict[str, IndicatorTally]:
    """Add up the cases of indicators over the tables of a board; see `tally_indicators`.

    An unforeseen error in one indicator leaves the others.
    """
    if board_data.ready_tallies is not None:
        return {indicator.id: board_data.ready_tallies[indicator.id] for indicator in indicators}
    loaded_tables = board_data.loaded_tables
    try:
        return tally_indicators(
            indicators,
            board_data.table_frames,
            board_data.settings.la_code,
            board_data.as_at,
            loaded_tables.problems,
            loaded_tables.unreadable_tables,
            loaded_tables.knowledge,
            board_data.find_span,
        )
    except _ENDING_ERRORS:
        raise
    except BaseException as error:  # a panic in polars is not an Exception
        if len(indicators) == 1:
            return {indicators[0].id: _make_failed_tally(indicators[0], error)}
    return {name: tally for indicator in indicators for name, tally in tally_board(board_data, (indicator,)).items()}


def _make_failed_tally(indicator: Indicator, error: BaseException) -> IndicatorTally:
    """Make the tally of an indicator that could not be worked out; the error may quote a cell, so its kind is told."""
    log_or_explain(error)
    problem = RuleProblem(create_message("indicator-failed", error=type(error).__name__))
    return IndicatorTally({}, {rule.id: problem for rule in (indicator.rule, *indicator.variants)}, None)


def _build_entry_or_reason(board_data: BoardData, indicator: Indicator, indicator_tally: IndicatorTally) -> Entry:
    """Build an entry; where an unforeseen error ends that, one that says so."""
    try:
        return _build_entry(board_data, indicator, indicator_tally)
    except _ENDING_ERRORS:
        raise
    except BaseException as error:
        return _build_entry(board_data, indicator, _make_failed_tally(indicator, error))


def _build_entry(board_data: BoardData, indicator: Indicator, indicator_tally: IndicatorTally) -> Entry:
    settings, as_at = board_data.settings, board_data.as_at
    rule_tally = indicator_tally.rule_tallies.get(indicator.rule.id)
    point_builder = PointBuilder(board_data, indicator, indicator_tally)
    history = point_builder.build_history()
    latest_point, period = history[-1], history[-1].period
    xmr_chart, chart_reason = process_chart.build_process_chart(indicator, history)
    published = select_published_figures(board_data, indicator, rule_tally)
    used_sources = board_data.list_used_sources(indicator)
    notes = _select_indicator_notes(board_data, indicator, indicator_tally)
    judgement = point_builder.judge_point(latest_point)
    complete_years = point_builder.build_whole_years(history[0])
    return Entry(
        indicator=board_data.print_defaults(indicator),
        point=latest_point,
        target=find_target_in_force(indicator, period),
        judgement=judgement,
        movement=point_builder.compare_with_earlier(latest_point, period.previous),
        year_movement=point_builder.compare_with_earlier(latest_point, period.year_earlier),
        history=history,
        provisional_points=point_builder.build_provisional_months(),
        complete_years=complete_years,
        year_to_date=rule_tally.count_year_to_date(period) if rule_tally else None,
        restatements=_list_restatements(board_data, indicator, rule_tally) if rule_tally else (),
        variants=tuple(
            count_variant(rule, indicator_tally, latest_point, indicator, settings) for rule in indicator.variants
        ),
        variant_history=count_variant_history(indicator, indicator_tally, history),
        not_counted=rule_tally.count_outcomes(period) if rule_tally else {},
        comparators=published.area_comparators,
        published_series=published.own_figures,
        funnel=comparators.compare_with_england(
            indicator, latest_point.count, published.area_comparators, published.rows_so_far
        ),
        standing=comparators.find_standing(indicator, published.own_figures, published.rows_so_far),
        process_chart=xmr_chart,
        no_chart_reason=chart_reason,
        commentary_notes=notes,
        sources=used_sources,
        warnings=tuple(list_warnings(board_data, indicator, latest_point)),
        problem=locate_problem(indicator, indicator.rule, indicator_tally, settings),
        # A period that is still running ends after `as_at`: its data is not a negative age.
        data_age_days=max(0, (as_at - period.last_day).days),
        made_up=any(source.made_up for source in used_sources),
        overdue_actions=find_overdue_actions(notes, as_at),
        reason_missing=_is_reason_missing(board_data, judgement, notes),
        is_about_people=is_about_people(indicator),
        reconciliation=reconcile_years(complete_years, published.own_figures),
        year_end=_find_year_end(indicator, latest_point, rule_tally),
    )


def _find_year_end(indicator: Indicator, point: HistoryPoint, rule_tally: RuleTally | None) -> YearEnd | None:
    """Find what the rest of the year must be, for a flow whose cases add up over the year."""
    if rule_tally is None or point.status != "official" or indicator.rule.window not in ("period", "year-to-date"):
        return None
    year_count = rule_tally.count_year_to_date(point.period) if indicator.rule.window == "period" else point.count
    return work_out_year_end(indicator, point.period, year_count, point.target)


def _list_restatements(board_data: BoardData, indicator: Indicator, rule_tally: RuleTally) -> tuple[Restatement, ...]:
    """List the periods whose count differs from the one last saved by `publish`.

    A public board says that a period was restated but hides the earlier count: the difference
    between the two may be a few children.
    """
    restatements = find_restatements(board_data.saved_counts, indicator.id, rule_tally.count_period, board_data.as_at)
    if not board_data.public_view or not is_about_children(indicator):
        return restatements
    hidden_count = Count(HIDDEN_NUMBER, HIDDEN_NUMBER)
    return tuple(
        replace(restatement, saved_count=hidden_count, current_count=rule_tally.count_period(restatement.period))
        for restatement in restatements
    )


def _select_indicator_notes(
    board_data: BoardData, indicator: Indicator, indicator_tally: IndicatorTally
) -> tuple[CommentaryNote, ...]:
    notes = select_notes(board_data.commentary_rows, indicator, board_data.period)
    if not board_data.public_view:
        return notes
    from kpitui.disclosure.public_tallies import compare_counts

    return hold_back_notes(
        notes,
        is_about_children(indicator),
        cache(lambda period: compare_counts(indicator_tally, period)),
        lambda period: has_released_notes(board_data.releases, indicator, period),
    )


def select_board_notes(board_data: BoardData) -> tuple[CommentaryNote, ...]:
    """Select the commentary on the report as a whole; in public without what tells a small number.

    The entries are built first: a note may quote the number of any indicator.
    """
    notes = select_report_notes(board_data.commentary_rows, board_data.period)
    if not (board_data.public_view and notes):
        return notes
    from kpitui.disclosure.public_tallies import compare_counts

    def compare_all_counts(period: Period) -> list[tuple[Count, Count]]:
        return [pair for tally in board_data.tallies.values() for pair in compare_counts(tally, period)]

    return hold_back_notes(
        notes, True, cache(compare_all_counts), lambda period: has_released_notes(board_data.releases, None, period)
    )


def _is_reason_missing(board_data: BoardData, judgement: Judgement, indicator_notes: Iterable[CommentaryNote]) -> bool:
    """Say whether a red indicator lacks a written reason for this period.

    A council without a commentary table is not asked for reasons.
    """
    reason_notes = (note for note in indicator_notes if note.kind == "reason")
    is_reason_required = judgement.rag == "red" and "commentary" in board_data.loaded_tables.usable_tables
    return is_reason_required and all(note.period != board_data.period for note in reason_notes)
