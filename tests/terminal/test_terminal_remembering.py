"""The board that was last read is there at once, and the fresh one takes its place unseen."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from boards import FakeDesk, board, done
from driving import opened, press, row_with, rows, settled, text, until
from terminals import ROOT, Terminal, words_of

from kpitui.file_stamps import FileStamps
from kpitui.issue_wording import format_issue
from kpitui.model.board import Board, ReadingProgress
from kpitui.snapshot import SnapshotBasis
from kpitui.tui.app import KpituiApp
from kpitui.tui.board_process import BoardProcess
from kpitui.tui.council_desk import CouncilDesk
from kpitui.tui.council_reader import FilesStillWritten, TablesLost
from kpitui.tui.desk_protocol import RecalledBoard
from kpitui.tui.requests import DeskRequest, RequestFailure, run_request
from kpitui.tui.screens.board import BoardScreen
from kpitui.tui.screens.cases import CasesScreen
from kpitui.tui.screens.changes import ChangesScreen
from kpitui.tui.screens.indicator import IndicatorScreen
from kpitui.tui.widgets.row_grid import RowGrid

CONFIG = ROOT / "config.toml"


class RememberingDesk(FakeDesk):
    """It remembers a board, and reads the tables only when the gate is opened."""

    def __init__(self, *, broken: bool = False, just_made: bool = False) -> None:
        super().__init__()
        self.just_made = just_made
        self.gate = threading.Event()
        self.broken = broken

    def recall_board(self) -> Future[RecalledBoard | None]:
        return done(board(), just_made=self.just_made)

    def build_board(self, *values: Any, **options: Any) -> Board:
        assert self.gate.wait(10)
        if self.broken:
            raise PermissionError(13, "Permission denied", "data/schools.csv")
        return super().build_board(*values, **options)


@contextmanager
def opening(desk: RememberingDesk) -> Iterator[RememberingDesk]:
    """The gate is opened at the end whatever happens, so that no thread is left behind it."""
    try:
        yield desk
    finally:
        desk.gate.set()


async def test_the_last_board_is_shown_until_the_fresh_one_takes_its_place() -> None:
    with opening(RememberingDesk()) as desk:
        app = KpituiApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: "VP7" in text(app))
            assert "As last read; reading the tables again…" in rows(app)[1]
            await pilot.press("slash", *"child", "enter", "j", "j")
            await until(pilot, lambda: app.screen.query_one(RowGrid).cursor_row == 2)
            key, before = app.screen.query_one(RowGrid).cursor_key, rows(app)
            desk.gate.set()
            await settled(pilot)
            assert app.screen.query_one(RowGrid).cursor_key == key
            assert "As last read" not in text(app)
            assert row_with(app, "── Red") in before
            assert rows(app)[2:20] == before[2:20]
        assert "keep 2018-19 Q3" in desk.asked


async def test_a_board_that_was_just_made_is_not_of_a_run_before() -> None:
    with opening(RememberingDesk(just_made=True)) as desk:
        app = KpituiApp(desk)
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: "VP7" in text(app))
            assert "Working out the variants…" in rows(app)[1]
            assert "As last read" not in text(app)
            desk.gate.set()
            await settled(pilot)
            assert "Working out" not in text(app)


async def test_files_that_changed_while_the_board_was_made_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpitui.tui.app.LOOK_INTERVAL", 0.05)

    class Changed(FakeDesk):
        def get_board_stamp(self) -> FileStamps | None:
            return (("data/referrals.csv", 1, 1),)

    desk = Changed()
    desk.files = (("data/referrals.csv", 2, 2),)
    async with opened(desk=desk) as (_, pilot):
        await until(pilot, lambda: any("reread" in lost_table for lost_table in desk.asked))


async def test_how_far_a_long_reading_is_stands_at_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpitui.tui.board_loader.PROGRESS_INTERVAL", -1.0)
    with opening(RememberingDesk()) as desk:
        app = KpituiApp(desk)
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: "VP7" in text(app))
            app.post_progress(ReadingProgress("visits.csv", 1, 3, 250_000))
            await until(pilot, lambda: "250,000 rows so far" in rows(app)[1])
            assert "As last read; reading file 1 of 3, 250,000 rows so far" in rows(app)[1]
            desk.gate.set()
            await settled(pilot)
            assert "so far" not in text(app)


def test_what_was_read_stays_while_a_file_may_not_be_whole(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[council]\nname = "A"\nla_code = "872"\n')
    referrals = tmp_path / "referrals.csv"
    referrals.write_text("child,referral_date\nA,2018-10-01\n")
    desk = CouncilDesk(tmp_path / "config.toml")
    assert sum(source.rows_used for source in desk.build_board(None, None, reread=False).sources) == 1
    before = desk.stamp_files()
    referrals.write_text("child,referral_date\nA,2018-10-01\nB")
    with pytest.raises(FilesStillWritten, match=r"referrals.csv may still be being written"):
        desk.build_board(None, None, reread=True)
    assert sum(source.rows_used for source in desk.build_board(None, None, reread=False).sources) == 1
    assert desk.stamp_files() != before  # it is looked at again
    referrals.write_text("child,referral_date\nA,2018-10-01\nB,2018-10-01\n")
    assert sum(source.rows_used for source in desk.build_board(None, None, reread=True).sources) == 2


async def test_a_database_that_is_away_for_now_leaves_the_board_and_says_so(tmp_path: Path) -> None:
    database, away = tmp_path / "cases.db", tmp_path / "away.db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE referrals AS SELECT 'A' AS child, '2018-11-05' AS referral_date")
    connection.close()
    (tmp_path / "config.toml").write_text(
        '[council]\nname = "A"\nla_code = "872"\nas_at = 2019-03-25\n[board]\nshow = ["RR12"]\n'
        '[sql]\nurl = "sqlite:///cases.db"\n[sql.tables]\nreferrals = "SELECT * FROM referrals"\n'
    )
    async with opened(desk=CouncilDesk(tmp_path / "config.toml"), size=(120, 30)) as (app, pilot):
        before = row_with(app, "RR12")
        assert "0.0%" in before
        database.rename(away)
        await press(pilot, "R")
        footer_text = "The board has not changed; press R to try again. sql: SQLite cases.db: no such file"
        assert footer_text in text(app)
        assert row_with(app, "RR12") == before
        away.rename(database)
        await press(pilot, "R")
        assert "Kept the board" not in text(app)
        assert row_with(app, "RR12") == before


def test_what_was_read_stays_where_a_table_is_lost_until_it_is_asked_for_again(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[council]\nname = "A"\nla_code = "872"\n')
    referrals = tmp_path / "referrals.csv"
    referrals.write_text("child,referral_date\nA,2018-10-01\n")
    os.utime(referrals, (1, 1))  # whole, whatever is in it
    desk = CouncilDesk(tmp_path / "config.toml")
    desk.build_board(None, None, reread=False)
    referrals.write_text("garbage,1\n")
    os.utime(referrals, (1, 1))
    answer = run_request(desk, DeskRequest("board", lambda lost_table: lost_table.build_board(None, None, reread=True)))
    assert isinstance(answer.result, RequestFailure)
    assert format_issue(answer.result.issues[0]).startswith(
        f"{referrals}: the first 20 lines have no header with child"
    )
    assert sum(source.rows_used for source in desk.build_board(None, None, reread=False).sources) == 1
    assert sum(source.rows_used for source in desk.build_board(None, None, reread=True).sources) == 0


def test_a_table_lost_before_it_is_looked_at_is_taken_when_read_again_twice(tmp_path: Path) -> None:
    """The board was made beside; nobody has looked behind a number of it yet."""
    (tmp_path / "config.toml").write_text('[council]\nname = "A"\nla_code = "872"\n')
    referrals = tmp_path / "referrals.csv"
    referrals.write_text("child,referral_date\nA,2018-10-01\n")
    os.utime(referrals, (1, 1))
    desk = CouncilDesk(tmp_path / "config.toml", BoardProcess(tmp_path / "config.toml", start_now=False))
    board = desk.build_board(None, None, reread=False)
    assert sum(source.rows_used for source in board.sources) == 1
    referrals.write_text("garbage,1\n")
    os.utime(referrals, (1, 1))
    for _ in range(2):
        with pytest.raises(TablesLost, match="have no header with child"):
            desk.read_tables()
    with pytest.raises(TablesLost, match="have no header with child"):
        desk.build_board(None, None, reread=True)
    assert sum(source.rows_used for source in desk.build_board(None, None, reread=True).sources) == 0


async def test_what_needs_the_tables_opens_when_they_are_read() -> None:
    with opening(RememberingDesk()) as desk:
        app = KpituiApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: "VP7" in text(app))
            for key in ("c", "m", "d"):
                await pilot.press(key)
                assert isinstance(app.screen, BoardScreen)
                assert "Opens once the tables have been read" in rows(app)[-1]
                await pilot.press("escape")
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(app.screen, IndicatorScreen)
            await pilot.press("c")
            assert isinstance(app.screen, IndicatorScreen)
            desk.gate.set()
            await until(pilot, lambda: isinstance(app.screen, CasesScreen))


async def test_escape_calls_off_what_would_have_opened() -> None:
    with opening(RememberingDesk()) as desk:
        app = KpituiApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: "VP7" in text(app))
            await pilot.press("c", "escape")
            desk.gate.set()
            await settled(pilot)
            assert isinstance(app.screen, BoardScreen)


async def test_an_address_opens_on_the_last_board_if_it_can() -> None:
    with opening(RememberingDesk()) as desk:
        app = KpituiApp(desk, opening_address="VP7/cases")
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: "Opens once the tables" in text(app))
            desk.gate.set()
            await until(pilot, lambda: isinstance(app.screen, CasesScreen))


async def test_tables_that_cannot_be_read_leave_the_last_board_and_say_so() -> None:
    with opening(RememberingDesk(broken=True)) as desk:
        app = KpituiApp(desk)
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: "VP7" in text(app))
            desk.gate.set()
            await until(pilot, lambda: "The board has not changed" in text(app))
            assert "As last read; the tables cannot be read now" in rows(app)[1]
            await pilot.press("c")
            assert "press R" in rows(app)[-1]
            desk.broken = False
            await press(pilot, "R", "c")
            assert isinstance(app.screen, CasesScreen)


async def test_nothing_is_remembered_of_another_day_or_period() -> None:
    desk = RememberingDesk()
    desk.gate.set()
    async with opened(desk=desk, period=board().period) as (app, _):
        assert not app.state.tables_unread
        assert "As last read" not in text(app)


def test_the_usual_board_is_kept_and_only_while_its_files_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    desk = CouncilDesk(CONFIG)
    board_result = desk.build_board(None, None, reread=False)
    desk.save_snapshot(desk.build_board(None, board_result.period.previous, reread=False))
    assert CouncilDesk(CONFIG).recall_board().result() is None
    desk.save_snapshot(board_result)
    recalled = CouncilDesk(CONFIG).recall_board().result()
    assert recalled is not None
    assert [entry.point for entry in recalled.board.entries] == [entry.point for entry in board_result.entries]
    copied_config = tmp_path / "config.toml"
    copied_config.write_text(CONFIG.read_text())
    assert CouncilDesk(copied_config).recall_board().result() is None


async def test_what_is_wrong_with_an_address_is_still_told_over_the_fresh_board() -> None:
    with opening(RememberingDesk()) as desk:
        app = KpituiApp(desk, opening_address="VP99")
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: "no indicator or screen is called 'VP99'" in text(app))
            desk.gate.set()
            await settled(pilot)
            assert not app.state.tables_unread
            assert "no indicator or screen is called 'VP99'" in text(app)
            await press(pilot, "j")
            assert "no indicator or screen is called 'VP99'" not in text(app)


class Older:
    """A maker of a board of files that have changed since."""

    def receive_first_board(self) -> Board | None:
        return None

    def receive_full_board(self) -> tuple[Board, SnapshotBasis]:
        return board(), SnapshotBasis(CONFIG, (), None, ())


def test_a_board_that_was_made_of_older_files_than_were_read_is_not_shown() -> None:
    desk = CouncilDesk(CONFIG, cast("Any", Older()))
    desk.read_tables()
    read = desk.get_board_stamp()
    board_result = desk.build_board(None, None, reread=False)
    assert len(board_result.entries) == 13
    assert desk.get_board_stamp() == read
    assert board_result.council_name == "Wokingham"
    assert board_result.sources


def test_the_last_board_is_on_a_terminal_before_the_tables_are_read(tmp_path: Path) -> None:
    script = ("-m", "kpitui", "--config", str(CONFIG))
    state = str(tmp_path)
    with Terminal(*script, played=False, size=(120, 40), XDG_STATE_HOME=state) as terminal:
        terminal.read(until=b"87.8%", seconds=30)
        boards_folder = tmp_path / "kpitui" / "boards"
        while not list(boards_folder.glob("*.json")):
            terminal.read(seconds=0.2, quiet=0.1)
    with Terminal(*script, played=False, size=(120, 40), XDG_STATE_HOME=state) as terminal:
        sent = terminal.read(until=b"87.8%", seconds=30)
        assert "As last read" in words_of(sent)
        assert sent.index(b"87.8%") < 20_000


class UnreadDesk(RememberingDesk):
    """It remembers nothing, and makes its first board when the gate is opened."""

    def recall_board(self) -> Future[RecalledBoard | None]:
        return done(None)


@pytest.mark.parametrize(
    ("key", "opens"),
    [("enter", IndicatorScreen), ("ctrl+j", IndicatorScreen), ("c", CasesScreen), ("m", ChangesScreen)],
)
async def test_a_key_before_the_first_board_is_answered_when_it_is_there(key: str, opens: type) -> None:
    with opening(UnreadDesk()) as desk:
        app = KpituiApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("j", key)
            if key == "c":
                assert "c will run once the board is ready" in text(app)
            desk.gate.set()
            await until(pilot, lambda: isinstance(app.screen, opens))
            await settled(pilot)


async def test_of_keys_before_the_first_board_the_last_is_answered_on_the_view_that_opens() -> None:
    with opening(UnreadDesk()) as desk:
        app = KpituiApp(desk, opening_address="VP7")
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("left_square_bracket", "c")
            desk.gate.set()
            await until(pilot, lambda: isinstance(app.screen, CasesScreen))
            await settled(pilot)
            assert str(app.stacked_screens[-1].build_address()) == "VP7@2018-19 Q3/cases"


async def test_escape_takes_a_key_back_before_the_first_board() -> None:
    with opening(UnreadDesk()) as desk:
        app = KpituiApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("P", "escape")
            desk.gate.set()
            await settled(pilot)
            assert app.pending.held_key is None
            assert "board None None public" not in desk.asked


async def test_a_key_does_not_wait_for_a_board_that_cannot_be_made() -> None:
    with opening(UnreadDesk(broken=True)) as desk:
        app = KpituiApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("c")
            desk.gate.set()
            await until(pilot, lambda: "Permission denied" in text(app))
            assert app.pending.held_key is None
