"""Texts that are made from cells, which no public page and no file of the program's own may hold.

A problem may quote the first row of a file, and the names of groups may be whatever a cell says.
What is left are codes, and words of the catalogue, the config and the clean tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from string import Formatter

from kpitui.disclosure.people import is_about_people
from kpitui.model.board import Board, Coverage, Entry, HistoryPoint, Movement, TableSource
from kpitui.model.catalogue import Indicator
from kpitui.model.clean_tables import CLEAN_TABLES, find_clean_table
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.issue_codes import ISSUE_CODES
from kpitui.model.issues import CodedMessage, Issue, create_message

UNLISTED_GROUP = "other"
"""The name of all groups whose own names come from cells."""
# Values of messages that come from the program, the config or the name of a file. All others may
# quote a cell: a header that is missing makes names of columns out of the first row.
_SAFE_VALUE_NAMES = frozenset(
    "table table_column unknown_reason key folder file_name command driver seconds suffixes levels megabytes gigabytes "
    "cell_count file_count line_count expected encoding kind compared_kind layout la_code indicator period count place "
    "all_columns".split()
)
_CONFIG_VALUE_NAMES = frozenset(["column"])
_OPTIONAL_PART = re.compile(r"<[^<>]*>")


def hide_problem_cells(problem: Issue | None) -> Issue | None:
    """Return a problem without what its message may have from cells; None for None.

    A message that says nothing without it gives way to its code.
    """
    if problem is None:
        return None
    # A mistake of the config names columns as the config does.
    is_of_config = problem.table is None
    message = _hide_message_cells(problem.message, _SAFE_VALUE_NAMES | (_CONFIG_VALUE_NAMES if is_of_config else set()))
    return replace(problem, message=message, section="")


def hide_message_cells(message: CodedMessage) -> CodedMessage:
    """Return a message without the values that may be made from cells."""
    return _hide_message_cells(message, _SAFE_VALUE_NAMES)


def _hide_message_cells(message: CodedMessage, safe_names: frozenset[str]) -> CodedMessage:
    template = ISSUE_CODES[message.code].words
    if not _list_value_names(_OPTIONAL_PART.sub("", template)) <= safe_names:
        return create_message("reason-not-public", problem_code=message.code)
    names = _list_value_names(template)
    values = {name: value if name in safe_names else "" for name, value in message.values.items()}
    return create_message(message.code, **values) if names else message


def _list_value_names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def hide_source_cells(source: TableSource) -> TableSource:
    """Return a source without what it has from cells: why it failed, and people's last event."""
    subject = find_clean_table(source.table).subject
    last_event = source.last_event if subject.has_public_rows else None
    return replace(source, problem=hide_problem_cells(source.problem), last_event=last_event)


def hide_point_cells(point: HistoryPoint) -> HistoryPoint:
    """Return a figure without the days of events and the lines of rows behind it."""
    reservations = (replace(issue, line=None) for issue in map(hide_problem_cells, point.reservations) if issue)
    return replace(point, reservations=tuple(reservations), coverage=Coverage(is_whole=point.coverage.is_whole))


def _hide_movement_cells(movement: Movement) -> Movement:
    point = movement.earlier_point
    return movement if point is None else replace(movement, earlier_point=hide_point_cells(point))


def hide_board_cells(board: Board) -> Board:
    """Return a board that may be kept in a file: it holds counts, and no text from a cell."""
    entries = tuple(_hide_entry_cells(entry) for entry in board.entries)
    return replace(
        board,
        entries=entries,
        sources=tuple(map(hide_source_cells, board.sources)),
        issues=(),
        report_notes=(),
        release_texts=(),
    )


def hide_entry_problems(entry: Entry) -> Entry:
    """Return an entry whose problems, and those of its variants, quote no cell."""
    variants = tuple(replace(variant, problem=hide_problem_cells(variant.problem)) for variant in entry.variants)
    return replace(entry, problem=hide_problem_cells(entry.problem), variants=variants)


def _hide_entry_cells(entry: Entry) -> Entry:
    return replace(
        hide_entry_problems(entry),
        # Notes and overdue actions quote the commentary table; warnings name the days of events.
        commentary_notes=(),
        overdue_actions=(),
        point=hide_point_cells(entry.point),
        history=tuple(map(hide_point_cells, entry.history)),
        provisional_points=tuple(map(hide_point_cells, entry.provisional_points)),
        complete_years=tuple(map(hide_point_cells, entry.complete_years)),
        movement=_hide_movement_cells(entry.movement),
        year_movement=_hide_movement_cells(entry.year_movement),
        reconciliation=entry.reconciliation
        and replace(entry.reconciliation, point=hide_point_cells(entry.reconciliation.point)),
        warnings=() if is_about_people(entry.indicator) else entry.warnings,
        not_counted=merge_unlisted_groups(entry.not_counted, entry.indicator),
        sources=tuple(map(hide_source_cells, entry.sources)),
    )


def name_public_group(group_name: str, indicator: Indicator) -> str:
    """Return the name of an outcome if it is a known code or word, and else `UNLISTED_GROUP`."""
    return (
        group_name if group_name in indicator.outcome_names or group_name in _list_codes(indicator) else UNLISTED_GROUP
    )


def merge_unlisted_groups(numbers_by_name: Mapping[str, float], indicator: Indicator) -> dict[str, float]:
    """Add up the numbers of all groups whose names come from cells."""
    merged_numbers: dict[str, float] = {}
    for group_name, number in numbers_by_name.items():
        public_name = name_public_group(group_name, indicator)
        merged_numbers[public_name] = merged_numbers.get(public_name, 0) + number
    return merged_numbers


def _list_codes(indicator: Indicator) -> tuple[str, ...]:
    """List the codes that the column of an indicator's outcomes may hold."""
    table_name = next(iter(COHORTS[indicator.rule.cohort.name].required_tables), "")
    if table_name not in CLEAN_TABLES or indicator.rule.outcome_column is None:
        return ()
    column = CLEAN_TABLES[table_name].columns.get(indicator.rule.outcome_column)
    return column.known_codes if column else ()
