"""The events of one school, setting, child or worker, in date order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from kpitui.council import Council
from kpitui.model.board import Board
from kpitui.model.catalogue import Scalar
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.drilldown import TimelineEvent
from kpitui.wording import GRADE_WORDS


@dataclass(frozen=True, slots=True)
class EventTemplate:
    """How a row of a table becomes an event: where its dates stand, and what to call it.

    `day_column` holds the day of the event and `end_column` the end of a spell. `detail_columns`
    are columns, each with the label before it; a missing cell is skipped.
    """

    day_column: str
    event_text: str
    detail_columns: tuple[tuple[str, str], ...] = ()
    end_column: str | None = None


EVENT_TEMPLATES: dict[str, tuple[EventTemplate, ...]] = {
    "schools": (EventTemplate("open_date", "opened"), EventTemplate("close_date", "closed")),
    "school_links": (EventTemplate("link_date", "took over", (("predecessor_urn", "from"),)),),
    "school_inspections": (
        EventTemplate("inspection_date", "inspected", (("kind", ""), ("overall", "grade"), ("outcome", ""))),
    ),
    "early_years_settings": (EventTemplate("registered_date", "registered"), EventTemplate("closed_date", "closed")),
    "early_years_inspections": (
        EventTemplate("inspection_date", "inspected", (("overall", "grade"), ("outcome", ""))),
    ),
    "children": (EventTemplate("dob", "born"),),
    "care_episodes": (
        EventTemplate(
            "decom",
            "care episode",
            (("rne", "began as"), ("ls", "legal status"), ("place", "placement"), ("rec", "ended as")),
            end_column="dec",
        ),
    ),
    "uasc": (EventTemplate("duc", "no longer unaccompanied"),),
    "referrals": (EventTemplate("referral_date", "referred", (("source", "by"), ("nfa", "no further action"))),),
    "protection_plans": (EventTemplate("start_date", "protection plan", (("category", ""),), end_column="end_date"),),
    "protection_visits": (EventTemplate("visit_date", "visit", (("seen", "seen"), ("setting", "at"))),),
    "social_workers": (
        EventTemplate("start_date", "in post", (("fte", "FTE"), ("leaving_reason", "left:")), end_column="end_date"),
    ),
}


def build_timeline(council: Council, board: Board, id_column: str, subject_id: str) -> tuple[TimelineEvent, ...]:
    """List every event of a subject that was known on the board's date, in date order.

    `id_column` is the column that identifies subjects: urn, child or worker. An unknown subject has
    no events.
    """
    table_frames = council.select_frames_known_on(board.as_at)
    events: list[TimelineEvent] = []
    for table_name, templates in EVENT_TEMPLATES.items():
        # A care episode has a URN too, but a child's placement is not part of the school's history.
        if CLEAN_TABLES[table_name].key_columns[0] != id_column:
            continue
        table_frame = table_frames[table_name]
        subject_rows = table_frame.filter(nw.col(id_column) == subject_id).collect().iter_rows(named=True)
        events += [event for row in subject_rows for event in _generate_events(table_name, templates, row)]
    return tuple(sorted(events, key=lambda event: (event.start_day, event.table, event.description)))


def _generate_events(
    table_name: str, event_templates: tuple[EventTemplate, ...], subject_row: Mapping[str, Any]
) -> Iterator[TimelineEvent]:
    """Yield an event for each template whose day is given in the row."""
    for template in event_templates:
        event_day = subject_row[template.day_column]
        if event_day is None:
            continue
        end_day: date | None = subject_row[template.end_column] if template.end_column else None
        yield TimelineEvent(event_day, end_day, _describe_event(template, subject_row), table_name, dict(subject_row))


def _describe_event(event_template: EventTemplate, subject_row: Mapping[str, Scalar | None]) -> str:
    """Put a row into words: ``care episode: legal status C2, ended as E11``."""
    details = [
        f"{label} {_describe_cell(name, subject_row[name])}".strip()
        for name, label in event_template.detail_columns
        if subject_row.get(name) is not None
    ]
    return f"{event_template.event_text}: {', '.join(details)}" if details else event_template.event_text


def _describe_cell(column_name: str, cell_value: Scalar | None) -> str:
    """Return a cell as people read it: grades and flags in words, other codes unchanged."""
    if column_name == "overall":
        return GRADE_WORDS.get(str(cell_value), str(cell_value))
    return {"Y": "yes", "N": "no"}.get(str(cell_value), str(cell_value))
