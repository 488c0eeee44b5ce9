"""What stands against a figure: the cases that are not known, the rows and files behind, its coverage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isnan

from kpitui.doubts import TableCoverage
from kpitui.model.board import HIDDEN_NUMBER, Count, Coverage, TableSource
from kpitui.model.issues import Issue, create_message
from kpitui.model.table_knowledge import TableKnowledgeByName
from kpitui.table_doubts import BROKEN_FILE, LOST_ROWS_REASON


def list_reservations(
    figure_count: Count, table_names: Sequence[str], knowledge: TableKnowledgeByName, sources: Sequence[TableSource]
) -> tuple[Issue, ...]:
    """List what stands against a figure, with the file and the line behind it where there is one.

    `sources` are those of its tables, of which the first has its cases. An issue `occurs` as often
    as it has cases; one with a hidden number is left out.
    """
    known_tables = [name for name in table_names if name in knowledge]
    return (
        *_report_broken_files(known_tables, knowledge),
        *_report_lost_rows(known_tables, knowledge, figure_count),
        *_report_unknown_cases(figure_count, sources),
        *_report_open_figure(figure_count, sources),
    )


def describe_coverage(table_coverage: TableCoverage, figure_count: Count) -> Coverage:
    """Describe from when to when the tables behind a figure can answer, and whether they are whole."""
    is_whole = LOST_ROWS_REASON not in figure_count.unknown and not (
        figure_count.bounds is not None and figure_count.bounds.open_reason is not None
    )
    return Coverage(table_coverage.first_day, table_coverage.last_day, is_whole)


def is_of_broken_file(figure_count: Count) -> bool:
    """Say whether a file behind a figure breaks off, or is still being written: the figure may change."""
    open_reason = None if figure_count.bounds is None else figure_count.bounds.open_reason
    return open_reason is not None and open_reason.code == BROKEN_FILE


def _report_broken_files(table_names: Iterable[str], knowledge: TableKnowledgeByName) -> Iterator[Issue]:
    for table_name in table_names:
        for file_name in knowledge[table_name].broken_files:
            yield Issue(create_message(BROKEN_FILE, file_name=file_name), file_name, None, table_name)


def _report_lost_rows(
    table_names: Iterable[str], knowledge: TableKnowledgeByName, figure_count: Count
) -> Iterator[Issue]:
    # A number that is hidden is not told by another way.
    if isnan(figure_count.unknown.get(LOST_ROWS_REASON, HIDDEN_NUMBER)):
        return
    for table_name in table_names:
        table_knowledge = knowledge[table_name]
        if table_knowledge.lost_rows:
            file_name, line = table_knowledge.first_loss
            message = create_message("rows-not-read", table=table_name)
            yield Issue(message, file_name, line, table_name, table_knowledge.lost_rows)


def _report_unknown_cases(figure_count: Count, sources: Sequence[TableSource]) -> Iterator[Issue]:
    source = sources[0] if sources else None
    for reason, number in figure_count.unknown.items():
        if reason != LOST_ROWS_REASON and not isnan(number):
            message = create_message("cases-not-known", unknown_reason=reason)
            yield Issue(message, source.file if source else "", None, source.table if source else None, round(number))


def _report_open_figure(figure_count: Count, sources: Sequence[TableSource]) -> Iterator[Issue]:
    """Report why nothing can be told of a figure, unless it is a broken file, which says so already."""
    open_reason = None if figure_count.bounds is None else figure_count.bounds.open_reason
    if open_reason is not None and open_reason.code != BROKEN_FILE:
        yield Issue(open_reason, sources[0].file if sources else "")
