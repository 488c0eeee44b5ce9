"""What is drawn: charts that can be read, panels apart, tables that lose nothing, what is cut."""

from __future__ import annotations

from dataclasses import replace

import pytest
from boards import board
from driving import opened, press, row_with, rows, settled, text
from hypothesis import given
from hypothesis import strategies as st

from kpitui.judge.quantities import tell_difference, tell_distance, tell_target
from kpitui.model.board import Entry
from kpitui.model.issues import create_message
from kpitui.model.measures import PROPORTION
from kpitui.tui.commands import fit_footer
from kpitui.tui.control_filter import to_ascii
from kpitui.tui.styled_text import BLANK_LINE, make_line, make_span, to_plain_text
from kpitui.tui.views.chart_scale import fit_chart_scale
from kpitui.tui.views.explanation import draw_summary_line
from kpitui.tui.views.history_chart import draw_history_chart
from kpitui.tui.views.page_layout import TableHead, draw_table
from kpitui.tui.views.theme_panels import draw_theme_panels, share_out_width
from kpitui.tui.widgets.row_grid import GridColumn
from kpitui.tui.widgets.scrolling_text import ScrollingText


def entry(code: str) -> Entry:
    return next(entry for entry in board().entries if entry.indicator.code == code)


# --- the chart -----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [entry.indicator.code for entry in board().entries])
def test_a_chart_shows_what_it_has_a_mark_for_and_a_quarter_of_the_scale_at_least(code: str) -> None:
    drawn_entry = entry(code)
    plot = fit_chart_scale(drawn_entry, 78, 8)
    low, high = drawn_entry.indicator.scale
    values = [point.count.value for point in drawn_entry.history if point.count.value is not None]
    assert low <= plot.low_value <= min(values)
    assert max(values) <= plot.high_value <= high
    assert plot.high_value - plot.low_value >= (high - low) / 4


async def test_the_indicator_in_80_columns_has_its_value_its_reason_and_its_whole_chart() -> None:
    async with opened("VP7") as (app, _):
        seen = text(app)
        for words in ("■ Red", "would meet the target", "than Q2 2018/19", "than Q3 2017/18"):
            assert words in seen
        assert "Those who did not achieve it" not in seen
        assert seen.index("1 Why") < seen.index("2 Trend")


def test_names_beside_a_chart_stand_in_the_order_of_their_values() -> None:
    drawn_entry = entry("CC20")
    near = [replace(drawn_entry.comparators[0], name=name, value=value)
            for name, value in (("England", 28.0), ("South East", 29.0))]  # fmt: skip
    chart_lines = [
        to_plain_text(row) for row in draw_history_chart(replace(drawn_entry, comparators=tuple(near)), 78, 6)
    ]
    places = [next(at for at, row in enumerate(chart_lines) if name in row)
              for name in ("target", "South East", "England")]  # fmt: skip
    assert places == sorted(set(places))


def test_target_and_limits_are_told_apart_without_block_characters() -> None:
    assert len(set(to_ascii("┄┈─"))) == 3


# --- panels, columns and tables ------------------------------------------------------------------


@given(st.integers(1, 200), st.lists(st.integers(1, 20), min_size=1, max_size=9))
def test_panels_fill_the_width_and_have_what_they_need_where_there_is_room(cells: int, needs: list[int]) -> None:
    widths = share_out_width(cells, needs)
    assert sum(widths) == cells
    if sum(needs) <= cells:
        assert all(size >= need for size, need in zip(widths, needs, strict=True))


@pytest.mark.parametrize("cells", [78, 90, 100, 118, 130, 198])
def test_no_panel_runs_into_the_next(cells: int) -> None:
    for row in draw_theme_panels(board(), cells, 9):
        for part in to_plain_text(row).split("▌")[1:-1]:
            assert part.endswith(" ")


