"""What a person does with the program: down to a case and back to the very place."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from boards import FakeDesk
from driving import opened, press, row_with, rows, settled, text, until

from kpitui.model.board import Board
from kpitui.model.issues import Issue, create_message
from kpitui.model.periods import parse_period
from kpitui.tui import messages
from kpitui.tui.requests import DeskAnswer, DeskRequest
from kpitui.tui.screens.board import BoardScreen
from kpitui.tui.screens.case import CaseScreen
from kpitui.tui.screens.cases import CasesScreen
from kpitui.tui.screens.indicator import IndicatorScreen
from kpitui.tui.widgets.row_grid import RowGrid


def codes(screen_rows: list[str]) -> list[str]:
    """The codes of the indicators down the board's table."""
    marked_rows = [row.split() for row in screen_rows[3:] if row[1:3] in ("■ ", "▲ ", "● ", "· ")]
    return [words[1].rstrip("†") for words in marked_rows]


def last_asked(desk: FakeDesk) -> str:
    """What the desk was asked for last, but for keeping a board: that may come before or after."""
    return next(request for request in reversed(desk.asked) if not request.startswith("keep"))


async def test_the_frame_is_there_before_the_board() -> None:
    gate = threading.Event()

    class Slow(FakeDesk):
        def build_board(self, *values: Any, **options: Any) -> Board:
            gate.wait(5)
            return super().build_board(*values, **options)

    from kpitui.tui.app import KpituiApp

    app = KpituiApp(Slow())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Reading the tables…" in text(app)
        assert "q quit" in text(app)
        gate.set()
        await settled(pilot)
        assert "VP7" in text(app)


async def test_exceptions_come_first() -> None:
    async with opened() as (app, _):
        order = [app.state.find_entry(code).judgement.rag for code in codes(rows(app))]  # type: ignore[union-attr]
        ranks = [("red", "amber", "none", "green").index(rag) for rag in order]
        assert ranks == sorted(ranks)


async def test_down_to_a_case_and_back_to_the_very_place() -> None:
    async with opened() as (app, pilot):
        await press(pilot, "slash", *"child", "enter", "j", "j")
        board = text(app)
        await press(pilot, "enter", "space")
        indicator = text(app)
        await press(pilot, "enter", *"jjjj")
        cases = text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, CaseScreen)
        assert "Over time" in text(app)
        assert "MU0013" in rows(app)[0]
        await press(pilot, "escape")
        assert text(app) == cases
        await press(pilot, "escape")
        assert text(app) == indicator
        await press(pilot, "escape")
        assert isinstance(app.screen, BoardScreen)
        assert codes(rows(app))[:4] == codes(board.split("\n"))[:4]
        assert app.screen.board_grid.cursor_row == 2


async def test_filter_as_you_type_and_escape_shows_all() -> None:
    async with opened() as (app, pilot):
        await press(pilot, "slash", *"protection")
        assert set(codes(rows(app))[:3]) == {"CP24", "CPEV", "VP8"}
        await press(pilot, "escape")
        assert len(set(codes(rows(app)))) == 13


async def test_sort_by_any_column_and_turn_round() -> None:
    async with opened() as (app, pilot):
        await press(pilot, "1")
        assert codes(rows(app)) == sorted(codes(rows(app)))
        await press(pilot, "r")
        assert codes(rows(app)) == sorted(codes(rows(app)), reverse=True)
        await press(pilot, "3")
        assert "▴" in row_with(app, "Code")
        assert codes(rows(app))[0] == "CP24"


async def test_the_cursor_stays_on_its_row_when_the_order_changes() -> None:
    async with opened() as (app, pilot):
        await press(pilot, "j", "j")
        key = app.screen.query_one(RowGrid).cursor_key
        await press(pilot, "s")
        assert app.screen.query_one(RowGrid).cursor_key == key


async def test_a_period_back_is_the_past_and_says_so_everywhere() -> None:
    async with opened("VP7/cases") as (app, pilot):
        await press(pilot, "left_square_bracket")
        assert "Q2 2018/19" in rows(app)[1]
        assert "PAST" in rows(app)[1]
        assert rows(app)[0].endswith("VP7@2018-19 Q2/cases")
        await press(pilot, "escape")
        assert "Q2 2018/19" in rows(app)[1]
        await press(pilot, "equals_sign")
        assert "Q3 2018/19" in rows(app)[1]
        assert "PAST" not in rows(app)[1]


