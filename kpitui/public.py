"""What may be published: the counts of children of every indicator, with the small ones hidden.

One `Ledger` decides for all the indicators that are of the same cases, a financial year at a time,
and of every quarter whether or not it is on the page: whatever pages are made from the same tables,
of any period and any indicator, they show and hide the same numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from itertools import combinations
from typing import Any

from kpitui.cohorts import COHORTS
from kpitui.counts import RuleTally, Tally, distinct_column, standings, window_months
from kpitui.judge.disclosure import Cell, Ledger
from kpitui.judge.mentions import about_children, small_counts
from kpitui.model import HIDDEN, CohortCall, Comparator, Count, Indicator, Note, Rule, Source
from kpitui.periods import Kind, Period, month_end, parse_or_none
from kpitui.tables.known import Frames
from kpitui.tables.schema import TABLES

NO_CHILDREN = ("urn", "worker")
"""Whose cases are public, by the column that names them: schools and settings, and staff."""
HELD_BACK = "held back: mentions a small number"
KINDS: tuple[Kind, ...] = ("quarter", "year")
Months = tuple[int, int]


def of_people(indicator: Indicator) -> bool:
    """Whether the rows behind a number are of people, children or staff, and never public."""
    return any(COHORTS[rule.cohort.name].subject != "urn" for rule in _rules(indicator))


def of_children(indicator: Indicator) -> bool:
    """Whether an indicator counts children, or cases of which nobody says whose they are."""
    return any(COHORTS[rule.cohort.name].subject not in NO_CHILDREN for rule in _rules(indicator))


def _rules(indicator: Indicator) -> tuple[Rule, ...]:
    return (indicator.rule, *indicator.variants)


def public_tallies(
    indicators: Sequence[Indicator],
    found: Mapping[str, Tally],
    frames: Frames,
    la_code: str,
    as_at: date,
) -> dict[str, Tally]:
    """The totals of all of a council's indicators, those of children with small counts hidden.

    All of them are given at once, since what one shows may give away what another hides.
    """
    public = dict(found)
    for family, asked in _families(indicators, found, as_at):
        family.read(asked, frames, la_code)
        for about in family.asked:
            tally = public[about.indicator]
            plain = tally.rules[about.rule.id]
            kept = {one.name: getattr(plain, one.name) for one in fields(plain)}
            own = PublicTally(**kept, family=family, about=about)
            public[about.indicator] = replace(tally, rules={**tally.rules, about.rule.id: own})
    return public


def public_figures(figures: Iterable[Comparator], own: RuleTally | None) -> tuple[Comparator, ...]:
    """A council's own published figures, without those that give away a count that is hidden."""
    return tuple(
        replace(one, value=None, symbol="c") if own is not None and _tells(one, own) else one
        for one in figures
    )


def _tells(one: Comparator, own: RuleTally) -> bool:
    period = parse_or_none(one.period)
    if period is None or one.basis == "not like-for-like":
        return False
    return own.count(period).hidden


def public_notes(notes: Iterable[Note], children: bool) -> tuple[Note, ...]:
    """Commentary without the texts that mention a small number of children.

    `children` says whether it is about an indicator of theirs.
    """
    return tuple(
        replace(one, text=HELD_BACK) if tells_of_few(one.text, children) else one for one in notes
    )


def tells_of_few(text: str, children: bool) -> bool:
    """Whether a text is held back: it has a small number in it, and speaks of children."""
    return bool(small_counts(text)) and (children or about_children(text))


def public_source(source: Source) -> Source:
    """A source without how many rows it has, where they may be children."""
    if source.table in TABLES and "child" not in TABLES[source.table].columns:
        return source
    return replace(source, rows_read=HIDDEN, rows_used=HIDDEN, rows_refused=HIDDEN)


