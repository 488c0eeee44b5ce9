"""Prepares a briefing: asks for the board in the right view, and for what changed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kpitui.behind import Cases
from kpitui.periods import Period
from kpitui.profiles import Profile
from kpitui.report.briefing import Briefing, brief

if TYPE_CHECKING:
    from kpitui.council import Council


def ask(
    council: Council,
    profile: Profile,
    as_at: date | None = None,
    period: Period | None = None,
    *,
    internal: bool,
    with_cases: bool = False,
) -> Briefing:
    """Return the briefing of a council on a date, public unless `internal`.

    `with_cases` adds the cases behind the numbers, in an internal briefing only. Raises
    `board.PeriodNotStarted` for a period that begins after the date.
    """
    from kpitui.board import build
    from kpitui.cases import cases
    from kpitui.changes import changes

    # The one place that decides which view a briefing shows (docs/contributing.md).
    board = build(council, as_at, period, public=not internal)
    found = changes(council, board, board.period.previous, board.period)
    # The items tell which indicators the profile selects, and so whose cases are needed.
    told = brief(board, found, profile)
    if not (internal and with_cases):
        return told
    rows: tuple[Cases, ...] = tuple(cases(council, board, item.entry) for item in told.items)
    return brief(board, found, profile, rows)
