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
from functools import reduce
from itertools import combinations
from operator import or_
from typing import Any

from kpitui.counts.case_labels import get_measure_suffix, has_growing_spans
from kpitui.counts.monthly_sums import count_alike_cases
from kpitui.counts.rule_tally import IndicatorTally
from kpitui.disclosure.cell_values import name_public_group
from kpitui.disclosure.ledger import DisclosureLedger, PublishableNumber
from kpitui.disclosure.people import is_about_children
from kpitui.disclosure.releases import RELEASED_OUTCOMES, RELEASED_REASONS, RELEASED_VALUE, Release
from kpitui.disclosure.stock_flows import (
    HIDE_STOCK,
    FamilyRule,
    RulesByCohort,
    find_reserved_reasons,
    list_totals_elsewhere,
)
from kpitui.model.catalogue import CohortCall, Exclusion, Indicator, Rule
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.periods import Period, PeriodKind, get_month_end
from kpitui.model.windows import get_window_months
from kpitui.tables.as_known_on import TableFrames

PERIOD_KINDS: tuple[PeriodKind, ...] = ("month", "quarter", "year")
MonthSpan = tuple[int, int]
UNNAMED_DIFFERENCE = "the difference of two numbers"


@dataclass(frozen=True, slots=True, eq=False)
class RuleNumbers:
    """The numbers of a rule, each as the classes of cases that it is made of, as bits.

    Numerator and denominator are by kind of period. A kind that is missing is never shown, nor is
    the number left out for the `reserved_reason` (`kpitui.disclosure.stock_flows`).
    """

    indicator: Indicator
    rule: Rule
    is_main: bool
    reserved_reason: str
    numerator_classes: Mapping[PeriodKind, int]
    denominator_classes: Mapping[PeriodKind, int]
    left_out_classes: Mapping[str, int]
    outcome_classes: Mapping[str, int]

    def list_measure_groups(self) -> Iterator[int]:
        """Yield the classes counted, eligible and not counted, for each kind of period."""
        for period_kind in self.numerator_classes:
            counted_classes, classes = (self.numerator_classes[period_kind], self.denominator_classes[period_kind])
            yield from (counted_classes, classes, classes & ~counted_classes)

    def list_class_groups(self) -> Iterator[int]:
        """Yield the classes of every number of the rule."""
        yield from (*self.list_measure_groups(), *self.left_out_classes.values(), *self.outcome_classes.values())

    def find_total_classes(self, exclusions: tuple[Exclusion, ...]) -> int:
        """Return the classes of all cases that some exclusions leave in; none if that cannot be told."""
        own_exclusions, period_kind = self.rule.exclusions, next(iter(self.denominator_classes), None)
        if period_kind is None or self.rule.population or own_exclusions[: len(exclusions)] != exclusions:
            return 0
        further_reasons = {exclusion.reason for exclusion in own_exclusions[len(exclusions) :]}
        left_out_classes = (bits for reason, bits in self.left_out_classes.items() if reason in further_reasons)
        return reduce(or_, left_out_classes, self.denominator_classes[period_kind])

    def list_released_classes(self, release: Release) -> Iterator[int]:
        """Yield the classes of the numbers that a release shows of this rule."""
        period_kind = release.period.kind
        if release.kind == (RELEASED_VALUE if self.is_main else self.rule.id.casefold()):
            yield from (
                classes[period_kind]
                for classes in (self.denominator_classes, self.numerator_classes)
                if period_kind in classes
            )
        elif self.is_main and release.kind == RELEASED_OUTCOMES:
            yield from self.outcome_classes.values()
        elif self.is_main and release.kind == RELEASED_REASONS:
            yield from (bits for reason, bits in self.left_out_classes.items() if reason != self.reserved_reason)

    def name_groups(self) -> Iterator[tuple[int, str]]:
        """Yield the classes of each number of the rule with a name for it."""
        name = self.indicator.code if self.is_main else f"{self.indicator.code}, {self.rule.title}"
        outcome_names = self.indicator.outcome_names
        yield from ((bits, f"{name}: {outcome_names.get(code, code)}") for code, bits in self.outcome_classes.items())
        yield from ((bits, f"{name}: left out, {reason}") for reason, bits in self.left_out_classes.items())
        for period_kind, classes in self.denominator_classes.items():
            counted_classes = self.numerator_classes[period_kind]
            yield classes & ~counted_classes, f"{name}: not counted"
            yield classes, f"{name}: all"
            yield counted_classes, f"{name}: counted"

    @property
    def doubtful_reasons(self) -> frozenset[str]:
        """Return the reasons to be left out for which cases are unknown as well, with the same numbers."""
        return frozenset(entry.reason for entry in self.rule.unknown_columns) & self.left_out_classes.keys()


