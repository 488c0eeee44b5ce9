"""The board: every indicator counted, judged and compared as on one date.

Front ends read the board and nothing else, and compute nothing (contract, section 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, cached_property, partial
from math import isnan
from typing import Any

import narwhals as nw

from kpitui.cohorts.registry import list_required_tables
from kpitui.commentary import find_overdue_actions, select_notes
from kpitui.config.settings import Settings
from kpitui.council import Council, find_tables_of_other_areas
from kpitui.counts import IndicatorTally, RuleTally, tally_indicators
from kpitui.disclosure.cell_values import hide_entry_problems, hide_message_cells, hide_point_cells
from kpitui.disclosure.people import is_about_children, is_about_people
from kpitui.disclosure.public_context import hide_own_figures, hide_source_rows, hold_back_notes
from kpitui.doubts import TableCoverage
from kpitui.drilldown.cases import list_case_weights
from kpitui.judge import comparators, direction, process_chart, rag
from kpitui.judge.cases_to_target import count_cases_to_target
from kpitui.judge.measure_rules import MEASURE_RULES
from kpitui.judge.significance import is_census
from kpitui.judge.targets import find_target_in_force
from kpitui.model.board import (
    HIDDEN_NUMBER,
    Board,
    CommentaryNote,
    Comparator,
    Count,
    Coverage,
    Entry,
    FigureStatus,
    HistoryPoint,
    Judgement,
    Movement,
    Restatement,
    TableSource,
    VariantCount,
)
from kpitui.model.catalogue import Indicator, Rule
from kpitui.model.clean_tables import CLEAN_TABLES, find_clean_table
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.issues import CodedMessage, Issue, RuleProblem, create_message
from kpitui.model.periods import Period, find_latest_complete, get_month_start, list_periods, period_containing
from kpitui.model.windows import get_window_months
from kpitui.reservations import describe_coverage, is_of_broken_file, list_reservations
from kpitui.restatements import find_restatements, read_saved_counts
from kpitui.table_doubts import find_coverage
from kpitui.tables.as_known_on import TableFrames
from kpitui.tables.event_spans import NO_SPAN, EventSpan, find_event_spans
from kpitui.text import find_nearest_name

LONGEST_HISTORY_YEARS = 25  # years; used where the config has no `history_from`

EMPTY_COUNT = Count(0, 0)


class PeriodNotStarted(ValueError):
    """Raised for a period that starts after the board's date."""


def build_board(
    council: Council,
    as_at: date | None = None,
    period: Period | None = None,
    only_indicator: Indicator | None = None,
    public_view: bool = False,
) -> Board:
    """Build the board as it would have read on `as_at`, by default the meeting's date.

    `period` defaults to the last complete quarter. `only_indicator` limits the board to one
    indicator. A missing or broken table affects only the indicators that need it: their entries
    carry the problem. `public_view` hides small counts of children and every figure that would
    reveal them (`kpitui.disclosure`).

    Raises PeriodNotStarted if the period starts after `as_at`.
    """
    meeting_day = as_at or council.settings.get_meeting_date()
    board_period = period or find_latest_complete(meeting_day)
    if board_period.first_day > meeting_day:
        raise PeriodNotStarted(f"{board_period.label} starts after {meeting_day}: choose an earlier period")
    indicators = council.settings.indicators if only_indicator is None else (only_indicator,)
    return _BoardBuilder(council, meeting_day, board_period, public_view).assemble_board(indicators)


def check_council(council: Council) -> tuple[tuple[Issue, ...], Board]:
    """Return every issue in the tables and the config, and the meeting's board."""
    meeting_day = council.settings.get_meeting_date()
    builder = _BoardBuilder(council, meeting_day, find_latest_complete(meeting_day), public_view=False)
    board = builder.assemble_board(council.settings.indicators)
    return (*board.issues, *_find_config_issues(board, builder)), board


