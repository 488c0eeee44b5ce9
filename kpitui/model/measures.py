"""Kinds of measure: what a value is made of, and the units that it is told in.

A kind is a declaration here. What is judged of it stands in `judge.measure_rules`, and how it is
worded in `measure_wording`: one entry for each kind, and no front end asks which kind it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

MeasureKind = Literal["proportion", "rate", "number", "mean", "median", "ratio"]
DifferenceStyle = Literal["points", "units", "cases", "time"]
"""How the difference of two values is told: 8.1 points, 3.2 per 10,000, 4 more children, 1.3 days longer."""


@dataclass(frozen=True, slots=True)
class KindTraits:
    """What holds of all measures of a kind.

    A value that `is_divided` is a numerator over a denominator, times a factor; another is its
    numerator. Where it `is_share`, the one is a part of the other.
    """

    is_divided: bool
    is_share: bool
    difference: DifferenceStyle
    interval_name: str = ""  # of the range that chance alone explains; empty where there is none
    is_numerator_told: bool = True
    is_denominator_told: bool = True


KIND_TRAITS: Mapping[MeasureKind, KindTraits] = {
    "proportion": KindTraits(True, True, "points", "95% Wilson interval"),
    "rate": KindTraits(True, False, "units", "95% Byar interval"),
    "number": KindTraits(False, False, "cases", "95% Byar interval", is_denominator_told=False),
    "mean": KindTraits(True, False, "units", "95% interval of the mean"),
    "median": KindTraits(False, False, "units", "95% interval of the median", is_numerator_told=False),
    "ratio": KindTraits(True, False, "units"),
}
TIME_UNITS = ("days", "weeks", "months", "years")


@dataclass(frozen=True, slots=True)
class Measure:
    """The kind of a value, its factor and its units.

    `population` is the age band of which a rate is told. `value_column` is what a mean or a median is
    of, and `bands` are the upper limits of the shares told beside it.
    """

    kind: MeasureKind = "proportion"
    factor: int = 100
    units: tuple[str, str] = ("%", "%")  # for 1 and for all others
    noun: tuple[str, str] = ("case", "cases")
    decimals: int = 1
    population: str = ""
    value_column: str = ""
    bands: tuple[float, ...] = ()

    @property
    def traits(self) -> KindTraits:
        """Return what holds of all measures of its kind."""
        return KIND_TRAITS[self.kind]

    @property
    def has_spread(self) -> bool:
        """Say whether the values of the cases are needed, and not only their sum."""
        return self.kind in ("mean", "median")

    @property
    def adds_up(self) -> bool:
        """Say whether a value follows from what each of its cases adds to numerator and denominator."""
        return self.kind not in ("rate", "median")

    @property
    def unit(self) -> str:
        """Return the unit of several."""
        return self.units[1]

    @property
    def suffix(self) -> str:
        """Return what stands behind a value: ``%``, `` per 10,000``, `` days``; a number has nothing."""
        if self.kind == "number":
            return ""
        return self.unit if self.unit == "%" else f" {self.unit}"

    @property
    def short_suffix(self) -> str:
        """Return what stands behind a value where there is little room: ``%``, ``/10k``, `` d``."""
        if self.kind == "rate" and self.unit.startswith("per ") and not self.factor % 1000:
            return f"/{self.factor // 1000}k"
        return " d" if self.unit.endswith("days") else self.suffix

    @property
    def difference(self) -> DifferenceStyle:
        """Return how the difference of two values is told."""
        if self.unit == "%":
            return "points"
        is_time = self.traits.difference == "units" and self.unit.split()[-1:] and self.unit.split()[-1] in TIME_UNITS
        return "time" if is_time else self.traits.difference

    def compute_value(self, numerator: float, denominator: float) -> float:
        """Return the unrounded value; the denominator must not be 0."""
        return self.factor * numerator / denominator if self.traits.is_divided else numerator

    def count_cases(self, numerator: float, denominator: float) -> float:
        """Return how many cases a value rests on."""
        return numerator if self.kind in ("rate", "number") else denominator


PROPORTION = Measure()


@dataclass(frozen=True, slots=True)
class ValueSpread:
    """How often each value occurs among the cases of a mean or a median, in order of the values."""

    value_counts: Sequence[tuple[float, int]] = field(default_factory=tuple)

    @property
    def case_count(self) -> int:
        """Return the number of cases."""
        return sum(number for _, number in self.value_counts)

    def find_quantile_value(self, rank: int) -> float:
        """Return the value of a rank from 1; there must be so many cases."""
        passed = 0
        for value, number in self.value_counts:
            passed += number
            if passed >= rank:
                return value
        raise ValueError(f"there are only {passed} cases")

    def compute_median(self) -> float:
        """Return the middle value, or the mean of the two in the middle; there must be a case."""
        count = self.case_count
        return (self.find_quantile_value((count + 1) // 2) + self.find_quantile_value(count // 2 + 1)) / 2

    def count_bands(self, upper_limits: Sequence[float]) -> tuple[int, ...]:
        """Count the cases up to each limit, above the one before it; the last band has no limit."""
        edges = [float("-inf"), *upper_limits, float("inf")]
        return tuple(
            sum(number for value, number in self.value_counts if low < value <= high) for low, high in pairwise(edges)
        )
