"""The board and single indicators as plain text, for pipes, email and screen readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from kpitui.commentary.threads import group_notes_by_period
from kpitui.figure_wording import (
    describe_cases_to_target,
    describe_coverage,
    describe_finding,
    describe_missing_test,
    describe_reason,
    describe_reservations,
    describe_warnings,
    describe_year_end,
    format_comparator,
    format_value_with_bounds,
)
from kpitui.issue_wording import describe_problem, format_file_name, format_issue
from kpitui.model.board import Board, CommentaryNote, Comparator, Entry, Restatement, TableSource, VariantCount
from kpitui.model.catalogue import SeriesBreak
from kpitui.model.drilldown import CaseRestatement, GradeChange, IndicatorChange, IndicatorSplit, PeriodChanges
from kpitui.model.issues import Issue
from kpitui.report.markdown_text import to_markdown
from kpitui.report.table_formats import (
    HISTORY_COLUMNS,
    STATUS_COLUMNS,
    format_history_rows,
    format_markdown_table,
    format_plain_table,
    format_status_rows,
)
from kpitui.summaries.change_order import select_followed_changes
from kpitui.summaries.tallies import count_rags, count_severities, has_small_numbers, is_provisional
from kpitui.wording import (
    PROVISIONAL_LEGEND,
    PROVISIONAL_MARK,
    RAG_SHAPES,
    RAG_WORDS,
    SMALL_DENOMINATOR_TEXT,
    SMALL_NUMBERS_MARK,
    count_moved_cases,
    describe_bands,
    describe_board_period,
    describe_chance_interval,
    describe_chart_limits,
    describe_events_between,
    describe_funnel_limits,
    describe_made_up_data,
    describe_norm,
    describe_outstanding,
    describe_public_view,
    describe_signed_difference,
    describe_source_file,
    describe_standing,
    describe_target_basis,
    describe_tested_movement,
    format_age_in_days,
    format_count,
    format_count_value,
    format_date,
    format_fraction,
    format_number,
    format_quantity,
    format_target,
    get_interval_name,
    summarise_colours,
)

if TYPE_CHECKING:
    from kpitui.disclosure.public_context import HeldBackNote
    from kpitui.release_register import ReleasePreview


def format_board(board: Board) -> str:
    """Format the whole board: headline, a line for each indicator, missing values and warnings.

    Also lists what people still have to write or do, and counts the issues in the data.
    """
    text_lines = [*_format_heading(board), "", format_plain_table(STATUS_COLUMNS, format_status_rows(board))]
    if has_small_numbers(board.entries):
        text_lines += ["", f"{SMALL_NUMBERS_MARK} small numbers: one case is worth 2 points or more"]
    if is_provisional(board):
        text_lines += ["", f"{PROVISIONAL_MARK} {PROVISIONAL_LEGEND}"]
    problems = [
        f"{entry.indicator.code}: {describe_problem(entry.problem)}" for entry in board.entries if entry.problem
    ]
    warnings = [f"{entry.indicator.code}: {warning}" for entry in board.entries for warning in describe_warnings(entry)]
    text_lines += _format_section("No value", problems) + _format_section("Please note", warnings)
    reservations = [
        f"{entry.indicator.code}: {text}" for entry in board.entries for text in describe_reservations(entry.point)
    ]
    text_lines += _format_section("Not certain", reservations)
    restated = [
        f"{entry.indicator.code}: {_format_restatement(restatement)}"
        for entry in board.entries
        for restatement in entry.restatements
    ]
    text_lines += _format_section("Restated since it was published", restated)
    outstanding = [f"{entry.indicator.code}: {task}" for entry in board.entries for task in describe_outstanding(entry)]
    text_lines += _format_section("To do before the meeting", outstanding)
    # Only the number: the list may be long, and `kpitui check` prints it.
    if board.issues:
        text_lines += ["", f"{_format_issue_count(board.issues)} in the data: run kpitui check to see them"]
    return "\n".join(text_lines)


def format_indicator(board: Board, entry: Entry, cases_by_restatement: Sequence[Sequence[CaseRestatement]] = ()) -> str:
    """Format everything known about one indicator, section by section.

    `cases_by_restatement` holds the changed cases of each restated period, in the order of
    `entry.restatements`.
    """
    indicator = entry.indicator
    text_lines = [*_format_heading(board), "", f"{indicator.code}  {indicator.title}  ({indicator.theme})", ""]
    text_lines += _format_judgement(entry)
    for title, body_lines in _list_evidence_sections(entry, cases_by_restatement):
        text_lines += _format_section(title, body_lines)
    text_lines += ["", "History", format_plain_table(HISTORY_COLUMNS, format_history_rows(entry))]
    text_lines += _format_section("Definition", [indicator.definition] if indicator.definition else [])
    text_lines += _format_section("Sources", [_format_source(source) for source in entry.sources])
    return "\n".join(text_lines)


def _list_evidence_sections(
    entry: Entry, cases_by_restatement: Sequence[Sequence[CaseRestatement]]
) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the sections between judgement and history, each with its title; some are empty."""
    names = entry.indicator.outcome_names
    # The catalogue need not name every outcome; a code without a name is printed as it is.
    outcomes = ((_format_outcome(code, names.get(code)), count) for code, count in entry.not_counted.items())
    yield "Please note", describe_warnings(entry)
    yield "Not certain", _format_reservations(entry)
    yield "Left out", _format_amounts(entry.point.count.excluded.items())
    yield "In the denominator but not counted", _format_amounts(outcomes)
    yield "By other definitions", [_format_variant(variant) for variant in entry.variants]
    yield "Compared with", _format_comparisons(entry)
    yield "More than chance", _format_variation(entry)
    yield "Restated", _format_restatements(entry, cases_by_restatement)
    yield "Events", [_format_break(series_break) for series_break in entry.indicator.breaks]
    yield "Commentary", _format_notes(entry)
    yield "To do before the meeting", describe_outstanding(entry)


