"""Composes the committee briefing from a board and what changed since the last period.

`compose_briefing` selects and words everything once. The modules of `kpitui.report.formats`
only lay it out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from kpitui import wording
from kpitui.config.profiles import BriefingProfile
from kpitui.model.board import Board, Entry, Restatement, TableSource
from kpitui.model.clean_tables import CLEAN_TABLES, PROVIDER
from kpitui.model.drilldown import GradeChange, IndicatorCases, PeriodChanges
from kpitui.report.briefing import highlights, narrative
from kpitui.report.briefing.document import Briefing, BriefingCover, BriefingItem
from kpitui.report.briefing.glossary import build_footnotes, build_glossary
from kpitui.report.briefing.indicator_items import build_item

__all__ = ["Briefing", "compose_briefing"]

INTERNAL_MARKING = "INTERNAL: small numbers are shown, and records may be. Not for publication."
INSPECTED_TABLES = {name for name, table in CLEAN_TABLES.items() if table.subject is PROVIDER and table.subject_noun}
PUBLIC_MARKING = "Public: small counts of children are not shown."


def compose_briefing(
    board: Board, period_changes: PeriodChanges, profile: BriefingProfile, cases: Sequence[IndicatorCases] = ()
) -> Briefing:
    """Compose the briefing of a board; it is public or internal as the board is.

    `period_changes` holds what moved since the last period. Schools and settings are named;
    for children only the number of cases is given. `cases` are the rows behind the numbers. Raises
    ValueError if there are any and the board is public.
    """
    internal = not board.is_public
    if cases and not internal:
        raise ValueError("cases are for the internal view alone")
    entries = _select_entries(board.entries, profile)
    changes_by_id = {change.entry.indicator.id: change for change in period_changes.indicator_changes}
    # "" keeps a changed grade whose table is not known.
    table_names = {source.table for entry in entries for source in entry.sources} | {""}
    items = tuple(
        build_item(entry, number, profile, changes_by_id.get(entry.indicator.id))
        for number, entry in enumerate(entries, 1)
    )
    return Briefing(
        as_at=board.as_at,
        cover=_build_cover(board, profile, table_names),
        internal=internal,
        is_full=profile.length == "full",
        previous_period=board.period.previous.label,
        year_earlier=board.period.year_earlier.label,
        opening=_write_opening(items, board.period.previous.label),
        items=items,
        shares=highlights.count_rag_shares(items),
        exceptions=highlights.select_exceptions(items),
        wins=highlights.select_wins(items),
        wins_rule=highlights.WINS_RULE,
        concerns=highlights.select_concerns(items),
        concerns_rule=highlights.CONCERNS_RULE,
        themes=highlights.group_items_by_theme(items, profile.themes),
        grade_changes=tuple(
            _build_grade_change_row(grade_change)
            for grade_change in period_changes.grade_changes
            if grade_change.table in table_names
        ),
        grade_changes_span=_format_period_span(period_changes) if table_names & INSPECTED_TABLES else "",
        restatements=tuple(
            _build_restatement_row(entry, restatement) for entry in entries for restatement in entry.restatements
        ),
        question_threads=tuple(thread for entry in entries for thread in narrative.collect_questions(entry)),
        questions_rule=narrative.QUESTIONS_RULE,
        glossary=build_glossary(items),
        sources=tuple(
            _build_source_row(board, source)
            for source in board.sources
            if source.table in table_names and (source.last_event or source.problem)
        ),
        footnotes=build_footnotes(items, internal=internal),
        missing_work=tuple(_find_missing_work(items)),
        cases=tuple(cases),
    )


def _select_entries(entries: Sequence[Entry], profile: BriefingProfile) -> tuple[Entry, ...]:
    """Select the profile's indicators in its order, limited to its themes if it names any."""
    entries_by_id = {entry.indicator.id: entry for entry in entries}
    profile_entries = [
        entries_by_id[indicator_id] for indicator_id in profile.indicators if indicator_id in entries_by_id
    ]
    candidates = profile_entries if profile.indicators else entries
    # A profile may name both: its themes then narrow down its indicators.
    return tuple(entry for entry in candidates if not profile.themes or entry.indicator.theme in profile.themes)


def _format_period_span(period_changes: PeriodChanges) -> str:
    return f"Between {period_changes.earlier_period.label} and {period_changes.later_period.label}"


def _build_cover(board: Board, profile: BriefingProfile, table_names: Collection[str]) -> BriefingCover:
    period_end = wording.format_date(board.period.last_day)
    # A provisional period may end after the meeting.
    period_age = wording.format_age_in_days(max(0, (board.as_at - board.period.last_day).days))
    # Commentary feeds every indicator, and is a source of none.
    made_up_tables = tuple(name for name in board.made_up_tables if name in table_names or name == "commentary")
    return BriefingCover(
        title=profile.title,
        council=board.council_name,
        committee=profile.committee,
        audience=profile.audience,
        meeting_date=wording.format_date(board.as_at),
        period=board.period.label,
        data_age=f"Figures to {period_end}, {period_age} before the meeting",
        marking=PUBLIC_MARKING if board.is_public else INTERNAL_MARKING,
        made_up_notice=wording.describe_made_up_data(replace(board, made_up_tables=made_up_tables)),
    )


def _write_opening(items: Sequence[BriefingItem], previous_period: str) -> str:
    """Write the two sentences that open the briefing."""
    counts_by_rag = {share.rag: share.item_count for share in highlights.count_rag_shares(items)}
    target_sentence = (
        f"The target is met by {counts_by_rag['green']} of {len(items)} indicators, missed within tolerance"
        f" by {counts_by_rag['amber']}, and by more than that by {counts_by_rag['red']}."
    )
    directions = [item.entry.movement.direction for item in items]
    sentence = (
        f"Since {previous_period}, {directions.count('better')} got better, {directions.count('worse')}"
        f" got worse and {directions.count('same')} stayed the same."
    )
    return f"{target_sentence} {sentence}"


def _build_grade_change_row(grade_change: GradeChange) -> tuple[str, ...]:
    return (
        grade_change.name,
        grade_change.provider_kind,
        grade_change.grade_before,
        grade_change.grade_after,
        wording.format_date(grade_change.inspected_on),
    )


def _build_restatement_row(entry: Entry, restatement: Restatement) -> tuple[str, ...]:
    unit = entry.indicator.unit
    counts = restatement.saved_count, restatement.current_count
    earlier_text, current_text = (
        f"{wording.format_count_value(count, unit)} ({wording.format_fraction(count)})" for count in counts
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
    source_age = wording.format_age_in_days((board.as_at - source.last_event).days) if source.last_event else ""
    if source.problem:
        # A table that could not be used has no age worth printing.
        last_event, source_age = "could not be used", ""
    return (source.table.replace("_", " "), last_event, source_age, "made up" if source.made_up else "")


def _find_missing_work(items: Sequence[BriefingItem]) -> Iterator[str]:
    """Yield what someone should write or look at before the meeting."""
    for item in items:
        code = item.entry.indicator.code
        if item.entry.problem:
            yield f"{code}: no value, {item.entry.problem}"
        yield from (f"{code}: {task}" for task in wording.describe_outstanding(item.entry))
        for thread in narrative.collect_questions(item.entry):
            if not thread.answers:
                yield f"{code}: question without an answer: {thread.question.text}"
