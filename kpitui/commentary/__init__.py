"""Commentary on an indicator: reasons, actions, questions and answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from kpitui.model.board import CommentaryNote
from kpitui.model.catalogue import Indicator
from kpitui.model.periods import Period, parse_period_or_none


def select_notes(
    commentary_rows: Iterable[Mapping[str, Any]], indicator: Indicator, period: Period
) -> tuple[CommentaryNote, ...]:
    """Return the notes on an indicator of this period and earlier ones, the newest first."""
    # The table names an indicator by its id or by its code.
    names = (indicator.id, indicator.code)
    return _read_notes((row for row in commentary_rows if row["indicator"] in names), period)


def select_report_notes(commentary_rows: Iterable[Mapping[str, Any]], period: Period) -> tuple[CommentaryNote, ...]:
    """Return the notes on the report as a whole: those without an indicator, the newest first."""
    return _read_notes((row for row in commentary_rows if not row["indicator"]), period)


def _read_notes(note_rows: Iterable[Mapping[str, Any]], period: Period) -> tuple[CommentaryNote, ...]:
    notes = [
        CommentaryNote(
            period=note_period,
            kind=row["kind"] or "reason",
            text=row["text"] or "",
            author=row["author"] or "",
            written_on=row["written_date"],
            due_on=row["due_date"],
            owner=row["owner"] or "",
            closed_on=row["closed_date"],
            expected=row.get("expected") or "",
        )
        for row in note_rows
        if (note_period := parse_period_or_none(row["period"])) is not None
        and note_period.first_day <= period.first_day
    ]
    return tuple(sorted(notes, key=lambda note: (note.period.first_day, note.written_on or date.min), reverse=True))


def find_overdue_actions(indicator_notes: Iterable[CommentaryNote], as_at: date) -> tuple[CommentaryNote, ...]:
    """Return the actions due before a date and not closed by then, the longest overdue first.

    An action is closed by its closing date or by a later answer. An answer is to the questions that
    are open when it is written. Only where there is none is it to the actions.
    """
    questions: list[CommentaryNote] = []
    open_actions: list[CommentaryNote] = []
    for note in sorted(indicator_notes, key=_note_sort_key):
        if note.kind == "question":
            questions.append(note)
        elif note.kind == "action" and note.closed_on is None:
            open_actions.append(note)
        elif note.kind == "answer" and questions:
            questions = []
        elif note.kind == "answer":
            # An answer does not close the actions written on the same day.
            open_actions = [action for action in open_actions if _note_sort_key(action)[0] == _note_sort_key(note)[0]]
    actions = [action for action in open_actions if action.due_on is not None and action.due_on < as_at]
    return tuple(sorted(actions, key=lambda action: action.due_on or as_at))


def _note_sort_key(note: CommentaryNote) -> tuple[date, bool]:
    """Return the day of a note, and whether it is an answer: on one day answers come last."""
    # A note without a date counts from the end of its period.
    return note.written_on or note.period.last_day, note.kind == "answer"