@dataclass(frozen=True, slots=True, eq=False)
class _About:
    """A rule of an indicator, and of which classes of cases each of its numbers is."""

    indicator: str
    rule: Rule
    main: bool
    numerator: Mapping[Kind, int]
    denominator: Mapping[Kind, int]
    left_out: Mapping[str, int]
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PublicTally(RuleTally):
    """The running totals of a rule whose cases may be children: small numbers are hidden."""

    family: _Family
    about: _About

    def count(self, period: Period) -> Count:
        """The count of a period; what may not be shown is `HIDDEN`."""
        count = RuleTally.count(self, period)
        numerator = self.about.numerator.get(period.kind)
        denominator = self.about.denominator.get(period.kind)
        return Count(
            self._public(count.numerator, numerator, period),
            self._public(count.denominator, denominator, period),
            self._tally(count.excluded, self.about.left_out, period),
        )

    def gone(self, period: Period) -> Mapping[str, float]:
        """Cases in the denominator but not counted, by outcome, as far as they may be shown."""
        return self._tally(RuleTally.gone(self, period), self.about.outcomes, period)

    def _tally(
        self, numbers: Mapping[str, float], classes: Mapping[str, int], period: Period
    ) -> dict[str, float]:
        """A name that is not there has no case, which may have to be hidden as well."""
        shown = {
            name: self._public(numbers.get(name, 0), classes.get(name), period)
            for name in sorted({*numbers, *classes})
        }
        return {name: number for name, number in shown.items() if number != 0}

    def _public(self, number: float, classes: int | None, period: Period) -> float:
        when = window_months(self.rule.window, period)
        shown = classes is not None and self.family.shows(classes, when)
        return number if shown else HIDDEN


