"""What a briefing is made from: the board in the view that is asked for, and what moved."""

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
    """The briefing of a council on a date; with the cases behind its numbers if it is internal.

    Raises `board.NotYet` for a period that begins after the date.
    """
    from kpitui.board import build
    from kpitui.cases import cases
    from kpitui.changes import changes

    board = build(council, as_at, period, public=not internal)
    found = changes(council, board, board.period.previous, board.period)
    told = brief(board, found, profile)
    if not (internal and with_cases):
        return told
    rows: tuple[Cases, ...] = tuple(cases(council, board, item.entry) for item in told.items)
    return brief(board, found, profile, rows)