def _find_config_issues(board: Board, builder: _BoardBuilder) -> Iterable[Issue]:
    """Yield an issue for each thing that the config asks of a table and the table cannot answer."""
    document = builder.settings.document
    for message in builder.la_code_problems.values():
        yield document.create_issue(("council", "la_code"), message)
    for entry in board.entries:
        # A missing or broken table is among the table issues already: report it once, not once
        # for every indicator that needs it.
        yield from _list_rule_issues(entry)
        if own_table := _find_missing_own_table(entry):
            suggestion = find_nearest_name(own_table, CLEAN_TABLES) or ""
            message = create_message("rule-table-missing", table=own_table, suggestion=suggestion)
            yield document.create_issue(("indicators", entry.indicator.id, "table"), message)
        if look_back_problem := _find_look_back_problem(entry.indicator, builder.table_frames):
            yield document.create_issue(("indicators", entry.indicator.id, "look_back"), look_back_problem)


def _list_rule_issues(entry: Entry) -> Iterable[Issue]:
    """Yield the mistakes in an indicator's rules, without those that a variant takes from the main rule."""
    issues: dict[CodedMessage, Issue] = {}
    for problem in (entry.problem, *(variant.problem for variant in entry.variants)):
        if problem is not None and problem.table is None:
            issues.setdefault(problem.message.add_values(key=""), problem)
    return issues.values()


def _find_missing_own_table(entry: Entry) -> str:
    """Return the council's own table that an indicator counts but that has no file, or an empty text."""
    is_missing = entry.problem is not None and entry.problem.code == "table-without-file"
    is_own_table = COHORTS[entry.indicator.rule.cohort.name].reads_own_table
    return entry.problem.table or "" if is_missing and is_own_table and entry.problem else ""


def _find_look_back_problem(indicator: Indicator, table_frames: TableFrames) -> CodedMessage | None:
    """Find why an indicator's look-back cannot be checked; None where it can, or there is none."""
    look_back = indicator.look_back
    if look_back is None:
        return None
    table_name, column_name = look_back.table, look_back.column
    if table_name not in table_frames:
        suggestion = find_nearest_name(table_name, table_frames) or ""
        return create_message("look-back-without-table", table=table_name, suggestion=suggestion)
    table_schema = table_frames[table_name].collect_schema()
    if column_name not in table_schema:
        suggestion = find_nearest_name(column_name, table_schema) or ""
        return create_message("table-column-missing", table=table_name, column=column_name, suggestion=suggestion)
    if table_schema[column_name] == nw.Date:
        return None
    return create_message("look-back-without-dates", table=table_name, column=column_name)


