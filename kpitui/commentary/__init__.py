"""Commentary on an indicator: reasons, actions, questions and answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from kpitui.model import Indicator, Note
from kpitui.periods import Period, parse_or_none


def notes(
    rows: Iterable[Mapping[str, Any]], indicator: Indicator, period: Period
) -> tuple[Note, ...]:
    """Return the notes on an indicator of this period and earlier ones, the newest first."""
    found = [
        Note(
            period=told,
            kind=row["kind"] or "reason",
            text=row["text"] or "",
            author=row["author"] or "",
            written=row["written_date"],
            due=row["due_date"],
            owner=row["owner"] or "",
            closed=row["closed_date"],
        )
        for row in rows
        # The table names an indicator by its id or by its code.
        if row["indicator"] in (indicator.id, indicator.code)
        and (told := parse_or_none(row["period"])) is not None
        and told.start <= period.start
    ]
    return tuple(
        sorted(found, key=lambda note: (note.period.start, note.written or date.min), reverse=True)
    )


def overdue(found: Iterable[Note], as_at: date) -> tuple[Note, ...]:
    """Return the actions due before a date and not closed by then, the longest overdue first.

    An action is closed by its closing date or by a later answer. An answer is to the questions that
    are open when it is written. Only where there is none is it to the actions.
    """
    questions: list[Note] = []
    actions: list[Note] = []
    for note in sorted(found, key=_when):
        if note.kind == "question":
            questions.append(note)
        elif note.kind == "action" and note.closed is None:
            actions.append(note)
        elif note.kind == "answer" and questions:
            questions = []
        elif note.kind == "answer":
            # An answer does not close the actions written on the same day.
            actions = [one for one in actions if _when(one)[0] == _when(note)[0]]
    late = [one for one in actions if one.due is not None and one.due < as_at]
    return tuple(sorted(late, key=lambda note: note.due or as_at))


def _when(note: Note) -> tuple[date, bool]:
    """Return the day of a note, and whether it is an answer: on one day answers come last."""
    # A note without a date counts from the end of its period.
    return note.written or note.period.end, note.kind == "answer"
