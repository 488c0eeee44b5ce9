"""Red, amber and green, at the very boundaries."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from kpitui.figure_wording import describe_finding, list_brief_reasons, shorten_value
from kpitui.judge.rag import choose_printed_value, compute_exact_value, judge_rag
from kpitui.model.board import Count, CountBounds
from kpitui.model.catalogue import CohortCall, Indicator, Polarity, Rule
from kpitui.model.issues import create_message

RULE = Rule("visits", "Visits", CohortCall("dated-rows"), "period", ())
HIGH = Indicator("visits", "V1", "Visits", "Other", "high", RULE, tolerance=5.0, noun=("visit", "visits"))
LOW = replace(HIGH, polarity="low")


def explain(indicator: Indicator, count: Count, target: float | None) -> str:
    """Why a value has its colour, in words."""
    return describe_finding(judge_rag(indicator, count, target)[1])


def explain_briefly(indicator: Indicator, count: Count, target: float | None) -> tuple[str, ...]:
    return list_brief_reasons(judge_rag(indicator, count, target)[1])


def print_value(indicator: Indicator, count: Count, target: float | None) -> str:
    return describe_finding(choose_printed_value(indicator, count, target))


def print_short_value(indicator: Indicator, count: Count, target: float | None) -> str:
    return shorten_value(choose_printed_value(indicator, count, target))


def colour(indicator: Indicator, numerator: float, denominator: float, target: float) -> str:
    return judge_rag(indicator, Count(numerator, denominator), target)[0]


def test_a_reason_that_is_an_issue_of_a_table_is_worded_like_any_other() -> None:
    """A table without a column that a rule needs leaves a figure open: no wording of reasons has it."""
    gap = create_message("table-lacks-column", table="referrals", table_column="nfa")
    open_count = Count(1, 2, bounds=CountBounds((0, 1), (1, 1), 0, gap))
    assert explain(HIGH, open_count, 45.0) == "referrals has no column nfa"
    assert explain_briefly(HIGH, open_count, 45.0) == ("referrals has no column nfa",)


@pytest.mark.parametrize(
    ("polarity", "numerator", "expected"),
    [
        ("high", 450, "green"),  # 45.0 is the target
        ("high", 449, "amber"),
        ("high", 400, "amber"),  # 40.0 is the tolerance away
        ("high", 399, "red"),
        ("low", 450, "green"),
        ("low", 451, "amber"),
        ("low", 500, "amber"),
        ("low", 501, "red"),
    ],
)
def test_meeting_the_target_is_green_and_the_whole_tolerance_is_amber(
    polarity: Polarity, numerator: int, expected: str
) -> None:
    assert colour(replace(HIGH, polarity=polarity), numerator, 1000, 45.0) == expected


@pytest.mark.parametrize(
    ("numerator", "denominator", "target"),
    [(833, 1000, 83.3), (1, 3, 100 / 3), (7, 1000, 0.7), (29, 100, 29.0), (161, 500, 32.2)],
)
def test_no_target_is_missed_by_the_dust_of_binary_fractions(numerator: int, denominator: int, target: float) -> None:
    met = Count(numerator, denominator)
    assert judge_rag(replace(HIGH, tolerance=0.0), met, target)[0] in ("green", "red")
    if target != 100 / 3:
        assert judge_rag(HIGH, met, target)[0] == judge_rag(LOW, met, target)[0] == "green"


def test_without_a_tolerance_any_miss_is_red() -> None:
    assert colour(replace(HIGH, tolerance=0.0), 44_999, 100_000, 45.0) == "red"


@pytest.mark.parametrize(("numerator", "expected"), [(405, "amber"), (404, "red")])
def test_a_relative_tolerance_is_a_share_of_the_target(numerator: int, expected: str) -> None:
    """10% of 45.0 are 4.5 points: amber down to 40.5."""
    relative = replace(HIGH, tolerance=10.0, tolerance_is="relative")
    assert colour(relative, numerator, 1000, 45.0) == expected


@pytest.mark.parametrize(
    ("indicator", "red_line", "numerator", "expected"),
    [(HIGH, 42.0, 420, "amber"), (HIGH, 42.0, 419, "red"), (LOW, 48.0, 480, "amber"), (LOW, 48.0, 481, "red")],
)
def test_a_red_line_stands_for_the_tolerance(
    indicator: Indicator, red_line: float, numerator: int, expected: str
) -> None:
    assert colour(replace(indicator, red_line=red_line), numerator, 1000, 45.0) == expected


@pytest.mark.parametrize(
    ("indicator", "count", "target", "reason"),
    [
        (HIGH, Count(0, 0), 45.0, "no cases in this period"),
        (HIGH, Count(1, 2), None, "no target"),
        (replace(HIGH, minimum=10), Count(9, 9), 45.0, "fewer than 10 visits"),
        (replace(HIGH, pending="new system"), Count(1, 2), 45.0, "pending: new system"),
        (
            replace(HIGH, broken_by=("report card",)),
            Count(1, 2, {"report card": 3}),
            45.0,
            "the framework changed, and the figure no longer covers every case (report card: 3)",
        ),
    ],
)
def test_no_colour_says_why(indicator: Indicator, count: Count, target: float | None, reason: str) -> None:
    assert judge_rag(indicator, count, target)[0] == "none"
    assert explain(indicator, count, target) == reason


def test_as_many_cases_as_the_minimum_have_a_colour() -> None:
    assert colour(replace(HIGH, minimum=10), 10, 10, 45.0) == "green"


def test_what_is_left_out_for_another_reason_breaks_nothing() -> None:
    broken = replace(HIGH, broken_by=("report card",))
    assert judge_rag(broken, Count(1, 2, {"not yet inspected": 3}), 45.0)[0] == "green"


@pytest.mark.parametrize(
    ("indicator", "count", "target", "reason"),
    [
        (HIGH, Count(5, 16), 45.0, "13.8 points worse than the target of 45.0%, beyond the "),
        (HIGH, Count(44, 100), 45.0, "1.0 point worse than the target of 45.0%, within the "),
        (HIGH, Count(45, 100), 45.0, "meets the target of 45.0%"),
        (LOW, Count(40, 100), 45.0, "5.0 points better than the target of 45.0%"),
        (HIGH, Count(4500, 10_000), 44.95, "0.1 points better than the target of 44.95%"),
        (HIGH, Count(4496, 10_000), 45.0, "0.04 points worse than the target of 45.0%, within the "),
        (LOW, Count(450_004, 1_000_000), 45.0, "0.0004 points worse than the target of 45.0%, within the "),
    ],
)
def test_the_reason_says_how_far_the_value_is_from_the_target(
    indicator: Indicator, count: Count, target: float, reason: str
) -> None:
    assert explain(indicator, count, target).startswith(reason)


@pytest.mark.parametrize(
    ("indicator", "numerator", "denominator", "printed"),
    [
        (HIGH, 5, 16, "31.3%"),  # 31.25: halves are rounded up
        (HIGH, 44_960, 100_000, "just below 45.0%"),  # 44.96 would print 45.0
        (HIGH, 44_949, 100_000, "44.9%"),
        (HIGH, 45_000, 100_000, "45.0%"),
        (HIGH, 45_049, 100_000, "45.0%"),  # met
        (LOW, 45_040, 100_000, "just above 45.0%"),
        (LOW, 45_050, 100_000, "45.1%"),
        (LOW, 44_960, 100_000, "45.0%"),  # met
        (HIGH, 0, 0, "no value"),
    ],
)
def test_a_miss_that_rounding_would_hide_is_printed_as_just_below(
    indicator: Indicator, numerator: int, denominator: int, printed: str
) -> None:
    assert print_value(indicator, Count(numerator, denominator), 45.0) == printed


def test_without_a_target_the_value_is_printed_as_it_rounds() -> None:
    assert print_value(HIGH, Count(44_960, 100_000), None) == "45.0%"


def test_a_reason_for_a_single_line_loses_its_last_clauses_first() -> None:
    assert explain(HIGH, Count(5, 16), 45.0) == (
        "13.8 points worse than the target of 45.0%, beyond the tolerance of 5.0 points"
    )
    assert explain_briefly(HIGH, Count(5, 16), 45.0) == (
        "13.8 points worse than the target of 45.0%, beyond the tolerance of 5.0",
        "13.8 points worse than the target of 45.0%",
        "13.8 points worse",
    )
    assert explain_briefly(HIGH, Count(42, 100), 45.0)[0] == (
        "3.0 points worse than the target of 45.0%, within the tolerance of 5.0"
    )
    assert explain_briefly(HIGH, Count(46, 100), 45.0) == (
        "1.0 point better than the target of 45.0%",
        "1.0 point better",
    )
    assert explain_briefly(HIGH, Count(45, 100), 45.0) == ("meets the target of 45.0%",)


@pytest.mark.parametrize("target", [None, 45.0])
@pytest.mark.parametrize("count", [Count(0, 0), Count(float("nan"), 30, is_small=True), Count(3, 9), Count(9, 90)])
def test_the_longest_reason_for_a_line_is_the_reason_but_for_the_unit_of_the_tolerance(
    count: Count, target: float | None
) -> None:
    reason = explain(HIGH, count, target)
    assert explain_briefly(HIGH, count, target)[0] == reason.removesuffix(" points")


def test_a_value_that_rounds_to_the_target_it_misses_is_marked_in_one_character() -> None:
    assert print_short_value(HIGH, Count(4499, 10_000), 45.0) == "<45.0%"
    assert print_short_value(LOW, Count(4501, 10_000), 45.0) == ">45.0%"
    assert print_short_value(HIGH, Count(45, 100), 45.0) == "45.0%"
    assert print_short_value(HIGH, Count(4494, 10_000), 45.0) == "44.9%"
    assert print_short_value(HIGH, Count(0, 0), 45.0) == "no value"
    few = replace(HIGH, minimum=20_000)
    assert print_short_value(few, Count(4499, 10_000), 45.0) == print_value(few, Count(4499, 10_000), 45.0)


def test_a_mean_of_headcounts_is_the_fraction_that_it_stands_for() -> None:
    """One leaver of a mean headcount of 2/12 is 600%, of 50/3 exactly 6%."""
    assert compute_exact_value(Count(1, 2 / 12)) == 600
    assert compute_exact_value(Count(1, 50 / 3)) == 6
    assert compute_exact_value(Count(1, 7.35)) == Fraction(10_000, 735)
    assert judge_rag(replace(LOW, tolerance=0.0), Count(1, 50 / 3), 6.0)[0] == "green"
    assert judge_rag(replace(HIGH, tolerance=0.0), Count(1, 50 / 3), 6.0)[0] == "green"