def test_a_number_is_never_cut_to_another_number() -> None:
    assert GridColumn("Refused", 9, "right").minimum_width == 9
    assert GridColumn("File", 40).minimum_width == 6


async def test_columns_end_where_there_is_no_room_for_a_whole_number() -> None:
    async with opened("data", size=(52, 20)) as (app, _):
        assert "……" not in text(app)
        assert "Refus" not in row_with(app, "Table")


def test_what_has_no_room_in_a_table_goes_on_in_the_next_line() -> None:
    head: TableHead = (("Definition", "left"), ("Value", "right"))
    table_lines = draw_table(
        head, [[make_line(make_span("Without those who turned 18")), make_line(make_span("55.6%"))]], 20
    )
    assert [to_plain_text(row).rstrip() for row in table_lines] == [
        "Definition     Value", "Without those  55.6%", " who turned", " 18",
    ]  # fmt: skip


async def test_what_happened_to_somebody_is_told_whole_in_80_columns() -> None:
    async with opened("VP7/cases/MU0001", size=(60, 40)) as (app, _):
        assert "…" not in text(app).split("Over time")[1]


# --- words ---------------------------------------------------------------------------------------


def test_a_summary_gives_the_longest_reason_that_fits() -> None:
    judgement = replace(
        entry("VP7").judgement,
        reason=create_message(
            "target-missed-beyond",
            distance=tell_distance(-13.75, PROPORTION, "high"),
            target=tell_target(45.0, PROPORTION),
            tolerance=tell_difference(5.0, PROPORTION),
            tolerance_amount=5.0,
        ),
        cases_to_target=3,
    )
    judged_entry = replace(entry("VP7"), judgement=judgement)
    summaries = [to_plain_text(draw_summary_line(judged_entry, cells)) for cells in (200, 118, 100, 78, 50)]
    beginning = "VP7 3 more children would meet the target. One child is worth 6.3 points."
    assert summaries == [
        f"{beginning} 13.8 points worse than the target of 45.0%, beyond the tolerance of 5.0 points.",
        f"{beginning} 13.8 points worse than the target of 45.0%.",
        f"{beginning} 13.8 points worse.",
        beginning,
        "VP7 3 more children would meet the target.",
    ]


@pytest.mark.parametrize("cells", range(40, 120, 7))
def test_the_footer_leaves_out_nothing_heavier_than_what_it_has(cells: int) -> None:
    wider, narrower = fit_footer("data", cells + 7), fit_footer("data", cells)
    assert set(narrower) <= set(wider)


async def test_going_to_nothing_says_so() -> None:
    async with opened() as (app, pilot):
        await press(pilot, "colon", *"zzz")
        assert "Nothing was found for “zzz”." in text(app)


async def test_the_views_looked_at_last_are_offered_first() -> None:
    async with opened("VP7/cases") as (app, pilot):
        await press(pilot, "d", "colon")
        assert rows(app)[4].split()[:4] == ["VP7@2018-19", "Q3/cases", "looked", "at"]
        await press(pilot, "enter")
        assert rows(app)[0].endswith("VP7@2018-19 Q3/cases")


async def test_what_is_typed_is_seen_however_high_the_foot_is() -> None:
    async with opened(size=(60, 20)) as (app, pilot):
        await press(pilot, "colon", *"vp7")
        assert rows(app)[-3].strip() == "vp7"


async def test_the_foot_counts_the_lines_that_are_there() -> None:
    """A page may get its lines after its foot was drawn."""
    async with opened("VP7", size=(80, 24)) as (app, pilot):
        page = app.screen.query_one(ScrollingText)
        assert page.page_lines == 21
        page.show_lines((BLANK_LINE,) * 40)
        await settled(pilot)
        assert rows(app)[-1].rstrip().endswith("1–21 of 40")  # noqa: RUF001
        page.show_lines((BLANK_LINE,) * 21)
        await settled(pilot)
        assert "of 40" not in rows(app)[-1]