def _format_reservations(entry: Entry) -> list[str]:
    """Format what stands against the figure, and what its data covers; nothing where all is certain."""
    reservations = list(describe_reservations(entry.point))
    return [*reservations, *filter(None, [describe_coverage(entry.point.coverage)])] if reservations else []


def _format_break(series_break: SeriesBreak) -> str:
    return f"{format_date(series_break.occurred_on)}: {series_break.description}"


def format_split(board: Board, split: IndicatorSplit) -> str:
    """Format an indicator by the groups of a column, with the whole last."""
    indicator = split.entry.indicator
    title = f"{indicator.code}  {indicator.title}  {split.period.label}"
    return "\n".join([*_format_heading(board), "", title, "", format_split_table(split)])


def format_split_table(split: IndicatorSplit) -> str:
    """Format the groups of a split as a table, with the whole last."""
    rows = [
        (name, format_count_value(count), format_fraction(count), format_count(count.excluded_total))
        for name, count in (*((group.name, group.count) for group in split.groups), ("all", split.total))
    ]
    table_text = format_plain_table((split.column_name, "value", "cases", "left out"), rows)
    return f"By {split.column_name}\n{table_text}"


def format_board_markdown(board: Board) -> str:
    """Format the headline and the indicator table of the board as Markdown."""
    heading = "\n\n".join(map(to_markdown, _format_heading(board)))
    return f"{heading}\n\n{format_markdown_table(STATUS_COLUMNS, format_status_rows(board))}"


def format_release_preview(preview: ReleasePreview) -> str:
    """Format what a release shows, and what follows from it."""
    text_lines = ["This release shows"]
    text_lines += [f"  {text}" for text in preview.released_texts] or ["  nothing that is not shown already"]
    text_lines += ["It also gives away, or leaves fewer than five values possible for"]
    text_lines += [f"  {text}" for text in preview.given_away_texts] or ["  nothing else"]
    return "\n".join(text_lines)