async def test_after_the_last_quarter_come_the_months_that_are_over() -> None:
    async with opened("VP7") as (app, pilot):
        await press(pilot, "right_square_bracket")
        assert "Jan 2019" in rows(app)[1]
        await press(pilot, "right_square_bracket", "right_square_bracket")
        assert "Feb 2019" in rows(app)[1]
        assert "Mar 2019 was not over on 25 March 2019" in rows(app)[-1]
        await press(pilot, "z")
        assert "Q3 2018/19" in rows(app)[1]  # the quarter of February is not over
        await press(pilot, "z")
        assert "Dec 2018" in rows(app)[1]


async def test_another_day_is_asked_for_and_a_wrong_one_refused() -> None:
    desk = FakeDesk()
    async with opened(desk=desk, size=(120, 40)) as (app, pilot):
        await press(pilot, "at", "ctrl+u", *"30 November 2018", "enter")
        assert app.state.board is not None
        assert app.state.board.as_at == date(2018, 11, 30)
        assert "AS KNOWN ON 30 Nov 2018" in rows(app)[0]
        await press(pilot, "at", "x", "enter")
        assert "is neither a day nor a period" in " ".join(rows(app)[-2:])
        await press(pilot, "ctrl+u", *"oct 2018", "enter")  # the line is still open
        assert app.state.board.period == parse_period("2018-19 M07")


async def test_an_address_opens_its_view_and_escape_leads_up_from_it() -> None:
    async with opened("VP7@2018-19 Q2/cases/MU0003") as (app, pilot):
        assert rows(app)[0].endswith("VP7@2018-19 Q2/cases/MU0003")
        await press(pilot, "escape")
        assert isinstance(app.screen, CasesScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, IndicatorScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, BoardScreen)


async def test_a_wrong_address_is_told_over_the_board() -> None:
    async with opened("VP77") as (app, _):
        assert "did you mean VP7?" in rows(app)[-1]
        assert "VP7" in text(app)


async def test_go_to_anything() -> None:
    async with opened() as (app, pilot):
        await press(pilot, "colon", *"turnover", "enter")
        assert isinstance(app.screen, IndicatorScreen)
        assert "Social worker turnover" in text(app)
        await press(pilot, "colon", *"VP7/cases", "enter")
        assert isinstance(app.screen, CasesScreen)
        await press(pilot, "colon", *"theme", "enter")
        assert app.theme == "light"


async def test_go_to_a_child_or_a_school_by_a_part_of_its_name() -> None:
    async with opened("data") as (app, pilot):
        await press(pilot, "colon", *"keep ha")
        assert row_with(app, "Keep Hatch").split() == ["110000", "Keep", "Hatch", "school"]
        await press(pilot, "enter")
        assert "Keep Hatch is not in any indicator of Q3 2018/19" in rows(app)[-1]
        await press(pilot, "colon", *"mu0002", "enter")
        assert isinstance(app.screen, CaseScreen)
        assert "MU0002" in rows(app)[0]


async def test_any_two_periods_are_compared_from_any_screen() -> None:
    for address in ("board", "VP7", "VP7/cases", "VP7/cases/MU0001", "data"):
        desk = FakeDesk()
        async with opened(address, desk=desk) as (app, pilot):
            await press(pilot, "p", "ctrl+u", *"2017-18 Q3..2018-19 Q1", "enter")
            assert "changes 2017-18 Q3 2018-19 Q1" in desk.asked
            assert rows(app)[0].endswith("changes@2017-18 Q3..2018-19 Q1")
            assert "PAST" in rows(app)[1]


async def test_definitions_side_by_side_and_the_cases_under_each() -> None:
    desk = FakeDesk()
    async with opened("VP7/cases", desk=desk) as (app, pilot):
        await press(pilot, "v")
        assert "Without those who turned 18" in text(app)
        assert "cases VP7 excluding-18-plus" in desk.asked
        await press(pilot, "V")
        assert "Without those who turned 18" not in text(app)


