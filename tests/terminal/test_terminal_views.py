"""Views under a name, where the program opens, and going back and forward."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from boards import FakeDesk
from driving import opened, press, rows, settled, text, until

from kpitui.model.board import Board
from kpitui.tui import saved_views
from kpitui.tui.app import KpituiApp
from kpitui.tui.screens.base_screen import BaseScreen
from kpitui.tui.view_history import ViewHistory


def current_address(app: KpituiApp) -> str:
    """The address of the screen in front."""
    assert isinstance(app.screen, BaseScreen)
    return str(app.screen.build_address())


class NamingDesk(FakeDesk):
    """A desk whose config names views, and says where to open."""

    opens_at = ""

    def build_board(self, *values: Any, **options: Any) -> Board:
        board_result = super().build_board(*values, **options)
        views = {"Leavers": "VP7@2018-19 Q2/cases", "wrong": "VP77"}
        return replace(board_result, saved_views=views, opening_view=self.opens_at)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "kpitui" / "views.toml"


async def test_a_view_is_saved_under_a_name_listed_and_opened(state: Path) -> None:
    async with opened("VP7/cases/MU0003") as (app, pilot):
        await press(pilot, "o")
        assert "No saved views yet: press W to save this one" in text(app)
        await press(pilot, "W", *'The "third" one', "enter")
        await until(pilot, lambda: 'Saved The "third" one: VP7@2018-19 Q3/cases/MU0003' in text(app))
        assert state.stat().st_mode & 0o777 == 0o600
        await press(pilot, "b", "o")
        assert "Saved views" in rows(app)[0]
        assert "VP7@2018-19 Q3/cases/MU0003" in text(app)
        assert "turnover" not in text(app)
        await press(pilot, "enter")
        assert rows(app)[0].endswith("VP7@2018-19 Q3/cases/MU0003")
        await press(pilot, "b", "colon", *"third", "enter")
        assert rows(app)[0].endswith("VP7@2018-19 Q3/cases/MU0003")


async def test_the_names_of_the_config_are_views_too_and_are_typed_like_addresses() -> None:
    async with opened("leavers", desk=NamingDesk()) as (app, pilot):
        assert rows(app)[0].endswith("VP7@2018-19 Q2/cases")
        await press(pilot, "o")
        assert "Leavers" in text(app)
        await press(pilot, *"wrong", "enter")
        assert "did you mean VP7?" in rows(app)[-1]


@pytest.mark.parametrize("opens_at", ["leavers", "VP7@2018-19 Q2/cases"])
async def test_the_program_opens_where_the_config_says(opens_at: str) -> None:
    desk = NamingDesk()
    desk.opens_at = opens_at
    async with opened(desk=desk) as (app, pilot):
        await settled(pilot)
        assert rows(app)[0].endswith("VP7@2018-19 Q2/cases")
        await press(pilot, "escape", "escape", "R")
        assert "board@2018-19 Q2" in rows(app)[1]  # it opens there once
    async with opened("VP8", desk=desk) as (app, _):
        assert "VP8@2018-19 Q3" in rows(app)[0]  # an address that is typed goes before


async def test_a_view_cannot_have_the_name_of_another(state: Path) -> None:
    async with opened("VP7") as (app, pilot):
        await press(pilot, "W", *"vp8", "enter")
        assert "vp8 is an address itself" in rows(app)[-1]
        await press(pilot, "ctrl+u", "enter")  # what was refused is still in the line
        assert "A name must have 1 to 60 characters" in rows(app)[-1]
    assert not state.exists()


def test_saving_keeps_the_others_and_never_writes_over_what_it_cannot_read(state: Path) -> None:
    assert saved_views.save_view("b", "VP8", "o") == "Saved b: VP8. o opens it"
    saved_views.save_view('a "quoted" \\ name', "VP7", "o")
    saved_views.save_view("b", "VP7", "o")
    assert saved_views.read_own_views() == {'a "quoted" \\ name': "VP7", "b": "VP7"}
    assert saved_views.combine_views({"b": "EA1i", "c": "EA2"})["b"] == "VP7"
    state.write_text("[views]\nmine = VP7\n")
    assert "correct it first" in saved_views.save_view("d", "VP7", "o")
    assert state.read_text() == "[views]\nmine = VP7\n"


def test_a_place_that_cannot_be_written_to_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/nowhere")
    assert "cannot be written" in saved_views.save_view("a", "VP7", "o")


# --- back and forward ------------------------------------------------------------------------


def test_a_history_forgets_what_was_ahead_when_one_turns_off() -> None:
    history = ViewHistory()
    assert history.step_position(-1) is None
    for address in ("a", "b", "b", "c"):
        history.record_address(address)
    assert [history.step_position(-1), history.step_position(-1), history.step_position(-1)] == ["b", "a", None]
    assert history.step_position(1) == "b"
    history.record_address("b")
    assert history.step_position(1) == "c"
    history.step_position(-1)
    history.record_address("d")
    assert history.step_position(1) is None
    assert history.addresses == ["a", "b", "d"]


async def test_back_and_forward_among_the_views_that_were_looked_at() -> None:
    async with opened() as (app, pilot):
        await press(pilot, "colon", *"VP7/cases", "enter")
        await press(pilot, "colon", *"EA11", "enter")
        await press(pilot, "left_square_bracket")
        await press(pilot, "d")
        visited = ["board@2018-19 Q3", "VP7@2018-19 Q3/cases", "EA11@2018-19 Q3", "EA11@2018-19 Q2", "data@2018-19 Q2"]
        assert app.navigator.view_history.addresses == [f"{one}?as-at=2019-03-25&internal" for one in visited]
        for address in ("EA11@2018-19 Q2", "EA11@2018-19 Q3", "VP7@2018-19 Q3/cases", "board"):
            await press(pilot, "comma")
            assert current_address(app).startswith(address)
        await press(pilot, "comma")
        assert "No earlier view" in rows(app)[-1]
        await press(pilot, *["full_stop"] * 4)
        assert "data" in rows(app)[0]
        await press(pilot, "full_stop")
        assert "No later view" in rows(app)[-1]
        assert len(app.navigator.view_history.addresses) == 5


async def test_escape_is_a_step_too_that_can_be_gone_back_from() -> None:
    async with opened() as (app, pilot):
        await press(pilot, "colon", *"VP7/cases", "enter", "escape", "escape")
        assert current_address(app) == "board"
        for address in ("VP7@2018-19 Q3", "VP7@2018-19 Q3/cases", "board"):
            await press(pilot, "comma")
            assert current_address(app) == address
        await press(pilot, "full_stop", "question_mark", "escape", "slash", *"x", "escape")
        assert app.navigator.view_history.position == 1  # help and filters are no views
        assert len(app.navigator.view_history.addresses) == 4
