"""Families: rules over the same cases, whose numbers could give each other away.

One `DisclosureLedger` decides for a whole family, a financial year at a time, and for every quarter
whether or not it is on the page. All pages made from the same tables, of any period and any
indicator, therefore show and hide the same numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from kpitui.cohorts import COHORTS
from kpitui.counts import Tally, distinct_column, standings
from kpitui.judge.disclosure import Cell, Ledger
from kpitui.model import CohortCall, Indicator, Rule
from kpitui.periods import Kind, month_end
from kpitui.public.people import of_children
from kpitui.tables.known import Frames

KINDS: tuple[Kind, ...] = ("month", "quarter", "year")
Months = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class About:
    """The numbers of a rule, each as the classes of cases that it is made of, as bits.

    Numerator and denominator are by kind of period. A kind that is missing is never shown.
    """

    indicator: str
    rule: Rule
    main: bool
    numerator: Mapping[Kind, int]
    denominator: Mapping[Kind, int]
    left_out: Mapping[str, int]
    outcomes: Mapping[str, int]

    def pairs(self) -> Iterator[int]:
        """Yield the classes counted, eligible and not counted, for each kind of period."""
        for kind in self.numerator:
            counted, among = self.numerator[kind], self.denominator[kind]
            yield from (counted, among, among & ~counted)

    def groups(self) -> Iterator[int]:
        """Yield the classes of every number of the rule."""
        yield from (*self.pairs(), *self.left_out.values(), *self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases of one class, by the month of the event, or by the months a state began and ended."""

    one: int
    month: int
    until: int | None
    number: int


