"""Composes the committee briefing from a board and what changed since the last period.

`compose_briefing` selects and words everything once. The modules of `kpitui.report.formats`
only lay it out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from kpitui import wording
from kpitui.config.profiles import BriefingProfile
from kpitui.model.board import Board, Entry, Restatement, TableSource
from kpitui.model.clean_tables import CLEAN_TABLES, PROVIDER
from kpitui.model.drilldown import GradeChange, IndicatorCases, IndicatorSplit, PeriodChanges
from kpitui.report.briefing import highlights, narrative, paper_parts
from kpitui.report.briefing.document import Briefing, BriefingCover, BriefingItem, QuestionThread, TrendPeriod
from kpitui.report.briefing.glossary import build_footnotes, build_glossary
from kpitui.report.briefing.indicator_items import build_item
from kpitui.summaries.entry_order import list_source_tables, select_entries, select_grade_changes, select_sources
from kpitui.summaries.highlights import select_concerns, select_exceptions, select_wins
from kpitui.summaries.missing_work import (
    count_unanswered,
    count_unexplained,
    list_held_back,
    list_held_back_report_notes,
    list_missing_work,
)
from kpitui.summaries.tallies import (
    count_directions,
    count_rags,
    count_withheld,
    is_provisional,
    measure_period_age,
    measure_source_age,
)
from kpitui.summaries.trends import list_trend_periods

__all__ = ["Briefing", "compose_briefing"]

INTERNAL_MARKING = "INTERNAL: small numbers are shown, and records may be. Not for publication."
INSPECTED_TABLES = {name for name, table in CLEAN_TABLES.items() if table.subject is PROVIDER and table.subject_noun}
PUBLIC_MARKING = "Public: small counts of children are not shown."
PROVISIONAL_MARKING = "Provisional: these figures may still change."


def compose_briefing(
    board: Board,
    period_changes: PeriodChanges,
    profile: BriefingProfile,
    cases: Sequence[IndicatorCases] = (),
    *,
    splits: Mapping[str, Sequence[IndicatorSplit]] = MappingProxyType({}),
) -> Briefing:
    """Compose the briefing of a board; it is public or internal as the board is.

    `period_changes` holds what moved since the last period. `cases` are the rows behind the numbers, and
    `splits` the groups to print of an indicator, by its id. Raises ValueError for cases of a public board.
    """
    if cases and board.is_public:
        raise ValueError("cases are for the internal view alone")
    entries = select_entries(board.entries, profile.indicators, profile.themes)
    items = _build_items(entries, profile, period_changes, splits, is_public=board.is_public)
    items_by_id = {item.entry.indicator.id: item for item in items}
    table_names = list_source_tables(entries)
    return Briefing(
        as_at=board.as_at,
        cover=_build_cover(board, profile, table_names),
        internal=not board.is_public,
        is_full=profile.length == "full",
        previous_period=board.period.previous.label,
        year_earlier=board.period.year_earlier.label,
        opening=_write_opening(entries, board.period.previous.label),
        items=items,
        shares=highlights.word_rag_shares(entries),
        exceptions=tuple(items_by_id[entry.indicator.id] for entry in select_exceptions(entries)),
        wins=highlights.explain_highlights(select_wins(entries), items_by_id),
        concerns=highlights.explain_highlights(select_concerns(entries), items_by_id),
        themes=highlights.build_themes(entries, items_by_id, profile.themes),
        grade_changes=tuple(map(_build_grade_change_row, select_grade_changes(period_changes, table_names))),
        grade_changes_span=_format_period_span(period_changes) if table_names & INSPECTED_TABLES else "",
        restatements=_build_restatement_rows(entries),
        question_threads=_quote_threads(board, entries),
        glossary=build_glossary(items),
        sources=_build_source_rows(board, table_names),
        footnotes=build_footnotes(entries, internal=not board.is_public),
        missing_work=_list_tasks(board, entries),
        drafted_count=count_unexplained(entries),
        unanswered_count=count_unanswered(entries),
        trend_periods=_list_trend_periods(entries),
        cases=tuple(cases),
        sections=paper_parts.build_sections(board, profile),
        further_tables=paper_parts.build_tables(board, entries) if profile.length == "full" else (),
        template=profile.template,
        release_texts=board.release_texts if board.is_public else (),
    )


def _list_tasks(board: Board, entries: Sequence[Entry]) -> tuple[str, ...]:
    """List what someone should still write, and what a public briefing leaves out."""
    tasks = (*list_missing_work(entries), *list_held_back(entries), *list_held_back_report_notes(board))
    return tuple(filter(None, tasks))


def _quote_threads(board: Board, entries: Sequence[Entry]) -> tuple[QuestionThread, ...]:
    """Quote the questions on the report as a whole, then those on each indicator."""
    entry_threads = (thread for entry in entries for thread in narrative.quote_threads(entry))
    return (*paper_parts.quote_report_threads(board), *entry_threads)


def _build_restatement_rows(entries: Sequence[Entry]) -> tuple[tuple[str, ...], ...]:
    """Build a row for each figure that has changed since it was saved."""
    return tuple(_build_restatement_row(entry, restatement) for entry in entries for restatement in entry.restatements)


def _build_source_rows(board: Board, table_names: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """Build a row for each source that has something to say."""
    rows = (_build_source_row(board, source) for source in select_sources(board, table_names))
    # In public a table of people has no date to show: a name alone says nothing.
    return tuple(row for row in rows if any(row[1:]))


def _build_items(
    entries: Sequence[Entry],
    profile: BriefingProfile,
    period_changes: PeriodChanges,
    splits: Mapping[str, Sequence[IndicatorSplit]],
    *,
    is_public: bool,
) -> tuple[BriefingItem, ...]:
    changes_by_id = {change.entry.indicator.id: change for change in period_changes.indicator_changes}
    return tuple(
        build_item(
            entry,
            number,
            profile,
            changes_by_id.get(entry.indicator.id),
            is_public=is_public,
            splits=splits.get(entry.indicator.id, ()),
        )
        for number, entry in enumerate(entries, 1)
    )


def _list_trend_periods(entries: Sequence[Entry]) -> tuple[TrendPeriod, ...]:
    """List the periods of the judged kind, then the others, each with its heading."""
    judged_periods, other_periods = list_trend_periods(entries)
    return (
        *(TrendPeriod(period, period.label, True) for period in judged_periods),
        *(TrendPeriod(period, f"{period.label}, provisional", False) for period in other_periods),
    )


def _format_period_span(period_changes: PeriodChanges) -> str:
    return f"Between {period_changes.earlier_period.label} and {period_changes.later_period.label}"


def _build_cover(board: Board, profile: BriefingProfile, table_names: Collection[str]) -> BriefingCover:
    period_end = wording.format_date(board.period.last_day)
    period_age = wording.format_age_in_days(measure_period_age(board))
    # Commentary feeds every indicator, and is a source of none.
    made_up_tables = tuple(name for name in board.made_up_tables if name in table_names or name == "commentary")
    return BriefingCover(
        title=profile.title,
        council=board.council_name,
        committee=profile.committee,
        audience=profile.audience,
        meeting_date=wording.format_date(board.as_at),
        period=wording.describe_board_period(board),
        data_age=f"Figures to {period_end}, {period_age} before the meeting"
        if board.period.is_complete(board.as_at)
        else f"Figures so far of a period that ends on {period_end}",
        marking=_choose_marking(board),
        officer=", ".join(filter(None, (profile.officer, profile.contact))),
        made_up_notice=wording.describe_made_up_data(replace(board, made_up_tables=made_up_tables)),
    )


def _choose_marking(board: Board) -> str:
    """Return what stands on every page: who may see it, and that its figures may still change."""
    marking = PUBLIC_MARKING if board.is_public else INTERNAL_MARKING
    return f"{marking} {PROVISIONAL_MARKING}" if is_provisional(board) else marking


def _write_opening(entries: Sequence[Entry], previous_period: str) -> str:
    """Write the sentences that open the briefing; nothing is concluded from what is not shown."""
    rag_counts, direction_counts = count_rags(entries), count_directions(entries)
    withheld_count = count_withheld(entries)
    shown_text = wording.format_quantity(len(entries) - withheld_count, "indicator")
    which_text = f"Of the {shown_text} that can be shown," if withheld_count else f"Of {shown_text},"
    sentences = [
        f"{which_text} {rag_counts['green']} met the target, {rag_counts['amber']} missed it within tolerance and"
        f" {rag_counts['red']} missed it by more.",
        f"{withheld_count} {'is' if withheld_count == 1 else 'are'} not shown, to protect small numbers of children."
        if withheld_count
        else "",
        f"Since {previous_period}, {direction_counts['better']} got better, {direction_counts['worse']}"
        f" got worse and {direction_counts['same']} stayed the same.",
    ]
    return " ".join(filter(None, sentences))


def _build_grade_change_row(grade_change: GradeChange) -> tuple[str, ...]:
    return (
        grade_change.name,
        grade_change.provider_kind,
        grade_change.grade_before,
        grade_change.grade_after,
        wording.format_date(grade_change.inspected_on),
    )


def _build_restatement_row(entry: Entry, restatement: Restatement) -> tuple[str, ...]:
    counts = restatement.saved_count, restatement.current_count
    earlier_text, current_text = (
        f"{wording.format_count_value(count)} ({wording.format_fraction(count)})" for count in counts
    )
    indicator = entry.indicator
    return (
        f"{indicator.code} {indicator.title}",
        restatement.period.label,
        wording.format_date(restatement.saved_on),
        earlier_text,
        current_text,
    )


def _build_source_row(board: Board, source: TableSource) -> tuple[str, ...]:
    last_event = wording.format_date(source.last_event)
    age_in_days = measure_source_age(source, board.as_at)
    source_age = "" if age_in_days is None else wording.format_age_in_days(age_in_days)
    if source.problem:
        # A table that could not be used has no age worth printing.
        last_event, source_age = "could not be used", ""
    return (source.table.replace("_", " "), last_event, source_age, "made up" if source.made_up else "")