def format_changes(period_changes: PeriodChanges) -> str:
    """Format what moved between two periods: indicators, named schools, numbers of cases."""
    board, indicator_changes = period_changes.board, period_changes.indicator_changes
    period_span = f"{period_changes.earlier_period.label} to {period_changes.later_period.label}"
    text_lines = [f"{board.council_name}  {period_span}, as known on {format_date(board.as_at)}"]
    text_lines += filter(None, (describe_public_view(board), describe_made_up_data(board)))
    change_rows = [_format_indicator_change(indicator_change) for indicator_change in indicator_changes]
    text_lines += ["", format_plain_table(CHANGE_TABLE_COLUMNS, change_rows)]
    text_lines += _format_section("Events between", describe_events_between(period_changes))
    text_lines += _format_section("Grades that changed", map(_format_grade_change, period_changes.grade_changes))
    moved_cases = map(_format_moved_cases, select_followed_changes(indicator_changes))
    text_lines += _format_section("Cases that moved the figure", chain.from_iterable(moved_cases))
    text_lines += _format_section("What happened to those not counted", _format_destinations(period_changes))
    return "\n".join(text_lines)


CHANGE_TABLE_COLUMNS = ("code", "indicator", "before", "after", "direction", "rag before", "rag")


def _format_indicator_change(indicator_change: IndicatorChange) -> tuple[str, ...]:
    indicator = indicator_change.entry.indicator
    return (
        indicator.code,
        indicator.title,
        format_count_value(indicator_change.before_point.count),
        format_count_value(indicator_change.after_point.count),
        describe_tested_movement(indicator_change.movement),
        RAG_WORDS[indicator_change.before_point.rag],
        RAG_WORDS[indicator_change.after_point.rag],
    )


def _format_grade_change(grade_change: GradeChange) -> str:
    inspection_text = f", inspected {format_date(grade_change.inspected_on)}" if grade_change.inspected_on else ""
    grades_text = f"{grade_change.grade_before} to {grade_change.grade_after}{inspection_text}"
    return f"{grade_change.name} ({grade_change.urn}, {grade_change.provider_kind}): {grades_text}"


def _format_moved_cases(indicator_change: IndicatorChange) -> Iterator[str]:
    """Yield how many cases came, went and count otherwise, then each of the last."""
    yield f"{indicator_change.entry.indicator.code}: {count_moved_cases(indicator_change)}"
    for change in indicator_change.standing_changes:
        yield f"  {change.subject}: {change.standing_before}, now {change.standing_after}"


def _format_destinations(period_changes: PeriodChanges) -> list[str]:
    return [
        f"{change.entry.indicator.code}: {format_count(count)} {_format_outcome(code, names.get(code))}"
        for change in period_changes.indicator_changes
        # A list of one binds the names once for each indicator.
        for names in [change.entry.indicator.outcome_names]
        for code, count in change.outcome_counts.items()
    ]


def format_issues(issues: Iterable[Issue]) -> str:
    """Format issues in the order found, each on a line."""
    return "\n".join(map(format_issue, issues))


def format_check_summary(
    issues: Sequence[Issue],
    sources: Sequence[TableSource],
    missing_tables: Sequence[str] = (),
    held_back_notes: Sequence[HeldBackNote] = (),
    accepted_count: int = 0,
) -> str:
    """Format what was read for each table, which tables have no file, and the number of issues.

    `held_back_notes` is the commentary that the public view does not show.
    """
    lines = list(map(_format_rows_read, sources))
    if missing_tables:
        lines.append(f"no file: {', '.join(missing_tables)}")
    lines += map(_format_held_back_note, held_back_notes)
    accepted_text = f"; {accepted_count:,} accepted" if accepted_count else ""
    return "\n".join([*lines, f"{_format_issue_count(issues)}{accepted_text}"])


def _format_rows_read(source: TableSource) -> str:
    if source.problem:
        return f"{source.table}: {describe_problem(source.problem)}"
    rows_text = f"{source.rows_read:,} rows read, {source.rows_used:,} used, {source.rows_refused:,} left out"
    return f"{source.table}: {rows_text}{_format_repeated_rows(source)} - {describe_source_file(source)}"