class _BoardBuilder:
    """Builds one board from the tables as they were known on its date."""

    def __init__(self, council: Council, as_at: date, period: Period, public_view: bool) -> None:
        self.settings = council.settings
        self.as_at, self.period, self.public_view = as_at, period, public_view
        self.table_frames: TableFrames = council.select_frames_known_on(as_at)
        self.statistical_neighbours = council.find_neighbours(as_at)
        self.loaded_tables = council.tables
        self.dated_sources = tuple(_date_source(source, self.table_frames) for source in council.tables.sources)
        self.sources = tuple(map(hide_source_rows, self.dated_sources)) if public_view else self.dated_sources
        self.describe_defaults = council.describe_defaults
        self._coverage_by_tables: dict[tuple[str, ...], TableCoverage] = {}
        series_rows = _read_table_rows(self.table_frames, "published_series")
        # The table has no horizon in `tables.as_known_on`: its rows count from the day they were
        # published, not from the period that they cover.
        self.published_rows = comparators.select_published_rows(series_rows, as_at)
        self.commentary_rows = _read_table_rows(self.table_frames, "commentary")
        self.saved_counts, self.unread_file_issues = read_saved_counts(self.settings.saved_figures_folder)
        self.la_code_problems = find_tables_of_other_areas(self.table_frames, self.settings.la_code)

    def assemble_board(self, indicators: Sequence[Indicator]) -> Board:
        """Count and judge the indicators, and return their board."""
        return Board(
            council_name=self.settings.council_name,
            as_at=self.as_at,
            period=self.period,
            entries=self._build_entries(indicators),
            sources=self.sources,
            # Issues quote rows, and rows may be about children.
            issues=() if self.public_view else (*self.loaded_tables.issues, *self.unread_file_issues),
            made_up_tables=tuple(dict.fromkeys(source.table for source in self.sources if source.made_up)),
            is_public=self.public_view,
            saved_views=self.settings.saved_views,
            opening_view=self.settings.opening_view,
        )

    def _build_entries(self, indicators: Sequence[Indicator]) -> tuple[Entry, ...]:
        """Count and judge indicators, in the order given.

        A public board counts every indicator of the council, so that a page about one of them hides
        what the page of all hides. It judges the public counts, never the internal ones.
        """
        counted_indicators = self.settings.indicators if self.public_view else indicators
        la_code, problems = self.settings.la_code, self.loaded_tables.problems
        tally_inputs = (self.table_frames, la_code, self.as_at)
        loaded_tables = self.loaded_tables
        tallies = tally_indicators(
            counted_indicators,
            *tally_inputs,
            problems,
            loaded_tables.unreadable_tables,
            loaded_tables.knowledge,
            self.find_span,
        )
        if self.public_view:
            # Imported late: most boards are not public.
            from kpitui.disclosure.public_tallies import hide_small_counts

            tallies = hide_small_counts(counted_indicators, tallies, *tally_inputs)
        entries = (self._build_entry(indicator, tallies[indicator.id]) for indicator in indicators)
        return tuple(map(hide_entry_problems, entries) if self.public_view else entries)

    def _build_entry(self, indicator: Indicator, indicator_tally: IndicatorTally) -> Entry:
        rule_tally = indicator_tally.rule_tallies.get(indicator.rule.id)
        history = self._build_history(indicator, indicator_tally, rule_tally)
        latest_point, period = history[-1], history[-1].period
        xmr_chart, chart_reason = process_chart.build_process_chart(indicator, history)
        series_rows = comparators.select_indicator_rows(self.published_rows, indicator)
        own_figures = _measure_figures(self._list_own_figures(series_rows, rule_tally), indicator)
        series_rows_so_far = comparators.select_rows_up_to(series_rows, self.period)
        area_comparators = _measure_figures(self._list_comparators(series_rows_so_far), indicator)
        used_sources = self._list_used_sources(indicator)
        notes = self._select_indicator_notes(indicator, indicator_tally)
        judgement = self._judge_point(indicator, latest_point)
        return Entry(
            indicator=self._print_defaults(indicator, _list_rule_tables(indicator)),
            point=latest_point,
            target=find_target_in_force(indicator, period),
            judgement=judgement,
            movement=self._compare_with_earlier(indicator, rule_tally, latest_point, period.previous),
            year_movement=self._compare_with_earlier(indicator, rule_tally, latest_point, period.year_earlier),
            history=history,
            provisional_points=self._build_provisional_months(indicator, rule_tally),
            complete_years=self._build_whole_years(indicator, rule_tally, history),
            year_to_date=rule_tally.count_year_to_date(period) if rule_tally else None,
            restatements=self._list_restatements(indicator, rule_tally) if rule_tally else (),
            variants=tuple(
                _count_variant(rule, indicator_tally, latest_point, indicator, self.settings)
                for rule in indicator.variants
            ),
            variant_history=_count_variant_history(indicator, indicator_tally, history),
            not_counted=rule_tally.count_outcomes(period) if rule_tally else {},
            comparators=area_comparators,
            published_series=own_figures,
            funnel=comparators.compare_with_england(
                indicator, latest_point.count, area_comparators, series_rows_so_far
            ),
            standing=comparators.find_standing(indicator, own_figures, series_rows_so_far),
            process_chart=xmr_chart,
            no_chart_reason=chart_reason,
            commentary_notes=notes,
            sources=used_sources,
            warnings=tuple(self._list_warnings(indicator, latest_point)),
            problem=_locate_problem(indicator, indicator.rule, indicator_tally, self.settings),
            # A period that is still running ends after `as_at`: its data is not a negative age.
            data_age_days=max(0, (self.as_at - period.last_day).days),
            made_up=any(source.made_up for source in used_sources),
            overdue_actions=find_overdue_actions(notes, self.as_at),
            reason_missing=self._is_reason_missing(judgement, notes),
            is_about_people=is_about_people(indicator),
        )

    def find_span(self, table_name: str) -> EventSpan:
        """Find from when to when the events of a table really go, as known on the board's date."""
        return self._spans_by_table.get(table_name, NO_SPAN)

    @cached_property
    def _spans_by_table(self) -> Mapping[str, EventSpan]:
        clean_tables = [table for name, table in CLEAN_TABLES.items() if name in self.table_frames]
        return find_event_spans(self.table_frames, clean_tables)

    def _list_reservations(self, indicator: Indicator, figure_count: Count) -> tuple[Issue, ...]:
        if figure_count.bounds is None:
            return ()
        sources = self._list_used_sources(indicator)
        return list_reservations(figure_count, _list_rule_tables(indicator), self.loaded_tables.knowledge, sources)

    def _describe_coverage(self, indicator: Indicator, figure_count: Count) -> Coverage:
        table_names = tuple(list_required_tables(indicator.rule.cohort))
        if table_names not in self._coverage_by_tables:
            self._coverage_by_tables[table_names] = find_coverage(table_names, self.find_span)
        return describe_coverage(self._coverage_by_tables[table_names], figure_count)

    def _list_used_sources(self, indicator: Indicator) -> tuple[TableSource, ...]:
        return _select_table_sources(self.sources, indicator)

    def _print_defaults(self, indicator: Indicator, table_names: Iterable[str]) -> Indicator:
        """Add to a definition what the council takes empty cells of its tables to be."""
        stated_defaults = self.describe_defaults(table_names)
        if not stated_defaults:
            return indicator
        return replace(indicator, definition=f"{indicator.definition} {stated_defaults}".strip())

    def _build_history(
        self, indicator: Indicator, indicator_tally: IndicatorTally, rule_tally: RuleTally | None
    ) -> tuple[HistoryPoint, ...]:
        """Return the points from the start of the history to the board's period, oldest first.

        The history starts where the config says, or else with the first dated case, but at most
        LONGEST_HISTORY_YEARS financial years back.
        """
        first_period = self.period
        if self.settings.history_from is not None:
            first_period = period_containing(self.settings.history_from.first_day, self.period.kind)
        elif indicator_tally.first_month is not None:
            year = Period("year", self.period.financial_year - LONGEST_HISTORY_YEARS)
            start = max(get_month_start(indicator_tally.first_month), year.first_day)
            first_period = period_containing(start, self.period.kind)
        periods = list_periods(min(first_period, self.period), self.period)
        return tuple(self._build_point(indicator, rule_tally, period) for period in periods)

    def _build_point(self, indicator: Indicator, rule_tally: RuleTally | None, period: Period) -> HistoryPoint:
        """Return the point of a period. Without a tally its count is 0 of 0."""
        period_count = rule_tally.count_period(period) if rule_tally else EMPTY_COUNT
        target = find_target_in_force(indicator, period)
        target_value = None if target is None else target.value
        # Monthly and incomplete figures are provisional (contract, section 3).
        is_official = period.kind != "month" and period.is_complete(self.as_at) and not is_of_broken_file(period_count)
        point_status: FigureStatus = "official" if is_official else "provisional"
        point = HistoryPoint(
            period,
            point_status,
            period_count,
            target_value,
            rag.judge_colour(indicator, period_count, target_value),
            self._list_reservations(indicator, period_count),
            self._describe_coverage(indicator, period_count),
        )
        return hide_point_cells(point) if self.public_view else point

    def _build_provisional_months(self, indicator: Indicator, rule_tally: RuleTally | None) -> tuple[HistoryPoint, ...]:
        """Return the months completed since the period, if the period is the latest quarter."""
        if self.period != find_latest_complete(self.as_at) or rule_tally is None:
            return ()
        last_month = find_latest_complete(self.as_at, "month")
        first_month = Period("month", self.period.last_month + 1)
        return tuple(self._build_point(indicator, rule_tally, month) for month in list_periods(first_month, last_month))

    def _build_whole_years(
        self, indicator: Indicator, rule_tally: RuleTally | None, history: Sequence[HistoryPoint]
    ) -> tuple[HistoryPoint, ...]:
        """Return the financial years of the history that were complete on the date."""
        first_year = period_containing(history[0].period.first_day, "year")
        last_year = min(period_containing(self.period.last_day, "year"), find_latest_complete(self.as_at, "year"))
        if rule_tally is None:
            return ()
        return tuple(self._build_point(indicator, rule_tally, year) for year in list_periods(first_year, last_year))

    def _compare_with_earlier(
        self, indicator: Indicator, rule_tally: RuleTally | None, current_point: HistoryPoint, earlier_period: Period
    ) -> Movement:
        """Compare a point with the same indicator's value in an earlier period."""
        point = self._build_point(indicator, rule_tally, earlier_period)
        return direction.compare_figures(indicator, current_point, point)

    def _judge_point(self, indicator: Indicator, point: HistoryPoint) -> Judgement:
        """Judge a point: colour, cases to the target, interval and printed value."""
        period_count, target_value = point.count, point.target
        rag_colour, reason = rag.judge_rag(indicator, period_count, target_value)
        # The cases that could change sides: the uncounted ones where high is good, else the counted
        # ones.
        weights: Sequence[float] = ()
        # With a base the denominator is a headcount, so the weights of the cases do not add up to
        # it.
        is_weighted = indicator.rule.weight_column is not None and indicator.rule.base_cohort is None
        # A weight belongs to one case: using it would tell something about each child.
        show_weights = not self.public_view or not is_about_children(indicator)
        if is_weighted and show_weights and rag.is_target_missed(indicator, period_count, target_value):
            is_low_better, la_code = indicator.polarity == "low", self.settings.la_code
            weights = list_case_weights(
                indicator.rule, self.table_frames, la_code, point.period, is_counted=is_low_better
            )
        cases_needed = count_cases_to_target(indicator, period_count, target_value, weights)
        # What one case is worth needs cases that count as one each, and an interval that they are no
        # headcount as well.
        has_whole_cases = indicator.rule.weight_column is None and not period_count.is_hidden
        rules = MEASURE_RULES[period_count.measure.kind]
        is_sample = has_whole_cases and indicator.rule.base_cohort is None and not is_census(indicator)
        return Judgement(
            rag=rag_colour,
            reason=reason,
            printed_value=rag.choose_printed_value(indicator, period_count, target_value),
            cases_to_target=cases_needed,
            points_per_case=rules.find_one_case_points(period_count) if has_whole_cases else None,
            chance_interval=rules.find_interval(period_count) if is_sample else None,
            is_below_minimum=period_count.case_count < indicator.minimum,
        )

    def _list_own_figures(
        self, series_rows: Sequence[comparators.SeriesRow], rule_tally: RuleTally | None
    ) -> tuple[Comparator, ...]:
        """Return the council's own published figures; in public, none that reveals a count."""
        own_figures = comparators.list_area_figures(series_rows, self.settings.council_name)
        return hide_own_figures(own_figures, rule_tally) if self.public_view else own_figures

    def _list_restatements(self, indicator: Indicator, rule_tally: RuleTally) -> tuple[Restatement, ...]:
        """Return the periods whose count differs from the one last saved by `publish`.

        A public board says that a period was restated but hides the earlier count: the difference
        between the two may be a few children.
        """
        periods = find_restatements(
            self.saved_counts, indicator.id, partial(RuleTally.count_period, rule_tally), self.as_at
        )
        if not self.public_view or not is_about_children(indicator):
            return periods
        hidden_count = Count(HIDDEN_NUMBER, HIDDEN_NUMBER)
        return tuple(
            replace(restatement, saved_count=hidden_count, current_count=rule_tally.count_period(restatement.period))
            for restatement in periods
        )

    def _select_indicator_notes(
        self, indicator: Indicator, indicator_tally: IndicatorTally
    ) -> tuple[CommentaryNote, ...]:
        notes = select_notes(self.commentary_rows, indicator, self.period)
        if not self.public_view:
            return notes
        from kpitui.disclosure.public_tallies import compare_counts

        return hold_back_notes(
            notes, is_about_children(indicator), cache(lambda period: compare_counts(indicator_tally, period))
        )

    def _list_comparators(self, series_rows: Sequence[comparators.SeriesRow]) -> tuple[Comparator, ...]:
        """Return England, the region and the neighbours' averages, or why each has no figure."""
        area_names = ["England", *([self.settings.region] if self.settings.region else [])]
        averages = comparators.average_neighbours(
            series_rows, self.statistical_neighbours.names, self.statistical_neighbours.model
        )
        return comparators.list_latest_figures(series_rows, area_names) + averages

    def _is_reason_missing(self, judgement: Judgement, indicator_notes: Iterable[CommentaryNote]) -> bool:
        """Say whether a red indicator lacks a written reason for this period.

        A council without a commentary table is not asked for reasons.
        """
        reason_notes = (note for note in indicator_notes if note.kind == "reason")
        is_reason_required = judgement.rag == "red" and "commentary" in self.loaded_tables.usable_tables
        return is_reason_required and all(note.period != self.period for note in reason_notes)

    def _list_warnings(self, indicator: Indicator, point: HistoryPoint) -> Iterable[CodedMessage]:
        """Yield what a reader should know before relying on the figure."""
        period = point.period
        if point.count.bounds is not None:
            yield create_message("value-in-doubt", doubt=rag.explain_doubt(indicator, point.count))
        if self._is_history_short(indicator):
            yield create_message("history-too-short")
        for table_name, message in self.la_code_problems.items():
            if table_name in _list_rule_tables(indicator):
                yield hide_message_cells(message) if self.public_view else message
        used_sources = _select_table_sources(self.dated_sources, indicator)
        sources = _pick_latest_sources(used_sources)
        tables = {source.table for source in used_sources}
        yield from self._warn_of_late_sources(sources)
        # The figure is compared with the period before and with that of a year ago, so a break
        # anywhere in that year matters.
        for series_break in indicator.list_breaks_between(period.year_earlier.first_day, period.last_day):
            yield create_message(
                "series-broken", occurred_on=series_break.occurred_on, description=series_break.description
            )
        # Several files of one table give one warning, by the latest of them.
        for source in sources:
            if source.last_event is not None and source.last_event < period.first_day:
                if self._may_date(source):
                    yield create_message("source-ends-early", table=source.table, last_event=source.last_event)
                else:
                    yield create_message("source-without-events", table=source.table)
        for helper_table in _list_helper_tables(indicator):
            if helper_table not in tables:
                yield create_message("helper-table-missing", table=helper_table)
        if indicator.note:
            yield create_message("indicator-note", note=indicator.note)

    def _warn_of_late_sources(self, used_sources: Iterable[TableSource]) -> Iterable[CodedMessage]:
        """Yield a warning for each source that is older than the config's `stale` limit allows."""
        for source in used_sources:
            limit_days = self.settings.stale_after_days.get(source.table)
            if limit_days is None or source.last_event is None:
                continue
            age_days = (self.as_at - source.last_event).days
            if age_days > limit_days:
                days = {"age_days": age_days, "excess_days": age_days - limit_days} if self._may_date(source) else {}
                yield create_message("source-late", table=source.table, **days)

    def _may_date(self, source: TableSource) -> bool:
        """Say whether the day of a source's last event may be told: in public it may be one child's."""
        return not self.public_view or find_clean_table(source.table).subject.has_public_rows

    def _is_history_short(self, indicator: Indicator) -> bool:
        """Say whether the look-back table starts too late for the indicator's window.

        With too little history a repeat may be missed, so the figure reads too low (definitions.md,
        RR12).
        """
        look_back = indicator.look_back
        if look_back is None or look_back.table not in self.table_frames:
            return False
        if self.table_frames[look_back.table].collect_schema().get(look_back.column) != nw.Date:
            return False
        first_date = self.find_span(look_back.table).first_day
        if first_date is None:
            first_date = self.table_frames[look_back.table].select(nw.col(look_back.column).min()).collect().item()
        window_month, _ = get_window_months(indicator.rule.window, self.period)
        return first_date is not None and first_date > get_month_start(window_month - look_back.months)


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