@dataclass(eq=False)
class _Family:
    """Indicators that are of the same cases: what one shows may give away what another hides.

    The cases of events fall into quarters, which add up within a financial year.  States stand
    alone, each on its day.
    """

    states: bool
    as_at: date
    asked: list[_About] = field(default_factory=list)
    # Each class of cases with its month, the month that its state was over, and how many they are.
    _cases: list[tuple[int, int, int | None, int]] = field(default_factory=list)
    _pairs: list[tuple[int, int]] = field(default_factory=list)
    _ledgers: dict[int, Ledger] = field(default_factory=dict)

    def read(self, asked: Mapping[CohortCall, Sequence[_Asked]], frames: Frames, la: str) -> None:
        """Sort all the cases into classes."""
        bit = 1
        for call, rules in asked.items():
            rows = standings(call, [one.rule for one in rules], frames, la, self.as_at)
            classes: dict[tuple[Any, ...], int] = {}
            for row in rows:
                key = tuple(value for name, value in row.items() if name not in _NO_CLASS)
                if key not in classes:
                    classes[key] = bit
                    bit <<= 1
                self._cases.append((classes[key], row["_month"], row["_until"], row["_cases"]))
            names = [name for name in (rows[0] if rows else ()) if name not in _NO_CLASS]
            told = {one: dict(zip(names, key, strict=True)) for key, one in classes.items()}
            self.asked += [_about(one, place, told) for place, one in enumerate(rules)]
        self.asked.sort(key=lambda one: not one.main)
        for one, other in combinations(self.asked, 2):
            if one.indicator == other.indicator and one.rule.cohort != other.rule.cohort:
                self._pairs += zip(_own_groups(one), _own_groups(other), strict=False)

    def shows(self, classes: int, when: Months) -> bool:
        """Whether the cases of some classes in some months may be shown."""
        first, last = when
        if month_end(last) >= self.as_at:
            return False
        if self.states:
            return self._ledger(last).shows(1, classes)
        if first % 3 or (last + 1) % 3:
            return False  # a month within its quarter tells of the two others
        quarters = range(first // 3, last // 3 + 1)
        if len({quarter // 4 for quarter in quarters}) == 1:
            bits = sum(1 << quarter % 4 for quarter in quarters)
            return self._ledger(quarters[0] // 4).shows(bits, classes)
        return all(self._ledger(one // 4).shows(1 << one % 4, classes) for one in quarters)

    def _ledger(self, of: int) -> Ledger:
        """What is decided for a financial year, or for the last day of a month."""
        if of not in self._ledgers:
            groups = [group for one in self.asked for group in _groups(one)]
            ledger = self._ledgers[of] = Ledger(groups, self._pairs)
            if self.states:
                held = self._held(of)
                ledger.add(held, list(self._cells(0, held)))
            for place, counts in enumerate(() if self.states else self._quarters(of)):
                ledger.add(counts, list(self._cells(place, counts)))
        return self._ledgers[of]

    def _held(self, month: int) -> dict[int, int]:
        counts: dict[int, int] = Counter()
        for one, begun, until, number in self._cases:
            if begun <= month and (until is None or until > month):
                counts[one] += number
        return counts

    def _quarters(self, year: int) -> Iterator[dict[int, int]]:
        """The cases by class of each quarter of a year that was over on the date."""
        for quarter in range(year * 4, year * 4 + 4):
            if month_end(quarter * 3 + 2) >= self.as_at:
                return
            counts: dict[int, int] = Counter()
            for one, month, _, number in self._cases:
                if month // 3 == quarter:
                    counts[one] += number
            yield counts

    def _cells(self, place: int, counts: Mapping[int, int]) -> Iterator[Cell]:
        """The numbers that may be asked for at the end of a quarter, the most wanted first."""
        wanted = list(dict.fromkeys(self._wanted(place)))
        for one, kind, quarters in wanted:
            for classes in (one.denominator.get(kind), one.numerator.get(kind)):
                if classes is not None:
                    yield Cell(quarters, classes)
        for one, kind, quarters in wanted:
            for classes in one.left_out.values():
                yield Cell(quarters, classes)
            whole = one.denominator.get(kind, 0) & ~one.numerator.get(kind, 0)
            # The largest first: what is hidden with the small ones is the least.
            for classes in sorted(one.outcomes.values(), key=lambda c: -_sum(counts, c)):
                yield Cell(quarters, classes, part_of=whole)

    def _wanted(self, place: int) -> Iterator[tuple[_About, Kind, int]]:
        this, so_far = 1 << place, (2 << place) - 1
        windows = {"year-to-date": so_far}
        for main in (True, False):
            asked = [one for one in self.asked if one.main == main]
            for one in asked:
                yield one, "quarter", windows.get(one.rule.window, this)
            for one in asked:
                if one.rule.window == "period" and main and not one.rule.distinct:
                    yield one, "quarter", so_far
                if one.rule.window == "period" and place == 3:
                    yield one, "year", so_far


@dataclass(frozen=True, slots=True)
class _Asked:
    indicator: str
    rule: Rule
    main: bool


_NO_CLASS = ("_month", "_until", "_cases")


def _families(
    indicators: Iterable[Indicator], found: Mapping[str, Tally], as_at: date
) -> Iterator[tuple[_Family, Mapping[CohortCall, Sequence[_Asked]]]]:
    """Indicators of children by the cases that they are of, events apart from states."""
    groups: list[dict[CohortCall, list[_Asked]]] = []
    for indicator in filter(of_children, indicators):
        rules = found[indicator.id].rules
        for states in (False, True):
            own: dict[CohortCall, list[_Asked]] = defaultdict(list)
            for rule in _rules(indicator):
                if rule.id in rules and COHORTS[rule.cohort.name].states == states:
                    asked = _Asked(indicator.id, rule, rule is indicator.rule)
                    own[rule.cohort].append(asked)
            if own:
                related = [group for group in groups if group.keys() & own.keys()]
                groups = [group for group in groups if group not in related]
                groups.append(_joined([*related, own]))
    for group in groups:
        states = any(COHORTS[call.name].states for call in group)
        yield _Family(states, as_at), group


def _joined(
    groups: Iterable[Mapping[CohortCall, list[_Asked]]],
) -> dict[CohortCall, list[_Asked]]:
    joined: dict[CohortCall, list[_Asked]] = defaultdict(list)
    for group in groups:
        for call, asked in group.items():
            joined[call] += asked
    return joined


def _about(one: _Asked, place: int, told: Mapping[int, Mapping[str, Any]]) -> _About:
    """The classes of each number of a rule, by the columns that say how a class stands in it."""

    def of(column: str, value: object) -> int:
        return sum(bit for bit, row in told.items() if row.get(column) == value)

    def by_name(column: str) -> dict[str, int]:
        names = sorted({row[column] for row in told.values() if row.get(column) is not None})
        return {name: of(column, name) for name in names}

    # A headcount is not of these cases: nothing is known of how it stands to them.
    kinds = () if one.rule.base is not None else KINDS
    return _About(
        indicator=one.indicator,
        rule=one.rule,
        main=one.main,
        numerator={kind: of(f"_n_{place}{distinct_column(one.rule, kind)}", 1) for kind in kinds},
        denominator={kind: of(f"_d_{place}{distinct_column(one.rule, kind)}", 1) for kind in kinds},
        left_out=by_name(f"_left_{place}"),
        outcomes=by_name(f"_outcome_{place}"),
    )


def _own_groups(one: _About) -> Iterator[int]:
    """Those counted, those who might be, and those who are not."""
    for kind in one.numerator:
        counted, all_of_them = one.numerator[kind], one.denominator[kind]
        yield from (counted, all_of_them, all_of_them & ~counted)


def _groups(one: _About) -> Iterator[int]:
    yield from _own_groups(one)
    yield from one.left_out.values()
    yield from one.outcomes.values()


def _sum(counts: Mapping[int, int], classes: int) -> int:
    return sum(number for one, number in counts.items() if one & classes)