_RankedNumbers = tuple[RuleNumbers, PeriodKind, int]
"""The numbers of a rule, for a kind of period and some quarters."""


@dataclass(frozen=True, slots=True)
class ClassCases:
    """Cases of one class, by the month of the event, or by the months a state began and ended."""

    class_bit: int
    first_month: int
    end_month: int | None
    case_count: int


class IndicatorFamily:
    """Rules over the same cases; decides on their numbers when first asked.

    Events fall into quarters, which add up within a financial year. States stand alone, each on the
    last day of a month.
    """

    def __init__(
        self,
        rule_numbers: Iterable[RuleNumbers],
        class_cases: Sequence[ClassCases],
        are_states: bool,
        as_at: date,
        totals_elsewhere: Iterable[tuple[Exclusion, ...]] = (),
        releases: Sequence[Release] = (),
    ) -> None:
        self._releases = releases
        self.rule_numbers = sorted(rule_numbers, key=lambda numbers: not numbers.is_main)
        self._class_cases, self._are_states, self._as_at = class_cases, are_states, as_at
        self._ledgers_by_key: dict[int, DisclosureLedger] = {}
        self._class_groups = [group for numbers in self.rule_numbers for group in numbers.list_class_groups()]
        self._known_totals = dict.fromkeys(
            numbers.find_total_classes(exclusions) for exclusions in totals_elsewhere for numbers in self.rule_numbers
        )
        # Two rules of one indicator over different cohorts stand side by side on its page.
        self._group_pairs = [
            pair
            for first_numbers, second_numbers in combinations(self.rule_numbers, 2)
            if first_numbers.indicator is second_numbers.indicator
            and first_numbers.rule.cohort != second_numbers.rule.cohort
            for pair in zip(first_numbers.list_measure_groups(), second_numbers.list_measure_groups(), strict=False)
        ]

    def is_shown(self, class_bits: int, month_span: MonthSpan) -> bool:
        """Say whether the cases of some classes in some months may be shown.

        They may if each of the quarters may, in whatever years, or all of them as one number.
        """
        quarters = self._locate_quarters(month_span)
        if quarters and all(self._open_ledger(key).is_shown(bit, class_bits) for key, bit in quarters):
            return True
        return any(ledger.is_shown(bits, class_bits) for ledger, bits in self._combine_quarters(quarters))

    def is_told_small(self, class_bits: int, month_span: MonthSpan) -> bool:
        """Say whether it may be told of the cases of some classes in some months that they are few."""
        quarters = self._combine_quarters(self._locate_quarters(month_span))
        return any(ledger.is_told_small(bits, class_bits) for ledger, bits in quarters)

    def _locate_quarters(self, month_span: MonthSpan) -> list[tuple[int, int]]:
        """Return the ledger and the bit of each quarter in a span; none if it is never shown."""
        first_month, last_month = month_span
        if get_month_end(last_month) >= self._as_at:
            return []  # not over: more cases may come
        if self._are_states:
            return [(last_month, 1)]
        if first_month % 3 or (last_month + 1) % 3:
            return []  # a month gives away the rest of its quarter
        return [(number // 4, 1 << number % 4) for number in range(first_month // 3, last_month // 3 + 1)]

    def _combine_quarters(self, ledger_quarters: Sequence[tuple[int, int]]) -> Iterator[tuple[DisclosureLedger, int]]:
        """Yield the ledger and all the bits, if the quarters are of one financial year."""
        if len({key for key, _ in ledger_quarters}) == 1:
            yield (self._open_ledger(ledger_quarters[0][0]), sum(bit for _, bit in ledger_quarters))

    def _open_ledger(self, ledger_key: int) -> DisclosureLedger:
        """Return the ledger of a financial year or of a month's last day, filled on first use."""
        if ledger_key not in self._ledgers_by_key:
            ledger = self._ledgers_by_key[ledger_key] = DisclosureLedger(self._class_groups, self._group_pairs)
            quarters = list(self._count_by_quarter(ledger_key))
            for index, cases_by_class in enumerate(quarters):
                ledger.add_quarter(cases_by_class, list(self._list_candidates(index, cases_by_class)))
                ledger.release_numbers(self._list_released_numbers(ledger_key, index, len(quarters)))
        return self._ledgers_by_key[ledger_key]

    def _list_released_numbers(
        self, ledger_key: int, quarter_index: int, quarter_count: int
    ) -> Iterator[tuple[int, int]]:
        """Yield what is released after a quarter: the last one that was over on the day of the release.

        Pages made before that day showed what is shown without the release, so it comes after that.
        """
        for release in self._releases:
            released_on = release.released_on or self._as_at
            over_count = 1
            while over_count < quarter_count and get_month_end((ledger_key * 4 + over_count) * 3 + 2) < released_on:
                over_count += 1
            for class_bits, month_span in self._list_released_classes(release):
                for key, quarter_bits in self._locate_released_quarters(month_span):
                    position = min(max(over_count, quarter_bits.bit_length()), quarter_count) - 1
                    if key == ledger_key and position == quarter_index:
                        yield quarter_bits, class_bits

    def _locate_released_quarters(self, month_span: MonthSpan) -> Iterator[tuple[int, int]]:
        """Yield the key of the ledger and the quarters of a span that lies in one ledger."""
        quarters = self._locate_quarters(month_span)
        if len({key for key, _ in quarters}) == 1:
            yield quarters[0][0], sum(bit for _, bit in quarters)

    def _list_released_classes(self, release: Release) -> Iterator[tuple[int, MonthSpan]]:
        """Yield the classes of each number of a release, with its months."""
        for numbers in self.rule_numbers:
            if not release.concerns(numbers.indicator):
                continue
            month_span = get_window_months(numbers.rule.window, release.period)
            yield from ((class_bits, month_span) for class_bits in numbers.list_released_classes(release))

    def list_given_away(self) -> Iterator[tuple[str, str, float]]:
        """Yield every small number that releases give away: its name, its quarters and the number."""
        names = {bits: name for numbers in self.rule_numbers for bits, name in numbers.name_groups()}
        for ledger_key, ledger in sorted(self._ledgers_by_key.items()):
            for (added_slots, subtracted_slots), value in ledger.given_away.items():
                quarter_bits, class_bits = ledger.split_slots(added_slots)
                name = "" if subtracted_slots else names.get(class_bits & ledger.present_classes, "")
                yield name or UNNAMED_DIFFERENCE, self._describe_quarters(ledger_key, quarter_bits), value

    def _describe_quarters(self, ledger_key: int, quarter_bits: int) -> str:
        if self._are_states:
            return Period("month", ledger_key).label
        indexes = [index for index in range(4) if quarter_bits >> index & 1]
        return " with ".join(Period("quarter", ledger_key * 4 + index).label for index in indexes)

    def _count_by_quarter(self, ledger_key: int) -> Iterator[dict[int, int]]:
        """Yield cases by class, for each complete quarter of a year or for a day of states."""
        if self._are_states:
            yield _count_cases_by_class(
                group
                for group in self._class_cases
                if group.first_month <= ledger_key and (group.end_month is None or group.end_month > ledger_key)
            )
            return
        for number in range(ledger_key * 4, ledger_key * 4 + 4):
            if get_month_end(number * 3 + 2) >= self._as_at:
                return
            yield _count_cases_by_class(
                case_group for case_group in self._class_cases if case_group.first_month // 3 == number
            )

    def _list_candidates(self, quarter_index: int, cases_by_class: Mapping[int, int]) -> Iterator[PublishableNumber]:
        """Yield the numbers that may be shown at the end of a quarter, the most important first.

        That a numerator is small comes after all numbers of its kind: its colour may follow. Reasons
        and outcomes come after all numerators and denominators: where one number of two must be
        hidden, it is the later one (docs/public.md).
        """
        # What another family shows of the same people is known whatever is decided here.
        yield from (PublishableNumber(1 << quarter_index, class_bits) for class_bits in self._known_totals)
        ranked_numbers = list(dict.fromkeys(self._rank_numbers(quarter_index)))
        for is_main in (True, False):
            measures = [measure for measure in ranked_numbers if measure[0].is_main == is_main]
            yield from self._list_measures(measures)
        for numbers, period_kind, quarter_bits in ranked_numbers:
            for reason, class_bits in numbers.left_out_classes.items():
                if reason != numbers.reserved_reason:
                    yield PublishableNumber(quarter_bits, class_bits)
            for reason in sorted(numbers.doubtful_reasons):
                yield PublishableNumber(quarter_bits, numbers.left_out_classes[reason], is_hint=True)
            classes = numbers.denominator_classes.get(period_kind, 0) & ~numbers.numerator_classes.get(period_kind, 0)
            # The largest come first: those hidden together with the small ones are then small as
            # well.
            for class_bits in sorted(
                numbers.outcome_classes.values(), key=lambda bits: -_sum_class_counts(cases_by_class, bits)
            ):
                yield PublishableNumber(quarter_bits, class_bits, breakdown_classes=classes)

    def _list_measures(self, ranked_numbers: Sequence[_RankedNumbers]) -> Iterator[PublishableNumber]:
        """Yield denominators and numerators, and then which numerators are small."""
        measures = [measure for measure in ranked_numbers if measure[1] in measure[0].numerator_classes]
        for numbers, period_kind, quarter_bits in measures:
            yield PublishableNumber(quarter_bits, numbers.denominator_classes[period_kind])
            yield PublishableNumber(quarter_bits, numbers.numerator_classes[period_kind])
        for numbers, period_kind, quarter_bits in measures:
            yield PublishableNumber(quarter_bits, numbers.numerator_classes[period_kind], is_hint=True)

    def _rank_numbers(self, quarter_index: int) -> Iterator[_RankedNumbers]:
        """Yield rules with a kind of period and its quarters: main rules first, then variants."""
        this_quarter, year_so_far = 1 << quarter_index, (2 << quarter_index) - 1
        for is_main in (True, False):
            ranked_rules = [numbers for numbers in self.rule_numbers if numbers.is_main == is_main]
            for numbers in ranked_rules:
                is_year_to_date = numbers.rule.window == "year-to-date"
                yield numbers, "quarter", year_so_far if is_year_to_date else this_quarter
            for numbers in ranked_rules:
                # A figure of the quarter alone has the year to date beside it, where its cases add
                # up.
                if numbers.rule.window == "period" and is_main and not numbers.rule.distinct:
                    yield numbers, "quarter", year_so_far
                if numbers.rule.window == "period" and quarter_index == 3:
                    yield numbers, "year", year_so_far


# --- how families are found ----------------------------------------------------------------------


_NON_CLASS_COLUMNS = ("_month", "_until", "_cases")


def find_families(
    indicators: Iterable[Indicator],
    indicator_tallies: Mapping[str, IndicatorTally],
    table_frames: TableFrames,
    la_code: str,
    as_at: date,
    releases: Sequence[Release] = (),
) -> Iterator[IndicatorFamily]:
    """Group the indicators of children into families.

    Indicators whose rules share a cohort are of one family. Only rules with totals in
    `indicator_tallies` take part.
    """
    rule_groups: list[RulesByCohort] = []
    for rules in _group_rules_by_indicator(indicators, indicator_tallies):
        groups = [group for group in rule_groups if group.keys() & rules.keys()]
        rule_groups = [rule_group for rule_group in rule_groups if not rule_group.keys() & rules.keys()]
        rule_groups.append(_merge_rule_groups([*groups, rules]))
    reserved_reasons = find_reserved_reasons(rule_groups)
    for rule_group in rule_groups:
        rule_numbers: list[RuleNumbers] = []
        class_cases: list[ClassCases] = []
        for cohort_call, family_rules in rule_group.items():
            rows = count_alike_cases(
                cohort_call, [family_rule.rule for family_rule in family_rules], table_frames, la_code, as_at
            )
            _hide_group_names(rows, family_rules)
            standing_by_class = _classify_cases(rows, class_cases)
            rule_numbers += [
                _collect_rule_numbers(rule, index, standing_by_class, reserved_reasons.get(cohort_call, ""))
                for index, rule in enumerate(family_rules)
            ]
        are_states = any(COHORTS[call.name].cases_are_states for call in rule_group)
        totals_elsewhere = list_totals_elsewhere(rule_group, rule_groups)
        yield IndicatorFamily(rule_numbers, class_cases, are_states, as_at, totals_elsewhere, releases)


def _hide_group_names(standing_rows: Iterable[dict[str, Any]], family_rules: Sequence[FamilyRule]) -> None:
    """Give the outcomes of all rows the names that they have in public."""
    for index, family_rule in enumerate(family_rules):
        column_name = f"_outcome_{index}"
        for standing_row in standing_rows:
            if standing_row.get(column_name) is not None:
                standing_row[column_name] = name_public_group(standing_row[column_name], family_rule.indicator)


def _group_rules_by_indicator(
    indicators: Iterable[Indicator], indicator_tallies: Mapping[str, IndicatorTally]
) -> Iterator[RulesByCohort]:
    """Yield the rules of each indicator of children by cohort, states apart from events."""
    for indicator in filter(is_about_children, indicators):
        for are_states in (False, True):
            rules_by_cohort: dict[CohortCall, list[FamilyRule]] = defaultdict(list)
            for rule in (indicator.rule, *indicator.variants):
                has_tally = rule.id in indicator_tallies[indicator.id].rule_tallies
                if has_tally and COHORTS[rule.cohort.name].cases_are_states == are_states:
                    family_rule = FamilyRule(indicator, rule, rule is indicator.rule)
                    rules_by_cohort[rule.cohort].append(family_rule)
            if rules_by_cohort:
                yield rules_by_cohort


def _merge_rule_groups(rule_groups: Iterable[RulesByCohort]) -> RulesByCohort:
    merged_rules: dict[CohortCall, list[FamilyRule]] = defaultdict(list)
    for rule_group in rule_groups:
        for cohort_call, family_rules in rule_group.items():
            merged_rules[cohort_call] += family_rules
    return merged_rules


def _classify_cases(
    standing_rows: Iterable[Mapping[str, Any]], class_cases: list[ClassCases]
) -> dict[int, Mapping[str, Any]]:
    """Return how each class stands in every rule, by its bit; add its cases to `class_cases`."""
    next_bit = 1 << max((group.class_bit.bit_length() for group in class_cases), default=0)
    bits_by_standing: dict[tuple[Any, ...], int] = {}
    standing_by_class: dict[int, Mapping[str, Any]] = {}
    # In order of time: later cases must not renumber earlier classes, or an earlier page would have
    # shown other numbers.
    for standing_row in sorted(standing_rows, key=lambda row: (row["_month"], str(list(row.values())))):
        standing = {name: value for name, value in standing_row.items() if name not in _NON_CLASS_COLUMNS}
        standing_key = tuple(standing.values())
        if standing_key not in bits_by_standing:
            bits_by_standing[standing_key], standing_by_class[next_bit] = next_bit, standing
            next_bit <<= 1
        class_cases.append(
            ClassCases(
                bits_by_standing[standing_key], standing_row["_month"], standing_row["_until"], standing_row["_cases"]
            )
        )
    return standing_by_class


def _collect_rule_numbers(
    family_rule: FamilyRule, rule_index: int, standing_by_class: Mapping[int, Mapping[str, Any]], reserved_reason: str
) -> RuleNumbers:
    """Find the classes of each number of a rule, from how every class stands in it."""

    def combine_classes(column_name: str, column_value: object) -> int:
        return sum(bit for bit, standing in standing_by_class.items() if standing.get(column_name) == column_value)

    def combine_by_name(column_name: str) -> dict[str, int]:
        value_names = sorted(
            {standing[column_name] for standing in standing_by_class.values() if standing.get(column_name) is not None}
        )
        return {name: combine_classes(column_name, name) for name in value_names}

    is_stock_hidden = reserved_reason == HIDE_STOCK
    column_suffixes = {
        kind: f"{rule_index}{get_measure_suffix(family_rule.rule, Period(kind, 0))}" for kind in PERIOD_KINDS
    }
    # How a headcount relates to these cases is not known, nor which of a subject's cases stands for it
    # while the year goes on.
    if family_rule.rule.base_cohort is not None or has_growing_spans(family_rule.rule) or is_stock_hidden:
        column_suffixes = {}
    return RuleNumbers(
        indicator=family_rule.indicator,
        rule=family_rule.rule,
        is_main=family_rule.is_main,
        reserved_reason="" if is_stock_hidden else reserved_reason,
        numerator_classes={
            period_kind: combine_classes(f"_n_{suffix}", 1) for period_kind, suffix in column_suffixes.items()
        },
        denominator_classes={
            period_kind: combine_classes(f"_d_{column_suffix}", 1)
            for period_kind, column_suffix in column_suffixes.items()
        },
        left_out_classes={} if is_stock_hidden else combine_by_name(f"_left_{rule_index}"),
        outcome_classes={} if is_stock_hidden else combine_by_name(f"_outcome_{rule_index}"),
    )


def _count_cases_by_class(class_cases: Iterable[ClassCases]) -> dict[int, int]:
    cases_by_class: dict[int, int] = Counter()
    for case_group in class_cases:
        cases_by_class[case_group.class_bit] += case_group.case_count
    return cases_by_class


def _sum_class_counts(cases_by_class: Mapping[int, int], class_bits: int) -> int:
    return sum(count for bit, count in cases_by_class.items() if bit & class_bits)
