"""The totals of indicators as they may be published, with small counts of children hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from math import isnan, nan

from kpitui.counts.rule_tally import IndicatorTally, RuleTally
from kpitui.disclosure.cell_values import hide_message_cells, merge_unlisted_groups
from kpitui.disclosure.families import IndicatorFamily, RuleNumbers, find_families
from kpitui.disclosure.releases import Release
from kpitui.model.board import HIDDEN_NUMBER, LARGEST_HIDDEN_COUNT, Count, CountBounds
from kpitui.model.catalogue import Indicator
from kpitui.model.periods import Period
from kpitui.model.windows import get_window_months
from kpitui.tables.as_known_on import TableFrames


def hide_small_counts(
    indicators: Sequence[Indicator],
    indicator_tallies: Mapping[str, IndicatorTally],
    table_frames: TableFrames,
    la_code: str,
    as_at: date,
    releases: Sequence[Release] = (),
) -> dict[str, IndicatorTally]:
    """Return the totals of all of a council's indicators, with the small counts of children hidden.

    All of them are needed at once, because what one shows may give away what another hides.
    """
    tallies = dict(indicator_tallies)
    for family in find_families(indicators, indicator_tallies, table_frames, la_code, as_at, releases):
        for rule_numbers in family.rule_numbers:
            tally = tallies[rule_numbers.indicator.id]
            rule_tally = tally.rule_tallies[rule_numbers.rule.id]
            tally_fields = {field.name: getattr(rule_tally, field.name) for field in fields(rule_tally)}
            public_tally = PublicRuleTally(**tally_fields, family=family, rule_numbers=rule_numbers)
            tallies[rule_numbers.indicator.id] = replace(
                tally, rule_tallies={**tally.rule_tallies, rule_numbers.rule.id: public_tally}
            )
    return tallies


_HIDDEN_BOUNDS = CountBounds((HIDDEN_NUMBER, HIDDEN_NUMBER), (HIDDEN_NUMBER, HIDDEN_NUMBER), HIDDEN_NUMBER)


def _hide_doubts(public_count: Count, full_count: Count, doubtful_reasons: Mapping[str, bool]) -> Count:
    """Add the doubts of a full count to a public one, as far as they reveal no small number.

    `doubtful_reasons` are those for which cases are left out and unknown alike, and whether it may be
    told of their hidden numbers that they are small. A number of unknown cases is shown where the
    same cases are shown as left out. Bounds are worked out from numbers that are shown; each that is
    not is taken to be as large as it may be.
    """
    # A reason whose number is hidden is named even where nobody is left out for it.
    hidden_reasons = {reason for reason in doubtful_reasons if isnan(public_count.excluded.get(reason, 0))}
    unknown = {
        reason: full_count.unknown[reason]
        if reason not in hidden_reasons and public_count.excluded.get(reason) == full_count.unknown[reason]
        else HIDDEN_NUMBER
        for reason in sorted({*full_count.unknown, *hidden_reasons})
    }
    if not unknown and full_count.bounds is None:
        return public_count
    doubtful_count = replace(public_count, unknown=unknown)
    if full_count.bounds is not None and (open_reason := full_count.bounds.open_reason) is not None:
        open_bounds = replace(full_count.bounds, open_reason=hide_message_cells(open_reason))
        return replace(doubtful_count, is_small=False, bounds=open_bounds)
    if not public_count.is_hidden and unknown and not any(map(isnan, unknown.values())):
        return replace(doubtful_count, bounds=full_count.bounds)
    hidden_numbers = [full_count.unknown.get(reason, 0) for reason, number in unknown.items() if isnan(number)]
    may_tell_bounds = all(doubtful_reasons[reason] for reason in hidden_reasons)
    is_share = public_count.measure.traits.is_share
    if (
        not is_share
        or public_count.is_hidden
        or not may_tell_bounds
        or max(hidden_numbers, default=nan) > LARGEST_HIDDEN_COUNT
    ):
        return replace(doubtful_count, is_small=False, bounds=_HIDDEN_BOUNDS)
    return replace(doubtful_count, bounds=_widen_bounds(doubtful_count))


def _widen_bounds(count: Count) -> CountBounds:
    """Work out bounds with as many unknown cases as a hidden number may be."""
    numerator, denominator = count.numerator, count.denominator
    most = sum(LARGEST_HIDDEN_COUNT if isnan(number) else number for number in count.unknown.values())
    fewest = max(1, denominator - most)
    highest = (min(numerator + most, fewest), fewest)
    return CountBounds((max(0, numerator - most), denominator + most), highest, denominator - most)


def compare_counts(indicator_tally: IndicatorTally, period: Period) -> tuple[tuple[Count, Count], ...]:
    """Return the counts of an indicator's rules for a period, as they are shown and as they are."""
    tallies = indicator_tally.rule_tallies.values()
    return tuple(
        pair for tally in tallies if isinstance(tally, PublicRuleTally) for pair in tally.compare_counts(period)
    )


