"""Cases as they are wanted: filtered, sorted, grouped, and found again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest
from boards import FakeDesk, board
from driving import opened as program
from driving import press, row_with, text, until

from kpitui.behind import Cases
from kpitui.model import Board, Entry
from kpitui.periods import Period
from kpitui.terminal.rows import STATE, Arranged, Wish, arrange, holds, opened
from kpitui.terminal.views.cases import case_rows

ROWS = [
    # child, name, dec, fte, urgent, numerator, denominator, counted, left_out_because
    ("A", "Éowyn", date(2018, 11, 1), 0.5, True, 1, 1, True, None),
    ("B", "bo", None, 1.0, False, 0, 1, False, None),
    ("B", "Bo", date(2018, 10, 2), None, None, 0, 0, False, "short break"),
    ("C", "cy", date(2018, 12, 3), 2.25, False, 0, 1, False, ""),
]
COLUMNS = "child name dec fte urgent numerator denominator counted left_out_because".split()


def cases(rows: Sequence[Sequence[object]] = ROWS) -> Cases:
    entry = next(one for one in board().entries if one.indicator.code == "VP7")
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    return Cases(entry, entry.indicator.rule, entry.point.period, frame, "child")


def places(found: Arranged) -> list[int]:
    return [found.place(row) for row in range(len(found))]


def wanted(**wish: object) -> list[int]:
    return places(arrange(opened(cases(), Wish()), Wish(**wish)))  # type: ignore[arg-type]


def test_all_rows_as_they_came_take_no_order_of_their_own() -> None:
    found = opened(cases(), Wish())
    assert found.places is None
    assert places(found) == [0, 1, 2, 3]
    assert found.totals.states == (1, 2, 1)
    assert (found.totals.numerator, found.totals.denominator) == (1, 3)
    assert found.names == ("child", STATE, "name", "dec", "fte", "urgent")


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("éOWYN", [0]), ("bo", [1, 2]), ("bo short", [2]), ("not", [1, 3]), ("2018-1", [0, 2, 3]),
        ("2.25", [3]), ("1.0", []), ("yes", [0]), ("left out", [2]), ("nobody", []),
        ("counted", [0, 1, 3]),
    ],
)  # fmt: skip
def test_a_filter_keeps_the_rows_that_have_every_word_in_some_cell(
    words: str, kept: list[int]
) -> None:
    assert wanted(filter=words) == kept


@pytest.mark.parametrize(
    ("by", "up", "down"),
    [
        ("child", [0, 1, 2, 3], [3, 1, 2, 0]),  # of one child the rows stay as they came
        ("name", [1, 2, 3, 0], [0, 3, 1, 2]),
        ("dec", [2, 0, 3, 1], [3, 0, 2, 1]),  # the missing last, either way
        ("fte", [0, 1, 3, 2], [3, 1, 0, 2]),
        (STATE, [0, 1, 3, 2], [2, 1, 3, 0]),
        ("", [0, 1, 2, 3], [3, 2, 1, 0]),
    ],
)
def test_rows_are_sorted_either_way(by: str, up: list[int], down: list[int]) -> None:
    assert wanted(sorted_by=by) == up
    assert wanted(sorted_by=by, reverse=True) == down


def test_rows_are_grouped_with_what_became_of_them() -> None:
    found = arrange(opened(cases(), Wish()), Wish(group_by="child"))
    assert found.groups.rows() == [("B", 0, 1, 1, 2), ("A", 1, 0, 0, 1), ("C", 0, 1, 0, 1)]
    by_left_out = Wish(group_by="child", sorted_by="left out", reverse=True)
    assert arrange(found, by_left_out).groups["value"].to_list() == ["B", "A", "C"]
    assert wanted(within=("child", "B")) == [1, 2]
    assert wanted(within=("dec", "")) == [1]


def test_the_cursor_finds_its_row_in_another_order_and_in_tables_read_anew() -> None:
    found = opened(cases(), Wish())
    key = case_rows(found).key(2)  # the second of B
    assert case_rows(arrange(found, Wish(sorted_by="fte"))).find(key) == 3
    assert case_rows(arrange(found, Wish(filter="cy"))).find(key) is None
    anew = opened(cases([("A2", *ROWS[0][1:]), *ROWS]), Wish())
    assert case_rows(anew).find(key) == 3
    assert case_rows(opened(cases(ROWS[:2]), Wish())).find(key) == 1  # the last there is of B
    assert case_rows(opened(cases(ROWS[:1]), Wish())).find(key) is None


def test_no_rows_at_all() -> None:
    found = opened(
        Cases(cases().entry, cases().rule, cases().period, cases().frame.head(0)), Wish()
    )
    assert len(case_rows(found)) == 0
    assert len(arrange(found, Wish("a", "name", True))) == 0


def test_what_another_definition_does_not_have_is_no_longer_wanted() -> None:
    found = opened(cases(), Wish("bo", "colour", True, None, ("colour", "red")))
    assert found.wish == Wish("bo", "", True)
    assert places(found) == [2, 1]


def test_every_word_of_a_filter() -> None:
    assert holds("EA1i Primary schools Red", "red EA1")
    assert not holds("EA1i Primary schools Red", "green EA1")


MANY = 60_000


class ManyDesk(FakeDesk):
    """A desk whose cases are many, made at once."""

    def cases(
        self, board: Board, entry: Entry, variant: str | None, period: Period | None
    ) -> Cases:
        few = cases()
        number = pl.int_range(MANY, eager=True)
        frame = few.frame[(number % 4)].with_columns(
            child=pl.format("C{}", number), name=pl.format("N{}", number % 7)
        )
        return Cases(few.entry, few.rule, few.period, frame, "child")


async def test_many_rows_are_arranged_on_a_thread_and_the_cursor_stays() -> None:
    async with program("VP7/cases", desk=ManyDesk()) as (app, pilot):
        await press(pilot, "G")
        assert "C59999" in text(app)
        await press(pilot, "1", "1")
        assert "▾" in row_with(app, "counted?".capitalize())
        assert "C59999" in text(app)
        await press(pilot, "slash", *"n3 c599", "enter")
        await until(pilot, lambda: "of 60,000 shown" in text(app))
        assert all(" N3 " in row for row in text(app).split("\n") if row.startswith(" C5"))
        await press(pilot, "escape", "g")
        await until(pilot, lambda: "by " in row_with(app, "counted"))