def _count_variant_history(
    indicator: Indicator, indicator_tally: IndicatorTally, history: Sequence[HistoryPoint]
) -> dict[str, tuple[Count, ...]]:
    """Count every variant that can be counted, for each period of a history."""
    return {
        rule.id: tuple(indicator_tally.rule_tallies[rule.id].count_period(point.period) for point in history)
        for rule in indicator.variants
        if rule.id in indicator_tally.rule_tallies
    }


def _count_variant(
    variant_rule: Rule,
    indicator_tally: IndicatorTally,
    main_point: HistoryPoint,
    indicator: Indicator,
    settings: Settings,
) -> VariantCount:
    """Count a rival definition and compare it with the main figure.

    A variant without a tally has no count and carries the problem instead.
    """
    if variant_rule.id not in indicator_tally.rule_tallies:
        problem = _locate_problem(indicator, variant_rule, indicator_tally, settings)
        return VariantCount(variant_rule.id, variant_rule.title, variant_rule.note, None, "none", None, None, problem)
    count = indicator_tally.rule_tallies[variant_rule.id].count_period(main_point.period)
    return VariantCount(
        id=variant_rule.id,
        title=variant_rule.title,
        note=variant_rule.note,
        count=count,
        rag=rag.judge_colour(indicator, count, main_point.target),
        points_difference=direction.compute_change(count, main_point.count)
        if variant_rule.measure == indicator.measure
        else None,
        doubt=None if count.bounds is None else rag.explain_doubt(indicator, count),
        # A hidden number is NaN, and so is every difference from it; front ends expect None.
        cases_difference=None if isnan(difference := count.numerator - main_point.count.numerator) else difference,
    )


