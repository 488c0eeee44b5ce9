"""The parts of a committee paper around its figures: purpose, decisions, columns over time, activity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isnan

from kpitui import figure_wording, wording
from kpitui.commentary.threads import pair_answers
from kpitui.config.profiles import NEIGHBOURS_LABEL, BriefingProfile
from kpitui.model.board import Board, CommentaryNote, Entry, HistoryPoint, Reconciliation
from kpitui.model.periods import Period
from kpitui.report.briefing import withheld
from kpitui.report.briefing.document import PaperSection, PaperTable, QuestionThread, Statement
from kpitui.report.briefing.narrative import describe_due, quote_note

PERIODS_BESIDE = 4
"""How many periods stand beside each other, the one that is judged among them."""
DEFAULT_PURPOSE = "To report how children's services performed in {period} against the council's targets."
DEFAULT_RECOMMENDATION = "That the committee notes the report."
REPORT_TITLE = "The report"


def build_sections(board: Board, profile: BriefingProfile) -> tuple[PaperSection, ...]:
    """Build what stands before the summary: purpose, recommendation, the report's own commentary, decisions."""
    purpose = profile.purpose or DEFAULT_PURPOSE.format(period=board.period.label)
    notes = [note for note in reversed(board.report_notes) if not note.is_held_back]
    recent_periods = (board.period.previous, board.period)
    reasons = [quote_note(note) for note in notes if note.kind == "reason" and note.period == board.period]
    decisions = [
        _quote_decision(note, board)
        for note in notes
        if note.kind in ("decision", "action") and note.period in recent_periods
    ]
    sections = (
        PaperSection("Purpose", (Statement(purpose),)),
        PaperSection("Recommendation", (Statement(profile.recommendation or DEFAULT_RECOMMENDATION),)),
        PaperSection("Commentary", tuple(reasons)),
        PaperSection("Decisions, and what became of them", tuple(decisions)),
    )
    return tuple(section for section in sections if section.statements)


def _quote_decision(note: CommentaryNote, board: Board) -> Statement:
    is_overdue = note.due_on is not None and note.due_on < board.as_at
    has_date = bool(note.due_on or note.closed_on or note.owner)
    return replace(quote_note(note), due_text=describe_due(note, is_overdue=is_overdue) if has_date else "")


def quote_report_threads(board: Board) -> Iterator[QuestionThread]:
    """Yield the questions on the report as a whole, with their answers; none of which a text is not shown."""
    for thread in pair_answers(board.report_notes):
        if not any(note.is_held_back for note in (thread.question, *thread.answers)):
            answers = tuple(map(quote_note, thread.answers))
            yield QuestionThread("", REPORT_TITLE, quote_note(thread.question), answers)


def build_tables(board: Board, entries: Sequence[Entry]) -> tuple[PaperTable, ...]:
    """Build the tables beside that of every indicator: over time, and how many cases there were."""
    periods = [board.period]
    while len(periods) < PERIODS_BESIDE:
        periods.insert(0, periods[0].previous)
    labels = tuple(period.label for period in periods)
    last_year = next((entry.complete_years[-1].period.label for entry in entries if entry.complete_years), "")
    columns = ("Code", "Indicator", *labels, f"Year {last_year}".strip(), "Target", "England", "Neighbours")
    figures = [_list_figures(entry, periods) for entry in entries]
    activity = [
        (entry.indicator.code, _name_cases(entry), *map(_print_cases, _find_points(entry, periods)))
        for entry in entries
        if _has_whole_cases(entry)
    ]
    tables = (
        PaperTable("Over time and beside others", columns, _drop_empty(figures, 2)),
        PaperTable("Activity: how many cases there were", ("Code", "Cases", *labels), _drop_empty(activity, 2)),
    )
    return tuple(table for table in (*tables, _build_reconciliation(entries)) if table.rows)


def _build_reconciliation(entries: Sequence[Entry]) -> PaperTable:
    """Build the table of whole years beside the published figures, with what may explain the difference."""
    rows = [
        (
            entry.indicator.code,
            f"{entry.indicator.title}, {found.point.period.label}",
            _print_point(found.point),
            wording.format_fraction(found.point.count),
            figure_wording.format_comparator(found.published),
            wording.describe_signed_difference(found.difference, entry.indicator.measure),
            _explain_difference(found),
        )
        for entry in entries
        if (found := entry.reconciliation) is not None
    ]
    columns = ("Code", "Indicator and year", "Here", "Cases", "Published", "Difference", "Why")
    return PaperTable("Beside the published figures", columns, tuple(rows))


def _explain_difference(reconciliation: Reconciliation) -> str:
    """Say whether the published figure is of the same cases, and how many cases are unexplained."""
    published, cases = reconciliation.published, reconciliation.cases
    if published.basis == "not like-for-like":
        return f"counted by another rule: {published.publication}"
    if not cases:
        return "the same but for rounding" if cases == 0 else ""
    noun = reconciliation.point.count.measure.noun[cases != 1]
    about_text = "" if published.basis == "exact" else ", whose rule is close to this one"
    return f"about {cases:,} {noun} unexplained{about_text}"


def _list_figures(entry: Entry, periods: Sequence[Period]) -> tuple[str, ...]:
    """List the figures of an indicator: the last periods, last year, the target, England, neighbours."""
    return (
        entry.indicator.code,
        entry.indicator.title,
        *map(_print_point, _find_points(entry, periods)),
        _print_point(entry.complete_years[-1] if entry.complete_years else None),
        wording.format_target(entry) or "none",
        _print_comparator(entry, "England"),
        _print_comparator(entry, NEIGHBOURS_LABEL),
    )


def _find_points(entry: Entry, periods: Sequence[Period]) -> list[HistoryPoint | None]:
    points = {} if entry.problem else {point.period: point for point in (*entry.history, entry.point)}
    return [points.get(period) for period in periods]


def _drop_empty(rows: Sequence[tuple[str, ...]], first_figure: int) -> tuple[tuple[str, ...], ...]:
    """Leave out rows that have no figure to show."""
    return tuple(row for row in rows if {*row[first_figure:]} - {"", withheld.NOT_SHOWN, "none"})


def _print_point(point: HistoryPoint | None) -> str:
    if point is None:
        return ""
    return withheld.NOT_SHOWN if point.count.is_hidden else wording.format_short_count_value(point.count)


def _print_cases(point: HistoryPoint | None) -> str:
    if point is None:
        return ""
    number = point.count.denominator
    return withheld.NOT_SHOWN if isnan(number) else wording.format_count(number)


def _has_whole_cases(entry: Entry) -> bool:
    """Say whether a denominator is a number of cases, and neither a headcount nor a sum of weights."""
    rule = entry.indicator.rule
    is_weighted = rule.weight_column is not None or rule.base_cohort is not None
    return entry.indicator.measure.kind == "proportion" and not is_weighted and not entry.problem


def _name_cases(entry: Entry) -> str:
    """Name what an indicator counts: ``plans since 1 April: Second plan within 24 months``."""
    since_text = " since 1 April" if entry.indicator.rule.window == "year-to-date" else ""
    return f"{entry.indicator.noun[1]}{since_text}: {entry.indicator.title}"


def _print_comparator(entry: Entry, area_name: str) -> str:
    """Return the latest published figure of an area, or nothing; of the neighbours their mean."""
    figures = (figure for figure in entry.comparators if figure.name.startswith(area_name) and figure.value is not None)
    figure = next(figures, None)
    return "" if figure is None else figure_wording.format_comparator(figure)
