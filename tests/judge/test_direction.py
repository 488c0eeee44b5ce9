"""Direction of travel: in the sense of what is good, with a dead band of half the last digit."""

from __future__ import annotations

from math import nan

import pytest

from kpitui.judge.direction import compare_points
from kpitui.model.board import Count, CountBounds, DirectionOfTravel, HistoryPoint
from kpitui.model.catalogue import Polarity
from kpitui.model.periods import parse_period

Q2, Q3 = parse_period("2018-19 Q2"), parse_period("2018-19 Q3")


def moved(before: Count, now: Count, polarity: Polarity = "high", band: float = 0.05) -> DirectionOfTravel:
    then = HistoryPoint(Q2, "official", before, None, "none")
    movement = compare_points(HistoryPoint(Q3, "official", now, None, "none"), then, polarity, band)
    assert movement.earlier_point is then
    return movement.direction


@pytest.mark.parametrize(
    ("polarity", "now", "expected"),
    [("high", 60, "better"), ("high", 40, "worse"), ("low", 60, "worse"), ("low", 40, "better"), ("high", 50, "same")],
)
def test_better_is_what_the_polarity_calls_good(polarity: Polarity, now: int, expected: DirectionOfTravel) -> None:
    assert moved(Count(50, 100), Count(now, 100), polarity) == expected


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (900, 901, "same"),  # 45.00 to 45.05: half of the last printed digit
        (10, 11, "same"),  # 0.50 to 0.55
        (61, 60, "same"),  # 3.05 to 3.00
        (900, 902, "better"),
        (902, 900, "worse"),
    ],
)
def test_a_change_within_the_dead_band_is_the_same(before: int, now: int, expected: DirectionOfTravel) -> None:
    assert moved(Count(before, 2000), Count(now, 2000)) == expected


def test_a_wider_dead_band() -> None:
    assert moved(Count(50, 100), Count(51, 100), band=1.0) == "same"
    assert moved(Count(50, 100), Count(52, 100), band=1.0) == "better"


def test_without_a_value_on_both_sides_there_is_no_direction() -> None:
    assert moved(Count(0, 0), Count(1, 2)) == "none"
    assert moved(Count(1, 2), Count(0, 0)) == "none"


def test_the_number_moved_is_kept_unrounded() -> None:
    then = HistoryPoint(Q2, "official", Count(1, 3), None, "none")
    now = HistoryPoint(Q3, "official", Count(5, 16), None, "none")
    movement = compare_points(now, then, "high", 0.05)
    assert movement.change == pytest.approx(31.25 - 100 / 3)


def test_bounds_that_are_hidden_leave_no_direction() -> None:
    """The public view hides the bounds of few unknown cases: whether 20% to 40% is certain would tell of them."""
    hidden = CountBounds((nan, nan), (nan, nan), nan)
    counts = (Count(40, 100), Count(20, 100, bounds=hidden))
    points = [HistoryPoint(Q3, "official", count, None, "none") for count in counts]
    for later, earlier in (points, points[::-1]):
        movement = compare_points(later, earlier, "high", 0.05)
        assert (movement.direction, movement.change, movement.is_hidden) == ("none", None, True)
