"""The events of one school, setting, child or worker, in date order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import narwhals as nw

from kpitui.council import Council
from kpitui.model.board import Board
from kpitui.model.catalogue import Scalar
from kpitui.model.clean_tables import CLEAN_TABLES, OFSTED_GRADES
from kpitui.model.code_words import CODE_WORDS, GRADE_WORDS, describe_code
from kpitui.model.drilldown import EventKind, TimelineEvent
from kpitui.model.table_schema import CleanTable, EventTemplate, TableColumn


def build_timeline(council: Council, board: Board, id_column: str, subject_id: str) -> tuple[TimelineEvent, ...]:
    """List every event of a subject that was known on the board's date, in date order.

    `id_column` is the column that identifies subjects: urn, child or worker. An unknown subject has
    no events.
    """
    table_frames = council.select_frames_known_on(board.as_at)
    events: list[TimelineEvent] = []
    # A care episode has a URN too, but a child's placement is not part of the school's history.
    for table in (table for table in CLEAN_TABLES.values() if table.subject.id_column == id_column):
        if table.timeline_events:
            subject_rows = table_frames[table.name].filter(nw.col(id_column) == subject_id).collect()
            events += [event for row in subject_rows.iter_rows(named=True) for event in _generate_events(table, row)]
    return tuple(sorted(events, key=lambda event: (event.start_day, event.table, event.description)))


def _generate_events(table: CleanTable, subject_row: Mapping[str, Any]) -> Iterator[TimelineEvent]:
    """Yield an event for each template whose day is given in the row."""
    for template in table.timeline_events:
        event_day = subject_row[template.day_column]
        if event_day is None:
            continue
        end_day: date | None = subject_row[template.end_column] if template.end_column else None
        description = _describe_event(template, table.columns, subject_row)
        kind: EventKind = "birth" if template.is_birth else "spell" if template.end_column else "moment"
        yield TimelineEvent(event_day, end_day, description, table.name, dict(subject_row), kind)


def _describe_event(
    event_template: EventTemplate, columns: Mapping[str, TableColumn], subject_row: Mapping[str, Scalar | None]
) -> str:
    """Put a row into words: ``care episode: legal status C2, ended as E11``."""
    details = [
        f"{label} {_describe_cell(columns[name], subject_row[name])}".strip()
        for name, label in event_template.detail_columns
        if subject_row.get(name) is not None
    ]
    return f"{event_template.event_text}: {', '.join(details)}" if details else event_template.event_text


def _describe_cell(column: TableColumn, cell_value: Scalar | None) -> str:
    """Return a cell as people read it: grades and flags in words, other codes behind their words."""
    if column.known_codes == OFSTED_GRADES:
        return GRADE_WORDS.get(str(cell_value), str(cell_value))
    if column.name in CODE_WORDS:
        return describe_code(column.name, str(cell_value))
    return {"Y": "yes", "N": "no"}.get(str(cell_value), str(cell_value))
