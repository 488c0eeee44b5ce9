"""The smallest number of cases that would have to be different for the target to be met."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitui.judge.cases_to_target import count_cases_to_target
from kpitui.judge.rag import judge_rag
from kpitui.model.board import Count
from kpitui.model.catalogue import CohortCall, Indicator, Polarity, Rule

RULE = Rule("plans", "Plans", CohortCall("dated-rows"), "period", ())
HIGH = Indicator("plans", "P1", "Plans", "Other", "high", RULE)
LOW = replace(HIGH, polarity="low")
WEIGHTED = replace(HIGH, rule=replace(RULE, weight_column="pupils"))


@pytest.mark.parametrize(
    ("indicator", "numerator", "denominator", "target", "needed"),
    [
        (HIGH, 5, 16, 45.0, 3),  # 7.2 of 16 are needed: 8 will do, 3 more
        (HIGH, 8, 16, 45.0, 0),
        (HIGH, 9, 10, 100.0, 1),
        (HIGH, 9, 20, 45.0, 0),  # exactly the target
        (LOW, 5, 16, 25.0, 1),  # at most 4 of 16
        (LOW, 4, 16, 25.0, 0),
        (LOW, 3, 16, 0.0, 3),
        (HIGH, 5, 16, 101.0, None),  # no number would do
        (LOW, 5, 16, -1.0, None),
        (HIGH, 0, 0, 45.0, None),
        (HIGH, 5, 16, None, None),
    ],
)
def test_cases_to_target(
    indicator: Indicator, numerator: int, denominator: int, target: float | None, needed: int | None
) -> None:
    assert count_cases_to_target(indicator, Count(numerator, denominator), target) == needed


@pytest.mark.parametrize(
    ("weights", "needed"),
    [
        ([400, 150, 90], 1),  # 300 pupils are missing: the largest school alone would do
        ([290, 150, 90], 2),
        ([100, 100, 100], 3),
        ([100, 100], None),
    ],
)
def test_weighted_cases_are_taken_heaviest_first(weights: list[float], needed: int | None) -> None:
    """500 of 1,000 pupils where 80% are wanted."""
    assert count_cases_to_target(WEIGHTED, Count(500, 1000), 80.0, weights) == needed


@given(st.integers(1, 400), st.data(), st.decimals(0, 100, places=1), st.sampled_from(["high", "low"]))
def test_so_many_cases_meet_the_target_and_one_fewer_does_not(
    denominator: int, data: st.DataObject, target: float, polarity: Polarity
) -> None:
    indicator = replace(HIGH, polarity=polarity)
    numerator = data.draw(st.integers(0, denominator))
    needed = count_cases_to_target(indicator, Count(numerator, denominator), float(target))
    assert needed is not None
    step = 1 if polarity == "high" else -1

    def met(changed: int) -> bool:
        count = Count(numerator + step * changed, denominator)
        return judge_rag(indicator, count, float(target))[0] == "green"

    assert met(needed)
    assert needed == 0 or not met(needed - 1)
