"""Cases as they are wanted: filtered, sorted, grouped, and found again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest
from boards import FakeDesk, board
from driving import opened as program
from driving import press, row_with, settled, text, until
from driving import rows as screen_rows

from kpitui.drilldown.case_table import (
    CASE_STATE_COLUMN,
    CaseTable,
    RowQuery,
    arrange_rows,
    matches_filter,
    open_case_table,
)
from kpitui.model.board import Board, Entry
from kpitui.model.drilldown import IndicatorCases
from kpitui.model.periods import Period
from kpitui.tui.views.case_rows import build_case_rows
from kpitui.tui.widgets.row_grid import RowGrid

ROWS = [
    # child, name, dec, fte, urgent, numerator, denominator, counted, left_out_because
    ("A", "Éowyn", date(2018, 11, 1), 0.5, True, 1, 1, True, None),
    ("B", "bo", None, 1.0, False, 0, 1, False, None),
    ("B", "Bo", date(2018, 10, 2), None, None, 0, 0, False, "short break"),
    ("C", "cy", date(2018, 12, 3), 2.25, False, 0, 1, False, ""),
]
COLUMNS = "child name dec fte urgent numerator denominator counted left_out_because".split()


def cases(rows: Sequence[Sequence[object]] = ROWS) -> IndicatorCases:
    entry = next(entry for entry in board().entries if entry.indicator.code == "VP7")
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    return IndicatorCases(entry, entry.indicator.rule, entry.point.period, frame, "child")


def places(row_groups: CaseTable) -> list[int]:
    return [row_groups.get_frame_index(row) for row in range(len(row_groups))]


def wanted(**wish: object) -> list[int]:
    return places(arrange_rows(open_case_table(cases(), RowQuery()), RowQuery(**wish)))  # type: ignore[arg-type]


def test_the_cases_that_hold_the_figure_back_come_first() -> None:
    case_table = open_case_table(cases(), RowQuery())
    assert places(case_table) == [1, 3, 0, 2]  # not counted, counted, left out: each as they came
    assert case_table.totals.state_counts == (1, 2, 1)
    assert (case_table.totals.numerator, case_table.totals.denominator) == (1, 3)
    assert case_table.column_names == ("child", CASE_STATE_COLUMN, "dec", "name", "fte", "urgent")


@pytest.mark.parametrize(
    ("words", "kept_rows"),
    [
        ("éOWYN", [0]), ("bo", [1, 2]), ("bo short", [2]), ("not", [1, 3]), ("2018-1", [0, 2, 3]),
        ("2.25", [3]), ("1.0", []), ("yes", [0]), ("left out", [2]), ("nobody", []),
        ("counted", [0, 1, 3]), ("oct", [2]), ("fte>=1", [1, 3]), ("fte:1", [1]), ("fte<1", [0]),
        ("child:b", [1, 2]), ("child=b not", [1]), ("left:nov", [0]), ("left>1/11/2018", [3]),
        ("dec<=2018-11-01", [0, 2]), ("fte>=", [0, 1, 2, 3]), ("fte>=x", []), ("name:", [0, 1, 2, 3]),
        ("nothing:b", []), ('"short break"', [2]), ('left:"1 nov"', [0]), ("counted:left", [2]),
    ],
)  # fmt: skip
def test_a_filter_keeps_the_rows_that_have_every_word_in_some_cell(words: str, kept_rows: list[int]) -> None:
    assert sorted(wanted(filter_text=words)) == kept_rows


@pytest.mark.parametrize(
    ("by", "up", "down"),
    [
        ("child", [0, 1, 2, 3], [3, 1, 2, 0]),  # of one child the rows stay as they came
        ("name", [1, 2, 3, 0], [0, 3, 1, 2]),
        ("dec", [2, 0, 3, 1], [3, 0, 2, 1]),  # the missing last, either way
        ("fte", [0, 1, 3, 2], [3, 1, 0, 2]),
        (CASE_STATE_COLUMN, [0, 1, 3, 2], [2, 1, 3, 0]),
        ("", [1, 3, 0, 2], [2, 0, 1, 3]),
    ],
)
def test_rows_are_sorted_either_way(by: str, up: list[int], down: list[int]) -> None:
    assert wanted(sorted_by=by) == up
    assert wanted(sorted_by=by, reverse=True) == down


def test_rows_are_grouped_with_what_became_of_them() -> None:
    row_groups = arrange_rows(open_case_table(cases(), RowQuery()), RowQuery(group_by="child"))
    assert row_groups.group_counts.rows() == [("B", 0, 1, 1, 2), ("A", 1, 0, 0, 1), ("C", 0, 1, 0, 1)]
    by_left_out = RowQuery(group_by="child", sorted_by="left out", reverse=True)
    assert arrange_rows(row_groups, by_left_out).group_counts["value"].to_list() == ["B", "A", "C"]
    assert wanted(opened_group=("child", "B")) == [1, 2]
    assert wanted(opened_group=("dec", "")) == [1]


def test_the_cursor_finds_its_row_in_another_order_and_in_tables_read_anew() -> None:
    case_table = open_case_table(cases(), RowQuery())
    key = build_case_rows(case_table).row_key(3)  # the second of B
    assert build_case_rows(arrange_rows(case_table, RowQuery(sorted_by="fte"))).find_row(key) == 3
    assert build_case_rows(arrange_rows(case_table, RowQuery(filter_text="cy"))).find_row(key) is None
    anew = open_case_table(cases([("A2", *ROWS[0][1:]), *ROWS]), RowQuery())
    assert build_case_rows(anew).find_row(key) == 4
    assert build_case_rows(open_case_table(cases(ROWS[:2]), RowQuery())).find_row(key) == 0  # the last there is of B
    assert build_case_rows(open_case_table(cases(ROWS[:1]), RowQuery())).find_row(key) is None


def test_no_rows_at_all() -> None:
    case_table = open_case_table(
        IndicatorCases(cases().entry, cases().rule, cases().period, cases().case_frame.head(0)), RowQuery()
    )
    assert len(build_case_rows(case_table)) == 0
    assert len(arrange_rows(case_table, RowQuery("a", "name", True))) == 0


def test_what_another_definition_does_not_have_is_no_longer_wanted() -> None:
    case_table = open_case_table(cases(), RowQuery("bo", "colour", True, None, ("colour", "red")))
    assert case_table.query == RowQuery("bo", "", True)
    assert places(case_table) == [2, 1]


def test_every_word_of_a_filter() -> None:
    assert matches_filter("EA1i Primary schools Red", "red EA1")
    assert not matches_filter("EA1i Primary schools Red", "green EA1")


MANY = 60_000


class ManyDesk(FakeDesk):
    """A desk whose cases are many, made at once."""

    def find_cases(self, board: Board, entry: Entry, variant: str | None, period: Period | None) -> IndicatorCases:
        few = cases()
        number = pl.int_range(MANY, eager=True)
        frame = few.case_frame[(number % 4)].with_columns(
            child=pl.format("C{}", number), name=pl.format("N{}", number % 7)
        )
        return IndicatorCases(few.entry, few.rule, few.period, frame, "child")


async def test_many_rows_are_arranged_on_a_thread_and_the_cursor_stays() -> None:
    async with program("VP7/cases", desk=ManyDesk()) as (app, pilot):
        await press(pilot, "end")
        assert "C59998" in text(app)
        await press(pilot, "1", "1")
        assert "▾" in row_with(app, "counted?".capitalize())
        assert "C59998" in text(app)
        await press(pilot, "slash", *"n3 c599", "enter")
        await until(pilot, lambda: "of 60,000 shown" in text(app))
        assert all(" N3 " in row for row in text(app).split("\n") if row.startswith(" C5"))
        await press(pilot, "escape", "g", *"name", "enter")
        await until(pilot, lambda: "by " in row_with(app, "counted"))


async def test_a_click_on_a_heading_sorts_by_its_column() -> None:
    async with program("VP7/cases", size=(100, 24)) as (app, pilot):
        (headings,) = (line for line in screen_rows(app) if line.startswith(" child   Counted?"))
        await pilot.click(RowGrid, offset=(headings.index("Counted?"), 0))
        await settled(pilot)
        assert any(line.startswith(" child   Counted?▴") for line in screen_rows(app))
        await pilot.click(RowGrid, offset=(headings.index("child"), 0))
        await settled(pilot)
        assert any(line.startswith(" child▴  Counted? ") for line in screen_rows(app))