class Family:
    """Rules over the same cases; decides on their numbers when first asked.

    Events fall into quarters, which add up within a financial year. States stand alone, each on the
    last day of a month.
    """

    def __init__(
        self, rules: Iterable[About], cases: Sequence[Cases], states: bool, as_at: date
    ) -> None:
        self.rules = sorted(rules, key=lambda one: not one.main)
        self._cases, self._states, self._as_at = cases, states, as_at
        self._ledgers: dict[int, Ledger] = {}
        self._groups = [group for one in self.rules for group in one.groups()]
        # Two rules of one indicator over different cohorts stand side by side on its page.
        self._pairs = [
            pair
            for one, other in combinations(self.rules, 2)
            if one.indicator == other.indicator and one.rule.cohort != other.rule.cohort
            for pair in zip(one.pairs(), other.pairs(), strict=False)
        ]

    def shows(self, classes: int, when: Months) -> bool:
        """Say whether the cases of some classes in some months may be shown.

        They may if each of the quarters may, in whatever years, or all of them as one number.
        """
        places = self._places(when)
        if places and all(self._ledger(of).shows(bit, classes) for of, bit in places):
            return True
        return any(ledger.shows(bits, classes) for ledger, bits in self._together(places))

    def is_small(self, classes: int, when: Months) -> bool:
        """Say whether the cases of some classes in some months are hidden for being few."""
        together = self._together(self._places(when))
        return any(ledger.is_small(bits, classes) for ledger, bits in together)

    def _places(self, when: Months) -> list[tuple[int, int]]:
        """Return the ledger and the bit of each quarter in a span; none if it is never shown."""
        first, last = when
        if month_end(last) >= self._as_at:
            return []  # not over: more cases may come
        if self._states:
            return [(last, 1)]
        if first % 3 or (last + 1) % 3:
            return []  # a month gives away the rest of its quarter
        return [(one // 4, 1 << one % 4) for one in range(first // 3, last // 3 + 1)]

    def _together(self, places: Sequence[tuple[int, int]]) -> Iterator[tuple[Ledger, int]]:
        """Yield the ledger and all the bits, if the quarters are of one financial year."""
        if len({of for of, _ in places}) == 1:
            yield self._ledger(places[0][0]), sum(bit for _, bit in places)

    def _ledger(self, of: int) -> Ledger:
        """Return the ledger of a financial year or of a month's last day, filled on first use."""
        if of not in self._ledgers:
            ledger = self._ledgers[of] = Ledger(self._groups, self._pairs)
            for place, counts in enumerate(self._counts(of)):
                ledger.add(counts, list(self._cells(place, counts)))
        return self._ledgers[of]

    def _counts(self, of: int) -> Iterator[dict[int, int]]:
        """Yield cases by class, for each complete quarter of a year or for a day of states."""
        if self._states:
            yield _added(
                one
                for one in self._cases
                if one.month <= of and (one.until is None or one.until > of)
            )
            return
        for quarter in range(of * 4, of * 4 + 4):
            if month_end(quarter * 3 + 2) >= self._as_at:
                return
            yield _added(one for one in self._cases if one.month // 3 == quarter)

    def _cells(self, place: int, counts: Mapping[int, int]) -> Iterator[Cell]:
        """Yield the numbers that may be shown at the end of a quarter, the most important first."""
        wanted = list(dict.fromkeys(self._wanted(place)))
        for one, kind, quarters in wanted:
            if kind in one.numerator:
                yield Cell(quarters, one.denominator[kind])
                yield Cell(quarters, one.numerator[kind])
        for one, kind, quarters in wanted:
            # Reasons and outcomes come after all numerators and denominators: where one number of
            # two must be hidden, it is the later one (docs/public.md).
            for classes in one.left_out.values():
                yield Cell(quarters, classes)
            whole = one.denominator.get(kind, 0) & ~one.numerator.get(kind, 0)
            # The largest come first: those hidden together with the small ones are then small as
            # well.
            for classes in sorted(one.outcomes.values(), key=lambda each: -_sum(counts, each)):
                yield Cell(quarters, classes, part_of=whole)

    def _wanted(self, place: int) -> Iterator[tuple[About, Kind, int]]:
        """Yield rules with a kind of period and its quarters: main rules first, then variants."""
        this, so_far = 1 << place, (2 << place) - 1
        for main in (True, False):
            rules = [one for one in self.rules if one.main == main]
            for one in rules:
                whole_year = one.rule.window == "year-to-date"
                yield one, "quarter", so_far if whole_year else this
            for one in rules:
                # A figure of the quarter alone has the year to date beside it, where its cases add
                # up.
                if one.rule.window == "period" and main and not one.rule.distinct:
                    yield one, "quarter", so_far
                if one.rule.window == "period" and place == 3:
                    yield one, "year", so_far


# --- how families are found ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    indicator: str
    rule: Rule
    main: bool


_Calls = Mapping[CohortCall, Sequence[_Asked]]
_NO_CLASS = ("_month", "_until", "_cases")


def families(
    indicators: Iterable[Indicator],
    found: Mapping[str, Tally],
    frames: Frames,
    la_code: str,
    as_at: date,
) -> Iterator[Family]:
    """Group the indicators of children into families.

    Indicators whose rules share a cohort are of one family. Only rules with totals in
    `indicator_tallies` take part.
    """
    groups: list[_Calls] = []
    for own in _by_indicator(indicators, found):
        related = [group for group in groups if group.keys() & own.keys()]
        groups = [group for group in groups if not group.keys() & own.keys()]
        groups.append(_joined([*related, own]))
    for group in groups:
        rules: list[About] = []
        cases: list[Cases] = []
        for call, asked in group.items():
            rows = standings(call, [one.rule for one in asked], frames, la_code, as_at)
            told = _classes(rows, cases)
            rules += [_about(one, place, told) for place, one in enumerate(asked)]
        states = any(COHORTS[call.name].states for call in group)
        yield Family(rules, cases, states, as_at)


def _by_indicator(indicators: Iterable[Indicator], found: Mapping[str, Tally]) -> Iterator[_Calls]:
    """Yield the rules of each indicator of children by cohort, states apart from events."""
    for indicator in filter(of_children, indicators):
        for states in (False, True):
            own: dict[CohortCall, list[_Asked]] = defaultdict(list)
            for rule in (indicator.rule, *indicator.variants):
                known = rule.id in found[indicator.id].rules
                if known and COHORTS[rule.cohort.name].states == states:
                    asked = _Asked(indicator.id, rule, rule is indicator.rule)
                    own[rule.cohort].append(asked)
            if own:
                yield own


def _joined(groups: Iterable[_Calls]) -> _Calls:
    joined: dict[CohortCall, list[_Asked]] = defaultdict(list)
    for group in groups:
        for call, asked in group.items():
            joined[call] += asked
    return joined


def _classes(rows: Iterable[Mapping[str, Any]], cases: list[Cases]) -> dict[int, Mapping[str, Any]]:
    """Return how each class stands in every rule, by its bit; add its cases to `class_cases`."""
    bit = 1 << max((one.one.bit_length() for one in cases), default=0)
    bits: dict[tuple[Any, ...], int] = {}
    told: dict[int, Mapping[str, Any]] = {}
    # In order of time: later cases must not renumber earlier classes, or an earlier page would have
    # shown other numbers.
    for row in sorted(rows, key=lambda row: (row["_month"], str(list(row.values())))):
        standing = {name: value for name, value in row.items() if name not in _NO_CLASS}
        key = tuple(standing.values())
        if key not in bits:
            bits[key], told[bit] = bit, standing
            bit <<= 1
        cases.append(Cases(bits[key], row["_month"], row["_until"], row["_cases"]))
    return told


def _about(one: _Asked, place: int, told: Mapping[int, Mapping[str, Any]]) -> About:
    """Find the classes of each number of a rule, from how every class stands in it."""

    def of(column: str, value: object) -> int:
        return sum(bit for bit, row in told.items() if row.get(column) == value)

    def by_name(column: str) -> dict[str, int]:
        names = sorted({row[column] for row in told.values() if row.get(column) is not None})
        return {name: of(column, name) for name in names}

    endings = {kind: f"{place}{distinct_column(one.rule, kind)}" for kind in KINDS}
    if one.rule.base is not None:
        endings = {}  # how a headcount relates to these cases is not known
    return About(
        indicator=one.indicator,
        rule=one.rule,
        main=one.main,
        numerator={kind: of(f"_n_{ending}", 1) for kind, ending in endings.items()},
        denominator={kind: of(f"_d_{ending}", 1) for kind, ending in endings.items()},
        left_out=by_name(f"_left_{place}"),
        outcomes=by_name(f"_outcome_{place}"),
    )


def _added(cases: Iterable[Cases]) -> dict[int, int]:
    counts: dict[int, int] = Counter()
    for one in cases:
        counts[one.one] += one.number
    return counts


def _sum(counts: Mapping[int, int], classes: int) -> int:
    return sum(number for one, number in counts.items() if one & classes)
