"""The board: every indicator counted, judged and compared as on one date.

Front ends read the board and nothing else, and compute nothing (contract, section 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from kpitui.board.board_data import BoardData
from kpitui.board.config_issues import find_config_issues
from kpitui.board.entries import build_entries, select_board_notes
from kpitui.council import Council
from kpitui.counts.rule_tally import IndicatorTally
from kpitui.disclosure.releases import describe_release
from kpitui.model.board import Board
from kpitui.model.catalogue import Indicator
from kpitui.model.issues import Issue
from kpitui.model.periods import Period, find_latest_complete


class PeriodNotStarted(ValueError):
    """Raised for a period that starts after the board's date."""


def build_board(
    council: Council,
    as_at: date | None = None,
    period: Period | None = None,
    only_indicator: Indicator | None = None,
    public_view: bool = False,
    tallies: Mapping[str, IndicatorTally] | None = None,
) -> Board:
    """Build the board as it would have read on `as_at`, by default the meeting's date.

    `period` defaults to the last complete quarter. `only_indicator` limits the board to one
    indicator. A missing or broken table affects only the indicators that need it: their entries
    carry the problem. `public_view` hides small counts of children and every figure that would
    reveal them (`kpitui.disclosure`). `tallies` are counts that were made elsewhere, by indicator.

    Raises PeriodNotStarted if the period starts after `as_at`.
    """
    meeting_day = as_at or council.settings.get_meeting_date()
    board_period = period or find_latest_complete(meeting_day)
    if board_period.first_day > meeting_day:
        raise PeriodNotStarted(f"{board_period.label} starts after {meeting_day}: choose an earlier period")
    indicators = council.settings.indicators if only_indicator is None else (only_indicator,)
    board_data = BoardData(council, meeting_day, board_period, public_view)
    board_data.ready_tallies = tallies
    return _assemble_board(board_data, indicators)


def check_council(council: Council) -> tuple[tuple[Issue, ...], Board]:
    """Return every issue in the tables and the config, and the meeting's board."""
    meeting_day = council.settings.get_meeting_date()
    board_data = BoardData(council, meeting_day, find_latest_complete(meeting_day), public_view=False)
    board = _assemble_board(board_data, council.settings.indicators)
    return (*board.issues, *find_config_issues(board, board_data)), board


def _assemble_board(board_data: BoardData, indicators: Sequence[Indicator]) -> Board:
    """Count and judge indicators, and put them on a board."""
    settings, is_public = board_data.settings, board_data.public_view
    return Board(
        council_name=settings.council_name,
        as_at=board_data.as_at,
        period=board_data.period,
        entries=build_entries(board_data, indicators),
        sources=board_data.sources,
        # Issues quote rows, and rows may be about children.
        issues=() if is_public else (*board_data.loaded_tables.issues, *board_data.unread_file_issues),
        made_up_tables=tuple(dict.fromkeys(source.table for source in board_data.sources if source.made_up)),
        is_public=is_public,
        report_notes=select_board_notes(board_data),
        release_texts=tuple(map(describe_release, board_data.releases)),
        saved_views=settings.saved_views,
        opening_view=settings.opening_view,
    )