def _locate_problem(
    indicator: Indicator, rule: Rule, indicator_tally: IndicatorTally, settings: Settings
) -> Issue | None:
    """Return why a rule has no tally, in the table's file or in the config; None where it has one."""
    problem = indicator_tally.problems.get(rule.id)
    if not isinstance(problem, RuleProblem):
        return problem
    variant_path = () if rule.id == indicator.id else ("variants", rule.id)
    rule_path = ("indicators", indicator.id, *variant_path)
    field_paths = ((*rule_path, field_name) for field_name in problem.field_names)
    faulty_path = next((path for path in field_paths if settings.document.has_key(path)), rule_path)
    return settings.document.create_issue(faulty_path, problem.message)


def _select_table_sources(sources: Sequence[TableSource], indicator: Indicator) -> tuple[TableSource, ...]:
    """Return the sources of an indicator's tables, in the order of the tables."""
    table_names = _list_rule_tables(indicator)
    return tuple(source for name in table_names for source in sources if source.table == name)


def _list_rule_tables(indicator: Indicator) -> list[str]:
    """Return the tables that an indicator's main rule reads, each once."""
    table_names = [*list_required_tables(indicator.rule.cohort), *_list_helper_tables(indicator)]
    return list(dict.fromkeys(table_names))


def _list_helper_tables(indicator: Indicator) -> tuple[str, ...]:
    """Return the tables that add to the cohort's cases but may be empty."""
    return COHORTS[indicator.rule.cohort.name].optional_tables


def _date_source(source: TableSource, table_frames: TableFrames) -> TableSource:
    """Return a source with the date of its latest event as known on the board's date.

    Of several files of one table each keeps its own date, cut off at what was known.
    """
    columns = find_clean_table(source.table).event_columns
    if source.problem or not columns:
        return source
    events = table_frames[source.table].select(*(nw.col(name).max() for name in columns)).collect()
    event_dates = [date for date in events.row(0) if date is not None]
    if source.last_event is not None:
        event_dates = [min(source.last_event, max(event_dates))] if event_dates else []
    return replace(source, last_event=max(event_dates, default=None))


def _pick_latest_sources(sources: Iterable[TableSource]) -> Sequence[TableSource]:
    """Return one source for each table: the one with the latest event."""
    sources_by_age = sorted(sources, key=lambda source: source.last_event or date.min)
    return list({source.table: source for source in sources_by_age}.values())


def _read_table_rows(table_frames: TableFrames, table_name: str) -> list[dict[str, Any]]:
    return list(table_frames[table_name].collect().iter_rows(named=True))
