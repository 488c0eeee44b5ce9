"""Numbers as they are printed: never rounded to something that is not so."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kpitui.figure_wording import describe_cases_to_target
from kpitui.judge.cases_to_target import count_cases_to_target
from kpitui.judge.direction import compute_change
from kpitui.judge.rag import to_exact_fraction
from kpitui.model.board import Count
from kpitui.model.catalogue import CohortCall, Indicator, Rule
from kpitui.report.text_output import format_indicator
from kpitui.wording import format_point_number, format_points, format_signed_change, format_target_value
from tests.examples import Example, table

MINUS = "\N{MINUS SIGN}"
INDICATOR = "social-worker-turnover"


@pytest.mark.parametrize(
    ("target", "printed"), [(45.0, "45.0%"), (44.95, "44.95%"), (44.9, "44.9%"), (3.267, "3.267%"), (100 / 3, "33.33%")]
)
def test_a_target_is_printed_as_it_is_written(target: float, printed: str) -> None:
    assert format_target_value(target) == printed


@pytest.mark.parametrize(
    ("points", "printed"),
    [(0.04, "0.04 points"), (0.004, "0.004 points"), (0.05, "0.1 points"), (1.0, "1.0 point"), (0.0, "0.0 points")],
)
def test_a_gap_is_never_printed_as_none(points: float, printed: str) -> None:
    assert format_points(points) == printed


@pytest.mark.parametrize(
    ("change", "printed"), [(0.04, "+0.04"), (-0.04, f"{MINUS}0.04"), (2.25, "+2.3"), (-2.25, f"{MINUS}2.3")]
)
def test_a_difference_is_never_printed_as_none(change: float, printed: str) -> None:
    assert format_signed_change(change) == printed
    assert format_point_number(abs(change)) in printed


def test_equal_fractions_differ_by_nothing() -> None:
    """1 of 9 and 3 of 27, and weights that add up to the same share."""
    assert compute_change(Count(1, 9), Count(3, 27)) == 0
    assert compute_change(Count(0.1, 0.3), Count(1, 3)) == 0
    assert compute_change(Count(5, 16), Count(0, 0)) is None


def test_cases_to_the_target_are_of_the_exact_denominator() -> None:
    """Half of a headcount of 7/6 is 7/12: with one leaver, one fewer would do, and 0.58 is no more than 7/12."""
    low = Indicator("x", "X", "", "", "low", Rule("x", "", CohortCall("referrals"), "period", ()))
    assert count_cases_to_target(low, Count(1, 7 / 6), 50.0) == 1
    assert count_cases_to_target(low, Count(5, 50 / 3), 30.0) == 0
    assert to_exact_fraction(44.95) == Fraction(4495, 100)


def workers(*lines: str) -> dict[str, str]:
    return {"social_workers": table("worker start_date end_date voluntary", *lines)}


def test_turnover_with_fewer_than_50_workers_says_what_one_is_worth(example: Example) -> None:
    """Four at the start and three at the end of 2018, one left: 1 of 3.5, and one is 28.6 points."""
    tables = workers("A 2017-01-01 2018-06-01 Y", *(f"{name} 2017-01-01 . ." for name in "BCD"))
    entry = example.entry(INDICATOR, tables, f"[indicators.{INDICATOR}]\ntarget = 10.0\nminimum = 6\n")
    judgement = entry.judgement
    assert judgement.points_per_case == pytest.approx(100 / 3.5)
    assert judgement.rag == "none"
    assert describe_cases_to_target(entry) == "1 fewer leaver"
    worker_rows = workers("A 2017-01-01 2018-06-01 Y", *(f"B{n} 2017-01-01 . ." for n in range(50)))
    assert example.entry(INDICATOR, worker_rows).judgement.points_per_case is None


def test_what_would_meet_the_target_is_told_where_there_is_no_colour(example: Example) -> None:
    config = "[indicators.permanence]\ntarget = 90.0\nminimum = 6\n"
    tables = {
        "care_episodes": table(
            "child decom rne ls place dec rec",
            *(f"A{n} 2017-01-01 S C2 U4 2018-11-05 E{11 if n else 5}" for n in range(3)),
        )
    }
    config_text = f'{config}\n[board]\nshow = ["permanence"]\n'
    board = example.board(tables, config_text)
    (entry,) = board.entries
    assert (entry.judgement.rag, describe_cases_to_target(entry)) == ("none", "1 more child")
    assert "1 more child would meet it" in format_indicator(board, entry)


def test_the_basis_of_the_department_prints_how_many_distances_are_unknown(example: Example) -> None:
    tables = {
        "care_episodes": table(
            "child decom rne ls place dec rec distance_miles",
            "A 2017-01-01 S C2 U1 . . 25",
            "B 2017-01-01 S C2 U1 . . 999.9",
            "C 2017-01-01 S C2 U1 . . .",
            "D 2017-01-01 S C2 U1 . . 1",
        )
    }
    board = example.board(tables, '[board]\nshow = ["CC20"]\n')
    (line,) = (line for line in format_indicator(board, board.entries[0]).splitlines() if "DfE basis" in line)
    assert "1 of 4" in line
    assert "the distance is not known for 2" in line