@dataclass(frozen=True, slots=True)
class PublicRuleTally(RuleTally):
    """The running totals of a rule over cases that may be children."""

    family: IndicatorFamily
    rule_numbers: RuleNumbers

    def count_period(self, period: Period) -> Count:
        """Return the count of a period, with `HIDDEN_NUMBER` for what may not be shown."""
        # `slots=True` makes a second class of the name, so super() without arguments would fail
        # here.
        full_count = RuleTally.count_period(self, period)
        counted_classes = self.rule_numbers.numerator_classes.get(period.kind)
        classes = self.rule_numbers.denominator_classes.get(period.kind)
        month_span = get_window_months(self.rule.window, period)
        left_out_classes = self.rule_numbers.left_out_classes
        reserved_number = (
            {self.rule_numbers.reserved_reason: HIDDEN_NUMBER} if self.rule_numbers.reserved_reason else {}
        )
        measure = self.rule.measure
        # Values are shown where the number of their cases is.
        counted_classes = classes if measure.value_column else counted_classes
        numerator = self._hide_unless_shown(full_count.numerator, counted_classes, period)
        public_count = Count(
            numerator,
            self._hide_denominator(full_count, classes, period),
            self._hide_by_name(full_count.excluded, left_out_classes, period) | reserved_number,
            is_small=not measure.value_column
            and counted_classes is not None
            and self.family.is_told_small(counted_classes, month_span),
            measure=measure,
        )
        if measure.value_column and (isnan(numerator) or full_count.case_count <= LARGEST_HIDDEN_COUNT):
            public_count = replace(public_count, numerator=HIDDEN_NUMBER, denominator=HIDDEN_NUMBER)
        doubtful_reasons = {
            reason: self.family.is_told_small(left_out_classes[reason], month_span)
            for reason in self.rule_numbers.doubtful_reasons
        }
        return _hide_doubts(public_count, full_count, doubtful_reasons)

    def _hide_denominator(self, full_count: Count, classes: int | None, period: Period) -> float:
        """Hide a denominator of cases unless it is shown; a population is public."""
        if self.rule.measure.kind in ("rate", "number"):
            return full_count.denominator
        return self._hide_unless_shown(full_count.denominator, classes, period)

    def compare_counts(self, period: Period) -> Iterator[tuple[Count, Count]]:
        """Yield the counts of a period and of the year to its end, as they are shown and as they are."""
        tallies = [self]
        if self.rule.window == "period" and not self.rule.distinct:
            tallies.append(replace(self, rule=replace(self.rule, window="year-to-date")))
        for tally in tallies:
            yield tally.count_period(period), RuleTally.count_period(tally, period)
        outcomes, public_outcomes = RuleTally.count_outcomes(self, period), self.count_outcomes(period)
        yield Count(0, 0, public_outcomes), Count(0, 0, merge_unlisted_groups(outcomes, self.rule_numbers.indicator))

    def count_outcomes(self, period: Period) -> Mapping[str, float]:
        """Return the eligible but uncounted cases by outcome, as far as they may be shown."""
        outcomes = merge_unlisted_groups(RuleTally.count_outcomes(self, period), self.rule_numbers.indicator)
        return self._hide_by_name(outcomes, self.rule_numbers.outcome_classes, period)

    def _hide_by_name(
        self, numbers_by_name: Mapping[str, float], classes_by_name: Mapping[str, int], period: Period
    ) -> dict[str, float]:
        """Hide the numbers of reasons or outcomes that may not be shown, and leave out zeros."""
        # A name without a number has no case, and that may have to be hidden as well.
        numbers = {
            name: self._hide_unless_shown(numbers_by_name.get(name, 0), classes_by_name.get(name), period)
            for name in sorted({*numbers_by_name, *classes_by_name})
        }
        return {name: number for name, number in numbers.items() if number != 0}

    def _hide_unless_shown(self, case_number: float, class_bits: int | None, period: Period) -> float:
        month_span = get_window_months(self.rule.window, period)
        may_be_shown = class_bits is not None and self.family.is_shown(class_bits, month_span)
        return case_number if may_be_shown else HIDDEN_NUMBER
