"""What is not known of the tables behind a cohort, and what that leaves open in its counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from kpitui.cohorts.registry import list_required_tables
from kpitui.doubts import FULL_COVERAGE, NO_DOUBT, DoubtTally, TableCoverage
from kpitui.model.catalogue import CohortCall, ColumnTest, Rule, UnknownColumn
from kpitui.model.clean_tables import find_clean_table
from kpitui.model.cohort_signatures import COHORTS, CONTRADICTED_CASE, NEW_CASE, CohortSignature, LostRow, TableGap
from kpitui.model.issues import CodedMessage, create_message
from kpitui.model.periods import add_months
from kpitui.model.table_knowledge import TableKnowledge, TableKnowledgeByName
from kpitui.tables.event_spans import EventSpan

LOST_ROWS_REASON = "row could not be read"
CONTRADICTED_REASON = "row contradicted by another"
UNCERTAIN_IDS_REASON = "id not certain"
BROKEN_FILE = "file-breaks-off"


@dataclass(frozen=True, slots=True)
class TableDoubts:
    """What the tables of a cohort leave open.

    `lost_rows` may be cases of every period. `hidden_columns` are unknown of every case. Where there
    is an `open_reason`, nothing can be told of any count. `coverage` is that of its tables together.
    """

    lost_rows: DoubtTally = NO_DOUBT
    hidden_columns: tuple[UnknownColumn, ...] = ()
    open_reason: CodedMessage | None = None
    coverage: TableCoverage = FULL_COVERAGE


NO_TABLE_DOUBTS = TableDoubts()


SpanFinder = Callable[[str], EventSpan]
"""Finds from when to when the events of a table go."""


def find_no_span(table_name: str) -> EventSpan:
    """Find nothing of a table: it is taken to go from always to ever."""
    return EventSpan()


def find_table_doubts(
    cohort_call: CohortCall, knowledge: TableKnowledgeByName, missing_tables: Collection[str], find_span: SpanFinder
) -> TableDoubts:
    """Find what the tables of a cohort leave open."""
    cohort = COHORTS[cohort_call.name]
    known_tables = {
        name: knowledge[name]
        for name in dict.fromkeys((*list_required_tables(cohort_call), *cohort.optional_tables))
        if name in knowledge
    }
    gaps = [gap for gap in cohort.gaps if _is_open(gap, knowledge, missing_tables, find_span)]
    hidden_columns = tuple(
        UnknownColumn(f"{gap.table} not supplied", gap.hidden_column, ()) for gap in gaps if gap.hidden_column
    )
    open_reasons = [
        *_list_broken_files(known_tables.values()),
        *_list_boundless_losses(known_tables, cohort.lost_rows),
        *(_explain_gap(gap, knowledge) for gap in gaps if not gap.hidden_column),
        *(
            create_message("ids-not-met", table=name)
            for name in known_tables
            if _is_needed_apart(name, known_tables, cohort)
        ),
    ]
    return TableDoubts(
        _tally_lost_rows(cohort_call, known_tables),
        hidden_columns,
        next(iter(open_reasons), None),
        find_coverage([name for name in known_tables if _has_an_end(name, cohort)], find_span),
    )


def _has_an_end(table_name: str, cohort: CohortSignature) -> bool:
    """Say whether a table ends with its last event: inspections and schools go on without any."""
    return table_name in cohort.required_tables and not find_clean_table(table_name).subject.has_public_rows


def find_coverage(table_names: Iterable[str], find_span: SpanFinder) -> TableCoverage:
    """Find from when to when some tables can answer together."""
    spans = {name: span for name in table_names if (span := find_span(name)).last_day is not None}
    if not spans:
        return FULL_COVERAGE
    first_table = max(spans, key=lambda name: spans[name].first_day or date.min)
    last_table = min(spans, key=lambda name: spans[name].last_day or date.max)
    first_span, last_span = spans[first_table], spans[last_table]
    return TableCoverage(
        first_span.first_day,
        first_table,
        last_span.last_day,
        last_table,
        first_span.begins_after,
        last_span.ends_before,
    )


def find_short_history(rule: Rule, find_span: SpanFinder) -> tuple[UnknownColumn, ...]:
    """Find the cases of a rule that look further back than its table goes: a repeat may be missed."""
    look_back = rule.look_back
    first_day = None if look_back is None else find_span(look_back.table).first_day
    if look_back is None or first_day is None:
        return ()
    # From this day on the table goes as far back as a case looks.
    looks_too_far = ColumnTest("case_date", "less_than", add_months(first_day, look_back.months))
    recorded_column = look_back.recorded_column
    nothing_recorded = (ColumnTest(recorded_column, "missing", True),) if recorded_column else ()
    return tuple(
        UnknownColumn(
            "history too short",
            test.column,
            ((ColumnTest(test.column, "equal", "N"), looks_too_far, *nothing_recorded),),
        )
        for tests in rule.counted
        for test in tests
        if test.comparison == "equal" and test.value == "Y"
    )


def _is_open(
    gap: TableGap, knowledge: TableKnowledgeByName, missing_tables: Collection[str], find_span: SpanFinder
) -> bool:
    """Say whether nothing fills a gap."""
    if not gap.column:
        is_missing = gap.table in missing_tables and not gap.of_ids
        return is_missing or _is_apart_table(gap.table, knowledge)
    table_knowledge = knowledge.get(gap.table)
    if table_knowledge is None or table_knowledge.row_count < gap.least_rows:
        return False
    if gap.column not in table_knowledge.present_columns:
        return True
    return gap.counts_if_empty and not find_span(gap.table).has_ends


def _explain_gap(gap: TableGap, knowledge: TableKnowledgeByName) -> CodedMessage:
    has_column = gap.column in knowledge[gap.table].present_columns
    code = "table-lacks-dates" if has_column else "table-lacks-column"
    return create_message(code, table=gap.table, table_column=gap.column)


def _list_broken_files(known_tables: Iterable[TableKnowledge]) -> Iterator[CodedMessage]:
    for table_knowledge in known_tables:
        for file_name in table_knowledge.broken_files:
            yield create_message(BROKEN_FILE, file_name=file_name)


def _list_boundless_losses(
    known_tables: Mapping[str, TableKnowledge], lost_rows: Mapping[str, LostRow]
) -> Iterator[CodedMessage]:
    """Yield the tables of which a lost row may stand for any number of cases."""
    for table_name, table_knowledge in known_tables.items():
        row_number = table_knowledge.lost_rows + table_knowledge.contradicted_rows
        if row_number and lost_rows and table_name not in lost_rows:
            yield create_message("table-lost-rows", table=table_name)


def _is_apart_table(table_name: str, knowledge: TableKnowledgeByName) -> bool:
    return table_name in knowledge and knowledge[table_name].is_apart


def _is_needed_apart(table_name: str, knowledge: TableKnowledgeByName, cohort: CohortSignature) -> bool:
    """Say whether a cohort joins a table, none of whose ids meet, to its first one."""
    return table_name in cohort.required_tables[1:] and knowledge[table_name].is_apart


def _tally_lost_rows(cohort_call: CohortCall, known_tables: Mapping[str, TableKnowledge]) -> DoubtTally:
    """Tally the rows that were not read or may be of another subject, each with what it may change at most."""
    cohort = COHORTS[cohort_call.name]
    tally = NO_DOUBT
    for position, (table_name, table_knowledge) in enumerate(known_tables.items()):
        # A leaving whose date nobody could read is a case as well.
        deciding_dates = cohort.deciding_dates if not position else _list_knowledge_dates(table_name)
        row_number = table_knowledge.lost_rows
        row_number += sum(table_knowledge.unread_dates.get(column_name, 0) for column_name in deciding_dates)
        lost_row = cohort.lost_rows.get(table_name, NEW_CASE)
        tally += _scale_lost_row(LOST_ROWS_REASON, lost_row, row_number)
        tally += _scale_lost_row(UNCERTAIN_IDS_REASON, lost_row, table_knowledge.uncertain_rows)
        tally += _scale_lost_row(CONTRADICTED_REASON, CONTRADICTED_CASE, table_knowledge.contradicted_rows)
    return tally


def _scale_lost_row(reason: str, lost_row: LostRow, row_number: int) -> DoubtTally:
    if not row_number:
        return NO_DOUBT
    (low_n, low_d), (high_n, high_d) = lost_row.lowest, lost_row.highest
    return DoubtTally(
        {reason: row_number},
        (low_n * row_number, low_d * row_number),
        (high_n * row_number, high_d * row_number),
        min(0, high_d) * row_number,
    )


def _list_knowledge_dates(table_name: str) -> Iterator[str]:
    """List the dates of a table that say from when or until when a row holds."""
    dates = find_clean_table(table_name).knowledge_dates
    yield from (*dates.known_from_columns, *(column for column, _ in dates.end_columns), *dates.open_ended_columns)
