"""What a briefing is made from: the board in the view that is asked for, and what moved.

Every public output asks `view`, and nothing else decides what may be published.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kpitui.model import Board, Cases
from kpitui.periods import Period
from kpitui.profiles import Profile
from kpitui.report.briefing import Briefing, brief

if TYPE_CHECKING:
    from kpitui.council import Council


class NotPublic(ValueError):
    """What was asked for may not be published."""


def view(council: Council, as_at: date | None, period: Period | None, *, internal: bool) -> Board:
    """The board in one of its two views.  Raises `board.NotYet` as `board.build` does."""
    from kpitui.board import build

    if not internal:
        raise NotPublic("the public view is not there yet: use --internal")
    return build(council, as_at, period)


def ask(
    council: Council,
    profile: Profile,
    as_at: date | None = None,
    period: Period | None = None,
    *,
    internal: bool,
    with_cases: bool = False,
) -> Briefing:
    """The briefing of a council on a date; with the cases behind its numbers if it is internal."""
    from kpitui.cases import cases
    from kpitui.changes import changes

    board = view(council, as_at, period, internal=internal)
    found = changes(council, board, board.period.previous, board.period)
    told = brief(board, found, profile)
    if not (internal and with_cases):
        return told
    rows: tuple[Cases, ...] = tuple(cases(council, board, item.entry) for item in told.items)
    return brief(board, found, profile, rows)
