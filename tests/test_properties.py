"""What holds for every indicator of every council: made-up councils, dense with edge cases.

Each number is held against `tests.oracle`, which computes the definitions one row at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pytest

from kpitui.board import build_board
from kpitui.council import Council, open_council
from kpitui.counts.tallies import tally_indicators
from kpitui.drilldown.cases import iterate_case_rows, list_cases
from kpitui.model.board import Count
from kpitui.model.catalogue import Indicator
from kpitui.model.periods import Period, period_containing
from tests import councils, oracle

SEEDS = (0, 1, 2, 3, 4, 5, 6, 11, 13, 20, 29, 41)
# Settings of another type are outside these variants: here they are left out, with a reason.
OF_A_TYPE = ("without-childminders", "group-settings-only")
CONFIG = """
[council]
name = "Anywhere"
la_code = "872"
as_at = {as_at}

[board]
also = {indicators}

[tables]
none = {none}
"""


@dataclass(frozen=True)
class Subject:
    """A made-up council, opened, beside its tables as plain rows."""

    council: Council
    rows: oracle.Tables
    as_at: date

    @cached_property
    def counts(self) -> Mapping[tuple[str, str], Mapping[Period, Count]]:
        """Every indicator and variant in some quarters."""
        table_frames = self.council.select_frames_known_on(self.as_at)
        tallies = tally_indicators(self.council.settings.indicators, table_frames, "872", self.as_at)
        return {
            (indicator_id, rule_id): {period: rule_tally.count_period(period) for period in self.quarters}
            for indicator_id, tally in tallies.items()
            for rule_id, rule_tally in tally.rule_tallies.items()
        }

    @property
    def quarters(self) -> list[Period]:
        """The quarter of the meeting, not over yet, the four before it, and three long before."""
        now = period_containing(self.as_at)
        return [Period("quarter", now.index - back) for back in (0, 1, 2, 3, 4, 6, 9, 23)]

    def expected(self, indicator: str, variant: str, period: Period) -> oracle.Result:
        variant_id = None if variant == indicator else variant
        meeting = (self.as_at, "872")
        return oracle.compute(self.rows, indicator, period.first_day, period.last_day, *meeting, variant=variant_id)


def write_council(folder: Path, seed: int) -> Subject:
    council = councils.write_council(folder, seed)
    config = folder / "config.toml"
    none = json.dumps(sorted(path.stem for path in folder.glob("*.csv") if path.read_bytes().count(b"\n") < 2))
    indicators = json.dumps([*oracle.RULES])
    config.write_text(CONFIG.format(as_at=council.as_at, indicators=indicators, none=none), encoding="utf-8")
    return Subject(open_council(config), oracle.load(folder), council.as_at)


@pytest.fixture(scope="module", params=SEEDS)
def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return write_council(tmp_path_factory.mktemp("council"), request.param)


def test_every_indicator_and_variant_agrees_with_the_definitions(subject: Subject) -> None:
    wrong = [
        f"{name} {variant} {period}: {count}, expected {expected}"
        for (name, variant), periods in subject.counts.items()
        for period, count in periods.items()
        if not agree(count, expected := subject.expected(name, variant, period), variant)
    ]
    assert wrong == []


def agree(count: Count, expected: oracle.Result, variant: str) -> bool:
    # A rate is told of a population, and a number of nothing.
    denominator = count.denominator if count.measure.kind in ("rate", "number") else expected.denominator
    figures = pytest.approx((expected.numerator, denominator), rel=1e-9)
    same = (count.numerator, count.denominator) == figures
    return same and (variant in OF_A_TYPE or dict(count.excluded) == expected.excluded)


def test_a_catalogue_of_the_indicators_that_the_definitions_name(subject: Subject) -> None:
    expected_names = {(name, name) for name in oracle.RULES}
    expected_names |= {(name, variant) for name, variants in oracle.VARIANTS.items() for variant in variants}
    assert set(subject.counts) == expected_names


def test_no_numerator_is_larger_than_its_denominator(subject: Subject) -> None:
    """But for turnover, where the denominator is a headcount and not the leavers."""
    too_large = [
        (*name, period)
        for name, periods in subject.counts.items()
        for period, count in periods.items()
        if count.measure.traits.is_share
        and not 0 <= count.numerator <= count.denominator
        and name[0] != "social-worker-turnover"
    ]
    assert too_large == []


def test_repeat_plans_within_24_months_are_among_those_ever(subject: Subject) -> None:
    within = subject.counts["repeat-plans-24-months", "repeat-plans-24-months"]
    ever = subject.counts["repeat-plans-ever", "repeat-plans-ever"]
    assert [p for p in within if within[p].numerator > ever[p].numerator] == []
    assert {p: c.denominator for p, c in within.items()} == {p: c.denominator for p, c in ever.items()}


def sums_of_rows(count: Count) -> tuple[float, float]:
    """What the rows of a figure add up to: of a median all values, of a rate or number its cases twice."""
    if count.measure.kind in ("rate", "number"):
        return count.numerator, count.numerator
    if count.spread is None or count.measure.adds_up:
        return count.numerator, count.denominator
    return sum(value * case_count for value, case_count in count.spread.value_counts), count.denominator


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_the_rows_behind_a_number_add_up_to_it(tmp_path: Path, seed: int) -> None:
    subject = write_council(tmp_path, seed)
    period = Period("quarter", period_containing(subject.as_at).index - 1)
    wrong = [
        f"{indicator} {variant or ''}: {rows}, but the count is {count}"
        for indicator, variant, rows, count in rows_and_counts(subject, period)
        if rows[:2] != pytest.approx(sums_of_rows(count), rel=1e-9) or rows[2] != count.excluded
    ]
    assert wrong == []


def rows_and_counts(
    subject: Subject, period: Period
) -> Iterator[tuple[str, str | None, tuple[float, float, dict[str, int]], Count]]:
    board = build_board(subject.council, subject.as_at, period)
    for entry in board.entries:
        figures = {variant.id: variant.count for variant in entry.variants}
        for variant, count in [(None, entry.point.count), *figures.items()]:
            assert count is not None
            rows = list(iterate_case_rows(list_cases(subject.council, board, entry, variant)))
            yield entry.indicator.id, variant, summed(entry.indicator, variant, rows), count


def summed(
    indicator: Indicator, variant: str | None, rows: Sequence[Mapping[str, object]]
) -> tuple[float, float, dict[str, int]]:
    """What rows add up to; a subject's other cases are not among the reasons to be left out."""
    rules = {each_rule.id: each_rule for each_rule in (indicator.rule, *indicator.variants)}
    reason_names = {exclusion.reason for exclusion in rules[variant or indicator.id].exclusions}
    reasons = [str(row["left_out_because"]) for row in rows if row["left_out_because"] in reason_names]
    return (
        sum(float(str(row["numerator"])) for row in rows),
        sum(float(str(row["denominator"])) for row in rows),
        {reason: reasons.count(reason) for reason in reasons},
    )
