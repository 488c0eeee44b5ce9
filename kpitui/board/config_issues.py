"""What the config asks of a table and the table cannot answer."""

from __future__ import annotations

from collections.abc import Iterable

import narwhals as nw

from kpitui.board.board_data import BoardData
from kpitui.model.board import Board, Entry
from kpitui.model.catalogue import Indicator
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.issues import CodedMessage, Issue, create_message
from kpitui.tables.as_known_on import TableFrames
from kpitui.text import find_nearest_name


def find_config_issues(board: Board, board_data: BoardData) -> Iterable[Issue]:
    """Yield an issue for each thing that the config asks of a table and the table cannot answer."""
    document = board_data.settings.document
    for message in board_data.la_code_problems.values():
        yield document.create_issue(("council", "la_code"), message)
    for entry in board.entries:
        # A missing or broken table is among the table issues already: report it once, not once
        # for every indicator that needs it.
        yield from _list_rule_issues(entry)
        if own_table := _find_missing_own_table(entry):
            suggestion = find_nearest_name(own_table, CLEAN_TABLES) or ""
            message = create_message("rule-table-missing", table=own_table, suggestion=suggestion)
            yield document.create_issue(("indicators", entry.indicator.id, "table"), message)
        if look_back_problem := _find_look_back_problem(entry.indicator, board_data.table_frames):
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
