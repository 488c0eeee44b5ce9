"""What was written on an indicator: reasons, actions, questions and answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from kpitui.model import Indicator, Note
from kpitui.periods import Period, parse_or_none


def notes(
    rows: Iterable[Mapping[str, Any]], indicator: Indicator, period: Period
) -> tuple[Note, ...]:
    """What was written on an indicator about this period and those before, the newest first."""
    found = [
        Note(
            period=told,
            kind=row["kind"] or "reason",
            text=row["text"] or "",
            author=row["author"] or "",
            written=row["written_date"],
            due=row["due_date"],
        )
        for row in rows
        if row["indicator"] in (indicator.id, indicator.code)
        and (told := parse_or_none(row["period"])) is not None
        and told.start <= period.start
    ]
    return tuple(
        sorted(found, key=lambda note: (note.period.start, note.written or date.min), reverse=True)
    )