async def test_cases_are_sorted_and_filtered() -> None:
    async with opened("VP7/cases") as (app, pilot):
        await press(pilot, "slash", *"short break", "enter")
        case_rows = [row for row in rows(app) if row.startswith(" MU")]
        assert case_rows
        assert all("left out" in row and "short break" in row for row in case_rows)
        await press(pilot, "escape", "2", "2")
        assert "left out" in row_with(app, " MU")


async def test_many_cases_keep_the_cursor_on_its_row() -> None:
    async with opened("VP7/cases", desk=FakeDesk(rows=20_000)) as (app, pilot):
        await press(pilot, "end")
        assert "20,000 of 20,000" in rows(app)[-1]
        assert "MU19998" in text(app)  # the last of those that are left out
        await press(pilot, "r")
        assert "MU19998" in text(app)
        assert "3,333 of 20,000" in rows(app)[-1]  # of those left out, which are first now, still the last


async def test_the_next_indicator_follows_the_order_of_the_board() -> None:
    async with opened() as (app, pilot):
        order = codes(rows(app))
        await press(pilot, "enter", "n")
        assert f" {order[1]}" in rows(app)[0]
        await press(pilot, "N", "N")
        assert f" {order[-1]}" in rows(app)[0]
        await press(pilot, "escape")
        assert app.screen.query_one(RowGrid).cursor_row == 12


async def test_help_is_searched() -> None:
    async with opened() as (app, pilot):
        await press(pilot, "question_mark", "slash", *"copy")
        assert "Copy the address of this view" in text(app)
        assert "Quit" not in text(app)


async def test_enter_on_a_line_of_the_help_does_it() -> None:
    async with opened("VP7") as (app, pilot):
        await press(pilot, "question_mark", "slash", *"monthly", "enter", "enter")
        assert "VP7@2018-19 M09" in rows(app)[0]
        await press(pilot, "question_mark", "slash", *"group by", "enter", "enter")
        assert "That key works on: cases" in rows(app)[-1]


async def test_an_address_is_sent_and_never_said_to_be_copied() -> None:
    async with opened("VP7") as (app, pilot):
        await press(pilot, "y")
        assert "Copied (if your terminal allows): VP7@2018-19 Q3?as-at=2019-03-25" in rows(app)[-1]
        assert app.clipboard == "VP7@2018-19 Q3?as-at=2019-03-25"


async def test_an_answer_nobody_waits_for_is_dropped() -> None:
    async with opened("VP7/cases") as (app, pilot):
        before = text(app)
        stale = DeskRequest("cases", lambda desk: None)
        app.post_message(messages.WorkAnswered(DeskAnswer(stale, "not cases at all")))
        await settled(pilot)
        assert text(app) == before


class Broken(Exception):
    """Stands for a config that cannot be used."""

    issues = (Issue(create_message("config-name-not-known", key="indicators.permanence.tolerence"), "config.toml", 12),)


class BrokenDesk(FakeDesk):
    broken = True

    def build_board(self, *values: Any, **options: Any) -> Board:
        if self.broken:
            raise Broken
        return super().build_board(*values, **options)


async def test_a_mistake_in_the_config_is_shown_with_its_line_and_mended_in_place() -> None:
    desk = BrokenDesk()
    async with opened(desk=desk) as (app, pilot):
        await until(pilot, lambda: "config.toml:12:" in text(app))
        assert "press R" in text(app)
        desk.broken = False
        await press(pilot, "R")
        assert "VP7" in text(app)


async def test_an_error_later_keeps_the_board_that_was_there() -> None:
    desk = BrokenDesk()
    desk.broken = False
    async with opened(desk=desk) as (app, pilot):
        desk.broken = True
        await press(pilot, "R")
        assert "The board has not changed. config.toml:12:" in text(app)
        assert len(codes(rows(app))) == 13
        await press(pilot, "j")
        assert "OLD BOARD" in rows(app)[0]
        desk.broken = False
        await press(pilot, "R")
        assert "OLD BOARD" not in rows(app)[0]


