"""Spells: stretches of time, and what is made of several that meet."""

from __future__ import annotations

from datetime import date

import narwhals as nw
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from kpitui.cohorts import spells

Spell = tuple[str, int, int | None]


def day(number: int | None) -> date | None:
    """A day of January 2018."""
    return None if number is None else date(2018, 1, number)


def frame(*rows: Spell) -> nw.LazyFrame[pl.LazyFrame]:
    """Spells of a worker from a day of January 2018 until another."""
    columns = {
        "worker": [worker for worker, _, _ in rows],
        "case_from": [day(first) for _, first, _ in rows],
        "case_until": [day(until) for _, _, until in rows],
        "from_before": [first for _, first, _ in rows],
    }
    schema = {"case_from": pl.Date, "case_until": pl.Date}
    return nw.from_native(pl.DataFrame(columns, schema_overrides=schema).lazy())


def told(merged: nw.LazyFrame[pl.LazyFrame], *more: str) -> list[tuple[object, ...]]:
    rows = merged.select("worker", "case_from", "case_until", *more).collect().rows()
    short = ((worker, first.day, until and until.day, *columns) for worker, first, until, *columns in rows)
    return sorted(short, key=str)


DAYS = st.integers(1, 24)
SPELLS = st.lists(st.tuples(st.sampled_from("AB"), DAYS, st.none() | DAYS), min_size=1, max_size=7).map(
    lambda rows: [row for row in rows if row[2] is None or row[1] <= row[2]]
)


def holds_on(number: int, spell: tuple[object, ...]) -> bool:
    _, first, until, *_ = spell
    return int(str(first)) <= number and (until is None or number < int(str(until)))


@settings(max_examples=60, deadline=None)
@given(SPELLS)
def test_merged_spells_hold_on_the_days_on_which_any_does(rows: list[Spell]) -> None:
    stretches = told(spells.merge_spells(frame(*rows), "worker"))
    for number in range(1, 26):
        on_the_day = [spell for spell in stretches if holds_on(number, spell)]
        assert [worker for worker, *_ in on_the_day] == sorted({row[0] for row in rows if holds_on(number, row)})


@settings(max_examples=60, deadline=None)
@given(SPELLS)
def test_on_every_day_one_spell_counts_the_one_that_began_last(rows: list[Spell]) -> None:
    pieces = told(spells.keep_latest_open_spells(frame(*rows), "worker", ["from_before"]), "from_before")
    for number in range(1, 26):
        open_at_once: dict[str, list[int]] = {}
        for row in rows:
            if holds_on(number, row):
                open_at_once.setdefault(row[0], []).append(row[1])
        merged = sorted((piece[0], piece[3]) for piece in pieces if holds_on(number, piece))
        assert merged == sorted((worker, max(begun)) for worker, begun in open_at_once.items())


def test_spells_that_touch_or_overlap_are_one_stretch() -> None:
    merged = spells.merge_spells(
        frame(("A", 1, 5), ("A", 5, 8), ("A", 7, 9), ("A", 10, 12), ("B", 3, None), ("B", 4, 6)), "worker"
    )
    assert told(merged) == [("A", 1, 9), ("A", 10, 12), ("B", 3, None)]


def test_a_spell_within_another_does_not_end_it() -> None:
    assert told(spells.merge_spells(frame(("A", 1, 20), ("A", 2, 3), ("A", 15, 18)), "worker")) == [("A", 1, 20)]


def test_a_spell_that_ends_as_it_begins_is_none() -> None:
    assert told(spells.drop_empty_spells(frame(("A", 1, 1), ("A", 2, 3)))) == [("A", 2, 3)]


def test_of_spells_that_are_open_at_once_the_latest_counts_while_it_lasts() -> None:
    merged = spells.keep_latest_open_spells(frame(("A", 1, 10), ("A", 3, 6)), "worker", ["from_before"])
    assert told(merged, "from_before") == [("A", 1, 3, 1), ("A", 3, 6, 3), ("A", 6, 10, 1)]


def test_a_spell_is_split_at_a_date_that_lies_in_it() -> None:
    at = pl.col("case_from").dt.offset_by("2d").alias("at")
    with_dates = nw.from_native(frame(("A", 1, 9)).to_native().with_columns(at))
    assert told(spells.split_spells(with_dates, "at", "flag"), "flag") == [("A", 1, 3, "Y"), ("A", 3, 9, "N")]
