"""The totals of indicators as they may be published, with small counts of children hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from kpitui.counts import IndicatorTally, RuleTally, get_window_months
from kpitui.disclosure.families import IndicatorFamily, RuleNumbers, find_families
from kpitui.model.board import HIDDEN_NUMBER, Count
from kpitui.model.catalogue import Indicator
from kpitui.model.periods import Period
from kpitui.tables.as_known_on import TableFrames


def hide_small_counts(
    indicators: Sequence[Indicator],
    indicator_tallies: Mapping[str, IndicatorTally],
    table_frames: TableFrames,
    la_code: str,
    as_at: date,
) -> dict[str, IndicatorTally]:
    """Return the totals of all of a council's indicators, with the small counts of children hidden.

    All of them are needed at once, because what one shows may give away what another hides.
    """
    tallies = dict(indicator_tallies)
    for family in find_families(indicators, indicator_tallies, table_frames, la_code, as_at):
        for rule_numbers in family.rule_numbers:
            tally = tallies[rule_numbers.indicator_id]
            rule_tally = tally.rule_tallies[rule_numbers.rule.id]
            tally_fields = {field.name: getattr(rule_tally, field.name) for field in fields(rule_tally)}
            public_tally = PublicRuleTally(**tally_fields, family=family, rule_numbers=rule_numbers)
            tallies[rule_numbers.indicator_id] = replace(
                tally, rule_tallies={**tally.rule_tallies, rule_numbers.rule.id: public_tally}
            )
    return tallies


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
        return Count(
            self._hide_unless_shown(full_count.numerator, counted_classes, period),
            self._hide_unless_shown(full_count.denominator, classes, period),
            self._hide_by_name(full_count.excluded, self.rule_numbers.left_out_classes, period),
            is_small=counted_classes is not None and self.family.is_hidden_as_small(counted_classes, month_span),
        )

    def count_outcomes(self, period: Period) -> Mapping[str, float]:
        """Return the eligible but uncounted cases by outcome, as far as they may be shown."""
        return self._hide_by_name(RuleTally.count_outcomes(self, period), self.rule_numbers.outcome_classes, period)

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