async def test_the_data_and_what_is_wrong_with_it() -> None:
    async with opened("data") as (app, pilot):
        assert "schools" in text(app)
        assert "25 days" in text(app)
        assert "early years settings†" in text(app)
        await press(pilot, "i")
        assert "1 cell of phase has a code that is not known: Infant" in text(app)


async def test_a_screen_too_small_still_draws() -> None:
    async with opened(size=(30, 8)) as (app, _):
        assert len(rows(app)) == 8
        assert "30 by 8 is too small" in text(app)
        assert "Age" not in text(app)  # what is left is what says most


async def test_files_that_change_are_read_again_once_they_are_whole() -> None:
    desk = FakeDesk()
    async with opened(desk=desk) as (app, pilot):
        await press(pilot, "j", "j")
        key = app.screen.query_one(RowGrid).cursor_key
        app.boards.check_files()
        await until(pilot, lambda: not app.boards.is_checking_files)
        for size in (7, 8, 8):
            desk.files = (("data/schools.csv", size, 2),)
            assert not any("reread" in request for request in desk.asked)
            app.boards.check_files()
            await until(pilot, lambda: not app.boards.is_checking_files)
        await settled(pilot)
        assert any("reread" in request for request in desk.asked)
        assert app.screen.query_one(RowGrid).cursor_key == key


async def test_what_moved_since_the_period_before_and_back() -> None:
    desk = FakeDesk()
    async with opened("VP7", desk=desk) as (app, pilot):
        await press(pilot, "m")
        assert "changes 2018-19 Q2 2018-19 Q3" in desk.asked
        await press(pilot, "2")
        assert "Keep Hatch" in text(app)
        await press(pilot, "left_square_bracket")
        assert "changes 2018-19 Q1 2018-19 Q2" in desk.asked
        await press(pilot, "equals_sign", "escape")
        assert isinstance(app.screen, IndicatorScreen)


async def test_what_moved_is_filtered_by_words_and_escape_shows_all() -> None:
    async with opened("changes", size=(120, 40)) as (app, pilot):
        before = text(app)
        await press(pilot, "slash", *"keep hatch", "enter")
        assert "Keep Hatch" in text(app)
        assert "Indicators" not in text(app)
        await press(pilot, "slash", *"nobody", "enter")
        assert "No change contains “nobody”." in text(app)
        await press(pilot, "escape")
        assert text(app) == before


async def test_the_cases_behind_what_was_restated_are_opened() -> None:
    async with opened("VP7", size=(120, 50)) as (app, pilot):
        await press(pilot, "7")
        assert "x shows the cases behind it" in text(app)
        await press(pilot, "x")
        assert rows(app)[0].endswith("VP7@2018-19 Q3/restated")
        assert "6 of 15 on 1 December 2018, now 5 of 15" in text(app)
        assert "2 cases differ." in text(app)
        assert row_with(app, "MU0002").split()[-2:] == ["not", "counted"]
        await press(pilot, "j", "enter")
        assert isinstance(app.screen, CaseScreen)
        assert app.screen.opened_case.subject_id == "MU0002"
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, IndicatorScreen)


async def test_any_two_periods_are_compared() -> None:
    desk = FakeDesk()
    async with opened("changes@2017-18 Q3..2018-19 Q3", desk=desk) as (app, pilot):
        assert last_asked(desk) == "changes 2017-18 Q3 2018-19 Q3"
        assert "changes@2017-18 Q3..2018-19 Q3" in rows(app)[0]
        await press(pilot, "less_than_sign")
        assert last_asked(desk) == "changes 2017-18 Q2 2018-19 Q3"
        await press(pilot, "p", "ctrl+u", *"2018-19 Q1", "enter")
        assert last_asked(desk) == "changes 2018-19 Q1 2018-19 Q3"
        await press(pilot, "p", "ctrl+u", *"2018-19 Q1..2018-19 Q2", "enter")
        assert last_asked(desk) == "changes 2018-19 Q1 2018-19 Q2"
        await press(pilot, "p", "ctrl+u", *"2018-19 Q3..2018-19 Q1", "enter")
        assert "put the earlier period first" in rows(app)[-1]
        await press(pilot, "escape", "greater_than_sign")
        assert "changes@2018-19 Q2" in rows(app)[0] or "No period between" in rows(app)[-1]