def _format_held_back_note(held_back_note: HeldBackNote) -> str:
    note, mentions = held_back_note.note, ", ".join(held_back_note.mentions)
    note_name = f"{held_back_note.entry.indicator.code}, {note.kind} of {note.period.label}"
    return f"{note_name}: not shown in the public version, as it mentions a small number ({mentions})"


def _format_issue_count(issues: Sequence[Issue]) -> str:
    """Format how many issues there are of each severity, the worst first: ``1 fault, 2 notes``."""
    severity_counts = count_severities(issues).items()
    return ", ".join(format_quantity(number, severity) for severity, number in severity_counts) or "no issues"


def _format_repeated_rows(source: TableSource) -> str:
    rows = source.rows_superseded
    return f" ({rows:,} that are also in a later file)" if rows else ""


def _format_heading(board: Board) -> Iterator[str]:
    """Yield the council, period, date known and tally of colours; then view and made-up data."""
    period_text = f"{describe_board_period(board)}, as known on {format_date(board.as_at)}"
    # `show` builds a board of one indicator, where a tally of colours says nothing.
    rag_summary = f": {summarise_colours(count_rags(board.entries))}" if len(board.entries) > 1 else ""
    yield f"{board.council_name}  {period_text}{rag_summary}"
    yield from filter(None, (describe_public_view(board), describe_made_up_data(board)))


def _format_judgement(entry: Entry) -> Iterator[str]:
    """Yield the value, its judgement, and what it is to be read beside."""
    point, judgement = entry.point, entry.judgement
    if entry.problem:
        yield f"No value: {describe_problem(entry.problem)}"
        return
    value_text = format_value_with_bounds(entry)
    yield f"{value_text}  {format_fraction(point.count)}  {point.period.label} ({point.status})"
    yield f"{RAG_SHAPES[judgement.rag]} {RAG_WORDS[judgement.rag]}: {describe_reason(entry)}"
    if target_text := format_target(entry):
        shortfall_text = _format_shortfall(describe_cases_to_target(entry))
        yield f"Target {target_text}{shortfall_text}{describe_target_basis(entry.target)}"
    if norm_text := describe_norm(entry.indicator):
        yield f"Norm {norm_text}"
    yield from _format_year_values(entry)
    if year_end_text := describe_year_end(entry):
        yield f"To the year's end: {year_end_text}"
    for name, movement in (("period before", entry.movement), ("same period a year earlier", entry.year_movement)):
        yield f"Against the {name}: {describe_tested_movement(movement)}{describe_missing_test(movement)}"
    yield f"Age at the meeting: {format_age_in_days(entry.data_age_days)} since the period ended"
    if judgement.points_per_case is not None:
        case_points = format_number(judgement.points_per_case)
        yield f"Small numbers ({SMALL_DENOMINATOR_TEXT}): one case is worth {case_points} points"
    if chance_text := describe_chance_interval(entry):
        yield f"{chance_text} ({get_interval_name(entry)})"
    if bands_text := describe_bands(point.count):
        yield bands_text


def _format_year_values(entry: Entry) -> Iterator[str]:
    if (year_count := entry.year_to_date) is not None:
        yield f"Since 1 April: {format_count_value(year_count)} ({format_fraction(year_count)})"
    if entry.complete_years:
        year_values = (f"{point.period.label} {format_count_value(point.count)}" for point in entry.complete_years)
        yield f"Whole years: {', '.join(year_values)}"


def _format_restatements(entry: Entry, cases_by_restatement: Sequence[Sequence[CaseRestatement]]) -> Iterator[str]:
    for index, restatement in enumerate(entry.restatements):
        yield _format_restatement(restatement)
        # The public view is given no cases of children or staff: the list may be shorter.
        for case in cases_by_restatement[index] if index < len(cases_by_restatement) else ():
            yield f"  {case.subject}: {case.saved_standing}, now {case.current_standing}"


def _format_source(source: TableSource) -> str:
    event_text = f", last event {format_date(source.last_event)}" if source.last_event else ""
    return f"{source.table}: {format_file_name(source.file, source.file_section)}{event_text}"


