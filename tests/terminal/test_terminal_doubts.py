"""A figure that is not certain: from the mark on the board to what is known, and on to file and line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from boards import MEETING, PERIOD, FakeDesk, board
from driving import opened, press, row_with, rows, text

from kpitui.model.board import Board, Count, CountBounds, Coverage, Entry, HistoryPoint
from kpitui.model.catalogue import UnknownColumn
from kpitui.model.issues import Issue, create_message
from kpitui.model.periods import Period
from kpitui.tui.state import AppState

EPISODES = "data/care_episodes.csv"
LOST = Issue(create_message("rows-not-read", table="care_episodes"), EPISODES, 201, "care_episodes", 3)
UNKNOWN = Issue(
    create_message("cases-not-known", unknown_reason="reason for leaving care not known"), EPISODES, None, None, 2
)
REC = UnknownColumn("reason for leaving care not known", "rec", ())
CODES = Issue(create_message("code-not-known", column="REC", cells=("E99",)), EPISODES, 77, "care_episodes")


class DoubtfulDesk(FakeDesk):
    """A desk whose permanence is not certain, for some reasons."""

    def __init__(self, *reservations: Issue, issues: tuple[Issue, ...] = ()) -> None:
        super().__init__()
        self.reservations, self.issues = reservations, issues

    def build_board(self, *values: Any, **options: Any) -> Board:
        board_result = super().build_board(*values, **options)
        return replace(
            board_result,
            entries=tuple(
                self._spoil(entry) if entry.indicator.code == "VP7" else entry for entry in board_result.entries
            ),
            issues=() if board_result.is_public else (*board_result.issues, *self.issues),
        )

    def _spoil(self, entry: Entry) -> Entry:
        count = Count(5, 16, unknown={REC.reason: 2}, bounds=CountBounds((5, 18), (7, 18), 16))
        point = HistoryPoint(
            entry.point.period, "official", count, 45.0, "none", self.reservations, Coverage(is_whole=False)
        )
        indicator = replace(entry.indicator, rule=replace(entry.indicator.rule, unknown_columns=(REC,)))
        return replace(entry, indicator=indicator, point=point, history=(*entry.history[:-1], point))


def cursor_line(screen_lines: list[str]) -> str:
    """The lines at the foot that tell the row under the cursor in full."""
    return " ".join(screen_lines[-4:])


async def test_the_board_marks_the_figure_on_its_own_row() -> None:
    async with opened(desk=DoubtfulDesk(LOST)) as (app, _):
        assert "31.3%*?" in row_with(app, "VP7")
        assert "? not certain" in rows(app)[1]
        assert sum("?" in row.split("·")[0] for row in rows(app)[8:20]) == 1


async def test_enter_leads_to_what_is_known_and_a_key_to_the_file_and_line() -> None:
    async with opened("VP7", desk=DoubtfulDesk(LOST)) as (app, pilot):
        assert "Not certain" in text(app)
        assert "3 rows of care_episodes could not be read" in text(app)
        assert "(care_episodes.csv:201)" in text(app)
        assert "Not all rows could be read" in text(app)
        await press(pilot, "i")
        assert "Issues" in rows(app)[0]
        assert "care_episodes.csv" in cursor_line(rows(app))
        await press(pilot, "escape")
        assert "Not certain" in text(app)


async def test_of_several_issues_of_a_file_it_is_that_of_the_column() -> None:
    async with opened("VP7", desk=DoubtfulDesk(UNKNOWN, issues=(CODES,))) as (app, pilot):
        await press(pilot, "i")
        assert "E99" in cursor_line(rows(app))


async def test_where_no_cell_is_at_fault_it_leads_to_the_source() -> None:
    """A column that is not there has no line."""
    desk = DoubtfulDesk(UNKNOWN)
    async with opened("VP7", desk=desk) as (app, pilot):
        board = app.state.board
        assert board is not None
        source = board.sources[-1]
        desk.reservations = (replace(UNKNOWN, file=source.file),)
        await press(pilot, "R", "i")
        assert "Sources" in rows(app)[0]
        assert source.table.replace("_", " ") in cursor_line(rows(app))


async def test_a_figure_that_is_certain_says_so() -> None:
    async with opened("EA2", desk=DoubtfulDesk(LOST)) as (app, pilot):
        assert "Not certain" not in text(app)
        await press(pilot, "i")
        assert "Nothing stands against EA2" in text(app)
        await press(pilot, "P", "i")
        assert "Nothing that stands against EA2 is public" in text(app)


async def test_in_public_the_source_is_shown_and_no_issue() -> None:
    async with opened("VP7", desk=DoubtfulDesk(replace(LOST, line=None))) as (app, pilot):
        await press(pilot, "P")
        assert "(care_episodes.csv)" in text(app)
        await press(pilot, "i")
        assert "issues are not public" in text(app)


BOARD = board()


@pytest.mark.parametrize(
    ("as_at", "period", "word"),
    [
        (MEETING, PERIOD, ""),
        (MEETING, PERIOD.previous, "PAST"),
        (MEETING, PERIOD.following, "LATER"),
        (date(2019, 1, 10), PERIOD, "PAST"),
        (date(2019, 6, 1), PERIOD, "LATER"),
        (date(2019, 6, 1), PERIOD.previous, "LATER"),
    ],
)
def test_a_later_board_is_not_called_past(as_at: date, period: Period, word: str) -> None:
    assert AppState(replace(BOARD, as_at=as_at, period=period), MEETING, PERIOD).short_time_notice == word


async def test_a_provisional_board_says_so_in_its_heading_and_at_each_value() -> None:
    class Unfinished(FakeDesk):
        def build_board(self, *values: Any, **options: Any) -> Board:
            board_result = super().build_board(*values, **options)
            return replace(
                board_result,
                entries=tuple(
                    replace(entry, point=replace(entry.point, status="provisional")) for entry in board_result.entries
                ),
            )

    async with opened(desk=Unfinished()) as (app, _):
        assert "PROVISIONAL" in rows(app)[0]
        assert "31.3%○*" in row_with(app, "VP7")
    async with opened() as (app, _):
        assert "PROVISIONAL" not in rows(app)[0]
        assert "○" not in row_with(app, "VP7").split("·")[0]