async def test_the_moved_key_begins_with_the_period_before_again() -> None:
    async with opened("changes@2017-18 Q3..2018-19 Q3") as (app, pilot):
        await press(pilot, "escape", "m")
        assert "changes@2018-19 Q3" in rows(app)[0]


async def test_cases_are_counted_by_group_and_a_group_is_opened() -> None:
    async with opened("VP7/cases", size=(120, 40)) as (app, pilot):
        await press(pilot, "g", "r", "enter")
        assert "by rec: 2 groups" in text(app)
        assert row_with(app, " E11").split()[1:] == ["6", "0", "0", "6", "━" * 20]
        assert row_with(app, " E17").split()[1:] == ["0", "9", "3", "12", "─" * 40]
        await press(pilot, "j", "enter")
        assert "rec: E11" in text(app)
        assert all("E11" in row for row in rows(app) if row.startswith(" MU"))
        assert "6 of 18 shown" in text(app)
        await press(pilot, "escape")
        assert "by rec: 2 groups" in text(app)
        assert app.screen.query_one(RowGrid).cursor_key == "E11"
        await press(pilot, "escape")
        assert "groups" not in text(app)
        assert isinstance(app.screen, CasesScreen)
        await press(pilot, "g", "b", "enter")
        assert "by because: 3 groups" in text(app)
        assert row_with(app, "stayed with carers (E17)").split()[4:8] == ["0", "9", "0", "9"]
        await press(pilot, "G")
        assert "groups" not in text(app)


async def test_groups_are_sorted_filtered_and_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened("VP7/cases", size=(120, 40)) as (app, pilot):
        await press(pilot, "g", *"rec", "enter", "2")
        assert [row.split()[0] for row in rows(app) if row.startswith(" E1")] == ["E17", "E11"]
        await press(pilot, "slash", *"left out", "enter")
        assert "by rec: 1 group" in text(app)
        await press(pilot, "w", "enter")
        await until(pilot, lambda: "Saved 1 row:" in text(app))
    saved = (tmp_path / "VP7-by-rec.csv").read_text().splitlines()
    assert saved == ["rec,Counted,Not counted,Left out,Cases", "E17,0,0,3,3"]


async def test_a_title_that_would_be_cut_gives_way_to_the_short_one() -> None:
    async with opened(size=(80, 24)) as (app, _):
        assert "Secondary schools " in row_with(app, "EA1ii ")
        assert "…" not in row_with(app, "EA1ii ")
    async with opened(size=(200, 60)) as (app, _):
        assert "Secondary schools that are Good or better" in text(app)


async def test_every_judgement_says_its_rule_where_its_result_is() -> None:
    async with opened("VP7", size=(80, 120)) as (app, _):
        page = " ".join(text(app).split())
        assert "95% Wilson interval)" in page
        assert "997 of 1,000 quarters fall within the limits (p-chart" in page
        assert "38.0 to 85.8 is within chance" in page
        assert "(fewer than 50)" in page


async def test_a_period_in_which_a_framework_changed_is_marked_in_the_table() -> None:
    async with opened("EA1ii", size=(80, 120)) as (app, _):
        assert row_with(app, "Q2 2016/17 ┊")
        assert "┊ 1 September 2016: the inspection framework changed" in text(app)


async def test_a_target_says_who_owns_it_and_when_it_is_reviewed() -> None:
    async with opened("EA1ii", size=(120, 60)) as (app, _):
        assert "Owned by Director, to be reviewed on 1 June 2019." in text(app)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40)])
async def test_what_is_typed_is_seen_above_the_foot(size: tuple[int, int]) -> None:
    async with opened(size=size) as (app, pilot):
        await press(pilot, "/", "v", "p")
        *_, above, foot = rows(app)
        assert above.split() == ["vp"]
        assert "filter · Enter, or Esc to leave" in foot


async def test_a_date_that_is_typed_takes_the_place_of_the_one_that_stands_there() -> None:
    async with opened() as (app, pilot):
        await press(pilot, "@", *"2018-12-01")
        assert "2018-12-01" in [row.strip() for row in rows(app)]