def _format_restatement(restatement: Restatement) -> str:
    saved_text, current_text = (
        f"{format_count_value(count)} ({format_fraction(count)})"
        for count in (restatement.saved_count, restatement.current_count)
    )
    saved_clause = f"{restatement.period.label}: {saved_text} on {format_date(restatement.saved_on)}"
    return f"{saved_clause}, {current_text} now"


def _format_variation(entry: Entry) -> list[str]:
    """Format what the funnel and the process chart say, or why there is no chart."""
    # Each judgement gives its rule beside its result, so that a reader can check it.
    lines: list[str] = []
    if entry.funnel is not None:
        lines.append(f"{describe_finding(entry.funnel.verdict)} ({describe_funnel_limits(entry.funnel)})")
    chart = entry.process_chart
    if chart is None:
        return [*lines, f"no process chart: {describe_finding(entry.no_chart_reason)}"]
    limits_text = f"{format_number(chart.lower_limit)} to {format_number(chart.upper_limit)}"
    lines.append(f"mean {format_number(chart.mean)}, limits {limits_text}, since {chart.start_period.label}")
    lines += map(describe_finding, (*chart.signals, chart.variation))
    return [*filter(None, (*lines, describe_finding(chart.assurance))), describe_chart_limits(chart)]


def _format_shortfall(cases_text: str) -> str:
    return f": {cases_text} would meet it" if cases_text else ""


def _format_amounts(amounts_by_name: Iterable[tuple[str, float]]) -> list[str]:
    return [f"{format_count(count):>5}  {name}" for name, count in amounts_by_name]


def _format_outcome(outcome_code: str, outcome_name: str | None) -> str:
    return f"{outcome_code} {outcome_name}" if outcome_name else outcome_code


def _format_variant(variant: VariantCount) -> str:
    if variant.count is None:
        return f"{variant.title}: no value, {describe_problem(variant.problem)}"
    change_text = (
        ""
        if variant.points_difference is None
        else f", {describe_signed_difference(variant.points_difference, variant.count.measure)}"
    )
    doubt_text = describe_finding(variant.doubt)
    value_text = f"{format_count_value(variant.count)} ({format_fraction(variant.count)}{change_text})"
    return f"{variant.title}: {value_text}{doubt_text and f'; {doubt_text}'}"


def _format_comparisons(entry: Entry) -> Iterator[str]:
    yield from map(_format_comparator, entry.comparators)
    if entry.standing is not None:
        yield describe_standing(entry.standing)


def _format_comparator(comparator: Comparator) -> str:
    parts = [f"{comparator.name}: {format_comparator(comparator)}"]
    if comparator.period:
        parts += [comparator.period, comparator.basis, comparator.publication, describe_finding(comparator.detail)]
    return ", ".join(part for part in parts if part)


def _format_notes(entry: Entry) -> list[str]:
    note_lines = []
    for period, period_notes in group_notes_by_period(entry.commentary_notes).items():
        note_lines.append(period.label)
        for note in period_notes:
            note_lines.append(f"  {note.kind}{_format_note_terms(note)}: {note.text}")
    return note_lines


def _format_note_terms(note: CommentaryNote) -> str:
    """Format who owns an action, when it is due, and when it was done."""
    term_parts = [note.owner, f"by {format_date(note.due_on)}" if note.due_on else ""]
    term_parts += [f"done on {format_date(note.closed_on)}" if note.closed_on else ""]
    terms_text = ", ".join(part for part in term_parts if part)
    return f" ({terms_text})" if terms_text else ""


def _format_section(title: str, body_lines: Iterable[str]) -> list[str]:
    lines = list(body_lines)
    return ["", title, *(f"  {line}" for line in lines)] if lines else []


def format_stanzas(stanzas: Sequence[str]) -> Iterator[str]:
    """Yield the lines that say how unknown files can be read by the config."""
    for stanza in stanzas:
        yield ""
        yield "To read a file that is not recognised, add this to the config, or answer kpitui map FILE:"
        yield from stanza.splitlines()
