"""The events of one school, setting, child or worker, in date order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from kpitui.behind import Event
from kpitui.council import Council
from kpitui.model import Board, Scalar
from kpitui.tables.schema import TABLES
from kpitui.words import GRADE_WORDS


@dataclass(frozen=True, slots=True)
class Line:
    """How a row of a table becomes an event: where its dates stand, and what to call it.

    `day_column` holds the day of the event and `end_column` the end of a spell. `detail_columns`
    are columns, each with the label before it; a missing cell is skipped.
    """

    day: str
    says: str
    words: tuple[tuple[str, str], ...] = ()
    until: str | None = None


LINES: dict[str, tuple[Line, ...]] = {
    "schools": (Line("open_date", "opened"), Line("close_date", "closed")),
    "school_links": (Line("link_date", "took over", (("predecessor_urn", "from"),)),),
    "school_inspections": (
        Line("inspection_date", "inspected", (("kind", ""), ("overall", "grade"), ("outcome", ""))),
    ),
    "early_years_settings": (Line("registered_date", "registered"), Line("closed_date", "closed")),
    "early_years_inspections": (
        Line("inspection_date", "inspected", (("overall", "grade"), ("outcome", ""))),
    ),
    "children": (Line("dob", "born"),),
    "care_episodes": (
        Line(
            "decom",
            "care episode",
            (
                ("rne", "began as"),
                ("ls", "legal status"),
                ("place", "placement"),
                ("rec", "ended as"),
            ),
            until="dec",
        ),
    ),
    "uasc": (Line("duc", "no longer unaccompanied"),),
    "referrals": (
        Line("referral_date", "referred", (("source", "by"), ("nfa", "no further action"))),
    ),
    "protection_plans": (
        Line("start_date", "protection plan", (("category", ""),), until="end_date"),
    ),
    "protection_visits": (Line("visit_date", "visit", (("seen", "seen"), ("setting", "at"))),),
    "social_workers": (
        Line(
            "start_date", "in post", (("fte", "FTE"), ("leaving_reason", "left:")), until="end_date"
        ),
    ),
}


def timeline(council: Council, board: Board, column: str, subject: str) -> tuple[Event, ...]:
    """List every event of a subject that was known on the board's date, in date order.

    `id_column` is the column that identifies subjects: urn, child or worker. An unknown subject has
    no events.
    """
    frames = council.known(board.as_at)
    found: list[Event] = []
    for table, lines in LINES.items():
        # A care episode has a URN too, but a child's placement is not part of the school's history.
        if TABLES[table].key[0] != column:
            continue
        frame = frames[table]
        rows = frame.filter(nw.col(column) == subject).collect().iter_rows(named=True)
        found += [event for row in rows for event in _events(table, lines, row)]
    return tuple(sorted(found, key=lambda event: (event.day, event.table, event.what)))


def _events(table: str, lines: tuple[Line, ...], row: Mapping[str, Any]) -> Iterator[Event]:
    """Yield an event for each template whose day is given in the row."""
    for line in lines:
        day = row[line.day]
        if day is None:
            continue
        until: date | None = row[line.until] if line.until else None
        yield Event(day, until, _what(line, row), table, dict(row))


def _what(line: Line, row: Mapping[str, Scalar | None]) -> str:
    """Put a row into words: ``care episode: legal status C2, ended as E11``."""
    said = [
        f"{before} {_word(column, row[column])}".strip()
        for column, before in line.words
        if row.get(column) is not None
    ]
    return f"{line.says}: {', '.join(said)}" if said else line.says


def _word(column: str, value: Scalar | None) -> str:
    """Return a cell as people read it: grades and flags in words, other codes unchanged."""
    if column == "overall":
        return GRADE_WORDS.get(str(value), str(value))
    return {"Y": "yes", "N": "no"}.get(str(value), str(value))
