"""The public view: a key that hides small counts, and a heading that says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from boards import FakeDesk
from driving import opened, press, row_with, rows, text

from kpitui.model.board import HIDDEN_NUMBER, Board, Count, Entry
from kpitui.model.issues import create_message
from kpitui.tui import saved_views


class TwoViews(FakeDesk):
    """A desk whose public boards hide the numerator of VP7."""

    def build_board(self, *values: Any, **options: Any) -> Board:
        board_result = super().build_board(*values, **options)
        entries = tuple(self._entry(entry, board_result.is_public) for entry in board_result.entries)
        return replace(board_result, entries=entries)

    def _entry(self, entry: Entry, public: bool) -> Entry:
        entry = replace(entry, is_about_people=not entry.indicator.theme.startswith("School"))
        if not public or entry.indicator.code != "VP7":
            return entry
        count = Count(HIDDEN_NUMBER, 16, {"short break": HIDDEN_NUMBER})
        hidden = create_message("value-hidden")
        judged = replace(entry.judgement, printed_value=hidden, points_per_case=None, chance_interval=None)
        point = replace(entry.point, count=count)
        history = (*entry.history[:-1], point)
        return replace(entry, point=point, history=history, judgement=judged)


async def test_the_key_shows_the_public_view_and_goes_back() -> None:
    async with opened(desk=TwoViews()) as (app, pilot):
        assert "PUBLIC VIEW" not in text(app)
        await press(pilot, "P")
        assert "PUBLIC VIEW" in rows(app)[0]
        assert "c/16" in row_with(app, "VP7")
        await press(pilot, "P")
        assert "PUBLIC VIEW" not in text(app)
        assert "5/16" in row_with(app, "VP7")


async def test_it_stays_public_in_another_period() -> None:
    desk = TwoViews()
    async with opened(desk=desk) as (app, pilot):
        await press(pilot, "P", "[")
        assert app.state.board is not None
        assert app.state.board.is_public
        assert "2018-19 Q2 public" in " ".join(desk.asked)


async def test_an_indicator_shows_what_is_hidden_as_c() -> None:
    async with opened("VP7", size=(100, 60), desk=TwoViews()) as (app, pilot):
        await press(pilot, "P")
        screen_text = text(app)
        assert "c of 16 children" in screen_text
        assert "nan" not in screen_text


async def test_the_cases_of_people_are_not_opened() -> None:
    desk = TwoViews()
    async with opened(desk=desk) as (app, pilot):
        await press(pilot, "P")
        app.navigator.open_address_text("VP7/cases")
        await press(pilot, "down")
        assert app.stacked_screens[-1].screen_name == "indicator"
        app.navigator.open_address_text("VP7/cases")
        await pilot.pause()
        assert "The cases of VP7 are hidden in the public view" in text(app)
        assert not any(requests.startswith("cases") for requests in desk.asked)


async def test_the_cases_of_schools_are() -> None:
    async with opened(desk=TwoViews()) as (app, pilot):
        await press(pilot, "P")
        app.navigator.open_address_text("EA1i/cases")
        await press(pilot, "down")
        assert app.stacked_screens[-1].screen_name == "cases"


async def test_an_open_case_is_left_when_the_public_view_comes() -> None:
    async with opened("VP7/cases", desk=TwoViews()) as (app, pilot):
        await press(pilot, "enter")
        assert app.stacked_screens[-1].screen_name == "case"
        await press(pilot, "d", "P")
        assert app.stacked_screens[-1].screen_name == "indicator"
        assert "MU0001" not in text(app)


async def test_what_moved_is_compared_anew() -> None:
    desk = TwoViews()
    async with opened(size=(80, 90), desk=desk) as (app, pilot):
        await press(pilot, "m", "P")
        requests = [request for request in desk.asked if request.startswith("changes")]
        assert len(requests) == 2
        assert app.stacked_screens[-1].screen_name == "changes"
        assert "The public view does not show which children came and went." in text(app)
        assert "MU0001" not in text(app)


async def test_nothing_is_written_in_the_public_view() -> None:
    async with opened(desk=TwoViews()) as (app, pilot):
        await press(pilot, "P", "e")
        assert "Commentary is written in the internal view" in text(app)


async def test_a_file_that_is_saved_is_named_public() -> None:
    async with opened(desk=TwoViews()) as (app, pilot):
        await press(pilot, "P", "w")
        assert "board-2018-19-Q3-public.csv" in text(app)


async def test_issues_are_not_public() -> None:
    async with opened("data", desk=TwoViews()) as (app, pilot):
        await press(pilot, "P")
        assert "issues are not public" in text(app)


async def test_what_can_be_gone_to_names_no_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    saved_views.save_view("my child", "VP7/cases/MU0001", "V")
    saved_views.save_view("leavers", "VP7", "V")
    async with opened("VP7/cases", desk=TwoViews()) as (app, pilot):
        await press(pilot, "enter", "escape", "escape", "colon")
        assert "MU0001" in text(app)
        await press(pilot, "escape", "P", "colon")
        assert app.stacked_screens[-1].screen_name == "goto"
        assert "MU0001" not in text(app)
        assert "my child" not in text(app)
        assert "VP7/cases" not in text(app)
        assert "leavers" in text(app)
